import CSQLite

/// One file as a reader sees it: one connection inside one read transaction.
///
/// Lent to one thread for one request; every answer comes from the same snapshot.
final class ShardReader {
    let fil: Fil
    let connection: Connection

    init(fil: Fil, connection: Connection) throws(StoreError) {
        self.fil = fil
        self.connection = connection
        try connection.prepare("BEGIN").run()
    }

    func end() { try? connection.prepare("COMMIT").run() }

    /// The number of the last commit in the snapshot that changed a row.
    func version() throws(StoreError) -> Int64 {
        if let known = knownVersion { return known }
        let statement = try connection.prepare("SELECT vaerdi FROM meta WHERE navn = 'version'")
        let found = try statement.step() ? statement.integer(0) : 0
        knownVersion = found
        return found
    }

    private var knownVersion: Int64?

    /// The text index's segments in the snapshot; nil when they are of another make than is known here.
    func tekstStructure() throws(StoreError) -> TekstStructure? {
        if let known = knownStructure { return known }
        let statement = try connection.prepare(
            """
            SELECT block FROM tekst_data
            WHERE id = 10 AND (SELECT v FROM tekst_config WHERE k = 'version') = 4
            """)
        let found = try statement.step() ? TekstStructure(statement.blob(0)) : nil
        knownStructure = .some(found)
        return found
    }

    private var knownStructure: TekstStructure??

    func row(_ uuid: UUIDIdentifikator) throws(StoreError) -> ObjektRow? {
        let statement = try connection.prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol FROM objekt o WHERE o.uuid = ?1
            """)
        statement.bind(1, uuid)
        guard try statement.step() else { return nil }
        return try ObjektRow(statement, file: fil.navn)
    }

    func row(id: Int64) throws(StoreError) -> ObjektRow? {
        let statement = try connection.prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol FROM objekt o WHERE o.id = ?1
            """)
        statement.bind(1, id)
        guard try statement.step() else { return nil }
        return try ObjektRow(statement, file: fil.navn)
    }

    /// What was known at `instant`: one look-up, however many registrations there are.
    func registrering(
        of row: ObjektRow, knownAt instant: Tidspunkt
    ) throws(StoreError) -> Registrering? {
        if instant >= row.sts { return try current(of: row) }
        guard instant >= row.foerste else { return nil }
        let statement = try connection.prepare(
            """
            SELECT kontrol, registrering FROM historik WHERE objekt = ?1 AND sts <= ?2
            ORDER BY sts DESC LIMIT 1
            """)
        statement.bind(1, row.id)
        statement.bind(2, instant.microseconds)
        guard try statement.step() else { return nil }
        return try Registrering.verified(
            statement.blob(1), kontrol: statement.integer(0), file: fil.navn)
    }

    func current(of row: ObjektRow) throws(StoreError) -> Registrering {
        let statement = try connection.prepare(
            "SELECT kontrol, registrering FROM indhold WHERE id = ?1")
        statement.bind(1, row.id)
        guard try statement.step() else { throw StoreError.corrupt(file: fil.navn) }
        return try Registrering.verified(
            statement.blob(1), kontrol: statement.integer(0), file: fil.navn)
    }

    /// What the classification adds to the object's text.
    func klassetekst(of row: ObjektRow) throws(StoreError) -> String {
        let statement = try connection.prepare("SELECT klassetekst FROM indhold WHERE id = ?1")
        statement.bind(1, row.id)
        return try statement.step() ? statement.text(0) ?? "" : ""
    }

    /// When the registration in force at `instant` was received; nil before the first.
    func sts(of row: ObjektRow, knownAt instant: Tidspunkt) throws(StoreError) -> Tidspunkt? {
        if instant >= row.sts { return row.sts }
        let statement = try connection.prepare(
            "SELECT max(sts) FROM historik WHERE objekt = ?1 AND sts <= ?2")
        statement.bind(1, row.id)
        statement.bind(2, instant.microseconds)
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0).map { Tidspunkt(microseconds: $0) }
    }

    /// Every registration received in [fra, til), newest first, and the one in force at `fra`.
    func historik(
        of row: ObjektRow, from fra: Tidspunkt, to til: Tidspunkt
    ) throws(StoreError) -> [Registrering] {
        var result: [Registrering] = []
        if row.sts < til { result.append(try current(of: row)) }
        if row.sts <= fra { return result }
        let statement = try connection.prepare(
            """
            SELECT kontrol, registrering, sts FROM historik WHERE objekt = ?1 AND sts < ?2
            ORDER BY sts DESC
            """)
        statement.bind(1, row.id)
        statement.bind(2, til.microseconds)
        while try statement.step() {
            result.append(
                try Registrering.verified(
                    statement.blob(1), kontrol: statement.integer(0), file: fil.navn))
            if statement.integer(2) <= fra.microseconds { break }
        }
        return result
    }

    /// Calls `body` with each object that stands under `noegle`; false from it ends the walk.
    func forEachHenvisning(
        _ noegle: Noegle, _ body: (HenvisningRow) throws(StoreError) -> Bool
    ) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT objekt, liste, rolle, fra, til, sts_fra, sts_til FROM henvisning
            WHERE noegle = ?1
            """)
        statement.bind(1, noegle.bytes)
        while try statement.step() {
            guard try body(HenvisningRow(statement, first: 0)) else { return }
        }
    }

    /// The same for every key from `lower` to `upper`, both inside, such as a range of classes.
    func forEachHenvisning(
        from lower: Noegle, to upper: Noegle, _ body: (HenvisningRow) throws(StoreError) -> Bool
    ) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT objekt, liste, rolle, fra, til, sts_fra, sts_til FROM henvisning
            WHERE noegle >= ?1 AND noegle <= ?2
            """)
        statement.bind(1, lower.bytes)
        statement.bind(2, upper.bytes)
        while try statement.step() {
            guard try body(HenvisningRow(statement, first: 0)) else { return }
        }
    }

    /// Calls `body` with the row of every object whose text matches.
    func forEachMatch(
        _ expression: String, _ body: (Int64) throws(StoreError) -> Bool
    ) throws(StoreError) {
        let statement = try connection.prepare("SELECT rowid FROM tekst WHERE tekst MATCH ?1")
        statement.bind(1, expression)
        while try statement.step() {
            guard try body(statement.integer(0)) else { return }
        }
    }

    /// Calls `body` with every object's row, newest id first.
    func forEachRow(_ body: (ObjektRow) throws(StoreError) -> Bool) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol FROM objekt o ORDER BY o.id DESC
            """)
        while try statement.step() {
            guard try body(try ObjektRow(statement, file: fil.navn)) else { return }
        }
    }

    /// What objects say, or have said, that the text index does not have; nil for a file that another version derived,
    /// or in which some of it is damaged, which does not tell: then every object is read.
    ///
    /// Costs a microsecond for each, once a request.
    func fortider(_ leksikon: Leksikon) throws(StoreError) -> [Int64: Fortid]? {
        if let known = kendteFortider { return known }
        let maerke = try connection.prepare("SELECT vaerdi FROM meta WHERE navn = 'leksikon'")
        var result: [Int64: Fortid]?
        if try maerke.step(), maerke.integer(0) == Afleder.maerke(leksikon) {
            var found: [Int64: Fortid] = [:]
            var isDamaged = false
            try connection.forEachFortid { id, fortid in
                found[id] = fortid
                isDamaged = isDamaged || fortid == nil
            }
            if !isDamaged { result = found }
        }
        kendteFortider = .some(result)
        return result
    }

    private var kendteFortider: [Int64: Fortid]??

    /// The objects that began then, among the few given, else of all.
    ///
    /// Costs a look-up for each of the few, or a pass over every row, some 0.2 µs each.
    func ids(
        oprettet range: Range<Tidspunkt>, among ids: (some Collection<Int64>)?
    ) throws(StoreError) -> [Int64] {
        var result: [Int64] = []
        if let ids, ids.count < Self.maxLookUps {
            for id in ids {
                if let began = try row(id: id)?.oprettet, range.contains(began) {
                    result.append(id)
                }
            }
            return result
        }
        let statement = try connection.prepare(
            "SELECT id FROM objekt WHERE oprettet >= ?1 AND oprettet < ?2")
        statement.bind(1, range.lowerBound.microseconds)
        statement.bind(2, range.upperBound.microseconds)
        while try statement.step() { result.append(statement.integer(0)) }
        return result
    }

    private static let maxLookUps = 10_000

    /// Whether some derived row is out of date at `now`.
    func isDue(at now: Tidspunkt) throws(StoreError) -> Bool {
        let statement = try connection.prepare(
            "SELECT 1 FROM objekt WHERE skift <= ?1 LIMIT 1")
        statement.bind(1, now.microseconds)
        return try statement.step()
    }
}

/// One row of the relation index.
struct HenvisningRow {
    let objekt: Int64
    let liste: Element?
    let rolle: Rolle
    let fra: Int64
    /// `Int64.max` for no end.
    let til: Int64
    let stsFra: Int64
    let stsTil: Int64?

    /// The row that the object's registration has now.
    init(_ henvisning: Henvisning, of objekt: Int64) {
        self.objekt = objekt
        liste = henvisning.liste
        rolle = henvisning.rolle
        fra = henvisning.fra
        til = henvisning.til
        stsFra = .min
        stsTil = nil
    }

    init(_ statement: borrowing Statement, first: Int32) {
        objekt = statement.integer(first)
        liste = Element(rawValue: UInt8(clamping: statement.integer(first + 1)))
        rolle = Rolle(rawValue: UInt8(clamping: statement.integer(first + 2))) ?? .ukendt
        fra = statement.integer(first + 3)
        let stored = statement.integer(first + 4)
        til = stored == 0 ? .max : stored
        stsFra = statement.integer(first + 5)
        stsTil = statement.optionalInteger(first + 6)
    }

    func holds(at virkning: Tidspunkt, knownAt registrering: Tidspunkt?) -> Bool {
        guard fra <= virkning.microseconds, virkning.microseconds < til else { return false }
        return isKnown(at: registrering)
    }

    /// Known at that instant; nil for what is known now.
    func isKnown(at registrering: Tidspunkt?) -> Bool {
        guard let registrering else { return stsTil == nil }
        return stsFra <= registrering.microseconds
            && (stsTil.map { registrering.microseconds < $0 } ?? true)
    }
}
