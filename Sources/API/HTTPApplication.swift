import Synchronization

/// What answers the requests an `HTTPServer` receives.
///
/// Every function is called on the server's own threads, several at a time, and must return soon:
/// what takes longer is done elsewhere and answered through the responder when it is ready.
public protocol HTTPApplication: Sendable {
    /// Decides what becomes of a request when its head is read and before any of its body is.
    func admit(_ head: HTTPRequestHead) -> Admission

    /// Answers a request whose body was collected: at once, or later from any thread.
    func answer(_ request: HTTPRequest, _ responder: HTTPResponder)

    /// The answer to what the transport itself refuses, so that every error has one format.
    ///
    /// `head` is nil when the request was refused before its head could be read.
    func transportProblem(status: Int, head: HTTPRequestHead?) -> HTTPResponse

    /// Whether it is answered, as it costs next to nothing, also when there is too much to do.
    func isAlwaysAnswered(_ head: HTTPRequestHead) -> Bool
}

/// What becomes of a request after its head.
public enum Admission: Sendable {
    /// Collect the body and answer; a longer body is refused with 413.
    case collect(maxBytes: Int)
    /// Hand the body over piece by piece, however long it is.
    case stream(any HTTPBodySink)
    /// Answer without the body. Kept alive when the body is small, otherwise closed.
    case refuse(HTTPResponse)
}

/// Takes the body of one request piece by piece.
///
/// One call at a time. After `receive`s exactly one of these ends it: `finish`, `abort`, or the
/// sink's own `.refused`.
public protocol HTTPBodySink: AnyObject, Sendable {
    /// Takes the next bytes, which are valid during the call alone.
    func receive(_ bytes: UnsafeRawBufferPointer, flow: HTTPFlow) -> HTTPUpload

    /// The body is complete; to be answered at once or later.
    func finish(_ responder: HTTPResponder)

    /// The body will not be completed: the client has gone, was too slow, or the server stops.
    func abort()
}

/// What a sink wants after a piece of the body.
public enum HTTPUpload: Sendable {
    /// The next piece.
    case more
    /// Nothing until `HTTPFlow.resume()`; the bytes given were taken. Each `.paused` needs one
    /// `resume()`, which may come even before `receive` returns.
    case paused
    /// No more at all: the rest is thrown away and the request answered with this.
    case refused(HTTPResponse)
}

/// Lets a paused upload go on.
public final class HTTPFlow: Sendable {
    private let onResume: @Sendable () -> Void

    /// Calls `onResume` for each `resume()`; for sinks that are not driven by a server.
    public init(onResume: @escaping @Sendable () -> Void) {
        self.onResume = onResume
    }

    /// Ends one pause. From any thread; does nothing when the client has gone.
    public func resume() {
        onResume()
    }
}

/// Where the answer to one request goes.
///
/// A responder that is released without an answer answers 500, so that no client waits for ever.
public final class HTTPResponder: Sendable {
    private let deliver: @Sendable (HTTPResponse?) -> Void
    private let isSent = Atomic(false)

    /// Calls `deliver` exactly once: with the answer, or with nil when the responder was released
    /// without one.
    public init(deliver: @escaping @Sendable (HTTPResponse?) -> Void) {
        self.deliver = deliver
    }

    deinit {
        if !isSent.load(ordering: .relaxed) { deliver(nil) }
    }

    /// Answers the request. From any thread; only the first call counts.
    public func send(_ response: HTTPResponse) {
        guard !isSent.exchange(true, ordering: .relaxed) else { return }
        deliver(response)
    }
}
