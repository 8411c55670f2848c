import API
import Glibc
import IndexCore
import Ingest

extension Command {
    static let agreement = Command(
        name: "agreement", summary: "add, list and end service agreements",
        help: """
            Usage: tvaerindeks agreement --data DIR add --system UUID --cvr CVR
                     --roller Udstil,Rediger --kle LIST --foelsomhed 1-4 [--ret GROUP]… [--json]
                   tvaerindeks agreement --data DIR list [--json]
                   tvaerindeks agreement --data DIR end --system UUID --cvr CVR [--json]

            What a system may do for an authority. Without an agreement it sees and writes nothing.
            An agreement made here is approved at once. Works also while the server runs, which
            then carries it out.

              --system UUID   the system
              --cvr CVR       the authority
              --roller LIST   Udstil (read), Rediger (write) or both
              --kle LIST      what of KLE in --cvr, such as "*" or "27.*,32.03.04"
              --foelsomhed N  up to which sensitivity, 1-4
              --ret GROUP     one more group: "cvr=…;kle=…;foelsomhed=…[;systemer=…][;enheder=…]"
              --json          answer as JSON

            Example:
              tvaerindeks agreement --data data add --system 5b1d… --cvr 99000001 \\
                --roller Udstil --kle "*" --foelsomhed 4

            """,
        options: [
            .value("data"), .value("system"), .value("cvr"), .value("roller"), .value("kle"),
            .value("foelsomhed"), .values("ret"), .flag("json"),
        ],
        run: { arguments in
            let directory = try arguments.directory()
            switch arguments.positional {
            case ["add"]: try add(arguments, directory)
            case ["list"]: try list(arguments, directory)
            case ["end"]: try end(arguments, directory)
            default: throw CommandFailure.usage("say one of add, list and end")
            }
        })

    private static func add(_ arguments: Arguments, _ directory: String) throws {
        let cvr = try arguments.requiredCVR()
        let groups = try arguments.groups(for: cvr)
        guard !groups.isEmpty else {
            throw CommandFailure.usage(
                "without --kle and --foelsomhed, or --ret, nothing is allowed")
        }
        let aftale = Aftale(
            system: try arguments.requiredUUID("system"), myndighed: cvr,
            roller: try roller(arguments), grupper: groups, fra: currentInstant())
        let answer = try carryOut(.tilfoejAftale(aftale), in: directory)
        if arguments.has("json") { return Terminal.write(answer + [UInt8(ascii: "\n")]) }
        let id = (try? JSONValue(parsing: answer))?["id"]?.integer
        Terminal.print("agreement \(id ?? 0) is in force\n")
    }

    private static func roller(_ arguments: Arguments) throws -> Aftale.Roller {
        var roller: Aftale.Roller = []
        let names = try arguments.required("roller").split(
            separator: ",", omittingEmptySubsequences: false)
        for name in names {
            switch name {
            case "Udstil": roller.insert(.udstil)
            case "Rediger": roller.insert(.rediger)
            default: throw CommandFailure.usage("--roller must be Udstil, Rediger or both")
            }
        }
        return roller
    }

    private static func end(_ arguments: Arguments, _ directory: String) throws {
        let ordre = Ordre.afslutAftaler(
            system: try arguments.requiredUUID("system"), myndighed: try arguments.requiredCVR())
        guard access(directory, F_OK) == 0 else {
            throw CommandFailure.failed("there is no data directory \(directory)")
        }
        let answer = try Ordrer.udfoer(ordre, directory: directory)
        let count = (try? JSONValue(parsing: answer))?["Antal"]?.integer ?? 0
        if arguments.has("json") {
            Terminal.write(answer + [UInt8(ascii: "\n")])
        } else {
            Terminal.print("\(count) ended\n")
        }
        guard count > 0 else { throw CommandFailure.failed("no such agreement is in force") }
    }

    private static func list(_ arguments: Arguments, _ directory: String) throws {
        let aftaler = try Store(directory: directory, access: .readOnly).aftaler
        var writer = JSONWriter()
        guard !arguments.has("json") else {
            writer.beginArray()
            for aftale in aftaler { writer.aftale(aftale) }
            writer.endArray()
            writer.newline()
            return Terminal.write(writer.bytes)
        }
        let now = currentInstant()
        for aftale in aftaler { Terminal.print(line(aftale, now)) }
    }

    private static func line(_ aftale: Aftale, _ now: Tidspunkt) -> String {
        let groups = aftale.grupper.map { group in
            let cvr = group.myndigheder.sorted().map(\.description).joined(separator: ",")
            let kle = group.kle.map(\.text).joined(separator: ",")
            let narrower = [("systemer", group.systemer), ("enheder", group.enheder)].compactMap {
                name, uuids in
                uuids.map { ";\(name)=" + $0.sorted().map(\.description).joined(separator: ",") }
            }
            return "cvr=\(cvr);kle=\(kle);foelsomhed=\(group.foelsomhed.rawValue)"
                + narrower.joined()
        }
        let state = aftale.isInForce(at: now) ? "in force" : now < aftale.fra ? "later" : "ended"
        return [
            String(aftale.id), state, aftale.system.description, aftale.myndighed.description,
            aftale.rolleNavne.joined(separator: ","), groups.joined(separator: " "),
            aftale.fra.danishDate.description + "/" + (aftale.til?.danishDate.description ?? ""),
        ].joined(separator: "\t") + "\n"
    }
}
