import IndexCore
import Testing

@testable import API

// 1. Who sees an object is told which agreement and group it is seen by.
// 2. Who does not is told of the own side alone, the same for what is hidden and what is missing.
// 3. With the right to the log, of the own authority: what each group lacks, by name.
// 4. Malformed questions are refused with the member's place.

@Suite("Why an object is seen, or not")
struct ForklarTests {
    private static let laeser = "0f000000-0000-4000-8000-00000000000c"
    private static let soeger = "0f000000-0000-4000-8000-00000000000d"

    private func forklar(
        _ tjeneste: Proevetjeneste, _ type: String, _ uuid: String, _ token: String
    ) throws -> JSONValue {
        let body: JSONValue = ["Objekttype": .string(type), "UUIDIdentifikator": .string(uuid)]
        let svar = try tjeneste.kald("POST", "/v1/forklar", body.bytes, token: token)
        #expect(svar.status == 200, "\(svar.text)")
        let json = try #require(svar.json)
        let beskrivelse = try #require(
            try tjeneste.kald("GET", "/openapi.json", [], token: nil).json)
        let skema: JSONValue = ["$ref": "#/components/schemas/Forklaringssvar"]
        #expect(Skematjek(beskrivelse).fejl(json, skema, type) == [])
        return json
    }

    private func tjeneste(_ vej: Vej) throws -> Proevetjeneste {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        try tjeneste.aftale(
            Self.laeser, Eksempel.a, roller: .udstil,
            grupper: [
                try Proevetjeneste.gruppe([Eksempel.a], "27.*", 3),
                try Proevetjeneste.gruppe([Eksempel.a, Eksempel.b], "32.*", 1),
            ])
        let objekter = [
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), kle: "27.36.04", niveau: 2)),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), kle: "32.24.04", niveau: 3)),
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(3), kle: "27.36.04", niveau: 1, profil: [Eksempel.uuid(77)])
            ),
            (
                "SagIndeks",
                Eksempel.sag(Eksempel.uuid(4), cvr: Eksempel.b, kle: "32.24.04", niveau: 4)
            ),
        ]
        #expect(try tjeneste.importer(objekter).koder == objekter.map { _ in 20 })
        return tjeneste
    }

    @Test("What is seen is told with the group that lets in", arguments: Vej.allCases)
    func seen(vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        let svar = try forklar(
            tjeneste, "Sag", Eksempel.uuid(1), try tjeneste.token(Self.laeser))
        #expect(svar["Synlig"]?.boolean == true)
        let aftale = try #require(svar["Egen"]?["Aftaler"]?.array?.first?["id"]?.integer)
        let aabninger = try #require(svar["Aabninger"]?.array)
        #expect(aabninger.count == 1)
        #expect(aabninger.first?["Klasse"]?.string == "27.36.04")
        #expect(aabninger.first?["System"]?["Aftale"]?.integer == aftale)
        #expect(aabninger.first?["System"]?["Gruppe"]?.integer == 1)
        #expect(svar["Objekt"] == nil)
    }

    @Test("Hidden and missing are told alike, and only of the own side", arguments: Vej.allCases)
    func hidden(vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        for token in [
            try tjeneste.token(Self.laeser), try tjeneste.token(Self.laeser, cvr: Eksempel.b),
            try tjeneste.token(Self.laeser, cvr: Eksempel.b, drift: [.log]),
            try tjeneste.token(Self.laeser, drift: [.aftaler, .drift, .klassifikation]),
        ] {
            // Another authority's, a wrong kind, and what is not there.
            let asked = [
                ("Sag", Eksempel.uuid(2)), ("Dokument", Eksempel.uuid(1)),
                ("Sag", Eksempel.uuid(90)),
            ]
            let answers = try asked.map { type, uuid in
                let svar = try forklar(tjeneste, type, uuid, token)
                #expect(svar["Objekttype"]?.string == type)
                #expect(svar["UUIDIdentifikator"]?.string == uuid)
                return (svar.members ?? []).filter {
                    !["Objekttype", "UUIDIdentifikator"].contains($0.name)
                }
            }
            #expect(answers.allSatisfy { $0 == answers[0] })
            #expect(!answers[0].contains { $0.name == "Objekt" })
        }
    }

    @Test("With the right to the log it is told what each group lacks", arguments: Vej.allCases)
    func log(vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        let token = try tjeneste.token(Self.laeser, drift: [.log])
        let svar = try forklar(tjeneste, "Sag", Eksempel.uuid(2), token)
        #expect(svar["Synlig"]?.boolean == false)
        let objekt = try #require(svar["Objekt"])
        #expect(objekt["Foelsomhed"]?.string == "FOELSOMME_PERSONOPLYSNINGER")
        let grupper = try #require(objekt["Proever"]?.array?.first?["System"]?.array)
        let mangler = grupper.map { $0["Mangler"]?.array?.compactMap(\.string) }
        #expect(mangler == [["Klasse"], ["Foelsomhed"]])
        // Another authority's is not told of, though the system has groups for it.
        let other = try forklar(tjeneste, "Sag", Eksempel.uuid(4), token)
        #expect(other["Objekt"] == nil && other["Synlig"]?.boolean == false)
        // Nor is what is missing.
        let missing = try forklar(tjeneste, "Sag", Eksempel.uuid(90), token)
        #expect(missing["Objekt"] == nil && missing["Synlig"]?.boolean == false)
    }

    @Test("A user's groups and a profile are told apart", arguments: Vej.allCases)
    func user(vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        let token = try tjeneste.token(
            Self.laeser,
            bruger: .init(
                uuid: try #require(UUIDIdentifikator(Eksempel.uuid(78))), enheder: [],
                rettigheder: [try Proevetjeneste.gruppe([Eksempel.a], "27.36.*", 1)]),
            drift: [.log])
        let closed = try #require(
            try forklar(tjeneste, "Sag", Eksempel.uuid(3), token)["Objekt"])
        #expect(closed["Sikkerhedsprofil"]?.boolean == true)
        #expect(closed["ProfilSlipperInd"]?.boolean == false)
        #expect(closed["Proever"]?.array?.first?["Opfyldt"]?.boolean == true)
        let high = try #require(try forklar(tjeneste, "Sag", Eksempel.uuid(1), token)["Objekt"])
        let proeve = try #require(high["Proever"]?.array?.first)
        #expect(high["ProfilSlipperInd"]?.boolean == true)
        #expect(proeve["System"]?.array?.first?["Mangler"]?.array == [])
        #expect(proeve["Bruger"]?.array?.first?["Mangler"]?.array == ["Foelsomhed"])
    }

    @Test("What of the own side hides all is named", arguments: Vej.allCases)
    func ownReasons(vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        func grunde(_ token: String) throws -> [String] {
            let svar = try forklar(tjeneste, "Sag", Eksempel.uuid(1), token)
            #expect(svar["Synlig"]?.boolean == false)
            return svar["Egen"]?["Grunde"]?.array?.compactMap { $0["Grund"]?.string } ?? []
        }
        #expect(try grunde(try tjeneste.token(Self.soeger)) == ["IngenAftale"])
        try tjeneste.aftale(Self.soeger, Eksempel.a, roller: .rediger)
        #expect(try grunde(try tjeneste.token(Self.soeger)) == ["AftaleUdenUdstil"])
        try tjeneste.aftale(
            Self.soeger, Eksempel.b,
            til: tjeneste.store.now.advanced(byMicroseconds: -1))
        #expect(
            try grunde(try tjeneste.token(Self.soeger, cvr: Eksempel.b)) == ["AftaleGaelderIkke"])
        func bruger(_ grupper: [RightsGroup]) throws -> String {
            try tjeneste.bruger(grupper, system: Self.laeser)
        }
        #expect(try grunde(bruger([])) == ["BrugerUdenRettigheder"])
        #expect(
            try grunde(bruger([try Proevetjeneste.gruppe(["99000009"], "*", 4)]))
                == ["IngenFaellesMyndighed"])
    }

    @Test("A malformed question is refused", arguments: Vej.allCases)
    func refused(vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        let token = try tjeneste.token(Self.laeser)
        let uuid = JSONValue.string(Eksempel.uuid(1))
        let cases: [(JSONValue, String)] = [
            (["UUIDIdentifikator": uuid], "Objekttype"),
            (["Objekttype": "Sag"], "UUIDIdentifikator"),
            (["Objekttype": "Journalnotat", "UUIDIdentifikator": uuid], "Objekttype"),
            (["Objekttype": 1, "UUIDIdentifikator": uuid], "Objekttype"),
            (["Objekttype": "Sag", "UUIDIdentifikator": "x"], "UUIDIdentifikator"),
            (["Objekttype": "Sag", "UUIDIdentifikator": [uuid, uuid]], "UUIDIdentifikator"),
            (["Objekttype": "Sag", "UUIDIdentifikator": uuid, "Andet": 1], "Andet"),
        ]
        for (body, sti) in cases {
            let svar = try tjeneste.kald("POST", "/v1/forklar", body.bytes, token: token)
            #expect(svar.status == 400)
            #expect(svar.json?["fejl"]?.array?.first?["sti"]?.string?.hasPrefix(sti) == true)
        }
        let svar = try tjeneste.kald(
            "POST", "/v1/forklar", Array("{".utf8), token: token)
        #expect(svar.status == 400)
        #expect(try tjeneste.kald("POST", "/v1/forklar", [], token: nil).status == 401)
        #expect(try tjeneste.kald("GET", "/v1/forklar", [], token: token).status == 405)
    }
}
