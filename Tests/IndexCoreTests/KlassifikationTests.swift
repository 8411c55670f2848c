// What is proved here:
//  1. A Dato is a day that exists, and days count right across leap years.
//  2. A class is in force as its intervals say, and always without any (K08).
//  3. Derived UUIDs are stable, differ by facet, key and owner, and are marked as version 8.
//  4. Look-ups: by UUID, by key with owner and day (K07), by prefix.
//  5. The same load twice gives the same state, whole plans report what they miss (K10).
//  6. Facet changes, overlaps, cycles, long titles and overlapping periods are refused
//     (K04, K06, K09, K11, K05), one class at a time.
//  7. A real UUID replaces a derived one; the derived one is still found.
//  8. Titles remember their past; an older plan never overrides a newer one.
//  9. Chains of successors end, with their shape told and rings guarded (K13).
// 10. References resolve in the order of A5 with the step remembered (K12).
// 11. A thousand resolutions cost little.

import Testing

@testable import IndexCore

extension Klasse {
    static func make(
        _ noegle: String, facet: String = Facet.emneplan, titel: String = "Titel",
        uuid: UInt64? = nil, ejer: UInt32? = nil, fra: String? = nil, til: String? = nil,
        afloestAf: [String] = []
    ) -> Klasse {
        var gyldighed: [Gyldighed] = []
        if fra != nil || til != nil {
            let start = fra.flatMap { Dato($0) } ?? .foerst
            gyldighed =
                Gyldighed(fra: start, til: til.flatMap { Dato($0) } ?? .sidst).map { [$0] } ?? []
        }
        var klasse = Klasse(
            noegle: noegle, facet: facet, titel: titel,
            uuid: uuid.map { UUIDIdentifikator(high: 0, low: $0) },
            ejer: ejer.flatMap { CVRNummer(number: $0) }, gyldighed: gyldighed)
        klasse.efterfoelgere = afloestAf
        if !afloestAf.isEmpty { klasse.historik = .flyttet(til.flatMap { Dato($0) }) }
        return klasse
    }
}

private func day(_ text: String) throws -> Dato { try #require(Dato(text)) }

private func plan(_ klasser: [Klasse]) -> Klassifikation {
    Klassifikation(navn: "KLE").merging(klasser, omfang: .helPlan).klassifikation
}

struct DatoTests {
    @Test(
        "A day counts from 1970 and writes itself back",
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11016), ("2000-03-01", 11017),
            ("2024-12-31", 20088), ("1900-03-01", -25508), ("0001-01-01", -719162),
            ("9999-12-31", 2932896),
        ] as [(String, Int32)])
    func counts(text: String, expected: Int32) throws {
        let dato = try day(text)
        #expect(dato.day == expected)
        #expect(dato.description == text)
    }

    @Test("Every day of sixty years comes back as the next")
    func consecutive() throws {
        let start = try day("1960-01-01").day
        for number in start..<(start + 22_000) {
            let dato = Dato(day: number)
            #expect(Dato(dato.description) == dato)
        }
    }

    @Test(
        "What is not a day is refused",
        arguments: [
            "", "2015-8-1", "2015-02-29", "2015-13-01", "2015-00-10", "2015-01-00", "2015-04-31",
            "0000-01-01", "20150801", "2015-08-01Z", " 2015-08-01", "2015/08/01", "2015-08-0a",
        ])
    func refused(text: String) { #expect(Dato(text) == nil) }
}

struct KlasseTests {
    @Test("A class without publications is always in force")
    func always() throws {
        #expect(Klasse.make("32").isInForce(at: try day("1800-01-01")))
    }

    @Test("A publication holds from its first day to the day before its end")
    func interval() throws {
        let klasse = Klasse.make("32", fra: "2000-01-01", til: "2010-01-01")
        #expect(klasse.isInForce(at: try day("2000-01-01")))
        #expect(klasse.isInForce(at: try day("2009-12-31")))
        #expect(!klasse.isInForce(at: try day("2010-01-01")))
        #expect(!klasse.isInForce(at: try day("1999-12-31")))
    }

    @Test("An empty or backward publication cannot be made")
    func emptyInterval() throws {
        let dato = try day("2000-01-01")
        #expect(Gyldighed(fra: dato, til: dato) == nil)
        #expect(Gyldighed(fra: .sidst, til: dato) == nil)
    }

    @Test(
        "The shown title leaves out the plan's own notes",
        arguments: [
            ("FN [udgået]", "FN"), ("FN [udgået]. ", "FN"), ("Spor [udgår 2015]", "Spor"),
            (" Likviditet ", "Likviditet"), ("A [B] C", "A [B] C"), ("Ord [note]", "Ord [note]"),
            ("Mad mv.", "Mad mv."), ("[udgået]", "[udgået]"), ("", "32"),
        ])
    func shownTitle(titel: String, shown: String) {
        #expect(Klasse.make("32", titel: titel).visningstitel == shown)
    }

    @Test("A derived UUID is stable, of version 8, and differs by facet, key, owner and turn")
    func derived() {
        let cvr = CVRNummer(number: 29_189_846)
        let all = [
            Klasse.afledtUUID(facet: "a", noegle: "32", ejer: nil),
            Klasse.afledtUUID(facet: "a", noegle: "33", ejer: nil),
            Klasse.afledtUUID(facet: "b", noegle: "32", ejer: nil),
            Klasse.afledtUUID(facet: "a3", noegle: "2", ejer: nil),
            Klasse.afledtUUID(facet: "a", noegle: "32", ejer: cvr),
            Klasse.afledtUUID(facet: "a", noegle: "32", ejer: nil, gentagelse: 1),
        ]
        #expect(Set(all).count == all.count)
        #expect(all[0] == Klasse.afledtUUID(facet: "a", noegle: "32", ejer: nil))
        for uuid in all {
            #expect(uuid.high >> 12 & 15 == 8)
            #expect(uuid.low >> 62 == 2)
        }
        let pinned = Klasse.afledtUUID(facet: Klasse.Facet.emneplan, noegle: "32.03.04", ejer: nil)
        #expect(pinned.description == "a2df111c-4cbb-87aa-9cce-7c81ca385203")
        #expect(Klasse.make("32").uuidErAfledt)
        #expect(!Klasse.make("32", uuid: 1).uuidErAfledt)
    }
}

struct KlassifikationLookupTests {
    @Test("The same key at two times is two classes, found by the day")
    func twoTimes() throws {
        let plan = plan([
            .make("32", titel: "Ny", fra: "2010-01-01"),
            .make("32", titel: "Gammel", fra: "1990-01-01", til: "2000-01-01"),
        ])
        #expect(plan.klasser.count == 2)
        #expect(Set(plan.klasser.map(\.uuid)).count == 2)
        let old = try #require(plan.place(noegle: "32", ejer: nil, at: day("1995-06-01")))
        let new = try #require(plan.place(noegle: "32", ejer: nil, at: day("2020-06-01")))
        #expect(plan[old].titel == "Gammel")
        #expect(plan[new].titel == "Ny")
        #expect(plan.place(noegle: "32", ejer: nil, at: try day("2005-01-01")) == nil)
    }

    @Test("An owner's class goes before the shared one and is hidden from other owners")
    func owners() throws {
        let plan = plan([
            .make("32", titel: "Fælles"), .make("32", titel: "Egen", ejer: 11_111_111),
            .make("33", titel: "Kun egen", ejer: 11_111_111),
        ])
        let own = CVRNummer(number: 11_111_111)
        let other = CVRNummer(number: 22_222_222)
        let date = try day("2020-01-01")
        #expect(plan.place(noegle: "32", ejer: own, at: date).map { plan[$0].titel } == "Egen")
        #expect(plan.place(noegle: "32", ejer: other, at: date).map { plan[$0].titel } == "Fælles")
        #expect(plan.place(noegle: "32", ejer: nil, at: date).map { plan[$0].titel } == "Fælles")
        #expect(plan.place(noegle: "33", ejer: other, at: date) == nil)
        #expect(plan.places(noegle: "32").count == 2)
    }

    @Test("A prefix finds its run and nothing beside it")
    func prefixes() {
        let keys = ["27", "27.36", "27.36.04", "27.36.08", "27.37", "28", "G01", "Ø54"]
        let plan = plan(keys.shuffled().map { .make($0) })
        func found(_ prefix: String) -> [String] {
            plan.places(praefiks: prefix).map { plan[$0].noegle }
        }
        #expect(found("27.36") == ["27.36", "27.36.04", "27.36.08"])
        #expect(found("27") == ["27", "27.36", "27.36.04", "27.36.08", "27.37"])
        #expect(found("27.3") == ["27.36", "27.36.04", "27.36.08", "27.37"])
        #expect(found("Ø") == ["Ø54"])
        #expect(found("29").isEmpty)
        #expect(found("") == keys)
    }

    @Test("A key longer than eight bytes is found like any other")
    func longKeys() throws {
        let plan = plan([.make("Lokal-klasse-1"), .make("Lokal-klasse-2"), .make("32")])
        #expect(plan.places(noegle: "Lokal-klasse-2").map { plan[$0].noegle } == ["Lokal-klasse-2"])
        #expect(plan.places(noegle: "Lokal-klasse-3").isEmpty)
        #expect(plan.places(noegle: "").isEmpty)
    }
}

struct KlassifikationMergeTests {
    private static let load: [Klasse] = [
        .make("32", uuid: 1, fra: "2009-05-01"), .make("32.03", fra: "2009-05-01"),
        .make("G"), .make("G01", facet: Klasse.Facet.handlingsfacet),
        .make("40", til: "2010-01-01", afloestAf: ["32"]),
    ]

    @Test("The same load twice gives the same state and reports no change")
    func idempotent() throws {
        let date = try day("2020-01-01")
        let once = Klassifikation(navn: "KLE").merging(
            Self.load, udgivelsesdato: date, omfang: .helPlan)
        let twice = once.klassifikation.merging(Self.load, udgivelsesdato: date, omfang: .helPlan)
        #expect(once.rapport.tilfoejede.count == 5)
        #expect(twice.klassifikation == once.klassifikation)
        #expect(twice.rapport.uaendrede == 5)
        #expect(twice.rapport.aendrede.isEmpty && twice.rapport.afviste.isEmpty)
    }

    @Test(
        "A whole plan reports the numbers it lacks and keeps them; an extract does neither"
    )
    func missing() {
        let state = plan(Self.load)
        let whole = state.merging([Klasse.make("32", uuid: 1)], omfang: .helPlan)
        #expect(whole.rapport.manglende == ["32.03", "40", "G"])
        #expect(whole.klassifikation.klasser.count == 5)
        let extract = state.merging([Klasse.make("32", uuid: 1)], omfang: .uddrag)
        #expect(extract.rapport.manglende.isEmpty)
    }

    @Test("A class that changes facet is refused and stays as it was")
    func facetChange() {
        let state = plan([.make("32", titel: "Før", uuid: 1)])
        for changed in [
            Klasse.make("32", facet: "Anden", titel: "Efter", uuid: 1),
            Klasse.make("32", facet: "Anden", titel: "Efter"),
        ] {
            let result = state.merging([changed], omfang: .uddrag)
            #expect(result.rapport.afviste == [.init(regel: .k04, noegle: "32")])
            #expect(result.klassifikation == state)
        }
    }

    @Test("Two classes with one key, owner and day: the second is refused")
    func overlap() {
        let first = Klasse.make("32", uuid: 1, fra: "2000-01-01", til: "2010-01-01")
        let second = Klasse.make("32", uuid: 2, fra: "2009-12-31")
        let result = plan([first]).merging([second], omfang: .uddrag)
        #expect(result.rapport.afviste == [.init(regel: .k06, noegle: "32")])
        let sameLoad = Klassifikation(navn: "KLE").merging(
            [Klasse.make("33", titel: "A"), Klasse.make("33", titel: "B")], omfang: .helPlan)
        #expect(sameLoad.rapport.afviste.map(\.regel) == [.k06])
        #expect(sameLoad.klassifikation.klasser.map(\.titel) == ["A"])
    }

    @Test("A class that moves to a key another holds is refused")
    func keyTaken() {
        let state = plan([.make("32", uuid: 1), .make("33", uuid: 2)])
        let result = state.merging([Klasse.make("33", uuid: 1)], omfang: .uddrag)
        #expect(result.rapport.afviste.map(\.regel) == [.k06])
        #expect(result.klassifikation == state)
    }

    @Test("Neighbouring periods and other owners are both kept")
    func disjoint() {
        let result = Klassifikation(navn: "KLE").merging(
            [
                .make("32", uuid: 1, til: "2010-01-01"), .make("32", uuid: 2, fra: "2010-01-01"),
                .make("32", uuid: 3, ejer: 11_111_111),
            ], omfang: .helPlan)
        #expect(result.rapport.afviste.isEmpty)
        #expect(result.klassifikation.klasser.count == 3)
    }

    @Test("A ring of parents is refused, also one closed by a class already here")
    func cycles() {
        var one = Klasse.make("A1")
        one.overordnet = "A2"
        var two = Klasse.make("A2")
        two.overordnet = "A1"
        var own = Klasse.make("A3")
        own.overordnet = "A3"
        let result = Klassifikation(navn: "Lokal").merging(
            [one, two, own, .make("A4")], omfang: .helPlan)
        #expect(result.rapport.afviste.map(\.regel) == [.k09, .k09, .k09])
        #expect(result.klassifikation.klasser.map(\.noegle) == ["A4"])
        let later = plan([one]).merging([two], omfang: .uddrag)
        #expect(later.rapport.afviste == [.init(regel: .k09, noegle: "A2")])
    }

    @Test("A title of 300 is kept whole, one of 301 refused; so is a key of 51 or none")
    func lengths() {
        let whole = String(repeating: "ø", count: 300)
        let result = Klassifikation(navn: "KLE").merging(
            [
                .make("32", titel: whole), .make("33", titel: whole + "ø"),
                .make(String(repeating: "k", count: 51)), .make(""),
            ], omfang: .helPlan)
        #expect(result.rapport.afviste.map(\.regel) == [.k11, .skema, .skema])
        #expect(result.klassifikation.klasser.map(\.titel) == [whole])
    }

    @Test("Publications that overlap or stand out of order are refused")
    func contradictingPeriods() throws {
        var klasse = Klasse.make("32")
        klasse.gyldighed = [
            try #require(Gyldighed(fra: day("2000-01-01"), til: day("2010-01-01"))),
            try #require(Gyldighed(fra: day("2009-01-01"), til: .sidst)),
        ]
        let result = Klassifikation(navn: "KLE").merging([klasse], omfang: .helPlan)
        #expect(result.rapport.afviste.map(\.regel) == [.k05])
    }

    @Test("A real UUID replaces a derived one, never the other way, and both are found")
    func realUUID() throws {
        let derived = Klasse.make("32")
        let state = plan([derived]).merging([.make("32", uuid: 7)], omfang: .uddrag).klassifikation
        let again = state.merging([derived], omfang: .uddrag).klassifikation
        for klassifikation in [state, again] {
            #expect(klassifikation.klasser.map(\.uuid.low) == [7])
            #expect(klassifikation.klasser.map(\.uuidErAfledt) == [false])
            #expect(klassifikation.place(uuid: derived.uuid) == 0)
            #expect(klassifikation.place(uuid: UUIDIdentifikator(high: 0, low: 7)) == 0)
        }
    }

    @Test("A changed title leaves the earlier one behind with the days it held")
    func titles() throws {
        var old = Klasse.make("32", titel: "Gammel", fra: "2000-01-01")
        old.titelFra = try day("2000-01-01")
        let state = Klassifikation(navn: "KLE")
            .merging([old], udgivelsesdato: try day("2015-08-01"), omfang: .helPlan).klassifikation
            .merging(
                [.make("32", titel: "Ny")], udgivelsesdato: try day("2026-02-01"), omfang: .helPlan
            )
            .klassifikation
        let klasse = try #require(state.klasser.first)
        #expect(klasse.titel == "Ny")
        #expect(klasse.titel(at: try day("2010-01-01")) == "Gammel")
        #expect(klasse.titel(at: try day("2026-02-01")) == "Ny")
        #expect(klasse.titel(at: try day("1999-01-01")) == nil)
        #expect(klasse.gyldighed == old.gyldighed)
    }

    @Test("An older plan read later fills gaps and overrides nothing, however often it is read")
    func olderPlan() throws {
        let present = plan([]).merging(
            [.make("32", titel: "Ny")], udgivelsesdato: try day("2026-02-01"), omfang: .helPlan)
        var old = Klasse.make("32", titel: "Gammel", fra: "2000-01-01")
        old.bevaring = .kasseres
        let date = try day("2015-08-01")
        let once = present.klassifikation.merging([old], udgivelsesdato: date, omfang: .helPlan)
        let twice = once.klassifikation.merging([old], udgivelsesdato: date, omfang: .helPlan)
        let klasse = try #require(once.klassifikation.klasser.first)
        #expect(klasse.titel == "Ny")
        #expect(klasse.tidligereTitler.map(\.tekst) == ["Gammel"])
        #expect(klasse.bevaring == .kasseres)
        #expect(once.klassifikation.udgivelsesdato == present.klassifikation.udgivelsesdato)
        #expect(twice.klassifikation == once.klassifikation)
    }

    @Test("Keywords are added once, to classes that are known")
    func keywords() {
        let words = [
            "32": [Stikord(tekst: "penge"), Stikord(tekst: "penge")], "99": [Stikord(tekst: "x")],
        ]
        let once = plan([.make("32")]).merging(stikord: words)
        #expect(once.klassifikation.klasser.map(\.stikord.count) == [1])
        #expect(once.rapport.manglende == ["99"])
        let twice = once.klassifikation.merging(stikord: words)
        #expect(twice.klassifikation == once.klassifikation)
        #expect(twice.rapport.uaendrede == 1)
    }

    @Test("Random loads in random order keep keys apart and come to rest when repeated")
    func randomLoads() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var random = SplitMix(state: seed)
        for _ in 0..<40 {
            let load = (0..<30).map { _ -> Klasse in
                let year = Int.random(in: 1990...2020, using: &random)
                let end = Int.random(in: year + 1...2030, using: &random)
                return .make(
                    ["10", "11", "12"].randomElement(using: &random) ?? "10",
                    uuid: Bool.random(using: &random)
                        ? UInt64.random(in: 1...6, using: &random) : nil,
                    fra: "\(year)-01-01", til: "\(end)-01-01")
            }
            let state = Klassifikation(navn: "KLE").merging(load, omfang: .uddrag).klassifikation
            for (index, klasse) in state.klasser.enumerated() {
                let others = state.klasser.enumerated().filter { $0.offset != index }
                #expect(!others.contains { $0.element.isInConflict(with: klasse) }, "seed \(seed)")
            }
            #expect(Set(state.klasser.map(\.uuid)).count == state.klasser.count, "seed \(seed)")
            let again = state.merging(state.klasser, omfang: .helPlan)
            #expect(again.klassifikation == state, "seed \(seed)")
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

struct EfterfoelgerTests {
    @Test("One-to-one and many-to-one chains lead back to all their beginnings")
    func back() {
        let plan = plan([
            .make("10", afloestAf: ["20"]), .make("20", afloestAf: ["30"]),
            .make("11", afloestAf: ["30"]), .make("30"), .make("12", afloestAf: ["30", "40"]),
            .make("40"),
        ])
        #expect(plan.forgaengere(of: "30") == ["10", "11", "20"])
        #expect(plan.forgaengere(of: "40").isEmpty)
        #expect(plan.forgaengere(of: "10").isEmpty)
        #expect(plan.forgaengere(of: "99").isEmpty)
    }

    @Test("A chain says where it ends and what shape it has")
    func forward() {
        let plan = plan([
            .make("10", afloestAf: ["20"]), .make("20", afloestAf: ["30"]), .make("30"),
            .make("12", afloestAf: ["40", "41"]), .make("40"), .make("41"),
            .make("13", afloestAf: ["50"]), .make("14", afloestAf: ["50"]), .make("50"),
            .make("15", afloestAf: ["99.99.99"]),
        ])
        let straight = plan.efterfoelgere(of: "10")
        #expect(straight.numre == ["30"] && straight.art == .enTilEn && !straight.harCyklus)
        let split = plan.efterfoelgere(of: "12")
        #expect(split.numre == ["40", "41"] && split.art == .enTilMange)
        #expect(plan.efterfoelgere(of: "13").art == .mangeTilEn)
        #expect(plan.efterfoelgere(of: "30").art == .ingen)
        let lost = plan.efterfoelgere(of: "15")
        #expect(lost.numre == ["99.99.99"] && lost.ukendte == ["99.99.99"])
    }

    @Test("A ring ends, is told, and does not hide what leads out of it")
    func rings() {
        let ring = plan([
            .make("10", afloestAf: ["20"]), .make("20", afloestAf: ["10"]),
            .make("30", afloestAf: ["30"]), .make("05", afloestAf: ["10"]),
            .make("60", afloestAf: ["61"]), .make("61", afloestAf: ["60", "62"]), .make("62"),
        ])
        #expect(ring.efterfoelgere(of: "10").harCyklus)
        #expect(ring.efterfoelgere(of: "10").art == .ingen)
        #expect(ring.efterfoelgere(of: "05").harCyklus)
        #expect(ring.forgaengere(of: "10") == ["05", "20"])
        #expect(ring.efterfoelgere(of: "30").art == .ingen)
        let out = ring.efterfoelgere(of: "60")
        #expect(out.numre == ["62"] && out.harCyklus && out.art == .enTilMange)
    }

    @Test("A prefix gathers what led into it from outside")
    func prefix() {
        let plan = plan([
            .make("27.36", afloestAf: []), .make("27.36.04"),
            .make("16.08.06", afloestAf: ["27.36.04"]),
            .make("16.08", afloestAf: ["27.36"]), .make("27.36.99", afloestAf: ["27.36.04"]),
        ])
        #expect(plan.forgaengere(ofPraefiks: "27.36") == ["16.08", "16.08.06"])
    }

    @Test("A chain of a hundred thousand steps is followed without growing the stack")
    func long() {
        let count = 100_000
        let plan = plan((0..<count).map { .make("n\($0)", afloestAf: ["n\($0 + 1)"]) })
        #expect(plan.efterfoelgere(of: "n0").numre == ["n\(count)"])
        #expect(plan.forgaengere(of: "n\(count)").count == count)
    }
}

struct KlasseOpslagTests {
    private static let klassifikation = plan([
        .make("32.03.04", titel: "Folkepension", uuid: 1, fra: "2009-05-01"),
        .make(
            "16.16.02", titel: "Folkepension [udgået]", uuid: 2, fra: "1988-01-01",
            til: "2009-05-01"),
        .make("32.03.16", uuid: 3, ejer: 11_111_111), .make("Lav", facet: "Liste"),
    ])

    private func resolve(
        _ uuid: UInt64?, _ noegle: String?, at text: String = "2020-01-01", ejer: UInt32? = nil,
        titel: String? = nil, niveau: KLENummer.Niveau? = nil
    ) throws -> KlasseOpslag {
        Self.klassifikation.resolve(
            reference: uuid.map { UUIDIdentifikator(high: 0, low: $0) }, noegle: noegle,
            ejer: ejer.flatMap { CVRNummer(number: $0) }, at: try day(text), titel: titel,
            niveau: niveau)
    }

    private func noegle(_ opslag: KlasseOpslag) -> String? {
        opslag.place.map { Self.klassifikation[$0].noegle }
    }

    @Test("Step 1: a known UUID is the answer, whatever the day")
    func stepOne() throws {
        let found = try resolve(1, "32.03.04")
        #expect(noegle(found) == "32.03.04")
        #expect(found.trin == .uuid && found.afvigelser == [] && found.adgangsnummer == "32.03.04")
        #expect(try resolve(2, "16.16.02").afvigelser == .udgaaet)
        #expect(try resolve(1, "32.03.04", at: "2000-01-01").afvigelser == .endnuIkkeIKraft)
    }

    @Test("The UUID wins over the key, and access goes by the copied number")
    func disagreement() throws {
        let found = try resolve(1, "16.16.02")
        #expect(noegle(found) == "32.03.04")
        #expect(found.afvigelser == .uuidOgNoegleUenige)
        #expect(found.adgangsnummer == "16.16.02")
    }

    @Test("Step 2: an unknown UUID falls back on the key in force on the day")
    func stepTwo() throws {
        let found = try resolve(99, "32.03.04")
        #expect(noegle(found) == "32.03.04")
        #expect(found.trin == .noegleIKraft && found.afvigelser == .uuidUkendt)
        #expect(try resolve(nil, "32.03.04").afvigelser == .uuidMangler)
    }

    @Test("Step 3: a key known only at another time answers, flagged")
    func stepThree() throws {
        let found = try resolve(99, "16.16.02")
        #expect(noegle(found) == "16.16.02")
        #expect(found.trin == .noeglePaaAndenTid)
        #expect(found.afvigelser == [.uuidUkendt, .udgaaet])
        let early = try resolve(nil, "32.03.04", at: "1990-01-01")
        #expect(early.trin == .noeglePaaAndenTid)
        #expect(early.afvigelser == [.uuidMangler, .endnuIkkeIKraft])
    }

    @Test("Step 4: nothing known leaves the copied number for access")
    func stepFour() throws {
        let found = try resolve(99, "77.77.77")
        #expect(found.place == nil && found.trin == .uloest)
        #expect(found.afvigelser == [.uuidUkendt, .ukendt])
        #expect(found.adgangsnummer == "77.77.77")
        let nothing = try resolve(nil, nil)
        #expect(nothing.trin == .uloest && nothing.adgangsnummer == nil)
        #expect(nothing.afvigelser == [.uuidMangler, .ukendt])
    }

    @Test(
        "A malformed key is never folded, and access falls back on the class's number",
        arguments: ["32.3.4", "32.03.4", "", " 32.03.04", "32.03.04 ", "32.03.04 G01", "g01"])
    func malformed(text: String) throws {
        let found = try resolve(1, text)
        #expect(found.afvigelser == [.uuidOgNoegleUenige, .noegleMisdannet])
        #expect(found.adgangsnummer == "32.03.04")
        let lost = try resolve(99, text)
        #expect(lost.trin == .uloest && lost.adgangsnummer == nil)
        #expect(lost.afvigelser == [.uuidUkendt, .ukendt, .noegleMisdannet])
    }

    @Test("A number at another level than the relation demands gives no access")
    func level() throws {
        let found = try resolve(1, "32.03", niveau: .emne)
        #expect(found.afvigelser.contains(.noegleMisdannet))
        #expect(found.adgangsnummer == "32.03.04")
        #expect(try resolve(99, "32.03", niveau: .emne).adgangsnummer == nil)
        #expect(try resolve(99, "32.03").adgangsnummer == "32.03")
    }

    @Test("Another owner's class is not found by key")
    func owner() throws {
        #expect(try resolve(nil, "32.03.16", ejer: 11_111_111).trin == .noegleIKraft)
        #expect(try resolve(nil, "32.03.16", ejer: 22_222_222).trin == .uloest)
        #expect(try resolve(nil, "32.03.16").trin == .uloest)
    }

    @Test(
        "A key of another form is good when the classification has it, but gives no access"
    )
    func localKey() throws {
        let found = try resolve(nil, "Lav")
        #expect(found.trin == .noegleIKraft && found.afvigelser == .uuidMangler)
        #expect(found.adgangsnummer == nil)
    }

    @Test(
        "A copied title that is none of the class's is flagged; a shown or cut one is not"
    )
    func titles() throws {
        #expect(try resolve(1, "32.03.04", titel: "Folkepension").afvigelser == [])
        #expect(try resolve(2, "16.16.02", titel: "Folkepension").afvigelser == .udgaaet)
        #expect(try resolve(1, "32.03.04", titel: "Andet").afvigelser == .titelAfviger)
        let long = String(repeating: "æ", count: 300)
        let plan = plan([.make("32", titel: long, uuid: 1)])
        let cut = plan.resolve(
            reference: UUIDIdentifikator(high: 0, low: 1), noegle: "32", ejer: nil,
            at: try day("2020-01-01"), titel: String(repeating: "æ", count: 255))
        #expect(cut.afvigelser == [])
    }

    @Test("A class retired without a date is found in force, with a softer flag")
    func retiredWithoutDate() throws {
        var klasse = Klasse.make("32", uuid: 1)
        klasse.historik = .udgaaet(nil)
        let found = plan([klasse]).resolve(
            reference: nil, noegle: "32", ejer: nil, at: try day("2020-01-01"))
        #expect(found.trin == .noegleIKraft)
        #expect(found.afvigelser == [.uuidMangler, .udgaaetUdenDato])
    }

    @Test("A hundred thousand resolutions take far less than a second even unoptimised")
    func speed() throws {
        let klasser = (0..<90).flatMap { group in
            (0..<50).map {
                Klasse.make("\(group + 10).10.\($0 + 10)", uuid: UInt64(group * 50 + $0 + 1))
            }
        }
        let plan = plan(klasser)
        let date = try day("2020-01-01")
        let unknown = UUIDIdentifikator(high: 9, low: 9)
        let clock = ContinuousClock()
        var found = 0
        let spent = clock.measure {
            for _ in 0..<11 {
                for klasse in klasser {
                    let byUUID = plan.resolve(
                        reference: klasse.uuid, noegle: klasse.noegle, ejer: nil, at: date)
                    let byKey = plan.resolve(
                        reference: unknown, noegle: klasse.noegle, ejer: nil, at: date)
                    found += (byUUID.trin == .uuid ? 1 : 0) + (byKey.trin == .noegleIKraft ? 1 : 0)
                }
            }
        }
        #expect(found == 2 * 11 * klasser.count)
        #expect(spent < .seconds(5))
        print("resolve: \(spent / found) each")
    }
}
