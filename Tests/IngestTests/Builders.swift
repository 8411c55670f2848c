import Foundation
import IndexCore
import Testing

@testable import Ingest

/// A JSON object that a case may change in one place.
///
/// A path reads `Registrering.0.AttributListe.Egenskaber.0.Titel`; in a relation's list a step may
/// be a role's name instead of a number (`Sagsaktoer.Ejer`).
// Sendable because `root` holds only JSON's value types and is never changed in place.
struct JSONObjekt: @unchecked Sendable {
    private(set) var root: Any

    init(_ text: String) {
        let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
        root = object ?? [String: Any]()
    }

    var text: String {
        let data = try? JSONSerialization.data(withJSONObject: root)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func setting(_ path: String, _ value: Any?) -> JSONObjekt {
        var copy = self
        copy.root = Self.set(root, Self.steps(path), value) ?? [String: Any]()
        return copy
    }

    /// The member `name` as an object of its own.
    func inner(_ name: String) -> JSONObjekt {
        var copy = self
        copy.root = self[name] ?? [String: Any]()
        return copy
    }

    func removing(_ path: String) -> JSONObjekt { setting(path, nil) }

    /// Appends to the array at `path`, made when it is missing.
    func adding(_ path: String, _ value: Any) -> JSONObjekt {
        setting(path, (self[path] as? [Any] ?? []) + [value])
    }

    subscript(path: String) -> Any? {
        Self.steps(path).reduce(root as Any?) { value, step in
            if let object = value as? [String: Any] { return object[step] }
            guard let array = value as? [Any] else { return nil }
            return Self.index(step, in: array).map { array[$0] }
        }
    }

    private static func steps(_ path: String) -> [String] {
        path.split(separator: ".").map(String.init)
    }

    private static func set(_ node: Any?, _ steps: [String], _ value: Any?) -> Any? {
        guard let step = steps.first else { return value }
        let rest = Array(steps.dropFirst())
        if var array = node as? [Any] {
            guard let index = index(step, in: array) else { return node }
            if let changed = set(array[index], rest, value) {
                array[index] = changed
            } else {
                array.remove(at: index)
            }
            return array
        }
        var object = node as? [String: Any] ?? [:]
        object[step] = set(object[step], rest, value)
        return object
    }

    private static func index(_ step: String, in array: [Any]) -> Int? {
        if let index = Int(step) { return array.indices.contains(index) ? index : nil }
        return array.firstIndex { element in
            guard let rolle = (element as? [String: Any])?["Rolle"] as? String else { return false }
            return Objekt.roller[rolle] == step
        }
    }
}

/// A role or a type by the name it has in the table.
enum Objekt {
    static let tabel = RolleTabel.standard

    /// UUID → name of every role, whatever the list.
    static let roller: [String: String] = {
        var names: [String: String] = [:]
        for kind in ObjektKind.allCases {
            for element in Element.allCases {
                for rolle in Rolle.allCases {
                    guard let uuid = tabel.uuid(RolleListe(kind, element), rolle) else { continue }
                    names[uuid.description] = rolle.navn
                }
            }
        }
        return names
    }()

    static let uuid = "0a000000-0000-4000-8000-000000000011"
    static let fra = "2024-02-01T00:00:00+01:00"

    static func virkning(_ fra: Any = Objekt.fra, _ til: Any = true) -> [String: Any] {
        [
            "FraTidspunkt": fra, "TilTidspunkt": til, "AktoerRef": uuid,
            "AktoerTypeKode": "Bruger",
        ]
    }

    /// One relation; `felter` go into its own extension when the list has one.
    static func relation(
        _ kind: ObjektKind, _ liste: Element, _ rolle: Rolle, _ type: RelationsType,
        _ reference: String = Objekt.uuid, indeks: String? = nil, felter: [String: Any] = [:],
        egne: [String: Any] = [:], virkning: [String: Any] = Objekt.virkning()
    ) -> [String: Any] {
        var relation: [String: Any] = ["Virkning": virkning, "ReferenceID": reference]
        relation["Rolle"] = tabel.uuid(RolleListe(kind, liste), rolle)?.description
        relation["Type"] = tabel.uuid(RolleListe(kind, liste), type: type)?.description
        relation["Indeks"] = indeks
        if !felter.isEmpty {
            relation["LokalUdvidelseListe"] = ["\(liste.name)LokalUdvidelse": felter]
        }
        return relation.merging(egne) { $1 }
    }

    static func registrering(
        _ attribut: [String: Any], _ tilstand: [String: Any], _ relation: [String: Any]
    ) -> [String: Any] {
        [
            "Tidspunkt": "2024-03-01T09:15:30.125+01:00", "LivscyklusKode": "Importeret",
            "BrugerRef": uuid, "AttributListe": attribut, "TilstandListe": tilstand,
            "RelationListe": relation,
        ]
    }

    private static func objekt(_ registrering: [String: Any]) -> JSONObjekt {
        JSONObjekt("{}")
            .setting("UUIDIdentifikator", "0a000000-0000-4000-8000-0000000000a1")
            .setting("Registrering", [registrering])
    }

    /// The least Sag that breaks no rule.
    static let sag: JSONObjekt = {
        let aktoer: [String: Any] = ["FuldtNavn": "Eksempelby Kommune", "CVR-Nummer": "99000001"]
        let system: [String: Any] = ["SystemNavn": "Eksempelfag"]
        return objekt(
            registrering(
                [
                    "Egenskaber": [
                        [
                            "Virkning": virkning(), "BrugervendtNoegle": "2024-117",
                            "Sagsnummer": "2024-117", "Titel": "Kontanthjælp",
                        ]
                    ],
                    "LokalUdvidelseListe": [
                        "SagIndeksEgenskaber": [
                            ["Virkning": virkning(), "Foelsomhed": "IKKE_FORTROLIGE_DATA"]
                        ]
                    ],
                ],
                ["Fremdrift": [["Virkning": virkning(), "FremdriftStatusKode": "Opstaaet"]]],
                [
                    "Sagsaktoer": [
                        relation(.sag, .sagsaktoer, .ejer, .organisation, felter: aktoer),
                        relation(.sag, .sagsaktoer, .ansvarlig, .orgEnhed, felter: aktoer),
                    ],
                    "Sagsklasse": [
                        relation(
                            .sag, .sagsklasse, .primaerKlasse, .klasse,
                            felter: ["BrugervendtNoegle": "32.24.04"]),
                        relation(
                            .sag, .sagsklasse, .handlingsklasse, .klasse,
                            felter: ["BrugervendtNoegle": "G01"]),
                    ],
                    "Sagspart": [
                        relation(
                            .sag, .sagspart, .primaerPart, .person, "urn:oio:cpr-nr:3113999901",
                            felter: ["FuldtNavn": "Erling Eksempel"])
                    ],
                    "LokalUdvidelseListe": [
                        "SagsitsystemRelation": [
                            relation(.sag, .sagsitsystemRelation, .master, .iTSystem, egne: system),
                            relation(
                                .sag, .sagsitsystemRelation, .afsender, .iTSystem, egne: system),
                        ]
                    ],
                ]))
    }()

    /// The least Dokument that breaks no rule.
    static let dokument: JSONObjekt = {
        let system: [String: Any] = ["SystemNavn": "Eksempelfag"]
        return objekt(
            registrering(
                [
                    "Egenskaber": [
                        [
                            "Virkning": virkning(), "BrugervendtNoegle": "DOK-1",
                            "Dokumentnummer": "DOK-1", "Titel": "Lønsedler", "Type": "Rapport",
                            "Foelsomhed": "IKKE_FORTROLIGE_DATA",
                        ]
                    ]
                ],
                ["Fremdrift": [["Virkning": virkning(), "FremdriftStatusKode": "Modtaget"]]],
                [
                    "Dokumentaktoer": [
                        relation(
                            .dokument, .dokumentaktoer, .ejer, .organisation,
                            felter: ["FuldtNavn": "Eksempelby Kommune", "CVR-Nr": "99000001"]),
                        relation(
                            .dokument, .dokumentaktoer, .ansvarlig, .orgEnhed,
                            felter: ["FuldtNavn": "Ydelsescenter"]),
                    ],
                    "Dokumentklasse": [
                        relation(
                            .dokument, .dokumentklasse, .primaerKlasse, .klasse,
                            felter: ["BrugervendtNoegle": "32.24.04"])
                    ],
                    "LokalUdvidelseListe": [
                        "DokumentitsystemRelation": [
                            relation(
                                .dokument, .dokumentitsystemRelation, .master, .iTSystem,
                                egne: system),
                            relation(
                                .dokument, .dokumentitsystemRelation, .afsender, .iTSystem,
                                egne: system),
                        ]
                    ],
                ]))
    }()

    private static func indre(
        _ liste: Element, _ rolle: Rolle, _ type: RelationsType, _ felter: [String: Any]
    ) -> [String: Any] {
        var relation = relation(.bevilling, liste, rolle, type, egne: felter)
        relation["Virkning"] = nil
        return relation
    }

    /// The least Bevilling that breaks no rule.
    static let bevilling: JSONObjekt = {
        let klasse = indre(
            .klassifikation, .primaerKlasse, .klasse,
            ["Indeks": "1", "BrugervendtNoegle": "32.03.04", "Klassetitel": "Folkepension"])
        let plan: [String: Any] = [
            "Id": "1-a", "EffektueringsplanStartdato": fra,
            "EffektueringsplanSlutdato": "2025-01-01T00:00:00+01:00",
            "Beregningsfrekvens": uuid, "ForudBagud": "Bagud", "Dispositionsdag": "Sidste bankdag",
            "Ydelsesbeloeb": "6694",
        ]
        return objekt(
            registrering(
                [
                    "Egenskaber": [
                        [
                            "Virkning": virkning(), "BrugervendtNoegle": "FP-417",
                            "Foelsomhed": "FORTROLIGE_PERSONOPLYSNINGER",
                        ]
                    ],
                    "BevilgetYdelse": [
                        [
                            "Virkning": virkning(), "Id": "417-1", "Navn": "Folkepension",
                            "BevilgetYdelseStartdato": fra,
                            "ItSystem": [
                                indre(.itSystem, .master, .iTSystem, ["SystemNavn": "Pension"]),
                                indre(.itSystem, .afsender, .iTSystem, ["SystemNavn": "Pension"]),
                            ],
                            "Ydelse": indre(
                                .ydelse, .ydelse, .ydelse,
                                ["Ydelsesnavn": "Grundbeløb", "Klassifikation": klasse]),
                            "OekonomiskEffektueringsplan": [plan],
                        ]
                    ],
                ], [:],
                [
                    "Bevillingssag": [
                        relation(
                            .bevilling, .bevillingssag, .tilknyttet, .sag,
                            egne: ["BrugervendtNoegle": "2024-417", "FuldtNavn": "Ansøgning"])
                    ],
                    "Bevillingspart": [
                        relation(
                            .bevilling, .bevillingspart, .bevillingsmodtager, .person,
                            "urn:oio:cpr-nr:0123456789", indeks: "1",
                            egne: ["FuldtNavn": "Lonnie Eksempel"]),
                        relation(
                            .bevilling, .bevillingspart, .ydelsesmodtager, .person,
                            "urn:oio:cpr-nr:0123456789", indeks: "1",
                            egne: ["FuldtNavn": "Lonnie Eksempel"]),
                    ],
                    "Bevillingsaktoer": [
                        relation(
                            .bevilling, .bevillingsaktoer, .ejer, .organisation,
                            egne: ["FuldtNavn": "Eksempelby", "CVR-nr": "11111111"]),
                        relation(
                            .bevilling, .bevillingsaktoer, .ansvarlig, .organisationEnhed,
                            indeks: "1", egne: ["FuldtNavn": "Borgerservice"]),
                    ],
                ]))
    }()

    /// The least OekonomiskEffektuering that breaks no rule.
    static let effektuering: JSONObjekt = {
        let kind = ObjektKind.oekonomiskEffektuering
        let ejer: [String: Any] = ["FuldtNavn": "Eksempelby", "CVR-nr": "11111111"]
        let slut = "2024-03-01T00:00:00+01:00"
        return objekt(
            registrering(
                [
                    "Egenskaber": [
                        [
                            "Virkning": virkning(), "BrugervendtNoegle": "UDB-1", "Startdato": fra,
                            "Slutdato": slut, "SamletBruttobeloeb": "6694",
                            "BeloebEfterSkatATP": "4819.68", "BeloebSendtTilUdbetaling": "4819.68",
                            "BeloebUdbetalt": "4819.6800", "Udbetalingsafdeling": "Ydelseskontoret",
                        ]
                    ]
                ], [:],
                [
                    "OekonomiskYdelseEffektueringRelation": [
                        relation(
                            kind, .oekonomiskYdelseEffektueringRelation, .linje, .klasse,
                            indeks: "1",
                            egne: [
                                "YdelsesperiodeStartdato": fra, "YdelsesperiodeSlutdato": slut,
                                "Ydelsesbeloeb": "6694.00",
                                "Klassifikationsbeskrivelse": "32.03.04",
                                "BevilgetYdelseRef": [
                                    "UUIDIdentifikator": uuid, "BevilgetYdelseId": "417-1",
                                ],
                            ])
                    ],
                    "Aktoer": [
                        relation(kind, .aktoer, .ejer, .organisation, egne: ejer),
                        relation(kind, .aktoer, .udbetalendeEnhed, .organisation, egne: ejer),
                    ],
                    "ItSystem": [
                        relation(kind, .itSystem, .master, .iTSystem),
                        relation(kind, .itSystem, .afsender, .iTSystem),
                    ],
                    "OekonomiskEffektueringPart": [
                        relation(
                            kind, .oekonomiskEffektueringPart, .effektueringsmodtager, .person,
                            "urn:oio:cpr-nr:0123456789", egne: ["FuldtNavn": "Lonnie Eksempel"])
                    ],
                ]))
    }()

    static func mindste(_ kind: ObjektKind) -> JSONObjekt {
        switch kind {
        case .sag: sag
        case .dokument: dokument
        case .bevilling: bevilling
        case .oekonomiskEffektuering: effektuering
        }
    }

    static func parse(
        _ json: JSONObjekt, _ kind: ObjektKind, _ operation: IngestOperation = .importer
    ) throws -> ParsedRecord {
        try Array(json.text.utf8).withUnsafeBufferPointer {
            try RecordParser.parse($0, as: kind, operation)
        }
    }

    /// Everything that is found in an import, the parser's first.
    static func findings(_ json: JSONObjekt, _ kind: ObjektKind) throws -> [Finding] {
        let record = try parse(json, kind)
        return record.findings + Validator().validate(record)
    }
}
