import CMicrohttpd
import Dispatch
import Glibc
import Synchronization

/// How many connections each of the library's threads has.
final class HTTPThreadLoad: Sendable {
    private struct State {
        var open: [Int]
        var descriptors: Set<Int32> = []
    }

    let threads: Int
    private let state: Mutex<State>

    init(threads: Int) {
        self.threads = threads
        state = Mutex(State(open: [Int](repeating: 0, count: threads)))
    }

    /// Of all threads together.
    var count: Int { state.withLock { $0.descriptors.count } }

    /// The thread with the fewest.
    var least: Int {
        state.withLock { state in state.open.indices.min { state.open[$0] < state.open[$1] } ?? 0 }
    }

    /// The library has the descriptor from now on.
    func opened(_ descriptor: Int32) {
        state.withLock { state in
            guard state.descriptors.insert(descriptor).inserted else { return }
            state.open[Int(descriptor) % threads] += 1
        }
    }

    /// The library is about to close it, or has not taken it.
    func closed(_ descriptor: Int32) {
        state.withLock { state in
            guard state.descriptors.remove(descriptor) != nil else { return }
            state.open[Int(descriptor) % threads] -= 1
        }
    }
}

/// Accepts connections and gives each to the library's thread that has the fewest.
///
/// Left to itself the library lets whichever thread wakes first take all that wait: two connections that come together
/// then share a thread and wait for each other, while the others are idle. What it is given it puts on the thread that
/// the descriptor's number names, modulo their count (daemon.c, MHD_add_connection); so the number is chosen.
final class HTTPAcceptor: @unchecked Sendable {
    // `daemon` is the library's, which any thread may use; all else never changes.

    private let listener: Int32
    private let daemon: OpaquePointer
    private let load: HTTPThreadLoad
    private let limit: Int
    private let wake: (reading: Int32, writing: Int32)
    private let ended = DispatchSemaphore(value: 0)

    /// Takes the listening socket; more than `limit` connections wait in its queue.
    init?(listener: Int32, daemon: OpaquePointer, load: HTTPThreadLoad, limit: Int) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        self.listener = listener
        self.daemon = daemon
        self.load = load
        self.limit = limit
        wake = (ends[0], ends[1])
        for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        DispatchQueue(label: "http.acceptor").async { self.run() }
    }

    /// Returns when no more is accepted; those who wait in the queue are cut off.
    func stop() {
        close(wake.writing)
        ended.wait()
        close(wake.reading)
        close(listener)
    }

    private func run() {
        defer { ended.signal() }
        while !isStopped(waitingAtMost: load.count < limit ? -1 : 10) {
            while load.count < limit, takeOne() {}
        }
    }

    /// Waits until something comes, or where there is no room only so many milliseconds.
    private func isStopped(waitingAtMost milliseconds: Int32) -> Bool {
        var waited = [
            pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&waited, milliseconds < 0 ? 2 : 1, milliseconds)
        return waited[0].revents != 0
    }

    /// False when nobody waits, or nobody can be taken now.
    private func takeOne() -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                let accepted = accept(listener, peer, &length)
                guard accepted >= 0 else { return goesOn(after: errno) }
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
                let descriptor = numbered(accepted)
                load.opened(descriptor)
                // Else the library has closed it.
                if MHD_add_connection(daemon, descriptor, peer, length) != .YES {
                    load.closed(descriptor)
                }
                return true
            }
        }
    }

    private func goesOn(after code: Int32) -> Bool {
        switch code {
        case EINTR, ECONNABORTED: return true
        case EAGAIN: return false
        default:
            // No descriptors or no memory: whoever waits, waits a little longer.
            usleep(20_000)
            return false
        }
    }

    /// The same socket under a number that names the thread with the fewest; as it is where none is free soon.
    private func numbered(_ accepted: Int32) -> Int32 {
        let (threads, wanted) = (Int32(load.threads), Int32(load.least))
        var from = accepted
        for _ in 0..<8 {
            from += (wanted - from % threads + threads) % threads
            guard from != accepted else { return accepted }
            let copy = fcntl(accepted, F_DUPFD_CLOEXEC, from)
            guard copy >= 0 else { return accepted }
            if copy % threads == wanted {
                close(accepted)
                return copy
            }
            close(copy)
            from = copy + 1
        }
        return accepted
    }
}
