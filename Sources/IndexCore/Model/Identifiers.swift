/// The 128-bit identity of an object, a class, a system, a unit or a user.
///
/// Read in either case as 8-4-4-4-12 hexadecimal digits; written in lower case.
/// Source: urn:oio:sagdok:3.0.0, `UUIDIdentifikator`.
public struct UUIDIdentifikator: Hashable, Comparable, Sendable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads exactly 36 ASCII bytes; anything else (braces, missing hyphens) gives nil.
    public init?(ascii bytes: UnsafeBufferPointer<UInt8>) {
        let hyphen = UInt8(ascii: "-")
        guard bytes.count == 36, bytes[8] == hyphen, bytes[13] == hyphen, bytes[18] == hyphen,
            bytes[23] == hyphen
        else { return nil }
        let raw = UnsafeRawBufferPointer(bytes)
        func half(_ offset: Int) -> UInt64 {
            UInt64(
                UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        func whole(_ offset: Int) -> UInt64 {
            UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        guard let first = Self.eightDigits(whole(0)),
            let second = Self.eightDigits(half(9) << 32 | half(14)),
            let third = Self.eightDigits(half(19) << 32 | half(24)),
            let fourth = Self.eightDigits(whole(28))
        else { return nil }
        high = first << 32 | second
        low = third << 32 | fourth
    }

    public init?(_ text: some StringProtocol) {
        var copy = String(text)
        let parsed = copy.withUTF8 { UUIDIdentifikator(ascii: $0) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads the 16 big-endian bytes that `bytes` gives.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// The 16 bytes, most significant first, so that byte order is value order.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<8 {
                buffer[index] = UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * index))
                buffer[index + 8] = UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * index))
            }
            count = 16
        }
    }

    /// Appends the 36 lower-case ASCII bytes.
    public func write(to output: inout [UInt8]) {
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 {
                output.append(UInt8(ascii: "-"))
            }
            let word = index < 16 ? high : low
            let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index & 15))) & 15
            output.append(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    /// The value of eight hexadecimal digits, the first in the highest byte; nil when one is none.
    ///
    /// Works on all eight at once: adding 0x80 - n to a byte below 0x80 sets its top bit from n on.
    private static func eightDigits(_ word: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        guard word & high == 0 else { return nil }
        func from(_ least: UInt64, _ bytes: UInt64) -> UInt64 { bytes &+ ones &* (0x80 - least) }
        let lower = word | ones &* 0x20
        let isDigit = from(0x30, word) & ~from(0x3A, word) & high
        let isLetter = from(0x61, lower) & ~from(0x67, lower) & high
        guard isDigit | isLetter == high else { return nil }
        var value = (word & (ones &* 0x0F)) &+ (isLetter >> 7) &* 9
        value = (value | value >> 4) & 0x00FF_00FF_00FF_00FF
        value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
        return (value | value >> 16) & 0xFFFF_FFFF
    }
}

extension UUIDIdentifikator: CustomStringConvertible {
    public var description: String {
        var ascii: [UInt8] = []
        ascii.reserveCapacity(36)
        write(to: &ascii)
        return String(decoding: ascii, as: UTF8.self)
    }
}

/// The eight-digit number of an authority or a company.
public struct CVRNummer: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: UInt32

    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 8, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = UInt32(text)
        else { return nil }
        self.number = number
    }

    public init?(number: UInt32) {
        guard number <= 99_999_999 else { return nil }
        self.number = number
    }

    /// Eight digits, leading zeros kept.
    public var description: String {
        let digits = String(number)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
