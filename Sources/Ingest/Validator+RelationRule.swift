import IndexCore

/// The members of a relation, at whatever depth they stand, that the rules ask about.
struct Felter: OptionSet, Sendable {
    let rawValue: UInt32

    static let brugervendtNoegle = Felter(rawValue: 1 << 0)
    static let fuldtNavn = Felter(rawValue: 1 << 1)
    static let cvr = Felter(rawValue: 1 << 2)
    static let facettitel = Felter(rawValue: 1 << 3)
    static let klassetitel = Felter(rawValue: 1 << 4)
    static let systemNavn = Felter(rawValue: 1 << 5)
    static let systemURI = Felter(rawValue: 1 << 6)
    static let dokumenttitel = Felter(rawValue: 1 << 7)
    static let offentlighedUndtaget = Felter(rawValue: 1 << 8)
    static let titel = Felter(rawValue: 1 << 9)
    static let notat = Felter(rawValue: 1 << 10)
    static let format = Felter(rawValue: 1 << 11)
    static let periodeStart = Felter(rawValue: 1 << 12)
    static let klassifikationsbeskrivelse = Felter(rawValue: 1 << 13)
    static let bevilgetYdelseRef = Felter(rawValue: 1 << 14)
    static let referenceID = Felter(rawValue: 1 << 15)

    static let journalnotat: Felter = [.titel, .notat, .format]
    static let titler: Felter = [.facettitel, .klassetitel]

    /// The member that `element` fills, or none.
    static func of(_ element: IndexCore.Element) -> Felter {
        switch element {
        case .brugervendtNoegle: .brugervendtNoegle
        case .fuldtNavn: .fuldtNavn
        case .cvrNummer, .cvrNr, .cvrnr: .cvr
        case .facettitel: .facettitel
        case .klassetitel: .klassetitel
        case .systemNavn: .systemNavn
        case .systemURI: .systemURI
        case .dokumenttitel: .dokumenttitel
        case .offentlighedUndtaget: .offentlighedUndtaget
        case .titel: .titel
        case .notat: .notat
        case .format: .format
        case .ydelsesperiodeStartdato: .periodeStart
        case .klassifikationsbeskrivelse: .klassifikationsbeskrivelse
        case .bevilgetYdelseRef: .bevilgetYdelseRef
        case .referenceID: .referenceID
        default: []
        }
    }

    /// The members one by one.
    var enkelte: [Felter] {
        guard !isEmpty else { return [] }
        return (0..<UInt32(RawValue.bitWidth)).map { Felter(rawValue: 1 << $0) }.filter(contains)
    }

    /// Where a member of a relation in `unit` stands below the relation.
    static func sti(_ felt: Felter, in unit: IndexCore.Element) -> String {
        let element = element(felt, in: unit)
        switch element {
        case .systemNavn, .systemURI, .ydelsesperiodeStartdato, .klassifikationsbeskrivelse,
            .bevilgetYdelseRef, .referenceID:
            return element.name
        case .dokumenttitel, .offentlighedUndtaget: return "JournalpostEgenskaber.\(element.name)"
        case .titel, .notat, .format:
            return "JournalpostEgenskaber.JournalnotatEgenskaber.\(element.name)"
        default:
            guard let own = udvidelse(unit) else { return element.name }
            return "LokalUdvidelseListe.\(own.name).\(element.name)"
        }
    }

    private static func element(_ felt: Felter, in unit: IndexCore.Element) -> IndexCore.Element {
        if felt == .cvr {
            return unit == .sagsaktoer ? .cvrNummer : unit == .dokumentaktoer ? .cvrNr : .cvrnr
        }
        return IndexCore.Element.allCases.first { of($0) == felt } ?? unit
    }

    private static func udvidelse(_ unit: IndexCore.Element) -> IndexCore.Element? {
        switch unit {
        case .sagsaktoer: .sagsaktoerLokalUdvidelse
        case .sagsklasse: .sagsklasseLokalUdvidelse
        case .sagspart: .sagspartLokalUdvidelse
        case .sagsgenstande: .sagsgenstandeLokalUdvidelse
        case .dokumentaktoer: .dokumentaktoerLokalUdvidelse
        case .dokumentpart: .dokumentpartLokalUdvidelse
        case .dokumentklasse: .dokumentklasseLokalUdvidelse
        default: nil
        }
    }
}

/// What one role of one relation list asks of a relation: a row of the contract's tables.
///
/// Source: sag-dokument contract §1.5 and §1.6, ydelse contract §4–§6.
struct RelationRule: Sendable {
    /// How many may hold at one instant.
    enum Antal: Sendable {
        case en, hoejstEn, mindstEn, mange
        /// At least one by convention: its absence is only told.
        case forventet
    }

    /// The forms that ReferenceID may have.
    struct Former: OptionSet, Sendable {
        let rawValue: UInt8
        static let uuid = Former(rawValue: 1)
        static let urn = Former(rawValue: 2)
        /// `urn:oio:cvr-nr:` and eight digits.
        static let cvr = Former(rawValue: 4)
        /// A person, a company or a name (§1.7).
        static let part = Former(rawValue: 8)
        /// Exactly `URN:Empty`.
        static let tom = Former(rawValue: 16)
        /// The contract asks nothing.
        static let enhver = Former(rawValue: 128)
    }

    enum Indeks: Sendable { case forbudt, kraevet, frit }

    let liste: Element
    let rolle: Rolle
    let antal: Antal
    /// One bit for each `RelationsType`.
    let typer: UInt32
    let former: Former
    let indeks: Indeks
    /// Til must be infinite unless a successor begins there (∞).
    var uafbrudt = false
    /// Always to be filled (OB1, OB3).
    var altid: Felter = []
    /// Never to be filled (X).
    var aldrig: Felter = []
    /// To be filled exactly when ReferenceID is a URN (OB4).
    var vedURN: Felter = []
    /// To be filled exactly when Type is OrgEnhed and ReferenceID is a URN (OB4).
    var vedEnhedMedURN: Felter = []
    /// All of them or none.
    var samlet: Felter = []
    /// Told when no relation has the role, and it is mandatory.
    var vedMangel = Rule.R30
    /// Told when the filled members are not the right ones.
    var vedFelter = Rule.R35
    /// Told when ReferenceID has another form.
    var vedForm = Rule.R33
    /// Told when Type is a known one that the role does not take.
    var vedType = Rule.R33

    /// Present from import on, replaced but never removed (OB1).
    var isObligatorisk: Bool { antal == .en || antal == .mindstEn }
    /// Told when it is missing.
    var isVentet: Bool { isObligatorisk || antal == .forventet }
    /// At most one at an instant.
    var isEnkelt: Bool { antal == .en || antal == .hoejstEn }

    init(
        _ liste: Element, _ rolle: Rolle, _ antal: Antal, _ typer: [RelationsType],
        _ former: Former, _ indeks: Indeks
    ) {
        self.liste = liste
        self.rolle = rolle
        self.antal = antal
        self.typer = typer.isEmpty ? .max : typer.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
        self.former = former
        self.indeks = indeks
    }

    func tillader(_ type: RelationsType) -> Bool { typer & 1 << UInt32(type.rawValue) != 0 }

    func with(_ change: (inout RelationRule) -> Void) -> RelationRule {
        var copy = self
        change(&copy)
        return copy
    }
}

/// The rows of one kind of object, found by list and role.
struct RelationRules: Sendable {
    let rows: [RelationRule]
    private let slots: [UInt8]

    private init(_ rows: [RelationRule]) {
        precondition(rows.count < 64)
        self.rows = rows
        var slots = [UInt8](repeating: 0, count: 256 * 64)
        for (index, row) in rows.enumerated() {
            slots[Self.slot(row.liste, row.rolle)] = UInt8(index + 1)
        }
        self.slots = slots
    }

    /// The row's place in `rows`, or nil for a role that the list does not have.
    func index(_ liste: Element, _ rolle: Rolle) -> Int? {
        let slot = slots[Self.slot(liste, rolle)]
        return slot == 0 ? nil : Int(slot) - 1
    }

    private static func slot(_ liste: Element, _ rolle: Rolle) -> Int {
        Int(liste.rawValue) * 64 + Int(rolle.rawValue)
    }

    static func of(_ kind: ObjektKind) -> RelationRules {
        switch kind {
        case .sag: sag
        case .dokument: dokument
        case .bevilling: bevilling
        case .oekonomiskEffektuering: effektuering
        }
    }

    private static let enhedEllerBruger: [RelationsType] = [.orgEnhed, .bruger]
    private static let partTyper: [RelationsType] = [.person, .virksomhed]

    // MARK: Sag, §1.5

    private static let sag = RelationRules(
        [
            aktoer(.sagsaktoer, .ejer, .en, [.organisation], [.uuid, .cvr], .forbudt) {
                $0.uafbrudt = true
            },
            aktoer(.sagsaktoer, .ansvarlig, .en, [.orgEnhed], [.uuid, .urn], .forbudt) {
                $0.uafbrudt = true
            },
            aktoer(
                .sagsaktoer, .primaerBehandler, .hoejstEn, enhedEllerBruger, [.uuid, .urn],
                .forbudt
            ) { $0.uafbrudt = true },
            aktoer(
                .sagsaktoer, .andreBehandlere, .mange, enhedEllerBruger, [.uuid, .urn], .kraevet),
            aktoer(
                .sagsaktoer, .udlaantTil, .hoejstEn, enhedEllerBruger, [.uuid, .urn], .forbudt),
            aktoer(
                .sagsaktoer, .bopaelskommune, .hoejstEn, [.organisation], [.uuid, .cvr], .forbudt
            ) {
                $0.altid = .fuldtNavn
                $0.aldrig = .cvr
            },
            klasse(.sagsklasse, .primaerKlasse, .en, .uuid, .forbudt) { $0.uafbrudt = true },
            klasse(.sagsklasse, .handlingsklasse, .en, .uuid, .forbudt),
            klasse(.sagsklasse, .kontroltemaklasse, .mange, .uuid, .kraevet),
            klasse(.sagsklasse, .visningsklasse, .mange, .uuid, .kraevet),
            klasse(.sagsklasse, .afgoerelsesklasse, .hoejstEn, .uuid, .kraevet),
            part(.sagspart, .primaerPart, .hoejstEn, .forbudt),
            part(.sagspart, .ydelsesmodtager, .hoejstEn, .forbudt),
            part(.sagspart, .sekundaerPart, .mange, .kraevet),
            RelationRule(.sagsrelation, .oversag, .hoejstEn, [.sag], .uuid, .forbudt),
            RelationRule(.sagsrelation, .praecedens, .hoejstEn, [.sag], .uuid, .forbudt),
            RelationRule(.sagsrelation, .andreSager, .mange, [.sag], .uuid, .kraevet),
            RelationRule(
                .sagsgenstande, .afgiftsobjekt, .hoejstEn, [.koeretoej], .urn, .forbudt),
            RelationRule(.sagsgenstande, .ejendomsskat, .hoejstEn, [.ejendom], .urn, .forbudt),
            RelationRule(
                .sagsgenstande, .byggeri, .mange,
                [.bygning, .ejendom, .enhed, .matrikel, .tekniskAnlaeg], .urn, .kraevet),
            RelationRule(
                .sagsgenstande, .fredning, .mange,
                [.sted, .adresse, .navngivenVej, .stednavn, .jordstykke, .geokode], .urn,
                .kraevet),
            journalpost(.tilakteret, .uuid, .R39) { $0.samlet = .journalnotat },
            journalpost(.vedlagt, .uuid, .R39) { $0.samlet = .journalnotat },
            journalpost(.journalnotat, .tom, .R38) {
                $0.altid = .journalnotat
                $0.aldrig = [.dokumenttitel, .offentlighedUndtaget]
            },
            itSystem(.sagsitsystemRelation, .master), itSystem(.sagsitsystemRelation, .afsender),
            adgang,
        ]
            + [
                Rolle.opgaveklasse, .kontoklasse, .sikkerhedsklasse, .foelsomhedsklasse,
                .indsatsklasse, .ydelsesklasse,
            ].map {
                klasse(.sagsklasse, $0, .hoejstEn, [.uuid, .urn], .forbudt) {
                    $0.vedURN = .titler
                }
            })

    // MARK: Dokument, §1.6

    private static let dokument = RelationRules(
        [
            aktoer(.dokumentaktoer, .ejer, .en, [.organisation], [.uuid, .cvr], .forbudt) {
                $0.uafbrudt = true
            },
            aktoer(
                .dokumentaktoer, .ansvarlig, .en, [.organisation, .orgEnhed], [.uuid, .urn],
                .forbudt
            ) {
                $0.uafbrudt = true
                $0.altid = .fuldtNavn
                $0.vedEnhedMedURN = .cvr
            },
            behandler(.primaerBehandler, .hoejstEn, .forbudt),
            behandler(.fordeltTil, .hoejstEn, .forbudt),
            behandler(.andreBehandlere, .mange, .kraevet),
            part(.dokumentpart, .parter, .mange, .kraevet),
            part(.dokumentpart, .kopiparter, .mange, .kraevet),
            klasse(.dokumentklasse, .primaerKlasse, .en, .uuid, .forbudt),
            klasse(.dokumentklasse, .andreKlasser, .mange, [.uuid, .urn], .kraevet) {
                $0.vedURN = .klassetitel
            },
            klasse(.dokumentklasse, .visningsklasse, .mange, .uuid, .kraevet),
            RelationRule(.dokumentrelation, .nyRevision, .hoejstEn, [.dokument], .uuid, .forbudt),
            itSystem(.dokumentitsystemRelation, .master),
            itSystem(.dokumentitsystemRelation, .afsender),
            adgang,
        ]
            + [Rolle.besvarelser, .udgangspunkter, .kommentarer, .bilag, .andreDokumenter].map {
                RelationRule(.dokumentrelation, $0, .mange, [.dokument], .uuid, .kraevet)
            })

    // MARK: Bevilling and OekonomiskEffektuering, ydelse contract §4–§6

    private static let bevilling = RelationRules([
        ydelse(.bevillingsaktoer, .ejer, .en, .Y13),
        ydelse(.bevillingsaktoer, .ansvarlig, .forventet, .Y14) { $0.altid = .referenceID },
        ydelse(.bevillingspart, .bevillingsmodtager, .forventet, .Y14) {
            $0.altid = [.referenceID, .fuldtNavn]
            $0.vedForm = .R34
        },
        ydelse(.bevillingspart, .ydelsesmodtager, .forventet, .Y14) {
            $0.altid = [.referenceID, .fuldtNavn]
            $0.vedForm = .R34
        },
        ydelse(.bevillingssag, .tilknyttet, .forventet, .Y14) {
            $0.altid = [.referenceID, .brugervendtNoegle, .fuldtNavn]
        },
        ydelse(.sikkerhedsprofil, .adgang, .mange, .Y14),
    ])

    private static let effektuering = RelationRules([
        ydelse(.aktoer, .ejer, .en, .Y13),
        ydelse(.aktoer, .udbetalendeEnhed, .forventet, .Y28) { $0.altid = .referenceID },
        ydelse(.itSystem, .master, .forventet, .Y28) { $0.altid = .referenceID },
        ydelse(.itSystem, .afsender, .forventet, .Y28) { $0.altid = .referenceID },
        ydelse(.oekonomiskEffektueringPart, .effektueringsmodtager, .forventet, .Y28) {
            $0.altid = .referenceID
            $0.vedForm = .R34
        },
        ydelse(.oekonomiskYdelseEffektueringRelation, .linje, .mindstEn, .Y28) {
            $0.altid = [
                .referenceID, .periodeStart, .klassifikationsbeskrivelse, .bevilgetYdelseRef,
            ]
        },
    ])

    // MARK: Families of rows

    private static func aktoer(
        _ liste: Element, _ rolle: Rolle, _ antal: RelationRule.Antal, _ typer: [RelationsType],
        _ former: RelationRule.Former, _ indeks: RelationRule.Indeks,
        _ change: (inout RelationRule) -> Void = { _ in }
    ) -> RelationRule {
        RelationRule(liste, rolle, antal, typer, former, indeks).with {
            $0.altid = [.fuldtNavn, .cvr]
            $0.vedURN = .brugervendtNoegle
            change(&$0)
        }
    }

    private static func behandler(
        _ rolle: Rolle, _ antal: RelationRule.Antal, _ indeks: RelationRule.Indeks
    ) -> RelationRule {
        aktoer(.dokumentaktoer, rolle, antal, enhedEllerBruger, [.uuid, .urn], indeks) {
            $0.altid = .fuldtNavn
            $0.vedURN = [.brugervendtNoegle, .cvr]
        }
    }

    private static func klasse(
        _ liste: Element, _ rolle: Rolle, _ antal: RelationRule.Antal,
        _ former: RelationRule.Former, _ indeks: RelationRule.Indeks,
        _ change: (inout RelationRule) -> Void = { _ in }
    ) -> RelationRule {
        RelationRule(liste, rolle, antal, [.klasse], former, indeks).with {
            $0.altid = .brugervendtNoegle
            $0.vedFelter = .R36
            change(&$0)
        }
    }

    private static func part(
        _ liste: Element, _ rolle: Rolle, _ antal: RelationRule.Antal,
        _ indeks: RelationRule.Indeks
    ) -> RelationRule {
        RelationRule(liste, rolle, antal, partTyper, .part, indeks).with {
            $0.altid = .fuldtNavn
            $0.aldrig = .brugervendtNoegle
            $0.vedForm = .R34
        }
    }

    private static func journalpost(
        _ rolle: Rolle, _ former: RelationRule.Former, _ rule: Rule,
        _ change: (inout RelationRule) -> Void
    ) -> RelationRule {
        RelationRule(.journalpost, rolle, .mange, [.dokument], former, .kraevet).with {
            $0.vedFelter = rule
            $0.vedForm = rule
            change(&$0)
        }
    }

    private static func itSystem(_ liste: Element, _ rolle: Rolle) -> RelationRule {
        RelationRule(liste, rolle, .en, [.iTSystem], .uuid, .forbudt).with {
            $0.altid = .systemNavn
            $0.aldrig = .systemURI
            $0.vedFelter = .R40
        }
    }

    private static let adgang = RelationRule(
        .sikkerhedsprofil, .adgang, .mange, [.organisation, .orgEnhed, .bruger], .uuid, .kraevet
    ).with {
        $0.vedForm = .R41
        $0.vedType = .R41
    }

    private static func ydelse(
        _ liste: Element, _ rolle: Rolle, _ antal: RelationRule.Antal, _ rule: Rule,
        _ change: (inout RelationRule) -> Void = { _ in }
    ) -> RelationRule {
        RelationRule(liste, rolle, antal, [], .enhver, .frit).with {
            $0.vedMangel = rule
            $0.vedFelter = rule
            change(&$0)
        }
    }
}
