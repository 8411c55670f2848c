/// A number for some parts in order (FNV-1a): the same whenever and wherever it is made.
public struct Aftryk {
    public private(set) var vaerdi: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func mix(_ part: some Sequence<UInt8>) {
        for byte in part { mix(byte: byte) }
        // Where one part ends and the next begins counts too.
        mix(byte: 0xFF)
    }

    public mutating func mix(_ number: UInt64) {
        mix((0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
    }

    private mutating func mix(byte: UInt8) {
        vaerdi = (vaerdi ^ UInt64(byte)) &* 0x100_0000_01B3
    }
}

extension AccessScope {
    /// A number for who calls and what they may see; others may have it too. Costs a pass over all rights.
    var aftryk: UInt64 {
        var aftryk = Aftryk()
        aftryk.mix(system.bytes)
        Self.tekster(systemGrupper).forEach { aftryk.mix($0.utf8) }
        if let bruger {
            aftryk.mix(CollectionOfOne(1))
            aftryk.mix(bruger.uuid?.bytes ?? [])
            for enhed in bruger.enheder.sorted() { aftryk.mix(enhed.bytes) }
            Self.tekster(bruger.grupper).forEach { aftryk.mix($0.utf8) }
        }
        return aftryk.vaerdi
    }

    /// The groups in an order that does not hang on that in which they were given.
    private static func tekster(_ grupper: [RightsGroup]) -> [String] {
        func uuids(_ set: Set<UUIDIdentifikator>?) -> String {
            set.map { $0.sorted().map(\.description).joined(separator: ",") } ?? "*"
        }
        return grupper.map { group in
            [
                group.myndigheder.sorted().map(\.description).joined(separator: ","),
                group.kle.map(\.text).joined(separator: ","), String(group.foelsomhed.rawValue),
                uuids(group.systemer), uuids(group.enheder),
            ].joined(separator: ";")
        }.sorted()
    }
}
