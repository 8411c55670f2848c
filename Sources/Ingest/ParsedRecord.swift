public import IndexCore

/// What a sender asks to be done with an object.
public enum IngestOperation: Sendable {
    case importer
    case opdater
}

/// One object as read: everything typed and placed, nothing judged beyond the schema.
public struct ParsedRecord: Sendable {
    public let kind: ObjektKind
    public let operation: IngestOperation
    /// Nil when it is missing or malformed; then a finding says so.
    public let uuid: UUIDIdentifikator?
    public let registreringer: [ParsedRegistrering]
    /// What the schema rules found, in the order of the text.
    public let findings: [Finding]

    public init(
        kind: ObjektKind, operation: IngestOperation, uuid: UUIDIdentifikator?,
        registreringer: [ParsedRegistrering], findings: [Finding]
    ) {
        self.kind = kind
        self.operation = operation
        self.uuid = uuid
        self.registreringer = registreringer
        self.findings = findings
    }

    public var schema: ObjektSchema { ObjektSchema.of(kind) }
}

/// One registration as read.
///
/// `segments` stand in the schema's order of lists and, within a list, as sent.
public struct ParsedRegistrering: Sendable {
    /// Which of the three lists were there, empty or not.
    public struct Lists: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let attribut = Lists(rawValue: 1)
        public static let tilstand = Lists(rawValue: 2)
        public static let relation = Lists(rawValue: 4)
        public static let all: Lists = [.attribut, .tilstand, .relation]
    }

    /// Its place in the message's `Registrering` array; nil in an update, which has none.
    public let index: Int?
    public let header: ElementGroup
    public let lists: Lists
    public let segments: [Segment]
    /// The place of each segment in its own list, beside `segments`.
    public let positions: [Int]

    /// Where the segments of each timeline stand among `segments`.
    var places: [TimelineKey: [Int]] {
        Dictionary(grouping: segments.indices) { segments[$0].key }
    }

    /// The path of a segment, with `member` behind it.
    public func sti(_ segment: Int, in schema: ObjektSchema, _ member: String? = nil) -> String {
        let unit = segments[segment].unit
        var parts: [String] = []
        if let index { parts.append("Registrering[\(index)]") }
        if let unitSchema = schema.unit(unit) {
            parts.append(unitSchema.container.name)
            if unitSchema.isExtension { parts.append(Element.lokalUdvidelseListe.name) }
        }
        parts.append("\(unit.name)[\(positions[segment])]")
        if let member { parts.append(member) }
        return parts.joined(separator: ".")
    }

    /// The path of something beside the segments.
    public func sti(_ member: String) -> String {
        guard let index else { return member }
        return "Registrering[\(index)].\(member)"
    }
}

extension UnitSchema.Container {
    var name: String { listElement.name }
}
