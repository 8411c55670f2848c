import Glibc

/// How a value is kept inside a record.
public enum WireType: UInt8, Sendable {
    case text = 0
    case group = 1
    case uuid = 2
    /// Eight bytes, microseconds; shown in UTC.
    case time = 3
    /// Eight bytes, microseconds; shown with Denmark's offset.
    case businessTime = 4
    /// `GraenseIndikator`: no payload.
    case infinity = 5
    case no = 6
    case yes = 7
    /// The digits as written, of any length.
    case integer = 8
    /// Bytes that JSON carries as base64.
    case base64 = 9
}

/// Writes a record: a tree of elements in the least space, front to back.
///
/// Layout of one element: number (1 byte) · wire type with the repeat mark in bit 7 (1 byte) ·
/// payload. Text, integer and base64 carry their length as LEB128; a group carries two bytes of
/// length, or 0xFFFF and four more.
public struct RecordWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    public var count: Int { bytes.count }

    public mutating func text(
        _ element: Element, _ value: UnsafeBufferPointer<UInt8>, as type: WireType = .text,
        repeats: Bool = false
    ) {
        head(element, type, repeats)
        length(value.count)
        bytes.append(contentsOf: value)
    }

    public mutating func text(_ element: Element, _ value: String) {
        var copy = value
        copy.withUTF8 { text(element, $0) }
    }

    public mutating func uuid(
        _ element: Element, _ value: UUIDIdentifikator, repeats: Bool = false
    ) {
        head(element, .uuid, repeats)
        fixed(value.high)
        fixed(value.low)
    }

    public mutating func time(_ element: Element, _ value: Tidspunkt, business: Bool = false) {
        head(element, business ? .businessTime : .time, false)
        fixed(UInt64(bitPattern: value.microseconds))
    }

    /// A value without payload: infinity, yes or no.
    public mutating func mark(_ element: Element, _ type: WireType) {
        precondition(type == .infinity || type == .yes || type == .no)
        head(element, type, false)
    }

    /// Begins a group; hand the result to `end` when its members are written.
    public mutating func begin(_ element: Element, repeats: Bool = false) -> Int {
        head(element, .group, repeats)
        bytes.append(0)
        bytes.append(0)
        return bytes.count
    }

    public mutating func end(_ start: Int) {
        let size = bytes.count - start
        guard size < 0xFFFF else { return endLong(start, size) }
        bytes[start - 2] = UInt8(size >> 8)
        bytes[start - 1] = UInt8(size & 0xFF)
    }

    /// Copies elements that another record holds.
    public mutating func copy(_ elements: ElementGroup) {
        elements.withBytes { bytes.append(contentsOf: $0) }
    }

    /// Copies one element that another record holds.
    public mutating func copy(_ value: ElementValue) {
        value.withWholeBytes { bytes.append(contentsOf: $0) }
    }

    /// Whether what was written from `start` on is what `other` holds in `range`.
    public func holds(from start: Int, _ other: [UInt8], in range: Range<Int>) -> Bool {
        guard bytes.count - start == range.count else { return false }
        return bytes.withUnsafeBytes { mine in
            other.withUnsafeBytes { theirs in
                sameBytes(
                    UnsafeRawBufferPointer(rebasing: mine[start...]),
                    UnsafeRawBufferPointer(rebasing: theirs[range]))
            }
        }
    }

    /// Copies what was written from `start` on behind `other`.
    public func append(from start: Int, to other: inout [UInt8]) {
        bytes.withUnsafeBytes {
            other.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[start...]))
        }
    }

    /// Drops what was written after `count` was read.
    public mutating func rewind(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    private mutating func endLong(_ start: Int, _ size: Int) {
        bytes[start - 2] = 0xFF
        bytes[start - 1] = 0xFF
        let value = UInt32(size)
        let long = (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
        bytes.insert(contentsOf: long, at: start)
    }

    private mutating func head(_ element: Element, _ type: WireType, _ repeats: Bool) {
        bytes.append(element.rawValue)
        bytes.append(type.rawValue | (repeats ? 0x80 : 0))
    }

    private mutating func fixed(_ value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func length(_ value: Int) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// One element of a record: its name, how it is kept and where its payload lies.
public struct ElementValue: Sendable {
    public let element: Element
    public let type: WireType
    public let repeats: Bool
    let storage: [UInt8]
    /// Where the element begins, with its head.
    let start: Int
    let range: Range<Int>

    /// The text, or nil for another wire type.
    public var text: String? {
        guard type == .text || type == .integer else { return nil }
        return withBytes { String(decoding: $0, as: UTF8.self) }
    }

    public var uuid: UUIDIdentifikator? {
        guard type == .uuid else { return nil }
        return withBytes { UUIDIdentifikator(bytes: $0) }
    }

    /// The instant; `GraenseIndikator` gives `distantFuture`.
    public var time: Tidspunkt? {
        switch type {
        case .time, .businessTime:
            return withBytes {
                Tidspunkt(microseconds: Int64(bigEndian: $0.loadUnaligned(as: Int64.self)))
            }
        case .infinity: return .distantFuture
        default: return nil
        }
    }

    public var boolean: Bool? {
        type == .yes ? true : type == .no ? false : nil
    }

    public var group: ElementGroup? {
        type == .group ? ElementGroup(storage, range) : nil
    }

    /// UUID and text alike, as `UnikId` is written.
    public var unikId: String? { uuid?.description ?? text }

    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    func withWholeBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        storage.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<range.upperBound]))
        }
    }
}

/// A run of elements inside a record; a view that shares the record's bytes.
///
/// Equality compares the elements' bytes.
public struct ElementGroup: Sequence, Sendable {
    let storage: [UInt8]
    let range: Range<Int>

    /// The whole of `bytes`, which must be written by `RecordWriter`.
    public init(_ bytes: [UInt8]) {
        storage = bytes
        range = 0..<bytes.count
    }

    /// The run in `range` of `storage`; both ends must lie between elements.
    public init(_ storage: [UInt8], _ range: Range<Int>) {
        self.storage = storage
        self.range = range
    }

    public static let empty = ElementGroup([])

    public var isEmpty: Bool { range.isEmpty }

    public func makeIterator() -> Iterator { Iterator(storage: storage, range: range) }

    /// The first element of that name; cost grows with its place among its siblings.
    public subscript(element: Element) -> ElementValue? {
        let found = storage.withUnsafeBufferPointer { bytes -> (Int, ElementHead)? in
            var rest = range
            while !rest.isEmpty, let head = ElementHead(bytes, rest) {
                if head.element == element { return (rest.lowerBound, head) }
                rest = head.payload.upperBound..<rest.upperBound
            }
            return nil
        }
        guard let (start, head) = found else { return nil }
        return ElementValue(head, storage, start)
    }

    /// The group at the end of `path`, or nil where a step is missing.
    public func group(_ path: Element...) -> ElementGroup? {
        var current = self
        for step in path {
            guard let next = current[step]?.group else { return nil }
            current = next
        }
        return current
    }

    public func text(_ element: Element) -> String? { self[element]?.text }

    /// The same without its members of those names.
    public func without(_ elements: Set<Element>) -> ElementGroup {
        var writer = RecordWriter(reserving: range.count)
        for value in self where !elements.contains(value.element) { writer.copy(value) }
        return ElementGroup(writer.bytes)
    }

    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    public struct Iterator: IteratorProtocol {
        let storage: [UInt8]
        var range: Range<Int>

        public mutating func next() -> ElementValue? {
            guard !range.isEmpty,
                let head = storage.withUnsafeBufferPointer({ ElementHead($0, range) })
            else { return nil }
            let start = range.lowerBound
            range = head.payload.upperBound..<range.upperBound
            return ElementValue(head, storage, start)
        }
    }
}

extension ElementGroup: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        guard left.range.count == right.range.count else { return false }
        return left.withBytes { mine in right.withBytes { sameBytes(mine, $0) } }
    }
}

private func sameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let mine = left.baseAddress, let theirs = right.baseAddress else { return true }
    return memcmp(mine, theirs, left.count) == 0
}

extension ElementValue {
    fileprivate init(_ head: ElementHead, _ storage: [UInt8], _ start: Int) {
        self.init(
            element: head.element, type: head.type, repeats: head.repeats, storage: storage,
            start: start, range: head.payload)
    }
}

/// The fixed part of one element; nil when the bytes do not hold a whole element.
private struct ElementHead {
    let element: Element
    let type: WireType
    let repeats: Bool
    let payload: Range<Int>

    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        guard range.count >= 2, let element = Element(rawValue: bytes[range.lowerBound]),
            let type = WireType(rawValue: bytes[range.lowerBound + 1] & 0x7F)
        else { return nil }
        self.element = element
        self.type = type
        repeats = bytes[range.lowerBound + 1] & 0x80 != 0
        let start = range.lowerBound + 2
        guard let payload = Self.payload(type, bytes, start, range.upperBound) else { return nil }
        self.payload = payload
    }

    private static func payload(
        _ type: WireType, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
    ) -> Range<Int>? {
        var position = start
        let size: Int
        switch type {
        case .infinity, .yes, .no: size = 0
        case .time, .businessTime: size = 8
        case .uuid: size = 16
        case .group:
            guard start + 2 <= end else { return nil }
            position = start + 2
            let short = Int(bytes[start]) << 8 | Int(bytes[start + 1])
            guard short == 0xFFFF else {
                size = short
                break
            }
            guard start + 6 <= end else { return nil }
            position = start + 6
            size = bytes[(start + 2)..<(start + 6)].reduce(0) { $0 << 8 | Int($1) }
        case .text, .integer, .base64:
            var shift = 0
            var length = 0
            repeat {
                guard position < end, shift < 42 else { return nil }
                length |= Int(bytes[position] & 0x7F) << shift
                shift += 7
                position += 1
            } while bytes[position - 1] & 0x80 != 0
            size = length
        }
        guard size >= 0, position + size <= end else { return nil }
        return position..<(position + size)
    }
}
