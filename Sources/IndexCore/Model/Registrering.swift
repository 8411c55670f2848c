/// The four kinds of object that the index holds.
public enum ObjektKind: UInt8, Sendable, CaseIterable, Comparable {
    case sag = 1
    case dokument = 2
    case bevilling = 3
    case oekonomiskEffektuering = 4

    /// A grant or a payment.
    public var isYdelse: Bool { self == .bevilling || self == .oekonomiskEffektuering }

    /// The name in answers: `Sag`, `Dokument`, `Bevilling`, `OekonomiskEffektuering`.
    public var name: String {
        switch self {
        case .sag: "Sag"
        case .dokument: "Dokument"
        case .bevilling: "Bevilling"
        case .oekonomiskEffektuering: "OekonomiskEffektuering"
        }
    }

    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One immutable registration: all that was known of an object from `stsTidspunkt` on.
///
/// A whole snapshot, never a difference, so that any (virkning, registrering) is one look-up (B6).
public struct Registrering: Sendable {
    /// `NoteTekst`, `Tidspunkt`, `LivscyklusKode`, `BrugerRef`, `UdenNotifikation` and the three
    /// lists' own extensions, whichever were sent.
    public var header: ElementGroup
    /// When the index received it; strictly rising within an object.
    public var stsTidspunkt: Tidspunkt
    public var segments: [Segment]

    public init(header: ElementGroup, stsTidspunkt: Tidspunkt, segments: [Segment]) {
        self.header = header
        self.stsTidspunkt = stsTidspunkt
        self.segments = segments
    }

    /// When the source registered it.
    public var tidspunkt: Tidspunkt? { header[.tidspunkt]?.time }

    public func segments(of unit: Element) -> [Segment] { segments.filter { $0.unit == unit } }

    /// Those that hold at `instant`, in stored order.
    public func segments(of unit: Element, at instant: Tidspunkt) -> [Segment] {
        segments.filter { $0.unit == unit && $0.virkning.covers(instant) }
    }
}

extension Registrering {
    static let formatVersion: UInt8 = 1

    /// Whether the two say the same, in whatever order; leaving out when and from whom the index received them,
    /// and whether anybody was to be told.
    public func hasSameContent(as other: Registrering) -> Bool {
        let aside: Set<Element> = [.indsender, .udenNotifikation]
        guard header.without(aside) == other.header.without(aside) else { return false }
        if segments == other.segments { return true }
        guard segments.count == other.segments.count else { return false }
        return zip(Self.ordnet(segments), Self.ordnet(other.segments)).allSatisfy { $0 == $1 }
    }

    /// In an order that hangs on what the segments say alone.
    private static func ordnet(_ segments: [Segment]) -> [Segment] {
        let hashed = segments.map { segment in
            let virkning = segment.virkning
            var bytes = ByteWriter()
            bytes.byte(segment.unit.rawValue)
            bytes.int64(virkning.fra.microseconds)
            bytes.int64(virkning.til.microseconds)
            bytes.group(virkning.aktoer)
            bytes.group(segment.body)
            return (hash: Checksum.xxh64(bytes.bytes), segment: segment)
        }
        return hashed.sorted { $0.hash < $1.hash }.map(\.segment)
    }

    /// The stored form: version, StsTidspunkt, header, the distinct actors, the segments.
    public func encoded() -> [UInt8] {
        // Of a segment's own: unit, flags, two times, the actor and the body's length.
        let size = segments.reduce(256 + header.range.count) { $0 + $1.body.range.count + 22 }
        var output = ByteWriter(reserving: size)
        output.byte(Self.formatVersion)
        output.int64(stsTidspunkt.microseconds)
        output.group(header)
        var actors: [ElementGroup] = []
        var actorOf: [Int] = []
        actorOf.reserveCapacity(segments.count)
        for segment in segments {
            let aktoer = segment.virkning.aktoer
            let known = actors.firstIndex(of: aktoer)
            if known == nil { actors.append(aktoer) }
            actorOf.append(known ?? actors.count - 1)
        }
        output.varint(actors.count)
        for actor in actors { output.group(actor) }
        output.varint(segments.count)
        for (segment, actor) in zip(segments, actorOf) { Self.write(segment, actor, &output) }
        return output.bytes
    }

    private static func write(_ segment: Segment, _ actor: Int, _ output: inout ByteWriter) {
        let virkning = segment.virkning
        output.byte(segment.unit.rawValue)
        var flags = virkning.given.rawValue
        if virkning.fra == .distantPast { flags |= 8 }
        if virkning.til == .distantFuture { flags |= 16 }
        output.byte(flags)
        if virkning.fra != .distantPast { output.int64(virkning.fra.microseconds) }
        if virkning.til != .distantFuture { output.int64(virkning.til.microseconds) }
        output.varint(actor)
        output.group(segment.body)
    }

    /// Reads what `encoded()` wrote; nil when the bytes are not a whole registration.
    public init?(decoding bytes: [UInt8]) {
        var input = ByteReader(bytes)
        guard input.byte() == Self.formatVersion, let sts = input.int64(),
            let header = input.group(), let actorCount = input.varint(),
            actorCount <= bytes.count
        else { return nil }
        var actors: [ElementGroup] = []
        for _ in 0..<actorCount {
            guard let actor = input.group() else { return nil }
            actors.append(actor)
        }
        guard let count = input.varint(), count <= bytes.count else { return nil }
        var segments: [Segment] = []
        segments.reserveCapacity(count)
        for _ in 0..<count {
            guard let segment = Self.read(&input, actors) else { return nil }
            segments.append(segment)
        }
        guard input.isAtEnd else { return nil }
        self.init(
            header: header, stsTidspunkt: Tidspunkt(microseconds: sts), segments: segments)
    }

    private static func read(_ input: inout ByteReader, _ actors: [ElementGroup]) -> Segment? {
        guard let unit = input.byte().flatMap(Element.init(rawValue:)), let flags = input.byte()
        else { return nil }
        let fra = flags & 8 != 0 ? Tidspunkt.distantPast.microseconds : input.int64()
        let til = flags & 16 != 0 ? Tidspunkt.distantFuture.microseconds : input.int64()
        guard let fra, let til, let actor = input.varint(), actor < actors.count,
            let body = input.group()
        else { return nil }
        let virkning = Virkning(
            fra: Tidspunkt(microseconds: fra), til: Tidspunkt(microseconds: til),
            aktoer: actors[actor], given: Virkning.Given(rawValue: flags & 7))
        return Segment(unit: unit, virkning: virkning, body: body)
    }
}

/// Appends the fixed and variable parts of the stored form.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func int64(_ value: Int64) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func varint(_ value: Int) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func group(_ value: ElementGroup) {
        varint(value.range.count)
        value.withBytes { bytes.append(contentsOf: $0) }
    }
}

/// Reads them back; every call answers nil past the end.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func int64() -> Int64? {
        guard position + 8 <= bytes.count else { return nil }
        defer { position += 8 }
        return bytes.withUnsafeBytes {
            Int64(bigEndian: $0.loadUnaligned(fromByteOffset: position, as: Int64.self))
        }
    }

    mutating func varint() -> Int? {
        var value = 0
        var shift = 0
        while let next = byte(), shift < 42 {
            value |= Int(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    mutating func group() -> ElementGroup? {
        guard let count = varint(), position + count <= bytes.count else { return nil }
        defer { position += count }
        return ElementGroup(bytes, position..<(position + count))
    }
}
