/// An expression about one kind of object, as far as columns and lists can tell: of each row it says yes,
/// no, or that the object must be read.
///
/// About what is known now and in effect now.
public indirect enum Raekkeudtryk: Sendable {
    /// Holds of every object.
    case altid
    /// Only the object itself tells.
    case maaske
    /// It stands under the key; `rang` is lower where such keys are rarer.
    case noegle(Noeglekrav, rang: Int)
    case uuider(Set<UUIDIdentifikator>)
    /// When the current registration was received.
    case modtaget(Range<Tidspunkt>)
    /// A case's OprettetTidspunkt.
    case oprettet(Range<Tidspunkt>)
    /// FremdriftStatusKode, by its place in the schema's list, from 1.
    case fremdrift(UInt8)
    case foelsomhed(Foelsomhed)
    case master(UUIDIdentifikator)
    case titel(Moenster)
    case og([Raekkeudtryk])
    case eller([Raekkeudtryk])
    case ikke(Raekkeudtryk)

    /// What narrows most at least cost stands first.
    fileprivate var rang: Int {
        switch self {
        case .altid: 0
        case .uuider: 1
        case .noegle(_, let rang): 2 * rang
        case .fremdrift, .foelsomhed, .master, .modtaget, .oprettet: 13
        case .titel: 14
        case .og, .eller: 30
        case .ikke: 40
        case .maaske: 50
        }
    }
}

/// What an expression says of the rows of a file; no row stands in both.
struct Raekkedom: Sendable {
    var ja: Raekkemaengde
    var maaske: Raekkemaengde
}

/// Judges the rows of one file, whole sets at a time.
struct Raekkedommer {
    /// Answers nil when the list cannot be had.
    typealias Opslag = (Noeglekrav, _ blandt: Raekkemaengde) throws(StoreError) -> Listesvar?

    enum Listesvar {
        case liste(Liste)
        /// Dearer to fetch than reading the rows.
        case forDyr
    }

    /// The rows that have such a title; nil when memory lacks the titles.
    typealias Titelopslag = (Moenster) throws(StoreError) -> Raekkemaengde?

    private let kolonner: Filkolonner
    private let synlighed: Synlighed.Del
    private let ligetil: Raekkemaengde
    private let opslag: Opslag
    private let titelopslag: Titelopslag

    init(
        _ kolonner: Filkolonner, _ synlighed: Synlighed.Del, ligetil: Raekkemaengde,
        _ opslag: @escaping Opslag, titler: @escaping Titelopslag
    ) {
        self.kolonner = kolonner
        self.synlighed = synlighed
        self.ligetil = ligetil
        self.opslag = opslag
        titelopslag = titler
    }

    private var rows: Kolonner { kolonner.rows }

    private var ingen: Raekkemaengde { Raekkemaengde(slots: rows.slots) }

    /// Of the rows in `blandt`; nil when a list cannot be had.
    func dom(
        _ udtryk: Raekkeudtryk, blandt: Raekkemaengde
    ) throws(StoreError) -> Raekkedom? {
        switch udtryk {
        case .altid: return Raekkedom(ja: blandt, maaske: ingen)
        case .maaske: return Raekkedom(ja: ingen, maaske: blandt)
        case .noegle(let krav, _): return try dom(krav, blandt)
        case .uuider(let uuider):
            return Raekkedom(ja: blandt.filter { uuider.contains(rows.uuid[$0]) }, maaske: ingen)
        case .modtaget(let range):
            let column = rows.sts
            return Raekkedom(
                ja: blandt.filter { Self.contains(range, column[$0]) }, maaske: ingen)
        case .oprettet(let range):
            let (column, flags) = (rows.oprettet, rows.flags)
            return ligetil(blandt) {
                flags[$0] & Kolonner.Flag.oprettetErAfledt == 0
                    && Self.contains(range, column[$0])
            }
        case .fremdrift(let kode):
            let column = rows.fremdrift
            return ligetil(blandt) { column[$0] == kode }
        case .foelsomhed(let niveau):
            let column = rows.foelsomhed
            return ligetil(blandt) { column[$0] == niveau.rawValue }
        case .master(let uuid):
            let column = rows.master
            let code = rows.systemer.known(uuid)
            return ligetil(blandt) { column[$0] == code }
        case .titel(let moenster):
            guard let found = try titelopslag(moenster) else { return nil }
            return ligetil(blandt) { found.contains($0) }
        case .og(let parts): return try alle(parts, blandt)
        case .eller(let parts): return try nogen(parts, blandt)
        case .ikke(let inner):
            guard let dom = try dom(inner, blandt: blandt) else { return nil }
            return Raekkedom(
                ja: blandt.subtracting(dom.ja).subtracting(dom.maaske), maaske: dom.maaske)
        }
    }

    private static func contains(_ range: Range<Tidspunkt>, _ value: Int64) -> Bool {
        value != .min && value >= range.lowerBound.microseconds
            && value < range.upperBound.microseconds
    }

    /// What a column says of a plain row is so; of others that it may be. Of an ambiguous one only the object itself
    /// tells, also of what is plain but for its systems.
    private func ligetil(_ blandt: Raekkemaengde, _ holds: (Int) -> Bool) -> Raekkedom {
        let flags = rows.flags
        let flertydige = blandt.filter { flags[$0] & Kolonner.Flag.flertydig != 0 }
        let found = blandt.subtracting(flertydige).filter(holds)
        return Raekkedom(
            ja: found.intersection(ligetil),
            maaske: found.subtracting(ligetil).union(flertydige))
    }

    private func alle(
        _ parts: [Raekkeudtryk], _ blandt: Raekkemaengde
    ) throws(StoreError) -> Raekkedom? {
        var left = blandt
        var sure = blandt
        let order = parts.enumerated().sorted {
            ($0.element.rang, $0.offset) < ($1.element.rang, $1.offset)
        }
        for (_, part) in order where !left.isEmpty {
            guard let dom = try dom(part, blandt: left) else { return nil }
            left = dom.ja.union(dom.maaske)
            sure.formIntersection(dom.ja)
        }
        sure.formIntersection(left)
        left.subtract(sure)
        return Raekkedom(ja: sure, maaske: left)
    }

    private func nogen(
        _ parts: [Raekkeudtryk], _ blandt: Raekkemaengde
    ) throws(StoreError) -> Raekkedom? {
        var result = Raekkedom(ja: ingen, maaske: ingen)
        var left = blandt
        for part in parts where !left.isEmpty {
            guard let dom = try dom(part, blandt: left) else { return nil }
            result.ja.formUnion(dom.ja)
            result.maaske.formUnion(dom.maaske)
            left.subtract(dom.ja)
        }
        result.maaske.subtract(result.ja)
        return result
    }

    private func dom(
        _ krav: Noeglekrav, _ blandt: Raekkemaengde
    ) throws(StoreError) -> Raekkedom? {
        let liste: Liste
        switch try opslag(krav, blandt) {
        case nil: return nil
        case .forDyr: return Raekkedom(ja: ingen, maaske: blandt)
        case .liste(let found): liste = found
        }
        var result = Raekkedom(ja: ingen, maaske: ingen)
        for place in 0..<liste.count {
            let id = Int(liste.ids[place])
            guard blandt.contains(id) else { continue }
            let sted = Liste.Sted(rawValue: liste.steder[place])
            let isShown =
                sted.contains(.noegle)
                && (!sted.contains(.betinget) || synlighed.sikre.contains(id))
            if isShown, ligetil.contains(id) {
                result.ja.insert(id)
            } else {
                result.maaske.insert(id)
            }
        }
        return result
    }
}
