import IndexCore

/// One workload's rounds at one size.
struct Measured {
    let name: String
    let size: Int
    private(set) var probes: [Double] = []
    private(set) var figures: [(name: String, values: [Double])] = []

    init(name: String, size: Int) { (self.name, self.size) = (name, size) }

    func values(_ name: String) -> [Double]? { figures.first { $0.name == name }?.values }

    func median(_ name: String) -> Double? { values(name).map { maaling.median($0) } }

    /// Of the round that had the machine most to itself, when every round has a probe.
    func quietest(_ values: [Double]) -> Double? {
        guard probes.count == values.count else { return nil }
        return zip(probes, values).min { $0.0 < $1.0 }?.1
    }

    mutating func add(_ round: JSONValue) {
        if let probe = round["probe_ms"]?.double { probes.append(probe) }
        for member in round["figures"]?.members ?? [] {
            guard let value = member.value.double else { continue }
            if let place = figures.firstIndex(where: { $0.name == member.name }) {
                figures[place].values.append(value)
            } else {
                figures.append((member.name, [value]))
            }
        }
    }
}

/// All rounds of a run, as `Results` wrote them.
struct Rounds {
    private(set) var all: [Measured] = []
    private(set) var skipped: [(name: String, why: String)] = []
    /// The size that the run was asked for.
    let size: Int
    let sizes: [Int]

    init(_ path: String) throws {
        var sizes: Set<Int> = []
        for line in try readFile(path).split(separator: UInt8(ascii: "\n")) {
            guard let round = try? JSONValue(parsing: Array(line)),
                let name = round["workload"]?.string
            else { continue }
            let size = round["size"]?.integer ?? 0
            if let why = round["skipped"]?.string {
                if !skipped.contains(where: { $0.name == name }) { skipped.append((name, why)) }
                continue
            }
            sizes.insert(size)
            let place = all.firstIndex { $0.name == name && $0.size == size } ?? all.count
            if place == all.count { all.append(Measured(name: name, size: size)) }
            all[place].add(round)
        }
        self.sizes = sizes.sorted()
        size = self.sizes.last ?? 0
    }

    func named(_ name: String, size wanted: Int? = nil) -> Measured? {
        all.first { $0.name == name && $0.size == wanted ?? size }
    }

    var largest: [Measured] { all.filter { $0.size == size } }
}

/// A figure, or two set against each other.
enum Quantity {
    case one(String, String)
    /// The same figure of two workloads.
    case ratio(String, String, to: String)
    case ratioOf(String, String, to: String, String)
    case excess(String, String, over: String)
    /// At the largest size to what it is at the smallest.
    case growth(String, String)

    /// The median and the value of the quietest round; nil when something was not measured.
    func value(in rounds: Rounds) -> (median: Double, quietest: Double?)? {
        switch self {
        case .one(let workload, let figure):
            guard let found = rounds.named(workload), let values = found.values(figure) else {
                return nil
            }
            return (median(values), found.quietest(values))
        case .ratio(let first, let figure, let second):
            return Self.pair(rounds, (first, figure), (second, figure), /)
        case .ratioOf(let first, let figure, let second, let other):
            return Self.pair(rounds, (first, figure), (second, other), /)
        case .excess(let first, let figure, let second):
            return Self.pair(rounds, (first, figure), (second, figure), -)
        case .growth(let workload, let figure):
            guard rounds.sizes.count > 1, let smallest = rounds.sizes.first,
                let small = rounds.named(workload, size: smallest)?.median(figure),
                let large = rounds.named(workload)?.median(figure)
            else { return nil }
            return (large / small, nil)
        }
    }

    /// Round by round where both have as many, since one round's two are close in time.
    private static func pair(
        _ rounds: Rounds, _ first: (String, String), _ second: (String, String),
        _ combine: (Double, Double) -> Double
    ) -> (Double, Double?)? {
        guard let above = rounds.named(first.0), let below = rounds.named(second.0),
            let values = above.values(first.1), let others = below.values(second.1)
        else { return nil }
        guard values.count == others.count else {
            return (combine(median(values), median(others)), nil)
        }
        let combined = zip(values, others).map(combine)
        return (median(combined), above.quietest(combined))
    }

    var text: String {
        switch self {
        case .one(let workload, let figure): "\(workload).\(figure)"
        case .ratio(let first, let figure, let second): "\(first).\(figure)/\(second).\(figure)"
        case .ratioOf(let first, let figure, let second, let other):
            "\(first).\(figure)/\(second).\(other)"
        case .excess(let first, let figure, let second): "\(first).\(figure)-\(second).\(figure)"
        case .growth(let workload, let figure): "growth:\(workload).\(figure)"
        }
    }
}

/// What is demanded of one quantity, at a million objects on two cores.
struct Target {
    enum Bound { case atLeast, atMost }

    let title: String
    let quantity: Quantity
    let bound: Bound
    let limit: Double
    let unit: String

    init(_ title: String, _ quantity: Quantity, _ bound: Bound, _ limit: Double, _ unit: String) {
        (self.title, self.quantity, self.bound) = (title, quantity, bound)
        (self.limit, self.unit) = (limit, unit)
    }

    func isMet(by value: Double) -> Bool { bound == .atLeast ? value >= limit : value <= limit }

    static let all: [Target] =
        loading + others + search + own
        + reads.map { Target("Growth of \($0)", .growth($0, "p50_ms"), .atMost, 3, "× p50") }

    private static let loading: [Target] = [
        .init("Bulk load", .one("bulk", "per_second"), .atLeast, 10_000, "objects/s"),
        .init("… to tantivy's", .ratio("bulk", "per_second", to: "bulk@tantivy"), .atLeast, 1, "×"),
        .init(
            "… to PostgreSQL's", .ratio("bulk", "per_second", to: "bulk@postgres"), .atLeast, 2, "×"
        ),
        .init("… peak memory", .one("bulk", "peak_mb"), .atMost, 600, "MB"),
        .init(
            "… rate, largest to smallest size", .growth("bulk", "per_second"), .atLeast, 0.6, "×"),
        .init(
            "Update mix, durable hundreds", .one("mix", "per_second"), .atLeast, 3000, "objects/s"),
        .init(
            "… to PostgreSQL's", .ratio("mix", "per_second", to: "mix@postgres"), .atLeast, 4, "×"),
    ]

    private static let reads = [
        "overblik", "overblik-bred", "overblik-da", "get-now", "nummer", "soeg", "soeg-alle",
        "soeg-facetter", "soeg-alle-facetter", "facetter", "facetter-alle", "almindeligt",
        "almindeligt-nyeste", "frase", "fremsoeg", "forslag",
    ]

    private static let others: [Target] =
        [("Citizen", "overblik"), ("Number", "nummer"), ("Citizen as of a day", "overblik-da")].map
    {
        .init(
            "\($0), HTTP to PostgreSQL's socket", .ratio($1, "p50_ms", to: "\($1)@postgres"),
            .atMost, 0.5, "× p50")
    }
        + [
            ("Two words, one authority", "soeg"), ("Two words, all", "soeg-alle"),
            ("Facets, one authority", "soeg-facetter"), ("Facets, all", "soeg-alle-facetter"),
        ].flatMap { title, name -> [Target] in
            [
                .init(
                    "\(title), to tantivy in process",
                    .ratio(name, "p99_ms", to: "\(name)@tantivy"),
                    .atMost, 0.7, "× p99"),
                .init(
                    "\(title), to tantivy in process",
                    .ratio(name, "per_second", to: "\(name)@tantivy"), .atLeast, 1.5, "× rate"),
            ]
        }
        + ["overblik", "nummer", "soeg", "soeg-alle", "frase", "facetter"].map { name in
            .init(
                "In process, to plain SQLite: \(name)",
                .ratioOf("\(name)@inproces", "p50_ms", to: "\(name)@sqlite", "p50_ms"), .atMost, 1,
                "× p50")
        }

    private static let search: [Target] = [
        .init("Two words, one authority", .one("soeg", "p50_ms"), .atMost, 1, "ms p50"),
        .init("Two words, one authority", .one("soeg", "p99_ms"), .atMost, 5, "ms p99"),
        .init("Two words, two threads", .one("soeg", "per_second"), .atLeast, 1000, "/s"),
        .init(
            "Two words, to PostgreSQL's", .ratio("soeg", "p99_ms", to: "soeg@postgres"), .atMost,
            0.1, "× p99"),
        .init("Two words, all authorities", .one("soeg-alle", "p50_ms"), .atMost, 3, "ms p50"),
        .init("Two words, all authorities", .one("soeg-alle", "p99_ms"), .atMost, 15, "ms p99"),
        .init("A very common word, ranked", .one("almindeligt", "p99_ms"), .atMost, 40, "ms p99"),
        .init(
            "A very common word, newest", .one("almindeligt-nyeste", "p99_ms"), .atMost, 3, "ms p99"
        ),
        .init(
            "Three facets, over the query", .excess("soeg-facetter", "p99_ms", over: "soeg"),
            .atMost, 10, "ms p99"),
        .init("Three facets, no text", .one("facetter", "p99_ms"), .atMost, 5, "ms p99"),
        .init("forslag", .one("forslag", "p50_ms"), .atMost, 0.5, "ms p50"),
        .init("forslag", .one("forslag", "p99_ms"), .atMost, 5, "ms p99"),
        .init("Number", .one("nummer", "p50_ms"), .atMost, 0.3, "ms p50"),
        .init("fremsoeg, two levels", .one("fremsoeg", "p50_ms"), .atMost, 3, "ms p50"),
        .init("fremsoeg, two levels", .one("fremsoeg", "p99_ms"), .atMost, 30, "ms p99"),
        .init(
            "CPR over 98 shards, to one", .ratio("overblik-bred", "p50_ms", to: "overblik"),
            .atMost, 2, "× p50"),
    ]

    private static let own: [Target] = [
        .init("overblik", .one("overblik", "p50_ms"), .atMost, 1, "ms p50"),
        .init("overblik", .one("overblik", "p99_ms"), .atMost, 5, "ms p99"),
        .init("overblik, two threads", .one("overblik", "per_second"), .atLeast, 5000, "/s"),
        .init("GET now", .one("get-now", "p50_ms"), .atMost, 0.3, "ms p50"),
        .init(
            "GET at (v, r), 50 registrations", .one("get-then", "p50_ms"), .atMost, 0.5, "ms p50"),
        .init("Sent to seen, alone", .one("visible-alone", "p50_ms"), .atMost, 20, "ms p50"),
        .init(
            "Sent to seen, beside updates", .one("visible-beside", "p50_ms"), .atMost, 20, "ms p50"),
        .init(
            "PUT from 16 connections, to one's", .ratio("put-16", "per_second", to: "put-1"),
            .atLeast, 10, "×"),
        .init(
            "… where a sync takes 5 ms more", .ratio("put-16-slow", "per_second", to: "put-1-slow"),
            .atLeast, 10, "×"),
        .init("Ready after kill -9", .one("restart", "ready_seconds"), .atMost, 10, "s"),
        .init("Resting memory, share of limit", .one("memory", "share_of_limit"), .atMost, 1, "×"),
        .init(
            "Disk, to plain SQLite FTS5",
            .ratioOf("bulk", "disk_bytes", to: "bulk@sqlite", "plain_bytes"), .atMost, 1.3, "×"),
    ]
}
