import IndexCore

/// Which parts of which objects are shown.
struct Filter {
    /// One part of an object that can be asked for.
    struct Del: Hashable {
        let unit: Element
        /// Only the relations in this role.
        var rolle: Rolle?

        init(_ unit: Element, _ rolle: Rolle? = nil) {
            self.unit = unit
            self.rolle = rolle
        }
    }

    /// By kind; a kind that is not here is not shown.
    private(set) var vis: [ObjektKind: Set<Del>] = [:]
    /// Kinds whose every part is shown.
    private(set) var altAf: Set<ObjektKind>
    /// The lists whose targets come along.
    private(set) var inkluder: [ObjektKind: Set<Element>] = [:]

    /// What is shown when the request has no Filter: of a case or a document nothing, of a benefit
    /// everything (ydelse contract §8).
    init() { altAf = [.bevilling, .oekonomiskEffektuering] }

    init(_ laesning: Laesning) throws(QueryError) {
        altAf = []
        for (name, member) in try laesning.medlemmer() {
            guard let kind = ObjektKind.allCases.first(where: { name.hasPrefix($0.name) }) else {
                throw member.ukendt()
            }
            switch String(name.dropFirst(kind.name.count)) {
            case "Vis":
                for value in try Self.navne(member) {
                    vis[kind, default: []].formUnion(try Self.opslag(value, Self.dele(kind)))
                }
            case "Inkluder":
                for value in try member.liste() {
                    inkluder[kind, default: []].formUnion(
                        try Self.opslag(value, Self.pegende(kind)))
                }
            default: throw member.ukendt()
            }
        }
    }

    /// {"Vis": name} or the name alone.
    private static func navne(_ laesning: Laesning) throws(QueryError) -> [Laesning] {
        var result: [Laesning] = []
        for entry in try laesning.liste() {
            guard entry.value.members != nil else {
                result.append(entry)
                continue
            }
            for (name, member) in try entry.medlemmer() {
                guard name == "Vis" else { throw member.ukendt() }
                result += try member.liste()
            }
        }
        return result
    }

    private static func opslag<Value>(
        _ laesning: Laesning, _ table: [(String, Value)]
    ) throws(QueryError) -> Value {
        let name = try laesning.tekst()
        guard let found = table.first(where: { $0.0 == name }) else {
            throw laesning.brud("R13", nil, "en af: " + table.map(\.0).joined(separator: ", "))
        }
        return found.1
    }

    /// The names of an object's parts.
    static func dele(_ kind: ObjektKind) -> [(String, Set<Del>)] {
        switch kind {
        case .sag:
            [
                ("egenskaber", [Del(.egenskaber), Del(.sagIndeksEgenskaber)]),
                ("fremdrift", [Del(.fremdrift)]), ("sagsklasse", [Del(.sagsklasse)]),
                ("sagsaktoer", [Del(.sagsaktoer)]), ("sagspart", [Del(.sagspart)]),
                ("sagsrelation", [Del(.sagsrelation)]), ("sagsgenstand", [Del(.sagsgenstande)]),
                ("journalpost", [Del(.journalpost)]),
                ("journalpost-journalnote", [Del(.journalpost, .journalnotat)]),
                ("itsystem", [Del(.sagsitsystemRelation)]),
                ("sikkerhedsprofil", [Del(.sikkerhedsprofil)]),
            ]
        case .dokument:
            [
                ("egenskaber", [Del(.egenskaber)]), ("fremdrift", [Del(.fremdrift)]),
                ("dokument", [Del(.dokumentrelation)]), ("klasse", [Del(.dokumentklasse)]),
                ("aktoer", [Del(.dokumentaktoer)]), ("part", [Del(.dokumentpart)]),
                ("itsystem", [Del(.dokumentitsystemRelation)]),
                ("sikkerhedsprofil", [Del(.sikkerhedsprofil)]),
            ]
        case .bevilling:
            [
                ("egenskaber", [Del(.egenskaber)]), ("egenskaberlokaludvidelse", []),
                ("bevilgetydelse", [Del(.bevilgetYdelse)]), ("sag", [Del(.bevillingssag)]),
                ("part", [Del(.bevillingspart)]),
                ("aktoer-ejer", [Del(.bevillingsaktoer, .ejer)]),
                ("aktoer-ansvarlig", [Del(.bevillingsaktoer, .ansvarlig)]),
                ("sikkerhedsprofil", [Del(.sikkerhedsprofil)]),
            ]
        case .oekonomiskEffektuering:
            [
                ("egenskaber", [Del(.egenskaber)]), ("aktoer", [Del(.aktoer)]),
                (
                    "oekonomiskeydelseeffektueringer",
                    [Del(.oekonomiskYdelseEffektueringRelation)]
                ),
                ("itsystem", [Del(.itSystem)]),
            ]
        }
    }

    /// The names of the parts whose targets can come along.
    static func pegende(_ kind: ObjektKind) -> [(String, Set<Element>)] {
        switch kind {
        case .sag: [("sagsrelation", [.sagsrelation]), ("journalpost", [.journalpost])]
        case .dokument: [("dokument", [.dokumentrelation])]
        case .bevilling: [("bevilgetydelse", [.bevilgetYdelse])]
        case .oekonomiskEffektuering:
            [("oekonomiskeydelseeffektueringer", [.oekonomiskYdelseEffektueringRelation])]
        }
    }

    /// Whether objects of the kind are shown at all.
    func viser(_ kind: ObjektKind) -> Bool { altAf.contains(kind) || vis[kind] != nil }

    func viser(_ segment: Segment, of kind: ObjektKind, _ roller: RolleTabel) -> Bool {
        if altAf.contains(kind) { return true }
        guard let parts = vis[kind] else { return false }
        if parts.contains(Del(segment.unit)) { return true }
        let rolle = roller.rolle(RolleListe(kind, segment.unit), segment.body[.rolle]?.uuid)
        return parts.contains(Del(segment.unit, rolle))
    }
}
