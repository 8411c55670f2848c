/// One class of a classification: a subject or an action facet of KLE, or a local class.
///
/// Holds what the newest source said, and the earlier titles and keywords the older ones told.
/// Source: Klasse v7; KLE XML 2.0 (dates, successors, retention); decisions as marked below.
public struct Klasse: Hashable, Sendable {
    /// The identity; when no source gave one, `afledtUUID` of the key.
    public var uuid: UUIDIdentifikator
    /// Whether `uuid` was derived here and so means nothing to other systems.
    public var uuidErAfledt: Bool
    /// BrugervendtNoegle, at most 50 scalars; for KLE the canonical number.
    public var noegle: String
    /// The facet it belongs to for life (K04), such as `Facet.emneplan`.
    public var facet: String
    /// The authority that owns it; nil for a shared class.
    public var ejer: CVRNummer?
    /// The present title as the source wrote it, at most 300 scalars; empty when unknown.
    public var titel: String
    /// When the present title began, `Dato.foerst` when no source says.
    public var titelFra: Dato
    /// Whether `titel` is a stand-in in words that are not the plan's. It gives way to any other
    /// telling, also an earlier one, and leaves nothing behind in `tidligereTitler`.
    public var titelErForeloebig: Bool
    /// Titles it had before, oldest known first; only what sources told.
    public var tidligereTitler: [TitelPeriode]
    /// The key of the class above; nil at the top.
    public var overordnet: String?
    /// When it is published, ascending and apart; empty means always (K08).
    public var gyldighed: [Gyldighed]
    /// Whether and how it left the plan.
    public var historik: Historik
    /// The numbers that replaced it, at any level and perhaps retired themselves (K03).
    public var efterfoelgere: [String]
    /// What the archive law says of its cases.
    public var bevaring: Bevaring?
    /// How long after closing data may be kept: an ISO 8601 duration as the source wrote it.
    public var slettefrist: String?
    /// Search words, in the order first seen.
    public var stikord: [Stikord]

    /// The names KLE gives its two facets.
    public enum Facet {
        /// The subjects.
        public static let emneplan = "KLE Emneplan"
        /// The action facets and their categories.
        public static let handlingsfacet = "KLE - handlingsfacet"
    }

    /// A class without history; a missing UUID is derived from facet, key and owner.
    public init(
        noegle: String, facet: String, titel: String, uuid: UUIDIdentifikator? = nil,
        ejer: CVRNummer? = nil, gyldighed: [Gyldighed] = []
    ) {
        self.uuid = uuid ?? Self.afledtUUID(facet: facet, noegle: noegle, ejer: ejer)
        self.uuidErAfledt = uuid == nil
        self.noegle = noegle
        self.facet = facet
        self.ejer = ejer
        self.titel = titel
        self.gyldighed = gyldighed
        titelFra = .foerst
        titelErForeloebig = false
        tidligereTitler = []
        historik = .iBrug
        efterfoelgere = []
        stikord = []
    }

    /// The number when the key is a canonical KLE number.
    public var nummer: KLENummer? { KLENummer(canonical: noegle) }

    /// Whether a publication covers the day; a class without any is always in force (K08).
    public func isInForce(at dato: Dato) -> Bool {
        gyldighed.isEmpty || gyldighed.contains { $0.contains(dato) }
    }

    /// The title without the notes plans put after it (`[udgået]`, `[udgår 2015]`,
    /// `[fagsystem-emne]`) and without blanks around it; the key when there is no title.
    public var visningstitel: String {
        let shown = Self.withoutNotes(titel)
        return shown.isEmpty ? noegle : shown
    }

    /// The title in force on the day; nil when no source says what it was.
    public func titel(at dato: Dato) -> String? {
        if titelFra <= dato { return titel }
        return tidligereTitler.last { $0.periode.contains(dato) }?.tekst
    }

    /// Whether the two classes may not both exist: same key and owner, and a day they share (K06).
    public func isInConflict(with other: Klasse) -> Bool {
        guard noegle == other.noegle, ejer == other.ejer else { return false }
        return gyldighed.isEmpty || other.gyldighed.isEmpty
            || gyldighed.contains { mine in other.gyldighed.contains(where: mine.overlaps) }
    }

    /// The title without a note in square brackets at its end, and without blanks around it.
    public static func withoutNotes(_ titel: String) -> String {
        var text = Substring(titel).trimmedBlanks
        let bare = text.last == "." ? text.dropLast().trimmedBlanks : text
        if bare.last == "]", let open = bare.lastIndex(of: "["), open > bare.startIndex {
            let note = bare[open...]
            let isKnown =
                ["[udgået]", "[fagsystem-emne]"].contains(note) || note.hasPrefix("[udgår")
            if isKnown { text = bare[..<open].trimmedBlanks }
        }
        return String(text)
    }
}

/// A stretch of days, from inclusive, to exclusive. Source: A3, K05.
public struct Gyldighed: Hashable, Sendable {
    /// The first day; `Dato.foerst` when it has no known beginning.
    public let fra: Dato
    /// The first day after; `Dato.sidst` when it has no end.
    public let til: Dato

    /// Refuses an empty or backward stretch (K05).
    public init?(fra: Dato, til: Dato) {
        guard fra < til else { return nil }
        self.fra = fra
        self.til = til
    }

    /// Whether the day lies in the stretch.
    public func contains(_ dato: Dato) -> Bool { fra <= dato && dato < til }

    /// Whether the two share a day.
    public func overlaps(_ other: Gyldighed) -> Bool { fra < other.til && other.fra < til }
}

/// A title and the days it was the class's title.
public struct TitelPeriode: Hashable, Sendable {
    /// The title as its source wrote it.
    public let tekst: String
    /// The days it held.
    public let periode: Gyldighed

    /// A title with its days.
    public init(tekst: String, periode: Gyldighed) {
        self.tekst = tekst
        self.periode = periode
    }
}

/// Whether and how a class left the plan: exactly one of three (K03).
///
/// A retirement known only from a list of retired numbers has no date.
public enum Historik: Hashable, Sendable {
    case iBrug
    /// Expired without successor.
    case udgaaet(Dato?)
    /// Moved; the successors may still be none.
    case flyttet(Dato?)

    /// The day it left, when known.
    public var dato: Dato? {
        switch self {
        case .iBrug: nil
        case .udgaaet(let dato), .flyttet(let dato): dato
        }
    }
}

/// What the archive law says of a subject's cases: keep, or discard after so many years.
///
/// Source: KLE XML 2.0, `BevaringJaevnfoerArkivloven`.
public enum Bevaring: String, Hashable, Sendable, CaseIterable {
    case bevares = "B"
    case kasseres = "K"
    case kasseresEfter5 = "K5"
    case kasseresEfter10 = "K10"
}

/// A word that leads a reader to a class.
public struct Stikord: Hashable, Sendable {
    /// What kind of word it is.
    public enum Art: UInt8, Hashable, Sendable {
        case ord
        /// A law or provision.
        case retskilde
        /// A word the plan no longer offers.
        case udgaaet
    }

    /// The word or phrase.
    public let tekst: String
    /// Higher is stronger; `standardVaegt` where the source weighs none.
    public let vaegt: Int32
    /// What kind of word it is.
    public let art: Art
    /// The action facet the word points at together with the subject.
    public let handlingsfacet: KLENummer?

    /// The weight nearly all words carry in the lists that weigh them.
    public static let standardVaegt: Int32 = 5

    /// A word; ordinary, of ordinary weight and without facet unless said.
    public init(
        tekst: String, vaegt: Int32 = standardVaegt, art: Art = .ord,
        handlingsfacet: KLENummer? = nil
    ) {
        self.tekst = tekst
        self.vaegt = vaegt
        self.art = art
        self.handlingsfacet = handlingsfacet
    }

    /// Whether the two are the same word, weights apart.
    func isSameWord(as other: Stikord) -> Bool {
        tekst == other.tekst && art == other.art && handlingsfacet == other.handlingsfacet
    }
}

extension Klasse {
    /// A UUID made from facet, key and owner, the same on every machine and at every import.
    ///
    /// FNV-1a over 128 bits of `facet NUL key NUL owner NUL gentagelse`, both halves stirred with
    /// the 64-bit finaliser of MurmurHash3, then version 8 and the RFC 9562 variant set. Version 8
    /// is set aside for such private schemes, so it cannot equal a UUID of another version.
    /// `gentagelse` counts earlier classes with the same key at other times (K07). Not secret.
    public static func afledtUUID(
        facet: String, noegle: String, ejer: CVRNummer?, gentagelse: Int = 0
    ) -> UUIDIdentifikator {
        let name = [facet, noegle, ejer?.description ?? "", String(gentagelse)]
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for part in name {
            for byte in part.utf8 {
                hash = (hash ^ UInt128(byte)) &* 0x100_0000_0000_0000_0000_013b
            }
            hash = hash &* 0x100_0000_0000_0000_0000_013b
        }
        let high = stirred(UInt64(truncatingIfNeeded: hash >> 64))
        let low = stirred(UInt64(truncatingIfNeeded: hash) ^ high)
        return UUIDIdentifikator(
            high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000,
            low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    private static func stirred(_ word: UInt64) -> UInt64 {
        var mixed = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ mixed >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return mixed ^ mixed >> 33
    }
}

extension Substring {
    var trimmedBlanks: Substring {
        var rest = drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
