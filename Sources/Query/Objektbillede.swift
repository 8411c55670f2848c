import IndexCore

/// What lists show of an object, read in one pass over its visible registration.
struct Objektbillede {
    let objekt: SynligtObjekt
    let registrering: Registrering
    /// The effect time that is shown.
    let instant: Tidspunkt
    private(set) var titel: String?
    private(set) var brugervendtNoegle: String?
    private(set) var klasse: (noegle: String, titel: String?)?
    private(set) var fremdrift: String?
    private(set) var foelsomhed: String?
    private(set) var myndighed: CVRNummer?
    private(set) var kildesystem: (uuid: UUIDIdentifikator, navn: String?)?
    private(set) var ansvarlig: (reference: String, navn: String?)?
    private var oprettetTidspunkt: Tidspunkt?
    /// Where its first Egenskaber begins.
    private var begyndt: Tidspunkt?
    var oprettet: Tidspunkt? { oprettetTidspunkt ?? begyndt }
    /// The Egenskaber in effect.
    private(set) var egenskaber: ElementGroup?
    /// BevilgetYdelse, or lines, in effect.
    private(set) var dele: [Segment] = []

    init(
        _ objekt: SynligtObjekt, _ registrering: Registrering, at instant: Tidspunkt,
        roller: RolleTabel, klassetitel: (String) -> String?
    ) {
        self.objekt = objekt
        self.registrering = registrering
        self.instant = instant
        myndighed = objekt.row.fakta.myndighed
        for segment in registrering.segments {
            if segment.unit == .egenskaber { noteBeginning(segment) }
            if segment.virkning.covers(instant) { read(segment, roller) }
        }
        if let found = klasse, found.titel == nil {
            klasse = (found.noegle, klassetitel(found.noegle))
        }
        if objekt.kind == .bevilling, titel == nil {
            let names = dele.compactMap { $0.body.text(.navn) }
            titel = names.isEmpty ? nil : names.joined(separator: ", ")
        }
    }

    var aendret: Tidspunkt { registrering.stsTidspunkt }

    private mutating func noteBeginning(_ segment: Segment) {
        let fra = segment.virkning.fra
        guard !fra.isInfinite, begyndt.map({ fra < $0 }) ?? true else { return }
        begyndt = fra
    }

    private mutating func read(_ segment: Segment, _ roller: RolleTabel) {
        let body = segment.body
        switch segment.unit {
        case .egenskaber:
            egenskaber = body
            titel = body.text(.titel)
            brugervendtNoegle = body.text(.brugervendtNoegle)
            foelsomhed = strengeste(body)
        case .sagIndeksEgenskaber:
            foelsomhed = strengeste(body)
            oprettetTidspunkt = body[.oprettetTidspunkt]?.time
        case .fremdrift: fremdrift = body.text(.fremdriftStatusKode)
        case .sagsaktoer, .dokumentaktoer, .bevillingsaktoer: readAktoer(segment, roller)
        case .sagsklasse, .dokumentklasse: readKlasse(segment, roller)
        case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem:
            readSystem(body, segment.unit, roller)
        case .bevilgetYdelse, .oekonomiskYdelseEffektueringRelation: readDel(segment, roller)
        default: break
        }
    }

    /// Of several levels at once the strictest counts.
    private func strengeste(_ body: ElementGroup) -> String? {
        guard let new = body.text(.foelsomhed) else { return foelsomhed }
        guard let known = foelsomhed.flatMap(Foelsomhed.init(text:)),
            let level = Foelsomhed(text: new)
        else { return new }
        return max(known, level).text
    }

    private mutating func readAktoer(_ segment: Segment, _ roller: RolleTabel) {
        let body = segment.body
        let rolle = roller.rolle(RolleListe(objekt.kind, segment.unit), body[.rolle]?.uuid)
        guard rolle == .ansvarlig, let reference = body[.referenceID]?.unikId else { return }
        ansvarlig = (reference, segment.navn)
    }

    private mutating func readKlasse(_ segment: Segment, _ roller: RolleTabel) {
        let body = segment.body
        let rolle = roller.rolle(RolleListe(objekt.kind, segment.unit), body[.rolle]?.uuid)
        guard rolle == .primaerKlasse else { return }
        let own = body.group(.lokalUdvidelseListe, segment.unit.udvidelse)
        guard let number = own?.text(.brugervendtNoegle) else { return }
        klasse = (number, own?.text(.klassetitel))
    }

    private mutating func readSystem(
        _ body: ElementGroup, _ unit: Element, _ roller: RolleTabel
    ) {
        let rolle = roller.rolle(RolleListe(objekt.kind, unit), body[.rolle]?.uuid)
        guard rolle == .master, let uuid = body[.referenceID]?.uuid else { return }
        kildesystem = (uuid, body.text(.systemNavn))
    }

    private mutating func readDel(_ segment: Segment, _ roller: RolleTabel) {
        dele.append(segment)
        if klasse == nil, let number = objekt.klasseNummer(of: segment) {
            klasse = (number, segment.body.group(.ydelse, .klassifikation)?.text(.klassetitel))
        }
        guard kildesystem == nil else { return }
        for value in segment.body where value.element == .itSystem {
            if let system = value.group { readSystem(system, .itSystem, roller) }
        }
    }
}

extension Element {
    /// The extension that stands in a relation's own LokalUdvidelseListe.
    var udvidelse: Element {
        switch self {
        case .sagsaktoer: .sagsaktoerLokalUdvidelse
        case .sagsklasse: .sagsklasseLokalUdvidelse
        case .sagspart: .sagspartLokalUdvidelse
        case .dokumentaktoer: .dokumentaktoerLokalUdvidelse
        case .dokumentpart: .dokumentpartLokalUdvidelse
        default: .dokumentklasseLokalUdvidelse
        }
    }
}

extension Segment {
    /// FuldtNavn, in the extension or in the relation itself.
    var navn: String? {
        body.group(.lokalUdvidelseListe, unit.udvidelse)?.text(.fuldtNavn) ?? body.text(.fuldtNavn)
    }
}

// MARK: - Writing

extension Objektbillede {
    /// The members that every list has of an object, inside an object already begun.
    func write(to writer: inout JSONWriter) {
        writer.member("Objekttype", objekt.kind.name)
        writer.member("UUIDIdentifikator", objekt.uuid)
        if let titel { writer.member("Titel", titel) }
        writeSammenhaeng(to: &writer)
        if let oprettet { writer.member("Oprettet", oprettet) }
        writer.member("Aendret", aendret)
    }

    /// What a note of a case has in common with the case.
    fileprivate func writeSammenhaeng(to writer: inout JSONWriter) {
        if let brugervendtNoegle { writer.member("BrugervendtNoegle", brugervendtNoegle) }
        if let klasse {
            writer.key("Klasse")
            writer.beginObject()
            writer.member("Noegle", klasse.noegle)
            if let titel = klasse.titel { writer.member("Titel", titel) }
            writer.endObject()
        }
        if let fremdrift { writer.member("Fremdrift", fremdrift) }
        if let foelsomhed { writer.member("Foelsomhed", foelsomhed) }
        if let kildesystem {
            writer.key("Kildesystem")
            writer.beginObject()
            writer.member("UUIDIdentifikator", kildesystem.uuid)
            if let navn = kildesystem.navn { writer.member("Navn", navn) }
            writer.endObject()
        }
        if let myndighed {
            writer.member("Myndighed", myndighed.description)
        }
        if let ansvarlig {
            writer.key("Ansvarlig")
            writer.beginObject()
            writer.member("ReferenceID", ansvarlig.reference)
            if let navn = ansvarlig.navn { writer.member("FuldtNavn", navn) }
            writer.endObject()
        }
    }
}

extension JSONWriter {
    /// {"FraTidspunkt", "TilTidspunkt"}, an open end as `true`.
    mutating func virkning(_ virkning: Virkning) {
        key("Virkning")
        beginObject()
        key("FraTidspunkt")
        if virkning.fra.isInfinite { boolean(true) } else { time(virkning.fra) }
        key("TilTidspunkt")
        if virkning.til.isInfinite { boolean(true) } else { time(virkning.til) }
        endObject()
    }

    mutating func optional(_ element: Element, of group: ElementGroup?) {
        guard let value = group?[element] else { return }
        if let time = value.time {
            key(element)
            danishTime(time)
        } else if let text = value.text {
            key(element)
            string(text)
        }
    }
}

/// A note in a case's journal.
struct Journalnotat {
    let sag: Objektbillede
    let segment: Segment
    let titel: String?
    /// Nil when it is a document format and not text.
    let tekst: String?
    let indeks: String

    init?(_ segment: Segment, of sag: Objektbillede) {
        guard segment.unit == .journalpost,
            let note = segment.body.group(.journalpostEgenskaber, .journalnotatEgenskaber)
        else { return nil }
        self.sag = sag
        self.segment = segment
        titel = note.text(.titel)
        tekst = note[.notat]?.withBytes { bytes -> String? in
            bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
        }
        indeks = (segment.body.text(.indeks) ?? "") + "/" + (segment.body[.rolle]?.unikId ?? "")
    }

    /// The members that every hit has, inside an object already begun; the number, the class and all else
    /// that a note has not itself are its case's.
    func writeTraef(to writer: inout JSONWriter) {
        write(to: &writer)
        writer.member("UUIDIdentifikator", sag.objekt.uuid)
        sag.writeSammenhaeng(to: &writer)
        writer.member("Aendret", sag.aendret)
    }

    func write(to writer: inout JSONWriter) {
        writer.member("Objekttype", "Journalnotat")
        writer.member("Sag", sag.objekt.uuid)
        if let indeks = segment.body.text(.indeks) { writer.member("Indeks", indeks) }
        if let titel { writer.member("Titel", titel) }
        if let tekst { writer.member("Tekst", tekst) }
        writer.virkning(segment.virkning)
    }
}

extension Objektbillede {
    /// The object as it was judged.
    init(_ objekt: SynligtObjekt, _ tilstand: Objekttilstand, _ syn: Syn) {
        self.init(objekt, tilstand.registrering, at: tilstand.instant, syn, af: tilstand.myndighed)
    }

    init(
        _ objekt: SynligtObjekt, _ registrering: Registrering, at instant: Tidspunkt, _ syn: Syn,
        af myndighed: CVRNummer? = nil
    ) {
        self.init(
            objekt, registrering, at: instant, roller: syn.roller, klassetitel: syn.klassetitel)
        if let myndighed { self.myndighed = myndighed }
    }
}
