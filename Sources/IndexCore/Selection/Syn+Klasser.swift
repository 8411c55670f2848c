// The classification, as far as the caller may see it: shared classes, and the own ones of authorities
// within the scope.

extension Syn {
    /// The plan as it stands now.
    public var plan: Klasseplan { plan(at: now.danishDate) }

    /// The plan as it stands on a day.
    public func plan(at dag: Dato) -> Klasseplan {
        Klasseplan(klasser.klassifikation, at: dag, ejere: scope.myndigheder)
    }

    /// The class with the UUID, when the caller may see it.
    public func klasse(_ uuid: UUIDIdentifikator) -> Klasse? {
        klasser.klassifikation.place(uuid: uuid).map { klasser.klassifikation[$0] }.flatMap {
            sees($0) ? $0 : nil
        }
    }

    /// The class that a number names on a day: the owner's own, else a shared one, else, when no owner
    /// is named, the first that the caller may see. One in force goes before one that is not, and
    /// among those the later.
    public func klasse(_ noegle: String, ejer: CVRNummer?, at dag: Dato) -> Klasse? {
        let all = klasser.klassifikation.places(noegle: noegle)
            .map { klasser.klassifikation[$0] }.filter(sees)
        func best(_ some: [Klasse]) -> Klasse? {
            some.last { $0.isInUse(at: dag) } ?? some.last { $0.isInForce(at: dag) } ?? some.last
        }
        if let ejer, let own = best(all.filter { $0.ejer == ejer }) { return own }
        return best(all.filter { $0.ejer == nil }) ?? (ejer == nil ? all.first : nil)
    }

    /// Every class that the caller may see and whose titles or keywords hold all of `ord` and none of
    /// `udeladt`, and how well; all classes when no word is given. In order of the number.
    public func klasser(
        medTekst ord: [TextQuery.Term], uden udeladt: [TextQuery.Term]
    ) -> [(klasse: Klasse, vaegt: Int)] {
        let klassifikation = klasser.klassifikation
        let index = klasser.klasseord
        var found: [Int: Int]?
        for term in ord {
            let next = index.klasser(term, analyse)
            found =
                found.map { known in
                    known.reduce(into: [:]) { kept, entry in
                        if let more = next[entry.key] { kept[entry.key] = entry.value + more }
                    }
                } ?? next
        }
        var left =
            found
            ?? Dictionary(uniqueKeysWithValues: klassifikation.klasser.indices.map { ($0, 0) })
        for term in udeladt {
            for place in index.klasser(term, analyse).keys { left[place] = nil }
        }
        return left.sorted { $0.key < $1.key }.compactMap { place, vaegt in
            let klasse = klassifikation[place]
            return sees(klasse) ? (klasse, vaegt) : nil
        }
    }

    private func sees(_ klasse: Klasse) -> Bool {
        klasse.ejer.map(scope.myndigheder.contains) ?? true
    }
}
