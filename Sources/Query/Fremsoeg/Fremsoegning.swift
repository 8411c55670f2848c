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

    /// Every visible object that is part of a way in which the expression holds, each once: those that
    /// must be read one by one, the others as rows.
    ///
    /// `laesAlle` are the kinds of which every object must be read.
    func alle(
        laesAlle: Set<ObjektKind>, _ raekker: (ObjektKind, Raekkefund) -> Void,
        _ body: (Proeveobjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        for kind in Kombination.kaede {
            let ways = kombinationer.filter { $0.krav[kind] != nil }
            guard !ways.isEmpty, ways.allSatisfy({ $0.bundne.count == 1 }) else { continue }
            raekker(kind, try alle(kind, i: ways, laesAlle: laesAlle.contains(kind), body))
        }
        let linked = kombinationer.filter { $0.bundne.count > 1 }
        let kinds = linked.reduce(into: Set()) { $0.formUnion($1.bundne) }
        let rest = kombinationer.filter { !kinds.isDisjoint(with: $0.bundne) }
        var seen: Set<UUIDIdentifikator> = []
        for kombination in rest {
            let bundne = kombination.bundne
            guard bundne.count > 1 else {
                _ = try alle(bundne[0], i: [kombination], laesAlle: true) {
                    proeve throws(StoreError) in
                    if seen.insert(proeve.objekt.uuid).inserted { try body(proeve) }
                }
                continue
            }
            let (start, antal) = try mindste(kombination)
            if rest.count == 1, antal > Self.faa, laesAlle.isDisjoint(with: bundne),
                let fund = try par(kombination)
            {
                try alle(fund, kombination, body)
                raekker(.sag, fund.sager)
                raekker(.dokument, fund.dokumenter)
                continue
            }
            var first: [Proeveobjekt] = []
            _ = try alle(start, i: [kombination], laesAlle: true) { proeve throws(StoreError) in
                first.append(proeve)
            }
            for proeve in try kaede(first, of: start, in: kombination).flatMap({ $0 })
            where seen.insert(proeve.objekt.uuid).inserted {
                try body(proeve)
            }
        }
    }

    // MARK: Cases and their documents

    /// So few are sooner read, with what they are linked to, than all links looked at.
    private static let faa = 30

    /// Nil when memory does not tell, or more is asked than of a case and its document.
    private func par(_ kombination: Kombination) throws(StoreError) -> Parfund? {
        guard kombination.bundne == [.dokument, .sag],
            ObjektKind.allCases.allSatisfy({ kombination.ulinkede(fra: $0).isEmpty }),
            let sager = raekkesoegning(.sag, kombination),
            let dokumenter = raekkesoegning(.dokument, kombination)
        else { return nil }
        return try syn.par(sager: sager, dokumenter: dokumenter)
    }

    private func raekkesoegning(
        _ kind: ObjektKind, _ kombination: Kombination
    ) -> Raekkesoegning? {
        let udsagn = kombination.udsagn(om: kind)
        return planlaegger.raekker(udsagn).map {
            Raekkesoegning(kind, $0, i: planlaegger.myndigheder(udsagn), laesAlle: false)
        }
    }

    /// What is left of a pair to read; each object once, and none that stands among the rows.
    private func alle(
        _ fund: Parfund, _ kombination: Kombination,
        _ body: (Proeveobjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        var seen: Set<UUIDIdentifikator> = []
        func found(_ proeve: Proeveobjekt) throws(StoreError) {
            let rows = proeve.objekt.kind == .sag ? fund.sager : fund.dokumenter
            guard !rows.contains(proeve.objekt), seen.insert(proeve.objekt.uuid).inserted else {
                return
            }
            try body(proeve)
        }
        var first: [Proeveobjekt] = []
        for sag in fund.usikreSager {
            let proeve = proeve(sag, gemt: true)
            if try holds(proeve, in: kombination) { first.append(proeve) }
        }
        for proeve in try kaede(first, of: .sag, in: kombination).flatMap({ $0 }) {
            try found(proeve)
        }
        for dokument in fund.usikreDokumenter {
            let proeve = proeve(dokument, gemt: true)
            if try holds(proeve, in: kombination) { try found(proeve) }
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

    /// Of the kinds that are found, the one with the fewest candidates, and how many at most.
    private func mindste(
        _ kombination: Kombination
    ) throws(StoreError) -> (kind: ObjektKind, antal: Int) {
        var result: (kind: ObjektKind, antal: Int)?
        // Keys first: what stands under one is counted sooner.
        let order = kombination.bundne.sorted { rang($0, kombination) < rang($1, kombination) }
        for kind in order {
            var antal = Int.max
            let udsagn = kombination.udsagn(om: kind)
            if planlaegger.valg(udsagn).erUUIDer {
                antal = 0
            } else if let soegning = raekkesoegning(kind, kombination) {
                antal = try syn.hoejst(soegning, mest: result?.antal ?? .max)
            }
            if antal == .max, !planlaegger.valg(udsagn).erAlle { antal -= 1 }
            if result.map({ antal < $0.antal }) ?? true { result = (kind, antal) }
        }
        return result ?? (kombination.bundne[0], .max)
    }

    private func rang(_ kind: ObjektKind, _ kombination: Kombination) -> Int {
        let valg = planlaegger.valg(kombination.udsagn(om: kind))
        return valg.erUUIDer ? 0 : valg.erAlle ? 2 : 1
    }

    /// The objects of a kind that is found in some of the ways; those that need not be read are
    /// answered as rows.
    private func alle(
        _ kind: ObjektKind, i ways: [Kombination], laesAlle: Bool,
        _ body: (Proeveobjekt) throws(StoreError) -> Void
    ) throws(StoreError) -> Raekkefund {
        let udsagn = ways.map { $0.udsagn(om: kind) }
        let isLinked = ways.contains {
            $0.bundne.count > 1 || !$0.ulinkede(fra: kind).isEmpty
        }
        let samlet = udsagn.count == 1 ? udsagn[0] : Udtryk.eller(udsagn)
        let valg = planlaegger.valg(samlet)
        let myndigheder = planlaegger.myndigheder(samlet)
        func proev(_ objekt: SynligtObjekt) throws(StoreError) -> Syn.Proevet<Proeveobjekt> {
            let proeve = self.proeve(objekt, gemt: isLinked)
            var holds = false
            for (place, way) in ways.enumerated() where !holds {
                holds = try self.holds(proeve, udsagn[place], in: way)
            }
            return (holds ? proeve : nil, proeve.laest)
        }
        guard let told = planlaegger.raekker(kind, ways) else {
            try syn.forEachKandidat(
                kind, valg, i: myndigheder, hvor: { planlaegger.mayHold(samlet, $0) }
            ) { objekt throws(StoreError) in
                if let proeve = try proev(objekt).fundet { try body(proeve) }
            }
            return Raekkefund()
        }
        return try syn.raekker(
            Raekkesoegning(
                kind, told, i: myndigheder, laesAlle: laesAlle),
            ellers: valg, hvor: { planlaegger.mayHold(samlet, $0) }, proev: proev, body)
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

        func raekker(_ roller: RolleTabel) -> [ObjektKind: Raekkeudtryk]? {
            let planlaegger = Planlaegger(roller: roller, standard: Standardtid())
            var result: [ObjektKind: Raekkeudtryk] = [:]
            for kind in Kombination.kaede
            where kombinationer.contains(where: { $0.krav[kind] != nil }) {
                guard let told = planlaegger.raekker(kind, kombinationer) else { return nil }
                result[kind] = told
            }
            return result
        }
    }
}
