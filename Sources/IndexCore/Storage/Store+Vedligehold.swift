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
                    try part.begin()
                    guard let stored = try? part.load(uuid) else {
                        try part.sideline(uuid)
                        continue
                    }
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
        let isNew = sletninger.withLock { owed in
            owed[myndighed, default: 0] += 1
            return owed[myndighed] == 1
        }
        if isNew { purge(myndighed, after: .milliseconds(200)) }
    }

    private func purge(_ myndighed: CVRNummer, after delay: DispatchTimeInterval) {
        maintenance.asyncAfter(deadline: .now() + delay) { [weak self] in
            self?.purge(myndighed)
        }
    }

    /// Tries until it is done; what was asked for meanwhile is a new round. A big file is given
    /// five times as long as it takes before the next, so that its writer serves others between. No authority
    /// waits for another's writer.
    private func purge(_ myndighed: CVRNummer) {
        guard !isClosing else { return }
        let asked = sletninger.withLock { $0[myndighed] }
        purgeNow(myndighed) { isDone, spent in
            let isLast = self.sletninger.withLock { owed in
                guard isDone, owed[myndighed] == asked else { return false }
                owed[myndighed] = nil
                return true
            }
            if !isLast {
                self.purge(myndighed, after: .milliseconds(min(max(200, 4 * spent), 5000)))
            }
        }
    }

    /// Tells whether it is done, false while a reader's older snapshot is in the way, and how many
    /// milliseconds it took.
    private func purgeNow(
        _ myndighed: CVRNummer, then finish: @escaping @Sendable (Bool, Int) -> Void
    ) {
        guard let skriver = try? skriver(for: myndighed) else { return finish(false, 0) }
        let klasser = state.withLock { $0.klasser }
        skriver.writer.outside { kontekst -> (isDone: Bool, spent: Int) in
            let start = DispatchTime.now().uptimeNanoseconds
            // One file's reader must not keep the others waiting.
            let done = kontekst.dele.values.map { part in (try? part.purge(klasser)) ?? false }
            let spent = Int((DispatchTime.now().uptimeNanoseconds - start) / 1_000_000)
            return (done.allSatisfy { $0 }, spent)
        } finish: { parts in
            guard let katalog = self.katalog else {
                return finish(parts?.isDone ?? false, parts?.spent ?? 0)
            }
            katalog.outside { writer in
                (try? writer.checkpointAndTruncate(waitingAtMost: 0)) ?? false
            } finish: { catalogueDone in
                finish((parts?.isDone ?? false) && (catalogueDone ?? false), parts?.spent ?? 0)
            }
        }
    }

    /// Takes removed objects out of the catalogue; a stale place is harmless until then.
    ///
    /// What points at them from their own authority needed no note while they were there. It does
    /// now, for they may come again in another.
    func forget(_ uuids: [UUIDIdentifikator]) {
        guard !isClosing else { return }
        let noted = Mutex<[(maal: UUIDIdentifikator, myndighed: CVRNummer)]>([])
        katalog?.submit(
            .init(
                run: { writer throws(StoreError) in
                    // One that is being written again keeps its place; so does one whose file
                    // cannot be asked.
                    for uuid in uuids where self.reservationer.placering(of: uuid) == nil {
                        guard let known = try writer.placering(of: uuid),
                            let isHeld = try? self.holds(uuid, fil: known.fil), !isHeld
                        else { continue }
                        if let own = try? self.pointing(at: uuid, besideFil: known.fil) {
                            try writer.addFremmed(uuid, own)
                            noted.withLock { $0.append((uuid, own)) }
                        }
                        try writer.unplace(uuid, from: known.fil)
                    }
                },
                finish: { error in
                    if error == nil { self.publish([], noted.withLock { $0 }) }
                }))
    }

    /// The file's authority, when something in it points at the object, or is about to.
    func pointing(
        at uuid: UUIDIdentifikator, besideFil id: Int64
    ) throws(StoreError) -> CVRNummer? {
        guard let own = myndighed(ofFil: id) else { return nil }
        // Before the files are asked: what is not under way any more is on the disk.
        if pegende.contains(.init(maal: uuid, own: own)) { return own }
        for fil in state.withLock({ $0.afMyndighed[own] ?? [] }) {
            let connection = try pool.borrow(fil)
            defer { pool.giveBack(connection, of: fil) }
            let statement = try connection.prepare(
                "SELECT 1 FROM henvisning WHERE noegle = ?1 LIMIT 1")
            statement.bind(1, Noegle(uuid).bytes)
            if try statement.step() { return own }
        }
        return nil
    }
}

// MARK: - Moving an object to another authority

extension Store {
    private struct Flyttegods: Sendable {
        let kind: ObjektKind
        let registreringer: [Registrering]
        let til: CVRNummer
        let numre: [Nummerkrav]
        let peger: [UUIDIdentifikator]
    }

    private enum Pakket: Sendable {
        case flytter(Flyttegods)
        /// It is not here, and what was sent names another authority.
        case placeres(CVRNummer)
        case bliver(Result<WriteOutcome, StoreError>)
    }

    /// Moves an object whose Ejer has changed, whole and with its history.
    ///
    /// Four durable steps: note the move, write the object there, point the catalogue there, take it
    /// out here. A crash between them is mended at the next start; readers wait meanwhile.
    func move(_ skrivning: Skrivning) -> Result<WriteOutcome, StoreError> {
        let uuid = skrivning.command.uuid
        defer { flyttes.withLock { _ = $0.remove(uuid) } }
        do throws(StoreError) {
            return .success(
                try flytteLaas.exclusive { () throws(StoreError) -> WriteOutcome in
                    try carryOutMove(skrivning)
                })
        } catch {
            return .failure(error)
        }
    }

    private func carryOutMove(_ skrivning: Skrivning) throws(StoreError) -> WriteOutcome {
        let uuid = skrivning.command.uuid
        guard let katalog, let placering = try placering(of: uuid),
            let fra = myndighed(ofFil: placering.fil)
        else { return .left }
        // It may have come there since the change was sent: what it points at was noted for where it was.
        let links = Set(skrivning.peger.map { Pegende.Link(maal: $0, own: fra) })
        let (pegende, noteret) = try katalog.perform { writer throws(StoreError) in
            (try self.noteFremmede(links, writer), writer.nyeFremmede)
        }
        defer { self.pegende.release(pegende) }
        publish([], noteret)
        let pakket = try skriver(for: fra).writer.perform { kontekst throws(StoreError) in
            try self.pack(skrivning, fil: placering.fil, kontekst)
        }
        let gods: Flyttegods
        switch pakket {
        case .bliver(let outcome): return try outcome.get()
        case .placeres(let til): return try placer(skrivning, besides: placering, i: til)
        case .flytter(let pakket): gods = pakket
        }
        let modtager = try skriver(for: gods.til)
        if !gods.numre.isEmpty {
            let isTaken = try modtager.writer.perform { kontekst throws(StoreError) in
                for nummer in gods.numre where try kontekst.holder(of: nummer) != nil {
                    return true
                }
                return false
            }
            guard !isTaken || skrivning.noegleOptaget() else { return .left }
        }
        let (maal, nye) = try katalog.perform { writer throws(StoreError) -> (Fil, [Fil]) in
            let fil = try self.fil(forNew: uuid, of: gods.til, writer)
            try writer.beginFlytning(.init(uuid: uuid, fra: placering.fil, til: fil.id))
            try writer.addFremmed(uuid, fra)
            for peget in gods.peger { try writer.addFremmed(peget, gods.til) }
            return (fil, writer.nyeFiler)
        }
        publish(nye, [(uuid, fra)] + gods.peger.map { ($0, gods.til) })
        let klasser = state.withLock { $0.klasser }
        try modtager.writer.perform { kontekst throws(StoreError) in
            try self.openNewFiles(kontekst)
            guard let part = kontekst.dele[maal.id] else {
                throw StoreError.setAside(file: maal.navn)
            }
            try part.begin()
            try part.insert(
                uuid, gods.kind, gods.registreringer, now: self.now, klasser: klasser,
                handling: .flyttet)
        }
        let flytning = KatalogWriter.Flytning(uuid: uuid, fra: placering.fil, til: maal.id)
        do throws(StoreError) {
            try finish(flytning, gods.kind)
        } catch {
            finishLater(flytning, gods.kind)
        }
        return .stored(gods.registreringer.last?.stsTidspunkt ?? now)
    }

    /// The object and its new registration, ready to go; or, when what is stored has changed since
    /// the move was decided on and nothing is to be moved any more, what became of the change.
    private func pack(
        _ skrivning: Skrivning, fil: Int64, _ kontekst: SkriverKontekst
    ) throws(StoreError) -> Pakket {
        let (uuid, command) = (skrivning.command.uuid, skrivning.command)
        kontekst.now = now
        if let (part, stored) = try kontekst.find(uuid) {
            let context = DecisionContext(
                kontekst: kontekst, store: self, maerke: command.maerke)
            let decision = try command.decide(stored, context)
            if case .append(let new) = decision {
                let stamped = kontekst.stamp(new, after: stored.row.sts)
                if let til = kontekst.owner(of: stamped, command.kind), til != kontekst.myndighed {
                    let gods = try gods(stored, part, stamped, til)
                    flyttes.withLock { _ = $0.insert(uuid) }
                    return .flytter(gods)
                }
            }
        } else if let til = skrivning.myndighed, til != kontekst.myndighed {
            guard !ufaerdige.withLock({ $0.contains(uuid) }) else { throw .busy }
            flyttes.withLock { _ = $0.insert(uuid) }
            return .placeres(til)
        }
        var outcome: Result<WriteOutcome, StoreError> = .success(.left)
        let maal = Skrivemaal(myndighed: kontekst.myndighed, fil: fil, erNy: false)
        try kontekst.execute(command, maal: maal, hjemme: skrivning.myndighed) { outcome = $0 }
        return .bliver(outcome)
    }

    /// Carries out a change of an object that is nowhere, and has a place in another authority than it names: one
    /// that was made for an object with its UUID which came to nothing, or has been taken out since.
    ///
    /// The catalogue first, as for any new object; then what is under way of the object, and not before it goes
    /// there does its old writer take any of it again.
    private func placer(
        _ skrivning: Skrivning, besides forrige: Placering, i til: CVRNummer
    ) throws(StoreError) -> WriteOutcome {
        guard let katalog else { throw StoreError.readOnly }
        let uuid = skrivning.command.uuid
        let links = Set(skrivning.peger.map { Pegende.Link(maal: $0, own: til) })
        let lagt = try katalog.perform { writer throws(StoreError) in
            // What points at it where it was to be needed no note until now.
            let own = try self.pointing(at: uuid, besideFil: forrige.fil)
            if let own { try writer.addFremmed(uuid, own) }
            let fil = try self.fil(forNew: uuid, of: til, writer)
            try writer.place(uuid, Placering(fil: fil.id, kind: skrivning.command.kind))
            let pegende = try self.noteFremmede(links, writer)
            let noteret = writer.nyeFremmede + (own.map { [(uuid, $0)] } ?? [])
            return (fil: fil, pegende: pegende, filer: writer.nyeFiler, fremmede: noteret)
        }
        defer { pegende.release(lagt.pegende) }
        publish(lagt.filer, lagt.fremmede)
        reservationer.flyt(uuid, til: Placering(fil: lagt.fil.id, kind: skrivning.command.kind))
        flyttes.withLock { _ = $0.remove(uuid) }
        let maal = Skrivemaal(myndighed: til, fil: lagt.fil.id, erNy: true)
        return try skriver(for: til).writer.perform { kontekst throws(StoreError) in
            try self.openNewFiles(kontekst)
            var outcome: Result<WriteOutcome, StoreError> = .success(.left)
            try kontekst.execute(skrivning.command, maal: maal, hjemme: til) { outcome = $0 }
            return outcome
        }.get()
    }

    private func gods(
        _ stored: StoredObjekt, _ part: ShardWriter, _ stamped: [Registrering], _ til: CVRNummer
    ) throws(StoreError) -> Flyttegods {
        let all = try part.historik(of: stored.row) + [stored.current] + stamped
        var peger: Set<UUIDIdentifikator> = []
        for registrering in all {
            let afledning = afleder.afled(
                stored.row.kind, registrering, now: now, klassetekst: "", klasser: .ingen)
            peger.formUnion(afledning.henvisninger.compactMap(\.noegle.uuid))
        }
        return Flyttegods(
            kind: stored.row.kind, registreringer: all, til: til,
            numre: Nummerkrav.alle(
                all.last?.segments ?? [], stored.row.kind, stored.row.uuid, at: now, til),
            peger: Array(peger))
    }

    /// The last two steps: the catalogue points there, and what was here is taken out.
    private func finish(
        _ flytning: KatalogWriter.Flytning, _ kind: ObjektKind
    ) throws(StoreError) {
        guard let katalog, let fra = myndighed(ofFil: flytning.fra) else { return }
        try katalog.perform { writer throws(StoreError) in
            try writer.place(flytning.uuid, Placering(fil: flytning.til, kind: kind))
        }
        reservationer.flyt(flytning.uuid, til: Placering(fil: flytning.til, kind: kind))
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

    /// The object has arrived, but the catalogue or the old file could not be written: tried until it
    /// can. Until then no change of the object is taken, for it stands in two files.
    private func finishLater(_ flytning: KatalogWriter.Flytning, _ kind: ObjektKind) {
        ufaerdige.withLock { _ = $0.insert(flytning.uuid) }
        maintenance.asyncAfter(deadline: .now() + .milliseconds(500)) { [weak self] in
            guard let self, !self.state.withLock({ $0.isClosing }) else { return }
            do throws(StoreError) {
                try self.flytteLaas.exclusive { () throws(StoreError) in
                    try self.finish(flytning, kind)
                }
                self.ufaerdige.withLock { _ = $0.remove(flytning.uuid) }
            } catch {
                self.finishLater(flytning, kind)
            }
        }
    }

    /// Mends what a crash left of moves: forward where the object arrived, else back.
    ///
    /// One whose files cannot be opened waits for a start where they can.
    func finishFlytninger(_ flytninger: [KatalogWriter.Flytning]) {
        for flytning in flytninger {
            do throws(StoreError) {
                try finishFlytning(flytning)
            } catch {
                ufaerdige.withLock { _ = $0.insert(flytning.uuid) }
            }
        }
    }

    private func finishFlytning(_ flytning: KatalogWriter.Flytning) throws(StoreError) {
        guard let katalog, let til = myndighed(ofFil: flytning.til) else { return }
        let kind = try skriver(for: til).writer.perform { kontekst throws(StoreError) in
            try kontekst.dele[flytning.til]?.contains(flytning.uuid)
        }
        if let kind { return try finish(flytning, kind) }
        try katalog.perform { writer throws(StoreError) in
            try writer.endFlytning(flytning.uuid)
        }
    }
}

extension Store.State {
    mutating func noteFremmed(_ maal: UUIDIdentifikator, _ myndighed: CVRNummer) {
        guard !(fremmede[maal] ?? []).contains(myndighed) else { return }
        fremmede[maal, default: []].append(myndighed)
        fremmedeNoter.append(maal)
        fremmedeFra[myndighed, default: []].insert(maal)
    }
}

// MARK: - Agreements and classification

extension Store {
    /// Every agreement, ended ones too, in the order they were made.
    public var aftaler: [Aftale] { state.withLock { $0.aftaler } }

    /// Those between a system and an authority, in the order of their numbers, ended ones too.
    public func aftaler(system: UUIDIdentifikator, myndighed: CVRNummer) -> [Aftale] {
        let parter = Aftaleparter(system: system, myndighed: myndighed)
        return state.withLock { $0.afParter[parter] ?? [] }
    }

    /// The agreement groups in force for a system and authority, with that role.
    public func grupper(
        system: UUIDIdentifikator, myndighed: CVRNummer, rolle: Aftale.Roller, at instant: Tidspunkt
    ) -> [RightsGroup] {
        let found = aftaler(system: system, myndighed: myndighed).filter {
            $0.giver(rolle, at: instant)
        }
        // The same list each time is soon known to be the same.
        return found.count == 1 ? found[0].grupper : found.flatMap(\.grupper)
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
