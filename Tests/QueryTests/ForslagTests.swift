// 1. A half word becomes the words of visible titles that begin so, most objects first, whatever the
//    spelling of its letters; what was typed before it must stand in the object as well.
// 2. The counts are those of a naive model, as objects come, change and go, for every caller.
// 3. Nothing hidden is told: neither a word nor a count.
// 4. Classes are offered by number and word; numbers are told as what they are; noise is answered.

import IndexCore
import Query
import Testing

@Suite struct ForslagTests {
    let indeks: Indeks

    init() throws { indeks = try Indeks() }

    private func put(
        _ number: Int, _ titel: String, kle: String = "27.36.04", niveau: Int = 1
    ) throws {
        try indeks.put(
            Sag(uuid: Byg.uuid(number), kle: kle, niveau: niveau, titel: titel, nummer: "\(number)")
        )
    }

    /// The words and counts, in order.
    private func ord(
        _ text: String, antal: Int = 100, as scope: AccessScope = .alt
    ) throws -> [String] {
        let body = "{\"Tekst\":\(Byg.quoted(text)),\"Antal\":\(antal)}"
        let found = try indeks.forslag(body, as: scope)["Forslag"]?.array ?? []
        return found.compactMap { forslag in
            guard forslag["Som"]?.string == "ord", let tekst = forslag["Tekst"]?.string,
                let antal = forslag["Antal"]?.integer
            else { return nil }
            return "\(tekst) \(antal)"
        }
    }

    @Test(
        "A half word becomes the words that begin so, with what stands before it",
        arguments: [
            ("kør", ["kørestol 2", "kørekort 1"]), ("KOER", ["kørestol 2", "kørekort 1"]),
            ("ansøgning kør", ["ansøgning kørestol 1"]), ("afslag kør", ["afslag kørestol 1"]),
            ("kørestol a", ["kørestol afslag 1", "kørestol ansøgning 1"]),
            ("el-kø", []), ("ø", []),
            ("aer", ["ærø 1"]), ("-kør", []), ("\"kør", []), ("kør ", []), ("", []), ("2024", []),
            ("kør -afslag", []), ("-afslag kør", ["-afslag kørekort 1", "-afslag kørestol 1"]),
            ("findesikke", []),
        ])
    func completions(_ text: String, _ expected: [String]) throws {
        try put(1, "Ansøgning om kørestol")
        try put(2, "Afslag på Kørestol, kørestol 2024")
        try put(3, "Kørekort på Ærø")
        #expect(try ord(text) == expected)
    }

    @Test(
        "What is written together is counted as the search finds it, and signs alone are passed over"
    )
    func together() throws {
        try put(1, "El-kørestol")
        try put(2, "El til kørekort")
        #expect(try ord("el-kø") == ["el-kørestol 1"])
        #expect(try ord("(kørek") == ["(kørekort 1"])
        #expect(try ord("afslag el-kø") == [])
        // However many words begin so elsewhere.
        for letter in "abcdefghijklmnopqrstuvwxyz".utf8 {
            let word = "kø" + String(decoding: [letter, letter], as: UTF8.self)
            try put(100 + Int(letter), word)
            try put(300 + Int(letter), word)
        }
        #expect(try ord("el-kø") == ["el-kørestol 1"])
    }

    @Test("Of few places half are the words'")
    func fewPlaces() throws {
        try put(1, "Støtte til hjælpemidler")
        for antal in 1...4 {
            let answer = try indeks.forslag("{\"Tekst\":\"hjælp\",\"Antal\":\(antal)}", as: .alt)
            let first = answer["Forslag"]?.array?.first
            #expect(first?["Tekst"]?.string == "hjælpemidler")
            #expect((answer["Forslag"]?.array?.count ?? 0) <= antal)
        }
    }

    @Test("So many as are asked for, and no more")
    func limit() throws {
        try put(1, "Alfa alkohol alarm")
        #expect(try ord("al", antal: 2) == ["alarm 1", "alfa 1"])
        #expect(try ord("al", antal: 0) == [])
    }

    @Test("Counts are the model's, as objects come, change and go", arguments: [3, 11])
    func model(_ first: Int) throws {
        var seed = UInt64(first)
        func below(_ count: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % count
        }
        let ord = ["ansøgning", "anke", "andet", "kørestol", "kørekort", "åben", "ærø"]
        let scopes: [(AccessScope, (String, Int) -> Bool)] = [
            (.alt, { _, _ in true }),
            (
                .system(AccessScope.gruppe(kle: "27.*", niveau: 2)),
                { $0.hasPrefix("27") && $1 <= 2 }
            ),
        ]
        var titler: [Int: (ord: Set<String>, kle: String, niveau: Int)] = [:]
        for _ in 0..<120 {
            let number = 1 + below(30)
            if below(5) == 0, titler[number] != nil {
                try indeks.fjern(Byg.uuid(number), .sag, cvr: "99000001")
                titler[number] = nil
            } else {
                let words = Set((0..<(1 + below(3))).map { _ in ord[below(ord.count)] })
                let (kle, niveau) = (["27.36.04", "32.03.04"][below(2)], 1 + below(4))
                try put(number, words.sorted().joined(separator: " "), kle: kle, niveau: niveau)
                titler[number] = (words, kle, niveau)
            }
            guard below(3) == 0 else { continue }
            for (scope, sees) in scopes {
                let seen = titler.values.filter { sees($0.kle, $0.niveau) }
                for praefiks in ["a", "an", "kø", "æ", "å"] {
                    var counts: [String: Int] = [:]
                    for titel in seen {
                        for word in titel.ord where Self.fold(word).hasPrefix(Self.fold(praefiks)) {
                            counts[word, default: 0] += 1
                        }
                    }
                    let expected = counts.map { "\($0.key) \($0.value)" }.sorted()
                    #expect(try self.ord(praefiks, as: scope).sorted() == expected, "\(praefiks)")
                }
            }
        }
    }

    /// What may be typed in place of the letters: `a` may become `ae`.
    private static func fold(_ word: String) -> String {
        word.reduce(into: "") { $0 += ["æ": "ae", "ø": "oe", "å": "aa"][$1] ?? String($1) }
    }

    @Test("Nothing hidden is told")
    func hidden() throws {
        try put(1, "Kørestol")
        let scope = AccessScope.system(AccessScope.gruppe(kle: "27.*", niveau: 2))
        let before = try indeks.forslag("{\"Tekst\":\"kø\"}", as: scope)
        try put(2, "Kørekort kørestol", kle: "32.03.04")
        try put(3, "Kørsel kørestol", niveau: 4)
        #expect(try indeks.forslag("{\"Tekst\":\"kø\"}", as: scope) == before)
        #expect(try ord("kø").count == 3)
    }

    @Test("What is typed is told as what it is, and noise is answered")
    func readings() throws {
        let found = try indeks.forslag("{\"Tekst\":\"311399-9901\"}")
        #expect(found["Forstaaet"]?.array?.first?["Som"]?.string == "cpr")
        for noise in ["\"", "-", "*", "(((", String(repeating: "æ\" -*", count: 2000)] {
            #expect(try indeks.forslag("{\"Tekst\":\(Byg.quoted(noise))}")["Forslag"] != nil)
        }
        #expect(throws: QueryError.self) { try indeks.forslag("{}") }
        #expect(throws: QueryError.self) { try indeks.forslag("{\"Tekst\":\"a\",\"X\":1}") }
    }
}
