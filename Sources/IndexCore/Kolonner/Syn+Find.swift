// Finding by columns and lists: what `select` finds, without reading each object.

extension Syn {
    /// Every visible object of which all conditions hold, and how well it fits.
    ///
    /// The same as `select`, at a few nanoseconds a row. Answered from memory alone where memory has
    /// what is asked for as it is on the disk; before objects are read, `confirm` must agree.
    public func find(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> Fundmaengde {
        let raekker = udvaelgelse.udtryk?.raekker(roller)
        guard reader.mayUseMemory, !udvaelgelse.isHistoric,
            udvaelgelse.udtryk == nil || raekker != nil
        else { return Fundmaengde(loese: try select(udvaelgelse)) }
        try reader.seeToForeign()
        var result = Fundmaengde()
        var wanted = scope.myndigheder
        if let only = udvaelgelse.myndigheder { wanted.formIntersection(only) }
        let opslag = Kravopslag(udvaelgelse, reader.ordbog)
        for myndighed in wanted.sorted() {
            if reader.filer(of: myndighed).allSatisfy({ reader.mangler(opslag.savn, $0) }) {
                continue
            }
            try find(udvaelgelse, opslag, raekker, of: myndighed, into: &result)
        }
        try findFremmede(udvaelgelse, into: &result)
        return result
    }

    /// The documents of other authorities that a case in scope may let through.
    private func findFremmede(
        _ udvaelgelse: Udvaelgelse, into result: inout Fundmaengde
    ) throws(StoreError) {
        // Then columns tell all but who sees it.
        let isOfColumns =
            udvaelgelse.krav.isEmpty && udvaelgelse.udeladt.isEmpty && udvaelgelse.udtryk == nil
        var sete: [Int64: (fil: Fil, kolonner: Filkolonner, ids: Set<Int>)] = [:]
        var doemte: Set<UUIDIdentifikator> = []
        func erAfgjort(
            _ uuid: UUIDIdentifikator, _ kendt: FremmedeDokumenter.Kendt
        ) -> Bool {
            guard let fil = kendt.fil,
                let (erSet, kolonner) = reader.dom(over: uuid, kendt, self)
            else { return false }
            doemte.insert(uuid)
            guard erSet else { return true }
            guard isOfColumns, sete[fil.id].map({ $0.kolonner === kolonner }) ?? true else {
                return false
            }
            sete[fil.id, default: (fil, kolonner, [])].ids.insert(Int(kendt.id))
            return true
        }
        try forEachForeignWalk(udvaelgelse, udenfor: erAfgjort) { walk throws(StoreError) in
            var walk = walk
            try walk.run()
            result.loese += walk.fund
            try noteDomme(over: (walk.kun ?? []).filter { !doemte.contains($0) }, walk.shard)
        }
        var dokumenter = udvaelgelse
        dokumenter.objekttyper = [.dokument]
        for (_, (fil, kolonner, ids)) in sete.sorted(by: { $0.key < $1.key }) {
            var maaling = Kolonnesoegning(
                dokumenter, kolonner, Synlighed.Del(slots: kolonner.rows.slots, kun: ids),
                bruger: scope.bruger, lager: reader.lager(of: fil))
            maaling.run([], [])
            result.dele.append(
                .init(fil: fil, kolonner: kolonner, ids: maaling.ids, vaegte: maaling.vaegte))
        }
    }

    /// Remembers which of another authority's documents are seen, where memory has that file as it is.
    private func noteDomme(
        over dokumenter: [UUIDIdentifikator], _ shard: ShardReader
    ) throws(StoreError) {
        guard !dokumenter.isEmpty, reader.erAlene(shard.fil),
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
        for del in maengde.dele where !del.ids.isEmpty {
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
            for (index, id) in del.ids.enumerated() {
                guard let row = try shard.row(id: Int64(id)) else { continue }
                result.append(
                    Fund(
                        objekt: SynligtObjekt(row: row, shard: shard, syn: self), tilstand: nil,
                        vaegt: Int(del.vaegte[index])))
            }
        }
        return result
    }

    // MARK: One authority

    private func find(
        _ udvaelgelse: Udvaelgelse, _ opslag: Kravopslag,
        _ raekker: [ObjektKind: Raekkeudtryk]?, of myndighed: CVRNummer,
        into result: inout Fundmaengde
    ) throws(StoreError) {
        let found = try iHukommelse(myndighed) { sted throws(StoreError) -> Fundet? in
            try find(udvaelgelse, opslag, raekker, sted)
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
        _ raekker: [ObjektKind: Raekkeudtryk]?, _ sted: Filsted
    ) throws(StoreError) -> Fundet? {
        guard let lister = try lister(opslag, sted) else { return nil }
        var dom: Raekkedom?
        if let raekker {
            dom = try self.dom(raekker, udvaelgelse.objekttyper, sted)
            if dom == nil { return nil }
        }
        var maaling = Kolonnesoegning(
            udvaelgelse, sted.kolonner, sted.synlighed, bruger: scope.bruger,
            lager: reader.lager(of: sted.fil), udtryk: dom)
        maaling.run(lister.krav, lister.udeladt)
        let del = Fundmaengde.Del(
            fil: sted.fil, kolonner: sted.kolonner, ids: maaling.ids, vaegte: maaling.vaegte)
        guard !maaling.tvivl.isEmpty else { return (del, []) }
        guard sted.kilde == .fil, let shard = try reader.shard(fil: sted.fil.id) else {
            return nil
        }
        var walk = Gennemgang(syn: self, shard: shard, udvaelgelse: udvaelgelse)
        let erAlene = reader.erAlene(sted.fil)
        var domme: [(id: Int64, dom: Enkeltdomme.Dom)] = []
        for id in maaling.tvivl {
            guard let row = try shard.row(id: Int64(id)) else { continue }
            try walk.consider(row, isSure: false, nil)
            if erAlene, sted.synlighed.tvivl.contains(Int(id)),
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
        let lager = reader.lager(of: sted.fil)
        let (id, version) = (UInt32(truncatingIfNeeded: row.id), sted.kolonner.version)
        guard lager.sagsdele(of: id, version: version) == nil else { return }
        let dele = try shard.sagsdele(of: row, now: now, reader.afleder)
        lager.keep(dele, of: id, version: version)
    }

    /// Where lists may come from.
    enum Kilde { case hukommelse, fil }

    /// One file of an authority, at one commit.
    struct Filsted {
        let fil: Fil
        let kolonner: Filkolonner
        let synlighed: Synlighed.Del
        let kilde: Kilde
    }

    /// Calls `body` with each of the authority's files: by memory alone when it has all that is asked
    /// for, else as the snapshots have them. Nil when memory cannot hold them; `body` answers nil
    /// when memory is not enough.
    func iHukommelse<Svar>(
        _ myndighed: CVRNummer, _ body: (Filsted) throws(StoreError) -> Svar?
    ) throws(StoreError) -> [Svar]? {
        let filer = reader.filer(of: myndighed)
        guard !reader.mangler.contains(myndighed) else { return nil }
        if let kendte = reader.aktuelle(filer),
            let svar = try hver(myndighed, filer, kendte, .hukommelse, body)
        {
            return svar
        }
        guard let kendte = try reader.kolonner(filer, myndighed) else { return nil }
        return try hver(myndighed, filer, kendte, .fil, body)
    }

    private func hver<Svar>(
        _ myndighed: CVRNummer, _ filer: [Fil], _ kolonner: [Filkolonner], _ kilde: Kilde,
        _ body: (Filsted) throws(StoreError) -> Svar?
    ) throws(StoreError) -> [Svar]? {
        let synlighed = reader.synlighed(myndighed, kolonner, self)
        var result: [Svar] = []
        for (place, fil) in filer.enumerated() {
            let del = synlighed.dele[place]
            let sted = Filsted(
                fil: fil, kolonner: kolonner[place],
                synlighed: filer.count == 1
                    ? reader.afgjort(del, kolonner[place], of: fil, self) : del,
                kilde: kilde)
            guard let svar = try body(sted) else { return nil }
            result.append(svar)
        }
        return result
    }

    /// A list for each condition and for each text that is left out; nil when memory lacks one.
    func lister(
        _ opslag: Kravopslag, _ sted: Filsted
    ) throws(StoreError) -> (krav: [Liste], udeladt: [Liste])? {
        // No list of the others is needed then.
        if reader.lager(of: sted.fil).filord.lacks(opslag.savn, version: sted.kolonner.version) {
            return (opslag.krav.map { _ in Liste() }, [])
        }
        var krav: [Liste] = []
        for one in opslag.krav {
            guard var liste = try forenet(one.opslag, sted) else { return nil }
            for uuid in one.krav.uuider where try reader.fil(of: uuid) == sted.fil.id {
                guard sted.kilde == .fil else { return nil }
                guard let row = try reader.shard(fil: sted.fil.id)?.row(uuid) else { continue }
                liste = liste.union(
                    Liste([UInt32(truncatingIfNeeded: row.id): Liste.Sted.noegle.rawValue]))
            }
            if let range = one.krav.oprettet {
                liste = liste.union(Liste(oprettet: range, in: sted.kolonner.rows))
            }
            krav.append(liste)
        }
        var udeladt: [Liste] = []
        for opslag in opslag.udeladt {
            guard let found = try self.liste(opslag, sted) else { return nil }
            udeladt.append(found)
        }
        return (krav, udeladt)
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
        let lager = reader.lager(of: sted.fil)
        switch sted.kilde {
        case .hukommelse:
            return lager.liste(opslag, version: sted.kolonner.version, at: now)
        case .fil:
            guard let shard = try reader.shard(fil: sted.fil.id) else { return nil }
            return try lager.liste(opslag, shard, at: now)
        }
    }
}

/// What the conditions ask of every file.
struct Kravopslag {
    let krav: [(krav: Krav, opslag: [Fillager.Opslag])]
    let udeladt: [Fillager.Opslag]
    let savn: Savn

    init(_ udvaelgelse: Udvaelgelse, _ ordbog: Ordbog) {
        krav = udvaelgelse.krav.map { krav in
            let spoergsmaal =
                [krav.tekst.map { .ord($0) }].compactMap { $0 }
                + krav.noegler.map { Fillager.Spoergsmaal.noegle($0) }
            return (krav, spoergsmaal.map { Fillager.Opslag($0, ordbog) })
        }
        udeladt = udvaelgelse.udeladt.map { Fillager.Opslag(.ord($0), ordbog) }
        savn = Savn(udvaelgelse.krav, ordbog)
    }
}

/// One file's rows against all conditions.
struct Kolonnesoegning {
    private let udvaelgelse: Udvaelgelse
    private let kolonner: Filkolonner
    private var rows: Kolonner { _read { yield kolonner.rows } }
    private let synlighed: Synlighed.Del
    private let rang: Rangmaal
    /// By kind and code; nil for any.
    private let fremdrift: [Bool]?
    /// By place; nil for any.
    private let systemer: [Bool]?
    private let niveauer: ClosedRange<UInt8>?
    /// None but on the kind.
    private let hasNoConditions: Bool
    private let erBred: Bool
    private let harTekst: [Bool]
    /// Nil for no expression.
    private let udtryk: Raekkedom?
    private let lager: Fillager
    private let erBruger: Bool
    private let version: Int64
    /// The parts of the object that was asked for last.
    private var dele: (id: UInt32, dele: [Sagsdel]?)?

    private(set) var ids: [UInt32] = []
    private(set) var vaegte: [Int32] = []
    /// To be judged by themselves.
    private(set) var tvivl: [UInt32] = []

    init(
        _ udvaelgelse: Udvaelgelse, _ kolonner: Filkolonner, _ synlighed: Synlighed.Del,
        bruger: AccessScope.Bruger?, lager: Fillager, udtryk: Raekkedom? = nil
    ) {
        erBruger = bruger != nil
        self.udvaelgelse = udvaelgelse
        self.udtryk = udtryk
        self.lager = lager
        version = kolonner.version
        self.kolonner = kolonner
        self.synlighed = synlighed
        rang = Rangmaal(udvaelgelse.objekttyper, bruger?.enheder ?? [], kolonner.rows)
        fremdrift =
            udvaelgelse.fremdrift.isEmpty
            ? nil
            : (0..<(5 * 256)).map { place in
                ObjektKind(rawValue: UInt8(place / 256)).flatMap {
                    Fund.fremdrift(UInt8(place % 256), $0)
                }.map(udvaelgelse.fremdrift.contains) ?? false
            }
        systemer =
            udvaelgelse.kildesystem.isEmpty
            ? nil
            : kolonner.rows.systemer.values.map {
                $0.map(udvaelgelse.kildesystem.contains) ?? false
            }
        niveauer = udvaelgelse.foelsomhed.map { $0.lowerBound.rawValue...$0.upperBound.rawValue }
        hasNoConditions =
            fremdrift == nil && niveauer == nil && systemer == nil && udvaelgelse.aendret == nil
            && udvaelgelse.oprettet == nil
        let terms = udvaelgelse.krav.compactMap(\.tekst)
        erBred = terms.contains(where: \.isWide)
        harTekst = udvaelgelse.krav.map { $0.tekst != nil }
    }

    /// Walks the shortest list and looks ahead in the others; without any, every row.
    mutating func run(_ krav: [Liste], _ udeladt: [Liste]) {
        let order = krav.indices.sorted { krav[$0].count < krav[$1].count }
        guard let first = order.first else {
            return udeladt.isEmpty && udtryk == nil ? everyRow() : everyRow(udeladt)
        }
        if krav[first].count == 0 { return }
        if krav.count == 1, udeladt.isEmpty, udtryk == nil { return run(krav[first]) }
        var places = [Int](repeating: 0, count: krav.count)
        var omitted = [Int](repeating: 0, count: udeladt.count)
        var steder = [Liste.Sted](repeating: [], count: krav.count)
        let lead = krav[first]
        var found = Raekker(atMost: lead.count)
        rows: for index in 0..<lead.count {
            let id = lead.ids[index]
            let isSeen = synlighed.sikre.contains(Int(id))
            guard isSeen || synlighed.tvivl.contains(Int(id)) else { continue }
            steder[first] = Liste.Sted(rawValue: lead.steder[index])
            for other in order.dropFirst() {
                let place = krav[other].place(of: id, from: places[other])
                places[other] = place
                guard place < krav[other].count else { break rows }
                guard krav[other].ids[place] == id else { continue rows }
                steder[other] = Liste.Sted(rawValue: krav[other].steder[place])
            }
            found.append(id, consider(id, steder, isSeen: isSeen, udeladt, &omitted))
        }
        (ids, vaegte) = found.taken()
    }

    /// The same of one list, and nothing else that the rows are asked one by one.
    private mutating func run(_ liste: Liste) {
        let (sikre, muligvis) = (synlighed.sikre.words, synlighed.tvivl.words)
        let rang = rang
        // Neighbours are mostly found alike.
        var last = (sted: Liste.Sted(), vaegt: Rang.vaegt(tekst(CollectionOfOne([]))))
        var omitted: [Int] = []
        var found = Raekker(atMost: liste.count)
        kolonner.rows.withRang { kolonner in
            for index in 0..<liste.count {
                let id = liste.ids[index]
                let (word, bit) = (Int(id >> 6), UInt64(1) << UInt64(id & 63))
                let isSeen = word < sikre.count && sikre[word] & bit != 0
                guard isSeen || (word < muligvis.count && muligvis[word] & bit != 0) else {
                    continue
                }
                let sted = Liste.Sted(rawValue: liste.steder[index])
                guard isSeen, sted.tekst != 0 || sted.contains(.noegle) else {
                    found.append(
                        id, consider(id, CollectionOfOne(sted), isSeen: isSeen, [], &omitted))
                    continue
                }
                let row = Int(id)
                guard rang.isOfKind(kolonner.kind[row]), hasNoConditions || fits(row) else {
                    continue
                }
                if sted != last.sted { last = (sted, Rang.vaegt(tekst(CollectionOfOne(sted)))) }
                found.append(
                    id,
                    Int32(
                        last.vaegt
                            + rang.tillaeg(
                                kind: kolonner.kind[row], fremdrift: kolonner.fremdrift[row],
                                ansvarlig: kolonner.ansvarlig[row])))
            }
        }
        (ids, vaegte) = found.taken()
    }

    /// Every row that is seen, without any condition but on columns.
    private mutating func everyRow() {
        let (sikre, muligvis) = (synlighed.sikre.words, synlighed.tvivl.words)
        let rang = rang
        var found = Raekker(atMost: sikre.reduce(0) { $0 + $1.nonzeroBitCount })
        kolonner.rows.withRang { kolonner in
            for word in sikre.indices {
                var bits = sikre[word]
                while bits != 0 {
                    let row = word << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    guard rang.isOfKind(kolonner.kind[row]), hasNoConditions || fits(row) else {
                        continue
                    }
                    found.append(
                        UInt32(truncatingIfNeeded: row),
                        Int32(
                            rang.tillaeg(
                                kind: kolonner.kind[row], fremdrift: kolonner.fremdrift[row],
                                ansvarlig: kolonner.ansvarlig[row])))
                }
                bits = muligvis[word] & ~sikre[word]
                while bits != 0 {
                    let row = word << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    if rang.mayBeOfKind(kolonner.kind[row]) {
                        tvivl.append(UInt32(truncatingIfNeeded: row))
                    }
                }
            }
        }
        (ids, vaegte) = found.taken()
    }

    /// Rows as they are found, with room for all there can be.
    private struct Raekker: ~Copyable {
        private let ids: UnsafeMutablePointer<UInt32>
        private let vaegte: UnsafeMutablePointer<Int32>
        private let most: Int
        private var count = 0

        init(atMost most: Int) {
            self.most = most
            ids = .allocate(capacity: most)
            vaegte = .allocate(capacity: most)
        }

        deinit {
            ids.deallocate()
            vaegte.deallocate()
        }

        /// A row that fits so well; none of nil.
        mutating func append(_ id: UInt32, _ vaegt: Int32?) {
            guard let vaegt else { return }
            precondition(count < most)
            ids[count] = id
            vaegte[count] = vaegt
            count += 1
        }

        func taken() -> (ids: [UInt32], vaegte: [Int32]) {
            (
                Array(UnsafeBufferPointer(start: ids, count: count)),
                Array(UnsafeBufferPointer(start: vaegte, count: count))
            )
        }
    }

    /// What is asked of a row's kind, and what tells equals apart.
    private struct Rangmaal {
        /// A bit a kind.
        private let kinds: UInt8
        /// By place in the table of units; empty where the caller has none there.
        private let egne: [Bool]
        private let lukket = Rang.lukket

        init(
            _ kinds: Set<ObjektKind>, _ enheder: Set<UUIDIdentifikator>, _ rows: Kolonner
        ) {
            self.kinds = kinds.reduce(0) { $0 | 1 << $1.rawValue }
            let egne = rows.enheder.values.map { $0.map(enheder.contains) ?? false }
            self.egne = egne.contains(true) ? egne : []
        }

        func isOfKind(_ kind: UInt8) -> Bool { kind < 8 && kinds >> kind & 1 != 0 }

        /// Nobody knows of what kind a damaged row is.
        func mayBeOfKind(_ kind: UInt8) -> Bool { kind == Kolonner.damaged || isOfKind(kind) }

        /// By a row's codes.
        func tillaeg(kind: UInt8, fremdrift: UInt8, ansvarlig: UInt16) -> Int {
            Rang.tillaeg(
                erEgen: !egne.isEmpty && egne[Int(ansvarlig)],
                erAaben: kind != ObjektKind.sag.rawValue || fremdrift != lukket)
        }
    }

    private mutating func everyRow(_ udeladt: [Liste]) {
        var omitted = [Int](repeating: 0, count: udeladt.count)
        let (sikre, muligvis) = (synlighed.sikre.words, synlighed.tvivl.words)
        var found = Raekker(atMost: (sikre + muligvis).reduce(0) { $0 + $1.nonzeroBitCount })
        for word in sikre.indices {
            var bits = sikre[word] | muligvis[word]
            while bits != 0 {
                let id = UInt32(word << 6 + bits.trailingZeroBitCount)
                bits &= bits - 1
                let isSeen = synlighed.sikre.contains(Int(id))
                found.append(
                    id, consider(id, EmptyCollection(), isSeen: isSeen, udeladt, &omitted))
            }
        }
        (ids, vaegte) = found.taken()
    }

    /// How well the row fits; nil when it does not, or is to be judged by itself.
    private mutating func consider(
        _ id: UInt32, _ steder: some Collection<Liste.Sted>, isSeen: Bool, _ udeladt: [Liste],
        _ omitted: inout [Int]
    ) -> Int32? {
        var isSure = isSeen
        if let udtryk, !udtryk.ja.contains(Int(id)) {
            guard udtryk.maaske.contains(Int(id)) else { return nil }
            isSure = false
        }
        let isWhole = synlighed.hele.contains(Int(id))
        for (place, sted) in steder.enumerated() {
            guard sted.isPossible else { return nil }
            guard isSure, !sted.isSure(helt: isWhole, bruger: erBruger) else { continue }
            switch staarIDel(id, sted, udvaelgelse.krav[place].tekst) {
            case .ja: continue
            case .nej: return nil
            case .tvivl: isSure = false
            }
        }
        for place in udeladt.indices {
            omitted[place] = udeladt[place].place(of: id, from: omitted[place])
            guard omitted[place] < udeladt[place].count,
                udeladt[place].ids[omitted[place]] == id
            else { continue }
            // Which words a reader sees of it is judged when it may differ.
            let sted = Liste.Sted(rawValue: udeladt[place].steder[omitted[place]])
            if sted.isSure(helt: isWhole, bruger: erBruger) { return nil }
            guard isSeen else { continue }
            switch staarIDel(id, sted, udvaelgelse.udeladt[place]) {
            case .ja: return nil
            case .nej: continue
            case .tvivl: isSure = false
            }
        }
        let row = Int(id)
        guard isSure else {
            if rang.mayBeOfKind(rows.kind[row]) { tvivl.append(id) }
            return nil
        }
        return fits(row) ? vaegt(row, steder) : nil
    }

    /// Whether a word that stands only in parts of an object stands in one that the caller sees.
    private mutating func staarIDel(
        _ id: UInt32, _ sted: Liste.Sted, _ term: TextQuery.Term?
    ) -> Sagsdel.Svar {
        guard let term, sted.contains(.betinget) || !sted.contains(.maaske) else { return .tvivl }
        if dele?.id != id { dele = (id, lager.sagsdele(of: id, version: version)) }
        guard let dele = dele?.dele else { return .tvivl }
        let svar = Sagsdel.holds(dele, term, synlighed, erBruger: erBruger)
        // There may be a key besides.
        return svar == .nej && sted.contains(.maaske) ? .tvivl : svar
    }

    /// Whether the row is one that the caller sees, or may see, and that meets the conditions on columns.
    func bedoem(_ id: UInt32) -> Bedoemmelse {
        let row = Int(id)
        if synlighed.sikre.contains(row) { return fits(row) ? .sikker : .nej }
        guard synlighed.tvivl.contains(row) else { return .nej }
        return rang.mayBeOfKind(rows.kind[row]) ? .tvivl : .nej
    }

    enum Bedoemmelse { case nej, tvivl, sikker }

    private func fits(_ row: Int) -> Bool {
        let kind = Int(rows.kind[row])
        guard rang.isOfKind(rows.kind[row]) else { return false }
        if hasNoConditions { return true }
        if let fremdrift, !fremdrift[kind * 256 + Int(rows.fremdrift[row])] { return false }
        if let niveauer, !niveauer.contains(rows.foelsomhed[row]) { return false }
        if let systemer, !systemer[Int(rows.master[row])] { return false }
        if let range = udvaelgelse.aendret {
            guard range.contains(Tidspunkt(microseconds: rows.sts[row])) else { return false }
        }
        if let range = udvaelgelse.oprettet {
            guard rows.oprettet[row] != .min,
                range.contains(Tidspunkt(microseconds: rows.oprettet[row]))
            else { return false }
        }
        return true
    }

    private func vaegt(_ row: Int, _ steder: some Collection<Liste.Sted>) -> Int32 {
        Int32(
            Rang.vaegt(tekst(steder))
                + rang.tillaeg(
                    kind: rows.kind[row], fremdrift: rows.fremdrift[row],
                    ansvarlig: rows.ansvarlig[row]))
    }

    /// As `Vaegte.vaegt` tells it from the texts themselves.
    private func tekst(_ steder: some Collection<Liste.Sted>) -> Int {
        var (titel, beskrivelse, noter, ordret, boejet) = (true, true, true, true, true)
        var (harNogen, erNummer) = (false, false)
        for (place, sted) in steder.enumerated() where harTekst[place] {
            harNogen = true
            let any = sted.tekst
            titel = titel && any & 1 != 0
            beskrivelse = beskrivelse && any & 3 != 0
            noter = noter && any & 7 != 0
            ordret = ordret && sted.rawValue & Liste.Sted.ordret != 0
            boejet = boejet && sted.udenLed != 0
            erNummer = erNummer || sted.contains(.nummer)
        }
        guard harNogen else { return 0 }
        var result =
            titel ? Rang.titel : beskrivelse ? Rang.beskrivelse : noter ? Rang.noter : 0
        if erNummer { result = max(result, Rang.nummer) }
        guard erBred else { return result }
        return result + (ordret ? Rang.ordret : boejet ? Rang.boejet : 0)
    }
}
