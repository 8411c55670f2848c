import IndexCore
import Testing

@testable import API

// 1. A privilege list becomes one rights group for each PrivilegeGroup, never flattened.
// 2. A group lacking Scope, Privilege, KLE or Foelsomhed, or with an unknown constraint, gives nothing.
// 3. Malformed values and contradicting constraints refuse the list.
// 4. XML that is not plain, whole and of the profile's form is refused.

@Suite("Privilege lists")
struct TokenPrivilegeListTests {
    static let cvrScope = "urn:dk:gov:saml:cvrNumberIdentifier:29189846"

    static func constraint(_ name: String, _ value: String) -> String {
        #"<Constraint Name="http://sts.kombit.dk/constraints/\#(name)/1">\#(value)</Constraint>"#
    }

    static func group(
        scope: String? = cvrScope, kle: String? = "27.*", foelsomhed: String? = "2",
        privilege: String = "<Privilege>http://sts.kombit.dk/roles/laeser/1</Privilege>",
        also: String = ""
    ) -> String {
        let attribute = scope.map { " Scope=\"\($0)\"" } ?? ""
        let level = foelsomhed.map { constraint("Foelsomhed", $0) } ?? ""
        let numbers = kle.map { constraint("KLE", $0) } ?? ""
        return "<PrivilegeGroup\(attribute)>\(privilege)\(numbers)\(level)\(also)</PrivilegeGroup>"
    }

    static func list(_ groups: String...) -> String {
        """
        <bpp:PrivilegeList xmlns:bpp="http://itst.dk/oiosaml/basic_privilege_profile">
        \(groups.joined(separator: "\n"))
        </bpp:PrivilegeList>
        """
    }

    static func xml(kle: String = "27.*") -> String { list(group(kle: kle)) }

    private func read(_ xml: String) throws -> [RightsGroup] {
        try PrivilegeList.groups(in: Array(xml.utf8), path: "priv")
    }

    private func expected(
        kle: String = "27.*", foelsomhed: Foelsomhed = .fortroligePersonoplysninger,
        systemer: Set<UUIDIdentifikator>? = nil, enheder: Set<UUIDIdentifikator>? = nil
    ) throws -> RightsGroup {
        RightsGroup(
            myndigheder: [try #require(CVRNummer("29189846"))],
            kle: try #require(KLEPattern.list(kle)), foelsomhed: foelsomhed, systemer: systemer,
            enheder: enheder)
    }

    @Test("Groups stay apart")
    func groups() throws {
        let xml = Self.list(
            Self.group(kle: "27.*, 32.*-34.*", foelsomhed: "FORTROLIGE_PERSONOPLYSNINGER"),
            Self.group(kle: "*", foelsomhed: "1"))
        #expect(
            try read(xml) == [
                expected(kle: "27.*,32.*-34.*"),
                expected(kle: "*", foelsomhed: .ikkeFortroligeData),
            ])
        #expect(try read("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml).count == 2)
        #expect(try read("<?xml version='1.0' encoding='utf-8'?><!-- note -->" + xml).count == 2)
        #expect(try read(Self.list()) == [])
    }

    @Test("Elements may be qualified, by prefix or by default")
    func qualified() throws {
        let inner = Self.group().replacing("<P", with: "<b:P").replacing("</P", with: "</b:P")
            .replacing("<C", with: "<b:C").replacing("</C", with: "</b:C")
        let namespace = PrivilegeList.namespace
        let prefixed = #"<b:PrivilegeList xmlns:b="\#(namespace)">\#(inner)</b:PrivilegeList>"#
        let plain = #"<PrivilegeList xmlns="\#(namespace)">\#(Self.group())</PrivilegeList>"#
        #expect(try read(prefixed) == [expected()])
        #expect(try read(plain) == [expected()])
    }

    @Test("Systems and units restrict")
    func restrictions() throws {
        let system = try #require(UUIDIdentifikator(TokenFixture.system))
        let unit = try #require(UUIDIdentifikator(TokenFixture.unit))
        let also =
            Self.constraint("ItSystem", "\(system), \(unit)")
            + Self.constraint("OrgEnhed", "\n \(unit) ")
        #expect(
            try read(Self.list(Self.group(also: also))) == [
                expected(systemer: [system, unit], enheder: [unit])
            ])
    }

    @Test(
        "Sensitivity is read from text, number or class",
        arguments: [
            ("IKKE_FORTROLIGE_DATA", Foelsomhed.ikkeFortroligeData), ("4", .vipSager),
            ("292e85a9-8ad4-46df-9e50-f97d6837ad74", .fortroligePersonoplysninger),
            ("31C09910-E011-46A5-86FB-254374421FE8", .foelsommePersonoplysninger),
            ("44f4108b-26d4-46de-a90f-35e35b55b8d8", .vipSager),
            ("1d81c472-0808-44cc-963d-f5ef0170ae1d", .ikkeFortroligeData),
        ])
    func sensitivity(text: String, step: Foelsomhed) throws {
        #expect(try read(Self.list(Self.group(foelsomhed: text))) == [expected(foelsomhed: step)])
    }

    @Test(
        "Constraint names are told from their last word",
        arguments: [
            "http://sts.kombit.dk/constraints/KLE/1", "urn:dk:kommune:KLE", "KLE", "kle",
            "urn:x:KLEDataAfgr", "http://x/constraints/KLEDataAfgr/2.0",
        ])
    func names(name: String) throws {
        let constraint = "<Constraint Name=\"\(name)\">27.*</Constraint>"
        #expect(try read(Self.list(Self.group(kle: nil, also: constraint))) == [expected()])
        let level = "<Constraint Name=\"urn:x:Følsomhed\">2</Constraint>"
        #expect(try read(Self.list(Self.group(foelsomhed: nil, also: level))) == [expected()])
    }

    @Test(
        "A group that lacks something, or is not understood, gives nothing and widens no other",
        arguments: [
            group(kle: nil), group(foelsomhed: nil), group(scope: nil), group(privilege: ""),
            group(scope: "urn:dk:gov:saml:seNumberIdentifier:29189846"), group(scope: "29189846"),
            group(also: constraint("Ukendt", "x")), group(also: "<Constraint>27.*</Constraint>"),
            "<PrivilegeGroup/>",
        ])
    func lacking(group: String) throws {
        #expect(try read(Self.list(group)) == [])
        #expect(try read(Self.list(group, Self.group())) == [expected()])
    }

    @Test("A list broken over lines is read")
    func lines() throws {
        let xml = Self.list(Self.group(kle: "\n  27.*,\r\n\t32.*\n", foelsomhed: "\n2\n"))
        #expect(try read(xml) == [expected(kle: "27.*,32.*")])
    }

    @Test("Both forms of the Scope are read")
    func scopes() throws {
        let short = "dk:gov:saml:cvrNumberIdentifier:29189846"
        #expect(try read(Self.list(Self.group(scope: short))) == [expected()])
    }

    @Test(
        "A value that cannot be read refuses the list and is named, not repeated",
        arguments: [
            (group(scope: "urn:dk:gov:saml:cvrNumberIdentifier:hemmelig"), "Scope"),
            (group(kle: "hemmelig"), "KLE"), (group(kle: ""), "KLE"), (group(kle: "27"), "KLE"),
            (group(foelsomhed: "hemmelig"), "Foelsomhed"), (group(foelsomhed: "5"), "Foelsomhed"),
            (group(foelsomhed: "1,4"), "Foelsomhed"), (group(foelsomhed: "+1"), "Foelsomhed"),
            (group(foelsomhed: TokenFixture.system), "Foelsomhed"),
            (group(also: constraint("ItSystem", "hemmelig")), "ItSystem"),
            (group(also: constraint("ItSystem", "")), "ItSystem"),
            (group(also: constraint("OrgEnhed", "hemmelig")), "OrgEnhed"),
            (group(also: constraint("KLE", "32.*")), "Constraint[2]"),
            (group(also: constraint("Foelsomhed", "4")), "Constraint[2]"),
        ])
    func malformed(group: String, member: String) {
        let error = #expect(throws: TokenError.claim("priv.PrivilegeGroup[1].\(member)")) {
            try read(Self.list(Self.group(), group))
        }
        #expect(error?.description.contains("hemmelig") == false)
    }

    @Test("The same constraint said twice is one")
    func repeated() throws {
        let again = Self.constraint("KLE", "27.*")
        #expect(try read(Self.list(Self.group(also: again))) == [expected()])
    }

    static let whole = xml()

    @Test(
        "XML that is not plain, whole and of the profile's form is refused",
        arguments: [
            "", "x", "<PrivilegeList/>", "<!DOCTYPE x>" + whole,
            "<!DOCTYPE PrivilegeList [<!ENTITY a \"27.*\">]>" + xml(kle: "&a;"),
            xml(kle: "&a;"), xml(kle: "<![CDATA[27.*]]>"), whole + "<!ENTITY a \"b\">",
            whole + whole, whole + "x", String(whole.dropLast()), String(whole.dropLast(22)),
            String(whole.prefix(200)), whole.replacing("</PrivilegeGroup>", with: ""),
            whole.replacing("itst.dk", with: "ond.dk"),
            whole.replacing("<PrivilegeGroup", with: "<PrivilegeGroup xmlns=\"urn:x\""),
            whole.replacing("Privilege>", with: "Andet>"),
            list("<Liste>" + group() + "</Liste>"), list(group(also: group())),
            list(group(privilege: "<Privilege><Privilege/></Privilege>")),
            list(group(kle: "<b>27.*</b>")), group(),
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + whole,
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + whole,
            "<?xml version=\"1.0\" encoding='UTF-16'?>" + whole,
            "\u{FEFF}" + whole, " <?xml version=\"1.0\"?>" + whole, whole + "\u{0}",
            list("<PrivilegeGroup Scope=\"\(cvrScope)\" Scope=\"\(cvrScope)\"></PrivilegeGroup>"),
            String(repeating: "<a>", count: 100_000),
        ])
    func unsafe(xml: String) {
        #expect(throws: TokenError.claim("priv")) { try read(xml) }
    }

    @Test("UTF-16 hides nothing")
    func utf16() {
        var bytes: [UInt8] = [0xFF, 0xFE]
        for unit in Self.whole.utf16 {
            bytes += [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
        }
        #expect(throws: TokenError.claim("priv")) {
            try PrivilegeList.groups(in: bytes, path: "priv")
        }
        #expect(throws: TokenError.claim("priv")) {
            try PrivilegeList.groups(in: Array(bytes.dropFirst(2)), path: "priv")
        }
    }

    @Test("256 KB are read and more is not")
    func size() throws {
        let filler = PrivilegeList.maxBytes - Self.whole.utf8.count
        let spaces = String(repeating: " ", count: filler)
        #expect(try read(Self.whole + spaces) == [expected()])
        #expect(throws: TokenError.claim("priv")) { try read(Self.whole + spaces + " ") }
    }

    @Test("A comment inside a value neither hides nor splits it")
    func comments() throws {
        #expect(try read(Self.xml(kle: "27<!-- -->.*")) == [expected()])
        #expect(throws: TokenError.claim("priv.PrivilegeGroup[0].KLE")) {
            try read(Self.xml(kle: "<!-- 27.* -->"))
        }
    }

    @Test("No truncation of a list gives a group")
    func truncations() {
        let bytes = Array(Self.whole.utf8)
        for count in stride(from: 0, to: bytes.count - 1, by: 3) {
            #expect(throws: TokenError.self) {
                try PrivilegeList.groups(in: Array(bytes[..<count]), path: "priv")
            }
        }
    }
}
