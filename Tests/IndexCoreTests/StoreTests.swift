// 1. What is acknowledged is read back, at any (virkning, registrering), also after reopening.
// 2. StsTidspunkt rises strictly within an object, also under a clock that stands still (B6).
// 3. Registrations never change; historik tells every one (B6). Random sequences against a model.
// 4. The same object twice in a batch, an unknown object and one authority's failure: each alone.
// 5. Numbers are judged by what is stored and by what waits, in the same way.
// 6. A decision may read objects of other authorities, also while their rows are out of date.
// 7. Rows that time has made out of date are derived again before any answer, however many.
// 8. An object that changes Ejer moves whole; changes on their way follow it.
// 9. Reservations are given back; places that come to nothing are given up.
// 10. Idle readers that gave their pages back are readers still, and see what was written since; so are
//     writers.

import CSQLite
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import IndexCore

@Suite struct StoreTests {
    @Test("What was written is read back after reopening")
    func reopening() throws {
        let mappe = try Mappe()
        let uuid = Byg.uuid(1)
        do {
            let store = try mappe.store()
            try store.gem(uuid, Byg.sag(titel: "Vandløb"))
            store.close()
        }
        let store = try mappe.store()
        let current = try #require(try store.current(uuid))
        #expect(current.segments.first?.body.text(.titel) == "Vandløb")
        #expect(try store.fundet("vandloeb") == 1)
        #expect(try store.skader().isEmpty)
    }

    @Test("What idle readers keep is given back, and they read on")
    func shrunkReaders() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        try store.gem(Byg.uuid(1), Byg.sag(titel: "Vandløb"))
        #expect(try store.fundet("vandloeb") == 1)
        let laan = store.pool.laan
        store.pool.shrink()
        store.lager.forgetLister()
        #expect(store.pool.laan == laan)
        try store.gem(Byg.uuid(2), Byg.sag(titel: "Vandløb ved skel"))
        #expect(try store.fundet("skel") == 1)
        #expect(try store.fundet("vandloeb") == 2)
        #expect(store.pool.laan > laan)
    }

    /// Bytes of pages that the authority's writer keeps.
    private func gemteBytes(_ store: Store) throws -> Int {
        let bytes = try store.skriver(for: Byg.a).writer.outside { kontekst in
            kontekst.dele.values.reduce(0) { sum, part in
                var (now, most) = (Int32(0), Int32(0))
                sqlite3_db_status(
                    part.connection.handle, SQLITE_DBSTATUS_CACHE_USED, &now, &most, 0)
                return sum + Int(now)
            }
        }
        return try #require(bytes)
    }

    @Test("What idle writers keep is given back, and they write on", .timeLimit(.minutes(5)))
    func shrunkWriters() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        for number in 0..<100 { try store.gem(Byg.uuid(number), Byg.sag(nummer: "\(number)")) }
        let before = try gemteBytes(store)
        store.hvil(pauseSeconds: 1)
        let end = currentInstant().advanced(byMicroseconds: 20_000_000)
        while try gemteBytes(store) * 4 > before, currentInstant() < end { usleep(50_000) }
        #expect(try gemteBytes(store) * 4 <= before)
        try store.gem(Byg.uuid(100), Byg.sag(nummer: "100"))
        #expect(try store.count() == 101)
    }

    @Test("Text indexes are merged in the background, a little at a time, and find what they found")
    func mergedTexts() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        func segments() throws -> [Int] {
            let found = try store.skriver(for: Byg.a).writer.outside { kontekst in
                kontekst.dele.values.compactMap { try? $0.tekstStructure()?.niveauer.map(\.count) }
            }
            return try #require(found).flatMap { $0 }
        }
        for number in 0..<70 {
            try store.gem(Byg.uuid(number), Byg.sag(titel: "vandløb nr. \(number)"))
            if number % 3 == 0 {
                try store.gem(Byg.uuid(number), Byg.sag(titel: "grøft nr. \(number)"))
            }
        }
        var extra = 0
        while try !segments().contains(where: { $0 > 1 }), extra < 10 {
            try store.gem(Byg.uuid(100 + extra), Byg.sag(titel: "kloak"))
            extra += 1
        }
        #expect(try segments().contains { $0 > 1 })
        store.varmOp()
        #expect(try !segments().contains { $0 > 1 })
        func found() throws -> [Int] { [try store.fundet("vandloeb"), try store.fundet("groeft")] }
        #expect(try found() == [46, 24])
        // What is written later is merged at the next rest, and found at once.
        for number in 70..<80 { try store.gem(Byg.uuid(number), Byg.sag(titel: "vandløb")) }
        #expect(try found() == [56, 24])
        store.hvil(pauseSeconds: 1)
        let end = currentInstant().advanced(byMicroseconds: 20_000_000)
        while try segments().contains(where: { $0 > 1 }), currentInstant() < end { usleep(50_000) }
        #expect(try !segments().contains { $0 > 1 })
        #expect(try found() == [56, 24])
    }

    @Test("StsTidspunkt rises strictly under a clock that stands still")
    func frozenClock() throws {
        let mappe = try Mappe()
        let ur = StilleUr()
        let store = try mappe.store { ur.now }
        let uuid = Byg.uuid(1)
        var last = Tidspunkt.distantPast
        for round in 0..<20 {
            if round == 10 { ur.move(microseconds: -3_600_000_000) }
            guard case .stored(let sts) = try store.gem(uuid, Byg.sag(titel: "nr. \(round)")) else {
                Issue.record("not stored")
                return
            }
            #expect(sts > last)
            last = sts
        }
        #expect(try store.skader().isEmpty)
    }

    @Test("An object twice in one batch is changed twice, in order")
    func twiceInBatch() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let uuid = Byg.uuid(1)
        let results = store.writeAndWait([
            Store.gem(uuid, [Byg.sag(titel: "En", [Byg.part("Ane")])]),
            Store.gem(uuid, [Byg.sag(titel: "To", [Byg.part("Bo")])], nil),
            Store.gem(Byg.uuid(2), [Byg.sag()], nil),
            Store.fjern(Byg.uuid(3)),
        ])
        #expect(try store.current(uuid)?.segments.first?.body.text(.titel) == "To")
        #expect(results.count == 4)
        guard case .success(.left) = results[2], case .success(.left) = results[3] else {
            Issue.record("an unknown object without authority was written")
            return
        }
        #expect(try store.fundet("ane") == 0 && store.fundet("bo") == 1)
        #expect(try store.skader().isEmpty)
    }

    @Test("Put in and taken out in one transaction leaves nothing but two events")
    func insertedThenRemoved() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let uuid = Byg.uuid(1)
        let results = store.writeAndWait([
            Store.gem(uuid, [Byg.sag([Byg.part("Ane")])]), Store.fjern(uuid),
            Store.gem(Byg.uuid(2), [Byg.sag(nummer: "2")]),
        ])
        guard case .success(.removed) = results[1] else {
            Issue.record("not removed")
            return
        }
        // The catalogue's queue has done what was submitted before this.
        _ = try store.katalog?.perform { _ throws(StoreError) in 0 }
        #expect(try store.row(uuid) == nil)
        #expect(try store.fundet("ane") == 0)
        #expect(try store.kontrol(reparer: false) { _ in }.isEmpty)
    }

    @Test("A decision that fails fails its own object alone")
    func failingDecision() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let bad = Store.Skrivning(
            command: WriteCommand(uuid: Byg.uuid(2), kind: .sag) {
                _, _ throws(StoreError) -> WriteDecision in throw StoreError.busy
            }, myndighed: Byg.a, peger: [])
        let results = store.writeAndWait([
            Store.gem(Byg.uuid(1), [Byg.sag()]), bad, Store.gem(Byg.uuid(3), [Byg.sag()]),
        ])
        guard case .success(.stored) = results[0], case .failure(.busy) = results[1],
            case .success(.stored) = results[2]
        else {
            Issue.record("not each alone")
            return
        }
    }

    @Test(
        "A number is held by its object now, not before, whatever the letters' case",
        arguments: [true, false])
    func holder(_ isCommitted: Bool) throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let first = Byg.registrering([
            Byg.egenskaber(nummer: "Gammel-1", til: Byg.start),
            Byg.egenskaber(nummer: "Ny-1", fra: Byg.start), Byg.ejer(Byg.a),
        ])
        let seen = Mutex<[UUIDIdentifikator?]>([])
        let asking = Store.Skrivning(
            command: WriteCommand(uuid: Byg.uuid(2), kind: .sag) {
                _, context throws(StoreError) -> WriteDecision in
                for number in ["NY-1", "gammel-1", "ukendt"] {
                    let holder = try context.holder(
                        of: Byg.nummer(number, besides: Byg.uuid(2), at: context.now))
                    seen.withLock { $0.append(holder) }
                }
                return .leave
            }, myndighed: Byg.a, peger: [])
        let inserting = Store.gem(Byg.uuid(1), [first])
        if isCommitted {
            _ = store.writeAndWait([inserting])
            _ = store.writeAndWait([asking])
        } else {
            _ = store.writeAndWait([inserting, asking])
        }
        #expect(seen.withLock { $0 } == [Byg.uuid(1), nil, nil])
    }

    @Test(
        "Decisions read other authorities' objects while rows there are out of date",
        .timeLimit(.minutes(5)))
    func decisionsAcross() throws {
        let mappe = try Mappe()
        let ur = StilleUr()
        let store = try mappe.store { ur.now }
        let soon = Byg.start.advanced(byMicroseconds: 1_000_000)
        for (number, owner) in [(1, Byg.a), (2, Byg.b)] {
            try store.gem(
                Byg.uuid(number), Byg.sag(ejer: owner, [Byg.part("x", til: soon)]), owner)
        }
        ur.move(microseconds: 2_000_000)
        // Each asks for the other's, and for one that its own catalogue place holds nothing of.
        let kinds = Mutex<[ObjektKind?]>([])
        func asking(_ own: Int, _ other: Int, _ owner: CVRNummer) -> Store.Skrivning {
            Store.Skrivning(
                command: WriteCommand(uuid: Byg.uuid(own), kind: .sag) {
                    _, context throws(StoreError) -> WriteDecision in
                    let kind = try context.kind(of: Byg.uuid(other))
                    let current = try context.objekt(Byg.uuid(other))
                    kinds.withLock { $0.append(current == nil ? nil : kind) }
                    return .leave
                }, myndighed: owner, peger: [])
        }
        for _ in 0..<10 {
            _ = store.writeAndWait([
                asking(1, 2, Byg.a), asking(2, 1, Byg.b), asking(10, 10, Byg.a),
            ])
        }
        #expect(kinds.withLock { $0.compactMap(\.self).count } == 20)
    }

    @Test(
        "After a boundary everything is derived again before any answer, over a thousand objects too"
    )
    func timePassing() throws {
        let mappe = try Mappe()
        let ur = StilleUr()
        let store = try mappe.store { ur.now }
        let then = Byg.start.advanced(byMicroseconds: 10_000_000)
        let registrering = Byg.registrering([
            Byg.egenskaber(titel: "foer", til: then), Byg.egenskaber(titel: "efter", fra: then),
            Byg.foelsomhed(.ikkeFortroligeData, til: then), Byg.foelsomhed(.vipSager, fra: then),
            Byg.klasse("27.36.04", til: then), Byg.klasse("32.03.04", fra: then), Byg.ejer(Byg.a),
        ])
        for batch in 0..<5 {
            let results = store.writeAndWait(
                (0..<250).map { Store.gem(Byg.uuid(batch * 250 + $0 + 1), [registrering]) })
            for result in results { _ = try result.get() }
        }
        #expect(try store.fundet("foer") == 1250)
        ur.set(then.advanced(byMicroseconds: -1))
        #expect(try store.row(Byg.uuid(7))?.fakta.foelsomhed == .ikkeFortroligeData)
        ur.set(then)
        #expect(try store.fundet("foer") == 0 && store.fundet("efter") == 1250)
        for number in [1, 777, 1250] {
            let row = try #require(try store.row(Byg.uuid(number)))
            #expect(row.fakta.foelsomhed == .vipSager)
            #expect(row.fakta.kle == [PakketKLE("32.03.04")])
        }
        #expect(try store.skader().isEmpty)
    }

    @Test(
        "A damaged object that is due holds nothing up, and is not believed",
        .timeLimit(.minutes(5)))
    func damagedAndDue() throws {
        let mappe = try Mappe()
        let ur = StilleUr()
        let store = try mappe.store { ur.now }
        let then = Byg.start.advanced(byMicroseconds: 10)
        for number in 1...3 {
            try store.gem(Byg.uuid(number), Byg.sag([Byg.part("x", til: then)]))
        }
        try store.damage(Byg.uuid(2))
        ur.move(microseconds: 20)
        #expect(try store.row(Byg.uuid(1)) != nil)
        #expect(throws: StoreError.corrupt(file: "myndighed-11111111.sqlite")) {
            try store.row(Byg.uuid(2))
        }
    }

    @Test("An object that changes Ejer moves with its history, and links to it are followed")
    func moving() throws {
        let mappe = try Mappe()
        let uuid = Byg.uuid(1)
        do {
            let store = try mappe.store()
            try store.gem(uuid, Byg.sag(titel: "Første", [Byg.part("Ane")]))
            try store.gem(Byg.uuid(2), Byg.sag([Byg.tilakteret(uuid)]), peger: [uuid])
            guard case .stored = try store.gem(uuid, Byg.sag(titel: "Anden", ejer: Byg.b), nil)
            else {
                Issue.record("not moved")
                return
            }
            try expectMoved(store, uuid)
            store.close()
        }
        try expectMoved(try mappe.store(), uuid)
    }

    private func expectMoved(_ store: Store, _ uuid: UUIDIdentifikator) throws {
        try store.read { reader throws(StoreError) in
            let found = try reader.row(uuid, near: nil)
            #expect(found?.shard.fil.myndighed == Byg.b)
            guard let found else { return }
            let all = try found.shard.historik(
                of: found.row, from: .distantPast, to: .distantFuture)
            #expect(all.count == 2)
            let pointing = try reader.pointingShards(at: uuid, in: Byg.b).map(\.fil.myndighed)
            #expect(pointing == [Byg.b, Byg.a])
        }
        #expect(try store.fundet("ane") == 0)
        #expect(try store.skader().isEmpty)
    }

    @Test("A change behind a move of the same object in one batch is done behind it")
    func batchWithMove() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let uuid = Byg.uuid(1)
        let results = store.writeAndWait([
            Store.gem(uuid, [Byg.sag(titel: "En")]),
            Store.gem(uuid, [Byg.sag(titel: "To", ejer: Byg.b)], nil),
            Store.gem(uuid, [Byg.sag(titel: "Tre", ejer: Byg.b)], nil),
        ])
        for result in results {
            guard case .success(.stored) = result else {
                Issue.record("not stored")
                continue
            }
        }
        #expect(try store.current(uuid)?.segments.first?.body.text(.titel) == "Tre")
        #expect(try store.fundet("tre", Byg.b) == 1)
        #expect(try store.skader().isEmpty)
    }

    @Test("Changes on their way while an object moves end in one place", .timeLimit(.minutes(5)))
    func changesDuringMoves() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let uuid = Byg.uuid(1)
        try store.gem(uuid, Byg.sag())
        let answers = Mutex<[WriteOutcome]>([])
        let done = DispatchGroup()
        for round in 0..<60 {
            done.enter()
            let owner = [Byg.a, Byg.b, Byg.c][round % 3]
            let stated: CVRNummer? = round % 2 == 0 ? owner : nil
            store.write([Store.gem(uuid, [Byg.sag(titel: "nr\(round)", ejer: owner)], stated)]) {
                results in
                for result in results {
                    if let answer = try? result.get() { answers.withLock { $0.append(answer) } }
                }
                done.leave()
            }
        }
        done.wait()
        var times: [Tidspunkt] = []
        for answer in answers.withLock({ $0 }) {
            guard case .stored(let time) = answer else {
                Issue.record("a change was not stored: \(answer)")
                continue
            }
            times.append(time)
        }
        #expect(times.count == 60)
        try store.read { reader throws(StoreError) in
            guard let found = try reader.row(uuid, near: nil) else {
                Issue.record("gone")
                return
            }
            let all = try found.shard.historik(
                of: found.row, from: .distantPast, to: .distantFuture)
            #expect(Set(all.map(\.stsTidspunkt)).isSuperset(of: times))
            #expect(all.count == 61)
        }
        #expect(try store.skader().isEmpty)
    }

    @Test("A place that comes to nothing is given up, and a reservation is given back")
    func reservations() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let refused = Store.Skrivning(
            command: WriteCommand(uuid: Byg.uuid(1), kind: .sag) { _, _ in .leave },
            myndighed: Byg.a, peger: [])
        _ = store.writeAndWait([refused])
        #expect(store.reserved(Byg.uuid(1)) == nil)
        // The catalogue's queue has done what was submitted before this.
        _ = try store.katalog?.perform { _ throws(StoreError) in 0 }
        #expect(try store.placering(of: Byg.uuid(1)) == nil)
    }

    @Test(
        "A link to what was refused or removed is followed when it comes in another authority",
        arguments: [true, false], [true, false])
    func linkToWhatCameLater(isRemoved: Bool, atOnce: Bool) throws {
        let mappe = try Mappe()
        let uuid = Byg.uuid(1)
        do {
            let store = try mappe.store()
            let pointing = Store.gem(
                Byg.uuid(2), [Byg.sag([Byg.tilakteret(uuid)])], Byg.a, peger: [uuid])
            if isRemoved {
                try store.gem(uuid, Byg.sag())
                _ = store.writeAndWait([pointing])
                _ = store.writeAndWait([Store.fjern(uuid)])
            } else {
                let refused = WriteCommand(uuid: uuid, kind: .sag) { _, _ in .leave }
                _ = store.writeAndWait([
                    .init(command: refused, myndighed: Byg.a, peger: []), pointing,
                ])
            }
            // With and without the catalogue having given up the place.
            if !atOnce { _ = try store.katalog?.perform { _ throws(StoreError) in 0 } }
            try store.gem(uuid, Byg.sag(ejer: Byg.b), Byg.b)
            try expectFollowed(store, uuid)
            store.close()
        }
        try expectFollowed(try mappe.store(), uuid)
    }

    private func expectFollowed(_ store: Store, _ uuid: UUIDIdentifikator) throws {
        try store.read { reader throws(StoreError) in
            #expect(try reader.row(uuid, near: nil)?.shard.fil.myndighed == Byg.b)
            let pointing = try reader.pointingShards(at: uuid, in: Byg.b).map(\.fil.myndighed)
            #expect(pointing == [Byg.b, Byg.a])
        }
    }

    @Test("Removed and put in again at once, many times, is in one place", .timeLimit(.minutes(5)))
    func removeAndReinsert() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let done = DispatchGroup()
        for round in 0..<100 {
            done.enter()
            let skrivning =
                round % 2 == 0
                ? Store.gem(Byg.uuid(round / 2 % 5), [Byg.sag()])
                : Store.fjern(Byg.uuid(round / 2 % 5))
            store.write([skrivning]) { _ in done.leave() }
        }
        done.wait()
        _ = try store.katalog?.perform { _ throws(StoreError) in 0 }
        #expect(try store.skader().isEmpty)
    }
}

extension Store {
    /// Flips a bit of an object's registration behind the store's back.
    func damage(_ uuid: UUIDIdentifikator, _ myndighed: CVRNummer = Byg.a) throws {
        try skriver(for: myndighed).writer.perform { kontekst throws(StoreError) in
            for part in kontekst.dele.values {
                let statement = try part.connection.prepare(
                    "UPDATE indhold SET kontrol = ~kontrol WHERE id = (SELECT id FROM objekt WHERE uuid = ?1)"
                )
                statement.bind(1, uuid)
                try part.begin()
                try statement.run()
            }
        }
    }
}
