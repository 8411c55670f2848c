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

    /// Nil when the files are not as they were when the rows were found; then they are to be found
    /// again.
    init?(
        _ liste: Traefliste, _ trin: Soegetrin, _ maade: Laesemaade, at instant: Tidspunkt,
        efter: Placering?
    ) throws(StoreError) {
        let sortering = trin.request.sortering
        guard let orden = sortering.orden else {
            guard let read = try Self.read(liste, trin.syn) else { return nil }
            var hits = try Placering.placed(read, trin, maade, at: instant)
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
            return
        }
        let then = trin.request.udvaelgelse.registrering.map { min($0, instant) } ?? instant
        var raekker = Raekker()
        for gruppe in liste.grupper { raekker.add(gruppe, orden, trin, then, efter) }
        guard try raekker.areConfirmed(by: trin.syn) else { return nil }
        var aendrede: [Traef] = []
        for raekke in raekker.aendrede {
            if let traef = try raekke.traef(trin.syn) { aendrede.append(traef) }
        }
        let placedAendrede = try Placering.placed(aendrede, trin, maade, at: instant)
        let kept = Set(placedAendrede.map(\.fund.objekt.uuid))
        bortfaldne = aendrede.filter { !kept.contains($0.fund.objekt.uuid) }
        let own =
            liste.loese
            + liste.grupper.flatMap { gruppe in
                gruppe.maengde.loese.map { Traef($0, gruppe.ved) }
            }
        loese = try Placering.placed(own, trin, maade, at: instant)
        let behind = (loese + placedAendrede).filter { hit in
            efter.map { $0.precedes(hit.placering, sortering) } ?? true
        }
        var candidates = raekker.foerste.map { Kandidat.raekke($0) } + behind.map { .laest($0) }
        candidates.sort { $0.placering.precedes($1.placering, sortering) }
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

    private(set) var foerste: [Raekke] = []
    private(set) var aendrede: [Raekke] = []

    mutating func add(
        _ gruppe: (maengde: Fundmaengde, ved: Traef.Ved), _ orden: Plads.Orden,
        _ trin: Soegetrin, _ kendt: Tidspunkt, _ efter: Placering?
    ) {
        func raekke(_ valgt: Fundmaengde.Udvalgt) -> Raekke {
            Raekke(valgt: valgt, maengde: gruppe.maengde, ved: gruppe.ved)
        }
        var later: [Raekke] = []
        // One more than is shown tells whether there are more.
        let valgte = gruppe.maengde.foerste(
            trin.request.antal + 1, orden,
            tillaeg: gruppe.ved == .ord ? Traef.ordFremfor : 0,
            efter: efter.map { Plads(vaegt: $0.vaegt, tid: $0.tid, uuid: $0.uuid) }, kendt: kendt
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
