/// The spellings near a word: a letter left out, put in, exchanged with the next or replaced by another,
/// once to three times by how long the word is.
struct Stavning {
    /// Shorter words are too near too many others.
    static let minLength = 6
    static let maxLength = 30

    private static let tegn: [Character] = Array("abcdefghijklmnopqrstuvwxyzæøå")
    private static let alphabet = Array(UInt8(ascii: "a")...Bogstaver.aa)

    /// How many errors are forgiven in a word of so many letters.
    let maxFejl: Int
    private let letters: [UInt8]

    /// Nil for a word that is too short, or holds anything but Danish letters.
    init?(_ ord: String) {
        let tegn = Array(ord.lowercased())
        let letters = tegn.compactMap { tegn in
            Self.tegn.firstIndex(of: tegn).map { Self.alphabet[$0] }
        }
        guard letters.count == tegn.count,
            (Self.minLength...Self.maxLength).contains(letters.count)
        else { return nil }
        maxFejl = letters.count < 9 ? 1 : letters.count < 13 ? 2 : 3
        self.letters = letters
    }

    /// Groups of forms that `ordbog` has, in order, each for one word that is `fejl` errors away or
    /// whose inflections are.
    ///
    /// With one error, costs a look-up or three for each spelling, some 60 a letter; with more, a pass over the
    /// words that there are. Next to nothing for what was asked lately.
    func kandidater(_ ordbog: Ordbog, _ fejl: Int) -> [[[UInt8]]] {
        ordbog.naboer(.init(bogstaver: letters, fejl: fejl)) { find(ordbog, fejl) }
    }

    private func find(_ ordbog: Ordbog, _ fejl: Int) -> [[[UInt8]]] {
        if fejl == 1 {
            return former(ordbog).sorted { $0.lexicographicallyPrecedes($1) }.map { [$0] }
        }
        var folded: [UInt8] = []
        Bogstaver.fold(letters[...], into: &folded)
        return ordbog.naer(Stavemaade(folded[...]), fejl).sorted {
            $0.lexicographicallyPrecedes($1)
        }.map { word in
            [word, [Ordanalyse.Maerke.stamme] + word, [Ordanalyse.Maerke.led] + word]
        }
    }

    /// The spellings one error away, and the forms that the text index may have them by, of the words
    /// that there are.
    private func former(_ ordbog: Ordbog) -> Set<[UInt8]> {
        var former: Set<[UInt8]> = []
        var folded: [UInt8] = []
        ordbog.withOpslag { holds in
            func add(_ reading: [UInt8]) {
                folded.removeAll(keepingCapacity: true)
                Ordanalyse.stem(reading[...], into: &folded)
                guard holds(folded[...]) else { return }
                for maerke in [Ordanalyse.Maerke.stamme, Ordanalyse.Maerke.led] {
                    former.insert([maerke] + folded)
                }
            }
            forEachSpelling { spelling in
                folded.removeAll(keepingCapacity: true)
                Bogstaver.fold(spelling[...], into: &folded)
                if holds(folded[...]) { former.insert(folded) }
                add(spelling)
                if let unfolded = Ordanalyse.unfolded(spelling) { add(unfolded) }
            }
        }
        return former
    }

    private func forEachSpelling(_ body: ([UInt8]) -> Void) {
        var spelling = letters
        for place in letters.indices {
            spelling.remove(at: place)
            body(spelling)
            spelling.insert(letters[place], at: place)
            if place + 1 < letters.count, letters[place] != letters[place + 1] {
                spelling.swapAt(place, place + 1)
                body(spelling)
                spelling.swapAt(place, place + 1)
            }
            for letter in Self.alphabet where letter != letters[place] {
                spelling[place] = letter
                body(spelling)
            }
            spelling[place] = letters[place]
        }
        for place in 0...letters.count {
            // Put in before its like it is the same as behind it.
            for letter in Self.alphabet where place == 0 || letter != letters[place - 1] {
                spelling.insert(letter, at: place)
                body(spelling)
                spelling.remove(at: place)
            }
        }
    }
}
