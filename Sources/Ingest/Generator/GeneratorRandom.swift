import IndexCore

/// The generator's own source of chance: xoshiro256**, seeded through splitmix64.
///
/// The same seed gives the same numbers on every machine. Not for secrets.
///
/// Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (2021).
struct GeneratorRandom {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    init(seed: UInt64) {
        var mixer = seed
        s0 = Self.splitmix(&mixer)
        s1 = Self.splitmix(&mixer)
        s2 = Self.splitmix(&mixer)
        s3 = Self.splitmix(&mixer)
    }

    /// A source tied to a few numbers instead of to the run: the same for every seed of a plan.
    init(_ kind: DerivedKind, _ first: Int, _ second: Int = 0, _ third: Int = 0) {
        var mixer = UInt64(kind.rawValue) &* 0xD6E8_FEB8_6659_FD93
        for part in [first, second, third] {
            mixer = Self.splitmix(&mixer) ^ UInt64(truncatingIfNeeded: part)
        }
        self.init(seed: mixer)
    }

    mutating func next() -> UInt64 {
        let result = Self.rotate(s1 &* 5, 7) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = Self.rotate(s3, 45)
        return result
    }

    /// A number from 0 up to, not including, `bound`; 0 when `bound` is less than 1.
    mutating func below(_ bound: Int) -> Int {
        guard bound > 0 else { return 0 }
        return Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(bound)) >> 32)
    }

    mutating func between(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// True `share` times in a hundred.
    mutating func percent(_ share: Int) -> Bool { below(100) < share }

    /// True with the probability `share`, which is between 0 and 1.
    mutating func chance(_ share: Double) -> Bool {
        Double(next() >> 11) * 0x1p-53 < share
    }

    /// The index that `weights` favour: index i with probability weights[i] / sum.
    mutating func weighted(_ weights: [Int]) -> Int {
        var rest = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return index }
        }
        return 0
    }

    /// One of `items`; an empty list gives nil.
    mutating func element<Element>(of items: [Element]) -> Element? {
        items.isEmpty ? nil : items[below(items.count)]
    }

    /// A version 4 UUID.
    mutating func uuid() -> UUIDIdentifikator {
        let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return UUIDIdentifikator(high: high, low: low)
    }

    private static func splitmix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}

/// What a derived identity is of; each has its own space of UUIDs.
enum DerivedKind: Int {
    case system = 1
    case authority
    case unit
    case worker
    case klasse
    case facet
    case ydelse
    case other
}

extension UUIDIdentifikator {
    /// The identity of a thing that is there before any run: the same for every seed.
    static func derived(
        _ kind: DerivedKind, _ first: Int, _ second: Int = 0, _ third: Int = 0
    ) -> UUIDIdentifikator {
        var random = GeneratorRandom(kind, first, second, third)
        return random.uuid()
    }
}
