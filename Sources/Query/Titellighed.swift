import IndexCore

/// How much a title looks like what was typed, letter for letter.
///
/// Some of the words are a coarse measure: `organisationsaftale` and "Organisationsaftaler om
/// udlejning" have no word in common, and two cases with the same word are equal by it. So the foremost by
/// words are told apart by the runs of three letters that the question and the title share. It is a measure
/// of the two texts alone; no other object moves it.
struct Titellighed {
    private let typed: Trigrammer

    /// Words that say little are passed over, here and in titles.
    init(_ ord: some Sequence<String>) { typed = Trigrammer(ord) }

    /// At least 0, and seldom above 4: the runs in common, over the fourth root of all that the title has, so
    /// that a long title gains little by its length. A run counts once, however often it stands there.
    func vaerdi(_ titel: String) -> Double {
        let own = Trigrammer(CollectionOfOne(titel))
        guard own.antal > 0 else { return 0 }
        return Double(typed.faelles(own)) / Double(own.antal).squareRoot().squareRoot()
    }
}

/// The runs of three bytes of folded words, with a blank before and after each word; each once, in order.
private struct Trigrammer {
    private var runs: [UInt32] = []

    var antal: Int { runs.count }

    init(_ tekster: some Sequence<String>) {
        var all: [UInt32] = []
        all.reserveCapacity(96)
        for var tekst in tekster { tekst.withUTF8 { Self.append($0, to: &all) } }
        all.sort()
        runs.reserveCapacity(all.count)
        for run in all where run != runs.last { runs.append(run) }
    }

    private static func append(_ tekst: UnsafeBufferPointer<UInt8>, to all: inout [UInt32]) {
        let blank = UInt32(UInt8(ascii: " "))
        Tokenizer.forEach(in: tekst) { token, _ in
            if QueryParser.erSmaaord(token) { return true }
            var run = blank << 8 | UInt32(token[0])
            for byte in token.dropFirst() {
                run = (run << 8 | UInt32(byte)) & 0xFF_FFFF
                all.append(run)
            }
            all.append((run << 8 | blank) & 0xFF_FFFF)
            return true
        }
    }

    /// How many runs both have.
    func faelles(_ other: Trigrammer) -> Int {
        var (count, mine, theirs) = (0, 0, 0)
        while mine < runs.count, theirs < other.runs.count {
            let (left, right) = (runs[mine], other.runs[theirs])
            if left == right { count += 1 }
            if left <= right { mine += 1 }
            if right <= left { theirs += 1 }
        }
        return count
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
