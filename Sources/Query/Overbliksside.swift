import IndexCore

/// Where an entry stands in one of the overview's lists: the newest first.
struct Overbliksplads: Comparable {
    let tid: Tidspunkt
    let uuid: UUIDIdentifikator
    var tekst = ""

    static func < (left: Overbliksplads, right: Overbliksplads) -> Bool {
        (right.tid, left.uuid, left.tekst) < (left.tid, right.uuid, right.tekst)
    }
}

/// How far a list has been shown: the last entry, and how many that stand at the same place.
struct Overbliksstand: Equatable {
    var plads: Overbliksplads
    var antal: Int
}

extension Journalnotat {
    var plads: Overbliksplads {
        Overbliksplads(tid: segment.virkning.fra, uuid: sag.objekt.uuid, tekst: indeks)
    }
}

/// The piece of one list that a page shows.
struct Overbliksside<Post> {
    /// How many the whole list has.
    let iAlt: Int
    let vist: ArraySlice<Post>
    /// Nil while nothing of the list has been shown.
    let stand: Overbliksstand?
    let erFlere: Bool

    init(
        _ poster: [Post], after before: Overbliksstand?, most antal: Int,
        _ plads: (Post) -> Overbliksplads
    ) {
        let sorted = poster.map { (plads($0), $0) }.sorted { $0.0 < $1.0 }
        var start = 0
        if let before {
            start = sorted.firstIndex { $0.0 >= before.plads } ?? sorted.count
            var shown = before.antal
            while shown > 0, start < sorted.count, sorted[start].0 == before.plads {
                start += 1
                shown -= 1
            }
        }
        let page = sorted[start...].prefix(antal)
        iAlt = sorted.count
        vist = page.map(\.1)[...]
        erFlere = page.endIndex < sorted.count
        guard let last = page.last?.0 else {
            stand = before
            return
        }
        let alike = page.reversed().prefix { $0.0 == last }.count
        let goesOn = before?.plads == last ? before?.antal ?? 0 : 0
        stand = Overbliksstand(plads: last, antal: alike + goesOn)
    }
}

/// How far each list has been shown, and which question and caller it belongs to.
struct Overbliksmarkoer: Equatable {
    static let lister = 6
    private static let version: UInt8 = 0x12

    let aftryk: UInt64
    /// What was known when the first page was made; what changed later keeps the place it had then.
    let kendt: Kendt
    let stande: [Overbliksstand?]

    var bytes: [UInt8] {
        var result = [Self.version]
        result.append(tal: aftryk)
        result += kendt.bytes
        for stand in stande {
            result.append(tal: UInt64(stand?.antal ?? 0))
            guard let plads = stand?.plads else { continue }
            result.append(tal: UInt64(bitPattern: plads.tid.microseconds))
            result.append(tal: plads.uuid.high)
            result.append(tal: plads.uuid.low)
            result.append(tal: UInt64(plads.tekst.utf8.count))
            result += Array(plads.tekst.utf8)
        }
        return result
    }

    init(aftryk: UInt64, kendt: Kendt, stande: [Overbliksstand?]) {
        self.aftryk = aftryk
        self.kendt = kendt
        self.stande = stande
    }

    /// Nil for what `bytes` did not make.
    init?(_ bytes: [UInt8]) {
        guard bytes.first == Self.version else { return nil }
        var rest = bytes.dropFirst()
        func stand() -> Overbliksstand?? {
            guard let antal = rest.takeTal() else { return nil }
            if antal == 0 { return .some(nil) }
            guard antal < 1 << 32, let tid = rest.takeTal(), let high = rest.takeTal(),
                let low = rest.takeTal(),
                let length = rest.takeTal(), length <= UInt64(rest.count)
            else { return nil }
            let tekst = String(decoding: rest.prefix(Int(length)), as: UTF8.self)
            rest = rest.dropFirst(Int(length))
            return Overbliksstand(
                plads: Overbliksplads(
                    tid: Tidspunkt(microseconds: Int64(bitPattern: tid)),
                    uuid: UUIDIdentifikator(high: high, low: low), tekst: tekst),
                antal: Int(antal))
        }
        guard let aftryk = rest.takeTal(), let kendt = Kendt(&rest) else { return nil }
        var stande: [Overbliksstand?] = []
        for _ in 0..<Self.lister {
            guard let one = stand() else { return nil }
            stande.append(one)
        }
        guard rest.isEmpty else { return nil }
        self.init(aftryk: aftryk, kendt: kendt, stande: stande)
    }
}
