import IndexCore

/// One or more typed words, read as what they name together.
struct Tydning {
    var som: QueryParser.Laesning
    /// What it may be as well; all are tried.
    var ogsaa: [QueryParser.Laesning] = []
    /// How many words it took.
    var antal = 1
    var noegler: [Noeglekrav] = []
    var oprettet: Range<Tidspunkt>?
    /// The text that will do as well; nil when each word stands for itself beside the key.
    var tekst: TextQuery.Term?
    /// Other ways to write all of it, any of which will do for each of the words.
    var skrivemaader: [String] = []
    /// A class that will do, by the beginning of its number.
    var klasse: String?
    /// Whether some of the other words are enough when nothing is found.
    var maaUndvaeres = false
}

/// Reads what is named by its form: numbers with a name before them, dates and paragraphs.
///
/// ```
/// navngivet = ( "cpr" | "cvr" | "dk" | "p" | "kle" | "bfe" | "esr" | "sagsnr" | …) digits, blanks between
/// cpr       = 6 digits [ "-" ] 4 digits, or 2 2 2 4 digits
/// cvr       = 2 2 2 2 digits
/// esr       = 3 digits "-" 5 or 6 digits
/// kle       = 2 2 2 digits, a number of the plan, or "kle" and a number of any length
/// dato      = D.M.YYYY | D/M-YYYY | YYYY-MM-DD | D[.] month YYYY | D/M YYYY | D-M-YY | D/M/YY
/// maaned    = month YYYY | whole month YY | YYYY-MM | M/YYYY | MM-YYYY        aar = 1900…2100
/// paragraf  = ( "§" | "paragraf" | "pgf" ) number [letter] [ "stk" number ] [ "nr" number ]
/// ```
///
/// A day, month or year is an object that began then, or the text in any of these spellings. Two
/// digits for a year are read only between `-` and `/`, since 12.03.24 is a class, and behind a month's name.
struct Tyder {
    let kinds: [ObjektKind]
    let plan: Klasseplan

    /// No reading takes more words.
    static let maxOrd = 7
    /// Longer words name nothing here.
    private static let maxLaengde = 40

    /// What the first of the words begin; nil when they are words and nothing else.
    func read(_ ord: ArraySlice<String>) -> Tydning? {
        guard let first = ord.first, first.utf8.count <= Self.maxLaengde else { return nil }
        let few = ord.prefix(Self.maxOrd).prefix { $0.utf8.count <= Self.maxLaengde }
        let words = few.map { $0.lowercased() }
        return paragraf(words) ?? navngivet(words) ?? dato(words) ?? husnummer(words)
            ?? spredt(words)
            ?? Self.esr(words[0]).map { ejendom($0, [], words[0]) }
    }

    // MARK: Numbers with their names

    /// `sag` is a word too: only with `nr` behind it, or before a number that looks like a case's, is it a name.
    private enum Navn { case cpr, cvr, pnummer, kle, bfe, esr, nummer, sag }

    /// Longer names before those that they begin with.
    private static let navne: [(String, Navn)] = [
        ("cpr-nummer", .cpr), ("cprnummer", .cpr), ("cpr-nr", .cpr), ("cpr.nr", .cpr),
        ("cprnr", .cpr), ("cpr", .cpr), ("personnummer", .cpr),
        ("cvr-nummer", .cvr), ("cvrnummer", .cvr), ("cvr-nr", .cvr), ("cvr.nr", .cvr),
        ("cvrnr", .cvr), ("cvr", .cvr), ("dk", .cvr),
        ("p-nummer", .pnummer), ("p-nr", .pnummer), ("pnummer", .pnummer), ("pnr", .pnummer),
        ("p", .pnummer),
        ("kle-nummer", .kle), ("klenummer", .kle), ("kle-nr", .kle), ("klenr", .kle),
        ("kle-emne", .kle), ("kle", .kle),
        ("bfe-nummer", .bfe), ("bfenummer", .bfe), ("bfe-nr", .bfe), ("bfenr", .bfe),
        ("bfe", .bfe),
        ("esr-ejendomsnummer", .esr), ("esr-nummer", .esr), ("esr-nr", .esr), ("esrnr", .esr),
        ("esr", .esr), ("ejendomsnummer", .esr), ("ejendomsnr", .esr),
        ("sagsnummer", .nummer), ("sagsnr", .nummer), ("sags", .nummer), ("sag", .sag),
        ("journalnummer", .nummer), ("journalnr", .nummer), ("j.nr", .nummer), ("jnr", .nummer),
        ("j.", .nummer), ("dokumentnummer", .nummer), ("dokumentnr", .nummer),
        ("dok.nr", .nummer), ("doknr", .nummer), ("dokument", .sag), ("dok", .sag),
    ]

    private func navngivet(_ ord: [String]) -> Tydning? {
        guard let (name, navn) = Self.navne.first(where: { ord[0].hasPrefix($0.0) }) else {
            return nil
        }
        let rest = ord[0].dropFirst(name.count).drop { ":.-#".contains($0) }
        var values = [String(rest)] + ord.dropFirst()
        var taken = 1
        if rest.isEmpty { values.removeFirst() } else { taken = 0 }
        let hasNr =
            rest.isEmpty && values.count > 1
            && ["nr", "nr.", "nr:", "nummer", "nummer:"].contains(values[0])
        if hasNr {
            values.removeFirst()
            taken += 1
        }
        guard let value = values.first else { return nil }
        switch navn {
        case .nummer: guard rest.isEmpty, value.contains(where: Self.isDigit) else { return nil }
        case .sag:
            let isNumber =
                hasNr && value.contains(where: Self.isDigit)
                || value.contains { "-/".contains($0) }
                    && value.count(where: Self.isDigit) > 4 && Self.dag(value) == nil
            guard rest.isEmpty, isNumber else { return nil }
        default: guard value.first.map(Self.isDigit) ?? false else { return nil }
        }
        return navngivet(navn, values, taken).map { rest.isEmpty ? $0 : medOrdet(ord[0], $0) }
    }

    /// A name and a number in one word may be somebody's number as they stand.
    private func medOrdet(_ ord: String, _ tydning: Tydning) -> Tydning {
        let ord = Self.withoutEnd(ord)
        guard let tekst = tydning.tekst, let term = TextQuery.Term(ord: ord) else {
            return tydning
        }
        var result = tydning
        result.tekst = tekst.eller(term)
        if tydning.antal == 1 {
            result.noegler += numre(ord)
            if !result.ogsaa.contains(.nummer) { result.ogsaa.append(.nummer) }
        }
        return result
    }

    /// `values` begins with the number; `taken` words are before it.
    private func navngivet(_ navn: Navn, _ values: [String], _ taken: Int) -> Tydning? {
        let value = values[0]
        switch navn {
        case .nummer, .sag: return nummer(Self.withoutEnd(value), taken + 1)
        case .kle:
            guard let read = KLENummer.folding(Self.withoutEnd(value)),
                !read.emnePraefiks.isEmpty, read.handlingsfacet == nil
            else { return nil }
            return Tydning(
                som: .kle, antal: taken + 1, klasse: read.emnePraefiks,
                maaUndvaeres: plan.mangler(begyndelse: read.emnePraefiks))
        case .bfe: return bfe(Self.withoutEnd(value)).map { ejendom($0, [], value, taken + 1) }
        case .esr:
            if let urn = Self.esr(value) { return ejendom(urn, [], value, taken + 1) }
            guard values.count > 1, let urn = Self.esr(value + "-" + values[1]) else { return nil }
            return ejendom(urn, [], value + " " + values[1], taken + 2)
        case .cpr, .cvr, .pnummer:
            return part(navn, values, taken)
        }
    }

    /// Digits, perhaps in several words, that are the whole of a party's number.
    private func part(_ navn: Navn, _ values: [String], _ taken: Int) -> Tydning? {
        let form: (som: QueryParser.Laesning, urn: String, length: Int)
        switch navn {
        case .cvr: form = (.cvr, "urn:oio:cvr-nr:", 8)
        case .pnummer: form = (.pnummer, "urn:oio:pnr:", 10)
        default: form = (.cpr, "urn:oio:cpr-nr:", 10)
        }
        var digits = ""
        for (index, value) in values.enumerated() {
            guard value.allSatisfy({ Self.isDigit($0) || "-\u{2013}".contains($0) }) else {
                return nil
            }
            digits += value.filter(Self.isDigit)
            guard digits.utf8.count < form.length else {
                guard digits.utf8.count == form.length else { return nil }
                let typed = values[...index].joined(separator: " ")
                return Tydning(
                    som: form.som, antal: taken + index + 1,
                    noegler: [Self.part(form.urn + digits)],
                    tekst: TextQuery.Term(etAf: [typed] + Self.skrivemaader(form.som, digits)))
            }
        }
        return nil
    }

    /// How a party's number is written in running text; a hyphen is as a blank.
    static func skrivemaader(_ som: QueryParser.Laesning, _ digits: String) -> [String] {
        switch som {
        case .cpr: [digits, digits.prefix(6) + " " + digits.suffix(4)]
        case .cvr:
            [
                digits,
                stride(from: 0, to: digits.utf8.count, by: 2)
                    .map { String(digits.dropFirst($0).prefix(2)) }.joined(separator: " "),
            ]
        default: [digits]
        }
    }

    static func part(_ urn: String) -> Noeglekrav {
        Noeglekrav(Noegle(urn: urn), in: Element.partLister)
    }

    private func nummer(_ text: String, _ antal: Int) -> Tydning? {
        guard let term = TextQuery.Term(ord: text) else { return nil }
        return Tydning(
            som: .nummer, antal: antal, noegler: numre(text), tekst: term, maaUndvaeres: true)
    }

    /// The objects with this number, in any of the ways to write it that a case number has.
    func numre(_ text: String) -> [Noeglekrav] {
        let skrevet = kinds.map { Noeglekrav(Noegle(brugervendtNoegle: text, $0)) }
        // Benefits have numbers of their own making.
        let med = kinds.filter { !$0.isYdelse }
        return skrevet
            + Self.sagsnumre(text).flatMap { number in
                med.map { Noeglekrav(Noegle(brugervendtNoegle: number, $0)) }
            }
    }

    /// The other ways to write a year and a running number: `24/117` is `2024-000117` too. What stands before them
    /// stays; with five digits or more it is as it is kept, but for the sign.
    private static func sagsnumre(_ text: String) -> [String] {
        let parts = text.split(omittingEmptySubsequences: false) { "-/".contains($0) }
        guard let number = parts.last, let typed = parts.dropLast().last,
            (1...8).contains(number.utf8.count), number.allSatisfy(isDigit),
            let year = heltAar(typed)
        else { return [] }
        let head = text[..<typed.startIndex]
        guard head.isEmpty || parts.count > 2 && !isDigit(head.dropLast().last ?? "0") else {
            return []
        }
        let isFull = number.utf8.count >= 5 && typed.utf8.count == 4
        let short = String(number.drop { $0 == "0" })
        let digits = isFull ? String(number) : short.isEmpty ? "0" : short
        let lengths = isFull ? [digits.utf8.count] : [digits.utf8.count, 3, 4, 5, 6, 7]
        var result: [String] = []
        for length in lengths where length >= digits.utf8.count {
            let padded = String(repeating: "0", count: length - digits.utf8.count) + digits
            for sign in ["-", "/"] {
                let other = "\(head)\(year)\(sign)\(padded)"
                if other != text, !result.contains(other) { result.append(other) }
            }
        }
        return result
    }

    /// Four digits, or two of which those below 70 are of this century.
    private static func heltAar(_ text: Substring) -> String? {
        if text.utf8.count == 4 { return tal(text, 1900...2099).map(String.init) }
        guard text.utf8.count == 2, let value = tal(text, 0...99) else { return nil }
        return String(value < 70 ? 2000 + value : 1900 + value)
    }

    // MARK: Property

    private func ejendom(
        _ urner: [String], _ ogsaa: [QueryParser.Laesning], _ typed: String, _ antal: Int = 1
    ) -> Tydning {
        Tydning(
            som: .ejendom, ogsaa: ogsaa + (antal == 1 ? [.nummer] : []), antal: antal,
            noegler: urner.map(Self.genstand) + numre(typed), tekst: TextQuery.Term(ord: typed))
    }

    /// A property's number with its zero and without, as systems write it; anything else as it is.
    static func genstande(_ unikId: String) -> [String] {
        let form = "urn:oio:esr:ejendom:"
        guard unikId.hasPrefix(form) else { return [unikId] }
        return esr(String(unikId.dropFirst(form.count))) ?? [unikId]
    }

    static func genstand(_ urn: String) -> Noeglekrav {
        Noeglekrav(Noegle(urn: urn), in: [.sagsgenstande])
    }

    /// BestemtFastEnhed: at most ten digits, ten in the URN.
    func bfe(_ text: String) -> [String]? {
        guard (1...10).contains(text.utf8.count), text.allSatisfy(Self.isDigit) else { return nil }
        let zeros = String(repeating: "0", count: 10 - text.utf8.count)
        return ["urn:oio:ejendom:bfe-nr:" + zeros + text]
    }

    /// Municipality and number; five digits may have lost their zero, six may begin with one.
    private static func esr(_ text: String) -> [String]? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 3, (5...6).contains(parts[1].utf8.count),
            parts.allSatisfy({ $0.allSatisfy(isDigit) })
        else { return nil }
        let urn = "urn:oio:esr:ejendom:\(parts[0])-"
        let other = parts[1].utf8.count == 5 ? "0" + parts[1] : String(parts[1].dropFirst())
        let hasOther = parts[1].utf8.count == 5 || parts[1].first == "0"
        return [urn + parts[1]] + (hasOther ? [urn + other] : [])
    }

    // MARK: Numbers in several words

    /// A number with a letter, written together or apart: the house `12 A`, the class `3b`.
    private func husnummer(_ ord: [String]) -> Tydning? {
        let first = Self.withoutEnd(ord[0])
        let cifre = first.prefix(while: Self.isDigit)
        var letter = first.dropFirst(cifre.count)
        var antal = 1
        if letter.isEmpty, ord.count > 1, first == ord[0] {
            letter = Self.withoutEnd(ord[1])[...]
            antal = 2
        }
        guard (1...3).contains(cifre.count), letter.utf8.count == 1, let letter = letter.first,
            letter.isLetter, antal == 1 || !["i", "e"].contains(letter)
        else { return nil }
        let sammen = "\(cifre)\(letter)"
        return Tydning(
            som: .nummer, antal: antal, noegler: numre(sammen),
            tekst: TextQuery.Term(etAf: [sammen, "\(cifre) \(letter)"]), maaUndvaeres: true)
    }

    private func spredt(_ ord: [String]) -> Tydning? {
        let cifre = ord.prefix(4).prefix { $0.allSatisfy(Self.isDigit) }.map(\.utf8.count)
        if cifre.starts(with: [6, 4]) { return cpr(ord[0] + ord[1], 2) }
        if ord.count > 1, ord[0].hasSuffix("-"), ord[0].utf8.count == 7, ord[1].utf8.count == 4,
            (ord[0].dropLast() + ord[1]).allSatisfy(Self.isDigit)
        {
            return cpr(ord[0].dropLast() + ord[1], 2)
        }
        if cifre == [6], ord.count > 2, ["-", "\u{2013}"].contains(ord[1]),
            ord[2].utf8.count == 4, ord[2].allSatisfy(Self.isDigit)
        {
            return cpr(ord[0] + ord[2], 3)
        }
        if cifre == [2, 2, 2, 4] { return cpr(ord[..<4].joined(), 4) }
        if cifre == [2, 2, 2, 2] {
            let digits = ord[..<4].joined()
            return Tydning(
                som: .cvr, ogsaa: [.nummer], antal: 4,
                noegler: [Self.part("urn:oio:cvr-nr:" + digits)],
                skrivemaader: Self.skrivemaader(.cvr, digits))
        }
        guard cifre == [2, 2, 2] else { return nil }
        let number = ord[..<3].joined(separator: ".")
        guard plan.kender(number) else { return nil }
        return Tydning(
            som: .kle, ogsaa: [.nummer], antal: 3,
            klasse: number)
    }

    private func cpr(_ digits: String, _ antal: Int) -> Tydning {
        Tydning(
            som: .cpr, ogsaa: [.nummer], antal: antal,
            noegler: [Self.part("urn:oio:cpr-nr:" + digits)],
            skrivemaader: Self.skrivemaader(.cpr, digits))
    }

    // MARK: Paragraphs

    private func paragraf(_ ord: [String]) -> Tydning? {
        var rest = ord[...]
        var head = ord[0]
        if let mark = ["§§", "§"].first(where: head.hasPrefix) {
            head.removeFirst(mark.count)
        } else if ["paragraf", "pgf", "pgf.", "par."].contains(head) {
            head = ""
        } else {
            return nil
        }
        if head.isEmpty { rest.removeFirst() } else { rest[0] = head }
        guard let first = rest.first.map(Self.withoutEnd), Self.isNumbered(first) else {
            return nil
        }
        rest.removeFirst()
        var spellings = [first]
        if let letter = rest.first.map(Self.withoutEnd), letter.utf8.count == 1,
            letter.first?.isLetter ?? false, first.allSatisfy(Self.isDigit), letter != "i"
        {
            spellings = [first + " " + letter, first + letter]
            rest.removeFirst()
        } else if let last = first.last, last.isLetter {
            spellings.append(first.dropLast() + " " + String(last))
        }
        for name in ["stk", "nr"] {
            guard rest.count > 1, let word = rest.first, Self.withoutEnd(word) == name else {
                continue
            }
            let number = Self.withoutEnd(rest[rest.startIndex + 1])
            guard Self.isNumbered(number) else { break }
            spellings = spellings.map { $0 + " " + name + " " + number }
            rest = rest.dropFirst(2)
        }
        return Tydning(
            som: .paragraf, antal: ord.count - rest.count, tekst: TextQuery.Term(etAf: spellings),
            maaUndvaeres: true)
    }

    /// Digits, and at most one letter after them.
    private static func isNumbered(_ text: String) -> Bool {
        let digits = text.prefix(while: isDigit)
        let letters = text.dropFirst(digits.count)
        return (1...4).contains(digits.count) && letters.count <= 1
            && letters.allSatisfy(\.isLetter)
    }

    // MARK: Dates

    private static let maaneder = [
        "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september",
        "oktober", "november", "december",
    ]

    /// What people put before a date, and what asks for nothing besides.
    private static let foerDato: Set<String> = [
        "d", "den", "i", "fra", "pr", "dateret", "mandag", "tirsdag", "onsdag", "torsdag", "fredag",
        "lørdag", "søndag", "ultimo", "primo", "medio",
    ]

    private func dato(_ ord: [String]) -> Tydning? {
        let foran = ord.prefix(3).prefix { Self.foerDato.contains(Self.withoutEnd($0)) }
        var rest = Array(ord[foran.count...])
        guard let first = rest.first else { return nil }
        // `3.marts` is two words without their blank.
        let stop = first.firstIndex(of: ".").map(first.index(after:)) ?? first.endIndex
        let isJoined =
            stop < first.endIndex
            && Self.tal(first[..<stop].dropLast(), 1...31, laengde: 1...2) != nil
            && Self.maaned(String(first[stop...])) != nil
        if isJoined {
            rest.replaceSubrange(..<1, with: [String(first[..<stop]), String(first[stop...])])
        }
        guard var read = egenDato(rest) else { return nil }
        read.antal += foran.count - (isJoined ? 1 : 0)
        // With words before it it is no number.
        if !foran.isEmpty {
            read.ogsaa = []
            read.noegler = []
        }
        return read
    }

    private func egenDato(_ ord: [String]) -> Tydning? {
        if let date = Self.dag(ord[0]) { return dag(date, 1, ord[0]) }
        if ord.count > 2, let day = Self.tal(Self.withoutEnd(ord[0]), 1...31, laengde: 1...2),
            let month = Self.maaned(ord[1]), let year = Self.aar(Self.withoutEnd(ord[2])),
            let date = Self.dato(year, month, day)
        {
            return dag(date, 3, nil)
        }
        if ord.count > 1, let year = Self.aar(Self.withoutEnd(ord[1])) {
            let parts = ord[0].split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 2, let date = Self.dag(ord[0] + "/" + String(year)) {
                return dag(date, 2, nil)
            }
            if let month = Self.maaned(ord[0]) { return maaned(year, month, 2, nil) }
        }
        // `Jan 12` and `Maj 25` may be somebody and a number.
        if ord.count > 1, ord[0].utf8.count > 4, let month = Self.maaned(ord[0]),
            let year = Self.tal(Self.withoutEnd(ord[1]), 0...99, laengde: 2...2)
        {
            return maaned(2000 + year, month, 2, ord[0] + " " + ord[1])
        }
        if let (year, month) = Self.maanedITal(ord[0]) { return maaned(year, month, 1, ord[0]) }
        return Self.aar(ord[0]).map { year in
            Tydning(
                som: .aar, ogsaa: [.nummer], noegler: numre(ord[0]),
                oprettet: Self.tid(Dato(year: year, month: 1, day: 1), year + 1, 1),
                tekst: TextQuery.Term(ord: ord[0]), maaUndvaeres: true)
        }
    }

    private func dag(_ date: Dato, _ antal: Int, _ typed: String?) -> Tydning {
        let (year, month, day) = date.calendar
        let name = Self.maaneder[month - 1]
        let short = String(name.prefix(3))
        let spellings = [
            "\(day) \(name) \(year)", "\(Self.to(day)) \(name) \(year)",
            "\(Self.to(day)) \(Self.to(month)) \(year)", "\(day) \(month) \(year)",
            "\(day) \(Self.to(month)) \(year)", "\(year) \(Self.to(month)) \(Self.to(day))",
            "\(day) \(short) \(year)",
        ]
        return Tydning(
            som: .dato, ogsaa: typed == nil ? [] : [.nummer], antal: antal,
            noegler: typed.map(numre) ?? [],
            oprettet: date.danishMidnight..<Dato(day: date.day + 1).danishMidnight,
            tekst: TextQuery.Term(etAf: (typed.map { [$0] } ?? []) + spellings),
            maaUndvaeres: true)
    }

    /// `typed` where it is not a month with its whole year.
    private func maaned(_ year: Int, _ month: Int, _ antal: Int, _ typed: String?) -> Tydning {
        let name = Self.maaneder[month - 1]
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        let spellings = [
            "\(name) \(year)", "\(name.prefix(3)) \(year)", "\(Self.to(month)) \(year)",
            "\(year) \(Self.to(month))",
        ]
        var tekst = TextQuery.Term(etAf: (typed.map { [$0] } ?? []) + spellings)
        let isNumber = typed != nil && antal == 1
        if isNumber, let typed, let own = TextQuery.Term(ord: typed) {
            tekst = tekst.map(own.eller) ?? own
        }
        return Tydning(
            som: .maaned, ogsaa: isNumber ? [.nummer] : [], antal: antal,
            noegler: isNumber ? typed.map(numre) ?? [] : [],
            oprettet: Self.tid(Dato(year: year, month: month, day: 1), next.0, next.1),
            tekst: tekst, maaUndvaeres: true)
    }

    /// A month in one word; one that is typed with a single digit before its year only with `/`.
    private static func maanedITal(_ word: String) -> (year: Int, month: Int)? {
        let text = withoutEnd(word)
        let parts = text.split(omittingEmptySubsequences: false) { "/-".contains($0) }
        guard parts.count == 2 else { return nil }
        if let year = aar(parts[0]), text.contains("-") {
            return tal(parts[1], 1...12, laengde: 2...2).map { (year, $0) }
        }
        guard let year = aar(parts[1]) else { return nil }
        return tal(parts[0], 1...12, laengde: text.contains("/") ? 1...2 : 2...2)
            .map { (year, $0) }
    }

    private static func tid(_ fra: Dato, _ year: Int, _ month: Int) -> Range<Tidspunkt> {
        fra.danishMidnight..<Dato(year: year, month: month, day: 1).danishMidnight
    }

    /// A day in one word.
    private static func dag(_ word: String) -> Dato? {
        let text = withoutEnd(word)
        let parts = text.split(omittingEmptySubsequences: false) { "./-".contains($0) }
        guard parts.count == 3 else { return nil }
        if parts[0].utf8.count == 4 {
            guard parts[1].utf8.count == 2, parts[2].utf8.count == 2 else { return nil }
            return dato(aar(parts[0]), tal(parts[1], 1...12), tal(parts[2], 1...31))
        }
        let day = tal(parts[0], 1...31, laengde: 1...2)
        let month = tal(parts[1], 1...12, laengde: 1...2)
        if parts[2].utf8.count == 2, !text.contains(".") {
            return dato(tal(parts[2], 0...99).map { 2000 + $0 }, month, day)
        }
        return dato(aar(parts[2]), month, day)
    }

    private static func dato(_ year: Int?, _ month: Int?, _ day: Int?) -> Dato? {
        guard let year, let month, let day else { return nil }
        return Dato("\(year)-\(to(month))-\(to(day))")
    }

    private static func maaned(_ word: String) -> Int? {
        let name = withoutEnd(word)
        guard name.utf8.count >= 3 else { return nil }
        let found = maaneder.firstIndex { $0 == name || $0.prefix(3) == name }
        return (found ?? (name == "sept" ? 8 : nil)).map { $0 + 1 }
    }

    private static func aar(_ text: some StringProtocol) -> Int? {
        text.utf8.count == 4 ? tal(text, 1900...2100) : nil
    }

    private static func tal(
        _ text: some StringProtocol, _ range: ClosedRange<Int>, laengde: ClosedRange<Int> = 1...4
    ) -> Int? {
        guard laengde.contains(text.utf8.count), text.allSatisfy(isDigit), let value = Int(text),
            range.contains(value)
        else { return nil }
        return value
    }

    private static func to(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Without the stop or comma that ends a word in running text.
    private static func withoutEnd(_ word: String) -> String {
        var text = Substring(word)
        while let last = text.last, ".,;:)".contains(last) { text.removeLast() }
        return String(text)
    }

    static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
