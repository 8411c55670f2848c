// 1. A class brings the objects of those that it replaced alone, each under its own number; of one that
//    was split it brings none, and says so; one that is gone says what replaced it (A6, K13).
// 2. So it is for a class in `Tekst` and in `Klasse`, and for the plan of any shape, rings too.
// 3. The present plan's facet counts each object under what stands for its number now, exactly.
// 4. An object is found by its class's present title and by the one of its own time (A6).
// 5. A right to the new number does not open cases under the old.

import IndexCore
import Ingest
import Query
import Testing

/// One class of a made-up plan.
private struct Emne {
    var nummer: String
    var til: [String] = []
    var erIBrug = true

    var klasse: Klasse {
        var klasse = Klasse(
            noegle: nummer, facet: Klasse.Facet.emneplan, titel: "Emne \(nummer)")
        klasse.efterfoelgere = til
        if !erIBrug { klasse.historik = til.isEmpty ? .udgaaet(nil) : .flyttet(nil) }
        return klasse
    }
}

@Suite struct KlasseplanTests {
    private func indeks(_ emner: [Emne]) throws -> Indeks {
        let indeks = try Indeks()
        let plan = Klassifikation(navn: "KLE").merging(emner.map(\.klasse), omfang: .uddrag)
        #expect(plan.klassifikation.klasser.count == emner.count)
        indeks.store.use(Klasselager.klasseviden(plan.klassifikation))
        return indeks
    }

    /// 01 and 02 became 03; 04 was split in 05 and 06; 07 and 08 replace each other; 09 left.
    private func lille() throws -> Indeks {
        let indeks = try indeks([
            Emne(nummer: "27.10.01", til: ["27.10.02"], erIBrug: false),
            Emne(nummer: "27.10.02", til: ["27.12.03"], erIBrug: false),
            Emne(nummer: "27.12.03"),
            Emne(nummer: "27.10.04", til: ["27.12.05", "27.12.06"], erIBrug: false),
            Emne(nummer: "27.12.05"), Emne(nummer: "27.12.06"),
            Emne(nummer: "27.10.07", til: ["27.10.08"], erIBrug: false),
            Emne(nummer: "27.10.08", til: ["27.10.07"], erIBrug: false),
            Emne(nummer: "27.10.09", erIBrug: false),
        ])
        for number in 1...9 {
            let group = [3, 5, 6].contains(number) ? "27.12" : "27.10"
            try indeks.put(Sag(uuid: Byg.uuid(number), kle: "\(group).0\(number)"))
        }
        return indeks
    }

    private func numbers(_ answer: JSONValue) -> Set<Int> {
        Set((answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) })
    }

    /// What `Forstaaet` tells of classes, as "som: numbers".
    private func told(_ answer: JSONValue) -> [String] {
        (answer["Forstaaet"]?.array ?? []).compactMap { entry in
            guard let numbers = entry["Klasser"]?.array?.compactMap(\.string) else { return nil }
            return "\(entry["Som"]?.string ?? ""): " + numbers.joined(separator: " ")
        }
    }

    private func counts(_ answer: JSONValue, _ facet: String) -> [String: Int] {
        Dictionary(
            (answer["Facetter"]?[facet]?.array ?? []).compactMap { entry in
                guard let value = entry["Vaerdi"]?.string, let count = entry["Antal"]?.integer
                else { return nil }
                return (value, count)
            }, uniquingKeysWith: +)
    }

    @Test(
        "A class brings what it replaced alone, and the answer tells",
        arguments: [
            ("27.12.03", [1, 2, 3], ["forgaengere: 27.10.01 27.10.02"]),
            ("27.10.02", [1, 2], ["forgaengere: 27.10.01", "efterfoelgere: 27.12.03"]),
            ("27.12.05", [5], ["delte: 27.10.04"]),
            ("27.10.04", [4], ["efterfoelgere: 27.12.05 27.12.06"]),
            ("27.10.07", [7, 8], ["forgaengere: 27.10.08"]),
            ("27.10.09", [9], []),
            ("27 12 03", [1, 2, 3], ["forgaengere: 27.10.01 27.10.02"]),
            ("27.12", [1, 2, 3, 5, 6], ["forgaengere: 27.10.01 27.10.02", "delte: 27.10.04"]),
            ("27.*", [1, 2, 3, 4, 5, 6, 7, 8, 9], []),
        ])
    func predecessors(_ klasse: String, _ expected: [Int], _ says: [String]) throws {
        let indeks = try lille()
        for body in [
            "{\"Tekst\":\"\(klasse)\"}", "{\"Klasse\":[\"\(klasse)\"]}",
            "{\"Klasse\":[\"\(klasse)\"],\"Virkningstid\":\"2024-02-01\"}",
        ] {
            let answer = try indeks.soeg(body)
            #expect(numbers(answer) == Set(expected))
            #expect(answer["Antal"]?["Vaerdi"]?.integer == expected.count)
            #expect(told(answer) == says)
            let own = (answer["Traef"]?.array ?? []).compactMap(\.alTekst)
            #expect(own.contains { $0.contains("27.10.02") } == expected.contains(2))
        }
    }

    @Test("Without an expansion nothing is told of a class") func untold() throws {
        let indeks = try lille()
        #expect(try indeks.soeg("{\"Klasse\":[\"27.10.09\"]}")["Forstaaet"] == nil)
    }

    @Test("A right to the new number does not open cases under the old") func access() throws {
        let indeks = try lille()
        let scope = AccessScope.system(AccessScope.gruppe(kle: "27.12.*"))
        let answer = try indeks.soeg(
            "{\"Klasse\":[\"27.12.03\"],\"Facetter\":[\"GaeldendeKlasse:3\",\"Klasse:3\"]}",
            as: scope)
        #expect(numbers(answer) == [3])
        #expect(counts(answer, "GaeldendeKlasse:3") == ["27.12.03": 1])
        #expect(counts(answer, "Klasse:3") == ["27.12.03": 1])
    }

    @Test("The present plan's facet counts under what stands for a number now") func present()
        throws
    {
        let answer = try lille().soeg(
            """
            {"Antal":0,"Facetter":["GaeldendeKlasse:1","GaeldendeKlasse:2","GaeldendeKlasse:3",\
            "Klasse:2"]}
            """)
        #expect(counts(answer, "GaeldendeKlasse:1") == ["27": 9])
        #expect(counts(answer, "GaeldendeKlasse:2") == ["27.10": 4, "27.12": 5])
        #expect(
            counts(answer, "GaeldendeKlasse:3") == [
                "27.12.03": 3, "27.10.04": 1, "27.12.05": 1, "27.12.06": 1, "27.10.07": 1,
                "27.10.08": 1, "27.10.09": 1,
            ])
        #expect(counts(answer, "Klasse:2") == ["27.10": 6, "27.12": 3])
    }

    @Test("A case is found by its class's present title and by that of its own time")
    func titles() throws {
        // The cases' classes are theirs from 2023 on.
        let klasser = try [("27.12.03", "2024-03-01"), ("27.12.05", "2022-03-01")].map {
            var klasse = Klasse(noegle: $0, facet: Klasse.Facet.emneplan, titel: "Synshjælp")
            klasse.titelFra = try #require(Dato($1))
            klasse.tidligereTitler = [
                TitelPeriode(
                    tekst: "Optik",
                    periode: try #require(Gyldighed(fra: .foerst, til: klasse.titelFra)))
            ]
            return klasse
        }
        let indeks = try Indeks()
        let plan = Klassifikation(navn: "KLE").merging(klasser, omfang: .uddrag).klassifikation
        indeks.store.use(Klasselager.klasseviden(plan))
        try indeks.put(Sag(uuid: Byg.uuid(1), kle: "27.12.03"))
        try indeks.put(Sag(uuid: Byg.uuid(2), kle: "27.12.05"))
        #expect(try numbers(indeks.soeg("{\"Tekst\":\"synshjælp\"}")) == [1, 2])
        #expect(try numbers(indeks.soeg("{\"Tekst\":\"optik\"}")) == [1])
    }

    @Test("A benefit whose classes became one counts once under it") func once() throws {
        let indeks = try lille()
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(20), begrundelse: "Begge",
                ydelser: [
                    Ydelse(id: "a", navn: "En", kle: "27.10.01"),
                    Ydelse(id: "b", navn: "To", kle: "27.12.03"),
                ]))
        let body = """
            {"Objekttyper":["Bevilling"],"Facetter":["GaeldendeKlasse:3","Klasse:3"]}
            """
        for scope in [AccessScope.alt, .system(AccessScope.gruppe(kle: "27.*"))] {
            let answer = try indeks.soeg(body, as: scope)
            #expect(counts(answer, "GaeldendeKlasse:3") == ["27.12.03": 1])
            #expect(counts(answer, "Klasse:3") == ["27.10.01": 1, "27.12.03": 1])
        }
        let hidden = AccessScope.system(AccessScope.gruppe(kle: "27.12.*"))
        #expect(
            try counts(indeks.soeg(body, as: hidden), "GaeldendeKlasse:3") == ["27.12.03": 1])
    }

    @Test("A facet of a fourth level is refused by place") func refused() throws {
        let thrown = #expect(throws: QueryError.self) {
            _ = try lille().soeg("{\"Facetter\":[\"GaeldendeKlasse:1\",\"GaeldendeKlasse:4\"]}")
        }
        #expect(thrown?.sti == "Facetter[1]")
    }

    // MARK: A naive model

    private struct Model {
        let emner: [String: Emne]

        func next(_ number: String) -> [String] {
            guard let emne = emner[number], !emne.erIBrug else { return [] }
            return emne.til
        }

        /// Every number passed on the way, the first too, while there is one way.
        func path(_ number: String) -> (passed: [String], isEnded: Bool) {
            var passed = [number]
            while let last = passed.last {
                let next = self.next(last)
                if next.isEmpty { return (passed, true) }
                guard next.count == 1, !passed.contains(next[0]) else { return (passed, false) }
                passed.append(next[0])
            }
            return (passed, false)
        }

        func isFound(_ own: String, by asked: String) -> Bool {
            path(own).passed.contains(asked)
        }

        func present(_ number: String) -> String {
            let (passed, isEnded) = path(number)
            return isEnded ? passed.last ?? number : number
        }
    }

    @Test("Random plans, rings among them, answer as a naive model does", arguments: 0..<12)
    func random(_ seed: Int) throws {
        var state = UInt64(seed &* 7919 &+ 17)
        func next(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let numre = (1...14).map { "27.1\($0 % 3).\($0 < 10 ? "0" : "")\($0)" }
        let emner = numre.map { nummer in
            let til = Set((0..<[0, 1, 1, 1, 2][next(5)]).map { _ in numre[next(14)] })
            return Emne(
                nummer: nummer, til: til.subtracting([nummer]).sorted(), erIBrug: next(3) == 0)
        }
        let model = Model(emner: Dictionary(uniqueKeysWithValues: emner.map { ($0.nummer, $0) }))
        let indeks = try indeks(emner)
        for (number, emne) in emner.enumerated() {
            try indeks.put(Sag(uuid: Byg.uuid(number), kle: emne.nummer))
        }
        for asked in numre {
            let expected = numre.indices.filter { model.isFound(numre[$0], by: asked) }
            let found = try indeks.soeg("{\"Klasse\":[\"\(asked)\"],\"Antal\":100}")
            #expect(numbers(found) == Set(expected), "seed \(seed), \(asked)")
        }
        let answer = try indeks.soeg("{\"Facetter\":[\"GaeldendeKlasse:3\"],\"Antal\":0}")
        let expected = Dictionary(grouping: numre, by: model.present).mapValues(\.count)
        #expect(counts(answer, "GaeldendeKlasse:3") == expected, "seed \(seed)")
    }
}
