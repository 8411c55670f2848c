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
        guard bytes.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        for index in 0..<36 {
            let byte = bytes[index]
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Self.hexDigit(byte) else { return nil }
            if digits < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
            digits += 1
        }
        self.high = high
        self.low = low
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

    private static func hexDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 48...57: UInt64(byte - 48)
        case 97...102: UInt64(byte - 87)
        case 65...70: UInt64(byte - 55)
        default: nil
        }
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
