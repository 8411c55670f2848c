// 1. What is pointed at is judged before what points at it; all else in the order it was sent.
//    What points at another authority's object comes a wave later, and what points at that with it.
// 2. A circle, an object that points at itself and two of one UUID all come once each.
// 3. An object of the message may be pointed at until it is refused, and again if it is not after all.

import IndexCore
import Testing

@testable import Ingest

@Suite struct MeddelelseTests {
    private func uuid(_ number: Int) -> String { "0a000000-0000-4000-8000-00000000010\(number)" }

    /// A Sag with that number that points at the others.
    private func sag(_ number: Int, _ targets: [Int] = []) throws -> ParsedRecord {
        let json = targets.enumerated().reduce(
            Objekt.sag.setting("UUIDIdentifikator", uuid(number))
        ) { json, target in
            json.adding(
                Sti.relation + "Sagsrelation",
                Objekt.relation(
                    .sag, .sagsrelation, .andreSager, .sag, uuid(target.element),
                    indeks: String(target.offset)))
        }
        return try Objekt.parse(json, .sag)
    }

    @Test(
        "What is pointed at comes first",
        arguments: [
            ([[], [], []], [0, 1, 2]),
            ([[1], [2], []], [2, 1, 0]),
            ([[], [0], [1]], [0, 1, 2]),
            ([[2, 1], [], []], [2, 1, 0]),
            ([[], [3], [], []], [0, 3, 1, 2]),
            ([[1], [0], [0]], [1, 0, 2]),
            ([[0], [9]], [0, 1]),
        ])
    func order(_ targets: [[Int]], _ expected: [Int]) throws {
        let records = try targets.enumerated().map { try sag($0.offset, $0.element) }
        #expect(Meddelelse.raekkefoelge(records).order == expected)
    }

    @Test(
        "A circle is told, and what points at itself or twice at one is none",
        arguments: [
            ([[1], [0]], true), ([[1], [2], [0]], true), ([[], [2], [1]], true),
            ([[1, 2], [2], []], false), ([[0], [9]], false), ([[2], [2], []], false),
            ([[1], [2, 3], [], [1]], true), ([[], []], false),
        ])
    func circles(_ targets: [[Int]], _ expected: Bool) throws {
        let records = try targets.enumerated().map { try sag($0.offset, $0.element) }
        #expect(Meddelelse.raekkefoelge(records).harKreds == expected)
    }

    @Test("Of two with one UUID the first stays first, whoever points at it")
    func twice() throws {
        let records = [try sag(1, [2]), try sag(2), try sag(2)]
        #expect(Meddelelse.raekkefoelge(records).order == [1, 0, 2])
    }

    @Test(
        "What points at another authority's object waits for it",
        arguments: [
            ([[1], [2], []], "AAA", [[2, 1, 0]]),
            ([[1], [2], []], "AAB", [[2], [1, 0]]),
            ([[1], [2], []], "ABA", [[2], [1], [0]]),
            ([[], [], [0]], "ABB", [[0, 1], [2]]),
            ([[1], [0], []], "ABA", [[1, 2], [0]]),
        ])
    func waves(_ targets: [[Int]], _ owners: String, _ expected: [[Int]]) throws {
        let sent = try zip(targets, owners).enumerated().map { number, item in
            Meddelt(
                record: try sag(number, item.0),
                myndighed: CVRNummer(item.1 == "A" ? "99000001" : "99000002"))
        }
        #expect(Meddelelse.boelger(sent).boelger == expected)
    }

    @Test("The second of one UUID comes no earlier than the first")
    func twiceInWaves() throws {
        let (a, b) = (CVRNummer("99000001"), CVRNummer("99000002"))
        let sent = [
            Meddelt(record: try sag(1, [2]), myndighed: a),
            Meddelt(record: try sag(2), myndighed: b), Meddelt(record: try sag(1), myndighed: a),
        ]
        #expect(Meddelelse.boelger(sent).boelger == [[1], [0, 2]])
    }

    @Test("A third of one UUID comes no earlier than the second, which came late")
    func thrice() throws {
        let (a, b) = (CVRNummer("99000001"), CVRNummer("99000002"))
        let sent = [
            Meddelt(record: try sag(2), myndighed: b), Meddelt(record: try sag(1), myndighed: a),
            Meddelt(record: try sag(1, [2]), myndighed: a),
            Meddelt(record: try sag(1), myndighed: a),
        ]
        #expect(Meddelelse.boelger(sent).boelger == [[0, 1], [2, 3]])
    }

    @Test("A long chain takes no deeper stack than a short one")
    func chain() throws {
        let last = 20_000
        let one = try sag(0)
        let segment = try #require(
            try sag(0, [1]).registreringer.first?.segments.last {
                $0.unit == .sagsrelation
            })
        let records = (0...last).map { number in
            var writer = RecordWriter()
            writer.uuid(.referenceID, UUIDIdentifikator(high: 1, low: UInt64(number + 1)))
            let relation = Segment(
                unit: .sagsrelation, virkning: segment.virkning, body: ElementGroup(writer.bytes))
            return ParsedRecord(
                kind: .sag, operation: .importer,
                uuid: UUIDIdentifikator(high: 1, low: UInt64(number)),
                registreringer: one.registreringer.map {
                    ParsedRegistrering(
                        index: 0, header: $0.header, lists: .all, segments: [relation],
                        positions: [0])
                }, findings: [])
        }
        #expect(Meddelelse.raekkefoelge(records).order == Array((0...last).reversed()))
    }

    @Test("A refused object may not be pointed at, until it is judged otherwise")
    func refused() throws {
        let record = try sag(1)
        let own = try #require(record.uuid)
        let meddelelse = Meddelelse([record])
        #expect(meddelelse[own]?.kind == .sag && !meddelelse.erAfvist(own))
        meddelelse.noter(own, afvist: true)
        #expect(meddelelse[own] == nil && meddelelse.erAfvist(own))
        meddelelse.noter(own, afvist: false)
        #expect(meddelelse[own] != nil)
        let stranger = UUIDIdentifikator(high: 1, low: 1)
        #expect(meddelelse[stranger] == nil && !meddelelse.erAfvist(stranger))
    }
}
