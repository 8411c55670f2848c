/// Whose objects a caller may be told of though they are hidden: those of the authority on whose behalf it calls,
/// where it has the right to the log.
public struct Logret: Sendable {
    let myndighed: CVRNummer

    public init(hos myndighed: CVRNummer) { self.myndighed = myndighed }
}

/// Why a caller sees an object, or does not.
public struct Forklaring: Sendable {
    /// A case that files a document, or a grant that a payment pays: what is seen is seen through one.
    public struct Vej: Sendable {
        public let kind: ObjektKind
        /// Nil where the caller may not know which.
        public let uuid: UUIDIdentifikator?
        /// What it asks itself; nil where the caller may not know.
        public let egen: Vurdering?
        /// How far the rights go for what is seen through it; nil where the caller may not know.
        public let gennem: Vurdering?
        public let erSynlig: Bool
        /// What hangs on it is seen through it.
        public let slipperIgennem: Bool
    }

    /// Rights that let something through: the places of the groups in the scope.
    public struct Aabning: Sendable {
        public let klasse: PakketKLE
        public let systemgruppe: Int
        public let brugergruppe: Int?
        /// What it is seen through.
        public let gennem: (kind: ObjektKind, uuid: UUIDIdentifikator)?
    }

    public let erSynlig: Bool
    /// What lets the caller see it; empty when nothing does. Tells of what is seen alone.
    public let aabninger: [Aabning]
    /// The object's own side; nil where the caller may not know of it.
    public let objekt: Vurdering?
    /// All that it is seen through, where the caller may know; then its own numbers ask for nothing.
    public let veje: [Vej]

    /// Of what is missing, is of another kind, or is hidden from who has no right to the log.
    static let intet = Forklaring(erSynlig: false, aabninger: [], objekt: nil, veje: [])
}

extension Syn {
    /// Why the object is seen, or is not. To who sees it not and has no right to the log of its authority, what is
    /// hidden and what is missing look the same.
    ///
    /// Costs what reading the object's row does, and that of each case or grant that it is seen through.
    public func forklar(
        _ uuid: UUIDIdentifikator, _ kind: ObjektKind, _ logret: Logret?
    ) throws(StoreError) -> Forklaring {
        guard let found = try row(uuid, near: nil), found.row.kind == kind else { return .intet }
        let erSynlig = try sees(found.row)
        let fakta = found.row.fakta
        let kender = logret.map { $0.myndighed == fakta.myndighed } ?? false
        guard erSynlig || kender else { return .intet }
        let veje = try veje(for: found.row, kender ? logret : nil)
        // What nobody files asks by its own numbers.
        let objekt = scope.vurdering(fakta)
        return Forklaring(
            erSynlig: erSynlig,
            aabninger: erSynlig ? aabninger(objekt, veje) : [],
            objekt: kender ? objekt : nil, veje: kender ? veje.map(\.vej) : [])
    }

    /// Of a way, what the log may tell, and what lets through for who sees it.
    private typealias Vejfund = (vej: Forklaring.Vej, uuid: UUIDIdentifikator, gennem: Vurdering)

    private func veje(
        for row: ObjektRow, _ logret: Logret?
    ) throws(StoreError) -> [Vejfund] {
        let fakta = row.fakta
        switch row.kind {
        case .sag, .bevilling: return []
        case .dokument:
            let sager = try arkivering(of: row)?.raekker ?? []
            return sager.map { sag in
                vej(sag.row, scope.vurdering(sag: sag.row.fakta, for: fakta), logret)
            }
        case .oekonomiskEffektuering:
            let grants = try bevillinger(of: row)
            return fakta.bevillinger.compactMap { grants[$0] }.filter {
                $0.row.kind == .bevilling
            }.map { grant in
                vej(grant.row, scope.vurdering(linjerne: fakta, gennem: grant.row.fakta), logret)
            }
        }
    }

    private func vej(
        _ row: ObjektRow, _ gennem: Vurdering, _ logret: Logret?
    ) -> Vejfund {
        let egen = scope.vurdering(row.fakta)
        let kender = logret.map { $0.myndighed == row.fakta.myndighed } ?? false
        let vej = Forklaring.Vej(
            kind: row.kind, uuid: kender || egen.erSynlig ? row.uuid : nil,
            egen: kender ? egen : nil, gennem: kender ? gennem : nil, erSynlig: egen.erSynlig,
            slipperIgennem: egen.erSynlig && gennem.erSynlig)
        return (vej, row.uuid, gennem)
    }

    private func aabninger(_ objekt: Vurdering, _ veje: [Vejfund]) -> [Forklaring.Aabning] {
        guard !veje.isEmpty else { return aabninger(objekt, gennem: nil) }
        return veje.filter(\.vej.slipperIgennem).flatMap {
            aabninger($0.gennem, gennem: ($0.vej.kind, $0.uuid))
        }
    }

    private func aabninger(
        _ vurdering: Vurdering, gennem: (kind: ObjektKind, uuid: UUIDIdentifikator)?
    ) -> [Forklaring.Aabning] {
        vurdering.proever.compactMap { proeve in
            guard proeve.erOpfyldt, let system = proeve.system.firstIndex(where: \.isEmpty)
            else { return nil }
            return Forklaring.Aabning(
                klasse: proeve.klasse, systemgruppe: system,
                brugergruppe: proeve.bruger?.firstIndex(where: \.isEmpty), gennem: gennem)
        }
    }
}
