import IndexCore

/// A relation read once: its parts, and which of the members that rules ask about are filled.
struct RelationFacts {
    var rolle: ElementValue?
    var type: ElementValue?
    var indeks: ElementValue?
    var reference: ElementValue?
    var brugervendtNoegle: ElementValue?
    var cvr: ElementValue?
    var fuldtNavn: ElementValue?
    var klassifikation: ElementValue?
    var notat: ElementValue?
    var felter: Felter = []

    init(_ body: ElementGroup) { collect(body) }

    private mutating func collect(_ group: ElementGroup) {
        for value in group {
            switch value.element {
            case .rolle: rolle = value
            case .type: type = value
            case .indeks: indeks = value
            case .referenceID: reference = value
            case .brugervendtNoegle: brugervendtNoegle = value
            case .cvrNummer, .cvrNr, .cvrnr: cvr = value
            case .fuldtNavn: fuldtNavn = value
            case .klassifikationsbeskrivelse: klassifikation = value
            case .notat: notat = value
            case .soegeord: continue
            default: break
            }
            let felt = Felter.of(value.element)
            if !felt.isEmpty, value.isFilled { felter.insert(felt) }
            if let members = value.group { collect(members) }
        }
    }
}

// MARK: - One relation: R22, R32–R36, R38–R41, Y14, Y18, Y19, Y28

extension Check {
    mutating func relation(_ index: Int) {
        let segment = segments[index]
        let facts = RelationFacts(segment.body)
        let rolle = rolle(facts, segment.unit)
        let row = rules.index(segment.unit, rolle)
        entries.append(TimelineEntry(index, segment, rolle, row, facts, rules))
        let type = type(index, facts)
        guard let row else {
            return report(
                rule(.R33, .Y19), index, "Rolle",
                besked: "Rolle mangler eller er ikke kendt for listen")
        }
        let relationRule = rules.rows[row]
        if !isYdelse { form(index, facts, type, relationRule) }
        felter(index, facts, type, relationRule)
        if isYdelse {
            nummer(index, facts, relationRule)
            kopier(index, facts, rolle)
        }
        if rolle == .primaerKlasse { kle(index, facts) }
        if let notat = facts.notat { notatSize(index, notat) }
    }

    func rolle(_ facts: RelationFacts, _ unit: Element) -> Rolle {
        validator.roller.rolle(RolleListe(kind, unit), facts.rolle?.uuid)
    }

    /// The type, told when it is missing or unknown; then `.ukendt`.
    private mutating func type(_ index: Int, _ facts: RelationFacts) -> RelationsType {
        let unit = segments[index].unit
        let type = validator.roller.type(RolleListe(kind, unit), facts.type?.uuid)
        guard type == .ukendt else { return type }
        let besked = "Type mangler eller er ikke kendt for listen"
        report(rule(.R33, .Y19), index, "Type", besked: besked)
        // A type that no list knows is how a function would be told.
        if unit == .sikkerhedsprofil, !isYdelse { report(.R41, index, "Type") }
        return .ukendt
    }

    private mutating func form(
        _ index: Int, _ facts: RelationFacts, _ type: RelationsType, _ row: RelationRule
    ) {
        if type != .ukendt, !row.tillader(type) {
            report(row.vedType, index, "Type", besked: "Type er ikke lovlig for rollen")
        }
        let hasIndeks = facts.indeks?.isFilled ?? false
        if row.indeks == .forbudt, hasIndeks {
            report(.R32, index, "Indeks", besked: "Rollen har ikke Indeks")
        }
        if row.indeks == .kraevet, !hasIndeks {
            report(.R32, index, "Indeks", besked: "Rollen kræver Indeks")
        }
        reference(index, facts, type, row)
    }

    private mutating func reference(
        _ index: Int, _ facts: RelationFacts, _ type: RelationsType, _ row: RelationRule
    ) {
        guard let reference = facts.reference else {
            return report(.R33, index, "ReferenceID", besked: "ReferenceID mangler")
        }
        if reference.type == .uuid {
            guard !row.former.contains(.uuid) else { return }
            report(row.former == .part ? .R22 : row.vedForm, index, "ReferenceID")
        } else if !isLovlig(reference, type, row.former) {
            report(row.vedForm, index, "ReferenceID")
        }
    }

    private func isLovlig(
        _ urn: ElementValue, _ type: RelationsType, _ former: RelationRule.Former
    ) -> Bool {
        if former.contains(.part) { return isPart(urn, type) }
        if former.contains(.tom) { return urn.equals("URN:Empty") }
        if former.contains(.cvr) { return urn.withBytes(URNForm.isCVR) }
        return former.contains(.urn) && urn.withBytes(URNForm.isURN)
    }

    private func isPart(_ urn: ElementValue, _ type: RelationsType) -> Bool {
        switch urn.withBytes(URNForm.part) {
        case nil: false
        case .navn: true
        case .person: type != .virksomhed
        case .virksomhed: type != .person
        }
    }

    // MARK: Members

    private mutating func felter(
        _ index: Int, _ facts: RelationFacts, _ type: RelationsType, _ row: RelationRule
    ) {
        var kraevet = row.altid
        var forbudt = row.aldrig
        if let reference = facts.reference {
            let isURN = reference.type != .uuid
            if isURN { kraevet.formUnion(row.vedURN) } else { forbudt.formUnion(row.vedURN) }
            if type != .ukendt {
                let isEnhed = isURN && type == .orgEnhed
                if isEnhed {
                    kraevet.formUnion(row.vedEnhedMedURN)
                } else {
                    forbudt.formUnion(row.vedEnhedMedURN)
                }
            }
        }
        if !facts.felter.isDisjoint(with: row.samlet) { kraevet.formUnion(row.samlet) }
        tell(kraevet.subtracting(facts.felter), index, row, "mangler")
        tell(facts.felter.intersection(forbudt), index, row, "må ikke udfyldes her")
    }

    private mutating func tell(
        _ felter: Felter, _ index: Int, _ row: RelationRule, _ fault: String
    ) {
        for felt in felter.enkelte {
            let sti = Felter.sti(felt, in: row.liste)
            let name = sti.split(separator: ".").last.map(String.init) ?? sti
            report(row.vedFelter, index, sti, besked: "\(name) \(fault)")
        }
    }

    private mutating func kle(_ index: Int, _ facts: RelationFacts) {
        guard let number = facts.brugervendtNoegle, number.isFilled,
            !number.withBytes(URNForm.isKLE)
        else { return }
        report(
            .R36, index, Felter.sti(.brugervendtNoegle, in: segments[index].unit),
            besked: "KLE-nummeret skal være NN.NN.NN")
    }

    /// Source: sag-dokument contract, R38 (100 KB).
    private static let mostNotatBytes = 102_400

    private mutating func notatSize(_ index: Int, _ notat: ElementValue) {
        guard notat.withBytes({ $0.count }) > Self.mostNotatBytes else { return }
        report(
            .R38, index, Felter.sti(.notat, in: .journalpost),
            besked: "Notat må højst fylde 102400 byte")
    }

    // MARK: Ydelse

    /// Benefits take any reference, but one to a number must hold it (ydelse contract §6).
    private mutating func nummer(_ index: Int, _ facts: RelationFacts, _ row: RelationRule) {
        guard let reference = facts.reference, reference.type == .text,
            !reference.withBytes(URNForm.holdsItsNumber)
        else { return }
        report(row.vedForm, index, "ReferenceID")
    }

    /// Copied text that its reference contradicts (Y18), and the KLE number of a line (Y17).
    private mutating func kopier(_ index: Int, _ facts: RelationFacts, _ rolle: Rolle) {
        if rolle == .linje, let number = facts.klassifikation, number.isFilled {
            ukendtKLE(index, number, "Klassifikationsbeskrivelse")
            if let reference = facts.reference, !agrees(reference, kle: number) {
                report(.Y18, index, "Klassifikationsbeskrivelse")
            }
        }
        guard let reference = facts.reference, reference.type == .text else { return }
        if let copy = facts.cvr, let number = Ejer.cvr(urn: reference),
            copy.text != number.description
        {
            report(.Y18, index, "CVR-nr")
        }
        if let copy = facts.fuldtNavn, !agrees(reference, navn: copy) {
            report(.Y18, index, "FuldtNavn")
        }
    }

    mutating func ukendtKLE(_ index: Int, _ number: ElementValue, _ member: String) {
        if number.withBytes(URNForm.isKLE), let text = number.text, validator.erKendt(text) {
            return
        }
        report(.Y17, index, member)
    }

    /// False only for a KLE URN of another number.
    func agrees(_ reference: ElementValue, kle number: ElementValue) -> Bool {
        agrees(reference, number, after: ["urn:oio:kle:", "urn:oio:form:"])
    }

    private func agrees(_ reference: ElementValue, navn: ElementValue) -> Bool {
        agrees(reference, navn, after: ["urn:oio:fuldtnavn:"])
    }

    private func agrees(
        _ reference: ElementValue, _ copy: ElementValue, after prefixes: [StaticString]
    ) -> Bool {
        guard reference.type == .text else { return true }
        return reference.withBytes { urn in
            for prefix in prefixes {
                guard let tail = URNForm.tail(urn, after: prefix) else { continue }
                return copy.withBytes { $0.elementsEqual(tail) }
            }
            return true
        }
    }
}
