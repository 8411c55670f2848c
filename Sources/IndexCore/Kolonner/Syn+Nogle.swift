// Some of the words, by lists: what `selectNogle` finds, without reading each object.

extension Syn {
    /// Every visible object in which some of the words stand and all else holds, weighed.
    ///
    /// `vaegte` is what an earlier page was weighed by; nil for the first. Costs a merge of the words'
    /// lists, and some 50 ns a row and word.
    public func findNogle(
        _ udvaelgelse: Udvaelgelse, _ vaegte: Sporvaegte?
    ) throws(StoreError) -> (maengde: Fundmaengde, vaegte: Sporvaegte) {
        guard reader.mayUseMemory, udvaelgelse.isOfColumns else {
            let (fund, vaegte) = try selectNogle(udvaelgelse, vaegte)
            return (Fundmaengde(loese: fund), vaegte)
        }
        try reader.seeToForeign()
        let spor = Spor.alle(udvaelgelse.krav, self)
        let opslag = Nogleopslag(udvaelgelse, spor, self)
        let kombinationer = Sporkombinationer()
        var dele: [(fil: Filsted, fundne: Sporfund)] = []
        var loese: [(fund: Fund, spor: [UInt16])] = []
        var wanted = scope.myndigheder
        if let only = udvaelgelse.myndigheder { wanted.formIntersection(only) }
        for myndighed in wanted.sorted() {
            let found = try iHukommelse(myndighed) { sted throws(StoreError) in
                try nogle(opslag, spor, kombinationer, sted)
            }
            if let found {
                dele += found.map { ($0.sted, $0.fundne) }
                for fundet in found { loese += fundet.loese }
            } else {
                for shard in try reader.shards(of: myndighed) {
                    let walk = Gennemgang(syn: self, shard: shard, udvaelgelse: udvaelgelse)
                    loese += try walk.nogle(spor)
                }
            }
        }
        var kendte = KendteFremmede()
        try forEachForeignWalk(
            udvaelgelse, spor: spor, udenfor: { kendte.erAfgjort($0, $1, self) }
        ) { walk throws(StoreError) in
            loese += try walk.nogle(spor)
            try noteDomme(
                over: (walk.kun ?? []).filter { !kendte.doemte.contains($0) }, walk.shard)
        }
        for sete in kendte.sete {
            if let found = try nogle(opslag, spor, kombinationer, sete.sted(reader)) {
                dele.append((found.sted, found.fundne))
            } else if let walk = try gennemgang(of: sete, udvaelgelse) {
                loese += try walk.nogle(spor)
            }
        }
        let weights =
            vaegte
            ?? Sporvaegte(
                spor,
                taelling: Sportaelling(
                    spor.count, loese.map(\.spor), dele.map(\.fundne), kombinationer))
        var result = Fundmaengde()
        result.loese = loese.map { fundet in
            var fund = fundet.fund
            fund.vaegt = weights.vaegt(
                spor, fundet.spor, Titellaengde(fund.objekt.row.titelord))
            return fund
        }
        var tabel = Sporvaegttabel(kombinationer, spor, weights)
        for (sted, fundne) in dele {
            result.dele.append(
                Fundmaengde.Del(
                    sted.fil, sted.kolonner,
                    .fundne(
                        ids: fundne.ids,
                        vaegte: fundne.vaegte(&tabel, titelord: sted.kolonner.rows.titelord))))
        }
        return (result, weights)
    }

    private struct Nogle {
        let sted: Filsted
        let fundne: Sporfund
        let loese: [(Fund, [UInt16])]
    }

    /// Nil when memory is not enough.
    private func nogle(
        _ opslag: Nogleopslag, _ spor: [Spor], _ kombinationer: Sporkombinationer,
        _ sted: Filsted
    ) throws(StoreError) -> Nogle? {
        guard let lister = try lister(opslag.andre, sted),
            let ways = try sporlister(opslag, sted)
        else { return nil }
        let maaling = Kolonnesoegning(opslag.andre.kolonner, sted)
        var base: (sikre: Set<UInt32>, tvivl: Set<UInt32>)?
        if opslag.harAndre {
            maaling.run(lister.krav, lister.udeladt)
            base = (Set(maaling.ids), Set(maaling.tvivl))
        }
        var fundne = Sporfund()
        var tvivl: [(UInt32, [UInt16])] = []
        let kendte = [sted.synlighed.sikre, sted.synlighed.tvivl]
        fundne.merge(ways, kombinationer, kendte: kendte) { id in
            if let base {
                return base.sikre.contains(id) ? .sikker : base.tvivl.contains(id) ? .tvivl : .nej
            }
            return maaling.bedoem(id)
        } tvivl: {
            tvivl.append(($0, $1))
        }
        guard !tvivl.isEmpty else { return Nogle(sted: sted, fundne: fundne, loese: []) }
        guard sted.maaLaeses, let shard = try reader.shard(fil: sted.fil.id) else {
            return nil
        }
        let walk = Gennemgang(syn: self, shard: shard, udvaelgelse: opslag.uden)
        var loese: [(Fund, [UInt16])] = []
        for (id, places) in tvivl {
            guard let row = try shard.row(id: Int64(id)) else { continue }
            if let fundet = try walk.nogle(row, places, spor) { loese.append(fundet) }
        }
        return Nogle(sted: sted, fundne: fundne, loese: loese)
    }

    /// Nil when memory lacks one.
    private func sporlister(
        _ opslag: Nogleopslag, _ sted: Filsted
    ) throws(StoreError) -> [Sporliste]? {
        var result: [Sporliste] = []
        for (number, one) in opslag.lister.enumerated() {
            guard let liste = try forenet(one.opslag, sted) else { return nil }
            guard liste.count > 0 else { continue }
            result.append(
                Sporliste(
                    nummer: UInt16(truncatingIfNeeded: number), liste: liste, veje: one.veje))
        }
        return result
    }
}

/// What the ways ask of every file.
private final class Nogleopslag {
    /// The question without the words that may be done without.
    let uden: Udvaelgelse
    /// Whether it asks for more than those words.
    let harAndre: Bool
    let andre: Kravopslag
    /// A word's ways are told by one list.
    let lister: [(opslag: [Fillager.Opslag], veje: [Sporliste.Vej])]

    init(_ udvaelgelse: Udvaelgelse, _ spor: [Spor], _ syn: Syn) {
        var uden = udvaelgelse
        uden.krav.removeAll(where: \.maaUndvaeres)
        self.uden = uden
        harAndre = !uden.krav.isEmpty
        andre = Kravopslag(uden, syn)
        var lister: [(opslag: [Fillager.Opslag], veje: [Sporliste.Vej])] = []
        var last: (ord: Int, term: TextQuery.Term)?
        for (number, one) in spor.enumerated() {
            let vej = Sporliste.Vej(place: UInt16(number), maske: one.maske)
            let this = one.kilde.map { (ord: one.ord, term: $0.term) }
            if let this, let last, this == last {
                lister[lister.count - 1].veje.append(vej)
                continue
            }
            last = this
            let spoergsmaal =
                this.map { [.ord($0.term)] } ?? one.noegler.map { Fillager.Spoergsmaal.noegle($0) }
            lister.append((spoergsmaal.map(syn.reader.opslag), [vej]))
        }
        self.lister = lister
    }
}

extension Spor {
    /// What of a row's places in the word's list is told by this way; a key's own places for a key.
    ///
    /// Texts that not every reader sees do not count.
    fileprivate var maske: UInt16 {
        guard let kilde else { return Liste.Sted.noegle.rawValue }
        let places = kolonner.reduce(0) { $0 | Liste.Sted.steder(1 << Int64($1.rawValue)) }
        return (places | places << 4 | places << 8) & kilde.former
    }
}

/// How many visible objects each way found.
struct Sportaelling {
    private(set) var counts: [Int]
    private(set) var alle: Int

    /// Of objects that were read, by the ways that led to each.
    init(_ spor: Int, _ traef: [[UInt16]]) {
        counts = [Int](repeating: 0, count: spor)
        alle = traef.count
        for fundne in traef { for place in fundne { counts[Int(place)] += 1 } }
    }

    /// Of those and of rows.
    fileprivate init(
        _ spor: Int, _ traef: [[UInt16]], _ fundne: [Sporfund],
        _ kombinationer: Sporkombinationer
    ) {
        self.init(spor, traef)
        alle += fundne.reduce(0) { $0 + $1.ids.count }
        kombinationer.count(fundne, into: &counts)
    }
}
