// Searching by example through columns and lists: what an expression surely holds of is never read.

/// What a search by example asks of one kind of object.
public struct Raekkesoegning {
    public let kind: ObjektKind
    public let udtryk: Raekkeudtryk
    /// Only objects of these authorities; nil for all in scope.
    public let myndigheder: Set<CVRNummer>?
    /// Every object must be read, whatever memory tells.
    public let laesAlle: Bool

    public init(
        _ kind: ObjektKind, _ udtryk: Raekkeudtryk, i myndigheder: Set<CVRNummer>?,
        laesAlle: Bool
    ) {
        self.kind = kind
        self.udtryk = udtryk
        self.myndigheder = myndigheder
        self.laesAlle = laesAlle
    }
}

extension Syn {
    /// What was made of an object that had to be read, and what was known of it when it was read.
    public typealias Proevet<Fundet> = (fundet: Fundet?, udsnit: Udsnit?)

    /// The rows that the expression surely holds of; of all others that it may hold of, `proev` reads the
    /// object, and `body` is given what it makes of those that are found, each once.
    ///
    /// Costs some nanoseconds a row, and the reading of what memory cannot decide. Where memory cannot be
    /// used every candidate is read (`ellers`). Before chosen rows are shown, `confirm` must agree.
    public func raekker<Fundet>(
        _ soegning: Raekkesoegning, ellers valg: Kandidatvalg, hvor raekke: (ObjektRow) -> Bool,
        proev: (SynligtObjekt) throws(StoreError) -> Proevet<Fundet>,
        _ body: (Fundet) throws(StoreError) -> Void
    ) throws(StoreError) -> Raekkefund {
        var result = Raekkefund()
        func consider(_ objekt: SynligtObjekt) throws(StoreError) {
            if let fundet = try proev(objekt).fundet { try body(fundet) }
        }
        guard reader.mayUseMemory, valg.uuider == nil else {
            try forEachKandidat(
                soegning.kind, valg, i: soegning.myndigheder, hvor: raekke, consider)
            return result
        }
        try reader.seeToForeign()
        var wanted = scope.myndigheder
        if let only = soegning.myndigheder { wanted.formIntersection(only) }
        for myndighed in wanted.sorted() {
            let found = try iHukommelse(myndighed) { sted throws(StoreError) -> Filfund<Fundet>? in
                try raekker(soegning, sted, proev)
            }
            guard let found else {
                try forEachKandidat(
                    soegning.kind, valg, af: myndighed, hvor: raekke, consider)
                continue
            }
            for del in found {
                result.add(del.sikre)
                for fundet in del.laest { try body(fundet) }
            }
        }
        guard soegning.kind == .dokument else { return result }
        var kendte = KendteFremmede()
        try forEachFremmedKandidat(
            i: soegning.myndigheder, hvor: raekke, udenfor: &kendte, consider)
        for sete in kendte.sete {
            if let found = try raekker(soegning, sete.sted(reader), proev) {
                result.add(found.sikre)
                for fundet in found.laest { try body(fundet) }
            } else if let shard = try reader.shard(fil: sete.fil.id) {
                for (uuid, _) in sete.dokumenter {
                    try self.proev(
                        try shard.row(uuid), .dokument, in: shard, hvor: raekke, consider)
                }
            }
        }
        return result
    }

    private typealias Filfund<Fundet> = (sikre: Raekkefund.Del, laest: [Fundet])

    private func raekker<Fundet>(
        _ soegning: Raekkesoegning, _ sted: Filsted,
        _ proev: (SynligtObjekt) throws(StoreError) -> Proevet<Fundet>
    ) throws(StoreError) -> Filfund<Fundet>? {
        let kolonner = sted.kolonner
        let kendetegn = kolonner.kendetegn.nu
        guard
            let dom = try dom(
                soegning.udtryk, om: soegning.kind, sted, ligetil: kendetegn.ligetil)
        else { return nil }
        var sikre = dom.ja.intersection(Raekkemaengde(sted.synlighed.sikre))
        if soegning.laesAlle {
            sikre = Raekkemaengde(slots: kolonner.rows.slots)
        }
        let laeses = dom.ja.union(dom.maaske).subtracting(sikre)
        forbrug.raekker += sikre.count
        forbrug.laest += laeses.count
        let del = Raekkefund.Del(
            fil: sted.fil, kolonner: kolonner, kendetegn: kendetegn, raekker: sikre)
        var laest: [Fundet] = []
        guard !laeses.isEmpty else { return (del, laest) }
        guard let shard = try shard(sted) else { return nil }
        var lagtMaerkeTil: [(id: Int64, antal: UInt8)] = []
        try laeses.forEach { id throws(StoreError) in
            guard let row = try shard.row(id: Int64(id)), row.kind == soegning.kind,
                try sees(row)
            else { return }
            let proevet = try proev(SynligtObjekt(row: row, shard: shard, syn: self))
            if let fundet = proevet.fundet { laest.append(fundet) }
            if !kendetegn.ligetil.contains(id), let udsnit = proevet.udsnit,
                let antal = Kendetegn.antal(row, udsnit.raa, now: now, roller)
            {
                lagtMaerkeTil.append((Int64(id), antal))
            }
        }
        kolonner.kendetegn.note(lagtMaerkeTil)
        return (del, laest)
    }

    /// The file as it was when memory was made of it; nil when it is another by now.
    func shard(_ sted: Filsted) throws(StoreError) -> ShardReader? {
        guard let shard = try reader.shard(fil: sted.fil.id),
            try shard.version() == sted.kolonner.version
        else { return nil }
        return shard
    }

    /// What the expression says of the rows of a kind that the caller sees or may see; rows that cannot
    /// be read are among those that must be. Nil when memory and the file are not the same.
    func dom(
        _ udtryk: Raekkeudtryk, om kind: ObjektKind, _ sted: Filsted, ligetil: Raekkemaengde,
        blandt: Raekkemaengde? = nil
    ) throws(StoreError) -> Raekkedom? {
        let kolonner = sted.kolonner
        let tvivl = Raekkemaengde(sted.synlighed.tvivl)
        let synlige = Raekkemaengde(sted.synlighed.sikre).union(tvivl)
        let dommer = Raekkedommer(
            kolonner, sted.synlighed, ligetil: ligetil,
            { krav, blandt throws(StoreError) in try self.liste(krav, blandt: blandt, sted) },
            titler: { moenster throws(StoreError) in try self.titler(moenster, sted) })
        var raekker = synlige.intersection(kolonner.raekker(kind))
        if let blandt { raekker.formIntersection(blandt) }
        guard var dom = try dommer.dom(udtryk, blandt: raekker) else { return nil }
        // What a column lacks an object that is not plain may have, and that under a NOT.
        dom.maaske.formUnion(dom.ja.subtracting(ligetil))
        dom.ja.formIntersection(ligetil)
        dom.maaske.formUnion(kolonner.beskadigede.intersection(tvivl))
        return dom
    }

    /// The rows with such a title, as they are found once in a request.
    private func titler(
        _ moenster: Moenster, _ sted: Filsted
    ) throws(StoreError) -> Raekkemaengde? {
        let key = Titelfund(fil: sted.fil.id, version: sted.kolonner.version, moenster: moenster)
        if let known = titelfund[key] { return known }
        let found = try reader.titler(sted)?.raekker(moenster, slots: sted.kolonner.rows.slots)
        titelfund[key] = found
        return found
    }

    /// So many rows are looked up under a key one by one rather than its whole list fetched.
    private static let faa = 16

    private func liste(
        _ krav: Noeglekrav, blandt: Raekkemaengde, _ sted: Filsted
    ) throws(StoreError) -> Raekkedommer.Listesvar? {
        let lager = sted.lager
        let opslag = reader.opslag(.noegle(krav))
        if let known = lager.liste(opslag, version: sted.kolonner.version, at: now) {
            return .liste(known)
        }
        let antal = blandt.count
        if !krav.erEn, antal == 1 { return .forDyr }
        guard let shard = try shard(sted) else { return nil }
        guard krav.erEn, antal <= Self.faa else {
            return .liste(try lager.liste(opslag, shard, at: now))
        }
        var ids: [Int64] = []
        blandt.forEach { ids.append(Int64($0)) }
        return .liste(try shard.liste(krav, at: now, among: ids))
    }

    /// How many rows an expression may hold of at most; `Int.max` where memory does not tell. Counts no
    /// further when there are more than `mest`.
    public func hoejst(_ soegning: Raekkesoegning, mest: Int) throws(StoreError) -> Int {
        guard reader.mayUseMemory else { return .max }
        try reader.seeToForeign()
        var wanted = scope.myndigheder
        if let only = soegning.myndigheder { wanted.formIntersection(only) }
        var result = 0
        for myndighed in wanted where result <= mest {
            let found = try iHukommelse(myndighed) { sted throws(StoreError) -> Int? in
                try dom(
                    soegning.udtryk, om: soegning.kind, sted,
                    ligetil: sted.kolonner.kendetegn.nu.ligetil
                ).map { $0.ja.count + $0.maaske.count }
            }
            guard let found else { return .max }
            result += found.reduce(0, +)
        }
        return result
    }

    // MARK: What is shown

    /// Whether a chosen row's file still is as it was when the row was found; after false all is to be
    /// found again, and what is found then in that file is right for the rest of the request.
    public func confirm(
        _ valgt: Raekkefund.Udvalgt, of fund: Raekkefund
    ) throws(StoreError) -> Bool {
        let del = fund.dele[valgt.del]
        guard let shard = try reader.shard(fil: del.fil.id) else { return false }
        return try shard.version() == del.kolonner.version
    }

    /// The object of a row that was chosen.
    public func objekt(
        _ valgt: Raekkefund.Udvalgt, of fund: Raekkefund
    ) throws(StoreError) -> SynligtObjekt? {
        guard let shard = try reader.shard(fil: fund.dele[valgt.del].fil.id),
            let row = try shard.row(id: Int64(valgt.id))
        else { return nil }
        return SynligtObjekt(row: row, shard: shard, syn: self)
    }
}
