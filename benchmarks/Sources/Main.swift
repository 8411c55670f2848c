import Glibc

@main
enum Main {
    private static let usage = """
        Usage: maaling bulk    --program P --data DIR --file F --results R --size N --round N
               maaling serve   --program P --data DIR --load F --hold F --results R --size N
                               --home DIR [--against NAME,…] [--python P] [--held DIR]
                               [--rounds N] [--seconds S] [--port P] [--only NAME,…] [--reads only]
               maaling probe
               maaling has     --results R --size N --workload W --round N
               maaling machine --dir DIR
               maaling report  --results R --out DIR --about TEXT

        The parts that benchmarks/run puts together; see benchmarks/README.md.

        """

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            try run(arguments.first ?? "", try Options(Array(arguments.dropFirst())))
        } catch {
            print("maaling: \(error)")
            exit(1)
        }
    }

    private static func run(_ command: String, _ options: Options) throws {
        switch command {
        case "bulk": try bulk(options)
        case "probe": print(Results.number(cpuProbe()))
        case "serve": try session(options).run()
        case "has":
            let has = try results(options).has(
                try options.text("workload"), round: try options.number("round", or: 1))
            exit(has ? 0 : 1)
        case "machine": print(try Machine.described(disk: try options.text("dir")))
        case "report": try report(options)
        default: throw Failure("unknown command\n\n" + usage)
        }
    }

    private static func results(_ options: Options) throws -> Results {
        try Results(
            path: try options.text("results"), size: try options.number("size", or: 0))
    }

    private static func bulk(_ options: Options) throws {
        let results = try results(options)
        let round = try options.number("round", or: 1)
        guard !results.has("bulk", round: round) else { return }
        let probe = cpuProbe()
        let figures = try Bulk.run(
            Program(path: try options.text("program")), data: try options.text("data"),
            file: try options.text("file"))
        try results.add("bulk", round: round, probe: probe, figures)
    }

    private static func session(_ options: Options) throws -> Session {
        let home = try options.text("home")
        let against = Set(options["against"]?.split(separator: ",").map(String.init) ?? [])
        let readsOnly = options["reads"] == "only"
        let only = Set(options["only"]?.split(separator: ",").map(String.init) ?? [])
        let held = against.contains("postgres") ? options["held"] : nil
        return Session(
            program: Program(path: try options.text("program")), data: try options.text("data"),
            load: try options.text("load"), hold: try options.text("hold"),
            results: try results(options), objects: try options.number("size", or: 0),
            rounds: try options.number("rounds", or: 5),
            secondsEach: Double(options["seconds"] ?? "3") ?? 3,
            port: UInt16(clamping: try options.number("port", or: 18_080)), only: only,
            rivals: Rivals(
                names: against, python: options["python"] ?? "python3", home: home,
                held: held),
            readsOnly: readsOnly, slowSync: options["slow-sync"])
    }

    private static func report(_ options: Options) throws {
        let (out, about) = (try options.text("out"), try options.text("about"))
        let report = try Report(rounds: try options.text("results"), about: about)
        try write(report.markdown, to: out + "/report.md")
        try write(report.json, to: out + "/results.json")
        for plot in report.plots { try write(plot.svg, to: "\(out)/\(plot.name)") }
    }
}

/// `--name value` pairs.
private struct Options {
    private var values: [String: String] = [:]

    init(_ words: [String]) throws {
        for start in stride(from: 0, to: words.count, by: 2) {
            guard words[start].hasPrefix("--"), start + 1 < words.count else {
                throw Failure("\(words[start]) needs a value")
            }
            values[String(words[start].dropFirst(2))] = words[start + 1]
        }
    }

    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    func text(_ name: String) throws -> String {
        guard let text = self[name] else { throw Failure("--\(name) is missing") }
        return text
    }

    func number(_ name: String, or standard: Int) throws -> Int {
        guard let text = self[name] else { return standard }
        guard let number = Int(text) else { throw Failure("--\(name) must be a whole number") }
        return number
    }
}
