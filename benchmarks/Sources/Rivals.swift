import Glibc

/// The other systems of a run, where they were loaded, and how they are started.
struct Rivals {
    let names: Set<String>
    /// A Python that has tantivy.
    let python: String
    /// Holds plain.sqlite, tantivy/ and pg/.
    let home: String
    /// What PostgreSQL is to write, converted; nil when it is not asked to.
    let held: String?

    /// Ready to write; what it sends first makes PostgreSQL hold more than before.
    func updates() throws -> PostgresUpdates? {
        try held.map { try PostgresUpdates(home: home + "/pg", held: $0) }
    }

    func asks(_ rival: any Rival, _ workload: Workload) -> Bool {
        if rival.name == "inproces" {
            return !workload.bodies.isEmpty && workload.path != "/v1/forslag"
        }
        return !workload.questions.isEmpty && workload.systems.contains(rival.name)
    }

    /// Starts them on the questions of these workloads; this service in process first.
    func start(copy: String, workloads: [Workload]) throws -> [any Rival] {
        let file = home + "/questions.json"
        try write(Self.questions(workloads), to: file)
        var rivals: [any Rival] = [try InProcess(copy: copy)]
        for (name, index) in [("sqlite", "plain.sqlite"), ("tantivy", "tantivy")]
        where names.contains(name) {
            rivals.append(
                try Engine(name, python: python, index: "\(home)/\(index)", questions: file))
        }
        if names.contains("postgres") { rivals.append(Postgres(home: home + "/pg")) }
        return rivals
    }

    /// What compare/measure.py reads: the callers, and the questions by workload.
    private static func questions(_ workloads: [Workload]) -> String {
        let callers = Caller.allCases.map { "\"\($0.rawValue)\": \($0.json)" }
        let asked = workloads.filter { !$0.questions.isEmpty }.map { workload in
            let list = workload.questions.map(\.json).joined(separator: ",\n")
            return "\"\(workload.name)\": {\"caller\": \"\(workload.caller.rawValue)\", "
                + "\"threads\": \(workload.threads), \"questions\": [\(list)]}"
        }
        return "{\"callers\": {\(callers.joined(separator: ", "))},\n"
            + "\"workloads\": {\(asked.joined(separator: ",\n"))}}\n"
    }
}

/// The update mix for PostgreSQL: the same objects, a hundred a transaction, four sessions.
///
/// Its rows were made beforehand by compare/convert.py; parsing is not in its time.
final class PostgresUpdates {
    private struct Row: Sendable {
        var values: [String?]
        let part: Int
    }

    private static let sql =
        "SELECT gem($1::int, $2::bigint, $3::uuid, $4::smallint, $5::int, $6::smallint, $7,"
        + " $8::boolean, $9, $10, $11::uuid, $12, $13::smallint, $14, $15, $16::jsonb, $17::jsonb)"
    private static let sessionCount = 4
    private let home: String
    private var changeable: [Row] = []
    private var fresh: [Row] = []
    private var changes = 0

    /// Six tenths are stored before anything is measured, as for this service.
    init(home: String, held: String) throws {
        self.home = home
        var relations: [String: [String]] = [:]
        for (writer, part) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            for row in try Self.rows("\(held)/relation-\(writer)-\(part).copy") {
                let values = row.map { $0.map(Self.json) ?? "null" }
                relations[row[1] ?? "", default: []].append(
                    "[\(values[0]),\(values[2]),\(values[3]),\(values[4]),\(values[5]),\(values[6])]"
                )
            }
        }
        for part in 0..<2 {
            for row in try Self.rows("\(held)/objekt-\(part).copy") {
                var values = row
                let list = relations[row[1] ?? ""]?.joined(separator: ",") ?? ""
                // Behind every object that was loaded.
                values[1] = row[1].flatMap { Int($0) }.map { String($0 + 1_000_000_000) }
                // The registration's time is the server's.
                values.remove(at: 13)
                fresh.append(Row(values: values + ["[\(list)]"], part: part))
            }
        }
        let first = Array(fresh.prefix(fresh.count * 6 / 10))
        fresh.removeFirst(first.count)
        changeable = first
        let session = try PostgresSession(home: home, user: "postgres")
        for start in stride(from: 0, to: first.count, by: 500) {
            try session.transaction(
                Self.sql, first.dropFirst(start).prefix(500).map(\.values))
        }
    }

    /// Seven messages of changes to three of new objects.
    func round(batches: Int) throws -> Figures {
        let jobs = (0..<Self.sessionCount).map { session in
            (0..<batches / Self.sessionCount).map { number in
                [2, 5, 8].contains(number % 10) ? news() : updates(of: session)
            }
        }
        let (home, sql) = (home, Self.sql)
        let total = Shared((latencies: Latencies(), kept: 0))
        let start = nanoseconds()
        try onThreads(jobs.count) { thread in
            let session = try PostgresSession(home: home, user: "postgres")
            var latencies = Latencies()
            for job in jobs[thread] {
                let before = nanoseconds()
                try session.transaction(sql, job)
                latencies.add(nanoseconds() - before)
            }
            let (done, kept) = (latencies, jobs[thread].reduce(0) { $0 + $1.count })
            total.change { total in
                total.latencies.add(done)
                total.kept += kept
            }
        }
        let (wall, all) = (seconds(since: start), total.now)
        var figures = all.latencies.figures(wall: wall)
        figures[1] = ("per_second", Double(all.kept) / wall)
        return figures + [("kept", Double(all.kept))]
    }

    private func news() -> [[String?]] {
        let rows = fresh.prefix(100)
        fresh.removeFirst(rows.count)
        return rows.map(\.values)
    }

    /// Each session has objects of its own, so that none waits for another's row.
    private func updates(of session: Int) -> [[String?]] {
        (0..<100).map { _ in
            changes += 1
            let place = (changes * Self.sessionCount + session) % changeable.count
            var values = changeable[place / Self.sessionCount * Self.sessionCount + session].values
            values[13] = "qzv\(changes)x " + (values[13] ?? "")
            return values
        }
    }

    private static func rows(_ path: String) throws -> [[String?]] {
        try readFile(path).split(separator: 0x0A).map { line in
            line.split(separator: 0x09, omittingEmptySubsequences: false).map { field in
                field == [0x5C, 0x4E] ? nil : plain(field)
            }
        }
    }

    /// A value of COPY's text format as it was.
    private static func plain(_ field: ArraySlice<UInt8>) -> String {
        guard field.contains(0x5C) else { return String(decoding: field, as: UTF8.self) }
        let escapes: [UInt8: UInt8] = [0x74: 0x09, 0x6E: 0x0A, 0x72: 0x0D]
        var (bytes, isEscaped): ([UInt8], Bool) = ([], false)
        for byte in field {
            if isEscaped {
                bytes.append(escapes[byte] ?? byte)
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func json(_ text: String) -> String { Question.quoted(text) }
}
