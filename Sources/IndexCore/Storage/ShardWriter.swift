import CSQLite

/// How much of a WAL is moved into its file.
enum Checkpoint {
    /// What no reader is in the way of.
    case passive
    /// All, so that the WAL begins anew.
    case restart
    /// All, and the WAL is emptied.
    case truncate

    func run(_ handle: OpaquePointer, _ logged: inout Int32, _ moved: inout Int32) -> Int32 {
        let mode =
            switch self {
            case .passive: SQLITE_CHECKPOINT_PASSIVE
            case .restart: SQLITE_CHECKPOINT_RESTART
            case .truncate: SQLITE_CHECKPOINT_TRUNCATE
            }
        return sqlite3_wal_checkpoint_v2(handle, nil, mode, &logged, &moved)
    }
}

/// The one connection of a file that writes and checkpoints.
///
/// Confined to its authority's writer queue.
final class ShardWriter {
    let fil: Int64
    let connection: Connection
    let afleder: Afleder
    private var ventende = Ventende()
    private(set) var owesPurge = false
    private let log: Aendringslog?
    private let filord: Filord?
    private var nyt = NytIndhold()
    /// The number of the last commit that changed a row.
    private var version: Int64 = 0
    /// Rows that the transaction changes.
    private var changed: Set<Int64> = []
    /// What it changes of each; nil when that is told to nobody.
    private var aendringer: [Int64: Raekkeaendring]?

    /// Pages of WAL (32 MB) after which a commit waits for readers, so that it begins anew.
    static let checkpointPages = 8_000

    /// `log` and `filord` are told of every commit; nil for a file that nobody reads yet.
    init(
        fil: Int64, path: String, myndighed: CVRNummer, afleder: Afleder,
        log: Aendringslog? = nil, filord: Filord? = nil
    ) throws(StoreError) {
        self.fil = fil
        self.afleder = afleder
        self.log = log
        self.filord = filord
        connection = try Connection(path: path, mode: .writer)
        try TokenizerBridge.register(on: connection, afleder.leksikon)
        try Schema.prepare(
            connection, Schema.shard, version: Schema.shardVersion,
            tilfoejet: Schema.shardTilfoejet)
        try claim(myndighed)
        try checkWhole(path: path)
        owesPurge = try connection.integer("SELECT vaerdi FROM meta WHERE navn='sletning'") == 1
        version = try connection.integer("SELECT vaerdi FROM meta WHERE navn='version'") ?? 0
        try matchLeksikon()
        log?.open(at: version)
    }

    private func claim(_ myndighed: CVRNummer) throws(StoreError) {
        let owner = try connection.integer("SELECT vaerdi FROM meta WHERE navn='myndighed'")
        if let owner {
            guard owner == Int64(myndighed.number) else {
                throw StoreError.corrupt(file: connection.file)
            }
            return
        }
        try connection.execute("INSERT INTO meta VALUES('myndighed', \(myndighed.number))")
    }

    // MARK: Transactions

    func begin() throws(StoreError) {
        guard !connection.isInTransaction else { return }
        rowsInTransaction = 0
        aendringer = log?.isRead ?? false ? [:] : nil
        try connection.execute("BEGIN IMMEDIATE")
    }

    /// Writes what waits, in key order, and syncs; after it everything is on the disk.
    func commit() throws(StoreError) {
        guard connection.isInTransaction else {
            log?.stempler.slut()
            return
        }
        try writeVentende()
        try countVersion()
        try connection.execute("COMMIT")
        if changed.isEmpty {
            log?.stempler.slut()
        } else {
            version += 1
            changed.removeAll()
            log?.note(committed: version)
        }
        nyt = NytIndhold()
        try shrinkCache()
        try checkpointIfLong()
    }

    /// Numbers the commit and tells of it before it is made.
    private func countVersion() throws(StoreError) {
        guard !changed.isEmpty else { return }
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO meta VALUES('version', ?1)")
        statement.bind(1, version + 1)
        try statement.run()
        log?.note(changed, aendringer, by: version + 1)
        // After the log: whoever asks meanwhile either sees the commit coming or is told of its words.
        if nyt.isUnknown {
            if filord?.isAsked ?? false { filord?.noteUnknown() }
        } else if !nyt.ord.isEmpty || !nyt.andet.isEmpty {
            filord?.note(nyt.ord, nyt.andet)
        }
    }

    /// What the transaction has put in: the words of its texts, and hashes of other forms and of keys.
    private struct NytIndhold {
        var ord: Set<[UInt8]> = []
        var andet: Set<UInt64> = []
        /// Nobody asked when the first was put in.
        var isUnknown = false
    }

    /// Whether what is put in is to be told of.
    private func isTold() -> Bool {
        if !(filord?.isAsked ?? false) { nyt.isUnknown = true }
        return !nyt.isUnknown
    }

    private func note(_ id: Int64, _ tekster: [String]) {
        let isTold = isTold()
        guard isTold || aendringer != nil else { return }
        var former: Set<Raekkeaendring.Maerke> = []
        afleder.leksikon.withAnalyse { analyse in
            for tekst in tekster where !tekst.isEmpty {
                Ordtekst(tekst).forEachIndexed(analyse) { form, _ in
                    former.insert(Raekkeaendring.maerke(form: form[...]))
                    guard isTold else { return }
                    if let one = Ordbog.ord(form[...]) {
                        nyt.ord.insert(Array(one))
                    } else {
                        nyt.andet.insert(Noeglefilter.hash(form: form[...]))
                    }
                }
            }
        }
        aendringer?[id, default: Raekkeaendring()].former = former.sorted()
    }

    private func note(_ id: Int64, _ noegler: some Sequence<Noegle>) {
        aendringer?[id, default: Raekkeaendring()].noegler += noegler.map(Raekkeaendring.maerke)
    }

    /// What the transaction changes of each row is told to nobody.
    func noteUnknown() {
        aendringer = nil
        nyt.isUnknown = true
    }

    func rollback() {
        ventende.removeAll()
        changed.removeAll()
        nyt = NytIndhold()
        defer { log?.stempler.slut() }
        guard connection.isInTransaction else { return }
        try? connection.execute("ROLLBACK")
        try? shrinkCache()
    }

    /// What is stamped from now on is not before `instant`; to be told before it is stamped.
    func stempler(fra instant: Tidspunkt) { log?.stempler.begynd(instant) }

    /// A page that a large transaction changes again and again is to be written once: so it has a
    /// larger cache, which is given back at its end.
    private func noteRow(_ id: Int64) throws(StoreError) {
        changed.insert(id)
        rowsSinceCheckpoint += 1
        rowsInTransaction += 1
        guard rowsInTransaction == Self.rowsOfLargeTransaction else { return }
        aendringer = nil
        try connection.execute("PRAGMA cache_size=-\(Self.largeCacheKilobytes)")
    }

    private func shrinkCache() throws(StoreError) {
        guard rowsInTransaction >= Self.rowsOfLargeTransaction else { return }
        rowsInTransaction = 0
        try connection.execute("PRAGMA cache_size=-\(Connection.writerCacheKilobytes)")
        connection.releasePages()
    }

    private var rowsInTransaction = 0
    /// More than a stream or a group of callers brings.
    private static let rowsOfLargeTransaction = 512
    private static let largeCacheKilobytes = 12_000

    /// Moves what can be moved without waiting; waits a little only where readers have kept the WAL
    /// from beginning anew for long.
    private func checkpointIfLong() throws(StoreError) {
        commits += 1
        // A bulk load's commits change much the same pages: the larger the file, the more of them
        // share one move.
        let rows = max(2_000, Int(lastID ?? 0) / 4)
        guard commits % 16 == 0 || rowsSinceCheckpoint > rows else { return }
        rowsSinceCheckpoint = 0
        let result = try connection.checkpoint(.passive, waitingAtMost: 0)
        guard result.walPages > Self.checkpointPages else { return }
        _ = try connection.checkpoint(.restart, waitingAtMost: 500)
    }

    private var commits = 0
    private var rowsSinceCheckpoint = 0

    /// Moves the whole WAL into the file and empties it; false while a reader is in the way.
    func checkpointAndTruncate(waitingAtMost milliseconds: Int32) throws(StoreError) -> Bool {
        try connection.checkpoint(.truncate, waitingAtMost: milliseconds).isDone
    }

    /// Throws when the file ends before the pages it says it has.
    ///
    /// Only for a moment when no reader has it: the WAL is emptied first.
    func checkWhole(path: String) throws(StoreError) {
        guard try checkpointAndTruncate(waitingAtMost: 0) else { return }
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let size = try connection.integer("PRAGMA page_size") ?? 0
        guard fileSize(path) >= pages * size else {
            throw StoreError.corrupt(file: connection.file)
        }
    }

    /// Notes the number that the file and the catalogue have together (`Store.noteNummer`).
    func note(nummer: Int64) throws(StoreError) {
        try connection.execute("INSERT OR REPLACE INTO meta VALUES('nummer', \(nummer))")
    }

    // MARK: Reading as the writer sees it

    func load(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt? {
        let statement = try connection.prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol, i.kontrol, i.klassetekst, i.registrering
            FROM objekt o JOIN indhold i ON i.id = o.id WHERE o.uuid = ?1
            """)
        statement.bind(1, uuid)
        guard try statement.step() else { return nil }
        return try StoredObjekt(statement, file: connection.file)
    }

    /// Calls `body` with every object, oldest first; a damaged one is thrown.
    func forEachStored(
        _ body: (StoredObjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol, i.kontrol, i.klassetekst, i.registrering
            FROM objekt o JOIN indhold i ON i.id = o.id ORDER BY o.id
            """)
        while try statement.step() {
            try body(try StoredObjekt(statement, file: connection.file))
        }
    }

    func contains(_ uuid: UUIDIdentifikator) throws(StoreError) -> ObjektKind? {
        let statement = try connection.prepare("SELECT kind FROM objekt WHERE uuid = ?1")
        statement.bind(1, uuid)
        guard try statement.step() else { return nil }
        return ObjektKind(rawValue: UInt8(clamping: statement.integer(0)))
    }

    /// Whether some case here files the document, as its registration stands uncommitted.
    func erJournaliseret(_ uuid: UUIDIdentifikator) throws(StoreError) -> Bool {
        try writeVentende()
        let statement = try connection.prepare(
            "SELECT 1 FROM henvisning WHERE noegle = ?1 AND liste = ?2 AND sts_til IS NULL")
        statement.bind(1, Noegle(uuid).bytes)
        statement.bind(2, Int(Element.journalpost.rawValue))
        return try statement.step()
    }

    /// The cases that file it now.
    func arkivering(
        of uuid: UUIDIdentifikator, at now: Tidspunkt
    ) throws(StoreError) -> [ObjektRow] {
        try writeVentende()
        return try connection.arkivering(of: uuid, at: now)
    }

    /// Another object with that number, among what is not yet committed too.
    func holder(of nummer: Nummerkrav) throws(StoreError) -> UUIDIdentifikator? {
        // What waits must be in the table to be judged by the same rule.
        if ventende.numre.contains(nummer.key) { try writeVentende() }
        return try connection.holder(of: nummer)
    }

    func count() throws(StoreError) -> Int {
        Int(try connection.integer("SELECT count(*) FROM objekt") ?? 0)
    }

    /// Every registration but the current one, oldest first.
    func historik(of row: ObjektRow) throws(StoreError) -> [Registrering] {
        let statement = try connection.prepare(
            "SELECT kontrol, registrering FROM historik WHERE objekt = ?1 ORDER BY sts")
        statement.bind(1, row.id)
        var result: [Registrering] = []
        while try statement.step() {
            result.append(
                try Registrering.verified(
                    statement.blob(1), kontrol: statement.integer(0), file: connection.file))
        }
        return result
    }

    // MARK: Writing

    /// Puts in a new object with all its registrations, oldest first.
    func insert(
        _ uuid: UUIDIdentifikator, _ kind: ObjektKind, _ registreringer: [Registrering],
        now: Tidspunkt, klasser: Klasseviden, handling: Handling
    ) throws(StoreError) {
        guard let current = registreringer.last, let first = registreringer.first else { return }
        let klassetekst = afleder.klassetekst(kind, current, now: now, klasser: klasser)
        let afledning = afleder.afled(
            kind, current, now: now, klassetekst: klassetekst, klasser: klasser)
        let tidligere = afleder.afled(
            tidligere: registreringer.dropLast(), kind, now: now, klasser: klasser)
        let id = try insertRow(uuid, kind, current, first.stsTidspunkt, now, afledning)
        try insertFortid(id, afledning.fortid(efter: tidligere, afleder.leksikon))
        try writeIndhold(id, current, klassetekst)
        try insertTekst(id, afledning.tekster)
        var open: Set<Henvisning> = []
        for registrering in registreringer.dropLast() { try insertHistorik(id, registrering) }
        for (registrering, afledt) in zip(registreringer, tidligere + [afledning]) {
            try change(id, from: open, to: afledt.henvisninger, at: registrering.stsTidspunkt)
            open = afledt.henvisninger
        }
        try event(uuid, kind, handling, current)
    }

    /// Lays further registrations over a stored object, oldest first.
    func append(
        _ registreringer: [Registrering], to stored: StoredObjekt, now: Tidspunkt,
        klasser: Klasseviden
    ) throws(StoreError) {
        guard let current = registreringer.last else { return }
        let row = stored.row
        let kind = row.kind
        let old = afleder.afled(
            kind, stored.current, now: row.tid, klassetekst: stored.klassetekst, klasser: klasser)
        try remakeHenvisninger(of: stored, klasser)
        try insertHistorik(row.id, stored.current)
        var open = old.henvisninger
        var tidligere = [old]
        for registrering in registreringer.dropLast() {
            try insertHistorik(row.id, registrering)
            let afledt = afleder.afled(
                kind, registrering, now: now, klassetekst: "", klasser: klasser)
            try change(row.id, from: open, to: afledt.henvisninger, at: registrering.stsTidspunkt)
            open = afledt.henvisninger
            tidligere.append(afledt)
        }
        let klassetekst = afleder.klassetekst(kind, current, now: now, klasser: klasser)
        let new = afleder.afled(
            kind, current, now: now, klassetekst: klassetekst, klasser: klasser)
        try change(row.id, from: open, to: new.henvisninger, at: current.stsTidspunkt)
        try updateRow(row, current, now, new)
        try addFortid(row.id, new.fortid(efter: tidligere, afleder.leksikon))
        try writeIndhold(row.id, current, klassetekst)
        if new.tekster != old.tekster {
            try deleteTekst(row.id, old.tekster)
            try insertTekst(row.id, new.tekster)
        }
        try event(row.uuid, kind, .opdateret, current)
    }

    /// Puts other registrations in place of all that an object has, for purging parts of it.
    func rewrite(
        _ stored: StoredObjekt, as registreringer: [Registrering], now: Tidspunkt,
        klasser: Klasseviden
    ) throws(StoreError) {
        try remove(stored, klasser: klasser, handling: nil)
        try insert(
            stored.row.uuid, stored.row.kind, registreringer, now: now, klasser: klasser,
            handling: .kasseret)
    }

    /// Takes an object out of every table. What its bytes were is gone after the next purge.
    func remove(
        _ stored: StoredObjekt, klasser: Klasseviden, handling: Handling?
    ) throws(StoreError) {
        let row = stored.row
        let old = afleder.afled(
            row.kind, stored.current, now: row.tid, klassetekst: stored.klassetekst,
            klasser: klasser)
        ventende.remove(row.id)
        changed.insert(row.id)
        try deleteTekst(row.id, old.tekster)
        try deleteHenvisninger(stored, try historik(of: row) + [stored.current], klasser)
        for table in [
            "objekt WHERE id", "indhold WHERE id", "historik WHERE objekt", "fortid WHERE objekt",
        ] {
            try connection.execute("DELETE FROM \(table) = \(row.id)")
        }
        if let handling { try event(row.uuid, row.kind, handling, nil) }
        try owePurge()
    }

    /// Derives an object's row and text again, for the state at `now`.
    func refresh(
        _ stored: StoredObjekt, now: Tidspunkt, klasser: Klasseviden
    ) throws(StoreError) {
        let (old, new) = try afledIgen(stored, now: now, klasser)
        try change(
            stored.row.id, from: old.henvisninger, to: new.henvisninger,
            at: stored.current.stsTidspunkt)
        try remakeHenvisninger(of: stored, klasser)
    }

    /// The same but for its keys; answers what was derived before, by the plan of now, and what is.
    private func afledIgen(
        _ stored: StoredObjekt, now: Tidspunkt, _ klasser: Klasseviden
    ) throws(StoreError) -> (old: Afledning, new: Afledning) {
        let (row, current) = (stored.row, stored.current)
        let old = afledt(stored, klasser)
        let klassetekst = afleder.klassetekst(row.kind, current, now: now, klasser: klasser)
        let new = afleder.afled(
            row.kind, current, now: now, klassetekst: klassetekst, klasser: klasser)
        try updateRow(row, current, now, new)
        // What stood in the texts by this registration stands in them, or is among what it says at other times.
        try addFortid(row.id, new.fortid(efter: [], afleder.leksikon))
        try writeIndhold(row.id, current, klassetekst)
        if new.tekster != old.tekster {
            try deleteTekst(row.id, old.tekster)
            try insertTekst(row.id, new.tekster)
        }
        return (old, new)
    }

    /// Derives anew what hangs on which number a class has, where another plan may have told it.
    ///
    /// Costs a pass over the rows and, where some hang on it, one over all keys for every 500 of them: by which numbers
    /// they stand now nobody knows. A damaged object is left as it is.
    func foelgPlan(now: Tidspunkt, _ klasser: Klasseviden) throws(StoreError) {
        var left = try haengendePaaPlan(at: now)[...]
        guard !left.isEmpty else { return }
        try begin()
        do throws(StoreError) {
            noteUnknown()
            while !left.isEmpty {
                try foelgPlan(left.prefix(500), now: now, klasser)
                left = left.dropFirst(500)
            }
            try commit()
        } catch {
            rollback()
            throw error
        }
    }

    private func foelgPlan(
        _ uuids: ArraySlice<UUIDIdentifikator>, now: Tidspunkt, _ klasser: Klasseviden
    ) throws(StoreError) {
        var objekter: [(stored: StoredObjekt, tidligere: [Registrering])] = []
        for uuid in uuids {
            guard let stored = try? load(uuid), let tidligere = try? historik(of: stored.row)
            else { continue }
            objekter.append((stored, tidligere))
        }
        try writeVentende()
        let ids = objekter.map { String($0.stored.row.id) }.joined(separator: ",")
        try connection.execute("DELETE FROM henvisning WHERE objekt IN (\(ids))")
        for (stored, tidligere) in objekter {
            _ = try afledIgen(stored, now: now, klasser)
            try insertHenvisninger(
                stored.row.id, stored.row.kind, tidligere + [stored.current], klasser)
        }
    }

    /// The objects of which some number is told by the class alone. What is due may be derived in an earlier version,
    /// which did not tell.
    private func haengendePaaPlan(at now: Tidspunkt) throws(StoreError) -> [UUIDIdentifikator] {
        let statement = try connection.prepare("SELECT uuid, adgang, skift <= ?1 FROM objekt")
        statement.bind(1, now.microseconds)
        var result: [UUIDIdentifikator] = []
        while try statement.step() {
            let haenger =
                statement.integer(2) != 0
                || AdgangsFakta(decoding: statement.blob(1))?.haengerPaaPlan ?? false
            if haenger, let uuid = statement.uuid(0) { result.append(uuid) }
        }
        return result
    }

    /// The objects whose derived row is out of date at `now`, at most 1,000 of them.
    func due(at now: Tidspunkt) throws(StoreError) -> [UUIDIdentifikator] {
        let statement = try connection.prepare(
            "SELECT uuid FROM objekt WHERE skift <= ?1 LIMIT 1000")
        statement.bind(1, now.microseconds)
        var result: [UUIDIdentifikator] = []
        while try statement.step() {
            if let uuid = statement.uuid(0) { result.append(uuid) }
        }
        return result
    }

    /// Lets a damaged object be due no more; its row's hash no longer fits, so that a row which is
    /// out of date is never believed.
    func sideline(_ uuid: UUIDIdentifikator) throws(StoreError) {
        let statement = try connection.prepare(
            "UPDATE objekt SET skift = NULL, kontrol = ~kontrol WHERE uuid = ?1")
        statement.bind(1, uuid)
        try statement.run()
        let found = try connection.prepare("SELECT id FROM objekt WHERE uuid = ?1")
        found.bind(1, uuid)
        if try found.step() { changed.insert(found.integer(0)) }
    }

    // MARK: Physical removal

    func owePurge() throws(StoreError) {
        owesPurge = true
        try connection.execute("INSERT OR REPLACE INTO meta VALUES('sletning', 1)")
    }

    /// Makes removed bytes be gone: text segments merged, the WAL emptied, unused bytes zeroed.
    ///
    /// False while a reader still holds a snapshot from before; then it is to be called again.
    /// Costs a rewrite of the file's text index and one reading of the file.
    func purge(_ klasser: Klasseviden) throws(StoreError) -> Bool {
        guard owesPurge else { return true }
        try mergeTekst(klasser)
        guard try checkpointAndTruncate(waitingAtMost: 0) else { return false }
        try connection.zeroUnusedBytes()
        try connection.execute("DELETE FROM meta WHERE navn='sletning'")
        owesPurge = false
        return true
    }

    /// Merges the text index into one segment that holds nothing of removed objects.
    ///
    /// FTS5 adds two levels at each merge and calls the index malformed at 2,000; and it keeps the
    /// words of removed objects when the result does not end on the last level. In both cases the
    /// index is made anew from the objects, in one transaction, some 100 µs each.
    private func mergeTekst(_ klasser: Klasseviden) throws(StoreError) {
        try connection.execute("INSERT INTO tekst(tekst) VALUES('optimize')")
        guard let structure = try tekstStructure(), structure.isClean else {
            return try remakeTekst(klasser)
        }
    }

    /// Merges a little of the text index where a level has several segments, since a word is looked up in each of them;
    /// false when there is no more to merge.
    ///
    /// Costs some ten milliseconds, and in the end a rewrite of every level that has several. A segment of its own is
    /// left alone, so that what is seldom written to is not written whole for little.
    func mergeLidt() throws(StoreError) -> Bool {
        guard !connection.isInTransaction, try tekstStructure()?.hasNeighbours ?? false else {
            return false
        }
        try begin()
        do throws(StoreError) {
            // Kept in the file; set again, it would have every reader look at the settings again.
            if try connection.integer("SELECT v FROM tekst_config WHERE k='usermerge'") != 2 {
                try connection.execute("INSERT INTO tekst(tekst, rank) VALUES('usermerge', 2)")
            }
            let before = connection.totalChanges
            try connection.execute(
                "INSERT INTO tekst(tekst, rank) VALUES('merge', \(Self.siderPerTrin))")
            // The statement itself counts as one.
            let isMerged = connection.totalChanges - before > 1
            try commit()
            return isMerged
        } catch {
            rollback()
            throw error
        }
    }

    private static let siderPerTrin = 32

    func tekstStructure() throws(StoreError) -> TekstStructure? {
        let statement = try connection.prepare("SELECT block FROM tekst_data WHERE id = 10")
        guard try statement.step() else { return nil }
        return TekstStructure(statement.blob(0))
    }

    /// Empties the text index and derives it again from every object.
    func remakeTekst(_ klasser: Klasseviden) throws(StoreError) {
        try begin()
        do throws(StoreError) {
            try connection.execute("INSERT INTO tekst(tekst) VALUES('delete-all')")
            try forEachStored { stored throws(StoreError) in
                try self.insertTekst(stored.row.id, self.afledt(stored, klasser).tekster)
            }
            try commit()
        } catch {
            rollback()
            throw error
        }
    }

    /// Makes the text index anew when it was made with another lexicon or derived in another way: what is taken out
    /// of it must be what was put in. Rows whose access is derived otherwise now are due at once.
    ///
    /// The index and the mark of what it was made with change in one transaction. A damaged object is left out: it
    /// is served to nobody, and nothing of it is taken out before it is put in again.
    private func matchLeksikon() throws(StoreError) {
        let mark = afleder.maerke
        let known = try connection.integer("SELECT vaerdi FROM meta WHERE navn='leksikon'")
        guard known != mark else { return }
        try begin()
        do throws(StoreError) {
            try connection.execute("INSERT OR REPLACE INTO meta VALUES('leksikon', \(mark))")
            try connection.execute("INSERT INTO tekst(tekst) VALUES('delete-all')")
            try connection.execute("DELETE FROM fortid")
            for uuid in try allUUIDs() {
                guard let stored = try? load(uuid) else { continue }
                // No class is needed: the text that classes add is kept with the object.
                var afledning = afledt(stored, .ingen)
                try insertTekst(stored.row.id, afledning.tekster)
                let earlier = (try? historik(of: stored.row)) ?? []
                let tidligere = afleder.afled(
                    tidligere: earlier, stored.row.kind, now: stored.row.tid, klasser: .ingen)
                try insertFortid(
                    stored.row.id, afledning.fortid(efter: tidligere, afleder.leksikon))
                guard !stored.row.says(afledning) || (earlier + [stored.current]).harOphold
                else { continue }
                afledning.fakta = stored.row.fakta
                afledning.skift = stored.row.tid
                try updateRow(stored.row, stored.current, stored.row.tid, afledning)
            }
            try commit()
        } catch {
            rollback()
            throw error
        }
    }

    /// Makes the references of an object of another version's making anew, where what they are depends on when it is
    /// over: that version may have made them otherwise.
    private func remakeHenvisninger(
        of stored: StoredObjekt, _ klasser: Klasseviden
    ) throws(StoreError) {
        guard stored.row.skift == stored.row.tid else { return }
        // Of a history that cannot be read nothing is known; `check` tells of it.
        guard let earlier = try? historik(of: stored.row) else { return }
        let registreringer = earlier + [stored.current]
        guard registreringer.harOphold else { return }
        try deleteHenvisninger(stored, registreringer, klasser)
        try insertHenvisninger(stored.row.id, stored.row.kind, registreringer, klasser)
    }

    /// Takes out all that the object stands under by these registrations, and notes that it does.
    private func deleteHenvisninger(
        _ stored: StoredObjekt, _ registreringer: [Registrering], _ klasser: Klasseviden
    ) throws(StoreError) {
        let row = stored.row
        var keys: Set<Noegle> = []
        for registrering in registreringer {
            keys.formUnion(
                afleder.afled(
                    row.kind, registrering, now: row.tid, klassetekst: "", klasser: klasser
                ).noegler)
        }
        note(row.id, keys)
        for key in keys {
            let statement = try connection.prepare(
                "DELETE FROM henvisning WHERE noegle = ?1 AND objekt = ?2")
            statement.bind(1, key.bytes)
            statement.bind(2, row.id)
            try statement.run()
        }
    }

    private func allUUIDs() throws(StoreError) -> [UUIDIdentifikator] {
        let statement = try connection.prepare("SELECT uuid FROM objekt ORDER BY id")
        var result: [UUIDIdentifikator] = []
        while try statement.step() {
            if let uuid = statement.uuid(0) { result.append(uuid) }
        }
        return result
    }

    /// What was derived for the object when its row was written.
    func afledt(_ stored: StoredObjekt, _ klasser: Klasseviden) -> Afledning {
        afleder.afled(
            stored.row.kind, stored.current, now: stored.row.tid, klassetekst: stored.klassetekst,
            klasser: klasser)
    }

    // MARK: Single tables

    private func insertRow(
        _ uuid: UUIDIdentifikator, _ kind: ObjektKind, _ current: Registrering,
        _ foerste: Tidspunkt, _ now: Tidspunkt, _ afledning: Afledning
    ) throws(StoreError) -> Int64 {
        let id = try nextID()
        try noteRow(id)
        let row = ObjektRow(
            id: id, uuid: uuid, kind: kind, sts: current.stsTidspunkt, foerste: foerste, tid: now,
            skift: afledning.skift == .distantFuture ? nil : afledning.skift,
            fremdrift: afledning.fremdrift, erFlertydig: afledning.erFlertydig,
            oprettet: afledning.oprettet, titelord: afledning.titelord,
            brugervendtNoegle: afledning.brugervendtNoegle, fakta: afledning.fakta)
        let adgang = row.fakta.encoded()
        let statement = try connection.prepare(
            "INSERT INTO objekt VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
        statement.bind(1, id)
        statement.bind(2, uuid)
        bind(row, adgang, statement)
        try statement.run()
        return id
    }

    func updateRow(
        _ old: ObjektRow, _ current: Registrering, _ now: Tidspunkt, _ afledning: Afledning
    ) throws(StoreError) {
        try noteRow(old.id)
        let row = ObjektRow(
            id: old.id, uuid: old.uuid, kind: old.kind, sts: current.stsTidspunkt,
            foerste: old.foerste, tid: now,
            skift: afledning.skift == .distantFuture ? nil : afledning.skift,
            fremdrift: afledning.fremdrift, erFlertydig: afledning.erFlertydig,
            oprettet: afledning.oprettet, titelord: afledning.titelord,
            brugervendtNoegle: afledning.brugervendtNoegle, fakta: afledning.fakta)
        let adgang = row.fakta.encoded()
        let statement = try connection.prepare(
            """
            UPDATE objekt SET kind = ?3, sts = ?4, foerste = ?5, tid = ?6, skift = ?7,
                fremdrift = ?8, oprettet = ?9, noegle = ?10, adgang = ?11, kontrol = ?12
            WHERE id = ?1 AND uuid = ?2
            """)
        statement.bind(1, row.id)
        statement.bind(2, row.uuid)
        bind(row, adgang, statement)
        try statement.run()
    }

    private func bind(_ row: ObjektRow, _ adgang: [UInt8], _ statement: borrowing Statement) {
        statement.bind(3, Int(row.kind.rawValue))
        statement.bind(4, row.sts.microseconds)
        statement.bind(5, row.foerste.microseconds)
        statement.bind(6, row.tid.microseconds)
        statement.bind(7, row.skift?.microseconds)
        statement.bind(8, row.tilstand)
        statement.bind(9, row.oprettet?.microseconds)
        statement.bind(10, row.brugervendtNoegle)
        statement.bind(11, adgang)
        statement.bind(12, row.kontrol(adgang: adgang))
    }

    /// Ids only rise, so that an id never comes to mean another object within a reader's time.
    private func nextID() throws(StoreError) -> Int64 {
        if let last = lastID {
            lastID = last + 1
            return last + 1
        }
        let last = try connection.integer("SELECT max(id) FROM objekt") ?? 0
        lastID = last + 1
        return last + 1
    }

    private var lastID: Int64?

    func writeIndhold(
        _ id: Int64, _ registrering: Registrering, _ klassetekst: String
    ) throws(StoreError) {
        let bytes = registrering.encoded()
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO indhold(id, kontrol, klassetekst, registrering) VALUES(?1, ?2, ?3, ?4)"
        )
        statement.bind(1, id)
        statement.bind(2, Checksum.xxh64(bytes))
        statement.bind(3, klassetekst.isEmpty ? nil : klassetekst)
        statement.bind(4, bytes)
        try statement.run()
    }

    private func insertHistorik(
        _ id: Int64, _ registrering: Registrering
    ) throws(StoreError) {
        let bytes = registrering.encoded()
        let statement = try connection.prepare(
            "INSERT INTO historik(objekt, sts, kontrol, registrering) VALUES(?1, ?2, ?3, ?4)")
        statement.bind(1, id)
        statement.bind(2, registrering.stsTidspunkt.microseconds)
        statement.bind(3, Checksum.xxh64(bytes))
        statement.bind(4, bytes)
        try statement.run()
    }

    func insertFortid(_ id: Int64, _ fortid: Fortid) throws(StoreError) {
        guard !fortid.isEmpty else { return }
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO fortid VALUES(?1, ?2, ?3, ?4)")
        statement.bind(1, id)
        statement.bind(2, fortid.andenEjer ? 1 : 0)
        statement.bind(3, fortid.bytes)
        statement.bind(4, fortid.kontrol(af: id))
        try statement.run()
    }

    /// Adds to what is kept: what was said in a registration is said for ever.
    private func addFortid(_ id: Int64, _ fortid: Fortid) throws(StoreError) {
        guard !fortid.isEmpty else { return }
        switch try connection.fortid(of: id) {
        case .ingen: try insertFortid(id, fortid)
        case .hel(let known):
            let sum = known.union(fortid)
            if sum != known { try insertFortid(id, sum) }
        // What it said is not known here: it stays damaged, and every reader reads the object.
        case .beskadiget: break
        }
    }

    func insertTekst(_ id: Int64, _ tekster: [String]) throws(StoreError) {
        note(id, tekster)
        guard tekster.contains(where: { !$0.isEmpty }) else { return }
        let statement = try connection.prepare(
            """
            INSERT INTO tekst(rowid, titel, beskrivelse, noter, parter, klasser, betinget,
                alternativ) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        statement.bind(1, id)
        for (index, text) in tekster.enumerated() { statement.bind(Int32(index + 2), text) }
        try statement.run()
    }

    private func deleteTekst(_ id: Int64, _ tekster: [String]) throws(StoreError) {
        aendringer?[id, default: Raekkeaendring()].former = []
        guard tekster.contains(where: { !$0.isEmpty }) else { return }
        let statement = try connection.prepare(
            """
            INSERT INTO tekst(tekst, rowid, titel, beskrivelse, noter, parter, klasser, betinget,
                alternativ) VALUES('delete', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        statement.bind(1, id)
        for (index, text) in tekster.enumerated() { statement.bind(Int32(index + 2), text) }
        try statement.run()
    }

    private func event(
        _ uuid: UUIDIdentifikator, _ kind: ObjektKind, _ handling: Handling,
        _ registrering: Registrering?
    ) throws(StoreError) {
        let statement = try connection.prepare(
            "INSERT INTO haendelse(uuid, kind, handling, sts, stille) VALUES(?1, ?2, ?3, ?4, ?5)")
        statement.bind(1, uuid)
        statement.bind(2, Int(kind.rawValue))
        statement.bind(3, Int(handling.rawValue))
        statement.bind(4, registrering?.stsTidspunkt.microseconds ?? 0)
        statement.bind(5, registrering?.header[.udenNotifikation]?.boolean == true ? 1 : 0)
        try statement.run()
    }

    // MARK: Relations

    /// Ends the rows that are gone and lets the new ones wait for the commit.
    private func change(
        _ id: Int64, from old: Set<Henvisning>, to new: Set<Henvisning>, at sts: Tidspunkt
    ) throws(StoreError) {
        let ended = old.subtracting(new)
        note(id, ended.map(\.noegle))
        try end(ended, of: id, at: sts)
        for row in new where !old.contains(row) {
            note(id, CollectionOfOne(row.noegle))
            ventende.append(row, of: id, at: sts.microseconds)
        }
    }

    private func end(
        _ rows: Set<Henvisning>, of id: Int64, at sts: Tidspunkt
    ) throws(StoreError) {
        let written = rows.filter { !ventende.end($0, of: id, at: sts.microseconds) }
        guard !written.isEmpty else { return }
        // What waits for this very object must be in the table before it can be ended.
        if ventende.objekter.contains(id) { try writeVentende() }
        for row in written {
            let statement = try connection.prepare(
                """
                UPDATE henvisning SET sts_til = ?7 WHERE noegle = ?1 AND objekt = ?2
                    AND liste = ?3 AND rolle = ?4 AND fra = ?5 AND til = ?6 AND sts_til IS NULL
                """)
            bind(row, id, statement)
            statement.bind(7, sts.microseconds)
            try statement.run()
        }
    }

    /// B-trees take rows in key order much faster than at random.
    private func writeVentende() throws(StoreError) {
        guard !ventende.isEmpty else { return }
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO henvisning VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        try ventende.forEachSorted { waiting throws(StoreError) in
            if isTold() { nyt.andet.insert(Noeglefilter.hash(waiting.henvisning.noegle)) }
            bind(waiting.henvisning, waiting.objekt, statement)
            statement.bind(7, waiting.sts)
            statement.bind(8, waiting.stsTil)
            try statement.run()
        }
        ventende.removeAll()
    }

    private func bind(_ row: Henvisning, _ id: Int64, _ statement: borrowing Statement) {
        statement.bind(1, row.noegle.bytes)
        statement.bind(2, id)
        statement.bind(3, Int(row.liste.rawValue))
        statement.bind(4, Int(row.rolle.rawValue))
        statement.bind(5, row.fra)
        statement.bind(6, Henvisning.stored(til: row.til))
    }
}

extension Henvisning {
    /// No end is kept as 0, which takes no room; the instant 0 itself as 1.
    static func stored(til: Int64) -> Int64 {
        til == .max ? 0 : til == 0 ? 1 : til
    }
}

extension StoredObjekt {
    /// Reads a row's columns, then the content's hash, class text and bytes.
    init(_ statement: borrowing Statement, file: String) throws(StoreError) {
        self.init(
            row: try ObjektRow(statement, file: file),
            current: try Registrering.verified(
                statement.blob(14), kontrol: statement.integer(12), file: file),
            klassetekst: statement.text(13) ?? "")
    }
}

/// What an event says was done.
public enum Handling: UInt8, Sendable {
    case importeret = 1
    case opdateret = 2
    case fjernet = 3
    case kasseret = 4
    case flyttet = 5
}

extension Nummerkrav {
    /// Letters' case left out.
    fileprivate var key: Noegle { Noegle(brugervendtNoegle: noegle, kind) }
}

extension Connection {
    /// Each of the file's cases that file the document now.
    func arkivering(
        of uuid: UUIDIdentifikator, at now: Tidspunkt
    ) throws(StoreError) -> [ObjektRow] {
        let statement = try prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol
            FROM henvisning h JOIN objekt o ON o.id = h.objekt
            WHERE h.noegle = ?1 AND h.liste = ?2 AND h.sts_til IS NULL
                AND h.fra <= ?3 AND (h.til = 0 OR h.til > ?3)
            """)
        statement.bind(1, Noegle(uuid).bytes)
        statement.bind(2, Int(Element.journalpost.rawValue))
        statement.bind(3, now.microseconds)
        var result: [ObjektRow] = []
        while try statement.step() {
            let row = try ObjektRow(statement, file: file)
            if row.kind == .sag { result.append(row) }
        }
        return result
    }

    /// Another object of the file that has the number now, or at an instant of `gaelder`.
    func holder(of nummer: Nummerkrav) throws(StoreError) -> UUIDIdentifikator? {
        let key = nummer.key
        let statement = try prepare(
            """
            SELECT o.uuid, o.noegle, h.fra < ?3 AND (h.til = 0 OR h.til > ?4)
            FROM henvisning h JOIN objekt o ON o.id = h.objekt
            WHERE h.noegle = ?1 AND h.sts_til IS NULL AND o.uuid <> ?2
            """)
        statement.bind(1, key.bytes)
        statement.bind(2, nummer.uuid)
        statement.bind(3, nummer.gaelder.upperBound.microseconds)
        statement.bind(4, nummer.gaelder.lowerBound.microseconds)
        while try statement.step() {
            let shown = statement.text(1).map { Noegle(brugervendtNoegle: $0, nummer.kind) }
            if shown == key || statement.integer(2) != 0 { return statement.uuid(0) }
        }
        return nil
    }
}
