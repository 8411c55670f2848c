// 1. Text, numbers, classes, parties and filters find what they say, each alone and AND-ed.
// 2. Pages neither repeat nor skip while writes go on; a changed or foreign marker is refused.
// 3. Facets and counts are exact over all hits.
// 4. Hidden text finds, excludes, counts and shows nothing.
// 5. At an earlier point of either axis the answer is that of then, with today's rights.
// 6. Unknown members, null and wrong types are refused by place.

import IndexCore
import Query
import Testing

@Suite struct SoegningTests {
    let indeks: Indeks

    init() throws {
        indeks = try Indeks()
        try indeks.put(Dokument(uuid: Byg.uuid(10), kle: "32.03.04", titel: "Lægeerklæring"))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(1), titel: "Ansøgning om kørestol",
                beskrivelse: "Borgeren bor på Prøvevej 1", nummer: "2024-000117",
                alternativ: "Misbrugsbehandling",
                parter: [PartRelation(urn: "urn:oio:cpr-nr:3113999901")],
                journal: [
                    JournalRelation(dokument: Byg.uuid(10), dokumenttitel: "Diagnosepapir"),
                    JournalRelation(notat: ("Samtale", "Ringede om ramperne")),
                ], genstand: "urn:oio:ejendom:bfe-nr:0001234567"))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(2), kle: "27.12.02", niveau: 3,
                titel: "Klage over afslag på kørestol",
                ansvarlig: Byg.uuid(801), facet: "K01",
                fremdrift: [("Oplyst", "2024-01-01", nil)]))
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(20), begrundelse: "Kørestol bevilges",
                ydelser: [
                    Ydelse(id: "a", navn: "Folkepension", kle: "32.03.04"),
                    Ydelse(id: "b", navn: "Metadonbehandling", kle: "27.36.16"),
                ]))
    }

    private func hits(_ body: String, as scope: AccessScope = .alt) throws -> Set<Int> {
        Set((try indeks.soeg(body, as: scope)["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) })
    }

    @Test(
        "The text finds what it says",
        arguments: [
            ("kørestol", [1, 2, 20]), ("KOERESTOL", [1, 2, 20]), ("kørestol ansøgning", [1]),
            ("kørestol -afslag", [1, 20]), ("\"prøvevej 1\"", [1]), ("\"1 prøvevej\"", []),
            ("ansøg*", [1]), ("ansøg", []), ("2024-000117", [1]), ("3113999901", [1]),
            ("311399-9901", [1]), ("27.36.04", [1]), ("27.36", [1, 20]), ("27.*", [1, 2, 20]),
            ("K01", [2]), ("27.12.02 K01", [2]), ("27.36.04 K01", []), ("ramperne", [1]),
            ("diagnosepapir", [1]), ("misbrugsbehandling", [1]), ("metadonbehandling", [20]),
            ("Erling", [1]), ("\(Byg.uuid(2))", [2]), ("\(Byg.uuid(10))", [1, 10]),
            ("kørestol -3113999901", [2, 20]), ("kørestol -311399-9901", [2, 20]),
            ("kørestol -cpr 311399-9901", [2, 20]), ("kørestol -sag nr. 2024-000117", [2, 20]),
            ("kørestol -KLE 27.12.02", [1, 20]), ("kørestol -cpr-nr. 311399 9901", [2, 20]),
            ("kørestol -§ 83", [1, 2, 20]), ("kørestol -den 2. januar 2024", [1, 2, 20]),
            ("kørestol -\(Byg.uuid(2))", [1, 20]), ("-27.36", [2, 10]), ("-32.03.04", [1, 2]),
            ("kørestol -2024-000117", [2, 20]), ("kørestol -\"3113999901\"", [1, 2, 20]),
            ("S-117", []), ("-kørestol", [10]), ("!!!", []), ("   ", [1, 2, 10, 20]),
        ])
    func text(_ text: String, _ expected: [Int]) throws {
        #expect(try hits("{\"Tekst\":\(Byg.quoted(text))}") == Set(expected))
    }

    @Test("Small words are done without as of another time too")
    func smallWordsThen() throws {
        for tid in ["", ",\"Virkningstid\":\"2024-02-01\"", ",\"Registreringstid\":\"2099-01-01\""]
        {
            #expect(try hits("{\"Tekst\":\"ansøgning vedr kørestol\"\(tid)}") == [1], "\(tid)")
        }
    }

    @Test("A case that does not say when it was created began with its first Egenskaber")
    func createdUnknown() throws {
        let indeks = try Indeks()
        var old = Sag(uuid: Byg.uuid(1), fra: "2022-05-01", oprettet: nil)
        old.tidligereTitler = [("Før", "2021-03-01", "2022-05-01")]
        try indeks.put(old)
        try indeks.put(Sag(uuid: Byg.uuid(2), fra: "2022-05-01"))
        func hits(_ members: String) throws -> [Int] {
            let answer = try indeks.soeg("{\(members),\"Sortering\":\"Nyeste\"}")
            return (answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) }
        }
        #expect(try hits("\"Oprettet\":{\"Fra\":\"2021-03-01\",\"Til\":\"2021-03-02\"}") == [1])
        #expect(try hits("\"Oprettet\":{\"Fra\":\"2022-01-01\"}") == [2])
        #expect(try hits("\"Tekst\":\"2021\"") == [1])
        let counts = try indeks.soeg("{\"Facetter\":[\"Aar\"],\"Antal\":0}")["Facetter"]?["Aar"]
        #expect(
            Set(counts?.array?.compactMap { $0["Vaerdi"]?.string } ?? []) == ["2021", "2024"])
        // The contract's own search asks for what the case says.
        func created(_ fra: String, _ til: String) throws -> Int? {
            let interval = "{\"FraTidspunkt\":\(fra),\"TilTidspunkt\":\(til)}"
            let body = try JSONValue(
                parsing: Array(
                    """
                    {"SoegUdtryk":{"SoegSag":[{"AttributListe":{"LokalUdvidelseListe":\
                    {"SoegEgenskaberLokalUdvidelse":[{"OprettetTidspunktInterval":\(interval)}]}},\
                    "TilstandListe":{},"RelationListe":{}}]}}
                    """.utf8))
            return try indeks.fremsoeg(body)["Antal"]?.array?.first {
                $0["Element"]?.string == "sager"
            }?["Antal"]?.integer
        }
        for _ in 0..<2 {
            #expect(try created("true", "true") == 1)
            #expect(
                try created("\"2021-01-01T00:00:00Z\"", "\"2022-01-01T00:00:00Z\"") == 0)
        }
    }

    @Test(
        "A grant of several systems is found, counted and limited by each, in whatever order they stand"
    )
    func severalSystems() throws {
        let indeks = try Indeks()
        let (a, b) = (Byg.uuid(900), Byg.uuid(901))
        func ydelse(_ id: String, _ master: UUIDIdentifikator, til: String? = nil) -> Ydelse {
            Ydelse(id: id, navn: "Aalborg \(id)", kle: "27.36.04", master: master, til: til)
        }
        try indeks.put(Bevilling(uuid: Byg.uuid(1), ydelser: [ydelse("1", a), ydelse("2", b)]))
        try indeks.put(Bevilling(uuid: Byg.uuid(2), ydelser: [ydelse("1", b), ydelse("2", a)]))
        try indeks.put(Bevilling(uuid: Byg.uuid(3), ydelser: [ydelse("1", b)]))
        // What is over is of its system too.
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(4), ydelser: [ydelse("1", a, til: "2024-04-01"), ydelse("2", b)]))
        func soeg(_ rest: String, as scope: AccessScope = .alt) throws -> JSONValue {
            try indeks.soeg(
                "{\"Tekst\":\"Aalborg\",\"Facetter\":[\"Kildesystem\"]\(rest)}", as: scope)
        }
        func numre(_ answer: JSONValue) -> Set<Int> {
            Set((answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) })
        }
        #expect(numre(try soeg(",\"Kildesystem\":[\"\(a)\"]")) == [1, 2, 4])
        #expect(numre(try soeg(",\"Kildesystem\":[\"\(b)\"]")) == [1, 2, 3, 4])
        let counts = try soeg("")["Facetter"]?["Kildesystem"]?.array?.reduce(
            into: [String: Int]()
        ) { $0[$1["Vaerdi"]?.string ?? ""] = $1["Antal"]?.integer }
        #expect(counts == [b.description: 4, a.description: 3])
        for (systemer, expected) in [([a], []), ([b], [3]), ([a, b], [1, 2, 3, 4])] {
            let gruppe = AccessScope.gruppe(kle: "*", systemer: Set(systemer))
            #expect(numre(try soeg("", as: .system(gruppe))) == Set(expected))
        }
        // What another system granted is not read where it was, when it is there no more.
        try indeks.put(Bevilling(uuid: Byg.uuid(1), ydelser: [ydelse("1", a)]))
        let gruppe = AccessScope.gruppe(kle: "*", systemer: [a])
        let historik = try indeks.historik(.bevilling, Byg.uuid(1), as: .system(gruppe))
        let told = String(decoding: try #require(historik).bytes, as: UTF8.self)
        #expect(told.contains("Aalborg 1") && !told.contains("Aalborg 2"))
    }

    @Test(
        "The filters find what they say",
        arguments: [
            ("\"Objekttyper\":[\"Sag\"]", [1, 2]),
            ("\"Part\":[\"urn:oio:cpr-nr:3113999901\"]", [1]),
            ("\"Genstand\":[\"urn:oio:ejendom:bfe-nr:0001234567\"]", [1]),
            ("\"Klasse\":[\"27.36\"]", [1, 20]),
            ("\"Klasse\":[\"27.36.*\",\"32.03.04\"]", [1, 10, 20]),
            ("\"Klasse\":[\"27.36.04\"]", [1]), ("\"Handlingsfacet\":[\"G01\"]", [1]),
            ("\"Handlingsfacet\":[\"K*\"]", [2]), ("\"Fremdrift\":[\"Oplyst\"]", [2]),
            ("\"Ansvarlig\":[\"\(Byg.uuid(801))\"]", [2]),
            ("\"Foelsomhed\":{\"Til\":2}", [1, 10, 20]),
            ("\"Foelsomhed\":{},\"Oprettet\":{},\"Aendret\":{}", [1, 2, 10, 20]),
            ("\"Foelsomhed\":{\"Fra\":3}", [2]), ("\"Myndighed\":[\"99000002\"]", []),
            ("\"Kildesystem\":[\"\(Byg.uuid(900))\"]", [1, 2, 10, 20]),
            ("\"Kildesystem\":[\"\(Byg.uuid(901))\"]", []),
            ("\"Oprettet\":{\"Fra\":\"2024-01-02\",\"Til\":\"2024-01-03\"}", [1, 2]),
            ("\"Aendret\":{\"Fra\":\"2030-01-01\"}", []),
            ("\"Klasse\":[\"27.*\"],\"Tekst\":\"kørestol\",\"Objekttyper\":[\"Sag\"]", [1, 2]),
        ])
    func filters(_ members: String, _ expected: [Int]) throws {
        #expect(try hits("{\(members)}") == Set(expected))
    }

    @Test("A hit in the title stands above one in the rest, and the order asked for is kept")
    func order() throws {
        func order(_ sortering: String) throws -> [Int] {
            let answer = try indeks.soeg("{\"Tekst\":\"kørestol\",\"Sortering\":\"\(sortering)\"}")
            return (answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) }
        }
        #expect(try order("Relevans") == [2, 1, 20])
        #expect(try order("Nyeste") == [20, 2, 1])
        #expect(try order("Aeldste") == [1, 2, 20])
        #expect(try order("Titel") == [1, 20, 2])
    }

    @Test("Facets and counts are exact, and how the text was read is told") func facets() throws {
        let answer = try indeks.soeg(
            "{\"Tekst\":\"kørestol\",\"Facetter\":[\"Objekttype\",\"Klasse:1\",\"Aar\"],\"Antal\":0}"
        )
        #expect(answer["Traef"]?.array == [])
        #expect(answer["Markoer"] == nil)
        #expect(answer["Antal"]?["Vaerdi"]?.integer == 3)
        #expect(answer["Antal"]?["Praecis"]?.boolean == true)
        let types = answer["Facetter"]?["Objekttype"]?.array ?? []
        #expect(types.map { $0["Antal"]?.integer } == [2, 1])
        let classes = answer["Facetter"]?["Klasse:1"]?.array ?? []
        #expect(classes.map { $0["Vaerdi"]?.string } == ["27", "32"])
        #expect(classes.map { $0["Antal"]?.integer } == [3, 1])
        #expect(answer["Forstaaet"]?.array?.first?["Som"]?.string == "ord")
    }

    @Test("The snippet marks the words in Unicode scalars") func snippet() throws {
        let answer = try indeks.soeg(
            "{\"Tekst\":\"kørestol\",\"Uddrag\":true,\"Objekttyper\":[\"Sag\"]}")
        let snippet = try #require(answer["Traef"]?.array?.last?["Uddrag"])
        #expect(snippet["Felt"]?.string == "Titel")
        let text = Array(try #require(snippet["Tekst"]?.string).unicodeScalars)
        let mark = try #require(snippet["Markeringer"]?.array?.first?.array).compactMap(\.integer)
        var marked = String.UnicodeScalarView()
        marked.append(contentsOf: text[mark[0]..<(mark[0] + mark[1])])
        #expect(String(marked) == "kørestol")
    }

    @Test("Notes are hits of their own when asked for") func notes() throws {
        let answer = try indeks.soeg("{\"Tekst\":\"ramperne\",\"Objekttyper\":[\"Journalnotat\"]}")
        let hit = try #require(answer["Traef"]?.array?.first)
        #expect(answer["Antal"]?["Vaerdi"]?.integer == 1)
        #expect(hit["Objekttype"]?.string == "Journalnotat")
        #expect(hit["Sag"]?.string == Byg.uuid(1).description)
        #expect(hit["Titel"]?.string == "Samtale")
        let cases = try indeks.soeg("{\"Tekst\":\"ramperne\",\"Objekttyper\":[\"Sag\"]}")
        let sag = try #require(cases["Traef"]?.array?.first)
        for member in [
            "UUIDIdentifikator", "BrugervendtNoegle", "Klasse", "Fremdrift", "Foelsomhed",
            "Kildesystem", "Myndighed", "Aendret",
        ] {
            #expect(sag[member] != nil && hit[member] == sag[member], "\(member)")
        }
        let other = try indeks.soeg("{\"Tekst\":\"kørestol\",\"Objekttyper\":[\"Journalnotat\"]}")
        #expect(other["Traef"]?.array == [])
    }

    @Test("Notes of one case stand on pages, each once") func notePages() throws {
        try indeks.put(
            Sag(
                uuid: Byg.uuid(3),
                journal: (0..<5).map { JournalRelation(notat: ("Samtale \($0)", "Om taget")) }))
        let members = "\"Tekst\":\"taget\",\"Objekttyper\":[\"Journalnotat\"]"
        let found = try indeks.alleSider(members, as: .alt, antal: 2)
        #expect(Set(found.compactMap { $0["Titel"]?.string }).count == 5)
        #expect(found.count == 5)
    }

    @Test("An empty list is the same as leaving the member out") func emptyLists() throws {
        let body = "{\"Objekttyper\":[],\"Myndighed\":[],\"Part\":[],\"Fremdrift\":[]}"
        #expect(try hits(body) == [1, 2, 10, 20])
    }

    @Test(
        "Noise is searched, never an error",
        arguments: [
            String(repeating: "a.b-", count: 2_500), String(repeating: "x", count: 10_000),
            String(repeating: "27.", count: 3_000), String(repeating: "\"", count: 9_999),
            "{titel} : a", "a NEAR/2 b", "\"a\" + \"b\" ^c", "col:*", "\u{0}abc\u{0}",
            "ß ĳ ﬁ Å̊ 漢字 ½ ²",
            "\u{FDFA}\u{1F9D1}\u{200D} -\u{301} *", "999999999999999999999999", "%' OR 1=1; --",
        ])
    func noise(_ text: String) throws {
        _ = try indeks.soeg("{\"Tekst\":\(Byg.quoted(text)),\"Uddrag\":true}")
        _ = try indeks.soeg(
            "{\"Tekst\":\(Byg.quoted(text + " stol*")),\"Virkningstid\":\"2024-02-01\"}")
    }

    // MARK: Leaks

    @Test("Text of a hidden benefit finds, excludes and shows nothing") func hiddenBenefit() throws
    {
        let scope = AccessScope.system(AccessScope.gruppe(kle: "32.*"))
        #expect(try hits("{\"Tekst\":\"metadonbehandling\"}", as: scope) == [])
        #expect(try hits("{\"Tekst\":\"folkepension -metadonbehandling\"}", as: scope) == [20])
        #expect(try hits("{\"Tekst\":\"folkepension metadonbehandling\"}", as: scope) == [])
        #expect(try hits("{\"Klasse\":[\"27.36.16\"]}", as: scope) == [])
        let answer = try indeks.soeg(
            "{\"Tekst\":\"kørestol\",\"Facetter\":[\"Klasse:3\"],\"Uddrag\":true}", as: scope)
        #expect(answer["Facetter"]?["Klasse:3"]?.array?.count == 1)
        #expect(!answer.alTekst.contains("Metadon"))
    }

    @Test("The object whose number was typed comes first, whatever else has it in its title")
    func ownNumber() throws {
        try indeks.put(Sag(uuid: Byg.uuid(51), titel: "Vedligeholdelse", nummer: "2031-000777"))
        for (number, nummer) in [(52, "BEV-2031-000777"), (53, "DOK-2031-000777")] {
            try indeks.put(
                Sag(uuid: Byg.uuid(number), titel: "Vedrører 2031-000777", nummer: nummer))
        }
        for text in ["2031-000777", "sagsnr. 2031-000777"] {
            let answer = try indeks.soeg("{\"Tekst\":\"\(text)\"}")
            let found = (answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) }
            #expect(found == [51, 53, 52], "\(text)")
        }
    }

    @Test("A hidden document's title and number do not find the case that files it")
    func hiddenDocument() throws {
        try indeks.put(
            Dokument(uuid: Byg.uuid(10), kle: "32.03.04", niveau: 4, titel: "Lægeerklæring"))
        let scope = AccessScope.system(AccessScope.gruppe(niveau: 3))
        #expect(try hits("{\"Tekst\":\"diagnosepapir\"}", as: scope) == [])
        #expect(try hits("{\"Tekst\":\"\(Byg.uuid(10))\"}", as: scope) == [])
        #expect(try hits("{\"Tekst\":\"ansøgning -diagnosepapir\"}", as: scope) == [1])
        #expect(try hits("{\"Tekst\":\"diagnosepapir\"}") == [1])
    }

    @Test("The alternative title finds nothing for those who may not read it") func alternative()
        throws
    {
        let scope = AccessScope.system(AccessScope.gruppe())
        #expect(try hits("{\"Tekst\":\"misbrugsbehandling\"}", as: scope) == [])
        #expect(try hits("{\"Tekst\":\"ansøgning -misbrugsbehandling\"}", as: scope) == [1])
        let source = AccessScope(
            system: Byg.uuid(900), systemGrupper: [AccessScope.gruppe()], bruger: nil)
        #expect(try hits("{\"Tekst\":\"misbrugsbehandling\"}", as: source) == [1])
    }

    // MARK: Time

    @Test("An earlier point gives the answer of then, with today's rights") func asOf() throws {
        let before = indeks.now.utcText
        indeks.tick(seconds: 60)
        try indeks.put(Sag(uuid: Byg.uuid(2), kle: "27.12.02", niveau: 3, titel: "Helt andet"))
        func then(_ text: String, as scope: AccessScope = .alt) throws -> JSONValue {
            try indeks.soeg(
                "{\"Tekst\":\"\(text)\",\"Registreringstid\":\"\(before)\"}", as: scope)
        }
        #expect(try hits("{\"Tekst\":\"klage\"}") == [])
        let answer = try then("klage")
        #expect(answer["Traef"]?.uuider == [Byg.uuid(2)])
        #expect(answer["Traef"]?.array?.first?["Titel"]?.string == "Klage over afslag på kørestol")
        #expect(try then("helt")["Traef"]?.array == [])
        // Then it was level 3, and it is so today; raised today, it is hidden then as well.
        try indeks.put(Sag(uuid: Byg.uuid(2), kle: "27.12.02", niveau: 4))
        let scope = AccessScope.system(AccessScope.gruppe(niveau: 3))
        #expect(try then("klage", as: scope)["Traef"]?.array == [])
        #expect(
            try hits("{\"Part\":[\"urn:oio:cpr-nr:3113999901\"],\"Virkningstid\":\"2020-01-01\"}")
                == [])
        #expect(
            try hits("{\"Part\":[\"urn:oio:cpr-nr:3113999901\"],\"Virkningstid\":\"2024-02-01\"}")
                == [1])
    }

    // MARK: Pages

    @Test(
        "Pages neither repeat nor skip while writes go on",
        arguments: ["Relevans", "Nyeste", "Aeldste", "Titel", "BrugervendtNoegle"])
    func pages(_ sortering: String) throws {
        for index in 0..<20 {
            try indeks.put(Sag(uuid: Byg.uuid(100 + index), titel: "Bro \(index * 7 % 20)"))
        }
        let members = "\"Tekst\":\"bro\",\"Sortering\":\"\(sortering)\",\"Antal\":3"
        let before = try indeks.soeg(
            "{\"Tekst\":\"bro\",\"Sortering\":\"\(sortering)\",\"Antal\":100}")["Traef"]?.uuider
        var found: [UUIDIdentifikator] = []
        var marker = ""
        var round = 0
        repeat {
            let answer = try indeks.soeg("{\(members)\(marker)}")
            found += answer["Traef"]?.uuider ?? []
            marker = answer["Markoer"]?.string.map { ",\"Markoer\":\"\($0)\"" } ?? ""
            // Renamed, renewed and brand new objects between the pages.
            try indeks.put(
                Sag(
                    uuid: Byg.uuid(100 + round * 5 % 20), titel: "Aabro bro \(round)",
                    nummer: "Å\(round)"))
            try indeks.put(Sag(uuid: Byg.uuid(200 + round), titel: "Bro ny"))
            round += 1
        } while !marker.isEmpty && round < 30
        #expect(found == before)
    }

    @Test("A changed, foreign or broken marker is refused") func markers() throws {
        let first = try indeks.soeg("{\"Tekst\":\"kørestol\",\"Antal\":1}")
        let marker = try #require(first["Markoer"]?.string)
        func refused(_ body: String, as scope: AccessScope = .alt) {
            #expect(throws: QueryError.markoer) { _ = try indeks.soeg(body, as: scope) }
        }
        refused("{\"Tekst\":\"stol\",\"Antal\":1,\"Markoer\":\"\(marker)\"}")
        refused("{\"Tekst\":\"kørestol\",\"Antal\":2,\"Markoer\":\"\(marker)\"}")
        refused(
            "{\"Tekst\":\"kørestol\",\"Antal\":1,\"Markoer\":\"\(marker)\"}",
            as: AccessScope.system(AccessScope.gruppe()))
        refused("{\"Tekst\":\"kørestol\",\"Antal\":1,\"Markoer\":\"\(marker.dropLast(2))\"}")
        refused("{\"Tekst\":\"kørestol\",\"Antal\":1,\"Markoer\":\"\"}")
        let next = try indeks.soeg("{\"Antal\":1,\"Markoer\":\"\(marker)\",\"Tekst\":\"kørestol\"}")
        #expect(next["Traef"]?.uuider.count == 1)
    }

    // MARK: Refusals

    @Test(
        "Bad requests are refused by place",
        arguments: [
            ("{\"Soeg\":1}", "Soeg"), ("{\"Tekst\":null}", "Tekst"), ("{\"Tekst\":1}", "Tekst"),
            ("{\"SoegUdtryk\":[]}", "SoegUdtryk"),
            ("{\"SoegUdtryk\":{\"NOT\":[{}]}}", "SoegUdtryk.NOT[0]"),
            ("{\"Objekttyper\":[\"Klasse\"]}", "Objekttyper[0]"),
            ("{\"Klasse\":[\"27\",\"x\"]}", "Klasse[1]"), ("{\"Antal\":-1}", "Antal"),
            ("{\"Antal\":1.5}", "Antal"), ("{\"Sortering\":\"Bedste\"}", "Sortering"),
            ("{\"Facetter\":[\"Klasse:4\"]}", "Facetter[0]"), ("{\"Vis\":[\"alt\"]}", "Vis[0]"),
            ("{\"Foelsomhed\":{\"Til\":5}}", "Foelsomhed.Til"), ("{\"Uddrag\":\"ja\"}", "Uddrag"),
            ("{\"Foelsomhed\":{\"Fra\":3,\"Til\":2}}", "Foelsomhed"),
            ("{\"Myndighed\":[\"1\"]}", "Myndighed[0]"),
            ("{\"Fremdrift\":[\"Åben\"]}", "Fremdrift[0]"),
            ("{\"Oprettet\":{\"Fra\":\"i går\"}}", "Oprettet.Fra"), ("[]", ""),
            ("{\"Part\":[\"3113999901\"]}", "Part[0]"),
            ("{\"Kildesystem\":[\"x\"]}", "Kildesystem[0]"),
        ])
    func refused(_ body: String, _ sti: String) throws {
        let thrown = #expect(throws: QueryError.self) { _ = try indeks.soeg(body) }
        #expect(thrown?.sti == sti)
    }

    /// One word in each part that is hidden with what it points at, and who sees what.
    @Test("A part's text is found by those who see what it points at, and as long as they do")
    func partsOfTheWhole() throws {
        try indeks.put(Sag(uuid: Byg.uuid(30), kle: "32.03.04", titel: "Anden sag"))
        try indeks.put(Dokument(uuid: Byg.uuid(31), niveau: 1, titel: "Kvittering"))
        try indeks.put(Dokument(uuid: Byg.uuid(32), niveau: 3, titel: "Attest"))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(33), titel: "Egen sag",
                journal: [
                    JournalRelation(dokument: Byg.uuid(31), dokumenttitel: "Kvitteringsbrev"),
                    JournalRelation(
                        dokument: Byg.uuid(31), dokumenttitel: "Gammelbrev", til: "2024-02-01"),
                ]))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(34), titel: "Egen sag to",
                journal: [
                    JournalRelation(dokument: Byg.uuid(31), dokumenttitel: "Fællesbrev"),
                    JournalRelation(dokument: Byg.uuid(32), dokumenttitel: "Attestbrev"),
                    JournalRelation(
                        dokument: Byg.uuid(99), dokumenttitel: "Ukendtbrev"),
                ]))
        for (number, sag, navn) in [(35, 33, "Egetnavn"), (36, 30, "Andetnavn")] {
            try indeks.put(
                Bevilling(
                    uuid: Byg.uuid(number),
                    ydelser: [Ydelse(id: "a", navn: "Hjælpemiddel", kle: "27.36.16")],
                    sag: (Byg.uuid(sag), navn)))
        }
        let limited = AccessScope.system(AccessScope.gruppe(kle: "27.36.*", niveau: 2))
        func expect(_ word: String, _ few: [Int], _ all: [Int]) throws {
            let body = "{\"Tekst\":\"\\\"\(word)\\\"\"}"
            #expect(try hits(body, as: limited) == Set(few), "\(word)")
            #expect(try hits(body) == Set(all), "\(word)")
            // What is left out by a word is left out for those who see it there.
            let others = "{\"Tekst\":\"egen -\(word)\"}"
            let own = [33, 34].filter { !few.contains($0) }
            #expect(try hits(others, as: limited) == Set(own), "-\(word)")
        }
        for _ in 0..<2 {
            try expect("kvitteringsbrev", [33], [33])
            try expect("gammelbrev", [], [])
            try expect("fællesbrev", [34], [34])
            try expect("attestbrev", [], [34])
            try expect("ukendtbrev", [], [])
            try expect("egetnavn", [35], [35])
            try expect("andetnavn", [], [36])
        }
        // A document that becomes hidden hides what cases tell of it, though the cases are as they were.
        try indeks.put(Dokument(uuid: Byg.uuid(31), niveau: 4, titel: "Kvittering"))
        try expect("kvitteringsbrev", [], [33])
        try expect("fællesbrev", [], [34])
        try indeks.put(Dokument(uuid: Byg.uuid(32), niveau: 1, titel: "Attest"))
        try expect("attestbrev", [34], [34])
    }
}
