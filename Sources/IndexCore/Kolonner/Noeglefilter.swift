/// Which of many keys something may have: always true of one that it has, and of two in a hundred that it
/// has not (a Bloom filter). A byte a key where the number was known beforehand, else up to two.
///
/// Keys are given by their hashes and never taken out.
struct Noeglefilter: Sendable {
    /// Filled to its capacity at most; then another is begun.
    private struct Lag {
        var words: [UInt64]
        let plads: Int
        var antal = 0

        init(plads: Int) {
            self.plads = plads
            words = [UInt64](repeating: 0, count: plads / 8 + 1)
        }

        func mayHold(_ hash: UInt64) -> Bool {
            for probe in 0..<Noeglefilter.proever {
                let bit = self.bit(hash, probe)
                if words[bit >> 6] & (1 << UInt64(bit & 63)) == 0 { return false }
            }
            return true
        }

        mutating func insert(_ hash: UInt64) {
            antal += 1
            for probe in 0..<Noeglefilter.proever {
                let bit = self.bit(hash, probe)
                words[bit >> 6] |= 1 << UInt64(bit & 63)
            }
        }

        /// Two halves of the hash give all places.
        private func bit(_ hash: UInt64, _ probe: UInt64) -> Int {
            let mixed = hash &+ probe &* (hash >> 32 | hash << 32 | 1)
            return Int(mixed.multipliedFullWidth(by: UInt64(words.count * 64)).high)
        }
    }

    private static let proever: UInt64 = 5

    private var lag: [Lag]

    /// With room for so many keys at once.
    init(antal: Int) { lag = [Lag(plads: max(antal, 256))] }

    func mayHold(_ hash: UInt64) -> Bool { lag.contains { $0.mayHold(hash) } }

    mutating func insert(_ hash: UInt64) {
        guard !mayHold(hash) else { return }
        if lag[lag.count - 1].antal >= lag[lag.count - 1].plads {
            lag.append(Lag(plads: lag[lag.count - 1].plads * 2))
        }
        lag[lag.count - 1].insert(hash)
    }

    // MARK: Hashes

    static func hash(_ noegle: Noegle) -> UInt64 {
        noegle.bytes.withUnsafeBytes { Checksum.xxh64($0, seed: 1) }
    }

    /// A form of the text index.
    static func hash(form: ArraySlice<UInt8>) -> UInt64 {
        form.withUnsafeBytes { Checksum.xxh64($0, seed: 2) }
    }
}
