import Glibc
import Synchronization

/// Until when a connection may take for what it is doing, and whether it moves fast enough.
///
/// Pure: the time is passed in. Source: the library's own timeout is for inactivity alone, so a
/// client that sends one byte now and then would hold a connection for ever.
struct HTTPPace {
    static let never = UInt64.max

    let requestTime: UInt64
    let idleTime: UInt64
    let bytesPerWindow: Int
    private(set) var deadline: UInt64
    private var windowBytes = 0

    init(_ limits: HTTPServer.Limits, openedAt now: UInt64) {
        requestTime = limits.requestDeadline.wholeNanoseconds
        idleTime = limits.idleTimeout.wholeNanoseconds
        let seconds = Double(idleTime) / 1_000_000_000
        bytesPerWindow = Int(Double(limits.minimumBytesPerSecond) * seconds)
        deadline = now + requestTime
    }

    /// The request line is there; what is left of an earlier deadline still holds.
    mutating func requestBegan(_ now: UInt64) {
        deadline = min(deadline, now + requestTime)
    }

    /// Something unbounded starts or goes on: every window must bring its share of bytes.
    mutating func windowBegan(_ now: UInt64) {
        windowBytes = 0
        deadline = now + idleTime
    }

    /// Gives true when the share is reached and a new window is to begin.
    mutating func moved(_ count: Int) -> Bool {
        windowBytes += count
        return windowBytes >= bytesPerWindow
    }

    /// It is the server that takes its time.
    mutating func stopped() {
        deadline = Self.never
    }

    /// A small answer is on its way.
    mutating func answerBegan(_ now: UInt64) {
        deadline = now + requestTime
    }

    /// The next request may come; the library closes the connection when nothing comes at all.
    mutating func requestEnded(_ now: UInt64) {
        deadline = now + idleTime + requestTime
    }
}

/// One TCP connection: what the watchdog and an orderly stop need to know about it.
final class HTTPConnection: Sendable {
    private enum Phase {
        case idle, receiving, answering, sending
    }

    private struct State {
        var pace: HTTPPace
        var phase = Phase.idle
        var isShut = false
        var isOpen = true
        var lingers = false
        var exchange: HTTPExchange?
        var head: HTTPRequestHead?
    }

    let descriptor: Int32
    let peerAddress: String
    let certificate = HTTPCertificateMemo()
    private let isTLS: Bool
    private let state: Mutex<State>

    init(descriptor: Int32, peerAddress: String, core: HTTPServerCore) {
        self.descriptor = descriptor
        self.peerAddress = peerAddress
        isTLS = core.isTLS
        state = Mutex(State(pace: HTTPPace(core.limits, openedAt: HTTPClock.now)))
    }

    func requestBegan(_ exchange: HTTPExchange) {
        let now = HTTPClock.now
        state.withLock {
            $0.exchange = exchange
            $0.head = nil
            $0.phase = .receiving
            $0.pace.requestBegan(now)
        }
    }

    func movementBegan() {
        let now = HTTPClock.now
        state.withLock { $0.pace.windowBegan(now) }
    }

    func movementStopped() {
        state.withLock { $0.pace.stopped() }
    }

    func moved(_ count: Int) {
        state.withLock {
            if $0.pace.moved(count) { $0.pace.windowBegan(HTTPClock.now) }
        }
    }

    /// The request is complete; false when the watchdog has ended it already.
    func answeringBegan() -> Bool {
        state.withLock {
            $0.phase = .answering
            $0.pace.stopped()
            return !$0.isShut
        }
    }

    func sendingBegan(streamed: Bool) {
        let now = HTTPClock.now
        state.withLock {
            $0.phase = .sending
            if streamed { $0.pace.windowBegan(now) } else { $0.pace.answerBegan(now) }
        }
    }

    func requestEnded() {
        let now = HTTPClock.now
        state.withLock {
            $0.phase = .idle
            $0.exchange = nil
            $0.head = nil
            $0.pace.requestEnded(now)
        }
    }

    /// Keep the socket for a while after its close: unread data must not destroy the answer.
    func lingerWhenClosed() {
        state.withLock { $0.lingers = true }
    }

    /// The library is about to close the socket. Gives a descriptor to linger on, if one is wanted.
    func closed() -> Int32? {
        state.withLock {
            $0.isOpen = false
            guard $0.lingers else { return nil }
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            return copy >= 0 ? copy : nil
        }
    }

    /// Of the request that is being received, when it has come.
    var head: HTTPRequestHead? { state.withLock { $0.head } }

    func headCame(_ head: HTTPRequestHead) { state.withLock { $0.head = head } }

    func isLate(_ now: UInt64) -> Bool {
        state.withLock { $0.isOpen && !$0.isShut && $0.pace.deadline <= now }
    }

    /// Ends a connection that is still late; where a request is being received over plain TCP,
    /// `farewell` is written first. The library then finds the connection closed.
    func endIfLate(_ now: UInt64, farewell: [UInt8]) -> Bool {
        state.withLock {
            guard $0.isOpen, !$0.isShut, $0.pace.deadline <= now else { return false }
            $0.isShut = true
            if !isTLS, $0.phase == .idle || $0.phase == .receiving { write(farewell) }
            shutdown(descriptor, Int32(SHUT_RDWR))
            return true
        }
    }

    /// Makes the library notice that the client sends no more. It overlooks an end that arrives
    /// together with the last bytes, having asked for changes alone (epoll's edges); shutting the
    /// receiving side, which is at its end anyway, is such a change. Harmless in every phase: a
    /// complete request is still answered.
    func noticeEnd() {
        state.withLock {
            guard $0.isOpen, !$0.isShut, !isTLS else { return }
            var byte: UInt8 = 0
            guard recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0 else { return }
            shutdown(descriptor, Int32(SHUT_RD))
        }
    }

    /// Ends a connection that has no request.
    func closeIfIdle() {
        state.withLock {
            guard $0.isOpen, $0.phase == .idle else { return }
            $0.isShut = true
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    /// Ends whatever goes on: a waiting client is answered, an upload is cut.
    func abandon() {
        let exchange = state.withLock { state -> HTTPExchange? in
            if state.isOpen, state.phase != .answering {
                state.isShut = true
                shutdown(descriptor, Int32(SHUT_RDWR))
            }
            return state.exchange
        }
        exchange?.abandon()
    }

    /// Writes an answer past the library, on the connection's own thread, just before the end.
    /// Without TLS only; what the socket does not take at once is lost.
    func writeFarewell(_ bytes: [UInt8]) {
        guard !isTLS else { return }
        state.withLock {
            if !$0.isShut { write(bytes) }
        }
    }

    private func write(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes {
            let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
            return send(descriptor, $0.baseAddress, $0.count, flags)
        }
    }
}
