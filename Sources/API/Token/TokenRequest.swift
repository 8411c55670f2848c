public import IndexCore

/// What a development token is to say, before it is signed.
///
/// Groups belong to a user, so a request without one asserts nobody and the system's own rights
/// decide.
///
/// Source: http-api §2 and §6, `token`.
public struct TokenRequest: Hashable, Sendable {
    /// The calling system.
    public var system: UUIDIdentifikator
    /// The authority on whose behalf the system calls.
    public var cvr: CVRNummer
    /// The user behind the system, with a uuid; nil for none.
    public var bruger: Bruger?
    /// Operator rights.
    public var drift: Set<DriftRet>
    /// The purpose, for the audit log; at most 1024 Unicode scalars.
    public var formaal: String?
    /// How long the token holds, in seconds; held within one second and eight hours.
    public var levetidSeconds: Int

    /// The user a token asserts.
    public struct Bruger: Hashable, Sendable {
        /// Who the user is.
        public var uuid: UUIDIdentifikator
        /// The units the user belongs to.
        public var enheder: [UUIDIdentifikator]
        /// The user's groups; none means that nothing is visible.
        public var rettigheder: [RightsGroup]

        /// A user with these units and groups.
        public init(
            uuid: UUIDIdentifikator, enheder: [UUIDIdentifikator] = [],
            rettigheder: [RightsGroup]
        ) {
            self.uuid = uuid
            self.enheder = enheder
            self.rettigheder = rettigheder
        }
    }

    /// A request for eight hours, without a user, unless told otherwise.
    public init(
        system: UUIDIdentifikator, cvr: CVRNummer, bruger: Bruger? = nil,
        drift: Set<DriftRet> = [], formaal: String? = nil,
        levetidSeconds: Int = TokenVerifier.maxLifetimeSeconds
    ) {
        self.system = system
        self.cvr = cvr
        self.bruger = bruger
        self.drift = drift
        self.formaal = formaal
        self.levetidSeconds = levetidSeconds
    }

    /// The claims as JSON, for `DevelopmentKey.sign`; `now` in seconds since 1970.
    public func claims(at now: Int) -> [UInt8] {
        let lifetime = min(max(levetidSeconds, 1), TokenVerifier.maxLifetimeSeconds)
        var members = [
            member("iss", quoted(DevelopmentKey.issuer)),
            member("aud", quoted(ClaimsReader.audience)),
            member("iat", String(now)), member("exp", String(now + lifetime)),
            member("system", quoted(system.description)), member("cvr", quoted(cvr.description)),
        ]
        if let bruger { members.append(member("bruger", bruger.json)) }
        if let formaal { members.append(member("formaal", quoted(formaal))) }
        if !drift.isEmpty {
            members.append(member("drift", list(drift.map { quoted($0.rawValue) }.sorted())))
        }
        return Array(object(members).utf8)
    }
}

extension TokenRequest.Bruger {
    fileprivate var json: String {
        object([
            member("uuid", quoted(uuid.description)), member("enheder", uuids(enheder)),
            member("rettigheder", list(rettigheder.map(\.json))),
        ])
    }
}

extension RightsGroup {
    fileprivate var json: String {
        var members = [
            member("cvr", list(myndigheder.sorted().map { quoted($0.description) })),
            member("kle", list(kle.map { quoted($0.text) })),
            member("foelsomhed", String(foelsomhed.rawValue)),
        ]
        if let systemer { members.append(member("systemer", uuids(systemer.sorted()))) }
        if let enheder { members.append(member("enheder", uuids(enheder.sorted()))) }
        return object(members)
    }
}

extension KLEPattern {
    /// The pattern as it is written, such as `27.*` or `32.*-34.*`.
    fileprivate var text: String {
        guard let upper else { return "*" }
        let first = lower.hasSuffix(".") ? lower + "*" : lower
        let last = upper.hasSuffix("\u{7F}") ? upper.dropLast() + "*" : upper
        return first == last ? first : first + "-" + last
    }
}

private func object(_ members: [String]) -> String { "{" + members.joined(separator: ",") + "}" }

private func list(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }

private func member(_ name: String, _ value: String) -> String { quoted(name) + ":" + value }

private func uuids(_ uuids: [UUIDIdentifikator]) -> String {
    list(uuids.map { quoted($0.description) })
}

private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": result += "\\" + String(scalar)
        case "\u{0}"..<"\u{20}":
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
