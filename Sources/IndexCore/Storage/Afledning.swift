/// What the classification tells about a class, as the index needs it.
public struct Klasseviden: Sendable {
    /// The title of a subject number; nil when the number is unknown.
    public let titel: @Sendable (String) -> String?
    /// The subject number of a class by its UUID.
    public let nummer: @Sendable (UUIDIdentifikator) -> String?
    /// The keywords of its classes.
    public let stikord: Stikordsindeks
    /// The classes themselves; none when nobody said.
    public let klassifikation: Klassifikation
    /// Its classes by the words of their titles and keywords.
    let klasseord: Klasseordsindeks
    /// Its numbers; nil when it is too small to tell that a number is not in the plan.
    public let plannumre: Plannumre?

    public init(
        titel: @escaping @Sendable (String) -> String?,
        nummer: @escaping @Sendable (UUIDIdentifikator) -> String?,
        stikord: Stikordsindeks = .tomt, klassifikation: Klassifikation = Klassifikation(navn: "")
    ) {
        self.titel = titel
        self.nummer = nummer
        self.stikord = stikord
        self.klassifikation = klassifikation
        klasseord = Klasseordsindeks(klassifikation)
        plannumre = Plannumre(klassifikation)
    }

    public static let ingen = Klasseviden(titel: { _ in nil }, nummer: { _ in nil })

    /// The present title of a number, and the one that it had on the day when that was another (A6).
    func titler(_ nummer: String, at dag: Dato) -> [String] {
        var result = titel(nummer).map { [$0] } ?? []
        let place =
            klassifikation.place(noegle: nummer, ejer: nil, at: dag)
            ?? klassifikation.faelles(noegle: nummer)
        guard let klasse = place.map({ klassifikation[$0] }) else { return result }
        let then = klasse.titel(at: dag).map(Klasse.withoutNotes) ?? ""
        if !then.isEmpty, !result.contains(then) { result.append(then) }
        return result
    }
}

/// One index row: an object stands in relation to a key over a stretch of effect time.
struct Henvisning: Hashable, Sendable {
    let noegle: Noegle
    let liste: Element
    let rolle: Rolle
    let fra: Int64
    let til: Int64

    /// The ends of the stretch seldom tell two rows apart; equality does.
    func hash(into hasher: inout Hasher) {
        hasher.combine(noegle)
        hasher.combine(fra ^ Int64(liste.rawValue) << 8 ^ Int64(rolle.rawValue))
    }
}

/// Everything the index derives from one registration of an object. Pure.
struct Afledning: Sendable {
    var fakta: AdgangsFakta
    /// The case or document number now, as sent.
    var brugervendtNoegle: String?
    /// FremdriftStatusKode's place in the schema's list, from 1; 0 when there is none.
    var fremdrift: UInt8 = 0
    /// The object says several things where a row holds one, or speaks for a later instant than now:
    /// what the row says of it does not rule out that it also says something else.
    var erFlertydig = false
    /// Bevilling: a benefit that is in effect named the Master.
    var masterErNu = false
    /// OprettetTidspunkt of a case; of one without, and of all else, the beginning of the first Egenskaber.
    var oprettet: Tidspunkt?
    var foersteEgenskaber: Tidspunkt?
    /// Words of the current titles, 255 for more.
    var titelord: UInt8 = 0
    /// When something derived changes by itself; `distantFuture` for never.
    var skift: Tidspunkt = .distantFuture
    /// All effect times, of this registration.
    var henvisninger: Set<Henvisning> = []
    /// One text for each `TextQuery.Column`.
    var tekster = [String](repeating: "", count: TextQuery.Column.allCases.count)
}

/// Derives index rows from registrations.
struct Afleder: Sendable {
    let roller: RolleTabel
    /// What the text index finds words by.
    let leksikon: Leksikon

    /// The instant whose state stands for the object: now; its beginning while that lies ahead; and the last that
    /// it had when it is over.
    static func instant(of registrering: Registrering, now: Tidspunkt) -> Tidspunkt {
        var earliest: Tidspunkt?
        var latest: Tidspunkt?
        for segment in registrering.segments where segment.unit == .egenskaber {
            let virkning = segment.virkning
            if virkning.covers(now) { return now }
            if virkning.fra > now {
                earliest = min(earliest ?? .distantFuture, virkning.fra)
            } else if virkning.fra < virkning.til {
                let last = Tidspunkt(microseconds: virkning.til.microseconds - 1)
                latest = max(latest ?? last, last)
            }
        }
        return earliest ?? latest ?? now
    }

    /// Another number than the last one's when the same registration is derived otherwise; what is kept is then
    /// derived again.
    static let udgave: Int64 = 4

    /// `klassetekst` is what the classification adds to the text, so that the same can be derived
    /// again when the row is taken out.
    func afled(
        _ kind: ObjektKind, _ registrering: Registrering, now: Tidspunkt, klassetekst: String,
        klasser: Klasseviden
    ) -> Afledning {
        let instant = Self.instant(of: registrering, now: now)
        var result = Afledning(fakta: AdgangsFakta(kind: kind))
        var said: Set<Element> = []
        result.erFlertydig = instant != now
        for segment in registrering.segments {
            noteBoundary(segment.virkning.fra, now, &result.skift)
            noteBoundary(segment.virkning.til, now, &result.skift)
            let isCurrent = segment.virkning.covers(instant)
            let collector = SegmentAfledning(
                kind: kind, segment: segment, isCurrent: isCurrent, roller: roller,
                klasser: klasser)
            collector.collect(&result)
            if collector.saysOneThing, !said.insert(segment.unit).inserted {
                result.erFlertydig = true
            }
        }
        if !result.fakta.andreMastere.isEmpty { result.erFlertydig = true }
        if result.oprettet == nil, let foerste = result.foersteEgenskaber {
            result.oprettet = foerste
            result.fakta.oprettetErAfledt = kind == .sag
        }
        if !klassetekst.isEmpty { result.add(klassetekst, .klasser) }
        // What is granted or paid opens the object, by the number that it was last or will be first, also when it is
        // over or lies ahead (§10).
        let udeAfKraft = registrering.segments.filter {
            $0.unit.isYdelse && !$0.virkning.covers(instant)
        }
        if !udeAfKraft.isEmpty {
            // What a line paid before opens no line of today.
            if result.fakta.kle.isEmpty { for linje in udeAfKraft { result.fakta.peger(linje) } }
            let gaeldende = registrering.gaeldende(at: instant)
            for segment in udeAfKraft where gaeldende[segment.key]?.contains(segment) ?? false {
                result.fakta.add(udeAfKraft: PakketKLE(segment.klasseNummer(klasser)))
            }
        }
        return result
    }

    /// Titles that the classification has for the object's current classes and the sender left out:
    /// the present one, and the one in force where the object's relation begins (A6).
    func klassetekst(
        _ kind: ObjektKind, _ registrering: Registrering, now: Tidspunkt, klasser: Klasseviden
    ) -> String {
        let instant = Self.instant(of: registrering, now: now)
        var titles: [String] = []
        for segment in registrering.segments
        where segment.virkning.covers(instant)
            && (segment.unit == .sagsklasse || segment.unit == .dokumentklasse)
        {
            let own = segment.body.group(.lokalUdvidelseListe, segment.unit.klasseUdvidelse)
            guard let number = own?.text(.brugervendtNoegle) else { continue }
            let sent = own?.text(.klassetitel)
            let fra = segment.virkning.fra
            let dag = fra.isInfinite ? Dato.foerst : fra.danishDate
            for title in klasser.titler(number, at: dag)
            where title != sent && !titles.contains(title) { titles.append(title) }
        }
        return titles.joined(separator: "\n")
    }

    private func noteBoundary(_ time: Tidspunkt, _ now: Tidspunkt, _ next: inout Tidspunkt) {
        if time > now && time < next { next = time }
    }
}

extension Registrering {
    /// What stands for each BevilgetYdelse and line at `instant`: what is in effect, else the last that was, else
    /// the first that will be.
    func gaeldende(at instant: Tidspunkt) -> [TimelineKey: [Segment]] {
        var result: [TimelineKey: [Segment]] = [:]
        for segment in segments where segment.unit.isYdelse {
            guard let other = result[segment.key]?.first else {
                result[segment.key] = [segment]
                continue
            }
            let (own, best) = (segment.virkning, other.virkning)
            if own.standsBefore(best, at: instant) {
                result[segment.key] = [segment]
            } else if !best.standsBefore(own, at: instant) {
                result[segment.key]?.append(segment)
            }
        }
        return result
    }
}

extension Virkning {
    /// Whether this is nearer to `instant` than the other: in effect, else over most lately, else soonest to come.
    fileprivate func standsBefore(_ other: Virkning, at instant: Tidspunkt) -> Bool {
        let places = [self, other].map { virkning -> (Int, Int64) in
            if virkning.covers(instant) { return (0, 0) }
            // No stretch at all is over when it begins.
            return virkning.fra <= instant || virkning.fra >= virkning.til
                ? (1, -virkning.til.microseconds) : (2, virkning.fra.microseconds)
        }
        return places[0] < places[1]
    }
}

extension Element {
    /// A BevilgetYdelse or a line of a payment.
    fileprivate var isYdelse: Bool {
        self == .bevilgetYdelse || self == .oekonomiskYdelseEffektueringRelation
    }

    /// The extension that carries a class relation's number and titles.
    var klasseUdvidelse: Element {
        self == .sagsklasse ? .sagsklasseLokalUdvidelse : .dokumentklasseLokalUdvidelse
    }
}

extension AdgangsFakta {
    /// Adds the grant that a line pays.
    fileprivate mutating func peger(_ linje: Segment) {
        guard let bevilling = linje.body.group(.bevilgetYdelseRef)?[.uuidIdentifikator]?.uuid,
            !bevillinger.contains(bevilling)
        else { return }
        bevillinger.append(bevilling)
    }
}

extension Afledning {
    mutating func add(_ text: String?, _ column: TextQuery.Column) {
        guard let text, !text.isEmpty else { return }
        let skel = Unicode.Scalar(Tokenizer.skel)
        if !tekster[column.rawValue].isEmpty {
            tekster[column.rawValue].unicodeScalars.append(skel)
        }
        guard text.utf8.contains(Tokenizer.skel) else {
            return tekster[column.rawValue].append(text)
        }
        // A lenient source's own sign is no more than a blank.
        tekster[column.rawValue].unicodeScalars.append(
            contentsOf: text.unicodeScalars.map { $0 == skel ? " " : $0 })
    }
}

/// What one segment adds.
private struct SegmentAfledning {
    let kind: ObjektKind
    let segment: Segment
    let isCurrent: Bool
    let roller: RolleTabel
    let klasser: Klasseviden

    private var body: ElementGroup { segment.body }

    private var rolle: Rolle {
        roller.rolle(RolleListe(kind, segment.unit), body[.rolle]?.uuid)
    }

    /// Whether the segment tells what a row holds one value of.
    var saysOneThing: Bool {
        switch segment.unit {
        case .egenskaber, .sagIndeksEgenskaber, .fremdrift: isCurrent
        case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem: rolle == .master
        default: false
        }
    }

    func collect(_ result: inout Afledning) {
        switch segment.unit {
        case .egenskaber: egenskaber(&result)
        case .sagIndeksEgenskaber: sagIndeksEgenskaber(&result)
        case .fremdrift:
            if isCurrent { result.fremdrift = fremdriftKode }
        case .sagsaktoer, .dokumentaktoer, .bevillingsaktoer, .aktoer: aktoer(&result)
        case .sagsklasse, .dokumentklasse: klasse(&result)
        case .sagspart, .dokumentpart, .bevillingspart, .oekonomiskEffektueringPart: part(&result)
        case .sagsrelation, .dokumentrelation: point(rolle, &result)
        case .sagsgenstande:
            point(rolle, &result)
            text(
                body.group(.lokalUdvidelseListe, .sagsgenstandeLokalUdvidelse)?.text(.tekstfelt),
                .noter, &result)
        case .journalpost: journalpost(&result)
        case .sikkerhedsprofil: sikkerhedsprofil(&result)
        case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem: itSystem(&result)
        case .bevilgetYdelse: bevilgetYdelse(&result)
        case .bevillingssag:
            point(rolle, &result)
            text(body.text(.brugervendtNoegle), .betinget, &result)
            text(body.text(.fuldtNavn), .betinget, &result)
        case .oekonomiskYdelseEffektueringRelation: linje(&result)
        default: break
        }
    }

    // MARK: Attributes and state

    private func egenskaber(_ result: inout Afledning) {
        if let key = body.text(.brugervendtNoegle) {
            row(Noegle(brugervendtNoegle: key, kind), .ukendt, &result)
            if isCurrent { result.brugervendtNoegle = key }
        }
        let fra = segment.virkning.fra
        if !fra.isInfinite, result.foersteEgenskaber.map({ fra < $0 }) ?? true {
            result.foersteEgenskaber = fra
        }
        guard isCurrent else { return }
        result.fakta.raise(to: body.text(.foelsomhed).flatMap(Foelsomhed.init(text:)))
        if let titel = body.text(.titel) {
            text(titel, .titel, &result)
            result.titelord = UInt8(clamping: Int(result.titelord) + Self.ord(titel))
        }
        text(body.text(.brugervendtNoegle), .titel, &result)
        for element in [
            Element.beskrivelse, .hjemmelSpecifikation, .begrundelse, .udbetalingsafdeling,
        ] { text(body.text(element), .beskrivelse, &result) }
        for element in [Element.sendtTilUdbetalingTekst, .udbetaltTekst] {
            text(body.text(element), .betinget, &result)
        }
        text(
            body.group(.offentlighedUndtaget)?.text(.titelAlternativTekst), .alternativ, &result)
    }

    /// Runs of letters and digits.
    private static func ord(_ text: String) -> Int {
        var (count, isInside) = (0, false)
        for byte in text.utf8 {
            let isLetter = byte >= 0x80 || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            let isWord = isLetter || byte >= 0x30 && byte <= 0x39
            if isWord, !isInside { count += 1 }
            isInside = isWord
        }
        return count
    }

    private func sagIndeksEgenskaber(_ result: inout Afledning) {
        guard isCurrent else { return }
        result.fakta.raise(to: body.text(.foelsomhed).flatMap(Foelsomhed.init(text:)))
        result.oprettet = body[.oprettetTidspunkt]?.time
        for element in [Element.sagsstatus, .sagskategori, .lokation] {
            text(body.text(element), .beskrivelse, &result)
        }
    }

    private var fremdriftKode: UInt8 {
        let codes = kind == .sag ? ObjektSchema.sagFremdrift : ObjektSchema.dokumentFremdrift
        guard let code = body.text(.fremdriftStatusKode), let index = codes.firstIndex(of: code)
        else { return 0 }
        return UInt8(index + 1)
    }

    // MARK: Relations

    private func aktoer(_ result: inout Afledning) {
        let rolle = rolle
        if rolle == .ejer {
            if isCurrent { result.fakta.myndighed = Ejer.cvr(of: segment, kind: kind) }
            return
        }
        point(rolle, &result)
        if isCurrent, rolle == .ansvarlig { result.fakta.ansvarlig = body[.referenceID]?.uuid }
    }

    private func klasse(_ result: inout Afledning) {
        let rolle = rolle
        let own = body.group(.lokalUdvidelseListe, segment.unit.klasseUdvidelse)
        let number = adgangsnummer(own?.text(.brugervendtNoegle), body[.referenceID]?.uuid, rolle)
        if let number { row(Noegle(klasse: number), rolle, &result) }
        guard isCurrent else { return }
        if rolle == .primaerKlasse { result.fakta.add(PakketKLE(number)) }
        text(own?.text(.klassetitel), .klasser, &result)
        if rolle == .primaerKlasse { text(number, .klasser, &result) }
    }

    /// The copied number; where a subject's is missing or malformed, the class's own (part A5).
    private func adgangsnummer(
        _ copied: String?, _ uuid: UUIDIdentifikator?, _ rolle: Rolle
    ) -> String? {
        guard rolle == .primaerKlasse, PakketKLE(copied) == .mangler else { return copied }
        return uuid.flatMap(klasser.nummer) ?? copied
    }

    private func part(_ result: inout Afledning) {
        point(rolle, &result)
        let own =
            body.group(.lokalUdvidelseListe, .sagspartLokalUdvidelse)
            ?? body.group(.lokalUdvidelseListe, .dokumentpartLokalUdvidelse) ?? body
        text(own.text(.fuldtNavn), .parter, &result)
    }

    private func journalpost(_ result: inout Afledning) {
        let own = body.group(.journalpostEgenskaber)
        // With a UUID a note is an entry of a document, which may be hidden, whatever its role says. No
        // link tells of it then, so it stands among what is always judged by itself too.
        let hasUUID = body[.referenceID]?.uuid != nil
        let columns: [TextQuery.Column] =
            rolle == .journalnotat && hasUUID ? [.betinget, .alternativ] : [.betinget]
        for column in columns { text(own?.text(.dokumenttitel), column, &result) }
        text(own?.group(.offentlighedUndtaget)?.text(.titelAlternativTekst), .alternativ, &result)
        if let note = own?.group(.journalnotatEgenskaber) {
            for column in rolle == .journalnotat && !hasUUID ? [.noter] : columns {
                text(note.text(.titel), column, &result)
                text(Self.noteText(note), column, &result)
            }
        }
        if rolle != .journalnotat { point(rolle, &result) }
    }

    /// The note as text, when it is text and not a document format.
    static func noteText(_ note: ElementGroup) -> String? {
        note[.notat]?.withBytes { bytes -> String? in
            guard !bytes.contains(0) else { return nil }
            return String(validating: bytes, as: UTF8.self)
        }
    }

    private func sikkerhedsprofil(_ result: inout Afledning) {
        guard isCurrent else { return }
        result.fakta.harProfil = true
        if let uuid = body[.referenceID]?.uuid { result.fakta.profil.append(uuid) }
    }

    private func itSystem(_ result: inout Afledning) {
        let rolle = rolle
        guard let uuid = body[.referenceID]?.uuid else { return }
        if rolle == .master {
            if isCurrent || result.fakta.master == nil { result.fakta.master = uuid }
        } else {
            row(Noegle(uuid), rolle, &result)
        }
    }

    // MARK: Benefits

    private func bevilgetYdelse(_ result: inout Afledning) {
        for system in segment.mastere(roller) {
            result.fakta.add(master: system, forrest: isCurrent && !result.masterErNu)
            result.masterErNu = result.masterErNu || isCurrent
        }
        let klassifikation = body.group(.ydelse, .klassifikation)
        let number = segment.klasseNummer(klasser)
        if let number { row(Noegle(klasse: number), .primaerKlasse, &result) }
        if let ydelse = body.group(.ydelse)?[.referenceID].flatMap({ Noegle($0) }) {
            row(ydelse, .ydelse, &result)
        }
        guard isCurrent else { return }
        result.fakta.add(PakketKLE(number))
        for title in [
            body.text(.navn), body.group(.ydelse)?.text(.ydelsesnavn),
            klassifikation?.text(.klassetitel), body.text(.begrundelse), number,
        ] { text(title, .betinget, &result) }
    }

    private func linje(_ result: inout Afledning) {
        let number = segment.klasseNummer(klasser)
        if let number { row(Noegle(klasse: number), .primaerKlasse, &result) }
        let bevilling = body.group(.bevilgetYdelseRef)?[.uuidIdentifikator]?.uuid
        if let bevilling { row(Noegle(bevilling), .linje, &result) }
        guard isCurrent else { return }
        result.fakta.add(PakketKLE(number))
        result.fakta.peger(segment)
        text(number, .betinget, &result)
    }

    // MARK: Adding

    private func point(_ rolle: Rolle, _ result: inout Afledning) {
        guard let noegle = body[.referenceID].flatMap({ Noegle($0) }) else { return }
        row(noegle, rolle, &result)
    }

    private func row(_ noegle: Noegle, _ rolle: Rolle, _ result: inout Afledning) {
        result.henvisninger.insert(
            Henvisning(
                noegle: noegle, liste: segment.unit, rolle: rolle,
                fra: segment.virkning.fra.microseconds, til: segment.virkning.til.microseconds))
    }

    private func text(
        _ text: String?, _ column: TextQuery.Column, _ result: inout Afledning
    ) {
        if isCurrent { result.add(text, column) }
    }
}
