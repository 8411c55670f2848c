public import IndexCore

/// What a generated data set is to be like: how large, from which seed, whose and when.
public struct GeneratorPlan: Sendable {
    /// How many lines there will be, of all four kinds together.
    public var objects: Int
    /// The same seed and the same plan give the same bytes.
    public var seed: UInt64
    /// Whose objects; at least one is needed for any line to be made.
    public var authorities: [GeneratorAuthority]
    /// The days that things happen on, counted from 1970-01-01.
    public var history: ClosedRange<Int>
    /// The share (0–1) of documents filed on, and payments of, another authority's object.
    public var foreignShare: Double

    public init(
        objects: Int, seed: UInt64,
        authorities: [GeneratorAuthority] = GeneratorAuthority.standard,
        history: ClosedRange<Int> = GeneratorPlan.standardHistory,
        foreignShare: Double = 0.001
    ) {
        self.objects = objects
        self.seed = seed
        self.authorities = authorities
        self.history = history
        self.foreignShare = foreignShare
    }

    /// January 2019 to October 2026.
    public static let standardHistory =
        GeneratorCalendar.day(2019, 1, 1)...GeneratorCalendar.day(2026, 10, 31)

    /// The small set to look around in: two authorities, three years, 10,000 objects.
    public static func demonstration(seed: UInt64 = 1) -> GeneratorPlan {
        GeneratorPlan(
            objects: 10_000, seed: seed, authorities: GeneratorAuthority.demonstration,
            history: GeneratorCalendar.day(2023, 11, 1)...GeneratorCalendar.day(2026, 11, 1))
    }
}

/// A fictitious authority that owns generated objects.
public struct GeneratorAuthority: Sendable, Hashable {
    public let cvr: CVRNummer
    /// The full name, such as "Eksempelby Kommune".
    public let name: String
    /// Its share of all objects, relative to the other authorities of the plan; at least 1.
    public let weight: Int
    /// The identity of its organisation; follows from the CVR number alone.
    public let uuid: UUIDIdentifikator

    public init(cvr: CVRNummer, name: String, weight: Int) {
        self.cvr = cvr
        self.name = name
        self.weight = max(1, weight)
        uuid = .derived(.authority, Int(cvr.number))
    }

    /// 98 municipalities that do not exist, sized as those that do: the largest has a ninth of all.
    public static let standard: [GeneratorAuthority] = (0..<98).compactMap { rank in
        guard let cvr = CVRNummer(number: 90_000_001 + UInt32(rank)) else { return nil }
        return GeneratorAuthority(
            cvr: cvr, name: municipalityName(rank) + " Kommune", weight: populationWeight(rank))
    }

    /// The two authorities of the demonstration.
    public static let demonstration: [GeneratorAuthority] = [
        (UInt32(99_000_001), "Eksempelby Kommune", 65),
        (UInt32(99_000_002), "Nabokøbing Kommune", 35),
    ].compactMap { number, name, weight in
        CVRNummer(number: number).map { GeneratorAuthority(cvr: $0, name: name, weight: weight) }
    }

    private static func municipalityName(_ rank: Int) -> String {
        let stems = [
            "Ege", "Vester", "Nørre", "Sønder", "Lyng", "Birke", "Aske", "Hassel", "Bøge", "Kirke",
            "Strand", "Øster", "Ravn", "Svane",
        ]
        let endings = ["lund", "å", "mark", "bæk", "holt", "rup", "sø"]
        // 37 has no factor in common with 98: every stem meets every ending once.
        let mixed = rank * 37 % 98
        return stems[mixed / 7] + endings[mixed % 7]
    }

    /// Five stand out; from there on sizes fall along a bent line to a small island.
    private static func populationWeight(_ rank: Int) -> Int {
        let largest = [1000, 540, 340, 320, 200]
        guard rank >= largest.count else { return largest[rank] }
        let rest = 97 - rank
        return 5 + 165 * (92 * rest + rest * rest) / (2 * 92 * 92)
    }
}

/// A source system that generated objects come from.
public struct GeneratorSystem: Sendable, Hashable {
    /// The identity of the system; the same for every plan and seed.
    public let uuid: UUIDIdentifikator
    public let name: String

    /// All 40, so that agreements can be made for them before data is loaded.
    public static let all: [GeneratorSystem] = GeneratorVocabulary.systemNames.enumerated().map {
        GeneratorSystem(uuid: .derived(.system, $0.offset), name: $0.element)
    }
}
