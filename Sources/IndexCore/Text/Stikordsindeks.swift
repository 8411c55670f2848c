import Synchronization

/// From words to the classes whose keywords they are, or stand in.
///
/// Made of the classification alone. Built when it is first asked, some 10 µs a keyword; then a few
/// hash look-ups a word.
public final class Stikordsindeks: Sendable {
    /// A keyword and the number of its class.
    public struct Post: Sendable {
        public let nummer: String
        public let tekst: String

        public init(nummer: String, tekst: String) {
            self.nummer = nummer
            self.tekst = tekst
        }
    }

    /// Classes beyond so many say nothing about a word.
    static let maxKlasser = 50

    private struct Tabel {
        var numre: [String] = []
        /// Form of a keyword of one word → classes.
        var hele: [UInt64: [Int32]] = [:]
        /// Form of a word in a keyword → classes.
        var dele: [UInt64: [Int32]] = [:]
    }

    private enum State {
        case kilde([Post])
        case bygget(Tabel)
    }

    private let state: Mutex<State>

    public init(_ poster: [Post]) { state = Mutex(.kilde(poster)) }

    public static let tomt = Stikordsindeks([])

    /// The classes that have the word for a keyword, in whatever inflection; in order.
    func klasser(_ term: TextQuery.Term, _ analyse: Ordanalyse) -> [String] {
        term.isWide ? klasser(term.udenLed, analyse, in: \.hele) : []
    }

    /// The classes in one of whose keywords the term stands; as a part of a compound too, unless the
    /// term asks for less.
    func klasser(medOrd term: TextQuery.Term, _ analyse: Ordanalyse) -> [String] {
        klasser(term, analyse, in: \.dele)
    }

    private func klasser(
        _ term: TextQuery.Term, _ analyse: Ordanalyse,
        in table: KeyPath<Tabel, [UInt64: [Int32]]>
    ) -> [String] {
        // A phrase is the words themselves.
        guard !term.isPrefix, term.tokens.count == 1 else { return [] }
        return state.withLock { state in
            let tabel = Self.built(&state, analyse)
            var places: Set<Int32> = []
            for form in term.tokens + term.former {
                places.formUnion(tabel[keyPath: table][Self.hash(form)] ?? [])
            }
            guard places.count <= Self.maxKlasser else { return [] }
            return places.map { tabel.numre[Int($0)] }.sorted()
        }
    }

    private static func built(_ state: inout State, _ analyse: Ordanalyse) -> Tabel {
        switch state {
        case .bygget(let tabel): return tabel
        case .kilde(let poster):
            let tabel = tabel(of: poster, analyse)
            state = .bygget(tabel)
            return tabel
        }
    }

    private static func tabel(of poster: [Post], _ analyse: Ordanalyse) -> Tabel {
        var tabel = Tabel()
        var places: [String: Int32] = [:]
        for post in poster {
            let place = places[post.nummer] ?? Int32(tabel.numre.count)
            if places.updateValue(place, forKey: post.nummer) == nil {
                tabel.numre.append(post.nummer)
            }
            let text = Ordtekst(post.tekst)
            var words = 0
            text.forEachIndexed(analyse) { _, offset in words = max(words, offset + 1) }
            text.forEachIndexed(analyse) { form, _ in
                let key = hash(form)
                add(place, to: &tabel.dele[key, default: []])
                if words == 1 { add(place, to: &tabel.hele[key, default: []]) }
            }
        }
        return tabel
    }

    private static func add(_ place: Int32, to list: inout [Int32]) {
        if list.last != place { list.append(place) }
    }

    private static func hash(_ form: [UInt8]) -> UInt64 {
        form.withUnsafeBytes { Checksum.xxh64($0, seed: 0) }
    }
}
