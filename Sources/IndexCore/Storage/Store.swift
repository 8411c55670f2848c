import Dispatch
import Synchronization

/// The data directory: one file an authority, one catalogue, one writer a file, a pool of readers.
///
/// Writes are asynchronous and acknowledged when they are on the disk; reads run on the caller's
/// thread, which must be one that may block.
public final class Store: Sendable {
    public struct Configuration: Sendable {
        public var roller: RolleTabel
        /// Objects a file holds before its authority gets another.
        public var objekterPerFil: Int
        public var clock: @Sendable () -> Tidspunkt
        /// What compounds are split by. When it differs from the one that a file's text index was
        /// made with, opening the file makes that index anew.
        public var leksikon: Leksikon

        public init(
            roller: RolleTabel = .standard, objekterPerFil: Int = 500_000,
            clock: @escaping @Sendable () -> Tidspunkt = { currentInstant() },
            leksikon: Leksikon = .installeret
        ) {
            self.roller = roller
            self.objekterPerFil = objekterPerFil
            self.clock = clock
            self.leksikon = leksikon
        }
    }

    public enum Access: Sendable {
        /// Has the directory alone, and may write.
        case exclusive
        /// Beside a running server; every write is refused.
        case readOnly
    }

    let directory: String
    public let configuration: Configuration
    let afleder: Afleder
    let access: Access
    private let lock: DirectoryLock?
    let katalog: GroupWriter<KatalogWriter>?
    let state: Mutex<State>
    let pool: ReaderPool
    /// Files that could not be told to agree with the catalogue; looked at again at the next opening.
    let uafstemte = Mutex<Set<Int64>>([])
    /// Reads hold it shared; an object's move between authorities holds it alone.
    let flytteLaas = ReadWriteLock()
    let reservationer = Reservationer()
    let pegende = Pegende()
    /// There was no catalogue: what it held besides places, agreements and the classification, is not here.
    public let erNytKatalog: Bool
    let bortgang = Bortgang()
    let antal = Filantal()
    let fejllog: Fejllog
    let fremmedeDokumenter = FremmedeDokumenter()
    let lager = Soegelager()
    /// Held while an authority's writer is opened: a file has one writing connection, never two.
    private let skriverAabnes = Mutex<Void>(())
    /// Authorities that owe a physical removal, and how often one has been asked for.
    let sletninger = Mutex<[CVRNummer: UInt64]>([:])
    /// Objects that are packed and on their way to another authority: what is changed at the old
    /// place would be lost, so changes wait for the move.
    let flyttes = Mutex<Set<UUIDIdentifikator>>([])
    /// Objects that stand in two files until their move can be finished.
    let ufaerdige = Mutex<Set<UUIDIdentifikator>>([])
    let maintenance = DispatchQueue(label: "tvaerindeks.vedligehold")

    struct Aftaleparter: Hashable {
        let system: UUIDIdentifikator
        let myndighed: CVRNummer
    }

    struct State {
        var filer: [Int64: Fil] = [:]
        var afMyndighed: [CVRNummer: [Fil]] = [:]
        var skrivere: [CVRNummer: MyndighedSkriver] = [:]
        /// Objects pointed at from other authorities than their own, and from which.
        var fremmede: [UUIDIdentifikator: [CVRNummer]] = [:]
        /// Those objects in the order in which they became known.
        var fremmedeNoter: [UUIDIdentifikator] = []
        /// The same the other way round.
        var fremmedeFra: [CVRNummer: Set<UUIDIdentifikator>] = [:]
        var tilside: [Int64: StoreError] = [:]
        /// Files in which something was found damaged; the rest of them is served.
        var beskadigede: Set<Int64> = []
        /// Files of the directory that were not taken in: copies of what is in others.
        var forbigaaede: [String] = []
        var klasser: Klasseviden = .ingen
        var aftaler: [Aftale] = [] {
            didSet {
                afParter = Dictionary(grouping: aftaler) {
                    Aftaleparter(system: $0.system, myndighed: $0.myndighed)
                }
            }
        }
        /// The same by whom they are between: every request asks for its own.
        private(set) var afParter: [Aftaleparter: [Aftale]] = [:]
        var isClosing = false
        var erVarm = false
    }

    /// Opens the directory, making it and its catalogue when they are not there.
    ///
    /// Finishes moves that a crash cut short, takes in files that were copied there, and notes those
    /// that are gone. Costs one look at each file's head and what must be mended.
    public init(
        directory: String, access: Access = .exclusive, configuration: Configuration = .init()
    ) throws(StoreError) {
        self.directory = directory
        self.configuration = configuration
        self.access = access
        afleder = Afleder(roller: configuration.roller, leksikon: configuration.leksikon)
        pool = ReaderPool(directory: directory, leksikon: configuration.leksikon)
        fejllog = Fejllog(clock: configuration.clock)
        state = Mutex(State())
        guard access == .exclusive else {
            lock = nil
            katalog = nil
            erNytKatalog = false
            try loadReadOnly()
            return
        }
        try makeDirectory(directory)
        lock = try DirectoryLock(directory: directory)
        erNytKatalog = fileSize(directory + "/katalog.sqlite") == 0
        let leksikon = configuration.leksikon
        // Whoever writes sooner makes it then.
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 1) { leksikon.prepare() }
        let writer = try KatalogWriter(path: directory + "/katalog.sqlite")
        let loaded = try Self.loaded(writer)
        katalog = GroupWriter(
            on: WriterThreads(label: "tvaerindeks.katalog"), context: writer,
            transaction: .init(
                begin: { _ in },
                commit: { writer throws(StoreError) in
                    do throws(StoreError) {
                        try writer.commit()
                    } catch {
                        if case .ioFailure(let code) = error { SyncFailure.endProcess(code: code) }
                        throw error
                    }
                },
                rollback: { $0.rollback() }))
        state.withLock { state in
            for fil in loaded.filer { state.add(fil) }
            for (maal, myndigheder) in loaded.fremmede {
                for myndighed in myndigheder { state.noteFremmed(maal, myndighed) }
            }
            lager.open(noter: state.fremmedeNoter.count)
            state.aftaler = loaded.aftaler
        }
        try takeInCopiedFiles()
        takeInPutBackFiles()
        try openAll()
        finishFlytninger(loaded.flytninger)
        noteNummer()
    }

    private struct Loaded {
        let filer: [Fil]
        let fremmede: [UUIDIdentifikator: [CVRNummer]]
        let aftaler: [Aftale]
        let flytninger: [KatalogWriter.Flytning]
    }

    private static func loaded(_ writer: KatalogWriter) throws(StoreError) -> Loaded {
        Loaded(
            filer: try writer.filer(), fremmede: try writer.fremmede(),
            aftaler: try writer.aftaler(), flytninger: try writer.flytninger())
    }

    /// What the classification knows, for deriving rows; replaced when one is loaded.
    public func use(_ klasser: Klasseviden) {
        state.withLock { $0.klasser = klasser }
        fremmedeDokumenter.forgetAlle()
    }

    /// The numbers of the plan; nil when only an extract of it was loaded.
    public var plannumre: Plannumre? { state.withLock { $0.klasser.plannumre } }

    public var now: Tidspunkt { configuration.clock() }

    /// The authorities that have a file.
    public var myndigheder: [CVRNummer] { state.withLock { $0.afMyndighed.keys.sorted() } }

    /// The files that could not be opened or read, with why.
    public var tilside: [(fil: String, fejl: StoreError)] {
        state.withLock { state in
            state.tilside.compactMap { id, error in state.filer[id].map { ($0.navn, error) } }
        }
    }

    /// Files that were in the directory when it was opened and are copies of others; nothing of them is served.
    public var forbigaaede: [String] { state.withLock { $0.forbigaaede } }

    /// The files in which something was found damaged since the start; what else they hold is served.
    public var beskadigede: [String] {
        state.withLock { state in state.beskadigede.compactMap { state.filer[$0]?.navn } }
    }

    /// Notes what a reader met: the file's number, and whether it is new; nil for another file than an authority's.
    public func noteSkade(i navn: String) -> (fil: Int64, erNy: Bool)? {
        state.withLock { state in
            guard let fil = state.filer.values.first(where: { $0.navn == navn }) else { return nil }
            return (fil.id, state.beskadigede.insert(fil.id).inserted)
        }
    }

    public func count() throws(StoreError) -> Int {
        try read { reader throws(StoreError) in
            var total = 0
            for myndighed in self.myndigheder {
                for shard in try reader.shards(of: myndighed) {
                    total += Int(try shard.connection.integer("SELECT count(*) FROM objekt") ?? 0)
                }
            }
            return total
        }
    }

    /// Whether the directory holds an index.
    public static func isThere(_ directory: String) -> Bool {
        fileSize(directory + "/katalog.sqlite") > 0
    }

    /// Lets writers finish, empties every WAL into its file and closes; the store is then of no use.
    public func close() {
        let skrivere = state.withLock { state -> [MyndighedSkriver] in
            state.isClosing = true
            return Array(state.skrivere.values)
        }
        pool.closeAll()
        noteNummer()
        let klasser = state.withLock { $0.klasser }
        for skriver in skrivere {
            skriver.writer.close { context in
                for part in context.dele.values {
                    _ = try? part.purge(klasser)
                    _ = try? part.checkpointAndTruncate(waitingAtMost: 5000)
                }
            }
        }
        katalog?.close { _ = try? $0.checkpointAndTruncate(waitingAtMost: 5000) }
        lock?.release()
    }

    var isClosing: Bool { state.withLock { $0.isClosing } }
}

extension Store.State {
    /// Notes a file that is in the catalogue; one that is known already is left as it is.
    mutating func add(_ fil: Fil) {
        guard filer.updateValue(fil, forKey: fil.id) == nil else { return }
        afMyndighed[fil.myndighed, default: []].append(fil)
        afMyndighed[fil.myndighed]?.sort { $0.del < $1.del }
    }
}

// MARK: - Opening

extension Store {
    private func loadReadOnly() throws(StoreError) {
        let connection = try Connection(path: directory + "/katalog.sqlite", mode: .reader)
        let filer = try connection.prepare("SELECT id, myndighed, del, navn FROM fil")
        while try filer.step() {
            guard let cvr = CVRNummer(number: UInt32(clamping: filer.integer(1))),
                let navn = filer.text(3)
            else { continue }
            let fil = Fil(
                id: filer.integer(0), myndighed: cvr, del: Int(filer.integer(2)), navn: navn)
            state.withLock { $0.add(fil) }
        }
        let fremmede = try connection.prepare("SELECT maal, myndighed FROM fremmed")
        while try fremmede.step() {
            guard let maal = fremmede.uuid(0),
                let cvr = CVRNummer(number: UInt32(clamping: fremmede.integer(1)))
            else { continue }
            state.withLock { $0.noteFremmed(maal, cvr) }
        }
        let statement = try connection.prepare(
            "SELECT id, system, myndighed, roller, grupper, fra, til FROM aftale ORDER BY id")
        var aftaler: [Aftale] = []
        while try statement.step() {
            guard let aftale = Aftale(statement) else {
                throw StoreError.corrupt(file: "katalog.sqlite")
            }
            aftaler.append(aftale)
        }
        let alle = aftaler
        state.withLock { $0.aftaler = alle }
    }

    /// Files that stand in the directory but not in the catalogue: copied from elsewhere.
    private func takeInCopiedFiles() throws(StoreError) {
        let known = state.withLock { Set($0.filer.values.map(\.navn)) }
        let names = try directoryNames(directory)
        removeFiles(names.filter(Self.isUnfinished).map { directory + "/" + $0 })
        var taken: [Fil] = []
        let new = names.filter { navn in
            Self.isMyndighedsfil(navn) && !known.contains(navn)
                && fileSize(directory + "/" + navn) > 0
        }
        // The shorter name is the file's own.
        for navn in new.sorted(by: { ($0.count, $0) < ($1.count, $1) }) {
            let parts = navn.dropFirst(10).dropLast(7).split(separator: "-")
            guard let first = parts.first, let cvr = CVRNummer(first) else { continue }
            let found: [(UUIDIdentifikator, ObjektKind)]
            do throws(StoreError) {
                found = try objekter(i: navn)
            } catch .corrupt, .cannotOpen, .unexpected {
                let fil = try addFil(cvr, del: freeDel(parts, cvr), navn: navn)
                setAside(fil: fil.id, .corrupt(file: navn))
                continue
            }
            let andetsteds = try placed(found)
            guard 2 * andetsteds.count <= found.count else {
                state.withLock { $0.forbigaaede.append(navn) }
                continue
            }
            let fil = try takeIn(
                cvr, del: freeDel(parts, cvr), navn,
                found.filter { !andetsteds.contains($0.0) })
            taken.append(fil)
            do throws(StoreError) {
                try remove(andetsteds, from: fil)
            } catch .corrupt, .cannotOpen, .unexpected {
                setAside(fil: fil.id, .corrupt(file: navn))
            }
        }
        try forgetEmpty()
        // What they point at elsewhere was noted in the catalogue that they come from.
        for fil in taken {
            do throws(StoreError) {
                _ = try fremmede(of: fil, reparer: true)
            } catch .corrupt, .cannotOpen, .unexpected {
                setAside(fil: fil.id, .corrupt(file: fil.navn))
            }
        }
    }

    /// Finds files that have been put back as they were before, or stand beside a catalogue that has: what of them has a
    /// place nowhere gets one, and what has come to stand in another file since is taken out.
    ///
    /// A file and the catalogue have one number (`noteNummer`): where they have different ones, one of them is from another
    /// time. Costs a look into each file, and some microseconds for each object of one that does not agree.
    private func takeInPutBackFiles() {
        guard let katalog,
            let numre = try? katalog.perform({ writer throws(StoreError) in try writer.numre() })
        else { return }
        for fil in state.withLock({ Array($0.filer.values) }) where fileSize(path(of: fil)) > 0 {
            do throws(StoreError) {
                guard try nummer(i: fil.navn) != numre[fil.id] else { continue }
                try takeInAgain(fil)
            } catch {
                // What cannot be read is set aside when it is opened; else it is tried again at the next opening.
                uafstemte.withLock { _ = $0.insert(fil.id) }
            }
        }
    }

    private func nummer(i navn: String) throws(StoreError) -> Int64? {
        let connection = try Connection(path: directory + "/" + navn, mode: .reader)
        return try connection.integer("SELECT vaerdi FROM meta WHERE navn='nummer'")
    }

    private func takeInAgain(_ fil: Fil) throws(StoreError) {
        guard let katalog else { return }
        let found = try objekter(i: fil.navn)
        let andetsteds = try katalog.perform { writer throws(StoreError) in
            // What is on its way from one file to another is ended by the move.
            let paaVej = Set(try writer.flytninger().map(\.uuid))
            var result: Set<UUIDIdentifikator> = []
            for (uuid, kind) in found where !paaVej.contains(uuid) {
                let known = try writer.placering(of: uuid)?.fil
                if known == fil.id { continue }
                // A file that cannot be asked may hold it, or not: then it is left to the operator.
                if let known, self.isThere(known), try self.holds(uuid, fil: known) {
                    result.insert(uuid)
                } else {
                    try writer.place(uuid, Placering(fil: fil.id, kind: kind))
                }
            }
            return result
        }
        try remove(andetsteds, from: fil)
        _ = try fremmede(of: fil, reparer: true)
    }

    /// Gives every file that agrees with the catalogue a new number, and the catalogue the same.
    ///
    /// At opening and at closing: a file that was copied before, and is put back after, has another. A crash between costs
    /// a look at the objects.
    private func noteNummer() {
        guard let katalog else { return }
        let nummer = Int64.random(in: .min ... .max)
        let skip = uafstemte.withLock { $0 }
        var noted: [Int64] = []
        for skriver in state.withLock({ Array($0.skrivere.values) }) {
            noted +=
                skriver.writer.outside { context in
                    context.dele.values.compactMap { part in
                        guard !skip.contains(part.fil), (try? part.note(nummer: nummer)) != nil
                        else { return nil }
                        return part.fil
                    }
                } ?? []
        }
        let all = noted
        try? katalog.perform { writer throws(StoreError) in
            try writer.note(nummer: nummer, af: all)
        }
    }

    private static func isMyndighedsfil(_ navn: String) -> Bool {
        navn.hasPrefix("myndighed-") && navn.hasSuffix(".sqlite")
    }

    /// Whether a data directory has files of authorities; false where it cannot be read. Opens none of them.
    public static func harMyndigheder(directory: String) -> Bool {
        (try? directoryNames(directory).contains(where: isMyndighedsfil)) ?? false
    }

    /// Whether a crash left it while a file was being made.
    private static func isUnfinished(_ navn: String) -> Bool {
        navn.hasPrefix("myndighed-")
            && ["", "-wal", "-shm"].contains { navn.hasSuffix(unfinishedSuffix + $0) }
    }

    private func freeDel(_ parts: [Substring], _ cvr: CVRNummer) -> Int {
        let del = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
        let used = state.withLock { Set(($0.afMyndighed[cvr] ?? []).map(\.del)) }
        return used.contains(del) ? (used.max() ?? 0) + 1 : del
    }

    private func objekter(
        i navn: String
    ) throws(StoreError) -> [(UUIDIdentifikator, ObjektKind)] {
        let connection = try Connection(path: directory + "/" + navn, mode: .reader)
        let statement = try connection.prepare("SELECT uuid, kind FROM objekt")
        var result: [(UUIDIdentifikator, ObjektKind)] = []
        while try statement.step() {
            guard let uuid = statement.uuid(0),
                let kind = ObjektKind(rawValue: UInt8(clamping: statement.integer(1)))
            else { continue }
            result.append((uuid, kind))
        }
        return result
    }

    /// Those that have their place in another file that is there: two files would both be searched.
    private func placed(
        _ found: [(UUIDIdentifikator, ObjektKind)]
    ) throws(StoreError) -> Set<UUIDIdentifikator> {
        guard let katalog else { return [] }
        return try katalog.perform { writer throws(StoreError) in
            var result: Set<UUIDIdentifikator> = []
            for (uuid, _) in found {
                if let fil = try writer.placering(of: uuid)?.fil, self.isThere(fil),
                    (try? self.holds(uuid, fil: fil)) ?? true
                {
                    result.insert(uuid)
                }
            }
            return result
        }
    }

    private func isThere(_ fil: Int64) -> Bool {
        state.withLock { $0.filer[fil] }.map { fileExists(path(of: $0)) } ?? false
    }

    /// Names the file in the catalogue and gives these objects their places in it, in one transaction.
    ///
    /// A file of the authority that is not there, and that some of them had their places in, has got another name: it is
    /// forgotten, with what else is said to be in it.
    private func takeIn(
        _ myndighed: CVRNummer, del: Int, _ navn: String,
        _ objekter: [(UUIDIdentifikator, ObjektKind)]
    ) throws(StoreError) -> Fil {
        guard let katalog else { throw StoreError.readOnly }
        let (fil, tidligere) = try katalog.perform { writer throws(StoreError) in
            let fil = try writer.addFil(myndighed, del: del, navn: navn)
            var tidligere: Set<Int64> = []
            for (uuid, kind) in objekter {
                if let known = try writer.placering(of: uuid)?.fil { tidligere.insert(known) }
                try writer.place(uuid, Placering(fil: fil.id, kind: kind))
            }
            return (fil, tidligere)
        }
        state.withLock { $0.add(fil) }
        for id in tidligere {
            guard let old = state.withLock({ $0.filer[id] }), old.myndighed == myndighed else {
                continue
            }
            try forget(old)
        }
        return fil
    }

    /// Takes out of a file that was put back what has come to stand in another since.
    private func remove(_ uuids: Set<UUIDIdentifikator>, from fil: Fil) throws(StoreError) {
        guard !uuids.isEmpty else { return }
        let writer = try ShardWriter(
            fil: fil.id, path: path(of: fil), myndighed: fil.myndighed, afleder: afleder)
        try writer.begin()
        var ids: [Int64] = []
        for uuid in uuids {
            guard let stored = try writer.load(uuid) else { continue }
            ids.append(stored.row.id)
            try writer.remove(stored, klasser: .ingen, handling: .fjernet)
        }
        // Without the classification not every key is known.
        for id in ids {
            try writer.connection.execute("DELETE FROM henvisning WHERE objekt = \(id)")
        }
        try writer.commit()
    }

    /// Files that are not there and in which nothing has its place.
    private func forgetEmpty() throws(StoreError) {
        guard let katalog else { return }
        for fil in state.withLock({ Array($0.filer.values) }) where !fileExists(path(of: fil)) {
            let isEmpty = try katalog.perform { writer throws(StoreError) in
                try writer.isEmpty(fil: fil.id)
            }
            if isEmpty { try forget(fil) }
        }
    }

    /// Takes a file that is not there out of the catalogue. When it is put back it is taken in again.
    func forget(_ fil: Fil) throws(StoreError) {
        guard let katalog else { throw StoreError.readOnly }
        try katalog.perform { writer throws(StoreError) in try writer.forget(fil: fil.id) }
        state.withLock { state in
            state.filer[fil.id] = nil
            state.tilside[fil.id] = nil
            state.afMyndighed[fil.myndighed]?.removeAll { $0.id == fil.id }
            if state.afMyndighed[fil.myndighed]?.isEmpty ?? false {
                state.afMyndighed[fil.myndighed] = nil
            }
        }
    }

    func addFil(_ myndighed: CVRNummer, del: Int, navn: String) throws(StoreError) -> Fil {
        guard let katalog else { throw StoreError.readOnly }
        let fil = try katalog.perform { writer throws(StoreError) in
            try writer.addFil(myndighed, del: del, navn: navn)
        }
        state.withLock { $0.add(fil) }
        return fil
    }

    func path(of fil: Fil) -> String { directory + "/" + fil.navn }

    /// What the authorities' files take, without what is on its way into them. Costs a look at each.
    public var bytes: Int64 {
        let files = state.withLock { $0.afMyndighed.values.flatMap(\.self) }
        return files.reduce(0) { $0 + fileSize(path(of: $1)) }
    }

    /// Opens each authority's writer, so that a damaged file is known before it is asked.
    private func openAll() throws(StoreError) {
        for myndighed in myndigheder {
            do throws(StoreError) {
                let owes = try skriver(for: myndighed).writer.outside { kontekst in
                    kontekst.dele.values.contains(where: \.owesPurge)
                }
                if owes ?? false { schedulePurge(of: myndighed) }
            } catch .noHandles {
                throw .noHandles
            } catch {
                setAside(myndighed, error)
            }
        }
    }

    /// Derives again what is out of date, so that no question waits for all that another version left so.
    ///
    /// When the store knows the classification (`use`), which tells some of what is derived: not when it is opened.
    public func ajourfoer() {
        for myndighed in myndigheder {
            do throws(StoreError) {
                try refreshAllDue(myndighed)
            } catch .setAside, .noHandles, .closing, .full, .busy {
                // It is aside already, or is done when it is asked for.
            } catch {
                setAside(myndighed, error)
            }
        }
    }

    func refreshAllDue(_ myndighed: CVRNummer) throws(StoreError) {
        let now = self.now
        func isDue() throws(StoreError) -> Bool {
            try skriver(for: myndighed).writer.perform { kontekst throws(StoreError) in
                for part in kontekst.dele.values where try !part.due(at: now).isEmpty {
                    return true
                }
                return false
            }
        }
        while try isDue() { try refreshDue(myndighed, at: now) }
    }

    /// Finds the files that are to blame; when none can be told from the others, all are.
    private func filer(toBlameIn myndighed: CVRNummer) -> [(Fil, StoreError)] {
        let filer = state.withLock { $0.afMyndighed[myndighed] ?? [] }
        return filer.compactMap { fil in
            guard fileSize(path(of: fil)) > 0 else { return (fil, .setAside(file: fil.navn)) }
            do throws(StoreError) {
                _ = try ShardWriter(
                    fil: fil.id, path: path(of: fil), myndighed: myndighed, afleder: afleder)
                return nil
            } catch {
                return (fil, error)
            }
        }
    }

    /// Reports an authority's bad files as unusable; its others can be read, and other authorities
    /// serve on.
    private func setAside(_ myndighed: CVRNummer, _ error: StoreError) {
        let blamed = filer(toBlameIn: myndighed)
        state.withLock { state in
            for (fil, error) in blamed { state.tilside[fil.id] = error }
            guard blamed.isEmpty else { return }
            for fil in state.afMyndighed[myndighed] ?? [] { state.tilside[fil.id] = error }
        }
    }

    func setAside(fil: Int64, _ error: StoreError) {
        state.withLock { $0.tilside[fil] = error }
    }

    /// The authority's writer, opened at first use.
    func skriver(for myndighed: CVRNummer) throws(StoreError) -> MyndighedSkriver {
        guard access == .exclusive else { throw StoreError.readOnly }
        let found = state.withLock { state -> (MyndighedSkriver?, [Fil], StoreError?) in
            let filer = state.afMyndighed[myndighed] ?? []
            let aside = filer.compactMap { state.tilside[$0.id] }.first
            return (state.skrivere[myndighed], filer, state.isClosing ? .closing : aside)
        }
        if let error = found.2 { throw error }
        if let skriver = found.0 { return skriver }
        for fil in found.1 where fileSize(path(of: fil)) == 0 {
            throw StoreError.setAside(file: fil.navn)
        }
        if found.1.isEmpty { try makeFirstFil(of: myndighed) }
        return try skriverAabnes.withLock { _ throws(StoreError) in
            try openSkriver(for: myndighed)
        }
    }

    /// Opens an authority's writer unless another thread just has: two at once on a file would both
    /// checkpoint, which SQLite before 3.51.3 does not survive.
    private func openSkriver(for myndighed: CVRNummer) throws(StoreError) -> MyndighedSkriver {
        let (known, filer) = state.withLock {
            ($0.skrivere[myndighed], $0.afMyndighed[myndighed] ?? [])
        }
        if let known { return known }
        let skriver = try MyndighedSkriver(myndighed: myndighed, filer: filer, store: self)
        let counted: [Int64: Int] = skriver.writer.outside { $0.antalPerFil } ?? [:]
        for (fil, count) in counted where antal.count(of: fil) == 0 { antal.add(count, to: fil) }
        state.withLock { $0.skrivere[myndighed] = skriver }
        return skriver
    }
}
