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
        var dele: [(fil: Filsted, fundne: Sporfund)] = []
        var loese: [(fund: Fund, spor: [UInt16])] = []
        var wanted = scope.myndigheder
        if let only = udvaelgelse.myndigheder { wanted.formIntersection(only) }
        for myndighed in wanted.sorted() {
            let found = try iHukommelse(myndighed) { sted throws(StoreError) in
                try nogle(udvaelgelse, spor, sted)
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
        try forEachForeignWalk(udvaelgelse) { walk throws(StoreError) in
            loese += try walk.nogle(spor)
        }
        let weights =
            vaegte
            ?? Sporvaegte(
                taelling: dele.reduce(into: Sportaelling(spor.count, loese.map(\.spor))) {
                    $0.add($1.fundne)
                })
        var result = Fundmaengde()
        result.loese = loese.map { fundet in
            var fund = fundet.fund
            fund.vaegt = weights.vaegt(spor, fundet.spor)
            return fund
        }
        for (sted, fundne) in dele {
            result.dele.append(
                Fundmaengde.Del(
                    fil: sted.fil, kolonner: sted.kolonner, ids: fundne.ids,
                    vaegte: fundne.vaegte(spor, weights)))
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
        _ udvaelgelse: Udvaelgelse, _ spor: [Spor], _ sted: Filsted
    ) throws(StoreError) -> Nogle? {
        var plain = udvaelgelse
        plain.krav.removeAll(where: \.maaUndvaeres)
        guard let lister = try lister(plain, sted) else { return nil }
        var ways: [Sporvej] = []
        for (place, one) in spor.enumerated() {
            guard let way = try vej(one, UInt16(place), sted) else { return nil }
            ways.append(way)
        }
        var maaling = Kolonnesoegning(
            plain, sted.kolonner, sted.synlighed, enheder: scope.bruger?.enheder)
        var base: (sikre: Set<UInt32>, tvivl: Set<UInt32>)?
        if !plain.krav.isEmpty {
            maaling.run(lister.krav, lister.udeladt)
            base = (Set(maaling.ids), Set(maaling.tvivl))
        }
        var fundne = Sporfund()
        var tvivl: [(UInt32, [UInt16])] = []
        Sporvej.forEachRow(of: &ways) { id, places, isSure in
            let dom: Kolonnesoegning.Bedoemmelse
            if let base {
                dom = base.sikre.contains(id) ? .sikker : base.tvivl.contains(id) ? .tvivl : .nej
            } else {
                dom = maaling.bedoem(id)
            }
            switch dom {
            case .nej: return
            case .sikker where isSure: fundne.append(id, places)
            case .sikker, .tvivl: tvivl.append((id, places))
            }
        }
        guard !tvivl.isEmpty else { return Nogle(sted: sted, fundne: fundne, loese: []) }
        guard sted.kilde == .fil, let shard = try reader.shard(fil: sted.fil.id) else {
            return nil
        }
        let walk = Gennemgang(syn: self, shard: shard, udvaelgelse: plain)
        var loese: [(Fund, [UInt16])] = []
        for (id, places) in tvivl {
            guard let row = try shard.row(id: Int64(id)) else { continue }
            if let fundet = try walk.nogle(row, places, spor) { loese.append(fundet) }
        }
        return Nogle(sted: sted, fundne: fundne, loese: loese)
    }

    /// The rows that one way leads to; nil when memory lacks a list.
    private func vej(
        _ spor: Spor, _ place: UInt16, _ sted: Filsted
    ) throws(StoreError) -> Sporvej? {
        var result = Sporvej(place: place, steder: spor.steder)
        if let term = spor.tekst {
            guard let liste = try liste(.ord(term), sted) else { return nil }
            result.liste = liste
        }
        for noegle in spor.noegler {
            guard let liste = try liste(.noegle(noegle), sted) else { return nil }
            result.liste = result.liste.union(liste)
        }
        return result
    }
}

/// One way's rows, and how far they have been walked.
private struct Sporvej {
    let place: UInt16
    /// The places of `Liste.Sted` that count.
    let steder: UInt16
    var liste = Liste()
    private var next = 0

    init(place: UInt16, steder: UInt16) {
        self.place = place
        self.steder = steder
    }

    /// Calls `body` with each row that some way leads to, in order: which ways, and whether every reader
    /// of the object finds it by them.
    static func forEachRow(
        of ways: inout [Sporvej], _ body: (UInt32, [UInt16], Bool) -> Void
    ) {
        var places: [UInt16] = []
        while true {
            var id = UInt32.max
            for way in ways where way.next < way.liste.count {
                id = min(id, way.liste.ids[way.next])
            }
            guard id != .max else { return }
            places.removeAll(keepingCapacity: true)
            var isSure = true
            for index in ways.indices {
                let next = ways[index].next
                guard next < ways[index].liste.count, ways[index].liste.ids[next] == id else {
                    continue
                }
                ways[index].next = next + 1
                let sted = Liste.Sted(rawValue: ways[index].liste.steder[next])
                if sted.tekst & ways[index].steder != 0 || sted.contains(.noegle) {
                    places.append(ways[index].place)
                } else if sted.contains(.maaskeNoegle) {
                    places.append(ways[index].place)
                    isSure = false
                }
            }
            if !places.isEmpty { body(id, places, isSure) }
        }
    }
}

extension Spor {
    /// The places in a list's word that the columns stand for.
    fileprivate var steder: UInt16 {
        kolonner.reduce(0) { $0 | Liste.Sted.steder(1 << Int64($1.rawValue)) }
    }
}

/// Rows, and by which ways each was found.
private struct Sporfund {
    private(set) var ids: [UInt32] = []
    private var ends: [UInt32] = []
    private var places: [UInt16] = []

    mutating func append(_ id: UInt32, _ found: [UInt16]) {
        ids.append(id)
        places.append(contentsOf: found)
        ends.append(UInt32(places.count))
    }

    func count(into counts: inout [Int]) {
        for place in places { counts[Int(place)] += 1 }
    }

    func vaegte(_ spor: [Spor], _ vaegte: Sporvaegte) -> [Int32] {
        var start = 0
        return ends.map { end in
            let found = places[start..<Int(end)]
            start = Int(end)
            return Int32(clamping: vaegte.vaegt(spor, found))
        }
    }
}

/// How many visible objects each way found.
struct Sportaelling {
    private(set) var counts: [Int]
    private(set) var alle: Int

    init(_ spor: Int, _ traef: [[UInt16]]) {
        counts = [Int](repeating: 0, count: spor)
        alle = traef.count
        for fundne in traef { for place in fundne { counts[Int(place)] += 1 } }
    }

    fileprivate mutating func add(_ fundne: Sporfund) {
        fundne.count(into: &counts)
        alle += fundne.ids.count
    }
}
