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

    private func wants(_ names: String...) -> Bool {
        only.isEmpty || names.contains { only.contains($0) }
    }

    func run() throws {
        let callers = try Callers(program, data: data)
        let server = try Server(program, data: data, port: port)
        defer { server.stop() }
        try rest(server, "memory")
        let writesWanted = wants("get", "mix", "put", "visible", "restart")
        let writes =
            writesWanted
            ? try Writes(port: port, callers: callers, hold: Corpus(hold)) : nil
        try reads(callers, writes)
        if let writes {
            try write(writes)
            try rest(server, "memory-after-load")
            if wants("restart") { try restarts(writes, callers, first: server) }
        }
    }

    // MARK: Reads

    private func reads(_ callers: Callers, _ writes: Writes?) throws {
        guard wants("overblik", "get", "soeg") else { return }
        var source = Reads(
            port: port, token: callers.reader, corpus: try Corpus(load), size: objects)
        var workloads: [Reads.Workload] = []
        if wants("overblik") { workloads.append(source.overblik()) }
        if wants("get"), let writes {
            workloads += [try source.get(), try writes.historyReads()]
        }
        if wants("soeg") { workloads += [source.soeg(facets: false), source.soeg(facets: true)] }
        for workload in workloads {
            try Reads.check(workload, port: port)
            _ = try Reads.run(workload, port: port, seconds: secondsEach)
        }
        for round in 1...rounds {
            for workload in workloads {
                let probe = cpuProbe()
                let figures = try Reads.run(workload, port: port, seconds: secondsEach)
                try results.add(workload.name, round: round, probe: probe, figures)
            }
        }
    }

    // MARK: Writes

    private func write(_ writes: Writes) throws {
        for round in 1...rounds {
            if wants("mix") {
                try note("mix", round) { try writes.mixRound(batches: 40) }
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

    private func note(_ name: String, _ round: Int, _ body: () throws -> Figures) throws {
        let probe = cpuProbe()
        try results.add(name, round: round, probe: probe, try body())
    }

    // MARK: Memory and restart

    private func rest(_ server: Server, _ name: String) throws {
        guard wants("memory") else { return }
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
            ])
    }

    /// Killed in the middle of writing, then started again and asked.
    private func restarts(_ writes: Writes, _ callers: Callers, first: Server) throws {
        var server = first
        for round in 1...3 {
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
        server.stop()
    }
}
