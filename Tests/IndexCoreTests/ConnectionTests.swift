// 1. A reader refuses to write, and neither it nor its closing checkpoints: the WAL stays as it was.
// 2. A writer syncs at every commit, and zeroes what is removed.
// 3. Only the two writers open for writing and checkpoint, by the sources.
// 4. Bytes in pages' unused room are zeroed, and the database stays whole.
// 5. A cached statement that is stepping is not disturbed by a second use of the same text.

import Glibc
import Testing

@testable import IndexCore

@Suite struct ConnectionTests {
    @Test("A reader refuses to write")
    func readerRefuses() throws {
        let mappe = try Mappe()
        let path = mappe.path + "/a.sqlite"
        let writer = try Connection(path: path, mode: .writer)
        try writer.execute("CREATE TABLE t(a)")
        let reader = try Connection(path: path, mode: .reader)
        for sql in ["INSERT INTO t VALUES(1)", "DELETE FROM t", "CREATE TABLE u(a)"] {
            #expect(throws: StoreError.readOnly) { try reader.execute(sql) }
        }
    }

    @Test("Closing the last reader leaves the WAL as it was")
    func readerLeavesWAL() throws {
        let mappe = try Mappe()
        let copy = try Mappe()
        let writer = try Connection(path: mappe.path + "/a.sqlite", mode: .writer)
        try writer.execute("CREATE TABLE t(a)")
        for number in 0..<100 { try writer.execute("INSERT INTO t VALUES(\(number))") }
        // Copies, so that no writer has them.
        for name in ["a.sqlite", "a.sqlite-wal"] {
            Filbytes.write(mappe.bytes(name), to: copy.path + "/" + name)
        }
        let before = (copy.bytes("a.sqlite"), copy.bytes("a.sqlite-wal"))
        do {
            let reader = try Connection(path: copy.path + "/a.sqlite", mode: .reader)
            #expect(try reader.integer("SELECT count(*) FROM t") == 100)
        }
        #expect(copy.bytes("a.sqlite") == before.0)
        #expect(copy.bytes("a.sqlite-wal") == before.1)
        #expect(!before.1.isEmpty)
    }

    @Test("A writer syncs at every commit and zeroes what it removes")
    func pragmas() throws {
        let mappe = try Mappe()
        let writer = try Connection(path: mappe.path + "/a.sqlite", mode: .writer)
        #expect(try writer.integer("PRAGMA synchronous") == 2)
        #expect(try writer.integer("PRAGMA secure_delete") == 1)
        #expect(try writer.text("PRAGMA journal_mode") == "wal")
        #expect(try writer.integer("PRAGMA wal_autocheckpoint") == 0)
    }

    @Test("Only the writers of files and of the catalogue open for writing and checkpoint")
    func sources() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let storage = "/" + root + "/Sources/IndexCore/Storage"
        var checkpointing: [String] = []
        var writing: [String] = []
        for name in try directoryNames(storage) where name.hasSuffix(".swift") {
            let text = Filbytes.read(storage + "/" + name)
            if Filbytes.contains(text, Array("sqlite3_wal_checkpoint".utf8)) {
                checkpointing.append(name)
            }
            if Filbytes.contains(text, Array("mode: .writer".utf8)) { writing.append(name) }
        }
        #expect(checkpointing == ["ShardWriter.swift"])
        #expect(writing == ["Katalog.swift", "ShardWriter.swift"])
    }

    @Test("What balancing leaves in pages' unused room is zeroed", arguments: 0..<3)
    func unusedRoom(_ number: Int) throws {
        let mappe = try Mappe()
        let writer = try Connection(path: mappe.path + "/a.sqlite", mode: .writer)
        var seed = Seed(UInt64(number))
        try writer.execute("PRAGMA synchronous=OFF")
        try writer.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT)")
        try writer.execute("CREATE TABLE u(a TEXT PRIMARY KEY, b) WITHOUT ROWID")
        func word(_ id: Int) -> String {
            "'qzx\(id)q" + String(repeating: "x", count: seed.below(900)) + "'"
        }
        var live: Set<Int> = []
        for round in 0..<1500 {
            let id = seed.below(400)
            if seed.below(3) == 0 {
                try writer.execute("DELETE FROM t WHERE id = \(id); DELETE FROM u WHERE b = \(id)")
                live.remove(id)
            } else {
                try writer.execute(
                    """
                    INSERT OR REPLACE INTO t VALUES(\(id), \(word(id)));
                    DELETE FROM u WHERE b = \(id);
                    INSERT OR REPLACE INTO u VALUES(\(word(id)), \(id))
                    """
                )
                live.insert(id)
            }
            if round % 500 == 499 {
                _ = try writer.checkpoint(.truncate, waitingAtMost: 0)
                try writer.zeroUnusedBytes()
                let bytes = mappe.bytes("a.sqlite")
                let left = (0..<400).filter {
                    !live.contains($0) && Filbytes.contains(bytes, Array("qzx\($0)q".utf8))
                }
                #expect(left.isEmpty, "seed \(number), round \(round)")
                #expect(try writer.text("PRAGMA integrity_check") == "ok")
            }
        }
    }

    @Test("A statement in use is not disturbed by a second use")
    func nestedUse() throws {
        let mappe = try Mappe()
        let writer = try Connection(path: mappe.path + "/a.sqlite", mode: .writer)
        try writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES(1),(2),(3)")
        func walk(_ depth: Int) throws(StoreError) -> Int {
            let statement = try writer.prepare("SELECT a FROM t")
            var count = 0
            while try statement.step() {
                count += 1
                if depth > 0 { count += try walk(depth - 1) }
            }
            return count
        }
        #expect(try walk(2) == 3 + 9 + 27)
    }

    @Test("Bound text with NUL, empty text and no text are told apart")
    func binding() throws {
        let mappe = try Mappe()
        let writer = try Connection(path: mappe.path + "/a.sqlite", mode: .writer)
        try writer.execute("CREATE TABLE t(a)")
        for value in ["", "a\0b", nil] as [String?] {
            let statement = try writer.prepare("INSERT INTO t VALUES(?1)")
            statement.bind(1, value)
            try statement.run()
        }
        let statement = try writer.prepare("SELECT a FROM t ORDER BY rowid")
        var found: [String?] = []
        while try statement.step() { found.append(statement.text(0)) }
        #expect(found == ["", "a\0b", nil])
    }
}
