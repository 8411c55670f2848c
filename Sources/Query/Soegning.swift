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
        let request = try SoegAnmodning(body, plan: syn.plan)
        let aftryk = Markoer.aftryk(request.aftryk, syn.scopeAftryk)
        var markoer: Markoer?
        if let text = request.markoer {
            guard let opened = segl.open(text).flatMap(Markoer.init), opened.aftryk == aftryk else {
                throw QueryError.markoer
            }
            markoer = opened
        }
        // Who asks for what was changed since the last time must not miss what was stamped by now.
        let aendret = request.udvaelgelse.aendret == nil ? nil : syn.now
        syn.afvent(request.udvaelgelse.registrering ?? aendret)
        return try reading { () throws(StoreError) in
            let page = try Soegeside(request, after: markoer, syn)
            return try page.json { last in
                segl.seal(
                    Markoer(
                        placering: last, kendt: page.kendt, aftryk: aftryk,
                        maade: page.maade
                    ).bytes)
            }
        }
    }
}

/// One hit: an object, or a note of a case.
struct Traef {
    /// What it was found by.
    enum Ved {
        case ord
        /// A keyword of its class, for one of the words at least.
        case stikord
        /// Some of the words.
        case nogle
    }

    let fund: Fund
    let ved: Ved
    let notat: Journalnotat?
    var placering: Placering
    /// What lists show of the object, where that was read to place it.
    var billede: Objektbillede?

    init(_ fund: Fund, _ ved: Ved, _ notat: Journalnotat? = nil) {
        self.fund = fund
        self.ved = ved
        self.notat = notat
        placering = Placering(uuid: fund.objekt.uuid, notat: notat?.indeks ?? "")
    }

    /// All words above a keyword, whatever else tells for it.
    static let ordFremfor = 1_000

    var objekttype: String { notat == nil ? fund.objekt.kind.name : "Journalnotat" }
}

/// All that a question finds; most of it as rows that have not been read.
struct Traefliste {
    /// Found by the words; found by keywords alone.
    var grupper: [(maengde: Fundmaengde, ved: Traef.Ved)] = []
    /// What has been read: notes, and what some of the words find.
    var loese: [Traef] = []

    var count: Int { grupper.reduce(loese.count) { $0 + $1.maengde.count } }
    var isEmpty: Bool { count == 0 }

    /// `instant`, or later where something was changed later: a registration may carry an instant a little
    /// after the request's own.
    func nyeste(fra instant: Tidspunkt) -> Tidspunkt {
        let found = grupper.compactMap { $0.maengde.nyeste(after: instant) }
        return (found + loese.map(\.fund.objekt.row.sts)).reduce(instant, max)
    }
}

/// All hits of a question, and the page asked for.
struct Soegeside {
    private let trin: Soegetrin
    /// The conditions as they were read.
    private let laest: Udvaelgelse
    private let fundet: Sidefund
    /// What was known when the first page was made.
    let kendt: Kendt
    /// How the question was read.
    private(set) var maade: Laesemaade

    private var page: [Traef] { fundet.side }

    init(
        _ request: SoegAnmodning, after markoer: Markoer?, _ syn: Syn
    ) throws(StoreError) {
        trin = Soegetrin(request: request, syn: syn)
        while true {
            let maade: Laesemaade
            let liste: Traefliste
            if let markoer {
                maade = markoer.maade
                liste = try trin.find(markoer.maade)
            } else {
                (maade, liste) = try trin.findFirst()
            }
            let kendt: Kendt
            if let markoer {
                kendt = markoer.kendt
            } else {
                kendt = try syn.kendt(
                    liste.nyeste(fra: syn.now), liste.grupper.map(\.maengde),
                    liste.loese.map(\.fund.objekt))
            }
            // Nil when something was written between finding and reading; each time one more file
            // is held as it is.
            guard
                let side = try Sidefund(
                    liste, trin, maade, kendt, efter: markoer?.placering)
            else { continue }
            fundet = side
            self.maade = maade
            self.maade.forreste = side.forreste
            self.kendt = kendt
            laest = trin.laest(maade)
            return
        }
    }

    private var request: SoegAnmodning { trin.request }
    private var syn: Syn { trin.syn }

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
        writer.member("Vaerdi", fundet.antal)
        writer.member("Praecis", syn.erHel)
        writer.endObject()
        if !request.facetter.isEmpty {
            Facet.write(request.facetter, over: fundet, syn.plan, to: &writer)
        }
        forstaaet(to: &writer)
        if let last = page.last, fundet.erFlere {
            writer.member("Markoer", marker(last.placering))
        }
        let missing = syn.mangler
        if !missing.isEmpty {
            writer.key("Utilgaengelige")
            writer.texts(missing.map(\.description))
        }
        writer.endObject()
        return writer.bytes
    }

    /// How the text was read, and what classes were taken to stand for.
    private func forstaaet(to writer: inout JSONWriter) {
        let tekst = request.tekst
        guard tekst != nil || !request.klasseudvidelser.isEmpty else { return }
        writer.key("Forstaaet")
        writer.beginArray()
        for part in tekst?.forstaaet ?? [] {
            let ogsaa = part.ogsaa.map(\.rawValue)
            Self.write(
                part.tekst, part.som.rawValue, ogsaa.isEmpty ? [] : [("Ogsaa", ogsaa)],
                to: &writer)
        }
        for one in request.klasseudvidelser {
            for (som, klasser) in one.lister {
                Self.write(one.tekst, som, [("Klasser", klasser)], to: &writer)
            }
        }
        if let tekst { friere(tekst, to: &writer) }
        writer.endArray()
        if let tekst, tekst.isCut { writer.member("ForstaaetAfkortet", true) }
    }

    /// What was done to find something, or more.
    private func friere(_ tekst: QueryParser, to writer: inout JSONWriter) {
        let ord = tekst.almindelige.sorted { $0.key < $1.key }
        for (place, ord) in ord {
            if maade.udenSmaaord, tekst.smaaord.contains(place) {
                Self.write(ord, "smaaord", to: &writer)
            }
            if let rettelse = maade.rettelser[place] {
                let words = rettelse.ord.map { String(decoding: $0, as: UTF8.self) }
                Self.write(ord, "rettet", [("Til", words)], to: &writer)
            }
            guard trin.maaUdvides, let term = tekst.krav[place].tekst else { continue }
            let klasser = syn.klasser(medStikord: term)
            if !klasser.isEmpty {
                Self.write(ord, "stikord", [("Klasser", Array(klasser.prefix(10)))], to: &writer)
            }
        }
        let hele = trin.maaUdvides ? trin.klasserMedAlle(tekst) : []
        if !hele.isEmpty {
            Self.write(
                ord.map(\.value).joined(separator: " "), "stikord",
                [("Klasser", Array(hele.prefix(10)))], to: &writer)
        }
        guard maade.nogle != nil else { return }
        let all = tekst.forstaaet.filter { $0.som != .udeladt }.map(\.tekst)
        Self.write(all.joined(separator: " "), "nogleOrd", to: &writer)
    }

    static func write(
        _ tekst: String, _ som: String, _ lister: [(String, [String])] = [],
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("Tekst", tekst)
        writer.member("Som", som)
        for (name, values) in lister {
            writer.key(text: name)
            writer.texts(values)
        }
        writer.endObject()
    }

    private func write(_ hit: Traef, to writer: inout JSONWriter) throws(StoreError) {
        let objekt = hit.fund.objekt
        let isList = hit.notat == nil && request.vis.isEmpty
        if isList, !request.uddrag, hit.fund.tilstand == nil, let billede = hit.billede {
            writer.beginObject()
            billede.write(to: &writer)
            writer.endObject()
            return
        }
        // Its texts are derived for a snippet alone.
        let tilstand = try request.uddrag ? syn.tilstand(of: hit.fund) : hit.fund.tilstand
        let registrering: Registrering
        if let tilstand {
            registrering = tilstand.registrering
        } else {
            registrering = try isList ? objekt.oversigt() : objekt.current()
        }
        let instant = tilstand?.instant ?? registrering.instant(at: syn.now)
        writer.beginObject()
        if let notat = hit.notat {
            notat.writeTraef(to: &writer)
        } else {
            Objektbillede(
                objekt, registrering, at: instant, syn, af: tilstand?.myndighed
            ).write(to: &writer)
        }
        if request.uddrag, let tilstand { uddrag(hit, tilstand)?.write(to: &writer) }
        if !request.vis.isEmpty {
            writer.key(.registrering)
            writer.registrering(
                registrering, as: objekt.schema, alternativTitel: objekt.alternativTitel
            ) { segment in
                let liste = RolleListe(objekt.kind, segment.unit)
                let rolle = syn.roller.rolle(liste, segment.body[.rolle]?.uuid)
                return segment.virkning.covers(instant)
                    && (request.vis.contains(Filter.Del(segment.unit))
                        || request.vis.contains(Filter.Del(segment.unit, rolle)))
            }
        }
        writer.endObject()
    }

    private func uddrag(_ hit: Traef, _ tilstand: Objekttilstand) -> Uddrag? {
        let terms = laest.krav.compactMap(\.tekst)
        guard !terms.isEmpty else { return nil }
        let stykker =
            if let notat = hit.notat {
                [("Titel", notat.titel ?? ""), ("Journalnotat", notat.tekst ?? "")]
            } else {
                tilstand.stykker(alternativ: hit.fund.objekt.alternativTitel)
            }
        if let found = Uddrag(terms, in: stykker, syn.analyse) { return found }
        // Some of the words may be parts of them.
        guard maade.nogle != nil else { return nil }
        return Uddrag(terms.flatMap { $0.led(syn.analyse) }, in: stykker, syn.analyse)
    }
}
