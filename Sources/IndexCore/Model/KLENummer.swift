/// A number of KLE in its one canonical spelling, at any of the five levels.
///
/// Subjects are `NN`, `NN.NN` and `NN.NN.NN`; action facets are one of the letters A P S Ø G K I,
/// alone (a category) or followed by two digits. Kept as at most eight UTF-8 bytes in one machine
/// word, so comparing is text order and making one never allocates.
///
/// Source: KLE XML 2.0, `HovedgruppeNr`, `GruppeNr`, `EmneNr`, `HandlingsfacetNr`; rule K01.
public struct KLENummer: Hashable, Comparable, Sendable {
    /// Where in KLE a number stands.
    public enum Niveau: UInt8, Sendable, CaseIterable {
        case hovedgruppe, gruppe, emne, handlingsfacetkategori, handlingsfacet
    }

    /// The UTF-8 bytes of the text, first byte most significant, zeros after the last.
    public let packed: UInt64

    /// The level, told by the length and the first byte.
    public var niveau: Niveau {
        guard Self.isDigit(UInt8(truncatingIfNeeded: packed >> 56)) else {
            return byteCount < 3 ? .handlingsfacetkategori : .handlingsfacet
        }
        return byteCount == 2 ? .hovedgruppe : byteCount == 5 ? .gruppe : .emne
    }

    /// The canonical text. At most eight bytes, so it never reaches the heap.
    public var tekst: String { Noeglepakning.text(packed) }

    /// The number one level up: 32.03 of 32.03.04, G of G01; nil at the top.
    public var overordnet: KLENummer? {
        switch niveau {
        case .hovedgruppe, .handlingsfacetkategori: nil
        case .gruppe: KLENummer(packed: packed & 0xFFFF_0000_0000_0000)
        case .emne: KLENummer(packed: packed & 0xFFFF_FFFF_FF00_0000)
        case .handlingsfacet: KLENummer(packed: packed & ~(0xFFFF << UInt64(64 - 8 * byteCount)))
        }
    }

    /// Reads the canonical spelling and nothing else: `32.3.4`, `G1`, `B01` and `g01` give nil.
    public init?(canonical text: some StringProtocol) {
        guard let packed = Noeglepakning.pack(text.utf8) else { return nil }
        self.init(validating: packed)
    }

    /// Takes a packed key if it spells a canonical number.
    init?(validating packed: UInt64) {
        guard Self.isCanonical(packed) else { return nil }
        self.packed = packed
    }

    private init(packed: UInt64) { self.packed = packed }

    /// Whether this number is the other or lies below it: 32.03.04 is within 32 and 32.03.
    public func isWithin(_ ancestor: KLENummer) -> Bool {
        let unused = UInt64(8 - ancestor.byteCount) * 8
        return packed >> unused == ancestor.packed >> unused
    }

    public static func < (left: Self, right: Self) -> Bool { left.packed < right.packed }

    private var byteCount: Int { 8 - packed.trailingZeroBitCount / 8 }

    private static func isCanonical(_ packed: UInt64) -> Bool {
        func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: packed >> (56 - 8 * index)) }
        func pair(_ index: Int) -> Bool { isDigit(byte(index)) && isDigit(byte(index + 1)) }
        let count = 8 - packed.trailingZeroBitCount / 8
        if isDigit(byte(0)) {
            let dots = (count < 5 || byte(2) == 46) && (count < 8 || byte(5) == 46)
            return dots && pair(0)
                && (count == 2 || pair(3) && (count == 5 || pair(6) && count == 8))
        }
        let letter = byte(0) == 0xC3 && byte(1) == 0x98 ? 2 : isPlainCategory(byte(0)) ? 1 : 0
        return letter > 0 && (count == letter || count == letter + 2 && pair(letter))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isPlainCategory(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A"), UInt8(ascii: "P"), UInt8(ascii: "S"), UInt8(ascii: "G"),
            UInt8(ascii: "K"), UInt8(ascii: "I"):
            true
        default: false
        }
    }
}

extension KLENummer: CustomStringConvertible {
    /// The canonical text.
    public var description: String { tekst }
}

/// A short key as one machine word, for tables that are asked ten thousand times a second.
enum Noeglepakning {
    /// The bytes with the first most significant; nil when empty, over eight bytes or with a NUL.
    static func pack(_ bytes: some Sequence<UInt8>) -> UInt64? {
        var packed: UInt64 = 0
        var count: UInt64 = 0
        for byte in bytes {
            guard count < 8, byte != 0 else { return nil }
            packed |= UInt64(byte) << (56 - 8 * count)
            count += 1
        }
        return count == 0 ? nil : packed
    }

    static func text(_ packed: UInt64) -> String {
        let count = packed == 0 ? 0 : 8 - packed.trailingZeroBitCount / 8
        return String(unsafeUninitializedCapacity: count) { buffer in
            for index in 0..<count {
                buffer[index] = UInt8(truncatingIfNeeded: packed >> (56 - 8 * UInt64(index)))
            }
            return count
        }
    }
}

/// What a reader meant by a typed KLE number: a subject, an action facet, or both.
///
/// At least one of the two is there.
public struct KLEForespoergsel: Hashable, Sendable {
    /// What a canonical subject number must begin with: `32.03.04`, `27.36`, `27.3`, or empty.
    ///
    /// Levels have fixed lengths, so `27.36` begins exactly that gruppe and its subjects.
    public let emnePraefiks: String

    /// A facet (`G01`), or a category that stands for all its facets (`G`).
    public let handlingsfacet: KLENummer?
}

extension KLENummer {
    /// Folds what a reader typed to a canonical number or a prefix of one; nil when it is not one.
    ///
    /// ```
    /// query  = emne [ [gap] facet ] | facet
    /// emne   = part [ sep part [ sep part ] ] [ "*" | sep "*" | "." ]
    /// part   = 1 or 2 digits; one digit gets its zero back, before "*" it stays half a part
    /// sep    = "." with blanks around it, or blanks between two parts of two digits
    /// facet  = one of a p s ø g k i in either case, blanks, then 1 or 2 digits or "*"
    /// gap    = blanks or "-"
    /// ```
    ///
    /// A facet letter alone counts only after a subject, and a lone digit counts only with a `*` or
    /// a second part: both are ordinary search words otherwise. Ø may be written as O with a
    /// combining stroke; the letter O and the digit 0 are never taken for it. At most 40 scalars.
    public static func folding(_ query: some StringProtocol) -> KLEForespoergsel? {
        var scanner = KLEScanner(query)
        return scanner.scan()
    }
}

/// One pass over a typed number; the grammar stands at `KLENummer.folding`.
private struct KLEScanner {
    private var scalars: [Unicode.Scalar] = []
    private var position = 0

    init(_ query: some StringProtocol) {
        for scalar in query.unicodeScalars.prefix(41) {
            let isStroke = scalar == "\u{337}" || scalar == "\u{338}"
            if isStroke, let last = scalars.last, last == "o" || last == "O" {
                scalars[scalars.count - 1] = "ø"
            } else {
                scalars.append(scalar == "\u{A0}" || scalar == "\t" ? " " : scalar)
            }
        }
    }

    mutating func scan() -> KLEForespoergsel? {
        guard scalars.count <= 40 else { return nil }
        skipBlanks()
        let subject = scanSubject()
        guard let subject else { return nil }
        if !subject.isEmpty { skip { $0 == " " || $0 == "-" } }
        let facet = scanFacet(afterSubject: !subject.isEmpty)
        skipBlanks()
        guard position == scalars.count, !subject.isEmpty || facet != nil else { return nil }
        return KLEForespoergsel(emnePraefiks: subject, handlingsfacet: facet)
    }

    /// The subject's prefix; empty when no digit stands here, nil when the digits make no number.
    private mutating func scanSubject() -> String? {
        var prefix = ""
        for part in 0..<3 {
            let digits = scanDigits()
            if digits.isEmpty { return part == 0 ? "" : nil }
            guard digits.count <= 2 else { return nil }
            if take("*") { return prefix + digits }
            prefix += digits.count == 1 ? "0" + digits : digits
            let isLoneDigit = part == 0 && digits.count == 1
            guard scanSeparator(after: digits) else { return isLoneDigit ? nil : prefix }
            if take("*") { return prefix }
            guard isDigitHere else { return isLoneDigit ? nil : prefix }
            prefix += "."
        }
        return nil
    }

    /// Takes a dot with blanks around it, or blanks alone between two parts of two digits.
    private mutating func scanSeparator(after digits: String) -> Bool {
        let start = position
        skipBlanks()
        if take(".") {
            skipBlanks()
            return true
        }
        if position > start, digits.count == 2, twoDigitsHere { return true }
        position = start
        return false
    }

    private mutating func scanFacet(afterSubject: Bool) -> KLENummer? {
        guard position < scalars.count, let letter = Self.category(scalars[position])
        else { return nil }
        position += 1
        skipBlanks()
        let digits = scanDigits()
        guard digits.count <= 2 else { return nil }
        if digits.isEmpty {
            return take("*") || afterSubject ? KLENummer(canonical: letter) : nil
        }
        return KLENummer(canonical: letter + (digits.count == 1 ? "0" : "") + digits)
    }

    private mutating func scanDigits() -> String {
        var digits = ""
        while isDigitHere {
            digits.unicodeScalars.append(scalars[position])
            position += 1
        }
        return digits
    }

    private var isDigitHere: Bool { isDigit(at: position) }

    private var twoDigitsHere: Bool {
        isDigit(at: position) && isDigit(at: position + 1) && !isDigit(at: position + 2)
    }

    private func isDigit(at index: Int) -> Bool {
        index < scalars.count && ("0"..."9").contains(scalars[index])
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < scalars.count, scalars[position] == scalar else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() { skip { $0 == " " } }

    private mutating func skip(while matches: (Unicode.Scalar) -> Bool) {
        while position < scalars.count, matches(scalars[position]) { position += 1 }
    }

    private static func category(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "a", "A": "A"
        case "p", "P": "P"
        case "s", "S": "S"
        case "ø", "Ø": "Ø"
        case "g", "G": "G"
        case "k", "K": "K"
        case "i", "I": "I"
        default: nil
        }
    }
}
