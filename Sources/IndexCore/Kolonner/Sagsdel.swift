/// What one entry of a case tells in words, and what one must see to see it.
///
/// For cases of which some readers see only a part: which part a word stands in is read once from
/// the registration, and not again until the case changes.
struct Sagsdel: Sendable {
    enum Maal: Sendable {
        case ingen
        /// The document, in the same file.
        case raekke(UInt32)
        /// What it points at is not in the file: the object alone tells.
        case andetsteds
    }

    let maal: Maal
    /// The forms of its words, by their hashes.
    let former: Set<UInt64>

    static func hash(_ form: [UInt8]) -> UInt64 {
        UInt64(bitPattern: Checksum.xxh64(form))
    }

    var bytes: Int { 100 + 12 * former.count }
}

extension Sagsdel {
    enum Svar { case ja, nej, tvivl }

    /// Whether the word stands in a part that the caller sees.
    static func holds(
        _ dele: [Sagsdel], _ term: TextQuery.Term, _ synlighed: Synlighed.Del
    ) -> Svar {
        guard !term.isPrefix, term.forloeb.isEmpty, let token = term.tokens.first,
            term.tokens.count == 1
        else { return .tvivl }
        let former = [hash(token)] + term.former.map(hash)
        var svar = Svar.nej
        for del in dele where former.contains(where: del.former.contains) {
            switch del.maal {
            case .ingen: return .ja
            case .andetsteds: svar = .tvivl
            case .raekke(let id):
                if synlighed.sikre.contains(Int(id)) { return .ja }
                if synlighed.tvivl.contains(Int(id)) { svar = .tvivl }
            }
        }
        return svar
    }
}

extension ShardReader {
    /// The parts of a case that may be hidden, as they count now. Costs a reading of the case.
    func sagsdele(of row: ObjektRow, now: Tidspunkt, _ afleder: Afleder) throws(StoreError)
        -> [Sagsdel]
    {
        let registrering = try current(of: row)
        let instant = registrering.instant(at: now)
        var result: [Sagsdel] = []
        for segment in registrering.segments
        where segment.unit == .journalpost && segment.virkning.covers(instant) {
            // The part alone, so that what it adds to the text is what the text index has of it.
            var alene = registrering
            alene.segments = registrering.segments.filter { $0.unit == .egenskaber } + [segment]
            let afledning = afleder.afled(
                row.kind, alene, now: now, klassetekst: "", klasser: .ingen)
            let tekst = afledning.tekster[TextQuery.Column.betinget.rawValue]
            guard !tekst.isEmpty else { continue }
            var former: Set<UInt64> = []
            afleder.leksikon.withAnalyse { analyse in
                Ordtekst(tekst).forEachIndexed(analyse) { form, _ in
                    former.insert(Sagsdel.hash(form))
                }
            }
            result.append(
                Sagsdel(maal: try maal(segment.body[.referenceID]?.uuid), former: former))
        }
        return result
    }

    private func maal(_ uuid: UUIDIdentifikator?) throws(StoreError) -> Sagsdel.Maal {
        guard let uuid else { return .ingen }
        return try row(uuid).map { .raekke(UInt32(truncatingIfNeeded: $0.id)) } ?? .andetsteds
    }
}
