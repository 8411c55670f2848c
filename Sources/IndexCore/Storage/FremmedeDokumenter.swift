import Synchronization

/// What is known of documents that cases of other authorities may file, so that a search or an overview
/// reads only those that may be in its answer.
///
/// Filled by readers and emptied of what is written before the write is answered. Few objects, for
/// such links are rare; some 4 KB each.
final class FremmedeDokumenter: Sendable {
    /// What one or several documents can be found by, whoever sees them.
    struct Indgange: Sendable {
        /// The keys that their parties stand under now.
        var parter: Set<Noegle> = []
        /// Every key that they stand under, at whatever effect time.
        var noegler: Set<Noegle> = []
        /// The forms of the words in their texts, by their hashes.
        var former: Set<UInt64> = []

        mutating func formUnion(_ other: Indgange) {
            parter.formUnion(other.parter)
            noegler.formUnion(other.noegler)
            former.formUnion(other.former)
        }

        /// False when the condition does not hold of any of them for anybody.
        ///
        /// Costs a look-up, but for a range of keys one of each key.
        func mayMeet(_ krav: Kravproeve) -> Bool {
            if krav.krav.oprettet != nil || krav.krav.noegler.contains(where: mayStand) {
                return true
            }
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

    /// Where a document is and what it can be found by.
    final class Kendt: Sendable {
        /// Nil for what is no document or not there.
        let fil: Fil?
        /// The document's row there.
        let id: Int64
        let indgange: Indgange
        /// From then on another part of it may count.
        let gyldigTil: Tidspunkt

        static let ingen = Kendt(fil: nil, id: 0, Indgange(), gyldigTil: .distantFuture)

        init(fil: Fil?, id: Int64, _ indgange: Indgange, gyldigTil: Tidspunkt) {
            self.fil = fil
            self.id = id
            self.indgange = indgange
            self.gyldigTil = gyldigTil
        }

        /// False when the condition does not hold of it for anybody.
        func mayMeet(_ krav: Kravproeve, _ uuid: UUIDIdentifikator) -> Bool {
            krav.krav.uuider.contains(uuid) || indgange.mayMeet(krav)
        }
    }

    typealias Fremmed = (uuid: UUIDIdentifikator, kendt: Kendt)

    /// All that the cases of some authorities may file of others'.
    final class Samling: Sendable {
        let own: Set<CVRNummer>
        /// How many pointers to others' objects had been noted.
        let noter: Int
        let dokumenter: [Fremmed]
        /// What any of them can be found by.
        let indgange: Indgange
        let gyldigTil: Tidspunkt

        /// Of everything pointed at, what is another authority's document.
        init(_ alle: [Fremmed], own: Set<CVRNummer>, noter: Int) {
            self.own = own
            self.noter = noter
            dokumenter = alle.filter { fremmed in
                fremmed.kendt.fil.map { !own.contains($0.myndighed) } ?? false
            }
            var indgange = Indgange()
            for (_, kendt) in dokumenter { indgange.formUnion(kendt.indgange) }
            self.indgange = indgange
            gyldigTil = alle.reduce(.distantFuture) { min($0, $1.kendt.gyldigTil) }
        }

        /// False when the condition does not hold of any of them for anybody.
        func mayMeet(_ krav: Kravproeve) -> Bool {
            !dokumenter.isEmpty && (!krav.krav.uuider.isEmpty || indgange.mayMeet(krav))
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
        /// Those asked for last, the latest last; made of `kendte` alone.
        var samlinger: [Samling] = []
    }

    private static let flestSamlinger = 16

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

    /// What was noted of the same authorities, as long as nothing of it is written and no other part of it
    /// has begun to count.
    func samling(_ own: Set<CVRNummer>, noter: Int, at now: Tidspunkt) -> Samling? {
        state.withLock { state in
            let known = state.samlinger.first { $0.own == own }
            return known.flatMap { $0.noter == noter && now < $0.gyldigTil ? $0 : nil }
        }
    }

    /// Passed over when something has been written since `version`, or something of it could not be noted.
    func note(_ samling: Samling, of alle: [Fremmed], since version: UInt64) {
        state.withLock { state in
            guard state.version == version, alle.allSatisfy({ state.kendte[$0.uuid] === $0.kendt })
            else { return }
            state.samlinger.removeAll { $0.own == samling.own }
            if state.samlinger.count == Self.flestSamlinger { state.samlinger.removeFirst() }
            state.samlinger.append(samling)
        }
    }

    /// These have been written, or come or gone.
    func forget(_ uuids: [UUIDIdentifikator]) {
        guard !uuids.isEmpty else { return }
        state.withLock { state in
            state.version += 1
            state.samlinger.removeAll()
            for uuid in uuids { state.kendte[uuid] = nil }
        }
    }
}
