import CSQLite
import Dispatch
import Synchronization

// MARK: - Time passing

extension Store {
    /// Derives again the rows of an authority that time has made out of date.
    func refreshDue(_ myndighed: CVRNummer, at now: Tidspunkt) throws(StoreError) {
        let klasser = state.withLock { $0.klasser }
        try skriver(for: myndighed).writer.perform { kontekst throws(StoreError) in
            for part in kontekst.dele.values {
                for uuid in try part.due(at: now) {
                    guard let stored = try part.load(uuid) else { continue }
                    try part.begin()
                    try part.refresh(stored, now: now, klasser: klasser)
                }
            }
        }
    }
}

// MARK: - Physical removal

extension Store {
    /// Within this many seconds of a removal its bytes are gone from the directory, while no reader
    /// holds an older snapshot; requests are ended long before.
    public static let sletningSekunder = 10

    /// Authorities whose removed bytes are not yet gone.
    public var udestaaendeSletninger: Int { sletninger.withLock { $0.count } }

    func schedulePurge(of myndighed: CVRNummer) {
        let isNew = sletninger.withLock { $0.insert(myndighed).inserted }
        guard isNew else { return }
        maintenance.asyncAfter(deadline: .now() + .milliseconds(200)) { self.purge(myndighed) }
    }

    private func purge(_ myndighed: CVRNummer) {
        let isDone = (try? purgeNow(myndighed)) ?? false
        if isDone {
            sletninger.withLock { _ = $0.remove(myndighed) }
        } else if !state.withLock({ $0.isClosing }) {
            maintenance.asyncAfter(deadline: .now() + .milliseconds(200)) { self.purge(myndighed) }
        }
    }

    /// False while a reader's older snapshot is in the way.
    private func purgeNow(_ myndighed: CVRNummer) throws(StoreError) -> Bool {
        let skriver = try skriver(for: myndighed)
        // Idle connections hold no snapshot, but their page caches hold pages.
        let partsDone = skriver.writer.outside { kontekst in
            kontekst.dele.values.allSatisfy { part in (try? part.purge()) ?? false }
        }
        let catalogueDone =
            katalog?.outside { writer in (try? writer.checkpointAndTruncate()) ?? false } ?? true
        return partsDone && catalogueDone
    }

    /// Takes removed objects out of the catalogue; a stale place is harmless until then.
    func forget(_ uuids: [UUIDIdentifikator]) {
        katalog?.submit(
            .init(
                run: { writer throws(StoreError) in
                    for uuid in uuids {
                        guard let known = try writer.placering(of: uuid),
                            try !self.holds(uuid, fil: known.fil)
                        else { continue }
                        try writer.unplace(uuid, from: known.fil)
                    }
                },
                finish: { _ in }))
    }
}

// MARK: - Moving an object to another authority

extension Store {
    private struct Flyttegods: Sendable {
        let kind: ObjektKind
        let registreringer: [Registrering]
        let til: CVRNummer
        let noegle: String?
        let peger: [UUIDIdentifikator]
    }

    /// Moves an object whose Ejer has changed, whole and with its history.
    ///
    /// Four durable steps: note the move, write the object there, point the catalogue there, take it
    /// out here. A crash between them is mended at the next start; readers wait meanwhile.
    func move(_ skrivning: Skrivning) -> Result<WriteOutcome, StoreError> {
        let uuid = skrivning.command.uuid
        do throws(StoreError) {
            return .success(
                try flytteLaas.exclusive { () throws(StoreError) -> WriteOutcome in
                    try carryOutMove(uuid, skrivning.command)
                })
        } catch {
            return .failure(error)
        }
    }

    private func carryOutMove(
        _ uuid: UUIDIdentifikator, _ command: WriteCommand
    ) throws(StoreError) -> WriteOutcome {
        guard let katalog, let placering = try placering(of: uuid),
            let fra = myndighed(ofFil: placering.fil)
        else { return .left }
        let gods = try skriver(for: fra).writer.perform { kontekst throws(StoreError) in
            try self.pack(uuid, command, kontekst)
        }
        guard let gods else { return .left }
        let modtager = try skriver(for: gods.til)
        if let noegle = gods.noegle {
            let holder = try modtager.writer.perform { kontekst throws(StoreError) in
                try kontekst.holder(of: noegle, gods.kind, besides: uuid)
            }
            guard holder == nil else { return .noegleOptaget }
        }
        let maal = try katalog.perform { writer throws(StoreError) -> Fil in
            let fil = try self.fil(forNew: uuid, of: gods.til, writer)
            try writer.beginFlytning(.init(uuid: uuid, fra: placering.fil, til: fil.id))
            try writer.addFremmed(uuid, fra)
            for peget in gods.peger { try writer.addFremmed(peget, gods.til) }
            return fil
        }
        noteFremmede(gods, uuid, fra)
        let klasser = state.withLock { $0.klasser }
        try modtager.writer.perform { kontekst throws(StoreError) in
            try self.openNewFiles(kontekst)
            guard let part = kontekst.dele[maal.id] else {
                throw StoreError.setAside(file: maal.navn)
            }
            try part.begin()
            try part.insert(
                uuid, gods.kind, gods.registreringer, now: kontekst.now, klasser: klasser,
                handling: .flyttet)
        }
        try finish(.init(uuid: uuid, fra: placering.fil, til: maal.id), gods.kind)
        return .stored(gods.registreringer.last?.stsTidspunkt ?? now)
    }

    private func pack(
        _ uuid: UUIDIdentifikator, _ command: WriteCommand, _ kontekst: SkriverKontekst
    ) throws(StoreError) -> Flyttegods? {
        guard let (part, stored) = try kontekst.find(uuid) else { return nil }
        let decision = try command.decide(stored, DecisionContext(kontekst: kontekst, store: self))
        guard case .append(let new) = decision else { return nil }
        let stamped = kontekst.stamp(new, after: stored.row.sts)
        guard let til = kontekst.owner(of: stamped, command.kind), til != kontekst.myndighed,
            let last = stamped.last
        else { return nil }
        let afledning = afleder.afled(
            command.kind, last, now: kontekst.now, klassetekst: "", klasser: .ingen)
        return Flyttegods(
            kind: command.kind,
            registreringer: try part.historik(of: stored.row) + [stored.current] + stamped,
            til: til, noegle: afledning.brugervendtNoegle,
            peger: Array(Set(afledning.henvisninger.compactMap(\.noegle.uuid))))
    }

    private func noteFremmede(
        _ gods: Flyttegods, _ uuid: UUIDIdentifikator, _ fra: CVRNummer
    ) {
        state.withLock { state in
            state.noteFremmed(uuid, fra)
            for peget in gods.peger { state.noteFremmed(peget, gods.til) }
        }
    }

    /// The last two steps: the catalogue points there, and what was here is taken out.
    private func finish(
        _ flytning: KatalogWriter.Flytning, _ kind: ObjektKind
    ) throws(StoreError) {
        guard let katalog, let fra = myndighed(ofFil: flytning.fra) else { return }
        try katalog.perform { writer throws(StoreError) in
            try writer.place(flytning.uuid, Placering(fil: flytning.til, kind: kind))
        }
        let klasser = state.withLock { $0.klasser }
        try skriver(for: fra).writer.perform { kontekst throws(StoreError) in
            guard let part = kontekst.dele[flytning.fra], let stored = try part.load(flytning.uuid)
            else { return }
            try part.begin()
            try part.remove(stored, klasser: klasser, handling: .flyttet)
        }
        schedulePurge(of: fra)
        try katalog.perform { writer throws(StoreError) in try writer.endFlytning(flytning.uuid) }
    }

    /// Mends what a crash left of moves: forward where the object arrived, else back.
    func finishFlytninger(_ flytninger: [KatalogWriter.Flytning]) throws(StoreError) {
        for flytning in flytninger {
            guard let katalog, let til = myndighed(ofFil: flytning.til) else { continue }
            let kind = try skriver(for: til).writer.perform { kontekst throws(StoreError) in
                try kontekst.dele[flytning.til]?.contains(flytning.uuid)
            }
            if let kind {
                try finish(flytning, kind)
            } else {
                try katalog.perform { writer throws(StoreError) in
                    try writer.endFlytning(flytning.uuid)
                }
            }
        }
    }
}

extension Store.State {
    mutating func noteFremmed(_ maal: UUIDIdentifikator, _ myndighed: CVRNummer) {
        guard !(fremmede[maal] ?? []).contains(myndighed) else { return }
        fremmede[maal, default: []].append(myndighed)
    }
}

// MARK: - Agreements and classification

extension Store {
    /// Every agreement, ended ones too, in the order they were made.
    public var aftaler: [Aftale] { state.withLock { $0.aftaler } }

    /// The agreement groups in force for a system and authority, with that role.
    public func grupper(
        system: UUIDIdentifikator, myndighed: CVRNummer, rolle: Aftale.Roller, at instant: Tidspunkt
    ) -> [RightsGroup] {
        state.withLock { state in
            state.aftaler.filter {
                $0.system == system && $0.myndighed == myndighed && $0.roller.contains(rolle)
                    && $0.isInForce(at: instant)
            }.flatMap(\.grupper)
        }
    }

    /// Adds an agreement, approved at once; it is on the disk when the call returns.
    public func add(_ aftale: Aftale) throws(StoreError) -> Aftale {
        guard let katalog else { throw StoreError.readOnly }
        let aftaler = try katalog.perform { writer throws(StoreError) in
            _ = try writer.insertAftale(aftale)
            return try writer.aftaler()
        }
        state.withLock { $0.aftaler = aftaler }
        return aftaler.last ?? aftale
    }

    /// Ends the agreements in force between a system and an authority; answers how many.
    public func endAftaler(
        system: UUIDIdentifikator, myndighed: CVRNummer
    ) throws(StoreError) -> Int {
        guard let katalog else { throw StoreError.readOnly }
        let instant = now
        let (count, aftaler) = try katalog.perform { writer throws(StoreError) in
            let count = try writer.endAftaler(system: system, myndighed: myndighed, at: instant)
            return (count, try writer.aftaler())
        }
        state.withLock { $0.aftaler = aftaler }
        return count
    }

    /// Keeps a classification's bytes under its name, in place of what was there.
    public func keepKlassifikation(_ navn: String, _ indhold: [UInt8]) throws(StoreError) {
        guard let katalog else { throw StoreError.readOnly }
        try katalog.perform { writer throws(StoreError) in
            try writer.writeKlassifikation(navn, indhold)
        }
    }

    public func klassifikation(_ navn: String) throws(StoreError) -> [UInt8]? {
        let connection = try pool.borrow(Self.katalogFil)
        defer { pool.giveBack(connection, of: Self.katalogFil) }
        let statement = try connection.prepare(
            "SELECT indhold FROM klassifikation WHERE navn = ?1")
        statement.bind(1, navn)
        return try statement.step() ? statement.blob(0) : nil
    }
}
