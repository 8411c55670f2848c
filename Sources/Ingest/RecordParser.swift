public import IndexCore

/// Bytes → `ParsedRecord`: reads one object by its schema. Pure.
///
/// Collects every schema finding (rules R1–R12, Y01–Y11, R26/Y39) and reads on past it; only text
/// that is not JSON at all ends the reading. Costs about 10 µs for an object of 3 KB.
/// Source: sag-dokument contract §3.4 (the JSON mapping) and §5.
public struct RecordParser {
    let schema: ObjektSchema
    let isYdelse: Bool
    var reader: JSONReader
    var writer = RecordWriter(reserving: 2048)
    var path = SourcePath()
    var findings: [Finding] = []
    /// The distinct actors of the object's Virkning elements, kept beside the segments.
    var aside: [UInt8] = []
    var actors: [Range<Int>] = []
    /// Where a few different Virkning elements stood that had no fault, and what they say: most of
    /// an object's are the same, byte for byte, and are then not read again.
    var virkninger: [(text: Range<Int>, draft: VirkningDraft)] = []
    static let keptVirkninger = 4

    /// Reads `text` as one object of `kind` in the form that `operation` has.
    public static func parse(
        _ text: UnsafeBufferPointer<UInt8>, as kind: ObjektKind, _ operation: IngestOperation
    ) throws(JSONError) -> ParsedRecord {
        var parser = RecordParser(schema: ObjektSchema.of(kind), reader: try JSONReader(text))
        let record =
            operation == .importer ? try parser.importObject() : try parser.updateObject()
        try parser.reader.finish()
        return record
    }

    private init(schema: ObjektSchema, reader: JSONReader) {
        self.schema = schema
        self.reader = reader
        isYdelse = schema.kind == .bevilling || schema.kind == .oekonomiskEffektuering
    }

    // MARK: The two outer forms

    private mutating func importObject() throws(JSONError) -> ParsedRecord {
        var uuid: UUIDIdentifikator?
        var drafts: [RegistreringDraft] = []
        var udenNotifikation: Bool?
        var seen = Seen()
        try object { parser, element throws(JSONError) in
            guard parser.isNew(element, &seen) else { return false }
            switch element {
            case .uuidIdentifikator: uuid = try parser.uuidValue()
            case .registrering: drafts = try parser.registreringer()
            case .udenNotifikation where parser.schema.allowsUdenNotifikation:
                udenNotifikation = try parser.booleanValue()
            default: return false
            }
            return true
        }
        if uuid == nil && !seen.contains(.uuidIdentifikator) {
            report(rule(.R1, .Y01), .uuidIdentifikator)
        }
        if drafts.isEmpty { report(rule(.R9, .Y09), .registrering) }
        return record(.importer, uuid, drafts, udenNotifikation)
    }

    private mutating func updateObject() throws(JSONError) -> ParsedRecord {
        var uuid: UUIDIdentifikator?
        var draft = RegistreringDraft(index: nil)
        var udenNotifikation: Bool?
        var seen = Seen()
        try object { parser, element throws(JSONError) in
            guard parser.isNew(element, &seen) else { return false }
            switch element {
            case .uuidIdentifikator: uuid = try parser.uuidValue()
            case .udenNotifikation where parser.schema.allowsUdenNotifikation:
                udenNotifikation = try parser.booleanValue()
            case .livscyklusKode, .brugerRef:
                parser.report(parser.rule(.R10, .Y10), element)
                try parser.reader.skip()
            default: return try parser.registreringMember(element, &draft)
            }
            return true
        }
        if uuid == nil && !seen.contains(.uuidIdentifikator) {
            report(rule(.R1, .Y01), .uuidIdentifikator)
        }
        if !draft.hasTidspunkt { report(rule(.R10, .Y10), .tidspunkt) }
        return record(.opdater, uuid, [draft], udenNotifikation)
    }

    private mutating func registreringer() throws(JSONError) -> [RegistreringDraft] {
        var drafts: [RegistreringDraft] = []
        try array(.registrering) { parser throws(JSONError) in
            var draft = RegistreringDraft(index: drafts.count)
            var seen = Seen()
            try parser.object { parser, element throws(JSONError) in
                guard parser.isNew(element, &seen) else { return false }
                return try parser.registreringMember(element, &draft)
            }
            if draft.lists != .all { parser.report(parser.rule(.R9, .Y09)) }
            drafts.append(draft)
        }
        return drafts
    }

    /// A member of Registrering, or of an update; false when it has no such member.
    private mutating func registreringMember(
        _ element: Element, _ draft: inout RegistreringDraft
    ) throws(JSONError) -> Bool {
        let start = writer.count
        switch element {
        case .noteTekst: try field(FieldSchema(element, .text(min: 0, max: 1024)))
        case .tidspunkt:
            try field(FieldSchema(element, .dateTime))
            draft.hasTidspunkt = true
        case .livscyklusKode:
            try field(FieldSchema(element, .choice(ObjektSchema.livscyklusKoder)))
        case .brugerRef: try field(FieldSchema(element, .unikId))
        case .stsTidspunkt where draft.index != nil:
            try field(FieldSchema(element, .dateTime))
            writer.rewind(to: start)
            report(rule(.R24, .Y24), element)
        case .attributListe: try unitLists(.attribut, &draft)
        case .tilstandListe: try unitLists(.tilstand, &draft)
        case .relationListe: try unitLists(.relation, &draft)
        default: return false
        }
        switch element {
        case .attributListe, .tilstandListe, .relationListe: break
        default:
            if writer.count > start { draft.header.append((element, start..<writer.count)) }
        }
        return true
    }

    private mutating func record(
        _ operation: IngestOperation, _ uuid: UUIDIdentifikator?, _ drafts: [RegistreringDraft],
        _ udenNotifikation: Bool?
    ) -> ParsedRecord {
        let actorBytes = aside
        let storage = writer.bytes
        let registreringer = drafts.map {
            $0.finished(
                storage, actors: actorBytes, schema: schema, udenNotifikation: udenNotifikation)
        }
        return ParsedRecord(
            kind: schema.kind, operation: operation, uuid: uuid, registreringer: registreringer,
            findings: findings)
    }

    // MARK: Lists of units

    private mutating func unitLists(
        _ container: UnitSchema.Container, _ draft: inout RegistreringDraft
    ) throws(JSONError) {
        draft.lists.insert(container.flag)
        var seen = Seen()
        try object { parser, element throws(JSONError) in
            guard parser.isNew(element, &seen) else { return false }
            if element == .lokalUdvidelseListe {
                try parser.unitExtensions(container, &draft)
                return true
            }
            guard let unit = parser.schema.unit(element), unit.container == container,
                !unit.isExtension
            else { return false }
            try parser.units(unit, &draft)
            return true
        }
    }

    private mutating func unitExtensions(
        _ container: UnitSchema.Container, _ draft: inout RegistreringDraft
    ) throws(JSONError) {
        var seen = Seen()
        try object { parser, element throws(JSONError) in
            guard parser.isNew(element, &seen) else { return false }
            if element == .senestAendretTidspunkt {
                let start = parser.writer.count
                let outer = parser.writer.begin(container.listElement)
                let list = parser.writer.begin(.lokalUdvidelseListe)
                try parser.field(FieldSchema(element, .dateTime))
                parser.writer.end(list)
                parser.writer.end(outer)
                draft.header.append((container.listElement, start..<parser.writer.count))
                return true
            }
            guard let unit = parser.schema.unit(element), unit.container == container,
                unit.isExtension
            else { return false }
            try parser.units(unit, &draft)
            return true
        }
    }

    private mutating func units(
        _ unit: UnitSchema, _ draft: inout RegistreringDraft
    ) throws(JSONError) {
        var position = 0
        try array(unit.element) { parser throws(JSONError) in
            draft.segments.append(try parser.segment(unit, position))
            position += 1
        }
    }

    private mutating func segment(
        _ unit: UnitSchema, _ position: Int
    ) throws(JSONError) -> SegmentDraft {
        var virkning = VirkningDraft()
        let start = writer.count
        try members(of: unit.group, virkning: &virkning)
        return SegmentDraft(
            unit: unit.element, position: position, virkning: virkning,
            body: start..<writer.count)
    }
}

// MARK: - What is read before the bytes are final

struct RegistreringDraft {
    let index: Int?
    var header: [(element: Element, range: Range<Int>)] = []
    var lists: ParsedRegistrering.Lists = []
    var segments: [SegmentDraft] = []
    var hasTidspunkt = false

    init(index: Int?) { self.index = index }

    func finished(
        _ storage: [UInt8], actors: [UInt8], schema: ObjektSchema, udenNotifikation: Bool?
    ) -> ParsedRegistrering {
        var headerWriter = RecordWriter(reserving: 128)
        for part in header.sorted(by: { $0.element.rawValue < $1.element.rawValue }) {
            headerWriter.copy(ElementGroup(storage, part.range))
        }
        if let udenNotifikation {
            headerWriter.mark(.udenNotifikation, udenNotifikation ? .yes : .no)
        }
        let ordered = inOrder(of: schema)
        return ParsedRegistrering(
            index: index, header: ElementGroup(headerWriter.bytes), lists: lists,
            segments: ordered.map { $0.finished(storage, actors: actors) },
            positions: ordered.map(\.position))
    }
}

extension RegistreringDraft {
    /// The segments in the schema's order of lists; most senders write them so.
    private func inOrder(of schema: ObjektSchema) -> [SegmentDraft] {
        let places = segments.map { schema.order(of: $0.unit) }
        guard zip(places, places.dropFirst()).contains(where: { $0 > $1 }) else { return segments }
        return segments.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { segments[$0] }
    }
}

struct SegmentDraft {
    let unit: Element
    let position: Int
    let virkning: VirkningDraft
    let body: Range<Int>

    func finished(_ storage: [UInt8], actors: [UInt8]) -> Segment {
        Segment(
            unit: unit, virkning: virkning.finished(actors), body: ElementGroup(storage, body))
    }
}

struct VirkningDraft {
    var given: Virkning.Given = []
    var fra = Tidspunkt.distantPast
    var til = Tidspunkt.distantFuture
    var aktoer = 0..<0

    func finished(_ actors: [UInt8]) -> Virkning {
        Virkning(fra: fra, til: til, aktoer: ElementGroup(actors, aktoer), given: given)
    }
}

extension UnitSchema.Container {
    var flag: ParsedRegistrering.Lists {
        switch self {
        case .attribut: .attribut
        case .tilstand: .tilstand
        case .relation: .relation
        }
    }
}

/// Which elements an object has had, so that a second one is told.
struct Seen {
    private var bits = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))

    func contains(_ element: Element) -> Bool {
        let bit = UInt64(1) << UInt64(element.rawValue & 63)
        switch element.rawValue >> 6 {
        case 0: return bits.0 & bit != 0
        case 1: return bits.1 & bit != 0
        case 2: return bits.2 & bit != 0
        default: return bits.3 & bit != 0
        }
    }

    mutating func insert(_ element: Element) {
        let bit = UInt64(1) << UInt64(element.rawValue & 63)
        switch element.rawValue >> 6 {
        case 0: bits.0 |= bit
        case 1: bits.1 |= bit
        case 2: bits.2 |= bit
        default: bits.3 |= bit
        }
    }
}
