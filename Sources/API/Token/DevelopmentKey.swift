import CGnuTLS
import Glibc
import Synchronization

/// Why a development key cannot be made, loaded or used; never holds key bytes.
public enum DevelopmentKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A step on a file failed with this errno.
    case file(step: String, errno: Int32)
    /// `noegle.pem` is there but holds no unencrypted P-256 private key.
    case notAKey
    /// `noegle.pem` can be read or written by others than its owner.
    case readableByOthers
    /// GnuTLS could not make a key or a signature.
    case cryptography

    public var description: String {
        switch self {
        case .file(let step, let errno): "development key: \(step) failed (errno \(errno))"
        case .notAKey: "development key: noegle.pem holds no P-256 private key"
        case .readableByOthers: "development key: noegle.pem must be readable by its owner only"
        case .cryptography: "development key: the cryptographic library failed"
        }
    }
}

/// A data directory's own signing key, for tokens made where no token service is at hand.
///
/// Made at first use: `noegle.pem` (PKCS #8, mode 0600, durable before it is used) and `jwks.json`
/// with the public half. Two processes that begin at once end up with the same key.
// @unchecked: `handle` is only passed to GnuTLS while `turn` is held, and freed when unreachable.
public final class DevelopmentKey: @unchecked Sendable {
    /// The issuer that tokens of this key name.
    public static let issuer = "tvaerindeks-udvikling"

    /// The key's name: its thumbprint by RFC 7638.
    public let kid: String
    /// The public half as a JSON Web Key Set.
    public let jwks: [UInt8]
    /// What a verifier needs to believe tokens of this key.
    public let trustedIssuer: TrustedIssuer

    private let handle: gnutls_privkey_t
    private let turn = Mutex(())

    /// Loads the key kept in `directory`, or makes one there; the directory is made if missing.
    ///
    /// A key file that is damaged or open to others is an error and is left as it is.
    public convenience init(directory: String) throws(DevelopmentKeyError) {
        try DurableFile.makeDirectory(directory)
        let path = directory + "/noegle.pem"
        if try DurableFile.readPrivate(path) == nil {
            try DurableFile.create(path, content: Self.newKeyPEM())
        }
        guard let pem = try DurableFile.readPrivate(path) else { throw .notAKey }
        try self.init(pem: pem)
        try DurableFile.keep(directory + "/jwks.json", content: jwks)
    }

    init(pem: [UInt8]) throws(DevelopmentKeyError) {
        var loaded: gnutls_privkey_t?
        guard tvaer_privkey_from_pem(&loaded, pem, pem.count) >= 0, let loaded else {
            throw .notAKey
        }
        var x = [UInt8](repeating: 0, count: 32)
        var y = x
        guard tvaer_privkey_coordinates(loaded, &x, &y) >= 0 else {
            gnutls_privkey_deinit(loaded)
            throw .notAKey
        }
        let coordinates = #""x":"\#(Base64.encodeURL(x))","y":"\#(Base64.encodeURL(y))""#
        let canonical = #"{"crv":"P-256","kty":"EC",\#(coordinates)}"#
        kid = Base64.encodeURL(SHA256.hash(Array(canonical.utf8)))
        let jwk = #"{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"\#(kid)","#
        jwks = Array(#"{"keys":[\#(jwk)\#(coordinates)}]}"#.utf8) + [UInt8(ascii: "\n")]
        let publicKey = SignatureKey(p256X: x, y: y, kid: kid)
        trustedIssuer = TrustedIssuer(iss: Self.issuer, keys: publicKey.map { [$0] } ?? [])
        handle = loaded
    }

    deinit { gnutls_privkey_deinit(handle) }

    /// A compact token over `claims`, which should be a JSON object; signed with ES256.
    public func sign(_ claims: [UInt8]) throws(DevelopmentKeyError) -> String {
        let header = #"{"alg":"ES256","typ":"JWT","kid":"\#(kid)"}"#
        return try sign(header: Array(header.utf8), claims: claims)
    }

    func sign(header: [UInt8], claims: [UInt8]) throws(DevelopmentKeyError) -> String {
        let input = Base64.encodeURL(header) + "." + Base64.encodeURL(claims)
        let message = Array(input.utf8)
        var signature = [UInt8](repeating: 0, count: 64)
        let code = turn.withLock { _ in
            tvaer_sign_es256(handle, message, message.count, &signature)
        }
        guard code >= 0 else { throw .cryptography }
        return input + "." + Base64.encodeURL(signature)
    }

    static func newKeyPEM() throws(DevelopmentKeyError) -> [UInt8] {
        var made: gnutls_privkey_t?
        guard tvaer_generate_p256(&made) >= 0, let made else { throw .cryptography }
        defer { gnutls_privkey_deinit(made) }
        var pem = gnutls_datum_t()
        guard tvaer_privkey_to_pem(made, &pem) >= 0 else { throw .cryptography }
        defer { tvaer_release_secret(&pem) }
        return Array(UnsafeBufferPointer(start: pem.data, count: Int(pem.size)))
    }
}

/// Small files that are whole or absent, also after a power failure.
private enum DurableFile {
    private typealias Failure = DevelopmentKeyError

    static func makeDirectory(_ path: String) throws(DevelopmentKeyError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .file(step: "making the directory", errno: errno)
        }
    }

    /// The content of a regular file of at most 64 KB that only its owner can reach; nil if absent.
    static func readPrivate(_ path: String) throws(DevelopmentKeyError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .file(step: "opening the key", errno: errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .file(step: "reading the key", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAKey }
        guard status.st_mode & 0o077 == 0 else { throw .readableByOthers }
        return try readAll(file)
    }

    /// Makes a file of mode 0600; one that has appeared meanwhile is left standing.
    static func create(_ path: String, content: [UInt8]) throws(DevelopmentKeyError) {
        let draft = try writeDraft(for: path, content: content, mode: 0o600)
        defer { unlink(draft) }
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw .file(step: "naming the key", errno: errno)
        }
        try syncDirectory(of: path)
    }

    /// Sees to it that a public file has this content.
    static func keep(_ path: String, content: [UInt8]) throws(DevelopmentKeyError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file >= 0 {
            defer { close(file) }
            guard try readAll(file) != content else { return }
        }
        let draft = try writeDraft(for: path, content: content, mode: 0o644)
        guard rename(draft, path) == 0 else {
            let code = errno
            unlink(draft)
            throw .file(step: "naming the key set", errno: code)
        }
        try syncDirectory(of: path)
    }

    private static func writeDraft(
        for path: String, content: [UInt8], mode: mode_t
    ) throws(DevelopmentKeyError) -> String {
        let draft = "\(path).\(SecureRandom.uuid()).ny"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw .file(step: "making a file", errno: errno) }
        defer { close(file) }
        guard fchmod(file, mode) == 0, writeAll(content, to: file), fsync(file) == 0 else {
            let code = errno
            unlink(draft)
            throw .file(step: "writing a file", errno: code)
        }
        return draft
    }

    private static func writeAll(_ content: [UInt8], to file: Int32) -> Bool {
        content.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = write(file, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }

    private static func readAll(_ file: Int32) throws(DevelopmentKeyError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while content.count < 65536 {
            let count = read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .file(step: "reading a file", errno: errno) }
            guard count > 0 else { return content }
            content.append(contentsOf: chunk[..<count])
        }
        throw .file(step: "reading a file", errno: EFBIG)
    }

    private static func syncDirectory(of path: String) throws(DevelopmentKeyError) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let file = open(String(path[..<end]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .file(step: "opening the directory", errno: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .file(step: "syncing the directory", errno: errno) }
    }
}
