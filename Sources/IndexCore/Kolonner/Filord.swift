import Synchronization

/// Which words of the `Ordbog` one file's text index has, and which other forms and keys it may have; some
/// it has had.
///
/// Read from the file once, and then told by the writer before it commits: so nothing that stands in a
/// snapshot from `fra` on is missing. A bit a word, and some five bytes a row.
final class Filord: Sendable {
    private struct State {
        /// Somebody has begun to read; the writer tells.
        var isRead = false
        /// Counts up when the writer has changed texts without telling.
        var generation = 0
        var kendte: Kendte?
        /// Told while the file is being read.
        var imens: [(ord: [Ordbog.Nummer], andet: Set<UInt64>)] = []
    }

    private struct Kendte {
        /// The oldest commit that all words of are known.
        var fra: Int64
        var bits: Bitset
        /// Numbers, words of other alphabets, and keys.
        var andet: Noeglefilter

        mutating func note(_ ord: [Ordbog.Nummer], _ andet: Set<UInt64>) {
            for nummer in ord { bits.insert(growing: nummer) }
            for hash in andet { self.andet.insert(hash) }
        }
    }

    private let ordbog: Ordbog
    private let state = Mutex(State())
    /// Held while the file is read, so that it is read once.
    private let laeses = Mutex<Void>(())

    init(_ ordbog: Ordbog) { self.ordbog = ordbog }

    /// False when the word stands in none of the file's texts as of that commit; nil when nobody knows.
    func has(_ ord: ArraySlice<UInt8>, version: Int64) -> Bool? {
        // A word may be new to all when it is new here: what is known of the file is asked for first.
        let kendte = state.withLock { $0.kendte }
        guard let kendte, kendte.fra <= version else { return nil }
        guard let nummer = ordbog.nummer(ord) else { return false }
        return state.withLock { $0.kendte?.bits.contains(Int(nummer)) }
    }

    /// Whether the file is known to have nothing of what is asked for as of that commit; `.max` for all
    /// that have been made.
    func lacks(_ savn: Savn, version: Int64) -> Bool {
        state.withLock { state in
            guard let kendte = state.kendte, kendte.fra <= version else { return false }
            return savn.isLacking { led in
                switch led {
                case .ord(let nummer): kendte.bits.contains(Int(nummer))
                case .nytOrd(let ord):
                    ordbog.nummer(ord).map { kendte.bits.contains(Int($0)) } ?? false
                case .andet(let hash): kendte.andet.mayHold(hash)
                }
            }
        }
    }

    /// Reads the file's words and keys when nobody has; false when a writer came between.
    ///
    /// Costs a pass over the text index and one over the keys.
    func load(_ shard: ShardReader, _ log: Aendringslog) throws(StoreError) -> Bool {
        let version = try shard.version()
        if let known = isKnown(at: version) { return known }
        return try laeses.withLock { _ throws(StoreError) -> Bool in
            if let known = isKnown(at: version) { return known }
            let generation = state.withLock { state in
                state.isRead = true
                state.imens.removeAll()
                return state.generation
            }
            // What was committed after the snapshot and before the writer began to tell is not here.
            guard log.isStill(at: version) else { return false }
            let kendte = try read(shard, version: version)
            return state.withLock { state in
                guard state.generation == generation else { return false }
                var kendte = kendte
                for (ord, andet) in state.imens { kendte.note(ord, andet) }
                state.imens.removeAll()
                state.kendte = kendte
                return true
            }
        }
    }

    private func read(_ shard: ShardReader, version: Int64) throws(StoreError) -> Kendte {
        let rows = try shard.connection.integer("SELECT max(id) FROM objekt") ?? 0
        var kendte = Kendte(
            fra: version, bits: Bitset(count: ordbog.count + 1),
            andet: Noeglefilter(antal: Int(rows) * 3))
        try shard.forEachForm { form in
            if let ord = Ordbog.ord(form) {
                kendte.note(ordbog.numre(CollectionOfOne(ord)), [])
            } else {
                kendte.andet.insert(Noeglefilter.hash(form: form))
            }
        }
        try shard.forEachNoegle { kendte.andet.insert(Noeglefilter.hash($0)) }
        return kendte
    }

    private func isKnown(at version: Int64) -> Bool? {
        state.withLock { state in state.kendte.map { $0.fra <= version } }
    }

    /// Whether the file's words are known, as of some commit.
    var isKnown: Bool { state.withLock { $0.kendte != nil } }

    // MARK: The writer

    /// Whether the writer is to tell which words it writes.
    var isAsked: Bool { state.withLock { $0.isRead } }

    /// These are about to be committed: words, and hashes of other forms and keys.
    func note(_ ord: Set<[UInt8]>, _ andet: Set<UInt64>) {
        let numre = ordbog.numre(ord.lazy.map { $0[...] })
        state.withLock { state in
            if state.kendte == nil { return state.imens.append((numre, andet)) }
            state.kendte?.note(numre, andet)
        }
    }

    /// Something that was not noted is about to be committed.
    func noteUnknown() {
        state.withLock { state in
            state.generation += 1
            state.kendte = nil
            state.imens.removeAll()
        }
    }
}

extension ShardReader {
    /// Calls `body` with every word of the text index once for each form it has there.
    func forEachOrd(_ body: (ArraySlice<UInt8>) -> Void) throws(StoreError) {
        try forEachForm { form in
            if let ord = Ordbog.ord(form) { body(ord) }
        }
    }

    /// Calls `body` with every form of the text index.
    fileprivate func forEachForm(_ body: (ArraySlice<UInt8>) -> Void) throws(StoreError) {
        // The table is this connection's own and in memory; the file cannot be written through it.
        try connection.execute("PRAGMA query_only=OFF")
        defer { try? connection.execute("PRAGMA query_only=ON") }
        try connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.ordliste USING fts5vocab(main, tekst, row)")
        let statement = try connection.prepare(built: "SELECT term FROM temp.ordliste")
        while try statement.step() { body(statement.blob(0)[...]) }
    }

    /// Calls `body` with every key that something stands, or has stood, under.
    fileprivate func forEachNoegle(_ body: (Noegle) -> Void) throws(StoreError) {
        let statement = try connection.prepare("SELECT DISTINCT noegle FROM henvisning")
        while try statement.step() { body(Noegle(bytes: statement.blob(0))) }
    }
}
