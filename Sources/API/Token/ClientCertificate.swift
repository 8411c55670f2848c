import CGnuTLS
import Glibc

/// The certificate a caller has proved over TLS, as a token may be bound to it.
///
/// Source: RFC 8705 §3.1, `x5t#S256`.
public enum ClientCertificate {
    /// The thumbprint of a certificate: base64url of the SHA-256 of its DER form.
    public static func thumbprint(der: UnsafeRawBufferPointer) -> String {
        Base64.encodeURL(SHA256.hash(der))
    }

    /// The thumbprint of the peer's own certificate; nil when it has shown none.
    ///
    /// The handshake proves that the peer holds the certificate's key. Whether an authority we
    /// trust has issued it is not asked here. Called while `session` is alive and in nobody
    /// else's hands.
    static func thumbprint(ofPeerIn session: gnutls_session_t) -> String? {
        var count: UInt32 = 0
        guard let chain = gnutls_certificate_get_peers(session, &count), count > 0 else {
            return nil
        }
        return thumbprint(
            der: UnsafeRawBufferPointer(start: chain[0].data, count: Int(chain[0].size)))
    }

    /// How many certificates there are in a PEM text.
    static func count(inPEM text: String) -> Int {
        var list: UnsafeMutablePointer<gnutls_x509_crt_t?>?
        var count: UInt32 = 0
        var bytes = Array(text.utf8)
        let code = bytes.withUnsafeMutableBufferPointer { buffer in
            var data = gnutls_datum_t(data: buffer.baseAddress, size: UInt32(buffer.count))
            return gnutls_x509_crt_list_import2(&list, &count, &data, GNUTLS_X509_FMT_PEM, 0)
        }
        guard code >= 0, let list else { return 0 }
        for place in 0..<Int(count) { gnutls_x509_crt_deinit(list[place]) }
        free(list)
        return Int(count)
    }

    /// The same for a session as libmicrohttpd hands it out, untyped; nil for a plain connection.
    static func thumbprint(ofPeerIn session: UnsafeMutableRawPointer?) -> String? {
        session.flatMap { thumbprint(ofPeerIn: gnutls_session_t($0)) }
    }
}
