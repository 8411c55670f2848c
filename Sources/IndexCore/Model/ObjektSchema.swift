/// What a field may hold.
public enum ValueType: Sendable {
    /// Unicode scalars, least and most.
    case text(min: Int, max: Int)
    case uuid
    case unikId
    case dateTime
    /// A Danish midnight sent as a dateTime; shown with Denmark's offset, never in UTC.
    case businessDateTime
    case date
    case boolean
    case integer
    case choice([String])
    /// A CVR number: exactly eight digits.
    case cvr
    case beloeb
    case base64
    case virkning
    case group(GroupSchema)
}

/// One member of a group.
public struct FieldSchema: Sendable {
    public let element: Element
    public let type: ValueType
    /// More than one may stand: an array in JSON.
    public let repeats: Bool
    /// The most that may stand, for a repeated one with a bound.
    public let maxCount: Int?

    public init(element: Element, type: ValueType, repeats: Bool, maxCount: Int?) {
        self.element = element
        self.type = type
        self.repeats = repeats
        self.maxCount = maxCount
    }
}

/// The members a group may hold, in the schema's order.
public final class GroupSchema: Sendable {
    public let fields: [FieldSchema]
    private let slots: [UInt8]

    public init(_ fields: [FieldSchema]) {
        self.fields = fields
        var slots = [UInt8](repeating: 0, count: 256)
        for (index, field) in fields.enumerated() {
            slots[Int(field.element.rawValue)] = UInt8(index + 1)
        }
        self.slots = slots
    }

    @inline(__always)
    public func field(_ element: Element) -> FieldSchema? {
        let slot = slots[Int(element.rawValue)]
        return slot == 0 ? nil : fields[Int(slot) - 1]
    }

    /// The member's place in the schema's order, from 1; 0 for a stranger.
    public func order(of element: Element) -> Int { Int(slots[Int(element.rawValue)]) }

    /// A group of these values in the schema's order; those of one member as they come.
    public func group(of values: [ElementValue]) -> ElementGroup {
        let places = values.map { order(of: $0.element) }
        var writer = RecordWriter(reserving: 256)
        for place in values.indices.sorted(by: { (places[$0], $0) < (places[$1], $1) }) {
            writer.copy(values[place])
        }
        return ElementGroup(writer.bytes)
    }
}

/// One list of units inside a registration.
public struct UnitSchema: Sendable {
    public enum Container: CaseIterable, Sendable { case attribut, tilstand, relation }
    /// The element, such as `.sagspart`.
    public let element: Element
    public let container: Container
    /// It stands in the container's LokalUdvidelseListe.
    public let isExtension: Bool
    public let group: GroupSchema
}

/// The tree of one kind of object: what may be sent, and how it is shown.
///
/// Source: schemas 6.0.STS-0 of Sag, SagIndeks, DokumentIndeks, BevillingIndeks and
/// OekonomiskEffektueringIndeks.
public final class ObjektSchema: Sendable {
    public let kind: ObjektKind
    /// The member of an import message that holds such objects, e.g. `SagIndeks`.
    public let importName: String
    /// The same of an update message, e.g. `OpdaterSagIndeks`.
    public let updateName: String
    public let units: [UnitSchema]
    public let allowsUdenNotifikation: Bool
    private let slots: [UInt8]

    init(
        _ kind: ObjektKind, importName: String, udenNotifikation: Bool, units: [UnitSchema]
    ) {
        self.kind = kind
        self.importName = importName
        updateName = "Opdater" + importName
        allowsUdenNotifikation = udenNotifikation
        self.units = units
        var slots = [UInt8](repeating: 0, count: 256)
        for (index, unit) in units.enumerated() {
            slots[Int(unit.element.rawValue)] = UInt8(index + 1)
        }
        self.slots = slots
    }

    public func unit(_ element: Element) -> UnitSchema? {
        let slot = slots[Int(element.rawValue)]
        return slot == 0 ? nil : units[Int(slot) - 1]
    }

    /// The unit's place in the schema's order.
    public func order(of element: Element) -> Int { Int(slots[Int(element.rawValue)]) }

    /// The segments in the schema's order of lists; those of one list as they come.
    public func ordnet(_ segments: [Segment]) -> [Segment] {
        let places = segments.map { order(of: $0.unit) }
        return segments.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { segments[$0] }
    }

    public static func of(_ kind: ObjektKind) -> ObjektSchema {
        switch kind {
        case .sag: sag
        case .dokument: dokument
        case .bevilling: bevilling
        case .oekonomiskEffektuering: effektuering
        }
    }

    /// The extension elements of relations, which may stand only in their own relation (R17).
    public static let relationExtensions: Set<Element> = [
        .sagsaktoerLokalUdvidelse, .sagsklasseLokalUdvidelse, .sagspartLokalUdvidelse,
        .sagsgenstandeLokalUdvidelse, .dokumentaktoerLokalUdvidelse,
        .dokumentpartLokalUdvidelse, .dokumentklasseLokalUdvidelse,
    ]

    public static let aktoerTyper = [
        "Organisation", "OrganisationEnhed", "OrganisationFunktion", "Bruger", "ItSystem",
        "Interessefaellesskab",
    ]
    public static let livscyklusKoder = ["Opstaaet", "Importeret", "Passiveret", "Slettet"]
    public static let sagFremdrift = ["Opstaaet", "Oplyst", "Afgjort", "Afsluttet"]
    public static let dokumentFremdrift = [
        "Modtaget", "Fordelt", "Underudarbejdelse", "Underreview", "Publiceret", "Endeligt",
        "Afleveret",
    ]
    public static let dokumentTyper = [
        "Faktura", "Brev, indgaaende", "Brev, udgaaende", "Brev", "Internt Notat",
        "Eksternt Notat", "Rapport", "Dagsorden", "Plan", "Andet",
    ]
}

// MARK: - The four trees

private func one(_ element: Element, _ type: ValueType) -> FieldSchema {
    FieldSchema(element: element, type: type, repeats: false, maxCount: nil)
}

private func many(_ element: Element, _ type: ValueType, atMost: Int? = nil) -> FieldSchema {
    FieldSchema(element: element, type: type, repeats: true, maxCount: atMost)
}

private func text(_ element: Element, _ max: Int, min: Int = 0) -> FieldSchema {
    one(element, .text(min: min, max: max))
}

private func freeText(_ element: Element) -> FieldSchema {
    one(element, .text(min: 0, max: 1_000_000))
}

private func group(_ element: Element, _ fields: [FieldSchema]) -> FieldSchema {
    one(element, .group(GroupSchema(fields)))
}

private let brugervendtNoegle = text(.brugervendtNoegle, 50)
private let fuldtNavn = text(.fuldtNavn, 255)
private let foelsomhed = one(.foelsomhed, .choice(Foelsomhed.allCases.map(\.text)))
private let virkning = one(.virkning, .virkning)

private let offentlighedUndtaget = group(
    .offentlighedUndtaget,
    [text(.titelAlternativTekst, 255), text(.offentlighedUndtagetHjemmelTekst, 1024)])

private func extensions(_ fields: [FieldSchema] = []) -> FieldSchema {
    group(.lokalUdvidelseListe, fields + [one(.senestAendretTidspunkt, .dateTime)])
}

/// gd:RelationType, its extension element if it has one, and what a derived type adds.
private func relation(
    _ extensionFields: [FieldSchema] = [], adding own: [FieldSchema] = []
) -> GroupSchema {
    GroupSchema(
        [
            virkning, one(.rolle, .unikId), one(.type, .unikId), text(.indeks, 36),
            one(.referenceID, .unikId), extensions(extensionFields),
        ] + own)
}

/// bi:RelationUdenVirkningType and what a derived type adds.
private func relationUdenVirkning(_ own: [FieldSchema]) -> GroupSchema {
    GroupSchema(
        [
            one(.rolle, .unikId), one(.type, .unikId), freeText(.indeks),
            one(.referenceID, .unikId), extensions(),
        ] + own)
}

private func attribut(_ element: Element, _ group: GroupSchema) -> UnitSchema {
    UnitSchema(element: element, container: .attribut, isExtension: false, group: group)
}

private func relationUnit(
    _ element: Element, _ group: GroupSchema, isExtension: Bool = false
) -> UnitSchema {
    UnitSchema(element: element, container: .relation, isExtension: isExtension, group: group)
}

private func fremdrift(_ codes: [String]) -> UnitSchema {
    UnitSchema(
        element: .fremdrift, container: .tilstand, isExtension: false,
        group: GroupSchema([virkning, one(.fremdriftStatusKode, .choice(codes))]))
}

extension ObjektSchema {
    static let sag = ObjektSchema(
        .sag, importName: "SagIndeks", udenNotifikation: true,
        units: [
            attribut(
                .egenskaber,
                GroupSchema([
                    virkning, brugervendtNoegle, one(.afleveretIndikator, .boolean),
                    text(.beskrivelse, 4096), text(.hjemmelSpecifikation, 1024),
                    text(.kassationskode, 50), offentlighedUndtaget,
                    one(.principielIndikator, .boolean), text(.sagsnummer, 50, min: 1),
                    text(.titel, 255, min: 1),
                ])),
            UnitSchema(
                element: .sagIndeksEgenskaber, container: .attribut, isExtension: true,
                group: GroupSchema([
                    virkning, text(.sagsstatus, 255), text(.sagskategori, 255), foelsomhed,
                    text(.lokation, 255), one(.oprettetTidspunkt, .dateTime),
                ])),
            fremdrift(sagFremdrift),
            relationUnit(
                .sagsaktoer,
                relation([
                    group(
                        .sagsaktoerLokalUdvidelse,
                        [brugervendtNoegle, fuldtNavn, one(.cvrNummer, .cvr)])
                ])),
            relationUnit(
                .sagsklasse,
                relation([
                    group(
                        .sagsklasseLokalUdvidelse,
                        [
                            text(.facettitel, 255), text(.klassetitel, 255), brugervendtNoegle,
                            many(
                                .soegeord,
                                .group(
                                    GroupSchema([
                                        freeText(.soegeordIdentifikator),
                                        freeText(.beskrivelseTekst),
                                        freeText(.soegeordKategoriTekst),
                                    ]))),
                        ])
                ])),
            relationUnit(
                .sagspart,
                relation([group(.sagspartLokalUdvidelse, [brugervendtNoegle, fuldtNavn])])),
            relationUnit(.sagsrelation, relation()),
            relationUnit(
                .sagsgenstande,
                relation([group(.sagsgenstandeLokalUdvidelse, [text(.tekstfelt, 1024)])])),
            relationUnit(
                .journalpost,
                relation(adding: [
                    group(
                        .journalpostEgenskaber,
                        [
                            text(.dokumenttitel, 255), offentlighedUndtaget,
                            group(
                                .journalnotatEgenskaber,
                                [
                                    text(.titel, 255, min: 1), one(.notat, .base64),
                                    text(.format, 50),
                                ]),
                        ])
                ])),
            relationUnit(.sikkerhedsprofil, relation(), isExtension: true),
            relationUnit(
                .sagsitsystemRelation,
                relation(adding: [text(.systemNavn, 255, min: 1), text(.systemURI, 255)]),
                isExtension: true),
        ])

    static let dokument = ObjektSchema(
        .dokument, importName: "DokumentIndeks", udenNotifikation: false,
        units: [
            attribut(
                .egenskaber,
                GroupSchema([
                    virkning, brugervendtNoegle, text(.titel, 255, min: 1),
                    text(.beskrivelse, 4096), one(.brevDato, .date), offentlighedUndtaget,
                    one(.versionIdentifikator, .integer),
                    one(.underversionIdentifikator, .integer), text(.kassationskode, 50),
                    text(.dokumentnummer, 50, min: 1), foelsomhed,
                    one(.type, .choice(dokumentTyper)),
                ])),
            fremdrift(dokumentFremdrift),
            relationUnit(.dokumentrelation, relation()),
            relationUnit(
                .dokumentaktoer,
                relation([
                    group(
                        .dokumentaktoerLokalUdvidelse,
                        [brugervendtNoegle, fuldtNavn, one(.cvrNr, .cvr)])
                ])),
            relationUnit(
                .dokumentpart,
                relation([group(.dokumentpartLokalUdvidelse, [brugervendtNoegle, fuldtNavn])])),
            relationUnit(
                .dokumentklasse,
                relation([
                    group(
                        .dokumentklasseLokalUdvidelse,
                        [
                            text(.klassetitel, 255), brugervendtNoegle,
                            many(
                                .soegeord,
                                .group(
                                    GroupSchema([
                                        freeText(.soegeordIdentifikator), freeText(.beskrivelse),
                                        freeText(.soegeordKategori),
                                    ]))),
                        ])
                ])),
            relationUnit(.sikkerhedsprofil, relation(), isExtension: true),
            relationUnit(
                .dokumentitsystemRelation,
                relation(adding: [freeText(.systemNavn), freeText(.systemURI)]),
                isExtension: true),
        ])

    static let bevilling = ObjektSchema(
        .bevilling, importName: "BevillingIndeks", udenNotifikation: true,
        units: [
            attribut(
                .egenskaber,
                GroupSchema([
                    virkning, brugervendtNoegle, freeText(.bevillingstartdato),
                    freeText(.bevillingslutdato), text(.begrundelse, 4096), foelsomhed,
                ])),
            attribut(.bevilgetYdelse, bevilgetYdelse),
            relationUnit(.bevillingssag, relation(adding: [brugervendtNoegle, fuldtNavn])),
            relationUnit(.bevillingspart, relation(adding: [brugervendtNoegle, fuldtNavn])),
            relationUnit(
                .bevillingsaktoer,
                relation(adding: [brugervendtNoegle, fuldtNavn, one(.cvrnr, .cvr)])),
            relationUnit(.sikkerhedsprofil, relation()),
        ])

    private static let bevilgetYdelse = GroupSchema([
        virkning, text(.id, 36, min: 1), freeText(.navn),
        one(.bevilgetYdelseStartdato, .businessDateTime),
        one(.bevilgetYdelseSlutdato, .businessDateTime), text(.begrundelse, 4096),
        one(.tilbagebetalingspligtig, .boolean), freeText(.meddelelse),
        many(
            .itSystem,
            .group(relationUdenVirkning([freeText(.systemNavn), text(.systemURI, 255)])),
            atMost: 2),
        one(
            .ydelse,
            .group(
                relationUdenVirkning([
                    text(.ydelsesnavn, 255, min: 1),
                    one(
                        .klassifikation,
                        .group(relationUdenVirkning([brugervendtNoegle, text(.klassetitel, 255)]))),
                ]))),
        many(
            .oekonomiskEffektueringsplan,
            .group(
                GroupSchema([
                    freeText(.id), one(.effektueringsplanStartdato, .businessDateTime),
                    one(.effektueringsplanSlutdato, .businessDateTime),
                    text(.beregningsfrekvens, 50, min: 1),
                    one(.forudBagud, .choice(["Forud", "Bagud"])), text(.dispositionsdag, 50),
                    one(.ydelsesbeloeb, .beloeb), one(.manueltGodkendes, .boolean),
                ]))),
    ])

    static let effektuering = ObjektSchema(
        .oekonomiskEffektuering, importName: "OekonomiskEffektueringIndeks",
        udenNotifikation: false,
        units: [
            attribut(
                .egenskaber,
                GroupSchema([
                    virkning, brugervendtNoegle, one(.startdato, .businessDateTime),
                    one(.slutdato, .businessDateTime), one(.samletBruttobeloeb, .beloeb),
                    one(.dispositionsdato, .businessDateTime),
                    one(.beloebEfterSkatATP, .beloeb), one(.beloebSendtTilUdbetaling, .beloeb),
                    one(.beloebUdbetalt, .beloeb), text(.udbetalingsafdeling, 255, min: 1),
                    text(.sendtTilUdbetalingTekst, 255), text(.udbetaltTekst, 255),
                ])),
            relationUnit(
                .oekonomiskYdelseEffektueringRelation,
                relation(adding: [
                    one(.ydelsesperiodeStartdato, .businessDateTime),
                    one(.ydelsesperiodeSlutdato, .businessDateTime),
                    one(.ydelsesbeloeb, .beloeb), text(.klassifikationsbeskrivelse, 255),
                    group(
                        .bevilgetYdelseRef,
                        [one(.uuidIdentifikator, .uuid), freeText(.bevilgetYdelseId)]),
                ])),
            relationUnit(
                .aktoer, relation(adding: [brugervendtNoegle, fuldtNavn, one(.cvrnr, .cvr)])),
            relationUnit(
                .itSystem, relation(adding: [freeText(.systemNavn), freeText(.systemURI)])),
            relationUnit(
                .oekonomiskEffektueringPart, relation(adding: [brugervendtNoegle, fuldtNavn])),
        ])
}
