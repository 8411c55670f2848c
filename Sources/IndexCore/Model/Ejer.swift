/// Whose an object is.
public enum Ejer {
    /// The authority that an Ejer segment names: the URN when it is one, else the extension's CVR.
    ///
    /// Source: access rule X9; `urn:oio:cvr:` is the same as `urn:oio:cvr-nr:` (B12).
    public static func cvr(of segment: Segment, kind: ObjektKind) -> CVRNummer? {
        if let urn = segment.body.text(.referenceID) {
            for prefix in ["urn:oio:cvr-nr:", "urn:oio:cvr:"] where urn.hasPrefix(prefix) {
                return CVRNummer(urn.dropFirst(prefix.count))
            }
        }
        let own: ElementGroup?
        let member: Element
        switch kind {
        case .sag:
            (own, member) = (
                segment.body.group(.lokalUdvidelseListe, .sagsaktoerLokalUdvidelse), .cvrNummer
            )
        case .dokument:
            (own, member) = (
                segment.body.group(.lokalUdvidelseListe, .dokumentaktoerLokalUdvidelse), .cvrNr
            )
        case .bevilling, .oekonomiskEffektuering: (own, member) = (segment.body, .cvrnr)
        }
        return own?.text(member).flatMap { CVRNummer($0) }
    }

    /// The authority that holds at `instant`, or the first that will.
    public static func cvr(
        of registrering: [Segment], kind: ObjektKind, roller: RolleTabel, at instant: Tidspunkt
    ) -> CVRNummer? {
        let unit: Element =
            switch kind {
            case .sag: .sagsaktoer
            case .dokument: .dokumentaktoer
            case .bevilling: .bevillingsaktoer
            case .oekonomiskEffektuering: .aktoer
            }
        let owners = registrering.filter {
            $0.unit == unit
                && roller.rolle(RolleListe(kind, unit), $0.body[.rolle]?.uuid) == .ejer
        }
        let now = owners.first { $0.virkning.covers(instant) }
        let later = owners.filter { $0.virkning.fra > instant }
            .min { $0.virkning.fra < $1.virkning.fra }
        return (now ?? later).flatMap { cvr(of: $0, kind: kind) }
    }
}
