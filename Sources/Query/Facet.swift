import IndexCore

/// A way to count the hits.
enum Facet: String {
    case objekttype = "Objekttype"
    case fremdrift = "Fremdrift"
    case foelsomhed = "Foelsomhed"
    case kildesystem = "Kildesystem"
    case myndighed = "Myndighed"
    case aar = "Aar"
    case klasse1 = "Klasse:1"
    case klasse2 = "Klasse:2"
    case klasse3 = "Klasse:3"

    /// The values that one hit counts under, each once, from what the caller sees of it.
    func values(of traef: Traef) -> Set<String> {
        let fund = traef.fund
        switch self {
        case .objekttype: return [traef.objekttype]
        case .fremdrift: return one(fund.fremdrift)
        case .foelsomhed: return one(fund.foelsomhed?.text)
        case .kildesystem: return one(fund.master?.description)
        case .myndighed: return one(fund.objekt.row.fakta.myndighed?.description)
        case .aar: return one(fund.oprettet.map { String($0.danishDate.calendar.year) })
        case .klasse1: return Set(fund.klasser.map { String($0.prefix(2)) })
        case .klasse2: return Set(fund.klasser.map { String($0.prefix(5)) })
        case .klasse3: return Set(fund.klasser)
        }
    }

    private func one(_ value: String?) -> Set<String> { value.map { [$0] } ?? [] }

    /// Counted exactly over all hits, most first.
    static func write(_ facets: [Facet], over hits: [Traef], to writer: inout JSONWriter) {
        writer.key("Facetter")
        writer.beginObject()
        for facet in facets.enumerated().filter({ !facets[..<$0.offset].contains($0.element) }) {
            var counts: [String: Int] = [:]
            for hit in hits {
                for value in facet.element.values(of: hit) { counts[value, default: 0] += 1 }
            }
            writer.key(text: facet.element.rawValue)
            writer.beginArray()
            for (value, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                writer.beginObject()
                writer.member("Vaerdi", value)
                writer.member("Antal", count)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
    }
}
