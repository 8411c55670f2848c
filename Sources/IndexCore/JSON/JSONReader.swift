import Glibc

/// Why bytes are not JSON, and where.
public struct JSONError: Error, Equatable, Sendable {
    public enum Reason: Sendable {
        case notUTF8, unexpected, unterminated, badEscape, badNumber, controlCharacter, tooDeep
        case trailing
    }
    public let reason: Reason
    /// Bytes from the start of the text.
    public let byteOffset: Int
}

/// Pulls values out of JSON text, one at a time, without building a tree.
///
/// Strict RFC 8259: UTF-8 only, no comments, no trailing comma, depth at most `maxDepth`.
/// The buffers it hands out are valid until the next call. About 300 MB/s.
public struct JSONReader {
    public enum Kind: Sendable { case object, array, string, number, boolean, null }

    public static let maxDepth = 64

    @usableFromInline let text: UnsafeBufferPointer<UInt8>
    public private(set) var position = 0
    private var depth = 0
    @usableFromInline private(set) var scratch: [UInt8] = []
    private var isFirst = true

    /// The text must outlive the reader. Throws unless it is UTF-8.
    public init(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        self.text = text
        if let bad = UTF8Check.firstInvalid(text) {
            throw JSONError(reason: .notUTF8, byteOffset: bad)
        }
    }

    /// What comes next, past blanks.
    public mutating func peek() throws(JSONError) -> Kind {
        skipBlanks()
        guard position < text.count else { throw error(.unterminated) }
        switch text[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), 48...57: return .number
        default: throw error(.unexpected)
        }
    }

    public mutating func beginObject() throws(JSONError) { try begin(UInt8(ascii: "{")) }

    public mutating func beginArray() throws(JSONError) { try begin(UInt8(ascii: "[")) }

    /// Reads the next member's name and calls `body` with it; false at the object's end.
    ///
    /// `body` is called before the value is read; its buffer is valid only inside.
    @inlinable
    public mutating func nextKey<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) throws(JSONError) -> Result? {
        guard try advance(to: UInt8(ascii: "}")) else { return nil }
        let result = try string(body)
        try colon()
        return result
    }

    /// True when another element follows; false at the array's end.
    public mutating func nextElement() throws(JSONError) -> Bool {
        try advance(to: UInt8(ascii: "]"))
    }

    /// Reads a string and lends its decoded UTF-8.
    @inlinable
    public mutating func string<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) throws(JSONError) -> Result {
        guard let plain = try plainString() else {
            return scratch.withUnsafeBufferPointer { body($0) }
        }
        return body(UnsafeBufferPointer(rebasing: text[plain]))
    }

    /// Passes over what comes next when it is, byte for byte, the object that stood at `earlier`;
    /// else moves nothing.
    ///
    /// `earlier` must be a whole object that was read before, so that no reading of it can fail.
    public mutating func skipCopy(of earlier: Range<Int>) -> Bool {
        skipBlanks()
        guard earlier.count <= text.count - position, let base = text.baseAddress,
            memcmp(base + position, base + earlier.lowerBound, earlier.count) == 0
        else { return false }
        position += earlier.count
        return true
    }

    /// Where the next string's bytes lie; nil when it had escapes, and then `scratch` holds it.
    @usableFromInline
    mutating func plainString() throws(JSONError) -> Range<Int>? {
        skipBlanks()
        guard position < text.count, text[position] == UInt8(ascii: "\"") else {
            throw error(.unexpected)
        }
        position += 1
        let start = position
        passPlain()
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return start..<(position - 1)
            }
            if byte == UInt8(ascii: "\\") { break }
            guard byte >= 0x20 else { throw error(.controlCharacter) }
            position += 1
        }
        try decodeEscaped(from: start)
        return nil
    }

    /// Moves to the first byte that ends or breaks a plain string, eight bytes at a time.
    private mutating func passPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(text)
        while position + 8 <= text.count {
            let word = UInt64(
                littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // In each term the lowest bit set marks its first byte that is 0, or less than 0x20.
            let found =
                ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash
                    | (word &- ones &* 0x20) & ~word) & high
            guard found == 0 else { return position += found.trailingZeroBitCount >> 3 }
            position += 8
        }
    }

    @usableFromInline
    mutating func colon() throws(JSONError) {
        skipBlanks()
        guard position < text.count, text[position] == UInt8(ascii: ":") else {
            throw error(.unexpected)
        }
        position += 1
    }

    /// Reads a number and lends its text.
    public mutating func number<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) throws(JSONError) -> Result {
        skipBlanks()
        let start = position
        if at(UInt8(ascii: "-")) { position += 1 }
        if at(UInt8(ascii: "0")) { position += 1 } else { try digits() }
        if at(UInt8(ascii: ".")) {
            position += 1
            try digits()
        }
        if at(UInt8(ascii: "e")) || at(UInt8(ascii: "E")) {
            position += 1
            if at(UInt8(ascii: "+")) || at(UInt8(ascii: "-")) { position += 1 }
            try digits()
        }
        return body(UnsafeBufferPointer(rebasing: text[start..<position]))
    }

    public mutating func boolean() throws(JSONError) -> Bool {
        skipBlanks()
        if at(UInt8(ascii: "t")) {
            try literal("true")
            return true
        }
        try literal("false")
        return false
    }

    public mutating func null() throws(JSONError) {
        skipBlanks()
        try literal("null")
    }

    /// Passes over whatever comes next, checking its form.
    public mutating func skip() throws(JSONError) {
        switch try peek() {
        case .object:
            try beginObject()
            while try nextKey({ _ in }) != nil { try skip() }
        case .array:
            try beginArray()
            while try nextElement() { try skip() }
        case .string: try string { _ in }
        case .number: try number { _ in }
        case .boolean: _ = try boolean()
        case .null: try null()
        }
    }

    /// Throws unless only blanks are left.
    public mutating func finish() throws(JSONError) {
        skipBlanks()
        guard position == text.count else { throw error(.trailing) }
    }

    private mutating func begin(_ bracket: UInt8) throws(JSONError) {
        skipBlanks()
        guard at(bracket) else { throw error(.unexpected) }
        depth += 1
        guard depth <= Self.maxDepth else { throw error(.tooDeep) }
        position += 1
        isFirst = true
    }

    @usableFromInline
    mutating func advance(to close: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        guard position < text.count else { throw error(.unterminated) }
        if text[position] == close {
            position += 1
            depth -= 1
            isFirst = false
            return false
        }
        if !isFirst {
            guard text[position] == UInt8(ascii: ",") else { throw error(.unexpected) }
            position += 1
            skipBlanks()
            guard position < text.count, text[position] != close else { throw error(.unexpected) }
        }
        isFirst = false
        return true
    }

    private mutating func decodeEscaped(from start: Int) throws(JSONError) {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: text[start..<position])
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") {
                try escape()
            } else {
                guard byte >= 0x20 else { throw error(.controlCharacter) }
                scratch.append(byte)
            }
        }
        throw error(.unterminated)
    }

    private mutating func escape() throws(JSONError) {
        guard position < text.count else { throw error(.unterminated) }
        let byte = text[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
        case UInt8(ascii: "b"): scratch.append(8)
        case UInt8(ascii: "f"): scratch.append(12)
        case UInt8(ascii: "n"): scratch.append(10)
        case UInt8(ascii: "r"): scratch.append(13)
        case UInt8(ascii: "t"): scratch.append(9)
        case UInt8(ascii: "u"): try unicodeEscape()
        default: throw error(.badEscape)
        }
    }

    private mutating func unicodeEscape() throws(JSONError) {
        let first = try hexadecimal()
        var value = first
        if (0xD800..<0xDC00).contains(first) {
            guard at(UInt8(ascii: "\\")), position + 1 < text.count,
                text[position + 1] == UInt8(ascii: "u")
            else { throw error(.badEscape) }
            position += 2
            let second = try hexadecimal()
            guard (0xDC00..<0xE000).contains(second) else { throw error(.badEscape) }
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw error(.badEscape) }
        scratch.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard position + 4 <= text.count else { throw error(.badEscape) }
        var value: UInt32 = 0
        for index in position..<(position + 4) {
            let byte = text[index]
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 65...70: value = value << 4 | UInt32(byte - 55)
            case 97...102: value = value << 4 | UInt32(byte - 87)
            default: throw error(.badEscape)
            }
        }
        position += 4
        return value
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while position < text.count, (48...57).contains(text[position]) { position += 1 }
        guard position > start else { throw error(.badNumber) }
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        guard position + word.utf8CodeUnitCount <= text.count else { throw error(.unexpected) }
        for index in 0..<word.utf8CodeUnitCount
        where text[position + index] != word.utf8Start[index] {
            throw error(.unexpected)
        }
        position += word.utf8CodeUnitCount
    }

    private func at(_ byte: UInt8) -> Bool { position < text.count && text[position] == byte }

    private mutating func skipBlanks() {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: reason, byteOffset: position)
    }
}

/// UTF-8 as Unicode 15 table 3-7 allows it: no overlong forms, no surrogates.
enum UTF8Check {
    /// The offset of the first byte that does not belong, or nil. About 4 GB/s on ASCII.
    static func firstInvalid(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        let raw = UnsafeRawBufferPointer(text)
        while index < text.count {
            while index + 32 <= text.count, isASCII(raw, index) { index += 32 }
            guard index < text.count else { break }
            if index + 8 <= text.count,
                raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            let size = scalarSize(text, index)
            guard size > 0 else { return index }
            index += size
        }
        return nil
    }

    /// Whether the 32 bytes from `index` on are.
    private static func isASCII(_ raw: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        let first =
            raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            | raw.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
        let second =
            raw.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self)
            | raw.loadUnaligned(fromByteOffset: index + 24, as: UInt64.self)
        return (first | second) & 0x8080_8080_8080_8080 == 0
    }

    private static func scalarSize(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let lead = text[index]
        let second: ClosedRange<UInt8>
        let size: Int
        switch lead {
        case 0..<0x80: return 1
        case 0xC2...0xDF: (size, second) = (2, 0x80...0xBF)
        case 0xE0: (size, second) = (3, 0xA0...0xBF)
        case 0xED: (size, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (size, second) = (3, 0x80...0xBF)
        case 0xF0: (size, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (size, second) = (4, 0x80...0xBF)
        case 0xF4: (size, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard index + size <= text.count, second.contains(text[index + 1]) else { return 0 }
        for offset in 2..<max(size, 2) where !(0x80...0xBF).contains(text[index + offset]) {
            return 0
        }
        return size
    }
}
