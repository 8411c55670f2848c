import IndexCore

/// One segment as the rules of time see it.
struct TimelineEntry {
    let index: Int
    let unit: Element
    let rolle: Rolle
    /// The role's place among the kind's rules, or -1.
    let row: Int
    /// What else tells the timeline from others of the same list and role; hashed.
    let key: UInt64
    let fra: Tidspunkt
    let til: Tidspunkt

    /// A unit that is no relation.
    init(_ index: Int, _ segment: Segment) {
        self.index = index
        unit = segment.unit
        rolle = .ukendt
        row = -1
        key = unit == .bevilgetYdelse ? Self.hash(segment.body[.id], 0) : 0
        fra = segment.virkning.fra
        til = segment.virkning.til
    }

    init(
        _ index: Int, _ segment: Segment, _ rolle: Rolle, _ row: Int?, _ facts: RelationFacts,
        _ rules: RelationRules
    ) {
        self.index = index
        unit = segment.unit
        self.rolle = rolle
        self.row = row ?? -1
        // A role that holds one at a time is one timeline, whatever Indeks says (R31).
        if let row, rules.rows[row].antal == .hoejstEn || rules.rows[row].antal == .en {
            key = 0
        } else {
            let strange = row == nil ? Self.hash(facts.rolle, 1) : 0
            key = Self.hash(facts.indeks, strange)
        }
        fra = segment.virkning.fra
        til = segment.virkning.til
    }

    private static func hash(_ value: ElementValue?, _ seed: UInt64) -> UInt64 {
        guard let value else { return seed }
        return value.withBytes { bytes in
            bytes.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
    }

    func isSameTimeline(as other: TimelineEntry) -> Bool {
        unit == other.unit && rolle == other.rolle && key == other.key
    }

    static func stands(_ left: TimelineEntry, before right: TimelineEntry) -> Bool {
        if left.unit != right.unit { return left.unit.rawValue < right.unit.rawValue }
        if left.rolle != right.rolle { return left.rolle.rawValue < right.rolle.rawValue }
        if left.key != right.key { return left.key < right.key }
        return (left.fra, left.index) < (right.fra, right.index)
    }
}

/// What a timeline looks like from end to end.
struct Sweep {
    /// Segments that begin before the ones ahead of them have ended.
    var overlaps: [Int] = []
    /// The segment behind which the first gap lies.
    var gapAfter: Int?
    var start = Tidspunkt.distantFuture
    var end = Tidspunkt.distantPast
    /// The segment that ends last.
    var last: Int?

    /// `entries` stand in the order of `fra`; those that hold at no instant are passed over.
    init(_ entries: some Sequence<TimelineEntry>) {
        for entry in entries where entry.fra < entry.til {
            if let last {
                if entry.fra < end { overlaps.append(entry.index) }
                if entry.fra > end, gapAfter == nil { gapAfter = last }
            } else {
                start = entry.fra
            }
            if last == nil || entry.til > end {
                end = entry.til
                last = entry.index
            }
        }
    }

    /// The segment after which nothing holds at some instant before `limit`, or nil.
    func brokenAfter(until limit: Tidspunkt = .distantFuture) -> Int? {
        gapAfter ?? (end < limit ? last : nil)
    }
}

/// Which lists and roles an update sent something of.
struct Touched {
    var units: Set<Element> = []
    private var roller: Set<Int> = []

    mutating func insert(_ unit: Element, _ rolle: Rolle) {
        units.insert(unit)
        roller.insert(Int(unit.rawValue) << 8 | Int(rolle.rawValue))
    }

    func contains(_ unit: Element, _ rolle: Rolle) -> Bool {
        roller.contains(Int(unit.rawValue) << 8 | Int(rolle.rawValue))
    }
}

// MARK: - Whole timelines: R20, R27, R29–R32, R43, Y12–Y14, Y16, Y21, Y22, Y36

extension Check {
    /// Judges what the segments are together, as an import gives them.
    mutating func snapshot() {
        entries.sort(by: TimelineEntry.stands)
        presence()
        eachTimeline { check, timeline in
            check.judge(timeline)
            if !check.isYdelse, !check.isToldOfEnds(timeline) { check.ended(timeline) }
        }
        if isYdelse { ydelseSnapshot(touched: nil) }
    }

    /// Judges that nothing sent in one update holds twice at one instant.
    ///
    /// The merge (B8) lays what is sent over what is stored and knows no order among the sent. A
    /// benefit's lists take the place of the stored ones, and are judged whole after the merge.
    mutating func apart() {
        if isYdelse { return }
        entries.sort(by: TimelineEntry.stands)
        eachTimeline { check, timeline in
            guard timeline.count > 1 else { return }
            check.overlaps(timeline[timeline.startIndex], Sweep(timeline))
        }
    }

    /// Judges the result of an update.
    mutating func merged(before: [Segment], sent: [Segment]) {
        var touched = Touched()
        for segment in sent { touched.insert(segment.unit, rolle(segment)) }
        for index in segments.indices { entries.append(entry(index)) }
        entries.sort(by: TimelineEntry.stands)
        vanished(before)
        master(before)
        eachTimeline { check, timeline in
            let first = timeline[timeline.startIndex]
            guard touched.contains(first.unit, first.rolle) else { return }
            check.judge(timeline)
            if !check.isYdelse { check.ended(timeline) }
        }
        foelsomhedKept(touched)
        if isYdelse { ydelseSnapshot(touched: touched) }
    }

    /// Judges what takes the place of all that was `before`: that nothing mandatory is gone.
    mutating func replaced(_ before: [Segment]) {
        for index in segments.indices { entries.append(entry(index)) }
        vanished(before)
    }

    /// Whether the segment's list or role is one that an object always has (OB1).
    func isObligatorisk(_ index: Int) -> Bool {
        let segment = segments[index]
        guard schema.unit(segment.unit)?.container == .relation else { return true }
        return rules.index(segment.unit, rolle(segment)).map { rules.rows[$0].isObligatorisk }
            ?? false
    }

    /// Whether the segment's role is expected of an object, and nothing of what is left has it.
    func isLast(_ index: Int, _ left: [Segment]) -> Bool {
        let segment = segments[index]
        guard let row = rules.index(segment.unit, rolle(segment)), rules.rows[row].isVentet else {
            return false
        }
        return !left.contains { rules.index($0.unit, rolle($0)) == row }
    }

    private func rolle(_ segment: Segment) -> Rolle {
        validator.roller.rolle(RolleListe(kind, segment.unit), segment.body[.rolle]?.uuid)
    }

    private func entry(_ index: Int) -> TimelineEntry {
        let segment = segments[index]
        guard schema.unit(segment.unit)?.container == .relation else {
            return TimelineEntry(index, segment)
        }
        let facts = RelationFacts(segment.body)
        let rolle = rolle(facts, segment.unit)
        return TimelineEntry(
            index, segment, rolle, rules.index(segment.unit, rolle), facts, rules)
    }

    private mutating func eachTimeline(
        _ body: (inout Check, ArraySlice<TimelineEntry>) -> Void
    ) {
        let sorted = entries
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end].isSameTimeline(as: sorted[start]) { end += 1 }
            body(&self, sorted[start..<end])
            start = end
        }
    }

    // MARK: What must be there

    private mutating func presence() {
        var rowsSeen: UInt64 = 0
        var units: Set<Element> = []
        for entry in entries {
            if entry.row >= 0 {
                rowsSeen |= 1 << UInt64(entry.row)
            } else {
                units.insert(entry.unit)
            }
        }
        if !units.contains(.egenskaber) {
            let besked = "Egenskaber mangler"
            switch kind {
            case .sag, .dokument: report(.R27, liste: .egenskaber, besked: besked)
            case .bevilling: report(.Y12, liste: .egenskaber, besked: besked)
            case .oekonomiskEffektuering: report(.Y28, liste: .egenskaber, besked: besked)
            }
        }
        if kind == .bevilling, !units.contains(.bevilgetYdelse) {
            report(.Y14, liste: .bevilgetYdelse, besked: "BevilgetYdelse mangler")
        }
        for (row, rule) in rules.rows.enumerated()
        where rule.isVentet && rowsSeen & 1 << UInt64(row) == 0 {
            report(rule.vedMangel, liste: rule.liste, besked: "\(rule.rolle.navn) mangler")
        }
        if isYdelse { return }
        if !units.contains(.fremdrift) {
            report(.R29, liste: .fremdrift, besked: "Fremdrift mangler")
        }
        foelsomhed(hasUnit: units.contains(foelsomhedUnit))
    }

    private var foelsomhedUnit: Element { kind == .sag ? .sagIndeksEgenskaber : .egenskaber }

    private mutating func foelsomhed(hasUnit: Bool) {
        guard hasUnit else {
            return report(.R29, liste: foelsomhedUnit, besked: "Foelsomhed mangler")
        }
        for index in segments.indices where lacksFoelsomhed(index) {
            report(.R29, index, "Foelsomhed", besked: "Foelsomhed mangler")
        }
    }

    private func lacksFoelsomhed(_ index: Int) -> Bool {
        segments[index].unit == foelsomhedUnit && segments[index].body[.foelsomhed] == nil
    }

    // MARK: What may not disappear

    private mutating func foelsomhedKept(_ touched: Touched) {
        guard !isYdelse, touched.units.contains(foelsomhedUnit) else { return }
        for index in segments.indices where lacksFoelsomhed(index) {
            report(.R43, index, "Foelsomhed", besked: "Foelsomhed må ikke fjernes")
        }
    }

    /// An OB1 list or role that was there and is not any longer; so too one that was only expected at import.
    private mutating func vanished(_ before: [Segment]) {
        var gone = Touched()
        for segment in before { gone.insert(segment.unit, rolle(segment)) }
        let rule = rule(.R43, .Y36)
        let units = schema.units.filter { $0.container != .relation }.map(\.element)
        for unit in units
        where gone.units.contains(unit) && !entries.contains(where: { $0.unit == unit }) {
            report(rule, liste: unit)
        }
        for (row, relation) in rules.rows.enumerated()
        where relation.isVentet && gone.contains(relation.liste, relation.rolle)
            && !entries.contains(where: { $0.row == row })
        {
            report(rule, liste: relation.liste, besked: "\(relation.rolle.navn) må ikke fjernes")
        }
        if isYdelse { emptied(before) }
    }

    /// A mandatory field (OB1) that a timeline had, and that none of its segments has any longer (Y36).
    private mutating func emptied(_ before: [Segment]) {
        var had: [TimelineKey: Set<Obligatorisk>] = [:]
        for segment in before { had[segment.key, default: []].formUnion(obligatoriske(segment)) }
        var last: [TimelineKey: Int] = [:]
        for index in segments.indices {
            last[segments[index].key] = index
            had[segments[index].key]?.subtract(obligatoriske(segments[index]))
        }
        for index in last.values.sorted() {
            let lost = (had[segments[index].key] ?? []).sorted {
                ($0.sti, $0.navn) < ($1.sti, $1.navn)
            }
            for felt in lost {
                report(.Y36, index, felt.sti, besked: "\(felt.navn) må ikke fjernes")
            }
        }
    }

    /// Where the mandatory fields that it has stand in a segment of a grant or payment (ydelse contract §4, §5), but
    /// for those that no segment may lack.
    private func obligatoriske(_ segment: Segment) -> [Obligatorisk] {
        switch segment.unit {
        case .egenskaber:
            guard kind == .oekonomiskEffektuering else { return [] }
            return Self.effektueringFelter.filter { segment.body[$0]?.isFilled ?? false }.map {
                Obligatorisk(sti: $0.name, navn: $0.name)
            }
        case .bevilgetYdelse:
            let liste = RolleListe(kind, .itSystem)
            let roller = segment.body.filter { $0.element == .itSystem }.compactMap(\.group).map {
                validator.roller.rolle(liste, $0[.rolle]?.uuid)
            }
            return [Rolle.master, .afsender].filter(roller.contains).map {
                Obligatorisk(sti: Element.itSystem.name, navn: $0.navn)
            }
        default:
            let facts = RelationFacts(segment.body)
            guard let row = rules.index(segment.unit, rolle(facts, segment.unit)) else { return [] }
            return rules.rows[row].altid.intersection(facts.felter).enkelte.map {
                let sti = Felter.sti($0, in: segment.unit)
                return Obligatorisk(sti: sti, navn: sti)
            }
        }
    }

    private struct Obligatorisk: Hashable {
        /// Below the segment.
        let sti: String
        let navn: String
    }

    /// A timeline with a rule of its own for where it ends: Fremdrift's R29, and R31 of the roles
    /// that must not (∞).
    private func isToldOfEnds(_ timeline: ArraySlice<TimelineEntry>) -> Bool {
        let first = timeline[timeline.startIndex]
        return first.unit == .fremdrift || (first.row >= 0 && rules.rows[first.row].uafbrudt)
    }

    /// A mandatory timeline that has a gap, or does not run to infinity (B9).
    private mutating func ended(_ timeline: ArraySlice<TimelineEntry>) {
        let first = timeline[timeline.startIndex]
        if timeline.count == 1, first.til == .distantFuture { return }
        let isRelation = schema.unit(first.unit)?.container == .relation
        if isRelation {
            guard first.row >= 0, rules.rows[first.row].isObligatorisk else { return }
        }
        if let index = Sweep(timeline).brokenAfter() {
            report(.R43, index, "Virkning.TilTidspunkt")
        }
    }

    /// Every Master is one that the object had before, and there is one still (R40 → R20).
    mutating func master(_ before: [Segment]) {
        let known = Set(before.flatMap(masters).compactMap(\.system))
        guard !known.isEmpty else { return }
        var isNamed = false
        for index in segments.indices {
            for master in masters(segments[index]) {
                isNamed = true
                let isKnown = master.system.map(known.contains) ?? false
                if !isKnown { report(.R20, index, master.sti) }
            }
        }
        if !isNamed || (hasLastingMaster(before) && !hasLastingMaster(segments)) {
            report(.R20, liste: masterliste, besked: "Master må ikke fjernes")
        }
    }

    /// Whether a Master holds for ever; a grant's hold as long as what is granted.
    private func hasLastingMaster(_ segments: [Segment]) -> Bool {
        kind != .bevilling
            && segments.contains { $0.virkning.til == .distantFuture && !masters($0).isEmpty }
    }

    /// Whether the segment names the object's Master and nothing else.
    func isMaster(_ index: Int) -> Bool {
        kind != .bevilling && !masters(segments[index]).isEmpty
    }

    private var masterliste: Element {
        switch kind {
        case .sag: .sagsitsystemRelation
        case .dokument: .dokumentitsystemRelation
        case .bevilling: .bevilgetYdelse
        case .oekonomiskEffektuering: .itSystem
        }
    }

    /// Where a segment names a Master, and the system it names; a bevilling names one in each
    /// BevilgetYdelse.
    private func masters(_ segment: Segment) -> [(sti: String, system: String?)] {
        guard segment.unit == masterliste else { return [] }
        guard kind == .bevilling else {
            let system = segment.body[.referenceID]?.unikId
            return rolle(segment) == .master ? [("ReferenceID", system)] : []
        }
        let liste = RolleListe(kind, .itSystem)
        let systemer = segment.body.filter { $0.element == .itSystem }.compactMap(\.group)
        return systemer.enumerated().compactMap { place, system in
            guard validator.roller.rolle(liste, system[.rolle]?.uuid) == .master else {
                return nil
            }
            return ("ItSystem[\(place)].ReferenceID", system[.referenceID]?.unikId)
        }
    }

    // MARK: One timeline

    private mutating func judge(_ timeline: ArraySlice<TimelineEntry>) {
        let first = timeline[timeline.startIndex]
        if timeline.count == 1, first.til == .distantFuture, first.unit != .fremdrift { return }
        let sweep = Sweep(timeline)
        if isYdelse {
            let rule: Rule = first.unit == .bevilgetYdelse ? .Y16 : .Y21
            for index in sweep.overlaps { report(rule, index, "Virkning") }
        } else if first.unit == .fremdrift {
            fremdrift(timeline, sweep)
        } else {
            relations(first, sweep)
        }
    }

    private func row(_ entry: TimelineEntry) -> RelationRule? {
        entry.row >= 0 ? rules.rows[entry.row] : nil
    }

    /// Two segments of one timeline of a Sag or a Dokument that hold at one instant.
    private mutating func overlaps(_ first: TimelineEntry, _ sweep: Sweep) {
        let isIndekseret = row(first).map { !$0.isEnkelt } ?? false
        for index in sweep.overlaps {
            if first.unit == .fremdrift {
                report(.R29, index, "Virkning", besked: "To tilstande gælder på samme tid")
            } else if isIndekseret {
                report(.R32, index, "Indeks", besked: "Indeks er brugt af en anden på samme tid")
            } else {
                report(.R31, index, "Virkning", besked: "To afsnit gælder på samme tid")
            }
        }
    }

    private mutating func relations(_ first: TimelineEntry, _ sweep: Sweep) {
        overlaps(first, sweep)
        if let row = row(first), row.uafbrudt, let index = sweep.brokenAfter() {
            report(
                .R31, index, "Virkning.TilTidspunkt",
                besked: "Rollen skal gælde uden ophør, eller en efterfølger tage over samtidig")
        }
    }

    private mutating func fremdrift(_ timeline: ArraySlice<TimelineEntry>, _ sweep: Sweep) {
        for entry in timeline where segments[entry.index].body[.fremdriftStatusKode] == nil {
            report(
                .R29, entry.index, "FremdriftStatusKode", besked: "FremdriftStatusKode mangler")
        }
        overlaps(timeline[timeline.startIndex], sweep)
        if let index = sweep.brokenAfter() {
            report(
                .R29, index, "Virkning.TilTidspunkt",
                besked: "Fremdrift skal være sammenhængende og gælde uden ophør")
        }
        let first = timeline[timeline.startIndex].index
        if kind == .sag, let kode = segments[first].body[.fremdriftStatusKode],
            !kode.equals("Opstaaet")
        {
            report(.R29, first, "FremdriftStatusKode", besked: "Fremdrift begynder med Opstaaet")
        }
    }
}
