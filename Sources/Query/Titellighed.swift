import IndexCore

/// How much a title looks like what was typed, letter for letter.
///
/// Some of the words are a coarse measure: `organisationsaftale` and "Organisationsaftaler om
/// udlejning" have no word in common, and two cases with the same word are equal by it. So the foremost by
/// words are told apart by the runs of three letters that the question and the title share. It is a measure
/// of the two texts alone; no other object moves it.
struct Titellighed {
    private let typed: Set<UInt32>

    /// Words that say little are passed over, here and in titles.
    init(_ ord: some Sequence<String>) {
        typed = ord.reduce(into: []) { $0.formUnion(Self.trigrammer($1)) }
    }

    /// At least 0, and seldom above 4: the runs in common, over the fourth root of all that the title has, so
    /// that a long title gains little by its length. A run counts once, however often it stands there.
    func vaerdi(_ titel: String) -> Double {
        let own = Self.trigrammer(titel)
        guard !own.isEmpty else { return 0 }
        let common = own.reduce(0) { $0 + (typed.contains($1) ? 1 : 0) }
        return Double(common) / Double(own.count).squareRoot().squareRoot()
    }

    /// Three bytes each of the folded words, with a blank before and after each word.
    private static func trigrammer(_ text: String) -> Set<UInt32> {
        var result: Set<UInt32> = []
        for token in Tokenizer.tokens(text) {
            if QueryParser.erSmaaord(token.text) { continue }
            var run = UInt32(UInt8(ascii: " "))
            for (place, byte) in (token.text + [UInt8(ascii: " ")]).enumerated() {
                run = (run << 8 | UInt32(byte)) & 0xFF_FFFF
                if place > 0 { result.insert(run) }
            }
        }
        return result
    }
}

/// The foremost of those that some of the words find: so many are read to be told apart by their titles.
///
/// What the first page decided, its markers carry, so that every page tells the same ones apart.
struct Forreste: Equatable {
    /// What the very first weighs by its words.
    let bedst: Int
    /// Where the last of them stands by its words.
    let sidst: Plads

    static let antal = 20

    /// What a run in common counts for beside the words: a title that has ten in common among twenty gains
    /// seven tenths of what the best has by its words.
    private static let tillaeg = 0.15

    func contains(_ plads: Plads) -> Bool { !sidst.precedes(plads, .relevans) }

    /// Whether what weighs so is one of them, as `vaegt` has it.
    func holds(vaegt: Int) -> Bool { vaegt > sidst.vaegt }

    /// Above all that are weighed by their words alone.
    func vaegt(ord: Int, lighed: Double) -> Int {
        let value = Double(ord) / Double(max(1, bedst)) + Self.tillaeg * lighed
        return sidst.vaegt + 1 + Int((1_000_000 * value).rounded())
    }
}
