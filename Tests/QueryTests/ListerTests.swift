// 1. Lists that memory follows commits with are those that the files give, whatever was changed: texts,
//    keys, neither, or the object taken out; of one word, several, a beginning, a run, a number, a party.
// 2. So are they across commits that changed more than is remembered.

import IndexCore
import Query
import Testing

/// Some cases of one authority, changed at random.
private struct Sagsaendringer {
    private static let ord = [
        "kørestol", "kørestolsbevilling", "ansøgning", "ansøgninger", "klage", "klagen", "rampe",
        "bolig", "boligstøtte", "afslag", "støtte", "24-117",
    ]
    private static let parter = (1...5).map { "urn:oio:cpr-nr:311399990\($0)" }

    let indeks: Indeks
    private var sager: [Int: Sag] = [:]
    var random: Tilfaeldig

    init(seed: UInt64, _ objekterPerFil: Int) throws {
        indeks = try Indeks(objekterPerFil: objekterPerFil)
        random = Tilfaeldig(state: seed)
    }

    mutating func tekst(_ most: Int) -> String {
        (0...random.below(most)).map { _ in random.pick(Self.ord) }.joined(separator: " ")
    }

    private mutating func nySag(_ number: Int) -> Sag {
        var sag = Sag(uuid: Byg.uuid(1_000 + number), titel: tekst(3))
        if random.chance(50) { sag.beskrivelse = tekst(2) }
        if random.chance(30) { sag.alternativ = tekst(1) }
        if random.chance(30) {
            let titel = tekst(1)
            sag.journal = [JournalRelation(notat: (titel, tekst(2)))]
        }
        if random.chance(60) { sag.parter = [PartRelation(urn: random.pick(Self.parter))] }
        sag.nummer = "2024-\(1 + random.below(40))"
        // Its text and keys begin to hold later.
        if random.chance(10) { sag.fra = "2027-0\(1 + random.below(9))-01" }
        return sag
    }

    /// One commit that changes something of one case.
    mutating func change() throws {
        let number = random.below(60)
        guard var sag = sager[number] else {
            let ny = nySag(number)
            sager[number] = ny
            return try indeks.put(ny)
        }
        switch random.below(6) {
        case 0:
            sager[number] = nil
            return try indeks.fjern(sag.uuid, .sag, cvr: sag.cvr)
        case 1: sag.fremdrift = [(random.pick(["Oplyst", "Afgjort"]), "2024-01-01", nil)]
        case 2: sag.parter = [PartRelation(urn: random.pick(Self.parter))]
        case 3: sag.titel = tekst(3)
        default:
            var other = nySag(number)
            other.nummer = sag.nummer
            sag = other
        }
        sager[number] = sag
        try indeks.put(sag)
    }

    private mutating func body() -> String {
        func member(_ tekst: String) -> String { "\"Tekst\":\(Byg.quoted(tekst))" }
        let order = random.pick(["Relevans", "Nyeste"])
        let members =
            switch random.below(8) {
            case 0: member("\(random.pick(Self.ord)) \(random.pick(Self.ord))")
            case 1: member("\(random.pick(Self.ord).prefix(4))*")
            case 2: member("\"\(random.pick(Self.ord)) \(random.pick(Self.ord))\"")
            case 3: member("2024-\(1 + random.below(40))")
            case 4: member("\(random.pick(Self.ord)) -\(random.pick(Self.ord))")
            case 5: "\"Part\":[\"\(random.pick(Self.parter))\"]"
            case 6: "\"Klasse\":[\"27.*\"]"
            default: member(random.pick(Self.ord))
            }
        return "{\(members),\"Antal\":100,\"Sortering\":\"\(order)\"}"
    }

    mutating func compare(_ place: String) throws -> Int {
        let files = try indeks.udenHukommelse()
        var found = 0
        for _ in 0..<8 {
            let body = body()
            let expected = try files.soeg(body)["Traef"]?.uuider ?? []
            found += expected.count
            #expect(try indeks.soeg(body)["Traef"]?.uuider == expected, "\(place): \(body)")
        }
        return found
    }
}

@Suite struct ListerTests {
    @Test(
        "Lists follow every commit, whatever it changed",
        arguments: Froe.alle([(UInt64(1), 500_000), (2, 500_000), (3, 20)]))
    func follow(_ seed: UInt64, _ objekterPerFil: Int) throws {
        var proeve = try Sagsaendringer(seed: seed, objekterPerFil)
        for _ in 0..<40 { try proeve.change() }
        proeve.indeks.tick()
        var found = 0
        for round in 0..<60 {
            for _ in 0..<proeve.random.below(5) { try proeve.change() }
            proeve.indeks.tick()
            if round == 20 { proeve.indeks.store.varmOp() }
            // Texts that lay ahead begin to hold.
            if round == 50 { proeve.indeks.tick(seconds: 300 * 86_400) }
            found += try proeve.compare("seed \(seed), round \(round)")
        }
        // Otherwise it says nothing.
        #expect(found > 1_000)
    }

    @Test("Lists follow commits of more than is remembered of each row")
    func largeCommits() throws {
        var proeve = try Sagsaendringer(seed: 4, 500_000)
        for _ in 0..<40 { try proeve.change() }
        for round in 0..<4 {
            _ = try proeve.compare("before \(round)")
            let from = 10_000 + round * 700
            let many = (from..<from + 700).map { number in
                var sag = Sag(uuid: Byg.uuid(number), titel: proeve.tekst(3))
                sag.nummer = "2025-\(number)"
                return sag
            }
            try proeve.indeks.put(mange: many)
            proeve.indeks.tick()
            #expect(try proeve.compare("after \(round)") > 0)
            for _ in 0..<10 { try proeve.change() }
        }
    }
}
