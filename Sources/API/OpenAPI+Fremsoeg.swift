import IndexCore
import Query

/// The contract's search as JSON Schema, from the tables that read it.
enum OpenAPIFremsoeg {
    static func write(_ writer: inout JSONWriter) {
        request(&writer)
        expression(&writer)
        for (navn, kind) in FremsoegNavne.elementer where navn != "SoegSagsloeseDokumenter" {
            element(navn, kind, &writer)
        }
        writer.key("Beloebsinterval")
        writer.json(Array(beloebsinterval.utf8))
        writer.key("Tidsinterval")
        writer.json(Array(tidsinterval.utf8))
        filter(&writer)
        sortering(&writer)
        svar(&writer)
    }

    // MARK: The request

    private static func request(_ writer: inout JSONWriter) {
        schema("Fremsoegforespoergsel", &writer) { writer in
            for kind in ObjektKind.allCases {
                writer.key(text: kind.name + "Uuid")
                reference("UuidListe", &writer)
            }
            for name in ["SoegUdtryk", "Filter", "Sortering"] {
                writer.key(text: name)
                reference(name == "SoegUdtryk" ? name : "Fremsoeg" + name, &writer)
            }
        }
    }

    private static func expression(_ writer: inout JSONWriter) {
        let description =
            "Mindst ét element. AND (standard) eller OR mellem dem; NOT holder et udtryk. Ét "
            + "element kan stå uden for en liste."
        schema("SoegUdtryk", om: description, &writer) { writer in
            writer.key("operation")
            choice(["AND", "OR"], &writer)
            for (navn, kind) in FremsoegNavne.elementer {
                writer.key(text: navn)
                let name = navn == "SoegSagsloeseDokumenter" ? "SoegDokument" : navn
                list(&writer) { reference(kind == .dokument ? "SoegDokument" : name, &$0) }
            }
            for name in ["NOT", "SoegUdtryk"] {
                writer.key(text: name)
                list(&writer) { reference("SoegUdtryk", &$0) }
            }
        }
    }

    private static func element(
        _ navn: String, _ kind: ObjektKind, _ writer: inout JSONWriter
    ) {
        writer.key(text: navn)
        writer.beginObject()
        writer.member("type", "object")
        writer.member(
            "description",
            "Eksempel: alt udfyldt skal passe. Tekst uden hensyn til store og små bogstaver, * for "
                + "hvad som helst; felter i samme del skal passe på samme periode.")
        writer.member("additionalProperties", false)
        writer.key("properties")
        writer.beginObject()
        writer.key("FoersteResultatReference")
        writer.json(Array("{\"type\":\"integer\",\"minimum\":0,\"default\":0}".utf8))
        writer.key("MaksimalAntalKvantitet")
        writer.json(Array("{\"type\":\"integer\",\"minimum\":0,\"default\":100}".utf8))
        writer.key("SoegRegistrering")
        object(&writer) { writer in
            writer.key("FraTidspunkt")
            reference("TidspunktType", &writer)
            writer.key("TilTidspunkt")
            reference("TidspunktType", &writer)
            writer.key("LivscyklusKode")
            choice(ObjektSchema.livscyklusKoder, &writer)
            writer.key("BrugerRef")
            reference("UnikId", &writer)
        }
        writer.key("SoegVirkning")
        reference("Virkning", &writer)
        writer.key("SoegStsFraTidspunkt")
        reference("TidspunktType", &writer)
        writer.key("SoegStsTilTidspunkt")
        reference("TidspunktType", &writer)
        for container in [UnitSchema.Container.attribut, .tilstand, .relation] {
            writer.key(container.listElement)
            liste(kind, container, &writer)
        }
        writer.endObject()
        writer.key("required")
        writer.json(Array("[\"AttributListe\",\"TilstandListe\",\"RelationListe\"]".utf8))
        writer.endObject()
    }

    private static func liste(
        _ kind: ObjektKind, _ container: UnitSchema.Container, _ writer: inout JSONWriter
    ) {
        let schema = ObjektSchema.of(kind)
        object(&writer) { writer in
            for unit in schema.units where unit.container == container && !unit.isExtension {
                enhed(unit, kind, &writer)
            }
            writer.key("LokalUdvidelseListe")
            object(&writer) { writer in
                for unit in schema.units where unit.container == container && unit.isExtension {
                    enhed(unit, kind, &writer)
                }
                for gruppe in FremsoegNavne.intervaller(kind)
                where schema.unit(gruppe.unit)?.container == container {
                    intervaller(gruppe, &writer)
                }
                writer.key("SenestAendretTidspunkt")
                writer.json(Array("{\"type\":\"string\",\"format\":\"date-time\"}".utf8))
            }
        }
    }

    /// A part as it is imported; one with intervals takes them among its own extensions too.
    private static func enhed(
        _ unit: UnitSchema, _ kind: ObjektKind, _ writer: inout JSONWriter
    ) {
        writer.key(unit.element)
        let own = FremsoegNavne.intervaller(kind).filter { $0.unit == unit.element }
        list(&writer) { writer in
            OpenAPIObjekt.group(unit.group, &writer) { writer in
                for gruppe in own { intervaller(gruppe, &writer) }
            }
        }
    }

    private static func intervaller(
        _ gruppe: FremsoegNavne.Intervaller, _ writer: inout JSONWriter
    ) {
        writer.key(text: gruppe.navn)
        object(&writer) { writer in
            for (navn, erBeloeb) in gruppe.intervaller {
                writer.key(text: navn)
                reference(erBeloeb ? "Beloebsinterval" : "Tidsinterval", &writer)
            }
        }
    }

    private static let tidsinterval = """
        {"type":"object","description":"Fra og med FraTidspunkt, til TilTidspunkt; bevillinger og \
        effektueringer kræver begge","additionalProperties":false,"properties":{\
        "FraTidspunkt":{"$ref":"#/components/schemas/TidspunktType"},\
        "TilTidspunkt":{"$ref":"#/components/schemas/TidspunktType"}}}
        """

    private static let beloebsinterval = """
        {"type":"object","description":"Begge ender med","additionalProperties":false,\
        "properties":{"FraBeloeb":{"type":"string"},"TilBeloeb":{"type":"string"}},\
        "required":["FraBeloeb","TilBeloeb"]}
        """

    private static func filter(_ writer: inout JSONWriter) {
        let description =
            "Tomt: kun antal. Udeladt: kun antal af sager og dokumenter, alt af bevillinger og "
            + "effektueringer."
        schema("FremsoegFilter", om: description, &writer) { writer in
            for kind in ObjektKind.allCases {
                writer.key(text: kind.name + "Vis")
                list(&writer) { writer in
                    writer.beginObject()
                    writer.key("oneOf")
                    writer.beginArray()
                    choice(FremsoegNavne.vis(kind), &writer)
                    object(&writer) { writer in
                        writer.key("Vis")
                        choice(FremsoegNavne.vis(kind), &writer)
                    }
                    writer.endArray()
                    writer.endObject()
                }
                writer.key(text: kind.name + "Inkluder")
                list(&writer) { choice(FremsoegNavne.inkluder(kind), &$0) }
            }
        }
    }

    private static func sortering(_ writer: inout JSONWriter) {
        schema("FremsoegSortering", &writer) { writer in
            for kind in ObjektKind.allCases {
                let isYdelse = kind == .bevilling || kind == .oekonomiskEffektuering
                writer.key(text: kind.name + "Sortering")
                list(&writer) { writer in
                    object(&writer) { writer in
                        writer.key("Element")
                        choice(FremsoegNavne.sortering(kind), &writer)
                        writer.key("Retning")
                        choice(["Stigende", "Faldende"], &writer)
                        writer.key(text: isYdelse ? "Sekvens" : "Prioritet")
                        writer.json(Array("{\"type\":\"integer\"}".utf8))
                    }
                }
            }
        }
    }

    // MARK: The answer

    private static func svar(_ writer: inout JSONWriter) {
        schema("Fremsoegsvar", &writer) { writer in
            writer.key("Antal")
            writer.json(Array(antal.utf8))
            for kind in ObjektKind.allCases {
                writer.key(text: kind.name + "FiltreretOejebliksbillede")
                list(&writer) { writer in
                    object(&writer) { writer in
                        writer.key("ObjektType")
                        object(&writer) { writer in
                            writer.key("UUIDIdentifikator")
                            writer.json(Array("{\"type\":\"string\",\"format\":\"uuid\"}".utf8))
                        }
                        writer.key("Registrering")
                        let name = ObjektSchema.of(kind).importName
                        let path = "#/components/schemas/\(name)/properties/Registrering"
                        writer.json(Array("{\"$ref\":\"\(path)\"}".utf8))
                    }
                }
            }
            writer.key("Utilgaengelige")
            writer.json(
                Array(
                    "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"description\":\"Myndigheder, hvis fil ikke kan læses\"}"
                        .utf8))
        }
    }

    private static let antal = """
        {"type":"array","items":{"type":"object","properties":{"Element":{"type":"string","enum":[\
        "sager","dokumenter","journalnotater","bevillinger","ydelser","effektueringer"]},\
        "Antal":{"type":"integer"},"Paginering":{"type":"object","properties":{\
        "FoersteResultatReference":{"type":"integer"},"MaksimalAntalKvantitet":{"type":"integer"}}}}}}
        """

    // MARK: Small parts

    private static func schema(
        _ name: String, om description: String? = nil, _ writer: inout JSONWriter,
        _ properties: (inout JSONWriter) -> Void
    ) {
        writer.key(text: name)
        object(om: description, &writer, properties)
    }

    private static func object(
        om description: String? = nil, _ writer: inout JSONWriter,
        _ properties: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        writer.member("type", "object")
        if let description { writer.member("description", description) }
        writer.member("additionalProperties", false)
        writer.key("properties")
        writer.beginObject()
        properties(&writer)
        writer.endObject()
        writer.endObject()
    }

    private static func list(
        _ writer: inout JSONWriter, _ items: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        writer.member("type", "array")
        writer.key("items")
        items(&writer)
        writer.endObject()
    }

    private static func reference(_ name: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("$ref", "#/components/schemas/\(name)")
        writer.endObject()
    }

    private static func choice(_ codes: [String], _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "string")
        writer.key("enum")
        writer.texts(codes)
        writer.endObject()
    }
}
