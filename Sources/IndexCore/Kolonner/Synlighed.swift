import Synchronization

/// Which rows of an authority's files one caller sees: the predicate of `AccessScope`, judged for all
/// rows at once from the columns.
///
/// Costs some 10 ns a row, and as much a link; after a commit, a look at each link of the files that it touched, and at
/// each between files. Every row is one
/// of three: surely seen, with all its parts; surely not; or in doubt, to be judged by itself.
struct Synlighed: Sendable {
    /// One file's rows; a bit each.
    struct Del: Sendable {
        private(set) var sikre: Bitset
        private(set) var tvivl: Bitset
        /// Those of `sikre` of which the caller sees every part that has a text.
        private(set) var hele: Bitset
        /// What has been counted of `sikre`; another one when they are others.
        private(set) var optaelling = Optaelling()

        init(slots: Int) {
            sikre = Bitset(count: slots)
            tvivl = Bitset(count: slots)
            hele = Bitset(count: slots)
        }

        /// Only these are seen.
        init(slots: Int, kun ids: some Sequence<Int>) {
            self.init(slots: slots)
            for id in ids where id < slots {
                sikre.insert(id)
                hele.insert(id)
            }
        }

        mutating func see(_ id: Int) { sikre.insert(id) }
        mutating func doubt(_ id: Int) { tvivl.insert(id) }
        mutating func seeWhole(_ id: Int) { hele.insert(id) }
        mutating func hidePart(_ id: Int) { hele.remove(id) }

        /// A row that was in doubt has been judged by itself.
        mutating func afgoer(_ id: Int, erSet: Bool, erHel: Bool) {
            guard tvivl.contains(id) else { return }
            tvivl.remove(id)
            guard erSet else { return }
            sikre.insert(id)
            optaelling = Optaelling()
            if erHel { hele.insert(id) }
        }

        /// Makes room, and has nothing of these rows judged.
        mutating func forget(_ ids: some Collection<Int>, slots: Int) {
            if !ids.isEmpty { optaelling = Optaelling() }
            sikre.reserve(slots)
            tvivl.reserve(slots)
            hele.reserve(slots)
            for id in ids {
                sikre.remove(id)
                tvivl.remove(id)
                hele.remove(id)
            }
        }
    }

    /// In the order of the files.
    private(set) var dele: [Del]
    /// No other has it.
    let nummer: UInt64

    private static let antal = Atomic<UInt64>(0)

    private init(dele: [Del]) {
        self.dele = dele
        nummer = Self.antal.wrappingAdd(1, ordering: .relaxed).newValue
    }

    init(_ raekker: Myndighedsraekker, myndighed: CVRNummer, _ scope: AccessScope) {
        let filer = raekker.filer
        self.init(dele: filer.map { Del(slots: $0.rows.slots) })
        let domme = filer.map { Dom($0.rows, myndighed, scope) }
        var led = Led(filer)
        led.read(raekker, domme, among: nil)
        for place in filer.indices {
            judge(domme[place], led.dele[place], place, 0..<filer[place].rows.slots)
        }
        for place in filer.indices {
            judgeHele(filer[place], place, 0..<filer[place].rows.slots, among: nil)
        }
        hideParts(raekker, among: nil)
    }

    /// The same at another commit, given every row of each file whose judgement may be another
    /// (`Myndighedsraekker.beroerte`).
    func following(
        _ raekker: Myndighedsraekker, _ beroerte: [Set<Int>], myndighed: CVRNummer,
        _ scope: AccessScope
    ) -> Synlighed {
        var next = Synlighed(dele: dele)
        let filer = raekker.filer
        let ids = zip(filer, beroerte).map { fil, ids in ids.filter { $0 < fil.rows.slots } }
        let among = zip(filer, ids).map { Bitset(count: $0.rows.slots, $1) }
        for (place, fil) in filer.enumerated() {
            next.dele[place].forget(ids[place], slots: fil.rows.slots)
        }
        let domme = filer.map { Dom($0.rows, myndighed, scope) }
        var led = Led(filer)
        led.read(raekker, domme, among: among)
        for place in filer.indices {
            next.judge(domme[place], led.dele[place], place, ids[place])
        }
        for (place, fil) in filer.enumerated() where !ids[place].isEmpty {
            next.judgeHele(fil, place, ids[place], among: among[place])
        }
        next.hideParts(raekker, among: among)
        return next
    }

    private mutating func judge(
        _ dom: Dom, _ led: Led.Del, _ place: Int, _ ids: some Sequence<Int>
    ) {
        for id in ids {
            switch dom.rows.kind[id] {
            case 0: continue
            case Kolonner.damaged: dele[place].doubt(id)
            case ObjektKind.sag.rawValue:
                if dom.seesSag(id) { dele[place].see(id) }
            case ObjektKind.dokument.rawValue: judgeDokument(id, dom, led, place)
            case ObjektKind.bevilling.rawValue:
                if dom.harFlereSystemer(id) {
                    dele[place].doubt(id)
                    continue
                }
                let seen = dom.numre(id)
                guard seen != .ingen, dom.passesProfil(id) else { continue }
                if seen == .alle { dele[place].see(id) } else { dele[place].doubt(id) }
            default: judgeEffektuering(id, dom, led, place)
            }
        }
    }

    private mutating func judgeDokument(_ id: Int, _ dom: Dom, _ led: Led.Del, _ place: Int) {
        if dom.isDoubtful(id) || led.tvivl.contains(id) { return dele[place].doubt(id) }
        let level = dom.rows.foelsomhed[id]
        guard level > 0, dom.passesProfil(id) else { return }
        let isSeen =
            led.arkiverede.contains(id)
            ? led.gennem.contains(id) : dom.passesAll(id, level)
        if isSeen { dele[place].see(id) }
    }

    private mutating func judgeEffektuering(_ id: Int, _ dom: Dom, _ led: Led.Del, _ place: Int) {
        if dom.isDoubtful(id) { return dele[place].doubt(id) }
        if led.gennem.contains(id) { return dele[place].see(id) }
        if led.tvivl.contains(id) { dele[place].doubt(id) }
    }

    /// A case is seen whole by whom sees each document that it files; a grant by whom sees its case; a
    /// document has no parts. A payment never is: its other lines may tell of the whole.
    private mutating func judgeHele(
        _ fil: Filkolonner, _ place: Int, _ ids: some Sequence<Int>, among: Bitset?
    ) {
        let effektuering = ObjektKind.oekonomiskEffektuering.rawValue
        for id in ids
        where dele[place].sikre.contains(id) && fil.rows.kind[id] != effektuering
            && fil.rows.flags[id] & Kolonner.Flag.uklar == 0
        {
            dele[place].seeWhole(id)
        }
        for links in [fil.journal, fil.bevillingssag] {
            links.forEach { id, target in
                guard among?.contains(id) ?? true else { return }
                if !dele[place].sikre.contains(Int(target)) { dele[place].hidePart(id) }
            }
        }
    }

    private mutating func hideParts(_ raekker: Myndighedsraekker, among: [Bitset]?) {
        raekker.forEachJournalUdenfor { sag, dokument in
            guard among?[sag.del].contains(sag.id) ?? true else { return }
            let isSeen = dokument.map { dele[$0.del].sikre.contains($0.id) } ?? false
            if !isSeen { dele[sag.del].hidePart(sag.id) }
        }
    }
}

/// What the links say: which documents are filed, and which of them a case lets through; which payments
/// pay a grant that is seen.
private struct Led {
    struct Del {
        /// Documents that some case files.
        var arkiverede: Bitset
        /// Documents that a case lets through; payments that a grant does with all their lines.
        var gennem: Bitset
        /// Of which that cannot be told here, or payments that are let through with some lines.
        var tvivl: Bitset
    }

    private(set) var dele: [Del]

    init(_ filer: [Filkolonner]) {
        dele = filer.map {
            let none = Bitset(count: $0.rows.slots)
            return Del(arkiverede: none, gennem: none, tvivl: none)
        }
    }

    /// Of documents and payments `among` alone.
    mutating func read(_ raekker: Myndighedsraekker, _ domme: [Dom], among: [Bitset]?) {
        for (place, fil) in raekker.filer.enumerated() {
            let dom = domme[place]
            let among = among?[place]
            if among?.isEmpty ?? false { continue }
            fil.journal.forEach { sag, dokument in
                guard among?.contains(Int(dokument)) ?? true else { return }
                journal(dom, sag, dom, .init(place, Int(dokument)))
            }
            fil.betaling.forEach { effektuering, bevilling in
                guard among?.contains(effektuering) ?? true else { return }
                betaling(dom, .init(place, effektuering), dom, Int(bevilling))
            }
        }
        raekker.forEachJournalUdenfor { sag, dokument in
            guard let dokument, among?[dokument.del].contains(dokument.id) ?? true else { return }
            journal(domme[sag.del], sag.id, domme[dokument.del], dokument)
        }
        raekker.forEachBetalingUdenfor { effektuering, bevilling in
            guard among?[effektuering.del].contains(effektuering.id) ?? true else { return }
            guard let bevilling else {
                return dele[effektuering.del].tvivl.insert(effektuering.id)
            }
            betaling(domme[effektuering.del], effektuering, domme[bevilling.del], bevilling.id)
        }
    }

    private mutating func betaling(
        _ betalinger: Dom, _ effektuering: Forbindelser.Plads, _ bevillinger: Dom,
        _ bevilling: Int
    ) {
        guard effektuering.id < betalinger.rows.slots else { return }
        if bevillinger.isBevilling(bevilling), bevillinger.harFlereSystemer(bevilling) {
            return dele[effektuering.del].tvivl.insert(effektuering.id)
        }
        guard bevillinger.seesBevilling(bevilling) else { return }
        // A unit that the groups are limited to is the grant's.
        if betalinger.harEnheder {
            return dele[effektuering.del].tvivl.insert(effektuering.id)
        }
        let level = bevillinger.rows.foelsomhed[bevilling]
        switch betalinger.numre(effektuering.id, level: level) {
        case .alle: dele[effektuering.del].gennem.insert(effektuering.id)
        case .nogle: dele[effektuering.del].tvivl.insert(effektuering.id)
        case .ingen: break
        }
    }

    private mutating func journal(
        _ sager: Dom, _ sag: Int, _ dokumenter: Dom, _ dokument: Forbindelser.Plads
    ) {
        guard sag < sager.rows.slots, dokument.id < dokumenter.rows.slots else { return }
        let kind = sager.rows.kind[sag]
        if kind == Kolonner.damaged { return dele[dokument.del].tvivl.insert(dokument.id) }
        guard kind == ObjektKind.sag.rawValue else { return }
        dele[dokument.del].arkiverede.insert(dokument.id)
        guard !dele[dokument.del].gennem.contains(dokument.id) else { return }
        let levels = (sager.rows.foelsomhed[sag], dokumenter.rows.foelsomhed[dokument.id])
        guard levels.0 > 0, levels.1 > 0 else { return }
        if sager.letsThrough(sag, max(levels.0, levels.1), dokument.id, of: dokumenter) {
            dele[dokument.del].gennem.insert(dokument.id)
        }
    }
}

/// What the caller's groups say of each number, system and unit of a file.
///
/// A class, as are its groups: they are asked for each row, and a copy of the columns counts references.
private final class Dom {
    enum Numre { case ingen, nogle, alle }

    let rows: Kolonner
    private let system: [Gruppe]
    private let bruger: [Gruppe]?
    /// The highest level that both hold for each number of a case or document, and of a grant or payment; nil
    /// where some group is limited further.
    private let niveau: (sager: [UInt8], ydelser: [UInt8])?
    private let profil: (uuid: UUIDIdentifikator?, enheder: Set<UUIDIdentifikator>)?

    init(_ rows: Kolonner, _ myndighed: CVRNummer, _ scope: AccessScope) {
        self.rows = rows
        func grupper(_ grupper: [RightsGroup]) -> [Gruppe] {
            grupper.filter { $0.myndigheder.contains(myndighed) }.map { Gruppe($0, rows, scope) }
        }
        let system = grupper(scope.systemGrupper)
        let bruger = scope.bruger.map { grupper($0.grupper) }
        self.system = system
        self.bruger = bruger
        profil = scope.bruger.map { ($0.uuid, $0.enheder) }
        guard (system + (bruger ?? [])).allSatisfy({ !$0.isLimited }) else {
            niveau = nil
            return
        }
        func highest(_ numre: KeyPath<Gruppe, [Bool]>) -> [UInt8] {
            func highest(_ grupper: [Gruppe], _ nummer: Int) -> UInt8 {
                grupper.reduce(0) { $1[keyPath: numre][nummer] ? max($0, $1.foelsomhed) : $0 }
            }
            return rows.numre.values.indices.map { nummer in
                let own = highest(system, nummer)
                return bruger.map { min(own, highest($0, nummer)) } ?? own
            }
        }
        let sager = highest(\.numre)
        niveau = (sager, scope.plan == nil ? sager : highest(\.ydelsesnumre))
    }

    /// Whether some group is limited to units.
    private(set) lazy var harEnheder = (system + (bruger ?? [])).contains { $0.harEnheder }

    func isDoubtful(_ id: Int) -> Bool { rows.flags[id] & Kolonner.Flag.tvivl != 0 }

    /// Whether a grant is of more systems than the columns tell.
    func harFlereSystemer(_ id: Int) -> Bool { rows.flags[id] & Kolonner.Flag.flereSystemer != 0 }

    func isBevilling(_ id: Int) -> Bool {
        id < rows.slots && rows.kind[id] == ObjektKind.bevilling.rawValue
    }

    /// Whether some of the grant is seen.
    func seesBevilling(_ id: Int) -> Bool {
        isBevilling(id) && numre(id) != .ingen && passesProfil(id)
    }

    func passesProfil(_ id: Int) -> Bool {
        guard rows.flags[id] & Kolonner.Flag.profil != 0, let profil else { return true }
        return (rows.profil[UInt32(id)] ?? []).contains {
            $0 == profil.uuid || profil.enheder.contains($0)
        }
    }

    func seesSag(_ id: Int) -> Bool {
        let level = rows.foelsomhed[id]
        return level > 0 && passesAll(id, level) && passesProfil(id)
    }

    func passesAll(_ id: Int, _ level: UInt8) -> Bool {
        if let niveau, rows.kle[id] != Kolonner.flere {
            return niveau.sager[Int(rows.kle[id])] >= level
        }
        return rows.forEachNummer(id) { passesBoth(id, $0, level, nil) }
    }

    /// Whether the case lets the document through at the level.
    func letsThrough(_ id: Int, _ level: UInt8, _ dokument: Int, of dokumenter: Dom) -> Bool {
        guard passesProfil(id) else { return false }
        if niveau != nil { return passesAll(id, level) }
        let master = dokumenter.rows.systemer.values[Int(dokumenter.rows.master[dokument])]
        return rows.forEachNummer(id) { passesBoth(id, $0, level, master) }
    }

    /// How many of a grant's or payment's numbers are seen, at its own level or the one given.
    func numre(_ id: Int, level: UInt8? = nil) -> Numre {
        let level = level ?? rows.foelsomhed[id]
        guard level > 0 else { return .ingen }
        var seen = false
        var missed = false
        guard rows.flags[id] & Kolonner.Flag.nummer != 0 else { return .ingen }
        _ = rows.forEachNummer(id) { nummer in
            if passesBoth(id, nummer, level, nil) { seen = true } else { missed = true }
            return true
        }
        return !seen ? .ingen : missed ? .nogle : .alle
    }

    private func passesBoth(
        _ id: Int, _ nummer: UInt16, _ level: UInt8, _ master: UUIDIdentifikator?
    ) -> Bool {
        if let niveau {
            return (rows.isYdelse(id) ? niveau.ydelser : niveau.sager)[Int(nummer)] >= level
        }
        return system.contains { $0.passes(rows, id, nummer, level, master) }
            && (bruger?.contains { $0.passes(rows, id, nummer, level, master) } ?? true)
    }

    /// One group, with what it covers of the file's tables.
    private final class Gruppe {
        let foelsomhed: UInt8
        let numre: [Bool]
        /// Of grants and payments.
        let ydelsesnumre: [Bool]
        private let systemer: (places: [Bool], uuider: Set<UUIDIdentifikator>)?
        private let enheder: [Bool]?

        var harEnheder: Bool { enheder != nil }
        var isLimited: Bool { systemer != nil || enheder != nil }

        init(_ gruppe: RightsGroup, _ rows: Kolonner, _ scope: AccessScope) {
            foelsomhed = gruppe.foelsomhed.rawValue
            numre = rows.numre.values.map { gruppe.covers($0, erUkendt: false) }
            ydelsesnumre =
                scope.plan == nil
                ? numre
                : rows.numre.values.map { gruppe.covers($0, erUkendt: scope.isUnknown($0)) }
            func covered(_ tabel: Tabel<UUIDIdentifikator?>, _ set: Set<UUIDIdentifikator>)
                -> [Bool]
            { tabel.values.map { $0.map(set.contains) ?? false } }
            systemer = gruppe.systemer.map { (covered(rows.systemer, $0), $0) }
            enheder = gruppe.enheder.map { covered(rows.enheder, $0) }
        }

        func passes(
            _ rows: Kolonner, _ id: Int, _ nummer: UInt16, _ level: UInt8,
            _ master: UUIDIdentifikator?
        ) -> Bool {
            guard foelsomhed >= level,
                (rows.isYdelse(id) ? ydelsesnumre : numre)[Int(nummer)]
            else { return false }
            if let systemer {
                guard systemer.places[Int(rows.master[id])],
                    master.map(systemer.uuider.contains) ?? true
                else { return false }
            }
            guard let enheder,
                rows.kind[id] != ObjektKind.oekonomiskEffektuering.rawValue
            else { return true }
            return enheder[Int(rows.ansvarlig[id])]
        }
    }
}

/// A set of small numbers, a bit each.
struct Bitset: Sendable {
    private(set) var words: [UInt64]

    init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

    /// With these in it, beyond `count` too.
    init(count: Int, _ places: some Sequence<Int>) {
        self.init(count: count)
        for place in places { insert(growing: UInt32(place)) }
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    func contains(_ place: Int) -> Bool {
        let word = place >> 6
        return word < words.count && words[word] & (1 << UInt64(place & 63)) != 0
    }

    mutating func insert(_ place: Int) { words[place >> 6] |= 1 << UInt64(place & 63) }
    /// Makes room where there is none.
    mutating func insert(growing place: UInt32) {
        let missing = Int(place) >> 6 + 1 - words.count
        if missing > 0 { words += [UInt64](repeating: 0, count: missing) }
        insert(Int(place))
    }
    mutating func remove(_ place: Int) { words[place >> 6] &= ~(1 << UInt64(place & 63)) }
    /// Makes room for places below `count`.
    mutating func reserve(_ count: Int) {
        let missing = (count + 63) / 64 - words.count
        if missing > 0 { words += [UInt64](repeating: 0, count: missing) }
    }
}
