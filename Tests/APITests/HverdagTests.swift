// What a caseworker asks every day, over HTTP.
//
// 1. A family is one question: what any of several parties has, each thing once, in the overview and
//    in a search; hidden things and other parties' are neither shown nor counted.
// 2. A property gives its cases, by its whole URN and by what one types of it.
// 3. "My open cases" are those that one handles now, in the states asked for.
// 4. What is not understood is refused by place.

import Testing

@testable import API
@testable import IndexCore

@Suite("What is asked every day") struct HverdagTests {
    private static let mor = "urn:oio:cpr-nr:3113999901"
    private static let far = "urn:oio:cpr-nr:3113999902"
    private static let barn = "urn:oio:cpr-nr:3113999903"
    private static let anden = "urn:oio:cpr-nr:3113999904"
    private static let bfe = "urn:oio:ejendom:bfe-nr:0001234567"
    private static let esr = "urn:oio:esr:ejendom:461-012345"
    private static let mig = "0a000000-0000-4000-8000-0000000000e1"
    private static let kollega = "0a000000-0000-4000-8000-0000000000e2"

    private static let aktoerer = "Registrering.0.RelationListe.Sagsaktoer"
    private static let genstande = "Registrering.0.RelationListe.Sagsgenstande"
    private static let fremdrift = "Registrering.0.TilstandListe.Fremdrift"

    private func tjeneste(_ objekter: [(String, JSONValue)], _ vej: Vej) throws -> Proevetjeneste {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        let svar = try tjeneste.importer(objekter)
        #expect(svar.koder.allSatisfy { $0 == 20 }, "\(svar.text)")
        return tjeneste
    }

    private func numre(_ list: [String]) -> Set<Int> {
        Set((1...99).filter { list.contains(Eksempel.uuid($0)) })
    }

    private func soeg(
        _ tjeneste: Proevetjeneste, _ body: JSONValue, token: String? = nil
    ) throws -> Set<Int> { numre(try tjeneste.soeg(body, token: token)) }

    // MARK: Families

    private static func sagMedTo() -> JSONValue {
        Eksempel.sag(Eksempel.uuid(3), part: barn).adding(
            "Registrering.0.RelationListe.Sagspart",
            Eksempel.relation(
                .sag, .sagspart, .sekundaerPart, .person, mor, indeks: "1",
                felter: ["FuldtNavn": "Mor Eksempel"]))
    }

    private func familie(_ vej: Vej = .direkte) throws -> Proevetjeneste {
        try tjeneste(
            [
                ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), part: Self.mor)),
                ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), part: Self.far)),
                ("SagIndeks", Self.sagMedTo()),
                ("SagIndeks", Eksempel.sag(Eksempel.uuid(4), part: Self.anden)),
                ("SagIndeks", Eksempel.sag(Eksempel.uuid(5), niveau: 3, part: Self.far)),
                (
                    "BevillingIndeks",
                    Eksempel.bevilling(Eksempel.uuid(20), sag: Eksempel.uuid(1), part: Self.mor)
                ),
                (
                    "OekonomiskEffektueringIndeks",
                    Eksempel.effektuering(
                        Eksempel.uuid(30), bevilling: Eksempel.uuid(20), part: Self.mor)
                ),
            ], vej)
    }

    @Test("A family is one question, and each thing stands once", arguments: Vej.allCases)
    func family(_ vej: Vej) throws {
        let tjeneste = try familie(vej)
        let parter: JSONValue = [.string(Self.mor), .string(Self.far), .string(Self.barn)]
        #expect(try soeg(tjeneste, ["Part": parter]) == [1, 2, 3, 5, 20, 30])
        #expect(try soeg(tjeneste, ["Part": parter, "Objekttyper": ["Sag"]]) == [1, 2, 3, 5])
        #expect(try soeg(tjeneste, ["Part": [.string(Self.barn)]]) == [3])
        let svar = try tjeneste.kald("POST", "/v1/overblik", ["Part": parter])
        let overblik = try #require(svar.json)
        let sager = (overblik["Sager"]?.array ?? []).compactMap {
            $0["UUIDIdentifikator"]?.string
        }
        #expect(numre(sager) == [1, 2, 3, 5])
        #expect(sager.count == 4)
        #expect(overblik["Antal"]?["Sager"]?.integer == 4)
        #expect(overblik["Antal"]?["Bevillinger"]?.integer == 1)
    }

    @Test("What one may not see of a family is neither shown nor counted") func hidden() throws {
        let tjeneste = try familie()
        let token = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 2)])
        let parter: JSONValue = [.string(Self.mor), .string(Self.far), .string(Self.barn)]
        #expect(
            try soeg(tjeneste, ["Part": parter, "Objekttyper": ["Sag"]], token: token) == [1, 2, 3])
        let body: JSONValue = ["Part": parter]
        let svar = try tjeneste.kald("POST", "/v1/overblik", body.bytes, token: token)
        #expect(svar.json?["Antal"]?["Sager"]?.integer == 3)
        #expect(!svar.text.contains(Eksempel.uuid(5)))
    }

    @Test("A family may be searched in, and as of a day") func within() throws {
        let tjeneste = try familie()
        let parter: JSONValue = [.string(Self.far), .string(Self.barn)]
        #expect(
            try soeg(tjeneste, ["Part": parter, "Tekst": "kontanthjælp"]) == [2, 3, 5])
        #expect(try soeg(tjeneste, ["Part": parter, "Virkningstid": "2020-01-01"]) == [])
        #expect(
            try soeg(tjeneste, ["Part": parter, "Virkningstid": "2024-03-01"]) == [2, 3, 5])
    }

    // MARK: Property

    private static func sag(_ number: Int, genstand: String, _ rolle: Rolle = .byggeri) -> JSONValue
    {
        Eksempel.sag(Eksempel.uuid(number), titel: "Byggetilladelse", kle: "02.34.02").adding(
            genstande,
            Eksempel.relation(
                .sag, .sagsgenstande, rolle, .ejendom, genstand,
                indeks: rolle == .byggeri ? "1" : nil, felter: ["Tekstfelt": "Prøvevej 1"]))
    }

    private func ejendomme(_ vej: Vej = .direkte) throws -> Proevetjeneste {
        try tjeneste(
            [
                ("SagIndeks", Self.sag(1, genstand: Self.bfe)),
                ("SagIndeks", Self.sag(2, genstand: Self.bfe, .ejendomsskat)),
                ("SagIndeks", Self.sag(3, genstand: Self.esr)),
                ("SagIndeks", Eksempel.sag(Eksempel.uuid(4), titel: "1234567 og 461-012346")),
            ], vej)
    }

    @Test("A property gives its cases", arguments: Vej.allCases) func property(_ vej: Vej) throws {
        let tjeneste = try ejendomme(vej)
        #expect(try soeg(tjeneste, ["Genstand": [.string(Self.bfe)]]) == [1, 2])
        #expect(try soeg(tjeneste, ["Genstand": [.string(Self.esr)]]) == [3])
        #expect(
            try soeg(tjeneste, ["Genstand": [.string(Self.bfe), .string(Self.esr)]]) == [1, 2, 3])
        #expect(try soeg(tjeneste, ["Genstand": ["urn:oio:ejendom:bfe-nr:0009999999"]]) == [])
        // A property is no party.
        #expect(try soeg(tjeneste, ["Part": [.string(Self.bfe)]]) == [])
    }

    @Test(
        "A property is found by what one types of it",
        arguments: [
            ("BFE 1234567", [1, 2, 4]), ("1234567", [1, 2, 4]), ("461-012345", [3]),
            ("esr 461-12345", [3]), ("Prøvevej 1", [1, 2, 3]), ("Prøvevej 2", []),
        ])
    func typed(_ tekst: String, _ expected: [Int]) throws {
        let found = try soeg(ejendomme(), ["Tekst": .string(tekst), "Sortering": "Nyeste"])
        #expect(found == Set(expected))
    }

    // MARK: My open cases

    private static func sag(
        _ number: Int, _ status: String, _ behandlere: [(Rolle, String, JSONValue)]
    ) -> JSONValue {
        let sag = Eksempel.sag(Eksempel.uuid(number)).setting(fremdrift, tilstande(status))
        return behandlere.reduce(sag) { sag, one in
            sag.adding(
                aktoerer,
                Eksempel.relation(
                    .sag, .sagsaktoer, one.0, .bruger, one.1,
                    indeks: one.0 == .andreBehandlere ? "1" : nil,
                    felter: ["FuldtNavn": "Hanne Sørensen", "CVR-Nummer": .string(Eksempel.a)],
                    virkning: one.2))
        }
    }

    /// Every case begins as Opstaaet.
    private static func tilstande(_ status: String) -> JSONValue {
        let skift: JSONValue = "2024-02-10T00:00:00+01:00"
        let now: JSONValue = [
            "Virkning": Eksempel.virkning(skift), "FremdriftStatusKode": .string(status),
        ]
        let before: JSONValue = [
            "Virkning": Eksempel.virkning(Eksempel.fra, skift), "FremdriftStatusKode": "Opstaaet",
        ]
        return [before, now]
    }

    private func mine(_ vej: Vej = .direkte) throws -> Proevetjeneste {
        let slut: JSONValue = "2024-03-01T00:00:00+01:00"
        let nu = Eksempel.virkning()
        return try tjeneste(
            [
                ("SagIndeks", Self.sag(1, "Oplyst", [(.primaerBehandler, Self.mig, nu)])),
                ("SagIndeks", Self.sag(2, "Afsluttet", [(.primaerBehandler, Self.mig, nu)])),
                ("SagIndeks", Self.sag(3, "Opstaaet", [(.andreBehandlere, Self.mig, nu)])),
                // Handed over: it was mine.
                (
                    "SagIndeks",
                    Self.sag(
                        4, "Oplyst",
                        [
                            (.primaerBehandler, Self.mig, Eksempel.virkning(Eksempel.fra, slut)),
                            (.primaerBehandler, Self.kollega, Eksempel.virkning(slut)),
                        ])
                ),
                ("SagIndeks", Self.sag(5, "Oplyst", [(.primaerBehandler, Self.kollega, nu)])),
            ], vej)
    }

    private static let aabne: JSONValue = ["Opstaaet", "Oplyst", "Afgjort"]

    @Test("My open cases are those that I handle now", arguments: Vej.allCases)
    func open(_ vej: Vej) throws {
        let tjeneste = try mine(vej)
        let mig: JSONValue = [.string(Self.mig)]
        #expect(try soeg(tjeneste, ["Behandler": mig, "Fremdrift": Self.aabne]) == [1, 3])
        #expect(try soeg(tjeneste, ["Behandler": mig, "Fremdrift": ["Afsluttet"]]) == [2])
        #expect(try soeg(tjeneste, ["Behandler": mig]) == [1, 2, 3])
        let both: JSONValue = [.string(Self.mig), .string(Self.kollega)]
        #expect(try soeg(tjeneste, ["Behandler": both, "Fremdrift": Self.aabne]) == [1, 3, 4, 5])
        #expect(
            try soeg(
                tjeneste,
                ["Behandler": mig, "Fremdrift": Self.aabne, "Virkningstid": "2024-02-15"])
                == [1, 3, 4])
    }

    @Test("They are counted as they are shown, and follow what changes") func follows() throws {
        let tjeneste = try mine()
        let body: JSONValue = [
            "Behandler": [.string(Self.mig)], "Fremdrift": Self.aabne, "Facetter": ["Fremdrift"],
            "Sortering": "Nyeste",
        ]
        func counts() throws -> [Int] {
            let svar = try tjeneste.kald("POST", "/v1/soeg", body).json
            let facet = svar?["Facetter"]?["Fremdrift"]?.array ?? []
            return [svar?["Antal"]?["Vaerdi"]?.integer ?? -1]
                + facet.compactMap { $0["Antal"]?.integer }
        }
        #expect(try counts() == [2, 1, 1])
        let svar = try tjeneste.kald(
            "PUT", "/v1/sager/" + Eksempel.uuid(1),
            Self.sag(1, "Afsluttet", [(.primaerBehandler, Self.mig, Eksempel.virkning())]))
        #expect(svar.status == 200, "\(svar.text)")
        #expect(try counts() == [1, 1])
        #expect(try soeg(tjeneste, body) == [3])
    }

    // MARK: Refusals

    @Test(
        "What is not understood is refused by place",
        arguments: [
            (#"{"Part":["3113999901"]}"#, "Part[0]"),
            (#"{"Part":["urn:oio:cpr-nr:3113999901",7]}"#, "Part[1]"),
            (#"{"Part":"urn:oio:cpr-nr:3113999901"}"#, "Part"),
            (#"{"Genstand":["0001234567"]}"#, "Genstand[0]"),
            (#"{"Behandler":["mig"]}"#, "Behandler[0]"),
            (#"{"Fremdrift":["Aaben"]}"#, "Fremdrift[0]"),
        ])
    func refused(_ body: String, _ sti: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.kald(
            "POST", "/v1/soeg", Array(body.utf8), token: tjeneste.token())
        #expect(svar.status == 400)
        #expect(svar.json?["fejl"]?.array?.compactMap { $0["sti"]?.string } == [sti])
        #expect(!svar.text.contains("3113999901"))
    }
}
