import Testing

@testable import IndexCore

/// Spelling against a model that writes every spelling out and analyses it as any text is.
@Suite struct StavningTests {
    private static let alphabet: [Character] = Array("abcdefghijklmnopqrstuvwxyzæøå")

    /// Every word one error away.
    private func spellings(_ word: [Character]) -> Set<[Character]> {
        var result: Set<[Character]> = []
        for place in word.indices {
            result.insert(Array(word[..<place] + word[(place + 1)...]))
            if place + 1 < word.count {
                var exchanged = word
                exchanged.swapAt(place, place + 1)
                result.insert(exchanged)
            }
            for letter in Self.alphabet {
                var replaced = word
                replaced[place] = letter
                result.insert(replaced)
            }
        }
        for place in 0...word.count {
            for letter in Self.alphabet {
                result.insert(Array(word[..<place] + [letter] + word[place...]))
            }
        }
        result.remove(word)
        return result
    }

    private func forms(_ spelling: String) -> [[UInt8]] {
        var text = spelling
        var result: [[UInt8]] = []
        text.withUTF8 { bytes in
            Tokenizer.forEach(in: bytes) { token, range in
                result.append(Array(token))
                let raw = UnsafeBufferPointer(rebasing: bytes[range])
                for reading in Ordanalyse.readings(raw, token) {
                    let stem = Ordanalyse.stem(reading[...])
                    result += [[Ordanalyse.Maerke.stamme] + stem, [Ordanalyse.Maerke.led] + stem]
                }
                return true
            }
        }
        return result
    }

    @Test("The forms that there are, of every spelling one error away")
    func oneError() throws {
        let ord = [
            "kørestol", "koerestol", "hjælpemiddel", "børnehaveplads", "ansøgning", "aftaler",
            "byggesager", "Ærøskøbing", "skoler", "helhedsplejeforløb", "aabenraa", "maerkelig",
        ]
        var seed = Seed(11)
        let ordbog = Ordbog()
        for word in ord {
            // A few of what each may be mended to, and a few that only look like it.
            var near = spellings(Array(word.lowercased())).sorted { String($0) < String($1) }
            near.shuffle(using: &seed)
            for one in near.prefix(20) {
                let form = try #require(forms(String(one)).randomElement(using: &seed))
                _ = ordbog.numre([Ordbog.ord(form[...])].compactMap { $0 })
            }
            _ = ordbog.numre([Array((String(word.prefix(4)) + "x").utf8)[...]])
        }
        var found = 0
        for word in ord {
            let every = spellings(Array(word.lowercased())).flatMap { forms(String($0)) }
            let wanted = Set(every).filter { form in
                Ordbog.ord(form[...]).map { ordbog.nummer($0) != nil } ?? false
            }
            let stavning = try #require(Stavning(word))
            let groups = stavning.kandidater(ordbog, 1)
            #expect(groups.allSatisfy { $0.count == 1 })
            #expect(groups.flatMap { $0 } == wanted.sorted { $0.lexicographicallyPrecedes($1) })
            found += wanted.count
        }
        #expect(found > 200)
    }

    @Test(
        "A letter and its mark may be typed apart",
        arguments: ["kørestol", "ørestaden", "årsmøde"])
    func decomposed(_ word: String) throws {
        let apart = word.replacing("å", with: "a\u{30A}")
        #expect(try #require(Stavning(apart)).maxFejl == Stavning(word)?.maxFejl)
    }

    @Test(
        "Short, long and foreign words are not mended",
        arguments: [
            "stol", "", "kørestol1", "größer", "el-stol",
            String(repeating: "a", count: 31),
        ])
    func refused(_ word: String) { #expect(Stavning(word) == nil) }
}
