// 1. What a person types is read as what it is: number, class, party, UUID, phrase, beginning, left out.
// 2. Nothing that can be typed is a syntax error, and at most 64 words count.
// 3. What may be several things is read as all of them, and all are told.

import IndexCore
import Testing

@testable import Query

@Suite struct QueryParserTests {
    private func read(_ text: String) -> [String] {
        QueryParser(text, kinds: Set(ObjektKind.allCases)).forstaaet.map {
            "\($0.som.rawValue):\($0.tekst)"
        }
    }

    @Test(
        "Each word is read as what it is",
        arguments: [
            ("ansøgning kørestol", ["ord:ansøgning", "ord:kørestol"]),
            ("\"Prøvevej 1\" -afslag", ["frase:Prøvevej 1", "udeladt:afslag"]),
            ("»Prøvevej 1« „god tid”", ["frase:Prøvevej 1", "frase:god tid"]),
            ("-\"god tid\" kør*", ["udeladt:god tid", "praefiks:kør*"]),
            ("hjælp -§ 83", ["ord:hjælp", "udeladt:§ 83"]),
            ("-3. marts 2024 møde", ["udeladt:3. marts 2024", "ord:møde"]),
            ("3113999901", ["cpr:3113999901"]), ("311399-9901", ["cpr:311399-9901"]),
            ("29189846", ["cvr:29189846"]), ("DK29189846", ["cvr:DK29189846"]),
            ("P1003456789", ["pnummer:P1003456789"]),
            ("27.36.04", ["kle:27.36.04"]), ("27.36", ["kle:27.36"]), ("27.36.*", ["kle:27.36.*"]),
            ("27.36.04 G01", ["kle:27.36.04", "kle:G01"]), ("27", ["nummer:27"]),
            ("2024-000117", ["nummer:2024-000117"]), ("BYG-2023/4", ["nummer:BYG-2023/4"]),
            ("0a000000-0000-4000-8000-0000000000a1", ["uuid:0a000000-0000-4000-8000-0000000000a1"]),
            ("e-mail", ["ord:e-mail"]), ("\"uden slut", ["frase:uden slut"]),
            ("", []), ("- * \"\" -- !?", []), ("AND OR NOT (", ["ord:AND", "ord:OR", "ord:NOT"]),
            ("NEAR(a,b)", ["ord:NEAR(a,b)"]),
        ])
    func table(_ text: String, _ expected: [String]) {
        #expect(read(text) == expected)
    }

    /// How the text was read, with what else it was read as.
    private func readings(_ text: String) -> [String] {
        QueryParser(text, kinds: Set(ObjektKind.allCases)).forstaaet.map { part in
            ([part.som] + part.ogsaa).map(\.rawValue).joined(separator: "|") + ":" + part.tekst
        }
    }

    @Test(
        "What may be several things is all of them",
        arguments: [
            // Parties.
            ("3113999901", ["cpr|pnummer|nummer|ejendom:3113999901"]),
            ("311399-9901", ["cpr|nummer:311399-9901"]),
            ("311399 9901", ["cpr|nummer:311399 9901"]),
            ("urn:oio:cpr-nr:3113999901", ["cpr|nummer:urn:oio:cpr-nr:3113999901"]),
            ("URN:oio:cvr-nr:29189846", ["cvr|nummer:URN:oio:cvr-nr:29189846"]),
            ("urn:oio:pnr:1003456789", ["pnummer|nummer:urn:oio:pnr:1003456789"]),
            ("urn:oio:cpr-nr:311399990", ["nummer:urn:oio:cpr-nr:311399990"]),
            ("31 13 99 9901", ["cpr|nummer:31 13 99 9901"]),
            ("311399 - 9901", ["cpr|nummer:311399 - 9901"]),
            ("cpr 311399-9901", ["cpr:cpr 311399-9901"]),
            ("CPR-nr.: 311399 9901 sag", ["cpr:CPR-nr.: 311399 9901", "ord:sag"]),
            ("29189846", ["cvr|nummer|ejendom:29189846"]),
            ("29 18 98 46", ["cvr|nummer:29 18 98 46"]), ("CVR 29189846", ["cvr:CVR 29189846"]),
            ("cvr-nr. 29 18 98 46", ["cvr:cvr-nr. 29 18 98 46"]),
            ("P-1003456789", ["pnummer|nummer:P-1003456789"]),
            ("p-nr 1003456789", ["pnummer:p-nr 1003456789"]),
            ("cpr 12", ["ord:cpr", "nummer:12"]),
            // Classes.
            ("27.36.04 G01", ["kle|nummer:27.36.04", "kle|nummer:G01"]),
            ("27.36.04-G01", ["kle|nummer:27.36.04-G01"]), ("27.3*", ["kle|nummer:27.3*"]),
            // Property.
            ("1234567", ["nummer|ejendom:1234567"]), ("BFE 1234567", ["ejendom:BFE 1234567"]),
            ("461-012345", ["ejendom|nummer:461-012345"]),
            ("esr 461 12345", ["ejendom:esr 461 12345"]),
            ("Prøvevej 12B", ["ord:Prøvevej", "nummer:12B"]),
            ("Prøvevej 12 B, 2. tv", ["ord:Prøvevej", "nummer:12 B,", "nummer:2.", "ord:tv"]),
            ("3 i alt", ["nummer:3", "ord:i", "ord:alt"]),
            // Times.
            ("12.03.2024", ["dato|nummer:12.03.2024"]), ("2024-03-12", ["dato|nummer:2024-03-12"]),
            ("12. marts 2024", ["dato:12. marts 2024"]), ("12 mar 2024", ["dato:12 mar 2024"]),
            ("12/3-2024", ["dato|nummer:12/3-2024"]),
            ("d. 12. marts 2024", ["dato:d. 12. marts 2024"]),
            ("den 12. marts 2024", ["dato:den 12. marts 2024"]),
            ("søndag den 3. marts 2024", ["dato:søndag den 3. marts 2024"]),
            ("i marts 2024", ["maaned:i marts 2024"]), ("3.marts 2024", ["dato:3.marts 2024"]),
            ("klage fra 2024", ["ord:klage", "aar:fra 2024"]),
            ("d. 12/3-2024", ["dato:d. 12/3-2024"]), ("i dag", ["ord:i", "ord:dag"]),
            ("den 12", ["ord:den", "nummer:12"]), ("marts 2024", ["maaned:marts 2024"]),
            ("2025-02", ["maaned|nummer:2025-02"]), ("02/2025", ["maaned|nummer:02/2025"]),
            ("2/2025", ["maaned|nummer:2/2025"]), ("02-2025,", ["maaned|nummer:02-2025,"]),
            ("februar 25", ["maaned:februar 25"]),
            ("sag marts 25.", ["ord:sag", "maaned:marts 25."]),
            ("2025-13", ["nummer:2025-13"]), ("2025-2", ["nummer:2025-2"]),
            ("2-2025", ["nummer:2-2025"]), ("2025/02", ["nummer:2025/02"]),
            ("Jan 12", ["ord:Jan", "nummer:12"]), ("02.2025", ["nummer:02.2025"]),
            // A dash for the sign that leaves out, as word processors write it.
            ("legeplads \u{2013}gynge", ["ord:legeplads", "udeladt:gynge"]),
            ("plads \u{2013} gynge", ["ord:plads", "ord:gynge"]),
            ("2023 \u{2013}2024", ["aar|nummer:2023", "aar|nummer:\u{2013}2024"]),
            ("a \u{2212}\"b c\"", ["ord:a", "udeladt:b c"]),
            ("2024", ["aar|nummer:2024"]), ("Tilsyn 2024", ["ord:Tilsyn", "aar|nummer:2024"]),
            ("12.03.24", ["kle|nummer:12.03.24"]), ("31.02.2024", ["nummer:31.02.2024"]),
            ("2024-000117", ["nummer:2024-000117"]), ("marts", ["ord:marts"]),
            // Paragraphs.
            ("§ 101", ["paragraf:§ 101"]), ("§101", ["paragraf:§101"]),
            ("§ 101, stk. 2", ["paragraf:§ 101, stk. 2"]),
            ("§ 10 a, stk. 2, nr. 3 hjælp", ["paragraf:§ 10 a, stk. 2, nr. 3", "ord:hjælp"]),
            ("paragraf 101", ["paragraf:paragraf 101"]), ("§", []),
            ("paragraf", ["ord:paragraf"]),
            // Numbers and words.
            ("sagsnr. 2024-117", ["nummer:sagsnr. 2024-117"]),
            ("J.nr. 2024-000117", ["nummer:J.nr. 2024-000117"]),
            ("j. nr. 2024-000117", ["nummer:j. nr. 2024-000117"]),
            ("sag nr. 2024-000117", ["nummer:sag nr. 2024-000117"]),
            ("Sags nr 2024-117", ["nummer:Sags nr 2024-117"]),
            ("sag 2024-000117", ["nummer:sag 2024-000117"]),
            ("dok.nr. D2024-000001", ["nummer:dok.nr. D2024-000001"]),
            ("dokument nr. 2024-117", ["nummer:dokument nr. 2024-117"]),
            ("dokument 2024-117", ["nummer:dokument 2024-117"]),
            ("dokumentation 7", ["ord:dokumentation", "nummer:7"]),
            ("sag 12", ["ord:sag", "nummer:12"]),
            ("sagen 2024-117", ["ord:sagen", "nummer:2024-117"]),
            ("sag 12/3-2024", ["ord:sag", "dato|nummer:12/3-2024"]),
            ("sagsbehandler 7", ["ord:sagsbehandler", "nummer:7"]),
            ("sag@prøve", ["nummer:sag@prøve"]),
            ("Erling Eksempel", ["ord:Erling", "ord:Eksempel"]),
            // As it stands, and left out: nothing is read into it.
            ("\"12. marts 2024\"", ["frase:12. marts 2024"]), ("-2024", ["udeladt|nummer:2024"]),
            ("202*", ["praefiks:202*"]),
        ])
    func several(_ text: String, _ expected: [String]) { #expect(readings(text) == expected) }

    @Test("A word with stops inside is a run of its parts") func runs() throws {
        let parsed = QueryParser("e-mail", kinds: [.sag])
        let term = try #require(parsed.krav.first?.tekst)
        #expect(term.tokens == [Array("e".utf8), Array("mail".utf8)])
        #expect(!term.isPrefix)
    }

    @Test("Runs of words are read as far as there is room, and no further")
    func longRuns() {
        let phrase = "\"" + String(repeating: "ord ", count: 2000) + "\""
        let one = QueryParser(phrase, kinds: [.sag])
        #expect(one.isCut && one.krav.count == 1)
        #expect(one.krav.first?.tekst?.tokens.count == QueryParser.maxRunWords)
        let many = (0..<40).map { "\"\($0) " + String(repeating: "ord ", count: 19) + "\"" }
        let several = QueryParser(many.joined(separator: " ") + " sidst", kinds: [.sag])
        let words = several.krav.reduce(0) { $0 + ($1.tekst?.tokens.count ?? 0) }
        #expect(several.isCut && words <= QueryParser.maxRunWords + 1)
        #expect(several.krav.last?.tekst?.tokens == [Array("sidst".utf8)])
        let stops = QueryParser(
            Array(repeating: "a", count: 500).joined(separator: "."), kinds: [.sag])
        #expect(stops.isCut && stops.krav.first?.tekst?.tokens.count == QueryParser.maxRunWords)
        #expect(!QueryParser("\"en to tre\" fire", kinds: [.sag]).isCut)
        let short = (0..<60).map { "a.b.c.d.e.f.g.\($0)" }.joined(separator: " ")
        let joined = QueryParser(short, kinds: [.sag])
        let inAll = joined.krav.reduce(0) { $0 + ($1.tekst?.tokens.count ?? 0) }
        #expect(joined.isCut && inAll <= QueryParser.maxRunWords)
    }

    @Test("A letter's case and a folded letter make no difference to a word") func folded() {
        let one = QueryParser("KØRESTOL", kinds: [.sag]).krav.first?.tekst
        #expect(one == QueryParser("koerestol", kinds: [.sag]).krav.first?.tekst)
    }

    @Test("Random noise is read, whatever it is, in bounded time", arguments: 0..<200)
    func randomNoise(_ seed: Int) {
        var state = UInt64(seed &* 104_729 &+ 7)
        func next(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let pieces = [
            "cpr", "cvr-nr.", "p", "dk", "bfe", "esr", "sagsnr", "§", "§§", "paragraf", "stk.",
            "nr.",
            "marts", "2024", "12", "12.", "31", "311399", "9901", "-", "–", "/", ".", ",", ":", "*",
            "27.36", "G01", "Ø54", "\"", "”", " ", " ", " ", "\t", "\n", "(", ")", "^", "{", "+",
            "NEAR", "AND", "'", ";", "%", "æ", "é", "e\u{301}", "\u{200D}", "\u{0}", "📎", "٣", "²",
            "0a000000-0000-4000-8000-0000000000a1", "\u{FFFD}", "ß", "a@b",
        ]
        var text = ""
        for _ in 0..<next(seed % 10 == 0 ? 6_000 : 30) {
            text += pieces[next(pieces.count)]
            if next(40) == 0, let scalar = Unicode.Scalar(UInt32(next(0xD7FF))) {
                text.unicodeScalars.append(scalar)
            }
        }
        var parsed = QueryParser("", kinds: [.sag])
        let time = ContinuousClock().measure {
            parsed = QueryParser(text, kinds: Set(ObjektKind.allCases))
        }
        #expect(parsed.krav.count + parsed.udeladt.count <= QueryParser.maxTerms, "seed \(seed)")
        #expect(parsed.krav.allSatisfy { $0.tekst != nil }, "seed \(seed)")
        #expect(time < .seconds(2), "seed \(seed)")
    }

    @Test("Ten thousand characters of noise are read, and 64 words of them count") func noise() {
        let parts = ["\"", "-", "*", "a1", "27.", "ø", " ", "(", "^", ":", "\u{301}", "📎", "\u{0}"]
        var text = ""
        var state = 12_345
        while text.unicodeScalars.count < 10_000 {
            state = (state &* 1_103_515_245 &+ 12_345) & 0x7FFF_FFFF
            text += parts[(state >> 8) % parts.count]
            text += parts[(state >> 12) % parts.count] + " "
        }
        let parsed = QueryParser(text, kinds: [.sag])
        #expect(parsed.krav.count + parsed.udeladt.count <= QueryParser.maxTerms)
        let words = (0..<65).map { "ord" + String(repeating: "e", count: $0 + 1) }
        let many = QueryParser(words.joined(separator: " "), kinds: [.sag])
        #expect(many.krav.count == 64)
        #expect(many.isCut)
    }

    @Test("Of ten megabytes the beginning is read, at once")
    func huge() {
        for text in [
            String(repeating: "a", count: 10 << 20), String(repeating: "æ 1", count: 3 << 20),
        ] {
            var parsed = QueryParser("", kinds: [.sag])
            let time = ContinuousClock().measure { parsed = QueryParser(text, kinds: [.sag]) }
            #expect(parsed.isCut && !parsed.krav.isEmpty)
            #expect(time < .seconds(2))
        }
        let whole = QueryParser(String(repeating: "a", count: 100_000), kinds: [.sag])
        #expect(!whole.isCut)
    }

    @Test("A word typed again asks for nothing more, and takes no room from the others")
    func repeated() {
        let text = String(repeating: "ord ", count: 100)
        let parsed = QueryParser(text + "-ord andet \"ord\" ord* andet", kinds: [.sag])
        #expect(!parsed.isCut)
        #expect(parsed.forstaaet.map(\.tekst) == ["ord", "ord", "andet", "ord", "ord*"])
        #expect(parsed.forstaaet.map(\.som) == [.ord, .udeladt, .ord, .frase, .praefiks])
    }
}
