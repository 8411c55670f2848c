import Foundation
import Testing

@testable import API
@testable import IndexCore

// 1. The reference's search messages, as JSON, find what they should, in their order and parts.
// 2. Every field of every example object is a criterion that finds it, and its NOT does not.
// 3. Documents beside cases, cases without documents, grants beside payments, and what comes along.
// 4. Paging, order and counts; nothing asked for, nothing shown.
// 5. Every break of R13–R16 and of the schema is refused by rule and place.
// 6. Nothing that is hidden is found, counted or shown, by whatever criterion.
// 7. SoegUdtryk in soeg narrows what words and filters find.

extension Proevetjeneste {
    func fremsoeg(_ body: JSONValue, token: String? = nil) throws -> Svar {
        try kald("POST", "/v1/fremsoeg", body.bytes, token: try token ?? self.token())
    }

    /// The UUIDs' last two digits of each kind shown, in order.
    func fundne(_ body: JSONValue, token: String? = nil) throws -> [String: [String]] {
        let svar = try fremsoeg(body, token: token)
        guard svar.status == 200 else { throw Proevefejl.noAnswer }
        return svar.fundne
    }
}

extension Svar {
    var fundne: [String: [String]] {
        var result: [String: [String]] = [:]
        for member in json?.members ?? [] where member.name.hasSuffix("Oejebliksbillede") {
            result[String(member.name.dropLast("FiltreretOejebliksbillede".count))] =
                (member.value.array ?? []).compactMap {
                    $0[sti: "ObjektType.UUIDIdentifikator"]?.string.map { String($0.suffix(2)) }
                }
        }
        return result
    }

    /// Counts by element, those of 0 left out.
    var antal: [String: Int] {
        var result: [String: Int] = [:]
        for entry in json?["Antal"]?.array ?? [] {
            if let name = entry["Element"]?.string, let count = entry["Antal"]?.integer, count > 0 {
                result[name] = count
            }
        }
        return result
    }
}

/// One Soeg… element, with the lists that must be there.
private func led(
    attribut: JSONValue = [:], tilstand: JSONValue = [:], relation: JSONValue = [:],
    _ rest: JSONValue = [:]
) -> JSONValue {
    var result: JSONValue = [
        "AttributListe": attribut, "TilstandListe": tilstand, "RelationListe": relation,
    ]
    for member in rest.members ?? [] { result = result.setting(member.name, member.value) }
    return result
}

private func alle(_ objekter: String..., rest: JSONValue = [:]) -> JSONValue {
    let vis = objekter.map { JSONValue.Member(name: $0 + "Vis", value: ["egenskaber"]) }
    return .object([.init(name: "Filter", value: .object(vis))] + (rest.members ?? []))
}

@Suite(
    "The reference's searches",
    .enabled(if: Reference.isPresent, "the reference material stands beside the checkout only"))
struct FremsoegReferenceTests {
    private func tjeneste(_ vej: Vej = .direkte) throws -> Proevetjeneste {
        let tjeneste = try EndeTests.tjeneste(vej)
        let svar = try tjeneste.importer(
            try EndeTests.objekter(), token: try tjeneste.token(EndeTests.kilde))
        #expect(svar.koder.allSatisfy { $0 == 20 }, "\(svar.text)")
        return tjeneste
    }

    private func meddelelse(_ name: String) throws -> JSONValue {
        let bytes = try Reference.bytes("reference/sag-dokument-eksempler/\(name).xml")
        return try Soegemeddelelse.json(String(decoding: bytes, as: UTF8.self))
    }

    @Test("The four messages", arguments: Vej.allCases)
    func messages(_ vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        let token = try EndeTests.laeser(tjeneste)
        let part = try tjeneste.fremsoeg(try meddelelse("fremsoeg-part"), token: token)
        #expect(part.fundne == ["Sag": ["a1", "a2", "a3"]])
        #expect(part.antal == ["sager": 3, "journalnotater": 1])
        let first = part.json?[sti: "SagFiltreretOejebliksbillede.0.Registrering.0"]
        #expect(first?[sti: "TilstandListe.Fremdrift"]?.array?.count == 1)
        #expect(
            first?[sti: "TilstandListe.Fremdrift.0.FremdriftStatusKode"]?.string == "Afgjort")
        #expect(first?[sti: "AttributListe.Egenskaber.0.Titel"]?.string == "Kontanthjælp")
        #expect(first?[sti: "RelationListe.Sagsaktoer"] == nil)
        #expect(
            part.json?[sti: "Antal.0.Paginering.MaksimalAntalKvantitet"]?.integer == 20)

        let mixed = try tjeneste.fremsoeg(try meddelelse("fremsoeg-sammensat"), token: token)
        #expect(mixed.fundne == ["Sag": ["a1"], "Dokument": ["c1"]])
        #expect(mixed.antal == ["sager": 1, "dokumenter": 1, "journalnotater": 1])

        let counts = try tjeneste.fremsoeg(try meddelelse("fremsoeg-kun-antal"), token: token)
        #expect(counts.fundne == [:] && counts.antal == ["dokumenter": 1])

        let named = try tjeneste.fremsoeg(try meddelelse("fremsoeg-uuid"), token: token)
        #expect(named.fundne == ["Sag": ["a1"], "Dokument": ["c1"]])
        let document = named.json?[sti: "DokumentFiltreretOejebliksbillede.0.Registrering.0"]
        #expect(document?[sti: "RelationListe.Dokumentpart"]?.array?.count == 2)
        #expect(document?["AttributListe"] == [:] && document?["TilstandListe"] == [:])
    }

    private static let lister = ["AttributListe", "TilstandListe", "RelationListe"]

    @Test("Every field of every example finds its object, and its NOT does not")
    func everyField() throws {
        let tjeneste = try tjeneste()
        let token = try EndeTests.laeser(tjeneste)
        var asked = 0
        for (kind, objekt) in try EndeTests.objekter() {
            let uuid = try #require(objekt["UUIDIdentifikator"]?.string)
            let name = try #require(Self.elementer[kind])
            let names = kind.replacing("Indeks", with: "") + "Uuid"
            let registrering = try #require(objekt[sti: "Registrering.0"])
            for (virkning, criterion) in Self.kriterier(registrering) {
                var element = led()
                for member in criterion.members ?? [] {
                    element = element.setting(member.name, member.value)
                }
                if let virkning {
                    element = element.setting("SoegVirkning.FraTidspunkt", virkning["FraTidspunkt"])
                        .setting("SoegVirkning.TilTidspunkt", virkning["TilTidspunkt"])
                }
                for isNegated in [false, true] {
                    let one: JSONValue = .object([.init(name: name, value: .array([element]))])
                    let udtryk: JSONValue = isNegated ? ["NOT": .array([one])] : one
                    let body = JSONValue.object([
                        .init(name: names, value: .array([.string(uuid)])),
                        .init(name: "SoegUdtryk", value: udtryk),
                    ])
                    let svar = try tjeneste.fremsoeg(body, token: token)
                    let count = svar.antal.filter { Self.objekter.contains($0.key) }.values
                    #expect(svar.status == 200, "\(svar.text)")
                    #expect(count.reduce(0, +) == (isNegated ? 0 : 1), "\(body.text)")
                    asked += 1
                }
            }
        }
        #expect(asked > 1500)
    }

    private static let objekter: Set<String> = [
        "sager", "dokumenter", "bevillinger", "effektueringer",
    ]

    private static let elementer = [
        "SagIndeks": "SoegSag", "DokumentIndeks": "SoegDokument",
        "BevillingIndeks": "SoegBevillingIndeks",
        "OekonomiskEffektueringIndeks": "SoegOekonomiskEffektueringIndeks",
    ]

    /// Each leaf alone with the names that lead to it, and the Virkning of the part it stands in.
    private static func kriterier(_ registrering: JSONValue) -> [(JSONValue?, JSONValue)] {
        var result: [(JSONValue?, JSONValue)] = []
        for member in registrering.members ?? [] where lister.contains(member.name) {
            for (virkning, inner) in blade(member.value, nil) {
                result.append((virkning, .object([.init(name: member.name, value: inner)])))
            }
        }
        return result
    }

    private static func blade(
        _ value: JSONValue, _ virkning: JSONValue?
    ) -> [(JSONValue?, JSONValue)] {
        let own = value["Virkning"] ?? virkning
        switch value {
        case .object(let members):
            return members.flatMap { member in
                blade(member.value, own).map {
                    ($0, .object([.init(name: member.name, value: $1)]))
                }
            }
        case .array(let values):
            return values.flatMap { blade($0, own).map { ($0, .array([$1])) } }
        default: return [(own, value)]
        }
    }
}

@Suite("The contract's search, over HTTP")
struct FremsoegTests {
    let tjeneste: Proevetjeneste

    init() throws {
        tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.importer([
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(0xd1), titel: "Lønsedler")),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(0xd2), titel: "Lægeattest")),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(0xd3), titel: "Løs")),
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(0xa1), titel: "Ansøgning om hjælp",
                    journal: [Eksempel.journalpost(Eksempel.uuid(0xd1))])
            ),
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(0xa2), titel: "Klage over afslag", kle: "27.36.04", niveau: 3,
                    alternativ: "Misbrug", journal: [Eksempel.journalpost(Eksempel.uuid(0xd2))])
            ),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(0xa3), titel: "Årsopgørelse")),
            (
                "BevillingIndeks",
                Eksempel.bevilling(
                    Eksempel.uuid(0xb1),
                    ydelser: [
                        Eksempel.bevilgetYdelse("1", kle: "32.03.04"),
                        Eksempel.bevilgetYdelse("2", kle: "32.18.08", navn: "Varmetillæg"),
                    ], sag: Eksempel.uuid(0xa1))
            ),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(
                    Eksempel.uuid(0xe1), bevilling: Eksempel.uuid(0xb1),
                    linjer: [
                        Eksempel.linje(1, kle: "32.03.04", bevilling: Eksempel.uuid(0xb1)),
                        Eksempel.linje(2, kle: "32.18.08", bevilling: Eksempel.uuid(0xb1), id: "2"),
                    ])
            ),
        ])
        #expect(svar.koder.allSatisfy { $0 == 20 }, "\(svar.text)")
    }

    private func fundne(_ udtryk: JSONValue, _ rest: JSONValue = [:]) throws -> [String: [String]] {
        let body = alle(
            "Sag", "Dokument", "Bevilling", "OekonomiskEffektuering",
            rest: rest.setting("SoegUdtryk", udtryk))
        return try tjeneste.fundne(body).filter { !$0.value.isEmpty }
    }

    private static func titel(_ text: String) -> JSONValue {
        led(attribut: ["Egenskaber": [["Titel": .string(text)]]])
    }

    // MARK: Criteria

    @Test("Text is met whatever its letters' case, and a star is anything")
    func text() throws {
        for (pattern, found) in [
            ("ansøgning om hjælp", ["a1"]), ("ÅRS*", ["a3"]), ("*HJÆLP", ["a1"]),
            ("*a*g*", ["a1", "a2"]), ("*", ["a1", "a2", "a3"]), ("Ansøgning", []),
            ("a*a", []), ("*klage*klage*", []),
        ] {
            let expected = found.isEmpty ? [:] : ["Sag": found]
            #expect(try fundne(["SoegSag": [Self.titel(pattern)]]) == expected, "\(pattern)")
        }
    }

    @Test("Identifiers are met exactly; all of one relation on the same segment")
    func identifiers() throws {
        func part(_ relation: JSONValue) -> JSONValue {
            ["SoegSag": [led(relation: ["Sagspart": [relation]])]]
        }
        let rolle = try #require(
            RolleTabel.standard.uuid(RolleListe(.sag, .sagspart), .primaerPart)?.description)
        let all = ["Sag": ["a1", "a2", "a3"]]
        #expect(try fundne(part(["ReferenceID": .string(Eksempel.person)])) == all)
        #expect(
            try fundne(part(["ReferenceID": ["URNIdentifikator": .string(Eksempel.person)]])) == all
        )
        #expect(
            try fundne(
                part([
                    "ReferenceID": .string(Eksempel.person), "Rolle": .string(rolle.uppercased()),
                ])
            ) == all)
        #expect(try fundne(part(["ReferenceID": "urn:oio:cpr-nr:311399990*"])) == [:])
        #expect(
            try fundne(
                part(["ReferenceID": .string(Eksempel.person), "Rolle": .string(Eksempel.hvem)]))
                == [:])
        let name: JSONValue = ["SagspartLokalUdvidelse": ["FuldtNavn": "erling*"]]
        #expect(try fundne(part(["LokalUdvidelseListe": name])) == all)
    }

    @Test("AND, OR and NOT, nested")
    func logic() throws {
        let a1 = Self.titel("ansøg*")
        let a2 = Self.titel("klage*")
        let any = led()
        #expect(
            try fundne(["operation": "OR", "SoegSag": [a1, a2]]) == ["Sag": ["a1", "a2"]])
        #expect(try fundne(["operation": "AND", "SoegSag": [a1, a2]]) == [:])
        #expect(
            try fundne(["SoegSag": [any], "NOT": [["SoegSag": [a1]]]]) == ["Sag": ["a2", "a3"]])
        #expect(try fundne(["NOT": [["SoegSag": [a1]], ["SoegSag": [a2]]]]) == ["Sag": ["a3"]])
        #expect(try fundne(["NOT": [["NOT": [["SoegSag": [a1]]]]]]) == ["Sag": ["a1"]])
        #expect(
            try fundne([
                "SoegSag": any,
                "SoegUdtryk": [
                    "operation": "OR", "SoegSag": a1,
                    "SoegUdtryk": ["SoegSag": a2, "NOT": ["SoegSag": a1]],
                ],
            ]) == ["Sag": ["a1", "a2"]])
        #expect(
            try fundne(["operation": "OR", "SoegSag": a1, "SoegDokument": Self.titel("løs")])
                == ["Sag": ["a1"], "Dokument": ["d3"]])
    }

    @Test("A document beside a case: the cases that file such a one, and those documents")
    func linked() throws {
        #expect(
            try fundne(["SoegSag": led(), "SoegDokument": Self.titel("l*")])
                == ["Sag": ["a1", "a2"], "Dokument": ["d1", "d2"]])
        #expect(
            try fundne(["SoegSag": Self.titel("klage*"), "SoegDokument": led()])
                == ["Sag": ["a2"], "Dokument": ["d2"]])
        #expect(
            try fundne([
                "SoegSag": led(), "SoegDokument": [led(), Self.titel("lønsedler")],
            ]) == ["Sag": ["a1"], "Dokument": ["d1"]])
        // None linked, when nothing else speaks of documents.
        #expect(
            try fundne(["SoegSag": led(), "NOT": ["SoegDokument": Self.titel("lønsedler")]])
                == ["Sag": ["a2", "a3"]])
        #expect(
            try fundne([
                "SoegSag": led(),
                "SoegUdtryk": [
                    "operation": "OR", "SoegSag": Self.titel("års*"),
                    "SoegDokument": Self.titel("lægeattest"),
                ],
            ]) == ["Sag": ["a2", "a3"], "Dokument": ["d2"]])
        #expect(try fundne(["SoegSagsloeseDokumenter": led()]) == ["Dokument": ["d3"]])
        #expect(
            try fundne(["NOT": ["SoegSagsloeseDokumenter": led()]]) == ["Dokument": ["d1", "d2"]])
        // Along the whole chain.
        #expect(
            try fundne([
                "SoegDokument": led(), "SoegSag": led(), "SoegBevillingIndeks": led(),
                "SoegOekonomiskEffektueringIndeks": led(),
            ]) == [
                "Dokument": ["d1"], "Sag": ["a1"], "Bevilling": ["b1"],
                "OekonomiskEffektuering": ["e1"],
            ])
        #expect(
            try fundne(["SoegDokument": led(), "SoegOekonomiskEffektueringIndeks": led()])
                == ["Dokument": ["d1"], "OekonomiskEffektuering": ["e1"]])
    }

    @Test("Intervals of every sort; from is inside, to is not")
    func intervals() throws {
        func ydelse(_ name: String, _ interval: JSONValue) -> JSONValue {
            [
                "SoegBevillingIndeks": led(attribut: [
                    "LokalUdvidelseListe": [
                        "SoegBevilgetYdelseLokalUdvidelse": .object([
                            .init(name: name, value: interval)
                        ])
                    ]
                ])
            ]
        }
        func time(_ fra: JSONValue, _ til: JSONValue) -> JSONValue {
            ["FraTidspunkt": fra, "TilTidspunkt": til]
        }
        let found = ["Bevilling": ["b1"]]
        let start = "BevilgetYdelseStartDatoInterval"
        let next: JSONValue = "2024-02-01T00:00:01+01:00"
        #expect(try fundne(ydelse(start, time(Eksempel.fra, next))) == found)
        #expect(try fundne(ydelse(start, time(true, Eksempel.fra))) == [:])
        #expect(try fundne(ydelse(start, time(next, true))) == [:])
        #expect(
            try fundne(ydelse("EffektueringsplanStartDatoInterval", time(Eksempel.fra, true)))
                == found)
        let amount = "YdelseBeloebInterval"
        #expect(
            try fundne(ydelse(amount, ["FraBeloeb": "6694.00", "TilBeloeb": "6694"])) == found)
        #expect(try fundne(ydelse(amount, ["FraBeloeb": "0", "TilBeloeb": "6693.99"])) == [:])
        let begun: JSONValue = [
            "SoegBevillingIndeks": led(attribut: [
                "LokalUdvidelseListe": [
                    "SoegEgenskaberLokalUdvidelse": [
                        "BevillingStartDatoInterval": time(Eksempel.fra, next)
                    ]
                ]
            ])
        ]
        #expect(try fundne(begun) == found)
        let line: JSONValue = [
            "SoegOekonomiskEffektueringIndeks": led(relation: [
                "OekonomiskYdelseEffektueringRelation": [
                    [
                        "Klassifikationsbeskrivelse": "32.18.08",
                        "LokalUdvidelseListe": [
                            "SoegOekonomiskYdelseEffektueringRelationLokalUdvidelse": [
                                "YdelsesBeloebInterval": ["FraBeloeb": "6000", "TilBeloeb": "7000"]
                            ]
                        ],
                    ]
                ]
            ])
        ]
        #expect(try fundne(line) == ["OekonomiskEffektuering": ["e1"]])
        let changed: (JSONValue, JSONValue) -> JSONValue = { fra, til in
            [
                "SoegSag": led(attribut: [
                    "LokalUdvidelseListe": [
                        "SoegEgenskaberLokalUdvidelse": ["SenestAendretInterval": time(fra, til)]
                    ]
                ])
            ]
        }
        #expect(try fundne(changed("2024-01-01T00:00:00Z", true))["Sag"]?.count == 3)
        #expect(try fundne(changed(true, "2024-01-01T00:00:00Z")) == [:])
    }

    @Test("Both time axes: earlier titles by SoegVirkning, earlier registrations by SoegSts")
    func times() throws {
        let before = try #require(
            try tjeneste.hent("/v1/sager/" + Eksempel.uuid(0xa1))?[
                sti: "Registrering.0.StsTidspunkt"])
        let update = Eksempel.opdatering(Eksempel.uuid(0xa1)).setting(
            "TilstandListe.Fremdrift",
            [
                [
                    "Virkning": Eksempel.virkning("2024-06-01T00:00:00+02:00"),
                    "FremdriftStatusKode": "Afsluttet",
                ]
            ])
        #expect(try tjeneste.opdater([("SagIndeks", update)]).koder == [20])
        func state(_ code: String, _ rest: JSONValue = [:]) -> JSONValue {
            [
                "SoegSag": led(
                    tilstand: ["Fremdrift": [["FremdriftStatusKode": .string(code)]]], rest)
            ]
        }
        let a1 = ["Sag": ["a1"]]
        #expect(try fundne(state("Afsluttet")) == a1)
        #expect(try fundne(state("Opstaaet")) == ["Sag": ["a2", "a3"]])
        let march: JSONValue = [
            "SoegVirkning": [
                "FraTidspunkt": "2024-03-01T00:00:00Z", "TilTidspunkt": "2024-03-02T00:00:00Z",
            ]
        ]
        #expect(try fundne(state("Opstaaet", march))["Sag"] == ["a1", "a2", "a3"])
        #expect(try fundne(state("Afsluttet", march)) == [:])
        let text = try #require(before.string)
        let instant = try #require(Tidspunkt(reading: text))
        let then: JSONValue = [
            "SoegStsFraTidspunkt": before,
            "SoegStsTilTidspunkt": .string(instant.advanced(byMicroseconds: 1).utcText),
        ]
        #expect(try fundne(state("Afsluttet", then)) == [:])
        #expect(try fundne(state("Opstaaet", then))["Sag"]?.contains("a1") == true)
        let everything: JSONValue = ["SoegStsTilTidspunkt": true]
        let svar = try tjeneste.fremsoeg(
            alle("Sag", rest: ["SoegUdtryk": ["SoegSag": led(everything)]]))
        #expect(
            svar.json?[sti: "SagFiltreretOejebliksbillede.0.Registrering"]?.array?.count == 2)
        func sender(_ fra: JSONValue, _ til: JSONValue) -> JSONValue {
            [
                "SoegSag": led([
                    "SoegRegistrering": ["FraTidspunkt": fra, "TilTidspunkt": til]
                ])
            ]
        }
        #expect(
            try fundne(sender("2024-06-01T00:00:00+02:00", "2024-06-02T00:00:00+02:00")) == a1)
        #expect(
            try fundne(sender("2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z"))["Sag"]?.count == 3)
        #expect(
            try fundne(["SoegSag": led(["SoegRegistrering": ["LivscyklusKode": "Opstaaet"]])])
                == [:])
    }

    // MARK: Answers

    @Test("Pages, order and counts")
    func pages() throws {
        func page(_ first: Int, _ most: Int, _ order: JSONValue? = nil) throws -> Svar {
            var body = alle(
                "Sag",
                rest: [
                    "SoegUdtryk": [
                        "SoegSag": led([
                            "FoersteResultatReference": .number("\(first)"),
                            "MaksimalAntalKvantitet": .number("\(most)"),
                        ])
                    ]
                ])
            body = body.setting("Sortering.SagSortering", order)
            let svar = try tjeneste.fremsoeg(body)
            #expect(svar.antal["sager"] == 3)
            return svar
        }
        #expect(try page(0, 2).fundne == ["Sag": ["a1", "a2"]])
        #expect(try page(2, 2).fundne == ["Sag": ["a3"]])
        #expect(try page(3, 2).fundne == ["Sag": []])
        #expect(try page(0, 0).fundne == ["Sag": []])
        #expect(try page(0, 5000).fundne["Sag"]?.count == 3)
        #expect(
            try page(0, 9, [["Element": "Titel", "Retning": "Faldende"]]).fundne
                == ["Sag": ["a3", "a2", "a1"]])
        // The lower priority number decides first; ties stand by UUID.
        #expect(
            try page(
                0, 9,
                [
                    ["Element": "Titel", "Prioritet": 2],
                    ["Element": "Foelsomhed", "Retning": "Faldende", "Prioritet": 1],
                ]
            ).fundne == ["Sag": ["a2", "a1", "a3"]])
        #expect(
            try page(0, 9, [["Element": "Fremdrift"]]).fundne == ["Sag": ["a1", "a2", "a3"]])
        for element in [
            "Bruger", "StsRegistreringstidspunkt", "Registreringstidspunkt", "BrugervendtNoegle",
            "ItSystem-Systemnavn", "Sagklasse-BrugervendtNoegle", "Livscyklus",
        ] {
            let order: JSONValue = [["Element": .string(element)]]
            #expect(try page(0, 9, order).fundne["Sag"]?.count == 3)
        }
        #expect(
            try page(0, 9, [["Element": "Sagklasse-BrugervendtNoegle"]]).fundne
                == ["Sag": ["a2", "a1", "a3"]])
    }

    @Test("A filter shows what it names; an empty one nothing, none at all the benefits")
    func filters() throws {
        let both: JSONValue = [
            "operation": "OR", "SoegSag": led(), "SoegBevillingIndeks": led(),
        ]
        let none = try tjeneste.fremsoeg(["SoegUdtryk": both])
        #expect(none.fundne == ["Bevilling": ["b1"]])
        #expect(none.antal == ["sager": 3, "bevillinger": 1, "ydelser": 2])
        let empty = try tjeneste.fremsoeg(["SoegUdtryk": both, "Filter": [:]])
        #expect(empty.fundne == [:] && empty.antal == none.antal)
        let owner = try tjeneste.fremsoeg([
            "SoegUdtryk": ["SoegBevillingIndeks": led()],
            "Filter": ["BevillingVis": [["Vis": "aktoer-ejer"]]],
        ])
        let relations = owner.json?[
            sti: "BevillingFiltreretOejebliksbillede.0.Registrering.0.RelationListe"]
        #expect(relations?["Bevillingsaktoer"]?.array?.count == 1)
        #expect(relations?.members?.count == 1)
    }

    @Test("What an object points at comes along when it is asked for")
    func along() throws {
        func along(_ udtryk: JSONValue, _ filter: JSONValue) throws -> Svar {
            try tjeneste.fremsoeg(["SoegUdtryk": udtryk, "Filter": filter])
        }
        let sag = try along(
            ["SoegSag": Self.titel("klage*")],
            ["SagVis": ["fremdrift"], "SagInkluder": "journalpost", "DokumentVis": ["egenskaber"]])
        #expect(sag.fundne == ["Sag": ["a2"], "Dokument": ["d2"]])
        #expect(sag.antal == ["sager": 1])
        let betaling = try along(
            ["SoegOekonomiskEffektueringIndeks": led()],
            ["OekonomiskEffektueringInkluder": ["oekonomiskeydelseeffektueringer"]])
        #expect(betaling.fundne == ["Bevilling": ["b1"]])
        let bevilling = try along(
            ["SoegBevillingIndeks": led()],
            ["BevillingVis": ["part"], "BevillingInkluder": ["bevilgetydelse"]])
        #expect(bevilling.fundne == ["Bevilling": ["b1"], "OekonomiskEffektuering": ["e1"]])
    }

    @Test("UUIDs alone, and beside an expression")
    func uuids() throws {
        let ids: JSONValue = [
            "SagUuid": [.string(Eksempel.uuid(0xa1)), .string(Eksempel.uuid(0xa3))],
            "DokumentUuid": [.string(Eksempel.uuid(0xd3))],
        ]
        let body = alle("Sag", "Dokument", rest: ids)
        #expect(try tjeneste.fundne(body) == ["Sag": ["a1", "a3"], "Dokument": ["d3"]])
        #expect(
            try fundne(["SoegSag": Self.titel("*a*")], ["SagUuid": [.string(Eksempel.uuid(0xa2))]])
                == ["Sag": ["a2"]])
        #expect(
            try fundne(["SoegDokument": led()], ["SagUuid": [.string(Eksempel.uuid(0xa2))]])
                == ["Sag": ["a2"], "Dokument": ["d2"]])
        #expect(
            try tjeneste.fundne(alle("Sag", rest: ["SagUuid": [.string(Eksempel.uuid(9))]])) == [
                "Sag": []
            ])
        // A kind that the expression speaks of under NOT alone stands beside it, as any other that it does not ask for.
        let other: JSONValue = ["NOT": [["SoegSag": Self.titel("Årsopgørelse")]]]
        let documents = other.setting("SoegDokument", led())
        for (sag, expected) in [
            (0xa1, ["Sag": ["a1"], "Dokument": ["d1"]]), (9, [:]), (0xa3, [:]),
        ] {
            let named: JSONValue = ["SagUuid": [.string(Eksempel.uuid(sag))]]
            #expect(try fundne(documents, named) == expected, "\(sag)")
        }
        #expect(
            try fundne(
                other, ["SagUuid": [.string(Eksempel.uuid(0xa1)), .string(Eksempel.uuid(0xa3))]])
                == ["Sag": ["a1"]])
    }

    @Test("All that is named is shown, also where that is more than a page")
    func manyNamed() throws {
        let numbers = 0x400..<0x400 + 120
        let svar = try tjeneste.importer(
            numbers.map { ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid($0))) })
        #expect(svar.koder.allSatisfy { $0 == 20 })
        let named = JSONValue.array(numbers.map { .string(Eksempel.uuid($0)) })
        let found = try tjeneste.fremsoeg(alle("Dokument", rest: ["DokumentUuid": named]))
        #expect(found.antal == ["dokumenter": 120])
        #expect(found.fundne["Dokument"]?.count == 120)
    }

    @Test("Criteria of one element must all hold, and an empty one asks for nothing")
    func repeated() throws {
        func changed(_ intervals: JSONValue...) -> JSONValue {
            [
                "SoegSag": led(attribut: [
                    "LokalUdvidelseListe": ["SoegEgenskaberLokalUdvidelse": .array(intervals)]
                ])
            ]
        }
        let since: JSONValue = ["SenestAendretInterval": ["FraTidspunkt": "2020-01-01T00:00:00Z"]]
        let until: JSONValue = ["SenestAendretInterval": ["TilTidspunkt": "2020-01-01T00:00:00Z"]]
        let all = ["Sag": ["a1", "a2", "a3"]]
        #expect(try fundne(changed(since)) == all)
        #expect(try fundne(changed(since, since)) == all)
        #expect(try fundne(changed(until)) == [:])
        #expect(try fundne(changed(since, until)) == [:])
        #expect(try fundne(changed(until, since)) == [:])
        for name in ["SenestAendretInterval", "OprettetTidspunktInterval"] {
            #expect(try fundne(changed(JSONValue.object([.init(name: name, value: [:])]))) == all)
        }
        // None of the cases has one.
        let created: JSONValue = ["OprettetTidspunktInterval": ["FraTidspunkt": true]]
        #expect(try fundne(changed(created)) == [:])
    }

    @Test("A star takes no room, and a page beyond every number is empty")
    func edges() throws {
        let most = String(repeating: "a", count: 255)
        #expect(try fundne(["SoegSag": [Self.titel("*" + most)]]) == [:])
        #expect(try fundne(["SoegSag": [Self.titel("*klage*")]]) == ["Sag": ["a2"]])
        let far = led(
            ["FoersteResultatReference": .number("99999999999999999999")])
        let svar = try tjeneste.fremsoeg(alle("Sag", rest: ["SoegUdtryk": ["SoegSag": far]]))
        #expect(svar.status == 200 && svar.antal["sager"] == 3, "\(svar.text)")
        #expect(svar.fundne == ["Sag": []])
    }

    // MARK: Refusals

    private static let afvisninger: [(JSONValue, String, String)] = [
        ([:], "R14", "SoegUdtryk"), (["SoegUdtryk": [:]], "R14", "SoegUdtryk"),
        (["SoegUdtryk": ["operation": "AND"]], "R14", "SoegUdtryk"),
        (["SagUuid": []], "R14", "SoegUdtryk"), (["SagUuid": ["{1}"]], "R14", "SagUuid[0]"),
        (["DokumentUuid": [1]], "R14", "DokumentUuid[0]"),
        (["SoegUdtryk": ["SoegSag": led(), "NOT": [[:]]]], "R14", "SoegUdtryk.NOT[0]"),
        (["SoegUdtryk": ["operation": "and", "SoegSag": led()]], "R4", "SoegUdtryk.operation"),
        (["SoegUdtryk": ["SoegSag": [[:]]]], "R13", "SoegUdtryk.SoegSag[0]"),
        (
            ["SoegUdtryk": ["SoegSag": ["AttributListe": [:], "RelationListe": [:]]]], "R13",
            "SoegUdtryk.SoegSag"
        ),
        (["SoegUdtryk": ["SoegKlasse": led()]], "R8", "SoegUdtryk.SoegKlasse"),
        (["SoegUdtryk": 1], "R8", "SoegUdtryk"), (["Soeg": [:]], "R8", "Soeg"),
        (["SoegUdtryk": .null], "R8", "SoegUdtryk"),
        (
            ["SoegUdtryk": ["SoegSag": led()], "Filter": ["SagVis": [["Vis": "alt"]]]], "R13",
            "Filter.SagVis[0].Vis"
        ),
        (
            ["SoegUdtryk": ["SoegSag": led()], "Filter": ["DokumentVis": ["sagspart"]]], "R13",
            "Filter.DokumentVis[0]"
        ),
        (
            ["SoegUdtryk": ["SoegSag": led()], "Filter": ["KlasseVis": []]], "R8",
            "Filter.KlasseVis"
        ),
        (
            [
                "SoegUdtryk": ["SoegSag": led()],
                "Sortering": ["SagSortering": [["Element": "Major"]]],
            ], "R4", "Sortering.SagSortering[0].Element"
        ),
        (
            ["SoegUdtryk": ["SoegSag": led()], "Sortering": ["SagSortering": [[:]]]], "R13",
            "Sortering.SagSortering[0]"
        ),
    ]

    private static let iLed: [(JSONValue, String, String)] = [
        (led(["FoersteResultatReference": -1]), "Y40", "FoersteResultatReference"),
        (led(["MaksimalAntalKvantitet": -1]), "Y40", "MaksimalAntalKvantitet"),
        (led(["MaksimalAntalKvantitet": "5"]), "R8", "MaksimalAntalKvantitet"),
        (
            led([
                "SoegVirkning": [
                    "FraTidspunkt": "2024-01-02T00:00:00Z", "TilTidspunkt": "2024-01-02T00:00:00Z",
                ]
            ]), "R16", "SoegVirkning"
        ),
        (
            led([
                "SoegStsFraTidspunkt": "2024-01-03T00:00:00Z",
                "SoegStsTilTidspunkt": "2024-01-02T00:00:00Z",
            ]), "R16", "SoegStsTilTidspunkt"
        ),
        (led(["SoegVirkning": ["FraTidspunkt": "2024-01-01"]]), "R6", "SoegVirkning.FraTidspunkt"),
        (led(["SoegVirkning": ["FraTidspunkt": false]]), "R7", "SoegVirkning.FraTidspunkt"),
        (
            led(["SoegRegistrering": ["LivscyklusKode": "Rettet"]]), "R4",
            "SoegRegistrering.LivscyklusKode"
        ),
        (
            led(attribut: ["Egenskaber": [["Titel": .string(String(repeating: "a", count: 256))]]]),
            "R3", "AttributListe.Egenskaber[0].Titel"
        ),
        (
            led(attribut: ["Egenskaber": [["Title": "x"]]]), "R8",
            "AttributListe.Egenskaber[0].Title"
        ),
        (
            led(attribut: ["Egenskaber": [["Titel": .null]]]), "R8",
            "AttributListe.Egenskaber[0].Titel"
        ),
        (led(attribut: ["Sagspart": [[:]]]), "R8", "AttributListe.Sagspart"),
        (
            led(attribut: [
                "LokalUdvidelseListe": ["SagIndeksEgenskaber": [["Foelsomhed": "HEMMELIG"]]]
            ]),
            "R4", "AttributListe.LokalUdvidelseListe.SagIndeksEgenskaber[0].Foelsomhed"
        ),
        (
            led(relation: ["Sagspart": [["ReferenceID": ["UUIDIdentifikator": "1"]]]]), "R1",
            "RelationListe.Sagspart[0].ReferenceID"
        ),
        (
            led(relation: ["Sagspart": [["LokalUdvidelseListe": ["SagsklasseLokalUdvidelse": [:]]]]]
            ),
            "R17", "RelationListe.Sagspart[0].LokalUdvidelseListe.SagsklasseLokalUdvidelse"
        ),
        (
            led(relation: [
                "Sagsaktoer": [
                    ["LokalUdvidelseListe": ["SagsaktoerLokalUdvidelse": ["CVR-Nummer": "1234567"]]]
                ]
            ]), "R5",
            "RelationListe.Sagsaktoer[0].LokalUdvidelseListe.SagsaktoerLokalUdvidelse.CVR-Nummer"
        ),
    ]

    @Test("Each break of the contract, by rule and place; nothing of what was asked is told")
    func refused() throws {
        let nested = Self.iLed.map { element, regel, sti -> (JSONValue, String, String) in
            (
                ["SoegUdtryk": ["NOT": [["SoegSag": [element]]]]], regel,
                "SoegUdtryk.NOT[0].SoegSag[0]." + sti
            )
        }
        for (body, regel, sti) in Self.afvisninger + nested {
            let svar = try tjeneste.fremsoeg(body)
            #expect(svar.status == 400, "\(body.text)")
            #expect(svar.fields["content-type"] == "application/problem+json")
            #expect(svar.json?[sti: "fejl.0.regel"]?.string == regel, "\(body.text) \(svar.text)")
            #expect(svar.json?[sti: "fejl.0.sti"]?.string == sti, "\(body.text) \(svar.text)")
            #expect(!svar.text.contains("HEMMELIG") && !svar.text.contains("1234567"))
        }
        let ydelse: JSONValue = [
            "SoegUdtryk": [
                "SoegBevillingIndeks": led(attribut: [
                    "LokalUdvidelseListe": [
                        "SoegEgenskaberLokalUdvidelse": [
                            "BevillingStartDatoInterval": ["FraTidspunkt": true]
                        ]
                    ]
                ])
            ]
        ]
        #expect(try tjeneste.fremsoeg(ydelse).regler == [["R13"]])
        #expect(
            try tjeneste.kald("POST", "/v1/fremsoeg", Array("{".utf8), token: tjeneste.token())
                .status == 400)
        #expect(try tjeneste.kald("POST", "/v1/fremsoeg", [], token: nil).status == 401)
        #expect(try tjeneste.kald("GET", "/v1/fremsoeg", [], token: tjeneste.token()).status == 405)
    }

    // MARK: Access

    @Test("What is hidden is neither found nor counted, and decides nothing")
    func hidden() throws {
        func ask(_ udtryk: JSONValue, _ group: RightsGroup) throws -> Svar {
            let token = try tjeneste.token(
                bruger: .init(
                    uuid: try #require(UUIDIdentifikator(Eksempel.hvem)), enheder: [],
                    rettigheder: [group]))
            return try tjeneste.fremsoeg(
                alle("Sag", "Dokument", "Bevilling", rest: ["SoegUdtryk": udtryk]), token: token)
        }
        let low = try Proevetjeneste.gruppe([Eksempel.a], "*", 1)
        let every: JSONValue = ["SoegSag": led()]
        #expect(try ask(every, low).antal == ["sager": 2])
        #expect(try ask(["NOT": ["SoegSag": Self.titel("klage*")]], low).antal == ["sager": 2])
        #expect(
            try ask(["SoegSag": led(), "SoegDokument": Self.titel("lægeattest")], low).antal == [:])
        #expect(try ask(["SoegDokument": led()], low).antal == ["dokumenter": 2])
        // A hidden benefit meets nothing, also under NOT.
        let narrow = try Proevetjeneste.gruppe([Eksempel.a], "32.03.*", 4)
        let warmth = led(attribut: ["BevilgetYdelse": [["Navn": "varmetillæg"]]])
        #expect(try ask(["SoegBevillingIndeks": warmth], narrow).antal == [:])
        #expect(
            try ask(["NOT": ["SoegBevillingIndeks": warmth]], narrow).antal
                == ["bevillinger": 1, "ydelser": 1])
        #expect(try !ask(["SoegBevillingIndeks": led()], narrow).text.contains("Varmetillæg"))
        let sum: JSONValue = [
            "SoegOekonomiskEffektueringIndeks": led(attribut: [
                "Egenskaber": [["SamletBruttobeloeb": "13388"]]
            ])
        ]
        let all = try Proevetjeneste.gruppe([Eksempel.a], "*", 4)
        #expect(try ask(sum, all).antal == ["effektueringer": 1])
        #expect(try ask(sum, narrow).antal == [:])
    }

    @Test("The title that the public must not see is a criterion only for who may read it")
    func alternativeTitle() throws {
        let udtryk: JSONValue = [
            "SoegUdtryk": [
                "SoegSag": led(attribut: [
                    "Egenskaber": [
                        ["OffentlighedUndtaget": ["TitelAlternativTekst": "misbrug"]]
                    ]
                ])
            ]
        ]
        #expect(try tjeneste.fremsoeg(udtryk).antal == ["sager": 1])
        let other = try tjeneste.token(Eksempel.andetSystem)
        #expect(try tjeneste.fremsoeg(udtryk, token: other).antal == [:])
        let user = try tjeneste.bruger(
            [try Proevetjeneste.gruppe([Eksempel.a], "*", 4)], system: Eksempel.andetSystem)
        #expect(try tjeneste.fremsoeg(udtryk, token: user).antal == ["sager": 1])
    }

    // MARK: In the ranked search

    @Test("SoegUdtryk in soeg narrows what words and filters find")
    func ranked() throws {
        func soeg(_ body: JSONValue) throws -> [String] {
            try tjeneste.soeg(body).map { String($0.suffix(2)) }.sorted()
        }
        let klage: JSONValue = ["SoegSag": Self.titel("klage*")]
        #expect(try soeg(["SoegUdtryk": klage]) == ["a2"])
        #expect(try soeg(["Tekst": "afslag", "SoegUdtryk": klage]) == ["a2"])
        #expect(try soeg(["Tekst": "ansøgning", "SoegUdtryk": klage]) == [])
        #expect(
            try soeg(["Part": [.string(Eksempel.person)], "SoegUdtryk": ["NOT": klage]]) == [
                "a1", "a3",
            ])
        #expect(
            try soeg(["SoegUdtryk": ["SoegSag": led(), "SoegDokument": Self.titel("lægeattest")]])
                == ["a2", "d2"])
        #expect(try soeg(["Tekst": "klage", "SoegUdtryk": [:]]) == ["a2"])
        #expect(try soeg(["Objekttyper": ["Dokument"], "SoegUdtryk": klage]) == [])
    }
}
