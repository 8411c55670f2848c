extension Syn {
    /// Every visible object of which all conditions hold; in no particular order.
    ///
    /// Costs the walk of the most selective keys, else of every row in scope; a registration is read
    /// only for objects that have hidden parts, that matched in a part which may be hidden, or that
    /// are asked for at another time than now.
    public func select(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> [Fund] {
        var result: [Fund] = []
        try forEachWalk(udvaelgelse) { walk throws(StoreError) in
            var walk = walk
            try walk.run()
            result += walk.fund
        }
        return result
    }

    /// Calls `body` with a walk of each file that may hold something that is asked for.
    ///
    /// Besides those in scope the files of other authorities, and there the documents alone that a
    /// case in scope may let through (X3). At another time an object may have been another's: of authorities that are not
    /// asked for, those that have had another owner.
    func forEachWalk(
        _ udvaelgelse: Udvaelgelse, spor: [Spor]? = nil,
        _ body: (Gennemgang) throws(StoreError) -> Void
    ) throws(StoreError) {
        var wanted = scope.myndigheder
        let only = udvaelgelse.myndigheder ?? wanted
        if !udvaelgelse.isHistoric { wanted.formIntersection(only) }
        for myndighed in wanted.sorted() {
            for shard in try reader.shards(of: myndighed) {
                try body(
                    Gennemgang(
                        syn: self, shard: shard, udvaelgelse: udvaelgelse,
                        kunTidligere: !only.contains(myndighed)))
            }
        }
        try forEachForeignWalk(udvaelgelse, spor: spor, body)
    }

    /// Calls `body` with a walk of each file of another authority that has such documents.
    ///
    /// With `spor` any of these ways is enough for the words that may be done without. Documents are left out
    /// that `erAfgjort` knows all of.
    func forEachForeignWalk(
        _ udvaelgelse: Udvaelgelse, spor: [Spor]? = nil,
        udenfor erAfgjort: (UUIDIdentifikator, FremmedeDokumenter.Kendt) -> Bool = { _, _ in
            false
        },
        _ body: (Gennemgang) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard udvaelgelse.objekttyper.contains(.dokument) else { return }
        var only = udvaelgelse
        only.objekttyper = [.dokument]
        let krav = udvaelgelse.krav.filter { spor == nil || !$0.maaUndvaeres }
            .map { FremmedeDokumenter.Kravproeve($0) }
        let veje = spor?.map { spor in
            FremmedeDokumenter.Kravproeve(Krav(noegler: spor.noegler, tekst: spor.tekst))
        }
        let filer = try reader.dokumenter(pointedAtFrom: scope.myndigheder) { alle in
            udvaelgelse.isHistoric
                ? alle.dokumenter : alle.dokumenter(derMaaMoede: krav, ogEnAf: veje)
        } der: { uuid, kendt in
            if let only = udvaelgelse.myndigheder, !udvaelgelse.isHistoric, let fil = kendt.fil {
                guard only.contains(fil.myndighed) else { return false }
            }
            return udvaelgelse.isHistoric || !erAfgjort(uuid, kendt)
        }
        for (shard, dokumenter) in filer {
            try body(
                Gennemgang(syn: self, shard: shard, udvaelgelse: only, kun: dokumenter))
        }
    }

    /// Every visible object that now has one of the parties, at any effect time; each once.
    ///
    /// Other authorities' documents are among them where a case in scope files them (X3). Files that are
    /// known to have nothing under the keys are not opened.
    public func objekter(medPart noegler: Set<Noegle>) throws(StoreError) -> [SynligtObjekt] {
        var result: [SynligtObjekt] = []
        for myndighed in scope.myndigheder.sorted() {
            for shard in try reader.shards(of: myndighed, medEnAf: noegler) {
                try collect(Array(noegler), Element.partLister, in: shard, into: &result)
            }
        }
        let foreign = try reader.dokumenter(
            pointedAtFrom: scope.myndigheder, medPart: noegler)
        for (shard, row) in foreign where try sees(row) {
            result.append(SynligtObjekt(row: row, shard: shard, syn: self))
        }
        return result
    }

    /// Every visible object that points at another in one of the lists, looked for where pointers to
    /// it may be.
    ///
    /// A list whose members may be hidden tells only where to look: the caller must look again in
    /// what is visible.
    public func objekter(
        pointingAt objekt: SynligtObjekt, in lister: Set<Element>
    ) throws(StoreError) -> [SynligtObjekt] {
        var result: [SynligtObjekt] = []
        for shard in try reader.pointingShards(at: objekt.uuid, in: objekt.myndighed)
        where scope.myndigheder.contains(shard.fil.myndighed) {
            try collect([Noegle(objekt.uuid)], lister, in: shard, into: &result)
        }
        return result
    }

    private func collect(
        _ noegler: [Noegle], _ lister: Set<Element>, in shard: ShardReader,
        into result: inout [SynligtObjekt]
    ) throws(StoreError) {
        var ids: Set<Int64> = []
        for noegle in noegler {
            try shard.forEachHenvisning(noegle) { henvisning in
                if henvisning.isKnown(at: nil), henvisning.liste.map(lister.contains) ?? false {
                    ids.insert(henvisning.objekt)
                }
                return true
            }
        }
        for id in ids.sorted() {
            guard let row = try shard.row(id: id), try sees(row) else { continue }
            result.append(SynligtObjekt(row: row, shard: shard, syn: self))
        }
    }

    /// The visible cases that file a document now.
    public func sager(filing dokument: SynligtObjekt) throws(StoreError) -> [SynligtObjekt] {
        var result: [SynligtObjekt] = []
        for (shard, row) in try arkivering(of: dokument.row)?.raekker ?? [] where try sees(row) {
            result.append(SynligtObjekt(row: row, shard: shard, syn: self))
        }
        return result
    }

    /// When the registration in force at `instant` was received; nil before the first.
    public func sts(
        of objekt: SynligtObjekt, knownAt instant: Tidspunkt
    ) throws(StoreError) -> Tidspunkt? {
        try objekt.shard.sts(of: objekt.row, knownAt: instant)
    }
}

/// One file's walk: candidates from keys and text, then rows, rights and what is left to verify.
struct Gennemgang {
    let syn: Syn
    let shard: ShardReader
    var udvaelgelse: Udvaelgelse
    /// Nil inside the scope; else the few objects that count.
    let kun: [UUIDIdentifikator]?
    /// Only objects that have had another owner count.
    let kunTidligere: Bool
    var fund: [Fund] = []

    /// Candidates, and whether each is sure to meet the conditions that led to it.
    typealias Kandidater = [Int64: Bool]

    init(
        syn: Syn, shard: ShardReader, udvaelgelse: Udvaelgelse, kun: [UUIDIdentifikator]? = nil,
        kunTidligere: Bool = false
    ) {
        self.syn = syn
        self.kun = kun
        self.kunTidligere = kunTidligere
        self.shard = shard
        self.udvaelgelse = udvaelgelse
    }

    mutating func run() throws(StoreError) {
        if let kun {
            // Without conditions on keys and texts the row tells all.
            let isSure =
                udvaelgelse.krav.isEmpty && udvaelgelse.udeladt.isEmpty && !udvaelgelse.isHistoric
            let vaegte = isSure ? try Vaegte(shard, Udvaelgelse(), at: syn.now) : nil
            for uuid in kun {
                if let row = try shard.row(uuid) { try consider(row, isSure: isSure, vaegte) }
            }
            return
        }
        let kandidater = try kandidater()
        let vaegte = try udvaelgelse.isHistoric ? nil : Vaegte(shard, udvaelgelse, at: syn.now)
        let udeladte = try udeladte()
        guard let kandidater else {
            return try everyRow(vaegte, udeladte)
        }
        for (id, isSure) in kandidater {
            guard let row = try shard.row(id: id) else { continue }
            try consider(row, isSure: isSure, udeladt: udeladte[id], vaegte)
        }
    }

    private mutating func everyRow(
        _ vaegte: Vaegte?, _ udeladte: Kandidater
    ) throws(StoreError) {
        var found: [Fund] = []
        let walk = self
        try shard.forEachRow { row throws(StoreError) in
            var one = walk
            try one.consider(row, isSure: true, udeladt: udeladte[row.id], vaegte)
            found += one.fund
            return true
        }
        fund = found
    }

    // MARK: Candidates

    /// Nil when no condition narrows.
    func kandidater() throws(StoreError) -> Kandidater? {
        var result: Kandidater?
        func narrow(_ next: Kandidater) {
            guard let known = result else {
                result = next
                return
            }
            result = known.reduce(into: [:]) { kept, entry in
                if let other = next[entry.key] { kept[entry.key] = entry.value && other }
            }
        }
        for krav in udvaelgelse.krav where krav.tekst == nil && krav.oprettet == nil {
            narrow(try found(by: krav))
            if result?.isEmpty ?? false { return result }
        }
        guard !udvaelgelse.isHistoric else {
            // A few are read sooner than it is told which of them may hold the words.
            if let few = result, few.count <= Self.faa { return few }
            for next in try historiske() { narrow(next) }
            return result
        }
        for krav in udvaelgelse.krav
        where krav.tekst != nil && krav.oprettet == nil && !krav.isTextOnly {
            guard let term = krav.tekst else { continue }
            let byText = try found(by: [term])
            narrow(try found(by: krav).merging(byText) { $0 || $1 })
        }
        let terms = udvaelgelse.krav.filter(\.isTextOnly).compactMap(\.tekst)
        if !terms.isEmpty, !(result?.isEmpty ?? false) { narrow(try found(by: terms)) }
        for krav in udvaelgelse.krav {
            guard let range = krav.oprettet, !(result?.isEmpty ?? false) else { continue }
            var dated = try found(by: krav)
            if let term = krav.tekst { dated.merge(try found(by: [term])) { $0 || $1 } }
            for id in try shard.ids(oprettet: range, among: result?.keys) { dated[id] = true }
            narrow(dated)
        }
        return result
    }

    private func found(by krav: Krav) throws(StoreError) -> Kandidater {
        var result: Kandidater = [:]
        for uuid in krav.uuider {
            if let row = try shard.row(uuid) { result[row.id] = true }
        }
        for noegle in krav.noegler { try collect(noegle, into: &result) }
        return result
    }

    func collect(
        _ krav: Noeglekrav, into result: inout Kandidater
    ) throws(StoreError) {
        let instant = udvaelgelse.virkning ?? syn.now
        try shard.forEachHenvisning(from: krav.fra, to: krav.til) { henvisning in
            guard krav.concerns(henvisning.liste, henvisning.rolle),
                henvisning.isKnown(at: udvaelgelse.registrering)
            else { return true }
            if henvisning.fra <= instant.microseconds, instant.microseconds < henvisning.til {
                let isShown = krav.isShown(henvisning.liste)
                result[henvisning.objekt] = (result[henvisning.objekt] ?? false) || isShown
            } else if henvisning.fra > instant.microseconds, udvaelgelse.virkning == nil,
                krav.mayHoldLater(henvisning.liste)
            {
                // It counts only while the whole object lies ahead, which the registration tells.
                result[henvisning.objekt] = result[henvisning.objekt] ?? false
            } else if udvaelgelse.virkning == nil, krav.mayHoldPast(henvisning.liste) {
                result[henvisning.objekt] = result[henvisning.objekt] ?? false
            }
            return true
        }
    }

    private static let faa = 256

    /// Of another time the text index tells what objects say or have said, but for what is told of their other times;
    /// that tells too which have had another owner.
    private func historiske() throws(StoreError) -> [Kandidater] {
        let tekster = udvaelgelse.krav.filter { $0.tekst != nil && $0.oprettet == nil }
        guard kunTidligere || !tekster.isEmpty,
            let fortider = try shard.fortider(syn.reader.leksikon)
        else { return [] }
        func dem(_ isMeant: (Fortid) -> Bool) -> Kandidater {
            fortider.filter { isMeant($0.value) }.mapValues { _ in false }
        }
        var result: [Kandidater] = []
        if kunTidligere {
            let tidligere = dem(\.andenEjer)
            result.append(tidligere)
            if tidligere.isEmpty { return result }
        }
        for krav in tekster {
            guard let term = krav.tekst else { continue }
            var found = try found(by: krav)
            for id in try matches([term], TextQuery.Column.allCases) { found[id] = false }
            let maerke = term.maerke
            result.append(found.merging(dem { $0.mayHold(maerke) }) { first, _ in first })
        }
        return result
    }

    private func found(by terms: [TextQuery.Term]) throws(StoreError) -> Kandidater {
        var result: Kandidater = [:]
        for id in try matches(terms, TextQuery.Column.allCases) { result[id] = false }
        for id in try matches(terms, TextQuery.Column.sikre) { result[id] = true }
        return result
    }

    private func matches(
        _ terms: [TextQuery.Term], _ columns: [TextQuery.Column]
    ) throws(StoreError) -> [Int64] {
        try shard.matches(TextQuery(required: terms, excluded: []), columns)
    }

    /// Objects of which something holds that must not: true when every reader of them, or of all their parts, sees
    /// it.
    func udeladte() throws(StoreError) -> Kandidater {
        guard !udvaelgelse.isHistoric else { return [:] }
        var result: Kandidater = [:]
        for krav in udvaelgelse.udeladt {
            result.merge(try found(by: krav)) { $0 || $1 }
            if let term = krav.tekst { result.merge(try found(by: [term])) { $0 || $1 } }
        }
        return result
    }

    // MARK: One row

    /// `udeladt` as `udeladte` tells it of the row.
    mutating func consider(
        _ row: ObjektRow, isSure: Bool, udeladt: Bool? = nil, _ vaegte: Vaegte?
    ) throws(StoreError) {
        try syn.holdFrist()
        guard udvaelgelse.objekttyper.contains(row.kind), udvaelgelse.isHistoric || fits(row),
            try syn.sees(row)
        else { return }
        // Of what may hide parts, these alone may hold what must not.
        if udeladt == true, try !mayHideParts(row) { return }
        let objekt = SynligtObjekt(row: row, shard: shard, syn: syn)
        if let udtryk = udvaelgelse.udtryk, try !udtryk.holds(of: objekt, in: syn, at: udvaelgelse)
        {
            return
        }
        if isSure, udeladt == nil, let vaegte, try !mayHideParts(row) {
            return fund.append(
                Fund(
                    objekt: objekt, tilstand: nil,
                    vaegt: syn.rang(vaegte.vaegt(of: row), row.fakta, row.fremdrift)))
        }
        guard
            let tilstand = try syn.tilstand(
                of: objekt, virkning: udvaelgelse.virkning, knownAt: udvaelgelse.registrering),
            fits(objekt, tilstand)
        else { return }
        let tekst = Soegetekst(tilstand.tekster(alternativ: objekt.alternativTitel), syn.analyse)
        guard udvaelgelse.krav.allSatisfy({ $0.holds(of: objekt, tilstand, tekst) }),
            !udvaelgelse.udeladt.contains(where: { $0.holds(of: objekt, tilstand, tekst) })
        else { return }
        fund.append(
            Fund(
                objekt: objekt, tilstand: tilstand,
                vaegt: syn.rang(Vaegte.vaegt(udvaelgelse, of: objekt, tilstand, tekst), tilstand)))
    }

    /// What the row tells that the caller may not see.
    private func mayHideParts(_ row: ObjektRow) throws(StoreError) -> Bool {
        switch row.kind {
        case .sag, .dokument: false
        case .bevilling: syn.scope.hidesYdelse(of: row.fakta)
        case .oekonomiskEffektuering:
            try !row.fakta.kle.allSatisfy(syn.linjesyn(row))
        }
    }

    /// The conditions that are the same for every reader of the object, or are judged again.
    private func fits(_ row: ObjektRow) -> Bool {
        guard udvaelgelse.aendret?.contains(row.sts) ?? true else { return false }
        if let range = udvaelgelse.oprettet {
            guard let created = row.oprettet, range.contains(created) else { return false }
        }
        if let range = udvaelgelse.foelsomhed {
            guard let level = row.fakta.foelsomhed, range.contains(level) else { return false }
        }
        if !udvaelgelse.fremdrift.isEmpty {
            guard let state = Fund.fremdrift(row.fremdrift, row.kind),
                udvaelgelse.fremdrift.contains(state)
            else { return false }
        }
        // A grant's system stands in its parts, which may be hidden: then it is judged by those.
        guard !udvaelgelse.kildesystem.isEmpty,
            row.kind != .bevilling || !syn.scope.hidesYdelse(of: row.fakta)
        else { return true }
        return row.fakta.mastere.contains(where: udvaelgelse.kildesystem.contains)
    }

    private func fits(_ objekt: SynligtObjekt, _ tilstand: Objekttilstand) -> Bool {
        let fund = Fund(objekt: objekt, tilstand: tilstand, vaegt: 0)
        guard udvaelgelse.aendret?.contains(fund.aendret) ?? true else { return false }
        if let only = udvaelgelse.myndigheder {
            guard let own = fund.myndighed, only.contains(own) else { return false }
        }
        if let range = udvaelgelse.oprettet {
            guard let created = fund.oprettet, range.contains(created) else { return false }
        }
        if let range = udvaelgelse.foelsomhed {
            guard let level = fund.foelsomhed, range.contains(level) else { return false }
        }
        if !udvaelgelse.fremdrift.isEmpty {
            guard let state = fund.fremdrift, udvaelgelse.fremdrift.contains(state) else {
                return false
            }
        }
        guard !udvaelgelse.kildesystem.isEmpty else { return true }
        return fund.mastere.contains(where: udvaelgelse.kildesystem.contains)
    }
}

/// How well an object fits the text: where all words stand, and then how they stand there: exact above inflected,
/// and that above a part of a compound or a beginning.
///
/// The object's own number over Titel over Beskrivelse over notes over the rest; told from columns that every reader
/// of the object sees.
struct Vaegte {
    private static let trin: [(Int, [TextQuery.Column])] = [
        (Rang.titel, [.titel]), (Rang.beskrivelse, [.titel, .beskrivelse]),
        (Rang.noter, [.titel, .beskrivelse, .noter]), (0, TextQuery.Column.sikre),
    ]

    /// Where all words stand, and how they stand there.
    private var vaegte: [Int64: (trin: Int, maade: Int)] = [:]
    private var numre: Set<Int64> = []
    private let heltitel: Heltitel

    init(
        _ shard: ShardReader, _ udvaelgelse: Udvaelgelse, at now: Tidspunkt
    ) throws(StoreError) {
        heltitel = Heltitel(udvaelgelse)
        let terms = udvaelgelse.krav.compactMap(\.tekst)
        guard !terms.isEmpty else { return }
        func found(
            _ terms: [TextQuery.Term], _ columns: [TextQuery.Column]
        ) throws(StoreError) -> [Int64] {
            try shard.matches(TextQuery(required: terms, excluded: []), columns)
        }
        var rest = Set(try found(terms, TextQuery.Column.sikre))
        let isWide = terms.contains(where: \.isWide)
        for (trin, columns) in Self.trin where !rest.isEmpty {
            let here = trin == 0 ? rest : rest.intersection(try found(terms, columns))
            guard !here.isEmpty else { continue }
            for id in here { vaegte[id] = (trin, 0) }
            rest.subtract(here)
            guard isWide else { continue }
            for (terms, maade) in [
                (terms.map(\.udenLed), Rang.boejet), (terms.map(\.ordret), Rang.ordret),
            ] {
                for id in try found(terms, columns) where here.contains(id) {
                    vaegte[id] = (trin, maade)
                }
            }
        }
        try findNumbers(shard, udvaelgelse, at: now)
    }

    private mutating func findNumbers(
        _ shard: ShardReader, _ udvaelgelse: Udvaelgelse, at now: Tidspunkt
    ) throws(StoreError) {
        for krav in udvaelgelse.krav where krav.tekst != nil {
            for uuid in krav.uuider {
                if let row = try shard.row(uuid) { numre.insert(row.id) }
            }
            for noegle in krav.noegler where noegle.fra.staarForrest {
                try shard.forEachHenvisning(noegle.fra) { henvisning in
                    // A number also when it is over: where it is no more, no text has it.
                    if noegle.fra.isBrugervendtNoegle
                        ? henvisning.isKnown(at: nil)
                        : henvisning.holds(at: now, knownAt: nil)
                            && noegle.concerns(henvisning.liste, henvisning.rolle)
                    {
                        numre.insert(henvisning.objekt)
                    }
                    return true
                }
            }
        }
    }

    func vaegt(of row: ObjektRow) -> Int {
        let (trin, maade) = vaegte[row.id] ?? (0, 0)
        let fit = max(trin, numre.contains(row.id) ? Rang.nummer : 0) + maade
        return fit + heltitel.tillaeg(fit, titelord: row.titelord)
    }

    /// The same, from the texts themselves.
    static func vaegt(
        _ udvaelgelse: Udvaelgelse, of objekt: SynligtObjekt, _ tilstand: Objekttilstand,
        _ tekst: Soegetekst
    ) -> Int {
        let terms = udvaelgelse.krav.compactMap(\.tekst)
        guard !terms.isEmpty else { return 0 }
        let best = trin.first { _, columns in
            terms.allSatisfy { tekst.holds($0, in: Set(columns)) }
        }
        let isNumber = udvaelgelse.krav.contains { krav in
            krav.tekst != nil
                && (krav.uuider.contains(objekt.uuid)
                    || krav.noegler.contains { $0.fra.staarForrest && $0.holds(in: tilstand) })
        }
        let fit =
            max(best?.0 ?? 0, isNumber ? Rang.nummer : 0)
            + narrowness(terms, tekst, best?.1 ?? TextQuery.Column.sikre)
        return fit
            + Heltitel(udvaelgelse).tillaeg(fit, titelord: tilstand.afledning.titelord)
    }

    private static func narrowness(
        _ terms: [TextQuery.Term], _ tekst: Soegetekst, _ columns: [TextQuery.Column]
    ) -> Int {
        guard terms.contains(where: \.isWide) else { return 0 }
        let columns = Set(columns)
        if terms.allSatisfy({ tekst.holds($0.ordret, in: columns) }) { return Rang.ordret }
        return terms.allSatisfy { tekst.holds($0.udenLed, in: columns) } ? Rang.boejet : 0
    }
}

extension Noegle {
    var isBrugervendtNoegle: Bool { bytes.first == Tag.brugervendtNoegle.rawValue }
    var isKlasse: Bool { bytes.first == Tag.klasse.rawValue }
    /// A person's, a company's or a production unit's own number.
    var isPartnummer: Bool {
        [Tag.cpr.rawValue, Tag.cvr.rawValue, Tag.pnr.rawValue].contains(bytes.first)
    }
    /// Who types it asks for what stands under it, before what only mentions it.
    var staarForrest: Bool { isBrugervendtNoegle || isPartnummer }
}

extension ShardReader {
    /// The objects in whose columns all of the query's required terms stand.
    func matches(
        _ query: TextQuery, _ columns: [TextQuery.Column]
    ) throws(StoreError) -> [Int64] {
        guard let expression = query.matchExpression(columns: columns) else { return [] }
        var ids: [Int64] = []
        try forEachMatch(expression) { id in
            ids.append(id)
            return true
        }
        return ids
    }
}

extension Syn {
    /// How well a text fits, and among equals what is the reader's own unit's, and what is open.
    fileprivate func rang(_ tekst: Int, _ tilstand: Objekttilstand) -> Int {
        rang(tekst, tilstand.afledning.fakta, tilstand.afledning.fremdrift)
    }

    fileprivate func rang(_ tekst: Int, _ fakta: AdgangsFakta, _ fremdrift: UInt8) -> Int {
        let enheder = scope.bruger?.enheder ?? []
        return Rang.vaegt(
            tekst, erEgen: fakta.ansvarlig.map(enheder.contains) ?? false,
            erAaben: Rang.erAaben(fakta.kind, fremdrift))
    }

    /// How well the object fitted as it was known then, and whether by words and typed keys alone; nil
    /// when it was not known.
    public func vaegt(
        of objekt: SynligtObjekt, _ udvaelgelse: Udvaelgelse, knownAt instant: Tidspunkt
    ) throws(StoreError) -> (vaegt: Int, erOrd: Bool)? {
        let tilstand = try tilstand(
            of: objekt, virkning: udvaelgelse.virkning, knownAt: instant)
        guard let tilstand else { return nil }
        let tekst = Soegetekst(tilstand.tekster(alternativ: objekt.alternativTitel), analyse)
        return (
            rang(Vaegte.vaegt(udvaelgelse, of: objekt, tilstand, tekst), tilstand),
            udvaelgelse.krav.allSatisfy {
                $0.tekst == nil || $0.holds(of: objekt, tilstand, tekst)
            }
        )
    }
}
