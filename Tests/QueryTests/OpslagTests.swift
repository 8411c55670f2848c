// 1. A look-up gives the object in the form it is imported in, with what is in effect now.
// 2. A point or an interval of either axis gives what held then; before the first registration, nil.
// 3. Malformed, unknown and contradictory parameters are refused by name.
// 4. What is hidden is answered as what is missing.
// 5. The history tells each registration's changes, newest first.

import IndexCore
import Query
import Testing

@Suite struct OpslagTests {
    let indeks: Indeks
    let sag = Byg.uuid(1)

    init() throws {
        indeks = try Indeks()
        try indeks.put(
            Sag(
                uuid: sag, titel: "Ny titel",
                parter: [PartRelation(urn: "urn:oio:cpr-nr:3113999901")],
                fremdrift: [
                    ("Opstaaet", "2024-01-01", "2024-03-01"), ("Oplyst", "2024-03-01", nil),
                ], fra: "2024-03-01",
                tidligereTitler: [("Gammel titel", "2024-01-01", "2024-03-01")]))
    }

    private func titler(_ value: JSONValue?) -> [String] {
        let registrering = value?["Registrering"]?.array?.first
        let egenskaber = registrering?["AttributListe"]?["Egenskaber"]?.array ?? []
        return egenskaber.compactMap { $0["Titel"]?.string }
    }

    @Test("Now gives the one segment in effect now") func now() throws {
        let answer = try #require(try indeks.opslag(.sag, sag))
        #expect(answer["UUIDIdentifikator"]?.string == sag.description)
        #expect(titler(answer) == ["Ny titel"])
        #expect(answer["Registrering"]?.array?.count == 1)
    }

    @Test(
        "A point or an interval of the effect axis gives what holds then",
        arguments: [
            ([("virkning", "2024-02-01")], ["Gammel titel"]),
            ([("virkning", "2024-03-01T00:00:00Z")], ["Ny titel"]),
            // A plus that was not escaped comes as a blank.
            ([("virkning", "2024-03-01T02:00:00 02:00")], ["Ny titel"]),
            (
                [("virkningFra", "2024-02-01"), ("virkningTil", "2024-04-01")],
                ["Gammel titel", "Ny titel"]
            ),
            ([("virkningFra", "2024-02-01"), ("virkningTil", "2024-02-02")], ["Gammel titel"]),
            ([("virkning", "alle")], ["Gammel titel", "Ny titel"]),
            ([("virkning", "1999-01-01")], []),
        ])
    func effect(_ parameters: [(String, String)], _ expected: [String]) throws {
        let answer = try #require(try indeks.opslag(.sag, sag, parameters))
        #expect(titler(answer) == expected)
    }

    @Test("A point of the registration axis gives what was known then") func known() throws {
        let first = indeks.now
        indeks.tick(seconds: 60)
        try indeks.put(Sag(uuid: sag, titel: "Seneste titel"))
        #expect(titler(try indeks.opslag(.sag, sag)) == ["Seneste titel"])
        let then = try indeks.opslag(.sag, sag, [("registrering", first.utcText)])
        #expect(titler(then) == ["Ny titel"])
        #expect(try indeks.opslag(.sag, sag, [("registrering", "2020-01-01")]) == nil)
        let all = try indeks.opslag(.sag, sag, [("registreringFra", "2020-01-01")])
        #expect(all?["Registrering"]?.array?.count == 2)
        #expect(titler(all) == ["Seneste titel"])
    }

    @Test(
        "Bad parameters are refused by name",
        arguments: [
            ([("virkning", "i går")], "virkning"), ([("tid", "2024-01-01")], "tid"),
            ([("registrering", "2024-01-01"), ("registreringFra", "2024-01-01")], "registrering"),
            ([("virkningFra", "2024-02-01"), ("virkningTil", "2024-02-01")], "virkningTil"),
            ([("virkning", "2024-01-01"), ("virkning", "2024-01-02")], "virkning"),
            ([("registrering", "alle")], "registrering"),
        ])
    func refused(_ parameters: [(String, String)], _ sti: String) throws {
        let thrown = #expect(throws: QueryError.self) {
            _ = try indeks.opslag(.sag, sag, parameters)
        }
        let error = try #require(thrown)
        #expect(error.sti == sti)
        #expect(!error.besked.contains("i går"))
    }

    @Test("The hidden and the missing are answered the same") func hidden() throws {
        let scope = AccessScope.system(AccessScope.gruppe(kle: "32.*"))
        #expect(try indeks.opslag(.sag, sag, as: scope) == nil)
        #expect(try indeks.historik(.sag, sag, as: scope) == nil)
        #expect(try indeks.opslag(.sag, Byg.uuid(77)) == nil)
        #expect(try indeks.opslag(.dokument, sag) == nil)
    }

    @Test("The history tells what each registration changed") func history() throws {
        try indeks.put(Sag(uuid: sag, titel: "Anden titel", genstand: "urn:oio:x:y:1"))
        let answer = try #require(try indeks.historik(.sag, sag))
        let entries = try #require(answer["Historik"]?.array)
        #expect(entries.count == 2)
        let changes = entries[0]["Aendringer"]?.array ?? []
        let told = changes.map {
            [$0["Sti"]?.string, $0["Rolle"]?.string, $0["Handling"]?.string].compactMap { $0 }
                .joined(separator: " ")
        }
        #expect(told.contains("AttributListe.Egenskaber aendret"))
        #expect(told.contains("RelationListe.Sagsgenstande Byggeri tilfoejet"))
        #expect(told.contains("RelationListe.Sagspart Sekundær part ophoert"))
        #expect(!told.contains { $0.contains("Sagsklasse") })
        let first = entries[1]["Aendringer"]?.array ?? []
        #expect(first.allSatisfy { $0["Handling"]?.string == "tilfoejet" })
    }

    @Test("A change of the alternative title alone tells nothing to those who may not read it")
    func alternative() throws {
        try indeks.put(Sag(uuid: Byg.uuid(2), alternativ: "Hemmelig ét"))
        try indeks.put(Sag(uuid: Byg.uuid(2), alternativ: "Hemmelig to"))
        let seen = try #require(try indeks.historik(.sag, Byg.uuid(2)))
        #expect(seen["Historik"]?.array?.first?["Aendringer"]?.array?.count == 1)
        let scope = AccessScope.system(AccessScope.gruppe())
        let unseen = try #require(try indeks.historik(.sag, Byg.uuid(2), as: scope))
        #expect(unseen["Historik"]?.array?.first?["Aendringer"]?.array == [])
        #expect(!unseen.alTekst.contains("Hemmelig"))
    }

    @Test("A part that is over is judged by its last number, one that lies ahead by its first")
    func partsNotInEffect() throws {
        func ydelse(_ id: String, _ kle: String, _ fra: String, _ til: String?) -> Ydelse {
            Ydelse(id: id, navn: "Ydelse", kle: kle, fra: fra, til: til)
        }
        let over = [
            ydelse("a", "27.36.04", "2020-01-01", "2021-01-01"),
            ydelse("a", "32.03.04", "2021-01-01", "2022-01-01"),
        ]
        let ahead = [
            ydelse("a", "27.36.04", "2090-01-01", "2091-01-01"),
            ydelse("a", "32.03.04", "2091-01-01", nil),
        ]
        let both = [
            ydelse("a", "27.36.04", "2020-01-01", "2021-01-01"),
            ydelse("a", "32.03.04", "2090-01-01", nil),
        ]
        for (number, ydelser) in [over, ahead, both].enumerated() {
            // In either order, which says nothing.
            for (place, parts) in [ydelser, ydelser.reversed()].enumerated() {
                try indeks.put(Bevilling(uuid: Byg.uuid(200 + number * 10 + place), ydelser: parts))
            }
        }
        let now = ydelse("b", "32.03.04", "2020-01-01", nil)
        try indeks.put(Bevilling(uuid: Byg.uuid(230), ydelser: over + [now]))
        try indeks.put(Bevilling(uuid: Byg.uuid(240), ydelser: ahead + [now]))
        func seen(_ number: Int, _ kle: String) throws -> [String]? {
            let answer = try indeks.opslag(
                .bevilling, Byg.uuid(number), [("virkning", "alle")],
                as: .system(AccessScope.gruppe(kle: kle)))
            let attributter = answer?["Registrering"]?.array?.first?["AttributListe"]
            return answer.map { _ in
                (attributter?["BevilgetYdelse"]?.array ?? []).compactMap { $0["Id"]?.string }
            }
        }
        for place in 0...1 {
            #expect(try seen(200 + place, "27.*") == nil)
            #expect(try seen(200 + place, "32.*") == ["a", "a"])
            #expect(try seen(210 + place, "27.*") == ["a", "a"])
            #expect(try seen(210 + place, "32.*") == nil)
            #expect(try seen(220 + place, "27.*") == ["a", "a"])
            #expect(try seen(220 + place, "32.*") == nil)
        }
        #expect(try seen(230, "27.*") == nil)
        #expect(try seen(230, "32.*") == ["a", "a", "b"])
        // What lies ahead for 27 opens the grant and itself.
        #expect(try seen(240, "27.*") == ["a", "a"])
        #expect(try seen(240, "32.*") == ["b"])
    }

    @Test(
        "A line that is over opens its payment by its number, and its grant opens no line of today")
    func linesNotInEffect() throws {
        for (number, niveau) in [(1, 3), (2, 1)] {
            try indeks.put(
                Bevilling(
                    uuid: Byg.uuid(300 + number), niveau: niveau,
                    ydelser: [Ydelse(id: "1", navn: "Ydelse", kle: "32.03.04")]))
        }
        let (streng, mild) = (Byg.uuid(301), Byg.uuid(302))
        let betalinger: [[Effektuering.Linje]] = [
            [
                .init(kle: "32.03.04", bevilling: streng),
                .init(kle: "32.03.04", bevilling: mild, til: "2024-02-01"),
            ],
            [
                .init(kle: "27.36.04", bevilling: streng),
                .init(kle: "32.03.04", bevilling: streng, til: "2024-02-01"),
            ],
            [.init(kle: "32.03.04", bevilling: mild, til: "2024-02-01")],
        ]
        for (number, linjer) in betalinger.enumerated() {
            try indeks.put(Effektuering(uuid: Byg.uuid(310 + number), linjer: linjer))
        }
        func seen(_ number: Int, niveau: Int) throws -> [String]? {
            let answer = try indeks.opslag(
                .oekonomiskEffektuering, Byg.uuid(310 + number), [("virkning", "alle")],
                as: .system(AccessScope.gruppe(kle: "32.*", niveau: niveau)))
            let relationer = answer?["Registrering"]?.array?.first?["RelationListe"]
            return answer.map { _ in
                (relationer?["OekonomiskYdelseEffektueringRelation"]?.array ?? []).compactMap {
                    $0["Indeks"]?.string
                }
            }
        }
        #expect(try seen(0, niveau: 1) == nil)
        #expect(try seen(0, niveau: 3) == ["1", "2"])
        #expect(try seen(1, niveau: 1) == nil)
        #expect(try seen(1, niveau: 3) == ["2"])
        #expect(try seen(2, niveau: 1) == ["1"])
        let alle = try indeks.soeg(
            "{\"Objekttyper\":[\"OekonomiskEffektuering\"]}",
            as: .system(AccessScope.gruppe(kle: "32.*", niveau: 1)))
        #expect(alle["Traef"]?.uuider == [Byg.uuid(312)])
    }

    @Test("A class that a grant stands under no more is no facet of it")
    func classesNow() throws {
        let over = Ydelse(
            id: "a", navn: "Ydelse", kle: "27.36.04", fra: "2020-01-01", til: "2021-01-01")
        let now = Ydelse(id: "b", navn: "Ydelse", kle: "32.03.04", fra: "2020-01-01")
        try indeks.put(Bevilling(uuid: Byg.uuid(320), ydelser: [over, now]))
        try indeks.put(Bevilling(uuid: Byg.uuid(321), ydelser: [over]))
        try indeks.put(Bevilling(uuid: Byg.uuid(322), ydelser: [now]))
        let answer = try indeks.soeg(
            "{\"Objekttyper\":[\"Bevilling\"],\"Facetter\":[\"Klasse:1\"]}")
        let klasser = answer["Facetter"]?["Klasse:1"]?.array ?? []
        #expect(klasser.map { $0["Vaerdi"]?.string } == ["32"])
        #expect(klasser.first?["Antal"]?.integer == 2)
        // Who sees what is over alone finds both that have it.
        let narrow = try indeks.soeg(
            "{\"Objekttyper\":[\"Bevilling\"]}", as: .system(AccessScope.gruppe(kle: "27.*")))
        #expect(narrow["Antal"]?["Vaerdi"]?.integer == 2)
    }

    @Test("A payment that is over is found by the class that it shows, and by no other")
    func classOfThePast() throws {
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(330), ydelser: [Ydelse(id: "1", navn: "Ydelse", kle: "27.36.04")]))
        let grant = Byg.uuid(330)
        try indeks.put(
            Effektuering(
                uuid: Byg.uuid(331),
                linjer: [
                    .init(kle: "27.36.04", bevilling: grant, til: "2025-01-01"),
                    .init(kle: "54.10.02", bevilling: grant, fra: "2025-01-01"),
                ], til: "2025-01-01"))
        for one in [indeks, try indeks.udenHukommelse()] {
            func count(_ members: String) throws -> Int? {
                let body = "{\"Objekttyper\":[\"OekonomiskEffektuering\"],\(members)}"
                return try one.soeg(body)["Antal"]?["Vaerdi"]?.integer
            }
            let shown = try one.soeg(
                "{\"Objekttyper\":[\"OekonomiskEffektuering\"],\"Facetter\":[\"Klasse:3\"]}")
            let values = shown["Facetter"]?["Klasse:3"]?.array?.map { $0["Vaerdi"]?.string }
            #expect(values == ["27.36.04"])
            for klasse in ["27.36.04", "27.*"] {
                #expect(try count("\"Klasse\":[\"\(klasse)\"]") == 1, "\(klasse)")
                #expect(try count("\"Tekst\":\"\(klasse)\"") == 1, "\(klasse)")
            }
            #expect(try count("\"Klasse\":[\"54.10.02\"]") == 0)
            for (klasse, expected) in [
                ("27.36.04", 1), ("*27.36.04", 1), ("27.*", 1), ("54.10.02", 0), ("*54.10.02", 0),
            ] {
                let body = """
                    {"SoegUdtryk":{"SoegOekonomiskEffektueringIndeks":[{"AttributListe":{},"TilstandListe":{},\
                    "RelationListe":{"OekonomiskYdelseEffektueringRelation":\
                    [{"Klassifikationsbeskrivelse":"\(klasse)"}]}}]},"Filter":{}}
                    """
                let found = try one.fremsoeg(try JSONValue(parsing: Array(body.utf8)))
                let counts = (found["Antal"]?.array ?? []).filter {
                    $0["Element"]?.string == "effektueringer"
                }
                #expect(counts.first?["Antal"]?.integer == expected, "\(klasse): \(found.alTekst)")
            }
        }
    }
}
