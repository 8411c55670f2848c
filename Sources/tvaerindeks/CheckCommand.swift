import API
import IndexCore
import Ingest

extension Command {
    static let check = Command(
        name: "check", summary: "control every file, and mend what is derived",
        help: """
            Usage: tvaerindeks check --data DIR [--repair] [--config FILE] [--json]

            Reads every registration, compares it with its checksum, and compares all that is
            derived from it (rows, references, text, places) with what it should be. The server
            must not be running. Takes about a minute for half a million objects.

              --data DIR     the data directory
              --repair       make anew what is derived and wrong, and forget a file that is not
                             there (it is taken in when it is put back); a damaged registration
                             cannot be mended, and is told again: put back the authority's file
                             from before
              --config FILE  the server's configuration, for its Roller: rows are derived by them
              --json         the findings as JSON

            Ends with status 1 when something is, or stays, damaged.

            Example:
              tvaerindeks check --data data

            """,
        options: [.value("data"), .flag("repair"), .value("config"), .flag("json")],
        run: { arguments in
            try arguments.noPositional()
            let findings = try control(try arguments.directory(), arguments)
            tell(findings, arguments)
            guard !findings.contains(where: \.erSkade) else { throw CommandFailure.incomplete }
        })

    private static func control(
        _ directory: String, _ arguments: Arguments
    ) throws -> [KontrolFund] {
        // A store opened for writing would make what is not there.
        _ = try Store(directory: directory, access: .readOnly)
        let roller = try arguments.konfiguration().rolletabel()
        let store = try Store(directory: directory, configuration: .init(roller: roller))
        defer { store.close() }
        store.use(Klasselager.klasseviden(try Klasselager.gaeldende(store)))
        try store.foelgPlan()
        let findings =
            if arguments.has("repair") {
                try store.reparer(progress: draw) { mended in
                    guard !arguments.has("json") else { return }
                    for finding in mended { Terminal.print("mending: \(line(finding))") }
                }
            } else {
                try store.kontrol(reparer: false, progress: draw)
            }
        if Terminal.isInteractive { Terminal.error("\r\u{1B}[K") }
        return findings
    }

    private static func draw(_ file: String) {
        if Terminal.isInteractive { Terminal.error("\r\u{1B}[K\(file)") }
    }

    private static func tell(_ findings: [KontrolFund], _ arguments: Arguments) {
        guard !arguments.has("json") else {
            var writer = JSONWriter()
            writer.beginArray()
            for finding in findings {
                writer.beginObject()
                writer.member("Fil", finding.fil)
                writer.member("Fejl", finding.fejl.rawValue)
                writer.member("Antal", finding.antal)
                writer.member("Skade", finding.erSkade)
                writer.endObject()
            }
            writer.endArray()
            writer.newline()
            return Terminal.write(writer.bytes)
        }
        for finding in findings { Terminal.print(line(finding)) }
        let isWhole = !findings.contains(where: \.erSkade)
        Terminal.print(isWhole ? "the index is whole\n" : "the index is damaged\n")
    }

    private static func line(_ finding: KontrolFund) -> String {
        "\(finding.fil): \(finding.fejl.rawValue) (\(finding.antal))\n"
    }
}
