/// What the index finds objects by: a party, a class, an actor, a thing, another object or a number.
///
/// A tag byte and the identity in its shortest form; equal keys are equal identities.
public struct Noegle: Hashable, Sendable {
    public let bytes: [UInt8]

    enum Tag: UInt8 {
        case cpr = 1
        case cvr = 2
        case pnr = 3
        case personid = 4
        case borgerid = 5
        case fuldtnavn = 6
        case urn = 7
        case uuid = 8
        case klasse = 20
        case brugervendtNoegle = 21
    }

    init(_ tag: Tag, _ payload: some Sequence<UInt8>) {
        bytes = [tag.rawValue] + payload
    }

    /// As it is stored.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Hashes the bytes as one run; an array would take them one by one.
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// A reference by UUID.
    public init(_ uuid: UUIDIdentifikator) {
        bytes = [UInt8](unsafeUninitializedCapacity: 17) { buffer, count in
            buffer[0] = Tag.uuid.rawValue
            let raw = UnsafeMutableRawBufferPointer(buffer)
            raw.storeBytes(of: uuid.high.bigEndian, toByteOffset: 1, as: UInt64.self)
            raw.storeBytes(of: uuid.low.bigEndian, toByteOffset: 9, as: UInt64.self)
            count = 17
        }
    }

    /// A reference as it is kept; nil when the element is neither a UUID nor a text.
    init?(_ value: ElementValue) {
        if let uuid = value.uuid {
            self.init(uuid)
        } else if let text = value.text {
            self.init(unikId: text)
        } else {
            return nil
        }
    }

    /// A reference as `UnikId` is written: a UUID, else a URN.
    public init(unikId text: String) {
        if let uuid = UUIDIdentifikator(text) {
            self.init(uuid)
        } else {
            self.init(urn: text)
        }
    }

    /// A URN; the numbered forms of §1.7 and `urn:oio:cvr:` (event rule B12) get short keys.
    public init(urn text: String) {
        for form in Self.numbered where text.utf8.starts(with: form.prefix.utf8) {
            let digits = Substring(text.utf8.dropFirst(form.prefix.utf8.count))
            if digits.utf8.count == form.digits, let number = UInt64(digits) {
                self.init(form.tag, Self.fiveBytes(number))
                return
            }
        }
        if text.hasPrefix(Self.fuldtnavn) {
            self.init(.fuldtnavn, text.dropFirst(Self.fuldtnavn.count).lowercased().utf8)
        } else {
            self.init(.urn, text.utf8)
        }
    }

    /// The URN in the form that it is kept in; nil when it is none: too short, or of a numbered form and without its
    /// digits.
    ///
    /// Of the numbered forms capitals, blanks about it and hyphens between digits make no difference.
    public static func kanonisk(urn text: String) -> String? {
        let folded = Substring(text).trimmedBlanks.lowercased()
        if let form = numbered.first(where: { folded.hasPrefix($0.prefix) }) {
            let digits = folded.dropFirst(form.prefix.count).filter { $0 != "-" && $0 != " " }
            return digits.utf8.count == form.digits
                && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? form.prefix + digits : nil
        }
        // A name may have whatever a name has.
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count > 2 && parts[0].lowercased() == "urn" && !parts[1].isEmpty
            && !parts[2].isEmpty ? text : nil
    }

    /// A class by the number it carries, such as `27.36.04` or `G01`; sorts as the number does.
    public init(klasse number: String) {
        self.init(.klasse, number.utf8)
    }

    /// A case or document number of one kind of object, letters' case left out.
    public init(brugervendtNoegle text: String, _ kind: ObjektKind) {
        self.init(.brugervendtNoegle, [kind.rawValue] + Array(text.lowercased().utf8))
    }

    /// The object pointed at, when the key is a UUID.
    public var uuid: UUIDIdentifikator? {
        guard bytes.first == Tag.uuid.rawValue, bytes.count == 17 else { return nil }
        return bytes.withUnsafeBytes {
            UUIDIdentifikator(bytes: UnsafeRawBufferPointer(rebasing: $0[1...]))
        }
    }

    /// The company or authority, when the key is a CVR number.
    public var cvr: CVRNummer? {
        guard bytes.first == Tag.cvr.rawValue else { return nil }
        let number = bytes.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return CVRNummer(number: UInt32(clamping: number))
    }

    private static let fuldtnavn = "urn:oio:fuldtnavn:"

    private static let numbered: [(prefix: String, digits: Int, tag: Tag)] = [
        ("urn:oio:cpr-nr:", 10, .cpr), ("urn:oio:cvr-nr:", 8, .cvr), ("urn:oio:pnr:", 10, .pnr),
        ("urn:oio:us:personid:", 7, .personid), ("urn:oio:udk:borgerid:", 12, .borgerid),
        ("urn:oio:cvr:", 8, .cvr),
    ]

    private static func fiveBytes(_ number: UInt64) -> [UInt8] {
        (0..<5).map { UInt8(truncatingIfNeeded: number >> UInt64(32 - 8 * $0)) }
    }
}

/// A KLE subject number as eight ASCII bytes in one word, so that word order is number order.
///
/// 0 stands for a missing or malformed number, which only a right to everything covers.
public struct PakketKLE: Hashable, Sendable {
    public let word: UInt64

    public init(word: UInt64) { self.word = word }

    public static let mangler = PakketKLE(word: 0)

    /// Packs exactly `NN.NN.NN`; anything else is `mangler`.
    public init(_ text: String?) {
        guard let text, text.utf8.count == 8 else {
            word = 0
            return
        }
        var packed: UInt64 = 0
        for (index, byte) in text.utf8.enumerated() {
            let isDot = index == 2 || index == 5
            guard isDot ? byte == UInt8(ascii: ".") : (48...57).contains(byte) else {
                word = 0
                return
            }
            packed = packed << 8 | UInt64(byte)
        }
        word = packed
    }

    public var text: String? {
        guard word != 0 else { return nil }
        return String(
            decoding: (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) },
            as: UTF8.self)
    }
}

extension KLEPattern {
    func covers(_ kle: PakketKLE) -> Bool {
        coversEverything || (kle.word != 0 && packed.contains(kle.word))
    }

    static func pack(_ text: String, filling: UInt8) -> UInt64 {
        let bytes = Array(text.utf8.prefix(8))
        let filled = bytes + [UInt8](repeating: filling, count: 8 - bytes.count)
        return filled.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
