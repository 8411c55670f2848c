import CSQLite
import Glibc

/// One SQLite handle, used by one thread at a time; never leaves IndexCore.
final class Connection {
    enum Mode {
        /// Writes and checkpoints; one for each file.
        case writer
        /// Reads; never writes, never checkpoints, not even when it closes.
        case reader
    }

    let handle: OpaquePointer
    let file: String
    /// Nil but where someone counts.
    fileprivate let taeller: Taeller?
    private var cache: [UnsafeRawPointer: OpaquePointer] = [:]
    /// Cached statements that are stepping now; a second use inside gets one of its own.
    private var inUse: Set<OpaquePointer> = []

    init(path: String, mode: Mode) throws(StoreError) {
        file = path.split(separator: "/").last.map(String.init) ?? path
        Self.configureLibrary
        taeller = Taeller.of(path: path)
        var opened: OpaquePointer?
        let flags =
            mode == .writer
            ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            : SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened else { throw StoreError.cannotOpen(file: file) }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        guard code == SQLITE_OK else {
            let error = error(code)
            sqlite3_close_v2(handle)
            throw error
        }
        try configure(mode)
    }

    deinit {
        for statement in cache.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Without its count of memory, SQLite takes no lock of the whole process at each allocation.
    private static let configureLibrary: Void = {
        _ = tv_config_flag(SQLITE_CONFIG_MEMSTATUS, 0)
    }()

    private func configure(_ mode: Mode) throws(StoreError) {
        sqlite3_busy_timeout(handle, Self.busyTimeout)
        switch mode {
        case .writer:
            try execute("PRAGMA journal_mode=WAL")
            try execute("PRAGMA synchronous=FULL")
            try execute("PRAGMA secure_delete=ON")
            try execute("PRAGMA wal_autocheckpoint=0")
            try execute("PRAGMA cache_size=-\(Self.writerCacheKilobytes)")
            try execute("PRAGMA temp_store=MEMORY")
            try execute("PRAGMA foreign_keys=OFF")
        case .reader:
            // Closing the last connection of a WAL database checkpoints it unless told not to.
            _ = tv_db_config_flag(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            try execute("PRAGMA wal_autocheckpoint=0")
            try execute("PRAGMA query_only=ON")
            try execute("PRAGMA cache_size=-512")
            try execute("PRAGMA temp_store=MEMORY")
        }
    }

    /// Runs SQL that gives no rows, or whose rows do not matter.
    func execute(_ sql: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        taeller?.note(handle)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// A statement from the connection's cache; it goes back when it leaves scope.
    func prepare(_ sql: StaticString) throws(StoreError) -> Statement {
        let key = UnsafeRawPointer(sql.utf8Start)
        if let known = cache[key] {
            if inUse.contains(known) {
                return Statement(try compile(String(describing: sql)), self, finalizes: true)
            }
            inUse.insert(known)
            return Statement(known, self, finalizes: false)
        }
        let compiled = try compile(String(describing: sql))
        cache[key] = compiled
        inUse.insert(compiled)
        return Statement(compiled, self, finalizes: false)
    }

    fileprivate func release(_ statement: OpaquePointer) { inUse.remove(statement) }

    /// A statement whose text was built; finalised when it leaves scope.
    func prepare(built sql: String) throws(StoreError) -> Statement {
        Statement(try compile(sql), self, finalizes: true)
    }

    /// The first column of the first row, or nil.
    func integer(_ sql: String) throws(StoreError) -> Int64? {
        let statement = try prepare(built: sql)
        guard try statement.step() else { return nil }
        return statement.isNull(0) ? nil : statement.integer(0)
    }

    func text(_ sql: String) throws(StoreError) -> String? {
        let statement = try prepare(built: sql)
        guard try statement.step() else { return nil }
        return statement.text(0)
    }

    /// Moves the WAL into the file; for the one connection that writes.
    ///
    /// Waits at most so long for readers that are in the way, and then answers that it is not done.
    /// A full disk is no failure: what is in the WAL is safe there. After a failed sync the process
    /// ends, for the WAL must not be taken for moved.
    func checkpoint(
        _ kind: Checkpoint, waitingAtMost milliseconds: Int32
    ) throws(StoreError) -> (isDone: Bool, walPages: Int) {
        var logged: Int32 = 0
        var moved: Int32 = 0
        sqlite3_busy_timeout(handle, milliseconds)
        defer { sqlite3_busy_timeout(handle, Self.busyTimeout) }
        let code = kind.run(handle, &logged, &moved)
        let pages = Int(max(logged, 0))
        switch code & 0xFF {
        case SQLITE_OK: return (logged == moved, pages)
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL: return (false, pages)
        default:
            let failure = error(code)
            if case .ioFailure(let code) = failure { SyncFailure.endProcess(code: code) }
            throw failure
        }
    }

    private static let busyTimeout: Int32 = 5000
    /// A writer's cache outside large transactions: a hundred files have one each.
    static let writerCacheKilobytes = 1536

    var lastInsertID: Int64 { sqlite3_last_insert_rowid(handle) }
    var changes: Int { Int(sqlite3_changes(handle)) }
    /// Rows changed since the connection was opened, those of virtual tables' own tables among them.
    var totalChanges: Int { Int(sqlite3_total_changes(handle)) }
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    private func compile(_ sql: String) throws(StoreError) -> OpaquePointer {
        var compiled: OpaquePointer?
        let code = sqlite3_prepare_v3(
            handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK, let compiled else { throw error(code) }
        taeller?.noteOversat()
        return compiled
    }

    /// A file that cannot be opened because the process has no more handles is no worse for it.
    func error(_ code: Int32) -> StoreError {
        let isShort = [EMFILE, ENFILE, ENOMEM].contains(sqlite3_system_errno(handle))
        return code & 0xFF == SQLITE_CANTOPEN && isShort ? .noHandles : Self.error(code, file)
    }

    static func error(_ code: Int32, _ file: String) -> StoreError {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        case SQLITE_READONLY: .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .cannotOpen(file: file)
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt(file: file)
        case SQLITE_IOERR:
            code == shortRead
                ? .corrupt(file: file) : code == noRoom ? .full : .ioFailure(code: code)
        default: .unexpected(code: code)
        }
    }

    /// SQLITE_IOERR_SHORT_READ: the file ends inside a page.
    private static let shortRead: Int32 = SQLITE_IOERR | (2 << 8)
    /// SQLITE_IOERR_SHMSIZE: the WAL's index, which is no part of what is kept, cannot grow.
    private static let noRoom: Int32 = SQLITE_IOERR | (19 << 8)
}

/// A prepared statement; tidies itself when it leaves scope.
struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let connection: Connection
    private let finalizes: Bool

    init(_ handle: OpaquePointer, _ connection: Connection, finalizes: Bool) {
        self.handle = handle
        self.connection = connection
        self.finalizes = finalizes
    }

    deinit {
        connection.taeller?.note(connection.handle)
        if finalizes {
            sqlite3_finalize(handle)
        } else {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            connection.release(handle)
        }
    }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ index: Int32, _ value: [UInt8]) {
        _ = value.withUnsafeBytes { bytes in
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : tv_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count))
        }
    }

    func bind(_ index: Int32, _ value: String) {
        var copy = value
        copy.withUTF8 { bytes in
            // An empty buffer has no address, and SQLite reads a missing address as NULL.
            if bytes.isEmpty {
                _ = tv_bind_text(handle, index, "", 0)
            } else {
                _ = tv_bind_text(handle, index, bytes.baseAddress, Int32(bytes.count))
            }
        }
    }

    func bind(_ index: Int32, _ value: String?) {
        if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ index: Int32, _ value: UUIDIdentifikator) {
        var words = (value.high.bigEndian, value.low.bigEndian)
        _ = withUnsafeBytes(of: &words) { tv_bind_blob(handle, index, $0.baseAddress, 16) }
    }

    /// True when a row is there to be read.
    func step() throws(StoreError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw connection.error(code)
        }
    }

    /// Runs to the end and can then be bound and run again.
    func run() throws(StoreError) {
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw connection.error(code) }
    }

    func reset() { sqlite3_reset(handle) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, column))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The bytes where they stand, until the next step.
    func withBlob<Svar>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Svar) -> Svar {
        let start = sqlite3_column_blob(handle, column)
        return body(
            UnsafeRawBufferPointer(
                start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    func text(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func uuid(_ column: Int32) -> UUIDIdentifikator? {
        guard let start = sqlite3_column_blob(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return UUIDIdentifikator(bytes: UnsafeRawBufferPointer(start: start, count: count))
    }
}
