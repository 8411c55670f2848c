import IndexCore

/// Where to look for the objects of which an expression about one kind may hold, and what their rows
/// tell against them. Pure; always on the safe side.
struct Planlaegger {
    let roller: RolleTabel
    let standard: Standardtid

    // MARK: Keys

    func valg(_ udtryk: Udtryk) -> Kandidatvalg {
        switch udtryk {
        case .led(let krav): return valg(krav)
        case .ikke: return .alle
        case .eller(let parts):
            var choices: [Kandidatvalg] = []
            for part in parts {
                let choice = valg(part)
                if case .alle = choice { return .alle }
                choices.append(choice)
            }
            return .foren(choices)
        case .og(let parts): return Self.faerrest(parts.map(valg))
        }
    }

    private static func faerrest(_ choices: [Kandidatvalg]) -> Kandidatvalg {
        var result: [Kandidatvalg] = []
        for choice in choices {
            switch choice {
            case .alle: continue
            case .faerrest(let inner): result += inner
            default: result.append(choice)
            }
        }
        return result.isEmpty ? .alle : .faerrest(result)
    }

    private func valg(_ krav: Kriterium) -> Kandidatvalg {
        var result: [(rang: Int, valg: Kandidatvalg)] = []
        if let uuider = krav.uuider { result.append((0, .uuider(Array(uuider)))) }
        let tid: Kandidatvalg.Tid = krav.tider.erNu && standard.erNu ? .nu : .altid
        for enhed in krav.enheder {
            for (rang, noegle) in noegler(enhed, krav.kind) {
                result.append((rang, .noegle(noegle, tid)))
            }
        }
        let ordered = result.enumerated().sorted {
            ($0.element.rang, $0.offset) < ($1.element.rang, $1.offset)
        }
        return Self.faerrest(ordered.map(\.element.valg))
    }

    /// The keys that every object which meets the condition stands under, the rarer the lower `rang`.
    func noegler(
        _ enhed: Enhedskrav, _ kind: ObjektKind
    ) -> [(rang: Int, noegle: Noeglekrav)] {
        let (unit, gruppe) = (enhed.unit, enhed.gruppe)
        switch unit {
        case .egenskaber:
            guard case .tekst(let moenster)? = gruppe[.brugervendtNoegle] else { return [] }
            if let text = moenster.ordret {
                let key = Noegle(brugervendtNoegle: text, kind)
                return [(1, Noeglekrav(key, in: [.egenskaber]))]
            }
            guard let start = moenster.praefiks, !start.isEmpty else { return [] }
            return [(6, Noeglekrav(brugervendtNoeglePraefiks: start, kind))]
        case .sagspart, .dokumentpart, .bevillingspart, .oekonomiskEffektueringPart,
            .sagsrelation, .dokumentrelation, .sagsgenstande, .bevillingssag:
            return reference(gruppe, unit, 2)
        case .journalpost:
            guard case .identitet(let noegle)? = gruppe[.referenceID], noegle.uuid != nil,
                rolle(gruppe, unit, kind) != .journalnotat
            else { return [] }
            return reference(gruppe, unit, 2)
        case .sagsaktoer, .dokumentaktoer, .bevillingsaktoer, .aktoer:
            guard let rolle = rolle(gruppe, unit, kind), rolle != .ejer else { return [] }
            return reference(gruppe, unit, 5)
        case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem:
            guard let rolle = rolle(gruppe, unit, kind), rolle != .master,
                case .identitet(let noegle)? = gruppe[.referenceID], noegle.uuid != nil
            else { return [] }
            return reference(gruppe, unit, 9)
        case .sagsklasse:
            let own = gruppe.gruppe(.lokalUdvidelseListe, .sagsklasseLokalUdvidelse)
            return klasse(own[.brugervendtNoegle], unit)
        case .dokumentklasse:
            let own = gruppe.gruppe(.lokalUdvidelseListe, .dokumentklasseLokalUdvidelse)
            return klasse(own[.brugervendtNoegle], unit)
        case .bevilgetYdelse:
            let ydelse = gruppe.gruppe(.ydelse)
            return reference(ydelse, unit, 7)
                + klasse(ydelse.gruppe(.klassifikation)[.brugervendtNoegle], unit)
        case .oekonomiskYdelseEffektueringRelation:
            let grant = gruppe.gruppe(.bevilgetYdelseRef)[.uuidIdentifikator]
            var result = klasse(gruppe[.klassifikationsbeskrivelse], unit)
            if case .identitet(let noegle)? = grant {
                result.append((2, Noeglekrav(noegle, in: [unit])))
            }
            return result
        default: return []
        }
    }

    private func reference(
        _ gruppe: Gruppekrav, _ unit: Element, _ rang: Int
    ) -> [(rang: Int, noegle: Noeglekrav)] {
        guard case .identitet(let noegle)? = gruppe[.referenceID] else { return [] }
        return [(rang, Noeglekrav(noegle, in: [unit]))]
    }

    /// A subject number as it must be written; a beginning that ends at a full stop. What a sender
    /// wrote otherwise stands under the class's own number, and is not found by a beginning.
    private func klasse(
        _ krav: Feltkrav?, _ unit: Element
    ) -> [(rang: Int, noegle: Noeglekrav)] {
        guard case .tekst(let moenster)? = krav else { return [] }
        if let number = moenster.ordret, PakketKLE(number) != .mangler {
            return [(8, Noeglekrav(Noegle(klasse: number), in: [unit]))]
        }
        guard let start = moenster.praefiks, start.utf8.count == 3 || start.utf8.count == 6,
            PakketKLE(start + "00.00.00".dropFirst(start.utf8.count)) != .mangler
        else { return [] }
        return [(10, Noeglekrav(klassePraefiks: start, in: [unit]))]
    }

    func rolle(_ gruppe: Gruppekrav, _ unit: Element, _ kind: ObjektKind) -> Rolle? {
        guard case .identitet(let noegle)? = gruppe[.rolle], let uuid = noegle.uuid else {
            return nil
        }
        return roller.rolle(RolleListe(kind, unit), uuid)
    }

    // MARK: Rows

    /// Whether the row leaves it open that the expression holds.
    func mayHold(_ udtryk: Udtryk, _ row: ObjektRow) -> Bool {
        switch udtryk {
        case .led(let krav): mayHold(krav, row)
        case .ikke: true
        case .og(let parts): parts.allSatisfy { mayHold($0, row) }
        case .eller(let parts): parts.contains { mayHold($0, row) }
        }
    }

    private func mayHold(_ krav: Kriterium, _ row: ObjektRow) -> Bool {
        guard row.kind == krav.kind, krav.uuider?.contains(row.uuid) ?? true,
            krav.senestAendret.allSatisfy({ $0.contains(row.sts) })
        else { return false }
        guard krav.tider.erNu, standard.erNu, !row.erFlertydig else { return true }
        return krav.enheder.allSatisfy { mayHold($0, row) }
    }

    private func mayHold(_ enhed: Enhedskrav, _ row: ObjektRow) -> Bool {
        switch enhed.unit {
        case .sagIndeksEgenskaber:
            if case .tidsrum(let range)? = enhed.gruppe[.oprettetTidspunkt] {
                guard let oprettet = row.oprettetTidspunkt, range.contains(oprettet) else {
                    return false
                }
            }
            return mayHoldFoelsomhed(enhed.gruppe, row)
        case .egenskaber: return mayHoldFoelsomhed(enhed.gruppe, row)
        case .fremdrift:
            guard case .ordret(let code)? = enhed.gruppe[.fremdriftStatusKode] else { return true }
            let codes =
                row.kind == .sag ? ObjektSchema.sagFremdrift : ObjektSchema.dokumentFremdrift
            let index = Int(row.fremdrift) - 1
            return codes.indices.contains(index) && codes[index].utf8.elementsEqual(code)
        case .sagsitsystemRelation, .dokumentitsystemRelation:
            guard rolle(enhed.gruppe, enhed.unit, row.kind) == .master,
                case .identitet(let noegle)? = enhed.gruppe[.referenceID]
            else { return true }
            return row.fakta.master == noegle.uuid
        default: return true
        }
    }

    private func mayHoldFoelsomhed(_ gruppe: Gruppekrav, _ row: ObjektRow) -> Bool {
        guard case .ordret(let code)? = gruppe[.foelsomhed] else { return true }
        return row.fakta.foelsomhed.map { $0.text.utf8.elementsEqual(code) } ?? false
    }

    // MARK: Authorities

    /// The authorities that what is found must be owned by; nil for any.
    func myndigheder(_ udtryk: Udtryk) -> Set<CVRNummer>? {
        switch udtryk {
        case .led(let krav):
            guard krav.tider.erNu, standard.erNu else { return nil }
            return Self.faelles(krav.enheder.map { ejer($0, krav.kind) })
        case .ikke: return nil
        case .og(let parts): return Self.faelles(parts.map(myndigheder))
        case .eller(let parts):
            var result: Set<CVRNummer> = []
            for part in parts {
                guard let some = myndigheder(part) else { return nil }
                result.formUnion(some)
            }
            return result
        }
    }

    private static func faelles(_ sets: [Set<CVRNummer>?]) -> Set<CVRNummer>? {
        sets.compactMap { $0 }.reduce(nil) { known, next in known?.intersection(next) ?? next }
    }

    /// An owner that is given by its CVR number owns alone.
    private func ejer(_ enhed: Enhedskrav, _ kind: ObjektKind) -> Set<CVRNummer>? {
        switch enhed.unit {
        case .sagsaktoer, .dokumentaktoer, .bevillingsaktoer, .aktoer: break
        default: return nil
        }
        guard rolle(enhed.gruppe, enhed.unit, kind) == .ejer,
            case .identitet(let noegle)? = enhed.gruppe[.referenceID]
        else { return nil }
        return noegle.cvr.map { [$0] }
    }
}
