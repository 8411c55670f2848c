// 1. A word's forms are its stem and its parts, each marked; the same each time they are asked for.
// 2. A text holds by its forms what the index finds by them.
// 3. A file whose text index was made with another lexicon gets a new one when it is opened, and
//    what is then taken out leaves nothing behind.
// 4. Random text is put in and taken out without a trace.

import Testing

@testable import IndexCore

@Suite struct OrdanalyseTests {
    private func former(_ word: String, _ analyse: Ordanalyse) -> [String] {
        var result: [String] = []
        var copy = word
        copy.withUTF8 { raw in
            Tokenizer.forEach(in: raw) { folded, range in
                let own = UnsafeBufferPointer(rebasing: raw[range])
                analyse.forEachForm(of: own, folded) { form in
                    let text = String(decoding: form.dropFirst(), as: UTF8.self)
                    result.append("\(form[0])" + text)
                    return true
                }
                return true
            }
        }
        return result
    }

    @Test(
        "Forms are the stem and the parts",
        arguments: [
            ("kørestole", ["1koerestol", "2koer", "2stol"]), ("kommune", ["1kommun"]), ("hus", []),
            ("117", []),
            ("Kørestolsbevillingen", ["1koerestolsbevilling", "2koerestol", "2bevilling"]),
            ("ωμέγα", []), ("årene", ["1aaren"]), ("a\u{30A}rene", ["1aar", "1aaren"]),
        ])
    func forms(_ word: String, _ expected: [String]) {
        let analyse = Ordanalyse(.indbygget)
        let first = former(word, analyse)
        #expect(Set(first) == Set(expected))
        #expect(former(word, analyse) == first)
        #expect(former(word, Ordanalyse(.indbygget)) == first)
    }

    @Test("A form is repeated for no word") func unique() {
        let analyse = Ordanalyse(.indbygget)
        for word in ["boligboligbolig", "aeroe", "koerestolsbevilling", "baadene"] {
            let all = former(word, analyse)
            #expect(Set(all).count == all.count)
        }
    }

    @Test("A text holds what the index would find")
    func text() throws {
        let analyse = Ordanalyse(.indbygget)
        let text = Ordtekst("Kørestolsbevillinger 24/117")
        for word in ["kørestol", "bevilling", "kørestolsbevilling", "2024-000117", "117"] {
            #expect(text.holds(try #require(TextQuery.Term(ord: word)), analyse), "\(word)")
        }
        for word in ["bolig", "2023-117", "stolsbev", "kørestolsbev"] {
            #expect(!text.holds(try #require(TextQuery.Term(ord: word)), analyse), "\(word)")
        }
        #expect(TextQuery.Term(ord: " - ") == nil)
    }

    @Test("Another lexicon makes the text index anew, and removal leaves nothing of it")
    func otherLexicon() throws {
        let mappe = try Mappe()
        let words = Leksikon(ordliste: Array("vand\nbad\nvandbad\n".utf8))
        func open(_ leksikon: Leksikon) throws -> Store {
            try Store(directory: mappe.path, configuration: .init(leksikon: leksikon))
        }
        let part = "\u{2}bad"
        do {
            let store = try open(.indbygget)
            defer { store.close() }
            try store.gem(Byg.uuid(1), Byg.sag(titel: "Nye vandbade i kommunen"))
            #expect(try store.fundet(part) == 0)
            #expect(try store.fundet("\u{1}kommun") == 1)
        }
        do {
            let store = try open(words)
            defer { store.close() }
            #expect(try store.skader().isEmpty)
            #expect(try store.fundet("\u{1}kommun") == 1)
            try store.gem(Byg.uuid(2), Byg.sag(titel: "Kommune", nummer: "2024-2"))
        }
        let store = try open(.indbygget)
        defer { store.close() }
        #expect(try store.skader().isEmpty)
        try store.fjern(Byg.uuid(1))
        try store.fjern(Byg.uuid(2))
        try store.ventPaaSletning()
        #expect(try store.fundet("\u{1}kommun") == 0)
        #expect(try store.fundet("vandbade") == 0)
        #expect(try store.skader().isEmpty)
    }

    @Test("Random texts are indexed and taken out without a trace")
    func randomTexts() throws {
        let mappe = try Mappe()
        let store = try Store(
            directory: mappe.path, configuration: .init(leksikon: .indbygget))
        defer { store.close() }
        var seed = Seed(11)
        let pieces = [
            "bolig", "støtte", "s", "e", "ydelse", "24", "/", "-", " ", "Ø", "aa", "é", "\u{30A}",
            "kørestols", "bevilling", "ω", "\u{1}", "\u{2}bolig", "2024", ".", "x",
        ]
        func titel() -> String {
            (0..<(1 + seed.below(12))).map { _ in pieces[Int(seed.below(pieces.count))] }.joined()
        }
        for number in 1...30 {
            try store.gem(
                Byg.uuid(number), Byg.sag(titel: "T" + titel(), nummer: "n\(number)"))
        }
        #expect(try store.skader().isEmpty)
        for number in 1...30 where number % 2 == 0 {
            try store.gem(
                Byg.uuid(number), Byg.sag(titel: "N" + titel(), nummer: "n\(number)"), nil)
        }
        for number in 1...30 where number % 3 == 0 { try store.fjern(Byg.uuid(number)) }
        #expect(try store.skader().isEmpty)
    }
}
