import IndexCore

/// The hits of one page, and what is counted of them all.
struct Sidefund {
    /// In order, at most as many as were asked for.
    let side: [Traef]
    /// Whether more come behind them.
    let erFlere: Bool
    /// All hits, from the first page's on.
    let antal: Int
    /// The hits that were never read.
    let maengder: [Fundmaengde]
    /// Those that were, whatever page they stand on.
    let loese: [Traef]
    /// Counted in `maengder` and not among the hits: what came after the first page was made.
    let bortfaldne: [Traef]
    /// Those that are told apart by their titles, when some of the words are enough.
    let forreste: Forreste?

    /// Nil when the files are not as they were when the rows were found; then they are to be found
    /// again.
    init?(
        _ liste: Traefliste, _ trin: Soegetrin, _ maade: Laesemaade, _ kendt: Kendt,
        efter: Placering?
    ) throws(StoreError) {
        let sortering = trin.request.sortering
        guard let orden = sortering.orden else {
            guard let read = try Self.read(liste, trin.syn) else { return nil }
            var hits = try Placering.placed(read, trin, maade, kendt)
            hits.sort { $0.placering.precedes($1.placering, sortering) }
            let behind = hits.firstIndex { hit in
                efter.map { $0.precedes(hit.placering, sortering) } ?? true
            }
            let rest = hits[(behind ?? hits.count)...]
            side = Array(rest.prefix(trin.request.antal))
            erFlere = rest.count > side.count
            antal = hits.count
            maengder = []
            loese = hits
            bortfaldne = []
            forreste = nil
            return
        }
        let then = kendt.hoejst(trin.request.udvaelgelse.registrering)
        let telling = Titelskel(trin, maade, then, efter)
        // One more than is shown tells whether there are more.
        let valg =
            telling?.valg ?? Raekker.Valg(antal: trin.request.antal + 1, efter: efter?.plads)
        var raekker = Raekker()
        for gruppe in liste.grupper { raekker.add(gruppe, orden, valg, then) }
        guard try raekker.areConfirmed(by: trin.syn) else { return nil }
        var aendrede: [Traef] = []
        for raekke in raekker.aendrede {
            if let traef = try raekke.traef(trin.syn) { aendrede.append(traef) }
        }
        let placedAendrede = try Placering.placed(aendrede, trin, maade, kendt)
        let kept = Set(placedAendrede.map(\.fund.objekt.uuid))
        bortfaldne = aendrede.filter { !kept.contains($0.fund.objekt.uuid) }
        let own =
            liste.loese
            + liste.grupper.flatMap { gruppe in
                gruppe.maengde.loese.map { Traef($0, gruppe.ved) }
            }
        loese = try Placering.placed(own, trin, maade, kendt)
        let read = (loese + placedAendrede).map { Kandidat.laest($0) }
        var candidates = raekker.foerste.map { Kandidat.raekke($0) } + read
        candidates.sort { $0.placering.precedes($1.placering, sortering) }
        if let telling {
            (candidates, forreste) = try telling.skeln(candidates)
        } else {
            forreste = maade.forreste
        }
        if let efter {
            candidates.removeAll { !efter.precedes($0.placering, sortering) }
        }
        var shown: [Traef] = []
        for candidate in candidates.prefix(trin.request.antal) {
            if let traef = try candidate.traef(trin.syn) { shown.append(traef) }
        }
        side = shown
        erFlere = candidates.count > trin.request.antal
        maengder = liste.grupper.map(\.maengde)
        antal =
            maengder.reduce(loese.count) { $0 + $1.count - $1.loese.count } - bortfaldne.count
    }

    /// Every hit as an object that has been read.
    private static func read(_ liste: Traefliste, _ syn: Syn) throws(StoreError) -> [Traef]? {
        var result = liste.loese
        for (maengde, ved) in liste.grupper {
            guard try syn.confirm(maengde) else { return nil }
            result += try syn.alle(maengde).map { Traef($0, ved) }
        }
        return result
    }
}

/// What may stand on a page: a row, or what has been read.
private enum Kandidat {
    case raekke(Raekker.Raekke)
    case laest(Traef)

    var placering: Placering {
        switch self {
        case .raekke(let raekke): raekke.placering
        case .laest(let traef): traef.placering
        }
    }

    func traef(_ syn: Syn) throws(StoreError) -> Traef? {
        switch self {
        case .raekke(let raekke): try raekke.traef(syn)
        case .laest(let traef): traef
        }
    }
}

/// Tells the foremost of what some of the words find apart by their titles.
private struct Titelskel {
    private let trin: Soegetrin
    private let kendte: Forreste?
    /// What was registered later is read as it was known then.
    private let then: Kendt
    private let lighed: Titellighed

    /// The rows that it takes: all of the foremost, as some may have joined them since the first page, and what
    /// the page needs behind them.
    var valg: Raekker.Valg {
        let antal = trin.request.antal + 1
        return kendte.map { .init(antal: antal, alleTil: $0.sidst) }
            ?? .init(antal: antal + Forreste.antal)
    }

    /// Nil for other readings and orders, for a page behind them, and where no page is asked for.
    init?(_ trin: Soegetrin, _ maade: Laesemaade, _ then: Kendt, _ efter: Placering?) {
        guard maade.nogle != nil, trin.request.sortering == .relevans, trin.request.antal > 0,
            let tekst = trin.request.tekst
        else { return nil }
        if let efter, !(maade.forreste?.holds(vaegt: efter.vaegt) ?? false) { return nil }
        self.trin = trin
        self.then = then
        kendte = maade.forreste
        lighed = Titellighed(tekst.forstaaet.map(\.tekst))
    }

    /// `candidates`, in order from the very first, with the foremost in their own order.
    func skeln(_ candidates: [Kandidat]) throws(StoreError) -> ([Kandidat], Forreste?) {
        guard let first = candidates.first?.placering,
            let last = candidates.prefix(Forreste.antal).last?.placering
        else { return (candidates, kendte) }
        let forreste = kendte ?? Forreste(bedst: first.vaegt, sidst: last.plads)
        var own: [Traef] = []
        // Many of them are of one class.
        var klasser: [String: Double] = [:]
        for candidate in candidates.prefix(while: { forreste.contains($0.placering.plads) }) {
            guard var traef = try candidate.traef(trin.syn) else { continue }
            traef.placering.vaegt = forreste.vaegt(
                ord: traef.placering.vaegt, lighed: try lighed(of: &traef, &klasser))
            own.append(traef)
        }
        own.sort { $0.placering.precedes($1.placering, .relevans) }
        let others = candidates.drop { forreste.contains($0.placering.plads) }
        return (own.map { .laest($0) } + others, forreste)
    }

    /// Of the title, or of the keyword of the class that is most like: what may be the words that were meant.
    private func lighed(
        of traef: inout Traef, _ klasser: inout [String: Double]
    ) throws(StoreError) -> Double {
        guard let billede = try billede(of: &traef) else { return 0 }
        let titel = billede.titel.map(lighed.vaerdi) ?? 0
        guard let klasse = billede.klasse?.noegle else { return titel }
        let known = klasser[klasse]
        let stikord = known ?? trin.syn.stikord(klasse).map(lighed.vaerdi).max() ?? 0
        klasser[klasse] = stikord
        return max(titel, stikord)
    }

    /// The object as it was known then; nil when it was not.
    private func billede(of traef: inout Traef) throws(StoreError) -> Objektbillede? {
        let (syn, objekt) = (trin.syn, traef.fund.objekt)
        let then = then.instant(of: objekt)
        if objekt.row.sts > then {
            return try syn.tilstand(of: objekt, virkning: nil, knownAt: then).map {
                Objektbillede(objekt, $0, syn)
            }
        }
        if let tilstand = traef.fund.tilstand { return Objektbillede(objekt, tilstand, syn) }
        let oversigt = try objekt.oversigt()
        let billede = Objektbillede(objekt, oversigt, at: oversigt.instant(at: syn.now), syn)
        traef.billede = billede
        return billede
    }
}

/// The first rows of each group, and those that must be read to be placed.
private struct Raekker {
    struct Raekke {
        let valgt: Fundmaengde.Udvalgt
        let maengde: Fundmaengde
        let ved: Traef.Ved

        var placering: Placering {
            var placering = Placering(uuid: valgt.plads.uuid, notat: "")
            placering.vaegt = valgt.plads.vaegt
            placering.tid = valgt.plads.tid
            return placering
        }

        func traef(_ syn: Syn) throws(StoreError) -> Traef? {
            guard let fund = try syn.fund(valgt, of: maengde) else { return nil }
            var traef = Traef(fund, ved)
            traef.placering = placering
            return traef
        }
    }

    /// How many are taken: the first `antal` behind `efter`, or behind `alleTil` and all up to there.
    struct Valg {
        let antal: Int
        var efter: Plads?
        var alleTil: Plads?
    }

    private(set) var foerste: [Raekke] = []
    private(set) var aendrede: [Raekke] = []

    mutating func add(
        _ gruppe: (maengde: Fundmaengde, ved: Traef.Ved), _ orden: Plads.Orden, _ valg: Valg,
        _ kendt: Kendt
    ) {
        func raekke(_ valgt: Fundmaengde.Udvalgt) -> Raekke {
            Raekke(valgt: valgt, maengde: gruppe.maengde, ved: gruppe.ved)
        }
        var later: [Raekke] = []
        let valgte = gruppe.maengde.foerste(
            valg.antal, orden, tillaeg: gruppe.ved == .ord ? Traef.ordFremfor : 0,
            efter: valg.efter, alleTil: valg.alleTil, kendt: kendt
        ) { later.append(raekke($0)) }
        foerste += valgte.map(raekke)
        aendrede += later
    }

    func areConfirmed(by syn: Syn) throws(StoreError) -> Bool {
        var isRight = true
        for raekke in foerste + aendrede {
            isRight = try syn.confirm(raekke.valgt, of: raekke.maengde) && isRight
        }
        return isRight
    }
}

extension SoegAnmodning.Sortering {
    /// Nil for what only the objects themselves tell.
    fileprivate var orden: Plads.Orden? {
        switch self {
        case .relevans: .relevans
        case .nyeste: .nyeste
        case .aeldste: .aeldste
        case .titel, .brugervendtNoegle: nil
        }
    }
}
