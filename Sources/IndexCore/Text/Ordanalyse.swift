/// What a word is found by besides itself: its stem, and the words that a compound is made of.
///
/// Each form begins with a byte that no token begins with, so that the kinds can be asked for one by
/// one. Forms depend on the word and the lexicon alone. A class for its memory of words seen, at
/// most some 6 MB; for one thread at a time.
public final class Ordanalyse {
    /// What a form begins with.
    enum Maerke {
        static let stamme: UInt8 = 1
        static let led: UInt8 = 2
        static let tal: UInt8 = 3

        static func isMarked(_ first: UInt8) -> Bool { first <= tal }

        /// Whether it is a form and no word as it stands.
        static func isForm(_ form: some Collection<UInt8>) -> Bool {
            form.first.map(isMarked) ?? false
        }
    }

    private struct Kendt {
        let key: Range<Int32>
        let forms: Range<Int32>
    }

    private let tabel: () -> Ordtabel
    private var splitter: Sammensaetning?
    private var kendte: [UInt64: Kendt] = [:]
    /// Words and their forms; each form after its length.
    private var arena: [UInt8] = []
    private static let maxArena = 4 << 20

    public convenience init(_ leksikon: Leksikon) { self.init { leksikon.tabel } }

    /// `tabel` is asked for when the first compound is met.
    init(tabel: @escaping () -> Ordtabel) { self.tabel = tabel }

    /// Calls `body` with each form of the word, until it answers false.
    ///
    /// `raw` is the word as it stands in the text, `folded` its token.
    func forEachForm(
        of raw: UnsafeBufferPointer<UInt8>, _ folded: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        // Numbers, and words of other alphabets, have no forms.
        guard let first = folded.first, (0x61...0x7A).contains(first) else { return }
        let forms = lookUp(raw, folded)
        arena.withUnsafeBufferPointer { arena in
            var position = Int(forms.lowerBound)
            while position < forms.upperBound {
                let length = Int(arena[position])
                let form = UnsafeBufferPointer(
                    rebasing: arena[position + 1..<position + 1 + length])
                guard body(form) else { return }
                position += 1 + length
            }
        }
    }

    private func lookUp(
        _ raw: UnsafeBufferPointer<UInt8>, _ folded: UnsafeBufferPointer<UInt8>
    ) -> Range<Int32> {
        let hash = Checksum.xxh64(UnsafeRawBufferPointer(raw), seed: 0)
        if let known = kendte[hash], isSame(known, raw) { return known.forms }
        if arena.count > Self.maxArena {
            arena.removeAll(keepingCapacity: true)
            kendte.removeAll(keepingCapacity: true)
        }
        let start = Int32(arena.count)
        arena.append(contentsOf: raw)
        let key = start..<Int32(arena.count)
        for form in former(raw, folded) where form.count < 256 {
            arena.append(UInt8(form.count))
            arena.append(contentsOf: form)
        }
        let known = Kendt(key: key, forms: key.upperBound..<Int32(arena.count))
        kendte[hash] = known
        return known.forms
    }

    private func isSame(_ known: Kendt, _ raw: UnsafeBufferPointer<UInt8>) -> Bool {
        arena[Int(known.key.lowerBound)..<Int(known.key.upperBound)].elementsEqual(raw)
    }

    // MARK: Forms

    /// The readings of a word: as typed, and with `ae`, `oe`, `aa` as the letters they may stand for.
    ///
    /// A word that is written with marks of their own is read from its token.
    static func readings(
        _ raw: UnsafeBufferPointer<UInt8>, _ folded: UnsafeBufferPointer<UInt8>
    ) -> [[UInt8]] {
        guard (2...Ordtabel.maxLength).contains(folded.count) else { return [] }
        var letters: [UInt8] = []
        if !Bogstaver.append(raw, to: &letters) {
            letters.removeAll()
            guard Bogstaver.append(folded, to: &letters) else { return [] }
        }
        return [letters] + (unfolded(letters).map { [$0] } ?? [])
    }

    /// The other reading of a word without letters of its own: `ae`, `oe` and `aa` as those letters.
    static func unfolded(_ letters: [UInt8]) -> [UInt8]? {
        letters.contains { $0 >= Bogstaver.ae } ? nil : Bogstaver.unfolded(letters)
    }

    private func former(
        _ raw: UnsafeBufferPointer<UInt8>, _ folded: UnsafeBufferPointer<UInt8>
    ) -> [[UInt8]] {
        var result: [[UInt8]] = []
        func add(_ maerke: UInt8, _ letters: ArraySlice<UInt8>) {
            let form = [maerke] + Self.stem(letters)
            let isItself = maerke == Maerke.stamme && form.dropFirst().elementsEqual(folded)
            if !isItself, !result.contains(form) { result.append(form) }
        }
        let readings = Self.readings(raw, folded)
        for reading in readings { add(Maerke.stamme, reading[...]) }
        for reading in readings {
            for part in parts(reading) { add(Maerke.led, reading[part]) }
        }
        return result
    }

    /// A word's stem, folded.
    static func stem(_ letters: ArraySlice<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        stem(letters, into: &folded)
        return folded
    }

    /// Appends a word's stem, folded.
    static func stem(_ letters: ArraySlice<UInt8>, into folded: inout [UInt8]) {
        Bogstaver.fold(DanskStamme.boejningsstamme(of: letters), into: &folded)
    }

    /// The parts of a compound, and its parts put together again without all being there.
    private func parts(_ letters: [UInt8]) -> [Range<Int>] {
        guard letters.count >= Sammensaetning.shortest else { return [] }
        let splitter = self.splitter ?? Sammensaetning(tabel())
        defer { self.splitter = splitter }
        let led = splitter.opdel(letters)
        guard led.count > 1 else { return [] }
        var result: [Range<Int>] = []
        for first in led.indices {
            for last in first..<led.count where last - first < led.count - 1 {
                let start = led[first].range.lowerBound
                let end = led[last].range.lowerBound + led[last].stamlaengde
                result.append(start..<end)
            }
        }
        return result
    }
}
