import IndexCore

/// What all four kinds have in common: Virkning, relations, actors and systems.
extension GeneratorLine {
    mutating func write(_ work: GeneratorWork) {
        switch work {
        case .sag(let draft): write(draft)
        case .dokument(let draft): write(draft)
        case .bevilling(let draft): write(draft)
        case .effektuering(let draft): write(draft)
        }
    }

    /// Opens `{"<kind>":{"UUIDIdentifikator":…,"Registrering":[`, a line of its own.
    mutating func beginLine(_ kind: String, _ uuid: UUIDIdentifikator) {
        raw("{\"")
        raw(kind)
        raw("\":{")
        member("UUIDIdentifikator", uuid)
        beginArray("Registrering")
    }

    /// Opens a registration made by the worker of `origin` in working hours of `day`.
    mutating func beginRegistration(
        _ origin: GeneratorOrigin, day: Int, taste: Int, note: String?
    ) {
        beginObject()
        if let note { member("NoteTekst", note) }
        member("Tidspunkt", day: day, second: 7 * 3600 + taste * 7919 % (9 * 3600))
        member("LivscyklusKode", "Importeret")
        actor("BrugerRef", origin.actor)
    }

    /// The end of `period` is left open when it is after `cut`, the day of the registration.
    mutating func virkning(_ period: GeneratorPeriod, cut: Int = .max) {
        beginObject("Virkning")
        member("FraTidspunkt", day: period.fra)
        if period.til == .max || period.til > cut {
            member("TilTidspunkt", flag: true)
        } else {
            member("TilTidspunkt", day: period.til)
        }
        actor("AktoerRef", period.actor)
        if case .system = period.actor {
            member("AktoerTypeKode", "ItSystem")
        } else {
            member("AktoerTypeKode", "Bruger")
        }
        endObject()
    }

    mutating func actor(_ name: String, _ actor: GeneratorActor) {
        key(name)
        byte("\"")
        switch actor {
        case .uuid(let value): uuid(value)
        case .localUser(let system, let initials): localUser(system, initials)
        case .system(let value):
            raw("urn:oio:it-system-uuid:")
            uuid(value)
        }
        byte("\"")
    }

    /// Opens a relation that has a Virkning of its own; the caller adds what follows and ends it.
    mutating func beginRelation(
        _ period: GeneratorPeriod, _ rolle: GeneratorRolle, _ reference: GeneratorReference,
        indeks: Int? = nil, cut: Int = .max
    ) {
        beginObject()
        virkning(period, cut: cut)
        relationMembers(rolle, reference, indeks: indeks)
    }

    mutating func relationMembers(
        _ rolle: GeneratorRolle, _ reference: GeneratorReference, indeks: Int? = nil
    ) {
        member("Rolle", rolle.rolle)
        member("Type", rolle.type)
        if let indeks { memberIndeks(indeks) }
        key("ReferenceID")
        byte("\"")
        write(reference)
        byte("\"")
    }

    private mutating func memberIndeks(_ indeks: Int) {
        key("Indeks")
        byte("\"")
        number(indeks)
        byte("\"")
    }

    mutating func write(_ reference: GeneratorReference) {
        switch reference {
        case .uuid(let value): uuid(value)
        case .person(let cpr): urn("urn:oio:cpr-nr:", cpr, digits: 10)
        case .company(let cvr): urn("urn:oio:cvr-nr:", cvr, digits: 8)
        case .productionUnit(let pnr): urn("urn:oio:pnr:", pnr, digits: 10)
        case .bfe(let bfe): urn("urn:oio:ejendom:bfe-nr:", bfe, digits: 10)
        case .esr(let municipality, let number):
            urn("urn:oio:esr:ejendom:", municipality, digits: 3)
            urn("-", number, digits: 6)
        case .localUnit(let system, let number):
            urn("urn:oio:fag", system, digits: 2)
            urn(":enhed:LOSID:", number, digits: 9)
        case .localUser(let system, let initials): localUser(system, initials)
        case .benefitKey(let number):
            urn("urn:oio:kontanteydelser:ydelse:brugervendtnoegle:YD-", number, digits: 4)
        case .journalNote: raw("URN:Empty")
        }
    }

    private mutating func urn(_ prefix: String, _ value: Int, digits: Int) {
        raw(prefix)
        number(value, digits: digits)
    }

    private mutating func localUser(_ system: Int, _ initials: String) {
        urn("urn:oio:fag", system, digits: 2)
        raw(":bruger:")
        raw(initials)
    }

    // MARK: Members of relations

    mutating func member(_ name: String, nameOf person: GeneratorPerson) {
        key(name)
        byte("\"")
        self.name(person)
        byte("\"")
    }

    mutating func member(_ name: String, nameOf party: GeneratorParty) {
        switch party {
        case .person(let person): member(name, nameOf: person)
        case .company(let company):
            key(name)
            byte("\"")
            self.name(company)
            byte("\"")
        case .productionUnit(let company):
            key(name)
            byte("\"")
            self.name(company)
            raw(", afdeling\"")
        }
    }

    mutating func member(_ name: String, cvr: CVRNummer) {
        key(name)
        byte("\"")
        number(Int(cvr.number), digits: 8)
        byte("\"")
    }

    mutating func member(_ name: String, digitsOf value: Int, count: Int) {
        key(name)
        byte("\"")
        number(value, digits: count)
        byte("\"")
    }

    mutating func reference(to party: GeneratorParty) -> GeneratorReference {
        switch party {
        case .person(let person): .person(person.cpr)
        case .company(let company): .company(company.cvr)
        case .productionUnit(let company): .productionUnit(company.pnr)
        }
    }

    mutating func beginExtension(_ name: String) {
        beginObject("LokalUdvidelseListe")
        beginObject(name)
    }

    /// Ends the extension, the list of extensions and the relation.
    mutating func endExtended() { raw("}}}") }

    mutating func systemRelation(
        _ period: GeneratorPeriod, _ rolle: GeneratorRolle, system: Int, cut: Int = .max
    ) {
        let system = GeneratorSystem.all[system]
        beginRelation(period, rolle, .uuid(system.uuid), cut: cut)
        member("SystemNavn", system.name)
        endObject()
    }

    /// What the public may not see, with the provision that exempts it; nothing for an empty title.
    mutating func exemption(hiddenTitle: [UInt8]) {
        guard !hiddenTitle.isEmpty else { return }
        beginObject("OffentlighedUndtaget")
        member("TitelAlternativTekst", bytes: hiddenTitle)
        member("OffentlighedUndtagetHjemmelTekst", "Offentlighedsloven § 30, nr. 1")
        endObject()
    }
}
