/// When a unit holds, and who says so.
///
/// Half-open: `fra` is inside, `til` is not (rule B2).
public struct Virkning: Sendable, Equatable {
    public let fra: Tidspunkt
    public let til: Tidspunkt
    /// `AktoerRef`, `AktoerTypeKode` and `NoteTekst`, whichever were sent.
    public let aktoer: ElementGroup
    public let given: Given

    /// Which parts the sender gave, so that the same comes back.
    public struct Given: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let virkning = Given(rawValue: 1)
        public static let fra = Given(rawValue: 2)
        public static let til = Given(rawValue: 4)
        public static let all: Given = [.virkning, .fra, .til]
    }

    public init(
        fra: Tidspunkt, til: Tidspunkt, aktoer: ElementGroup, given: Given = .all
    ) {
        self.fra = fra
        self.til = til
        self.aktoer = aktoer
        self.given = given
    }

    public func covers(_ instant: Tidspunkt) -> Bool { fra <= instant && instant < til }

    public func overlaps(_ other: Virkning) -> Bool { fra < other.til && other.fra < til }

    /// The same statement over another stretch of time; its ends then count as given.
    func limited(fra: Tidspunkt, til: Tidspunkt) -> Virkning {
        var given = given
        if fra != self.fra { given.insert([.virkning, .fra]) }
        if til != self.til { given.insert([.virkning, .til]) }
        return Virkning(fra: fra, til: til, aktoer: aktoer, given: given)
    }
}

/// One unit over one stretch of effect time: an Egenskaber, a Fremdrift, a relation.
///
/// `body` is everything the unit holds but its `Virkning`.
public struct Segment: Sendable, Equatable {
    /// The list it stands in, such as `.egenskaber` or `.sagspart`.
    public let unit: Element
    public var virkning: Virkning
    public let body: ElementGroup

    public init(unit: Element, virkning: Virkning, body: ElementGroup) {
        self.unit = unit
        self.virkning = virkning
        self.body = body
    }

    /// The timeline it belongs to: list + Rolle + Indeks, or list + Id of a BevilgetYdelse (B8).
    public var key: TimelineKey {
        if unit == .bevilgetYdelse {
            return TimelineKey(unit: unit, rolle: nil, indeks: body.text(.id) ?? "")
        }
        return TimelineKey(
            unit: unit, rolle: body[.rolle]?.unikId, indeks: body.text(.indeks) ?? "")
    }

    func limited(fra: Tidspunkt, til: Tidspunkt) -> Segment {
        Segment(unit: unit, virkning: virkning.limited(fra: fra, til: til), body: body)
    }
}

/// What tells one timeline of an object from another.
public struct TimelineKey: Hashable, Sendable {
    public let unit: Element
    public let rolle: String?
    public let indeks: String

    public init(unit: Element, rolle: String?, indeks: String) {
        self.unit = unit
        self.rolle = rolle
        self.indeks = indeks
    }
}

/// The merge of an update into what is registered. Pure.
///
/// Source: sag-dokument contract, rule B8, with B9 as its result.
public enum Timeline {
    /// Lays each of `sent` over `stored`, in order.
    ///
    /// A sent segment with the Fra of a stored one takes its place; what else it covers of its own
    /// timeline is cut away. What is left behind a cut is no stored segment: a later one that
    /// begins there cuts it as well. Other timelines are untouched. Costs O(stored · sent).
    public static func merge(_ stored: [Segment], with sent: [Segment]) -> [Segment] {
        var result = stored.map { Laid(segment: $0, isStored: true) }
        for segment in sent { lay(segment, over: &result) }
        return result.map(\.segment)
    }

    private struct Laid {
        let segment: Segment
        /// Its Fra is that of a registered segment, and not the end of what cut it.
        let isStored: Bool
    }

    private static func lay(_ segment: Segment, over laid: inout [Laid]) {
        let key = segment.key
        var kept: [Laid] = []
        kept.reserveCapacity(laid.count + 2)
        var place: Int?
        for old in laid {
            guard old.segment.unit == key.unit, old.segment.key == key else {
                kept.append(old)
                continue
            }
            let remains = remainders(of: old, under: segment)
            if let before = remains.before { kept.append(before) }
            if place == nil, old.segment.virkning.til > segment.virkning.fra { place = kept.count }
            if let after = remains.after { kept.append(after) }
        }
        if place == nil { place = endOfTimeline(key, in: kept) }
        kept.insert(Laid(segment: segment, isStored: false), at: place ?? kept.count)
        laid = kept
    }

    /// What is left of `old` on either side when `new` is laid over it.
    private static func remainders(
        of old: Laid, under new: Segment
    ) -> (before: Laid?, after: Laid?) {
        let (mine, over) = (old.segment.virkning, new.virkning)
        if old.isStored && mine.fra == over.fra { return (nil, nil) }
        guard mine.overlaps(over) else { return mine.fra < over.fra ? (old, nil) : (nil, old) }
        let before =
            mine.fra < over.fra
            ? Laid(
                segment: old.segment.limited(fra: mine.fra, til: over.fra), isStored: old.isStored)
            : nil
        let after =
            over.til < mine.til
            ? Laid(segment: old.segment.limited(fra: over.til, til: mine.til), isStored: false)
            : nil
        return (before, after)
    }

    /// Behind the last segment of the timeline, else behind the last of its list.
    private static func endOfTimeline(_ key: TimelineKey, in laid: [Laid]) -> Int {
        if let last = laid.lastIndex(where: { $0.segment.unit == key.unit && $0.segment.key == key }
        ) {
            return last + 1
        }
        return (laid.lastIndex { $0.segment.unit == key.unit } ?? laid.count - 1) + 1
    }
}
