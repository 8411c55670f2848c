/// A JSON value as it stands in a token or a key file, read so that it has one meaning only.
///
/// Refused: a member named twice in one object, text that is not UTF-8 or holds half a surrogate
/// pair, anything behind the value, nesting deeper than 16 and objects of more than 128 members.
/// Names and texts compare byte for byte.
///
/// Source: RFC 8259; RFC 7515 §4 and RFC 7519 §4 (member names must be unique).
enum TokenJSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([TokenJSON])
    case object([Member])

    struct Member: Equatable, Sendable {
        let name: String
        let value: TokenJSON
    }

    static let maxDepth = 16
    static let maxMembers = 128

    /// Reads one value that fills `bytes`; nil when it is not strict JSON.
    init?(_ bytes: [UInt8]) {
        var reader = TokenJSONReader(bytes)
        guard let value = reader.document() else { return nil }
        self = value
    }

    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    var array: [TokenJSON]? {
        if case .array(let values) = self { values } else { nil }
    }

    var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The member of an object with exactly this name.
    subscript(name: String) -> TokenJSON? {
        members?.first { $0.name.isExactly(name) }?.value
    }
}

extension String {
    /// Equal byte for byte; `==` would also equate other spellings of the same character.
    func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// The reader behind `TokenJSON`: one position moving over the bytes.
struct TokenJSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() -> TokenJSON? {
        guard let value = value() else { return nil }
        skipBlanks()
        return position == bytes.count ? value : nil
    }

    private mutating func value() -> TokenJSON? {
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return nested { $0.object() }
        case UInt8(ascii: "["): return nested { $0.array() }
        case UInt8(ascii: "\""): return string().map { .text($0) }
        case UInt8(ascii: "t"): return word("true", .bool(true))
        case UInt8(ascii: "f"): return word("false", .bool(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func nested(_ read: (inout Self) -> TokenJSON?) -> TokenJSON? {
        guard depth < TokenJSON.maxDepth else { return nil }
        position += 1
        depth += 1
        defer { depth -= 1 }
        return read(&self)
    }

    private mutating func object() -> TokenJSON? {
        var members: [TokenJSON.Member] = []
        var names: Set<[UInt8]> = []
        skipBlanks()
        guard !take("}") else { return .object([]) }
        repeat {
            skipBlanks()
            guard members.count < TokenJSON.maxMembers, let name = string(),
                names.insert(Array(name.utf8)).inserted
            else { return nil }
            skipBlanks()
            guard take(":"), let value = value() else { return nil }
            members.append(.init(name: name, value: value))
            skipBlanks()
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array() -> TokenJSON? {
        var values: [TokenJSON] = []
        skipBlanks()
        guard !take("]") else { return .array([]) }
        repeat {
            guard let value = value() else { return nil }
            values.append(value)
            skipBlanks()
        } while take(",")
        return take("]") ? .array(values) : nil
    }

    private mutating func word(_ word: StaticString, _ value: TokenJSON) -> TokenJSON? {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[position...].starts(with: expected) else { return nil }
        position += expected.count
        return value
    }
}

extension TokenJSONReader {
    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var content: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: content, as: UTF8.self)
            case 0..<0x20: return nil
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                content.append(contentsOf: String(Character(scalar)).utf8)
            default: content.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = peek else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicodeEscape()
        default: return nil
        }
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let first = fourHexDigits() else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard take("\\"), take("u"), let second = fourHexDigits(),
            (0xDC00..<0xE000).contains(second)
        else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func fourHexDigits() -> UInt32? {
        guard bytes.count - position >= 4 else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }

    private mutating func number() -> TokenJSON? {
        let start = position
        _ = take("-")
        let hasLeadingZero = peek == UInt8(ascii: "0")
        let digits = digitRun()
        guard digits > 0, digits == 1 || !hasLeadingZero else { return nil }
        var isInteger = true
        if take(".") {
            isInteger = false
            guard digitRun() > 0 else { return nil }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            guard digitRun() > 0 else { return nil }
        }
        let literal = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(literal) { return .integer(integer) }
        guard let number = Double(literal), number.isFinite else { return nil }
        return .number(number)
    }

    private mutating func digitRun() -> Int {
        let start = position
        while let byte = peek, (48...57).contains(byte) { position += 1 }
        return position - start
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }
}
