/// What FTS5's structure record tells: how many segments stand on each of its levels.
///
/// Source: the head of fts5_index.c, "STRUCTURE RECORD"; the record is row 10 of the data table.
struct TekstStructure {
    let segments: [Int]

    /// FTS5 3.40 calls an index with more than 2,000 levels malformed, and each merge adds two.
    static let maxLevels = 500

    init?(_ record: [UInt8]) {
        var position = 4
        func varint() -> Int? {
            var value = 0
            while position < record.count {
                let byte = record[position]
                position += 1
                value = value << 7 | Int(byte & 0x7F)
                if byte & 0x80 == 0 { return value }
                guard value < 1 << 40 else { return nil }
            }
            return nil
        }
        guard let levels = varint(), varint() != nil, varint() != nil, levels < 10_000 else {
            return nil
        }
        var segments: [Int] = []
        for _ in 0..<levels {
            guard varint() != nil, let count = varint(), count < 10_000 else { return nil }
            segments.append(count)
            // Each segment: its id, first page and last page.
            for _ in 0..<(3 * count) where varint() == nil { return nil }
        }
        self.segments = segments
    }

    /// Some level has several segments: a word is looked up in each of them.
    var hasNeighbours: Bool { segments.contains { $0 > 1 } }

    /// One segment at most, on the last level: so nothing is left of what was taken out.
    var isClean: Bool {
        guard segments.count <= Self.maxLevels else { return false }
        let total = segments.reduce(0, +)
        return total == 0 || (total == 1 && segments.last == 1)
    }
}
