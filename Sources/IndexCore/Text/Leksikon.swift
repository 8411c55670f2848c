import Foundation
import Synchronization

/// The Danish words that compounds are split by; fixed from when it is made.
///
/// Held once a process. Its table is built when the first word is split: about 0.2 s and 9 MB for
/// a list of 300,000 words; without a list, a few thousand words of our own, and a coarser split.
public final class Leksikon: Sendable {
    private enum State {
        case kilde([UInt8])
        case bygget(Ordtabel)
    }

    /// Equal for lexicons that split all words alike; another when the list or the method is.
    let fingeraftryk: Int64
    private let state: Mutex<State>

    /// Counts up when analysis changes in a way that the lists do not show.
    private static let metode: UInt64 = 1

    /// `ordliste` is UTF-8, a word a line; words with capitals or other signs are passed over.
    public init(ordliste: [UInt8]) {
        let own = Checksum.xxh64(Array((Ordforraad.alt).utf8), seed: Self.metode)
        fingeraftryk = Checksum.xxh64(ordliste, seed: UInt64(bitPattern: own))
        state = Mutex(.kilde(ordliste))
    }

    /// Our own words alone.
    public static let indbygget = Leksikon(ordliste: [])

    /// Where Debian's package `wdanish` puts its list.
    public static let installeretSti = "/usr/share/dict/danish"

    /// The list that the installation has; our own words when it has none.
    public static let installeret: Leksikon = {
        guard let list = FileManager.default.contents(atPath: installeretSti) else {
            return indbygget
        }
        return Leksikon(ordliste: [UInt8](list))
    }()

    var tabel: Ordtabel {
        state.withLock { state in
            switch state {
            case .bygget(let tabel): return tabel
            case .kilde(let ordliste):
                let tabel = Ordtabel(ordliste: ordliste)
                state = .bygget(tabel)
                return tabel
            }
        }
    }
}

/// What is known of one word, or of a form that only stands inside others.
struct Ordviden {
    struct Art: OptionSet {
        let rawValue: UInt8
        static let ord = Art(rawValue: 1)
        /// Begins verbs and nouns without being a part of a compound.
        static let forstavelse = Art(rawValue: 2)
        /// Ends words without being one itself there.
        static let endelse = Art(rawValue: 4)
    }

    var art: Art = []
    /// Words of the list that begin with it and go on with another word.
    var forled: UInt16 = 0
    /// Words of the list that end with it after another word.
    var efterled: UInt16 = 0

    static let ukendt = Ordviden()
}

/// A compact hash table of words in `Bogstaver`; never changed once it is made.
struct Ordtabel: Sendable {
    /// Longer words are neither kept nor split.
    static let maxLength = 64

    private var letters: [UInt8] = []
    private var starts: [UInt32] = [0]
    private var arter: [UInt8] = []
    private var forled: [UInt16] = []
    private var efterled: [UInt16] = []
    /// The number of a word plus one, or 0; above it the low half of its hash.
    private var slots: [UInt64]
    private let shift: UInt64

    /// Any substring's hash from the hashes of prefixes, in one step.
    struct Hashes {
        fileprivate static let base: UInt64 = 0x9E37_79B9_7F4A_7C15 | 1
        private let powers: [UInt64] = {
            var result: [UInt64] = [1]
            for _ in 0..<Ordtabel.maxLength { result.append((result.last ?? 1) &* base) }
            return result
        }()
        fileprivate var prefix = [UInt64](repeating: 0, count: Ordtabel.maxLength + 1)

        fileprivate mutating func take(_ word: UnsafeBufferPointer<UInt8>) {
            prefix.withUnsafeMutableBufferPointer { prefix in
                for position in 0..<word.count {
                    prefix[position + 1] =
                        prefix[position] &* Self.base &+ UInt64(word[position])
                }
            }
        }

        fileprivate func hash(_ from: Int, _ to: Int) -> UInt64 {
            let value = prefix[to] &- prefix[from] &* powers[to - from]
            return (value ^ value >> 29) &* 0xBF58_476D_1CE4_E5B9
        }
    }

    init(ordliste: [UInt8]) {
        let lines = ordliste.isEmpty ? 0 : ordliste.count / 12
        var bits: UInt64 = 13
        while 1 << bits < lines + lines / 2 { bits += 1 }
        slots = [UInt64](repeating: 0, count: 1 << bits)
        shift = 64 - bits
        letters.reserveCapacity(ordliste.count)
        var hashes = Hashes()
        read(ordliste, &hashes)
        let wordCount = starts.count - 1
        for word in 0..<wordCount { count(word, &hashes) }
        addOwn(inflecting: ordliste.isEmpty, &hashes)
    }

    // MARK: Asking

    /// Makes `hashes` ready for `viden` of the word's parts; at most `maxLength` letters.
    static func prepare(_ word: UnsafeBufferPointer<UInt8>, _ hashes: inout Hashes) {
        hashes.take(word)
    }

    func viden(
        _ word: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int, _ hashes: borrowing Hashes
    ) -> Ordviden {
        guard let found = number(word, from, to, hashes.hash(from, to)) else { return .ukendt }
        return Ordviden(
            art: Ordviden.Art(rawValue: arter[found]), forled: forled[found],
            efterled: efterled[found])
    }

    private func number(
        _ word: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int, _ hash: UInt64
    ) -> Int? {
        slots.withUnsafeBufferPointer { slots in
            var slot = Int(hash >> shift)
            while slots[slot] != 0 {
                let candidate = Int(slots[slot] & 0xFFFF_FFFF) - 1
                if slots[slot] >> 32 == hash & 0xFFFF_FFFF, equals(candidate, word, from, to) {
                    return candidate
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            return nil
        }
    }

    private func equals(
        _ number: Int, _ word: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int
    ) -> Bool {
        let start = Int(starts[number])
        guard Int(starts[number + 1]) - start == to - from, let base = word.baseAddress else {
            return false
        }
        return letters.withUnsafeBufferPointer { letters in
            guard let own = letters.baseAddress else { return false }
            return memcmp(own + start, base + from, to - from) == 0
        }
    }

    // MARK: Making

    /// The entry of a word, made when there is none; nil when the table is full.
    private mutating func enter(
        _ word: UnsafeBufferPointer<UInt8>, _ to: Int, _ hash: UInt64
    ) -> Int? {
        if let known = number(word, 0, to, hash) { return known }
        guard starts.count < slots.count / 4 * 3 else { return nil }
        var slot = Int(hash >> shift)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = hash << 32 | UInt64(starts.count)
        letters.append(contentsOf: word[..<to])
        starts.append(UInt32(letters.count))
        arter.append(0)
        forled.append(0)
        efterled.append(0)
        return starts.count - 2
    }

    private mutating func read(_ ordliste: [UInt8], _ hashes: inout Hashes) {
        var word: [UInt8] = []
        ordliste.withUnsafeBufferPointer { text in
            var start = 0
            while start < text.count {
                var end = start
                while end < text.count, text[end] != 10 { end += 1 }
                if let first = text.baseAddress, end > start {
                    word.removeAll(keepingCapacity: true)
                    let line = UnsafeBufferPointer(start: first + start, count: end - start)
                    if Self.isLowercase(line), Bogstaver.append(line, to: &word) {
                        add(word, .ord, &hashes)
                    }
                }
                start = end + 1
            }
        }
    }

    private static func isLowercase(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        // The letters' own capitals in UTF-8 are 0xC3 and 0x80...0x9E.
        for byte in line where byte < 0x61 || (0x80...0x9E).contains(byte) { return false }
        return true
    }

    private mutating func add(
        _ word: [UInt8], _ art: Ordviden.Art, _ hashes: inout Hashes, forled: UInt16 = 0,
        efterled: UInt16 = 0
    ) {
        guard word.count >= 1, word.count <= Self.maxLength else { return }
        word.withUnsafeBufferPointer { word in
            hashes.take(word)
            guard let number = enter(word, word.count, hashes.hash(0, word.count)) else { return }
            arter[number] |= art.rawValue
            self.forled[number] = max(self.forled[number], forled)
            self.efterled[number] = max(self.efterled[number], efterled)
        }
    }


    /// Counts a word's two halves wherever both are words of the list, or the first is one with a
    /// linking letter; a cut that may as well lie beside an s counts for neither.
    private mutating func count(_ number: Int, _ hashes: inout Hashes) {
        let start = Int(starts[number])
        let length = Int(starts[number + 1]) - start
        guard length >= 5 else { return }
        let word = Array(letters[start..<start + length])
        word.withUnsafeBufferPointer { word in
            hashes.take(word)
            var cuts: UInt64 = 0
            for cut in 2..<(length - 2) where isCut(word, cut, hashes) { cuts |= 1 << UInt64(cut) }
            guard cuts != 0 else { return }
            for cut in 2..<(length - 2) where cuts >> UInt64(cut) & 1 == 1 {
                let before = cuts >> UInt64(cut - 1) & 1 == 1 && word[cut - 1] == Self.s
                let after = cuts >> UInt64(cut + 1) & 1 == 1 && word[cut] == Self.s
                guard !before, !after else { continue }
                note(word, cut, hashes)
            }
        }
    }

    private static let s = UInt8(ascii: "s")
    private static let e = UInt8(ascii: "e")

    private mutating func note(
        _ word: UnsafeBufferPointer<UInt8>, _ cut: Int, _ hashes: borrowing Hashes
    ) {
        if let head = number(word, cut, word.count, hashes.hash(cut, word.count)) {
            efterled[head] = min(efterled[head] + 1, 60_000)
        }
        if let modifier = enter(word, cut, hashes.hash(0, cut)) {
            forled[modifier] = min(forled[modifier] + 1, 60_000)
        }
    }

    private func isCut(
        _ word: UnsafeBufferPointer<UInt8>, _ cut: Int, _ hashes: borrowing Hashes
    ) -> Bool {
        guard isListed(word, cut, word.count, hashes) else { return false }
        if isListed(word, 0, cut, hashes) { return true }
        let last = word[cut - 1]
        guard (last == Self.s && cut > 3) || (last == Self.e && cut > 4) else { return false }
        return isListed(word, 0, cut - 1, hashes)
    }

    private func isListed(
        _ word: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int, _ hashes: borrowing Hashes
    ) -> Bool {
        guard let found = number(word, from, to, hashes.hash(from, to)) else { return false }
        return arter[found] & Ordviden.Art.ord.rawValue != 0
    }

    /// Our own words; inflected by rule when there is no list that has the forms.
    private mutating func addOwn(inflecting: Bool, _ hashes: inout Hashes) {
        func words(_ text: String) -> [[UInt8]] {
            text.split(whereSeparator: \.isWhitespace).map { Bogstaver.letters(String($0)) }
        }
        for word in words(Ordforraad.forled) { add(word, .ord, &hashes, forled: 40) }
        for word in words(Ordforraad.efterled) {
            add(word, .ord, &hashes, efterled: 40)
            guard inflecting else { continue }
            for ending in words(Ordforraad.boejninger) {
                add(word + ending, .ord, &hashes, efterled: 20)
            }
        }
        for word in words(Ordforraad.forstavelser) { add(word, .forstavelse, &hashes) }
        for word in words(Ordforraad.endelser) { add(word, .endelse, &hashes) }
    }
}
