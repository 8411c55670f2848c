/// Index rows that wait for the commit, so that they can be written in key order.
struct Ventende {
    struct Row {
        let henvisning: Henvisning
        let objekt: Int64
        let sts: Int64
        /// When a later registration of the same transaction ended it.
        fileprivate(set) var stsTil: Int64?
    }

    private var rows: [Row] = []
    /// The objects that some row waits for.
    private(set) var objekter: Set<Int64> = []
    /// The case and document numbers among the keys.
    private(set) var numre: Set<Noegle> = []

    var isEmpty: Bool { rows.isEmpty }

    mutating func append(_ henvisning: Henvisning, of objekt: Int64, at sts: Int64) {
        if rows.last?.objekt != objekt { objekter.insert(objekt) }
        rows.append(Row(henvisning: henvisning, objekt: objekt, sts: sts, stsTil: nil))
        if henvisning.noegle.isBrugervendt { numre.insert(henvisning.noegle) }
    }

    /// Ends a row of the object that came last; false when it is not among those that wait.
    mutating func end(_ henvisning: Henvisning, of objekt: Int64, at sts: Int64) -> Bool {
        var index = rows.count - 1
        while index >= 0, rows[index].objekt == objekt {
            if rows[index].stsTil == nil, rows[index].henvisning == henvisning {
                rows[index].stsTil = sts
                return true
            }
            index -= 1
        }
        return false
    }

    /// Drops an object's rows; costs a walk only where there are some.
    mutating func remove(_ objekt: Int64) {
        guard objekter.remove(objekt) != nil else { return }
        rows.removeAll { $0.objekt == objekt }
    }

    mutating func removeAll() {
        rows.removeAll(keepingCapacity: true)
        objekter.removeAll(keepingCapacity: true)
        numre.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with every row, in key order: B-trees take rows so much faster than at random.
    func forEachSorted(_ body: (Row) throws(StoreError) -> Void) throws(StoreError) {
        var places = rows.indices.map { Place($0, rows[$0].henvisning.noegle.bytes) }
        places.sort { left, right in
            if left.head != right.head { return left.head < right.head }
            if left.middle != right.middle { return left.middle < right.middle }
            let mine = rows[left.row].henvisning.noegle.bytes
            let theirs = rows[right.row].henvisning.noegle.bytes
            if mine == theirs { return left.row < right.row }
            return mine.lexicographicallyPrecedes(theirs)
        }
        for place in places { try body(rows[place.row]) }
    }

    /// Where a row stands, with the first sixteen bytes of its key as words that compare alike.
    private struct Place {
        let head: UInt64
        let middle: UInt64
        let row: Int

        init(_ row: Int, _ key: [UInt8]) {
            self.row = row
            (head, middle) = key.withUnsafeBytes { bytes in
                guard bytes.count >= 16 else {
                    return (Self.word(bytes, from: 0), Self.word(bytes, from: 8))
                }
                return (
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        }

        private static func word(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
            var result: UInt64 = 0
            for index in start..<(start + 8) {
                result = result << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0)
            }
            return result
        }
    }
}

extension Noegle {
    /// Whether it is a case or document number.
    var isBrugervendt: Bool { bytes.first == Tag.brugervendtNoegle.rawValue }
}
