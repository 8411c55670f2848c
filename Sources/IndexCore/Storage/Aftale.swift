/// What a system may do for an authority, as approved.
///
/// Source: access rule X1; http-api §2.
public struct Aftale: Sendable, Equatable {
    public struct Roller: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// May read.
        public static let udstil = Roller(rawValue: 1)
        /// May write.
        public static let rediger = Roller(rawValue: 2)
    }

    public let id: Int64
    public let system: UUIDIdentifikator
    public let myndighed: CVRNummer
    public let roller: Roller
    public let grupper: [RightsGroup]
    public let fra: Tidspunkt
    /// Nil while it has no end.
    public let til: Tidspunkt?

    public init(
        id: Int64 = 0, system: UUIDIdentifikator, myndighed: CVRNummer, roller: Roller,
        grupper: [RightsGroup], fra: Tidspunkt, til: Tidspunkt? = nil
    ) {
        self.id = id
        self.system = system
        self.myndighed = myndighed
        self.roller = roller
        self.grupper = grupper
        self.fra = fra
        self.til = til
    }

    public func isInForce(at instant: Tidspunkt) -> Bool {
        fra <= instant && (til.map { instant < $0 } ?? true)
    }

    /// Whether it gives the role at that instant.
    public func giver(_ rolle: Roller, at instant: Tidspunkt) -> Bool {
        roller.contains(rolle) && isInForce(at: instant)
    }

    public var rolleNavne: [String] {
        (roller.contains(.udstil) ? ["Udstil"] : [])
            + (roller.contains(.rediger) ? ["Rediger"] : [])
    }
}

extension Aftale {
    /// The stored form: one group a line, `cvr,…|kle,…|level|system,…|unit,…`; `-` is "no limit".
    var grupperTekst: String {
        grupper.map { group in
            [
                group.myndigheder.map(\.description).sorted().joined(separator: ","),
                group.kle.map(\.text).joined(separator: ","), String(group.foelsomhed.rawValue),
                group.systemer.map { Self.list($0) } ?? "-",
                group.enheder.map { Self.list($0) } ?? "-",
            ].joined(separator: "|")
        }.joined(separator: "\n")
    }

    init?(_ statement: borrowing Statement) {
        guard let system = statement.uuid(1),
            let myndighed = CVRNummer(number: UInt32(clamping: statement.integer(2))),
            let text = statement.text(4)
        else { return nil }
        var grupper: [RightsGroup] = []
        for line in text.split(separator: "\n") {
            guard let group = Self.group(line) else { return nil }
            grupper.append(group)
        }
        self.init(
            id: statement.integer(0), system: system, myndighed: myndighed,
            roller: Roller(rawValue: UInt8(clamping: statement.integer(3))), grupper: grupper,
            fra: Tidspunkt(microseconds: statement.integer(5)),
            til: statement.optionalInteger(6).map { Tidspunkt(microseconds: $0) })
    }

    private static func list(_ uuids: Set<UUIDIdentifikator>) -> String {
        uuids.sorted().map(\.description).joined(separator: ",")
    }

    private static func group(_ line: Substring) -> RightsGroup? {
        let parts = line.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 5, let kle = KLEPattern.list(String(parts[1])),
            let level = UInt8(parts[2]).flatMap(Foelsomhed.init(rawValue:))
        else { return nil }
        let cvr = parts[0].split(separator: ",").compactMap { CVRNummer($0) }
        func uuids(_ text: Substring) -> Set<UUIDIdentifikator>? {
            text == "-" ? nil : Set(text.split(separator: ",").compactMap { UUIDIdentifikator($0) })
        }
        return RightsGroup(
            myndigheder: Set(cvr), kle: kle, foelsomhed: level, systemer: uuids(parts[3]),
            enheder: uuids(parts[4]))
    }
}
