import IndexCore

/// The rounds of a run, put together: medians, ratios, verdicts and plots.
struct Report {
    private let rounds: Rounds
    private let about: String
    private static let systems = ["", "inproces", "sqlite", "tantivy", "postgres"]
    private static let shown = ["HTTP", "in process", "SQLite", "tantivy", "PostgreSQL"]

    init(rounds path: String, about: String) throws {
        rounds = try Rounds(path)
        self.about = about
    }

    /// What a system's rounds of a workload are noted as.
    private static func name(_ workload: String, _ system: String) -> String {
        system.isEmpty ? workload : "\(workload)@\(system)"
    }

    /// This service's reads that some other system, or the engine alone, answered too.
    private var compared: [String] {
        rounds.largest.map(\.name).filter { name in
            !name.contains("@") && !name.contains("=") && rounds.named(name)?.values("q500") != nil
                && Self.systems.dropFirst().contains { rounds.named(Self.name(name, $0)) != nil }
        }
    }

    // MARK: In words

    var markdown: String {
        var text = "# Measurements\n\n\(about)\n\n"
        text += "Medians over the rounds. The targets are for 1,000,000 objects on two cores, and"
        text += " every read is a limited caller's.\n\n"
        text += targets + beside + layers + answers + growth + mixed + skipped
        text += "\n## Every figure\n\n"
        text += "The probe is a fixed loop, run before each round: the spread of its times tells"
        text += " how evenly the machine was to be had.\n\n"
        for measured in rounds.largest where !measured.name.contains("=") {
            text += Self.section(measured)
        }
        return text
    }

    private var targets: String {
        var text = "Quietest: the round whose probe was shortest, beside the median of all.\n\n"
        text += "| What | Target | Median | | Quietest | |\n|---|---|---|---|---|---|\n"
        for target in Target.all {
            guard let value = target.quantity.value(in: rounds) else { continue }
            let sign = target.bound == .atLeast ? "≥" : "≤"
            text += "| \(target.title) | \(sign) \(Results.number(target.limit)) \(target.unit) | "
            text += Self.verdict(value.median, target) + " | "
            text += (value.quietest.map { Self.verdict($0, target) } ?? " | ") + " |\n"
        }
        return text
    }

    private static func verdict(_ value: Double, _ target: Target) -> String {
        "\(Results.number(value)) | " + (target.isMet(by: value) ? "met" : "**missed**")
    }

    /// p50, p99 and rate of every system.
    private var beside: String {
        guard !compared.isEmpty else { return "" }
        var text =
            "\n## Beside the others\n\nThe same questions in the same rounds: p50 / p99 in ms,"
        text += " and answers a second. HTTP and in process are this service.\n\n"
        text += "| Workload | \(Self.shown.joined(separator: " | ")) |\n"
        text += "|---|" + String(repeating: "---|", count: Self.shown.count) + "\n"
        for workload in compared {
            let cells = Self.systems.map { system -> String in
                guard let found = rounds.named(Self.name(workload, system)),
                    let p50 = found.median("p50_ms"), let p99 = found.median("p99_ms"),
                    let rate = found.median("per_second")
                else { return "" }
                return "\(Results.number(p50)) / \(Results.number(p99)); \(Int(rate))/s"
            }
            text += "| \(workload) | \(cells.joined(separator: " | ")) |\n"
        }
        return text + "\n![p50](beside-p50.svg)\n\n![p99](beside-p99.svg)\n"
            + compared.map { "\n![\($0)](distribution-\($0).svg)\n" }.joined()
    }

    private var layers: String {
        let rows = compared.compactMap { workload -> String? in
            guard let outer = rounds.named(workload)?.median("p50_ms"),
                let inner = rounds.named("\(workload)@inproces")?.median("p50_ms")
            else { return nil }
            let rest = Results.number(outer - inner)
            return
                "| \(workload) | \(Results.number(outer)) | \(Results.number(inner)) | \(rest) |\n"
        }
        guard !rows.isEmpty else { return "" }
        return
            "\n## What each layer takes\n\np50 in ms. Socket, HTTP, token and the server's threads"
            + " are what is between the two.\n\n| Workload | Over HTTP | In process | Between |\n"
            + "|---|---|---|---|\n" + rows.joined()
    }

    private var answers: String {
        let rows = rounds.largest.filter { $0.name.contains("=") }.map { measured in
            let parts = measured.name.split(separator: "=")
            let cells = ["equal", "asked", "own_total", "other_total"].map {
                Results.number(measured.median($0) ?? .nan)
            }
            return
                "| \(parts[0]) | \(parts[1]) | \(cells[0]) of \(cells[1]) | \(cells[2]) | \(cells[3]) |\n"
        }
        guard !rows.isEmpty else { return "" }
        return "\n## Answers\n\nQuestions that this service and the other count alike, and all that"
            + " each counted; README.md tells where they differ by right.\n\n"
            + "| Workload | Other | Alike | Counted here | Counted there |\n|---|---|---|---|---|\n"
            + rows.joined()
    }

    private var growth: String {
        guard rounds.sizes.count > 1 else { return "" }
        let sizes = rounds.sizes
        var text = "\n## Growth\n\np50 in ms over HTTP, and objects loaded a second.\n\n"
        text += "| Workload | \(sizes.map { "\($0) objects" }.joined(separator: " | ")) | × |\n"
        text += "|---|" + String(repeating: "---|", count: sizes.count + 1) + "\n"
        for (name, figure) in [("bulk", "per_second")] + grown.map({ ($0, "p50_ms") }) {
            let values = sizes.map { rounds.named(name, size: $0)?.median(figure) ?? .nan }
            let factor = (values.last ?? .nan) / (values.first ?? .nan)
            let cells = (values + [factor]).map(Results.number)
            text += "| \(name) | \(cells.joined(separator: " | ")) |\n"
        }
        return text + "\n![p50](growth-p50.svg)\n\n![rate](growth-rate.svg)\n\n"
            + "![load](growth-load.svg)\n"
    }

    /// Reads that were measured at more than one size.
    private var grown: [String] {
        rounds.largest.map(\.name).filter { name in
            !name.contains("@") && rounds.named(name)?.values("q500") != nil
                && rounds.sizes.first.flatMap { rounds.named(name, size: $0) } != nil
        }
    }

    private var mixedRows: [Measured] {
        rounds.largest.filter { $0.name.hasPrefix("mixed-") }
    }

    private var mixed: String {
        guard !mixedRows.isEmpty else { return "" }
        var text = "\n## Mixed load\n\nFour reads to a PUT on each connection.\n\n"
        text +=
            "| Connections | Answers/s | Read p50 ms | Read p99 ms | PUT p50 ms | PUT p99 ms |\n"
        text += "|---|---|---|---|---|---|\n"
        for row in mixedRows {
            let figures = [
                "connections", "per_second", "p50_ms", "p99_ms", "write_p50_ms", "write_p99_ms",
            ]
            let cells = figures.map { Results.number(row.median($0) ?? .nan) }
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        return text + "\n![mixed](mixed.svg)\n"
    }

    private var skipped: String {
        guard !rounds.skipped.isEmpty else { return "" }
        return "\n## Not measured\n\n"
            + rounds.skipped.map { "- \($0.name): \($0.why)\n" }.joined()
    }

    private static func section(_ measured: Measured) -> String {
        var text = "### \(measured.name)\n\n"
        if let low = measured.probes.min(), let high = measured.probes.max() {
            text += "Rounds: \(measured.probes.count); probe \(Results.number(low))"
            text += "–\(Results.number(high)) ms.\n\n"
        }
        text += "| Figure | Median | Quietest | Least | Most |\n|---|---|---|---|---|\n"
        for (name, values) in measured.figures where !Latencies.isQuantile(name) {
            let row = [
                median(values), measured.quietest(values) ?? .nan, values.min() ?? .nan,
                values.max() ?? .nan,
            ]
            text += "| \(name) | " + row.map(Results.number).joined(separator: " | ") + " |\n"
        }
        return text + "\n"
    }

    // MARK: As plots

    /// File names and what they hold.
    var plots: [(name: String, svg: String)] {
        var plots: [(String, String?)] = compared.map {
            ("distribution-\($0).svg", distribution($0).svg)
        }
        for figure in ["p50", "p99"] { plots.append(("beside-\(figure).svg", bars(figure).svg)) }
        if rounds.sizes.count > 1 {
            let reads = grown
            plots += [
                (
                    "growth-p50.svg",
                    overSizes("Median latency by size", "p50 (ms)", reads, "p50_ms").svg
                ),
                (
                    "growth-rate.svg",
                    overSizes("Throughput by size", "answers a second", reads, "per_second").svg
                ),
                (
                    "growth-load.svg",
                    overSizes("Bulk load by size", "objects a second", ["bulk"], "per_second").svg
                ),
            ]
        }
        if !mixedRows.isEmpty { plots.append(("mixed.svg", mixedPlot.svg)) }
        return plots.compactMap { name, svg in svg.map { (name, $0) } }
    }

    private func distribution(_ workload: String) -> Plot {
        let series = zip(Self.systems, Self.shown).compactMap { system, shown -> Plot.Series? in
            guard let found = rounds.named(Self.name(workload, system)) else { return nil }
            let points = found.figures.filter { Latencies.isQuantile($0.name) }.map {
                (x: median($0.values), y: (Double($0.name.dropFirst()) ?? 0) / 10)
            }
            return Plot.Series(name: shown, points: points)
        }
        return Plot(
            title: "\(workload): share of answers within a time, \(rounds.size) objects",
            x: ("latency (ms)", .logarithmic), y: ("answers (%)", .straight), series: series,
            hasMarks: false)
    }

    private func bars(_ figure: String) -> Bars {
        Bars(
            title: "\(figure) beside the others, \(rounds.size) objects",
            label: "\(figure) (ms), logarithmic",
            groups: compared.map { workload in
                (
                    workload,
                    Self.systems.map {
                        rounds.named(Self.name(workload, $0))?.median("\(figure)_ms")
                    }
                )
            }, names: Self.shown)
    }

    private func overSizes(
        _ title: String, _ label: String, _ names: [String], _ figure: String
    ) -> Plot {
        let series = names.map { name in
            Plot.Series(
                name: name,
                points: rounds.sizes.compactMap { size in
                    rounds.named(name, size: size)?.median(figure).map { (Double(size), $0) }
                })
        }
        return Plot(
            title: title, x: ("objects", .logarithmic), y: (label, .logarithmic), series: series)
    }

    private var mixedPlot: Plot {
        func series(_ name: String, _ figure: String) -> Plot.Series {
            Plot.Series(
                name: name,
                points: mixedRows.compactMap { row in
                    guard let x = row.median("connections"), let y = row.median(figure) else {
                        return nil
                    }
                    return (x, y)
                })
        }
        return Plot(
            title: "Four reads to a PUT, \(rounds.size) objects", x: ("connections", .logarithmic),
            y: ("ms, and answers a second", .logarithmic),
            series: [
                series("answers a second", "per_second"), series("read p50 (ms)", "p50_ms"),
                series("read p99 (ms)", "p99_ms"), series("PUT p50 (ms)", "write_p50_ms"),
                series("PUT p99 (ms)", "write_p99_ms"),
            ])
    }

    // MARK: For programs

    var json: String {
        let list = rounds.all.map { measured in
            let figures = measured.figures.map { figure in
                "\"\(figure.name)\": {\"median\": \(Results.number(median(figure.values))), "
                    + "\"rounds\": [\(figure.values.map(Results.number).joined(separator: ", "))]}"
            }
            let probes = measured.probes.map(Results.number).joined(separator: ", ")
            return "{\"workload\": \"\(measured.name)\", \"size\": \(measured.size), "
                + "\"probe_ms\": [\(probes)], \"figures\": {\(figures.joined(separator: ", "))}}"
        }
        let verdicts = Target.all.compactMap { target -> String? in
            guard let value = target.quantity.value(in: rounds)?.median else { return nil }
            return "{\"figure\": \"\(target.quantity.text)\", "
                + "\"limit\": \(Results.number(target.limit)), \"value\": \(Results.number(value)), "
                + "\"met\": \(target.isMet(by: value))}"
        }
        let skips = rounds.skipped.map {
            "{\"workload\": \"\($0.name)\", \"why\": \(Question.quoted($0.why))}"
        }
        return "{\"about\": \(Question.quoted(about)),\n\"targets\": [\n"
            + "\(verdicts.joined(separator: ",\n"))],\n\"skipped\": [\(skips.joined(separator: ", "))],\n"
            + "\"workloads\": [\n\(list.joined(separator: ",\n"))]}\n"
    }
}
