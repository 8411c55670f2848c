// 1. Equal identities are equal keys, different ones differ, and numbered forms are short.
// 2. Class numbers sort as numbers; a packed one is covered as the text is.

import Testing

@testable import IndexCore

@Suite struct NoegleTests {
    @Test(
        "Numbered URNs get short keys of their own",
        arguments: [
            "urn:oio:cpr-nr:3113999901", "urn:oio:cvr-nr:99000077", "urn:oio:pnr:1099000077",
            "urn:oio:us:personid:1234567", "urn:oio:udk:borgerid:999999999999",
        ])
    func numbered(_ urn: String) {
        #expect(Noegle(urn: urn).bytes.count == 6)
        #expect(Noegle(urn: urn) != Noegle(urn: urn.dropLast() + "0"))
        // With a digit too few or many, a letter or a sign it is an ordinary URN.
        for other in [
            urn + "0", String(urn.dropLast()), urn.dropLast() + "x", urn.dropLast(2) + "+1",
        ] {
            #expect(Noegle(urn: other).bytes.first == Noegle.Tag.urn.rawValue)
        }
    }

    @Test("The same identity is one key")
    func same() {
        #expect(Noegle(urn: "urn:oio:cvr:99000077") == Noegle(urn: "urn:oio:cvr-nr:99000077"))
        #expect(
            Noegle(urn: "urn:oio:fuldtnavn:Bent ÅGE") == Noegle(urn: "urn:oio:fuldtnavn:bent åge"))
        #expect(Noegle(unikId: "0A000000-0000-4000-8000-0000000000FF") == Noegle(Byg.uuid(255)))
        #expect(Noegle(Byg.uuid(255)).uuid == Byg.uuid(255))
        #expect(
            Noegle(brugervendtNoegle: "BYG-1", .sag) == Noegle(brugervendtNoegle: "byg-1", .sag))
    }

    @Test("Different identities differ, also of the same digits")
    func different() {
        let keys = [
            Noegle(urn: "urn:oio:cpr-nr:1099000077"), Noegle(urn: "urn:oio:pnr:1099000077"),
            Noegle(brugervendtNoegle: "1", .sag), Noegle(brugervendtNoegle: "1", .dokument),
            Noegle(klasse: "1"), Noegle(urn: "1"), Noegle(Byg.uuid(1)),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(Noegle(klasse: "27.36.04").uuid == nil)
    }

    @Test("A key comes back from a file's bytes")
    func stored() {
        for key in [Noegle(Byg.uuid(1)), Noegle(klasse: "G01"), Noegle(urn: "urn:x")] {
            #expect(Noegle(stored: key.bytes) == key)
        }
        #expect(Noegle(stored: []) == nil && Noegle(stored: [99]) == nil)
    }

    @Test("Packed numbers keep order and text; what is no number is missing")
    func packed() {
        let numbers = ["00.01.00", "27.36.04", "27.36.10", "32.03.04", "99.99.99"]
        let packed = numbers.map { PakketKLE($0) }
        #expect(packed.map(\.text) == numbers)
        #expect(packed.map(\.word) == packed.map(\.word).sorted())
        for bad in [nil, "", "27", "27.36", "27.36.0", "27.36.044", "27-36-04", "2a.36.04", "G01"] {
            #expect(PakketKLE(bad) == .mangler)
        }
    }

    @Test("A pattern covers a packed number as it covers the text")
    func patterns() throws {
        let numbers = [
            "00.00.00", "26.99.99", "27.00.00", "27.36.04", "27.36.99", "27.37.00", "28.00.00",
            "32.03.04", "34.99.99", "35.00.00",
        ]
        for text in ["*", "27.*", "27.36.*", "27.36.04", "32.*-34.*", "26.99.99-27.36.04"] {
            let pattern = try #require(KLEPattern(text))
            for number in numbers {
                #expect(
                    pattern.covers(PakketKLE(number)) == pattern.covers(number), "\(text) \(number)"
                )
            }
            #expect(pattern.covers(.mangler) == (text == "*"))
        }
    }
}
