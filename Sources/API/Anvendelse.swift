import IndexCore
import Ingest
import Query
import Synchronization

/// The application behind the server: who calls, where to, and what comes back.
///
/// Called on the server's worker threads; queries are answered there, writes when the disk has them.
final class Anvendelse: HTTPApplication {
    let verifier: TokenVerifier
    private let store: Store
    private let konfiguration: Konfiguration
    private let maaling = Maaling()
    private let segl = Markoersegl.withFreshKey()
    private let lane = ReadLane()
    private let importer: Mutex<Importer>
    private let server = Mutex<HTTPServer?>(nil)
    private let openapi: [UInt8]

    /// `indlaest` is the classification that the operator has loaded; nil while it is the extract
    /// that the product comes with.
    init(
        store: Store, verifier: TokenVerifier, konfiguration: Konfiguration,
        indlaest: Klassifikation?
    ) {
        self.store = store
        self.verifier = verifier
        self.konfiguration = konfiguration
        openapi = OpenAPI.json()
        importer = Mutex(Self.importer(store, konfiguration, indlaest))
        store.use(Klasselager.klasseviden(indlaest ?? Klasselager.medfoelgende))
        store.ajourfoer()
    }

    /// From now on objects are judged against this classification.
    func use(_ klassifikation: Klassifikation) {
        store.use(Klasselager.klasseviden(klassifikation))
        let new = Self.importer(store, konfiguration, klassifikation)
        importer.withLock { $0 = new }
    }

    /// Whose counters `/metrics` tells.
    func attach(_ server: HTTPServer) { self.server.withLock { $0 = server } }

    private static func importer(
        _ store: Store, _ konfiguration: Konfiguration, _ indlaest: Klassifikation?
    ) -> Importer {
        let roller = store.configuration.roller
        // Only a plan that was loaded can tell that a number is not in it.
        let erKendt: @Sendable (String) -> Bool = { number in
            indlaest.map { !$0.places(noegle: number).isEmpty } ?? true
        }
        return Importer(
            store: store, validator: Validator(roller: roller, erKendt: erKendt),
            normaliser: Normaliser(klassifikation: indlaest, roller: roller),
            kontrol: { konfiguration.kontrol($0) })
    }

    private var endpoints: Endpoints {
        Endpoints(store: store, importer: { self.importer.withLock { $0 } }, segl: segl)
    }

    // MARK: HTTPApplication

    func admit(_ head: HTTPRequestHead) -> Admission {
        let transaktion = Self.transaktion(head)
        do throws(Problem) {
            let (kald, _) = try kald(head, transaktion)
            guard kald.rute.needsCaller else { return .collect(maxBytes: 0) }
            let caller = try caller(head)
            try judgeKontrol(kald)
            try judgeParametre(kald)
            if let form = try ndjsonForm(kald) {
                let importer = importer.withLock { $0 }
                return .stream(
                    NDJSONModtager(
                        importer: importer, indsender: caller.indsender, form: form, kald: kald))
            }
            return .collect(maxBytes: konfiguration.graenser.bodyBytes)
        } catch {
            return .refuse(error.response(transaktion: transaktion))
        }
    }

    func answer(_ request: HTTPRequest, _ responder: HTTPResponder) {
        let start = currentInstant()
        let transaktion = Self.transaktion(request.head)
        do throws(Problem) {
            let (kald, index) = try kald(request.head, transaktion)
            let timed = HTTPResponder { [maaling] response in
                guard let response else { return }
                let time = currentInstant().microseconds - start.microseconds
                maaling.note(rute: index, status: response.status, mikrosekunder: Int(time))
                responder.send(response)
            }
            try dispatch(kald, request, timed)
        } catch {
            responder.send(error.response(transaktion: transaktion))
        }
    }

    private func dispatch(
        _ kald: Kald, _ request: HTTPRequest, _ responder: HTTPResponder
    ) throws(Problem) {
        guard kald.rute.needsCaller else { return responder.send(open(kald)) }
        let caller = try caller(request.head)
        if kald.rute.writes(request.head.method) {
            endpoints.write(kald, request.body, caller, responder)
        } else {
            endpoints.read(kald, request.body, caller, lane: lane, responder)
        }
    }

    func transportProblem(status: Int, head: HTTPRequestHead?) -> HTTPResponse {
        Problem(status).response(transaktion: head.map(Self.transaktion) ?? Self.nyTransaktion())
    }

    func isAlwaysAnswered(_ head: HTTPRequestHead) -> Bool {
        ["/healthz", "/readyz", "/metrics"].contains(head.rawPath)
    }

    // MARK: Who and where

    private func kald(
        _ head: HTTPRequestHead, _ transaktion: String
    ) throws(Problem) -> (Kald, Int) {
        // A coded slash would make two parts of one, behind whoever judges paths on the way.
        if head.rawPath.utf8.contains(UInt8(ascii: "%")), head.rawPath.lowercased().contains("%2f")
        {
            throw Problem(404)
        }
        switch Rute.find(head.method, head.path) {
        case .rute(let rute, let navn, let index):
            return (Kald(head: head, rute: rute, navn: navn, transaktion: transaktion), index)
        case .metode(let methods):
            var problem = Problem(405)
            let allowed = methods.flatMap { $0 == "GET" ? [$0, "HEAD"] : [$0] }
            problem.fields = [HTTPField("Allow", allowed.joined(separator: ", "))]
            throw problem
        case .ingen: throw Problem(404)
        }
    }

    private func caller(_ head: HTTPRequestHead) throws(Problem) -> Caller {
        // Of two nobody can tell who calls.
        guard head.fields.count(of: "Authorization") == 1,
            let field = head.fields["Authorization"], field.utf8.count > 7,
            field.utf8.starts(with: "bearer ".utf8, by: { $0 | 0x20 == $1 })
        else { throw Problem(401) }
        let now = Int(store.now.microseconds / 1_000_000)
        do throws(TokenError) {
            let claims = try verifier.verify(
                String(Substring(field.utf8.dropFirst(7))), at: now,
                clientCertificateThumbprint: head.certificateThumbprint)
            return Caller(claims, store: store)
        } catch {
            throw Problem(error)
        }
    }

    /// Whoever asks for a control in a way that is not understood must not have it stored instead.
    private func judgeKontrol(_ kald: Kald) throws(Problem) {
        guard kald.rute.writes(kald.head.method), let value = kald.head.fields["Kontrol"],
            value != "kun" || kald.head.fields.count(of: "Kontrol") > 1
        else { return }
        let besked = "Hovedfeltet Kontrol kan kun være kun"
        throw Problem(
            400, detail: besked, fejl: [.init(regel: "", sti: "Kontrol", besked: besked)])
    }

    /// Only a read of one object or class has parameters; those judge their own.
    private func judgeParametre(_ kald: Kald) throws(Problem) {
        guard !kald.rute.hasParameters(kald.head.method), let first = kald.head.queryItems.first
        else { return }
        throw Problem(QueryError(ukendt: first.name))
    }

    /// The form of the objects on a stream; nil when the body is one JSON message.
    private func ndjsonForm(_ kald: Kald) throws(Problem) -> IndsendtObjekt.Form? {
        guard kald.head.method == "POST" || kald.head.method == "PUT" else { return nil }
        switch (try mediatype(kald.head), kald.rute) {
        case ("application/x-ndjson", .importer): return .importer
        case ("application/x-ndjson", .opdater): return .opdater
        case ("application/json", _): return nil
        default: throw Problem(415, detail: "application/json eller application/x-ndjson ventes")
        }
    }

    /// What the body says it is; refused when it is coded, or not in UTF-8.
    private func mediatype(_ head: HTTPRequestHead) throws(Problem) -> String {
        for name in ["Content-Encoding", "Content-Type"] where head.fields.count(of: name) > 1 {
            throw Problem(400, detail: "Hovedfeltet \(name) står mere end én gang")
        }
        if let coding = head.fields["Content-Encoding"]?.lowercased(), coding != "identity" {
            throw Problem(415, detail: "Content-Encoding er ikke understøttet")
        }
        let media = (head.fields["Content-Type"] ?? "application/json").lowercased()
        let parts = media.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\"" } }
        for part in parts.dropFirst() where part.hasPrefix("charset=") && part != "charset=utf-8" {
            throw Problem(415, detail: "charset=utf-8 ventes")
        }
        return parts.first ?? ""
    }

    /// The caller's own identity of the call, under either of its names, or a fresh one.
    private static func transaktion(_ head: HTTPRequestHead) -> String {
        let sent = ["x-TransaktionsId", "x-TransaktionsTid"].lazy.compactMap { head.fields[$0] }
        return sent.compactMap { UUIDIdentifikator($0) }.first?.description ?? nyTransaktion()
    }

    private static func nyTransaktion() -> String { SecureRandom.uuid().description }

    // MARK: What anyone may ask

    private func open(_ kald: Kald) -> HTTPResponse {
        switch kald.rute {
        case .healthz: return kald.json(Array("{\"status\":\"ok\"}".utf8))
        case .readyz: return readyz(kald)
        case .metrics:
            let counters = server.withLock { $0 }?.counters ?? HTTPServer.Counters()
            return HTTPResponse(
                status: 200,
                fields: [
                    HTTPField("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                    HTTPField("x-TransaktionsId", kald.transaktion),
                ],
                body: .bytes(Array(maaling.tekst(server: counters, store: store).utf8)))
        default: return kald.json(openapi)
        }
    }

    /// 200 while the index serves, also when single files are set aside: the others answer.
    private func readyz(_ kald: Kald) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        let beskadigede = store.beskadigede
        let erHel = store.tilside.isEmpty && beskadigede.isEmpty
        writer.member("status", erHel ? "klar" : "klar, men ikke hel")
        writer.key("TilSide")
        writer.beginArray()
        for (fil, _) in store.tilside { writer.string(fil) }
        writer.endArray()
        writer.key("Beskadigede")
        writer.beginArray()
        for fil in beskadigede.sorted() { writer.string(fil) }
        writer.endArray()
        writer.endObject()
        return kald.json(writer.bytes)
    }
}

extension Rute {
    /// Asks for whatever there is: what a damaged file holds may be missing, and the answer tells so.
    var erSoegning: Bool {
        switch self {
        case .overblik, .fremsoeg, .soeg, .forslag: true
        default: false
        }
    }

    /// Longer questions are of lists or texts that nobody types.
    private static let langt = 64 << 10

    /// Whether the question may have to pass over every object that the caller sees, each read whole: an expression, what
    /// is asked of another time, and orders that the objects themselves tell; or is very long. A body that only looks so
    /// costs a change of thread.
    func kanTageTid(_ body: [UInt8]) -> Bool {
        if body.count > Self.langt { return true }
        let navne: [StaticString]
        switch self {
        case .fremsoeg: navne = ["\"SoegUdtryk\""]
        case .soeg:
            navne = [
                "\"SoegUdtryk\"", "\"Virkningstid\"", "\"Registreringstid\"", "\"Titel\"",
                "\"BrugervendtNoegle\"",
            ]
        default: return false
        }
        return body.withUnsafeBytes { body in
            body.indices.contains { place in
                switch body[place] {
                case UInt8(ascii: "\""):
                    navne.contains { navn in
                        navn.withUTF8Buffer { body[place...].starts(with: $0) }
                    }
                case UInt8(ascii: "\\"):
                    // A plain letter that is escaped, as nobody needs to, may be one of a name.
                    body[place...].dropFirst().starts(with: "u00".utf8)
                        && body[place...].dropFirst(4).first.map { (0x34...0x37).contains($0) }
                            ?? false
                default: false
                }
            }
        }
    }

    /// Whether what follows `?` says something.
    func hasParameters(_ method: String) -> Bool {
        switch self {
        case .klasse: true
        case .objekt: method == "GET" || method == "HEAD"
        default: false
        }
    }

    /// Whether a token must say who calls.
    var needsCaller: Bool {
        switch self {
        case .healthz, .readyz, .metrics, .openapi: false
        default: true
        }
    }

    func writes(_ method: String) -> Bool {
        switch self {
        case .importer, .opdater, .fjern, .kasser: true
        case .objekt: method == "PUT" || method == "DELETE"
        default: false
        }
    }
}
