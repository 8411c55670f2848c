// 1. Over random objects, links and rights, every read path shows exactly what a literal reading of
//    sag-dokument §4 (X2–X9) and ydelse §10 allows: look-up, history, overview, search.
// 2. Counts, facets and pages are those of the visible objects.
// 3. The same holds after each of many changes, in authorities of several files: what memory holds of
//    them follows every commit.
// 4. No text of a hidden object or part stands in any answer.
// 5. What is told of why is what the rules say, and to who has no right to the log nothing of what is hidden.

import IndexCore
import Query
import Testing

/// Pseudo-random numbers from a seed (SplitMix64).
struct Tilfaeldig: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}

/// Random objects and what a literal reading of the rules says of them.
struct Verden {
    static let cvr = ["99000001", "99000002", "99000003"]
    static let kle = ["27.36.04", "27.36.16", "27.12.02", "32.03.04"]
    /// A plan that lacks one of the numbers.
    static let udenfor = "27.12.02"
    static let plan = Plannumre(Set(kle.filter { $0 != udenfor }.map { PakketKLE($0) }))
    static let personer = (0..<3).map { "urn:oio:cpr-nr:310199990\($0)" }
    /// Each the party of few objects, so that most files have nothing of them.
    static let sjaeldne = (0..<20).map { "urn:oio:cpr-nr:31019999\($0 + 40)" }
    static let brugere = (0..<3).map { Byg.uuid(300 + $0) }
    static let enheder = (0..<3).map { Byg.uuid(310 + $0) }
    static let systemer = [Byg.uuid(900), Byg.uuid(901)]

    var sager: [Sag] = []
    var dokumenter: [Dokument] = []
    var bevillinger: [Bevilling] = []
    var effektueringer: [Effektuering] = []

    init(_ random: inout Tilfaeldig) {
        func parter(_ random: inout Tilfaeldig) -> [PartRelation] {
            guard random.chance(70) else { return [] }
            let ended = random.chance(25)
            return [
                PartRelation(
                    urn: random.pick(random.chance(75) ? Self.personer : Self.sjaeldne),
                    til: ended ? "2024-03-01" : nil)
            ]
        }
        func profil(_ random: inout Tilfaeldig) -> [UUIDIdentifikator] {
            random.chance(25) ? [random.pick(Self.brugere + Self.enheder)] : []
        }
        for index in 0..<12 {
            var dokument = Dokument(uuid: Byg.uuid(1100 + index))
            dokument.cvr = random.pick(Self.cvr)
            dokument.kle = random.pick(Self.kle)
            dokument.niveau = 1 + random.below(3)
            dokument.titel = "Fælles dokument dok\(index)dok"
            dokument.master = random.pick(Self.systemer)
            dokument.ansvarlig = random.pick(Self.enheder)
            dokument.profil = profil(&random)
            dokument.parter = parter(&random)
            dokumenter.append(dokument)
        }
        for index in 0..<12 {
            var sag = Sag(uuid: Byg.uuid(1000 + index))
            sag.cvr = random.pick(Self.cvr)
            sag.kle = random.pick(Self.kle)
            sag.niveau = 1 + random.below(3)
            sag.titel = "Fælles sag sag\(index)sag"
            sag.alternativ = random.chance(40) ? "skjult alt\(index)alt" : nil
            sag.master = random.pick(Self.systemer)
            if random.chance(25) { sag.oprettet = nil }
            sag.ansvarlig = random.pick(Self.enheder)
            sag.profil = profil(&random)
            sag.parter = parter(&random)
            for link in 0..<random.below(4) {
                sag.journal.append(
                    JournalRelation(
                        dokument: random.chance(90)
                            ? Byg.uuid(1100 + random.below(14)) : nil,
                        dokumenttitel: nil, notat: nil,
                        til: random.chance(25) ? "2024-04-01" : nil))
                let last = sag.journal.count - 1
                if sag.journal[last].dokument == nil {
                    sag.journal[last].notat = ("Notat", "note\(index)x\(link)note")
                } else {
                    sag.journal[last].dokumenttitel = "post\(index)x\(link)post"
                }
            }
            sager.append(sag)
        }
        for index in 0..<8 {
            var bevilling = Bevilling(uuid: Byg.uuid(1200 + index), ydelser: [])
            bevilling.cvr = random.pick(Self.cvr)
            bevilling.niveau = 1 + random.below(3)
            bevilling.begrundelse = "Fælles bevilling bev\(index)bev"
            bevilling.ansvarlig = random.pick(Self.enheder)
            bevilling.profil = profil(&random)
            bevilling.parter = parter(&random)
            var master = random.pick(Self.systemer)
            for ydelse in 0...random.below(3) {
                bevilling.ydelser.append(
                    Ydelse(
                        id: "\(ydelse)", navn: "ydelse\(index)x\(ydelse)ydelse",
                        kle: random.pick(Self.kle + ["ukendt"]), master: master,
                        til: random.chance(20) ? "2024-04-01" : nil))
                if random.chance(25) { master = random.pick(Self.systemer) }
            }
            bevillinger.append(bevilling)
        }
        for index in 0..<10 {
            var effektuering = Effektuering(uuid: Byg.uuid(1300 + index), linjer: [])
            effektuering.cvr = random.pick(Self.cvr)
            effektuering.afdeling = "Fælles effekt eff\(index)eff"
            effektuering.master = random.pick(Self.systemer)
            effektuering.parter = parter(&random)
            for _ in 0...random.below(3) {
                effektuering.linjer.append(
                    .init(
                        kle: random.pick(Self.kle), bevilling: Byg.uuid(1200 + random.below(9))))
            }
            effektueringer.append(effektuering)
        }
    }

    func store(in indeks: Indeks, _ random: inout Tilfaeldig) throws {
        // In random order, since links may come before what they point at.
        var steps: [() throws -> Void] = []
        for sag in sager {
            steps.append {
                var earlier = sag
                earlier.titel = "tidligere titel"
                earlier.kle = "99.99.99"
                earlier.niveau = 1
                try indeks.put(earlier)
                try indeks.put(sag)
            }
        }
        for dokument in dokumenter { steps.append { try indeks.put(dokument) } }
        // What its parts were called before decides nothing, as what a case was does not (X9).
        for bevilling in bevillinger {
            var earlier = bevilling
            for place in earlier.ydelser.indices {
                earlier.ydelser[place].kle = random.pick(Self.kle + ["ukendt"])
            }
            steps.append {
                try indeks.put(earlier)
                try indeks.put(bevilling)
            }
        }
        for effektuering in effektueringer {
            var earlier = effektuering
            for place in earlier.linjer.indices {
                earlier.linjer[place].kle = random.pick(Self.kle)
            }
            steps.append {
                try indeks.put(earlier)
                try indeks.put(effektuering)
            }
        }
        while !steps.isEmpty { try steps.remove(at: random.below(steps.count))() }
    }

    /// Puts one object of another world in the place of the one with its UUID, takes it out, or puts it
    /// in again; an object keeps its authority, or sometimes moves with `flytter`.
    mutating func change(
        to other: Verden, in indeks: Indeks, flytter: Bool = false, _ random: inout Tilfaeldig
    ) throws {
        let isRemoved = random.chance(30)
        let keeps = !flytter || isRemoved || random.chance(70)
        switch random.below(4) {
        case 0:
            var sag = random.pick(other.sager)
            let place = sager.firstIndex { $0.uuid == sag.uuid }
            if let place, keeps { sag.cvr = sager[place].cvr }
            if let place, isRemoved {
                try indeks.fjern(sag.uuid, .sag, cvr: sag.cvr)
                sager.remove(at: place)
            } else {
                try indeks.put(sag)
                if let place { sager[place] = sag } else { sager.append(sag) }
            }
        case 1:
            var dokument = random.pick(other.dokumenter)
            let place = dokumenter.firstIndex { $0.uuid == dokument.uuid }
            if let place, keeps { dokument.cvr = dokumenter[place].cvr }
            if let place, isRemoved {
                try indeks.fjern(dokument.uuid, .dokument, cvr: dokument.cvr)
                dokumenter.remove(at: place)
            } else {
                try indeks.put(dokument)
                if let place { dokumenter[place] = dokument } else { dokumenter.append(dokument) }
            }
        case 2:
            var bevilling = random.pick(other.bevillinger)
            let place = bevillinger.firstIndex { $0.uuid == bevilling.uuid }
            if let place, keeps { bevilling.cvr = bevillinger[place].cvr }
            if let place, isRemoved {
                try indeks.fjern(bevilling.uuid, .bevilling, cvr: bevilling.cvr)
                bevillinger.remove(at: place)
            } else {
                try indeks.put(bevilling)
                if let place {
                    bevillinger[place] = bevilling
                } else {
                    bevillinger.append(bevilling)
                }
            }
        default:
            var effektuering = random.pick(other.effektueringer)
            let place = effektueringer.firstIndex { $0.uuid == effektuering.uuid }
            if let place, keeps { effektuering.cvr = effektueringer[place].cvr }
            if let place, isRemoved {
                try indeks.fjern(effektuering.uuid, .oekonomiskEffektuering, cvr: effektuering.cvr)
                effektueringer.remove(at: place)
            } else {
                try indeks.put(effektuering)
                if let place {
                    effektueringer[place] = effektuering
                } else {
                    effektueringer.append(effektuering)
                }
            }
        }
    }

    static func gruppe(_ random: inout Tilfaeldig) -> RightsGroup {
        let chosen = cvr.filter { _ in random.chance(70) }.compactMap { CVRNummer($0) }
        return AccessScope.gruppe(
            cvr: chosen, kle: random.pick(["*", "27.*", "27.36.*", "32.03.04", "27.*,32.*"]),
            niveau: 1 + random.below(4),
            systemer: random.chance(20) ? [random.pick(systemer)] : nil,
            enheder: random.chance(20) ? [random.pick(enheder), random.pick(enheder)] : nil)
    }

    static func scope(_ random: inout Tilfaeldig) -> AccessScope {
        let system = (0...random.below(3)).map { _ in gruppe(&random) }
        var bruger: AccessScope.Bruger?
        if random.chance(60) {
            bruger = .init(
                uuid: random.chance(90) ? random.pick(brugere) : nil,
                enheder: random.chance(50) ? [random.pick(enheder)] : [],
                grupper: (0...random.below(3)).map { _ in gruppe(&random) })
        }
        return AccessScope(
            system: random.chance(30) ? random.pick(systemer) : Byg.uuid(990),
            systemGrupper: system, bruger: bruger, plan: random.chance(50) ? plan : nil)
    }
}

// MARK: - The rules, read literally

/// What one caller may see, said again from the rules and without the product's own code.
private struct Model {
    let verden: Verden
    let scope: AccessScope

    /// X2, and group for group as O06 has it: authority, number, level, system and unit in one.
    private func beggeParter(_ test: (RightsGroup) -> Bool) -> Bool {
        guard scope.systemGrupper.contains(where: test) else { return false }
        guard let bruger = scope.bruger else { return true }
        return bruger.grupper.contains(where: test)
    }

    /// Y17: of a grant or payment, only `*` covers what the plan lacks.
    private func omfatter(_ gruppe: RightsGroup, _ kle: String, erYdelse: Bool) -> Bool {
        gruppe.kle.contains { pattern in
            if pattern.text == "*" { return true }
            if kle.count != 8 { return false }
            if erYdelse, scope.plan != nil, kle == Verden.udenfor { return false }
            if pattern.text.hasSuffix("*") { return kle.hasPrefix(pattern.text.dropLast()) }
            return kle == pattern.text
        }
    }

    private func ret(
        _ gruppe: RightsGroup, _ cvr: String, _ kle: String, _ niveau: Int,
        _ mastere: [UUIDIdentifikator], _ enhed: UUIDIdentifikator?, erYdelse: Bool = false
    ) -> Bool {
        gruppe.myndigheder.map(\.description).contains(cvr)
            && omfatter(gruppe, kle, erYdelse: erYdelse)
            && Int(gruppe.foelsomhed.rawValue) >= niveau
            && (gruppe.systemer.map { allowed in mastere.allSatisfy(allowed.contains) } ?? true)
            && (enhed == nil || (gruppe.enheder?.contains(enhed ?? Byg.uuid(0)) ?? true))
    }

    /// X5, X6.
    private func profil(_ liste: [UUIDIdentifikator]) -> Bool {
        guard let bruger = scope.bruger, !liste.isEmpty else { return true }
        return liste.contains { $0 == bruger.uuid || bruger.enheder.contains($0) }
    }

    func ser(_ sag: Sag) -> Bool {
        profil(sag.profil)
            && beggeParter { ret($0, sag.cvr, sag.kle, sag.niveau, [sag.master], sag.ansvarlig) }
    }

    func arkiverer(_ dokument: UUIDIdentifikator) -> [Sag] {
        verden.sager.filter { sag in
            sag.journal.contains { $0.dokument == dokument && $0.til == nil }
        }
    }

    /// X3, X4.
    func ser(_ dokument: Dokument) -> Bool {
        guard profil(dokument.profil) else { return false }
        let sager = arkiverer(dokument.uuid)
        if sager.isEmpty {
            return beggeParter {
                ret(
                    $0, dokument.cvr, dokument.kle, dokument.niveau, [dokument.master],
                    dokument.ansvarlig)
            }
        }
        return sager.contains { sag in
            profil(sag.profil)
                && beggeParter {
                    ret(
                        $0, sag.cvr, sag.kle, max(sag.niveau, dokument.niveau),
                        [sag.master, dokument.master], sag.ansvarlig)
                }
        }
    }

    func ser(_ ydelse: Ydelse, _ bevilling: Bevilling) -> Bool {
        beggeParter {
            ret(
                $0, bevilling.cvr, ydelse.kle, bevilling.niveau, bevilling.ydelser.map(\.master),
                bevilling.ansvarlig, erYdelse: true)
        }
    }

    /// Also by what is over.
    func ser(_ bevilling: Bevilling) -> Bool {
        profil(bevilling.profil) && bevilling.ydelser.contains { ser($0, bevilling) }
    }

    /// Its sensitivity is a visible grant's, and one group covers both.
    func ser(_ linje: Effektuering.Linje, _ effektuering: Effektuering) -> Bool {
        effektuering.linjer.contains { other in
            verden.bevillinger.contains { bevilling in
                bevilling.uuid == other.bevilling && ser(bevilling)
                    && beggeParter {
                        ret(
                            $0, effektuering.cvr, linje.kle, bevilling.niveau,
                            [effektuering.master], bevilling.ansvarlig, erYdelse: true)
                    }
            }
        }
    }

    /// What points at a hidden part of a grant does not tell of it.
    func skjuler(_ ydelse: String, _ bevilling: Bevilling) -> Bool {
        let ydelser = bevilling.ydelser.filter { $0.id == ydelse }
        return !ydelser.isEmpty && !ydelser.contains { ser($0, bevilling) }
    }

    func ser(_ effektuering: Effektuering) -> Bool {
        effektuering.linjer.contains { ser($0, effektuering) }
    }

    /// X8: an entry to a document that is hidden is hidden; one to a document unknown is the
    /// source's own to see, so that to others removed and hidden are alike.
    func ser(_ post: JournalRelation, _ sag: Sag) -> Bool {
        guard let uuid = post.dokument else { return true }
        guard let dokument = verden.dokumenter.first(where: { $0.uuid == uuid }) else {
            return sag.master == scope.system
        }
        return ser(dokument)
    }

    func alternativ(_ sag: Sag) -> Bool { scope.bruger != nil || sag.master == scope.system }

    var sager: [Sag] { verden.sager.filter { ser($0) } }
    var dokumenter: [Dokument] { verden.dokumenter.filter { ser($0) } }
    var bevillinger: [Bevilling] { verden.bevillinger.filter { ser($0) } }
    var effektueringer: [Effektuering] { verden.effektueringer.filter { ser($0) } }

    var synlige: [UUIDIdentifikator] {
        sager.map(\.uuid) + dokumenter.map(\.uuid) + bevillinger.map(\.uuid)
            + effektueringer.map(\.uuid)
    }

    /// All texts seen.
    var synligeTekster: Set<String> {
        var result: Set<String> = []
        for sag in sager {
            result.insert(sag.titel)
            if alternativ(sag), let text = sag.alternativ { result.insert(text) }
            for post in sag.journal where ser(post, sag) {
                result.formUnion([post.dokumenttitel, post.notat?.tekst].compactMap { $0 })
            }
        }
        result.formUnion(dokumenter.map(\.titel))
        for bevilling in bevillinger {
            result.insert(bevilling.begrundelse)
            result.formUnion(bevilling.ydelser.filter { ser($0, bevilling) }.map(\.navn))
        }
        result.formUnion(effektueringer.map(\.afdeling))
        return result
    }

    var alleTekster: Set<String> {
        var result = Set(verden.sager.map(\.titel) + verden.sager.compactMap(\.alternativ))
        for sag in verden.sager {
            for post in sag.journal {
                result.formUnion([post.dokumenttitel, post.notat?.tekst].compactMap { $0 })
            }
        }
        result.formUnion(verden.dokumenter.map(\.titel) + verden.effektueringer.map(\.afdeling))
        for bevilling in verden.bevillinger {
            result.insert(bevilling.begrundelse)
            result.formUnion(bevilling.ydelser.map(\.navn))
        }
        return result
    }

    func cvr(of uuid: UUIDIdentifikator) -> String? {
        verden.sager.first { $0.uuid == uuid }?.cvr
            ?? verden.dokumenter.first { $0.uuid == uuid }?.cvr
            ?? verden.bevillinger.first { $0.uuid == uuid }?.cvr
            ?? verden.effektueringer.first { $0.uuid == uuid }?.cvr
    }

    var alle: [(ObjektKind, UUIDIdentifikator, Bool)] {
        verden.sager.map { (.sag, $0.uuid, ser($0)) }
            + verden.dokumenter.map { (.dokument, $0.uuid, ser($0)) }
            + verden.bevillinger.map { (.bevilling, $0.uuid, ser($0)) }
            + verden.effektueringer.map { (.oekonomiskEffektuering, $0.uuid, ser($0)) }
    }
}

// MARK: - The comparison

@Suite struct AdgangTests {
    private static let scopes = 40

    @Test(
        "Every read path shows what the rules, read literally, allow",
        arguments: Froe.alle([UInt64(1), 20_240_601, 7_777_777]))
    func allPaths(_ seed: UInt64) throws {
        var random = Tilfaeldig(state: seed)
        let verden = Verden(&random)
        let indeks = try Indeks()
        try verden.store(in: indeks, &random)
        indeks.tick()
        for round in 0..<Self.scopes {
            let model = Model(verden: verden, scope: Verden.scope(&random))
            let place = "seed \(seed), scope \(round)"
            let hidden = model.alleTekster.subtracting(model.synligeTekster)
            try opslag(indeks, model, hidden, place)
            try forklar(indeks, model, place)
            try overblik(indeks, model, hidden, place, &random)
            try soeg(indeks, model, hidden, place)
            try soegTekst(indeks, model, place, &random)
        }
    }

    @Test(
        "What memory holds follows every change, in whatever file and order",
        arguments: Froe.alle([
            (11, 500_000), (12, 4), (13, 9), (14, 500_000), (1_001_754_678_785, 500_000),
        ]))
    func changes(_ seed: UInt64, _ objekterPerFil: Int) throws {
        var random = Tilfaeldig(state: seed)
        var verden = Verden(&random)
        let indeks = try Indeks(objekterPerFil: objekterPerFil)
        try verden.store(in: indeks, &random)
        indeks.tick()
        let scopes = (0..<6).map { _ in Verden.scope(&random) } + [.alt]
        for round in 0..<60 {
            let other = Verden(&random)
            try verden.change(to: other, in: indeks, flytter: true, &random)
            for _ in 0..<2 {
                let model = Model(verden: verden, scope: random.pick(scopes))
                let place = "seed \(seed), change \(round)"
                let hidden = model.alleTekster.subtracting(model.synligeTekster)
                try soeg(indeks, model, hidden, place)
                try overblik(indeks, model, hidden, place, &random)
                try soegTekst(indeks, model, place, &random)
            }
            // From here on files tell what they lack without being opened.
            if round == 15 {
                #expect(!indeks.store.erVarm)
                indeks.store.varmOp()
                #expect(indeks.store.erVarm)
            }
        }
    }

    @Test(
        "A snapshot that memory has gone ahead of still answers as it stood",
        arguments: Froe.alle([(UInt64(21), 500_000), (22, 5), (23, 500_000), (49_099_304_788, 5)]))
    func behind(_ seed: UInt64, _ objekterPerFil: Int) throws {
        var random = Tilfaeldig(state: seed)
        var verden = Verden(&random)
        let indeks = try Indeks(objekterPerFil: objekterPerFil)
        try verden.store(in: indeks, &random)
        indeks.tick()
        let scopes = (0..<4).map { _ in Verden.scope(&random) } + [.alt, .alt]
        for round in 0..<80 {
            let other = Verden(&random)
            let scope = random.pick(scopes)
            let before = Model(verden: verden, scope: scope)
            let (steps, files) = (1 + random.below(3), indeks.antalFiler)
            let body = "{\"Tekst\":\"fælles\",\"Antal\":1000}"
            let answer = try indeks.soeg(body, as: scope) {
                for _ in 0..<steps { try verden.change(to: other, in: indeks, &random) }
            }
            let place = "seed \(seed), change \(round)"
            func differs(_ answer: JSONValue, _ model: Model) -> Set<UUIDIdentifikator> {
                Set(answer["Traef"]?.uuider ?? []).symmetricDifference(model.synlige)
            }
            // A file made since is opened as it is, and one of another authority when it is needed.
            if indeks.antalFiler == files {
                let foreign = before.verden.dokumenter.filter { dokument in
                    !scope.myndigheder.contains { $0.description == dokument.cvr }
                }
                let differing = differs(answer, before).subtracting(foreign.map(\.uuid))
                #expect(differing == [], "\(place)")
            }
            let after = Model(verden: verden, scope: scope)
            let now = try indeks.soeg(body, as: scope)
            #expect(differs(now, after) == [], "\(place), after")
        }
    }

    private func expectNone(_ hidden: Set<String>, in answer: JSONValue, _ place: String) {
        let text = answer.alTekst
        for word in hidden where text.contains(word) { Issue.record("\(place): \(word) leaked") }
    }

    private func forklar(_ indeks: Indeks, _ model: Model, _ place: String) throws {
        let synlige = Set(model.synlige)
        let skjulte = model.alle.map(\.1).filter { !synlige.contains($0) }
        let intet = try indeks.forklar(.sag, Byg.uuid(9_999), as: model.scope)
        #expect(intet["Synlig"]?.boolean == false && intet["Egen"] != nil)
        for (kind, uuid, isVisible) in model.alle {
            let place = "\(place): \(kind) \(uuid)"
            let plain = try indeks.forklar(kind, uuid, as: model.scope)
            #expect(plain["Synlig"]?.boolean == isVisible, "\(place)")
            #expect((plain["Aabninger"]?.array?.isEmpty ?? true) == !isVisible, "\(place)")
            #expect(plain["Objekt"] == nil, "\(place)")
            if isVisible {
                let text = plain["Aabninger"]?.alTekst ?? ""
                for other in skjulte where text.contains(other.description) {
                    Issue.record("\(place): \(other) leaked")
                }
            } else {
                for name in ["Egen", "Aabninger", "Besked"] {
                    #expect(plain[name] == intet[name], "\(place): \(name)")
                }
            }
            for cvr in AccessScope.proevet {
                let told = try indeks.forklar(kind, uuid, as: model.scope, log: cvr)
                #expect(told["Synlig"]?.boolean == isVisible, "\(place)")
                guard let objekt = told["Objekt"] else {
                    #expect(cvr.description != model.cvr(of: uuid), "\(place)")
                    #expect(told["Aabninger"] == plain["Aabninger"], "\(place)")
                    #expect(told["Besked"] == plain["Besked"], "\(place)")
                    continue
                }
                #expect(cvr.description == model.cvr(of: uuid), "\(place)")
                #expect(Self.slipperInd(objekt) == isVisible, "\(place): \(objekt.alTekst)")
                try expectWays(objekt, model, uuid, cvr, place)
            }
        }
    }

    /// Of each way what the rules say; of those of other authorities that are hidden nothing but that they are.
    private func expectWays(
        _ objekt: JSONValue, _ model: Model, _ uuid: UUIDIdentifikator, _ cvr: CVRNummer,
        _ place: String
    ) throws {
        let veje = objekt["Gennem"]?.array ?? []
        var expected = Set(model.arkiverer(uuid).map(\.uuid))
        for effektuering in model.verden.effektueringer where effektuering.uuid == uuid {
            expected = Set(effektuering.linjer.compactMap(\.bevilling)).intersection(
                model.verden.bevillinger.map(\.uuid))
        }
        #expect(veje.count == expected.count, "\(place)")
        for vej in veje {
            guard let vejUUID = vej["UUIDIdentifikator"]?.string.flatMap({ UUIDIdentifikator($0) })
            else {
                #expect(vej.members?.count == 3, "\(place)")
                #expect(vej["Synlig"]?.boolean == false, "\(place)")
                continue
            }
            #expect(expected.contains(vejUUID), "\(place)")
            #expect(vej["Synlig"]?.boolean == model.synlige.contains(vejUUID), "\(place)")
            let isOwn = model.cvr(of: vejUUID) == cvr.description
            #expect((vej["Kildesystemer"] != nil) == isOwn, "\(place)")
            #expect(isOwn || vej["Synlig"]?.boolean == true, "\(place)")
        }
    }

    /// What the answer itself says must hold, put together again.
    private static func slipperInd(_ objekt: JSONValue) -> Bool {
        guard objekt["ProfilSlipperInd"]?.boolean == true else { return false }
        guard let veje = objekt["Gennem"]?.array else { return holder(objekt) }
        return veje.contains { vej in
            let told = vej["SlipperIgennem"]?.boolean == true
            guard vej["Kildesystemer"] != nil else { return told }
            let holds =
                vej["ProfilSlipperInd"]?.boolean == true && holder(vej)
                && (vej["Linjer"].map(holder) ?? true)
            #expect(holds == told)
            return holds
        }
    }

    private static func holder(_ krav: JSONValue) -> Bool {
        let proever = krav["Proever"]?.array ?? []
        for proeve in proever {
            let sider = [proeve["System"], proeve["Bruger"]].compactMap { $0?.array }
            let holds = sider.allSatisfy { side in
                side.contains { $0["Mangler"]?.array?.isEmpty == true }
            }
            #expect(holds == proeve["Opfyldt"]?.boolean)
        }
        let opfyldte = proever.count { $0["Opfyldt"]?.boolean == true }
        return krav["Krav"]?.string == "Alle" ? opfyldte == proever.count : opfyldte > 0
    }

    private func opslag(
        _ indeks: Indeks, _ model: Model, _ hidden: Set<String>, _ place: String
    ) throws {
        for (kind, uuid, isVisible) in model.alle {
            let answer = try indeks.opslag(
                kind, uuid, [("virkning", "alle")], as: model.scope)
            let history = try indeks.historik(kind, uuid, as: model.scope)
            #expect((answer != nil) == isVisible, "\(place): \(kind) \(uuid)")
            #expect((history != nil) == isVisible, "\(place): \(kind) \(uuid)")
            guard let answer, let history else { continue }
            expectNone(hidden, in: answer, place)
            expectNone(hidden, in: history, place)
        }
        for sag in model.sager {
            let answer = try #require(
                try indeks.opslag(.sag, sag.uuid, [("virkning", "alle")], as: model.scope))
            let relationer = answer["Registrering"]?.array?.first?["RelationListe"]
            let posts = relationer?["Journalpost"]?.array ?? []
            #expect(
                posts.count == sag.journal.count { model.ser($0, sag) }, "\(place): \(sag.titel)")
            #expect(
                answer.alTekst.contains("skjult")
                    == (sag.alternativ != nil && model.alternativ(sag)))
        }
        for bevilling in model.bevillinger {
            let answer = try indeks.opslag(
                .bevilling, bevilling.uuid, [("virkning", "alle")], as: model.scope)
            let history = try indeks.historik(.bevilling, bevilling.uuid, as: model.scope)
            for registrering in registreringer(answer, history) {
                let ydelser = registrering["AttributListe"]?["BevilgetYdelse"]?.array ?? []
                #expect(
                    ydelser.compactMap { $0["Id"]?.string }
                        == bevilling.ydelser.filter { model.ser($0, bevilling) }.map(\.id),
                    "\(place)")
            }
        }
        for effektuering in model.effektueringer {
            let answer = try indeks.opslag(
                .oekonomiskEffektuering, effektuering.uuid, as: model.scope)
            let history = try indeks.historik(
                .oekonomiskEffektuering, effektuering.uuid, as: model.scope)
            for registrering in registreringer(answer, history) {
                let liste = registrering["RelationListe"]?["OekonomiskYdelseEffektueringRelation"]
                let lines = (liste?.array ?? []).compactMap { $0["Indeks"]?.string }
                let seen = effektuering.linjer.indices.filter {
                    model.ser(effektuering.linjer[$0], effektuering)
                }
                #expect(lines == seen.map { "\($0 + 1)" }, "\(place)")
                let egenskaber = registrering["AttributListe"]?["Egenskaber"]?.array?.first
                let sum = egenskaber?["SamletBruttobeloeb"]
                #expect((sum != nil) == (seen.count == effektuering.linjer.count), "\(place)")
            }
        }
    }

    /// What is registered now, and all that was.
    private func registreringer(_ answer: JSONValue?, _ history: JSONValue?) -> [JSONValue] {
        (answer?["Registrering"]?.array ?? [])
            + (history?["Historik"]?.array ?? []).compactMap { $0["Registrering"] }
    }

    private func overblik(
        _ indeks: Indeks, _ model: Model, _ hidden: Set<String>, _ place: String,
        _ random: inout Tilfaeldig
    ) throws {
        let parter =
            random.chance(70)
            ? [random.pick(Verden.personer + Verden.sjaeldne)] : Verden.personer
        let list = parter.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try indeks.overblik("{\"Part\":[\(list)]}", as: model.scope)
        func har(_ relationer: [PartRelation]) -> Bool {
            relationer.contains { $0.til == nil && parter.contains($0.urn) }
        }
        let sager = model.sager.filter { har($0.parter) }
        let filed = Set(
            sager.flatMap { sag in sag.journal.filter { $0.til == nil }.compactMap(\.dokument) })
        let dokumenter = model.dokumenter.filter {
            har($0.parter) || filed.contains($0.uuid)
        }
        let bevillinger = model.bevillinger.filter { har($0.parter) }
        let effektueringer = model.effektueringer.filter { effektuering in
            har(effektuering.parter)
                || effektuering.linjer.contains { linje in
                    model.ser(linje, effektuering)
                        && bevillinger.contains {
                            $0.uuid == linje.bevilling && !model.skjuler(linje.ydelse, $0)
                        }
                }
        }
        let expected: [(String, [UUIDIdentifikator])] = [
            ("Sager", sager.map(\.uuid)), ("Dokumenter", dokumenter.map(\.uuid)),
            ("Bevillinger", bevillinger.map(\.uuid)),
            ("OekonomiskeEffektueringer", effektueringer.map(\.uuid)),
        ]
        for (name, uuids) in expected {
            let shown = answer[name]?.uuider ?? []
            #expect(shown.sorted() == uuids.sorted(), "\(place): \(name)")
            #expect(answer["Antal"]?[name]?.integer == uuids.count, "\(place): \(name)")
        }
        let notes = sager.flatMap { sag in sag.journal.filter { $0.notat != nil && $0.til == nil } }
        #expect(answer["Antal"]?["Journalnotater"]?.integer == notes.count, "\(place)")
        for dokument in answer["Dokumenter"]?.array ?? [] {
            let uuid = try #require(JSONValue.array([dokument]).uuider.first)
            let filing = model.arkiverer(uuid).filter { model.ser($0) }.map { "\($0.uuid)" }
            #expect(
                Set((dokument["Sager"]?.array ?? []).compactMap(\.string)) == Set(filing),
                "\(place)")
        }
        expectNone(hidden, in: answer, place)
    }

    private func soeg(
        _ indeks: Indeks, _ model: Model, _ hidden: Set<String>, _ place: String
    ) throws {
        let facets = "\"Facetter\":[\"Objekttype\",\"Klasse:3\",\"Kildesystem\",\"Myndighed\"]"
        for (members, part) in [
            ("", nil), ("\"Tekst\":\"fælles\",", nil),
            ("\"Part\":[\"\(Verden.personer[0])\"],", Verden.personer[0]),
        ] {
            func har(_ relationer: [PartRelation]) -> Bool {
                part == nil || relationer.contains { $0.til == nil && $0.urn == part }
            }
            let sager = model.sager.filter { har($0.parter) }
            let dokumenter = model.dokumenter.filter { har($0.parter) }
            let bevillinger = model.bevillinger.filter { har($0.parter) }
            let effektueringer = model.effektueringer.filter { har($0.parter) }
            let expected =
                sager.map(\.uuid) + dokumenter.map(\.uuid) + bevillinger.map(\.uuid)
                + effektueringer.map(\.uuid)
            let answer = try indeks.soeg(
                "{\(members)\(facets),\"Antal\":1000,\"Uddrag\":true,\"Vis\":[\"journalpost\",\"egenskaber\",\"bevilgetydelse\"]}",
                as: model.scope)
            #expect(answer["Traef"]?.uuider.sorted() == expected.sorted(), "\(place): \(members)")
            #expect(answer["Antal"]?["Vaerdi"]?.integer == expected.count, "\(place): \(members)")
            expectNone(hidden, in: answer, place)
            #expect(
                facet(answer, "Objekttype")
                    == tael(
                        sager.map { _ in "Sag" } + dokumenter.map { _ in "Dokument" }
                            + bevillinger.map { _ in "Bevilling" }
                            + effektueringer.map { _ in "OekonomiskEffektuering" }), "\(place)")
            var classes = sager.map(\.kle) + dokumenter.map(\.kle)
            for bevilling in bevillinger {
                classes += Set(
                    bevilling.ydelser.filter {
                        $0.til == nil && $0.kle.count == 8 && model.ser($0, bevilling)
                    }.map(\.kle))
            }
            for effektuering in effektueringer {
                classes += Set(
                    effektuering.linjer.filter { model.ser($0, effektuering) }.map(\.kle))
            }
            #expect(facet(answer, "Klasse:3") == tael(classes), "\(place): \(members)")
            let pages = try indeks.alleSider(
                String(members.dropLast()), as: model.scope, antal: 3)
            #expect(JSONValue.array(pages).uuider == answer["Traef"]?.uuider, "\(place)")
        }
    }

    private func facet(_ answer: JSONValue, _ name: String) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: (answer["Facetter"]?[name]?.array ?? []).compactMap { entry in
                guard let value = entry["Vaerdi"]?.string, let count = entry["Antal"]?.integer
                else { return nil }
                return (value, count)
            })
    }

    private func tael(_ values: [String]) -> [String: Int] {
        values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// A word that only one part holds finds its object exactly when that part is visible.
    private func soegTekst(
        _ indeks: Indeks, _ model: Model, _ place: String, _ random: inout Tilfaeldig
    ) throws {
        func hits(_ body: String) throws -> [UUIDIdentifikator] {
            try indeks.soeg(body, as: model.scope)["Traef"]?.uuider ?? []
        }
        let sag = random.pick(model.verden.sager)
        let isSeen = model.ser(sag)
        let posts = sag.journal.filter { $0.til == nil }
        if !posts.isEmpty {
            let post = random.pick(posts)
            let word = post.dokumenttitel ?? post.notat?.tekst ?? ""
            let expected = isSeen && model.ser(post, sag) ? [sag.uuid] : []
            #expect(try hits("{\"Tekst\":\"\(word)\"}") == expected, "\(place): \(word)")
            if let dokument = post.dokument {
                let found = try hits("{\"Tekst\":\"\(dokument)\",\"Objekttyper\":[\"Sag\"]}")
                #expect(found.contains(sag.uuid) == !expected.isEmpty, "\(place): link")
                let without = try hits("{\"Tekst\":\"\(sag.titel) -\(word)\"}")
                #expect(without == (isSeen && !model.ser(post, sag) ? [sag.uuid] : []), "\(place)")
            }
        }
        if let text = sag.alternativ {
            let expected = isSeen && model.alternativ(sag) ? [sag.uuid] : []
            #expect(try hits("{\"Tekst\":\"\(text)\"}") == expected, "\(place): \(text)")
        }
        let bevilling = random.pick(model.verden.bevillinger)
        let ydelse = random.pick(bevilling.ydelser)
        let seen = model.ser(bevilling) && ydelse.til == nil && model.ser(ydelse, bevilling)
        #expect(
            try hits("{\"Tekst\":\"\(ydelse.navn)\"}") == (seen ? [bevilling.uuid] : []),
            "\(place): \(ydelse.navn)")
        guard ydelse.kle.count == 8 else { return }
        let byClass = try hits(
            "{\"Klasse\":[\"\(ydelse.kle)\"],\"Objekttyper\":[\"Bevilling\"],\"Antal\":1000}")
        let expected = model.bevillinger.filter { bevilling in
            bevilling.ydelser.contains {
                $0.til == nil && $0.kle == ydelse.kle && model.ser($0, bevilling)
            }
        }.map(\.uuid)
        #expect(byClass.sorted() == expected.sorted(), "\(place): class")
        let lines = try hits(
            "{\"Klasse\":[\"\(ydelse.kle)\"],\"Objekttyper\":[\"OekonomiskEffektuering\"],\"Antal\":1000}"
        )
        let paid = model.effektueringer.filter { effektuering in
            effektuering.linjer.contains { $0.kle == ydelse.kle && model.ser($0, effektuering) }
        }.map(\.uuid)
        #expect(lines.sorted() == paid.sorted(), "\(place): lines")
        // What must not hold is judged by what is visible, as what must is.
        let ydelser = "\"Objekttyper\":[\"Bevilling\",\"OekonomiskEffektuering\"],\"Antal\":1000"
        for number in [ydelse.kle, String(ydelse.kle.prefix(5))] {
            let without = try hits("{\"Tekst\":\"-\(number)\",\(ydelser)}")
            let bevillinger = model.bevillinger.filter { bevilling in
                !bevilling.ydelser.contains {
                    $0.til == nil && $0.kle.hasPrefix(number) && model.ser($0, bevilling)
                }
            }
            let effektueringer = model.effektueringer.filter { effektuering in
                !effektuering.linjer.contains {
                    $0.kle.hasPrefix(number) && model.ser($0, effektuering)
                }
            }
            let expected = bevillinger.map(\.uuid) + effektueringer.map(\.uuid)
            #expect(without.sorted() == expected.sorted(), "\(place): -\(number)")
        }
        let without = try hits("{\"Tekst\":\"-\(bevilling.uuid)\",\(ydelser)}")
        let unpaid = model.effektueringer.filter { effektuering in
            !effektuering.linjer.contains {
                $0.bevilling == bevilling.uuid && model.ser($0, effektuering)
                    && model.ser(bevilling) && !model.skjuler($0.ydelse, bevilling)
            }
        }
        let others = model.bevillinger.filter { $0.uuid != bevilling.uuid }
        #expect(
            without.sorted() == (others.map(\.uuid) + unpaid.map(\.uuid)).sorted(),
            "\(place): -\(bevilling.uuid)")
    }
}
