import Synchronization

/// What has been judged one by one of a file's rows for one caller: documents that cases may file and
/// payments of grants, where the columns do not lead to these.
///
/// A judgement holds until something is written that it hangs on: the row, as `Filkolonner.beroerte`
/// tells; and in each file that may point at a document, its own too, the cases that file it, in each
/// that has a grant, the grant.
final class Enkeltdomme: Sendable {
    /// A file that the judgement hangs on.
    struct Kilde: Sendable {
        let fil: Int64
        /// The last commit as of which this is known.
        var version: Int64
        /// The rows that it hangs on there.
        let raekker: Set<Int64>
    }

    struct Dom: Sendable {
        let uuid: UUIDIdentifikator
        let erSet: Bool
        /// Else a payment; whoever points at that does not matter.
        let erDokument: Bool
        /// In order of the files.
        var kilder: [Kilde]
        /// From then on time may have changed what it hangs on.
        let gyldigTil: Int64
    }

    private struct State {
        var udgave: Filkolonner.Udgave
        var domme: [UInt32: Dom] = [:]
        /// What the authority's columns tell (`Synlighed.nummer`) with `domme` laid over it; nil when it is to be made.
        var del: (synlighed: UInt64, del: Synlighed.Del)?
        /// How many commits there were when all this was last found right.
        var commits: UInt64 = 0
        var gyldigTil = Int64.max

        mutating func keep(_ holds: (UInt32, inout Dom) -> Bool) {
            let before = domme.count
            for (id, dom) in domme {
                var dom = dom
                domme[id] = holds(id, &dom) ? dom : nil
            }
            if domme.count != before { del = nil }
            gyldigTil = domme.values.reduce(.max) { min($0, $1.gyldigTil) }
        }
    }

    private let state: Mutex<State>
    /// Some 250 bytes each; where more is in doubt, the rest is judged anew each time.
    private static let flestDomme = 2_000

    init(_ udgave: Filkolonner.Udgave) { state = Mutex(State(udgave: udgave)) }

    /// Of rows of `kolonner`.
    func note(_ nye: [(id: Int64, dom: Dom)], _ kolonner: Filkolonner) {
        state.withLock { state in
            guard follow(kolonner, &state) else { return }
            for (id, dom) in nye where state.domme.count < Self.flestDomme {
                state.domme[UInt32(truncatingIfNeeded: id)] = dom
            }
            state.del = nil
            // The next to ask looks whether something has been written since.
            state.commits = 0
        }
    }

    /// What the caller sees of the file, given what the authority's columns tell of it.
    ///
    /// `holds` tells whether nothing has been written that a judgement hangs on; it is asked when there
    /// have been other commits than the last time, `commits` taken before.
    func del(
        _ synlighed: Synlighed, _ place: Int, _ kolonner: Filkolonner, at now: Tidspunkt,
        commits: UInt64, _ holds: (inout Dom) -> Bool
    ) -> Synlighed.Del {
        state.withLock { state in
            guard update(&state, kolonner, now, commits, holds), !state.domme.isEmpty else {
                return synlighed.dele[place]
            }
            if let known = state.del, known.synlighed == synlighed.nummer { return known.del }
            var made = synlighed.dele[place]
            for (id, dom) in state.domme {
                made.afgoer(Int(id), erSet: dom.erSet, erHel: dom.erDokument)
            }
            state.del = (synlighed.nummer, made)
            return made
        }
    }

    /// Whether the caller sees the object; nil when that has not been judged, or not since something
    /// was written.
    func erSet(
        _ uuid: UUIDIdentifikator, _ id: Int64, _ kolonner: Filkolonner, at now: Tidspunkt,
        commits: UInt64,
        _ holds: (inout Dom) -> Bool
    ) -> Bool? {
        state.withLock { state in
            guard update(&state, kolonner, now, commits, holds),
                let dom = state.domme[UInt32(truncatingIfNeeded: id)], dom.uuid == uuid
            else { return nil }
            return dom.erSet
        }
    }

    /// False when these columns are older than what is known.
    private func update(
        _ state: inout State, _ kolonner: Filkolonner, _ now: Tidspunkt, _ commits: UInt64,
        _ holds: (inout Dom) -> Bool
    ) -> Bool {
        guard follow(kolonner, &state) else { return false }
        if state.commits == commits, now.microseconds < state.gyldigTil { return true }
        state.keep { _, dom in now.microseconds < dom.gyldigTil && holds(&dom) }
        state.commits = commits
        return true
    }

    private func follow(_ kolonner: Filkolonner, _ state: inout State) -> Bool {
        if state.udgave == kolonner.udgave { return true }
        guard state.udgave.version <= kolonner.version else { return false }
        let beroerte = kolonner.beroerte(since: state.udgave)
        state.keep { id, _ in beroerte.map { !$0.contains(Int(id)) } ?? false }
        state.udgave = kolonner.udgave
        state.del = nil
        return true
    }
}

extension StoreReader {
    /// What the caller sees of one of an authority's files, by the columns and what has been judged one by one.
    func afgjort(
        _ synlighed: Synlighed, _ place: Int, _ kolonner: Filkolonner, of fil: Fil, _ syn: Syn
    ) -> Synlighed.Del {
        guard let domme = domme(fil, syn) else { return synlighed.dele[place] }
        let commits = commits
        var aendringer = Aendringer()
        return domme.del(synlighed, place, kolonner, at: now, commits: commits) { dom in
            self.staarVedMagt(&dom, fil, &aendringer)
        }
    }

    /// Whether the caller sees a document that another authority's case may file, and its columns, which are of a
    /// commit that what is known of it holds of; nil when that has not been judged.
    func dom(
        over uuid: UUIDIdentifikator, _ kendt: FremmedeDokumenter.Kendt, _ syn: Syn
    ) -> (erSet: Bool, kolonner: Filkolonner)? {
        guard let fil = kendt.fil, let domme = domme(fil, syn) else { return nil }
        let commits = commits
        var aendringer = Aendringer()
        guard let kolonner = lager(of: fil).aktuelle(at: now), !kolonner.rows.isFull,
            gaelder(kendt, uuid, kolonner, fil),
            let erSet = domme.erSet(
                uuid, kendt.id, kolonner, at: now, commits: commits,
                { dom in self.staarVedMagt(&dom, fil, &aendringer) })
        else { return nil }
        return (erSet, kolonner)
    }

    /// Whether what is known of the document holds as of the columns' commit; what nobody can tell of is
    /// forgotten, so that it is read again.
    private func gaelder(
        _ kendt: FremmedeDokumenter.Kendt, _ uuid: UUIDIdentifikator, _ kolonner: Filkolonner,
        _ fil: Fil
    ) -> Bool {
        guard let svar = kendt.gaelder(version: kolonner.version, lager(of: fil).log) else {
            forgetFremmed(uuid)
            return false
        }
        return svar
    }

    /// Remembers what was judged of a file's rows, where the columns are those of the snapshot that it was judged in.
    func note(
        _ domme: [(id: Int64, dom: Enkeltdomme.Dom)], _ kolonner: Filkolonner, of fil: Fil,
        _ syn: Syn
    ) {
        guard !domme.isEmpty else { return }
        self.domme += 1
        self.domme(of: fil, syn, kolonner).note(domme, kolonner)
    }

    /// What has been committed to files since, looked up once for many judgements.
    private struct Aendringer {
        struct Siden: Hashable {
            let fil: Int64
            let version: Int64
        }

        /// The last commit, and the rows that were changed; nil where that is not known.
        var kendte: [Siden: (committed: Int64, raekker: Set<Int64>)?] = [:]
    }

    private func aendringer(
        siden: Aendringer.Siden, _ log: Aendringslog, _ kendte: inout Aendringer
    ) -> (committed: Int64, raekker: Set<Int64>)? {
        if let known = kendte.kendte[siden] { return known }
        let made = log.committed.flatMap { committed in
            committed < siden.version
                ? nil
                : log.ids(between: siden.version, and: committed).map { (committed, $0) }
        }
        kendte.kendte[siden] = .some(made)
        return made
    }

    /// Whether nothing has been committed that the judgement hangs on.
    private func staarVedMagt(
        _ dom: inout Enkeltdomme.Dom, _ fil: Fil, _ kendte: inout Aendringer
    ) -> Bool {
        if dom.erDokument, pegerfiler(at: dom.uuid, fil.myndighed) != dom.kilder.map(\.fil) {
            return false
        }
        let maerke = Listemaerke.noegle(Raekkeaendring.maerke(Noegle(dom.uuid)))
        for place in dom.kilder.indices {
            let kilde = dom.kilder[place]
            let log = lager(ofFil: kilde.fil).log
            let siden = Aendringer.Siden(fil: kilde.fil, version: kilde.version)
            guard let nye = aendringer(siden: siden, log, &kendte) else { return false }
            if nye.committed == kilde.version { continue }
            guard kilde.raekker.isDisjoint(with: nye.raekker) else { return false }
            // Some other case may have begun to file it.
            if dom.erDokument {
                let rettelse = log.rettelse(of: maerke, from: kilde.version, to: nye.committed)
                guard rettelse?.isEmpty ?? false else { return false }
            }
            dom.kilder[place].version = nye.committed
        }
        return true
    }
}

extension Syn {
    /// Whether the document or payment is seen, with all that this hangs on; nil when not all of that is known,
    /// or when a payment is seen in part.
    func dom(
        over row: ObjektRow, _ kolonner: Filkolonner
    ) throws(StoreError) -> Enkeltdomme.Dom? {
        guard let grundlag = try grundlag(of: row) else { return nil }
        // Not what this request judged before: a grant may have come, or another file been opened, since.
        let erSet = try judge(row)
        if erSet, row.kind == .oekonomiskEffektuering {
            guard try row.fakta.kle.allSatisfy(linjesyn(row)) else { return nil }
        }
        var gyldigTil = kolonner.rows.skift
        var kilder: [Enkeltdomme.Kilde] = []
        for shard in grundlag.shards {
            reader.lager(of: shard.fil).log.beginReading()
            let own = grundlag.raekker.filter { $0.shard === shard }.map(\.row.id)
            kilder.append(
                .init(fil: shard.fil.id, version: try shard.version(), raekker: Set(own)))
            gyldigTil = min(gyldigTil, try shard.naesteSkift())
        }
        guard gyldigTil > now.microseconds, reader.mangler.isEmpty else { return nil }
        return .init(
            uuid: row.uuid, erSet: erSet, erDokument: row.kind == .dokument,
            kilder: kilder.sorted { $0.fil < $1.fil }, gyldigTil: gyldigTil)
    }

    /// The cases that file a document, the grants that a payment pays; nil when one may be missing.
    private func grundlag(of row: ObjektRow) throws(StoreError) -> Grundlag? {
        switch row.kind {
        case .dokument: return try arkivering(of: row)
        case .oekonomiskEffektuering:
            let bevillinger = try bevillinger(of: row)
            guard row.fakta.bevillinger.allSatisfy({ bevillinger[$0] != nil }) else { return nil }
            var shards: [ShardReader] = []
            for (shard, _) in bevillinger.values where !shards.contains(where: { $0 === shard }) {
                shards.append(shard)
            }
            return (Array(bevillinger.values), shards)
        case .sag, .bevilling: return nil
        }
    }
}
