/// The plan as it stands on one day: which numbers have taken over from which.
///
/// A number that is in use on the day stands for itself, whatever it was before and whatever is
/// announced of it. Answers are made of the classification alone.
public struct Klasseplan: Sendable {
    public let klassifikation: Klassifikation
    public let dag: Dato

    public init(_ klassifikation: Klassifikation, at dag: Dato) {
        self.klassifikation = klassifikation
        self.dag = dag
    }

    /// A plan without classes.
    public static let tom = Klasseplan(Klassifikation(navn: ""), at: .foerst)

    /// What a question about a number asks for besides the number itself.
    public struct Udvidelse: Equatable, Sendable {
        /// Retired numbers that lead here and nowhere else; their objects are found too.
        public var forgaengere: [String] = []
        /// Retired numbers that were split, one part of them coming here; their objects are not found.
        public var delte: [String] = []
        /// Where the number itself has gone, when it is retired: what to ask for instead.
        public var efterfoelgere: [String] = []

        public var isEmpty: Bool {
            forgaengere.isEmpty && delte.isEmpty && efterfoelgere.isEmpty
        }
    }

    /// What a subject, or all subjects that begin so, stand for besides (A6).
    ///
    /// Only whole subjects are predecessors, since nothing else stands on an object.
    public func udvidelse(of praefiks: String) -> Udvidelse {
        var result = Udvidelse()
        result.forgaengere = klassifikation.forgaengere(ofPraefiks: praefiks)
            .filter(isPredecessor)
        result.delte = klassifikation.delte(intoPraefiks: praefiks).filter(isPredecessor)
        if !isInUse(praefiks) {
            result.efterfoelgere = klassifikation.efterfoelgere(of: praefiks).numre
        }
        return result
    }

    /// The number that stands for this one now.
    ///
    /// Itself when it is in use, or nothing took over, or several did: nobody can tell which.
    public func gaeldende(_ noegle: String) -> String {
        guard !isInUse(noegle) else { return noegle }
        let kaede = klassifikation.efterfoelgere(of: noegle)
        switch kaede.art {
        case .enTilEn, .mangeTilEn: return kaede.numre.first ?? noegle
        case .ingen, .enTilMange: return noegle
        }
    }

    /// Whether a class with the number is in the plan on the day.
    public func isInUse(_ noegle: String) -> Bool {
        klassifikation.places(noegle: noegle).contains { klassifikation[$0].isInUse(at: dag) }
    }

    private func isPredecessor(_ noegle: String) -> Bool {
        let niveau = KLENummer(canonical: noegle)?.niveau
        return (niveau == nil || niveau == .emne) && !isInUse(noegle)
    }
}

extension Klasse {
    /// In force on the day, and not out of the plan: what left without a date has left.
    public func isInUse(at dag: Dato) -> Bool {
        guard isInForce(at: dag) else { return false }
        return historik == .iBrug || (historik.dato.map { dag < $0 } ?? false)
    }
}
