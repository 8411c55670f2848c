// 1. A directory is had by one: a second store is refused, and told so.
// 2. A read-only directory, a full disk and a closed store are told for what they are; nothing
//    acknowledged is lost, reading goes on, and writing works again when there is room.
// 3. A file that is cut short, garbage, gone, another authority's or of a newer version is set aside;
//    the others serve, and readers are told what they lack.
// 4. A flipped bit is never served.
// 5. Files of every schema version still open.
// 6. A copied file is taken in; deleting one leaves the rest serving.

import CSQLite
import Glibc
import Testing

@testable import IndexCore

@Suite struct StoreAfvisningTests {
    private static let filA = "myndighed-11111111.sqlite"

    /// Two authorities with twenty objects each, closed.
    private func filled() throws -> Mappe {
        let mappe = try Mappe()
        let store = try mappe.store()
        for (first, owner) in [(0, Byg.a), (100, Byg.b)] {
            let results = store.writeAndWait(
                (0..<20).map {
                    Store.gem(
                        Byg.uuid(first + $0),
                        [
                            Byg.sag(
                                titel: String(repeating: "lang titel ", count: 20),
                                nummer: "\($0)", ejer: owner)
                        ], owner)
                })
            for result in results { _ = try result.get() }
        }
        store.close()
        return mappe
    }

    @Test("A second store on the directory is refused")
    func inUse() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        #expect(throws: StoreError.directoryInUse) { try Store(directory: mappe.path) }
        unlink(mappe.path + "/laas")
        #expect(throws: StoreError.directoryInUse) { try Store(directory: mappe.path) }
        try store.gem(Byg.uuid(1), Byg.sag())
        #expect(try store.count() == 1)
    }

    @Test("A reading store stands beside a writing one and refuses every write")
    func readOnly() throws {
        let mappe = try filled()
        let store = try mappe.store()
        let beside = try Store(directory: mappe.path, access: .readOnly)
        #expect(try beside.count() == 40)
        #expect(throws: StoreError.readOnly) { try beside.gem(Byg.uuid(1), Byg.sag()) }
        #expect(throws: StoreError.readOnly) { try beside.kontrol(reparer: false) { _ in } }
        try store.gem(Byg.uuid(50), Byg.sag(nummer: "50"))
        #expect(try beside.count() == 41)
    }

    @Test("A closed store refuses writes")
    func closed() throws {
        let mappe = try filled()
        let store = try mappe.store()
        store.close()
        #expect(throws: StoreError.closing) { try store.gem(Byg.uuid(1), Byg.sag()) }
    }

    @Test("A read-only directory is told", .enabled(if: Tmpfs.isPermitted, "needs to mount"))
    func readOnlyDirectory() throws {
        let mappe = try Mappe()
        let disk = try Tmpfs(mappe.path + "/disk", options: "size=16m")
        do {
            let store = try Store(directory: disk.path)
            try store.gem(Byg.uuid(1), Byg.sag())
            store.close()
        }
        try disk.remount("ro")
        #expect(throws: StoreError.readOnly) { try Store(directory: disk.path) }
    }

    @Test(
        "A full disk is told; what was acknowledged stays and reads go on",
        .enabled(if: Tmpfs.isPermitted, "needs to mount"), .timeLimit(.minutes(5)))
    func fullDisk() throws {
        let mappe = try Mappe()
        let disk = try Tmpfs(mappe.path + "/disk", options: "size=4m")
        var acknowledged: Set<Int> = []
        do {
            let store = try Store(directory: disk.path)
            try store.gem(Byg.uuid(9_999), Byg.sag(ejer: Byg.b), Byg.b)
            let ballast = disk.path + "/ballast"
            Filbytes.write([UInt8](repeating: 1, count: 1 << 20), to: ballast)
            var failures = 0
            for number in 0..<4000 where failures < 5 {
                let note = (0..<40).map { "ord\(number)x\($0)" }.joined(separator: " ")
                let sag = Byg.sag(titel: "t", nummer: "\(number)", [Byg.note(note)])
                let result = try #require(
                    store.writeAndWait([Store.gem(Byg.uuid(number), [sag])]).first)
                switch result {
                case .success(.stored): acknowledged.insert(number)
                case .failure(let error):
                    #expect(error == .full)
                    failures += 1
                default: Issue.record("neither stored nor refused")
                }
            }
            #expect(failures == 5)
            // A third authority has no file yet, and gets none now.
            #expect(throws: StoreError.full) {
                try store.gem(Byg.uuid(8_888), Byg.sag(ejer: Byg.c), Byg.c)
            }
            #expect(try store.row(Byg.uuid(9_999)) != nil)
            for number in acknowledged { #expect(try store.row(Byg.uuid(number)) != nil) }
            unlink(ballast)
            try store.gem(Byg.uuid(5_000), Byg.sag(nummer: "x"))
            acknowledged.insert(5_000)
            try store.gem(Byg.uuid(8_888), Byg.sag(ejer: Byg.c), Byg.c)
            #expect(try store.skader().isEmpty)
        }
        let store = try Store(directory: disk.path)
        for number in acknowledged { #expect(try store.row(Byg.uuid(number)) != nil) }
        #expect(try store.row(Byg.uuid(8_888)) != nil)
        #expect(try store.skader().isEmpty)
    }

    enum Harm: CaseIterable { case cut, emptied, garbage, gone, strangers, newer }

    @Test("A bad file is set aside and the others serve", arguments: Harm.allCases)
    func setAside(_ harm: Harm) throws {
        let mappe = try filled()
        let path = mappe.path + "/" + Self.filA
        let bytes = mappe.bytes(Self.filA)
        switch harm {
        case .cut: truncate(path, bytes.count / 2)
        case .emptied: truncate(path, 0)
        case .garbage: Filbytes.write(bytes.map { $0 ^ 0x5A }, to: path)
        case .gone: unlink(path)
        case .strangers: Filbytes.write(mappe.bytes("myndighed-22222222.sqlite"), to: path)
        case .newer:
            let writer = try Connection(path: path, mode: .writer)
            try writer.execute("PRAGMA user_version=99")
        }
        let store = try mappe.store()
        let aside = store.tilside
        #expect(aside.map(\.fil) == [Self.filA])
        if harm == .newer {
            #expect(aside.first?.fejl == .schemaTooNew(file: Self.filA, version: 99))
        }
        try store.read { reader throws(StoreError) in
            #expect(try reader.row(Byg.uuid(100), near: nil) != nil)
            #expect(try reader.row(Byg.uuid(1), near: nil) == nil)
            #expect(reader.mangler == [Byg.a])
        }
        #expect(throws: StoreError.self) { try store.gem(Byg.uuid(1), Byg.sag()) }
        try store.gem(Byg.uuid(150), Byg.sag(nummer: "150", ejer: Byg.b), Byg.b)
        // In one batch, each authority by itself.
        let results = store.writeAndWait([
            Store.gem(Byg.uuid(2), [Byg.sag()]),
            Store.gem(Byg.uuid(151), [Byg.sag(nummer: "151", ejer: Byg.b)], Byg.b),
            Store.gem(Byg.uuid(3), [Byg.sag(nummer: "152", ejer: Byg.b)], Byg.b),
        ])
        guard case .failure = results[0], case .success(.stored) = results[1],
            case .failure = results[2]
        else {
            Issue.record("one authority's harm touched the other")
            return
        }
        let fund = try store.kontrol(reparer: false) { _ in }.filter(\.erSkade)
        let fejl = harm == .gone ? KontrolFund.Fejl.findesIkke : .kanIkkeLaeses
        #expect(fund == [KontrolFund(fil: Self.filA, fejl: fejl, antal: 1)])
    }

    /// The first authority's bytes, with its file deleted and forgotten by a repair; `then` in the store that did.
    private func forget(_ mappe: Mappe, then: (Store) throws -> Void) throws -> [UInt8] {
        let bytes = mappe.bytes(Self.filA)
        unlink(mappe.path + "/" + Self.filA)
        let store = try mappe.store()
        defer { store.close() }
        #expect(throws: StoreError.self) { try store.gem(Byg.uuid(60), Byg.sag(nummer: "60")) }
        _ = try store.reparer(progress: { _ in }, told: { _ in })
        try then(store)
        return bytes
    }

    @Test("A file that is gone is forgotten by a repair, and taken in when it comes back")
    func forgotten() throws {
        let mappe = try filled()
        let bytes = try forget(mappe) { store in
            #expect(store.tilside.isEmpty)
            try store.gem(Byg.uuid(60), Byg.sag(nummer: "60"))
            #expect(try store.skader().isEmpty)
        }
        unlink(mappe.path + "/" + Self.filA)
        do { _ = try mappe.store().reparer(progress: { _ in }, told: { _ in }) }
        Filbytes.write(bytes, to: mappe.path + "/" + Self.filA)
        let store = try mappe.store()
        #expect(try store.row(Byg.uuid(1)) != nil)
        #expect(try store.row(Byg.uuid(60)) == nil)
        #expect(try store.count() == 40)
        #expect(try store.skader().isEmpty)
    }

    @Test("What has come to stand in another file is taken out of one that is put back")
    func putBackLate() throws {
        let mappe = try filled()
        let bytes = try forget(mappe) { store in
            try store.gem(Byg.uuid(1), Byg.sag(titel: "Nu", nummer: "1"))
        }
        let old = "myndighed-11111111-2.sqlite"
        Filbytes.write(bytes, to: mappe.path + "/" + old)
        for _ in 0..<2 {
            let store = try mappe.store()
            #expect(store.tilside.isEmpty && store.forbigaaede.isEmpty)
            #expect(try store.count() == 40)
            #expect(try store.skader().isEmpty)
            store.close()
        }
    }

    @Test(
        "A file, or the catalogue, that is put back as it was serves what it holds",
        arguments: [true, false])
    func olderPutBack(_ isFile: Bool) throws {
        let mappe = try filled()
        let navn = isFile ? Self.filA : "katalog.sqlite"
        let before = mappe.bytes(navn)
        do {
            let store = try mappe.store()
            defer { store.close() }
            // One goes and one comes: as many as before, and others.
            #expect(try store.fjern(Byg.uuid(1)) == .removed)
            try store.gem(Byg.uuid(50), Byg.sag(nummer: "50"))
        }
        Filbytes.write(before, to: mappe.path + "/" + navn)
        let ventet = isFile ? Byg.uuid(1) : Byg.uuid(50)
        let store = try mappe.store()
        defer { store.close() }
        #expect(try store.count() == 40)
        try store.read { reader throws(StoreError) in
            #expect(try reader.row(ventet, near: nil) != nil)
        }
        #expect(try store.fjern(ventet) == .removed)
        #expect(try store.count() == 39)
    }

    @Test("A catalogue that is put back takes nothing out of the file that an object has moved to")
    func olderCatalogue() throws {
        let mappe = try filled()
        let before = mappe.bytes("katalog.sqlite")
        do {
            let store = try mappe.store()
            defer { store.close() }
            try store.gem(Byg.uuid(1), Byg.sag(nummer: "flyttet", ejer: Byg.b), nil)
            try store.read { reader throws(StoreError) in
                #expect(try reader.row(Byg.uuid(1), near: nil)?.shard.fil.myndighed == Byg.b)
            }
        }
        Filbytes.write(before, to: mappe.path + "/katalog.sqlite")
        for _ in 0..<2 {
            let store = try mappe.store()
            defer { store.close() }
            #expect(try store.count() == 40)
            try store.read { reader throws(StoreError) in
                #expect(try reader.row(Byg.uuid(1), near: nil)?.shard.fil.myndighed == Byg.b)
            }
            #expect(try store.skader().isEmpty)
        }
    }

    @Test("A renamed file takes what a crash left of its old name with it")
    func renamedAfterCrash() throws {
        let mappe = try filled()
        do {
            let writer = try Connection(path: mappe.path + "/katalog.sqlite", mode: .writer)
            let statement = try writer.prepare(
                "INSERT INTO placering SELECT ?1, fil, kind FROM placering WHERE uuid = ?2")
            statement.bind(1, Byg.uuid(999))
            statement.bind(2, Byg.uuid(1))
            try statement.run()
        }
        rename(mappe.path + "/" + Self.filA, mappe.path + "/myndighed-11111111-3.sqlite")
        let store = try mappe.store()
        #expect(store.tilside.isEmpty)
        #expect(try store.row(Byg.uuid(1)) != nil)
        try store.gem(Byg.uuid(2), Byg.sag(nummer: "ny"))
    }

    @Test("A copy of a file that is there is passed over; a file with another name is the same")
    func copies() throws {
        let mappe = try filled()
        let copy = "myndighed-11111111-kopi.sqlite"
        Filbytes.write(mappe.bytes(Self.filA), to: mappe.path + "/" + copy)
        do {
            let store = try mappe.store()
            defer { store.close() }
            #expect(store.forbigaaede == [copy])
            #expect(try store.count() == 40)
            #expect(try store.skader().isEmpty)
        }
        unlink(mappe.path + "/" + copy)
        rename(mappe.path + "/" + Self.filA, mappe.path + "/myndighed-11111111-2.sqlite")
        for name in ["myndighed-11111111-2.sqlite", Self.filA] {
            do {
                let store = try mappe.store()
                defer { store.close() }
                #expect(store.tilside.isEmpty && store.forbigaaede.isEmpty, "\(name)")
                #expect(try store.row(Byg.uuid(1)) != nil)
                #expect(try store.count() == 40)
                try store.gem(Byg.uuid(1), Byg.sag(nummer: "ny \(name)"))
                #expect(try store.skader().isEmpty)
            }
            if name != Self.filA {
                rename(mappe.path + "/" + name, mappe.path + "/" + Self.filA)
            }
        }
    }

    @Test("A flipped bit in an object's bytes is never served")
    func flippedBit() throws {
        let mappe = try filled()
        var bytes = mappe.bytes(Self.filA)
        let needle = Array("lang titel lang".utf8)
        var hits = 0
        for index in 0..<(bytes.count - needle.count) where bytes[index] == needle[0] {
            if bytes[index..<(index + needle.count)].elementsEqual(needle) {
                bytes[index] ^= 1
                hits += 1
            }
        }
        #expect(hits > 0)
        Filbytes.write(bytes, to: mappe.path + "/" + Self.filA)
        let store = try mappe.store()
        for number in 0..<20 {
            #expect(throws: StoreError.corrupt(file: Self.filA)) {
                try store.current(Byg.uuid(number))
            }
        }
        #expect(try store.current(Byg.uuid(100)) != nil)
        #expect(try store.gem(Byg.uuid(1), Byg.sag(), nil) == .damaged)
        #expect(try store.fjern(Byg.uuid(1)) == .damaged)
        let fund = try store.kontrol(reparer: true) { _ in }
        #expect(fund == [KontrolFund(fil: Self.filA, fejl: .registrering, antal: 20)])
    }

    @Test("What is derived anew keeps the words of its class, also of what lies ahead")
    func derivedAnew() throws {
        let mappe = try Mappe()
        let klasser = Klasseviden(titel: { _ in "Hjemmehjælp" }, nummer: { _ in nil })
        let later = currentInstant().advanced(byMicroseconds: 30 * 86_400_000_000)
        let ahead = Byg.registrering([
            Byg.egenskaber(titel: "Kommende", fra: later), Byg.ejer(Byg.a, fra: later),
            Byg.klasse("27.36.04", fra: later),
        ])
        do {
            let store = try mappe.store()
            store.use(klasser)
            try store.gem(Byg.uuid(1), ahead)
            try store.gem(Byg.uuid(2), Byg.sag([Byg.klasse("27.36.04")]))
            #expect(try store.fundet("hjemmehjaelp") == 2)
            store.close()
        }
        do {
            let writer = try Connection(path: mappe.path + "/" + Self.filA, mode: .writer)
            try writer.execute("UPDATE meta SET vaerdi = 1 WHERE navn = 'leksikon'")
        }
        let store = try mappe.store()
        defer { store.close() }
        store.use(klasser)
        store.ajourfoer()
        #expect(try store.fundet("hjemmehjaelp") == 2)
        #expect(try store.skader().isEmpty)
    }

    @Test("A file of schema version 1 opens")
    func schemaVersion1() throws {
        let mappe = try Mappe()
        do {
            let writer = try Connection(path: mappe.path + "/" + Self.filA, mode: .writer)
            try TokenizerBridge.register(on: writer, .indbygget)
            try writer.execute(Skema1.shard)
        }
        let store = try mappe.store()
        #expect(store.tilside.isEmpty)
        let row = try #require(try store.row(Skema1.uuid))
        #expect(row.brugervendtNoegle == "2024-1")
        #expect(try store.fundet("vandloeb") == 1)
        try store.gem(Skema1.uuid, Byg.sag(titel: "Ny"), nil)
        #expect(try store.skader().isEmpty)
    }

    @Test("A copied file is taken in, and deleting one leaves the rest serving")
    func copied() throws {
        let mappe = try filled()
        let fresh = try Mappe()
        for name in mappe.files where name.hasPrefix("myndighed-") && name.hasSuffix(".sqlite") {
            Filbytes.write(mappe.bytes(name), to: fresh.path + "/" + name)
        }
        Filbytes.write([1, 2, 3], to: fresh.path + "/myndighed-33333333.sqlite")
        do {
            let store = try fresh.store()
            #expect(try store.count() == 40)
            #expect(store.tilside.map(\.fil) == ["myndighed-33333333.sqlite"])
            #expect(try store.row(Byg.uuid(5)) != nil)
            #expect(try store.skader().map(\.fil) == ["myndighed-33333333.sqlite"])
            store.close()
        }
        unlink(fresh.path + "/" + Self.filA)
        let store = try fresh.store()
        #expect(try store.row(Byg.uuid(105)) != nil)
        #expect(try store.count() == 20)
    }

    @Test("What a copied file points at in other authorities is noted when it is taken in")
    func copiedLinks() throws {
        let (fra, til) = (try Mappe(), try Mappe())
        do {
            let store = try fra.store()
            let sag = Byg.sag(ejer: Byg.b, [Byg.tilakteret(Byg.uuid(1))])
            try store.gem(Byg.uuid(101), sag, Byg.b, peger: [Byg.uuid(1)])
            store.close()
        }
        do {
            let store = try til.store()
            try store.gem(Byg.uuid(1), Byg.sag(), Byg.a)
            store.close()
        }
        let name = "myndighed-22222222.sqlite"
        Filbytes.write(fra.bytes(name), to: til.path + "/" + name)
        let store = try til.store()
        #expect(try store.count() == 2)
        let pointing = try store.read { reader throws(StoreError) in
            try reader.pointing(at: Byg.uuid(1), in: Byg.a).map(\.uuid)
        }
        #expect(pointing == [Byg.uuid(101)])
        #expect(try store.skader().isEmpty)
    }

    @Test("An authority grows over several files and stays one", .timeLimit(.minutes(5)))
    func splitting() throws {
        let mappe = try Mappe()
        do {
            let store = try mappe.store(objekterPerFil: 50)
            for batch in 0..<8 {
                let results = store.writeAndWait(
                    (0..<40).map { index in
                        let number = batch * 40 + index
                        return Store.gem(
                            Byg.uuid(number),
                            [Byg.sag(nummer: "n\(number)", [Byg.tilakteret(Byg.uuid(number + 1))])],
                            peger: [Byg.uuid(number + 1)])
                    })
                for result in results { _ = try result.get() }
            }
            #expect(
                mappe.files.filter { $0.hasPrefix("myndighed-") && $0.hasSuffix(".sqlite") }.count
                    >= 6)
            try store.read { reader throws(StoreError) in
                for number in 1..<320 {
                    var pointing = 0
                    for shard in try reader.pointingShards(at: Byg.uuid(number), in: Byg.a) {
                        try shard.forEachHenvisning(Noegle(Byg.uuid(number))) { _ in
                            pointing += 1
                            return true
                        }
                    }
                    #expect(pointing == 1)
                }
            }
            // A number in another of the authority's files is seen.
            let asking = Store.Skrivning(
                command: WriteCommand(uuid: Byg.uuid(1000), kind: .sag) {
                    _, context throws(StoreError) -> WriteDecision in
                    for number in [0, 100, 200, 319] {
                        let nummer = Byg.nummer(
                            "N\(number)", besides: Byg.uuid(1000), at: context.now)
                        guard try context.holder(of: nummer) == Byg.uuid(number) else {
                            throw StoreError.unexpected(code: 1)
                        }
                    }
                    return .leave
                }, myndighed: Byg.a, peger: [])
            _ = try #require(store.writeAndWait([asking]).first).get()
            #expect(try store.skader().isEmpty)
            store.close()
        }
        unlink(mappe.path + "/myndighed-11111111-2.sqlite")
        let store = try mappe.store(objekterPerFil: 50)
        #expect(store.tilside.map(\.fil) == ["myndighed-11111111-2.sqlite"])
        #expect(try store.count() > 200)
    }

    @Test("What is derived can be made anew from the registrations")
    func repairing() throws {
        let mappe = try filled()
        let store = try mappe.store()
        let sql = [
            "DELETE FROM henvisning WHERE objekt % 3 = 0",
            "UPDATE henvisning SET sts_til = 5 WHERE objekt % 3 = 1",
            "INSERT INTO tekst(rowid, titel) VALUES(4, 'fremmed')",
            "UPDATE objekt SET fremdrift = 3 WHERE id = 5",
            "INSERT INTO indhold VALUES(777, 0, NULL, x'00')",
        ]
        try store.skriver(for: Byg.a).writer.perform { kontekst throws(StoreError) in
            for part in kontekst.dele.values {
                try part.begin()
                for statement in sql { try part.connection.execute(statement) }
            }
        }
        try store.katalog?.perform { writer throws(StoreError) in
            try writer.unplace(Byg.uuid(7), from: 1)
            try writer.unplace(Byg.uuid(7), from: 2)
        }
        let found = Set(try store.skader().map(\.fejl))
        #expect(
            found == [
                .henvisningMangler, .henvisningstid, .tekst, .raekke, .udenObjekt, .placering,
            ])
        _ = try store.kontrol(reparer: true) { _ in }
        #expect(try store.skader().isEmpty)
        #expect(try store.fundet("fremmed") == 0 && store.fundet("lang") == 20)
        #expect(try store.row(Byg.uuid(7)) != nil)
    }

    @Test(
        "Whatever of the text index's own tables is damaged is found, and made anew",
        arguments: [
            "DELETE FROM tekst_idx", "DELETE FROM tekst_data", "DELETE FROM tekst_config",
            "UPDATE tekst_idx SET pgno = pgno + 2", "DELETE FROM tekst_data WHERE id = 10",
            "DELETE FROM tekst_data WHERE id = 1", "DELETE FROM tekst_docsize",
            "UPDATE tekst_data SET block = x'0100000000000000' WHERE id = 1",
        ])
    func repairingText(_ sql: String) throws {
        let mappe = try filled()
        try mappe.store().close()
        let raw = try Connection(path: mappe.path + "/" + Self.filA, mode: .writer)
        try raw.execute(sql)
        let store = try mappe.store()
        #expect(try store.skader().map(\.fejl) == [.tekst])
        _ = try store.reparer(progress: { _ in }, told: { _ in })
        #expect(try store.skader().isEmpty)
        #expect(try store.fundet("lang") == 20)
        try store.gem(Byg.uuid(1), Byg.sag(nummer: "1b"))
        #expect(try store.skader().isEmpty)
    }

    @Test(
        "A text index that cannot be read is made anew; a registration without its object is kept")
    func repairingMore() throws {
        let mappe = try filled()
        let store = try mappe.store()
        try store.skriver(for: Byg.a).writer.perform { kontekst throws(StoreError) in
            for part in kontekst.dele.values {
                try part.begin()
                try part.connection.execute(
                    "UPDATE tekst_data SET block = x'00' WHERE id > 10")
                try part.connection.execute("DELETE FROM objekt WHERE id = 5")
            }
        }
        let found = Set(try store.skader().map(\.fejl))
        #expect(found.isSuperset(of: [.tekst, .udenObjekt]), "\(found)")
        _ = try store.kontrol(reparer: true) { _ in }
        #expect(Set(try store.skader().map(\.fejl)) == [.udenObjekt])
        #expect(try store.fundet("lang") > 0)
    }

    @Test(
        "What one mending lets be found is mended too; what cannot be mended is told once, and stays"
    )
    func repairingAgain() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        try store.gem(
            Byg.uuid(1), Byg.sag(titel: "Sag", [Byg.tilakteret(Byg.uuid(2))]), peger: [Byg.uuid(2)])
        try store.gem(Byg.uuid(2), Byg.dokument(ejer: Byg.b), Byg.b, kind: .dokument)
        try store.gem(Byg.uuid(3), Byg.sag(titel: "Anden"))
        // The catalogue has two objects in each other's files, and has lost the note.
        try store.katalog?.perform { writer throws(StoreError) in
            try writer.connection.execute("DELETE FROM fremmed")
            try writer.connection.execute("UPDATE placering SET fil = 3 - fil")
        }
        store.close()
        let again = try mappe.store()
        #expect(try again.skader().contains { $0.fejl == .placering })
        var mendings = 0
        let left = try again.reparer(progress: { _ in }) { _ in mendings += 1 }
        #expect(!left.contains(where: \.erSkade) && mendings > 0, "\(left)")
        #expect(try again.skader().isEmpty)
        #expect(try again.row(Byg.uuid(2)) != nil && again.row(Byg.uuid(3)) != nil)
        try again.skriver(for: Byg.a).writer.perform { kontekst throws(StoreError) in
            for part in kontekst.dele.values {
                try part.begin()
                try part.connection.execute("DELETE FROM objekt WHERE uuid = x'00' OR id = 1")
            }
        }
        var told: [[KontrolFund.Fejl]] = []
        let stays = try again.reparer(progress: { _ in }) { told.append($0.map(\.fejl)) }
        #expect(stays.map(\.fejl).contains(.udenObjekt) && told.count <= 2, "\(told) \(stays)")
    }

    @Test("What is pointed at in another authority and not noted is told and noted")
    func repairingForeign() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        try store.gem(
            Byg.uuid(1), Byg.sag(titel: "Sag", [Byg.tilakteret(Byg.uuid(2))]),
            peger: [Byg.uuid(2)])
        try store.gem(Byg.uuid(2), Byg.dokument(ejer: Byg.b), Byg.b, kind: .dokument)
        #expect(try store.skader().isEmpty)
        try store.katalog?.perform { writer throws(StoreError) in
            try writer.connection.execute("DELETE FROM fremmed")
        }
        store.close()
        let again = try mappe.store()
        #expect(try again.skader().map(\.fejl) == [.fremmed])
        _ = try again.kontrol(reparer: true) { _ in }
        #expect(try again.skader().isEmpty)
        again.close()
        #expect(try mappe.store().skader().isEmpty)
    }
}

/// A small disk in memory, where that is permitted.
final class Tmpfs {
    let path: String

    init(_ path: String, options: String) throws {
        self.path = path
        mkdir(path, 0o700)
        try #require(mount("tmpfs", path, "tmpfs", 0, options) == 0)
    }

    func remount(_ options: String) throws {
        try #require(mount("tmpfs", path, "tmpfs", UInt(32 | 1), options) == 0)
    }

    deinit { umount2(path, 2) }

    static let isPermitted: Bool = {
        guard let mappe = try? Mappe() else { return false }
        return (try? Tmpfs(mappe.path + "/probe", options: "size=1m")) != nil
    }()
}

/// A file as version 1 laid it out, for later versions to open.
enum Skema1 {
    static let uuid = Byg.uuid(1)

    static let shard = """
        CREATE TABLE meta(navn TEXT PRIMARY KEY, vaerdi) WITHOUT ROWID;
        CREATE TABLE objekt(
            id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL,
            sts INTEGER NOT NULL, foerste INTEGER NOT NULL, tid INTEGER NOT NULL,
            skift INTEGER, fremdrift INTEGER NOT NULL, oprettet INTEGER, noegle TEXT,
            adgang BLOB NOT NULL, kontrol INTEGER NOT NULL);
        CREATE INDEX objekt_skift ON objekt(skift) WHERE skift IS NOT NULL;
        CREATE TABLE indhold(
            id INTEGER PRIMARY KEY, kontrol INTEGER NOT NULL, klassetekst TEXT,
            registrering BLOB NOT NULL);
        CREATE TABLE historik(
            id INTEGER PRIMARY KEY, objekt INTEGER NOT NULL, sts INTEGER NOT NULL,
            kontrol INTEGER NOT NULL, registrering BLOB NOT NULL);
        CREATE UNIQUE INDEX historik_objekt ON historik(objekt, sts);
        CREATE TABLE henvisning(
            noegle BLOB NOT NULL, objekt INTEGER NOT NULL, liste INTEGER NOT NULL,
            rolle INTEGER NOT NULL, fra INTEGER NOT NULL, til INTEGER NOT NULL,
            sts_fra INTEGER NOT NULL, sts_til INTEGER,
            PRIMARY KEY(noegle, objekt, liste, rolle, fra, til, sts_fra)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE tekst USING fts5(
            titel, beskrivelse, noter, parter, klasser, betinget, alternativ,
            content='', tokenize='dansk');
        CREATE TABLE haendelse(
            nr INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB NOT NULL, kind INTEGER NOT NULL,
            handling INTEGER NOT NULL, sts INTEGER NOT NULL, stille INTEGER NOT NULL);
        INSERT INTO meta VALUES('myndighed',11111111);
        INSERT INTO objekt VALUES(1,X'0A000000000040008000000000000001',1,1700000000000001,17000\
        00000000000,1700000000000000,NULL,0,NULL,'2024-1',X'010201C795A605000000',24435358296427\
        81604);
        INSERT INTO indhold VALUES(1,6963220471326403230,NULL,X'0100060A24181E400100010004171700\
        05AF3107A400000014180006323032342D3122000856616E646CC3B86223170005AF3107A400000017260014\
        494B4B455F464F5254524F4C4947455F444154412B170005AF3107A40000002C13029E979B84B84644728622\
        58007DC63C7E16001775726E3A6F696F3A6376722D6E723A31313131313131312D170005AF3107A400000040\
        13025A9D00000000400080000000000000131500013116001975726E3A6F696F3A6370722D6E723A33313133\
        3939393930310C01000A35010006370003416E65');
        INSERT INTO historik VALUES(1,1,1700000000000000,1392292105210424462,X'0100060A24181E400\
        00001000417170005AF3107A40000001C180006323032342D3122001047616D6D656C742076616E646CC3B86\
        223170005AF3107A400000017260014494B4B455F464F5254524F4C4947455F444154412B170005AF3107A40\
        000002C13029E979B84B8464472862258007DC63C7E16001775726E3A6F696F3A6376722D6E723A313131313\
        13131312D170005AF3107A40000004013025A9D00000000400080000000000000131500013116001975726E3\
        A6F696F3A6370722D6E723A333131333939393930310C01000A35010006370003416E65');
        INSERT INTO henvisning VALUES(X'0100B99BDE1D',1,45,27,1600000000000000,0,170000000000000\
        0,NULL);
        INSERT INTO henvisning VALUES(X'1501323032342D31',1,23,0,1600000000000000,0,170000000000\
        0000,NULL);
        INSERT INTO haendelse VALUES(1,X'0A000000000040008000000000000001',1,1,1700000000000000,\
        0);
        INSERT INTO haendelse VALUES(2,X'0A000000000040008000000000000001',1,2,1700000000000001,\
        0);
        INSERT INTO tekst(rowid, titel, parter) VALUES(1, 'Vandløb' || char(10) || '2024-1', 'An\
        e');
        PRAGMA user_version=1;
        """
}
