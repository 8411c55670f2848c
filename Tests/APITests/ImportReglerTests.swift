import Testing

@testable import API
@testable import IndexCore
@testable import Ingest

// 1. R14, R15: an empty message is answered without receipts; a removal by an expression needs a criterion,
//    and removes what the caller may remove.
// 2. R18, R19, R20, R21, R23: known, unknown, Master, foreign source, number in use.
// 3. R37, R39: references, to the batch too, in any order and over a whole stream; exemptions. What is
//    refused of a batch is not pointed at.
// 4. R43, R44, R45, R46: mandatory parts stay; what is removed is gone; updates and time travel.
// 5. R31: one update says one thing of each instant. Other line breaks are no other content.
// 6. What is refused is told truly, and what is only worth knowing is told beside a 20.

@Suite("The rules of writing, over HTTP")
struct ImportReglerTests {
    private static let ndjson = [HTTPField("Content-Type", "application/x-ndjson")]
    private static let afgjort: JSONValue = [
        "Fremdrift": [
            [
                "Virkning": Eksempel.virkning("2024-05-01T00:00:00+02:00"),
                "FremdriftStatusKode": "Afgjort",
            ]
        ]
    ]

    private func sag(_ number: Int) -> String { "/v1/sager/" + Eksempel.uuid(number) }

    private func antal(_ tjeneste: Proevetjeneste, _ path: String) throws -> Int {
        try tjeneste.hent(path + "/historik")?["Historik"]?.array?.count ?? 0
    }

    // MARK: Empty, and by expression

    @Test("R14: an empty import or update is answered without receipts", arguments: Vej.allCases)
    func empty(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        for path in ["/v1/importer", "/v1/opdater", "/v1/kasser"] {
            let svar = try tjeneste.kald("POST", path, [:])
            #expect(svar.status == 200)
            #expect(svar.json == ["UnikRetur": []])
        }
        #expect(try tjeneste.kald("POST", "/v1/importer", ["SagIndeks": []]).koder == [])
        let stream = try tjeneste.kald(
            "POST", "/v1/importer", [], token: tjeneste.token(), fields: Self.ndjson)
        #expect(stream.status == 200 && stream.body.isEmpty)
    }

    /// An expression about cases with such a title.
    private func titel(_ titel: String) -> JSONValue {
        [
            "AttributListe": ["Egenskaber": ["Titel": .string(titel)]],
            "TilstandListe": [:], "RelationListe": [:],
        ]
    }

    @Test("R15: a removal by an expression without a criterion is refused, and removes nothing")
    func removalWithoutCriteria() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(1)))])
        let bar: JSONValue = ["AttributListe": [:], "TilstandListe": [:], "RelationListe": [:]]
        let bodies: [JSONValue] = [
            ["SoegUdtryk": [:]],
            ["SagUuid": [.string(Eksempel.uuid(1))], "SoegUdtryk": ["SoegSag": []]],
            ["SoegUdtryk": ["SoegSag": bar]],
            ["SoegUdtryk": ["NOT": ["SoegSag": titel("Anden sag")]]],
            ["SoegUdtryk": ["operation": "OR", "SoegSag": [titel("Anden sag"), bar]]],
            ["SoegUdtryk": ["SoegSagsloeseDokumenter": bar]],
            [
                "SoegUdtryk": [
                    "SoegSag": titel("Kontanthjælp").setting("MaksimalAntalKvantitet", 1)
                ]
            ],
        ]
        for body in bodies {
            let svar = try tjeneste.kald("POST", "/v1/fjern", body)
            #expect(svar.status == 400 && svar.regler == [["R15"]])
        }
        #expect(try tjeneste.hent(sag(1)) != nil)
        let ukendt = try tjeneste.kald("POST", "/v1/fjern", ["SoegUdtryk": ["Alt": [:]]])
        #expect(ukendt.status == 400 && ukendt.regler == [["R8"]])
    }

    @Test("R15: a removal by an expression removes what it finds of one's own, and nothing else")
    func removalByExpression() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let sager = [
            Eksempel.sag(Eksempel.uuid(1), nummer: "A-1", titel: "Gammel sag"),
            Eksempel.sag(Eksempel.uuid(2), nummer: "A-2", titel: "Gammel sag"),
            Eksempel.sag(Eksempel.uuid(3), nummer: "A-3", titel: "Ny sag"),
            Eksempel.sag(Eksempel.uuid(4), nummer: "A-4", titel: "Navngiven sag"),
        ]
        #expect(try tjeneste.importer(sager.map { ("SagIndeks", $0) }).koder == [20, 20, 20, 20])
        let andet = try tjeneste.token(Eksempel.andetSystem)
        let fremmed = Eksempel.sag(
            Eksempel.uuid(5), nummer: "A-5", titel: "Gammel sag", system: Eksempel.andetSystem)
        #expect(try tjeneste.importer([("SagIndeks", fremmed)], token: andet).koder == [20])
        let body: JSONValue = [
            "SagUuid": [.string(Eksempel.uuid(4))],
            "SoegUdtryk": ["SoegSag": titel("Gammel sag")],
        ]
        let proeve = try tjeneste.kald(
            "POST", "/v1/fjern", body, fields: [HTTPField("Kontrol", "kun")])
        #expect(proeve.koder == [20, 20, 20])
        #expect(try tjeneste.hent(sag(1)) != nil)
        let svar = try tjeneste.kald("POST", "/v1/fjern", body)
        #expect(svar.koder == [20, 20, 20])
        for number in [1, 2, 4] { #expect(try tjeneste.hent(sag(number)) == nil) }
        #expect(try tjeneste.hent(sag(3)) != nil)
        #expect(try tjeneste.hent(sag(5), token: andet) != nil)
        let igen: JSONValue = ["SoegUdtryk": ["SoegSag": titel("Gammel sag")]]
        #expect(try tjeneste.kald("POST", "/v1/fjern", igen).koder == [])
    }

    @Test("R15: an expression finds nothing for who may write and not see, though it is one's own")
    func removalWithoutSight() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let blind = "0f000000-0000-4000-8000-00000000000b"
        try tjeneste.aftale(blind, Eksempel.a, roller: .rediger)
        let token = try tjeneste.token(blind)
        let egen = Eksempel.sag(Eksempel.uuid(1), titel: "Gammel sag", system: blind)
        #expect(try tjeneste.importer([("SagIndeks", egen)], token: token).koder == [20])
        let udtryk: JSONValue = ["SoegUdtryk": ["SoegSag": titel("Gammel sag")]]
        #expect(try tjeneste.kald("POST", "/v1/fjern", udtryk.bytes, token: token).koder == [])
        #expect(try tjeneste.hent(sag(1)) != nil)
        let navngivet: JSONValue = ["SagUuid": [.string(Eksempel.uuid(1))]]
        #expect(try tjeneste.kald("POST", "/v1/fjern", navngivet.bytes, token: token).koder == [20])
    }

    // MARK: Known, unknown, whose

    @Test("R18 and Y34: a known UUID is refused and unchanged; in one batch the later one is")
    func known() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let uuid = Eksempel.uuid(1)
        let first = Eksempel.sag(uuid, nummer: "A-1")
        let later = Eksempel.sag(uuid, nummer: "A-2")
        let svar = try tjeneste.importer([
            ("SagIndeks", first), ("SagIndeks", later),
            ("BevillingIndeks", Eksempel.bevilling(uuid)),
        ])
        #expect(svar.koder == [20, 49, 49])
        #expect(svar.regler == [[], ["R18"], ["Y34"]])
        let again = try tjeneste.importer([
            ("SagIndeks", later), ("DokumentIndeks", Eksempel.dokument(uuid)),
        ])
        #expect(again.koder == [49, 49])
        let found = try tjeneste.hent(sag(1))
        #expect(
            found?[sti: "Registrering.0.AttributListe.Egenskaber.0.Sagsnummer"] == "A-1")
        #expect(try antal(tjeneste, sag(1)) == 1)
    }

    @Test("R19 and Y35: to update, purge or remove an unknown object is answered 44")
    func unknown() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(1)))])
        let update = Eksempel.opdatering(Eksempel.uuid(9))
        let svar = try tjeneste.opdater([
            ("SagIndeks", update.setting("TilstandListe", Self.afgjort)),
            ("BevillingIndeks", update),
            ("DokumentIndeks", Eksempel.opdatering(Eksempel.uuid(1))),
        ])
        #expect(svar.koder == [44, 44, 44])
        let uuids: JSONValue = [.string(Eksempel.uuid(9))]
        let removal = try tjeneste.kald(
            "POST", "/v1/fjern",
            ["SagUuid": uuids, "BevillingUuid": uuids, "DokumentUuid": [.string(Eksempel.uuid(1))]])
        #expect(removal.koder == [44, 44, 44])
        #expect(removal.regler == [["R19"], ["Y35"], ["R19"]])
        let purge: JSONValue = ["SagIndeks": [Eksempel.sag(Eksempel.uuid(9))]]
        #expect(try tjeneste.kald("POST", "/v1/kasser", purge).koder == [44])
        #expect(try tjeneste.kald("DELETE", sag(9)).status == 404)
    }

    @Test("R20: the Master cannot be changed, by update or by PUT")
    func master() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        _ = try tjeneste.importer([("SagIndeks", objekt)])
        let other = Eksempel.sag(Eksempel.uuid(1), system: Eksempel.andetSystem)
        let systems = try #require(
            other[sti: "Registrering.0.RelationListe.LokalUdvidelseListe"])
        let update = Eksempel.opdatering(Eksempel.uuid(1))
            .setting("RelationListe.LokalUdvidelseListe", systems)
        let svar = try tjeneste.opdater([("SagIndeks", update)])
        #expect(svar.koder == [49] && svar.regler.first?.contains("R20") == true)
        let put = try tjeneste.kald("PUT", sag(1), other)
        #expect(put.status == 409 && put.regler == [["R20"]])
        #expect(try antal(tjeneste, sag(1)) == 1)
    }

    @Test("A removal names UUIDs, short or long, and nothing beside them")
    func removalMembers() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(1)))])
        let long: JSONValue = ["UUIDIdentifikator": .string(Eksempel.uuid(1))]
        func remove(_ element: JSONValue) throws -> Svar {
            try tjeneste.kald("POST", "/v1/fjern", ["SagUuid": [element]])
        }
        for element in [long.setting("foo", 1), long.setting("URNIdentifikator", "urn:a:b"), [:]] {
            let svar = try remove(element)
            #expect(svar.status == 400 && svar.regler == [["R8"]], "\(svar.text)")
        }
        let urn = try remove(["URNIdentifikator": "urn:oio:a:b:c"])
        #expect(urn.status == 400 && urn.regler == [["R1"]])
        #expect(try tjeneste.hent(sag(1)) != nil)
        #expect(try remove(long).koder == [20])
    }

    @Test("R21: only the source may change an object")
    func foreignSource() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        _ = try tjeneste.importer([("SagIndeks", objekt)])
        let token = try tjeneste.token(Eksempel.andetSystem)
        let update = Eksempel.opdatering(Eksempel.uuid(1)).setting("TilstandListe", Self.afgjort)
        let svar = try tjeneste.opdater([("SagIndeks", update)], token: token)
        #expect(svar.koder == [43] && svar.regler == [["R21"]])
        let changed = Eksempel.sag(Eksempel.uuid(1), titel: "Anden titel")
        #expect(try tjeneste.kald("PUT", sag(1), changed.bytes, token: token).status == 403)
        #expect(try tjeneste.kald("DELETE", sag(1), [], token: token).status == 403)
        let removal: JSONValue = ["SagUuid": [.string(Eksempel.uuid(1))]]
        #expect(
            try tjeneste.kald("POST", "/v1/fjern", removal.bytes, token: token).koder == [43])
        let purge: JSONValue = ["SagIndeks": [objekt]]
        #expect(try tjeneste.kald("POST", "/v1/kasser", purge.bytes, token: token).koder == [43])
        #expect(try antal(tjeneste, sag(1)) == 1)
    }

    @Test("R23: a number is one object's among its kind within its authority")
    func number() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), nummer: "2024-1")),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), nummer: "2024-1")),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(3), nummer: "2024-1", cvr: Eksempel.b)),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(4), nummer: "2024-4")),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(5), nummer: "2024-1")),
        ])
        #expect(svar.koder == [20, 49, 20, 20, 20])
        #expect(svar.regler[1] == ["R23"])
        let later = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(6), nummer: "2024-1"))
        ])
        #expect(later.koder == [49])
        let taken = Eksempel.sag(Eksempel.uuid(4), nummer: "2024-1")
        let attribut = try #require(taken[sti: "Registrering.0.AttributListe.Egenskaber"])
        let update = Eksempel.opdatering(Eksempel.uuid(4))
            .setting("AttributListe", ["Egenskaber": attribut])
        #expect(try tjeneste.opdater([("SagIndeks", update)]).koder == [49])
        #expect(try tjeneste.kald("PUT", sag(4), taken).status == 409)
    }

    // MARK: References

    @Test("R37: what is pointed at must be there, of the right kind, and be another")
    func references() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let (a, b) = (Eksempel.uuid(1), Eksempel.uuid(2))
        let relationer = "Registrering.0.RelationListe."
        func pointing(_ target: String) -> JSONValue {
            Eksempel.sag(a).adding(relationer + "Sagsrelation", Eksempel.sagsrelation(target))
        }
        #expect(try tjeneste.importer([("SagIndeks", pointing(b))]).koder == [44])
        let itself = try tjeneste.importer([("SagIndeks", pointing(a))])
        #expect(itself.koder == [40] && itself.regler == [["R37"]])
        _ = try tjeneste.importer([("DokumentIndeks", Eksempel.dokument(b))])
        #expect(try tjeneste.importer([("SagIndeks", pointing(b))]).koder == [44])
        let filed = Eksempel.sag(a, journal: [Eksempel.journalpost(Eksempel.uuid(3))])
        #expect(try tjeneste.importer([("SagIndeks", filed)]).koder == [44])
        let wrongKindInBatch = try tjeneste.importer([
            ("SagIndeks", filed), ("SagIndeks", Eksempel.sag(Eksempel.uuid(3))),
        ])
        #expect(wrongKindInBatch.koder == [44, 20])
    }

    @Test("R37: within a batch the order does not matter, nor do circles")
    func batchReferences() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let relation = "Registrering.0.RelationListe.Sagsrelation"
        let svar = try tjeneste.importer([
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(1), journal: [Eksempel.journalpost(Eksempel.uuid(3))]
                ).adding(relation, Eksempel.sagsrelation(Eksempel.uuid(2)))
            ),
            (
                "SagIndeks",
                Eksempel.sag(Eksempel.uuid(2), cvr: Eksempel.b)
                    .adding(relation, Eksempel.sagsrelation(Eksempel.uuid(1), .andreSager))
            ),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(3))),
        ])
        #expect(svar.koder == [20, 20, 20], "\(svar.text)")
    }

    /// Cases 1, 2 and 3, of which 1 points at 2 and 2 at 3.
    private func chain(_ change: (Int, JSONValue) -> JSONValue) -> [(String, JSONValue)] {
        (1...3).map { number in
            let sag = Eksempel.sag(Eksempel.uuid(number), nummer: "K-\(number)")
            let pointing =
                number == 3
                ? sag
                : sag.adding(
                    "Registrering.0.RelationListe.Sagsrelation",
                    Eksempel.sagsrelation(Eksempel.uuid(number + 1)))
            return ("SagIndeks", change(number, pointing))
        }
    }

    @Test(
        "R37: what points at a refused object of its batch is refused, and so what points at that",
        arguments: ["", "R23", "X1", "R3"])
    func refusedInBatch(fault: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let taken = Eksempel.sag(Eksempel.uuid(9), nummer: "OPTAGET")
        _ = try tjeneste.importer([("SagIndeks", taken)])
        let objekter = chain { number, sag in
            let title = "Registrering.0.AttributListe.Egenskaber.0.Titel"
            switch (number, fault) {
            case (3, "R3"): return sag.setting(title, "")
            case (2, "R23"):
                return Eksempel.sag(Eksempel.uuid(2), nummer: "OPTAGET")
            case (2, "X1"):
                return Eksempel.sag(Eksempel.uuid(2), cvr: "99000009")
            default: return sag
            }
        }
        let koder =
            ["": [20, 20, 20], "R23": [44, 49, 20], "X1": [44, 43, 20], "R3": [44, 44, 40]][fault]
        let trial = try tjeneste.importer(objekter, fields: [HTTPField("Kontrol", "kun")])
        #expect(trial.koder == koder)
        let svar = try tjeneste.importer(objekter)
        #expect(svar.koder == koder, "\(svar.text)")
        let kept = try (1...3).filter { try tjeneste.hent(sag($0)) != nil }
        #expect(kept == zip(1...3, svar.koder).filter { $0.1 == 20 }.map(\.0))
        if fault == "R3" {
            let again = try tjeneste.importer(chain { $1 })
            #expect(again.koder == [20, 20, 20], "\(again.text)")
        }
    }

    @Test(
        "R37: of a circle none stands that points at one that is refused", arguments: [false, true])
    func circle(isTurned: Bool) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let taken = Eksempel.sag(Eksempel.uuid(9), nummer: "2024-000117")
        #expect(try tjeneste.importer([("SagIndeks", taken)]).koder == [20])
        func pair(_ nummer: String) -> [(String, JSONValue)] {
            let pair = [(1, 2, nummer), (2, 3, "N-2"), (3, 1, "N-3")].map { own, other, nummer in
                (
                    "SagIndeks",
                    Eksempel.sag(Eksempel.uuid(own), nummer: nummer).adding(
                        "Registrering.0.RelationListe.Sagsrelation",
                        Eksempel.sagsrelation(Eksempel.uuid(other)))
                )
            }
            return isTurned ? pair.reversed() : pair
        }
        // The one whose fault it is is told that besides.
        let codes = [44, 44, 44]
        let place = isTurned ? 2 : 0
        let dry = try tjeneste.importer(
            pair("2024-000117"), token: try tjeneste.token(), fields: [HTTPField("Kontrol", "kun")])
        let svar = try tjeneste.importer(pair("2024-000117"))
        for one in [dry, svar] {
            #expect(one.koder == codes, "\(one.text)")
            #expect(one.regler.map { $0.contains("R23") } == (0..<3).map { $0 == place })
        }
        let streamed = try tjeneste.kald(
            "POST", "/v1/importer", Proevetjeneste.ndjson(pair("2024-000117")),
            token: tjeneste.token(), fields: Self.ndjson)
        #expect(streamed.lines.map { $0["StatusKode"]?.integer } == codes)
        #expect(try tjeneste.store.count() == 1)
        #expect(try tjeneste.importer(pair("N-1")).koder == [20, 20, 20])
    }

    @Test("R37: of a long chain of circles none stands when its end points at what is missing")
    func longCircles() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func chain(_ count: Int) -> [(String, JSONValue)] {
            (0..<count).map { number in
                let others = [number - 1, number + 1].filter { $0 >= 0 && $0 < count }
                let missing = number == 0 ? [9_999] : []
                return (
                    "SagIndeks",
                    (others + missing).enumerated().reduce(Eksempel.sag(Eksempel.uuid(number))) {
                        sag, other in
                        sag.adding(
                            "Registrering.0.RelationListe.Sagsrelation",
                            Eksempel.sagsrelation(Eksempel.uuid(other.element), .andreSager)
                                .setting("Indeks", .string("\(other.offset + 1)")))
                    }
                )
            }
        }
        let svar = try tjeneste.importer(chain(400))
        #expect(svar.koder == Array(repeating: 44, count: 400))
        #expect(try tjeneste.store.count() == 0)
    }

    @Test("R37: in a stream, what is refused at its end is pointed at by nothing that is kept")
    func refusedInStream() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func stream(_ objekter: [(String, JSONValue)]) throws -> [Int] {
            let svar = try tjeneste.kald(
                "POST", "/v1/importer", Proevetjeneste.ndjson(objekter), token: tjeneste.token(),
                fields: Self.ndjson)
            #expect(svar.lines.map { $0["Linje"]?.integer } == Array(1...objekter.count))
            return svar.lines.compactMap { $0["StatusKode"]?.integer }
        }
        let title = "Registrering.0.AttributListe.Egenskaber.0.Titel"
        #expect(try stream(chain { $0 == 3 ? $1.setting(title, "") : $1 }) == [44, 44, 40])
        #expect(try tjeneste.store.count() == 0)
        #expect(try stream(chain { $1 }) == [20, 20, 20])
    }

    @Test("R37: what stands further on in a stream counts too", arguments: Vej.allCases)
    func streamReferences(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        var objekter: [(String, JSONValue)] = (0..<700).map { number in
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(number),
                    journal: [Eksempel.journalpost(Eksempel.uuid(2000 + number % 7))])
            )
        }
        objekter += (0..<6).map { ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(2000 + $0))) }
        let svar = try tjeneste.kald(
            "POST", "/v1/importer", Proevetjeneste.ndjson(objekter), token: tjeneste.token(),
            fields: Self.ndjson)
        // In the order of the lines, also those that waited.
        #expect(svar.lines.map { $0["Linje"]?.integer } == Array(1...objekter.count))
        // The seventh document is not there.
        let expected = (1...706).map { $0 <= 700 && ($0 - 1) % 7 == 6 ? 44 : 20 }
        #expect(svar.lines.map { $0["StatusKode"]?.integer } == expected)
    }

    @Test("R39: a journal entry has no exemption beside the document's own")
    func exemption() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        _ = try tjeneste.importer([
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(1), alternativ: "Skjult")),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(2))),
        ])
        let own: JSONValue = ["OffentlighedUndtaget": Eksempel.undtaget("Skjult")]
        let svar = try tjeneste.importer(
            [1, 2].map { number in
                let post = Eksempel.journalpost(Eksempel.uuid(number), egenskaber: own)
                return ("SagIndeks", Eksempel.sag(Eksempel.uuid(10 + number), journal: [post]))
            })
        #expect(svar.koder == [40, 20])
        #expect(svar.regler.first == ["R39"])
        let batch = try tjeneste.importer([
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(3), alternativ: "Skjult")),
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(13),
                    journal: [Eksempel.journalpost(Eksempel.uuid(3), egenskaber: own)])
            ),
        ])
        #expect(batch.koder == [20, 40])
        // A line of a stream may stand before the document it files.
        let stream = Proevetjeneste.ndjson([
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(14),
                    journal: [Eksempel.journalpost(Eksempel.uuid(4), egenskaber: own)])
            ),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(4), alternativ: "Skjult")),
        ])
        let lines = try tjeneste.kald(
            "POST", "/v1/importer", stream, token: tjeneste.token(), fields: Self.ndjson
        ).lines
        #expect(lines.map { $0["StatusKode"]?.integer } == [40, 20])
    }

    @Test("R39: what stands already may not be given an exemption, by PUT nor by an update")
    func exemptionLater() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let own: JSONValue = ["OffentlighedUndtaget": Eksempel.undtaget("Skjult")]
        func sag(_ egenskaber: JSONValue?) -> JSONValue {
            Eksempel.sag(
                Eksempel.uuid(11),
                journal: [
                    egenskaber.map { Eksempel.journalpost(Eksempel.uuid(1), egenskaber: $0) }
                        ?? Eksempel.journalpost(Eksempel.uuid(1))
                ])
        }
        let first = try tjeneste.importer([
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(1), alternativ: "Skjult")),
            ("SagIndeks", sag(nil)),
        ])
        #expect(first.koder == [20, 20])
        let update = Eksempel.opdatering(Eksempel.uuid(11)).setting("RelationListe", [:]).adding(
            "RelationListe.Journalpost",
            Eksempel.journalpost(Eksempel.uuid(1), egenskaber: own))
        let updated = try tjeneste.opdater([("SagIndeks", update)])
        #expect(updated.koder == [40] && updated.regler == [["R39"]], "\(updated.text)")
        let put = try tjeneste.kald("PUT", "/v1/sager/" + Eksempel.uuid(11), sag(own))
        #expect(put.status == 400 && put.regler == [["R39"]], "\(put.text)")
        let same = try tjeneste.kald("PUT", "/v1/sager/" + Eksempel.uuid(11), sag(nil))
        #expect(same.status == 200)
    }

    @Test("R37, R39: an exemption beside a reference to no document is told as the wrong kind")
    func exemptionOfACase() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let target = Eksempel.sag(Eksempel.uuid(1), alternativ: "Skjult")
        let own: JSONValue = ["OffentlighedUndtaget": Eksempel.undtaget("Skjult")]
        let post = Eksempel.journalpost(Eksempel.uuid(1), egenskaber: own)
        let filing = ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), journal: [post]))
        let batch = try tjeneste.importer([("SagIndeks", target), filing])
        #expect(batch.koder == [20, 44] && batch.regler == [[], ["R37"]])
        let later = try tjeneste.importer([filing])
        #expect(later.koder == [44] && later.regler == [["R37"]])
    }

    // MARK: What may end, what is gone, what is untouched

    @Test("R43: a mandatory relation neither ends nor is purged; an optional one does both")
    func mandatory() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        _ = try tjeneste.importer([("SagIndeks", objekt)])
        let ended = Eksempel.virkning(Eksempel.fra, "2024-05-01T00:00:00+02:00")
        let aktoer = try #require(objekt[sti: "Registrering.0.RelationListe.Sagsaktoer.1"])
        let part = try #require(objekt[sti: "Registrering.0.RelationListe.Sagspart.0"])
        func update(_ liste: String, _ relation: JSONValue) throws -> Svar {
            try tjeneste.opdater([
                (
                    "SagIndeks",
                    Eksempel.opdatering(Eksempel.uuid(1)).setting(
                        "RelationListe", .object([.init(name: liste, value: [relation])]))
                )
            ])
        }
        let refused = try update("Sagsaktoer", aktoer.setting("Virkning", ended))
        #expect(refused.koder == [40] && refused.regler.first?.contains("R43") == true)
        #expect(try update("Sagspart", part.setting("Virkning", ended)).koder == [20])

        func purge(_ liste: String, _ relation: JSONValue) throws -> Svar {
            let parts: JSONValue = .object([.init(name: liste, value: [relation])])
            let message: JSONValue = [
                "UUIDIdentifikator": .string(Eksempel.uuid(1)),
                "Registrering": [
                    ["AttributListe": [:], "TilstandListe": [:], "RelationListe": parts]
                ],
            ]
            return try tjeneste.kald("POST", "/v1/kasser", ["SagIndeks": [message]])
        }
        let kept = try purge("Sagsaktoer", aktoer)
        #expect(kept.koder == [40] && kept.regler.first == ["R43"])
        let purged = try purge("Sagspart", part)
        #expect(purged.koder == [20], "\(purged.text)")
        let historik = try tjeneste.kald("GET", sag(1) + "/historik")
        #expect(historik.status == 200 && !historik.text.contains("Erling"))
        let time = try #require(
            JSONValue(parsing: historik.body)["Historik"]?.array?.last?["StsTidspunkt"])
        for body: JSONValue in [
            ["Part": [.string(Eksempel.person)]], ["Tekst": "erling"],
            ["Tekst": .string(String(Eksempel.person.suffix(10)))],
        ] {
            #expect(try tjeneste.soeg(body).isEmpty)
            #expect(try tjeneste.soeg(body.setting("Registreringstid", time)).isEmpty)
        }
        let overblik = try tjeneste.kald(
            "POST", "/v1/overblik",
            ["Part": .string(Eksempel.person), "Periode": ["Fra": "2020-01-01"]])
        #expect(overblik.json?["Antal"]?["Sager"] == 0)
    }

    @Test("R43: an import, or a PUT, whose mandatory part ends is refused; an optional one may end")
    func endsInImport() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        let til: JSONValue = "2024-05-01T00:00:00+02:00"
        let parts = [
            "AttributListe.Egenskaber.0",
            "AttributListe.LokalUdvidelseListe.SagIndeksEgenskaber.0",
            "RelationListe.Sagsklasse.1",
            "RelationListe.LokalUdvidelseListe.SagsitsystemRelation.0",
        ]
        for part in parts {
            let ended = objekt.setting("Registrering.0.\(part).Virkning.TilTidspunkt", til)
            let svar = try tjeneste.importer([("SagIndeks", ended)])
            #expect(svar.koder == [40] && svar.regler == [["R43"]], "\(part): \(svar.text)")
            #expect(try tjeneste.kald("PUT", sag(1), ended).status == 400)
        }
        let optional = objekt.setting(
            "Registrering.0.RelationListe.Sagspart.0.Virkning.TilTidspunkt", til)
        #expect(try tjeneste.importer([("SagIndeks", optional)]).koder == [20])
        #expect(try tjeneste.kald("PUT", sag(1), objekt).status == 200)
    }

    @Test("R43: a lenient source is warned of a mandatory part that ends, and the object is kept")
    func endsOfLenient() throws {
        let system = try #require(UUIDIdentifikator(Eksempel.fagsystem))
        let tjeneste = try Proevetjeneste(aftaler: .direkte, kilder: [system: .lempelig])
        let ended = Eksempel.sag(Eksempel.uuid(1)).setting(
            "Registrering.0.AttributListe.Egenskaber.0.Virkning.TilTidspunkt",
            "2044-05-01T00:00:00+02:00")
        let svar = try tjeneste.importer([("SagIndeks", ended)])
        #expect(svar.koder == [20] && svar.advarsler == [["R43"]], "\(svar.text)")
    }

    @Test("R30: a lenient source's object without an Ejer is refused, and told so once")
    func ownerlessOfLenient() throws {
        let system = try #require(UUIDIdentifikator(Eksempel.fagsystem))
        let tjeneste = try Proevetjeneste(aftaler: .direkte, kilder: [system: .lempelig])
        let aktoerer = Eksempel.sag(Eksempel.uuid(1))[
            sti: "Registrering.0.RelationListe.Sagsaktoer"]
        let rest = try #require(aktoerer?.array?.dropFirst())
        let uden = Eksempel.sag(Eksempel.uuid(1)).setting(
            "Registrering.0.RelationListe.Sagsaktoer", .array(Array(rest)))
        let svar = try tjeneste.importer([("SagIndeks", uden)])
        #expect(svar.koder == [40] && svar.regler == [["R30"]], "\(svar.text)")
        #expect(svar.advarsler.allSatisfy { !$0.contains("R30") }, "\(svar.text)")
    }

    // MARK: One update, one content

    @Test("R31: an update that says two things of one instant is refused and changes nothing")
    func contradiction() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        _ = try tjeneste.importer([("SagIndeks", objekt)])
        let aktoer = try #require(objekt[sti: "Registrering.0.RelationListe.Sagsaktoer.1"])
        let skift: JSONValue = "2024-06-01T00:00:00+02:00"
        func ansvarlig(_ navn: String, _ fra: JSONValue, _ til: JSONValue) -> JSONValue {
            aktoer.setting("Virkning", Eksempel.virkning(fra, til)).setting(
                "LokalUdvidelseListe.SagsaktoerLokalUdvidelse.FuldtNavn", .string(navn))
        }
        func update(_ aktoerer: [JSONValue]) throws -> Svar {
            try tjeneste.opdater([
                (
                    "SagIndeks",
                    Eksempel.opdatering(Eksempel.uuid(1)).setting(
                        "RelationListe", ["Sagsaktoer": .array(aktoerer)])
                )
            ])
        }
        let both = try update([ansvarlig("A", skift, true), ansvarlig("B", skift, true)])
        #expect(both.koder == [40] && both.regler == [["R31"]])
        #expect(try antal(tjeneste, sag(1)) == 1)
        let one = try update([ansvarlig("A", Eksempel.fra, skift), ansvarlig("B", skift, true)])
        #expect(one.koder == [20], "\(one.text)")
    }

    @Test("Line breaks written another way are the same content, and CRLF is answered")
    func lineBreaks() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let path = "Registrering.0.AttributListe.Egenskaber.0.Beskrivelse"
        func put(_ text: String) throws -> Int {
            let objekt = Eksempel.sag(Eksempel.uuid(1)).setting(path, .string(text))
            return try tjeneste.kald("PUT", sag(1), objekt).status
        }
        #expect(try put("En\r\nTo") == 201)
        #expect(try put("En\nTo") == 200)
        #expect(try antal(tjeneste, sag(1)) == 1)
        #expect(try tjeneste.hent(sag(1))?[sti: path] == "En\r\nTo")
        #expect(try put("En\nTo\nTre") == 200)
        #expect(try antal(tjeneste, sag(1)) == 2)
        let criterion: JSONValue = [
            "AttributListe": ["Egenskaber": ["Beskrivelse": "en\r\nto*"]],
            "TilstandListe": [:], "RelationListe": [:],
        ]
        let found = try tjeneste.kald(
            "POST", "/v1/fremsoeg",
            ["SoegUdtryk": ["SoegSag": criterion], "Filter": ["SagVis": [["Vis": "egenskaber"]]]])
        #expect(found.status == 200 && found.text.contains(Eksempel.uuid(1)), "\(found.text)")
    }

    // MARK: What is told

    @Test("A time without zone is told beside a 20")
    func withoutZone() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1)).setting(
            "Registrering.0.Tidspunkt", "2024-03-01T09:15:30")
        let svar = try tjeneste.importer([("SagIndeks", objekt)])
        #expect(svar.koder == [20] && svar.advarsler == [["R6"]])
        let zoned = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(2)))])
        #expect(zoned.koder == [20] && zoned.advarsler == [[]])
    }

    @Test(
        "A line that is no object, or is two, is told as that",
        arguments: [
            ("[]", "Et JSON-objekt ventes"),
            ("{\"SagIndeks\":{},\"DokumentIndeks\":{}}", "Linjen har mere end ét objekt"),
            ("{\"SagIndeks\":{}x}", "Teksten er ikke JSON (byte 2 af objektet)"),
            ("{", "Teksten er ikke JSON (byte 1)"),
        ])
    func lines(_ line: String, _ besked: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.kald(
            "POST", "/v1/importer", Array(line.utf8), token: tjeneste.token(), fields: Self.ndjson)
        let fejl = svar.lines.first?["Fejl"]?.array?.first
        #expect(fejl?["regel"] == "R8" && fejl?["besked"]?.string == besked, "\(svar.text)")
    }

    @Test("A message that is no object is told as that")
    func message() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.kald("POST", "/v1/importer", [])
        #expect(svar.status == 400 && svar.regler == [["R8"]])
        #expect(svar.text.contains("Et JSON-objekt ventes"))
    }

    @Test(
        "R44: after removal no read finds the object or what it said; it may come again",
        arguments: Vej.allCases)
    func removed(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        let objekter: [(String, String, JSONValue)] = [
            ("SagIndeks", "sager", Eksempel.sag(Eksempel.uuid(1), titel: "Zebrafink")),
            (
                "DokumentIndeks", "dokumenter",
                Eksempel.dokument(Eksempel.uuid(2), titel: "Zebrafink")
            ),
            ("BevillingIndeks", "bevillinger", Eksempel.bevilling(Eksempel.uuid(3))),
            (
                "OekonomiskEffektueringIndeks", "effektueringer",
                Eksempel.effektuering(Eksempel.uuid(4), bevilling: Eksempel.uuid(3))
            ),
        ]
        let message = objekter.map { ($0.0, $0.2) }
        #expect(try tjeneste.importer(message).koder == [20, 20, 20, 20])
        let update = Eksempel.opdatering(Eksempel.uuid(1)).setting("TilstandListe", Self.afgjort)
        #expect(try tjeneste.opdater([("SagIndeks", update)]).koder == [20])
        #expect(try tjeneste.soeg(["Tekst": "zebrafink"]).count == 2)
        let removal: JSONValue = [
            "SagUuid": [.string(Eksempel.uuid(1))], "DokumentUuid": [.string(Eksempel.uuid(2))],
            "BevillingUuid": [["UUIDIdentifikator": .string(Eksempel.uuid(3))]],
            "OekonomiskEffektueringUuid": [.string(Eksempel.uuid(4))],
        ]
        #expect(try tjeneste.kald("POST", "/v1/fjern", removal).koder == [20, 20, 20, 20])
        for (_, samling, objekt) in objekter {
            let path = "/v1/\(samling)/" + (objekt["UUIDIdentifikator"]?.string ?? "")
            for suffix in ["", "?virkning=alle", "?registreringFra=2020-01-01", "/historik"] {
                #expect(try tjeneste.kald("GET", path + suffix).status == 404)
            }
        }
        #expect(try tjeneste.soeg([:]).isEmpty)
        #expect(try tjeneste.soeg(["Tekst": "zebrafink"]).isEmpty)
        let overblik = try tjeneste.kald(
            "POST", "/v1/overblik", ["Part": .string(Eksempel.person)])
        for count in overblik.json?["Antal"]?.members ?? [] { #expect(count.value == 0) }
        #expect(try tjeneste.importer(message).koder == [20, 20, 20, 20])
        #expect(try antal(tjeneste, sag(1)) == 1)
    }

    @Test("R45, R46: an update of the state alone; the earlier answer at the earlier time")
    func update() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        _ = try tjeneste.importer([("SagIndeks", objekt)])
        let before = try #require(try tjeneste.hent(sag(1) + "?virkning=alle"))
        let update = Eksempel.opdatering(Eksempel.uuid(1)).setting("TilstandListe", Self.afgjort)
        #expect(try tjeneste.opdater([("SagIndeks", update)]).koder == [20])
        let after = try #require(try tjeneste.hent(sag(1) + "?virkning=alle"))
        for part in ["AttributListe", "RelationListe"] {
            #expect(after[sti: "Registrering.0." + part] == before[sti: "Registrering.0." + part])
        }
        #expect(try antal(tjeneste, sag(1)) == 2)
        let time = try #require(before[sti: "Registrering.0.StsTidspunkt"]?.string)
        let then = try tjeneste.hent(sag(1) + "?virkning=alle&registrering=" + time)
        #expect(then == before)
        let question: JSONValue = ["Fremdrift": ["Opstaaet"]]
        #expect(try tjeneste.soeg(question).isEmpty)
        let earlier = question.setting("Registreringstid", .string(time))
        #expect(try tjeneste.soeg(earlier) == [Eksempel.uuid(1)])
        // Still with today's rights.
        try tjeneste.aftale("0f000000-0000-4000-8000-000000000009", Eksempel.a, kle: "27.*")
        let other = try tjeneste.token("0f000000-0000-4000-8000-000000000009")
        #expect(try tjeneste.soeg(earlier, token: other).isEmpty)
    }
}
