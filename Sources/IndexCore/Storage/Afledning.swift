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
    /// The same for plans in which each class has the same number, and for others hardly ever.
    let aftryk: Int64

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
        var bytes: [UInt8] = []
        for klasse in klassifikation.klasser {
            klasse.uuid.write(to: &bytes)
            bytes += Array(klasse.noegle.utf8) + [0]
        }
        aftryk = Checksum.xxh64(bytes)
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
    var noegler: Set<Noegle> { Set(henvisninger.lazy.map(\.noegle)) }
    /// One text for each `TextQuery.Column`.
    var tekster = [String](repeating: "", count: TextQuery.Column.allCases.count)
    /// The class titles among them that were sent.
    var sendteKlasser = ""
    /// What the registration says at other effect times and not in these.
    var andreTekster: [(kolonne: TextQuery.Column, tekst: String)] = []
    /// Its owners at any effect time.
    var ejere: [CVRNummer?] = []
}

extension Afledning {
    /// What the object, registered so after these, says or has said at some effect time that does not stand in these texts.
    /// What the plan adds to texts is no part of it.
    func fortid(efter tidligere: some Sequence<Afledning>, _ leksikon: Leksikon) -> Fortid {
        var result = Fortid()
        var tekster: Set<[UInt8]> = []
        func collect(_ other: Afledning) {
            result.andenEjer =
                result.andenEjer || other.ejere.contains { $0 != fakta.myndighed }
                || other.fakta.myndighed != fakta.myndighed
            for (kolonne, tekst) in other.andreTekster {
                tekster.formUnion(Self.stykker(tekst).subtracting(stykker(kolonne)))
            }
        }
        collect(self)
        for other in tidligere {
            collect(other)
            for kolonne in TextQuery.Column.allCases
            where !sendt(kolonne).utf8.elementsEqual(other.sendt(kolonne).utf8) {
                tekster.formUnion(other.stykker(kolonne).subtracting(stykker(kolonne)))
            }
        }
        result.add(tekster, leksikon)
        return result
    }

    private func sendt(_ kolonne: TextQuery.Column) -> String {
        kolonne == .klasser ? sendteKlasser : tekster[kolonne.rawValue]
    }

    private func stykker(_ kolonne: TextQuery.Column) -> Set<[UInt8]> {
        Self.stykker(sendt(kolonne))
    }

    private static func stykker(_ tekst: String) -> Set<[UInt8]> {
        Set(tekst.utf8.split(separator: Tokenizer.skel).map(Array.init))
    }
}

/// Derives index rows from registrations.
struct Afleder: Sendable {
    let roller: RolleTabel
    /// What the text index finds words by.
    let leksikon: Leksikon

    /// The instant whose state stands for the object: now; its beginning while that lies ahead; and the last that
    /// it had when it is over, for good or for a while.
    static func instant(of registrering: Registrering, now: Tidspunkt) -> Tidspunkt {
        instant(of: registrering.segments, now: now)
    }

    static func instant(of segments: [Segment], now: Tidspunkt) -> Tidspunkt {
        var earliest: Tidspunkt?
        var latest: Tidspunkt?
        for segment in segments where segment.unit == .egenskaber {
            let virkning = segment.virkning
            if virkning.covers(now) { return now }
            guard virkning.fra < virkning.til else { continue }
            if virkning.fra > now {
                earliest = min(earliest ?? .distantFuture, virkning.fra)
            } else {
                let last = Tidspunkt(microseconds: virkning.til.microseconds - 1)
                latest = max(latest ?? last, last)
            }
        }
        return latest ?? earliest ?? now
    }

    /// Another number than the last one's when the same registration is derived otherwise; what is kept is then
    /// derived again.
    static let udgave: Int64 = 10

    /// What a file tells that it was derived by.
    var maerke: Int64 { Self.maerke(leksikon) }

    static func maerke(_ leksikon: Leksikon) -> Int64 { leksikon.fingeraftryk ^ udgave }

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
        // Where the object itself is not in effect, what of its rights is in effect now counts all the same (X9).
        let nu = instant == now ? [] : rettigheder(kind, registrering, at: now)
        // A part too is judged by what stands for it now, whatever the object itself is.
        let dele = instant == now ? [:] : registrering.gaeldende(at: now)
        func erYdelse(i segment: Segment) -> Bool {
            let virkning = segment.virkning
            if instant == now { return virkning.covers(now) }
            return (virkning.covers(now) || virkning.covers(instant))
                && dele[segment.key]?.contains(segment) ?? false
        }
        for segment in registrering.segments {
            noteBoundary(segment.virkning.fra, now, &result.skift)
            noteBoundary(segment.virkning.til, now, &result.skift)
            let isCurrent = segment.virkning.covers(instant)
            let rolle = rolle(of: segment, kind)
            let gaelder: Bool
            if segment.unit.isYdelse {
                gaelder = erYdelse(i: segment)
            } else {
                let rettighed = instant == now ? nil : Rettighed(segment, rolle)
                gaelder =
                    rettighed.map(nu.contains) ?? false ? segment.virkning.covers(now) : isCurrent
            }
            let collector = SegmentAfledning(
                kind: kind, segment: segment, isCurrent: isCurrent, gaelder: gaelder,
                rolle: rolle, klasser: klasser, roller: roller)
            collector.collect(&result)
            if collector.saysOneThing, !said.insert(segment.unit).inserted {
                result.erFlertydig = true
            }
        }
        let ophold = registrering.ophold
        if !ophold.erAltid { result.henvisninger = ophold.staaende(result.henvisninger) }
        if !result.fakta.andreMastere.isEmpty { result.erFlertydig = true }
        if result.oprettet == nil, let foerste = result.foersteEgenskaber {
            result.oprettet = foerste
            result.fakta.oprettetErAfledt = kind == .sag
        }
        result.sendteKlasser = result.tekster[TextQuery.Column.klasser.rawValue]
        if !klassetekst.isEmpty { result.add(klassetekst, .klasser) }
        // What is granted or paid opens the object, by the number that it was last or will be first, also when it is
        // over or lies ahead (§10).
        let udeAfKraft = registrering.segments.filter {
            $0.unit.isYdelse && !erYdelse(i: $0)
        }
        if !udeAfKraft.isEmpty {
            // What a line paid before opens no line of today.
            if result.fakta.kle.isEmpty { for linje in udeAfKraft { result.fakta.peger(linje) } }
            let gaeldende = registrering.gaeldende(at: now)
            for segment in udeAfKraft where gaeldende[segment.key]?.contains(segment) ?? false {
                result.fakta.add(udeAfKraft: PakketKLE(segment.klasseNummer(klasser)))
            }
        }
        return result
    }

    private func rolle(of segment: Segment, _ kind: ObjektKind) -> Rolle {
        roller.rolle(RolleListe(kind, segment.unit), segment.body[.rolle]?.uuid)
    }

    /// What of the object's rights some segment tells at the instant.
    private func rettigheder(
        _ kind: ObjektKind, _ registrering: Registrering, at instant: Tidspunkt
    ) -> Set<Rettighed> {
        Set(
            registrering.segments.lazy.filter { $0.virkning.covers(instant) }
                .compactMap { Rettighed($0, self.rolle(of: $0, kind)) })
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

    /// Of earlier registrations, to which the plan adds no text.
    func afled(
        tidligere registreringer: some Sequence<Registrering>, _ kind: ObjektKind, now: Tidspunkt,
        klasser: Klasseviden
    ) -> [Afledning] {
        registreringer.map {
            afled(kind, $0, now: now, klassetekst: "", klasser: klasser)
        }
    }

    private func noteBoundary(_ time: Tidspunkt, _ now: Tidspunkt, _ next: inout Tidspunkt) {
        if time > now && time < next { next = time }
    }
}

/// When the object is in effect, and when it is not: it is over, for good or for a while, and judged by what it was, or lies
/// ahead when it is registered, and is judged by what it will be.
struct Ophold {
    /// Effect times with no Egenskaber, and the instant that stands for the object then (`Afleder.instant`).
    private var uden: [(fra: Int64, til: Int64, instant: Int64)] = []
    private var med: [(fra: Int64, til: Int64)] = []

    /// Of the times at which there are Egenskaber, in any order, and the instant before which nobody asks: when they
    /// were registered.
    init(_ egenskaber: [Virkning], siden: Tidspunkt) {
        let tider = egenskaber.filter { $0.fra < $0.til }.sorted { $0.fra < $1.fra }
        for tid in tider {
            let (fra, til) = (tid.fra.microseconds, tid.til.microseconds)
            if let last = med.last, fra <= last.til {
                med[med.count - 1].til = max(last.til, til)
            } else {
                med.append((fra, til))
            }
        }
        guard let first = med.first, let last = med.last else { return }
        let begin = Tidspunkt.distantPast.microseconds
        if first.fra > siden.microseconds {
            uden.append((begin, first.fra, first.fra))
        } else {
            med[0].fra = begin
        }
        let end = Tidspunkt.distantFuture.microseconds
        for (one, next) in zip(med, med.dropFirst()) {
            uden.append((one.til, next.fra, one.til - 1))
        }
        if last.til < end { uden.append((last.til, end, last.til - 1)) }
    }

    /// What the object stands under at every instant: while it is not in effect, what stands at the instant that stands
    /// for it, and nothing else. So a search for what holds now is a comparison of times.
    func staaende(_ henvisninger: Set<Henvisning>) -> Set<Henvisning> {
        if erAltid { return henvisninger }
        return henvisninger.reduce(into: []) { result, henvisning in
            guard henvisning.liste.staar(klasse: henvisning.noegle.isKlasse) else {
                result.insert(henvisning)
                return
            }
            for (fra, til) in tider(henvisning.fra, henvisning.til) {
                result.insert(
                    Henvisning(
                        noegle: henvisning.noegle, liste: henvisning.liste,
                        rolle: henvisning.rolle, fra: fra, til: til))
            }
        }
    }

    private func tider(_ fra: Int64, _ til: Int64) -> [(fra: Int64, til: Int64)] {
        var pieces: [(fra: Int64, til: Int64)] = []
        for one in med where max(fra, one.fra) < min(til, one.til) {
            pieces.append((max(fra, one.fra), min(til, one.til)))
        }
        for one in uden where fra <= one.instant && one.instant < til {
            pieces.append((one.fra, one.til))
        }
        // It never counts, and who asks for what holds at any time must find it.
        if pieces.isEmpty { return [(fra, fra)] }
        pieces.sort { $0.fra < $1.fra }
        return pieces.reduce(into: []) { result, one in
            if let last = result.last, last.til == one.fra {
                result[result.count - 1].til = one.til
            } else {
                result.append(one)
            }
        }
    }

    /// Whether the object is in effect at all times.
    var erAltid: Bool { uden.isEmpty }
}

extension Registrering {
    var ophold: Ophold {
        Ophold(
            segments.lazy.filter { $0.unit == .egenskaber }.map(\.virkning), siden: stsTidspunkt)
    }

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

extension [Registrering] {
    /// Whether by one of them the object is not in effect at some time that may be asked about.
    var harOphold: Bool { contains { !$0.ophold.erAltid } }
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

    /// The lists of which the index holds what the object stands under also while it is not in effect. What opens
    /// other objects, and its own number, holds when it says.
    static let staaendeLister: Set<Element> = partLister.union([
        .sagsaktoer, .dokumentaktoer, .bevillingsaktoer, .aktoer, .sagsklasse, .dokumentklasse,
        .sagsgenstande, .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem,
        .bevilgetYdelse,
    ])

    /// The same of one key in the list: of a payment's lines it is their class, and not what they pay.
    func staar(klasse isKlasse: Bool) -> Bool {
        Element.staaendeLister.contains(self)
            || isKlasse && self == .oekonomiskYdelseEffektueringRelation
    }

    /// Whether a segment of the list may decide who sees the object, or when it is in effect.
    public var afgoerAdgang: Bool {
        switch self {
        case .egenskaber, .sagIndeksEgenskaber, .sagsaktoer, .dokumentaktoer, .bevillingsaktoer,
            .aktoer,
            .sagsklasse, .dokumentklasse, .sikkerhedsprofil, .sagsitsystemRelation,
            .dokumentitsystemRelation, .itSystem, .bevilgetYdelse,
            .oekonomiskYdelseEffektueringRelation:
            true
        default: false
        }
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

/// What decides who may see an object and has effect times of its own beside those of the object.
private enum Rettighed {
    case niveau, ejer, ansvarlig, klasse, profil, master

    /// Nil for a segment that decides nothing of the kind.
    init?(_ segment: Segment, _ rolle: Rolle) {
        switch (segment.unit, rolle) {
        case (.sagIndeksEgenskaber, _): self = .niveau
        case (.sikkerhedsprofil, _): self = .profil
        case (.sagsaktoer, .ejer), (.dokumentaktoer, .ejer), (.bevillingsaktoer, .ejer),
            (.aktoer, .ejer):
            self = .ejer
        case (.sagsaktoer, .ansvarlig), (.dokumentaktoer, .ansvarlig),
            (.bevillingsaktoer, .ansvarlig), (.aktoer, .ansvarlig):
            self = .ansvarlig
        case (.sagsklasse, .primaerKlasse), (.dokumentklasse, .primaerKlasse): self = .klasse
        case (.sagsitsystemRelation, .master), (.dokumentitsystemRelation, .master),
            (.itSystem, .master):
            self = .master
        default: return nil
        }
    }
}

/// What one segment adds.
private struct SegmentAfledning {
    let kind: ObjektKind
    let segment: Segment
    /// In effect at the instant that stands for the object.
    let isCurrent: Bool
    /// The same, but of a right now, where some segment tells that right now.
    let gaelder: Bool
    let rolle: Rolle
    let klasser: Klasseviden
    let roller: RolleTabel

    private var body: ElementGroup { segment.body }

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
        case .sagsrelation, .dokumentrelation: point(&result)
        case .sagsgenstande:
            point(&result)
            text(
                body.group(.lokalUdvidelseListe, .sagsgenstandeLokalUdvidelse)?.text(.tekstfelt),
                .noter, &result)
        case .journalpost: journalpost(&result)
        case .sikkerhedsprofil: sikkerhedsprofil(&result)
        case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem: itSystem(&result)
        case .bevilgetYdelse: bevilgetYdelse(&result)
        case .bevillingssag:
            point(&result)
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
        let titel = body.text(.titel)
        if isCurrent {
            result.fakta.raise(to: body.text(.foelsomhed).flatMap(Foelsomhed.init(text:)))
            let count = titel.map(Self.ord) ?? 0
            result.titelord = UInt8(clamping: Int(result.titelord) + count)
        }
        text(titel, .titel, &result)
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
        if gaelder {
            result.fakta.raise(to: body.text(.foelsomhed).flatMap(Foelsomhed.init(text:)))
        }
        if isCurrent { result.oprettet = body[.oprettetTidspunkt]?.time }
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
        if rolle == .ejer {
            let ejer = Ejer.cvr(of: segment, kind: kind)
            if gaelder, result.fakta.myndighed == nil { result.fakta.myndighed = ejer }
            result.ejere.append(ejer)
            return
        }
        point(&result)
        if gaelder, rolle == .ansvarlig { result.fakta.ansvarlig = body[.referenceID]?.uuid }
    }

    private func klasse(_ result: inout Afledning) {
        let own = body.group(.lokalUdvidelseListe, segment.unit.klasseUdvidelse)
        let number = adgangsnummer(
            own?.text(.brugervendtNoegle), body[.referenceID]?.uuid, &result)
        if let number { row(Noegle(klasse: number), rolle, &result) }
        if gaelder, rolle == .primaerKlasse { result.fakta.add(PakketKLE(number)) }
        text(own?.text(.klassetitel), .klasser, &result)
    }

    /// The copied number; where a subject's is missing or malformed, the class's own (part A5).
    private func adgangsnummer(
        _ copied: String?, _ uuid: UUIDIdentifikator?, _ result: inout Afledning
    ) -> String? {
        guard rolle == .primaerKlasse, PakketKLE(copied) == .mangler, let uuid else {
            return copied
        }
        result.fakta.haengerPaaPlan = true
        return klasser.nummer(uuid) ?? copied
    }

    private func part(_ result: inout Afledning) {
        point(&result)
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
        if rolle != .journalnotat { point(&result) }
    }

    /// The note as text, when it is text and not a document format.
    static func noteText(_ note: ElementGroup) -> String? {
        note[.notat]?.withBytes { bytes -> String? in
            guard !bytes.contains(0) else { return nil }
            return String(validating: bytes, as: UTF8.self)
        }
    }

    private func sikkerhedsprofil(_ result: inout Afledning) {
        guard gaelder else { return }
        result.fakta.harProfil = true
        if let uuid = body[.referenceID]?.uuid { result.fakta.profil.append(uuid) }
    }

    private func itSystem(_ result: inout Afledning) {
        guard let uuid = body[.referenceID]?.uuid else { return }
        if rolle == .master {
            if gaelder || result.fakta.master == nil { result.fakta.master = uuid }
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
        if segment.haengerPaaPlan { result.fakta.haengerPaaPlan = true }
        let number = segment.klasseNummer(klasser)
        if let number { row(Noegle(klasse: number), .primaerKlasse, &result) }
        if let ydelse = body.group(.ydelse)?[.referenceID].flatMap({ Noegle($0) }) {
            row(ydelse, .ydelse, &result)
        }
        if gaelder { result.fakta.add(PakketKLE(number)) }
        for title in [
            body.text(.navn), body.group(.ydelse)?.text(.ydelsesnavn),
            klassifikation?.text(.klassetitel), body.text(.begrundelse),
        ] { text(title, .betinget, &result) }
    }

    private func linje(_ result: inout Afledning) {
        if segment.haengerPaaPlan { result.fakta.haengerPaaPlan = true }
        let number = segment.klasseNummer(klasser)
        if let number { row(Noegle(klasse: number), .primaerKlasse, &result) }
        let bevilling = body.group(.bevilgetYdelseRef)?[.uuidIdentifikator]?.uuid
        if let bevilling { row(Noegle(bevilling), .linje, &result) }
        guard gaelder else { return }
        result.fakta.add(PakketKLE(number))
        result.fakta.peger(segment)
    }

    // MARK: Adding

    private func point(_ result: inout Afledning) {
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
        if isCurrent {
            result.add(text, column)
        } else if let text, !text.isEmpty {
            result.andreTekster.append((column, text))
        }
    }
}
