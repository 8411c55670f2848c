import Synchronization

/// One file as memory holds it at one commit: its rows' columns, and which cases file which documents
/// and which payments pay which grants.
///
/// Never changes; the next commit's is made from it (`following`).
final class Filkolonner: Sendable {
    /// Which commit of the file, and a number that no other columns have: what is made of these is right
    /// for these alone.
    struct Udgave: Equatable, Sendable {
        let version: Int64
        private let nummer: UInt64

        private static let antal = Atomic<UInt64>(0)

        init(version: Int64) {
            self.version = version
            nummer = Self.antal.wrappingAdd(1, ordering: .relaxed).newValue
        }
    }

    let udgave: Udgave
    var version: Int64 { udgave.version }
    let rows: Kolonner
    /// (case, document) and (payment, grant), both in this file.
    let journal: Par<UInt32>
    let betaling: Par<UInt32>
    /// (grant, the case it was granted on), both in this file.
    let bevillingssag: Par<UInt32>
    /// The same where the other one is not in this file.
    let journalUdenfor: Par<UUIDIdentifikator>
    let betalingUdenfor: Par<UUIDIdentifikator>
    /// What has been learnt of rows by reading their objects.
    let kendetegn: Kendetegn
    /// The rows of each kind, by `ObjektKind`.
    private let arter: [Raekkemaengde]
    /// Which rows the last steps may have given another judgement, the latest last.
    private let skridt: Skridt<Udgave>

    private init(_ udgave: Udgave, _ indhold: Indhold) {
        self.udgave = udgave
        kendetegn = Kendetegn(slots: indhold.rows.slots)
        arter = Self.arter(indhold.rows)
        skridt = Skridt()
        rows = indhold.rows
        journal = indhold.journal
        betaling = indhold.betaling
        bevillingssag = indhold.bevillingssag
        journalUdenfor = indhold.journalUdenfor
        betalingUdenfor = indhold.betalingUdenfor
    }

    /// A step from `other`, with which rows `changed` may be others.
    private init(
        _ udgave: Udgave, _ indhold: Indhold, from other: Filkolonner, changed: Set<Int64>
    ) {
        self.udgave = udgave
        kendetegn = other.kendetegn.following(slots: indhold.rows.slots, changed: changed)
        var arter = other.arter
        Self.update(&arter, indhold.rows, changed)
        self.arter = arter
        skridt = other.skridt.and(
            fra: other.udgave, [Self.beroerte(changed, other, indhold)])
        rows = indhold.rows
        journal = indhold.journal
        betaling = indhold.betaling
        bevillingssag = indhold.bevillingssag
        journalUdenfor = indhold.journalUdenfor
        betalingUdenfor = indhold.betalingUdenfor
    }

    /// The rows of the kind.
    func raekker(_ kind: ObjektKind) -> Raekkemaengde { arter[Int(kind.rawValue)] }

    func withRang<Svar>(_ body: (borrowing Kolonner.Rangkolonner) -> Svar) -> Svar {
        // One by one: a copy of the columns counts twenty references.
        let (kind, fremdrift, ansvarlig) = (rows.kind, rows.fremdrift, rows.ansvarlig)
        let titelord = rows.titelord
        return kind.withUnsafeBufferPointer { kind in
            fremdrift.withUnsafeBufferPointer { fremdrift in
                ansvarlig.withUnsafeBufferPointer { ansvarlig in
                    titelord.withUnsafeBufferPointer { titelord in
                        body(
                            .init(
                                kind: kind, fremdrift: fremdrift, ansvarlig: ansvarlig,
                                titelord: titelord))
                    }
                }
            }
        }
    }

    /// The rows that cannot be read.
    var beskadigede: Raekkemaengde { arter[0] }

    private static func arter(_ rows: Kolonner) -> [Raekkemaengde] {
        var arter = [Raekkemaengde](repeating: Raekkemaengde(slots: rows.slots), count: 5)
        for id in 0..<rows.slots { place(id, rows.kind[id], in: &arter) }
        return arter
    }

    private static func update(
        _ arter: inout [Raekkemaengde], _ rows: Kolonner, _ changed: Set<Int64>
    ) {
        for art in arter.indices { arter[art].reserve(slots: rows.slots) }
        for id in changed where id < rows.slots {
            for art in arter.indices { arter[art].remove(Int(id)) }
            place(Int(id), rows.kind[Int(id)], in: &arter)
        }
    }

    private static func place(_ id: Int, _ kind: UInt8, in arter: inout [Raekkemaengde]) {
        if kind == Kolonner.damaged { arter[0].insert(id) }
        if (1...4).contains(kind) { arter[Int(kind)].insert(id) }
    }

    // MARK: What a step may change

    /// The rows that may be judged otherwise than in that edition; nil when it is not known.
    func beroerte(since old: Udgave) -> Set<Int>? {
        old == udgave ? [] : skridt.beroerte(since: old)?.first
    }

    /// Who sees a row depends on the row, the cases that file it or the grants it pays; whether it is seen
    /// whole, on what it points at.
    private static func beroerte(
        _ changed: Set<Int64>, _ before: Filkolonner, _ after: Indhold
    ) -> Set<Int> {
        let slots = max(before.rows.slots, after.rows.slots)
        var doemte = Bitset(count: slots)
        for id in changed where id < slots { doemte.insert(Int(id)) }
        var result = Set(changed.map { Int($0) })
        let aendrede = doemte
        for journal in [before.journal, after.journal] {
            journal.forEach { sag, dokument in
                guard aendrede.contains(sag) else { return }
                doemte.insert(growing: dokument)
                result.insert(Int(dokument))
            }
        }
        for betaling in [before.betaling, after.betaling] {
            betaling.forEach { effektuering, bevilling in
                if aendrede.contains(Int(bevilling)) { result.insert(effektuering) }
            }
        }
        for links in [after.journal, after.bevillingssag] {
            links.forEach { if doemte.contains(Int($1)) { result.insert($0) } }
        }
        return result
    }

    private struct Indhold {
        var rows = Kolonner()
        var journal = Par<UInt32>()
        var betaling = Par<UInt32>()
        var bevillingssag = Par<UInt32>()
        var journalUdenfor = Par<UUIDIdentifikator>()
        var betalingUdenfor = Par<UUIDIdentifikator>()

        mutating func journal(_ sag: Int64, _ dokument: UUIDIdentifikator, _ id: Int64?) {
            if let id {
                journal.append(sag, UInt32(truncatingIfNeeded: id))
            } else {
                journalUdenfor.append(sag, dokument)
            }
        }

        /// A link of a part that is hidden with what it points at.
        mutating func led(_ led: ShardReader.Led) {
            if led.liste == .journalpost, led.erNu {
                journal(led.fra, led.til, led.id)
            } else if led.liste == .bevillingssag, led.erNu, let id = led.id {
                bevillingssag.append(led.fra, UInt32(truncatingIfNeeded: id))
            } else {
                rows.setUklar(led.fra)
            }
        }

        mutating func betaling(
            _ effektuering: Int64, _ bevilling: UUIDIdentifikator, _ id: Int64?
        ) {
            if let id {
                betaling.append(effektuering, UInt32(truncatingIfNeeded: id))
            } else {
                betalingUdenfor.append(effektuering, bevilling)
            }
        }

        mutating func removeLinks(of id: Int64) {
            journal.remove(id)
            betaling.remove(id)
            bevillingssag.remove(id)
            journalUdenfor.remove(id)
            betalingUdenfor.remove(id)
        }

        /// The object of the row is not in this file any more: what pointed at it points out of the
        /// file. Answers the rows that did.
        mutating func removeLinks(to id: Int64, _ uuid: UUIDIdentifikator) -> [Int64] {
            let sager = journal.removeAll(to: id)
            for sag in sager { journalUdenfor.append(sag, uuid) }
            let effektueringer = betaling.removeAll(to: id)
            for effektuering in effektueringer { betalingUdenfor.append(effektuering, uuid) }
            let bevillinger = bevillingssag.removeAll(to: id)
            for bevilling in bevillinger { rows.setUklar(bevilling) }
            return sager + effektueringer + bevillinger
        }

        mutating func settle() {
            journal.settle()
            betaling.settle()
            bevillingssag.settle()
            journalUdenfor.settle()
            betalingUdenfor.settle()
        }
    }

    // MARK: From the file

    /// What reading the file needs to know.
    struct Omstaendigheder {
        let now: Tidspunkt
        let afleder: Afleder
        /// Whether another authority may point at the object.
        let erFremmed: (UUIDIdentifikator) -> Bool
    }

    /// Reads the whole file: about 4 µs a row.
    static func load(
        _ shard: ShardReader, version: Int64, _ verden: Omstaendigheder
    ) throws(StoreError) -> Filkolonner {
        var indhold = Indhold()
        indhold.rows.reserve(upTo: try shard.connection.integer("SELECT max(id) FROM objekt") ?? 0)
        var bevillinger: [UUIDIdentifikator: Int64] = [:]
        var effektueringer: [(id: Int64, bevillinger: [UUIDIdentifikator])] = []
        try shard.forEachReadableRow { id, row in
            guard let row else { return indhold.rows.setDamaged(id) }
            indhold.rows.set(row, isDoubtful: verden.erFremmed(row.uuid))
            if row.kind == .bevilling { bevillinger[row.uuid] = id }
            if row.kind == .oekonomiskEffektuering {
                effektueringer.append((id, row.fakta.bevillinger))
            }
        }
        for (id, uuids) in effektueringer {
            for uuid in uuids { indhold.betaling(id, uuid, bevillinger[uuid]) }
        }
        indhold.rows.skift = try shard.naesteSkift()
        try shard.forEachLed(at: verden.now) { indhold.led($0) }
        return Filkolonner(Udgave(version: version), indhold)
    }

    /// The file at another commit, later or earlier, given the rows that were changed between. Costs a
    /// look at each link, a copy of the columns that change and some 40 µs a row.
    func following(
        _ shard: ShardReader, version: Int64, changed: Set<Int64>, _ verden: Omstaendigheder
    ) throws(StoreError) -> Filkolonner {
        var next = indhold
        var touched = changed
        var found: [(id: Int64, row: ObjektRow?, isNew: Bool)] = []
        for id in changed.sorted() {
            let row: ObjektRow?
            do throws(StoreError) {
                row = try shard.row(id: id)
            } catch .corrupt {
                // What it was known to point at is in doubt from now on.
                next.rows.setDamaged(id)
                continue
            }
            // A row's number is given again when the last object of a file is removed.
            let isOther = rows.has(id) && row?.uuid != rows.uuid[Int(id)]
            if isOther {
                let uuid = rows.uuid[Int(id)]
                touched.formUnion(next.removeLinks(to: id, uuid))
                // What came before it points at it by its UUID alone.
                touched.formUnion(try shard.pointing(at: uuid))
            }
            next.removeLinks(of: id)
            if row == nil || isOther { next.rows.clear(id) }
            found.append((id, row, isOther || !rows.has(id)))
        }
        for (id, row, isNew) in found {
            guard let row else { continue }
            do throws(StoreError) {
                touched.formUnion(try follow(row, isNew, &next, shard, changed, verden))
            } catch .corrupt {
                next.rows.setDamaged(id)
            }
        }
        next.settle()
        next.rows.skift = try shard.naesteSkift()
        return Filkolonner(Udgave(version: version), next, from: self, changed: touched)
    }

    private var indhold: Indhold {
        Indhold(
            rows: rows, journal: journal, betaling: betaling, bevillingssag: bevillingssag,
            journalUdenfor: journalUdenfor,
            betalingUdenfor: betalingUdenfor)
    }

    /// The same, with the objects judged by themselves; costs a look at every row.
    func doubting(_ uuids: Set<UUIDIdentifikator>) -> Filkolonner {
        let ids = (0..<rows.slots).lazy.map { Int64($0) }.filter {
            self.rows.has($0) && !self.rows.isDoubtful($0)
                && uuids.contains(self.rows.uuid[Int($0)])
        }
        let changed = Set(ids)
        guard !changed.isEmpty else { return self }
        var next = indhold
        for id in changed { next.rows.doubt(id) }
        return Filkolonner(Udgave(version: version), next, from: self, changed: changed)
    }

    /// Answers other rows that may have changed with it.
    private func follow(
        _ row: ObjektRow, _ isNew: Bool, _ next: inout Indhold, _ shard: ShardReader,
        _ changed: Set<Int64>, _ verden: Omstaendigheder
    ) throws(StoreError) -> Set<Int64> {
        var isDoubtful = next.rows.isDoubtful(row.id) || verden.erFremmed(row.uuid)
        var led: [ShardReader.Led] = []
        if row.kind == .sag || row.kind == .bevilling {
            led = try shard.led(of: row, verden.now, verden.afleder)
        }
        var touched: Set<Int64> = []
        switch row.kind {
        case .sag: break
        case .oekonomiskEffektuering:
            for uuid in row.fakta.bevillinger {
                next.betaling(row.id, uuid, try shard.id(of: uuid))
            }
        case .dokument, .bevilling:
            guard isNew else { break }
            // What was there before it may point at it by its UUID alone.
            let others = try shard.pointing(at: row.uuid).subtracting(changed)
            isDoubtful = isDoubtful || (row.kind == .dokument && !others.isEmpty)
            if row.kind == .bevilling { for other in others { next.rows.doubt(other) } }
            touched = others
        }
        next.rows.set(row, isDoubtful: isDoubtful)
        for one in led { next.led(one) }
        return touched
    }
}

extension ShardReader {
    /// Calls `body` with every row; nil for one that cannot be read.
    fileprivate func forEachReadableRow(
        _ body: (Int64, ObjektRow?) -> Void
    ) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT o.id, o.uuid, o.kind, o.sts, o.foerste, o.tid, o.skift, o.fremdrift, o.oprettet,
                o.noegle, o.adgang, o.kontrol FROM objekt o ORDER BY o.id
            """)
        while try statement.step() {
            body(statement.integer(0), try? ObjektRow(statement, file: fil.navn))
        }
    }

    /// When the first row is out of date; `Int64.max` for never.
    func naesteSkift() throws(StoreError) -> Int64 {
        let statement = try connection.prepare(
            "SELECT min(skift) FROM objekt WHERE skift IS NOT NULL")
        guard try statement.step() else { return .max }
        return statement.optionalInteger(0) ?? .max
    }

    /// A case's entry of a document, or a grant's case: who sees what it points at sees what is told
    /// of it.
    fileprivate struct Led {
        let liste: Element
        let fra: Int64
        let til: UUIDIdentifikator
        /// What it points at, when it is in this file.
        let id: Int64?
        /// In effect now.
        let erNu: Bool
    }

    /// Calls `body` with each link of cases and grants, of whatever effect time.
    fileprivate func forEachLed(
        at now: Tidspunkt, _ body: (Led) -> Void
    ) throws(StoreError) {
        let statement = try connection.prepare(
            """
            SELECT h.objekt, substr(h.noegle, 2), o.id, h.liste,
                h.fra <= ?3 AND (h.til = 0 OR h.til > ?3)
            FROM henvisning h LEFT JOIN objekt o ON o.uuid = substr(h.noegle, 2)
            WHERE h.noegle >= x'08' AND h.noegle < x'09' AND h.liste IN (?1, ?2)
                AND h.sts_til IS NULL
            """)
        statement.bind(1, Int(Element.journalpost.rawValue))
        statement.bind(2, Int(Element.bevillingssag.rawValue))
        statement.bind(3, now.microseconds)
        while try statement.step() {
            guard let uuid = statement.uuid(1) else { continue }
            let isJournal = statement.integer(3) == Int64(Element.journalpost.rawValue)
            body(
                Led(
                    liste: isJournal ? .journalpost : .bevillingssag, fra: statement.integer(0),
                    til: uuid, id: statement.optionalInteger(2), erNu: statement.integer(4) != 0))
        }
    }

    fileprivate func id(of uuid: UUIDIdentifikator) throws(StoreError) -> Int64? {
        let statement = try connection.prepare("SELECT id FROM objekt WHERE uuid = ?1")
        statement.bind(1, uuid)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The links of a case or a grant.
    fileprivate func led(
        of row: ObjektRow, _ now: Tidspunkt, _ afleder: Afleder
    ) throws(StoreError) -> [Led] {
        let afledning = afleder.afled(
            row.kind, try current(of: row), now: now, klassetekst: "", klasser: .ingen)
        var result: [Led] = []
        for henvisning in afledning.henvisninger
        where [.journalpost, .bevillingssag].contains(henvisning.liste) {
            guard let uuid = henvisning.noegle.uuid else { continue }
            result.append(
                Led(
                    liste: henvisning.liste, fra: row.id, til: uuid, id: try id(of: uuid),
                    erNu: henvisning.fra <= now.microseconds && now.microseconds < henvisning.til))
        }
        return result
    }

    /// The rows that point at the object now, in whatever list.
    fileprivate func pointing(at uuid: UUIDIdentifikator) throws(StoreError) -> Set<Int64> {
        var result: Set<Int64> = []
        try forEachHenvisning(Noegle(uuid)) { henvisning in
            if henvisning.isKnown(at: nil) { result.insert(henvisning.objekt) }
            return true
        }
        return result
    }
}
