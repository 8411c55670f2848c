/// The layout of the two sorts of file, told table by table, with version and migrations.
///
/// **An authority's file** (`myndighed-<cvr>[-<n>].sqlite`) holds everything of its objects:
///
/// - `objekt`: one narrow row an object: identity, times, what decides access, and a hash over the
///   row. Narrow so that many fit a page when rights are tested row by row.
/// - `indhold`: the current registration, encoded, with its hash.
/// - `historik`: every earlier registration, whole, found by (object, sts) in one look-up.
/// - `henvisning`: every key an object can be found by, over both time axes. `til` = 0 is "no end".
/// - `tekst`: FTS5 without content; what was indexed is derived again to take it out.
/// - `haendelse`: one event a registration or removal, numbered in commit order, without content.
/// - `meta`: whose file it is, its schema version, whether a physical removal is owed, and the mark
///   of the lexicon that `tekst` was made with.
///
/// Version 2 has the tables of version 1; its `tekst` holds stems and parts of compounds beside the
/// words, so that a program which knows version 1 alone must not change it. Version 3 adds what objects
/// say, or have said, at other times than their texts do:
///
/// - `fortid`: hashes of those words, and whether there was another owner (`Fortid`); no row for most objects.
///
/// **The catalogue** (`katalog.sqlite`) holds what spans authorities: which files there are, where
/// each object lives, which objects are pointed at from other authorities, moves under way,
/// systems' agreements and the classification.
enum Schema {
    static let shardVersion = 3
    static let catalogueVersion = 1

    static let shard = [
        "CREATE TABLE meta(navn TEXT PRIMARY KEY, vaerdi) WITHOUT ROWID",
        """
        CREATE TABLE objekt(
            id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL,
            sts INTEGER NOT NULL, foerste INTEGER NOT NULL, tid INTEGER NOT NULL,
            skift INTEGER, fremdrift INTEGER NOT NULL, oprettet INTEGER, noegle TEXT,
            adgang BLOB NOT NULL, kontrol INTEGER NOT NULL)
        """,
        "CREATE INDEX objekt_skift ON objekt(skift) WHERE skift IS NOT NULL",
        """
        CREATE TABLE indhold(
            id INTEGER PRIMARY KEY, kontrol INTEGER NOT NULL, klassetekst TEXT,
            registrering BLOB NOT NULL)
        """,
        """
        CREATE TABLE historik(
            id INTEGER PRIMARY KEY, objekt INTEGER NOT NULL, sts INTEGER NOT NULL,
            kontrol INTEGER NOT NULL, registrering BLOB NOT NULL)
        """,
        "CREATE UNIQUE INDEX historik_objekt ON historik(objekt, sts)",
        """
        CREATE TABLE henvisning(
            noegle BLOB NOT NULL, objekt INTEGER NOT NULL, liste INTEGER NOT NULL,
            rolle INTEGER NOT NULL, fra INTEGER NOT NULL, til INTEGER NOT NULL,
            sts_fra INTEGER NOT NULL, sts_til INTEGER,
            PRIMARY KEY(noegle, objekt, liste, rolle, fra, til, sts_fra)) WITHOUT ROWID
        """,
        """
        CREATE VIRTUAL TABLE tekst USING fts5(
            titel, beskrivelse, noter, parter, klasser, betinget, alternativ,
            content='', tokenize='dansk')
        """,
        """
        CREATE TABLE haendelse(
            nr INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB NOT NULL, kind INTEGER NOT NULL,
            handling INTEGER NOT NULL, sts INTEGER NOT NULL, stille INTEGER NOT NULL)
        """,
    ]

    /// What later versions have added: each the version that has it first, and how a file comes to have it.
    static let shardTilfoejet: [(version: Int, statement: String)] = [
        (
            3,
            """
            CREATE TABLE fortid(
                objekt INTEGER PRIMARY KEY, ejer INTEGER NOT NULL, former BLOB NOT NULL,
                kontrol INTEGER NOT NULL)
            """
        )
    ]

    static let catalogue = [
        "CREATE TABLE meta(navn TEXT PRIMARY KEY, vaerdi) WITHOUT ROWID",
        """
        CREATE TABLE fil(
            id INTEGER PRIMARY KEY, myndighed INTEGER NOT NULL, del INTEGER NOT NULL,
            navn TEXT NOT NULL UNIQUE, UNIQUE(myndighed, del))
        """,
        """
        CREATE TABLE placering(
            uuid BLOB PRIMARY KEY, fil INTEGER NOT NULL, kind INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE fremmed(
            maal BLOB NOT NULL, myndighed INTEGER NOT NULL,
            PRIMARY KEY(maal, myndighed)) WITHOUT ROWID
        """,
        "CREATE TABLE flytning(uuid BLOB PRIMARY KEY, fra INTEGER, til INTEGER) WITHOUT ROWID",
        """
        CREATE TABLE aftale(
            id INTEGER PRIMARY KEY, system BLOB NOT NULL, myndighed INTEGER NOT NULL,
            roller INTEGER NOT NULL, grupper TEXT NOT NULL, fra INTEGER NOT NULL, til INTEGER)
        """,
        "CREATE TABLE klassifikation(navn TEXT PRIMARY KEY, indhold BLOB NOT NULL) WITHOUT ROWID",
    ]

    /// Brings a file to the newest version, or makes it; a newer file is refused.
    ///
    /// Each migration runs in one transaction with the version it leads to.
    static func prepare(
        _ connection: Connection, _ statements: [String], version: Int,
        tilfoejet: [(version: Int, statement: String)] = []
    ) throws(StoreError) {
        let found = Int(try connection.integer("PRAGMA user_version") ?? 0)
        guard found <= version else {
            throw StoreError.schemaTooNew(file: connection.file, version: found)
        }
        guard found < version else { return }
        try connection.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            if found == 0 { for statement in statements { try connection.execute(statement) } }
            for added in tilfoejet where found < added.version {
                try connection.execute(added.statement)
            }
            try connection.execute("PRAGMA user_version=\(version)")
            try connection.execute("COMMIT")
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
    }
}
