/// A file of the data directory that holds an authority's objects, or a part of them.
public struct Fil: Sendable, Hashable {
    public let id: Int64
    public let myndighed: CVRNummer
    /// 1 for the first file of the authority.
    public let del: Int
    public let navn: String
}

/// Where an object is kept.
struct Placering: Sendable, Equatable {
    let fil: Int64
    let kind: ObjektKind
}

extension Placering {
    /// From the columns `fil, kind`.
    init?(_ statement: borrowing Statement) {
        guard let kind = ObjektKind(rawValue: UInt8(clamping: statement.integer(1))) else {
            return nil
        }
        self.init(fil: statement.integer(0), kind: kind)
    }
}

/// The writing side of the catalogue; confined to its writer queue.
final class KatalogWriter {
    let connection: Connection

    init(path: String) throws(StoreError) {
        connection = try Connection(path: path, mode: .writer)
        // One file for all, whose keys come at random: worth more memory than an authority's.
        try connection.execute("PRAGMA cache_size=-16000")
        try Schema.prepare(connection, Schema.catalogue, version: Schema.catalogueVersion)
    }

    /// What the transaction under way, or else the last, has added. Others may know of it only when
    /// it is committed.
    private(set) var nyeFiler: [Fil] = []
    private(set) var nyeFremmede: [(maal: UUIDIdentifikator, myndighed: CVRNummer)] = []

    /// A transaction is begun only when something is written: most look-ups write nothing.
    func ensureTransaction() throws(StoreError) {
        guard !connection.isInTransaction else { return }
        try connection.execute("BEGIN IMMEDIATE")
        nyeFiler.removeAll()
        nyeFremmede.removeAll()
    }

    func commit() throws(StoreError) {
        guard connection.isInTransaction else { return }
        try connection.execute("COMMIT")
        commits += 1
        guard commits % 64 == 0 || rowsSinceCheckpoint > Self.checkpointRows else { return }
        rowsSinceCheckpoint = 0
        _ = try connection.checkpoint(.passive, waitingAtMost: 0)
    }

    private var commits = 0
    private var rowsSinceCheckpoint = 0
    /// A row changes a page of its own at most: so the WAL stays below about 100 MB.
    private static let checkpointRows = 20_000

    /// Moves the whole WAL into the file and empties it; false while a reader is in the way.
    func checkpointAndTruncate(waitingAtMost milliseconds: Int32) throws(StoreError) -> Bool {
        try connection.checkpoint(.truncate, waitingAtMost: milliseconds).isDone
    }

    func rollback() {
        nyeFiler.removeAll()
        nyeFremmede.removeAll()
        guard connection.isInTransaction else { return }
        try? connection.execute("ROLLBACK")
    }

    // MARK: Files

    func filer() throws(StoreError) -> [Fil] {
        let statement = try connection.prepare("SELECT id, myndighed, del, navn FROM fil")
        var result: [Fil] = []
        while try statement.step() {
            guard let cvr = CVRNummer(number: UInt32(clamping: statement.integer(1))),
                let navn = statement.text(3)
            else { continue }
            result.append(
                Fil(
                    id: statement.integer(0), myndighed: cvr, del: Int(statement.integer(2)),
                    navn: navn))
        }
        return result
    }

    func addFil(_ myndighed: CVRNummer, del: Int, navn: String) throws(StoreError) -> Fil {
        try ensureTransaction()
        let statement = try connection.prepare(
            "INSERT INTO fil(myndighed, del, navn) VALUES(?1, ?2, ?3)")
        statement.bind(1, Int(myndighed.number))
        statement.bind(2, del)
        statement.bind(3, navn)
        try statement.run()
        let fil = Fil(id: connection.lastInsertID, myndighed: myndighed, del: del, navn: navn)
        nyeFiler.append(fil)
        return fil
    }

    /// Notes the number that these files have too (`Store.noteNummer`).
    func note(nummer: Int64, af filer: [Int64]) throws(StoreError) {
        guard !filer.isEmpty else { return }
        try ensureTransaction()
        let rows = filer.map { "('nummer:\($0)', \(nummer))" }.joined(separator: ",")
        try connection.execute("INSERT OR REPLACE INTO meta VALUES \(rows)")
    }

    /// By file.
    func numre() throws(StoreError) -> [Int64: Int64] {
        let statement = try connection.prepare(
            "SELECT substr(navn, 8), vaerdi FROM meta WHERE navn LIKE 'nummer:%'")
        var result: [Int64: Int64] = [:]
        while try statement.step() { result[statement.integer(0)] = statement.integer(1) }
        return result
    }

    /// Whether no object has its place there. Costs a pass over all places.
    func isEmpty(fil: Int64) throws(StoreError) -> Bool {
        try connection.integer("SELECT 1 FROM placering WHERE fil = \(fil) LIMIT 1") == nil
    }

    /// Takes out the file and the places in it.
    func forget(fil: Int64) throws(StoreError) {
        try ensureTransaction()
        try connection.execute("DELETE FROM placering WHERE fil = \(fil)")
        try connection.execute("DELETE FROM fil WHERE id = \(fil)")
        try connection.execute("DELETE FROM meta WHERE navn = 'nummer:\(fil)'")
    }

    // MARK: Where objects live

    func placering(of uuid: UUIDIdentifikator) throws(StoreError) -> Placering? {
        let statement = try connection.prepare(
            "SELECT fil, kind FROM placering WHERE uuid = ?1")
        statement.bind(1, uuid)
        guard try statement.step() else { return nil }
        return Placering(statement)
    }

    func place(_ uuid: UUIDIdentifikator, _ placering: Placering) throws(StoreError) {
        try ensureTransaction()
        rowsSinceCheckpoint += 1
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO placering VALUES(?1, ?2, ?3)")
        statement.bind(1, uuid)
        statement.bind(2, placering.fil)
        statement.bind(3, Int(placering.kind.rawValue))
        try statement.run()
    }

    func unplace(_ uuid: UUIDIdentifikator, from fil: Int64) throws(StoreError) {
        try ensureTransaction()
        let statement = try connection.prepare(
            "DELETE FROM placering WHERE uuid = ?1 AND fil = ?2")
        statement.bind(1, uuid)
        statement.bind(2, fil)
        try statement.run()
    }

    // MARK: Links across authorities

    func addFremmed(_ maal: UUIDIdentifikator, _ myndighed: CVRNummer) throws(StoreError) {
        try ensureTransaction()
        let statement = try connection.prepare("INSERT OR IGNORE INTO fremmed VALUES(?1, ?2)")
        statement.bind(1, maal)
        statement.bind(2, Int(myndighed.number))
        try statement.run()
        nyeFremmede.append((maal, myndighed))
    }

    func fremmede() throws(StoreError) -> [UUIDIdentifikator: [CVRNummer]] {
        let statement = try connection.prepare("SELECT maal, myndighed FROM fremmed")
        var result: [UUIDIdentifikator: [CVRNummer]] = [:]
        while try statement.step() {
            guard let maal = statement.uuid(0),
                let cvr = CVRNummer(number: UInt32(clamping: statement.integer(1)))
            else { continue }
            result[maal, default: []].append(cvr)
        }
        return result
    }

    // MARK: Moves

    struct Flytning: Sendable {
        let uuid: UUIDIdentifikator
        let fra: Int64
        let til: Int64
    }

    func beginFlytning(_ flytning: Flytning) throws(StoreError) {
        try ensureTransaction()
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO flytning VALUES(?1, ?2, ?3)")
        statement.bind(1, flytning.uuid)
        statement.bind(2, flytning.fra)
        statement.bind(3, flytning.til)
        try statement.run()
    }

    func endFlytning(_ uuid: UUIDIdentifikator) throws(StoreError) {
        try ensureTransaction()
        let statement = try connection.prepare("DELETE FROM flytning WHERE uuid = ?1")
        statement.bind(1, uuid)
        try statement.run()
    }

    func flytninger() throws(StoreError) -> [Flytning] {
        let statement = try connection.prepare("SELECT uuid, fra, til FROM flytning")
        var result: [Flytning] = []
        while try statement.step() {
            guard let uuid = statement.uuid(0) else { continue }
            result.append(
                Flytning(uuid: uuid, fra: statement.integer(1), til: statement.integer(2)))
        }
        return result
    }

    // MARK: Agreements and classification

    func insertAftale(_ aftale: Aftale) throws(StoreError) -> Int64 {
        try ensureTransaction()
        let statement = try connection.prepare(
            "INSERT INTO aftale(system, myndighed, roller, grupper, fra, til) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
        )
        statement.bind(1, aftale.system)
        statement.bind(2, Int(aftale.myndighed.number))
        statement.bind(3, Int(aftale.roller.rawValue))
        statement.bind(4, aftale.grupperTekst)
        statement.bind(5, aftale.fra.microseconds)
        statement.bind(6, aftale.til?.microseconds)
        try statement.run()
        return connection.lastInsertID
    }

    /// Ends those in force for the system and authority; answers how many.
    func endAftaler(
        system: UUIDIdentifikator, myndighed: CVRNummer, at instant: Tidspunkt
    ) throws(StoreError) -> Int {
        try ensureTransaction()
        let statement = try connection.prepare(
            "UPDATE aftale SET til = ?3 WHERE system = ?1 AND myndighed = ?2 AND (til IS NULL OR til > ?3)"
        )
        statement.bind(1, system)
        statement.bind(2, Int(myndighed.number))
        statement.bind(3, instant.microseconds)
        try statement.run()
        return connection.changes
    }

    func aftaler() throws(StoreError) -> [Aftale] {
        let statement = try connection.prepare(
            "SELECT id, system, myndighed, roller, grupper, fra, til FROM aftale ORDER BY id")
        var result: [Aftale] = []
        while try statement.step() {
            guard let aftale = Aftale(statement) else {
                throw StoreError.corrupt(file: connection.file)
            }
            result.append(aftale)
        }
        return result
    }

    func writeKlassifikation(_ navn: String, _ indhold: [UInt8]) throws(StoreError) {
        try ensureTransaction()
        let statement = try connection.prepare(
            "INSERT OR REPLACE INTO klassifikation VALUES(?1, ?2)")
        statement.bind(1, navn)
        statement.bind(2, indhold)
        try statement.run()
    }

    func klassifikation(_ navn: String) throws(StoreError) -> [UInt8]? {
        let statement = try connection.prepare(
            "SELECT indhold FROM klassifikation WHERE navn = ?1")
        statement.bind(1, navn)
        return try statement.step() ? statement.blob(0) : nil
    }
}
