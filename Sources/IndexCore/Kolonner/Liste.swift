/// The rows in which a word stands, or that stand under a key, and where; in order of row id.
///
/// Six bytes a row. Right for one commit of the file.
struct Liste: Sendable {
    /// How a row is found, in one word.
    struct Sted: OptionSet, Sendable {
        let rawValue: UInt16

        /// Four bits a form, one for each place of `steder`: the word itself, its inflections, and as a
        /// part of a compound or the beginning of a word.
        static let ordret: UInt16 = 0x000F
        static let boejet: UInt16 = 0x00F0
        static let led: UInt16 = 0x0F00
        static let former = ordret | boejet | led
        /// In a text of a part that may be hidden: those see it who see the object whole. With `noegle` under
        /// a key of such a part, seen by those who see every number of the object.
        static let betinget = Sted(rawValue: 1 << 12)
        /// Under a key that every reader of the object sees.
        static let noegle = Sted(rawValue: 1 << 13)
        /// What the object alone tells: a key that only some see or that counts only while the object
        /// lies ahead. With `betinget` a title that is not for all: those see it who see the object
        /// whole and are somebody.
        static let maaske = Sted(rawValue: 1 << 14)
        static let alternativ: Sted = [.betinget, .maaske]
        /// It is the object's own number or UUID, or the number of a person or company that it stands under.
        static let nummer = Sted(rawValue: 1 << 15)

        /// The four places from FTS5's columns: title, description, notes, and the rest that all see.
        static func steder(_ kolonner: Int64) -> UInt16 {
            UInt16(kolonner & 7) | (kolonner & 0b11000 != 0 ? 8 : 0)
        }

        /// What the two columns of what may be hidden tell.
        static func skjulte(_ kolonner: Int64) -> UInt16 {
            switch kolonner & 3 {
            case 0: 0
            case 1: betinget.rawValue
            case 2: alternativ.rawValue
            default: maaske.rawValue
            }
        }

        /// In whatever form the word stands in places that every reader sees.
        var tekst: UInt16 { (rawValue | rawValue >> 4 | rawValue >> 8) & 0xF }
        /// Itself or inflected.
        var udenLed: UInt16 { (rawValue | rawValue >> 4) & 0xF }
        /// Every reader of the object finds it so, whatever else is told of it.
        var isForAll: Bool { rawValue & (Self.former | Self.noegle.rawValue) != 0 }
        /// Every reader of the object finds it so; `helt` where the reader sees it whole, `bruger` where
        /// the reader is a user.
        func isSure(helt: Bool, bruger: Bool) -> Bool {
            isForAll
                || (helt && contains(.betinget) && (bruger || !contains(.maaske)))
        }
        /// Some readers may.
        var isPossible: Bool { rawValue & (Self.former | 0x7000) != 0 }
    }

    private(set) var ids: [UInt32] = []
    private(set) var steder: [UInt16] = []
    /// From then on it may not be right, whatever is written or not.
    private(set) var gyldigTil = Int64.max

    var count: Int { ids.count }

    init() {}

    /// `found` in any order, each row once.
    init(_ found: [UInt32: UInt16], gyldigTil: Int64 = .max) {
        let sorted = found.sorted { $0.key < $1.key }
        ids = sorted.map(\.key)
        steder = sorted.map(\.value)
        self.gyldigTil = gyldigTil
    }

    /// The rows of objects that began then; costs a pass over the column.
    init(oprettet range: Range<Tidspunkt>, in rows: Kolonner) {
        let (fra, til) = (range.lowerBound.microseconds, range.upperBound.microseconds)
        for id in rows.oprettet.indices
        where rows.oprettet[id] >= fra && rows.oprettet[id] < til && rows.kind[id] != 0 {
            ids.append(UInt32(truncatingIfNeeded: id))
        }
        steder = [UInt16](repeating: Sted.noegle.rawValue, count: ids.count)
    }

    init(ids: [UInt32], steder: [UInt16], gyldigTil: Int64) {
        self.ids = ids
        self.steder = steder
        self.gyldigTil = gyldigTil
    }

    func forEach(_ body: (UInt32, Sted) -> Void) {
        ids.withUnsafeBufferPointer { ids in
            steder.withUnsafeBufferPointer { steder in
                for place in ids.indices { body(ids[place], Sted(rawValue: steder[place])) }
            }
        }
    }

    /// What stands in either.
    func union(_ other: Liste) -> Liste {
        if other.ids.isEmpty { return limited(to: other.gyldigTil) }
        if ids.isEmpty { return other.limited(to: gyldigTil) }
        var merged: [UInt32] = []
        var places: [UInt16] = []
        merged.reserveCapacity(count + other.count)
        places.reserveCapacity(count + other.count)
        var (left, right) = (0, 0)
        while left < count || right < other.count {
            let first = left < count ? ids[left] : .max
            let second = right < other.count ? other.ids[right] : .max
            if first == second {
                merged.append(first)
                places.append(steder[left] | other.steder[right])
                left += 1
                right += 1
            } else if first < second {
                merged.append(first)
                places.append(steder[left])
                left += 1
            } else {
                merged.append(second)
                places.append(other.steder[right])
                right += 1
            }
        }
        return Liste(
            ids: merged, steder: places, gyldigTil: min(gyldigTil, other.gyldigTil))
    }

    private func limited(to instant: Int64) -> Liste {
        Liste(ids: ids, steder: steder, gyldigTil: min(gyldigTil, instant))
    }

    /// The same with other rows in place of `changed`; costs little where none of either stands here.
    func replacing(_ changed: Set<Int64>, with new: Liste) -> Liste {
        var gone: [Int] = []
        var start = 0
        for id in changed.lazy.compactMap(UInt32.init(exactly:)).sorted() {
            start = place(of: id, from: start)
            if start < count, ids[start] == id { gone.append(start) }
        }
        return without(places: gone).union(new)
    }

    private func without(places: [Int]) -> Liste {
        guard !places.isEmpty else { return self }
        var (keptIds, keptSteder): ([UInt32], [UInt16]) = ([], [])
        keptIds.reserveCapacity(count - places.count)
        keptSteder.reserveCapacity(count - places.count)
        var start = 0
        for place in places + [count] {
            keptIds += ids[start..<place]
            keptSteder += steder[start..<place]
            start = place + 1
        }
        return Liste(ids: keptIds, steder: keptSteder, gyldigTil: gyldigTil)
    }

    /// Calls `body` with each row that stands in both, and where in each; looks ahead in the other, which is to be
    /// the longer one.
    @inline(__always)
    func forEachShared(with other: Liste, _ body: (UInt32, Sted, Sted) -> Void) {
        ids.withUnsafeBufferPointer { ids in
            other.ids.withUnsafeBufferPointer { others in
                steder.withUnsafeBufferPointer { steder in
                    other.steder.withUnsafeBufferPointer { andre in
                        precondition(steder.count == ids.count && andre.count == others.count)
                        var place = 0
                        for index in ids.indices {
                            let id = ids[index]
                            place = Self.place(of: id, in: others, from: place)
                            guard place < others.count else { return }
                            if others[place] == id {
                                body(
                                    id, Sted(rawValue: steder[index]), Sted(rawValue: andre[place]))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The place of the first id from `start` on that is not below `id`; looks ahead in doubling steps.
    func place(of id: UInt32, from start: Int) -> Int {
        ids.withUnsafeBufferPointer { Self.place(of: id, in: $0, from: start) }
    }

    @inline(__always)
    private static func place(
        of id: UInt32, in ids: UnsafeBufferPointer<UInt32>, from start: Int
    ) -> Int {
        guard start < ids.count, ids[start] < id else { return start }
        var low = start
        var step = 1
        while low + step < ids.count, ids[low + step] < id {
            low += step
            step *= 2
        }
        var high = min(low + step, ids.count)
        low += 1
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// MARK: - From the file

extension ShardReader {
    /// The rows in which the word stands; among `ids` alone when they are given. The file is not asked for forms that
    /// it is known to lack.
    ///
    /// Costs a look-up for each form and some 10 ns a row; with a run of words or the beginning of one, a text
    /// look-up and some 0.4 µs a row.
    func liste(
        _ term: TextQuery.Term, among ids: Set<Int64>? = nil,
        mangler: ([UInt8]) -> Bool = { _ in false }
    ) throws(StoreError) -> Liste {
        if ids == nil, let former = term.enkelteFormer,
            let found = try liste(enAf: former.filter { !mangler($0.form) })
        {
            return found
        }
        let fraser = term.fraserEfterArt
        let statement =
            if ids == nil {
                try connection.prepare(
                    "SELECT rowid, kolonner(tekst, ?2, ?3) FROM tekst WHERE tekst MATCH ?1")
            } else {
                try connection.prepare(
                    """
                    SELECT rowid, kolonner(tekst, ?2, ?3) FROM tekst
                    WHERE tekst MATCH ?1 AND rowid = ?4
                    """)
            }
        statement.bind(1, fraser.match)
        statement.bind(2, Int64(fraser.ordret))
        statement.bind(3, Int64(fraser.boejet))
        guard let ids else { return try Liste(reading: statement, medNavne: term.isPrefix) }
        var result = Liste()
        for id in ids.sorted() {
            statement.bind(4, id)
            result = result.union(try Liste(reading: statement, medNavne: term.isPrefix))
            statement.reset()
        }
        return result
    }

    /// Nil where FTS5 is to be asked.
    private func liste(enAf former: [(form: [UInt8], art: Liste.Art)]) throws(StoreError) -> Liste?
    {
        var result = Liste()
        for (form, art) in former {
            guard let found = try raekker(med: form) else { return nil }
            result = result.union(Liste(raa: found, art))
        }
        return result.faerdig
    }

    /// The rows that stand under one of the keys, at `instant`; of what lies ahead of an object that is in effect
    /// the object itself must tell.
    func liste(_ krav: Noeglekrav, at instant: Tidspunkt) throws(StoreError) -> Liste {
        var opslag = Noegleopslag(krav, instant)
        try forEachHenvisning(from: krav.fra, to: krav.til) { henvisning in
            opslag.note(henvisning)
            return true
        }
        return opslag.liste
    }

    /// The same of one key, among `ids` alone: a look-up each.
    func liste(
        _ krav: Noeglekrav, at instant: Tidspunkt, among ids: some Sequence<Int64>
    ) throws(StoreError) -> Liste {
        var opslag = Noegleopslag(krav, instant)
        for id in ids {
            let statement = try connection.prepare(
                """
                SELECT objekt, liste, rolle, fra, til, sts_fra, sts_til FROM henvisning
                WHERE noegle = ?1 AND objekt = ?2
                """)
            statement.bind(1, krav.fra.bytes)
            statement.bind(2, id)
            while try statement.step() { opslag.note(HenvisningRow(statement, first: 0)) }
        }
        return opslag.liste
    }
}

// MARK: - From what is known of single documents

extension Liste {
    /// What the file's list has of these of its documents, in order of their rows; nil where the texts themselves
    /// must tell.
    init?(
        _ spoergsmaal: Fillager.Spoergsmaal, of dokumenter: [FremmedeDokumenter.Kendt],
        at instant: Tidspunkt
    ) {
        switch spoergsmaal {
        case .ord(let term):
            guard let former = term.enkelteFormer else { return nil }
            var result = Liste()
            for (form, art) in former {
                let hash = Noeglefilter.hash(form: form[...])
                let found = Formraekker(
                    dokumenter.lazy.map { (UInt32(truncatingIfNeeded: $0.id), $0.former[hash]) })
                result = result.union(Liste(raa: found, art))
            }
            self = result.faerdig
        case .noegle(let krav):
            var opslag = Noegleopslag(krav, instant)
            for dokument in dokumenter {
                for henvisning in dokument.henvisninger where krav.daekker(henvisning.noegle) {
                    opslag.note(HenvisningRow(henvisning, of: dokument.id))
                }
            }
            self = opslag.liste
        }
    }
}

/// Rows under a key, as they are found.
private struct Noegleopslag {
    private let krav: Noeglekrav
    private let now: Int64
    private let isNummer: Bool
    private var found: [UInt32: UInt16] = [:]
    private var gyldigTil = Int64.max

    init(_ krav: Noeglekrav, _ instant: Tidspunkt) {
        self.krav = krav
        now = instant.microseconds
        isNummer = krav.fra.isBrugervendtNoegle
    }

    var liste: Liste { Liste(found, gyldigTil: gyldigTil) }

    mutating func note(_ henvisning: HenvisningRow) {
        guard krav.concerns(henvisning.liste, henvisning.rolle), henvisning.isKnown(at: nil)
        else { return }
        var sted = isNummer ? Liste.Sted.nummer : []
        if henvisning.fra > now {
            gyldigTil = min(gyldigTil, henvisning.fra)
            guard krav.mayHoldLater(henvisning.liste) else { return }
            sted.insert(.maaske)
        } else if now < henvisning.til {
            gyldigTil = min(gyldigTil, henvisning.til)
            sted.insert(krav.isShown(henvisning.liste) ? .noegle : .maaske)
            if krav.fra.isPartnummer, sted.contains(.noegle) { sted.insert(.nummer) }
            // Seen by those who see every number of the object.
            if henvisning.liste.map(Element.betingedeLister.contains) ?? false,
                sted.contains(.noegle)
            {
                sted.insert(.betinget)
            }
        } else if krav.mayHoldPast(henvisning.liste) {
            sted.insert(.maaske)
        }
        if !sted.isEmpty {
            found[UInt32(truncatingIfNeeded: henvisning.objekt), default: 0] |= sted.rawValue
        }
    }
}

extension Liste {
    /// How a form is the word, by the place of its four bits.
    enum Art: Int { case ordret = 0, boejet = 4, led = 8 }

    private static let parter = UInt8(1) << TextQuery.Column.parter.rawValue
    private static let boejedeParter = Int64(parter) << 16 | Int64(parter) << 32

    /// Where one form stands. The two columns of what may be hidden are bits of their own, until all forms have been
    /// seen: see `faerdig`.
    fileprivate init(raa: Formraekker, _ art: Art) {
        ids = raa.ids
        let skift = UInt16(art.rawValue)
        steder = raa.kolonner.map { columns in
            let columns = art == .ordret ? columns : columns & ~Self.parter
            return Sted.steder(Int64(columns)) << skift | UInt16(columns >> 5 & 3) << 12
        }
        guard art != .ordret, steder.contains(0) else { return }
        // Names have no other forms.
        ids = zip(ids, steder).filter { $0.1 != 0 }.map(\.0)
        steder.removeAll { $0 == 0 }
    }

    fileprivate var faerdig: Liste {
        var result = self
        for place in steder.indices where steder[place] >> 12 != 0 {
            result.steder[place] =
                steder[place] & Sted.former | Sted.skjulte(Int64(steder[place] >> 12))
        }
        return result
    }

    /// Rows as FTS5 gives them, in order.
    ///
    /// With `medNavne` names too are found by what is not the word itself: by their beginnings.
    fileprivate init(
        reading statement: borrowing Statement, medNavne: Bool
    ) throws(StoreError) {
        self.init()
        while try statement.step() {
            let kolonner = statement.integer(1) & ~(medNavne ? 0 : Self.boejedeParter)
            if kolonner == 0 { continue }
            var sted = Sted.steder(kolonner)
            sted |= Sted.steder(kolonner >> 16) << 4 | Sted.steder(kolonner >> 32) << 8
            let any = kolonner | kolonner >> 16 | kolonner >> 32
            sted |= Sted.skjulte(any >> TextQuery.Column.betinget.rawValue)
            ids.append(UInt32(truncatingIfNeeded: statement.integer(0)))
            steder.append(sted)
        }
    }
}
