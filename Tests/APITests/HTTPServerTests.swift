import API
import Dispatch
import Glibc
import Synchronization
import Testing

// What is proved here, over real sockets:
//  1. Requests follow each other on one connection, also when sent ahead; HEAD has no body.
//  2. Method, decoded path, query, fields and body reach the application as sent.
//  3. An answer may come later from any thread, and many requests may wait for it without threads.
//  4. A responder that is released without an answer answers 500; the first answer counts.
//  5. What the library lets through is refused: framing that is ambiguous, bad targets and names.
//  6. Limits hold: body 413, head 431, concurrent requests 503.
//  7. A client that drips is ended with 408; one that does not read its answer is cut off.
//  8. A client that has closed its sending side gets its answer.
//  9. A streamed upload is handed over whole, pauses hold it back, and it comes in small pieces.
// 10. A client that goes in the middle of an upload gives exactly one abort and leaves nothing.
// 11. A streamed answer arrives whole, also when it waits for its parts; one that fails is cut.
// 12. A stop lets running requests finish, refuses new ones, and ends what does not finish.
// 13. An answer with a line break in a field is not sent.
// 14. Over TLS a client without a certificate of the given authority gets nothing; with one, the
//     application sees its thumbprint. (Skipped where curl and openssl are missing.)

/// Answers as the closures say; transport problems are problem documents.
private struct TestApplication: HTTPApplication {
    var admitting: @Sendable (HTTPRequestHead) -> Admission = { _ in .collect(maxBytes: 1000) }
    var answering: @Sendable (HTTPRequest, HTTPResponder) -> Void = { request, responder in
        responder.send(.text(200, "\(request.head.method) \(request.head.path)"))
    }

    func admit(_ head: HTTPRequestHead) -> Admission { admitting(head) }

    func answer(_ request: HTTPRequest, _ responder: HTTPResponder) {
        answering(request, responder)
    }

    func isAlwaysAnswered(_ head: HTTPRequestHead) -> Bool { head.path == "/healthz" }

    func transportProblem(status: Int, head: HTTPRequestHead?) -> HTTPResponse {
        HTTPResponse(
            status: status, fields: [HTTPField("Content-Type", "application/problem+json")],
            body: .bytes(Array("{\"status\":\(status)}".utf8)))
    }
}

extension HTTPResponse {
    fileprivate static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, body: .bytes(Array(text.utf8)))
    }
}

/// Holds responders until a test lets them go.
private final class Waiting: Sendable {
    private let responders = Mutex<[HTTPResponder]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func add(_ responder: HTTPResponder) {
        responders.withLock { $0.append(responder) }
        arrived.signal()
    }

    func wait(for count: Int) -> Bool {
        (0..<count).allSatisfy { _ in arrived.wait(timeout: .now() + 10) == .success }
    }

    func answerAll(_ text: String) {
        let taken = responders.withLock { held -> [HTTPResponder] in
            defer { held = [] }
            return held
        }
        for responder in taken { responder.send(.text(200, text)) }
    }
}

/// Counts what it receives and pauses as it is told.
private final class CountingSink: HTTPBodySink {
    let received = Atomic(0)
    let largest = Atomic(0)
    let checksum = Atomic<UInt64>(0)
    let pauses = Atomic(0)
    let aborts = Atomic(0)
    let aborted = DispatchSemaphore(value: 0)
    let paused = DispatchSemaphore(value: 0)
    private let heldFlow = Mutex<HTTPFlow?>(nil)
    private let next: @Sendable (CountingSink, HTTPFlow) -> HTTPUpload

    init(next: @escaping @Sendable (CountingSink, HTTPFlow) -> HTTPUpload = { _, _ in .more }) {
        self.next = next
    }

    func receive(_ bytes: UnsafeRawBufferPointer, flow: HTTPFlow) -> HTTPUpload {
        received.add(bytes.count, ordering: .relaxed)
        largest.max(bytes.count, ordering: .relaxed)
        let sum = bytes.reduce(into: UInt64(0)) { $0 &+= UInt64($1) }
        checksum.wrappingAdd(sum, ordering: .relaxed)
        return next(self, flow)
    }

    func hold(_ flow: HTTPFlow) -> HTTPUpload {
        heldFlow.withLock { $0 = flow }
        paused.signal()
        return .paused
    }

    func letGo() {
        let flow = heldFlow.withLock { $0 }
        flow?.resume()
    }

    func forget() {
        heldFlow.withLock { $0 = nil }
    }

    func finish(_ responder: HTTPResponder) {
        responder.send(.text(200, "\(received.load(ordering: .relaxed))"))
    }

    func abort() {
        aborts.add(1, ordering: .relaxed)
        aborted.signal()
    }
}

/// Takes everything and reports its abort.
private final class AbortSink: HTTPBodySink {
    private let aborts: DispatchSemaphore

    init(_ aborts: DispatchSemaphore) {
        self.aborts = aborts
    }

    func receive(_ bytes: UnsafeRawBufferPointer, flow: HTTPFlow) -> HTTPUpload { .more }
    func finish(_ responder: HTTPResponder) { responder.send(.text(200, "")) }
    func abort() { aborts.signal() }
}

/// Gives `length` bytes of a counting pattern; fails at a place when told to.
// Read by one thread at a time.
private final class PatternSource: HTTPBodySource, @unchecked Sendable {
    struct Broken: Error {}

    private let total: Int
    private let failsAt: Int?
    private var position = 0
    private let released: DispatchSemaphore?

    private let isEverReady: Bool

    init(
        total: Int, failsAt: Int? = nil, isEverReady: Bool = true,
        released: DispatchSemaphore? = nil
    ) {
        self.total = total
        self.isEverReady = isEverReady
        self.failsAt = failsAt
        self.released = released
    }

    deinit {
        released?.signal()
    }

    func isReady(flow: HTTPFlow) -> Bool { isEverReady }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if let failsAt, position >= failsAt { throw Broken() }
        let count = min(buffer.count, total - position)
        for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: position + index) }
        position += count
        return count
    }
}

/// Gives numbered lines, each only after a pause that another thread ends.
// Read by one thread at a time, which the pauses hand on.
private final class PartsSource: HTTPBodySource, @unchecked Sendable {
    private let parts: Int
    private let resumesEarly: Bool
    private var next = 0
    private var isPaused = false

    init(parts: Int, resumesEarly: Bool) {
        self.parts = parts
        self.resumesEarly = resumesEarly
    }

    func isReady(flow: HTTPFlow) -> Bool {
        isPaused.toggle()
        guard isPaused else { return true }
        if resumesEarly { flow.resume() } else { DispatchQueue.global().async { flow.resume() } }
        return false
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard next < parts else { return 0 }
        let line = Array("\(next)\n".utf8)
        buffer.copyBytes(from: line)
        next += 1
        return line.count
    }
}

/// Starts a server on a free port, runs the body, stops it.
private func serving(
    _ application: TestApplication = TestApplication(),
    limits change: (inout HTTPServer.Limits) -> Void = { _ in },
    _ body: (HTTPServer, UInt16) throws -> Void
) throws {
    var configuration = HTTPServer.Configuration()
    configuration.port = 0
    change(&configuration.limits)
    let server = HTTPServer(configuration: configuration, application: application)
    let port = try server.start()
    defer { server.drain(within: .seconds(1)) }
    try body(server, port)
}

/// Waits for something another thread is about to do.
private func eventually(_ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if condition() { return true }
        sched_yield()
    }
    return false
}

@Suite("HTTPServer", .serialized)
struct HTTPServerTests {
    @Test("Requests follow each other on one connection")
    func keepAlive() throws {
        try serving { server, port in
            let client = try SocketClient(port: port)
            for number in 0..<5 {
                try client.send("GET /\(number)")
                let answer = try client.readAnswer()
                #expect(answer.status == 200)
                #expect(answer.text == "GET /\(number)")
            }
            #expect(server.counters.connections == 1)
        }
    }

    @Test("Requests sent ahead are answered in order")
    func pipelining() throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            let requests = (0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }
            try client.sendRaw(requests.joined())
            for number in 0..<20 {
                #expect(try client.readAnswer().text == "GET /\(number)")
            }
        }
    }

    @Test("HEAD gives the length but no body")
    func head() throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            try client.send("HEAD /ab")
            let answer = try client.readAnswer(toHead: true)
            #expect(answer.fields["content-length"] == "8")
            try client.send("GET /after")
            #expect(try client.readAnswer().text == "GET /after")
        }
    }

    @Test("Method, path, query, fields and body arrive as sent")
    func requestContents() throws {
        let application = TestApplication(answering: { request, responder in
            let head = request.head
            let items = head.queryItems.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
            let parts = [
                head.method, head.path, head.rawPath, items, head.fields["x-NOTE"] ?? "",
                head.fields.all("x-note").joined(separator: "+"), head.peerAddress,
                String(decoding: request.body, as: UTF8.self),
            ]
            responder.send(.text(200, parts.joined(separator: "|")))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send(
                "POST /s%C3%B8g/a%2Fb?q=a+b%26&tom&q=%C3%A6",
                ["X-Note: one", "x-note:  two ", "Content-Length: 4"], body: "krop")
            #expect(
                try client.readAnswer().text
                    == "POST|/søg/a/b|/s%C3%B8g/a%2Fb|q=a b&;tom=;q=æ|one|one+two|127.0.0.1|krop")
        }
    }

    @Test("A chunked body is collected")
    func chunkedBody() throws {
        let application = TestApplication(answering: { request, responder in
            responder.send(.text(200, String(decoding: request.body, as: UTF8.self)))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send(
                "POST /", ["Transfer-Encoding: chunked"], body: "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            #expect(try client.readAnswer().text == "abcde")
            try client.send("POST /", ["Content-Length: 1"], body: "x")
            #expect(try client.readAnswer().text == "x")
        }
    }

    @Test("Sixteen requests wait for one answer from another thread")
    func lateAnswers() throws {
        let waiting = Waiting()
        let application = TestApplication(answering: { _, responder in waiting.add(responder) })
        try serving(application) { _, port in
            let clients = try (0..<16).map { _ in try SocketClient(port: port) }
            for _ in 0..<3 {
                for client in clients { try client.send("GET /late") }
                #expect(waiting.wait(for: 16))
                DispatchQueue.global().async { waiting.answerAll("late") }
                for client in clients { #expect(try client.readAnswer().text == "late") }
            }
        }
    }

    @Test("A responder released without an answer answers 500")
    func releasedResponder() throws {
        try serving(TestApplication(answering: { _, _ in })) { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /")
            let answer = try client.readAnswer()
            #expect(answer.status == 500)
            #expect(answer.fields["content-type"] == "application/problem+json")
        }
    }

    @Test("Only the first answer counts")
    func secondAnswer() throws {
        let application = TestApplication(answering: { _, responder in
            responder.send(.text(200, "first"))
            responder.send(.text(200, "second"))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            for _ in 0..<2 {
                try client.send("GET /")
                #expect(try client.readAnswer().text == "first")
            }
        }
    }

    @Test(
        "Ambiguous framing and bad heads are refused and the connection closed",
        arguments: [
            (
                "POST / HTTP/1.1", ["Host: a", "Content-Length: 3", "Transfer-Encoding: chunked"],
                400
            ),
            ("POST / HTTP/1.1", ["Host: a", "Content-Length: 3", "Content-Length: 3"], 400),
            ("POST / HTTP/1.1", ["Host: a", "Content-Length: 3", "Content-Length: 4"], 400),
            (
                "POST / HTTP/1.1",
                ["Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], 400
            ),
            ("POST / HTTP/1.1", ["Host: a", "Transfer-Encoding: gzip, chunked"], 501),
            ("POST / HTTP/1.0", ["Host: a", "Transfer-Encoding: chunked"], 400),
            ("POST / HTTP/1.1", ["Host: a", "Content-Length : 3"], 400),
            ("GET / HTTP/1.1", ["Accept: x"], 400),
            ("GET / HTTP/1.1", ["Host: a", "Host: b"], 400),
            ("GET / HTTP/1.1", ["Host: a", "X-A: b\u{1}c"], 400),
            ("GET /a%2 HTTP/1.1", ["Host: a"], 400),
            ("GET /a%zz HTTP/1.1", ["Host: a"], 400),
            ("GET /a%00b HTTP/1.1", ["Host: a"], 400),
            ("GET /a\u{0}b HTTP/1.1", ["Host: a"], 400),
            ("GET /a b HTTP/1.1", ["Host: a"], 400),
            ("GET /%C3 HTTP/1.1", ["Host: a"], 400),
            ("GET /?q=%F HTTP/1.1", ["Host: a"], 400),
            ("GET /#a HTTP/1.1", ["Host: a"], 400),
            ("GET a HTTP/1.1", ["Host: a"], 400),
        ])
    func refusedHeads(line: String, fields: [String], status: Int) throws {
        try serving { server, port in
            let client = try SocketClient(port: port)
            try client.sendRaw(([line] + fields).joined(separator: "\r\n") + "\r\n\r\nabc")
            let answer = try client.readAnswer()
            #expect(answer.status == status)
            #expect(answer.fields["content-type"] == "application/problem+json")
            #expect(client.isAtEnd())
            #expect(server.counters.refused[.malformed] == 1)
        }
    }

    @Test("The absolute form of a target is understood")
    func absoluteForm() throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET http://test/path?x=1")
            #expect(try client.readAnswer().text == "GET /path")
        }
    }

    @Test("A body over the limit is refused and a small one leaves the connection usable")
    func bodyLimit() throws {
        try serving { server, port in
            let client = try SocketClient(port: port)
            let long = String(repeating: "x", count: 1001)
            try client.send("POST /", ["Content-Length: 1001"], body: long)
            #expect(try client.readAnswer().status == 413)
            try client.send(
                "POST /", ["Transfer-Encoding: chunked"], body: "3e9\r\n\(long)\r\n0\r\n\r\n")
            #expect(try client.readAnswer().status == 413)
            try client.send("POST /", ["Content-Length: 1000"], body: String(long.dropLast()))
            #expect(try client.readAnswer().status == 200)
            #expect(server.counters.refused[.bodyTooLarge] == 2)
        }
    }

    @Test(
        "A client that sends a huge body reads its 413 whole before the connection ends",
        arguments: ["Content-Length: 4000000", "Transfer-Encoding: chunked"])
    func hugeBody(field: String) throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            let chunk = field.hasPrefix("T") ? "3d0900\r\n" : ""
            try client.send("POST /", [field], body: chunk)
            try client.sendRaw([UInt8](repeating: 0x61, count: 4_000_000))
            let answer = try client.readAnswer()
            #expect(answer.status == 413)
            #expect(answer.text == "{\"status\":413}")
            #expect(client.isAtEnd())
        }
    }

    @Test("A client that waits for 100-continue is refused without sending its body")
    func expectContinue() throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            try client.send("POST /", ["Content-Length: 5000", "Expect: 100-continue"])
            #expect(try client.readAnswer().status == 413)
        }
    }

    @Test("The application's own refusal is sent and the connection goes on")
    func refusedByApplication() throws {
        let application = TestApplication(admitting: { head in
            head.path == "/no" ? .refuse(.text(401, "no")) : .collect(maxBytes: 10)
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send("POST /no", ["Content-Length: 3"], body: "abc")
            #expect(try client.readAnswer().status == 401)
            try client.send("GET /yes")
            #expect(try client.readAnswer().status == 200)
        }
    }

    @Test("A head over the limit is refused with 431", arguments: [42_000, 200_000])
    func headLimit(count: Int) throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /", ["X-Long: " + String(repeating: "x", count: count)])
            #expect(try client.readAnswer().status == 431)
        }
    }

    @Test("Too many field lines are refused with 431")
    func fieldLimit() throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /", (0..<150).map { "X-\($0): a" })
            #expect(try client.readAnswer().status == 431)
        }
    }

    @Test("More requests than permitted are answered 503 with Retry-After")
    func overload() throws {
        let waiting = Waiting()
        let application = TestApplication(answering: { _, responder in waiting.add(responder) })
        try serving(application, limits: { $0.maxConcurrentRequests = 4 }) { server, port in
            let clients = try (0..<4).map { _ in try SocketClient(port: port) }
            for client in clients { try client.send("GET /") }
            #expect(waiting.wait(for: 4))
            let extra = try SocketClient(port: port)
            try extra.send("GET /")
            let refusal = try extra.readAnswer()
            #expect(refusal.status == 503)
            #expect(refusal.fields["retry-after"] != nil)
            waiting.answerAll("done")
            for client in clients { #expect(try client.readAnswer().status == 200) }
            #expect(eventually { server.counters.runningRequests == 0 })
            try extra.send("GET /")
            #expect(waiting.wait(for: 1))
            waiting.answerAll("now")
            #expect(try extra.readAnswer().text == "now")
        }
    }

    @Test("Further connections from one address are closed")
    func perAddressLimit() throws {
        try serving(limits: { $0.maxConnectionsPerAddress = 2 }) { _, port in
            let clients = try (0..<2).map { _ in try SocketClient(port: port) }
            for client in clients {
                try client.send("GET /")
                #expect(try client.readAnswer().status == 200)
            }
            let third = try SocketClient(port: port)
            #expect(third.isAtEnd())
            try clients[0].send("GET /")
            #expect(try clients[0].readAnswer().status == 200)
        }
    }

    @Test("Connections that come together are shared out: as many to each thread")
    func sharedOut() throws {
        let threads = Mutex<[UInt: Int]>([:])
        let application = TestApplication(
            answering: { _, responder in
                threads.withLock { $0[UInt(pthread_self()), default: 0] += 1 }
                responder.send(.text(200, "ok"))
            })
        try serving(application, limits: { $0.workerThreads = 4 }) { server, port in
            for count in [4, 8, 4, 2] {
                threads.withLock { $0 = [:] }
                let clients = try (0..<count).map { _ in try SocketClient(port: port) }
                for client in clients {
                    try client.send("GET /")
                    #expect(try client.readAnswer().status == 200)
                }
                let shares = threads.withLock { Array($0.values) }
                #expect(shares == [Int](repeating: max(1, count / 4), count: min(count, 4)))
                for client in clients { client.close() }
                #expect(eventually { server.counters.openConnections == 0 })
            }
        }
    }

    @Test("Connections beyond the limit wait until one goes")
    func connectionLimit() throws {
        try serving(limits: {
            $0.workerThreads = 2
            $0.maxConnections = 4
        }) { server, port in
            let clients = try (0..<5).map { _ in try SocketClient(port: port) }
            for client in clients { try client.send("GET /") }
            for client in clients[..<4] { #expect(try client.readAnswer().status == 200) }
            #expect(server.counters.openConnections == 4)
            clients[0].close()
            #expect(try clients[4].readAnswer().status == 200)
            for client in clients[1...] { client.close() }
        }
    }

    @Test("Requests sent ahead are all answered although the client sends no more")
    func pipelinedThenFinished() throws {
        try serving { _, port in
            let client = try SocketClient(port: port)
            let requests = (0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }
            try client.sendRaw(requests.joined())
            client.finishSending()
            for number in 0..<50 {
                #expect(try client.readAnswer().text == "GET /\(number)")
            }
            #expect(client.isAtEnd())
        }
    }

    @Test(
        "A client that drips its request is ended with 408",
        arguments: [
            "", "GET / HTTP/1.1\r\nHost: a\r\nX: ",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n",
        ])
    func drip(start: String) throws {
        try serving(limits: { $0.requestDeadline = .milliseconds(300) }) { server, port in
            let client = try SocketClient(port: port)
            try client.sendRaw(start)
            let isRunning = Atomic(true)
            DispatchQueue.global().async {
                // A byte whenever the socket takes one, which is at every turn of the loop.
                while isRunning.load(ordering: .relaxed), (try? client.sendRaw("x")) != nil {
                    usleep(20_000)
                }
            }
            let answer = try client.readAnswer()
            isRunning.store(false, ordering: .relaxed)
            #expect(answer.status == 408)
            #expect(eventually { server.counters.refused[.tooSlow] == 1 })
            #expect(eventually { server.counters.openConnections == 0 })
        }
    }

    @Test("A client that goes silent in its body is ended with 408 too", arguments: [true, false])
    func silentBody(isStreamed: Bool) throws {
        let sink = CountingSink()
        let application =
            isStreamed ? TestApplication(admitting: { _ in .stream(sink) }) : TestApplication()
        try serving(
            application,
            limits: {
                $0.idleTimeout = .seconds(1)
                $0.requestDeadline = .seconds(2)
            }
        ) { server, port in
            let client = try SocketClient(port: port)
            try client.send("POST /", ["Content-Length: 20"], body: "x")
            #expect(try client.readAnswer().status == 408)
            #expect(eventually { server.counters.refused[.tooSlow] == 1 })
        }
    }

    @Test("Between two requests a silent connection is closed, and nothing is said")
    func silentBetween() throws {
        try serving(limits: { $0.idleTimeout = .seconds(1) }) { server, port in
            let client = try SocketClient(port: port)
            try client.send("POST /", ["Content-Length: 3"], body: "abc")
            #expect(try client.readAnswer().status == 200)
            #expect(client.isAtEnd())
            #expect(eventually { server.counters.openConnections == 0 })
            #expect(server.counters.refused[.tooSlow] == nil)
        }
    }

    @Test("A streamed upload below the minimum rate is ended and aborted")
    func slowUpload() throws {
        let sink = CountingSink()
        let application = TestApplication(admitting: { _ in .stream(sink) })
        try serving(
            application,
            limits: {
                $0.idleTimeout = .seconds(1)
                $0.minimumBytesPerSecond = 1000
            }
        ) { _, port in
            let client = try SocketClient(port: port)
            try client.send("POST /", ["Content-Length: 5000"], body: "abc")
            #expect(sink.aborted.wait(timeout: .now() + 10) == .success)
            #expect(sink.aborts.load(ordering: .relaxed) == 1)
        }
    }

    @Test("A client that does not read its answer is cut off and the source released")
    func unreadAnswer() throws {
        let released = DispatchSemaphore(value: 0)
        let application = TestApplication(answering: { _, responder in
            let source = PatternSource(total: 1 << 40, released: released)
            responder.send(HTTPResponse(status: 200, body: .stream(source)))
        })
        try serving(application, limits: { $0.idleTimeout = .seconds(1) }) { server, port in
            let client = try SocketClient(port: port, receiveBufferBytes: 4096)
            try client.send("GET /")
            #expect(released.wait(timeout: .now() + 10) == .success)
            #expect(server.counters.abandoned == 1)
        }
    }

    @Test("A client that has closed its sending side gets its answer")
    func halfClosed() throws {
        let waiting = Waiting()
        let application = TestApplication(answering: { request, responder in
            if request.head.path == "/late" { return waiting.add(responder) }
            responder.send(.text(200, "now"))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /now")
            client.finishSending()
            #expect(try client.readAnswer().text == "now")
            #expect(client.isAtEnd())
            let late = try SocketClient(port: port)
            try late.send("POST /late", ["Content-Length: 3"], body: "abc")
            late.finishSending()
            #expect(waiting.wait(for: 1))
            waiting.answerAll("late")
            #expect(try late.readAnswer().text == "late")
            #expect(late.isAtEnd())
        }
    }

    @Test(
        "A client that goes in the middle of an upload gives one abort", arguments: [false, true])
    func goneInUpload(byReset: Bool) throws {
        let sink = CountingSink()
        let application = TestApplication(admitting: { _ in .stream(sink) })
        try serving(application) { server, port in
            let client = try SocketClient(port: port)
            try client.send("POST /", ["Content-Length: 5000"], body: "abc")
            #expect(eventually { sink.received.load(ordering: .relaxed) == 3 })
            if byReset { client.reset() } else { client.close() }
            #expect(sink.aborted.wait(timeout: .now() + 10) == .success)
            #expect(eventually { server.counters.openConnections == 0 })
            #expect(server.counters.runningRequests == 0)
            #expect(sink.aborts.load(ordering: .relaxed) == 1)
        }
        #expect(sink.aborts.load(ordering: .relaxed) == 1)
    }

    @Test("A client that goes right behind its bytes gives one abort for each upload")
    func goneBehindItsBytes() throws {
        let aborts = DispatchSemaphore(value: 0)
        let application = TestApplication(admitting: { _ in .stream(AbortSink(aborts)) })
        try serving(application) { server, port in
            for _ in 0..<100 {
                let client = try SocketClient(port: port)
                try client.send("POST /", ["Content-Length: 5000"], body: "abc")
                client.close()
            }
            for _ in 0..<100 { #expect(aborts.wait(timeout: .now() + 10) == .success) }
            #expect(eventually { server.counters.openConnections == 0 })
            #expect(server.counters.abandoned == 100)
        }
        #expect(aborts.wait(timeout: .now()) == .timedOut)
    }

    @Test("Nothing of an aborted upload is kept")
    func abortedUploadIsReleased() throws {
        weak var leaked: CountingSink?
        let admitted = DispatchSemaphore(value: 0)
        let sinks = Mutex<[CountingSink]>([])
        let application = TestApplication(admitting: { _ in
            let sink = CountingSink { sink, flow in sink.hold(flow) }
            sinks.withLock { $0 = [sink] }
            admitted.signal()
            return .stream(sink)
        })
        try serving(application) { server, port in
            let client = try SocketClient(port: port)
            try client.send("POST /", ["Content-Length: 5000"], body: "abc")
            #expect(admitted.wait(timeout: .now() + 10) == .success)
            let sink = try #require(sinks.withLock { $0.first })
            leaked = sink
            #expect(sink.paused.wait(timeout: .now() + 10) == .success)
            client.close()
            sink.letGo()
            #expect(sink.aborted.wait(timeout: .now() + 10) == .success)
            sink.letGo()
            #expect(eventually { server.counters.openConnections == 0 })
            sink.forget()
            sinks.withLock { $0 = [] }
        }
        #expect(leaked == nil)
    }

    @Test(
        "Fifty megabytes stream through pauses, a small piece at a time",
        arguments: ["Content-Length: 50000000", "Transfer-Encoding: chunked"])
    func largeUpload(field: String) throws {
        let sink = CountingSink { sink, flow in
            guard
                sink.received.load(ordering: .relaxed) / 1_000_000
                    > sink.pauses.load(ordering: .relaxed)
            else { return .more }
            sink.pauses.add(1, ordering: .relaxed)
            DispatchQueue.global().async { flow.resume() }
            return .paused
        }
        let application = TestApplication(admitting: { _ in .stream(sink) })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            let piece = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try client.send("POST /", [field])
            for _ in 0..<500 {
                if field.hasPrefix("T") { try client.sendRaw("186a0\r\n") }
                try client.sendRaw(piece)
                if field.hasPrefix("T") { try client.sendRaw("\r\n") }
            }
            if field.hasPrefix("T") { try client.sendRaw("0\r\n\r\n") }
            #expect(try client.readAnswer().text == "50000000")
            // What it holds at a time is one piece; the rest waits in the socket, as a paused
            // upload receives nothing.
            #expect(sink.largest.load(ordering: .relaxed) <= 64 << 10)
            let sum = piece.reduce(into: UInt64(0)) { $0 += UInt64($1) } * 500
            #expect(sink.checksum.load(ordering: .relaxed) == sum)
            #expect(sink.pauses.load(ordering: .relaxed) >= 40)
            #expect(sink.aborts.load(ordering: .relaxed) == 0)
        }
    }

    @Test("A paused upload receives nothing until it is resumed")
    func pauseHolds() throws {
        let sink = CountingSink { sink, flow in sink.hold(flow) }
        let application = TestApplication(admitting: { _ in .stream(sink) })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            let chunks = (0..<8).map { _ in "1\r\nx\r\n" }.joined() + "0\r\n\r\n"
            try client.send("POST /", ["Transfer-Encoding: chunked"], body: chunks)
            for received in 1...8 {
                #expect(sink.paused.wait(timeout: .now() + 10) == .success)
                #expect(sink.received.load(ordering: .relaxed) == received)
                sink.letGo()
            }
            #expect(try client.readAnswer().text == "8")
        }
    }

    @Test("A sink's refusal is answered after the rest of the body is thrown away")
    func refusedBySink() throws {
        let sink = CountingSink { _, _ in .refused(.text(413, "line")) }
        let application = TestApplication(admitting: { _ in .stream(sink) })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send("POST /", ["Content-Length: 6"], body: "abc")
            try client.sendRaw("def")
            let answer = try client.readAnswer()
            #expect(answer.status == 413)
            #expect(answer.text == "line")
            #expect(sink.aborts.load(ordering: .relaxed) == 0)
        }
    }

    @Test("A streamed answer arrives whole")
    func streamedAnswer() throws {
        let application = TestApplication(answering: { _, responder in
            responder.send(
                HTTPResponse(status: 200, body: .stream(PatternSource(total: 3_000_000))))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            for _ in 0..<2 {
                try client.send("GET /")
                let answer = try client.readAnswer()
                #expect(answer.fields["transfer-encoding"] == "chunked")
                #expect(answer.body.count == 3_000_000)
                #expect(answer.body.indices.allSatisfy { answer.body[$0] == UInt8($0 & 255) })
            }
        }
    }

    @Test("A streamed answer waits for its parts without a thread", arguments: [false, true])
    func waitingAnswer(resumesEarly: Bool) throws {
        let source = PartsSource(parts: 50, resumesEarly: resumesEarly)
        let application = TestApplication(answering: { _, responder in
            responder.send(HTTPResponse(status: 200, body: .stream(source)))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /")
            #expect(try client.readAnswer().text == (0..<50).map { "\($0)\n" }.joined())
        }
    }

    @Test("A stop cuts a streamed answer that waits for ever")
    func drainCutsWaitingAnswer() throws {
        let released = DispatchSemaphore(value: 0)
        let application = TestApplication(answering: { _, responder in
            let source = PatternSource(total: 10, isEverReady: false, released: released)
            responder.send(HTTPResponse(status: 200, body: .stream(source)))
        })
        try serving(application) { server, port in
            let client = try SocketClient(port: port)
            try client.send("GET /")
            #expect(eventually { server.counters.answers[2] == 1 })
            server.drain(within: .milliseconds(50))
            #expect(throws: SocketClient.Failure.self) { try client.readAnswer() }
            #expect(released.wait(timeout: .now() + 10) == .success)
        }
    }

    @Test("A large answer held whole carries its length")
    func largeAnswer() throws {
        let application = TestApplication(answering: { _, responder in
            let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
            responder.send(HTTPResponse(status: 200, body: .bytes(bytes)))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /")
            let answer = try client.readAnswer()
            #expect(answer.fields["content-length"] == "1000000")
            #expect(answer.body.indices.allSatisfy { answer.body[$0] == UInt8($0 & 255) })
        }
    }

    @Test("A streamed answer that fails is visibly cut")
    func brokenAnswer() throws {
        let application = TestApplication(answering: { _, responder in
            let source = PatternSource(total: 3_000_000, failsAt: 500_000)
            responder.send(HTTPResponse(status: 200, body: .stream(source)))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /")
            #expect(throws: SocketClient.Failure.self) { try client.readAnswer() }
        }
    }

    @Test("An answer with a line break in a field becomes 500")
    func splitAnswer() throws {
        let application = TestApplication(answering: { _, responder in
            let field = HTTPField("X-A", "b\r\nX-Evil: 1")
            responder.send(HTTPResponse(status: 200, fields: [field]))
        })
        try serving(application) { _, port in
            let client = try SocketClient(port: port)
            try client.send("GET /")
            let answer = try client.readAnswer()
            #expect(answer.status == 500)
            #expect(answer.fields["x-evil"] == nil)
        }
    }

    @Test("A stop lets the running request finish and refuses new ones")
    func drainFinishes() throws {
        let waiting = Waiting()
        let application = TestApplication(answering: { _, responder in waiting.add(responder) })
        try serving(application) { server, port in
            let running = try SocketClient(port: port)
            let idle = try SocketClient(port: port)
            try idle.send("GET /idle")
            #expect(waiting.wait(for: 1))
            waiting.answerAll("idle")
            #expect(try idle.readAnswer().status == 200)
            try running.send("GET /running")
            #expect(waiting.wait(for: 1))
            let drained = DispatchSemaphore(value: 0)
            DispatchQueue.global().async {
                server.drain(within: .seconds(10))
                drained.signal()
            }
            #expect(idle.isAtEnd())
            #expect(throws: SocketClient.Failure.self) {
                let late = try SocketClient(port: port)
                try late.send("GET /late")
                _ = try late.readAnswer()
            }
            #expect(drained.wait(timeout: .now()) == .timedOut)
            waiting.answerAll("finished")
            let answer = try running.readAnswer()
            #expect(answer.text == "finished")
            #expect(answer.fields["connection"]?.lowercased() == "close")
            #expect(drained.wait(timeout: .now() + 10) == .success)
        }
    }

    @Test("A stop ends requests and uploads that do not finish")
    func drainEnds() throws {
        let waiting = Waiting()
        let sink = CountingSink { sink, flow in sink.hold(flow) }
        let application = TestApplication(
            admitting: { $0.path == "/up" ? .stream(sink) : .collect(maxBytes: 10) },
            answering: { _, responder in waiting.add(responder) })
        try serving(application) { server, port in
            let stuck = try SocketClient(port: port)
            try stuck.send("GET /stuck")
            let upload = try SocketClient(port: port)
            try upload.send("POST /up", ["Content-Length: 5000"], body: "abc")
            #expect(waiting.wait(for: 1))
            #expect(sink.paused.wait(timeout: .now() + 10) == .success)
            server.drain(within: .milliseconds(50))
            #expect(try stuck.readAnswer().status == 503)
            #expect(sink.aborts.load(ordering: .relaxed) == 1)
            waiting.answerAll("too late")
            sink.letGo()
        }
    }

    @Test("A port in use and a foreign address are told apart")
    func startErrors() throws {
        try serving { server, port in
            var configuration = HTTPServer.Configuration()
            configuration.port = port
            let second = HTTPServer(configuration: configuration, application: TestApplication())
            #expect(throws: HTTPServerError.portInUse) { try second.start() }
            configuration.bindAddress = "192.0.2.1"
            let third = HTTPServer(configuration: configuration, application: TestApplication())
            #expect(throws: HTTPServerError.addressNotUsable) { try third.start() }
            #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
        }
    }

    @Test("TLS material that is none is refused at the start")
    func badTLS() {
        var configuration = HTTPServer.Configuration()
        configuration.port = 0
        configuration.tls = HTTPServer.TLS(certificate: "none", key: "none")
        let server = HTTPServer(configuration: configuration, application: TestApplication())
        #expect(throws: HTTPServerError.tlsMaterialNotUsable) { try server.start() }
    }
}

/// Runs a shell line and gives what it prints.
private func shell(_ line: String) throws -> String {
    let pipe = try #require(popen(line, "r"))
    defer { pclose(pipe) }
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = fread(&block, 1, block.count, pipe)
        guard count > 0 else { return String(decoding: output, as: UTF8.self) }
        output += block[..<count]
    }
}

private func isInstalled(_ tool: String) -> Bool {
    (try? shell("command -v \(tool)"))?.isEmpty == false
}

@Suite(
    "HTTPServer over TLS", .serialized,
    .enabled(if: isInstalled("curl") && isInstalled("openssl"), "needs curl and openssl"))
struct HTTPServerTLSTests {
    /// Makes an authority, certificates it issued and one it did not; the folder they lie in.
    private func makeCertificates() throws -> String {
        let folder = try shell("mktemp -d").split(separator: "\n").joined()
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        let issue = """
            cd \(folder) && exec 2>/dev/null
            for name in ca foreign; do
                openssl req -x509 \(key) -keyout $name.key -out $name.crt -subj /CN=$name -days 2
            done
            echo subjectAltName=DNS:localhost > names
            for name in server client; do
                openssl req \(key) -keyout $name.key -out $name.csr -subj /CN=localhost
                openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -CAcreateserial \
                    -out $name.crt -days 2 -extfile names
            done
            """
        _ = try shell(issue)
        return folder
    }

    private func withServer(
        _ body: (_ folder: String, _ server: HTTPServer, _ port: UInt16) throws -> Void
    ) throws {
        let folder = try makeCertificates()
        defer { _ = try? shell("rm -r \(folder)") }
        var configuration = HTTPServer.Configuration()
        configuration.port = 0
        configuration.tls = HTTPServer.TLS(
            certificate: try shell("cat \(folder)/server.crt"),
            key: try shell("cat \(folder)/server.key"),
            clientAuthority: try shell("cat \(folder)/ca.crt"))
        let application = TestApplication(answering: { request, responder in
            responder.send(.text(200, request.head.certificateThumbprint ?? "none"))
        })
        let server = HTTPServer(configuration: configuration, application: application)
        let port = try server.start()
        defer { server.drain(within: .seconds(1)) }
        try body(folder, server, port)
    }

    @Test("A client of the authority is let in and its thumbprint is seen on every request")
    func verified() throws {
        try withServer { folder, _, port in
            let url = "https://localhost:\(port)/"
            let answer = try shell(
                "cd \(folder) && curl -s --cacert ca.crt --cert client.crt --key client.key \(url) \(url)"
            )
            let expected = try shell(
                """
                cd \(folder) && openssl x509 -in client.crt -outform der | openssl dgst -sha256 -binary |
                base64 | tr '+/' '-_' | tr -d '=\\n'
                """)
            #expect(expected.utf8.count == 43)
            #expect(answer == expected + expected)
        }
    }

    @Test(
        "A client without a certificate of the authority gets no answer",
        arguments: ["", "--cert foreign.crt --key foreign.key"])
    func refused(options: String) throws {
        try withServer { folder, server, port in
            let status = try shell(
                """
                cd \(folder) && curl -s -o /dev/null -w '%{http_code}' --cacert ca.crt \(options) \
                https://localhost:\(port)/
                """)
            #expect(status == "000")
            #expect(server.counters.answers.allSatisfy { $0 == 0 })
        }
    }

    @Test("Versions before TLS 1.2 are refused")
    func oldVersion() throws {
        try withServer { folder, _, port in
            let status = try shell(
                """
                cd \(folder) && curl -s -o /dev/null -w '%{http_code}' --tls-max 1.1 --cacert ca.crt \
                --cert client.crt --key client.key https://localhost:\(port)/
                """)
            #expect(status == "000")
        }
    }

    @Test("A body over the limit is refused with 413 over TLS too")
    func largeBody() throws {
        try withServer { folder, _, port in
            let status = try shell(
                """
                cd \(folder) && head -c 3000000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' \
                --cacert ca.crt --cert client.crt --key client.key -H Expect: -H Transfer-Encoding: \
                -H 'Content-Length: 3000000' --data-binary @- https://localhost:\(port)/
                """)
            #expect(status == "413")
        }
    }
}
