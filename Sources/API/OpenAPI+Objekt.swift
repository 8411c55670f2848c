import IndexCore

/// The objects' schemas as JSON Schema, from the very tables that judge what is sent.
enum OpenAPIObjekt {
    static func write(_ schema: ObjektSchema, _ writer: inout JSONWriter) {
        writer.key(text: schema.importName)
        writer.beginObject()
        objectHead(&writer)
        property("UUIDIdentifikator", uuid, &writer)
        writer.key("Registrering")
        array(&writer) { registrering(schema, isUpdate: false, &$0) }
        if schema.allowsUdenNotifikation { property("UdenNotifikation", boolean, &writer) }
        writer.endObject()
        writer.key("required")
        writer.json(Array("[\"UUIDIdentifikator\",\"Registrering\"]".utf8))
        writer.endObject()
        writer.key(text: schema.updateName)
        registrering(schema, isUpdate: true, &writer)
    }

    private static func registrering(
        _ schema: ObjektSchema, isUpdate: Bool, _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        objectHead(&writer)
        if isUpdate {
            property("UUIDIdentifikator", uuid, &writer)
            if schema.allowsUdenNotifikation { property("UdenNotifikation", boolean, &writer) }
        }
        property("NoteTekst", "{\"type\":\"string\",\"maxLength\":1024}", &writer)
        property("Tidspunkt", dateTime, &writer)
        if !isUpdate {
            property("LivscyklusKode", choice(ObjektSchema.livscyklusKoder), &writer)
            property("BrugerRef", unikId, &writer)
            property("StsTidspunkt", "{\"type\":\"string\",\"readOnly\":true}", &writer)
        }
        for container in [UnitSchema.Container.attribut, .tilstand, .relation] {
            writer.key(container.listElement)
            list(schema, container, &writer)
        }
        writer.endObject()
        writer.key("required")
        let required =
            isUpdate
            ? "[\"UUIDIdentifikator\",\"Tidspunkt\"]"
            : "[\"AttributListe\",\"TilstandListe\",\"RelationListe\"]"
        writer.json(Array(required.utf8))
        writer.endObject()
    }

    private static func list(
        _ schema: ObjektSchema, _ container: UnitSchema.Container, _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        objectHead(&writer)
        for unit in schema.units where unit.container == container && !unit.isExtension {
            writer.key(unit.element)
            array(&writer) { group(unit.group, &$0) }
        }
        writer.key("LokalUdvidelseListe")
        writer.beginObject()
        objectHead(&writer)
        for unit in schema.units where unit.container == container && unit.isExtension {
            writer.key(unit.element)
            array(&writer) { group(unit.group, &$0) }
        }
        property("SenestAendretTidspunkt", dateTime, &writer)
        writer.endObject()
        writer.endObject()
        writer.endObject()
        writer.endObject()
    }

    /// `udvidelser` stand among the group's own extensions.
    static func group(
        _ group: GroupSchema, _ writer: inout JSONWriter,
        udvidelser: ((inout JSONWriter) -> Void)? = nil
    ) {
        writer.beginObject()
        objectHead(&writer)
        if let udvidelser, group.field(.lokalUdvidelseListe) == nil {
            writer.key(.lokalUdvidelseListe)
            writer.beginObject()
            objectHead(&writer)
            udvidelser(&writer)
            writer.endObject()
            writer.endObject()
        }
        for field in group.fields {
            writer.key(field.element)
            if field.element == .lokalUdvidelseListe, case .group(let inner) = field.type {
                extensions(inner, &writer, udvidelser)
                continue
            }
            if field.repeats {
                array(&writer, maxItems: field.maxCount) { value(field.type, &$0) }
            } else {
                value(field.type, &writer)
            }
        }
        writer.endObject()
        writer.endObject()
    }

    private static func extensions(
        _ group: GroupSchema, _ writer: inout JSONWriter,
        _ udvidelser: ((inout JSONWriter) -> Void)?
    ) {
        writer.beginObject()
        objectHead(&writer)
        for field in group.fields {
            writer.key(field.element)
            value(field.type, &writer)
        }
        udvidelser?(&writer)
        writer.endObject()
        writer.endObject()
    }

    private static func value(_ type: ValueType, _ writer: inout JSONWriter) {
        switch type {
        case .text(let min, let max):
            writer.json(
                Array("{\"type\":\"string\",\"minLength\":\(min),\"maxLength\":\(max)}".utf8))
        case .uuid: writer.json(Array(uuid.utf8))
        case .unikId: writer.json(Array(unikId.utf8))
        case .dateTime, .businessDateTime: writer.json(Array(dateTime.utf8))
        case .date: writer.json(Array("{\"type\":\"string\",\"format\":\"date\"}".utf8))
        case .boolean: writer.json(Array(boolean.utf8))
        case .integer: writer.json(Array("{\"type\":\"integer\"}".utf8))
        case .choice(let codes): writer.json(Array(choice(codes).utf8))
        case .cvr: writer.json(Array("{\"type\":\"string\",\"pattern\":\"^[0-9]{8}$\"}".utf8))
        case .beloeb:
            writer.json(
                Array("{\"type\":\"string\",\"pattern\":\"^-?[0-9]+(\\\\.[0-9]+)?$\"}".utf8))
        case .base64:
            writer.json(Array("{\"type\":\"string\",\"contentEncoding\":\"base64\"}".utf8))
        case .virkning: writer.json(Array("{\"$ref\":\"#/components/schemas/Virkning\"}".utf8))
        case .group(let inner): group(inner, &writer)
        }
    }

    // MARK: Small parts

    private static let uuid = "{\"type\":\"string\",\"format\":\"uuid\"}"
    private static let boolean = "{\"type\":\"boolean\"}"
    private static let dateTime = "{\"type\":\"string\",\"format\":\"date-time\"}"
    private static let unikId = "{\"$ref\":\"#/components/schemas/UnikId\"}"

    private static func choice(_ codes: [String]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "string")
        writer.key("enum")
        writer.texts(codes)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func objectHead(_ writer: inout JSONWriter) {
        writer.member("type", "object")
        writer.member("additionalProperties", false)
        writer.key("properties")
        writer.beginObject()
    }

    private static func property(
        _ name: StaticString, _ schema: String, _ writer: inout JSONWriter
    ) {
        writer.key(name)
        writer.json(Array(schema.utf8))
    }

    private static func array(
        _ writer: inout JSONWriter, maxItems: Int? = nil, _ items: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        writer.member("type", "array")
        if let maxItems { writer.member("maxItems", maxItems) }
        writer.key("items")
        items(&writer)
        writer.endObject()
    }
}
