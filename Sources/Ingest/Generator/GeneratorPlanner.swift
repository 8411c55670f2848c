import IndexCore

/// Decides what happens to one household after another and drafts the objects that tell of it.
struct GeneratorPlanner: Sendable {
    private let plan: GeneratorPlan
    private var random: GeneratorRandom
    private var population: GeneratorPopulation
    /// Numbers given out, by authority and kind.
    private var counters: [Int]
    private let authorityWeights: [Int]
    /// Documents that a case of another authority is to file.
    private var strayDocuments: [StrayDocument] = []
    /// The newest benefits of the run, for payments by another authority.
    private var recentGrants: [RecentGrant] = []
    private var grantsSeen = 0

    private struct StrayDocument {
        let place: Int
        let uuid: UUIDIdentifikator
        let day: Int
    }

    private struct RecentGrant {
        let place: Int
        let line: EffektueringDraft.Line
    }

    private struct FiledDocument {
        let uuid: UUIDIdentifikator
        let day: Int
    }

    private enum Kind: Int {
        case sag, dokument, bevilling, effektuering
    }

    /// What the objects of one case have in common.
    private struct Frame {
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

    private mutating func day(from first: Int, to last: Int) -> Int {
        last <= first ? first : first + random.below(last - first + 1)
    }

    private mutating func phrases(_ frame: Frame, day: Int) -> PhraseWriter {
        let adults = frame.household.adults
        let subject = PhraseSubject(
            noun: frame.noun, person: adults[random.below(adults.count)],
            property: frame.household.property, company: frame.household.company, day: day)
        return PhraseWriter(subject: subject, random: GeneratorRandom(seed: random.next()))
    }

    private mutating func description(_ frame: Frame, day: Int, percent: Int) -> [UInt8] {
        guard random.percent(percent) else { return [] }
        var writer = phrases(frame, day: day)
        var line = GeneratorLine()
        let separator = random.percent(40) ? "\\r\\n" : " "
        writer.write(sentences: 1 + random.below(3), separator: separator, to: &line)
        return line.bytes
    }

    /// The next number of its kind in the authority; no two are alike.
    private mutating func number(
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
        let count = random.weighted([38, 33, 17, 7, 3, 1, 1])
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

    // MARK: Dokument

    private mutating func draftDokument(
        _ frame: Frame, answers: UUIDIdentifikator?, day: Int
    ) -> DokumentDraft {
        let choice = answers == nil ? random.weighted([46, 30, 14, 10]) : 1
        let form = documentForm(choice)
        var writer = phrases(frame, day: day)
        let origin = documentOrigin(frame)
        return DokumentDraft(
            uuid: random.uuid(), origin: origin, subject: frame.subject,
            level: random.percent(90) ? frame.level : .fortroligePersonoplysninger,
            type: form.type, day: day, number: number(.dokument, origin, day: day),
            title: writer.text(oneOf: form.titles),
            description: description(frame, day: day, percent: 30),
            hiddenTitle: random.percent(2) ? writer.text(oneOf: ["{S}, {n}", "{K}, {n}"]) : [],
            party: frame.party,
            copyTo: random.percent(8) ? otherAdult(frame) : nil,
            answers: answers, isAppendix: random.percent(35), isProtected: random.percent(1),
            steps: documentSteps(choice, day: day), taste: random.below(1000))
    }

    private mutating func otherAdult(_ frame: Frame) -> GeneratorPerson? {
        guard case .person(let own) = frame.party else { return frame.household.adults[0] }
        return random.element(of: frame.household.adults.filter { $0.cpr != own.cpr })
    }

    /// Some documents are kept in the authority's general case system, not in the special one.
    private mutating func documentOrigin(_ frame: Frame) -> GeneratorOrigin {
        let origin = frame.origin
        guard random.percent(30) else { return origin }
        var choice = GeneratorRandom(.other, origin.place, 99)
        let system = 1 + choice.below(3)
        return GeneratorOrigin(
            authority: origin.authority, place: origin.place, area: origin.area,
            unit: origin.unit, worker: origin.worker, system: system, sender: system)
    }

    private mutating func documentForm(_ choice: Int) -> (type: String, titles: [String]) {
        switch choice {
        case 0: return ("Brev, indgaaende", GeneratorVocabulary.incomingTitles)
        case 1: return ("Brev, udgaaende", GeneratorVocabulary.outgoingTitles)
        case 2:
            let type = random.percent(70) ? "Internt Notat" : "Eksternt Notat"
            return (type, GeneratorVocabulary.noteTitles)
        default:
            let forms = GeneratorVocabulary.otherForms
            return forms[random.below(forms.count)]
        }
    }

    private mutating func documentSteps(
        _ choice: Int, day: Int
    ) -> [(day: Int, state: String)] {
        let states =
            choice == 0
            ? ["Modtaget", "Fordelt", "Endeligt"]
            : choice == 1 ? ["Underudarbejdelse", "Underreview", "Publiceret"]
            : ["Underudarbejdelse", "Endeligt", "Afleveret"]
        var steps = [(day: day, state: states[0])]
        for state in states.dropFirst() where random.percent(choice == 0 ? 60 : 45) {
            let next = steps[steps.count - 1].day + 1 + random.below(9)
            guard next <= plan.history.upperBound else { break }
            steps.append((day: next, state: state))
        }
        return steps
    }

    // MARK: Sag

    private mutating func draftSag(_ frame: Frame, documents: [FiledDocument]) -> SagDraft {
        let facet = random.element(of: frame.area.facets) ?? "G01"
        let kle = GeneratorSubject.all[frame.subject].kle
        var sag = SagDraft(
            uuid: random.uuid(), origin: frame.origin, subject: frame.subject, facet: facet,
            level: frame.level, party: frame.party, property: frame.household.property,
            number: number(.sag, frame.origin, day: frame.start, prefix: kle + "-" + facet),
            steps: frame.steps)
        sag.titles = draftTitles(frame)
        sag.journal = draftJournal(frame, documents: documents)
        draftParties(frame, into: &sag)
        draftWorkers(frame, into: &sag)
        draftDecision(frame, into: &sag)
        sag.isProtected = random.percent(1)
        sag.taste = random.below(10_000)
        sag.cuts = draftCuts(sag)
        return sag
    }

    private mutating func draftTitles(_ frame: Frame) -> [SagDraft.Title] {
        let patterns =
            switch frame.area.concern {
            case .citizen, .child: GeneratorVocabulary.caseTitles
            case .property where GeneratorSubject.all[frame.subject].kle == "02.34.02":
                GeneratorVocabulary.buildingTitles
            case .property: GeneratorVocabulary.propertyTitles
            case .company: GeneratorVocabulary.companyTitles
            }
        var titles: [SagDraft.Title] = []
        var fra = frame.start
        for _ in 0...random.weighted([68, 26, 6]) {
            guard fra <= frame.horizon else { break }
            var writer = phrases(frame, day: fra)
            titles.append(
                SagDraft.Title(
                    fra: fra, text: writer.text(oneOf: patterns),
                    description: description(frame, day: fra, percent: 26)))
            fra += 1 + random.below(60)
        }
        return titles
    }

    private mutating func draftJournal(
        _ frame: Frame, documents: [FiledDocument]
    ) -> [SagDraft.JournalEntry] {
        var journal = documents.map { document -> SagDraft.JournalEntry in
            let end = random.percent(2) ? day(from: document.day + 1, to: frame.horizon) : .max
            let til = end > document.day && end <= frame.horizon ? end : .max
            return SagDraft.JournalEntry(
                fra: document.day, til: til, content: filing(frame, document))
        }
        journal += takeStray(frame)
        let notes = random.percent(25) ? 1 + random.weighted([55, 25, 13, 7]) : 0
        for _ in 0..<notes {
            let day = day(from: frame.start, to: frame.horizon)
            journal.append(
                SagDraft.JournalEntry(fra: day, til: .max, content: note(frame, day: day)))
        }
        return journal
    }

    private mutating func filing(
        _ frame: Frame, _ document: FiledDocument
    ) -> SagDraft.JournalContent {
        guard random.percent(85) else { return .attached(document.uuid) }
        guard random.percent(10) else { return .filed(document.uuid, title: []) }
        var writer = phrases(frame, day: document.day)
        return .filed(
            document.uuid, title: writer.text(oneOf: GeneratorVocabulary.incomingTitles))
    }

    private mutating func note(_ frame: Frame, day: Int) -> SagDraft.JournalContent {
        var writer = phrases(frame, day: day)
        let title = writer.text(oneOf: GeneratorVocabulary.journalTitles)
        var line = GeneratorLine()
        writer.write(sentences: 1 + random.below(5), separator: "\r\n", to: &line)
        return .note(title: title, text: line.bytes)
    }

    /// A document of another authority that waits to be filed and is not younger than the case.
    private mutating func takeStray(_ frame: Frame) -> [SagDraft.JournalEntry] {
        let found = strayDocuments.firstIndex {
            $0.place != frame.origin.place && $0.day <= frame.horizon
        }
        guard let found else { return [] }
        let stray = strayDocuments.remove(at: found)
        let day = min(max(stray.day, frame.start), frame.horizon)
        return [
            SagDraft.JournalEntry(fra: day, til: .max, content: .filed(stray.uuid, title: []))
        ]
    }

    private mutating func draftParties(_ frame: Frame, into sag: inout SagDraft) {
        let household = frame.household
        var own = -1
        if case .person(let person) = frame.party { own = person.cpr }
        let others = (household.adults + household.children).filter { $0.cpr != own }
        let share = frame.area.concern == .child ? 60 : 18
        for person in others where sag.secondary.count < 4 && random.percent(share) {
            let fra = random.percent(70) ? frame.start : day(from: frame.start, to: frame.horizon)
            let end = random.percent(15) ? day(from: fra, to: frame.horizon) : fra
            sag.secondary.append(
                SagDraft.SecondaryParty(
                    party: .person(person), fra: fra, til: end > fra ? end : .max))
        }
        if frame.area.concern == .property, own >= 0, random.percent(20) {
            sag.secondary.append(
                SagDraft.SecondaryParty(
                    party: .company(household.company), fra: frame.start, til: .max))
        }
        if frame.area.concern == .citizen, random.percent(2), let other = others.first {
            sag.beneficiary = other
        }
    }

    private mutating func draftWorkers(_ frame: Frame, into sag: inout SagDraft) {
        let origin = frame.origin
        if random.percent(15), frame.horizon > frame.start {
            sag.handover = SagDraft.Handover(
                fra: day(from: frame.start + 1, to: frame.horizon), worker: colleague(origin))
        }
        if random.percent(4), frame.horizon > frame.start, frame.area.units.count > 1 {
            sag.unitChange = day(from: frame.start + 1, to: frame.horizon)
        }
        if random.percent(10) {
            let fra = day(from: frame.start, to: frame.horizon)
            let end = random.percent(50) ? day(from: fra, to: frame.horizon) : fra
            sag.helper = SagDraft.SecondaryHelper(
                worker: colleague(origin), fra: fra, til: end > fra ? end : .max)
        }
    }

    private mutating func colleague(_ origin: GeneratorOrigin) -> GeneratorWorker {
        GeneratorWorker(
            authority: origin.authority, area: origin.area, unit: origin.unit,
            number: 8 + random.below(2))
    }

    private mutating func draftDecision(_ frame: Frame, into sag: inout SagDraft) {
        if frame.steps.count >= 3, random.percent(60) {
            sag.outcome = random.weighted([70, 12, 18])
        }
        let benefits = GeneratorSubject.all[frame.subject].benefits
        if !benefits.isEmpty, frame.steps.count >= 3, random.percent(25) {
            sag.benefit = random.below(benefits.count)
        }
        if random.percent(2) {
            var writer = phrases(frame, day: frame.start)
            sag.hiddenTitle = writer.text(oneOf: ["{S}, {n}", "{S} – {k}, {n}"])
        }
        if plan.authorities.count > 1, random.below(200) == 0 {
            let other = (frame.origin.place + 1) % plan.authorities.count
            sag.homeAuthority = plan.authorities[other]
        }
    }

    /// One registration for most; for one in twenty an earlier snapshot or two before the last.
    private mutating func draftCuts(_ sag: SagDraft) -> [Int] {
        var days = sag.steps + sag.titles.map(\.fra)
        for entry in sag.journal { days += [entry.fra, entry.til] }
        for party in sag.secondary { days += [party.fra, party.til] }
        if let helper = sag.helper { days += [helper.fra, helper.til] }
        if let handover = sag.handover { days.append(handover.fra) }
        if let unitChange = sag.unitChange { days.append(unitChange) }
        let last = days.filter { $0 != .max }.max() ?? sag.start
        guard random.percent(6), last > sag.start else { return [last] }
        let first = day(from: sag.start, to: last - 1)
        guard random.percent(25), first + 1 < last else { return [first, last] }
        return [first, day(from: first + 1, to: last - 1), last]
    }

    // MARK: Bevilling and OekonomiskEffektuering

    private mutating func planBenefits(
        _ frame: Frame, sag: SagDraft, into queue: inout [GeneratorWork]
    ) {
        let benefits = GeneratorSubject.all[frame.subject].benefits
        guard !benefits.isEmpty, frame.steps.count >= 3, sag.outcome != 2,
            case .person(let recipient) = frame.party
        else { return }
        for _ in 0...random.weighted([62, 24, 14]) {
            let grant = draftBevilling(frame, sag: sag, recipient: recipient)
            queue.append(.bevilling(grant))
            remember(grant)
            planPayments(grant, into: &queue)
        }
    }

    private mutating func draftBevilling(
        _ frame: Frame, sag: SagDraft, recipient: GeneratorPerson
    ) -> BevillingDraft {
        let decided = frame.steps[2]
        let start =
            random.percent(70)
            ? GeneratorCalendar.nextMonth(decided) : GeneratorCalendar.nextMonth(frame.start)
        let payee = sag.beneficiary ?? recipient
        return BevillingDraft(
            uuid: random.uuid(), origin: frame.origin, subject: frame.subject, level: frame.level,
            number: number(.bevilling, frame.origin, day: decided), sag: sag.uuid,
            sagNumber: sag.number, sagTitle: sag.finalTitle, recipient: recipient, payee: payee,
            decided: decided, start: start, ydelser: draftYdelser(frame, start: start),
            reason: description(frame, day: decided, percent: 30),
            isProtected: random.percent(1), taste: random.below(1000))
    }

    private mutating func draftYdelser(_ frame: Frame, start: Int) -> [BevillingDraft.Ydelse] {
        let benefits = GeneratorSubject.all[frame.subject].benefits
        let count = random.percent(80) ? 1 : min(2, benefits.count)
        let first = random.below(benefits.count)
        var ydelser: [BevillingDraft.Ydelse] = []
        for id in 0..<count {
            let benefit = (first + id) % benefits.count
            let oere = random.between(benefits[benefit].kroner) * 100 + random.below(4) * 25
            let slut = random.percent(30) ? monthLater(start, by: 12 + random.below(24)) : nil
            let raise = GeneratorCalendar.day(GeneratorCalendar.civil(start).year + 1, 1, 1)
            let isRaised = random.percent(15) && raise > start
            let base = BevillingDraft.Ydelse(
                id: id + 1, benefit: benefit, fra: start, til: isRaised ? raise : .max,
                start: start, slut: slut, oere: oere)
            ydelser.append(base)
            guard isRaised else { continue }
            ydelser.append(
                BevillingDraft.Ydelse(
                    id: id + 1, benefit: benefit, fra: raise, til: .max, start: start, slut: slut,
                    oere: oere + oere / 5000 * 100))
        }
        return ydelser
    }

    private func monthLater(_ day: Int, by months: Int) -> Int {
        (0..<months).reduce(day) { first, _ in GeneratorCalendar.nextMonth(first) }
    }

    private mutating func remember(_ grant: BevillingDraft) {
        guard let ydelse = grant.ydelser.first else { return }
        let line = EffektueringDraft.Line(
            bevilling: grant.uuid, subject: grant.subject, ydelse: ydelse.id, start: grant.start,
            slut: GeneratorCalendar.nextMonth(grant.start), oere: ydelse.oere)
        let recent = RecentGrant(place: grant.origin.place, line: line)
        if recentGrants.count < 64 {
            recentGrants.append(recent)
        } else {
            recentGrants[grantsSeen % 64] = recent
        }
        grantsSeen += 1
    }

    private mutating func planPayments(
        _ grant: BevillingDraft, into queue: inout [GeneratorWork]
    ) {
        var month = grant.start
        for _ in 0..<random.weighted([34, 38, 16, 6, 3, 3]) {
            let next = GeneratorCalendar.nextMonth(month)
            guard next <= plan.history.upperBound else { return }
            queue.append(.effektuering(draftPayment(grant, from: month, to: next)))
            month = next
        }
    }

    private mutating func draftPayment(
        _ grant: BevillingDraft, from month: Int, to next: Int
    ) -> EffektueringDraft {
        let lines = paymentLines(grant, from: month, to: next)
        let gross = lines.reduce(0) { $0 + $1.oere }
        let tax = random.percent(60) ? gross * 38 / 100 : 0
        let setOff = random.percent(8) ? min(50_000, (gross - tax) / 4) : 0
        return EffektueringDraft(
            uuid: random.uuid(), origin: grant.origin,
            number: number(.effektuering, grant.origin, day: month), recipient: grant.payee,
            lines: lines, paymentDay: (lines.map(\.slut).max() ?? next) - 1, tax: tax,
            setOff: setOff, isPaid: next + 10 <= plan.history.upperBound)
    }

    private mutating func paymentLines(
        _ grant: BevillingDraft, from month: Int, to next: Int
    ) -> [EffektueringDraft.Line] {
        if plan.authorities.count > 1, random.chance(plan.foreignShare),
            let foreign = recentGrants.first(where: {
                $0.place != grant.origin.place && $0.line.slut <= plan.history.upperBound
            })
        {
            return [foreign.line]
        }
        var lines = grant.ydelser.filter { $0.fra <= month && month < $0.til }.map {
            EffektueringDraft.Line(
                bevilling: grant.uuid, subject: grant.subject, ydelse: $0.id, start: month,
                slut: next, oere: $0.oere)
        }
        if month > grant.start, random.percent(5), let base = lines.first {
            // Recalculation backwards: a further line for the whole time until now.
            lines.append(
                EffektueringDraft.Line(
                    bevilling: grant.uuid, subject: grant.subject, ydelse: base.ydelse,
                    start: grant.start, slut: month,
                    oere: base.oere / 1000 * (random.percent(50) ? 90 : -90)))
        }
        return lines
    }
}
