import Dispatch
import Synchronization

// MARK: - Writing

extension Store {
    /// One object's change and the authority that its content names.
    public struct Skrivning: Sendable {
        public let command: WriteCommand
        /// Ejer's authority in what was sent; nil for an update, which goes where the object is.
        public let myndighed: CVRNummer?
        /// Objects that what was sent points at, for links across authorities.
        public let peger: [UUIDIdentifikator]
        /// Told once, when the change moves the object to an authority that has another with its number (R23);
        /// answers whether it is to be done all the same.
        let noegleOptaget: @Sendable () -> Bool

        public init(
            command: WriteCommand, myndighed: CVRNummer?, peger: [UUIDIdentifikator],
            noegleOptaget: @escaping @Sendable () -> Bool = { false }
        ) {
            self.command = command
            self.myndighed = myndighed
            self.peger = peger
            self.noegleOptaget = noegleOptaget
        }
    }

    /// Carries out changes and answers, in their order, when all that was done is on the disk.
    ///
    /// One object's failure does not touch the others. `finish` is called on one of the store's
    /// threads. A place is reserved in the catalogue, and a link to another authority noted there,
    /// before the object is written; so a crash leaves at most a note of nothing.
    public func write(
        _ skrivninger: [Skrivning],
        finish: @escaping @Sendable ([Result<WriteOutcome, StoreError>]) -> Void
    ) {
        guard let katalog, access == .exclusive else {
            return finish(skrivninger.map { _ in .failure(.readOnly) })
        }
        guard !isClosing else { return finish(skrivninger.map { _ in .failure(.closing) }) }
        let batch = Batch(skrivninger, store: self, finish: finish)
        katalog.submit(
            .init(
                run: { writer throws(StoreError) in try batch.reserve(writer) },
                finish: { error in
                    if let error { batch.fail(error) } else { batch.dispatch() }
                }))
    }

    /// The same, waiting for the answer; not for one of the store's own threads.
    public func writeAndWait(_ skrivninger: [Skrivning]) -> [Result<WriteOutcome, StoreError>] {
        let outcome = Mutex<[Result<WriteOutcome, StoreError>]>([])
        let done = DispatchSemaphore(value: 0)
        write(skrivninger) { results in
            outcome.withLock { $0 = results }
            done.signal()
        }
        done.wait()
        return outcome.withLock { $0 }
    }

    /// Lets a decision be made against what is committed, and carries nothing out.
    ///
    /// `myndighed` is where the object would go if it is new.
    public func proev(
        _ uuid: UUIDIdentifikator, in myndighed: CVRNummer?,
        _ body: @escaping @Sendable (StoredObjekt?, any WriteContext) throws(StoreError) -> Void
    ) throws(StoreError) {
        let placed = try placering(of: uuid).flatMap { self.myndighed(ofFil: $0.fil) }
        guard let owner = placed ?? myndighed.flatMap({ myndigheder.contains($0) ? $0 : nil })
        else { return try body(nil, CommittedContext(store: self)) }
        try skriver(for: owner).writer.perform { kontekst throws(StoreError) in
            let stored = try kontekst.find(uuid)?.1
            try body(stored, DecisionContext(kontekst: kontekst, store: self))
        }
    }

    /// What decides access of a registration, as it would stand now, or at `instant`.
    public func fakta(
        of registrering: Registrering, _ kind: ObjektKind, at instant: Tidspunkt? = nil
    ) -> AdgangsFakta {
        let klasser = state.withLock { $0.klasser }
        return afleder.afled(
            kind, registrering, now: instant ?? now, klassetekst: "", klasser: klasser
        ).fakta
    }

    /// The same of what is stored; derived anew where time has made the row out of date.
    func fakta(of stored: StoredObjekt, at now: Tidspunkt) -> AdgangsFakta {
        stored.row.erUdloebet(at: now)
            ? fakta(of: stored.current, stored.row.kind, at: now) : stored.row.fakta
    }

    /// The authority of an object with that registration, at that instant.
    public func ejer(
        of registrering: Registrering, _ kind: ObjektKind, at instant: Tidspunkt
    ) -> CVRNummer? {
        Ejer.cvr(
            of: registrering.segments, kind: kind, roller: configuration.roller, at: instant)
    }

    /// The kind of an object that is being written right now, anywhere.
    func reserved(_ uuid: UUIDIdentifikator) -> ObjektKind? {
        reservationer.kind(of: uuid)
    }
}

/// Objects whose place is reserved and that are not yet on the disk.
final class Reservationer: Sendable {
    private let underway = Mutex<[UUIDIdentifikator: (placering: Placering, count: Int)]>([:])

    func add(_ uuid: UUIDIdentifikator, _ placering: Placering) {
        underway.withLock { $0[uuid, default: (placering, 0)].count += 1 }
    }

    func release(_ uuid: UUIDIdentifikator) {
        underway.withLock { entries in
            guard let entry = entries[uuid] else { return }
            if entry.count <= 1 { entries[uuid] = nil } else { entries[uuid]?.count -= 1 }
        }
    }

    func placering(of uuid: UUIDIdentifikator) -> Placering? {
        underway.withLock { $0[uuid]?.placering }
    }

    /// What is under way of the object goes there from now on.
    func flyt(_ uuid: UUIDIdentifikator, til placering: Placering) {
        underway.withLock { $0[uuid]?.placering = placering }
    }

    func kind(of uuid: UUIDIdentifikator) -> ObjektKind? { placering(of: uuid)?.kind }
}

/// What is pointed at from its own authority by changes that are not yet on the disk: such a pointer needs no note
/// in the catalogue, until the object leaves the authority.
final class Pegende: Sendable {
    struct Link: Hashable {
        let maal: UUIDIdentifikator
        let own: CVRNummer
    }

    private let underway = Mutex<[Link: Int]>([:])

    func add(_ links: [Link]) {
        guard !links.isEmpty else { return }
        underway.withLock { counts in for link in links { counts[link, default: 0] += 1 } }
    }

    func release(_ links: [Link]) {
        guard !links.isEmpty else { return }
        underway.withLock { counts in
            for link in links {
                guard let count = counts[link] else { continue }
                counts[link] = count > 1 ? count - 1 : nil
            }
        }
    }

    func contains(_ link: Link) -> Bool { underway.withLock { $0[link] != nil } }
}

/// What one change has told `Bortgang` of itself.
final class Bortgangsmaerke: Sendable {
    fileprivate let journaliserer = Mutex<[UUIDIdentifikator]>([])
}

/// The documents that changes under way file, of whatever authority, and what is being removed.
///
/// A filing and a removal are judged by two writers, neither of which sees what the other has not committed. Here one
/// of them is first: what is being filed does not go for want of cases, and what goes is filed no more. Each change
/// takes back what it told itself, when what it did can be read from the files.
final class Bortgang: Sendable {
    private struct State {
        var journaliseres: [UUIDIdentifikator: Int] = [:]
        /// With who removes it.
        var fjernes: [UUIDIdentifikator: Set<ObjectIdentifier>] = [:]
    }

    private let state = Mutex(State())

    /// False for what is being removed; else it does not go until `slut`.
    func journaliser(_ uuid: UUIDIdentifikator, _ maerke: Bortgangsmaerke) -> Bool {
        let mayGoOn = state.withLock { state in
            guard state.fjernes[uuid] == nil else { return false }
            state.journaliseres[uuid, default: 0] += 1
            return true
        }
        if mayGoOn { maerke.journaliserer.withLock { $0.append(uuid) } }
        return mayGoOn
    }

    /// False while something under way files it; else it counts as gone.
    func begynd(_ uuid: UUIDIdentifikator, _ maerke: Bortgangsmaerke) -> Bool {
        state.withLock { state in
            guard state.journaliseres[uuid] == nil else { return false }
            state.fjernes[uuid, default: []].insert(ObjectIdentifier(maerke))
            return true
        }
    }

    /// It is removed, whatever files it.
    func fjern(_ uuid: UUIDIdentifikator, _ maerke: Bortgangsmaerke) {
        state.withLock { _ = $0.fjernes[uuid, default: []].insert(ObjectIdentifier(maerke)) }
    }

    /// It is not removed by this change after all, or that can be read from the files.
    func bliver(_ uuid: UUIDIdentifikator, _ maerke: Bortgangsmaerke) {
        state.withLock { state in
            guard var by = state.fjernes[uuid] else { return }
            by.remove(ObjectIdentifier(maerke))
            state.fjernes[uuid] = by.isEmpty ? nil : by
        }
    }

    /// It is there again, whoever removed it.
    func kommerIgen(_ uuid: UUIDIdentifikator) { state.withLock { $0.fjernes[uuid] = nil } }

    /// What the change of the object did can be read from the files.
    func slut(_ uuid: UUIDIdentifikator, _ maerke: Bortgangsmaerke) {
        bliver(uuid, maerke)
        let filed = maerke.journaliserer.withLock { filed in
            defer { filed = [] }
            return filed
        }
        guard !filed.isEmpty else { return }
        state.withLock { state in
            for uuid in filed {
                guard let count = state.journaliseres[uuid] else { continue }
                state.journaliseres[uuid] = count > 1 ? count - 1 : nil
            }
        }
    }

    func contains(_ uuid: UUIDIdentifikator) -> Bool { state.withLock { $0.fjernes[uuid] != nil } }
}

extension Store {
    /// Notes what is pointed at in other authorities, or does not exist yet; answers the other links, which are
    /// `pegende` until they are released.
    func noteFremmede(
        _ links: Set<Pegende.Link>, _ writer: KatalogWriter
    ) throws(StoreError) -> [Pegende.Link] {
        var own: [Pegende.Link] = []
        for link in links.sorted(by: { ($0.maal, $0.own) < ($1.maal, $1.own) }) {
            // What is being written has its place in memory.
            var placering = reservationer.placering(of: link.maal)
            if placering == nil { placering = try writer.placering(of: link.maal) }
            let placed = placering.flatMap { myndighed(ofFil: $0.fil, writer) }
            if placed == link.own {
                own.append(link)
                continue
            }
            let isNew = state.withLock { !($0.fremmede[link.maal] ?? []).contains(link.own) }
            if isNew { try writer.addFremmed(link.maal, link.own) }
        }
        pegende.add(own)
        return own
    }
}

/// One caller's changes on their way through the catalogue and the authorities' writers.
private final class Batch: Sendable {
    private let skrivninger: [Store.Skrivning]
    private let store: Store
    private let finish: @Sendable ([Result<WriteOutcome, StoreError>]) -> Void
    private let state: Mutex<State>

    private struct State {
        var outcomes: [Result<WriteOutcome, StoreError>]
        var maal: [Skrivemaal?]
        var reserved: [UUIDIdentifikator] = []
        var pegende: [Pegende.Link] = []
        /// Placed by this batch: a place that comes to nothing is given up again.
        var placed: Set<UUIDIdentifikator> = []
        var nyeFiler: [Fil] = []
        var nyeFremmede: [(maal: UUIDIdentifikator, myndighed: CVRNummer)] = []
        var left = 0
    }

    init(
        _ skrivninger: [Store.Skrivning], store: Store,
        finish: @escaping @Sendable ([Result<WriteOutcome, StoreError>]) -> Void
    ) {
        self.skrivninger = skrivninger
        self.store = store
        self.finish = finish
        state = Mutex(
            State(
                outcomes: skrivninger.map { _ in .success(.left) },
                maal: skrivninger.map { _ in nil }))
    }

    // MARK: In the catalogue

    func reserve(_ writer: KatalogWriter) throws(StoreError) {
        for index in iNoegleorden {
            let maal = try maal(of: skrivninger[index], writer)
            state.withLock { $0.maal[index] = maal }
        }
        try noteFremmede(writer)
        state.withLock {
            $0.nyeFiler = writer.nyeFiler
            $0.nyeFremmede = writer.nyeFremmede
        }
    }

    /// In the order of the UUIDs, which is that of the catalogue's pages; an object's changes keep
    /// theirs.
    private var iNoegleorden: [Int] {
        skrivninger.indices.sorted { left, right in
            let (mine, theirs) = (skrivninger[left].command.uuid, skrivninger[right].command.uuid)
            return mine == theirs ? left < right : mine < theirs
        }
    }

    /// The authority whose writer is to decide: where the object is, else where it is to be.
    private func maal(
        of skrivning: Store.Skrivning, _ writer: KatalogWriter
    ) throws(StoreError) -> Skrivemaal? {
        let uuid = skrivning.command.uuid
        if let underway = store.reservationer.placering(of: uuid) {
            // The change that it was made for may not have been committed.
            if try writer.placering(of: uuid) == nil {
                try writer.place(uuid, underway)
                state.withLock { _ = $0.placed.insert(uuid) }
            }
            return kept(uuid, underway, writer)
        }
        if let known = try writer.placering(of: uuid) {
            let owner = store.myndighed(ofFil: known.fil, writer)
            // A file that cannot be read may well hold it; its own writer then tells.
            if owner == skrivning.myndighed || skrivning.myndighed == nil
                || (try? store.holds(uuid, fil: known.fil)) ?? true
            {
                return kept(uuid, known, writer)
            }
            // It was there once, or was to be: what points at it there needed no note until now.
            if let own = try store.pointing(at: uuid, besideFil: known.fil) {
                try writer.addFremmed(uuid, own)
            }
        }
        guard let myndighed = skrivning.myndighed else { return nil }
        let fil = try store.fil(forNew: uuid, of: myndighed, writer)
        let placering = Placering(fil: fil.id, kind: skrivning.command.kind)
        try writer.place(uuid, placering)
        keep(uuid, placering)
        state.withLock { _ = $0.placed.insert(uuid) }
        return Skrivemaal(myndighed: myndighed, fil: fil.id, erNy: true)
    }

    private func kept(
        _ uuid: UUIDIdentifikator, _ placering: Placering, _ writer: KatalogWriter
    ) -> Skrivemaal? {
        keep(uuid, placering)
        guard let owner = store.myndighed(ofFil: placering.fil, writer) else { return nil }
        return Skrivemaal(myndighed: owner, fil: placering.fil, erNy: false)
    }

    private func keep(_ uuid: UUIDIdentifikator, _ placering: Placering) {
        store.reservationer.add(uuid, placering)
        state.withLock { $0.reserved.append(uuid) }
    }

    private func noteFremmede(_ writer: KatalogWriter) throws(StoreError) {
        let owners = state.withLock { $0.maal.map { $0?.myndighed } }
        var links: Set<Pegende.Link> = []
        for (skrivning, own) in zip(skrivninger, owners) {
            guard let own else { continue }
            for maal in skrivning.peger { links.insert(.init(maal: maal, own: own)) }
        }
        let pegende = try store.noteFremmede(links, writer)
        state.withLock { $0.pegende = pegende }
    }

    func fail(_ error: StoreError) {
        state.withLock { $0.outcomes = skrivninger.map { _ in .failure(error) } }
        complete()
    }

    // MARK: In the authorities

    func dispatch() {
        let new = state.withLock { ($0.nyeFiler, $0.nyeFremmede) }
        store.publish(new.0, new.1)
        let targets = state.withLock { $0.maal.map { $0?.myndighed } }
        var groups: [CVRNummer: [Int]] = [:]
        for (index, target) in targets.enumerated() {
            // An unknown object has no authority: the decision is made without a file.
            if let target { groups[target, default: []].append(index) }
        }
        let unknown = targets.indices.filter { targets[$0] == nil }
        for index in unknown { decideUnknown(index) }
        guard !groups.isEmpty else { return complete() }
        state.withLock { $0.left = groups.count }
        for (myndighed, indices) in groups { send(indices, to: myndighed) }
    }

    private func decideUnknown(_ index: Int) {
        let (command, hjemme) = (skrivninger[index].command, skrivninger[index].myndighed)
        do throws(StoreError) {
            _ = try command.decide(nil, NothingStored(now: store.now))
            // It names an authority, but the file that its place was made in did not come to be.
            if hjemme != nil { throw StoreError.busy }
        } catch {
            state.withLock { $0.outcomes[index] = .failure(error) }
        }
    }

    private func send(_ indices: [Int], to myndighed: CVRNummer) {
        let skriver: MyndighedSkriver
        do throws(StoreError) {
            skriver = try store.skriver(for: myndighed)
        } catch {
            return groupDone(indices, error)
        }
        let maal = state.withLock { $0.maal }
        skriver.writer.submit(
            .init(
                run: { kontekst throws(StoreError) in
                    try self.store.openNewFiles(kontekst)
                    var moving: Set<UUIDIdentifikator> = []
                    for index in indices {
                        guard let maal = maal[index] else { continue }
                        let command = self.skrivninger[index].command
                        // What comes after a move of the same object is done after it.
                        if moving.contains(command.uuid) {
                            self.state.withLock {
                                $0.outcomes[index] = .success(.moves(to: myndighed))
                            }
                            continue
                        }
                        let hjemme = self.skrivninger[index].myndighed
                        try kontekst.execute(command, maal: maal, hjemme: hjemme) { outcome in
                            if case .success(.moves) = outcome { moving.insert(command.uuid) }
                            self.state.withLock { $0.outcomes[index] = outcome }
                        }
                    }
                },
                finish: { error in self.groupDone(indices, error) }, size: indices.count))
    }

    private func groupDone(_ indices: [Int], _ error: StoreError?) {
        let isLast = state.withLock { state in
            if let error { for index in indices { state.outcomes[index] = .failure(error) } }
            state.left -= 1
            return state.left == 0
        }
        if isLast { moveAndComplete() }
    }

    private func moveAndComplete() {
        let moving = state.withLock { state in
            state.outcomes.indices.filter { index in
                if case .success(.moves) = state.outcomes[index] { true } else { false }
            }
        }
        guard !moving.isEmpty else { return complete() }
        store.maintenance.async {
            for index in moving {
                var outcome = self.store.move(self.skrivninger[index])
                // Moved on meanwhile, or its Ejer changed at this very instant.
                if case .success(.moves) = outcome { outcome = .failure(.busy) }
                self.state.withLock { $0.outcomes[index] = outcome }
            }
            self.complete()
        }
    }

    private func complete() {
        let done = state.withLock { state in (state.outcomes, state.reserved, state.pegende) }
        for uuid in done.1 { store.reservationer.release(uuid) }
        store.pegende.release(done.2)
        for skrivning in skrivninger {
            store.bortgang.slut(skrivning.command.uuid, skrivning.command.maerke)
        }
        var gone = state.withLock { $0.placed }
        for (skrivning, outcome) in zip(skrivninger, done.0) {
            switch outcome {
            case .success(.removed): gone.insert(skrivning.command.uuid)
            case .success(.stored): gone.remove(skrivning.command.uuid)
            default: continue
            }
        }
        if !gone.isEmpty { store.forget(Array(gone)) }
        let written = skrivninger.map(\.command.uuid)
        store.fremmedeDokumenter.forget(
            store.state.withLock { state in written.filter { state.fremmede[$0] != nil } })
        noteFailures(done.0)
        finish(done.0)
    }

    private func noteFailures(_ outcomes: [Result<WriteOutcome, StoreError>]) {
        var first: StoreError?
        var count = 0
        for outcome in outcomes {
            guard case .failure(let error) = outcome else { continue }
            if first == nil { first = error }
            count += 1
        }
        if let first { store.fejllog.note(first, objekter: count) }
    }
}

/// The context of a trial of a new object: everything as last committed.
private struct CommittedContext: WriteContext {
    let store: Store

    var now: Tidspunkt { store.now }

    func kind(of uuid: UUIDIdentifikator) throws(StoreError) -> ObjektKind? {
        try store.read { reader throws(StoreError) in try reader.row(uuid, near: nil)?.row.kind }
    }

    /// The authority has nothing yet.
    func holder(of nummer: Nummerkrav) -> UUIDIdentifikator? { nil }

    func objekt(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt? {
        try store.read { reader throws(StoreError) in try reader.objekt(uuid) }
    }

    func fakta(of stored: StoredObjekt) -> AdgangsFakta { store.fakta(of: stored, at: now) }

    func arkivering(of row: ObjektRow) throws(StoreError) -> [AdgangsFakta]? {
        try store.read { reader throws(StoreError) in
            try reader.arkivering(of: row, at: now, udenFor: nil)
        }
    }

    func erJournaliseret(_ uuid: UUIDIdentifikator) -> Bool { false }

    func historik(of stored: StoredObjekt) -> [Registrering] { [stored.current] }
}

/// The context of a decision about an object that is nowhere.
private struct NothingStored: WriteContext {
    let now: Tidspunkt

    func kind(of uuid: UUIDIdentifikator) -> ObjektKind? { nil }

    func holder(of nummer: Nummerkrav) -> UUIDIdentifikator? { nil }

    func objekt(_ uuid: UUIDIdentifikator) -> StoredObjekt? { nil }

    func fakta(of stored: StoredObjekt) -> AdgangsFakta { stored.row.fakta }

    func arkivering(of row: ObjektRow) -> [AdgangsFakta]? { [] }

    func erJournaliseret(_ uuid: UUIDIdentifikator) -> Bool { false }

    func historik(of stored: StoredObjekt) -> [Registrering] { [] }
}

// MARK: - Where objects go

extension Store {
    func myndighed(ofFil id: Int64) -> CVRNummer? { state.withLock { $0.filer[id]?.myndighed } }

    /// The same inside a transaction of the catalogue, which may have added the file.
    func myndighed(ofFil id: Int64, _ writer: KatalogWriter) -> CVRNummer? {
        myndighed(ofFil: id) ?? writer.nyeFiler.first { $0.id == id }?.myndighed
    }

    /// Makes what the catalogue has committed known to readers and writers.
    func publish(
        _ filer: [Fil], _ fremmede: [(maal: UUIDIdentifikator, myndighed: CVRNummer)]
    ) {
        guard !filer.isEmpty || !fremmede.isEmpty else { return }
        state.withLock { state in
            for fil in filer { state.add(fil) }
            for (maal, myndighed) in fremmede { state.noteFremmed(maal, myndighed) }
        }
    }

    /// Whether the file really holds the object; a reservation that came to nothing does not.
    ///
    /// Of a file that is set aside nobody can tell.
    func holds(_ uuid: UUIDIdentifikator, fil id: Int64) throws(StoreError) -> Bool {
        let known = state.withLock { ($0.filer[id], $0.tilside[id]) }
        guard let fil = known.0 else { return false }
        guard known.1 == nil else { throw StoreError.setAside(file: fil.navn) }
        let connection = try pool.borrow(fil)
        defer { pool.giveBack(connection, of: fil) }
        let statement = try connection.prepare("SELECT 1 FROM objekt WHERE uuid = ?1")
        statement.bind(1, uuid)
        return try statement.step()
    }

    /// The file for a new object: by its UUID among the authority's files that have room.
    func fil(
        forNew uuid: UUIDIdentifikator, of myndighed: CVRNummer, _ writer: KatalogWriter
    ) throws(StoreError) -> Fil {
        let filer = filer(of: myndighed, writer)
        let open = filer.filter { antal.count(of: $0.id) < configuration.objekterPerFil }
        if !open.isEmpty {
            let chosen = open[Int(uuid.low % UInt64(open.count))]
            antal.add(1, to: chosen.id)
            return chosen
        }
        let fil = try addFil(to: myndighed, after: filer, writer)
        antal.add(1, to: fil.id)
        return fil
    }

    /// Makes an authority's empty file before the catalogue names it: so a file that the catalogue
    /// names and that is not there, or is empty, has been lost.
    ///
    /// It is made whole under another name and then renamed, so that a crash leaves no file that is
    /// half made. Only inside the catalogue's transactions, which come one at a time.
    private func makeFile(_ navn: String, of myndighed: CVRNummer) throws(StoreError) {
        let path = directory + "/" + navn
        guard fileSize(path) == 0 else { return }
        let unfinished = path + Self.unfinishedSuffix
        removeFiles([unfinished, path].flatMap { [$0 + "-wal", $0 + "-shm"] } + [unfinished])
        try makeWhole(unfinished, of: myndighed)
        try renameDurably(unfinished, to: path, in: directory)
    }

    /// The connection is closed on the way out, and takes the empty WAL with it.
    private func makeWhole(_ path: String, of myndighed: CVRNummer) throws(StoreError) {
        let part = try ShardWriter(fil: 0, path: path, myndighed: myndighed, afleder: afleder)
        guard try part.checkpointAndTruncate(waitingAtMost: 0) else { throw .full }
    }

    /// What a file is called besides its name while it is being made.
    static let unfinishedSuffix = ".ny"

    /// Makes an authority's first file when it has none.
    func makeFirstFil(of myndighed: CVRNummer) throws(StoreError) {
        guard let katalog else { throw StoreError.readOnly }
        let filer = try katalog.perform { writer throws(StoreError) in
            let known = self.filer(of: myndighed, writer)
            return known.isEmpty
                ? [try self.addFil(to: myndighed, after: known, writer)] : known
        }
        publish(filer, [])
    }

    /// The authority's files as the catalogue's transaction sees them.
    private func filer(of myndighed: CVRNummer, _ writer: KatalogWriter) -> [Fil] {
        let known = state.withLock { $0.afMyndighed[myndighed] ?? [] }
        return known
            + writer.nyeFiler.filter { new in
                new.myndighed == myndighed && !known.contains { $0.id == new.id }
            }
    }

    private func addFil(
        to myndighed: CVRNummer, after known: [Fil], _ writer: KatalogWriter
    ) throws(StoreError) -> Fil {
        let del = (known.map(\.del).max() ?? 0) + 1
        let navn = "myndighed-\(myndighed)" + (del == 1 ? "" : "-\(del)") + ".sqlite"
        try makeFile(navn, of: myndighed)
        return try writer.addFil(myndighed, del: del, navn: navn)
    }

    /// Lets an authority's writer open the files that the catalogue has added for it.
    func openNewFiles(_ kontekst: SkriverKontekst) throws(StoreError) {
        let filer = state.withLock { $0.afMyndighed[kontekst.myndighed] ?? [] }
        for fil in filer { try kontekst.take(fil) }
    }
}

/// How many objects each file holds, near enough to decide when it is full.
final class Filantal: Sendable {
    private let counts = Mutex<[Int64: Int]>([:])

    func count(of fil: Int64) -> Int { counts.withLock { $0[fil] ?? 0 } }

    func add(_ count: Int, to fil: Int64) { counts.withLock { $0[fil, default: 0] += count } }
}
