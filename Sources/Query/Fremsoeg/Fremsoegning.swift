import IndexCore

/// Carries an expression out for one caller: candidates from the planner, each object read once.
final class Fremsoegning {
    let syn: Syn
    private let udtryk: Udtryk
    private let kombinationer: [Kombination]
    private let standard: Standardtid
    private let planlaegger: Planlaegger
    /// The times at which the links of a kind are read.
    private let tider: [ObjektKind: Kriterium.Tider]
    private var proever: [UUIDIdentifikator: Proeveobjekt] = [:]

    init(_ udtryk: Udtryk, _ kombinationer: [Kombination], _ syn: Syn, _ standard: Standardtid) {
        self.udtryk = udtryk
        self.kombinationer = kombinationer
        self.syn = syn
        self.standard = standard
        planlaegger = Planlaegger(roller: syn.roller, standard: standard)
        var tider: [ObjektKind: Kriterium.Tider] = [:]
        for krav in udtryk.positive where tider[krav.kind] == nil {
            tider[krav.kind] = krav.tider
        }
        self.tider = tider
    }

    /// Every visible object that is part of a way in which the expression holds, each once.
    func alle(
        _ body: (Proeveobjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        if let only = kombinationer.first, kombinationer.count == 1, only.bundne.count == 1 {
            return try alle(only.bundne[0], in: only, body)
        }
        var seen: Set<UUIDIdentifikator> = []
        for kombination in kombinationer {
            let bundne = kombination.bundne
            if bundne.count == 1 {
                try alle(bundne[0], in: kombination) { proeve throws(StoreError) in
                    if seen.insert(proeve.objekt.uuid).inserted { try body(proeve) }
                }
                continue
            }
            guard let start = mindste(kombination) else { continue }
            var first: [Proeveobjekt] = []
            try alle(start, in: kombination) { proeve throws(StoreError) in first.append(proeve) }
            for proeve in try kaede(first, of: start, in: kombination).flatMap({ $0 })
            where seen.insert(proeve.objekt.uuid).inserted {
                try body(proeve)
            }
        }
    }

    /// Whether the object is part of a way in which the expression holds.
    func finder(_ objekt: SynligtObjekt) throws(StoreError) -> Bool {
        let proeve = proeve(objekt, gemt: kombinationer.contains { $0.bundne.count > 1 })
        for kombination in kombinationer where kombination.krav[objekt.kind] != nil {
            guard try holds(proeve, in: kombination) else { continue }
            if kombination.bundne.count == 1 { return true }
            if try !kaede([proeve], of: objekt.kind, in: kombination)[0].isEmpty { return true }
        }
        return false
    }

    // MARK: One kind

    /// Of the kinds that are found, the one whose candidates are likely fewest.
    private func mindste(_ kombination: Kombination) -> ObjektKind? {
        kombination.bundne.min { left, right in
            rang(kombination.udsagn(om: left)) < rang(kombination.udsagn(om: right))
        }
    }

    private func rang(_ udtryk: Udtryk) -> Int {
        if case .alle = planlaegger.valg(udtryk) { return 1 }
        return 0
    }

    private func alle(
        _ kind: ObjektKind, in kombination: Kombination,
        _ body: (Proeveobjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        let udsagn = kombination.udsagn(om: kind)
        let isLinked = kombination.bundne.count > 1 || !kombination.ulinkede(fra: kind).isEmpty
        try syn.forEachKandidat(
            kind, planlaegger.valg(udsagn), i: planlaegger.myndigheder(udsagn),
            hvor: { planlaegger.mayHold(udsagn, $0) }
        ) { objekt throws(StoreError) in
            let proeve = self.proeve(objekt, gemt: isLinked)
            if try self.holds(proeve, udsagn, in: kombination) { try body(proeve) }
        }
    }

    /// Kept only where links may lead to it again.
    private func proeve(_ objekt: SynligtObjekt, gemt: Bool) -> Proeveobjekt {
        if let known = proever[objekt.uuid] { return known }
        let new = Proeveobjekt(objekt, syn, standard)
        if gemt { proever[objekt.uuid] = new }
        return new
    }

    private func holds(
        _ proeve: Proeveobjekt, in kombination: Kombination
    ) throws(StoreError) -> Bool {
        try holds(proeve, kombination.udsagn(om: proeve.objekt.kind), in: kombination)
    }

    private func holds(
        _ proeve: Proeveobjekt, _ udsagn: Udtryk, in kombination: Kombination
    ) throws(StoreError) -> Bool {
        guard try udsagn.holds(of: proeve) else { return false }
        for (kind, excluded) in kombination.ulinkede(fra: proeve.objekt.kind) {
            for other in try naboer(proeve, kind) where try excluded.holds(of: other) {
                return false
            }
        }
        return true
    }

    // MARK: Links

    /// Along the chain, from the objects of one kind, those of each kind that stand in a whole row of
    /// linked objects; the start's own first.
    private func kaede(
        _ first: [Proeveobjekt], of start: ObjektKind, in kombination: Kombination
    ) throws(StoreError) -> [[Proeveobjekt]] {
        let bundne = kombination.bundne
        guard let place = bundne.firstIndex(of: start) else { return [[]] }
        let sides = [Array(bundne[..<place].reversed()), Array(bundne[(place + 1)...])]
        var arms: [Gren] = []
        var kept = first
        for side in sides where !side.isEmpty {
            let arm = try gren(kept, side, kombination)
            kept = kept.filter { arm.kanter[$0.objekt.uuid] != nil }
            arms.append(arm)
        }
        var result = [kept]
        for arm in arms { result += arm.naaet(fra: kept) }
        return result
    }

    /// One arm of the chain: for each object that has a whole row, what it is linked to.
    private final class Gren {
        var kanter: [UUIDIdentifikator: [Proeveobjekt]] = [:]
        var resten: Gren?

        func naaet(fra start: [Proeveobjekt]) -> [[Proeveobjekt]] {
            var seen: Set<UUIDIdentifikator> = []
            let next = start.flatMap { kanter[$0.objekt.uuid] ?? [] }
                .filter { seen.insert($0.objekt.uuid).inserted }
            return [next] + (resten?.naaet(fra: next) ?? [])
        }
    }

    private func gren(
        _ start: [Proeveobjekt], _ kinds: [ObjektKind], _ kombination: Kombination
    ) throws(StoreError) -> Gren {
        let result = Gren()
        var found: [UUIDIdentifikator: [Proeveobjekt]] = [:]
        var next: [UUIDIdentifikator: Proeveobjekt] = [:]
        var judged: [UUIDIdentifikator: Bool] = [:]
        for proeve in start {
            for nabo in try naboer(proeve, kinds[0]) {
                let uuid = nabo.objekt.uuid
                if judged[uuid] == nil { judged[uuid] = try holds(nabo, in: kombination) }
                guard judged[uuid] == true else { continue }
                found[proeve.objekt.uuid, default: []].append(nabo)
                next[uuid] = nabo
            }
        }
        guard kinds.count > 1 else {
            result.kanter = found
            return result
        }
        let ordered = next.values.sorted { $0.objekt.uuid < $1.objekt.uuid }
        let resten = try gren(ordered, Array(kinds[1...]), kombination)
        result.resten = resten
        for (uuid, naboer) in found {
            let kept = naboer.filter { resten.kanter[$0.objekt.uuid] != nil }
            if !kept.isEmpty { result.kanter[uuid] = kept }
        }
        return result
    }

    /// The objects of a kind that the object is linked to, along the chain.
    private func naboer(
        _ proeve: Proeveobjekt, _ kind: ObjektKind
    ) throws(StoreError) -> [Proeveobjekt] {
        let kaede = Kombination.kaede
        guard let from = kaede.firstIndex(of: proeve.objekt.kind),
            let to = kaede.firstIndex(of: kind), from != to
        else { return [] }
        var current = [proeve]
        var place = from
        while place != to {
            let next = place + (to > from ? 1 : -1)
            var found: [UUIDIdentifikator: Proeveobjekt] = [:]
            for one in current {
                for nabo in try naesteNaboer(one, kaede[next]) { found[nabo.objekt.uuid] = nabo }
            }
            current = found.values.sorted { $0.objekt.uuid < $1.objekt.uuid }
            place = next
        }
        return current
    }

    private func naesteNaboer(
        _ proeve: Proeveobjekt, _ kind: ObjektKind
    ) throws(StoreError) -> [Proeveobjekt] {
        if let liste = Self.pegeliste(fra: proeve.objekt.kind, til: kind) {
            var result: [Proeveobjekt] = []
            for uuid in try maal(proeve, liste).sorted() {
                guard let objekt = try syn.objekt(uuid, kind) else { continue }
                result.append(self.proeve(objekt, gemt: true))
            }
            return result
        }
        guard let liste = Self.pegeliste(fra: kind, til: proeve.objekt.kind) else { return [] }
        var result: [Proeveobjekt] = []
        for objekt in try syn.objekter(engangPointingAt: proeve.objekt, in: [liste])
        where objekt.kind == kind {
            let other = self.proeve(objekt, gemt: true)
            if try maal(other, liste).contains(proeve.objekt.uuid) { result.append(other) }
        }
        return result
    }

    /// The list by which objects of one kind point at those of another.
    private static func pegeliste(fra: ObjektKind, til: ObjektKind) -> Element? {
        switch (fra, til) {
        case (.sag, .dokument): .journalpost
        case (.bevilling, .sag): .bevillingssag
        case (.oekonomiskEffektuering, .bevilling): .oekonomiskYdelseEffektueringRelation
        default: nil
        }
    }

    /// What the object points at in the list at the times asked about.
    private func maal(
        _ proeve: Proeveobjekt, _ liste: Element
    ) throws(StoreError) -> Set<UUIDIdentifikator> {
        if let known = proeve.maal[liste] { return known }
        let tider = tider[proeve.objekt.kind] ?? Kriterium.Tider()
        var result: Set<UUIDIdentifikator> = []
        for udsnit in try proeve.udsnit(tider) {
            let vindue = proeve.vindue(udsnit, tider)
            let segments = try udsnit.segmenter(liste) { vindue.includes($0.virkning) }
            result.formUnion(segments.compactMap(\.maal))
        }
        proeve.maal[liste] = result
        return result
    }
}

extension Segment {
    /// The object that a relation points at: a line's grant, else its ReferenceID.
    var maal: UUIDIdentifikator? {
        unit == .oekonomiskYdelseEffektueringRelation
            ? body.group(.bevilgetYdelseRef)?[.uuidIdentifikator]?.uuid
            : body[.referenceID]?.uuid
    }
}

extension Fremsoegning {
    /// The expression as a part of another question; the question's own times stand for "now".
    struct Proeve: Objektudtryk {
        let udtryk: Udtryk
        let kombinationer: [Kombination]

        func holds(
            of objekt: SynligtObjekt, in syn: Syn, at udvaelgelse: Udvaelgelse
        ) throws(StoreError) -> Bool {
            let standard = Standardtid(
                virkning: udvaelgelse.virkning, registrering: udvaelgelse.registrering)
            return try Fremsoegning(udtryk, kombinationer, syn, standard).finder(objekt)
        }
    }
}
