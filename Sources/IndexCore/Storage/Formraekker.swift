/// The rows in which one form stands, in order of row id, and in which columns: a bit each.
///
/// Read straight from FTS5's pages. FTS5's own queries give the same at twenty times the cost a row, and three
/// times the cost where there are few: `docs/decisions/0016-reading-fts5-pages.md`.
struct Formraekker {
    fileprivate(set) var ids: [UInt32] = []
    /// Zero, until the older segments have been seen, for a row that the form was taken out of.
    fileprivate(set) var kolonner: [UInt8] = []
    fileprivate var harUdtagne = false

    init() {}

    /// The rows, in order, that have columns.
    init(_ rows: some Sequence<(id: UInt32, kolonner: UInt8)>) {
        for (id, columns) in rows where columns != 0 { append(id, columns) }
    }

    /// The same with what older segments hold of other rows.
    fileprivate func over(_ older: Formraekker) -> Formraekker {
        if ids.isEmpty { return older }
        if older.ids.isEmpty { return self }
        var result = Formraekker()
        result.harUdtagne = harUdtagne || older.harUdtagne
        result.ids.reserveCapacity(ids.count + older.ids.count)
        result.kolonner.reserveCapacity(ids.count + older.ids.count)
        var place = 0
        for (id, columns) in zip(older.ids, older.kolonner) {
            while place < ids.count, ids[place] < id {
                result.append(ids[place], kolonner[place])
                place += 1
            }
            if place < ids.count, ids[place] == id { continue }
            result.append(id, columns)
        }
        result.ids += ids[place...]
        result.kolonner += kolonner[place...]
        return result
    }

    fileprivate mutating func append(_ id: UInt32, _ columns: UInt8) {
        ids.append(id)
        kolonner.append(columns)
    }

    /// Without the rows that the form was taken out of.
    fileprivate var tilbage: Formraekker {
        guard harUdtagne else { return self }
        var result = Formraekker()
        for (id, columns) in zip(ids, kolonner) where columns != 0 { result.append(id, columns) }
        return result
    }
}

extension ShardReader {
    /// The rows in which the form stands; nil where the text index is not laid out as is known here, and FTS5 is
    /// to be asked.
    ///
    /// Costs a look-up for each segment, and some 10 ns a row.
    func raekker(med form: [UInt8]) throws(StoreError) -> Formraekker? {
        guard let structure = try tekstStructure() else { return nil }
        // FTS5 keeps the forms of its main index so.
        let key = [UInt8(ascii: "0")] + form
        var result = Formraekker()
        for niveau in structure.niveauer {
            for segment in niveau.reversed() where segment.foersteSide > 0 {
                guard let found = try raekker(med: key, in: segment) else { return nil }
                result = result.over(found)
            }
        }
        return result.tilbage
    }

    private func raekker(
        med key: [UInt8], in segment: TekstStructure.Segment
    ) throws(StoreError) -> Formraekker? {
        let opslag = try connection.prepare(
            """
            SELECT pgno FROM tekst_idx WHERE segid = ?1 AND term <= ?2
            ORDER BY term DESC LIMIT 1
            """)
        opslag.bind(1, segment.id)
        opslag.bind(2, key)
        // The lowest bit tells of something else.
        let found = try opslag.step() ? opslag.integer(0) >> 1 : 0
        let side = max(found, segment.foersteSide)
        let sider = try connection.prepare(
            "SELECT id, block FROM tekst_data WHERE id >= ?1 AND id <= ?2 ORDER BY id")
        let first = segment.id << Self.sidebits + side
        sider.bind(1, first)
        sider.bind(2, segment.id << Self.sidebits + segment.sidsteSide)
        var laeser = Formlaeser()
        var next = first
        while laeser.vilHaveMere, try sider.step() {
            guard sider.integer(0) == next else { return nil }
            guard sider.withBlob(1, { laeser.laes(Tekstside($0), key) }) else { return nil }
            next += 1
        }
        return laeser.erHel ? laeser.raekker : nil
    }

    /// A page's row id is its number behind its segment's.
    private static let sidebits: Int64 = 37
}

/// A leaf of a segment: first the offset of the first row that has no form before it on the page, and where
/// the content ends, two bytes each; then the content; then how far apart the forms stand in it.
///
/// Source: the head of fts5_index.c, "LEAF NODE".
private struct Tekstside {
    let bytes: UnsafeRawBufferPointer
    let slut: Int
    let foersteRaekke: Int

    /// Where the content begins.
    static let hoved = 4

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        guard bytes.count >= Self.hoved else {
            (slut, foersteRaekke) = (-1, 0)
            return
        }
        foersteRaekke = Int(bytes[0]) << 8 | Int(bytes[1])
        slut = Int(bytes[2]) << 8 | Int(bytes[3])
    }

    var erHel: Bool {
        slut >= Self.hoved && slut <= bytes.count && foersteRaekke < max(slut, Self.hoved)
    }

    /// Reads on from `place`, which is moved; nil when there is no whole number before `end`.
    @inline(__always)
    func varint(_ place: inout Int, before end: Int) -> UInt64? {
        guard place < end else { return nil }
        let first = bytes[place]
        place += 1
        if first < 0x80 { return UInt64(first) }
        var value = UInt64(first & 0x7F)
        for _ in 0..<7 {
            guard place < end else { return nil }
            let byte = bytes[place]
            place += 1
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        guard place < end else { return nil }
        place += 1
        return value << 8 | UInt64(bytes[place - 1])
    }

    /// The same of a length or a distance.
    @inline(__always)
    func laengde(_ place: inout Int, before end: Int) -> Int? {
        guard let value = varint(&place, before: end), value < 1 << 31 else { return nil }
        return Int(value)
    }
}

/// Reads one form's rows off a segment's pages, from the one where the form would stand.
private struct Formlaeser {
    private(set) var raekker = Formraekker()
    /// False once the form's rows are at an end, or the form is not there.
    private(set) var vilHaveMere = true
    private var erFundet = false
    private var id: UInt64 = 0
    private var erFoerste = true
    // The row whose positions go on on the next page.
    private var rest = 0
    private var kolonner: UInt8 = 0
    private var kolonne: UInt8 = 1
    private var erNyKolonne = false

    /// No row's positions are missing.
    var erHel: Bool { rest == 0 }

    /// False for a page that is not as a page is.
    mutating func laes(_ side: Tekstside, _ key: [UInt8]) -> Bool {
        guard side.erHel else { return false }
        if erFundet { return laesVidere(side) }
        switch find(key, side) {
        case .ingen: vilHaveMere = false
        case .forkert: return false
        case .fundet(let start, let end):
            erFundet = true
            return laes(side, from: start, to: end)
        }
        return true
    }

    /// What follows on a later page.
    private mutating func laesVidere(_ side: Tekstside) -> Bool {
        var slut = side.slut
        var fod = side.slut
        if fod < side.bytes.count {
            guard let first = side.laengde(&fod, before: side.bytes.count), first <= slut,
                first >= Tekstside.hoved
            else { return false }
            slut = first
            vilHaveMere = false
        }
        var place = Tekstside.hoved
        if rest > 0 {
            let end = min(place + rest, slut)
            guard positioner(side, &place, to: end) else { return false }
            guard rest == 0 else { return vilHaveMere }
            slutRaekke()
        }
        guard place < slut else { return true }
        // The first row's number is whole on each page.
        guard place == side.foersteRaekke else { return false }
        erFoerste = true
        return raekkerne(side, from: place, to: slut)
    }

    private mutating func laes(_ side: Tekstside, from start: Int, to end: Int?) -> Bool {
        if end != nil { vilHaveMere = false }
        return raekkerne(side, from: start, to: end ?? side.slut)
    }

    private mutating func raekkerne(_ side: Tekstside, from start: Int, to end: Int) -> Bool {
        var place = start
        while place < end {
            guard let step = side.varint(&place, before: end),
                let size = side.laengde(&place, before: end)
            else { return false }
            let next = erFoerste ? step : id &+ step
            guard next <= UInt32.max, raekker.ids.last.map({ $0 < next }) ?? true else {
                return false
            }
            id = next
            erFoerste = false
            (rest, kolonner, kolonne, erNyKolonne) = (size >> 1, 0, 1, false)
            guard positioner(side, &place, to: min(place + rest, end)) else { return false }
            // The rest stands on the next page.
            guard rest == 0 else { return vilHaveMere }
            slutRaekke()
        }
        return true
    }

    private mutating func slutRaekke() {
        if kolonner == 0 { raekker.harUdtagne = true }
        raekker.append(UInt32(truncatingIfNeeded: id), kolonner)
    }

    /// Notes the columns of the positions up to `end`: a one begins a column, everything else is in it.
    @inline(__always)
    private mutating func positioner(
        _ side: Tekstside, _ place: inout Int, to end: Int
    ) -> Bool {
        rest -= end - place
        while place < end {
            let byte = side.bytes[place]
            place += 1
            if erNyKolonne {
                guard byte < 8 else { return false }
                kolonne = 1 << byte
                erNyKolonne = false
            } else if byte == 1 {
                erNyKolonne = true
            } else {
                kolonner |= kolonne
                guard byte >= 0x80 else { continue }
                while place < end, side.bytes[place] >= 0x80 { place += 1 }
                guard place < end else { return false }
                place += 1
            }
        }
        return true
    }

    private enum Sted {
        case ingen, forkert
        /// Where its rows begin, and where another form follows them on the page.
        case fundet(Int, Int?)
    }

    /// Looks for the form on the page: each form is the length that it shares with the one before, and the rest.
    private func find(_ key: [UInt8], _ side: Tekstside) -> Sted {
        let bytes = side.bytes
        var fod = side.slut
        var place = 0
        // So much of the key is what the last form begins with.
        var matched = 0
        var erFoerste = true
        while fod < bytes.count {
            guard let step = side.laengde(&fod, before: bytes.count) else { return .forkert }
            place += step
            guard place >= Tekstside.hoved, place < side.slut else { return .forkert }
            var at = place
            var shared: Int? = 0
            if !erFoerste { shared = side.laengde(&at, before: side.slut) }
            erFoerste = false
            guard let shared, let new = side.laengde(&at, before: side.slut),
                at + new <= side.slut
            else { return .forkert }
            if shared < matched { return .ingen }
            guard shared == matched else { continue }
            var same = 0
            while same < new, matched < key.count, bytes[at + same] == key[matched] {
                same += 1
                matched += 1
            }
            if matched == key.count {
                guard same == new else { return .ingen }
                var next = fod
                guard fod < bytes.count else { return .fundet(at + new, nil) }
                guard let step = side.laengde(&next, before: bytes.count),
                    place + step <= side.slut, place + step >= at + new
                else { return .forkert }
                return .fundet(at + new, place + step)
            }
            if same < new, bytes[at + same] > key[matched] { return .ingen }
        }
        return .ingen
    }
}
