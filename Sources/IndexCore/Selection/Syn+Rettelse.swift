// Spelling: what was typed, as a word that stands in something the caller sees.

extension Syn {
    /// Spellings a few typing errors away from a word in which something visible is found.
    public struct Rettelse: Equatable, Sendable {
        /// The most frequent of the words that stand in the texts, in small letters; UTF-8.
        public let ord: [[UInt8]]
        /// The forms to ask for them by.
        public let former: [[UInt8]]

        static let maxOrd = 5

        public init(ord: [[UInt8]], former: [[UInt8]]) {
            self.ord = ord
            self.former = former
        }

        /// What to search for in place of the word.
        public func term(for ord: TextQuery.Term) -> TextQuery.Term { ord.eller(former) }
    }

    /// The nearest spellings that stand in something that meets the conditions; nil when there is none.
    ///
    /// Words are looked for with one error first, and with more only while nothing visible has one of
    /// them. Costs a pass over the words of the index, some nanoseconds each, a look at the lists of
    /// those that are near, and the reading of a few hits.
    public func rettelse(
        of ord: String, _ udvaelgelse: Udvaelgelse
    ) throws(StoreError) -> Rettelse? {
        guard let stavning = Stavning(ord) else { return nil }
        let ordbog = try ordbog()
        for fejl in 1...stavning.maxFejl {
            var brugte: [[UInt8]] = []
            var wanted = udvaelgelse
            let kandidater = stavning.kandidater(ordbog, fejl)
            // Words before forms that a misspelling only has in common with others: `ældred` has the stem of `ældre`.
            let ord = kandidater.filter { $0.contains { !Ordanalyse.Maerke.isForm($0) } }
            for gruppe in [ord, kandidater.filter { $0.allSatisfy(Ordanalyse.Maerke.isForm) }] {
                let harOrd = !brugte.isEmpty
                for former in gruppe {
                    guard let first = former.first else { continue }
                    if harOrd, !former.contains(where: { Self.boejer($0, brugte) }) { continue }
                    wanted.krav =
                        udvaelgelse.krav + [Krav(tekst: .init(enAf: former, foerst: first))]
                    if try !find(wanted).isEmpty { brugte += former }
                }
            }
            guard let first = brugte.first else { continue }
            wanted.krav = udvaelgelse.krav + [Krav(tekst: .init(enAf: brugte, foerst: first))]
            wanted.erRangeret = true
            return Rettelse(ord: try staaende(Set(brugte), in: wanted), former: brugte)
        }
        return nil
    }

    /// Whether the marked form is one of an inflection of the words.
    private static func boejer(_ form: [UInt8], _ ord: [[UInt8]]) -> Bool {
        let stamme = form.dropFirst()
        return ord.contains { $0.starts(with: stamme) && $0.count - stamme.count <= 3 }
    }

    /// Whether the word stands in the list of Danish words that the installation has.
    public func erOrd(_ ord: String) -> Bool { reader.leksikon.kender(ord) }

    /// The parts of a compound, each as a word of its own; none of another word.
    public func led(of term: TextQuery.Term) -> [TextQuery.Term] {
        term.tokens.count == 1 ? term.led(analyse) : []
    }

    /// The words that the forms stand for, most frequent first, told from the first hits.
    private func staaende(
        _ former: Set<[UInt8]>, in udvaelgelse: Udvaelgelse
    ) throws(StoreError) -> [[UInt8]] {
        var counts: [[UInt8]: Int] = [:]
        for fund in try foerste(udvaelgelse) {
            let tilstand = try self.tilstand(of: fund)
            var here: Set<[UInt8]> = []
            for (_, tekst) in tilstand.tekster(alternativ: fund.objekt.alternativTitel) {
                // A word comes before its own forms.
                var place = -1
                var ord: [UInt8] = []
                let tekst = Ordtekst(tekst)
                tekst.forEachIndexed(analyse) { form, offset in
                    if offset != place { (place, ord) = (offset, tekst.ord(offset)) }
                    if former.contains(form) { here.insert(ord) }
                }
            }
            for ord in here { counts[ord, default: 0] += 1 }
        }
        let ranked = counts.sorted {
            $0.value == $1.value
                ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
        }
        return ranked.prefix(Rettelse.maxOrd).map(\.key)
    }

    private static let laest = 12

    /// The first hits, read.
    private func foerste(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> [Fund] {
        var maengde = try find(udvaelgelse)
        var valgte: [Fundmaengde.Udvalgt]
        repeat {
            valgte = maengde.foerste(
                Self.laest, .relevans, tillaeg: 0, efter: nil, kendt: Kendt(.distantFuture)
            ) { _ in }
            var isRight = true
            for valgt in valgte { isRight = try confirm(valgt, of: maengde) && isRight }
            if isRight { break }
            maengde = try find(udvaelgelse)
        } while true
        // Which rows were judged by themselves hangs on what is hidden: all stand in one order.
        var alle = maengde.loese.map { fund in
            let row = fund.objekt.row
            return (
                plads: Plads(vaegt: fund.vaegt, tid: row.sts.microseconds, uuid: row.uuid),
                fund: Optional(fund), valgt: Fundmaengde.Udvalgt?.none
            )
        }
        alle += valgte.map { ($0.plads, nil, $0) }
        alle.sort { $0.plads.precedes($1.plads, .relevans) }
        var result: [Fund] = []
        for (_, fund, valgt) in alle.prefix(Self.laest) {
            if let fund {
                result.append(fund)
            } else if let valgt, let fund = try self.fund(valgt, of: maengde) {
                result.append(fund)
            }
        }
        return result
    }

    /// Every word that may stand in something visible, and others.
    private func ordbog() throws(StoreError) -> Ordbog {
        let ordbog = reader.ordbog
        for myndighed in scope.myndigheder.sorted() {
            for fil in reader.filer(of: myndighed) where !reader.kenderOrd(fil) {
                guard let shard = try reader.shard(fil: fil.id) else { continue }
                if reader.mayUseMemory, try reader.laesOrd(shard) { continue }
                try shard.forEachOrd { _ = ordbog.numre(CollectionOfOne($0)) }
            }
        }
        // Those of other authorities' documents are there from when they were looked up.
        _ = try reader.fremmede(pointedAtFrom: scope.myndigheder)
        return ordbog
    }
}
