// Properties proved:
// 1. Summer time begins and ends as the directive says, to the hour.
// 2. A day number and its civil date are each other's inverse.
// 3. Numbers, amounts and base64 are written as their formats say.
// 4. A sequence of numbers repeats none before all have come.
//
// Also holds how the generator's tests read a line back.

import Foundation
import IndexCore
import Testing

@testable import Ingest

@Suite("Generator's calendar and writing")
struct GeneratorReadingTests {
    @Test(
        "Summer time begins and ends on the last Sunday, as the directive says",
        arguments: [
            (2024, 3, 31, 1, false), (2024, 3, 31, 3, true), (2024, 10, 27, 0, true),
            (2024, 10, 27, 3, false), (2026, 3, 29, 0, false), (2026, 3, 30, 0, true),
            (2026, 10, 25, 1, true), (2026, 10, 26, 0, false), (2025, 7, 1, 0, true),
            (2025, 1, 1, 12, false),
        ])
    func summerTime(year: Int, month: Int, day: Int, hour: Int, isSummer: Bool) {
        let number = GeneratorCalendar.day(year, month, day)
        #expect(GeneratorCalendar.isSummer(day: number, second: hour * 3600) == isSummer)
    }

    @Test("Day numbers and civil dates are each other's inverse")
    func civil() {
        #expect(GeneratorCalendar.day(1970, 1, 1) == 0)
        for day in stride(from: -20_000, to: 40_000, by: 13) {
            let date = GeneratorCalendar.civil(day)
            #expect(GeneratorCalendar.day(date.year, date.month, date.day) == day)
        }
    }

    @Test("Base64 is what Foundation makes of the same bytes", arguments: 0..<8)
    func base64(length: Int) {
        let text = Array("Æblevej".utf8).prefix(length)
        var line = GeneratorLine()
        line.base64(Array(text))
        #expect(String(decoding: line.bytes, as: UTF8.self) == Data(text).base64EncodedString())
    }

    @Test(
        "An amount has decimals only when it needs them",
        arguments: [(669_400, "6694"), (481_968, "4819.68"), (-90_005, "-900.05"), (0, "0")])
    func amounts(oere: Int, text: String) {
        var line = GeneratorLine()
        line.member("B", oere: oere)
        #expect(String(decoding: line.bytes, as: UTF8.self) == "\"B\":\"\(text)\"")
    }

    @Test("A sequence of numbers gives each once before any again")
    func sequence() {
        var random = GeneratorRandom(seed: 5)
        var sequence = NumberSequence(count: 500, random: &random)
        #expect(Set((0..<500).map { _ in sequence.next() }).count == 500)
    }
}

/// A value of a parsed line; what is not there reads as nothing.
// Unchecked, without a lock or queue: the parsed tree is never changed after it is made.
struct JSONNode: @unchecked Sendable {
    let value: Any?

    subscript(name: String) -> JSONNode {
        JSONNode(value: (value as? [String: Any])?[name])
    }

    var items: [JSONNode] { (value as? [Any] ?? []).map { JSONNode(value: $0) } }
    var text: String? { value as? String }
    var flag: Bool? { value as? Bool }
    var instant: Date? {
        guard let text else { return nil }
        let whole = text.replacing(".000", with: "")
        return try? Date(whole, strategy: .iso8601)
    }
    /// An amount of money in hundredths.
    var oere: Int {
        let parts = (text ?? "").split(separator: ".")
        guard let whole = parts.first, let kroner = Int(whole) else { return 0 }
        let rest = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return kroner * 100 + (whole.hasPrefix("-") ? -rest : rest)
    }
}

/// One generated line, read back with Foundation.
struct GeneratedObject: Sendable {
    let kind: String
    let uuid: String
    let registrations: [JSONNode]
    /// Every CPR number in the line.
    let people: [String]

    static func all(of plan: GeneratorPlan) throws -> [GeneratedObject] {
        var generator = Generator(plan)
        var objects: [GeneratedObject] = []
        var line: [UInt8] = []
        while generator.next(into: &line) {
            objects.append(try GeneratedObject(line))
            line.removeAll(keepingCapacity: true)
        }
        return objects
    }

    private init(_ line: [UInt8]) throws {
        try #require(line.last == 10)
        let tree = try JSONSerialization.jsonObject(with: Data(line))
        let root = try #require(tree as? [String: Any])
        try #require(root.count == 1)
        kind = try #require(root.keys.first)
        let object = JSONNode(value: root[kind])
        uuid = try #require(object["UUIDIdentifikator"].text)
        registrations = object["Registrering"].items
        let text = String(decoding: line, as: UTF8.self)
        people = text.components(separatedBy: "urn:oio:cpr-nr:").dropFirst().map {
            String($0.prefix { $0 != "\"" })
        }
    }

    var egenskaber: [JSONNode] {
        registrations.last?["AttributListe"]["Egenskaber"].items ?? []
    }

    /// The authority's number, from the first Ejer of the newest registration.
    var ownerCVR: String {
        guard let lists = registrations.last?["RelationListe"] else { return "" }
        let sag = lists["Sagsaktoer"].items.first?["LokalUdvidelseListe"]
        let dokument = lists["Dokumentaktoer"].items.first?["LokalUdvidelseListe"]
        return sag?["SagsaktoerLokalUdvidelse"]["CVR-Nummer"].text
            ?? dokument?["DokumentaktoerLokalUdvidelse"]["CVR-Nr"].text
            ?? lists["Bevillingsaktoer"].items.first?["CVR-nr"].text
            ?? lists["Aktoer"].items.first?["CVR-nr"].text ?? ""
    }

    /// The UUID of the system of origin.
    var master: String {
        guard let registration = registrations.last else { return "" }
        let extensions = registration["RelationListe"]["LokalUdvidelseListe"]
        let ydelse = registration["AttributListe"]["BevilgetYdelse"].items.first
        let systems =
            extensions["SagsitsystemRelation"].items
            + extensions["DokumentitsystemRelation"].items
            + registration["RelationListe"]["ItSystem"].items + (ydelse?["ItSystem"].items ?? [])
        return systems.first?["ReferenceID"].text ?? ""
    }

    /// List and role of the relations that may never lapse.
    var mandatoryRoles: [(String, String)] {
        let master = GeneratorRolle.master.rolle
        let afsender = GeneratorRolle.afsender.rolle
        switch kind {
        case "SagIndeks":
            let roles = GeneratorRolle.Sag.self
            return [
                ("Sagsaktoer", roles.ejer.rolle), ("Sagsaktoer", roles.ansvarlig.rolle),
                ("Sagsaktoer", roles.primaerBehandler.rolle),
                ("Sagsklasse", roles.primaerKlasse.rolle),
                ("Sagsklasse", roles.handlingsklasse.rolle),
                ("SagsitsystemRelation", master), ("SagsitsystemRelation", afsender),
            ]
        case "DokumentIndeks":
            let roles = GeneratorRolle.Dokument.self
            return [
                ("Dokumentaktoer", roles.ejer.rolle), ("Dokumentaktoer", roles.ansvarlig.rolle),
                ("Dokumentklasse", roles.primaerKlasse.rolle),
                ("DokumentitsystemRelation", roles.master.rolle),
                ("DokumentitsystemRelation", roles.afsender.rolle),
            ]
        case "BevillingIndeks":
            let roles = GeneratorRolle.Bevilling.self
            return [
                ("Bevillingsaktoer", roles.ejer.rolle), ("Bevillingsaktoer", roles.ansvarlig.rolle),
                ("Bevillingssag", roles.tilknyttet.rolle),
                ("Bevillingspart", roles.bevillingsmodtager.rolle),
                ("Bevillingspart", roles.ydelsesmodtager.rolle),
            ]
        default:
            let roles = GeneratorRolle.Effektuering.self
            return [
                ("Aktoer", roles.ejer.rolle), ("Aktoer", roles.udbetalendeEnhed.rolle),
                ("ItSystem", master), ("ItSystem", afsender),
                ("OekonomiskEffektueringPart", roles.modtager.rolle),
            ]
        }
    }

    /// Kind and UUID of every object that the line points at, in any registration.
    var targets: [(kind: String, uuid: String)] {
        registrations.flatMap { registration -> [(kind: String, uuid: String)] in
            let lists = registration["RelationListe"]
            let filed = lists["Journalpost"].items.filter { $0["ReferenceID"].text != "URN:Empty" }
            let grants = lists["OekonomiskYdelseEffektueringRelation"].items
            return references("DokumentIndeks", filed + lists["Dokumentrelation"].items)
                + references(
                    "SagIndeks", lists["Sagsrelation"].items + lists["Bevillingssag"].items)
                + grants.map {
                    let uuid = $0["BevilgetYdelseRef"]["UUIDIdentifikator"].text
                    return (kind: "BevillingIndeks", uuid: uuid ?? "")
                }
        }
    }

    private func references(_ kind: String, _ nodes: [JSONNode]) -> [(kind: String, uuid: String)] {
        nodes.map { (kind: kind, uuid: $0["ReferenceID"].text ?? "") }
    }
}
