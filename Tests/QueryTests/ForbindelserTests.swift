// 1. The links between the files of an authority, followed from commit to commit, are those that the files have.
// 2. Who sees what, judged anew for the rows that a commit may have given another judgement, is as if all were.

import Query
import Testing

@testable import IndexCore

@Suite struct ForbindelserTests {
    /// What memory would hold of an authority of several files, beside what the files say.
    private struct Hukommelse {
        let myndighed: CVRNummer
        let scopes: [AccessScope]
        /// How often what was known could be followed, and how many links between files there were then.
        private(set) var fulgt = 0
        private(set) var forbundne = 0
        private let lager = Forbindelseslager()
        private var udgaver: [Filkolonner.Udgave] = []
        /// By scope.
        private var synlighed: [Synlighed] = []

        init(_ myndighed: CVRNummer, _ scopes: [AccessScope]) {
            (self.myndighed, self.scopes) = (myndighed, scopes)
        }

        mutating func sammenlign(_ indeks: Indeks, _ place: String) throws {
            let myndighed = myndighed
            let filer = try indeks.store.read { reader throws(StoreError) in
                try reader.seeToForeign()
                return try reader.kolonner(reader.filer(of: myndighed), myndighed)
            }
            let kolonner = try #require(filer)
            // With one file there is nothing between them.
            guard kolonner.count > 1 else { return }
            let raekker = lager.raekker(kolonner)
            let anew = Myndighedsraekker(kolonner, Forbindelser(kolonner))
            let fundne = Self.forbindelser(anew)
            #expect(Self.forbindelser(raekker) == fundne, "\(place)")
            let ventet = scopes.map { Synlighed(anew, myndighed: myndighed, $0) }
            if let beroerte = raekker.beroerte(since: udgaver) {
                fulgt += 1
                forbundne += fundne.joined().count { $0.til != nil }
                for (number, scope) in scopes.enumerated() {
                    synlighed[number] = synlighed[number].following(
                        raekker, beroerte, myndighed: myndighed, scope)
                    let found = Self.bits(synlighed[number], kolonner)
                    let expected = Self.bits(ventet[number], kolonner)
                    #expect(found == expected, "\(place), scope \(number)")
                }
            } else {
                synlighed = ventet
            }
            udgaver = kolonner.map(\.udgave)
        }

        private struct Forbindelse: Hashable {
            let fra: [Int]
            let til: [Int]?

            init(_ fra: Forbindelser.Plads, _ til: Forbindelser.Plads?) {
                self.fra = [fra.del, fra.id]
                self.til = til.map { [$0.del, $0.id] }
            }
        }

        private static func forbindelser(_ raekker: Myndighedsraekker) -> [Set<Forbindelse>] {
            var (journal, betaling) = (Set<Forbindelse>(), Set<Forbindelse>())
            raekker.forEachJournalUdenfor { journal.insert(Forbindelse($0, $1)) }
            raekker.forEachBetalingUdenfor { betaling.insert(Forbindelse($0, $1)) }
            return [journal, betaling]
        }

        /// The rows of each file that are surely seen, in doubt, and seen whole.
        private static func bits(_ synlighed: Synlighed, _ filer: [Filkolonner]) -> [[Int]] {
            zip(synlighed.dele, filer).flatMap { del, fil in
                [del.sikre, del.tvivl, del.hele].map { bits in
                    (0..<fil.rows.slots).filter { bits.contains($0) }
                }
            }
        }
    }

    /// A world in which most objects are one authority's.
    private func verden(_ random: inout Tilfaeldig) -> Verden {
        func cvr(_ cvr: String) -> String { cvr == Verden.cvr[2] ? cvr : Verden.cvr[0] }
        var verden = Verden(&random)
        for index in verden.sager.indices { verden.sager[index].cvr = cvr(verden.sager[index].cvr) }
        for index in verden.dokumenter.indices {
            verden.dokumenter[index].cvr = cvr(verden.dokumenter[index].cvr)
        }
        for index in verden.bevillinger.indices {
            verden.bevillinger[index].cvr = cvr(verden.bevillinger[index].cvr)
        }
        for index in verden.effektueringer.indices {
            verden.effektueringer[index].cvr = cvr(verden.effektueringer[index].cvr)
        }
        return verden
    }

    @Test(
        "Links and rights follow every commit of any of the files",
        arguments: Froe.alle([(UInt64(31), 3), (32, 4), (33, 9)]))
    func follow(_ seed: UInt64, _ objekterPerFil: Int) throws {
        var random = Tilfaeldig(state: seed)
        var verden = verden(&random)
        let indeks = try Indeks(objekterPerFil: objekterPerFil)
        try verden.store(in: indeks, &random)
        let scopes = (0..<6).map { _ in Verden.scope(&random) } + [.alt]
        var kendte = Verden.cvr.compactMap { CVRNummer($0) }.map { Hukommelse($0, scopes) }
        for round in 0..<100 {
            let other = self.verden(&random)
            for _ in 0..<random.below(3) {
                try verden.change(to: other, in: indeks, flytter: true, &random)
            }
            for place in kendte.indices {
                try kendte[place].sammenlign(
                    indeks, "seed \(seed), round \(round), \(kendte[place].myndighed)")
            }
        }
        // Otherwise it says nothing.
        #expect(kendte.reduce(0) { $0 + $1.fulgt } > 80)
        #expect(kendte.reduce(0) { $0 + $1.forbundne } > 200)
    }

    @Test("A case is seen whole for as long as another file's case opens its document")
    func whole() throws {
        let indeks = try Indeks(objekterPerFil: 1)
        let myndighed = try #require(CVRNummer("99000001"))
        let dokument = Dokument(
            uuid: Byg.uuid(1100), cvr: "99000001", kle: "27.36.04", niveau: 3, titel: "Erklæring")
        let post = JournalRelation(
            dokument: dokument.uuid, dokumenttitel: "Erklæring", notat: nil, til: nil)
        let sag = Sag(
            uuid: Byg.uuid(1000), cvr: "99000001", kle: "27.36.04", niveau: 1, journal: [post])
        var anden = Sag(
            uuid: Byg.uuid(1001), cvr: "99000001", kle: "32.03.04", niveau: 1, journal: [post])
        // The document is above what the first case's number gives, and within what the other's gives.
        let scope = AccessScope.system(
            AccessScope.gruppe(cvr: [myndighed], kle: "27.*", niveau: 1),
            AccessScope.gruppe(cvr: [myndighed], kle: "32.*", niveau: 3))
        try indeks.put(dokument)
        try indeks.put(sag)
        try indeks.put(anden)
        var kendt = Hukommelse(myndighed, [scope])
        for round in 0..<6 {
            anden.kle = round % 2 == 0 ? "32.03.04" : "34.10.04"
            try indeks.put(anden)
            try kendt.sammenlign(indeks, "round \(round)")
        }
        #expect(kendt.fulgt == 5)
    }
}
