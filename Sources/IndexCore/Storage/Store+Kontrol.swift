import Synchronization

/// Something that a control of the store found wrong; tells of no stored value.
public struct KontrolFund: Sendable, Equatable {
    public enum Fejl: String, Sendable, CaseIterable {
        case kanIkkeLaeses = "filen kan ikke åbnes eller læses"
        case findesIkke =
            "filen er der ikke; --repair glemmer den, og lægges den tilbage, tages den ind igen"
        case opbygning = "SQLite finder filens opbygning beskadiget"
        case raekke = "rækkens kontrolsum passer ikke"
        case registrering = "registreringens kontrolsum passer ikke"
        case registreringstid = "registreringernes tider stiger ikke eller passer ikke med rækken"
        case udledtRaekke = "rækken er ikke den, der udledes af registreringen"
        case henvisningMangler = "henvisning mangler"
        case henvisningForMeget = "henvisning uden grundlag"
        case henvisningstid = "henvisningens ophør passer ikke med registreringerne"
        case tekst = "tekstindekset passer ikke med objektets tekst"
        case fortid = "det, som objektet siger eller har sagt til andre tider, passer ikke"
        case udenObjekt = "indhold eller historik uden objekt"
        case haendelse = "objekt uden hændelse, eller hændelser med huller i nummereringen"
        case fremmed = "kataloget mangler, at en anden myndigheds objekt peges på"
        case myndighed = "objektet hører til en anden myndighed end filen"
        case placering = "kataloget har objektet et andet sted eller slet ikke"
        /// Left by a crash between the reservation of a place and the writing; does no harm.
        case placeringUdenObjekt = "kataloget har plads til et objekt, der ikke findes"
    }

    /// The file's name.
    public let fil: String
    public let fejl: Fejl
    /// How many objects, rows or places it is about.
    public let antal: Int

    /// Whether answers can be wrong because of it.
    public var erSkade: Bool { fejl != .placeringUdenObjekt }
}

extension Store {
    /// Controls and mends, again while one mending may let another be done; answers what stays.
    ///
    /// Costs two controls where something is damaged, up to five where much is. `told` hears what each mending
    /// found.
    public func reparer(
        progress: (String) -> Void, told: ([KontrolFund]) -> Void
    ) throws(StoreError) -> [KontrolFund] {
        var found = try kontrol(reparer: true, progress: progress)
        for _ in 0..<4 where found.contains(where: \.erSkade) {
            told(found)
            let next = try kontrol(reparer: true, progress: progress)
            // What is found as it was cannot be mended.
            if next == found { break }
            found = next
        }
        return found
    }

    /// Controls every file against the registrations it holds, and the catalogue against the files.
    ///
    /// Reads everything: some 100 µs an object, and about 100 bytes of memory an object of the
    /// largest file. Each file is read on its authority's writer queue, so that the authority takes
    /// no changes meanwhile; others do. With `reparer`, what is derived (rows, references, text) is
    /// made anew in one transaction a file where something derived is wrong, and the catalogue is
    /// put right; a damaged registration, and one without its object, cannot be mended and is reported again. `progress` is told
    /// each file's name as it begins.
    public func kontrol(
        reparer: Bool, progress: (String) -> Void
    ) throws(StoreError) -> [KontrolFund] {
        guard access == .exclusive, katalog != nil else { throw StoreError.readOnly }
        let filer = state.withLock { state in
            state.filer.values.sorted { ($0.myndighed, $0.del) < ($1.myndighed, $1.del) }
        }
        var result: [KontrolFund] = []
        let vaek = filer.filter { !fileExists(path(of: $0)) }
        for fil in vaek {
            result.append(KontrolFund(fil: fil.navn, fejl: .findesIkke, antal: 1))
            if reparer { try forget(fil) }
        }
        for fil in filer where !vaek.contains(fil) {
            progress(fil.navn)
            do throws(StoreError) {
                result += try kontrol(fil, reparer: reparer)
            } catch .closing {
                throw StoreError.closing
            } catch .corrupt(let navn) {
                // It may be the catalogue.
                result.append(KontrolFund(fil: navn, fejl: .kanIkkeLaeses, antal: 1))
            } catch {
                result.append(KontrolFund(fil: fil.navn, fejl: .kanIkkeLaeses, antal: 1))
            }
        }
        return result
    }

    private func kontrol(_ fil: Fil, reparer: Bool) throws(StoreError) -> [KontrolFund] {
        let klasser = state.withLock { $0.klasser }
        let now = self.now
        try refreshAllDue(fil.myndighed)
        let found = try skriver(for: fil.myndighed).writer.outside {
            kontekst -> Result<(fund: [KontrolFund], uuids: Set<UUIDIdentifikator>), StoreError> in
            do throws(StoreError) {
                guard let part = kontekst.dele[fil.id] else {
                    throw StoreError.setAside(file: fil.navn)
                }
                var kontrol = Filkontrol(part: part, af: fil.myndighed, klasser: klasser)
                try kontrol.run()
                if reparer && kontrol.canRepair { try part.remake(now: now, klasser) }
                return .success((kontrol.fund(fil.navn), kontrol.uuids))
            } catch {
                return .failure(error)
            }
        }
        guard let found else { throw StoreError.closing }
        let kontrol = try found.get()
        let placeringer = try placeringer(of: kontrol.uuids, in: fil, reparer: reparer)
        return kontrol.fund + placeringer + (try fremmede(of: fil, reparer: reparer))
    }

    // MARK: The catalogue

    private func placeringer(
        of uuids: Set<UUIDIdentifikator>, in fil: Fil, reparer: Bool
    ) throws(StoreError) -> [KontrolFund] {
        var stray = uuids
        var empty: [UUIDIdentifikator] = []
        let connection = try pool.borrow(Self.katalogFil)
        let statement = try connection.prepare("SELECT uuid FROM placering WHERE fil = ?1")
        statement.bind(1, fil.id)
        while try statement.step() {
            guard let uuid = statement.uuid(0) else { continue }
            if stray.remove(uuid) == nil { empty.append(uuid) }
        }
        pool.giveBack(connection, of: Self.katalogFil)
        var wrong: Set<UUIDIdentifikator> = []
        for uuid in stray where try isMisplaced(uuid, fil) { wrong.insert(uuid) }
        var unused: [UUIDIdentifikator] = []
        for uuid in empty where reservationer.placering(of: uuid) == nil {
            if try !holds(uuid, fil: fil.id) { unused.append(uuid) }
        }
        if reparer {
            try place(wrong, in: fil)
            forget(unused)
            // The next control is to find it done.
            if !unused.isEmpty { try katalog?.perform { _ throws(StoreError) in } }
        }
        return [
            KontrolFund(fil: fil.navn, fejl: .placering, antal: wrong.count),
            KontrolFund(fil: fil.navn, fejl: .placeringUdenObjekt, antal: unused.count),
        ].filter { $0.antal > 0 }
    }

    /// What the file points at in other authorities, or nowhere, and the catalogue has not noted.
    func fremmede(of fil: Fil, reparer: Bool) throws(StoreError) -> [KontrolFund] {
        var udenfor: [UUIDIdentifikator] = []
        for maal in try peget(fra: fil) {
            let placering = try placering(of: maal)
            if placering.flatMap({ myndighed(ofFil: $0.fil) }) != fil.myndighed {
                udenfor.append(maal)
            }
        }
        // Last, for a note is made before what needs it.
        let known = state.withLock { $0.fremmede }
        let missing = udenfor.filter { !(known[$0] ?? []).contains(fil.myndighed) }
        guard !missing.isEmpty else { return [] }
        if reparer, let katalog {
            try katalog.perform { writer throws(StoreError) in
                for maal in missing { try writer.addFremmed(maal, fil.myndighed) }
            }
            publish([], missing.map { ($0, fil.myndighed) })
        }
        return [KontrolFund(fil: fil.navn, fejl: .fremmed, antal: missing.count)]
    }

    /// The objects that something in the file points at or has pointed at.
    private func peget(fra fil: Fil) throws(StoreError) -> [UUIDIdentifikator] {
        let connection = try pool.borrow(fil)
        defer { pool.giveBack(connection, of: fil) }
        let lister: [Element] = [
            .journalpost, .sagsrelation, .dokumentrelation, .bevillingssag,
            .oekonomiskYdelseEffektueringRelation,
        ]
        let statement = try connection.prepare(
            built: """
                SELECT DISTINCT substr(noegle, 2) FROM henvisning
                WHERE noegle >= x'08' AND noegle < x'09'
                    AND liste IN (\(lister.map { String($0.rawValue) }.joined(separator: ", ")))
                """)
        var result: [UUIDIdentifikator] = []
        while try statement.step() {
            if let uuid = statement.uuid(0) { result.append(uuid) }
        }
        return result
    }

    /// Asked again while nothing moves: it may have moved since the file was read.
    private func isMisplaced(_ uuid: UUIDIdentifikator, _ fil: Fil) throws(StoreError) -> Bool {
        try flytteLaas.shared { () throws(StoreError) -> Bool in
            guard try placering(of: uuid)?.fil != fil.id else { return false }
            return try holds(uuid, fil: fil.id)
        }
    }

    /// Places those that the catalogue has nowhere; one that it has in another file is left to the
    /// operator, who must say which is right.
    private func place(
        _ uuids: Set<UUIDIdentifikator>, in fil: Fil
    ) throws(StoreError) {
        guard let katalog, !uuids.isEmpty else { return }
        try katalog.perform { writer throws(StoreError) in
            for uuid in uuids where try writer.placering(of: uuid) == nil {
                guard let kind = try self.kind(of: uuid, in: fil) else { continue }
                try writer.place(uuid, Placering(fil: fil.id, kind: kind))
            }
        }
    }

    private func kind(of uuid: UUIDIdentifikator, in fil: Fil) throws(StoreError) -> ObjektKind? {
        let connection = try pool.borrow(fil)
        defer { pool.giveBack(connection, of: fil) }
        let statement = try connection.prepare("SELECT kind FROM objekt WHERE uuid = ?1")
        statement.bind(1, uuid)
        guard try statement.step() else { return nil }
        return ObjektKind(rawValue: UInt8(clamping: statement.integer(0)))
    }
}

// MARK: - One object's references, as its registrations tell them

/// A reference and the time in which it is known.
struct KendtHenvisning: Hashable {
    let henvisning: Henvisning
    let stsFra: Int64
    let stsTil: Int64?

    /// What an object's registrations, oldest first, give.
    static func alle(
        _ kind: ObjektKind, _ registreringer: [Registrering], _ afleder: Afleder,
        _ klasser: Klasseviden
    ) -> [KendtHenvisning] {
        var open: [Henvisning: Int64] = [:]
        var result: [KendtHenvisning] = []
        for registrering in registreringer {
            let sts = registrering.stsTidspunkt.microseconds
            let rows = afleder.afled(
                kind, registrering, now: registrering.stsTidspunkt, klassetekst: "",
                klasser: klasser
            ).henvisninger
            for (row, fra) in open where !rows.contains(row) {
                result.append(KendtHenvisning(henvisning: row, stsFra: fra, stsTil: sts))
                open[row] = nil
            }
            for row in rows where open[row] == nil { open[row] = sts }
        }
        return result
            + open.map { KendtHenvisning(henvisning: $0.key, stsFra: $0.value, stsTil: nil) }
    }

    var hash: UInt64 {
        var bytes = ByteWriter()
        bytes.byte(henvisning.liste.rawValue)
        bytes.byte(henvisning.rolle.rawValue)
        bytes.int64(henvisning.fra)
        bytes.int64(henvisning.til)
        bytes.int64(stsFra)
        bytes.int64(stsTil ?? .max)
        return UInt64(bitPattern: Checksum.xxh64(bytes.bytes + henvisning.noegle.bytes))
    }
}

// MARK: - One file

/// One reading of an authority's file; confined to its writer's queue.
private struct Filkontrol {
    private let part: ShardWriter
    private let myndighed: CVRNummer
    private let klasser: Klasseviden
    private let analyse: Ordanalyse
    private var antal: [KontrolFund.Fejl: Int] = [:]
    private(set) var uuids: Set<UUIDIdentifikator> = []
    /// Sums of hashes by object, from the tables; each object takes its own away.
    private var henvisninger: [Int64: UInt64] = [:]
    private var ord: [Int64: UInt64] = [:]
    private var fortider: [Int64: Fortid] = [:]
    private var uenige: Set<Int64> = []
    /// The text index can be read.
    private var harTekst = true

    init(part: ShardWriter, af myndighed: CVRNummer, klasser: Klasseviden) {
        self.part = part
        self.myndighed = myndighed
        self.klasser = klasser
        analyse = Ordanalyse(part.afleder.leksikon)
    }

    private var connection: Connection { part.connection }

    func fund(_ fil: String) -> [KontrolFund] {
        KontrolFund.Fejl.allCases.compactMap { fejl in
            antal[fejl].map { KontrolFund(fil: fil, fejl: fejl, antal: $0) }
        }
    }

    /// Something derived is wrong, and the tables themselves are whole.
    var canRepair: Bool {
        let derived: [KontrolFund.Fejl] = [
            .raekke, .udledtRaekke, .henvisningMangler, .henvisningForMeget, .henvisningstid,
            .tekst, .fortid, .udenObjekt,
        ]
        return antal[.opbygning] == nil && derived.contains { antal[$0] != nil }
    }

    private mutating func note(_ fejl: KontrolFund.Fejl, _ count: Int = 1) {
        if count > 0 { antal[fejl, default: 0] += count }
    }

    mutating func run() throws(StoreError) {
        if try connection.text("PRAGMA integrity_check(1)") != "ok" { return note(.opbygning) }
        try sumHenvisninger()
        try readFortider()
        do throws(StoreError) {
            // Its own tables against each other; what they hold is compared with the objects.
            try connection.execute("INSERT INTO tekst(tekst) VALUES('integrity-check')")
            try findSider()
            try sumOrd()
            try taelRaekker()
        } catch .corrupt, .unexpected {
            // All of it is derived.
            harTekst = false
            ord = [:]
            note(.tekst)
        }
        try objekter()
        try compareHenvisninger()
        if harTekst { note(.tekst, ord.count) }
        try loose()
        try haendelser()
    }

    private mutating func readFortider() throws(StoreError) {
        var damaged = 0
        try connection.forEachFortid { id, fortid in
            fortider[id] = fortid ?? Fortid()
            if fortid == nil { damaged += 1 }
        }
        note(.fortid, damaged)
    }

    private mutating func sumHenvisninger() throws(StoreError) {
        try forEachHenvisning { objekt, row in henvisninger[objekt, default: 0] &+= row.hash }
    }

    private func forEachHenvisning(
        _ body: (Int64, KendtHenvisning) -> Void
    ) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT objekt, liste, rolle, fra, til, sts_fra, sts_til, noegle FROM henvisning
            """)
        while try statement.step() {
            let row = HenvisningRow(statement, first: 0)
            guard let noegle = Noegle(stored: statement.blob(7)), let liste = row.liste else {
                continue
            }
            let henvisning = Henvisning(
                noegle: noegle, liste: liste, rolle: row.rolle, fra: row.fra, til: row.til)
            body(
                row.objekt,
                KendtHenvisning(henvisning: henvisning, stsFra: row.stsFra, stsTil: row.stsTil))
        }
    }

    /// Whether the index knows how many rows it has, which a change of one needs: the first number of its averages,
    /// and a row of sizes each.
    private func taelRaekker() throws(StoreError) {
        let sizes = try connection.integer("SELECT count(*) FROM tekst_docsize")
        let averages = try connection.prepare("SELECT block FROM tekst_data WHERE id = 1")
        guard try averages.step() else { throw StoreError.corrupt(file: connection.file) }
        var rows: Int64 = 0
        for byte in averages.blob(0).prefix(9) {
            rows = rows << 7 | Int64(byte & 0x7F)
            if byte < 0x80 { break }
        }
        // A text of signs alone has a row and no word.
        guard sizes == rows, rows >= Int64(ord.count) else {
            throw StoreError.corrupt(file: connection.file)
        }
    }

    /// Whether words lead to the pages that they stand on, which FTS5's own control does not ask: of each leaf on
    /// which some word begins there is one entry. A merge that is half done has taken leaves from the beginning of a
    /// segment, and leaves their entries until it is done.
    private func findSider() throws(StoreError) {
        let record = try connection.prepare("SELECT block FROM tekst_data WHERE id = 10")
        guard try record.step(), let structure = TekstStructure(record.blob(0)) else { return }
        let begynder = Dictionary(
            structure.niveauer.joined().map { ($0.id, $0.foersteSide) },
            uniquingKeysWith: { first, _ in first })
        struct Side: Hashable {
            let segment: Int64
            let nummer: Int64
        }
        var sider: Set<Side> = []
        // A leaf's number holds segment, no mark, no height, and page; its head where the words' places begin.
        let leaves = try connection.prepare(
            """
            SELECT id >> 37, id & 0x7FFFFFFF, substr(block, 3, 2), length(block) FROM tekst_data
            WHERE id > 10 AND id >> 31 & 63 = 0
            """)
        while try leaves.step() {
            let hoved = leaves.blob(2)
            guard hoved.count == 2 else { throw StoreError.corrupt(file: connection.file) }
            if Int64(hoved[0]) << 8 | Int64(hoved[1]) < leaves.integer(3) {
                sider.insert(Side(segment: leaves.integer(0), nummer: leaves.integer(1)))
            }
        }
        let indgange = try connection.prepare("SELECT segid, pgno >> 1 FROM tekst_idx")
        while try indgange.step() {
            let side = Side(segment: indgange.integer(0), nummer: indgange.integer(1))
            let erFlettet = begynder[side.segment].map { $0 == 0 || side.nummer < $0 } ?? false
            guard sider.remove(side) != nil || erFlettet else {
                throw StoreError.corrupt(file: connection.file)
            }
        }
        guard sider.isEmpty else { throw StoreError.corrupt(file: connection.file) }
    }

    /// Every token of the text index, which itself tells nothing of what it was made from.
    private mutating func sumOrd() throws(StoreError) {
        try connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.kontrolord USING fts5vocab('main', 'tekst', 'instance')"
        )
        let columns = Dictionary(
            uniqueKeysWithValues: TextQuery.Column.allCases.map { ($0.name, $0.rawValue) })
        let statement = try connection.prepare(
            built: "SELECT doc, term, col, offset FROM temp.kontrolord")
        while try statement.step() {
            let column = statement.text(2).flatMap { columns[$0] } ?? -1
            ord[statement.integer(0), default: 0] &+= Self.hash(
                statement.blob(1), column, Int(statement.integer(3)))
        }
    }

    private static func hash(_ token: [UInt8], _ column: Int, _ offset: Int) -> UInt64 {
        UInt64(
            bitPattern: Checksum.xxh64(
                token, seed: UInt64(bitPattern: Int64(column << 40 | offset))))
    }

    private func hash(_ tekster: [String]) -> UInt64? {
        var sum: UInt64 = 0
        var count = 0
        for (column, text) in tekster.enumerated() {
            Ordtekst(text).forEachIndexed(analyse) { token, offset in
                sum &+= Self.hash(token, column, offset)
                count += 1
            }
        }
        return count == 0 ? nil : sum
    }

    private mutating func objekter() throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol, i.kontrol, i.klassetekst, i.registrering
            FROM objekt o LEFT JOIN indhold i ON i.id = o.id ORDER BY o.id
            """)
        while try statement.step() {
            if let uuid = statement.uuid(1) { uuids.insert(uuid) }
            let id = statement.integer(0)
            guard let row = try? ObjektRow(statement, file: connection.file) else {
                note(.raekke)
                henvisninger[id] = nil
                ord[id] = nil
                continue
            }
            guard let stored = try? StoredObjekt(statement, file: connection.file),
                let earlier = try? part.historik(of: row)
            else {
                note(.registrering)
                henvisninger[id] = nil
                ord[id] = nil
                continue
            }
            compare(stored, earlier + [stored.current])
        }
    }

    private mutating func compare(_ stored: StoredObjekt, _ registreringer: [Registrering]) {
        let row = stored.row
        let times = registreringer.map(\.stsTidspunkt)
        if times.first != row.foerste || times.last != row.sts
            || zip(times, times.dropFirst()).contains(where: { $0 >= $1 })
        {
            note(.registreringstid)
        }
        let afledt = part.afledt(stored, klasser)
        if !row.says(afledt) { note(.udledtRaekke) }
        let tidligere = part.afleder.afled(
            tidligere: registreringer.dropLast(), row.kind, now: row.tid, klasser: klasser)
        let fortid = afledt.fortid(efter: tidligere, part.afleder.leksikon)
        let known = fortider.removeValue(forKey: row.id)
        if !(known ?? Fortid()).contains(fortid) { note(.fortid) }
        if let ejer = afledt.fakta.myndighed, ejer != myndighed { note(.myndighed) }
        if harTekst, ord.removeValue(forKey: row.id) != hash(afledt.tekster) { note(.tekst) }
        let rows = KendtHenvisning.alle(row.kind, registreringer, part.afleder, klasser)
        let expected = rows.reduce(UInt64(0)) { $0 &+ $1.hash }
        if henvisninger.removeValue(forKey: row.id) ?? 0 != expected { uenige.insert(row.id) }
    }

    /// The objects that did not agree are looked at row by row; rows of no object are too many.
    private mutating func compareHenvisninger() throws(StoreError) {
        guard !uenige.isEmpty || !henvisninger.isEmpty else { return }
        var found: [Int64: Set<KendtHenvisning>] = [:]
        var loose = 0
        try forEachHenvisning { objekt, row in
            if uenige.contains(objekt) { found[objekt, default: []].insert(row) }
            if henvisninger[objekt] != nil { loose += 1 }
        }
        note(.henvisningForMeget, loose)
        for id in uenige {
            guard let uuid = try connection.uuid(ofObjekt: id), let stored = try part.load(uuid)
            else { continue }
            let registreringer = try part.historik(of: stored.row) + [stored.current]
            let expected = Set(
                KendtHenvisning.alle(stored.row.kind, registreringer, part.afleder, klasser))
            note(expected, found[id] ?? [])
        }
    }

    private mutating func note(_ expected: Set<KendtHenvisning>, _ found: Set<KendtHenvisning>) {
        struct Beginning: Hashable {
            let henvisning: Henvisning
            let stsFra: Int64
        }
        func beginnings(_ rows: Set<KendtHenvisning>) -> Set<Beginning> {
            Set(rows.map { Beginning(henvisning: $0.henvisning, stsFra: $0.stsFra) })
        }
        let missing = beginnings(expected).subtracting(beginnings(found)).count
        let extra = beginnings(found).subtracting(beginnings(expected)).count
        note(.henvisningMangler, missing)
        note(.henvisningForMeget, extra)
        note(.henvisningstid, expected.subtracting(found).count - missing)
    }

    private mutating func loose() throws(StoreError) {
        for table in ["indhold WHERE id", "historik WHERE objekt", "fortid WHERE objekt"] {
            let count = try connection.integer(
                "SELECT count(*) FROM \(table) NOT IN (SELECT id FROM objekt)")
            note(.udenObjekt, Int(count ?? 0))
        }
    }

    private mutating func haendelser() throws(StoreError) {
        var missing = uuids
        var expected: Int64 = 0
        var gaps = 0
        let statement = try connection.prepare("SELECT nr, uuid FROM haendelse ORDER BY nr")
        while try statement.step() {
            expected += 1
            if statement.integer(0) != expected { gaps += 1 }
            expected = statement.integer(0)
            if let uuid = statement.uuid(1) { missing.remove(uuid) }
        }
        let sequence = try connection.integer(
            "SELECT seq FROM sqlite_sequence WHERE name='haendelse'")
        note(.haendelse, missing.count + gaps + ((sequence ?? 0) == expected ? 0 : 1))
    }
}

extension ObjektRow {
    /// Whether the row says what was derived.
    func says(_ afledning: Afledning) -> Bool {
        fakta == afledning.fakta && brugervendtNoegle == afledning.brugervendtNoegle
            && fremdrift == afledning.fremdrift && erFlertydig == afledning.erFlertydig
            // Rows of before titles were counted have none.
            && (titelord == 0 || titelord == afledning.titelord)
            && oprettet == afledning.oprettet
            && (skift ?? .distantFuture) == afledning.skift
    }
}

extension Connection {
    fileprivate func uuid(ofObjekt id: Int64) throws(StoreError) -> UUIDIdentifikator? {
        let statement = try prepare("SELECT uuid FROM objekt WHERE id = ?1")
        statement.bind(1, id)
        return try statement.step() ? statement.uuid(0) : nil
    }
}

// MARK: - Making anew

extension ShardWriter {
    /// Derives everything of the file again from the registrations, for the state at `now`, in one
    /// transaction. An object with a damaged registration keeps its row and is found by nothing.
    func remake(now: Tidspunkt, _ klasser: Klasseviden) throws(StoreError) {
        try begin()
        noteUnknown()
        do throws(StoreError) {
            try connection.execute("DELETE FROM henvisning")
            try connection.execute("DELETE FROM fortid")
            try toemTekst()
            try removeUlaeselige()
            for id in try ids() { try remake(id, now, klasser) }
            try owePurge()
            try commit()
        } catch {
            rollback()
            throw error
        }
    }

    /// Empties the text index, also one whose own tables are damaged: FTS5 then finds what it begins with.
    private func toemTekst() throws(StoreError) {
        // Its version, and a structure and averages of nothing.
        try connection.execute("INSERT OR REPLACE INTO tekst_config VALUES('version', 4)")
        try connection.execute("DELETE FROM tekst_data")
        try connection.execute("DELETE FROM tekst_idx")
        try connection.execute("DELETE FROM tekst_docsize")
        try connection.execute("INSERT INTO tekst_data VALUES(10, x'00000000000000'), (1, x'')")
        try connection.execute("INSERT INTO tekst(tekst) VALUES('delete-all')")
    }

    /// Takes out what belongs to no object and cannot be read. A whole registration is kept and reported again:
    /// nothing else may hold it.
    private func removeUlaeselige() throws(StoreError) {
        for (table, key) in [("indhold", "id"), ("historik", "objekt")] {
            var gone: [Int64] = []
            let statement = try connection.prepare(
                built: """
                    SELECT rowid, kontrol, registrering FROM \(table)
                    WHERE \(key) NOT IN (SELECT id FROM objekt)
                    """)
            while try statement.step() {
                let registrering = try? Registrering.verified(
                    statement.blob(2), kontrol: statement.integer(1), file: connection.file)
                if registrering == nil { gone.append(statement.integer(0)) }
            }
            for rowid in gone {
                try connection.execute("DELETE FROM \(table) WHERE rowid = \(rowid)")
            }
        }
    }

    private func ids() throws(StoreError) -> [Int64] {
        let statement = try connection.prepare("SELECT id FROM objekt ORDER BY id")
        var result: [Int64] = []
        while try statement.step() { result.append(statement.integer(0)) }
        return result
    }

    private func remake(
        _ id: Int64, _ now: Tidspunkt, _ klasser: Klasseviden
    ) throws(StoreError) {
        guard let found = try identity(id), let registreringer = try? registreringer(found),
            let current = registreringer.last
        else { return }
        let kind = found.kind
        let klassetekst = afleder.klassetekst(kind, current, now: now, klasser: klasser)
        let afledning = afleder.afled(
            kind, current, now: now, klassetekst: klassetekst, klasser: klasser)
        let tidligere = afleder.afled(
            tidligere: registreringer.dropLast(), kind, now: now, klasser: klasser)
        try updateRow(found, current, now, afledning)
        try insertFortid(id, afledning.fortid(efter: tidligere, afleder.leksikon))
        try writeIndhold(id, current, klassetekst)
        try insertTekst(id, afledning.tekster)
        try insertHenvisninger(id, kind, registreringer, klasser)
    }

    /// Puts in what an object's registrations, oldest first, give; there is nothing of it.
    func insertHenvisninger(
        _ id: Int64, _ kind: ObjektKind, _ registreringer: [Registrering], _ klasser: Klasseviden
    ) throws(StoreError) {
        for row in KendtHenvisning.alle(kind, registreringer, afleder, klasser) {
            let statement = try connection.prepare(
                "INSERT INTO henvisning VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            statement.bind(1, row.henvisning.noegle.bytes)
            statement.bind(2, id)
            statement.bind(3, Int(row.henvisning.liste.rawValue))
            statement.bind(4, Int(row.henvisning.rolle.rawValue))
            statement.bind(5, row.henvisning.fra)
            statement.bind(6, Henvisning.stored(til: row.henvisning.til))
            statement.bind(7, row.stsFra)
            statement.bind(8, row.stsTil)
            try statement.run()
        }
    }

    /// Who the row is about and when it was first registered; all else of it is derived.
    private func identity(_ id: Int64) throws(StoreError) -> ObjektRow? {
        let statement = try connection.prepare("SELECT uuid, kind, tid FROM objekt WHERE id = ?1")
        statement.bind(1, id)
        guard try statement.step(), let uuid = statement.uuid(0),
            let kind = ObjektKind(rawValue: UInt8(clamping: statement.integer(1)))
        else { return nil }
        let first = try connection.integer("SELECT min(sts) FROM historik WHERE objekt = \(id)")
        let current = try indhold(id)
        let foerste = first.map { Tidspunkt(microseconds: $0) } ?? current?.stsTidspunkt
        guard let current, let foerste else { return nil }
        return ObjektRow(
            id: id, uuid: uuid, kind: kind, sts: current.stsTidspunkt, foerste: foerste,
            tid: Tidspunkt(microseconds: statement.integer(2)), skift: nil, fremdrift: 0,
            erFlertydig: false, oprettet: nil, titelord: 0, brugervendtNoegle: nil,
            fakta: AdgangsFakta(kind: kind))
    }

    private func indhold(_ id: Int64) throws(StoreError) -> Registrering? {
        let statement = try connection.prepare(
            "SELECT kontrol, registrering FROM indhold WHERE id = ?1")
        statement.bind(1, id)
        guard try statement.step() else { return nil }
        return try? Registrering.verified(
            statement.blob(1), kontrol: statement.integer(0), file: connection.file)
    }

    private func registreringer(_ row: ObjektRow) throws(StoreError) -> [Registrering] {
        guard let current = try indhold(row.id) else {
            throw StoreError.corrupt(file: connection.file)
        }
        return try historik(of: row) + [current]
    }
}

extension Noegle {
    /// A key as it stands in a file; nil for no bytes.
    init?(stored bytes: [UInt8]) {
        guard let first = bytes.first, let tag = Tag(rawValue: first) else { return nil }
        self.init(tag, bytes.dropFirst())
    }
}
