/// The spellings near a word: a letter left out, put in, exchanged with the next or replaced by another,
/// once to three times by how long the word is.
struct Stavning {
    /// Shorter words are too near too many others.
    static let minLength = 6
    static let maxLength = 30

    private static let alphabet: [Character] = Array("abcdefghijklmnopqrstuvwxyzæøå")

    /// How many errors are forgiven in a word of so many letters.
    let maxFejl: Int
    /// The spellings one error away, folded, and the forms that the text index may have them by; about
    /// 60 for each letter.
    private var former: Set<[UInt8]> = []
    private let ord: [UInt8]

    /// Nil for a word that is too short, or holds anything but Danish letters.
    init?(_ ord: String) {
        let letters = Array(ord.lowercased())
        guard (Self.minLength...Self.maxLength).contains(letters.count),
            letters.allSatisfy(Self.alphabet.contains)
        else { return nil }
        maxFejl = letters.count < 9 ? 1 : letters.count < 13 ? 2 : 3
        self.ord = Tokenizer.tokens(ord).first?.text ?? []
        for spelling in Self.spellings(letters) { add(spelling) }
    }

    /// Groups of forms that `ordbog` has, in order, each for one word that is `fejl` errors away or
    /// whose inflections are.
    func kandidater(_ ordbog: Ordbog, _ fejl: Int) -> [[[UInt8]]] {
        if fejl == 1 {
            let known = former.filter { form in
                Ordbog.ord(form[...]).map { ordbog.nummer($0) != nil } ?? false
            }
            return known.sorted { $0.lexicographicallyPrecedes($1) }.map { [$0] }
        }
        return ordbog.naer(Stavemaade(ord[...]), fejl).sorted {
            $0.lexicographicallyPrecedes($1)
        }.map { word in
            [word, [Ordanalyse.Maerke.stamme] + word, [Ordanalyse.Maerke.led] + word]
        }
    }

    private mutating func add(_ spelling: [Character]) {
        var text = String(spelling)
        text.withUTF8 { bytes in
            Tokenizer.forEach(in: bytes) { token, range in
                let raw = UnsafeBufferPointer(rebasing: bytes[range])
                former.insert(Array(token))
                for reading in Ordanalyse.readings(raw, token) {
                    let stem = Ordanalyse.stem(reading[...])
                    for maerke in [Ordanalyse.Maerke.stamme, Ordanalyse.Maerke.led] {
                        former.insert([maerke] + stem)
                    }
                }
                return true
            }
        }
    }

    private static func spellings(_ word: [Character]) -> Set<[Character]> {
        var result: Set<[Character]> = []
        for place in word.indices {
            var shorter = word
            shorter.remove(at: place)
            result.insert(shorter)
            if place + 1 < word.count {
                var exchanged = word
                exchanged.swapAt(place, place + 1)
                result.insert(exchanged)
            }
            for letter in alphabet {
                var replaced = word
                replaced[place] = letter
                result.insert(replaced)
            }
        }
        for place in 0...word.count {
            for letter in alphabet {
                var longer = word
                longer.insert(letter, at: place)
                result.insert(longer)
            }
        }
        result.remove(word)
        return result
    }
}
