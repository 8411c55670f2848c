// 1. What is named by its form finds what it names, in whatever way it is written, and the text too.
// 2. A day, month or year finds what began then, in memory as in the files, also at another time.
// 3. No noise is an error, whatever is stored.

import IndexCore
import Query
import Testing

@Suite struct TydningTests {
    let indeks: Indeks

    init() throws {
        indeks = try Indeks()
        try indeks.put(
            Sag(
                uuid: Byg.uuid(1), titel: "Støtte efter § 101, stk. 2", nummer: "2024-000117",
                parter: [
                    PartRelation(urn: "urn:oio:cpr-nr:3113999901"),
                    PartRelation(urn: "urn:oio:cvr-nr:29189846", navn: "Prøvefirma"),
                ], genstand: "urn:oio:ejendom:bfe-nr:0001234567"))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(2), titel: "Møde den 12. marts 2023", nummer: "12.03.2023",
                parter: [PartRelation(urn: "urn:oio:pnr:1003456789", navn: "Filial")],
                genstand: "urn:oio:esr:ejendom:461-012345"))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(3), titel: "Brev af 2023-03-12 om Prøvevej 12",
                beskrivelse: "paragraf 101 stk 2", facet: "K01"))
        // Began on another day: a document's first Egenskaber.
        try indeks.put(Dokument(uuid: Byg.uuid(10), kle: "32.03.04", titel: "Bilag"))
    }

    private func hits(_ text: String, _ rest: String = "") throws -> Set<Int> {
        let answer = try indeks.soeg(
            "{\"Tekst\":\(Byg.quoted(text)),\"Sortering\":\"Nyeste\"\(rest)}")
        return Set((answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) })
    }

    @Test(
        "One number finds the same however it is written, and what is typed is found as it stands")
    func skrivemaader() throws {
        for (number, note) in [
            (30, "Borger 0404047777 ringede"), (31, "Borger 040404-7777 ringede"),
            (32, "Firma 55556666 ringede"), (33, "Firma 55 55 66 66 ringede"),
            (34, "CVR55557777 og BFE7654321"), (35, "Sag BYG-2023-04711"),
            (36, "Nævner 2025-000119"),
        ] {
            try indeks.put(
                Sag(
                    uuid: Byg.uuid(number), titel: note,
                    nummer: number == 35 ? "BYG-2023-04711" : nil))
        }
        try indeks.put(
            Sag(
                uuid: Byg.uuid(37), titel: "Uden tal", nummer: "2025-000119",
                parter: [PartRelation(urn: "urn:oio:cpr-nr:0404047777")]))
        try indeks.put(Sag(uuid: Byg.uuid(38), titel: "Uden", nummer: "P2024000123"))
        try indeks.put(
            Sag(uuid: Byg.uuid(39), titel: "Med URN", genstand: "urn:oio:esr:ejendom:461-012347"))
        for text in [
            "0404047777", "040404-7777", "040404 7777", "cpr 0404047777", "cpr 040404-7777",
        ] {
            #expect(try hits(text) == [30, 31, 37], "\(text)")
        }
        for text in ["55556666", "55 55 66 66", "cvr 55 55 66 66", "DK55556666"] {
            #expect(try hits(text) == [32, 33], "\(text)")
        }
        #expect(try hits("ringede -0404047777") == [32, 33])
        #expect(try hits("ringede -040404-7777") == [32, 33])
        #expect(try hits("CVR55557777") == [34] && hits("bfe7654321") == [34])
        #expect(try hits("(P2024000123)") == [38] && hits("p2024000123 uden") == [38])
        for text in [
            "sagsnr BYG-2023-04711", "BYG-2023-04711", "byg-2023-4711",
            "Sagsnummer: BYG-2023-04711,",
        ] {
            #expect(try hits(text) == [35], "\(text)")
        }
        #expect(try hits("urn:oio:esr:ejendom:461-012347") == [39])
        for number in ["012345", "12345"] {
            let body = "{\"Genstand\":[\"urn:oio:esr:ejendom:461-\(number)\"]}"
            #expect(try indeks.soeg(body)["Traef"]?.uuider == [Byg.uuid(2)], "\(number)")
        }
        // A house's letter, written together or apart.
        try indeks.put(Sag(uuid: Byg.uuid(42), titel: "Tag, Granvej 12A", nummer: "X2"))
        try indeks.put(Sag(uuid: Byg.uuid(43), titel: "Tag, Granvej 12 A, 1. tv", nummer: "X3"))
        try indeks.put(Sag(uuid: Byg.uuid(44), titel: "Tag, Granvej 12, A-bygning", nummer: "X4"))
        #expect(try hits("Granvej 12A") == [42, 43, 44])
        #expect(try hits("granvej 12 a,") == [42, 43, 44])
        #expect(try hits("Granvej 12B") == [])
        // A month in figures, and the number that it may be.
        try indeks.put(Sag(uuid: Byg.uuid(40), titel: "Uden måned", nummer: "2022-000002"))
        try indeks.put(Sag(uuid: Byg.uuid(41), titel: "Opgørelse for februar 2022", nummer: "X1"))
        #expect(try hits("2022-02") == [40, 41] && hits("02/2022") == [41])
        #expect(try hits("februar 22") == [41])
        // The object whose number it is stands first, in whatever form.
        for text in [
            "2025-000119", "2025/000119", "2025-119", "25/119", "sagsnr 2025/119",
            "\"2025-000119\"",
        ] {
            let answer = try indeks.soeg("{\"Tekst\":\(Byg.quoted(text))}")
            let found = (answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) }
            #expect(found.first == 37 || text.hasPrefix("\""), "\(text)")
            #expect(Set(found) == [36, 37])
        }
    }

    @Test(
        "What is named by its form is found",
        arguments: [
            ("311399 9901", [1]), ("31 13 99 9901", [1]), ("cpr: 311399-9901", [1]),
            ("CVR 29 18 98 46", [1]), ("29 18 98 46", [1]), ("p 1003456789", [2]),
            ("1003456789", [2]), ("311399 9902", []), ("3113999901 støtte", [1]),
            ("3113999901 møde", []), ("1234567", [1]), ("bfe-nr 1234567", [1]),
            ("0001234567", [1]), ("461-012345", [2]), ("461-12345", [2]), ("ESR 461-012345", [2]),
            ("sagsnummer 2024-000117", [1]), ("§ 101", [1, 3]), ("§101, stk. 2", [1, 3]),
            ("paragraf 101 støtte", [1]), ("§ 102", []), ("27.36.04-G01", [1, 2]),
            ("27.36.04 K01", [3]), ("KLE 27.36.04", [1, 2, 3]), ("kle 27.36", [1, 2, 3]),
            ("KLE-nr. 32", [10]), ("kle 27.36.04 K01", [3]), ("kle 27.36.05", []),
            ("{0A000000-0000-4000-8000-000000000001}", [1]),
            ("urn:uuid:0a000000-0000-4000-8000-000000000002", [2]),
            ("0a000000000040008000000000000003", [3]), ("0a00000000004000800000000000000g", []),
            ("12.03.2023", [2, 3]), ("12. marts 2023", [2, 3]),
            ("2023-03-12", [2, 3]), ("12/3-2023 brev", [3]), ("marts 2023", [2, 3]),
            ("Prøvevej 12", [3]), ("Prøvevej 13", []),
            // Marks about it, as in running text.
            ("(3113999901)", [1]), ("3113999901,", [1]), ("3113999901.", [1]), ("3113999901?", [1]),
            ("[311399-9901];", [1]), ("støtte til (311399-9901).", [1]), ("møde 3113999901.", []),
            ("29189846,", [1]), ("(DK29189846)", [1]), ("1003456789!", [2]),
            ("311399\u{2013}9901", [1]), ("311399- 9901", [1]), ("311399 - 9901", [1]),
            ("cpr nr 311399-9901", [1]), ("CPR nummer: 3113999901", [1]), ("cvr nr. 29189846", [1]),
            ("p nummer 1003456789", [2]), ("K01.", [3]), ("27.36.04,", [1, 2, 3]),
            ("0a000000-0000-4000-8000-000000000001.", [1]),
            ("(0a000000-0000-4000-8000-000000000002)", [2]), ("2024-000117)", [1]),
            ("\"3113999901\"", [1]), ("\u{201E}311399-9901\u{201C}", [1]),
            ("\"0a000000-0000-4000-8000-000000000002\"", [2]), ("\"311399 9901\"", []),
            ("støtte \u{2013}2024-000117", [1]), ("støtte (-2024-000117)", [1]),
            ("-3113999901", [2, 3, 10]), ("-3113999901,", [2, 3, 10]),
        ])
    func named(_ text: String, _ expected: [Int]) throws {
        #expect(try hits(text) == Set(expected))
    }

    @Test(
        "A time finds what began then, in memory and in the files",
        arguments: [
            ("2024", [1, 2, 3, 10]), ("januar 2024", [1, 2, 3, 10]), ("2. januar 2024", [1, 2, 3]),
            ("1. januar 2024", [10]), ("2024-01-02 støtte", [1]), ("3. januar 2024", []),
            ("februar 2024", []), ("2022", []),
        ])
    func began(_ text: String, _ expected: [Int]) throws {
        // The second time every list is in memory; at another time each object is read.
        #expect(try hits(text) == Set(expected))
        #expect(try hits(text) == Set(expected))
        #expect(try hits(text, ",\"Virkningstid\":\"2024-02-01\"") == Set(expected))
        #expect(try hits(text, ",\"Myndighed\":[\"99000002\"]") == [])
    }

    @Test("What else a text was read as is told") func told() throws {
        let answer = try indeks.soeg("{\"Tekst\":\"3113999901\"}")
        let part = try #require(answer["Forstaaet"]?.array?.first)
        #expect(part["Som"]?.string == "cpr")
        #expect(part["Ogsaa"]?.array?.compactMap(\.string) == ["pnummer", "nummer", "ejendom"])
    }

    @Test("Random noise is searched, never an error", arguments: 0..<40) func noise(_ seed: Int)
        throws
    {
        var state = UInt64(seed &* 92_821 &+ 3)
        func next(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let pieces = [
            "støtte", "møde", "2024", "§ 101", "12. marts 2023", "311399", "9901", "27.36", "G01",
            "\"", "-", "*", "(", ")", "^", ":", "{titel}", "+", " AND ", " NEAR(", "'", ";", "\\",
            " ", " ", "\u{0}", "e\u{301}", "📎", "bfe", "cpr", "461-012345", "/", ".", ",",
        ]
        var text = ""
        let length = seed % 8 == 0 ? 10_000 : next(60)
        while text.utf8.count < length {
            text += pieces[next(pieces.count)]
            if next(30) == 0, let scalar = Unicode.Scalar(UInt32(next(0xD7FF))) {
                text.unicodeScalars.append(scalar)
            }
        }
        let time = try ContinuousClock().measure {
            let answer = try indeks.soeg(
                "{\"Tekst\":\(Byg.quoted(text)),\"Uddrag\":true,\"Facetter\":[\"Klasse:3\"]}")
            let count = try #require(answer["Antal"]?["Vaerdi"]?.integer)
            #expect((0...4).contains(count), "seed \(seed)")
        }
        #expect(time < .seconds(20), "seed \(seed)")
    }
}
