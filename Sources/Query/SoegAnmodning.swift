import IndexCore

/// The search request, read and judged; an empty list is the same as leaving the member out.
struct SoegAnmodning {
    enum Sortering: String, CaseIterable {
        case relevans = "Relevans"
        case nyeste = "Nyeste"
        case aeldste = "Aeldste"
        case titel = "Titel"
        case brugervendtNoegle = "BrugervendtNoegle"
    }

    private(set) var udvaelgelse = Udvaelgelse()
    private(set) var tekst: QueryParser?
    /// What was asked for besides the classes that were named.
    private(set) var klasseudvidelser: [Klasseudvidelse] = []
    /// Notes of cases are asked for as hits of their own.
    private(set) var medNotater = false
    let facetter: [Facet]
    let sortering: Sortering
    let antal: Int
    let markoer: String?
    let uddrag: Bool
    /// Lists of the object that each hit carries.
    let vis: Set<Filter.Del>
    /// The request without its marker, the same for the same question.
    let aftryk: [UInt8]

    private static let medlemmer: Set<String> = [
        "Tekst", "Objekttyper", "Part", "Myndighed", "Klasse", "Handlingsfacet", "Fremdrift",
        "Kildesystem", "Ansvarlig", "Behandler", "Foelsomhed", "Genstand", "Oprettet", "Aendret",
        "Virkningstid", "Registreringstid", "SoegUdtryk", "Facetter", "Sortering", "Antal",
        "Markoer", "Uddrag", "Vis",
    ]

    init(_ body: [UInt8], plan: Klasseplan) throws(QueryError) {
        let request = try Anmodning(body, only: Self.medlemmer)
        let facets = try request.list("Facetter", of: "navnet på en facet") {
            $0.string.flatMap { Facet(rawValue: $0) }
        }
        facetter = facets ?? []
        let names = Sortering.allCases.map(\.rawValue).joined(separator: ", ")
        if let name = try request.string("Sortering") {
            guard let known = Sortering(rawValue: name) else {
                throw QueryError.forkert(sti: "Sortering", forventet: "en af " + names)
            }
            sortering = known
        } else {
            sortering = .relevans
        }
        antal = try request.integer("Antal", in: 0...1000) ?? 20
        udvaelgelse.erRangeret = sortering == .relevans && antal > 0
        markoer = try request.string("Markoer")
        uddrag = try request.boolean("Uddrag") ?? false
        let parts = try request.list("Vis", of: "navnet på en del") {
            $0.string.flatMap { Self.dele[$0] }
        }
        vis = Set((parts ?? []).flatMap { $0 })
        aftryk = request.aftryk
        try readTypes(request)
        try readText(request, plan)
        try readConditions(request)
        try readKeys(request)
        try readKlasser(request, plan)
        try readUdtryk(request)
    }

    /// The contract's own expression; an empty one is the same as leaving it out.
    private mutating func readUdtryk(_ request: Anmodning) throws(QueryError) {
        guard let value = request.members.first(where: { $0.name == "SoegUdtryk" })?.value,
            value != .object([])
        else { return }
        let udtryk = try Udtrykslaeser.laes(Laesning(value: value, sti: "SoegUdtryk"))
        udvaelgelse.objekttyper.formIntersection(udtryk.kinds)
        udvaelgelse.udtryk = Fremsoegning.Proeve(
            udtryk: udtryk, kombinationer: try Fremsoeg.kombinationer(udtryk))
    }

    /// The contract's names of all kinds, and some that say the same of several.
    static let dele: [String: Set<Filter.Del>] = {
        let egne: [(String, [Element])] = [
            ("klasse", [.sagsklasse]), ("aktoer", [.sagsaktoer, .bevillingsaktoer]),
            ("part", [.sagspart, .oekonomiskEffektueringPart]),
            ("bevillingssag", [.bevillingssag]), ("linje", [.oekonomiskYdelseEffektueringRelation]),
        ]
        var result: [String: Set<Filter.Del>] = [:]
        for (navn, dele) in ObjektKind.allCases.flatMap(Filter.dele) {
            result[navn, default: []].formUnion(dele)
        }
        for (navn, lister) in egne {
            result[navn, default: []].formUnion(lister.map { Filter.Del($0) })
        }
        return result
    }()

    private mutating func readTypes(_ request: Anmodning) throws(QueryError) {
        let names = try request.list("Objekttyper", of: "en objekttype") { value in
            value.string.flatMap { ObjektKind(name: $0) != nil || $0 == "Journalnotat" ? $0 : nil }
        }
        guard let names, !names.isEmpty else { return }
        medNotater = names.contains("Journalnotat")
        udvaelgelse.objekttyper = Set(names.compactMap { ObjektKind(name: $0) })
    }

    private mutating func readText(
        _ request: Anmodning, _ plan: Klasseplan
    ) throws(QueryError) {
        guard let text = try request.string("Tekst") else { return }
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        var kinds = udvaelgelse.objekttyper
        if medNotater { kinds.insert(.sag) }
        let parsed = QueryParser(text, kinds: kinds, plan: plan)
        tekst = parsed
        udvaelgelse.krav += parsed.krav
        udvaelgelse.udeladt = parsed.udeladt
        klasseudvidelser = parsed.klasseudvidelser
    }

    private mutating func readConditions(_ request: Anmodning) throws(QueryError) {
        let authorities = try request.list("Myndighed", of: "et CVR-nummer") {
            $0.string.flatMap { CVRNummer($0) }
        }
        if let authorities, !authorities.isEmpty { udvaelgelse.myndigheder = Set(authorities) }
        let known = Set(ObjektSchema.sagFremdrift + ObjektSchema.dokumentFremdrift)
        let states = try request.list("Fremdrift", of: "en fremdriftsstatus") {
            $0.string.flatMap { known.contains($0) ? $0 : nil }
        }
        udvaelgelse.fremdrift = Set(states ?? [])
        udvaelgelse.kildesystem = Set(
            try request.list("Kildesystem", of: "en UUID", Anmodning.uuid) ?? [])
        if let level = try request.object("Foelsomhed", only: ["Fra", "Til"]),
            !level.members.isEmpty
        {
            let fra = try level.integer("Fra", in: 1...4) ?? 1
            let til = try level.integer("Til", in: 1...4) ?? 4
            guard fra <= til, let low = Foelsomhed(rawValue: UInt8(fra)),
                let high = Foelsomhed(rawValue: UInt8(til))
            else {
                throw QueryError.forkert(sti: "Foelsomhed", forventet: "at Fra ikke er over Til")
            }
            udvaelgelse.foelsomhed = low...high
        }
        udvaelgelse.oprettet = try request.interval("Oprettet")
        udvaelgelse.aendret = try request.interval("Aendret")
        udvaelgelse.virkning = try request.tidspunkt("Virkningstid")
        udvaelgelse.registrering = try request.tidspunkt("Registreringstid")
    }

    private mutating func readKeys(_ request: Anmodning) throws(QueryError) {
        let behandlere: Set<Rolle> = [.primaerBehandler, .andreBehandlere, .fordeltTil]
        let lister: [(String, Set<Element>?, Set<Rolle>?)] = [
            ("Part", Element.partLister, nil), ("Genstand", [.sagsgenstande], nil),
            ("Ansvarlig", nil, [.ansvarlig]), ("Behandler", nil, behandlere),
        ]
        for (name, lists, roles) in lister {
            let values = try request.list(name, of: "en URN eller UUID", Anmodning.unikId)
            let alle = name == "Genstand" ? values?.flatMap(Tyder.genstande) : values
            add(alle?.map { Noeglekrav(Noegle(unikId: $0), in: lists, as: roles) })
        }
        add(
            try request.list("Handlingsfacet", of: "en handlingsfacet som G01 eller G*") { value in
                guard let read = value.string.flatMap({ KLENummer.folding($0) }),
                    read.emnePraefiks.isEmpty, let facet = read.handlingsfacet
                else { return nil }
                return Noeglekrav(klassePraefiks: facet.tekst, as: [.handlingsklasse])
            })
    }

    private mutating func readKlasser(
        _ request: Anmodning, _ plan: Klasseplan
    ) throws(QueryError) {
        let asked = try request.list(
            "Klasse", of: "et KLE-nummer som 27.36.04, 27.36, 27.36.* eller *"
        ) { value -> (tekst: String, praefiks: String)? in
            if value.string == "*" { return ("*", "") }
            guard let text = value.string, let read = KLENummer.folding(text),
                !read.emnePraefiks.isEmpty, read.handlingsfacet == nil
            else { return nil }
            return (text, read.emnePraefiks)
        }
        add(
            asked?.flatMap { asked in
                let udvidelse = Klasseudvidelse(asked.tekst, of: asked.praefiks, plan)
                if let udvidelse { klasseudvidelser.append(udvidelse) }
                return Klasseudvidelse.noegler(asked.praefiks, udvidelse)
            })
    }

    private mutating func add(_ noegler: [Noeglekrav]?) {
        guard let noegler, !noegler.isEmpty else { return }
        udvaelgelse.krav.append(Krav(noegler: noegler))
    }
}

/// What a class stands for besides itself, as it is told.
struct Klasseudvidelse: Equatable, Sendable {
    /// The class as it was written.
    let tekst: String
    let udvidelse: Klasseplan.Udvidelse

    /// Nil when it stands for nothing else.
    init?(_ tekst: String, of praefiks: String, _ plan: Klasseplan) {
        let udvidelse = plan.udvidelse(of: praefiks)
        guard !udvidelse.isEmpty else { return nil }
        self.tekst = tekst
        self.udvidelse = udvidelse
    }

    /// The numbers that begin so, and those that lead to them alone.
    static func noegler(_ praefiks: String, _ other: Klasseudvidelse?) -> [Noeglekrav] {
        [Noeglekrav(klassePraefiks: praefiks, as: [.primaerKlasse])]
            + (other?.udvidelse.forgaengere ?? []).map {
                Noeglekrav(klassePraefiks: $0, as: [.primaerKlasse])
            }
    }

    /// The numbers, by how they come into it.
    var lister: [(som: String, klasser: [String])] {
        [
            ("forgaengere", udvidelse.forgaengere), ("delte", udvidelse.delte),
            ("efterfoelgere", udvidelse.efterfoelgere),
        ].filter { !$0.1.isEmpty }
    }
}
