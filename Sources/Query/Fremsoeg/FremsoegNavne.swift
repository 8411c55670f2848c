public import IndexCore

/// The names that a search may use, for the description of the API: from the tables that read it.
public enum FremsoegNavne {
    /// Kinds whose elements stand in an expression, and the elements' names.
    public static let elementer: [(navn: String, kind: ObjektKind)] = [
        ("SoegSag", .sag), ("SoegDokument", .dokument), ("SoegSagsloeseDokumenter", .dokument),
        ("SoegBevillingIndeks", .bevilling),
        ("SoegOekonomiskEffektueringIndeks", .oekonomiskEffektuering),
    ]

    /// What `soeg` may show of a hit.
    public static var visISoeg: [String] { SoegAnmodning.dele.keys.sorted() }

    public static func vis(_ kind: ObjektKind) -> [String] { Filter.dele(kind).map(\.0) }

    public static func inkluder(_ kind: ObjektKind) -> [String] {
        Filter.pegende(kind).map(\.0)
    }

    public static func sortering(_ kind: ObjektKind) -> [String] {
        Sortering.elementer(kind).map(\.rawValue)
    }

    /// An extension element that carries intervals, and where it may stand.
    public struct Intervaller: Sendable {
        public let navn: String
        /// The part whose segment they hold of.
        public let unit: Element
        public let intervaller: [(navn: String, erBeloeb: Bool)]
        public let kraeverBegge: Bool
    }

    public static func intervaller(_ kind: ObjektKind) -> [Intervaller] {
        Intervalgruppe.alle.filter { $0.kind == kind }.map { gruppe in
            Intervaller(
                navn: gruppe.navn, unit: gruppe.unit,
                intervaller: gruppe.intervaller.map { navn, maal in
                    if case .beloeb = maal { (navn, true) } else { (navn, false) }
                }, kraeverBegge: gruppe.kraeverBegge)
        }
    }
}
