import Glibc
import Synchronization

/// The Danish words that compounds are split by; fixed from when it is made.
///
/// Held once a process. Its table is built when a store is opened for writing, or the first word is
/// split: about 0.2 s and 10 MB for a list of 300,000 words. Without a list there are some hundred
/// words of our own, and most compounds stay whole.
public final class Leksikon: Sendable {
    private enum State {
        case kilde([UInt8])
        case bygget(Ordtabel)
    }

    /// Equal for lexicons that split all words alike; another when the list or the method is.
    let fingeraftryk: Int64
    private let state: Mutex<State>
    private let ledige = Mutex<[LedigAnalyse]>([])

    /// An analysis between two texts: nobody uses it.
    private struct LedigAnalyse: @unchecked Sendable {
        // Handed over under `ledige`, and used by one text at a time.
        let analyse: Ordanalyse
    }

    /// Counts up when analysis changes in a way that the lists do not show.
    private static let metode: UInt64 = 6

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
        guard let list = fileBytes(installeretSti) else { return indbygget }
        return Leksikon(ordliste: list)
    }()

    /// Whether the list has the word, letters' case left out; false where there is no list.
    func kender(_ ord: String) -> Bool {
        let letters = Bogstaver.letters(ord.lowercased())
        return !letters.isEmpty && tabel.erOrd(letters)
    }

    /// Makes the table now, so that the first write does not wait for it.
    func prepare() { _ = tabel }

    /// Lends an analysis with its memory of words.
    ///
    /// As many are kept as were in use at once: a word is analysed once for a thread that writes,
    /// and not once for each of a hundred files.
    func withAnalyse<Result>(_ body: (Ordanalyse) -> Result) -> Result {
        let analyse = laan()
        defer { giv(tilbage: analyse) }
        return body(analyse)
    }

    /// The same for longer than a call; to be given back, and not used afterwards.
    func laan() -> Ordanalyse {
        ledige.withLock { $0.popLast() }?.analyse
            ?? Ordanalyse(tabel: { [unowned self] in tabel })
    }

    func giv(tilbage analyse: Ordanalyse) {
        let ledig = LedigAnalyse(analyse: analyse)
        ledige.withLock { $0.append(ledig) }
    }

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

/// The bytes of a file; nil when it cannot be read whole.
private func fileBytes(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let size = Int(max(0, lseek(descriptor, 0, SEEK_END)))
    var bytes = [UInt8](repeating: 0, count: size)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, size, 0) }
    return count == size ? bytes : nil
}

/// Any substring's hash from the hashes of a word's beginnings, in one step.
final class Ordhash {
    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    private let prefix = UnsafeMutablePointer<UInt64>.allocate(capacity: Ordtabel.maxLength + 1)
    private let powers = UnsafeMutablePointer<UInt64>.allocate(capacity: Ordtabel.maxLength + 1)

    init() {
        prefix.initialize(repeating: 0, count: Ordtabel.maxLength + 1)
        powers.initialize(repeating: 1, count: Ordtabel.maxLength + 1)
        for power in 1...Ordtabel.maxLength { powers[power] = powers[power - 1] &* Self.base }
    }

    deinit {
        prefix.deallocate()
        powers.deallocate()
    }

    /// At most `Ordtabel.maxLength` letters.
    func take(_ word: UnsafePointer<UInt8>, _ length: Int) {
        precondition(length <= Ordtabel.maxLength)
        var position = 0
        while position < length {
            prefix[position + 1] = prefix[position] &* Self.base &+ UInt64(word[position])
            position += 1
        }
    }

    func hash(_ from: Int, _ to: Int) -> UInt64 {
        let value = prefix[to] &- prefix[from] &* powers[to - from]
        return (value ^ value >> 29) &* 0xBF58_476D_1CE4_E5B9
    }
}

/// A compact hash table of words in `Bogstaver`; never changed once it is made.
// Only `init` writes; after it every field is read alone.
final class Ordtabel: @unchecked Sendable {
    /// Longer words are neither kept nor split.
    static let maxLength = 64

    private let letters: UnsafeMutablePointer<UInt8>
    private let starts: UnsafeMutablePointer<UInt32>
    private let arter: UnsafeMutablePointer<UInt8>
    private let forled: UnsafeMutablePointer<UInt16>
    private let efterled: UnsafeMutablePointer<UInt16>
    /// The number of a word plus one, or 0; above it the low half of its hash.
    private let slots: UnsafeMutablePointer<UInt64>
    private let shift: UInt64
    private let mask: Int
    private let maxWords: Int
    private let maxLetters: Int
    private var wordCount = 0

    init(ordliste: [UInt8]) {
        let lines = ordliste.count / 12
        var bits: UInt64 = 13
        while 1 << bits < lines + lines / 2 { bits += 1 }
        shift = 64 - bits
        mask = 1 << bits - 1
        maxWords = 1 << bits / 4 * 3
        maxLetters = ordliste.count + 1 << 18
        letters = Self.table(maxLetters)
        starts = Self.table(maxWords + 1)
        arter = Self.table(maxWords)
        forled = Self.table(maxWords)
        efterled = Self.table(maxWords)
        slots = Self.table(1 << bits)
        let hashes = Ordhash()
        read(ordliste, hashes)
        let listed = wordCount
        var word = 0
        while word < listed {
            count(word, hashes)
            word += 1
        }
        addOwn(inflecting: ordliste.isEmpty, hashes)
    }

    private static func table<Number: FixedWidthInteger>(
        _ count: Int
    ) -> UnsafeMutablePointer<Number> {
        let table = UnsafeMutablePointer<Number>.allocate(capacity: count)
        table.initialize(repeating: 0, count: count)
        return table
    }

    deinit {
        letters.deallocate()
        starts.deallocate()
        arter.deallocate()
        forled.deallocate()
        efterled.deallocate()
        slots.deallocate()
    }

    // MARK: Asking

    /// Whether a word in `Bogstaver` is one of the list's; longer than `maxLength` none is.
    func erOrd(_ letters: [UInt8]) -> Bool {
        guard letters.count <= Self.maxLength else { return false }
        let hashes = Ordhash()
        hashes.take(letters, letters.count)
        return viden(letters, 0, letters.count, hashes).art.contains(.ord)
    }

    /// What is known of a piece of a word that `hashes` has taken.
    func viden(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ hashes: Ordhash
    ) -> Ordviden {
        let found = number(word, from, to, hashes.hash(from, to))
        guard found >= 0 else { return .ukendt }
        return Ordviden(
            art: Ordviden.Art(rawValue: arter[found]), forled: forled[found],
            efterled: efterled[found])
    }

    /// The entry of a piece of a word; -1 when there is none.
    private func number(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ hash: UInt64
    ) -> Int {
        var slot = Int(hash >> shift)
        let tag = hash << 32
        while slots[slot] != 0 {
            if slots[slot] & 0xFFFF_FFFF_0000_0000 == tag {
                let candidate = Int(slots[slot] & 0xFFFF_FFFF) - 1
                let start = Int(starts[candidate])
                if Int(starts[candidate + 1]) - start == to - from,
                    memcmp(letters + start, word + from, to - from) == 0
                {
                    return candidate
                }
            }
            slot = (slot + 1) & mask
        }
        return -1
    }

    // MARK: Making

    /// The entry of a word's beginning, made when there is none; -1 when the table is full.
    private func enter(_ word: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt64) -> Int {
        let known = number(word, 0, length, hash)
        let start = Int(starts[wordCount])
        guard known < 0, wordCount < maxWords, start + length <= maxLetters else { return known }
        var slot = Int(hash >> shift)
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        memcpy(letters + start, word, length)
        wordCount += 1
        starts[wordCount] = UInt32(start + length)
        slots[slot] = hash << 32 | UInt64(wordCount)
        return wordCount - 1
    }

    private func read(_ ordliste: [UInt8], _ hashes: Ordhash) {
        var word: [UInt8] = []
        ordliste.withUnsafeBufferPointer { text in
            guard let first = text.baseAddress else { return }
            var start = 0
            while start < text.count {
                let rest = text.count - start
                let end = memchr(first + start, 10, rest).map {
                    UnsafeRawPointer($0) - UnsafeRawPointer(first)
                }
                let length = (end ?? text.count) - start
                if length > 0, length <= Self.maxLength {
                    word.removeAll(keepingCapacity: true)
                    let line = UnsafeBufferPointer(start: first + start, count: length)
                    if Self.isLowercase(first + start, length), Bogstaver.append(line, to: &word) {
                        add(word, .ord, hashes)
                    }
                }
                start += length + 1
            }
        }
    }

    private static func isLowercase(_ line: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        var position = 0
        while position < length {
            let byte = line[position]
            // The letters' own capitals in UTF-8 are 0xC3 and 0x80...0x9E.
            guard byte >= 0x61, byte < 0x80 || byte > 0x9E else { return false }
            position += 1
        }
        return true
    }

    private func add(
        _ word: [UInt8], _ art: Ordviden.Art, _ hashes: Ordhash, forled: UInt16 = 0,
        efterled: UInt16 = 0
    ) {
        guard !word.isEmpty, word.count <= Self.maxLength else { return }
        word.withUnsafeBufferPointer { letters in
            guard let word = letters.baseAddress else { return }
            hashes.take(word, letters.count)
            let number = enter(word, letters.count, hashes.hash(0, letters.count))
            guard number >= 0 else { return }
            arter[number] |= art.rawValue
            self.forled[number] = max(self.forled[number], forled)
            self.efterled[number] = max(self.efterled[number], efterled)
        }
    }

    /// Counts a word's two halves wherever both are words of the list, or the first is one with a
    /// linking letter; a cut that may as well lie beside an s counts for neither.
    private func count(_ number: Int, _ hashes: Ordhash) {
        let start = Int(starts[number])
        let length = Int(starts[number + 1]) - start
        guard length >= 5 else { return }
        let word = UnsafePointer(letters + start)
        hashes.take(word, length)
        var cuts: UInt64 = 0
        var cut = 2
        while cut < length - 2 {
            if isCut(word, cut, length, hashes) { cuts |= 1 << UInt64(cut) }
            cut += 1
        }
        while cuts != 0 {
            let cut = cuts.trailingZeroBitCount
            let after = cuts >> UInt64(cut + 1) & 1 == 1 && word[cut] == Self.s
            if after {
                // Neither of the two; a third cannot follow, for no linking s stands after an s.
                cuts &= ~(3 << UInt64(cut))
            } else {
                note(word, cut, length, hashes)
                cuts &= cuts - 1
            }
        }
    }

    private static let s: UInt8 = 0x73
    private static let e: UInt8 = 0x65

    private func note(
        _ word: UnsafePointer<UInt8>, _ cut: Int, _ length: Int, _ hashes: Ordhash
    ) {
        let head = number(word, cut, length, hashes.hash(cut, length))
        if head >= 0 { efterled[head] = min(efterled[head] + 1, 60_000) }
        let modifier = enter(word, cut, hashes.hash(0, cut))
        if modifier >= 0 { forled[modifier] = min(forled[modifier] + 1, 60_000) }
    }

    private func isCut(
        _ word: UnsafePointer<UInt8>, _ cut: Int, _ length: Int, _ hashes: Ordhash
    ) -> Bool {
        guard isListed(word, cut, length, hashes) else { return false }
        if isListed(word, 0, cut, hashes) { return true }
        let last = word[cut - 1]
        guard (last == Self.s && cut > 3) || (last == Self.e && cut > 4) else { return false }
        return isListed(word, 0, cut - 1, hashes)
    }

    private func isListed(
        _ word: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ hashes: Ordhash
    ) -> Bool {
        let found = number(word, from, to, hashes.hash(from, to))
        return found >= 0 && arter[found] & Ordviden.Art.ord.rawValue != 0
    }

    /// Our own words; inflected by rule when there is no list that has the forms.
    private func addOwn(inflecting: Bool, _ hashes: Ordhash) {
        func words(_ text: String) -> [[UInt8]] {
            text.split(whereSeparator: \.isWhitespace).map { Bogstaver.letters(String($0)) }
        }
        for word in words(Ordforraad.forled) { add(word, .ord, hashes, forled: 40) }
        for word in words(Ordforraad.efterled) {
            add(word, .ord, hashes, efterled: 40)
            guard inflecting else { continue }
            for ending in words(Ordforraad.boejninger) {
                add(word + ending, .ord, hashes, efterled: 20)
            }
        }
        for word in words(Ordforraad.forstavelser) { add(word, .forstavelse, hashes) }
        for word in words(Ordforraad.endelser) { add(word, .endelse, hashes) }
    }
}
