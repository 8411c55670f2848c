import IndexCore

/// A piece of a text round the words that were asked for.
struct Uddrag: Equatable {
    let felt: String
    let tekst: String
    /// Start and length of each hit, in Unicode scalars of `tekst`.
    let markeringer: [(start: Int, length: Int)]

    static func == (left: Uddrag, right: Uddrag) -> Bool {
        left.felt == right.felt && left.tekst == right.tekst
            && left.markeringer.elementsEqual(right.markeringer, by: ==)
    }

    /// Scalars kept before the first hit and in all.
    private static let before = 60
    private static let length = 220

    /// The first text, in the order given, in which some term stands; nil when there is none.
    init?(
        _ terms: [TextQuery.Term], in texts: [(felt: String, tekst: String)],
        _ analyse: Ordanalyse
    ) {
        for (felt, text) in texts {
            let terms = felt == "Part" ? terms.map(\.udenFormer) : terms
            let hits = Ordtekst(text).hits(terms, analyse)
            guard let first = hits.first else { continue }
            self.init(felt, text, hits, first)
            return
        }
        return nil
    }

    private init(_ felt: String, _ text: String, _ hits: [Range<Int>], _ first: Range<Int>) {
        self.felt = felt
        var start = max(0, Self.scalar(at: first.lowerBound, in: text) - Self.before)
        let scalars = Array(text.unicodeScalars)
        let end = min(scalars.count, start + Self.length)
        // Back to the beginning of the word, when that is near.
        let earliest = max(0, start - 30)
        while start > earliest, !scalars[start - 1].properties.isWhitespace { start -= 1 }
        var piece = String.UnicodeScalarView()
        for scalar in scalars[start..<end] { piece.append(scalar == "\n" ? " " : scalar) }
        tekst = String(piece)
        markeringer = hits.compactMap { hit in
            let from = Self.scalar(at: hit.lowerBound, in: text)
            let to = Self.scalar(at: hit.upperBound, in: text)
            guard from >= start, to <= end else { return nil }
            return (from - start, to - from)
        }
    }

    private static func scalar(at byteOffset: Int, in text: String) -> Int {
        let index = text.utf8.index(text.startIndex, offsetBy: byteOffset)
        return text.unicodeScalars.distance(from: text.startIndex, to: index)
    }

    func write(to writer: inout JSONWriter) {
        writer.key("Uddrag")
        writer.beginObject()
        writer.member("Felt", felt)
        writer.member("Tekst", tekst)
        writer.key("Markeringer")
        writer.beginArray()
        for (start, length) in markeringer {
            writer.beginArray()
            writer.integer(start)
            writer.integer(length)
            writer.endArray()
        }
        writer.endArray()
        writer.endObject()
    }
}
