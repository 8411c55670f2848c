import CMicrohttpd

/// A response of the library's own, made from an `HTTPResponse`. To be destroyed by its maker.
struct HTTPLibraryResponse {
    let pointer: OpaquePointer
    let isStreamed: Bool

    private static let copyLimit = 64 * 1024
    private static let blockBytes = 64 * 1024

    /// Gives nil for what cannot be sent: a status or a field that is none.
    static func make(
        _ response: HTTPResponse, for connection: HTTPConnection, isLast: Bool
    ) -> HTTPLibraryResponse? {
        guard 200...599 ~= response.status,
            let made = body(response.body, for: connection)
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
        _ body: HTTPResponse.Body, for connection: HTTPConnection
    ) -> HTTPLibraryResponse? {
        switch body {
        case .bytes(let bytes) where bytes.count <= copyLimit:
            let pointer = bytes.withUnsafeBytes { mhd_response_copying($0.baseAddress, $0.count) }
            return pointer.map { HTTPLibraryResponse(pointer: $0, isStreamed: false) }
        case .bytes(let bytes):
            return pulled(HTTPBytesSource(bytes), for: connection)
        case .stream(let source):
            return pulled(source, for: connection)
        }
    }

    private static func pulled(
        _ source: any HTTPBodySource, for connection: HTTPConnection
    ) -> HTTPLibraryResponse? {
        let reader = Unmanaged.passRetained(HTTPBodyReader(source, connection))
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
    private let source: any HTTPBodySource
    private let connection: HTTPConnection

    init(_ source: any HTTPBodySource, _ connection: HTTPConnection) {
        self.source = source
        self.connection = connection
    }

    static let read: MHD_ContentReaderCallback = { reader, _, buffer, capacity in
        let endOfStream = -1
        let failed = -2
        guard let reader, let buffer else { return failed }
        let lent = Unmanaged<HTTPBodyReader>.fromOpaque(reader).takeUnretainedValue()
        let target = UnsafeMutableRawBufferPointer(start: buffer, count: capacity)
        guard let count = try? lent.source.read(into: target) else { return failed }
        lent.connection.moved(count)
        return count > 0 ? count : endOfStream
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
