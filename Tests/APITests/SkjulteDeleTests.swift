import IndexCore
import Testing

@testable import API

// 1. What was read and is sent back as it was changes nothing, though some of it was not shown.
// 2. What is not shown is not taken out because it is not sent; what is shown is.
// 3. Purging what is not shown is answered as purging what is not there, and takes nothing out.
// 4. A journal entry does not take the place of one that is not shown.

@Suite("Parts that a source may not know of stay when it writes")
struct SkjulteDeleTests {
    private static let kilde = "0f000000-0000-4000-8000-0000000000c3"
    private let tjeneste: Proevetjeneste
    private let kilde: String
    private let sag = Eksempel.uuid(1)

    private static func sag(
        _ titel: String = "Rampe",
        journal: [JSONValue] = [
            Eksempel.journalpost(Eksempel.uuid(11), 1),
            Eksempel.journalpost(Eksempel.uuid(12), 2),
        ]
    ) -> JSONValue {
        Eksempel.sag(
            Eksempel.uuid(1), titel: titel, kle: "27.36.04", system: Self.kilde, journal: journal)
    }

    /// A case of a system with few rights, on which two documents of another are filed; then one of them gets a level
    /// above them.
    init() throws {
        tjeneste = try Proevetjeneste(aftaler: .direkte)
        try tjeneste.aftale(Self.kilde, Eksempel.a, kle: "27.*", niveau: 2)
        kilde = try tjeneste.token(Self.kilde)
        let dokumenter = [11, 12].map {
            ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid($0), kle: "27.36.04"))
        }
        #expect(try tjeneste.importer(dokumenter).koder == [20, 20])
        #expect(try tjeneste.importer([("SagIndeks", Self.sag())], token: kilde).koder == [20])
        let raised = Eksempel.dokument(Eksempel.uuid(11), kle: "27.36.04", niveau: 4)
        #expect(try put("dokumenter", 11, raised, nil).status == 200)
    }

    private func put(
        _ samling: String, _ number: Int, _ objekt: JSONValue, _ token: String?
    ) throws -> Svar {
        try tjeneste.kald(
            "PUT", "/v1/\(samling)/\(Eksempel.uuid(number))", objekt.bytes,
            token: try token ?? tjeneste.token())
    }

    /// As it was read, to be sent again.
    private func laest(_ path: String) throws -> JSONValue {
        let svar = try #require(try tjeneste.hent(path, token: kilde))
        return svar.setting("Registrering.0.StsTidspunkt", nil)
    }

    /// Which documents all may see are filed.
    private func journaliserede(token: String? = nil) throws -> [String] {
        let svar = try #require(try tjeneste.hent("/v1/sager/" + sag, token: token))
        let poster = svar[sti: "Registrering.0.RelationListe.Journalpost"]?.array ?? []
        return poster.compactMap { $0["ReferenceID"]?.string }.sorted()
    }

    private func antalRegistreringer(_ path: String) throws -> Int? {
        try tjeneste.hent(path + "/historik")?["Historik"]?.array?.count
    }

    @Test("What was read changes nothing when it is sent back") func sentBack() throws {
        #expect(try journaliserede(token: kilde) == [Eksempel.uuid(12)])
        let svar = try put("sager", 1, try laest("/v1/sager/" + sag), kilde)
        #expect(svar.status == 200)
        #expect(try antalRegistreringer("/v1/sager/" + sag) == 1)
        #expect(try journaliserede() == [Eksempel.uuid(11), Eksempel.uuid(12)])
        // The whole of it, as it was sent at first, changes nothing either.
        #expect(try put("sager", 1, Self.sag(), kilde).status == 200)
        #expect(try antalRegistreringer("/v1/sager/" + sag) == 1)
    }

    @Test("What is not shown stays; what is shown and not sent goes") func changed() throws {
        let changed = try laest("/v1/sager/" + sag).setting(
            "Registrering.0.AttributListe.Egenskaber.0.Titel", "En anden rampe")
        #expect(try put("sager", 1, changed, kilde).status == 200)
        #expect(try antalRegistreringer("/v1/sager/" + sag) == 2)
        #expect(try journaliserede() == [Eksempel.uuid(11), Eksempel.uuid(12)])
        #expect(try put("sager", 1, Self.sag(journal: []), kilde).status == 200)
        #expect(try journaliserede() == [Eksempel.uuid(11)])
        // Who may know of it takes it out.
        try tjeneste.aftale(Self.kilde, Eksempel.a)
        #expect(try put("sager", 1, Self.sag("Uden", journal: []), kilde).status == 200)
        #expect(try journaliserede() == [])
    }

    @Test("Purging what is not shown is as purging what is not there") func purged() throws {
        func kasser(_ indeks: Int) throws -> Svar {
            let post: JSONValue = [
                "Rolle": try #require(
                    Eksempel.journalpost(Eksempel.uuid(11))["Rolle"]),
                "Indeks": .string(String(indeks)),
            ]
            let objekt: JSONValue = [
                "UUIDIdentifikator": .string(sag),
                "Registrering": [
                    [
                        "AttributListe": [:], "TilstandListe": [:],
                        "RelationListe": ["Journalpost": [post]],
                    ]
                ],
            ]
            let body: JSONValue = ["SagIndeks": [objekt]]
            return try tjeneste.kald("POST", "/v1/kasser", body.bytes, token: kilde)
        }
        let hidden = try kasser(1)
        let missing = try kasser(9)
        #expect(hidden.koder == [44] && hidden.regler == [["R19"]])
        #expect(hidden.text == missing.text)
        #expect(try journaliserede() == [Eksempel.uuid(11), Eksempel.uuid(12)])
        #expect(try kasser(2).koder == [20])
        #expect(try journaliserede() == [Eksempel.uuid(11)])
        #expect(try kasser(1).text == missing.text)
    }

    @Test("An entry does not take the place of one that is not shown") func places() throws {
        func opdater(_ post: JSONValue) throws -> Svar {
            let update = Eksempel.opdatering(sag).setting("RelationListe", [:]).adding(
                "RelationListe.Journalpost", post)
            return try tjeneste.opdater([("SagIndeks", update)], token: kilde)
        }
        let other = try opdater(Eksempel.journalpost(Eksempel.uuid(12), 1))
        #expect(other.koder == [40] && other.regler == [["R32"]], "\(other.text)")
        let replaced = Self.sag(journal: [Eksempel.journalpost(Eksempel.uuid(12), 1)])
        let svar = try put("sager", 1, replaced, kilde)
        #expect(svar.status == 400 && svar.regler == [["R32"]], "\(svar.text)")
        #expect(try journaliserede() == [Eksempel.uuid(11), Eksempel.uuid(12)])
        // A free place, and the entry itself, which its source may end.
        #expect(try opdater(Eksempel.journalpost(Eksempel.uuid(12), 3)).koder == [20])
        let ended = Eksempel.journalpost(
            Eksempel.uuid(11), 1,
            virkning: Eksempel.virkning(Eksempel.fra, "2024-05-01T00:00:00+02:00"))
        #expect(try opdater(ended).koder == [20])
    }

    @Test("A payment keeps the grant that is not shown, and a grant its case's name")
    func benefits() throws {
        // All are of the class that the source may see.
        let sag = Eksempel.sag(Eksempel.uuid(2), kle: "27.36.04")
        let grant = Eksempel.bevilling(
            Eksempel.uuid(21), ydelser: [Eksempel.bevilgetYdelse("1", kle: "27.36.04")])
        #expect(
            try tjeneste.importer([("SagIndeks", sag), ("BevillingIndeks", grant)]).koder
                == [20, 20])
        let own = Eksempel.bevilling(
            Eksempel.uuid(22),
            ydelser: [
                Eksempel.bevilgetYdelse("1", kle: "27.36.04", system: Self.kilde)
            ], sag: Eksempel.uuid(2), system: Self.kilde)
        let payment = Eksempel.effektuering(
            Eksempel.uuid(31), bevilling: Eksempel.uuid(21),
            linjer: [
                Eksempel.linje(1, kle: "27.36.04", bevilling: Eksempel.uuid(21)),
                Eksempel.linje(2, kle: "27.36.04", bevilling: Eksempel.uuid(22)),
            ], system: Self.kilde)
        #expect(
            try tjeneste.importer(
                [
                    ("BevillingIndeks", own), ("OekonomiskEffektueringIndeks", payment),
                ], token: kilde
            ).koder == [20, 20])
        #expect(
            try put("sager", 2, Eksempel.sag(Eksempel.uuid(2), kle: "27.36.04", niveau: 4), nil)
                .status == 200)
        #expect(
            try put(
                "bevillinger", 21,
                Eksempel.bevilling(
                    Eksempel.uuid(21), niveau: 4,
                    ydelser: [Eksempel.bevilgetYdelse("1", kle: "27.36.04")]), nil
            ).status == 200)
        for (samling, number) in [("bevillinger", 22), ("effektueringer", 31)] {
            let path = "/v1/\(samling)/" + Eksempel.uuid(number)
            let whole = try #require(try tjeneste.hent(path))
            let shown = try laest(path)
            #expect(shown != whole.setting("Registrering.0.StsTidspunkt", nil))
            #expect(try put(samling, number, shown, kilde).status == 200)
            #expect(try antalRegistreringer(path) == 1, "\(samling)")
            let changed = shown.setting(
                "Registrering.0.Tidspunkt", "2024-07-01T08:00:00+02:00")
            #expect(try put(samling, number, changed, kilde).status == 200)
            #expect(try antalRegistreringer(path) == 2, "\(samling)")
            let after = try #require(try tjeneste.hent(path))
            let relationer = "Registrering.0.RelationListe"
            #expect(after[sti: relationer]?.normalised == whole[sti: relationer]?.normalised)
            // An update that sends the list as it was read keeps it too.
            let update = Eksempel.opdatering(
                Eksempel.uuid(number), tidspunkt: "2024-07-02T08:00:00+02:00"
            ).setting("RelationListe", shown[sti: relationer])
            let indeks =
                number == 31 ? "OekonomiskEffektueringIndeks" : "BevillingIndeks"
            let updated = try tjeneste.opdater([(indeks, update)], token: kilde)
            #expect(updated.koder == [20], "\(updated.text)")
            let kept = try #require(try tjeneste.hent(path))
            #expect(kept[sti: relationer]?.normalised == whole[sti: relationer]?.normalised)
            guard number == 31 else { continue }
            // What is kept of a part that is changed stands where it stood.
            let beloeb =
                "Registrering.0.RelationListe.OekonomiskYdelseEffektueringRelation.0.Ydelsesbeloeb"
            let paid = changed.setting(beloeb, "6695.00").setting(
                "Registrering.0.Tidspunkt", "2024-08-01T08:00:00+02:00")
            #expect(try put(samling, number, paid, kilde).status == 200)
            let last = try #require(try tjeneste.hent(path))
            #expect(last[sti: relationer] == after.setting(beloeb, "6695.00")[sti: relationer])
        }
    }
}
