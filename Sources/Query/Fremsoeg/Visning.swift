import IndexCore

/// One registration as it is shown, and what it is ordered and counted by.
struct Visning {
    let udsnit: Udsnit
    let vindue: Vindue
    private let kind: ObjektKind
    private let roller: RolleTabel

    init(_ udsnit: Udsnit, _ vindue: Vindue, _ kind: ObjektKind, _ roller: RolleTabel) {
        self.udsnit = udsnit
        self.vindue = vindue
        self.kind = kind
        self.roller = roller
    }

    private func segmenter(_ unit: Element) throws(StoreError) -> [Segment] {
        try udsnit.segmenter(unit) { vindue.includes($0.virkning) }
    }

    private func rolle(_ segment: Segment) -> Rolle {
        roller.rolle(RolleListe(kind, segment.unit), segment.body[.rolle]?.uuid)
    }

    /// What the notes of a case are called in it, entries of documents left out; each as often as it stands.
    func notatnavne() throws(StoreError) -> [String?] {
        guard kind == .sag else { return [] }
        let notes = try udsnit.segmenter(.journalpost) { segment in
            vindue.includes(segment.virkning) && rolle(segment) == .journalnotat
        }
        return notes.map { $0.body.text(.indeks) }
    }

    /// What the BevilgetYdelse of a grant are called in it, each as often as it stands.
    func ydelsesnavne() throws(StoreError) -> [String?] {
        guard kind == .bevilling else { return [] }
        return try segmenter(.bevilgetYdelse).map { $0.body.text(.id) }
    }

    /// How many parts an object has in its registrations: one that was changed on the way is one, whichever of them
    /// it is in. At one instant of one registration each is one, whatever it is called.
    static func antal(
        _ visninger: [Visning], _ navne: (Visning) throws(StoreError) -> [String?]
    ) throws(StoreError) -> Int {
        var alle: [String?] = []
        for visning in visninger { alle += try navne(visning) }
        if visninger.count == 1, case .punkt = visninger[0].vindue { return alle.count }
        return Set(alle).count
    }

    func noegle(_ element: Sortering.Element) throws(StoreError) -> Sorteringsnoegle {
        switch element {
        case .bruger: return .init(udsnit.header[.brugerRef]?.unikId)
        case .livscyklus: return .init(udsnit.header.text(.livscyklusKode))
        case .stsRegistreringstidspunkt: return .init(udsnit.stsTidspunkt)
        case .registreringstidspunkt: return .init(udsnit.tidspunkt)
        case .brugervendtNoegle: return .init(try egenskab(.brugervendtNoegle)?.text)
        case .titel: return .init(try egenskab(.titel)?.text)
        case .major: return .init(cifre: try egenskab(.versionIdentifikator)?.text)
        case .minor: return .init(cifre: try egenskab(.underversionIdentifikator)?.text)
        case .dispositionsdato: return .init(try egenskab(.dispositionsdato)?.time)
        case .startdato: return .init(try egenskab(.startdato)?.time)
        case .slutdato: return .init(try egenskab(.slutdato)?.time)
        case .foelsomhed:
            let unit: Element = kind == .sag ? .sagIndeksEgenskaber : .egenskaber
            let level = try segmenter(unit).first?.body.text(.foelsomhed)
            return .init(level.flatMap { Foelsomhed(text: $0) }.map { Int($0.rawValue) })
        case .fremdrift:
            let codes = kind == .sag ? ObjektSchema.sagFremdrift : ObjektSchema.dokumentFremdrift
            let code = try segmenter(.fremdrift).first?.body.text(.fremdriftStatusKode)
            return .init(code.flatMap { codes.firstIndex(of: $0) })
        case .systemnavn:
            let unit: Element =
                kind == .sag ? .sagsitsystemRelation : .dokumentitsystemRelation
            let master = try segmenter(unit).first { rolle($0) == .master }
            return .init(master?.body.text(.systemNavn))
        case .klasse:
            let klasse = try segmenter(.sagsklasse).first { rolle($0) == .primaerKlasse }
            let own = klasse?.body.group(.lokalUdvidelseListe, .sagsklasseLokalUdvidelse)
            return .init(own?.text(.brugervendtNoegle))
        case .fuldtNavn: return .init(try segmenter(.bevillingspart).first?.body.text(.fuldtNavn))
        case .ydelsesnavn:
            let names = try segmenter(.bevilgetYdelse).compactMap {
                $0.body.group(.ydelse)?.text(.ydelsesnavn)
            }
            return .init(names.first)
        }
    }

    private func egenskab(_ element: Element) throws(StoreError) -> ElementValue? {
        try segmenter(.egenskaber).first?.body[element]
    }
}
