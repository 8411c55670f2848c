import Synchronization

/// When what is being written to a file was stamped (StsTidspunkt), before it is committed.
///
/// A registration is stamped some milliseconds before anybody can see it. So what a snapshot lacks may be older than
/// the question that is asked of it; this tells how old. The writer tells before it stamps, and after the commit.
final class Stempler: Sendable {
    private struct State {
        /// Nothing that is not committed was stamped before; nil while nothing is being written.
        var underVejs: Int64?
        /// The same of the commits after `grundlag`, one by one, as a lower bound; `max` for one that stamped nothing.
        var commits: [Int64] = []
        var grundlag: Int64 = 0
    }

    private let state = Mutex(State())

    /// Commits that are remembered: more than come during a question.
    private static let husk = 4_096

    /// The file is at that commit.
    func open(at version: Int64) { state.withLock { $0 = State(grundlag: version) } }

    /// What is stamped from now on is not before `instant`.
    func begynd(_ instant: Tidspunkt) {
        state.withLock { state in
            state.underVejs = min(state.underVejs ?? .max, instant.microseconds)
        }
    }

    /// What was stamped has been committed under that number.
    func note(committed version: Int64) {
        state.withLock { state in
            if version != state.grundlag + Int64(state.commits.count) + 1 {
                state.commits = []
                state.grundlag = version - 1
            }
            state.commits.append(state.underVejs ?? .max)
            state.underVejs = nil
            if state.commits.count > Self.husk {
                state.commits.removeFirst(Self.husk / 2)
                state.grundlag += Int64(Self.husk / 2)
            }
        }
    }

    /// Nothing was written, or it came to nothing.
    func slut() { state.withLock { $0.underVejs = nil } }

    /// What a snapshot of that commit lacks was not stamped before; nil when it lacks nothing that is stamped by now.
    func graense(efter version: Int64) -> Tidspunkt? {
        state.withLock { state in
            // What came soon after the snapshot is forgotten: nothing is known of it.
            if version < state.grundlag { return .distantPast }
            let first = Int(version - state.grundlag)
            let later = state.commits.dropFirst(first).min() ?? .max
            let least = min(later, state.underVejs ?? .max)
            return least == .max ? nil : Tidspunkt(microseconds: least)
        }
    }

    /// Whether something stamped at `instant` or before may still be committed.
    func venter(at instant: Tidspunkt) -> Bool {
        state.withLock { $0.underVejs.map { $0 <= instant.microseconds } ?? false }
    }
}

/// What was known when a page was made: all that was registered up to an instant, and of files that were being written less.
public struct Kendt: Equatable, Sendable {
    public let instant: Tidspunkt
    /// By file: what was registered later was not seen, though it was stamped before `instant`.
    public let tidligere: [Int64: Tidspunkt]

    public init(_ instant: Tidspunkt, tidligere: [Int64: Tidspunkt] = [:]) {
        self.instant = instant
        self.tidligere = tidligere
    }

    func instant(of fil: Fil) -> Tidspunkt { tidligere[fil.id] ?? instant }

    public func instant(of objekt: SynligtObjekt) -> Tidspunkt { instant(of: objekt.shard.fil) }

    /// The same, and nothing that was registered after `registrering`.
    public func hoejst(_ registrering: Tidspunkt?) -> Kendt {
        guard let registrering else { return self }
        return Kendt(
            min(instant, registrering), tidligere: tidligere.mapValues { min($0, registrering) })
    }
}

extension Syn {
    /// What is known of what was found when it was found, `instant` being the request's, or later.
    public func kendt(
        _ instant: Tidspunkt, _ maengder: [Fundmaengde], _ objekter: some Sequence<SynligtObjekt>
    ) throws(StoreError) -> Kendt {
        var filer: [Int64: (version: Int64, senest: Tidspunkt)] = [:]
        func note(_ fil: Int64, _ version: Int64, _ senest: Tidspunkt) {
            let known = filer[fil] ?? (version, senest)
            filer[fil] = (min(known.version, version), max(known.senest, senest))
        }
        for del in maengder.lazy.flatMap(\.dele) {
            let rows = del.kolonner.rows
            note(del.fil.id, del.kolonner.version, Tidspunkt(microseconds: rows.senest))
        }
        let laest = [Array(objekter), maengder.flatMap { $0.loese.map(\.objekt) }]
        for objekt in laest.joined() {
            note(objekt.shard.fil.id, try objekt.shard.version(), objekt.row.sts)
        }
        var tidligere: [Int64: Tidspunkt] = [:]
        for (fil, set) in filer {
            let stempler = reader.lager(ofFil: fil).log.stempler
            guard let graense = stempler.graense(efter: set.version), graense <= instant else {
                continue
            }
            // What is seen was known, whatever clock stamped it.
            tidligere[fil] = max(graense.advanced(byMicroseconds: -1), set.senest)
        }
        return Kendt(instant, tidligere: tidligere)
    }

    /// Waits until all that has been stamped by `instant` can be seen, so that what was known then is the same ever after;
    /// some milliseconds while something is being written in the caller's authorities. Before anything is read. What another
    /// authority's document says, where a case of the caller's files it, is not waited for.
    public func afvent(_ instant: Tidspunkt?) {
        guard let instant else { return }
        reader.afvent(min(instant, now), af: scope.myndigheder)
    }
}
