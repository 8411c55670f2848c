import CGnuTLS
public import IndexCore

/// Unpredictable bytes and identifiers, drawn from GnuTLS's generator. Safe from any thread.
///
/// A process that can no longer draw random bytes stops: to go on with guessable ones is worse.
public enum SecureRandom {
    /// `count` bytes fit for keys.
    public static func bytes(_ count: Int) -> [UInt8] { draw(count, level: GNUTLS_RND_KEY) }

    /// A version 4 UUID (RFC 9562 §5.4): 122 random bits.
    public static func uuid() -> UUIDIdentifikator {
        let random = draw(16, level: GNUTLS_RND_NONCE)
        let high = random[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let low = random[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return UUIDIdentifikator(
            high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    private static func draw(_ count: Int, level: gnutls_rnd_level_t) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            let code = count == 0 ? 0 : gnutls_rnd(level, output.baseAddress, count)
            precondition(code == 0, "the random generator has failed")
            filled = count
        }
    }
}
