/// An amount of money as the contract writes it: exact, with any number of decimals.
///
/// Equal and ordered by value, so `100` equals `100.00`. Reading, comparing and adding cost time
/// in proportion to the digits. Source: ydelse contract §3, `Beloeb` (`-?[0-9]+(\.[0-9]+)?`).
public struct Beloeb: Hashable, Sendable {
    /// False for zero, so that `-0` equals `0`.
    private let isNegative: Bool
    /// Digits 0–9, most significant first, without leading zeros; empty for zero.
    private let digits: [UInt8]
    /// How many of the digits stand behind the point; the last of those is not zero.
    private let scale: Int

    /// No money.
    public static let zero = Beloeb(isNegative: false, digits: [], scale: 0)

    /// Reads ASCII bytes of exactly the contract's form; anything else gives nil.
    public init?(ascii text: UnsafeRawBufferPointer) {
        let isNegative = text.first == UInt8(ascii: "-")
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count)
        var scale: Int?
        var position = isNegative ? 1 : 0
        while position < text.count {
            let byte = text[position]
            if (48...57).contains(byte) {
                digits.append(byte - 48)
                scale = scale.map { $0 + 1 }
            } else if byte == UInt8(ascii: "."), scale == nil, !digits.isEmpty {
                scale = 0
            } else {
                return nil
            }
            position += 1
        }
        guard !digits.isEmpty, scale != 0 else { return nil }
        self.init(isNegative: isNegative, digits: digits, scale: scale ?? 0)
    }

    /// Reads text of exactly the contract's form; anything else gives nil.
    public init?(_ text: String) {
        var copy = text
        let parsed = copy.withUTF8 { Beloeb(ascii: UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Brings the digits to the one form that each value has.
    private init(isNegative: Bool, digits: [UInt8], scale: Int) {
        var digits = digits
        var scale = scale
        while scale > 0, digits.last ?? 0 == 0 {
            if !digits.isEmpty { digits.removeLast() }
            scale -= 1
        }
        digits.removeSubrange(..<(digits.firstIndex { $0 != 0 } ?? digits.endIndex))
        self.digits = digits
        self.scale = digits.isEmpty ? 0 : scale
        self.isNegative = isNegative && !digits.isEmpty
    }

    /// The exact sum.
    public static func + (left: Beloeb, right: Beloeb) -> Beloeb {
        let scale = max(left.scale, right.scale)
        let (mine, other) = aligned(left, right, scale)
        if left.isNegative == right.isNegative {
            return Beloeb(isNegative: left.isNegative, digits: sum(mine, other), scale: scale)
        }
        let isLarger = !mine.lexicographicallyPrecedes(other)
        return Beloeb(
            isNegative: isLarger ? left.isNegative : right.isNegative,
            digits: isLarger ? difference(mine, other) : difference(other, mine), scale: scale)
    }

    /// The same amount the other way.
    public static prefix func - (amount: Beloeb) -> Beloeb {
        Beloeb(isNegative: !amount.isNegative, digits: amount.digits, scale: amount.scale)
    }

    /// The exact difference.
    public static func - (left: Beloeb, right: Beloeb) -> Beloeb { left + -right }

    /// Both magnitudes with the same number of digits before and behind the point.
    private static func aligned(
        _ left: Beloeb, _ right: Beloeb, _ scale: Int
    ) -> ([UInt8], [UInt8]) {
        let whole = max(left.digits.count - left.scale, right.digits.count - right.scale, 0)
        return (left.padded(whole, scale), right.padded(whole, scale))
    }

    private func padded(_ whole: Int, _ scale: Int) -> [UInt8] {
        let before = whole + self.scale - digits.count
        return [UInt8](repeating: 0, count: before) + digits
            + [UInt8](repeating: 0, count: scale - self.scale)
    }

    /// Of two magnitudes with equally many digits.
    private static func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: left.count + 1)
        var carry: UInt8 = 0
        for index in left.indices.reversed() {
            let digit = left[index] + right[index] + carry
            carry = digit / 10
            result[index + 1] = digit % 10
        }
        result[0] = carry
        return result
    }

    /// Of two magnitudes with equally many digits, the first the larger or the same.
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var result = left
        var borrow: UInt8 = 0
        for index in left.indices.reversed() {
            let taken = right[index] + borrow
            borrow = left[index] < taken ? 1 : 0
            result[index] = left[index] + 10 * borrow - taken
        }
        return result
    }
}

extension Beloeb: Comparable {
    /// By value, whatever the number of decimals.
    public static func < (left: Beloeb, right: Beloeb) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        let (mine, other) = aligned(left, right, max(left.scale, right.scale))
        return left.isNegative
            ? other.lexicographicallyPrecedes(mine) : mine.lexicographicallyPrecedes(other)
    }
}

extension Beloeb: CustomStringConvertible {
    /// The shortest form: no decimals that are not needed.
    public var description: String {
        let missing = max(0, scale + 1 - digits.count)
        let all = [UInt8](repeating: 0, count: missing) + digits
        var ascii = all.map { $0 + 48 }
        if scale > 0 { ascii.insert(UInt8(ascii: "."), at: ascii.count - scale) }
        return (isNegative ? "-" : "") + String(decoding: ascii, as: UTF8.self)
    }
}
