import CGnuTLS

/// What is known of a connection's client certificate; established at its first request.
// Touched on the connection's own library thread alone.
final class HTTPCertificateMemo: @unchecked Sendable {
    enum Finding {
        case verified(thumbprint: String)
        case refused
    }

    private var finding: Finding?

    /// Costs a verification of the chain at the first call, nothing later.
    func finding(_ session: UnsafeMutableRawPointer?) -> Finding {
        if let finding { return finding }
        let found = HTTPClientCertificate.find(in: session)
        finding = found
        return found
    }
}

/// Client certificates of a GnuTLS session.
enum HTTPClientCertificate {
    /// Makes the handshake fail without a certificate. The library asks for one but goes on without.
    static func require(in session: UnsafeMutableRawPointer?) {
        guard let session else { return }
        gnutls_certificate_server_set_request(OpaquePointer(session), GNUTLS_CERT_REQUIRE)
    }

    static func find(in session: UnsafeMutableRawPointer?) -> HTTPCertificateMemo.Finding {
        guard let session = session.map({ OpaquePointer($0) }) else { return .refused }
        var count: UInt32 = 0
        var status: UInt32 = 0
        guard let peers = gnutls_certificate_get_peers(session, &count), count > 0,
            gnutls_certificate_verify_peers2(session, &status) == 0, status == 0,
            let thumbprint = thumbprint(of: peers.pointee)
        else { return .refused }
        return .verified(thumbprint: thumbprint)
    }

    /// base64url(SHA-256(DER)), RFC 8705 §3.1.
    private static func thumbprint(of certificate: gnutls_datum_t) -> String? {
        var digest = [UInt8](repeating: 0, count: 32)
        let code = digest.withUnsafeMutableBytes {
            gnutls_hash_fast(
                GNUTLS_DIG_SHA256, certificate.data, Int(certificate.size), $0.baseAddress)
        }
        return code == 0 ? base64URL(digest) : nil
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func base64URL(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            bits <<= 8
            for position in 0...group.count {
                output.append(alphabet[bits >> (26 - 6 * position) & 63])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
