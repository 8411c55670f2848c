// 1. When no removal is outstanding, no file of the directory holds a byte of what was removed.
// 2. So also for parts taken out of long histories, under readers, and after a crash before the purge.
// 3. The text index outlives more purges than FTS5 has levels for, and loses removed words.

import Dispatch
import Glibc
import Synchronization
import Testing

@testable import IndexCore

@Suite struct StoreSletningTests {
    private static let marker = "zqxhemmeligt"

    private func marked(_ number: Int) -> Registrering {
        Byg.sag(
            titel: "Sag \(Self.marker)titel\(number)", nummer: "n-\(number)",
            [
                Byg.part("Ane \(Self.marker)Navn\(number)"),
                Byg.note("Notat \(Self.marker)note\(number)"),
            ])
    }

    private func plain(_ number: Int) -> Registrering {
        Byg.sag(
            titel: "Vejsag \(number % 17)", nummer: "p-\(number)", [Byg.part("Bo \(number % 23)")])
    }

    @Test("What was removed is in no file, whatever was written around it", arguments: 0..<4)
    func removed(_ number: Int) throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        var seed = Seed(UInt64(number))
        for round in 0..<4 {
            var skrivninger: [Store.Skrivning] = []
            for index in 0..<120 {
                let own = round * 1000 + index
                let isMarked = index % 3 == 0
                skrivninger.append(
                    Store.gem(Byg.uuid(own), [isMarked ? marked(own) : plain(own)]))
            }
            for part in stride(from: 0, to: 120, by: 40) {
                for result in store.writeAndWait(Array(skrivninger[part..<(part + 40)])) {
                    _ = try result.get()
                }
            }
            // Balancing trees copies cells about; some are updated first.
            for _ in 0..<20 {
                let own = round * 1000 + seed.below(40) * 3
                try store.gem(Byg.uuid(own), marked(own), nil)
            }
            let gone = (0..<40).map { Store.fjern(Byg.uuid(round * 1000 + $0 * 3)) }
            for result in store.writeAndWait(gone) { _ = try result.get() }
            try store.ventPaaSletning()
            #expect(mappe.files(holding: Self.marker).isEmpty, "seed \(number), round \(round)")
        }
        #expect(try store.skader().isEmpty)
        #expect(try store.fundet("vejsag") == 320)
    }

    @Test("A party taken out of every registration is in no file; the rest of the object stays")
    func rewritten() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let uuid = Byg.uuid(1)
        for round in 0..<60 {
            try store.gem(
                uuid,
                Byg.sag(
                    titel: "Titel \(round)",
                    [
                        Byg.part("Ane \(Self.marker)", cpr: "3113999902"),
                        Byg.part("Bo", indeks: "2"),
                    ]))
        }
        let purge = Store.Skrivning(
            command: WriteCommand(uuid: uuid, kind: .sag) {
                stored, context throws(StoreError) -> WriteDecision in
                guard let stored else { return .leave }
                return .rewrite(
                    try context.historik(of: stored).map { registrering in
                        var rest = registrering
                        rest.segments.removeAll { $0.unit == .sagspart && $0.key.indeks == "1" }
                        return rest
                    })
            }, myndighed: nil, peger: [])
        _ = try #require(store.writeAndWait([purge]).first).get()
        try store.ventPaaSletning()
        #expect(mappe.files(holding: Self.marker).isEmpty)
        #expect(try store.fundet("bo") == 1 && store.fundet("ane") == 0)
        #expect(try store.skader().isEmpty)
    }

    @Test("Readers are not disturbed, and when they end the bytes go", .timeLimit(.minutes(5)))
    func underReaders() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        for number in 0..<50 { try store.gem(Byg.uuid(number), marked(number)) }
        let stop = Mutex(false)
        let done = DispatchGroup()
        for _ in 0..<2 {
            DispatchQueue.global().async(group: done) {
                while !stop.withLock({ $0 }) {
                    for number in 0..<50 { _ = try? store.current(Byg.uuid(number)) }
                }
            }
        }
        // One that holds its snapshot through the removal still sees what it saw.
        try store.read { reader throws(StoreError) in
            let found = try reader.row(Byg.uuid(1), near: nil)
            for result in store.writeAndWait((0..<50).map { Store.fjern(Byg.uuid($0)) }) {
                _ = try result.get()
            }
            guard let found else { return }
            let seen = try found.shard.current(of: found.row)
            #expect(seen.segments.first?.body.text(.titel) == "Sag \(Self.marker)titel1")
            #expect(store.udestaaendeSletninger == 1)
        }
        try store.ventPaaSletning()
        #expect(mappe.files(holding: Self.marker).isEmpty)
        stop.withLock { $0 = true }
        done.wait()
    }

    @Test("A writer is not held up while a reader keeps a removal waiting", .timeLimit(.minutes(5)))
    func writerGoesOn() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        try store.gem(Byg.uuid(1), marked(1))
        try store.read { reader throws(StoreError) in
            _ = try reader.row(Byg.uuid(1), near: nil)
            _ = store.writeAndWait([Store.fjern(Byg.uuid(1))])
            let start = currentInstant()
            while currentInstant() < start.advanced(byMicroseconds: 1_000_000) {
                let before = currentInstant()
                _ = store.writeAndWait([Store.gem(Byg.uuid(2), [plain(2)])])
                #expect(before.advanced(byMicroseconds: 1_500_000) > currentInstant())
            }
        }
        try store.ventPaaSletning()
        #expect(mappe.files(holding: Self.marker).isEmpty)
    }

    @Test("A removal that a crash cut short is done after the next start")
    func afterCrash() throws {
        let mappe = try Mappe()
        let copy = try Mappe()
        let store = try mappe.store()
        for number in 0..<30 { try store.gem(Byg.uuid(number), marked(number)) }
        try store.read { reader throws(StoreError) in
            _ = try reader.shards(of: Byg.a)
            _ = store.writeAndWait((0..<30).map { Store.fjern(Byg.uuid($0)) })
            // The reader's snapshot keeps the bytes; the files now are what a crash would leave.
            for name in mappe.files where name != "laas" && !name.hasSuffix("-shm") {
                Filbytes.write(mappe.bytes(name), to: copy.path + "/" + name)
            }
        }
        #expect(!copy.files(holding: Self.marker).isEmpty)
        let reopened = try copy.store()
        try reopened.ventPaaSletning()
        #expect(copy.files(holding: Self.marker).isEmpty)
        #expect(try reopened.count() == 0)
    }

    @Test("The text index takes more purges than FTS5 has levels", .timeLimit(.minutes(10)))
    func manyPurges() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        // An index of some pages, so that what comes later is a smaller segment of its own.
        for result in store.writeAndWait(
            (0..<600).map { number in
                let words = (0..<12).map { "ord\(number)x\($0)" }.joined(separator: " ")
                return Store.gem(
                    Byg.uuid(number), [Byg.sag(titel: "Vejsag \(words)", nummer: "\(number)")])
            })
        { _ = try result.get() }
        let writer = try store.skriver(for: Byg.a).writer
        // The disk's time is not what is tried here.
        try writer.perform { kontekst throws(StoreError) in
            for part in kontekst.dele.values {
                try part.connection.execute("PRAGMA synchronous=OFF")
            }
        }
        for round in 0..<300 {
            let uuid = Byg.uuid(10_000 + round)
            let isDone = try writer.perform { kontekst throws(StoreError) in
                for part in kontekst.dele.values {
                    try part.begin()
                    try part.insert(
                        uuid, .sag, kontekst.stamp([self.marked(round)], after: nil),
                        now: kontekst.now, klasser: .ingen, handling: .importeret)
                    try part.commit()
                    try part.begin()
                    if let stored = try part.load(uuid) {
                        try part.remove(stored, klasser: .ingen, handling: .fjernet)
                    }
                    try part.commit()
                    guard try part.purge(.ingen) else { return false }
                }
                return true
            }
            try #require(isDone)
        }
        let levels = try writer.perform { kontekst throws(StoreError) in
            try kontekst.dele.values.map { part throws(StoreError) in
                try part.connection.prepare("SELECT block FROM tekst_data WHERE id = 10")
                    .firstBlob().flatMap { TekstStructure($0)?.niveauer.count } ?? -1
            }
        }
        // 300 rounds of two levels each have passed the limit and begun anew.
        #expect(levels.allSatisfy { (1..<200).contains($0) })
        #expect(mappe.files(holding: Self.marker).isEmpty)
        #expect(try store.fundet("vejsag") == 600)
        #expect(try store.skader().isEmpty)
    }
}

extension Statement {
    fileprivate consuming func firstBlob() throws(StoreError) -> [UInt8]? {
        try step() ? blob(0) : nil
    }
}
