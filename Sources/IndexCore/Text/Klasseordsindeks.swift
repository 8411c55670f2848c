import Synchronization

/// From words to the classes in whose titles or keywords they stand.
///
/// Made of the classification alone. Built when it is first asked, 0.1 s for all of KLE with its
/// keywords; then a few hash look-ups a word.
final class Klasseordsindeks: Sendable {
    /// How well a word fits a class: in its title above in a keyword or an earlier title, and then exact above inflected
    /// above part of a compound.
    enum Vaegt {
        static let titel = 3
        static let ordret = 3
        static let boejet = 2
        static let led = 1
    }

    /// Where a form stands: a class's place, and whether in its title.
    fileprivate struct Sted: Equatable {
        let place: Int32
        let isTitle: Bool

        func vaegt(_ form: Int) -> Int { form + (isTitle ? Vaegt.titel : 0) }
    }

    fileprivate struct Tabel {
        /// Word or marked form → where.
        var former: [UInt64: [Sted]] = [:]
        /// The words themselves, ascending, and where each stands.
        var ord: [(ord: [UInt8], steder: [Sted])] = []
    }

    private let klassifikation: Klassifikation
    private let state = Mutex<Tabel?>(nil)

    init(_ klassifikation: Klassifikation) { self.klassifikation = klassifikation }

    /// The places of the classes that hold the term, each with how well.
    func klasser(_ term: TextQuery.Term, _ analyse: Ordanalyse) -> [Int: Int] {
        let tabel = state.withLock { state in
            let known = state ?? Self.tabel(of: klassifikation, analyse)
            state = known
            return known
        }
        let isRun = term.tokens.count > 1 || !term.forloeb.isEmpty || !term.boejedeForloeb.isEmpty
        if isRun { return runs(term, tabel, analyse) }
        var result: [Int: Int] = [:]
        func take(_ steder: [Sted], _ form: Int) {
            for sted in steder {
                let place = Int(sted.place)
                result[place] = max(result[place] ?? 0, sted.vaegt(form))
            }
        }
        for token in term.tokens {
            take(tabel.former[Self.hash(token)] ?? [], Vaegt.ordret)
            guard term.isPrefix else { continue }
            for entry in tabel.beginning(token) { take(entry.steder, Vaegt.led) }
        }
        for form in term.former {
            let isPart = form.first == Ordanalyse.Maerke.led
            take(tabel.former[Self.hash(form)] ?? [], isPart ? Vaegt.led : Vaegt.boejet)
        }
        return result
    }

    /// Runs of words: those that hold a first word are read.
    private func runs(
        _ term: TextQuery.Term, _ tabel: Tabel, _ analyse: Ordanalyse
    ) -> [Int: Int] {
        let runs = [term.tokens] + term.forloeb + term.boejedeForloeb
        let first = runs.compactMap(\.first) + term.former
        var candidates: Set<Int32> = []
        for form in first {
            candidates.formUnion((tabel.former[Self.hash(form)] ?? []).map(\.place))
        }
        var result: [Int: Int] = [:]
        for place in candidates {
            let klasse = klassifikation[Int(place)]
            for (text, isTitle) in Self.texts(of: klasse)
            where Ordtekst(text).holds(term, analyse) {
                let vaegt = Sted(place: place, isTitle: isTitle).vaegt(Vaegt.ordret)
                result[Int(place)] = max(result[Int(place)] ?? 0, vaegt)
            }
        }
        return result
    }

    // MARK: Building

    private static func texts(of klasse: Klasse) -> [(text: String, isTitle: Bool)] {
        [(Klasse.withoutNotes(klasse.titel), true)]
            + klasse.tidligereTitler.map { (Klasse.withoutNotes($0.tekst), false) }
            + klasse.stikord.filter { $0.art != .udgaaet }.map { ($0.tekst, false) }
    }

    private static func tabel(of klassifikation: Klassifikation, _ analyse: Ordanalyse) -> Tabel {
        var tabel = Tabel()
        var ord: [[UInt8]: [Sted]] = [:]
        for (place, klasse) in klassifikation.klasser.enumerated() {
            for (text, isTitle) in texts(of: klasse) {
                let sted = Sted(place: Int32(place), isTitle: isTitle)
                Ordtekst(text).forEachIndexed(analyse) { form, _ in
                    add(sted, to: &tabel.former[hash(form), default: []])
                    if let first = form.first, !Ordanalyse.Maerke.isMarked(first) {
                        add(sted, to: &ord[form, default: []])
                    }
                }
            }
        }
        tabel.ord = ord.map { ($0.key, $0.value) }.sorted {
            $0.ord.lexicographicallyPrecedes($1.ord)
        }
        return tabel
    }

    private static func add(_ sted: Sted, to list: inout [Sted]) {
        if list.last != sted { list.append(sted) }
    }

    private static func hash(_ form: [UInt8]) -> UInt64 {
        form.withUnsafeBytes { Checksum.xxh64($0, seed: 0) }
    }
}

extension Klasseordsindeks.Tabel {
    /// The words that begin so.
    fileprivate func beginning(
        _ text: [UInt8]
    ) -> ArraySlice<(ord: [UInt8], steder: [Klasseordsindeks.Sted])> {
        var (low, high) = (0, ord.count)
        while low < high {
            let middle = (low + high) / 2
            if ord[middle].ord.lexicographicallyPrecedes(text) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return ord[low...].prefix { $0.ord.starts(with: text) }
    }
}
