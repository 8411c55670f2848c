// 1. Letters fold: æ/ä ae, ø/ö oe, å aa, other marks away; composed and decomposed alike.
// 2. A token is a run of letters and digits; its range is the bytes it came from.
// 3. Bytes that are no UTF-8 neither trap nor hang.

import Testing

@testable import IndexCore

@Suite struct TokenizerTests {
    private func words(_ text: String) -> [String] {
        Tokenizer.tokens(text).map { String(decoding: $0.text, as: UTF8.self) }
    }

    @Test(
        "Letters fold",
        arguments: [
            ("ÆBLE æble", ["aeble", "aeble"]), ("Ørsted ørsted", ["oersted", "oersted"]),
            ("Århus AARHUS", ["aarhus", "aarhus"]), ("Müller", ["muller"]), ("Gräfin", ["graefin"]),
            ("Björn", ["bjoern"]), ("André", ["andre"]), ("Łódź", ["lodz"]),
            ("Yılmaz YILMAZ İpek", ["yilmaz", "yilmaz", "ipek"]),
            ("Nguyễn Thị", ["nguyen", "thi"]),
            ("Ștefan Țurcan Đorđe", ["stefan", "turcan", "dorde"]),
            ("Þórunn Guðmundsdóttir", ["thorunn", "gudmundsdottir"]),
            ("Kılıç Şahin Ağa", ["kilic", "sahin", "aga"]),
            ("ǾRSTED Ǻ Ơ ƯỚC", ["oersted", "aa", "o", "uoc"]),
            ("Ĳssel ẞ", ["ijssel", "ss"]), ("Привет", ["привет"]),
            ("Straße", ["strasse"]),
            ("Œuvre", ["oeuvre"]), ("ÇA ÿ", ["ca", "y"]), ("Ωμέγα", ["ωμέγα"]),
            ("3×4÷2", ["3", "4", "2"]),
        ])
    func folding(_ text: String, _ expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test(
        "Composed and decomposed fold alike",
        arguments: [
            ("\u{E5}", "a\u{30A}"), ("\u{C5}", "A\u{30A}"), ("\u{E4}", "a\u{308}"),
            ("\u{F6}", "o\u{308}"),
            ("\u{E9}", "e\u{301}"), ("\u{FC}", "u\u{308}"), ("\u{F1}", "n\u{303}"),
            ("\u{10D}", "c\u{30C}"),
        ])
    func composition(_ composed: String, _ decomposed: String) {
        #expect(words("x\(composed)y") == words("x\(decomposed)y"))
    }

    @Test("Words are cut at everything that is no letter or digit")
    func cutting() {
        #expect(words("27.36.04-G01/2024_a") == ["27", "36", "04", "g01", "2024", "a"])
        #expect(words("  \t\n") == [])
        #expect(words("\u{301}\u{30A}a") == ["a"])
    }

    @Test("A token's range is the bytes it came from")
    func ranges() {
        let text = "Så æ-5"
        let tokens = Tokenizer.tokens(text)
        let bytes = Array(text.utf8)
        #expect(
            tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) } == ["Så", "æ", "5"])
    }

    @Test("Random bytes give tokens inside the text")
    func randomBytes() {
        var seed = Seed(5)
        for _ in 0..<2000 {
            let bytes = (0..<seed.below(40)).map { _ in UInt8(truncatingIfNeeded: seed.next()) }
            bytes.withUnsafeBufferPointer { text in
                var end = 0
                Tokenizer.forEach(in: text) { token, range in
                    #expect(!token.isEmpty && range.lowerBound >= end)
                    #expect(range.upperBound <= bytes.count)
                    end = range.upperBound
                    return true
                }
            }
        }
    }

    @Test("The walk ends when it is told to")
    func ending() {
        var count = 0
        var text = "a b c d"
        text.withUTF8 { bytes in
            Tokenizer.forEach(in: bytes) { _, _ in
                count += 1
                return count < 2
            }
        }
        #expect(count == 2)
    }

    @Test("A text query matches in the text what it matches in the index")
    func textQuery() {
        func term(_ words: [String], prefix: Bool = false) -> TextQuery.Term {
            TextQuery.Term(tokens: words.map { Array($0.utf8) }, isPrefix: prefix)
        }
        let texts = [["Ansøgning om kontanthjælp"], ["Ane Æbel"]]
        #expect(
            TextQuery(required: [term(["om", "kontanthjaelp"])], excluded: []).matches(
                texts, Ordanalyse(.indbygget)))
        #expect(
            TextQuery(required: [term(["om", "kont"], prefix: true)], excluded: []).matches(
                texts, Ordanalyse(.indbygget)))
        #expect(
            !TextQuery(required: [term(["kontanthjaelp", "om"])], excluded: []).matches(
                texts, Ordanalyse(.indbygget)))
        #expect(
            !TextQuery(required: [term(["kontanthjaelp", "ane"])], excluded: []).matches(
                texts, Ordanalyse(.indbygget)))
        #expect(
            !TextQuery(required: [], excluded: [term(["aebel"])]).matches(
                texts, Ordanalyse(.indbygget)))
    }
}
