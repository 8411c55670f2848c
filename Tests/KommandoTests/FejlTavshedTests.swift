// What is proved here, with the built executable:
// 1. Whatever goes wrong, nothing that was sent stands on the server's standard output or error.
// 2. A refused request does not stop the next one, on the same connection where there is one.

import Foundation
import IndexCore
import Testing

@Suite("What the server says of itself")
struct FejlTavshedTests {
    @Test("No value of a request stands on standard error")
    func silence() throws {
        try Program.withFolder { folder in
            let directory = folder + "/data"
            let system = try #require(UUIDIdentifikator(DrabSag.system))
            let cvr = try #require(CVRNummer(DrabSag.a))
            let token = try DrabServer.token(directory, system: system, cvr: cvr)
            let server = try DrabServer(directory)
            for (method, path, body) in Self.calls {
                let client = try DrabForbindelse(server.port, token: token)
                let (status, answer) = try client.kald(method, path, Array(body.utf8))
                #expect(status < 500)
                Self.expectSilent(String(decoding: answer, as: UTF8.self), path)
                #expect(try client.kald("GET", "/healthz").0 == 200)
            }
            let stranger = try DrabForbindelse(
                server.port, token: "Hemmeligsen.3113999901.zebrafink")
            #expect(try stranger.kald("POST", "/v1/soeg").0 == 401)
            #expect(server.stop() == 0)
            let log = try String(contentsOfFile: directory + ".log", encoding: .utf8)
            Self.expectSilent(log, "standard error")
        }
    }

    private static let calls: [(String, String, String)] = [
        (
            "POST", "/v1/importer",
            #"{"SagIndeks":[\#(DrabSag.ny(3113999901, cvr: DrabSag.b, tekst: "zebrafink"))]}"#
        ),
        ("POST", "/v1/importer", #"{"SagIndeks":[{"Hemmeligsen zebrafink":"3113999901"}]}"#),
        ("POST", "/v1/importer", #"{"3113999901":"zebrafink""#),
        ("POST", "/v1/opdater", #"{"OpdaterSagIndeks":["Hemmeligsen"]}"#),
        ("POST", "/v1/fjern", #"{"3113999901":["Hemmeligsen"]}"#),
        (
            "POST", "/v1/soeg",
            #"{"Tekst":"zebrafink \"Hemmeligsen 3113999901 -( * AND","Antal":5000}"#
        ),
        ("POST", "/v1/soeg", #"{"Markoer":"Hemmeligsen"}"#),
        ("POST", "/v1/overblik", #"{"Part":"3113999901"}"#),
        ("GET", "/v1/sager/3113999901", ""), ("GET", "/zebrafink?Hemmeligsen=3113999901", ""),
    ]

    private static func expectSilent(_ text: String, _ place: String) {
        for maerke in ["3113999901", "hemmeligsen", "zebrafink"] {
            #expect(!text.lowercased().contains(maerke), "\(place)")
        }
    }
}
