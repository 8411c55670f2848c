// What is proved here:
//  1. A file of agreements is read whole: roles, groups with and without limits, times.
//  2. A group that lacks cvr, KLE or Foelsomhed is refused with its place; so is all else amiss.
//  3. What is written is read again as it was.
//  4. Agreements to begin with are added once, and one that was ended stays ended.
//  5. No error holds a value of the file.

import IndexCore
import Testing

@testable import Ingest

@Suite("Aftalefil")
struct AftalefilTests {
    private static let system = "5b1d0000-0000-4000-8000-000000000001"
    private static let now = Tidspunkt(microseconds: 1_700_000_000_000_000)

    /// One agreement with a member replaced, added or (by nil) left out.
    private func text(_ member: String, _ json: String?, group: Bool = false) -> [UInt8] {
        var outer = [
            "system": "\"\(Self.system)\"", "cvr": "\"29189846\"", "roller": "[\"Udstil\"]",
        ]
        var inner = ["cvr": "[\"29189846\"]", "kle": "[\"27.*\"]", "foelsomhed": "2"]
        if group { inner[member] = json } else if member != "grupper" { outer[member] = json }
        outer["grupper"] = "[" + object(inner) + "]"
        if member == "grupper" { outer[member] = json }
        return Array("[\(object(outer))]".utf8)
    }

    private func object(_ members: [String: String]) -> String {
        "{" + members.sorted { $0.key < $1.key }.map { "\"\($0)\":\($1)" }.joined(separator: ",")
            + "}"
    }

    @Test("A file of agreements is read whole")
    func whole() throws {
        let bytes = Array(
            """
            [{"system": "\(Self.system)", "cvr": "29189846", "roller": ["Udstil", "Rediger"],
              "grupper": [{"cvr": ["29189846", "00000001"], "kle": ["27.*", "32.03.04"],
                           "foelsomhed": 3, "systemer": ["\(Self.system)"], "enheder":
                           ["\(Self.system)"]},
                          {"cvr": ["29189846"], "kle": ["*"], "foelsomhed": 1}],
              "fra": "2026-01-01", "til": "2027-01-01T00:00:00Z"},
             {"system": "\(Self.system)", "cvr": "00000001", "roller": ["Rediger"],
              "grupper": [{"cvr": ["00000001"], "kle": ["01.*-03.*"], "foelsomhed": 4}]}]
            """.utf8)
        let aftaler = try Aftalefil.read(bytes, now: Self.now)
        let first = try #require(aftaler.first)
        let last = try #require(aftaler.last)
        #expect(aftaler.count == 2)
        #expect(first.roller == [.udstil, .rediger] && first.grupper.count == 2)
        #expect(first.grupper[0].myndigheder.count == 2)
        #expect(first.grupper[0].systemer?.count == 1 && first.grupper[0].enheder?.count == 1)
        #expect(first.grupper[1].systemer == nil && first.grupper[1].enheder == nil)
        #expect(first.fra == Tidspunkt(reading: "2026-01-01"))
        #expect(first.til == Tidspunkt(reading: "2027-01-01T00:00:00Z"))
        #expect(last.fra == Self.now && last.til == nil && last.roller == .rediger)
    }

    @Test("An empty list is no agreements")
    func empty() throws {
        #expect(try Aftalefil.read(Array("[]".utf8), now: Self.now).isEmpty)
    }

    @Test(
        "A group that lacks a side, or has a bad one, is refused with its place",
        arguments: [
            ("cvr", nil, "cvr"), ("kle", nil, "kle"), ("foelsomhed", nil, "foelsomhed"),
            ("cvr", "[]", "cvr"), ("kle", "[]", "kle"), ("kle", "[\"27.*\",\"2\"]", "kle[1]"),
            ("kle", "\"*\"", "kle"), ("foelsomhed", "0", "foelsomhed"),
            ("foelsomhed", "5", "foelsomhed"), ("foelsomhed", "\"2\"", "foelsomhed"),
            ("cvr", "[29189846]", "cvr[0]"), ("cvr", "[\"1\"]", "cvr[0]"),
            ("systemer", "[]", "systemer"), ("enheder", "[\"x\"]", "enheder[0]"),
            ("alt", "true", ""),
        ] as [(String, String?, String)])
    func groups(member: String, json: String?, place: String) throws {
        let error = #expect(throws: AftalefilFejl.self) {
            try Aftalefil.read(text(member, json, group: true), now: Self.now)
        }
        let root = "[0].grupper[0]"
        #expect(error?.sti == (place.isEmpty ? root : "\(root).\(place)"))
    }

    @Test(
        "An agreement that lacks a part, or has a bad one, is refused with its place",
        arguments: [
            ("system", nil, "system"), ("system", "\"x\"", "system"), ("cvr", nil, "cvr"),
            ("cvr", "29189846", "cvr"), ("roller", nil, "roller"), ("roller", "[]", "roller"),
            ("roller", "[\"Alt\"]", "roller[0]"), ("grupper", nil, "grupper"),
            ("grupper", "[]", "grupper"), ("grupper", "{}", "grupper"),
            ("fra", "\"i går\"", "fra"), ("til", "\"2001-01-01\"", "til"), ("til", "null", "til"),
            ("ukendt", "1", ""),
        ] as [(String, String?, String)])
    func agreements(member: String, json: String?, place: String) throws {
        let error = #expect(throws: AftalefilFejl.self) {
            try Aftalefil.read(text(member, json), now: Self.now)
        }
        #expect(error?.sti == (place.isEmpty ? "[0]" : "[0].\(place)"))
    }

    @Test("What is no list of agreements is refused", arguments: ["", "{}", "[1]", "[{}", "null"])
    func noList(text: String) {
        #expect(throws: AftalefilFejl.self) {
            try Aftalefil.read(Array(text.utf8), now: Self.now)
        }
    }

    @Test("An error holds no value of the file")
    func discreet() throws {
        let secret = "3113999901"
        for member in ["system", "cvr", "roller", "fra", "til", secret] {
            let error = #expect(throws: AftalefilFejl.self) {
                try Aftalefil.read(text(member, "[\"\(secret)\"]"), now: Self.now)
            }
            #expect(error?.description.contains(secret) == false)
        }
    }

    @Test("What is written is read again as it was")
    func roundTrip() throws {
        let before = try #require(
            try Aftalefil.read(text("kle", "[\"*\"]", group: true), now: Self.now).first)
        var writer = JSONWriter()
        writer.beginArray()
        writer.aftale(before)
        writer.endArray()
        let after = try Aftalefil.read(writer.bytes, now: currentInstant())
        #expect(after == [before])
    }

    @Test("Agreements to begin with are added once, and an ended one stays ended")
    func addMissing() throws {
        try KlasselagerTests.withStore { store in
            let aftaler = try Aftalefil.read(text("kle", "[\"*\"]", group: true), now: store.now)
            #expect(try Aftalefil.addMissing(aftaler, to: store) == 1)
            #expect(try Aftalefil.addMissing(aftaler, to: store) == 0)
            let ended = try store.endAftaler(
                system: aftaler[0].system, myndighed: aftaler[0].myndighed)
            #expect(ended == 1)
            #expect(try Aftalefil.addMissing(aftaler, to: store) == 0)
            #expect(store.aftaler.count == 1)
        }
    }
}
