import IndexCore

// Where each hit of a search stands, as it stood when the first page was made.

extension Placering {
    /// Gives each hit the place that it had by what was `kendt`; those that were not there fall out.
    static func placed(
        _ found: [Traef], _ trin: Soegetrin, _ maade: Laesemaade, _ kendt: Kendt
    ) throws(StoreError) -> [Traef] {
        let request = trin.request
        var result: [Traef] = []
        result.reserveCapacity(found.count)
        for hit in found {
            var hit = hit
            let row = hit.fund.objekt.row
            let instant = kendt.instant(of: hit.fund.objekt)
            if row.foerste > instant { continue }
            let then = request.udvaelgelse.registrering.map { min($0, instant) } ?? instant
            if row.sts <= then {
                hit.placering.tid = row.sts.microseconds
                hit.placering.vaegt =
                    hit.fund.vaegt + (hit.ved == .ord ? Traef.ordFremfor : 0)
                hit.placering.tekst = try tekst(of: hit, request.sortering, trin.syn)
            } else {
                try placeAsThen(&hit, then, trin, maade)
            }
            result.append(hit)
        }
        return result
    }

    private static func placeAsThen(
        _ hit: inout Traef, _ then: Tidspunkt, _ trin: Soegetrin, _ maade: Laesemaade
    ) throws(StoreError) {
        let (request, syn) = (trin.request, trin.syn)
        let objekt = hit.fund.objekt
        hit.placering.tid = try syn.sts(of: objekt, knownAt: then)?.microseconds ?? 0
        switch request.sortering {
        case .nyeste, .aeldste: return
        case .relevans:
            hit.placering.vaegt = try vaegt(of: hit, then, trin, maade)
        case .titel, .brugervendtNoegle:
            let virkning = request.udvaelgelse.virkning
            let old = try syn.tilstand(of: objekt, virkning: virkning, knownAt: then)
            guard let old else { return }
            let billede = Objektbillede(objekt, old, syn)
            let notat = billede.registrering.segments.lazy
                .filter { $0.virkning.covers(old.instant) }
                .compactMap { Journalnotat($0, of: billede) }
                .first { $0.indeks == hit.placering.notat }
            hit.placering.tekst = folded(
                request.sortering == .titel
                    ? (hit.notat == nil ? billede.titel : notat?.titel)
                    : billede.brugervendtNoegle)
        }
    }

    private static func vaegt(
        of hit: Traef, _ then: Tidspunkt, _ trin: Soegetrin, _ maade: Laesemaade
    ) throws(StoreError) -> Int {
        let udvaelgelse = trin.laest(maade)
        let objekt = hit.fund.objekt
        if let nogle = maade.nogle {
            return try trin.syn.vaegt(of: objekt, nogle: udvaelgelse, nogle, knownAt: then)
                ?? hit.fund.vaegt
        }
        guard let vaegt = try trin.syn.vaegt(of: objekt, udvaelgelse, knownAt: then) else {
            return hit.fund.vaegt
        }
        return vaegt.vaegt + (vaegt.erOrd || hit.notat != nil ? Traef.ordFremfor : 0)
    }

    private static func tekst(
        of hit: Traef, _ sortering: SoegAnmodning.Sortering, _ syn: Syn
    ) throws(StoreError) -> String {
        switch sortering {
        case .relevans, .nyeste, .aeldste: return ""
        case .brugervendtNoegle: return folded(hit.fund.brugervendtNoegle)
        case .titel:
            if let notat = hit.notat { return folded(notat.titel) }
            let tilstand = try syn.tilstand(of: hit.fund)
            return folded(Objektbillede(hit.fund.objekt, tilstand, syn).titel)
        }
    }

    /// Danish alphabetical order, near enough: æ, ø, å after z, letters' case left out.
    private static func folded(_ text: String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in (text ?? "\u{10FFFF}").lowercased().unicodeScalars {
            switch scalar {
            case "æ", "ä": result.append("\u{7B}")
            case "ø", "ö": result.append("\u{7C}")
            case "å": result.append("\u{7D}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
