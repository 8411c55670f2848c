/// Rows of one file, a bit each, with what sets are asked for.
struct Raekkemaengde: Sendable, Equatable {
    private(set) var words: [UInt64]

    init(slots: Int) { words = [UInt64](repeating: 0, count: (slots + 63) / 64) }

    init(_ bits: Bitset) { words = bits.words }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func contains(_ id: Int) -> Bool {
        let word = id >> 6
        return word < words.count && words[word] & (1 << UInt64(id & 63)) != 0
    }

    mutating func insert(_ id: Int) { words[id >> 6] |= 1 << UInt64(id & 63) }

    mutating func remove(_ id: Int) {
        let word = id >> 6
        if word < words.count { words[word] &= ~(1 << UInt64(id & 63)) }
    }

    /// Room for ids below `slots`; those are not there.
    mutating func reserve(slots: Int) {
        let missing = (slots + 63) / 64 - words.count
        if missing > 0 { words += [UInt64](repeating: 0, count: missing) }
    }

    mutating func formUnion(_ other: Raekkemaengde) {
        for place in 0..<min(words.count, other.words.count) { words[place] |= other.words[place] }
    }

    mutating func formIntersection(_ other: Raekkemaengde) {
        for place in words.indices {
            words[place] &= place < other.words.count ? other.words[place] : 0
        }
    }

    mutating func subtract(_ other: Raekkemaengde) {
        for place in 0..<min(words.count, other.words.count) { words[place] &= ~other.words[place] }
    }

    func union(_ other: Raekkemaengde) -> Raekkemaengde {
        var result = self
        result.formUnion(other)
        return result
    }

    func intersection(_ other: Raekkemaengde) -> Raekkemaengde {
        var result = self
        result.formIntersection(other)
        return result
    }

    func subtracting(_ other: Raekkemaengde) -> Raekkemaengde {
        var result = self
        result.subtract(other)
        return result
    }

    /// In order.
    func forEach<Fejl>(_ body: (Int) throws(Fejl) -> Void) throws(Fejl) {
        for place in words.indices {
            var bits = words[place]
            while bits != 0 {
                let id = place << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                try body(id)
            }
        }
    }

    /// Those of which `holds` is true.
    func filter(_ holds: (Int) -> Bool) -> Raekkemaengde {
        var result = self
        for place in words.indices {
            var bits = words[place]
            while bits != 0 {
                let bit = bits & (~bits + 1)
                if !holds(place << 6 + bits.trailingZeroBitCount) { result.words[place] &= ~bit }
                bits &= bits - 1
            }
        }
        return result
    }
}
