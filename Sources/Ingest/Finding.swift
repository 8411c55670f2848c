import IndexCore

/// One thing that is wrong, or worth knowing, about a sent object.
///
/// Never holds the value itself: the place says where to look.
public struct Finding: Sendable, Equatable {
    public let rule: Rule
    /// From the object's own root, e.g. `Registrering[0].AttributListe.Egenskaber[1].Titel`.
    public let sti: String
    /// What was expected, in Danish.
    public let besked: String
    /// The status the object gets when this finding refuses it: 40, 43, 44 or 49.
    public let statusKode: Int
    /// What it leads to: the rule's own mark, unless the rule only warns of this case.
    public let mark: Rule.Mark

    public init(
        _ rule: Rule, at sti: String, _ besked: String? = nil, statusKode: Int? = nil,
        mark: Rule.Mark? = nil
    ) {
        self.rule = rule
        self.sti = sti
        self.besked = besked ?? rule.besked
        self.statusKode = statusKode ?? rule.statusKode
        self.mark = mark ?? rule.mark
    }
}

/// How strictly a source system's objects are judged.
public enum Kontrol: String, Sendable {
    /// Guidance rules refuse.
    case streng
    /// Guidance rules are told as warnings, and the object is kept.
    case lempelig
}

/// Where in a sent object something stands; made into text only when it is told.
struct SourcePath: Sendable {
    /// An element and its place in its array, or -1.
    private var steps: [(element: Element, index: Int)] = []

    mutating func push(_ element: Element, index: Int = -1) { steps.append((element, index)) }

    mutating func pop() { steps.removeLast() }

    func isAt(_ element: Element) -> Bool { steps.last?.element == element }

    var text: String { steps.map(Self.render).joined(separator: ".") }

    func text(appending name: String) -> String {
        (steps.map(Self.render) + [name]).joined(separator: ".")
    }

    private static func render(_ step: (element: Element, index: Int)) -> String {
        step.index < 0 ? step.element.name : "\(step.element.name)[\(step.index)]"
    }
}
