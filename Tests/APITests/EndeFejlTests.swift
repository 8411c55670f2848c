import Testing

@testable import API
@testable import IndexCore

// 1. Every refusal is RFC 9457 with the call's identity, whatever refused it.
// 2. 401 for every fault of a token, 404 alike for missing and forbidden, 405, 413, 415.
// 3. Unknown members, null and wrong types are 400 with their place, in every body.
// 4. No value of a request stands in an error, a header or a metric.
// 5. The call's identity is echoed or made; HEAD; the open routes; the description is whole.

@Suite("Errors and the open routes, over HTTP")
struct EndeFejlTests {
    private static let ukendtSag = "/v1/sager/0b000000-0000-4000-8000-0000000000ff"

    /// The problem is whole, and `instance` names the call.
    private func expectProblem(
        _ svar: Svar, _ status: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(svar.status == status, "\(svar.text)", sourceLocation: sourceLocation)
        #expect(
            svar.fields["content-type"] == "application/problem+json",
            sourceLocation: sourceLocation)
        let names = svar.json?.members?.map(\.name) ?? []
        #expect(
            names == ["type", "title", "status", "detail", "instance", "fejl"],
            sourceLocation: sourceLocation)
        #expect(svar.json?["status"]?.integer == status, sourceLocation: sourceLocation)
        let transaktion = svar.fields["x-transaktionsid"] ?? "?"
        #expect(UUIDIdentifikator(transaktion) != nil, sourceLocation: sourceLocation)
        #expect(
            svar.json?["instance"]?.string == "urn:uuid:" + transaktion,
            sourceLocation: sourceLocation)
        #expect(svar.json?["fejl"]?.array != nil, sourceLocation: sourceLocation)
    }

    // MARK: Tokens

    @Test("401 for no token and for every fault of one", arguments: Vej.allCases)
    func unauthorised(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        let good = try tjeneste.token()
        let other = try Proevetjeneste(aftaler: .direkte)
        let parts = good.split(separator: ".").map(String.init)
        let altered = parts[0] + "." + String(parts[1].dropLast()) + "A." + parts[2]
        let expired = TokenRequest(
            system: try #require(UUIDIdentifikator(Eksempel.fagsystem)),
            cvr: try #require(CVRNummer(Eksempel.a)), levetidSeconds: 60)
        let tokens: [String?] = [
            nil, "", "x", "a.b.c", altered, parts[0] + "." + parts[1] + ".",
            try other.token(), try tjeneste.noegle.sign(expired.claims(at: 1_700_000_000)),
            try tjeneste.noegle.sign(Array("{}".utf8)),
        ]
        for token in tokens {
            for (method, path) in [("GET", Self.ukendtSag), ("POST", "/v1/soeg")] {
                let svar = try tjeneste.kald(method, path, [], token: token)
                expectProblem(svar, 401)
                #expect(svar.fields["www-authenticate"]?.hasPrefix("Bearer") == true)
            }
        }
        let basic = [HTTPField("Authorization", "Basic " + good)]
        expectProblem(
            try tjeneste.kald("GET", Self.ukendtSag, [], token: nil, fields: basic), 401)
        let second = [HTTPField("Authorization", "Bearer x")]
        expectProblem(
            try tjeneste.kald("GET", Self.ukendtSag, [], token: good, fields: second), 401)
        let lower = [HTTPField("authorization", "bearer " + good)]
        #expect(
            try tjeneste.kald("GET", Self.ukendtSag, [], token: nil, fields: lower).status == 404)
    }

    // MARK: Paths and methods

    @Test("Missing and forbidden are answered with the same bytes", arguments: Vej.allCases)
    func missing(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(1), niveau: 4))])
        let blind = try tjeneste.bruger([])
        let call = [HTTPField("x-TransaktionsId", Eksempel.uuid(77))]
        let paths = [
            "/v1/sager/" + Eksempel.uuid(1), Self.ukendtSag,
            "/v1/dokumenter/" + Eksempel.uuid(1),
        ]
        for suffix in ["", "/historik", "?virkning=alle"] {
            let answers = try paths.map {
                try tjeneste.kald("GET", $0 + suffix, [], token: blind, fields: call)
            }
            for svar in answers {
                expectProblem(svar, 404)
                #expect(svar.body == answers[0].body)
                #expect(Set(svar.fields.keys) == Set(answers[0].fields.keys))
            }
        }
        #expect(try tjeneste.hent(paths[0]) != nil)
    }

    @Test("An unknown path is 404, a known one with another method 405 with Allow")
    func methods() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        for path in [
            "/", "/v1", "/v1/sager", "/v1/sager/", "/v1/sager/abc", "/v2/soeg", "/v1/soeg/",
        ] {
            expectProblem(try tjeneste.kald("GET", path), 404)
        }
        let refused: [(String, String, Set<String>)] = [
            ("GET", "/v1/soeg", ["POST"]), ("PUT", "/v1/importer", ["POST"]),
            ("POST", Self.ukendtSag, ["GET", "PUT", "DELETE"]),
            ("DELETE", Self.ukendtSag + "/historik", ["GET"]), ("POST", "/healthz", ["GET"]),
        ]
        for (method, path, allowed) in refused {
            let svar = try tjeneste.kald(method, path)
            expectProblem(svar, 405)
            let allow = svar.fields["allow"]?.split(separator: ",").map { $0.filter { $0 != " " } }
            #expect(Set(allow ?? []).isSuperset(of: allowed), "\(path)")
        }
    }

    @Test("413 for a body over the limit and a line over a megabyte", arguments: Vej.allCases)
    func tooLarge(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        let token = try tjeneste.token()
        let large = [UInt8](repeating: 0x20, count: (10 << 20) + 1)
        expectProblem(try tjeneste.kald("POST", "/v1/importer", large, token: token), 413)
        let line = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
        let ndjson = [HTTPField("Content-Type", "application/x-ndjson")]
        expectProblem(
            try tjeneste.kald("POST", "/v1/importer", line, token: token, fields: ndjson), 413)
        let many: JSONValue = .array((0...10_000).map { _ in [:] })
        let message: JSONValue = ["SagIndeks": many]
        expectProblem(try tjeneste.kald("POST", "/v1/importer", message), 413)
    }

    @Test(
        "A line over a megabyte behind others is answered as wrong, and the others are kept",
        arguments: Vej.allCases)
    func longLine(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        func line(_ number: Int) -> [UInt8] {
            Proevetjeneste.ndjson([("SagIndeks", Eksempel.sag(Eksempel.uuid(number)))])
        }
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: (1 << 20) + 1)
        for tail in [[], [UInt8(ascii: "\n")] + line(vej == .direkte ? 2 : 3)] {
            let svar = try tjeneste.kald(
                "POST", "/v1/importer", line(1) + line(4) + long + tail,
                token: tjeneste.token(),
                fields: [HTTPField("Content-Type", "application/x-ndjson")])
            #expect(svar.status == 200)
            let koder = svar.lines.map { $0["StatusKode"]?.integer }
            let first = tail.isEmpty ? 20 : 49
            #expect(koder == [first, first, 40] + (tail.isEmpty ? [] : [20]))
            #expect(svar.lines.map { $0["Linje"]?.integer } == Array(1...svar.lines.count))
            let besked = svar.lines[2]["Fejl"]?.array?.first?["besked"]
            #expect(besked == "En linje må højst være 1 MB")
        }
        #expect(try tjeneste.store.count() == 3)
    }

    @Test("413 for JSON nested deeper than 64 levels, wherever it stands")
    func tooDeep() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func nested(_ levels: Int, in member: String = "X") -> [UInt8] {
            let open = String(repeating: "[", count: levels - 1)
            let close = String(repeating: "]", count: levels - 1)
            return Array("{\"\(member)\":\(open)\(close)}".utf8)
        }
        let token = try tjeneste.token()
        let names = ["soeg", "fremsoeg", "overblik", "forslag", "klasser/soeg", "fjern"]
        let calls = names.map { ("POST", "/v1/" + $0) } + [("PUT", "/v1/sager/" + Eksempel.uuid(1))]
        for (method, path) in calls {
            expectProblem(try tjeneste.kald(method, path, nested(65), token: token), 413)
            expectProblem(try tjeneste.kald(method, path, nested(64), token: token), 400)
        }
        // What stands in a list of objects is an object that is wrong.
        let lists = [
            ("importer", "SagIndeks"), ("opdater", "OpdaterSagIndeks"), ("kasser", "SagIndeks"),
        ]
        for (name, member) in lists {
            let path = "/v1/" + name
            let tooDeep = nested(65, in: member)
            expectProblem(try tjeneste.kald("POST", path, tooDeep, token: token), 413)
            let svar = try tjeneste.kald("POST", path, nested(64, in: member), token: token)
            #expect(svar.status == 200 && svar.koder == [40])
        }
    }

    @Test("A parameter that a call does not have is refused, and its name is not told back")
    func parameters() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let sag = "/v1/sager/" + Eksempel.uuid(1)
        let calls: [(String, String, JSONValue?)] = [
            ("POST", "/v1/soeg", [:]), ("POST", "/v1/importer", [:]), ("GET", sag, nil),
            ("GET", sag + "/historik", nil), ("DELETE", sag, nil), ("GET", "/v1/klasser/27", nil),
        ]
        for (method, path, body) in calls {
            let svar = try tjeneste.kald(method, path + "?3113999901=1", body)
            expectProblem(svar, 400)
            #expect(!svar.text.contains("3113999901"), "\(path)")
        }
    }

    @Test("A coded slash parts no path, and too many named at once are refused")
    func slashesAndCrowds() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        for path in ["/v1%2fsoeg", "/v1%2Fsoeg"] {
            expectProblem(try tjeneste.kald("POST", path, [:]), 404)
        }
        let uuids = (0...Endpoints.maxObjekter).map { JSONValue.string(Eksempel.uuid($0)) }
        expectProblem(try tjeneste.kald("POST", "/v1/fjern", ["SagUuid": .array(uuids)]), 413)
        let fewer = JSONValue.array(Array(uuids.prefix(3)))
        #expect(try tjeneste.kald("POST", "/v1/fjern", ["SagUuid": fewer]).koder == [44, 44, 44])
    }

    @Test("An expression has so many conditions at most, and of a long text nothing is suggested")
    func bounds() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func fremsoeg(_ count: Int) throws -> Svar {
            let element: JSONValue = [
                "AttributListe": ["Egenskaber": [["Titel": "*x*"]]], "TilstandListe": [:],
                "RelationListe": [:],
            ]
            let elements = JSONValue.array(Array(repeating: element, count: count))
            let udtryk: JSONValue = ["operation": "OR", "SoegSag": elements]
            return try tjeneste.kald(
                "POST", "/v1/fremsoeg", ["SoegUdtryk": ["NOT": [udtryk]], "Filter": [:]])
        }
        #expect(try fremsoeg(500).status == 200)
        let many = try fremsoeg(501)
        expectProblem(many, 400)
        #expect(many.regler == [["R14"]], "\(many.text)")
        let text = String(repeating: "til ", count: 300) + "k"
        for (tekst, isLong) in [("til k", false), (text, true)] {
            _ = try tjeneste.importer([
                ("SagIndeks", Eksempel.sag(Eksempel.uuid(7), titel: "Klage til kommunen"))
            ])
            let svar = try tjeneste.kald("POST", "/v1/forslag", ["Tekst": .string(tekst)])
            #expect(svar.json?["Forslag"]?.array?.isEmpty == isLong, "\(tekst.prefix(20))")
        }
    }

    @Test("415 for what is neither JSON nor, where it may be, NDJSON")
    func mediaType() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func send(_ method: String, _ path: String, _ media: String) throws -> Svar {
            try tjeneste.kald(method, path, [:], fields: [HTTPField("Content-Type", media)])
        }
        for media in [
            "text/plain", "application/xml", "", "application/jsonx", "json",
            "application/json; charset=iso-8859-1",
        ] {
            expectProblem(try send("POST", "/v1/importer", media), 415)
            expectProblem(try send("PUT", Self.ukendtSag, media), 415)
        }
        expectProblem(try send("POST", "/v1/soeg", "application/x-ndjson"), 415)
        expectProblem(try send("PUT", Self.ukendtSag, "application/x-ndjson"), 415)
        let coded = try tjeneste.kald(
            "POST", "/v1/importer", [:], fields: [HTTPField("Content-Encoding", "gzip")])
        expectProblem(coded, 415)
        // Of two nobody can tell which holds.
        for name in ["Content-Type", "Content-Encoding"] {
            let value = name == "Content-Type" ? "application/json" : "identity"
            let twice = try tjeneste.kald(
                "POST", "/v1/importer", [:],
                fields: [HTTPField(name, value), HTTPField(name.lowercased(), "text/plain")])
            expectProblem(twice, 400)
        }
        for media in [
            "application/json", "Application/JSON; charset=utf-8", "application/json ;x=y",
        ] {
            #expect(try send("POST", "/v1/importer", media).status == 200)
        }
    }

    // MARK: Bodies

    private static let wrong: [(String, String, String)] = [
        ("/v1/importer", #"{"Ukendt":[]}"#, "Ukendt"),
        ("/v1/importer", #"{"OpdaterSagIndeks":[]}"#, "OpdaterSagIndeks"),
        ("/v1/importer", #"{"SagIndeks":{}}"#, "SagIndeks"),
        ("/v1/importer", #"{"SagIndeks":null}"#, "SagIndeks"),
        ("/v1/importer", #"{"SagIndeks":[],"SagIndeks":[]}"#, "SagIndeks"),
        ("/v1/importer", "[]", ""), ("/v1/importer", "", ""), ("/v1/importer", "{", ""),
        ("/v1/opdater", #"{"SagIndeks":[]}"#, "SagIndeks"),
        ("/v1/opdater", #"{"OpdaterSagIndeks":7}"#, "OpdaterSagIndeks"),
        ("/v1/kasser", #"{"SagUuid":[]}"#, "SagUuid"),
        ("/v1/fjern", #"{"Ukendt":true}"#, "Ukendt"),
        ("/v1/fjern", #"{"SagUuid":"x"}"#, "SagUuid"),
        ("/v1/fjern", #"{"SagUuid":["x"]}"#, "SagUuid[0]"),
        ("/v1/fjern", #"{"SagUuid":[null]}"#, "SagUuid[0]"),
        ("/v1/fjern", #"{"FjernOgsaaYdelse":1}"#, "FjernOgsaaYdelse"),
        ("/v1/fjern", #"{"EfterladSagsloeseDokumenter":null}"#, "EfterladSagsloeseDokumenter"),
        ("/v1/fjern", "7", ""),
        ("/v1/overblik", #"{"Ukendt":1}"#, "Ukendt"), ("/v1/overblik", "{}", "Part"),
        ("/v1/overblik", #"{"Part":null}"#, "Part"), ("/v1/overblik", #"{"Part":[7]}"#, "Part[0]"),
        ("/v1/overblik", #"{"Part":"urn:x:y","Antal":-1}"#, "Antal"),
        ("/v1/overblik", #"{"Part":"urn:x:y","Periode":{"Til":7}}"#, "Periode.Til"),
        ("/v1/soeg", #"{"Ukendt":1}"#, "Ukendt"), ("/v1/soeg", #"{"Tekst":null}"#, "Tekst"),
        ("/v1/soeg", #"{"Tekst":7}"#, "Tekst"), ("/v1/soeg", #"{"Klasse":["x"]}"#, "Klasse[0]"),
        ("/v1/soeg", #"{"Objekttyper":["x"]}"#, "Objekttyper[0]"),
        ("/v1/soeg", #"{"Foelsomhed":{"Fra":9}}"#, "Foelsomhed.Fra"),
        ("/v1/soeg", #"{"Antal":1001}"#, "Antal"), ("/v1/soeg", #"{"Antal":-1}"#, "Antal"),
        ("/v1/soeg", #"{"Antal":"1"}"#, "Antal"), ("/v1/soeg", #"{"Uddrag":1}"#, "Uddrag"),
        ("/v1/soeg", #"{"Markoer":"x"}"#, "Markoer"), ("/v1/soeg", "null", ""),
        ("/v1/soeg", #"{"Oprettet":{"Fra":"2024-13-01"}}"#, "Oprettet.Fra"),
        ("/v1/soeg", #"{"Antal":1,"Antal":2}"#, ""),
    ]

    @Test("400 with the place for whatever a body may not say", arguments: wrong)
    func body(path: String, body: String, sti: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.kald(
            "POST", path, Array(body.utf8), token: tjeneste.token())
        expectProblem(svar, 400)
        let first = svar.json?["fejl"]?.array?.first
        #expect(first?["sti"]?.string == sti, "\(svar.text)")
        #expect(first?["besked"]?.string?.isEmpty == false)
    }

    @Test(
        "400 for a query string that cannot be read",
        arguments: [
            "ukendt=1", "virkning=i%20g%C3%A5r", "virkning=2024-01-01&virkning=2024-01-02",
            "virkning=2024-01-01&virkningFra=2024-01-01",
            "virkningFra=2024-02-01&virkningTil=2024-01-01",
            "registrering=alle",
        ])
    func query(query: String) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.kald("GET", Self.ukendtSag + "?" + query)
        expectProblem(svar, 400)
        #expect(svar.json?["fejl"]?.array?.first?["sti"]?.string?.isEmpty == false)
    }

    @Test("A line that cannot be read is answered 40 with its number, and the others are kept")
    func lines() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let good = Proevetjeneste.ndjson([("SagIndeks", Eksempel.sag(Eksempel.uuid(1)))])
        let bad = [
            "{", "[]", "{}", #"{"Ukendt":{}}"#, #"{"SagIndeks":[]}"#, #"{"SagIndeks":{}} x"#, "x",
        ]
        var body = Array((bad.joined(separator: "\n") + "\n\n").utf8) + good
        body += Array("\r\n".utf8)
        let svar = try tjeneste.kald(
            "POST", "/v1/importer", body, token: tjeneste.token(),
            fields: [HTTPField("Content-Type", "application/x-ndjson")])
        #expect(svar.status == 200)
        #expect(svar.lines.map { $0["StatusKode"]?.integer } == bad.map { _ in 40 } + [20])
        #expect(svar.lines.map { $0["Linje"]?.integer } == Array(1...bad.count) + [bad.count + 2])
    }

    // MARK: Nothing said that was sent

    /// Texts that stand in requests and must stand nowhere else.
    private static let maerker = ["3113999901", "Hemmeligsen", "zebrafink", "0123456789"]

    @Test("No value of a request stands in an error, a header or a metric", arguments: Vej.allCases)
    func silence(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        let token = try tjeneste.token()
        let sag = Eksempel.sag(Eksempel.uuid(1), titel: "zebrafink")
        let spots = [
            "Registrering.0.AttributListe.Egenskaber.0.Kassationskode",
            "Registrering.0.AttributListe.Egenskaber.0.zebrafink Hemmeligsen",
            "Registrering.0.AttributListe.Egenskaber.0.Virkning.FraTidspunkt",
            "Registrering.0.Tidspunkt", "Registrering.0.LivscyklusKode", "UUIDIdentifikator",
            "Registrering.0.RelationListe.Sagspart.0.ReferenceID",
            "Registrering.0.RelationListe.Sagspart.0.Rolle",
            "Registrering.0.RelationListe.Sagspart.0.Indeks", "3113999901",
            "Registrering.0.RelationListe.Sagspart.0.Hemmeligsen_3113999901",
            "Registrering.0.RelationListe.cpr0123456789",
            "Registrering.0.RelationListe.Sagsaktoer.0.LokalUdvidelseListe.SagsaktoerLokalUdvidelse"
                + ".CVR-Nummer",
        ]
        var bodies = spots.flatMap { spot in
            ["Hemmeligsen 3113999901", "zebrafink\u{7}"].map { value in
                (
                    "/v1/importer",
                    Proevetjeneste.besked([("SagIndeks", sag.setting(spot, .string(value)))]).bytes
                )
            }
        }
        for path in [
            "/v1/importer", "/v1/opdater", "/v1/fjern", "/v1/soeg", "/v1/overblik", "/v1/kasser",
        ] {
            for text in [
                #"{"3113999901":1}"#, #"{"Hemmeligsen zebrafink":null}"#, "Hemmeligsen",
                #"{"Tekst":"zebrafink Hemmeligsen","Ukendt":1}"#, #"{"Part":"3113999901"}"#,
                #"{"Part":["3113999901"],"Tekst":7}"#, #"{"Markoer":"zebrafink"}"#,
                #"{"SagUuid":["3113999901"]}"#, #"{"SagIndeks":["Hemmeligsen"]}"#,
                #"{"Klasse":["zebrafink"]}"#, #"{"Sortering":"Hemmeligsen"}"#,
                #"{"Facetter":["zebrafink"]}"#, #"{"Genstand":["0123456789"]}"#,
            ] { bodies.append((path, Array(text.utf8))) }
        }
        for (path, body) in bodies {
            let svar = try tjeneste.kald("POST", path, body, token: token)
            expectSilent(svar, path)
        }
        for path in [
            "/v1/zebrafink/3113999901", "/zebrafink", Self.ukendtSag + "?3113999901=1",
            Self.ukendtSag + "?virkning=3113999901", Self.ukendtSag + "?zebrafink%20a=Hemmeligsen",
        ] {
            expectSilent(try tjeneste.kald("GET", path), path)
        }
        let fields = [
            HTTPField("x-TransaktionsId", "Hemmeligsen-3113999901"),
            HTTPField("Content-Type", "zebrafink/Hemmeligsen"),
        ]
        expectSilent(
            try tjeneste.kald("POST", "/v1/soeg", [], token: token, fields: fields), "fields")
        let metrics = try tjeneste.kald("GET", "/metrics", [], token: nil)
        #expect(metrics.text.contains("tvaerindeks_kald_total"))
        expectSilent(metrics, "metrics")
        #expect(metrics.text.contains("tvaerindeks_varm "))
    }

    private func expectSilent(_ svar: Svar, _ place: String) {
        let all = svar.text + svar.fields.map { $0.key + $0.value }.joined()
        for maerke in Self.maerker {
            #expect(!all.lowercased().contains(maerke.lowercased()), "\(place): \(svar.text)")
        }
    }

    // MARK: Identity, HEAD, open routes

    @Test(
        "The call's identity is echoed when it is a UUID, and made otherwise",
        arguments: Vej.allCases)
    func identity(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(1)))])
        let sag = "/v1/sager/" + Eksempel.uuid(1)
        let calls = [
            ("GET", sag), ("GET", Self.ukendtSag), ("POST", "/v1/importer"), ("PATCH", sag),
        ]
        for (method, path) in calls {
            let id = Eksempel.uuid(42)
            let told = try tjeneste.kald(
                method, path, [:], fields: [HTTPField("X-TRANSAKTIONSID", id.uppercased())])
            #expect(told.fields["x-transaktionsid"] == id)
            let other = try tjeneste.kald(
                method, path, [:], fields: [HTTPField("x-TransaktionsTid", id)])
            #expect(other.fields["x-transaktionsid"] == id)
            let made = try [nil, "x"].map { sent in
                try tjeneste.kald(
                    method, path, [:],
                    fields: sent.map { [HTTPField("x-TransaktionsId", $0)] } ?? []
                )
                .fields["x-transaktionsid"]
            }
            #expect(made[0] != made[1])
            for id in made { #expect(id.flatMap { UUIDIdentifikator($0) } != nil) }
        }
    }

    @Test("HEAD answers as GET does, without the body")
    func head() throws {
        let tjeneste = try Proevetjeneste(aftaler: .sokkel)
        _ = try tjeneste.importer([("SagIndeks", Eksempel.sag(Eksempel.uuid(1)))])
        for path in ["/v1/sager/" + Eksempel.uuid(1), Self.ukendtSag, "/healthz", "/openapi.json"] {
            let get = try tjeneste.kald("GET", path)
            let head = try tjeneste.kald("HEAD", path)
            #expect(head.status == get.status && head.body.isEmpty)
            #expect(head.fields["content-length"] == get.fields["content-length"])
            #expect(head.fields["content-type"] == get.fields["content-type"])
        }
    }

    @Test("Life, readiness, metrics and description are open to all", arguments: Vej.allCases)
    func open(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        for path in ["/healthz", "/readyz", "/openapi.json"] {
            let svar = try tjeneste.kald("GET", path, [], token: nil)
            #expect(svar.status == 200 && svar.json != nil)
            #expect(svar.fields["content-type"]?.hasPrefix("application/json") == true)
        }
        _ = try tjeneste.kald("GET", Self.ukendtSag)
        let metrics = try tjeneste.kald("GET", "/metrics", [], token: nil)
        #expect(metrics.fields["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(
            metrics.text.contains(
                #"tvaerindeks_kald_total{metode="GET",rute="/v1/sager/{uuid}",status="4xx"} 1"#))
        for line in metrics.text.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil)
        }
    }

    @Test("The description holds every route, and every reference in it resolves")
    func openapi() throws {
        let tjeneste = try Proevetjeneste(.direkte)
        let svar = try tjeneste.kald("GET", "/openapi.json", [], token: nil)
        let root = try #require(svar.json)
        #expect(root["openapi"]?.string?.hasPrefix("3.1") == true)
        var ids: Set<String> = []
        for line in Rute.tabel {
            let operation = root["paths"]?[line.path]?[line.method.lowercased()]
            #expect(operation != nil, "\(line.method) \(line.path)")
            #expect(operation?["responses"]?.members?.isEmpty == false)
            let id = operation?["operationId"]?.string ?? ""
            #expect(ids.insert(id).inserted, "\(id)")
            #expect((operation?["security"] == []) == !line.rute.needsCaller)
        }
        let references = Self.references(root)
        #expect(!references.isEmpty)
        for reference in references {
            #expect(reference.hasPrefix("#/"))
            let steps = reference.dropFirst(2).split(separator: "/").map(String.init)
            let target = steps.reduce(root as JSONValue?) { $0?[$1] }
            #expect(target != nil, "\(reference)")
        }
    }

    private static func references(_ value: JSONValue) -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) { result, member in
                if member.name == "$ref", let text = member.value.string { result.insert(text) }
                result.formUnion(references(member.value))
            }
        case .array(let values): values.reduce(into: []) { $0.formUnion(references($1)) }
        default: []
        }
    }
}
