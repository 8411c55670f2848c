// 1. Every example of the contract reads without a finding and is written back value for value.
// 2. Members come back the same in whatever order they were sent.
// 3. A schema fault is told with its rule and place, and the rest is still read.

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
}
