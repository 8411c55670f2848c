/// A JSON value as a tree, for requests and settings: small, and read member by member.
public enum JSONValue: Equatable, Sendable {
    case object([Member])
    case array([JSONValue])
    case string(String)
    /// The digits as written.
    case number(String)
    case boolean(Bool)
    case null

    public struct Member: Equatable, Sendable {
        public let name: String
        public let value: JSONValue

        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The same of a message's body, before which some put a byte order mark.
    public init(body bytes: [UInt8]) throws(JSONError) {
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        try self.init(parsing: hasMark ? Array(bytes.dropFirst(3)) : bytes)
    }

    /// Reads one whole value; a name that stands twice in an object is refused.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var failure: JSONError?
        var value: JSONValue = .null
        bytes.withUnsafeBufferPointer { buffer in
            do throws(JSONError) {
                var reader = try JSONReader(buffer)
                value = try Self.read(&reader)
                try reader.finish()
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        self = value
    }

    private static func read(_ reader: inout JSONReader) throws(JSONError) -> JSONValue {
        switch try reader.peek() {
        case .object: return try readObject(&reader)
        case .array:
            var values: [JSONValue] = []
            try reader.beginArray()
            while try reader.nextElement() { values.append(try read(&reader)) }
            return .array(values)
        case .string: return .string(try reader.string { String(decoding: $0, as: UTF8.self) })
        case .number: return .number(try reader.number { String(decoding: $0, as: UTF8.self) })
        case .boolean: return .boolean(try reader.boolean())
        case .null:
            try reader.null()
            return .null
        }
    }

    private static func readObject(_ reader: inout JSONReader) throws(JSONError) -> JSONValue {
        var members: [Member] = []
        var names: Set<String> = []
        try reader.beginObject()
        while let name = try reader.nextKey({ String(decoding: $0, as: UTF8.self) }) {
            guard names.insert(name).inserted else {
                throw JSONError(reason: .unexpected, byteOffset: reader.position)
            }
            members.append(Member(name: name, value: try read(&reader)))
        }
        return .object(members)
    }

    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    public subscript(name: String) -> JSONValue? {
        members?.first { $0.name == name }?.value
    }

    public var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var integer: Int? {
        if case .number(let digits) = self { Int(digits) } else { nil }
    }

    public var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }
}
