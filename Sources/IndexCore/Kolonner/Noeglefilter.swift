/// Which of many keys something may have: always true of one that it has, and of one in a hundred that it
/// has not (a Bloom filter whose probes fall in one line of the processor's cache). Twelve bits a key where
/// the number was known beforehand, else up to twice that.
///
/// Keys are given by their hashes and never taken out.
struct Noeglefilter: Sendable {
    /// Filled to its capacity at most; then another is begun.
    private struct Lag {
        /// A cache line each.
        var blokke: [SIMD8<UInt64>]
        let plads: Int
        var antal = 0

        init(plads: Int) {
            self.plads = plads
            blokke = [SIMD8<UInt64>](repeating: .zero, count: plads * 12 / 512 + 1)
        }

        func mayHold(_ hash: UInt64) -> Bool {
            let offset = blok(hash) * 64
            return blokke.withUnsafeBytes { bytes in
                var rest = hash &* Noeglefilter.spredning
                for _ in 0..<Noeglefilter.proever {
                    let word = bytes.load(
                        fromByteOffset: offset + Int(rest >> 61) * 8, as: UInt64.self)
                    if word & (1 << (rest >> 55 & 63)) == 0 { return false }
                    rest <<= 9
                }
                return true
            }
        }

        mutating func insert(_ hash: UInt64) {
            antal += 1
            let place = blok(hash)
            var blok = blokke[place]
            var rest = hash &* Noeglefilter.spredning
            for _ in 0..<Noeglefilter.proever {
                blok[Int(rest >> 61)] |= 1 << (rest >> 55 & 63)
                rest <<= 9
            }
            blokke[place] = blok
        }

        private func blok(_ hash: UInt64) -> Int {
            Int(hash.multipliedFullWidth(by: UInt64(blokke.count)).high)
        }
    }

    private static let proever = 7
    /// The block is chosen by the hash's upper bits; a product's upper bits hang on all.
    private static let spredning: UInt64 = 0x9E37_79B9_7F4A_7C15

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
