import CSQLite
import Synchronization

/// Sums SQLite's own exact counters for one data directory; for gates and measurements.
///
/// Made before the store opens; a connection looks for it once, when it opens. Without one, all that
/// a read or a write pays is a look at a nil.
public final class Taeller: Sendable {
    public struct Tal: Sendable, Equatable {
        /// Statements that were run, SQLite's own for FTS5 with them.
        public var koert = 0
        /// Statements that were compiled from text.
        public var oversat = 0
        /// Instructions of SQLite's machine.
        public var trin = 0
        /// Rows that a full scan stepped over.
        public var fuldGennemgang = 0
        public var sorteringer = 0
        /// Indexes made for one statement, for want of a kept one.
        public var midlertidigeIndeks = 0
        /// Pages looked at, in the cache or on the disk.
        public var siderLaest = 0
        public var siderSkrevet = 0

        public init() {}
    }

    private static let kendte = Mutex<[String: Taeller]>([:])
    private static let erNogen = Atomic<Bool>(false)
    private let directory: String
    private let sum = Mutex(Tal())

    public init(directory: String) {
        self.directory = directory
        Self.kendte.withLock { $0[directory] = self }
        Self.erNogen.store(true, ordering: .releasing)
    }

    /// Connections that are open go on counting; new ones do not.
    public func slut() { Self.kendte.withLock { $0[directory] = nil } }

    /// What has been counted since the last time, once every call has been answered.
    public func nulstil() -> Tal {
        sum.withLock { sum in
            defer { sum = Tal() }
            return sum
        }
    }

    static func of(path: String) -> Taeller? {
        guard erNogen.load(ordering: .acquiring), let slash = path.lastIndex(of: "/") else {
            return nil
        }
        return kendte.withLock { $0[String(path[..<slash])] }
    }

    func noteOversat() { sum.withLock { $0.oversat += 1 } }

    /// Adds what a connection counted since it was last noted; on the thread that uses it, so that
    /// no counter moves meanwhile.
    func note(_ connection: OpaquePointer) {
        var new = Tal()
        var next = sqlite3_next_stmt(connection, nil)
        while let statement = next {
            new.koert += Self.take(statement, SQLITE_STMTSTATUS_RUN)
            new.trin += Self.take(statement, SQLITE_STMTSTATUS_VM_STEP)
            new.fuldGennemgang += Self.take(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP)
            new.sorteringer += Self.take(statement, SQLITE_STMTSTATUS_SORT)
            new.midlertidigeIndeks += Self.take(statement, SQLITE_STMTSTATUS_AUTOINDEX)
            next = sqlite3_next_stmt(connection, statement)
        }
        for kind in [SQLITE_DBSTATUS_CACHE_HIT, SQLITE_DBSTATUS_CACHE_MISS] {
            new.siderLaest += Self.take(connection, status: kind)
        }
        new.siderSkrevet += Self.take(connection, status: SQLITE_DBSTATUS_CACHE_WRITE)
        let added = new
        sum.withLock { $0.add(added) }
    }

    private static func take(_ statement: OpaquePointer, _ counter: Int32) -> Int {
        Int(sqlite3_stmt_status(statement, counter, 1))
    }

    private static func take(_ connection: OpaquePointer, status: Int32) -> Int {
        var (now, highest): (Int32, Int32) = (0, 0)
        sqlite3_db_status(connection, status, &now, &highest, 1)
        return Int(now)
    }
}

extension Taeller.Tal {
    mutating func add(_ other: Taeller.Tal) {
        koert += other.koert
        oversat += other.oversat
        trin += other.trin
        fuldGennemgang += other.fuldGennemgang
        sorteringer += other.sorteringer
        midlertidigeIndeks += other.midlertidigeIndeks
        siderLaest += other.siderLaest
        siderSkrevet += other.siderSkrevet
    }

    /// Each by the name it has in a table.
    public var navngivne: [(navn: String, vaerdi: Int)] {
        [
            ("koert", koert), ("oversat", oversat), ("trin", trin),
            ("fuld_gennemgang", fuldGennemgang), ("sorteringer", sorteringer),
            ("midlertidige_indeks", midlertidigeIndeks), ("sider_laest", siderLaest),
            ("sider_skrevet", siderSkrevet),
        ]
    }
}

extension Taeller {
    /// Of the library that is linked; its planner decides what is counted.
    public static var sqliteVersion: String { String(cString: sqlite3_libversion()) }
}
