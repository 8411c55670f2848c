import Foundation

/// Seeds for tests of random objects: those that are always tried and, for a longer search, as many drawn anew as
/// TVAERINDEKS_FROE says.
///
/// A failure names its seed, which then belongs among those that are always tried.
enum Froe {
    static func alle(_ faste: [UInt64]) -> [UInt64] { faste + nye() }

    /// With a further value, which a new seed shares with one of the others.
    static func alle(_ faste: [(UInt64, Int)]) -> [(UInt64, Int)] {
        faste + nye().map { seed in (seed, faste[Int(seed % UInt64(faste.count))].1) }
    }

    private static func nye() -> [UInt64] {
        let antal = ProcessInfo.processInfo.environment["TVAERINDEKS_FROE"].flatMap { Int($0) }
        return (0..<(antal ?? 0)).map { _ in .random(in: 0..<1 << 40) }
    }
}
