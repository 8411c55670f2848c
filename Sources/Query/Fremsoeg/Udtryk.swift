import IndexCore

/// A search expression as it was read.
indirect enum Udtryk: Sendable {
    case led(Kriterium)
    /// All of them.
    case og([Udtryk])
    /// Any of them.
    case eller([Udtryk])
    case ikke(Udtryk)

    /// The kinds of object that it speaks of.
    var kinds: Set<ObjektKind> {
        switch self {
        case .led(let krav): [krav.kind]
        case .og(let parts), .eller(let parts):
            parts.reduce(into: []) { $0.formUnion($1.kinds) }
        case .ikke(let inner): inner.kinds
        }
    }

    /// The same with nested expressions of one operation as one.
    var flad: Udtryk {
        switch self {
        case .led: return self
        case .ikke(let inner):
            if case .ikke(let twice) = inner.flad { return twice }
            return .ikke(inner.flad)
        case .og(let parts):
            let flat = parts.map(\.flad).flatMap { part -> [Udtryk] in
                if case .og(let inner) = part { inner } else { [part] }
            }
            return flat.count == 1 ? flat[0] : .og(flat)
        case .eller(let parts):
            let flat = parts.map(\.flad).flatMap { part -> [Udtryk] in
                if case .eller(let inner) = part { inner } else { [part] }
            }
            return flat.count == 1 ? flat[0] : .eller(flat)
        }
    }

    /// The elements that are not under a NOT, in the order written.
    var positive: [Kriterium] {
        switch self {
        case .led(let krav): [krav]
        case .og(let parts), .eller(let parts): parts.flatMap(\.positive)
        case .ikke: []
        }
    }

    /// Every element, in the order written.
    var alle: [Kriterium] {
        switch self {
        case .led(let krav): [krav]
        case .og(let parts), .eller(let parts): parts.flatMap(\.alle)
        case .ikke(let inner): inner.alle
        }
    }

    /// Whether an expression about one kind of object holds of one.
    func holds(of proeve: Proeveobjekt) throws(StoreError) -> Bool {
        switch self {
        case .led(let krav): return try krav.holds(of: proeve)
        case .og(let parts):
            for part in parts where try !part.holds(of: proeve) { return false }
            return true
        case .eller(let parts):
            for part in parts where try part.holds(of: proeve) { return true }
            return false
        case .ikke(let inner): return try !inner.holds(of: proeve)
        }
    }
}

/// One way in which an expression may hold: linked objects of some kinds, one of each, and kinds of
/// which there must be none linked.
struct Kombination: Sendable {
    /// What must hold of the object of each kind.
    var krav: [ObjektKind: [Udtryk]] = [:]
    /// What must not hold: of the object of that kind when there is one, else of any linked to it.
    var udelukket: [ObjektKind: [Udtryk]] = [:]

    /// The kinds from one end of the chain of links to the other.
    static let kaede: [ObjektKind] = [.dokument, .sag, .bevilling, .oekonomiskEffektuering]

    /// The kinds that are found, in the chain's order.
    var bundne: [ObjektKind] { Self.kaede.filter { krav[$0] != nil } }

    /// What must hold of the object of a kind that is found, in itself.
    func udsagn(om kind: ObjektKind) -> Udtryk {
        Udtryk.og((krav[kind] ?? []) + (udelukket[kind] ?? []).map { .ikke($0) })
    }

    /// What no object linked to one of `kind` may be, by kind: the kinds that are not found and to
    /// which it is the nearest that is.
    func ulinkede(fra kind: ObjektKind) -> [(kind: ObjektKind, udsagn: Udtryk)] {
        let bundne = bundne
        return Self.kaede.compactMap { other in
            guard krav[other] == nil, let excluded = udelukket[other] else { return nil }
            let nearest = bundne.map { Self.afstand($0, other) }.min()
            guard nearest == Self.afstand(kind, other) else { return nil }
            return (other, .eller(excluded))
        }
    }

    private static func afstand(_ left: ObjektKind, _ right: ObjektKind) -> Int {
        abs((kaede.firstIndex(of: left) ?? 0) - (kaede.firstIndex(of: right) ?? 0))
    }

    private func joined(_ other: Kombination) -> Kombination {
        Kombination(
            krav: krav.merging(other.krav) { $0 + $1 },
            udelukket: udelukket.merging(other.udelukket) { $0 + $1 })
    }
}

extension Kombination {
    /// More ways than this are not followed.
    static let mest = 128

    /// Every way; nil when there are too many.
    static func alle(_ udtryk: Udtryk) -> [Kombination]? {
        guard let ways = ways(udtryk.flad, negeret: false) else { return nil }
        return ways.flatMap(\.bundet)
    }

    /// With nothing but NOT, the objects of each kind that it speaks of.
    private var bundet: [Kombination] {
        guard krav.isEmpty else { return [self] }
        return Self.kaede.filter { udelukket[$0] != nil }.map { kind in
            Kombination(krav: [kind: []], udelukket: udelukket)
        }
    }

    private static func ways(_ udtryk: Udtryk, negeret: Bool) -> [Kombination]? {
        let kinds = udtryk.kinds
        if kinds.count == 1, let kind = kinds.first {
            if case .ikke(let inner) = udtryk { return [one(inner, kind, negeret: !negeret)] }
            if case .og(let parts) = udtryk, !negeret {
                // Its NOTs count as the outer expression's own.
                return product(parts.map { ways($0, negeret: false) })
            }
            return [one(udtryk, kind, negeret: negeret)]
        }
        switch udtryk {
        case .led: return []
        case .ikke(let inner): return ways(inner, negeret: !negeret)
        case .og(let parts):
            let found = parts.map { ways($0, negeret: negeret) }
            return negeret ? sum(found) : product(found)
        case .eller(let parts):
            let found = parts.map { ways($0, negeret: negeret) }
            return negeret ? product(found) : sum(found)
        }
    }

    private static func one(_ udtryk: Udtryk, _ kind: ObjektKind, negeret: Bool) -> Kombination {
        negeret
            ? Kombination(udelukket: [kind: [udtryk]]) : Kombination(krav: [kind: [udtryk]])
    }

    private static func sum(_ parts: [[Kombination]?]) -> [Kombination]? {
        var result: [Kombination] = []
        for part in parts {
            guard let part, result.count + part.count <= mest else { return nil }
            result += part
        }
        return result
    }

    private static func product(_ parts: [[Kombination]?]) -> [Kombination]? {
        var result = [Kombination()]
        for part in parts {
            guard let part, result.count * part.count <= mest else { return nil }
            result = result.flatMap { left in part.map { left.joined($0) } }
        }
        return result
    }
}
