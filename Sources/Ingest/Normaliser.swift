public import IndexCore

/// Resolves the classes an object points at against the loaded classification. Pure.
///
/// What the sender wrote is never changed (part A6): the answer is findings that say how a class was
/// found. Source: klassifikation part A5, rules K12 and K13.
public struct Normaliser: Sendable {
    let klassifikation: Klassifikation?
    let roller: RolleTabel

    public init(klassifikation: Klassifikation?, roller: RolleTabel = .standard) {
        self.klassifikation = klassifikation
        self.roller = roller
    }

    /// The findings about one object's classes; costs about a microsecond a class.
    func normalise(_ record: ParsedRecord) -> (findings: [Finding], count: Int) {
        guard let klassifikation else { return ([], 0) }
        var findings: [Finding] = []
        var count = 0
        for registrering in record.registreringer {
            for (index, segment) in registrering.segments.enumerated() {
                guard let reference = ClassReference(segment, record.kind, roller) else { continue }
                count += 1
                let lookup = klassifikation.resolve(
                    reference: reference.uuid, noegle: reference.noegle, ejer: nil,
                    at: segment.virkning.fra.isInfinite ? .foerst : segment.virkning.fra.danishDate)
                guard let finding = finding(lookup, record, registrering, index) else { continue }
                findings.append(finding)
            }
        }
        return (findings, count)
    }

    private func finding(
        _ lookup: KlasseOpslag, _ record: ParsedRecord, _ registrering: ParsedRegistrering,
        _ index: Int
    ) -> Finding? {
        let isYdelse = registrering.segments[index].unit == .bevilgetYdelse
        let sti = registrering.sti(
            index, in: record.schema,
            isYdelse ? "Ydelse.Klassifikation.ReferenceID" : "ReferenceID")
        if lookup.place == nil {
            // The plan's own rule for benefits has a number of its own.
            return Finding(record.isYdelse ? .Y17 : .K12, at: sti, "Klassen er ukendt")
        }
        if lookup.afvigelser.contains(.udgaaet) {
            return Finding(
                .K13, at: sti,
                "Klassen var udgået på relationens FraTidspunkt (trin \(lookup.trin.rawValue))")
        }
        if lookup.afvigelser.contains(.uuidOgNoegleUenige) {
            return Finding(
                record.isYdelse ? .Y18 : .K12, at: sti,
                "UUID og nummer peger på hver sin klasse; klassen er UUID'ets, og adgang og søgning følger nummeret"
            )
        }
        return nil
    }
}

/// A relation to a class, with the number that was copied beside it.
private struct ClassReference {
    let uuid: UUIDIdentifikator?
    let noegle: String?

    init?(_ segment: Segment, _ kind: ObjektKind, _ roller: RolleTabel) {
        switch segment.unit {
        case .sagsklasse, .dokumentklasse:
            let rolle = roller.rolle(
                RolleListe(kind, segment.unit), segment.body[.rolle]?.uuid)
            guard rolle == .primaerKlasse || rolle == .handlingsklasse else { return nil }
            let own =
                segment.body.group(.lokalUdvidelseListe, .sagsklasseLokalUdvidelse)
                ?? segment.body.group(.lokalUdvidelseListe, .dokumentklasseLokalUdvidelse)
            uuid = segment.body[.referenceID]?.uuid
            noegle = own?.text(.brugervendtNoegle)
        case .bevilgetYdelse:
            guard let klasse = segment.body.group(.ydelse, .klassifikation) else { return nil }
            uuid = klasse[.referenceID]?.uuid
            noegle = klasse.text(.brugervendtNoegle)
        case .oekonomiskYdelseEffektueringRelation:
            uuid = segment.body[.referenceID]?.uuid
            noegle = segment.body.text(.klassifikationsbeskrivelse)
        default: return nil
        }
    }
}
