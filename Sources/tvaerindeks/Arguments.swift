import API
import IndexCore
import Ingest

/// An option that a command knows, without its hyphens.
struct Option: Sendable {
    enum Form: Sendable {
        case flag
        case value
        /// May stand several times.
        case values
    }

    let name: String
    let form: Form

    static func flag(_ name: String) -> Option { Option(name: name, form: .flag) }
    static func value(_ name: String) -> Option { Option(name: name, form: .value) }
    static func values(_ name: String) -> Option { Option(name: name, form: .values) }
}

/// What stood after the command: options as `--name value` or `--name=value`, and the rest in order.
///
/// `--` ends the options; `-` alone is no option.
struct Arguments {
    private var values: [String: [String]] = [:]
    private(set) var positional: [String] = []

    init(_ raw: [String], options: [Option]) throws {
        let known = options + [.flag("help")]
        var rest = raw[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positional += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                positional.append(word)
                continue
            }
            try take(word == "-h" ? "--help" : word, &rest, known)
        }
    }

    private mutating func take(
        _ word: String, _ rest: inout ArraySlice<String>, _ known: [Option]
    ) throws {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0].dropFirst(2))
        guard word.hasPrefix("--"), let option = known.first(where: { $0.name == name }) else {
            throw CommandFailure.usage("unknown option \(parts[0])")
        }
        if option.form != .values, values[name] != nil {
            throw CommandFailure.usage("--\(name) stands twice")
        }
        guard option.form != .flag else {
            guard parts.count == 1 else {
                throw CommandFailure.usage("--\(name) takes no value")
            }
            values[name] = [""]
            return
        }
        if parts.count == 2 {
            values[name, default: []].append(String(parts[1]))
        } else if let next = rest.first, !next.hasPrefix("--") {
            values[name, default: []].append(next)
            rest.removeFirst()
        } else {
            throw CommandFailure.usage("--\(name) needs a value")
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    func text(_ name: String) -> String? { values[name]?.first }

    func texts(_ name: String) -> [String] { values[name] ?? [] }

    func required(_ name: String) throws -> String {
        guard let text = text(name), !text.isEmpty else {
            throw CommandFailure.usage("--\(name) is missing")
        }
        return text
    }

    /// The data directory without a slash at its end.
    func directory() throws -> String {
        let path = try required("data")
        let trimmed = path.hasSuffix("/") && path != "/" ? String(path.dropLast()) : path
        return trimmed
    }

    func noPositional() throws {
        guard positional.isEmpty else {
            throw CommandFailure.usage("takes no words without an option's name")
        }
    }

    // MARK: Values of a kind

    func uuid(_ name: String) throws -> UUIDIdentifikator? {
        try text(name).map { try Self.uuid($0, name) }
    }

    func uuids(_ name: String) throws -> [UUIDIdentifikator] {
        try texts(name).flatMap { $0.split(separator: ",") }.map { try Self.uuid(String($0), name) }
    }

    func requiredUUID(_ name: String) throws -> UUIDIdentifikator {
        try Self.uuid(try required(name), name)
    }

    private static func uuid(_ text: String, _ name: String) throws -> UUIDIdentifikator {
        guard let uuid = UUIDIdentifikator(text) else {
            throw CommandFailure.usage("--\(name) must be a UUID")
        }
        return uuid
    }

    func requiredCVR() throws -> CVRNummer {
        guard let cvr = CVRNummer(try required("cvr")) else {
            throw CommandFailure.usage("--cvr must be eight digits")
        }
        return cvr
    }

    /// The groups of `--ret`, and the one of `--kle` and `--foelsomhed` for `cvr`.
    func groups(for cvr: CVRNummer) throws -> [RightsGroup] {
        var groups: [RightsGroup] = []
        for text in texts("ret") {
            do throws(RetArgument.Failure) {
                groups.append(try RetArgument.group(text))
            } catch {
                throw CommandFailure.usage("--ret: \(error)")
            }
        }
        guard has("kle") || has("foelsomhed") else { return groups }
        guard let kle = KLEPattern.list(try required("kle")) else {
            throw CommandFailure.usage(
                "--kle must be a comma list of *, NN.*, NN.NN.*, NN.NN.NN or ranges of these")
        }
        guard let step = UInt8(try required("foelsomhed")).flatMap(Foelsomhed.init(rawValue:))
        else { throw CommandFailure.usage("--foelsomhed must be 1, 2, 3 or 4") }
        return groups + [RightsGroup(myndigheder: [cvr], kle: kle, foelsomhed: step)]
    }
}
