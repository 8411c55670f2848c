import CGnuTLS

/// The SHA-256 hash of FIPS 180-4, computed by GnuTLS.
public enum SHA256 {
    /// The 32 bytes of the hash of `bytes`. Linear cost, no copy.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            let code = gnutls_hash_fast(
                GNUTLS_DIG_SHA256, bytes.baseAddress, bytes.count, output.baseAddress)
            precondition(code == 0, "SHA-256 is always present in GnuTLS")
            count = 32
        }
    }

    /// The 32 bytes of the hash of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { hash($0) }
    }
}
