/// Case numbers of a year and a running number, in one form however they are written. Pure.
///
/// `2024-000117`, `2024/117` and `24/117` are one number: four digits of year, `/`, and the number
/// without zeros before it. Two digits below 70 are of this century. A hyphen or a slash may stand
/// between; nothing else, and no blanks.
struct Talformer {
    private struct Aar {
        let aar: Int
        let end: Int
    }

    private var previous: Aar?
    private var lastEnd = -2
    private var lastWasDigits = false

    /// The form that ends with this token, when it is the number after a year.
    ///
    /// To be called with each of a text's tokens in turn.
    mutating func form(
        _ token: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        in text: UnsafeBufferPointer<UInt8>
    ) -> [UInt8]? {
        let isDigits = token.count <= 8 && token.allSatisfy { (48...57).contains($0) }
        defer {
            let isGlued =
                lastWasDigits && range.lowerBound == lastEnd + 1
                && text[lastEnd] != UInt8(ascii: " ")
            previous = isDigits && !isGlued ? Self.aar(token, range) : nil
            lastEnd = range.upperBound
            lastWasDigits = isDigits
        }
        guard isDigits, let previous, range.lowerBound == previous.end + 1,
            text[previous.end] == UInt8(ascii: "-") || text[previous.end] == UInt8(ascii: "/")
        else { return nil }
        let number = token.drop { $0 == 48 }
        return Array("\(previous.aar)/".utf8) + (number.isEmpty ? [48] : Array(number))
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
