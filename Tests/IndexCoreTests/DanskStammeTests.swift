// 1. Every word of the published vocabulary's sample has the published stem.
// 2. Short words, and letters of other alphabets, neither trap nor change what they should not.

import Testing

@testable import IndexCore

@Suite struct DanskStammeTests {
    @Test(
        "Every word of the published sample has the published stem",
        .enabled(if: Sprogdata.exists("snowball-dansk-udsnit.tsv"), "no reference data here"))
    func sample() throws {
        let rows = try Sprogdata.rows("snowball-dansk-udsnit.tsv")
        #expect(rows.count == 2000)
        let wrong = rows.filter { DanskStamme.stem($0[0]) != $0[1] }.map { $0[0] }
        #expect(wrong == [])
    }

    @Test(
        "The inflections of a word share its stem",
        arguments: [
            ("kørestole", "kørestol"), ("bevillingerne", "bevilling"),
            ("hjælpemidler", "hjælpemidl"),
            ("venligst", "ven"), ("hjælpeløst", "hjælpeløs"), ("kommunernes", "kommun"),
        ])
    func inflections(_ word: String, _ stem: String) {
        #expect(DanskStamme.stem(word) == stem)
    }

    @Test(
        "Short words and foreign letters are left alone",
        arguments: ["", "e", "en", "ees", "øre", "łłł", "ωμέγα", "123"])
    func short(_ word: String) {
        #expect(DanskStamme.stem(word) == (word == "øre" ? "øre" : word))
    }
}
