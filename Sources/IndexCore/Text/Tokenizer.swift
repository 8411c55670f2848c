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
        case 0xC0..<0x250: return latin[Int(scalar - 0xC0)]
        case 0x1E00..<0x1F00: return videreLatin[Int(scalar - 0x1E00)]
        default: return wide(scalar)
        }
    }

    private static func wide(_ scalar: UInt32) -> Fold {
        guard let value = Unicode.Scalar(scalar) else { return .separator }
        let properties = value.properties
        guard properties.isAlphabetic || properties.numericType != nil else { return .separator }
        return .other(properties.lowercaseMapping.unicodeScalars.first ?? value)
    }

    /// U+00C0–U+024F, worked out once from Unicode's own decompositions.
    private static let latin: [Fold] = (UInt32(0xC0)..<0x250).map { scalar in
        func letters(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Fold {
            .letters(UInt8(ascii: first), UInt8(ascii: second))
        }
        switch scalar {
        case 0xC6, 0xE6, 0xC4, 0xE4, 0x1E2, 0x1E3, 0x1FC, 0x1FD: return letters("a", "e")
        case 0xD8, 0xF8, 0xD6, 0xF6, 0x152, 0x153, 0x1FE, 0x1FF, 0x22A, 0x22B:
            return letters("o", "e")
        case 0xC5, 0xE5, 0x1FA, 0x1FB: return letters("a", "a")
        case 0xDF: return letters("s", "s")
        case 0xDE, 0xFE: return letters("t", "h")
        case 0x132, 0x133: return letters("i", "j")
        case 0x1C4...0x1C6: return letters("d", "z")
        case 0x1C7...0x1C9: return letters("l", "j")
        case 0x1CA...0x1CC: return letters("n", "j")
        case 0xD7, 0xF7: return .separator
        default: return plain(scalar)
        }
    }

    /// U+1E00–U+1EFF: letters with marks, most of them Vietnamese.
    private static let videreLatin: [Fold] = (UInt32(0x1E00)..<0x1F00).map { scalar in
        scalar == 0x1E9E ? .letters(UInt8(ascii: "s"), UInt8(ascii: "s")) : plain(scalar)
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

    /// The plain letter of each one with a mark or two: canonically equivalent texts are one key.
    private static let marked: [String: UInt8] = {
        var letters: [String: UInt8] = [
            // Letters that Unicode sees no mark on.
            "ı": UInt8(ascii: "i"), "ł": UInt8(ascii: "l"), "đ": UInt8(ascii: "d"),
            "ð": UInt8(ascii: "d"), "ħ": UInt8(ascii: "h"), "ŧ": UInt8(ascii: "t"),
            "ŋ": UInt8(ascii: "n"), "ĸ": UInt8(ascii: "k"), "ŀ": UInt8(ascii: "l"),
            "ŉ": UInt8(ascii: "n"), "ſ": UInt8(ascii: "s"), "ƒ": UInt8(ascii: "f"),
        ]
        func add(_ letter: UInt8, _ marks: UInt32...) {
            var text = String(Unicode.Scalar(letter))
            for mark in marks { Unicode.Scalar(mark).map { text.unicodeScalars.append($0) } }
            letters[text] = letter
        }
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
            for mark in UInt32(0x300)...0x331 { add(letter, mark) }
        }
        // Vowels with a mark of their own and one for the tone or the length.
        for letter in "aeiouy".utf8 {
            for own: UInt32 in [0x302, 0x306, 0x31B, 0x308, 0x304, 0x303, 0x323, 0x307, 0x328] {
                for other: UInt32 in [
                    0x300, 0x301, 0x303, 0x304, 0x307, 0x308, 0x309, 0x30C, 0x323, 0x302, 0x306,
                ] { add(letter, own, other) }
            }
        }
        return letters
    }()
}
