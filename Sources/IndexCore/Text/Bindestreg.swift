/// Words joined by hyphens, read as the one word that they may be written as too.
///
/// `El-kørestol` and `elkørestol`, `e-mail` and `email`, `it-system` and `itsystem` are one word. To be
/// given each of a text's tokens in turn; holds the run of words that ends with the last of them.
/// Words of letters alone are joined, without a blank and at most four.
struct Bindestreg {
    private static let flest = 4

    /// How many words the run has; 0 or 1 when the last token stands alone.
    private(set) var antal = 0
    /// The words of the run in one, folded.
    private(set) var foldet: [UInt8] = []
    private var tekst: [UInt8] = []
    private var end = 0

    mutating func add(
        _ token: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        in text: UnsafeBufferPointer<UInt8>
    ) {
        guard token.allSatisfy({ (0x61...0x7A).contains($0) }) else {
            antal = 0
            return
        }
        let isJoined =
            (1..<Self.flest).contains(antal) && Self.isHyphen(text[end..<range.lowerBound])
        if !isJoined {
            antal = 0
            // Most words stand alone.
            guard range.upperBound < text.count, [0x2D, 0xE2].contains(text[range.upperBound])
            else { return }
            foldet.removeAll(keepingCapacity: true)
            tekst.removeAll(keepingCapacity: true)
        }
        antal += 1
        foldet.append(contentsOf: token)
        tekst.append(contentsOf: text[range])
        end = range.upperBound
    }

    /// The forms by which the run is found as one word: its stems.
    var former: [[UInt8]] {
        withBuffers { tekst, foldet in
            var result: [[UInt8]] = []
            for reading in Ordanalyse.readings(tekst, foldet) {
                let form = [Ordanalyse.Maerke.stamme] + Ordanalyse.stem(reading[...])
                if !result.contains(form) { result.append(form) }
            }
            return result
        }
    }

    /// The run as one word: as it stands without its hyphens, and folded.
    func withBuffers<Result>(
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        tekst.withUnsafeBufferPointer { tekst in
            foldet.withUnsafeBufferPointer { body(tekst, $0) }
        }
    }

    /// `-`, or U+2010 and U+2011, which are written for it.
    private static func isHyphen(_ between: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        between.elementsEqual([0x2D])
            || between.elementsEqual([0xE2, 0x80, 0x90])
            || between.elementsEqual([0xE2, 0x80, 0x91])
    }
}
