import IndexCore

@testable import Ingest

/// What a Bevilling or an OekonomiskEffektuering alone shows: Y12–Y32, and the forms of numbers.
extension RuleCase {
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

    private static let virkning = Sti.egenskaber + "Virkning."
    private static let ejer = Sti.relation + "Bevillingsaktoer.Ejer"
    private static let aktoer = Sti.relation + "Aktoer"
    private static let linje = Sti.relation + "OekonomiskYdelseEffektueringRelation.0"
    private static let plan = Sti.bevilget + "OekonomiskEffektueringsplan.0."
    private static let noegle = "BrugervendtNoegle"

    static let ydelse: [RuleCase] =
        must + owners + known + numbers + time + plans + payments + sums

    // MARK: Y12, Y14, Y15

    private static let must: [RuleCase] =
        [
            without(.Y12, .bevilling, Sti.egenskaber + noegle),
            without(.Y12, .bevilling, Sti.egenskaber + "Foelsomhed"),
            without(.Y12, .bevilling, Sti.attribut + "Egenskaber"),
            without(
                .Y14, .bevilling, Sti.relation + "Bevillingsaktoer.Ansvarlig",
                at: "Bevillingsaktoer"),
            without(.Y14, .bevilling, Sti.relation + "Bevillingssag"),
            without(
                .Y14, .bevilling, Sti.relation + "Bevillingspart.Bevillingsmodtager",
                at: "Bevillingspart"),
            without(
                .Y14, .bevilling, Sti.relation + "Bevillingspart.Ydelsesmodtager",
                at: "Bevillingspart"),
            without(.Y14, .bevilling, Sti.relation + "Bevillingspart.0.FuldtNavn"),
            without(.Y14, .bevilling, Sti.relation + "Bevillingssag.0." + noegle),
            without(.Y14, .bevilling, Sti.relation + "Bevillingssag.0.Virkning"),
            without(.Y14, .bevilling, Sti.attribut + "BevilgetYdelse"),
            without(.Y14, .bevilling, Sti.bevilget + "ItSystem.Afsender", at: "ItSystem"),
            without(
                .Y15, .bevilling, Sti.bevilget + "Ydelse.Klassifikation." + noegle),
            without(.Y15, .bevilling, Sti.bevilget + "Ydelse.Klassifikation"),
        ]
        + ["Id", "Navn", "BevilgetYdelseStartdato", "Ydelse"].map {
            without(.Y15, .bevilling, Sti.bevilget + $0)
        }

    // MARK: Y13, Y16, Y21, Y22

    private static let owners: [RuleCase] = [
        without(.Y13, .bevilling, ejer, at: "Bevillingsaktoer"),
        without(.Y13, .oekonomiskEffektuering, aktoer + ".Ejer", at: "Aktoer"),
        RuleCase(
            .Y13, .bevilling, "an Ejer without CVR", at: "CVR-nr",
            breaks: { $0.removing(ejer + ".CVR-nr") },
            keeps: {
                $0.removing(ejer + ".CVR-nr")
                    .setting(ejer + ".ReferenceID", "urn:oio:cvr:11111111")
            }),
        bad(.Y13, .bevilling, ejer + ".Virkning.TilTidspunkt", later),
        bad(.Y13, .bevilling, ejer + ".Virkning.FraTidspunkt", later),
        RuleCase(
            .Y13, .bevilling, "two owners at once", at: "Virkning",
            breaks: {
                $0.successor(ejer, latest, later).setting(
                    Sti.relation + "Bevillingsaktoer.2.Indeks", "2")
            }, keeps: { $0.successor(ejer, later, later) }),
        RuleCase(
            .Y13, .oekonomiskEffektuering, "nobody owns it for a while", at: "TilTidspunkt",
            breaks: { $0.successor(aktoer + ".Ejer", later, latest) },
            keeps: { $0.successor(aktoer + ".Ejer", later, later) }),
        RuleCase(
            .Y16, .bevilling, "one Id twice at once", at: "BevilgetYdelse[1].Virkning",
            breaks: { $0.successor(Sti.attribut + "BevilgetYdelse.0", latest, later) },
            keeps: {
                $0.successor(Sti.attribut + "BevilgetYdelse.0", later, latest)
                    .adding(
                        Sti.attribut + "BevilgetYdelse",
                        $0.setting(Sti.bevilget + "Id", "417-2")[Sti.attribut + "BevilgetYdelse.0"]
                            ?? "")
            }),
        RuleCase(
            .Y21, .bevilling, "one Indeks twice at once", at: "Bevillingspart[2].Virkning",
            breaks: { $0.successor(Sti.relation + "Bevillingspart.0", latest, later) },
            keeps: {
                $0.successor(Sti.relation + "Bevillingspart.0", latest, later)
                    .setting(Sti.relation + "Bevillingspart.2.Indeks", "2")
            }),
        RuleCase(
            .Y21, .oekonomiskEffektuering, "Master twice at once", at: "ItSystem[2].Virkning",
            breaks: { $0.successor(Sti.relation + "ItSystem.Master", latest, later) },
            keeps: { $0.successor(Sti.relation + "ItSystem.Master", later, later) }),
        RuleCase(
            .Y22, .bevilling, "nobody is Ansvarlig for a while", at: "TilTidspunkt",
            breaks: {
                $0.successor(Sti.relation + "Bevillingsaktoer.Ansvarlig", later, latest)
            }, keeps: { $0.successor(Sti.relation + "Bevillingsaktoer.Ansvarlig", later, later) }),
        bad(.Y22, .bevilling, Sti.relation + "Bevillingssag.0.Virkning.TilTidspunkt", later),
        bad(.Y22, .bevilling, Sti.relation + "Bevillingssag.0.Virkning.FraTidspunkt", later),
    ]

    // MARK: Y17, Y18, Y19

    private static let known: [RuleCase] = [
        bad(
            .Y17, .bevilling, Sti.bevilget + "Ydelse.Klassifikation." + noegle, "32.03",
            good: "32.03.05"),
        bad(
            .Y17, .oekonomiskEffektuering, linje + ".Klassifikationsbeskrivelse", "Folkepension",
            good: "32.03.05"),
        bad(
            .Y18, .bevilling, ejer + ".ReferenceID", "urn:oio:cvr-nr:22222222",
            good: "urn:oio:cvr-nr:11111111", at: "CVR-nr"),
        bad(
            .Y18, .bevilling, Sti.bevilget + "Ydelse.Klassifikation.ReferenceID",
            "urn:oio:kle:32.03.05", good: "urn:oio:kle:32.03.04", at: noegle),
        bad(
            .Y18, .oekonomiskEffektuering, linje + ".ReferenceID", "urn:oio:form:32.03.05",
            good: "urn:oio:form:32.03.04", at: "Klassifikationsbeskrivelse"),
        bad(
            .Y18, .bevilling, Sti.relation + "Bevillingspart.0.ReferenceID",
            "urn:oio:fuldtnavn:Bo", good: "urn:oio:fuldtnavn:Lonnie Eksempel", at: "FuldtNavn"),
        bad(.Y19, .bevilling, Sti.relation + "Bevillingspart.0.Type", uuid),
        bad(.Y19, .bevilling, Sti.bevilget + "Ydelse.Klassifikation.Type", uuid),
        bad(.Y19, .bevilling, Sti.bevilget + "ItSystem.0.Rolle", uuid),
        RuleCase(
            .Y19, .bevilling, "an unknown role", at: "Rolle",
            breaks: {
                $0.successor(Sti.relation + "Bevillingspart.0", latest, later)
                    .setting(Sti.relation + "Bevillingspart.2.Rolle", uuid)
            }),
    ]

    // MARK: §6, with the rules that a Sag's references have

    private static let numbers: [RuleCase] =
        [
            ("urn:oio:cpr-nr:012345678", "urn:oio:cpr-nr:9999999999"),
            ("urn:oio:cpr-nr:abc", "urn:oio:us:personid:1234567"),
            ("urn:oio:cvr-nr:1111111", "urn:oio:cvr:11111111"),
            ("urn:oio:cvr:1111111", "urn:oio:pnr:1234567890"),
            ("urn:oio:udk:borgerid:1", "urn:oio:kom:borger:1"),
        ].flatMap { wrong, right in
            [
                bad(
                    .R34, .bevilling, Sti.relation + "Bevillingspart.0.ReferenceID", wrong,
                    good: right),
                bad(
                    .R34, .oekonomiskEffektuering,
                    Sti.relation + "OekonomiskEffektueringPart.0.ReferenceID", wrong, good: right),
            ]
        }
        + [
            bad(
                .R33, .bevilling, ejer + ".ReferenceID", "urn:oio:cvr-nr:1111111",
                good: "urn:oio:cvr-nr:11111111")
        ]

    // MARK: Y20, Y23, Y25, Y37

    private static let time: [RuleCase] = [
        bad(
            .Y20, .bevilling, Sti.relation + "Bevillingspart.0.Virkning.TilTidspunkt", Objekt.fra,
            good: true, at: "Virkning"),
        bad(.Y20, .oekonomiskEffektuering, virkning + "FraTidspunkt", true),
        bad(.Y23, .bevilling, virkning + "AktoerTypeKode", "Organisation", good: "ItSystem"),
        bad(.Y25, .bevilling, Sti.reg + "LivscyklusKode", "Opstaaet"),
        without(.Y25, .oekonomiskEffektuering, Sti.reg + "LivscyklusKode"),
        RuleCase(
            .Y37, .bevilling, "a second Registrering that is not later",
            at: "Registrering[1].Tidspunkt",
            breaks: { $0.adding("Registrering", $0["Registrering.0"] ?? "") },
            keeps: {
                $0.adding("Registrering", $0["Registrering.0"] ?? "")
                    .setting("Registrering.1.Tidspunkt", later)
            }),
    ]

    // MARK: Y26, Y27

    private static let plans: [RuleCase] =
        [
            "EffektueringsplanStartdato", "EffektueringsplanSlutdato", "Beregningsfrekvens",
            "ForudBagud", "Dispositionsdag", "Ydelsesbeloeb",
        ].map { without(.Y26, .bevilling, plan + $0) }
        + [
            bad(
                .Y27, .bevilling, Sti.bevilget + "BevilgetYdelseStartdato",
                "2024-01-31T00:00:00+01:00", good: later),
            bad(
                .Y27, .bevilling, Sti.bevilget + "Virkning.FraTidspunkt",
                "2024-01-31T00:00:00+01:00", good: later, at: "Virkning"),
            RuleCase(
                .Y27, .bevilling, "an end after the bevilling's", at: "BevilgetYdelseSlutdato",
                breaks: { $0.ended(later, latest) }, keeps: { $0.ended(latest, later) }),
        ]

    // MARK: Y28–Y32

    private static let payments: [RuleCase] =
        [
            "Startdato", "Slutdato", "BeloebEfterSkatATP", "BeloebSendtTilUdbetaling",
            "Udbetalingsafdeling",
        ].map { without(.Y28, .oekonomiskEffektuering, Sti.egenskaber + $0) }
        + [
            "YdelsesperiodeStartdato", "Klassifikationsbeskrivelse", "BevilgetYdelseRef",
            "ReferenceID",
        ].map { without(.Y28, .oekonomiskEffektuering, linje + "." + $0) }
        + [
            (aktoer + ".UdbetalendeEnhed", "Aktoer"),
            (Sti.relation + "ItSystem.Master", "ItSystem"),
            (Sti.relation + "ItSystem.Afsender", "ItSystem"),
            (Sti.relation + "OekonomiskEffektueringPart", "OekonomiskEffektueringPart"),
            (
                Sti.relation + "OekonomiskYdelseEffektueringRelation",
                "OekonomiskYdelseEffektueringRelation"
            ),
            (Sti.attribut + "Egenskaber", "Egenskaber"),
            (Sti.egenskaber + "Virkning", "Virkning"),
        ].map { path, sti in without(.Y28, .oekonomiskEffektuering, path, at: sti) }

    private static let sums: [RuleCase] = [
        RuleCase(
            .Y29, .oekonomiskEffektuering, "less sent than left after tax",
            at: "SendtTilUdbetalingTekst", breaks: { $0.paid("4319.68", "4319.68") },
            keeps: {
                $0.paid("4319.68", "4319.68")
                    .setting(Sti.egenskaber + "SendtTilUdbetalingTekst", "Modregnet")
            }),
        RuleCase(
            .Y30, .oekonomiskEffektuering, "less paid than sent", at: "UdbetaltTekst",
            breaks: { $0.paid("4819.68", "4819.67") },
            keeps: {
                $0.paid("4819.68", "4819.67").setting(Sti.egenskaber + "UdbetaltTekst", "Afvist")
            }),
        bad(
            .Y31, .oekonomiskEffektuering, Sti.egenskaber + "SamletBruttobeloeb", "6694.01",
            good: "6694.0000"),
        RuleCase(
            .Y31, .oekonomiskEffektuering, "a sum in decimals that binary cannot hold",
            at: "SamletBruttobeloeb", breaks: { $0.lines("0.1", "0.2", sum: "0.30001") },
            keeps: { $0.lines("0.1", "0.2", sum: "0.3") }),
        bad(.Y32, .oekonomiskEffektuering, Sti.egenskaber + "Startdato", later),
        bad(.Y32, .oekonomiskEffektuering, Sti.egenskaber + "Slutdato", later),
    ]
}

extension JSONObjekt {
    /// The bevilling ends at `til`, its benefit at `slut`; both relations and plans follow.
    fileprivate func ended(_ til: String, _ slut: String) -> JSONObjekt {
        setting(Sti.egenskaber + "Virkning.TilTidspunkt", til)
            .setting(Sti.bevilget + "Virkning.TilTidspunkt", til)
            .setting(Sti.bevilget + "BevilgetYdelseSlutdato", slut)
    }

    fileprivate func paid(_ sendt: String, _ udbetalt: String) -> JSONObjekt {
        setting(Sti.egenskaber + "BeloebSendtTilUdbetaling", sendt)
            .setting(Sti.egenskaber + "BeloebUdbetalt", udbetalt)
    }

    fileprivate func lines(_ first: String, _ second: String, sum: String) -> JSONObjekt {
        let list = Sti.relation + "OekonomiskYdelseEffektueringRelation"
        return setting(list + ".0.Ydelsesbeloeb", first)
            .adding(list, self[list + ".0"] ?? "")
            .setting(list + ".1.Ydelsesbeloeb", second)
            .setting(list + ".1.Indeks", "2")
            .setting(Sti.egenskaber + "SamletBruttobeloeb", sum)
    }
}
