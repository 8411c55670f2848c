import Glibc

/// Reading over HTTP as a caller who may see little.
struct Reads {
    private let port: UInt16
    private let token: String
    private var chance = Chance(seed: 7)
    /// Of the largest authority; every tenth line at most.
    private let lines: [Line]

    init(port: UInt16, token: String, corpus: Corpus, size: Int) {
        self.port = port
        self.token = token
        var lines = corpus.lines(every: max(1, size / 200_000)).filter { $0.authority == 0 }
        chance.shuffle(&lines)
        self.lines = lines
    }

    struct Workload {
        let name: String
        let threads: Int
        let requests: [[UInt8]]
    }

    /// One citizen's overview; citizens drawn evenly from those the authority knows.
    func overblik() -> Workload {
        let citizens = Set(lines.prefix(20_000).compactMap(\.cpr)).sorted().prefix(4000)
        return Workload(
            name: "overblik", threads: 2,
            requests: citizens.map { cpr in
                post("/v1/overblik", "{\"Part\": \"urn:oio:cpr-nr:\(cpr)\"}")
            })
    }

    /// One object as it is now; those that the caller may see.
    func get() throws -> Workload {
        let requests = try visible(lines.prefix(4000).map { Request.get($0.target, token: token) })
        return Workload(name: "get-now", threads: 1, requests: requests)
    }

    /// Words as people type them, drawn from titles.
    mutating func soeg(facets: Bool) -> Workload {
        let titles = lines.prefix(20_000).compactMap(\.title)
        let requests = titles.prefix(1000).compactMap { title -> [UInt8]? in
            let words = title.split { !$0.isLetter }.filter { $0.count > 3 }
            guard !words.isEmpty else { return nil }
            let count = 1 + chance.next(below: 2)
            let text: String = words.prefix(count).map { String($0) }.joined(separator: " ")
            let tail =
                facets ? ", \"Facetter\": [\"Kildesystem\", \"Klasse:1\", \"Fremdrift\"]" : ""
            return post("/v1/soeg", "{\"Tekst\": \"\(text)\", \"Antal\": 20\(tail)}")
        }
        return Workload(name: facets ? "soeg-facets" : "soeg", threads: 2, requests: requests)
    }

    private func post(_ target: String, _ body: String) -> [UInt8] {
        Request.body("POST", target, token: token, Array(body.utf8))
    }

    /// The requests that are answered with 200.
    func visible(_ requests: [[UInt8]]) throws -> [[UInt8]] {
        let client = try Client(port: port)
        return try requests.filter { try client.exchange($0).status == 200 }
    }

    /// Refuses a workload whose first question is not answered: it would measure refusals.
    static func check(_ workload: Workload, port: UInt16) throws {
        guard let first = workload.requests.first else {
            throw Failure("\(workload.name): nothing to ask")
        }
        let answer = try Client(port: port).fetch(first)
        guard answer.status == 200 else {
            let text = String(decoding: answer.body.prefix(300), as: UTF8.self)
            throw Failure("\(workload.name) is answered with \(answer.status): \(text)")
        }
    }

    /// Sends the requests over and over for a while, each thread from its own place.
    static func run(_ workload: Workload, port: UInt16, seconds limit: Double) throws -> Figures {
        let total = Shared((latencies: Latencies(), bytes: 0, others: 0))
        let start = nanoseconds()
        try onThreads(workload.threads) { thread in
            let client = try Client(port: port)
            var place = workload.requests.count * thread / workload.threads
            var latencies = Latencies()
            var (bytes, others) = (0, 0)
            while seconds(since: start) < limit {
                let before = nanoseconds()
                let answer = try client.exchange(workload.requests[place])
                latencies.add(nanoseconds() - before)
                bytes += answer.bodyBytes
                if answer.status != 200 { others += 1 }
                place = (place + 1) % workload.requests.count
            }
            let (done, read, wrong) = (latencies, bytes, others)
            total.change { total in
                total.latencies.add(done)
                total.bytes += read
                total.others += wrong
            }
        }
        let wall = seconds(since: start)
        let all = total.now
        return all.latencies.figures(wall: wall) + [
            ("mean_bytes", Double(all.bytes) / Double(max(1, all.latencies.count))),
            ("not_200", Double(all.others)),
        ]
    }
}
