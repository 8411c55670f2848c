/// What a question asks of rows, reckoned once for all files.
final class Kolonnekrav: Sendable {
    fileprivate let udvaelgelse: Udvaelgelse
    fileprivate let enheder: Set<UUIDIdentifikator>
    fileprivate let erBruger: Bool
    /// A bit a kind.
    fileprivate let kinds: UInt8
    /// By kind and code; nil for any.
    fileprivate let fremdrift: [Bool]?
    fileprivate let niveauer: ClosedRange<UInt8>?
    /// None but on the kind.
    fileprivate let hasNoConditions: Bool
    /// Every visible row that the lists hold is one, and how well it fits is not asked for.
    fileprivate let tagerAlle: Bool
    fileprivate let erBred: Bool
    fileprivate let harTekst: [Bool]
    fileprivate let heltitel: Heltitel

    init(_ udvaelgelse: Udvaelgelse, bruger: AccessScope.Bruger?) {
        self.udvaelgelse = udvaelgelse
        erBruger = bruger != nil
        enheder = bruger?.enheder ?? []
        kinds = udvaelgelse.objekttyper.reduce(0) { $0 | 1 << $1.rawValue }
        fremdrift =
            udvaelgelse.fremdrift.isEmpty
            ? nil
            : (0..<(5 * 256)).map { place in
                ObjektKind(rawValue: UInt8(place / 256)).flatMap {
                    Fund.fremdrift(UInt8(place % 256), $0)
                }.map(udvaelgelse.fremdrift.contains) ?? false
            }
        niveauer = udvaelgelse.foelsomhed.map { $0.lowerBound.rawValue...$0.upperBound.rawValue }
        hasNoConditions =
            fremdrift == nil && niveauer == nil && udvaelgelse.kildesystem.isEmpty
            && udvaelgelse.aendret == nil && udvaelgelse.oprettet == nil
        tagerAlle =
            hasNoConditions && !udvaelgelse.erRangeret
            && udvaelgelse.objekttyper.count == ObjektKind.allCases.count
        erBred = udvaelgelse.krav.contains { $0.tekst?.isWide ?? false }
        harTekst = udvaelgelse.krav.map { $0.tekst != nil }
        heltitel = Heltitel(udvaelgelse)
    }
}

/// Tells when the words are all of a title, as they were typed.
struct Heltitel {
    /// How well a title that may be no more than the words fits; nil when none can be.
    private let vaegt: Int?
    private let antal: Int

    init(_ udvaelgelse: Udvaelgelse) {
        let krav = udvaelgelse.krav
        let terms = krav.compactMap(\.tekst)
        antal = terms.reduce(0) { $0 + $1.tokens.count }
        let isWhole =
            udvaelgelse.erHeleTeksten && !terms.isEmpty && terms.count == krav.count
            && !terms.contains(where: \.isPrefix)
        vaegt =
            isWhole ? Rang.titel + (terms.contains(where: \.isWide) ? Rang.ordret : 0) : nil
    }

    /// What is added to how well the text fits, by how many words the title has.
    @inline(__always)
    func tillaeg(_ tekst: Int, titelord: @autoclosure () -> UInt8) -> Int {
        tekst == vaegt && Int(titelord()) == antal ? Rang.hel : 0
    }
}

/// One file's rows against all conditions.
///
/// A class, since it is asked for each row: a copy would count references.
final class Kolonnesoegning {
    private let krav: Kolonnekrav
    private let kolonner: Filkolonner
    private var rows: Kolonner { _read { yield kolonner.rows } }
    private let synlighed: Synlighed.Del
    private let rang: Rangmaal
    private let fremdrift: [Bool]?
    /// By place; nil for any.
    private let systemer: [Bool]?
    private let hasNoConditions: Bool
    private let erBred: Bool
    private let harTekst: [Bool]
    private let heltitel: Heltitel
    /// Nil for no expression.
    private let udtryk: Raekkedom?
    private let lager: Fillager
    private let erBruger: Bool
    /// The parts of the object that was asked for last.
    private var dele: (id: UInt32, dele: [Sagsdel]?)?

    private(set) var ids: [UInt32] = []
    private(set) var vaegte: [Int32] = []
    /// What is seen of these kinds was all found, and is not among `ids`.
    private var alle: Synsraekker?
    /// To be judged by themselves.
    private(set) var tvivl: [UInt32] = []

    init(_ krav: Kolonnekrav, _ sted: Syn.Filsted, udtryk: Raekkedom? = nil) {
        self.krav = krav
        self.udtryk = udtryk
        kolonner = sted.kolonner
        synlighed = sted.synlighed
        lager = sted.lager
        rang = Rangmaal(krav, sted.kolonner)
        systemer =
            krav.udvaelgelse.kildesystem.isEmpty
            ? nil
            : sted.kolonner.rows.systemer.values.map {
                $0.map(krav.udvaelgelse.kildesystem.contains) ?? false
            }
        fremdrift = krav.fremdrift
        hasNoConditions = krav.hasNoConditions
        erBred = krav.erBred
        harTekst = krav.harTekst
        heltitel = krav.heltitel
        erBruger = krav.erBruger
    }

    /// What `run` found, but for `tvivl`.
    func fundne(i fil: Fil) -> Fundmaengde.Del {
        .init(fil, kolonner, alle.map { .alle($0) } ?? .fundne(ids: ids, vaegte: vaegte))
    }

    /// Walks the shortest list and looks ahead in the others; without any, every row.
    func run(_ krav: [Liste], _ udeladt: [Liste]) {
        let order = krav.indices.sorted { krav[$0].count < krav[$1].count }
        guard let first = order.first else {
            return udeladt.isEmpty && udtryk == nil ? everyRow() : everyRow(udeladt)
        }
        if krav[first].count == 0 { return }
        if krav.count <= 2, udeladt.isEmpty, udtryk == nil {
            return krav.count == 1 ? run(krav[first]) : run(krav[0], krav[1], first)
        }
        var places = [Int](repeating: 0, count: krav.count)
        var omitted = [Int](repeating: 0, count: udeladt.count)
        var steder = [Liste.Sted](repeating: [], count: krav.count)
        let lead = krav[first]
        let others = order.dropFirst()
        var found = Raekker(atMost: lead.count)
        lead.forEach { id, sted in
            let isSeen = synlighed.sikre.contains(Int(id))
            guard isSeen || synlighed.tvivl.contains(Int(id)) else { return }
            steder[first] = sted
            for other in others {
                let place = krav[other].place(of: id, from: places[other])
                places[other] = place
                guard place < krav[other].count, krav[other].ids[place] == id else { return }
                steder[other] = Liste.Sted(rawValue: krav[other].steder[place])
            }
            found.append(id, consider(id, steder, isSeen: isSeen, udeladt, &omitted))
        }
        (ids, vaegte) = found.taken()
    }

    /// The same of two lists, and nothing else that the rows are asked one by one; `first` is the shorter one's place.
    private func run(_ one: Liste, _ other: Liste, _ first: Int) {
        let (sikre, muligvis) = (synlighed.sikre.words, synlighed.tvivl.words)
        let hele = synlighed.hele.words
        let (rang, hasNoConditions, erBruger) = (rang, hasNoConditions, erBruger)
        let (lead, next) = first == 0 ? (one, other) : (other, one)
        var omitted: [Int] = []
        var found = Raekker(atMost: lead.count)
        // Neighbours are mostly found alike.
        var last = (steder: UInt32(0), tekst: tekst([Liste.Sted(), Liste.Sted()]))
        let heltitel = heltitel
        kolonner.withRang { kolonner in
            lead.forEachShared(with: next) { id, sted, nextSted in
                let (word, bit) = (Int(id >> 6), UInt64(id & 63))
                let isSeen = word < sikre.count && sikre[word] >> bit & 1 != 0
                let isDoubtful = word < muligvis.count && muligvis[word] >> bit & 1 != 0
                guard isSeen || isDoubtful else { return }
                let (a, b) = first == 0 ? (sted, nextSted) : (nextSted, sted)
                let isWhole = word < hele.count && hele[word] >> bit & 1 != 0
                guard isSeen, a.isSure(helt: isWhole, bruger: erBruger),
                    b.isSure(helt: isWhole, bruger: erBruger)
                else {
                    return found.append(id, consider(id, [a, b], isSeen: isSeen, [], &omitted))
                }
                let row = Int(id)
                guard rang.isOfKind(kolonner.kind[row]), hasNoConditions || fits(row) else {
                    return
                }
                let steder = UInt32(a.rawValue) << 16 | UInt32(b.rawValue)
                if steder != last.steder { last = (steder, tekst([a, b])) }
                let hel = heltitel.tillaeg(last.tekst, titelord: kolonner.titelord[row])
                found.append(
                    id, Int32(Rang.vaegt(last.tekst + hel) + rang.tillaeg(row, kolonner)))
            }
        }
        (ids, vaegte) = found.taken()
    }

    /// The same of one list, and nothing else that the rows are asked one by one.
    ///
    /// Two passes: which rows are seen is told without a branch a row, and only of those are columns read.
    private func run(_ liste: Liste) {
        let (sikre, muligvis) = (synlighed.sikre.words, synlighed.tvivl.words)
        let hele = synlighed.hele.words
        let (rang, hasNoConditions, erBruger) = (rang, hasNoConditions, erBruger)
        var omitted: [Int] = []
        var found = Raekker(atMost: liste.count)
        liste.forEach { id, sted in
            let (word, bit) = (Int(id >> 6), UInt64(id & 63))
            let isSeen = word < sikre.count ? sikre[word] >> bit & 1 : 0
            let isDoubtful = word < muligvis.count ? muligvis[word] >> bit & 1 : 0
            let isWhole = word < hele.count && hele[word] >> bit & 1 != 0
            let isSure = sted.isSure(helt: isWhole, bruger: erBruger)
            if isDoubtful | (isSure ? 0 : isSeen) == 0 {
                found.append(id, Int32(sted.rawValue), if: isSeen)
            } else if consider(
                id, CollectionOfOne(sted), isSeen: isSeen != 0, [], &omitted) != nil
            {
                found.append(id, Int32(sted.rawValue), if: 1)
            }
        }
        if krav.tagerAlle { return (ids, vaegte) = found.takenUdenVaegt() }
        // Neighbours are mostly found alike.
        var last = (sted: Int32(0), tekst: tekst(Liste.Sted()))
        let heltitel = heltitel
        kolonner.withRang { kolonner in
            found.replace { id, raw in
                let row = Int(id)
                guard rang.isOfKind(kolonner.kind[row]), hasNoConditions || fits(row) else {
                    return nil
                }
                if raw != last.sted {
                    let sted = Liste.Sted(rawValue: UInt16(truncatingIfNeeded: raw))
                    last = (raw, tekst(sted))
                }
                let hel = heltitel.tillaeg(last.tekst, titelord: kolonner.titelord[row])
                return Int32(Rang.vaegt(last.tekst + hel) + rang.tillaeg(row, kolonner))
            }
        }
        (ids, vaegte) = found.taken()
    }

    /// Finds one row alone, the first that needs no closer look; false when none does or more than one word is asked for.
    func runTilFoerste(_ krav: [Liste], _ udeladt: [Liste]) -> Bool {
        guard krav.count == 1, udeladt.isEmpty, udtryk == nil else { return false }
        let liste = krav[0]
        let first = liste.ids.indices.first { place in
            let row = Int(liste.ids[place])
            return synlighed.sikre.contains(row)
                && Liste.Sted(rawValue: liste.steder[place]).isSure(
                    helt: synlighed.hele.contains(row), bruger: erBruger)
                && fits(row)
        }
        guard let first else { return false }
        (ids, vaegte) = ([liste.ids[first]], [0])
        return true
    }

    /// Every row that is seen, without any condition but on columns.
    private func everyRow() {
        let (sikre, muligvis) = (synlighed.sikre.words, synlighed.tvivl.words)
        let (rang, hasNoConditions) = (rang, hasNoConditions)
        let takesAll = hasNoConditions && !krav.udvaelgelse.erRangeret
        if takesAll { alle = Synsraekker(kinds: rang.kinds, synlighed: synlighed) }
        var found = Raekker(
            atMost: takesAll ? 0 : sikre.reduce(0) { $0 + $1.nonzeroBitCount })
        kolonner.withRang { kolonner in
            for word in sikre.indices {
                var bits = takesAll ? 0 : sikre[word]
                while bits != 0 {
                    let row = word << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    guard rang.isOfKind(kolonner.kind[row]) else { continue }
                    if !hasNoConditions, !fits(row) { continue }
                    found.append(
                        UInt32(truncatingIfNeeded: row),
                        Int32(
                            rang.tillaeg(row, kolonner)))
                }
                bits = muligvis[word] & ~sikre[word]
                while bits != 0 {
                    let row = word << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    if rang.mayBeOfKind(kolonner.kind[row]) {
                        tvivl.append(UInt32(truncatingIfNeeded: row))
                    }
                }
            }
        }
        (ids, vaegte) = found.taken()
    }

    /// Rows as they are found, with room for all there can be.
    private struct Raekker: ~Copyable {
        private let ids: UnsafeMutablePointer<UInt32>
        private let vaegte: UnsafeMutablePointer<Int32>
        private let most: Int
        private var count = 0

        init(atMost most: Int) {
            self.most = most
            ids = .allocate(capacity: most)
            vaegte = .allocate(capacity: most)
        }

        deinit {
            ids.deallocate()
            vaegte.deallocate()
        }

        /// A row that fits so well; none of nil.
        mutating func append(_ id: UInt32, _ vaegt: Int32?) {
            guard let vaegt else { return }
            precondition(count < most)
            ids[count] = id
            vaegte[count] = vaegt
            count += 1
        }

        /// The same of every row, where `counts` is one; else there is none. `vaegt` is to be replaced.
        mutating func append(_ id: UInt32, _ vaegt: Int32, if counts: UInt64) {
            precondition(count < most)
            ids[count] = id
            vaegte[count] = vaegt
            count += Int(counts)
        }

        /// Gives each row the weight that `body` makes of its number and its weight; those of nil go.
        mutating func replace(_ body: (UInt32, Int32) -> Int32?) {
            var kept = 0
            for place in 0..<count {
                guard let vaegt = body(ids[place], vaegte[place]) else { continue }
                ids[kept] = ids[place]
                vaegte[kept] = vaegt
                kept += 1
            }
            count = kept
        }

        /// Where nobody asks how well they fit.
        func takenUdenVaegt() -> (ids: [UInt32], vaegte: [Int32]) {
            (
                Array(UnsafeBufferPointer(start: ids, count: count)),
                [Int32](repeating: 0, count: count)
            )
        }

        func taken() -> (ids: [UInt32], vaegte: [Int32]) {
            (
                Array(UnsafeBufferPointer(start: ids, count: count)),
                Array(UnsafeBufferPointer(start: vaegte, count: count))
            )
        }
    }

    /// What is asked of a row's kind, and what tells equals apart.
    private struct Rangmaal {
        /// A bit a kind.
        let kinds: UInt8
        /// By place in the table of units; empty where the caller has none there.
        private let egne: [Bool]
        private let lukket = Rang.lukket

        init(_ krav: Kolonnekrav, _ kolonner: Filkolonner) {
            kinds = krav.kinds
            guard !krav.enheder.isEmpty else {
                egne = []
                return
            }
            let egne = kolonner.rows.enheder.values.map { $0.map(krav.enheder.contains) ?? false }
            self.egne = egne.contains(true) ? egne : []
        }

        func isOfKind(_ kind: UInt8) -> Bool { kind < 8 && kinds >> kind & 1 != 0 }

        /// Nobody knows of what kind a damaged row is.
        func mayBeOfKind(_ kind: UInt8) -> Bool { kind == Kolonner.damaged || isOfKind(kind) }

        @inline(__always)
        func tillaeg(_ row: Int, _ kolonner: borrowing Kolonner.Rangkolonner) -> Int {
            tillaeg(
                kind: kolonner.kind[row], fremdrift: kolonner.fremdrift[row],
                ansvarlig: kolonner.ansvarlig[row])
        }

        /// By a row's codes.
        func tillaeg(kind: UInt8, fremdrift: UInt8, ansvarlig: UInt16) -> Int {
            Rang.tillaeg(
                erEgen: !egne.isEmpty && egne[Int(ansvarlig)],
                erAaben: kind != ObjektKind.sag.rawValue || fremdrift != lukket)
        }
    }

    private func everyRow(_ udeladt: [Liste]) {
        var omitted = [Int](repeating: 0, count: udeladt.count)
        let (sikre, muligvis) = (synlighed.sikre.words, synlighed.tvivl.words)
        var found = Raekker(atMost: (sikre + muligvis).reduce(0) { $0 + $1.nonzeroBitCount })
        for word in sikre.indices {
            var bits = sikre[word] | muligvis[word]
            while bits != 0 {
                let id = UInt32(word << 6 + bits.trailingZeroBitCount)
                bits &= bits - 1
                let isSeen = synlighed.sikre.contains(Int(id))
                found.append(
                    id, consider(id, EmptyCollection(), isSeen: isSeen, udeladt, &omitted))
            }
        }
        (ids, vaegte) = found.taken()
    }

    /// How well the row fits; nil when it does not, or is to be judged by itself.
    private func consider(
        _ id: UInt32, _ steder: some Collection<Liste.Sted>, isSeen: Bool, _ udeladt: [Liste],
        _ omitted: inout [Int]
    ) -> Int32? {
        var isSure = isSeen
        if let udtryk, !udtryk.ja.contains(Int(id)) {
            guard udtryk.maaske.contains(Int(id)) else { return nil }
            isSure = false
        }
        let isWhole = synlighed.hele.contains(Int(id))
        for (place, sted) in steder.enumerated() {
            guard sted.isPossible else { return nil }
            guard isSure, !sted.isSure(helt: isWhole, bruger: erBruger) else { continue }
            switch staarIDel(id, sted, krav.udvaelgelse.krav[place].tekst) {
            case .ja: continue
            case .nej: return nil
            case .tvivl: isSure = false
            }
        }
        for place in udeladt.indices {
            omitted[place] = udeladt[place].place(of: id, from: omitted[place])
            guard omitted[place] < udeladt[place].count,
                udeladt[place].ids[omitted[place]] == id
            else { continue }
            // Which words and keys a reader sees of it is judged when it may differ: of what is in doubt they may stand
            // in a part that is hidden.
            guard isSeen else { continue }
            let sted = Liste.Sted(rawValue: udeladt[place].steder[omitted[place]])
            if sted.isSure(helt: isWhole, bruger: erBruger) { return nil }
            switch staarIDel(id, sted, krav.udvaelgelse.udeladt[place].tekst) {
            case .ja: return nil
            case .nej: continue
            case .tvivl: isSure = false
            }
        }
        let row = Int(id)
        guard isSure else {
            if rang.mayBeOfKind(rows.kind[row]) { tvivl.append(id) }
            return nil
        }
        return fits(row) ? vaegt(row, steder) : nil
    }

    /// Whether a word that stands only in parts of an object stands in one that the caller sees.
    private func staarIDel(
        _ id: UInt32, _ sted: Liste.Sted, _ term: TextQuery.Term?
    ) -> Sagsdel.Svar {
        guard let term, sted.contains(.betinget) || !sted.contains(.maaske) else { return .tvivl }
        if dele?.id != id { dele = (id, lager.sagsdele(of: id, version: kolonner.version)) }
        guard let dele = dele?.dele else { return .tvivl }
        let svar = Sagsdel.holds(dele, term, synlighed, erBruger: erBruger)
        // There may be a key besides.
        return svar == .nej && sted.contains(.maaske) ? .tvivl : svar
    }

    /// Whether the row is one that the caller sees, or may see, and that meets the conditions on columns.
    func bedoem(_ id: UInt32) -> Bedoemmelse {
        let row = Int(id)
        if synlighed.sikre.contains(row) { return fits(row) ? .sikker : .nej }
        guard synlighed.tvivl.contains(row) else { return .nej }
        return rang.mayBeOfKind(rows.kind[row]) ? .tvivl : .nej
    }

    enum Bedoemmelse { case nej, tvivl, sikker }

    private func fits(_ row: Int) -> Bool {
        let kind = Int(rows.kind[row])
        guard rang.isOfKind(rows.kind[row]) else { return false }
        if hasNoConditions { return true }
        if let fremdrift, !fremdrift[kind * 256 + Int(rows.fremdrift[row])] { return false }
        if let niveauer = krav.niveauer, !niveauer.contains(rows.foelsomhed[row]) { return false }
        if let systemer, !systemer[Int(rows.master[row])] { return false }
        if let range = krav.udvaelgelse.aendret {
            guard range.contains(Tidspunkt(microseconds: rows.sts[row])) else { return false }
        }
        if let range = krav.udvaelgelse.oprettet {
            guard rows.oprettet[row] != .min,
                range.contains(Tidspunkt(microseconds: rows.oprettet[row]))
            else { return false }
        }
        return true
    }

    private func vaegt(_ row: Int, _ steder: some Collection<Liste.Sted>) -> Int32 {
        let fit = tekst(steder)
        return Int32(
            Rang.vaegt(fit + heltitel.tillaeg(fit, titelord: rows.titelord[row]))
                + rang.tillaeg(
                    kind: rows.kind[row], fremdrift: rows.fremdrift[row],
                    ansvarlig: rows.ansvarlig[row]))
    }

    /// The same where there is one condition.
    private func tekst(_ sted: Liste.Sted) -> Int {
        guard harTekst[0] else { return 0 }
        let any = sted.tekst
        let (trin, steder): (Int, UInt16) =
            any & 1 != 0
            ? (Rang.titel, 1)
            : any & 3 != 0 ? (Rang.beskrivelse, 3) : any & 7 != 0 ? (Rang.noter, 7) : (0, 15)
        let result = sted.contains(.nummer) ? max(trin, Rang.nummer) : trin
        guard erBred else { return result }
        return result
            + (sted.rawValue & steder != 0
                ? Rang.ordret : sted.udenLed & steder != 0 ? Rang.boejet : 0)
    }

    /// As `Vaegte.vaegt` tells it from the texts themselves.
    private func tekst(_ steder: some Collection<Liste.Sted>) -> Int {
        var (titel, beskrivelse, noter) = (true, true, true)
        var (harNogen, erNummer) = (false, false)
        for (place, sted) in steder.enumerated() where harTekst[place] {
            harNogen = true
            let any = sted.tekst
            titel = titel && any & 1 != 0
            beskrivelse = beskrivelse && any & 3 != 0
            noter = noter && any & 7 != 0
            erNummer = erNummer || sted.contains(.nummer)
        }
        guard harNogen else { return 0 }
        let (trin, mulige): (Int, UInt16) =
            titel
            ? (Rang.titel, 1)
            : beskrivelse ? (Rang.beskrivelse, 3) : noter ? (Rang.noter, 7) : (0, 15)
        let result = erNummer ? max(trin, Rang.nummer) : trin
        guard erBred else { return result }
        var (ordret, boejet) = (true, true)
        for (place, sted) in steder.enumerated() where harTekst[place] {
            ordret = ordret && sted.rawValue & mulige != 0
            boejet = boejet && sted.udenLed & mulige != 0
        }
        return result + (ordret ? Rang.ordret : boejet ? Rang.boejet : 0)
    }
}
