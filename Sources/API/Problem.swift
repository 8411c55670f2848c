import IndexCore
import Ingest
import Query

/// An answer that something went wrong, in the form of RFC 9457.
///
/// Never holds a value, a name, a number or a search text: the place says where to look.
struct Problem: Error {
    struct Fejl {
        let regel: String
        let sti: String
        let besked: String
    }

    let status: Int
    let title: String
    var detail: String?
    var fejl: [Fejl] = []
    var fields: [HTTPField] = []

    init(_ status: Int, _ title: String? = nil, detail: String? = nil, fejl: [Fejl] = []) {
        self.status = status
        self.title = title ?? Self.title(of: status)
        self.detail = detail
        self.fejl = fejl
        if status == 401 { fields = [HTTPField("WWW-Authenticate", "Bearer")] }
        if status == 503 { fields = [HTTPField("Retry-After", "1")] }
    }

    func response(transaktion: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "about:blank")
        writer.member("title", title)
        writer.member("status", status)
        writer.member("detail", detail ?? title)
        writer.member("instance", "urn:uuid:" + transaktion)
        writer.key("fejl")
        writer.beginArray()
        for item in fejl {
            writer.beginObject()
            writer.member("regel", item.regel)
            writer.member("sti", item.sti)
            writer.member("besked", item.besked)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return HTTPResponse(
            status: status,
            fields: [
                HTTPField("Content-Type", "application/problem+json"),
                HTTPField("x-TransaktionsId", transaktion),
            ] + fields,
            body: .bytes(writer.bytes))
    }

    private static func title(of status: Int) -> String {
        switch status {
        case 400: "Forespørgslen kan ikke forstås"
        case 401: "Adgangsbevis mangler eller gælder ikke"
        case 403: "Handlingen er ikke tilladt"
        case 404: "Findes ikke"
        case 405: "Metoden findes ikke her"
        case 408: "Forespørgslen kom for langsomt"
        case 409: "Handlingen er i strid med det, der er registreret"
        case 413: "Forespørgslen er for stor"
        case 415: "Medietypen kan ikke læses"
        case 431: "Hovedet er for stort"
        case 503: "Indekset er optaget; prøv igen"
        default: status < 500 ? "Forespørgslen er afvist" : "Der er sket en fejl i indekset"
        }
    }
}

// MARK: - Every error → a problem

extension Problem {
    /// The whole table of errors: a new case does not compile until it has a status.
    init(_ error: StoreError) {
        switch error {
        case .busy, .noHandles, .full, .closing: self.init(503)
        case .tooSlow:
            self.init(
                503, detail: "Spørgsmålet tager for lang tid at besvare; gør det snævrere")
        case .directoryInUse, .readOnly, .cannotOpen: self.init(503)
        case .setAside:
            self.init(
                503, detail: "En del af indekset er sat til side, til driften har set på den")
        case .ioFailure, .corrupt, .schemaTooNew, .unexpected: self.init(500)
        }
    }

    /// Nothing of why is told: a token's fault is the holder's own to find.
    init(_ error: TokenError) {
        self.init(401, detail: error.beskrivelse)
    }

    init(_ error: BeskedFejl) {
        self.init(
            error.reason == .tooDeep ? 413 : 400, detail: error.besked,
            fejl: [Fejl(regel: "R8", sti: error.sti, besked: error.besked)])
    }

    init(_ error: QueryError) {
        if case .store(let inner) = error {
            self.init(inner)
        } else {
            self.init(
                error == .forDyb ? 413 : 400, detail: error.besked,
                fejl: [Fejl(regel: error.regel, sti: error.sti ?? "", besked: error.besked)])
        }
    }
}

extension TokenError {
    /// Which part of the token does not hold, in Danish.
    var beskrivelse: String {
        switch self {
        case .tooLarge: "Adgangsbeviset er for stort"
        case .malformed, .criticalHeader: "Adgangsbeviset er ikke et gyldigt JWT"
        case .algorithm: "Adgangsbeviset skal være underskrevet med ES256 eller RS256"
        case .untrustedIssuer, .unknownKey, .signature: "Adgangsbevisets underskrift gælder ikke"
        case .audience: "Adgangsbeviset er ikke til tvaerindeks"
        case .expired: "Adgangsbeviset er udløbet"
        case .tooLongLived: "Adgangsbeviset gælder for længe"
        case .notYetValid: "Adgangsbeviset gælder ikke endnu"
        case .certificate: "Adgangsbeviset hører til et andet certifikat"
        case .claim(let member): "Adgangsbevisets \(member) mangler eller har forkert form"
        }
    }
}
