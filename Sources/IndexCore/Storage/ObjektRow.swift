/// The narrow row of an object: who it is, when it changed and what decides access.
public struct ObjektRow: Sendable {
    let id: Int64
    public let uuid: UUIDIdentifikator
    public let kind: ObjektKind
    /// When the current registration was received.
    public let sts: Tidspunkt
    /// When the first one was.
    public let foerste: Tidspunkt
    /// The instant whose state the row was derived for.
    let tid: Tidspunkt
    /// When what the row says changes by itself; nil for never.
    let skift: Tidspunkt?
    /// The status' place in the schema's list, from 1; 0 for none.
    public let fremdrift: UInt8
    /// What it says of status, level, creation and system need not be all that the object says.
    public let erFlertydig: Bool
    public let oprettet: Tidspunkt?
    /// Time has passed an instant at which what was derived is another.
    func erUdloebet(at now: Tidspunkt) -> Bool { skift.map { $0 <= now } ?? false }

    /// Of a case, what it says itself.
    public var oprettetTidspunkt: Tidspunkt? { fakta.oprettetErAfledt ? nil : oprettet }
    /// How many words its title has, 255 for more; 0 where there is none.
    let titelord: UInt8
    public let brugervendtNoegle: String?
    public let fakta: AdgangsFakta
}

extension ObjektRow {
    private static let flertydig: UInt8 = 128

    /// Status, whether that is all, and the title's length, as the table holds them in one number.
    var tilstand: Int {
        Int(fremdrift | (erFlertydig ? Self.flertydig : 0)) | Int(titelord) << 8
    }

    /// The hash over all that the row says, kept beside it.
    func kontrol(adgang: [UInt8]) -> Int64 {
        var bytes = ByteWriter()
        bytes.int64(id)
        bytes.uuid(uuid)
        bytes.byte(kind.rawValue)
        bytes.int64(sts.microseconds)
        bytes.int64(foerste.microseconds)
        bytes.int64(tid.microseconds)
        bytes.int64(skift?.microseconds ?? .max)
        bytes.byte(UInt8(truncatingIfNeeded: tilstand))
        // Rows of before titles were counted have none.
        if titelord > 0 { bytes.byte(titelord) }
        bytes.int64(oprettet?.microseconds ?? .max)
        return Checksum.xxh64(bytes.bytes + adgang + Array((brugervendtNoegle ?? "").utf8))
    }

    /// Reads the table's columns, in the schema's order, from `first` on; throws when the hash does not fit.
    init(_ statement: borrowing Statement, first: Int32 = 0, file: String) throws(StoreError) {
        let adgang = statement.blob(first + 10)
        let tal = statement.integer(first + 7)
        let tilstand = UInt8(truncatingIfNeeded: tal)
        guard let uuid = statement.uuid(first + 1),
            let kind = ObjektKind(rawValue: UInt8(clamping: statement.integer(first + 2))),
            let fakta = AdgangsFakta(decoding: adgang)
        else { throw StoreError.corrupt(file: file) }
        self.init(
            id: statement.integer(first), uuid: uuid, kind: kind,
            sts: Tidspunkt(microseconds: statement.integer(first + 3)),
            foerste: Tidspunkt(microseconds: statement.integer(first + 4)),
            tid: Tidspunkt(microseconds: statement.integer(first + 5)),
            skift: statement.optionalInteger(first + 6).map { Tidspunkt(microseconds: $0) },
            fremdrift: tilstand & ~Self.flertydig, erFlertydig: tilstand >= Self.flertydig,
            oprettet: statement.optionalInteger(first + 8).map { Tidspunkt(microseconds: $0) },
            titelord: UInt8(truncatingIfNeeded: tal >> 8),
            brugervendtNoegle: statement.text(first + 9), fakta: fakta)
        guard kontrol(adgang: adgang) == statement.integer(first + 11) else {
            throw StoreError.corrupt(file: file)
        }
    }
}

/// An object as a writer finds it: its row and its current registration.
public struct StoredObjekt: Sendable {
    public let row: ObjektRow
    public let current: Registrering
    let klassetekst: String
}

extension Registrering {
    /// Reads a stored registration; throws when the hash does not fit its bytes.
    static func verified(
        _ bytes: [UInt8], kontrol: Int64, file: String
    ) throws(StoreError) -> Registrering {
        guard Checksum.xxh64(bytes) == kontrol, let value = Registrering(decoding: bytes) else {
            throw StoreError.corrupt(file: file)
        }
        return value
    }
}
