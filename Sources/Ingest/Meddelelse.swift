import IndexCore
import Synchronization

/// What one message holds, for the judgement of references inside it.
///
/// An object may point at another of its message, wherever that stands, until the other has been
/// refused. Used by the writers of several authorities at a time.
final class Meddelelse: Sendable {
    private let objekter: [UUIDIdentifikator: ParsedRecord]
    private let afviste = Mutex<Set<UUIDIdentifikator>>([])

    /// Of several objects with one UUID the first counts.
    init(_ records: [ParsedRecord]) {
        objekter = Dictionary(
            records.compactMap { record in record.uuid.map { ($0, record) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The object, unless it is not in the message or has been refused.
    subscript(uuid: UUIDIdentifikator) -> ParsedRecord? {
        guard let record = objekter[uuid], !erAfvist(uuid) else { return nil }
        return record
    }

    func erAfvist(_ uuid: UUIDIdentifikator) -> Bool { afviste.withLock { $0.contains(uuid) } }

    /// Takes note of what became of an object; one that is judged again may come out otherwise.
    func noter(_ uuid: UUIDIdentifikator, afvist: Bool) {
        afviste.withLock { afviste in
            if afvist { afviste.insert(uuid) } else { afviste.remove(uuid) }
        }
    }
}

/// A record of a message and the authority whose writer is to judge it.
struct Meddelt {
    let record: ParsedRecord
    let myndighed: CVRNummer?
}

extension Meddelelse {
    /// The order to judge records in, in waves: what must be there (R37) before what points at it.
    ///
    /// Authorities judge at the same time, so what points at another's record comes a wave later;
    /// there is one wave when nothing does. Pure.
    static func boelger(_ sent: [Meddelt]) -> (boelger: [[Int]], harKreds: Bool) {
        let (order, harKreds) = raekkefoelge(sent.map(\.record))
        var waves: [[Int]] = []
        // The first record of a UUID is the one that is pointed at; each of the next comes no earlier than the one
        // before it.
        var known: [UUIDIdentifikator: (wave: Int, myndighed: CVRNummer?)] = [:]
        var latest: [UUIDIdentifikator: Int] = [:]
        for place in order {
            let (record, own) = (sent[place].record, sent[place].myndighed)
            var wave = record.uuid.flatMap { latest[$0] } ?? 0
            for target in record.kraever {
                guard let target = known[target] else { continue }
                wave = max(wave, target.wave + (target.myndighed == own ? 0 : 1))
            }
            if let uuid = record.uuid {
                latest[uuid] = wave
                if known[uuid] == nil { known[uuid] = (wave, own) }
            }
            while waves.count <= wave { waves.append([]) }
            waves[wave].append(place)
        }
        return (waves, harKreds)
    }

    /// The order to judge records in: what must be there before what points at it, else as sent.
    ///
    /// Of a circle some object comes first all the same, and it is told that there is one. Costs as many steps as there
    /// are records and references. Pure.
    static func raekkefoelge(_ records: [ParsedRecord]) -> (order: [Int], harKreds: Bool) {
        let places = Dictionary(
            records.enumerated().compactMap { place, record in record.uuid.map { ($0, place) } },
            uniquingKeysWith: { first, _ in first })
        var order: [Int] = []
        order.reserveCapacity(records.count)
        var isSeen = [Bool](repeating: false, count: records.count)
        var isOrdered = isSeen
        var harKreds = false
        // Those that wait for what they point at, each with the places it has not looked at yet.
        var waiting: [(place: Int, targets: ArraySlice<Int>)] = []
        func visit(_ place: Int) {
            guard !isSeen[place] else { return }
            isSeen[place] = true
            let targets = records[place].kraever.compactMap { places[$0] }
            waiting.append((place, targets[...]))
        }
        for root in records.indices {
            visit(root)
            while let top = waiting.indices.last {
                if let next = waiting[top].targets.popFirst() {
                    // It waits for what waits for it.
                    if isSeen[next], !isOrdered[next], next != waiting[top].place {
                        harKreds = true
                    }
                    visit(next)
                } else {
                    let place = waiting.removeLast().place
                    isOrdered[place] = true
                    order.append(place)
                }
            }
        }
        return (order, harKreds)
    }
}

extension ParsedRecord {
    /// What some registration of it points at.
    var peger: [UUIDIdentifikator] {
        registreringer.flatMap { Afgoerelse.targets($0.segments) }
    }

    /// What of it must be there (R37).
    var kraever: [UUIDIdentifikator] {
        let segments = registreringer.flatMap(\.segments).filter { segment in
            switch segment.unit {
            case .journalpost, .sagsrelation, .dokumentrelation: true
            default: false
            }
        }
        return Afgoerelse.targets(segments)
    }
}
