/// Rows that an expression surely holds of and that the caller surely sees; none has been read.
public struct Raekkefund {
    struct Del {
        let fil: Fil
        let kolonner: Filkolonner
        let kendetegn: Kendetegn.Tilstand
        let raekker: Raekkemaengde
    }

    private(set) var dele: [Del] = []

    public init() {}

    mutating func add(_ del: Del) { if !del.raekker.isEmpty { dele.append(del) } }

    public mutating func add(_ other: Raekkefund) { dele += other.dele }

    /// Whether the object stands among the rows.
    public func contains(_ objekt: SynligtObjekt) -> Bool {
        dele.contains { del in
            del.fil.id == objekt.shard.fil.id && del.raekker.contains(Int(objekt.row.id))
        }
    }

    public var count: Int { dele.reduce(0) { $0 + $1.raekker.count } }

    /// Notes of the cases, or benefits of the grants.
    public var antal: Int {
        dele.reduce(0) { sum, del in
            var own = 0
            del.raekker.forEach { own += Int(del.kendetegn.antal[$0]) }
            return sum + own
        }
    }

    /// What rows may be ordered by; ties by UUID.
    public enum Orden: Sendable {
        case uuid
        case modtaget(faldende: Bool)
    }

    /// A row that was chosen.
    public struct Udvalgt: Sendable {
        public let uuid: UUIDIdentifikator
        /// When the current registration was received.
        public let modtaget: Tidspunkt
        let noegle: Int64
        let del: Int
        let id: Int

        fileprivate func precedes(_ other: Udvalgt) -> Bool {
            noegle != other.noegle ? noegle < other.noegle : uuid < other.uuid
        }
    }

    /// The first rows, at most `antal`, in order. Costs a comparison a row.
    public func foerste(_ antal: Int, _ orden: Orden) -> [Udvalgt] {
        guard antal > 0 else { return [] }
        let room = antal > Int.max / 4 ? Int.max : 2 * antal + 64
        var kept: [Udvalgt] = []
        var last: Udvalgt?
        func cut() {
            kept.sort { $0.precedes($1) }
            if kept.count > antal { kept.removeLast(kept.count - antal) }
            if kept.count == antal { last = kept.last }
        }
        for (place, del) in dele.enumerated() {
            let rows = del.kolonner.rows
            del.raekker.forEach { id in
                let sts = rows.sts[id]
                let noegle =
                    switch orden {
                    case .uuid: Int64(0)
                    case .modtaget(let faldende): faldende ? -sts : sts
                    }
                let one = Udvalgt(
                    uuid: rows.uuid[id], modtaget: Tidspunkt(microseconds: sts), noegle: noegle,
                    del: place, id: id)
                if let last, !one.precedes(last) { return }
                kept.append(one)
                if kept.count >= room { cut() }
            }
        }
        cut()
        return kept
    }
}
