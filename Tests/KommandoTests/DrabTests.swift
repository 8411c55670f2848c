// What is proved here, with the built executable:
// 1. Whatever moment the server is killed at, every object that was answered 20 is there after the
//    restart, in the version that was answered or in one sent after it; none is half there.
// 2. It serves again within ten seconds, and the store's own control finds nothing.
// 3. The same holds when it is killed while it makes an authority's first file.

import Foundation
import IndexCore
import Synchronization
import Testing

@Suite("kill -9 under load", .serialized)
struct DrabTests {
    private static let rounds = 30

    /// What one object has been sent and answered as.
    private struct Sag: Sendable {
        /// The version last answered 20; nil while none is.
        var answered: Int?
        var sent: Int
        /// The authority of each version.
        var cvr: [String]
    }

    /// One connection's objects; nobody else touches them.
    private struct Egne: Sendable {
        var first: Int
        var sager: [Sag] = []
        var faults: [String] = []
    }

    @Test("What was answered 20 is there whenever the server is killed")
    func kills() throws {
        try Program.withFolder { folder in
            let directory = folder + "/data"
            try prepare(directory)
            let token = try DrabServer.token(
                directory, system: try #require(UUIDIdentifikator(DrabSag.system)),
                cvr: try #require(CVRNummer(DrabSag.a)))
            var generator = SystemRandomNumberGenerator()
            var all = (0..<4).map { Egne(first: $0 * 1_000_000) }
            for round in 0..<Self.rounds {
                let server = try DrabServer(directory)
                #expect(server.readyAfter < .seconds(10))
                let known = all
                try verify(known, server.port, token, onlyLast: round + 1 < Self.rounds ? 250 : nil)
                let after = UInt32.random(in: 10_000...700_000, using: &generator)
                all = load(all, server, token, killAfter: after)
                try report(&all, round, log: directory + ".log")
            }
            try control(directory)
            let server = try DrabServer(directory)
            try verify(all, server.port, token, onlyLast: nil)
            #expect(server.stop() == 0)
            let answered = all.flatMap(\.sager).count { $0.answered != nil }
            #expect(answered > 500, "\(answered)")
            let log = try String(contentsOfFile: directory + ".log", encoding: .utf8)
            #expect(!log.contains("T-") && !log.contains("N-"))
        }
    }

    @Test("Killed while it makes an authority's first file, it takes objects after the restart")
    func killedAtTheFirst() throws {
        for round in 0..<12 {
            try Program.withFolder { folder in
                let directory = folder + "/data"
                try prepare(directory)
                let token = try DrabServer.token(
                    directory, system: try #require(UUIDIdentifikator(DrabSag.system)),
                    cvr: try #require(CVRNummer(DrabSag.a)))
                let server = try DrabServer(directory)
                let port = server.port
                let done = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    _ = Self.send(Egne(first: 0), port, token, seed: 0, Atomic(0))
                    done.signal()
                }
                usleep(UInt32(round) * 4_000)
                server.kill()
                done.wait()
                let next = try DrabServer(directory)
                let client = try DrabForbindelse(next.port, token: token)
                let sager = [DrabSag.a, DrabSag.b].enumerated().map { index, cvr in
                    DrabSag.ny(7_000_000 + index, cvr: cvr)
                }
                let body = #"{"SagIndeks":[\#(sager.joined(separator: ","))]}"#
                let (status, answer) = try client.kald("POST", "/v1/importer", Array(body.utf8))
                #expect(status == 200)
                let codes = try JSONValue(parsing: answer)["UnikRetur"]?.array?.map {
                    $0["StatusKode"]?.integer
                }
                #expect(codes == [20, 20], "round \(round)")
                #expect(next.stop() == 0)
            }
        }
    }

    private func prepare(_ directory: String) throws {
        let store = try Store(directory: directory)
        defer { store.close() }
        let cvr = [DrabSag.a, DrabSag.b].compactMap { CVRNummer($0) }
        let group = RightsGroup(
            myndigheder: Set(cvr), kle: try #require(KLEPattern.list("*")), foelsomhed: .vipSager)
        _ = try store.add(
            Aftale(
                system: try #require(UUIDIdentifikator(DrabSag.system)),
                myndighed: try #require(cvr.first), roller: [.udstil, .rediger], grupper: [group],
                fra: .distantPast))
    }

    private func control(_ directory: String) throws {
        let outcome = try Program.run(["check", "--data", directory])
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    }

    /// One issue a round with each fault once, how often it came, and what the server wrote.
    private func report(_ all: inout [Egne], _ round: Int, log: String) throws {
        let counts = all.flatMap(\.faults).reduce(into: [:]) { $0[$1, default: 0] += 1 }
        for index in all.indices { all[index].faults = [] }
        guard !counts.isEmpty else { return }
        let written = try String(contentsOfFile: log, encoding: .utf8)
        Issue.record("round \(round): \(counts); the server wrote: \(written.suffix(2000))")
    }

    // MARK: Load

    /// Four connections send until the server is gone.
    private func load(
        _ all: [Egne], _ server: DrabServer, _ token: String, killAfter microseconds: UInt32
    ) -> [Egne] {
        let results = Mutex(all)
        let answered = Atomic(0)
        let port = server.port
        let group = DispatchGroup()
        for index in all.indices {
            let egne = all[index]
            group.enter()
            // A thread each: the shared queue has no more than the machine has cores.
            Thread.detachNewThread {
                let result = Self.send(egne, port, token, seed: index, answered)
                results.withLock { $0[index] = result }
                group.leave()
            }
        }
        usleep(microseconds)
        // A slow machine gets the time it needs to answer something.
        let patience = ContinuousClock.now + .seconds(10)
        while answered.load(ordering: .relaxed) < 2, ContinuousClock.now < patience {
            usleep(5_000)
        }
        server.kill()
        group.wait()
        return results.withLock { $0 }
    }

    private static func send(
        _ egne: Egne, _ port: UInt16, _ token: String, seed: Int, _ answered: borrowing Atomic<Int>
    ) -> Egne {
        var egne = egne
        guard let client = try? DrabForbindelse(port, token: token) else { return egne }
        var turn = seed
        while true {
            turn += 1
            let places =
                turn % 3 == 0 && egne.sager.count >= 50
                ? update(&egne, turn) : grow(&egne, turn)
            let isNew = egne.sager[places[0]].sent == 0
            let text = places.map { place in
                let sag = egne.sager[place]
                let cvr = sag.cvr[sag.sent]
                let number = egne.first + place
                return isNew
                    ? DrabSag.ny(number, cvr: cvr)
                    : DrabSag.opdatering(number, version: sag.sent, cvr: cvr)
            }.joined(separator: ",")
            let member = isNew ? "SagIndeks" : "OpdaterSagIndeks"
            let body = Array(#"{"\#(member)":[\#(text)]}"#.utf8)
            let path = isNew ? "/v1/importer" : "/v1/opdater"
            guard let (status, answer) = try? client.kald("POST", path, body) else { return egne }
            note(&egne, places, status, answer)
            answered.add(1, ordering: .relaxed)
        }
    }

    /// Fifty new objects, every other one in either authority.
    private static func grow(_ egne: inout Egne, _ turn: Int) -> [Int] {
        (0..<50).map { index in
            egne.sager.append(
                Sag(answered: nil, sent: 0, cvr: [index % 2 == 0 ? DrabSag.a : DrabSag.b]))
            return egne.sager.count - 1
        }
    }

    /// Fifty known objects in a new version; every seventh changes authority.
    private static func update(_ egne: inout Egne, _ turn: Int) -> [Int] {
        let known = egne.sager.indices.filter { egne.sager[$0].answered == egne.sager[$0].sent }
        let chosen = (0..<50).compactMap {
            known.isEmpty ? nil : known[($0 * 31 + turn * 17) % known.count]
        }
        let places = Array(Set(chosen)).sorted()
        guard !places.isEmpty else { return grow(&egne, turn) }
        for place in places {
            let now = egne.sager[place].cvr[egne.sager[place].sent]
            let other = now == DrabSag.a ? DrabSag.b : DrabSag.a
            egne.sager[place].sent += 1
            egne.sager[place].cvr.append((place + turn) % 7 == 0 ? other : now)
        }
        return places
    }

    private static func note(_ egne: inout Egne, _ places: [Int], _ status: Int, _ answer: [UInt8])
    {
        guard status == 200, let receipts = (try? JSONValue(parsing: answer))?["UnikRetur"]?.array,
            receipts.count == places.count
        else { return egne.faults.append("answered \(status)") }
        for (place, receipt) in zip(places, receipts) {
            guard receipt["StatusKode"]?.integer == 20 else {
                egne.faults.append(
                    "refused \(receipt["StatusKode"]?.integer ?? 0) "
                        + "\(receipt["Fejl"]?.array?.first?["regel"]?.string ?? "")")
                continue
            }
            egne.sager[place].answered = egne.sager[place].sent
        }
    }

    // MARK: What is there

    private func verify(
        _ all: [Egne], _ port: UInt16, _ token: String, onlyLast: Int?
    ) throws {
        let faults = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: all.count) { index in
            let egne = all[index]
            do {
                let client = try DrabForbindelse(port, token: token)
                let first = max(0, egne.sager.count - (onlyLast ?? egne.sager.count))
                for place in first..<egne.sager.count {
                    let found = try fault(egne.sager[place], egne.first + place, client)
                    if let found { faults.withLock { $0.append(found) } }
                }
            } catch {
                faults.withLock { $0.append("\(error)") }
            }
        }
        let found = faults.withLock { $0 }
        #expect(found.isEmpty, "\(found.count): \(found.prefix(5))")
    }

    /// What is wrong with one object, if anything is.
    private func fault(_ sag: Sag, _ number: Int, _ client: DrabForbindelse) throws -> String? {
        let (status, body) = try client.kald("GET", "/v1/sager/" + DrabSag.uuid(number))
        guard status == 200 else {
            return sag.answered == nil && status == 404 ? nil : "\(number): \(status)"
        }
        let registrering = try JSONValue(parsing: body)["Registrering"]?.array?.first
        let titel = registrering?["AttributListe"]?["Egenskaber"]?.array?.first?["Titel"]?.string
        let version = titel?.split(separator: "-").dropFirst().first.flatMap { Int($0) } ?? -1
        guard sag.cvr.indices.contains(version), (sag.answered ?? 0)...sag.sent ~= version,
            titel == "T-\(version)-\(sag.cvr[version])"
        else { return "\(number): another version" }
        let aktoerer = registrering?["RelationListe"]?["Sagsaktoer"]?.array ?? []
        let ejer = "0c000000-0000-4000-8000-0000" + sag.cvr[version]
        let isWhole =
            aktoerer.contains { $0["ReferenceID"]?.string == ejer } && aktoerer.count == 2
            && registrering?["RelationListe"]?["Sagsklasse"]?.array?.count == 2
        return isWhole ? nil : "\(number): half"
    }
}
