import Glibc

/// One session with PostgreSQL over its socket, in its own protocol (version 3, values as text).
///
/// A statement is parsed once and then bound and run; what is asked for together is sent together.
final class PostgresSession {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var known: [String: String] = [:]

    init(home: String, user: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(home)/.s.PGSQL.5432".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size)
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure("no connection to PostgreSQL")
        }
        var body = Self.word(196_608)
        body += Self.text("user") + Self.text(user) + Self.text("database") + Self.text("postgres")
        try send(Self.word(Int32(body.count + 5)) + body + [0])
        _ = try answers()
    }

    deinit { close(descriptor) }

    /// Rows of one statement; a value that is NULL is nil.
    func rows(_ sql: String, _ values: [String?] = []) throws -> [[String?]] {
        var message: [UInt8] = []
        add(sql, values, to: &message)
        try send(message + Self.message("S", []))
        return try answers()
    }

    /// Many calls of one statement in one transaction and one round trip; durable when it returns.
    func transaction(_ sql: String, _ calls: [[String?]]) throws {
        var message: [UInt8] = []
        add("BEGIN", [], to: &message)
        for call in calls { add(sql, call, to: &message) }
        add("COMMIT", [], to: &message)
        try send(message + Self.message("S", []))
        _ = try answers()
    }

    private func add(_ sql: String, _ values: [String?], to message: inout [UInt8]) {
        let name = known[sql] ?? "s\(known.count)"
        if known[sql] == nil {
            known[sql] = name
            message += Self.message("P", Self.text(name) + Self.text(sql) + [0, 0])
        }
        var bound = Self.text("") + Self.text(name) + [0, 0] + Self.half(values.count)
        for value in values {
            if let value {
                bound += Self.word(Int32(value.utf8.count)) + Array(value.utf8)
            } else {
                bound += Self.word(-1)
            }
        }
        message += Self.message("B", bound + [0, 0])
        message += Self.message("E", Self.text("") + Self.word(0))
    }

    /// Reads until the session is ready again.
    private func answers() throws -> [[String?]] {
        var rows: [[String?]] = []
        var failure: String?
        while true {
            let (type, body) = try message()
            switch type {
            case UInt8(ascii: "D"): rows.append(Self.row(body))
            case UInt8(ascii: "E"): failure = String(decoding: body.prefix(300), as: UTF8.self)
            case UInt8(ascii: "Z"):
                if let failure { throw Failure("PostgreSQL: \(failure)") }
                return rows
            default: break
            }
        }
    }

    private static func row(_ body: ArraySlice<UInt8>) -> [String?] {
        var place = body.startIndex + 2
        var row: [String?] = []
        while place < body.endIndex {
            let length = Int(Int32(truncatingIfNeeded: number(body[place..<(place + 4)])))
            place += 4
            guard length >= 0 else {
                row.append(nil)
                continue
            }
            row.append(String(decoding: body[place..<(place + length)], as: UTF8.self))
            place += length
        }
        return row
    }

    private var start = 0

    private func message() throws -> (UInt8, ArraySlice<UInt8>) {
        try need(5)
        let type = buffer[start]
        let length = Int(Self.number(buffer[(start + 1)..<(start + 5)]))
        try need(1 + length)
        let body = buffer[(start + 5)..<(start + 1 + length)]
        start += 1 + length
        return (type, body)
    }

    private func need(_ count: Int) throws {
        guard buffer.count - start < count else { return }
        buffer.removeSubrange(..<start)
        start = 0
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while buffer.count < count {
            let read = recv(descriptor, &piece, piece.count, 0)
            guard read > 0 else { throw Failure("PostgreSQL closed") }
            buffer += piece[..<read]
        }
    }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.send(
                    descriptor, raw.baseAddress?.advanced(by: sent), raw.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("PostgreSQL closed") }
            sent += count
        }
    }

    private static func message(_ type: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
        [UInt8(ascii: type)] + word(Int32(body.count + 4)) + body
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private static func half(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

    private static func word(_ value: Int32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// PostgreSQL with row-level security, as compare/postgres loaded it.
final class Postgres: Rival {
    let name = "postgres"
    private let home: String
    private var sessions: [Caller: [PostgresSession]] = [:]

    init(home: String) { self.home = home }

    private func sessions(_ caller: Caller, _ count: Int) throws -> [PostgresSession] {
        while sessions[caller, default: []].count < count {
            let session = try PostgresSession(home: home, user: "laeser")
            let subjects = Callers.prefixes.map { "\"\($0)%\"" }.joined(separator: ",")
            for (name, value) in [
                ("tv.niveau", "3"), ("tv.kle", "{\(subjects)}"),
                ("tv.myndigheder", "{\(caller.authorities.joined(separator: ","))}"),
            ] {
                _ = try session.rows("SELECT set_config($1, $2, false)", [name, value])
            }
            sessions[caller, default: []].append(session)
        }
        return sessions[caller] ?? []
    }

    func ask(_ workload: Workload, seconds limit: Double) throws
        -> (latencies: Latencies, wall: Double)
    {
        let lent = Lent(try sessions(workload.caller, workload.threads))
        let total = Shared(Latencies())
        let start = nanoseconds()
        try onThreads(workload.threads) { thread in
            let session = lent.sessions[thread]
            var latencies = Latencies()
            var place = workload.questions.count * thread / workload.threads
            while seconds(since: start) < limit {
                let before = nanoseconds()
                _ = try Self.answer(workload.questions[place], session)
                latencies.add(nanoseconds() - before)
                place = (place + 1) % workload.questions.count
            }
            let done = latencies
            total.change { $0.add(done) }
        }
        return (total.now, seconds(since: start))
    }

    func counts(_ workload: Workload, first: Int) throws -> [Int?] {
        guard let session = try sessions(workload.caller, 1).first else { return [] }
        return try workload.questions.prefix(first).map { try Self.answer($0, session) }
    }

    // Each thread uses the session at its own place and no other.
    private final class Lent: @unchecked Sendable {
        let sessions: [PostgresSession]

        init(_ sessions: [PostgresSession]) { self.sessions = sessions }
    }

    private static let shown =
        "o.id, o.titel, o.noegle, o.klasse, o.fremdrift, o.kilde, o.myndighed"

    private static func answer(_ question: Question, _ session: PostgresSession) throws -> Int? {
        let words = question.words.joined(separator: " & ")
        if question.hasFacets {
            let source =
                words.isEmpty
                ? "objekt o" : "objekt o WHERE o.soeg @@ to_tsquery('danish', $1)"
            let rows = try session.rows(
                "SELECT kilde, left(klasse, 2), fremdrift, count(*) FROM \(source) GROUP BY 1, 2, 3",
                words.isEmpty ? [] : [words])
            let total = rows.reduce(0) { $0 + (Int(($1.last ?? nil) ?? "") ?? 0) }
            if words.isEmpty { return total }
        }
        if !words.isEmpty, question.isNewestFirst {
            _ = try session.rows(
                "SELECT \(shown) FROM objekt o WHERE o.soeg @@ to_tsquery('danish', $1)"
                    + " ORDER BY o.id DESC LIMIT 20", [words])
            return nil
        }
        if !words.isEmpty {
            return count(
                try session.rows(
                    "SELECT \(shown), count(*) OVER () FROM objekt o,"
                        + " to_tsquery('danish', $1) q WHERE o.soeg @@ q"
                        + " ORDER BY ts_rank_cd(o.soeg, q) DESC LIMIT 20", [words]))
        }
        if let part = question.part {
            let day = question.day == nil ? "now()" : "$3"
            let then = " AND r.fra <= \(day) AND r.til > \(day)"
            return count(
                try session.rows(
                    "SELECT \(shown), count(*) OVER () FROM objekt o WHERE o.id = ANY (ARRAY(SELECT r.objekt"
                        + " FROM relation r WHERE r.part = $1 AND r.noegle = $2\(then)))"
                        + " ORDER BY o.id DESC LIMIT 50",
                    [String(CRC32.of(part) & 1), part] + (question.day.map { [$0] } ?? [])))
        }
        if let uuid = question.uuid {
            return try session.rows(
                "SELECT indhold FROM objekt WHERE part = $1 AND uuid = $2",
                [String(CRC32.of(uuid) & 1), uuid]
            ).count
        }
        return count(
            try session.rows(
                "SELECT \(shown), count(*) OVER () FROM objekt o WHERE o.noegle = $1",
                [question.number]))
    }

    private static func count(_ rows: [[String?]]) -> Int {
        rows.first?.last.flatMap { $0 }.flatMap { Int($0) } ?? 0
    }
}

/// As Python's zlib has it; says which of two partitions holds a key.
enum CRC32 {
    static func of(_ text: String) -> UInt32 {
        var sum: UInt32 = ~0
        for byte in text.utf8 {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
