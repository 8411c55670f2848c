import IndexCore

// What columns and lists can tell of an expression, exactly where they can and on the safe side
// where they cannot.

extension Planlaegger {
    /// Nil when it asks of another time than the present.
    func raekker(_ udtryk: Udtryk) -> Raekkeudtryk? {
        guard standard.erNu, udtryk.alle.allSatisfy(\.tider.erNu) else { return nil }
        return nuvaerende(udtryk)
    }

    /// What rows of a kind tell of the ways in which it is found; what it is linked to they do not.
    func raekker(_ kind: ObjektKind, _ kombinationer: [Kombination]) -> Raekkeudtryk? {
        var result: [Raekkeudtryk] = []
        for kombination in kombinationer where kombination.krav[kind] != nil {
            guard let told = raekker(kombination.udsagn(om: kind)) else { return nil }
            let isLinked =
                kombination.bundne.count > 1 || !kombination.ulinkede(fra: kind).isEmpty
            result.append(isLinked ? .og([told, .maaske]) : told)
        }
        return .eller(result)
    }

    private func nuvaerende(_ udtryk: Udtryk) -> Raekkeudtryk {
        switch udtryk {
        case .led(let krav): nuvaerende(krav)
        case .og(let parts): .og(parts.map(nuvaerende))
        case .eller(let parts): .eller(parts.map(nuvaerende))
        case .ikke(let inner): .ikke(nuvaerende(inner))
        }
    }

    private func nuvaerende(_ krav: Kriterium) -> Raekkeudtryk {
        var parts: [Raekkeudtryk] = []
        if let uuider = krav.uuider { parts.append(.uuider(uuider)) }
        parts += krav.senestAendret.map { .modtaget($0) }
        for enhed in krav.enheder {
            let told = fortalt(enhed, krav.kind)
            parts += told.raekker
            if !told.erHelt || !enhed.virkning.isEmpty || !krav.tider.aktoer.isEmpty {
                parts.append(.maaske)
            }
        }
        let erKunRaekker =
            !krav.sagsloest && krav.registrering.isEmpty && krav.lister.isEmpty
            && krav.tider.aktoer.isEmpty && krav.bevillingstart.isEmpty
            && krav.bevillingslut.isEmpty
        if !erKunRaekker { parts.append(.maaske) }
        return .og(parts)
    }

    // MARK: One part

    /// What rows tell of a condition on a part: all of it holds where the condition does, and the other
    /// way round when `erHelt`.
    private typealias Fortalt = (raekker: [Raekkeudtryk], erHelt: Bool)

    private func fortalt(_ enhed: Enhedskrav, _ kind: ObjektKind) -> Fortalt {
        let (unit, gruppe) = (enhed.unit, enhed.gruppe)
        switch unit {
        case .sagIndeksEgenskaber, .egenskaber:
            let told = egenskaber(gruppe, kind)
            return (told.raekker + noeglet(enhed, kind, erHelt: false).raekker, told.erHelt)
        case .fremdrift:
            guard case .ordret(let code)? = gruppe[.fremdriftStatusKode],
                let place = koder(kind).firstIndex(where: { $0.utf8.elementsEqual(code) })
            else { return ([], gruppe.isEmpty) }
            return ([.fremdrift(UInt8(place + 1))], gruppe.felter.count == 1)
        case .sagsitsystemRelation, .dokumentitsystemRelation:
            guard rolle(gruppe, unit, kind) == .master,
                case .identitet(let noegle)? = gruppe[.referenceID], let uuid = noegle.uuid
            else { return noeglet(enhed, kind, erHelt: false) }
            return ([.master(uuid)], gruppe.felter.count == 2)
        case .sagspart, .dokumentpart, .bevillingspart, .oekonomiskEffektueringPart,
            .sagsgenstande, .bevillingssag, .sagsaktoer, .dokumentaktoer, .bevillingsaktoer,
            .aktoer:
            return noeglet(
                enhed, kind, i: rolle(gruppe, unit, kind),
                erHelt: erReference(gruppe, unit, kind))
        case .sagsklasse, .dokumentklasse:
            let udvidelse: Element =
                unit == .sagsklasse ? .sagsklasseLokalUdvidelse : .dokumentklasseLokalUdvidelse
            return noeglet(
                enhed, kind, i: rolle(gruppe, unit, kind),
                erHelt: erKlasse(gruppe, udvidelse, unit, kind))
        case .bevilgetYdelse: return noeglet(enhed, kind, erHelt: erYdelse(gruppe))
        default: return noeglet(enhed, kind, erHelt: false)
        }
    }

    /// By the keys that the object must stand under, in the role when the index knows it.
    private func noeglet(
        _ enhed: Enhedskrav, _ kind: ObjektKind, i rolle: Rolle? = nil, erHelt: Bool
    ) -> Fortalt {
        let found = noegler(enhed, kind).map { rang, noegle in
            Raekkeudtryk.noegle(
                rolle.map { $0 == .ukendt ? noegle : noegle.som($0) } ?? noegle, rang: rang)
        }
        return (found, erHelt && found.count == 1)
    }

    /// ReferenceID alone, or with a role that the index knows.
    private func erReference(_ gruppe: Gruppekrav, _ unit: Element, _ kind: ObjektKind) -> Bool {
        guard case .identitet? = gruppe[.referenceID] else { return false }
        return gruppe.felter.count == 1 || erKunOgRolle(gruppe, .referenceID, unit, kind)
    }

    /// The number alone, or with a role that the index knows.
    private func erKlasse(
        _ gruppe: Gruppekrav, _ udvidelse: Element, _ unit: Element, _ kind: ObjektKind
    ) -> Bool {
        let outer = gruppe.gruppe(.lokalUdvidelseListe)
        let inner = outer.gruppe(udvidelse)
        guard outer.felter.count == 1, inner.felter.count == 1,
            inner[.brugervendtNoegle] != nil
        else { return false }
        return gruppe.felter.count == 1
            || erKunOgRolle(gruppe, .lokalUdvidelseListe, unit, kind)
    }

    private func erKunOgRolle(
        _ gruppe: Gruppekrav, _ felt: Element, _ unit: Element, _ kind: ObjektKind
    ) -> Bool {
        guard gruppe.felter.count == 2, gruppe[felt] != nil,
            let rolle = rolle(gruppe, unit, kind)
        else { return false }
        return rolle != .ukendt
    }

    /// The benefit itself or its class's number alone.
    private func erYdelse(_ gruppe: Gruppekrav) -> Bool {
        let ydelse = gruppe.gruppe(.ydelse)
        guard gruppe.felter.count == 1, ydelse.felter.count == 1 else { return false }
        if case .identitet? = ydelse[.referenceID] { return true }
        let klassifikation = ydelse.gruppe(.klassifikation)
        return klassifikation.felter.count == 1 && klassifikation[.brugervendtNoegle] != nil
    }

    private func egenskaber(_ gruppe: Gruppekrav, _ kind: ObjektKind) -> Fortalt {
        var result: [Raekkeudtryk] = []
        for (element, krav) in gruppe.felter {
            switch (element, krav) {
            case (.oprettetTidspunkt, .tidsrum(let range)) where kind == .sag:
                result.append(.oprettet(range))
            case (.oprettetTidspunkt, .tid(let time)) where kind == .sag:
                result.append(.oprettet(time..<time.advanced(byMicroseconds: 1)))
            case (.foelsomhed, .ordret(let code)):
                let niveau = Foelsomhed.allCases.first { $0.text.utf8.elementsEqual(code) }
                if let niveau { result.append(.foelsomhed(niveau)) }
            case (.titel, .tekst(let moenster)): result.append(.titel(moenster))
            default: break
            }
        }
        return (result, result.count == gruppe.felter.count)
    }

    private func koder(_ kind: ObjektKind) -> [String] {
        kind == .sag ? ObjektSchema.sagFremdrift : ObjektSchema.dokumentFremdrift
    }
}
