// Cases beside the documents that they file, through the links in memory.

/// Cases and documents of a search for both, each linked to one of the other kind.
public struct Parfund {
    public fileprivate(set) var sager = Raekkefund()
    public fileprivate(set) var dokumenter = Raekkefund()
    /// Cases of which only a reading tells whether they, or what they file, are found.
    public fileprivate(set) var usikreSager: [SynligtObjekt] = []
    /// Documents that a case which is surely meant files, and that must themselves be judged.
    public fileprivate(set) var usikreDokumenter: [SynligtObjekt] = []
}

extension Syn {
    /// The cases and the documents of which the expressions hold and that are linked now; nil where memory
    /// cannot tell.
    ///
    /// Costs some nanoseconds a row and a link, and the reading of each case and document once, until it
    /// is changed.
    public func par(
        sager: Raekkesoegning, dokumenter: Raekkesoegning
    ) throws(StoreError) -> Parfund? {
        guard reader.mayUseMemory else { return nil }
        try reader.seeToForeign()
        var result = Parfund()
        var wanted = scope.myndigheder
        if let only = sager.myndigheder { wanted.formIntersection(only) }
        for myndighed in wanted.sorted() {
            let found = try iHukommelse(myndighed) { sted throws(StoreError) -> Parfund? in
                try par(sager.udtryk, dokumenter.udtryk, sted)
            }
            guard let found else { return nil }
            for part in found {
                result.sager.add(part.sager)
                result.dokumenter.add(part.dokumenter)
                result.usikreSager += part.usikreSager
                result.usikreDokumenter += part.usikreDokumenter
            }
        }
        return result
    }

    private func par(
        _ sager: Raekkeudtryk, _ dokumenter: Raekkeudtryk, _ sted: Filsted
    ) throws(StoreError) -> Parfund? {
        let kolonner = sted.kolonner
        guard kolonner.beskadigede.isEmpty,
            let sag = try laertDom(sager, om: .sag, blandt: nil, sted)
        else { return nil }
        let sagerne = sag.ja.union(sag.maaske)
        if sagerne.isEmpty { return Parfund() }
        let slots = kolonner.rows.slots
        var filet = Raekkemaengde(slots: slots)
        kolonner.journal.forEach { id, dokument in
            if sagerne.contains(id), dokument < slots { filet.insert(Int(dokument)) }
        }
        guard let dokument = try laertDom(dokumenter, om: .dokument, blandt: filet, sted) else {
            return nil
        }
        let kendetegn = kolonner.kendetegn.nu
        let sikre = Raekkemaengde(sted.synlighed.sikre)
        var parring = Parring(
            sager: sagerne,
            sikreSager: sag.ja.intersection(sikre).intersection(kendetegn.ligetil),
            dokumenter: dokument.ja.union(dokument.maaske),
            sikreDokumenter: dokument.ja.intersection(sikre), slots: slots)
        kolonner.journal.forEach { parring.add($0, Int($1)) }
        // What stands elsewhere is found through the case itself.
        kolonner.journalUdenfor.forEach { id, _ in parring.addUdenfor(id) }
        parring.finish(uden: sagerne.subtracting(kendetegn.ligetil))
        return try laes(parring, kendetegn, sted)
    }

    private func laes(
        _ parring: Parring, _ kendetegn: Kendetegn.Tilstand, _ sted: Filsted
    ) throws(StoreError) -> Parfund? {
        var result = Parfund()
        func del(_ raekker: Raekkemaengde) -> Raekkefund.Del {
            Raekkefund.Del(
                fil: sted.fil, kolonner: sted.kolonner, kendetegn: kendetegn, raekker: raekker)
        }
        forbrug.raekker += parring.fundneSager.count + parring.fundneDokumenter.count
        forbrug.par += parring.fundneSager.count
        forbrug.laest += parring.usikreSager.count + parring.usikreDokumenter.count
        result.sager.add(del(parring.fundneSager))
        result.dokumenter.add(del(parring.fundneDokumenter))
        guard !parring.usikreSager.isEmpty || !parring.usikreDokumenter.isEmpty else {
            return result
        }
        guard let shard = try shard(sted) else { return nil }
        func objekter(
            _ raekker: Raekkemaengde
        ) throws(StoreError) -> [SynligtObjekt] {
            var found: [SynligtObjekt] = []
            try raekker.forEach { id throws(StoreError) in
                guard let row = try shard.row(id: Int64(id)), try sees(row) else { return }
                found.append(SynligtObjekt(row: row, shard: shard, syn: self))
            }
            return found
        }
        result.usikreSager = try objekter(parring.usikreSager)
        result.usikreDokumenter = try objekter(parring.usikreDokumenter)
        return result
    }

    /// What the expression says when each row that it may hold of has been read once.
    private func laertDom(
        _ udtryk: Raekkeudtryk, om kind: ObjektKind, blandt: Raekkemaengde?, _ sted: Filsted
    ) throws(StoreError) -> Raekkedom? {
        let known = sted.kolonner.kendetegn.nu.ligetil
        guard
            let dom = try dom(udtryk, om: kind, sted, ligetil: known, blandt: blandt)
        else { return nil }
        let ukendte = dom.ja.union(dom.maaske).subtracting(known)
        guard !ukendte.isEmpty else { return dom }
        guard let shard = try shard(sted) else { return nil }
        try laegMaerkeTil(ukendte, sted, shard)
        let learnt = sted.kolonner.kendetegn.nu.ligetil
        return learnt == known
            ? dom : try self.dom(udtryk, om: kind, sted, ligetil: learnt, blandt: blandt)
    }

    /// Remembers which of the rows are plain, so that they need not be read again.
    func laegMaerkeTil(
        _ ids: Raekkemaengde, _ sted: Filsted, _ shard: ShardReader
    ) throws(StoreError) {
        let known = sted.kolonner.kendetegn.nu.ligetil
        var found: [(id: Int64, antal: UInt8)] = []
        try ids.subtracting(known).forEach { id throws(StoreError) in
            guard let row = try shard.row(id: Int64(id)),
                let antal = Kendetegn.antal(row, try shard.current(of: row), now: now, roller)
            else { return }
            found.append((row.id, antal))
        }
        sted.kolonner.kendetegn.note(found)
    }
}

/// One file's links, each looked at once.
private struct Parring {
    let sager: Raekkemaengde
    let sikreSager: Raekkemaengde
    let dokumenter: Raekkemaengde
    let sikreDokumenter: Raekkemaengde
    private(set) var fundneSager: Raekkemaengde
    private(set) var fundneDokumenter: Raekkemaengde
    private(set) var usikreSager: Raekkemaengde
    private(set) var usikreDokumenter: Raekkemaengde
    /// Surely meant, and linked to what is not.
    private var ventende: Raekkemaengde
    private var udenfor: Raekkemaengde

    init(
        sager: Raekkemaengde, sikreSager: Raekkemaengde, dokumenter: Raekkemaengde,
        sikreDokumenter: Raekkemaengde, slots: Int
    ) {
        self.sager = sager
        self.sikreSager = sikreSager
        self.dokumenter = dokumenter
        self.sikreDokumenter = sikreDokumenter
        let ingen = Raekkemaengde(slots: slots)
        fundneSager = ingen
        fundneDokumenter = ingen
        usikreSager = ingen
        usikreDokumenter = ingen
        ventende = ingen
        udenfor = ingen
    }

    mutating func add(_ sag: Int, _ dokument: Int) {
        guard sager.contains(sag), dokumenter.contains(dokument) else { return }
        guard sikreSager.contains(sag) else { return usikreSager.insert(sag) }
        if sikreDokumenter.contains(dokument) {
            fundneSager.insert(sag)
            fundneDokumenter.insert(dokument)
        } else {
            ventende.insert(sag)
            usikreDokumenter.insert(dokument)
        }
    }

    mutating func addUdenfor(_ sag: Int) { if sager.contains(sag) { udenfor.insert(sag) } }

    /// `uden` are cases whose links are not those of the present.
    mutating func finish(uden: Raekkemaengde) {
        fundneSager.subtract(udenfor)
        usikreSager.formUnion(udenfor)
        usikreSager.formUnion(uden)
        usikreSager.formUnion(ventende.subtracting(fundneSager))
        usikreDokumenter.subtract(fundneDokumenter)
    }
}
