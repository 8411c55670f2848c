import Ingest
import Testing

@testable import API
@testable import IndexCore

// 1. Y33–Y38: dangling references resolve, known and unknown, mandatory parts, late updates.
// 2. Y40: paging of a search; Y42: silent changes are stored; Y43: what is removed is gone.
// 3. Y41 and §10: granted benefits and lines are hidden one by one, with every trace of them.
// 4. A payment is seen only through a visible grant; with a dangling reference by nobody.
// 5. An update replaces each list that was sent, and no other.
// 6. Y17: a number that the plan lacks is hidden from rights to some of it.

@Suite("Benefits, over HTTP")
struct YdelseTests {
    private func bevilling(_ number: Int) -> String { "/v1/bevillinger/" + Eksempel.uuid(number) }
    private func effektuering(_ number: Int) -> String {
        "/v1/effektueringer/" + Eksempel.uuid(number)
    }

    private func overblik(_ tjeneste: Proevetjeneste, _ token: String) throws -> JSONValue {
        let body: JSONValue = ["Part": .string(Eksempel.person)]
        return try #require(
            try tjeneste.kald("POST", "/v1/overblik", body.bytes, token: token).json)
    }

    private func antal(_ tjeneste: Proevetjeneste, _ token: String) throws -> [Int?] {
        let counts = try overblik(tjeneste, token)["Antal"]
        return ["Bevillinger", "OekonomiskeEffektueringer"].map { counts?[$0]?.integer }
    }

    // MARK: References

    @Test("Y33: a dangling reference is kept, seen by nobody, and resolved when the grant comes")
    func dangling() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let token = try tjeneste.token()
        let user = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "*", 4)])
        let svar = try tjeneste.importer([
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(Eksempel.uuid(2), bevilling: Eksempel.uuid(1))
            )
        ])
        #expect(svar.koder == [20] && svar.advarsler.first?.contains("Y33") == true)
        for caller in [token, user] {
            for suffix in ["", "/historik"] {
                #expect(try tjeneste.hent(effektuering(2) + suffix, token: caller) == nil)
            }
            #expect(try tjeneste.soeg([:], token: caller).isEmpty)
            #expect(try antal(tjeneste, caller) == [0, 0])
        }
        let grant = try tjeneste.importer([
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(1)))
        ])
        #expect(grant.koder == [20])
        for caller in [token, user] {
            #expect(try tjeneste.hent(effektuering(2), token: caller) != nil)
            #expect(try tjeneste.soeg([:], token: caller).count == 2)
            #expect(try antal(tjeneste, caller) == [1, 1])
        }
        #expect(try tjeneste.kald("DELETE", bevilling(1)).status == 200)
        #expect(try tjeneste.hent(effektuering(2)) == nil)
        #expect(try antal(tjeneste, token) == [0, 0])
    }

    @Test("Y33: a benefit that its grant does not have is told, to those who may know of it")
    func danglingBenefit() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let grant = Eksempel.bevilling(Eksempel.uuid(1))
        func paid(_ number: Int, _ id: String) -> (String, JSONValue) {
            let line = Eksempel.linje(
                1, kle: "32.03.04", bevilling: Eksempel.uuid(1), id: id)
            return (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(
                    Eksempel.uuid(number), bevilling: Eksempel.uuid(1), linjer: [line])
            )
        }
        func paths(_ svar: Svar) -> [String?] {
            svar.kvitteringer.flatMap { $0["Advarsler"]?.array ?? [] }.filter {
                $0["regel"] == "Y33"
            }.map { $0["sti"]?.string }
        }
        let sti =
            "Registrering[0].RelationListe.OekonomiskYdelseEffektueringRelation[0]"
            + ".BevilgetYdelseRef.BevilgetYdelseId"
        let batch = try tjeneste.importer([("BevillingIndeks", grant), paid(2, "zzz")])
        #expect(batch.koder == [20, 20] && paths(batch) == [sti], "\(batch.text)")
        let later = try tjeneste.importer([paid(3, "zzz"), paid(4, "1")])
        #expect(later.koder == [20, 20] && paths(later) == [sti], "\(later.text)")
        // Another system with the same agreement may point at the grant, and learns nothing of it.
        let other = Eksempel.effektuering(
            Eksempel.uuid(5), bevilling: Eksempel.uuid(1),
            linjer: [Eksempel.linje(1, kle: "32.03.04", bevilling: Eksempel.uuid(1), id: "zzz")],
            system: Eksempel.andetSystem)
        let foreign = try tjeneste.importer(
            [("OekonomiskEffektueringIndeks", other)], token: tjeneste.token(Eksempel.andetSystem))
        #expect(foreign.koder == [20] && paths(foreign) == [], "\(foreign.text)")
    }

    @Test(
        "X9: what a part is now decides who sees what it was, on both axes",
        arguments: [true, false])
    func partsThen(replaces: Bool) throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let ny = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 4)])
        let gammel = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "27.*", 4)])
        // From the beginning, or from a day: until then it was of the other class.
        let skift: JSONValue = "2025-01-01T00:00:00+01:00"
        func changed(_ before: JSONValue, _ after: JSONValue, _ others: [JSONValue]) -> JSONValue {
            if replaces { return .array([after] + others) }
            let until = before.setting("Virkning", Eksempel.virkning(Eksempel.fra, skift))
            return .array([until, after.setting("Virkning", Eksempel.virkning(skift))] + others)
        }
        let ydelser = [
            Eksempel.bevilgetYdelse("1", kle: "27.36.04", navn: "Hemmelighed"),
            Eksempel.bevilgetYdelse("2", kle: "27.60.04", navn: "Hjælpemiddel"),
            Eksempel.bevilgetYdelse("3", kle: "32.03.04", navn: "Tillæg"),
        ]
        func linje(_ indeks: Int, _ kle: String) -> JSONValue {
            Eksempel.linje(indeks, kle: kle, bevilling: Eksempel.uuid(1), id: String(indeks))
        }
        let grant = Eksempel.bevilling(Eksempel.uuid(1), ydelser: ydelser)
        let payment = Eksempel.effektuering(
            Eksempel.uuid(2), bevilling: Eksempel.uuid(1),
            linjer: [linje(1, "27.36.04"), linje(2, "27.60.04")])
        let first = try tjeneste.importer([
            ("BevillingIndeks", grant), ("OekonomiskEffektueringIndeks", payment),
        ])
        #expect(first.koder == [20, 20], "\(first.text)")
        let then = try first.kvitteringer.map { try #require($0["StsTidspunkt"]?.string) }
        let attribut = try #require(grant[sti: "Registrering.0.AttributListe"]).setting(
            "BevilgetYdelse",
            changed(
                ydelser[0], Eksempel.bevilgetYdelse("1", kle: "32.03.04", navn: "Pension"),
                Array(ydelser[1...])))
        let relation = try #require(payment[sti: "Registrering.0.RelationListe"]).setting(
            "OekonomiskYdelseEffektueringRelation",
            changed(linje(1, "27.36.04"), linje(1, "32.03.04"), [linje(2, "27.60.04")]))
        let changes = try tjeneste.opdater([
            (
                "BevillingIndeks",
                Eksempel.opdatering(Eksempel.uuid(1)).setting("AttributListe", attribut)
            ),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.opdatering(Eksempel.uuid(2)).setting("RelationListe", relation)
            ),
        ])
        #expect(changes.koder == [20, 20], "\(changes.text)")
        func ids(_ suffix: String, _ token: String) throws -> Set<String> {
            let objekt = try tjeneste.hent(bevilling(1) + suffix, token: token)
            let ydelser = objekt?[sti: "Registrering.0.AttributListe.BevilgetYdelse"]?.array ?? []
            return Set(ydelser.compactMap { $0["Id"]?.string })
        }
        for time in ["", "?virkning=2024-06-01", "?registrering=\(then[0])"] {
            #expect(try ids(time, gammel) == ["2"], "\(time)")
            #expect(try ids(time, ny) == ["1", "3"], "\(time)")
        }
        let historik = try tjeneste.kald("GET", bevilling(1) + "/historik", token: gammel)
        #expect(historik.status == 200 && !historik.text.contains("Hemmelighed"))
        #expect(historik.text.contains("Hjælpemiddel"))
        for token in [gammel, ny] {
            let found = try tjeneste.soeg(
                ["Tekst": "hemmelighed", "Registreringstid": .string(then[0])], token: token)
            #expect(found.isEmpty == (token == gammel))
        }
        for time in ["", "?virkning=2024-06-01", "?registrering=\(then[1])"] {
            let objekt = try tjeneste.hent(effektuering(2) + time, token: gammel)
            let liste = "Registrering.0.RelationListe.OekonomiskYdelseEffektueringRelation"
            let linjer = objekt?[sti: liste]?.array ?? []
            #expect(linjer.compactMap { $0["Indeks"]?.string } == ["2"], "\(time)")
            // The sums would tell what the hidden line holds.
            let egenskaber = objekt?[sti: "Registrering.0.AttributListe.Egenskaber.0"]
            #expect(egenskaber != nil && egenskaber?["SamletBruttobeloeb"] == nil, "\(time)")
        }
    }

    @Test("R20: the Master of a benefit cannot be changed, by update or by PUT, and is named")
    func master() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekter: [(String, String, (String) -> JSONValue, String, String)] = [
            (
                "BevillingIndeks", bevilling(1),
                { Eksempel.bevilling(Eksempel.uuid(1), system: $0) }, "AttributListe",
                "AttributListe.BevilgetYdelse[0].ItSystem[0].ReferenceID"
            ),
            (
                "OekonomiskEffektueringIndeks", effektuering(2),
                {
                    Eksempel.effektuering(Eksempel.uuid(2), bevilling: Eksempel.uuid(1), system: $0)
                },
                "RelationListe", "RelationListe.ItSystem[0].ReferenceID"
            ),
        ]
        for (name, path, make, list, sti) in objekter {
            let own = make(Eksempel.fagsystem)
            let other = make(Eksempel.andetSystem)
            #expect(try tjeneste.importer([(name, own)]).koder == [20])
            let uuid = try #require(own["UUIDIdentifikator"]?.string)
            func update(_ objekt: JSONValue) throws -> Svar {
                let sent = try #require(objekt[sti: "Registrering.0." + list])
                return try tjeneste.opdater([
                    (name, Eksempel.opdatering(uuid).setting(list, sent))
                ])
            }
            let refused = try update(other)
            #expect(refused.koder == [49] && refused.regler == [["R20"]], "\(refused.text)")
            let fejl = refused.kvitteringer.first?["Fejl"]?.array?.first
            #expect(fejl?["sti"]?.string == sti)
            let put = try tjeneste.kald("PUT", path, other)
            #expect(put.status == 409 && put.regler == [["R20"]])
            #expect(put.json?["fejl"]?.array?.first?["sti"]?.string == "Registrering[0]." + sti)
            #expect(try update(own).koder == [20])
            let later = own.setting("Registrering.0.Tidspunkt", "2024-07-01T08:00:00+02:00")
            #expect(try tjeneste.kald("PUT", path, later).status == 200)
        }
    }

    @Test("Y33: in one batch nothing dangles, whatever the order")
    func together() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.importer([
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(Eksempel.uuid(2), bevilling: Eksempel.uuid(1))
            ),
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(1))),
        ])
        #expect(svar.koder == [20, 20])
        #expect(!svar.advarsler.joined().contains("Y33"))
        #expect(try tjeneste.hent(effektuering(2)) != nil)
    }

    // MARK: Updates

    @Test("Y36, Y37: no mandatory part disappears; an update from before is refused")
    func updates() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.bevilling(Eksempel.uuid(1))
        _ = try tjeneste.importer([("BevillingIndeks", objekt)])
        func update(_ change: (JSONValue) -> JSONValue, _ time: String? = nil) throws -> Svar {
            let update =
                time.map { Eksempel.opdatering(Eksempel.uuid(1), tidspunkt: $0) }
                ?? Eksempel.opdatering(Eksempel.uuid(1))
            return try tjeneste.opdater([("BevillingIndeks", change(update))])
        }
        let attribut = try #require(objekt[sti: "Registrering.0.AttributListe"])
        let relation = try #require(objekt[sti: "Registrering.0.RelationListe"])
        for lost in ["AttributListe.Egenskaber", "RelationListe.Bevillingsaktoer"] {
            let svar = try update { update in
                update.setting("AttributListe", attribut).setting("RelationListe", relation)
                    .setting(lost, nil)
            }
            #expect(svar.koder == [40], "\(lost): \(svar.text)")
        }
        let late = try update(
            { $0.setting("AttributListe", attribut) }, "2024-02-29T00:00:00+01:00")
        #expect(late.koder == [49] && late.regler == [["Y37"]])
        #expect(try tjeneste.hent(bevilling(1) + "/historik")?["Historik"]?.array?.count == 1)
    }

    @Test("A list that is replaced loses its own extension, and historik tells so")
    func replacesExtension() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let sti = "Registrering.0.AttributListe.LokalUdvidelseListe"
        let objekt = Eksempel.bevilling(Eksempel.uuid(1)).setting(
            sti, ["SenestAendretTidspunkt": "2024-01-01T00:00:00Z"])
        #expect(try tjeneste.importer([("BevillingIndeks", objekt)]).koder == [20])
        #expect(try tjeneste.hent(bevilling(1))?[sti: sti] != nil)
        let relation = try #require(objekt[sti: "Registrering.0.RelationListe"])
        let attribut = try #require(objekt[sti: "Registrering.0.AttributListe"])
        for (number, lists) in [
            ["RelationListe": relation],
            ["AttributListe": attribut.setting("LokalUdvidelseListe", nil)],
        ].enumerated() {
            var update = Eksempel.opdatering(
                Eksempel.uuid(1), tidspunkt: "2024-06-0\(number + 1)T08:00:00+02:00")
            for (name, list) in lists { update = update.setting(name, list) }
            let svar = try tjeneste.opdater([("BevillingIndeks", update)])
            #expect(svar.koder == [20], "\(svar.text)")
            let found = try #require(try tjeneste.hent(bevilling(1)))
            #expect((found[sti: sti] != nil) == (number == 0))
        }
        let historik = try #require(try tjeneste.hent(bevilling(1) + "/historik"))
        let changes = historik["Historik"]?.array?.map { entry in
            (entry["Aendringer"]?.array ?? []).compactMap { $0["Sti"]?.string }
        }
        #expect(changes?.first == ["AttributListe.LokalUdvidelseListe"])
        #expect(changes?[1] == [])
        #expect(changes?.last?.contains("AttributListe.LokalUdvidelseListe") == true)
    }

    @Test("An update replaces each list that was sent, and leaves the others")
    func replaces() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let objekt = Eksempel.bevilling(
            Eksempel.uuid(1),
            ydelser: [
                Eksempel.bevilgetYdelse("1", kle: "32.03.04"),
                Eksempel.bevilgetYdelse("2", kle: "32.18.08"),
            ])
        _ = try tjeneste.importer([("BevillingIndeks", objekt)])
        let attribut = try #require(objekt[sti: "Registrering.0.AttributListe"])
            .setting("BevilgetYdelse.1", nil)
        let update = Eksempel.opdatering(Eksempel.uuid(1)).setting("AttributListe", attribut)
            .setting("UdenNotifikation", true)
        let svar = try tjeneste.opdater([("BevillingIndeks", update)])
        #expect(svar.koder == [20], "\(svar.text)")
        let found = try #require(try tjeneste.hent(bevilling(1)))
        let ydelser = found[sti: "Registrering.0.AttributListe.BevilgetYdelse"]?.array
        #expect(ydelser?.map { $0["Id"]?.string } == ["1"])
        let relationer = "Registrering.0.RelationListe"
        #expect(found[sti: relationer]?.normalised == objekt[sti: relationer]?.normalised)
        #expect(found["UdenNotifikation"] == true)
        #expect(try tjeneste.hent(bevilling(1) + "/historik")?["Historik"]?.array?.count == 2)
    }

    // MARK: Paging

    @Test(
        "Y40: none, fewer than there are, beyond; a negative number is refused",
        arguments: Vej.allCases)
    func paging(vej: Vej) throws {
        let tjeneste = try Proevetjeneste(aftaler: vej)
        let objekter = (1...7).map {
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid($0)))
        }
        #expect(try tjeneste.importer(objekter).koder == objekter.map { _ in 20 })
        func page(_ antal: Int, _ markoer: JSONValue? = nil) throws -> Svar {
            let body: JSONValue = [
                "Antal": .number(String(antal)), "Sortering": "BrugervendtNoegle",
            ]
            return try tjeneste.kald("POST", "/v1/soeg", body.setting("Markoer", markoer))
        }
        let counts = try page(0)
        #expect(counts.json?["Antal"]?["Vaerdi"] == 7)
        #expect(counts.json?["Traef"] == [] && counts.json?["Markoer"] == nil)
        #expect(try page(-1).status == 400)
        #expect(try page(1001).status == 400)
        var found: [String] = []
        var markoer: JSONValue?
        for expected in [3, 3, 1] {
            let svar = try page(3, markoer)
            let hits = svar.json?["Traef"]?.array ?? []
            #expect(hits.count == expected && svar.json?["Antal"]?["Vaerdi"] == 7)
            found += hits.compactMap { $0["UUIDIdentifikator"]?.string }
            markoer = svar.json?["Markoer"]
        }
        #expect(markoer == nil)
        #expect(found == (1...7).map(Eksempel.uuid))
        let first = try page(3)
        let own = try #require(first.json?["Markoer"])
        // Another caller's marker, and one for another question, are of no use.
        let body: JSONValue = ["Antal": 3, "Sortering": "BrugervendtNoegle"]
        let foreign = try tjeneste.kald(
            "POST", "/v1/soeg", body.setting("Markoer", own).bytes,
            token: tjeneste.token(Eksempel.andetSystem))
        #expect(foreign.status == 400)
        #expect(try tjeneste.kald("POST", "/v1/soeg", ["Markoer": own]).status == 400)
        // The page beyond, when all that was there has gone.
        for number in 4...7 { _ = try tjeneste.kald("DELETE", bevilling(number)) }
        let beyond = try page(3, own)
        #expect(beyond.status == 200 && beyond.json?["Traef"] == [])
        #expect(beyond.json?["Antal"]?["Vaerdi"] == 3)
    }

    // MARK: Hidden one by one

    @Test("Y41: a hidden granted benefit stands in no data, count, key, search or overview")
    func hiddenGrant() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.importer([
            (
                "BevillingIndeks",
                Eksempel.bevilling(
                    Eksempel.uuid(1),
                    ydelser: [
                        Eksempel.bevilgetYdelse("1", kle: "32.03.04"),
                        Eksempel.bevilgetYdelse("2", kle: "27.36.04", navn: "Zebrafink"),
                    ])
            ),
            (
                "BevillingIndeks",
                Eksempel.bevilling(
                    Eksempel.uuid(2),
                    ydelser: [Eksempel.bevilgetYdelse("1", kle: "27.36.04", navn: "Zebrafink")])
            ),
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(3), niveau: 3)),
        ])
        #expect(svar.koder == [20, 20, 20], "\(svar.text)")
        let narrow = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 2)])
        for suffix in ["", "/historik", "?virkning=alle"] {
            let text = try tjeneste.kald("GET", bevilling(1) + suffix, [], token: narrow).text
            #expect(text.contains("32.03.04"))
            #expect(!text.contains("27.36.04") && !text.contains("Zebrafink"))
            #expect(
                try tjeneste.kald("GET", bevilling(2) + suffix, [], token: narrow).status == 404)
            #expect(
                try tjeneste.kald("GET", bevilling(3) + suffix, [], token: narrow).status == 404)
        }
        #expect(try tjeneste.soeg([:], token: narrow) == [Eksempel.uuid(1)])
        for body: JSONValue in [
            ["Tekst": "zebrafink"], ["Klasse": ["27.36.04"]], ["Tekst": "27.36"],
        ] {
            #expect(try tjeneste.soeg(body, token: narrow).isEmpty, "\(body.text)")
            #expect(try tjeneste.soeg(body).sorted() == [1, 2].map(Eksempel.uuid), "\(body.text)")
        }
        #expect(try antal(tjeneste, narrow) == [1, 0])
        #expect(try !overblik(tjeneste, narrow).text.contains("Zebrafink"))
        let facets = try tjeneste.kald(
            "POST", "/v1/soeg", (["Facetter": ["Klasse:1", "Klasse:3"]] as JSONValue).bytes,
            token: narrow)
        let counted = try #require(facets.json?["Facetter"])
        #expect(facets.status == 200 && !counted.text.contains("27"), "\(counted.text)")
    }

    @Test("O06: no group's level counts for another's number, in a payment of a grant with both")
    func groupsOfPayments() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func paid(_ number: Int, _ lines: [(kle: String, id: String)]) -> (String, JSONValue) {
            let linjer = lines.enumerated().map { place, line in
                Eksempel.linje(
                    place + 1, kle: line.kle, bevilling: Eksempel.uuid(1), id: line.id)
            }
            return (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(
                    Eksempel.uuid(number), bevilling: Eksempel.uuid(1), linjer: linjer)
            )
        }
        let svar = try tjeneste.importer([
            (
                "BevillingIndeks",
                Eksempel.bevilling(
                    Eksempel.uuid(1), niveau: 2,
                    ydelser: [
                        Eksempel.bevilgetYdelse("A1", kle: "32.03.04"),
                        Eksempel.bevilgetYdelse("B1", kle: "27.36.04"),
                    ])
            ),
            paid(2, [("32.03.04", "A1"), ("27.36.04", "B1")]), paid(3, [("27.36.04", "B1")]),
            paid(4, [("32.03.04", "B1")]),
        ])
        #expect(svar.koder == [20, 20, 20, 20], "\(svar.text)")
        let both = try tjeneste.bruger([
            try Proevetjeneste.gruppe([Eksempel.a], "32.*", 2),
            try Proevetjeneste.gruppe([Eksempel.a], "27.*", 1),
        ])
        #expect(try tjeneste.hent(effektuering(3), token: both) == nil)
        let text = try tjeneste.kald("GET", effektuering(2), [], token: both).text
        #expect(text.contains("A1") && !text.contains("27.36.04") && !text.contains("B1"))
        #expect(!text.contains("SamletBruttobeloeb"))
        // What points at a hidden benefit does not name it.
        let named = try tjeneste.kald("GET", effektuering(4), [], token: both).text
        #expect(named.contains("32.03.04") && !named.contains("B1"))
        #expect(try tjeneste.soeg(["Klasse": ["27.*"]], token: both).isEmpty)
        #expect(try antal(tjeneste, both) == [1, 2])
        let high = try tjeneste.bruger([
            try Proevetjeneste.gruppe([Eksempel.a], "32.*", 1),
            try Proevetjeneste.gruppe([Eksempel.a], "27.*", 2),
        ])
        #expect(try antal(tjeneste, high) == [1, 2])
        #expect(try tjeneste.hent(effektuering(3), token: high) != nil)
    }

    @Test(
        "Y17: a number that the plan lacks is seen through everything alone, until the plan has it")
    func unknownNumber() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let all = try tjeneste.token()
        let some = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 4)])
        func plan(with number: String? = nil) throws -> Klassifikation {
            let numbers = (0..<1_100).map { number in
                "32.\(String(10 + number / 100)).\(String(100 + number % 100).dropFirst())"
            }
            let classes = (numbers + ["32.03.04"] + (number.map { [$0] } ?? [])).map {
                Klasse(noegle: $0, facet: Klasse.Facet.emneplan, titel: "Emne \($0)")
            }
            let merged = Klassifikation(navn: "KLE").merging(classes, omfang: .helPlan)
            #expect(merged.rapport.afviste.isEmpty)
            return merged.klassifikation
        }
        let grant = Eksempel.bevilling(
            Eksempel.uuid(1),
            ydelser: [
                Eksempel.bevilgetYdelse("1", kle: "32.99.99", navn: "Særydelse"),
                Eksempel.bevilgetYdelse("2", kle: "32.03.04", navn: "Varmetillæg"),
            ])
        let payment = Eksempel.effektuering(
            Eksempel.uuid(2), bevilling: Eksempel.uuid(1),
            linjer: [Eksempel.linje(1, kle: "32.99.99", bevilling: Eksempel.uuid(1))])
        #expect(
            try tjeneste.importer([
                ("BevillingIndeks", grant), ("OekonomiskEffektueringIndeks", payment),
            ]).koder == [20, 20])
        func seen(_ token: String) throws -> [Int] {
            let shown = try tjeneste.hent(bevilling(1), token: token)
            let granted = shown?["Registrering"]?.array?.first?["AttributListe"]?["BevilgetYdelse"]
            return [
                granted?.array?.count ?? 0,
                try tjeneste.hent(effektuering(2), token: token) == nil ? 0 : 1,
                try tjeneste.soeg([:], token: token).count,
                try tjeneste.soeg(["Tekst": "særydelse"], token: token).count,
                try tjeneste.soeg(["Klasse": ["32.99.99"]], token: token).count,
            ] + (try antal(tjeneste, token)).map { $0 ?? -1 }
        }
        // An extract cannot tell.
        let open = [2, 1, 2, 1, 2, 1, 1]
        #expect(try seen(all) == open && seen(some) == open)
        tjeneste.use(try plan())
        #expect(try seen(all) == open)
        #expect(try seen(some) == [1, 0, 1, 0, 0, 1, 0])
        tjeneste.use(try plan(with: "32.99.99"))
        #expect(try seen(all) == open && seen(some) == open)
    }

    @Test("What the class alone tells follows the plan, whenever that is loaded")
    func laterPlan() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let klasse = Eksempel.uuid(50)
        func plan(_ number: String) throws -> Klassifikation {
            let classes = [
                Klasse(
                    noegle: number, facet: Klasse.Facet.emneplan, titel: "Folkepension",
                    uuid: UUIDIdentifikator(klasse))
            ]
            let merged = Klassifikation(navn: "KLE").merging(classes, omfang: .helPlan)
            #expect(merged.rapport.afviste.isEmpty)
            return merged.klassifikation
        }
        let ydelse = Eksempel.bevilgetYdelse("1", kle: "32.3.4").setting(
            "Ydelse.Klassifikation.ReferenceID", .string(klasse))
        let linje = Eksempel.linje(1, kle: "", bevilling: Eksempel.uuid(1)).setting(
            "ReferenceID", .string(klasse)
        ).setting("Klassifikationsbeskrivelse", nil)
        let svar = try tjeneste.importer([
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(1), ydelser: [ydelse])),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(
                    Eksempel.uuid(2), bevilling: Eksempel.uuid(1), linjer: [linje])
            ),
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(3))),
        ])
        #expect(svar.koder == [20, 20, 20], "\(svar.text)")
        let pension = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 4)])
        let hjaelp = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "27.*", 4)])
        func seen(_ token: String) throws -> [Int] {
            let paths = [bevilling(1), effektuering(2), bevilling(3)]
            return try paths.map { try tjeneste.hent($0, token: token) == nil ? 0 : 1 }
                + [
                    try tjeneste.soeg(["Klasse": ["32.03.04"]], token: token).count,
                    try tjeneste.soeg(["Klasse": ["27.36.04"]], token: token).count,
                ]
        }
        func follow(_ plan: Klassifikation) throws {
            tjeneste.use(plan)
            try tjeneste.store.foelgPlan()
            let findings = try tjeneste.store.kontrol(reparer: false) { _ in }
            #expect(findings.filter(\.erSkade).isEmpty, "\(findings)")
        }
        #expect(try seen(pension) == [0, 0, 1, 1, 0] && seen(hjaelp) == [0, 0, 0, 0, 0])
        try follow(try plan("32.03.04"))
        #expect(try seen(pension) == [1, 1, 1, 3, 0] && seen(hjaelp) == [0, 0, 0, 0, 0])
        try follow(try plan("27.36.04"))
        #expect(try seen(pension) == [0, 0, 1, 1, 0] && seen(hjaelp) == [1, 1, 0, 0, 2])
        // Once more is nothing new, and a plan without the class leaves what was sent.
        try follow(try plan("27.36.04"))
        try follow(Klassifikation(navn: "KLE"))
        #expect(try seen(pension) == [0, 0, 1, 1, 0] && seen(hjaelp) == [0, 0, 0, 0, 0])
    }

    @Test("PUT of what was before, or without a mandatory part, is refused as an update is")
    func putAsUpdate() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func put(_ path: String, _ objekt: JSONValue, _ tid: String) throws -> Svar {
            let sent = objekt.setting("Registrering.0.Tidspunkt", .string(tid))
            return try tjeneste.kald(
                "PUT", path, sent.bytes, token: try tjeneste.token())
        }
        let grant = Eksempel.bevilling(Eksempel.uuid(1))
        let payment = Eksempel.effektuering(Eksempel.uuid(2), bevilling: Eksempel.uuid(1))
        let june = "2024-06-01T08:00:00+02:00"
        for (path, objekt) in [(bevilling(1), grant), (effektuering(2), payment)] {
            let felt = "Registrering.0.AttributListe.Egenskaber.0.BrugervendtNoegle"
            #expect(try put(path, objekt, june).status == 201)
            let older = try put(
                path, objekt.setting(felt, "ANDET"), "2024-03-01T08:00:00+01:00")
            #expect(older.status == 409 && older.regler == [["Y37"]], "\(older.text)")
            #expect(try put(path, objekt.setting(felt, "ANDET"), june).status == 200)
            #expect(try put(path, objekt.setting(felt, "ANDET"), june).status == 200)
            #expect(try tjeneste.hent(path + "/historik")?["Historik"]?.array?.count == 2)
        }
        for (path, objekt, part) in [
            (bevilling(1), grant, "Bevillingssag"), (bevilling(1), grant, "Bevillingspart"),
            (effektuering(2), payment, "OekonomiskYdelseEffektueringRelation"),
            (effektuering(2), payment, "OekonomiskEffektueringPart"),
        ] {
            let without = objekt.setting("Registrering.0.RelationListe." + part, nil)
            let svar = try put(path, without, "2024-07-01T08:00:00+02:00")
            #expect(svar.status == 400, "\(part): \(svar.text)")
            #expect(svar.regler.first?.contains("Y36") == true, "\(part): \(svar.text)")
        }
    }

    @Test("The timeline shows business dates as Denmark's")
    func businessDates() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        _ = try tjeneste.importer([
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(1))),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(Eksempel.uuid(2), bevilling: Eksempel.uuid(1))
            ),
        ])
        let tidslinje = try overblik(tjeneste, tjeneste.token())["Tidslinje"]?.array ?? []
        let betaling = try #require(tidslinje.first { $0["Slags"] == "Udbetaling" })
        #expect(betaling["Tidspunkt"] == "2024-02-29T00:00:00+01:00")
        let start = try #require(tidslinje.first { $0["Slags"] == "YdelseStart" })
        #expect(start["Tidspunkt"]?.string?.hasSuffix("T00:00:00+01:00") == true)
    }

    @Test(
        "A grant whose benefits are over is still there to those who may see them, with its payments"
    )
    func over() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let ended = Eksempel.bevilgetYdelse("1", kle: "32.03.04").setting(
            "Virkning", Eksempel.virkning(Eksempel.fra, "2024-06-01T00:00:00+02:00"))
        let svar = try tjeneste.importer([
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(1), ydelser: [ended])),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(Eksempel.uuid(2), bevilling: Eksempel.uuid(1))
            ),
        ])
        #expect(svar.koder == [20, 20], "\(svar.text)")
        let narrow = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 1)])
        let other = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "27.*", 4)])
        for suffix in ["", "?virkning=2024-03-01", "/historik"] {
            for path in [bevilling(1), effektuering(2)] {
                #expect(try tjeneste.hent(path + suffix, token: narrow) != nil, "\(path)\(suffix)")
                #expect(try tjeneste.hent(path + suffix, token: other) == nil, "\(path)\(suffix)")
            }
        }
        let then = try tjeneste.kald(
            "GET", bevilling(1) + "?virkning=2024-03-01", [], token: narrow)
        #expect(then.text.contains("32.03.04"))
        #expect(try antal(tjeneste, narrow) == [1, 1])
        #expect(try antal(tjeneste, other) == [0, 0])
        // It stands under the class no more, neither for a filter nor for a facet.
        let body: JSONValue = ["Facetter": ["Klasse:3"]]
        let found = try #require(
            try tjeneste.kald("POST", "/v1/soeg", body.bytes, token: narrow).json)
        #expect(found["Antal"]?["Vaerdi"]?.integer == 2)
        let facet = try #require(found["Facetter"]?["Klasse:3"]?.array)
        #expect(facet.map { $0["Antal"]?.integer } == [1])
        #expect(try tjeneste.soeg(["Klasse": ["32.*"]], token: narrow).count == 1)
    }

    @Test("Y41: a hidden line stands nowhere, nor does the sum that would tell it")
    func hiddenLine() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let svar = try tjeneste.importer([
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(1))),
            (
                "BevillingIndeks",
                Eksempel.bevilling(
                    Eksempel.uuid(2), ydelser: [Eksempel.bevilgetYdelse("1", kle: "27.36.04")])
            ),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(
                    Eksempel.uuid(3), bevilling: Eksempel.uuid(1),
                    linjer: [
                        Eksempel.linje(1, kle: "32.03.04", bevilling: Eksempel.uuid(1)),
                        Eksempel.linje(2, kle: "27.36.04", bevilling: Eksempel.uuid(2)),
                    ])
            ),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(
                    Eksempel.uuid(4), bevilling: Eksempel.uuid(2),
                    linjer: [Eksempel.linje(1, kle: "32.03.04", bevilling: Eksempel.uuid(2))])
            ),
        ])
        #expect(svar.koder == [20, 20, 20, 20], "\(svar.text)")
        let narrow = try tjeneste.bruger([try Proevetjeneste.gruppe([Eksempel.a], "32.*", 1)])
        for suffix in ["", "/historik"] {
            let text = try tjeneste.kald("GET", effektuering(3) + suffix, [], token: narrow).text
            #expect(text.contains("32.03.04") && !text.contains("27.36.04"))
            #expect(!text.contains(Eksempel.uuid(2)) && !text.contains("13388"))
            // Its line is of 32, but the grant it pays is hidden.
            #expect(
                try tjeneste.kald("GET", effektuering(4) + suffix, [], token: narrow).status == 404)
        }
        #expect(try antal(tjeneste, narrow) == [1, 1])
        #expect(try tjeneste.kald("GET", effektuering(3)).text.contains("13388"))
        let ofCase = try tjeneste.soeg(
            ["Objekttyper": ["OekonomiskEffektuering"]], token: narrow)
        #expect(ofCase == [Eksempel.uuid(3)])
    }

    @Test("A payment and its grant in two authorities: both must be in reach")
    func acrossAuthorities() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        _ = try tjeneste.importer([
            ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(1), cvr: Eksempel.b)),
            (
                "OekonomiskEffektueringIndeks",
                Eksempel.effektuering(Eksempel.uuid(2), bevilling: Eksempel.uuid(1))
            ),
        ])
        #expect(try tjeneste.hent(effektuering(2)) == nil)
        let system = "0f000000-0000-4000-8000-00000000000e"
        try tjeneste.aftale(
            system, Eksempel.a, roller: .udstil,
            grupper: [try Proevetjeneste.gruppe([Eksempel.a, Eksempel.b], "*", 4)])
        #expect(try tjeneste.hent(effektuering(2), token: tjeneste.token(system)) != nil)
    }

    // MARK: What follows a case

    @Test("FjernOgsaaYdelse takes the grants on a removed case, with the payments of those alone")
    func following() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        func fill() throws {
            let post = Eksempel.journalpost(Eksempel.uuid(5))
            let svar = try tjeneste.importer([
                ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), journal: [post])),
                ("DokumentIndeks", Eksempel.dokument(Eksempel.uuid(5))),
                ("BevillingIndeks", Eksempel.bevilling(Eksempel.uuid(2), sag: Eksempel.uuid(1))),
                (
                    "OekonomiskEffektueringIndeks",
                    Eksempel.effektuering(Eksempel.uuid(3), bevilling: Eksempel.uuid(2))
                ),
            ])
            #expect(svar.koder == [20, 20, 20, 20], "\(svar.text)")
        }
        try fill()
        let removal: JSONValue = ["SagUuid": [.string(Eksempel.uuid(1))]]
        let kept = removal.setting("EfterladSagsloeseDokumenter", true)
        #expect(try tjeneste.kald("POST", "/v1/fjern", kept).koder == [20])
        #expect(try tjeneste.store.count() == 3)
        for number in [2, 3] {
            _ = try tjeneste.kald("DELETE", number == 2 ? bevilling(2) : effektuering(3))
        }
        _ = try tjeneste.kald("DELETE", "/v1/dokumenter/" + Eksempel.uuid(5))
        try fill()
        let all = removal.setting("FjernOgsaaYdelse", true)
        #expect(try tjeneste.kald("POST", "/v1/fjern", all).koder == [20])
        #expect(try tjeneste.store.count() == 0)
    }
}
