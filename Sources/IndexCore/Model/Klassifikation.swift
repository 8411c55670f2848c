/// A classification, such as KLE, held whole in memory and never changed.
///
/// One reference wide: copying costs a retain. All of KLE without keywords is under 5 MB. A new
/// plan makes a new value by `merging`; the old one goes on answering those who hold it.
/// Places in `klasser` hold for one value only.
public struct Klassifikation: Sendable {
    /// What the classification is called.
    public let navn: String
    /// The newest publication merged in, when one said its date.
    public let udgivelsesdato: Dato?
    private let lager: Lager

    /// A classification without classes.
    public init(navn: String) { self.init(navn: navn, udgivelsesdato: nil, klasser: []) }

    /// Trusts that `merging` has kept the rules.
    init(navn: String, udgivelsesdato: Dato?, klasser: [Klasse]) {
        self.navn = navn
        self.udgivelsesdato = udgivelsesdato
        lager = Lager(klasser: klasser)
    }

    /// Every class, by key as UTF-8 text, then owner (shared first), then beginning.
    public var klasser: [Klasse] { lager.klasser }

    /// The class at a place given by one of the look-ups.
    public subscript(place: Int) -> Klasse { lager.klasser[place] }
}

// MARK: - Look-ups

extension Klassifikation {
    /// The place of the class with this UUID, also one that was derived before a real one came.
    /// One hash look-up.
    public func place(uuid: UUIDIdentifikator) -> Int? { lager.place(uuid) }

    /// The place of the class a key names on a day: the owner's own, else a shared one (K07).
    public func place(noegle: String, ejer: CVRNummer?, at dato: Dato) -> Int? {
        lager.match(lager.run(of: noegle), ejer: ejer, at: dato).inForce
    }

    /// The places of all classes with this key, at any time and of any owner.
    public func places(noegle: String) -> Range<Int> { lager.run(of: noegle) }

    /// The latest of them that no single authority has for itself.
    func faelles(noegle: String) -> Int? { places(noegle: noegle).last { self[$0].ejer == nil } }

    /// The places of all keys that begin with the text; two binary searches.
    public func places(praefiks: String) -> Range<Int> {
        let start = lager.firstPlace { !$0.utf8.lexicographicallyPrecedes(praefiks.utf8) }
        let end = lager.firstPlace {
            !$0.utf8.lexicographicallyPrecedes(praefiks.utf8)
                && !$0.utf8.starts(with: praefiks.utf8)
        }
        return start..<end
    }
}

// MARK: - Predecessors and successors

/// Where the chain of successors from a number ends.
public struct Efterfoelgerkaede: Hashable, Sendable {
    /// The shape of the chain (A6).
    public enum Art: Sendable {
        /// Nothing follows, or the chain only runs in a ring.
        case ingen
        case enTilEn
        case mangeTilEn
        /// Some step offers several: the reader must choose.
        case enTilMange
    }

    /// The shape.
    public let art: Art
    /// The numbers the chain ends at, ascending; one may be retired or unknown here.
    public let numre: [String]
    /// Those of `numre` the classification does not hold.
    public let ukendte: [String]
    /// Whether the plan leads back to a number already passed (K13).
    public let harCyklus: Bool
}

extension Klassifikation {
    /// Follows successors from a number to the end. Costs the length of the chain.
    public func efterfoelgere(of noegle: String) -> Efterfoelgerkaede {
        var reached: [String: Int] = [noegle: 0]
        var queue = [noegle]
        var next = 0
        while next < queue.count {
            for successor in lager.successors(of: queue[next]) {
                if reached[successor] == nil { queue.append(successor) }
                reached[successor, default: 0] += 1
            }
            next += 1
        }
        let ends = queue.dropFirst().filter { lager.successors(of: $0).isEmpty }.sorted()
        return Efterfoelgerkaede(
            art: shape(of: queue, ends: ends), numre: ends,
            ukendte: ends.filter { lager.run(of: $0).isEmpty },
            harCyklus: hasCycle(queue, arrivals: reached))
    }

    /// All numbers whose chain leads one-to-one or many-to-one to this one, ascending (A6, K13).
    ///
    /// A number that was split is not among them: nobody can tell which part a case belongs to.
    /// Searching one of them must still look at the time, for a number may have been used again.
    public func forgaengere(of noegle: String) -> [String] { forgaengere(ofAll: [noegle]) }

    /// The predecessors of every number that begins with the text, without those that begin so.
    public func forgaengere(ofPraefiks praefiks: String) -> [String] {
        let inside = places(praefiks: praefiks).map { lager.klasser[$0].noegle }
        return forgaengere(ofAll: inside).filter { !$0.utf8.starts(with: praefiks.utf8) }
    }

    /// The numbers that this one replaced, one step back; whoever owns them.
    func forrige(_ noegle: String) -> [String] { lager.predecessors(of: noegle) }

    private func forgaengere(ofAll start: [String]) -> [String] {
        var seen = Set(start)
        var queue = start
        var next = 0
        while next < queue.count {
            for predecessor in lager.predecessors(of: queue[next])
            where lager.successors(of: predecessor).count == 1 && !seen.contains(predecessor) {
                seen.insert(predecessor)
                queue.append(predecessor)
            }
            next += 1
        }
        return seen.subtracting(start).sorted()
    }

    private func shape(of chain: [String], ends: [String]) -> Efterfoelgerkaede.Art {
        if ends.isEmpty { return .ingen }
        if chain.contains(where: { lager.successors(of: $0).count > 1 }) { return .enTilMange }
        let joins = chain.dropFirst().contains { lager.predecessors(of: $0).count > 1 }
        return joins ? .mangeTilEn : .enTilEn
    }

    /// Takes away numbers nothing leads to any more; what is left stands in a ring or after one.
    private func hasCycle(_ chain: [String], arrivals: [String: Int]) -> Bool {
        var waiting = arrivals
        var free = chain.filter { waiting[$0] == 0 }
        var removed = 0
        while let number = free.popLast() {
            removed += 1
            for successor in lager.successors(of: number) {
                waiting[successor, default: 0] -= 1
                if waiting[successor] == 0 { free.append(successor) }
            }
        }
        return removed < chain.count
    }
}

// MARK: - Resolving a reference

/// What was amiss with a reference to a class.
public struct KlasseAfvigelser: OptionSet, Hashable, Sendable {
    /// One bit each; stored as they are, so a bit never changes its meaning.
    public let rawValue: UInt16
    /// The set with these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The class had left the plan on that day.
    public static let udgaaet = Self(rawValue: 1)
    /// The class has left the plan, but no source says when.
    public static let udgaaetUdenDato = Self(rawValue: 2)
    /// The class was not yet in the plan on that day.
    public static let endnuIkkeIKraft = Self(rawValue: 4)
    /// A UUID was given, and nobody knows it.
    public static let uuidUkendt = Self(rawValue: 8)
    /// No UUID was given.
    public static let uuidMangler = Self(rawValue: 16)
    /// The UUID's class has another key than the one copied.
    public static let uuidOgNoegleUenige = Self(rawValue: 32)
    /// The copied key is neither a key of this classification nor a canonical KLE number.
    public static let noegleMisdannet = Self(rawValue: 64)
    /// The copied title is none the class is known to have.
    public static let titelAfviger = Self(rawValue: 128)
    /// Neither UUID nor key led to a class.
    public static let ukendt = Self(rawValue: 256)
}

/// What a reference to a class leads to, and how surely. Source: A5, K12.
public struct KlasseOpslag: Hashable, Sendable {
    /// The step of A5 that answered.
    public enum Trin: UInt8, Hashable, Sendable {
        case uuid = 1
        case noegleIKraft = 2
        case noeglePaaAndenTid = 3
        case uloest = 4
    }

    /// The place of the class in the classification asked; nil at step 4.
    public let place: Int?
    /// The step that answered.
    public let trin: Trin
    /// What was amiss; empty when the reference is as it should be.
    public let afvigelser: KlasseAfvigelser
    /// The number access is decided by: the copied one when canonical, else the class's own.
    /// Nil means that only a scope covering everything sees the object.
    public let adgangsKLE: KLENummer?

    /// `adgangsKLE` as text; at most eight bytes, so it never reaches the heap.
    public var adgangsnummer: String? { adgangsKLE?.tekst }
}

extension Klassifikation {
    /// Finds the class a case or a benefit points at, in the order of A5 (K12).
    ///
    /// - Parameters:
    ///   - noegle: the copied BrugervendtNoegle. Never folded: only canonical spelling counts.
    ///   - ejer: the authority of the object; its own classes go before shared ones.
    ///   - dato: the relation's FraTidspunkt.
    ///   - titel: the copied Klassetitel, at most 255 scalars, when it is to be compared.
    ///   - niveau: the level the relation demands, such as `emne` for a Primær klasse; a copied
    ///     number at another level is then malformed and gives no access.
    ///
    /// Two or three hash look-ups, no allocation.
    public func resolve(
        reference: UUIDIdentifikator?, noegle: String?, ejer: CVRNummer?, at dato: Dato,
        titel: String? = nil, niveau: KLENummer.Niveau? = nil
    ) -> KlasseOpslag {
        let packed = noegle.flatMap { Noeglepakning.pack($0.utf8) }
        let copied = packed.flatMap(KLENummer.init(validating:)).flatMap {
            niveau == nil || $0.niveau == niveau ? $0 : nil
        }
        let run = noegle.map { lager.run(of: $0, packed: packed) } ?? 0..<0
        let found = lager.find(reference, run: run, ejer: ejer, at: dato)
        var flags = found.flags
        if noegle != nil, copied == nil, run.isEmpty || niveau != nil {
            flags.insert(.noegleMisdannet)
        }
        guard let place = found.place else {
            return KlasseOpslag(place: nil, trin: .uloest, afvigelser: flags, adgangsKLE: copied)
        }
        flags.formUnion(lager.timeliness(of: place, at: dato))
        if let noegle, found.trin == .uuid, lager.klasser[place].noegle != noegle {
            flags.insert(.uuidOgNoegleUenige)
        }
        if let titel, !lager.klasser[place].isKnown(as: titel) { flags.insert(.titelAfviger) }
        return KlasseOpslag(
            place: place, trin: found.trin, afvigelser: flags,
            adgangsKLE: copied ?? lager.nummer(place))
    }
}

extension Klasse {
    /// Whether a copied title, perhaps cut at 255 scalars, is one of the class's known titles.
    fileprivate func isKnown(as copied: String) -> Bool {
        func matches(_ title: String) -> Bool {
            if copied == title || copied == Self.withoutNotes(title) { return true }
            let scalars = copied.unicodeScalars
            return scalars.count == 255 && title.unicodeScalars.starts(with: scalars)
        }
        return matches(titel) || tidligereTitler.contains { matches($0.tekst) }
    }
}

// MARK: - The tables

/// The classes in order and the tables over them; made once, then only read.
private final class Lager: Sendable {
    let klasser: [Klasse]
    /// Each key packed, 0 where it is too long; beside `klasser`.
    private let packed: [UInt64]
    private let byUUID: [UUIDIdentifikator: Int32]
    /// The first place of each key.
    private let byPacked: [UInt64: Int32]
    private let byLongKey: [String: Int32]
    /// Distinct keys only, none leading to itself.
    private let successorKeys: [String: [String]]
    private let predecessorKeys: [String: [String]]

    init(klasser unsorted: [Klasse]) {
        klasser = unsorted.sorted(by: Self.isBefore)
        packed = klasser.map { Noeglepakning.pack($0.noegle.utf8) ?? 0 }
        byUUID = Self.uuidTable(klasser)
        var short: [UInt64: Int32] = [:]
        var long: [String: Int32] = [:]
        for (place, key) in packed.enumerated().reversed() {
            if key == 0 {
                long[klasser[place].noegle] = Int32(place)
            } else {
                short[key] = Int32(place)
            }
        }
        byPacked = short
        byLongKey = long
        successorKeys = Self.successorTable(klasser)
        predecessorKeys = Self.reversed(successorKeys)
    }

    func place(_ uuid: UUIDIdentifikator) -> Int? { byUUID[uuid].map { Int($0) } }

    func nummer(_ place: Int) -> KLENummer? { KLENummer(validating: packed[place]) }

    func successors(of key: String) -> [String] { successorKeys[key] ?? [] }

    func predecessors(of key: String) -> [String] { predecessorKeys[key] ?? [] }

    func run(of key: String) -> Range<Int> { run(of: key, packed: Noeglepakning.pack(key.utf8)) }

    func run(of key: String, packed word: UInt64?) -> Range<Int> {
        guard let start = word.map({ byPacked[$0] }) ?? byLongKey[key] else { return 0..<0 }
        var end = Int(start) + 1
        while end < klasser.count,
            word.map({ packed[end] == $0 }) ?? (packed[end] == 0 && klasser[end].noegle == key)
        { end += 1 }
        return Int(start)..<end
    }

    /// The first place whose key satisfies a test that holds from some place on.
    func firstPlace(where test: (String) -> Bool) -> Int {
        var low = 0
        var high = klasser.count
        while low < high {
            let middle = (low + high) / 2
            if test(klasser[middle].noegle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Lager {
    typealias Found = (place: Int?, trin: KlasseOpslag.Trin, flags: KlasseAfvigelser)

    /// The four steps of A5.
    func find(
        _ reference: UUIDIdentifikator?, run: Range<Int>, ejer: CVRNummer?, at dato: Dato
    ) -> Found {
        if let reference, let known = place(reference) { return (known, .uuid, []) }
        let flag: KlasseAfvigelser = reference == nil ? .uuidMangler : .uuidUkendt
        let match = match(run, ejer: ejer, at: dato)
        if let place = match.inForce { return (place, .noegleIKraft, flag) }
        if let place = match.nearest { return (place, .noeglePaaAndenTid, flag) }
        return (nil, .uloest, [flag, .ukendt])
    }

    /// Of the classes with one key that the owner may use: the one in force, and the nearest one.
    ///
    /// The owner's own goes before a shared one; the latest ended before the first to come.
    func match(
        _ run: Range<Int>, ejer: CVRNummer?, at dato: Dato
    ) -> (inForce: Int?, nearest: Int?) {
        var shared: (inForce: Int?, nearest: Int?)
        var own: (inForce: Int?, nearest: Int?)
        for place in run {
            let owner = klasser[place].ejer
            guard owner == nil || owner == ejer else { continue }
            let isInForce = klasser[place].isInForce(at: dato)
            let hasBegun = (klasser[place].gyldighed.first?.fra ?? .foerst) <= dato
            if owner == nil {
                if isInForce { shared.inForce = place }
                if hasBegun || shared.nearest == nil { shared.nearest = place }
            } else {
                if isInForce { own.inForce = place }
                if hasBegun || own.nearest == nil { own.nearest = place }
            }
        }
        return (own.inForce ?? shared.inForce, own.nearest ?? shared.nearest)
    }

    func timeliness(of place: Int, at dato: Dato) -> KlasseAfvigelser {
        guard klasser[place].isInForce(at: dato) else {
            let begins = klasser[place].gyldighed.first?.fra ?? .foerst
            return dato < begins ? .endnuIkkeIKraft : .udgaaet
        }
        switch klasser[place].historik {
        case .udgaaet(nil), .flyttet(nil): return .udgaaetUdenDato
        default: return []
        }
    }

    private static func isBefore(_ left: Klasse, _ right: Klasse) -> Bool {
        if left.noegle != right.noegle {
            return left.noegle.utf8.lexicographicallyPrecedes(right.noegle.utf8)
        }
        let owners = (
            left.ejer.map { Int64($0.number) } ?? -1, right.ejer.map { Int64($0.number) } ?? -1
        )
        if owners.0 != owners.1 { return owners.0 < owners.1 }
        return (left.gyldighed.first?.fra ?? .foerst) < (right.gyldighed.first?.fra ?? .foerst)
    }

    /// Real UUIDs, and the derived ones that older objects may still carry.
    private static func uuidTable(_ klasser: [Klasse]) -> [UUIDIdentifikator: Int32] {
        var table: [UUIDIdentifikator: Int32] = [:]
        table.reserveCapacity(klasser.count)
        for (place, klasse) in klasser.enumerated() { table[klasse.uuid] = Int32(place) }
        for (place, klasse) in klasser.enumerated() where !klasse.uuidErAfledt {
            let derived = Klasse.afledtUUID(
                facet: klasse.facet, noegle: klasse.noegle, ejer: klasse.ejer)
            if table[derived] == nil { table[derived] = Int32(place) }
        }
        return table
    }

    private static func successorTable(_ klasser: [Klasse]) -> [String: [String]] {
        var table: [String: [String]] = [:]
        for klasse in klasser {
            for successor in klasse.efterfoelgere where successor != klasse.noegle {
                if table[klasse.noegle]?.contains(successor) == true { continue }
                table[klasse.noegle, default: []].append(successor)
            }
        }
        return table
    }

    private static func reversed(_ table: [String: [String]]) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for (from, targets) in table {
            for target in targets { result[target, default: []].append(from) }
        }
        return result.mapValues { $0.sorted() }
    }
}

// MARK: - Merging a publication

/// The rules of A8 a source or a merge can break, and `skema` for what the schemas themselves say.
public enum KlassifikationRegel: String, Hashable, Sendable, CaseIterable {
    case skema = "X"
    case k01 = "K01"
    case k02 = "K02"
    case k03 = "K03"
    case k04 = "K04"
    case k05 = "K05"
    case k06 = "K06"
    case k09 = "K09"
    case k11 = "K11"
}

/// Whether a load claims to be the whole of a plan.
public enum KlassifikationOmfang: Sendable {
    /// Numbers it lacks are reported.
    case helPlan
    /// An extract, local classes or a supplement: says nothing of other numbers.
    case uddrag
}

/// What a merge did. The keys are numbers of the plan, nobody's data.
public struct KlassifikationRapport: Hashable, Sendable {
    /// A class that was not taken, and why.
    public struct Afvisning: Hashable, Sendable {
        /// The rule it broke.
        public let regel: KlassifikationRegel
        /// Its key.
        public let noegle: String
    }

    /// Keys that are new.
    public internal(set) var tilfoejede: [String] = []
    /// Keys of classes that are not as they were.
    public internal(set) var aendrede: [String] = []
    /// How many were met again unchanged.
    public internal(set) var uaendrede = 0
    /// Keys a whole plan did not name; they are kept (K10). For keywords: numbers nobody knows.
    public internal(set) var manglende: [String] = []
    /// Classes not taken.
    public internal(set) var afviste: [Afvisning] = []

    /// Adds what a later step of the same load did.
    public mutating func append(_ next: KlassifikationRapport) {
        tilfoejede += next.tilfoejede
        aendrede += next.aendrede
        uaendrede += next.uaendrede
        manglende += next.manglende
        afviste += next.afviste
    }
}

extension Klassifikation {
    /// The longest title, in scalars (K11).
    public static let maxTitelScalars = 300
    /// The longest key, in scalars.
    public static let maxNoegleScalars = 50
    /// How deep a tree of classes may go (K09).
    public static let maxNiveauer = 64

    /// Takes in a publication; the same one twice gives the same value (K10).
    ///
    /// A class is the same as one already here when its real UUID is known, or else when key and
    /// owner are the same and the validities share a day. What the newer publication says goes
    /// first; what only the older one knows is kept, and so are earlier titles and keywords. A
    /// real UUID replaces a derived one. A class that breaks K04, K05, K06, K09 or K11 is left out
    /// and reported; the rest is taken. Keys are unique over all facets, as the standard has it (A3):
    /// a known key with another facet counts as a change of facet (K04).
    ///
    /// Linear in the classes; all of KLE takes about 10 ms.
    public func merging(
        _ nye: [Klasse], udgivelsesdato ny: Dato? = nil, omfang: KlassifikationOmfang
    ) -> (klassifikation: Klassifikation, rapport: KlassifikationRapport) {
        let isOlder = if let ny, let udgivelsesdato { ny < udgivelsesdato } else { false }
        var merge = Fletning(klasser, alder: isOlder ? .aeldre : .nyere(ny))
        merge.take(nye)
        if omfang == .helPlan { merge.reportMissing(from: nye) }
        let latest = [ny, udgivelsesdato].compactMap { $0 }.max()
        let result = Klassifikation(navn: navn, udgivelsesdato: latest, klasser: merge.klasser)
        return (result, merge.rapport)
    }

    /// Adds keywords to the shared classes with these keys; unknown keys are reported as missing.
    public func merging(
        stikord: [String: [Stikord]]
    ) -> (klassifikation: Klassifikation, rapport: KlassifikationRapport) {
        var rapport = KlassifikationRapport()
        var changed = klasser
        for (noegle, words) in stikord.sorted(by: { $0.key < $1.key }) {
            let places = places(noegle: noegle).filter { changed[$0].ejer == nil }
            if places.isEmpty { rapport.manglende.append(noegle) }
            for place in places {
                let joined = Fletning.joined(changed[place].stikord, words)
                if joined == changed[place].stikord {
                    rapport.uaendrede += 1
                } else {
                    changed[place].stikord = joined
                    rapport.aendrede.append(noegle)
                }
            }
        }
        let result = Klassifikation(navn: navn, udgivelsesdato: udgivelsesdato, klasser: changed)
        return (result, rapport)
    }
}

extension Klassifikation: Equatable {
    /// Same name, day and classes; costs a comparison of every class.
    public static func == (left: Self, right: Self) -> Bool {
        left.navn == right.navn && left.udgivelsesdato == right.udgivelsesdato
            && left.klasser == right.klasser
    }
}

/// One merge in progress.
private struct Fletning {
    /// Which of two tellings is the later one.
    enum Alder: Equatable {
        case aeldre
        /// With the day of the publication, when known.
        case nyere(Dato?)
    }

    private(set) var klasser: [Klasse]
    private(set) var rapport = KlassifikationRapport()
    private let alder: Alder
    private var byUUID: [UUIDIdentifikator: Int] = [:]
    private var byKey: [String: [Int]] = [:]
    private var touched: Set<Int> = []

    init(_ klasser: [Klasse], alder: Alder) {
        self.klasser = klasser
        self.alder = alder
        for (index, klasse) in klasser.enumerated() {
            byUUID[klasse.uuid] = index
            byKey[klasse.noegle, default: []].append(index)
        }
    }

    mutating func take(_ nye: [Klasse]) {
        let ringed = keysInCycles(nye)
        for ny in nye {
            if let broken = Self.brokenRule(ny) ?? (ringed.contains(ny.noegle) ? .k09 : nil) {
                refuse(ny, broken)
            } else if let index = sameClass(as: ny) {
                update(index, with: ny)
            } else {
                add(ny)
            }
        }
    }

    mutating func reportMissing(from nye: [Klasse]) {
        struct Part: Hashable {
            let facet: String
            let ejer: CVRNummer?
        }
        let parts = Set(nye.map { Part(facet: $0.facet, ejer: $0.ejer) })
        let named = Set(nye.map(\.noegle))
        rapport.manglende = klasser.filter {
            parts.contains(Part(facet: $0.facet, ejer: $0.ejer)) && !named.contains($0.noegle)
        }.map(\.noegle).sorted()
    }

    private func sameClass(as ny: Klasse) -> Int? {
        if !ny.uuidErAfledt, let index = byUUID[ny.uuid] { return index }
        return byKey[ny.noegle]?.first { klasser[$0].isInConflict(with: ny) }
    }

    private mutating func add(_ ny: Klasse) {
        var added = ny
        var repetition = 0
        while added.uuidErAfledt, byUUID[added.uuid] != nil {
            repetition += 1
            added.uuid = Klasse.afledtUUID(
                facet: ny.facet, noegle: ny.noegle, ejer: ny.ejer, gentagelse: repetition)
        }
        added.stikord = Self.joined([], ny.stikord)
        byUUID[added.uuid] = klasser.count
        byKey[added.noegle, default: []].append(klasser.count)
        touched.insert(klasser.count)
        klasser.append(added)
        rapport.tilfoejede.append(added.noegle)
    }

    private mutating func update(_ index: Int, with ny: Klasse) {
        let old = klasser[index]
        guard old.facet == ny.facet else { return refuse(ny, .k04) }
        let isOther = !old.uuidErAfledt && !ny.uuidErAfledt && old.uuid != ny.uuid
        guard !isOther, !touched.contains(index) else { return refuse(ny, .k06) }
        let joined = old.joined(with: ny, alder: alder)
        let clash = byKey[joined.noegle]?.contains {
            $0 != index && klasser[$0].isInConflict(with: joined)
        }
        guard clash != true else { return refuse(ny, .k06) }
        touched.insert(index)
        guard joined != old else {
            rapport.uaendrede += 1
            return
        }
        klasser[index] = joined
        byUUID[joined.uuid] = index
        if joined.noegle != old.noegle {
            byKey[old.noegle]?.removeAll { $0 == index }
            byKey[joined.noegle, default: []].append(index)
        }
        rapport.aendrede.append(joined.noegle)
    }

    private mutating func refuse(_ klasse: Klasse, _ regel: KlassifikationRegel) {
        rapport.afviste.append(.init(regel: regel, noegle: klasse.noegle))
    }

    private static func brokenRule(_ klasse: Klasse) -> KlassifikationRegel? {
        let keyLength = klasse.noegle.unicodeScalars.count
        guard (1...Klassifikation.maxNoegleScalars).contains(keyLength) else { return .skema }
        guard klasse.titel.unicodeScalars.count <= Klassifikation.maxTitelScalars else {
            return .k11
        }
        let pairs = zip(klasse.gyldighed, klasse.gyldighed.dropFirst())
        return pairs.allSatisfy { $0.til <= $1.fra } ? nil : .k05
    }

    /// The keys whose way to the top comes back to a key passed, or is too long (K09).
    private func keysInCycles(_ nye: [Klasse]) -> Set<String> {
        var above: [String: String] = [:]
        for klasse in klasser { above[klasse.noegle] = klasse.overordnet }
        for klasse in nye { above[klasse.noegle] = klasse.overordnet }
        var found: Set<String> = []
        for klasse in nye {
            var steps = 0
            var key = klasse.overordnet
            while let current = key, steps <= Klassifikation.maxNiveauer {
                steps += 1
                key = above[current]
            }
            if steps > Klassifikation.maxNiveauer { found.insert(klasse.noegle) }
        }
        return found
    }

    /// The words of both, each once; a later weight replaces an earlier one.
    static func joined(_ old: [Stikord], _ new: [Stikord]) -> [Stikord] {
        var words = old
        for word in new {
            if let index = words.firstIndex(where: { $0.isSameWord(as: word) }) {
                words[index] = word
            } else {
                words.append(word)
            }
        }
        return words
    }
}

extension Klasse {
    /// This class as two publications tell it.
    fileprivate func joined(with ny: Klasse, alder: Fletning.Alder) -> Klasse {
        let oneIsStandIn = titelErForeloebig != ny.titelErForeloebig
        let nyGoesFirst = oneIsStandIn ? titelErForeloebig : alder != .aeldre
        let (older, newer) = nyGoesFirst ? (self, ny) : (ny, self)
        var result = newer
        result.uuid = uuidErAfledt && !ny.uuidErAfledt ? ny.uuid : uuid
        result.uuidErAfledt = uuidErAfledt && ny.uuidErAfledt
        if newer.gyldighed.isEmpty { result.gyldighed = older.gyldighed }
        if newer.efterfoelgere.isEmpty, newer.historik != .iBrug {
            result.efterfoelgere = older.efterfoelgere
        }
        result.historik = Self.dated(newer.historik, older.historik)
        result.overordnet = newer.overordnet ?? older.overordnet
        result.bevaring = newer.bevaring ?? older.bevaring
        result.slettefrist = newer.slettefrist ?? older.slettefrist
        result.stikord = Fletning.joined(older.stikord, newer.stikord)
        result.joinTitles(older: older, newer: newer, alder: alder)
        return result
    }

    /// The newer telling, with the day only the older one knows.
    private static func dated(_ newer: Historik, _ older: Historik) -> Historik {
        newer != .iBrug && newer.dato == nil && older != .iBrug ? older : newer
    }

    private mutating func joinTitles(older: Klasse, newer: Klasse, alder: Fletning.Alder) {
        if newer.titel.isEmpty {
            titel = older.titel
            titelErForeloebig = older.titelErForeloebig
        }
        let isSame = Self.withoutNotes(older.titel) == Self.withoutNotes(titel)
        if isSame, titelFra == .foerst { titelFra = older.titelFra }
        var earlier = older.tidligereTitler
        if !isSame, !older.titel.isEmpty, !older.titelErForeloebig {
            let published: Dato? = if case .nyere(let dato) = alder { dato } else { nil }
            let changed = newer.titelFra == .foerst ? published ?? .sidst : newer.titelFra
            let periode =
                Gyldighed(fra: older.titelFra, til: changed)
                ?? Gyldighed(fra: .foerst, til: changed)
            if let periode { earlier.append(TitelPeriode(tekst: older.titel, periode: periode)) }
            if titelFra == .foerst, let published { titelFra = published }
        }
        for title in newer.tidligereTitler
        where !earlier.contains(where: { $0.tekst == title.tekst }) { earlier.append(title) }
        var seen: Set<String> = [titel]
        tidligereTitler = earlier.filter { seen.insert($0.tekst).inserted }
    }
}
