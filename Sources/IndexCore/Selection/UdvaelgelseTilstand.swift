/// An object as it stands for one caller at one point of both axes: its visible registration and
/// all that is derived from it alone.
///
/// Nothing hidden can be told from it, since it is derived after the hidden parts are gone.
public struct Objekttilstand {
    /// Without the parts that the caller may not see.
    public let registrering: Registrering
    /// The effect time that counts: the one asked for, else now, or the object's beginning while
    /// that lies ahead.
    public let instant: Tidspunkt
    let afledning: Afledning

    /// The authority that owns it then.
    public var myndighed: CVRNummer? { afledning.fakta.myndighed }
    /// Its own level then; an Effektuering has none.
    public var foelsomhed: Foelsomhed? { afledning.fakta.foelsomhed }
    /// When the object began.
    public var oprettet: Tidspunkt? { afledning.oprettet }
    /// The case or document number then.
    public var brugervendtNoegle: String? { afledning.brugervendtNoegle }
    var kle: [PakketKLE] { afledning.fakta.kleNu }

    /// The segments in effect, in stored order.
    public var segmenter: [Segment] {
        registrering.segments.filter { $0.virkning.covers(instant) }
    }

    /// The texts that the reader may search, one by one, and what each is: the name of its element, or of its column.
    public func stykker(alternativ: AlternativTitel) -> [(felt: String, tekst: String)] {
        let skel = Unicode.Scalar(Tokenizer.skel)
        return tekster(alternativ: alternativ).flatMap { kolonne, tekst in
            tekst.unicodeScalars.split(separator: skel).map { stykke in
                let stykke = String(stykke)
                return (felt(stykke, kolonne), stykke)
            }
        }
    }

    private func felt(_ stykke: String, _ kolonne: TextQuery.Column) -> String {
        switch kolonne {
        case .titel: stykke == brugervendtNoegle ? "BrugervendtNoegle" : "Titel"
        case .beskrivelse: element(stykke)?.name ?? "Beskrivelse"
        case .noter: erOmGenstand(stykke) ? "Sagsgenstande" : "Journalnotat"
        case .parter: "Part"
        case .klasser: "Klasse"
        case .betinget: "Indhold"
        case .alternativ: "TitelAlternativTekst"
        }
    }

    private func element(_ stykke: String) -> Element? {
        for segment in segmenter {
            for value in segment.body where value.text == stykke { return value.element }
        }
        return nil
    }

    private func erOmGenstand(_ stykke: String) -> Bool {
        segmenter.contains { segment in
            segment.unit == .sagsgenstande
                && segment.body.group(.lokalUdvidelseListe, .sagsgenstandeLokalUdvidelse)?
                    .text(.tekstfelt) == stykke
        }
    }

    /// One text for each column that the reader may search, its texts with `Tokenizer.skel` between them.
    public func tekster(alternativ: AlternativTitel) -> [(kolonne: TextQuery.Column, tekst: String)]
    {
        TextQuery.Column.allCases.compactMap { kolonne in
            guard kolonne != .alternativ || alternativ == .shown else { return nil }
            let tekst = afledning.tekster[kolonne.rawValue]
            return tekst.isEmpty ? nil : (kolonne, tekst)
        }
    }
}

extension Syn {
    /// What a find was judged by; read now where its narrow row was enough.
    public func tilstand(of fund: Fund) throws(StoreError) -> Objekttilstand {
        if let known = fund.tilstand { return known }
        return try tilstand(of: fund.objekt)
    }

    /// The object at its own present.
    public func tilstand(of objekt: SynligtObjekt) throws(StoreError) -> Objekttilstand {
        tilstand(
            of: objekt, try objekt.current(), virkning: nil,
            klassetekst: try objekt.shard.klassetekst(of: objekt.row))
    }

    /// The object as it was known at `registrering` and in effect at `virkning`, with today's
    /// rights; nil when it was not known, or nothing of it is in effect then.
    public func tilstand(
        of objekt: SynligtObjekt, virkning: Tidspunkt?, knownAt registrering: Tidspunkt?
    ) throws(StoreError) -> Objekttilstand? {
        let found: Registrering?
        if let registrering {
            found = try objekt.registrering(knownAt: registrering)
        } else {
            found = try objekt.current()
        }
        guard let found else { return nil }
        if let virkning {
            let isInEffect = found.segments.contains {
                $0.unit == .egenskaber && $0.virkning.covers(virkning)
            }
            guard isInEffect else { return nil }
        }
        return tilstand(
            of: objekt, found, virkning: virkning,
            klassetekst: try objekt.shard.klassetekst(of: objekt.row))
    }

    private func tilstand(
        of objekt: SynligtObjekt, _ registrering: Registrering, virkning: Tidspunkt?,
        klassetekst: String
    ) -> Objekttilstand {
        let time = virkning ?? now
        let afledning = Afleder(roller: roller, leksikon: reader.leksikon).afled(
            objekt.kind, registrering, now: time, klassetekst: klassetekst, klasser: klasser)
        return Objekttilstand(
            registrering: registrering,
            instant: Afleder.instant(of: registrering, now: time), afledning: afledning)
    }

    /// The title that the classification gives a number; nil when it is unknown.
    public func klassetitel(_ nummer: String) -> String? { klasser.titel(nummer) }

    /// The class's keywords; none for a number that the classification does not have.
    public func stikord(_ nummer: String) -> [String] {
        let plan = klasser.klassifikation
        return plan.faelles(noegle: nummer).map {
            plan[$0].stikord.filter { $0.art == .ord }.map(\.tekst)
        } ?? []
    }
}

extension Registrering {
    /// The effect time that stands for the object: `now`, or its beginning while that lies ahead, or its end when it is
    /// over.
    public func instant(at now: Tidspunkt) -> Tidspunkt { Afleder.instant(of: self, now: now) }
}

extension SynligtObjekt {
    /// The number that decides who sees a BevilgetYdelse or a line of this object.
    public func klasseNummer(of segment: Segment) -> String? {
        segment.klasseNummer(syn.klasser)
    }
}

extension Element {
    /// The lists that hold an object's parties.
    public static let partLister: Set<Element> = [
        .sagspart, .dokumentpart, .bevillingspart, .oekonomiskEffektueringPart,
    ]

    /// The lists whose members may be hidden one by one.
    static let betingedeLister: Set<Element> = [
        .journalpost, .sagsrelation, .dokumentrelation, .bevilgetYdelse,
        .oekonomiskYdelseEffektueringRelation,
    ]
}
