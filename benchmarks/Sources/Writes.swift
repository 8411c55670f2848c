import Glibc

/// Writing over HTTP as a source system with agreements at every authority.
///
/// The objects are those held back from the bulk load. Six tenths are sent before anything is
/// measured, so that there is something to change; the rest are the new ones of the mix.
final class Writes {
    private let port: UInt16
    private let callers: Callers
    /// What is in the index and has a title to change, by authority.
    private var changeable: [[Line]] = Array(repeating: [], count: 98)
    /// What is not in the index yet, by authority, in an order that only points backwards.
    private var fresh: [[Line]] = Array(repeating: [], count: 98)
    private var changes = 0
    private let connections = 4

    init(port: UInt16, callers: Callers, hold: Corpus) throws {
        self.port = port
        self.callers = callers
        for line in hold.lines() {
            if let authority = line.authority { fresh[authority].append(line) }
        }
        try sendFirst()
    }

    private func sendFirst() throws {
        let client = try Client(port: port)
        var (sent, kept) = (0, 0)
        for authority in fresh.indices {
            let lines = fresh[authority].prefix(fresh[authority].count * 6 / 10)
            fresh[authority].removeFirst(lines.count)
            for start in stride(from: 0, to: lines.count, by: 500) {
                let batch = lines.dropFirst(start).prefix(500)
                let answer = try client.fetch(
                    message("/v1/importer", batch.map { ($0, Array($0.object)) }))
                kept += Self.kept(answer.body)
            }
            sent += lines.count
            changeable[authority] = lines.filter(\.canChange)
        }
        guard kept * 100 >= sent * 98 else {
            throw Failure("only \(kept) of \(sent) objects were taken before measuring")
        }
    }

    private func message(
        _ target: String, _ objects: [(line: Line, bytes: [UInt8])], prefix: String = ""
    ) -> [UInt8] {
        Request.body(
            "POST", target, token: callers.writer, Line.message(objects, prefix: prefix))
    }

    /// How many objects of an answer were kept.
    private static func kept(_ body: [UInt8]) -> Int {
        body.withUnsafeBytes { raw in
            var (count, from) = (0, 0)
            while let place = raw.place(of: "\"StatusKode\":20", from: from) {
                count += 1
                from = place + 1
            }
            return count
        }
    }

    /// A word that no other change has; letters only.
    private func nextWord() -> String {
        changes += 1
        var (left, letters) = (changes, "")
        while left > 0 {
            letters.append(Character(Unicode.Scalar(UInt8(97 + left % 26))))
            left /= 26
        }
        return "qzv\(letters)x"
    }

    // MARK: Many at a time

    /// Seven updates and three imports in ten, a hundred objects each, one authority a message.
    func mixRound(batches: Int) throws -> Figures {
        let jobs = (0..<connections).map { connection in
            (0..<batches / connections).map { number in
                let isNew = [2, 5, 8].contains(number % 10)
                return isNew ? imports(of: connection) : updates(of: connection)
            }
        }
        return try run(jobs)
    }

    /// Updates alone, each message spread over all of the connection's authorities.
    func wideRound(batches: Int) throws -> Figures {
        let jobs = (0..<connections).map { connection in
            let all = stride(from: connection, to: 98, by: connections).flatMap { changeable[$0] }
            return (0..<batches / connections).map { number in
                let step = max(1, all.count / 100)
                let lines = (0..<100).map { all[($0 * step + number) % all.count] }
                return update(lines)
            }
        }
        return try run(jobs)
    }

    private func imports(of connection: Int) -> [UInt8] {
        let authority = stride(from: connection, to: 98, by: connections).max {
            fresh[$0].count < fresh[$1].count
        }
        let lines = fresh[authority ?? 0].prefix(100)
        fresh[authority ?? 0].removeFirst(lines.count)
        return message("/v1/importer", lines.map { ($0, Array($0.object)) })
    }

    private var turn = 0

    private func updates(of connection: Int) -> [UInt8] {
        turn += 1
        let large = stride(from: connection, to: 98, by: connections).filter {
            changeable[$0].count >= 100
        }
        precondition(!large.isEmpty, "too few objects are held back")
        let lines = changeable[large[turn % large.count]]
        let start = turn * 37 % lines.count
        return update((0..<100).map { lines[(start + $0) % lines.count] })
    }

    private func update(_ lines: [Line]) -> [UInt8] {
        let time = now()
        return message(
            "/v1/opdater", lines.map { ($0, $0.update(nextWord(), at: time)) }, prefix: "Opdater")
    }

    private func run(_ jobs: [[[UInt8]]]) throws -> Figures {
        let port = port
        let total = Shared((latencies: Latencies(), kept: 0))
        let start = nanoseconds()
        let ends = Shared<[UInt64]>([])
        try onThreads(jobs.count) { thread in
            let client = try Client(port: port)
            var latencies = Latencies()
            var bodies: [[UInt8]] = []
            for job in jobs[thread] {
                let before = nanoseconds()
                bodies.append(try client.fetch(job).body)
                latencies.add(nanoseconds() - before)
            }
            ends.change { $0.append(nanoseconds()) }
            let (done, kept) = (latencies, bodies.reduce(0) { $0 + Self.kept($1) })
            total.change { total in
                total.latencies.add(done)
                total.kept += kept
            }
        }
        let wall = Double((ends.now.max() ?? start) - start) / 1e9
        let all = total.now
        var figures = all.latencies.figures(wall: wall)
        figures[1] = ("per_second", Double(all.kept) / wall)
        return figures + [("kept", Double(all.kept))]
    }

    // MARK: Reads and writes at once

    /// Four reads to a PUT on each of so many connections, for a while.
    func mixedRound(
        connections: Int, reads: [[UInt8]], seconds limit: Double
    ) throws -> Figures {
        let port = port
        // Each says something new: one that is sent again is answered without a write.
        let puts = (0..<connections).map { connection -> [[UInt8]] in
            let own = stride(from: connection, to: changeable[0].count, by: 64)
                .prefix(8).map { changeable[0][$0] }
            return (0..<(6400 / connections)).map { put(own[$0 % own.count], nextWord()) }
        }
        let total = Shared((reads: Latencies(), writes: Latencies(), others: 0))
        let start = nanoseconds()
        try onThreads(connections) { thread in
            let client = try Client(port: port)
            var (own, written, others, turn) = (Latencies(), Latencies(), 0, 0)
            while seconds(since: start) < limit {
                let isWrite = (turn + thread) % 5 == 4
                let request =
                    isWrite
                    ? puts[thread][turn / 5 % puts[thread].count]
                    : reads[(thread * 7919 + turn) % reads.count]
                let before = nanoseconds()
                let answer = try client.exchange(request)
                let taken = nanoseconds() - before
                if isWrite { written.add(taken) } else { own.add(taken) }
                if answer.status != 200, answer.status != 201 { others += 1 }
                turn += 1
            }
            let (a, b, c) = (own, written, others)
            total.change { total in
                total.reads.add(a)
                total.writes.add(b)
                total.others += c
            }
        }
        let (wall, all) = (seconds(since: start), total.now)
        let writes = all.writes.milliseconds(at: [0.5, 0.99])
        var figures = all.reads.figures(wall: wall)
        figures[1] = ("per_second", Double(all.reads.count + all.writes.count) / wall)
        return figures + [
            ("connections", Double(connections)), ("write_p50_ms", writes[0]),
            ("write_p99_ms", writes[1]), ("not_200", Double(all.others)),
        ]
    }

    // MARK: One at a time

    /// PUT after PUT for a while on the largest authority, each connection its own objects.
    func putRound(connections: Int, seconds limit: Double) throws -> Figures {
        let port = port
        let requests = (0..<connections).map { connection -> [[UInt8]] in
            let own = stride(from: connection, to: changeable[0].count, by: 16)
                .prefix(8).map { changeable[0][$0] }
            return (0..<(3200 / connections)).map { put(own[$0 % own.count], nextWord()) }
        }
        let total = Shared((latencies: Latencies(), others: 0))
        let start = nanoseconds()
        try onThreads(connections) { thread in
            let client = try Client(port: port)
            var latencies = Latencies()
            var (place, others) = (0, 0)
            while seconds(since: start) < limit {
                let before = nanoseconds()
                let answer = try client.exchange(requests[thread][place % requests[thread].count])
                latencies.add(nanoseconds() - before)
                if answer.status != 200, answer.status != 201 { others += 1 }
                place += 1
            }
            let (done, wrong) = (latencies, others)
            total.change { total in
                total.latencies.add(done)
                total.others += wrong
            }
        }
        let all = total.now
        return all.latencies.figures(wall: seconds(since: start)) + [
            ("not_200", Double(all.others))
        ]
    }

    private func put(_ line: Line, _ word: String) -> [UInt8] {
        Request.body("PUT", line.target, token: callers.writer, line.changed(word))
    }

    // MARK: From sent to seen

    private struct Step: Sendable {
        let uuid: String
        let change: [UInt8]
        let question: [UInt8]
    }

    /// From sending one change to the end of the limited reader's search that shows it.
    ///
    /// `batches` of updates run beside it; with none it has the server alone.
    func visibleRound(beside batches: Int, count: Int) throws -> Figures {
        let steps = try steps(count)
        let jobs = (0..<connections).map { connection in
            (0..<batches / connections).map { _ in updates(of: connection) }
        }
        let port = port
        let busy = Shared(batches == 0 ? 0 : connections)
        let seen = Shared((all: Latencies(), change: Latencies()))
        let start = nanoseconds()
        try onThreads(batches == 0 ? 1 : 1 + connections) { thread in
            guard thread > 0 else {
                let latencies = try Self.follow(steps, port) { batches > 0 && busy.now == 0 }
                return seen.change { $0 = latencies }
            }
            defer { busy.change { $0 -= 1 } }
            let client = try Client(port: port)
            for job in jobs[thread - 1] { _ = try client.exchange(job) }
        }
        let changes = seen.now.change.milliseconds(at: [0.5, 0.99])
        return seen.now.all.figures(wall: seconds(since: start)) + [
            ("write_p50_ms", changes[0]), ("write_p99_ms", changes[1]),
        ]
    }

    private func steps(_ count: Int) throws -> [Step] {
        let lines = try visible(atMost: 50)
        return (0..<count).map { number in
            let line = lines[number % lines.count]
            let word = nextWord()
            let question = "{\"Tekst\": \"\(word)\", \"Antal\": 5}"
            return Step(
                uuid: line.uuid, change: put(line, word),
                question: Request.body(
                    "POST", "/v1/soeg", token: callers.reader, Array(question.utf8)))
        }
    }

    private static func follow(
        _ steps: [Step], _ port: UInt16, until isDone: () -> Bool
    ) throws -> (all: Latencies, change: Latencies) {
        let client = try Client(port: port)
        var latencies = (all: Latencies(), change: Latencies())
        for step in steps {
            guard !isDone() else { break }
            let before = nanoseconds()
            let status = try client.exchange(step.change).status
            guard status == 200 else { throw Failure("a change is answered with \(status)") }
            latencies.change.add(nanoseconds() - before)
            while try !contains(client.fetch(step.question).body, step.uuid) {
                guard seconds(since: before) < 5 else { throw Failure("a change is not seen") }
            }
            latencies.all.add(nanoseconds() - before)
        }
        return latencies
    }

    private static func contains(_ body: [UInt8], _ text: String) -> Bool {
        let text = Array(text.utf8)
        return body.withUnsafeBytes { raw in text.withUnsafeBytes { raw.place(of: $0) != nil } }
    }

    /// Cases of the largest authority that the limited reader may see.
    private func visible(atMost count: Int) throws -> [Line] {
        let client = try Client(port: port)
        var lines: [Line] = []
        for line in changeable[0] where line.kind == .sag && lines.count < count {
            let request = Request.get(line.target, token: callers.reader)
            if try client.exchange(request).status == 200 { lines.append(line) }
        }
        guard !lines.isEmpty else { throw Failure("the reader sees nothing to change") }
        return lines
    }

    // MARK: A history

    /// Gives objects fifty registrations each; reads of them at points on both axes.
    func historyReads() throws -> Workload {
        let client = try Client(port: port)
        let lines = try visible(atMost: 20)
        var instants: [String] = []
        for _ in 0..<49 {
            _ = try client.fetch(update(lines))
            instants.append(now())
        }
        var requests: [[UInt8]] = []
        for (number, known) in instants.enumerated() {
            for line in lines {
                let month = 1 + number % 9
                let point = "virkning=2026-0\(month)-15T12:00:00Z&registrering=\(known)"
                let request = Request.get("\(line.target)?\(point)", token: callers.reader)
                if try client.exchange(request).status == 200 { requests.append(request) }
            }
        }
        return Workload(name: "get-then", threads: 1, requests: requests)
    }

    /// Changes to send one after another.
    func puts(_ count: Int) -> [[UInt8]] {
        let lines = changeable[0].prefix(64)
        return (0..<count).map { put(lines[lines.startIndex + $0 % lines.count], nextWord()) }
    }
}

/// Now in UTC with microseconds, as the service reads a time.
func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var seconds = time.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : String(value) }
    let micros = String(time.tv_nsec / 1000)
    let fraction = String(repeating: "0", count: 6 - micros.count) + micros
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(fraction)Z"
}
