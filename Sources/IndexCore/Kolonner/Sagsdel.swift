/// What one part of a case or a grant tells in words, and what one must see to see it.
///
/// For objects of which some readers see only a part: which part a word stands in is read once from
/// the registration, and not again until the object changes.
struct Sagsdel: Sendable {
    enum Maal: Sendable {
        case ingen
        /// In the same file.
        case raekke(UInt32)
        /// What it points at is not in the file: the object alone tells.
        case andetsteds
    }

    let maal: Maal
    /// The forms of its words, by their hashes.
    let former: Set<UInt64>
    /// Those of titles that are not for all.
    let alternative: Set<UInt64>

    static func hash(_ form: [UInt8]) -> UInt64 { UInt64(bitPattern: Checksum.xxh64(form)) }

    var bytes: Int { 100 + 12 * (former.count + alternative.count) }
}

extension Sagsdel {
    enum Svar { case ja, nej, tvivl }

    /// Whether the word stands in a part that the caller sees.
    static func holds(
        _ dele: [Sagsdel], _ term: TextQuery.Term, _ synlighed: Synlighed.Del, erBruger: Bool
    ) -> Svar {
        guard !term.isPrefix, term.forloeb.isEmpty, term.boejedeForloeb.isEmpty,
            let token = term.tokens.first,
            term.tokens.count == 1
        else { return .tvivl }
        let former = [hash(token)] + term.former.map(hash)
        var svar = Svar.nej
        for del in dele {
            let isForAll = former.contains(where: del.former.contains)
            guard isForAll || former.contains(where: del.alternative.contains) else { continue }
            let isShown = isForAll || erBruger
            switch del.maal {
            case .ingen where isShown: return .ja
            case .raekke(let id) where isShown && synlighed.sikre.contains(Int(id)): return .ja
            case .raekke(let id):
                if isShown ? synlighed.tvivl.contains(Int(id)) : true { svar = .tvivl }
            default: svar = .tvivl
            }
        }
        return svar
    }
}

extension ShardReader {
    /// The parts of a case or a grant that may be hidden, as they count now. Costs a reading of it.
    func sagsdele(of row: ObjektRow, now: Tidspunkt, _ afleder: Afleder) throws(StoreError)
        -> [Sagsdel]
    {
        let registrering = try current(of: row)
        let instant = registrering.instant(at: now)
        var result: [Sagsdel] = []
        for segment in registrering.segments
        where Self.delte.contains(segment.unit) && segment.virkning.covers(instant) {
            // The part alone, so that what it adds to the text is what the text index has of it.
            var alene = registrering
            alene.segments = [segment]
            let afledning = afleder.afled(
                row.kind, alene, now: instant, klassetekst: "", klasser: .ingen)
            func former(_ kolonne: TextQuery.Column) -> Set<UInt64> {
                let tekst = afledning.tekster[kolonne.rawValue]
                var former: Set<UInt64> = []
                guard !tekst.isEmpty else { return former }
                afleder.leksikon.withAnalyse { analyse in
                    Ordtekst(tekst).forEachIndexed(analyse) { form, _ in
                        former.insert(Sagsdel.hash(form))
                    }
                }
                return former
            }
            let (betinget, alternativ) = (former(.betinget), former(.alternativ))
            guard !betinget.isEmpty || !alternativ.isEmpty else { continue }
            let peger = segment.unit == .journalpost || segment.unit == .bevillingssag
            let uuid = peger ? segment.body[.referenceID]?.uuid : nil
            result.append(
                Sagsdel(maal: try maal(uuid), former: betinget, alternative: alternativ))
        }
        return result
    }

    private static let delte: Set<Element> = [
        .egenskaber, .journalpost, .bevilgetYdelse, .bevillingssag,
    ]

    private func maal(_ uuid: UUIDIdentifikator?) throws(StoreError) -> Sagsdel.Maal {
        guard let uuid else { return .ingen }
        return try row(uuid).map { .raekke(UInt32(truncatingIfNeeded: $0.id)) } ?? .andetsteds
    }
}
