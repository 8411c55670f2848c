// 1. What decides access is what is in effect now, also of an object that is over, lies ahead or stands between
//    two stretches; what it has none of now it keeps from when it was in effect.
// 2. What an object stands under while it is over is what it last stood under, at every instant, and no more.
// 3. A file whose references an earlier version made otherwise has them made anew.

import Testing

@testable import IndexCore

@Suite struct OpholdTests {
    private static let now = Byg.start
    private static func tid(_ seconds: Int64) -> Tidspunkt {
        Tidspunkt(microseconds: now.microseconds + seconds * 1_000_000)
    }

    private func fakta(_ segments: [Segment], _ kind: ObjektKind = .sag) -> AdgangsFakta {
        Afleder(roller: .standard, leksikon: .indbygget).afled(
            kind, Byg.registrering(segments), now: Self.now, klassetekst: "", klasser: .ingen
        ).fakta
    }

    @Test(
        "The level is the one in effect now, whatever the object's own times",
        arguments: [
            // Over; ahead; between two.
            [(-90, -50)], [(50, Int.max)], [(-90, -50), (50, Int.max)],
        ])
    func level(_ stretches: [(Int, Int)]) {
        let egenskaber = stretches.map { fra, til in
            Byg.egenskaber(
                fra: Self.tid(Int64(fra)),
                til: til == .max ? .distantFuture : Self.tid(Int64(til)))
        }
        let strict = [
            Byg.foelsomhed(.ikkeFortroligeData, fra: Self.tid(-99), til: Self.tid(-10)),
            Byg.foelsomhed(.vipSager, fra: Self.tid(-10), til: Self.tid(10)),
            Byg.foelsomhed(.ikkeFortroligeData, fra: Self.tid(10)),
        ]
        #expect(fakta(egenskaber + strict + [Byg.ejer(Byg.a)]).foelsomhed == .vipSager)
        // None now: what was, where the object was; what will be, where it lies ahead.
        let ended = [
            Byg.foelsomhed(.vipSager, fra: Self.tid(-99), til: Self.tid(-10)),
            Byg.foelsomhed(.ikkeFortroligeData, fra: Self.tid(10)),
        ]
        let isAhead = stretches.count == 1 && stretches[0].0 > 0
        #expect(
            fakta(egenskaber + ended).foelsomhed == (isAhead ? .ikkeFortroligeData : .vipSager))
    }

    @Test("Of an object that is over, owner, class and profile are those in effect now")
    func others() {
        let over = Byg.egenskaber(fra: Self.tid(-90), til: Self.tid(-50))
        let fakta = fakta([
            over, Byg.foelsomhed(.vipSager),
            Byg.relation(.sagsaktoer, .ejer, fra: Self.tid(-90), til: Self.tid(-20)) {
                $0.text(.referenceID, "urn:oio:cvr-nr:\(Byg.a)")
            },
            Byg.ejer(Byg.b, fra: Self.tid(-20)),
            Byg.klasse("27.36.04", fra: Self.tid(-90), til: Self.tid(-20)),
            Byg.klasse("32.03.04", fra: Self.tid(-20)),
            Byg.relation(.sikkerhedsprofil, .adgang, indeks: "1", fra: Self.tid(-20)) {
                $0.uuid(.referenceID, Byg.uuid(77))
            },
        ])
        #expect(fakta.myndighed == Byg.b)
        #expect(fakta.kleNu == [PakketKLE("32.03.04")])
        #expect(fakta.harProfil && fakta.profil == [Byg.uuid(77)])
        // What has ended with the object stays.
        let ended = self.fakta([
            over, Byg.foelsomhed(.vipSager, fra: Self.tid(-90), til: Self.tid(-50)),
            Byg.klasse("27.36.04", fra: Self.tid(-90), til: Self.tid(-50)),
        ])
        #expect(ended.foelsomhed == .vipSager && ended.kleNu == [PakketKLE("27.36.04")])
    }

    @Test("A part is judged by the number that it has now, whatever times the grant has")
    func parts() throws {
        func ydelse(_ kle: String, fra: Tidspunkt, til: Tidspunkt = .distantFuture) -> Segment {
            Byg.segment(.bevilgetYdelse, fra: fra, til: til) { writer in
                writer.text(.id, "y1")
                let own = writer.begin(.ydelse)
                let klasse = writer.begin(.klassifikation)
                writer.text(.brugervendtNoegle, kle)
                writer.end(klasse)
                writer.end(own)
            }
        }
        let parts = [
            ydelse("27.36.04", fra: Self.tid(-90), til: Self.tid(-20)),
            ydelse("32.24.04", fra: Self.tid(-20)),
        ]
        for egenskaber in [
            Byg.egenskaber(fra: Self.tid(-90), til: Self.tid(-50)),
            Byg.egenskaber(fra: Self.tid(50)),
            Byg.egenskaber(fra: Self.tid(-90)),
        ] {
            #expect(fakta([egenskaber] + parts, .bevilling).kle == [PakketKLE("32.24.04")])
        }
        // Over with the grant: by the last.
        let ended = fakta(
            [
                Byg.egenskaber(fra: Self.tid(-90), til: Self.tid(-50)),
                ydelse("27.36.04", fra: Self.tid(-90), til: Self.tid(-50)),
            ], .bevilling)
        #expect(ended.kleNu == [PakketKLE("27.36.04")])
    }

    @Test("What stands at an instant is what a naive reading says", arguments: 0..<200)
    func staaende(_ number: Int) {
        var seed = Seed(UInt64(number))
        func virkning() -> Virkning {
            let fra = Int64(seed.below(20))
            let til = seed.below(4) == 0 ? Int64.max : fra + Int64(seed.below(6))
            return Virkning(
                fra: Tidspunkt(microseconds: fra), til: Tidspunkt(microseconds: til),
                aktoer: .empty)
        }
        let egenskaber = (0..<(1 + seed.below(3))).map { _ in virkning() }
        let lister: [Element] = [
            .sagspart, .sagsklasse, .journalpost, .egenskaber,
            .oekonomiskYdelseEffektueringRelation,
        ]
        let noegler = [Noegle(Byg.uuid(0)), Noegle(Byg.uuid(1)), Noegle(klasse: "27.36.04")]
        var rows: Set<Henvisning> = []
        for place in 0..<(1 + seed.below(8)) {
            let time = virkning()
            guard time.fra < time.til else { continue }
            rows.insert(
                Henvisning(
                    noegle: noegler[seed.below(3)], liste: lister[place % lister.count],
                    rolle: .ukendt, fra: time.fra.microseconds, til: time.til.microseconds))
        }
        let siden = Int64(seed.below(12))
        let ophold = Ophold(egenskaber, siden: Tidspunkt(microseconds: siden))
        let found = ophold.staaende(rows)
        let real = egenskaber.filter { $0.fra < $0.til }
        for instant in siden..<30 {
            let now = Tidspunkt(microseconds: instant)
            var stands = instant
            if !real.contains(where: { $0.covers(now) }) {
                let last = real.map(\.til.microseconds).filter { $0 <= instant }.max()
                stands = last.map { $0 - 1 } ?? real.map(\.fra.microseconds).min() ?? instant
            }
            func names(_ rows: Set<Henvisning>, _ own: Int64, _ instant: Int64) -> Set<String> {
                Set(
                    rows.filter { row in
                        let isLine =
                            row.liste == .oekonomiskYdelseEffektueringRelation
                            && row.noegle.isKlasse
                        let at =
                            isLine || Element.staaendeLister.contains(row.liste) ? own : instant
                        return row.fra <= at && at < row.til
                    }.map { "\($0.liste) \($0.noegle.bytes)" })
            }
            #expect(names(found, instant, instant) == names(rows, stands, instant))
        }
        // Whatever it stood under at some time is among the rows.
        func keys(_ rows: Set<Henvisning>) -> Set<String> {
            Set(rows.map { "\($0.liste) \($0.noegle.bytes)" })
        }
        #expect(keys(found) == keys(rows))
    }

    @Test("References that an earlier version made are made anew when the file is opened")
    func remade() throws {
        let mappe = try Mappe()
        let over = Byg.registrering([
            Byg.egenskaber(fra: Self.tid(-90), til: Self.tid(-50)),
            Byg.foelsomhed(.ikkeFortroligeData), Byg.ejer(Byg.a),
            Byg.part("Før", cpr: "3113999901", til: Self.tid(-40)),
            Byg.part("Efter", cpr: "3113999902", indeks: "2", fra: Self.tid(-40)),
        ])
        func rows(_ connection: Connection) throws -> [String] {
            let statement = try connection.prepare(
                "SELECT hex(noegle), fra, til FROM henvisning WHERE liste = ?1 ORDER BY 1, 2")
            statement.bind(1, Int(Element.sagspart.rawValue))
            var result: [String] = []
            while try statement.step() {
                result.append(
                    "\(statement.text(0) ?? "") \(statement.integer(1)) \(statement.integer(2))")
            }
            return result
        }
        let file = mappe.path + "/myndighed-\(Byg.a).sqlite"
        let expected: [String]
        do {
            let store = try mappe.store()
            try store.gem(Byg.uuid(1), over)
            store.close()
            expected = try rows(try Connection(path: file, mode: .reader))
            // The one that it never stands under is kept for who asks of all times, with no time of its own.
            let parts = expected.map { $0.split(separator: " ") }
            #expect(parts.count == 2 && parts.count { $0[1] == $0[2] } == 1)
        }
        do {
            let writer = try Connection(path: file, mode: .writer)
            try writer.execute("UPDATE meta SET vaerdi = 1 WHERE navn = 'leksikon'")
            // As they were: with the times that were sent.
            try writer.execute("UPDATE henvisning SET til = \(Self.tid(-40).microseconds)")
        }
        let store = try mappe.store()
        try store.read { reader throws(StoreError) in _ = try reader.row(Byg.uuid(1), near: nil) }
        #expect(try store.skader().isEmpty)
        store.close()
        #expect(try rows(try Connection(path: file, mode: .reader)) == expected)
    }
}
