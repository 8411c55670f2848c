// 1. Random sequences of imports, updates, purges and removals read as a naive model says, at every
//    (virkning, registrering), by object and by key, and the control finds nothing.

import Testing

@testable import IndexCore

@Suite struct StoreModelTests {
    private final class Model {
        /// Every registration, oldest first, as acknowledged.
        var objekter: [Int: [Registrering]] = [:]
    }

    private static func random(_ seed: inout Seed, _ step: Int) -> Segment {
        let grid = (0...8).map { Byg.foer.advanced(byMicroseconds: Int64($0) * 1_000_000) }
        let first = seed.below(8)
        let fra = grid[first]
        let til = seed.below(3) == 0 ? .distantFuture : grid[first + 1 + seed.below(8 - first)]
        switch seed.below(4) {
        case 0:
            return Byg.egenskaber(
                titel: "t\(step)", nummer: "n\(seed.below(4))", fra: fra, til: til)
        case 1: return Byg.klasse("27.36.0\(seed.below(4))", fra: fra, til: til)
        default:
            return Byg.part(
                "p\(step)", cpr: "311399990\(seed.below(3))", indeks: "\(seed.below(2))", fra: fra,
                til: til)
        }
    }

    private func skrivning(_ op: Int, _ number: Int, _ seed: inout Seed, _ step: Int)
        -> Store.Skrivning
    {
        let sent = (0...seed.below(2)).map { _ in Self.random(&seed, step) }
        let key = "\(seed.below(2))"
        return Store.Skrivning(
            command: WriteCommand(uuid: Byg.uuid(number), kind: .sag) {
                stored, context throws(StoreError) -> WriteDecision in
                guard let stored else {
                    return op < 5
                        ? .insert([Byg.sag(sent), Byg.sag([])].suffix(1 + step % 2)) : .leave
                }
                switch op {
                case 0..<7:
                    var next = stored.current
                    next.segments = Timeline.merge(next.segments, with: sent)
                    return .append([next])
                case 7:
                    return .rewrite(
                        try context.historik(of: stored).map { old in
                            var rest = old
                            rest.segments.removeAll { $0.unit == .sagspart && $0.key.indeks == key }
                            return rest
                        })
                default: return .remove
                }
            }, myndighed: Byg.a, peger: [])
    }

    @Test("Random sequences through the store read as the model says", arguments: 0..<8)
    func sequences(_ number: Int) throws {
        var seed = Seed(UInt64(number) &* 7919)
        let mappe = try Mappe()
        let ur = StilleUr()
        let store = try mappe.store(objekterPerFil: number % 2 == 0 ? 10 : 500_000) { ur.now }
        let model = Model()
        for step in 0..<150 {
            if number % 3 > 0 { ur.move(microseconds: Int64(seed.below(3))) }
            let own = seed.below(30)
            let op = seed.below(9)
            let before = model.objekter[own]
            // The decision's own result is what the model keeps: read back whole below.
            let outcome = try #require(
                store.writeAndWait([skrivning(op, own, &seed, step)]).first
            ).get()
            try update(model, own, before, outcome, store, op)
            if step % 10 == 0 { try compare(store, model, &seed, number) }
        }
        try compare(store, model, &seed, number)
        #expect(try store.skader().isEmpty, "seed \(number)")
    }

    /// Registrations that were known stay as they were, but for a purge.
    private func update(
        _ model: Model, _ own: Int, _ before: [Registrering]?, _ outcome: WriteOutcome,
        _ store: Store, _ op: Int
    ) throws {
        let now = try all(store, own)
        switch outcome {
        case .removed:
            #expect(now.isEmpty)
            model.objekter[own] = nil
        case .stored(let sts):
            #expect(now.last?.stsTidspunkt == sts)
            let times = now.map(\.stsTidspunkt)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
            if let before, op < 7 {
                #expect(now.count == before.count + 1)
                #expect(
                    zip(before, now).allSatisfy {
                        $0.hasSameContent(as: $1) && $0.stsTidspunkt == $1.stsTidspunkt
                    })
            }
            model.objekter[own] = now
        case .left: #expect(now.count == before?.count ?? 0)
        default: Issue.record("unexpected outcome")
        }
    }

    private func all(_ store: Store, _ own: Int) throws -> [Registrering] {
        try store.read { reader throws(StoreError) in
            guard let found = try reader.row(Byg.uuid(own), near: nil) else { return [] }
            return try found.shard.historik(of: found.row, from: .distantPast, to: .distantFuture)
                .reversed()
        }
    }

    private func compare(
        _ store: Store, _ model: Model, _ seed: inout Seed, _ number: Int
    ) throws {
        let known = model.objekter.values.flatMap { $0.map(\.stsTidspunkt) }
        for _ in 0..<4 {
            let r = known.isEmpty ? Byg.start : known[seed.below(known.count)]
            let v = Byg.foer.advanced(byMicroseconds: Int64(seed.below(9)) * 1_000_000)
            let cpr = "urn:oio:cpr-nr:311399990\(seed.below(3))"
            let expected = Set(
                model.objekter.filter { _, all in
                    guard let at = all.last(where: { $0.stsTidspunkt <= r }) else { return false }
                    return at.segments(of: .sagspart, at: staaende(at, v)).contains {
                        $0.body.text(.referenceID) == cpr
                    }
                }.map { Byg.uuid($0.key) })
            let found = try find(store, cpr, v, r)
            #expect(found == expected, "seed \(number)")
            try compareReading(store, model, r, number)
        }
    }

    /// The instant that a search at `v` is answered by: the last of an object that is over by then, and the first of one
    /// that lay ahead when it was registered.
    private func staaende(_ registrering: Registrering, _ v: Tidspunkt) -> Tidspunkt {
        let tider = registrering.segments.filter { $0.unit == .egenskaber }.map(\.virkning)
            .filter { $0.fra < $0.til }
        if tider.contains(where: { $0.covers(v) }) { return v }
        let last = tider.map(\.til).filter { $0 <= v }.max()
        if let last { return Tidspunkt(microseconds: last.microseconds - 1) }
        let first = tider.map(\.fra).min()
        return first.flatMap { registrering.stsTidspunkt < $0 ? $0 : nil } ?? v
    }

    private func find(
        _ store: Store, _ cpr: String, _ v: Tidspunkt, _ r: Tidspunkt
    ) throws -> Set<UUIDIdentifikator> {
        try store.read { reader throws(StoreError) in
            var result: Set<UUIDIdentifikator> = []
            for shard in try reader.shards(of: Byg.a) {
                try shard.forEachHenvisning(Noegle(urn: cpr)) { row throws(StoreError) in
                    if row.holds(at: v, knownAt: r), let objekt = try shard.row(id: row.objekt) {
                        result.insert(objekt.uuid)
                    }
                    return true
                }
            }
            return result
        }
    }

    private func compareReading(
        _ store: Store, _ model: Model, _ r: Tidspunkt, _ number: Int
    ) throws {
        try store.read { reader throws(StoreError) in
            for (own, all) in model.objekter {
                guard let found = try reader.row(Byg.uuid(own), near: nil) else {
                    Issue.record("seed \(number): an object is gone")
                    continue
                }
                let at = try found.shard.registrering(of: found.row, knownAt: r)
                let expected = all.last { $0.stsTidspunkt <= r }
                #expect(at?.stsTidspunkt == expected?.stsTidspunkt)
                if let at, let expected { #expect(at.hasSameContent(as: expected)) }
                let til = r.advanced(byMicroseconds: 5)
                let interval = try found.shard.historik(of: found.row, from: r, to: til)
                let wanted = all.filter { $0.stsTidspunkt < til && $0.stsTidspunkt > r }
                let inForce = all.last { $0.stsTidspunkt <= r }
                #expect(
                    interval.map(\.stsTidspunkt)
                        == (([inForce].compactMap(\.self) + wanted).map(\.stsTidspunkt)).reversed())
            }
        }
    }
}
