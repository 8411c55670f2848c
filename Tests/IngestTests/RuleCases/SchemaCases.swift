import IndexCore

@testable import Ingest

/// What the parser finds while it reads: R1–R12, R17, R26 and Y01–Y11, Y39.
extension RuleCase {
    private static func text(_ count: Int) -> String { String(repeating: "å", count: count) }

    /// A text field at its limit and one over.
    private static func limit(
        _ rule: Rule, _ kind: ObjektKind, _ path: String, _ most: Int, prefix: String = ""
    ) -> RuleCase {
        let name = String(path.split(separator: ".").last ?? "")
        return RuleCase(
            rule, kind, "\(name) over \(most) characters", at: name,
            breaks: { $0.setting(path, prefix + text(most + 1 - prefix.count)) },
            keeps: { $0.setting(path, prefix + text(most - prefix.count)) })
    }

    private static func wrong(
        _ rule: Rule, _ kind: ObjektKind, _ path: String, _ bad: any Sendable,
        _ good: any Sendable
    ) -> RuleCase {
        let name = String(path.split(separator: ".").last ?? "")
        return RuleCase(
            rule, kind, "\(name) \(bad)", at: name, breaks: { $0.setting(path, bad) },
            keeps: { $0.setting(path, good) })
    }

    private static func missing(
        _ rule: Rule, _ kind: ObjektKind, _ path: String, at sti: String
    ) -> RuleCase {
        let name = String(path.split(separator: ".").last ?? "")
        return RuleCase(rule, kind, "\(name) missing", at: sti, breaks: { $0.removing(path) })
    }

    private static let brevDato = Sti.egenskaber + "BrevDato"
    private static let upper = "0A000000-0000-4000-8000-0000000000A1"
    private static let virkning = Sti.egenskaber + "Virkning."
    private static var journalpost: [String: Any] {
        Objekt.relation(
            .sag, .journalpost, .journalnotat, .dokument, "URN:Empty", indeks: "1",
            egne: [
                "JournalpostEgenskaber": [
                    "JournalnotatEgenskaber": ["Titel": "Notat", "Notat": "AAAA", "Format": "RTF"]
                ]
            ])
    }
    private static let notat =
        "RelationListe.Journalpost.0.JournalpostEgenskaber.JournalnotatEgenskaber."

    static let schema: [RuleCase] =
        [
            wrong(.R1, .sag, "UUIDIdentifikator", "{\(uuid)}", upper),
            wrong(.R1, .sag, "UUIDIdentifikator", "0a000000-0000-4000-8000-00000000a1", uuid),
            missing(.R1, .sag, "UUIDIdentifikator", at: "UUIDIdentifikator"),
            wrong(
                .R1, .sag, Sti.reg + "BrugerRef", "{\(uuid)}",
                ["UUIDIdentifikator": uuid]),
            limit(.R2, .sag, Sti.reg + "BrugerRef", 255, prefix: "urn:oio:a:b:"),
            limit(.R3, .sag, Sti.egenskaber + "BrugervendtNoegle", 50).allowing(.R27),
            limit(.R3, .sag, Sti.egenskaber + "Sagsnummer", 50).allowing(.R27),
            wrong(.R3, .sag, Sti.egenskaber + "Sagsnummer", "", "2024-117"),
            limit(.R3, .sag, Sti.egenskaber + "Titel", 255),
            wrong(.R3, .sag, Sti.egenskaber + "Titel", "", "T"),
            limit(.R3, .sag, Sti.egenskaber + "Beskrivelse", 4096),
            limit(.R3, .sag, Sti.egenskaber + "Kassationskode", 50).allowing(.R28),
            limit(.R3, .sag, Sti.reg + "NoteTekst", 1024),
            limit(.R3, .sag, virkning + "NoteTekst", 1024),
            limit(.R3, .sag, Sti.part + ".0.Indeks", 36).allowing(.R32),
            limit(
                .R3, .sag, Sti.udvidet + "SagsitsystemRelation.Master.SystemNavn", 255),
            wrong(.R3, .sag, Sti.udvidet + "SagsitsystemRelation.Master.SystemNavn", "", "S"),
            limit(.R3, .dokument, Sti.egenskaber + "Dokumentnummer", 50).allowing(.R27),
            RuleCase(
                .R3, .sag, "Tekstfelt over 1024 characters", at: "Tekstfelt",
                breaks: { $0.adding(Sti.relation + "Sagsgenstande", genstand(1025)) },
                keeps: { $0.adding(Sti.relation + "Sagsgenstande", genstand(1024)) }),
            wrong(
                .R4, .sag, Sti.sagEgenskaber + ".0.Foelsomhed", "HEMMELIG", "VIP_SAGER"),
            RuleCase(
                .R4, .sag, "Fremdrift Bestilt", at: "FremdriftStatusKode",
                breaks: { $0.setting(Sti.fremdrift + ".0.FremdriftStatusKode", "Bestilt") }),
            wrong(.R4, .sag, Sti.reg + "LivscyklusKode", "Rettet", "Importeret"),
            wrong(.R4, .dokument, Sti.egenskaber + "Type", "Referat", "Dagsorden"),
            wrong(.R4, .sag, virkning + "AktoerTypeKode", "bruger", "ItSystem"),
            wrong(
                .R5, .sag, Sti.felt(Sti.aktoer, "Ejer", "CVR-Nummer"), "9900000", "99000002"),
            wrong(.R5, .dokument, brevDato, "2024-02-14T00:00:00Z", "2024-02-14"),
            RuleCase(
                .R5, .dokument, "VersionIdentifikator 1.5", at: "VersionIdentifikator",
                breaks: { $0.version(1.5) }, keeps: { $0.version(1) }),
            RuleCase(
                .R5, .dokument, "VersionIdentifikator as text", at: "VersionIdentifikator",
                breaks: { $0.version("1.0") }, keeps: { $0.version(2) }),
            RuleCase(
                .R5, .sag, "Notat not base64", at: "Notat",
                breaks: {
                    $0.adding(Sti.relation + "Journalpost", journalpost)
                        .setting(Sti.reg + notat + "Notat", "ikke base64!")
                }, keeps: { $0.adding(Sti.relation + "Journalpost", journalpost) }),
            wrong(
                .R6, .sag, virkning + "FraTidspunkt", "2024-02-01T00:00:00+01.00",
                "2024-02-01T00:00:00Z"),
            wrong(
                .R6, .sag, virkning + "FraTidspunkt", "2024-02-01",
                "2024-02-01T00:00:00.123456789Z"),
            wrong(.R6, .sag, Sti.reg + "Tidspunkt", "i går", "2024-02-30T00:00:00Z")
                .keeping { $0.setting(Sti.reg + "Tidspunkt", "2024-02-29T24:00:00Z") },
            wrong(.R7, .sag, virkning + "TilTidspunkt", false, true),
            wrong(
                .R7, .sag, virkning + "TilTidspunkt", ["GraenseIndikator": false],
                ["GraenseIndikator": true]),
            RuleCase(
                .R8, .sag, "an unknown member", at: "Nyt",
                breaks: { $0.setting(Sti.egenskaber + "Nyt", "x") }),
            RuleCase(
                .R8, .sag, "a member of another unit", at: "Fremdrift",
                breaks: { $0.setting(Sti.attribut + "Fremdrift", [String]()) }),
            RuleCase(
                .R8, .sag, "a list where one value stands", at: "Titel",
                breaks: { $0.setting(Sti.egenskaber + "Titel", ["Kontanthjælp"]) }),
            RuleCase(
                .R8, .sag, "one value where a list stands", at: "Egenskaber",
                breaks: { $0.setting(Sti.attribut + "Egenskaber", [String: String]()) }),
            RuleCase(
                .R8, .sag, "a number for a text", at: "Titel",
                breaks: { $0.setting(Sti.egenskaber + "Titel", 7) }),
            RuleCase(
                .R8, .sag, "two branches of a UnikId", at: "BrugerRef",
                breaks: {
                    $0.setting(
                        Sti.reg + "BrugerRef",
                        ["UUIDIdentifikator": uuid, "URNIdentifikator": urn])
                }, keeps: { $0.setting(Sti.reg + "BrugerRef", ["URNIdentifikator": urn]) }),
            RuleCase(
                .R8, .sag, "no branch of a UnikId", at: "BrugerRef",
                breaks: { $0.setting(Sti.reg + "BrugerRef", ["UnikId": uuid]) }),
            missing(.R9, .sag, Sti.reg + "AttributListe", at: "Registrering[0]"),
            missing(.R9, .sag, Sti.reg + "TilstandListe", at: "Registrering[0]"),
            missing(.R9, .dokument, Sti.reg + "RelationListe", at: "Registrering[0]"),
            missing(.R9, .sag, "Registrering", at: "Registrering"),
            retired(.sag, Sti.felt(Sti.part, "Primær part", "CPR-Nummer")),
            retired(.sag, Sti.felt(Sti.part, "Primær part", "CVR-Nummer")),
            retired(.sag, Sti.felt(Sti.part, "Primær part", "P-Nummer")),
            retired(.sag, Sti.felt(Sti.aktoer, "Ejer", "CVR-Nr")),
            retired(.sag, Sti.relation + "Sagsarkiv"),
            retired(.dokument, Sti.reg + "VariantListe"),
            retired(
                .dokument,
                Sti.felt(Sti.relation + "Dokumentklasse", "Primær klasse", "Facettitel")),
            retired(.dokument, Sti.felt(Sti.dokumentaktoer, "Ejer", "CVR-Nummer")),
            retired(.dokument, "UdenNotifikation"),
            RuleCase(
                .R12, .sag, "OffentlighedUndtaget with one child", at: "OffentlighedUndtaget",
                breaks: {
                    $0.setting(
                        Sti.egenskaber + "OffentlighedUndtaget", ["TitelAlternativTekst": "x"])
                },
                keeps: {
                    $0.setting(
                        Sti.egenskaber + "OffentlighedUndtaget",
                        ["TitelAlternativTekst": "x", "OffentlighedUndtagetHjemmelTekst": "y"])
                }),
            RuleCase(
                .R17, .sag, "the extension of another relation", at: "SagspartLokalUdvidelse",
                breaks: {
                    $0.setting(
                        Sti.aktoer
                            + ".Ejer.LokalUdvidelseListe.SagspartLokalUdvidelse.FuldtNavn", "x")
                },
                keeps: {
                    $0.setting(
                        Sti.aktoer + ".Ejer.LokalUdvidelseListe.SenestAendretTidspunkt", later)
                }),
            RuleCase(
                .R17, .sag, "an extension where the relation has none",
                at: "SagspartLokalUdvidelse",
                breaks: {
                    $0.setting(
                        Sti.udvidet + "SagsitsystemRelation.Master.LokalUdvidelseListe"
                            + ".SagspartLokalUdvidelse.FuldtNavn", "x")
                }),
            wrong(.R26, .sag, Sti.egenskaber + "Titel", "To\nlinjer", "En linje"),
            wrong(.R26, .sag, Sti.egenskaber + "Titel", "Skil\u{85}linje", "Skil Å linje"),
            wrong(.R26, .sag, Sti.egenskaber + "Titel", "To\u{2028}linjer", "En \u{2020} linje"),
            wrong(.R26, .sag, Sti.egenskaber + "Titel", "To\u{2029}linjer", "En\u{2030}linje"),
            wrong(.R26, .sag, Sti.reg + "NoteTekst", "Klokke\u{7}", "To\r\nlinjer"),
            wrong(.R26, .sag, Sti.egenskaber + "Beskrivelse", "Tab\t", "To\nlinjer"),
            wrong(.R26, .sag, Sti.reg + "BrugerRef", "urn:oio:efag:bruger:A\nB", urn),
            wrong(.R26, .sag, virkning + "AktoerRef", "urn:oio:efag:bruger:A\u{1}", urn),
            wrong(
                .R26, .sag, Sti.part + ".0.ReferenceID", "urn:oio:fuldtnavn:Bo\nEksempel",
                "urn:oio:fuldtnavn:Bo Åse Eksempel"),
            RuleCase(
                .R26, .sag, "a line break in a URN of Sagsgenstande", at: "ReferenceID",
                breaks: {
                    $0.adding(
                        Sti.relation + "Sagsgenstande", genstand(1, "urn:oio:ebyg:x:a\nb\u{1}c"))
                },
                keeps: {
                    $0.adding(Sti.relation + "Sagsgenstande", genstand(1, "urn:oio:ebyg:x:abc"))
                }),
        ] + ydelseSchema

    private static let ydelseSchema: [RuleCase] = [
        wrong(.Y01, .bevilling, "UUIDIdentifikator", "1", upper),
        wrong(.Y01, .bevilling, "UUIDIdentifikator", "{\(uuid)}", uuid),
        wrong(.Y02, .bevilling, virkning + "TilTidspunkt", false, true),
        RuleCase(
            .Y02, .bevilling, "two branches of a TidspunktType", at: "TilTidspunkt",
            breaks: {
                $0.setting(
                    virkning + "TilTidspunkt",
                    ["TidsstempelDatoTid": "2024-06-01T00:00:00Z", "GraenseIndikator": true])
            }),
        limit(.Y03, .bevilling, Sti.egenskaber + "BrugervendtNoegle", 50),
        limit(.Y03, .bevilling, Sti.egenskaber + "Begrundelse", 4096),
        limit(.Y03, .bevilling, Sti.bevilget + "Id", 36),
        limit(.Y03, .bevilling, Sti.bevilget + "Ydelse.Ydelsesnavn", 255),
        limit(.Y03, .bevilling, Sti.reg + "NoteTekst", 1024),
        limit(.Y03, .oekonomiskEffektuering, Sti.egenskaber + "Udbetalingsafdeling", 255),
        amount("1.234,56"), amount("+5"), amount("5."), amount(".5"), amount("1e3"), amount(""),
        amount(" 5"), amount("-"), amount("1.2.3"),
        wrong(
            .Y05, .bevilling, Sti.bevilget + "OekonomiskEffektueringsplan.0.Ydelsesbeloeb",
            "5.942", "5.9420"),
        wrong(
            .Y06, .bevilling, Sti.bevilget + "OekonomiskEffektueringsplan.0.ForudBagud", "forud",
            "Forud"),
        wrong(.Y06, .bevilling, Sti.egenskaber + "Foelsomhed", "vip_sager", "VIP_SAGER"),
        RuleCase(
            .Y07, .bevilling, "a third ItSystem", at: "ItSystem",
            breaks: { $0.adding(Sti.bevilget + "ItSystem", system) }),
        wrong(
            .Y08, .bevilling, Sti.relation + "Bevillingsaktoer.Ejer.CVR-nr", "1111111",
            "01111111"),
        missing(.Y09, .bevilling, Sti.reg + "TilstandListe", at: "Registrering[0]"),
        missing(
            .Y09, .oekonomiskEffektuering, Sti.reg + "RelationListe", at: "Registrering[0]"),
        missing(
            .Y11, .oekonomiskEffektuering,
            Sti.relation + "OekonomiskYdelseEffektueringRelation.0.BevilgetYdelseRef"
                + ".BevilgetYdelseId", at: "BevilgetYdelseRef"),
        missing(
            .Y11, .oekonomiskEffektuering,
            Sti.relation + "OekonomiskYdelseEffektueringRelation.0.BevilgetYdelseRef"
                + ".UUIDIdentifikator", at: "BevilgetYdelseRef"),
        wrong(.Y24, .bevilling, Sti.reg + "StsTidspunkt", later, "x").keeping { $0 },
        RuleCase(
            .Y24, .bevilling, "Bevillingstartdato sent", at: "Bevillingstartdato",
            breaks: { $0.setting(Sti.egenskaber + "Bevillingstartdato", "2024-02-01") }),
        RuleCase(
            .Y24, .bevilling, "Bevillingslutdato sent", at: "Bevillingslutdato",
            breaks: { $0.setting(Sti.egenskaber + "Bevillingslutdato", "2024-02-01") }),
        RuleCase(
            .Y24, .bevilling, "Meddelelse sent", at: "Meddelelse",
            breaks: { $0.setting(Sti.bevilget + "Meddelelse", "x") }),
        wrong(.Y39, .bevilling, Sti.bevilget + "Navn", "To\nlinjer", "En linje"),
        wrong(.Y39, .bevilling, Sti.reg + "NoteTekst", "Klokke\u{7}", "To\r\nlinjer"),
        wrong(
            .Y39, .bevilling, Sti.relation + "Bevillingspart.0.ReferenceID",
            "urn:oio:fuldtnavn:Lonnie\nEksempel", "urn:oio:fuldtnavn:Lonnie Eksempel"
        ).allowing(.Y18),
    ]

    private static var system: [String: Any] {
        [
            "Rolle": "1b3c6a6d-e977-4491-9bf8-b41ee6999f39",
            "Type": "29fe1da2-897a-46cd-b635-b9be8e0bffd6", "ReferenceID": uuid,
        ]
    }

    private static func amount(_ text: String) -> RuleCase {
        wrong(
            .Y04, .bevilling, Sti.bevilget + "OekonomiskEffektueringsplan.0.Ydelsesbeloeb", text,
            "-1234.56")
    }

    private static func genstand(
        _ length: Int, _ reference: String = "urn:oio:ebyg:koeretoej:AB12345"
    ) -> [String: Any] {
        Objekt.relation(
            .sag, .sagsgenstande, .afgiftsobjekt, .koeretoej, reference,
            felter: ["Tekstfelt": text(length)])
    }

    private static func retired(_ kind: ObjektKind, _ path: String) -> RuleCase {
        let name = String(path.split(separator: ".").last ?? "")
        return RuleCase(
            .R11, kind, "\(name) of older versions", at: name,
            breaks: { $0.setting(path, name == "UdenNotifikation" ? true : "12345678") })
    }
}

extension JSONObjekt {
    func version(_ version: Any) -> JSONObjekt {
        setting(Sti.egenskaber + "VersionIdentifikator", version)
            .setting(Sti.egenskaber + "UnderversionIdentifikator", 0)
    }
}
