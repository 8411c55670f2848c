import IndexCore
import Testing

@testable import API

// 1. The examples of RFC 7515 A.2 (RS256) and A.3 (ES256) verify, and fail when one bit differs.
// 2. Weak or malformed keys are refused; RSA begins at 2048 bits, EC is P-256 alone.
// 3. A key set is read: keys of other kinds are skipped, malformed ones fail naming the member.
// 4. SHA-256 and the random generator do what they say.

enum RFC7515 {
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    static let rsInput = "eyJhbGciOiJSUzI1NiJ9." + payload
    static let esInput = "eyJhbGciOiJFUzI1NiJ9." + payload
    static let rsSignature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2F"
        + "p5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBM"
        + "Hlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2"
        + "w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    static let esSignature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    static let modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0B"
        + "m4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z"
        + "5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aG"
        + "hyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    static let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    static let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    static let rsaJWK = #"{"kty":"RSA","kid":"rsa","n":"\#(modulus)","e":"AQAB"}"#
    static let ecJWK = #"{"kty":"EC","kid":"ec","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#
    /// 1024 bits, for refusal.
    static let shortModulus =
        "y5QSz4K69WwMyF_Y1g98Rqp26lXCQjf1iSoDuTnWojKwShMTDubvYqkYOqUYGo_YQZocl2ONL5h97SRTf-ALNutC2s"
        + "ETsqMWhiVRwupuSkQAJCLLama6X3L8jBCKx5vXO662Vnkc7j2tGcbLyPP6ryRMcn0tC1cbZbV5-TwgBlE"
}

@Suite("Signature keys")
struct TokenSignatureTests {
    private func rsaKey() throws -> SignatureKey {
        let modulus = try #require(Base64.decodeURL(RFC7515.modulus.utf8))
        return try #require(SignatureKey(rsaModulus: modulus, exponent: [1, 0, 1], kid: nil))
    }

    private func ecKey() throws -> SignatureKey {
        let x = try #require(Base64.decodeURL(RFC7515.x.utf8))
        let y = try #require(Base64.decodeURL(RFC7515.y.utf8))
        return try #require(SignatureKey(p256X: x, y: y, kid: nil))
    }

    @Test("The RS256 example of RFC 7515 A.2 verifies, and no neighbour of it")
    func rs256() throws {
        let signature = try #require(Base64.decodeURL(RFC7515.rsSignature.utf8))
        try proves(try rsaKey(), signature, RFC7515.rsInput)
        #expect(try !ecKey().verifies(signature, of: Array(RFC7515.rsInput.utf8)))
    }

    @Test("The ES256 example of RFC 7515 A.3 verifies, and no neighbour of it")
    func es256() throws {
        let signature = try #require(Base64.decodeURL(RFC7515.esSignature.utf8))
        try proves(try ecKey(), signature, RFC7515.esInput)
        #expect(try !rsaKey().verifies(signature, of: Array(RFC7515.esInput.utf8)))
    }

    private func proves(_ key: SignatureKey, _ signature: [UInt8], _ text: String) throws {
        let message = Array(text.utf8)
        #expect(key.verifies(signature, of: message))
        for index in stride(from: 0, to: signature.count, by: 7) {
            var other = signature
            other[index] ^= 1
            #expect(!key.verifies(other, of: message))
        }
        #expect(!key.verifies(signature, of: message + [0]))
        #expect(!key.verifies(signature, of: message.dropLast()))
        #expect(!key.verifies(signature + [0], of: message))
        #expect(!key.verifies([0] + signature, of: message))
        #expect(!key.verifies(Array(signature.dropLast()), of: message))
        #expect(!key.verifies([], of: message))
        #expect(!key.verifies([UInt8](repeating: 0, count: signature.count), of: message))
        #expect(!key.verifies([UInt8](repeating: 255, count: signature.count), of: message))
    }

    @Test("Signatures whose numbers begin with zero bytes verify")
    func leadingZeros() throws {
        let fixture = try TokenFixture()
        let key = try #require(fixture.key.trustedIssuer.keys.first)
        var zeros = 0
        for number in 0..<700 {
            let token = try fixture.key.sign(Array("{\"n\":\(number)}".utf8))
            let parts = token.utf8.split(separator: UInt8(ascii: "."))
            let signature = try #require(Base64.decodeURL(parts[2]))
            zeros += signature[0] == 0 || signature[32] == 0 ? 1 : 0
            #expect(key.verifies(signature, of: token.utf8.prefix(upTo: parts[1].endIndex)))
        }
        // 700 signatures hold none with probability (255/256)^1400, under one in two hundred.
        print("signatures with a leading zero byte: \(zeros)")
    }

    @Test("A point that is not on the curve is no key")
    func offCurve() throws {
        let x = try #require(Base64.decodeURL(RFC7515.x.utf8))
        var y = try #require(Base64.decodeURL(RFC7515.y.utf8))
        #expect(SignatureKey(p256X: x, y: y, kid: nil) != nil)
        y[31] ^= 1
        #expect(SignatureKey(p256X: x, y: y, kid: nil) == nil)
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(SignatureKey(p256X: zeros, y: zeros, kid: nil) == nil)
        #expect(SignatureKey(p256X: Array(x.dropLast()), y: y, kid: nil) == nil)
    }

    @Test("RSA keys under 2048 bits and exponents that prove nothing are refused")
    func weakRSA() throws {
        let modulus = try #require(Base64.decodeURL(RFC7515.modulus.utf8))
        let short = try #require(Base64.decodeURL(RFC7515.shortModulus.utf8))
        #expect(SignatureKey(rsaModulus: modulus, exponent: [3], kid: nil) != nil)
        #expect(SignatureKey(rsaModulus: short, exponent: [1, 0, 1], kid: nil) == nil)
        // 2047 bits: the highest bit of the first byte is gone.
        let almost = [modulus[0] & 0x7F] + modulus.dropFirst()
        #expect(SignatureKey(rsaModulus: almost, exponent: [1, 0, 1], kid: nil) == nil)
        let padded = [UInt8](repeating: 0, count: 128) + short
        #expect(SignatureKey(rsaModulus: padded, exponent: [1, 0, 1], kid: nil) == nil)
        for exponent in [[], [0], [1], [2], [1, 0, 0], [UInt8](repeating: 1, count: 9)] {
            #expect(SignatureKey(rsaModulus: modulus, exponent: exponent, kid: nil) == nil)
        }
        #expect(SignatureKey(rsaModulus: [], exponent: [1, 0, 1], kid: nil) == nil)
    }
}

@Suite("Key sets")
struct TokenKeySetTests {
    private func issuer(_ keys: String...) throws -> TrustedIssuer {
        try TrustedIssuer(
            iss: "udsteder", jwks: Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
    }

    @Test("EC and RSA keys are read with their names")
    func reads() throws {
        let keys = try issuer(RFC7515.rsaJWK, RFC7515.ecJWK).keys
        #expect(keys.map(\.algorithm) == [.rs256, .es256])
        #expect(keys.map(\.kid) == ["rsa", "ec"])
    }

    @Test(
        "Keys of other kinds are skipped",
        arguments: [
            #"{"kty":"oct","k":"c2VjcmV0"}"#, #"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#,
            #"{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}"#,
            #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","use":"enc"}"#,
            #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","alg":"ES384"}"#,
            #"{"kty":"RSA","n":"AA","e":"AQAB","alg":"RS512"}"#,
            #"{"kty":"RSA","n":"AA","e":"AQAB","key_ops":["encrypt"]}"#,
        ])
    func skips(jwk: String) throws {
        #expect(try issuer(jwk, RFC7515.ecJWK).keys.map(\.kid) == ["ec"])
        #expect(throws: KeySetError.noUsableKey) { try issuer(jwk) }
    }

    @Test(
        "A malformed key fails naming the member",
        arguments: [
            ("[]", ""), ("{}", "kty"), (#"{"kty":1}"#, "kty"), (#"{"kty":"EC"}"#, "crv"),
            (#"{"kty":"EC","crv":"P-256","y":"AA"}"#, "x"),
            (#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, "x"),
            (#"{"kty":"EC","crv":"P-256","x":"A","y":"AA"}"#, "x"),
            (#"{"kty":"EC","crv":"P-256","x":"\#(RFC7515.x)","y":"AA"}"#, "y"),
            (#"{"kty":"EC","crv":"P-256","x":"\#(RFC7515.x)","y":"\#(RFC7515.x)"}"#, "y"),
            (#"{"kty":"EC","alg":"RS256"}"#, "alg"), (#"{"kty":"RSA","alg":"ES256"}"#, "alg"),
            (#"{"kty":"RSA","use":1}"#, "use"), (#"{"kty":"RSA","key_ops":"verify"}"#, "key_ops"),
            (#"{"kty":"RSA","e":"AQAB"}"#, "n"), (#"{"kty":"RSA","n":"AA=="}"#, "n"),
            (#"{"kty":"RSA","n":"\#(RFC7515.shortModulus)","e":"AQAB"}"#, "n"),
            (#"{"kty":"RSA","n":"\#(RFC7515.modulus)"}"#, "e"),
            (#"{"kty":"RSA","kid":7,"n":"\#(RFC7515.modulus)","e":"AQAB"}"#, "kid"),
        ])
    func malformed(jwk: String, member: String) {
        let path = member.isEmpty ? "keys[1]" : "keys[1].\(member)"
        #expect(throws: KeySetError.malformed(member: path)) { try issuer(RFC7515.ecJWK, jwk) }
    }

    @Test("A private key in the set is refused and not repeated")
    func privateKey() {
        let jwk = #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"hemmelig"}"#
        let error = #expect(throws: KeySetError.privateKey(member: "keys[0].d")) {
            try issuer(jwk)
        }
        #expect(error?.description.contains("hemmelig") == false)
    }

    @Test(
        "Files that are no key set are refused",
        arguments: [
            ("", KeySetError.notJSON), ("[]", .notJSON), ("{}", .malformed(member: "keys")),
            (#"{"keys":{}}"#, .malformed(member: "keys")), (#"{"keys":[]}"#, .noUsableKey),
            (#"{"keys":[],"keys":[]}"#, .notJSON),
        ])
    func notASet(text: String, expected: KeySetError) {
        #expect(throws: expected) { try TrustedIssuer(iss: "udsteder", jwks: Array(text.utf8)) }
    }

    @Test("Sets over the limits are refused")
    func limits() {
        let blanks = [UInt8](repeating: 32, count: TrustedIssuer.maxKeySetBytes + 1)
        #expect(throws: KeySetError.tooLarge) { try TrustedIssuer(iss: "u", jwks: blanks) }
        let many = Array(repeating: #"{"kty":"oct"}"#, count: 65).joined(separator: ",")
        #expect(throws: KeySetError.tooLarge) { try issuer(many) }
    }
}

@Suite("Hash and random")
struct TokenHashTests {
    @Test("SHA-256 of the examples of FIPS 180-4")
    func sha256() {
        func hex(_ text: String) -> String {
            SHA256.hash(Array(text.utf8)).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
        #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("A certificate's thumbprint is base64url of its hash; a plain connection has none")
    func thumbprint() {
        let thumbprint = Array("abc".utf8).withUnsafeBytes { ClientCertificate.thumbprint(der: $0) }
        #expect(thumbprint == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
        #expect(ClientCertificate.thumbprint(ofPeerIn: UnsafeMutableRawPointer?.none) == nil)
    }

    @Test("Random UUIDs are of version 4 and differ")
    func uuids() {
        let uuids = Set((0..<1000).map { _ in SecureRandom.uuid() })
        #expect(uuids.count == 1000)
        #expect(uuids.allSatisfy { $0.high >> 12 & 15 == 4 && $0.low >> 62 == 2 })
    }

    @Test("Random bytes come in the number asked for", arguments: [0, 1, 32, 1000])
    func bytes(count: Int) {
        #expect(SecureRandom.bytes(count).count == count)
        #expect(count < 32 || SecureRandom.bytes(count) != SecureRandom.bytes(count))
    }
}
