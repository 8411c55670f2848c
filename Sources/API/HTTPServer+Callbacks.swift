import CMicrohttpd
import Glibc
import Synchronization

/// What libmicrohttpd calls, on its own threads. `context` is the server's core, whose retain lasts
/// until the daemon has stopped.
enum HTTPCallbacks {
    /// The request line is read: a request begins.
    static let target:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) ->
            UnsafeMutableRawPointer? = { context, target, library in
                guard let context, let library, let link = mhd_socket_context(library) else {
                    return nil
                }
                let exchange = HTTPExchange(
                    library: library, target: target,
                    connection: Unmanaged.fromOpaque(link).takeUnretainedValue(),
                    core: Unmanaged.fromOpaque(context).takeUnretainedValue())
                exchange.connection.requestBegan(exchange)
                return Unmanaged.passRetained(exchange).toOpaque()
            }

    /// The head is read, a piece of the body is there, or the request is complete.
    static let handle: MHD_AccessHandlerCallback = {
        _, _, _, method, version, bytes, count, exchange in
        guard let count, let exchange = exchange?.pointee else { return .NO }
        return Unmanaged<HTTPExchange>.fromOpaque(exchange).takeUnretainedValue().handle(
            method: method, version: version, bytes: bytes, count: &count.pointee)
    }

    /// The request is over, one way or another.
    static let completed: MHD_RequestCompletedCallback = { _, _, exchange, reason in
        guard let pointer = exchange?.pointee else { return }
        exchange?.pointee = nil
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(pointer).takeRetainedValue()
        exchange.ended(whole: reason == .REQUEST_TERMINATED_COMPLETED_OK)
    }

    /// A connection was accepted or is about to be closed.
    static let connection: MHD_NotifyConnectionCallback = { context, library, slot, event in
        guard let context, let library, let slot else { return }
        let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
        if event == .CONNECTION_NOTIFY_STARTED {
            slot.pointee = core.opened(library)
        } else if let link = slot.pointee {
            slot.pointee = nil
            core.closed(Unmanaged<HTTPConnection>.fromOpaque(link).takeRetainedValue())
        }
    }

    /// Counts what the library would log and keeps none of it: it may hold request data.
    static let log: MHD_LogCallback = { context, _, _ in
        guard let context else { return }
        let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
        core.counters.libraryMessages.add(1, ordering: .relaxed)
    }
}

extension HTTPServerCore {
    /// Gives the retained connection that the library keeps beside its own.
    func opened(_ library: OpaquePointer) -> UnsafeMutableRawPointer {
        let connection = HTTPConnection(
            descriptor: mhd_socket(library), peerAddress: HTTPListener.text(mhd_peer(library)),
            core: self)
        if requiresClientCertificate {
            HTTPClientCertificate.require(in: mhd_tls_session(library))
        }
        watchdog.add(connection)
        counters.connections.add(1, ordering: .relaxed)
        counters.openConnections.add(1, ordering: .relaxed)
        return Unmanaged.passRetained(connection).toOpaque()
    }

    func closed(_ connection: HTTPConnection) {
        if let descriptor = connection.closed() { watchdog.linger(on: descriptor) }
        watchdog.remove(connection)
        load.closed(connection.descriptor)
        counters.openConnections.subtract(1, ordering: .relaxed)
    }
}
