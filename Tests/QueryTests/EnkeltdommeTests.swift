// 1. What memory has judged of documents that cases of other authorities file, and of payments of their
//    grants, is what the files say, after every change of one of them or a link, and after time alone.
// 2. It says so of callers with rights to the document's authority, to the case's, and to both.

import Dispatch
import Foundation
import Query
import Testing

@testable import IndexCore

@Suite struct EnkeltdommeTests {
    private struct Arkiv {
        static let cvr = ["99000001", "99000002", "99000003"]
        let indeks: Indeks
        var random: Tilfaeldig
        private var dokumenter: [Int: Dokument] = [:]
        private var sager: [Int: Sag] = [:]
        private var bevillinger: [Int: Bevilling] = [:]
        private var effektueringer: [Int: Effektuering] = [:]

        init(seed: UInt64, _ objekterPerFil: Int) throws {
            indeks = try Indeks(objekterPerFil: objekterPerFil)
            random = Tilfaeldig(state: seed)
            for number in 0..<6 { try putDokument(number) }
            for number in 0..<6 { try putSag(number) }
            for number in 0..<4 { try putBevilling(number) }
            for number in 0..<4 { try putEffektuering(number) }
        }

        private mutating func putBevilling(_ number: Int) throws {
            let bevilling = Bevilling(
                uuid: Byg.uuid(300 + number),
                cvr: bevillinger[number]?.cvr ?? random.pick(Self.cvr),
                niveau: 1 + random.below(3),
                ydelser: [
                    Ydelse(id: "1", navn: "Hjælp", kle: random.pick(["27.36.04", "32.03.04"]))
                ])
            bevillinger[number] = bevilling
            try indeks.put(bevilling)
        }

        private mutating func putEffektuering(_ number: Int) throws {
            let effektuering = Effektuering(
                uuid: Byg.uuid(400 + number),
                cvr: effektueringer[number]?.cvr ?? random.pick(Self.cvr), afdeling: "Erklæringer",
                linjer: (0...random.below(2)).map { _ in
                    .init(
                        kle: random.pick(["27.36.04", "32.03.04"]),
                        bevilling: Byg.uuid(300 + random.below(5)))
                })
            effektueringer[number] = effektuering
            try indeks.put(effektuering)
        }

        private mutating func putDokument(_ number: Int) throws {
            let dokument = Dokument(
                uuid: Byg.uuid(100 + number),
                cvr: dokumenter[number]?.cvr ?? random.pick(Self.cvr),
                kle: random.pick(["27.36.04", "32.03.04"]), niveau: 1 + random.below(3),
                titel: random.pick([
                    "Erklæring", "Erklæring om hjælp", "Lægeerklæring om kørestol", "Boligskifte",
                ]),
                parter: random.chance(50)
                    ? [PartRelation(urn: Self.part, navn: "Erling Hjælper")] : [])
            dokumenter[number] = dokument
            try indeks.put(dokument)
        }

        private mutating func putSag(_ number: Int) throws {
            var sag = Sag(
                uuid: Byg.uuid(200 + number), cvr: sager[number]?.cvr ?? random.pick(Self.cvr),
                kle: random.pick(["27.36.04", "32.03.04"]), niveau: 1 + random.below(3))
            sag.journal = (0..<random.below(4)).map { _ in
                var post = JournalRelation(dokument: Byg.uuid(100 + random.below(6)))
                // Some links end, or begin, at one of the instants that the test comes to.
                if random.chance(20) { post.til = random.pick(["2027-06-01", "2028-06-01"]) }
                if random.chance(20) { post.fra = random.pick(["2027-03-01", "2028-03-01"]) }
                return post
            }
            sager[number] = sag
            try indeks.put(sag)
        }

        mutating func change() throws {
            let number = random.below(6)
            switch random.below(12) {
            case 0: try putDokument(number)
            case 1:
                guard let sag = sager.removeValue(forKey: number) else { return }
                try indeks.fjern(sag.uuid, .sag, cvr: sag.cvr)
            case 2:
                guard let dokument = dokumenter.removeValue(forKey: number) else { return }
                try indeks.fjern(dokument.uuid, .dokument, cvr: dokument.cvr)
            case 3: try putEffektuering(random.below(4))
            case 4, 5: try putBevilling(random.below(5))
            case 6:
                guard let bevilling = bevillinger.removeValue(forKey: number) else { return }
                try indeks.fjern(bevilling.uuid, .bevilling, cvr: bevilling.cvr)
            default: try putSag(number)
            }
        }

        /// How many documents were found.
        func compare(_ scopes: [AccessScope], _ place: String) throws -> Int {
            let files = try indeks.udenHukommelse()
            var found = 0
            for (number, scope) in scopes.enumerated() {
                for body in Self.bodies {
                    let expected = try files.soeg(body, as: scope)
                    // What was judged the first time is believed the second.
                    for turn in 1...2 {
                        let answer = try indeks.soeg(body, as: scope)
                        let name = "\(place), scope \(number), turn \(turn): \(body)"
                        #expect(
                            answer["Traef"]?.uuider == expected["Traef"]?.uuider, "\(name)")
                        #expect(answer["Forstaaet"] == expected["Forstaaet"], "\(name)")
                        #expect(answer["Antal"] == expected["Antal"], "\(name)")
                        #expect(answer["Facetter"] == expected["Facetter"], "\(name)")
                    }
                    found += expected["Antal"]?["Vaerdi"]?.integer ?? 0
                }
            }
            return found
        }

        private static let part = "urn:oio:cpr-nr:3101999901"
        private static let bodies = [
            "{\"Tekst\":\"erklæring\"}", "{\"Tekst\":\"lægeerklæring hjælp\"}",
            "{\"Tekst\":\"kørestol boligskifte ukendelig\"}", "{\"Tekst\":\"\\\"om hjælp\\\"\"}",
            "{\"Tekst\":\"lægeerk*\"}", "{\"Tekst\":\"erklæring -hjælp\"}",
            "{\"Tekst\":\"kørstol\"}", "{\"Tekst\":\"D-103\"}",
            "{\"Tekst\":\"hjælper 27.36\",\"Sortering\":\"Nyeste\"}",
            "{\"Part\":[\"\(part)\"],\"Oprettet\":{\"Fra\":\"2023-01-01\"}}",
            "{\"Klasse\":[\"27.*\"],\"Foelsomhed\":{\"Til\":2},\"Tekst\":\"erling\"}",
            "{\"Objekttyper\":[\"Dokument\",\"OekonomiskEffektuering\"]}",
            "{\"Antal\":0,\"Facetter\":[\"Objekttype\",\"Klasse:1\",\"Foelsomhed\",\"Myndighed\"]}",
        ]
    }

    @Test(
        "Judgements follow every change that they hang on",
        arguments: Froe.alle([(UInt64(21), 500_000), (22, 500_000), (23, 500_000), (24, 3)]))
    func follow(_ seed: UInt64, _ objekterPerFil: Int) throws {
        var arkiv = try Arkiv(seed: seed, objekterPerFil)
        let cvr = Arkiv.cvr.compactMap { CVRNummer($0) }
        let scopes =
            cvr.map { AccessScope.system(AccessScope.gruppe(cvr: [$0], kle: "27.*", niveau: 2)) }
            + [.system(AccessScope.gruppe(cvr: Array(cvr[0...1]), niveau: 1)), .alt]
        var found = 0
        for round in 0..<50 {
            for _ in 0..<arkiv.random.below(3) { try arkiv.change() }
            // To 2027 and past the ends and beginnings of links.
            let days: Int64 = [10: 120, 20: 100, 30: 250, 40: 120][round] ?? 0
            arkiv.indeks.tick(seconds: 1 + days * 86_400)
            if round == 15 { arkiv.indeks.store.varmOp() }
            found += try arkiv.compare(scopes, "seed \(seed), round \(round)")
        }
        // Otherwise it says nothing.
        #expect(found > 200)
    }

    @Test("A pointer from another authority that comes while a file is read is not lost")
    func pointerWhileReading() throws {
        let indeks = try Indeks()
        let dokument = Dokument(uuid: Byg.uuid(100))
        try indeks.put(dokument)
        let myndighed = try #require(CVRNummer(dokument.cvr))
        let kolonner = try indeks.store.read { reader throws(StoreError) -> Filkolonner? in
            guard let shard = try reader.shards(of: myndighed).first else { return nil }
            let lager = reader.lager(of: shard.fil)
            let noteret = DispatchSemaphore(value: 0)
            let verden = Filkolonner.Omstaendigheder(now: reader.now, afleder: reader.afleder) {
                _ in
                Thread.detachNewThread {
                    lager.note(fremmede: [dokument.uuid])
                    noteret.signal()
                }
                // It is told while the row is made, and waits until the columns are.
                #expect(noteret.wait(timeout: .now() + .milliseconds(100)) == .timedOut)
                return false
            }
            _ = try lager.kolonner(shard, verden)
            #expect(noteret.wait(timeout: .now() + .seconds(10)) == .success)
            return try lager.kolonner(shard, verden)
        }
        let kendt = try #require(kolonner)
        let id = try #require(kendt.rows.uuid.firstIndex(of: dokument.uuid))
        #expect(kendt.rows.isDoubtful(Int64(id)))
    }
}
