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
    case gaeldendeKlasse1 = "GaeldendeKlasse:1"
    case gaeldendeKlasse2 = "GaeldendeKlasse:2"
    case gaeldendeKlasse3 = "GaeldendeKlasse:3"

    /// The values that one hit counts under, each once, from what the caller sees of it.
    func values(of traef: Traef, _ plan: Klasseplan) -> Set<String> {
        let fund = traef.fund
        switch self {
        case .objekttype: return [traef.objekttype]
        case .fremdrift: return one(fund.fremdrift)
        case .foelsomhed: return one(fund.foelsomhed?.text)
        case .kildesystem: return Set(fund.mastere.map(\.description))
        case .myndighed: return one(fund.myndighed?.description)
        case .aar: return one(fund.oprettet.map { String($0.danishDate.calendar.year) })
        case .klasse1, .klasse2, .klasse3, .gaeldendeKlasse1, .gaeldendeKlasse2,
            .gaeldendeKlasse3:
            return Set(fund.klasser.map { klasse($0, plan) })
        }
    }

    /// The same for rows that have not been read.
    private func inddeling(_ plan: Klasseplan) -> Fundmaengde.Inddeling {
        switch self {
        case .objekttype: .objekttype
        case .fremdrift: .fremdrift
        case .foelsomhed: .foelsomhed
        case .kildesystem: .kildesystem
        case .myndighed: .myndighed
        case .aar: .aar
        case .klasse1, .klasse2, .klasse3, .gaeldendeKlasse1, .gaeldendeKlasse2,
            .gaeldendeKlasse3:
            .klasse { klasse($0, plan) }
        }
    }

    /// What an object under the number counts as.
    private func klasse(_ nummer: String, _ plan: Klasseplan) -> String {
        switch self {
        case .klasse1: String(nummer.prefix(2))
        case .klasse2: String(nummer.prefix(5))
        case .gaeldendeKlasse1: String(plan.gaeldende(nummer).prefix(2))
        case .gaeldendeKlasse2: String(plan.gaeldende(nummer).prefix(5))
        case .gaeldendeKlasse3: plan.gaeldende(nummer)
        default: nummer
        }
    }

    private func one(_ value: String?) -> Set<String> { value.map { [$0] } ?? [] }

    /// Counted exactly over all hits, most first.
    static func write(
        _ facets: [Facet], over fundet: Sidefund, _ plan: Klasseplan, to writer: inout JSONWriter
    ) {
        writer.key("Facetter")
        writer.beginObject()
        for facet in facets.enumerated().filter({ !facets[..<$0.offset].contains($0.element) }) {
            let counts = facet.element.counts(over: fundet, plan)
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

    private func counts(over fundet: Sidefund, _ plan: Klasseplan) -> [String: Int] {
        var counts: [String: Int] = [:]
        func add(_ hits: [Traef], _ sign: Int) {
            for hit in hits {
                for value in values(of: hit, plan) { counts[value, default: 0] += sign }
            }
        }
        for maengde in fundet.maengder {
            counts.merge(maengde.tael(inddeling(plan)), uniquingKeysWith: +)
        }
        add(fundet.loese, 1)
        add(fundet.bortfaldne, -1)
        return counts.filter { $0.value > 0 }
    }
}
