import Foundation
import IndexCore
import Testing

@testable import API

// 1. The key is made once, kept privately, and loaded again as the same key.
// 2. Two that begin at once share one key.
// 3. A damaged, foreign or open key file is refused and left as it is.
// 4. What is requested comes back as claims from the verifier that trusts the key.
// 5. The command line's `--ret` is read, and its faults are told.

@Suite("DevelopmentKey")
struct TokenDevelopmentKeyTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "/tvaerindeks-noegle-\(SecureRandom.uuid())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("The key is made at first use and is the same afterwards")
    func persists() throws {
        try withDirectory { directory in
            let first = try DevelopmentKey(directory: directory)
            let again = try DevelopmentKey(directory: directory)
            #expect(first.kid == again.kid && first.jwks == again.jwks)
            #expect(try mode(directory + "/noegle.pem") == 0o600)
            let files = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(files.sorted() == ["jwks.json", "noegle.pem"])
            let token = try first.sign(TokenFixture.request().claims(at: TokenFixture.now))
            let claims = try TokenVerifier(issuers: [again.trustedIssuer])
                .verify(token, at: TokenFixture.now, clientCertificateThumbprint: nil)
            #expect(claims.iss == "tvaerindeks-udvikling")
        }
    }

    @Test("The key set file is what an issuer is configured with, and holds no private key")
    func keySet() throws {
        try withDirectory { directory in
            let key = try DevelopmentKey(directory: directory)
            let file = [UInt8](try Data(contentsOf: URL(filePath: directory + "/jwks.json")))
            #expect(file == key.jwks)
            let issuer = try TrustedIssuer(iss: DevelopmentKey.issuer, jwks: file)
            #expect(issuer.keys.map(\.kid) == [key.kid])
            try Data("{}".utf8).write(to: URL(filePath: directory + "/jwks.json"))
            _ = try DevelopmentKey(directory: directory)
            let mended = try Data(contentsOf: URL(filePath: directory + "/jwks.json"))
            #expect([UInt8](mended) == key.jwks)
        }
    }

    @Test("Many that begin at once share one key")
    func concurrent() async throws {
        let path = NSTemporaryDirectory() + "/tvaerindeks-noegle-\(SecureRandom.uuid())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try DevelopmentKey(directory: path).kid } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 1)
    }

    /// A key on P-384, made for this test.
    static let otherCurve = """
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDDkzqEqdQFD0gGlDa1A
        k102kEaqBFvEqgUMuPbeiXKx3D+X6HmMBsca0V2SjusqDiWhZANiAAS/OnstLy3R
        X9HPrykG/bDPFBKf1A1wDg8XSE1ooeZAUJLMEhRBmlug6A02mEIAziKHG4G5QKnk
        rR9TSfX8LnVQW1+VgH9QFt5PFYPIhgmIBfM5THrM6/y0+1EQYV9NJys=
        """

    @Test("A file that holds no P-256 key is refused and not replaced")
    func damaged() throws {
        let kind = "PRIVATE KEY-----"
        let foreign = "-----BEGIN \(kind)\n\(Self.otherCurve)\n-----END \(kind)\n"
        for content in ["", "hemmelig", foreign] {
            try withDirectory { directory in
                let path = directory + "/noegle.pem"
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true)
                let isMade = FileManager.default.createFile(
                    atPath: path, contents: Data(content.utf8),
                    attributes: [.posixPermissions: 0o600])
                #expect(isMade)
                #expect(throws: DevelopmentKeyError.notAKey) {
                    try DevelopmentKey(directory: directory)
                }
                #expect(FileManager.default.contents(atPath: path) == Data(content.utf8))
            }
        }
    }

    @Test("A key that others can read is refused", arguments: [0o640, 0o604, 0o620])
    func open(mode: Int) throws {
        try withDirectory { directory in
            _ = try DevelopmentKey(directory: directory)
            let path = directory + "/noegle.pem"
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: DevelopmentKeyError.readableByOthers) {
                try DevelopmentKey(directory: directory)
            }
        }
    }

    @Test("A directory that cannot be made is told")
    func noDirectory() {
        let error = #expect(throws: DevelopmentKeyError.self) {
            try DevelopmentKey(directory: "/findes/ikke")
        }
        #expect(error?.description.contains("making the directory") == true)
    }
}

extension TokenFixture {
    static func request(
        bruger: TokenRequest.Bruger? = nil, drift: Set<DriftRet> = [], formaal: String? = nil,
        levetidSeconds: Int = 3600
    ) throws -> TokenRequest {
        TokenRequest(
            system: try #require(UUIDIdentifikator(system)),
            cvr: try #require(CVRNummer("29189846")), bruger: bruger, drift: drift,
            formaal: formaal, levetidSeconds: levetidSeconds)
    }
}

@Suite("TokenRequest")
struct TokenRequestTests {
    private func roundTrip(_ request: TokenRequest) throws -> TokenClaims {
        let key = try DevelopmentKey(pem: DevelopmentKey.newKeyPEM())
        let token = try key.sign(request.claims(at: TokenFixture.now))
        return try TokenVerifier(issuers: [key.trustedIssuer])
            .verify(token, at: TokenFixture.now, clientCertificateThumbprint: nil)
    }

    @Test("Everything requested comes back")
    func everything() throws {
        let uuid = try #require(UUIDIdentifikator(TokenFixture.user))
        let unit = try #require(UUIDIdentifikator(TokenFixture.unit))
        let groups = try [
            "cvr=29189846,12345678;kle=*;foelsomhed=4",
            "cvr=29189846;kle=27.*,27.36.*,32.03.04,81.*-85.*,27.36.*-27.40.04,01.00.00-02.*;"
                + "foelsomhed=1;systemer=\(unit);enheder=\(uuid),\(unit)",
        ].map { try RetArgument.group($0) }
        let bruger = TokenRequest.Bruger(uuid: uuid, enheder: [unit], rettigheder: groups)
        let formaal = "Tilsyn \"nr. 1\"\\\n\u{7}æøå😀"
        let claims = try roundTrip(
            TokenFixture.request(
                bruger: bruger, drift: [.log, .klassifikation], formaal: formaal))
        #expect(claims.bruger == AssertedUser(uuid: uuid, enheder: [unit], rettigheder: groups))
        #expect(claims.drift == [.log, .klassifikation])
        #expect(claims.formaal == formaal)
        #expect(claims.expires == TokenFixture.now + 3600)
    }

    @Test("Without a user none is asserted")
    func noUser() throws {
        #expect(try roundTrip(TokenFixture.request()).bruger == nil)
    }

    @Test(
        "The lifetime is held within eight hours", arguments: [(-5, 1), (0, 1), (99_999, 28_800)])
    func lifetime(asked: Int, given: Int) throws {
        let claims = try roundTrip(TokenFixture.request(levetidSeconds: asked))
        #expect(claims.expires == TokenFixture.now + given)
    }
}

@Suite("RetArgument")
struct TokenRetArgumentTests {
    @Test("A group is read in any order, blanks allowed")
    func reads() throws {
        let group = try RetArgument.group(" kle=27.*, 32.03.04 ; foelsomhed=2;cvr = 29189846")
        #expect(
            group
                == RightsGroup(
                    myndigheder: [try #require(CVRNummer("29189846"))],
                    kle: try #require(KLEPattern.list("27.*,32.03.04")),
                    foelsomhed: .fortroligePersonoplysninger))
    }

    @Test(
        "Faults are told by name",
        arguments: [
            ("", RetArgument.Failure.unknownPart(1)), ("cvr", .unknownPart(1)),
            ("cvr=29189846;", .unknownPart(2)), ("cvr=29189846;enhed=x", .unknownPart(2)),
            ("kle=*;foelsomhed=1", .missing("cvr")), ("cvr=29189846;foelsomhed=1", .missing("kle")),
            ("cvr=29189846;kle=*", .missing("foelsomhed")), ("kle=*;kle=*", .repeated("kle")),
            ("cvr=;kle=*;foelsomhed=1", .malformed("cvr")),
            ("cvr=29189846,;kle=*;foelsomhed=1", .malformed("cvr")),
            ("cvr=29189846;kle=;foelsomhed=1", .malformed("kle")),
            ("cvr=29189846;kle=27;foelsomhed=1", .malformed("kle")),
            ("cvr=29189846;kle=*;foelsomhed=5", .malformed("foelsomhed")),
            ("cvr=29189846;kle=*;foelsomhed=+1", .malformed("foelsomhed")),
            ("cvr=29189846;kle=*;foelsomhed=", .malformed("foelsomhed")),
            ("cvr=29189846;kle=*;foelsomhed=1;systemer=x", .malformed("systemer")),
            ("cvr=29189846;kle=*;foelsomhed=1;enheder=", .malformed("enheder")),
        ])
    func faults(text: String, failure: RetArgument.Failure) {
        #expect(throws: failure) { try RetArgument.group(text) }
        #expect(!failure.description.contains("29189846"))
    }
}
