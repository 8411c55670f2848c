// Finding by columns and lists: what `select` finds, without reading each object.

extension Syn {
    /// Every visible object of which all conditions hold, and how well it fits.
    ///
    /// The same as `select`, at a few nanoseconds a row. Answered from memory alone where memory has
    /// what is asked for as it is on the disk; before objects are read, `confirm` must agree.
    public func find(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> Fundmaengde {
        try find(udvaelgelse, .alle)
    }

    /// Whether there is such an object at all; costs no more than the first file that has one.
    public func holdsAny(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> Bool {
        try !find(udvaelgelse, .nogen).isEmpty
    }

    private enum Omfang {
        case alle
        /// One at least, where there are any.
        case nogen
    }

    /// File after file, until there is enough.
    private func find(
        _ udvaelgelse: Udvaelgelse, _ omfang: Omfang
    ) throws(StoreError) -> Fundmaengde {
        let raekker = udvaelgelse.udtryk?.raekker(roller)
        guard reader.mayUseMemory, !udvaelgelse.isHistoric,
            udvaelgelse.udtryk == nil || raekker != nil
        else { return Fundmaengde(loese: try select(udvaelgelse)) }
        try reader.seeToForeign()
        var result = Fundmaengde()
        var wanted = scope.myndigheder
        if let only = udvaelgelse.myndigheder { wanted.formIntersection(only) }
        let opslag = Kravopslag(udvaelgelse, self)
        for myndighed in wanted.sorted() {
            if reader.filer(of: myndighed).allSatisfy({ reader.mangler(opslag.savn, $0) }) {
                continue
            }
            try find(udvaelgelse, opslag, raekker, omfang, of: myndighed, into: &result)
            if omfang == .nogen, !result.isEmpty { return result }
        }
        try findFremmede(udvaelgelse, opslag, into: &result)
        return result
    }

    /// The documents of other authorities that a case in scope may let through.
    private func findFremmede(
        _ udvaelgelse: Udvaelgelse, _ opslag: Kravopslag, into result: inout Fundmaengde
    ) throws(StoreError) {
        var kendte = KendteFremmede(samlerSete: udvaelgelse.udtryk == nil)
        func walk(_ walk: Gennemgang) throws(StoreError) {
            var walk = walk
            try walk.run()
            result.loese += walk.fund
        }
        try forEachForeignWalk(udvaelgelse, udenfor: { kendte.erAfgjort($0, $1, self) }) {
            one throws(StoreError) in
            try walk(one)
            try noteDomme(
                over: (one.kun ?? []).filter { !kendte.doemte.contains($0) }, one.shard)
        }
        for sete in kendte.sete {
            if let found = try find(udvaelgelse, opslag, nil, .alle, sete.sted(reader)) {
                result.dele.append(found.del)
            } else if let one = try gennemgang(of: sete, udvaelgelse) {
                try walk(one)
            }
        }
    }

    /// The documents read one by one; nil when their file cannot be.
    func gennemgang(
        of sete: KendteFremmede.Sete, _ udvaelgelse: Udvaelgelse
    ) throws(StoreError) -> Gennemgang? {
        guard let shard = try reader.shard(fil: sete.fil.id) else { return nil }
        var dokumenter = udvaelgelse
        dokumenter.objekttyper = [.dokument]
        return Gennemgang(
            syn: self, shard: shard, udvaelgelse: dokumenter, kun: sete.dokumenter.map(\.uuid))
    }

    /// Remembers which of another authority's documents are seen, where memory has that file as it is.
    func noteDomme(
        over dokumenter: [UUIDIdentifikator], _ shard: ShardReader
    ) throws(StoreError) {
        guard !dokumenter.isEmpty,
            let kolonner = reader.lager(of: shard.fil).aktuelle(at: now),
            kolonner.version == (try shard.version())
        else { return }
        var domme: [(id: Int64, dom: Enkeltdomme.Dom)] = []
        for uuid in dokumenter {
            if let row = try shard.row(uuid), let dom = try dom(over: row, kolonner) {
                domme.append((row.id, dom))
            }
        }
        reader.note(domme, kolonner, of: shard.fil, self)
    }

    /// Whether a chosen row still is as it was when it was found, in the snapshot that it will be read
    /// from; after false all is to be found again, and what is found then in that file is right for the
    /// rest of the request.
    public func confirm(
        _ valgt: Fundmaengde.Udvalgt, of maengde: Fundmaengde
    ) throws(StoreError) -> Bool {
        try isRight(maengde.dele[valgt.del], CollectionOfOne(valgt.id))
    }

    /// The same for every row.
    public func confirm(_ maengde: Fundmaengde) throws(StoreError) -> Bool {
        var isRight = true
        for del in maengde.dele where del.count > 0 {
            isRight = try self.isRight(del, del.ids) && isRight
        }
        return isRight
    }

    /// The file may have got other rows since; then these must be none of those that the commits
    /// between touched, themselves or by what they are seen by.
    private func isRight(
        _ del: Fundmaengde.Del, _ ids: some Collection<UInt32>
    ) throws(StoreError) -> Bool {
        guard let shard = try reader.shard(fil: del.fil.id) else { return false }
        if try shard.version() == del.kolonner.version { return true }
        guard let kolonner = try reader.kolonner([del.fil], del.fil.myndighed)?.first,
            let beroerte = kolonner.beroerte(since: del.kolonner.udgave)
        else { return false }
        return ids.allSatisfy { !beroerte.contains(Int($0)) }
    }

    /// The object of a row that was chosen; nil when it is gone.
    public func fund(_ valgt: Fundmaengde.Udvalgt, of maengde: Fundmaengde)
        throws(StoreError) -> Fund?
    {
        let fil = maengde.dele[valgt.del].fil
        guard let shard = try reader.shard(fil: fil.id),
            let row = try shard.row(id: Int64(valgt.id))
        else { return nil }
        return Fund(
            objekt: SynligtObjekt(row: row, shard: shard, syn: self), tilstand: nil,
            vaegt: valgt.plads.vaegt)
    }

    /// Every object of a set that has been confirmed or was found in opened files.
    public func alle(_ maengde: Fundmaengde) throws(StoreError) -> [Fund] {
        var result = maengde.loese
        for del in maengde.dele {
            guard let shard = try reader.shard(fil: del.fil.id) else { continue }
            for (id, vaegt) in zip(del.ids, del.vaegte) {
                guard let row = try shard.row(id: Int64(id)) else { continue }
                result.append(
                    Fund(
                        objekt: SynligtObjekt(row: row, shard: shard, syn: self), tilstand: nil,
                        vaegt: Int(vaegt)))
            }
        }
        return result
    }

    // MARK: One authority

    private func find(
        _ udvaelgelse: Udvaelgelse, _ opslag: Kravopslag,
        _ raekker: [ObjektKind: Raekkeudtryk]?, _ omfang: Omfang, of myndighed: CVRNummer,
        into result: inout Fundmaengde
    ) throws(StoreError) {
        let found = try iHukommelse(myndighed) { sted throws(StoreError) -> Fundet? in
            try find(udvaelgelse, opslag, raekker, omfang, sted)
        }
        guard let found else { return try select(udvaelgelse, of: myndighed, into: &result) }
        for fundet in found {
            result.dele.append(fundet.del)
            result.loese += fundet.loese
        }
    }

    private func select(
        _ udvaelgelse: Udvaelgelse, of myndighed: CVRNummer, into result: inout Fundmaengde
    ) throws(StoreError) {
        for shard in try reader.shards(of: myndighed) {
            var walk = Gennemgang(syn: self, shard: shard, udvaelgelse: udvaelgelse)
            try walk.run()
            result.loese += walk.fund
        }
    }

    private typealias Fundet = (del: Fundmaengde.Del, loese: [Fund])

    private func find(
        _ udvaelgelse: Udvaelgelse, _ opslag: Kravopslag,
        _ raekker: [ObjektKind: Raekkeudtryk]?, _ omfang: Omfang, _ sted: Filsted
    ) throws(StoreError) -> Fundet? {
        guard let lister = try lister(opslag, sted) else { return nil }
        if lister.krav.contains(where: { $0.count == 0 }) {
            return (Fundmaengde.Del(sted.fil, sted.kolonner, .fundne(ids: [], vaegte: [])), [])
        }
        var dom: Raekkedom?
        if let raekker {
            dom = try self.dom(raekker, udvaelgelse.objekttyper, sted)
            if dom == nil { return nil }
        }
        let maaling = Kolonnesoegning(opslag.kolonner, sted, udtryk: dom)
        if omfang == .alle || !maaling.runTilFoerste(lister.krav, lister.udeladt) {
            maaling.run(lister.krav, lister.udeladt)
        }
        let del = maaling.fundne(i: sted.fil)
        guard !maaling.tvivl.isEmpty else { return (del, []) }
        guard sted.maaLaeses, let shard = try reader.shard(fil: sted.fil.id) else {
            return nil
        }
        var walk = Gennemgang(syn: self, shard: shard, udvaelgelse: udvaelgelse)
        var domme: [(id: Int64, dom: Enkeltdomme.Dom)] = []
        for id in maaling.tvivl {
            guard let row = try shard.row(id: Int64(id)) else { continue }
            try walk.consider(row, isSure: false, nil)
            if sted.synlighed.tvivl.contains(Int(id)),
                let dom = try self.dom(over: row, sted.kolonner)
            {
                domme.append((row.id, dom))
            }
            guard row.kind == .sag || row.kind == .bevilling,
                sted.synlighed.sikre.contains(Int(id))
            else { continue }
            try laerDele(of: row, shard, sted)
        }
        reader.note(domme, sted.kolonner, of: sted.fil, self)
        if dom != nil {
            var laeste = Raekkemaengde(slots: sted.kolonner.rows.slots)
            for id in maaling.tvivl { laeste.insert(Int(id)) }
            try laegMaerkeTil(laeste, sted, shard)
        }
        return (del, walk.fund)
    }

    /// What the expression says of rows of all the kinds; nil when memory and the file are not the same.
    private func dom(
        _ raekker: [ObjektKind: Raekkeudtryk], _ kinds: Set<ObjektKind>, _ sted: Filsted
    ) throws(StoreError) -> Raekkedom? {
        let ingen = Raekkemaengde(slots: sted.kolonner.rows.slots)
        let ligetil = sted.kolonner.kendetegn.nu.ligetil
        var result = Raekkedom(ja: ingen, maaske: ingen)
        for (kind, udtryk) in raekker where kinds.contains(kind) {
            guard let dom = try dom(udtryk, om: kind, sted, ligetil: ligetil) else { return nil }
            result.ja.formUnion(dom.ja)
            result.maaske.formUnion(dom.maaske)
        }
        return result
    }

    /// Notes which parts of a case or a grant hold which words.
    private func laerDele(
        of row: ObjektRow, _ shard: ShardReader, _ sted: Filsted
    ) throws(StoreError) {
        let lager = sted.lager
        let (id, version) = (UInt32(truncatingIfNeeded: row.id), sted.kolonner.version)
        guard lager.sagsdele(of: id, version: version) == nil else { return }
        let dele = try shard.sagsdele(of: row, now: now, reader.afleder)
        lager.keep(dele, of: id, version: version)
    }

    /// Where lists may come from.
    enum Kilde {
        case hukommelse
        case fil
        /// What is known of these documents, in order of their rows; there are no others.
        case dokumenter([FremmedeDokumenter.Kendt])
    }

    /// One file of an authority, at one commit.
    ///
    /// A class, since it is passed on for each list.
    final class Filsted {
        let fil: Fil
        let lager: Fillager
        let kolonner: Filkolonner
        let synlighed: Synlighed.Del
        let kilde: Kilde

        init(
            _ fil: Fil, _ lager: Fillager, _ kolonner: Filkolonner, _ synlighed: Synlighed.Del,
            _ kilde: Kilde
        ) {
            self.fil = fil
            self.lager = lager
            self.kolonner = kolonner
            self.synlighed = synlighed
            self.kilde = kilde
        }

        /// Whether the snapshot is as the columns are, and may be asked.
        var maaLaeses: Bool { if case .fil = kilde { true } else { false } }
        /// Some documents of it alone are asked about.
        var erEnkelte: Bool { if case .dokumenter = kilde { true } else { false } }
    }

    /// Calls `body` with each of the authority's files: by memory alone when it has all that is asked
    /// for, else as the snapshots have them. Nil when memory cannot hold them; `body` answers nil
    /// when memory is not enough.
    func iHukommelse<Svar>(
        _ myndighed: CVRNummer, _ body: (Filsted) throws(StoreError) -> Svar?
    ) throws(StoreError) -> [Svar]? {
        if let steder = stederIHukommelse(myndighed), let svar = try hver(steder, body) {
            return svar
        }
        let filer = reader.filer(of: myndighed)
        guard !reader.mangler.contains(myndighed),
            let kendte = try reader.kolonner(filer, myndighed)
        else { return nil }
        return try hver(steder(myndighed, filer, kendte, .fil), body)
    }

    /// The authority's files where memory has them all as they are now; looked up once for the steps of a question.
    private func stederIHukommelse(_ myndighed: CVRNummer) -> [Filsted]? {
        let hvornaar = reader.hvornaar
        if let known = kendteSteder[myndighed], known.hvornaar == hvornaar { return known.steder }
        let filer = reader.filer(of: myndighed)
        guard !reader.mangler.contains(myndighed), let kendte = reader.aktuelle(filer) else {
            return nil
        }
        let steder = steder(myndighed, filer, kendte, .hukommelse)
        kendteSteder[myndighed] = (hvornaar, steder)
        return steder
    }

    private func steder(
        _ myndighed: CVRNummer, _ filer: [Fil], _ kolonner: [Filkolonner], _ kilde: Kilde
    ) -> [Filsted] {
        let synlighed = reader.synlighed(myndighed, kolonner, self)
        return filer.enumerated().map { place, fil in
            Filsted(
                fil, reader.lager(of: fil), kolonner[place],
                reader.afgjort(synlighed, place, kolonner[place], of: fil, self), kilde)
        }
    }

    private func hver<Svar>(
        _ steder: [Filsted], _ body: (Filsted) throws(StoreError) -> Svar?
    ) throws(StoreError) -> [Svar]? {
        var result: [Svar] = []
        result.reserveCapacity(steder.count)
        for sted in steder {
            guard let svar = try body(sted) else { return nil }
            result.append(svar)
        }
        return result
    }

    /// A list for each condition and for each of what is left out; nil when memory lacks one.
    func lister(
        _ opslag: Kravopslag, _ sted: Filsted
    ) throws(StoreError) -> (krav: [Liste], udeladt: [Liste])? {
        // No list of the others is needed then. What is known of single documents tells itself, by the
        // classification as it is now.
        if !sted.erEnkelte,
            sted.lager.filord.lacks(opslag.savn, version: sted.kolonner.version)
        {
            return (opslag.krav.map { _ in Liste() }, [])
        }
        guard let krav = try lister(opslag.krav, sted),
            let udeladt = try lister(opslag.udeladt, sted)
        else { return nil }
        return (krav, udeladt)
    }

    private func lister(
        _ krav: [Kravopslag.Led], _ sted: Filsted
    ) throws(StoreError) -> [Liste]? {
        var result: [Liste] = []
        for one in krav {
            guard var liste = try forenet(one.opslag, sted) else { return nil }
            for uuid in one.uuider where try reader.fil(of: uuid) == sted.fil.id {
                guard sted.maaLaeses else { return nil }
                guard let row = try reader.shard(fil: sted.fil.id)?.row(uuid) else { continue }
                let sted: Liste.Sted = [.noegle, .nummer]
                liste = liste.union(Liste([UInt32(truncatingIfNeeded: row.id): sted.rawValue]))
            }
            if let range = one.oprettet {
                // It would cost a pass over all of the other authority's rows.
                if sted.erEnkelte { return nil }
                liste = liste.union(Liste(oprettet: range, in: sted.kolonner.rows))
            }
            result.append(liste)
        }
        return result
    }

    /// The rows of any of the lists; nil when memory lacks one.
    func forenet(
        _ opslag: [Fillager.Opslag], _ sted: Filsted
    ) throws(StoreError) -> Liste? {
        var result = Liste()
        for one in opslag {
            guard let found = try liste(one, sted) else { return nil }
            result = result.union(found)
        }
        return result
    }

    private func liste(_ opslag: Fillager.Opslag, _ sted: Filsted) throws(StoreError) -> Liste? {
        switch sted.kilde {
        case .hukommelse:
            return sted.lager.liste(opslag, version: sted.kolonner.version, at: now)
        case .fil:
            guard let shard = try reader.shard(fil: sted.fil.id) else { return nil }
            return try sted.lager.liste(opslag, shard, at: now)
        case .dokumenter(let dokumenter):
            return Liste(opslag.spoergsmaal, of: dokumenter, at: now)
        }
    }
}

/// What the conditions ask of every file.
struct Kravopslag {
    /// A class, since it is asked of each file: a copy would count references.
    final class Led: Sendable {
        let uuider: [UUIDIdentifikator]
        let oprettet: Range<Tidspunkt>?
        let opslag: [Fillager.Opslag]

        init(_ krav: Krav, _ opslag: [Fillager.Opslag]) {
            uuider = krav.uuider
            oprettet = krav.oprettet
            self.opslag = opslag
        }
    }

    let krav: [Led]
    let udeladt: [Led]
    let savn: Savn
    let kolonner: Kolonnekrav

    init(_ udvaelgelse: Udvaelgelse, _ syn: Syn) {
        func led(_ krav: Krav) -> Led {
            let spoergsmaal =
                [krav.tekst.map { .ord($0) }].compactMap { $0 }
                + krav.noegler.map { Fillager.Spoergsmaal.noegle($0) }
            return Led(krav, spoergsmaal.map(syn.reader.opslag))
        }
        krav = udvaelgelse.krav.map(led)
        udeladt = udvaelgelse.udeladt.map(led)
        savn = Savn(udvaelgelse.krav, syn.reader.ordbog)
        kolonner = Kolonnekrav(udvaelgelse, bruger: syn.scope.bruger)
    }
}

/// What is remembered of who sees other authorities' documents, as they are gone through.
struct KendteFremmede {
    /// Documents of one file that are known to be seen, and to be so as the columns have them.
    struct Sete {
        let fil: Fil
        let kolonner: Filkolonner
        var dokumenter: [FremmedeDokumenter.Fremmed] = []

        func sted(_ reader: StoreReader) -> Syn.Filsted {
            let kendte = dokumenter.map(\.kendt).sorted { $0.id < $1.id }
            return Syn.Filsted(
                fil, reader.lager(of: fil), kolonner,
                .init(slots: kolonner.rows.slots, kun: kendte.lazy.map { Int($0.id) }),
                .dokumenter(kendte))
        }
    }

    /// Those that are seen are gathered in `sete`; else they are to be read.
    private let samlerSete: Bool
    /// All of which it is known, seen or not.
    private(set) var doemte: Set<UUIDIdentifikator> = []
    private var efterFil: [Int64: Sete] = [:]

    init(samlerSete: Bool = true) { self.samlerSete = samlerSete }

    /// In the order of the files.
    var sete: [Sete] { efterFil.sorted { $0.key < $1.key }.map(\.value) }

    /// Whether the document need not be read: it is not seen, or has been gathered.
    mutating func erAfgjort(
        _ uuid: UUIDIdentifikator, _ kendt: FremmedeDokumenter.Kendt, _ syn: Syn
    ) -> Bool {
        guard let fil = kendt.fil,
            let (erSet, kolonner) = syn.reader.dom(over: uuid, kendt, syn)
        else { return false }
        doemte.insert(uuid)
        guard erSet else { return true }
        guard samlerSete, efterFil[fil.id].map({ $0.kolonner === kolonner }) ?? true else {
            return false
        }
        efterFil[fil.id, default: Sete(fil: fil, kolonner: kolonner)].dokumenter.append(
            (uuid, kendt))
        return true
    }
}
