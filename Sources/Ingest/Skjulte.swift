import IndexCore

/// What of a registration its sender may not know of: parts that point at what is hidden from it, and what is left out
/// of a part for the same reason.
///
/// Such parts are in no answer that the sender gets. So they are not taken out because they are not sent, and what is
/// sent as it was read changes nothing.
struct Skjulte {
    private let current: Registrering
    private let schema: ObjektSchema
    /// Left out whole.
    let hele: [Segment]
    /// Of what is shown without some of it, with what that is.
    private let delvise: [(segment: Segment, elementer: Set<Element>)]

    /// `kender` tells whether the sender may know of an object, which costs a reading of it: asked once for each, and of
    /// the parts that `spoergesOm` alone.
    init(
        _ current: Registrering, _ schema: ObjektSchema, spoergesOm: (Segment) -> Bool,
        kender: (UUIDIdentifikator) throws(StoreError) -> Bool
    ) throws(StoreError) {
        self.current = current
        self.schema = schema
        var kendte: [UUIDIdentifikator: Bool] = [:]
        var hele: [Segment] = []
        var delvise: [(Segment, Set<Element>)] = []
        for segment in current.segments {
            guard let (target, elementer) = segment.visesForKendere, spoergesOm(segment) else {
                continue
            }
            let known: Bool
            if let told = kendte[target] { known = told } else { known = try kender(target) }
            kendte[target] = known
            if known { continue }
            if let elementer { delvise.append((segment, elementer)) } else { hele.append(segment) }
        }
        self.hele = hele
        self.delvise = delvise
    }

    private var isEmpty: Bool { hele.isEmpty && delvise.isEmpty }

    /// What was sent, with what its sender could not know of.
    func lagtTil(_ sent: Registrering) -> Registrering {
        guard !isEmpty else { return sent }
        var result = sent
        let kendte = Dictionary(grouping: current.segments, by: \.key)
        result.segments = sent.segments.map { lagtTil($0, kendte[$0.key] ?? []) }
        let sendte = Set(sent.segments.map(\.key))
        // Others are sent all the same, or replaced by another in their place.
        let missing = hele.filter { !sendte.contains($0.key) }
        result.segments = schema.ordnet(result.segments + missing)
        return result
    }

    /// As it is registered, where it was sent as it is shown; else with what is left out of the part when it is shown.
    private func lagtTil(_ sent: Segment, _ kendte: [Segment]) -> Segment {
        for own in kendte where own != sent {
            let skjult = delvise.first { $0.segment == own }?.elementer ?? []
            if own.without(skjult) == sent { return own }
        }
        guard
            let (own, elementer) = delvise.first(where: {
                $0.segment.key == sent.key && $0.segment.maal == sent.maal
            }), !sent.body.contains(where: { elementer.contains($0.element) }),
            let group = schema.unit(sent.unit)?.group
        else { return sent }
        let hidden = own.body.filter { elementer.contains($0.element) }
        return Segment(
            unit: sent.unit, virkning: sent.virkning,
            body: group.group(of: Array(sent.body) + hidden))
    }

    /// Whether it says what is registered, as far as the sender is shown it.
    func erUaendret(_ sent: Registrering) -> Bool {
        if sent.hasSameContent(as: current) { return true }
        guard !isEmpty, sent.header[.noteTekst] == nil else { return false }
        var shown = current
        shown.header = current.header.without([.noteTekst])
        return sent.hasSameContent(as: shown)
    }

    /// Whether the entry would take the place of one that is left out, and is another.
    func optager(_ sent: Segment) -> Bool {
        hele.contains { $0.viger(for: sent) }
    }
}

extension Segment {
    var erPost: Bool { unit == .journalpost }
    fileprivate var maal: String? { body[.referenceID]?.unikId }

    /// Whether it is a journal entry in the place of which another is sent.
    func viger(for sent: Segment) -> Bool {
        erPost && sent.erPost && key == sent.key && maal != sent.maal
            && virkning.overlaps(sent.virkning)
    }
}

extension Segment {
    /// The object that a reader must see to be shown the part, or those elements of it; nil for what all are shown.
    fileprivate var visesForKendere: (UUIDIdentifikator, Set<Element>?)? {
        switch unit {
        case .journalpost, .sagsrelation, .dokumentrelation:
            body[.referenceID]?.uuid.map { ($0, nil) }
        case .bevillingssag:
            body[.referenceID]?.uuid.map { ($0, [.brugervendtNoegle, .fuldtNavn]) }
        case .oekonomiskYdelseEffektueringRelation:
            body.group(.bevilgetYdelseRef)?[.uuidIdentifikator]?.uuid.map {
                ($0, [.bevilgetYdelseRef])
            }
        default: nil
        }
    }
}
