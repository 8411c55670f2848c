// 1. A merge gives what a model of single stretches of time gives, for any sequence of updates (B8).
// 2. After any merge no two segments of a timeline overlap (B9), and each ends after it begins.
// 3. A segment with the Fra of a stored one takes its whole place; others are cut.
// 4. Other timelines stay untouched, and so does the order of the rest.

import Testing

@testable import IndexCore

@Suite struct TimelineTests {
    /// What holds on each stretch [n, n+1): a value, and where its segment begins.
    private struct Model {
        struct Cell: Equatable {
            let value: String
            var fra: Int
            /// It was registered before the update that is laid now, and begins where it did then.
            var isStored = false

            static func == (left: Cell, right: Cell) -> Bool {
                left.value == right.value && left.fra == right.fra
            }
        }
        static let size = 12
        var cells = [Cell?](repeating: nil, count: size)

        mutating func beginUpdate() {
            for index in cells.indices { cells[index]?.isStored = true }
        }

        mutating func lay(_ value: String, _ fra: Int, _ til: Int) {
            for index in cells.indices
            where cells[index]?.fra == fra && cells[index]?.isStored == true { cells[index] = nil }
            // What is left of a cut segment behind the new one begins where that ends.
            let cut = Set((fra..<til).compactMap { cells[$0]?.fra })
            for index in til..<Self.size {
                guard let cell = cells[index], cut.contains(cell.fra) else { continue }
                cells[index] = Cell(value: cell.value, fra: til)
            }
            for index in fra..<til { cells[index] = Cell(value: value, fra: fra) }
        }
    }

    private static func instant(_ index: Int) -> Tidspunkt {
        index == Model.size
            ? .distantFuture : Tidspunkt(microseconds: Int64(index) * 1_000_000)
    }

    private static func segment(_ key: Int, _ value: String, _ fra: Int, _ til: Int) -> Segment {
        Byg.segment(.sagspart, fra: instant(fra), til: instant(til)) {
            $0.text(.indeks, "\(key)")
            $0.text(.referenceID, value)
        }
    }

    private static func cells(_ segments: [Segment], _ key: Int) throws -> [Model.Cell?] {
        var result = [Model.Cell?](repeating: nil, count: Model.size)
        for segment in segments where segment.key.indeks == "\(key)" {
            let fra = Int(segment.virkning.fra.microseconds / 1_000_000)
            let til =
                segment.virkning.til == .distantFuture
                ? Model.size : Int(segment.virkning.til.microseconds / 1_000_000)
            try #require(fra < til)
            for index in fra..<til {
                try #require(result[index] == nil, "two segments overlap")
                result[index] = Model.Cell(value: segment.body.text(.referenceID) ?? "", fra: fra)
            }
        }
        return result
    }

    @Test("Thousands of random sequences of updates give what the model gives")
    func randomSequences() throws {
        for number in 0..<3000 {
            var seed = Seed(UInt64(number))
            var models = [Model(), Model(), Model()]
            var stored: [Segment] = []
            for step in 0..<(1 + seed.below(12)) {
                var sent: [Segment] = []
                for key in models.indices { models[key].beginUpdate() }
                var laid: [(key: Int, value: String, fra: Int, til: Int, isFirst: Bool)] = []
                for _ in 0..<(1 + seed.below(3)) {
                    let key = seed.below(3)
                    let fra = seed.below(Model.size)
                    let til = fra + 1 + seed.below(Model.size - fra)
                    let value = "\(step).\(sent.count)"
                    laid.append(
                        (key, value, fra, til, models[key].cells.contains { $0?.fra == fra }))
                    sent.append(Self.segment(key, value, fra, til))
                }
                // What takes a place takes it before anything is cut.
                for isFirst in [true, false] {
                    for one in laid where one.isFirst == isFirst {
                        models[one.key].lay(one.value, one.fra, one.til)
                    }
                }
                let before = stored
                stored = Timeline.merge(before, with: sent)
                let isApart = laid.indices.allSatisfy { place in
                    laid[..<place].allSatisfy {
                        $0.key != laid[place].key || $0.til <= laid[place].fra
                            || laid[place].til <= $0.fra
                    }
                }
                guard isApart else { continue }
                let turned = Timeline.merge(before, with: sent.reversed())
                for key in 0..<3 {
                    #expect(try Self.cells(turned, key) == Self.cells(stored, key))
                }
            }
            for key in 0..<3 {
                let found = try Self.cells(stored, key)
                #expect(found == models[key].cells, "seed \(number), timeline \(key)")
            }
        }
    }

    @Test("The same Fra takes the whole place, even where the new one is shorter")
    func sameFra() {
        let merged = Timeline.merge(
            [Self.segment(0, "gammel", 2, 10)], with: [Self.segment(0, "ny", 2, 4)])
        #expect(merged == [Self.segment(0, "ny", 2, 4)])
    }

    @Test("Two sent in a row leave what they do not cover, whichever comes first")
    func inARow() {
        let stored = [Self.segment(0, "1", 2, 12)]
        let first = Self.segment(0, "2", 4, 6)
        let second = Self.segment(0, "3", 6, 8)
        let expected = [
            Self.segment(0, "1", 2, 4), first, second, Self.segment(0, "1", 8, 12),
        ]
        #expect(Timeline.merge(stored, with: [first, second]) == expected)
        #expect(Timeline.merge(stored, with: [second, first]) == expected)
    }

    @Test("What takes a place takes the whole of it, in whichever order the rest is sent")
    func order() {
        let stored = [Self.segment(0, "gammel", 2, 12)]
        let first = Self.segment(0, "kort", 2, 4)
        let second = Self.segment(0, "ny", 4, 6)
        #expect(Timeline.merge(stored, with: [first, second]) == [first, second])
        #expect(Timeline.merge(stored, with: [second, first]) == [first, second])
    }

    @Test("Another Fra cuts out of the middle")
    func middle() {
        let merged = Timeline.merge(
            [Self.segment(0, "gammel", 2, 10)], with: [Self.segment(0, "ny", 4, 6)])
        #expect(
            merged == [
                Self.segment(0, "gammel", 2, 4), Self.segment(0, "ny", 4, 6),
                Self.segment(0, "gammel", 6, 10),
            ])
    }

    @Test("Other timelines and lists keep their places")
    func others() {
        let title = Byg.egenskaber()
        let other = Self.segment(1, "anden", 0, 12)
        let merged = Timeline.merge(
            [title, Self.segment(0, "gammel", 2, 10), other], with: [Self.segment(0, "ny", 2, 12)])
        #expect(merged == [title, Self.segment(0, "ny", 2, 12), other])
    }

    @Test("The example of the guidance: a state's successor ends it (AM-01, example 6.4)")
    func states() {
        func state(_ code: String, _ fra: Int, _ til: Int) -> Segment {
            Byg.segment(.fremdrift, fra: Self.instant(fra), til: Self.instant(til)) {
                $0.text(.fremdriftStatusKode, code)
            }
        }
        let merged = Timeline.merge(
            [state("Opstaaet", 1, 2), state("Afgjort", 2, 12)], with: [state("Afsluttet", 6, 12)])
        #expect(
            merged == [
                state("Opstaaet", 1, 2), state("Afgjort", 2, 6), state("Afsluttet", 6, 12),
            ])
    }
}
