public import IndexCore

/// One object at a point or over an interval of either axis.
public enum Opslag {
    /// The object in the form it is imported in, as JSON; nil when it is missing, hidden or not yet
    /// known at the point asked for.
    ///
    /// `parameters`: `virkning`, or `virkningFra` and `virkningTil`; `registrering`, or
    /// `registreringFra` and `registreringTil`: RFC 3339 or a date; default now. An interval is
    /// half-open and may lack an end. `virkning=alle` gives every segment.
    public static func json(
        kind: ObjektKind, uuid: UUIDIdentifikator, parameters: [(String, String)], syn: Syn
    ) throws(QueryError) -> [UInt8]? {
        let query = try OpslagParametre(parameters)
        syn.afvent(query.registrering.slut)
        return try reading { () throws(StoreError) in
            guard let objekt = try syn.objekt(uuid, kind) else { return nil }
            let found = try registreringer(of: objekt, query.registrering)
            guard let newest = found.first else { return nil }
            var writer = JSONWriter(reserving: 8192)
            writer.beginObject()
            writer.key(.uuidIdentifikator)
            writer.uuid(uuid)
            writer.key(.registrering)
            writer.beginArray()
            for registrering in found {
                writer.registrering(
                    registrering, as: objekt.schema, alternativTitel: objekt.alternativTitel
                ) { query.virkning.includes($0.virkning, now: syn.now) }
            }
            writer.endArray()
            if let silent = newest.header[.udenNotifikation]?.boolean {
                writer.key(.udenNotifikation)
                writer.boolean(silent)
            }
            writer.endObject()
            return writer.bytes
        }
    }

    private static func registreringer(
        of objekt: SynligtObjekt, _ akse: Akse
    ) throws(StoreError) -> [Registrering] {
        switch akse {
        case .nu, .alle: [try objekt.current()]
        case .punkt(let instant): try objekt.registrering(knownAt: instant).map { [$0] } ?? []
        case .interval(let range):
            try objekt.historik(from: range.lowerBound, to: range.upperBound)
        }
    }
}

/// What is asked for on one axis.
enum Akse: Equatable {
    case nu
    case alle
    case punkt(Tidspunkt)
    case interval(Range<Tidspunkt>)

    /// The last instant that is asked about; nil for the present.
    var slut: Tidspunkt? {
        switch self {
        case .nu, .alle: nil
        case .punkt(let instant): instant
        case .interval(let range): range.upperBound
        }
    }

    func includes(_ virkning: Virkning, now: Tidspunkt) -> Bool {
        switch self {
        case .nu: virkning.covers(now)
        case .alle: true
        case .punkt(let instant): virkning.covers(instant)
        case .interval(let range):
            virkning.fra < range.upperBound && range.lowerBound < virkning.til
        }
    }
}

/// The query string of a look-up, read.
struct OpslagParametre {
    let virkning: Akse
    let registrering: Akse

    init(_ parameters: [(String, String)]) throws(QueryError) {
        var values: [String: String] = [:]
        let known: Set<String> = [
            "virkning", "virkningFra", "virkningTil", "registrering", "registreringFra",
            "registreringTil",
        ]
        for (name, value) in parameters {
            guard known.contains(name) else {
                throw QueryError(ukendt: name)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw QueryError.modstrid(sti: name)
            }
        }
        virkning = try Self.akse("virkning", values, allowsAll: true)
        registrering = try Self.akse("registrering", values, allowsAll: false)
    }

    private static func akse(
        _ name: String, _ values: [String: String], allowsAll: Bool
    ) throws(QueryError) -> Akse {
        let fra = try tidspunkt(name + "Fra", values)
        let til = try tidspunkt(name + "Til", values)
        if let point = values[name] {
            guard fra == nil, til == nil else { throw QueryError.modstrid(sti: name) }
            if allowsAll && point == "alle" { return .alle }
            return try tidspunkt(name, values).map { .punkt($0) } ?? .nu
        }
        guard fra != nil || til != nil else { return .nu }
        let start = fra ?? .distantPast
        let end = til ?? .distantFuture
        guard start < end else {
            throw QueryError.forkert(sti: name + "Til", forventet: "et tidspunkt efter \(name)Fra")
        }
        return .interval(start..<end)
    }

    private static func tidspunkt(
        _ name: String, _ values: [String: String]
    ) throws(QueryError) -> Tidspunkt? {
        guard let text = values[name], !(name == "virkning" && text == "alle") else { return nil }
        guard let instant = Tidspunkt(parameter: text) else {
            throw QueryError.forkert(
                sti: name, forventet: "et tidspunkt (RFC 3339) eller en dato")
        }
        return instant
    }
}

extension Tidspunkt {
    /// Reads a query parameter: a plus that was not escaped has become a blank.
    init?(parameter text: String) {
        var bytes = Array(text.utf8)
        if bytes.count >= 25, bytes[bytes.count - 6] == UInt8(ascii: " ") {
            bytes[bytes.count - 6] = UInt8(ascii: "+")
        }
        self.init(reading: String(decoding: bytes, as: UTF8.self))
    }
}
