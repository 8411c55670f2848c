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
        .init("Bulk import, to PostgreSQL's", "ratio.bulk_to_postgres", .atLeast, 1.3, "×"),
        .init("Bulk import, peak memory", "bulk.peak_mb", .atMost, 600, "MB"),
        .init("Update mix, durable hundreds", "mix.per_second", .atLeast, 3000, "objects/s"),
        .init("Sent to seen, alone", "visible-alone.p50_ms", .atMost, 20, "ms p50"),
        .init("Sent to seen, beside updates", "visible-beside.p50_ms", .atMost, 20, "ms p50"),
        .init("PUT from 16 connections, to one's", "ratio.put16_to_put1", .atLeast, 10, "×"),
        .init("overblik", "overblik.p50_ms", .atMost, 1, "ms p50"),
        .init("overblik", "overblik.p99_ms", .atMost, 5, "ms p99"),
        .init("overblik, two threads", "overblik.per_second", .atLeast, 5000, "/s"),
        .init("GET now", "get-now.p50_ms", .atMost, 0.3, "ms p50"),
        .init("GET at (v, r), 50 registrations", "get-then.p50_ms", .atMost, 0.5, "ms p50"),
        .init("Ready after kill -9", "restart.ready_seconds", .atMost, 10, "s"),
        .init("Resting memory, share of limit", "memory.share_of_limit", .atMost, 1, "×"),
        .init("Disk, to plain SQLite FTS5", "ratio.disk_to_sqlite", .atMost, 1.3, "×"),
    ]

    private struct Workload {
        let name: String
        var probes: [Double] = []
        var figures: [(name: String, values: [Double])] = []

        func median(_ name: String) -> Double? {
            figures.first { $0.name == name }.map { maaling.median($0.values) }
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

    private mutating func addRatios() {
        var ratios = Workload(name: "ratio")
        let pairs = [
            ("bulk_to_postgres", "bulk.per_second", "postgres.per_second"),
            ("put16_to_put1", "put-16.per_second", "put-1.per_second"),
            ("disk_to_sqlite", "bulk.disk_bytes", "sqlite.disk_bytes"),
            ("disk_to_postgres", "bulk.disk_bytes", "postgres.disk_bytes"),
        ]
        for (name, above, below) in pairs {
            if let above = median(above), let below = median(below), below > 0 {
                ratios.add(name, above / below)
            }
        }
        if !ratios.figures.isEmpty { workloads.append(ratios) }
    }

    private func median(_ figure: String) -> Double? {
        let parts = figure.split(separator: ".", maxSplits: 1).map(String.init)
        return workloads.first { $0.name == parts[0] }?.median(parts[1])
    }

    // MARK: In words

    func markdown(about: String) -> String {
        var text = "# Measurements\n\n\(about)\n\n"
        text += "Medians over the rounds. The targets are for 1,000,000 objects on two cores.\n\n"
        text += "| What | Target | Measured | |\n|---|---|---|---|\n"
        for target in Self.targets {
            guard let value = median(target.figure) else { continue }
            let sign = target.bound == .atLeast ? "≥" : "≤"
            text += "| \(target.title) | \(sign) \(Results.number(target.limit)) \(target.unit) | "
            text += "\(Results.number(value)) | \(target.isMet(by: value) ? "met" : "**missed**") |\n"
        }
        text += "\n## Every figure\n\n"
        text += "The probe is a fixed loop, run before each round: the spread of its times tells"
        text += " how evenly the machine was to be had.\n\n"
        for workload in workloads { text += Self.section(workload) }
        return text
    }

    private static func section(_ workload: Workload) -> String {
        var text = "### \(workload.name)\n\n"
        if let low = workload.probes.min(), let high = workload.probes.max() {
            text += "Rounds: \(workload.probes.count); probe \(Results.number(low))"
            text += "–\(Results.number(high)) ms.\n\n"
        }
        text += "| Figure | Median | Least | Most |\n|---|---|---|---|\n"
        for (name, values) in workload.figures {
            let row = [maaling.median(values), values.min() ?? .nan, values.max() ?? .nan]
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
            guard let value = median(target.figure) else { return nil }
            return "{\"figure\": \"\(target.figure)\", \"limit\": \(Results.number(target.limit)), "
                + "\"value\": \(Results.number(value)), \"met\": \(target.isMet(by: value))}"
        }
        return "{\"about\": \"\(about)\",\n\"targets\": [\n\(verdicts.joined(separator: ",\n"))],\n"
            + "\"workloads\": {\n\(list.joined(separator: ",\n"))}}\n"
    }
}

extension JSONValue {
    fileprivate var double: Double? {
        if case .number(let digits) = self { Double(digits) } else { nil }
    }
}
