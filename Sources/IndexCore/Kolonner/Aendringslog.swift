import Synchronization

/// Which rows of a file each commit changed, so that what memory holds of the file can follow.
///
/// Every commit that changes a row has a number, kept in the file (`meta`, `version`): so a snapshot
/// tells which commits it has. The writer notes a commit here before it is made; when it comes to
/// nothing, the number is used again and what was noted is superfluous, never missing.
final class Aendringslog: Sendable {
    private struct State {
        /// What the commits up to this one changed is not known here.
        var grundlag: Int64 = 0
        /// In order.
        var commits: [(version: Int64, ids: [Int64])] = []
        var count = 0
        var committed: Int64?
        /// The last that was told of before it was made.
        var varslet: Int64?
        var isRead = false
    }

    private let state = Mutex(State())

    /// Rows that are remembered; after more, memory is filled anew from the file.
    private static let maxIds = 20_000

    /// The last commit that is on the disk; nil where no writer tells, as beside a running server.
    var committed: Int64? { state.withLock { $0.committed } }

    /// The writer has opened the file at that commit.
    func open(at version: Int64) {
        state.withLock { state in
            state.committed = version
            state.grundlag = max(state.grundlag, version)
        }
    }

    /// These rows are about to be changed.
    func note(_ ids: Set<Int64>, by version: Int64) {
        state.withLock { state in
            state.varslet = version
            guard state.isRead, state.count + ids.count <= Self.maxIds else {
                state.commits.removeAll()
                state.count = 0
                state.grundlag = max(state.grundlag, version)
                return
            }
            state.commits.append((version, Array(ids)))
            state.count += ids.count
        }
    }

    /// What was noted is on the disk.
    func note(committed version: Int64) { state.withLock { $0.committed = version } }

    /// Whether that commit is the last, and none is being made.
    func isStill(at version: Int64) -> Bool {
        state.withLock { state in
            (state.committed ?? version) == version && (state.varslet ?? version) <= version
        }
    }

    /// From now on somebody asks.
    func beginReading() { state.withLock { $0.isRead = true } }

    /// The rows that may differ between the two commits, whichever is the earlier; nil when not known.
    func ids(between one: Int64, and other: Int64) -> Set<Int64>? {
        if one == other { return [] }
        let (old, new) = (min(one, other), max(one, other))
        return state.withLock { state in
            guard state.isRead, state.committed != nil, old >= state.grundlag else { return nil }
            var result: Set<Int64> = []
            for commit in state.commits.reversed() {
                if commit.version <= old { break }
                if commit.version <= new { result.formUnion(commit.ids) }
            }
            return result
        }
    }
}
