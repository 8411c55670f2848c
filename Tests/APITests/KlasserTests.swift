// 1. A class is looked up by number, as it is or as it is typed, or by UUID, as it is on a day, with
//    validity, titles, keywords, predecessors and successors (http-api.md §5, K07).
// 2. Classes are found by number, title and keyword in any Danish form, best first.
// 3. An authority's own classes are shown to those with rights to it alone.
// 4. What is not understood is refused by place; without a token nothing is told.

import Testing

@testable import API
@testable import IndexCore
@testable import Ingest

@Suite("Classes over HTTP") struct KlasserTests {
    private static let brille = UUIDIdentifikator(high: 0x0C00_0000_0000_4000, low: 1 << 63 | 1)
    private static let lokal = UUIDIdentifikator(high: 0x0C00_0000_0000_4000, low: 1 << 63 | 2)

    private static func klasse(
        _ noegle: String, _ titel: String, stikord: [String] = [], til: [String] = [],
        udgik: Dato? = nil
    ) -> Klasse {
        let facet = noegle.first.map(\.isLetter) ?? false
        var klasse = Klasse(
            noegle: noegle,
            facet: facet ? Klasse.Facet.handlingsfacet : Klasse.Facet.emneplan, titel: titel)
        klasse.stikord = stikord.map { Stikord(tekst: $0) }
        klasse.efterfoelgere = til
        if let udgik { klasse.historik = til.isEmpty ? .udgaaet(udgik) : .flyttet(udgik) }
        return klasse
    }

    private static func plan() throws -> Klassifikation {
        let udgik = try #require(Dato("2020-01-01"))
        var briller = klasse(
            "27.36.04", "Synshjælpemidler", stikord: ["Briller", "Lup til læsning"])
        briller.uuid = brille
        briller.uuidErAfledt = false
        briller.titelFra = try #require(Dato("2015-01-01"))
        briller.tidligereTitler = [
            TitelPeriode(
                tekst: "Optiske hjælpemidler",
                periode: try #require(Gyldighed(fra: .foerst, til: briller.titelFra)))
        ]
        briller.bevaring = .kasseresEfter5
        briller.slettefrist = "P5Y"
        var lokal = klasse("27.36.99", "Egen hjælpeordning")
        lokal.uuid = Self.lokal
        lokal.uuidErAfledt = false
        lokal.ejer = CVRNummer(Eksempel.b)
        var lokalUdgaaet = klasse("27.36.98", "Egen gamle", til: ["27.36.05"], udgik: udgik)
        lokalUdgaaet.ejer = CVRNummer(Eksempel.b)
        var foer = klasse("27.36.50", "Navn før")
        foer.gyldighed = [try #require(Gyldighed(fra: .foerst, til: udgik))]
        var efter = klasse("27.36.50", "Navn efter")
        efter.gyldighed = [try #require(Gyldighed(fra: udgik, til: .sidst))]
        let merged = Klassifikation(navn: "KLE").merging(
            [
                klasse("27", "Social støtte"), klasse("27.36", "Hjælpemidler"), briller, lokal,
                klasse("27.36.01", "Brilletilskud", til: ["27.36.04"], udgik: udgik),
                klasse(
                    "27.36.02", "Alle hjælpemidler", til: ["27.36.04", "27.36.05"], udgik: udgik),
                klasse("27.36.05", "Hjælpemidler i almindelighed", stikord: ["Brilleetui"]),
                klasse("27.36.50", "Navn før"), klasse("G01", "Generelle sager"),
            ].filter { $0.noegle != "27.36.50" } + [foer, efter, lokalUdgaaet], omfang: .uddrag)
        #expect(merged.klassifikation.klasser.count == 11)
        return merged.klassifikation
    }

    private func tjeneste(_ vej: Vej = .direkte) throws -> Proevetjeneste {
        let tjeneste = try Proevetjeneste(vej)
        try tjeneste.aftale(Eksempel.fagsystem, Eksempel.a)
        try tjeneste.aftale(Eksempel.andetSystem, Eksempel.b)
        tjeneste.use(try Self.plan())
        return tjeneste
    }

    private func numbers(_ value: JSONValue?) -> [String] {
        (value?.array ?? []).compactMap { $0["BrugervendtNoegle"]?.string }
    }

    @Test(
        "A number as far as it is typed offers the classes that begin so",
        arguments: [
            ("27.", true), ("27.3", true), ("27.36.0", true), ("27.36.05", true), ("27.9", false),
            ("2", false),
        ])
    func halfNumber(text: String, isFound: Bool) throws {
        let svar = try tjeneste().kald("POST", "/v1/forslag", ["Tekst": .string("sag " + text)])
        let classes = (svar.json?["Forslag"]?.array ?? []).filter { $0["Som"] == "kle" }
        #expect(classes.isEmpty != isFound)
        let texts = classes.compactMap { $0["Tekst"]?.string }
        #expect(texts.allSatisfy { $0.hasPrefix("sag " + text) }, "\(texts)")
    }

    // MARK: Looking up

    @Test("A class is answered with all that the plan says of it", arguments: Vej.allCases)
    func whole(_ vej: Vej) throws {
        let tjeneste = try tjeneste(vej)
        let klasse = try #require(try tjeneste.hent("/v1/klasser/27.36.04"))
        #expect(klasse["UUIDIdentifikator"]?.string == Self.brille.description)
        #expect(klasse["Titel"]?.string == "Synshjælpemidler")
        #expect(klasse["Facet"]?.string == "KLE Emneplan")
        #expect(klasse["Aktuel"]?.boolean == true)
        #expect(numbers(klasse["Forgaengere"]) == ["27.36.01", "27.36.02"])
        #expect(klasse["Forgaengere"]?.array?.first?["Titel"]?.string == "Brilletilskud")
        #expect(klasse["Efterfoelgere"] == nil)
        #expect(klasse["TidligereTitler"]?.array?.first?["Til"]?.string == "2015-01-01")
        #expect(
            klasse["Stikord"]?.array?.compactMap { $0["Tekst"]?.string } == [
                "Briller", "Lup til læsning",
            ])
        #expect(klasse["Bevaring"]?.string == "K5")
        #expect(klasse["Slettefrist"]?.string == "P5Y")
        #expect(try tjeneste.hent("/v1/klasser/\(Self.brille)") == klasse)
    }

    @Test("A class is as it is on the day") func day() throws {
        let tjeneste = try tjeneste()
        func titel(_ path: String) throws -> String? {
            try tjeneste.hent("/v1/klasser/" + path)?["Titel"]?.string
        }
        #expect(try titel("27.36.04?virkning=2014-06-01") == "Optiske hjælpemidler")
        #expect(try titel("27.36.50") == "Navn efter")
        #expect(try titel("27.36.50?virkning=2019-12-31") == "Navn før")
        let gone = try #require(try tjeneste.hent("/v1/klasser/27.36.01"))
        #expect(gone["Aktuel"]?.boolean == false)
        #expect(gone["Historisk"]?["Art"]?.string == "Flyttet")
        #expect(gone["Historisk"]?["Dato"]?.string == "2020-01-01")
        #expect(gone["GaeldendeNoegle"]?.string == "27.36.04")
        let then = try #require(try tjeneste.hent("/v1/klasser/27.36.01?virkning=2019-12-31"))
        #expect(then["Aktuel"]?.boolean == true)
        #expect(then["GaeldendeNoegle"] == nil)
        // Split in two: nobody can tell which.
        let split = try #require(try tjeneste.hent("/v1/klasser/27.36.02"))
        #expect(split["GaeldendeNoegle"] == nil)
        #expect(numbers(split["Efterfoelgere"]) == ["27.36.04", "27.36.05"])
    }

    @Test(
        "A number is found as it is typed, and what is not there is not",
        arguments: [
            ("27.36.4", "27.36.04"), ("27.36", "27.36"), ("27", "27"), ("g1", "G01"),
            ("27.36.77", nil), ("noget", nil), ("soeg", nil), ("27.36.04%20G01", nil),
            ("0c000000-0000-4000-8000-0000000000ff", nil), ("%C3%98%2F54", nil),
        ])
    func typed(_ path: String, _ expected: String?) throws {
        let found = try tjeneste().hent("/v1/klasser/" + path)
        #expect(found?["BrugervendtNoegle"]?.string == expected)
    }

    @Test("An authority's own class is shown to those with rights to it alone") func own() throws {
        let tjeneste = try tjeneste()
        let other = try tjeneste.token(Eksempel.andetSystem, cvr: Eksempel.b)
        for path in ["27.36.99", "\(Self.lokal)", "27.36.99?ejer=\(Eksempel.b)"] {
            #expect(try tjeneste.hent("/v1/klasser/" + path) == nil)
            let seen = try tjeneste.hent("/v1/klasser/" + path, token: other)
            #expect(seen?["Ejer"]?.string == Eksempel.b)
        }
        func forgaengere(_ token: String) throws -> [String] {
            numbers(try tjeneste.hent("/v1/klasser/27.36.05", token: token)?["Forgaengere"])
        }
        #expect(try forgaengere(tjeneste.token()) == ["27.36.02"])
        #expect(try forgaengere(other) == ["27.36.02", "27.36.98"])
        // Nor is an own class told of where a class is asked for.
        let asked: JSONValue = ["Klasse": ["27.36.05"]]
        let mine = try tjeneste.kald("POST", "/v1/soeg", asked)
        #expect(!mine.text.contains("27.36.98"))
        let theirs = try tjeneste.kald("POST", "/v1/soeg", asked.bytes, token: other)
        #expect(theirs.text.contains("27.36.98"))
        #expect(try soeg(tjeneste, ["Tekst": "hjælpeordning"]) == [])
        #expect(try soeg(tjeneste, ["Tekst": "hjælpeordning"], token: other) == ["27.36.99"])
        #expect(try soeg(tjeneste, ["Ejer": [.string(Eksempel.b)]]) == [])
        #expect(
            try soeg(tjeneste, ["Ejer": [.string(Eksempel.b)]], token: other) == ["27.36.99"])
    }

    // MARK: Searching

    private func soeg(
        _ tjeneste: Proevetjeneste, _ body: JSONValue, token: String? = nil
    ) throws -> [String] {
        let svar = try tjeneste.kald(
            "POST", "/v1/klasser/soeg", body.bytes, token: try token ?? tjeneste.token())
        #expect(svar.status == 200, "\(svar.text)")
        let found = numbers(svar.json?["Klasser"])
        #expect(svar.json?["Antal"]?["Vaerdi"]?.integer == found.count)
        return found
    }

    @Test(
        "Classes are found by number, title and keyword, best first",
        arguments: [
            ("hjælpemidlernes", ["27.36", "27.36.05", "27.36.04"]),
            ("HJAELPEMIDLERNE", ["27.36", "27.36.05", "27.36.04"]),
            ("almindelig hjælpemidler", ["27.36.05"]), ("brille", ["27.36.04", "27.36.05"]),
            ("lup læsning", ["27.36.04"]), ("\"til læsning\"", ["27.36.04"]),
            ("\"læsning til\"", []), ("syns*", ["27.36.04"]),
            ("hjælp*", ["27.36", "27.36.05", "27.36.04"]),
            ("hjælpemidler -almindelighed", ["27.36", "27.36.04"]),
            ("optiske", ["27.36.04"]), ("27.36.04", ["27.36.04"]), ("27.36.4", ["27.36.04"]),
            ("27.36.*", ["27.36", "27.36.04", "27.36.05", "27.36.50"]),
            ("27.36 briller", ["27.36.04", "27.36.05"]), ("G1", ["G01"]), ("!!!", []),
            ("ukendt", []),
        ])
    func found(_ tekst: String, _ expected: [String]) throws {
        let found = try soeg(tjeneste(), ["Tekst": .string(tekst)])
        #expect(found == expected)
    }

    @Test("Retired classes are found when asked for, and as of a day") func retired() throws {
        let tjeneste = try tjeneste()
        #expect(try soeg(tjeneste, ["Tekst": "brilletilskud"]) == [])
        #expect(
            try soeg(tjeneste, ["Tekst": "brilletilskud", "KunAktuelle": false]) == ["27.36.01"])
        #expect(
            try soeg(tjeneste, ["Tekst": "brilletilskud", "Virkningstid": "2019-06-01"])
                == ["27.36.01"])
    }

    @Test("Facet and number of answers are kept; without a text all are listed") func listed()
        throws
    {
        let tjeneste = try tjeneste()
        #expect(try soeg(tjeneste, ["Facet": "Handlingsfacet"]) == ["G01"])
        #expect(
            try soeg(tjeneste, [:]) == ["27", "27.36", "27.36.04", "27.36.05", "27.36.50", "G01"])
        let few = try tjeneste.kald("POST", "/v1/klasser/soeg", ["Antal": 2])
        #expect(numbers(few.json?["Klasser"]) == ["27", "27.36"])
        #expect(few.json?["Antal"]?["Vaerdi"]?.integer == 6)
    }

    @Test("Pages give every class once, in order; a changed marker is refused") func pages() throws
    {
        let tjeneste = try tjeneste()
        let whole = try soeg(tjeneste, ["Tekst": "hjælp*"])
        var found: [String] = []
        var markoer: JSONValue?
        repeat {
            let body: JSONValue = ["Tekst": "hjælp*", "Antal": 2]
            let svar = try tjeneste.kald(
                "POST", "/v1/klasser/soeg", body.setting("Markoer", markoer))
            found += numbers(svar.json?["Klasser"])
            markoer = svar.json?["Markoer"]
        } while markoer != nil && found.count < 20
        #expect(found == whole && whole.count > 2)
        let first = try tjeneste.kald("POST", "/v1/klasser/soeg", ["Antal": 1])
        let own = try #require(first.json?["Markoer"])
        // Of another route's question in the same words it is no marker either.
        let other: JSONValue = ["Antal": 1, "Markoer": own]
        #expect(try tjeneste.kald("POST", "/v1/soeg", other).status == 400)
        for body: JSONValue in [
            ["Antal": 2, "Markoer": own], ["Antal": 1, "Markoer": "x"], ["Antal": 1, "Markoer": 1],
        ] {
            #expect(try tjeneste.kald("POST", "/v1/klasser/soeg", body).status == 400)
        }
    }

    @Test("A title that is what was typed stands first") func wholeTitle() throws {
        let tjeneste = try tjeneste()
        #expect(try soeg(tjeneste, ["Tekst": "hjælpemidler"]).first == "27.36")
        #expect(
            try soeg(tjeneste, ["Tekst": "Hjælpemidler i almindelighed"]).first == "27.36.05")
    }

    // MARK: Refusals

    @Test(
        "What is not understood is refused by place",
        arguments: [
            (#"{"Tekst":1}"#, "Tekst"), (#"{"Facet":"KLE"}"#, "Facet"),
            (#"{"Ejer":["1"]}"#, "Ejer[0]"), (#"{"Antal":1001}"#, "Antal"),
            (#"{"KunAktuelle":"ja"}"#, "KunAktuelle"),
            (#"{"Virkningstid":"i går"}"#, "Virkningstid"),
            (#"{"Titel":"x"}"#, "Titel"), (#"{"Tekst":null}"#, "Tekst"),
        ])
    func refused(_ body: String, _ sti: String) throws {
        let tjeneste = try tjeneste()
        let svar = try tjeneste.kald(
            "POST", "/v1/klasser/soeg", Array(body.utf8), token: tjeneste.token())
        #expect(svar.status == 400)
        #expect(svar.json?["fejl"]?.array?.compactMap { $0["sti"]?.string } == [sti])
    }

    @Test(
        "A parameter that is not understood is refused by place",
        arguments: [
            ("virkning=snart", "virkning"), ("ejer=1", "ejer"), ("dato=2020-01-01", "dato"),
            ("virkning=2020-01-01&virkning=2020-01-02", "virkning"),
        ])
    func parameters(_ query: String, _ sti: String) throws {
        let tjeneste = try tjeneste()
        let svar = try tjeneste.kald("GET", "/v1/klasser/27?" + query)
        #expect(svar.status == 400)
        #expect(svar.json?["fejl"]?.array?.compactMap { $0["sti"]?.string } == [sti])
        #expect(!svar.text.contains("snart"))
    }

    @Test("Nothing is told without a token, nor by other methods") func closed() throws {
        let tjeneste = try tjeneste()
        #expect(try tjeneste.kald("GET", "/v1/klasser/27", token: nil).status == 401)
        #expect(try tjeneste.kald("POST", "/v1/klasser/soeg", [], token: nil).status == 401)
        let wrong = try tjeneste.kald("DELETE", "/v1/klasser/27")
        #expect(wrong.status == 405)
        #expect(wrong.fields["allow"] == "GET, HEAD")
        #expect(try tjeneste.kald("GET", "/v1/klasser/").status == 404)
    }
}
