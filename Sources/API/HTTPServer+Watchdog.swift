import Dispatch
import Glibc
import Synchronization

/// Ends connections past their deadline or left by their client, and empties sockets whose close
/// must not destroy an answer.
// `timer` and `lingering` are touched on `queue` alone; `open` has its own lock.
final class HTTPWatchdog: @unchecked Sendable {
    private static let lingerTime = DispatchTimeInterval.seconds(5)
    private static let maxLingering = 256

    private let queue = DispatchQueue(label: "http.watchdog")
    private let interval: DispatchTimeInterval
    private let open = Mutex<[ObjectIdentifier: HTTPConnection]>([:])
    private var timer: (any DispatchSourceTimer)?
    private var lingering: [Int: any DispatchSourceRead] = [:]
    private var lingerNumber = 0

    init(limits: HTTPServer.Limits) {
        let shortest = min(
            limits.requestDeadline.wholeNanoseconds, limits.idleTimeout.wholeNanoseconds)
        interval = .milliseconds(Int(min(max(shortest / 4_000_000, 10), 250)))
    }

    /// The connections open now.
    var connections: [HTTPConnection] { open.withLock { Array($0.values) } }

    func add(_ connection: HTTPConnection) {
        open.withLock { $0[ObjectIdentifier(connection)] = connection }
    }

    func remove(_ connection: HTTPConnection) {
        open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Calls `endLate` with the late connections, again and again until `stop`.
    func start(endLate: @escaping @Sendable ([HTTPConnection], UInt64) -> Void) {
        queue.sync {
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.schedule(deadline: .now() + interval, repeating: interval, leeway: interval)
            timer.setEventHandler { [weak self] in
                guard let self else { return }
                let now = HTTPClock.now
                let open = connections
                for connection in open { connection.noticeEnd() }
                let late = open.filter { $0.isLate(now) }
                if !late.isEmpty { endLate(late, now) }
            }
            self.timer = timer
            timer.resume()
        }
    }

    func stop() {
        queue.sync {
            timer?.cancel()
            timer = nil
            lingering.values.forEach { $0.cancel() }
            lingering = [:]
        }
    }

    /// Takes the descriptor, throws away what still arrives, and closes it when the client does so
    /// or a few seconds are over: a close with unread data would reset the connection, and the
    /// client might lose the answer (RFC 9112 §9.6).
    func linger(on descriptor: Int32) {
        queue.async { [self] in
            guard timer != nil, lingering.count < Self.maxLingering else {
                close(descriptor)
                return
            }
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            lingerNumber += 1
            let number = lingerNumber
            source.setEventHandler { [weak self] in
                if Self.discard(from: descriptor) == .ended { self?.endLingering(number) }
            }
            source.setCancelHandler { close(descriptor) }
            lingering[number] = source
            source.resume()
            queue.asyncAfter(deadline: .now() + Self.lingerTime) { [weak self] in
                self?.endLingering(number)
            }
        }
    }

    private func endLingering(_ number: Int) {
        lingering.removeValue(forKey: number)?.cancel()
    }

    private enum Discarded {
        case more, ended
    }

    private static func discard(from descriptor: Int32) -> Discarded {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)) { return .more }
            return .ended
        }
    }
}
