import IndexCore

@testable import Ingest

/// What a Sag or a Dokument alone shows: R16, R22, R24, R25, R27–R42 and R43.
extension RuleCase {
    /// A value at `path` that breaks the rule; the object as it is does not.
    private static func bad(
        _ rule: Rule, _ kind: ObjektKind, _ path: String, _ value: any Sendable,
        good: (any Sendable)? = nil, at sti: String? = nil
    ) -> RuleCase {
        let name = String(path.split(separator: ".").last ?? "")
        return RuleCase(
            rule, kind, "\(name) \(value)", at: sti ?? name,
            breaks: { $0.setting(path, value) },
            keeps: { good == nil ? $0 : $0.setting(path, good) })
    }

    private static func without(
        _ rule: Rule, _ kind: ObjektKind, _ path: String, at sti: String? = nil
    ) -> RuleCase {
        let name = String(path.split(separator: ".").last ?? "")
        return RuleCase(
            rule, kind, "no \(name)", at: sti ?? name, breaks: { $0.removing(path) })
    }

    /// A relation that breaks the rule beside one that does not.
    private static func relation(
        _ rule: Rule, _ kind: ObjektKind, _ name: String, at sti: String, _ list: String,
        bad: @escaping @Sendable () -> [String: Any],
        good: @escaping @Sendable () -> [String: Any]
    ) -> RuleCase {
        RuleCase(
            rule, kind, name, at: sti, breaks: { $0.adding(list, bad()) },
            keeps: { $0.adding(list, good()) })
    }

    private static let virkning = Sti.egenskaber + "Virkning."

    static let sagDokument: [RuleCase] =
        time + egenskaber + fremdrift + missing + together + ends + indeks + types + references
        + parties + fields + klasser + journal + systems

    // MARK: R16, R24, R25

    private static let time: [RuleCase] = [
        bad(.R16, .sag, virkning + "TilTidspunkt", Objekt.fra, at: "Virkning"),
        bad(
            .R16, .sag, Sti.part + ".0.Virkning.TilTidspunkt", "2024-01-01T00:00:00Z", good: later,
            at: "Virkning"),
        bad(.R24, .sag, Sti.reg + "LivscyklusKode", "Opstaaet"),
        without(.R24, .sag, Sti.reg + "LivscyklusKode"), without(.R24, .sag, Sti.reg + "BrugerRef"),
        without(.R24, .dokument, Sti.reg + "Tidspunkt"),
        RuleCase(
            .R24, .sag, "StsTidspunkt sent", at: "StsTidspunkt",
            breaks: { $0.setting(Sti.reg + "StsTidspunkt", later) }),
        RuleCase(
            .R24, .sag, "a second Registrering that is not later",
            at: "Registrering[1].Tidspunkt", breaks: { $0.repeated("2024-03-01T08:15:30.125Z") },
            keeps: { $0.repeated("2024-03-01T08:15:30.126Z") }
        ).marked(.refuses),
        RuleCase(
            .R25, .sag, "no Virkning", at: "Virkning",
            breaks: { $0.removing(Sti.fremdrift + ".0.Virkning") }),
        without(.R25, .sag, virkning + "FraTidspunkt"),
        without(.R25, .sag, virkning + "TilTidspunkt"),
        without(.R25, .sag, virkning + "AktoerRef"),
        without(.R25, .sag, virkning + "AktoerTypeKode"),
        bad(.R25, .sag, virkning + "FraTidspunkt", true, good: "1850-01-01T00:00:00Z"),
        bad(.R25, .sag, virkning + "AktoerTypeKode", "Organisation", good: "ItSystem"),
        bad(.R25, .sag, virkning + "AktoerRef", "urn:oio:ANB7", good: urn),
        bad(.R25, .sag, virkning + "AktoerRef", "ANB7", good: uuid),
        bad(.R25, .sag, Sti.reg + "BrugerRef", "urn:kmd:sag:RACFID:AB", good: urn).marked(.warns),
        bad(.R25, .sag, virkning + "AktoerRef", "urn:kmd:sag:RACFID:AB", good: urn).marked(.warns),
        bad(.R25, .sag, Sti.reg + "BrugerRef", "urn:kmd:AB", good: urn),
        bad(
            .R25, .sag, Sti.reg + "BrugerRef", "urn:oio:it-system-uuid:7",
            good: "urn:oio:it-system-uuid:\(uuid)"),
    ]

    // MARK: R27, R28, R42

    private static let egenskaber: [RuleCase] = [
        without(.R27, .sag, Sti.egenskaber + "BrugervendtNoegle"),
        without(.R27, .sag, Sti.egenskaber + "Sagsnummer"),
        without(.R27, .sag, Sti.egenskaber + "Titel"),
        bad(.R27, .sag, Sti.egenskaber + "BrugervendtNoegle", ""),
        bad(.R27, .sag, Sti.egenskaber + "BrugervendtNoegle", "2024-118"),
        without(.R27, .dokument, Sti.egenskaber + "BrugervendtNoegle"),
        without(.R27, .dokument, Sti.egenskaber + "Dokumentnummer"),
        without(.R27, .dokument, Sti.egenskaber + "Titel"),
        without(.R27, .dokument, Sti.egenskaber + "Type"),
        bad(.R27, .dokument, Sti.egenskaber + "BrugervendtNoegle", "DOK-2"),
        without(.R27, .sag, Sti.attribut + "Egenskaber"),
        bad(.R28, .sag, Sti.egenskaber + "Kassationskode", "b", good: "B"),
        bad(.R28, .dokument, Sti.egenskaber + "Kassationskode", uuid, good: "K"),
        bad(.R42, .dokument, Sti.egenskaber + "Type", "Brev", good: "Brev, udgaaende"),
        RuleCase(
            .R42, .dokument, "Brev, indgaaende without BrevDato", at: "BrevDato",
            breaks: { $0.setting(Sti.egenskaber + "Type", "Brev, indgaaende") },
            keeps: {
                $0.setting(Sti.egenskaber + "Type", "Brev, indgaaende")
                    .setting(Sti.egenskaber + "BrevDato", "2024-02-14")
            }),
        RuleCase(
            .R42, .dokument, "Underversion without Version", at: "VersionIdentifikator",
            breaks: { $0.version(2).removing(Sti.egenskaber + "VersionIdentifikator") },
            keeps: { $0.version(2) }),
        RuleCase(
            .R42, .dokument, "Version without Underversion", at: "UnderversionIdentifikator",
            breaks: { $0.version(2).removing(Sti.egenskaber + "UnderversionIdentifikator") },
            keeps: { $0.version(2) }),
    ]

    // MARK: R29

    private static let fremdrift: [RuleCase] = [
        without(.R29, .sag, Sti.fremdrift), without(.R29, .dokument, Sti.fremdrift),
        without(.R29, .sag, Sti.sagEgenskaber),
        without(.R29, .sag, Sti.sagEgenskaber + ".0.Foelsomhed"),
        without(.R29, .dokument, Sti.egenskaber + "Foelsomhed"),
        without(.R29, .sag, Sti.fremdrift + ".0.FremdriftStatusKode"),
        bad(.R29, .sag, Sti.fremdrift + ".0.FremdriftStatusKode", "Oplyst"),
        bad(.R29, .sag, Sti.fremdrift + ".0.Virkning.TilTidspunkt", later),
        bad(.R29, .dokument, Sti.fremdrift + ".0.Virkning.TilTidspunkt", later),
        RuleCase(
            .R29, .sag, "a gap in Fremdrift", at: "Fremdrift[0].Virkning.TilTidspunkt",
            breaks: { $0.states("Oplyst", later, latest) },
            keeps: { $0.states("Oplyst", later, later) }),
        RuleCase(
            .R29, .dokument, "two states at once", at: "Fremdrift[1].Virkning",
            breaks: { $0.states("Fordelt", latest, later) },
            keeps: { $0.states("Fordelt", latest, latest) }),
    ]

    // MARK: R30, R31, R32

    private static let missing: [RuleCase] =
        [
            (Sti.aktoer, "Ejer"), (Sti.aktoer, "Ansvarlig"), (Sti.klasse, "Primær klasse"),
            (Sti.klasse, "Handlingsklasse"), (Sti.udvidet + "SagsitsystemRelation", "Master"),
            (Sti.udvidet + "SagsitsystemRelation", "Afsender"),
        ].map { list, rolle in
            without(
                .R30, .sag, list + "." + rolle, at: String(list.split(separator: ".").last ?? ""))
        }
        + [
            (Sti.dokumentaktoer, "Ejer"), (Sti.dokumentaktoer, "Ansvarlig"),
            (Sti.relation + "Dokumentklasse", "Primær klasse"),
            (Sti.udvidet + "DokumentitsystemRelation", "Master"),
            (Sti.udvidet + "DokumentitsystemRelation", "Afsender"),
        ].map { list, rolle in
            without(
                .R30, .dokument, list + "." + rolle,
                at: String(list.split(separator: ".").last ?? ""))
        }

    private static let together: [RuleCase] = [
        RuleCase(
            .R31, .sag, "two Ejer at once", at: "Virkning",
            breaks: { $0.successor(Sti.aktoer + ".Ejer", latest, later) },
            keeps: { $0.successor(Sti.aktoer + ".Ejer", later, later) }),
        RuleCase(
            .R31, .sag, "nobody is Ansvarlig for a while", at: "Virkning.TilTidspunkt",
            breaks: { $0.successor(Sti.aktoer + ".Ansvarlig", later, latest) },
            keeps: { $0.successor(Sti.aktoer + ".Ansvarlig", later, later) }),
        bad(.R31, .sag, Sti.klasse + ".Primær klasse.Virkning.TilTidspunkt", later),
        bad(.R31, .dokument, Sti.dokumentaktoer + ".Ejer.Virkning.TilTidspunkt", later),
        relation(
            .R31, .sag, "Primær behandler ends", at: "Virkning.TilTidspunkt", Sti.aktoer,
            bad: { behandler(.primaerBehandler, til: later) },
            good: { behandler(.primaerBehandler) }),
        RuleCase(
            .R31, .sag, "two Primær part at once", at: "Virkning",
            breaks: { $0.successor(Sti.part + ".0", latest, later) },
            keeps: { $0.successor(Sti.part + ".0", later, latest) }),
        RuleCase(
            .R31, .sag, "two titles at once", at: "Egenskaber[1].Virkning",
            breaks: { $0.successor(Sti.attribut + "Egenskaber.0", latest, later) },
            keeps: { $0.successor(Sti.attribut + "Egenskaber.0", later, later) }),
        RuleCase(
            .R31, .sag, "two Afgørelsesklasse of different Indeks", at: "Virkning",
            breaks: {
                $0.adding(Sti.klasse, klasse(.afgoerelsesklasse, indeks: "1"))
                    .adding(Sti.klasse, klasse(.afgoerelsesklasse, indeks: "2"))
            }, keeps: { $0.adding(Sti.klasse, klasse(.afgoerelsesklasse, indeks: "1")) }),
    ]

    // MARK: R43, of what has no other rule for its end

    private static let lasting: [(ObjektKind, String)] = [
        (.sag, Sti.attribut + "Egenskaber.0"), (.sag, Sti.sagEgenskaber + ".0"),
        (.sag, Sti.klasse + ".Handlingsklasse"),
        (.sag, Sti.udvidet + "SagsitsystemRelation.Master"),
        (.sag, Sti.udvidet + "SagsitsystemRelation.Afsender"),
        (.dokument, Sti.attribut + "Egenskaber.0"),
        (.dokument, Sti.relation + "Dokumentklasse.Primær klasse"),
        (.dokument, Sti.udvidet + "DokumentitsystemRelation.Master"),
    ]

    private static let ends: [RuleCase] = lasting.flatMap { kind, path in
        [
            RuleCase(
                .R43, kind, "an end of \(path)", at: "Virkning.TilTidspunkt",
                breaks: { $0.setting(path + ".Virkning.TilTidspunkt", later) },
                keeps: { $0.setting(path + ".Virkning.FraTidspunkt", later) }),
            RuleCase(
                .R43, kind, "a gap behind \(path)", at: "Virkning.TilTidspunkt",
                breaks: { $0.successor(path, later, latest) },
                keeps: { $0.successor(path, later, later) }),
        ]
    }

    private static let indeks: [RuleCase] = [
        bad(.R32, .sag, Sti.aktoer + ".Ejer.Indeks", "1"),
        bad(.R32, .dokument, Sti.dokumentaktoer + ".Ejer.Indeks", "1"),
        relation(
            .R32, .sag, "Andre behandlere without Indeks", at: "Indeks", Sti.aktoer,
            bad: { behandler(.andreBehandlere) },
            good: { behandler(.andreBehandlere, indeks: "1") }),
        RuleCase(
            .R32, .sag, "one Indeks twice at once", at: "Indeks",
            breaks: {
                $0.adding(Sti.aktoer, behandler(.andreBehandlere, indeks: "1"))
                    .adding(Sti.aktoer, behandler(.andreBehandlere, indeks: "1"))
            },
            keeps: {
                $0.adding(Sti.aktoer, behandler(.andreBehandlere, indeks: "1", til: later))
                    .adding(Sti.aktoer, behandler(.andreBehandlere, indeks: "1", fra: later))
                    .adding(Sti.aktoer, behandler(.andreBehandlere, indeks: "2"))
            }),
        relation(
            .R32, .sag, "Afgørelsesklasse without Indeks", at: "Indeks", Sti.klasse,
            bad: { klasse(.afgoerelsesklasse) }, good: { klasse(.afgoerelsesklasse, indeks: "1") }),
    ]

    // MARK: R22, R33, R34

    private static let types: [RuleCase] = [
        RuleCase(
            .R33, .sag, "a role of another list", at: "Rolle",
            breaks: {
                $0.adding(Sti.part, behandler(.andreBehandlere, indeks: "1"))
            }, keeps: { $0.adding(Sti.part, part(.sekundaerPart, indeks: "1")) }),
        without(.R33, .sag, Sti.part + ".0.Rolle"), bad(.R33, .sag, Sti.part + ".0.Rolle", urn),
        without(.R33, .sag, Sti.part + ".0.Type"), bad(.R33, .sag, Sti.part + ".0.Type", urn),
        bad(.R33, .sag, Sti.part + ".0.Type", uuid),
        without(.R33, .sag, Sti.part + ".0.ReferenceID"),
        relation(
            .R33, .sag, "an Organisation as Udlånt til", at: "Type", Sti.aktoer,
            bad: {
                Objekt.relation(
                    .sag, .sagsaktoer, .udlaantTil, .organisation, felter: aktoerFelter)
            },
            good: {
                Objekt.relation(.sag, .sagsaktoer, .udlaantTil, .bruger, felter: aktoerFelter)
            }),
        relation(
            .R33, .sag, "a Køretøj in Byggeri", at: "Type", Sti.relation + "Sagsgenstande",
            bad: { genstand(.byggeri, .koeretoej) }, good: { genstand(.byggeri, .matrikel) }),
    ]

    private static let references: [RuleCase] = [
        bad(.R22, .sag, Sti.part + ".0.ReferenceID", uuid),
        relation(
            .R22, .dokument, "a UUID in Dokumentpart", at: "ReferenceID",
            Sti.relation + "Dokumentpart",
            bad: { dokumentpart(uuid) }, good: { dokumentpart("urn:oio:fuldtnavn:Bo") }),
        bad(.R33, .sag, Sti.aktoer + ".Ejer.ReferenceID", "urn:oio:kmd:enhed:1"),
        RuleCase(
            .R33, .sag, "Ejer with seven digits", at: "ReferenceID",
            breaks: { $0.ejer("urn:oio:cvr-nr:9900001") },
            keeps: { $0.ejer("urn:oio:cvr-nr:99000001") }),
        RuleCase(
            .R33, .sag, "a number that is no URN", at: "ReferenceID",
            breaks: { $0.ejer("99000001") }, keeps: { $0.ejer("urn:oio:cvr:99000001") }),
        bad(.R33, .sag, Sti.klasse + ".Primær klasse.ReferenceID", "urn:oio:kle:32.24.04"),
        bad(.R33, .sag, Sti.udvidet + "SagsitsystemRelation.Master.ReferenceID", urn),
        relation(
            .R33, .sag, "Oversag by URN", at: "ReferenceID", Sti.relation + "Sagsrelation",
            bad: { Objekt.relation(.sag, .sagsrelation, .oversag, .sag, urn) },
            good: { Objekt.relation(.sag, .sagsrelation, .oversag, .sag) }),
        relation(
            .R33, .sag, "a property by UUID", at: "ReferenceID", Sti.relation + "Sagsgenstande",
            bad: { genstand(.byggeri, .ejendom, uuid) },
            good: { genstand(.byggeri, .ejendom, "urn:oio:esr:ejendom:461-012345") }),
        relation(
            .R33, .sag, "a property number of four digits", at: "ReferenceID",
            Sti.relation + "Sagsgenstande",
            bad: { genstand(.byggeri, .ejendom, "urn:oio:esr:ejendom:461-0123") },
            good: { genstand(.byggeri, .ejendom, "urn:oio:esr:ejendom:461-01234") }),
        relation(
            .R33, .sag, "a BFE number of nine digits", at: "ReferenceID",
            Sti.relation + "Sagsgenstande",
            bad: { genstand(.byggeri, .ejendom, "urn:oio:ejendom:bfe-nr:123456789") },
            good: { genstand(.byggeri, .ejendom, "urn:oio:ejendom:bfe-nr:0123456789") }),
        relation(
            .R33, .dokument, "NyRevision by URN", at: "ReferenceID",
            Sti.relation + "Dokumentrelation",
            bad: { Objekt.relation(.dokument, .dokumentrelation, .nyRevision, .dokument, urn) },
            good: { Objekt.relation(.dokument, .dokumentrelation, .nyRevision, .dokument) }),
    ]

    private static let parties: [RuleCase] =
        [
            ("urn:oio:cpr-nr:311399990", "urn:oio:cpr-nr:0000000000"),
            ("urn:oio:cpr-nr:31139999011", "urn:oio:us:personid:1234567"),
            ("urn:oio:us:personid:123456", "urn:oio:udk:borgerid:123456789012"),
            ("urn:oio:udk:borgerid:12345678901", "urn:oio:fuldtnavn:Bent Eksempel"),
            ("urn:oio:fuldtnavn:", "urn:oio:fuldtnavn:B"),
            ("urn:oio:cvr-nr:99000077", "urn:oio:cpr-nr:3113999901"),
            ("urn:oio:pnr:1099000077", "urn:oio:cpr-nr:3113999901"),
            (urn, "urn:oio:cpr-nr:3113999901"), ("3113999901", "urn:oio:cpr-nr:3113999901"),
        ].map { pair in
            bad(.R34, .sag, Sti.part + ".0.ReferenceID", pair.0, good: pair.1)
        }
        + [
            ("urn:oio:se-nr:99000077", "urn:oio:cvr-nr:99000077"),
            ("urn:oio:pnr:109900007", "urn:oio:pnr:1099000077"),
            ("urn:oio:cpr-nr:3113999901", "urn:oio:fuldtnavn:Prøve ApS"),
        ].map { pair in
            relation(
                .R34, .sag, "Virksomhed \(pair.0)", at: "ReferenceID", Sti.part,
                bad: { part(.sekundaerPart, .virksomhed, pair.0, indeks: "1") },
                good: { part(.sekundaerPart, .virksomhed, pair.1, indeks: "1") })
        }

    // MARK: R35, R36

    private static let fields: [RuleCase] = [
        without(.R35, .sag, Sti.felt(Sti.aktoer, "Ejer", "FuldtNavn")),
        without(.R35, .sag, Sti.felt(Sti.aktoer, "Ejer", "CVR-Nummer")),
        without(.R35, .sag, Sti.felt(Sti.aktoer, "Ansvarlig", "CVR-Nummer")),
        bad(.R35, .sag, Sti.felt(Sti.aktoer, "Ejer", "BrugervendtNoegle"), "EKS"),
        RuleCase(
            .R35, .sag, "a URN without BrugervendtNoegle", at: "BrugervendtNoegle",
            breaks: { $0.setting(Sti.aktoer + ".Ansvarlig.ReferenceID", urn) },
            keeps: {
                $0.setting(Sti.aktoer + ".Ansvarlig.ReferenceID", urn)
                    .setting(Sti.felt(Sti.aktoer, "Ansvarlig", "BrugervendtNoegle"), "ANB7")
            }),
        relation(
            .R35, .sag, "CVR on Bopælskommune", at: "CVR-Nummer", Sti.aktoer,
            bad: { bopael(["FuldtNavn": "Nabokøbing", "CVR-Nummer": "99000002"]) },
            good: { bopael(["FuldtNavn": "Nabokøbing"]) }),
        without(.R35, .sag, Sti.felt(Sti.part, "Primær part", "FuldtNavn")),
        bad(.R35, .sag, Sti.felt(Sti.part, "Primær part", "FuldtNavn"), "", good: "B"),
        bad(.R35, .sag, Sti.felt(Sti.part, "Primær part", "BrugervendtNoegle"), "x"),
        without(.R35, .dokument, Sti.felt(Sti.dokumentaktoer, "Ejer", "CVR-Nr")),
        RuleCase(
            .R35, .dokument, "Ansvarlig OrgEnhed by URN without CVR-Nr", at: "CVR-Nr",
            breaks: { $0.ansvarlig(urn, ["FuldtNavn": "Enhed", "BrugervendtNoegle": "E"]) },
            keeps: {
                $0.ansvarlig(
                    urn, ["FuldtNavn": "Enhed", "BrugervendtNoegle": "E", "CVR-Nr": "99000001"])
            }),
        RuleCase(
            .R35, .dokument, "Ansvarlig by UUID with CVR-Nr", at: "CVR-Nr",
            breaks: { $0.ansvarlig(uuid, ["FuldtNavn": "Enhed", "CVR-Nr": "99000001"]) },
            keeps: { $0.ansvarlig(uuid, ["FuldtNavn": "Enhed"]) }),
        relation(
            .R35, .dokument, "Fordelt til by URN without CVR-Nr", at: "CVR-Nr",
            Sti.dokumentaktoer,
            bad: { fordelt(urn, ["FuldtNavn": "H", "BrugervendtNoegle": "H"]) },
            good: {
                fordelt(
                    urn, ["FuldtNavn": "H", "BrugervendtNoegle": "H", "CVR-Nr": "99000001"])
            }),
    ]

    private static let klasser: [RuleCase] = [
        without(.R36, .sag, Sti.felt(Sti.klasse, "Handlingsklasse", "BrugervendtNoegle")),
        bad(
            .R36, .sag, Sti.felt(Sti.klasse, "Primær klasse", "BrugervendtNoegle"), "32.24.4",
            good: "99.99.99"),
        bad(
            .R36, .dokument,
            Sti.felt(Sti.relation + "Dokumentklasse", "Primær klasse", "BrugervendtNoegle"),
            "32.24", good: "00.01.00"),
        relation(
            .R36, .sag, "Opgaveklasse by URN without Facettitel", at: "Facettitel", Sti.klasse,
            bad: {
                klasse(.opgaveklasse, "urn:oio:form:40.15.10", ["Klassetitel": "Kontanthjælp"])
            },
            good: {
                klasse(
                    .opgaveklasse, "urn:oio:form:40.15.10",
                    ["Klassetitel": "Kontanthjælp", "Facettitel": "FORM"])
            }),
        relation(
            .R36, .sag, "Ydelsesklasse by UUID with titles", at: "Klassetitel", Sti.klasse,
            bad: { klasse(.ydelsesklasse, uuid, ["Klassetitel": "Kontanthjælp"]) },
            good: { klasse(.ydelsesklasse) }),
        relation(
            .R36, .dokument, "Andre klasser by URN without Klassetitel", at: "Klassetitel",
            Sti.relation + "Dokumentklasse",
            bad: { andenKlasse(["BrugervendtNoegle": "40.15.10"]) },
            good: { andenKlasse(["BrugervendtNoegle": "40.15.10", "Klassetitel": "K"]) }),
    ]

    // MARK: R38, R39

    private static let journal: [RuleCase] = [
        note("urn:empty", at: "ReferenceID") { _ in }, note(uuid, at: "ReferenceID") { _ in },
        note("URN:Empty", at: "Dokumenttitel") { $0["Dokumenttitel"] = "x" },
        note("URN:Empty", at: "OffentlighedUndtaget") {
            $0["OffentlighedUndtaget"] = [
                "TitelAlternativTekst": "x", "OffentlighedUndtagetHjemmelTekst": "y",
            ]
        },
        note("URN:Empty", at: "Titel") { $0.setNote("Titel", nil) },
        note("URN:Empty", at: "Notat") { $0.setNote("Notat", nil) },
        note("URN:Empty", at: "Format") { $0.setNote("Format", nil) },
        relation(
            .R38, .sag, "a note of more than 102400 bytes", at: "Notat",
            Sti.relation + "Journalpost",
            bad: { journalnotat("URN:Empty") { $0.setNote("Notat", base64(102_401)) } },
            good: { journalnotat("URN:Empty") { $0.setNote("Notat", base64(102_400)) } }),
        relation(
            .R39, .sag, "Tilakteret by URN", at: "ReferenceID", Sti.relation + "Journalpost",
            bad: { Objekt.relation(.sag, .journalpost, .tilakteret, .dokument, urn, indeks: "1") },
            good: { Objekt.relation(.sag, .journalpost, .tilakteret, .dokument, indeks: "1") }),
        relation(
            .R39, .sag, "Vedlagt with two of the three", at: "Format", Sti.relation + "Journalpost",
            bad: { vedlagt { $0.setNote("Format", nil) } }, good: { vedlagt { _ in } }),
        relation(
            .R39, .sag, "Vedlagt with one of the three", at: "Notat", Sti.relation + "Journalpost",
            bad: {
                vedlagt {
                    $0.setNote("Format", nil)
                    $0.setNote("Notat", nil)
                }
            }, good: { vedlagt { $0["JournalnotatEgenskaber"] = nil } }),
    ]

    // MARK: R40, R41

    private static let systems: [RuleCase] = [
        without(.R40, .sag, Sti.udvidet + "SagsitsystemRelation.Master.SystemNavn"),
        bad(.R40, .sag, Sti.udvidet + "SagsitsystemRelation.Afsender.SystemURI", "https://x"),
        without(.R40, .dokument, Sti.udvidet + "DokumentitsystemRelation.Master.SystemNavn"),
        bad(.R40, .dokument, Sti.udvidet + "DokumentitsystemRelation.Master.SystemURI", "x"),
        relation(
            .R41, .sag, "Sikkerhedsprofil by URN", at: "ReferenceID",
            Sti.udvidet + "Sikkerhedsprofil",
            bad: { adgang(urn) }, good: { adgang(uuid) }),
        relation(
            .R41, .dokument, "Sikkerhedsprofil with a type of no list", at: "Type",
            Sti.udvidet + "Sikkerhedsprofil",
            bad: { adgang(uuid, .dokument).merging(["Type": uuid]) { $1 } },
            good: { adgang(uuid, .dokument) }),
    ]

    // MARK: Relations

    private static var aktoerFelter: [String: Any] {
        ["FuldtNavn": "Hanne Sørensen", "CVR-Nummer": "99000001"]
    }

    private static func behandler(
        _ rolle: Rolle, indeks: String? = nil, fra: Any = Objekt.fra, til: Any = true
    ) -> [String: Any] {
        Objekt.relation(
            .sag, .sagsaktoer, rolle, .bruger, indeks: indeks, felter: aktoerFelter,
            virkning: Objekt.virkning(fra, til))
    }

    private static func bopael(_ felter: [String: Any]) -> [String: Any] {
        Objekt.relation(.sag, .sagsaktoer, .bopaelskommune, .organisation, felter: felter)
    }

    private static func klasse(
        _ rolle: Rolle, _ reference: String = uuid, _ titler: [String: Any] = [:],
        indeks: String? = nil
    ) -> [String: Any] {
        Objekt.relation(
            .sag, .sagsklasse, rolle, .klasse, reference, indeks: indeks,
            felter: titler.merging(["BrugervendtNoegle": "K1"]) { $1 })
    }

    private static func andenKlasse(_ felter: [String: Any]) -> [String: Any] {
        Objekt.relation(
            .dokument, .dokumentklasse, .andreKlasser, .klasse, "urn:oio:form:40.15.10",
            indeks: "1", felter: felter)
    }

    private static func part(
        _ rolle: Rolle, _ type: RelationsType = .person,
        _ reference: String = "urn:oio:cpr-nr:3113999901", indeks: String? = nil
    ) -> [String: Any] {
        Objekt.relation(
            .sag, .sagspart, rolle, type, reference, indeks: indeks,
            felter: ["FuldtNavn": "Erling Eksempel"])
    }

    private static func dokumentpart(_ reference: String) -> [String: Any] {
        Objekt.relation(
            .dokument, .dokumentpart, .parter, .person, reference, indeks: "1",
            felter: ["FuldtNavn": "Bo"])
    }

    private static func fordelt(_ reference: String, _ felter: [String: Any]) -> [String: Any] {
        Objekt.relation(
            .dokument, .dokumentaktoer, .fordeltTil, .bruger, reference, felter: felter)
    }

    private static func genstand(
        _ rolle: Rolle, _ type: RelationsType,
        _ reference: String = "urn:oio:ebyg:matrikel:12ab-Eksempelby"
    ) -> [String: Any] {
        Objekt.relation(.sag, .sagsgenstande, rolle, type, reference, indeks: "1")
    }

    private static func adgang(_ reference: String, _ kind: ObjektKind = .sag) -> [String: Any] {
        Objekt.relation(kind, .sikkerhedsprofil, .adgang, .bruger, reference, indeks: "1")
    }

    // MARK: Journal notes

    private static func note(
        _ reference: String, at sti: String,
        _ change: @escaping @Sendable (inout [String: Any]) -> Void
    ) -> RuleCase {
        relation(
            .R38, .sag, "\(reference) \(sti)", at: sti, Sti.relation + "Journalpost",
            bad: { journalnotat(reference, change) }, good: { journalnotat("URN:Empty") { _ in } })
    }

    private static func journalnotat(
        _ reference: String, _ change: (inout [String: Any]) -> Void
    ) -> [String: Any] {
        journalpost(.journalnotat, reference, change)
    }

    private static func vedlagt(_ change: (inout [String: Any]) -> Void) -> [String: Any] {
        journalpost(.vedlagt, uuid, change)
    }

    private static func journalpost(
        _ rolle: Rolle, _ reference: String, _ change: (inout [String: Any]) -> Void
    ) -> [String: Any] {
        var egenskaber: [String: Any] = [
            "JournalnotatEgenskaber": ["Titel": "Notat", "Notat": "AAAA", "Format": "RTF"]
        ]
        change(&egenskaber)
        return Objekt.relation(
            .sag, .journalpost, rolle, .dokument, reference, indeks: "1",
            egne: ["JournalpostEgenskaber": egenskaber])
    }

    private static func base64(_ bytes: Int) -> String {
        let groups = String(repeating: "AAAA", count: bytes / 3)
        return groups + ["", "AA==", "AAA="][bytes % 3]
    }
}

extension [String: Any] {
    fileprivate mutating func setNote(_ name: String, _ value: String?) {
        var note = self["JournalnotatEgenskaber"] as? [String: Any] ?? [:]
        note[name] = value
        self["JournalnotatEgenskaber"] = note
    }
}

extension JSONObjekt {
    /// The same Registrering twice, the second at `tidspunkt`.
    fileprivate func repeated(_ tidspunkt: String) -> JSONObjekt {
        adding("Registrering", self["Registrering.0"] ?? "")
            .setting("Registrering.1.Tidspunkt", tidspunkt)
    }

    /// Fremdrift: what it was until `til`, then `kode` from `fra` on.
    fileprivate func states(_ kode: String, _ til: String, _ fra: String) -> JSONObjekt {
        setting(Sti.fremdrift + ".0.Virkning.TilTidspunkt", til).adding(
            Sti.fremdrift, ["Virkning": Objekt.virkning(fra), "FremdriftStatusKode": kode])
    }

    /// What stands at `path` until `til`, and the same again from `fra` on.
    func successor(_ path: String, _ til: String, _ fra: String) -> JSONObjekt {
        let list = path.split(separator: ".").dropLast().joined(separator: ".")
        guard var copy = self[path] as? [String: Any] else { return self }
        copy["Virkning"] = Objekt.virkning(fra)
        return setting(path + ".Virkning.TilTidspunkt", til).adding(list, copy)
    }

    fileprivate func ejer(_ reference: String) -> JSONObjekt {
        setting(Sti.aktoer + ".Ejer.ReferenceID", reference)
            .setting(Sti.felt(Sti.aktoer, "Ejer", "BrugervendtNoegle"), "EKS")
    }

    fileprivate func ansvarlig(_ reference: String, _ felter: [String: String]) -> JSONObjekt {
        setting(Sti.dokumentaktoer + ".Ansvarlig.ReferenceID", reference)
            .setting(
                Sti.dokumentaktoer
                    + ".Ansvarlig.LokalUdvidelseListe.DokumentaktoerLokalUdvidelse", felter)
    }
}
