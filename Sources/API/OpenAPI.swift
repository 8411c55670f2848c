import IndexCore
import Ingest

/// The description of what exists, made from the table of routes and the objects' own schemas.
enum OpenAPI {
    static func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 64 << 10)
        writer.beginObject()
        writer.member("openapi", "3.1.0")
        info(&writer)
        writer.key("security")
        writer.json(Array("[{\"bearer\":[]}]".utf8))
        paths(&writer)
        components(&writer)
        writer.endObject()
        return writer.bytes
    }

    private static func info(_ writer: inout JSONWriter) {
        writer.key("info")
        writer.beginObject()
        writer.member("title", "Tværindeks")
        writer.member("version", "0.1.0")
        writer.member(
            "description",
            "Metadata om sager, dokumenter, bevillinger og økonomiske effektueringer på tværs af "
                + "kommunale fagsystemer. Alt læses bag kalderens adgang.")
        writer.endObject()
    }

    // MARK: Paths

    private static func paths(_ writer: inout JSONWriter) {
        writer.key("paths")
        writer.beginObject()
        var order: [String] = []
        for line in Rute.tabel where !order.contains(line.path) { order.append(line.path) }
        for path in order {
            writer.key(text: path)
            writer.beginObject()
            for line in Rute.tabel where line.path == path { operation(line, &writer) }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func operation(_ line: Rute.Linje, _ writer: inout JSONWriter) {
        writer.key(text: line.method.lowercased())
        writer.beginObject()
        writer.member("operationId", operationID(line))
        writer.member("summary", line.summary)
        if !line.rute.needsCaller {
            writer.key("security")
            writer.json(Array("[]".utf8))
        }
        parameters(line, &writer)
        if let schemas = requestSchemas(line) { requestBody(schemas, line.rute, &writer) }
        responses(line, &writer)
        writer.endObject()
    }

    private static func operationID(_ line: Rute.Linje) -> String {
        let words = line.path.split(separator: "/").filter { $0 != "v1" && !$0.hasPrefix("{") }
        return line.method.lowercased()
            + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined().filter { $0.isLetter }
    }

    private static func parameters(_ line: Rute.Linje, _ writer: inout JSONWriter) {
        writer.key("parameters")
        writer.beginArray()
        if line.path.contains("{uuid}") {
            parameter("uuid", in: "path", "Objektets UUID", required: true, &writer)
        }
        if line.rute == .klasse {
            parameter(
                "noegle", in: "path", "Klassens nummer eller UUID", required: true, &writer)
            parameter(
                "virkning", in: "query",
                "Tidspunkt (RFC 3339) eller dato; uden angivelse gælder nu", required: false,
                &writer)
            parameter(
                "ejer", in: "query", "CVR-nummer på den myndighed, hvis egen klasse foretrækkes",
                required: false, &writer)
        }
        if case .objekt = line.rute, line.method == "GET" {
            let nu = "Tidspunkt (RFC 3339) eller dato; uden angivelse gælder nu"
            let virkning = "Tidspunkt (RFC 3339) eller dato, eller alle; uden angivelse gælder nu"
            let ende =
                "Tidspunkt (RFC 3339) eller dato; er kun den ene ende givet, er den anden åben"
            for (name, description) in [
                ("virkning", virkning), ("virkningFra", ende), ("virkningTil", ende),
                ("registrering", nu), ("registreringFra", ende), ("registreringTil", ende),
            ] {
                parameter(name, in: "query", description, required: false, &writer)
            }
        }
        if line.rute.writes(line.method) {
            parameter(
                "Kontrol", in: "header",
                "`kun`: alle fund, intet gemmes; hvert objekt bedømmes mod det, der er gemt, og de objekter, der importeres før det i samme besked (af NDJSON: i samme 500 linjer)",
                required: false, &writer)
        }
        parameter(
            "x-TransaktionsId", in: "header",
            "Kaldets UUID; også under navnet x-TransaktionsTid; dannes, når det mangler",
            required: false, &writer)
        writer.endArray()
    }

    private static func parameter(
        _ name: String, in place: String, _ description: String, required: Bool,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("in", place)
        writer.member("required", required)
        writer.member("description", description)
        writer.key("schema")
        writer.json(Array("{\"type\":\"string\"}".utf8))
        writer.endObject()
    }

    /// The media types a body may have, and the schema of each.
    private static func requestSchemas(_ line: Rute.Linje) -> [(String, String)]? {
        switch line.rute {
        case .importer:
            return [
                ("application/json", "Importbesked"), ("application/x-ndjson", "Importlinje"),
            ]
        case .opdater:
            return [
                ("application/json", "Opdateringsbesked"),
                ("application/x-ndjson", "Opdateringslinje"),
            ]
        case .kasser: return [("application/json", "Importbesked")]
        case .fjern: return [("application/json", "Fjernbesked")]
        case .overblik: return [("application/json", "Overblikforespoergsel")]
        case .fremsoeg: return [("application/json", "Fremsoegforespoergsel")]
        case .soeg: return [("application/json", "Soegeforespoergsel")]
        case .klassesoegning: return [("application/json", "Klasseforespoergsel")]
        case .forslag: return [("application/json", "Forslagsforespoergsel")]
        case .forklar: return [("application/json", "Forklaringsforespoergsel")]
        case .objekt(let kind) where line.method == "PUT":
            return [("application/json", ObjektSchema.of(kind).importName)]
        default: return nil
        }
    }

    private static func requestBody(
        _ schemas: [(String, String)], _ rute: Rute, _ writer: inout JSONWriter
    ) {
        writer.key("requestBody")
        writer.beginObject()
        writer.member("required", true)
        content(schemas, &writer, eksempel: eksempel(rute))
        writer.endObject()
    }

    private static func content(
        _ schemas: [(String, String)], _ writer: inout JSONWriter, eksempel: String? = nil
    ) {
        writer.key("content")
        writer.beginObject()
        for (media, schema) in schemas {
            writer.key(text: media)
            writer.beginObject()
            writer.key("schema")
            reference(schema, &writer)
            if let eksempel, media == "application/json" {
                writer.key("example")
                writer.json(Array(eksempel.utf8))
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private static func reference(_ name: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("$ref", "#/components/schemas/\(name)")
        writer.endObject()
    }

    private static func responses(_ line: Rute.Linje, _ writer: inout JSONWriter) {
        writer.key("responses")
        writer.beginObject()
        response("200", "Svaret", answerSchemas(line), &writer)
        if line.method == "PUT" { response("201", "Objektet er nyt", answerSchemas(line), &writer) }
        if line.rute.needsCaller {
            for (status, text) in problems(line) {
                response(status, text, [("application/problem+json", "Problem")], &writer)
            }
        }
        writer.endObject()
    }

    private static func answerSchemas(_ line: Rute.Linje) -> [(String, String)] {
        switch line.rute {
        case .importer, .opdater:
            return [("application/json", "UnikReturListe"), ("application/x-ndjson", "UnikRetur")]
        case .fjern, .kasser: return [("application/json", "UnikReturListe")]
        case .objekt(let kind):
            let name = line.method == "GET" ? ObjektSchema.of(kind).importName : "UnikRetur"
            return [("application/json", name)]
        case .historik: return [("application/json", "Historiksvar")]
        case .overblik: return [("application/json", "Overbliksvar")]
        case .fremsoeg: return [("application/json", "Fremsoegsvar")]
        case .soeg: return [("application/json", "Soegesvar")]
        case .klasse: return [("application/json", "Klasse")]
        case .klassesoegning: return [("application/json", "Klassesvar")]
        case .forslag: return [("application/json", "Forslagssvar")]
        case .forklar: return [("application/json", "Forklaringssvar")]
        case .healthz, .readyz: return [("application/json", "Status")]
        case .metrics: return [("text/plain", "Tekst")]
        case .openapi: return [("application/json", "Svar")]
        }
    }

    private static func problems(_ line: Rute.Linje) -> [(String, String)] {
        var result = [
            ("400", "Forespørgslen kan ikke forstås"), ("401", "Adgangsbevis mangler"),
            ("405", "Metoden findes ikke her"), ("408", "Forespørgslen kom for langsomt"),
            ("413", "For stor"),
            ("415", "Medietypen kan ikke læses"), ("431", "Hovedet er for stort"),
            ("500", "Fejl i indekset"), ("503", "Optaget; prøv igen"),
        ]
        if line.path.contains("{") { result.append(("404", "Findes ikke, eller må ikke ses")) }
        if line.method == "PUT" || line.method == "DELETE" {
            result += [("403", "Ikke tilladt"), ("409", "I strid med det registrerede")]
        }
        return result.sorted { $0.0 < $1.0 }
    }

    private static func response(
        _ status: String, _ description: String, _ schemas: [(String, String)],
        _ writer: inout JSONWriter
    ) {
        writer.key(text: status)
        writer.beginObject()
        writer.member("description", description)
        headers(status, &writer)
        content(schemas, &writer)
        writer.endObject()
    }

    /// Those of every answer, and those of this one.
    private static func headers(_ status: String, _ writer: inout JSONWriter) {
        var names = [("x-TransaktionsId", "Kaldets, eller et nyt UUID")]
        switch status {
        case "401": names.append(("WWW-Authenticate", "Bearer"))
        case "405": names.append(("Allow", "De metoder, der findes"))
        case "503": names.append(("Retry-After", "Sekunder"))
        default: break
        }
        writer.key("headers")
        writer.beginObject()
        for (name, description) in names {
            writer.key(text: name)
            writer.beginObject()
            writer.member("description", description)
            writer.key("schema")
            writer.beginObject()
            writer.member("type", "string")
            writer.endObject()
            writer.endObject()
        }
        writer.endObject()
    }

    // MARK: Components

    private static func components(_ writer: inout JSONWriter) {
        writer.key("components")
        writer.beginObject()
        writer.key("securitySchemes")
        writer.json(
            Array(
                "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"}}"
                    .utf8))
        writer.key("schemas")
        writer.beginObject()
        for kind in ObjektKind.allCases { OpenAPIObjekt.write(ObjektSchema.of(kind), &writer) }
        OpenAPIFremsoeg.write(&writer)
        for (name, schema) in OpenAPIBeskeder.schemas + OpenAPISvar.schemas
            + OpenAPIForklaring.schemas
        {
            writer.key(text: name)
            writer.json(Array(schema.utf8))
        }
        writer.endObject()
        writer.endObject()
    }
}
