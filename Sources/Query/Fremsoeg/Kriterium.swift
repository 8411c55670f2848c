import IndexCore

/// Query by example: one Soeg… element, with the times that it asks about.
struct Kriterium: Sendable {
    let kind: ObjektKind
    /// Only documents that no case files.
    var sagsloest = false
    /// Only these objects; nil for any.
    var uuider: Set<UUIDIdentifikator>?
    /// The times that it asks about.
    var tider = Tider()
    /// Of the registration itself: LivscyklusKode and BrugerRef.
    var registrering = Gruppekrav()
    /// When the newest registration was received; all of them must hold.
    var senestAendret: [Range<Tidspunkt>] = []
    /// Of the three lists' own extensions.
    var lister = Gruppekrav()
    var enheder: [Enhedskrav] = []
    /// A grant's beginning and end, which the index makes of its benefits.
    var bevillingstart: [Range<Tidspunkt>] = []
    var bevillingslut: [Range<Tidspunkt>] = []
    var side: Side?

    /// The element itself and its conditions, counted.
    var vaegt: Int {
        enheder.reduce(1 + registrering.felter.count) { $0 + max(1, $1.gruppe.felter.count) }
    }

    /// Which registrations, and which stretch of effect time.
    struct Tider: Sendable {
        /// Received in it, or in force at its beginning.
        var sts: Range<Tidspunkt>?
        /// Registered at the source in it.
        var tidspunkt: Range<Tidspunkt>?
        var virkning: Range<Tidspunkt>?
        /// Of the Virkning of each part that counts.
        var aktoer = Gruppekrav()

        /// What is registered now and in effect now.
        var erNu: Bool { erRegistreretNu && virkning == nil }
        var erRegistreretNu: Bool { sts == nil && tidspunkt == nil }
    }

    struct Side: Sendable, Equatable {
        var foerste = 0
        var antal = 100

        static let mest = 1000
    }
}

/// The times that stand for "now" in a question.
struct Standardtid: Sendable {
    /// Nil for now, or an object's beginning while that lies ahead, or its end when it is over.
    var virkning: Tidspunkt?
    var registrering: Tidspunkt?

    var erNu: Bool { virkning == nil && registrering == nil }
}

// MARK: - Judging

extension Kriterium {
    /// Whether the conditions hold of one of the registrations that are asked about.
    func holds(of proeve: Proeveobjekt) throws(StoreError) -> Bool {
        try proeve.syn.holdFrist()
        let objekt = proeve.objekt
        guard objekt.kind == kind, uuider?.contains(objekt.uuid) ?? true,
            senestAendret.allSatisfy({ $0.contains(objekt.row.sts) })
        else { return false }
        if sagsloest, try !proeve.syn.sager(filing: objekt).isEmpty { return false }
        for udsnit in try proeve.udsnit(tider) where try holds(of: udsnit, proeve) { return true }
        return false
    }

    func holds(of udsnit: Udsnit, _ proeve: Proeveobjekt) throws(StoreError) -> Bool {
        let header = udsnit.header
        guard registrering.holds(of: header, .shown), lister.holds(of: header, .shown) else {
            return false
        }
        let vindue = proeve.vindue(udsnit, tider)
        let alternativ = proeve.objekt.alternativTitel
        func counts(_ segment: Segment) -> Bool {
            vindue.includes(segment.virkning)
                && (tider.aktoer.isEmpty
                    || tider.aktoer.holds(of: segment.virkning.aktoer, .shown))
        }
        for krav in enheder {
            let holds = try udsnit.contains(krav.unit) {
                counts($0) && krav.holds(of: $0, alternativ)
            }
            guard holds else { return false }
        }
        if tider.virkning != nil || !tider.aktoer.isEmpty, enheder.isEmpty {
            guard try udsnit.containsAny(counts) else { return false }
        }
        guard !bevillingstart.isEmpty || !bevillingslut.isEmpty else { return true }
        let ydelser = try udsnit.segmenter(.bevilgetYdelse, where: counts)
        return holds(ofYdelser: ydelser)
    }

    private func holds(ofYdelser ydelser: [Segment]) -> Bool {
        let start = ydelser.compactMap { $0.body[.bevilgetYdelseStartdato]?.time }.min()
        let ends = ydelser.map { $0.body[.bevilgetYdelseSlutdato]?.time }
        let end = ends.contains(nil) ? nil : ends.compactMap { $0 }.max()
        return bevillingstart.allSatisfy { range in start.map(range.contains) ?? false }
            && bevillingslut.allSatisfy { range in end.map(range.contains) ?? false }
    }
}
