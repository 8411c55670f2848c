import CMicrohttpd
import Dispatch
import Glibc
import Synchronization

/// Why a server did not start.
public enum HTTPServerError: Error, Equatable {
    /// The bind address is not one of this machine, or is no address.
    case addressNotUsable
    /// Another process holds the port.
    case portInUse
    /// The process may not use the port.
    case portNotPermitted
    /// The system lacks sockets or memory.
    case noSocket
    /// Certificate, key or client authority are not PEM, or do not belong together.
    case tlsMaterialNotUsable
    /// The HTTP library refused to start.
    case libraryNotStarted
    /// The server has been started already.
    case alreadyStarted
}

/// Receives requests over TCP or TLS and hands them to an application.
///
/// A fixed number of threads serves all connections; no thread waits for an answer. libmicrohttpd
/// reads and writes HTTP and TLS; this type adds what it lacks: deadlines, refusals, an orderly stop.
public final class HTTPServer: Sendable {
    /// What the server protects itself with.
    public struct Limits: Sendable {
        /// Open connections; more wait to be accepted.
        public var maxConnections = 1024
        /// Open connections from one address; further ones are closed. 0: no limit.
        public var maxConnectionsPerAddress = 512
        /// Requests between their head and the end of their answer; more are answered 503.
        public var maxConcurrentRequests = 512
        /// A connection with nothing received or sent for so long is closed. Whole seconds.
        public var idleTimeout = Duration.seconds(15)
        /// The time from the first byte of a request to the last of a collected body; then 408.
        public var requestDeadline = Duration.seconds(30)
        /// A streamed upload, and an answer being read, must move at least this many bytes a second,
        /// measured over `idleTimeout`.
        public var minimumBytesPerSecond = 1024
        /// Request line and header fields together; more is answered 431. A token may be 32 KB.
        public var maxHeadBytes = 40 * 1024
        /// Header field lines; more is answered 431.
        public var maxFieldLines = 100
        /// Threads that serve connections.
        public var workerThreads = 4

        public init() {}

        /// What the library ends a connection after.
        var idleSeconds: UInt32 { UInt32(clamping: max(1, idleTimeout.components.seconds)) }
        /// More than anything may take that the watchdog ends.
        var longestSeconds: UInt32 {
            UInt32(clamping: (idleTimeout + requestDeadline).components.seconds + 5)
        }
    }

    /// Certificates in PEM.
    public struct TLS: Sendable {
        /// The server's certificate, followed by its intermediates.
        public var certificate: String
        /// Its private key.
        public var key: String
        /// When given, a client needs a certificate issued by one of these; others are cut off.
        public var clientAuthority: String?

        public init(certificate: String, key: String, clientAuthority: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.clientAuthority = clientAuthority
        }
    }

    public struct Configuration: Sendable {
        /// A numeric address or a name of this machine.
        public var bindAddress = "127.0.0.1"
        /// 0 lets the system choose.
        public var port: UInt16 = 8080
        public var limits = Limits()
        /// Nil serves plain HTTP.
        public var tls: TLS?

        public init() {}
    }

    private enum Phase {
        case idle
        case running(Running)
        case stopped
    }

    /// The daemon pointer, the strings it refers to, and its context's retain.
    private struct Running: @unchecked Sendable {
        // Guarded by `phase`; the library's daemon may be stopped from any thread.
        let daemon: OpaquePointer
        let acceptor: HTTPAcceptor
        let texts: [UnsafeMutablePointer<CChar>]
        let context: Unmanaged<HTTPServerCore>
    }

    private let configuration: Configuration
    private let core: HTTPServerCore
    private let phase = Mutex(Phase.idle)

    public init(configuration: Configuration, application: any HTTPApplication) {
        self.configuration = configuration
        core = HTTPServerCore(configuration: configuration, application: application)
    }

    deinit {
        drain(within: .zero)
    }

    /// Binds, listens and serves; gives the port. A server starts once.
    public func start() throws(HTTPServerError) -> UInt16 {
        let outcome = phase.withLock { phase -> Result<UInt16, HTTPServerError> in
            guard case .idle = phase else { return .failure(.alreadyStarted) }
            do throws(HTTPServerError) {
                let listener = try HTTPListener(
                    address: configuration.bindAddress, port: configuration.port)
                phase = .running(try launch(on: listener.descriptor))
                return .success(listener.port)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Stops accepting, lets the running requests finish, then stops.
    ///
    /// Blocks the calling thread for at most the given time and about a second more. What then still
    /// runs is answered 503 or cut off. Idle connections are closed at once; a request that arrives
    /// on an open connection meanwhile is answered 503.
    public func drain(within limit: Duration) {
        let running = phase.withLock { phase -> Running? in
            guard case .running(let running) = phase else { return nil }
            phase = .stopped
            return running
        }
        guard let running else { return }
        running.acceptor.stop()
        core.finishRequests(within: limit)
        core.abandonRequests(within: .seconds(1))
        MHD_stop_daemon(running.daemon)
        core.watchdog.stop()
        running.texts.forEach { free($0) }
        running.context.release()
    }

    /// What happened so far, for metrics.
    public var counters: Counters {
        var counters = core.counters.snapshot()
        counters.runningRequests = core.runningRequests.load(ordering: .relaxed)
        return counters
    }

    private func launch(on listener: Int32) throws(HTTPServerError) -> Running {
        var texts: [UnsafeMutablePointer<CChar>] = []
        let context = Unmanaged.passRetained(core)
        var settings = settings(context.toOpaque()) { text in
            guard let copy = text.flatMap({ strdup($0) }) else { return nil }
            texts.append(copy)
            return UnsafePointer(copy)
        }
        core.startWatchdog()
        let daemon = mhd_start(&settings)
        let acceptor = daemon.flatMap { daemon in
            HTTPAcceptor(
                listener: listener, daemon: daemon, load: core.load,
                limit: Int(settings.connections))
        }
        guard let daemon, let acceptor else {
            if let daemon { MHD_stop_daemon(daemon) }
            close(listener)
            core.watchdog.stop()
            texts.forEach { free($0) }
            context.release()
            throw configuration.tls == nil ? .libraryNotStarted : .tlsMaterialNotUsable
        }
        return Running(daemon: daemon, acceptor: acceptor, texts: texts, context: context)
    }

    private func settings(
        _ context: UnsafeMutableRawPointer,
        lasting: (String?) -> UnsafePointer<CChar>?
    ) -> mhd_settings {
        let limits = configuration.limits
        let tls = configuration.tls
        return mhd_settings(
            threads: UInt32(clamping: core.load.threads),
            connections: UInt32(clamping: max(limits.workerThreads, limits.maxConnections)),
            connections_per_address: UInt32(clamping: limits.maxConnectionsPerAddress),
            idle_seconds: limits.idleSeconds,
            connection_memory: max(32 * 1024, 2 * limits.maxHeadBytes),
            certificate: lasting(tls?.certificate), key: lasting(tls?.key),
            client_authority: lasting(tls?.clientAuthority),
            priorities: lasting(tls.map { _ in HTTPServerCore.tlsPriorities }),
            context: context, handler: HTTPCallbacks.handle,
            completed: HTTPCallbacks.completed, connection: HTTPCallbacks.connection,
            target: HTTPCallbacks.target, log: HTTPCallbacks.log)
    }
}

/// What the callbacks of one server share.
final class HTTPServerCore: Sendable {
    /// TLS 1.2 and 1.3 alone, the server's preference first (GnuTLS priority string).
    static let tlsPriorities = "SECURE128:%SERVER_PRECEDENCE:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

    enum Stage: Int, AtomicRepresentable {
        case serving, draining, stopping
    }

    let limits: HTTPServer.Limits
    let application: any HTTPApplication
    let isTLS: Bool
    let requiresClientCertificate: Bool
    let counters = HTTPCounters()
    let watchdog: HTTPWatchdog
    let load: HTTPThreadLoad
    let stage = Atomic(Stage.serving)
    let runningRequests = Atomic(0)
    private let quiet = DispatchSemaphore(value: 0)

    init(configuration: HTTPServer.Configuration, application: any HTTPApplication) {
        limits = configuration.limits
        self.application = application
        isTLS = configuration.tls != nil
        requiresClientCertificate = configuration.tls?.clientAuthority != nil
        watchdog = HTTPWatchdog(limits: configuration.limits)
        load = HTTPThreadLoad(threads: max(1, configuration.limits.workerThreads))
    }

    /// Counts a request in; false when there are more than permitted. Whether the server lives, and how it is, is answered
    /// all the same (`HTTPApplication.isAlwaysAnswered`).
    func beginRequest() -> Bool {
        let running = runningRequests.add(1, ordering: .sequentiallyConsistent).newValue
        return running <= limits.maxConcurrentRequests
    }

    func endRequest() {
        let left = runningRequests.subtract(1, ordering: .sequentiallyConsistent).newValue
        if left == 0, stage.load(ordering: .sequentiallyConsistent) != .serving { quiet.signal() }
    }

    func finishRequests(within limit: Duration) {
        stage.store(.draining, ordering: .sequentiallyConsistent)
        for connection in watchdog.connections { connection.closeIfIdle() }
        waitUntilQuiet(within: limit)
    }

    /// Ends what `finishRequests` left: answers are replaced by 503, uploads are cut.
    func abandonRequests(within limit: Duration) {
        stage.store(.stopping, ordering: .sequentiallyConsistent)
        for connection in watchdog.connections { connection.abandon() }
        waitUntilQuiet(within: limit)
    }

    func startWatchdog() {
        watchdog.start { [self] late, now in
            for connection in late {
                let farewell = HTTPFarewell.bytes(problem(408, connection.head))
                if connection.endIfLate(now, farewell: farewell) { counters.countRefusal(.tooSlow) }
            }
        }
    }

    private func waitUntilQuiet(within limit: Duration) {
        let deadline = HTTPClock.now + limit.wholeNanoseconds
        while runningRequests.load(ordering: .sequentiallyConsistent) > 0 {
            let now = HTTPClock.now
            guard now < deadline else { return }
            _ = quiet.wait(timeout: .now() + .nanoseconds(Int(deadline - now)))
        }
    }

    /// An answer made by the transport itself.
    func problem(_ status: Int, _ head: HTTPRequestHead?) -> HTTPResponse {
        var response = application.transportProblem(status: status, head: head)
        if status == 503 { response.fields.append(HTTPField("Retry-After", "1")) }
        return response
    }
}

/// Monotonic time in nanoseconds.
enum HTTPClock {
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Duration {
    /// Nanoseconds, at most about a century and at least zero.
    var wholeNanoseconds: UInt64 {
        let seconds = UInt64(clamping: min(max(components.seconds, 0), 3_000_000_000))
        return seconds * 1_000_000_000 + UInt64(clamping: components.attoseconds / 1_000_000_000)
    }
}
