/// A list that tells where some ways lead.
struct Sporliste {
    struct Vej {
        let place: UInt16
        /// The places in `Liste.steder` by any of which the way leads to the row.
        let maske: UInt16
    }

    /// The same for the list of these ways in every file.
    let nummer: UInt16
    let liste: Liste
    let veje: [Vej]

    /// The ways that lead to a row that stands so in the list.
    fileprivate func places(_ steder: UInt16) -> [UInt16] {
        veje.filter { steder & $0.maske != 0 }.map(\.place)
    }

    /// Whether the row may be found by a key that only some see.
    fileprivate func isDoubtful(_ steder: UInt16) -> Bool {
        veje[0].maske == Liste.Sted.noegle.rawValue
            && !Liste.Sted(rawValue: steder).contains(.noegle)
            && Liste.Sted(rawValue: steder).contains(.maaske)
    }
}

/// The ways that rows of a question's files are found by together.
///
/// Most rows are found by the same few combinations of ways, so each combination stands once, and what is
/// reckoned of ways is reckoned once for each. For one question, used by one thread.
final class Sporkombinationer {
    /// A combination's number; no way at all is the first.
    typealias Art = UInt32

    fileprivate struct Kombination {
        let places: [UInt16]
        let isSure: Bool
    }

    fileprivate var alle = [Kombination(places: [], isSure: true)]
    /// What a combination becomes with what one more list tells, as far as it has been met.
    private var skridt = Skridttabel()

    /// What the combination becomes for a row that stands so in the list.
    @inline(__always)
    fileprivate func art(_ before: Art, _ liste: Sporliste, _ steder: UInt16) -> Art {
        let step = Skridttabel.step(before, liste.nummer, steder)
        if let known = skridt[step] { return known }
        let made = make(before, liste, steder)
        skridt.insert(step, made)
        return made
    }

    private func make(_ before: Art, _ liste: Sporliste, _ steder: UInt16) -> Art {
        let isDoubtful = liste.isDoubtful(steder)
        let new = isDoubtful ? [liste.veje[0].place] : liste.places(steder)
        guard !new.isEmpty else { return before }
        let old = alle[Int(before)]
        alle.append(
            Kombination(
                places: (old.places + new).sorted(), isSure: old.isSure && !isDoubtful))
        return Art(alle.count - 1)
    }

    /// Adds how many of the rows each way found.
    func count(_ fundne: some Sequence<Sporfund>, into counts: inout [Int]) {
        var antal = [Int](repeating: 0, count: alle.count)
        for one in fundne { for art in one.arter { antal[Int(art)] += 1 } }
        for (kombination, antal) in zip(alle, antal) {
            for place in kombination.places { counts[Int(place)] += antal }
        }
    }
}

/// Rows of one file, and by which ways each was found. Eight bytes a row and its weight's four.
struct Sporfund {
    private(set) var ids: [UInt32] = []
    /// By row.
    fileprivate private(set) var arter: [Sporkombinationer.Art] = []

    /// Rows are walked so many at a time, list by list.
    private static let blok = 4096

    /// Adds the rows that some way leads to and `bedoem` does not reject, in order; those that are in doubt,
    /// and by which ways, to `tvivl`. Nothing is asked about rows that are in none of `kendte`.
    ///
    /// Costs a nanosecond or two for each row of each list, and some more for those in `kendte`.
    mutating func merge(
        _ lister: [Sporliste], _ kombinationer: Sporkombinationer, kendte: [Bitset],
        bedoem: (UInt32) -> Kolonnesoegning.Bedoemmelse, tvivl: (UInt32, [UInt16]) -> Void
    ) {
        var next = [Int](repeating: 0, count: lister.count)
        var blok = Blok()
        let synlige = kendte.reduce(0) { $0 + $1.words.reduce(0) { $0 + $1.nonzeroBitCount } }
        let most = min(synlige, lister.reduce(0) { $0 + $1.liste.count })
        ids.reserveCapacity(most)
        arter.reserveCapacity(most)
        while let first = Self.first(lister, next) {
            blok.begin(at: Int(first) / Self.blok * Self.blok, kendte)
            for number in lister.indices {
                next[number] = blok.walk(lister[number], from: next[number], kombinationer)
            }
            blok.forEach { id, art in
                switch art == 0 ? .nej : bedoem(id) {
                case .nej: return
                case .sikker where kombinationer.alle[Int(art)].isSure:
                    ids.append(id)
                    arter.append(art)
                case .sikker, .tvivl: tvivl(id, kombinationer.alle[Int(art)].places)
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

    /// By row.
    func vaegte(_ vaegte: inout Sporvaegttabel, titelord: [UInt8]) -> [Int32] {
        zip(ids, arter).map { id, art in
            vaegte.vaegt(art, Titellaengde(titelord[Int(id)]))
        }
    }

    /// Rows beside each other, and by what each has been found so far.
    private struct Blok: ~Copyable {
        private let fundet: UnsafeMutablePointer<Sporkombinationer.Art>
        /// A bit for each row that has been found, and for each that may be seen.
        private let roerte: UnsafeMutablePointer<UInt64>
        private let ses: UnsafeMutablePointer<UInt64>
        /// The rows of one list that may be seen, and where each stands; and room for one that may not.
        private let sete: UnsafeMutablePointer<UInt16>
        private let steder: UnsafeMutablePointer<UInt16>
        /// Steps that were taken lately, and what each led to.
        private let skridt: UnsafeMutablePointer<UInt64>
        private let naeste: UnsafeMutablePointer<Sporkombinationer.Art>
        private static let huskede = 256
        private var start = 0
        private static var words: Int { Sporfund.blok >> 6 }

        init() {
            fundet = .allocate(capacity: Sporfund.blok)
            fundet.initialize(repeating: 0, count: Sporfund.blok)
            roerte = .allocate(capacity: Self.words)
            roerte.initialize(repeating: 0, count: Self.words)
            ses = .allocate(capacity: Self.words)
            ses.initialize(repeating: 0, count: Self.words)
            sete = .allocate(capacity: Sporfund.blok + 1)
            steder = .allocate(capacity: Sporfund.blok + 1)
            skridt = .allocate(capacity: Self.huskede)
            skridt.initialize(repeating: Skridttabel.intet, count: Self.huskede)
            naeste = .allocate(capacity: Self.huskede)
            naeste.initialize(repeating: 0, count: Self.huskede)
        }

        deinit {
            fundet.deallocate()
            roerte.deallocate()
            ses.deallocate()
            sete.deallocate()
            steder.deallocate()
            skridt.deallocate()
            naeste.deallocate()
        }

        mutating func begin(at start: Int, _ kendte: [Bitset]) {
            self.start = start
            for word in 0..<Self.words {
                let place = start >> 6 + word
                ses[word] = kendte.reduce(0) {
                    $0 | (place < $1.words.count ? $1.words[place] : 0)
                }
            }
        }

        /// Notes what the list tells of the block's rows; answers where the next block begins.
        ///
        /// Two passes: which rows may be seen is told without a branch a row.
        mutating func walk(
            _ liste: Sporliste, from begin: Int, _ kombinationer: Sporkombinationer
        ) -> Int {
            let (antal, next) = findSete(liste.liste, from: begin)
            for place in 0..<antal {
                let row = Int(sete[place])
                roerte[row >> 6] |= 1 << UInt64(row & 63)
                fundet[row] = art(fundet[row], liste, steder[place], kombinationer)
            }
            return next
        }

        /// Most steps are among the few that were taken last.
        @inline(__always)
        private func art(
            _ before: Sporkombinationer.Art, _ liste: Sporliste, _ steder: UInt16,
            _ kombinationer: Sporkombinationer
        ) -> Sporkombinationer.Art {
            let step = Skridttabel.step(before, liste.nummer, steder)
            let place = Int(truncatingIfNeeded: Skridttabel.spredt(step)) & (Self.huskede - 1)
            if skridt[place] == step { return naeste[place] }
            let art = kombinationer.art(before, liste, steder)
            (skridt[place], naeste[place]) = (step, art)
            return art
        }

        /// Gathers the rows of the block that stand in the list and may be seen; answers how many, and where the
        /// next block begins.
        private mutating func findSete(_ liste: Liste, from begin: Int) -> (antal: Int, next: Int) {
            liste.ids.withUnsafeBufferPointer { ids in
                liste.steder.withUnsafeBufferPointer { listesteder in
                    precondition(ids.count == listesteder.count)
                    var (antal, place) = (0, begin)
                    let end = UInt32(truncatingIfNeeded: start + Sporfund.blok)
                    // Each row stands once in a list, so there is room.
                    while place < ids.count, ids[place] < end {
                        let row = Int(ids[place]) - start
                        sete[antal] = UInt16(truncatingIfNeeded: row)
                        steder[antal] = listesteder[place]
                        antal += Int(ses[row >> 6] >> UInt64(row & 63) & 1)
                        place += 1
                    }
                    return (antal, place)
                }
            }
        }

        /// Calls `body` with each row that has been found, in order, and forgets it.
        mutating func forEach(_ body: (UInt32, Sporkombinationer.Art) -> Void) {
            for word in 0..<Self.words {
                var bits = roerte[word]
                roerte[word] = 0
                while bits != 0 {
                    let place = word << 6 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    let art = fundet[place]
                    fundet[place] = 0
                    body(UInt32(start + place), art)
                }
            }
        }
    }
}

/// Weights of combinations, each reckoned once for each length of title.
struct Sporvaegttabel {
    private static let lengths = Int(Titellaengde.flest) + 1
    private let kombinationer: Sporkombinationer
    private let spor: [Spor]
    private let vaegte: Sporvaegte
    private var known: [Int32]

    init(_ kombinationer: Sporkombinationer, _ spor: [Spor], _ vaegte: Sporvaegte) {
        self.kombinationer = kombinationer
        self.spor = spor
        self.vaegte = vaegte
        known = [Int32](repeating: -1, count: kombinationer.alle.count * Self.lengths)
    }

    mutating func vaegt(_ art: Sporkombinationer.Art, _ laengde: Titellaengde) -> Int32 {
        let place = Int(art) * Self.lengths + Int(laengde.ord)
        if known[place] < 0 {
            let places = kombinationer.alle[Int(art)].places
            known[place] = Int32(clamping: vaegte.vaegt(spor, places, laengde))
        }
        return known[place]
    }
}

/// A number for each of a few steps; an open hash table.
private struct Skridttabel {
    /// No step at all.
    static let intet = UInt64.max
    private var trin = [UInt64](repeating: intet, count: 256)
    private var vaerdier = [UInt32](repeating: 0, count: 256)
    private var antal = 0

    /// From a combination, by how a row stands in a list.
    static func step(_ before: UInt32, _ liste: UInt16, _ steder: UInt16) -> UInt64 {
        UInt64(before) << 32 | UInt64(liste) << 16 | UInt64(steder)
    }

    /// Bits that steps beside each other do not share.
    static func spredt(_ step: UInt64) -> UInt64 { (step &* 0x9E37_79B9_7F4A_7C15) >> 32 }

    subscript(step: UInt64) -> UInt32? {
        let place = find(step)
        return trin[place] == step ? vaerdier[place] : nil
    }

    /// One that is not there.
    mutating func insert(_ step: UInt64, _ value: UInt32) {
        if 2 * antal >= trin.count {
            let old = zip(trin, vaerdier).filter { $0.0 != Self.intet }
            trin = [UInt64](repeating: Self.intet, count: 2 * trin.count)
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
        var place = Int(truncatingIfNeeded: Self.spredt(step)) & (trin.count - 1)
        while trin[place] != Self.intet, trin[place] != step {
            place = (place + 1) & (trin.count - 1)
        }
        return place
    }
}
