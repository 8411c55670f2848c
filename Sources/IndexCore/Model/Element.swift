import Glibc

/// Every element name of the four objects, with the number that stored records carry.
///
/// The numbers are part of the storage format: new names are added at the end and none is reused.
/// Source: the version 6 schemas of Sag, Dokument, Bevilling and OekonomiskEffektuering.
public enum Element: UInt8, CaseIterable, Sendable {
    case uuidIdentifikator = 1
    case registrering = 2
    case udenNotifikation = 3
    case noteTekst = 4
    case tidspunkt = 5
    case livscyklusKode = 6
    case brugerRef = 7
    case stsTidspunkt = 8
    case attributListe = 9
    case tilstandListe = 10
    case relationListe = 11
    case lokalUdvidelseListe = 12
    case virkning = 13
    case fraTidspunkt = 14
    case tilTidspunkt = 15
    case aktoerRef = 16
    case aktoerTypeKode = 17
    case senestAendretTidspunkt = 18
    case rolle = 19
    case type = 20
    case indeks = 21
    case referenceID = 22
    case egenskaber = 23
    case brugervendtNoegle = 24
    case afleveretIndikator = 25
    case beskrivelse = 26
    case hjemmelSpecifikation = 27
    case kassationskode = 28
    case offentlighedUndtaget = 29
    case titelAlternativTekst = 30
    case offentlighedUndtagetHjemmelTekst = 31
    case principielIndikator = 32
    case sagsnummer = 33
    case titel = 34
    case sagIndeksEgenskaber = 35
    case sagsstatus = 36
    case sagskategori = 37
    case foelsomhed = 38
    case lokation = 39
    case oprettetTidspunkt = 40
    case fremdrift = 41
    case fremdriftStatusKode = 42
    case sagsaktoer = 43
    case sagsklasse = 44
    case sagspart = 45
    case sagsrelation = 46
    case sagsgenstande = 47
    case journalpost = 48
    case sikkerhedsprofil = 49
    case sagsitsystemRelation = 50
    case sagsaktoerLokalUdvidelse = 51
    case sagsklasseLokalUdvidelse = 52
    case sagspartLokalUdvidelse = 53
    case sagsgenstandeLokalUdvidelse = 54
    case fuldtNavn = 55
    case cvrNummer = 56
    case facettitel = 57
    case klassetitel = 58
    case soegeord = 59
    case soegeordIdentifikator = 60
    case beskrivelseTekst = 61
    case soegeordKategoriTekst = 62
    case tekstfelt = 63
    case journalpostEgenskaber = 64
    case dokumenttitel = 65
    case journalnotatEgenskaber = 66
    case notat = 67
    case format = 68
    case systemNavn = 69
    case systemURI = 70
    case dokumentrelation = 71
    case dokumentaktoer = 72
    case dokumentpart = 73
    case dokumentklasse = 74
    case dokumentitsystemRelation = 75
    case dokumentaktoerLokalUdvidelse = 76
    case dokumentpartLokalUdvidelse = 77
    case dokumentklasseLokalUdvidelse = 78
    case cvrNr = 79
    case soegeordKategori = 80
    case brevDato = 81
    case versionIdentifikator = 82
    case underversionIdentifikator = 83
    case dokumentnummer = 84
    case bevilgetYdelse = 85
    case bevillingssag = 86
    case bevillingspart = 87
    case bevillingsaktoer = 88
    case cvrnr = 89
    case bevillingstartdato = 90
    case bevillingslutdato = 91
    case begrundelse = 92
    case id = 93
    case navn = 94
    case bevilgetYdelseStartdato = 95
    case bevilgetYdelseSlutdato = 96
    case tilbagebetalingspligtig = 97
    case meddelelse = 98
    case itSystem = 99
    case ydelse = 100
    case ydelsesnavn = 101
    case klassifikation = 102
    case oekonomiskEffektueringsplan = 103
    case effektueringsplanStartdato = 104
    case effektueringsplanSlutdato = 105
    case beregningsfrekvens = 106
    case forudBagud = 107
    case dispositionsdag = 108
    case ydelsesbeloeb = 109
    case manueltGodkendes = 110
    case oekonomiskYdelseEffektueringRelation = 111
    case aktoer = 112
    case oekonomiskEffektueringPart = 113
    case startdato = 114
    case slutdato = 115
    case samletBruttobeloeb = 116
    case dispositionsdato = 117
    case beloebEfterSkatATP = 118
    case beloebSendtTilUdbetaling = 119
    case beloebUdbetalt = 120
    case udbetalingsafdeling = 121
    case sendtTilUdbetalingTekst = 122
    case udbetaltTekst = 123
    case ydelsesperiodeStartdato = 124
    case ydelsesperiodeSlutdato = 125
    case klassifikationsbeskrivelse = 126
    case bevilgetYdelseRef = 127
    case bevilgetYdelseId = 128
    /// The system that sent a registration; kept beside it and never shown.
    case indsender = 129

    /// The name as the schemas spell it.
    public var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// The same as ASCII bytes; costs a table look-up.
    public var nameBytes: [UInt8] { ElementNames.ascii[Int(rawValue)] }

    /// The element of that name, or nil; the bytes are compared exactly.
    @inline(__always)
    public static func named(_ bytes: UnsafeBufferPointer<UInt8>) -> Element? {
        ElementNames.find(bytes)
    }
}

/// The names as bytes, and an open-addressed table from name to element.
enum ElementNames {
    static let ascii: [[UInt8]] = {
        var names = [[UInt8]](repeating: [], count: Element.allCases.count + 1)
        for element in Element.allCases {
            names[Int(element.rawValue)] = Array(spelled(element).utf8)
        }
        return names
    }()

    private static let table = NameTable(ascii)

    static func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Element? { table.find(bytes) }

    private static func spelled(_ element: Element) -> String {
        switch element {
        case .uuidIdentifikator: return "UUIDIdentifikator"
        case .cvrNummer: return "CVR-Nummer"
        case .cvrNr: return "CVR-Nr"
        case .cvrnr: return "CVR-nr"
        default:
            let name = String(describing: element)
            return name.prefix(1).uppercased() + name.dropFirst()
        }
    }
}

/// An open-addressed table from a name's bytes to its element.
///
/// A name is told by its length and its first and last eight bytes; only one of more than sixteen
/// is compared whole.
private struct NameTable: @unchecked Sendable {
    // No lock: it is filled when it is made, lives as long as the process and is only read.
    private struct Slot {
        var head: UInt64 = 0
        var tail: UInt64 = 0
        var count = 0
        var element: Element?
        var name: UnsafePointer<UInt8>?
    }

    private let slots: UnsafeMutablePointer<Slot>

    init(_ names: [[UInt8]]) {
        slots = .allocate(capacity: 512)
        slots.initialize(repeating: Slot(), count: 512)
        for element in Element.allCases {
            let name = names[Int(element.rawValue)]
            let kept = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: name.count)
            _ = kept.initialize(from: name)
            let bytes = UnsafeBufferPointer(kept)
            let (head, tail) = Self.ends(bytes)
            var place = Self.hash(head, tail, bytes.count)
            while slots[place].element != nil { place = (place + 1) & 511 }
            slots[place] = Slot(
                head: head, tail: tail, count: bytes.count, element: element,
                name: bytes.baseAddress)
        }
    }

    func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Element? {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
        let (head, tail) = Self.ends(bytes)
        var place = Self.hash(head, tail, bytes.count)
        while let element = slots[place].element {
            if slots[place].head == head, slots[place].tail == tail,
                slots[place].count == bytes.count, let name = slots[place].name,
                bytes.count <= 16 || memcmp(name, start, bytes.count) == 0
            {
                return element
            }
            place = (place + 1) & 511
        }
        return nil
    }

    private static func ends(_ bytes: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64) {
        let raw = UnsafeRawBufferPointer(bytes)
        guard bytes.count >= 8 else {
            return (bytes.reduce(0) { $0 << 8 | UInt64($1) }, 0)
        }
        return (
            raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        )
    }

    private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int) -> Int {
        let mixed = (head ^ tail &* 3 ^ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15
        return Int(mixed >> 55)
    }
}
