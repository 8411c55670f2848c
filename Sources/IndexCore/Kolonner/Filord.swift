import Synchronization

/// Which words of the `Ordbog` one file's text index has; some it has had.
///
/// Read from the file once, and then told by the writer before it commits: so nothing that stands in a
/// snapshot from `fra` on is missing.
final class Filord: Sendable {
    private struct State {
        /// Somebody has begun to read; the writer tells.
        var isRead = false
        /// Counts up when the writer has changed texts without telling.
        var generation = 0
        var kendte: Kendte?
        /// Told while the file is being read.
        var imens: [Ordbog.Nummer] = []
    }

    private struct Kendte {
        /// The oldest commit that all words of are known.
        var fra: Int64
        var bits: Bitset
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

    /// Reads the file's words when nobody has; false when a writer came between.
    ///
    /// Costs a pass over the text index.
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
            var bits = Bitset(count: ordbog.count + 1)
            try shard.forEachOrd { ord in
                for nummer in ordbog.numre(CollectionOfOne(ord)) { bits.insert(growing: nummer) }
            }
            return state.withLock { state in
                guard state.generation == generation else { return false }
                for nummer in state.imens { bits.insert(growing: nummer) }
                state.imens.removeAll()
                state.kendte = Kendte(fra: version, bits: bits)
                return true
            }
        }
    }

    private func isKnown(at version: Int64) -> Bool? {
        state.withLock { state in state.kendte.map { $0.fra <= version } }
    }

    /// Whether the file's words are known, as of some commit.
    var isKnown: Bool { state.withLock { $0.kendte != nil } }

    // MARK: The writer

    /// Whether the writer is to tell which words it writes.
    var isAsked: Bool { state.withLock { $0.isRead } }

    /// These are about to be committed.
    func note(_ ord: Set<[UInt8]>) {
        let numre = ordbog.numre(ord.lazy.map { $0[...] })
        state.withLock { state in
            if state.kendte == nil { return state.imens += numre }
            for nummer in numre { state.kendte?.bits.insert(growing: nummer) }
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
        // The table is this connection's own and in memory; the file cannot be written through it.
        try connection.execute("PRAGMA query_only=OFF")
        defer { try? connection.execute("PRAGMA query_only=ON") }
        try connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.ordliste USING fts5vocab(main, tekst, row)")
        let statement = try connection.prepare(built: "SELECT term FROM temp.ordliste")
        while try statement.step() {
            if let ord = Ordbog.ord(statement.blob(0)[...]) { body(ord) }
        }
    }
}
