import Glibc
import Synchronization

/// Bytes on their way out that may be more than memory should hold, in nameless temporary files.
///
/// One side appends and closes, the other reads behind it; either may wait for the other. A place may be held for what
/// comes later: who reads waits there.
final class Spool: HTTPBodySource {
    private struct Plads {
        /// Where among what is appended it stands.
        let at: Int
        /// Where among what came later; nil until it has come.
        var senere: (start: Int, count: Int)?
    }

    private struct State: ~Copyable {
        var bytes = Bytefil()
        var senere = Bytefil()
        /// In order.
        var pladser: [Plads] = []
        var read = 0
        /// The first place that has not been read to its end, and how much of it has.
        var plads = 0
        var pladsRead = 0
        var isClosed = false
        var waiting: HTTPFlow?

        /// The place that is next to be read, before anything else.
        var next: Plads? {
            plads < pladser.count && pladser[plads].at == read ? pladser[plads] : nil
        }

        var canRead: Bool {
            if isClosed || bytes.hasFailed || senere.hasFailed { return true }
            if let next { return next.senere != nil }
            return read < bytes.count
        }
    }

    private let state = Mutex(State())

    struct Failure: Error {}

    func append(_ bytes: [UInt8]) { change { $0.bytes.append(bytes) } }

    /// Holds a place behind what has been appended, to be filled once.
    func hold() -> Int {
        state.withLock { state in
            state.pladser.append(Plads(at: state.bytes.count))
            return state.pladser.count - 1
        }
    }

    /// `bytes` are some.
    func fill(_ plads: Int, _ bytes: [UInt8]) {
        change { state in
            state.pladser[plads].senere = (state.senere.count, bytes.count)
            state.senere.append(bytes)
        }
    }

    /// No more will come; a place that is not filled stays empty.
    func finish() { change { $0.isClosed = true } }

    private func change(_ body: (inout State) -> Void) {
        let flow = state.withLock { state -> HTTPFlow? in
            body(&state)
            guard state.canRead else { return nil }
            defer { state.waiting = nil }
            return state.waiting
        }
        flow?.resume()
    }

    var length: Int? { nil }

    func isReady(flow: HTTPFlow) -> Bool {
        state.withLock { state in
            if state.canRead { return true }
            state.waiting = flow
            return false
        }
    }

    /// 0 at the end; to be called when it is ready.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try state.withLock { state in
            while let next = state.next {
                guard let (start, count) = next.senere else {
                    // Nobody filled it, and nobody will.
                    state.plads += 1
                    continue
                }
                let wanted = min(buffer.count, count - state.pladsRead)
                let done = try state.senere.read(
                    at: start + state.pladsRead,
                    UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
                state.pladsRead += done
                if state.pladsRead == count {
                    state.plads += 1
                    state.pladsRead = 0
                }
                return done
            }
            let end =
                state.plads < state.pladser.count
                ? state.pladser[state.plads].at : state.bytes.count
            let wanted = min(buffer.count, end - state.read)
            guard wanted > 0 else { return 0 }
            let done = try state.bytes.read(
                at: state.read, UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
            state.read += done
            return done
        }
    }
}

/// A temporary file without a name, which is gone when it is closed; negative when there can be none.
func openNamelessFile() -> Int32 {
    var template = Array("/tmp/tvaerindeks-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    if descriptor >= 0 { unlink(template) }
    return descriptor
}

/// Bytes that are appended and read again, the last of them in memory and the rest in a nameless temporary file.
private struct Bytefil: ~Copyable {
    private var descriptor: Int32 = -1
    private var written = 0
    /// What has not been put in the file.
    private var tail: [UInt8] = []
    private(set) var hasFailed = false
    private static let tailBytes = 1 << 20

    var count: Int { written + tail.count }

    init() {}

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    mutating func append(_ bytes: [UInt8]) {
        tail.append(contentsOf: bytes)
        if tail.count > Self.tailBytes { flush() }
    }

    /// Some of the bytes from `offset` on, which must be there.
    func read(at offset: Int, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if hasFailed { throw Spool.Failure() }
        guard offset >= written else {
            let wanted = min(buffer.count, written - offset)
            let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
            guard count > 0 else { throw Spool.Failure() }
            return count
        }
        let start = offset - written
        let count = min(buffer.count, tail.count - start)
        tail.withUnsafeBytes { tail in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: tail[start..<(start + count)]))
        }
        return count
    }

    private mutating func flush() {
        if descriptor < 0 { descriptor = openNamelessFile() }
        let count = tail.withUnsafeBytes {
            pwrite(descriptor, $0.baseAddress, $0.count, off_t(written))
        }
        guard count == tail.count else {
            hasFailed = true
            return
        }
        written += count
        tail.removeAll(keepingCapacity: true)
    }
}
