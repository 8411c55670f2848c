import IndexCore

/// Drafts what a Sag gives rise to: Bevilling and OekonomiskEffektuering.
extension GeneratorPlanner {
    mutating func planBenefits(
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
        for _ in 0..<random.weighted([38, 37, 15, 5, 3, 2]) {
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
