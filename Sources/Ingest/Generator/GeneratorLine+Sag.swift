import IndexCore

/// A Sag as one line, each registration a full snapshot of what had happened by its day.
extension GeneratorLine {
    mutating func write(_ sag: SagDraft) {
        beginLine("SagIndeks", sag.uuid)
        for cut in sag.cuts {
            let note: String? = sag.taste % 5 == 0 ? "Overført fra fagsystem" : nil
            beginRegistration(sag.origin, day: cut, taste: sag.taste, note: note)
            attributes(sag, cut: cut)
            states(sag, cut: cut)
            beginObject("RelationListe")
            actors(sag, cut: cut)
            classes(sag, cut: cut)
            parties(sag, cut: cut)
            cases(sag)
            objects(sag)
            journal(sag, cut: cut)
            extensions(sag)
            endObject()
            endObject()
        }
        endArray()
        if sag.taste % 10 == 3 { member("UdenNotifikation", flag: sag.taste % 20 == 3) }
        raw("}}")
    }

    private mutating func attributes(_ sag: SagDraft, cut: Int) {
        beginObject("AttributListe")
        beginArray("Egenskaber")
        for (index, title) in sag.titles.enumerated() where title.fra <= cut {
            let til = index + 1 < sag.titles.count ? sag.titles[index + 1].fra : Int.max
            beginObject()
            virkning(sag.origin.from(title.fra, to: til), cut: cut)
            properties(sag, title)
            endObject()
        }
        endArray()
        beginObject("LokalUdvidelseListe")
        beginArray("SagIndeksEgenskaber")
        indexProperties(sag)
        endArray()
        endObject()
        endObject()
    }

    private mutating func properties(_ sag: SagDraft, _ title: SagDraft.Title) {
        let area = GeneratorArea.all[sag.origin.area]
        member("BrugervendtNoegle", bytes: sag.number)
        if sag.taste % 25 == 1 { member("AfleveretIndikator", flag: false) }
        if !title.description.isEmpty { member("Beskrivelse", bytes: title.description) }
        if sag.taste % 4 == 2 { member("HjemmelSpecifikation", area.hjemmel) }
        if sag.taste % 2 == 0 { member("Kassationskode", area.kassation) }
        exemption(hiddenTitle: sag.hiddenTitle)
        if sag.taste % 16 == 5 { member("PrincipielIndikator", flag: sag.taste % 64 == 5) }
        member("Sagsnummer", bytes: sag.number)
        member("Titel", bytes: title.text)
    }

    private mutating func indexProperties(_ sag: SagDraft) {
        beginObject()
        virkning(sag.origin.from(sag.start))
        if sag.taste % 10 < 3 {
            let texts = GeneratorVocabulary.statusTexts
            member("Sagsstatus", texts[sag.taste / 10 % texts.count])
        }
        member("Foelsomhed", sag.level.text)
        if sag.taste % 20 == 7 { member("Lokation", "Fjernarkiv, reol 12") }
        member("OprettetTidspunkt", day: sag.start, second: 8 * 3600 + sag.taste % 3600)
        endObject()
    }

    private mutating func states(_ sag: SagDraft, cut: Int) {
        let names = ["Opstaaet", "Oplyst", "Afgjort", "Afsluttet"]
        beginObject("TilstandListe")
        beginArray("Fremdrift")
        for (index, day) in sag.steps.enumerated() where day <= cut {
            let til = index + 1 < sag.steps.count ? sag.steps[index + 1] : Int.max
            beginObject()
            virkning(sag.origin.from(day, to: til), cut: cut)
            member("FremdriftStatusKode", names[index])
            endObject()
        }
        endArray()
        endObject()
    }

    // MARK: Relations

    private mutating func actors(_ sag: SagDraft, cut: Int) {
        let origin = sag.origin
        beginArray("Sagsaktoer")
        owner(sag, cut: cut)
        let change = sag.unitChange ?? .max
        unit(sag, origin.unit, origin.from(sag.start, to: change), cut: cut)
        if change <= cut, change != .max {
            unit(sag, origin.unit + 1, origin.from(change), cut: cut)
        }
        let handover = sag.handover?.fra ?? .max
        worker(
            sag, origin.worker, GeneratorRolle.Sag.primaerBehandler,
            origin.from(sag.start, to: handover), cut: cut)
        if let next = sag.handover, next.fra <= cut {
            worker(
                sag, next.worker, GeneratorRolle.Sag.primaerBehandler, origin.from(next.fra),
                cut: cut)
        }
        if let helper = sag.helper, helper.fra <= cut {
            worker(
                sag, helper.worker, GeneratorRolle.Sag.andreBehandlere,
                origin.from(helper.fra, to: helper.til), indeks: 1, cut: cut)
        }
        if let home = sag.homeAuthority { homeAuthority(sag, home) }
        endArray()
    }

    private mutating func owner(_ sag: SagDraft, cut: Int) {
        let authority = sag.origin.authority
        let isLocal = sag.origin.usesLocalKeys
        beginRelation(
            sag.origin.from(sag.start), GeneratorRolle.Sag.ejer,
            isLocal ? .company(Int(authority.cvr.number)) : .uuid(authority.uuid), cut: cut)
        beginExtension("SagsaktoerLokalUdvidelse")
        if isLocal { member("BrugervendtNoegle", cvr: authority.cvr) }
        member("FuldtNavn", authority.name)
        member("CVR-Nummer", cvr: authority.cvr)
        endExtended()
    }

    private mutating func unit(
        _ sag: SagDraft, _ unit: Int, _ period: GeneratorPeriod, cut: Int
    ) {
        let origin = sag.origin
        let number = origin.area * 10 + unit
        beginRelation(
            period, GeneratorRolle.Sag.ansvarlig,
            origin.usesLocalKeys
                ? .localUnit(origin.system, number) : .uuid(origin.unitUUID(unit)), cut: cut)
        beginExtension("SagsaktoerLokalUdvidelse")
        if origin.usesLocalKeys { member("BrugervendtNoegle", digitsOf: number, count: 9) }
        member("FuldtNavn", origin.unitName(unit))
        member("CVR-Nummer", cvr: origin.authority.cvr)
        endExtended()
    }

    private mutating func worker(
        _ sag: SagDraft, _ worker: GeneratorWorker, _ rolle: GeneratorRolle,
        _ period: GeneratorPeriod, indeks: Int? = nil, cut: Int
    ) {
        let origin = sag.origin
        beginRelation(
            period, rolle,
            origin.usesLocalKeys
                ? .localUser(origin.system, worker.initials) : .uuid(worker.uuid),
            indeks: indeks, cut: cut)
        beginExtension("SagsaktoerLokalUdvidelse")
        if origin.usesLocalKeys { member("BrugervendtNoegle", worker.initials) }
        member("FuldtNavn", nameOf: worker.name)
        member("CVR-Nummer", cvr: origin.authority.cvr)
        endExtended()
    }

    private mutating func homeAuthority(_ sag: SagDraft, _ home: GeneratorAuthority) {
        beginRelation(
            sag.origin.from(sag.start), GeneratorRolle.Sag.bopaelskommune,
            .company(Int(home.cvr.number)))
        beginExtension("SagsaktoerLokalUdvidelse")
        member("BrugervendtNoegle", cvr: home.cvr)
        member("FuldtNavn", home.name)
        endExtended()
    }

    private mutating func classes(_ sag: SagDraft, cut: Int) {
        let subject = GeneratorSubject.all[sag.subject]
        let period = sag.origin.from(sag.start)
        beginArray("Sagsklasse")
        beginRelation(period, GeneratorRolle.Sag.primaerKlasse, .uuid(subject.uuid))
        beginExtension("SagsklasseLokalUdvidelse")
        if sag.taste % 3 != 0 { member("Klassetitel", subject.title) }
        member("BrugervendtNoegle", subject.kle)
        endExtended()
        beginRelation(
            period, GeneratorRolle.Sag.handlingsklasse,
            .uuid(GeneratorSubject.facetUUID(sag.facet)))
        beginExtension("SagsklasseLokalUdvidelse")
        member("BrugervendtNoegle", sag.facet)
        endExtended()
        decisionClasses(sag, subject, cut: cut)
        endArray()
    }

    private mutating func decisionClasses(_ sag: SagDraft, _ subject: GeneratorSubject, cut: Int) {
        guard sag.steps.count >= 3, sag.steps[2] <= cut else { return }
        let period = sag.origin.from(sag.steps[2])
        if let number = sag.benefit {
            beginRelation(
                period, GeneratorRolle.Sag.ydelsesklasse,
                .benefitKey(sag.subject * 10 + number))
            beginExtension("SagsklasseLokalUdvidelse")
            member("Facettitel", "Kontante ydelser")
            member("Klassetitel", subject.benefits[number].name)
            key("BrugervendtNoegle")
            raw("\"YD-")
            self.number(sag.subject * 10 + number, digits: 4)
            byte("\"")
            endExtended()
        }
        if let outcome = sag.outcome {
            beginRelation(
                period, GeneratorRolle.Sag.afgoerelsesklasse,
                .uuid(.derived(.other, outcome, 12)), indeks: 1)
            beginExtension("SagsklasseLokalUdvidelse")
            member("BrugervendtNoegle", GeneratorVocabulary.outcomes[outcome])
            endExtended()
        }
    }

    private mutating func parties(_ sag: SagDraft, cut: Int) {
        beginArray("Sagspart")
        var primary = GeneratorRolle.Sag.primaerVirksomhed
        if case .person = sag.party { primary = GeneratorRolle.Sag.primaerPerson }
        party(sag.party, primary, sag.origin.from(sag.start), cut: cut)
        for (index, other) in sag.secondary.enumerated() where other.fra <= cut {
            var rolle = GeneratorRolle.Sag.sekundaerVirksomhed
            if case .person = other.party { rolle = GeneratorRolle.Sag.sekundaerPerson }
            party(
                other.party, rolle, sag.origin.from(other.fra, to: other.til), indeks: index + 1,
                cut: cut)
        }
        if let beneficiary = sag.beneficiary {
            party(
                .person(beneficiary), GeneratorRolle.Sag.ydelsesmodtager,
                sag.origin.from(sag.start), cut: cut)
        }
        endArray()
    }

    private mutating func party(
        _ party: GeneratorParty, _ rolle: GeneratorRolle, _ period: GeneratorPeriod,
        indeks: Int? = nil, cut: Int
    ) {
        beginRelation(period, rolle, reference(to: party), indeks: indeks, cut: cut)
        beginExtension("SagspartLokalUdvidelse")
        member("FuldtNavn", nameOf: party)
        endExtended()
    }

    private mutating func cases(_ sag: SagDraft) {
        guard sag.parent != nil || sag.related != nil else { return }
        let period = sag.origin.from(sag.start)
        beginArray("Sagsrelation")
        if let parent = sag.parent {
            beginRelation(period, GeneratorRolle.Sag.oversag, .uuid(parent))
            endObject()
        }
        if let related = sag.related {
            beginRelation(period, GeneratorRolle.Sag.andreSager, .uuid(related), indeks: 1)
            endObject()
        }
        endArray()
    }

    /// The property a building case is about, by its two numbers.
    private mutating func objects(_ sag: SagDraft) {
        guard GeneratorArea.all[sag.origin.area].concern == .property else { return }
        let property = sag.property
        beginArray("Sagsgenstande")
        beginRelation(
            sag.origin.from(sag.start), GeneratorRolle.Sag.byggeri, .bfe(property.bfe), indeks: 1)
        beginExtension("SagsgenstandeLokalUdvidelse")
        key("Tekstfelt")
        byte("\"")
        address(property)
        byte("\"")
        endExtended()
        if sag.taste % 5 < 2 {
            beginRelation(
                sag.origin.from(sag.start), GeneratorRolle.Sag.ejendomsskat,
                .esr(property.municipality, property.esr))
            endObject()
        }
        endArray()
    }

    private mutating func journal(_ sag: SagDraft, cut: Int) {
        guard sag.journal.contains(where: { $0.fra <= cut }) else { return }
        beginArray("Journalpost")
        for (index, entry) in sag.journal.enumerated() where entry.fra <= cut {
            journalEntry(entry, sag, indeks: index + 1, cut: cut)
        }
        endArray()
    }

    private mutating func journalEntry(
        _ entry: SagDraft.JournalEntry, _ sag: SagDraft, indeks: Int, cut: Int
    ) {
        let period = sag.origin.from(entry.fra, to: entry.til)
        let roles = GeneratorRolle.Sag.self
        switch entry.content {
        case .filed(let uuid, let title):
            beginRelation(period, roles.tilakteret, .uuid(uuid), indeks: indeks, cut: cut)
            guard !title.isEmpty else { break }
            beginObject("JournalpostEgenskaber")
            member("Dokumenttitel", bytes: title)
            endObject()
        case .attached(let uuid):
            beginRelation(period, roles.vedlagt, .uuid(uuid), indeks: indeks, cut: cut)
        case .note(let title, let text):
            let made = sag.taste % 7 == 0 ? sag.origin.automatic(entry.fra) : period
            beginRelation(made, roles.journalnotat, .journalNote, indeks: indeks, cut: cut)
            note(title: title, text: text)
        }
        endObject()
    }

    private mutating func note(title: [UInt8], text: [UInt8]) {
        beginObject("JournalpostEgenskaber")
        beginObject("JournalnotatEgenskaber")
        member("Titel", bytes: title)
        key("Notat")
        byte("\"")
        base64(text)
        byte("\"")
        member("Format", Self.textFormat)
        endObject()
        endObject()
    }

    /// The class that stands for plain text.
    private static let textFormat = UUIDIdentifikator.derived(.other, 0, 63)

    private mutating func extensions(_ sag: SagDraft) {
        let origin = sag.origin
        beginObject("LokalUdvidelseListe")
        if sag.isProtected {
            beginArray("Sikkerhedsprofil")
            beginRelation(
                origin.from(sag.start), GeneratorRolle.Sag.adgangBruger,
                .uuid(origin.worker.uuid), indeks: 1)
            endObject()
            if sag.taste % 2 == 0 {
                beginRelation(
                    origin.from(sag.start), GeneratorRolle.Sag.adgangEnhed,
                    .uuid(origin.unitUUID(origin.unit)), indeks: 2)
                endObject()
            }
            endArray()
        }
        beginArray("SagsitsystemRelation")
        systemRelation(origin.from(sag.start), GeneratorRolle.master, system: origin.system)
        systemRelation(origin.from(sag.start), GeneratorRolle.afsender, system: origin.sender)
        endArray()
        endObject()
    }
}
