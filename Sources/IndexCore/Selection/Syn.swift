/// What one caller sees in one snapshot: the only way to objects, and it cannot be had without a
/// scope.
///
/// Answers nil for what is hidden as for what is missing. Remembers what it has judged, so that a
/// case that lets a hundred documents through is judged once. Lives as long as the reader.
public final class Syn {
    public let scope: AccessScope
    let reader: StoreReader
    /// What roles and types mean in this index.
    public let roller: RolleTabel
    let klasser: Klasseviden
    /// What words of texts are found by.
    public let analyse: Ordanalyse
    private var judged: [UUIDIdentifikator: Bool] = [:]
    private var references: [UUIDIdentifikator: Referencemaal] = [:]
    private var kendteSager: [UUIDIdentifikator: Grundlag] = [:]
    private var raekker: [UUIDIdentifikator: Placeret] = [:]
    private var kendteDelenumre: [UUIDIdentifikator: [TimelineKey: [PakketKLE]]] = [:]
    private var kendteSidsteNumre: [UUIDIdentifikator: [TimelineKey: [PakketKLE]]] = [:]
    /// Each authority's files as memory has them, for the steps of one question.
    var kendteSteder: [CVRNummer: (hvornaar: StoreReader.Hvornaar, steder: [Filsted])] = [:]
    /// The rows of titles that were asked for by example.
    var titelfund: [Titelfund: Raekkemaengde] = [:]
    /// What searches by example have cost so far.
    public internal(set) var forbrug = Forbrug()

    /// How objects were found by example.
    public struct Forbrug: Equatable, Sendable {
        /// Found by memory alone.
        public var raekker = 0
        /// Of them cases that were found with a document.
        public var par = 0
        /// Read to be judged, found or not.
        public var laest = 0

        public init(raekker: Int = 0, par: Int = 0, laest: Int = 0) {
            self.raekker = raekker
            self.par = par
            self.laest = laest
        }
    }

    struct Titelfund: Hashable {
        let fil: Int64
        let version: Int64
        let moenster: Moenster
    }

    /// A row and the file it is in.
    typealias Placeret = (shard: ShardReader, row: ObjektRow)
    /// The rows that decide who sees another, and all the files that were asked for them.
    typealias Grundlag = (raekker: [Placeret], shards: [ShardReader])

    /// When the question must have been answered; nil for one that may take its time.
    private let frist: ContinuousClock.Instant?
    private var sidenFrist = 0

    /// With a `frist` whatever passes over many objects ends with `tooSlow` when it has passed.
    public init(
        _ reader: StoreReader, within scope: AccessScope, frist: ContinuousClock.Instant? = nil
    ) {
        self.reader = reader
        self.scope = scope
        self.frist = frist
        roller = reader.roller
        klasser = reader.klasser
        analyse = reader.leksikon.laan()
    }

    deinit { reader.leksikon.giv(tilbage: analyse) }

    /// To be called for each object that is looked at.
    public func holdFrist() throws(StoreError) {
        guard let frist else { return }
        sidenFrist += 1
        guard sidenFrist & 0x1F == 0, ContinuousClock.now > frist else { return }
        throw .tooSlow
    }

    public var now: Tidspunkt { reader.now }
    private lazy var kendtScope = reader.kendt(scope)
    /// What memory knows the scope by.
    var scopeNummer: Int { kendtScope.nummer }
    /// A number for the scope that is the same after the next start; others may have it too.
    public var scopeAftryk: UInt64 { kendtScope.aftryk }
    var stikord: Stikordsindeks { klasser.stikord }

    /// The classes whose keywords hold all of the words, in whatever inflection; in order.
    public func klasser(medOrd ord: [TextQuery.Term]) -> [String] {
        guard let first = ord.first else { return [] }
        var result = Set(stikord.klasser(medOrd: first.udenLed, analyse))
        for term in ord.dropFirst() where !result.isEmpty {
            result.formIntersection(stikord.klasser(medOrd: term.udenLed, analyse))
        }
        return result.sorted()
    }

    /// The classes that have the word for a keyword, in order.
    public func klasser(medStikord ord: TextQuery.Term) -> [String] {
        stikord.klasser(ord, analyse)
    }

    /// Some file is not read that an object of the kind which the caller may see may be in, or hang on: a document on
    /// cases of any authority.
    public func kanMangle(_ kind: ObjektKind) -> Bool {
        reader.mangler(nogenAf: kind == .dokument ? nil : scope.myndigheder)
    }

    /// No file that was asked for is missing, in scope or not.
    public var erHel: Bool { reader.mangler.isEmpty }

    /// Authorities within the scope whose files could not be read; the answer lacks them.
    public var mangler: [CVRNummer] {
        reader.mangler.intersection(scope.myndigheder).sorted()
    }

    /// An object's row, looked up once; hidden ones too.
    func row(
        _ uuid: UUIDIdentifikator, near myndighed: CVRNummer?
    ) throws(StoreError) -> Placeret? {
        if let known = raekker[uuid] { return known }
        guard let found = try reader.row(uuid, near: myndighed) else { return nil }
        raekker[uuid] = found
        return found
    }

    // MARK: The predicate on a row

    func sees(_ row: ObjektRow) throws(StoreError) -> Bool {
        if let known = judged[row.uuid] { return known }
        let result = try judge(row)
        judged[row.uuid] = result
        return result
    }

    func judge(_ row: ObjektRow) throws(StoreError) -> Bool {
        switch row.kind {
        case .sag: return scope.seesSag(row.fakta)
        case .bevilling: return scope.seesBevilling(row.fakta)
        case .dokument:
            // A document's own level must pass whatever lets it through; most refusals end here.
            guard row.fakta.foelsomhed != nil, let arkivering = try arkivering(of: row) else {
                return false
            }
            return scope.seesDokument(row.fakta, filedOn: arkivering.raekker.map(\.row.fakta))
        case .oekonomiskEffektuering: return try seesEffektuering(row)
        }
    }

    private func seesEffektuering(_ row: ObjektRow) throws(StoreError) -> Bool {
        let grants = try bevillinger(of: row)
        return scope.seesEffektuering(row.fakta) { grants[$0]?.row.fakta }
    }

    /// Which lines of a payment that is seen are seen, by their numbers.
    func linjesyn(_ row: ObjektRow) throws(StoreError) -> (PakketKLE) -> Bool {
        if scope.harEnGruppe { return { self.scope.seesLinje($0, ofVisible: row.fakta) } }
        let bevillinger = try bevillinger(of: row).values.map(\.row.fakta)
        return { self.scope.seesLinje($0, of: row.fakta, through: bevillinger) }
    }

    /// The grants that a payment pays, hidden ones too; without those that are not in the index.
    func bevillinger(
        of row: ObjektRow
    ) throws(StoreError) -> [UUIDIdentifikator: Placeret] {
        var result: [UUIDIdentifikator: Placeret] = [:]
        for uuid in row.fakta.bevillinger {
            if let found = try self.row(uuid, near: row.fakta.myndighed) { result[uuid] = found }
        }
        return result
    }

    /// Every case that files the document now, of any authority, hidden ones too.
    ///
    /// Nil when a file that may hold such a case cannot be read: then nobody knows who may see the
    /// document, and nobody does.
    func arkivering(of row: ObjektRow) throws(StoreError) -> Grundlag? {
        if let known = kendteSager[row.uuid] { return known }
        guard let myndighed = row.fakta.myndighed else { return ([], []) }
        let shards = try reader.pointingShards(at: row.uuid, in: myndighed)
        var result: [Placeret] = []
        for shard in shards { result += try sager(filing: row.uuid, in: shard) }
        guard !reader.mayMissPointers(at: row.uuid, in: myndighed) else { return nil }
        kendteSager[row.uuid] = (result, shards)
        return (result, shards)
    }

    private func sager(
        filing uuid: UUIDIdentifikator, in shard: ShardReader
    ) throws(StoreError) -> [Placeret] {
        var ids: Set<Int64> = []
        try shard.forEachHenvisning(Noegle(uuid)) { henvisning in
            if henvisning.liste == .journalpost, henvisning.holds(at: now, knownAt: nil) {
                ids.insert(henvisning.objekt)
            }
            return true
        }
        var result: [Placeret] = []
        for id in ids.sorted() {
            if let row = try shard.row(id: id), row.kind == .sag { result.append((shard, row)) }
        }
        return result
    }

    /// What each part of a grant or payment is judged by, whenever it was so: its number now (X9).
    ///
    /// `current` is what is registered now, where that has been read.
    func delenumre(
        of row: ObjektRow, in shard: ShardReader, _ current: Registrering? = nil
    ) throws(StoreError) -> [TimelineKey: [PakketKLE]] {
        if let known = kendteDelenumre[row.uuid] { return known }
        let registrering: Registrering
        if let current { registrering = current } else { registrering = try shard.current(of: row) }
        let result = registrering.gaeldende(at: now).mapValues {
            $0.map { PakketKLE($0.klasseNummer(klasser)) }
        }
        kendteDelenumre[row.uuid] = result
        return result
    }

    /// The same of every part that some registration has had, by the last that had it. Costs the whole history, once.
    fileprivate func sidsteNumre(
        of row: ObjektRow, in shard: ShardReader
    ) throws(StoreError) -> [TimelineKey: [PakketKLE]] {
        if let known = kendteSidsteNumre[row.uuid] { return known }
        var result: [TimelineKey: [PakketKLE]] = [:]
        for registrering in try shard.historik(
            of: row, from: .distantPast, to: .distantFuture)
        {
            let numre = registrering.gaeldende(at: now)
            for (key, segments) in numre where result[key] == nil {
                result[key] = segments.map { PakketKLE($0.klasseNummer(klasser)) }
            }
        }
        kendteSidsteNumre[row.uuid] = result
        return result
    }

    /// Whether that BevilgetYdelse of a grant is not to be seen, in force or not.
    func hides(
        ydelse id: String?, of bevilling: UUIDIdentifikator, near objekt: SynligtObjekt
    ) throws(StoreError) -> Bool {
        guard let id, let found = try row(bevilling, near: objekt.myndighed),
            found.row.kind == .bevilling
        else { return false }
        let fakta = found.row.fakta
        // Whoever sees what has no number sees all.
        guard !scope.seesBevilgetYdelse(.mangler, of: fakta) else { return false }
        let key = TimelineKey(unit: .bevilgetYdelse, rolle: nil, indeks: id)
        let numre = try delenumre(of: found.row, in: found.shard)[key] ?? []
        return !numre.allSatisfy { scope.seesBevilgetYdelse($0, of: fakta) }
    }

    // MARK: Objects

    /// The object, when it is there, of that kind and visible; looked for first where `other` is.
    public func objekt(
        _ uuid: UUIDIdentifikator, _ kind: ObjektKind, near other: SynligtObjekt? = nil
    ) throws(StoreError) -> SynligtObjekt? {
        guard let found = try row(uuid, near: other?.myndighed), found.row.kind == kind,
            try sees(found.row)
        else { return nil }
        return SynligtObjekt(row: found.row, shard: found.shard, syn: self)
    }

    /// What a reference leads to, as the caller may know it.
    enum Referencemaal {
        case synlig
        case skjult
        /// Not in the index.
        case ukendt
    }

    /// One whose target's file cannot be read is hidden, since nobody knows who may see it.
    func reference(
        _ uuid: UUIDIdentifikator, from objekt: SynligtObjekt
    ) throws(StoreError) -> Referencemaal {
        if let known = references[uuid] { return known }
        let result: Referencemaal
        if let target = try row(uuid, near: objekt.myndighed) {
            result = try sees(target.row) ? .synlig : .skjult
        } else {
            result = try reader.isUnreadable(uuid) ? .skjult : .ukendt
        }
        references[uuid] = result
        return result
    }
}

/// An object that the caller may see, and what of it.
public struct SynligtObjekt {
    public let row: ObjektRow
    let shard: ShardReader
    let syn: Syn

    public var uuid: UUIDIdentifikator { row.uuid }
    public var kind: ObjektKind { row.kind }
    public var schema: ObjektSchema { ObjektSchema.of(row.kind) }
    /// The authority whose file it is in.
    public var myndighed: CVRNummer { shard.fil.myndighed }

    /// Whether the caller may read the title that the public must not see.
    public var alternativTitel: AlternativTitel {
        syn.scope.mayReadAlternativTitel(of: row.fakta)
    }

    /// What was known at `instant`, with only what the caller may see; nil before the first.
    public func registrering(knownAt instant: Tidspunkt) throws(StoreError) -> Registrering? {
        guard let found = try shard.registrering(of: row, knownAt: instant) else { return nil }
        return try visible(found)
    }

    public func current() throws(StoreError) -> Registrering {
        try visible(try shard.current(of: row))
    }

    /// The same without what it points at: what lists show of it. Costs no look at other objects.
    public func oversigt() throws(StoreError) -> Registrering {
        var registrering = try shard.current(of: row)
        registrering.segments = registrering.segments.compactMap(Self.udenHenvisning)
        // Whether it may be shown hangs on what is pointed at.
        registrering.header = registrering.header.without([.noteTekst])
        return try visible(registrering)
    }

    /// The registrations received in [fra, til) and the one in force at `fra`, newest first.
    public func historik(
        from fra: Tidspunkt, to til: Tidspunkt
    ) throws(StoreError) -> [Registrering] {
        let found = try shard.historik(of: row, from: fra, to: til)
        return try found.enumerated().map { place, registrering throws(StoreError) in
            try visible(registrering, efter: found.dropFirst(place + 1).first)
        }
    }

    // MARK: Parts

    /// Whether the caller sent the registration, or is the object's Master.
    func isSource(of registrering: Registrering) -> Bool {
        let system = syn.scope.system
        return row.fakta.master == system || registrering.header[.indsender]?.uuid == system
    }

    /// The registration without the parts that the caller may not see (X8, Y41, ydelse §10); `earlier` is the one before
    /// it, where that is known.
    func visible(
        _ registrering: Registrering, efter earlier: Registrering? = nil
    ) throws(StoreError) -> Registrering {
        var result = registrering
        result.segments = []
        var (hidesLinje, hidesNoget) = (false, false)
        let isSource = isSource(of: registrering)
        for segment in registrering.segments {
            if let shown = try visible(segment, of: registrering, isSource) {
                result.segments.append(shown)
                if shown.body.range.count != segment.body.range.count { hidesNoget = true }
            } else {
                hidesNoget = true
                if segment.unit == .oekonomiskYdelseEffektueringRelation { hidesLinje = true }
            }
        }
        if hidesNoget && row.kind.isYdelse {
            result.segments = result.segments.map {
                $0.unit == .egenskaber ? Self.udenHelheden($0, hidesLinje: hidesLinje) : $0
            }
        }
        result.header = try visibleHeader(
            of: registrering, hidesNoget: hidesNoget, efter: earlier)
        return result
    }

    /// What is said of the registration as a whole. What was noted may be about a part that is hidden, of it or of the
    /// registration before, and then is hidden too. What is known of these already is given.
    func visibleHeader(
        of registrering: Registrering, hidesNoget: Bool? = nil, efter earlier: Registrering? = nil
    ) throws(StoreError) -> ElementGroup {
        let header = registrering.header
        guard header[.noteTekst] != nil else { return header }
        var isHidden = if let hidesNoget { hidesNoget } else { try hides(in: registrering) }
        if !isHidden, let before = try forinden(registrering, kendt: earlier) {
            isHidden = try hides(in: before)
        }
        return isHidden ? header.without([.noteTekst]) : header
    }

    private func forinden(
        _ registrering: Registrering, kendt: Registrering?
    ) throws(StoreError) -> Registrering? {
        if let kendt { return kendt }
        let before = Tidspunkt(microseconds: registrering.stsTidspunkt.microseconds - 1)
        return try shard.registrering(of: row, knownAt: before)
    }

    /// Whether some part is hidden, or some of a part.
    func hides(in registrering: Registrering) throws(StoreError) -> Bool {
        let isSource = isSource(of: registrering)
        for segment in registrering.segments {
            let shown = try visible(segment, of: registrering, isSource)
            if shown?.body.range.count != segment.body.range.count { return true }
        }
        return false
    }

    /// What is noted of the whole may be about the hidden parts; sums, dates and words about it would tell what hidden
    /// lines hold.
    static func udenHelheden(_ segment: Segment, hidesLinje: Bool) -> Segment {
        segment.without(hidesLinje ? omHelheden : [])
    }

    /// The segment without what is shown to those alone who see another object; nil when nothing is left.
    private static func udenHenvisning(_ segment: Segment) -> Segment? {
        switch segment.unit {
        case .journalpost, .sagsrelation, .dokumentrelation, .bevillingssag: nil
        case .oekonomiskYdelseEffektueringRelation: segment.without([.bevilgetYdelseRef])
        default: segment
        }
    }

    private static let omHelheden: Set<Element> = [
        .samletBruttobeloeb, .beloebEfterSkatATP, .beloebSendtTilUdbetaling, .beloebUdbetalt,
        .startdato, .slutdato, .sendtTilUdbetalingTekst, .udbetaltTekst,
    ]

    /// Whether a reference may be shown: its target is visible; or it is not in the index at all, and
    /// the caller is the one who sent the reference.
    ///
    /// To others what was removed, what never came and what is hidden look the same.
    private func maySeeReference(
        _ uuid: UUIDIdentifikator, _ isSource: Bool
    ) throws(StoreError) -> Bool {
        switch try syn.reference(uuid, from: self) {
        case .synlig: true
        case .skjult: false
        case .ukendt: isSource
        }
    }

    /// What decides whether a part is seen: the number that it has now, whatever it had when it was registered so
    /// or is in effect so; where it is there no more, its own (X9).
    func numre(
        of segment: Segment, in registrering: Registrering
    ) throws(StoreError) -> [PakketKLE] {
        let own = PakketKLE(segment.klasseNummer(syn.klasser))
        let isCurrent = registrering.stsTidspunkt == row.sts
        if isCurrent, segment.virkning.covers(syn.now) { return [own] }
        let known = try syn.delenumre(of: row, in: shard, isCurrent ? registrering : nil)
        if let now = known[segment.key] { return now }
        // There no more: by the number that it had last.
        return try syn.sidsteNumre(of: row, in: shard)[segment.key] ?? [own]
    }

    func visible(
        _ segment: Segment, of registrering: Registrering, _ isSource: Bool
    ) throws(StoreError) -> Segment? {
        switch segment.unit {
        case .journalpost, .sagsrelation, .dokumentrelation:
            guard let target = segment.body[.referenceID]?.uuid else { return segment }
            return try maySeeReference(target, isSource) ? segment : nil
        case .bevilgetYdelse:
            // A part that was taken out is of a system that the object need not be of any more.
            var fakta = row.fakta
            if registrering.stsTidspunkt != row.sts {
                for system in segment.mastere(syn.roller) {
                    fakta.add(master: system, forrest: false)
                }
            }
            let isSeen = try numre(of: segment, in: registrering).allSatisfy {
                syn.scope.seesBevilgetYdelse($0, of: fakta)
            }
            return isSeen ? segment : nil
        case .bevillingssag:
            guard let target = segment.body[.referenceID]?.uuid,
                try !maySeeReference(target, isSource)
            else { return segment }
            return segment.without([.brugervendtNoegle, .fuldtNavn])
        case .oekonomiskYdelseEffektueringRelation:
            guard try numre(of: segment, in: registrering).allSatisfy(syn.linjesyn(row)) else {
                return nil
            }
            guard let maal = segment.body.group(.bevilgetYdelseRef),
                let grant = maal[.uuidIdentifikator]?.uuid
            else { return segment }
            guard try maySeeReference(grant, isSource),
                try !syn.hides(ydelse: maal.text(.bevilgetYdelseId), of: grant, near: self)
            else { return segment.without([.bevilgetYdelseRef]) }
            return segment
        default: return segment
        }
    }
}

extension Segment {
    /// The number that decides who sees a BevilgetYdelse or a line; where the copied one is missing
    /// or malformed, the class's own, as it is when the row's access is derived (part A5).
    func klasseNummer(_ klasser: Klasseviden) -> String? {
        guard haengerPaaPlan else { return kopieretNummer }
        return klasse.flatMap(klasser.nummer) ?? kopieretNummer
    }

    /// Whether the class alone tells the number.
    var haengerPaaPlan: Bool { PakketKLE(kopieretNummer) == .mangler && klasse != nil }

    private var kopieretNummer: String? {
        unit == .bevilgetYdelse
            ? body.group(.ydelse, .klassifikation)?.text(.brugervendtNoegle)
            : body.text(.klassifikationsbeskrivelse)
    }

    private var klasse: UUIDIdentifikator? {
        unit == .bevilgetYdelse
            ? body.group(.ydelse, .klassifikation)?[.referenceID]?.uuid : body[.referenceID]?.uuid
    }

    /// The Masters of a BevilgetYdelse.
    func mastere(_ roller: RolleTabel) -> [UUIDIdentifikator] {
        var result: [UUIDIdentifikator] = []
        for value in body where value.element == .itSystem {
            guard let system = value.group, let uuid = system[.referenceID]?.uuid else { continue }
            let rolle = roller.rolle(RolleListe(.bevilling, .itSystem), system[.rolle]?.uuid)
            if rolle == .master { result.append(uuid) }
        }
        return result
    }

    /// Without what is not to be shown, nor what was noted of it.
    public func without(_ elements: Set<Element>) -> Segment {
        let uden = Virkning(
            fra: virkning.fra, til: virkning.til, aktoer: virkning.aktoer.without([.noteTekst]),
            given: virkning.given)
        return Segment(unit: unit, virkning: uden, body: body.without(elements))
    }
}
