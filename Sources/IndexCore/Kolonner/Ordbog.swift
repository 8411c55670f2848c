import Synchronization

/// Every word that some file's text index has, or has had since the start: for telling at once that a word
/// stands nowhere, and for finding the words near one that does not.
///
/// Says nothing of who may see a word; what is made of it is counted over visible objects. Words are
/// never taken out. Some 25 bytes a word and its letters.
final class Ordbog: Sendable {
    /// A word's number, in the order they came.
    typealias Nummer = UInt32

    fileprivate struct State {
        var bytes: [UInt8] = []
        var ends: [Int] = [0]
        var bogstaver: [UInt32] = []
        /// Numbers of words by their hash; `.max` is free.
        var tabel = [Nummer](repeating: .max, count: 1 << 12)
    }

    private let state = Mutex(State())
    private let naboer = Mutex(Naboer())

    static let maxLength = 64
    /// So many words are looked at before others are let in.
    private static let portion = 4096

    /// A form of the text index as a word of Danish letters, folded, without what marks it as a stem or a
    /// part; nil for numbers and words of other alphabets.
    static func ord(_ form: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let ord = Ordanalyse.Maerke.isForm(form) ? form.dropFirst() : form
        guard (1...maxLength).contains(ord.count), ord.allSatisfy({ (0x61...0x7A).contains($0) })
        else { return nil }
        return ord
    }

    /// The words' numbers; new ones are given.
    func numre(_ ord: some Sequence<ArraySlice<UInt8>>) -> [Nummer] {
        state.withLock { state in ord.map { state.insert($0) } }
    }

    /// The number of a word; nil for one that no file has.
    func nummer(_ ord: ArraySlice<UInt8>) -> Nummer? {
        state.withLock { $0.find(ord).nummer }
    }

    /// Calls `body` once with what tells whether some file has a word; others wait meanwhile.
    func withOpslag(_ body: ((ArraySlice<UInt8>) -> Bool) -> Void) {
        state.withLock { state in body { state.find($0).nummer != nil } }
    }

    var count: Int { state.withLock { $0.bogstaver.count } }

    /// What `find` makes of a spelling and the words there are; remembered until there is another word.
    func naboer(_ ord: Naboer.Ord, _ find: () -> [[[UInt8]]]) -> [[[UInt8]]] {
        let antal = count
        if let kendte = naboer.withLock({ $0[ord, antal] }) { return kendte }
        let fundne = find()
        naboer.withLock { $0[ord, antal] = fundne }
        return fundne
    }

    /// The words with at most so many errors between them and `ord`; costs some nanoseconds for each
    /// word there is.
    func naer(_ ord: Stavemaade, _ fejl: Int) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var next = 0
        while true {
            let isDone = state.withLock { state -> Bool in
                let end = min(next + Self.portion, state.bogstaver.count)
                for nummer in next..<end
                where ord.mayBeNear(state.bogstaver[nummer], state.length(nummer), fejl) {
                    let other = state.ord(nummer)
                    if ord.afstand(to: Stavemaade(other), atMost: fejl) != nil {
                        result.append(Array(other))
                    }
                }
                next = end
                return end == state.bogstaver.count
            }
            if isDone { return result }
        }
    }
}

/// The forms near some spellings, as long as the words they were found among are all there are.
struct Naboer {
    struct Ord: Hashable {
        let bogstaver: [UInt8]
        let fejl: Int
    }

    private static let flest = 500
    private var antal = 0
    private var kendte: [Ord: [[[UInt8]]]] = [:]

    /// Among so many words.
    subscript(ord: Ord, antal: Int) -> [[[UInt8]]]? {
        get { self.antal == antal ? kendte[ord] : nil }
        set {
            // Another request may have been ahead.
            guard antal >= self.antal else { return }
            if self.antal != antal || kendte.count == Self.flest { kendte.removeAll() }
            self.antal = antal
            kendte[ord] = newValue
        }
    }
}

extension Ordbog.State {
    func ord(_ nummer: Int) -> ArraySlice<UInt8> { bytes[ends[nummer]..<ends[nummer + 1]] }
    func length(_ nummer: Int) -> Int { ends[nummer + 1] - ends[nummer] }

    private func plads(_ ord: ArraySlice<UInt8>) -> Int {
        let hash = ord.withUnsafeBytes { Checksum.xxh64($0, seed: 0) }
        return Int(truncatingIfNeeded: hash) & (tabel.count - 1)
    }

    /// The word's number, or the place in the table where it would stand.
    func find(_ ord: ArraySlice<UInt8>) -> (nummer: Ordbog.Nummer?, plads: Int) {
        var plads = plads(ord)
        while tabel[plads] != .max {
            if self.ord(Int(tabel[plads])) == ord { return (tabel[plads], plads) }
            plads = (plads + 1) & (tabel.count - 1)
        }
        return (nil, plads)
    }

    mutating func insert(_ ord: ArraySlice<UInt8>) -> Ordbog.Nummer {
        let (known, plads) = find(ord)
        if let known { return known }
        let nummer = Ordbog.Nummer(bogstaver.count)
        bytes += ord
        ends.append(bytes.count)
        bogstaver.append(Stavemaade.bogstaver(ord))
        tabel[plads] = nummer
        if bogstaver.count * 2 > tabel.count { grow() }
        return nummer
    }

    private mutating func grow() {
        tabel = [Ordbog.Nummer](repeating: .max, count: tabel.count * 2)
        for nummer in bogstaver.indices {
            let place = find(ord(nummer)).plads
            tabel[place] = Ordbog.Nummer(nummer)
        }
    }
}

/// A folded word as its letters are typed: `ae`, `oe` and `aa` are one letter each.
struct Stavemaade {
    private let letters: [UInt8]

    var count: Int { letters.count }

    init(_ folded: ArraySlice<UInt8>) {
        var letters: [UInt8] = []
        letters.reserveCapacity(folded.count)
        for byte in folded {
            switch (letters.last, byte) {
            case (UInt8(ascii: "a"), UInt8(ascii: "e")): letters[letters.count - 1] = 0x7B
            case (UInt8(ascii: "o"), UInt8(ascii: "e")): letters[letters.count - 1] = 0x7C
            case (UInt8(ascii: "a"), UInt8(ascii: "a")): letters[letters.count - 1] = 0x7D
            default: letters.append(byte)
            }
        }
        self.letters = letters
    }

    /// Which letters stand in a word, a bit each.
    static func bogstaver(_ folded: ArraySlice<UInt8>) -> UInt32 {
        Stavemaade(folded).bogstaver
    }

    private var bogstaver: UInt32 { letters.reduce(0) { $0 | 1 << UInt32($1 &- 0x61) } }

    /// False for most words that are too far away; `length` is of the folded word.
    func mayBeNear(_ others: UInt32, _ length: Int, _ fejl: Int) -> Bool {
        guard length >= letters.count - fejl, length <= 2 * (letters.count + fejl) else {
            return false
        }
        let own = bogstaver
        return (own & ~others).nonzeroBitCount <= fejl && (others & ~own).nonzeroBitCount <= fejl
    }

    /// The least number of letters left out, put in, replaced, or exchanged with the next, that makes one
    /// the other; nil when it is above `most`.
    func afstand(to other: Stavemaade, atMost most: Int) -> Int? {
        let (a, b) = (letters, other.letters)
        guard abs(a.count - b.count) <= most else { return nil }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [Int](repeating: most + 1, count: b.count + 1)
            row[0] = i + 1
            var least = row[0]
            for j in max(0, i - most)..<min(b.count, i + most + 1) {
                let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
                var best = min(replaced, min(last[j + 1], row[j]) + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, before[j - 1] + 1)
                }
                row[j + 1] = best
                least = min(least, best)
            }
            if least > most { return nil }
            before = last
            last = row
        }
        return last[b.count] <= most ? last[b.count] : nil
    }
}
