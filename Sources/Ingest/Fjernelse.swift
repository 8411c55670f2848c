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
        let following: [(uuid: UUIDIdentifikator, kind: ObjektKind)]
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
        let extra = following.map { Fjernet($0.kind, $0.uuid, indsender) }
        store.write(named.map(\.skrivning)) { outcomes in
            let receipts = zip(named, outcomes).map { $0.kvittering($1) }
            // What hangs on a case goes only when every case it hung on went.
            let gone = receipts.allSatisfy { $0.statusKode == 20 }
            guard gone, !extra.isEmpty else { return finish(receipts) }
            store.write(extra.map(\.skrivning)) { _ in finish(receipts) }
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
    private let refusal = Mutex<Finding?>(nil)

    init(_ kind: ObjektKind, _ uuid: UUIDIdentifikator, _ indsender: Indsender) {
        self.kind = kind
        self.uuid = uuid
        self.indsender = indsender
    }

    private var isYdelse: Bool { kind == .bevilling || kind == .oekonomiskEffektuering }

    var skrivning: Store.Skrivning {
        let command = WriteCommand(uuid: uuid, kind: kind) { stored, _ throws(StoreError) in
            self.decide(stored)
        }
        return Store.Skrivning(command: command, myndighed: nil, peger: [])
    }

    func proev(_ store: Store, isGone: Bool) -> Kvittering {
        do throws(StoreError) {
            try store.proev(uuid, in: nil) { stored, _ throws(StoreError) in
                _ = self.decide(isGone ? nil : stored)
            }
            return kvittering(.success(.removed))
        } catch {
            return kvittering(.failure(error))
        }
    }

    private func decide(_ stored: StoredObjekt?) -> WriteDecision {
        guard let stored, stored.row.kind == kind else {
            return refuse(isYdelse ? .Y35 : .R19)
        }
        guard indsender.isSource(of: stored) else { return refuse(.R21) }
        guard indsender.mayWrite(stored.row.fakta) else { return refuse(.X1) }
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
    /// Whether the system is one that may change the object: its Master, its Afsender, or the one
    /// that sent it (X1, R21).
    func isSource(of stored: StoredObjekt) -> Bool {
        guard let system else { return true }
        return stored.row.fakta.master == system
            || stored.current.header[.indsender]?.uuid == system
            || stored.current.kilder.contains(system)
    }

    /// Whether an agreement covers the object as it stands.
    func mayWrite(_ fakta: AdgangsFakta) -> Bool {
        guard system != nil else { return true }
        guard let myndighed = fakta.myndighed else { return false }
        return AccessScope.mayWrite(fakta, rediger(myndighed))
    }
}

extension Registrering {
    /// Every Master and Afsender it names.
    var kilder: Set<UUIDIdentifikator> {
        var result: Set<UUIDIdentifikator> = []
        for segment in segments {
            switch segment.unit {
            case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem:
                if let uuid = segment.body[.referenceID]?.uuid { result.insert(uuid) }
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
