import Glibc

/// Everything that is measured of a running server, in rounds that take turns.
struct Session {
    let program: Program
    let data: String
    let load: String
    let hold: String
    let results: Results
    let objects: Int
    let rounds: Int
    let secondsEach: Double
    let port: UInt16
    /// Names of workloads to run; all when empty.
    let only: Set<String>
    let rivals: Rivals
    /// Whether the reads alone are asked for: one of the sizes that growth is measured at.
    let readsOnly: Bool
    /// The library that makes syncs slow; nil where there is none.
    let slowSync: String?

    private func wants(_ names: String...) -> Bool {
        only.isEmpty || names.contains { only.contains($0) }
    }

    func run() throws {
        let callers = try Callers(program, data: data)
        let copy = try InProcess.copy(data)
        defer { removeTree(copy) }
        var server = try Server(program, data: data, port: port)
        defer { server.stop() }
        try rest(server, "memory-start")
        let warming = try server.waitUntilWarm()
        try rest(server, "memory", after: warming)
        let source = Reads(callers: callers, corpus: try Corpus(load), size: objects)
        let workloads = try asked(source)
        try reads(workloads.filter { isWanted($0.name) }, copy)
        if readsOnly { return }
        if wants("cold") { server = try coldStarts(callers, server) }
        if wants("stream") { try stream() }
        guard wants("get-then", "mix", "put", "visible", "restart", "mixed", "updates") else {
            return
        }
        // From here on the directory holds more than the other systems.
        let writes = try Writes(port: port, callers: callers, hold: Corpus(hold))
        if wants("get-then") { try measure([try writes.historyReads()], []) }
        try write(writes)
        if wants("mixed") { try mixed(writes, workloads.filter(\.isMixed)) }
        try rest(server, "memory-after-load")
        if wants("put") { server = try slowPuts(writes, server) }
        if wants("restart") { server = try restarts(writes, callers, first: server) }
    }

    // MARK: Reads

    private func isWanted(_ name: String) -> Bool {
        wants(name) || only.contains { name.hasPrefix($0 + "-") }
    }

    /// What is measured for itself, or read beside writes.
    private func asked(_ source: Reads) throws -> [Workload] {
        var source = source
        return try source.all().compactMap { workload in
            guard isWanted(workload.name) || (wants("mixed") && workload.isMixed) else {
                return nil
            }
            if let why = try Reads.obstacle(workload, port: port) {
                try results.skip(workload.name, why)
                return nil
            }
            return try Reads.onlyVisible(workload, port: port)
        }
    }

    private func reads(_ workloads: [Workload], _ copy: String) throws {
        guard !workloads.isEmpty else { return }
        let others = try rivals.start(copy: copy, workloads: workloads)
        try compare(workloads, others)
        try checkInProcess(workloads, others)
        try measure(workloads, others)
    }

    /// Each workload on each system in turn, round by round.
    private func measure(_ workloads: [Workload], _ others: [any Rival]) throws {
        for workload in workloads {
            _ = try Reads.run(workload, port: port, seconds: min(1, secondsEach))
            for other in others where rivals.asks(other, workload) {
                _ = try other.ask(workload, seconds: min(1, secondsEach))
            }
        }
        let each = workloads.reduce(0) { sum, workload in
            sum + 1 + others.count { rivals.asks($0, workload) }
        }
        var progress = Progress("Reading", total: rounds * each)
        for round in 1...rounds {
            for workload in workloads {
                try note(workload.name, round) {
                    try Reads.run(workload, port: port, seconds: secondsEach)
                }
                progress.step(workload.name)
                for other in others where rivals.asks(other, workload) {
                    try note("\(workload.name)@\(other.name)", round) {
                        let (latencies, wall) = try other.ask(workload, seconds: secondsEach)
                        return latencies.figures(wall: wall)
                    }
                    progress.step("\(workload.name)@\(other.name)")
                }
            }
        }
    }

    /// The share of questions that this service and the other count alike.
    private func compare(_ workloads: [Workload], _ others: [any Rival]) throws {
        for workload in workloads where !workload.counted.isEmpty {
            let own = try Reads.counts(workload, port: port, first: 200)
            for other in others where rivals.asks(other, workload) && other.name != "inproces" {
                let name = "\(workload.name)=\(other.name)"
                guard !results.has(name, round: 1) else { continue }
                let pairs = zip(own, try other.counts(workload, first: 200))
                    .filter { $0.0 != nil && $0.1 != nil }
                let equal = pairs.count { $0.0 == $0.1 }
                try results.add(
                    name, round: 1, probe: cpuProbe(),
                    [
                        ("asked", Double(pairs.count)), ("equal", Double(equal)),
                        ("own_total", Double(pairs.reduce(0) { $0 + ($1.0 ?? 0) })),
                        ("other_total", Double(pairs.reduce(0) { $0 + ($1.1 ?? 0) })),
                    ])
            }
        }
    }

    /// In process the same data answers: else its times would be those of something else.
    private func checkInProcess(_ workloads: [Workload], _ others: [any Rival]) throws {
        guard let inner = others.lazy.compactMap({ $0 as? InProcess }).first else { return }
        for workload in workloads where rivals.asks(inner, workload) {
            let outer = try Reads.antal(workload.requests.prefix(20), port: port)
            guard outer.contains(where: { $0 != nil }),
                outer == (try inner.antal(workload, first: 20))
            else { throw Failure("\(workload.name) counts otherwise in process than over HTTP") }
        }
    }

    // MARK: Writes

    private func write(_ writes: Writes) throws {
        let updates = wants("mix", "updates") ? try rivals.updates() : nil
        for round in 1...rounds {
            if wants("mix", "updates") {
                try note("mix", round) { try writes.mixRound(batches: 40) }
                if let updates {
                    try note("mix@postgres", round) { try updates.round(batches: 40) }
                }
            }
            if wants("mix") {
                try note("update-wide", round) { try writes.wideRound(batches: 20) }
            }
            if wants("put") {
                try note("put-1", round) {
                    try writes.putRound(connections: 1, seconds: secondsEach)
                }
                try note("put-16", round) {
                    try writes.putRound(connections: 16, seconds: secondsEach)
                }
            }
            if wants("visible") {
                try note("visible-alone", round) { try writes.visibleRound(beside: 0, count: 100) }
                try note("visible-beside", round) {
                    try writes.visibleRound(beside: 240, count: 1000)
                }
            }
        }
    }

    /// PUTs on a disk whose syncs take five milliseconds longer: there it is the sync that a change waits for.
    private func slowPuts(_ writes: Writes, _ first: Server) throws -> Server {
        guard let slowSync else { return first }
        first.stop()
        let slow = try Server(
            program, data: data, port: port,
            adding: ["LD_PRELOAD=\(slowSync)", "LANGSOMSYNC_US=5000"])
        // The first writes to each file open it.
        let isMeasured = (1...rounds).allSatisfy { results.has("put-16-slow", round: $0) }
        if !isMeasured { _ = try writes.putRound(connections: 16, seconds: secondsEach) }
        for round in 1...rounds {
            for connections in [1, 16] {
                try note("put-\(connections)-slow", round) {
                    try writes.putRound(connections: connections, seconds: secondsEach)
                }
            }
        }
        slow.stop()
        return try Server(program, data: data, port: port)
    }

    private func mixed(_ writes: Writes, _ workloads: [Workload]) throws {
        var reads = workloads.flatMap { $0.requests.prefix(1000) }
        guard !reads.isEmpty else {
            return try results.skip("mixed", "the server answers none of its reads")
        }
        // Else few connections would ask one kind of question alone.
        var chance = Chance(seed: 11)
        chance.shuffle(&reads)
        let shuffled = reads
        for round in 1...rounds {
            for connections in [1, 2, 4, 8, 16, 32, 64] {
                try note("mixed-\(connections)", round) {
                    try writes.mixedRound(
                        connections: connections, reads: shuffled, seconds: secondsEach)
                }
            }
        }
    }

    private func note(_ name: String, _ round: Int, _ body: () throws -> Figures) throws {
        guard !results.has(name, round: round) else { return }
        let probe = cpuProbe()
        let figures = try body()
        // Refusals are fast.
        if let refused = figures.first(where: { $0.name == "not_200" })?.value, refused > 0 {
            throw Failure(
                "\(name): \(Int(refused)) requests were answered with neither 200 nor 201")
        }
        try results.add(name, round: round, probe: probe, figures)
    }

    /// The file in one request to a new, empty directory.
    private func stream() throws {
        for round in 1...min(rounds, objects > 200_000 ? 1 : 3) {
            try note("stream", round) {
                let place = data + "-stream"
                removeTree(place)
                defer { removeTree(place) }
                // The command makes the directory.
                _ = try program.run(["import", "--data", place, "/dev/null", "--json"])
                let callers = try Callers(program, data: place)
                let server = try Server(program, data: place, port: port + 1)
                defer { server.stop() }
                return try Stream.load(load, port: port + 1, token: callers.writer)
            }
        }
    }

    // MARK: Memory and starts

    /// `warming`: the seconds from the start until all was read.
    private func rest(_ server: Server, _ name: String, after warming: Double? = nil) throws {
        guard wants("memory"), !results.has(name, round: 1) else { return }
        let probe = cpuProbe()
        sleep(2)
        let resident = server.megabytes("VmRSS")
        let limit = 80 + 100 * Double(objects) / 1e6
        try results.add(
            name, round: 1, probe: probe,
            [
                ("resident_mb", resident), ("anonymous_mb", server.megabytes("RssAnon")),
                ("peak_mb", server.megabytes("VmHWM")), ("limit_mb", limit),
                ("share_of_limit", resident / limit),
                ("bytes_per_object", resident * 1_048_576 / Double(max(1, objects))),
            ] + (warming.map { [("seconds_to_warm", $0)] } ?? []))
    }

    /// Stopped in good order and started with none of its files in the page cache.
    private func coldStarts(_ callers: Callers, _ first: Server) throws -> Server {
        var server = first
        for round in 1...min(rounds, 3) where !results.has("cold", round: round) {
            server.stop()
            dropFromCache(data)
            let probe = cpuProbe()
            let start = nanoseconds()
            server = try Server(program, data: data, port: port)
            let ready = server.secondsToReady
            let client = try Client(port: port)
            func first(_ caller: Caller, _ path: String, _ body: String) throws -> Double {
                let before = nanoseconds()
                let request = Request.body(
                    "POST", path, token: callers.token(caller), Array(body.utf8))
                guard try client.exchange(request).status == 200 else {
                    throw Failure("a cold server refuses")
                }
                return seconds(since: before)
            }
            let search = try first(.snaever, "/v1/soeg", "{\"Tekst\": \"ansøgning\"}")
            let answering = seconds(since: start)
            let broad = try first(.bred, "/v1/soeg", "{\"Tekst\": \"ansøgning\"}")
            try results.add(
                "cold", round: round, probe: probe,
                [
                    ("ready_seconds", ready), ("first_search_seconds", search),
                    ("answering_seconds", answering), ("first_search_all_seconds", broad),
                ])
        }
        return server
    }

    /// Killed in the middle of writing, then started again and asked.
    private func restarts(
        _ writes: Writes, _ callers: Callers, first: Server
    ) throws -> Server {
        var server = first
        for round in 1...3 where !results.has("restart", round: round) {
            let (process, port, requests) = (server.process, port, writes.puts(4000))
            try onThreads(2) { thread in
                guard thread == 0 else {
                    usleep(300_000)
                    return _ = kill(process, SIGKILL)
                }
                let client = try Client(port: port)
                for request in requests where (try? client.exchange(request)) == nil { return }
            }
            server.crash()
            let probe = cpuProbe()
            let start = nanoseconds()
            server = try Server(program, data: data, port: port)
            let ready = server.secondsToReady
            let client = try Client(port: port)
            let question = Request.body(
                "POST", "/v1/soeg", token: callers.reader, Array("{\"Tekst\": \"sag\"}".utf8))
            let status = try client.exchange(question).status
            try results.add(
                "restart", round: round, probe: probe,
                [
                    ("ready_seconds", ready), ("answering_seconds", seconds(since: start)),
                    ("status", Double(status)),
                ])
        }
        return server
    }
}

extension Workload {
    /// Whether it is read beside writes.
    fileprivate var isMixed: Bool { ["overblik", "get-now", "nummer", "soeg"].contains(name) }
}
