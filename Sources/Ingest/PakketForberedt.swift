import IndexCore

/// A prepared object in little memory, for those that wait long to be written.
///
/// Holds each registration in its stored form, a third of what it takes unpacked; what comes out
/// is what went in.
struct PakketForberedt: Sendable {
    private struct PakketRegistrering: Sendable {
        let index: Int?
        let lists: ParsedRegistrering.Lists
        let bytes: [UInt8]
    }

    let uuid: UUIDIdentifikator?
    let myndighed: CVRNummer?
    private let objekt: IndsendtObjekt
    private let operation: IngestOperation
    private let registreringer: [PakketRegistrering]
    private let findings: [Finding]
    private let advarsler: [Finding]
    private let mode: Kontrol

    /// Nil for one that is refused already: there is nothing of it to write.
    init?(_ forberedt: Forberedt) {
        guard let record = forberedt.record else { return nil }
        uuid = forberedt.uuid
        myndighed = forberedt.myndighed
        objekt = forberedt.objekt
        operation = record.operation
        registreringer = record.registreringer.map { registrering in
            let whole = Registrering(
                header: registrering.header, stsTidspunkt: .distantPast,
                segments: registrering.segments)
            return PakketRegistrering(
                index: registrering.index, lists: registrering.lists, bytes: whole.encoded())
        }
        findings = record.findings
        advarsler = forberedt.advarsler
        mode = forberedt.mode
    }

    func pakketUd() -> Forberedt {
        let record = ParsedRecord(
            kind: objekt.kind, operation: operation, uuid: uuid,
            registreringer: registreringer.map(Self.pakketUd), findings: findings)
        return Forberedt(
            objekt, record: record, myndighed: myndighed, advarsler: advarsler, mode: mode)
    }

    private static func pakketUd(_ pakket: PakketRegistrering) -> ParsedRegistrering {
        guard let whole = Registrering(decoding: pakket.bytes) else {
            preconditionFailure("a registration does not read back as it was written")
        }
        return ParsedRegistrering(
            index: pakket.index, header: whole.header, lists: pakket.lists,
            segments: whole.segments, positions: positions(whole.segments))
    }

    /// Segments stand list by list, and within a list as sent.
    private static func positions(_ segments: [Segment]) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(segments.count)
        for (index, segment) in segments.enumerated() {
            let isNext = index > 0 && segments[index - 1].unit == segment.unit
            result.append(isNext ? result[index - 1] + 1 : 0)
        }
        return result
    }
}
