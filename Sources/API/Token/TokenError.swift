/// Why a token is refused. The caller is told 401; the text names places, never contents.
public enum TokenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Longer than `TokenVerifier.maxTokenBytes`.
    case tooLarge
    /// Not three base64url parts that are strict JSON, JSON and a signature.
    case malformed(Part)
    /// The header's `alg` is not ES256 or RS256.
    case algorithm
    /// The header names extensions that must be understood (`crit`).
    case criticalHeader
    /// The claim `iss` is not a trusted issuer.
    case untrustedIssuer
    /// The issuer has no key of that name and algorithm.
    case unknownKey
    /// The signature is not that of the issuer's key.
    case signature
    /// The claim `aud` does not name this service.
    case audience
    /// The claim `exp` is in the past.
    case expired
    /// The claim `exp` is more than eight hours ahead.
    case tooLongLived
    /// The claim `nbf` or `iat` is in the future.
    case notYetValid
    /// The token is bound to a client certificate that the connection does not show.
    case certificate
    /// A claim is missing, of the wrong type or malformed, such as `bruger.rettigheder[0].kle[1]`.
    case claim(String)

    /// One of the three parts of a compact token.
    public enum Part: String, Sendable {
        case form, header, claims, signature
    }

    public var description: String {
        switch self {
        case .tooLarge: "the token is too large"
        case .malformed(let part): "the token is malformed (\(part.rawValue))"
        case .algorithm: "the token's algorithm is not accepted"
        case .criticalHeader: "the token has a critical header"
        case .untrustedIssuer: "the token's issuer is not trusted"
        case .unknownKey: "the token's key is not known"
        case .signature: "the token's signature does not hold"
        case .audience: "the token is for another audience"
        case .expired: "the token has expired"
        case .tooLongLived: "the token lives longer than allowed"
        case .notYetValid: "the token is not valid yet"
        case .certificate: "the token is bound to another client certificate"
        case .claim(let path): "the token's claim is missing or malformed: \(path)"
        }
    }
}
