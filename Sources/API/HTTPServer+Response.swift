import CMicrohttpd

/// A response of the library's own, made from an `HTTPResponse`. To be destroyed by its maker.
struct HTTPLibraryResponse {
    let pointer: OpaquePointer
    let isStreamed: Bool

    private static let copyLimit = 64 * 1024
    private static let blockBytes = 64 * 1024

    /// Gives nil for what cannot be sent: a status or a field that is none.
    static func make(
        _ response: HTTPResponse, for exchange: HTTPExchange, isLast: Bool
    ) -> HTTPLibraryResponse? {
        guard 200...599 ~= response.status,
            let made = body(response.body, for: exchange)
        else { return nil }
        for field in response.fields {
            guard MHD_add_response_header(made.pointer, field.name, field.value) == .YES else {
                MHD_destroy_response(made.pointer)
                return nil
            }
        }
        if isLast { MHD_add_response_header(made.pointer, "Connection", "close") }
        return made
    }

    private static func body(
        _ body: HTTPResponse.Body, for exchange: HTTPExchange
    ) -> HTTPLibraryResponse? {
        switch body {
        case .bytes(let bytes) where bytes.count <= copyLimit:
            let pointer = bytes.withUnsafeBytes { mhd_response_copying($0.baseAddress, $0.count) }
            return pointer.map { HTTPLibraryResponse(pointer: $0, isStreamed: false) }
        case .bytes(let bytes):
            return pulled(HTTPBytesSource(bytes), for: exchange)
        case .stream(let source):
            return pulled(source, for: exchange)
        }
    }

    private static func pulled(
        _ source: any HTTPBodySource, for exchange: HTTPExchange
    ) -> HTTPLibraryResponse? {
        let reader = Unmanaged.passRetained(HTTPBodyReader(source, exchange))
        let size = source.length.map { UInt64($0) } ?? UInt64.max
        let pointer = MHD_create_response_from_callback(
            size, blockBytes, HTTPBodyReader.read, reader.toOpaque(), HTTPBodyReader.release)
        guard let pointer else {
            reader.release()
            return nil
        }
        return HTTPLibraryResponse(pointer: pointer, isStreamed: true)
    }
}

/// Lends a body source to the library and tells the watchdog what moves.
private final class HTTPBodyReader {
    private static let endOfStream = -1
    private static let failed = -2
    private static let nothingYet = 0

    private let source: any HTTPBodySource
    private let exchange: HTTPExchange
    private let flow: HTTPFlow

    init(_ source: any HTTPBodySource, _ exchange: HTTPExchange) {
        self.source = source
        self.exchange = exchange
        flow = HTTPFlow { exchange.resumeFlow() }
    }

    static let read: MHD_ContentReaderCallback = { reader, _, buffer, capacity in
        guard let reader, let buffer else { return HTTPBodyReader.failed }
        let lent = Unmanaged<HTTPBodyReader>.fromOpaque(reader).takeUnretainedValue()
        return lent.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while !source.isReady(flow: flow) {
            switch exchange.pause() {
            case .suspended: return Self.nothingYet
            case .over: continue
            case .impossible: return Self.failed
            }
        }
        guard let count = try? source.read(into: buffer) else { return Self.failed }
        exchange.connection.moved(count)
        return count > 0 ? count : Self.endOfStream
    }

    static let release: MHD_ContentReaderFreeCallback = { reader in
        guard let reader else { return }
        Unmanaged<HTTPBodyReader>.fromOpaque(reader).release()
    }
}

/// A body that is held whole but too large to be copied whole once more.
// `position` is touched by the one thread that reads.
private final class HTTPBytesSource: HTTPBodySource, @unchecked Sendable {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var length: Int? { bytes.count }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - position)
        bytes.withUnsafeBytes {
            buffer.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
        }
        position += count
        return count
    }
}

/// An answer written past the library, in the places where it takes none.
enum HTTPFarewell {
    /// The whole message; a streamed body is left out.
    static func bytes(_ response: HTTPResponse) -> [UInt8] {
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        let reason = MHD_get_reason_phrase_for(UInt32(clamping: response.status))
        let phrase = reason.map { String(cString: $0) } ?? ""
        var head = "HTTP/1.1 \(response.status) \(phrase)\r\n"
        for field in response.fields { head += "\(field.name): \(field.value)\r\n" }
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + body
    }
}
