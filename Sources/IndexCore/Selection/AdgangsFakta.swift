/// What of an object decides who may see it, as it stands now.
///
/// Kept with the object in the same transaction and covered by its hash.
public struct AdgangsFakta: Sendable, Equatable {
    public var kind: ObjektKind
    /// Ejer's authority.
    public var myndighed: CVRNummer?
    /// Nil for an Effektuering, which has none of its own, and where it is missing.
    public var foelsomhed: Foelsomhed?
    /// Sag, Dokument: the Primær klasse; more than one where a lenient source sent several at once,
    /// and then all must be covered. Bevilling: those of each BevilgetYdelse. Effektuering: those of each line.
    public private(set) var kle: [PakketKLE] = []
    /// So many of the last ones are of what is over or lies ahead: they decide who sees the object, and are not what
    /// it stands under now.
    public private(set) var udeAfKraft = 0
    /// What it stands under now.
    var kleNu: [PakketKLE] { kle.dropLast(udeAfKraft) }
    /// Where all are to be covered: what has none asks for a right to everything.
    var kraevedeNumre: [PakketKLE] { kle.isEmpty ? [.mangler] : kle }
    public var master: UUIDIdentifikator?
    /// Bevilling: the Masters of other benefits in it, whenever these hold. A group that is limited to systems must
    /// hold them all.
    public private(set) var andreMastere: [UUIDIdentifikator] = []
    /// The Ansvarlig unit, where it is given by UUID.
    public var ansvarlig: UUIDIdentifikator?
    /// Some Sikkerhedsprofil stands on the object.
    public var harProfil = false
    /// Those whom a Sikkerhedsprofil lets in.
    public var profil: [UUIDIdentifikator] = []
    /// Sag: it has no OprettetTidspunkt, and stands with its first Egenskaber. Decides no access; what a row says of
    /// itself is kept here.
    var oprettetErAfledt = false
    /// Some number is told by the class alone: it is another when the plan says so. Decides no access itself.
    var haengerPaaPlan = false
    /// Effektuering: the grants its lines pay, each once.
    public var bevillinger: [UUIDIdentifikator] = []

    public init(kind: ObjektKind) { self.kind = kind }

    /// Every Master that counts, the first one first.
    public var mastere: [UUIDIdentifikator] { (master.map { [$0] } ?? []) + andreMastere }

    /// A benefit's Master; `forrest` before those that are known.
    mutating func add(master system: UUIDIdentifikator, forrest: Bool) {
        guard let known = master else { return master = system }
        guard known != system, forrest || !andreMastere.contains(system) else { return }
        andreMastere.removeAll { $0 == system }
        andreMastere.append(forrest ? known : system)
        if forrest { master = system }
    }

    /// Of several levels at one instant the strictest counts.
    mutating func raise(to level: Foelsomhed?) {
        guard let level else { return }
        foelsomhed = max(foelsomhed ?? level, level)
    }

    public mutating func add(_ number: PakketKLE) {
        guard !kleNu.contains(number) else { return }
        if let place = kle.firstIndex(of: number) {
            kle.remove(at: place)
            udeAfKraft -= 1
        }
        kle.insert(number, at: kle.count - udeAfKraft)
    }

    /// The number of something that is over or lies ahead.
    mutating func add(udeAfKraft number: PakketKLE) {
        guard !kle.contains(number) else { return }
        kle.append(number)
        udeAfKraft += 1
    }
}

extension AdgangsFakta {
    /// Stands with the level.
    private static let planbit: UInt8 = 128

    /// The stored form: 2 to some 100 bytes.
    func encoded() -> [UInt8] {
        var output = ByteWriter()
        var flags: UInt8 = harProfil ? 1 : 0
        if myndighed != nil { flags |= 2 }
        if master != nil { flags |= 4 }
        if ansvarlig != nil { flags |= 8 }
        if udeAfKraft > 0 { flags |= 32 }
        if !andreMastere.isEmpty { flags |= 64 }
        if oprettetErAfledt { flags |= 128 }
        output.byte(kind.rawValue)
        output.byte(flags)
        output.byte((foelsomhed?.rawValue ?? 0) | (haengerPaaPlan ? Self.planbit : 0))
        if let myndighed { output.varint(Int(myndighed.number)) }
        if let master { output.uuid(master) }
        if let ansvarlig { output.uuid(ansvarlig) }
        output.varint(kle.count)
        for number in kle { output.int64(Int64(bitPattern: number.word)) }
        output.varint(profil.count)
        for entry in profil { output.uuid(entry) }
        output.varint(bevillinger.count)
        for bevilling in bevillinger { output.uuid(bevilling) }
        if udeAfKraft > 0 { output.varint(udeAfKraft) }
        if !andreMastere.isEmpty {
            output.varint(andreMastere.count)
            for system in andreMastere { output.uuid(system) }
        }
        return output.bytes
    }

    init?(decoding bytes: [UInt8]) {
        var input = ByteReader(bytes)
        guard let kind = input.byte().flatMap(ObjektKind.init(rawValue:)),
            let flags = input.byte(), let level = input.byte()
        else { return nil }
        self.init(kind: kind)
        harProfil = flags & 1 != 0
        oprettetErAfledt = flags & 128 != 0
        haengerPaaPlan = level & Self.planbit != 0
        foelsomhed = Foelsomhed(rawValue: level & ~Self.planbit)
        if flags & 2 != 0 {
            guard let number = input.varint() else { return nil }
            myndighed = CVRNummer(number: UInt32(clamping: number))
        }
        if flags & 4 != 0 { master = input.uuid() }
        if flags & 8 != 0 { ansvarlig = input.uuid() }
        guard let kleCount = input.varint(), kleCount <= bytes.count else { return nil }
        for _ in 0..<kleCount {
            guard let word = input.int64() else { return nil }
            kle.append(PakketKLE(word: UInt64(bitPattern: word)))
        }
        guard let profil = input.uuids(), let bevillinger = input.uuids() else { return nil }
        self.profil = profil
        self.bevillinger = bevillinger
        // As it was written when all were in effect or none.
        if flags & 16 != 0 { udeAfKraft = kle.count }
        if flags & 32 != 0 {
            guard let count = input.varint(), count <= kle.count else { return nil }
            udeAfKraft = count
        }
        if flags & 64 != 0 {
            guard let systemer = input.uuids() else { return nil }
            andreMastere = systemer
        }
        guard input.isAtEnd else { return nil }
    }
}

extension ByteWriter {
    mutating func uuid(_ value: UUIDIdentifikator) {
        int64(Int64(bitPattern: value.high))
        int64(Int64(bitPattern: value.low))
    }
}

extension ByteReader {
    mutating func uuid() -> UUIDIdentifikator? {
        guard let high = int64(), let low = int64() else { return nil }
        return UUIDIdentifikator(high: UInt64(bitPattern: high), low: UInt64(bitPattern: low))
    }

    mutating func uuids() -> [UUIDIdentifikator]? {
        guard let count = varint() else { return nil }
        var values: [UUIDIdentifikator] = []
        for _ in 0..<count {
            guard let value = uuid() else { return nil }
            values.append(value)
        }
        return values
    }
}
