/// One file as memory holds it at one commit: its rows' columns, and which cases file which documents
/// and which payments pay which grants.
///
/// Never changes; the next commit's is made from it (`following`).
final class Filkolonner: Sendable {
    /// Which commit of the file, and how often doubt has been cast on its rows since.
    struct Udgave: Equatable, Sendable {
        let version: Int64
        var tvivl = 0
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

    private init(_ udgave: Udgave, _ indhold: Indhold, _ kendetegn: Kendetegn? = nil) {
        self.udgave = udgave
        self.kendetegn = kendetegn ?? Kendetegn(slots: indhold.rows.slots)
        arter = Self.arter(indhold.rows)
        rows = indhold.rows
        journal = indhold.journal
        betaling = indhold.betaling
        bevillingssag = indhold.bevillingssag
        journalUdenfor = indhold.journalUdenfor
        betalingUdenfor = indhold.betalingUdenfor
    }

    /// The rows of the kind.
    func raekker(_ kind: ObjektKind) -> Raekkemaengde { arter[Int(kind.rawValue)] }

    /// The rows that cannot be read.
    var beskadigede: Raekkemaengde { arter[0] }

    private static func arter(_ rows: Kolonner) -> [Raekkemaengde] {
        var arter = [Raekkemaengde](repeating: Raekkemaengde(slots: rows.slots), count: 5)
        for id in 0..<rows.slots {
            let kind = rows.kind[id]
            if kind == Kolonner.damaged { arter[0].insert(id) }
            if (1...4).contains(kind) { arter[Int(kind)].insert(id) }
        }
        return arter
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

    /// The file at another commit, given the rows that were changed between. Costs a copy of the
    /// columns and some 40 µs a row.
    func following(
        _ shard: ShardReader, version: Int64, changed: Set<Int64>, _ verden: Omstaendigheder
    ) throws(StoreError) -> Filkolonner {
        var next = indhold
        for id in changed { try follow(id, &next, shard, changed, verden) }
        next.rows.skift = try shard.naesteSkift()
        return Filkolonner(
            Udgave(version: version), next,
            kendetegn.following(slots: next.rows.slots, changed: changed))
    }

    private var indhold: Indhold {
        Indhold(
            rows: rows, journal: journal, betaling: betaling, bevillingssag: bevillingssag,
            journalUdenfor: journalUdenfor,
            betalingUdenfor: betalingUdenfor)
    }

    /// The same, with the object judged by itself; costs a look at every row.
    func doubting(_ uuid: UUIDIdentifikator) -> Filkolonner {
        guard let id = rows.uuid.firstIndex(of: uuid) else { return self }
        var next = indhold
        next.rows.doubt(Int64(id))
        return Filkolonner(
            Udgave(version: version, tvivl: udgave.tvivl + 1), next, kendetegn)
    }

    private func follow(
        _ id: Int64, _ next: inout Indhold, _ shard: ShardReader, _ changed: Set<Int64>,
        _ verden: Omstaendigheder
    ) throws(StoreError) {
        next.removeLinks(of: id)
        do throws(StoreError) {
            guard let row = try shard.row(id: id) else { return next.rows.clear(id) }
            var isDoubtful = next.rows.isDoubtful(id) || verden.erFremmed(row.uuid)
            var led: [ShardReader.Led] = []
            if row.kind == .sag || row.kind == .bevilling {
                led = try shard.led(of: row, verden.now, verden.afleder)
            }
            switch row.kind {
            case .sag: break
            case .oekonomiskEffektuering:
                for uuid in row.fakta.bevillinger {
                    next.betaling(id, uuid, try shard.id(of: uuid))
                }
            case .dokument, .bevilling:
                if !rows.has(id) {
                    // What was there before it may point at it by its UUID alone.
                    let others = try shard.pointing(at: row.uuid).subtracting(changed)
                    isDoubtful = isDoubtful || (row.kind == .dokument && !others.isEmpty)
                    if row.kind == .bevilling { for other in others { next.rows.doubt(other) } }
                }
            }
            next.rows.set(row, isDoubtful: isDoubtful)
            for one in led { next.led(one) }
        } catch .corrupt {
            next.rows.setDamaged(id)
        }
    }
}

/// Pairs of a row and what it points at: many at once, and what has come since.
struct Par<Maal: Sendable>: Sendable {
    private var fra: [UInt32] = []
    private var til: [Maal] = []
    /// Rows whose pairs stand in `senere` alone.
    private var fjernet: Set<UInt32> = []
    private var senere: [UInt32: [Maal]] = [:]

    var isEmpty: Bool { fra.isEmpty && senere.isEmpty }

    mutating func append(_ first: Int64, _ second: Maal) {
        let first = UInt32(truncatingIfNeeded: first)
        if fjernet.contains(first) {
            senere[first, default: []].append(second)
        } else {
            fra.append(first)
            til.append(second)
        }
    }

    mutating func remove(_ first: Int64) {
        let first = UInt32(truncatingIfNeeded: first)
        fjernet.insert(first)
        senere[first] = nil
    }

    func forEach(_ body: (Int, Maal) -> Void) {
        for place in fra.indices where fjernet.isEmpty || !fjernet.contains(fra[place]) {
            body(Int(fra[place]), til[place])
        }
        for (first, others) in senere { for second in others { body(Int(first), second) } }
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
    fileprivate func naesteSkift() throws(StoreError) -> Int64 {
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
