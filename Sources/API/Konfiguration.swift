import Glibc
public import IndexCore
public import Ingest

/// Why a configuration cannot be used: the key at fault and what belongs there, never a value.
public enum KonfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file that this key names cannot be read; nil for the configuration itself.
    case cannotRead(key: String?, errno: Int32)
    /// The file that this key names is too large; nil for the configuration itself.
    case tooLarge(key: String?)
    /// Not one strict JSON value.
    case notJSON(byteOffset: Int)
    /// A name that is not a key.
    case unknown(key: String)
    case missing(key: String)
    /// The key's value has the wrong type or form.
    case malformed(key: String, expected: String)
    /// A system or an issuer that stands twice.
    case repeated(key: String)
    /// The content of the file that this key names is of no use.
    case content(key: String, reason: String)

    public var description: String {
        switch self {
        case .cannotRead(let key, let errno):
            "\(key ?? "the configuration"): the file cannot be read (errno \(errno))"
        case .tooLarge(let key): "\(key ?? "the configuration"): the file is too large"
        case .notJSON(let byteOffset): "the configuration is not JSON (byte \(byteOffset))"
        case .unknown(let key): "\(key) is not a known key"
        case .missing(let key): "\(key) is missing"
        case .malformed(let key, let expected): "\(key) must be \(expected)"
        case .repeated(let key): "\(key) stands twice"
        case .content(let key, let reason): "\(key): \(reason)"
        }
    }
}

/// What `serve --config FILE` sets: whom to trust, how strict to be, and the limits.
///
/// Every key may be left out; its default is `standard`'s. An unknown key is refused. A file name
/// that is not absolute is taken from the folder of the configuration file. The files themselves
/// are read by the functions below, so that they can be read again while serving.
///
/// Source: http-api §6.
public struct Konfiguration: Sendable, Equatable {
    /// A token issuer that is believed.
    public struct Udsteder: Sendable, Hashable {
        /// The issuer as the claim `iss` names it.
        public var iss: String
        /// The path of its JWKS file.
        public var jwks: String
    }

    /// Certificate files in PEM.
    public struct Tls: Sendable, Equatable {
        /// The server's certificate, followed by its intermediates.
        public var cert: String
        /// Its private key.
        public var key: String
        /// When given, every client must show a certificate issued by one of these.
        public var klientCA: String?
    }

    /// What the server protects itself with.
    public struct Graenser: Sendable, Equatable {
        /// `body`: the largest request body that is collected, in bytes, 1 KB–1 GB. Default 10 MB.
        /// NDJSON is streamed and not measured by it.
        public var bodyBytes = 10 << 20
        /// `connections`: open connections, 1–100,000. Default 1024.
        public var connections = 1024
        /// `connectionsPerAddress`: from one address, 0 for no limit. Default 512.
        public var connectionsPerAddress = 512
        /// `requests`: at work at the same time, 1–100,000; more get 503. Default 512.
        public var requests = 512
        /// `timeouts.idle`: seconds without a byte before a connection is closed, 1–3600.
        /// Default 15.
        public var idleSeconds = 15
        /// `timeouts.request`: seconds a request may take to arrive, 1–3600; then 408. Default 30.
        public var requestSeconds = 30
        /// `timeouts.drain`: seconds that running requests get to end at a stop, 0–3600.
        /// Default 20.
        public var drainSeconds = 20

        /// The defaults.
        public init() {}

        /// The limits as the server takes them.
        public var http: HTTPServer.Limits {
            var limits = HTTPServer.Limits()
            limits.maxConnections = connections
            limits.maxConnectionsPerAddress = connectionsPerAddress
            limits.maxConcurrentRequests = requests
            limits.idleTimeout = .seconds(idleSeconds)
            limits.requestDeadline = .seconds(requestSeconds)
            return limits
        }
    }

    /// `Udstedere`: [{`iss`, `jwks`: file}]. Default none: then, and only then, the data
    /// directory's own development key is trusted.
    public var udstedere: [Udsteder] = []
    /// `Kilder`: [{`system`, `Kontrol`: "streng" or "lempelig"}]. Default streng for every system.
    public var kilder: [UUIDIdentifikator: Kontrol] = [:]
    /// `Aftaler`: file of agreements to begin with; see `Aftalefil`. Default none.
    public var aftaler: String?
    /// `Roller`: file of further role and type UUIDs; see `RolleTabel.laes`. Default none.
    public var roller: String?
    /// `Graenser`: {`body`, `connections`, `connectionsPerAddress`, `requests`, `timeouts`:
    /// {`idle`, `request`, `drain`}}.
    public var graenser = Graenser()
    /// `Tls`: {`cert`, `key`, `klientCA`?}, files in PEM. Default plain HTTP.
    public var tls: Tls?

    /// Where it was read.
    public private(set) var fil: String?

    /// The configuration of a server that was given none.
    public static let standard = Konfiguration()

    private init() {}

    /// Reads the file; its folder is where relative file names begin.
    public init(file: String) throws(KonfigurationError) {
        let bytes = try ConfiguredFile.read(file, key: nil)
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        try self.init(parsing: bytes, relativeTo: folder)
        fil = file
    }

    /// Reads the text; `folder` is empty or ends in a slash.
    public init(parsing bytes: [UInt8], relativeTo folder: String) throws(KonfigurationError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .notJSON(byteOffset: error.byteOffset)
        }
        try read(ConfiguredValue(value: value, key: "", folder: folder))
    }

    /// How strictly a system's objects are judged; the operator's own as strictly as can be.
    public func kontrol(_ system: UUIDIdentifikator?) -> Kontrol {
        system.flatMap { kilder[$0] } ?? .streng
    }
}

// MARK: - The files it names

extension Konfiguration {
    /// The issuers with the keys that stand in their files now.
    public func trustedIssuers() throws(KonfigurationError) -> [TrustedIssuer] {
        var issuers: [TrustedIssuer] = []
        for place in udstedere.indices { issuers.append(try trustedIssuer(place)) }
        return issuers
    }

    /// The same again: one whose file is of no use keeps the keys that were read from that file before, where `known` has
    /// them, and `told` hears of it.
    func trustedIssuers(
        or known: [Udsteder: TrustedIssuer], told: (KonfigurationError) -> Void
    ) -> [Udsteder: TrustedIssuer] {
        var result: [Udsteder: TrustedIssuer] = [:]
        for place in udstedere.indices {
            do throws(KonfigurationError) {
                result[udstedere[place]] = try trustedIssuer(place)
            } catch {
                told(error)
                result[udstedere[place]] = known[udstedere[place]]
            }
        }
        return result
    }

    private func trustedIssuer(_ place: Int) throws(KonfigurationError) -> TrustedIssuer {
        let udsteder = udstedere[place]
        let key = "Udstedere[\(place)].jwks"
        let bytes = try ConfiguredFile.read(udsteder.jwks, key: key)
        do throws(KeySetError) {
            return try TrustedIssuer(iss: udsteder.iss, jwks: bytes)
        } catch {
            throw .content(key: key, reason: error.description)
        }
    }

    /// The built-in roles and types, and those of the file `Roller` besides.
    public func rolletabel() throws(KonfigurationError) -> RolleTabel {
        var table = RolleTabel.standard
        guard let roller else { return table }
        let text = try ConfiguredFile.text(roller, key: "Roller")
        if let row = table.laes(text) {
            throw .content(key: "Roller", reason: "row \(row) cannot be used")
        }
        return table
    }

    /// The agreements of the file `Aftaler`; give them to `Aftalefil.addMissing`.
    public func begyndendeAftaler(at now: Tidspunkt) throws(KonfigurationError) -> [Aftale] {
        guard let aftaler else { return [] }
        let bytes = try ConfiguredFile.read(aftaler, key: "Aftaler")
        do throws(AftalefilFejl) {
            return try Aftalefil.read(bytes, now: now)
        } catch {
            throw .content(key: "Aftaler", reason: error.description)
        }
    }

    /// The certificates as the server takes them; nil for plain HTTP.
    public func httpTLS() throws(KonfigurationError) -> HTTPServer.TLS? {
        guard let tls else { return nil }
        var authority: String?
        if let path = tls.klientCA {
            let text = try ConfiguredFile.text(path, key: "Tls.klientCA")
            guard ClientCertificate.count(inPEM: text) > 0 else {
                throw .content(key: "Tls.klientCA", reason: "it holds no certificate in PEM")
            }
            authority = text
        }
        return HTTPServer.TLS(
            certificate: try ConfiguredFile.text(tls.cert, key: "Tls.cert"),
            key: try ConfiguredFile.text(tls.key, key: "Tls.key"), clientAuthority: authority)
    }
}

// MARK: - Reading

extension Konfiguration {
    private mutating func read(_ root: ConfiguredValue) throws(KonfigurationError) {
        try root.allow(["Udstedere", "Kilder", "Aftaler", "Roller", "Graenser", "Tls"])
        for (index, item) in try (root["Udstedere"]?.items() ?? []).enumerated() {
            udstedere.append(try Self.udsteder(item))
            let isKnown = udstedere[..<index].contains { $0.iss == udstedere[index].iss }
            if isKnown { throw .repeated(key: item.path("iss")) }
        }
        for item in try root["Kilder"]?.items() ?? [] {
            let (system, kontrol) = try Self.kilde(item)
            let isNew = kilder.updateValue(kontrol, forKey: system) == nil
            if !isNew { throw .repeated(key: item.path("system")) }
        }
        aftaler = try root["Aftaler"]?.file()
        roller = try root["Roller"]?.file()
        if let value = root["Graenser"] { graenser = try Graenser(value) }
        if let value = root["Tls"] { tls = try Self.tls(value) }
    }

    private static func udsteder(_ item: ConfiguredValue) throws(KonfigurationError) -> Udsteder {
        try item.allow(["iss", "jwks"])
        return Udsteder(
            iss: try item.required("iss").text(), jwks: try item.required("jwks").file())
    }

    private static func kilde(
        _ item: ConfiguredValue
    ) throws(KonfigurationError) -> (UUIDIdentifikator, Kontrol) {
        try item.allow(["system", "Kontrol"])
        let system = try item.required("system")
        guard let uuid = system.value.string.flatMap({ UUIDIdentifikator($0) }) else {
            throw system.malformed("a UUID")
        }
        guard let kontrol = item["Kontrol"] else { return (uuid, .streng) }
        guard let known = kontrol.value.string.flatMap({ Kontrol(rawValue: $0) }) else {
            throw kontrol.malformed("\"streng\" or \"lempelig\"")
        }
        return (uuid, known)
    }

    private static func tls(_ item: ConfiguredValue) throws(KonfigurationError) -> Tls {
        try item.allow(["cert", "key", "klientCA"])
        return Tls(
            cert: try item.required("cert").file(), key: try item.required("key").file(),
            klientCA: try item["klientCA"]?.file())
    }
}

extension Konfiguration.Graenser {
    fileprivate init(_ value: ConfiguredValue) throws(KonfigurationError) {
        try value.allow(["body", "connections", "connectionsPerAddress", "requests", "timeouts"])
        try value.set(&bodyBytes, "body", 1024...(1 << 30))
        try value.set(&connections, "connections", 1...100_000)
        try value.set(&connectionsPerAddress, "connectionsPerAddress", 0...100_000)
        try value.set(&requests, "requests", 1...100_000)
        guard let timeouts = value["timeouts"] else { return }
        try timeouts.allow(["idle", "request", "drain"])
        try timeouts.set(&idleSeconds, "idle", 1...3600)
        try timeouts.set(&requestSeconds, "request", 1...3600)
        try timeouts.set(&drainSeconds, "drain", 0...3600)
    }
}

/// A value of the configuration and the key it stands under.
private struct ConfiguredValue {
    let value: JSONValue
    let key: String
    let folder: String

    subscript(name: String) -> ConfiguredValue? {
        value[name].map { ConfiguredValue(value: $0, key: path(name), folder: folder) }
    }

    func path(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }

    func malformed(_ expected: String) -> KonfigurationError {
        .malformed(key: key.isEmpty ? "the configuration" : key, expected: expected)
    }

    func allow(_ names: Set<String>) throws(KonfigurationError) {
        guard let members = value.members else { throw malformed("an object") }
        for member in members where !names.contains(member.name) {
            throw .unknown(key: path(member.name))
        }
    }

    func required(_ name: String) throws(KonfigurationError) -> ConfiguredValue {
        guard let member = self[name] else { throw .missing(key: path(name)) }
        return member
    }

    func items() throws(KonfigurationError) -> [ConfiguredValue] {
        guard let values = value.array else { throw malformed("a list") }
        return values.enumerated().map {
            ConfiguredValue(value: $1, key: "\(key)[\($0)]", folder: folder)
        }
    }

    func text() throws(KonfigurationError) -> String {
        guard let text = value.string, !text.isEmpty else { throw malformed("a text") }
        return text
    }

    func file() throws(KonfigurationError) -> String {
        guard let name = value.string, !name.isEmpty, !name.utf8.contains(0) else {
            throw malformed("a file name")
        }
        return name.hasPrefix("/") ? name : folder + name
    }

    func set(
        _ setting: inout Int, _ name: String, _ range: ClosedRange<Int>
    ) throws(KonfigurationError) {
        guard let member = self[name] else { return }
        guard let number = member.value.integer, range.contains(number) else {
            throw member.malformed("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        setting = number
    }
}

/// A file that the configuration names; at most 16 MB.
private enum ConfiguredFile {
    static func read(_ path: String, key: String?) throws(KonfigurationError) -> [UInt8] {
        do throws(SmallFile.Failure) {
            return try SmallFile.read(path, maxBytes: 16 << 20)
        } catch {
            switch error {
            case .tooLarge: throw .tooLarge(key: key)
            case .step(let errno): throw .cannotRead(key: key, errno: errno)
            }
        }
    }

    static func text(_ path: String, key: String) throws(KonfigurationError) -> String {
        guard let text = String(validating: try read(path, key: key), as: UTF8.self) else {
            throw .content(key: key, reason: "the file is not UTF-8")
        }
        return text
    }
}
