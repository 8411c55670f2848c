/// Why a key set file cannot be used; names the member at fault, never its content.
public enum KeySetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More than `TrustedIssuer.maxKeySetBytes`, or more than 64 keys.
    case tooLarge
    /// Not one strict JSON object.
    case notJSON
    /// A member that is missing, of the wrong type or of no use, such as `keys[1].x`.
    case malformed(member: String)
    /// A private key stands in a file that should hold public ones.
    case privateKey(member: String)
    /// Nothing in the set is a key that could sign a token.
    case noUsableKey

    public var description: String {
        switch self {
        case .tooLarge: "the key set is too large"
        case .notJSON: "the key set is not strict JSON"
        case .malformed(let member): "the key set is malformed at \(member)"
        case .privateKey(let member): "the key set holds a private key at \(member)"
        case .noUsableKey: "the key set holds no ES256 or RS256 signature key"
        }
    }
}

/// An issuer whose tokens are believed, with the keys that are its own.
public struct TrustedIssuer: Sendable {
    /// The issuer as the claim `iss` names it, compared byte for byte.
    public let iss: String
    /// The keys that speak for this issuer and for no other.
    public let keys: [SignatureKey]

    /// The largest key set that is read, in bytes.
    public static let maxKeySetBytes = 1 << 20

    /// An issuer with keys read elsewhere.
    public init(iss: String, keys: [SignatureKey]) {
        self.iss = iss
        self.keys = keys
    }

    /// An issuer and the content of its JWKS file.
    ///
    /// Keys of other types, curves, uses or algorithms are skipped; a key of a known type that is
    /// malformed or too weak (RSA under 2048 bits) fails the whole file.
    ///
    /// Source: RFC 7517 §4 and §5; RFC 7518 §6.
    public init(iss: String, jwks: [UInt8]) throws(KeySetError) {
        self.init(iss: iss, keys: try Self.keys(inSet: jwks))
    }

    private static func keys(inSet bytes: [UInt8]) throws(KeySetError) -> [SignatureKey] {
        guard bytes.count <= maxKeySetBytes else { throw .tooLarge }
        guard let set = TokenJSON(bytes), set.members != nil else { throw .notJSON }
        guard let entries = set["keys"]?.array else { throw .malformed(member: "keys") }
        guard entries.count <= 64 else { throw .tooLarge }
        var keys: [SignatureKey] = []
        for (index, entry) in entries.enumerated() {
            let reader = KeyReader(entry: entry, path: "keys[\(index)]")
            if let key = try reader.key() { keys.append(key) }
        }
        guard !keys.isEmpty else { throw .noUsableKey }
        return keys
    }
}

/// Reads one entry of a key set.
private struct KeyReader {
    let entry: TokenJSON
    let path: String

    /// The key, or nil for one that is not meant for us.
    func key() throws(KeySetError) -> SignatureKey? {
        guard entry.members != nil else { throw .malformed(member: path) }
        let type = try requiredText("kty")
        guard type == "EC" || type == "RSA" else { return nil }
        guard entry["d"] == nil else { throw .privateKey(member: "\(path).d") }
        guard try isForSignatures(type: type) else { return nil }
        return type == "EC" ? try p256Key() : try rsaKey()
    }

    private func isForSignatures(type: String) throws(KeySetError) -> Bool {
        if let use = try text("use"), use != "sig" { return false }
        if let operations = entry["key_ops"] {
            guard let list = operations.array else { throw malformed("key_ops") }
            guard list.contains(.text("verify")) else { return false }
        }
        guard let name = try text("alg") else { return true }
        guard let algorithm = SignatureKey.Algorithm(rawValue: name) else { return false }
        guard (algorithm == .es256) == (type == "EC") else { throw malformed("alg") }
        return true
    }

    private func p256Key() throws(KeySetError) -> SignatureKey? {
        guard try requiredText("crv") == "P-256" else { return nil }
        let x = try number("x")
        let y = try number("y")
        guard x.count == 32 else { throw malformed("x") }
        guard y.count == 32 else { throw malformed("y") }
        guard let key = SignatureKey(p256X: x, y: y, kid: try text("kid")) else {
            throw malformed("y")
        }
        return key
    }

    private func rsaKey() throws(KeySetError) -> SignatureKey {
        let modulus = try number("n")
        let exponent = try number("e")
        guard
            let key = SignatureKey(rsaModulus: modulus, exponent: exponent, kid: try text("kid"))
        else { throw malformed("n") }
        return key
    }

    private func number(_ name: String) throws(KeySetError) -> [UInt8] {
        guard let bytes = Base64.decodeURL(try requiredText(name).utf8), !bytes.isEmpty else {
            throw malformed(name)
        }
        return bytes
    }

    private func requiredText(_ name: String) throws(KeySetError) -> String {
        guard let text = try text(name) else { throw malformed(name) }
        return text
    }

    private func text(_ name: String) throws(KeySetError) -> String? {
        guard let value = entry[name] else { return nil }
        guard let text = value.text else { throw malformed(name) }
        return text
    }

    private func malformed(_ name: String) -> KeySetError { .malformed(member: "\(path).\(name)") }
}
