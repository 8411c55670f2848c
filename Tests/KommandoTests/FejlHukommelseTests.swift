// What is proved here, with the built executable:
// 1. A stream of fifty megabytes is taken with less than 200 MB resident, also when every line but
//    the last points at the one after it.
// 2. Nothing that was sent stands in what the server writes on standard error.

import Foundation
import IndexCore
import Testing

@Suite("Memory of a large upload", .serialized)
struct FejlHukommelseTests {
    private static let ord = (0..<330).map { "zebrafink\($0 % 97)" }.joined(separator: " ")

    enum Lines: CaseIterable { case independent, chained }

    @Test("Fifty megabytes of NDJSON stay below 200 MB resident", arguments: Lines.allCases)
    func upload(lines kind: Lines) throws {
        try Program.withFolder { folder in
            let directory = folder + "/data"
            let system = try #require(UUIDIdentifikator(DrabSag.system))
            let cvr = try #require(CVRNummer(DrabSag.a))
            try prepare(directory, system, cvr)
            let server = try DrabServer(directory)
            let client = try DrabForbindelse(
                server.port, token: DrabServer.token(directory, system: system, cvr: cvr))
            let count = try stream(kind, to: client)
            let (status, answer) = try client.answer()
            #expect(status == 200)
            let lines = answer.split(separator: UInt8(ascii: "\n"))
            #expect(lines.count == count)
            let accepted = Array(#""StatusKode":20"#.utf8)
            let refused = lines.filter { !$0.contains(accepted) }
            #expect(
                refused.isEmpty, "\(refused.prefix(1).map { String(decoding: $0, as: UTF8.self) })")
            let peak = server.peakKilobytes
            #expect(peak < 200 << 10, "\(peak) KB")
            #expect(server.stop() == 0)
            let log = try String(contentsOfFile: directory + ".log", encoding: .utf8)
            #expect(!log.contains("zebrafink") && !log.contains("N-"))
        }
    }

    private func prepare(
        _ directory: String, _ system: UUIDIdentifikator, _ cvr: CVRNummer
    ) throws {
        let store = try Store(directory: directory)
        defer { store.close() }
        let group = RightsGroup(
            myndigheder: [cvr], kle: try #require(KLEPattern.list("*")), foelsomhed: .vipSager)
        _ = try store.add(
            Aftale(
                system: system, myndighed: cvr, roller: [.udstil, .rediger], grupper: [group],
                fra: .distantPast))
    }

    /// Sends fifty megabytes in chunks of whole lines; answers how many lines.
    private func stream(_ kind: Lines, to client: DrabForbindelse) throws -> Int {
        try client.send(
            client.head(
                "POST", "/v1/importer",
                ["Content-Type: application/x-ndjson", "Transfer-Encoding: chunked"]))
        // Each carries white space beside its text: bytes to read, little to index.
        let padding = String(repeating: " ", count: 9000)
        var sent = 0
        var number = 0
        var isLast = false
        while !isLast {
            number += 1
            isLast = sent + padding.utf8.count >= 50_000_000
            let next = kind == .chained && !isLast ? number + 1 : nil
            let sag = DrabSag.ny(number, cvr: DrabSag.a, tekst: Self.ord, oversag: next)
            let line = Array((#"{"SagIndeks":"# + padding + sag + "}\n").utf8)
            try client.send(Array((String(line.count, radix: 16) + "\r\n").utf8) + line + [13, 10])
            sent += line.count
        }
        try client.send(Array("0\r\n\r\n".utf8))
        return number
    }
}
