// What is proved here:
//  1. A classification comes back from its bytes as it was, with every field of a class.
//  2. The extract that comes with the program comes back as it was, stand-in titles included.
//  3. Bytes that are cut off, longer, damaged or of a newer version are refused, never misread.
//  4. The store keeps it: what was saved is loaded, and nothing is nil.
//  5. Loading a source merges into what is kept; a source of no known kind changes nothing.
//  6. The store's knowledge of classes: titles by number, numbers by UUID, derived ones too.
//  7. The real plan comes back as it was (skipped when ../shared/data is not there).

import Foundation
import IndexCore
import Testing

@testable import Ingest

@Suite("Klasselager")
struct KlasselagerTests {
    private static let uuid = UUIDIdentifikator(
        high: 0x5A9D_0000_0000_4000, low: 0x8000_0000_0000_0009)

    private func full() throws -> Klassifikation {
        var full = Klasse(
            noegle: "27.36.04", facet: Klasse.Facet.emneplan, titel: "Personlig hjælp",
            uuid: Self.uuid)
        let spring = try #require(Dato("2020-03-01"))
        let summer = try #require(Dato("2024-06-30"))
        full.titelFra = spring
        full.gyldighed = [try #require(Gyldighed(fra: spring, til: summer))]
        full.tidligereTitler = [
            TitelPeriode(
                tekst: "Hjælp i hjemmet",
                periode: try #require(Gyldighed(fra: .foerst, til: spring)))
        ]
        full.overordnet = "27.36"
        full.historik = .flyttet(summer)
        full.efterfoelgere = ["27.36.05", "27.36"]
        full.bevaring = .kasseresEfter5
        full.slettefrist = "P1800D"
        full.stikord = [
            Stikord(tekst: "hjemmehjælp"),
            Stikord(tekst: "SEL § 83", vaegt: -1, art: .retskilde),
            Stikord(tekst: "klage", handlingsfacet: KLENummer(canonical: "K02")),
        ]
        var stand = Klasse(noegle: "27.36", facet: Klasse.Facet.emneplan, titel: "Ældre")
        stand.titelErForeloebig = true
        stand.historik = .udgaaet(nil)
        let own = Klasse(
            noegle: "lokal-1", facet: "Egen", titel: "", ejer: CVRNummer("29189846"))
        return Klassifikation(navn: "KLE")
            .merging([stand, full, own], udgivelsesdato: summer, omfang: .uddrag).klassifikation
    }

    @Test("A classification comes back from its bytes as it was")
    func roundTrip() throws {
        let before = try full()
        let after = try Klasselager.decode(Klasselager.encode(before))
        #expect(before.klasser.count == 3)
        #expect(after == before)
        #expect(after.udgivelsesdato == before.udgivelsesdato)
        #expect(after.klasser.map(\.titelErForeloebig) == before.klasser.map(\.titelErForeloebig))
        #expect(after.klasser.map(\.uuidErAfledt) == before.klasser.map(\.uuidErAfledt))
    }

    @Test("The extract that comes with the program comes back as it was")
    func medfoelgende() throws {
        let before = Klasselager.medfoelgende
        let areStandIns = before.klasser.allSatisfy { $0.titelErForeloebig }
        #expect(areStandIns)
        #expect(try Klasselager.decode(Klasselager.encode(before)) == before)
    }

    @Test("Bytes cut off anywhere are refused")
    func cutOff() throws {
        let bytes = Klasselager.encode(try full())
        for end in bytes.indices {
            #expect(throws: KlasselagerFejl.self) { try Klasselager.decode(Array(bytes[..<end])) }
        }
        #expect(throws: KlasselagerFejl.ulaeselig(byteOffset: bytes.count)) {
            try Klasselager.decode(bytes + [0])
        }
    }

    @Test("Damaged bytes are refused or give a classification, and never trap")
    func damaged() throws {
        let bytes = Klasselager.encode(try full())
        for index in bytes.indices {
            for value in [UInt8(0), 0x7F, 0x80, 0xFF] {
                var damaged = bytes
                damaged[index] = value
                _ = try? Klasselager.decode(damaged)
            }
        }
    }

    @Test("Bytes of a newer version are told as such")
    func newer() throws {
        var bytes = Klasselager.encode(try full())
        bytes[4] = 9
        #expect(throws: KlasselagerFejl.nyereUdgave(9)) { try Klasselager.decode(bytes) }
    }

    @Test("The store gives back what was kept, and nil before anything was")
    func store() throws {
        try Self.withStore { store in
            #expect(try Klasselager.load(store) == nil)
            #expect(try Klasselager.gaeldende(store) == Klasselager.medfoelgende)
            try Klasselager.save(try full(), in: store)
            #expect(try Klasselager.load(store) == full())
            try store.keepKlassifikation(Klasselager.navn, [1, 2, 3])
            #expect(throws: KlasseindlaesningFejl.lager(.ulaeselig(byteOffset: 0))) {
                try Klasselager.load(store)
            }
        }
    }

    private static let tabel = Array(
        """
        nummer\ttitel\ttype\toverordnet\tstatus\terstattet_af
        85\tPrøveområde\thovedgruppe\t\taktiv\t
        85.01\tPrøvegruppe\tgruppe\t85\taktiv\t
        """.utf8)

    @Test("Loading merges into what is kept, and the same again changes nothing")
    func loading() throws {
        try Self.withStore { store in
            let first = try Klasselager.indlaes(Self.tabel, in: store)
            #expect(first.rapport.tilfoejede == ["85", "85.01"])
            #expect(try Klasselager.load(store) == first.klassifikation)
            let again = try Klasselager.indlaes(Self.tabel, in: store)
            #expect(again.rapport.tilfoejede.isEmpty && again.rapport.uaendrede == 2)
            #expect(again.klassifikation == first.klassifikation)
        }
    }

    @Test(
        "A source of no known kind is refused and changes nothing",
        arguments: ["", "nummer;titel\n1;2", "<p>", "{}"])
    func unknown(source: String) throws {
        try Self.withStore { store in
            #expect(throws: KlasseindlaesningFejl.self) {
                try Klasselager.indlaes(Array(source.utf8), in: store)
            }
            let kept = try Klasselager.load(store)
            #expect(kept == nil)
        }
    }

    @Test("The store knows titles by number and numbers by UUID")
    func klasseviden() throws {
        let knowledge = Klasselager.klasseviden(try full())
        #expect(knowledge.titel("27.36.04") == "Personlig hjælp")
        #expect(knowledge.titel("27.36") == "Ældre")
        #expect(knowledge.titel("99.99.99") == nil)
        #expect(knowledge.titel("lokal-1") == nil)
        #expect(knowledge.nummer(Self.uuid) == "27.36.04")
        let derived = Klasse.afledtUUID(
            facet: Klasse.Facet.emneplan, noegle: "27.36.04", ejer: nil)
        #expect(knowledge.nummer(derived) == "27.36.04")
        #expect(knowledge.nummer(UUIDIdentifikator(high: 1, low: 2)) == nil)
    }

    @Test(
        "The real plan comes back as it was",
        .enabled(if: Referencedata.isPresent, "../shared/data is not there"))
    func realPlan() throws {
        var plan = Klasselager.medfoelgende
        for name in ["kle-emneplan-2015-08-01.xml", "kle-emner.tsv", "kle-stikord.tsv"] {
            plan = plan.merging(try Klasselager.read(Referencedata.bytes(name))).klassifikation
        }
        #expect(Klasselager.klasseviden(Klasselager.medfoelgende).plannumre == nil)
        let numre = try #require(Klasselager.klasseviden(plan).plannumre)
        #expect(numre.contains(PakketKLE("27.36.04")) && !numre.contains(PakketKLE("27.99.99")))
        let bytes = Klasselager.encode(plan)
        #expect(try Klasselager.decode(bytes) == plan)
    }

    static func withStore(_ body: (Store) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "tvaerindeks-klasselager-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = try Store(directory: path)
        defer { store.close() }
        try body(store)
    }
}
