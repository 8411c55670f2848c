import CMicrohttpd
import Synchronization

/// One request and its answer, from the request line to the last byte sent.
///
/// The library holds it from request line to completion.
// `intake`, `head`, `body`, `isCounted`, `waitsLonger` are touched on the connection's own library thread alone;
// everything that other threads reach is in `state`, under its lock. `library` is used from other
// threads only under that lock and before `ended`.
final class HTTPExchange: @unchecked Sendable {
    private enum Intake {
        case headAwaited
        case collecting(limit: Int)
        case streaming(any HTTPBodySink, HTTPFlow)
        case discarding(HTTPResponse, left: Int)
        case complete
    }

    private static let discardLimit = 64 * 1024

    let connection: HTTPConnection
    private let core: HTTPServerCore
    private let library: OpaquePointer
    private let target: HTTPTarget?
    private let versionPosition: UInt
    private let state = Mutex(HTTPExchangeState())
    private var intake = Intake.headAwaited
    private var body: [UInt8] = []
    private var head: HTTPRequestHead?
    private var isCounted = false
    private var waitsLonger = false

    init(
        library: OpaquePointer, target: UnsafePointer<CChar>?, connection: HTTPConnection,
        core: HTTPServerCore
    ) {
        self.library = library
        self.connection = connection
        self.core = core
        let bytes = Self.bytes(target)
        self.target = HTTPTarget(bytes)
        versionPosition = UInt(bitPattern: target) + UInt(bytes.count) + 1
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
        guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
        let raw = UnsafeRawPointer(text)
        let count = Self.length(text)
        return UnsafeBufferPointer(start: raw.assumingMemoryBound(to: UInt8.self), count: count)
    }

    private static func length(_ text: UnsafePointer<CChar>) -> Int {
        var count = 0
        while text[count] != 0 { count += 1 }
        return count
    }

    // MARK: What the library reports

    func handle(
        method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?,
        bytes: UnsafePointer<CChar>?, count: inout Int
    ) -> MHD_Result {
        if case .headAwaited = intake { return begin(method: method, version: version) }
        guard count > 0 else { return conclude() }
        return take(UnsafeRawBufferPointer(start: bytes, count: count), left: &count)
    }

    func ended(whole: Bool) {
        state.withLock { $0.ended() }
        let last = intake
        intake = .complete
        if case .streaming(let sink, _) = last { sink.abort() }
        if !whole { core.counters.abandoned.add(1, ordering: .relaxed) }
        connection.requestEnded()
        if waitsLonger, whole { mhd_set_idle(library, core.limits.idleSeconds) }
        if isCounted { core.endRequest() }
    }

    // MARK: Head

    private func begin(
        method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?
    ) -> MHD_Result {
        isCounted = true
        let isPermitted = core.beginRequest()
        let head: HTTPRequestHead
        let framing: HTTPFraming
        do throws(HeadFault) {
            (head, framing) = try readHead(method: method, version: version)
        } catch {
            return refuse(error)
        }
        self.head = head
        connection.headCame(head)
        guard core.stage.load(ordering: .relaxed) == .serving else {
            return refuse(503, .stopping, framing)
        }
        guard isPermitted || core.application.isAlwaysAnswered(head) else {
            return refuse(503, .overloaded, framing)
        }
        return admit(head, framing)
    }

    /// Why a head is not acceptable; what follows it on the connection cannot be told.
    private enum HeadFault: Error {
        case tooLarge
        case malformed(status: Int)
        case certificate
    }

    private func readHead(
        method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?
    ) throws(HeadFault) -> (HTTPRequestHead, HTTPFraming) {
        guard let fields = readFields() else { throw .tooLarge }
        // A NUL inside the target ends the library's text early: the version stands further on.
        guard let target, let version, UInt(bitPattern: version) == versionPosition,
            fields.areWellFormed, HTTPSyntax.isToken(Self.bytes(method)), let method
        else { throw .malformed(status: 400) }
        let framing = HTTPFraming(fields.value, isVersion10: String(cString: version) == "HTTP/1.0")
        if case .refused(let status) = framing { throw .malformed(status: status) }
        let head = HTTPRequestHead(
            method: String(cString: method), target: target, fields: fields.value,
            peerAddress: connection.peerAddress, certificateThumbprint: try verifiedThumbprint())
        return (head, framing)
    }

    private struct ReadFields {
        let value: HTTPFields
        let areWellFormed: Bool
    }

    /// Copies the header fields; nil when they are more or longer than permitted.
    private func readFields() -> ReadFields? {
        let limits = core.limits
        let size = mhd_header_size(library)
        guard size <= limits.maxHeadBytes else { return nil }
        let capacity = limits.maxFieldLines
        return withUnsafeTemporaryAllocation(of: mhd_field.self, capacity: capacity) { buffer in
            let count = mhd_fields(library, buffer.baseAddress, capacity)
            guard count <= capacity else { return nil }
            var fields = HTTPFields()
            fields.reserve(fields: count, bytes: size)
            var areWellFormed = true
            for field in buffer[..<count] {
                let name = Self.buffer(field.name, field.name_length)
                let value = HTTPSyntax.trimmed(Self.buffer(field.value, field.value_length))
                areWellFormed =
                    areWellFormed && HTTPSyntax.isToken(name) && HTTPSyntax.isFieldValue(value)
                fields.append(name: name, value: value)
            }
            return ReadFields(value: fields, areWellFormed: areWellFormed)
        }
    }

    private static func buffer(
        _ text: UnsafePointer<CChar>?, _ count: Int
    ) -> UnsafeBufferPointer<UInt8> {
        let raw = UnsafeRawPointer(text)?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: raw, count: raw == nil ? 0 : count)
    }

    /// The thumbprint of the client's certificate, where one is required.
    private func verifiedThumbprint() throws(HeadFault) -> String? {
        guard core.requiresClientCertificate else { return nil }
        let finding = connection.certificate.finding(mhd_tls_session(library))
        guard case .verified(let thumbprint) = finding else { throw .certificate }
        return thumbprint
    }

    private func admit(_ head: HTTPRequestHead, _ framing: HTTPFraming) -> MHD_Result {
        switch core.application.admit(head) {
        case .collect(let limit):
            awaitBody(framing)
            if case .length(let length) = framing {
                guard length <= limit else { return refuse(413, .bodyTooLarge, framing) }
                body.reserveCapacity(min(length, Self.discardLimit))
            }
            intake = .collecting(limit: limit)
        case .stream(let sink):
            awaitBody(framing)
            intake = .streaming(sink, HTTPFlow { [self] in resumeFlow() })
            connection.movementBegan()
        case .refuse(let response):
            return refuse(with: response, framing)
        }
        return .YES
    }

    /// While a body is awaited the watchdog ends what is too slow, and says so: the library would not.
    private func awaitBody(_ framing: HTTPFraming) {
        guard framing.hasBody else { return }
        waitsLonger = true
        mhd_set_idle(library, core.limits.longestSeconds)
    }

    // MARK: Refusals

    private func refuse(
        _ status: Int, _ reason: HTTPServer.Refusal, _ framing: HTTPFraming
    ) -> MHD_Result {
        core.counters.countRefusal(reason)
        return refuse(with: core.problem(status, head), framing)
    }

    private func refuse(_ fault: HeadFault) -> MHD_Result {
        switch fault {
        case .tooLarge:
            core.counters.countRefusal(.headTooLarge)
            return answerUnread(core.problem(431, nil))
        case .malformed(let status):
            core.counters.countRefusal(.malformed)
            return answerUnread(core.problem(status, nil))
        case .certificate:
            core.counters.countRefusal(.certificate)
            return .NO
        }
    }

    private func refuse(with response: HTTPResponse, _ framing: HTTPFraming) -> MHD_Result {
        let expectsContinue = head?.fields["Expect"] != nil
        switch framing {
        case .length(let length) where length > Self.discardLimit || expectsContinue:
            return answerUnread(response)
        case .chunked where expectsContinue:
            return answerUnread(response)
        case .none, .length, .chunked, .refused:
            intake = .discarding(response, left: Self.discardLimit)
            return .YES
        }
    }

    /// Answers before the body: the library then closes the connection.
    private func answerUnread(_ response: HTTPResponse) -> MHD_Result {
        intake = .complete
        connection.lingerWhenClosed()
        return queue(response)
    }

    /// Ends a request in the middle of its body, where the library takes no answer.
    private func cut(_ response: HTTPResponse) -> MHD_Result {
        intake = .complete
        connection.lingerWhenClosed()
        connection.writeFarewell(HTTPFarewell.bytes(response))
        core.counters.countAnswer(response.status)
        return .NO
    }

    // MARK: Body

    private func take(_ bytes: UnsafeRawBufferPointer, left: inout Int) -> MHD_Result {
        switch intake {
        case .collecting(let limit):
            left = 0
            guard body.count + bytes.count <= limit else {
                core.counters.countRefusal(.bodyTooLarge)
                return discard(core.problem(413, head))
            }
            body.append(contentsOf: bytes)
            return .YES
        case .streaming(let sink, let flow):
            // After a pause the library still offers the next chunk it has read.
            guard !state.withLock({ $0.isHeldForFlow }) else { return .YES }
            left = 0
            return stream(bytes, to: sink, flow)
        case .discarding(let response, let allowance):
            left = 0
            guard bytes.count <= allowance else { return cut(response) }
            intake = .discarding(response, left: allowance - bytes.count)
            return .YES
        case .headAwaited, .complete:
            return .NO
        }
    }

    private func discard(_ response: HTTPResponse) -> MHD_Result {
        body = []
        intake = .discarding(response, left: Self.discardLimit)
        return .YES
    }

    private func stream(
        _ bytes: UnsafeRawBufferPointer, to sink: any HTTPBodySink, _ flow: HTTPFlow
    ) -> MHD_Result {
        connection.moved(bytes.count)
        switch sink.receive(bytes, flow: flow) {
        case .more:
            return .YES
        case .refused(let response):
            return discard(response)
        case .paused:
            return pause() == .impossible ? .NO : .YES
        }
    }

    /// How a wish to pause came out.
    enum Pause {
        case suspended
        /// It had been ended before it began.
        case over
        /// The server stops.
        case impossible
    }

    /// Holds the connection until the flow resumes. On the connection's own thread.
    func pause() -> Pause {
        connection.movementStopped()
        let turn = state.withLock { state -> HTTPExchangeState.Turn? in
            let turn = state.paused(core.stage.load(ordering: .sequentiallyConsistent))
            if case .suspend = turn { MHD_suspend_connection(library) }
            return turn
        }
        switch turn {
        case .suspend: return .suspended
        case .close, .send: return .impossible
        case nil:
            connection.movementBegan()
            return .over
        }
    }

    func resumeFlow() {
        state.withLock { state in
            guard state.flowResumed() == .resume else { return }
            connection.movementBegan()
            MHD_resume_connection(library)
        }
    }

    // MARK: Answer

    /// Called when the request is complete, and again after each suspension.
    private func conclude() -> MHD_Result {
        switch intake {
        case .complete:
            return settle()
        case .headAwaited:
            return .NO
        case .collecting, .streaming, .discarding:
            guard connection.answeringBegan() else { return .NO }
        }
        let last = intake
        intake = .complete
        switch last {
        case .collecting:
            guard let head else { return .NO }
            let request = HTTPRequest(head: head, body: body)
            body = []
            core.application.answer(request, makeResponder())
        case .streaming(let sink, _):
            sink.finish(makeResponder())
        case .discarding(let response, _):
            return queue(response)
        case .headAwaited, .complete:
            return .NO
        }
        return settle()
    }

    private func makeResponder() -> HTTPResponder {
        HTTPResponder { [self] response in
            deliver(response ?? core.problem(500, nil))
        }
    }

    private func deliver(_ response: HTTPResponse) {
        state.withLock { state in
            if state.answered(response) == .resume { MHD_resume_connection(library) }
        }
    }

    /// Sends the answer if it is there; otherwise lets the connection wait without a thread.
    private func settle() -> MHD_Result {
        let turn = state.withLock { state in
            let turn = state.turn(core.stage.load(ordering: .sequentiallyConsistent))
            if case .suspend = turn { MHD_suspend_connection(library) }
            return turn
        }
        switch turn {
        case .send(let response): return queue(response)
        case .suspend: return .YES
        case .close: return .NO
        }
    }

    /// The server stops: a waiting client is answered, a paused upload goes on into its end.
    func abandon() {
        let response = core.problem(503, nil)
        state.withLock { state in
            if state.abandoned(response) == .resume { MHD_resume_connection(library) }
        }
    }

    private func queue(_ response: HTTPResponse) -> MHD_Result {
        let isLast = core.stage.load(ordering: .relaxed) != .serving
        var status = response.status
        var made = HTTPLibraryResponse.make(response, for: self, isLast: isLast)
        if made == nil {
            let problem = core.problem(500, head)
            status = problem.status
            made = HTTPLibraryResponse.make(problem, for: self, isLast: isLast)
        }
        guard let made else { return .NO }
        core.counters.countAnswer(status)
        connection.sendingBegan(streamed: made.isStreamed)
        let result = MHD_queue_response(library, UInt32(clamping: status), made.pointer)
        MHD_destroy_response(made.pointer)
        return result
    }
}
