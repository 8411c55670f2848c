import Foundation
import Testing

@testable import API
@testable import IndexCore

// 1. The reference's cases, document and benefits go in together in any order, as one JSON message,
//    as NDJSON and by PUT, and come back equal value for value.
// 2. The reference's update gives the states and the history that it promises.
// 3. What was written is found by number, title and party, and stands in the overview.

@Suite(
    "From HTTP to the store and back",
    .enabled(if: Reference.isPresent, "the reference material stands beside the checkout only"))
struct EndeTests {
    static let kilde = "0a000000-0000-4000-8000-000000000020"
    private static let byg = "0a000000-0000-4000-8000-000000000022"
    private static let pension = "c1d6a8f0-1111-4a7e-8b61-00000000a001"

    static func uuid(_ tail: String) -> String {
        "0a000000-0000-4000-8000-0000000000" + tail
    }

    /// Every object with its kind, in the order that a sender who thinks would choose.
    static func objekter() throws -> [(String, JSONValue)] {
        var objekter: [(String, JSONValue)] = [
            ("DokumentIndeks", Eksempel.dokument(uuid("c2"), system: kilde)),
            ("DokumentIndeks", Eksempel.dokument(uuid("c3"), system: kilde)),
            ("SagIndeks", Eksempel.sag(uuid("a2"), system: kilde)),
            ("SagIndeks", Eksempel.sag(uuid("a3"), system: kilde)),
            ("DokumentIndeks", try Reference.example("dokument-brev.json")),
            ("SagIndeks", try Reference.example("sag-byggesag.json")),
            ("SagIndeks", try Reference.example("sag-kontanthjaelp.json")),
        ]
        for block in try Reference.blocks("ydelse.md") {
            let member = try #require(block.members?.first)
            objekter.append((member.name, member.value))
        }
        return objekter
    }

    static func tjeneste(_ vej: Vej) throws -> Proevetjeneste {
        let tjeneste = try Proevetjeneste(vej)
        for system in [kilde, byg, pension] {
            try tjeneste.aftale(
                system, "99000001", roller: [.udstil, .rediger], grupper: [alt])
        }
        return tjeneste
    }

    private static var alt: RightsGroup {
        get throws { try Proevetjeneste.gruppe(["99000001", "11111111"], "*", 4) }
    }

    /// A caseworker whom the cases' and the document's profiles let in.
    static func laeser(_ tjeneste: Proevetjeneste) throws -> String {
        try tjeneste.bruger(
            [alt], uuid: uuid("01"), enheder: [uuid("13")], system: kilde)
    }

    private static let samling = [
        "SagIndeks": "sager", "DokumentIndeks": "dokumenter", "BevillingIndeks": "bevillinger",
        "OekonomiskEffektueringIndeks": "effektueringer",
    ]

    private func expectEqual(
        _ objekter: [(String, JSONValue)], in tjeneste: Proevetjeneste
    ) throws {
        for (kind, objekt) in objekter {
            let uuid = try #require(objekt["UUIDIdentifikator"]?.string)
            let samling = try #require(Self.samling[kind])
            let path = "/v1/\(samling)/\(uuid)?virkning=alle"
            let found = try #require(try tjeneste.hent(path, token: Self.laeser(tjeneste)))
            #expect(found["Registrering"]?.array?.count == 1)
            let read = found.setting("Registrering.0.StsTidspunkt", nil).normalised
            #expect(read == objekt.normalised, "\(kind) \(uuid)")
        }
    }

    @Test("Together in any order as JSON, and back value for value", arguments: Vej.allCases)
    func json(vej: Vej) throws {
        var generator = Slumptal(state: 7)
        let objekter = try Self.objekter()
        for _ in 0..<2 {
            let tjeneste = try Self.tjeneste(vej)
            let shuffled = objekter.shuffled(using: &generator)
            let svar = try tjeneste.importer(shuffled, token: tjeneste.token(Self.kilde))
            #expect(svar.status == 200)
            #expect(svar.koder == Array(repeating: 20, count: objekter.count), "\(svar.text)")
            #expect(
                svar.kvitteringer.map { $0["UUIDIdentifikator"] }
                    == Proevetjeneste.iBeskedensOrden(shuffled).map { $0["UUIDIdentifikator"] })
            try expectEqual(objekter, in: tjeneste)
        }
    }

    @Test("Together in any order as NDJSON, and back value for value", arguments: Vej.allCases)
    func ndjson(vej: Vej) throws {
        var generator = Slumptal(state: 11)
        let tjeneste = try Self.tjeneste(vej)
        let objekter = try Self.objekter().shuffled(using: &generator)
        let svar = try tjeneste.kald(
            "POST", "/v1/importer", Proevetjeneste.ndjson(objekter),
            token: tjeneste.token(Self.kilde),
            fields: [HTTPField("Content-Type", "application/x-ndjson")])
        #expect(svar.status == 200)
        #expect(svar.lines.map { $0["StatusKode"]?.integer } == objekter.map { _ in 20 })
        for line in svar.lines {
            let number = try #require(line["Linje"]?.integer)
            #expect(line["UUIDIdentifikator"] == objekter[number - 1].1["UUIDIdentifikator"])
        }
        try expectEqual(objekter, in: tjeneste)
    }

    @Test("One at a time by PUT, and back value for value", arguments: Vej.allCases)
    func put(vej: Vej) throws {
        let tjeneste = try Self.tjeneste(vej)
        // The case of kind a1 points at b1 and c1, which stand before it.
        let objekter = try Self.objekter()
        for (kind, objekt) in objekter {
            let uuid = try #require(objekt["UUIDIdentifikator"]?.string)
            let path = "/v1/\(try #require(Self.samling[kind]))/\(uuid)"
            let svar = try tjeneste.kald(
                "PUT", path, objekt.bytes, token: tjeneste.token(Self.kilde))
            #expect(svar.status == 201, "\(kind): \(svar.text)")
        }
        try expectEqual(objekter, in: tjeneste)
    }

    @Test("The update of the reference: states, responsible unit, party, history")
    func update() throws {
        let tjeneste = try Self.tjeneste(.direkte)
        let token = try tjeneste.token(Self.kilde)
        _ = try tjeneste.importer(try Self.objekter(), token: token)
        let update = try Reference.example("opdater-sag.json")
        let svar = try tjeneste.opdater([("SagIndeks", update)], token: token)
        #expect(svar.koder == [20], "\(svar.text)")

        let path = "/v1/sager/" + Self.uuid("a1")
        let now = try #require(try tjeneste.hent(path + "?virkning=alle", token: token))
        #expect(
            fremdrift(now) == [
                "Opstaaet→2024-02-14T23:00:00Z", "Oplyst→2024-02-29T23:00:00Z",
                "Afgjort→2024-05-31T22:00:00Z", "Afsluttet→∞",
            ])
        let historik = try #require(try tjeneste.hent(path + "/historik", token: token))
        let registreringer = try #require(historik["Historik"]?.array)
        #expect(registreringer.count == 2)

        let first = try #require(registreringer.last?["StsTidspunkt"]?.string)
        let then = try #require(
            try tjeneste.hent(path + "?virkning=alle&registrering=" + first, token: token))
        #expect(fremdrift(then).last == "Afgjort→∞")
        let before = try #require(then[sti: "Registrering.0.RelationListe.Journalpost"]?.array)
        let after = try #require(now[sti: "Registrering.0.RelationListe.Journalpost"]?.array)
        #expect(after.count == before.count + 1)

        let current = try #require(try tjeneste.hent(path, token: token))
        let units = try #require(current[sti: "Registrering.0.RelationListe.Sagsaktoer"]?.array)
        #expect(units.contains { $0["ReferenceID"]?.string == Self.uuid("12") })
        #expect(!units.contains { $0["ReferenceID"]?.string == Self.uuid("11") })
        let parts = try #require(current[sti: "Registrering.0.RelationListe.Sagspart"]?.array)
        #expect(!parts.contains { $0["ReferenceID"] == "urn:oio:us:personid:1234567" })
    }

    private func fremdrift(_ objekt: JSONValue) -> [String] {
        let segments = objekt[sti: "Registrering.0.TilstandListe.Fremdrift"]?.array ?? []
        return segments.map { segment in
            let til = segment[sti: "Virkning.TilTidspunkt"]
            let end = til?.string.flatMap { Tidspunkt(reading: $0)?.utcText } ?? "∞"
            return (segment["FremdriftStatusKode"]?.string ?? "?") + "→" + end
        }
    }

    @Test("What was imported is found and stands in the overview of its party")
    func found() throws {
        let tjeneste = try Self.tjeneste(.direkte)
        let token = try tjeneste.token(Self.kilde)
        _ = try tjeneste.importer(try Self.objekter(), token: token)
        #expect(try tjeneste.soeg(["Tekst": "2024-000117"], token: token) == [Self.uuid("a1")])
        #expect(try tjeneste.soeg(["Tekst": "byggetilladelse"], token: token) == [Self.uuid("b1")])
        #expect(try tjeneste.soeg(["Tekst": "lønsedler"], token: token).contains(Self.uuid("c1")))
        let body: JSONValue = ["Part": "urn:oio:cpr-nr:0123456789"]
        let svar = try tjeneste.kald("POST", "/v1/overblik", body.bytes, token: token)
        let antal = try #require(svar.json?["Antal"])
        #expect(antal["Bevillinger"]?.integer == 1)
        #expect(antal["OekonomiskeEffektueringer"]?.integer == 1)
    }
}

/// Deterministic numbers (splitmix64).
struct Slumptal: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
