import Testing

@testable import IndexCore

@Suite struct FremmedeDokumenterTests {
    @Test("Forms that share a hash stand in the columns of both, and no other form stands anywhere")
    func sharedHash() {
        let former = FremmedeDokumenter.Formkolonner([(7, 1), (3, 4), (7, 8), (.max, 2)])
        #expect(former[7] == 9)
        #expect(former[3] == 4)
        #expect(former[.max] == 2)
        for other: UInt64 in [0, 1, 5, 8, .max - 1] { #expect(former[other] == 0) }
        #expect(FremmedeDokumenter.Formkolonner([])[7] == 0)
    }
}
