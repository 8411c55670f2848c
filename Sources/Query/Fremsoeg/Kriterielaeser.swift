import IndexCore

/// Reads one Soeg… element by the object's own schema, so that every field can be asked for.
struct Kriterielaeser {
    private let schema: ObjektSchema
    private(set) var krav: Kriterium

    static func laes(
        _ laesning: Laesning, _ kind: ObjektKind, sagsloest: Bool = false
    ) throws(QueryError) -> Kriterium {
        var reader = Kriterielaeser(kind)
        reader.krav.sagsloest = sagsloest
        var inner = laesning
        inner.erYdelse = kind == .bevilling || kind == .oekonomiskEffektuering
        try reader.laes(inner)
        return reader.krav
    }

    private init(_ kind: ObjektKind) {
        schema = ObjektSchema.of(kind)
        krav = Kriterium(kind: kind)
    }

    private mutating func laes(_ laesning: Laesning) throws(QueryError) {
        var foerste: Laesning?
        var antal: Laesning?
        var stsFra: Laesning?
        var stsTil: Laesning?
        var lister: Set<String> = []
        for (name, member) in try laesning.medlemmer() {
            switch name {
            case "FoersteResultatReference": foerste = member
            case "MaksimalAntalKvantitet": antal = member
            case "SoegRegistrering": try soegRegistrering(member)
            case "SoegVirkning": try soegVirkning(member)
            case "SoegStsFraTidspunkt": stsFra = member
            case "SoegStsTilTidspunkt": stsTil = member
            case "AttributListe": try liste(member, .attribut)
            case "TilstandListe": try liste(member, .tilstand)
            case "RelationListe": try liste(member, .relation)
            default: throw member.ukendt()
            }
            lister.insert(name)
        }
        for name in ["AttributListe", "TilstandListe", "RelationListe"]
        where !lister.contains(name) {
            throw laesning.brud("R13", nil, "\(name) skal være der, om end tom")
        }
        krav.side = try Self.side(foerste, antal)
        guard stsFra != nil || stsTil != nil else { return }
        krav.tider.sts = try (stsTil ?? stsFra ?? laesning).range(
            try stsFra?.tidspunkt(uendelig: .distantPast),
            try stsTil?.tidspunkt(uendelig: .distantFuture))
    }

    private static func side(
        _ foerste: Laesning?, _ antal: Laesning?
    ) throws(QueryError) -> Kriterium.Side? {
        guard foerste != nil || antal != nil else { return nil }
        var side = Kriterium.Side()
        if let foerste { side.foerste = try ikkeNegativ(foerste) }
        if let antal { side.antal = min(try ikkeNegativ(antal), Kriterium.Side.mest) }
        return side
    }

    private static func ikkeNegativ(_ laesning: Laesning) throws(QueryError) -> Int {
        let number = try laesning.heltal(hoejst: 1_000_000_000_000)
        guard number >= 0 else { throw laesning.brud("Y40", nil, "et tal fra 0 ventes") }
        return number
    }

    // MARK: The two axes

    private mutating func soegRegistrering(_ laesning: Laesning) throws(QueryError) {
        var fra: Tidspunkt?
        var til: Tidspunkt?
        for (name, member) in try laesning.medlemmer() {
            switch name {
            case "FraTidspunkt": fra = try member.tidspunkt(uendelig: .distantPast)
            case "TilTidspunkt": til = try member.tidspunkt(uendelig: .distantFuture)
            case "LivscyklusKode":
                let code = try member.valg(ObjektSchema.livscyklusKoder)
                krav.registrering.felter.append((.livscyklusKode, .ordret(Array(code.utf8))))
            case "BrugerRef":
                krav.registrering.felter.append((.brugerRef, .identitet(try member.unikId())))
            default: throw member.ukendt()
            }
        }
        if fra != nil || til != nil { krav.tider.tidspunkt = try laesning.range(fra, til) }
    }

    private mutating func soegVirkning(_ laesning: Laesning) throws(QueryError) {
        let read = try virkning(laesning)
        krav.tider.aktoer = read.aktoer
        if read.fra != nil || read.til != nil {
            krav.tider.virkning = try laesning.range(read.fra, read.til)
        }
    }

    private func virkning(_ laesning: Laesning) throws(QueryError) -> Virkningskrav {
        var result = Virkningskrav()
        for (name, member) in try laesning.medlemmer() {
            switch name {
            case "FraTidspunkt": result.fra = try member.tidspunkt(uendelig: .distantPast)
            case "TilTidspunkt": result.til = try member.tidspunkt(uendelig: .distantFuture)
            case "AktoerRef":
                result.aktoer.felter.append((.aktoerRef, .identitet(try member.unikId())))
            case "AktoerTypeKode":
                let code = try member.valg(ObjektSchema.aktoerTyper)
                result.aktoer.felter.append((.aktoerTypeKode, .ordret(Array(code.utf8))))
            case "NoteTekst":
                let felt = try felt(member, .text(min: 0, max: 1024))
                result.aktoer.felter.append((.noteTekst, felt))
            default: throw member.ukendt()
            }
        }
        if result.fra != nil || result.til != nil { _ = try laesning.range(result.fra, result.til) }
        return result
    }

    // MARK: The three lists

    private mutating func liste(
        _ laesning: Laesning, _ container: UnitSchema.Container
    ) throws(QueryError) {
        for (name, member) in try laesning.medlemmer() {
            if name == "LokalUdvidelseListe" {
                try udvidelser(member, container)
            } else {
                let unit = try unit(name, container, isExtension: false, member)
                try enheder(member, unit)
            }
        }
    }

    private mutating func udvidelser(
        _ laesning: Laesning, _ container: UnitSchema.Container
    ) throws(QueryError) {
        for (name, member) in try laesning.medlemmer() {
            if name == Element.senestAendretTidspunkt.name {
                let inner = Gruppekrav(felter: [(.senestAendretTidspunkt, .tid(try member.tid()))])
                let list = Gruppekrav(felter: [(.lokalUdvidelseListe, .gruppe(inner))])
                krav.lister.felter.append((container.listElement, .gruppe(list)))
            } else if let gruppe = Intervalgruppe.find(schema.kind, name),
                schema.unit(gruppe.unit)?.container == container
            {
                var enhed = Enhedskrav(unit: gruppe.unit)
                for entry in try member.liste() {
                    try intervaller(entry, gruppe, i: &enhed.gruppe)
                }
                if !enhed.isEmpty { krav.enheder.append(enhed) }
            } else {
                let unit = try unit(name, container, isExtension: true, member)
                try enheder(member, unit)
            }
        }
    }

    private func unit(
        _ name: String, _ container: UnitSchema.Container, isExtension: Bool,
        _ laesning: Laesning
    ) throws(QueryError) -> UnitSchema {
        guard let unit = Self.element(name).flatMap(schema.unit), unit.container == container,
            unit.isExtension == isExtension
        else { throw laesning.ukendt() }
        return unit
    }

    private static func element(_ name: String) -> Element? {
        var copy = name
        return copy.withUTF8 { Element.named($0) }
    }

    private mutating func enheder(_ laesning: Laesning, _ unit: UnitSchema) throws(QueryError) {
        for entry in try laesning.liste() {
            var enhed = Enhedskrav(unit: unit.element)
            for (name, member) in try entry.medlemmer() {
                if name == "Virkning" {
                    enhed.virkning = try virkning(member)
                } else if name == "LokalUdvidelseListe" {
                    try udvidelser(member, unit, i: &enhed.gruppe)
                } else if try !afledt(name, member, unit) {
                    try medlem(name, member, unit.group, i: &enhed.gruppe)
                }
            }
            if !enhed.isEmpty { krav.enheder.append(enhed) }
        }
    }

    /// The extensions inside one part; its intervals hold on the same segment as all else there.
    private mutating func udvidelser(
        _ laesning: Laesning, _ unit: UnitSchema, i gruppe: inout Gruppekrav
    ) throws(QueryError) {
        var own: GroupSchema?
        if case .group(let inner)? = unit.group.field(.lokalUdvidelseListe)?.type { own = inner }
        var extensions = Gruppekrav()
        for (name, member) in try laesning.medlemmer() {
            if let intervals = Intervalgruppe.find(schema.kind, name),
                intervals.unit == unit.element
            {
                try intervaller(member, intervals, i: &gruppe)
                continue
            }
            if let element = Self.element(name), ObjektSchema.relationExtensions.contains(element),
                own?.field(element) == nil
            {
                throw member.brud("R17", nil, "udvidelsen hører til en anden relation")
            }
            guard let own else { throw member.ukendt() }
            try medlem(name, member, own, i: &extensions)
        }
        if !extensions.isEmpty {
            gruppe.felter.append((.lokalUdvidelseListe, .gruppe(extensions)))
        }
    }

    /// A grant's beginning and end as text: the index makes them of its benefits.
    private mutating func afledt(
        _ name: String, _ laesning: Laesning, _ unit: UnitSchema
    ) throws(QueryError) -> Bool {
        guard schema.kind == .bevilling, unit.element == .egenskaber,
            name == Element.bevillingstartdato.name || name == Element.bevillingslutdato.name
        else { return false }
        guard let time = Tidspunkt(reading: try laesning.tekst()) else {
            throw laesning.brud("R6", nil, "en dato ventes")
        }
        let day = time.danishDate
        let range = day.danishMidnight..<Dato(day: day.day + 1).danishMidnight
        if name == Element.bevillingstartdato.name {
            krav.bevillingstart.append(range)
        } else {
            krav.bevillingslut.append(range)
        }
        return true
    }

    private mutating func intervaller(
        _ laesning: Laesning, _ intervals: Intervalgruppe, i gruppe: inout Gruppekrav
    ) throws(QueryError) {
        var inner: [(path: [Element], krav: Feltkrav)] = []
        for (name, member) in try laesning.medlemmer() {
            guard let found = intervals.intervaller.first(where: { $0.navn == name }) else {
                throw member.ukendt()
            }
            let both = intervals.kraeverBegge
            if case .beloeb(let path) = found.maal {
                inner.append((path, try member.beloebsrum()))
                continue
            }
            guard let range = try member.interval(kraeverBegge: both) else { continue }
            switch found.maal {
            case .tid(let path): inner.append((path, .tidsrum(range)))
            case .senestAendret: krav.senestAendret.append(range)
            case .bevillingstart: krav.bevillingstart.append(range)
            case .bevillingslut: krav.bevillingslut.append(range)
            case .beloeb: break
            }
        }
        for (path, krav) in inner where path.count == 1 { gruppe.felter.append((path[0], krav)) }
        // Intervals of the same repeated member hold of the same one.
        let nested = inner.filter { $0.path.count == 2 }
        guard let outer = nested.first?.path[0] else { return }
        gruppe.felter.append(
            (outer, .gruppe(Gruppekrav(felter: nested.map { ($0.path[1], $0.krav) }))))
    }

    // MARK: Fields

    private func medlem(
        _ name: String, _ laesning: Laesning, _ schema: GroupSchema, i gruppe: inout Gruppekrav
    ) throws(QueryError) {
        guard let element = Self.element(name), let field = schema.field(element) else {
            throw laesning.ukendt()
        }
        if case .group(let inner) = field.type {
            for entry in field.repeats ? try laesning.liste() : [laesning] {
                let krav = try self.gruppe(entry, inner)
                if !krav.isEmpty { gruppe.felter.append((element, .gruppe(krav))) }
            }
            return
        }
        gruppe.felter.append((element, try felt(laesning, field.type)))
    }

    private func gruppe(
        _ laesning: Laesning, _ schema: GroupSchema
    ) throws(QueryError) -> Gruppekrav {
        var result = Gruppekrav()
        for (name, member) in try laesning.medlemmer() {
            try medlem(name, member, schema, i: &result)
        }
        return result
    }

    private func felt(_ laesning: Laesning, _ type: ValueType) throws(QueryError) -> Feltkrav {
        switch type {
        case .text(let min, let max):
            let text = String(
                decoding: Linjeskift.stored(try laesning.tekst().utf8), as: UTF8.self)
            // A star stands for any run, and so for none.
            let stars = text.utf8.count { $0 == UInt8(ascii: "*") }
            let count = text.unicodeScalars.count - stars
            guard count >= min || stars > 0, count <= max else {
                throw laesning.brud("R3", "Y03", "\(min) til \(max) tegn ventes")
            }
            return .tekst(Moenster(text))
        case .uuid: return .identitet(Noegle(try laesning.uuid(laesning.erYdelse ? "Y01" : "R1")))
        case .unikId: return .identitet(try laesning.unikId())
        case .dateTime, .businessDateTime: return .tid(try laesning.tid())
        case .date:
            guard let date = Dato(try laesning.tekst()) else {
                throw laesning.brud("R5", nil, "en dato (ÅÅÅÅ-MM-DD) ventes")
            }
            return .ordret(Array("\(date)".utf8))
        case .boolean:
            guard let flag = laesning.value.boolean else {
                throw laesning.forkertType("true eller false")
            }
            return .ja(flag)
        case .integer:
            guard case .number(let digits) = laesning.value,
                digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") })
            else { throw laesning.brud("R5", nil, "et helt tal ventes") }
            return .heltal(Feltkrav.heltal(digits))
        case .choice(let codes): return .ordret(Array(try laesning.valg(codes).utf8))
        case .cvr:
            guard let cvr = CVRNummer(try laesning.tekst()) else {
                throw laesning.brud("R5", "Y08", "otte cifre ventes")
            }
            return .ordret(Array(cvr.description.utf8))
        case .beloeb: return .beloeb(try laesning.beloeb())
        case .base64:
            var text = try laesning.tekst()
            guard let bytes = text.withUTF8({ Base64Text.decode($0) }) else {
                throw laesning.brud("R5", nil, "base64 ventes")
            }
            return .ordret(bytes)
        case .group, .virkning: throw laesning.ukendt()
        }
    }
}
