/// The narrow rows of one file, a value at a time: what decides access, order, filters and counts.
///
/// Indexed by row id. Some 45 bytes a row. A value that is the same for many rows stands once in a
/// table of its own, and the row holds its place there. Right for one commit of the file; the next
/// one's is made from it and the rows that were changed (`set`).
struct Kolonner: Sendable {
    /// `ObjektKind`; 0 where no row is, `damaged` where it cannot be read.
    private(set) var kind: [UInt8] = [0]
    /// `Foelsomhed`; 0 for none.
    private(set) var foelsomhed: [UInt8] = [0]
    private(set) var fremdrift: [UInt8] = [0]
    private(set) var flags: [UInt8] = [0]
    /// Place in `numre`; `flere` where the row has several.
    private(set) var kle: [UInt16] = [0]
    /// Place in `systemer`; 0 for none.
    private(set) var master: [UInt16] = [0]
    /// Place in `enheder`; 0 for none.
    private(set) var ansvarlig: [UInt16] = [0]
    /// The Danish year of `oprettet`; 0 for none.
    private(set) var aar: [UInt16] = [0]
    /// How many words the title has, at most 255; 0 for none.
    private(set) var titelord: [UInt8] = [0]
    /// When the current registration was received, in microseconds.
    private(set) var sts: [Int64] = [0]
    /// In microseconds; `Int64.min` for none.
    private(set) var oprettet: [Int64] = [Int64.min]
    /// `ingen` where no row is.
    private(set) var uuid: [UUIDIdentifikator] = [ingen]

    private(set) var numre = Tabel<PakketKLE>(first: .mangler)
    private(set) var systemer = Tabel<UUIDIdentifikator?>(first: nil)
    private(set) var enheder = Tabel<UUIDIdentifikator?>(first: nil)
    /// The numbers of rows that have several.
    private(set) var flereNumre: [UInt32: [UInt16]] = [:]
    /// Those of them that the row stands under now, for rows of which that is some.
    private(set) var numreNu: [UInt32: [UInt16]] = [:]
    /// Whom a Sikkerhedsprofil lets in, for rows that have one.
    private(set) var profil: [UInt32: [UUIDIdentifikator]] = [:]
    /// The first instant at which some row is out of date; `Int64.max` for never.
    var skift = Int64.max
    /// A table is full: what the columns say of some rows is not enough.
    private(set) var isFull = false
    /// No row was changed later than this.
    private(set) var senest = Int64.min
    /// The same of each block of 64 rows.
    private(set) var senestIBlok: [Int64] = [Int64.min]
    private(set) var count = 0

    static let flere = UInt16.max
    private static let ingen = UUIDIdentifikator(high: 0, low: 0)
    static let damaged = UInt8.max

    enum Flag {
        static let profil: UInt8 = 1
        /// Its visibility depends on what is not in the columns; it is judged row by row.
        static let tvivl: UInt8 = 2
        /// It has a number, even if that is missing or malformed.
        static let nummer: UInt8 = 4
        /// Some part of it points at what the links here do not lead to, or not now: who sees the part
        /// is told by the object alone.
        static let uklar: UInt8 = 8
        /// It may say more of status, level, creation and system than stands in the columns.
        static let flertydig: UInt8 = 16
        /// What it stands under now is not all its numbers (`numreNu`).
        static let udeAfKraft: UInt8 = 32
        /// A grant of more systems than the one that stands in the columns; it is judged by itself.
        static let flereSystemer: UInt8 = 64
        /// A case that says nothing of when it was created.
        static let oprettetErAfledt: UInt8 = 128
    }

    /// Row ids that the columns have room for.
    var slots: Int { kind.count }

    /// Makes room for row ids up to `id`.
    mutating func reserve(upTo id: Int64) {
        let more = Int(id) + 1 - slots
        guard more > 0 else { return }
        kind.append(contentsOf: repeatElement(0, count: more))
        foelsomhed.append(contentsOf: repeatElement(0, count: more))
        fremdrift.append(contentsOf: repeatElement(0, count: more))
        flags.append(contentsOf: repeatElement(0, count: more))
        kle.append(contentsOf: repeatElement(0, count: more))
        master.append(contentsOf: repeatElement(0, count: more))
        ansvarlig.append(contentsOf: repeatElement(0, count: more))
        aar.append(contentsOf: repeatElement(0, count: more))
        titelord.append(contentsOf: repeatElement(0, count: more))
        sts.append(contentsOf: repeatElement(0, count: more))
        oprettet.append(contentsOf: repeatElement(Int64.min, count: more))
        uuid.append(contentsOf: repeatElement(Self.ingen, count: more))
        let blocks = Int(id) >> 6 + 1 - senestIBlok.count
        if blocks > 0 { senestIBlok.append(contentsOf: repeatElement(.min, count: blocks)) }
    }

    /// The row is gone.
    mutating func clear(_ id: Int64) {
        guard id < slots else { return }
        let place = Int(id)
        if kind[place] != 0 { count -= 1 }
        kind[place] = 0
        flags[place] = 0
        // The object may come again in another row.
        uuid[place] = Self.ingen
        flereNumre[UInt32(id)] = nil
        numreNu[UInt32(id)] = nil
        profil[UInt32(id)] = nil
    }

    /// The row is there and cannot be read.
    mutating func setDamaged(_ id: Int64) {
        reserve(upTo: id)
        clear(id)
        count += 1
        kind[Int(id)] = Self.damaged
        flags[Int(id)] = Flag.tvivl
    }

    /// `isDoubtful` where a row must be judged by itself.
    mutating func set(_ row: ObjektRow, isDoubtful: Bool) {
        reserve(upTo: row.id)
        clear(row.id)
        count += 1
        let place = Int(row.id)
        let fakta = row.fakta
        kind[place] = row.kind.rawValue
        foelsomhed[place] = fakta.foelsomhed?.rawValue ?? 0
        fremdrift[place] = row.fremdrift
        flags[place] =
            (fakta.harProfil ? Flag.profil : 0) | (isDoubtful ? Flag.tvivl : 0)
            | (fakta.kle.isEmpty ? 0 : Flag.nummer) | (row.erFlertydig ? Flag.flertydig : 0)
            | (fakta.udeAfKraft > 0 ? Flag.udeAfKraft : 0)
            | (fakta.andreMastere.isEmpty ? 0 : Flag.flereSystemer)
            | (fakta.oprettetErAfledt ? Flag.oprettetErAfledt : 0)
        sts[place] = row.sts.microseconds
        senest = max(senest, sts[place])
        senestIBlok[place >> 6] = max(senestIBlok[place >> 6], sts[place])
        oprettet[place] = row.oprettet?.microseconds ?? .min
        aar[place] = row.oprettet.map { UInt16(clamping: $0.danishDate.calendar.year) } ?? 0
        titelord[place] = row.titelord
        uuid[place] = row.uuid
        master[place] = known(systemer.code(of: fakta.master))
        ansvarlig[place] = known(enheder.code(of: fakta.ansvarlig))
        if fakta.kle.count > 1 {
            kle[place] = Self.flere
            flereNumre[UInt32(row.id)] = fakta.kle.map { known(numre.code(of: $0)) }
        } else {
            kle[place] = known(numre.code(of: fakta.kle.first ?? .mangler))
        }
        if fakta.udeAfKraft > 0, !fakta.kleNu.isEmpty {
            numreNu[UInt32(row.id)] = fakta.kleNu.map { known(numre.code(of: $0)) }
        }
        if fakta.harProfil { profil[UInt32(row.id)] = fakta.profil }
    }

    /// The columns that tell kind and order among equals, for a loop over many rows.
    struct Rangkolonner: ~Copyable {
        let kind: UnsafeBufferPointer<UInt8>
        let fremdrift: UnsafeBufferPointer<UInt8>
        let ansvarlig: UnsafeBufferPointer<UInt16>
        let titelord: UnsafeBufferPointer<UInt8>
    }

    func has(_ id: Int64) -> Bool { id < slots && kind[Int(id)] != 0 }

    func isDoubtful(_ id: Int64) -> Bool { has(id) && flags[Int(id)] & Flag.tvivl != 0 }

    /// The row must be judged by itself.
    mutating func doubt(_ id: Int64) {
        if id < slots { flags[Int(id)] |= Flag.tvivl }
    }

    /// Who sees all its parts is not told by its links.
    mutating func setUklar(_ id: Int64) {
        if id < slots { flags[Int(id)] |= Flag.uklar }
    }

    /// Whether the row is of a grant or a payment.
    func isYdelse(_ id: Int) -> Bool { ObjektKind(rawValue: kind[id])?.isYdelse ?? false }

    /// The numbers of a row, by their places in `numre`; one, the missing one's, where it has none.
    func forEachNummer(_ id: Int, _ body: (UInt16) -> Bool) -> Bool {
        let code = kle[id]
        if code != Self.flere { return body(code) }
        return (flereNumre[UInt32(id)] ?? []).allSatisfy(body)
    }

    private mutating func known(_ code: UInt16?) -> UInt16 {
        if code == nil { isFull = true }
        return code ?? 0
    }
}

/// Values that many rows share, each once; 0 is the place of the first.
struct Tabel<Value: Hashable & Sendable>: Sendable {
    private(set) var values: [Value]
    private var codes: [Value: UInt16]

    init(first: Value) {
        values = [first]
        codes = [first: 0]
    }

    /// The value's place, made when it is new; nil when there is no more room.
    mutating func code(of value: Value) -> UInt16? {
        if let known = codes[value] { return known }
        guard values.count < Int(UInt16.max) else { return nil }
        let code = UInt16(values.count)
        values.append(value)
        codes[value] = code
        return code
    }

    func known(_ value: Value) -> UInt16? { codes[value] }
}
