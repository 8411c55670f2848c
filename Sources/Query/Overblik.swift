public import IndexCore

/// All that is kept of a person, a company or a family, across every source system, in one snapshot.
public enum Overblik {
    /// The overview as JSON.
    ///
    /// A relation counts when it overlaps `Periode`; without one, when it is in effect at
    /// `Virkningstid`, else now, or at the object's beginning while that lies ahead, or its end when it is over. Lists
    /// longer than `Antal` go on where they stopped with the answer's `Markoer`; what is written meanwhile moves
    /// nothing. Costs one decoding for each object of the parties, on every page.
    public static func json(
        body: [UInt8], syn: Syn, segl: Markoersegl
    ) throws(QueryError) -> [UInt8] {
        let request = try OverblikAnmodning(body)
        let aftryk = Markoer.aftryk(request.aftryk, syn.scopeAftryk)
        var markoer: Overbliksmarkoer?
        if let text = request.markoer {
            guard let opened = segl.open(text).flatMap(Overbliksmarkoer.init),
                opened.aftryk == aftryk
            else { throw QueryError.markoer }
            markoer = opened
        }
        return try reading { () throws(StoreError) in
            var samling = OverblikSamling(request, syn, markoer?.kendt)
            try samling.collect()
            let svar = OverblikSvar(samling, request, after: markoer?.stande)
            return svar.json { stande in
                segl.seal(
                    Overbliksmarkoer(aftryk: aftryk, kendt: samling.kendt, stande: stande).bytes)
            }
        }
    }
}

/// The request, read.
struct OverblikAnmodning {
    let parter: Set<String>
    let periode: Range<Tidspunkt>?
    let virkningstid: Tidspunkt?
    let antal: Int
    let markoer: String?
    /// The request without its marker, the same for the same question.
    let aftryk: [UInt8]

    init(_ body: [UInt8]) throws(QueryError) {
        let request = try Anmodning(
            body, only: ["Part", "Periode", "Virkningstid", "Antal", "Markoer"])
        let parter = try request.list(
            "Part", of: "en URN eller UUID", orOne: true, Anmodning.unikId)
        guard let parter else { throw QueryError.mangler(sti: "Part") }
        guard !parter.isEmpty, parter.count <= 100 else {
            throw QueryError.forkert(sti: "Part", forventet: "1 til 100 parter")
        }
        self.parter = Set(parter)
        periode = try request.interval("Periode")
        virkningstid = try request.tidspunkt("Virkningstid")
        antal = try request.integer("Antal", in: 0...1000) ?? 100
        markoer = try request.string("Markoer")
        aftryk = request.aftryk
    }

    /// The instant whose state of the object is shown.
    func instant(of registrering: Registrering, now: Tidspunkt) -> Tidspunkt {
        virkningstid ?? registrering.instant(at: now)
    }

    func counts(_ virkning: Virkning, at instant: Tidspunkt) -> Bool {
        guard let periode else { return virkning.covers(instant) }
        return virkning.fra < periode.upperBound && periode.lowerBound < virkning.til
    }
}

/// One entry of a list.
struct OverblikPost {
    let billede: Objektbillede
    /// The parties' relations to it; none when it is here through a case or a grant.
    let parter: [Segment]
    /// Dokument: the visible cases that file it.
    var sager: [UUIDIdentifikator] = []
    /// Where it stood when the first page was made.
    var plads: Overbliksplads
}

/// Finds the objects, each once, and reads each once.
struct OverblikSamling {
    private let request: OverblikAnmodning
    private let noegler: Set<Noegle>
    private let syn: Syn
    private(set) var poster: [ObjektKind: [OverblikPost]] = [:]
    private(set) var notater: [Journalnotat] = []
    private var seen: Set<UUIDIdentifikator> = []
    /// What was known when the first page was made: at the request's instant, or later where something was changed later,
    /// as a registration may carry an instant a little after it.
    private(set) var kendt: Kendt
    private let isFirst: Bool

    /// `kendt` is what was known when the first page was made, of a later one.
    init(_ request: OverblikAnmodning, _ syn: Syn, _ kendt: Kendt?) {
        self.request = request
        self.syn = syn
        self.kendt = kendt ?? Kendt(syn.now)
        isFirst = kendt == nil
        noegler = Set(request.parter.map { Noegle(unikId: $0) })
    }

    var roller: RolleTabel { syn.roller }
    var utilgaengelige: [CVRNummer] { syn.mangler }

    mutating func collect() throws(StoreError) {
        for objekt in try syn.objekter(medPart: noegler) {
            let billede = try billede(of: objekt)
            let parter = billede.registrering.segments.filter { segment in
                Element.partLister.contains(segment.unit)
                    && request.counts(segment.virkning, at: billede.instant)
                    && (segment.body[.referenceID]?.unikId).map {
                        noegler.contains(Noegle(unikId: $0))
                    } ?? false
            }
            if !parter.isEmpty { try add(billede, parter) }
        }
        for sag in poster[.sag] ?? [] { try followJournal(of: sag.billede) }
        for bevilling in poster[.bevilling] ?? [] { try followGrant(bevilling.billede.objekt) }
        guard isFirst else { return }
        kendt = try syn.kendt(
            kendt.instant, [], poster.values.lazy.flatMap { $0.map(\.billede.objekt) })
    }

    private func billede(of objekt: SynligtObjekt) throws(StoreError) -> Objektbillede {
        let registrering = try objekt.current()
        return Objektbillede(
            objekt, registrering, at: request.instant(of: registrering, now: syn.now), syn)
    }

    private mutating func add(
        _ billede: Objektbillede, _ parter: [Segment] = []
    ) throws(StoreError) {
        let objekt = billede.objekt
        if isFirst { kendt = Kendt(max(kendt.instant, objekt.row.sts)) }
        let instant = kendt.instant(of: objekt)
        guard objekt.row.foerste <= instant, seen.insert(objekt.uuid).inserted,
            let sts = try syn.sts(of: objekt, knownAt: instant)
        else { return }
        var post = OverblikPost(
            billede: billede, parter: parter, plads: Overbliksplads(tid: sts, uuid: objekt.uuid))
        if objekt.kind == .dokument {
            post.sager = try sager(filing: objekt).map(\.uuid).sorted()
        }
        poster[objekt.kind, default: []].append(post)
    }

    /// The cases that file the document, at the time that is asked about.
    private func sager(filing dokument: SynligtObjekt) throws(StoreError) -> [SynligtObjekt] {
        if request.virkningstid == nil, request.periode == nil {
            return try syn.sager(filing: dokument)
        }
        var result: [SynligtObjekt] = []
        for sag in try syn.objekter(pointingAt: dokument, in: [.journalpost]) {
            let billede = try billede(of: sag)
            let files = billede.registrering.segments.contains { segment in
                segment.unit == .journalpost
                    && request.counts(segment.virkning, at: billede.instant)
                    && segment.body[.referenceID]?.uuid == dokument.uuid
            }
            if files { result.append(sag) }
        }
        return result
    }

    /// Notes and documents of a case that is shown.
    private mutating func followJournal(of sag: Objektbillede) throws(StoreError) {
        for segment in sag.registrering.segments
        where segment.unit == .journalpost && request.counts(segment.virkning, at: sag.instant) {
            if let notat = Journalnotat(segment, of: sag) { notater.append(notat) }
            guard let uuid = segment.body[.referenceID]?.uuid, !seen.contains(uuid),
                let dokument = try syn.objekt(uuid, .dokument, near: sag.objekt)
            else { continue }
            try add(try billede(of: dokument))
        }
    }

    /// Payments of a grant that is shown, through lines that the caller sees.
    private mutating func followGrant(_ bevilling: SynligtObjekt) throws(StoreError) {
        let found = try syn.objekter(
            pointingAt: bevilling, in: [.oekonomiskYdelseEffektueringRelation])
        for effektuering in found where !seen.contains(effektuering.uuid) {
            let billede = try billede(of: effektuering)
            let pays = billede.registrering.segments.contains { segment in
                segment.unit == .oekonomiskYdelseEffektueringRelation
                    && request.counts(segment.virkning, at: billede.instant)
                    && segment.body.group(.bevilgetYdelseRef)?[.uuidIdentifikator]?.uuid
                        == bevilling.uuid
            }
            if pays { try add(billede) }
        }
    }
}
