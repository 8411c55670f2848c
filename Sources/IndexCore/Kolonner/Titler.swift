/// The titles of one file, each once: the rows that have it, and the titles that have a word, in order of
/// the folded word. What a half-typed word may become, and where a title that is asked for by example
/// stands.
///
/// Right for one commit of the file; the next one's is made from it. Some 20 bytes a row when a title
/// stands on four.
struct Titler: Sendable {
    /// Words as they are written, in small letters, and folded; one after the other in one array, since a
    /// file has thousands of short ones.
    private struct Ordliste {
        private var bytes: [UInt8] = []
        /// Two a word: of the folded form, and of the written one.
        private var ends: [UInt32] = []

        var count: Int { ends.count / 2 }

        init() {}

        init(_ ord: [(foldet: [UInt8], skrevet: String)]) {
            bytes.reserveCapacity(
                ord.reduce(0) { $0 + $1.foldet.count + $1.skrevet.utf8.count })
            ends.reserveCapacity(2 * ord.count)
            for one in ord {
                bytes += one.foldet
                ends.append(UInt32(bytes.count))
                bytes += one.skrevet.utf8
                ends.append(UInt32(bytes.count))
            }
        }

        func foldet(_ place: Int) -> ArraySlice<UInt8> { bytes[Titler.range(2 * place, ends)] }

        func skrevet(_ place: Int) -> String {
            String(decoding: bytes[Titler.range(2 * place + 1, ends)], as: UTF8.self)
        }

        /// Calls `body` with the place of each word that the part stands in as it is written, in order.
        func forEach(with part: [UInt8], _ body: (Int) -> Void) {
            bytes.withUnsafeBytes { bytes in
                func sted(_ range: Range<Int>) -> Int? {
                    Moenster.sted(of: part, in: UnsafeRawBufferPointer(rebasing: bytes[range]))
                }
                var (start, word) = (0, 0)
                while let found = sted(start..<bytes.count) {
                    word = Titler.place(of: start + found, from: 2 * word, ends) / 2
                    // It may also stand in the folded form alone, or across the end of one.
                    let written = Titler.range(2 * word + 1, ends)
                    if sted(written) != nil { body(word) }
                    start = written.upperBound
                }
            }
        }
    }

    let version: Int64
    /// The titles in small letters, one after the other, and where each ends.
    private var tekst: [UInt8] = []
    private var ends: [UInt32] = []
    /// The rows, title by title, and where each title's end.
    private var rows: [UInt32] = []
    private var rowEnds: [UInt32] = []
    /// In order of the folded word.
    private var ord = Ordliste()
    /// The titles' places, word by word, and where each word's end.
    private var titler: [UInt32] = []
    private var titelEnds: [UInt32] = []
    /// The places of titles with a word that has both letters and numbers: none of those words is in `ord`.
    private var medTal: [UInt32] = []
    /// Rows that have several.
    private var flere: Set<UInt32> = []
    /// Rows whose titles stand in `senere` alone.
    private var fjernet: Set<UInt32> = []
    private var senere: [UInt32: [[UInt8]]] = [:]

    /// More changed rows than this are put in their place.
    private static let flestSenere = 2_000

    /// Reads the titles of the whole file: some 5 µs a row.
    static func load(
        _ shard: ShardReader, version: Int64, at now: Tidspunkt
    ) throws(StoreError) -> Titler {
        var samling = Samling()
        try shard.forEachTitel(at: now) { id, titler in samling.add(titler, of: id) }
        return Titler(version: version, samling)
    }

    /// The file at another commit, given the rows that were changed between.
    func following(
        _ shard: ShardReader, version: Int64, changed: Set<Int64>, at now: Tidspunkt
    ) throws(StoreError) -> Titler {
        var next = Titler(version: version, like: self)
        for id in changed {
            let row = UInt32(truncatingIfNeeded: id)
            next.fjernet.insert(row)
            // What cannot be read has no titles.
            let titler = try shard.titler(of: id, at: now)
            next.senere[row] = titler.isEmpty ? nil : titler
            if titler.count > 1 { next.flere.insert(row) }
        }
        if next.fjernet.count > Self.flestSenere { next.settle() }
        return next
    }

    private init(version: Int64, like other: Titler) {
        self.version = version
        (tekst, ends, rows, rowEnds) = (other.tekst, other.ends, other.rows, other.rowEnds)
        (ord, titler, titelEnds) = (other.ord, other.titler, other.titelEnds)
        medTal = other.medTal
        (flere, fjernet, senere) = (other.flere, other.fjernet, other.senere)
    }

    private mutating func settle() {
        var kept: [UInt32: [[UInt8]]] = senere
        for place in ends.indices {
            let titel = Array(tekst[Self.range(place, ends)])
            for row in rows[Self.range(place, rowEnds)] where !fjernet.contains(row) {
                kept[row, default: []].append(titel)
            }
        }
        var samling = Samling()
        for (row, titler) in kept.sorted(by: { $0.key < $1.key }) { samling.add(titler, of: row) }
        self = Titler(version: version, samling)
    }

    /// Titles as they come, and their rows.
    private struct Samling {
        private(set) var places: [[UInt8]: UInt32] = [:]
        private(set) var par: [(titel: UInt32, row: UInt32)] = []
        private(set) var flere: Set<UInt32> = []

        mutating func add(_ titler: [[UInt8]], of row: UInt32) {
            for titel in titler {
                let next = UInt32(places.count)
                let place = places[titel] ?? next
                if place == next { places[titel] = next }
                par.append((place, row))
            }
            if titler.count > 1 { flere.insert(row) }
        }
    }

    /// In the order that the titles came, so that a word's rows are looked at nearly in theirs.
    private init(version: Int64, _ samling: Samling) {
        self.version = version
        flere = samling.flere
        let order = samling.places.sorted { $0.value < $1.value }
        tekst.reserveCapacity(order.reduce(0) { $0 + $1.key.count })
        ends.reserveCapacity(order.count)
        for (titel, _) in order {
            tekst += titel
            ends.append(UInt32(tekst.count))
        }
        (rows, rowEnds) = Self.grouped(samling.par, count: order.count)
        fillWords(order.map(\.key))
    }

    private mutating func fillWords(_ titles: [[UInt8]]) {
        var places: [String: UInt32] = [:]
        var par: [(ord: UInt32, titel: UInt32)] = []
        for (titel, text) in titles.enumerated() {
            let (words, harBlandet) = Self.ord(text)
            if harBlandet { medTal.append(UInt32(titel)) }
            for word in words {
                let next = UInt32(places.count)
                let place = places[word] ?? next
                if place == next { places[word] = next }
                par.append((place, UInt32(titel)))
            }
        }
        let sorted = places.map { skrevet, place in
            (ord: (foldet: Self.fold(skrevet), skrevet: skrevet), place: place)
        }.sorted {
            $0.ord.foldet == $1.ord.foldet
                ? $0.ord.skrevet < $1.ord.skrevet
                : $0.ord.foldet.lexicographicallyPrecedes($1.ord.foldet)
        }
        var rank = [UInt32](repeating: 0, count: sorted.count)
        for (index, word) in sorted.enumerated() { rank[Int(word.place)] = UInt32(index) }
        ord = Ordliste(sorted.map(\.ord))
        let ranked = par.map { (rank[Int($0.ord)], $0.titel) }
        (titler, titelEnds) = Self.grouped(ranked, count: sorted.count)
    }

    /// The second of each pair, together with those of the same first and in their order, and where
    /// each first one's end.
    private static func grouped(
        _ pairs: [(UInt32, UInt32)], count: Int
    ) -> (values: [UInt32], ends: [UInt32]) {
        var ends = [UInt32](repeating: 0, count: count)
        for (group, _) in pairs { ends[Int(group)] += 1 }
        var next: UInt32 = 0
        for group in ends.indices { (ends[group], next) = (next, next + ends[group]) }
        var values = [UInt32](repeating: 0, count: pairs.count)
        for (group, value) in pairs {
            values[Int(ends[Int(group)])] = value
            ends[Int(group)] += 1
        }
        return (values, ends)
    }

    private static func range(_ place: Int, _ ends: [UInt32]) -> Range<Int> {
        (place == 0 ? 0 : Int(ends[place - 1]))..<Int(ends[place])
    }

    /// A title's words that a person would type: each once, in small letters, without numbers; and whether some other
    /// word has both letters and numbers.
    private static func ord(_ titel: [UInt8]) -> (ord: Set<String>, harBlandet: Bool) {
        var result: Set<String> = []
        var harBlandet = false
        titel.withUnsafeBufferPointer { bytes in
            Tokenizer.forEach(in: bytes) { token, range in
                let numbers = token.count { (0x30...0x39).contains($0) }
                if numbers > 0 {
                    if numbers < token.count { harBlandet = true }
                } else if token.count >= 2 {
                    result.insert(String(decoding: bytes[range], as: UTF8.self))
                }
                return true
            }
        }
        return (result, harBlandet)
    }

    private static func fold(_ ord: String) -> [UInt8] { Tokenizer.tokens(ord).first?.text ?? [] }

    // MARK: Asking

    /// Calls `body` with each word that begins so and each row that it stands in, once.
    func forEach(
        beginning praefiks: [UInt8], _ body: (String, UInt32) throws(StoreError) -> Void
    ) throws(StoreError) {
        var place = firstPlace(praefiks)
        while place < ord.count, ord.foldet(place).starts(with: praefiks) {
            let skrevet = ord.skrevet(place)
            try forEachRow(of: place) { row throws(StoreError) in try body(skrevet, row) }
            place += 1
        }
        for (row, titler) in senere {
            let words = titler.reduce(into: Set()) { $0.formUnion(Self.ord($1).ord) }
            for ord in words where Self.fold(ord).starts(with: praefiks) { try body(ord, row) }
        }
    }

    private func forEachRow(
        of ord: Int, _ body: (UInt32) throws(StoreError) -> Void
    ) throws(StoreError) {
        let isPlain = fjernet.isEmpty && flere.isEmpty
        var seen: Set<UInt32> = []
        for titel in Self.range(ord, titelEnds) {
            for place in Self.range(Int(titler[titel]), rowEnds) {
                let row = rows[place]
                if !isPlain {
                    guard !fjernet.contains(row),
                        !flere.contains(row) || seen.insert(row).inserted
                    else { continue }
                }
                try body(row)
            }
        }
    }

    private func firstPlace(_ praefiks: [UInt8]) -> Int {
        var (low, high) = (0, ord.count)
        while low < high {
            let middle = (low + high) / 2
            if ord.foldet(middle).lexicographicallyPrecedes(praefiks) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The rows with a title that fits. Costs a pass over the words where what is asked for stands within one, else
    /// over the titles: about half a nanosecond a letter.
    func raekker(_ moenster: Moenster, slots: Int) -> Raekkemaengde {
        var result = Raekkemaengde(slots: slots)
        tekst.withUnsafeBytes { tekst in
            forEachTitel(with: moenster.laengste, tekst) { place, isCertain in
                let range = Self.range(place, ends)
                guard
                    isCertain && moenster.erDel
                        || moenster.passer(foldet: UnsafeRawBufferPointer(rebasing: tekst[range]))
                else { return }
                for row in rows[Self.range(place, rowEnds)] where row < slots {
                    result.insert(Int(row))
                }
            }
        }
        for row in fjernet { result.remove(Int(row)) }
        for (row, titler) in senere
        where row < slots
            && titler.contains(where: { $0.withUnsafeBytes { moenster.passer(foldet: $0) } })
        {
            result.insert(Int(row))
        }
        return result
    }

    /// Whether the part can stand within a word alone, and never across two: Danish letters, at least two.
    private static func staarIOrd(_ part: [UInt8]) -> Bool {
        guard part.count >= 2 else { return false }
        var place = 0
        while place < part.count {
            if (0x61...0x7A).contains(part[place]) {
                place += 1
            } else if part[place...].starts(with: [0xC3]), place + 1 < part.count,
                [0xA6, 0xB8, 0xA5].contains(part[place + 1])
            {
                place += 2
            } else {
                return false
            }
        }
        return true
    }

    /// Calls `body` with the place of each title that the part may stand in, and whether it is certain to.
    private func forEachTitel(
        with part: [UInt8], _ tekst: UnsafeRawBufferPointer, _ body: (Int, Bool) -> Void
    ) {
        guard !part.isEmpty else { return ends.indices.forEach { body($0, false) } }
        if Self.staarIOrd(part) {
            ord.forEach(with: part) { word in
                for titel in Self.range(word, titelEnds) { body(Int(titler[titel]), true) }
            }
            return medTal.forEach { body(Int($0), false) }
        }
        var (start, place) = (0, 0)
        while let found = Moenster.sted(
            of: part, in: UnsafeRawBufferPointer(rebasing: tekst[start...]))
        {
            place = Self.place(of: start + found, from: place, ends)
            // It may stand across the end of the title.
            body(place, false)
            start = Int(ends[place])
            place += 1
        }
    }

    /// The part, of those that end there, that the letter stands in.
    private static func place(of letter: Int, from first: Int, _ ends: [UInt32]) -> Int {
        var (low, high) = (first, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if Int(ends[middle]) <= letter { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ShardReader {
    /// Calls `body` with each object and its present titles; one that cannot be read has none.
    fileprivate func forEachTitel(
        at now: Tidspunkt, _ body: (UInt32, [[UInt8]]) -> Void
    ) throws(StoreError) {
        let statement = try connection.prepare(
            "SELECT id, kontrol, registrering FROM indhold ORDER BY id")
        while try statement.step() {
            let id = statement.integer(0)
            let registrering = try? Registrering.verified(
                statement.blob(2), kontrol: statement.integer(1), file: fil.navn)
            if let registrering {
                body(UInt32(truncatingIfNeeded: id), registrering.titler(at: now))
            }
        }
    }

    fileprivate func titler(of id: Int64, at now: Tidspunkt) throws(StoreError) -> [[UInt8]] {
        let statement = try connection.prepare(
            "SELECT kontrol, registrering FROM indhold WHERE id = ?1")
        statement.bind(1, id)
        guard try statement.step() else { return [] }
        let registrering = try? Registrering.verified(
            statement.blob(1), kontrol: statement.integer(0), file: fil.navn)
        return registrering?.titler(at: now) ?? []
    }
}

extension Registrering {
    /// The titles that stand for the object, in small letters, each once.
    fileprivate func titler(at now: Tidspunkt) -> [[UInt8]] {
        let instant = instant(at: now)
        var result: [[UInt8]] = []
        for segment in segments
        where segment.unit == .egenskaber && segment.virkning.covers(instant) {
            guard let titel = segment.body.text(.titel).map(Moenster.foldet),
                !result.contains(titel)
            else { continue }
            result.append(titel)
        }
        return result
    }
}
