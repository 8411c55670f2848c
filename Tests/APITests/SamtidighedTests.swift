import Dispatch
import Foundation
import Synchronization
import Testing

@testable import API
@testable import IndexCore
@testable import Ingest

// 1. A document that is filed while the case it was filed on goes is either refused to the one who files it, or stays;
//    of whatever authorities the two cases and the document are.
// 2. What is noted of a registration is not shown to who does not see all that it may be about.
// 3. Of a damaged file the rest is served, it is reported, and searches answer what the others hold.
// 4. One issuer's broken key file keeps no other's keys alive.
// 5. Pages that begin while something is being written lack nothing and repeat nothing, and what was known at an instant
//    that has passed is the same ever after.

@Suite("Changes at once, and harm that touches nothing else")
struct SamtidighedTests {
    @Test(
        "A document is not removed under the case that begins to file it",
        arguments: [[0, 0, 0], [0, 1, 0], [0, 1, 1]], [1, 2])
    func removedWhileFiled(_ places: [Int], _ part: Int) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let cvr = places.map { [Eksempel.a, Eksempel.b][$0] }
        for round in 0..<40 {
            let number = 1000 * part + 10 * round
            let (a, b, d) = (
                Eksempel.uuid(number), Eksempel.uuid(number + 1), Eksempel.uuid(number + 2)
            )
            let post = Eksempel.journalpost(d)
            let sent = try tjeneste.importer([
                ("DokumentIndeks", Eksempel.dokument(d, cvr: cvr[2])),
                ("SagIndeks", Eksempel.sag(a, cvr: cvr[0], journal: [post])),
                ("SagIndeks", Eksempel.sag(b, cvr: cvr[1])),
            ])
            #expect(sent.koder == [20, 20, 20])
            let answers = Mutex<(removed: Int, filed: [Int])>((0, []))
            DispatchQueue.concurrentPerform(iterations: 2) { turn in
                if turn == 0 {
                    let svar = try? tjeneste.kald("DELETE", "/v1/sager/" + a)
                    answers.withLock { $0.removed = svar?.status ?? 0 }
                } else {
                    let update = Eksempel.opdatering(b).setting(
                        "RelationListe.Journalpost", [post])
                    let svar = try? tjeneste.opdater([("SagIndeks", update)])
                    answers.withLock { $0.filed = svar?.koder ?? [] }
                }
            }
            let (removed, codes) = answers.withLock { $0 }
            #expect(removed == 200)
            let document = try #require(UUIDIdentifikator(d))
            let isThere = try tjeneste.store.read { reader throws(StoreError) in
                try reader.objekt(document) != nil
            }
            #expect(codes == [20] || codes == [44])
            if codes == [20] {
                #expect(isThere, "filed and gone: \(places), round \(round)")
            } else {
                #expect(!isThere)
            }
        }
    }

    /// Changes the cases one after another for as long as `body` takes.
    private func mens(
        _ tjeneste: Proevetjeneste, _ uuids: [String], _ body: () throws -> Void
    ) throws {
        let isDone = Atomic<Bool>(false)
        let kept = Atomic<Int>(0)
        let writer = Thread {
            var round = 0
            while !isDone.load(ordering: .relaxed) {
                round += 1
                let uuid = uuids[round * 5 % uuids.count]
                let sag = Eksempel.sag(uuid).setting(
                    "Registrering.0.TilstandListe.Fremdrift.0.FremdriftStatusKode",
                    .string(["Opstaaet", "Oplyst"][round / uuids.count % 2]))
                let svar = try? tjeneste.kald("PUT", "/v1/sager/" + uuid, sag)
                if svar?.status == 200 { kept.add(1, ordering: .relaxed) }
            }
        }
        writer.start()
        defer {
            isDone.store(true, ordering: .relaxed)
            while !writer.isFinished { usleep(1_000) }
            // Otherwise it says nothing.
            #expect(kept.load(ordering: .relaxed) > 50)
        }
        try body()
    }

    @Test(
        "Pages that begin while something is being written show every object once",
        arguments: [("/v1/soeg", "Nyeste"), ("/v1/soeg", "Relevans"), ("/v1/overblik", "")])
    func pages(_ path: String, _ sortering: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let uuids = (1...8).map(Eksempel.uuid)
        let sent = try tjeneste.importer(uuids.map { ("SagIndeks", Eksempel.sag($0)) })
        #expect(sent.koder.allSatisfy { $0 == 20 })
        var body: JSONValue = ["Antal": 2]
        body =
            sortering.isEmpty
            ? body.setting("Part", .string(Eksempel.person))
            : body.setting("Sortering", .string(sortering))
        try mens(tjeneste, uuids) {
            for walk in 0..<250 {
                var found: [String] = []
                var page = body
                while true {
                    let answer = try #require(try tjeneste.kald("POST", path, page).json)
                    for hit in (answer["Traef"] ?? answer["Sager"])?.array ?? [] {
                        found.append(hit["UUIDIdentifikator"]?.string ?? "")
                    }
                    guard let marker = answer["Markoer"]?.string else { break }
                    page = body.setting("Markoer", .string(marker))
                }
                #expect(found.sorted() == uuids.sorted(), "\(path), walk \(walk)")
            }
        }
    }

    @Test("What was known at an instant that has passed is the same ever after")
    func known() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let uuids = (1...8).map(Eksempel.uuid)
        let sent = try tjeneste.importer(uuids.map { ("SagIndeks", Eksempel.sag($0)) })
        #expect(sent.koder.allSatisfy { $0 == 20 })
        try mens(tjeneste, uuids) {
            for _ in 0..<250 {
                let then = currentInstant().utcText
                func ask() throws -> [JSONValue?] {
                    let answer = try tjeneste.kald(
                        "POST", "/v1/soeg",
                        ["Registreringstid": .string(then), "Sortering": "Nyeste"])
                    return answer.json?["Traef"]?.array?.map { $0["Aendret"] } ?? []
                }
                let first = try ask()
                #expect(first.count == uuids.count)
                usleep(4_000)
                #expect(try ask() == first)
            }
        }
    }

    @Test("What is removed counts as gone at once, and what is being filed does not go")
    func bortgang() throws {
        let bortgang = Bortgang()
        let uuid = try #require(UUIDIdentifikator(Eksempel.uuid(1)))
        let (one, two, remover, other) = (
            Bortgangsmaerke(), Bortgangsmaerke(), Bortgangsmaerke(), Bortgangsmaerke()
        )
        #expect(bortgang.journaliser(uuid, one) && bortgang.journaliser(uuid, two))
        #expect(!bortgang.begynd(uuid, remover) && !bortgang.contains(uuid))
        bortgang.slut(uuid, one)
        bortgang.slut(uuid, one)
        #expect(!bortgang.begynd(uuid, remover))
        bortgang.slut(uuid, two)
        #expect(bortgang.begynd(uuid, remover) && bortgang.contains(uuid))
        #expect(!bortgang.journaliser(uuid, one))
        // One removal takes back its own mark alone.
        bortgang.fjern(uuid, other)
        bortgang.slut(uuid, other)
        #expect(bortgang.contains(uuid))
        bortgang.bliver(uuid, remover)
        #expect(!bortgang.contains(uuid) && bortgang.journaliser(uuid, two))
        bortgang.slut(uuid, two)
        bortgang.fjern(uuid, remover)
        bortgang.kommerIgen(uuid)
        #expect(!bortgang.contains(uuid))
    }

    @Test("A document that a message updates is not there for it when it goes", arguments: [0, 1])
    func removedWhileUpdated(_ place: Int) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let cvr = [Eksempel.a, Eksempel.b][place]
        for round in 0..<60 {
            let number = 10 * round
            let (a, b, d) = (
                Eksempel.uuid(number), Eksempel.uuid(number + 1), Eksempel.uuid(number + 2)
            )
            let post = Eksempel.journalpost(d)
            let sent = try tjeneste.importer([
                ("DokumentIndeks", Eksempel.dokument(d)),
                ("SagIndeks", Eksempel.sag(a, journal: [post])),
                ("SagIndeks", Eksempel.sag(b, cvr: cvr)),
            ])
            #expect(sent.koder == [20, 20, 20])
            let codes = Mutex<[Int]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { turn in
                guard turn == 1 else {
                    _ = try? tjeneste.kald("DELETE", "/v1/sager/" + a)
                    return
                }
                let document = Eksempel.opdatering(d).setting(
                    "TilstandListe.Fremdrift",
                    [
                        [
                            "Virkning": Eksempel.virkning("2025-01-01T00:00:00Z"),
                            "FremdriftStatusKode": "Fordelt",
                        ]
                    ])
                let filing = Eksempel.opdatering(b).setting("RelationListe.Journalpost", [post])
                let svar = try? tjeneste.opdater([
                    ("DokumentIndeks", document), ("SagIndeks", filing),
                ])
                codes.withLock { $0 = svar?.koder ?? [] }
            }
            let told = codes.withLock { $0 }
            #expect(told.count == 2)
            guard told.last == 20 else { continue }
            let document = try #require(UUIDIdentifikator(d))
            let isThere = try tjeneste.store.read { reader throws(StoreError) in
                try reader.objekt(document) != nil
            }
            #expect(isThere, "filed and gone, round \(round): \(told)")
        }
    }

    @Test("What was noted of a registration is hidden with the parts that it may be about")
    func noted() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let uuid = Eksempel.uuid(1)
        let ydelser = [
            Eksempel.bevilgetYdelse("1", kle: "32.03.04"),
            Eksempel.bevilgetYdelse("2", kle: "27.36.04", navn: "Misbrugsbehandling"),
        ]
        func sent(_ ydelser: [JSONValue], _ note: String, _ dag: Int) -> JSONValue {
            Eksempel.bevilling(uuid, ydelser: ydelser)
                .setting("Registrering.0.NoteTekst", .string(note))
                .setting("Registrering.0.Tidspunkt", .string("2024-03-0\(dag)T09:00:00+01:00"))
        }
        let changed = Eksempel.bevilgetYdelse("2", kle: "27.36.04", navn: "Behandling")
        for (dag, ydelser) in [[ydelser[0]], ydelser, [ydelser[0], changed], [ydelser[0]]]
            .enumerated()
        {
            let svar = try tjeneste.kald(
                "PUT", "/v1/bevillinger/" + uuid, sent(ydelser, "Note \(dag)", dag + 1))
            #expect([200, 201].contains(svar.status))
        }
        func noter(_ token: String) throws -> [String?] {
            let svar = try #require(
                try tjeneste.hent("/v1/bevillinger/\(uuid)/historik", token: token))
            return (svar["Historik"]?.array ?? []).map { $0["NoteTekst"]?.string }
        }
        #expect(
            try noter(try tjeneste.token()) == ["Note 3", "Note 2", "Note 1", "Note 0"])
        let user = try tjeneste.bruger([Proevetjeneste.gruppe([Eksempel.a], "32.*", 4)])
        // The last took the hidden benefit out: what is noted there may be about it.
        #expect(try noter(user) == [nil, nil, nil, "Note 0"])
        let now = try #require(try tjeneste.hent("/v1/bevillinger/" + uuid, token: user))
        #expect(now["Registrering"]?.array?.first?["NoteTekst"] == nil)
        let shown = try #require(try tjeneste.hent("/v1/bevillinger/" + uuid))
        #expect(shown["Registrering"]?.array?.first?["NoteTekst"]?.string == "Note 3")
        let body: JSONValue = [
            "BevillingUuid": [.string(uuid)], "Filter": ["BevillingVis": ["egenskaber"]],
        ]
        for (token, isSeen) in [(user, false), (try tjeneste.token(), true)] {
            let svar = try tjeneste.kald("POST", "/v1/fremsoeg", body.bytes, token: token)
            #expect(svar.status == 200)
            let text = String(decoding: svar.body, as: UTF8.self)
            #expect(text.contains("Note 3") == isSeen)
        }
    }

    @Test("A note about a payment is hidden with its lines")
    func notedPayment() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let (grant, uuid) = (Eksempel.uuid(1), Eksempel.uuid(2))
        let ydelser = [
            Eksempel.bevilgetYdelse("1", kle: "32.03.04"),
            Eksempel.bevilgetYdelse("2", kle: "27.36.04"),
        ]
        let linjer = [
            Eksempel.linje(1, kle: "32.03.04", bevilling: grant),
            Eksempel.linje(2, kle: "27.36.04", bevilling: grant, id: "2"),
        ]
        let payment = Eksempel.effektuering(uuid, bevilling: grant, linjer: linjer)
            .setting(
                "Registrering.0.AttributListe.Egenskaber.0.Virkning.NoteTekst", "Om behandlingen")
        let svar = try tjeneste.importer([
            ("BevillingIndeks", Eksempel.bevilling(grant, ydelser: ydelser)),
            ("OekonomiskEffektueringIndeks", payment),
        ])
        #expect(svar.koder == [20, 20])
        let user = try tjeneste.bruger([Proevetjeneste.gruppe([Eksempel.a], "32.*", 4)])
        for (token, isSeen) in [(user, false), (try tjeneste.token(), true)] {
            let svar = try tjeneste.kald("GET", "/v1/effektueringer/" + uuid, [], token: token)
            #expect(svar.status == 200)
            #expect(
                String(decoding: svar.body, as: UTF8.self).contains("Om behandlingen") == isSeen)
            let virkning: JSONValue = ["Virkning": ["NoteTekst": "Om behandlingen"]]
            let led: JSONValue = [
                "AttributListe": ["Egenskaber": [virkning]], "TilstandListe": [:],
                "RelationListe": [:],
            ]
            let body: JSONValue = ["SoegUdtryk": ["SoegOekonomiskEffektueringIndeks": led]]
            let found = try tjeneste.kald("POST", "/v1/fremsoeg", body.bytes, token: token)
            #expect(found.status == 200, "\(found.text)")
            let count = found.json?["Antal"]?.array?.first {
                $0["Element"]?.string == "effektueringer"
            }
            #expect(count?["Antal"]?.integer == (isSeen ? 1 : 0))
        }
    }

    @Test("Of a damaged file the rest is served, and the others answer searches")
    func damaged() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let (own, other) = (Eksempel.uuid(1), Eksempel.uuid(2))
        let svar = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(own, titel: "Ansøgning om ydelse")),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(3), titel: "Noget andet")),
            ("SagIndeks", Eksempel.sag(other, titel: "Ansøgning om andet", cvr: Eksempel.b)),
        ])
        #expect(svar.koder == [20, 20, 20])
        let file = tjeneste.directory + "/myndighed-\(Eksempel.a).sqlite"
        let connection = try Connection(path: file, mode: .writer)
        try connection.execute(
            "UPDATE indhold SET registrering = randomblob(100) WHERE id = 1")
        let token = try tjeneste.bruger([
            Proevetjeneste.gruppe([Eksempel.a, Eksempel.b], "*", 4)
        ])
        let system = try Proevetjeneste.gruppe([Eksempel.a, Eksempel.b], "*", 4)
        try tjeneste.aftale(
            Eksempel.fagsystem, Eksempel.a, roller: [.udstil], grupper: [system])
        let found = try tjeneste.kald(
            "POST", "/v1/soeg", Array(#"{"Tekst":"ansøgning"}"#.utf8), token: token)
        #expect(found.status == 200)
        #expect(
            found.json?["Traef"]?.array?.compactMap { $0["UUIDIdentifikator"]?.string } == [other])
        #expect(found.json?["Antal"]?["Praecis"]?.boolean == false)
        #expect(try tjeneste.kald("GET", "/v1/sager/" + own, [], token: token).status == 500)
        #expect(
            try tjeneste.kald("GET", "/v1/sager/" + Eksempel.uuid(3), [], token: token).status
                == 200)
        let ready = try tjeneste.kald("GET", "/readyz", [], token: nil)
        #expect(ready.status == 200)
        #expect(
            ready.json?["Beskadigede"]?.array?.compactMap(\.string)
                == ["myndighed-\(Eksempel.a).sqlite"])
    }

    @Test("A key file that is of no use keeps its own issuer's keys, and no other's")
    func issuers() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/noegler-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func keys(_ name: String) throws -> [UInt8] {
            let home = folder + "/" + name
            try FileManager.default.createDirectory(
                atPath: home, withIntermediateDirectories: true)
            return try DevelopmentKey(directory: home).jwks
        }
        func write(_ bytes: [UInt8], _ name: String) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        try write(try keys("en"), "a.jwks")
        try write(try keys("to"), "b.jwks")
        let text = #"{"Udstedere":[{"iss":"a","jwks":"a.jwks"},{"iss":"b","jwks":"b.jwks"}]}"#
        let konfiguration = try Konfiguration(parsing: Array(text.utf8), relativeTo: folder + "/")
        let known = try konfiguration.trustedIssuers()
        let kendte = Dictionary(uniqueKeysWithValues: zip(konfiguration.udstedere, known))
        try write(try keys("tre"), "a.jwks")
        try write(Array("nej".utf8), "b.jwks")
        var told: [String] = []
        let nye = konfiguration.trustedIssuers(or: kendte) { told.append("\($0)") }
        let next = konfiguration.udstedere.compactMap { nye[$0] }
        #expect(next.map(\.iss) == ["a", "b"])
        #expect(next[0].keys.map(\.kid) != known[0].keys.map(\.kid))
        #expect(next[1].keys.map(\.kid) == known[1].keys.map(\.kid))
        #expect(told.count == 1 && told[0].contains("Udstedere[1].jwks"))
    }
}
