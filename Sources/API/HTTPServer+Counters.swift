import Synchronization

extension HTTPServer {
    /// What a server has counted since it was made.
    public struct Counters: Sendable, Equatable {
        /// Connections open now.
        public var openConnections = 0
        /// Connections accepted.
        public var connections = 0
        /// Requests running now.
        public var runningRequests = 0
        /// Answers by the hundred of their status: index 2 counts 200…299.
        public var answers = [Int](repeating: 0, count: 6)
        /// Refusals by the transport, by reason.
        public var refused: [Refusal: Int] = [:]
        /// Requests that ended before their answer was sent whole.
        public var abandoned = 0
        /// Messages the HTTP library wanted to log. They may hold request data and are not kept.
        public var libraryMessages = 0
    }

    /// Why the transport refused a request or a connection.
    public enum Refusal: Int, CaseIterable, Sendable {
        /// 400 and 501: head or framing not acceptable.
        case malformed
        /// 431.
        case headTooLarge
        /// 413.
        case bodyTooLarge
        /// 408, or cut off by the watchdog.
        case tooSlow
        /// 503.
        case overloaded
        /// 503 while stopping.
        case stopping
        /// The client's certificate is missing or not verified.
        case certificate
    }
}

/// The counters themselves; every thread adds to them.
final class HTTPCounters: Sendable {
    let openConnections = Atomic(0)
    let connections = Atomic(0)
    let abandoned = Atomic(0)
    let libraryMessages = Atomic(0)
    private let successes = Atomic(0)
    private let redirections = Atomic(0)
    private let clientErrors = Atomic(0)
    private let serverErrors = Atomic(0)
    private let refused = Mutex<[HTTPServer.Refusal: Int]>([:])

    func countAnswer(_ status: Int) {
        switch status / 100 {
        case 2: successes.add(1, ordering: .relaxed)
        case 3: redirections.add(1, ordering: .relaxed)
        case 4: clientErrors.add(1, ordering: .relaxed)
        default: serverErrors.add(1, ordering: .relaxed)
        }
    }

    func countRefusal(_ reason: HTTPServer.Refusal) {
        refused.withLock { $0[reason, default: 0] += 1 }
    }

    func snapshot() -> HTTPServer.Counters {
        var counters = HTTPServer.Counters()
        counters.openConnections = openConnections.load(ordering: .relaxed)
        counters.connections = connections.load(ordering: .relaxed)
        counters.answers[2] = successes.load(ordering: .relaxed)
        counters.answers[3] = redirections.load(ordering: .relaxed)
        counters.answers[4] = clientErrors.load(ordering: .relaxed)
        counters.answers[5] = serverErrors.load(ordering: .relaxed)
        counters.refused = refused.withLock { $0 }
        counters.abandoned = abandoned.load(ordering: .relaxed)
        counters.libraryMessages = libraryMessages.load(ordering: .relaxed)
        return counters
    }
}
