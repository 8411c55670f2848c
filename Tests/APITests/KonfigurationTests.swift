// What is proved here:
//  1. Every key may be left out, and its default is the documented one.
//  2. Every key is read; file names are taken from the configuration's own folder.
//  3. An unknown key is refused by name, wherever it stands; so is a value of the wrong form.
//  4. No error holds a value of the configuration.
//  5. The files it names are read when asked for, and their faults name the key.

import Foundation
import IndexCore
import Ingest
import Testing

@testable import API

@Suite("Konfiguration")
struct KonfigurationTests {
    private static let system = "5b1d0000-0000-4000-8000-000000000001"

    private func parse(_ text: String) throws -> Konfiguration {
        try Konfiguration(parsing: Array(text.utf8), relativeTo: "/srv/konf/")
    }

    @Test("An empty configuration is the standard one")
    func defaults() throws {
        let konfiguration = try parse("{}")
        #expect(konfiguration == .standard)
        #expect(konfiguration.udstedere.isEmpty && konfiguration.kilder.isEmpty)
        #expect(konfiguration.aftaler == nil && konfiguration.roller == nil)
        #expect(konfiguration.tls == nil)
        let graenser = konfiguration.graenser
        #expect(graenser.bodyBytes == 10_485_760 && graenser.drainSeconds == 20)
        let limits = graenser.http
        let standard = HTTPServer.Limits()
        #expect(limits.maxConnections == standard.maxConnections)
        #expect(limits.maxConnectionsPerAddress == standard.maxConnectionsPerAddress)
        #expect(limits.maxConcurrentRequests == standard.maxConcurrentRequests)
        #expect(limits.idleTimeout == standard.idleTimeout)
        #expect(limits.requestDeadline == standard.requestDeadline)
        #expect(konfiguration.kontrol(nil) == .streng)
        #expect(konfiguration.kontrol(UUIDIdentifikator(high: 1, low: 1)) == .streng)
    }

    @Test("Every key is read")
    func whole() throws {
        let konfiguration = try parse(
            """
            {"Udstedere": [{"iss": "https://sts", "jwks": "sts.json"},
                           {"iss": "https://anden", "jwks": "/etc/anden.json"}],
             "Kilder": [{"system": "\(Self.system)", "Kontrol": "lempelig"}],
             "Aftaler": "aftaler.json", "Roller": "../roller.tsv",
             "Graenser": {"body": 2048, "connections": 10, "connectionsPerAddress": 0,
               "requests": 7, "timeouts": {"idle": 3, "request": 4, "drain": 0}},
             "Tls": {"cert": "a.pem", "key": "a.key", "klientCA": "ca.pem"}}
            """)
        #expect(konfiguration.udstedere.map(\.iss) == ["https://sts", "https://anden"])
        #expect(konfiguration.udstedere.map(\.jwks) == ["/srv/konf/sts.json", "/etc/anden.json"])
        #expect(konfiguration.kontrol(UUIDIdentifikator(Self.system)) == .lempelig)
        #expect(konfiguration.aftaler == "/srv/konf/aftaler.json")
        #expect(konfiguration.roller == "/srv/konf/../roller.tsv")
        #expect(konfiguration.graenser.bodyBytes == 2048)
        let limits = konfiguration.graenser.http
        #expect(limits.maxConnections == 10 && limits.maxConnectionsPerAddress == 0)
        #expect(limits.maxConcurrentRequests == 7 && limits.idleTimeout == .seconds(3))
        #expect(limits.requestDeadline == .seconds(4))
        #expect(konfiguration.tls?.klientCA == "/srv/konf/ca.pem")
    }

    @Test(
        "An unknown key is refused by name",
        arguments: [
            ("{\"udstedere\": []}", "udstedere"), ("{\"Port\": 1}", "Port"),
            (
                "{\"Udstedere\": [{\"iss\": \"a\", \"jwks\": \"b\", \"kid\": \"c\"}]}",
                "Udstedere[0].kid"
            ),
            ("{\"Graenser\": {\"Body\": 1}}", "Graenser.Body"),
            ("{\"Graenser\": {\"timeouts\": {\"x\": 1}}}", "Graenser.timeouts.x"),
            ("{\"Tls\": {\"ca\": \"x\"}}", "Tls.ca"),
            ("{\"Kilder\": [{\"kontrol\": \"streng\"}]}", "Kilder[0].kontrol"),
        ])
    func unknown(text: String, key: String) {
        #expect(throws: KonfigurationError.unknown(key: key)) { try parse(text) }
    }

    @Test(
        "A missing part is told by its key",
        arguments: [
            ("{\"Udstedere\": [{\"iss\": \"a\"}]}", "Udstedere[0].jwks"),
            ("{\"Udstedere\": [{\"jwks\": \"a\"}]}", "Udstedere[0].iss"),
            ("{\"Kilder\": [{}]}", "Kilder[0].system"), ("{\"Tls\": {\"cert\": \"a\"}}", "Tls.key"),
        ])
    func missing(text: String, key: String) {
        #expect(throws: KonfigurationError.missing(key: key)) { try parse(text) }
    }

    @Test(
        "A value of the wrong form is refused by its key, and not shown",
        arguments: [
            ("[]", "the configuration"), ("{\"Udstedere\": {}}", "Udstedere"),
            ("{\"Udstedere\": [\"hemmelig\"]}", "Udstedere[0]"),
            ("{\"Udstedere\": [{\"iss\": \"\", \"jwks\": \"a\"}]}", "Udstedere[0].iss"),
            ("{\"Kilder\": [{\"system\": \"hemmelig\"}]}", "Kilder[0].system"),
            ("{\"Aftaler\": null}", "Aftaler"), ("{\"Roller\": 7}", "Roller"),
            ("{\"Aftaler\": \"\"}", "Aftaler"), ("{\"Graenser\": 1}", "Graenser"),
            ("{\"Graenser\": {\"body\": 1023}}", "Graenser.body"),
            ("{\"Graenser\": {\"body\": \"hemmelig\"}}", "Graenser.body"),
            ("{\"Graenser\": {\"connections\": 0}}", "Graenser.connections"),
            ("{\"Graenser\": {\"connections\": 1.5}}", "Graenser.connections"),
            ("{\"Graenser\": {\"timeouts\": 30}}", "Graenser.timeouts"),
            ("{\"Graenser\": {\"timeouts\": {\"idle\": 3601}}}", "Graenser.timeouts.idle"),
            ("{\"Tls\": true}", "Tls"),
            (
                "{\"Kilder\": [{\"system\": \"\(system)\", \"Kontrol\": \"hemmelig\"}]}",
                "Kilder[0].Kontrol"
            ),
        ])
    func malformed(text: String, key: String) {
        let error = #expect(throws: KonfigurationError.self) { try parse(text) }
        #expect(error?.description.hasPrefix("\(key) must be ") == true)
        #expect(error?.description.contains("hemmelig") == false)
    }

    @Test("A system or an issuer that stands twice is refused")
    func repeated() {
        let system = "{\"system\": \"\(Self.system)\"}"
        #expect(throws: KonfigurationError.repeated(key: "Kilder[1].system")) {
            try parse("{\"Kilder\": [\(system), \(system)]}")
        }
        let issuer = "{\"iss\": \"a\", \"jwks\": \"b\"}"
        #expect(throws: KonfigurationError.repeated(key: "Udstedere[1].iss")) {
            try parse("{\"Udstedere\": [\(issuer), \(issuer)]}")
        }
        #expect(throws: KonfigurationError.self) { try parse("{\"Kilder\": [], \"Kilder\": []}") }
    }

    @Test("What is not JSON is told with its place", arguments: ["", "{", "{} {}", "{'a': 1}"])
    func notJSON(text: String) {
        let error = #expect(throws: KonfigurationError.self) { try parse(text) }
        guard case .notJSON = error else {
            Issue.record("not told as JSON")
            return
        }
    }

    @Test("The files it names are read from its own folder")
    func files() throws {
        try withFolder { folder in
            let key = try DevelopmentKey(directory: folder + "/noegle")
            try write(
                "{\"Udstedere\": [{\"iss\": \"a\", \"jwks\": \"noegle/jwks.json\"}], "
                    + "\"Aftaler\": \"aftaler.json\", \"Roller\": \"roller.tsv\", "
                    + "\"Tls\": {\"cert\": \"a.pem\", \"key\": \"b.pem\"}}", folder + "/k.json")
            try write("[]", folder + "/aftaler.json")
            try write("Sag\tSagsaktoer\trolle\tEjer\t\(Self.system)\n", folder + "/roller.tsv")
            try write("cert", folder + "/a.pem")
            try write("key", folder + "/b.pem")
            let konfiguration = try Konfiguration(file: folder + "/k.json")
            #expect(try konfiguration.trustedIssuers().map(\.iss) == ["a"])
            #expect(try konfiguration.trustedIssuers().first?.keys.count == 1)
            #expect(key.kid.isEmpty == false)
            #expect(try konfiguration.begyndendeAftaler(at: currentInstant()).isEmpty)
            let liste = RolleListe(.sag, .sagsaktoer)
            let uuid = UUIDIdentifikator(Self.system)
            #expect(try konfiguration.rolletabel().rolle(liste, uuid) == .ejer)
            #expect(try konfiguration.httpTLS()?.certificate == "cert")
            #expect(try konfiguration.httpTLS()?.clientAuthority == nil)
        }
    }

    @Test("Issuers are those that the file has now, while it can be read and has some")
    func issuersReread() throws {
        try withFolder { folder in
            _ = try DevelopmentKey(directory: folder + "/noegle")
            let fil = folder + "/k.json"
            func configure(_ iss: [String]) throws {
                let issuers = iss.map { "{\"iss\": \"\($0)\", \"jwks\": \"noegle/jwks.json\"}" }
                try write("{\"Udstedere\": [\(issuers.joined(separator: ","))]}", fil)
            }
            try configure(["a", "b"])
            let tjeneste = try Tjeneste(
                directory: folder + "/data", konfiguration: try Konfiguration(file: fil), port: 0,
                bind: "127.0.0.1")
            defer { tjeneste.stop(within: .zero) }
            #expect(tjeneste.udstedere == ["a", "b"])
            try configure(["c", "b"])
            tjeneste.genindlaes()
            #expect(tjeneste.udstedere == ["c", "b"])
            for broken in ["{", "{\"Udsteder\": []}", "{\"Udstedere\": []}"] {
                try write(broken, fil)
                tjeneste.genindlaes()
                #expect(tjeneste.udstedere == ["c", "b"], "\(broken)")
            }
            // A new one without keys is trusted in nothing, and keeps nobody else's.
            try write(
                "{\"Udstedere\": [{\"iss\": \"d\", \"jwks\": \"ingen.json\"},"
                    + "{\"iss\": \"b\", \"jwks\": \"noegle/jwks.json\"}]}", fil)
            tjeneste.genindlaes()
            #expect(tjeneste.udstedere == ["b"])
        }
    }

    @Test("One UUID that would mean two roles of a list is refused")
    func rolleGentaget() throws {
        try withFolder { folder in
            let row = { (rolle: String) in
                "Sag\tSagsaktoer\trolle\t\(rolle)\t\(Self.system)\n"
            }
            try write("{\"Roller\": \"roller.tsv\"}", folder + "/k.json")
            try write(row("Ejer") + row("Ejer") + row("Ansvarlig"), folder + "/roller.tsv")
            let konfiguration = try Konfiguration(file: folder + "/k.json")
            let error = #expect(throws: KonfigurationError.self) {
                try konfiguration.rolletabel()
            }
            #expect(error?.description.contains("3") ?? false)
        }
    }

    @Test("A fault in a file it names is told by the key")
    func faults() throws {
        try withFolder { folder in
            try write(
                "{\"Udstedere\": [{\"iss\": \"a\", \"jwks\": \"x.json\"}], "
                    + "\"Aftaler\": \"x.json\", \"Roller\": \"x.json\", "
                    + "\"Tls\": {\"cert\": \"ingen\", \"key\": \"ingen\"}}", folder + "/k.json")
            try write("{\"hemmelig\": 1}", folder + "/x.json")
            let konfiguration = try Konfiguration(file: folder + "/k.json")
            let errors = [
                #expect(throws: KonfigurationError.self) { try konfiguration.trustedIssuers() },
                #expect(throws: KonfigurationError.self) {
                    try konfiguration.begyndendeAftaler(at: currentInstant())
                },
                #expect(throws: KonfigurationError.self) { try konfiguration.rolletabel() },
                #expect(throws: KonfigurationError.self) { try konfiguration.httpTLS() },
            ].map { $0?.description ?? "" }
            let keys = ["Udstedere[0].jwks:", "Aftaler:", "Roller:", "Tls.cert:"]
            for (error, key) in zip(errors, keys) {
                #expect(error.hasPrefix(key) && !error.contains("hemmelig"))
            }
            #expect(throws: KonfigurationError.cannotRead(key: nil, errno: ENOENT)) {
                try Konfiguration(file: folder + "/ingen.json")
            }
        }
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "tvaerindeks-konfiguration-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }
}
