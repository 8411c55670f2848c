/// Case numbers of a year and a running number, in one form however they are written. Pure.
///
/// `2024-000117`, `2024/117` and `24/117` are one number: four digits of year, `/`, and the number
/// without zeros before it. Two digits below 70 are of this century. A hyphen or a slash may stand
/// between; nothing else, and no blanks. A letter behind the number, as in `18-008490K`, is a part of it; a text that
/// holds the number with one is found without it, too.
struct Talformer {
    /// Of a text that is looked in, not of one that is asked for.
    private let udenBogstav: Bool
    private struct Aar {
        let aar: Int
        let end: Int
    }

    private var previous: Aar?
    private var lastEnd = -2
    private var lastWasDigits = false

    init(udenBogstav: Bool) { self.udenBogstav = udenBogstav }

    /// The form that ends with this token, when it is the number after a year.
    ///
    /// To be called with each of a text's tokens in turn.
    mutating func form(
        _ token: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        in text: UnsafeBufferPointer<UInt8>
    ) -> [UInt8]? {
        let isDigits = Self.isNumber(token[...])
        defer {
            let isGlued =
                lastWasDigits && range.lowerBound == lastEnd + 1
                && text[lastEnd] != UInt8(ascii: " ")
            previous = isDigits && !isGlued ? Self.aar(token, range) : nil
            lastEnd = range.upperBound
            lastWasDigits = isDigits
        }
        var cifre = token[...]
        if udenBogstav, token.count > 1, (97...122).contains(token[token.count - 1]) {
            cifre = cifre.dropLast()
        }
        guard Self.isNumber(cifre), let previous, range.lowerBound == previous.end + 1,
            text[previous.end] == UInt8(ascii: "-") || text[previous.end] == UInt8(ascii: "/")
        else { return nil }
        let number = cifre.drop { $0 == 48 }
        return Array("\(previous.aar)/".utf8) + (number.isEmpty ? [48] : Array(number))
    }

    private static func isNumber(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        token.count <= 8 && token.allSatisfy { (48...57).contains($0) }
    }

    private static func aar(_ token: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Aar? {
        let value = token.reduce(0) { $0 * 10 + Int($1) - 48 }
        switch token.count {
        case 4 where (1900..<2100).contains(value): return Aar(aar: value, end: range.upperBound)
        case 2: return Aar(aar: value < 70 ? 2000 + value : 1900 + value, end: range.upperBound)
        default: return nil
        }
    }
}
