import IndexCore

/// Reads SoegUdtryk, however deep it is nested.
enum Udtrykslaeser {
    /// Elements, and conditions in them, in all: each is held against every object that the others leave.
    static let mest = 1000

    static func laes(_ laesning: Laesning) throws(QueryError) -> Udtryk {
        let udtryk = try del(laesning)
        guard udtryk.alle.reduce(0, { $0 + $1.vaegt }) <= mest else {
            throw laesning.brud("R14", nil, "højst \(mest) betingelser i alt")
        }
        return udtryk
    }

    private static func del(_ laesning: Laesning) throws(QueryError) -> Udtryk {
        var parts: [Udtryk] = []
        var isAnd = true
        for (name, member) in try laesning.medlemmer() {
            if name == "operation" {
                isAnd = try member.valg(["AND", "OR"]) == "AND"
                continue
            }
            guard let read = element(name) else { throw member.ukendt() }
            for entry in try member.liste() { parts.append(try read(entry)) }
        }
        guard !parts.isEmpty else {
            throw laesning.brud("R14", nil, "mindst ét element ventes")
        }
        return isAnd ? .og(parts) : .eller(parts)
    }

    private typealias Laeser = (Laesning) throws(QueryError) -> Udtryk

    private static func element(_ name: String) -> Laeser? {
        func led(_ kind: ObjektKind, sagsloest: Bool = false) -> Laeser {
            { laesning throws(QueryError) in
                .led(try Kriterielaeser.laes(laesning, kind, sagsloest: sagsloest))
            }
        }
        return switch name {
        case "SoegSag": led(.sag)
        case "SoegDokument": led(.dokument)
        case "SoegSagsloeseDokumenter": led(.dokument, sagsloest: true)
        case "SoegBevillingIndeks": led(.bevilling)
        case "SoegOekonomiskEffektueringIndeks": led(.oekonomiskEffektuering)
        case "SoegUdtryk": { laesning throws(QueryError) in try del(laesning) }
        case "NOT": { laesning throws(QueryError) in .ikke(try del(laesning)) }
        default: nil
        }
    }
}
