// What is proved here, with the real plans of ../shared/data (skipped when they are not there):
//  1. The official plan of 2015 is read whole, without an error, with its known oddities noted.
//  2. The extract of 2025 is read with UUIDs and keywords, and told apart by its content.
//  3. The tables of subjects, facets and keywords are read whole.
//  4. The sources merge: the same twice is one state, a real UUID replaces a derived one, and
//     16.00.15 leads to a number nobody has.
//  5. All of KLE without keywords is small.
//  6. The extract that comes with the program names only numbers the plan has.

import Foundation
import IndexCore
import Testing

@testable import Ingest

/// The reference data beside the package, when it is there.
enum Referencedata {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data")

    static let isPresent = FileManager.default.fileExists(
        atPath: folder.appending(path: "kle-emner.tsv").path)

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
}

@Suite(.enabled(if: Referencedata.isPresent, "../shared/data is not there"))
struct KlassifikationKildeTests {
    @Test("The plan of 2015 is read whole, without an error, its oddities noted")
    func plan2015() throws {
        let load = try KLEPlanReader.read(Referencedata.bytes("kle-emneplan-2015-08-01.xml"))
        #expect(load.format == .kleXML)
        #expect(load.udgivelsesdato == Dato("2015-08-01"))
        #expect(load.fejl.isEmpty)
        let levels = Dictionary(grouping: load.klasser) { $0.nummer?.niveau }.mapValues(\.count)
        #expect(levels == [.hovedgruppe: 41, .gruppe: 691, .emne: 3457])
        #expect(load.klasser.filter { $0.historik != .iBrug }.count == 1537)
        let lost = load.fund.filter { $0.aarsag == .efterfoelgerUkendt }
        #expect(lost.map(\.nummer?.tekst) == ["16.00.15"])
        let notes = Dictionary(grouping: load.fund, by: \.aarsag).mapValues(\.count)
        #expect(Set(notes.keys) == [.efterfoelgerUkendt, .periodeTom])
        #expect(load.klasser.filter { $0.visningstitel != $0.titel }.count > 1539)
        #expect(load.klasser.allSatisfy { !$0.visningstitel.contains("[udg") })
        let pension = try #require(load.klasser.first { $0.noegle == "32.03.04" })
        #expect(pension.titel == "Folkepension" && pension.bevaring == .kasseres)
        #expect(pension.slettefrist == "P1800D")
        #expect(
            pension.gyldighed
                == Gyldighed(fra: try #require(Dato("2009-05-01")), til: .sidst).map { [$0] })
    }

    @Test("A finding names the line its class begins on")
    func lines() throws {
        let bytes = try Referencedata.bytes("kle-emneplan-2015-08-01.xml")
        let load = try KLEPlanReader.read(bytes)
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        for fund in load.fund {
            let line = String(decoding: lines[fund.linje - 1], as: UTF8.self)
            #expect(line.contains("<" + fund.felt + ">"))
        }
    }

    @Test("The extract of 2025 brings UUIDs and keywords and is told apart by them")
    func rest2025() throws {
        let load = try KLEPlanReader.read(Referencedata.bytes("kle-rest-uddrag-2025-05-01.xml"))
        #expect(load.format == .kleREST)
        #expect(load.fund.isEmpty)
        #expect(load.klasser.map(\.noegle) == ["00", "00.01", "00.01.00", "00.01.10"])
        #expect(load.klasser.allSatisfy { !$0.uuidErAfledt })
        let subject = try #require(load.klasser.last)
        #expect(subject.uuid.description == "cb1f77d6-cb0b-4f39-a79e-e58f5d50b3e0")
        #expect(subject.stikord.map(\.tekst).contains("Børn- og ungepolitik"))
        #expect(subject.stikord.compactMap(\.handlingsfacet?.tekst) == ["P22", "P22", "P22"])
        #expect(subject.stikord.first?.tekst == "Opgaver der dækker flere hovedgrupper")
        #expect(load.klasser[1].stikord.map(\.art) == [.udgaaet, .ord, .udgaaet])
    }

    @Test("The table of subjects is read whole")
    func emner() throws {
        let load = try KLETabelReader.read(Referencedata.bytes("kle-emner.tsv"))
        #expect(load.format == .emnetabel)
        #expect(load.klasser.count == 4672)
        #expect(load.fejl.isEmpty)
        #expect(load.klasser.filter { $0.historik == .udgaaet(nil) }.count == 199)
        #expect(load.klasser.filter { !$0.uuidErAfledt }.count == 7)
        #expect(load.fund.filter { $0.aarsag == .efterfoelgerUkendt }.count == 1)
    }

    @Test("The table of facets is read whole, with missing titles noted")
    func facetter() throws {
        let load = try KLETabelReader.read(Referencedata.bytes("kle-handlingsfacetter.tsv"))
        #expect(load.format == .facettabel)
        #expect(load.klasser.count == 67)
        #expect(load.fejl.isEmpty)
        #expect(load.klasser.filter { $0.noegle.hasPrefix("Ø") }.count == 17)
        #expect(Set(load.klasser.map(\.facet)) == [Klasse.Facet.handlingsfacet])
        #expect(load.klasser.first { $0.noegle == "I00" }?.visningstitel == "I00")
    }

    @Test("The keywords join the classes they name")
    func stikord() throws {
        let subjects = try KLETabelReader.read(Referencedata.bytes("kle-emner.tsv"))
        let words = try KLETabelReader.read(Referencedata.bytes("kle-stikord.tsv"))
        #expect(words.format == .stikordstabel && words.fund.isEmpty)
        #expect(words.stikord.values.map(\.count).reduce(0, +) == 25_367)
        let state = Klassifikation(navn: "KLE").merging(subjects).klassifikation
        let joined = state.merging(words)
        #expect(
            joined.rapport.manglende.isEmpty && joined.rapport.aendrede.count == words.stikord.count
        )
        #expect(joined.klassifikation.klasser.map(\.stikord.count).reduce(0, +) >= 25_000)
        #expect(joined.klassifikation.merging(words).klassifikation == joined.klassifikation)
    }

    @Test("All sources together: nothing refused, twice is once, and chains lead to the present")
    func together() throws {
        let loads = [
            try KLEPlanReader.read(Referencedata.bytes("kle-emneplan-2015-08-01.xml")),
            try KLETabelReader.read(
                Referencedata.bytes("kle-emner.tsv"), udgivelsesdato: Dato("2026-02-01")),
            try KLETabelReader.read(Referencedata.bytes("kle-handlingsfacetter.tsv")),
        ]
        var state = Klassifikation(navn: "KLE")
        for load in loads {
            let result = state.merging(load)
            #expect(result.rapport.afviste.isEmpty && result.rapport.manglende.isEmpty)
            let again = result.klassifikation.merging(load)
            #expect(again.klassifikation == result.klassifikation)
            state = result.klassifikation
        }
        #expect(state.klasser.count == 4672 + 67)
        let rest = state.merging(
            try KLEPlanReader.read(Referencedata.bytes("kle-rest-uddrag-2025-05-01.xml")))
        #expect(rest.rapport.afviste.isEmpty)
        #expect(state.efterfoelgere(of: "16.00.15").ukendte == ["29.00.09"])
        #expect(
            state.forgaengere(of: "27.36.04").allSatisfy { state.places(noegle: $0).count == 1 })
        #expect(
            state.forgaengere(of: "32.03.04").contains("16.16.02")
                == (state.efterfoelgere(of: "16.16.02").numre == ["32.03.04"]))
        #expect(state.klasser.allSatisfy { !state.efterfoelgere(of: $0.noegle).harCyklus })
    }

    @Test("An old plan read after the new one changes no present title")
    func oldAfterNew() throws {
        let new = try KLETabelReader.read(
            Referencedata.bytes("kle-emner.tsv"), udgivelsesdato: Dato("2026-02-01"))
        let old = try KLEPlanReader.read(Referencedata.bytes("kle-emneplan-2015-08-01.xml"))
        let before = Klassifikation(navn: "KLE").merging(new).klassifikation
        let after = before.merging(old)
        #expect(after.klassifikation.klasser.map(\.titel) == before.klasser.map(\.titel))
        #expect(after.klassifikation.klasser.contains { !$0.tidligereTitler.isEmpty })
        #expect(after.rapport.manglende.count == 4672 - 4189)
    }

    @Test("All of KLE without keywords takes under 5 MB, counted by its parts")
    func memory() throws {
        let load = try KLETabelReader.read(Referencedata.bytes("kle-emner.tsv"))
        let klasser = Klassifikation(navn: "KLE").merging(load).klassifikation.klasser
        let bytes = klasser.reduce(0) { sum, klasse in
            let title = klasse.titel.utf8.count > 15 ? klasse.titel.utf8.count + 48 : 0
            let periods = klasse.gyldighed.isEmpty ? 0 : 48
            let successors = klasse.efterfoelgere.count * 16 + 48
            return sum + MemoryLayout<Klasse>.stride + title + periods + successors
        }
        let tables = klasser.count * 2 * (24 + 24 + 40)
        #expect(bytes + tables < 5 << 20)
    }

    @Test("The extract that comes with the program names only numbers the plan has in use")
    func extract() throws {
        let subjects = try KLETabelReader.read(Referencedata.bytes("kle-emner.tsv")).klasser
        let facets = try KLETabelReader.read(Referencedata.bytes("kle-handlingsfacetter.tsv"))
            .klasser
        let known = Dictionary(
            (subjects + facets).map { ($0.noegle, $0) }, uniquingKeysWith: { first, _ in first })
        for klasse in MedfoelgendeUddrag.read().klasser {
            let official = try #require(known[klasse.noegle], "\(klasse.noegle)")
            #expect(official.historik == .iBrug, "\(klasse.noegle)")
            #expect(official.facet == klasse.facet)
        }
    }
}
