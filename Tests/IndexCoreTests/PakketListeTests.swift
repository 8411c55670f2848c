// 1. A list comes out of memory as it went in, whatever its rows and places.
// 2. It takes a third of what it takes unpacked.
// 3. When lists are too much, those go that have been used longest ago, in whatever file.

import Testing

@testable import IndexCore

@Suite struct PakketListeTests {
    private static func isEqual(_ one: Liste, _ other: Liste) -> Bool {
        one.ids == other.ids && one.steder == other.steder && one.gyldigTil == other.gyldigTil
    }

    @Test("What comes out is what went in", arguments: 0..<200)
    func roundTrip(number: Int) {
        var seed = Seed(UInt64(number))
        let count = [0, 1, 2, 17, 300][number % 5]
        let (distances, places) = (
            [1, 2, 100, 70_000, 9_000_000][seed.below(5)], 1 + seed.below(70)
        )
        var found: [UInt32: UInt16] = [:]
        var id: UInt32 = UInt32(seed.below(3))
        for _ in 0..<count {
            found[id] = UInt16(truncatingIfNeeded: seed.below(places) * 937)
            id += UInt32(1 + seed.below(distances))
        }
        let liste = Liste(found, gyldigTil: number % 3 == 0 ? .max : Int64(number))
        let pakket = PakketListe(liste)
        #expect(liste.count == count)
        #expect(Self.isEqual(pakket.liste, liste))
        #expect(pakket.gyldigTil == liste.gyldigTil)
    }

    @Test("The largest row and every place at once")
    func extremes() {
        var found: [UInt32: UInt16] = [0: 1, .max: .max]
        for place in 0...UInt16.max { found[UInt32(place) * 2 + 1] = place }
        let liste = Liste(found)
        #expect(Self.isEqual(PakketListe(liste).liste, liste))
    }

    @Test("A common word takes two bytes a row")
    func size() {
        let places: [UInt16] = [1, 2, 16, 257]
        var rows: [UInt32: UInt16] = [:]
        for number in 0..<10_000 { rows[UInt32(number * 9 + number % 5)] = places[number % 4] }
        let liste = Liste(rows)
        #expect(PakketListe(liste).bytes < 2 * rows.count + 300)
    }

    @Test("When lists are too much, what has been used longest ago goes, in whatever file")
    func plads() throws {
        let lager = Soegelager(minListeBytes: 12_000)
        let filer = (0..<3).map { lager.fil(Int64($0)) }
        let now = Tidspunkt(microseconds: 0)
        func opslag(_ number: Int) -> Fillager.Opslag {
            Fillager.Opslag(.noegle(Noeglekrav(Noegle(Byg.uuid(number)))), lager)
        }
        func isKept(_ fil: Int, _ number: Int) -> Bool {
            filer[fil].liste(opslag(number), version: 1, at: now) != nil
        }
        // Some 350 bytes each.
        var rows: [UInt32: UInt16] = [:]
        for number: UInt32 in 0..<75 { rows[number * 300] = 1 }
        let liste = Liste(rows)
        for number in 0..<10 {
            for fil in filer { fil.keep(liste, opslag(number), version: 1) }
        }
        #expect((0..<3).allSatisfy { isKept($0, 0) })
        #expect(isKept(1, 1))
        // One file alone takes more and more: the others' go before those of it that are used.
        for number in 10..<16 { filer[0].keep(liste, opslag(number), version: 1) }
        #expect((0..<3).allSatisfy { isKept($0, 0) })
        #expect(isKept(1, 1))
        #expect((10..<16).allSatisfy { isKept(0, $0) })
        #expect(!isKept(2, 1) && !isKept(0, 1))
    }
}
