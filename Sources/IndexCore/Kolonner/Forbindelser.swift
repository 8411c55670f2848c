import Synchronization

/// What rows of one of an authority's files point at in another of them: cases at documents, payments at
/// grants. An authority has several files past half a million objects, and objects lie in them as their
/// UUIDs have it, so of two files half of all links go from one to the other.
///
/// Never changes; those of later columns are made from it (`following`). Some 12 bytes a link, and 12 to
/// 24 a document or grant.
final class Forbindelser: Sendable {
    /// A row of one of the files.
    struct Plads: Equatable, Sendable {
        private let fil: UInt32
        private let raekke: UInt32
        var del: Int { Int(fil) }
        var id: Int { Int(raekke) }

        init(_ del: Int, _ id: Int) {
            fil = UInt32(truncatingIfNeeded: del)
            raekke = UInt32(truncatingIfNeeded: id)
        }
    }

    /// Of the columns that it was made of, in the order of the files.
    let udgaver: [Filkolonner.Udgave]
    private let maal: Maaltabel
    private let journal: Mellemled
    private let betaling: Mellemled
    private let skridt: Skridt<[Filkolonner.Udgave]>

    private init(
        _ filer: [Filkolonner], _ maal: Maaltabel, _ journal: Mellemled, _ betaling: Mellemled,
        _ skridt: Skridt<[Filkolonner.Udgave]>
    ) {
        udgaver = filer.map(\.udgave)
        self.maal = maal
        self.journal = journal
        self.betaling = betaling
        self.skridt = skridt
    }

    /// Costs some 0.2 µs a link.
    convenience init(_ filer: [Filkolonner]) {
        let maal = Maaltabel(filer)
        func led(_ art: Mellemled.Art) -> Mellemled {
            var led = Mellemled(art, filer.count)
            for place in filer.indices { led.add(filer, maal, place, among: nil) { _ in } }
            return led
        }
        self.init(filer, maal, led(.journal), led(.betaling), Skridt())
    }

    /// Calls `body` with each case and the document that it files; nil for one that is in none of the files.
    func forEachJournal(_ body: (Plads, Plads?) -> Void) { journal.forEach(body) }

    /// The same of payments and the grants they pay.
    func forEachBetaling(_ body: (Plads, Plads?) -> Void) { betaling.forEach(body) }

    /// The rows of each file that may be judged otherwise than by those columns; nil when it is not known.
    func beroerte(since old: [Filkolonner.Udgave]) -> [Set<Int>]? {
        old == udgaver ? old.map { _ in [] } : skridt.beroerte(since: old)
    }

    // MARK: Another commit

    /// Those of the files' columns at other commits, later or earlier; nil when they are to be made anew.
    /// Costs a look at each link.
    func following(_ filer: [Filkolonner]) -> Forbindelser? {
        guard let aendrede = filer.beroerte(since: udgaver),
            Skridt<[Filkolonner.Udgave]>.antal(aendrede)
                <= Skridt<[Filkolonner.Udgave]>.flestRaekker
        else { return nil }
        var (maal, journal, betaling) = (maal, self.journal, self.betaling)
        var beroerte = Beroerte(filer, aendrede)
        for (place, ids) in aendrede.enumerated() {
            maal.add(ids, place, filer)
            guard maal.haveOnePlace(ids, place, filer) else { return nil }
        }
        journal.follow(filer, maal, aendrede, &beroerte)
        betaling.follow(filer, maal, aendrede, &beroerte)
        beroerte.addHele(filer, journal)
        return Forbindelser(
            filer, maal, journal, betaling, skridt.and(fra: udgaver, beroerte.raekker))
    }

    /// Rows of each file, as a set and as bits.
    private struct Beroerte {
        private(set) var raekker: [Set<Int>]
        private var bits: [Bitset]

        init(_ filer: [Filkolonner], _ raekker: [Set<Int>]) {
            self.raekker = raekker
            bits = zip(filer, raekker).map { Bitset(count: $0.rows.slots, $1) }
        }

        func contains(_ plads: Plads) -> Bool { bits[plads.del].contains(plads.id) }

        mutating func insert(_ plads: Plads) {
            raekker[plads.del].insert(plads.id)
            bits[plads.del].insert(growing: UInt32(plads.id))
        }

        /// Whether a case is seen whole depends on the documents that it files, wherever they are.
        mutating func addHele(_ filer: [Filkolonner], _ journal: Mellemled) {
            let doemte = self
            for (place, fil) in filer.enumerated() where !doemte.raekker[place].isEmpty {
                fil.journal.forEach { sag, dokument in
                    if doemte.contains(Plads(place, Int(dokument))) { insert(Plads(place, sag)) }
                }
            }
            journal.forEach { sag, dokument in
                if let dokument, doemte.contains(dokument) { insert(sag) }
            }
        }
    }

    /// The links of one kind.
    private struct Mellemled {
        enum Art { case journal, betaling }

        private let art: Art
        /// By the file that they go from.
        private var par: [Par<Plads>]
        /// Those whose target is in none of the files.
        private var savnede: [Par<UUIDIdentifikator>]

        init(_ art: Art, _ filer: Int) {
            self.art = art
            par = .init(repeating: .init(), count: filer)
            savnede = .init(repeating: .init(), count: filer)
        }

        private var kind: ObjektKind { art == .journal ? .dokument : .bevilling }

        private func udenfor(_ fil: Filkolonner) -> Par<UUIDIdentifikator> {
            art == .journal ? fil.journalUdenfor : fil.betalingUdenfor
        }

        func forEach(_ body: (Plads, Plads?) -> Void) {
            for place in par.indices {
                par[place].forEach { body(Plads(place, $0), $1) }
                savnede[place].forEach { fra, _ in body(Plads(place, fra), nil) }
            }
        }

        /// Links of one file's rows `among`; tells what they lead to.
        mutating func add(
            _ filer: [Filkolonner], _ maal: Maaltabel, _ place: Int, among: Bitset?,
            _ tell: (Plads) -> Void
        ) {
            udenfor(filer[place]).forEach { fra, uuid in
                guard among?.contains(fra) ?? true else { return }
                let pladser = maal.pladser(of: uuid, kind, filer)
                for til in pladser {
                    par[place].append(Int64(fra), til)
                    tell(til)
                }
                if pladser.isEmpty { savnede[place].append(Int64(fra), uuid) }
            }
        }

        /// Finds what changed rows point at, and what points at them, again.
        mutating func follow(
            _ filer: [Filkolonner], _ maal: Maaltabel, _ aendrede: [Set<Int>],
            _ beroerte: inout Beroerte
        ) {
            var igen = aendrede
            let kendte = beroerte
            for place in par.indices {
                par[place].forEach { fra, til in
                    if kendte.contains(til) { igen[place].insert(fra) }
                    if kendte.contains(Plads(place, fra)) { beroerte.insert(til) }
                }
            }
            let komne = Set(
                aendrede.enumerated().flatMap { place, ids in
                    let rows = filer[place].rows
                    return ids.filter { $0 < rows.slots && rows.kind[$0] == kind.rawValue }
                        .map { rows.uuid[$0] }
                })
            for place in savnede.indices where !komne.isEmpty {
                savnede[place].forEach { fra, uuid in
                    if komne.contains(uuid) { igen[place].insert(fra) }
                }
            }
            for place in par.indices where !igen[place].isEmpty {
                for fra in igen[place] {
                    par[place].remove(Int64(fra))
                    savnede[place].remove(Int64(fra))
                    beroerte.insert(Plads(place, fra))
                }
                let among = Bitset(count: filer[place].rows.slots, igen[place])
                add(filer, maal, place, among: among) { beroerte.insert($0) }
                par[place].settle()
                savnede[place].settle()
            }
        }
    }
}

/// The columns of an authority's files, with what leads from one to another.
struct Myndighedsraekker: Sendable {
    let filer: [Filkolonner]
    /// Nil for one file: what leads out of it leads nowhere.
    private let forbindelser: Forbindelser?

    init(_ filer: [Filkolonner], _ forbindelser: Forbindelser? = nil) {
        (self.filer, self.forbindelser) = (filer, forbindelser)
    }

    /// The rows of each file that may be judged otherwise than by those columns; nil when it is not known.
    func beroerte(since old: [Filkolonner.Udgave]) -> [Set<Int>]? {
        if let forbindelser { return forbindelser.beroerte(since: old) }
        return filer.beroerte(since: old)
    }

    /// Calls `body` with each case and each document that it files in another file; nil for one that is in none.
    func forEachJournalUdenfor(_ body: (Forbindelser.Plads, Forbindelser.Plads?) -> Void) {
        if let forbindelser { return forbindelser.forEachJournal(body) }
        filer.first?.journalUdenfor.forEach { sag, _ in body(.init(0, sag), nil) }
    }

    /// The same of payments and the grants they pay.
    func forEachBetalingUdenfor(_ body: (Forbindelser.Plads, Forbindelser.Plads?) -> Void) {
        if let forbindelser { return forbindelser.forEachBetaling(body) }
        filer.first?.betalingUdenfor.forEach { betaling, _ in body(.init(0, betaling), nil) }
    }
}

extension [Filkolonner] {
    /// The rows of each file that may be judged otherwise for what is in that file; nil when it is not known.
    fileprivate func beroerte(since old: [Filkolonner.Udgave]) -> [Set<Int>]? {
        guard old.count == count else { return nil }
        var result: [Set<Int>] = []
        for (fil, old) in zip(self, old) {
            guard let one = fil.beroerte(since: old) else { return nil }
            result.append(one)
        }
        return result
    }
}

extension [Filkolonner.Udgave] {
    /// Whether one of the files was read at a later commit than in the others.
    func erSenere(end others: Self) -> Bool {
        zip(self, others).contains { $0.version > $1.version }
    }
}

/// What was last known of an authority's files and what leads between them.
final class Forbindelseslager: Sendable {
    private let kendt = Mutex<Forbindelser?>(nil)

    /// Held while they are made, so that of many who ask one does it.
    func raekker(_ filer: [Filkolonner]) -> Myndighedsraekker {
        kendt.withLock { kendt in
            let udgaver = filer.map(\.udgave)
            if let kendt, kendt.udgaver == udgaver { return Myndighedsraekker(filer, kendt) }
            let made = kendt?.following(filer) ?? Forbindelser(filer)
            // Another request may have been ahead.
            if !(kendt?.udgaver.erSenere(end: udgaver) ?? false) { kendt = made }
            return Myndighedsraekker(filer, made)
        }
    }
}

/// Where documents and grants are, by their UUIDs; 8 bytes a place, one and a half to three places a row.
///
/// Rows that are gone stay in it: what is found is compared with the columns. In parts, so that a copy
/// that is added to copies little.
private struct Maaltabel: Sendable {
    private var dele = [Del](repeating: Del(), count: 256)

    init(_ filer: [Filkolonner]) {
        for (place, fil) in filer.enumerated() { add(0..<fil.rows.slots, place, filer) }
    }

    /// Where the object is: in one of the files, or none; in two where it was moved and one of them has been read
    /// before that.
    func pladser(
        of uuid: UUIDIdentifikator, _ kind: ObjektKind, _ filer: [Filkolonner]
    ) -> [Forbindelser.Plads] {
        var result: [Forbindelser.Plads] = []
        let hash = Self.hash(uuid)
        let del = dele[hash & 255]
        var slot = hash >> 8 & (del.pladser.count - 1)
        while del.pladser[slot] != 0 {
            let plads = Self.plads(del.pladser[slot])
            let fil = filer[plads.del]
            if plads.id < fil.rows.slots, fil.rows.uuid[plads.id] == uuid,
                fil.rows.kind[plads.id] == kind.rawValue
            {
                if !result.contains(plads) { result.append(plads) }
            }
            slot = (slot + 1) & (del.pladser.count - 1)
        }
        return result
    }

    /// Whether none of the file's rows is of an object that stands in another one too.
    func haveOnePlace(_ ids: Set<Int>, _ place: Int, _ filer: [Filkolonner]) -> Bool {
        let rows = filer[place].rows
        return ids.allSatisfy { id in
            guard id < rows.slots, let kind = ObjektKind(rawValue: rows.kind[id]),
                Self.kinds.contains(kind.rawValue)
            else { return true }
            return pladser(of: rows.uuid[id], kind, filer).count == 1
        }
    }

    /// Adds those of the file's rows that are documents or grants.
    mutating func add(_ ids: some Sequence<Int>, _ place: Int, _ filer: [Filkolonner]) {
        let rows = filer[place].rows
        for id in ids where id < rows.slots && Self.kinds.contains(rows.kind[id]) {
            let number = Self.hash(rows.uuid[id]) & 255
            if dele[number].antal * 3 >= dele[number].pladser.count * 2 {
                dele[number].renew(filer) { Self.hash($0) & 255 == number }
            }
            dele[number].add(UInt64(place + 1) << 32 | UInt64(id), rows.uuid[id])
        }
    }

    private static let kinds = [ObjektKind.dokument.rawValue, ObjektKind.bevilling.rawValue]

    /// The lowest eight bits say which part, the rest where in it.
    private static func hash(_ uuid: UUIDIdentifikator) -> Int { uuid.hashValue & .max }

    private static func plads(_ packed: UInt64) -> Forbindelser.Plads {
        .init(Int(packed >> 32) - 1, Int(packed & 0xFFFF_FFFF))
    }

    private struct Del: Sendable {
        /// The file in the upper half, from 1, and the row in the lower; 0 where nothing is.
        var pladser = [UInt64](repeating: 0, count: 16)
        var antal = 0

        mutating func add(_ packed: UInt64, _ uuid: UUIDIdentifikator) {
            var slot = Maaltabel.hash(uuid) >> 8 & (pladser.count - 1)
            while pladser[slot] != 0 {
                if pladser[slot] == packed { return }
                slot = (slot + 1) & (pladser.count - 1)
            }
            pladser[slot] = packed
            antal += 1
        }

        /// Makes room, and leaves out rows that are gone.
        mutating func renew(
            _ filer: [Filkolonner], where standsHere: (UUIDIdentifikator) -> Bool
        ) {
            let old = pladser.compactMap { packed -> (packed: UInt64, uuid: UUIDIdentifikator)? in
                guard packed != 0 else { return nil }
                let plads = Maaltabel.plads(packed)
                let fil = filer[plads.del]
                guard plads.id < fil.rows.slots, standsHere(fil.rows.uuid[plads.id]) else {
                    return nil
                }
                return (packed, fil.rows.uuid[plads.id])
            }
            var room = 16
            while room < old.count * 2 { room *= 2 }
            pladser = .init(repeating: 0, count: room)
            antal = 0
            for one in old { add(one.packed, one.uuid) }
        }
    }
}
