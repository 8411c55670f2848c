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
    /// timeline is cut away. Other timelines are untouched. Costs O(stored · sent).
    public static func merge(_ stored: [Segment], with sent: [Segment]) -> [Segment] {
        var result = stored
        for segment in sent { lay(segment, over: &result) }
        return result
    }

    private static func lay(_ segment: Segment, over segments: inout [Segment]) {
        let key = segment.key
        var kept: [Segment] = []
        kept.reserveCapacity(segments.count + 2)
        var place: Int?
        for old in segments {
            guard old.unit == key.unit, old.key == key else {
                kept.append(old)
                continue
            }
            let remains = remainders(of: old, under: segment)
            if let before = remains.before { kept.append(before) }
            if place == nil, old.virkning.til > segment.virkning.fra { place = kept.count }
            if let after = remains.after { kept.append(after) }
        }
        if place == nil { place = endOfTimeline(key, in: kept) }
        kept.insert(segment, at: place ?? kept.count)
        segments = kept
    }

    /// What is left of `old` on either side when `new` is laid over it.
    private static func remainders(
        of old: Segment, under new: Segment
    ) -> (before: Segment?, after: Segment?) {
        if old.virkning.fra == new.virkning.fra { return (nil, nil) }
        guard old.virkning.overlaps(new.virkning) else {
            return old.virkning.fra < new.virkning.fra ? (old, nil) : (nil, old)
        }
        let before =
            old.virkning.fra < new.virkning.fra
            ? old.limited(fra: old.virkning.fra, til: new.virkning.fra) : nil
        let after =
            new.virkning.til < old.virkning.til
            ? old.limited(fra: new.virkning.til, til: old.virkning.til) : nil
        return (before, after)
    }

    /// Behind the last segment of the timeline, else behind the last of its list.
    private static func endOfTimeline(_ key: TimelineKey, in segments: [Segment]) -> Int {
        if let last = segments.lastIndex(where: { $0.unit == key.unit && $0.key == key }) {
            return last + 1
        }
        return (segments.lastIndex { $0.unit == key.unit } ?? segments.count - 1) + 1
    }
}
