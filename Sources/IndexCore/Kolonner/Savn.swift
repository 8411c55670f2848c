/// What a question asks for, so far as a file may be known to lack it (`Filord`); made once a question.
struct Savn {
    /// A word, or the hash of another form or of a key.
    enum Led {
        case ord(Ordbog.Nummer)
        /// A word that no file had when the question was made.
        case nytOrd(ArraySlice<UInt8>)
        case andet(UInt64)
    }

    /// All are needed; each is met by any of its runs, a run by all that is in it.
    private let krav: [[[Led]]]

    /// Any of the keys.
    init(_ noegler: some Sequence<Noegle>) {
        krav = [noegler.map { [.andet(Noeglefilter.hash($0))] }]
    }

    /// All of the conditions that words and single keys can meet, and nothing else.
    init(_ krav: [Krav], _ ordbog: Ordbog) {
        self.krav = krav.compactMap { one in
            guard one.uuider.isEmpty, one.oprettet == nil, one.noegler.allSatisfy(\.erEn) else {
                return nil
            }
            let noegler = one.noegler.map { [Led.andet(Noeglefilter.hash($0.fra))] }
            guard let term = one.tekst else { return noegler }
            guard !term.isPrefix else { return nil }
            return noegler + Self.runs(term, ordbog)
        }
    }

    init(_ spoergsmaal: Fillager.Spoergsmaal, _ ordbog: Ordbog) {
        switch spoergsmaal {
        case .ord(let term): self.init([Krav(tekst: term)], ordbog)
        case .noegle(let noegle): self.init([Krav(noegler: [noegle])], ordbog)
        }
    }

    private static func runs(_ term: TextQuery.Term, _ ordbog: Ordbog) -> [[Led]] {
        term.maader.map { run in
            run.map { form in
                guard let ord = Ordbog.ord(form[...]) else {
                    return .andet(Noeglefilter.hash(form: form[...]))
                }
                return ordbog.nummer(ord).map { .ord($0) } ?? .nytOrd(ord)
            }
        }
    }

    /// Whether one of the conditions cannot be met where `holds` is false of what is not there.
    func isLacking(where holds: (Led) -> Bool) -> Bool {
        krav.contains { runs in !runs.contains { $0.allSatisfy(holds) } }
    }
}
