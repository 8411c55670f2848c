import Synchronization

/// Idle reading connections, kept for the next request; a bounded number of them.
final class ReaderPool: Sendable {
    private struct State {
        var idle: [Int64: [PooledConnection]] = [:]
        var count = 0
        var isClosed = false
        /// How many times a connection has been borrowed.
        var laan = 0
        /// Lent now.
        var udlaante = 0
        /// How many idle ones are kept.
        var mest = ReaderPool.maxIdle

        /// They are closed when the last reference goes: outside the lock.
        mutating func takeIdle() -> [Int64: [PooledConnection]] {
            defer {
                idle = [:]
                count = 0
            }
            return idle
        }
    }

    /// A connection between two uses: nobody touches it.
    private struct PooledConnection: @unchecked Sendable {
        // Handed over under the pool's lock, and used by one holder at a time.
        let connection: Connection
    }

    /// Idle connections kept in all: for two questions to a hundred files at once. Each costs up to
    /// 0.6 MB, and some 0.3 ms to open again.
    private static let maxIdle = 256
    /// The same when nothing is asked.
    private static let maxResting = 128
    private static let maxIdlePerFile = 4
    /// What is kept however few handles there are.
    private static let mindst = 16

    private let directory: String
    private let leksikon: Leksikon
    private let state = Mutex(State())

    init(directory: String, leksikon: Leksikon) {
        self.directory = directory
        self.leksikon = leksikon
    }

    func borrow(_ fil: Fil) throws(StoreError) -> Connection {
        let known = state.withLock { state -> PooledConnection? in
            state.laan += 1
            state.udlaante += 1
            guard let connection = state.idle[fil.id]?.popLast() else { return nil }
            state.count -= 1
            return connection
        }
        if let known { return known.connection }
        do throws(StoreError) {
            let connection = try Connection(path: directory + "/" + fil.navn, mode: .reader)
            try TokenizerBridge.register(on: connection, leksikon)
            return connection
        } catch {
            state.withLock { $0.udlaante -= 1 }
            if error == .noHandles { makeRoom() }
            throw error
        }
    }

    /// The process has no more handles, which callers' own connections need too: from now on half as many connections are
    /// kept as could be had.
    private func makeRoom() {
        _ = state.withLock { state in
            let aabne = state.udlaante + state.count
            state.mest = min(state.mest, max(Self.mindst, aabne / 2))
            return state.takeIdle()
        }
    }

    func giveBack(_ connection: Connection, of fil: Fil) {
        state.withLock { $0.udlaante -= 1 }
        keep(PooledConnection(connection: connection), of: fil.id, most: Self.maxIdle)
    }

    private func keep(_ pooled: PooledConnection, of fil: Int64, most: Int) {
        state.withLock { state in
            guard !state.isClosed, state.count < min(most, state.mest),
                state.idle[fil, default: []].count < Self.maxIdlePerFile
            else { return }
            state.idle[fil, default: []].append(pooled)
            state.count += 1
        }
    }

    /// Changes when a connection is borrowed.
    var laan: Int { state.withLock { $0.laan } }

    /// Gives back the pages that idle connections keep, and some of the connections; the system's own
    /// cache still has the pages.
    func shrink() {
        let idle = state.withLock { state in
            // There may be room again.
            state.mest = min(Self.maxIdle, state.mest + Self.mindst)
            return state.takeIdle()
        }
        for (fil, connections) in idle {
            for pooled in connections {
                pooled.connection.releasePages()
                keep(pooled, of: fil, most: Self.maxResting)
            }
        }
    }

    func closeAll() {
        state.withLock { state in
            state.isClosed = true
            state.idle.removeAll()
        }
    }
}
