extension Store {
    /// What is to go with cases that are removed: documents filed on no other case, and, when asked
    /// for, the grants on them and the payments of those grants alone; never of another Master.
    ///
    /// Source: sag-dokument contract §3.1, Fjern.
    public func foelgeobjekter(
        ofSager sager: Set<UUIDIdentifikator>, dokumenter: Bool, ydelser: Bool
    ) throws(StoreError) -> [(uuid: UUIDIdentifikator, kind: ObjektKind)] {
        try read { reader throws(StoreError) in
            var result: [(UUIDIdentifikator, ObjektKind)] = []
            var taken: Set<UUIDIdentifikator> = sager
            for sag in sager {
                guard let found = try reader.row(sag, near: nil), found.row.kind == .sag else {
                    continue
                }
                let master = found.row.fakta.master
                if dokumenter {
                    let targets = try found.shard.current(of: found.row)
                        .segments(of: .journalpost).compactMap { $0.body[.referenceID]?.uuid }
                    for uuid in targets where taken.insert(uuid).inserted {
                        if try self.goes(uuid, .dokument, master, with: sager, reader) {
                            result.append((uuid, .dokument))
                        }
                    }
                }
                guard ydelser else { continue }
                var grants: Set<UUIDIdentifikator> = []
                for (uuid, liste) in try reader.pointing(at: sag, in: found.row.fakta.myndighed)
                where liste == .bevillingssag && taken.insert(uuid).inserted {
                    if try self.goes(uuid, .bevilling, master, with: sager, reader) {
                        grants.insert(uuid)
                        result.append((uuid, .bevilling))
                    }
                }
                for grant in grants {
                    for (uuid, liste) in try reader.pointing(
                        at: grant, in: found.row.fakta.myndighed)
                    where liste == .oekonomiskYdelseEffektueringRelation
                        && taken.insert(uuid).inserted
                    {
                        if try self.goes(
                            uuid, .oekonomiskEffektuering, master, with: grants, reader)
                        {
                            result.append((uuid, .oekonomiskEffektuering))
                        }
                    }
                }
            }
            return result
        }
    }

    /// Whether an object hangs on nothing but what is removed, and is of the same Master.
    private func goes(
        _ uuid: UUIDIdentifikator, _ kind: ObjektKind, _ master: UUIDIdentifikator?,
        with removed: Set<UUIDIdentifikator>, _ reader: StoreReader
    ) throws(StoreError) -> Bool {
        guard let found = try reader.row(uuid, near: nil), found.row.kind == kind,
            found.row.fakta.master == master
        else { return false }
        switch kind {
        case .dokument:
            let holders = try reader.pointing(at: uuid, in: found.row.fakta.myndighed)
                .filter { $0.liste == .journalpost }
            return holders.allSatisfy { removed.contains($0.uuid) }
        case .bevilling:
            let sager = try found.shard.current(of: found.row).segments(of: .bevillingssag)
                .compactMap { $0.body[.referenceID]?.uuid }
            return sager.allSatisfy { removed.contains($0) }
        case .oekonomiskEffektuering:
            return found.row.fakta.bevillinger.allSatisfy { removed.contains($0) }
        case .sag: return false
        }
    }
}

extension StoreReader {
    func objekt(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt? {
        guard let found = try row(uuid, near: nil) else { return nil }
        return StoredObjekt(
            row: found.row, current: try found.shard.current(of: found.row), klassetekst: "")
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
