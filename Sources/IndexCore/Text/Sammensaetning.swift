import Glibc

/// Splits Danish compounds into the words they are made of. Pure, for a given table.
///
/// The cheapest way through the word counts: a part costs less the more words of the list it
/// begins, or ends, together with another word of the list. So `re` and `hed` cost nothing to know
/// and never make a part, and `sags` is cheap before any head. A part that is a compound itself is
/// split again when that is cheap. Costs are in hundredths of a natural logarithm.
struct Sammensaetning {
    /// A part: its letters, and how many of them belong to the word itself and not to the linking.
    struct Led: Equatable {
        let range: Range<Int>
        let stamlaengde: Int
    }

    private let tabel: Ordtabel
    private let hashes = Ordhash()

    init(_ tabel: Ordtabel) { self.tabel = tabel }

    /// No shorter word is split.
    static let shortest = 6
    private static let maxCost = 2000
    /// A part is split again at this cost, from this length.
    private static let maxInnerCost = 900
    private static let shortestInner = 9
    /// What a boundary costs.
    private static let boundary = 50
    private static let rareLimit = 3000

    /// ln(3000 / (n + ½)) for n words, in hundredths; 30 at least.
    private static let costs: [Int] = (0...rareLimit).map { count in
        max(30, Int((100 * log(3000 / (Double(count) + 0.5))).rounded()))
    }

    /// The parts of a word in `Bogstaver`; one when it is not a compound.
    func opdel(_ letters: [UInt8]) -> [Led] {
        guard letters.count >= Self.shortest, letters.count <= Ordtabel.maxLength else {
            return [Led(range: 0..<letters.count, stamlaengde: letters.count)]
        }
        return letters.withUnsafeBufferPointer { letters in
            guard let word = letters.baseAddress else { return [] }
            hashes.take(word, letters.count)
            return parts(word, 0, letters.count, Self.maxCost)
        }
    }

    private func parts(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ limit: Int
    ) -> [Led] {
        let ends =
            isWhole(word, from, to)
            ? [to] : withoutEndings(word, from, cheapest(word, from, to, limit))
        guard ends.count > 1 else { return [Led(range: from..<to, stamlaengde: to - from)] }
        var result: [Led] = []
        var start = from
        for end in ends {
            let fuge = end < to && hasFuge(word, start, end) ? 1 : 0
            var inner = [Led(range: start..<end - fuge, stamlaengde: end - fuge - start)]
            if end - fuge - start >= Self.shortestInner {
                inner = parts(word, start, end - fuge, Self.maxInnerCost)
            }
            if fuge == 1, let last = inner.popLast() {
                inner.append(
                    Led(
                        range: last.range.lowerBound..<end, stamlaengde: last.stamlaengde))
            }
            result += inner
            start = end
        }
        return result
    }

    /// Whether it is a form of a word that is no compound, whatever its letters may be read as.
    private func isWhole(_ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        let letters = Array(UnsafeBufferPointer(start: word + from, count: to - from))
        return Self.hele.contains(DanskStamme.stamme(of: letters[...]))
    }

    /// Without the boundaries that only cut an inflection or a derivation off: `dan|net` is `danne` in the past and
    /// `mor|genen` the `morgen`.
    private func withoutEndings(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ ends: [Int]
    ) -> [Int] {
        guard let last = ends.last, let cut = ends.dropLast().last,
            last - cut <= Self.longestFalseHead
        else { return ends }
        let begins = [from] + ends.dropLast(2)
        for (place, begin) in begins.enumerated() where isInflected(word, begin, last, cut) {
            return Array(ends.prefix(place)) + [last]
        }
        return ends
    }

    /// A longer last part is a word, whatever the letters before it are.
    private static let longestFalseHead = 5

    /// Whether the word of the list is another with an ending that begins at the cut, before it, or three letters
    /// after it at most.
    private func isInflected(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ cut: Int
    ) -> Bool {
        guard viden(word, from, to).art.contains(.ord) else { return false }
        let letters = Array(UnsafeBufferPointer(start: word + from, count: to - from))
        return Self.endings.contains { ending, base in
            let start = to - ending.count
            guard cut >= start - 3, start - from >= 3,
                letters.suffix(ending.count).elementsEqual(ending)
            else { return false }
            return tabel.erOrd(letters.dropLast(ending.count) + base)
        }
    }

    /// Endings, and what the word that has them ends in without.
    private static let endings: [(ending: [UInt8], base: [UInt8])] = [
        ("en", ""), ("et", ""), ("ene", ""), ("ens", ""), ("ets", ""), ("enes", ""), ("ne", ""),
        ("nes", ""), ("t", ""), ("ts", ""), ("de", ""), ("des", ""), ("n", ""), ("ns", ""),
        ("ing", "e"), ("ingen", "e"), ("inger", "e"), ("ingens", "e"), ("ingerne", "e"),
    ].map { (Array($0.utf8), Array($1.utf8)) }

    /// The stems of `Ordforraad.hele`.
    private static let hele: Set<ArraySlice<UInt8>> = Set(
        Ordforraad.hele.split(whereSeparator: \.isWhitespace).map { word in
            DanskStamme.stamme(of: Bogstaver.letters(String(word))[...])
        })

    /// Where the parts of the cheapest split end; one when none is cheap enough.
    private func cheapest(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ limit: Int
    ) -> [Int] {
        let length = to - from
        guard length >= Self.shortest else { return [to] }
        var cost = [Int](repeating: Int.max, count: length + 1)
        var previous = [Int](repeating: 0, count: length + 1)
        cost[0] = 0
        for end in 2...length {
            for start in 0..<(end - 1) where cost[start] <= limit {
                let own: Int?
                if end < length {
                    own = modifierCost(word, from + start, from + end).map { $0 + Self.boundary }
                } else {
                    own = start > 0 ? headCost(word, from + start, to) : nil
                }
                guard let own, cost[start] + own < cost[end] else { continue }
                cost[end] = cost[start] + own
                previous[end] = start
            }
        }
        guard cost[length] <= limit else { return [to] }
        var ends: [Int] = []
        var end = length
        while end > 0 {
            ends.append(from + end)
            end = previous[end]
        }
        return ends.reversed()
    }

    // MARK: Costs

    private func viden(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int
    ) -> Ordviden {
        tabel.viden(word, from, to, hashes)
    }

    private func modifierCost(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int
    ) -> Int? {
        let length = to - from
        let own = viden(word, from, to)
        guard !own.art.contains(.forstavelse), hasVowel(word, from, to) else { return nil }
        let isWord = own.art.contains(.ord)
        guard isWord || isLinked(word, from, to, own) else { return nil }
        if own.forled > 0 {
            let extra = length == 2 ? 350 : length == 3 ? 250 : 0
            return Self.cost(own.forled) + extra
        }
        return length >= 5 ? Self.cost(0) + (isWord ? 0 : 100) : nil
    }

    private func isLinked(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ own: Ordviden
    ) -> Bool {
        let isS = word[to - 1] == UInt8(ascii: "s") && to - from > 3
        let isE = word[to - 1] == UInt8(ascii: "e") && to - from > 4 && own.forled > 3
        guard isS || isE else { return false }
        let inner = viden(word, from, to - 1).art
        return inner.contains(.ord) && !(isS && inner.contains(.forstavelse))
    }

    private func headCost(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int
    ) -> Int? {
        guard to - from >= 3 else { return nil }
        let own = viden(word, from, to)
        guard own.art == .ord, hasVowel(word, from, to) else { return nil }
        guard to - from > 3 || own.efterled >= 3 else { return nil }
        guard !isDerivation(word, from, to) else { return nil }
        return Self.cost(own.efterled) + (to - from == 3 ? 100 : 0)
    }

    private static func cost(_ count: UInt16) -> Int { costs[min(Int(count), rareLimit)] }

    /// `-ering`, `-eret` and their like after a verb's root: no word of its own.
    private func isDerivation(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int
    ) -> Bool {
        guard word[from - 1] == UInt8(ascii: "e") else { return false }
        return Self.derivations.contains { ending in
            ending.count == to - from && memcmp(ending, word + from, to - from) == 0
        }
    }

    private static let derivations: [[UInt8]] = [
        "ring", "ringen", "ringer", "ringens", "ringerne", "ringers", "ret", "rede", "rende",
    ].map { Bogstaver.letters($0) }

    private func hasVowel(_ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        (from..<to).contains { Bogstaver.isVowel(word[$0]) }
    }

    /// Whether the s at the end links: the word is one without it, and none that ends in s itself,
    /// as `avis` does, whose forms go on after the s.
    private func hasFuge(_ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        guard word[to - 1] == UInt8(ascii: "s"), to - from > 3,
            viden(word, from, to - 1).art.contains(.ord)
        else { return false }
        let base = Array(UnsafeBufferPointer(start: word + from, count: to - from))
        return !["en", "et", "er"].contains { ending in
            tabel.erOrd(base + Bogstaver.letters(ending))
        }
    }
}
