/// How sensitive an object is: a ladder, where a clearance covers its own step and those below.
///
/// Source: sag-dokument contract, `FoelsomhedType`.
public enum Foelsomhed: UInt8, Comparable, Sendable, CaseIterable {
    case ikkeFortroligeData = 1
    case fortroligePersonoplysninger = 2
    case foelsommePersonoplysninger = 3
    case vipSager = 4

    /// The enumeration's own text.
    public var text: String {
        switch self {
        case .ikkeFortroligeData: "IKKE_FORTROLIGE_DATA"
        case .fortroligePersonoplysninger: "FORTROLIGE_PERSONOPLYSNINGER"
        case .foelsommePersonoplysninger: "FOELSOMME_PERSONOPLYSNINGER"
        case .vipSager: "VIP_SAGER"
        }
    }

    public init?(text: String) {
        guard let match = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = match
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
