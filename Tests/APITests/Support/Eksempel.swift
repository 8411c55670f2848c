@testable import IndexCore

/// Valid objects of every kind, as small as the strict rules allow, with what a test needs to vary.
enum Eksempel {
    static let tabel = RolleTabel.standard
    static let fagsystem = "0f000000-0000-4000-8000-000000000001"
    static let andetSystem = "0f000000-0000-4000-8000-000000000002"
    static let a = "99000001"
    static let b = "99000002"
    static let enhed = "0e000000-0000-4000-8000-000000000001"
    static let hvem = "0a000000-0000-4000-8000-000000000001"
    static let fra: JSONValue = "2024-02-01T00:00:00+01:00"
    static let person = "urn:oio:cpr-nr:3113999901"
    static let foelsomheder = [
        "IKKE_FORTROLIGE_DATA", "FORTROLIGE_PERSONOPLYSNINGER",
        "FOELSOMME_PERSONOPLYSNINGER", "VIP_SAGER",
    ]

    /// A UUID made of a number.
    static func uuid(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "0b000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
            + digits
    }

    static func virkning(_ fra: JSONValue = fra, _ til: JSONValue = true) -> JSONValue {
        [
            "FraTidspunkt": fra, "TilTidspunkt": til, "AktoerRef": .string(hvem),
            "AktoerTypeKode": "Bruger",
        ]
    }

    /// One relation; `felter` stand in its own extension, `egne` in itself.
    static func relation(
        _ kind: ObjektKind, _ liste: Element, _ rolle: Rolle, _ type: RelationsType,
        _ reference: String = hvem, indeks: String? = nil, felter: JSONValue? = nil,
        egne: JSONValue = [:], virkning: JSONValue? = virkning()
    ) -> JSONValue {
        let noegle = RolleListe(kind, liste)
        var relation: JSONValue = ["ReferenceID": .string(reference)]
        relation = relation.setting("Virkning", virkning)
            .setting("Rolle", tabel.uuid(noegle, rolle).map { .string($0.description) })
            .setting("Type", tabel.uuid(noegle, type: type).map { .string($0.description) })
            .setting("Indeks", indeks.map { .string($0) })
        if let felter {
            relation = relation.setting("LokalUdvidelseListe.\(liste.name)LokalUdvidelse", felter)
        }
        for member in egne.members ?? [] { relation = relation.setting(member.name, member.value) }
        return relation
    }

    static func objekt(
        _ uuid: String, _ attribut: JSONValue, _ tilstand: JSONValue, _ relation: JSONValue
    ) -> JSONValue {
        [
            "UUIDIdentifikator": .string(uuid),
            "Registrering": [
                [
                    "Tidspunkt": "2024-03-01T09:15:30.125+01:00", "LivscyklusKode": "Importeret",
                    "BrugerRef": .string(hvem), "AttributListe": attribut,
                    "TilstandListe": tilstand, "RelationListe": relation,
                ]
            ],
        ]
    }

    // MARK: Sag

    static func sag(
        _ uuid: String, nummer: String? = nil, titel: String = "Kontanthjælp", cvr: String = a,
        kle: String = "32.24.04", niveau: Int = 1, system: String = fagsystem,
        part: String = person, enhed: String = enhed, alternativ: String? = nil,
        journal: [JSONValue] = [], profil: [String] = []
    ) -> JSONValue {
        let nummer = nummer ?? "N" + uuid.suffix(12)
        var sag = objekt(
            uuid,
            [
                "Egenskaber": [
                    [
                        "Virkning": virkning(), "BrugervendtNoegle": .string(nummer),
                        "Sagsnummer": .string(nummer), "Titel": .string(titel),
                    ]
                ],
                "LokalUdvidelseListe": [
                    "SagIndeksEgenskaber": [
                        [
                            "Virkning": virkning(),
                            "Foelsomhed": .string(foelsomheder[niveau - 1]),
                        ]
                    ]
                ],
            ],
            ["Fremdrift": [["Virkning": virkning(), "FremdriftStatusKode": "Opstaaet"]]],
            [
                "Sagsaktoer": [
                    ejer(.sag, cvr),
                    relation(
                        .sag, .sagsaktoer, .ansvarlig, .orgEnhed, enhed,
                        felter: ["FuldtNavn": "Ydelsescenter", "CVR-Nummer": .string(cvr)]),
                ],
                "Sagsklasse": [
                    relation(
                        .sag, .sagsklasse, .primaerKlasse, .klasse,
                        felter: ["BrugervendtNoegle": .string(kle)]),
                    relation(
                        .sag, .sagsklasse, .handlingsklasse, .klasse,
                        felter: ["BrugervendtNoegle": "G01"]),
                ],
                "Sagspart": [
                    relation(
                        .sag, .sagspart, .primaerPart, .person, part,
                        felter: ["FuldtNavn": "Erling Eksempel"])
                ],
                "LokalUdvidelseListe": ["SagsitsystemRelation": systemer(.sag, system)],
            ])
        if let alternativ {
            sag = sag.setting(
                "Registrering.0.AttributListe.Egenskaber.0.OffentlighedUndtaget",
                undtaget(alternativ))
        }
        let relationer = "Registrering.0.RelationListe."
        for post in journal { sag = sag.adding(relationer + "Journalpost", post) }
        return adgang(sag, .sag, profil)
    }

    static func ejer(
        _ kind: ObjektKind, _ cvr: String, virkning: JSONValue = virkning()
    ) -> JSONValue {
        let navn: JSONValue = ["FuldtNavn": "Eksempelby Kommune"]
        let reference = "0c000000-0000-4000-8000-0000" + cvr
        switch kind {
        case .sag:
            return relation(
                kind, .sagsaktoer, .ejer, .organisation, reference,
                felter: navn.setting("CVR-Nummer", .string(cvr)), virkning: virkning)
        case .dokument:
            return relation(
                kind, .dokumentaktoer, .ejer, .organisation, reference,
                felter: navn.setting("CVR-Nr", .string(cvr)), virkning: virkning)
        case .bevilling:
            return relation(
                kind, .bevillingsaktoer, .ejer, .organisation, reference,
                egne: navn.setting("CVR-nr", .string(cvr)), virkning: virkning)
        case .oekonomiskEffektuering:
            return relation(
                kind, .aktoer, .ejer, .organisation, reference,
                egne: navn.setting("CVR-nr", .string(cvr)), virkning: virkning)
        }
    }

    static func undtaget(_ titel: String) -> JSONValue {
        [
            "TitelAlternativTekst": .string(titel),
            "OffentlighedUndtagetHjemmelTekst": "Offentlighedsloven § 30, nr. 1",
        ]
    }

    private static func systemer(_ kind: ObjektKind, _ system: String) -> JSONValue {
        let liste: Element = kind == .sag ? .sagsitsystemRelation : .dokumentitsystemRelation
        let navn: JSONValue = ["SystemNavn": "Eksempelfag"]
        return [
            relation(kind, liste, .master, .iTSystem, system, egne: navn),
            relation(kind, liste, .afsender, .iTSystem, system, egne: navn),
        ]
    }

    private static func adgang(
        _ objekt: JSONValue, _ kind: ObjektKind, _ profil: [String]
    ) -> JSONValue {
        profil.enumerated().reduce(objekt) { objekt, item in
            objekt.adding(
                "Registrering.0.RelationListe.LokalUdvidelseListe.Sikkerhedsprofil",
                relation(
                    kind, .sikkerhedsprofil, .adgang, .bruger, item.element,
                    indeks: String(item.offset + 1)))
        }
    }

    static func journalpost(
        _ dokument: String, _ indeks: Int = 1, egenskaber: JSONValue? = nil,
        virkning: JSONValue = virkning()
    ) -> JSONValue {
        relation(
            .sag, .journalpost, .tilakteret, .dokument, dokument, indeks: String(indeks),
            virkning: virkning
        ).setting("JournalpostEgenskaber", egenskaber)
    }

    static func sagsrelation(_ sag: String, _ rolle: Rolle = .oversag) -> JSONValue {
        relation(
            .sag, .sagsrelation, rolle, .sag, sag, indeks: rolle == .andreSager ? "1" : nil)
    }

    // MARK: Dokument

    static func dokument(
        _ uuid: String, nummer: String? = nil, titel: String = "Lønsedler", cvr: String = a,
        kle: String = "32.24.04", niveau: Int = 1, system: String = fagsystem,
        alternativ: String? = nil, profil: [String] = []
    ) -> JSONValue {
        let nummer = nummer ?? "D" + uuid.suffix(12)
        let dokument = objekt(
            uuid,
            [
                "Egenskaber": [
                    [
                        "Virkning": virkning(), "BrugervendtNoegle": .string(nummer),
                        "Dokumentnummer": .string(nummer), "Titel": .string(titel),
                        "Type": "Rapport", "Foelsomhed": .string(foelsomheder[niveau - 1]),
                    ]
                ]
            ],
            ["Fremdrift": [["Virkning": virkning(), "FremdriftStatusKode": "Modtaget"]]],
            [
                "Dokumentaktoer": [
                    ejer(.dokument, cvr),
                    relation(
                        .dokument, .dokumentaktoer, .ansvarlig, .orgEnhed, enhed,
                        felter: ["FuldtNavn": "Ydelsescenter"]),
                ],
                "Dokumentklasse": [
                    relation(
                        .dokument, .dokumentklasse, .primaerKlasse, .klasse,
                        felter: ["BrugervendtNoegle": .string(kle)])
                ],
                "LokalUdvidelseListe": ["DokumentitsystemRelation": systemer(.dokument, system)],
            ])
        let exempt = alternativ.map { undtaget($0) }
        return adgang(
            dokument.setting(
                "Registrering.0.AttributListe.Egenskaber.0.OffentlighedUndtaget", exempt),
            .dokument, profil)
    }

    // MARK: Ydelse

    static func bevilgetYdelse(
        _ id: String, kle: String, navn: String = "Folkepension", system: String = fagsystem
    ) -> JSONValue {
        let klasse = relation(
            .bevilling, .klassifikation, .primaerKlasse, .klasse, indeks: "1",
            egne: ["BrugervendtNoegle": .string(kle), "Klassetitel": "Folkepension"],
            virkning: nil)
        func it(_ rolle: Rolle) -> JSONValue {
            relation(
                .bevilling, .itSystem, rolle, .iTSystem, system, egne: ["SystemNavn": "Pension"],
                virkning: nil)
        }
        return [
            "Virkning": virkning(), "Id": .string(id), "Navn": .string(navn),
            "BevilgetYdelseStartdato": fra, "ItSystem": [it(.master), it(.afsender)],
            "Ydelse": relation(
                .bevilling, .ydelse, .ydelse, .ydelse, indeks: "1",
                egne: ["Ydelsesnavn": "Grundbeløb", "Klassifikation": klasse], virkning: nil),
            "OekonomiskEffektueringsplan": [
                [
                    "Id": "1-a", "EffektueringsplanStartdato": fra,
                    "EffektueringsplanSlutdato": "2045-01-01T00:00:00+01:00",
                    "Beregningsfrekvens": .string(hvem), "ForudBagud": "Bagud",
                    "Dispositionsdag": "Sidste bankdag", "Ydelsesbeloeb": "6694",
                ]
            ],
        ]
    }

    static func bevilling(
        _ uuid: String, cvr: String = a, niveau: Int = 1, ydelser: [JSONValue]? = nil,
        sag: String = hvem, part: String = person, system: String = fagsystem
    ) -> JSONValue {
        objekt(
            uuid,
            [
                "Egenskaber": [
                    [
                        "Virkning": virkning(), "BrugervendtNoegle": .string("B" + uuid.suffix(8)),
                        "Foelsomhed": .string(foelsomheder[niveau - 1]),
                    ]
                ],
                "BevilgetYdelse": .array(
                    ydelser ?? [bevilgetYdelse("1", kle: "32.03.04", system: system)]),
            ], [:],
            [
                "Bevillingssag": [
                    relation(
                        .bevilling, .bevillingssag, .tilknyttet, .sag, sag,
                        egne: ["BrugervendtNoegle": "2024-417", "FuldtNavn": "Ansøgning"])
                ],
                "Bevillingspart": [
                    relation(
                        .bevilling, .bevillingspart, .bevillingsmodtager, .person, part,
                        indeks: "1", egne: ["FuldtNavn": "Erling Eksempel"]),
                    relation(
                        .bevilling, .bevillingspart, .ydelsesmodtager, .person, part, indeks: "1",
                        egne: ["FuldtNavn": "Erling Eksempel"]),
                ],
                "Bevillingsaktoer": [
                    ejer(.bevilling, cvr),
                    relation(
                        .bevilling, .bevillingsaktoer, .ansvarlig, .organisationEnhed, enhed,
                        indeks: "1",
                        egne: ["FuldtNavn": "Borgerservice", "CVR-nr": .string(cvr)]),
                ],
            ])
    }

    static func linje(
        _ indeks: Int, kle: String, bevilling: String, id: String = "1"
    ) -> JSONValue {
        relation(
            .oekonomiskEffektuering, .oekonomiskYdelseEffektueringRelation, .linje, .klasse,
            indeks: String(indeks),
            egne: [
                "YdelsesperiodeStartdato": fra,
                "YdelsesperiodeSlutdato": "2024-03-01T00:00:00+01:00",
                "Ydelsesbeloeb": "6694.00", "Klassifikationsbeskrivelse": .string(kle),
                "BevilgetYdelseRef": [
                    "UUIDIdentifikator": .string(bevilling), "BevilgetYdelseId": .string(id),
                ],
            ])
    }

    static func effektuering(
        _ uuid: String, bevilling: String, cvr: String = a, linjer: [JSONValue]? = nil,
        part: String = person, system: String = fagsystem
    ) -> JSONValue {
        let kind = ObjektKind.oekonomiskEffektuering
        let linjer = linjer ?? [linje(1, kle: "32.03.04", bevilling: bevilling)]
        return objekt(
            uuid,
            [
                "Egenskaber": [
                    [
                        "Virkning": virkning(), "BrugervendtNoegle": .string("U" + uuid.suffix(8)),
                        "Startdato": fra, "Slutdato": "2024-03-01T00:00:00+01:00",
                        "SamletBruttobeloeb": .string(String(6694 * linjer.count)),
                        "BeloebEfterSkatATP": "4819.68", "BeloebSendtTilUdbetaling": "4819.68",
                        "BeloebUdbetalt": "4819.68", "Udbetalingsafdeling": "Ydelseskontoret",
                        "Dispositionsdato": "2024-02-29T00:00:00+01:00",
                    ]
                ]
            ], [:],
            [
                "OekonomiskYdelseEffektueringRelation": .array(linjer),
                "Aktoer": [
                    ejer(kind, cvr),
                    relation(
                        kind, .aktoer, .udbetalendeEnhed, .organisation,
                        egne: ["FuldtNavn": "Eksempelby", "CVR-nr": .string(cvr)]),
                ],
                "ItSystem": [
                    relation(
                        kind, .itSystem, .master, .iTSystem, system,
                        egne: ["SystemNavn": "Pension"]),
                    relation(
                        kind, .itSystem, .afsender, .iTSystem, system,
                        egne: ["SystemNavn": "Pension"]),
                ],
                "OekonomiskEffektueringPart": [
                    relation(
                        kind, .oekonomiskEffektueringPart, .effektueringsmodtager, .person, part,
                        egne: ["FuldtNavn": "Erling Eksempel"])
                ],
            ])
    }

    /// An update of nothing yet; lists are set on it.
    static func opdatering(
        _ uuid: String, tidspunkt: String = "2024-06-01T08:00:00+02:00"
    ) -> JSONValue {
        ["UUIDIdentifikator": .string(uuid), "Tidspunkt": .string(tidspunkt)]
    }
}
