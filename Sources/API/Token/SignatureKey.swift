import CGnuTLS
import Synchronization

/// A public key that signatures are checked against, tied to the one algorithm it may be used with.
///
/// The algorithm follows from the key's own type, never from the token, so a token cannot choose
/// how a key is read. Safe to share between threads; checks with one key take turns.
///
/// Source: RFC 7518 §3.3 (RS256) and §3.4 (ES256); RFC 8725 §3.1.
// @unchecked: `handle` is only passed to GnuTLS while `turn` is held, and freed when unreachable.
public final class SignatureKey: @unchecked Sendable {
    /// The signature algorithms that are known.
    public enum Algorithm: String, Sendable {
        /// RSA with PKCS #1 v1.5 padding and SHA-256.
        case rs256 = "RS256"
        /// ECDSA on the curve P-256 with SHA-256.
        case es256 = "ES256"
    }

    /// The one algorithm the key is used with.
    public let algorithm: Algorithm
    /// The name its issuer gave the key, if any.
    public let kid: String?

    private let handle: gnutls_pubkey_t
    private let signatureBytes: Int
    private let turn = Mutex(())

    /// The least and the greatest size of an RSA modulus, in bits (RFC 7518 §3.3 for the least).
    static let rsaBits: ClosedRange<UInt32> = 2048...8192

    /// A key on P-256 from its two 32-byte coordinates; nil when they are no point of the curve.
    public init?(p256X x: [UInt8], y: [UInt8], kid: String?) {
        var made: gnutls_pubkey_t?
        guard x.count == 32, y.count == 32, tvaer_pubkey_p256(&made, x, y) >= 0, let made
        else { return nil }
        algorithm = .es256
        self.kid = kid
        handle = made
        signatureBytes = 64
    }

    /// An RSA key from its big-endian modulus and exponent.
    ///
    /// Nil for a modulus under 2048 or over 8192 bits, or an exponent that is even, 1 or beyond
    /// eight bytes.
    public init?(rsaModulus n: [UInt8], exponent e: [UInt8], kid: String?) {
        let exponent = e.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard e.count <= 8, exponent >= 3, !exponent.isMultiple(of: 2) else { return nil }
        var made: gnutls_pubkey_t?
        var bits: UInt32 = 0
        guard n.count <= Int(Self.rsaBits.upperBound) / 8 + 1,
            tvaer_pubkey_rsa(&made, n, n.count, e, e.count, &bits) >= 0, let made
        else { return nil }
        guard Self.rsaBits.contains(bits) else {
            gnutls_pubkey_deinit(made)
            return nil
        }
        algorithm = .rs256
        self.kid = kid
        handle = made
        signatureBytes = Int(bits + 7) / 8
    }

    deinit { gnutls_pubkey_deinit(handle) }

    /// Whether `signature` is this key's signature of `message`.
    ///
    /// A signature of another length than the key's is false without being looked at (RFC 7518
    /// §3.4, RFC 8017 §8.2.2). Costs one public key operation.
    public func verifies(_ signature: [UInt8], of message: some Collection<UInt8>) -> Bool {
        guard signature.count == signatureBytes else { return false }
        let message = Array(message)
        return turn.withLock { _ in
            switch algorithm {
            case .rs256:
                tvaer_verify_rs256(
                    handle, message, message.count, signature, signature.count) >= 0
            case .es256: verifiesES256(signature, message)
            }
        }
    }

    private func verifiesES256(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
        let r = Array(signature[..<32].drop { $0 == 0 })
        let s = Array(signature[32...].drop { $0 == 0 })
        guard !r.isEmpty, !s.isEmpty else { return false }
        return tvaer_verify_es256(
            handle, message, message.count, r, r.count, s, s.count) >= 0
    }
}
