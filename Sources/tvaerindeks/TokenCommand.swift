import API
import Glibc
import IndexCore

extension Command {
    static let token = Command(
        name: "token", summary: "print a token signed with the directory's development key",
        help: """
            Usage: tvaerindeks token --data DIR --system UUID --cvr CVR
                     [--bruger UUID] [--enhed UUID]… [--kle LIST --foelsomhed 1-4] [--ret GROUP]…
                     [--drift LIST] [--formaal TEXT] [--ttl 8h]

            Prints a token for trying the API and for tests. It is signed with the key in
            DIR/noegle.pem, made at first use, which the server trusts unless its configuration
            names other issuers. Works while the server runs.

              --system UUID   the calling system; it sees only what its agreements give
              --cvr CVR       the authority on whose behalf it calls
              --bruger UUID   the user it calls for, who must then pass as well
              --enhed UUID    a unit of the user; may be repeated
              --kle LIST      what of KLE the user may see in --cvr, such as "27.*,32.03.04"
              --foelsomhed N  up to which sensitivity, 1-4; goes with --kle
              --ret GROUP     one more group: "cvr=…;kle=…;foelsomhed=…[;systemer=…][;enheder=…]"
              --drift LIST    operator rights: log, aftaler, drift, klassifikation
              --formaal TEXT  the purpose, for the audit log
              --ttl TIME      8h, 30m or 900s; at most 8h, which is the default

            Rights belong to a user. With --kle, --ret or --enhed but no --bruger, a new random
            user is named, so that the limits hold. A user without any group sees nothing.

            Example:
              tvaerindeks token --data data --system 5b1d…  --cvr 99000001 \\
                --bruger 7c2e… --kle "27.*" --foelsomhed 2

            """,
        options: [
            .value("data"), .value("system"), .value("cvr"), .value("bruger"), .values("enhed"),
            .value("kle"), .value("foelsomhed"), .values("ret"), .value("drift"),
            .value("formaal"), .value("ttl"),
        ],
        run: { arguments in
            try arguments.noPositional()
            let request = try TokenRequest(arguments)
            let key = try DevelopmentKey(directory: try arguments.directory())
            Terminal.print(try key.sign(request.claims(at: time(nil))) + "\n")
        })
}

extension TokenRequest {
    fileprivate init(_ arguments: Arguments) throws {
        let cvr = try arguments.requiredCVR()
        self.init(
            system: try arguments.requiredUUID("system"), cvr: cvr,
            bruger: try Self.bruger(arguments, cvr), drift: try Self.drift(arguments),
            formaal: arguments.text("formaal"), levetidSeconds: try Self.lifetime(arguments))
        if let formaal, formaal.unicodeScalars.count > 1024 {
            throw CommandFailure.usage("--formaal must be at most 1024 characters")
        }
    }

    private static func bruger(_ arguments: Arguments, _ cvr: CVRNummer) throws -> Bruger? {
        let groups = try arguments.groups(for: cvr)
        let enheder = try arguments.uuids("enhed")
        let named = try arguments.uuid("bruger")
        guard named != nil || !groups.isEmpty || !enheder.isEmpty else { return nil }
        if groups.isEmpty {
            Terminal.error("note: the user has no group (--kle or --ret) and will see nothing\n")
        }
        return Bruger(uuid: named ?? SecureRandom.uuid(), enheder: enheder, rettigheder: groups)
    }

    private static func drift(_ arguments: Arguments) throws -> Set<DriftRet> {
        let names = arguments.text("drift")?.split(separator: ",") ?? []
        return Set(
            try names.map { name in
                guard let right = DriftRet(rawValue: String(name)) else {
                    throw CommandFailure.usage(
                        "--drift must be a comma list of log, aftaler, drift, klassifikation")
                }
                return right
            })
    }

    private static func lifetime(_ arguments: Arguments) throws -> Int {
        let text = arguments.text("ttl") ?? "8h"
        let units: [Character: Int] = ["h": 3600, "m": 60, "s": 1]
        guard let unit = text.last.flatMap({ units[$0] }),
            let count = Int(text.dropLast()),
            (1...TokenVerifier.maxLifetimeSeconds).contains(count),
            count * unit <= TokenVerifier.maxLifetimeSeconds
        else { throw CommandFailure.usage("--ttl must be like 8h, 30m or 900s, at most 8h") }
        return count * unit
    }
}
