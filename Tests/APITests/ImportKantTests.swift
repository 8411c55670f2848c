import Dispatch
import Synchronization
import Testing

@testable import API
@testable import IndexCore
@testable import Ingest

// 1. An object goes to the file of the authority that it names, whatever else of its UUID was refused, removed or
//    under way.
// 2. Ejer and Master stay, also for a lenient source, by update and by purge.
// 3. Each of several registrations is judged and noted; PUT stores those that are new.
// 4. R23 is judged where the object is to be, and for the time that the number is to hold.
// 5. What is refused stops nothing else; a trial tells all.

@Suite("The edges of writing, over HTTP")
struct ImportKantTests {
    private static let kun = [HTTPField("Kontrol", "kun")]
    private static let ndjson = [HTTPField("Content-Type", "application/x-ndjson")]
    private static let senere: JSONValue = "2044-05-01T00:00:00+02:00"

    private func sag(_ number: Int) -> String { "/v1/sager/" + Eksempel.uuid(number) }

    private func antal(_ tjeneste: Proevetjeneste, _ path: String) throws -> Int {
        try tjeneste.hent(path + "/historik")?["Historik"]?.array?.count ?? 0
    }

    private func lempelig() throws -> Proevetjeneste {
        let system = try #require(UUIDIdentifikator(Eksempel.fagsystem))
        return try Proevetjeneste(aftaler: .direkte, kilder: [system: .lempelig])
    }

    private func skader(_ tjeneste: Proevetjeneste) throws -> [KontrolFund] {
        try tjeneste.store.kontrol(reparer: false) { _ in }.filter(\.erSkade)
    }

    // MARK: Where an object goes

    /// A reader of one authority alone.
    private func laeser(_ tjeneste: Proevetjeneste, _ number: Int, _ cvr: String) throws -> String {
        let system = Eksempel.uuid(0xF00 + number)
        try tjeneste.aftale(system, cvr, roller: .udstil)
        return try tjeneste.token(system, cvr: cvr)
    }

    @Test(
        "What comes behind a refused object of its UUID goes to the authority that it names itself")
    func behindRefused() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let ofA = try laeser(tjeneste, 1, Eksempel.a)
        let ofB = try laeser(tjeneste, 2, Eksempel.b)
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(9), nummer: "F-1"))])
        let svar = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), nummer: "F-1")),
            (
                "SagIndeks",
                Eksempel.sag(Eksempel.uuid(1), nummer: "F-1", titel: "Flagstang", cvr: Eksempel.b)
            ),
        ])
        #expect(svar.koder == [49, 20], "\(svar.text)")
        #expect(try tjeneste.soeg(["Tekst": "flagstang"], token: ofA) == [])
        #expect(try tjeneste.soeg(["Tekst": "flagstang"], token: ofB) == [Eksempel.uuid(1)])
        let same = Eksempel.sag(Eksempel.uuid(2), nummer: "F-1", cvr: Eksempel.b)
        #expect(try tjeneste.importer([("SagIndeks", same)]).koder == [49])
        #expect(try skader(tjeneste) == [])
    }

    /// Calls at the same time, each with its own connection's thread.
    private func samtidigt(_ kald: [@Sendable () throws -> Svar]) throws -> [Svar] {
        let svar = Mutex([Result<Svar, any Error>?](repeating: nil, count: kald.count))
        DispatchQueue.concurrentPerform(iterations: kald.count) { place in
            let own = Result { try kald[place]() }
            svar.withLock { $0[place] = own }
        }
        return try svar.withLock { try $0.compactMap { try $0?.get() } }
    }

    @Test(
        "Calls about one object at the same time leave it whole in the authority that it names",
        arguments: ["put", "importer", "fjern"])
    func atOnce(how: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let readers = [
            Eksempel.a: try laeser(tjeneste, 1, Eksempel.a),
            Eksempel.b: try laeser(tjeneste, 2, Eksempel.b),
        ]
        let token = try tjeneste.token()
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(0xFFF), nummer: "X"))])
        for number in 1...40 {
            let (uuid, titel) = (Eksempel.uuid(number), "Flagstang \(number)")
            let hos = { @Sendable (cvr: String, nummer: String) in
                Eksempel.sag(uuid, nummer: nummer, titel: titel, cvr: cvr)
            }
            // The first of each pair is refused, or is a removal.
            let first: @Sendable () throws -> Svar
            switch how {
            case "put":
                first = {
                    try tjeneste.kald(
                        "PUT", "/v1/sager/" + uuid, hos(Eksempel.a, "X").bytes, token: token)
                }
            case "importer":
                first = {
                    try tjeneste.importer([("SagIndeks", hos(Eksempel.a, "X"))], token: token)
                }
            default:
                _ = try tjeneste.importer([("SagIndeks", hos(Eksempel.a, "A-\(number)"))])
                first = {
                    try tjeneste.kald("DELETE", "/v1/sager/" + uuid, [], token: token)
                }
            }
            let svar = try samtidigt([
                first,
                {
                    try tjeneste.importer(
                        [("SagIndeks", hos(Eksempel.b, "B-\(number)"))], token: token)
                },
            ])
            let isKept = svar.contains { $0.koder == [20] }
            #expect(isKept || how == "fjern")
            for (cvr, reader) in readers {
                let wanted = cvr == Eksempel.b && isKept ? [uuid] : []
                let found = try tjeneste.soeg(["Tekst": "\"\(titel)\""].json, token: reader)
                #expect(found == wanted, "\(how) \(number): \(svar.map(\.text))")
            }
        }
        #expect(try skader(tjeneste) == [])
    }

    // MARK: Ejer and Master

    /// The part of an object that a purge names.
    private func dele(_ sti: String, _ objekt: JSONValue) throws -> JSONValue {
        let relation = try #require(objekt[sti: "Registrering.0.RelationListe." + sti])
        let uuid = try #require(objekt["UUIDIdentifikator"])
        let empty: JSONValue = [
            "UUIDIdentifikator": uuid,
            "Registrering": [["AttributListe": [:], "TilstandListe": [:], "RelationListe": [:]]],
        ]
        return empty.setting(
            "Registrering.0.RelationListe."
                + sti.split(separator: ".").dropLast().joined(separator: "."), [relation])
    }

    @Test(
        "Ejer and Master cannot be purged, nor Master be ended, of a lenient source's object either"
    )
    func stays() throws {
        let tjeneste = try lempelig()
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        #expect(try tjeneste.importer([("SagIndeks", objekt)]).koder == [20])
        for sti in ["Sagsaktoer.0", "LokalUdvidelseListe.SagsitsystemRelation.0"] {
            let svar = try tjeneste.kald(
                "POST", "/v1/kasser", ["SagIndeks": [try dele(sti, objekt)]])
            #expect(svar.koder == [40] && svar.regler == [["R43"]], "\(sti): \(svar.text)")
        }
        // The nearest that a lenient source may: another mandatory relation goes, and it is warned.
        let ansvarlig = try tjeneste.kald(
            "POST", "/v1/kasser", ["SagIndeks": [try dele("Sagsaktoer.1", objekt)]])
        #expect(ansvarlig.koder == [20] && ansvarlig.advarsler == [["R43"]], "\(ansvarlig.text)")
        let systemer = "RelationListe.LokalUdvidelseListe.SagsitsystemRelation"
        let master = try #require(objekt[sti: "Registrering.0." + systemer + ".0"])
        func opdater(_ master: JSONValue) throws -> Svar {
            let update = Eksempel.opdatering(Eksempel.uuid(1)).setting(systemer, [master])
            return try tjeneste.opdater([("SagIndeks", update)])
        }
        let ended = try opdater(master.setting("Virkning.TilTidspunkt", Self.senere))
        #expect(ended.koder == [49] && ended.regler == [["R20"]], "\(ended.text)")
        #expect(try opdater(master.setting("SystemNavn", "Nyt navn")).koder == [20])
        // Nor does Ejer end, now or later.
        let ender = Eksempel.ejer(
            .sag, Eksempel.a, virkning: Eksempel.virkning(Eksempel.fra, Self.senere))
        let update = Eksempel.opdatering(Eksempel.uuid(1)).setting(
            "RelationListe.Sagsaktoer", [ender])
        let ejerless = try tjeneste.opdater([("SagIndeks", update)])
        #expect(ejerless.koder == [40] && ejerless.regler == [["R43"]], "\(ejerless.text)")
        let forever = Eksempel.sag(Eksempel.uuid(3)).setting(
            "Registrering.0.RelationListe.Sagsaktoer.0.Virkning.TilTidspunkt",
            "9999-12-31T00:00:00+01:00")
        #expect(try tjeneste.importer([("SagIndeks", forever)]).koder == [20])
        let new = Eksempel.sag(Eksempel.uuid(2)).setting(
            "Registrering.0.RelationListe.Sagsaktoer.0", ender)
        let imported = try tjeneste.importer([("SagIndeks", new)])
        #expect(imported.koder == [40] && imported.regler == [["R43"]], "\(imported.text)")
        #expect(try tjeneste.hent(sag(1)) != nil)
        #expect(try skader(tjeneste) == [])
    }

    // MARK: Several registrations

    /// The object with two registrations: `foerst` changed in the first, `sidst` in the second.
    private func to(
        _ objekt: JSONValue, foerst: (JSONValue) -> JSONValue = { $0 },
        sidst: (JSONValue) -> JSONValue = { $0 }, tid: JSONValue = "2024-04-01T09:00:00+02:00"
    ) throws -> JSONValue {
        let one = try #require(objekt[sti: "Registrering.0"])
        return objekt.setting(
            "Registrering", .array([foerst(one), sidst(one.setting("Tidspunkt", tid))]))
    }

    private func med(_ target: Int) -> (JSONValue) -> JSONValue {
        {
            $0.adding(
                "RelationListe.Sagsrelation", Eksempel.sagsrelation(Eksempel.uuid(target)))
        }
    }

    @Test("R37, R20, B5: each registration of an import is judged, not the last alone")
    func eachRegistration() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        func svar(_ objekt: JSONValue) throws -> Svar {
            try tjeneste.importer([("SagIndeks", objekt)])
        }
        let dangling = try svar(try to(objekt, foerst: med(2)))
        #expect(dangling.koder == [44] && dangling.regler == [["R37"]], "\(dangling.text)")
        let itself = try svar(try to(objekt, foerst: med(1)))
        #expect(itself.koder == [40] && itself.regler == [["R37"]], "\(itself.text)")
        let master = "RelationListe.LokalUdvidelseListe.SagsitsystemRelation.0.ReferenceID"
        let other = try svar(
            try to(objekt, foerst: { $0.setting(master, .string(Eksempel.andetSystem)) }))
        #expect(other.koder == [49] && other.regler == [["R20"]], "\(other.text)")
        _ = try svar(Eksempel.sag(Eksempel.uuid(2)))
        #expect(try svar(try to(objekt, foerst: med(2))).koder == [20])
        #expect(try antal(tjeneste, sag(1)) == 2)
    }

    @Test(
        "B5, R37: falling times and an object that points at itself are refused of a lenient source too"
    )
    func lenientToo() throws {
        let tjeneste = try lempelig()
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        let falling = try tjeneste.importer([
            ("SagIndeks", try to(objekt, tid: "2023-04-01T09:00:00+02:00"))
        ])
        #expect(falling.koder == [40] && falling.regler == [["R24"]], "\(falling.text)")
        let itself = try tjeneste.importer([("SagIndeks", try to(objekt, sidst: med(1)))])
        #expect(itself.koder == [40] && itself.regler == [["R37"]], "\(itself.text)")
        #expect(try tjeneste.importer([("SagIndeks", try to(objekt))]).koder == [20])
    }

    @Test("What only an earlier registration files in another authority is noted in the catalogue")
    func earlierLink() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let dokument = Eksempel.dokument(Eksempel.uuid(2), cvr: Eksempel.b)
        _ = try tjeneste.importer([("DokumentIndeks", dokument)])
        let objekt = try to(Eksempel.sag(Eksempel.uuid(1))) {
            $0.adding("RelationListe.Journalpost", Eksempel.journalpost(Eksempel.uuid(2)))
        }
        #expect(try tjeneste.importer([("SagIndeks", objekt)]).koder == [20])
        #expect(try skader(tjeneste) == [])
    }

    @Test("PUT stores each registration that is new, and the same again stores none")
    func severalByPut() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        let titel = "AttributListe.Egenskaber.0.Titel"
        #expect(try tjeneste.kald("PUT", sag(1), objekt).status == 201)
        let both = try to(
            objekt, foerst: { $0.setting(titel, "Først") }, sidst: { $0.setting(titel, "Sidst") })
        for _ in 0..<2 {
            #expect(try tjeneste.kald("PUT", sag(1), both).status == 200)
            #expect(try antal(tjeneste, sag(1)) == 3)
        }
        let behind = try to(
            both.setting("Registrering.0", both[sti: "Registrering.1"]),
            sidst: { $0.setting(titel, "Sidst af alle") }, tid: "2024-05-01T09:00:00+02:00")
        #expect(try tjeneste.kald("PUT", sag(1), behind).status == 200)
        #expect(try antal(tjeneste, sag(1)) == 4)
        let svar = try tjeneste.hent(sag(1))
        #expect(svar?.text.contains("Sidst af alle") ?? false)
    }

    @Test("PUT of the same parts in another order, or without notice, is equal content")
    func equalContent() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        _ = try tjeneste.kald("PUT", sag(1), objekt)
        let liste = "Registrering.0.RelationListe.Sagsaktoer"
        let aktoerer = try #require(objekt[sti: liste]?.array)
        let turned = objekt.setting(liste, .array(aktoerer.reversed()))
        for same in [turned, objekt.setting("UdenNotifikation", true)] {
            let svar = try tjeneste.kald("PUT", sag(1), same)
            #expect(svar.status == 200, "\(svar.text)")
            #expect(try antal(tjeneste, sag(1)) == 1)
        }
        let twice = objekt.setting(liste, .array(aktoerer + aktoerer.suffix(1)))
        #expect(try tjeneste.kald("PUT", sag(1), twice).status == 400)
    }

    // MARK: R23

    @Test("R23: a number is judged where the object goes", arguments: ["put", "opdater"])
    func numberElsewhere(how: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        _ = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), nummer: "F-1")),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), nummer: "F-2")),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(3), nummer: "F-3", cvr: Eksempel.b)),
        ])
        func flyt(_ nummer: String) throws -> (kode: Int, regler: [[String]]) {
            let moved = Eksempel.sag(Eksempel.uuid(1), nummer: nummer, cvr: Eksempel.b)
            if how == "put" {
                let svar = try tjeneste.kald("PUT", sag(1), moved)
                return (svar.status, svar.regler)
            }
            let egenskaber = moved[sti: "Registrering.0.AttributListe.Egenskaber"]
            let update = Eksempel.opdatering(Eksempel.uuid(1))
                .setting("AttributListe.Egenskaber", egenskaber)
                .setting("RelationListe.Sagsaktoer", [Eksempel.ejer(.sag, Eksempel.b)])
            let svar = try tjeneste.opdater([("SagIndeks", update)])
            return (svar.koder.first ?? 0, svar.regler)
        }
        let taken = try flyt("F-3")
        #expect(taken.kode == (how == "put" ? 409 : 49) && taken.regler == [["R23"]])
        #expect(try flyt("F-2").kode == (how == "put" ? 200 : 20))
        #expect(try skader(tjeneste) == [])
    }

    @Test("R23: a number that another will have, while this one has it, is taken")
    func numberLater() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func egenskab(_ nummer: String, _ fra: JSONValue, _ til: JSONValue) -> JSONValue {
            [
                "Virkning": Eksempel.virkning(fra, til), "BrugervendtNoegle": .string(nummer),
                "Sagsnummer": .string(nummer), "Titel": "Kontanthjælp",
            ]
        }
        func importer(_ number: Int, _ egenskaber: [JSONValue]) throws -> Svar {
            let objekt = Eksempel.sag(Eksempel.uuid(number)).setting(
                "Registrering.0.AttributListe.Egenskaber", .array(egenskaber))
            return try tjeneste.importer([("SagIndeks", objekt)])
        }
        let skift: JSONValue = "2024-06-01T00:00:00+02:00"
        // The first had G and has F, and will have H.
        let first = [
            egenskab("G", Eksempel.fra, skift), egenskab("F", skift, Self.senere),
            egenskab("H", Self.senere, true),
        ]
        #expect(try importer(1, first).koder == [20])
        for nummer in ["F", "H"] {
            let svar = try importer(2, [egenskab(nummer, Eksempel.fra, true)])
            #expect(svar.koder == [49] && svar.regler == [["R23"]], "\(nummer): \(svar.text)")
        }
        // What was, and what does not meet, is free.
        #expect(try importer(2, [egenskab("G", Eksempel.fra, true)]).koder == [20])
        let before = [
            egenskab("F", Eksempel.fra, skift), egenskab("K", skift, Self.senere),
            egenskab("L", Self.senere, true),
        ]
        #expect(try importer(3, before).koder == [20])
        let meets = [egenskab("N", Eksempel.fra, Self.senere), egenskab("H", Self.senere, true)]
        #expect(try importer(4, meets).koder == [49])
        let apart = [egenskab("H", Eksempel.fra, Self.senere), egenskab("M", Self.senere, true)]
        #expect(try importer(4, apart).koder == [20])
    }

    // MARK: What the sender may not know of

    /// A document and a payment that a case and a grant of level 4 alone open, and systems that may not see those.
    private struct Skjult {
        let tjeneste: Proevetjeneste
        let dokument = Eksempel.uuid(1)
        let udbetaling = Eksempel.uuid(4)
        /// The caller's token: a system limited to 27.* and level 2, or one without limit that asserts such a user.
        let token: String

        init(bruger: Bool, _ kontrol: Kontrol) throws {
            let system = try #require(UUIDIdentifikator(Eksempel.andetSystem))
            tjeneste = try Proevetjeneste(.direkte, kilder: [system: kontrol])
            for cvr in [Eksempel.a, Eksempel.b] { try tjeneste.aftale(Eksempel.fagsystem, cvr) }
            let gruppe = try Proevetjeneste.gruppe([Eksempel.a], "27.*", 2)
            if bruger {
                try tjeneste.aftale(Eksempel.andetSystem, Eksempel.a)
                token = try tjeneste.bruger([gruppe], system: Eksempel.andetSystem)
            } else {
                try tjeneste.aftale(
                    Eksempel.andetSystem, Eksempel.a, roller: [.udstil, .rediger],
                    grupper: [gruppe])
                token = try tjeneste.token(Eksempel.andetSystem)
            }
            let svar = try tjeneste.importer([
                ("DokumentIndeks", Eksempel.dokument(dokument, kle: "27.36.04")),
                (
                    "SagIndeks",
                    Eksempel.sag(
                        Eksempel.uuid(2), kle: "27.36.04", niveau: 4,
                        journal: [Eksempel.journalpost(dokument)])
                ),
                (
                    "BevillingIndeks",
                    Eksempel.bevilling(
                        Eksempel.uuid(3), niveau: 4,
                        ydelser: [Eksempel.bevilgetYdelse("1", kle: "27.36.04")])
                ),
                (
                    "OekonomiskEffektueringIndeks",
                    Eksempel.effektuering(
                        udbetaling, bevilling: Eksempel.uuid(3),
                        linjer: [
                            Eksempel.linje(1, kle: "27.36.04", bevilling: Eksempel.uuid(3))
                        ])
                ),
            ])
            #expect(svar.koder == [20, 20, 20, 20], "\(svar.text)")
        }

        func kald(_ method: String, _ path: String, _ body: JSONValue? = nil) throws -> Svar {
            try tjeneste.kald(method, path, body?.bytes ?? [], token: token)
        }

        /// The sender's own case, which files the document.
        func arkiver(_ dokument: String) throws -> Svar {
            let sag = Eksempel.sag(
                Eksempel.uuid(9), kle: "27.36.04", system: Eksempel.andetSystem,
                journal: [Eksempel.journalpost(dokument)])
            return try tjeneste.importer([("SagIndeks", sag)], token: token)
        }
    }

    @Test(
        "X3: a document that no case which one sees files is not to be filed, and so opened",
        arguments: [false, true], Kontrol.allKinds)
    func filesHidden(bruger: Bool, kontrol: Kontrol) throws {
        let skjult = try Skjult(bruger: bruger, kontrol)
        let path = "/v1/dokumenter/" + skjult.dokument
        #expect(try skjult.kald("GET", path).status == 404)
        let svar = try skjult.arkiver(skjult.dokument)
        #expect(svar.koder == [44] && svar.regler == [["R37"]], "\(svar.text)")
        #expect(try skjult.kald("GET", path).status == 404)
        // One that is nowhere is refused alike, and tolerated of a lenient source.
        let unknown = try skjult.arkiver(Eksempel.uuid(0x77))
        #expect(unknown.koder == [kontrol == .streng ? 44 : 20], "\(unknown.text)")
        // The nearest that may: the document is on a case that one sees, too.
        let open = Eksempel.sag(
            Eksempel.uuid(8), kle: "27.36.04", journal: [Eksempel.journalpost(skjult.dokument)])
        #expect(try skjult.tjeneste.importer([("SagIndeks", open)]).koder == [20])
        #expect(try skjult.kald("GET", path).status == 200)
        let own = Eksempel.sag(
            Eksempel.uuid(10), kle: "27.36.04", system: Eksempel.andetSystem,
            journal: [Eksempel.journalpost(skjult.dokument)])
        let may = try skjult.tjeneste.importer([("SagIndeks", own)], token: skjult.token)
        #expect(may.koder == [20], "\(may.text)")
    }

    @Test(
        "What a case or a grant hides is answered as missing by every call that would change it",
        arguments: [false, true])
    func changesHidden(bruger: Bool) throws {
        let skjult = try Skjult(bruger: bruger, .streng)
        func answers(_ path: String, _ member: String, _ uuid: String, _ objekt: JSONValue) throws
            -> [String]
        {
            let update = Eksempel.opdatering(uuid).setting("RelationListe", [:])
            let kind = member.replacing("Uuid", with: "Indeks")
            let tries = [
                try skjult.kald("GET", path + uuid),
                try skjult.kald("DELETE", path + uuid),
                try skjult.kald("POST", "/v1/fjern", [member: [.string(uuid)]]),
                try skjult.tjeneste.opdater([(kind, update)], token: skjult.token),
                try skjult.kald("POST", "/v1/kasser", [kind: [objekt]]),
            ]
            return tries.map { svar in
                "\(svar.status) \(svar.koder) \(svar.regler)"
            }
        }
        let dokument = { Eksempel.dokument($0, kle: "27.36.04") }
        let known = try answers(
            "/v1/dokumenter/", "DokumentUuid", skjult.dokument, dokument(skjult.dokument))
        let unknown = try answers(
            "/v1/dokumenter/", "DokumentUuid", Eksempel.uuid(0x78), dokument(Eksempel.uuid(0x78)))
        #expect(known == unknown)
        #expect(known.first?.hasPrefix("404") ?? false)
        let udbetaling = { Eksempel.effektuering($0, bevilling: Eksempel.uuid(3)) }
        let paid = try answers(
            "/v1/effektueringer/", "OekonomiskEffektueringUuid", skjult.udbetaling,
            udbetaling(skjult.udbetaling))
        let unpaid = try answers(
            "/v1/effektueringer/", "OekonomiskEffektueringUuid", Eksempel.uuid(0x79),
            udbetaling(Eksempel.uuid(0x79)))
        #expect(paid == unpaid)
        // Its source changes it as before.
        #expect(
            try skjult.tjeneste.kald("DELETE", "/v1/dokumenter/" + skjult.dokument).status == 200)
    }

    /// A time that stands until it is moved.
    private final class Ur: Sendable {
        private let nu = Mutex(currentInstant())
        var now: Tidspunkt { nu.withLock { $0 } }
        func move(seconds: Int64) {
            nu.withLock { $0 = $0.advanced(byMicroseconds: seconds * 1_000_000) }
        }
    }

    @Test(
        "Who may know of an object is judged by what it is now, also where nobody has read it since"
    )
    func becomesHidden() throws {
        let ur = Ur()
        let tjeneste = try Proevetjeneste(.direkte, clock: { ur.now })
        try tjeneste.aftale(Eksempel.fagsystem, Eksempel.a)
        try tjeneste.aftale(
            Eksempel.andetSystem, Eksempel.a, roller: [.udstil, .rediger],
            grupper: [try Proevetjeneste.gruppe([Eksempel.a], "27.*", 2)])
        let skift = JSONValue.string(ur.now.advanced(byMicroseconds: 60_000_000).utcText)
        func stiger(_ objekt: JSONValue, _ sti: String) throws -> JSONValue {
            let first = try #require(objekt[sti: sti + ".0"])
            let later = first.setting("Foelsomhed", "VIP_SAGER").setting(
                "Virkning.FraTidspunkt", skift)
            return objekt.setting(
                sti, [first.setting("Virkning.TilTidspunkt", skift), later])
        }
        let (filed, loose) = (Eksempel.uuid(1), Eksempel.uuid(2))
        let sag = Eksempel.sag(
            Eksempel.uuid(3), kle: "27.36.04", journal: [Eksempel.journalpost(filed)])
        let svar = try tjeneste.importer([
            ("DokumentIndeks", Eksempel.dokument(filed, kle: "27.36.04")),
            (
                "DokumentIndeks",
                try stiger(
                    Eksempel.dokument(loose, kle: "27.36.04"),
                    "Registrering.0.AttributListe.Egenskaber")
            ),
            (
                "SagIndeks",
                try stiger(
                    sag, "Registrering.0.AttributListe.LokalUdvidelseListe.SagIndeksEgenskaber")
            ),
        ])
        #expect(svar.koder == [20, 20, 20], "\(svar.text)")
        ur.move(seconds: 120)
        let token = try tjeneste.token(Eksempel.andetSystem)
        let user = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "27.*", 2)])
        for (number, dokument) in [filed, loose].enumerated() {
            let own = Eksempel.sag(
                Eksempel.uuid(10 + number), kle: "27.36.04", system: Eksempel.andetSystem,
                journal: [Eksempel.journalpost(dokument)])
            let opens = try tjeneste.importer([("SagIndeks", own)], token: token)
            #expect(opens.koder == [44] && opens.regler == [["R37"]], "\(opens.text)")
            let removal: JSONValue = ["DokumentUuid": [.string(dokument)]]
            let removed = try tjeneste.kald("POST", "/v1/fjern", removal.bytes, token: user)
            #expect(removed.koder == [44], "\(removed.text)")
        }
        #expect(try tjeneste.hent("/v1/dokumenter/" + filed, token: token) == nil)
        #expect(try tjeneste.hent("/v1/dokumenter/" + loose) != nil)
    }

    @Test(
        "What a case files already its source may keep and end, but not file anew when it has become hidden"
    )
    func keepsFiled() throws {
        let skjult = try Skjult(bruger: false, .streng)
        let tjeneste = skjult.tjeneste
        let aabent = Eksempel.uuid(0x20)
        let dokument = Eksempel.dokument(aabent, kle: "27.36.04")
        _ = try tjeneste.importer([("DokumentIndeks", dokument)])
        #expect(try skjult.arkiver(aabent).koder == [20])
        // Filed on a case of level 4 too, it stays open through the sender's own; its own level closes it.
        let rises = dokument.setting(
            "Registrering.0.AttributListe.Egenskaber.0.Foelsomhed", "VIP_SAGER")
        #expect(try tjeneste.kald("PUT", "/v1/dokumenter/" + aabent, rises).status == 200)
        #expect(try skjult.kald("GET", "/v1/dokumenter/" + aabent).status == 404)
        let sag = Eksempel.sag(
            Eksempel.uuid(9), titel: "Ny titel", kle: "27.36.04", system: Eksempel.andetSystem,
            journal: [Eksempel.journalpost(aabent)])
        let kept = try skjult.kald("PUT", self.sag(9), sag)
        #expect(kept.status == 200, "\(kept.text)")
        func opdater(_ post: JSONValue) throws -> Svar {
            let update = Eksempel.opdatering(Eksempel.uuid(9)).setting(
                "RelationListe.Journalpost", [post])
            return try tjeneste.opdater([("SagIndeks", update)], token: skjult.token)
        }
        let post = Eksempel.journalpost(aabent)
        let ended = try opdater(
            post.setting("Virkning.TilTidspunkt", "2024-05-01T00:00:00+02:00"))
        #expect(ended.koder == [20], "\(ended.text)")
        let again = try opdater(post)
        #expect(again.koder == [44] && again.regler == [["R37"]], "\(again.text)")
    }

    @Test(
        "A payment whose grant is not there yet is its source's to repeat and remove, also for a user"
    )
    func earlyPayment() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let user = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 3)])
        let payment = Eksempel.effektuering(Eksempel.uuid(4), bevilling: Eksempel.uuid(0x99))
        let path = "/v1/effektueringer/" + Eksempel.uuid(4)
        for status in [201, 200] {
            let svar = try tjeneste.kald("PUT", path, payment.bytes, token: user)
            #expect(svar.status == status, "\(svar.text)")
        }
        #expect(try tjeneste.kald("DELETE", path, [], token: user).status == 200)
    }

    // MARK: One bad object

    @Test(
        "FjernOgsaaYdelse takes the benefits of the cases that were removed, whatever became of others"
    )
    func benefitsOfRemoved() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let (s, t) = (Eksempel.uuid(1), Eksempel.uuid(2))
        let shared = Eksempel.bevilling(Eksempel.uuid(5), sag: s).adding(
            "Registrering.0.RelationListe.Bevillingssag",
            Eksempel.relation(
                .bevilling, .bevillingssag, .tilknyttet, .sag, t, indeks: "2",
                egne: ["BrugervendtNoegle": "2024-418", "FuldtNavn": "Ansøgning"]))
        let svar = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(s)), ("SagIndeks", Eksempel.sag(t)),
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(3), sag: s)),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(Eksempel.uuid(4), bevilling: Eksempel.uuid(3))
            ),
            ("BevillingIndeks", shared),
        ])
        #expect(svar.koder == [20, 20, 20, 20, 20], "\(svar.text)")
        let removal: JSONValue = [
            "SagUuid": [.string(s), .string(Eksempel.uuid(99))], "FjernOgsaaYdelse": true,
        ]
        #expect(try tjeneste.kald("POST", "/v1/fjern", removal).koder == [20, 44])
        #expect(try tjeneste.hent("/v1/bevillinger/" + Eksempel.uuid(3)) == nil)
        #expect(try tjeneste.hent("/v1/effektueringer/" + Eksempel.uuid(4)) == nil)
        // It hangs on the other case too.
        #expect(try tjeneste.hent("/v1/bevillinger/" + Eksempel.uuid(5)) != nil)
        let both: JSONValue = ["SagUuid": [.string(t)], "FjernOgsaaYdelse": true]
        #expect(try tjeneste.kald("POST", "/v1/fjern", both).koder == [20])
        #expect(try tjeneste.hent("/v1/bevillinger/" + Eksempel.uuid(5)) != nil)
    }

    @Test("Kontrol: kun tells what is wrong with the object and with what it is to be among")
    func trialTellsAll() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1))
        let untitled = objekt.setting(
            "Registrering.0.AttributListe.Egenskaber.0.Titel", nil
        ).adding(
            "Registrering.0.RelationListe.Sagsrelation", Eksempel.sagsrelation(Eksempel.uuid(7)))
        let new = try tjeneste.importer([("SagIndeks", untitled)], fields: Self.kun)
        #expect(new.koder == [40] && new.regler == [["R27", "R37"]], "\(new.text)")
        #expect(try tjeneste.hent(sag(1)) == nil)
        _ = try tjeneste.importer([("SagIndeks", objekt)])
        let known = try tjeneste.importer([("SagIndeks", untitled)], fields: Self.kun)
        #expect(known.koder == [40] && known.regler == [["R27", "R18", "R37"]], "\(known.text)")
        // Who may not write is told no more than what is wrong with what was sent.
        let stranger = try tjeneste.token(Eksempel.uuid(77))
        let told = try tjeneste.importer(
            [("SagIndeks", untitled)], token: stranger, fields: Self.kun)
        #expect(told.regler == [["R27"]], "\(told.text)")
        #expect(try antal(tjeneste, sag(1)) == 1)
        // A document of the same message is there, as it is when all is stored.
        let filing = Eksempel.sag(
            Eksempel.uuid(2), journal: [Eksempel.journalpost(Eksempel.uuid(3))]
        ).setting("Registrering.0.AttributListe.Egenskaber.0.Kassationskode", "Q")
        let message = [
            ("SagIndeks", filing), ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(3))),
        ]
        for fields in [Self.kun, []] {
            let svar = try tjeneste.importer(message, fields: fields)
            #expect(svar.koder == [40, 20] && svar.regler == [["R28"], []], "\(svar.text)")
        }
    }

    @Test("A PUT that points at nothing is told where")
    func danglingPut() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.sag(Eksempel.uuid(1)).adding(
            "Registrering.0.RelationListe.Sagsrelation", Eksempel.sagsrelation(Eksempel.uuid(7)))
        let svar = try tjeneste.kald("PUT", sag(1), objekt)
        #expect(svar.status == 404 && svar.regler == [["R37"]], "\(svar.text)")
        #expect(try tjeneste.kald("DELETE", sag(1)).regler == [[]])
    }

    @Test(
        "R18: of two lines with one object the first is kept, also when it must wait for a later line"
    )
    func waitingLine() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let waits = Eksempel.sag(Eksempel.uuid(1), titel: "Første").adding(
            "Registrering.0.RelationListe.Sagsrelation",
            Eksempel.sagsrelation(Eksempel.uuid(0x700)))
        var lines: [(String, JSONValue)] = [
            ("SagIndeks", waits), ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), titel: "Anden")),
        ]
        // More than a batch behind it.
        for number in 0..<510 {
            lines.append(("SagIndeks", Eksempel.sag(Eksempel.uuid(0x800 + number))))
        }
        lines.append(("SagIndeks", Eksempel.sag(Eksempel.uuid(1), titel: "Tredje")))
        lines.append(("SagIndeks", Eksempel.sag(Eksempel.uuid(0x700))))
        let svar = try tjeneste.kald(
            "POST", "/v1/importer", Proevetjeneste.ndjson(lines), token: tjeneste.token(),
            fields: Self.ndjson)
        let koder = Dictionary(
            uniqueKeysWithValues: svar.lines.compactMap { line -> (Int, Int)? in
                guard let nummer = line["Linje"]?.integer, let kode = line["StatusKode"]?.integer
                else { return nil }
                return (nummer, kode)
            })
        #expect(koder.count == lines.count)
        #expect([1, 2, 513, 514].map { koder[$0] } == [20, 49, 49, 20])
        #expect(try tjeneste.hent(sag(1))?.text.contains("Første") ?? false)
    }
}

extension Dictionary where Key == String, Value == String {
    fileprivate var json: JSONValue {
        .object(map { JSONValue.Member(name: $0.key, value: .string($0.value)) })
    }
}
