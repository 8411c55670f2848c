import IndexCore
import Testing

@testable import Ingest

/// One rule, the object that breaks it and the nearest one that does not.
struct RuleCase: Sendable, CustomTestStringConvertible {
    typealias Change = @Sendable (JSONObjekt) -> JSONObjekt

    let rule: Rule
    let kind: ObjektKind
    let name: String
    /// The end of the finding's path.
    let sti: String
    let breaks: Change
    var keeps: Change
    /// What else the lawful object may be found to break.
    var allowed: Set<Rule> = []
    /// What it leads to, where that is not what the rule mostly leads to.
    private var ownMark: Rule.Mark?
    var mark: Rule.Mark { ownMark ?? rule.mark }

    init(
        _ rule: Rule, _ kind: ObjektKind, _ name: String, at sti: String,
        breaks: @escaping Change, keeps: @escaping Change = { $0 }
    ) {
        self.rule = rule
        self.kind = kind
        self.name = name
        self.sti = sti
        self.breaks = breaks
        self.keeps = keeps
    }

    func keeping(_ keeps: @escaping Change) -> RuleCase {
        var copy = self
        copy.keeps = keeps
        return copy
    }

    func marked(_ mark: Rule.Mark) -> RuleCase {
        var copy = self
        copy.ownMark = mark
        return copy
    }

    func allowing(_ rules: Rule...) -> RuleCase {
        var copy = self
        copy.allowed = Set(rules)
        return copy
    }

    var testDescription: String { "\(rule) \(kind.name): \(name)" }
}

/// The places in an import, up to the name of a list or a unit.
enum Sti {
    static let reg = "Registrering.0."
    static let attribut = "Registrering.0.AttributListe."
    static let egenskaber = "Registrering.0.AttributListe.Egenskaber.0."
    static let sagEgenskaber =
        "Registrering.0.AttributListe.LokalUdvidelseListe.SagIndeksEgenskaber"
    static let bevilget = "Registrering.0.AttributListe.BevilgetYdelse.0."
    static let fremdrift = "Registrering.0.TilstandListe.Fremdrift"
    static let relation = "Registrering.0.RelationListe."
    static let udvidet = "Registrering.0.RelationListe.LokalUdvidelseListe."
    static let aktoer = "Registrering.0.RelationListe.Sagsaktoer"
    static let klasse = "Registrering.0.RelationListe.Sagsklasse"
    static let part = "Registrering.0.RelationListe.Sagspart"
    static let dokumentaktoer = "Registrering.0.RelationListe.Dokumentaktoer"

    static func felt(_ liste: String, _ rolle: String, _ felt: String) -> String {
        "\(liste).\(rolle).LokalUdvidelseListe."
            + "\(liste.split(separator: ".").last ?? "")LokalUdvidelse.\(felt)"
    }
}

let uuid = Objekt.uuid
let urn = "urn:oio:efag:bruger:ANB7"
let later = "2024-06-01T00:00:00+02:00"
let latest = "2024-09-01T00:00:00+02:00"
