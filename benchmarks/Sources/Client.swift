import Glibc

/// One keep-alive connection to 127.0.0.1 that sends ready-made requests.
///
/// Reads status and length and nothing else, so that the client takes little of the machine that
/// the server is measured on.
final class Client {
    private var descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    struct Answer {
        let status: Int
        let bodyBytes: Int
    }

    /// `patience`: seconds to wait for bytes.
    init(port: UInt16, patience: Int = 120) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size)
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure("no connection to port \(port)")
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit,
            socklen_t(MemoryLayout<timeval>.size))
    }

    /// For what a request and an answer at a time cannot do.
    var socketNumber: Int32 { descriptor }

    deinit { close(descriptor) }

    /// Sends the request and takes the whole answer.
    func exchange(_ request: [UInt8]) throws -> Answer {
        try send(request)
        return try receive(keeping: nil)
    }

    /// The same with the answer's body; outside what is measured, or where it must be looked at.
    func fetch(_ request: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        try send(request)
        var body: [UInt8] = []
        let answer = try receive { body += $0 }
        return (answer.status, body)
    }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.send(
                    descriptor, raw.baseAddress?.advanced(by: sent), raw.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("the server closed while sending") }
            sent += count
        }
    }

    private func receive(keeping keep: ((ArraySlice<UInt8>) -> Void)?) throws -> Answer {
        var filled = 0
        var headEnd: Int?
        while headEnd == nil {
            filled += try more(at: filled)
            headEnd = endOfHead(filled)
            guard headEnd != nil || filled < buffer.count else { throw Failure("a head too long") }
        }
        let head = headEnd ?? 0
        // Before the buffer is used again for the rest of the body.
        let answer = Answer(status: try status(), bodyBytes: try contentLength(head))
        let length = answer.bodyBytes
        keep?(buffer[head..<min(filled, head + length)])
        var left = length - (filled - head)
        while left > 0 {
            let count = try more(at: 0)
            keep?(buffer[0..<count])
            left -= count
        }
        return answer
    }

    private func more(at place: Int) throws -> Int {
        let count = buffer.withUnsafeMutableBytes { raw in
            recv(descriptor, raw.baseAddress?.advanced(by: place), raw.count - place, 0)
        }
        guard count > 0 else { throw Failure("the server closed, or gave no answer in time") }
        return count
    }

    private func endOfHead(_ filled: Int) -> Int? {
        guard filled >= 4 else { return nil }
        let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        for index in 3..<filled
        where buffer[index] == lf && buffer[index - 1] == cr && buffer[index - 2] == lf
            && buffer[index - 3] == cr
        {
            return index + 1
        }
        return nil
    }

    /// "HTTP/1.1 200 …": the three digits.
    private func status() throws -> Int {
        let digits = buffer[9..<12].map { Int($0) - 48 }
        guard digits.allSatisfy((0...9).contains) else { throw Failure("no status line") }
        return digits[0] * 100 + digits[1] * 10 + digits[2]
    }

    private func contentLength(_ head: Int) throws -> Int {
        let name = Array("content-length:".utf8)
        var start = 0
        while start < head {
            let end = buffer[start..<head].firstIndex(of: UInt8(ascii: "\n")) ?? head
            let line = buffer[start..<end]
            if line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
            {
                let text = line.dropFirst(name.count).filter { (48...57).contains($0) }
                return text.reduce(0) { $0 * 10 + Int($1) - 48 }
            }
            start = end + 1
        }
        throw Failure("an answer without Content-Length")
    }
}

/// The bytes of one request.
enum Request {
    static func get(_ target: String, token: String? = nil) -> [UInt8] {
        Array((head("GET", target, token) + "\r\n").utf8)
    }

    static func body(
        _ method: String, _ target: String, token: String, _ body: [UInt8]
    ) -> [UInt8] {
        let fields =
            "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        return Array((head(method, target, token) + fields).utf8) + body
    }

    private static func head(_ method: String, _ target: String, _ token: String?) -> String {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(authorization)"
    }
}
