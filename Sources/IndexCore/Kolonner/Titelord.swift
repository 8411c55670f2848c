/// The words of one file's titles and the rows that they stand in, in order of the folded word: what a
/// half-typed word may become.
///
/// Right for one commit of the file; the next one's is made from it. Some 25 bytes a row.
struct Titelord: Sendable {
    /// A word as it is written, in small letters.
    struct Ord: Sendable {
        let foldet: [UInt8]
        let skrevet: String
    }

    let version: Int64
    private var ord: [Ord] = []
    /// Where each word's rows end.
    private var ends: [UInt32] = []
    private var rows: [UInt32] = []
    /// Rows whose words stand in `senere` alone.
    private var fjernet: Set<UInt32> = []
    private var senere: [UInt32: [String]] = [:]

    /// More changed rows than this are put in their place.
    private static let flestSenere = 2_000

    private init(version: Int64) { self.version = version }

    /// Reads the titles of the whole file: some 5 µs a row.
    static func load(
        _ shard: ShardReader, version: Int64, at now: Tidspunkt
    ) throws(StoreError) -> Titelord {
        var samling: [String: [UInt32]] = [:]
        try shard.forEachTitel(at: now) { id, titler in
            for ord in Self.ord(titler) { samling[ord, default: []].append(id) }
        }
        var result = Titelord(version: version)
        result.fill(samling)
        return result
    }

    /// The file at another commit, given the rows that were changed between.
    func following(
        _ shard: ShardReader, version: Int64, changed: Set<Int64>, at now: Tidspunkt
    ) throws(StoreError) -> Titelord {
        var next = Titelord(version: version)
        (next.ord, next.ends, next.rows) = (ord, ends, rows)
        (next.fjernet, next.senere) = (fjernet, senere)
        for id in changed {
            let row = UInt32(truncatingIfNeeded: id)
            next.fjernet.insert(row)
            // What cannot be read has no words.
            let titler = try shard.titler(of: id, at: now)
            next.senere[row] = titler.isEmpty ? nil : Array(Self.ord(titler))
        }
        if next.fjernet.count > Self.flestSenere { next.settle() }
        return next
    }

    private mutating func settle() {
        var samling: [String: [UInt32]] = [:]
        var start = 0
        for (place, ord) in ord.enumerated() {
            let kept = rows[start..<Int(ends[place])].filter { !fjernet.contains($0) }
            if !kept.isEmpty { samling[ord.skrevet] = kept }
            start = Int(ends[place])
        }
        for (row, words) in senere { for ord in words { samling[ord, default: []].append(row) } }
        (ord, ends, rows, fjernet, senere) = ([], [], [], [], [:])
        fill(samling)
    }

    private mutating func fill(_ samling: [String: [UInt32]]) {
        let sorted = samling.map { skrevet, rows in
            (ord: Ord(foldet: Self.fold(skrevet), skrevet: skrevet), rows: rows)
        }.sorted {
            $0.ord.foldet == $1.ord.foldet
                ? $0.ord.skrevet < $1.ord.skrevet
                : $0.ord.foldet.lexicographicallyPrecedes($1.ord.foldet)
        }
        for (ord, found) in sorted {
            self.ord.append(ord)
            rows += found
            ends.append(UInt32(rows.count))
        }
    }

    /// A title's words that a person would type: each once, in small letters, without numbers.
    private static func ord(_ titler: [String]) -> Set<String> {
        var result: Set<String> = []
        for var titel in titler {
            titel.withUTF8 { bytes in
                Tokenizer.forEach(in: bytes) { token, range in
                    if token.count >= 2, !token.contains(where: { (0x30...0x39).contains($0) }) {
                        result.insert(String(decoding: bytes[range], as: UTF8.self).lowercased())
                    }
                    return true
                }
            }
        }
        return result
    }

    private static func fold(_ ord: String) -> [UInt8] { Tokenizer.tokens(ord).first?.text ?? [] }

    // MARK: Asking

    /// Calls `body` with each word that begins so and each row that it stands in.
    func forEach(
        beginning praefiks: [UInt8], _ body: (String, UInt32) throws(StoreError) -> Void
    ) throws(StoreError) {
        var place = firstPlace(praefiks)
        while place < ord.count, ord[place].foldet.starts(with: praefiks) {
            let start = place == 0 ? 0 : Int(ends[place - 1])
            for index in start..<Int(ends[place])
            where fjernet.isEmpty || !fjernet.contains(rows[index]) {
                try body(ord[place].skrevet, rows[index])
            }
            place += 1
        }
        for (row, words) in senere {
            for ord in words where Self.fold(ord).starts(with: praefiks) { try body(ord, row) }
        }
    }

    private func firstPlace(_ praefiks: [UInt8]) -> Int {
        var (low, high) = (0, ord.count)
        while low < high {
            let middle = (low + high) / 2
            if ord[middle].foldet.lexicographicallyPrecedes(praefiks) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

extension ShardReader {
    /// Calls `body` with each object and its present titles; one that cannot be read has none.
    fileprivate func forEachTitel(
        at now: Tidspunkt, _ body: (UInt32, [String]) -> Void
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

    fileprivate func titler(of id: Int64, at now: Tidspunkt) throws(StoreError) -> [String] {
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
    /// The titles that stand for the object, as they are searched.
    fileprivate func titler(at now: Tidspunkt) -> [String] {
        let instant = instant(at: now)
        return segments.compactMap { segment in
            guard segment.unit == .egenskaber, segment.virkning.covers(instant) else { return nil }
            return segment.body.text(.titel)
        }
    }
}
