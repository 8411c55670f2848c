import IndexCore
import Testing

@testable import API

// 1. Every claim is read to its type; missing or malformed ones refuse the token naming the member.
// 2. No `bruger` is no user; a `bruger` without a valid group sees nothing.
// 3. A group lacking authority, KLE or sensitivity is dropped; a malformed one refuses the token.
// 4. Privilege lists are accepted at both places and under both names, but never two that differ.
// 5. Errors name members and repeat no value.

@Suite("Claims")
struct TokenClaimsTests {
    static let secret = "hemmelig-3113999901"

    let fixture: TokenFixture

    init() throws { fixture = try TokenFixture() }

    private func bruger(_ members: String) throws -> AssertedUser? {
        let user = #""bruger":{"uuid":"\#(TokenFixture.user)"\#(members)}"#
        return try fixture.verify(TokenFixture.claims(also: user)).bruger
    }

    private func groups(_ groups: String...) throws -> [RightsGroup]? {
        try bruger(#","rettigheder":[\#(groups.joined(separator: ","))]"#)?.rettigheder
    }

    @Test("Purpose and operator rights are read; unknown rights and claims are ignored")
    func rest() throws {
        let claims = try fixture.verify(
            TokenFixture.claims(
                also:
                    #""formaal":"Tilsyn","drift":["log","aftaler","ukendt"],"spec_ver":1,"x":null"#)
        )
        #expect(claims.formaal == "Tilsyn")
        #expect(claims.drift == [.log, .aftaler])
    }

    @Test(
        "A malformed claim refuses the token and is named",
        arguments: [
            (#""formaal":1"#, "formaal"), (#""formaal":null"#, "formaal"),
            (#""drift":"log""#, "drift"), (#""drift":["log",1]"#, "drift[1]"),
            (#""bruger":null"#, "bruger"), (#""bruger":[]"#, "bruger"),
            (#""bruger":{}"#, "bruger.uuid"), (#""bruger":{"uuid":"x"}"#, "bruger.uuid"),
            (#""privileges":1"#, "privileges"), (#""priv":null"#, "priv"),
            (#""privileges":"***""#, "privileges"), (#""priv":"""#, "priv"),
        ])
    func malformed(claim: String, path: String) {
        #expect(throws: TokenError.claim(path)) {
            try fixture.verify(TokenFixture.claims(also: claim))
        }
    }

    @Test("system and cvr are required and well formed")
    func identity() {
        for system in [nil, "null", "1", "\"\"", "\"{\(TokenFixture.system)}\""] {
            #expect(throws: TokenError.claim("system")) {
                try fixture.verify(TokenFixture.claims(system: system))
            }
        }
        for cvr in [nil, "null", "29189846", "\"2918984\"", "\"DK29189846\"", "[\"29189846\"]"] {
            #expect(throws: TokenError.claim("cvr")) {
                try fixture.verify(TokenFixture.claims(cvr: cvr))
            }
        }
    }

    @Test("A purpose of 1024 scalars is read and a longer one is not")
    func formaalLength() throws {
        func claims(_ count: Int) -> String {
            TokenFixture.claims(also: "\"formaal\":\"\(String(repeating: "æ", count: count))\"")
        }
        try fixture.verify(claims(1024))
        #expect(throws: TokenError.claim("formaal")) { try fixture.verify(claims(1025)) }
    }

    @Test("A user without rights sees nothing, and is a user all the same")
    func noRights() throws {
        #expect(try fixture.verify(TokenFixture.claims()).bruger == nil)
        for rights in ["", #","rettigheder":[]"#, #","rettigheder":[{}]"#] {
            let user = try #require(try bruger(rights))
            #expect(user.rettigheder.isEmpty && user.enheder.isEmpty)
            #expect(user.uuid?.description == TokenFixture.user)
        }
    }

    @Test("Groups are read whole and kept apart")
    func reads() throws {
        let user = try #require(
            try bruger(
                #"""
                ,"enheder":["\#(TokenFixture.unit)"],"rettigheder":[
                {"cvr":["29189846","12345678"],"kle":["27.*, 32.03.04","81.*-85.*"],"foelsomhed":3},
                {"cvr":["29189846"],"kle":["*"],"foelsomhed":1,"systemer":["\#(TokenFixture.system)"],
                 "enheder":[]}]
                """#))
        let system = try #require(UUIDIdentifikator(TokenFixture.system))
        let cvr = try #require(CVRNummer("29189846"))
        let other = try #require(CVRNummer("12345678"))
        #expect(user.enheder.map(\.description) == [TokenFixture.unit])
        #expect(
            user.rettigheder == [
                RightsGroup(
                    myndigheder: [cvr, other],
                    kle: try #require(KLEPattern.list("27.*,32.03.04,81.*-85.*")),
                    foelsomhed: .foelsommePersonoplysninger),
                RightsGroup(
                    myndigheder: [cvr], kle: try #require(KLEPattern.list("*")),
                    foelsomhed: .ikkeFortroligeData, systemer: [system], enheder: []),
            ])
    }

    @Test(
        "A group lacking authority, KLE or sensitivity gives nothing and widens no other",
        arguments: [
            "{}", #"{"kle":["*"],"foelsomhed":4}"#, #"{"cvr":["29189846"],"foelsomhed":4}"#,
            #"{"cvr":["29189846"],"kle":["*"]}"#,
            #"{"cvr":[],"kle":["*"],"foelsomhed":4}"#,
            #"{"cvr":["29189846"],"kle":[],"foelsomhed":4}"#,
        ])
    func lacking(group: String) throws {
        #expect(try groups(group) == [])
        let whole = #"{"cvr":["29189846"],"kle":["27.*"],"foelsomhed":1}"#
        #expect(try groups(group, whole) == groups(whole))
    }

    @Test(
        "A malformed group refuses the token, naming the member and no value",
        arguments: [
            ("1", ""), (#"{"enhed":[]}"#, ""), (#"{"\#(secret)":1}"#, ""),
            (#"{"cvr":null}"#, ".cvr"),
            (#"{"cvr":"29189846"}"#, ".cvr"), (#"{"cvr":["\#(secret)"]}"#, ".cvr[0]"),
            (#"{"cvr":["29189846",29189846]}"#, ".cvr[1]"), (#"{"kle":"27.*"}"#, ".kle"),
            (#"{"kle":["27.*","\#(secret)"]}"#, ".kle[1]"), (#"{"kle":[""]}"#, ".kle[0]"),
            (#"{"kle":["27"]}"#, ".kle[0]"), (#"{"kle":["34.*-32.*"]}"#, ".kle[0]"),
            (#"{"foelsomhed":0}"#, ".foelsomhed"), (#"{"foelsomhed":5}"#, ".foelsomhed"),
            (#"{"foelsomhed":"2"}"#, ".foelsomhed"), (#"{"foelsomhed":2.0}"#, ".foelsomhed"),
            (#"{"foelsomhed":258}"#, ".foelsomhed"), (#"{"foelsomhed":-1}"#, ".foelsomhed"),
            (#"{"systemer":["\#(secret)"]}"#, ".systemer[0]"), (#"{"systemer":null}"#, ".systemer"),
            (#"{"enheder":[1]}"#, ".enheder[0]"), (#"{"enheder":{}}"#, ".enheder"),
        ])
    func malformedGroup(group: String, member: String) throws {
        let good = #"{"cvr":["29189846"],"kle":["*"],"foelsomhed":1}"#
        let error = #expect(throws: TokenError.claim("bruger.rettigheder[1]" + member)) {
            try groups(good, group)
        }
        #expect(error?.description.contains("hemmelig") == false)
    }

    @Test("Units of the user are UUIDs")
    func units() {
        #expect(throws: TokenError.claim("bruger.enheder[0]")) {
            try bruger(#","enheder":["\#(Self.secret)"]"#)
        }
        #expect(throws: TokenError.claim("bruger.enheder")) { try bruger(#","enheder":null"#) }
    }
}

@Suite("Privilege lists in claims")
struct TokenPrivilegeClaimsTests {
    let fixture: TokenFixture
    let list = Base64.encodeStandard(Array(TokenPrivilegeListTests.xml().utf8))
    let other = Base64.encodeStandard(Array(TokenPrivilegeListTests.xml(kle: "32.*").utf8))

    init() throws { fixture = try TokenFixture() }

    private func bruger(_ also: String) throws -> AssertedUser? {
        try fixture.verify(TokenFixture.claims(also: also)).bruger
    }

    @Test("A list is read under both names and at both places", arguments: ["privileges", "priv"])
    func places(name: String) throws {
        let uuid = #""uuid":"\#(TokenFixture.user)""#
        let beside = try #require(try bruger(#""bruger":{\#(uuid)},"\#(name)":"\#(list)""#))
        let inside = try #require(try bruger(#""bruger":{\#(uuid),"\#(name)":"\#(list)"}"#))
        #expect(beside == inside)
        #expect(beside.rettigheder.count == 1)
        let both = #""bruger":{\#(uuid),"\#(name)":"\#(list)"},"\#(name)":"\#(list)""#
        #expect(try bruger(both) == inside)
    }

    @Test("A list without a user limits as a user without a name")
    func nobody() throws {
        let user = try #require(try bruger(#""priv":"\#(list)""#))
        #expect(user.uuid == nil && user.rettigheder.count == 1 && user.enheder.isEmpty)
    }

    @Test("Both names are accepted when equal and refused when not")
    func bothNames() throws {
        #expect(try bruger(#""privileges":"\#(list)","priv":"\#(list)""#) != nil)
        #expect(throws: TokenError.claim("priv")) {
            try bruger(#""privileges":"\#(list)","priv":"\#(other)""#)
        }
    }

    @Test("Lists that differ between the places, and lists beside groups, are refused")
    func contradictions() {
        let uuid = #""uuid":"\#(TokenFixture.user)""#
        #expect(throws: TokenError.claim("bruger.priv")) {
            try bruger(#""bruger":{\#(uuid),"priv":"\#(list)"},"privileges":"\#(other)""#)
        }
        #expect(throws: TokenError.claim("bruger.rettigheder")) {
            try bruger(#""bruger":{\#(uuid),"priv":"\#(list)","rettigheder":[]}"#)
        }
        #expect(throws: TokenError.claim("bruger.rettigheder")) {
            try bruger(#""bruger":{\#(uuid),"rettigheder":[]},"priv":"\#(list)""#)
        }
    }

    @Test("A malformed list names its place")
    func malformed() {
        let broken = Base64.encodeStandard(Array(TokenPrivilegeListTests.xml(kle: "27").utf8))
        #expect(throws: TokenError.claim("bruger.priv.PrivilegeGroup[0].KLE")) {
            try bruger(#""bruger":{"uuid":"\#(TokenFixture.user)","priv":"\#(broken)"}"#)
        }
    }
}
