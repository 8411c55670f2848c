// 1. What is read straight from FTS5's pages is what FTS5 answers: with pages of any size, several segments,
//    rows taken out and put in again, merges halfway, and positions that run over pages.
// 2. A layout that is not known here, or pages that are not as they should be, are left to FTS5.

import Testing

@testable import IndexCore

@Suite struct FormraekkerTests {
    /// A text index of `sidestoerrelse` and a reader of it.
    private struct Indeks {
        let mappe: Mappe
        let writer: Connection
        private let path: String

        init(_ sidestoerrelse: Int) throws {
            mappe = try Mappe()
            path = mappe.path + "/indeks.sqlite"
            writer = try Connection(path: path, mode: .writer)
            try TokenizerBridge.register(on: writer, .indbygget)
            for sql in Schema.shard where sql.contains("VIRTUAL TABLE tekst") {
                try writer.execute(sql)
            }
            try writer.execute("INSERT INTO tekst(tekst, rank) VALUES('pgsz', \(sidestoerrelse))")
        }

        func reader() throws -> ShardReader {
            let connection = try Connection(path: path, mode: .reader)
            try TokenizerBridge.register(on: connection, .indbygget)
            return try ShardReader(
                fil: Fil(
                    id: 1, myndighed: try #require(CVRNummer("11111111")), del: 1,
                    navn: "indeks"), connection: connection)
        }

        func put(_ id: Int, _ texts: [String]) throws {
            try change("INSERT INTO tekst(rowid", id, texts)
        }

        func take(_ id: Int, _ texts: [String]) throws {
            try change("INSERT INTO tekst(tekst, rowid", id, texts, "'delete', ")
        }

        private func change(
            _ start: String, _ id: Int, _ texts: [String], _ first: String = ""
        ) throws {
            let statement = try writer.prepare(
                built: """
                    \(start), titel, beskrivelse, noter, parter, klasser, betinget, alternativ)
                    VALUES(\(first)?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                    """)
            statement.bind(1, id)
            for (place, text) in texts.enumerated() { statement.bind(Int32(place) + 2, text) }
            try statement.run()
        }
    }

    private static let words = (0..<60).map { "ord\($0 % 7)x\($0)" }

    private func texts(_ seed: inout Seed) -> [String] {
        (0..<7).map { _ in
            guard seed.below(3) == 0 else { return "" }
            // Some stand in nearly all rows, some texts are long.
            let count = seed.below(20) == 0 ? 300 : 1 + seed.below(6)
            return (0..<count).map { _ in
                Self.words[min(seed.below(60), seed.below(60), seed.below(60))]
            }.joined(separator: " ")
        }
    }

    private func asFTS5(_ reader: ShardReader, _ form: String) throws -> [UInt32: UInt8] {
        let statement = try reader.connection.prepare(
            "SELECT rowid, kolonner(tekst, 1, 1) FROM tekst WHERE tekst MATCH ?1")
        statement.bind(1, "\"\(form)\"")
        var result: [UInt32: UInt8] = [:]
        while try statement.step() {
            result[UInt32(statement.integer(0))] = UInt8(statement.integer(1))
        }
        return result
    }

    @Test(
        "Pages tell what FTS5 tells", arguments: [32, 64, 200, 1000, 4050], [UInt64](1...4))
    func same(_ sidestoerrelse: Int, _ number: UInt64) throws {
        var seed = Seed(number &* 97 &+ UInt64(sidestoerrelse))
        let indeks = try Indeks(sidestoerrelse)
        try indeks.writer.execute(
            "INSERT INTO tekst(tekst, rank) VALUES('automerge', \(number % 2 == 0 ? 0 : 4))")
        var standing: [Int: [String]] = [:]
        var (seen, segments) = (0, 0)
        for _ in 0..<12 {
            try indeks.writer.execute("BEGIN IMMEDIATE")
            for _ in 0..<40 {
                let id = 1 + seed.below(300) * (seed.below(9) == 0 ? 70_000 : 1)
                if let old = standing[id] {
                    try indeks.take(id, old)
                    standing[id] = nil
                    if seed.below(3) == 0 { continue }
                }
                let new = texts(&seed)
                try indeks.put(id, new)
                standing[id] = new
            }
            try indeks.writer.execute("COMMIT")
            if seed.below(3) == 0 {
                try indeks.writer.execute("INSERT INTO tekst(tekst, rank) VALUES('merge', -6)")
            }
            let reader = try indeks.reader()
            defer { reader.end() }
            segments = max(
                segments,
                try #require(try reader.tekstStructure()).niveauer.reduce(0) { $0 + $1.count })
            for word in Self.words + ["ord", "ord0x0x", "zzz", "a"] {
                let found = try #require(try reader.raekker(med: Array(word.utf8)))
                #expect(found.ids == found.ids.sorted())
                let pairs = Dictionary(uniqueKeysWithValues: zip(found.ids, found.kolonner))
                #expect(try pairs == asFTS5(reader, word), "\(word), \(sidestoerrelse), \(number)")
                seen += pairs.count
            }
        }
        #expect(seen > 1_000 && segments > 1)
    }

    @Test("A list of a word with several forms is what FTS5's query makes of it")
    func liste() throws {
        let indeks = try Indeks(100)
        var seed = Seed(5)
        let titles = [
            "Kørestolsbevilling", "kørestole til barn", "Kørestolen", "el-kørestol", "Bil",
            "stol", "børns kørestolsbrug",
        ]
        for id in 1...400 {
            try indeks.put(
                id,
                (0..<7).map { _ in
                    seed.below(2) == 0 ? "" : titles[seed.below(titles.count)]
                })
        }
        let reader = try indeks.reader()
        defer { reader.end() }
        for word in ["kørestol", "stol", "kørestole", "bevilling", "barn", "bil", "intet"] {
            let term = try #require(TextQuery.Term(ord: word))
            let direct = try reader.liste(term)
            // A run of words is FTS5's.
            let other = try reader.liste(term, among: Set(1...400))
            #expect(direct.ids == other.ids && direct.steder == other.steder, "\(word)")
            #expect(word == "intet" || direct.count > 50)
        }
    }

    @Test("What is laid out otherwise is left to FTS5") func unknown() throws {
        let indeks = try Indeks(100)
        for id in 1...50 { try indeks.put(id, ["vej", "", "", "", "", "", ""]) }
        func rows() throws -> Int? {
            let reader = try indeks.reader()
            defer { reader.end() }
            return try reader.raekker(med: Array("vej".utf8))?.ids.count
        }
        #expect(try rows() == 50)
        try indeks.writer.execute("UPDATE tekst_config SET v = 5 WHERE k = 'version'")
        #expect(try rows() == nil)
        try indeks.writer.execute("UPDATE tekst_config SET v = 4 WHERE k = 'version'")
        let pages = try indeks.writer.prepare(
            built: "SELECT id, block FROM tekst_data WHERE id > 10 ORDER BY id")
        var whole: [(Int64, [UInt8])] = []
        while try pages.step() { whole.append((pages.integer(0), pages.blob(1))) }
        func put(_ id: Int64, _ bytes: [UInt8]) throws {
            let update = try indeks.writer.prepare(
                built: "UPDATE tekst_data SET block = ?2 WHERE id = ?1")
            update.bind(1, id)
            update.bind(2, bytes)
            try update.run()
        }
        // Whatever stands there, an answer or none: never a fault.
        var seed = Seed(9)
        for (id, bytes) in whole {
            for _ in 0..<300 {
                var other = bytes
                if seed.below(3) == 0 { other.removeLast(seed.below(other.count + 1)) }
                for _ in 0..<(1 + seed.below(3)) where !other.isEmpty {
                    other[seed.below(other.count)] = UInt8(seed.below(256))
                }
                try put(id, other)
                _ = try rows()
            }
            try put(id, bytes)
        }
        #expect(try rows() == 50)
    }
}
