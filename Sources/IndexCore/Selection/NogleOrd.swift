/// One way in which one of the words may be found.
struct Spor {
    /// Which of the words, counted among those that may be done without.
    let ord: Int
    /// How sure a find by it is, at most 1.
    let faktor: Double
    /// How many places after it the way stands whose finds tell how rare the word is: one form of a
    /// common word tells no more than the word.
    var sjaeldenhed = 0
    /// A part of the word alone; what the parts tell is added up.
    var erLed = false
    var tekst: TextQuery.Term?
    var kolonner: [TextQuery.Column] = []
    /// The term whose list tells of `tekst` too, and by which kinds of its forms.
    var kilde: (term: TextQuery.Term, former: UInt16)?
    var noegler: [Noeglekrav] = []

    /// In titles alone.
    var erTitel: Bool { kolonner == Self.titel }

    /// Words beyond so many are not looked for.
    static let maxOrd = 16

    /// What a word tells that may not be the one meant, among others that are.
    private static let rettet = 0.3
    private static let titel: [TextQuery.Column] = [.titel]
    private static let alle = TextQuery.Column.sikre

    /// Every way, the surest first: exact above inflected above part of a compound, titles above
    /// other texts, and all above the keywords of the object's class.
    static func alle(_ krav: [Krav], _ syn: Syn) -> [Spor] {
        var ord: [Krav] = []
        for one in krav where one.maaUndvaeres && !ord.contains(one) { ord.append(one) }
        ord = Array(ord.prefix(maxOrd))
        // Who asks for a case by its number alone, or for a day, wants that: what has some of the digits
        // is no answer.
        let erTal = ord.allSatisfy { $0.oprettet != nil || $0.tekst?.isNummer ?? true }
        return ord.enumerated().flatMap { number, krav in
            spor(number, krav, syn, medLed: !erTal)
        }
    }

    private static func spor(
        _ number: Int, _ krav: Krav, _ syn: Syn, medLed: Bool
    ) -> [Spor] {
        var result: [Spor] = []
        if !krav.noegler.isEmpty {
            result.append(Spor(ord: number, faktor: 1, noegler: krav.noegler))
        }
        guard let term = krav.tekst else { return result }
        let sikkerhed = krav.erRettet ? rettet : 1
        func add(
            _ faktor: Double, _ tekst: TextQuery.Term, _ former: UInt16, sjaeldenhed: Int = 0
        ) {
            for (kolonner, del) in [(titel, 1.0), (alle, 0.6)] {
                result.append(
                    Spor(
                        ord: number, faktor: sikkerhed * faktor * del, sjaeldenhed: sjaeldenhed,
                        tekst: tekst, kolonner: kolonner, kilde: (term, former)))
            }
        }
        let foelgere = term.isWide ? 2 : 0
        add(1, term.ordret, Liste.Sted.ordret, sjaeldenhed: foelgere)
        if term.isWide {
            add(0.9, term.udenLed, Liste.Sted.ordret | Liste.Sted.boejet)
            add(0.5, term, Liste.Sted.former)
        }
        for led in medLed ? term.led(syn.analyse) : [] {
            result.append(
                Spor(
                    ord: number, faktor: sikkerhed * 0.45, erLed: true, tekst: led,
                    kolonner: alle, kilde: (led, Liste.Sted.former)))
        }
        let stikord = syn.stikord
        for (faktor, asked) in [(0.7, term.udenLed), (0.4, term)] {
            let klasser = stikord.klasser(medOrd: asked, syn.analyse)
            guard !klasser.isEmpty else { continue }
            result.append(
                Spor(ord: number, faktor: faktor, noegler: klasser.map(Noeglekrav.init(emne:))))
        }
        return result
    }

    func holds(in tilstand: Objekttilstand, _ tekster: Soegetekst) -> Bool {
        if noegler.contains(where: { $0.holds(in: tilstand) }) { return true }
        return tekst.map { tekster.holds($0, in: Set(kolonner)) } ?? false
    }
}

extension Noeglekrav {
    /// The objects of one class.
    public init(emne nummer: String) { self.init(klassePraefiks: nummer, as: [.primaerKlasse]) }
}

/// How long a title is.
struct Titellaengde {
    /// Words; more than `flest` count as so many.
    let ord: UInt8

    static let flest: UInt8 = 31

    init(_ ord: UInt8) { self.ord = min(ord, Self.flest) }

    /// What a word of it counts for beside one in a title of seven words: BM25's saturation for one
    /// occurrence, with its usual constants (k1 1.2, b 0.75).
    var faktor: Double {
        ord == 0 ? 1 : 2.2 / (1 + 1.2 * (0.25 + 0.75 * Double(ord) / 7))
    }
}

/// How much each way tells: rare among what the caller sees tells more.
///
/// Nothing hidden moves it. In thousandths, so that a marker can carry it to the next page.
public struct Sporvaegte: Equatable, Sendable {
    public let promille: [UInt16]

    public init(promille: [UInt16]) { self.promille = promille }

    init(_ spor: [Spor], taelling: Sportaelling) {
        promille = spor.enumerated().map { place, one in
            let count = taelling.counts[place + one.sjaeldenhed]
            guard count > 0 else { return 0 }
            let value = naturalLogarithm(1 + Double(taelling.alle) / Double(count))
            return UInt16(clamping: Int((1000 * value).rounded()))
        }
    }

    /// The best that is told of each word, added up; `fundne` in the order of `spor`.
    ///
    /// A rare word counts by the square of what it tells, so that one outweighs several common ones; a
    /// word of a short title by more than one of a long.
    func vaegt(
        _ spor: [Spor], _ fundne: some Sequence<UInt16>, _ titel: Titellaengde
    ) -> Int {
        var sum = 0.0
        var (ord, best, parts) = (-1, 0.0, 0.0)
        for place in fundne where Int(place) < promille.count {
            let one = spor[Int(place)]
            if one.ord != ord {
                sum += max(best, parts)
                (ord, best, parts) = (one.ord, 0, 0)
            }
            let told = Double(promille[Int(place)])
            let value = one.faktor * (one.erTitel ? titel.faktor : 1) * told * told / 1000
            if one.erLed { parts += value } else { best = max(best, value) }
        }
        return Int((sum + max(best, parts)).rounded())
    }
}

extension Syn {
    /// Every visible object in which some of the words stand and all else holds, weighed.
    ///
    /// `vaegte` is what an earlier page was weighed by; nil for the first. Costs some ten text
    /// look-ups a word in each file, and a row for every object that is found.
    func selectNogle(
        _ udvaelgelse: Udvaelgelse, _ vaegte: Sporvaegte?
    ) throws(StoreError) -> (fund: [Fund], vaegte: Sporvaegte) {
        let spor = Spor.alle(udvaelgelse.krav, self)
        var traef: [(fund: Fund, spor: [UInt16])] = []
        try forEachWalk(udvaelgelse, spor: spor) { walk throws(StoreError) in
            traef += try walk.nogle(spor)
        }
        let weights =
            vaegte ?? Sporvaegte(spor, taelling: Sportaelling(spor.count, traef.map(\.spor)))
        let fund = traef.map { traef in
            var fund = traef.fund
            fund.vaegt = weights.vaegt(
                spor, traef.spor, Titellaengde(fund.objekt.row.titelord))
            return fund
        }
        return (fund, weights)
    }

    /// How well the object fitted as it was known then; nil when it was not.
    public func vaegt(
        of objekt: SynligtObjekt, nogle udvaelgelse: Udvaelgelse, _ vaegte: Sporvaegte,
        knownAt instant: Tidspunkt
    ) throws(StoreError) -> Int? {
        guard let tilstand = try tilstand(of: objekt, virkning: nil, knownAt: instant) else {
            return nil
        }
        let tekst = Soegetekst(tilstand.tekster(alternativ: objekt.alternativTitel), analyse)
        let spor = Spor.alle(udvaelgelse.krav, self)
        let fundne = spor.indices.filter { spor[$0].holds(in: tilstand, tekst) }
        return vaegte.vaegt(
            spor, fundne.map { UInt16($0) }, Titellaengde(tilstand.afledning.titelord))
    }
}

extension Gennemgang {
    /// The file's objects in which some way leads to something, and which ways.
    func nogle(_ spor: [Spor]) throws(StoreError) -> [(Fund, [UInt16])] {
        var plain = self
        plain.udvaelgelse.krav.removeAll(where: \.maaUndvaeres)
        if let kun {
            for uuid in kun {
                if let row = try shard.row(uuid) { try plain.consider(row, isSure: false, nil) }
            }
            return plain.fund.compactMap { fund in
                let visible = shown(spor.indices.map { UInt16($0) }, spor, fund)
                return visible.isEmpty ? nil : (fund, visible)
            }
        }
        let base = try plain.kandidater()
        var fundne: [Int64: (spor: [UInt16], isSure: Bool)] = [:]
        for (place, one) in spor.enumerated() {
            for (id, isSure) in try ids(one) where base == nil || base?[id] != nil {
                fundne[id, default: ([], true)].spor.append(UInt16(place))
                if !isSure { fundne[id]?.isSure = false }
            }
        }
        let udeladte = try udeladte()
        let uvaegtet = try Vaegte(shard, Udvaelgelse(), at: syn.now)
        var result: [(Fund, [UInt16])] = []
        for (id, fundet) in fundne {
            guard let row = try shard.row(id: id) else { continue }
            var one = plain
            let isSure = fundet.isSure && (base?[id] ?? true)
            try one.consider(row, isSure: isSure, udeladt: udeladte[id], uvaegtet)
            guard let fund = one.fund.first else { continue }
            let visible = shown(fundet.spor, spor, fund)
            if !visible.isEmpty { result.append((fund, visible)) }
        }
        return result
    }

    /// One row that some ways may lead to, judged by itself; nil when it is not seen so.
    func nogle(
        _ row: ObjektRow, _ places: [UInt16], _ spor: [Spor]
    ) throws(StoreError) -> (Fund, [UInt16])? {
        var one = self
        try one.consider(row, isSure: false, nil)
        guard let fund = one.fund.first else { return nil }
        let visible = shown(places, spor, fund)
        return visible.isEmpty ? nil : (fund, visible)
    }

    /// What the way leads to, and whether each is sure to be seen by every reader of the object.
    private func ids(_ spor: Spor) throws(StoreError) -> Kandidater {
        var ids: Kandidater = [:]
        if let term = spor.tekst {
            let found = try shard.matches(
                TextQuery(required: [term], excluded: []), spor.kolonner)
            for id in found { ids[id] = true }
        }
        for noegle in spor.noegler { try collect(noegle, into: &ids) }
        return ids
    }

    /// The ways that the caller can see, where some lead to parts that may be hidden.
    private func shown(_ places: [UInt16], _ spor: [Spor], _ fund: Fund) -> [UInt16] {
        guard let tilstand = fund.tilstand else { return places }
        let tekst = Soegetekst(
            tilstand.tekster(alternativ: fund.objekt.alternativTitel), syn.analyse)
        return places.filter { spor[Int($0)].holds(in: tilstand, tekst) }
    }
}
