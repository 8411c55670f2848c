/// One header field of an answer.
public struct HTTPField: Sendable, Equatable {
    /// The field's name, a token (RFC 9110 §5.1).
    public let name: String
    /// The field's value, without line breaks.
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The header fields of a request, copied once into one block and looked up without regard to case.
///
/// Looking up costs one pass over the fields; a `String` is made only for what is asked for.
public struct HTTPFields: Sendable {
    struct Entry: Sendable {
        let nameEnd: Int
        let valueEnd: Int
        let start: Int
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    /// No fields at all.
    public init() {}

    /// Fields in the order given; for calls that did not come over a socket.
    public init(_ fields: [HTTPField]) {
        for field in fields {
            append(name: field.name.utf8, value: field.value.utf8)
        }
    }

    mutating func reserve(fields: Int, bytes count: Int) {
        entries.reserveCapacity(fields)
        bytes.reserveCapacity(count)
    }

    mutating func append(
        name: some Collection<UInt8>, value: some Collection<UInt8>
    ) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let nameEnd = bytes.count
        bytes.append(contentsOf: value)
        entries.append(Entry(nameEnd: nameEnd, valueEnd: bytes.count, start: start))
    }

    /// How many field lines there are.
    public var count: Int { entries.count }

    /// The value of the first field line of that name; nil when there is none.
    public subscript(name: String) -> String? {
        for entry in entries where isNamed(entry, name) {
            return value(of: entry)
        }
        return nil
    }

    /// The values of every field line of that name, in the order received.
    public func all(_ name: String) -> [String] {
        entries.filter { isNamed($0, name) }.map(value(of:))
    }

    /// How many field lines carry that name.
    public func count(of name: String) -> Int {
        var count = 0
        for entry in entries where isNamed(entry, name) { count += 1 }
        return count
    }

    /// Every field line in the order received.
    public var lines: [HTTPField] {
        entries.map { entry in
            HTTPField(
                String(decoding: bytes[entry.start..<entry.nameEnd], as: UTF8.self),
                value(of: entry))
        }
    }

    private func value(of entry: Entry) -> String {
        String(decoding: bytes[entry.nameEnd..<entry.valueEnd], as: UTF8.self)
    }

    private func isNamed(_ entry: Entry, _ name: String) -> Bool {
        let utf8 = name.utf8
        guard entry.nameEnd - entry.start == utf8.count else { return false }
        var index = entry.start
        for byte in utf8 {
            guard HTTPSyntax.lowercased(bytes[index]) == HTTPSyntax.lowercased(byte) else {
                return false
            }
            index += 1
        }
        return true
    }
}

/// What a request asks for, taken from its request line and decoded once.
///
/// Source: RFC 9112 §3.2 (origin form, absolute form, `*`), RFC 3986 §2.1 (percent-encoding).
public struct HTTPTarget: Sendable, Equatable {
    /// One name and value of the query, decoded; `+` in a query is a space.
    public struct QueryItem: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    /// The path as it was sent.
    public let rawPath: String
    /// The path with percent-encoding decoded.
    public let path: String
    /// The query as it was sent, without the question mark; nil when there is none.
    public let rawQuery: String?
    /// The items of the query, decoded, in the order sent.
    public let queryItems: [QueryItem]

    /// Reads a request target.
    ///
    /// Nil for what must be answered with 400: bytes outside printable ASCII, a fragment, incomplete
    /// percent-encoding, an encoded NUL, or text that is not UTF-8.
    public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = Self.pathStart(bytes) else { return nil }
        var pathEnd = bytes.count
        var hasEscapes = false
        for index in start..<bytes.count {
            let byte = bytes[index]
            guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") else { return nil }
            if byte == UInt8(ascii: "%") { hasEscapes = true }
            if byte == UInt8(ascii: "?"), pathEnd == bytes.count { pathEnd = index }
        }
        let pathBytes = UnsafeBufferPointer(rebasing: bytes[start..<pathEnd])
        rawPath = pathBytes.isEmpty ? "/" : String(decoding: pathBytes, as: UTF8.self)
        if hasEscapes {
            guard let decoded = Self.decoded(pathBytes, plusIsSpace: false) else { return nil }
            path = decoded.isEmpty ? "/" : decoded
        } else {
            path = rawPath
        }
        guard pathEnd < bytes.count else {
            rawQuery = nil
            queryItems = []
            return
        }
        let query = UnsafeBufferPointer(rebasing: bytes[(pathEnd + 1)...])
        guard let items = Self.items(query) else { return nil }
        rawQuery = String(decoding: query, as: UTF8.self)
        queryItems = items
    }

    /// Reads a request target from text; nil where the bytes would give nil.
    public init?(_ text: String) {
        var copy = text
        let target = copy.withUTF8 { HTTPTarget($0) }
        guard let target else { return nil }
        self = target
    }

    /// Where the path begins: RFC 9112 §3.2.2 makes a server accept the absolute form too.
    private static func pathStart(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        if first == UInt8(ascii: "/") { return 0 }
        if first == UInt8(ascii: "*") { return bytes.count == 1 ? 0 : nil }
        for scheme in ["http://", "https://"] where HTTPSyntax.begins(bytes, with: scheme) {
            let authority = bytes[scheme.utf8.count...]
            let end = authority.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            return end ?? bytes.count
        }
        return nil
    }

    private static func items(_ query: UnsafeBufferPointer<UInt8>) -> [QueryItem]? {
        var items: [QueryItem] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let nameBytes = UnsafeBufferPointer(rebasing: pair[..<(equals ?? pair.endIndex)])
            let valueBytes = UnsafeBufferPointer(
                rebasing: pair[(equals.map { $0 + 1 } ?? pair.endIndex)...])
            guard let name = decoded(nameBytes, plusIsSpace: true),
                let value = decoded(valueBytes, plusIsSpace: true)
            else { return nil }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    private static func decoded(
        _ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool
    ) -> String? {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "%") else {
                output.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
                continue
            }
            guard index + 1 < bytes.count, let high = HTTPSyntax.hexDigit(bytes[index]),
                let low = HTTPSyntax.hexDigit(bytes[index + 1]), high | low != 0
            else { return nil }
            output.append(high << 4 | low)
            index += 2
        }
        return String(validating: output, as: UTF8.self)
    }
}

/// The head of a request: everything before its body.
public struct HTTPRequestHead: Sendable {
    /// The method as sent; methods are case-sensitive (RFC 9110 §9.1).
    public let method: String
    /// Path and query.
    public let target: HTTPTarget
    /// The header fields.
    public let fields: HTTPFields
    /// The peer's address as text, without its port; empty when unknown.
    public let peerAddress: String
    /// SHA-256 of the client's certificate (DER) in base64url without padding, as `x5t#S256` of
    /// RFC 8705 §3.1; nil without TLS or without a verified certificate.
    public let certificateThumbprint: String?

    public init(
        method: String, target: HTTPTarget, fields: HTTPFields = HTTPFields(),
        peerAddress: String = "", certificateThumbprint: String? = nil
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.peerAddress = peerAddress
        self.certificateThumbprint = certificateThumbprint
    }

    /// The path with percent-encoding decoded.
    public var path: String { target.path }
    /// The path as it was sent.
    public var rawPath: String { target.rawPath }
    /// The items of the query, decoded.
    public var queryItems: [HTTPTarget.QueryItem] { target.queryItems }

    /// The first value of the query item of that name.
    public func query(_ name: String) -> String? {
        target.queryItems.first { $0.name == name }?.value
    }
}

/// A request with its body collected.
public struct HTTPRequest: Sendable {
    public let head: HTTPRequestHead
    public let body: [UInt8]

    public init(head: HTTPRequestHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}

/// The body of an answer that is too large to be held whole.
///
/// Read by one of the server's own threads, one call at a time. Released when the answer is sent or
/// the client has gone.
public protocol HTTPBodySource: AnyObject, Sendable {
    /// Bytes in all when known beforehand: the answer then carries Content-Length. Otherwise nil.
    var length: Int? { get }

    /// Whether the next `read` has something to give, or the end to tell. False holds the connection
    /// until `flow.resume()`, and each false needs one `resume()`, which may come even before this
    /// returns. True unless a source says otherwise.
    func isReady(flow: HTTPFlow) -> Bool

    /// Writes the next bytes into `buffer` and gives their number; 0 is the end.
    ///
    /// May block only briefly: other connections of the same thread wait meanwhile. What it throws
    /// cuts the connection, so that the client sees a truncated answer rather than a whole one.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension HTTPBodySource {
    public var length: Int? { nil }

    public func isReady(flow: HTTPFlow) -> Bool { true }
}

/// An answer.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        /// The whole body.
        case bytes([UInt8])
        /// Pulled in chunks of some tens of KB while the client takes them.
        case stream(any HTTPBodySource)
    }

    /// 200…599.
    public var status: Int
    /// Header fields; the transport adds Content-Length or Transfer-Encoding, Date and Connection.
    public var fields: [HTTPField]
    public var body: Body

    public init(status: Int, fields: [HTTPField] = [], body: Body = .bytes([])) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// The small rules of HTTP's syntax that more than one place needs.
enum HTTPSyntax {
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    static func begins(_ bytes: UnsafeBufferPointer<UInt8>, with prefix: String) -> Bool {
        guard bytes.count >= prefix.utf8.count else { return false }
        return zip(bytes, prefix.utf8).allSatisfy { lowercased($0) == $1 }
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// tchar of RFC 9110 §5.6.2.
    static func isToken(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { tokenBytes[Int($0)] }
    }

    /// A field value without control characters other than tab (RFC 9110 §5.5).
    static func isFieldValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        var start = 0
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    private static let tokenBytes: [Bool] = (0..<256).map { code in
        let byte = UInt8(code)
        let isLetter = lowercased(byte) >= 0x61 && lowercased(byte) <= 0x7A
        let isDigit = byte >= 0x30 && byte <= 0x39
        return isLetter || isDigit || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

/// What the library lets through and this server refuses, decided from the header fields alone.
enum HTTPFraming {
    /// How the body of a request is delimited.
    case none
    case length(Int)
    case chunked
    /// The status to refuse with; the connection must not be used further.
    case refused(status: Int)

    var hasBody: Bool {
        switch self {
        case .length(let length): length > 0
        case .chunked: true
        case .none, .refused: false
        }
    }

    /// Source: RFC 9112 §6.1 (Transfer-Encoding together with Content-Length, codings not
    /// understood, HTTP/1.0), §6.3 (repeated Content-Length), §3.2 (exactly one Host).
    init(_ fields: HTTPFields, isVersion10: Bool) {
        let lengths = fields.count(of: "Content-Length")
        let codings = fields.count(of: "Transfer-Encoding")
        let hosts = fields.count(of: "Host")
        guard hosts == 1 || (hosts == 0 && isVersion10) else {
            self = .refused(status: 400)
            return
        }
        guard codings == 0 else {
            self = Self.coded(fields, acceptable: lengths == 0 && codings == 1 && !isVersion10)
            return
        }
        guard lengths > 0 else {
            self = .none
            return
        }
        guard lengths == 1, let length = fields["Content-Length"].flatMap(Self.length) else {
            self = .refused(status: 400)
            return
        }
        self = length == 0 ? .none : .length(length)
    }

    private static func coded(_ fields: HTTPFields, acceptable: Bool) -> HTTPFraming {
        guard acceptable, let coding = fields["Transfer-Encoding"] else {
            return .refused(status: 400)
        }
        let isChunked = coding.utf8.map(HTTPSyntax.lowercased).elementsEqual("chunked".utf8)
        return isChunked ? .chunked : .refused(status: 501)
    }

    private static func length(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }
}
