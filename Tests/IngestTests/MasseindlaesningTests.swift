// Properties proved:
// 1. Every good line is kept, whatever order the lines come in and however small the batches are.
// 2. Of two lines with one object the first is kept and the second is refused with its own number,
//    also when they name different authorities.
// 3. A line that is no object is refused with its number, and the others are kept.
// 4. A prepared object that was packed is, unpacked, what it was.
// 5. Authorities leave the queue in the order they came, whole, and nothing is left or lost.

import Foundation
import IndexCore
import Synchronization
import Testing

@testable import Ingest

@Suite struct MasseindlaesningTests {
    private static let lines: [[UInt8]] = {
        var generator = Generator(GeneratorPlan(objects: 400, seed: 11))
        var output: [UInt8] = []
        while generator.next(into: &output) {}
        return output.split(separator: 10).map(Array.init)
    }()

    private static let validator = Validator(roller: .standard, erKendt: { _ in true })

    private func withImporter<Result>(_ body: (Importer) throws -> Result) throws -> Result {
        let directory = NSTemporaryDirectory() + "indlaesning-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory, configuration: .init(roller: .standard))
        defer { store.close() }
        return try body(
            Importer(
                store: store, validator: Self.validator,
                normaliser: Normaliser(klassifikation: nil), kontrol: { _ in .streng }))
    }

    private func load(
        _ lines: [[UInt8]], _ graenser: Masseindlaesning.Graenser = .init()
    ) throws -> (Masseindlaesning.Status, refused: [Int]) {
        try withImporter { importer in
            let refused = Mutex<[Int]>([])
            let load = Masseindlaesning(importer: importer, graenser: graenser) { line in
                guard line.kvittering.statusKode != 20 else { return }
                refused.withLock { $0.append(line.linje) }
            }
            for line in lines { load.tag(line) }
            let status = load.afslut()
            return (status, refused.withLock { $0.sorted() })
        }
    }

    @Test(
        "Every good line is kept, in any order and in batches of any size",
        arguments: [
            (1, 1, 1), (20_000, 60_000, 9_000), (8 << 20, 200 << 20, 24 << 20),
        ], [false, true])
    func allKept(_ sizes: (Int, Int, Int), _ isReversed: Bool) throws {
        let lines = isReversed ? Self.lines.reversed() : Self.lines
        let (status, refused) = try load(
            lines, .init(laesning: sizes.0, koe: sizes.1, skrivning: sizes.2))
        #expect(refused.isEmpty)
        #expect(status.gemt == Self.lines.count)
        #expect(status.linjer == Self.lines.count)
    }

    @Test("The second line with the same object is refused, the first is kept")
    func twice() throws {
        let (status, refused) = try load(
            Array(Self.lines.prefix(50)) + [Self.lines[3]] + Array(Self.lines.dropFirst(50)))
        #expect(refused == [51])
        #expect(status.gemt == Self.lines.count)
    }

    @Test("The first is kept also when the second names an authority that is written earlier")
    func twiceUnderTwoAuthorities() throws {
        let sag = Objekt.sag.text
        let other = Objekt.sag.setting(
            "Registrering.0.RelationListe.Sagsaktoer.Ejer.LokalUdvidelseListe."
                + "SagsaktoerLokalUdvidelse.CVR-Nummer", "90000077"
        ).text
        try #require(sag != other)
        let lines = [sag, other].map { Array("{\"SagIndeks\":\($0)}".utf8) }
        let (status, refused) = try load(lines)
        #expect(status.gemt == 1)
        #expect(refused == [2])
    }

    @Test("A line that is no object is refused with its number")
    func unreadable() throws {
        let (status, refused) = try load(
            [Array("{".utf8)] + Self.lines + [Array("  ".utf8), Array("{\"Sag\":1}".utf8)])
        #expect(refused == [1, Self.lines.count + 3])
        #expect(status.gemt == Self.lines.count)
    }

    @Test("What was packed comes out as it was")
    func packed() throws {
        try withImporter { importer in
            for line in Self.lines {
                let objekt = try Besked.objekt(linje: line, form: .importer)
                let prepared = importer.prepare(objekt, fra: .operatoer)
                let record = try #require(prepared.record)
                let unpacked = try #require(PakketForberedt(prepared)).pakketUd()
                let after = try #require(unpacked.record)
                #expect(unpacked.uuid == prepared.uuid)
                #expect(unpacked.myndighed == prepared.myndighed)
                #expect(unpacked.mode == prepared.mode)
                #expect(unpacked.advarsler == prepared.advarsler)
                #expect(after.kind == record.kind)
                #expect(after.findings == record.findings)
                for (left, right) in zip(after.registreringer, record.registreringer) {
                    #expect(left.index == right.index)
                    #expect(left.lists == right.lists)
                    #expect(left.header == right.header)
                    #expect(left.segments == right.segments)
                    #expect(left.positions == right.positions)
                }
                #expect(after.registreringer.count == record.registreringer.count)
            }
        }
    }

    @Test("Authorities leave the queue in the order they came, whole but where much waits")
    func queue() throws {
        try withImporter { importer in
            var koe = Myndighedskoe()
            var order: [CVRNummer?] = []
            for (index, line) in Self.lines.enumerated() {
                let objekt = try Besked.objekt(linje: line, form: .importer)
                let packed = try #require(
                    PakketForberedt(importer.prepare(objekt, fra: .operatoer)))
                if !order.contains(packed.myndighed) { order.append(packed.myndighed) }
                koe.tilfoej(KlarLinje(linje: index + 1, bytes: line.count, objekt: packed))
            }
            #expect(koe.bytes == Self.lines.reduce(0) { $0 + $1.count })
            var taken: [KlarLinje] = []
            var parts = koe
            while koe.bytes > 0 { taken += koe.tag(bytes: koe.bytes) }
            #expect(taken.map(\.linje).sorted() == Array(1...Self.lines.count))
            var left: [CVRNummer?] = []
            for line in taken where left.last != .some(line.objekt.myndighed) {
                left.append(line.objekt.myndighed)
            }
            #expect(left == order)
            // In parts, each authority's lines keep their order, and no part is much more than was asked for.
            var most = 0
            var inParts: [CVRNummer?: [Int]] = [:]
            while parts.bytes > 0 {
                let part = parts.tag(bytes: 10_000)
                most = max(most, part.reduce(0) { $0 + $1.bytes })
                for line in part { inParts[line.objekt.myndighed, default: []].append(line.linje) }
            }
            let longest = Self.lines.map(\.count).max() ?? 0
            #expect(most > 10_000 && most < 30_000 + 2 * longest)
            #expect(inParts.values.allSatisfy { $0 == $0.sorted() })
            #expect(inParts.values.flatMap(\.self).sorted() == Array(1...Self.lines.count))
        }
    }
}
