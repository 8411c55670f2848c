import API
import IndexCore
import Ingest

extension Command {
    static let classification = Command(
        name: "classification", summary: "load KLE from the official XML or a table",
        help: """
            Usage: tvaerindeks classification --data DIR FILE [--json]

            Takes in a publication of KLE and keeps it: what is new is added, what changed is
            changed, and nothing is forgotten. The official XML (2.0 and newer) and tables with a
            header line are told apart by their content. Works also while the server runs.

              --data DIR   the data directory
              --json       answer as JSON, with every finding and its line

            Ends with status 1 when a class of the file was not taken; the others are kept.

            Example:
              tvaerindeks classification --data data KLE-Emneplan.xml

            """,
        options: [.value("data"), .flag("json")],
        run: { arguments in
            let directory = try arguments.directory()
            guard arguments.positional.count == 1 else {
                throw CommandFailure.usage("name one file")
            }
            let source = try file(arguments.positional[0])
            let answer = try carryOut(.klassifikation(source), in: directory)
            try report(answer, arguments)
        })

    private static func file(_ path: String) throws -> [UInt8] {
        do throws(SmallFile.Failure) {
            return try SmallFile.read(path, maxBytes: KLEPlanReader.maxBytes)
        } catch {
            switch error {
            case .tooLarge: throw CommandFailure.failed("the file is larger than 64 MB")
            case .step(let errno):
                throw CommandFailure.failed("the file cannot be read (errno \(errno))")
            }
        }
    }

    private static func report(_ answer: [UInt8], _ arguments: Arguments) throws {
        let value = try JSONValue(parsing: answer)
        let findings = value["Fund"]?.array ?? []
        let refused = findings.filter { $0["alvor"]?.string == "fejl" }
        let rejected = value["Afviste"]?.array?.count ?? 0
        if arguments.has("json") {
            Terminal.write(answer + [UInt8(ascii: "\n")])
        } else {
            func count(_ name: String) -> Int { value[name]?.integer ?? 0 }
            Terminal.print(
                """
                \(value["Format"]?.string ?? ""): \(count("Tilfoejede")) new, \
                \(count("Aendrede")) changed, \(count("Uaendrede")) unchanged, \
                \(refused.count + rejected) not taken; \(count("Klasser")) classes in all

                """)
            if count("Manglende") > 0 {
                Terminal.error(
                    "\(count("Manglende")) known numbers are not in the file, and kept; see --json\n"
                )
            }
            for finding in refused.prefix(20) { Terminal.error(line(finding)) }
            let untold = findings.count - min(20, refused.count)
            if untold > 0 {
                Terminal.error("\(untold) remarks more; see --json\n")
            }
        }
        guard refused.isEmpty, rejected == 0 else { throw CommandFailure.incomplete }
    }

    private static func line(_ finding: JSONValue) -> String {
        func text(_ name: String) -> String { finding[name]?.string ?? "" }
        let number = finding["nummer"]?.string.map { " \($0)" } ?? ""
        return
            "line \(finding["linje"]?.integer ?? 0)\(number): \(text("regel")) \(text("besked"))\n"
    }
}
