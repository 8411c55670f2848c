/// What a reader typed, as conditions on text; never malformed, whatever was typed.
///
/// All of `required` must hold and none of `excluded`.
public struct TextQuery: Equatable, Sendable {
    /// A run of words in order; one word is a run of one. The last may be the beginning of a word.
    public struct Term: Hashable, Sendable {
        public let tokens: [[UInt8]]
        public let isPrefix: Bool
        /// Tokens and marked forms any of which will do instead.
        let former: [[UInt8]]
        /// Other runs of words any of which will do instead, such as a date's other ways of writing.
        let forloeb: [[[UInt8]]]
        /// Runs of words the last of which is inflected.
        let boejedeForloeb: [[[UInt8]]]

        /// Exactly these words.
        public init(tokens: [[UInt8]], isPrefix: Bool) {
            self.init(tokens: tokens, isPrefix: isPrefix, former: [])
        }

        private init(
            tokens: [[UInt8]], isPrefix: Bool, former: [[UInt8]], forloeb: [[[UInt8]]] = [],
            boejedeForloeb: [[[UInt8]]] = []
        ) {
            self.tokens = tokens
            self.isPrefix = isPrefix
            self.former = former
            self.forloeb = forloeb
            self.boejedeForloeb = boejedeForloeb
        }

        /// One of the runs of words, exactly; nil when none holds a letter or digit.
        public init?(etAf tekster: [String]) {
            let runs = tekster.map { Tokenizer.tokens($0).map(\.text) }.filter { !$0.isEmpty }
            guard let first = runs.first else { return nil }
            let others = runs.enumerated().filter { !runs[..<$0.offset].contains($0.element) }
            self.init(
                tokens: first, isPrefix: false, former: [],
                forloeb: others.dropFirst().map(\.element))
        }

        /// A word as it was typed: found by its stem too, alone or as a part of a compound; a case
        /// number in each of its written forms; words joined by a hyphen as one word too. Nil when it
        /// holds no letter or digit.
        public init?(ord text: String) {
            var tokens: [[UInt8]] = []
            var former: [[UInt8]] = []
            var sidste: [UInt8]?
            var samlet = Bindestreg()
            var kort: [[UInt8]] = []
            var last = 0..<0
            var copy = text
            copy.withUTF8 { bytes in
                var tal = Talformer(udenBogstav: false)
                Tokenizer.forEach(in: bytes) { token, range in
                    tokens.append(Array(token))
                    sidste = tal.form(token, range, in: bytes).map { [Ordanalyse.Maerke.tal] + $0 }
                    samlet.add(token, range, in: bytes)
                    last = range
                    return true
                }
                kort = Self.udenApostrof(tokens, bytes, last)
                former =
                    tokens.last.map { token in
                        token.withUnsafeBufferPointer {
                            Self.former(UnsafeBufferPointer(rebasing: bytes[last]), $0)
                        }
                    } ?? []
            }
            guard let first = tokens.first else { return nil }
            former.removeAll { tokens.count == 1 && $0 == first }
            var forloeb: [[[UInt8]]] = []
            var boejedeForloeb: [[[UInt8]]] = []
            if let sidste {
                // It stands where the number does; what is before the year stands before it, as in `BYG-2024-117`. With
                // five digits or more it is as it is kept.
                if tokens.count == 2 {
                    former = [sidste]
                } else {
                    former = []
                    if tokens[tokens.count - 1].count < 5 {
                        forloeb = [tokens.dropLast() + [sidste]]
                    }
                }
            } else if tokens.count > 1 {
                // Only the last is inflected where words stand together.
                boejedeForloeb = former.filter {
                    $0.first != Ordanalyse.Maerke.led && $0 != tokens.last
                }.map { tokens.dropLast() + [$0] }
                former = kort
                if samlet.antal == tokens.count {
                    forloeb.append([samlet.foldet])
                    former = samlet.withBuffers { Self.former($0, $1) }
                }
            }
            self.init(
                tokens: tokens, isPrefix: false, former: former, forloeb: forloeb,
                boejedeForloeb: boejedeForloeb)
        }

        /// What `SFO'en` is a form of, and its own forms; none for what is no word with an apostrophe and an ending.
        private static func udenApostrof(
            _ tokens: [[UInt8]], _ bytes: UnsafeBufferPointer<UInt8>, _ last: Range<Int>
        ) -> [[UInt8]] {
            guard tokens.count == 2, let word = tokens.first,
                apostrofEndelser.contains(String(decoding: tokens[1], as: UTF8.self))
            else { return [] }
            let before = bytes[..<last.lowerBound]
            let marks: [[UInt8]] = [[0x27], [0xE2, 0x80, 0x99]]
            guard let mark = marks.first(where: { before.suffix($0.count).elementsEqual($0) })
            else { return [] }
            let raw = UnsafeBufferPointer(rebasing: before.dropLast(mark.count))
            return word.withUnsafeBufferPointer { folded in [word] + former(raw, folded) }
        }

        private static let apostrofEndelser: Set<String> = [
            "s", "en", "et", "er", "erne", "ens", "ets", "ernes", "e", "ene", "ers",
        ]

        private static func former(
            _ raw: UnsafeBufferPointer<UInt8>, _ folded: UnsafeBufferPointer<UInt8>
        ) -> [[UInt8]] {
            var result: [[UInt8]] = []
            func add(_ stem: [UInt8], selv: Bool = true) {
                let marked = [[Ordanalyse.Maerke.stamme] + stem, [Ordanalyse.Maerke.led] + stem]
                let forms = (selv ? [stem] : []) + marked
                result += forms.filter { !result.contains($0) }
            }
            for reading in Ordanalyse.readings(raw, folded) {
                if let egne = Uregelmaessige.alene(reading[...]) {
                    result += egne.filter { !result.contains($0) }
                    let led = [Ordanalyse.Maerke.led] + Ordanalyse.stem(reading[...])
                    if !result.contains(led) { result.append(led) }
                    continue
                }
                let stem = Ordanalyse.stem(reading[...])
                let other = Bortfald.former(of: reading[...])
                let irregular = Uregelmaessige.former(of: reading[...])
                for stem in [stem] + irregular.stammer + other.stammer { add(stem) }
                // `aktiviteter` has the stem that `aktivitet` loses.
                if reading.count > 3 { add(Array(folded), selv: false) }
                if reading.count > 4, folded.last == UInt8(ascii: "s") {
                    add(Array(folded.dropLast()), selv: false)
                }
                for ord in irregular.ord + other.ord where !result.contains(ord) {
                    result.append(ord)
                }
            }
            return result
        }

        /// Any of the tokens and marked forms; `foerst` is one of them, or a token.
        init(enAf former: [[UInt8]], foerst: [UInt8]) {
            self.init(
                tokens: [foerst], isPrefix: false, former: former.filter(Ordanalyse.Maerke.isForm),
                forloeb: former.filter { $0 != foerst && !Ordanalyse.Maerke.isForm($0) }.map {
                    [$0]
                })
        }

        /// The parts of a compound, or the words of one that is joined by signs, each as a word of
        /// its own.
        public func led(_ analyse: Ordanalyse) -> [Term] {
            guard !isPrefix, let token = tokens.first else { return [] }
            guard tokens.count == 1 else {
                return tokens.compactMap { Term(ord: String(decoding: $0, as: UTF8.self)) }
            }
            var result: [Term] = []
            token.withUnsafeBufferPointer { token in
                analyse.forEachForm(of: token, token) { form in
                    guard form.first == Ordanalyse.Maerke.led else { return true }
                    // No word as it stands: a part is no name.
                    let stem = Array(form.dropFirst())
                    result.append(
                        Term(
                            tokens: [Array(form)], isPrefix: false,
                            former: [[Ordanalyse.Maerke.stamme] + stem, stem]))
                    return true
                }
            }
            return result
        }

        /// Whether what was typed is rather a number of something than words: two runs of digits, a long one, or
        /// one with a letter or few, and nothing longer than a short name with them. Digits may have letters between
        /// them, three at most at a time, as in `4c9cd893`.
        var isNummer: Bool {
            let isTal = { (token: [UInt8]) in
                let runs = token.split(whereSeparator: { (0x30...0x39).contains($0) })
                return runs.isEmpty
                    || token.count - runs.joined().count > 1 && runs.allSatisfy { $0.count < 4 }
            }
            let digits = tokens.filter(isTal)
            guard tokens.allSatisfy({ $0.count <= 4 || isTal($0) }) else { return false }
            return digits.count > 1 || digits.contains { $0.count > 4 }
                || !digits.isEmpty && tokens.count > 1 && tokens.allSatisfy { $0.count < 4 }
        }

        /// The same, found by other words and forms as well.
        func eller(_ others: [[UInt8]]) -> Term {
            let runs = [tokens] + forloeb
            return Term(
                tokens: tokens, isPrefix: isPrefix,
                former: former
                    + others.filter { Ordanalyse.Maerke.isForm($0) && !former.contains($0) },
                forloeb: forloeb
                    + others.filter { !Ordanalyse.Maerke.isForm($0) && !runs.contains([$0]) }.map {
                        [$0]
                    }, boejedeForloeb: boejedeForloeb)
        }

        /// Whether a run is a single form, which stands for other words than its own.
        private static func isForm(_ run: [[UInt8]]) -> Bool {
            run.count == 1 && Ordanalyse.Maerke.isForm(run[0])
        }

        /// The runs of words that are found wherever they stand.
        private var ordrette: [[[UInt8]]] {
            ([tokens] + forloeb).filter { !$0.isEmpty && !Self.isForm($0) }
        }

        /// What stands for words, which names have none of.
        private var boejede: [[[UInt8]]] {
            ([tokens] + forloeb).filter(Self.isForm) + former.map { [$0] } + boejedeForloeb
        }

        /// The same, or what another term is found by.
        public func eller(_ other: Term) -> Term {
            let own = [tokens] + forloeb
            let runs = [other.tokens] + other.forloeb
            let formerne = Set(tokens + former)
            return Term(
                tokens: tokens, isPrefix: isPrefix,
                former: former + other.former.filter { !formerne.contains($0) },
                forloeb: forloeb + runs.filter { !own.contains($0) },
                boejedeForloeb: boejedeForloeb
                    + other.boejedeForloeb.filter { !boejedeForloeb.contains($0) })
        }

        /// The same without other forms of the words, as names have none: `Jensen` is not `Jens`.
        public var udenFormer: Term { kun(isPrefix: isPrefix, former: []) }

        /// The words themselves, with nothing in their place.
        var ordret: Term { kun(isPrefix: false, former: []) }

        /// The words and their inflections, but not as parts of others.
        var udenLed: Term {
            kun(isPrefix: false, former: boejede.filter { $0[0].first != Ordanalyse.Maerke.led })
        }

        /// The words as they stand, and these forms besides; none of the words where only a form was asked for.
        private func kun(isPrefix: Bool, former: [[[UInt8]]]) -> Term {
            let runs = ordrette
            return Term(
                tokens: runs.first ?? [], isPrefix: isPrefix,
                former: former.filter { $0.count == 1 }.map { $0[0] },
                forloeb: Array(runs.dropFirst()), boejedeForloeb: former.filter { $0.count > 1 })
        }

        /// The FTS5 expression in these columns; nil when nothing can stand there.
        func expression(_ columns: [Column]) -> String? {
            func only(_ columns: [Column], _ phrases: [String]) -> String? {
                guard !columns.isEmpty, !phrases.isEmpty else { return nil }
                return "{" + columns.map(\.name).joined(separator: " ") + "} : ("
                    + phrases.joined(separator: " OR ") + ")"
            }
            var runs = ordrette.map(TextQuery.quoted)
            if isPrefix { runs.append(TextQuery.quoted(tokens) + "*") }
            let former = boejede.map(TextQuery.quoted)
            let parts = [only(columns, runs), only(columns.filter(\.harFormer), former)]
                .compactMap(\.self)
            return parts.isEmpty ? nil : "(" + parts.joined(separator: " OR ") + ")"
        }

        /// The FTS5 expression: phrases of the words themselves, those of their inflections, and those of
        /// what they are a part or the beginning of; and how many there are of the first kind, and of the
        /// first two.
        var fraserEfterArt: (match: String, ordret: Int, boejet: Int) {
            var fraser = ordrette.map(TextQuery.quoted)
            let ordret = fraser.count
            let isLed = { (run: [[UInt8]]) in run[0].first == Ordanalyse.Maerke.led }
            fraser += boejede.filter { !isLed($0) }.map(TextQuery.quoted)
            let boejet = fraser.count
            if isPrefix { fraser.append(TextQuery.quoted(tokens) + "*") }
            fraser += boejede.filter(isLed).map(TextQuery.quoted)
            return (fraser.joined(separator: " OR "), ordret, boejet)
        }

        /// The forms any of which is enough, where each is a single one; else nil.
        var enkelteFormer: [(form: [UInt8], art: Liste.Art)]? {
            guard !isPrefix, tokens.count <= 1, forloeb.allSatisfy({ $0.count == 1 }),
                boejedeForloeb.isEmpty
            else { return nil }
            return ordrette.map { ($0[0], .ordret) }
                + boejede.map { ($0[0], $0[0].first == Ordanalyse.Maerke.led ? .led : .boejet) }
        }

        /// What a text must hold to hold this, by hashes.
        var maerke: Listemaerke {
            guard !isPrefix else { return .begyndelse }
            return .ord(maader.map { $0.map { Raekkeaendring.maerke(form: $0[...]) } })
        }

        /// The runs of words and forms any of which is enough, but for what only begins so.
        var maader: [[[UInt8]]] { [tokens] + forloeb + former.map { [$0] } + boejedeForloeb }

        /// Whether something else than the words themselves may be what is found.
        var isWide: Bool { isPrefix || !former.isEmpty || !boejedeForloeb.isEmpty }
    }

    public var required: [Term]
    public var excluded: [Term]

    public init(required: [Term], excluded: [Term]) {
        self.required = required
        self.excluded = excluded
    }

    public var isEmpty: Bool { required.isEmpty && excluded.isEmpty }
}

extension TextQuery {
    /// The columns of the text index, in order.
    public enum Column: Int, CaseIterable, Sendable {
        case titel = 0
        case beskrivelse = 1
        case noter = 2
        case parter = 3
        case klasser = 4
        /// Texts that only some readers of the object may see: document titles on a case, granted
        /// benefits, lines. A hit here is checked against what the reader sees.
        case betinget = 5
        /// TitelAlternativTekst.
        case alternativ = 6

        var name: String { String(describing: self) }

        /// Words are found in it by their other forms too. Names have none.
        var harFormer: Bool { self != .parter }

        /// Those that every reader of the object sees.
        static let sikre: [Column] = [.titel, .beskrivelse, .noter, .parter, .klasser]
    }

    /// The FTS5 expression for `required`, limited to `columns`; nil when nothing is required.
    ///
    /// Tokens hold letters and digits only, and are quoted all the same; so are the marked forms, which
    /// the tokenizer leaves as they are.
    func matchExpression(columns: [Column]) -> String? {
        guard !required.isEmpty else { return nil }
        let parts = required.map { $0.expression(columns) }
        guard parts.allSatisfy({ $0 != nil }) else { return nil }
        return parts.compactMap(\.self).joined(separator: " AND ")
    }

    fileprivate static func quoted(_ tokens: [[UInt8]]) -> String {
        let words = tokens.map { String(decoding: $0, as: UTF8.self) }
        let hasForm = tokens.contains(where: Ordanalyse.Maerke.isForm)
        // The tokenizer leaves a marked form alone that stands first.
        return hasForm
            ? words.map { "\"\($0)\"" }.joined(separator: " + ")
            : "\"" + words.joined(separator: " ") + "\""
    }

    /// Whether texts, one for each column that counts, hold what is asked.
    public func matches(_ texts: [[String]], _ analyse: Ordanalyse) -> Bool {
        let columns = texts.map { $0.map(Ordtekst.init) }
        func holds(_ term: Term) -> Bool {
            columns.contains { column in column.contains { $0.holds(term, analyse) } }
        }
        return required.allSatisfy(holds) && !excluded.contains(where: holds)
    }
}
