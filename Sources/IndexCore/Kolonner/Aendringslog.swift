import Synchronization

/// What a commit changed of one row, so far as lists hang on it.
struct Raekkeaendring: Sendable {
    /// A hash of a form or a key; two of them may have the same.
    typealias Maerke = UInt32

    /// The forms that its texts hold from then on, in order; nil when they are as they were.
    var former: [Maerke]?
    /// The keys that it came to stand, or ceased to stand, under.
    var noegler: [Maerke] = []

    static func maerke(_ noegle: Noegle) -> Maerke {
        Maerke(truncatingIfNeeded: Noeglefilter.hash(noegle))
    }

    static func maerke(form: ArraySlice<UInt8>) -> Maerke {
        Maerke(truncatingIfNeeded: Noeglefilter.hash(form: form))
    }

    fileprivate var bytes: Int { 100 + 4 * ((former?.count ?? 0) + noegler.count) }
}

/// How many commits there have been, of all files together.
final class Commits: Sendable {
    private let tal = Atomic<UInt64>(1)

    var antal: UInt64 { tal.load(ordering: .acquiring) }

    func add() { tal.add(1, ordering: .acquiringAndReleasing) }
}

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
        var commits: [Commit] = []
        var count = 0
        /// Of what is known of the rows; and how many of the first commits nothing is known of.
        var bytes = 0
        var ukendte = 0
        var committed: Int64?
        /// The last that was told of before it was made.
        var varslet: Int64?
        var isRead = false
    }

    private struct Commit {
        let version: Int64
        let ids: [Int64]
        /// What was changed of each; nil when nobody knows.
        var aendringer: [Int64: Raekkeaendring]?

        var bytes: Int { aendringer?.values.reduce(0) { $0 + $1.bytes } ?? 0 }
    }

    private let state = Mutex(State())

    /// Rows that are remembered; after more, memory is filled anew from the file.
    private static let maxIds = 20_000
    /// Of what is known of them.
    private static let maxBytes = 256 << 10

    private let commits: Commits
    let stempler = Stempler()

    /// `commits` counts those of all files.
    init(_ commits: Commits) { self.commits = commits }

    /// The last commit that is on the disk; nil where no writer tells, as beside a running server.
    var committed: Int64? { state.withLock { $0.committed } }

    /// The writer has opened the file at that commit.
    func open(at version: Int64) {
        state.withLock { state in
            state.committed = version
            state.grundlag = max(state.grundlag, version)
        }
        stempler.open(at: version)
    }

    /// Whether somebody asks: then the writer is to tell what it changes of each row.
    var isRead: Bool { state.withLock { $0.isRead } }

    /// These rows are about to be changed; `aendringer` of each, nil when it is not known.
    func note(_ ids: Set<Int64>, _ aendringer: [Int64: Raekkeaendring]?, by version: Int64) {
        state.withLock { state in
            state.varslet = version
            guard state.isRead, state.count + ids.count <= Self.maxIds else {
                state.commits.removeAll()
                (state.count, state.bytes, state.ukendte) = (0, 0, 0)
                state.grundlag = max(state.grundlag, version)
                return
            }
            forgetFailed(by: version, &state)
            let commit = Commit(version: version, ids: Array(ids), aendringer: aendringer)
            state.commits.append(commit)
            state.count += ids.count
            state.bytes += commit.bytes
            while state.bytes > Self.maxBytes { Self.forgetFirst(&state) }
        }
    }

    /// A commit that was noted under this number came to nothing: its rows are as they were, and not as it
    /// was told.
    private func forgetFailed(by version: Int64, _ state: inout State) {
        for place in state.commits.indices.reversed() {
            guard state.commits[place].version >= version else { return }
            state.bytes -= state.commits[place].bytes
            state.commits[place].aendringer = nil
        }
    }

    private static func forgetFirst(_ state: inout State) {
        state.bytes -= state.commits[state.ukendte].bytes
        state.commits[state.ukendte].aendringer = nil
        state.ukendte += 1
    }

    /// There is no list any more.
    func forgetAendringer() {
        state.withLock { state in
            while state.ukendte < state.commits.count { Self.forgetFirst(&state) }
        }
    }

    /// What was noted is on the disk.
    func note(committed version: Int64) {
        state.withLock { $0.committed = version }
        stempler.note(committed: version)
        commits.add()
    }

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
        return commits(after: min(one, other), upTo: max(one, other))?.reduce(into: []) {
            $0.formUnion($1.ids)
        }
    }

    /// In order; nil when one of them may not be known.
    private func commits(after old: Int64, upTo new: Int64) -> [Commit]? {
        state.withLock { state in
            guard state.isRead, state.committed != nil, old >= state.grundlag else { return nil }
            let first = state.commits.lastIndex { $0.version <= old }.map { $0 + 1 } ?? 0
            return state.commits[first...].filter { $0.version <= new }
        }
    }

    /// What a list of that kind of the first commit must have done to it to be the second's; nil when
    /// it is not known.
    ///
    /// Costs some 20 ns a row that was changed between and mark of the list.
    func rettelse(
        of kendemaerke: Listemaerke, from old: Int64, to new: Int64
    ) -> Listerettelse? {
        guard old <= new else {
            // What the rows were before is not known.
            return ids(between: new, and: old).map { Listerettelse(beroerte: $0, laeses: $0) }
        }
        if old == new { return Listerettelse() }
        guard let commits = commits(after: old, upTo: new) else { return nil }
        var rettelse = Listerettelse()
        var doemte: Set<Int64> = []
        for commit in commits.reversed() {
            guard let aendringer = commit.aendringer else {
                for id in commit.ids where doemte.insert(id).inserted { rettelse.laes(id) }
                continue
            }
            for (id, aendring) in aendringer where !doemte.contains(id) {
                let virkning = kendemaerke.virkning(aendring)
                if virkning == .ingen { continue }
                doemte.insert(id)
                if virkning == .laeses {
                    rettelse.laes(id)
                } else {
                    rettelse.beroerte.insert(id)
                }
            }
        }
        return rettelse
    }
}

/// What is to be done to a list.
struct Listerettelse {
    /// Rows that may stand otherwise in it than before, or not at all.
    fileprivate(set) var beroerte: Set<Int64> = []
    /// Those of them that may stand in it.
    fileprivate(set) var laeses: Set<Int64> = []

    var isEmpty: Bool { beroerte.isEmpty }

    fileprivate mutating func laes(_ id: Int64) {
        beroerte.insert(id)
        laeses.insert(id)
    }
}

/// What a row must have to stand in a list, so far as a change of the row tells.
enum Listemaerke: Sendable {
    /// All the forms of one of the runs.
    case ord([[Raekkeaendring.Maerke]])
    /// Some word that begins so.
    case begyndelse
    case noegle(Raekkeaendring.Maerke)
    /// One of many keys.
    case noegler

    fileprivate enum Virkning { case ingen, fjernes, laeses }

    /// Whether a text with these forms, in order, may hold it; a key stands in no text.
    func mayStand(among former: [Raekkeaendring.Maerke]) -> Bool {
        switch self {
        case .ord(let runs): runs.contains { $0.allSatisfy(former.holdsSorted) }
        case .begyndelse: !former.isEmpty
        case .noegle, .noegler: false
        }
    }

    /// A row's last change of texts tells all of them; of keys, any.
    fileprivate func virkning(_ aendring: Raekkeaendring) -> Virkning {
        switch self {
        case .ord, .begyndelse:
            guard let former = aendring.former else { return .ingen }
            return mayStand(among: former) ? .laeses : .fjernes
        case .noegle(let maerke): return aendring.noegler.contains(maerke) ? .laeses : .ingen
        case .noegler: return aendring.noegler.isEmpty ? .ingen : .laeses
        }
    }
}

extension [Raekkeaendring.Maerke] {
    fileprivate func holdsSorted(_ maerke: Element) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < maerke { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == maerke
    }
}
