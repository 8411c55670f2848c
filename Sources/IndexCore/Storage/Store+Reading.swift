import Synchronization

/// A request's view of the index: one snapshot a file, opened when it is first asked for.
///
/// Never leaves the closure it is lent to.
public final class StoreReader {
    private let store: Store
    private let friskhed: Friskhed
    private var shards: [Int64: ShardReader] = [:]
    private var katalog: Connection?
    private var nutidig: (commits: UInt64, opened: Int, svar: Bool)?
    private var fremmede: (samling: FremmedeDokumenter.Samling, version: UInt64)?
    /// Documents of which what is known is out of date; forgotten together, at the end.
    private var glemmes: [UUIDIdentifikator] = []
    /// Taken before any snapshot.
    private let partVersion: UInt64
    /// The instant that "now" is throughout the request.
    public let now: Tidspunkt
    var roller: RolleTabel { store.configuration.roller }
    var afleder: Afleder { store.afleder }
    var leksikon: Leksikon { store.configuration.leksikon }
    var klasser: Klasseviden { store.state.withLock { $0.klasser } }
    /// Files that could not be read; the answer lacks what they hold.
    public private(set) var mangler: Set<CVRNummer> = []
    /// How often this request has had something judged remembered.
    var domme = 0
    /// Files that this request does without, besides those that are set aside.
    private let udenom: Set<Int64>

    /// Whether rows that time has made out of date are derived again before they are seen.
    enum Friskhed {
        case paaTid
        /// As they stand: for a writer, which must not wait for another writer or for itself.
        case somDeStaar
    }

    init(store: Store, _ friskhed: Friskhed = .paaTid, udenom: Set<Int64> = []) {
        self.store = store
        self.friskhed = friskhed
        self.udenom = udenom
        partVersion = store.fremmedeDokumenter.version
        now = store.now
    }

    deinit {
        for shard in shards.values {
            shard.end()
            store.pool.giveBack(shard.connection, of: shard.fil)
        }
        if let katalog { store.pool.giveBack(katalog, of: Store.katalogFil) }
        store.fremmedeDokumenter.forget(glemmes)
    }

    /// The authority's files; those set aside are left out and noted in `mangler`.
    func shards(of myndighed: CVRNummer) throws(StoreError) -> [ShardReader] {
        let filer = store.state.withLock { $0.afMyndighed[myndighed] ?? [] }
        var result: [ShardReader] = []
        for fil in filer {
            if let shard = try shard(fil) { result.append(shard) }
        }
        return result
    }

    /// Those of the authority's files that may have something under one of the keys.
    func shards(
        of myndighed: CVRNummer, medEnAf noegler: Set<Noegle>
    ) throws(StoreError) -> [ShardReader] {
        let savn = Savn(noegler)
        var result: [ShardReader] = []
        for fil in filer(of: myndighed) {
            if mangler(savn, fil) { continue }
            if let shard = try shard(fil) { result.append(shard) }
        }
        return result
    }

    /// Whether the file is known to have nothing of what is asked for, in any snapshot: what memory lacks
    /// has not been committed.
    func mangler(_ savn: Savn, _ fil: Fil) -> Bool {
        mayUseMemory && lager(of: fil).filord.lacks(savn, version: .max)
    }

    /// The authority's files, without opening them; those set aside are noted in `mangler`.
    func filer(of myndighed: CVRNummer) -> [Fil] {
        let (filer, aside) = store.state.withLock { state in
            let filer = state.afMyndighed[myndighed] ?? []
            return (filer, filer.contains { state.tilside[$0.id] != nil || udenom.contains($0.id) })
        }
        if aside { mangler.insert(myndighed) }
        return filer
    }

    /// Whether some file of these authorities, or of any, is not read; tells nothing of what it holds.
    func mangler(nogenAf myndigheder: Set<CVRNummer>?) -> Bool {
        store.state.withLock { state in
            state.tilside.keys.contains { id in
                guard let fil = state.filer[id] else { return false }
                return myndigheder?.contains(fil.myndighed) ?? true
            }
        }
    }

    func shard(fil id: Int64) throws(StoreError) -> ShardReader? {
        guard let fil = store.state.withLock({ $0.filer[id] }) else { return nil }
        return try shard(fil)
    }

    private func shard(_ fil: Fil) throws(StoreError) -> ShardReader? {
        if let known = shards[fil.id] { return known }
        if udenom.contains(fil.id) || store.state.withLock({ $0.tilside[fil.id] != nil }) {
            mangler.insert(fil.myndighed)
            return nil
        }
        do throws(StoreError) {
            let shard = try open(fil)
            shards[fil.id] = shard
            return shard
        } catch .corrupt, .cannotOpen {
            store.setAside(fil: fil.id, .corrupt(file: fil.navn))
            mangler.insert(fil.myndighed)
            return nil
        }
    }

    /// Opens a snapshot in which every derived row is right for `now`.
    private func open(_ fil: Fil) throws(StoreError) -> ShardReader {
        while true {
            let shard = try ShardReader(fil: fil, connection: try store.pool.borrow(fil))
            guard store.access == .exclusive, friskhed == .paaTid, try isDue(shard) else {
                return shard
            }
            shard.end()
            store.pool.giveBack(shard.connection, of: fil)
            try store.refreshDue(fil.myndighed, at: now)
        }
    }

    /// Told from memory where that is of the same commit.
    private func isDue(_ shard: ShardReader) throws(StoreError) -> Bool {
        if let known = lager(of: shard.fil).aktuelle(at: now), !known.rows.isFull,
            try shard.version() == known.version
        {
            return false
        }
        return try shard.isDue(at: now)
    }

    // MARK: Memory

    /// Whether memory follows the files: beside a running server nobody tells of commits.
    var mayUseMemory: Bool { store.access == .exclusive && friskhed == .paaTid }

    func lager(of fil: Fil) -> Fillager { store.lager.fil(fil.id) }

    /// Waits until all that was stamped by `instant` in these authorities is committed. Not inside a writer.
    func afvent(_ instant: Tidspunkt, af myndigheder: Set<CVRNummer>) {
        let filer = store.state.withLock { state in
            myndigheder.flatMap { state.afMyndighed[$0] ?? [] }
        }
        var left = Self.mestVentende / Self.ventesMikrosekunder
        for fil in filer {
            let stempler = lager(of: fil).log.stempler
            while stempler.venter(at: instant), left > 0 {
                pauseThread(microseconds: UInt32(Self.ventesMikrosekunder))
                left -= 1
            }
        }
    }

    private static let ventesMikrosekunder = 500
    /// A commit that takes longer has stopped.
    private static let mestVentende = 10_000_000

    func lager(ofFil id: Int64) -> Fillager { store.lager.fil(id) }

    /// Of two equal ones memory told the same: nothing was committed between, no file opened, and nothing judged.
    struct Hvornaar: Equatable {
        let commits: UInt64
        let aabnede: Int
        let domme: Int
    }

    var hvornaar: Hvornaar { Hvornaar(commits: commits, aabnede: shards.count, domme: domme) }

    /// To be taken before it is looked at what commits have changed.
    var commits: UInt64 { store.lager.commits.antal }

    /// What has been judged of the file's rows one by one; nil when nothing has, when a file is set
    /// aside, so that nobody knows what it holds, or when an opened snapshot is of the past.
    func domme(_ fil: Fil, _ syn: Syn) -> Enkeltdomme? {
        guard mayUseMemory, udenom.isEmpty, store.state.withLock({ $0.tilside.isEmpty }), erNutidig
        else {
            return nil
        }
        return store.lager.domme(syn.scopeNummer, fil.id)
    }

    /// Whether every snapshot that has been opened is as its file is now.
    private var erNutidig: Bool {
        let (commits, opened) = (commits, shards.count)
        if let known = nutidig, known.commits == commits, known.opened == opened {
            return known.svar
        }
        let svar = shards.values.allSatisfy { shard in
            (try? shard.version()) == lager(of: shard.fil).log.committed
        }
        nutidig = (commits, opened, svar)
        return svar
    }

    func domme(of fil: Fil, _ syn: Syn, _ kolonner: Filkolonner) -> Enkeltdomme {
        store.lager.domme(syn.scopeNummer, fil.id, kolonner)
    }

    /// The files that may hold an object pointing at one of the authority; in order.
    func pegerfiler(at uuid: UUIDIdentifikator, _ myndighed: CVRNummer) -> [Int64] {
        store.state.withLock { state in
            var result = Set((state.afMyndighed[myndighed] ?? []).map(\.id))
            for other in state.fremmede[uuid] ?? [] {
                result.formUnion((state.afMyndighed[other] ?? []).map(\.id))
            }
            return result.sorted()
        }
    }

    /// A file's titles as of the same commit as its columns; nil when memory lacks them.
    func titler(_ sted: Syn.Filsted) throws(StoreError) -> Titler? {
        switch sted.kilde {
        case .hukommelse, .dokumenter:
            return sted.lager.titler(version: sted.kolonner.version)
        case .fil:
            guard let shard = try shard(fil: sted.fil.id) else { return nil }
            return try sted.lager.titler(shard, at: now)
        }
    }

    /// The words of all files that have been read.
    var ordbog: Ordbog { store.lager.ordbog }

    func opslag(_ spoergsmaal: Fillager.Spoergsmaal) -> Fillager.Opslag {
        Fillager.Opslag(spoergsmaal, store.lager)
    }

    func kenderOrd(_ fil: Fil) -> Bool { mayUseMemory && lager(of: fil).filord.isKnown }

    /// Reads a file's words into memory; false when a writer came between.
    func laesOrd(_ shard: ShardReader) throws(StoreError) -> Bool {
        let lager = lager(of: shard.fil)
        return try lager.filord.load(shard, lager.log)
    }

    func synlighed(
        _ myndighed: CVRNummer, _ kolonner: [Filkolonner], _ syn: Syn
    ) -> Synlighed {
        store.lager.synlighed(myndighed, kolonner, syn.scope, syn.scopeNummer)
    }

    func kendt(_ scope: AccessScope) -> Soegelager.KendtScope { store.lager.kendt(scope) }

    /// The files' columns as they are on the disk now, when memory has them all and none has been
    /// opened: then the snapshot counts.
    func aktuelle(_ filer: [Fil]) -> [Filkolonner]? {
        var result: [Filkolonner] = []
        for fil in filer {
            guard shards[fil.id] == nil, let known = lager(of: fil).aktuelle(at: now),
                !known.rows.isFull
            else { return nil }
            result.append(known)
        }
        return result
    }

    /// The files' columns as the snapshots have them; nil when memory cannot hold one of them, or is
    /// ahead of its snapshot.
    func kolonner(
        _ filer: [Fil], _ myndighed: CVRNummer
    ) throws(StoreError) -> [Filkolonner]? {
        let store = store
        // As it is when the row is read: what is noted while a file is read must not be missed.
        let verden = Filkolonner.Omstaendigheder(now: now, afleder: store.afleder) { uuid in
            store.state.withLock { $0.fremmede[uuid]?.contains { $0 != myndighed } ?? false }
        }
        var result: [Filkolonner] = []
        for fil in filer {
            let kolonner: Filkolonner?
            if let shard = shards[fil.id] {
                kolonner = try lager(of: fil).kolonner(shard, verden)
            } else {
                kolonner = try lager(of: fil).kolonner(verden) { () throws(StoreError) in
                    try shard(fil)
                }
            }
            guard let kolonner else { return nil }
            result.append(kolonner)
        }
        return result
    }

    /// Casts doubt on what other authorities have begun to point at since the last time.
    func seeToForeign() throws(StoreError) {
        let noter = store.state.withLock { $0.fremmedeNoter }
        try store.lager.withNew(noter) { nye throws(StoreError) in
            var fremmede: [Int64: Set<UUIDIdentifikator>] = [:]
            for maal in nye {
                guard let placering = try placering(of: maal),
                    let owner = store.myndighed(ofFil: placering.fil),
                    store.state.withLock({ $0.fremmede[maal]?.contains { $0 != owner } ?? false })
                else { continue }
                fremmede[placering.fil, default: []].insert(maal)
            }
            for (fil, maal) in fremmede { store.lager.fil(fil).note(fremmede: maal) }
        }
    }

    /// The file that the catalogue has the object in.
    func fil(of uuid: UUIDIdentifikator) throws(StoreError) -> Int64? {
        try placering(of: uuid)?.fil
    }

    /// An object and the file it is in, through the catalogue.
    ///
    /// `myndighed` is where to look first, when the object is likely to be there.
    func row(
        _ uuid: UUIDIdentifikator, near myndighed: CVRNummer?
    ) throws(StoreError) -> (shard: ShardReader, row: ObjektRow)? {
        if let myndighed {
            for shard in try self.shards(of: myndighed) {
                if let row = try shard.row(uuid) { return (shard, row) }
            }
        } else {
            for (_, shard) in shards.sorted(by: { $0.key < $1.key }) {
                if let row = try shard.row(uuid) { return (shard, row) }
            }
        }
        guard let placering = try placering(of: uuid),
            let shard = try shard(fil: placering.fil),
            let row = try shard.row(uuid)
        else { return nil }
        return (shard, row)
    }

    /// Documents of other authorities that one of `own` points at, those of `blandt` and of `maaVaere`, by the
    /// file that they are in.
    ///
    /// The first time it costs a look at each object pointed at so.
    func dokumenter(
        pointedAtFrom own: Set<CVRNummer>,
        blandt: (FremmedeDokumenter.Samling) -> [FremmedeDokumenter.Fremmed] = { $0.dokumenter },
        der maaVaere: (UUIDIdentifikator, FremmedeDokumenter.Kendt) -> Bool
    ) throws(StoreError) -> [(shard: ShardReader, dokumenter: [UUIDIdentifikator])] {
        var found: [Int64: [UUIDIdentifikator]] = [:]
        for (target, kendt) in blandt(try fremmede(pointedAtFrom: own))
        where maaVaere(target, kendt) {
            if let fil = kendt.fil { found[fil.id, default: []].append(target) }
        }
        var result: [(shard: ShardReader, dokumenter: [UUIDIdentifikator])] = []
        for (fil, dokumenter) in found.sorted(by: { $0.key < $1.key }) {
            if let shard = try shard(fil: fil) { result.append((shard, dokumenter.sorted())) }
        }
        return result
    }

    /// All that is known to be such, looked up once as long as nothing of it is written.
    func fremmede(
        pointedAtFrom own: Set<CVRNummer>
    ) throws(StoreError) -> FremmedeDokumenter.Samling {
        let (noter, version) = (
            store.state.withLock { $0.fremmedeNoter.count }, store.fremmedeDokumenter.version
        )
        if let fremmede, fremmede.version == version, fremmede.samling.own == own,
            fremmede.samling.noter == noter
        {
            return fremmede.samling
        }
        let kendt = store.fremmedeDokumenter.samling(own, noter: noter, at: now)
        let samling = if let kendt { kendt } else { try samling(own, noter: noter) }
        fremmede = (samling, version)
        return samling
    }

    private func samling(
        _ own: Set<CVRNummer>, noter: Int
    ) throws(StoreError) -> FremmedeDokumenter.Samling {
        let targets = store.state.withLock { state in
            own.reduce(into: []) { $0 += state.fremmedeFra[$1] ?? [] }
        }
        let kendte = store.fremmedeDokumenter.kendte(targets, at: now)
        var alle: [FremmedeDokumenter.Fremmed] = []
        for (target, kendt) in zip(targets, kendte) {
            let kendt = if let kendt { kendt } else { try fremmed(target) }
            alle.append((target, kendt))
        }
        let samling = FremmedeDokumenter.Samling(alle, own: own, noter: noter)
        store.fremmedeDokumenter.note(samling, of: alle, since: partVersion)
        return samling
    }

    /// Documents of other authorities that `own` points at and whose parties stand under one of the
    /// keys now.
    func dokumenter(
        pointedAtFrom own: Set<CVRNummer>, medPart noegler: Set<Noegle>
    ) throws(StoreError) -> [(shard: ShardReader, row: ObjektRow)] {
        var result: [(shard: ShardReader, row: ObjektRow)] = []
        let filer = try dokumenter(pointedAtFrom: own) {
            $0.parter.isDisjoint(with: noegler) ? [] : $0.dokumenter
        } der: {
            !$1.parter.isDisjoint(with: noegler)
        }
        for (shard, dokumenter) in filer {
            for uuid in dokumenter {
                if let row = try shard.row(uuid) { result.append((shard, row)) }
            }
        }
        return result.sorted { $0.row.uuid < $1.row.uuid }
    }

    /// Reads what an object that is pointed at from other authorities can be found by.
    private func fremmed(
        _ uuid: UUIDIdentifikator
    ) throws(StoreError) -> FremmedeDokumenter.Kendt {
        guard let found = try row(uuid, near: nil), found.row.kind == .dokument else {
            // A file that cannot be read may hold it.
            if try !isUnreadable(uuid) {
                store.fremmedeDokumenter.note(uuid, .ingen, since: partVersion)
            }
            return .ingen
        }
        let kendt = try kendt(found.row, in: found.shard)
        store.fremmedeDokumenter.note(uuid, kendt, since: partVersion)
        return kendt
    }

    /// What is known of the document is to be read again, by the next request.
    func forgetFremmed(_ uuid: UUIDIdentifikator) { glemmes.append(uuid) }

    private func kendt(
        _ row: ObjektRow, in shard: ShardReader
    ) throws(StoreError) -> FremmedeDokumenter.Kendt {
        let afledning = Afleder(roller: roller, leksikon: leksikon).afled(
            row.kind, try shard.current(of: row), now: now,
            klassetekst: try shard.klassetekst(of: row), klasser: klasser)
        var kolonner: [[UInt8]: UInt8] = [:]
        leksikon.withAnalyse { analyse in
            for (kolonne, tekst) in afledning.tekster.enumerated() where !tekst.isEmpty {
                Ordtekst(tekst).forEachIndexed(analyse) { form, _ in
                    kolonner[form, default: 0] |= 1 << UInt8(kolonne)
                }
            }
        }
        _ = ordbog.numre(kolonner.keys.lazy.compactMap { Ordbog.ord($0[...]) })
        let former = FremmedeDokumenter.Formkolonner(
            kolonner.map { (Noeglefilter.hash(form: $0[...]), $1) })
        return FremmedeDokumenter.Kendt(
            fil: shard.fil, id: row.id, version: try shard.version(), afledning, former)
    }

    /// Whether the object has a place in a file that cannot be read.
    func isUnreadable(_ uuid: UUIDIdentifikator) throws(StoreError) -> Bool {
        guard let placering = try placering(of: uuid) else { return false }
        return try shard(fil: placering.fil) == nil
    }

    /// Whether a file that may hold an object pointing at `uuid` was found unreadable.
    func mayMissPointers(at uuid: UUIDIdentifikator, in myndighed: CVRNummer) -> Bool {
        guard !mangler.isEmpty else { return false }
        let others = store.state.withLock { $0.fremmede[uuid] ?? [] }
        return mangler.contains(myndighed) || others.contains(where: mangler.contains)
    }

    private func placering(of uuid: UUIDIdentifikator) throws(StoreError) -> Placering? {
        let connection: Connection
        if let katalog {
            connection = katalog
        } else {
            connection = try store.pool.borrow(Store.katalogFil)
            katalog = connection
        }
        let statement = try connection.prepare(
            "SELECT fil, kind FROM placering WHERE uuid = ?1")
        statement.bind(1, uuid)
        guard try statement.step() else { return nil }
        return Placering(statement)
    }

    /// The files that may hold an object pointing at `uuid`, which lives in `myndighed`.
    func pointingShards(
        at uuid: UUIDIdentifikator, in myndighed: CVRNummer
    ) throws(StoreError) -> [ShardReader] {
        let others = store.state.withLock { $0.fremmede[uuid] ?? [] }
        var result = try shards(of: myndighed)
        for other in others where other != myndighed { result += try shards(of: other) }
        return result
    }
}

extension Store {
    static let katalogFil = Fil(
        id: 0, myndighed: CVRNummer.ingen, del: 0, navn: "katalog.sqlite")

    /// Lends a snapshot to `body`, on the caller's thread.
    public func read<Result>(
        udenom: Set<Int64> = [], _ body: (StoreReader) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try flytteLaas.shared { () throws(StoreError) -> Result in
            try body(StoreReader(store: self, udenom: udenom))
        }
    }

    /// The same for one of the store's own writers, which must wait neither for a move nor for a
    /// writer: they may be waiting for it. Derived rows may be out of date.
    func readInsideWriter<Result>(
        _ body: (StoreReader) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try body(StoreReader(store: self, .somDeStaar))
    }

    func placering(of uuid: UUIDIdentifikator) throws(StoreError) -> Placering? {
        let connection = try pool.borrow(Self.katalogFil)
        defer { pool.giveBack(connection, of: Self.katalogFil) }
        let statement = try connection.prepare("SELECT fil, kind FROM placering WHERE uuid = ?1")
        statement.bind(1, uuid)
        return try statement.step() ? Placering(statement) : nil
    }
}

extension CVRNummer {
    /// Stands for no authority; not a number anyone has.
    static let ingen = CVRNummer(unchecked: 0)

    private init(unchecked number: UInt32) { self.number = number }
}
