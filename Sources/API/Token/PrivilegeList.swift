import Foundation
import FoundationXML
import IndexCore

/// The OIO Basic Privilege Profile: groups of privileges, each within one authority.
///
/// A group's Scope gives the authority and its constraints the KLE numbers, the sensitivity, the
/// master systems and the units. A group gives nothing when it has no Privilege, when Scope is no
/// CVR number, when KLE or Foelsomhed is lacking, or when it carries a constraint that is not
/// understood: a restriction is never passed over. Constraints of one kind that differ, and values
/// that cannot be read, refuse the list.
///
/// Source: OIOSAML Basic Privilege Profile 1.1; ydelse §9 (KLEDataAfgr, SystemDataAfgr);
/// klassifikation-organisation-besked B3.
enum PrivilegeList {
    static let namespace = "http://itst.dk/oiosaml/basic_privilege_profile"
    static let maxBytes = 256 * 1024

    /// The groups that give something; `path` is where the list stands, for errors.
    static func groups(in xml: [UInt8], path: String) throws(TokenError) -> [RightsGroup] {
        guard xml.count <= maxBytes, isPlain(xml) else { throw .claim(path) }
        let document = PrivilegeDocument()
        let parser = XMLParser(data: Data(xml))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = document
        guard parser.parse(), document.isComplete else { throw .claim(path) }
        var groups: [RightsGroup] = []
        for (index, group) in document.groups.enumerated() {
            let place = "\(path).PrivilegeGroup[\(index)]"
            if let rights = try group.rights(at: place) { groups.append(rights) }
        }
        return groups
    }

    /// UTF-8 only, so that what is looked for here is what the parser sees, and without document
    /// type, entities or CDATA.
    private static func isPlain(_ xml: [UInt8]) -> Bool {
        String(validating: xml, as: UTF8.self) != nil && !xml.contains(0)
            && declaresUTF8(xml) && hasOnlyComments(xml)
    }

    /// An XML declaration may name no encoding, or UTF-8; a byte order mark may not hide one.
    private static func declaresUTF8(_ xml: [UInt8]) -> Bool {
        guard xml.first != 0xEF else { return false }
        guard xml.starts(with: "<?xml".utf8) else { return true }
        let declaration = xml.prefix { $0 != UInt8(ascii: ">") }
        let text = String(decoding: declaration, as: UTF8.self).lowercased()
        switch text.components(separatedBy: "encoding").count {
        case 1: return true
        case 2: return text.contains("encoding=\"utf-8\"") || text.contains("encoding='utf-8'")
        default: return false
        }
    }

    private static func hasOnlyComments(_ xml: [UInt8]) -> Bool {
        let opening = Array("<!--".utf8)
        return xml.indices.allSatisfy { index in
            guard xml[index...].starts(with: opening[..<2]) else { return true }
            return xml[index...].starts(with: opening)
        }
    }
}

/// One PrivilegeGroup as read.
private struct PrivilegeGroup {
    let scope: String?
    var hasPrivilege = false
    var constraints: [(name: String, value: String)] = []

    func rights(at place: String) throws(TokenError) -> RightsGroup? {
        let cvr = try authority(at: place + ".Scope")
        var values: [ConstraintKind: String] = [:]
        var isUnderstood = true
        for (index, constraint) in constraints.enumerated() {
            guard let kind = ConstraintKind(name: constraint.name) else {
                isUnderstood = false
                continue
            }
            guard values[kind, default: constraint.value].isExactly(constraint.value) else {
                throw .claim("\(place).Constraint[\(index)]")
            }
            values[kind] = constraint.value
        }
        let group = try ConstraintValues(values: values, place: place).read()
        guard let cvr, let group, hasPrivilege, isUnderstood else { return nil }
        return RightsGroup(
            myndigheder: [cvr], kle: group.kle, foelsomhed: group.foelsomhed,
            systemer: group.systemer, enheder: group.enheder)
    }

    /// The CVR number of the Scope; nil when it is absent or of another kind.
    private func authority(at path: String) throws(TokenError) -> CVRNummer? {
        let prefixes = ["urn:", ""].map { $0 + "dk:gov:saml:cvrNumberIdentifier:" }
        guard let scope, let prefix = prefixes.first(where: { scope.hasPrefix($0) }) else {
            return nil
        }
        guard let cvr = CVRNummer(scope.dropFirst(prefix.count)) else { throw .claim(path) }
        return cvr
    }
}

/// What a constraint restricts, told from the last word of its name before any version number.
private enum ConstraintKind: String {
    case kle = "KLE"
    case foelsomhed = "Foelsomhed"
    case systemer = "ItSystem"
    case enheder = "OrgEnhed"

    init?(name: String) {
        let words = name.split { "/:#".contains($0) }
        let last = words.last { !$0.allSatisfy { $0.isNumber || $0 == "." } } ?? ""
        let word = last.lowercased()
        // No more than the names themselves: `KLEExcept` restricts in another way.
        switch word {
        case "kle", "kledataafgr": self = .kle
        case "foelsomhed", "følsomhed", "foelsomheddataafgr", "foelsomhedsdataafgr":
            self = .foelsomhed
        case "itsystem", "itsystemer", "systemdataafgr", "itsystemdataafgr": self = .systemer
        case "orgenhed", "orgenheder", "orgenheddataafgr", "orgenhedsdataafgr": self = .enheder
        default: return nil
        }
    }
}

/// The constraint values of one group, by kind.
private struct ConstraintValues {
    let values: [ConstraintKind: String]
    let place: String

    typealias Rights = (
        kle: [KLEPattern], foelsomhed: Foelsomhed, systemer: Set<UUIDIdentifikator>?,
        enheder: Set<UUIDIdentifikator>?
    )

    /// All of them, each checked; nil when KLE or Foelsomhed is lacking.
    func read() throws(TokenError) -> Rights? {
        let kle = try value(.kle, by: Self.kle)
        let foelsomhed = try value(.foelsomhed, by: Self.foelsomhed)
        let systemer = try value(.systemer, by: Self.uuids)
        let enheder = try value(.enheder, by: Self.uuids)
        guard let kle, let foelsomhed else { return nil }
        return (kle, foelsomhed, systemer, enheder)
    }

    private func value<Value>(
        _ kind: ConstraintKind, by read: (String) -> Value?
    ) throws(TokenError) -> Value? {
        guard let text = values[kind] else { return nil }
        guard let value = read(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw .claim("\(place).\(kind.rawValue)")
        }
        return value
    }

    /// XML text may be broken over lines, which a KLE list may not.
    private static func kle(_ text: String) -> [KLEPattern]? {
        KLEPattern.list(String(text.map { $0.isWhitespace ? " " : $0 }))
    }

    private static func uuids(_ text: String) -> Set<UUIDIdentifikator>? {
        var uuids: Set<UUIDIdentifikator> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = part.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let uuid = UUIDIdentifikator(trimmed) else { return nil }
            uuids.insert(uuid)
        }
        return uuids
    }

    /// The step as the enumeration's text, its place 1–4, or the UUID of its class.
    private static func foelsomhed(_ text: String) -> Foelsomhed? {
        if let step = UInt8(text), text.utf8.count == 1 { return Foelsomhed(rawValue: step) }
        if let uuid = UUIDIdentifikator(text) { return classes[uuid.description] }
        return Foelsomhed(text: text)
    }

    private static let classes: [String: Foelsomhed] = [
        "1d81c472-0808-44cc-963d-f5ef0170ae1d": .ikkeFortroligeData,
        "292e85a9-8ad4-46df-9e50-f97d6837ad74": .fortroligePersonoplysninger,
        "31c09910-e011-46a5-86fb-254374421fe8": .foelsommePersonoplysninger,
        "44f4108b-26d4-46de-a90f-35e35b55b8d8": .vipSager,
    ]
}

/// Collects the groups while the parser walks; anything outside the profile's form stops it.
private final class PrivilegeDocument: NSObject, XMLParserDelegate {
    private enum Place { case outside, list, group, privilege, constraint, done, broken }

    private(set) var groups: [PrivilegeGroup] = []
    private var place = Place.outside
    private var constraintName = ""
    private var text = ""

    /// The root element has ended and everything in it was where it belongs.
    var isComplete: Bool { place == .done }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        let isOurs = namespaceURI == PrivilegeList.namespace
        // The profile's schema leaves inner elements unqualified.
        let isInner = isOurs || (namespaceURI ?? "").isEmpty
        text = ""
        switch (place, elementName) {
        case (.outside, "PrivilegeList") where isOurs: place = .list
        case (.list, "PrivilegeGroup") where isInner:
            groups.append(PrivilegeGroup(scope: attributes["Scope"]))
            place = .group
        case (.group, "Privilege") where isInner: place = .privilege
        case (.group, "Constraint") where isInner:
            constraintName = attributes["Name"] ?? ""
            place = .constraint
        default: stop(parser)
        }
    }

    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        switch (place, elementName) {
        case (.privilege, "Privilege"):
            groups[groups.count - 1].hasPrivilege = true
            place = .group
        case (.constraint, "Constraint"):
            groups[groups.count - 1].constraints.append((constraintName, text))
            place = .group
        case (.group, "PrivilegeGroup"): place = .list
        case (.list, "PrivilegeList"): place = .done
        default: stop(parser)
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { stop(parser) }

    private func stop(_ parser: XMLParser) {
        place = .broken
        parser.abortParsing()
    }
}
