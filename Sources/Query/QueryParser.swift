import IndexCore

/// What a person typed → conditions; never a syntax error.
///
/// ```
/// text    = { blanks | phrase | word }
/// phrase  = [ "-" ] '"' any but '"' ( '"' | end )
/// word    = [ "-" ] any but blanks and '"' [ "*" ]
/// ```
///
/// A word is read as the first of these that it is, and is searched as text as well:
///
/// ```
/// uuid    = 8-4-4-4-12 hexadecimal digits
/// cpr     = 10 digits, or 6 digits "-" 4 digits; 10 digits may be a P number too
/// cvr     = [ "DK" ] 8 digits
/// kle     = a subject with a full stop in it, whole or half, "*" at its end or not; or a facet
/// nummer  = any word with a digit: it may be a case or document number
/// ```
///
/// A word is found by its stem too, alone or as a part of a compound, and a year with a number in each
/// of its written forms; a phrase, a beginning and what is left out are the words themselves.
///
/// A word with stops inside is a phrase of its parts. `-` leaves out; a `-` before nothing, and what
/// holds no letter or digit, is passed over. At most 64 words count.
struct QueryParser {
    /// How one word was read.
    enum Laesning: String, Sendable {
        case ord, frase, udeladt, cpr, cvr, pnummer, kle, nummer, uuid, praefiks
    }

    struct Forstaaet: Equatable, Sendable {
        let tekst: String
        let som: Laesning
    }

    static let maxTerms = 64

    private(set) var krav: [Krav] = []
    private(set) var udeladt: [TextQuery.Term] = []
    private(set) var forstaaet: [Forstaaet] = []
    /// The plain words as they were typed, by their place among `krav`.
    private(set) var almindelige: [Int: String] = [:]
    /// The places of words that say little, such as `til` and `med`.
    private(set) var smaaord: Set<Int> = []
    /// Words beyond the most that count were left out.
    private(set) var isCut = false
    private let kinds: [ObjektKind]

    /// Whether there is something left without the small words.
    var maaUndvaereSmaaord: Bool { !smaaord.isEmpty && smaaord.count < krav.count }

    /// Something was typed, and none of it can be searched.
    var isNoise: Bool { krav.isEmpty && udeladt.isEmpty }

    init(_ text: String, kinds: Set<ObjektKind>) {
        self.kinds = kinds.sorted()
        for part in Self.parts(text) {
            guard krav.count + udeladt.count < Self.maxTerms else {
                isCut = true
                return
            }
            read(part)
        }
    }

    // MARK: Parts

    private struct Part {
        var text = ""
        var isPhrase = false
        var isExcluded = false
    }

    private static func parts(_ text: String) -> [Part] {
        var result: [Part] = []
        var current = Part()
        func finish() {
            if !current.text.isEmpty { result.append(current) }
            current = Part()
        }
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\u{201D}" || scalar == "\u{201C}" {
                let opens = !current.isPhrase
                let isExcluded = opens && current.text == "-"
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
        finish()
        return result
    }

    // MARK: One part

    private mutating func read(_ part: Part) {
        var text = part.text
        var isExcluded = part.isExcluded
        if !part.isPhrase, text.hasPrefix("-"), text.utf8.count > 1 {
            isExcluded = true
            text.removeFirst()
        }
        let isPrefix = !part.isPhrase && text.hasSuffix("*")
        let isExact = part.isPhrase || isExcluded || isPrefix
        guard let term = isExact ? Self.exact(text, isPrefix) : TextQuery.Term(ord: text) else {
            return
        }
        if isExcluded {
            udeladt.append(term)
            forstaaet.append(Forstaaet(tekst: text, som: .udeladt))
            return
        }
        guard !part.isPhrase else { return add(text, .frase, Krav(tekst: term)) }
        let (som, noegler, uuider) = keys(text)
        let plain: Laesning = isPrefix ? .praefiks : .ord
        if som == nil, !isPrefix {
            almindelige[krav.count] = text
            if Self.erSmaaord(term) { smaaord.insert(krav.count) }
        }
        var condition = Krav(noegler: noegler, uuider: uuider, tekst: term)
        condition.maaUndvaeres = !isPrefix && (som == nil || som == .nummer)
        add(text, som ?? plain, condition)
    }

    private static func erSmaaord(_ term: TextQuery.Term) -> Bool {
        guard term.tokens.count == 1, let token = term.tokens.first else { return false }
        return alleSmaaord.contains(String(decoding: token, as: UTF8.self))
    }

    /// Folded. Words of a query that no title need hold for it to be meant.
    private static let alleSmaaord: Set<String> = [
        "ad", "af", "alle", "at", "da", "de", "dem", "den", "der", "deres", "det", "dig", "din",
        "dine", "dit", "du", "efter", "eller", "en", "er", "et", "for", "fra", "faa", "gaa", "ham",
        "han", "har", "have", "hende", "her", "hos", "hun", "hvad", "hvis", "hvor", "hvordan", "i",
        "ikke", "ind", "ja", "jeg", "jer", "kan", "kun", "man", "mange", "med", "men", "mig", "min",
        "mine", "mit", "mod", "naar", "ned", "nej", "noget", "nogen", "nogle", "nu", "og", "ogsaa",
        "om", "op", "os", "over", "paa", "saa", "selv", "sig", "sin", "sine", "sit", "skal", "som",
        "til", "ud", "uden", "under", "var", "ved", "vi", "vil", "vores",
    ]

    private static func exact(_ text: String, _ isPrefix: Bool) -> TextQuery.Term? {
        let tokens = Tokenizer.tokens(text).map(\.text)
        return tokens.isEmpty ? nil : TextQuery.Term(tokens: tokens, isPrefix: isPrefix)
    }

    private mutating func add(_ text: String, _ som: Laesning, _ condition: Krav) {
        krav.append(condition)
        forstaaet.append(Forstaaet(tekst: text, som: som))
    }

    private func keys(_ text: String) -> (Laesning?, [Noeglekrav], [UUIDIdentifikator]) {
        if let uuid = UUIDIdentifikator(text) {
            return (.uuid, [Noeglekrav(Noegle(uuid))], [uuid])
        }
        guard text.utf8.contains(where: { (48...57).contains($0) }) else {
            return (nil, [], [])
        }
        let numbers = kinds.map { Noeglekrav(Noegle(brugervendtNoegle: text, $0)) }
        if let parties = parties(text) { return (parties.0, parties.1 + numbers, []) }
        if let klasse = klasse(text) { return (.kle, klasse + numbers, []) }
        return (text.hasSuffix("*") ? nil : .nummer, numbers, [])
    }

    private func parties(_ text: String) -> (Laesning, [Noeglekrav])? {
        func party(_ form: String, _ digits: String) -> Noeglekrav {
            Noeglekrav(Noegle(urn: form + digits), in: Element.partLister)
        }
        let digits = text.utf8.filter { (48...57).contains($0) }
        let plain = String(decoding: digits, as: UTF8.self)
        switch (digits.count, text.utf8.count) {
        case (10, 10):
            return (.cpr, [party("urn:oio:cpr-nr:", plain), party("urn:oio:pnr:", plain)])
        case (10, 11) where Array(text.utf8)[6] == UInt8(ascii: "-"):
            return (.cpr, [party("urn:oio:cpr-nr:", plain)])
        case (10, 12) where text.lowercased().hasPrefix("p-"):
            return (.pnummer, [party("urn:oio:pnr:", plain)])
        case (10, 11) where text.lowercased().hasPrefix("p"):
            return (.pnummer, [party("urn:oio:pnr:", plain)])
        case (8, 8): return (.cvr, [party("urn:oio:cvr-nr:", plain)])
        case (8, 10) where text.lowercased().hasPrefix("dk"):
            return (.cvr, [party("urn:oio:cvr-nr:", plain)])
        default: return nil
        }
    }

    private func klasse(_ text: String) -> [Noeglekrav]? {
        guard let read = KLENummer.folding(text) else { return nil }
        if read.emnePraefiks.isEmpty {
            guard let facet = read.handlingsfacet else { return nil }
            return [Noeglekrav(klassePraefiks: facet.tekst, as: [.handlingsklasse])]
        }
        // A bare number of two digits is a number, and no class.
        guard text.contains("."), read.handlingsfacet == nil else { return nil }
        return [Noeglekrav(klassePraefiks: read.emnePraefiks, as: [.primaerKlasse])]
    }
}
