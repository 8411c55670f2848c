/// Where the objects that an expression may find are looked for: always a superset of them.
public indirect enum Kandidatvalg: Sendable {
    /// Every row in scope.
    case alle
    case uuider([UUIDIdentifikator])
    /// Those that stand under a key, or a range of keys.
    case noegle(Noeglekrav, Tid)
    /// Those of any of these.
    case foren([Kandidatvalg])
    /// Any one of these holds them all: the one with the fewest is walked.
    case faerrest([Kandidatvalg])

    /// Which rows under a key count.
    public enum Tid: Sendable {
        /// Known now, and in effect now or ahead.
        case nu
        /// Known and in effect at any time.
        case altid
    }

    /// Nothing at all.
    public static let ingen = Kandidatvalg.uuider([])

    /// Nothing narrows.
    public var erAlle: Bool {
        if case .alle = self { true } else { false }
    }

    /// The objects themselves are named.
    public var erUUIDer: Bool { uuider != nil }

    var uuider: [UUIDIdentifikator]? {
        switch self {
        case .uuider(let uuids): return uuids
        case .faerrest(let choices): return choices.lazy.compactMap(\.uuider).first
        case .foren(let choices):
            var result: [UUIDIdentifikator] = []
            for choice in choices {
                guard let uuids = choice.uuider else { return nil }
                result += uuids
            }
            return result
        case .alle, .noegle: return nil
        }
    }
}

/// A part of a question that knows by itself whether an object fulfils it.
public protocol Objektudtryk: Sendable {
    func holds(
        of objekt: SynligtObjekt, in syn: Syn, at udvaelgelse: Udvaelgelse
    ) throws(StoreError) -> Bool

    /// What columns and lists can tell of it, by kind, about the present; nil when they tell nothing.
    func raekker(_ roller: RolleTabel) -> [ObjektKind: Raekkeudtryk]?
}

extension Syn {
    /// Calls `body` with every visible object of the kind among the candidates whose row passes, each
    /// once; nothing but the row is read.
    ///
    /// `myndigheder` limits to objects of these authorities; nil for all in scope.
    public func forEachKandidat(
        _ kind: ObjektKind, _ valg: Kandidatvalg, i myndigheder: Set<CVRNummer>?,
        hvor raekke: (ObjektRow) -> Bool,
        _ body: (SynligtObjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        if let uuider = valg.uuider {
            for uuid in Set(uuider).sorted() {
                guard let objekt = try objekt(uuid, kind), raekke(objekt.row) else { continue }
                if let myndigheder, objekt.row.fakta.myndighed.map(myndigheder.contains) != true {
                    continue
                }
                try body(objekt)
            }
            return
        }
        var wanted = scope.myndigheder
        if let myndigheder { wanted.formIntersection(myndigheder) }
        for myndighed in wanted.sorted() {
            try forEachKandidat(kind, valg, af: myndighed, hvor: raekke, body)
        }
        guard kind == .dokument else { return }
        var kendte = KendteFremmede(samlerSete: false)
        try forEachFremmedKandidat(i: myndigheder, hvor: raekke, udenfor: &kendte, body)
    }

    /// The same in the files of one authority.
    func forEachKandidat(
        _ kind: ObjektKind, _ valg: Kandidatvalg, af myndighed: CVRNummer,
        hvor raekke: (ObjektRow) -> Bool,
        _ body: (SynligtObjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        for shard in try reader.shards(of: myndighed) {
            guard let ids = try shard.kandidater(valg, at: now, atMost: .max) else {
                try shard.forEachRow { row throws(StoreError) in
                    try proev(row, kind, in: shard, hvor: raekke, body)
                    return true
                }
                continue
            }
            for id in ids.sorted() {
                try proev(try shard.row(id: id), kind, in: shard, hvor: raekke, body)
            }
        }
    }

    /// The same with the documents of other authorities that cases in scope may let through, but for those that
    /// `kendte` settles.
    func forEachFremmedKandidat(
        i myndigheder: Set<CVRNummer>?, hvor raekke: (ObjektRow) -> Bool,
        udenfor kendte: inout KendteFremmede,
        _ body: (SynligtObjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        let filer = try reader.dokumenter(
            pointedAtFrom: scope.myndigheder,
            der: { uuid, kendt in
                guard let fil = kendt.fil, myndigheder?.contains(fil.myndighed) ?? true else {
                    return false
                }
                return !kendte.erAfgjort(uuid, kendt, self)
            })
        for (shard, dokumenter) in filer {
            for uuid in dokumenter {
                try proev(try shard.row(uuid), .dokument, in: shard, hvor: raekke, body)
            }
            try noteDomme(over: dokumenter.filter { !kendte.doemte.contains($0) }, shard)
        }
    }

    /// Calls `body` with the row's object when it is of the kind, its row passes and it is visible.
    func proev(
        _ row: ObjektRow?, _ kind: ObjektKind, in shard: ShardReader,
        hvor raekke: (ObjektRow) -> Bool,
        _ body: (SynligtObjekt) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard let row, row.kind == kind, raekke(row), try sees(row) else { return }
        try body(SynligtObjekt(row: row, shard: shard, syn: self))
    }

    /// Every visible object that points, or ever pointed, at another in one of the lists; the caller
    /// must look again in what is visible and in effect.
    public func objekter(
        engangPointingAt objekt: SynligtObjekt, in lister: Set<Element>
    ) throws(StoreError) -> [SynligtObjekt] {
        var result: [SynligtObjekt] = []
        for shard in try reader.pointingShards(at: objekt.uuid, in: objekt.myndighed)
        where scope.myndigheder.contains(shard.fil.myndighed) {
            var ids: Set<Int64> = []
            try shard.forEachHenvisning(Noegle(objekt.uuid)) { henvisning in
                if henvisning.liste.map(lister.contains) ?? false { ids.insert(henvisning.objekt) }
                return true
            }
            for id in ids.sorted() {
                guard let row = try shard.row(id: id), try sees(row) else { continue }
                result.append(SynligtObjekt(row: row, shard: shard, syn: self))
            }
        }
        return result
    }
}

extension ShardReader {
    /// How many are walked before another choice is tried.
    private static let trin = [64, 1024, 16_384, Int.max]

    /// The candidates' ids; nil when there are more than `atMost`, or the choice is everything.
    fileprivate func kandidater(
        _ valg: Kandidatvalg, at now: Tidspunkt, atMost: Int
    ) throws(StoreError) -> Set<Int64>? {
        switch valg {
        case .alle: return nil
        case .uuider(let uuids):
            var result: Set<Int64> = []
            for uuid in uuids {
                if let row = try row(uuid) { result.insert(row.id) }
            }
            return result
        case .noegle(let krav, let tid): return try kandidater(krav, tid, now, atMost)
        case .foren(let choices):
            var result: Set<Int64> = []
            for choice in choices {
                guard let found = try kandidater(choice, at: now, atMost: atMost) else {
                    return nil
                }
                result.formUnion(found)
                if result.count > atMost { return nil }
            }
            return result
        case .faerrest(let choices):
            guard choices.count > 1 else {
                return try choices.first.flatMap { only throws(StoreError) in
                    try kandidater(only, at: now, atMost: atMost)
                }
            }
            for most in Self.trin {
                for choice in choices {
                    let found = try kandidater(choice, at: now, atMost: min(most, atMost))
                    if let found { return found }
                }
                if most >= atMost { return nil }
            }
            return nil
        }
    }

    private func kandidater(
        _ krav: Noeglekrav, _ tid: Kandidatvalg.Tid, _ now: Tidspunkt, _ atMost: Int
    ) throws(StoreError) -> Set<Int64>? {
        var result: Set<Int64> = []
        var isOver = false
        try forEachHenvisning(from: krav.fra, to: krav.til) { henvisning in
            guard krav.concerns(henvisning.liste, henvisning.rolle) else { return true }
            if tid == .nu {
                guard henvisning.isKnown(at: nil), henvisning.til > now.microseconds else {
                    return true
                }
            }
            result.insert(henvisning.objekt)
            isOver = result.count > atMost
            return !isOver
        }
        return isOver ? nil : result
    }
}

/// One registration as the caller sees it, part by part: whether a part may be seen is asked only
/// when it is needed.
public struct Udsnit {
    let raa: Registrering
    let objekt: SynligtObjekt
    private let isSource: Bool

    init(_ raa: Registrering, of objekt: SynligtObjekt) {
        self.raa = raa
        self.objekt = objekt
        isSource = objekt.isSource(of: raa)
    }

    /// What is said of the registration as a whole, the same for every reader of the object but for NoteTekst: that is
    /// not to be asked for here, and is shown by `synlig` alone.
    public var header: ElementGroup { raa.header }
    public var stsTidspunkt: Tidspunkt { raa.stsTidspunkt }
    public var tidspunkt: Tidspunkt? { raa.tidspunkt }

    /// The effect time that stands for the object: `now`, or its beginning while that lies ahead, or its end when it is
    /// over.
    public func instant(at now: Tidspunkt) -> Tidspunkt { raa.instant(at: now) }

    /// Whether some visible part of the list is so; `holds` must not hold of less when it does not
    /// hold of more.
    public func contains(
        _ unit: Element, _ holds: (Segment) -> Bool
    ) throws(StoreError) -> Bool {
        for segment in raa.segments where segment.unit == unit && holds(segment) {
            guard let shown = try shown(segment) else { continue }
            if shown.body.range.count == segment.body.range.count
                && shown.virkning == segment.virkning || holds(shown)
            {
                return true
            }
        }
        return false
    }

    /// The visible parts of the list of which `wanted` is true.
    public func segmenter(
        _ unit: Element, where wanted: (Segment) -> Bool
    ) throws(StoreError) -> [Segment] {
        var result: [Segment] = []
        for segment in raa.segments where segment.unit == unit && wanted(segment) {
            if let shown = try shown(segment) { result.append(shown) }
        }
        return result
    }

    /// Whether some visible part, of whatever list, is so.
    public func containsAny(_ holds: (Segment) -> Bool) throws(StoreError) -> Bool {
        for segment in raa.segments where holds(segment) {
            guard let shown = try shown(segment) else { continue }
            if shown.virkning == segment.virkning || holds(shown) { return true }
        }
        return false
    }

    /// The visible parts of which `wanted` is true.
    public func synlig(
        hvor wanted: (Segment) -> Bool
    ) throws(StoreError) -> Registrering {
        var result = raa
        result.segments = []
        for segment in raa.segments where wanted(segment) {
            if let shown = try shown(segment) { result.segments.append(shown) }
        }
        result.header = try objekt.visibleHeader(of: raa)
        return result
    }

    private func shown(_ segment: Segment) throws(StoreError) -> Segment? {
        guard let shown = try objekt.visible(segment, of: raa, isSource) else { return nil }
        guard objekt.kind.isYdelse, segment.unit == .egenskaber else { return shown }
        if objekt.kind == .oekonomiskEffektuering, try hidesLinje() {
            return SynligtObjekt.udenHelheden(shown, hidesLinje: true)
        }
        guard segment.virkning.aktoer[.noteTekst] != nil, try objekt.hides(in: raa) else {
            return shown
        }
        return SynligtObjekt.udenHelheden(shown, hidesLinje: false)
    }

    private func hidesLinje() throws(StoreError) -> Bool {
        let isSeen = try objekt.syn.linjesyn(objekt.row)
        for segment in raa.segments
        where segment.unit == .oekonomiskYdelseEffektueringRelation {
            guard try objekt.numre(of: segment, in: raa).allSatisfy(isSeen) else { return true }
        }
        return false
    }
}

extension SynligtObjekt {
    /// What is known now.
    public func udsnit() throws(StoreError) -> Udsnit {
        Udsnit(try shard.current(of: row), of: self)
    }

    /// What was known at `instant`; nil before the first registration.
    public func udsnit(knownAt instant: Tidspunkt) throws(StoreError) -> Udsnit? {
        try shard.registrering(of: row, knownAt: instant).map { Udsnit($0, of: self) }
    }

    /// The registrations received in [fra, til) and the one in force at `fra`, newest first.
    public func udsnit(
        from fra: Tidspunkt, to til: Tidspunkt
    ) throws(StoreError) -> [Udsnit] {
        try shard.historik(of: row, from: fra, to: til).map { Udsnit($0, of: self) }
    }
}
