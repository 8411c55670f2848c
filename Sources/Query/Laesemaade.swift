import IndexCore

/// How a question was read when not everything in it was found; the same on all its pages.
///
/// A question is read as it stands first. Only while nothing is found is it read more freely, one
/// step at a time: without small words, with spelling mended, and by some of the words alone.
struct Laesemaade: Equatable {
    var udenSmaaord = false
    /// No words are found, but what their classes hold.
    var kunStikord = false
    /// What stands in place of a word, by the word's place among the conditions.
    var rettelser: [Int: Syn.Rettelse] = [:]
    /// Some words are enough; weighed so.
    var nogle: Sporvaegte?
    /// Those of them that are told apart by their titles too; nil before the first page is made.
    var forreste: Forreste?

    /// The conditions of the question, read so.
    func krav(of tekst: QueryParser, _ krav: [Krav]) -> [Krav] {
        krav.enumerated().compactMap { place, krav in
            if udenSmaaord, tekst.smaaord.contains(place) { return nil }
            guard let term = krav.tekst, let rettelse = rettelser[place] else { return krav }
            var mended = krav
            mended.tekst = rettelse.term(for: term)
            mended.erRettet = true
            return mended
        }
    }

    // MARK: Bytes

    var bytes: [UInt8] {
        var result: [UInt8] = [(udenSmaaord ? 1 : 0) | (kunStikord ? 2 : 0)]
        func append(_ value: Int) {
            result.append(UInt8(truncatingIfNeeded: value >> 8))
            result.append(UInt8(truncatingIfNeeded: value))
        }
        func append(_ lists: [[UInt8]]) {
            append(lists.count)
            for list in lists {
                append(list.count)
                result += list
            }
        }
        append(rettelser.count)
        for (place, rettelse) in rettelser.sorted(by: { $0.key < $1.key }) {
            append(place)
            append(rettelse.ord)
            append(rettelse.former)
        }
        guard let nogle else { return result }
        append(nogle.promille.count)
        for value in nogle.promille { append(Int(value)) }
        guard let forreste else { return result }
        let sidst = forreste.sidst
        let numbers = [forreste.bedst, sidst.vaegt].map { UInt64($0) }
        for number in numbers + [UInt64(bitPattern: sidst.tid), sidst.uuid.high, sidst.uuid.low] {
            for shift in stride(from: 48, through: 0, by: -16) {
                append(Int(number >> UInt64(shift) & 0xFFFF))
            }
        }
        return result
    }

    init() {}

    /// Nil for bytes that no reading was written as.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        func number() -> Int? {
            guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
            return Int(high) << 8 | Int(low)
        }
        func lists() -> [[UInt8]]? {
            guard let count = number() else { return nil }
            var result: [[UInt8]] = []
            for _ in 0..<count {
                guard let length = number(), rest.count >= length else { return nil }
                result.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            return result
        }
        guard let flag = rest.popFirst(), let count = number() else { return nil }
        udenSmaaord = flag & 1 != 0
        kunStikord = flag & 2 != 0
        for _ in 0..<count {
            guard let place = number(), let ord = lists(), let former = lists() else { return nil }
            rettelser[place] = Syn.Rettelse(ord: ord, former: former)
        }
        guard !rest.isEmpty else { return }
        guard let length = number(), rest.count >= 2 * length else { return nil }
        nogle = Sporvaegte(promille: (0..<length).compactMap { _ in number().map(UInt16.init) })
        guard !rest.isEmpty else { return }
        let words = (0..<5).compactMap { _ in
            (0..<4).reduce(UInt64?(0)) { sum, _ in
                guard let sum, let next = number() else { return nil }
                return sum << 16 | UInt64(next)
            }
        }
        guard words.count == 5, rest.isEmpty else { return nil }
        forreste = Forreste(
            bedst: Int(truncatingIfNeeded: words[0]),
            sidst: Plads(
                vaegt: Int(truncatingIfNeeded: words[1]), tid: Int64(bitPattern: words[2]),
                uuid: UUIDIdentifikator(high: words[3], low: words[4])))
    }
}

/// Finds, reading the question more freely step by step until there is something.
struct Soegetrin {
    let request: SoegAnmodning
    let syn: Syn

    /// What is found when the question is read so.
    func find(_ maade: Laesemaade) throws(StoreError) -> Traefliste {
        guard let tekst = request.tekst else { return try alle(request.udvaelgelse) }
        if tekst.isNoise { return Traefliste() }
        let udvaelgelse = laest(maade)
        if let nogle = maade.nogle { return try some(udvaelgelse, nogle).0 }
        var found = maade.kunStikord ? Traefliste() : try alle(udvaelgelse)
        guard maaUdvides else { return found }
        if !maade.kunStikord, found.isEmpty, try !ordFindes(udvaelgelse) { return found }
        try addStikord(udvaelgelse, tekst, to: &found)
        return found
    }

    /// Whether the words, which find nothing within the filters, find something where nothing else is asked. The filters
    /// must not decide how a question is read: a facet's value would have another count when it is chosen.
    private func ordFindes(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> Bool {
        // Without filters that has been asked.
        guard udvaelgelse.erFiltreret else { return false }
        var alene = Udvaelgelse()
        alene.krav = udvaelgelse.krav.filter { $0.tekst != nil }
        return try syn.holdsAny(alene)
    }

    /// Whether keywords add to what the words find: not where something is left out on purpose, nor as
    /// of another time.
    var maaUdvides: Bool {
        (request.tekst?.udeladt.isEmpty ?? false) && !request.udvaelgelse.isHistoric
    }

    /// The first reading that finds something, and what.
    func findFirst() throws(StoreError) -> (Laesemaade, Traefliste) {
        var maade = Laesemaade()
        var found = try find(maade)
        guard found.isEmpty, let tekst = request.tekst, !tekst.isNoise else {
            return (maade, found)
        }
        if tekst.maaUndvaereSmaaord {
            maade.udenSmaaord = true
            found = try find(maade)
            if !found.isEmpty { return (maade, found) }
        }
        // What is near, and what is rare, is told of the present alone.
        if request.udvaelgelse.isHistoric { return (Laesemaade(), found) }
        maade.rettelser = try rettelser(tekst)
        if !maade.rettelser.isEmpty {
            found = try find(maade)
            if !found.isEmpty { return (maade, found) }
        }
        guard request.sortering == .relevans else {
            // In no other order are some of the words enough, but the classes that they are keywords of are.
            maade = Laesemaade()
            maade.kunStikord = true
            found = try find(maade)
            return (found.isEmpty ? Laesemaade() : maade, found)
        }
        guard tekst.udeladt.isEmpty, tekst.krav.contains(where: \.maaUndvaeres) else {
            return (Laesemaade(), Traefliste())
        }
        let (some, vaegte) = try some(laest(maade), nil)
        guard !some.isEmpty else { return (Laesemaade(), Traefliste()) }
        maade.nogle = vaegte
        return (maade, some)
    }

    /// The conditions as they are read.
    func laest(_ maade: Laesemaade) -> Udvaelgelse {
        var udvaelgelse = request.udvaelgelse
        if let tekst = request.tekst {
            udvaelgelse.krav = maade.krav(of: tekst, udvaelgelse.krav)
            udvaelgelse.erHeleTeksten = !maade.udenSmaaord
        }
        return udvaelgelse
    }

    // MARK: Steps

    private func alle(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> Traefliste {
        var result = Traefliste()
        if !udvaelgelse.objekttyper.isEmpty {
            result.grupper.append((try syn.find(udvaelgelse), .ord))
        }
        if request.medNotater { result.loese += try notes(udvaelgelse) }
        return result
    }

    /// Adds what the words' classes hold besides, where a word is a class's keyword.
    private func addStikord(
        _ udvaelgelse: Udvaelgelse, _ tekst: QueryParser, to found: inout Traefliste
    ) throws(StoreError) {
        guard !udvaelgelse.objekttyper.isEmpty else { return }
        var wide = udvaelgelse
        var isWide = false
        for (place, krav) in udvaelgelse.krav.enumerated() {
            guard let term = krav.tekst, krav.noegler.isEmpty else { continue }
            let noegler = stikord(term)
            guard !noegler.isEmpty else { continue }
            wide.krav[place].noegler += noegler
            isWide = true
        }
        func add(_ udvaelgelse: Udvaelgelse) throws(StoreError) {
            let more = found.grupper.reduce(try syn.find(udvaelgelse)) {
                $0.without($1.maengde)
            }
            found.grupper.append((more, .stikord))
        }
        if isWide { try add(wide) }
        let hele = klasserMedAlle(tekst)
        guard !hele.isEmpty else { return }
        var whole = udvaelgelse
        whole.krav.removeAll(where: \.erOrd)
        whole.krav.append(Krav(noegler: hele.map(Noeglekrav.init(emne:))))
        try add(whole)
    }

    /// The classes whose keywords hold all that was typed but the small words.
    func klasserMedAlle(_ tekst: QueryParser) -> [String] {
        let ord = tekst.almindelige.keys.filter { !tekst.smaaord.contains($0) }.sorted()
        guard ord.count > 1 else { return [] }
        return syn.klasser(medOrd: ord.compactMap { tekst.krav[$0].tekst })
    }

    private func some(
        _ udvaelgelse: Udvaelgelse, _ vaegte: Sporvaegte?
    ) throws(StoreError) -> (Traefliste, Sporvaegte) {
        let (maengde, vaegte) = try syn.findNogle(udvaelgelse, vaegte)
        return (Traefliste(grupper: [(maengde, .nogle)]), vaegte)
    }

    /// So many words are looked for in other spellings, each of them in every file.
    private static let maxRettelser = 3

    /// Mended spellings of the words that nothing visible holds, the longest words first; the same whatever the filters.
    private func rettelser(_ tekst: QueryParser) throws(StoreError) -> [Int: Syn.Rettelse] {
        let others = Udvaelgelse()
        let ord = tekst.almindelige.filter { !tekst.smaaord.contains($0.key) }.sorted {
            ($1.value.utf8.count, $0.key) < ($0.value.utf8.count, $1.key)
        }
        var result: [Int: Syn.Rettelse] = [:]
        var looked = 0
        for (place, ord) in ord where looked < Self.maxRettelser {
            // A word of the language is right, whatever is near it.
            guard let term = tekst.krav[place].tekst, !syn.erOrd(ord) else { continue }
            var alone = others
            alone.krav.append(Krav(noegler: stikord(term), tekst: term))
            if try syn.holdsAny(alone) { continue }
            if try erSammensat(term, others) { continue }
            looked += 1
            result[place] = try syn.rettelse(of: ord, others)
        }
        return result
    }

    /// Whether the word is made of words that stand in something visible: it is right as it is, and its parts are asked
    /// for instead.
    private func erSammensat(
        _ term: TextQuery.Term, _ others: Udvaelgelse
    ) throws(StoreError) -> Bool {
        guard request.sortering == .relevans else { return false }
        let led = syn.led(of: term)
        guard led.count > 1 else { return false }
        for one in led {
            var alone = others
            alone.krav.append(Krav(tekst: one))
            if try !syn.holdsAny(alone) { return false }
        }
        return true
    }

    /// The classes that a word is a keyword of: what they hold is meant by it too.
    private func stikord(_ term: TextQuery.Term) -> [Noeglekrav] {
        syn.klasser(medStikord: term).map(Noeglekrav.init(emne:))
    }

    // MARK: Notes

    /// Notes of the cases that meet the conditions; the text must stand in the note itself.
    private func notes(_ udvaelgelse: Udvaelgelse) throws(StoreError) -> [Traef] {
        var sager = udvaelgelse
        sager.objekttyper = [.sag]
        // What a note must not hold is asked of the note.
        sager.udeladt = udvaelgelse.udeladt.map(\.udenTekst)
        var result: [Traef] = []
        for fund in try syn.select(sager) {
            let tilstand = try syn.tilstand(of: fund)
            let sag = Objektbillede(fund.objekt, tilstand, syn)
            for segment in tilstand.segmenter {
                guard let notat = Journalnotat(segment, of: sag),
                    fits(notat, tilstand, udvaelgelse)
                else { continue }
                result.append(Traef(fund, .ord, notat))
            }
        }
        return result
    }

    private func fits(
        _ notat: Journalnotat, _ sag: Objekttilstand, _ udvaelgelse: Udvaelgelse
    ) -> Bool {
        let texts = [[notat.titel, notat.tekst].compactMap { $0 }]
        let excluded = TextQuery(
            required: [], excluded: udvaelgelse.udeladt.compactMap(\.tekst))
        guard excluded.matches(texts, syn.analyse) else { return false }
        return udvaelgelse.krav.allSatisfy { krav in
            if krav.tekst == nil || krav.holdsByKey(of: sag)
                || krav.uuider.contains(notat.sag.objekt.uuid)
            {
                return true
            }
            guard let term = krav.tekst else { return false }
            return TextQuery(required: [term], excluded: []).matches(texts, syn.analyse)
        }
    }
}
