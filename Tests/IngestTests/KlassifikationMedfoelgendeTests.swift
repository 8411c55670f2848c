// What is proved here:
//  1. The extract that comes with the program is read without a finding and is large enough.
//  2. Everyday words lead to subjects, and facets stand beside them.
//  3. It gives way to the plan, and the plan's classes keep its keywords.

import IndexCore
import Testing

@testable import Ingest

struct KlassifikationMedfoelgendeTests {
    @Test("The extract is read without a finding and spans the plan")
    func size() {
        let load = MedfoelgendeUddrag.read()
        #expect(load.fund.isEmpty)
        let levels = Dictionary(grouping: load.klasser) { $0.nummer?.niveau }.mapValues(\.count)
        #expect((60...90).contains(levels[.emne] ?? 0))
        #expect((levels[.gruppe] ?? 0) >= 20)
        #expect((levels[.hovedgruppe] ?? 0) >= 10)
        #expect(levels[.handlingsfacetkategori] == 7)
        #expect((levels[.handlingsfacet] ?? 0) >= 20)
        #expect(load.klasser.filter { $0.nummer?.niveau == .emne && $0.stikord.isEmpty }.count <= 2)
    }

    @Test(
        "Everyday words lead to their subject",
        arguments: [
            ("kørestol", "27.60.08"), ("kontanthjælp", "32.24.04"), ("alderspension", "32.03.04"),
            ("carport", "02.34.02"), ("hemmelig adresse", "23.05.05"), ("børnehave", "28.09.40"),
        ])
    func words(word: String, number: String) {
        let found = MedfoelgendeUddrag.read().klasser.filter {
            $0.stikord.contains { $0.tekst == word }
        }
        #expect(found.map(\.noegle) == [number])
    }

    @Test("The plan's title and UUID replace the extract's, and its keywords stay")
    func givesWay() throws {
        let state = Klassifikation(navn: "KLE").merging(MedfoelgendeUddrag.read()).klassifikation
        let uuid = UUIDIdentifikator(high: 1, low: 1)
        let official = Klasse(
            noegle: "27.60.08", facet: Klasse.Facet.emneplan, titel: "Ny titel", uuid: uuid)
        let result = state.merging([official], omfang: .uddrag)
        let place = try #require(result.klassifikation.place(uuid: uuid))
        let klasse = result.klassifikation[place]
        #expect(klasse.titel == "Ny titel")
        #expect(klasse.stikord.contains { $0.tekst == "kørestol" })
        #expect(klasse.tidligereTitler.isEmpty && !klasse.titelErForeloebig)
        #expect(result.klassifikation.klasser.count == state.klasser.count)
    }

    @Test("Read after the plan, the extract changes no title and nothing the second time")
    func readAfterwards() throws {
        let official = Klasse(
            noegle: "27.60.08", facet: Klasse.Facet.emneplan, titel: "Planens titel")
        let plan = Klassifikation(navn: "KLE").merging([official], omfang: .uddrag).klassifikation
        let once = plan.merging(MedfoelgendeUddrag.read()).klassifikation
        let place = try #require(once.place(uuid: official.uuid))
        #expect(once[place].titel == "Planens titel" && once[place].tidligereTitler.isEmpty)
        #expect(once[place].stikord.contains { $0.tekst == "kørestol" })
        #expect(once.merging(MedfoelgendeUddrag.read()).klassifikation == once)
    }
}
