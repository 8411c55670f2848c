import IndexCore

/// A Dokument as one line with one registration.
extension GeneratorLine {
    mutating func write(_ dokument: DokumentDraft) {
        let last = dokument.steps[dokument.steps.count - 1].day
        beginLine("DokumentIndeks", dokument.uuid)
        beginRegistration(dokument.origin, day: last, taste: dokument.taste, note: nil)
        attributes(dokument)
        states(dokument)
        beginObject("RelationListe")
        documents(dokument)
        actors(dokument)
        parties(dokument)
        classes(dokument)
        extensions(dokument)
        endObject()
        endObject()
        endArray()
        raw("}}")
    }

    private mutating func attributes(_ dokument: DokumentDraft) {
        beginObject("AttributListe")
        beginArray("Egenskaber")
        beginObject()
        virkning(dokument.origin.from(dokument.day))
        member("BrugervendtNoegle", bytes: dokument.number)
        member("Titel", bytes: dokument.title)
        if !dokument.description.isEmpty { member("Beskrivelse", bytes: dokument.description) }
        letterDate(dokument)
        exemption(hiddenTitle: dokument.hiddenTitle)
        if dokument.taste % 5 == 0 {
            member("VersionIdentifikator", number: 1 + dokument.taste % 3)
            member("UnderversionIdentifikator", number: dokument.taste % 4)
        }
        if dokument.taste % 2 == 0 { member("Kassationskode", "K") }
        member("Dokumentnummer", bytes: dokument.number)
        member("Foelsomhed", dokument.level.text)
        member("Type", dokument.type)
        endObject()
        endArray()
        endObject()
    }

    /// Required for an incoming letter, allowed for one that is sent, nothing for other types.
    private mutating func letterDate(_ dokument: DokumentDraft) {
        let isIncoming = dokument.type == "Brev, indgaaende"
        let isSent = dokument.type == "Brev, udgaaende" && dokument.steps.count > 1
        guard isIncoming || isSent else { return }
        key("BrevDato")
        byte("\"")
        date(isIncoming ? dokument.day - dokument.taste % 4 : dokument.day)
        byte("\"")
    }

    private mutating func states(_ dokument: DokumentDraft) {
        beginObject("TilstandListe")
        beginArray("Fremdrift")
        for (index, step) in dokument.steps.enumerated() {
            let til =
                index + 1 < dokument.steps.count ? dokument.steps[index + 1].day : Int.max
            beginObject()
            virkning(dokument.origin.from(step.day, to: til))
            member("FremdriftStatusKode", step.state)
            endObject()
        }
        endArray()
        endObject()
    }

    private mutating func documents(_ dokument: DokumentDraft) {
        guard let answers = dokument.answers else { return }
        let roles = GeneratorRolle.Dokument.self
        beginArray("Dokumentrelation")
        beginRelation(
            dokument.origin.from(dokument.day),
            dokument.isAppendix ? roles.bilag : roles.udgangspunkter, .uuid(answers), indeks: 1)
        endObject()
        endArray()
    }

    private mutating func actors(_ dokument: DokumentDraft) {
        beginArray("Dokumentaktoer")
        owner(dokument)
        unit(dokument)
        let roles = GeneratorRolle.Dokument.self
        if dokument.taste % 4 < 3 { worker(dokument, roles.primaerBehandler) }
        if dokument.taste % 9 == 1 { worker(dokument, roles.fordeltTil) }
        endArray()
    }

    private mutating func owner(_ dokument: DokumentDraft) {
        let authority = dokument.origin.authority
        let isLocal = dokument.origin.usesLocalKeys
        beginRelation(
            dokument.origin.from(dokument.day), GeneratorRolle.Dokument.ejer,
            isLocal ? .company(Int(authority.cvr.number)) : .uuid(authority.uuid))
        beginExtension("DokumentaktoerLokalUdvidelse")
        if isLocal { member("BrugervendtNoegle", cvr: authority.cvr) }
        member("FuldtNavn", authority.name)
        member("CVR-Nr", cvr: authority.cvr)
        endExtended()
    }

    private mutating func unit(_ dokument: DokumentDraft) {
        let origin = dokument.origin
        let number = origin.area * 10 + origin.unit
        beginRelation(
            origin.from(dokument.day), GeneratorRolle.Dokument.ansvarlig,
            origin.usesLocalKeys
                ? .localUnit(origin.system, number) : .uuid(origin.unitUUID(origin.unit)))
        beginExtension("DokumentaktoerLokalUdvidelse")
        if origin.usesLocalKeys { member("BrugervendtNoegle", digitsOf: number, count: 9) }
        member("FuldtNavn", origin.unitName(origin.unit))
        if origin.usesLocalKeys { member("CVR-Nr", cvr: origin.authority.cvr) }
        endExtended()
    }

    private mutating func worker(_ dokument: DokumentDraft, _ rolle: GeneratorRolle) {
        let origin = dokument.origin
        let worker = origin.worker
        beginRelation(
            origin.from(dokument.day), rolle,
            origin.usesLocalKeys
                ? .localUser(origin.system, worker.initials) : .uuid(worker.uuid))
        beginExtension("DokumentaktoerLokalUdvidelse")
        if origin.usesLocalKeys { member("BrugervendtNoegle", worker.initials) }
        member("FuldtNavn", nameOf: worker.name)
        if origin.usesLocalKeys { member("CVR-Nr", cvr: origin.authority.cvr) }
        endExtended()
    }

    private mutating func parties(_ dokument: DokumentDraft) {
        let roles = GeneratorRolle.Dokument.self
        beginArray("Dokumentpart")
        var rolle = roles.partVirksomhed
        if case .person = dokument.party { rolle = roles.partPerson }
        party(dokument, dokument.party, rolle)
        if let copyTo = dokument.copyTo { party(dokument, .person(copyTo), roles.kopipartPerson) }
        endArray()
    }

    private mutating func party(
        _ dokument: DokumentDraft, _ party: GeneratorParty, _ rolle: GeneratorRolle
    ) {
        beginRelation(
            dokument.origin.from(dokument.day), rolle, reference(to: party), indeks: 1)
        beginExtension("DokumentpartLokalUdvidelse")
        member("FuldtNavn", nameOf: party)
        endExtended()
    }

    private mutating func classes(_ dokument: DokumentDraft) {
        let subject = GeneratorSubject.all[dokument.subject]
        beginArray("Dokumentklasse")
        beginRelation(
            dokument.origin.from(dokument.day), GeneratorRolle.Dokument.primaerKlasse,
            .uuid(subject.uuid))
        beginExtension("DokumentklasseLokalUdvidelse")
        if dokument.taste % 3 == 0 { member("Klassetitel", subject.title) }
        member("BrugervendtNoegle", subject.kle)
        endExtended()
        endArray()
    }

    private mutating func extensions(_ dokument: DokumentDraft) {
        let origin = dokument.origin
        let roles = GeneratorRolle.Dokument.self
        beginObject("LokalUdvidelseListe")
        if dokument.isProtected {
            let isUnit = dokument.taste % 2 == 0
            beginArray("Sikkerhedsprofil")
            beginRelation(
                origin.from(dokument.day), isUnit ? roles.adgangEnhed : roles.adgangBruger,
                .uuid(isUnit ? origin.unitUUID(origin.unit) : origin.worker.uuid), indeks: 1)
            endObject()
            endArray()
        }
        beginArray("DokumentitsystemRelation")
        systemRelation(origin.from(dokument.day), roles.master, system: origin.system)
        systemRelation(origin.from(dokument.day), roles.afsender, system: origin.sender)
        endArray()
        endObject()
    }
}
