/// Text → tokens, the same for what is indexed and for what is asked. Pure.
///
/// A token is a run of letters and digits, folded: lower case, æ/ä as `ae`, ø/ö as `oe`, å as `aa`,
/// other Latin letters without their marks, composed or not.
public enum Tokenizer {
    /// Of a longer word only the beginning is a token; FTS5 would cut it by a limit of its own.
    static let maxTokenBytes = 512

    /// A token and the bytes it came from.
    public struct Token: Equatable, Sendable {
        public let text: [UInt8]
        public let range: Range<Int>
    }

    /// What stands between two texts of a column: a token of its own where texts are indexed, and none of a question,
    /// so that no run of words goes from one text to the next.
    static let skel: UInt8 = 0x1F

    /// Calls `body` with each token in turn until it answers false, `skel` among them where it is asked for. The bytes
    /// must be UTF-8.
    public static func forEach(
        in text: UnsafeBufferPointer<UInt8>, medSkel: Bool = false,
        _ body: (UnsafeBufferPointer<UInt8>, Range<Int>) -> Bool
    ) {
        var token: [UInt8] = []
        token.reserveCapacity(64)
        var start = 0
        var position = 0
        while position < text.count {
            let (scalar, size) = decode(text, position)
            switch Fold.fold(scalar) {
            case .separator:
                if !token.isEmpty {
                    guard token.withUnsafeBufferPointer({ body($0, start..<position) }) else {
                        return
                    }
                    token.removeAll(keepingCapacity: true)
                }
                if medSkel, scalar == UInt32(skel) {
                    let one = UnsafeBufferPointer(rebasing: text[position..<position + 1])
                    guard body(one, position..<position + 1) else { return }
                }
            case .mark(let mark):
                if let second = mark.second(after: token.last) { token.append(second) }
            case .letters(let first, let second):
                if token.isEmpty { start = position }
                if token.count < maxTokenBytes {
                    token.append(first)
                    if second != 0 { token.append(second) }
                }
            case .other(let folded):
                if token.isEmpty { start = position }
                if token.count < maxTokenBytes {
                    UTF8.encode(folded).map { token.append(contentsOf: $0) }
                }
            }
            position += size
        }
        if !token.isEmpty {
            _ = token.withUnsafeBufferPointer { body($0, start..<position) }
        }
    }

    public static func tokens(_ text: String) -> [Token] {
        var result: [Token] = []
        var copy = text
        copy.withUTF8 { bytes in
            forEach(in: bytes) { token, range in
                result.append(Token(text: Array(token), range: range))
                return true
            }
        }
        return result
    }

    /// The scalar at `position`; a byte that starts none counts as a separator of one byte.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, _ position: Int
    ) -> (UInt32, Int) {
        let lead = text[position]
        if lead < 0x80 { return (UInt32(lead), 1) }
        let size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, position + size <= text.count else { return (0x20, 1) }
        var value = UInt32(lead) & (0xFF >> UInt32(size + 1))
        for index in 1..<size { value = value << 6 | UInt32(text[position + index] & 0x3F) }
        return (value, size)
    }
}

/// What one scalar becomes.
enum Fold {
    case separator
    /// A combining mark.
    case mark(Mark)
    /// One or two ASCII letters or digits; the second is 0 when there is none.
    case letters(UInt8, UInt8)
    case other(Unicode.Scalar)

    enum Mark {
        case ring, diaeresis, other

        /// The second letter that å, ä and ö fold to, when they are written with a mark of its own.
        func second(after letter: UInt8?) -> UInt8? {
            switch (self, letter) {
            case (.ring, UInt8(ascii: "a")): UInt8(ascii: "a")
            case (.diaeresis, UInt8(ascii: "a")), (.diaeresis, UInt8(ascii: "o")): UInt8(ascii: "e")
            default: nil
            }
        }
    }

    static func fold(_ scalar: UInt32) -> Fold {
        switch scalar {
        case 48...57, 97...122: return .letters(UInt8(scalar), 0)
        case 65...90: return .letters(UInt8(scalar + 32), 0)
        case 0..<128: return .separator
        case 0x300...0x36F:
            return .mark(scalar == 0x30A ? .ring : scalar == 0x308 ? .diaeresis : .other)
        // What tells where a word may be broken is no part of it: a soft hyphen, zero-width signs.
        case 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF: return .mark(.other)
        case 0xC0..<0x180: return latin[Int(scalar - 0xC0)]
        default: return wide(scalar)
        }
    }

    private static func wide(_ scalar: UInt32) -> Fold {
        guard let value = Unicode.Scalar(scalar) else { return .separator }
        let properties = value.properties
        guard properties.isAlphabetic || properties.numericType != nil else { return .separator }
        return .other(properties.lowercaseMapping.unicodeScalars.first ?? value)
    }

    /// U+00C0–U+017F, worked out once from Unicode's own decompositions.
    private static let latin: [Fold] = (UInt32(0xC0)..<0x180).map { scalar in
        switch scalar {
        case 0xC6, 0xE6, 0xC4, 0xE4: return .letters(UInt8(ascii: "a"), UInt8(ascii: "e"))
        case 0xD8, 0xF8, 0xD6, 0xF6, 0x152, 0x153:
            return .letters(UInt8(ascii: "o"), UInt8(ascii: "e"))
        case 0xC5, 0xE5: return .letters(UInt8(ascii: "a"), UInt8(ascii: "a"))
        case 0xDF: return .letters(UInt8(ascii: "s"), UInt8(ascii: "s"))
        case 0xD7, 0xF7: return .separator
        default: return plain(scalar)
        }
    }

    private static func plain(_ scalar: UInt32) -> Fold {
        guard let value = Unicode.Scalar(scalar) else { return .separator }
        let lower = value.properties.lowercaseMapping
        if let letter = marked[lower] { return .letters(letter, 0) }
        let base = lower.unicodeScalars.first ?? value
        if base.isASCII, (97...122).contains(base.value) {
            return .letters(UInt8(base.value), 0)
        }
        return .other(base)
    }

    /// The plain letter of each one with a mark: canonically equivalent texts are one key.
    private static let marked: [String: UInt8] = {
        var letters: [String: UInt8] = [:]
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
            for mark in UInt32(0x300)...0x328 {
                guard let combining = Unicode.Scalar(mark) else { continue }
                var text = String(Unicode.Scalar(letter))
                text.unicodeScalars.append(combining)
                letters[text] = letter
            }
        }
        return letters
    }()
}
