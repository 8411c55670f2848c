// 1. What a person types is read as what it is: number, class, party, UUID, phrase, beginning, left out.
// 2. Nothing that can be typed is a syntax error, and at most 64 words count.

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
            ("-\"god tid\" kør*", ["udeladt:god tid", "praefiks:kør*"]),
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

    @Test("A word with stops inside is a run of its parts") func runs() throws {
        let parsed = QueryParser("e-mail", kinds: [.sag])
        let term = try #require(parsed.krav.first?.tekst)
        #expect(term.tokens == [Array("e".utf8), Array("mail".utf8)])
        #expect(!term.isPrefix)
    }

    @Test("A letter's case and a folded letter make no difference to a word") func folded() {
        let one = QueryParser("KØRESTOL", kinds: [.sag]).krav.first?.tekst
        #expect(one == QueryParser("koerestol", kinds: [.sag]).krav.first?.tekst)
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
        let many = QueryParser(String(repeating: "ord ", count: 65), kinds: [.sag])
        #expect(many.krav.count == 64)
        #expect(many.isCut)
    }
}
