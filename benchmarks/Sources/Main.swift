import Glibc

@main
enum Main {
    private static let usage = """
        Usage: maaling bulk   --program P --data DIR --file F --results R --round N
               maaling serve  --program P --data DIR --load F --hold F --results R --objects N
                              [--rounds N] [--seconds S] [--port P] [--only NAME,…]
               maaling probe
               maaling report --results R --out DIR --about TEXT

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
        case "report": try report(options)
        default: throw Failure("unknown command\n\n" + usage)
        }
    }

    private static func bulk(_ options: Options) throws {
        let results = Results(path: try options.text("results"))
        let probe = cpuProbe()
        let figures = try Bulk.run(
            Program(path: try options.text("program")), data: try options.text("data"),
            file: try options.text("file"))
        try results.add("bulk", round: try options.number("round", or: 1), probe: probe, figures)
    }

    private static func session(_ options: Options) throws -> Session {
        Session(
            program: Program(path: try options.text("program")), data: try options.text("data"),
            load: try options.text("load"), hold: try options.text("hold"),
            results: Results(path: try options.text("results")),
            objects: try options.number("objects", or: 0),
            rounds: try options.number("rounds", or: 5),
            secondsEach: Double(try options.number("seconds", or: 3)),
            port: UInt16(clamping: try options.number("port", or: 18_080)),
            only: Set(options["only"]?.split(separator: ",").map(String.init) ?? []))
    }

    private static func report(_ options: Options) throws {
        let report = try Report(rounds: try options.text("results"))
        let (out, about) = (try options.text("out"), try options.text("about"))
        try write(report.markdown(about: about), to: out + "/report.md")
        try write(report.json(about: about), to: out + "/results.json")
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
