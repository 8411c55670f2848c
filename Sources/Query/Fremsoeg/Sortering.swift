import IndexCore

/// One thing to order a kind of object by.
struct Sortering {
    enum Element: String, CaseIterable {
        case bruger = "Bruger"
        case stsRegistreringstidspunkt = "StsRegistreringstidspunkt"
        case registreringstidspunkt = "Registreringstidspunkt"
        case brugervendtNoegle = "BrugervendtNoegle"
        case systemnavn = "ItSystem-Systemnavn"
        case fremdrift = "Fremdrift"
        case titel = "Titel"
        case foelsomhed = "Foelsomhed"
        case klasse = "Sagklasse-BrugervendtNoegle"
        case livscyklus = "Livscyklus"
        case major = "Major"
        case minor = "Minor"
        case fuldtNavn = "FuldtNavn"
        case ydelsesnavn = "Ydelsesnavn"
        case dispositionsdato = "Dispositionsdato"
        case startdato = "Startdato"
        case slutdato = "Slutdato"
    }

    let element: Element
    let faldende: Bool
    private let prioritet: Int

    static func elementer(_ kind: ObjektKind) -> [Element] {
        let faelles: [Element] = [
            .bruger, .stsRegistreringstidspunkt, .registreringstidspunkt, .brugervendtNoegle,
            .systemnavn, .fremdrift, .titel, .foelsomhed,
        ]
        return switch kind {
        case .sag: faelles + [.klasse, .livscyklus]
        case .dokument: faelles + [.major, .minor]
        case .bevilling: [.fuldtNavn, .ydelsesnavn]
        case .oekonomiskEffektuering: [.dispositionsdato, .startdato, .slutdato]
        }
    }

    static func laes(_ laesning: Laesning) throws(QueryError) -> [ObjektKind: [Sortering]] {
        var result: [ObjektKind: [Sortering]] = [:]
        for (name, member) in try laesning.medlemmer() {
            guard let kind = ObjektKind.allCases.first(where: { $0.name + "Sortering" == name })
            else { throw member.ukendt() }
            let list = try member.liste().map { entry throws(QueryError) in
                try Sortering(entry, kind)
            }
            // Stable: those of the same priority stand in the order given.
            result[kind] = list.enumerated().sorted {
                ($0.element.prioritet, $0.offset) < ($1.element.prioritet, $1.offset)
            }.map(\.element)
        }
        return result
    }

    private init(_ laesning: Laesning, _ kind: ObjektKind) throws(QueryError) {
        let isYdelse = kind == .bevilling || kind == .oekonomiskEffektuering
        let order = isYdelse ? "Sekvens" : "Prioritet"
        var element: Element?
        var faldende = false
        var prioritet = Int.max
        for (name, member) in try laesning.medlemmer() {
            switch name {
            case "Element":
                let names = Self.elementer(kind).map(\.rawValue)
                element = Element(rawValue: try member.valg(names))
            case "Retning": faldende = try member.valg(["Stigende", "Faldende"]) == "Faldende"
            case order: prioritet = try member.heltal()
            default: throw member.ukendt()
            }
        }
        guard let element else { throw laesning.brud("R13", nil, "Element skal angives") }
        self.element = element
        self.faldende = faldende
        self.prioritet = prioritet
    }
}
