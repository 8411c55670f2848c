import Dispatch
import Foundation
import Ingest
import Query
import Synchronization

@testable import API
@testable import IndexCore

/// The way a call takes to the application.
enum Vej: String, CaseIterable, Sendable {
    /// Straight at `HTTPApplication`.
    case direkte
    /// Through the server, over a socket.
    case sokkel
}

enum Taelling { case ikke, sqlite }

/// The whole application on a temporary directory, with its own key and agreements.
///
/// A call blocks until it is answered.
final class Proevetjeneste: Sendable {
    let directory: String
    let store: Store
    let noegle: DevelopmentKey
    /// What SQLite does for this service alone; nil unless asked for.
    let taeller: Taeller?
    private let anvendelse: Anvendelse
    private let server: HTTPServer?
    private let port: UInt16

    init(
        _ vej: Vej, kilder: [UUIDIdentifikator: Kontrol] = [:],
        clock: @escaping @Sendable () -> Tidspunkt = currentInstant, taelles: Taelling = .ikke
    ) throws {
        directory = NSTemporaryDirectory() + "/tvaerindeks-ende-\(SecureRandom.uuid())"
        taeller = taelles == .sqlite ? Taeller(directory: directory) : nil
        store = try Store(directory: directory, configuration: .init(clock: clock))
        noegle = try DevelopmentKey(directory: directory)
        var konfiguration = Konfiguration.standard
        konfiguration.kilder = kilder
        anvendelse = Anvendelse(
            store: store, verifier: TokenVerifier(issuers: [noegle.trustedIssuer]),
            konfiguration: konfiguration, indlaest: nil)
        guard vej == .sokkel else {
            server = nil
            port = 0
            return
        }
        var settings = HTTPServer.Configuration()
        settings.port = 0
        settings.limits.workerThreads = 2
        let server = HTTPServer(configuration: settings, application: anvendelse)
        anvendelse.attach(server)
        port = try server.start()
        self.server = server
    }

    /// A directory with the agreements that most tests need: the two systems may read and write all
    /// of both authorities.
    convenience init(
        aftaler vej: Vej, kilder: [UUIDIdentifikator: Kontrol] = [:]
    ) throws {
        try self.init(vej, kilder: kilder)
        for system in [Eksempel.fagsystem, Eksempel.andetSystem] {
            for cvr in [Eksempel.a, Eksempel.b] { try aftale(system, cvr) }
        }
    }

    deinit {
        server?.drain(within: .seconds(5))
        taeller?.slut()
        store.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    func use(_ klassifikation: Klassifikation) { anvendelse.use(klassifikation) }

    // MARK: Who calls

    func aftale(
        _ system: String, _ cvr: String, roller: Aftale.Roller = [.udstil, .rediger],
        kle: String = "*", niveau: Int = 4, til: Tidspunkt? = nil
    ) throws {
        try aftale(
            system, cvr, roller: roller, grupper: [Self.gruppe([cvr], kle, niveau)], til: til)
    }

    func aftale(
        _ system: String, _ cvr: String, roller: Aftale.Roller, grupper: [RightsGroup],
        til: Tidspunkt? = nil
    ) throws {
        guard let uuid = UUIDIdentifikator(system), let cvr = CVRNummer(cvr) else {
            throw Proevefejl.argument
        }
        _ = try store.add(
            Aftale(
                system: uuid, myndighed: cvr, roller: roller, grupper: grupper,
                fra: .distantPast, til: til))
    }

    static func gruppe(
        _ cvr: [String], _ kle: String, _ niveau: Int, systemer: Set<UUIDIdentifikator>? = nil,
        enheder: Set<UUIDIdentifikator>? = nil
    ) throws -> RightsGroup {
        guard let kle = KLEPattern.list(kle), let niveau = Foelsomhed(rawValue: UInt8(niveau))
        else { throw Proevefejl.argument }
        return RightsGroup(
            myndigheder: Set(cvr.compactMap { CVRNummer($0) }), kle: kle, foelsomhed: niveau,
            systemer: systemer, enheder: enheder)
    }

    func token(
        _ system: String = Eksempel.fagsystem, cvr: String = Eksempel.a,
        bruger: TokenRequest.Bruger? = nil, drift: Set<DriftRet> = [], levetid: Int = 3600
    ) throws -> String {
        guard let system = UUIDIdentifikator(system), let cvr = CVRNummer(cvr) else {
            throw Proevefejl.argument
        }
        let request = TokenRequest(
            system: system, cvr: cvr, bruger: bruger, drift: drift, levetidSeconds: levetid)
        let seconds = store.now.microseconds / 1_000_000
        return try noegle.sign(request.claims(at: Int(seconds)))
    }

    /// A token that asserts a user with these groups.
    func bruger(
        _ grupper: [RightsGroup], uuid: String = Eksempel.hvem, enheder: [String] = [],
        system: String = Eksempel.fagsystem
    ) throws -> String {
        guard let uuid = UUIDIdentifikator(uuid) else { throw Proevefejl.argument }
        return try token(
            system,
            bruger: .init(
                uuid: uuid, enheder: enheder.compactMap { UUIDIdentifikator($0) },
                rettigheder: grupper))
    }

    // MARK: Calls

    /// With `token` nil no Authorization field is sent; the default is the source system's own.
    func kald(
        _ method: String, _ path: String, _ body: [UInt8] = [], token: String?,
        fields: [HTTPField] = []
    ) throws -> Svar {
        var fields = fields
        if let token { fields.append(HTTPField("Authorization", "Bearer " + token)) }
        if server != nil { return try overSocket(method, path, body, fields) }
        return try straight(method, path, body, fields)
    }

    func kald(
        _ method: String, _ path: String, _ body: JSONValue? = nil, fields: [HTTPField] = []
    ) throws -> Svar {
        try kald(method, path, body?.bytes ?? [], token: try token(), fields: fields)
    }

    private func overSocket(
        _ method: String, _ path: String, _ body: [UInt8], _ fields: [HTTPField]
    ) throws -> Svar {
        let client = try SocketClient(port: port)
        defer { client.close() }
        var lines = fields.map { "\($0.name): \($0.value)" }
        if !body.isEmpty || method == "POST" || method == "PUT" {
            lines.append("Content-Length: \(body.count)")
        }
        try client.send("\(method) \(path)", lines)
        // A refused upload may be answered before it is sent in full.
        try? client.sendRaw(body)
        let answer = try client.readAnswer(toHead: method == "HEAD")
        return Svar(status: answer.status, fields: answer.fields, body: answer.body)
    }

    private func straight(
        _ method: String, _ path: String, _ body: [UInt8], _ fields: [HTTPField]
    ) throws -> Svar {
        guard let target = HTTPTarget(path) else { throw Proevefejl.argument }
        let head = HTTPRequestHead(method: method, target: target, fields: HTTPFields(fields))
        let slot = Mutex<HTTPResponse?>(nil)
        let done = DispatchSemaphore(value: 0)
        let responder = HTTPResponder { response in
            slot.withLock { $0 = response }
            done.signal()
        }
        switch anvendelse.admit(head) {
        case .refuse(let response): return try Svar(response)
        case .collect(let maxBytes):
            guard body.count <= maxBytes else {
                return try Svar(anvendelse.transportProblem(status: 413, head: head))
            }
            anvendelse.answer(HTTPRequest(head: head, body: body), responder)
        case .stream(let sink):
            if let refused = upload(body, to: sink) { return try Svar(refused) }
            sink.finish(responder)
        }
        done.wait()
        guard let response = slot.withLock({ $0 }) else { throw Proevefejl.noAnswer }
        return try Svar(response)
    }

    private func upload(_ body: [UInt8], to sink: any HTTPBodySink) -> HTTPResponse? {
        let turn = DispatchSemaphore(value: 0)
        let flow = HTTPFlow { turn.signal() }
        for start in stride(from: 0, to: body.count, by: 10_007) {
            let piece = body[start..<min(body.count, start + 10_007)]
            let upload = piece.withUnsafeBytes { sink.receive($0, flow: flow) }
            switch upload {
            case .more: break
            case .paused: turn.wait()
            case .refused(let response): return response
            }
        }
        return nil
    }
}

enum Proevefejl: Error {
    case argument, noAnswer, noReceipt
}

/// An answer as a client reads it.
struct Svar {
    let status: Int
    let fields: [String: String]
    let body: [UInt8]

    init(status: Int, fields: [String: String], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    init(_ response: HTTPResponse) throws {
        status = response.status
        fields = Dictionary(
            response.fields.map { ($0.name.lowercased(), $0.value) },
            uniquingKeysWith: { first, _ in first })
        switch response.body {
        case .bytes(let bytes): body = bytes
        case .stream(let source):
            let turn = DispatchSemaphore(value: 0)
            let flow = HTTPFlow { turn.signal() }
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 4096)
            while true {
                while !source.isReady(flow: flow) { turn.wait() }
                let count = try block.withUnsafeMutableBytes { try source.read(into: $0) }
                guard count > 0 else { break }
                bytes += block[..<count]
            }
            body = bytes
        }
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: JSONValue? { try? JSONValue(parsing: body) }

    /// Each line of an NDJSON answer.
    var lines: [JSONValue] {
        body.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONValue(parsing: Array($0)) }
    }

    var kvitteringer: [JSONValue] { json?["UnikRetur"]?.array ?? [] }

    var koder: [Int] { kvitteringer.compactMap { $0["StatusKode"]?.integer } }

    /// The rules that refused each object, or that the problem names.
    var regler: [[String]] {
        guard json?["UnikRetur"] != nil else { return [Self.regler(json, "fejl")] }
        return kvitteringer.map { Self.regler($0, "Fejl") }
    }

    var advarsler: [[String]] { kvitteringer.map { Self.regler($0, "Advarsler") } }

    private static func regler(_ value: JSONValue?, _ name: String) -> [String] {
        value?[name]?.array?.compactMap { $0["regel"]?.string } ?? []
    }
}

extension Proevetjeneste {
    /// One object of each pair, in that order of kinds; answers the receipts in input order.
    func importer(
        _ objekter: [(String, JSONValue)], token: String? = nil, fields: [HTTPField] = []
    ) throws -> Svar {
        try kald(
            "POST", "/v1/importer", Self.besked(objekter).bytes, token: try token ?? self.token(),
            fields: fields)
    }

    func opdater(
        _ objekter: [(String, JSONValue)], token: String? = nil, fields: [HTTPField] = []
    ) throws -> Svar {
        let named = objekter.map { ("Opdater" + $0.0, $0.1) }
        return try kald(
            "POST", "/v1/opdater", Self.besked(named).bytes, token: try token ?? self.token(),
            fields: fields)
    }

    static func besked(_ objekter: [(String, JSONValue)]) -> JSONValue {
        objekter.reduce([:] as JSONValue) { $0.adding($1.0, $1.1) }
    }

    /// The objects as they stand in the message: kind by kind, each kind where it first stood.
    static func iBeskedensOrden(_ objekter: [(String, JSONValue)]) -> [JSONValue] {
        besked(objekter).members?.flatMap { $0.value.array ?? [] } ?? []
    }

    static func ndjson(_ objekter: [(String, JSONValue)]) -> [UInt8] {
        objekter.flatMap { [$0.0: $0.1].linje }
    }

    func hent(
        _ path: String, token: String? = nil
    ) throws -> JSONValue? {
        let svar = try kald("GET", path, [], token: try token ?? self.token())
        return svar.status == 200 ? svar.json : nil
    }

    func soeg(_ body: JSONValue, token: String? = nil) throws -> [String] {
        let svar = try kald("POST", "/v1/soeg", body.bytes, token: try token ?? self.token())
        guard svar.status == 200, let hits = svar.json?["Traef"]?.array else {
            throw Proevefejl.noAnswer
        }
        return hits.compactMap { $0["UUIDIdentifikator"]?.string ?? $0["Sag"]?.string }
    }
}

extension Dictionary where Key == String, Value == JSONValue {
    fileprivate var linje: [UInt8] {
        JSONValue.object(map { JSONValue.Member(name: $0.key, value: $0.value) }).bytes
            + [UInt8(ascii: "\n")]
    }
}
