import Synchronization

/// What is known of documents that cases of other authorities may file, so that a search or an overview
/// reads only those that may be in its answer.
///
/// Filled by readers and emptied of what is written before the write is answered. Few objects, for
/// such links are rare; some 4 KB each.
final class FremmedeDokumenter: Sendable {
    /// Where a document is and what it can be found by, whoever sees it.
    final class Kendt: Sendable {
        /// Nil for what is no document or not there.
        let fil: Fil?
        /// The document's row there.
        let id: Int64
        /// The keys that its parties stand under now.
        let parter: Set<Noegle>
        /// Every key that it stands under, at whatever effect time.
        let noegler: Set<Noegle>
        /// The forms of the words in its texts, by their hashes.
        let former: Set<UInt64>
        /// From then on another part of it may count.
        let gyldigTil: Tidspunkt

        static let ingen = Kendt(
            fil: nil, id: 0, parter: [], noegler: [], former: [], gyldigTil: .distantFuture)

        init(
            fil: Fil?, id: Int64, parter: Set<Noegle>, noegler: Set<Noegle>, former: Set<UInt64>,
            gyldigTil: Tidspunkt
        ) {
            self.fil = fil
            self.id = id
            self.parter = parter
            self.noegler = noegler
            self.former = former
            self.gyldigTil = gyldigTil
        }

        /// False when the condition does not hold of it for anybody.
        func mayMeet(_ krav: Kravproeve, _ uuid: UUIDIdentifikator) -> Bool {
            if krav.krav.oprettet != nil || krav.krav.uuider.contains(uuid) { return true }
            if krav.krav.noegler.contains(where: mayStand) { return true }
            switch krav.tekst {
            case .ingen: return false
            case .enhver: return true
            case .former(let maader):
                return maader.contains { $0.allSatisfy(former.contains) }
            }
        }

        private func mayStand(_ krav: Noeglekrav) -> Bool {
            if krav.fra == krav.til { return noegler.contains(krav.fra) }
            return noegler.contains {
                !$0.bytes.lexicographicallyPrecedes(krav.fra.bytes)
                    && !krav.til.bytes.lexicographicallyPrecedes($0.bytes)
            }
        }
    }

    /// A condition that many documents are tried by, with what is the same for all of them reckoned once.
    struct Kravproeve {
        fileprivate enum Tekst {
            case ingen
            /// Whether it stands there is not told by hashes.
            case enhver
            /// All of the forms of one of the runs.
            case former([[UInt64]])
        }

        let krav: Krav
        fileprivate let tekst: Tekst

        init(_ krav: Krav) {
            self.krav = krav
            guard let term = krav.tekst else {
                tekst = .ingen
                return
            }
            tekst =
                term.isPrefix
                ? .enhver
                : .former(term.maader.map { $0.map { Noeglefilter.hash(form: $0[...]) } })
        }
    }

    private struct State {
        var version: UInt64 = 0
        var kendte: [UUIDIdentifikator: Kendt] = [:]
    }

    private let state = Mutex(State())

    /// To be taken before a snapshot is; what is read in that snapshot is noted with it.
    var version: UInt64 { state.withLock { $0.version } }

    /// Nil for each that nobody has looked at since it was written, or since another part of it began to
    /// count.
    func kendte(_ uuider: [UUIDIdentifikator], at now: Tidspunkt) -> [Kendt?] {
        state.withLock { state in
            uuider.map { uuid in
                guard let kendt = state.kendte[uuid], now < kendt.gyldigTil else { return nil }
                return kendt
            }
        }
    }

    /// Passed over when something has been written since `version`, for the snapshot may be older.
    func note(_ uuid: UUIDIdentifikator, _ kendt: Kendt, since version: UInt64) {
        state.withLock { state in
            if state.version == version { state.kendte[uuid] = kendt }
        }
    }

    /// These have been written, or come or gone.
    func forget(_ uuids: [UUIDIdentifikator]) {
        guard !uuids.isEmpty else { return }
        state.withLock { state in
            state.version += 1
            for uuid in uuids { state.kendte[uuid] = nil }
        }
    }
}
