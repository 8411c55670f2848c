// What is proved here:
//  1. A small plan of either format, and one of facets, is read into classes.
//  2. Document types, entities, other encodings, depth, size and broken documents are refused.
//  3. Each rule a class can break is found with rule, line and element, and only that class falls.
//  4. Retirement has three shapes, and the oddities of real plans are notes, not errors.
//  5. Error and finding texts hold no value from the source.

import IndexCore
import Testing

@testable import Ingest

private func document(_ body: String, root: String = "KLE-Emneplan") -> [UInt8] {
    Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(root)>\n\(body)\n</\(root)>\n".utf8)
}

private func emne(
    _ nummer: String = "32.03.04", titel: String = "Folkepension",
    dates: String = "<OprettetDato>2009-05-01</OprettetDato>", after: String = ""
) -> String {
    """
    <Emne><EmneNr>\(nummer)</EmneNr><EmneTitel>\(titel)</EmneTitel>
    <EmneAdministrativInfo>\(dates)</EmneAdministrativInfo>
    <BevaringJaevnfoerArkivloven>K</BevaringJaevnfoerArkivloven>\(after)</Emne>
    """
}

private func plan(_ emner: String, gruppe: String = "32.03", hovedgruppe: String = "32") -> [UInt8]
{
    document(
        """
        <UdgivelsesDato>2015-08-01</UdgivelsesDato>
        <Hovedgruppe><HovedgruppeNr>\(hovedgruppe)</HovedgruppeNr>
        <HovedgruppeTitel>Ydelser</HovedgruppeTitel>
        <HovedgruppeAdministrativInfo><OprettetDato>1988-01-01</OprettetDato>
        </HovedgruppeAdministrativInfo>
        <Gruppe><GruppeNr>\(gruppe)</GruppeNr><GruppeTitel>Pensioner</GruppeTitel>
        <GruppeAdministrativInfo><OprettetDato>1988-01-01</OprettetDato></GruppeAdministrativInfo>
        \(emner)
        </Gruppe></Hovedgruppe>
        """)
}

private func udgaaet(_ oprettet: String, _ dates: String...) -> String {
    let ends = dates.map { "<UdgaaetDato>\($0)</UdgaaetDato>" }.joined()
    return "<OprettetDato>\(oprettet)</OprettetDato><Historisk>\(ends)</Historisk>"
}

private func afloest(_ elements: (String, String)...) -> String {
    "<AfloestAf>" + elements.map { "<\($0.0)>\($0.1)</\($0.0)>" }.joined() + "</AfloestAf>"
}

private func flyttet(_ inner: String) -> String {
    """
    <OprettetDato>2000-01-01</OprettetDato><Historisk><Flyttet>
    <FlyttetDato>2010-02-01</FlyttetDato>\(inner)</Flyttet></Historisk>
    """
}

struct KlassifikationPlanReaderTests {
    @Test("A plan of more than ten megabytes is read") func large() throws {
        let padding = String(
            repeating: "<!-- " + String(repeating: "vejledning ", count: 90) + "-->\n",
            count: 12_000)
        let bytes = plan(emne() + padding + emne("32.03.05", titel: "Førtidspension"))
        #expect(bytes.count > 11 << 20)
        let read = try KLEPlanReader.read(bytes)
        #expect(read.klasser.map(\.noegle).suffix(2) == ["32.03.04", "32.03.05"])
        let cut = Array(bytes.prefix(bytes.count - 40))
        #expect(throws: KlassifikationReadError.self) { try KLEPlanReader.read(cut) }
    }

    @Test("A small plan gives its three levels")
    func small() throws {
        let load = try KLEPlanReader.read(plan(emne()))
        #expect(load.fund.isEmpty)
        #expect(load.udgivelsesdato == Dato("2015-08-01"))
        #expect(load.klasser.map(\.noegle) == ["32", "32.03", "32.03.04"])
        #expect(load.klasser.map(\.overordnet) == [nil, "32", "32.03"])
        #expect(load.klasser.last?.bevaring == .kasseres)
        #expect(load.klasser.last?.titelFra == Dato("2009-05-01"))
    }

    @Test("A title in pieces, with entities and character data, is put together")
    func pieces() throws {
        let titel = "A &amp; B &lt;<!-- x --> &#216; <![CDATA[& C]]>"
        let load = try KLEPlanReader.read(plan(emne(titel: titel)))
        #expect(load.klasser.last?.titel == "A & B < Ø & C")
    }

    @Test("A plan of facets is read, Ø and all")
    func facets() throws {
        let load = try KLEPlanReader.read(
            document(
                """
                <UdgivelsesDato>2015-08-01</UdgivelsesDato>
                <HandlingsfacetKategori><HandlingsfacetKategoriNr>Ø</HandlingsfacetKategoriNr>
                <HandlingsfacetKategoriTitel>Økonomi</HandlingsfacetKategoriTitel>
                <Handlingsfacet><HandlingsfacetNr>Ø54</HandlingsfacetNr>
                <HandlingsfacetTitel>Leje</HandlingsfacetTitel>
                <BevaringJaevnfoerArkivloven>K5</BevaringJaevnfoerArkivloven></Handlingsfacet>
                </HandlingsfacetKategori>
                """, root: "KLE-Handlingsfacetter"))
        #expect(load.fund.isEmpty)
        #expect(load.klasser.map(\.noegle) == ["Ø", "Ø54"])
        #expect(
            load.klasser.map(\.facet) == [Klasse.Facet.handlingsfacet, Klasse.Facet.handlingsfacet])
        #expect(load.klasser.last?.bevaring == .kasseresEfter5)
    }

    @Test("UUIDs and keywords make it the newer format; a class in use without UUID is noted")
    func newer() throws {
        let words = """
            <EmneStikord><Orden>1</Orden><Tekst>Alderdom</Tekst></EmneStikord>
            <EmneOgHandlingsfacetStikord><Orden>1</Orden><Tekst>Salg</Tekst>
            <HandlingsfacetNr>G10</HandlingsfacetNr></EmneOgHandlingsfacetStikord>
            <UUID>15B97B4F-08c6-42fc-9a37-3ec048d8d01b</UUID>
            """
        let load = try KLEPlanReader.read(plan(emne(after: words)))
        #expect(load.format == .kleREST)
        #expect(load.fund.map(\.aarsag) == [.uuidMangler, .uuidMangler])
        let klasse = try #require(load.klasser.last)
        #expect(klasse.uuid.description == "15b97b4f-08c6-42fc-9a37-3ec048d8d01b")
        #expect(klasse.stikord.map(\.tekst) == ["Alderdom", "Salg"])
        #expect(klasse.stikord.map(\.handlingsfacet?.tekst) == [nil, "G10"])
    }

    @Test("Retirement has three shapes: none, one or many successors at any level")
    func shapes() throws {
        let none =
            udgaaet("2000-01-01", "2010-02-01")
        let one = flyttet(afloest(("GruppeNr", "32.03")))
        let many = flyttet(
            afloest(("EmneNr", "32.03.01")) + afloest(("HovedgruppeNr", "32"))
        )
        let load = try KLEPlanReader.read(
            plan(
                emne("32.03.01", dates: none) + emne("32.03.02", dates: one)
                    + emne("32.03.03", dates: many) + emne("32.03.04", dates: flyttet(""))))
        #expect(load.fund.isEmpty)
        let day = Dato("2010-02-01")
        let subjects = load.klasser.suffix(4)
        #expect(
            subjects.map(\.historik) == [
                .udgaaet(day), .flyttet(day), .flyttet(day), .flyttet(day),
            ])
        #expect(subjects.map(\.efterfoelgere) == [[], ["32.03"], ["32.03.01", "32"], []])
        #expect(subjects.allSatisfy { $0.gyldighed.first?.til == day })
    }
}

struct KlassifikationPlanRefusalTests {
    @Test(
        "A document type or an entity is refused before anything is parsed",
        arguments: [
            "<!DOCTYPE x><KLE-Emneplan/>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"aa\">]>"
                + "<KLE-Emneplan>&a;</KLE-Emneplan>",
            "<KLE-Emneplan><!ENTITY a \"b\"></KLE-Emneplan>",
            "<!doctype html><KLE-Emneplan/>",
            "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><KLE-Emneplan/>",
        ])
    func declarations(text: String) {
        let line = text.hasPrefix("<?xml") ? 2 : 1
        #expect(throws: KlassifikationReadError.declaresDocumentType(linje: line)) {
            try KLEPlanReader.read(Array(text.utf8))
        }
    }

    @Test("Other encodings are refused, declared or not")
    func encodings() {
        let utf16 = Array("<KLE-Emneplan/>".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let declared = ["UTF-16", "ISO-8859-1", "UTF-7", "utf-8x", "EBCDIC-CP-US", "UTF-"].map {
            Array("<?xml version=\"1.0\" encoding=\"\($0)\"?><KLE-Emneplan></KLE-Emneplan>".utf8)
        }
        let raw: [[UInt8]] = [
            utf16, [0xFF, 0xFE] + utf16, [0x3C, 0xE6, 0x3E], Array("<KLE-Emneplan>\u{0}".utf8),
        ]
        for bytes in declared + raw {
            #expect(throws: KlassifikationReadError.notUTF8) { try KLEPlanReader.read(bytes) }
        }
    }

    @Test("A byte order mark of UTF-8 and a lower-case name are accepted")
    func mark() throws {
        let bytes =
            [0xEF, 0xBB, 0xBF]
            + Array("<?xml version='1.0' encoding='utf-8'?><KLE-Emneplan></KLE-Emneplan>".utf8)
        #expect(try KLEPlanReader.read(bytes).klasser.isEmpty)
    }

    @Test("Thirty-two elements inside each other are read, one more is refused with its line")
    func depth() throws {
        func nested(_ count: Int) -> [UInt8] {
            document(
                String(repeating: "<p>\n", count: count - 1)
                    + String(repeating: "</p>", count: count - 1))
        }
        #expect(try KLEPlanReader.read(nested(32)).klasser.isEmpty)
        #expect(throws: KlassifikationReadError.tooDeep(linje: 34)) {
            try KLEPlanReader.read(nested(33))
        }
        #expect(throws: KlassifikationReadError.tooDeep(linje: 34)) {
            try KLEPlanReader.read(nested(5000))
        }
    }

    @Test(
        "A document that is cut off or not well-formed is refused whole",
        arguments: [
            "<KLE-Emneplan>", "<KLE-Emneplan><Hovedgruppe></KLE-Emneplan>",
            "<KLE-Emneplan></KLE-Emneplan><a/>",
            "<KLE-Emneplan>&ukendt;</KLE-Emneplan>", "<KLE-Emneplan a=1></KLE-Emneplan>",
            "<KLE-Emneplan></KLE-Emneplan", "<KLE-Emneplan></KLE-Emneplan>tekst", "<KLE-Emneplan><",
            "<KLE-Emneplan>\u{1}</KLE-Emneplan>",
        ])
    func malformed(text: String) {
        #expect { try KLEPlanReader.read(Array(text.utf8)) } throws: { error in
            if case .malformed? = error as? KlassifikationReadError { true } else { false }
        }
    }

    @Test("Every cut of a plan is refused")
    func everyCut() throws {
        let whole = plan(emne())
        for length in stride(from: 0, to: whole.count - 2, by: 7) {
            #expect(throws: KlassifikationReadError.self, "\(length)") {
                try KLEPlanReader.read(Array(whole.prefix(length)))
            }
        }
    }

    @Test("Another root or an empty document is refused")
    func roots() {
        #expect(throws: KlassifikationReadError.unknownFormat) {
            try KLEPlanReader.read(Array("<Emne></Emne>".utf8))
        }
        #expect(throws: KlassifikationReadError.self) { try KLEPlanReader.read([]) }
    }

    @Test("A document over the limit is refused without being read")
    func size() {
        let bytes = [UInt8](repeating: 32, count: KLEPlanReader.maxBytes + 1)
        #expect(throws: KlassifikationReadError.tooLarge(maxBytes: KLEPlanReader.maxBytes)) {
            try KLEPlanReader.read(bytes)
        }
    }
}

struct KlassifikationPlanFindingTests {
    @Test(
        "A subject that breaks a rule falls alone, with the rule named",
        arguments: [
            (emne("32.3.4"), .nummerMisdannet),
            (emne("G01"), .niveauForkert),
            (emne("32.03"), .niveauForkert),
            (emne("32.04.04"), .overordnetForkert),
            (emne("31.03.04"), .overordnetForkert),
            (emne("32.03.04") + emne("32.03.04"), .noegleGentaget),
            (emne(titel: String(repeating: "x", count: 301)), .titelForLang),
            (emne(dates: "<OprettetDato>2009-02-30</OprettetDato>"), .datoMisdannet),
            (
                emne(
                    dates:
                        "<OprettetDato>2009-01-01</OprettetDato>"
                        + "<OprettetDato>2009-01-01</OprettetDato>"
                ), .elementGentaget
            ),
            (emne(dates: "<Historisk/>"), .historiskUdenEnGren),
            (
                emne(
                    dates:
                        "<Historisk><UdgaaetDato>2010-01-01</UdgaaetDato>"
                        + "<Flyttet><FlyttetDato>2010-01-01</FlyttetDato></Flyttet></Historisk>"
                ),
                .historiskUdenEnGren
            ),
            (
                emne(
                    dates:
                        udgaaet("2000-01-01", "2010-01-01", "2011-01-01")
                ),
                .historiskUdenEnGren
            ),
            (emne(dates: flyttet("<AfloestAf/>")), .historiskUdenEnGren),
            (
                emne(
                    dates: flyttet(
                        afloest(("EmneNr", "32.03.04"), ("GruppeNr", "32.03"))
                    )), .historiskUdenEnGren
            ),
            (
                emne(dates: flyttet(afloest(("EmneNr", "32.3.4")))),
                .efterfoelgerMisdannet
            ),
            (
                emne(
                    dates:
                        udgaaet("2011-01-01", "2010-01-01")
                ),
                .periodeBaglaens
            ),
            (
                emne(after: "<BevaringJaevnfoerArkivloven>X</BevaringJaevnfoerArkivloven>"),
                .bevaringUkendt
            ),
            (
                emne(
                    after:
                        "<SletningJaevnfoerPersondataloven>5 år"
                        + "</SletningJaevnfoerPersondataloven>"),
                .slettefristMisdannet
            ),
            ("<Emne><EmneTitel>Uden nummer</EmneTitel></Emne>", .nummerMisdannet),
        ] as [(String, KlassifikationFund.Aarsag)])
    func falls(emner: String, aarsag: KlassifikationFund.Aarsag) throws {
        let load = try KLEPlanReader.read(
            plan(emner + "\n" + emne("32.03.16", titel: "Førtidspension")))
        #expect(load.fejl.map(\.aarsag) == [aarsag])
        #expect(load.fejl.first?.felt == "Emne")
        #expect(load.fejl.first?.linje == (aarsag == .noegleGentaget ? 12 : 10))
        #expect(load.klasser.map(\.noegle).contains("32.03.16"))
        #expect(
            load.klasser.map(\.noegle).filter { $0 == "32.03.04" }.count
                == (aarsag == .noegleGentaget ? 1 : 0))
    }

    @Test("A malformed UUID is an error, a malformed keyword only a lost word")
    func newerFormat() throws {
        let uuid = try KLEPlanReader.read(plan(emne(after: "<UUID>15b97b4f</UUID>")))
        #expect(uuid.fejl.map(\.aarsag) == [.uuidMisdannet])
        let words = """
            <EmneStikord><Orden>1</Orden><Tekst> </Tekst></EmneStikord>
            <EmneOgHandlingsfacetStikord><Tekst>Ord</Tekst>
            <HandlingsfacetNr>g1</HandlingsfacetNr></EmneOgHandlingsfacetStikord>
            <EmneStikord><Orden>1</Orden><Tekst>Godt</Tekst></EmneStikord>
            """
        let load = try KLEPlanReader.read(plan(emne(after: words)))
        #expect(load.fejl.map(\.aarsag) == [.stikordTomt, .nummerMisdannet])
        #expect(load.klasser.last?.stikord.map(\.tekst) == ["Godt"])
    }

    @Test("A subject under a misspelt group has no group in the publication")
    func orphan() throws {
        let load = try KLEPlanReader.read(plan(emne(), gruppe: "32.3"))
        #expect(load.fejl.map(\.aarsag) == [.nummerMisdannet, .overordnetForkert])
        #expect(load.fejl.map(\.regel) == [.k01, .k02])
        #expect(load.klasser.map(\.noegle) == ["32"])
    }

    @Test("Ending the day it began, an unknown successor and a note without a date are noted only")
    func notes() throws {
        let sameDay =
            udgaaet("1988-01-01", "1988-01-01")
        let load = try KLEPlanReader.read(
            plan(
                emne("32.03.01", dates: sameDay)
                    + emne(
                        "32.03.02",
                        dates: flyttet(afloest(("EmneNr", "29.00.09"))))
                    + emne("32.03.03", titel: "Gammelt [udgået]")
                    + emne("32.03.05", titel: "Snart [udgår 2015]")
                    + emne("32.03.06", titel: " ")))
        #expect(load.fejl.isEmpty)
        #expect(
            Set(load.fund.map(\.aarsag)) == [
                .periodeTom, .efterfoelgerUkendt, .udgaaetUdenDato, .titelMangler,
            ])
        let subjects = load.klasser.suffix(5).map { $0 }
        #expect(subjects[0].gyldighed.first?.fra == .foerst)
        #expect(subjects[0].gyldighed.first?.til == Dato("1988-01-01"))
        #expect(subjects[1].efterfoelgere == ["29.00.09"])
        #expect(subjects[2].historik == .udgaaet(nil))
        #expect(subjects[3].historik == .iBrug && subjects[3].visningstitel == "Snart")
        #expect(subjects[4].visningstitel == "32.03.06")
    }

    @Test("A finding's text is a fixed sentence", arguments: KlassifikationFund.Aarsag.allCases)
    func texts(aarsag: KlassifikationFund.Aarsag) {
        #expect(aarsag.tekst.hasSuffix("."))
        #expect(KlassifikationRegel.allCases.contains(aarsag.regel))
    }
}
