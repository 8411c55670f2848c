import IndexCore

/// Decides what happens to one household after another and drafts the objects that tell of it.
struct GeneratorPlanner: Sendable {
    let plan: GeneratorPlan
    var random: GeneratorRandom
    private var population: GeneratorPopulation
    /// Numbers given out, by authority and kind.
    private var counters: [Int]
    private let authorityWeights: [Int]
    /// Documents that a case of another authority is to file.
    var strayDocuments: [StrayDocument] = []
    /// The newest benefits of the run, for payments by another authority.
    var recentGrants: [RecentGrant] = []
    var grantsSeen = 0

    struct StrayDocument {
        let place: Int
        let uuid: UUIDIdentifikator
        let day: Int
    }

    struct RecentGrant {
        let place: Int
        let line: EffektueringDraft.Line
    }

    struct FiledDocument {
        let uuid: UUIDIdentifikator
        let day: Int
    }

    enum Kind: Int {
        case sag, dokument, bevilling, effektuering
    }

    /// What the objects of one case have in common.
    struct Frame {
        let household: GeneratorHousehold
        let subject: Int
        let origin: GeneratorOrigin
        let party: GeneratorParty
        let level: Foelsomhed
        let noun: String
        let steps: [Int]
        /// The last day anything may happen on.
        let horizon: Int

        var area: GeneratorArea { GeneratorArea.all[origin.area] }
        var start: Int { steps[0] }
    }

    init(_ plan: GeneratorPlan) {
        self.plan = plan
        random = GeneratorRandom(seed: plan.seed)
        population = GeneratorPopulation(seed: plan.seed)
        counters = [Int](repeating: 0, count: plan.authorities.count * 4)
        authorityWeights = plan.authorities.map(\.weight)
    }

    /// Appends at least one draft to `queue`.
    mutating func planHousehold(into queue: inout [GeneratorWork]) {
        let place = random.weighted(authorityWeights)
        let household = population.household(authority: place, random: &random)
        let target = queue.count + householdSize(household)
        var earlier: [UUIDIdentifikator] = []
        repeat {
            let frame = makeFrame(household)
            if random.percent(4) {
                _ = planDocument(frame, answers: nil, day: frame.start, into: &queue)
            } else {
                planCase(frame, earlier: &earlier, into: &queue)
            }
        } while queue.count < target
    }

    /// Most have a few objects, some have many; more people, more objects.
    private mutating func householdSize(_ household: GeneratorHousehold) -> Int {
        let people = household.adults.count + household.children.count
        switch random.weighted([56, 28, 12, 4]) {
        case 0: return random.between(1...3)
        case 1: return random.between(3...8) + people
        case 2: return random.between(9...18) + people
        default: return random.between(20...60)
        }
    }

    // MARK: What a case is about

    private mutating func makeFrame(_ household: GeneratorHousehold) -> Frame {
        let subject = pickSubject(household)
        let area = GeneratorSubject.all[subject].area
        let origin = makeOrigin(household.authority, area: area)
        let steps = makeSteps(hasBenefits: !GeneratorSubject.all[subject].benefits.isEmpty)
        let last = steps[steps.count - 1]
        let levels = GeneratorArea.all[area].levels
        return Frame(
            household: household, subject: subject, origin: origin,
            party: pickParty(household, concern: GeneratorArea.all[area].concern),
            level: Foelsomhed(rawValue: UInt8(random.weighted(levels) + 1))
                ?? .fortroligePersonoplysninger,
            noun: random.element(of: GeneratorSubject.all[subject].nouns) ?? "",
            steps: steps, horizon: min(plan.history.upperBound, last + 40))
    }

    private mutating func pickSubject(_ household: GeneratorHousehold) -> Int {
        var subject = random.weighted(GeneratorSubject.weights)
        var attempts = 0
        while household.children.isEmpty, attempts < 6,
            GeneratorArea.all[GeneratorSubject.all[subject].area].concern == .child
        {
            subject = random.weighted(GeneratorSubject.weights)
            attempts += 1
        }
        return subject
    }

    private mutating func pickParty(
        _ household: GeneratorHousehold, concern: GeneratorArea.Concern
    ) -> GeneratorParty {
        let adult = random.percent(65) ? household.adults[0] : household.adults.last
        let child = random.element(of: household.children)
        let companyShare = concern == .company ? 75 : concern == .property ? 25 : 0
        if random.percent(companyShare) {
            return random.percent(80)
                ? .company(household.company) : .productionUnit(household.company)
        }
        if concern == .child, let child, random.percent(85) { return .person(child) }
        return .person(adult ?? household.adults[0])
    }

    private mutating func makeOrigin(_ place: Int, area: Int) -> GeneratorOrigin {
        let authority = plan.authorities[place]
        let unit = random.below(GeneratorArea.all[area].units.count)
        let worker = GeneratorWorker(
            authority: authority, area: area, unit: unit, number: random.below(8))
        var choice = GeneratorRandom(.other, place, area)
        let own = 4 + 2 * area + choice.below(2)
        let system = random.percent(12) ? 1 + choice.below(3) : own
        return GeneratorOrigin(
            authority: authority, place: place, area: area, unit: unit, worker: worker,
            system: system, sender: random.percent(22) ? 0 : system)
    }

    /// The first days of one to four states, within the history.
    private mutating func makeSteps(hasBenefits: Bool) -> [Int] {
        let end = plan.history.upperBound
        let start = plan.history.lowerBound + random.below(plan.history.count)
        let wanted = 1 + random.weighted(hasBenefits ? [8, 9, 58, 25] : [22, 20, 28, 30])
        var steps = [start]
        while steps.count < wanted {
            let day = steps[steps.count - 1] + 1 + min(random.below(150), random.below(150))
            guard day <= end else { break }
            steps.append(day)
        }
        return steps
    }

    mutating func day(from first: Int, to last: Int) -> Int {
        last <= first ? first : first + random.below(last - first + 1)
    }

    mutating func phrases(_ frame: Frame, day: Int) -> PhraseWriter {
        let adults = frame.household.adults
        let subject = PhraseSubject(
            noun: frame.noun, person: adults[random.below(adults.count)],
            property: frame.household.property, company: frame.household.company, day: day)
        return PhraseWriter(subject: subject, random: GeneratorRandom(seed: random.next()))
    }

    mutating func description(_ frame: Frame, day: Int, percent: Int) -> [UInt8] {
        guard random.percent(percent) else { return [] }
        var writer = phrases(frame, day: day)
        var line = GeneratorLine()
        let separator = random.percent(40) ? "\\r\\n" : " "
        writer.write(sentences: 1 + random.below(3), separator: separator, to: &line)
        return line.bytes
    }

    /// The next number of its kind in the authority; no two are alike.
    mutating func number(
        _ kind: Kind, _ origin: GeneratorOrigin, day: Int, prefix: String = ""
    ) -> [UInt8] {
        let slot = origin.place * 4 + kind.rawValue
        counters[slot] += 1
        let year = GeneratorCalendar.civil(day).year
        var line = GeneratorLine()
        switch (kind, origin.system % 3) {
        case (.sag, 0):
            line.raw(prefix)
            line.byte("-")
            line.number(counters[slot])
            line.byte("-")
            line.number(year % 100)
            return line.bytes
        case (.sag, 1): line.raw("")
        case (.sag, _): line.raw("S-")
        case (.dokument, 0): line.raw("DOK-")
        case (.dokument, _): line.raw("D")
        case (.bevilling, _): line.raw("BEV-")
        case (.effektuering, _): line.raw("UDB-")
        }
        line.number(year)
        line.byte("-")
        line.number(counters[slot], digits: counters[slot] < 1_000_000 ? 6 : 10)
        return line.bytes
    }

    // MARK: A case and what belongs to it

    private mutating func planCase(
        _ frame: Frame, earlier: inout [UUIDIdentifikator], into queue: inout [GeneratorWork]
    ) {
        let documents = planDocuments(frame, into: &queue)
        var sag = draftSag(frame, documents: documents)
        if random.percent(9) { sag.parent = random.element(of: earlier) }
        if sag.parent == nil, random.percent(6) { sag.related = random.element(of: earlier) }
        earlier.append(sag.uuid)
        queue.append(.sag(sag))
        planBenefits(frame, sag: sag, into: &queue)
    }

    private mutating func planDocuments(
        _ frame: Frame, into queue: inout [GeneratorWork]
    ) -> [FiledDocument] {
        let count = random.weighted([35, 34, 18, 8, 3, 1, 1])
        var days = (0..<count).map { _ in day(from: frame.start, to: frame.horizon) }
        days.sort()
        var filed: [FiledDocument] = []
        for day in days {
            let answers = random.percent(30) ? filed.last?.uuid : nil
            let uuid = planDocument(frame, answers: answers, day: day, into: &queue)
            filed.append(FiledDocument(uuid: uuid, day: day))
        }
        return filed
    }

    private mutating func planDocument(
        _ frame: Frame, answers: UUIDIdentifikator?, day: Int, into queue: inout [GeneratorWork]
    ) -> UUIDIdentifikator {
        let draft = draftDokument(frame, answers: answers, day: day)
        queue.append(.dokument(draft))
        if plan.authorities.count > 1, random.chance(plan.foreignShare) {
            strayDocuments.append(
                StrayDocument(place: frame.origin.place, uuid: draft.uuid, day: day))
        }
        return draft.uuid
    }
}
