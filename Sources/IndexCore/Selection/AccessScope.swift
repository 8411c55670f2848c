/// What a caller may see; the only key to any read.
///
/// There is no scope for everything: the operator's commands, too, carry groups. System and
/// asserted user must both pass, each through one whole group (rules X2–X6, O04–O06 and ydelse §10).
public struct AccessScope: Hashable, Sendable {
    /// A user whom the calling system vouches for.
    public struct Bruger: Hashable, Sendable {
        /// Nil when only the user's rights are vouched for; then no profile lets in by name.
        public let uuid: UUIDIdentifikator?
        /// The units the user belongs to; a profile on a unit covers its users.
        public let enheder: Set<UUIDIdentifikator>
        public let grupper: [RightsGroup]

        public init(
            uuid: UUIDIdentifikator?, enheder: Set<UUIDIdentifikator>, grupper: [RightsGroup]
        ) {
            self.uuid = uuid
            self.enheder = enheder
            self.grupper = grupper
        }
    }

    public let system: UUIDIdentifikator
    public let systemGrupper: [RightsGroup]
    public let bruger: Bruger?
    /// The numbers that a right to some of the plan covers of a grant or payment; nil for all (Y17).
    public let plan: Plannumre?
    /// The authorities of which anything can be visible.
    public let myndigheder: Set<CVRNummer>

    public init(
        system: UUIDIdentifikator, systemGrupper: [RightsGroup], bruger: Bruger?,
        plan: Plannumre? = nil
    ) {
        self.system = system
        self.systemGrupper = systemGrupper
        self.bruger = bruger
        self.plan = plan
        // A system has many groups, a user few authorities.
        let own = (bruger?.grupper ?? systemGrupper).reduce(into: Set<CVRNummer>()) { all, group in
            if all.isEmpty { all = group.myndigheder } else { all.formUnion(group.myndigheder) }
        }
        myndigheder =
            bruger == nil
            ? own
            : own.filter { myndighed in
                systemGrupper.contains { $0.myndigheder.contains(myndighed) }
            }
    }

    /// Of who calls alone: their rights are many, and seldom differ.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(system)
        hasher.combine(bruger?.uuid)
        hasher.combine(myndigheder.count)
    }

    /// Whether the caller may read the title that the public must not see (X10).
    ///
    /// A caseworker is an asserted user; the source reads what it sent itself.
    public func mayReadAlternativTitel(of fakta: AdgangsFakta) -> AlternativTitel {
        bruger != nil || fakta.master == system ? .shown : .hidden
    }
}

// MARK: - The one predicate

extension AccessScope {
    /// A case that files a document, or a grant that a payment pays, as far as it is known.
    public typealias Linked = (UUIDIdentifikator) -> AdgangsFakta?

    /// Whether the case is visible (X2, X5).
    public func seesSag(_ fakta: AdgangsFakta) -> Bool {
        guard let level = fakta.foelsomhed else { return false }
        return passesAll(fakta, level) && passesProfil(fakta)
    }

    /// Whether the document is visible (X3, X4, X5), given the cases that file it now.
    ///
    /// The clearance is that held for the case which lets the document through.
    public func seesDokument(_ fakta: AdgangsFakta, filedOn sager: [AdgangsFakta]) -> Bool {
        guard let level = fakta.foelsomhed, passesProfil(fakta) else { return false }
        guard !sager.isEmpty else {
            return passesAll(fakta, level)
        }
        return sager.contains { sag in
            guard let sagLevel = sag.foelsomhed, passesProfil(sag) else { return false }
            return passesAll(sag, max(sagLevel, level), master: fakta.master)
        }
    }

    /// Whether one BevilgetYdelse with that number is visible (ydelse §10).
    public func seesBevilgetYdelse(_ kle: PakketKLE, of fakta: AdgangsFakta) -> Bool {
        guard let level = fakta.foelsomhed else { return false }
        return passesBoth(fakta, kle, level)
    }

    /// Whether the grant is visible: at least one BevilgetYdelse is, and the profile lets in.
    public func seesBevilling(_ fakta: AdgangsFakta) -> Bool {
        passesProfil(fakta) && fakta.kle.contains { seesBevilgetYdelse($0, of: fakta) }
    }

    /// Whether some BevilgetYdelse of a grant is not, of those that the row tells of.
    func hidesYdelse(of fakta: AdgangsFakta) -> Bool {
        fakta.kle.contains { !seesBevilgetYdelse($0, of: fakta) }
    }

    /// System and user have one group at most each: what lets a payment's grant through covers its level.
    var harEnGruppe: Bool { systemGrupper.count == 1 && (bruger?.grupper.count ?? 1) == 1 }

    /// Whether one line of a payment that is visible is, where system and user have one group each.
    func seesLinje(_ kle: PakketKLE, ofVisible fakta: AdgangsFakta) -> Bool {
        passesBoth(fakta, kle, .ikkeFortroligeData)
    }

    /// Whether one line with that number is visible, given grants that the payment pays.
    ///
    /// It has no sensitivity and no Ansvarlig of its own: those of a visible grant count, and the group that
    /// covers the line is to cover them too, whatever group lets the grant through.
    public func seesLinje(
        _ kle: PakketKLE, of fakta: AdgangsFakta, through bevillinger: [AdgangsFakta]
    ) -> Bool {
        bevillinger.contains { bevilling in
            guard bevilling.kind == .bevilling, let level = bevilling.foelsomhed,
                seesBevilling(bevilling)
            else { return false }
            return passesBoth(fakta, kle, level, bevilling: bevilling)
        }
    }

    /// Whether the payment is visible: at least one line is, through at least one grant it pays.
    public func seesEffektuering(_ fakta: AdgangsFakta, bevilling: Linked) -> Bool {
        let bevillinger = fakta.bevillinger.compactMap(bevilling)
        return fakta.kle.contains { seesLinje($0, of: fakta, through: bevillinger) }
    }

    /// Whether an agreement's groups let a system write an object that decides access so (X1).
    ///
    /// A payment has no sensitivity of its own. All numbers must be covered, those of what is over too: who replaces
    /// a grant without seeing all of it takes out what he does not see.
    ///
    /// With `dokument`, whether the groups cover a case as one that lets that document through (X4).
    public static func mayWrite(
        _ fakta: AdgangsFakta, _ grupper: [RightsGroup], gennem dokument: AdgangsFakta? = nil
    ) -> Bool {
        guard let myndighed = fakta.myndighed else { return false }
        let level = [fakta.foelsomhed, dokument?.foelsomhed].compactMap { $0 }.max()
        let groups = grupper.filter { group in
            group.myndigheder.contains(myndighed)
                && (level.map { $0 <= group.foelsomhed } ?? true)
                && group.allows(fakta) && (dokument.map { group.allows(master: $0.master) } ?? true)
        }
        return fakta.kraevedeNumre.allSatisfy { nummer in
            groups.contains { $0.covers(nummer, erUkendt: false) }
        }
    }

    /// Whether a user that a system asserts may write such an object: its groups cover it, and its
    /// Sikkerhedsprofil lets the user in.
    public static func mayWrite(
        _ fakta: AdgangsFakta, _ bruger: Bruger, gennem dokument: AdgangsFakta? = nil
    ) -> Bool {
        mayWrite(fakta, bruger.grupper, gennem: dokument) && bruger.passes(profilOf: fakta)
            && (dokument.map { bruger.passes(profilOf: $0) } ?? true)
    }

    /// Every class that is the primary one now; in order there is one.
    private func passesAll(
        _ fakta: AdgangsFakta, _ level: Foelsomhed, master: UUIDIdentifikator? = nil
    ) -> Bool {
        fakta.kraevedeNumre.allSatisfy {
            passesBoth(fakta, $0, level, master: master)
        }
    }

    private func passesBoth(
        _ fakta: AdgangsFakta, _ kle: PakketKLE, _ level: Foelsomhed,
        master: UUIDIdentifikator? = nil, bevilling: AdgangsFakta? = nil
    ) -> Bool {
        let krav = krav(fakta, kle, level, master: master, bevilling: bevilling)
        guard systemGrupper.contains(where: { $0.lets(krav) }) else { return false }
        guard let bruger else { return true }
        return bruger.grupper.contains { $0.lets(krav) }
    }

    func krav(
        _ fakta: AdgangsFakta, _ kle: PakketKLE, _ level: Foelsomhed?,
        master: UUIDIdentifikator? = nil, bevilling: AdgangsFakta? = nil
    ) -> Rettighedskrav {
        Rettighedskrav(
            fakta: fakta, kle: kle, erUkendt: fakta.kind.isYdelse && isUnknown(kle),
            foelsomhed: level, master: master, bevilling: bevilling)
    }

    /// Whether the plan lacks the number: of a grant or payment only a right to everything covers it then.
    func isUnknown(_ kle: PakketKLE) -> Bool { plan.map { !$0.contains(kle) } ?? false }

    func passesProfil(_ fakta: AdgangsFakta) -> Bool {
        bruger?.passes(profilOf: fakta) ?? true
    }
}

extension AccessScope.Bruger {
    /// Whether the object has no Sikkerhedsprofil, or one that names the user or a unit of the user's.
    fileprivate func passes(profilOf fakta: AdgangsFakta) -> Bool {
        !fakta.harProfil || fakta.profil.contains { $0 == uuid || enheder.contains($0) }
    }
}

/// What one group must cover to let one number of an object through.
struct Rettighedskrav {
    let fakta: AdgangsFakta
    let kle: PakketKLE
    /// The plan lacks the number.
    let erUkendt: Bool
    /// Nil where it is missing: then no group covers it.
    let foelsomhed: Foelsomhed?
    /// Of the document that a case is to let through.
    let master: UUIDIdentifikator?
    /// That a payment's line is to be seen through.
    let bevilling: AdgangsFakta?
}

/// What a group may lack of what is asked of it.
public enum Mangel: String, CaseIterable, Sendable {
    case myndighed = "Myndighed"
    case klasse = "Klasse"
    case foelsomhed = "Foelsomhed"
    case kildesystem = "Kildesystem"
    case ansvarlig = "Ansvarlig"
}

extension RightsGroup {
    /// Whether the group covers all that is asked: the least costly is tried first.
    func lets(_ krav: borrowing Rettighedskrav) -> Bool {
        has(.foelsomhed, krav) && has(.myndighed, krav) && has(.klasse, krav)
            && has(.kildesystem, krav) && has(.ansvarlig, krav)
    }

    /// All that it lacks; empty where it lets through.
    func mangler(_ krav: borrowing Rettighedskrav) -> [Mangel] {
        var result: [Mangel] = []
        for mangel in Mangel.allCases where !has(mangel, krav) { result.append(mangel) }
        return result
    }

    @inline(__always)
    private func has(_ mangel: Mangel, _ krav: borrowing Rettighedskrav) -> Bool {
        switch mangel {
        case .foelsomhed: krav.foelsomhed.map { foelsomhed >= $0 } ?? false
        case .myndighed: krav.fakta.myndighed.map(myndigheder.contains) ?? false
        case .klasse: covers(krav.kle, erUkendt: krav.erUkendt)
        case .kildesystem:
            allows(mastereOf: krav.fakta) && (krav.master == nil || allows(master: krav.master))
        case .ansvarlig:
            allows(ansvarligOf: krav.fakta)
                && (krav.bevilling.map { allows(ansvarlig: $0.ansvarlig) } ?? true)
        }
    }

    /// Whether some of its numbers covers the one given.
    func covers(_ nummer: PakketKLE, erUkendt: Bool) -> Bool {
        kle.contains { erUkendt ? $0.coversEverything : $0.covers(nummer) }
    }

    fileprivate func allows(_ fakta: AdgangsFakta) -> Bool {
        allows(mastereOf: fakta) && allows(ansvarligOf: fakta)
    }

    private func allows(mastereOf fakta: AdgangsFakta) -> Bool {
        allows(master: fakta.master) && fakta.andreMastere.allSatisfy(allows(master:))
    }

    /// A payment has no Ansvarlig; the grant it pays carries the limit.
    private func allows(ansvarligOf fakta: AdgangsFakta) -> Bool {
        fakta.kind == .oekonomiskEffektuering || allows(ansvarlig: fakta.ansvarlig)
    }

    private func allows(ansvarlig: UUIDIdentifikator?) -> Bool {
        guard let enheder else { return true }
        return ansvarlig.map(enheder.contains) ?? false
    }

    fileprivate func allows(master: UUIDIdentifikator?) -> Bool {
        guard let systemer else { return true }
        return master.map(systemer.contains) ?? false
    }
}
