import IndexCore

/// What a person typed → conditions; never a syntax error.
///
/// ```
/// text    = { blanks | phrase | word }
/// phrase  = [ "-" ] '"' any but '"' ( '"' | end )
/// word    = [ "-" ] any but blanks and '"' [ "*" ]
/// ```
///
/// Words are read as the first of these that they are, and are searched as text as well; what may be
/// several things is looked for as each of them, and all of them are told:
///
/// ```
/// named   = what `Tyder` reads: a date, a paragraph, a number with its name before it, or in words
/// uuid    = 8-4-4-4-12 hexadecimal digits, with their hyphens or without, in braces or as a URN
/// cpr     = 10 digits, or 6 digits "-" 4 digits; 10 digits may be a P number too
/// cvr     = [ "DK" ] 8 digits
/// kle     = a subject with a full stop in it, whole or half, "*" at its end or not; a facet; or both
/// nummer  = any word with a digit or an "@": it may be a case or document number
/// ```
///
/// Brackets and the marks that end a word or a sentence are no part of what holds a digit, and any dash in it is a
/// hyphen. A phrase that is a UUID or a party's number, and no more, is that.
///
/// Six to ten digits may be a property's BFE number too. A person's name, and a road with its number,
/// are words: they stand in the texts.
///
/// A word is found by its stem too, alone or as a part of a compound, and a year with a number in each
/// of its written forms; a phrase, a beginning and what is left out are the words themselves, and what is left out
/// is a citizen, a company, a class, a number or a UUID besides.
///
/// Where no object has all of it, what may be written otherwise may be missing: words, numbers, dates,
/// what looks like a class and is none, and a phrase whose end was not typed.
///
/// A word with stops inside is a phrase of its parts. `-` leaves out, and what the word and those behind it name together
/// with all its words, but for when something began; a `-` before nothing, and what holds no letter or digit, is passed
/// over. At most 64 words count, of the first
/// 100,000 characters; of runs of words 256 words in all.
struct QueryParser {
    /// How one word was read.
    enum Laesning: String, Sendable {
        case ord, frase, udeladt, cpr, cvr, pnummer, kle, nummer, uuid, praefiks
        case dato, maaned, aar, paragraf, ejendom
    }

    struct Forstaaet: Equatable, Sendable {
        let tekst: String
        let som: Laesning
        /// What it was looked for as besides.
        var ogsaa: [Laesning] = []
    }

    static let maxTerms = 64
    static let maxLength = 100_000
    /// Words of phrases, and of words with stops inside, in all: each costs a look at every place of the others.
    static let maxRunWords = 256

    private(set) var krav: [Krav] = []
    private(set) var udeladt: [Krav] = []
    private(set) var forstaaet: [Forstaaet] = []
    /// The plain words as they were typed, by their place among `krav`.
    private(set) var almindelige: [Int: String] = [:]
    /// The places of words that say little, such as `til` and `med`, and of the number in `Bilag 1`.
    private(set) var smaaord: Set<Int> = []
    /// What the classes that were typed stand for besides themselves.
    private(set) var klasseudvidelser: [Klasseudvidelse] = []
    /// The beginnings of the class numbers that were typed, by their place among `krav`.
    private(set) var klassepraefikser: [Int: String] = [:]
    /// Words beyond the most that count were left out.
    private(set) var isCut = false
    private let kinds: [ObjektKind]
    private let plan: Klasseplan
    private let tyder: Tyder
    private var runWords = 0

    /// Whether there is something left without the small words.
    var maaUndvaereSmaaord: Bool { !smaaord.isEmpty && smaaord.count < krav.count }

    /// Something was typed, and none of it can be searched.
    var isNoise: Bool { krav.isEmpty && udeladt.isEmpty }

    init(_ text: String, kinds: Set<ObjektKind>, plan: Klasseplan = .tom) {
        self.kinds = kinds.sorted()
        self.plan = plan
        tyder = Tyder(kinds: self.kinds, plan: plan)
        let text = Self.cut(text)
        isCut = text.isCut
        var parts = Self.parts(text.begyndelse)[...]
        var seen: Set<Part> = []
        var before: Part?
        // The last words that named nothing together: noise repeats itself.
        var intet: ArraySlice<Part> = []
        while let part = parts.first {
            let room = Self.maxTerms - krav.count - udeladt.count
            guard room > 0 else {
                isCut = true
                return
            }
            if let tydning = udeladtTydning(parts) {
                add(udeladt: tydning, parts.map(\.text).prefix(tydning.antal))
                parts.removeFirst(tydning.antal)
                before = nil
                continue
            }
            let next = parts.prefix(Tyder.maxOrd)
            let words = next == intet ? [] : next.prefix(while: \.isWord)
            let tydning = words.isEmpty ? nil : tyder.read(words.map(\.bar)[...])
            if tydning == nil { intet = next }
            if let tydning, tydning.antal <= room {
                add(tydning, words.map(\.text).prefix(tydning.antal))
                parts.removeFirst(tydning.antal)
                before = nil
            } else {
                // What is typed again asks for nothing more.
                if seen.insert(part).inserted { read(part, after: before) }
                parts.removeFirst()
                before = part
            }
        }
    }

    /// Nobody types so much; what lies beyond is told to be left out.
    private static func cut(_ text: String) -> (begyndelse: Substring, isCut: Bool) {
        guard text.utf8.count > maxLength,
            let end = text.unicodeScalars.index(
                text.startIndex, offsetBy: maxLength, limitedBy: text.endIndex)
        else { return (text[...], false) }
        return (text[..<end], end < text.endIndex)
    }

    // MARK: Parts

    private struct Part: Hashable {
        var text = ""
        var isPhrase = false
        /// The phrase's end was not typed.
        var isOpen = false
        var isExcluded = false

        /// The number behind it says which of a case's papers is meant.
        var saysBilag: Bool { isWord && text.lowercased() == "bilag" }

        /// A dash before a word, as word processors make of `-`, leaves out too.
        mutating func readMinus() {
            let scalars = text.unicodeScalars
            guard !isPhrase, let first = scalars.first, QueryParser.dashes.contains(first),
                let next = scalars.dropFirst().first, next.properties.isAlphabetic
            else { return }
            text = "-" + String(scalars.dropFirst())
        }

        func shortened(to end: String.Index) -> Part {
            var result = self
            result.text = String(text[..<end])
            result.readBar()
            return result
        }

        /// Without the marks that stand about a number in running text; told when the part is read.
        private(set) var bar = ""

        mutating func readBar() { bar = udenTegn }

        private var udenTegn: String {
            // Most have none: a mark at an end, or one of the marks that begin with this byte.
            guard !isPhrase, let first = text.utf8.first, let last = text.utf8.last,
                "-([<'".utf8.contains(first) || ".,;:?!)]>'".utf8.contains(last)
                    || text.utf8.contains(0xE2),
                text.utf8.contains(where: { (48...57).contains($0) })
            else { return text }
            // No other mark than this leaves out, and none that stands behind a bracket.
            let isLeftOut = text.hasPrefix("-")
            let hyphened = text.unicodeScalars.map { QueryParser.dashes.contains($0) ? "-" : $0 }
            var scalars = hyphened.drop { "-([<'\u{2018}\u{2019}".unicodeScalars.contains($0) }
            while let last = scalars.last, ".,;:?!)]>'\u{2019}".unicodeScalars.contains(last) {
                scalars.removeLast()
            }
            var result = isLeftOut ? "-" : ""
            result.unicodeScalars.append(contentsOf: scalars)
            return result
        }

        /// A word as such: no phrase, no beginning, and not left out.
        var isWord: Bool {
            !isPhrase && !isExcluded && !text.hasSuffix("*")
                && (text.utf8.first != UInt8(ascii: "-") || text == "-")
        }
    }

    /// As they are typed, printed and turned: " “ ” „ » «.
    private static let quotes: Set<Unicode.Scalar> = [
        "\"", "\u{201C}", "\u{201D}", "\u{201E}", "\u{00BB}", "\u{00AB}",
    ]

    /// ‐ ‑ ‒ – — and the minus.
    private static let dashes: Set<Unicode.Scalar> = [
        "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}",
    ]

    private static func isMinus(_ text: String) -> Bool {
        text == "-"
            || text.unicodeScalars.count == 1 && text.unicodeScalars.allSatisfy(dashes.contains)
    }

    private static func parts(_ text: Substring) -> [Part] {
        var result: [Part] = []
        var current = Part()
        func finish() {
            if !current.text.isEmpty {
                current.readMinus()
                current.readBar()
                result.append(current)
            }
            current = Part()
        }
        for scalar in text.unicodeScalars {
            if quotes.contains(scalar) {
                let opens = !current.isPhrase
                let isExcluded = opens && isMinus(current.text)
                if isExcluded { current.text = "" }
                finish()
                current.isPhrase = opens
                current.isExcluded = isExcluded
            } else if !current.isPhrase && scalar.properties.isWhitespace {
                finish()
            } else {
                current.text.unicodeScalars.append(scalar)
            }
        }
        current.isOpen = current.isPhrase
        finish()
        return result
    }

    // MARK: One part

    private mutating func read(_ whole: Part, after before: Part?) {
        guard let part = shortened(whole) else { return }
        var (text, told) = (part.bar, part.text)
        var isExcluded = part.isExcluded
        if !part.isPhrase, text.hasPrefix("-"), text.utf8.count > 1 {
            isExcluded = true
            text.removeFirst()
            told.removeFirst()
        }
        let party = parties(text)
        let isPhrase = part.isPhrase && (isExcluded || party == nil && Self.uuid(text) == nil)
        let isPrefix = !part.isPhrase && text.hasSuffix("*")
        let isExact = isPhrase || isExcluded || isPrefix
        guard var term = isExact ? Self.exact(text, isPrefix) : TextQuery.Term(ord: text) else {
            return
        }
        if !isPrefix, !isPhrase, let party, let skrevet = Self.skrivemaader(party, text) {
            term = term.eller(skrevet)
        }
        if isExcluded {
            let read = isPhrase || isPrefix && !text.contains(".") ? nil : udeladt(text)
            udeladt.append(
                Krav(noegler: read?.noegler ?? [], uuider: read?.uuider ?? [], tekst: term))
            forstaaet.append(
                Forstaaet(tekst: told, som: .udeladt, ogsaa: read.map { [$0.som] } ?? []))
            return
        }
        guard !isPhrase else {
            var condition = Krav(tekst: term)
            condition.maaUndvaeres = part.isOpen
            return add(told, .frase, [], condition)
        }
        if let (emne, facet) = klasseOgFacet(text) {
            let numbers = numre(text)
            klassepraefikser[krav.count] = emne
            let isUnknown = plan.mangler(begyndelse: emne)
            for noegler in [klasse(text, emne), [facet]] {
                var condition = Krav(noegler: noegler + numbers, tekst: term)
                condition.maaUndvaeres = isUnknown
                krav.append(condition)
            }
            forstaaet.append(Forstaaet(tekst: told, som: .kle, ogsaa: [.nummer]))
            return
        }
        let (som, ogsaa, noegler, uuider) = keys(text)
        if som == .kle, let read = KLENummer.folding(text) {
            klassepraefikser[krav.count] = read.handlingsfacet?.tekst ?? read.emnePraefiks
        }
        let plain: Laesning = isPrefix ? .praefiks : .ord
        let erOrd = som == nil && !isPrefix
        if erOrd {
            almindelige[krav.count] = text
            if Self.erSmaaord(term) { smaaord.insert(krav.count) }
        } else if som == .nummer, before?.saysBilag ?? false {
            almindelige[krav.count] = text
            smaaord.insert(krav.count)
        }
        var condition = Krav(noegler: noegler, uuider: uuider, tekst: term)
        // What looks like a class and is none is a number.
        let isUnknown = klassepraefikser[krav.count].map(plan.mangler(begyndelse:)) ?? false
        condition.maaUndvaeres = erOrd || !isPrefix && (som == .nummer || isUnknown)
        condition.erOrd = erOrd
        add(told, som ?? plain, ogsaa, condition)
    }

    /// The part with as many words as there is room for; nil when there is none.
    private mutating func shortened(_ part: Part) -> Part? {
        // Most are a word each.
        let hasSigns = part.text.utf8.contains { byte in
            !(48...57).contains(byte) && !(97...122).contains(byte | 0x20)
        }
        guard part.isPhrase || hasSigns else { return part }
        let tokens = Tokenizer.tokens(part.text)
        let room = Self.maxRunWords - runWords
        if tokens.count > 1 { runWords += tokens.count }
        guard tokens.count > max(1, room) else { return part }
        isCut = true
        guard room > 0 else { return nil }
        let end = part.text.utf8.index(
            part.text.startIndex, offsetBy: tokens[room - 1].range.upperBound)
        return part.shortened(to: end)
    }

    private static func erSmaaord(_ term: TextQuery.Term) -> Bool {
        guard term.tokens.count == 1, let token = term.tokens.first else { return false }
        return erSmaaord(token)
    }

    /// Whether the folded word is one that says little, such as `til` and `med`.
    static func erSmaaord(_ token: some Collection<UInt8>) -> Bool {
        pakket(token).map(pakkedeSmaaord.contains) ?? false
    }

    /// A word of eight bytes at most as a number; nil for longer ones.
    private static func pakket(_ token: some Collection<UInt8>) -> UInt64? {
        token.count <= 8 ? token.reduce(0) { $0 << 8 | UInt64($1) } : nil
    }

    private static let pakkedeSmaaord = Set(alleSmaaord.compactMap { pakket(Array($0.utf8)) })

    /// Folded. Words of a query that no title need hold for it to be meant.
    private static let alleSmaaord: Set<String> = [
        "ad", "af", "alle", "at", "bilag", "da", "de", "dem", "den", "der", "deres", "det", "dig",
        "din", "dine", "dit", "du", "efter", "eller", "en", "er", "et", "for", "fra", "faa", "gaa",
        "ham",
        "han", "har", "have", "hende", "her", "hos", "hun", "hvad", "hvis", "hvor", "hvordan", "i",
        "ikke", "ind", "ja", "jeg", "jer", "kan", "kun", "man", "mange", "med", "men", "mig", "min",
        "mine", "mit", "mod", "naar", "ned", "nej", "noget", "nogen", "nogle", "nu", "og", "ogsaa",
        "om", "op", "os", "over", "paa", "saa", "selv", "sig", "sin", "sine", "sit", "skal", "som",
        "til", "ud", "uden", "under", "var", "ved", "vedr", "vi", "vil", "vores", "hr", "fr", "fru",
        "nr",
    ]

    private static func exact(_ text: String, _ isPrefix: Bool) -> TextQuery.Term? {
        let tokens = Tokenizer.tokens(text).map(\.text)
        return tokens.isEmpty ? nil : TextQuery.Term(tokens: tokens, isPrefix: isPrefix)
    }

    private mutating func add(
        _ text: String, _ som: Laesning, _ ogsaa: [Laesning], _ condition: Krav
    ) {
        krav.append(condition)
        forstaaet.append(Forstaaet(tekst: text, som: som, ogsaa: ogsaa))
    }

    private mutating func add(_ tydning: Tydning, _ words: ArraySlice<String>) {
        let text = words.joined(separator: " ")
        var condition = Krav(noegler: tydning.noegler, tekst: tydning.tekst)
        condition.oprettet = tydning.oprettet
        condition.maaUndvaeres = tydning.maaUndvaeres
        if let emne = tydning.klasse { condition.noegler += klasse(text, emne) }
        guard tydning.tekst == nil else {
            return add(text, tydning.som, tydning.ogsaa, condition)
        }
        // The key, or all of the words.
        let whole = TextQuery.Term(etAf: tydning.skrivemaader)
        for word in words {
            guard var term = TextQuery.Term(ord: word) else { continue }
            if let whole { term = term.eller(whole) }
            var one = condition
            one.noegler += numre(word)
            one.tekst = term
            if let emne = tydning.klasse { klassepraefikser[krav.count] = emne }
            krav.append(one)
        }
        forstaaet.append(Forstaaet(tekst: text, som: tydning.som, ogsaa: tydning.ogsaa))
    }

    /// What `-` and several words name together: who leaves out `-cpr 010203-1234` or `-§ 83` means all of it. Of a date the
    /// text alone is left out.
    private func udeladtTydning(_ parts: ArraySlice<Part>) -> Tydning? {
        guard let first = parts.first, !first.isPhrase, first.bar.utf8.count > 1,
            first.bar.hasPrefix("-"), !first.bar.hasSuffix("*")
        else { return nil }
        let others = parts.dropFirst().prefix(Tyder.maxOrd - 1).prefix(while: \.isWord)
        guard !others.isEmpty else { return nil }
        let words = [String(first.bar.dropFirst())] + others.map(\.bar)
        return tyder.read(words[...]).flatMap { $0.antal > 1 ? $0 : nil }
    }

    private mutating func add(udeladt tydning: Tydning, _ words: ArraySlice<String>) {
        let text = words.joined(separator: " ").dropFirst()
        var noegler = tydning.noegler
        if let emne = tydning.klasse { noegler += Klasseudvidelse.noegler(emne, nil) }
        let tekst =
            tydning.tekst
            ?? TextQuery.Term(
                etAf: tydning.klasse.map { [$0] } ?? tydning.skrivemaader + [String(text)])
        udeladt.append(Krav(noegler: noegler, tekst: tekst))
        forstaaet.append(
            Forstaaet(tekst: String(text), som: .udeladt, ogsaa: [tydning.som]))
    }

    private mutating func keys(
        _ text: String
    ) -> (Laesning?, [Laesning], [Noeglekrav], [UUIDIdentifikator]) {
        if let uuid = Self.uuid(text) {
            return (.uuid, [], [Noeglekrav(Noegle(uuid))], [uuid])
        }
        guard text.utf8.contains(where: { (48...57).contains($0) || $0 == UInt8(ascii: "@") })
        else {
            return (nil, [], [], [])
        }
        if let ejendom = Self.ejendom(text) { return (.ejendom, [], [ejendom], []) }
        let numbers = numre(text)
        let ejendom = (6...10).contains(text.utf8.count) ? tyder.bfe(text) : nil
        let property = (ejendom ?? []).map(Tyder.genstand)
        let maybe: [Laesning] = ejendom == nil ? [] : [.ejendom]
        if let (som, ogsaa, parties) = parties(text) {
            return (som, ogsaa + [.nummer] + maybe, parties + numbers + property, [])
        }
        if let emne = emne(text) { return (.kle, [.nummer], klasse(text, emne) + numbers, []) }
        if let facet = facet(text) { return (.kle, [.nummer], [facet] + numbers, []) }
        return (text.hasSuffix("*") ? nil : .nummer, maybe, numbers + property, [])
    }

    private static func uuid(_ text: String) -> UUIDIdentifikator? {
        if let uuid = UUIDIdentifikator(text) { return uuid }
        guard (32...45).contains(text.utf8.count) else { return nil }
        var rest = text.lowercased()[...]
        if rest.hasPrefix("urn:uuid:") { rest = rest.dropFirst(9) }
        if rest.hasPrefix("{"), rest.hasSuffix("}") { rest = rest.dropFirst().dropLast() }
        if rest.utf8.count == 32 {
            for place in [20, 16, 12, 8] {
                rest.insert("-", at: rest.utf8.index(rest.startIndex, offsetBy: place))
            }
        }
        return UUIDIdentifikator(rest)
    }

    /// What is left out besides the words: the class itself, not what it stands for.
    private mutating func udeladt(
        _ text: String
    ) -> (som: Laesning, noegler: [Noeglekrav], uuider: [UUIDIdentifikator])? {
        if let emne = emne(text) {
            return (.kle, Klasseudvidelse.noegler(emne, nil) + numre(text), [])
        }
        let (som, _, noegler, uuider) = keys(text)
        return som.map { ($0, noegler, uuider) }
    }

    private func numre(_ text: String) -> [Noeglekrav] { tyder.numre(text) }

    /// The forms of parties as systems write them, which a person may paste.
    private static let urner: [(form: String, cifre: Int, som: Laesning)] = [
        ("urn:oio:cpr-nr:", 10, .cpr), ("urn:oio:cvr-nr:", 8, .cvr), ("urn:oio:pnr:", 10, .pnummer),
    ]

    /// A property as systems write it.
    private static func ejendom(_ text: String) -> Noeglekrav? {
        let text = text.lowercased()
        let forms = [("urn:oio:ejendom:bfe-nr:", ""), ("urn:oio:esr:ejendom:", "-")]
        let isOne = forms.contains { form, sign in
            text.hasPrefix(form)
                && text.dropFirst(form.utf8.count).allSatisfy {
                    Tyder.isDigit($0) || sign.contains($0)
                } && text.utf8.count > form.utf8.count
        }
        return isOne ? Tyder.genstand(text) : nil
    }

    private typealias Party = (som: Laesning, ogsaa: [Laesning], noegler: [Noeglekrav])

    private func parties(_ text: String) -> Party? {
        func party(_ form: String, _ digits: String) -> Noeglekrav { Tyder.part(form + digits) }
        let digits = text.utf8.filter { (48...57).contains($0) }
        let plain = String(decoding: digits, as: UTF8.self)
        let urn = Self.urner.first {
            $0.cifre == plain.utf8.count && text.lowercased() == $0.form + plain
        }
        if let urn { return (urn.som, [], [party(urn.form, plain)]) }
        switch (digits.count, text.utf8.count) {
        case (10, 10):
            return (
                .cpr, [.pnummer], [party("urn:oio:cpr-nr:", plain), party("urn:oio:pnr:", plain)]
            )
        case (10, 11) where Array(text.utf8)[6] == UInt8(ascii: "-"):
            return (.cpr, [], [party("urn:oio:cpr-nr:", plain)])
        case (10, 12) where text.lowercased().hasPrefix("p-"):
            return (.pnummer, [], [party("urn:oio:pnr:", plain)])
        case (10, 11) where text.lowercased().hasPrefix("p"):
            return (.pnummer, [], [party("urn:oio:pnr:", plain)])
        case (8, 8): return (.cvr, [], [party("urn:oio:cvr-nr:", plain)])
        case (8, 10) where text.lowercased().hasPrefix("dk"):
            return (.cvr, [], [party("urn:oio:cvr-nr:", plain)])
        default: return nil
        }
    }

    /// A party's number as it is written in running text, whichever way it was typed.
    private static func skrivemaader(_ party: Party, _ text: String) -> TextQuery.Term? {
        let digits = text.filter(Tyder.isDigit)
        return TextQuery.Term(
            etAf: ([party.som] + party.ogsaa).flatMap { Tyder.skrivemaader($0, digits) })
    }

    // MARK: Classes

    /// A bare number of two digits is a number, and no class.
    private func emne(_ text: String) -> String? {
        guard text.contains("."), let read = KLENummer.folding(text),
            !read.emnePraefiks.isEmpty, read.handlingsfacet == nil
        else { return nil }
        return read.emnePraefiks
    }

    private func facet(_ text: String) -> Noeglekrav? {
        guard let read = KLENummer.folding(text), read.emnePraefiks.isEmpty else { return nil }
        return read.handlingsfacet.map {
            Noeglekrav(klassePraefiks: $0.tekst, as: [.handlingsklasse])
        }
    }

    private func klasseOgFacet(_ text: String) -> (emne: String, facet: Noeglekrav)? {
        guard text.contains("."), let read = KLENummer.folding(text),
            !read.emnePraefiks.isEmpty, let facet = read.handlingsfacet
        else { return nil }
        return (
            read.emnePraefiks, Noeglekrav(klassePraefiks: facet.tekst, as: [.handlingsklasse])
        )
    }

    /// The class and what leads to it alone; what it stands for besides is noted once.
    private mutating func klasse(_ text: String, _ emne: String) -> [Noeglekrav] {
        let udvidelse = Klasseudvidelse(text, of: emne, plan)
        if let udvidelse, !klasseudvidelser.contains(udvidelse) {
            klasseudvidelser.append(udvidelse)
        }
        let noegler = Klasseudvidelse.noegler(emne, udvidelse)
        guard let halvt = Self.halvt(text), halvt != emne else { return noegler }
        return noegler + Klasseudvidelse.noegler(halvt, nil)
    }

    /// `27.6` may be 27.06 written without its zero, and the beginning of 27.60 and of its neighbours.
    private static func halvt(_ text: String) -> String? {
        let digits = text.reversed().prefix { $0.isNumber }
        guard digits.count == 1 else { return nil }
        return KLENummer.folding(text + "*")?.emnePraefiks
    }
}
