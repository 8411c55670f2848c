import CSQLite

/// A text with `*` for any run of characters, letters' case left out.
public struct Moenster: Sendable, Hashable {
    /// What stands between the stars, folded; one alone when there is none.
    private let dele: [[UInt8]]

    public init(_ text: String) {
        dele = Self.foldet(text).split(
            separator: UInt8(ascii: "*"), omittingEmptySubsequences: false
        ).map { Array($0) }
    }

    /// The whole text, folded, when there is no star.
    public var ordret: String? { dele.count == 1 ? tekst(0) : nil }

    /// What every text that fits begins with, when a star stands at the end and nowhere else.
    public var praefiks: String? { dele.count == 2 && dele[1].isEmpty ? tekst(0) : nil }

    /// Whether every text fits that one run stands in, wherever.
    var erDel: Bool { dele.count == 3 && dele[0].isEmpty && dele[2].isEmpty }

    private func tekst(_ index: Int) -> String { String(decoding: dele[index], as: UTF8.self) }

    /// The longest run that stands in every text that fits, folded; empty when it is only stars.
    var laengste: [UInt8] { dele.max { $0.count < $1.count } ?? [] }

    // MARK: Asking

    public func passer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            return Self.foldet(String(decoding: bytes, as: UTF8.self)).withUnsafeBytes {
                passer(foldet: $0)
            }
        }
        return withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { foldet in
            for place in bytes.indices {
                foldet[place] =
                    (65...90).contains(bytes[place]) ? bytes[place] | 0x20 : bytes[place]
            }
            return passer(foldet: UnsafeRawBufferPointer(foldet))
        }
    }

    static func foldet(_ text: String) -> [UInt8] { Array(text.lowercased().utf8) }

    /// The same of a text that is folded already.
    func passer(foldet text: UnsafeRawBufferPointer) -> Bool {
        guard dele.count > 1 else { return text.elementsEqual(dele[0]) }
        let (first, last) = (dele[0], dele[dele.count - 1])
        guard text.count >= first.count + last.count, text.starts(with: first),
            text.suffix(last.count).elementsEqual(last)
        else { return false }
        var rest = text[first.count..<(text.count - last.count)]
        for part in dele.dropFirst().dropLast() {
            guard let place = Self.sted(of: part, in: UnsafeRawBufferPointer(rebasing: rest)) else {
                return false
            }
            rest = rest.dropFirst(place + part.count)
        }
        return true
    }

    /// The first place where the part stands.
    static func sted(of part: [UInt8], in text: UnsafeRawBufferPointer) -> Int? {
        guard !part.isEmpty else { return 0 }
        guard let start = text.baseAddress, text.count >= part.count,
            let found = memmem(start, text.count, part, part.count)
        else { return nil }
        return UnsafeRawPointer(found) - start
    }
}
