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
    /// Lays `sent` over `stored`; in which order they were sent makes no difference, as no two of them hold at once.
    ///
    /// A sent segment with the Fra of a stored one takes its place, whatever else is sent; what else it covers of its
    /// own timeline is cut away. What is left behind a cut is no stored segment: one that begins there cuts it as well.
    /// Other timelines are untouched. Costs a pass over both, and for each sent segment one over its own timeline.
    public static func merge(_ stored: [Segment], with sent: [Segment]) -> [Segment] {
        var laid = Lag(stored)
        guard sent.count > 1 else {
            for segment in sent { laid.lay(segment) }
            return laid.segments
        }
        // Those that take a place first: what another has cut would be stored no more.
        let begyndelser = Set(stored.map { Begyndelse(key: $0.key, fra: $0.virkning.fra) })
        let afloeser = sent.map {
            begyndelser.contains(Begyndelse(key: $0.key, fra: $0.virkning.fra))
        }
        for (segment, isFirst) in zip(sent, afloeser) where isFirst { laid.lay(segment) }
        for (segment, isFirst) in zip(sent, afloeser) where !isFirst { laid.lay(segment) }
        return laid.segments
    }

    private struct Begyndelse: Hashable {
        let key: TimelineKey
        let fra: Tidspunkt
    }

    private struct Laid {
        let segment: Segment
        /// Its Fra is that of a registered segment, and not the end of what cut it.
        let isStored: Bool
    }

    /// The segments in order, as a list that is linked both ways, and each timeline's own.
    private struct Lag {
        private struct Led {
            var laid: Laid
            var forrige: Int
            var naeste: Int
        }

        /// The first stands for both ends.
        private var alle: [Led] = []
        private var tidslinjer: [TimelineKey: Int] = [:]
        /// By timeline, in order.
        private var egne: [[Int]] = []
        private var sidste: [Element: Int] = [:]

        init(_ stored: [Segment]) {
            alle.reserveCapacity(stored.count + 1)
            for segment in stored {
                let key = segment.key
                let tidslinje = tidslinje(key)
                egne[tidslinje].append(
                    insert(Laid(segment: segment, isStored: true), after: tail))
                sidste[key.unit] = egne[tidslinje].last
            }
        }

        var segments: [Segment] {
            var result: [Segment] = []
            result.reserveCapacity(alle.count)
            var place = alle.first?.naeste ?? 0
            while place != 0 {
                result.append(alle[place].laid.segment)
                place = alle[place].naeste
            }
            return result
        }

        private var tail: Int { alle.first?.forrige ?? 0 }

        private mutating func tidslinje(_ key: TimelineKey) -> Int {
            if let known = tidslinjer[key] { return known }
            tidslinjer[key] = egne.count
            egne.append([])
            return egne.count - 1
        }

        private mutating func insert(_ laid: Laid, after place: Int) -> Int {
            if alle.isEmpty {
                alle.append(Led(laid: laid, forrige: 0, naeste: 0))
            }
            let new = alle.count
            let next = alle[place].naeste
            alle.append(Led(laid: laid, forrige: place, naeste: next))
            alle[place].naeste = new
            alle[next].forrige = new
            return new
        }

        private mutating func remove(_ place: Int) {
            let (before, after) = (alle[place].forrige, alle[place].naeste)
            alle[before].naeste = after
            alle[after].forrige = before
            let unit = alle[place].laid.segment.unit
            guard sidste[unit] == place else { return }
            var last = before
            while last != 0, alle[last].laid.segment.unit != unit { last = alle[last].forrige }
            sidste[unit] = last == 0 ? nil : last
        }

        mutating func lay(_ segment: Segment) {
            let key = segment.key
            let tidslinje = tidslinje(key)
            var kept: [Int] = []
            var gone: [Int] = []
            // Behind what it comes to stand, and its place among its own.
            var place: (bag: Int, nummer: Int)?
            for own in egne[tidslinje] {
                let old = alle[own].laid
                let remains = Timeline.remainders(of: old, under: segment)
                let isPlace = place == nil && old.segment.virkning.til > segment.virkning.fra
                if let before = remains.before {
                    alle[own].laid = before
                    kept.append(own)
                    if isPlace { place = (own, kept.count) }
                    guard let after = remains.after else { continue }
                    let new = insert(after, after: own)
                    if sidste[key.unit] == own { sidste[key.unit] = new }
                    kept.append(new)
                } else {
                    if isPlace { place = (alle[own].forrige, kept.count) }
                    if let after = remains.after {
                        alle[own].laid = after
                        kept.append(own)
                    } else {
                        gone.append(own)
                    }
                }
            }
            let laid = Laid(segment: segment, isStored: false)
            if let place {
                let new = insert(laid, after: place.bag)
                if sidste[key.unit] == place.bag { sidste[key.unit] = new }
                kept.insert(new, at: place.nummer)
                for own in gone { remove(own) }
            } else {
                // Behind the last of the timeline, else behind the last of its list.
                for own in gone { remove(own) }
                let bag = kept.last ?? sidste[key.unit] ?? tail
                let new = insert(laid, after: bag)
                if sidste[key.unit] == bag || sidste[key.unit] == nil { sidste[key.unit] = new }
                kept.append(new)
            }
            egne[tidslinje] = kept
        }
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
}
