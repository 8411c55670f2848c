public import IndexCore

/// Every numbered rule that can be judged from an object alone, or from what an update makes of it.
///
/// Pure. The schema rules are the `RecordParser`'s; the rules that ask about other objects
/// (R18, R19, R21, R23, R37, Y33–Y35, Y37) are the store's. Costs some microseconds for an object
/// of fifteen segments. Source: sag-dokument contract §5, ydelse contract §11.
public struct Validator: Sendable {
    let roller: RolleTabel
    /// Whether a KLE number of the form NN.NN.NN is in the plan (Y17).
    let erKendt: @Sendable (String) -> Bool

    public init(
        roller: RolleTabel = .standard,
        erKendt: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.roller = roller
        self.erKendt = erKendt
    }

    /// What is wrong with an import, beyond the parser's own findings, registration by
    /// registration in the order of the text.
    public func validate(_ record: ParsedRecord) -> [Finding] {
        var findings: [Finding] = []
        var earlier: Tidspunkt?
        for registrering in record.registreringer {
            var check = Check(self, record.kind, registrering.segments, .sent(registrering))
            check.header(registrering.header, after: earlier)
            check.eachSegment()
            check.snapshot()
            findings += check.findings
            earlier = registrering.header[.tidspunkt]?.time ?? earlier
        }
        return record.readable(findings)
    }

    /// What is wrong with the sent segments of an update: each by itself, and one with another.
    public func validateUpdate(_ record: ParsedRecord) -> [Finding] {
        guard let sent = record.registreringer.first else { return [] }
        var check = Check(self, record.kind, sent.segments, .sent(sent))
        check.eachSegment()
        check.apart()
        return record.readable(check.findings)
    }

    /// What is wrong with the result of an update: whole timelines and what may not disappear.
    ///
    /// Judges the timelines that the update touched; the others were judged when they came.
    public func validateMerged(
        _ kind: ObjektKind, before: [Segment], after: [Segment], sent: ParsedRegistrering
    ) -> [Finding] {
        var check = Check(self, kind, after, .merged(sent, sent.places))
        check.merged(before: before, sent: sent.segments)
        return check.findings
    }

    /// Whether `sent` names another Master than what was `before`, or none: R20, where it stands.
    public func validateMaster(
        _ kind: ObjektKind, before: [Segment], sent: ParsedRegistrering
    ) -> [Finding] {
        var check = Check(self, kind, sent.segments, .sent(sent))
        check.master(before)
        return check.findings
    }

    /// What a grant or payment that takes the place of what was `before` lacks of the mandatory parts and fields that
    /// it had (Y36): what it becomes, which may hold more than was sent. Of other objects each import is judged for
    /// what it must have.
    public func validateReplacement(
        _ kind: ObjektKind, before: [Segment], after: [Segment], sent: ParsedRegistrering
    ) -> [Finding] {
        guard kind.isYdelse else { return [] }
        var check = Check(self, kind, after, .merged(sent, sent.places))
        check.replaced(before)
        return check.findings
    }

    /// What is wrong with purging the parts of `sent`, whole timelines each, from an object that has `stored`.
    ///
    /// A part that the object does not have is R19 (Y35 for ydelse), a mandatory one R43 (Y36).
    public func validateRemoval(
        _ kind: ObjektKind, sent: ParsedRegistrering, stored: [Segment]
    ) -> [Finding] {
        let parts = sent.segments
        let places = Places.sent(sent)
        let check = Check(self, kind, parts, places)
        let known = Set(stored.map(\.key))
        let gone = Set(parts.map(\.key))
        let left = stored.filter { !gone.contains($0.key) }
        return parts.indices.compactMap { index in
            let sti = places.sti(index, check)
            guard known.contains(parts[index].key) else {
                return Finding(check.rule(.R19, .Y35), at: sti)
            }
            if check.isMaster(index) {
                return Finding(check.rule(.R43, .Y36), at: sti, mark: .refuses)
            }
            let isNeeded = check.isObligatorisk(index) || check.isLast(index, left)
            return isNeeded ? Finding(check.rule(.R43, .Y36), at: sti) : nil
        }
    }

    /// Parts findings into those that refuse the object and those that are told beside it.
    public func judge(
        _ findings: [Finding], _ kontrol: Kontrol
    ) -> (refusals: [Finding], warnings: [Finding]) {
        var refusals: [Finding] = []
        var warnings: [Finding] = []
        for finding in findings {
            if finding.mark.refuses(kontrol) {
                refusals.append(finding)
            } else {
                warnings.append(finding)
            }
        }
        return (refusals, warnings)
    }

    /// The one status of a refused object: 40 when any finding has it, else the first one's.
    ///
    /// A malformed object is told as malformed, whatever else is wrong with it.
    /// Nil when nothing refuses it.
    public static func statusKode(of refusals: [Finding]) -> Int? {
        refusals.contains { $0.statusKode == 40 } ? 40 : refusals.first?.statusKode
    }
}

extension Rule.Mark {
    /// Whether what is so marked refuses the object of a source judged by `kontrol`.
    public func refuses(_ kontrol: Kontrol) -> Bool {
        switch self {
        case .refuses: true
        case .guidance: kontrol == .streng
        case .warns: false
        }
    }
}

extension ParsedRecord {
    /// Those of `findings` that are true of what the parser could read.
    ///
    /// A value that the schema refused is not kept, and so looks as if it were missing.
    fileprivate func readable(_ findings: [Finding]) -> [Finding] {
        let unread = self.findings.filter { $0.mark == .refuses }
        guard !unread.isEmpty else { return findings }
        return findings.filter { finding in !unread.contains { $0.hides(finding) } }
    }
}

extension Finding {
    /// The other one stands at the same place, or inside what is of another type altogether (R8).
    fileprivate func hides(_ other: Finding) -> Bool {
        other.sti == sti || (rule == .R8 && other.sti.hasPrefix(sti + "."))
    }
}

// MARK: - One registration under judgement

/// Where a finding's segment stands in what the sender wrote.
enum Places {
    /// The segments are the sent ones.
    case sent(ParsedRegistrering)
    /// The segments are the result of a merge with these, which stand at these places.
    case merged(ParsedRegistrering, [TimelineKey: [Int]])

    /// The segment's own path, or its list's when the sender did not send it.
    func sti(_ index: Int, _ check: Check, _ member: String? = nil) -> String {
        switch self {
        case .sent(let registrering): return registrering.sti(index, in: check.schema, member)
        case .merged(let sent, let places):
            let segment = check.segments[index]
            let own = places[segment.key] ?? []
            guard let place = own.first(where: { sent.segments[$0] == segment }) ?? own.last
            else { return liste(segment.unit, check) }
            return sent.sti(place, in: check.schema, member)
        }
    }

    /// The path of a whole list.
    func liste(_ unit: Element, _ check: Check) -> String {
        var parts: [String] = []
        if let schema = check.schema.unit(unit) {
            parts.append(schema.container.name)
            if schema.isExtension { parts.append(Element.lokalUdvidelseListe.name) }
        }
        let path = (parts + [unit.name]).joined(separator: ".")
        switch self {
        case .sent(let registrering), .merged(let registrering, _): return registrering.sti(path)
        }
    }
}

/// The judging of one registration; its topics stand in files of their own.
struct Check {
    let validator: Validator
    let kind: ObjektKind
    let schema: ObjektSchema
    let rules: RelationRules
    let isYdelse: Bool
    let segments: [Segment]
    let places: Places
    var findings: [Finding] = []
    /// One for each segment judged so far, for the rules of time.
    var entries: [TimelineEntry] = []
    /// The actor last judged, which most often is the next one's too.
    var lastAktoer: (group: ElementGroup, faults: AktoerFaults)?

    init(
        _ validator: Validator, _ kind: ObjektKind, _ segments: [Segment], _ places: Places
    ) {
        self.validator = validator
        self.kind = kind
        schema = ObjektSchema.of(kind)
        rules = RelationRules.of(kind)
        isYdelse = kind.isYdelse
        self.segments = segments
        self.places = places
        entries.reserveCapacity(segments.count)
    }

    func rule(_ sagDokument: Rule, _ ydelse: Rule) -> Rule { isYdelse ? ydelse : sagDokument }

    /// Told when a ydelse lacks what the contract's tables mark as mandatory by convention.
    var vedMangel: Rule { kind == .bevilling ? .Y14 : .Y28 }

    mutating func report(
        _ rule: Rule, _ segment: Int, _ member: String? = nil, besked: String? = nil
    ) {
        findings.append(Finding(rule, at: places.sti(segment, self, member), besked))
    }

    mutating func report(_ rule: Rule, liste unit: Element, besked: String? = nil) {
        findings.append(Finding(rule, at: places.liste(unit, self), besked))
    }

    /// Judges every segment by itself.
    mutating func eachSegment() {
        for index in segments.indices {
            virkning(index)
            switch segments[index].unit {
            case .egenskaber: egenskaber(index)
            case .sagIndeksEgenskaber, .fremdrift: break
            case .bevilgetYdelse: bevilgetYdelse(index)
            default:
                relation(index)
                continue
            }
            entries.append(TimelineEntry(index, segments[index]))
        }
    }

    // MARK: Header: R24, R25, Y25

    mutating func header(_ header: ElementGroup, after earlier: Tidspunkt?) {
        var isImporteret = false
        var bruger: ElementValue?
        var tidspunkt: Tidspunkt?
        for value in header {
            switch value.element {
            case .livscyklusKode: isImporteret = value.equals("Importeret")
            case .brugerRef: bruger = value
            case .tidspunkt: tidspunkt = value.time
            default: break
            }
        }
        if !isImporteret { report(rule(.R24, .Y25), header: .livscyklusKode) }
        if bruger == nil { report(rule(.R24, .Y25), header: .brugerRef, "BrugerRef mangler") }
        if tidspunkt == nil { report(rule(.R24, .Y25), header: .tidspunkt, "Tidspunkt mangler") }
        if let bruger, !isYdelse, !isBruger(bruger) {
            report(
                .R25, header: .brugerRef, "BrugerRef har ikke en lovlig form",
                mark: bruger.withBytes(URNForm.isBrugerUdenOio) ? .warns : nil)
        }
        if let tidspunkt, let earlier, tidspunkt <= earlier {
            report(
                rule(.R24, .Y37), header: .tidspunkt, "Tidspunkt skal stige", statusKode: 40,
                mark: .refuses)
        }
    }

    private mutating func report(
        _ rule: Rule, header element: Element, _ besked: String? = nil, statusKode: Int? = nil,
        mark: Rule.Mark? = nil
    ) {
        guard case .sent(let registrering) = places else { return }
        findings.append(
            Finding(
                rule, at: registrering.sti(element.name), besked, statusKode: statusKode,
                mark: mark))
    }

    func isBruger(_ value: ElementValue) -> Bool {
        value.type == .uuid || value.withBytes(URNForm.isBruger)
    }

    // MARK: Virkning: R16, R25, Y20, Y23

    mutating func virkning(_ index: Int) {
        let virkning = segments[index].virkning
        if virkning.fra >= virkning.til {
            report(rule(.R16, .Y20), index, "Virkning")
        }
        guard virkning.given.contains(.virkning) else {
            return report(rule(.R25, vedMangel), index, "Virkning", besked: "Virkning mangler")
        }
        if !virkning.given.contains(.fra) {
            report(
                rule(.R25, vedMangel), index, "Virkning.FraTidspunkt",
                besked: "FraTidspunkt mangler")
        } else if virkning.fra == .distantPast {
            report(
                rule(.R25, .Y20), index, "Virkning.FraTidspunkt",
                besked: "FraTidspunkt må ikke være uendeligt")
        }
        if !isYdelse, !virkning.given.contains(.til) {
            report(.R25, index, "Virkning.TilTidspunkt", besked: "TilTidspunkt mangler")
        }
        let faults = aktoer(virkning.aktoer)
        if !faults.isEmpty { report(faults, index) }
    }

    private mutating func aktoer(_ group: ElementGroup) -> AktoerFaults {
        if let last = lastAktoer, last.group == group { return last.faults }
        var faults: AktoerFaults = [.refMangler, .typeMangler]
        for value in group {
            switch value.element {
            case .aktoerRef:
                faults.remove(.refMangler)
                if !isBruger(value) {
                    let isNear = value.withBytes(URNForm.isBrugerUdenOio)
                    faults.insert(isNear ? .refUdenOio : .refForm)
                }
            case .aktoerTypeKode:
                faults.remove(.typeMangler)
                if !value.equals("Bruger"), !value.equals("ItSystem") { faults.insert(.typeKode) }
            default: break
            }
        }
        if isYdelse { faults.formIntersection(.typeKode) }
        lastAktoer = (group, faults)
        return faults
    }

    private mutating func report(_ faults: AktoerFaults, _ index: Int) {
        if faults.contains(.refMangler) {
            report(.R25, index, "Virkning.AktoerRef", besked: "AktoerRef mangler")
        }
        if faults.contains(.refForm) {
            report(
                .R25, index, "Virkning.AktoerRef", besked: "AktoerRef har ikke en lovlig form")
        }
        if faults.contains(.refUdenOio) {
            let sti = places.sti(index, self, "Virkning.AktoerRef")
            findings.append(Finding(.R25, at: sti, "AktoerRef mangler oio", mark: .warns))
        }
        if faults.contains(.typeMangler) {
            report(.R25, index, "Virkning.AktoerTypeKode", besked: "AktoerTypeKode mangler")
        }
        if faults.contains(.typeKode) {
            report(
                rule(.R25, .Y23), index, "Virkning.AktoerTypeKode",
                besked: "AktoerTypeKode skal være Bruger eller ItSystem")
        }
    }
}

/// What can be wrong with the actor of a Virkning.
struct AktoerFaults: OptionSet, Sendable {
    let rawValue: UInt8
    static let refMangler = AktoerFaults(rawValue: 1)
    static let refForm = AktoerFaults(rawValue: 2)
    static let typeMangler = AktoerFaults(rawValue: 4)
    static let typeKode = AktoerFaults(rawValue: 8)
    static let refUdenOio = AktoerFaults(rawValue: 16)
}
