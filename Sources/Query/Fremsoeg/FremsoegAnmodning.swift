import IndexCore

/// The contract's search request, read and judged.
struct FremsoegAnmodning {
    /// Only these; nil where no list is given.
    private(set) var uuider: [ObjektKind: Set<UUIDIdentifikator>] = [:]
    private(set) var udtryk: Udtryk?
    private(set) var filter = Filter()
    private(set) var sortering: [ObjektKind: [Sortering]] = [:]

    /// As many as `fjern` takes.
    static let flesteUUIDer = 10_000

    init(_ body: [UInt8]) throws(QueryError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(body: body)
        } catch {
            throw QueryError(error)
        }
        let request = Laesning(value: value, sti: "")
        for (name, member) in try request.medlemmer() {
            if let kind = ObjektKind.allCases.first(where: { $0.name + "Uuid" == name }) {
                let entries = try member.liste()
                guard entries.count <= Self.flesteUUIDer else {
                    throw QueryError.brud(
                        regel: "R14", sti: name,
                        besked: "der kan højst angives \(Self.flesteUUIDer) UUID'er")
                }
                let list = try entries.map { entry throws(QueryError) in try entry.uuid("R14") }
                if !list.isEmpty { uuider[kind] = Set(list) }
                continue
            }
            switch name {
            case "SoegUdtryk": udtryk = try Udtrykslaeser.laes(member)
            case "Filter": filter = try Filter(member)
            case "Sortering": sortering = try Sortering.laes(member)
            default: throw member.ukendt()
            }
        }
        guard udtryk != nil || !uuider.isEmpty else {
            throw QueryError.brud(
                regel: "R14", sti: "SoegUdtryk", besked: "en UUID eller et SoegUdtryk skal angives")
        }
    }
}
