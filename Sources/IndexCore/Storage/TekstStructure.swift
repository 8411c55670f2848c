/// What FTS5's structure record tells: which segments stand on each of its levels.
///
/// Source: the head of fts5_index.c, "STRUCTURE RECORD"; the record is row 10 of the data table.
struct TekstStructure {
    /// A sorted run of forms, each with its rows, on pages that are numbered one after another.
    struct Segment {
        let id: Int64
        /// Zero for one that has been merged away.
        let foersteSide: Int64
        let sidsteSide: Int64
    }

    /// What was written last is on the first level, and last there.
    let niveauer: [[Segment]]

    /// FTS5 3.40 calls an index with more than 2,000 levels malformed, and each merge adds two.
    static let maxLevels = 500

    /// Nil for a record of another make.
    init?(_ record: [UInt8]) {
        // Behind the cookie; later versions of the record begin so there.
        guard record.count > 4, !record[4...].starts(with: [0xFF, 0, 0]) else { return nil }
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
        var niveauer: [[Segment]] = []
        for _ in 0..<levels {
            guard varint() != nil, let count = varint(), count < 10_000 else { return nil }
            var segments: [Segment] = []
            for _ in 0..<count {
                guard let id = varint(), let first = varint(), let last = varint() else {
                    return nil
                }
                segments.append(
                    Segment(
                        id: Int64(id), foersteSide: Int64(first), sidsteSide: Int64(last)))
            }
            niveauer.append(segments)
        }
        self.niveauer = niveauer
    }

    /// Some level has several segments: a word is looked up in each of them.
    var hasNeighbours: Bool { niveauer.contains { $0.count > 1 } }

    /// One segment at most, on the last level: so nothing is left of what was taken out.
    var isClean: Bool {
        guard niveauer.count <= Self.maxLevels else { return false }
        let total = niveauer.reduce(0) { $0 + $1.count }
        return total == 0 || (total == 1 && niveauer.last?.count == 1)
    }
}
