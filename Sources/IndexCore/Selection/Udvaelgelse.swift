/// A key, or a range of keys, that an object must stand under.
public struct Noeglekrav: Hashable, Sendable {
    let fra: Noegle
    let til: Noegle
    /// Nil for any list.
    let lister: Set<Element>?
    /// Nil for any role.
    let roller: Set<Rolle>?

    /// One key, in one of the lists and in one of the roles.
    public init(_ noegle: Noegle, in lister: Set<Element>? = nil, as roller: Set<Rolle>? = nil) {
        fra = noegle
        til = noegle
        self.lister = lister
        self.roller = roller
    }

    /// Every class whose number begins so.
    public init(klassePraefiks: String, as roller: Set<Rolle>) {
        fra = Noegle(klasse: klassePraefiks)
        til = Noegle(klasse: klassePraefiks + "\u{7F}")
        lister = nil
        self.roller = roller
    }

    /// Every class of the list whose number begins so.
    public init(klassePraefiks: String, in lister: Set<Element>) {
        fra = Noegle(klasse: klassePraefiks)
        til = Noegle(klasse: klassePraefiks + "\u{7F}")
        self.lister = lister
        roller = nil
    }

    /// Every case or document number of the kind that begins so, letters' case left out.
    public init(brugervendtNoeglePraefiks: String, _ kind: ObjektKind) {
        fra = Noegle(brugervendtNoegle: brugervendtNoeglePraefiks, kind)
        til = Noegle(
            .brugervendtNoegle,
            [kind.rawValue] + Array(brugervendtNoeglePraefiks.lowercased().utf8) + [0xFF])
        lister = [.egenskaber]
        roller = nil
    }

    /// One key, not a range of them.
    var erEn: Bool { fra == til }

    /// The same in one role alone.
    public func som(_ rolle: Rolle) -> Noeglekrav { Noeglekrav(fra, til, lister, [rolle]) }

    private init(_ fra: Noegle, _ til: Noegle, _ lister: Set<Element>?, _ roller: Set<Rolle>?) {
        self.fra = fra
        self.til = til
        self.lister = lister
        self.roller = roller
    }

    func concerns(_ liste: Element?, _ rolle: Rolle) -> Bool {
        (lister.map { set in liste.map(set.contains) ?? false } ?? true)
            && (roller?.contains(rolle) ?? true)
    }

    /// Whether whoever sees an object with all its numbers sees that it stands under the keys in that
    /// list: what is granted and paid is hidden by its number alone, all else by what it points at.
    func isShown(_ liste: Element?) -> Bool {
        guard let liste, Element.betingedeLister.contains(liste) else { return true }
        return liste == .bevilgetYdelse
            || (liste == .oekonomiskYdelseEffektueringRelation && erKlasse)
    }

    /// Whether what comes to stand in the list later may count: of an object that lies ahead as a whole, which the
    /// registration tells. Lists that hold what stands of such objects tell it themselves.
    func mayHoldLater(_ liste: Element?) -> Bool {
        guard let liste else { return true }
        return !liste.staar(klasse: erKlasse)
    }

    /// Whether what stood in the list before, and does no more, may count: of an object that is over by then, which the
    /// registration tells. Lists that hold what stands of such objects tell it themselves.
    func mayHoldPast(_ liste: Element?) -> Bool {
        guard let liste else { return false }
        return !liste.staar(klasse: erKlasse) && liste != .egenskaber
    }

    private var erKlasse: Bool { fra.isKlasse && til.isKlasse }

    func holds(in tilstand: Objekttilstand) -> Bool {
        let instant = tilstand.instant.microseconds
        return tilstand.afledning.henvisninger.contains { henvisning in
            henvisning.fra <= instant && instant < henvisning.til
                && concerns(henvisning.liste, henvisning.rolle) && covers(henvisning.noegle)
        }
    }

    private func covers(_ noegle: Noegle) -> Bool {
        !noegle.bytes.lexicographicallyPrecedes(fra.bytes)
            && !til.bytes.lexicographicallyPrecedes(noegle.bytes)
    }
}

/// One thing that must hold of an object: one of the keys, its own UUID, or a text.
public struct Krav: Equatable, Sendable {
    public var noegler: [Noeglekrav]
    /// Objects that meet it by being themselves.
    public var uuider: [UUIDIdentifikator]
    public var tekst: TextQuery.Term?
    /// Objects that began then meet it.
    public var oprettet: Range<Tidspunkt>?
    /// A word, or what may be written otherwise: where no object has all, those that have some will do.
    public var maaUndvaeres = false
    /// A plain word, read as nothing else.
    public var erOrd = false
    /// The word is not the one that was typed but one that may have been meant.
    public var erRettet = false

    /// Any of these; one without any is never met.
    public init(
        noegler: [Noeglekrav] = [], uuider: [UUIDIdentifikator] = [],
        tekst: TextQuery.Term? = nil
    ) {
        self.noegler = noegler
        self.uuider = uuider
        self.tekst = tekst
    }

    /// Whether one of the keys, or the time, holds of the object, whatever its text.
    public func holdsByKey(of tilstand: Objekttilstand) -> Bool {
        began(tilstand.oprettet) || noegler.contains { $0.holds(in: tilstand) }
    }

    func began(_ oprettet: Tidspunkt?) -> Bool {
        guard let range = self.oprettet, let oprettet else { return false }
        return range.contains(oprettet)
    }

    /// What else meets it.
    public var udenTekst: Krav {
        var result = self
        result.tekst = nil
        return result
    }

    var isTextOnly: Bool { noegler.isEmpty && uuider.isEmpty && oprettet == nil }

    func holds(of objekt: SynligtObjekt, _ tilstand: Objekttilstand, _ tekster: Soegetekst) -> Bool
    {
        if uuider.contains(objekt.uuid) || holdsByKey(of: tilstand) { return true }
        return tekst.map(tekster.holds) ?? false
    }
}

/// An object's visible texts, by column.
struct Soegetekst {
    private let columns: [(TextQuery.Column, Ordtekst)]
    private let analyse: Ordanalyse

    init(
        _ tekster: [(kolonne: TextQuery.Column, tekst: String)], _ analyse: Ordanalyse
    ) {
        columns = tekster.map { ($0.kolonne, Ordtekst($0.tekst)) }
        self.analyse = analyse
    }

    func holds(_ term: TextQuery.Term) -> Bool { holds(term, in: Set(TextQuery.Column.allCases)) }

    func holds(_ term: TextQuery.Term, in wanted: Set<TextQuery.Column>) -> Bool {
        columns.contains { kolonne, tekst in
            wanted.contains(kolonne)
                && tekst.holds(kolonne.harFormer ? term : term.udenFormer, analyse)
        }
    }
}

/// Conditions on objects, all of which must hold; carried out only through a `Syn`.
public struct Udvaelgelse: Sendable {
    /// Objects of other kinds do not match.
    public var objekttyper: Set<ObjektKind> = Set(ObjektKind.allCases)
    /// Nil for all that the scope has.
    public var myndigheder: Set<CVRNummer>?
    /// All of them must hold.
    public var krav: [Krav] = []
    /// None of them may hold.
    public var udeladt: [Krav] = []
    /// `krav` is all that was typed: what holds it all and no more may be told from what holds more.
    public var erHeleTeksten = true
    /// How well each fits is asked for; else it may be told as nothing.
    public var erRangeret = true
    /// FremdriftStatusKode; empty for any.
    public var fremdrift: Set<String> = []
    /// Objects without a level of their own match only when this is nil.
    public var foelsomhed: ClosedRange<Foelsomhed>?
    /// Master systems; empty for any.
    public var kildesystem: Set<UUIDIdentifikator> = []
    /// On when the object began: a case's OprettetTidspunkt, else its first Egenskaber.
    public var oprettet: Range<Tidspunkt>?
    /// On when the registration was received.
    public var aendret: Range<Tidspunkt>?
    /// The effect time to judge by; nil for now, or an object's beginning while that lies ahead, or its end when it
    /// is over.
    public var virkning: Tidspunkt?
    /// What was known then is judged; nil for what is known now.
    public var registrering: Tidspunkt?

    /// An expression that must hold of the object itself.
    public var udtryk: (any Objektudtryk)?

    /// No condition at all.
    public init() {}

    /// More is asked than what was typed.
    public var erFiltreret: Bool {
        objekttyper.count < ObjektKind.allCases.count || myndigheder != nil || !fremdrift.isEmpty
            || foelsomhed != nil || !kildesystem.isEmpty || oprettet != nil || aendret != nil
            || udtryk != nil || krav.contains { $0.tekst == nil }
    }

    /// Asked for at another time than now.
    public var isHistoric: Bool { virkning != nil || registrering != nil }
    /// Whether columns and lists in memory can judge all of it: it asks of the present, and no object
    /// has to be read whole.
    var isOfColumns: Bool { !isHistoric && udtryk == nil }
}

/// One object that was found.
public struct Fund {
    public let objekt: SynligtObjekt
    /// What it was judged by, where the narrow row was not enough.
    public let tilstand: Objekttilstand?
    /// How well the text fits, from what the caller sees; more is better.
    public internal(set) var vaegt: Int

    /// The authority that owns it then.
    public var myndighed: CVRNummer? {
        tilstand.map(\.myndighed) ?? objekt.row.fakta.myndighed
    }
    /// Its own level; an Effektuering has none.
    public var foelsomhed: Foelsomhed? {
        tilstand.map(\.foelsomhed) ?? objekt.row.fakta.foelsomhed
    }
    /// When the object began.
    public var oprettet: Tidspunkt? { tilstand.map(\.oprettet) ?? objekt.row.oprettet }
    /// The case or document number.
    public var brugervendtNoegle: String? {
        tilstand.map(\.brugervendtNoegle) ?? objekt.row.brugervendtNoegle
    }
    /// The systems that own it or, of a grant, what of it is seen.
    public var mastere: [UUIDIdentifikator] {
        tilstand.map(\.afledning.fakta.mastere) ?? objekt.row.fakta.mastere
    }
    /// When the registration that was judged was received.
    public var aendret: Tidspunkt { tilstand?.registrering.stsTidspunkt ?? objekt.row.sts }
    /// FremdriftStatusKode.
    public var fremdrift: String? {
        Self.fremdrift(tilstand?.afledning.fremdrift ?? objekt.row.fremdrift, objekt.kind)
    }
    /// The numbers of the classes that the caller sees it under, each once.
    public var klasser: [String] {
        (tilstand?.kle ?? objekt.row.fakta.kleNu).compactMap(\.text)
    }

    static func fremdrift(_ code: UInt8, _ kind: ObjektKind) -> String? {
        let codes = kind == .sag ? ObjektSchema.sagFremdrift : ObjektSchema.dokumentFremdrift
        return (1...codes.count).contains(Int(code)) ? codes[Int(code) - 1] : nil
    }
}
