// 1. A CVR URN as ReferenceID gives the owner, in either spelling, and wins over the copied field.
// 2. A UUID as ReferenceID leaves it to the copied field, where the kind of object has it.
// 3. Neither gives nobody.

import IndexCore
import Testing

@Suite struct EjerTests {
    private static let uuid = UUIDIdentifikator(high: 1, low: 2)

    private func segment(
        _ kind: ObjektKind, reference: String?, copy: String? = nil
    ) -> Segment {
        var writer = RecordWriter()
        if let reference {
            writer.text(.referenceID, reference)
        } else {
            writer.uuid(.referenceID, Self.uuid)
        }
        if let copy { write(copy, kind, &writer) }
        let virkning = Virkning(fra: .distantPast, til: .distantFuture, aktoer: .empty)
        return Segment(unit: .sagsaktoer, virkning: virkning, body: ElementGroup(writer.bytes))
    }

    private func write(_ copy: String, _ kind: ObjektKind, _ writer: inout RecordWriter) {
        guard kind == .sag || kind == .dokument else { return writer.text(.cvrnr, copy) }
        let list = writer.begin(.lokalUdvidelseListe)
        let own = writer.begin(
            kind == .sag ? .sagsaktoerLokalUdvidelse : .dokumentaktoerLokalUdvidelse)
        writer.text(kind == .sag ? .cvrNummer : .cvrNr, copy)
        writer.end(own)
        writer.end(list)
    }

    @Test("A CVR URN wins over the copied field", arguments: ObjektKind.allCases)
    func reference(_ kind: ObjektKind) {
        for urn in ["urn:oio:cvr-nr:01234567", "urn:oio:cvr:01234567"] {
            let segment = segment(kind, reference: urn, copy: "99000001")
            #expect(Ejer.cvr(of: segment, kind: kind) == CVRNummer("01234567"))
        }
    }

    @Test("The copied field counts when the reference is a UUID", arguments: ObjektKind.allCases)
    func copied(_ kind: ObjektKind) {
        let segment = segment(kind, reference: nil, copy: "99000001")
        #expect(Ejer.cvr(of: segment, kind: kind) == CVRNummer("99000001"))
    }

    @Test(
        "A reference of another form leaves it to the copied field",
        arguments: ["urn:oio:cvr-nr:1234567", "urn:oio:cvr-nr:1234567x", "urn:oio:pnr:01234567"])
    func otherForm(_ urn: String) {
        let with = segment(.sag, reference: urn, copy: "99000001")
        #expect(Ejer.cvr(of: with, kind: .sag) == CVRNummer("99000001"))
        #expect(Ejer.cvr(of: segment(.sag, reference: urn), kind: .sag) == nil)
    }

    @Test("Neither gives nobody", arguments: ObjektKind.allCases)
    func nobody(_ kind: ObjektKind) {
        #expect(Ejer.cvr(of: segment(kind, reference: nil), kind: kind) == nil)
    }
}
