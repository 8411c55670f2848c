import Synchronization

// Counting hits by what the columns say of them, and what is remembered of it.

extension Fundmaengde {
    /// What hits are counted by.
    public enum Inddeling: Sendable {
        case objekttype
        case fremdrift
        case foelsomhed
        case kildesystem
        case myndighed
        case aar
        /// By what is made of each number; an object with several counts once under each.
        case klasse(@Sendable (String) -> String?)
    }

    /// How many rows count under each value; the objects in `loese` are not among them.
    ///
    /// Costs a few nanoseconds a row; where all that a caller sees was found, that once, and afterwards some ten
    /// microseconds a file.
    public func tael(_ inddeling: Inddeling) -> [String: Int] {
        switch inddeling {
        case .objekttype:
            return tael(.objekttype) {
                $1
            } navn: {
                ObjektKind(rawValue: UInt8($0))?.name
            }
        case .fremdrift:
            return tael(.fremdrift) {
                $1
            } navn: { kode in
                ObjektKind(rawValue: UInt8(kode / 256)).flatMap {
                    Fund.fremdrift(UInt8(kode % 256), $0)
                }
            }
        case .foelsomhed:
            return tael(.foelsomhed) {
                $1
            } navn: {
                Foelsomhed(rawValue: UInt8($0))?.text
            }
        case .kildesystem:
            return tael(.kildesystem) {
                $0.systemer.values[Int($1)]
            } navn: {
                $0?.description
            }
        case .aar:
            return tael(.aar) {
                $1
            } navn: {
                $0 == 0 ? nil : String($0)
            }
        case .myndighed:
            return dele.reduce(into: [:]) { result, del in
                let count = del.count
                if count > 0 { result[del.fil.myndighed.description, default: 0] += count }
            }
        case .klasse(let vaerdi): return taelKlasser(vaerdi)
        }
    }

    /// Values are named when all files have been counted: the same few stand in most of them.
    private func tael<Value: Hashable>(
        _ art: Fordeling.Art, _ value: (Kolonner, UInt16) -> Value, navn: (Value) -> String?
    ) -> [String: Int] {
        var counts: [Value: Int] = [:]
        for del in dele {
            for (kode, antal) in del.fordeling(art).koder {
                counts[value(del.kolonner.rows, kode), default: 0] += Int(antal)
            }
        }
        return counts.reduce(into: [:]) { result, one in
            if let navn = navn(one.key) { result[navn, default: 0] += one.value }
        }
    }

    private func taelKlasser(_ vaerdi: (String) -> String?) -> [String: Int] {
        var result = tael(.nummer) {
            $0.numre.values[Int($1)]
        } navn: {
            $0.text.flatMap(vaerdi)
        }
        var flere: [Set<PakketKLE>: Int] = [:]
        for del in dele {
            let numre = del.kolonner.rows.numre.values
            for (koder, antal) in del.fordeling(.nummer).flere {
                flere[Set(koder.map { numre[Int($0)] }), default: 0] += antal
            }
        }
        for (numre, antal) in flere {
            for navn in Set(numre.compactMap { $0.text.flatMap(vaerdi) }) {
                result[navn, default: 0] += antal
            }
        }
        return result
    }
}

extension Fundmaengde.Del {
    /// How many of the rows have which codes.
    func fordeling(_ art: Fordeling.Art) -> Fordeling {
        switch raekker {
        case .fundne(let ids, _): Fordeling(art, kolonner.rows, ids)
        case .alle(let alle): alle.fordeling(art, kolonner)
        }
    }
}

/// How many rows have each code of a column, of those that some row has.
struct Fordeling: Sendable {
    enum Art: Hashable, Sendable {
        case objekttype
        /// 256 to a kind.
        case fremdrift
        case foelsomhed
        /// Places in `Kolonner.systemer`.
        case kildesystem
        case aar
        /// Places in `Kolonner.numre`.
        case nummer
    }

    private(set) var koder: [(kode: UInt16, antal: UInt32)] = []
    /// Rows with several numbers, by all of them.
    private(set) var flere: [Set<UInt16>: Int] = [:]

    var sum: Int { koder.reduce(0) { $0 + Int($1.antal) } }

    init(_ art: Art, _ rows: Kolonner, _ ids: [UInt32]) {
        switch art {
        case .objekttype: tael(ids, 256) { UInt16(rows.kind[$0]) }
        case .fremdrift:
            tael(ids, 5 * 256) { UInt16(rows.kind[$0]) << 8 | UInt16(rows.fremdrift[$0]) }
        case .foelsomhed: tael(ids, 256) { UInt16(rows.foelsomhed[$0]) }
        case .kildesystem: tael(ids, rows.systemer.values.count) { rows.master[$0] }
        case .aar: tael(ids, 1 << 16) { rows.aar[$0] }
        case .nummer: taelNumre(ids, rows)
        }
    }

    private mutating func tael(_ ids: [UInt32], _ koder: Int, _ kode: (Int) -> UInt16) {
        var counts = [UInt32](repeating: 0, count: koder)
        for id in ids { counts[Int(kode(Int(id)))] += 1 }
        keep(counts)
    }

    private mutating func taelNumre(_ ids: [UInt32], _ rows: Kolonner) {
        var counts = [UInt32](repeating: 0, count: rows.numre.values.count)
        for id in ids {
            let code = rows.kle[Int(id)]
            if rows.flags[Int(id)] & Kolonner.Flag.udeAfKraft != 0 {
                if let nu = rows.numreNu[id] { flere[Set(nu), default: 0] += 1 }
            } else if code == Kolonner.flere {
                flere[Set(rows.flereNumre[id] ?? []), default: 0] += 1
            } else if rows.flags[Int(id)] & Kolonner.Flag.nummer != 0 {
                counts[Int(code)] += 1
            }
        }
        keep(counts)
    }

    private mutating func keep(_ counts: [UInt32]) {
        for (kode, antal) in counts.enumerated() where antal > 0 {
            koder.append((UInt16(truncatingIfNeeded: kode), antal))
        }
    }
}

/// Every row of some kinds that a caller surely sees in a file.
struct Synsraekker {
    /// A bit a kind.
    let kinds: UInt8
    let synlighed: Synlighed.Del

    /// Of 64 rows each.
    var blokke: Int { synlighed.sikre.words.count }

    func ids(_ rows: Kolonner) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(synlighed.sikre.words.reduce(0) { $0 + $1.nonzeroBitCount })
        for block in 0..<blokke {
            forEach(i: block, rows, fraSidste: false) { result.append($0) }
        }
        return result
    }

    func forEach(i block: Int, _ rows: Kolonner, fraSidste: Bool, _ body: (UInt32) -> Void) {
        var bits = synlighed.sikre.words[block]
        while bits != 0 {
            let bit = fraSidste ? 63 - bits.leadingZeroBitCount : bits.trailingZeroBitCount
            bits &= ~(1 << UInt64(bit))
            let row = block << 6 + bit
            let kind = rows.kind[row]
            if kind < 8, kinds >> kind & 1 != 0 { body(UInt32(truncatingIfNeeded: row)) }
        }
    }

    func fordeling(_ art: Fordeling.Art, _ kolonner: Filkolonner) -> Fordeling {
        synlighed.optaelling.fordeling(.init(kinds: kinds, art: art), kolonner) {
            Fordeling(art, kolonner.rows, ids(kolonner.rows))
        }
    }
}

/// What was counted of all that a caller sees in a file, at one commit.
final class Optaelling: Sendable {
    struct Noegle: Hashable {
        let kinds: UInt8
        let art: Fordeling.Art
    }

    private struct State {
        var udgave: Filkolonner.Udgave?
        var kendte: [Noegle: Fordeling] = [:]
    }

    private let state = Mutex(State())
    /// A few kilobytes each.
    private static let flest = 24

    func fordeling(
        _ noegle: Noegle, _ kolonner: Filkolonner, _ make: () -> Fordeling
    ) -> Fordeling {
        let known = state.withLock { state in
            state.udgave == kolonner.udgave ? state.kendte[noegle] : nil
        }
        if let known { return known }
        let made = make()
        state.withLock { state in
            if state.udgave != kolonner.udgave || state.kendte.count >= Self.flest {
                state = State(udgave: kolonner.udgave)
            }
            state.kendte[noegle] = made
        }
        return made
    }
}
