// 1. A person's cases, documents, notes, grants and payments stand in one answer, each once.
// 2. Lists are cut at Antal and say so; counts stay exact. Pages neither skip nor repeat while writes go on.
// 3. Ended relations count only for the time they held.
// 4. A hidden benefit, line or document shows neither itself nor what it leads to.
// 5. Unknown members, null and wrong types are refused by place.

import IndexCore
import Query
import Testing

@Suite struct OverblikTests {
    let indeks: Indeks
    let person = "urn:oio:cpr-nr:3113999901"

    init() throws {
        indeks = try Indeks()
        let part = PartRelation(urn: person)
        try indeks.put(Dokument(uuid: Byg.uuid(10), titel: "Arkiveret brev"))
        try indeks.put(Dokument(uuid: Byg.uuid(11), titel: "Eget brev", parter: [part]))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(1), titel: "Hjælp", parter: [part],
                journal: [
                    JournalRelation(dokument: Byg.uuid(10)),
                    JournalRelation(notat: ("Samtale", "Ringede kl. 9"), fra: "2024-02-02"),
                ],
                fremdrift: [
                    ("Opstaaet", "2024-01-01", "2024-02-01"), ("Afgjort", "2024-02-01", nil),
                ]))
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(20),
                ydelser: [
                    Ydelse(id: "a", navn: "Folkepension", kle: "32.03.04"),
                    Ydelse(id: "b", navn: "Misbrug", kle: "27.36.16"),
                ], parter: [part]))
        try indeks.put(
            Effektuering(
                uuid: Byg.uuid(30), linjer: [.init(kle: "32.03.04", bevilling: Byg.uuid(20))]))
    }

    @Test("A party is the same however its URN is written, and what is none is refused")
    func urns() throws {
        let navn = "urn:oio:fuldtnavn:Anders And :: Co "
        try indeks.put(
            Sag(uuid: Byg.uuid(40), titel: "Navngivet", parter: [PartRelation(urn: navn)]))
        for urn in [
            person, "urn:oio:cpr-nr:311399-9901", "URN:OIO:CPR-NR:3113999901", " \(person) ",
        ] {
            #expect(
                try indeks.overblik("{\"Part\":\(Byg.quoted(urn))}")["Sager"]?.uuider == [
                    Byg.uuid(1)
                ])
        }
        #expect(
            try indeks.overblik("{\"Part\":\(Byg.quoted(navn))}")["Sager"]?.uuider == [Byg.uuid(40)]
        )
        let long = "urn:oio:fuldtnavn:" + String(repeating: "æ", count: 237)
        #expect(try indeks.overblik("{\"Part\":\(Byg.quoted(long))}")["Sager"]?.uuider == [])
        for urn in [
            "urn:oio:cpr-nr:31139999", "urn:oio:cpr-nr:+113999901", "urn:oio:cvr-nr:1234567",
            "urn:",
            "urn:x", "urn::x", "cpr", long + "æ",
        ] {
            #expect(throws: QueryError.self, "\(urn)") {
                try indeks.overblik("{\"Part\":\(Byg.quoted(urn))}")
            }
        }
    }

    @Test("All of a person stands in one answer") func all() throws {
        let answer = try indeks.overblik("{\"Part\":\"\(person)\"}")
        #expect(answer["Sager"]?.uuider == [Byg.uuid(1)])
        #expect(Set(answer["Dokumenter"]?.uuider ?? []) == [Byg.uuid(10), Byg.uuid(11)])
        #expect(answer["Bevillinger"]?.uuider == [Byg.uuid(20)])
        #expect(answer["OekonomiskeEffektueringer"]?.uuider == [Byg.uuid(30)])
        let note = try #require(answer["Journalnotater"]?.array?.first)
        #expect(note["Tekst"]?.string == "Ringede kl. 9")
        let sag = try #require(answer["Sager"]?.array?.first)
        #expect(sag["Titel"]?.string == "Hjælp")
        #expect(sag["Fremdrift"]?.string == "Afgjort")
        #expect(sag["Klasse"]?["Noegle"]?.string == "27.36.04")
        #expect(sag["Kildesystem"]?["Navn"]?.string == "Fagsystem")
        #expect(sag["Myndighed"]?.string == "99000001")
        #expect(sag["Roller"]?.array?.first?["Rolle"]?.string == "Sekundær part")
        let grant = try #require(answer["Bevillinger"]?.array?.first)
        let first = grant["BevilgetYdelse"]?.array?.first
        #expect(first?["Ydelsesbeloeb"]?.string == "6694")
        #expect(first?["BevilgetYdelseStartdato"]?.string == "2024-02-01T00:00:00+01:00")
        let payment = try #require(answer["OekonomiskeEffektueringer"]?.array?.first)
        #expect(payment["BeloebUdbetalt"]?.string == "4319.68")
        let events = answer["Tidslinje"]?.array ?? []
        let kinds = events.compactMap { $0["Slags"]?.string }
        #expect(
            Set(kinds) == [
                "Oprettet", "Fremdrift", "Dokument", "Journalnotat", "YdelseStart", "Udbetaling",
            ])
        let times = events.compactMap { $0["Tidspunkt"]?.string }
        #expect(times == times.sorted(by: >))
    }

    @Test("A family is one answer, each object once") func family() throws {
        let other = "urn:oio:cpr-nr:0101019999"
        try indeks.put(
            Sag(
                uuid: Byg.uuid(2),
                parter: [PartRelation(urn: person), PartRelation(urn: other, navn: "Bent")]))
        let answer = try indeks.overblik(
            "{\"Part\":[\"\(person)\",{\"URNIdentifikator\":\"\(other)\"}]}")
        #expect(answer["Sager"]?.uuider == [Byg.uuid(2), Byg.uuid(1)])
        #expect(answer["Sager"]?.array?.first?["Roller"]?.array?.count == 2)
    }

    @Test("A party's document of another authority stands there when a visible case files it")
    func foreignDocument() throws {
        let part = PartRelation(urn: person)
        for (number, cvr) in [(40, "99000002"), (41, "99000002"), (42, "99000002")] {
            try indeks.put(
                Dokument(
                    uuid: Byg.uuid(number), cvr: cvr, titel: "Fremmed",
                    parter: number == 42 ? [] : [part]))
        }
        // Neither case is about the person; one is visible, and of the documents one is filed there.
        for (number, kle) in [(50, "32.03.04"), (51, "27.36.04")] {
            try indeks.put(
                Sag(
                    uuid: Byg.uuid(number), kle: kle,
                    journal: [JournalRelation(dokument: Byg.uuid(number - 10))]))
        }
        let scope = AccessScope.system(AccessScope.gruppe(kle: "32.*"))
        let answer = try indeks.overblik("{\"Part\":\"\(person)\"}", as: scope)
        #expect(answer["Dokumenter"]?.uuider == [Byg.uuid(40)])
        #expect(answer["Antal"]?["Dokumenter"]?.integer == 1)
    }

    @Test("A document's cases are those of the time that is asked about")
    func casesThen() throws {
        let part = PartRelation(urn: person)
        for (number, fra, til) in [(5, "2024-01-01", "2025-01-01"), (6, "2025-01-01", nil)] {
            try indeks.put(
                Sag(
                    uuid: Byg.uuid(number), parter: [part],
                    journal: [JournalRelation(dokument: Byg.uuid(11), fra: fra, til: til)]))
        }
        func sager(_ rest: String) throws -> [String?] {
            let answer = try indeks.overblik("{\"Part\":\"\(person)\"\(rest)}")
            let document = answer["Dokumenter"]?.array?.first {
                $0["UUIDIdentifikator"]?.string == Byg.uuid(11).description
            }
            return document?["Sager"]?.array?.map(\.string) ?? []
        }
        let (first, second) = (Byg.uuid(5).description, Byg.uuid(6).description)
        #expect(try sager(",\"Virkningstid\":\"2025-06-01\"") == [second])
        #expect(try sager(",\"Virkningstid\":\"2024-06-01\"") == [first])
        let both = ",\"Periode\":{\"Fra\":\"2024-06-01\",\"Til\":\"2025-06-01\"}"
        #expect(try sager(both) == [first, second])
    }

    @Test("A cut list says so and its count is exact") func cut() throws {
        let answer = try indeks.overblik("{\"Part\":\"\(person)\",\"Antal\":1}")
        #expect(answer["Dokumenter"]?.array?.count == 1)
        #expect(answer["Antal"]?["Dokumenter"]?.integer == 2)
        let cut = (answer["Afgraenset"]?.array ?? []).compactMap(\.string)
        #expect(cut == ["Dokumenter", "Tidslinje"])
    }

    private static let lister = [
        "Sager", "Dokumenter", "Bevillinger", "OekonomiskeEffektueringer", "Journalnotater",
        "Tidslinje",
    ]

    /// A person with `count` cases, each with a document, two notes and a grant; the numbers from 100 on.
    private func many(_ count: Int) throws {
        for number in 100..<100 + count { try sag(number) }
    }

    private func sag(_ number: Int, titel: String = "Sag", fra: String = "2024-03-01") throws {
        let part = PartRelation(urn: person)
        try indeks.put(Dokument(uuid: Byg.uuid(1000 + number), titel: "Brev"))
        try indeks.put(
            Sag(
                uuid: Byg.uuid(number), titel: titel, parter: [part],
                journal: [
                    JournalRelation(dokument: Byg.uuid(1000 + number)),
                    JournalRelation(notat: ("Ens", "En note"), fra: fra),
                    JournalRelation(notat: ("Ens", "En note til"), fra: fra),
                ]))
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(2000 + number),
                ydelser: ["a", "b"].map { Ydelse(id: $0, navn: "Ens", kle: "32.03.04") },
                parter: [part]))
    }

    @Test("Pages give every entry of every list once, in order, also while writes go on")
    func pages() throws {
        try many(9)
        let whole = try indeks.overblik("{\"Part\":\"\(person)\",\"Antal\":1000}")
        #expect(whole["Markoer"] == nil && whole["Afgraenset"]?.array?.isEmpty == true)
        func entries(_ answer: JSONValue) -> [[String]] {
            Self.lister.map { (answer[$0]?.array ?? []).map(\.alTekst) }
        }
        for antal in [1, 4, 7] {
            var found = Self.lister.map { _ in [String]() }
            var marker = ""
            repeat {
                let answer = try indeks.overblik(
                    "{\"Part\":\"\(person)\",\"Antal\":\(antal)\(marker)}")
                for (place, list) in entries(answer).enumerated() {
                    #expect(list.count <= antal)
                    found[place] += list
                }
                #expect(answer["Antal"] == whole["Antal"])
                marker = answer["Markoer"]?.string.map { ",\"Markoer\":\"\($0)\"" } ?? ""
            } while !marker.isEmpty
            #expect(found == entries(whole), "\(antal)")
        }
        // What is changed meanwhile keeps its place, and what is new is on no later page.
        let before = try #require(whole["Sager"]?.uuider)
        let grants = try #require(whole["Bevillinger"]?.uuider)
        func events(_ answer: JSONValue) -> [String] {
            (answer["Tidslinje"]?.array ?? []).map { event in
                ["Tidspunkt", "Slags", "UUIDIdentifikator", "Fremdrift"].map {
                    event[$0]?.string ?? ""
                }.joined(separator: " ")
            }
        }
        func notes(_ answer: JSONValue) -> [String] {
            (answer["Journalnotater"]?.array ?? []).map {
                "\($0["Sag"]?.string ?? "") \($0["Indeks"]?.string ?? "")"
            }
        }
        var seenEvents: [String] = []
        var seenNotes: [String] = []
        var seen: [UUIDIdentifikator] = []
        var seenGrants: [UUIDIdentifikator] = []
        var marker = ""
        var turn = 0
        repeat {
            let answer = try indeks.overblik(
                "{\"Part\":\"\(person)\",\"Antal\":2\(marker)}")
            seen += answer["Sager"]?.uuider ?? []
            seenGrants += answer["Bevillinger"]?.uuider ?? []
            seenEvents += events(answer)
            seenNotes += notes(answer)
            marker = answer["Markoer"]?.string.map { ",\"Markoer\":\"\($0)\"" } ?? ""
            indeks.tick()
            // One that has been shown, one that has not, and one that is new.
            try sag(108 - turn % 9, titel: "Ændret \(turn)")
            try sag(100 + turn % 9, titel: "Ændret \(turn)")
            try sag(200 + turn)
            turn += 1
        } while !marker.isEmpty
        #expect(seen == before)
        #expect(seenGrants == grants)
        #expect(seenEvents == events(whole))
        #expect(seenNotes == notes(whole))
    }

    @Test("A marker holds for its question and caller alone") func foreignMarker() throws {
        try many(3)
        let first = try indeks.overblik("{\"Part\":\"\(person)\",\"Antal\":1}")
        let marker = try #require(first["Markoer"]?.string)
        func refused(_ body: String, as scope: AccessScope = .alt) {
            let thrown = #expect(throws: QueryError.self) {
                _ = try indeks.overblik(body, as: scope)
            }
            #expect(thrown == QueryError.markoer, "\(body)")
        }
        let person = Byg.quoted(self.person)
        refused("{\"Part\":\(person),\"Antal\":2,\"Markoer\":\"\(marker)\"}")
        refused(
            "{\"Part\":\(person),\"Antal\":1,\"Markoer\":\"\(marker)\"}",
            as: .system(AccessScope.gruppe(kle: "32.*")))
        refused("{\"Part\":\(person),\"Antal\":1,\"Markoer\":\"\(marker.dropLast(2))\"}")
        let search = try indeks.soeg("{\"Antal\":1}")["Markoer"]?.string ?? "x"
        refused("{\"Part\":\(person),\"Antal\":1,\"Markoer\":\"\(search)\"}")
        let counts = try indeks.overblik("{\"Part\":\(person),\"Antal\":0}")
        #expect(counts["Markoer"] == nil && counts["Antal"]?["Sager"]?.integer == 4)
    }

    @Test("An ended relation counts for the time it held") func ended() throws {
        try indeks.put(
            Sag(uuid: Byg.uuid(3), parter: [PartRelation(urn: person, til: "2024-02-01")]))
        func sager(_ members: String) throws -> Set<UUIDIdentifikator> {
            Set(try indeks.overblik("{\"Part\":\"\(person)\"\(members)}")["Sager"]?.uuider ?? [])
        }
        #expect(try sager("") == [Byg.uuid(1)])
        #expect(try sager(",\"Virkningstid\":\"2024-01-15\"") == [Byg.uuid(1), Byg.uuid(3)])
        #expect(
            try sager(",\"Periode\":{\"Fra\":\"2024-01-31\",\"Til\":\"2024-03-01\"}")
                == [Byg.uuid(1), Byg.uuid(3)])
        #expect(try sager(",\"Periode\":{\"Til\":\"2023-12-01\"}") == [])
    }

    @Test("A relation that holds only while its grant is over counts for the time it held")
    func onlyWhenOver() throws {
        let other = "urn:oio:cpr-nr:0404049999"
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(60), ydelser: [Ydelse(id: "1", navn: "Ydelse", kle: "32.03.04")],
                parter: [
                    PartRelation(urn: person, til: "2025-01-01"),
                    PartRelation(urn: other, fra: "2025-01-01"),
                ], til: "2025-01-01"))
        for (rest, expected) in [
            (",\"Virkningstid\":\"2025-06-01\"", [Byg.uuid(60)]),
            (",\"Periode\":{\"Fra\":\"2025-06-01\",\"Til\":\"2025-06-02\"}", [Byg.uuid(60)]),
            (",\"Virkningstid\":\"2024-06-01\"", []), ("", []),
        ] {
            let answer = try indeks.overblik("{\"Part\":\"\(other)\"\(rest)}")
            #expect(answer["Bevillinger"]?.uuider == expected, "\(rest)")
        }
        // What it stood under last is what it stands under.
        #expect(try indeks.soeg("{\"Part\":[\"\(other)\"]}")["Antal"]?["Vaerdi"]?.integer == 0)
    }

    @Test("A hidden benefit and what it alone leads to are not there") func hiddenBenefit() throws {
        try indeks.put(
            Effektuering(
                uuid: Byg.uuid(31),
                linjer: [
                    .init(kle: "27.36.16", bevilling: Byg.uuid(20)),
                    .init(kle: "32.03.04", bevilling: Byg.uuid(21)),
                ]))
        try indeks.put(
            Bevilling(uuid: Byg.uuid(21), ydelser: [Ydelse(id: "c", navn: "X", kle: "32.03.04")]))
        let scope = AccessScope.system(AccessScope.gruppe(kle: "32.*"))
        let answer = try indeks.overblik("{\"Part\":\"\(person)\"}", as: scope)
        #expect(answer["Sager"]?.array == [])
        #expect(!answer.alTekst.contains("Misbrug"))
        #expect(answer["Bevillinger"]?.array?.first?["Titel"]?.string == "Folkepension")
        // The second payment pays this grant only through a line that is hidden.
        #expect(answer["OekonomiskeEffektueringer"]?.uuider == [Byg.uuid(30)])
        let full = try indeks.overblik("{\"Part\":\"\(person)\"}")
        #expect(full["Antal"]?["OekonomiskeEffektueringer"]?.integer == 2)
    }

    @Test(
        "Bad requests are refused by place",
        arguments: [
            ("{}", "Part"), ("{\"Part\":[]}", "Part"), ("{\"Part\":null}", "Part"),
            ("{\"Part\":[\"3113999901\"]}", "Part[0]"), ("{\"Part\":1}", "Part"),
            ("{\"Part\":\"urn:oio:x\",\"Slags\":1}", "Slags"),
            ("{\"Part\":\"urn:oio:x\",\"3113999901\":1}", "?"),
            ("{\"Part\":\"urn:oio:x\",\"Antal\":1001}", "Antal"),
            ("{\"Part\":\"urn:oio:x\",\"Antal\":\"5\"}", "Antal"),
            (
                "{\"Part\":\"urn:oio:x\",\"Periode\":{\"Fra\":\"2024-02-01\",\"Til\":\"2024-01-01\"}}",
                "Periode"
            ),
            ("{\"Part\":\"urn:oio:x\",\"Periode\":{\"Start\":\"2024-02-01\"}}", "Periode.Start"),
            ("{\"Part\":\"urn:oio:x\",\"Virkningstid\":true}", "Virkningstid"),
        ])
    func refused(_ body: String, _ sti: String) throws {
        let thrown = #expect(throws: QueryError.self) { _ = try indeks.overblik(body) }
        #expect(thrown?.sti == sti)
        #expect(thrown?.besked.contains("3113999901") == false)
    }

    @Test("A byte order mark before the body is passed over") func mark() throws {
        let plain = "{\"Part\":\"\(person)\"}"
        #expect(
            try indeks.overblik("\u{FEFF}" + plain)["Antal"]?["Sager"]?.integer
                == indeks.overblik(plain)["Antal"]?["Sager"]?.integer)
        #expect(try indeks.soeg("\u{FEFF}{\"Antal\":0}")["Antal"]?["Vaerdi"] != nil)
    }

    @Test("A body that is not JSON is refused") func notJSON() throws {
        #expect(throws: QueryError.ikkeJSON(byteOffset: 1)) { _ = try indeks.overblik("{") }
    }
}
