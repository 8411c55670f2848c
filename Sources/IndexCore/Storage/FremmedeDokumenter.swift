import Synchronization

/// What is known of documents that cases of other authorities may file, so that a search or an overview
/// reads only those that may be in its answer.
///
/// Filled by readers and emptied of what is written before the write is answered. Few objects, for
/// such links are rare; some 5 KB each.
final class FremmedeDokumenter: Sendable {
    /// Where a document is and what it can be found by.
    final class Kendt: Sendable {
        /// Nil for what is no document or not there.
        let fil: Fil?
        /// The document's row there.
        let id: Int64
        /// Each key that it stands under, at whatever effect time.
        let henvisninger: [Henvisning]
        /// The forms of the words in its texts.
        let former: Formkolonner
        /// From then on another part of it may count.
        let gyldigTil: Tidspunkt
        /// The keys that its parties stand under now.
        let parter: Set<Noegle>
        fileprivate let noegler: Set<Noegle>
        /// The last commit of its file as of which it is known to be so.
        private let version: Atomic<Int64>

        static let ingen = Kendt(
            fil: nil, id: 0, version: 0, Afledning(fakta: AdgangsFakta(kind: .dokument)),
            Formkolonner([]))

        init(fil: Fil?, id: Int64, version: Int64, _ afledning: Afledning, _ former: Formkolonner) {
            self.fil = fil
            self.id = id
            self.version = Atomic(version)
            self.former = former
            henvisninger = Array(afledning.henvisninger)
            noegler = Set(henvisninger.map(\.noegle))
            parter = Set(
                henvisninger.filter { Element.partLister.contains($0.liste) }.map(\.noegle))
            gyldigTil = afledning.skift
        }

        /// False when the condition does not hold of it for anybody.
        ///
        /// Costs a look-up, but for a range of keys one of each key.
        func mayMeet(_ krav: Kravproeve, _ uuid: UUIDIdentifikator) -> Bool {
            krav.krav.uuider.contains(uuid)
                || krav.mayHold(underNoegler: noegler) { former[$0] != 0 }
        }

        /// Whether the document is so as of that commit of its file; nil when nobody can tell any more.
        func gaelder(version other: Int64, _ log: Aendringslog) -> Bool? {
            let known = version.load(ordering: .relaxed)
            if known == other { return true }
            guard let changed = log.ids(between: known, and: other) else { return nil }
            guard !changed.contains(id) else { return false }
            if known < other { version.store(other, ordering: .relaxed) }
            return true
        }
    }

    /// The columns that each of a document's forms stands in, as `Formraekker` tells them.
    struct Formkolonner: Sendable {
        /// Hashes in order, and a bit for each column.
        fileprivate let former: [UInt64]
        private let kolonner: [UInt8]

        /// Forms that have a hash together count as one.
        init(_ alle: [(form: UInt64, kolonner: UInt8)]) {
            let samlet = alle.reduce(into: [:]) { $0[$1.form, default: UInt8(0)] |= $1.kolonner }
            former = samlet.keys.sorted()
            kolonner = former.map { samlet[$0] ?? 0 }
        }

        /// Zero for a form that does not stand there.
        subscript(form: UInt64) -> UInt8 {
            let place = former.firstPlace(atLeast: form)
            return place < former.count && former[place] == form ? kolonner[place] : 0
        }
    }

    typealias Fremmed = (uuid: UUIDIdentifikator, kendt: Kendt)

    /// All that the cases of some authorities may file of others'.
    final class Samling: Sendable {
        let own: Set<CVRNummer>
        /// How many pointers to others' objects had been noted.
        let noter: Int
        /// Each once.
        let dokumenter: [Fremmed]
        /// The keys that parties of any of them stand under now.
        let parter: Set<Noegle>
        let gyldigTil: Tidspunkt
        /// Every key that any of them stands under, at whatever effect time.
        private let noegler: Set<Noegle>
        private let former: Formdokumenter

        /// Of everything pointed at, what is another authority's document.
        init(_ alle: [Fremmed], own: Set<CVRNummer>, noter: Int) {
            self.own = own
            self.noter = noter
            // Several of the authorities may point at the same.
            var kendte: Set<UUIDIdentifikator> = []
            dokumenter = alle.filter { fremmed in
                guard let fil = fremmed.kendt.fil, !own.contains(fil.myndighed) else {
                    return false
                }
                return kendte.insert(fremmed.uuid).inserted
            }
            parter = dokumenter.reduce(into: []) { $0.formUnion($1.kendt.parter) }
            noegler = dokumenter.reduce(into: []) { $0.formUnion($1.kendt.noegler) }
            former = Formdokumenter(dokumenter)
            gyldigTil = alle.reduce(.distantFuture) { min($0, $1.kendt.gyldigTil) }
        }

        /// Those that may meet all of the conditions and, where there are ways, one of these.
        ///
        /// Costs a look-up a form, and one more for each document that has it.
        func dokumenter(derMaaMoede krav: [Kravproeve], ogEnAf veje: [Kravproeve]?) -> [Fremmed] {
            let veje = veje.map { $0.filter(mayMeet) }
            guard !dokumenter.isEmpty, krav.allSatisfy(mayMeet), veje?.isEmpty != true else {
                return []
            }
            var places: Set<Int>?
            func narrow(_ next: Set<Int>?) {
                if let next { places = places?.intersection(next) ?? next }
            }
            for one in krav { narrow(kandidater(one)) }
            if let veje {
                let hver = veje.map(kandidater)
                if hver.allSatisfy({ $0 != nil }) {
                    narrow(hver.reduce(into: []) { $0.formUnion($1 ?? []) })
                }
            }
            let wanted = places.map { $0.sorted().map { dokumenter[$0] } } ?? dokumenter
            return wanted.filter { uuid, kendt in
                krav.allSatisfy { kendt.mayMeet($0, uuid) }
                    && veje?.contains { kendt.mayMeet($0, uuid) } ?? true
            }
        }

        /// False when the condition does not hold of any of them for anybody.
        private func mayMeet(_ krav: Kravproeve) -> Bool {
            !krav.krav.uuider.isEmpty
                || krav.mayHold(underNoegler: noegler) { !former.places(of: $0).isEmpty }
        }

        /// The places in `dokumenter` outside which the condition does not hold for anybody; nil where that is not
        /// told by words.
        private func kandidater(_ krav: Kravproeve) -> Set<Int>? {
            guard krav.krav.uuider.isEmpty, krav.krav.noegler.isEmpty, krav.krav.oprettet == nil,
                case .former(let maader) = krav.tekst
            else { return nil }
            var result: Set<Int> = []
            // Of a run of words the first will do.
            for first in maader.lazy.compactMap(\.first) {
                for place in former.places(of: first) { result.insert(former.dokument(place)) }
            }
            return result
        }
    }

    /// Which documents have a form.
    private struct Formdokumenter: Sendable {
        /// Hashes in order, once for each document that has the form.
        private let former: [UInt64]
        private let dokumenter: [UInt32]

        init(_ alle: [Fremmed]) {
            var par: [(form: UInt64, dokument: UInt32)] = []
            for (place, dokument) in alle.enumerated() {
                par += dokument.kendt.former.former.map { ($0, UInt32(place)) }
            }
            par.sort { $0 < $1 }
            former = par.map(\.form)
            dokumenter = par.map(\.dokument)
        }

        func places(of form: UInt64) -> Range<Int> {
            let first = former.firstPlace(atLeast: form)
            var end = first
            while end < former.count, former[end] == form { end += 1 }
            return first..<end
        }

        func dokument(_ place: Int) -> Int { Int(dokumenter[place]) }
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

        /// False when it does not hold of what stands under these keys and has these forms.
        fileprivate func mayHold(
            underNoegler noegler: Set<Noegle>, har: (UInt64) -> Bool
        ) -> Bool {
            if krav.oprettet != nil || krav.noegler.contains(where: { $0.mayHold(under: noegler) })
            {
                return true
            }
            switch tekst {
            case .ingen: return false
            case .enhver: return true
            case .former(let maader): return maader.contains { $0.allSatisfy(har) }
            }
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

    /// The classification is another.
    func forgetAlle() {
        state.withLock { state in
            state.version += 1
            state.samlinger.removeAll()
            state.kendte.removeAll()
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

extension Noeglekrav {
    fileprivate func mayHold(under noegler: Set<Noegle>) -> Bool {
        erEn ? noegler.contains(fra) : noegler.contains(where: daekker)
    }

    /// Whether the key is one of those that are asked for.
    func daekker(_ noegle: Noegle) -> Bool {
        if erEn { return noegle == fra }
        return !noegle.bytes.lexicographicallyPrecedes(fra.bytes)
            && !til.bytes.lexicographicallyPrecedes(noegle.bytes)
    }
}

extension [UInt64] {
    /// The place of the first that is not below `value`, of numbers in order.
    fileprivate func firstPlace(atLeast value: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
