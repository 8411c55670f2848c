import IndexCore

/// What one field must hold.
indirect enum Feltkrav: Sendable {
    case tekst(Moenster)
    /// The very bytes: an enumeration's code, a date, a CVR number, a note.
    case ordret([UInt8])
    case heltal(String)
    /// A UUID or a URN; equal when they stand for the same.
    case identitet(Noegle)
    case tid(Tidspunkt)
    case ja(Bool)
    case beloeb(Beloeb)
    case gruppe(Gruppekrav)
    /// An instant, or a date's beginning, from `lowerBound` and before `upperBound`.
    case tidsrum(Range<Tidspunkt>)
    /// An amount, both ends inside.
    case beloebsrum(fra: Beloeb, til: Beloeb)

    func holds(of value: ElementValue, _ alternativ: AlternativTitel) -> Bool {
        switch self {
        case .tekst(let moenster):
            return value.type == .text && value.withBytes { moenster.passer($0) }
        case .ordret(let bytes):
            return value.withBytes { $0.elementsEqual(bytes) }
        case .heltal(let digits): return value.text.map(Self.heltal) == digits
        case .identitet(let noegle):
            return value.unikId.map { Noegle(unikId: $0) } == noegle
        case .tid(let time): return value.time == time
        case .ja(let flag): return value.boolean == flag
        case .beloeb(let amount): return Self.beloeb(value) == amount
        case .gruppe(let krav): return value.group.map { krav.holds(of: $0, alternativ) } ?? false
        case .tidsrum(let range):
            guard let time = value.time ?? value.text.flatMap({ Dato($0) })?.danishMidnight else {
                return false
            }
            return range.contains(time)
        case .beloebsrum(let fra, let til):
            guard let amount = Self.beloeb(value) else { return false }
            return fra <= amount && amount <= til
        }
    }

    private static func beloeb(_ value: ElementValue) -> Beloeb? {
        value.withBytes { Beloeb(ascii: $0) }
    }

    /// An integer's one form.
    static func heltal(_ digits: String) -> String {
        let isNegative = digits.hasPrefix("-")
        let magnitude = digits.drop { $0 == "-" || $0 == "+" || $0 == "0" }
        return magnitude.isEmpty ? "0" : (isNegative ? "-" : "") + magnitude
    }
}

/// What the members of one group must hold, all of them.
struct Gruppekrav: Sendable {
    var felter: [(element: Element, krav: Feltkrav)] = []

    var isEmpty: Bool { felter.isEmpty }

    subscript(element: Element) -> Feltkrav? { felter.first { $0.element == element }?.krav }

    /// The conditions of a group inside, or none.
    func gruppe(_ path: Element...) -> Gruppekrav {
        var current = self
        for step in path {
            guard case .gruppe(let next)? = current[step] else { return Gruppekrav() }
            current = next
        }
        return current
    }

    /// Of repeated members one must hold it.
    func holds(of group: ElementGroup, _ alternativ: AlternativTitel) -> Bool {
        felter.allSatisfy { element, krav in
            // A title that the reader may not see is as if it were not there (X10).
            if element == .titelAlternativTekst, alternativ == .hidden { return false }
            guard let first = group[element] else { return false }
            if krav.holds(of: first, alternativ) { return true }
            guard first.repeats else { return false }
            return group.contains { $0.element == element && krav.holds(of: $0, alternativ) }
        }
    }
}

/// What a Virkning must hold: its ends exactly, and what is said of who says so.
struct Virkningskrav: Sendable {
    var fra: Tidspunkt?
    var til: Tidspunkt?
    var aktoer = Gruppekrav()

    var isEmpty: Bool { fra == nil && til == nil && aktoer.isEmpty }

    func holds(of virkning: Virkning) -> Bool {
        (fra.map { $0 == virkning.fra } ?? true) && (til.map { $0 == virkning.til } ?? true)
            && (aktoer.isEmpty || aktoer.holds(of: virkning.aktoer, .shown))
    }
}

/// What one part of an object must hold; all of it on the same segment.
struct Enhedskrav: Sendable {
    let unit: Element
    var virkning = Virkningskrav()
    var gruppe = Gruppekrav()

    var isEmpty: Bool { virkning.isEmpty && gruppe.isEmpty }

    func holds(of segment: Segment, _ alternativ: AlternativTitel) -> Bool {
        virkning.holds(of: segment.virkning) && gruppe.holds(of: segment.body, alternativ)
    }
}
