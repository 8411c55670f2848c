/// The two alphabets of RFC 4648, read strictly.
///
/// What is not the one canonical spelling of its bytes is refused: white space, characters of the
/// other alphabet, padding missing or superfluous, and bits set behind the last whole byte.
///
/// Source: RFC 4648 §3.2, §3.5, §4 and §5; RFC 7515 §2 (no padding in the URL-safe form).
public enum Base64 {
    /// Reads the URL-safe alphabet without padding; nil when malformed. Linear cost.
    public static func decodeURL(_ text: some Collection<UInt8>) -> [UInt8]? {
        decode(text, count: text.count, with: urlValue)
    }

    /// Reads the standard alphabet with its padding; nil when malformed. Linear cost.
    public static func decodeStandard(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var body = text[...]
        for _ in 0..<2 where body.last == UInt8(ascii: "=") { body.removeLast() }
        return decode(body, count: body.count, with: standardValue)
    }

    /// Writes the URL-safe alphabet without padding.
    public static func encodeURL(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: encode(bytes, with: urlAlphabet), as: UTF8.self)
    }

    /// Writes the standard alphabet with padding.
    public static func encodeStandard(_ bytes: some Sequence<UInt8>) -> String {
        var text = encode(bytes, with: standardAlphabet)
        while !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    private static let common = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let urlAlphabet = common + Array("-_".utf8)
    private static let standardAlphabet = common + Array("+/".utf8)

    private static func decode(
        _ text: some Sequence<UInt8>, count: Int, with value: (UInt8) -> UInt32?
    ) -> [UInt8]? {
        guard count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3 + 2)
        var window: UInt32 = 0
        var bits = 0
        for character in text {
            guard let sextet = value(character) else { return nil }
            window = window << 6 | sextet
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: window >> UInt32(bits)))
            window &= (1 << UInt32(bits)) - 1
        }
        return window == 0 ? bytes : nil
    }

    private static func encode(_ bytes: some Sequence<UInt8>, with alphabet: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var window: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            window = (window & 63) << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(window >> bits & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(window << (6 - bits) & 63)]) }
        return text
    }

    private static func urlValue(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: commonValue(character)
        }
    }

    private static func standardValue(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: commonValue(character)
        }
    }

    private static func commonValue(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
        default: nil
        }
    }
}
