/// The plan as it stands on one day: which numbers have taken over from which.
///
/// A number that is in use on the day stands for itself, whatever it was before and whatever is
/// announced of it. Answers are made of the classification alone: of its shared classes, and of the own
/// ones of `ejere`.
public struct Klasseplan: Sendable {
    private let klassifikation: Klassifikation
    public let dag: Dato
    private let ejere: Set<CVRNummer>

    public init(_ klassifikation: Klassifikation, at dag: Dato, ejere: Set<CVRNummer> = []) {
        self.klassifikation = klassifikation
        self.dag = dag
        self.ejere = ejere
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
    /// Only whole subjects are predecessors, since nothing else stands on an object. Costs the
    /// subjects that begin so and the chains that lead to them; a ring ends where it began (K13).
    public func udvidelse(of praefiks: String) -> Udvidelse {
        var result = Udvidelse()
        var reached = Set(
            klasser(klassifikation.places(praefiks: praefiks)).map(\.noegle))
        let inside = reached.union([praefiks])
        reached = inside
        var queue = Array(inside)
        var split: Set<String> = []
        while let number = queue.popLast() {
            for earlier in forrige(number)
            where !reached.contains(earlier) && !isInUse(earlier) {
                if afloesere(earlier).count > 1 {
                    split.insert(earlier)
                } else {
                    reached.insert(earlier)
                    queue.append(earlier)
                }
            }
        }
        result.forgaengere = reached.subtracting(inside).filter(Self.isSubject).sorted()
        result.delte = split.filter(Self.isSubject).sorted()
        if !isInUse(praefiks) { result.efterfoelgere = ends(of: praefiks) }
        return result
    }

    /// The number that stands for this one now.
    ///
    /// Itself when it is in use, when nothing took over, when the chain only runs in a ring, or when
    /// several took over: nobody can tell which.
    public func gaeldende(_ noegle: String) -> String {
        var passed: Set<String> = []
        var number = noegle
        while true {
            let next = naeste(number)
            guard let only = next.first else { return number }
            guard next.count == 1, passed.insert(number).inserted else { return noegle }
            number = only
        }
    }

    /// The numbers that this one replaced, alone or with others, one step back.
    public func forrige(_ noegle: String) -> [String] {
        klassifikation.forrige(noegle).filter { afloesere($0).contains(noegle) }.sorted()
    }

    /// Where every chain from the number ends, ascending.
    private func ends(of noegle: String) -> [String] {
        var seen: Set<String> = [noegle]
        var queue = [noegle]
        var ends: [String] = []
        while let number = queue.popLast() {
            let next = naeste(number)
            if next.isEmpty, number != noegle { ends.append(number) }
            for one in next where seen.insert(one).inserted { queue.append(one) }
        }
        return ends.sorted()
    }

    /// What took over from a number; nothing while it is in use.
    private func naeste(_ noegle: String) -> [String] {
        isInUse(noegle) ? [] : Array(afloesere(noegle))
    }

    private func afloesere(_ noegle: String) -> Set<String> {
        Set(klasser(klassifikation.places(noegle: noegle)).flatMap(\.efterfoelgere))
            .subtracting([noegle])
    }

    private func klasser(_ places: Range<Int>) -> [Klasse] {
        places.map { klassifikation[$0] }.filter { $0.ejer.map(ejere.contains) ?? true }
    }

    /// Whether there is a class with the number, in use or not.
    public func kender(_ noegle: String) -> Bool {
        !klasser(klassifikation.places(noegle: noegle)).isEmpty
    }

    /// Whether there are classes, and none whose number begins so.
    public func mangler(begyndelse praefiks: String) -> Bool {
        !klassifikation.klasser.isEmpty
            && klasser(klassifikation.places(praefiks: praefiks)).isEmpty
    }

    /// Whether a class with the number is in the plan on the day.
    public func isInUse(_ noegle: String) -> Bool {
        klasser(klassifikation.places(noegle: noegle)).contains { $0.isInUse(at: dag) }
    }

    private static func isSubject(_ noegle: String) -> Bool {
        let niveau = KLENummer(canonical: noegle)?.niveau
        return niveau == nil || niveau == .emne
    }
}

extension Klasse {
    /// In force on the day, and not out of the plan: what left without a date has left.
    public func isInUse(at dag: Dato) -> Bool {
        guard isInForce(at: dag) else { return false }
        return historik == .iBrug || (historik.dato.map { dag < $0 } ?? false)
    }
}
