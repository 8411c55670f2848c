// Properties proved:
// 1. The same plan gives the same bytes; another seed gives others.
// 2. There are exactly as many lines as asked for, each one JSON object of one kind.
// 3. The kinds are mixed about 35, 40, 12 and 13 in a hundred.
// 4. Every reference is to an earlier line of the right kind.
// 5. A BrugervendtNoegle is unique in its authority and kind, a UUID everywhere.
// 6. Egenskaber, Fremdrift and the relations that must not lapse follow on without gap to infinity.
// 7. A Sag begins in Opstaaet; registrations have rising times.
// 8. Every CPR number has ten digits and a day of 61–91.
// 9. A payment's total is the sum of its lines, its dates their extremes.
// 10. Objects cross authorities as often as the plan says: never at 0.
// 11. The demonstration has two authorities, six systems or more and about 2,000 people.
// 12. The standard authorities, systems and subjects are as many and as skewed as promised.

import Foundation
import IndexCore
import Testing

@testable import Ingest

@Suite("Generator")
struct GeneratorTests {
    // MARK: Bytes

    @Test("The same plan gives the same bytes")
    func sameSeed() {
        #expect(bytes(objects: 400, seed: 11) == bytes(objects: 400, seed: 11))
    }

    @Test("Another seed gives other bytes")
    func otherSeed() {
        #expect(bytes(objects: 50, seed: 11) != bytes(objects: 50, seed: 12))
    }

    @Test("A finished generator appends nothing", arguments: [0, 1, 7])
    func exactCount(objects: Int) {
        var generator = Generator(GeneratorPlan(objects: objects, seed: 3))
        var output: [UInt8] = []
        var lines = 0
        while generator.next(into: &output) { lines += 1 }
        let size = output.count
        #expect(lines == objects)
        let isMore = generator.next(into: &output)
        #expect(!isMore)
        #expect(output.count == size)
        #expect(output.count { $0 == 10 } == objects)
    }

    @Test("What the buffer held before stays in front of the line")
    func appends() {
        var generator = Generator(GeneratorPlan(objects: 1, seed: 3))
        var output = Array("before".utf8)
        _ = generator.next(into: &output)
        #expect(output.starts(with: Array("before{\"".utf8)))
    }

    @Test("A plan without authorities has no lines")
    func noAuthorities() {
        var generator = Generator(GeneratorPlan(objects: 10, seed: 1, authorities: []))
        var output: [UInt8] = []
        let isMore = generator.next(into: &output)
        #expect(!isMore)
        #expect(output.isEmpty)
    }

    // MARK: Objects

    @Test("The four kinds are mixed in the promised shares")
    func mix() throws {
        let objects = try Self.sample.get()
        #expect(objects.count == 5000)
        let shares: [(String, ClosedRange<Int>)] = [
            ("SagIndeks", 30...39), ("DokumentIndeks", 35...45), ("BevillingIndeks", 9...16),
            ("OekonomiskEffektueringIndeks", 9...17),
        ]
        for (kind, share) in shares {
            let count = objects.count { $0.kind == kind }
            #expect(share.contains(count * 100 / objects.count), "\(kind): \(count)")
        }
    }

    @Test("Every reference is to an earlier line of the right kind")
    func backwardReferences() throws {
        var kinds: [String: String] = [:]
        for object in try Self.sample.get() {
            for (kind, uuid) in object.targets {
                #expect(kinds[uuid] == kind)
            }
            kinds[object.uuid] = object.kind
        }
    }

    @Test("No two objects share a UUID, none of a kind in one authority a BrugervendtNoegle")
    func uniqueKeys() throws {
        var uuids: Set<String> = []
        var keys: Set<String> = []
        for object in try Self.sample.get() {
            let key = try #require(object.egenskaber.first?["BrugervendtNoegle"].text)
            #expect(uuids.insert(object.uuid).inserted)
            #expect(keys.insert("\(object.kind) \(object.ownerCVR) \(key)").inserted)
            #expect(key.count <= 50)
        }
    }

    @Test("Egenskaber, Fremdrift and mandatory relations run without gap to infinity")
    func timelines() throws {
        for object in try Self.sample.get() {
            for registration in object.registrations {
                #expect(isContinuous(registration["AttributListe"]["Egenskaber"].items))
                let states = registration["TilstandListe"]["Fremdrift"].items
                #expect(isContinuous(states) || object.kind.hasPrefix("B") || states.isEmpty)
                for (list, role) in object.mandatoryRoles {
                    let segments = Self.relations(list, in: registration).filter {
                        $0["Rolle"].text == role
                    }
                    #expect(isContinuous(segments), "\(object.kind) \(list)")
                }
            }
        }
    }

    @Test("A Sag begins in Opstaaet and every kind of document has states")
    func firstState() throws {
        for object in try Self.sample.get() {
            for registration in object.registrations {
                let first = registration["TilstandListe"]["Fremdrift"].items.first
                let state = first?["FremdriftStatusKode"].text
                if object.kind == "SagIndeks" { #expect(state == "Opstaaet") }
                if object.kind == "DokumentIndeks" { #expect(state != nil) }
            }
        }
    }

    @Test("Registrations have rising times, and some cases have several")
    func risingRegistrations() throws {
        var several = 0
        for object in try Self.sample.get() {
            let times = try object.registrations.map { try #require($0["Tidspunkt"].instant) }
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
            if times.count > 1 { several += 1 }
        }
        #expect(several > 20)
    }

    @Test("Every CPR number has ten digits and a day that no one is born on")
    func fictitiousPeople() throws {
        for object in try Self.sample.get() {
            for cpr in object.people {
                #expect(cpr.count == 10)
                let day = try #require(Int(cpr.prefix(2)))
                #expect((61...91).contains(day))
            }
        }
    }

    @Test("A payment's total and dates are those of its lines")
    func payments() throws {
        for object in try Self.sample.get() where object.kind.hasPrefix("Oeko") {
            let registration = try #require(object.registrations.first)
            let properties = try #require(object.egenskaber.first)
            let lines = registration["RelationListe"]["OekonomiskYdelseEffektueringRelation"].items
            let sum = lines.reduce(0) { $0 + $1["Ydelsesbeloeb"].oere }
            #expect(sum == properties["SamletBruttobeloeb"].oere)
            let starts = lines.compactMap { $0["YdelsesperiodeStartdato"].instant }
            let ends = lines.compactMap { $0["YdelsesperiodeSlutdato"].instant }
            #expect(starts.min() == properties["Startdato"].instant)
            #expect(ends.max() == properties["Slutdato"].instant)
        }
    }

    @Test("Objects cross authorities only as often as the plan says", arguments: [0, 0.5])
    func foreignShare(share: Double) throws {
        let plan = GeneratorPlan(
            objects: 1500, seed: 9, authorities: GeneratorAuthority.demonstration,
            foreignShare: share)
        var owners: [String: String] = [:]
        var crossings = 0
        for object in try GeneratedObject.all(of: plan) {
            for (_, uuid) in object.targets {
                let owner = try #require(owners[uuid])
                if owner != object.ownerCVR { crossings += 1 }
            }
            owners[object.uuid] = object.ownerCVR
        }
        #expect(share == 0 ? crossings == 0 : crossings > 100)
    }

    // MARK: Plans

    @Test("The demonstration has two authorities, many systems and about 2,000 people")
    func demonstration() throws {
        let objects = try GeneratedObject.all(of: .demonstration())
        #expect(objects.count == 10_000)
        #expect(Set(objects.map(\.ownerCVR)) == ["99000001", "99000002"])
        #expect(Set(objects.map(\.master)).count >= 6)
        let people = Set(objects.flatMap(\.people))
        #expect((1700...2300).contains(people.count))
    }

    @Test("There are 98 standard authorities, the largest with a ninth of the weight")
    func authorities() throws {
        let all = GeneratorAuthority.standard
        #expect(Set(all.map(\.name)).count == 98)
        #expect(Set(all.map(\.uuid)).count == 98)
        #expect(all.first?.cvr.description == "90000001")
        #expect(all.last?.cvr.description == "90000098")
        let total = all.reduce(0) { $0 + $1.weight }
        let largest = try #require(all.map(\.weight).max())
        #expect((10...12).contains(largest * 100 / total))
        let median = all.map(\.weight).sorted()[49]
        #expect((5...9).contains(median * 1000 / total))
    }

    @Test("There are 40 systems, two for every area and four for all")
    func systems() {
        #expect(GeneratorSystem.all.count == 40)
        #expect(Set(GeneratorSystem.all.map(\.uuid)).count == 40)
        #expect(GeneratorArea.all.count == 18)
    }

    @Test("Every subject has a number of the form NN.NN.NN, an area and words")
    func subjects() {
        let subjects = GeneratorSubject.all
        #expect(subjects.count >= 120)
        #expect(Set(subjects.map(\.kle)).count == subjects.count)
        for subject in subjects {
            #expect(subject.kle.wholeMatch(of: /\d\d\.\d\d\.\d\d/) != nil)
            #expect(GeneratorArea.all.indices.contains(subject.area))
            #expect(!subject.nouns.isEmpty)
        }
    }

    // MARK: Help

    /// 5,000 objects of the standard plan, read once.
    static let sample = Result {
        try GeneratedObject.all(of: GeneratorPlan(objects: 5000, seed: 20_261_123))
    }

    static func relations(_ list: String, in registration: JSONNode) -> [JSONNode] {
        let lists = registration["RelationListe"]
        return lists[list].items + lists["LokalUdvidelseListe"][list].items
    }

    private func bytes(objects: Int, seed: UInt64) -> [UInt8] {
        var generator = Generator(GeneratorPlan(objects: objects, seed: seed))
        var output: [UInt8] = []
        while generator.next(into: &output) {}
        return output
    }

    /// Each segment begins where the one before it ends, and the last has no end.
    private func isContinuous(_ segments: [JSONNode]) -> Bool {
        let ends = segments.map { $0["Virkning"]["TilTidspunkt"].text }
        let starts = segments.map { $0["Virkning"]["FraTidspunkt"].text }
        guard let last = segments.last, last["Virkning"]["TilTidspunkt"].flag == true else {
            return false
        }
        return zip(ends, starts.dropFirst()).allSatisfy { $0 != nil && $0 == $1 }
    }
}
