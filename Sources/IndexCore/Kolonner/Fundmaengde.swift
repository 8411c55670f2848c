/// What was found, without each object having been read: rows by their ids, and those few that had to
/// be judged by themselves.
///
/// Numbers of rows, order and counts cost a few nanoseconds a row; an object itself is read when
/// it is shown.
public struct Fundmaengde {
    /// One file's rows.
    struct Del {
        /// Which they are, and how well each fits the text: by `Rang`, or by `Sporvaegte`.
        enum Raekker {
            case fundne(ids: [UInt32], vaegte: [Int32])
            /// How well they fit was not asked for.
            case alle(Synsraekker)
        }

        let fil: Fil
        let kolonner: Filkolonner
        let raekker: Raekker

        init(_ fil: Fil, _ kolonner: Filkolonner, _ raekker: Raekker) {
            self.fil = fil
            self.kolonner = kolonner
            self.raekker = raekker
        }

        var count: Int {
            switch raekker {
            case .fundne(let ids, _): ids.count
            case .alle: fordeling(.objekttype).sum
            }
        }

        /// Each row; costs a look at all that is seen where all of it was found.
        var ids: [UInt32] {
            switch raekker {
            case .fundne(let ids, _): ids
            case .alle(let alle): alle.ids(kolonner.rows)
            }
        }

        /// In the order of `ids`.
        var vaegte: [Int32] {
            switch raekker {
            case .fundne(_, let vaegte): vaegte
            case .alle: [Int32](repeating: 0, count: count)
            }
        }
    }

    var dele: [Del] = []
    /// Judged by themselves.
    public internal(set) var loese: [Fund] = []

    public init() {}

    /// Of objects that were judged by themselves alone.
    public init(loese: [Fund]) { self.loese = loese }

    public var count: Int { dele.reduce(loese.count) { $0 + $1.count } }
    public var isEmpty: Bool { loese.isEmpty && dele.allSatisfy { $0.count == 0 } }

    /// The same without what is among `others`, which was found in the same files at the same commits.
    public func without(_ others: Fundmaengde) -> Fundmaengde {
        var result = Fundmaengde()
        let known = Set(others.loese.map(\.objekt.uuid))
        result.loese = loese.filter {
            !known.contains($0.objekt.uuid) && !others.contains($0.objekt.uuid)
        }
        for del in dele {
            let other = others.dele.first { $0.fil.id == del.fil.id }?.ids ?? []
            if other.isEmpty, known.isEmpty {
                result.dele.append(del)
                continue
            }
            var kept: (ids: [UInt32], vaegte: [Int32]) = ([], [])
            var place = 0
            for (id, vaegt) in zip(del.ids, del.vaegte) {
                while place < other.count, other[place] < id { place += 1 }
                if place < other.count, other[place] == id { continue }
                if known.contains(del.kolonner.rows.uuid[Int(id)]) { continue }
                kept.ids.append(id)
                kept.vaegte.append(vaegt)
            }
            result.dele.append(
                Del(del.fil, del.kolonner, .fundne(ids: kept.ids, vaegte: kept.vaegte)))
        }
        return result
    }

    /// Whether the object stands among the rows; costs a look at each.
    private func contains(_ uuid: UUIDIdentifikator) -> Bool {
        dele.contains { del in
            del.ids.contains { del.kolonner.rows.uuid[Int($0)] == uuid }
        }
    }
}

/// How well a find fits when all words are found: where they stand, and then exact above inflected
/// above part of a compound; among equals the reader's own unit, and what is open.
enum Rang {
    /// The object's own number, or that of a person or company that it stands under, is one of the words: that was asked
    /// for.
    static let nummer = 28
    /// All words in the title; in title and description; in those and notes.
    static let titel = 24
    static let beskrivelse = 12
    static let noter = 6
    static let ordret = 2
    static let boejet = 1
    /// Besides: the words, as they were typed, are all of the title.
    static let hel = 1

    static func vaegt(_ tekst: Int, erEgen: Bool, erAaben: Bool) -> Int {
        vaegt(tekst) + tillaeg(erEgen: erEgen, erAaben: erAaben)
    }

    /// Of how well the text fits alone.
    static func vaegt(_ tekst: Int) -> Int { tekst << 2 }

    /// What tells equals apart, whatever the text.
    static func tillaeg(erEgen: Bool, erAaben: Bool) -> Int {
        (erEgen ? 2 : 0) | (erAaben ? 1 : 0)
    }

    /// A closed case's state.
    static var lukket: UInt8 { UInt8(ObjektSchema.sagFremdrift.count) }

    /// Only a case is closed; all else counts as open.
    static func erAaben(_ kind: ObjektKind, _ fremdrift: UInt8) -> Bool {
        kind != .sag || fremdrift != lukket
    }
}

// MARK: - Order

/// Where a row stands among all; no two stand at the same place.
public struct Plads: Equatable, Sendable {
    public let vaegt: Int
    /// When it was changed, in microseconds.
    public let tid: Int64
    public let uuid: UUIDIdentifikator

    public init(vaegt: Int, tid: Int64, uuid: UUIDIdentifikator) {
        self.vaegt = vaegt
        self.tid = tid
        self.uuid = uuid
    }

    /// An order that the columns alone decide.
    public enum Orden: Sendable {
        case relevans
        case nyeste
        case aeldste
    }

    public func precedes(_ other: Plads, _ orden: Orden) -> Bool {
        switch orden {
        case .relevans:
            if vaegt != other.vaegt { return vaegt > other.vaegt }
            if tid != other.tid { return tid > other.tid }
        case .nyeste: if tid != other.tid { return tid > other.tid }
        case .aeldste: if tid != other.tid { return tid < other.tid }
        }
        return uuid < other.uuid
    }
}

extension Fundmaengde {
    /// A row that has been given a place.
    public struct Udvalgt: Sendable {
        public let plads: Plads
        let del: Int
        let id: UInt32
    }

    /// The first rows behind `efter`, at most `antal`, in order; `tillaeg` is added to every weight.
    ///
    /// With `alleTil`, and `efter` nil, every row up to that place, and behind it the first `antal`.
    /// Rows changed after what was `kendt` of their file are not placed but given to `aendret`.
    public func foerste(
        _ antal: Int, _ orden: Plads.Orden, tillaeg: Int, efter: Plads?, alleTil: Plads? = nil,
        kendt: Kendt, aendret: (Udvalgt) -> Void
    ) -> [Udvalgt] {
        var top = Foerste(antal: antal, orden: orden, efter: efter, alleTil: alleTil)
        for (place, del) in dele.enumerated() {
            let (sts, uuid) = (del.kolonner.rows.sts, del.kolonner.rows.uuid)
            let latest = kendt.instant(of: del.fil).microseconds
            let mayBeLater = del.kolonner.rows.senest > latest
            del.forEach(orden, blok: { mayBeLater || top.mayTake(tillaeg, $0) }) {
                id, vaegt, senest in
                // Most come too late, whenever they were changed.
                guard mayBeLater || top.mayTake(vaegt + tillaeg, senest) else { return }
                let tid = sts[Int(id)]
                guard tid > latest || top.mayTake(vaegt + tillaeg, tid) else { return }
                let plads = Plads(vaegt: vaegt + tillaeg, tid: tid, uuid: uuid[Int(id)])
                let valgt = Udvalgt(plads: plads, del: place, id: id)
                if tid > latest { aendret(valgt) } else { top.take(valgt) }
            }
        }
        return top.forreste + top.valgte
    }

    /// The newest instant at which one of the rows was changed, where that is after `instant`.
    ///
    /// Costs nothing a row where the whole file is older.
    public func nyeste(after instant: Tidspunkt) -> Tidspunkt? {
        var newest = loese.map(\.objekt.row.sts.microseconds).max() ?? .min
        for del in dele where del.kolonner.rows.senest > instant.microseconds {
            let sts = del.kolonner.rows.sts
            for id in del.ids { newest = max(newest, sts[Int(id)]) }
        }
        return newest > instant.microseconds ? Tidspunkt(microseconds: newest) : nil
    }
}

extension Fundmaengde.Del {
    /// Calls `body` with each row, how well it fits, and an instant after which it was not changed that costs
    /// less to tell than its own: the latest of its block. The best come soonest: the newest are last in a file.
    ///
    /// A block that `mayTake` says no to, by that instant, may be passed over.
    fileprivate func forEach(
        _ orden: Plads.Orden, blok mayTake: (Int64) -> Bool, _ body: (UInt32, Int, Int64) -> Void
    ) {
        let (ids, vaegte): ([UInt32], [Int32])
        switch raekker {
        case .fundne(let fundne, let deres): (ids, vaegte) = (fundne, deres)
        case .alle(let alle): return forEach(alle, orden, mayTake, body)
        }
        ids.withUnsafeBufferPointer { ids in
            vaegte.withUnsafeBufferPointer { vaegte in
                kolonner.rows.senestIBlok.withUnsafeBufferPointer { senest in
                    precondition(vaegte.count == ids.count)
                    if orden == .aeldste {
                        for place in ids.indices { body(ids[place], Int(vaegte[place]), .min) }
                    } else {
                        for place in ids.indices.reversed() {
                            let id = ids[place]
                            body(id, Int(vaegte[place]), senest[Int(id >> 6)])
                        }
                    }
                }
            }
        }
    }

    /// The same of all that is seen.
    private func forEach(
        _ alle: Synsraekker, _ orden: Plads.Orden, _ mayTake: (Int64) -> Bool,
        _ body: (UInt32, Int, Int64) -> Void
    ) {
        let rows = kolonner.rows
        let blocks = alle.blokke
        for block in 0..<blocks {
            let block = orden == .aeldste ? block : blocks - 1 - block
            let senest = orden == .aeldste ? .min : rows.senestIBlok[block]
            guard orden == .aeldste || mayTake(senest) else { continue }
            alle.forEach(i: block, rows, fraSidste: orden != .aeldste) { body($0, 0, senest) }
        }
    }
}

/// The best so far, in order.
private struct Foerste {
    let antal: Int
    let orden: Plads.Orden
    let efter: Plads?
    let alleTil: Plads?
    /// Those up to `alleTil`, in no order.
    private(set) var forreste: [Fundmaengde.Udvalgt] = []
    private(set) var valgte: [Fundmaengde.Udvalgt] = []
    /// Of the last, when there are as many as are wanted.
    private var sidste: (vaegt: Int, tid: Int64)?

    init(antal: Int, orden: Plads.Orden, efter: Plads?, alleTil: Plads?) {
        self.antal = antal
        self.orden = orden
        self.efter = efter
        self.alleTil = alleTil
    }

    /// False for most that come too late; the UUID decides the rest.
    func mayTake(_ vaegt: Int, _ tid: Int64) -> Bool {
        if let alleTil, vaegt >= alleTil.vaegt { return true }
        guard antal > 0 else { return false }
        guard let sidste else { return true }
        switch orden {
        case .relevans: return vaegt > sidste.vaegt || (vaegt == sidste.vaegt && tid >= sidste.tid)
        case .nyeste: return tid >= sidste.tid
        case .aeldste: return tid <= sidste.tid
        }
    }

    mutating func take(_ ny: Fundmaengde.Udvalgt) {
        if let alleTil, !alleTil.precedes(ny.plads, orden) { return forreste.append(ny) }
        if let efter, !efter.precedes(ny.plads, orden) { return }
        var (low, high) = (0, valgte.count)
        while low < high {
            let middle = (low + high) / 2
            if valgte[middle].plads.precedes(ny.plads, orden) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < antal else { return }
        if valgte.count == antal { valgte.removeLast() }
        valgte.insert(ny, at: low)
        if valgte.count == antal, let last = valgte.last?.plads { sidste = (last.vaegt, last.tid) }
    }
}
