import IndexCore

/// The contract's search request, read and judged.
struct FremsoegAnmodning {
    /// Only these; nil where no list is given.
    private(set) var uuider: [ObjektKind: Set<UUIDIdentifikator>] = [:]
    private(set) var udtryk: Udtryk?
    private(set) var filter = Filter()
    private(set) var sortering: [ObjektKind: [Sortering]] = [:]

    init(_ body: [UInt8]) throws(QueryError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: body)
        } catch {
            throw QueryError.ikkeJSON(byteOffset: error.byteOffset)
        }
        let request = Laesning(value: value, sti: "")
        for (name, member) in try request.medlemmer() {
            if let kind = ObjektKind.allCases.first(where: { $0.name + "Uuid" == name }) {
                let list = try member.liste().map { entry throws(QueryError) in
                    try entry.uuid("R14")
                }
                if !list.isEmpty { uuider[kind] = Set(list) }
                continue
            }
            switch name {
            case "SoegUdtryk": udtryk = try Udtrykslaeser.laes(member)
            case "Filter": filter = try Filter(member)
            case "Sortering": sortering = try Sortering.laes(member)
            default: throw member.ukendt()
            }
        }
        guard udtryk != nil || !uuider.isEmpty else {
            throw QueryError.brud(
                regel: "R14", sti: "SoegUdtryk", besked: "en UUID eller et SoegUdtryk skal angives")
        }
    }
}

/// Reads SoegUdtryk, however deep it is nested.
enum Udtrykslaeser {
    static func laes(_ laesning: Laesning) throws(QueryError) -> Udtryk {
        var parts: [Udtryk] = []
        var isAnd = true
        for (name, member) in try laesning.medlemmer() {
            if name == "operation" {
                isAnd = try member.valg(["AND", "OR"]) == "AND"
                continue
            }
            guard let read = element(name) else { throw member.ukendt() }
            for entry in try member.liste() { parts.append(try read(entry)) }
        }
        guard !parts.isEmpty else {
            throw laesning.brud("R14", nil, "mindst ét element ventes")
        }
        return isAnd ? .og(parts) : .eller(parts)
    }

    private typealias Laeser = (Laesning) throws(QueryError) -> Udtryk

    private static func element(_ name: String) -> Laeser? {
        func led(_ kind: ObjektKind, sagsloest: Bool = false) -> Laeser {
            { laesning throws(QueryError) in
                .led(try Kriterielaeser.laes(laesning, kind, sagsloest: sagsloest))
            }
        }
        return switch name {
        case "SoegSag": led(.sag)
        case "SoegDokument": led(.dokument)
        case "SoegSagsloeseDokumenter": led(.dokument, sagsloest: true)
        case "SoegBevillingIndeks": led(.bevilling)
        case "SoegOekonomiskEffektueringIndeks": led(.oekonomiskEffektuering)
        case "SoegUdtryk": { laesning throws(QueryError) in try laes(laesning) }
        case "NOT": { laesning throws(QueryError) in .ikke(try laes(laesning)) }
        default: nil
        }
    }
}

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

/// One thing to order a kind of object by.
struct Sortering {
    enum Element: String, CaseIterable {
        case bruger = "Bruger"
        case stsRegistreringstidspunkt = "StsRegistreringstidspunkt"
        case registreringstidspunkt = "Registreringstidspunkt"
        case brugervendtNoegle = "BrugervendtNoegle"
        case systemnavn = "ItSystem-Systemnavn"
        case fremdrift = "Fremdrift"
        case titel = "Titel"
        case foelsomhed = "Foelsomhed"
        case klasse = "Sagklasse-BrugervendtNoegle"
        case livscyklus = "Livscyklus"
        case major = "Major"
        case minor = "Minor"
        case fuldtNavn = "FuldtNavn"
        case ydelsesnavn = "Ydelsesnavn"
        case dispositionsdato = "Dispositionsdato"
        case startdato = "Startdato"
        case slutdato = "Slutdato"
    }

    let element: Element
    let faldende: Bool
    private let prioritet: Int

    static func elementer(_ kind: ObjektKind) -> [Element] {
        let faelles: [Element] = [
            .bruger, .stsRegistreringstidspunkt, .registreringstidspunkt, .brugervendtNoegle,
            .systemnavn, .fremdrift, .titel, .foelsomhed,
        ]
        return switch kind {
        case .sag: faelles + [.klasse, .livscyklus]
        case .dokument: faelles + [.major, .minor]
        case .bevilling: [.fuldtNavn, .ydelsesnavn]
        case .oekonomiskEffektuering: [.dispositionsdato, .startdato, .slutdato]
        }
    }

    static func laes(_ laesning: Laesning) throws(QueryError) -> [ObjektKind: [Sortering]] {
        var result: [ObjektKind: [Sortering]] = [:]
        for (name, member) in try laesning.medlemmer() {
            guard let kind = ObjektKind.allCases.first(where: { $0.name + "Sortering" == name })
            else { throw member.ukendt() }
            let list = try member.liste().map { entry throws(QueryError) in
                try Sortering(entry, kind)
            }
            // Stable: those of the same priority stand in the order given.
            result[kind] = list.enumerated().sorted {
                ($0.element.prioritet, $0.offset) < ($1.element.prioritet, $1.offset)
            }.map(\.element)
        }
        return result
    }

    private init(_ laesning: Laesning, _ kind: ObjektKind) throws(QueryError) {
        let isYdelse = kind == .bevilling || kind == .oekonomiskEffektuering
        let order = isYdelse ? "Sekvens" : "Prioritet"
        var element: Element?
        var faldende = false
        var prioritet = Int.max
        for (name, member) in try laesning.medlemmer() {
            switch name {
            case "Element":
                let names = Self.elementer(kind).map(\.rawValue)
                element = Element(rawValue: try member.valg(names))
            case "Retning": faldende = try member.valg(["Stigende", "Faldende"]) == "Faldende"
            case order: prioritet = try member.heltal()
            default: throw member.ukendt()
            }
        }
        guard let element else { throw laesning.brud("R13", nil, "Element skal angives") }
        self.element = element
        self.faldende = faldende
        self.prioritet = prioritet
    }
}
