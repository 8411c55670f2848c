import Glibc
import Synchronization

/// Bytes on their way out that may be more than memory should hold: a nameless temporary file.
///
/// One side appends and closes, the other reads behind it; either may wait for the other.
final class Spool: HTTPBodySource {
    private struct State {
        var descriptor: Int32 = -1
        var written = 0
        var read = 0
        /// What has not been put in the file.
        var tail: [UInt8] = []
        var isClosed = false
        var hasFailed = false
        var waiting: HTTPFlow?
    }

    private let state = Mutex(State())
    private static let tailBytes = 1 << 20

    struct Failure: Error {}

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let flow = state.withLock { state -> HTTPFlow? in
            state.tail.append(contentsOf: bytes)
            if state.tail.count > Self.tailBytes { Self.flush(&state) }
            defer { state.waiting = nil }
            return state.waiting
        }
        flow?.resume()
    }

    /// No more will come.
    func finish() {
        let flow = state.withLock { state -> HTTPFlow? in
            state.isClosed = true
            defer { state.waiting = nil }
            return state.waiting
        }
        flow?.resume()
    }

    var length: Int? { nil }

    func isReady(flow: HTTPFlow) -> Bool {
        state.withLock { state in
            if state.isClosed || state.hasFailed || state.read < state.written + state.tail.count {
                return true
            }
            state.waiting = flow
            return false
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try state.withLock { state in
            if state.hasFailed { throw Failure() }
            let count: Int
            if state.read < state.written {
                let wanted = min(buffer.count, state.written - state.read)
                count = pread(state.descriptor, buffer.baseAddress, wanted, off_t(state.read))
                guard count > 0 else { throw Failure() }
            } else {
                let start = state.read - state.written
                count = min(buffer.count, state.tail.count - start)
                state.tail.withUnsafeBytes { tail in
                    buffer.copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: tail[start..<(start + count)]))
                }
            }
            state.read += count
            return count
        }
    }

    private static func flush(_ state: inout State) {
        if state.descriptor < 0 {
            var template = Array("/tmp/tvaerindeks-XXXXXX".utf8CString)
            state.descriptor = mkstemp(&template)
            unlink(template)
        }
        let count = state.tail.withUnsafeBytes {
            pwrite(state.descriptor, $0.baseAddress, $0.count, off_t(state.written))
        }
        guard count == state.tail.count else {
            state.hasFailed = true
            return
        }
        state.written += count
        state.tail.removeAll(keepingCapacity: true)
    }
}
