import IndexCore

/// Writes the overview: five lists, the timeline, the counts.
struct OverblikSvar {
    private let samling: OverblikSamling
    private let request: OverblikAnmodning
    private let tidslinje: Tidslinje
    /// How far each list was shown before, in the order of the answer.
    private let before: [Overbliksstand?]
    private var lister: [(navn: StaticString, iAlt: Int, erFlere: Bool)] = []
    private var stande: [Overbliksstand?] = []

    init(
        _ samling: OverblikSamling, _ request: OverblikAnmodning, after before: [Overbliksstand?]?
    ) {
        self.samling = samling
        self.request = request
        self.before = before ?? Array(repeating: nil, count: Overbliksmarkoer.lister)
        tidslinje = Tidslinje(samling, within: request.periode)
    }

    private static let objektlister: [(StaticString, ObjektKind)] = [
        ("Sager", .sag), ("Dokumenter", .dokument), ("Bevillinger", .bevilling),
        ("OekonomiskeEffektueringer", .oekonomiskEffektuering),
    ]

    /// `marker` seals how far the lists are shown.
    consuming func json(marker: ([Overbliksstand?]) -> String) -> [UInt8] {
        var writer = JSONWriter(reserving: 32_768)
        writer.beginObject()
        for (name, kind) in Self.objektlister {
            liste(name, samling.poster[kind] ?? [], \.plads, &writer) { post, writer in
                self.post(post, &writer)
            }
        }
        liste("Journalnotater", samling.notater, \.plads, &writer) { notat, writer in
            writer.beginObject()
            notat.write(to: &writer)
            writer.endObject()
        }
        liste("Tidslinje", tidslinje.haendelser, \.plads, &writer) { event, writer in
            event.write(to: &writer)
        }
        tal(&writer)
        if request.antal > 0, lister.contains(where: \.erFlere) {
            writer.member("Markoer", marker(stande))
        }
        let missing = samling.utilgaengelige
        if !missing.isEmpty {
            writer.key("Utilgaengelige")
            writer.texts(missing.map(\.description))
        }
        writer.endObject()
        return writer.bytes
    }

    private func tal(_ writer: inout JSONWriter) {
        writer.key("Antal")
        writer.beginObject()
        for liste in lister { writer.member(liste.navn, liste.iAlt) }
        writer.endObject()
        writer.key("Afgraenset")
        writer.texts(lister.filter(\.erFlere).map { "\($0.navn)" })
    }

    private mutating func liste<Post>(
        _ navn: StaticString, _ poster: [Post], _ plads: (Post) -> Overbliksplads,
        _ writer: inout JSONWriter, _ write: (Post, inout JSONWriter) -> Void
    ) {
        let side = Overbliksside(
            poster, after: before[lister.count], most: request.antal, plads)
        lister.append((navn, side.iAlt, side.erFlere))
        stande.append(side.stand)
        writer.key(navn)
        writer.beginArray()
        for post in side.vist { write(post, &writer) }
        writer.endArray()
    }

    private func post(_ post: OverblikPost, _ writer: inout JSONWriter) {
        let billede = post.billede
        writer.beginObject()
        billede.write(to: &writer)
        parter(post, &writer)
        switch billede.objekt.kind {
        case .sag: break
        case .dokument:
            writer.key("Sager")
            writer.beginArray()
            for sag in post.sager { writer.uuid(sag) }
            writer.endArray()
        case .bevilling: ydelser(billede, &writer)
        case .oekonomiskEffektuering: udbetaling(billede, &writer)
        }
        writer.endObject()
    }

    private func parter(_ post: OverblikPost, _ writer: inout JSONWriter) {
        writer.key("Roller")
        writer.beginArray()
        for segment in post.parter {
            let liste = RolleListe(post.billede.objekt.kind, segment.unit)
            let rolle = samling.roller.rolle(liste, segment.body[.rolle]?.uuid)
            writer.beginObject()
            if rolle != .ukendt { writer.member("Rolle", rolle.navn) }
            if let reference = segment.body[.referenceID]?.unikId {
                writer.member("ReferenceID", reference)
            }
            if let navn = segment.navn { writer.member("FuldtNavn", navn) }
            writer.virkning(segment.virkning)
            writer.endObject()
        }
        writer.endArray()
    }

    private func ydelser(_ billede: Objektbillede, _ writer: inout JSONWriter) {
        writer.key(.bevilgetYdelse)
        writer.beginArray()
        for segment in billede.dele {
            let body = segment.body
            writer.beginObject()
            writer.optional(.id, of: body)
            writer.optional(.navn, of: body)
            if let kle = billede.objekt.klasseNummer(of: segment) { writer.member("KLE", kle) }
            writer.optional(.bevilgetYdelseStartdato, of: body)
            writer.optional(.bevilgetYdelseSlutdato, of: body)
            writer.optional(.ydelsesbeloeb, of: plan(body, at: billede.instant))
            writer.endObject()
        }
        writer.endArray()
    }

    /// The plan of payment whose period covers the instant.
    private func plan(_ ydelse: ElementGroup, at instant: Tidspunkt) -> ElementGroup? {
        for value in ydelse where value.element == .oekonomiskEffektueringsplan {
            guard let plan = value.group else { continue }
            let start = plan[.effektueringsplanStartdato]?.time ?? .distantPast
            let end = plan[.effektueringsplanSlutdato]?.time ?? .distantFuture
            if start <= instant && instant < end { return plan }
        }
        return nil
    }

    private func udbetaling(_ billede: Objektbillede, _ writer: inout JSONWriter) {
        for element in [Element.dispositionsdato, .beloebUdbetalt] {
            writer.optional(element, of: billede.egenskaber)
        }
        writer.key(.oekonomiskYdelseEffektueringRelation)
        writer.beginArray()
        for segment in billede.dele {
            let body = segment.body
            writer.beginObject()
            writer.optional(.indeks, of: body)
            if let kle = billede.objekt.klasseNummer(of: segment) { writer.member("KLE", kle) }
            for element in [
                Element.ydelsesperiodeStartdato, .ydelsesperiodeSlutdato, .ydelsesbeloeb,
            ] { writer.optional(element, of: body) }
            let reference = body.group(.bevilgetYdelseRef)
            if let grant = reference?[.uuidIdentifikator]?.uuid {
                writer.member("Bevilling", grant)
            }
            writer.optional(.bevilgetYdelseId, of: reference)
            writer.endObject()
        }
        writer.endArray()
    }
}

/// Everything that happened.
struct Tidslinje {
    struct Haendelse {
        let tidspunkt: Tidspunkt
        let slags: StaticString
        let objekttype: String
        let uuid: UUIDIdentifikator
        let titel: String?
        var fremdrift: String?
        /// Which of several of its kind: what no change of the object moves.
        var noegle = ""
        /// A business date: shown as Denmark's.
        var erDato = false

        var plads: Overbliksplads {
            Overbliksplads(tid: tidspunkt, uuid: uuid, tekst: "\(slags)\u{0}\(fremdrift ?? noegle)")
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.key("Tidspunkt")
            if erDato { writer.danishTime(tidspunkt) } else { writer.time(tidspunkt) }
            writer.member("Slags", "\(slags)")
            writer.member("Objekttype", objekttype)
            writer.member("UUIDIdentifikator", uuid)
            if let titel { writer.member("Titel", titel) }
            if let fremdrift { writer.member("Fremdrift", fremdrift) }
            writer.endObject()
        }
    }

    private(set) var haendelser: [Haendelse] = []
    private let periode: Range<Tidspunkt>?

    init(_ samling: OverblikSamling, within periode: Range<Tidspunkt>?) {
        self.periode = periode
        for post in samling.poster[.sag] ?? [] { sag(post.billede) }
        for post in samling.poster[.dokument] ?? [] {
            add("Dokument", post.billede.oprettet, post.billede, post.billede.titel)
        }
        for notat in samling.notater { self.notat(notat) }
        for post in samling.poster[.bevilling] ?? [] { bevilling(post.billede) }
        for post in samling.poster[.oekonomiskEffektuering] ?? [] {
            let day = post.billede.egenskaber?[.dispositionsdato]?.time
            add("Udbetaling", day, post.billede, post.billede.titel, erDato: true)
        }
    }

    private mutating func add(
        _ slags: StaticString, _ tidspunkt: Tidspunkt?, _ billede: Objektbillede,
        _ titel: String?, fremdrift: String? = nil, noegle: String = "", erDato: Bool = false
    ) {
        guard let tidspunkt, !tidspunkt.isInfinite, periode?.contains(tidspunkt) ?? true else {
            return
        }
        haendelser.append(
            Haendelse(
                tidspunkt: tidspunkt, slags: slags, objekttype: billede.objekt.kind.name,
                uuid: billede.objekt.uuid, titel: titel, fremdrift: fremdrift, noegle: noegle,
                erDato: erDato))
    }

    private mutating func sag(_ billede: Objektbillede) {
        add("Oprettet", billede.oprettet, billede, billede.titel)
        for segment in billede.registrering.segments where segment.unit == .fremdrift {
            add(
                "Fremdrift", segment.virkning.fra, billede, billede.titel,
                fremdrift: segment.body.text(.fremdriftStatusKode))
        }
    }

    private mutating func notat(_ notat: Journalnotat) {
        let fra = notat.segment.virkning.fra
        guard !fra.isInfinite, periode?.contains(fra) ?? true else { return }
        haendelser.append(
            Haendelse(
                tidspunkt: fra, slags: "Journalnotat", objekttype: "Journalnotat",
                uuid: notat.sag.objekt.uuid, titel: notat.titel, noegle: notat.indeks))
    }

    private mutating func bevilling(_ billede: Objektbillede) {
        var told: Set<String> = []
        for segment in billede.registrering.segments where segment.unit == .bevilgetYdelse {
            let body = segment.body
            let ends: [(StaticString, Element)] = [
                ("YdelseStart", .bevilgetYdelseStartdato), ("YdelseSlut", .bevilgetYdelseSlutdato),
            ]
            for (slags, element) in ends {
                guard let time = body[element]?.time,
                    told.insert("\(slags) \(body.text(.id) ?? "") \(time.microseconds)").inserted
                else { continue }
                add(
                    slags, time, billede, body.text(.navn), noegle: body.text(.id) ?? "",
                    erDato: true)
            }
        }
    }
}
