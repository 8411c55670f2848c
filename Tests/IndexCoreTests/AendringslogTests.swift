// 1. What a list must have done to it is told by the last change of a row's texts, and by any of its keys.
// 2. Where a commit came to nothing, or is forgotten, its rows are looked up; they are never only taken out.
// 3. What is older than what is known is not known.

import Testing

@testable import IndexCore

@Suite struct AendringslogTests {
    private let log = Aendringslog(Commits())
    private let ord = Listemaerke.ord([[7]])

    init() {
        log.open(at: 10)
        log.beginReading()
    }

    private func commit(_ version: Int64, _ aendringer: [Int64: Raekkeaendring]?, _ ids: Set<Int64>)
    {
        log.note(ids, aendringer, by: version)
        log.note(committed: version)
    }

    private func rettelse(
        _ maerke: Listemaerke, _ from: Int64, _ to: Int64
    ) -> [Set<Int64>]? {
        log.rettelse(of: maerke, from: from, to: to).map { [$0.beroerte, $0.laeses] }
    }

    @Test("The last change of the texts decides, and any change of the key") func last() {
        commit(11, [1: Raekkeaendring(former: [3, 7]), 2: Raekkeaendring(former: [7])], [1, 2])
        commit(12, [1: Raekkeaendring(former: [3]), 3: Raekkeaendring(noegler: [5])], [1, 3])
        commit(13, [2: Raekkeaendring(noegler: [6]), 4: Raekkeaendring(former: [])], [2, 4])
        #expect(rettelse(ord, 10, 11) == [[1, 2], [1, 2]])
        #expect(rettelse(ord, 10, 12) == [[1, 2], [2]])
        #expect(rettelse(ord, 10, 13) == [[1, 2, 4], [2]])
        #expect(rettelse(ord, 12, 13) == [[4], []])
        #expect(rettelse(.noegle(5), 10, 13) == [[3], [3]])
        #expect(rettelse(.noegle(4), 10, 13) == [[], []])
        #expect(rettelse(.noegler, 10, 13) == [[2, 3], [2, 3]])
        #expect(rettelse(.begyndelse, 11, 13) == [[1, 4], [1]])
        #expect(rettelse(ord, 13, 13) == [[], []])
        // Backwards nothing but the rows is known.
        #expect(rettelse(ord, 13, 12) == [[2, 4], [2, 4]])
    }

    @Test("Rows of a commit that came to nothing are looked up, not taken out") func failed() {
        log.note([1], [1: Raekkeaendring(former: [])], by: 11)
        #expect(rettelse(ord, 10, 10) == [[], []])
        // Its number is used again.
        commit(11, [2: Raekkeaendring(former: [7])], [2])
        #expect(rettelse(ord, 10, 11) == [[1, 2], [1, 2]])
    }

    @Test("Of what is forgotten or was not told, all rows are looked up") func unknown() {
        commit(11, [1: Raekkeaendring(former: [])], [1])
        commit(12, nil, [2])
        #expect(rettelse(ord, 10, 12) == [[1, 2], [2]])
        log.forgetAendringer()
        #expect(rettelse(ord, 10, 12) == [[1, 2], [1, 2]])
        // Much pushes out what is oldest.
        commit(13, [3: Raekkeaendring(former: [])], [3])
        commit(14, [4: Raekkeaendring(former: Array(0..<70_000))], [4])
        #expect(rettelse(ord, 12, 14) == [[3, 4], [3, 4]])
    }

    @Test("Nothing is known of what came before somebody asked") func before() {
        let unread = Aendringslog(Commits())
        unread.open(at: 5)
        unread.note([1], nil, by: 6)
        unread.note(committed: 6)
        #expect(unread.rettelse(of: ord, from: 5, to: 6) == nil)
        #expect(rettelse(ord, 9, 10) == nil)
    }
}
