import IndexCore

/// Drafts a Sag: its titles, journal, people, decision and registrations.
extension GeneratorPlanner {
    mutating func draftSag(_ frame: Frame, documents: [FiledDocument]) -> SagDraft {
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
            sag.helper = SagDraft.Helper(
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
}
