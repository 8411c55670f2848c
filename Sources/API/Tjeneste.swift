import IndexCore
import Ingest

/// The service: a store, its orders and an HTTP server on one data directory.
public final class Tjeneste: Sendable {
    private let store: Store
    private let server: HTTPServer
    private let ordrer: Ordremodtager

    /// Opens the directory; throws when another process has it or a configured file is of no use.
    public init(
        directory: String, konfiguration: Konfiguration, port: UInt16, bind: String
    ) throws {
        store = try Store(
            directory: directory, configuration: .init(roller: konfiguration.rolletabel()))
        store.use(Klasselager.klasseviden(try Klasselager.gaeldende(store)))
        var settings = HTTPServer.Configuration()
        settings.bindAddress = bind
        settings.port = port
        settings.limits = konfiguration.graenser.http
        settings.tls = try konfiguration.httpTLS()
        server = HTTPServer(configuration: settings, application: Livstegn())
        ordrer = Ordremodtager(directory: directory, store: store) { _ in }
    }

    /// Begins to serve; gives the port.
    public func start() throws -> UInt16 {
        try ordrer.start()
        return try server.start()
    }

    /// Reads the configured files again.
    public func genindlaes() {}

    /// Stops taking requests, lets those running end, and closes the store.
    public func stop(within limit: Duration) {
        server.drain(within: limit)
        ordrer.stop()
        store.close()
    }
}

/// Answers that the service lives, and nothing else.
private struct Livstegn: HTTPApplication {
    func admit(_ head: HTTPRequestHead) -> Admission {
        .refuse(HTTPResponse(status: head.path == "/healthz" ? 200 : 404))
    }

    func answer(_ request: HTTPRequest, _ responder: HTTPResponder) {}

    func transportProblem(status: Int, head: HTTPRequestHead?) -> HTTPResponse {
        HTTPResponse(status: status)
    }
}
