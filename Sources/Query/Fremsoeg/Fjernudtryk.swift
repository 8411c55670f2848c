public import IndexCore

/// An expression that names what is to be removed (R15).
public struct Fjernudtryk: Sendable {
    private let udtryk: Udtryk

    /// Refuses one that would hold without a criterion: it would name all that the caller has.
    public init(_ value: JSONValue) throws(QueryError) {
        let laesning = Laesning(value: value, sti: "SoegUdtryk")
        let uden = laesning.brud("R15", nil, "fjernelse kræver et kriterium")
        do throws(QueryError) {
            udtryk = try Udtrykslaeser.laes(laesning)
        } catch .brud(let regel, _, _) where regel == "R14" {
            throw uden
        } catch {
            throw error
        }
        guard udtryk.isBounded else { throw uden }
        // Whoever asks for ten must not lose a hundred.
        guard udtryk.alle.allSatisfy({ $0.side == nil }) else {
            throw laesning.brud("R15", nil, "fjernelse sker ikke sidevis")
        }
    }

    /// The visible objects that `fremsoeg` answers to the expression, by kind and UUID; nil when they are
    /// more than `mest`.
    ///
    /// Costs the reading of each.
    public func fundne(
        _ syn: Syn, hoejst mest: Int
    ) throws(QueryError) -> [(kind: ObjektKind, uuid: UUIDIdentifikator)]? {
        let kombinationer = try Fremsoeg.kombinationer(udtryk)
        var found: [(kind: ObjektKind, uuid: UUIDIdentifikator)] = []
        try reading { () throws(StoreError) in
            let soegning = Fremsoegning(udtryk, kombinationer, syn, Standardtid())
            try soegning.alle(laesAlle: Set(ObjektKind.allCases)) { _, raekker in
                precondition(raekker.count == 0, "an object was not read")
            } _: { proeve in
                found.append((proeve.objekt.kind, proeve.objekt.uuid))
            }
        }
        guard found.count <= mest else { return nil }
        return found.sorted { ($0.kind.rawValue, $0.uuid) < ($1.kind.rawValue, $1.uuid) }
    }
}

extension Udtryk {
    /// Whether it holds of nothing without a criterion that says what holds, on whatever way.
    fileprivate var isBounded: Bool {
        switch self {
        case .led(let krav): krav.hasCriteria
        case .og(let parts): parts.contains(where: \.isBounded)
        case .eller(let parts): parts.allSatisfy(\.isBounded)
        case .ikke: false
        }
    }
}

extension Kriterium {
    /// Times alone ask of everything when it was so.
    fileprivate var hasCriteria: Bool {
        uuider != nil || !senestAendret.isEmpty || !registrering.isEmpty || !lister.isEmpty
            || !enheder.isEmpty || !bevillingstart.isEmpty || !bevillingslut.isEmpty
    }
}
