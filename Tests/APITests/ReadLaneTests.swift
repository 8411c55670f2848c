// 1. So many run at once, and of one caller one less; the others in the order they came.
// 2. Too many that wait are turned away.
// 3. What passes over many objects is given up when its time is out.

import Dispatch
import Query
import Synchronization
import Testing

@testable import API
@testable import IndexCore

@Suite struct ReadLaneTests {
    private static func spoerger(_ name: String) -> ReadLane.Spoerger {
        ReadLane.Spoerger(system: name, cvr: "99000001")
    }

    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test("One caller never holds all places, and nobody is forgotten")
    func fair() {
        let lane = ReadLane(bredde: 3)
        let log = Log()
        let gate = DispatchSemaphore(value: 0)
        let begun = DispatchSemaphore(value: 0)
        let done = DispatchGroup()
        for number in 0..<6 {
            done.enter()
            let isTaken = lane.async(Self.spoerger("tung")) {
                log.add("tung \(number)")
                begun.signal()
                gate.wait()
                done.leave()
            }
            #expect(isTaken)
        }
        for _ in 0..<2 { #expect(begun.wait(timeout: .now() + 10) == .success) }
        #expect(begun.wait(timeout: .now() + 0.05) == .timedOut)
        let other = DispatchSemaphore(value: 0)
        #expect(
            lane.async(Self.spoerger("let")) {
                log.add("let")
                other.signal()
            })
        // It passes those of the other that came before it.
        #expect(other.wait(timeout: .now() + 10) == .success)
        #expect(log.all.count == 3 && log.all.last == "let")
        for _ in 0..<6 { gate.signal() }
        #expect(done.wait(timeout: .now() + 10) == .success)
        #expect(Set(log.all) == Set((0..<6).map { "tung \($0)" } + ["let"]))
    }

    @Test("Too many that wait are turned away, and those that were taken are done")
    func full() {
        let lane = ReadLane(bredde: 2)
        let gate = DispatchSemaphore(value: 0)
        let count = Atomic(0)
        let done = DispatchGroup()
        var taken = 0
        for _ in 0..<(ReadLane.mestVentende.afEn + 20) {
            done.enter()
            let isTaken = lane.async(Self.spoerger("tung")) {
                gate.wait()
                count.add(1, ordering: .relaxed)
                done.leave()
            }
            if isTaken { taken += 1 } else { done.leave() }
        }
        #expect(taken == ReadLane.mestVentende.afEn + 1)
        // Another caller is not turned away, and waits for none of them.
        let other = DispatchSemaphore(value: 0)
        #expect(lane.async(Self.spoerger("let")) { other.signal() })
        #expect(other.wait(timeout: .now() + 10) == .success)
        for _ in 0..<taken { gate.signal() }
        #expect(done.wait(timeout: .now() + 10) == .success)
        #expect(count.load(ordering: .relaxed) == taken)
    }

    @Test(
        "What may take long is told from the body, however its names are written",
        arguments: [
            (#"{"Tekst":"k\u00f8restol"}"#, false), (#"{"Virkningstid":"2024-01-01"}"#, true),
            (#"{"Sortering":"Titel"}"#, true), (#"{"Sortering":"Nyeste"}"#, false),
            (#"{"Virknings\u0074id":"2024-01-01"}"#, true), (#"{"SoegUdtryk":{}}"#, true),
            (#"{"Soeg\u0055dtryk":{}}"#, true), (#"{"Tekst":"a\\nb\"c"}"#, false), ("", false),
            ("\\u", false),
        ])
    func names(_ body: String, _ isLong: Bool) {
        #expect(Rute.soeg.kanTageTid(Array(body.utf8)) == isLong)
        #expect(!Rute.overblik.kanTageTid(Array(body.utf8)))
    }

    @Test("A question whose time is out is given up, and a short one is not")
    func deadline() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekter = (1...200).map { ("SagIndeks", Eksempel.sag(Eksempel.uuid($0))) }
        #expect(try tjeneste.importer(objekter).koder.allSatisfy { $0 == 20 })
        let scope = AccessScope(
            system: try #require(UUIDIdentifikator(Eksempel.fagsystem)),
            systemGrupper: [try Proevetjeneste.gruppe([Eksempel.a], "*", 4)], bruger: nil,
            plan: tjeneste.store.plannumre)
        func ask(_ frist: ContinuousClock.Instant?) throws -> Result<[UInt8], QueryError> {
            try tjeneste.store.read { reader throws(StoreError) in
                let syn = Syn(reader, within: scope, frist: frist)
                let element =
                    #"{"SoegSag":[{"AttributListe":{"Egenskaber":[{"Beskrivelse":"*zq*"}]},"TilstandListe":{},"RelationListe":{}}]}"#
                do throws(QueryError) {
                    return .success(
                        try Fremsoeg.json(
                            body: Array("{\"SoegUdtryk\":\(element)}".utf8), syn: syn))
                } catch {
                    return .failure(error)
                }
            }
        }
        let late = try ask(ContinuousClock.now - .seconds(1))
        #expect(throws: QueryError.store(.tooSlow)) { try late.get() }
        #expect(throws: Never.self) { try ask(ContinuousClock.now + .seconds(60)).get() }
        #expect(throws: Never.self) { try ask(nil).get() }
        let problem = Problem(StoreError.tooSlow).response(transaktion: Eksempel.uuid(1))
        #expect(problem.status == 503)
        #expect(problem.fields.contains { $0.name == "Retry-After" })
    }
}
