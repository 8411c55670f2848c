/// The spellings one typing error away from a word.
///
/// A letter left out, put in, exchanged with the next or replaced by another. About 60 for each letter
/// of the word.
struct Stavning {
    /// Shorter words are too near too many others.
    static let minLength = 6
    static let maxLength = 30

    private static let alphabet: [Character] = Array("abcdefghijklmnopqrstuvwxyzæøå")

    /// The spellings, folded, and the forms that the text index may have them by.
    private(set) var former: Set<[UInt8]> = []

    /// Nil for a word that is too short, or holds anything but Danish letters.
    init?(_ ord: String) {
        let letters = Array(ord.lowercased())
        guard (Self.minLength...Self.maxLength).contains(letters.count),
            letters.allSatisfy(Self.alphabet.contains)
        else { return nil }
        for spelling in Self.spellings(letters) { add(spelling) }
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
