import IndexCore

/// The rounds of a run, put together: medians, ratios and verdicts.
struct Report {
    /// What is demanded of one figure, at a million objects on two cores.
    private struct Target {
        enum Bound { case atLeast, atMost }

        let title: String
        /// A figure's name as `workload.figure`.
        let figure: String
        let bound: Bound
        let limit: Double
        let unit: String

        init(_ title: String, _ figure: String, _ bound: Bound, _ limit: Double, _ unit: String) {
            (self.title, self.figure, self.bound) = (title, figure, bound)
            (self.limit, self.unit) = (limit, unit)
        }

        func isMet(by value: Double) -> Bool { bound == .atLeast ? value >= limit : value <= limit }
    }

    private static let targets: [Target] = [
        .init("Bulk import", "bulk.per_second", .atLeast, 10_000, "objects/s"),
        .init("Bulk import, to PostgreSQL's", "ratio-bulk_to_postgres.ratio", .atLeast, 1.3, "×"),
        .init("Bulk import, peak memory", "bulk.peak_mb", .atMost, 600, "MB"),
        .init("Update mix, durable hundreds", "mix.per_second", .atLeast, 3000, "objects/s"),
        .init("Sent to seen, alone", "visible-alone.p50_ms", .atMost, 20, "ms p50"),
        .init("Sent to seen, beside updates", "visible-beside.p50_ms", .atMost, 20, "ms p50"),
        .init("PUT from 16 connections, to one's", "ratio-put16_to_put1.ratio", .atLeast, 10, "×"),
        .init("overblik", "overblik.p50_ms", .atMost, 1, "ms p50"),
        .init("overblik", "overblik.p99_ms", .atMost, 5, "ms p99"),
        .init("overblik, two threads", "overblik.per_second", .atLeast, 5000, "/s"),
        .init("GET now", "get-now.p50_ms", .atMost, 0.3, "ms p50"),
        .init("GET at (v, r), 50 registrations", "get-then.p50_ms", .atMost, 0.5, "ms p50"),
        .init("Ready after kill -9", "restart.ready_seconds", .atMost, 10, "s"),
        .init("Resting memory, share of limit", "memory.share_of_limit", .atMost, 1, "×"),
        .init("Disk, to plain SQLite FTS5", "ratio-disk_to_sqlite.ratio", .atMost, 1.3, "×"),
    ]

    private struct Workload {
        let name: String
        var probes: [Double] = []
        var figures: [(name: String, values: [Double])] = []

        func values(_ name: String) -> [Double]? { figures.first { $0.name == name }?.values }

        /// Of the round that had the machine most to itself, when every round has a probe.
        func quietest(_ values: [Double]) -> Double? {
            guard probes.count == values.count else { return nil }
            return zip(probes, values).min { $0.0 < $1.0 }?.1
        }

        mutating func add(_ name: String, _ value: Double) {
            if let place = figures.firstIndex(where: { $0.name == name }) {
                figures[place].values.append(value)
            } else {
                figures.append((name, [value]))
            }
        }
    }

    private var workloads: [Workload] = []

    /// Reads the rounds as `Results` wrote them.
    init(rounds path: String) throws {
        for line in try readFile(path).split(separator: UInt8(ascii: "\n")) {
            let round = try JSONValue(parsing: Array(line))
            guard let name = round["workload"]?.string else { continue }
            let place = workloads.firstIndex { $0.name == name } ?? workloads.count
            if place == workloads.count { workloads.append(Workload(name: name)) }
            if let probe = round["probe_ms"]?.double { workloads[place].probes.append(probe) }
            for member in round["figures"]?.members ?? [] {
                guard let value = member.value.double else { continue }
                workloads[place].add(member.name, value)
            }
        }
        addRatios()
    }

    /// Round by round where both have as many, since one round's two are close in time.
    private mutating func addRatios() {
        let pairs = [
            ("bulk_to_postgres", "bulk", "per_second", "postgres"),
            ("put16_to_put1", "put-16", "per_second", "put-1"),
            ("disk_to_sqlite", "bulk", "disk_bytes", "sqlite"),
            ("disk_to_postgres", "bulk", "disk_bytes", "postgres"),
        ]
        for (name, above, figure, below) in pairs {
            guard let first = workloads.first(where: { $0.name == above }),
                let second = workloads.first(where: { $0.name == below }),
                let values = first.values(figure), let others = second.values(figure)
            else { continue }
            var ratio = Workload(name: "ratio-" + name)
            let isPaired = values.count == others.count
            for (place, value) in values.enumerated() {
                ratio.add("ratio", value / (isPaired ? others[place] : maaling.median(others)))
            }
            if first.probes.count == values.count, isPaired, second.probes.count == values.count {
                ratio.probes = zip(first.probes, second.probes).map { max($0, $1) }
            }
            workloads.append(ratio)
        }
    }

    /// The median of a figure named `workload.figure`, and its value in the quietest round.
    private func measured(_ figure: String) -> (median: Double, quietest: Double?)? {
        let parts = figure.split(separator: ".", maxSplits: 1).map(String.init)
        guard let workload = workloads.first(where: { $0.name == parts[0] }),
            let values = workload.values(parts[1])
        else { return nil }
        return (maaling.median(values), workload.quietest(values))
    }

    // MARK: In words

    func markdown(about: String) -> String {
        var text = "# Measurements\n\n\(about)\n\n"
        text += "Medians over the rounds. The targets are for 1,000,000 objects on two cores.\n\n"
        text += "Quietest: the round whose probe was shortest, beside the median of all.\n\n"
        text += "| What | Target | Median | | Quietest | |\n|---|---|---|---|---|---|\n"
        for target in Self.targets {
            guard let value = measured(target.figure) else { continue }
            let sign = target.bound == .atLeast ? "≥" : "≤"
            text += "| \(target.title) | \(sign) \(Results.number(target.limit)) \(target.unit) | "
            text += Self.verdict(value.median, target) + " | "
            text += (value.quietest.map { Self.verdict($0, target) } ?? " | ") + " |\n"
        }
        text += "\n## Every figure\n\n"
        text += "The probe is a fixed loop, run before each round: the spread of its times tells"
        text += " how evenly the machine was to be had.\n\n"
        for workload in workloads { text += Self.section(workload) }
        return text
    }

    private static func verdict(_ value: Double, _ target: Target) -> String {
        "\(Results.number(value)) | " + (target.isMet(by: value) ? "met" : "**missed**")
    }

    private static func section(_ workload: Workload) -> String {
        var text = "### \(workload.name)\n\n"
        if let low = workload.probes.min(), let high = workload.probes.max() {
            text += "Rounds: \(workload.probes.count); probe \(Results.number(low))"
            text += "–\(Results.number(high)) ms.\n\n"
        }
        text += "| Figure | Median | Quietest | Least | Most |\n|---|---|---|---|---|\n"
        for (name, values) in workload.figures {
            let row = [
                maaling.median(values), workload.quietest(values) ?? .nan, values.min() ?? .nan,
                values.max() ?? .nan,
            ]
            text += "| \(name) | " + row.map(Results.number).joined(separator: " | ") + " |\n"
        }
        return text + "\n"
    }

    // MARK: For programs

    func json(about: String) -> String {
        let list = workloads.map { workload in
            let figures = workload.figures.map { figure in
                "\"\(figure.name)\": {\"median\": \(Results.number(maaling.median(figure.values))), "
                    + "\"rounds\": [\(figure.values.map(Results.number).joined(separator: ", "))]}"
            }
            let probes = workload.probes.map(Results.number).joined(separator: ", ")
            return "\"\(workload.name)\": {\"probe_ms\": [\(probes)], "
                + "\"figures\": {\(figures.joined(separator: ", "))}}"
        }
        let verdicts = Self.targets.compactMap { target -> String? in
            guard let value = measured(target.figure)?.median else { return nil }
            return "{\"figure\": \"\(target.figure)\", \"limit\": \(Results.number(target.limit)), "
                + "\"value\": \(Results.number(value)), \"met\": \(target.isMet(by: value))}"
        }
        return "{\"about\": \"\(about)\",\n\"targets\": [\n\(verdicts.joined(separator: ",\n"))],\n"
            + "\"workloads\": {\n\(list.joined(separator: ",\n"))}}\n"
    }
}
