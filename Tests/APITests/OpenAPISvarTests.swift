// 1. What each route answers is as /openapi.json says: no member that is not there, none of another kind, none
//    missing that is required.
// 2. The check itself tells what is wrong.

import IndexCore
import Ingest
import Testing

@testable import API

@Suite("Answers are as /openapi.json says") struct OpenAPISvarTests {
    @Test("The examples work as they stand") func examples() throws {
        let tjeneste = try Proevetjeneste(.direkte)
        let system = "6f1c0000-0000-4000-8000-0000000000f1"
        try tjeneste.aftale(system, "99000001")
        let token = try tjeneste.token(system, cvr: "99000001")
        let description = try #require(
            try tjeneste.kald("GET", "/openapi.json", [], token: nil).json)
        let paths = try #require(description["paths"])
        // In an order in which each has something to do.
        for path in [
            "importer", "opdater", "overblik", "soeg", "fremsoeg", "forslag", "forklar",
            "klasser/soeg", "fjern",
        ] {
            let operation = paths["/v1/" + path]?["post"]
            let example = try #require(
                operation?["requestBody"]?["content"]?["application/json"]?["example"], "\(path)")
            let svar = try tjeneste.kald("POST", "/v1/" + path, example.bytes, token: token)
            #expect(svar.status == 200, "\(path): \(svar.text)")
            switch path {
            case "importer", "opdater", "fjern":
                #expect(svar.koder == [20] && svar.advarsler.joined().isEmpty, "\(svar.text)")
            case "overblik": #expect(svar.json?["Sager"]?["Antal"]?.integer != 0)
            case "soeg", "fremsoeg":
                #expect(svar.text.contains("6f1c0000-0000-4000-8000-000000000001"))
            default:
                #expect(
                    svar.text.contains("27.60") || svar.text.contains("kørestol"), "\(svar.text)")
            }
        }
    }

    private let tjeneste: Proevetjeneste
    private let beskrivelse: JSONValue
    private let linjer: [String]
    private static let myndigheder = GeneratorAuthority.standard.prefix(2)

    init() throws {
        tjeneste = try Proevetjeneste(.direkte)
        let cvr = Self.myndigheder.map(\.cvr.description)
        let grupper = [try Proevetjeneste.gruppe(cvr, "*", 4)]
        for one in cvr {
            try tjeneste.aftale(
                Eksempel.fagsystem, one, roller: [.udstil, .rediger], grupper: grupper)
        }
        var generator = Generator(
            GeneratorPlan(objects: 400, seed: 9, authorities: Array(Self.myndigheder)))
        var bytes: [UInt8] = []
        while generator.next(into: &bytes) {}
        linjer = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let token = try tjeneste.token(cvr: cvr[0])
        let svar = try tjeneste.kald(
            "POST", "/v1/importer", bytes, token: token,
            fields: [HTTPField("Content-Type", "application/x-ndjson")])
        #expect(svar.text.split(separator: "\n").count { $0.contains(":20") } == linjer.count)
        beskrivelse = try #require(
            try tjeneste.kald("GET", "/openapi.json", [], token: nil).json)
    }

    /// What is wrong with the answer, and the answer.
    private func spoerg(
        _ method: String, _ path: String, som skabelon: String? = nil, _ body: String = ""
    ) throws -> (fejl: [String], svar: JSONValue) {
        let svar = try tjeneste.kald(
            method, path, Array(body.utf8),
            token: try tjeneste.token(cvr: Self.myndigheder[0].cvr.description))
        #expect(svar.status == 200, "\(path) \(body): \(svar.text.prefix(300))")
        let route = beskrivelse["paths"]?[skabelon ?? path]?[method.lowercased()]
        let skema = route?["responses"]?["200"]?["content"]?["application/json"]?["schema"]
        let json = try #require(svar.json)
        let tjek = Skematjek(beskrivelse)
        return (tjek.fejl(json, try #require(skema), "\(path) \(body)"), json)
    }

    @Test("Searches, overviews, suggestions and classes") func searches() throws {
        let facetter =
            "\"Facetter\":[\"Klasse:1\",\"GaeldendeKlasse:3\",\"Kildesystem\",\"Fremdrift\",\"Objekttype\",\"Foelsomhed\",\"Aar\",\"Myndighed\"]"
        var fundne = 0
        for body in [
            "{\"Antal\":400,\(facetter),\"Vis\":[\"egenskaber\",\"fremdrift\"]}",
            "{\"Tekst\":\"ansøgning\",\"Uddrag\":true,\"Antal\":3}",
            "{\"Tekst\":\"samtale\",\"Objekttyper\":[\"Journalnotat\"],\"Uddrag\":true}",
            "{\"Objekttyper\":[\"Journalnotat\"],\"Antal\":100}",
            "{\"Tekst\":\"ansøgnig for xyzzyx 27.36 -nej \\\"om hjælp\\\" 2024\"}",
            "{\"Tekst\":\"ansøgning xyzzyxer\"}", "{\"Klasse\":[\"27.36.*\"]}",
        ] {
            let (fejl, svar) = try spoerg("POST", "/v1/soeg", body)
            #expect(fejl == [])
            fundne += svar["Traef"]?.array?.count ?? 0
        }
        #expect(fundne > 400)
        let borgere = Set(linjer.compactMap(cpr)).sorted().prefix(40)
        for borger in borgere {
            #expect(try spoerg("POST", "/v1/overblik", "{\"Part\":\"\(borger)\"}").fejl == [])
        }
        #expect(borgere.count == 40)
        for tekst in ["ans", "27.3", "hjæ"] {
            #expect(try spoerg("POST", "/v1/forslag", "{\"Tekst\":\"\(tekst)\"}").fejl == [])
        }
        #expect(try spoerg("POST", "/v1/klasser/soeg", "{\"Tekst\":\"hjælp\"}").fejl == [])
        #expect(try spoerg("GET", "/v1/klasser/27.36.04", som: "/v1/klasser/{noegle}").fejl == [])
        for path in ["/healthz", "/readyz"] { #expect(try spoerg("GET", path).fejl == []) }
    }

    @Test("Objects and their histories") func objects() throws {
        var kinds: Set<String> = []
        for linje in linjer.prefix(120) {
            guard
                let kind = ObjektKind.allCases.first(where: {
                    linje.hasPrefix("{\"\($0.name)Indeks")
                }),
                let uuid = vaerdi("UUIDIdentifikator", linje)
            else { continue }
            kinds.insert(kind.name)
            let path = "/v1/\(kind.samling)/"
            let historik = try spoerg(
                "GET", path + uuid + "/historik", som: path + "{uuid}/historik")
            #expect(historik.fejl == [])
            #expect(try spoerg("GET", path + uuid, som: path + "{uuid}").fejl == [])
        }
        #expect(kinds.count == 4)
    }

    @Test("What is not so is told") func theCheck() throws {
        let skema = try JSONValue(
            parsing: Array(
                """
                {"type":"object","additionalProperties":false,"required":["a"],"properties":{
                "a":{"type":"array","items":{"type":"string","enum":["x","y"]}},
                "b":{"oneOf":[{"type":"integer"},{"type":"boolean"}]}}}
                """.utf8))
        let tjek = Skematjek(.object([]))
        for (text, antal) in [
            ("{\"a\":[\"x\"],\"b\":1}", 0), ("{\"a\":[],\"b\":true}", 0), ("{}", 1),
            ("{\"a\":[\"z\",1]}", 2), ("{\"a\":[],\"b\":\"1\"}", 1), ("{\"a\":[],\"c\":1}", 1),
            ("[]", 1),
        ] {
            let value = try JSONValue(parsing: Array(text.utf8))
            #expect(tjek.fejl(value, skema, "").count == antal, "\(text)")
        }
    }

    private func cpr(_ linje: String) -> String? {
        guard let range = linje.firstRange(of: "urn:oio:cpr-nr:") else { return nil }
        return String(linje[range.lowerBound...].prefix { $0 != "\"" })
    }

    private func vaerdi(_ name: String, _ linje: String) -> String? {
        guard let range = linje.firstRange(of: "\"\(name)\":\"") else { return nil }
        return String(linje[range.upperBound...].prefix { $0 != "\"" })
    }
}
