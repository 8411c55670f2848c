// 1. A search for words as of another time finds what a plain model of every registration finds: titles, notes and names
//    that came, ended, were replaced or lie ahead; owners that changed; objects that were taken out.
// 2. What was derived for it is what `check` expects, after every sort of change, and after time has passed.

import IndexCore
import Query
import Testing

/// Cases of two authorities, changed at random, and every registration of them.
private struct Fortid {
    private static let ord = ["birk", "lind", "ask", "elm", "rose", "tjørn"]
    private static let dage = [
        "2023-02-01", "2023-07-01", "2024-02-01", "2024-05-01", "2024-08-01", "2025-02-01",
    ]
    private static let myndigheder = ["99000001", "99000002"]

    let indeks: Indeks
    var random: Tilfaeldig
    private var kendte: [Int: [(sts: Tidspunkt, sag: Sag)]] = [:]
    private(set) var tider: [Tidspunkt] = []

    init(seed: UInt64, _ objekterPerFil: Int) throws {
        indeks = try Indeks(objekterPerFil: objekterPerFil)
        random = Tilfaeldig(state: seed)
    }

    private mutating func ord() -> String { random.pick(Self.ord) }

    private mutating func nySag(_ number: Int) -> Sag {
        var sag = Sag(uuid: Byg.uuid(1_000 + number), titel: ord())
        sag.cvr = random.pick(Self.myndigheder)
        sag.fra = random.pick(Self.dage)
        if random.chance(30) {
            sag.tidligereTitler = [("\(ord()) \(ord())", "2023-01-05", sag.fra)]
        }
        if random.chance(30) { sag.beskrivelse = ord() }
        if random.chance(40) {
            let (fra, til) = stykke()
            sag.journal = [JournalRelation(notat: (ord(), ord()), fra: fra, til: til)]
        }
        if random.chance(40) {
            let (fra, til) = stykke()
            sag.parter = [
                PartRelation(
                    urn: "urn:oio:cpr-nr:3113999901", navn: ord(), fra: fra, til: til)
            ]
        }
        return sag
    }

    private mutating func stykke() -> (String, String?) {
        let place = random.below(Self.dage.count)
        let later = Self.dage.dropFirst(place + 1)
        return (Self.dage[place], random.chance(60) ? later.first : nil)
    }

    /// One commit that changes one case, or takes it out.
    mutating func change() throws {
        let number = random.below(25)
        guard let last = kendte[number]?.last?.sag else { return try put(nySag(number), number) }
        switch random.below(8) {
        case 0:
            try indeks.fjern(last.uuid, .sag, cvr: last.cvr)
            kendte[number] = nil
        case 1, 2, 3:
            var same = last
            same.fremdrift = [(random.pick(["Oplyst", "Afgjort"]), "2024-01-01", nil)]
            try put(same, number)
        case 4:
            var other = last
            other.cvr = random.pick(Self.myndigheder)
            try put(other, number)
        default: try put(nySag(number), number)
        }
    }

    private mutating func put(_ sag: Sag, _ number: Int) throws {
        let sts = try indeks.put(sag.json, .sag, cvr: sag.cvr)
        kendte[number, default: []].append((sts, sag))
        tider.append(sts)
    }

    // MARK: The model

    private static func tid(_ dag: String) -> Tidspunkt {
        Tidspunkt(reading: "\(dag)T00:00:00Z") ?? .distantPast
    }

    private static func covers(_ fra: String, _ til: String?, _ instant: Tidspunkt) -> Bool {
        tid(fra) <= instant && (til.map { instant < tid($0) } ?? true)
    }

    private static func titler(_ sag: Sag) -> [(String, String, String?)] {
        sag.tidligereTitler.map { ($0.0, $0.1, $0.2) } + [(sag.titel, sag.fra, nil)]
    }

    /// The words of the case at the time, and nil where it is not in effect.
    private func ord(i sag: Sag, at virkning: Tidspunkt?) -> Set<String>? {
        let titler = Self.titler(sag)
        let begin = titler.map { Self.tid($0.1) }.min() ?? indeks.now
        let instant = virkning ?? max(indeks.now, begin)
        guard instant >= begin else { return nil }
        var tekster = titler.filter { Self.covers($0.1, $0.2, instant) }.map(\.0)
        if let text = sag.beskrivelse { tekster.append(text) }
        for post in sag.journal where Self.covers(post.fra, post.til, instant) {
            if let notat = post.notat { tekster += [notat.titel, notat.tekst] }
        }
        for part in sag.parter where Self.covers(part.fra, part.til, instant) {
            tekster.append(part.navn)
        }
        return Set(tekster.flatMap { $0.split(separator: " ").map(String.init) })
    }

    private func forventet(
        _ ord: [String], _ virkning: Tidspunkt?, _ registrering: Tidspunkt?, _ cvr: String?
    ) -> Set<UUIDIdentifikator> {
        var result: Set<UUIDIdentifikator> = []
        for registreringer in kendte.values {
            let known = registreringer.last { one in registrering.map { one.sts <= $0 } ?? true }
            guard let sag = known?.sag, cvr.map({ $0 == sag.cvr }) ?? true,
                let own = self.ord(i: sag, at: virkning), own.isSuperset(of: ord)
            else { continue }
            result.insert(sag.uuid)
        }
        return result
    }

    // MARK: The comparison

    /// Asks once; answers how much was found.
    mutating func compare(_ place: String) throws -> Int {
        let ord = (0...random.below(2)).map { _ in self.ord() }
        let virkning = random.chance(60) ? Self.tid(random.pick(Self.dage)) : nil
        let registrering = virkning == nil || random.chance(50) ? random.pick(tider) : nil
        let cvr = random.chance(40) ? random.pick(Self.myndigheder) : nil
        let tekst = Byg.quoted(ord.map { "\"\($0)\"" }.joined(separator: " "))
        var members = ["\"Tekst\":\(tekst)", "\"Antal\":1000"]
        if let virkning { members.append("\"Virkningstid\":\"\(virkning.utcText)\"") }
        if let registrering { members.append("\"Registreringstid\":\"\(registrering.utcText)\"") }
        if let cvr { members.append("\"Myndighed\":[\"\(cvr)\"]") }
        let body = "{\(members.joined(separator: ","))}"
        let expected = forventet(ord, virkning, registrering, cvr)
        for indeks in [indeks, try indeks.udenHukommelse()] {
            let answer = try indeks.soeg(body)
            #expect(Set(answer["Traef"]?.uuider ?? []) == expected, "\(place): \(body)")
            #expect(answer["Antal"]?["Vaerdi"]?.integer == expected.count, "\(place): \(body)")
        }
        return expected.count
    }
}

@Suite struct TidssoegningTests {
    @Test(
        "Words as of another time find what every registration, read plainly, says",
        arguments: Froe.alle([(UInt64(1), 500_000), (2, 500_000), (3, 8)]))
    func model(_ seed: UInt64, _ objekterPerFil: Int) throws {
        var fortid = try Fortid(seed: seed, objekterPerFil)
        for _ in 0..<30 { try fortid.change() }
        var found = 0
        for round in 0..<60 {
            for _ in 0..<fortid.random.below(4) { try fortid.change() }
            // What lay ahead begins, and what was in effect ends.
            if round % 20 == 19 { fortid.indeks.tick(seconds: 100 * 86_400) }
            fortid.indeks.tick()
            for _ in 0..<4 { found += try fortid.compare("seed \(seed), round \(round)") }
        }
        // Otherwise it says nothing.
        #expect(found > 300)
        #expect(try fortid.indeks.store.kontrol(reparer: false) { _ in } == [])
    }
}
