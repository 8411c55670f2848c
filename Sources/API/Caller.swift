import IndexCore
import Ingest
import Query

/// Who calls, and what that lets them do.
///
/// The system's own rights come from its agreements; a user that is asserted narrows them. No
/// agreement gives an empty scope, which sees nothing.
struct Caller: Sendable {
    let claims: TokenClaims
    private let store: Store

    init(_ claims: TokenClaims, store: Store) {
        self.claims = claims
        self.store = store
    }

    /// What the caller may see at this instant.
    var scope: AccessScope {
        scope(
            store.grupper(
                system: claims.system, myndighed: claims.cvr, rolle: .udstil, at: store.now))
    }

    /// The same with what it is made of, of one instant: for telling why.
    var forklarende: (scope: AccessScope, egen: Egenside) {
        let egen = Egenside(
            myndighed: claims.cvr,
            aftaler: store.aftaler(system: claims.system, myndighed: claims.cvr),
            maaSeLog: claims.drift.contains(.log), nu: store.now)
        return (scope(egen.systemGrupper), egen)
    }

    private func scope(_ systemGrupper: [RightsGroup]) -> AccessScope {
        AccessScope(
            system: claims.system, systemGrupper: systemGrupper, bruger: bruger,
            plan: store.plannumre)
    }

    private var bruger: AccessScope.Bruger? {
        claims.bruger.map { bruger in
            AccessScope.Bruger(
                uuid: bruger.uuid, enheder: Set(bruger.enheder), grupper: bruger.rettigheder)
        }
    }

    /// Whose turn it is where questions wait for each other.
    var spoerger: ReadLane.Spoerger {
        ReadLane.Spoerger(system: claims.system.description, cvr: claims.cvr.description)
    }

    /// What the caller may write: groups of the agreement that it calls under, and while it has one, those of its
    /// agreements with the object's own authority; of that, what the user has rights to.
    var indsender: Indsender {
        let system = claims.system
        let own = claims.cvr
        let store = store
        let slut = claims.expires + TokenVerifier.skewSeconds
        return Indsender(system: system, bruger: bruger) { myndighed in
            let now = store.now
            // A stream may last longer than the token that began it.
            guard now.microseconds / 1_000_000 < slut else { return [] }
            let under = store.grupper(system: system, myndighed: own, rolle: .rediger, at: now)
            guard myndighed != own, !under.isEmpty else { return under }
            return store.grupper(system: system, myndighed: myndighed, rolle: .rediger, at: now)
                + under
        }
    }
}
