import IndexCore

/// Drafts a Dokument: what it is, what it is called, how far it has come.
extension GeneratorPlanner {
    mutating func draftDokument(
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
            : choice == 1
                ? ["Underudarbejdelse", "Underreview", "Publiceret"]
                : ["Underudarbejdelse", "Endeligt", "Afleveret"]
        var steps = [(day: day, state: states[0])]
        for state in states.dropFirst() where random.percent(choice == 0 ? 60 : 45) {
            let next = steps[steps.count - 1].day + 1 + random.below(9)
            guard next <= plan.history.upperBound else { break }
            steps.append((day: next, state: state))
        }
        return steps
    }
}
