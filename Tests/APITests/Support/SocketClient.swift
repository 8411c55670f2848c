import Glibc

/// A raw TCP client that sends what it is told and reads answers, for tests of the transport.
///
/// Blocking; every read and write gives up after ten seconds so that a fault cannot hang the tests.
// Used by one thread at a time.
final class SocketClient: @unchecked Sendable {
    /// One answer as read from the wire.
    struct Answer: Equatable {
        var status: Int
        var fields: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum Failure: Error {
        case notConnected(code: Int32)
        case notSent(code: Int32)
        /// The connection ended before a whole answer was there.
        case ended(received: Int)
        case notAnAnswer
    }

    let descriptor: Int32
    private var buffered: [UInt8] = []
    private var isClosed = false

    init(port: UInt16, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        if var bytes = receiveBufferBytes {
            let size = socklen_t(MemoryLayout<Int32>.size)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, size)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let failure = Failure.notConnected(code: errno)
            close()
            throw failure
        }
    }

    deinit {
        close()
    }

    /// Sends a request line, `Host`, the given field lines and a body.
    func send(
        _ requestLine: String, _ fieldLines: [String] = [], body: String = ""
    ) throws {
        let lines = ["\(requestLine) HTTP/1.1", "Host: test"] + fieldLines
        try sendRaw(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    func sendRaw(_ text: String) throws {
        try sendRaw(Array(text.utf8))
    }

    func sendRaw(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let count = Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
                guard count > 0 else { throw Failure.notSent(code: errno) }
                sent += count
            }
        }
    }

    /// No more will be sent; answers can still be read.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    /// Closes so that the server sees a reset rather than an end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// True when the server has closed the connection and nothing more was sent; waits for it.
    func isAtEnd() -> Bool {
        var byte: UInt8 = 0
        return buffered.isEmpty && recv(descriptor, &byte, 1, 0) == 0
    }

    /// Reads one whole answer.
    func readAnswer(toHead: Bool = false) throws -> Answer {
        let head = try readHead()
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
        guard let first = lines.popFirst(), first.hasPrefix("HTTP/1.1 "),
            let status = Int(first.dropFirst(9).prefix(3))
        else { throw Failure.notAnAnswer }
        var fields: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { throw Failure.notAnAnswer }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
        if status == 100 { return try readAnswer(toHead: toHead) }
        let body = toHead ? [] : try readBody(fields)
        return Answer(status: status, fields: fields, body: body)
    }

    private func readHead() throws -> String {
        let mark = Array("\r\n\r\n".utf8)
        var searched = 0
        while true {
            var index = max(0, searched - 3)
            while index + 4 <= buffered.count {
                if buffered[index..<index + 4].elementsEqual(mark) {
                    return String(decoding: take(index + 4).dropLast(4), as: UTF8.self)
                }
                index += 1
            }
            searched = buffered.count
            guard fill() else { throw Failure.ended(received: buffered.count) }
        }
    }

    private func readBody(_ fields: [String: String]) throws -> [UInt8] {
        if let length = fields["content-length"].flatMap({ Int($0) }) { return try read(length) }
        guard fields["transfer-encoding"] == "chunked" else { return [] }
        var body: [UInt8] = []
        while true {
            let size = try readLine()
            guard let count = Int(size, radix: 16) else { throw Failure.notAnAnswer }
            body += try read(count)
            _ = try readLine()
            if count == 0 { return body }
        }
    }

    private func readLine() throws -> String {
        while true {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                return String(decoding: take(end + 1).dropLast(2), as: UTF8.self)
            }
            guard fill() else { throw Failure.ended(received: buffered.count) }
        }
    }

    private func read(_ count: Int) throws -> [UInt8] {
        while buffered.count < count {
            guard fill() else { throw Failure.ended(received: buffered.count) }
        }
        return take(count)
    }

    private func take(_ count: Int) -> [UInt8] {
        let taken = Array(buffered[..<count])
        buffered.removeFirst(count)
        return taken
    }

    private func fill() -> Bool {
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        let count = block.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return false }
        buffered += block[..<count]
        return true
    }
}
