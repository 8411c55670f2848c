import API
import Glibc
import IndexCore

extension Command {
    static let search = Command(
        name: "search", summary: "the same search from a terminal",
        help: """
            Usage: tvaerindeks search --data DIR --token FILE [--antal N] [--json] TEXT…

            Searches as POST /v1/soeg does, within what the token's holder may see. Works also while
            the server runs.

              --token FILE   a token, as `tvaerindeks token` prints it
              --antal N      hits at most, 0-1000; default 20
              --json         the whole answer as JSON

            Example:
              tvaerindeks token --data data --system 5b1d… --cvr 99000001 > token
              tvaerindeks search --data data --token token 'kørestol -afslag'

            """,
        options: [.value("data"), .value("token"), .value("antal"), .flag("json")],
        run: { arguments in
            let directory = try arguments.directory()
            guard !arguments.positional.isEmpty else {
                throw CommandFailure.usage("say what to search for")
            }
            let token = try tokenText(try arguments.required("token"))
            let antal = arguments.text("antal").map { Int($0) ?? -1 } ?? 20
            guard (0...1000).contains(antal) else {
                throw CommandFailure.usage("--antal is a number from 0 to 1000")
            }
            do throws(TerminalsoegningFejl) {
                let answer = try Terminalsoegning.soeg(
                    directory: directory, token: token,
                    tekst: arguments.positional.joined(separator: " "), antal: antal)
                show(answer, asJSON: arguments.has("json"))
            } catch {
                throw CommandFailure.failed(error.beskrivelse)
            }
        })

    /// What the file holds but for the blanks around it.
    private static func tokenText(_ path: String) throws -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw CommandFailure.failed("the token's file cannot be read") }
        defer { close(file) }
        var reader = LineReader(file)
        var lines: [String] = []
        do throws(LineReader.ReadFailure) {
            try reader.eachLine { lines.append(String(decoding: $0, as: UTF8.self)) }
        } catch {
            throw CommandFailure.failed("the token's file cannot be read")
        }
        return lines.first.map { $0.filter { $0 != " " && $0 != "\r" } } ?? ""
    }

    private static func show(_ answer: [UInt8], asJSON: Bool) {
        guard !asJSON, let value = try? JSONValue(parsing: answer) else {
            return Terminal.write(answer + [UInt8(ascii: "\n")])
        }
        for hit in value["Traef"]?.array ?? [] {
            let fields = [
                hit["Objekttype"]?.string, hit["BrugervendtNoegle"]?.string,
                hit["Klasse"]?["Noegle"]?.string, hit["Titel"]?.string,
                hit["UUIDIdentifikator"]?.string,
            ]
            Terminal.print(fields.map { Terminal.plain($0 ?? "-") }.joined(separator: "\t") + "\n")
        }
        Terminal.print("\(value["Antal"]?["Vaerdi"]?.integer ?? 0) found\n")
    }
}
