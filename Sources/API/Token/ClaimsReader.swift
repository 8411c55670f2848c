import IndexCore

/// Claims whose signature holds, with what must be checked anew at every use.
struct SignedClaims: Sendable {
    let claims: TokenClaims
    let notBefore: Int?
    let issuedAt: Int?
    /// SHA-256 of the client certificate the token is bound to.
    let certificate: [UInt8]?
}

/// Reads the claims of a signed token; unknown claims are ignored, known ones must be well formed.
struct ClaimsReader {
    static let audience = "tvaerindeks"
    static let maxFormaalScalars = 1024

    private let claims: TokenJSON

    init(_ claims: TokenJSON) { self.claims = claims }

    func read() throws(TokenError) -> SignedClaims {
        try checkAudience()
        guard let expires = try time("exp") else { throw .claim("exp") }
        guard let iss = claims["iss"]?.text else { throw .claim("iss") }
        let read = TokenClaims(
            iss: iss, system: try claims.required("system").uuid(at: "system"),
            cvr: try claims.required("cvr").cvr(at: "cvr"), bruger: try bruger(),
            formaal: try formaal(), drift: try drift(), expires: expires)
        return SignedClaims(
            claims: read, notBefore: try time("nbf"), issuedAt: try time("iat"),
            certificate: try certificate())
    }

    private func checkAudience() throws(TokenError) {
        let aud = try claims.required("aud")
        guard let names = aud.text.map({ [$0] }) ?? aud.array?.compactMap(\.text),
            names.count == aud.array?.count ?? 1
        else { throw .claim("aud") }
        guard names.contains(where: { $0.isExactly(Self.audience) }) else { throw .audience }
    }

    /// A NumericDate of RFC 7519 §2, rounded down to whole seconds.
    private func time(_ name: String) throws(TokenError) -> Int? {
        let limit = 1 << 53
        switch claims[name] {
        case nil: return nil
        case .integer(let seconds) where abs(seconds.clamped) < limit: return Int(seconds)
        case .number(let seconds) where abs(seconds) < Double(limit):
            return Int(seconds.rounded(.down))
        default: throw .claim(name)
        }
    }

    private func formaal() throws(TokenError) -> String? {
        guard let value = claims["formaal"] else { return nil }
        guard let text = value.text, text.unicodeScalars.count <= Self.maxFormaalScalars else {
            throw .claim("formaal")
        }
        return text
    }

    private func drift() throws(TokenError) -> Set<DriftRet> {
        guard let value = claims["drift"] else { return [] }
        let names = try value.list(at: "drift") { item, path throws(TokenError) in
            guard let name = item.text else { throw TokenError.claim(path) }
            return name
        }
        return Set(names.compactMap { DriftRet(rawValue: $0) })
    }

    /// RFC 8705 §3.1. A confirmation of another kind cannot be checked, so it is not passed over.
    private func certificate() throws(TokenError) -> [UInt8]? {
        guard let cnf = claims["cnf"] else { return nil }
        guard cnf.members?.count == 1, let text = cnf["x5t#S256"]?.text,
            let hash = Base64.decodeURL(text.utf8),
            hash.count == 32
        else { throw .claim("cnf.x5t#S256") }
        return hash
    }
}

extension ClaimsReader {
    private func bruger() throws(TokenError) -> AssertedUser? {
        let outer = try privileges(of: claims, prefix: "")
        guard let bruger = claims["bruger"] else {
            guard let outer else { return nil }
            return AssertedUser(uuid: nil, enheder: [], rettigheder: try outer.groups())
        }
        guard bruger.members != nil else { throw .claim("bruger") }
        let inner = try privileges(of: bruger, prefix: "bruger.")
        if let inner, let outer, !inner.text.isExactly(outer.text) { throw .claim(inner.path) }
        return AssertedUser(
            uuid: try bruger.required("uuid", in: "bruger.").uuid(at: "bruger.uuid"),
            enheder: try bruger["enheder"]?.uuids(at: "bruger.enheder") ?? [],
            rettigheder: try rettigheder(of: bruger, orElse: inner ?? outer))
    }

    /// Groups come from one place: rights told twice could contradict each other.
    private func rettigheder(
        of bruger: TokenJSON, orElse privileges: EncodedPrivileges?
    ) throws(TokenError) -> [RightsGroup] {
        guard let value = bruger["rettigheder"] else { return try privileges?.groups() ?? [] }
        guard privileges == nil else { throw .claim("bruger.rettigheder") }
        return try value.list(at: "bruger.rettigheder") { item, path throws(TokenError) in
            try group(item, at: path)
        }.compactMap { $0 }
    }

    /// One group; nil when it lacks authority, classification or sensitivity, and so gives nothing.
    ///
    /// A member that is not known may be a restriction, so it refuses the token.
    private func group(_ value: TokenJSON, at path: String) throws(TokenError) -> RightsGroup? {
        let known = ["cvr", "kle", "foelsomhed", "systemer", "enheder"]
        guard let members = value.members,
            members.allSatisfy({ member in known.contains { $0.isExactly(member.name) } })
        else { throw .claim(path) }
        let cvr = try value["cvr"]?.list(at: path + ".cvr") { item, path throws(TokenError) in
            try item.cvr(at: path)
        }
        let kle = try value["kle"]?.list(at: path + ".kle") { item, path throws(TokenError) in
            guard let patterns = item.text.flatMap({ KLEPattern.list($0) }) else {
                throw TokenError.claim(path)
            }
            return patterns
        }
        let foelsomhed = try value["foelsomhed"]?.foelsomhed(at: path + ".foelsomhed")
        let systemer = try value["systemer"]?.uuids(at: path + ".systemer")
        let enheder = try value["enheder"]?.uuids(at: path + ".enheder")
        guard let cvr, !cvr.isEmpty, let kle, !kle.isEmpty, let foelsomhed else { return nil }
        return RightsGroup(
            myndigheder: Set(cvr), kle: kle.flatMap { $0 }, foelsomhed: foelsomhed,
            systemer: systemer.map { Set($0) }, enheder: enheder.map { Set($0) })
    }

    /// The member `privileges`, or `priv`, of an object; both only when they are equal.
    private func privileges(
        of object: TokenJSON, prefix: String
    ) throws(TokenError) -> EncodedPrivileges? {
        var found: EncodedPrivileges?
        for name in ["privileges", "priv"] {
            guard let value = object[name] else { continue }
            guard let text = value.text else { throw .claim(prefix + name) }
            if let found, !found.text.isExactly(text) { throw .claim(prefix + name) }
            found = found ?? EncodedPrivileges(text: text, path: prefix + name)
        }
        return found
    }
}

/// A privilege list as the token carries it, and where.
private struct EncodedPrivileges {
    let text: String
    let path: String

    func groups() throws(TokenError) -> [RightsGroup] {
        guard let xml = Base64.decodeStandard(text.utf8) else { throw .claim(path) }
        return try PrivilegeList.groups(in: xml, path: path)
    }
}

extension TokenJSON {
    fileprivate func required(_ name: String, in prefix: String = "") throws(TokenError)
        -> TokenJSON
    {
        guard let value = self[name] else { throw .claim(prefix + name) }
        return value
    }

    fileprivate func list<Item>(
        at path: String, each read: (TokenJSON, String) throws(TokenError) -> Item
    ) throws(TokenError) -> [Item] {
        guard let values = array else { throw .claim(path) }
        var items: [Item] = []
        for (index, value) in values.enumerated() {
            items.append(try read(value, "\(path)[\(index)]"))
        }
        return items
    }

    fileprivate func uuids(at path: String) throws(TokenError) -> [UUIDIdentifikator] {
        try list(at: path) { item, path throws(TokenError) in try item.uuid(at: path) }
    }

    fileprivate func uuid(at path: String) throws(TokenError) -> UUIDIdentifikator {
        guard let uuid = text.flatMap({ UUIDIdentifikator($0) }) else { throw .claim(path) }
        return uuid
    }

    fileprivate func cvr(at path: String) throws(TokenError) -> CVRNummer {
        guard let cvr = text.flatMap({ CVRNummer($0) }) else { throw .claim(path) }
        return cvr
    }

    fileprivate func foelsomhed(at path: String) throws(TokenError) -> Foelsomhed {
        guard case .integer(let step) = self, let raw = UInt8(exactly: step),
            let foelsomhed = Foelsomhed(rawValue: raw)
        else { throw .claim(path) }
        return foelsomhed
    }
}

extension Int64 {
    /// The least value has no magnitude of its own type.
    fileprivate var clamped: Int { Int(Swift.max(self, -Int64.max)) }
}
