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
        // Receipts come when the whole file has been taken.
        let client = try Client(port: port, patience: 3600)
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

    /// Counts in the answer's lines; the frames that the answer is sent in may cut a line anywhere.
    private static func countKept(_ socket: Int32) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var frames = Frames()
        var line: [UInt8] = []
        var kept = 0
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure("no receipts within the time there is") }
            guard count > 0 else { return kept }
            frames.eachContent(buffer[..<count]) { piece in
                line += piece
                guard let end = line.lastIndex(of: 0x0A) else { return }
                kept += marks(line[...end])
                line.removeSubrange(...end)
            }
        }
    }

    private static func marks(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { raw in
            var (count, from) = (0, 0)
            while let place = raw.place(of: "\"StatusKode\":20", from: from) {
                count += 1
                from = place + 1
            }
            return count
        }
    }

    /// Chunked transfer coding, taken off (RFC 9112 §7.1).
    private struct Frames {
        private enum State {
            /// In the head; how many bytes of its end have been seen.
            case head(Int)
            case size(Int)
            case content(Int)
            /// The line break behind a chunk.
            case after
        }

        private var state = State.head(0)

        mutating func eachContent(_ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) -> Void) {
            var place = bytes.startIndex
            while place < bytes.endIndex {
                let byte = bytes[place]
                switch state {
                case .content(let left):
                    let end = min(bytes.endIndex, place + left)
                    body(bytes[place..<end])
                    state = end - place == left ? .after : .content(left - (end - place))
                    place = end
                    continue
                case .head(let seen):
                    let isNext = byte == (seen % 2 == 0 ? 0x0D : 0x0A)
                    state = isNext ? (seen == 3 ? .size(0) : .head(seen + 1)) : .head(0)
                case .size(let size):
                    if let digit = Character(Unicode.Scalar(byte)).hexDigitValue {
                        state = .size(size * 16 + digit)
                    } else if byte == 0x0A {
                        state = .content(size)
                    }
                case .after: if byte == 0x0A { state = .size(0) }
                }
                place += 1
            }
        }
    }
}
