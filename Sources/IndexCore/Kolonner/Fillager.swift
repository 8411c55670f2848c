import Synchronization

/// What memory holds of all files, for searching: columns, lists and who sees what.
///
/// Everything here can be made again from the files, and is thrown away when there is too much.
final class Soegelager: Sendable {
    private struct State {
        var filer: [Int64: Fillager] = [:]
        var synlighed: [SynlighedNoegle: Husket<KendtSynlighed>] = [:]
        var synlighedBytes = 0
        var ur: UInt64 = 0
        /// How many of the store's notes of foreign pointers have been seen to.
        var fremmede = 0
        var scopes: [AccessScope: KendtScope] = [:]
        var scopesSeen = 0
        var domme: [Dommenoegle: Enkeltdomme] = [:]
        var dommeBytes = 0
        /// Of authorities of several files.
        var forbindelser: [CVRNummer: Forbindelseslager] = [:]
        var navne: [Fillager.Spoergsmaal: Fillager.Listenavn] = [:]

        mutating func forgetDomme() {
            domme.removeAll()
            dommeBytes = 0
        }

        /// What was used longest ago goes.
        mutating func forgetHalf() {
            let order = synlighed.sorted { $0.value.brugt < $1.value.brugt }
            for (key, husket) in order.prefix(order.count / 2 + 1) {
                synlighed[key] = nil
                synlighedBytes -= husket.bytes
            }
        }
    }

    private typealias KendtSynlighed = (udgaver: [Filkolonner.Udgave], synlighed: Synlighed)

    private struct SynlighedNoegle: Hashable {
        let myndighed: CVRNummer
        let scope: Int
    }

    /// Bytes of lists, all files together.
    private let plads: Listeplads
    let ordbog = Ordbog()
    let commits = Commits()
    private let state = Mutex(State())
    private var maxSynlighedBytes: Int { max(16 << 20, 8 * plads.raekker) }
    private var maxDommeBytes: Int { max(8 << 20, 4 * plads.raekker) }

    private struct Dommenoegle: Hashable {
        let scope: Int
        let fil: Int64
    }

    /// `minListeBytes` is what lists may take where there are few rows.
    init(minListeBytes: Int = 48 << 20) { plads = Listeplads(minBytes: minListeBytes) }

    func fil(_ id: Int64) -> Fillager {
        state.withLock { state in
            if let known = state.filer[id] { return known }
            let new = Fillager(plads, ordbog, commits)
            state.filer[id] = new
            return new
        }
    }

    /// Lists are read again when they are asked for.
    func forgetLister() {
        for fil in state.withLock({ Array($0.filer.values) }) { fil.forgetLister() }
        state.withLock { $0.forgetDomme() }
    }

    /// What lists of the question are kept under: one and the same for as long as it is remembered, so that
    /// finding one list in a hundred files compares no words.
    fileprivate func navn(_ spoergsmaal: Fillager.Spoergsmaal) -> Fillager.Listenavn {
        state.withLock { state in
            if let known = state.navne[spoergsmaal] { return known }
            if state.navne.count >= Self.maxNavne { state.navne.removeAll() }
            let new = Fillager.Listenavn(spoergsmaal)
            state.navne[spoergsmaal] = new
            return new
        }
    }

    private static let maxNavne = 10_000

    /// What has been judged one by one of the file's rows; nil when nothing has.
    func domme(_ scope: Int, _ fil: Int64) -> Enkeltdomme? {
        state.withLock { $0.domme[Dommenoegle(scope: scope, fil: fil)] }
    }

    /// The same, made where there is none.
    func domme(_ scope: Int, _ fil: Int64, _ kolonner: Filkolonner) -> Enkeltdomme {
        state.withLock { state in
            let key = Dommenoegle(scope: scope, fil: fil)
            if let known = state.domme[key] { return known }
            let bytes = 1_000 + kolonner.rows.slots * 3 / 8
            if state.dommeBytes + bytes > maxDommeBytes { state.forgetDomme() }
            let new = Enkeltdomme(kolonner.udgave)
            state.domme[key] = new
            state.dommeBytes += bytes
            return new
        }
    }

    /// Calls `body` with the notes of foreign pointers that it has not been called with.
    ///
    /// Of those that are there when the store is opened it never is (`open`): no file has been read then, and what
    /// reads one asks for them.
    func withNew(
        _ noter: [UUIDIdentifikator],
        _ body: (ArraySlice<UUIDIdentifikator>) throws(StoreError) -> Void
    ) throws(StoreError) {
        let seen = state.withLock { $0.fremmede }
        guard noter.count > seen else { return }
        try body(noter[seen...])
        state.withLock { $0.fremmede = max($0.fremmede, noter.count) }
    }

    /// So many foreign pointers are noted, and no file has been read.
    func open(noter: Int) { state.withLock { $0.fremmede = noter } }

    func kendt(_ scope: AccessScope) -> KendtScope {
        if let known = state.withLock({ $0.scopes[scope] }) { return known }
        let aftryk = scope.aftryk
        return state.withLock { state in
            if let known = state.scopes[scope] { return known }
            if state.scopes.count >= Self.maxScopes { state.scopes.removeAll() }
            state.scopesSeen += 1
            let new = KendtScope(nummer: state.scopesSeen, aftryk: aftryk)
            state.scopes[scope] = new
            return new
        }
    }

    struct KendtScope {
        /// No other scope has it; another one when the scope has been forgotten.
        let nummer: Int
        let aftryk: UInt64
    }

    private static let maxScopes = 1000

    /// What the caller sees of an authority whose files stand at these commits.
    func synlighed(
        _ myndighed: CVRNummer, _ filer: [Filkolonner], _ scope: AccessScope, _ nummer: Int
    ) -> Synlighed {
        let key = SynlighedNoegle(myndighed: myndighed, scope: nummer)
        let udgaver = filer.map(\.udgave)
        let known = state.withLock { state -> Synlighed? in
            state.ur += 1
            guard let found = state.synlighed[key], found.vaerdi.udgaver == udgaver else {
                return nil
            }
            state.synlighed[key]?.brugt = state.ur
            return found.vaerdi.synlighed
        }
        if let known { return known }
        let made = synlighed(
            raekker(filer, myndighed), myndighed, scope, from: state.withLock { $0.synlighed[key] })
        let bytes = filer.reduce(300) { $0 + $1.rows.slots * 3 / 8 }
        state.withLock { state in
            if let old = state.synlighed[key] {
                // Another request may have been ahead.
                if old.vaerdi.udgaver.erSenere(end: udgaver) { return }
                state.synlighed[key] = nil
                state.synlighedBytes -= old.bytes
            }
            if state.synlighedBytes + bytes > maxSynlighedBytes { state.forgetHalf() }
            state.synlighed[key] = Husket(
                vaerdi: (udgaver, made), bytes: bytes, brugt: state.ur)
            state.synlighedBytes += bytes
        }
        return made
    }

    private func synlighed(
        _ raekker: Myndighedsraekker, _ myndighed: CVRNummer, _ scope: AccessScope,
        from known: Husket<KendtSynlighed>?
    ) -> Synlighed {
        if let known, let beroerte = raekker.beroerte(since: known.vaerdi.udgaver) {
            return known.vaerdi.synlighed.following(
                raekker, beroerte, myndighed: myndighed, scope)
        }
        return Synlighed(raekker, myndighed: myndighed, scope)
    }

    /// An authority's columns with what leads between its files, made where it is not known.
    func raekker(_ filer: [Filkolonner], _ myndighed: CVRNummer) -> Myndighedsraekker {
        guard filer.count > 1 else { return Myndighedsraekker(filer) }
        let lager = state.withLock { state in
            let known = state.forbindelser[myndighed] ?? Forbindelseslager()
            state.forbindelser[myndighed] = known
            return known
        }
        return lager.raekker(filer)
    }
}

/// Something kept for as long as there is room.
private struct Husket<Vaerdi: Sendable>: Sendable {
    let vaerdi: Vaerdi
    let bytes: Int
    var brugt: UInt64
}

/// What memory holds of one file.
final class Fillager: Sendable {
    /// What a list is of.
    enum Spoergsmaal: Hashable {
        case ord(TextQuery.Term)
        case noegle(Noeglekrav)

        /// So many rows are read with a list in the time that one is looked up by itself.
        fileprivate var opslagsomkostning: Int {
            switch self {
            case .ord: 100
            case .noegle: 10
            }
        }
    }

    /// A question that many files are asked, with what is the same for all of them reckoned once.
    struct Opslag: Sendable {
        fileprivate let navn: Listenavn
        fileprivate let savn: Savn
        fileprivate let maerke: Listemaerke
        var spoergsmaal: Spoergsmaal { navn.spoergsmaal }

        init(_ spoergsmaal: Spoergsmaal, _ lager: Soegelager) {
            navn = lager.navn(spoergsmaal)
            savn = Savn(spoergsmaal, lager.ordbog)
            maerke =
                switch spoergsmaal {
                case .ord(let term): term.maerke
                case .noegle(let krav):
                    krav.erEn ? .noegle(Raekkeaendring.maerke(krav.fra)) : .noegler
                }
        }
    }

    /// A question that knows its hash.
    fileprivate final class Listenavn: Hashable, Sendable {
        let spoergsmaal: Spoergsmaal
        private let hash: Int

        init(_ spoergsmaal: Spoergsmaal) {
            self.spoergsmaal = spoergsmaal
            hash = spoergsmaal.hashValue
        }

        static func == (left: Listenavn, right: Listenavn) -> Bool {
            left === right || (left.hash == right.hash && left.spoergsmaal == right.spoergsmaal)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    }

    private struct State {
        var kolonner: Filkolonner?
        var lister: [Listenavn: Kendt] = [:]
        /// Parts of cases as they are in `kolonner`.
        var sagsdele: [UInt32: [Sagsdel]] = [:]
        var sagsdeleBytes = 0
        var sagsdeleBrugt: UInt64 = 0
        var titler: Titler?
    }

    /// A list as it is kept; a class, so that to find one is to count one reference.
    private final class Kendt: Sendable {
        let version: Int64
        let liste: PakketListe
        let brugt: Atomic<UInt64>

        init(_ liste: PakketListe, version: Int64, brugt: UInt64) {
            self.liste = liste
            self.version = version
            self.brugt = Atomic(brugt)
        }
    }

    let log: Aendringslog
    let filord: Filord
    private let plads: Listeplads
    private let state = Mutex(State())
    /// Held while the file is read, so that it is read once.
    private let laeses = Mutex<Void>(())

    /// More changes than this are not mended one by one.
    private static let flestRettelser = 200

    init(_ plads: Listeplads, _ ordbog: Ordbog, _ commits: Commits) {
        self.plads = plads
        log = Aendringslog(commits)
        filord = Filord(ordbog)
        plads.add(self)
    }

    /// The columns as they are now on the disk, when memory has them and no row is out of date.
    func aktuelle(at now: Tidspunkt) -> Filkolonner? {
        guard let committed = log.committed else { return nil }
        let known = state.withLock { $0.kolonner }
        guard let known, known.version == committed, known.rows.skift > now.microseconds else {
            return nil
        }
        return known
    }

    /// The columns as the snapshot has them; nil when they cannot be held. Where memory is ahead of the
    /// snapshot they are made from it and not kept.
    func kolonner(
        _ shard: ShardReader, _ verden: Filkolonner.Omstaendigheder
    ) throws(StoreError) -> Filkolonner? {
        let version = try shard.version()
        if let known = state.withLock({ $0.kolonner }), known.version == version {
            return known.rows.isFull ? nil : known
        }
        log.beginReading()
        return try laeses.withLock { _ throws(StoreError) in
            try laest(shard, version, verden)
        }
    }

    /// The same of a snapshot that is first opened when nobody else reads the file. So it is never
    /// behind memory, and of many who ask after a commit one reads what it changed.
    func kolonner(
        _ verden: Filkolonner.Omstaendigheder,
        opening open: () throws(StoreError) -> ShardReader?
    ) throws(StoreError) -> Filkolonner? {
        log.beginReading()
        return try laeses.withLock { _ throws(StoreError) -> Filkolonner? in
            guard let shard = try open() else { return nil }
            return try laest(shard, try shard.version(), verden)
        }
    }

    /// To be called by one at a time.
    private func laest(
        _ shard: ShardReader, _ version: Int64, _ verden: Filkolonner.Omstaendigheder
    ) throws(StoreError) -> Filkolonner? {
        let known = state.withLock { $0.kolonner }
        if let known {
            if known.version == version { return known.rows.isFull ? nil : known }
            if let changed = log.ids(between: known.version, and: version),
                changed.count < 2_000 || changed.count * 8 < known.rows.count
            {
                let made = try known.following(shard, version: version, changed: changed, verden)
                if known.version < version { return keep(made) }
                return made.rows.isFull ? nil : made
            }
            if known.version > version { return nil }
        }
        return keep(try Filkolonner.load(shard, version: version, verden))
    }

    /// Another authority may point at these objects from now on. Waits while the file is read: what is being made may
    /// not know of it.
    func note(fremmede uuids: Set<UUIDIdentifikator>) {
        laeses.withLock { _ in
            if let known = state.withLock({ $0.kolonner }) {
                let made = known.doubting(uuids)
                state.withLock { $0.kolonner = made }
            }
        }
    }

    private func keep(_ kolonner: Filkolonner) -> Filkolonner? {
        state.withLock { state in
            let changed = state.kolonner.flatMap { kolonner.beroerte(since: $0.udgave) }
            plads.add(raekker: kolonner.rows.slots - (state.kolonner?.rows.slots ?? 0))
            state.kolonner = kolonner
            // Any row may have changed.
            guard let changed else { return forgetDele(&state) }
            for id in changed {
                guard let old = state.sagsdele.removeValue(forKey: UInt32(truncatingIfNeeded: id))
                else { continue }
                let bytes = old.reduce(50) { $0 + $1.bytes }
                state.sagsdeleBytes -= bytes
                plads.give(bytes)
            }
        }
        return kolonner.rows.isFull ? nil : kolonner
    }

    private func forgetDele(_ state: inout State) {
        state.sagsdele.removeAll()
        plads.give(state.sagsdeleBytes)
        state.sagsdeleBytes = 0
    }

    // MARK: Titles

    /// The titles as of that commit, when memory has them.
    func titler(version: Int64) -> Titler? {
        state.withLock { $0.titler?.version == version ? $0.titler : nil }
    }

    /// The same, read or mended from the snapshot when it must be; nil when memory is too far ahead of
    /// it.
    func titler(_ shard: ShardReader, at now: Tidspunkt) throws(StoreError) -> Titler? {
        let version = try shard.version()
        if let known = titler(version: version) { return known }
        log.beginReading()
        return try laeses.withLock { _ throws(StoreError) -> Titler? in
            let known = state.withLock { $0.titler }
            guard let known else { return keep(try Titler.load(shard, version: version, at: now)) }
            if known.version == version { return known }
            if let changed = log.ids(between: known.version, and: version) {
                let made = try known.following(shard, version: version, changed: changed, at: now)
                return known.version < version ? keep(made) : made
            }
            if known.version > version { return nil }
            return keep(try Titler.load(shard, version: version, at: now))
        }
    }

    private func keep(_ titler: Titler) -> Titler {
        state.withLock { $0.titler = titler }
        return titler
    }

    // MARK: Parts of cases

    /// The case's parts as of that commit; nil when nobody has read them.
    func sagsdele(of id: UInt32, version: Int64) -> [Sagsdel]? {
        state.withLock { state in
            state.sagsdeleBrugt = plads.tick()
            return state.kolonner?.version == version ? state.sagsdele[id] : nil
        }
    }

    func keep(_ dele: [Sagsdel], of id: UInt32, version: Int64) {
        let bytes = dele.reduce(50) { $0 + $1.bytes }
        let isTooMuch = state.withLock { state -> Bool in
            guard state.kolonner?.version == version, state.sagsdele[id] == nil else {
                return false
            }
            state.sagsdele[id] = dele
            state.sagsdeleBytes += bytes
            return plads.take(bytes)
        }
        if isTooMuch { plads.makeRoom() }
    }

    // MARK: Lists

    /// The list as it is at that commit; nil when the file must be asked.
    func liste(_ opslag: Opslag, version: Int64, at now: Tidspunkt) -> Liste? {
        if case .faerdig(let liste) = kendt(opslag, version: version, at: now) { return liste }
        return nil
    }

    /// What memory has of a list at a commit.
    private enum Kendskab {
        case faerdig(Liste)
        /// At another commit, and what must be done to it.
        case andet(Liste, Listerettelse)
        case intet
    }

    private func kendt(_ opslag: Opslag, version: Int64, at now: Tidspunkt) -> Kendskab {
        if filord.lacks(opslag.savn, version: version) { return .faerdig(Liste()) }
        guard let known = kendt(opslag, at: now) else { return .intet }
        if known.version == version { return .faerdig(known.liste.liste) }
        guard let rettelse = log.rettelse(of: opslag.maerke, from: known.version, to: version)
        else { return .intet }
        guard known.version < version, rettelse.laeses.isEmpty else {
            return .andet(known.liste.liste, rettelse)
        }
        let made = known.liste.liste.replacing(rettelse.beroerte, with: Liste())
        keep(made, opslag, version: version)
        return .faerdig(made)
    }

    private func kendt(_ opslag: Opslag, at now: Tidspunkt) -> Kendt? {
        guard let known = state.withLock({ $0.lister[opslag.navn] }),
            known.liste.gyldigTil > now.microseconds
        else { return nil }
        known.brugt.store(plads.tick(), ordering: .relaxed)
        return known
    }

    /// The same, read or mended from the snapshot when it must be.
    func liste(
        _ opslag: Opslag, _ shard: ShardReader, at now: Tidspunkt
    ) throws(StoreError) -> Liste {
        let version = try shard.version()
        var mended: Liste?
        switch kendt(opslag, version: version, at: now) {
        case .faerdig(let liste): return liste
        case .andet(let liste, let rettelse):
            mended = try self.mended(liste, opslag.spoergsmaal, rettelse, shard, at: now)
        case .intet: break
        }
        let made = if let mended { mended } else { try read(opslag.spoergsmaal, shard, at: now) }
        keep(made, opslag, version: version)
        return made
    }

    private func read(
        _ spoergsmaal: Spoergsmaal, _ shard: ShardReader, at now: Tidspunkt
    ) throws(StoreError) -> Liste {
        switch spoergsmaal {
        case .ord(let term):
            let version = try shard.version()
            return try shard.liste(
                term,
                mangler: { form in
                    Ordbog.ord(form[...]).map { self.filord.has($0, version: version) == false }
                        ?? false
                })
        case .noegle(let krav): return try shard.liste(krav, at: now)
        }
    }

    /// The list with the changed rows looked up again; nil when that costs as much as reading all of
    /// it.
    private func mended(
        _ liste: Liste, _ spoergsmaal: Spoergsmaal, _ rettelse: Listerettelse,
        _ shard: ShardReader, at now: Tidspunkt
    ) throws(StoreError) -> Liste? {
        let most = liste.count / spoergsmaal.opslagsomkostning + 1
        guard rettelse.laeses.count <= min(most, Self.flestRettelser) else { return nil }
        let new: Liste
        switch spoergsmaal {
        case .ord(let term): new = try shard.liste(term, among: rettelse.laeses)
        case .noegle(let krav):
            guard krav.erEn else { return nil }
            new = try shard.liste(krav, at: now, among: rettelse.laeses)
        }
        return liste.replacing(rettelse.beroerte, with: new)
    }

    /// The list is so as of that commit.
    func keep(_ liste: Liste, _ opslag: Opslag, version: Int64) {
        let navn = opslag.navn
        let pakket = PakketListe(liste)
        let isTooMuch = state.withLock { state -> Bool in
            if let old = state.lister[navn] {
                guard old.version <= version else { return false }
                plads.give(old.liste.bytes)
            }
            state.lister[navn] = Kendt(pakket, version: version, brugt: plads.tick())
            return plads.take(pakket.bytes)
        }
        if isTooMuch { plads.makeRoom() }
    }

    func forgetLister() {
        state.withLock { state in
            plads.give(state.lister.values.reduce(0) { $0 + $1.liste.bytes })
            state.lister.removeAll()
        }
        log.forgetAendringer()
    }

    // MARK: Room

    /// What lists and parts of cases take, and when each was last used.
    var brug: [(brugt: UInt64, bytes: Int)] {
        state.withLock { state in
            var result = state.lister.values.map {
                (brugt: $0.brugt.load(ordering: .relaxed), bytes: $0.liste.bytes)
            }
            if state.sagsdeleBytes > 0 {
                result.append((state.sagsdeleBrugt, state.sagsdeleBytes))
            }
            return result
        }
    }

    /// What has not been used since goes.
    func forget(usedUntil last: UInt64) {
        state.withLock { state in
            if state.sagsdeleBrugt <= last { forgetDele(&state) }
            for (navn, kendt) in state.lister
            where kendt.brugt.load(ordering: .relaxed) <= last {
                state.lister[navn] = nil
                plads.give(kendt.liste.bytes)
            }
        }
    }
}
