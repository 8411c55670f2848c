import IndexCore
import Testing

@testable import API

// 1. A token of a trusted issuer's own key is accepted, in ES256 and RS256.
// 2. Form, size, header and JSON are strict.
// 3. A key speaks only for its issuer and only in its own algorithm.
// 4. exp, nbf and iat are held to within 30 seconds; exp at most eight hours ahead.
// 5. A token bound to a client certificate holds with that certificate alone.
// 6. Remembering a token changes its cost, never the answer; new keys forget it.
// 7. No mutation of a valid token is accepted.

@Suite("TokenVerifier: form and keys")
struct TokenVerifierTests {
    static let rsaModulus =
        "k0VKbYoz9MQ1C0o-AF4tKXfhty-5Y0yfE4jY48VUCUT9iySMhksMDVFS62g1Oa9jKF1F9H6DJj9FoAFEZ9LuavrBxt"
        + "RQkLlPlRIP57rMm4AKYdEJGkJISt-FpTqStD7QtO3GaG2xalg1GoN7h4DDSSZawrhqbWYX_2dgjNhEaaaAcUmHzjwd"
        + "SOtsu2Q_rTltgZyrhTqp5SmbUMKsYjeiLqAFTOIdjWtNI-I0_sos-jTRqOwAwr-dYx8ZqZKAVOvVBXPJhXof3mwUtw"
        + "BlrVSB0L9pogfEyNnXC_kW8XMzEL5aVYntsVG0FzFL5AMPU3JXiZFuKm-bhdTq5D9AdlbrSw"
    static let rsaToken =
        "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJ1ZHN0ZWRlciIsImF1ZCI6InR2YWVyaW5kZWtzIiwiZ"
        + "XhwIjoxODAwMDAzNjAwLCJzeXN0ZW0iOiI4ZjBkNGM5ZS0yYTdiLTRmMGUtOWM1NS0wMDAwMDAwMDAwMDEiLCJjdnI"
        + "iOiIyOTE4OTg0NiJ9.St7NlJWhV4-n43V-zqBo-TrH98r2HaiXr274EQuVJP-N-dCRsU34exrsPAXtMwzlhKo780Jg"
        + "RUkX_NIphKoPNlzEifmtb3D-m4r7Tn7HkYxE4P277BWeMEXByg-cvN24aRyoKht8y7bfcwy0xslpY9neQr-kBIQurj"
        + "uaBHlHck-gCgJ_81l_ndfTawgGZFNqIL7vZFIG5NI9gC7zpanUpXqsNkXuVrRKA78nes1_opT5E1I6KfMGbepmn1F-"
        + "ZwWdO6NYWinte_ZbOSBHw_oZYgubZG-aXcZpE7AV9MuTDDsUFIiYfOLUj9OzL8-oSl1_YZoqq9mLLt_PraQcDzIqUw"

    let fixture: TokenFixture

    init() throws { fixture = try TokenFixture() }

    private func verify(_ token: String) throws -> TokenClaims {
        try fixture.verifier.verify(token, at: TokenFixture.now, clientCertificateThumbprint: nil)
    }

    @Test("A good ES256 token gives its claims")
    func accepts() throws {
        let claims = try fixture.verify(TokenFixture.claims())
        #expect(claims.iss == "udsteder")
        #expect(claims.system.description == TokenFixture.system)
        #expect(claims.cvr.description == "29189846")
        #expect(claims.bruger == nil && claims.formaal == nil && claims.drift.isEmpty)
        #expect(claims.expires == TokenFixture.now + 3600)
    }

    @Test("A good RS256 token gives its claims, and no other key does")
    func acceptsRSA() throws {
        func verifier(modulus: String, kid: String = "rsa") throws -> TokenVerifier {
            let jwks = #"{"keys":[{"kty":"RSA","kid":"\#(kid)","n":"\#(modulus)","e":"AQAB"}]}"#
            return TokenVerifier(issuers: [
                try TrustedIssuer(iss: "udsteder", jwks: Array(jwks.utf8))
            ])
        }
        func verify(by verifier: TokenVerifier) throws -> TokenClaims {
            try verifier.verify(
                Self.rsaToken, at: TokenFixture.now, clientCertificateThumbprint: nil)
        }
        #expect(try verify(by: verifier(modulus: Self.rsaModulus)).cvr.number == 29_189_846)
        #expect(throws: TokenError.signature) {
            try verify(by: verifier(modulus: RFC7515.modulus))
        }
        #expect(throws: TokenError.unknownKey) {
            try verify(by: verifier(modulus: Self.rsaModulus, kid: "anden"))
        }
    }

    @Test("A token has exactly three parts without padding")
    func form() throws {
        let token = try fixture.token(TokenFixture.claims())
        #expect(throws: Never.self) { try verify(token) }
        let parts = token.split(separator: ".").map(String.init)
        let broken = [
            "", ".", "..", "...", parts[0], parts[0] + "." + parts[1], token + ".", "." + token,
            token + "." + parts[2], parts[0] + "." + parts[1] + ".",
            "." + parts[1] + "." + parts[2],
        ]
        for text in broken {
            #expect(throws: TokenError.malformed(.form)) { try verify(text) }
        }
        #expect(throws: TokenError.malformed(.header)) { try verify("=" + token) }
        #expect(throws: TokenError.malformed(.header)) { try verify(" " + token) }
        #expect(throws: TokenError.malformed(.signature)) { try verify(token + "==") }
        #expect(throws: TokenError.malformed(.signature)) { try verify(token + "\n") }
        #expect(throws: TokenError.malformed(.claims)) {
            try verify("\(parts[0]).\(parts[1])=.\(parts[2])")
        }
    }

    @Test("32 KB are read and one byte more is not")
    func size() throws {
        func token(padding: Int) throws -> String {
            let filler = String(repeating: "x", count: padding)
            return try fixture.token(TokenFixture.claims(also: "\"fyld\":\"\(filler)\""))
        }
        let base = try token(padding: 0).utf8.count
        let room = (TokenVerifier.maxTokenBytes - base) / 4 * 3 - 4
        #expect(throws: Never.self) { try verify(token(padding: room)) }
        #expect(throws: TokenError.tooLarge) { try verify(token(padding: room + 12)) }
    }

    @Test("Header and claims are JSON objects without duplicates, at most 16 deep")
    func json() throws {
        let header = #"{"alg":"ES256"}"#
        let deep = String(repeating: "[", count: 15) + String(repeating: "]", count: 15)
        try fixture.verify(TokenFixture.claims(also: "\"x\":\(deep)"), header: header)
        #expect(throws: TokenError.malformed(.claims)) {
            try fixture.verify(TokenFixture.claims(also: "\"x\":[\(deep)]"))
        }
        #expect(throws: TokenError.malformed(.claims)) {
            try fixture.verify(TokenFixture.claims(also: "\"cvr\":\"29189846\""))
        }
        #expect(throws: TokenError.malformed(.claims)) { try fixture.verify("[]") }
        for broken in ["[]", "{", #"{"alg":"ES256","alg":"ES256"}"#, #"{"alg":"ES256","kid":1}"#] {
            #expect(throws: TokenError.malformed(.header)) {
                try fixture.verify(TokenFixture.claims(), header: broken)
            }
        }
    }

    @Test("typ and unknown header members are tolerated, crit is not")
    func header() throws {
        for extra in ["", #","typ":"JWT""#, #","typ":"at+jwt""#, #","jku":"https://ond.example/""#]
        {
            let header = #"{"alg":"ES256"\#(extra)}"#
            #expect(throws: Never.self) {
                try fixture.verify(TokenFixture.claims(), header: header)
            }
        }
        for crit in [#"["exp"]"#, "[]", "null"] {
            #expect(throws: TokenError.criticalHeader) {
                try fixture.verify(
                    TokenFixture.claims(), header: #"{"alg":"ES256","crit":\#(crit)}"#)
            }
        }
    }

    @Test(
        "Algorithms other than ES256 and RS256 are refused",
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":"HS512"}"#, #"{"alg":"ES384"}"#,
            #"{"alg":"PS256"}"#, #"{"alg":"es256"}"#, #"{"alg":1}"#, "{}", #"{"alg":["ES256"]}"#,
        ])
    func algorithms(header: String) {
        #expect(throws: TokenError.algorithm) {
            try fixture.verify(TokenFixture.claims(), header: header)
        }
    }

    @Test("The token cannot choose an algorithm that its key is not of")
    func confusion() {
        #expect(throws: TokenError.unknownKey) {
            try fixture.verify(TokenFixture.claims(), header: #"{"alg":"RS256"}"#)
        }
        #expect(throws: TokenError.unknownKey) {
            try fixture.verify(
                TokenFixture.claims(), header: #"{"alg":"RS256","kid":"\#(fixture.key.kid)"}"#)
        }
    }

    @Test("A token without kid is tried against the issuer's keys, one with kid against that key")
    func keyNames() throws {
        let claims = TokenFixture.claims()
        try fixture.verify(claims, header: #"{"alg":"ES256"}"#)
        try fixture.verify(claims, header: #"{"alg":"ES256","kid":"\#(fixture.key.kid)"}"#)
        #expect(throws: TokenError.unknownKey) {
            try fixture.verify(claims, header: #"{"alg":"ES256","kid":"anden"}"#)
        }
    }

    @Test("A key speaks for its own issuer only")
    func issuers() throws {
        let other = try TokenFixture()
        let verifier = TokenVerifier(issuers: [
            TrustedIssuer(iss: "udsteder", keys: fixture.key.trustedIssuer.keys),
            TrustedIssuer(iss: "anden", keys: other.key.trustedIssuer.keys),
        ])
        func verify(_ token: String) throws -> TokenClaims {
            try verifier.verify(token, at: TokenFixture.now, clientCertificateThumbprint: nil)
        }
        let mine = TokenFixture.claims()
        let theirs = TokenFixture.claims(iss: "\"anden\"")
        #expect(try verify(fixture.token(mine)).iss == "udsteder")
        #expect(try verify(other.token(theirs)).iss == "anden")
        #expect(throws: TokenError.unknownKey) { try verify(fixture.token(theirs)) }
        #expect(throws: TokenError.unknownKey) { try verify(other.token(mine)) }
        let unnamed = #"{"alg":"ES256"}"#
        #expect(throws: TokenError.signature) {
            try verify(fixture.token(theirs, header: unnamed))
        }
        #expect(throws: TokenError.untrustedIssuer) {
            try verify(fixture.token(TokenFixture.claims(iss: "\"tredje\"")))
        }
        #expect(throws: TokenError.untrustedIssuer) {
            try verify(fixture.token(TokenFixture.claims(iss: "\"Udsteder\"")))
        }
        #expect(throws: TokenError.claim("iss")) {
            try verify(fixture.token(TokenFixture.claims(iss: nil)))
        }
    }
}

@Suite("TokenVerifier: times and certificates")
struct TokenTimesTests {
    let fixture: TokenFixture
    let now = TokenFixture.now

    init() throws { fixture = try TokenFixture() }

    @Test("exp holds until 30 seconds past")
    func expiry() throws {
        try fixture.verify(TokenFixture.claims(exp: String(now - 29)))
        for exp in [now - 30, now - 31, 0, -1] {
            #expect(throws: TokenError.expired) {
                try fixture.verify(TokenFixture.claims(exp: String(exp)))
            }
        }
        #expect(try fixture.verify(TokenFixture.claims(exp: "\(now).75")).expires == now)
    }

    @Test("exp is at most eight hours and 30 seconds ahead")
    func lifetime() throws {
        let limit = now + 8 * 3600 + 30
        try fixture.verify(TokenFixture.claims(exp: String(limit)))
        #expect(throws: TokenError.tooLongLived) {
            try fixture.verify(TokenFixture.claims(exp: String(limit + 1)))
        }
    }

    @Test("exp is required and is a number of sensible size")
    func expiryForm() {
        for exp in [nil, "null", "\"\(now)\"", "1e300", "9223372036854775807", "true", "[1]"] {
            #expect(throws: TokenError.claim("exp")) {
                try fixture.verify(TokenFixture.claims(exp: exp))
            }
        }
        #expect(throws: TokenError.claim("exp")) {
            try fixture.verify(TokenFixture.claims(exp: "-9223372036854775808"))
        }
    }

    @Test("nbf and iat are at most 30 seconds ahead", arguments: ["nbf", "iat"])
    func notBefore(name: String) throws {
        try fixture.verify(TokenFixture.claims(also: "\"\(name)\":\(now + 30)"))
        try fixture.verify(TokenFixture.claims(also: "\"\(name)\":0"))
        #expect(throws: TokenError.notYetValid) {
            try fixture.verify(TokenFixture.claims(also: "\"\(name)\":\(now + 31)"))
        }
        #expect(throws: TokenError.claim(name)) {
            try fixture.verify(TokenFixture.claims(also: "\"\(name)\":\"0\""))
        }
    }

    @Test("aud names the service, alone or in a list")
    func audience() throws {
        for aud in ["\"tvaerindeks\"", "[\"andet\",\"tvaerindeks\"]"] {
            try fixture.verify(TokenFixture.claims(aud: aud))
        }
        for aud in ["\"andet\"", "[]", "[\"andet\"]", "\"Tvaerindeks\"", "\"tvaerindeks2\""] {
            #expect(throws: TokenError.audience) {
                try fixture.verify(TokenFixture.claims(aud: aud))
            }
        }
        for aud in [nil, "null", "1", "{}", "[\"tvaerindeks\",1]"] {
            #expect(throws: TokenError.claim("aud")) {
                try fixture.verify(TokenFixture.claims(aud: aud))
            }
        }
    }

    @Test("A bound token holds with its own certificate only")
    func binding() throws {
        let mine = Base64.encodeURL(SHA256.hash(Array("certifikat".utf8)))
        let other = Base64.encodeURL(SHA256.hash(Array("andet".utf8)))
        let bound = TokenFixture.claims(also: #""cnf":{"x5t#S256":"\#(mine)"}"#)
        try fixture.verify(bound, thumbprint: mine)
        for thumbprint in [nil, other, "", mine + "=", String(mine.dropLast())] {
            #expect(throws: TokenError.certificate) {
                try fixture.verify(bound, thumbprint: thumbprint)
            }
        }
        try fixture.verify(TokenFixture.claims(), thumbprint: other)
    }

    @Test(
        "A confirmation that cannot be checked is refused",
        arguments: ["null", "{}", #"{"jkt":"x"}"#, #"{"x5t#S256":1}"#, #"{"x5t#S256":"AA"}"#, "[]"])
    func unknownBinding(cnf: String) {
        #expect(throws: TokenError.claim("cnf.x5t#S256")) {
            try fixture.verify(TokenFixture.claims(also: "\"cnf\":\(cnf)"))
        }
    }
}

@Suite("TokenVerifier: remembered tokens")
struct TokenMemoryTests {
    private func verify(
        _ token: String, by verifier: TokenVerifier, at now: Int = TokenFixture.now,
        thumbprint: String? = nil
    ) throws -> TokenClaims {
        try verifier.verify(token, at: now, clientCertificateThumbprint: thumbprint)
    }

    @Test("A remembered token is answered as a new one, and its clock still runs")
    func clock() throws {
        let fixture = try TokenFixture(cachedTokens: 8)
        let nbf = TokenFixture.now - 100
        let token = try fixture.token(TokenFixture.claims(also: "\"nbf\":\(nbf)"))
        let first = try verify(token, by: fixture.verifier)
        #expect(fixture.verifier.rememberedTokens == 1)
        #expect(try verify(token, by: fixture.verifier) == first)
        #expect(throws: TokenError.expired) {
            try verify(token, by: fixture.verifier, at: TokenFixture.now + 3630)
        }
        #expect(throws: TokenError.notYetValid) {
            try verify(token, by: fixture.verifier, at: nbf - 31)
        }
        #expect(throws: TokenError.tooLongLived) {
            try verify(token, by: fixture.verifier, at: TokenFixture.now - 9 * 3600)
        }
    }

    @Test("A remembered token still needs its certificate")
    func certificate() throws {
        let fixture = try TokenFixture(cachedTokens: 8)
        let mine = Base64.encodeURL(SHA256.hash([1]))
        let token = try fixture.token(
            TokenFixture.claims(also: #""cnf":{"x5t#S256":"\#(mine)"}"#))
        _ = try verify(token, by: fixture.verifier, thumbprint: mine)
        #expect(throws: TokenError.certificate) { try verify(token, by: fixture.verifier) }
    }

    @Test("New keys forget every token")
    func reload() throws {
        let fixture = try TokenFixture(cachedTokens: 8)
        let token = try fixture.token(TokenFixture.claims())
        _ = try verify(token, by: fixture.verifier)
        let other = try TokenFixture()
        fixture.verifier.replaceIssuers([
            TrustedIssuer(iss: "udsteder", keys: other.key.trustedIssuer.keys)
        ])
        #expect(fixture.verifier.rememberedTokens == 0)
        #expect(throws: TokenError.unknownKey) { try verify(token, by: fixture.verifier) }
        #expect(
            try verify(other.token(TokenFixture.claims()), by: fixture.verifier).iss == "udsteder")
    }

    @Test("A token proved before new keys came is not remembered after")
    func lateProof() throws {
        let fixture = try TokenFixture(cachedTokens: 8)
        let claims = try fixture.verify(TokenFixture.claims())
        let signed = SignedClaims(claims: claims, notBefore: nil, issuedAt: nil, certificate: nil)
        fixture.verifier.replaceIssuers([])
        fixture.verifier.remember(signed, for: .init(bytes: [1]), generation: 0)
        #expect(fixture.verifier.rememberedTokens == 0)
        fixture.verifier.remember(signed, for: .init(bytes: [1]), generation: 1)
        #expect(fixture.verifier.rememberedTokens == 1)
    }

    @Test("Refused tokens are not remembered")
    func refusals() throws {
        let fixture = try TokenFixture(cachedTokens: 8)
        let expired = try fixture.token(TokenFixture.claims(exp: "1"))
        #expect(throws: TokenError.expired) { try verify(expired, by: fixture.verifier) }
        let broken = try fixture.token(TokenFixture.claims(cvr: nil))
        #expect(throws: TokenError.claim("cvr")) { try verify(broken, by: fixture.verifier) }
        #expect(fixture.verifier.rememberedTokens == 0)
    }

    @Test("A token spelled with look-alike characters is not the remembered one")
    func exactBytes() throws {
        let fixture = try TokenFixture(cachedTokens: 8)
        var token = ""
        for number in 0..<100 where !token.contains("K") {
            token = try fixture.token(TokenFixture.claims(also: "\"n\":\(number)"))
        }
        _ = try verify(token, by: fixture.verifier)
        let alike = token.replacing("K", with: "\u{212A}")
        #expect(alike == token)
        #expect(throws: TokenError.self) { try verify(alike, by: fixture.verifier) }
    }

    @Test("The number of remembered tokens is bounded and the wanted ones stay")
    func bounded() throws {
        let fixture = try TokenFixture()
        let claims = try fixture.verify(TokenFixture.claims())
        let signed = SignedClaims(claims: claims, notBefore: nil, issuedAt: nil, certificate: nil)
        func key(_ number: Int) -> TokenCache.Key { .init(bytes: Array("token \(number)".utf8)) }
        var cache = TokenCache(maxCount: 4, maxBytes: 1000)
        for number in 0..<100 {
            cache.insert(signed, for: key(number))
            if number > 0 { #expect(cache.token(for: key(0)) != nil) }
        }
        #expect(cache.count == 4)
        #expect(cache.token(for: key(99)) != nil && cache.token(for: key(1)) == nil)
        cache.removeAll()
        #expect(cache.count == 0 && cache.byteCount == 0 && cache.token(for: key(0)) == nil)
    }

    @Test("The bytes of remembered tokens are bounded")
    func boundedBytes() throws {
        let claims = try TokenFixture().verify(TokenFixture.claims())
        let signed = SignedClaims(claims: claims, notBefore: nil, issuedAt: nil, certificate: nil)
        func key(_ number: UInt8, _ count: Int) -> TokenCache.Key {
            .init(bytes: [number] + [UInt8](repeating: 0, count: count - 1))
        }
        var cache = TokenCache(maxCount: 100, maxBytes: 1000)
        var random = SeededGenerator(state: 7)
        for number in UInt8.min...UInt8.max {
            cache.insert(signed, for: key(number, Int.random(in: 1...400, using: &random)))
            #expect(cache.byteCount <= 1000)
        }
        cache.insert(signed, for: key(0, 1001))
        #expect(cache.token(for: key(0, 1001)) == nil)
        cache.insert(signed, for: key(0, 1000))
        #expect(cache.token(for: key(0, 1000)) != nil && cache.count == 1)
    }

    @Test("Reloads while many threads verify never let an old key's token through")
    func concurrentReload() async throws {
        let old = try TokenFixture(cachedTokens: 8)
        let new = try TokenFixture()
        let token = try old.token(TokenFixture.claims())
        let newIssuer = TrustedIssuer(iss: "udsteder", keys: new.key.trustedIssuer.keys)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<20 { _ = try? verify(token, by: old.verifier) } }
            }
            group.addTask { old.verifier.replaceIssuers([newIssuer]) }
        }
        #expect(old.verifier.rememberedTokens == 0)
        #expect(throws: TokenError.unknownKey) { try verify(token, by: old.verifier) }
    }
}

@Suite("TokenVerifier: mutations")
struct TokenMutationTests {
    @Test("No mutation of a valid token is accepted", arguments: [1, 2, 3] as [UInt64])
    func mutations(seed: UInt64) throws {
        let fixture = try TokenFixture(cachedTokens: 8)
        let valid = Array(try fixture.token(TokenFixture.claims(also: "\"nbf\":0")).utf8)
        let text = String(decoding: valid, as: UTF8.self)
        _ = try fixture.verifier.verify(
            text, at: TokenFixture.now, clientCertificateThumbprint: nil)
        var random = SeededGenerator(state: seed)
        for round in 0..<400 {
            let mutated = mutate(valid, using: &random)
            guard mutated != valid else { continue }
            let claims = try? fixture.verifier.verify(
                String(decoding: mutated, as: UTF8.self), at: TokenFixture.now,
                clientCertificateThumbprint: nil)
            #expect(claims == nil, "seed \(seed), round \(round)")
        }
    }

    private func mutate(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/\u{0}\n".utf8)
        var mutated = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<mutated.count, using: &random)
            let other = alphabet.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<5, using: &random) {
            case 0: mutated[place] = other
            case 1: mutated.insert(other, at: place)
            case 2: mutated.remove(at: place)
            case 3: mutated[place] ^= 1 << UInt8.random(in: 0..<7, using: &random)
            default: mutated.removeSubrange(place..<min(place + 20, mutated.count - 1))
            }
        }
        return mutated
    }
}
