// What is proved here:
//  1. Canonical numbers of all five levels are read, and say their level, parent and text.
//  2. Everything else is refused as canonical (K01), also lookalikes of Ø and of digits.
//  3. Numbers sort as their text does.
//  4. A number is within itself and its parents and nothing else.
//  5. What a reader types folds to a prefix and a facet.
//  6. What is not a number, or could be an ordinary word, does not fold.
//  7. Ø comes through NFC and NFD, and through a stroke put on an O.

import Foundation
import Testing

@testable import IndexCore

struct KLENummerTests {
    @Test(
        "A canonical number knows its level and its parent",
        arguments: [
            ("32", KLENummer.Niveau.hovedgruppe, nil),
            ("32.03", .gruppe, "32"),
            ("32.03.04", .emne, "32.03"),
            ("00.00.00", .emne, "00.00"),
            ("G", .handlingsfacetkategori, nil),
            ("Ø", .handlingsfacetkategori, nil),
            ("G01", .handlingsfacet, "G"),
            ("Ø54", .handlingsfacet, "Ø"),
            ("I00", .handlingsfacet, "I"),
        ] as [(String, KLENummer.Niveau, String?)])
    func canonical(text: String, niveau: KLENummer.Niveau, parent: String?) throws {
        let number = try #require(KLENummer(canonical: text))
        #expect(number.niveau == niveau)
        #expect(number.tekst == text)
        #expect(Array(number.tekst.utf8) == Array(text.utf8))
        #expect(number.overordnet?.tekst == parent)
    }

    @Test(
        "What is not spelled canonically is refused",
        arguments: [
            "", "3", "32.", "32.3", "32.3.4", "32.03.4", "32.03.", "32.03.04.", "32.03.04.05",
            " 32", "32 ", "32,03", "32-03", "3203", "320304", "32..04", "32.03.0a", "a2", "G1",
            "G001", "g01", "ø54", "B01", "O54", "054", "0", "Ø5", "Ø", "ØØ", "Ø545", "O\u{338}54",
            "Ö54", "G01 ", "32.*", "*", "32\u{0}", "3\u{662}", "３２", "32.03.04 G01", "--.--.--",
        ].filter { $0 != "Ø" })
    func refused(text: String) {
        #expect(KLENummer(canonical: text) == nil)
    }

    @Test("Numbers sort as text, Ø after all other letters")
    func order() {
        let texts = [
            "00", "00.01", "00.01.00", "00.02", "32.03.04", "99.99.99", "A", "A00", "S99", "Ø",
            "Ø54",
        ]
        let numbers = texts.reversed().compactMap { KLENummer(canonical: $0) }.sorted()
        #expect(numbers.map(\.tekst) == texts)
    }

    @Test("A number is within itself and its parents only")
    func within() throws {
        let subject = try #require(KLENummer(canonical: "32.03.04"))
        for text in ["32", "32.03", "32.03.04"] {
            #expect(subject.isWithin(try #require(KLENummer(canonical: text))))
        }
        for text in ["31", "32.04", "32.03.05", "G"] {
            #expect(!subject.isWithin(try #require(KLENummer(canonical: text))))
        }
        let facet = try #require(KLENummer(canonical: "Ø54"))
        #expect(facet.isWithin(try #require(KLENummer(canonical: "Ø"))))
        #expect(!facet.isWithin(try #require(KLENummer(canonical: "S"))))
        #expect(!(try #require(KLENummer(canonical: "32"))).isWithin(subject))
    }

    @Test(
        "A typed number folds to a prefix and a facet",
        arguments: [
            ("32.03.04", "32.03.04", nil),
            ("32.3.4", "32.03.04", nil),
            ("32.03.4", "32.03.04", nil),
            ("  32 . 03 . 04 ", "32.03.04", nil),
            ("32 03 04", "32.03.04", nil),
            ("32\u{A0}03", "32.03", nil),
            ("27.36", "27.36", nil),
            ("27.36.", "27.36", nil),
            ("27.3", "27.03", nil),
            ("27", "27", nil),
            ("27.*", "27", nil),
            ("27*", "27", nil),
            ("27.36.*", "27.36", nil),
            ("27.36*", "27.36", nil),
            ("27.36.0*", "27.36.0", nil),
            ("27.3*", "27.3", nil),
            ("3*", "3", nil),
            ("3.*", "03", nil),
            ("32.03.04 g01", "32.03.04", "G01"),
            ("32.03.04g1", "32.03.04", "G01"),
            ("32.03.04-G01", "32.03.04", "G01"),
            ("32.3.4 G", "32.03.04", "G"),
            ("27.* ø54", "27", "Ø54"),
            ("g01", "", "G01"),
            ("G 1", "", "G01"),
            ("ø54", "", "Ø54"),
            ("Ø*", "", "Ø"),
        ] as [(String, String, String?)])
    func folds(query: String, prefix: String, facet: String?) throws {
        let folded = try #require(KLENummer.folding(query))
        #expect(folded.emnePraefiks == prefix)
        #expect(folded.handlingsfacet?.tekst == facet)
    }

    @Test(
        "What is not a number does not fold",
        arguments: [
            "", " ", "*", "3", "3.", "g", "i", "O54", "054", "o54", "B01", "g001", "2024", "320304",
            "32.03.04.05", "32.003.04", "32..04", ".32", "32.03.04 12", "32.03.04 G01 G02",
            "32-34", "32.*-34.*", "folkepension", "17 skole", "3 4", "010190-1234", "32,03",
            "Ö54", "٣٢.٠٣", "27.36.04-G01-12-20", String(repeating: " ", count: 41) + "32",
        ])
    func doesNotFold(query: String) {
        #expect(KLENummer.folding(query) == nil)
    }

    @Test("Ø survives both normal forms and is known when put together of O and a stroke")
    func normalForms() throws {
        for text in [
            "Ø54".precomposedStringWithCanonicalMapping, "Ø54".decomposedStringWithCanonicalMapping,
        ] {
            #expect(KLENummer(canonical: text)?.tekst == "Ø54")
        }
        for typed in ["O\u{338}54", "o\u{338}54", "o\u{337} 54"] {
            #expect(KLENummer.folding(typed)?.handlingsfacet?.tekst == "Ø54")
        }
    }
}
