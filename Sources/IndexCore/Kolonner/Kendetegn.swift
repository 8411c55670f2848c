import Synchronization

/// Which rows of a file are *plain* (`ligetil`): what columns and lists say of one is all that a reading
/// of the object would say; and how many notes or benefits a plain one has.
///
/// Told by the object itself and remembered once it has been read: nine bits a row. A row that is not
/// known to be plain is read.
final class Kendetegn: Sendable {
    struct Tilstand {
        fileprivate(set) var ligetil: Raekkemaengde
        /// Notes of a case, benefits of a grant; right for those that are plain.
        fileprivate(set) var antal: [UInt8]
    }

    private let state: Mutex<Tilstand>

    init(slots: Int) {
        state = Mutex(
            Tilstand(
                ligetil: Raekkemaengde(slots: slots), antal: [UInt8](repeating: 0, count: slots)))
    }

    private init(_ tilstand: Tilstand) { state = Mutex(tilstand) }

    /// The same at another commit, without the rows that were changed.
    func following(slots: Int, changed: Set<Int64>) -> Kendetegn {
        var next = nu
        next.ligetil.reserve(slots: slots)
        if slots > next.antal.count {
            next.antal += [UInt8](repeating: 0, count: slots - next.antal.count)
        }
        for id in changed { next.ligetil.remove(Int(id)) }
        return Kendetegn(next)
    }

    var nu: Tilstand { state.withLock { $0 } }

    /// These rows are plain.
    func note(_ found: [(id: Int64, antal: UInt8)]) {
        guard !found.isEmpty else { return }
        state.withLock { state in
            for (id, antal) in found where id < state.antal.count {
                state.ligetil.insert(Int(id))
                state.antal[Int(id)] = antal
            }
        }
    }

    // MARK: From the object

    /// How many notes or benefits the object has; nil when it is not plain.
    ///
    /// Plain is what the present stands for, with one state, one level and one master, classes under
    /// the numbers that were copied, and notes that every reader sees.
    static func antal(
        _ row: ObjektRow, _ registrering: Registrering, now: Tidspunkt, _ roller: RolleTabel
    ) -> UInt8? {
        guard row.tid <= now, row.skift.map({ now < $0 }) ?? true,
            Afleder.instant(of: registrering, now: now) == now
        else { return nil }
        var taelling = Taelling(kind: row.kind, roller: roller)
        for segment in registrering.segments {
            guard taelling.add(segment, isCurrent: segment.virkning.covers(now)) else { return nil }
        }
        return taelling.isPlain ? UInt8(exactly: taelling.antal) : nil
    }

    private struct Taelling {
        let kind: ObjektKind
        let roller: RolleTabel
        private(set) var antal = 0
        private var tilstande = 0
        private var egenskaber = 0
        private var sagIndeks = 0
        private var mastere = (alle: 0, nu: 0)

        init(kind: ObjektKind, roller: RolleTabel) {
            self.kind = kind
            self.roller = roller
        }

        var isPlain: Bool {
            tilstande <= 1 && egenskaber <= 1 && sagIndeks <= 1 && mastere.alle <= 1
                && mastere.alle == mastere.nu
        }

        /// False when it is not plain for certain.
        mutating func add(_ segment: Segment, isCurrent: Bool) -> Bool {
            switch segment.unit {
            case .sagsitsystemRelation, .dokumentitsystemRelation, .itSystem:
                if rolle(segment) == .master {
                    mastere.alle += 1
                    if isCurrent { mastere.nu += 1 }
                }
                return true
            default: return !isCurrent || add(segment)
            }
        }

        private mutating func add(_ segment: Segment) -> Bool {
            switch segment.unit {
            case .egenskaber:
                egenskaber += 1
                return kind != .sag || segment.body[.foelsomhed] == nil
            case .sagIndeksEgenskaber: sagIndeks += 1
            case .fremdrift: tilstande += 1
            case .sagsklasse, .dokumentklasse:
                guard rolle(segment) == .primaerKlasse else { return true }
                let own = segment.body.group(.lokalUdvidelseListe, segment.unit.klasseUdvidelse)
                return PakketKLE(own?.text(.brugervendtNoegle)) != .mangler
            case .journalpost:
                guard rolle(segment) == .journalnotat else { return true }
                antal += 1
                // With a UUID it is hidden with the document that it is an entry of.
                return segment.body[.referenceID]?.uuid == nil
            case .bevilgetYdelse:
                antal += 1
                let klassifikation = segment.body.group(.ydelse, .klassifikation)
                return PakketKLE(klassifikation?.text(.brugervendtNoegle)) != .mangler
            default: break
            }
            return true
        }

        private func rolle(_ segment: Segment) -> Rolle {
            roller.rolle(RolleListe(kind, segment.unit), segment.body[.rolle]?.uuid)
        }
    }
}
