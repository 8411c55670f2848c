import IndexCore

/// What an object is ordered by; a thing it has not stands last, whichever way.
enum Sorteringsnoegle: Equatable {
    case mangler
    case tal(Int64)
    case tekst([UInt8])

    func precedes(_ other: Sorteringsnoegle, faldende: Bool) -> Bool {
        switch (self, other) {
        case (.mangler, _): false
        case (_, .mangler): true
        case (.tal(let mine), .tal(let theirs)): faldende ? mine > theirs : mine < theirs
        case (.tekst(let mine), .tekst(let theirs)):
            faldende
                ? theirs.lexicographicallyPrecedes(mine) : mine.lexicographicallyPrecedes(theirs)
        case (.tal, .tekst): true
        case (.tekst, .tal): false
        }
    }

    /// Danish alphabetical order, near enough: æ, ø, å after z, letters' case left out.
    init(_ text: String?) {
        guard let text else {
            self = .mangler
            return
        }
        var folded: [UInt8] = []
        for scalar in text.lowercased().unicodeScalars {
            switch scalar {
            case "æ", "ä": folded.append(0x7B)
            case "ø", "ö": folded.append(0x7C)
            case "å": folded.append(0x7D)
            default: folded += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
        self = .tekst(folded)
    }

    init(_ time: Tidspunkt?) { self = time.map { .tal($0.microseconds) } ?? .mangler }

    /// A whole number of any length.
    init(cifre: String?) {
        guard let cifre else {
            self = .mangler
            return
        }
        let isNegative = cifre.hasPrefix("-")
        self = .tal(Int64(cifre) ?? (isNegative ? .min : .max))
    }

    init(_ number: Int?) { self = number.map { .tal(Int64($0)) } ?? .mangler }
}
