/// Pairs of a row and what it points at: many at once, and what has come since.
struct Par<Maal: Sendable>: Sendable {
    private var fra: [UInt32] = []
    private var til: [Maal] = []
    /// Rows whose pairs stand in `senere` alone.
    private var fjernet: Bitset?
    private var senere: [UInt32: [Maal]] = [:]

    /// More rows than this in `senere` are put with the others.
    private static var flestSenere: Int { 1_000 }

    var isEmpty: Bool { fra.isEmpty && senere.isEmpty }

    mutating func append(_ first: Int64, _ second: Maal) {
        if fjernet?.contains(Int(first)) ?? false {
            senere[UInt32(truncatingIfNeeded: first), default: []].append(second)
        } else {
            fra.append(UInt32(truncatingIfNeeded: first))
            til.append(second)
        }
    }

    mutating func remove(_ first: Int64) {
        let row = UInt32(truncatingIfNeeded: first)
        if fjernet == nil { fjernet = Bitset(count: Int(first) + 1) }
        fjernet?.insert(growing: row)
        senere[row] = nil
    }

    /// Puts what has come since with the others, when it is much.
    mutating func settle() {
        guard senere.count > Self.flestSenere else { return }
        var next = Self()
        forEach { next.append(Int64($0), $1) }
        self = next
    }

    func forEach(_ body: (Int, Maal) -> Void) {
        if let fjernet {
            for place in fra.indices where !fjernet.contains(Int(fra[place])) {
                body(Int(fra[place]), til[place])
            }
        } else {
            for place in fra.indices { body(Int(fra[place]), til[place]) }
        }
        for (first, others) in senere { for second in others { body(Int(first), second) } }
    }
}

extension Par<UInt32> {
    /// Takes out the pairs that point at the row; answers whose they were.
    mutating func removeAll(to target: Int64) -> [Int64] {
        let target = UInt32(truncatingIfNeeded: target)
        var found: Set<Int> = []
        forEach { if $1 == target { found.insert($0) } }
        guard !found.isEmpty else { return [] }
        var kept: [(Int, UInt32)] = []
        forEach { if $1 != target, found.contains($0) { kept.append(($0, $1)) } }
        for first in found { remove(Int64(first)) }
        for (first, second) in kept { append(Int64(first), second) }
        return found.map { Int64($0) }
    }
}
