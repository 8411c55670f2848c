import Glibc

/// The bulk load over HTTP: one request of NDJSON, as long as the file.
enum Stream {
    /// Sends the file and reads the receipts beside it; seconds, and how many were kept.
    static func load(_ path: String, port: UInt16, token: String) throws -> Figures {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw Failure("\(path) cannot be read") }
        defer { close(file) }
        var status = stat()
        fstat(file, &status)
        let client = try Client(port: port)
        let size = Int(status.st_size)
        let start = nanoseconds()
        let head =
            "POST /v1/importer HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Type: application/x-ndjson\r\nContent-Length: \(size)\r\n"
            + "Connection: close\r\n\r\n"
        let descriptor = client.socketNumber
        let kept = Shared(0)
        try onThreads(2) { thread in
            if thread == 0 {
                try sendAll(head, file: file, size: size, to: descriptor)
            } else {
                let count = try countKept(descriptor)
                kept.change { $0 = count }
            }
        }
        let wall = seconds(since: start)
        return [
            ("objects", Double(kept.now)), ("seconds", wall),
            ("per_second", Double(kept.now) / wall),
            ("megabytes_per_second", Double(size) / wall / 1e6),
        ]
    }

    private static func sendAll(_ head: String, file: Int32, size: Int, to socket: Int32) throws {
        var head = head
        let sent = head.withUTF8 { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == head.utf8.count else { throw Failure("the server closed while sending") }
        var place: off_t = 0
        while Int(place) < size {
            guard sendfile(socket, file, &place, 1 << 20) > 0 else {
                throw Failure("the server closed while sending")
            }
        }
    }

    private static func countKept(_ socket: Int32) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        let mark: StaticString = "\"StatusKode\":20"
        var (kept, left) = (0, 0)
        while true {
            let count = buffer.withUnsafeMutableBytes { raw in
                recv(socket, raw.baseAddress?.advanced(by: left), raw.count - left, 0)
            }
            guard count > 0 else { return kept }
            let filled = left + count
            left = buffer.withUnsafeMutableBytes { raw in
                let seen = UnsafeRawBufferPointer(rebasing: raw[..<filled])
                var from = 0
                while let place = seen.place(of: mark, from: from) {
                    kept += 1
                    from = place + mark.utf8CodeUnitCount
                }
                // A mark may be cut in two.
                let keep = max(from, filled - mark.utf8CodeUnitCount + 1)
                let rest = max(0, filled - keep)
                if rest > 0, let base = raw.baseAddress { memmove(base, base + keep, rest) }
                return rest
            }
        }
    }
}
