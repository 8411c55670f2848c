import Synchronization

/// Tells who calls from a signed token: JSON Web Tokens of trusted issuers, and nothing else.
///
/// Safe from any thread. A token seen before costs one hash of its bytes; a new one a public key
/// operation. What can change between two uses (the clock, the client certificate) is checked
/// every time.
///
/// Source: http-api §2; RFC 7515, RFC 7519, RFC 8705 §3, RFC 8725.
public final class TokenVerifier: Sendable {
    /// The longest token that is read, in bytes.
    public static let maxTokenBytes = 32 * 1024
    /// How far the clocks of issuer and service may differ, in seconds.
    public static let skewSeconds = 30
    /// How far ahead a token may expire, in seconds.
    public static let maxLifetimeSeconds = 8 * 3600
    /// How many keys are tried for a token that does not name its key.
    static let maxUnnamedKeys = 8

    private struct State {
        var issuers: [TrustedIssuer]
        var generation = 0
        var cache: TokenCache
    }

    private let state: Mutex<State>

    /// Trusts `issuers`; the keys of entries with the same `iss` are pooled.
    ///
    /// At most `cachedTokens` verified tokens are remembered, and at most 16 MB of them; 0 for none.
    public init(issuers: [TrustedIssuer], cachedTokens: Int = 4096) {
        let cache = TokenCache(maxCount: cachedTokens, maxBytes: 16 << 20)
        state = Mutex(State(issuers: issuers, cache: cache))
    }

    var issuers: [TrustedIssuer] { state.withLock { $0.issuers } }

    /// Trusts these issuers from now on, and no others; every remembered token is forgotten.
    public func replaceIssuers(_ issuers: [TrustedIssuer]) {
        state.withLock {
            $0.issuers = issuers
            $0.generation += 1
            $0.cache.removeAll()
        }
    }

    /// The claims of `compact`, if it holds.
    ///
    /// - Parameters:
    ///   - compact: the token as the caller sent it, without the word `Bearer`.
    ///   - now: seconds since 1970.
    ///   - clientCertificateThumbprint: SHA-256 of the DER certificate the caller proved over TLS,
    ///     in base64url without padding; nil without one.
    public func verify(
        _ compact: String, at now: Int, clientCertificateThumbprint: String?
    ) throws(TokenError) -> TokenClaims {
        guard compact.utf8.count <= Self.maxTokenBytes else { throw .tooLarge }
        var compact = compact
        let key = TokenCache.Key(bytes: compact.withUTF8 { Array($0) })
        let (known, issuers, generation) = state.withLock {
            ($0.cache.token(for: key), $0.issuers, $0.generation)
        }
        let signed: SignedClaims
        if let known {
            signed = known
        } else {
            signed = try CompactToken(key.bytes).signedClaims(trusting: issuers)
        }
        try signed.checkTimes(at: now)
        try signed.checkCertificate(clientCertificateThumbprint)
        if known == nil { remember(signed, for: key, generation: generation) }
        return signed.claims
    }

    /// How many tokens are remembered now.
    var rememberedTokens: Int { state.withLock { $0.cache.count } }

    /// Keys that were replaced meanwhile no longer vouch for the token.
    func remember(_ signed: SignedClaims, for key: TokenCache.Key, generation: Int) {
        state.withLock {
            guard $0.generation == generation else { return }
            $0.cache.insert(signed, for: key)
        }
    }
}

extension SignedClaims {
    fileprivate func checkTimes(at now: Int) throws(TokenError) {
        let skew = TokenVerifier.skewSeconds
        guard now < claims.expires + skew else { throw .expired }
        guard claims.expires <= now + TokenVerifier.maxLifetimeSeconds + skew else {
            throw .tooLongLived
        }
        guard notBefore ?? now <= now + skew, issuedAt ?? now <= now + skew else {
            throw .notYetValid
        }
    }

    fileprivate func checkCertificate(_ thumbprint: String?) throws(TokenError) {
        guard let certificate else { return }
        guard let thumbprint, Base64.decodeURL(thumbprint.utf8) == certificate else {
            throw .certificate
        }
    }
}

/// A token taken apart, of which nothing is believed yet.
private struct CompactToken {
    private let signingInput: ArraySlice<UInt8>
    private let header: TokenJSON
    private let claims: TokenJSON
    private let signature: [UInt8]

    init(_ bytes: [UInt8]) throws(TokenError) {
        let parts = bytes.split(
            separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { throw .malformed(.form) }
        header = try Self.object(parts[0], .header)
        claims = try Self.object(parts[1], .claims)
        guard let signature = Base64.decodeURL(parts[2]) else { throw .malformed(.signature) }
        self.signature = signature
        signingInput = bytes[..<parts[1].endIndex]
    }

    /// The claims, once a key of the issuer they name has proved them.
    func signedClaims(trusting issuers: [TrustedIssuer]) throws(TokenError) -> SignedClaims {
        let candidates = try candidateKeys(among: issuers)
        guard candidates.contains(where: { $0.verifies(signature, of: signingInput) }) else {
            throw .signature
        }
        return try ClaimsReader(claims).read()
    }

    private func candidateKeys(
        among issuers: [TrustedIssuer]
    ) throws(TokenError) -> [SignatureKey] {
        guard header["crit"] == nil else { throw .criticalHeader }
        guard let name = header["alg"]?.text,
            let algorithm = SignatureKey.Algorithm(rawValue: name)
        else { throw .algorithm }
        let kid = try keyName()
        guard let iss = claims["iss"]?.text else { throw .claim("iss") }
        let trusted = issuers.filter { $0.iss.isExactly(iss) }
        guard !trusted.isEmpty else { throw .untrustedIssuer }
        let keys = trusted.flatMap(\.keys).filter { key in
            key.algorithm == algorithm && (kid == nil || key.kid?.isExactly(kid ?? "") == true)
        }
        guard !keys.isEmpty else { throw .unknownKey }
        return Array(keys.prefix(TokenVerifier.maxUnnamedKeys))
    }

    private func keyName() throws(TokenError) -> String? {
        guard let value = header["kid"] else { return nil }
        guard let kid = value.text else { throw .malformed(.header) }
        return kid
    }

    private static func object(
        _ part: ArraySlice<UInt8>, _ name: TokenError.Part
    ) throws(TokenError) -> TokenJSON {
        guard let bytes = Base64.decodeURL(part), let value = TokenJSON(bytes),
            value.members != nil
        else { throw .malformed(name) }
        return value
    }
}
