import Dispatch
import Synchronization

/// The one writer of an authority: all its files, one transaction at a time.
///
/// One for the authority and not one for each file, so that a number's uniqueness is judged by one
/// thread that sees what it has not yet committed.
final class MyndighedSkriver: Sendable {
    let myndighed: CVRNummer
    let writer: GroupWriter<SkriverKontekst>

    init(
        myndighed: CVRNummer, filer: [Fil], store: Store
    ) throws(StoreError) {
        self.myndighed = myndighed
        let context = try SkriverKontekst(myndighed: myndighed, filer: filer, store: store)
        writer = GroupWriter(
            on: .shared, context: context,
            transaction: .init(
                begin: { _ in },
                commit: { context throws(StoreError) in try context.commit() },
                rollback: { $0.rollback() }))
    }
}

/// Where an object is, or is to be, as the catalogue has it.
struct Skrivemaal: Sendable {
    let myndighed: CVRNummer
    let fil: Int64
    /// The place was made for it now: it is in no file.
    let erNy: Bool
}

/// What an authority's writer works with; used by one thread at a time.
final class SkriverKontekst {
    let myndighed: CVRNummer
    private(set) var dele: [Int64: ShardWriter] = [:]
    private var antal: [Int64: Int] = [:]
    private unowned let store: Store
    var now: Tidspunkt

    init(myndighed: CVRNummer, filer: [Fil], store: Store) throws(StoreError) {
        self.myndighed = myndighed
        self.store = store
        now = store.now
        for fil in filer { try open(fil) }
    }

    private func open(_ fil: Fil) throws(StoreError) {
        let lager = store.lager.fil(fil.id)
        let part = try ShardWriter(
            fil: fil.id, path: store.path(of: fil), myndighed: myndighed, afleder: store.afleder,
            log: lager.log, filord: lager.filord)
        dele[fil.id] = part
        antal[fil.id] = try part.count()
    }

    // MARK: Transactions

    func commit() throws(StoreError) {
        for part in dele.values {
            do throws(StoreError) {
                try part.commit()
            } catch {
                if case .ioFailure(let code) = error { SyncFailure.endProcess(code: code) }
                throw error
            }
        }
    }

    func rollback() {
        for part in dele.values { part.rollback() }
        // What was counted may not have been kept.
        for (fil, part) in dele { antal[fil] = (try? part.count()) ?? antal[fil] }
    }

    // MARK: Commands

    /// Decides and does; what goes wrong before anything is written is this object's alone.
    ///
    /// `maal` is the place that the catalogue has for it, `hjemme` the authority that what was sent names.
    func execute(
        _ command: WriteCommand, maal: Skrivemaal, hjemme: CVRNummer?,
        into outcome: (Result<WriteOutcome, StoreError>) -> Void
    ) throws(StoreError) {
        begyndStempling()
        let found: (ShardWriter, StoredObjekt)?
        let decision: WriteDecision
        do throws(StoreError) {
            guard !store.ufaerdige.withLock({ $0.contains(command.uuid) }) else {
                throw StoreError.busy
            }
            // Carried out behind the moves under way, wherever the object is then.
            guard !store.flyttes.withLock({ $0.contains(command.uuid) }) else {
                return outcome(.success(.moves(to: myndighed)))
            }
            found = try find(command.uuid)
            if found == nil, let other = try hoererTil(command.uuid, maal, hjemme) {
                return outcome(.success(.moves(to: other)))
            }
            decision = try command.decide(
                found?.1,
                DecisionContext(kontekst: self, store: store, maerke: command.maerke))
            if let found, decision.takesOut { _ = try found.0.historik(of: found.1.row) }
            if case .remove = decision { store.bortgang.fjern(command.uuid, command.maerke) }
        } catch .corrupt {
            return outcome(.success(.damaged))
        } catch {
            return outcome(.failure(error))
        }
        outcome(.success(try carryOut(decision, command, maal.fil, found)))
    }

    /// Sets `now`, and tells those who read before anything is stamped with it.
    private func begyndStempling() {
        let before = store.now
        for part in dele.values { part.stempler(fra: before) }
        now = store.now
    }

    /// The other authority that an object which is not here is in or is to go to: it moved while this change was on
    /// its way; or its place here was made for a change of the same object that came to nothing.
    private func hoererTil(
        _ uuid: UUIDIdentifikator, _ maal: Skrivemaal, _ hjemme: CVRNummer?
    ) throws(StoreError) -> CVRNummer? {
        var placering = store.reservationer.placering(of: uuid)
        if !maal.erNy, placering.map({ $0.fil == maal.fil }) ?? true {
            placering = try store.placering(of: uuid)
        }
        if let placering, let owner = store.myndighed(ofFil: placering.fil), owner != myndighed {
            return owner
        }
        return hjemme == myndighed ? nil : hjemme
    }

    private func carryOut(
        _ decision: WriteDecision, _ command: WriteCommand, _ fil: Int64?,
        _ found: (ShardWriter, StoredObjekt)?
    ) throws(StoreError) -> WriteOutcome {
        let klasser = store.state.withLock { $0.klasser }
        switch (decision, found) {
        case (.leave, _), (.append, nil), (.rewrite, nil), (.remove, nil), (.insert, .some):
            return .left
        case (.insert(let registreringer), nil):
            let stamped = stamp(registreringer, after: nil)
            let part = try part(forNew: fil)
            try part.begin()
            try part.insert(
                command.uuid, command.kind, stamped, now: now, klasser: klasser,
                handling: .importeret)
            antal[part.fil, default: 0] += 1
            store.bortgang.kommerIgen(command.uuid)
            return .stored(stamped.last?.stsTidspunkt ?? now)
        case (.append(let registreringer), .some(let (part, stored))):
            let stamped = stamp(registreringer, after: stored.row.sts)
            if let owner = owner(of: stamped, command.kind), owner != myndighed {
                return .moves(to: owner)
            }
            try part.begin()
            try part.append(stamped, to: stored, now: now, klasser: klasser)
            return .stored(stamped.last?.stsTidspunkt ?? now)
        case (.rewrite(let registreringer), .some(let (part, stored))):
            try part.begin()
            try part.rewrite(stored, as: registreringer, now: now, klasser: klasser)
            store.schedulePurge(of: myndighed)
            return .stored(registreringer.last?.stsTidspunkt ?? now)
        case (.remove, .some(let (part, stored))):
            try part.begin()
            try part.remove(stored, klasser: klasser, handling: .fjernet)
            antal[part.fil, default: 1] -= 1
            store.schedulePurge(of: myndighed)
            return .removed
        }
    }

    func owner(of registreringer: [Registrering], _ kind: ObjektKind) -> CVRNummer? {
        guard let current = registreringer.last else { return nil }
        return Ejer.cvr(
            of: current.segments, kind: kind, roller: store.configuration.roller, at: now)
    }

    /// Sets StsTidspunkt, strictly rising (B6).
    func stamp(_ registreringer: [Registrering], after last: Tidspunkt?) -> [Registrering] {
        var previous = last ?? .distantPast
        return registreringer.map { registrering in
            var stamped = registrering
            stamped.stsTidspunkt =
                previous.isInfinite ? now : max(now, previous.advanced(byMicroseconds: 1))
            previous = stamped.stsTidspunkt
            return stamped
        }
    }

    func find(_ uuid: UUIDIdentifikator) throws(StoreError) -> (ShardWriter, StoredObjekt)? {
        for part in dele.values {
            if let stored = try part.load(uuid) { return (part, stored) }
        }
        return nil
    }

    func kind(of uuid: UUIDIdentifikator) throws(StoreError) -> ObjektKind? {
        for part in dele.values {
            if let kind = try part.contains(uuid) { return kind }
        }
        return nil
    }

    func erJournaliseret(_ uuid: UUIDIdentifikator) throws(StoreError) -> Bool {
        for part in dele.values where try part.erJournaliseret(uuid) { return true }
        return false
    }

    func holder(of nummer: Nummerkrav) throws(StoreError) -> UUIDIdentifikator? {
        for part in dele.values {
            if let holder = try part.holder(of: nummer) { return holder }
        }
        return nil
    }

    private func part(forNew fil: Int64?) throws(StoreError) -> ShardWriter {
        if let fil, let part = dele[fil] { return part }
        guard let any = dele.values.min(by: { $0.fil < $1.fil }) else {
            throw StoreError.setAside(file: "myndighed-\(myndighed).sqlite")
        }
        return any
    }

    /// Opens a file that was added after the writer was.
    func take(_ fil: Fil) throws(StoreError) {
        if dele[fil.id] == nil { try open(fil) }
    }

    /// How many objects each file holds, to choose where a new one goes.
    var antalPerFil: [Int64: Int] { antal }
}

extension WriteDecision {
    /// Whether earlier registrations are taken out, and must be whole to be found again.
    fileprivate var takesOut: Bool {
        switch self {
        case .rewrite, .remove: true
        case .insert, .append, .leave: false
        }
    }
}

/// What a decision sees: the authority's own files uncommitted, the others as last committed.
struct DecisionContext: WriteContext {
    let kontekst: SkriverKontekst
    let store: Store
    /// Nil where nothing is carried out.
    var maerke: Bortgangsmaerke?

    var now: Tidspunkt { kontekst.now }

    func kind(of uuid: UUIDIdentifikator) throws(StoreError) -> ObjektKind? {
        if let own = try kontekst.kind(of: uuid) { return own }
        if store.bortgang.contains(uuid) { return nil }
        if let reserved = store.reserved(uuid) { return reserved }
        return try store.readInsideWriter { reader throws(StoreError) in
            try reader.row(uuid, near: nil)?.row.kind
        }
    }

    /// Of another authority's as last committed: whoever moves there is judged once more by its writer.
    func holder(of nummer: Nummerkrav) throws(StoreError) -> UUIDIdentifikator? {
        guard let other = nummer.myndighed, other != kontekst.myndighed else {
            return try kontekst.holder(of: nummer)
        }
        return try store.readInsideWriter { reader throws(StoreError) in
            for shard in try reader.shards(of: other) {
                if let holder = try shard.connection.holder(of: nummer) { return holder }
            }
            return nil
        }
    }

    func objekt(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt? {
        if let own = try kontekst.find(uuid) { return own.1 }
        if store.bortgang.contains(uuid) { return nil }
        return try store.readInsideWriter { reader throws(StoreError) in
            try reader.objekt(uuid)
        }
    }

    func fakta(of stored: StoredObjekt) -> AdgangsFakta { store.fakta(of: stored, at: now) }

    func arkivering(of row: ObjektRow) throws(StoreError) -> [AdgangsFakta]? {
        var own: [AdgangsFakta] = []
        for part in kontekst.dele.values {
            for sag in try part.arkivering(of: row.uuid, at: now) {
                let stored = sag.erUdloebet(at: now) ? try part.load(sag.uuid) : nil
                own.append(stored.map(fakta) ?? sag.fakta)
            }
        }
        let other = try store.readInsideWriter { reader throws(StoreError) in
            try reader.arkivering(of: row, at: now, udenFor: kontekst.myndighed)
        }
        return other.map { own + $0 }
    }

    func erJournaliseret(_ uuid: UUIDIdentifikator) throws(StoreError) -> Bool {
        if try kontekst.erJournaliseret(uuid) { return true }
        let own = kontekst.myndighed
        return try store.readInsideWriter { reader throws(StoreError) in
            try reader.erJournaliseret(uuid, udenFor: own)
        }
    }

    func mayRemove(_ uuid: UUIDIdentifikator) -> Bool {
        maerke.map { store.bortgang.begynd(uuid, $0) } ?? true
    }

    func stays(_ uuid: UUIDIdentifikator) {
        if let maerke { store.bortgang.bliver(uuid, maerke) }
    }

    func mayFile(_ uuid: UUIDIdentifikator) -> Bool {
        maerke.map { store.bortgang.journaliser(uuid, $0) } ?? !store.bortgang.contains(uuid)
    }

    func historik(of stored: StoredObjekt) throws(StoreError) -> [Registrering] {
        for part in kontekst.dele.values where try part.contains(stored.row.uuid) != nil {
            return try part.historik(of: stored.row) + [stored.current]
        }
        return [stored.current]
    }
}
