/// The authority that owns an object, as its relation `Ejer` tells it.
public enum Ejer {
    /// The owner's CVR number: of the ReferenceID when that is a CVR URN, else of the copied field.
    ///
    /// `segment` is a relation in the role Ejer of an object of `kind`; nil when neither place
    /// holds a number, or the unit is not one that has an Ejer.
    /// Source: sag-dokument contract X9 and §1.7 (the reference wins); ydelse contract §6.
    public static func cvr(of segment: Segment, kind: ObjektKind) -> CVRNummer? {
        if let reference = segment.body[.referenceID], let number = cvr(urn: reference) {
            return number
        }
        return copied(segment.body, kind).flatMap(number)
    }

    /// The number of a `urn:oio:cvr-nr:` or, as some senders write it, `urn:oio:cvr:` reference.
    public static func cvr(urn reference: ElementValue) -> CVRNummer? {
        guard reference.type == .text else { return nil }
        return reference.withBytes { bytes -> CVRNummer? in
            for prefix in prefixes where bytes.count == prefix.utf8CodeUnitCount + 8 {
                let head = UnsafeBufferPointer(
                    start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
                guard bytes.starts(with: head) else { continue }
                return number(UnsafeRawBufferPointer(rebasing: bytes[head.count...]))
            }
            return nil
        }
    }

    private static let prefixes: [StaticString] = ["urn:oio:cvr-nr:", "urn:oio:cvr:"]

    private static func copied(_ body: ElementGroup, _ kind: ObjektKind) -> ElementValue? {
        switch kind {
        case .sag:
            body.group(.lokalUdvidelseListe, .sagsaktoerLokalUdvidelse)?[.cvrNummer]
        case .dokument:
            body.group(.lokalUdvidelseListe, .dokumentaktoerLokalUdvidelse)?[.cvrNr]
        case .bevilling, .oekonomiskEffektuering: body[.cvrnr]
        }
    }

    private static func number(_ value: ElementValue) -> CVRNummer? {
        value.withBytes(number)
    }

    private static func number(_ digits: UnsafeRawBufferPointer) -> CVRNummer? {
        guard digits.count == 8 else { return nil }
        var result: UInt32 = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            result = result * 10 + UInt32(digit - 48)
        }
        return CVRNummer(number: result)
    }

    /// The authority that an object with these segments belongs to: the one in effect now, else the one at the instant
    /// that stands for the object, else the first that will be.
    public static func cvr(
        of registrering: [Segment], kind: ObjektKind, roller: RolleTabel, at now: Tidspunkt
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
        let own = owners.first { $0.virkning.covers(now) }
        let instant = Afleder.instant(of: registrering, now: now)
        let then = own ?? owners.first { $0.virkning.covers(instant) }
        let later = owners.filter { $0.virkning.fra > now }
            .min { $0.virkning.fra < $1.virkning.fra }
        return (then ?? later).flatMap { cvr(of: $0, kind: kind) }
    }
}
