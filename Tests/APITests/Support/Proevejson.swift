@testable public import IndexCore

extension JSONValue: ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }
}

/// Trees that a test builds, changes in one place and compares.
///
/// A place reads `Registrering.0.AttributListe.Egenskaber.0.Titel`; a step of one letter more than
/// the list has (`Egenskaber.1` of one) appends.
extension JSONValue {
    init(_ text: String) throws { try self.init(parsing: Array(text.utf8)) }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        Self.write(self, to: &writer)
        return writer.bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value {
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(text: member.name)
                write(member.value, to: &writer)
            }
            writer.endObject()
        case .array(let values):
            writer.beginArray()
            for value in values { write(value, to: &writer) }
            writer.endArray()
        case .string(let text): writer.string(text)
        case .number(let digits): writer.json(Array(digits.utf8))
        case .boolean(let flag): writer.boolean(flag)
        case .null: writer.raw("null")
        }
    }

    subscript(sti sti: String) -> JSONValue? {
        sti.split(separator: ".").reduce(self as JSONValue?) { value, step in
            guard let index = Int(step) else { return value?[String(step)] }
            guard let list = value?.array, list.indices.contains(index) else { return nil }
            return list[index]
        }
    }

    /// The tree with the value at `sti` replaced or added; nil removes it.
    func setting(_ sti: String, _ value: JSONValue?) -> JSONValue {
        Self.set(self, sti.split(separator: ".").map(String.init)[...], value) ?? .null
    }

    /// The tree with a value more in the list at `sti`, which is made when it is missing.
    func adding(_ sti: String, _ value: JSONValue) -> JSONValue {
        setting(sti, .array((self[sti: sti]?.array ?? []) + [value]))
    }

    private static func set(
        _ node: JSONValue?, _ steps: ArraySlice<String>, _ value: JSONValue?
    ) -> JSONValue? {
        guard let step = steps.first else { return value }
        if let index = Int(step), var list = node?.array {
            let old = list.indices.contains(index) ? list[index] : nil
            let new = set(old, steps.dropFirst(), value)
            if old == nil { return .array(list + [new].compactMap { $0 }) }
            if let new { list[index] = new } else { list.remove(at: index) }
            return .array(list)
        }
        var members = node?.members ?? []
        let place = members.firstIndex { $0.name == step }
        let new = set(place.map { members[$0].value }, steps.dropFirst(), value)
        switch (place, new) {
        case (let place?, let new?): members[place] = Member(name: step, value: new)
        case (let place?, nil): members.remove(at: place)
        case (nil, let new?): members.append(Member(name: step, value: new))
        case (nil, nil): break
        }
        return .object(members)
    }

    /// The members in the opposite order, all the way down; lists stay as they are.
    var reversed: JSONValue {
        switch self {
        case .object(let members):
            .object(members.reversed().map { Member(name: $0.name, value: $0.value.reversed) })
        case .array(let values): .array(values.map(\.reversed))
        default: self
        }
    }

    /// The tree in one form of writing: members sorted, times as instants, the long form shortened.
    var normalised: JSONValue {
        switch self {
        case .object(let members):
            if members.count == 1, let only = members.first, Self.long.contains(only.name) {
                return only.value.normalised
            }
            let sorted = members.sorted { $0.name < $1.name }
            return .object(sorted.map { Member(name: $0.name, value: $0.value.normalised) })
        case .array(let values): return .array(values.map(\.normalised))
        case .string(let text) where text.utf8.count >= 19:
            return .string(Tidspunkt(reading: text)?.utcText ?? text)
        default: return self
        }
    }

    private static let long: Set<String> = [
        "UUIDIdentifikator", "URNIdentifikator", "TidsstempelDatoTid", "GraenseIndikator",
    ]
}
