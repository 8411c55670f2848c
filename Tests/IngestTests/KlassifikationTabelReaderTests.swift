// What is proved here:
//  1. Tables are told apart by their headers, columns in any order.
//  2. Unknown headers, other encodings and too many bytes are refused.
//  3. A row that breaks a rule falls alone, with its line and column.
//  4. Keywords are read with weight and kind.
//  5. Durations are checked.

import IndexCore
import Testing

@testable import Ingest

private let header = [
    "nummer", "titel", "type", "overordnet", "status", "uuid", "oprettet", "rettet", "udgaaet",
    "flyttet", "erstattet_af", "bevaring", "slettefrist", "note", "titelkilde",
].joined(separator: "\t")
private let empty = String(repeating: "\t", count: 10)
private let top =
    "32\tYdelser\thovedgruppe\t\taktiv\(empty)\n32.03\tPensioner\tgruppe\t32\taktiv\(empty)"

private func emner(_ rows: String) -> [UInt8] { Array("\(header)\n\(top)\n\(rows)\n".utf8) }

struct KlassifikationTabelReaderTests {
    @Test("A table of subjects gives classes with all the columns say")
    func subjects() throws {
        let row =
            "32.03.04\tFolkepension\temne\t32.03\tudgaaet\t"
            + "15b97b4f-08c6-42fc-9a37-3ec048d8d01b\t2000-01-01\t2005-01-01\t2010-02-01\tja\t32.03|32\tK10\tP1800D\t\t"
        let load = try KLETabelReader.read(emner(row), udgivelsesdato: Dato("2026-02-01"))
        #expect(load.fund.isEmpty && load.format == .emnetabel)
        #expect(load.udgivelsesdato == Dato("2026-02-01"))
        let klasse = try #require(load.klasser.last)
        #expect(klasse.noegle == "32.03.04" && !klasse.uuidErAfledt)
        #expect(klasse.historik == .flyttet(Dato("2010-02-01")))
        #expect(klasse.efterfoelgere == ["32.03", "32"])
        #expect(klasse.bevaring == .kasseresEfter10 && klasse.slettefrist == "P1800D")
        #expect(klasse.titelFra == Dato("2005-01-01"))
    }

    @Test("Columns are found by name; a mark, returns and a missing last line end do no harm")
    func columns() throws {
        let text =
            "\u{FEFF}art\tvaegt\tstikord\tnummer\tekstra\r\n"
            + "ord\t10\tkørestol\t27.60.08\tx\r\nretskilde\t5\tlov\t27.60.08\t"
        let load = try KLETabelReader.read(Array(text.utf8))
        #expect(load.fund.isEmpty && load.format == .stikordstabel)
        #expect(
            load.stikord == [
                "27.60.08": [
                    Stikord(tekst: "kørestol", vaegt: 10), Stikord(tekst: "lov", art: .retskilde),
                ]
            ])
    }

    @Test("A table of facets gives categories and facets")
    func facets() throws {
        let text =
            "nummer\ttitel\ttitelkvalitet\tkategori\n"
            + "Ø\tØkonomi\tofficiel\t\nØ54\tLeje\tciteret\tØ\nØ22\t\tudgaaet\tØ\n"
        let load = try KLETabelReader.read(Array(text.utf8))
        #expect(load.format == .facettabel && load.fejl.isEmpty)
        #expect(load.klasser.map(\.noegle) == ["Ø", "Ø54", "Ø22"])
        #expect(load.klasser.last?.historik == .udgaaet(nil))
        #expect(load.fund.allSatisfy { $0.linje == 4 })
    }

    @Test(
        "A header of no known kind is refused",
        arguments: [
            "", "\n", "nummer", "nummer,titel,type", "nummer\ttitel\n32\tYdelser",
            "<KLE-Emneplan/>",
        ])
    func unknown(text: String) {
        #expect(throws: KlassifikationReadError.unknownFormat) {
            try KLETabelReader.read(Array(text.utf8))
        }
    }

    @Test("Bytes that are not UTF-8, or too many, are refused")
    func bytes() {
        #expect(throws: KlassifikationReadError.notUTF8) {
            try KLETabelReader.read(Array(header.utf8) + [10, 0xF8])
        }
        #expect(throws: KlassifikationReadError.tooLarge(maxBytes: KLETabelReader.maxBytes)) {
            try KLETabelReader.read([UInt8](repeating: 32, count: KLETabelReader.maxBytes + 1))
        }
    }

    @Test(
        "A row that breaks a rule falls alone, with its line",
        arguments: [
            ("32.3.4\tA\temne\t32.03\taktiv\(empty)", .nummerMisdannet),
            ("32.03.04\tA\tgruppe\t32.03\taktiv\(empty)", .niveauForkert),
            ("32.03.04\tA\tblad\t32.03\taktiv\(empty)", .niveauForkert),
            ("32.03.04\tA\temne\t32\taktiv\(empty)", .overordnetForkert),
            ("32.03.04\tA\temne\t\taktiv\(empty)", .overordnetForkert),
            ("33.01.01\tA\temne\t33.01\taktiv\(empty)", .overordnetMangler),
            ("32.03\tIgen\tgruppe\t32\taktiv\(empty)", .noegleGentaget),
            ("32.03.04\tA\temne\t32.03\tmaaske\(empty)", .statusUkendt),
            ("32.03.04\tA\temne\t32.03\taktiv", .kolonnerForkert),
            ("", .kolonnerForkert),
            ("32.03.04\tA\temne\t32.03\taktiv\tikke-uuid\t\t\t\t\t\t\t\t\t", .uuidMisdannet),
            ("32.03.04\tA\temne\t32.03\taktiv\t\t1-1-2000\t\t\t\t\t\t\t\t", .datoMisdannet),
            ("32.03.04\tA\temne\t32.03\taktiv\t\t\t\t\t\t32.03\t\t\t\t", .efterfoelgerUdenFlytning),
            ("32.03.04\tA\temne\t32.03\taktiv\t\t\t\t\t\t\tZ\t\t\t", .bevaringUkendt),
            ("32.03.04\tA\temne\t32.03\taktiv\t\t\t\t\t\t\t\tP5\t\t", .slettefristMisdannet),
        ] as [(String, KlassifikationFund.Aarsag)])
    func falls(row: String, aarsag: KlassifikationFund.Aarsag) throws {
        let good = "32.03.16\tFørtidspension\temne\t32.03\taktiv\(empty)"
        let load = try KLETabelReader.read(emner(row + "\n" + good))
        #expect(load.fejl.map(\.aarsag) == [aarsag])
        #expect(load.fejl.first?.linje == 4)
        #expect(load.klasser.map(\.noegle) == ["32", "32.03", "32.03.16"])
    }

    @Test(
        "A keyword that breaks a rule is left out, with its column",
        arguments: [
            ("32.3\tord\t5\tord", .nummerMisdannet, "nummer"),
            ("32\t \t5\tord", .stikordTomt, "stikord"),
            ("32\tord\t-1\tord", .vaegtMisdannet, "vaegt"),
            ("32\tord\tfem\tord", .vaegtMisdannet, "vaegt"),
            ("32\tord\t5\tandet", .artUkendt, "art"), ("32\tord", .kolonnerForkert, "nummer"),
        ] as [(String, KlassifikationFund.Aarsag, String)])
    func keywordFalls(row: String, aarsag: KlassifikationFund.Aarsag, felt: String) throws {
        let load = try KLETabelReader.read(
            Array("nummer\tstikord\tvaegt\tart\n\(row)\n32\tgodt\t5\tord\n".utf8))
        #expect(load.fund.map(\.aarsag) == [aarsag])
        #expect(load.fund.map(\.felt) == [felt])
        #expect(load.fund.map(\.linje) == [2])
        #expect(load.stikord == ["32": [Stikord(tekst: "godt")]])
    }

    @Test(
        "A duration is P and numbers with units in order",
        arguments: [
            ("P1800D", true), ("P5Y", true), ("P1Y6M", true), ("P2W", true), ("P", false),
            ("P5", false),
            ("5Y", false), ("P6M1Y", false), ("P1YY", false), ("P-5Y", false), ("PT1H", false),
            ("P9999999D", false), ("", false),
        ])
    func durations(text: String, isWellFormed: Bool) {
        #expect(Varighed.isWellFormed(text) == isWellFormed)
    }
}
