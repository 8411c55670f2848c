// 1. The least objects and every example of the contract break no rule.
// 2. Each rule refuses or warns on its case, at its place, and keeps quiet on the nearest lawful one.
// 3. Strict and lenient sources part on guidance rules only.
// 4. Every rule is proved here or named as another part's.
// 5. The status of a refused object follows the stated order.
// 6. What the schema refused is not told as missing too; a time without zone is only told.

import Foundation
import IndexCore
import Testing

@testable import Ingest

@Suite struct ValidatorTests {
    @Test("The least object of each kind has no finding", arguments: ObjektKind.allCases)
    func leastObjects(_ kind: ObjektKind) throws {
        #expect(try Objekt.findings(Objekt.mindste(kind), kind) == [])
    }

    @Test(
        "The contract's examples have no finding", .enabled(if: Shared.isPresent),
        arguments: [
            ("sag-kontanthjaelp.json", ObjektKind.sag), ("sag-byggesag.json", .sag),
            ("dokument-brev.json", .dokument),
        ])
    func examples(_ file: String, _ kind: ObjektKind) throws {
        let text = try String(contentsOf: Shared.examples.appending(path: file), encoding: .utf8)
        #expect(try Objekt.findings(JSONObjekt(text), kind) == [])
    }

    @Test(
        "The benefit contract's examples have no finding", .enabled(if: Shared.isPresent),
        arguments: [
            ("BevillingIndeks", ObjektKind.bevilling),
            ("OekonomiskEffektueringIndeks", .oekonomiskEffektuering),
        ])
    func benefitExamples(_ name: String, _ kind: ObjektKind) throws {
        let page = Shared.root.appending(path: "reference/ydelse.md")
        let blocks = try String(contentsOf: page, encoding: .utf8).split(separator: "```")
        let block = try #require(blocks.first { $0.hasPrefix("json\n{\"\(name)\"") })
        let json = JSONObjekt(String(block.dropFirst("json\n".count)))
        let object = try #require(json[name])
        #expect(try Objekt.findings(JSONObjekt("{}").setting("X", object).inner("X"), kind) == [])
    }

    @Test("The contract's example of an update has no finding", .enabled(if: Shared.isPresent))
    func update() throws {
        let read = { (file: String, operation: IngestOperation) in
            let page = Shared.examples.appending(path: file)
            return try Objekt.parse(
                JSONObjekt(String(contentsOf: page, encoding: .utf8)), .sag, operation)
        }
        let stored = try #require(
            try read("sag-kontanthjaelp.json", .importer).registreringer.first
        ).segments
        let record = try read("opdater-sag.json", .opdater)
        let sent = try #require(record.registreringer.first)
        let after = Timeline.merge(stored, with: sent.segments)
        #expect(record.findings == [])
        #expect(Validator().validateUpdate(record) == [])
        #expect(
            Validator().validateMerged(.sag, before: stored, after: after, sent: sent) == [])
    }

    // MARK: Rule by rule

    static let cases = RuleCase.schema + RuleCase.sagDokument + RuleCase.ydelse

    @Test("What breaks a rule is found at its place", arguments: cases)
    func breaking(_ example: RuleCase) throws {
        let json = example.breaks(Objekt.mindste(example.kind))
        let found = try Objekt.findings(json, example.kind)
        #expect(
            found.contains { $0.rule == example.rule && $0.sti.hasSuffix(example.sti) },
            "found \(found.map { "\($0.rule) \($0.sti)" })")
    }

    @Test("The nearest lawful object has no finding", arguments: cases)
    func keeping(_ example: RuleCase) throws {
        let json = example.keeps(Objekt.mindste(example.kind))
        let found = try Objekt.findings(json, example.kind)
        let strange = found.filter { !example.allowed.contains($0.rule) }
        #expect(strange.isEmpty, "found \(strange.map { "\($0.rule) \($0.sti)" })")
        #expect(!found.contains { $0.rule == example.rule })
    }

    @Test("A strict source is refused and a lenient one warned", arguments: cases)
    func modes(_ example: RuleCase) throws {
        let json = example.breaks(Objekt.mindste(example.kind))
        let found = try Objekt.findings(json, example.kind).filter { $0.rule == example.rule }
        let strict = Validator().judge(found, .streng)
        let lenient = Validator().judge(found, .lempelig)
        #expect(strict.refusals.isEmpty == (example.mark == .warns))
        #expect(lenient.refusals.isEmpty == (example.mark != .refuses))
        #expect(strict.refusals.count + strict.warnings.count == found.count)
        #expect(lenient.refusals.count + lenient.warnings.count == found.count)
    }

    /// Judged by the store, the search or the access control.
    static let elsewhere: Set<Rule> = [
        .R14, .R15, .R18, .R19, .R21, .R23, .R37, .R44, .R45, .R46, .Y33, .Y34, .Y35, .Y38,
        .Y40, .Y41, .Y42, .Y43, .X1, .K12, .K13,
    ]

    /// Proved in `ValidatorUpdateTests`.
    static let inUpdates: Set<Rule> = [.R10, .R20, .R43, .Y10, .Y36]

    @Test("Every rule has a case here or is another part's", arguments: Rule.allCases)
    func coverage(_ rule: Rule) {
        let isHere = Self.cases.contains { $0.rule == rule } || Self.inUpdates.contains(rule)
        #expect(isHere != Self.elsewhere.contains(rule))
    }

    @Test("The number of a KLE that is not in the plan is told")
    func ukendtKLE() throws {
        let record = try Objekt.parse(Objekt.bevilling, .bevilling)
        let known = Validator(erKendt: { $0 == "32.03.04" })
        #expect(known.validate(record) == [])
        let unknown = Validator(erKendt: { _ in false })
        #expect(unknown.validate(record).map(\.rule) == [.Y17])
    }

    @Test("A deployment's role stands beside the built-in one")
    func roller() throws {
        var tabel = RolleTabel.standard
        #expect(tabel.laes("Sag\tSagspart\trolle\tPrimær part\t\(uuid)") == nil)
        let record = try Objekt.parse(Objekt.sag, .sag)
        #expect(Validator(roller: tabel).validate(record) == [])
        let changed = try Objekt.parse(Objekt.sag.setting(Sti.part + ".0.Rolle", uuid), .sag)
        #expect(Validator(roller: tabel).validate(changed) == [])
    }

    @Test(
        "A value that the schema refused is not missing",
        arguments: [
            (ObjektKind.sag, Sti.egenskaber + "Titel", String(repeating: "å", count: 256), Rule.R3),
            (.sag, Sti.egenskaber + "Titel", "", .R3),
            (.sag, Sti.reg + "BrugerRef", "{\(uuid)}", .R1),
            (.sag, Sti.egenskaber + "Virkning.FraTidspunkt", "i går", .R6),
            (.sag, Sti.egenskaber + "Virkning", "nu", .R8),
            (.dokument, Sti.egenskaber + "Type", "Referat", .R4),
            (.bevilling, Sti.bevilget + "Navn", "To\nlinjer", .Y39),
            (
                .bevilling, Sti.bevilget + "OekonomiskEffektueringsplan.0.Ydelsesbeloeb", "5.",
                .Y04
            ),
        ])
    func malformed(_ kind: ObjektKind, _ path: String, _ value: String, _ rule: Rule) throws {
        let json = Objekt.mindste(kind).setting(path, value)
        #expect(try Objekt.findings(json, kind).map(\.rule) == [rule])
        let missing = try Objekt.findings(Objekt.mindste(kind).removing(path), kind)
        #expect(!missing.isEmpty && !missing.contains { $0.rule == rule })
    }

    @Test("A version that is no number is wrong, and one that is not there is missing")
    func version() throws {
        let wrong = Objekt.dokument.version("1.0")
        #expect(try Objekt.findings(wrong, .dokument).map(\.rule) == [.R5])
        let missing = Objekt.dokument.version(1).removing(
            Sti.egenskaber + "VersionIdentifikator")
        #expect(try Objekt.findings(missing, .dokument).map(\.rule) == [.R42])
    }

    @Test("What else is wrong at the place of a warning is told")
    func besideWarning() throws {
        let json = Objekt.sag.setting(Sti.egenskaber + "BrugervendtNoegle", "2024\n117")
        #expect(try Objekt.findings(json, .sag).map(\.rule) == [.R26, .R27])
    }

    @Test("A time without zone is told of a Sag and a Dokument, and refuses nothing")
    func withoutZone() throws {
        let path = Sti.egenskaber + "Virkning.FraTidspunkt"
        let local = "2024-02-01T00:00:00"
        for kind in [ObjektKind.sag, .dokument] {
            let found = try Objekt.findings(Objekt.mindste(kind).setting(path, local), kind)
            #expect(found.map(\.rule) == [.R6])
            let sti = "Registrering[0].AttributListe.Egenskaber[0].Virkning.FraTidspunkt"
            #expect(found.map(\.sti) == [sti])
            for kontrol in [Kontrol.streng, .lempelig] {
                #expect(Validator().judge(found, kontrol).warnings == found)
            }
            let zoned = Objekt.mindste(kind).setting(path, local + "+01:00")
            #expect(try Objekt.findings(zoned, kind) == [])
        }
        #expect(try Objekt.findings(Objekt.bevilling.setting(path, local), .bevilling) == [])
    }

    @Test("An unknown role gets no further checks")
    func unknownRole() throws {
        let json = Objekt.sag.setting(Sti.part + ".0.Rolle", uuid)
            .setting(Sti.part + ".0.ReferenceID", uuid)
        #expect(try Objekt.findings(json, .sag).map(\.rule) == [.R33])
    }

    @Test("Every registration of an import is judged")
    func several() throws {
        let json = Objekt.sag
            .adding("Registrering", Objekt.sag.removing(Sti.fremdrift)["Registrering.0"] ?? "")
            .setting("Registrering.1.Tidspunkt", later)
        let found = try Objekt.findings(json, .sag)
        #expect(found.map(\.sti) == ["Registrering[1].TilstandListe.Fremdrift"])
    }

    @Test("What the index fills itself is told and not kept")
    func filledByIndex() throws {
        let json = Objekt.bevilling
            .setting(Sti.egenskaber + "Bevillingstartdato", "2024-02-01")
            .setting(Sti.bevilget + "Meddelelse", "x")
            .setting(Sti.reg + "StsTidspunkt", later)
        let record = try Objekt.parse(json, .bevilling)
        let plain = try Objekt.parse(Objekt.bevilling, .bevilling)
        #expect(record.findings.map(\.rule) == [.Y24, .Y24, .Y24])
        #expect(record.registreringer.first?.segments == plain.registreringer.first?.segments)
        #expect(record.registreringer.first?.header == plain.registreringer.first?.header)
    }

    @Test("Of a line that changed, only the last version is in the sum")
    func changedLine() throws {
        let line = Sti.relation + "OekonomiskYdelseEffektueringRelation"
        let changed = Objekt.effektuering.successor(line + ".0", later, later)
            .setting(line + ".0.Ydelsesbeloeb", "1000")
        #expect(try Objekt.findings(changed, .oekonomiskEffektuering) == [])
        let wrong = changed.setting(line + ".1.Ydelsesbeloeb", "1000")
        #expect(try Objekt.findings(wrong, .oekonomiskEffektuering).map(\.rule) == [.Y31])
    }

    @Test("No finding holds a value of the object")
    func silence() throws {
        let secrets = ["3113999901", "Erling", "Kontanthjælp", "2024-117", "99000001"]
        for example in Self.cases where example.kind == .sag {
            let found = try Objekt.findings(example.breaks(Objekt.sag), .sag)
            for finding in found {
                let told = finding.sti + finding.besked
                #expect(!secrets.contains { told.contains($0) })
            }
        }
    }

    @Test("40 is the status when any finding has it, else the first one's")
    func status() {
        let master = Finding(.R20, at: "")
        let unknown = Finding(.R37, at: "")
        #expect(Validator.statusKode(of: []) == nil)
        #expect(Validator.statusKode(of: [master, unknown]) == 49)
        #expect(Validator.statusKode(of: [unknown, master]) == 44)
        #expect(Validator.statusKode(of: [master, Finding(.R27, at: "")]) == 40)
    }
}
