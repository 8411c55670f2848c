import IndexCore

/// A request's body, read member by member and strictly: unknown members, null and wrong types are
/// refused with the member's place.
struct Anmodning {
    let members: [JSONValue.Member]
    private let sti: String

    init(_ body: [UInt8], only names: Set<String>) throws(QueryError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(body: body)
        } catch {
            throw QueryError(error)
        }
        guard let members = value.members else {
            throw QueryError.forkert(sti: "", forventet: "et objekt")
        }
        try self.init(members, at: "", only: names)
    }

    private init(
        _ members: [JSONValue.Member], at sti: String, only names: Set<String>
    ) throws(QueryError) {
        self.members = members
        self.sti = sti
        for member in members where !names.contains(member.name) {
            throw QueryError(ukendt: member.name, at: place)
        }
    }

    /// The request without its marker: the same bytes for the same question.
    var aftryk: [UInt8] {
        var writer = JSONWriter()
        Self.write(.object(members.filter { $0.name != "Markoer" }), to: &writer)
        return writer.bytes
    }

    private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value {
        case .object(let members):
            writer.beginObject()
            for member in members.sorted(by: { $0.name < $1.name }) {
                writer.key(text: member.name)
                write(member.value, to: &writer)
            }
            writer.endObject()
        case .array(let values):
            writer.beginArray()
            for entry in values { write(entry, to: &writer) }
            writer.endArray()
        case .string(let text): writer.string(text)
        case .number(let digits): writer.json(Array(digits.utf8))
        case .boolean(let flag): writer.boolean(flag)
        case .null: writer.raw("null")
        }
    }

    func place(_ name: String) -> String { sti.isEmpty ? name : sti + "." + name }

    private func value(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

    func has(_ name: String) -> Bool { value(name) != nil }

    private func wrong(_ name: String, _ forventet: String) -> QueryError {
        .forkert(sti: place(name), forventet: forventet)
    }

    func string(_ name: String) throws(QueryError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw wrong(name, "en tekst") }
        return text
    }

    func boolean(_ name: String) throws(QueryError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.boolean else { throw wrong(name, "true eller false") }
        return flag
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(QueryError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw wrong(name, "et helt tal fra \(range.lowerBound) til \(range.upperBound)")
        }
        return number
    }

    func object(_ name: String, only names: Set<String>) throws(QueryError) -> Anmodning? {
        guard let value = value(name) else { return nil }
        guard let members = value.members else { throw wrong(name, "et objekt") }
        return try Anmodning(members, at: place(name), only: names)
    }

    /// A longer list is nobody's question, and each member costs all who ask.
    static let flest = 1_000

    /// A list, each member read by `read`, which answers nil for what is not of the form.
    func list<Member>(
        _ name: String, of forventet: String, orOne: Bool = false,
        _ read: (JSONValue) -> Member?
    ) throws(QueryError) -> [Member]? {
        guard let value = value(name) else { return nil }
        if orOne, let one = read(value) { return [one] }
        guard let array = value.array else {
            throw wrong(name, orOne ? forventet + ", eller en liste" : "en liste af " + forventet)
        }
        guard array.count <= Self.flest else {
            throw wrong(name, "en liste af højst \(Self.flest) \(forventet)")
        }
        var result: [Member] = []
        for (index, entry) in array.enumerated() {
            guard let member = read(entry) else { throw wrong("\(name)[\(index)]", forventet) }
            result.append(member)
        }
        return result
    }

    /// An instant, short or in the long form {"TidsstempelDatoTid": …}.
    func tidspunkt(_ name: String) throws(QueryError) -> Tidspunkt? {
        guard let value = value(name) else { return nil }
        let text = value.string ?? Self.long(value, ["TidsstempelDatoTid"])
        guard let text, let instant = Tidspunkt(reading: text) else {
            throw wrong(name, "et tidspunkt (RFC 3339) eller en dato")
        }
        return instant
    }

    /// A UUID, short or in the long form {"UUIDIdentifikator": …}.
    func uuid(_ name: String) throws(QueryError) -> UUIDIdentifikator? {
        guard let value = value(name) else { return nil }
        guard let uuid = Self.uuid(value) else { throw wrong(name, "et UUID") }
        return uuid
    }

    /// {"Fra", "Til"}, at least one of them, Fra before Til.
    /// Nil for one without ends, too.
    func interval(_ name: String) throws(QueryError) -> Range<Tidspunkt>? {
        guard let inner = try object(name, only: ["Fra", "Til"]), !inner.members.isEmpty else {
            return nil
        }
        let fra = try inner.tidspunkt("Fra") ?? .distantPast
        let til = try inner.tidspunkt("Til") ?? .distantFuture
        guard fra < til else { throw wrong(name, "at Fra er før Til") }
        return fra..<til
    }

    /// A UUID or a URN, short or in the long form.
    static func unikId(_ value: JSONValue) -> String? {
        let text = value.string ?? long(value, ["UUIDIdentifikator", "URNIdentifikator"])
        guard let text else { return nil }
        if let uuid = UUIDIdentifikator(text) { return uuid.description }
        return text.unicodeScalars.count <= 255 ? Noegle.kanonisk(urn: text) : nil
    }

    static func uuid(_ value: JSONValue) -> UUIDIdentifikator? {
        (value.string ?? long(value, ["UUIDIdentifikator"])).flatMap { UUIDIdentifikator($0) }
    }

    private static func long(_ value: JSONValue, _ names: [String]) -> String? {
        guard let members = value.members, members.count == 1, let only = members.first,
            names.contains(only.name)
        else { return nil }
        return only.value.string
    }
}
