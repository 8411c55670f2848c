import IndexCore

/// What was found, and the answer made of it.
struct FremsoegSvar {
    /// One object found.
    private struct Fundet {
        enum Kilde {
            case laest(SynligtObjekt)
            case raekke(Raekkefund.Udvalgt)
        }

        let kilde: Kilde
        let uuid: UUIDIdentifikator
        let noegler: [Sorteringsnoegle]

        init(_ objekt: SynligtObjekt, _ noegler: [Sorteringsnoegle]) {
            kilde = .laest(objekt)
            uuid = objekt.uuid
            self.noegler = noegler
        }

        init(_ valgt: Raekkefund.Udvalgt, _ noegler: [Sorteringsnoegle]) {
            kilde = .raekke(valgt)
            uuid = valgt.uuid
            self.noegler = noegler
        }
    }

    private let request: FremsoegAnmodning
    private let syn: Syn
    /// By kind, the element that says at which times and which page.
    private let forbillede: [ObjektKind: Kriterium]
    private let sider: [ObjektKind: Kriterium.Side]
    private var fundne: [ObjektKind: [Fundet]] = [:]
    /// What was found without being read.
    private var raekker: [ObjektKind: Raekkefund] = [:]
    private var antal: [ObjektKind: Int] = [:]
    private var notater = 0
    private var ydelser = 0

    init(_ request: FremsoegAnmodning, _ udtryk: Udtryk, _ syn: Syn) {
        self.request = request
        self.syn = syn
        var forbillede: [ObjektKind: Kriterium] = [:]
        for krav in udtryk.positive where forbillede[krav.kind] == nil {
            forbillede[krav.kind] = krav
        }
        self.forbillede = forbillede
        var sider: [ObjektKind: Kriterium.Side] = [:]
        for kind in udtryk.kinds {
            sider[kind] = udtryk.alle.first { $0.kind == kind && $0.side != nil }?.side ?? .init()
        }
        self.sider = sider
    }

    mutating func add(_ proeve: Proeveobjekt) throws(StoreError) {
        let kind = proeve.objekt.kind
        let order = request.sortering[kind] ?? []
        var noegler: [Sorteringsnoegle] = []
        if kind == .sag || kind == .bevilling || !order.isEmpty,
            case let visninger = try visninger(proeve), let newest = visninger.first
        {
            notater += try Visning.antal(visninger) { visning throws(StoreError) in
                try visning.notatnavne()
            }
            ydelser += try Visning.antal(visninger) { visning throws(StoreError) in
                try visning.ydelsesnavne()
            }
            for element in order { noegler.append(try newest.noegle(element.element)) }
        }
        antal[kind, default: 0] += 1
        guard request.filter.viser(kind) || request.filter.inkluder[kind] != nil,
            let side = sider[kind], side.antal > 0
        else { return }
        fundne[kind, default: []].append(Fundet(proeve.objekt, noegler))
        // What stands behind the page is forgotten, so that memory follows the page.
        let wanted = side.foerste.addingReportingOverflow(side.antal)
        guard !wanted.overflow, let count = fundne[kind]?.count,
            count / 2 - 1000 > wanted.partialValue
        else { return }
        fundne[kind] = Array(ordnet(kind).prefix(wanted.partialValue))
    }

    /// The same with rows, of which none has been read.
    mutating func add(_ kind: ObjektKind, _ fund: Raekkefund) {
        antal[kind, default: 0] += fund.count
        if kind == .sag { notater += fund.antal }
        if kind == .bevilling { ydelser += fund.antal }
        raekker[kind] = fund
    }

    /// The kinds that are ordered by what rows do not tell.
    var laesAlle: Set<ObjektKind> {
        Set(request.sortering.keys.filter { raekkeorden($0) == nil })
    }

    private func raekkeorden(_ kind: ObjektKind) -> Raekkefund.Orden? {
        let order = request.sortering[kind] ?? []
        guard let only = order.first else { return .uuid }
        guard order.count == 1, only.element == .stsRegistreringstidspunkt else { return nil }
        return .modtaget(faldende: only.faldende)
    }

    /// The registrations of an object that answer the question, newest first.
    private func visninger(_ proeve: Proeveobjekt) throws(StoreError) -> [Visning] {
        let kind = proeve.objekt.kind
        let krav = forbillede[kind] ?? Kriterium(kind: kind)
        var found = try proeve.udsnit(krav.tider)
        if !krav.tider.erRegistreretNu {
            var fitting: [Udsnit] = []
            for udsnit in found where try krav.holds(of: udsnit, proeve) { fitting.append(udsnit) }
            if !fitting.isEmpty { found = fitting }
        }
        if found.isEmpty, let current = try proeve.udsnit() { found = [current] }
        return found.map { Visning($0, proeve.vindue($0, krav.tider), kind, syn.roller) }
    }

    // MARK: The page

    private func ordnet(_ kind: ObjektKind, med flere: [Fundet] = []) -> [Fundet] {
        let order = request.sortering[kind] ?? []
        return ((fundne[kind] ?? []) + flere).sorted { left, right in
            for (place, by) in order.enumerated()
            where place < left.noegler.count && place < right.noegler.count {
                let (mine, theirs) = (left.noegler[place], right.noegler[place])
                if mine != theirs { return mine.precedes(theirs, faldende: by.faldende) }
            }
            return left.uuid < right.uuid
        }
    }

    /// Nil when a file is not as it was when a row on the page was found.
    private func side(_ kind: ObjektKind) throws(StoreError) -> [SynligtObjekt]? {
        guard let side = sider[kind] else { return [] }
        let wanted = side.foerste.addingReportingOverflow(side.antal)
        let fund = raekker[kind] ?? Raekkefund()
        let valgte = fund.foerste(
            wanted.overflow ? .max : wanted.partialValue, raekkeorden(kind) ?? .uuid)
        let isDated = !(request.sortering[kind] ?? []).isEmpty
        let flere = valgte.map { Fundet($0, isDated ? [Sorteringsnoegle($0.modtaget)] : []) }
        let page = ordnet(kind, med: flere).dropFirst(side.foerste).prefix(side.antal)
        var isRight = true
        for fundet in page {
            guard case .raekke(let valgt) = fundet.kilde else { continue }
            isRight = try syn.confirm(valgt, of: fund) && isRight
        }
        guard isRight else { return nil }
        var result: [SynligtObjekt] = []
        for fundet in page {
            switch fundet.kilde {
            case .laest(let objekt): result.append(objekt)
            case .raekke(let valgt):
                if let objekt = try syn.objekt(valgt, of: fund) { result.append(objekt) }
            }
        }
        return result
    }

    // MARK: Answering

    /// Nil when a file is not as it was when a row on the page was found.
    func json() throws(StoreError) -> [UInt8]? {
        var sider: [ObjektKind: [SynligtObjekt]] = [:]
        var isRight = true
        for kind in ObjektKind.allCases
        where request.filter.viser(kind) || request.filter.inkluder[kind] != nil {
            sider[kind] = try side(kind)
            isRight = isRight && sider[kind] != nil
        }
        guard isRight else { return nil }
        var writer = JSONWriter(reserving: 16_384)
        writer.beginObject()
        writeAntal(&writer)
        let extra = try medfoelgende(sider)
        for kind in ObjektKind.allCases {
            let page = request.filter.viser(kind) ? sider[kind] ?? [] : []
            let shown = Set(page.map(\.uuid))
            let along = (extra[kind] ?? []).filter { !shown.contains($0.uuid) }
            guard request.filter.viser(kind) && self.sider[kind] != nil || !along.isEmpty else {
                continue
            }
            writer.key(text: kind.name + "FiltreretOejebliksbillede")
            writer.beginArray()
            for objekt in page { try billede(objekt, &writer) }
            for objekt in along { try billede(objekt, &writer) }
            writer.endArray()
        }
        let missing = syn.mangler
        if !missing.isEmpty {
            writer.key("Utilgaengelige")
            writer.texts(missing.map(\.description))
        }
        writer.endObject()
        return writer.bytes
    }

    private func writeAntal(_ writer: inout JSONWriter) {
        writer.key("Antal")
        writer.beginArray()
        func entry(_ element: StaticString, _ count: Int, _ kind: ObjektKind?) {
            writer.beginObject()
            writer.member("Element", "\(element)")
            writer.member("Antal", count)
            if let side = kind.flatMap({ sider[$0] }) {
                writer.key("Paginering")
                writer.beginObject()
                writer.member("FoersteResultatReference", side.foerste)
                writer.member("MaksimalAntalKvantitet", side.antal)
                writer.endObject()
            }
            writer.endObject()
        }
        entry("sager", antal[.sag] ?? 0, .sag)
        entry("dokumenter", antal[.dokument] ?? 0, .dokument)
        entry("journalnotater", notater, nil)
        entry("bevillinger", antal[.bevilling] ?? 0, .bevilling)
        entry("ydelser", ydelser, nil)
        entry(
            "effektueringer", antal[.oekonomiskEffektuering] ?? 0,
            .oekonomiskEffektuering)
        writer.endArray()
    }

    private func billede(
        _ objekt: SynligtObjekt, _ writer: inout JSONWriter
    ) throws(StoreError) {
        let proeve = Proeveobjekt(objekt, syn, Standardtid())
        writer.beginObject()
        writer.key("ObjektType")
        writer.beginObject()
        writer.key(.uuidIdentifikator)
        writer.uuid(objekt.uuid)
        writer.endObject()
        writer.key(.registrering)
        writer.beginArray()
        for visning in try visninger(proeve) {
            let vist = try visning.udsnit.synlig { segment in
                visning.vindue.includes(segment.virkning)
                    && request.filter.viser(segment, of: objekt.kind, syn.roller)
            }
            writer.registrering(
                vist, as: objekt.schema, alternativTitel: objekt.alternativTitel)
        }
        writer.endArray()
        writer.endObject()
    }

    // MARK: What comes along

    /// The visible objects that those on the page point at in the lists that are asked for.
    private func medfoelgende(
        _ sider: [ObjektKind: [SynligtObjekt]]
    ) throws(StoreError) -> [ObjektKind: [SynligtObjekt]] {
        var result: [ObjektKind: [UUIDIdentifikator: SynligtObjekt]] = [:]
        for (kind, lister) in request.filter.inkluder {
            for objekt in sider[kind] ?? [] {
                for liste in lister {
                    for other in try maal(objekt, liste) {
                        result[other.kind, default: [:]][other.uuid] = other
                    }
                }
            }
        }
        return result.mapValues { $0.values.sorted { $0.uuid < $1.uuid } }
    }

    private func maal(
        _ objekt: SynligtObjekt, _ liste: Element
    ) throws(StoreError) -> [SynligtObjekt] {
        if liste == .bevilgetYdelse { return try betalinger(objekt) }
        var kind = objekt.kind
        if liste == .journalpost { kind = .dokument }
        if liste == .oekonomiskYdelseEffektueringRelation { kind = .bevilling }
        var result: [SynligtObjekt] = []
        for visning in try visninger(Proeveobjekt(objekt, syn, Standardtid())) {
            let segments = try visning.udsnit.segmenter(liste) {
                visning.vindue.includes($0.virkning)
            }
            for uuid in segments.compactMap(\.maal) {
                if let target = try syn.objekt(uuid, kind) { result.append(target) }
            }
        }
        return result
    }

    /// The payments of a grant, through lines that the caller sees.
    private func betalinger(_ bevilling: SynligtObjekt) throws(StoreError) -> [SynligtObjekt] {
        let liste = Element.oekonomiskYdelseEffektueringRelation
        var result: [SynligtObjekt] = []
        for effektuering in try syn.objekter(pointingAt: bevilling, in: [liste]) {
            let proeve = Proeveobjekt(effektuering, syn, Standardtid())
            guard let udsnit = try proeve.udsnit() else { continue }
            let vindue = proeve.vindue(udsnit, Kriterium.Tider())
            let pays = try udsnit.contains(liste) {
                vindue.includes($0.virkning) && $0.maal == bevilling.uuid
            }
            if pays { result.append(effektuering) }
        }
        return result
    }
}
