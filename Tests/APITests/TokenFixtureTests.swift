// What the tests of tokens share; it proves nothing by itself.

import IndexCore
import Testing

@testable import API

/// A key, an issuer and claims that hold, from which a test changes what it is about.
struct TokenFixture {
    static let now = 1_800_000_000
    static let system = "8f0d4c9e-2a7b-4f0e-9c55-000000000001"
    static let user = "8f0d4c9e-2a7b-4f0e-9c55-000000000002"
    static let unit = "8f0d4c9e-2a7b-4f0e-9c55-000000000003"

    let key: DevelopmentKey
    let verifier: TokenVerifier

    init(cachedTokens: Int = 0) throws {
        key = try DevelopmentKey(pem: DevelopmentKey.newKeyPEM())
        let issuer = TrustedIssuer(iss: "udsteder", keys: key.trustedIssuer.keys)
        verifier = TokenVerifier(issuers: [issuer], cachedTokens: cachedTokens)
    }

    /// The claims as JSON; a member that is nil is left out.
    static func claims(
        iss: String? = "\"udsteder\"", aud: String? = "\"tvaerindeks\"",
        exp: String? = String(now + 3600), system: String? = "\"\(system)\"",
        cvr: String? = "\"29189846\"", also: String = ""
    ) -> String {
        let members = [("iss", iss), ("aud", aud), ("exp", exp), ("system", system), ("cvr", cvr)]
        let written = members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{" + (written + (also.isEmpty ? [] : [also])).joined(separator: ",") + "}"
    }

    func token(_ claims: String, header: String? = nil) throws -> String {
        guard let header else { return try key.sign(Array(claims.utf8)) }
        return try key.sign(header: Array(header.utf8), claims: Array(claims.utf8))
    }

    @discardableResult
    func verify(
        _ claims: String, header: String? = nil, at now: Int = TokenFixture.now,
        thumbprint: String? = nil
    ) throws -> TokenClaims {
        try verifier.verify(
            token(claims, header: header), at: now, clientCertificateThumbprint: thumbprint)
    }
}

/// A small generator whose sequence is the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
