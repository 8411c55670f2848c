// 1. With the installed list, boundaries in the published compounds are found with F1 of 0.95.
// 2. Parts are told apart from linking letters.
// 3. A word that is no compound is not split; nothing traps on odd input.
// 4. Without a list, common municipal compounds are split.
// 5. Lexicons of different words have different marks.

import Foundation
import Testing

@testable import IndexCore

@Suite struct SammensaetningTests {
    private static let hasList = FileManager.default.fileExists(atPath: Leksikon.installeretSti)

    private func opdelt(_ word: String, _ leksikon: Leksikon) -> [String] {
        let splitter = Sammensaetning(leksikon.tabel)
        let letters = Array(word)
        return splitter.opdel(Bogstaver.letters(word)).map { led in
            String(letters[led.range.lowerBound..<led.range.lowerBound + led.stamlaengde])
                + (led.range.count > led.stamlaengde ? "+s" : "")
        }
    }

    private func boundaries(_ parts: [String]) -> Set<Int> {
        var end = 0
        return Set(
            parts.dropLast().map { part in
                end += part.count - (part.hasSuffix("+s") ? 1 : 0)
                return end
            })
    }

    @Test(
        "Compounds are split where people split them",
        .enabled(
            if: hasList && Sprogdata.exists("sammensaetninger-kommunale.tsv"),
            "no reference data or no Danish word list here"),
        arguments: ["kommunale", "wiktionary"], [0, 1])
    func published(_ name: String, _ half: Int) throws {
        let rows = try Sprogdata.rows("sammensaetninger-\(name).tsv")
        var right = 0
        var found = 0
        var expected = 0
        for (index, row) in rows.enumerated() where index % 2 == half {
            let wanted = boundaries(row[1].split(separator: "|").map(String.init))
            let own = boundaries(opdelt(row[0], .installeret))
            right += wanted.intersection(own).count
            found += own.count
            expected += wanted.count
        }
        let score = 2 * Double(right) / Double(found + expected)
        #expect(score >= 0.95)
    }

    @Test(
        "Linking letters are told from the parts",
        .enabled(if: hasList, "no Danish word list here"),
        arguments: [
            ("kørestolsbevilling", ["kørestol+s", "bevilling"]),
            ("avisartikel", ["avis", "artikel"]),
            ("hjælpemiddelansøgning", ["hjælpe", "middel", "ansøgning"]),
            ("husleje", ["hus", "leje"]), ("boligsikring", ["bolig", "sikring"]),
        ])
    func linking(_ word: String, _ parts: [String]) {
        #expect(opdelt(word, .installeret) == parts)
    }

    @Test(
        "A word that is no compound is left whole",
        arguments: [
            "kommune", "bevilling", "ansøgning", "forvaltning", "rehabilitering", "gennemførelse",
            "uafhængighed", "arkiveret", "orienteringen", "", "a", "sss", "aaaaaaaaaaaaaaaaaaaaaa",
        ])
    func whole(_ word: String) {
        #expect(opdelt(word, .installeret) == [word])
        #expect(opdelt(word, .indbygget) == [word])
    }

    @Test(
        "Without a list, common compounds are split",
        arguments: [
            ("kørestolsbevilling", ["kørestols", "bevilling"]),
            ("parkeringstilladelser", ["parkerings", "tilladelser"]),
            ("børnehjælp", ["børne", "hjælp"]),
        ])
    func builtIn(_ word: String, _ parts: [String]) {
        #expect(opdelt(word, .indbygget).map { $0.replacing("+s", with: "s") } == parts)
    }

    @Test("A very long word is left whole") func long() {
        let word = String(repeating: "bolig", count: 40)
        #expect(opdelt(word, .indbygget) == [word])
    }

    @Test("Another list has another mark, and the same list the same") func marks() {
        let one = Leksikon(ordliste: Array("hus\nleje\n".utf8))
        #expect(one.fingeraftryk == Leksikon(ordliste: Array("hus\nleje\n".utf8)).fingeraftryk)
        #expect(one.fingeraftryk != Leksikon(ordliste: Array("hus\nlejer\n".utf8)).fingeraftryk)
        #expect(one.fingeraftryk != Leksikon.indbygget.fingeraftryk)
    }
}
