// 1. What was put in is always told as there, also after more than was reckoned with.
// 2. Of what was not, few are told as there.

import Testing

@testable import IndexCore

@Suite struct NoeglefilterTests {
    private func form(_ number: Int) -> UInt64 {
        Noeglefilter.hash(form: Array("2024-\(number)".utf8)[...])
    }

    @Test(
        "What was put in is there, and little else", arguments: [0, 300, 20_000])
    func holds(_ antal: Int) {
        var filter = Noeglefilter(antal: antal)
        for number in 0..<20_000 {
            filter.insert(form(number))
            filter.insert(form(number))
        }
        #expect((0..<20_000).allSatisfy { filter.mayHold(form($0)) })
        let wrong = (20_000..<60_000).count { filter.mayHold(form($0)) }
        // A hundredth where room was made beforehand; each further layer adds its own.
        #expect(wrong < (antal == 20_000 ? 400 : 40_000 / 15), "\(wrong)")
        #expect(!Noeglefilter(antal: 0).mayHold(form(1)))
    }

    @Test("A key and a form of the same bytes are two") func kinds() {
        let noegle = Noegle(urn: "urn:oio:cpr-nr:3101999901")
        let hash = Noeglefilter.hash(noegle)
        #expect(hash != Noeglefilter.hash(form: noegle.bytes[...]))
        #expect(hash == Noeglefilter.hash(Noegle(bytes: noegle.bytes)))
    }
}
