/// A list that tells where some ways lead.
struct Sporliste {
    struct Vej {
        let place: UInt16
        /// The places in `Liste.steder` by any of which the way leads to the row.
        let maske: UInt16
    }

    let liste: Liste
    let veje: [Vej]

    /// The ways that lead to a row that stands so in the list.
    func places(_ steder: UInt16) -> [UInt16] {
        veje.filter { steder & $0.maske != 0 }.map(\.place)
    }

    /// Whether the row may be found by a key that only some see.
    func isDoubtful(_ steder: UInt16) -> Bool {
        veje[0].maske == Liste.Sted.noegle.rawValue
            && !Liste.Sted(rawValue: steder).contains(.noegle)
            && Liste.Sted(rawValue: steder).contains(.maaske)
    }
}

/// Rows, and by which ways each was found.
///
/// Most rows are found by the same few combinations of ways, so each combination stands once, and what is
/// reckoned of ways is reckoned once for each. Six bytes a row and its weight's four.
struct Sporfund {
    private struct Kombination {
        let places: [UInt16]
        let isSure: Bool
        var antal = 0
    }

    private(set) var ids: [UInt32] = []
    /// By row: the place in `kombinationer`.
    private var arter: [UInt32] = []
    private var kombinationer = [Kombination(places: [], isSure: true)]
    /// What a combination becomes with what one more list tells, as far as it has been met.
    private var skridt = Skridttabel()

    /// Rows are walked so many at a time, list by list.
    private static let blok = 4096

    /// Adds the rows that some way leads to and `bedoem` does not reject, in order; those that are in doubt,
    /// and by which ways, to `tvivl`. Nothing is asked about rows that are in none of `kendte`.
    ///
    /// Costs a nanosecond or two for each row of each list, and some more for those in `kendte`.
    mutating func merge(
        _ lister: [Sporliste], kendte: [Bitset],
        bedoem: (UInt32) -> Kolonnesoegning.Bedoemmelse, tvivl: (UInt32, [UInt16]) -> Void
    ) {
        var next = [Int](repeating: 0, count: lister.count)
        var fundet = [UInt32](repeating: 0, count: Self.blok)
        while let first = Self.first(lister, next) {
            let start = Int(first) / Self.blok * Self.blok
            let words = (start >> 6)..<((start + Self.blok) >> 6)
            let ses = words.map { word in
                kendte.reduce(0) { $0 | (word < $1.words.count ? $1.words[word] : 0) }
            }
            var roerte = [UInt64](repeating: 0, count: Self.blok >> 6)
            for number in lister.indices {
                next[number] = walk(
                    lister[number], number, from: next[number], start, ses, into: &fundet, &roerte)
            }
            for word in roerte.indices {
                var bits = roerte[word]
                while bits != 0 {
                    let place = word << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    let (id, art) = (UInt32(start + place), fundet[place])
                    fundet[place] = 0
                    switch art == 0 ? .nej : bedoem(id) {
                    case .nej: continue
                    case .sikker where kombinationer[Int(art)].isSure:
                        ids.append(id)
                        arter.append(art)
                        kombinationer[Int(art)].antal += 1
                    case .sikker, .tvivl: tvivl(id, kombinationer[Int(art)].places)
                    }
                }
            }
        }
    }

    /// The first row that has not been walked.
    private static func first(_ lister: [Sporliste], _ next: [Int]) -> UInt32? {
        var first: UInt32?
        for number in lister.indices where next[number] < lister[number].liste.count {
            let id = lister[number].liste.ids[next[number]]
            first = min(first ?? id, id)
        }
        return first
    }

    /// Notes what the list tells of the block's rows; answers where the next block begins.
    private mutating func walk(
        _ liste: Sporliste, _ number: Int, from begin: Int, _ start: Int, _ ses: [UInt64],
        into fundet: inout [UInt32], _ roerte: inout [UInt64]
    ) -> Int {
        let (ids, steder) = (liste.liste.ids, liste.liste.steder)
        var place = begin
        while place < ids.count, Int(ids[place]) < start + Self.blok {
            let row = Int(ids[place]) - start
            let bit: UInt64 = 1 << UInt64(row & 63)
            if ses[row >> 6] & bit != 0 {
                roerte[row >> 6] |= bit
                let step = Skridttabel.step(fundet[row], UInt16(number), steder[place])
                if let known = skridt[step] {
                    fundet[row] = known
                } else {
                    fundet[row] = art(fundet[row], liste, steder[place])
                    skridt.insert(step, fundet[row])
                }
            }
            place += 1
        }
        return place
    }

    private mutating func art(
        _ before: UInt32, _ liste: Sporliste, _ steder: UInt16
    ) -> UInt32 {
        let isDoubtful = liste.isDoubtful(steder)
        let new = isDoubtful ? [liste.veje[0].place] : liste.places(steder)
        guard !new.isEmpty else { return before }
        let old = kombinationer[Int(before)]
        kombinationer.append(
            Kombination(
                places: (old.places + new).sorted(), isSure: old.isSure && !isDoubtful))
        return UInt32(kombinationer.count - 1)
    }

    func count(into counts: inout [Int]) {
        for kombination in kombinationer {
            for place in kombination.places { counts[Int(place)] += kombination.antal }
        }
    }

    /// By row.
    func vaegte(_ spor: [Spor], _ vaegte: Sporvaegte, _ rows: Kolonner) -> [Int32] {
        let lengths = Int(Titellaengde.flest) + 1
        var known = [Int32](repeating: -1, count: kombinationer.count * lengths)
        return zip(ids, arter).map { id, art in
            let laengde = Titellaengde(rows.titelord[Int(id)])
            let place = Int(art) * lengths + Int(laengde.ord)
            if known[place] < 0 {
                let places = kombinationer[Int(art)].places
                known[place] = Int32(clamping: vaegte.vaegt(spor, places, laengde))
            }
            return known[place]
        }
    }
}

/// A number for each of a few steps; an open hash table.
private struct Skridttabel {
    private var trin = [UInt64](repeating: .max, count: 256)
    private var vaerdier = [UInt32](repeating: 0, count: 256)
    private var antal = 0

    /// From a combination, by how a row stands in a list.
    static func step(_ before: UInt32, _ liste: UInt16, _ steder: UInt16) -> UInt64 {
        UInt64(before) << 32 | UInt64(liste) << 16 | UInt64(steder)
    }

    subscript(step: UInt64) -> UInt32? {
        let place = find(step)
        return trin[place] == step ? vaerdier[place] : nil
    }

    /// One that is not there.
    mutating func insert(_ step: UInt64, _ value: UInt32) {
        if 2 * antal >= trin.count {
            let old = zip(trin, vaerdier).filter { $0.0 != .max }
            trin = [UInt64](repeating: .max, count: 2 * trin.count)
            vaerdier = [UInt32](repeating: 0, count: trin.count)
            for (step, value) in old { put(step, value) }
        }
        antal += 1
        put(step, value)
    }

    private mutating func put(_ step: UInt64, _ value: UInt32) {
        let place = find(step)
        trin[place] = step
        vaerdier[place] = value
    }

    /// Where the step stands, or would.
    private func find(_ step: UInt64) -> Int {
        var place = Int((step &* 0x9E37_79B9_7F4A_7C15) >> 32) & (trin.count - 1)
        while trin[place] != .max, trin[place] != step { place = (place + 1) & (trin.count - 1) }
        return place
    }
}
