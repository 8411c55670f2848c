/// A text's tokens, to be searched as the text index would search them.
public struct Ordtekst {
    private let bytes: [UInt8]
    private let tokens: [Tokenizer.Token]
    /// Case numbers by the token that they end with.
    private let tal: [Int: [UInt8]]
    /// Words joined by hyphens by the token that they end with: where they begin, and their forms as one word.
    private let samlet: [Int: (first: Int, former: [[UInt8]])]

    public init(_ text: String) {
        bytes = Array(text.utf8)
        var tokens: [Tokenizer.Token] = []
        var tal: [Int: [UInt8]] = [:]
        var samlet: [Int: (first: Int, former: [[UInt8]])] = [:]
        bytes.withUnsafeBufferPointer { bytes in
            var former = Talformer(udenBogstav: true)
            var bindestreg = Bindestreg()
            Tokenizer.forEach(in: bytes, medSkel: true) { token, range in
                if let form = former.form(token, range, in: bytes) {
                    tal[tokens.count] = [Ordanalyse.Maerke.tal] + form
                }
                bindestreg.add(token, range, in: bytes)
                if bindestreg.antal > 1 {
                    samlet[tokens.count] = (tokens.count + 1 - bindestreg.antal, bindestreg.former)
                }
                tokens.append(Tokenizer.Token(text: Array(token), range: range))
                return true
            }
        }
        self.tokens = tokens
        self.tal = tal
        self.samlet = samlet
    }

    /// Whether the term stands somewhere.
    public func holds(_ term: TextQuery.Term, _ analyse: Ordanalyse) -> Bool {
        tokens.indices.contains { match(term, at: $0, analyse) != nil }
    }

    /// The bytes of what is found by some of the terms, at most 20, in order, none over another.
    public func hits(_ terms: [TextQuery.Term], _ analyse: Ordanalyse) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for start in tokens.indices {
            for term in terms {
                guard let range = match(term, at: start, analyse) else { continue }
                if let last = found.last, last.upperBound > range.lowerBound { continue }
                found.append(range)
                break
            }
            if found.count == 20 { break }
        }
        return found
    }

    private func match(
        _ term: TextQuery.Term, at start: Int, _ analyse: Ordanalyse
    ) -> Range<Int>? {
        for run in [term.tokens] + term.forloeb + term.boejedeForloeb
        where isRun(run, term.isPrefix, at: start, analyse) {
            let last = tokens[start + run.count - 1]
            return tokens[start].range.lowerBound..<last.range.upperBound
        }
        for form in term.former {
            if form.first == Ordanalyse.Maerke.tal {
                // Found where the year stands.
                guard tal[start + 1] == form else { continue }
                return tokens[start].range.lowerBound..<tokens[start + 1].range.upperBound
            }
            if has(form, at: start, analyse) { return range(of: form, at: start) }
        }
        return nil
    }

    /// The word's bytes, or those of all the words joined by hyphens whose form it is.
    private func range(of form: [UInt8], at place: Int) -> Range<Int> {
        let own = tokens[place].range
        guard let joined = samlet[place], joined.former.contains(form) else { return own }
        return tokens[joined.first].range.lowerBound..<own.upperBound
    }

    private func isRun(
        _ run: [[UInt8]], _ isPrefix: Bool, at start: Int, _ analyse: Ordanalyse
    ) -> Bool {
        let length = run.count
        guard length > 0, tokens.count - start >= length else { return false }
        if length == 1, let mark = run[0].first, mark != Ordanalyse.Maerke.tal,
            Ordanalyse.Maerke.isMarked(mark)
        {
            return has(run[0], at: start, analyse)
        }
        return (0..<length).allSatisfy { offset in
            let token = tokens[start + offset].text
            let asked = run[offset]
            let isLast = offset == length - 1
            if isLast, asked.first == Ordanalyse.Maerke.tal { return tal[start + offset] == asked }
            if isLast, Ordanalyse.Maerke.isForm(asked) {
                return has(asked, at: start + offset, analyse)
            }
            return isPrefix && isLast ? token.starts(with: asked) : token == asked
        }
    }

    private func has(_ form: [UInt8], at index: Int, _ analyse: Ordanalyse) -> Bool {
        let token = tokens[index]
        guard let first = form.first, Ordanalyse.Maerke.isMarked(first) else {
            return token.text == form
        }
        if let joined = samlet[index], joined.former.contains(form) { return true }
        // A stem is a piece of the word: most words need no closer look.
        guard Self.contains(token.text, form.dropFirst()) else { return false }
        var isFound = false
        bytes.withUnsafeBufferPointer { bytes in
            token.text.withUnsafeBufferPointer { folded in
                let raw = UnsafeBufferPointer(rebasing: bytes[token.range])
                analyse.forEachForm(of: raw, folded) { own in
                    isFound = own.elementsEqual(form)
                    return !isFound
                }
            }
        }
        return isFound
    }

    private static func contains(_ word: [UInt8], _ piece: ArraySlice<UInt8>) -> Bool {
        guard word.count >= piece.count else { return false }
        return (0...(word.count - piece.count)).contains { start in
            word[start..<start + piece.count].elementsEqual(piece)
        }
    }

    /// A word as it stands, in small letters; UTF-8.
    func ord(_ place: Int) -> [UInt8] {
        Array(String(decoding: bytes[tokens[place].range], as: UTF8.self).lowercased().utf8)
    }

    /// Calls `body` with every token and form that the text index has of the text, and its place.
    func forEachIndexed(_ analyse: Ordanalyse, _ body: ([UInt8], Int) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            for (offset, token) in tokens.enumerated() {
                body(token.text, offset)
                if let form = tal[offset] { body(form, offset) }
                samlet[offset]?.former.forEach { body($0, offset) }
                token.text.withUnsafeBufferPointer { folded in
                    let raw = UnsafeBufferPointer(rebasing: bytes[token.range])
                    analyse.forEachForm(of: raw, folded) { form in
                        body(Array(form), offset)
                        return true
                    }
                }
            }
        }
    }
}
