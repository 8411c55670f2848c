/// The Snowball stemmer for Danish. Pure.
///
/// Every step takes letters from the end, so that a stem is told by its length.
/// Source: snowballstem.org, "Danish stemming algorithm".
public enum DanskStamme {
    /// The stem of a word in lower case.
    public static func stem(_ word: String) -> String {
        let letters = Bogstaver.letters(word)
        let length = stemLength(letters[...])
        return String(String.UnicodeScalarView(word.unicodeScalars.prefix(length)))
    }

    /// The word's stem, in the letters of `Bogstaver`.
    static func stamme(of word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        word.prefix(stemLength(word))
    }

    /// What the word's inflections have in common: the stem, but for `-ig`, `-lig` and `-elig`, which make another word
    /// of one: `lejlighed` is no `leje`, nor `tidlig` a `tid`.
    static func boejningsstamme(of word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        word.prefix(stemLength(word, .boejning))
    }

    /// What is taken from a word.
    enum Omfang {
        /// All that the algorithm takes.
        case alt
        case boejning
    }

    /// How many of the word's letters, as `Bogstaver` writes them, its stem has.
    static func stemLength(_ word: ArraySlice<UInt8>, _ omfang: Omfang = .alt) -> Int {
        guard word.count >= 3 else { return word.count }
        return word.withUnsafeBufferPointer { letters in
            var stem = Stemming(letters: letters, count: letters.count)
            stem.region = regionStart(letters)
            stem.mainSuffix()
            stem.consonantPair()
            stem.otherSuffix(omfang)
            stem.undouble()
            return stem.count
        }
    }

    /// R1: after the first non-vowel that follows a vowel, but not before the third letter.
    private static func regionStart(_ letters: UnsafeBufferPointer<UInt8>) -> Int {
        var position = 0
        while position < letters.count, !Bogstaver.isVowel(letters[position]) { position += 1 }
        while position < letters.count, Bogstaver.isVowel(letters[position]) { position += 1 }
        guard position < letters.count else { return letters.count }
        return max(position + 1, 3)
    }
}

/// A word losing its ending.
private struct Stemming {
    let letters: UnsafeBufferPointer<UInt8>
    var count: Int
    var region = 0

    init(letters: UnsafeBufferPointer<UInt8>, count: Int) {
        self.letters = letters
        self.count = count
    }

    /// The last eight letters, the last one lowest; 0 before the region.
    private var tail: UInt64 {
        var value: UInt64 = 0
        for position in max(region, count - 8, 0)..<max(region, count) {
            value = value << 8 | UInt64(letters[position])
        }
        return value
    }

    private func length(of endings: [Ending]) -> Int? {
        let tail = tail
        return endings.first { tail & $0.mask == $0.value }?.length
    }

    mutating func mainSuffix() {
        if let length = length(of: Ending.main) {
            count -= length
        } else if count > region, letters[count - 1] == UInt8(ascii: "s"), count > 1,
            Self.isSEnding(letters[count - 2])
        {
            count -= 1
        }
    }

    /// The letters that a genitive or plural s may follow.
    private static func isSEnding(_ letter: UInt8) -> Bool {
        switch letter {
        case 0x61...0x64, 0x66...0x68, 0x6A...0x70, 0x72, 0x74, 0x76, 0x79, 0x7A, Bogstaver.aa:
            true
        default: false
        }
    }

    mutating func consonantPair() {
        if length(of: Ending.pairs) != nil { count -= 1 }
    }

    mutating func otherSuffix(_ omfang: DanskStamme.Omfang) {
        if count >= 4, letters[count - 1] == UInt8(ascii: "t"),
            letters[count - 2] == UInt8(ascii: "s"), letters[count - 3] == UInt8(ascii: "g"),
            letters[count - 4] == UInt8(ascii: "i")
        {
            count -= 2
        }
        if length(of: Ending.loest) != nil {
            count -= 1
        } else if let length = length(of: omfang == .alt ? Ending.other : Ending.els) {
            count -= length
            consonantPair()
        }
    }

    mutating func undouble() {
        guard count > region, count >= 2, letters[count - 1] == letters[count - 2] else { return }
        let letter = letters[count - 1]
        if letter < Bogstaver.ae, !Bogstaver.isVowel(letter) { count -= 1 }
    }
}

/// An ending, packed for one comparison.
private struct Ending {
    let length: Int
    let value: UInt64
    let mask: UInt64

    init(_ text: String) {
        let letters = Bogstaver.letters(text)
        length = letters.count
        value = letters.reduce(0) { $0 << 8 | UInt64($1) }
        mask = (1 << UInt64(8 * letters.count)) - 1
    }

    private static func list(_ text: String) -> [Ending] {
        text.split(separator: " ").map { Ending(String($0)) }.sorted { $0.length > $1.length }
    }

    static let main = list(
        """
        hed ethed ered e erede ende erende ene erne ere en heden eren er heder erer heds es endes \
        erendes enes ernes eres ens hedens erens ers ets erets et eret
        """)
    static let pairs = list("gd dt gt kt")
    static let other = list("ig lig elig els")
    static let els = list("els")
    static let loest = list("løst")
}
