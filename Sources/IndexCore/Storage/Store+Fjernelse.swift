/// An object that goes with the cases that it hangs on.
public struct Foelgeobjekt: Sendable {
    public let uuid: UUIDIdentifikator
    public let kind: ObjektKind
    /// It goes when all of these are gone.
    public let sager: Set<UUIDIdentifikator>
}

extension Store {
    /// What is to go with cases that are removed: documents filed on no other case, and, when asked
    /// for, the grants on them and the payments of those grants alone; never of another Master.
    ///
    /// Source: sag-dokument contract §3.1, Fjern.
    public func foelgeobjekter(
        ofSager sager: Set<UUIDIdentifikator>, dokumenter: Bool, ydelser: Bool
    ) throws(StoreError) -> [Foelgeobjekt] {
        try read { reader throws(StoreError) in
            var result: [Foelgeobjekt] = []
            var taken: Set<UUIDIdentifikator> = sager
            var bevillinger: [UUIDIdentifikator: Foelgeobjekt] = [:]
            func take(
                _ uuid: UUIDIdentifikator, _ kind: ObjektKind, _ master: UUIDIdentifikator?
            ) throws(StoreError) {
                // Of another Master than this case's, it may yet be of another case's.
                guard !taken.contains(uuid),
                    let hang = try self.haengerPaa(uuid, kind, master, reader)
                else { return }
                taken.insert(uuid)
                if kind == .oekonomiskEffektuering {
                    guard hang.allSatisfy({ bevillinger[$0] != nil }) else { return }
                    let paa = hang.reduce(into: Set()) {
                        $0.formUnion(bevillinger[$1]?.sager ?? [])
                    }
                    return result.append(Foelgeobjekt(uuid: uuid, kind: kind, sager: paa))
                }
                guard hang.isSubset(of: sager) else { return }
                let objekt = Foelgeobjekt(uuid: uuid, kind: kind, sager: hang)
                if kind == .bevilling { bevillinger[uuid] = objekt }
                result.append(objekt)
            }
            for sag in sager {
                guard let found = try reader.row(sag, near: nil), found.row.kind == .sag else {
                    continue
                }
                let (master, myndighed) = (found.row.fakta.master, found.row.fakta.myndighed)
                if dokumenter {
                    let journal = try found.shard.current(of: found.row)
                        .segments(of: .journalpost).compactMap { $0.body[.referenceID]?.uuid }
                    for uuid in journal { try take(uuid, .dokument, master) }
                }
                guard ydelser else { continue }
                for (uuid, liste) in try reader.pointing(at: sag, in: myndighed)
                where liste == .bevillingssag { try take(uuid, .bevilling, master) }
            }
            for bevilling in Array(bevillinger.keys) {
                guard let row = try reader.row(bevilling, near: nil)?.row else { continue }
                for (uuid, liste) in try reader.pointing(at: bevilling, in: row.fakta.myndighed)
                where liste == .oekonomiskYdelseEffektueringRelation {
                    try take(uuid, .oekonomiskEffektuering, row.fakta.master)
                }
            }
            return result
        }
    }

    /// The cases or grants without which the object is to be no more; nil for one of another Master.
    private func haengerPaa(
        _ uuid: UUIDIdentifikator, _ kind: ObjektKind, _ master: UUIDIdentifikator?,
        _ reader: StoreReader
    ) throws(StoreError) -> Set<UUIDIdentifikator>? {
        guard let found = try reader.row(uuid, near: nil), found.row.kind == kind,
            found.row.fakta.master == master
        else { return nil }
        switch kind {
        case .dokument:
            let holders = try reader.pointing(at: uuid, in: found.row.fakta.myndighed)
            return Set(holders.filter { $0.liste == .journalpost }.map(\.uuid))
        case .bevilling:
            let sager = try found.shard.current(of: found.row).segments(of: .bevillingssag)
            return Set(sager.compactMap { $0.body[.referenceID]?.uuid })
        case .oekonomiskEffektuering: return Set(found.row.fakta.bevillinger)
        case .sag: return nil
        }
    }
}

extension StoreReader {
    func objekt(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt? {
        guard let found = try row(uuid, near: nil) else { return nil }
        return StoredObjekt(
            row: found.row, current: try found.shard.current(of: found.row), klassetekst: "")
    }

    /// What decides access of each case that files the document now, but for those of `own`; nil when a file that
    /// may hold one cannot be read.
    func arkivering(
        of row: ObjektRow, at now: Tidspunkt, udenFor own: CVRNummer?
    ) throws(StoreError) -> [AdgangsFakta]? {
        guard let myndighed = row.fakta.myndighed else { return [] }
        var result: [AdgangsFakta] = []
        for shard in try pointingShards(at: row.uuid, in: myndighed)
        where shard.fil.myndighed != own {
            for sag in try shard.connection.arkivering(of: row.uuid, at: now) {
                let current = sag.erUdloebet(at: now) ? try shard.current(of: sag) : nil
                let fakta = current.map {
                    afleder.afled(.sag, $0, now: now, klassetekst: "", klasser: klasser).fakta
                }
                result.append(fakta ?? sag.fakta)
            }
        }
        return mayMissPointers(at: row.uuid, in: myndighed) ? nil : result
    }

    /// Whether a case of another authority than `myndighed` files the document.
    func erJournaliseret(
        _ uuid: UUIDIdentifikator, udenFor myndighed: CVRNummer
    ) throws(StoreError) -> Bool {
        try pointing(at: uuid, in: myndighed, herOgsaa: false).contains { $0.liste == .journalpost }
    }

    /// The objects whose current registration points at `uuid`, and from which list.
    func pointing(
        at uuid: UUIDIdentifikator, in myndighed: CVRNummer?, herOgsaa: Bool = true
    ) throws(StoreError) -> [(uuid: UUIDIdentifikator, liste: Element?)] {
        guard let myndighed else { return [] }
        var result: [(UUIDIdentifikator, Element?)] = []
        for shard in try pointingShards(at: uuid, in: myndighed)
        where herOgsaa || shard.fil.myndighed != myndighed {
            var found: [(Int64, Element?)] = []
            try shard.forEachHenvisning(Noegle(uuid)) { row in
                if row.isKnown(at: nil) { found.append((row.objekt, row.liste)) }
                return true
            }
            for (id, liste) in found {
                if let row = try shard.row(id: id) { result.append((row.uuid, liste)) }
            }
        }
        return result
    }
}
