/// Which rows of an authority's files one caller sees: the predicate of `AccessScope`, judged for all
/// rows at once from the columns.
///
/// Costs some 3 ns a row, and about 10 a link. Every row is one of three: surely seen, with all its
/// parts; surely not; or in doubt, to be judged by itself.
struct Synlighed: Sendable {
    /// One file's rows; a bit each.
    struct Del: Sendable {
        private(set) var sikre: Bitset
        private(set) var tvivl: Bitset

        init(slots: Int) {
            sikre = Bitset(count: slots)
            tvivl = Bitset(count: slots)
        }

        mutating func see(_ id: Int) { sikre.insert(id) }
        mutating func doubt(_ id: Int) { tvivl.insert(id) }
    }

    /// In the order of the files.
    private(set) var dele: [Del]

    init(_ filer: [Filkolonner], myndighed: CVRNummer, _ scope: AccessScope) {
        dele = filer.map { Del(slots: $0.rows.slots) }
        let domme = filer.map { Dom($0.rows, myndighed, scope) }
        var journal = Journal(filer)
        journal.read(filer, domme)
        var bevillinger = filer.map { Bitset(count: $0.rows.slots) }
        for (place, fil) in filer.enumerated() {
            judge(fil.rows, domme[place], journal, &bevillinger, place)
        }
        var betalte = Betalinger(filer)
        betalte.read(filer, bevillinger)
        for (place, fil) in filer.enumerated() {
            judgeEffektueringer(fil.rows, domme[place], betalte, place)
        }
    }

    private mutating func judge(
        _ rows: Kolonner, _ dom: Dom, _ journal: Journal, _ bevillinger: inout [Bitset],
        _ place: Int
    ) {
        for id in 0..<rows.slots {
            switch rows.kind[id] {
            case 0: continue
            case Kolonner.damaged: dele[place].doubt(id)
            case ObjektKind.sag.rawValue:
                if dom.seesSag(id) { dele[place].see(id) }
            case ObjektKind.dokument.rawValue:
                if rows.flags[id] & Kolonner.Flag.tvivl != 0 || journal.tvivl[place].contains(id) {
                    dele[place].doubt(id)
                } else if dom.passesProfil(id), rows.foelsomhed[id] > 0,
                    journal.filed[place].contains(id)
                        ? journal.through[place].contains(id)
                        : dom.passesAll(id, rows.foelsomhed[id])
                {
                    dele[place].see(id)
                }
            case ObjektKind.bevilling.rawValue:
                let seen = dom.numre(id)
                guard seen != .ingen, dom.passesProfil(id) else { continue }
                bevillinger[place].insert(id)
                if seen == .alle { dele[place].see(id) } else { dele[place].doubt(id) }
            default: continue
            }
        }
    }

    private mutating func judgeEffektueringer(
        _ rows: Kolonner, _ dom: Dom, _ betalte: Betalinger, _ place: Int
    ) {
        for id in 0..<rows.slots
        where rows.kind[id] == ObjektKind.oekonomiskEffektuering.rawValue {
            if rows.flags[id] & Kolonner.Flag.tvivl != 0 || betalte.tvivl[place].contains(id) {
                dele[place].doubt(id)
                continue
            }
            guard betalte.sete[place].contains(id) else { continue }
            switch dom.numre(id, level: Foelsomhed.ikkeFortroligeData.rawValue) {
            case .alle: dele[place].see(id)
            case .nogle: dele[place].doubt(id)
            case .ingen: continue
            }
        }
    }
}

/// Which documents are filed, and which of them a case lets through.
private struct Journal {
    var filed: [Bitset]
    var through: [Bitset]
    /// Filed by a case that cannot be read.
    var tvivl: [Bitset]

    init(_ filer: [Filkolonner]) {
        filed = filer.map { Bitset(count: $0.rows.slots) }
        through = filed
        tvivl = filed
    }

    mutating func read(_ filer: [Filkolonner], _ domme: [Dom]) {
        for (place, fil) in filer.enumerated() {
            fil.journal.forEach { sag, dokument in
                note(filer, domme, (place, sag), (place, Int(dokument)))
            }
        }
        guard filer.count > 1 else { return }
        let udenfor = Udenfor(filer, .dokument, \.journalUdenfor)
        udenfor.forEach { sag, dokument in
            if let dokument { note(filer, domme, sag, dokument) }
        }
    }

    private mutating func note(
        _ filer: [Filkolonner], _ domme: [Dom], _ sag: (del: Int, id: Int),
        _ dokument: (del: Int, id: Int)
    ) {
        let (sager, dokumenter) = (filer[sag.del].rows, filer[dokument.del].rows)
        guard sag.id < sager.slots, dokument.id < dokumenter.slots else { return }
        if sager.kind[sag.id] == Kolonner.damaged {
            return tvivl[dokument.del].insert(dokument.id)
        }
        guard sager.kind[sag.id] == ObjektKind.sag.rawValue else { return }
        filed[dokument.del].insert(dokument.id)
        guard !through[dokument.del].contains(dokument.id) else { return }
        let levels = (sager.foelsomhed[sag.id], dokumenter.foelsomhed[dokument.id])
        guard levels.0 > 0, levels.1 > 0 else { return }
        let master = dokumenter.systemer.values[Int(dokumenter.master[dokument.id])]
        if domme[sag.del].letsThrough(sag.id, max(levels.0, levels.1), master) {
            through[dokument.del].insert(dokument.id)
        }
    }
}

/// Which payments pay a grant that is seen, and of which that cannot be told here.
private struct Betalinger {
    var sete: [Bitset]
    var tvivl: [Bitset]

    init(_ filer: [Filkolonner]) {
        sete = filer.map { Bitset(count: $0.rows.slots) }
        tvivl = sete
    }

    mutating func read(_ filer: [Filkolonner], _ bevillinger: [Bitset]) {
        for (place, fil) in filer.enumerated() {
            fil.betaling.forEach { effektuering, bevilling in
                if bevillinger[place].contains(Int(bevilling)) { sete[place].insert(effektuering) }
            }
        }
        let udenfor = Udenfor(filer, .bevilling, \.betalingUdenfor)
        udenfor.forEach { effektuering, bevilling in
            guard let bevilling else {
                return tvivl[effektuering.del].insert(effektuering.id)
            }
            if bevillinger[bevilling.del].contains(bevilling.id) {
                sete[effektuering.del].insert(effektuering.id)
            }
        }
    }
}

/// Links from one file of an authority to another.
private struct Udenfor {
    typealias Plads = (del: Int, id: Int)
    private var par: [(fra: Plads, til: UUIDIdentifikator)] = []
    private var pladser: [UUIDIdentifikator: Plads] = [:]

    init(
        _ filer: [Filkolonner], _ kind: ObjektKind,
        _ list: KeyPath<Filkolonner, Par<UUIDIdentifikator>>
    ) {
        for (place, fil) in filer.enumerated() {
            fil[keyPath: list].forEach { par.append(((place, $0), $1)) }
        }
        guard filer.count > 1, !par.isEmpty else { return }
        let wanted = Set(par.map(\.til))
        for (place, fil) in filer.enumerated() {
            for id in 0..<fil.rows.slots where fil.rows.kind[id] == kind.rawValue {
                if wanted.contains(fil.rows.uuid[id]) { pladser[fil.rows.uuid[id]] = (place, id) }
            }
        }
    }

    /// Nil for what is in none of the files.
    func forEach(_ body: (Plads, Plads?) -> Void) {
        for link in par { body(link.fra, pladser[link.til]) }
    }
}

/// What the caller's groups say of each number, system and unit of a file.
private struct Dom {
    enum Numre { case ingen, nogle, alle }

    private let rows: Kolonner
    private let system: [Gruppe]
    private let bruger: [Gruppe]?
    /// The highest level that both hold for each number; nil where some group is limited further.
    private let niveau: [UInt8]?
    private let profil: (uuid: UUIDIdentifikator?, enheder: Set<UUIDIdentifikator>)?

    init(_ rows: Kolonner, _ myndighed: CVRNummer, _ scope: AccessScope) {
        self.rows = rows
        func grupper(_ grupper: [RightsGroup]) -> [Gruppe] {
            grupper.filter { $0.myndigheder.contains(myndighed) }.map { Gruppe($0, rows) }
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
        func highest(_ grupper: [Gruppe], _ nummer: Int) -> UInt8 {
            grupper.reduce(0) { $1.numre[nummer] ? max($0, $1.foelsomhed) : $0 }
        }
        niveau = rows.numre.values.indices.map { nummer in
            let own = highest(system, nummer)
            return bruger.map { min(own, highest($0, nummer)) } ?? own
        }
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
        rows.forEachNummer(id) { passesBoth(id, $0, level, nil) }
    }

    /// Whether the case lets a document of that system through at the level.
    func letsThrough(_ id: Int, _ level: UInt8, _ master: UUIDIdentifikator?) -> Bool {
        passesProfil(id) && rows.forEachNummer(id) { passesBoth(id, $0, level, master) }
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
        if let niveau { return niveau[Int(nummer)] >= level }
        return system.contains { $0.passes(rows, id, nummer, level, master) }
            && (bruger?.contains { $0.passes(rows, id, nummer, level, master) } ?? true)
    }

    /// One group, with what it covers of the file's tables.
    private struct Gruppe {
        let foelsomhed: UInt8
        let numre: [Bool]
        private let systemer: (places: [Bool], uuider: Set<UUIDIdentifikator>)?
        private let enheder: [Bool]?

        var isLimited: Bool { systemer != nil || enheder != nil }

        init(_ gruppe: RightsGroup, _ rows: Kolonner) {
            foelsomhed = gruppe.foelsomhed.rawValue
            numre = rows.numre.values.map { nummer in gruppe.kle.contains { $0.covers(nummer) } }
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
            guard foelsomhed >= level, numre[Int(nummer)] else { return false }
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

    func contains(_ place: Int) -> Bool {
        let word = place >> 6
        return word < words.count && words[word] & (1 << UInt64(place & 63)) != 0
    }

    mutating func insert(_ place: Int) { words[place >> 6] |= 1 << UInt64(place & 63) }
}
