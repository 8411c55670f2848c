import IndexCore

/// An object on its way through an expression: read once, however many conditions ask.
final class Proeveobjekt {
    let objekt: SynligtObjekt
    let syn: Syn
    private let standard: Standardtid
    private var nuvaerende: Udsnit??
    /// What it points at, list by list, once it is found.
    var maal: [Element: Set<UUIDIdentifikator>] = [:]

    init(_ objekt: SynligtObjekt, _ syn: Syn, _ standard: Standardtid) {
        self.objekt = objekt
        self.syn = syn
        self.standard = standard
    }

    /// What is known now, when it has been read.
    var laest: Udsnit? { standard.registrering == nil ? nuvaerende ?? nil : nil }

    /// What is known at the standard time.
    func udsnit() throws(StoreError) -> Udsnit? {
        if let nuvaerende { return nuvaerende }
        let found: Udsnit?
        if let instant = standard.registrering {
            found = try objekt.udsnit(knownAt: instant)
        } else {
            found = try objekt.udsnit()
        }
        nuvaerende = .some(found)
        return found
    }

    /// The registrations that are asked about, newest first.
    func udsnit(_ tider: Kriterium.Tider) throws(StoreError) -> [Udsnit] {
        if tider.erRegistreretNu { return try udsnit().map { [$0] } ?? [] }
        let range = tider.sts ?? .distantPast ..< .distantFuture
        let found = try objekt.udsnit(from: range.lowerBound, to: range.upperBound)
        guard let wanted = tider.tidspunkt else { return found }
        return found.filter { $0.tidspunkt.map(wanted.contains) ?? false }
    }

    /// Whether a part counts at the effect time that is asked about.
    func vindue(_ udsnit: Udsnit, _ tider: Kriterium.Tider) -> Vindue {
        if let range = tider.virkning { return .interval(range) }
        return .punkt(standard.virkning ?? udsnit.instant(at: syn.now))
    }
}

/// A point or a stretch of effect time.
enum Vindue {
    case punkt(Tidspunkt)
    case interval(Range<Tidspunkt>)

    func includes(_ virkning: Virkning) -> Bool {
        switch self {
        case .punkt(let instant): virkning.covers(instant)
        case .interval(let range):
            virkning.fra < range.upperBound && range.lowerBound < virkning.til
        }
    }
}
