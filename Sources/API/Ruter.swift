import IndexCore
import Ingest

/// What the server can be asked, in one table that dispatch and `/openapi.json` are both made from.
enum Rute: Sendable, Equatable {
    case importer
    case opdater
    case fjern
    case kasser
    case objekt(ObjektKind)
    case historik(ObjektKind)
    case overblik
    case fremsoeg
    case soeg
    case klasse
    case klassesoegning
    case forslag
    case forklar
    case healthz
    case readyz
    case metrics
    case openapi

    /// One line of the table.
    struct Linje: Sendable {
        let method: String
        /// With `{uuid}` where the object's UUID stands, `{noegle}` where a class's number or UUID does.
        let path: String
        let rute: Rute
        let summary: String
    }

    static let tabel: [Linje] = {
        var lines = [
            Linje(
                method: "POST", path: "/v1/importer", rute: .importer,
                summary: "Registrerer nye objekter; et kendt UUID giver 49 for det objekt"),
            Linje(
                method: "POST", path: "/v1/opdater", rute: .opdater,
                summary:
                    "Lægger ændringer over registrerede sager og dokumenter; af bevillinger og effektueringer erstatter en sendt liste hele den registrerede"
            ),
            Linje(
                method: "POST", path: "/v1/fjern", rute: .fjern,
                summary: "Fjerner objekter fysisk"),
            Linje(
                method: "POST", path: "/v1/kasser", rute: .kasser,
                summary: "Fjerner enkelte valgfrie dele fysisk, også af historikken"),
            Linje(
                method: "POST", path: "/v1/overblik", rute: .overblik,
                summary: "Alt om en eller flere parter på tværs af systemer, i ét øjebliksbillede"),
            Linje(
                method: "POST", path: "/v1/fremsoeg", rute: .fremsoeg,
                summary: "Søger med eksempler og logiske udtryk over alle felter"),
            Linje(
                method: "POST", path: "/v1/soeg", rute: .soeg,
                summary: "Søger i tekst og felter"),
            Linje(
                method: "POST", path: "/v1/forslag", rute: .forslag,
                summary: "Hvad en halvt skrevet søgning kan blive til"),
            Linje(
                method: "POST", path: "/v1/forklar", rute: .forklar,
                summary:
                    "Hvorfor et objekt ses eller ikke ses: aftale, gruppe, klasse, niveau og profil"
            ),
            Linje(
                method: "GET", path: "/v1/klasser/{noegle}", rute: .klasse,
                summary: "En klasse ved nummer eller UUID, som den gælder på et valgt tidspunkt"),
            Linje(
                method: "POST", path: "/v1/klasser/soeg", rute: .klassesoegning,
                summary: "Søger i klassers numre, titler og stikord"),
            Linje(
                method: "GET", path: "/healthz", rute: .healthz, summary: "Processen lever"),
            Linje(
                method: "GET", path: "/readyz", rute: .readyz,
                summary: "Indekset er klar; nævner filer, der er sat til side"),
            Linje(
                method: "GET", path: "/metrics", rute: .metrics,
                summary: "Målinger i Prometheus' tekstform"),
            Linje(
                method: "GET", path: "/openapi.json", rute: .openapi,
                summary: "Denne beskrivelse"),
        ]
        for kind in ObjektKind.allCases {
            let path = "/v1/\(kind.samling)/{uuid}"
            lines.append(
                Linje(
                    method: "GET", path: path, rute: .objekt(kind),
                    summary: "Et objekt, som det gælder og er kendt på valgte tidspunkter"))
            lines.append(
                Linje(
                    method: "PUT", path: path, rute: .objekt(kind),
                    summary: "Registrerer eller erstatter; samme indhold ændrer intet"))
            lines.append(
                Linje(
                    method: "DELETE", path: path, rute: .objekt(kind),
                    summary: "Fjerner objektet fysisk"))
            lines.append(
                Linje(
                    method: "GET", path: path + "/historik", rute: .historik(kind),
                    summary: "Alle registreringer, nyeste først, og hvad hver ændrede"))
        }
        return lines
    }()

    /// What a path names besides the route.
    struct Stinavn: Sendable, Equatable {
        var uuid: UUIDIdentifikator?
        var noegle: String?
    }

    /// Where a request goes.
    enum Fund: Sendable {
        /// `index` is the line's place in the table.
        case rute(Rute, Stinavn, index: Int)
        /// The path is there, for these methods.
        case metode([String])
        case ingen
    }

    static func find(_ method: String, _ path: String) -> Fund {
        let asked = path.split(separator: "/", omittingEmptySubsequences: false)
        var methods: [String] = []
        for (index, line) in delte.enumerated() where line.count == asked.count {
            guard let navn = match(line, asked) else { continue }
            let entry = tabel[index]
            if entry.method == method || (method == "HEAD" && entry.method == "GET") {
                return .rute(entry.rute, navn, index: index)
            }
            methods.append(entry.method)
        }
        return methods.isEmpty ? .ingen : .metode(methods)
    }

    private static let delte = tabel.map {
        $0.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    private static func match(_ line: [String], _ asked: [Substring]) -> Stinavn? {
        var navn = Stinavn()
        for (expected, part) in zip(line, asked) {
            if expected == "{uuid}" {
                guard let read = UUIDIdentifikator(part) else { return nil }
                navn.uuid = read
            } else if expected == "{noegle}" {
                guard !part.isEmpty else { return nil }
                navn.noegle = String(part)
            } else if expected != part {
                return nil
            }
        }
        return navn
    }
}

extension ObjektKind {
    /// The collection's name in a path.
    var samling: String {
        switch self {
        case .sag: "sager"
        case .dokument: "dokumenter"
        case .bevilling: "bevillinger"
        case .oekonomiskEffektuering: "effektueringer"
        }
    }

    /// The member of a removal that names such objects.
    var uuidMember: String { name + "Uuid" }
}
