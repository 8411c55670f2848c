import Testing

@testable import API
@testable import IndexCore

// 1. Groups are OR-ed and never flattened; system and user must both pass; no agreement and no
//    group give nothing.
// 2. A document is seen through a visible case and at its own level; by itself when filed nowhere.
// 3. A profile limits only where a user is asserted.
// 4. The title the public must not see is shown, and found, only for those who may read it.
// 5. Entries and references to hidden objects are dropped; links across authorities count.

@Suite("Who sees what, over HTTP")
struct AdgangTests {
    private static let laeser = "0f000000-0000-4000-8000-00000000000c"

    private func sag(_ number: Int) -> String { "/v1/sager/" + Eksempel.uuid(number) }
    private func dokument(_ number: Int) -> String { "/v1/dokumenter/" + Eksempel.uuid(number) }

    /// Which of the paths answer 200; each look-up, history and search must agree.
    private func seen(
        _ numbers: ClosedRange<Int>, _ tjeneste: Proevetjeneste, _ token: String
    ) throws -> [Int] {
        let found = Set(try tjeneste.soeg(["Antal": 1000], token: token))
        return try numbers.filter { number in
            let path = found.contains(Eksempel.uuid(number))
            let status = try ["", "/historik"].flatMap { suffix in
                try [sag(number), dokument(number)].map {
                    try tjeneste.kald("GET", $0 + suffix, [], token: token).status
                }
            }
            #expect(status.contains(200) == path, "\(number)")
            #expect(status.filter { $0 == 200 }.count == (path ? 2 : 0), "\(number)")
            return path
        }
    }

    /// Cases 1…8: KLE 27 and 32 at each level.
    private func fylde(_ tjeneste: Proevetjeneste) throws {
        let objekter = (1...8).map { number in
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(number), kle: number <= 4 ? "27.36.04" : "32.24.04",
                    niveau: (number - 1) % 4 + 1)
            )
        }
        #expect(try tjeneste.importer(objekter).koder == objekter.map { _ in 20 })
    }

    // MARK: Groups

    @Test("27.* to level 3 and 32.* to level 1 give no level 3 on 32", arguments: Vej.allCases)
    func flattened(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        try fylde(tjeneste)
        let groups = [
            try Proevetjeneste.gruppe([Eksempel.a], "27.*", 3),
            try Proevetjeneste.gruppe([Eksempel.a], "32.*", 1),
        ]
        // As the user's groups, and as the system's.
        #expect(try seen(1...8, tjeneste, tjeneste.bruger(groups)) == [1, 2, 3, 5])
        try tjeneste.aftale(Self.laeser, Eksempel.a, roller: .udstil, grupper: groups)
        #expect(try seen(1...8, tjeneste, tjeneste.token(Self.laeser)) == [1, 2, 3, 5])
        let facets = try tjeneste.kald(
            "POST", "/v1/soeg", ["Facetter": ["Klasse:1", "Foelsomhed"], "Antal": 0] as JSONValue,
            fields: [])
        #expect(facets.json?["Antal"]?["Vaerdi"] == 8)
        let limited = try tjeneste.kald(
            "POST", "/v1/soeg", (["Antal": 0] as JSONValue).bytes,
            token: tjeneste.token(Self.laeser))
        #expect(limited.json?["Antal"]?["Vaerdi"] == 4)
    }

    @Test("System and user must both pass")
    func both() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        try fylde(tjeneste)
        try tjeneste.aftale(Self.laeser, Eksempel.a, roller: .udstil, kle: "27.*", niveau: 2)
        let wide = [try Proevetjeneste.gruppe([Eksempel.a, Eksempel.b], "*", 4)]
        let narrow = [try Proevetjeneste.gruppe([Eksempel.a], "27.36.04,32.*", 1)]
        let other = [try Proevetjeneste.gruppe([Eksempel.b], "*", 4)]
        let system = Self.laeser
        #expect(try seen(1...8, tjeneste, tjeneste.token(system)) == [1, 2])
        #expect(try seen(1...8, tjeneste, tjeneste.bruger(wide, system: system)) == [1, 2])
        #expect(try seen(1...8, tjeneste, tjeneste.bruger(narrow, system: system)) == [1])
        #expect(try seen(1...8, tjeneste, tjeneste.bruger(other, system: system)) == [])
        #expect(try seen(1...8, tjeneste, tjeneste.bruger(narrow)) == [1, 5])
    }

    @Test("Without agreement, without group, with Rediger alone, in another name: nothing")
    func nothing() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        try fylde(tjeneste)
        let unknown = "0f000000-0000-4000-8000-00000000000d"
        try tjeneste.aftale(Self.laeser, Eksempel.a, roller: .rediger)
        let tokens = [
            try tjeneste.token(unknown), try tjeneste.bruger([]), try tjeneste.token(Self.laeser),
            try tjeneste.token(cvr: "99000003"),
            try tjeneste.token(unknown, drift: Set(DriftRet.allCases)),
        ]
        for token in tokens {
            #expect(try seen(1...8, tjeneste, token) == [])
            let body: JSONValue = ["Part": .string(Eksempel.person)]
            let svar = try tjeneste.kald("POST", "/v1/overblik", body.bytes, token: token)
            for count in svar.json?["Antal"]?.members ?? [] { #expect(count.value == 0) }
        }
    }

    @Test("A group's limits on systems and units hold")
    func limits() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let other = "0e000000-0000-4000-8000-000000000002"
        _ = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1))),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), system: Eksempel.andetSystem)),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(3), enhed: other)),
        ])
        let system = try #require(UUIDIdentifikator(Eksempel.andetSystem))
        let unit = try #require(UUIDIdentifikator(other))
        let ofSystem = try Proevetjeneste.gruppe([Eksempel.a], "*", 4, systemer: [system])
        let ofUnit = try Proevetjeneste.gruppe([Eksempel.a], "*", 4, enheder: [unit])
        #expect(try seen(1...3, tjeneste, tjeneste.bruger([ofSystem])) == [2])
        #expect(try seen(1...3, tjeneste, tjeneste.bruger([ofUnit])) == [3])
        #expect(try seen(1...3, tjeneste, tjeneste.bruger([ofSystem, ofUnit])) == [2, 3])
    }

    // MARK: Documents

    @Test("A document is seen through a visible case, at its own level, or by itself")
    func documents() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func filed(_ number: Int, kle: String, niveau: Int = 1, _ documents: [Int]) -> (
            String, JSONValue
        ) {
            let posts = documents.enumerated().map { index, document in
                Eksempel.journalpost(Eksempel.uuid(document), index + 1)
            }
            return (
                "SagIndeks",
                Eksempel.sag(Eksempel.uuid(number), kle: kle, niveau: niveau, journal: posts)
            )
        }
        func doc(_ number: Int, kle: String, niveau: Int = 1) -> (String, JSONValue) {
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(number), kle: kle, niveau: niveau))
        }
        let svar = try tjeneste.importer([
            filed(1, kle: "27.36.04", [11, 12, 13]), filed(2, kle: "32.24.04", [12, 14]),
            filed(3, kle: "32.24.04", niveau: 2, [15]),
            doc(11, kle: "32.24.04"),  // its own class does not count
            doc(12, kle: "32.24.04", niveau: 3),  // too sensitive for 32 but not for 27
            doc(13, kle: "27.36.04", niveau: 4),
            doc(14, kle: "27.36.04", niveau: 2),  // its case gives 32 at level 1 only
            doc(15, kle: "27.36.04"),  // through a hidden case alone
            doc(16, kle: "27.36.04", niveau: 3), doc(17, kle: "32.24.04", niveau: 2),
        ])
        #expect(svar.koder.allSatisfy { $0 == 20 }, "\(svar.text)")
        let groups = [
            try Proevetjeneste.gruppe([Eksempel.a], "27.*", 3),
            try Proevetjeneste.gruppe([Eksempel.a], "32.*", 1),
        ]
        let token = try tjeneste.bruger(groups)
        #expect(try seen(1...17, tjeneste, token) == [1, 2, 11, 12, 16])
        // X8: entries to hidden documents are dropped, in the history too.
        for path in [sag(1), sag(1) + "/historik", sag(2), sag(2) + "/historik"] {
            let text = try tjeneste.kald("GET", path, [], token: token).text
            for hidden in [13, 14, 15] { #expect(!text.contains(Eksempel.uuid(hidden))) }
            #expect(text.contains(Eksempel.uuid(12)))
        }
        #expect(try tjeneste.kald("GET", sag(1)).text.contains(Eksempel.uuid(13)))
    }

    @Test("References to hidden cases are dropped; those to visible ones are shown")
    func references() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let relation = "Registrering.0.RelationListe.Sagsrelation"
        _ = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), niveau: 4)),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(2))),
            (
                "SagIndeks",
                Eksempel.sag(Eksempel.uuid(3)).adding(
                    relation, Eksempel.sagsrelation(Eksempel.uuid(1))
                )
                .adding(relation, Eksempel.sagsrelation(Eksempel.uuid(2), .andreSager))
            ),
        ])
        let token = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "*", 1)])
        let found = try #require(try tjeneste.hent(sag(3), token: token))
        let shown = found[sti: "Registrering.0." + "RelationListe.Sagsrelation"]?.array ?? []
        #expect(shown.map { $0["ReferenceID"]?.string } == [Eksempel.uuid(2)])
    }

    // MARK: Profile

    @Test("A profile limits asserted users, not systems; a unit covers its users")
    func profile() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let (anna, bo) = (
            "0a000000-0000-4000-8000-00000000aaaa", "0a000000-0000-4000-8000-00000000bbbb"
        )
        let unit = "0e000000-0000-4000-8000-00000000cccc"
        let svar = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), profil: [anna])),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), profil: [anna, unit])),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(3), profil: [bo])),
            (
                "SagIndeks",
                Eksempel.sag(Eksempel.uuid(4), journal: [Eksempel.journalpost(Eksempel.uuid(3))])
            ),
        ])
        #expect(svar.koder == [20, 20, 20, 20], "\(svar.text)")
        let all = [try Proevetjeneste.gruppe([Eksempel.a], "*", 4)]
        #expect(try seen(1...4, tjeneste, tjeneste.token()) == [1, 2, 3, 4])
        #expect(try seen(1...4, tjeneste, tjeneste.bruger(all, uuid: anna)) == [1, 2, 4])
        #expect(try seen(1...4, tjeneste, tjeneste.bruger(all, uuid: bo)) == [3, 4])
        #expect(try seen(1...4, tjeneste, tjeneste.bruger(all, enheder: [unit])) == [2, 4])
        // It only narrows.
        let narrow = [try Proevetjeneste.gruppe([Eksempel.a], "27.*", 4)]
        #expect(try seen(1...4, tjeneste, tjeneste.bruger(narrow, uuid: anna)) == [])
    }

    // MARK: The other title

    @Test("The other title is shown to caseworkers and the source, and found by them alone")
    func alternativeTitle() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let note: JSONValue = ["OffentlighedUndtaget": Eksempel.undtaget("Salamander")]
        let svar = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), alternativ: "Zebrafink")),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(2), alternativ: "Zebrafink")),
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(3))),
            (
                "SagIndeks",
                Eksempel.sag(
                    Eksempel.uuid(4),
                    journal: [Eksempel.journalpost(Eksempel.uuid(3), egenskaber: note)])
            ),
        ])
        #expect(svar.koder == [20, 20, 20, 20], "\(svar.text)")
        let all = [try Proevetjeneste.gruppe([Eksempel.a], "*", 4)]
        let may = [try tjeneste.token(), try tjeneste.bruger(all)]
        let mayNot = try tjeneste.token(Eksempel.andetSystem)
        for token in may {
            #expect(
                try tjeneste.soeg(["Tekst": "zebrafink"], token: token).sorted()
                    == [1, 2].map(Eksempel.uuid))
            #expect(try tjeneste.kald("GET", sag(1), [], token: token).text.contains("Zebrafink"))
            #expect(try tjeneste.kald("GET", sag(4), [], token: token).text.contains("Salamander"))
        }
        for word in ["zebrafink", "salamander", "zebra*", "\"zebrafink\""] {
            let body: JSONValue = ["Tekst": .string(word), "Uddrag": true]
            let svar = try tjeneste.kald("POST", "/v1/soeg", body.bytes, token: mayNot)
            #expect(svar.json?["Antal"]?["Vaerdi"] == 0)
        }
        // Nor by what it leaves out.
        let body: JSONValue = ["Tekst": "kontanthjælp -zebrafink"]
        #expect(try tjeneste.soeg(body, token: mayNot).sorted() == [1, 4].map(Eksempel.uuid))
        for path in [sag(1), sag(4), dokument(2)] {
            for suffix in ["", "/historik", "?virkning=alle"] {
                let text = try tjeneste.kald("GET", path + suffix, [], token: mayNot).text
                #expect(!text.contains("Zebrafink") && !text.contains("Salamander"))
            }
        }
        let overblik: JSONValue = ["Part": .string(Eksempel.person)]
        let overview = try tjeneste.kald("POST", "/v1/overblik", overblik.bytes, token: mayNot)
        #expect(overview.status == 200 && !overview.text.contains("Zebrafink"))
    }

    // MARK: Across authorities

    @Test(
        "A document of one authority filed on another's case is seen through it, while it is",
        arguments: Vej.allCases)
    func acrossAuthorities(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        try tjeneste.aftale(Self.laeser, Eksempel.b, roller: .udstil, kle: "27.*")
        let ofB = try tjeneste.token(Self.laeser, cvr: Eksempel.b)
        let post = Eksempel.journalpost(Eksempel.uuid(2))
        let case1 = Eksempel.sag(
            Eksempel.uuid(1), cvr: Eksempel.b, kle: "27.36.04", journal: [post])
        _ = try tjeneste.importer([
            ("SagIndeks", case1), ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(2))),
        ])
        #expect(try seen(1...2, tjeneste, ofB) == [1, 2])
        // The document's own authority has no part in it while it is filed.
        #expect(try seen(1...2, tjeneste, tjeneste.token()) == [])
        let count = try tjeneste.kald(
            "POST", "/v1/soeg", (["Objekttyper": ["Dokument"], "Antal": 0] as JSONValue).bytes,
            token: ofB)
        #expect(count.json?["Antal"]?["Vaerdi"] == 1)
        // The entry ends: the document stands by itself again.
        let ended = post.setting(
            "Virkning", Eksempel.virkning(Eksempel.fra, "2024-05-01T00:00:00+02:00"))
        let update = Eksempel.opdatering(Eksempel.uuid(1))
            .setting("RelationListe", ["Journalpost": [ended]])
        let svar = try tjeneste.opdater([("SagIndeks", update)])
        #expect(svar.koder == [20], "\(svar.text)")
        #expect(try seen(1...2, tjeneste, ofB) == [1])
        #expect(try seen(1...2, tjeneste, tjeneste.token()) == [2])
    }
}
