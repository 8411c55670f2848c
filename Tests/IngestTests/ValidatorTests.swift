// 1. The least objects and every example of the contract break no rule.
// 2. Each rule refuses or warns on its case, at its place, and keeps quiet on the nearest lawful one.
// 3. Strict and lenient sources part on guidance rules only.
// 4. Every rule is proved here or named as another part's.
// 5. The status of a refused object follows the stated order.

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
            try read("sag-kontanthjaelp.json", .importer).registreringer.first).segments
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
        #expect(strict.refusals.isEmpty == (example.rule.mark == .warns))
        #expect(lenient.refusals.isEmpty == (example.rule.mark != .refuses))
        #expect(strict.refusals.count + strict.warnings.count == found.count)
        #expect(lenient.refusals.count + lenient.warnings.count == found.count)
    }
}
