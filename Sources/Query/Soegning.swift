public import IndexCore

/// The ranked search.
///
/// Order, counts, facets and snippets are made of what the caller sees and of nothing else; so the
/// ranking uses no statistics of the index.
public enum Soegning {
    /// One page of hits as JSON.
    ///
    /// Costs what the conditions select, as all hits are counted and placed; a page's own hits are
    /// decoded. `Titel` as order decodes every hit. `Journalnotat` gives hits only when it is among
    /// `Objekttyper`, since a case is found by its notes anyway.
    public static func json(
        body: [UInt8], syn: Syn, segl: Markoersegl
    ) throws(QueryError) -> [UInt8] {
        let request = try SoegAnmodning(body)
        let aftryk = Markoer.aftryk(request.aftryk, syn.scope)
        var markoer: Markoer?
        if let text = request.markoer {
            guard let opened = segl.open(text).flatMap(Markoer.init), opened.aftryk == aftryk else {
                throw QueryError.markoer
            }
            markoer = opened
        }
        return try reading { () throws(StoreError) in
            let page = try Soegeside(request, after: markoer, syn)
            return try page.json { last in
                segl.seal(
                    Markoer(placering: last, instant: page.instant, aftryk: aftryk).bytes)
            }
        }
    }
}

/// One hit: an object, or a note of a case.
struct Traef {
    let fund: Fund
    var notat: Journalnotat?
    var placering: Placering

    var objekttype: String { notat == nil ? fund.objekt.kind.name : "Journalnotat" }
}

/// All hits of a question, and the page asked for.
struct Soegeside {
    private let request: SoegAnmodning
    private let syn: Syn
    private let hits: [Traef]
    private let page: ArraySlice<Traef>
    /// When the first page was made.
    let instant: Tidspunkt

    init(
        _ request: SoegAnmodning, after markoer: Markoer?, _ syn: Syn
    ) throws(StoreError) {
        self.request = request
        self.syn = syn
        var found = try Self.find(request, syn)
        // A registration may carry an instant a little after the request's own.
        let newest = found.map(\.fund.objekt.row.sts).max() ?? syn.now
        instant = markoer?.instant ?? max(syn.now, newest)
        found = try Self.placed(found, request, syn, at: instant)
        found.sort { $0.placering.precedes($1.placering, request.sortering) }
        hits = found
        var first = 0
        if let last = markoer?.placering {
            first =
                found.firstIndex { last.precedes($0.placering, request.sortering) } ?? found.count
        }
        page = found[first..<min(found.count, first + request.antal)]
    }

    // MARK: Finding

    private static func find(
        _ request: SoegAnmodning, _ syn: Syn
    ) throws(StoreError) -> [Traef] {
        if request.tekst?.isNoise ?? false { return [] }
        var result: [Traef] = []
        if !request.udvaelgelse.objekttyper.isEmpty {
            result = try syn.select(request.udvaelgelse).map { fund in
                Traef(fund: fund, placering: Placering(uuid: fund.objekt.uuid, notat: ""))
            }
        }
        if request.medNotater { result += try notes(request, syn) }
        return result
    }

    /// Notes of the cases that meet the conditions; the text must stand in the note itself.
    private static func notes(
        _ request: SoegAnmodning, _ syn: Syn
    ) throws(StoreError) -> [Traef] {
        var sager = request.udvaelgelse
        sager.objekttyper = [.sag]
        sager.udeladt = []
        var result: [Traef] = []
        for fund in try syn.select(sager) {
            let tilstand: Objekttilstand
            if let known = fund.tilstand {
                tilstand = known
            } else {
                tilstand = try syn.tilstand(of: fund.objekt)
            }
            let sag = billede(fund.objekt, tilstand, syn)
            for segment in tilstand.segmenter {
                guard let notat = Journalnotat(segment, of: sag),
                    fits(notat, tilstand, request, syn.analyse)
                else { continue }
                result.append(
                    Traef(
                        fund: fund, notat: notat,
                        placering: Placering(uuid: fund.objekt.uuid, notat: notat.indeks)))
            }
        }
        return result
    }

    private static func fits(
        _ notat: Journalnotat, _ sag: Objekttilstand, _ request: SoegAnmodning,
        _ analyse: Ordanalyse
    ) -> Bool {
        guard let tekst = request.tekst else { return true }
        let texts = [[notat.titel, notat.tekst].compactMap { $0 }]
        let excluded = TextQuery(required: [], excluded: tekst.udeladt)
        guard excluded.matches(texts, analyse) else { return false }
        return tekst.krav.allSatisfy { krav in
            if krav.holdsByKey(of: sag) || krav.uuider.contains(notat.sag.objekt.uuid) {
                return true
            }
            guard let term = krav.tekst else { return false }
            return TextQuery(required: [term], excluded: []).matches(texts, analyse)
        }
    }

    private static func billede(
        _ objekt: SynligtObjekt, _ tilstand: Objekttilstand, _ syn: Syn
    ) -> Objektbillede {
        Objektbillede(
            objekt, tilstand.registrering, at: tilstand.instant, roller: syn.roller,
            klassetitel: syn.klassetitel)
    }

    // MARK: Placing

    /// Gives each hit the place that it had at `instant`; those that were not there fall out.
    private static func placed(
        _ found: [Traef], _ request: SoegAnmodning, _ syn: Syn, at instant: Tidspunkt
    ) throws(StoreError) -> [Traef] {
        var result: [Traef] = []
        result.reserveCapacity(found.count)
        for hit in found {
            var hit = hit
            let row = hit.fund.objekt.row
            if row.foerste > instant { continue }
            let then = request.udvaelgelse.registrering.map { min($0, instant) } ?? instant
            if row.sts <= then {
                hit.placering.tid = row.sts.microseconds
                hit.placering.vaegt = hit.fund.vaegt
                hit.placering.tekst = try tekst(of: hit, request.sortering, syn)
            } else {
                try placeAsThen(&hit, then, request, syn)
            }
            result.append(hit)
        }
        return result
    }

    private static func placeAsThen(
        _ hit: inout Traef, _ then: Tidspunkt, _ request: SoegAnmodning, _ syn: Syn
    ) throws(StoreError) {
        let objekt = hit.fund.objekt
        hit.placering.tid = try syn.sts(of: objekt, knownAt: then)?.microseconds ?? 0
        switch request.sortering {
        case .nyeste, .aeldste: return
        case .relevans:
            hit.placering.vaegt =
                try syn.vaegt(of: objekt, request.udvaelgelse, knownAt: then) ?? hit.fund.vaegt
        case .titel, .brugervendtNoegle:
            let virkning = request.udvaelgelse.virkning
            let old = try syn.tilstand(of: objekt, virkning: virkning, knownAt: then)
            guard let old else { return }
            let billede = billede(objekt, old, syn)
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

    private static func tekst(
        of hit: Traef, _ sortering: SoegAnmodning.Sortering, _ syn: Syn
    ) throws(StoreError) -> String {
        switch sortering {
        case .relevans, .nyeste, .aeldste: return ""
        case .brugervendtNoegle: return folded(hit.fund.brugervendtNoegle)
        case .titel:
            if let notat = hit.notat { return folded(notat.titel) }
            let tilstand: Objekttilstand
            if let known = hit.fund.tilstand {
                tilstand = known
            } else {
                tilstand = try syn.tilstand(of: hit.fund.objekt)
            }
            return folded(billede(hit.fund.objekt, tilstand, syn).titel)
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

    // MARK: Answering

    func json(marker: (Placering) -> String) throws(StoreError) -> [UInt8] {
        var writer = JSONWriter(reserving: 16_384)
        writer.beginObject()
        writer.key("Traef")
        writer.beginArray()
        for hit in page { try write(hit, to: &writer) }
        writer.endArray()
        writer.key("Antal")
        writer.beginObject()
        writer.member("Vaerdi", hits.count)
        writer.member("Praecis", true)
        writer.endObject()
        if !request.facetter.isEmpty { Facet.write(request.facetter, over: hits, to: &writer) }
        if let tekst = request.tekst { forstaaet(tekst, to: &writer) }
        if let last = page.last, page.endIndex < hits.endIndex {
            writer.member("Markoer", marker(last.placering))
        }
        let missing = syn.mangler
        if !missing.isEmpty {
            writer.key("Utilgaengelige")
            writer.beginArray()
            for myndighed in missing { writer.string(myndighed.description) }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }

    private func forstaaet(_ tekst: QueryParser, to writer: inout JSONWriter) {
        writer.key("Forstaaet")
        writer.beginArray()
        for part in tekst.forstaaet {
            writer.beginObject()
            writer.member("Tekst", part.tekst)
            writer.member("Som", part.som.rawValue)
            writer.endObject()
        }
        writer.endArray()
        if tekst.isCut { writer.member("ForstaaetAfkortet", true) }
    }

    private func write(_ hit: Traef, to writer: inout JSONWriter) throws(StoreError) {
        let tilstand: Objekttilstand
        if let known = hit.fund.tilstand {
            tilstand = known
        } else {
            tilstand = try syn.tilstand(of: hit.fund.objekt)
        }
        let objekt = hit.fund.objekt
        writer.beginObject()
        if let notat = hit.notat {
            notat.write(to: &writer)
            if let myndighed = objekt.row.fakta.myndighed {
                writer.member("Myndighed", myndighed.description)
            }
            writer.member("Aendret", tilstand.registrering.stsTidspunkt)
        } else {
            Self.billede(objekt, tilstand, syn).write(to: &writer)
        }
        if request.uddrag { uddrag(hit, tilstand)?.write(to: &writer) }
        if !request.vis.isEmpty {
            writer.key(.registrering)
            writer.registrering(
                tilstand.registrering, as: objekt.schema, alternativTitel: objekt.alternativTitel
            ) { request.vis.contains($0.unit) && $0.virkning.covers(tilstand.instant) }
        }
        writer.endObject()
    }

    private func uddrag(_ hit: Traef, _ tilstand: Objekttilstand) -> Uddrag? {
        let terms = request.tekst?.krav.compactMap(\.tekst) ?? []
        guard !terms.isEmpty else { return nil }
        if let notat = hit.notat {
            return Uddrag(
                terms,
                in: [("Titel", notat.titel ?? ""), ("Journalnotat", notat.tekst ?? "")],
                syn.analyse)
        }
        let texts = tilstand.tekster(alternativ: hit.fund.objekt.alternativTitel)
        return Uddrag(terms, in: texts.map { ($0.kolonne.felt, $0.tekst) }, syn.analyse)
    }
}
