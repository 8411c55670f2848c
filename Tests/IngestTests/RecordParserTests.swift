// 1. Every example of the contract reads without a finding and is written back value for value.
// 2. Members come back the same in whatever order they were sent.
// 3. A schema fault is told with its rule and place, and the rest is still read.
// 4. However lines are broken, the same is stored, counted as one character a break, and CRLF is written.

import Foundation
import IndexCore
import Testing

@testable import Ingest

@Suite struct RecordParserTests {
    static func parse(
        _ json: String, _ kind: ObjektKind = .sag, _ operation: IngestOperation = .importer
    ) throws -> ParsedRecord {
        try Array(json.utf8).withUnsafeBufferPointer {
            try RecordParser.parse($0, as: kind, operation)
        }
    }

    @Test(
        "The contract's examples come back value for value", .enabled(if: Shared.isPresent),
        arguments: [
            ("sag-kontanthjaelp.json", ObjektKind.sag), ("sag-byggesag.json", .sag),
            ("dokument-brev.json", .dokument),
        ])
    func roundTrip(_ file: String, _ kind: ObjektKind) throws {
        let bytes = try Data(contentsOf: Shared.examples.appending(path: file))
        let record = try RecordParserTests.parse(
            String(decoding: bytes, as: UTF8.self), kind)
        #expect(record.findings.isEmpty)
        let parsed = try #require(record.registreringer.first)
        let registrering = Registrering(
            header: parsed.header, stsTidspunkt: Tidspunkt(microseconds: 0),
            segments: parsed.segments)
        let decoded = try #require(Registrering(decoding: registrering.encoded()))
        #expect(decoded.hasSameContent(as: registrering))
        var writer = JSONWriter()
        writer.registrering(decoded, as: record.schema)
        let sent = try #require(
            (JSONSerialization.jsonObject(with: bytes) as? [String: Any])?["Registrering"]
                as? [[String: Any]])
        var written = try #require(
            JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any])
        written["StsTidspunkt"] = nil
        #expect(
            Shared.normalised(written) as NSDictionary
                == Shared.normalised(sent[0]) as NSDictionary)
    }

    private func registrering(_ json: JSONObjekt, _ kind: ObjektKind) throws -> Registrering {
        let record = try Objekt.parse(json, kind)
        #expect(record.findings == [])
        let parsed = try #require(record.registreringer.first)
        return Registrering(
            header: parsed.header, stsTidspunkt: Tidspunkt(microseconds: 0),
            segments: parsed.segments)
    }

    @Test(
        "Lines broken by CRLF, LF or CR are the same content, and are written with CRLF",
        arguments: [
            (ObjektKind.sag, Sti.egenskaber + "Beskrivelse"), (.dokument, Sti.reg + "NoteTekst"),
            (.sag, Sti.egenskaber + "Virkning.NoteTekst"),
            (.bevilling, Sti.bevilget + "Begrundelse"),
        ])
    func lineBreaks(_ kind: ObjektKind, _ path: String) throws {
        let whole = Objekt.mindste(kind)
        let stored = try registrering(whole.setting(path, "En\nTo\n\nTre"), kind)
        for text in ["En\r\nTo\r\n\r\nTre", "En\rTo\r\rTre", "En\r\nTo\n\rTre"] {
            let other = try registrering(whole.setting(path, text), kind)
            #expect(other.hasSameContent(as: stored))
        }
        let less = try registrering(whole.setting(path, "En\r\nTo\r\nTre"), kind)
        #expect(!less.hasSameContent(as: stored))
        var writer = JSONWriter()
        writer.registrering(stored, as: ObjektSchema.of(kind))
        let written = JSONObjekt(String(decoding: writer.bytes, as: UTF8.self))
        let member = String(path.dropFirst(Sti.reg.count))
        #expect(written[member] as? String == "En\r\nTo\r\n\r\nTre")
    }

    @Test("A line break is one character of the limit, so that what is written can come back")
    func lineBreakLimit() throws {
        let path = Sti.reg + "NoteTekst"
        let most = String(repeating: "\r\n", count: 1024)
        #expect(try Objekt.parse(Objekt.sag.setting(path, most), .sag).findings == [])
        let more = try Objekt.parse(Objekt.sag.setting(path, most + "\n"), .sag)
        #expect(more.findings.map(\.rule) == [.R3])
    }
}
