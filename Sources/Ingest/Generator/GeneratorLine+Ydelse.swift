import IndexCore

/// A Bevilling as one line with one registration.
extension GeneratorLine {
    mutating func write(_ bevilling: BevillingDraft) {
        beginLine("BevillingIndeks", bevilling.uuid)
        beginRegistration(
            bevilling.origin, day: bevilling.decided, taste: bevilling.taste, note: nil)
        beginObject("AttributListe")
        beginArray("Egenskaber")
        properties(bevilling)
        endArray()
        beginArray("BevilgetYdelse")
        for ydelse in bevilling.ydelser { self.ydelse(bevilling, ydelse) }
        endArray()
        endObject()
        beginObject("TilstandListe")
        endObject()
        relations(bevilling)
        endObject()
        endArray()
        member("UdenNotifikation", flag: bevilling.taste % 5 == 0)
        raw("}}")
    }

    private mutating func properties(_ bevilling: BevillingDraft) {
        beginObject()
        virkning(bevilling.origin.from(bevilling.start))
        member("BrugervendtNoegle", bytes: bevilling.number)
        if !bevilling.reason.isEmpty { member("Begrundelse", bytes: bevilling.reason) }
        member("Foelsomhed", bevilling.level.text)
        endObject()
    }

    private mutating func ydelse(_ bevilling: BevillingDraft, _ ydelse: BevillingDraft.Ydelse) {
        let benefit = GeneratorSubject.all[bevilling.subject].benefits[ydelse.benefit]
        beginObject()
        virkning(bevilling.origin.from(ydelse.fra, to: ydelse.til))
        memberYdelseId("Id", ydelse.id)
        member("Navn", benefit.name)
        member("BevilgetYdelseStartdato", day: ydelse.start)
        if let slut = ydelse.slut { member("BevilgetYdelseSlutdato", day: slut) }
        member("Tilbagebetalingspligtig", flag: bevilling.taste % 12 == 0)
        beginArray("ItSystem")
        timelessSystem(GeneratorRolle.master, bevilling.origin.system)
        timelessSystem(GeneratorRolle.afsender, bevilling.origin.sender)
        endArray()
        classes(bevilling, benefit)
        plan(bevilling, ydelse)
        endObject()
    }

    private mutating func memberYdelseId(_ name: String, _ id: Int) {
        key(name)
        raw("\"Y-")
        number(id)
        byte("\"")
    }

    private mutating func timelessSystem(_ rolle: GeneratorRolle, _ system: Int) {
        let system = GeneratorSystem.all[system]
        beginObject()
        relationMembers(rolle, .uuid(system.uuid))
        member("SystemNavn", system.name)
        endObject()
    }

    private mutating func classes(_ bevilling: BevillingDraft, _ benefit: GeneratorBenefit) {
        let subject = GeneratorSubject.all[bevilling.subject]
        beginObject("Ydelse")
        relationMembers(GeneratorRolle.Bevilling.ydelse, .uuid(benefit.uuid), indeks: 1)
        member("Ydelsesnavn", benefit.name)
        beginObject("Klassifikation")
        relationMembers(GeneratorRolle.Bevilling.klassifikation, .uuid(subject.uuid), indeks: 1)
        member("BrugervendtNoegle", subject.kle)
        member("Klassetitel", subject.title)
        endObject()
        endObject()
    }

    private mutating func plan(_ bevilling: BevillingDraft, _ ydelse: BevillingDraft.Ydelse) {
        let year = GeneratorCalendar.civil(ydelse.fra).year
        let end = min(GeneratorCalendar.day(year + 1, 1, 1), ydelse.til)
        beginArray("OekonomiskEffektueringsplan")
        beginObject()
        memberYdelseId("Id", ydelse.id)
        member("EffektueringsplanStartdato", day: ydelse.fra)
        member("EffektueringsplanSlutdato", day: end)
        member("Beregningsfrekvens", Self.monthly)
        member("ForudBagud", bevilling.taste % 3 == 0 ? "Forud" : "Bagud")
        member("Dispositionsdag", "Sidste bankdag i måneden")
        member("Ydelsesbeloeb", oere: ydelse.oere)
        member("ManueltGodkendes", flag: bevilling.taste % 8 == 0)
        endObject()
        endArray()
    }

    /// The class that stands for a monthly calculation.
    private static let monthly = UUIDIdentifikator.derived(.other, 0, 30)

    private mutating func relations(_ bevilling: BevillingDraft) {
        let period = bevilling.origin.from(bevilling.start)
        let roles = GeneratorRolle.Bevilling.self
        beginObject("RelationListe")
        beginArray("Bevillingssag")
        beginRelation(period, roles.tilknyttet, .uuid(bevilling.sag))
        member("BrugervendtNoegle", bytes: bevilling.sagNumber)
        member("FuldtNavn", bytes: bevilling.sagTitle)
        endObject()
        endArray()
        beginArray("Bevillingspart")
        recipient(period, roles.bevillingsmodtager, bevilling.recipient, indeks: 1)
        recipient(period, roles.ydelsesmodtager, bevilling.payee, indeks: 1)
        endArray()
        actors(bevilling, period)
        if bevilling.isProtected {
            beginArray("Sikkerhedsprofil")
            beginRelation(
                period, roles.adgang, .uuid(bevilling.origin.worker.uuid), indeks: 1)
            endObject()
            endArray()
        }
        endObject()
    }

    private mutating func recipient(
        _ period: GeneratorPeriod, _ rolle: GeneratorRolle, _ person: GeneratorPerson,
        indeks: Int?
    ) {
        beginRelation(period, rolle, .person(person.cpr), indeks: indeks)
        member("FuldtNavn", nameOf: person)
        endObject()
    }

    private mutating func actors(_ bevilling: BevillingDraft, _ period: GeneratorPeriod) {
        let origin = bevilling.origin
        let roles = GeneratorRolle.Bevilling.self
        beginArray("Bevillingsaktoer")
        authority(period, roles.ejer, origin.authority)
        beginRelation(period, roles.ansvarlig, .uuid(origin.unitUUID(origin.unit)), indeks: 1)
        member("FuldtNavn", origin.unitName(origin.unit))
        member("CVR-nr", cvr: origin.authority.cvr)
        endObject()
        endArray()
    }

    private mutating func authority(
        _ period: GeneratorPeriod, _ rolle: GeneratorRolle, _ authority: GeneratorAuthority
    ) {
        beginRelation(period, rolle, .uuid(authority.uuid))
        member("FuldtNavn", authority.name)
        member("CVR-nr", cvr: authority.cvr)
        endObject()
    }

    // MARK: OekonomiskEffektuering

    mutating func write(_ payment: EffektueringDraft) {
        let period = payment.origin.from(payment.paymentDay)
        beginLine("OekonomiskEffektueringIndeks", payment.uuid)
        beginRegistration(
            payment.origin, day: payment.paymentDay, taste: payment.tax % 1000, note: nil)
        beginObject("AttributListe")
        beginArray("Egenskaber")
        properties(payment, period)
        endArray()
        endObject()
        beginObject("TilstandListe")
        endObject()
        relations(payment, period)
        endObject()
        endArray()
        raw("}}")
    }

    private mutating func properties(_ payment: EffektueringDraft, _ period: GeneratorPeriod) {
        let gross = payment.lines.reduce(0) { $0 + $1.oere }
        let net = gross - payment.tax
        beginObject()
        virkning(period)
        member("BrugervendtNoegle", bytes: payment.number)
        member("Startdato", day: payment.lines.map(\.start).min() ?? payment.paymentDay)
        member("Slutdato", day: payment.lines.map(\.slut).max() ?? payment.paymentDay)
        member("SamletBruttobeloeb", oere: gross)
        member("Dispositionsdato", day: payment.paymentDay)
        member("BeloebEfterSkatATP", oere: net)
        member("BeloebSendtTilUdbetaling", oere: net - payment.setOff)
        if payment.isPaid { member("BeloebUdbetalt", oere: net - payment.setOff) }
        member("Udbetalingsafdeling", payment.origin.unitName(payment.origin.unit))
        if payment.setOff != 0 { member("SendtTilUdbetalingTekst", "Modregnet i forskud") }
        endObject()
    }

    private mutating func relations(_ payment: EffektueringDraft, _ period: GeneratorPeriod) {
        let roles = GeneratorRolle.Effektuering.self
        beginObject("RelationListe")
        beginArray("OekonomiskYdelseEffektueringRelation")
        for (index, line) in payment.lines.enumerated() {
            self.line(line, period, indeks: index + 1)
        }
        endArray()
        beginArray("Aktoer")
        authority(period, roles.ejer, payment.origin.authority)
        authority(period, roles.udbetalendeEnhed, payment.origin.authority)
        endArray()
        beginArray("ItSystem")
        systemRelation(period, GeneratorRolle.master, system: payment.origin.system)
        systemRelation(period, GeneratorRolle.afsender, system: payment.origin.sender)
        endArray()
        beginArray("OekonomiskEffektueringPart")
        recipient(period, roles.modtager, payment.recipient, indeks: nil)
        endArray()
        endObject()
    }

    private mutating func line(
        _ line: EffektueringDraft.Line, _ period: GeneratorPeriod, indeks: Int
    ) {
        let subject = GeneratorSubject.all[line.subject]
        beginRelation(
            period, GeneratorRolle.Effektuering.linje, .uuid(subject.uuid), indeks: indeks)
        member("YdelsesperiodeStartdato", day: line.start)
        member("YdelsesperiodeSlutdato", day: line.slut)
        member("Ydelsesbeloeb", oere: line.oere)
        member("Klassifikationsbeskrivelse", subject.kle)
        beginObject("BevilgetYdelseRef")
        member("UUIDIdentifikator", line.bevilling)
        memberYdelseId("BevilgetYdelseId", line.ydelse)
        endObject()
        endObject()
    }
}
