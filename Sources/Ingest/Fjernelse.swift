public import IndexCore
import Synchronization

/// Physical removal of whole objects.
public struct Fjernelse: Sendable {
    public var objekter: [(kind: ObjektKind, uuid: UUIDIdentifikator)]
    /// Documents that are filed on no other case stay.
    public var efterladSagsloeseDokumenter = false
    /// The grants on removed cases go too, with the payments of those grants alone.
    public var fjernOgsaaYdelse = false

    public init(objekter: [(kind: ObjektKind, uuid: UUIDIdentifikator)]) {
        self.objekter = objekter
    }
}

extension Importer {
    /// Removes objects; answers one receipt for each that was named, in order.
    ///
    /// After a 20 no read finds the object, its history or its events' content (R44, Y43); its bytes
    /// are gone from the disk within `Store.sletningSekunder`.
    public func fjern(
        _ fjernelse: Fjernelse, fra indsender: Indsender,
        finish: @escaping @Sendable ([Kvittering]) -> Void
    ) {
        let sager = Set(fjernelse.objekter.filter { $0.kind == .sag }.map(\.uuid))
        let following: [Foelgeobjekt]
        do throws(StoreError) {
            following =
                sager.isEmpty
                ? []
                : try store.foelgeobjekter(
                    ofSager: sager, dokumenter: !fjernelse.efterladSagsloeseDokumenter,
                    ydelser: fjernelse.fjernOgsaaYdelse)
        } catch {
            return finish(
                fjernelse.objekter.map { Kvittering($0.kind, $0.uuid, statusKode: 50) })
        }
        let named = fjernelse.objekter.map { Fjernet($0.kind, $0.uuid, indsender) }
        let documents = following.filter { $0.kind == .dokument }.map {
            Fjernet($0.kind, $0.uuid, indsender, kunUdenSag: true)
        }
        // In one write, and so in one transaction of their authority: a document that only a secret
        // case let be seen by few must not stand alone for a moment.
        store.write((named + documents).map(\.skrivning)) { outcomes in
            let receipts = zip(named, outcomes).map { $0.kvittering($1) }
            let gone = Set(receipts.filter { $0.statusKode == 20 }.compactMap(\.uuid))
            let benefits = following.filter { $0.kind != .dokument && $0.sager.isSubset(of: gone) }
                .map { Fjernet($0.kind, $0.uuid, indsender) }
            // A document in another authority than its case may have been judged before the case
            // went; it is judged once more now.
            let left = zip(documents, outcomes.dropFirst(named.count)).filter {
                if case .success(.removed) = $0.1 { false } else { true }
            }.map(\.0)
            let rest = left + benefits
            guard !rest.isEmpty else { return finish(receipts) }
            store.write(rest.map(\.skrivning)) { _ in finish(receipts) }
        }
    }

    /// What removing now would answer; nothing is removed.
    public func proev(_ fjernelse: Fjernelse, fra indsender: Indsender) -> [Kvittering] {
        var gone: Set<UUIDIdentifikator> = []
        return fjernelse.objekter.map { kind, uuid in
            let removal = Fjernet(kind, uuid, indsender)
            let answer = removal.proev(store, isGone: gone.contains(uuid))
            if answer.statusKode == 20 { gone.insert(uuid) }
            return answer
        }
    }
}

/// One removal on its way.
private final class Fjernet: Sendable {
    private let kind: ObjektKind
    private let uuid: UUIDIdentifikator
    private let indsender: Indsender
    /// Stays while any case files it, as the transaction sees it.
    private let kunUdenSag: Bool
    private let refusal = Mutex<Finding?>(nil)

    init(
        _ kind: ObjektKind, _ uuid: UUIDIdentifikator, _ indsender: Indsender,
        kunUdenSag: Bool = false
    ) {
        self.kind = kind
        self.uuid = uuid
        self.indsender = indsender
        self.kunUdenSag = kunUdenSag
    }

    var skrivning: Store.Skrivning {
        let command = WriteCommand(uuid: uuid, kind: kind) { stored, context throws(StoreError) in
            if self.kunUdenSag, try context.erJournaliseret(self.uuid) { return .leave }
            let decision = try self.decide(stored, context)
            guard self.kunUdenSag, case .remove = decision else { return decision }
            guard context.mayRemove(self.uuid) else { return .leave }
            // What was under way before may have been committed since it was looked for.
            guard try context.erJournaliseret(self.uuid) else { return .remove }
            context.stays(self.uuid)
            return .leave
        }
        return Store.Skrivning(command: command, myndighed: nil, peger: [])
    }

    func proev(_ store: Store, isGone: Bool) -> Kvittering {
        do throws(StoreError) {
            try store.proev(uuid, in: nil) { stored, context throws(StoreError) in
                _ = try self.decide(isGone ? nil : stored, context)
            }
            return kvittering(.success(.removed))
        } catch {
            return kvittering(.failure(error))
        }
    }

    private func decide(
        _ stored: StoredObjekt?, _ context: any WriteContext
    ) throws(StoreError) -> WriteDecision {
        guard let stored, stored.row.kind == kind else {
            return refuse(kind.isYdelse ? .Y35 : .R19)
        }
        let hidden: Rule = kind.isYdelse ? .Y35 : .R19
        if let rule = try indsender.refusal(of: stored, hidden: hidden, context) {
            return refuse(rule)
        }
        return .remove
    }

    private func refuse(_ rule: Rule) -> WriteDecision {
        refusal.withLock { $0 = Finding(rule, at: "UUIDIdentifikator") }
        return .leave
    }

    func kvittering(_ outcome: Result<WriteOutcome, StoreError>) -> Kvittering {
        if let finding = refusal.withLock({ $0 }) {
            return Kvittering(kind, uuid, statusKode: finding.statusKode, fejl: [finding])
        }
        if case .success(.removed) = outcome { return Kvittering(kind, uuid, statusKode: 20) }
        return Kvittering(kind, uuid, statusKode: 50)
    }
}

extension Indsender {
    /// Whether the system is one that may change the object: its Master or its Afsender now, or the one
    /// that sent it (X1, R21).
    func isSource(of stored: StoredObjekt, at now: Tidspunkt) -> Bool {
        guard let system else { return true }
        return stored.row.fakta.master == system
            || stored.current.header[.indsender]?.uuid == system
            || stored.current.kilder(at: stored.current.instant(at: now)).contains(system)
    }

    /// Whether the sender may know that the object is there: what it is a source of, and what its agreements cover;
    /// of a document by the cases that file it (X3), of a payment by a grant too; and of that no more than the user.
    func mayKnow(
        _ stored: StoredObjekt, _ context: any WriteContext
    ) throws(StoreError) -> Bool {
        let isOwn = isSource(of: stored, at: context.now)
        if isOwn, bruger == nil { return true }
        let fakta = context.fakta(of: stored)
        func passes(_ fakta: AdgangsFakta, gennem dokument: AdgangsFakta? = nil) -> Bool {
            (isOwn || isCovered(fakta, gennem: dokument)) && isForUser(fakta, gennem: dokument)
        }
        switch stored.row.kind {
        case .sag, .bevilling: return passes(fakta)
        case .dokument:
            guard let sager = try context.arkivering(of: stored.row) else { return false }
            if sager.isEmpty { return passes(fakta) }
            return fakta.foelsomhed != nil
                && sager.contains { $0.foelsomhed != nil && passes($0, gennem: fakta) }
        case .oekonomiskEffektuering:
            guard passes(fakta) else { return false }
            var hasGrant = false
            for uuid in fakta.bevillinger {
                guard let grant = try context.objekt(uuid), grant.row.kind == .bevilling else {
                    continue
                }
                hasGrant = true
                if passes(context.fakta(of: grant)) { return true }
            }
            // Its source has what it pays to come yet.
            return isOwn && !hasGrant
        }
    }

    /// Why the object may not be changed; nil when it may. To one who may not know of it the answer
    /// is `hidden`, as if it were not there.
    func refusal(
        of stored: StoredObjekt, hidden: Rule, _ context: any WriteContext
    ) throws(StoreError) -> Rule? {
        guard try mayKnow(stored, context) else { return hidden }
        guard isSource(of: stored, at: context.now) else { return .R21 }
        return mayWrite(context.fakta(of: stored)) ? nil : .X1
    }

    /// Whether such an object may be written: an agreement covers it, and so do the user's rights.
    func mayWrite(_ fakta: AdgangsFakta) -> Bool { isCovered(fakta) && isForUser(fakta) }

    private func isForUser(_ fakta: AdgangsFakta, gennem dokument: AdgangsFakta? = nil) -> Bool {
        bruger.map { AccessScope.mayWrite(fakta, $0, gennem: dokument) } ?? true
    }

    private func isCovered(_ fakta: AdgangsFakta, gennem dokument: AdgangsFakta? = nil) -> Bool {
        guard system != nil else { return true }
        guard let myndighed = fakta.myndighed else { return false }
        return AccessScope.mayWrite(fakta, rediger(myndighed), gennem: dokument)
    }
}

extension Registrering {
    /// The Master and Afsender of an instant; of a grant those of all its benefits, in effect or not.
    fileprivate func kilder(at instant: Tidspunkt) -> Set<UUIDIdentifikator> {
        var result: Set<UUIDIdentifikator> = []
        for segment in segments {
            switch segment.unit {
            case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem:
                if segment.virkning.covers(instant), let uuid = segment.body[.referenceID]?.uuid {
                    result.insert(uuid)
                }
            case .bevilgetYdelse:
                for value in segment.body where value.element == .itSystem {
                    if let uuid = value.group?[.referenceID]?.uuid { result.insert(uuid) }
                }
            default: break
            }
        }
        return result
    }
}
