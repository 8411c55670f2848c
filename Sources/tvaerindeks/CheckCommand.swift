import API
import IndexCore

extension Command {
    static let check = Command(
        name: "check", summary: "hold every file against the objects it has",
        help: """
            Usage: tvaerindeks check --data DIR [--repair] [--json]

            Reads every file of the directory: SQLite's own integrity, the hash of every registration,
            and the index against what the registrations say. Not while the server runs.

              --repair   make anew what is derived from the registrations, where it is wrong
              --json     answer as JSON

            Ends with 0 when nothing is wrong and 1 when something is, also when it was repaired.

            Example:
              tvaerindeks check --data data

            """,
        options: [.value("data"), .flag("repair"), .flag("json")],
        run: { arguments in
            let directory = try arguments.directory()
            let found: [KontrolFund]
            do throws(StoreError) {
                let store = try Store(directory: directory)
                found = try store.kontrol(reparer: arguments.has("repair")) { file in
                    if Terminal.isInteractive { Terminal.error("\r\u{1B}[Kchecking \(file)") }
                }
                store.close()
            } catch .directoryInUse {
                throw CommandFailure.failed("a server has the directory; stop it first")
            } catch {
                throw CommandFailure.failed("the directory cannot be opened")
            }
            if Terminal.isInteractive { Terminal.error("\r\u{1B}[K") }
            tell(found, asJSON: arguments.has("json"))
            if found.contains(where: \.erSkade) { throw CommandFailure.incomplete }
        })

    private static func tell(_ found: [KontrolFund], asJSON: Bool) {
        if asJSON {
            var writer = JSONWriter()
            writer.beginArray()
            for item in found {
                writer.beginObject()
                writer.member("fil", item.fil)
                writer.member("fejl", item.fejl.rawValue)
                writer.member("antal", item.antal)
                writer.member("skade", item.erSkade)
                writer.endObject()
            }
            writer.endArray()
            return Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
        }
        for item in found { Terminal.print("\(item.fil): \(item.fejl.rawValue) (\(item.antal))\n") }
        if found.isEmpty { Terminal.print("nothing is wrong\n") }
    }
}
