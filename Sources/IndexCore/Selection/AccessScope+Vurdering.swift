/// What an object asks of whoever is to see it, and how far the caller's rights go.
///
/// Pure, and made of the same questions as the predicate: `erSynlig` is what the predicate says.
public struct Vurdering: Sendable {
    /// One number that groups must cover, and what each lacks of it; nothing where it lets through.
    public struct Proeve: Sendable {
        public let klasse: PakketKLE
        /// The plan lacks the number: only a right to everything covers it.
        public let erUkendt: Bool
        /// Nil where it is missing: then nobody sees the object.
        public let foelsomhed: Foelsomhed?
        /// In the order of the scope's groups.
        public let system: [[Mangel]]
        /// Nil when no user is asserted.
        public let bruger: [[Mangel]]?

        /// One whole group of the system's lets through, and one of the user's.
        public var erOpfyldt: Bool {
            system.contains(where: \.isEmpty) && (bruger?.contains(where: \.isEmpty) ?? true)
        }
    }

    public let fakta: AdgangsFakta
    /// The object has no Sikkerhedsprofil, or one that lets the user in, or no user is asserted.
    public let profilSlipperInd: Bool
    public let proever: [Proeve]
    /// Whether all of the numbers must be covered, and not one of them alone.
    public let kraeverAlle: Bool

    public var erSynlig: Bool {
        profilSlipperInd
            && (kraeverAlle
                ? proever.allSatisfy(\.erOpfyldt) : proever.contains(where: \.erOpfyldt))
    }
}

extension AccessScope {
    /// Of a case, a grant, or a document that no case files.
    func vurdering(_ fakta: AdgangsFakta) -> Vurdering {
        vurdering(fakta, fakta.foelsomhed)
    }

    /// Of a case, as what lets that document through.
    func vurdering(sag: AdgangsFakta, for dokument: AdgangsFakta) -> Vurdering {
        let levels = [sag.foelsomhed, dokument.foelsomhed]
        let level = levels.contains(nil) ? nil : levels.compactMap(\.self).max()
        return vurdering(sag, level, master: dokument.master)
    }

    private func vurdering(
        _ fakta: AdgangsFakta, _ level: Foelsomhed?, master: UUIDIdentifikator? = nil
    ) -> Vurdering {
        let kraeverAlle = fakta.kind != .bevilling
        let numre = kraeverAlle ? fakta.kraevedeNumre : fakta.kle
        return Vurdering(
            fakta: fakta, profilSlipperInd: passesProfil(fakta),
            proever: numre.map { proeve(krav(fakta, $0, level, master: master)) },
            kraeverAlle: kraeverAlle)
    }

    /// Of the lines of a payment, as far as that grant of it lets them through.
    func vurdering(linjerne effektuering: AdgangsFakta, gennem bevilling: AdgangsFakta) -> Vurdering
    {
        Vurdering(
            fakta: effektuering, profilSlipperInd: true,
            proever: effektuering.kle.map {
                proeve(krav(effektuering, $0, bevilling.foelsomhed, bevilling: bevilling))
            }, kraeverAlle: false)
    }

    private func proeve(_ krav: Rettighedskrav) -> Vurdering.Proeve {
        Vurdering.Proeve(
            klasse: krav.kle, erUkendt: krav.erUkendt, foelsomhed: krav.foelsomhed,
            system: systemGrupper.map { $0.mangler(krav) },
            bruger: bruger.map { $0.grupper.map { $0.mangler(krav) } })
    }
}
