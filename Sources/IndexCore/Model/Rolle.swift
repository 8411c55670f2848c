/// What a relation's `Rolle` stands for. The numbers are kept in the index.
public enum Rolle: UInt8, CaseIterable, Sendable {
    /// Not in the table: kept and flagged, not interpreted (rules R33, Y19).
    case ukendt = 0
    case journalnotat = 1
    case tilakteret = 2
    case vedlagt = 3
    case andreBehandlere = 4
    case udlaantTil = 5
    case bopaelskommune = 6
    case ejer = 7
    case ansvarlig = 8
    case primaerBehandler = 9
    case afgiftsobjekt = 10
    case ejendomsskat = 11
    case byggeri = 12
    case fredning = 13
    case afsender = 14
    case master = 15
    case handlingsklasse = 16
    case opgaveklasse = 17
    case kontoklasse = 18
    case sikkerhedsklasse = 19
    case foelsomhedsklasse = 20
    case indsatsklasse = 21
    case ydelsesklasse = 22
    case kontroltemaklasse = 23
    case visningsklasse = 24
    case afgoerelsesklasse = 25
    case primaerKlasse = 26
    case sekundaerPart = 27
    case ydelsesmodtager = 28
    case primaerPart = 29
    case praecedens = 30
    case andreSager = 31
    case oversag = 32
    case adgang = 33
    case fordeltTil = 34
    case andreKlasser = 35
    case parter = 36
    case kopiparter = 37
    case besvarelser = 38
    case udgangspunkter = 39
    case nyRevision = 40
    case kommentarer = 41
    case bilag = 42
    case andreDokumenter = 43
    case ydelse = 44
    case bevillingsmodtager = 45
    case tilknyttet = 46
    case udbetalendeEnhed = 47
    case effektueringsmodtager = 48
    case linje = 49

    /// The name in the table of roles.
    public var navn: String { Self.navne[Int(rawValue)] }

    private static let navne = [
        "",
        "Journalnotat", "Tilakteret", "Vedlagt", "Andre behandlere", "Udlånt til",
        "Bopælskommune", "Ejer", "Ansvarlig", "Primær behandler", "Afgiftsobjekt", "Ejendomsskat",
        "Byggeri", "Fredning", "Afsender", "Master", "Handlingsklasse", "Opgaveklasse",
        "Kontoklasse", "Sikkerhedsklasse", "Følsomhedsklasse", "Indsatsklasse", "Ydelsesklasse",
        "Kontroltemaklasse", "Visningsklasse", "Afgørelsesklasse", "Primær klasse",
        "Sekundær part", "Ydelsesmodtager", "Primær part", "Præcedens", "Andre sager", "Oversag",
        "Adgang", "Fordelt til", "Andre klasser", "Parter", "Kopiparter", "Besvarelser",
        "Udgangspunkter", "NyRevision", "Kommentarer", "Bilag", "Andre dokumenter", "Ydelse",
        "Bevillingsmodtager", "Tilknyttet", "UdbetalendeEnhed", "Effektueringsmodtager", "Linje",
    ]

    static let afNavn = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.navn, $0) })
}

/// What a relation's `Type` stands for.
public enum RelationsType: UInt8, CaseIterable, Sendable {
    case ukendt = 0
    case dokument = 1
    case bruger = 2
    case organisation = 3
    case orgEnhed = 4
    case ejendom = 5
    case koeretoej = 6
    case bygning = 7
    case enhed = 8
    case matrikel = 9
    case tekniskAnlaeg = 10
    case sted = 11
    case adresse = 12
    case navngivenVej = 13
    case stednavn = 14
    case jordstykke = 15
    case geokode = 16
    case iTSystem = 17
    case klasse = 18
    case virksomhed = 19
    case person = 20
    case sag = 21
    case ydelse = 22
    case organisationEnhed = 23
    case adgangsprofil = 24

    public var navn: String { Self.navne[Int(rawValue)] }

    private static let navne = [
        "",
        "Dokument", "Bruger", "Organisation", "OrgEnhed", "Ejendom", "Køretøj", "Bygning",
        "Enhed", "Matrikel", "Teknisk anlæg", "Sted", "Adresse", "Navngiven vej", "Stednavn",
        "Jordstykke", "Geokode", "IT-system", "Klasse", "Virksomhed", "Person", "Sag", "Ydelse",
        "OrganisationEnhed", "Adgangsprofil",
    ]

    static let afNavn = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.navn, $0) })
}

/// A list of relations that has roles and types of its own.
public struct RolleListe: Hashable, Sendable {
    public let kind: ObjektKind
    /// The list, or the inner relation of a BevilgetYdelse.
    public let element: Element

    public init(_ kind: ObjektKind, _ element: Element) {
        self.kind = kind
        self.element = element
    }
}

/// The classes that stand for roles and types: UUID ↔ name, list by list.
///
/// The built-in table is the published one, with placeholders `5a9d0000-…` where none is published.
/// A deployment's rows stand beside those; a UUID that has a meaning in a list already gets the row's, and keeps its own for
/// what is written.
/// Looking one up costs a hash of 17 bytes.
public struct RolleTabel: Sendable {
    private struct Key: Hashable {
        let liste: RolleListe
        let uuid: UUIDIdentifikator
    }

    private var roller: [Key: Rolle] = [:]
    private var typer: [Key: RelationsType] = [:]
    private var rolleUUID: [RolleListe: [Rolle: UUIDIdentifikator]] = [:]
    private var typeUUID: [RolleListe: [RelationsType: UUIDIdentifikator]] = [:]

    public static let standard: RolleTabel = {
        var table = RolleTabel()
        let fault = table.laes(indbygget)
        precondition(fault == nil, "the built-in table of roles is malformed")
        return table
    }()

    public func rolle(_ liste: RolleListe, _ uuid: UUIDIdentifikator?) -> Rolle {
        guard let uuid else { return .ukendt }
        return roller[Key(liste: liste, uuid: uuid)] ?? .ukendt
    }

    public func type(_ liste: RolleListe, _ uuid: UUIDIdentifikator?) -> RelationsType {
        guard let uuid else { return .ukendt }
        return typer[Key(liste: liste, uuid: uuid)] ?? .ukendt
    }

    public func uuid(_ liste: RolleListe, _ rolle: Rolle) -> UUIDIdentifikator? {
        rolleUUID[liste]?[rolle]
    }

    public func uuid(_ liste: RolleListe, type: RelationsType) -> UUIDIdentifikator? {
        typeUUID[liste]?[type]
    }

    /// Reads rows `objekt, liste, art, navn, uuid[, kilde]`, tab-separated, with or without a
    /// heading; answers the number (from 1) of the first row that cannot be used, or nil.
    public mutating func laes(_ tekst: String) -> Int? {
        for (index, line) in tekst.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.isEmpty || line.hasPrefix("objekt\t") { continue }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 5, let kind = ObjektKind(name: String(fields[0])),
                let element = Self.element(fields[1]), let uuid = UUIDIdentifikator(fields[4]),
                set(RolleListe(kind, element), String(fields[2]), String(fields[3]), uuid)
            else { return index + 1 }
        }
        return nil
    }

    private mutating func set(
        _ liste: RolleListe, _ art: String, _ navn: String, _ uuid: UUIDIdentifikator
    ) -> Bool {
        switch art {
        case "rolle":
            guard let rolle = Rolle.afNavn[navn], rolle != .ukendt else { return false }
            // One UUID that meant two roles would open objects by a mistake.
            let key = Key(liste: liste, uuid: uuid)
            guard roller[key].map({ $0 == rolle }) ?? true else { return false }
            // The first is the one that is written where one is needed; all are read.
            if rolleUUID[liste]?[rolle] == nil { rolleUUID[liste, default: [:]][rolle] = uuid }
            roller[key] = rolle
        case "type":
            guard let type = RelationsType.afNavn[navn], type != .ukendt else { return false }
            if typeUUID[liste]?[type] == nil { typeUUID[liste, default: [:]][type] = uuid }
            typer[Key(liste: liste, uuid: uuid)] = type
        default: return false
        }
        return true
    }

    /// `BevilgetYdelse.Ydelse.Klassifikation` is told by its last name, but for the ItSystem of a
    /// BevilgetYdelse, which is `.itSystem` of a Bevilling.
    private static func element(_ name: Substring) -> Element? {
        let last = name.split(separator: ".").last.map { Array($0.utf8) } ?? []
        return last.withUnsafeBufferPointer { Element.named($0) }
    }
}

extension RolleTabel {
    /// objekt, liste, art, navn, uuid.
    private static let indbygget = """
        Sag	Journalpost	rolle	Journalnotat	1281739d-93ea-486c-8950-607a4263bef0
        Sag	Journalpost	rolle	Tilakteret	69a0a697-0a77-4916-bea3-226594fa6627
        Sag	Journalpost	rolle	Vedlagt	b21faed9-c4a2-49d3-aa15-35f5181d7735
        Sag	Journalpost	type	Dokument	198dd40f-88fe-49a3-8716-b6230544c23b
        Sag	Sagsaktoer	rolle	Andre behandlere	5a9d0000-0000-4000-8000-000000000001
        Sag	Sagsaktoer	rolle	Udlånt til	5a9d0000-0000-4000-8000-000000000002
        Sag	Sagsaktoer	rolle	Bopælskommune	5a9d0000-0000-4000-8000-000000000003
        Sag	Sagsaktoer	rolle	Ejer	9e979b84-b846-4472-8622-58007dc63c7e
        Sag	Sagsaktoer	rolle	Ansvarlig	a1263342-d348-44ba-a566-233f37c4cb67
        Sag	Sagsaktoer	rolle	Primær behandler	bf1f93ed-9441-4af4-835b-baeb201f3076
        Sag	Sagsaktoer	type	Bruger	85d65133-4b00-460d-992e-3984857b5768
        Sag	Sagsaktoer	type	Organisation	bc6972cd-8f2b-4b9d-8d37-62916d6a71aa
        Sag	Sagsaktoer	type	OrgEnhed	c5fc3b3b-5197-49ee-92e6-ae6ba1957174
        Sag	Sagsgenstande	rolle	Afgiftsobjekt	5a9d0000-0000-4000-8000-000000000018
        Sag	Sagsgenstande	rolle	Ejendomsskat	5a9d0000-0000-4000-8000-000000000019
        Sag	Sagsgenstande	rolle	Byggeri	5a9d0000-0000-4000-8000-000000000020
        Sag	Sagsgenstande	rolle	Fredning	5a9d0000-0000-4000-8000-000000000021
        Sag	Sagsgenstande	type	Ejendom	4c3949ee-d086-4637-9348-365775e2b188
        Sag	Sagsgenstande	type	Køretøj	5a9d0000-0000-4000-8000-000000000022
        Sag	Sagsgenstande	type	Bygning	5a9d0000-0000-4000-8000-000000000023
        Sag	Sagsgenstande	type	Enhed	5a9d0000-0000-4000-8000-000000000024
        Sag	Sagsgenstande	type	Matrikel	5a9d0000-0000-4000-8000-000000000025
        Sag	Sagsgenstande	type	Teknisk anlæg	5a9d0000-0000-4000-8000-000000000026
        Sag	Sagsgenstande	type	Sted	5a9d0000-0000-4000-8000-000000000027
        Sag	Sagsgenstande	type	Adresse	5a9d0000-0000-4000-8000-000000000028
        Sag	Sagsgenstande	type	Navngiven vej	5a9d0000-0000-4000-8000-000000000029
        Sag	Sagsgenstande	type	Stednavn	5a9d0000-0000-4000-8000-000000000030
        Sag	Sagsgenstande	type	Jordstykke	5a9d0000-0000-4000-8000-000000000031
        Sag	Sagsgenstande	type	Geokode	5a9d0000-0000-4000-8000-000000000032
        Sag	SagsitsystemRelation	rolle	Afsender	1b3c6a6d-e977-4491-9bf8-b41ee6999f39
        Sag	SagsitsystemRelation	rolle	Master	251c24fd-57b0-4afc-9d73-b063d1957eb3
        Sag	SagsitsystemRelation	type	IT-system	29fe1da2-897a-46cd-b635-b9be8e0bffd6
        Sag	Sagsklasse	rolle	Handlingsklasse	05ef7011-11a7-4e4c-a46b-3de6aa457fc3
        Sag	Sagsklasse	rolle	Opgaveklasse	5a9d0000-0000-4000-8000-000000000004
        Sag	Sagsklasse	rolle	Kontoklasse	5a9d0000-0000-4000-8000-000000000005
        Sag	Sagsklasse	rolle	Sikkerhedsklasse	5a9d0000-0000-4000-8000-000000000006
        Sag	Sagsklasse	rolle	Følsomhedsklasse	5a9d0000-0000-4000-8000-000000000007
        Sag	Sagsklasse	rolle	Indsatsklasse	5a9d0000-0000-4000-8000-000000000008
        Sag	Sagsklasse	rolle	Ydelsesklasse	5a9d0000-0000-4000-8000-000000000009
        Sag	Sagsklasse	rolle	Kontroltemaklasse	5a9d0000-0000-4000-8000-000000000010
        Sag	Sagsklasse	rolle	Visningsklasse	5a9d0000-0000-4000-8000-000000000011
        Sag	Sagsklasse	rolle	Afgørelsesklasse	5a9d0000-0000-4000-8000-000000000012
        Sag	Sagsklasse	rolle	Primær klasse	a86c6581-ec85-412d-a655-31a1f1d5b14f
        Sag	Sagsklasse	type	Klasse	267235ea-526d-4a18-8001-f2a0e563eba1
        Sag	Sagspart	rolle	Sekundær part	5a9d0000-0000-4000-8000-000000000013
        Sag	Sagspart	rolle	Ydelsesmodtager	5a9d0000-0000-4000-8000-000000000014
        Sag	Sagspart	rolle	Primær part	d839f26a-d4d1-4441-b2d6-3dbbb12a9404
        Sag	Sagspart	type	Virksomhed	5a9d0000-0000-4000-8000-000000000015
        Sag	Sagspart	type	Person	c189ba35-de4b-4363-a8b7-67f1456cf56f
        Sag	Sagsrelation	rolle	Præcedens	5a9d0000-0000-4000-8000-000000000016
        Sag	Sagsrelation	rolle	Andre sager	5a9d0000-0000-4000-8000-000000000017
        Sag	Sagsrelation	rolle	Oversag	d29c49f0-931e-4d42-8db4-a8fc67c8af58
        Sag	Sagsrelation	type	Sag	7f04a5f2-5437-4bf3-9605-46a5ba882bcc
        Sag	Sikkerhedsprofil	rolle	Adgang	5a9d0000-0000-4000-8000-000000000033
        Sag	Sikkerhedsprofil	type	Organisation	5a9d0000-0000-4000-8000-000000000034
        Sag	Sikkerhedsprofil	type	OrgEnhed	5a9d0000-0000-4000-8000-000000000035
        Sag	Sikkerhedsprofil	type	Bruger	5a9d0000-0000-4000-8000-000000000036
        Dokument	Dokumentaktoer	rolle	Ejer	5a9d0000-0000-4000-8000-000000000044
        Dokument	Dokumentaktoer	rolle	Ansvarlig	5a9d0000-0000-4000-8000-000000000045
        Dokument	Dokumentaktoer	rolle	Primær behandler	5a9d0000-0000-4000-8000-000000000046
        Dokument	Dokumentaktoer	rolle	Andre behandlere	5a9d0000-0000-4000-8000-000000000047
        Dokument	Dokumentaktoer	rolle	Fordelt til	5a9d0000-0000-4000-8000-000000000048
        Dokument	Dokumentaktoer	type	Organisation	5a9d0000-0000-4000-8000-000000000049
        Dokument	Dokumentaktoer	type	OrgEnhed	5a9d0000-0000-4000-8000-000000000050
        Dokument	Dokumentaktoer	type	Bruger	5a9d0000-0000-4000-8000-000000000051
        Dokument	DokumentitsystemRelation	rolle	Master	5a9d0000-0000-4000-8000-000000000056
        Dokument	DokumentitsystemRelation	rolle	Afsender	5a9d0000-0000-4000-8000-000000000057
        Dokument	DokumentitsystemRelation	type	IT-system	5a9d0000-0000-4000-8000-000000000058
        Dokument	Dokumentklasse	rolle	Primær klasse	5a9d0000-0000-4000-8000-000000000052
        Dokument	Dokumentklasse	rolle	Andre klasser	5a9d0000-0000-4000-8000-000000000053
        Dokument	Dokumentklasse	rolle	Visningsklasse	5a9d0000-0000-4000-8000-000000000054
        Dokument	Dokumentklasse	type	Klasse	5a9d0000-0000-4000-8000-000000000055
        Dokument	Dokumentpart	rolle	Parter	808a219f-fb0d-4a54-9519-929f7841bbb6
        Dokument	Dokumentpart	rolle	Kopiparter	ffe7ec2b-4928-47a8-9a73-d7a9931b5621
        Dokument	Dokumentpart	type	Person	12e3cd0d-03bb-46cf-b8d8-95b3fe082478
        Dokument	Dokumentpart	type	Virksomhed	d53c9233-f640-4641-8db8-15f45e2133d7
        Dokument	Dokumentrelation	rolle	Besvarelser	5a9d0000-0000-4000-8000-000000000037
        Dokument	Dokumentrelation	rolle	Udgangspunkter	5a9d0000-0000-4000-8000-000000000038
        Dokument	Dokumentrelation	rolle	NyRevision	5a9d0000-0000-4000-8000-000000000039
        Dokument	Dokumentrelation	rolle	Kommentarer	5a9d0000-0000-4000-8000-000000000040
        Dokument	Dokumentrelation	rolle	Bilag	5a9d0000-0000-4000-8000-000000000041
        Dokument	Dokumentrelation	rolle	Andre dokumenter	5a9d0000-0000-4000-8000-000000000042
        Dokument	Dokumentrelation	type	Dokument	5a9d0000-0000-4000-8000-000000000043
        Dokument	Sikkerhedsprofil	rolle	Adgang	5a9d0000-0000-4000-8000-000000000059
        Dokument	Sikkerhedsprofil	type	Organisation	5a9d0000-0000-4000-8000-000000000060
        Dokument	Sikkerhedsprofil	type	OrgEnhed	5a9d0000-0000-4000-8000-000000000061
        Dokument	Sikkerhedsprofil	type	Bruger	5a9d0000-0000-4000-8000-000000000062
        Bevilling	BevilgetYdelse.ItSystem	rolle	Afsender	1b3c6a6d-e977-4491-9bf8-b41ee6999f39
        Bevilling	BevilgetYdelse.ItSystem	rolle	Master	251c24fd-57b0-4afc-9d73-b063d1957eb3
        Bevilling	BevilgetYdelse.ItSystem	type	IT-system	29fe1da2-897a-46cd-b635-b9be8e0bffd6
        Bevilling	BevilgetYdelse.Ydelse	rolle	Ydelse	6ebd938f-0bbf-4142-a65c-fefe15e9f192
        Bevilling	BevilgetYdelse.Ydelse	type	Ydelse	3aa45cbd-94c3-4601-84a6-66ce0f157dda
        Bevilling	BevilgetYdelse.Ydelse.Klassifikation	rolle	Primær klasse	ea909030-c5fa-4544-9b22-a0010d08ebe1
        Bevilling	BevilgetYdelse.Ydelse.Klassifikation	type	Klasse	7c51b9a8-d388-4e83-8c8b-ee3a90458d0b
        Bevilling	Bevillingsaktoer	rolle	Ejer	abdf4d3e-f113-4282-b13e-6cd32a82621c
        Bevilling	Bevillingsaktoer	rolle	Ansvarlig	fbe1016a-170a-4dea-8652-2813c1a566c0
        Bevilling	Bevillingsaktoer	type	OrganisationEnhed	4546cca2-838e-4e0d-a5bd-83757d603362
        Bevilling	Bevillingsaktoer	type	Organisation	45b7dafb-d90e-41da-b30e-ba007e577a8a
        Bevilling	Bevillingspart	rolle	Bevillingsmodtager	3102fa7e-f56e-4510-b0d4-1650c590dc3b
        Bevilling	Bevillingspart	rolle	Ydelsesmodtager	93af57a7-7658-4fac-98da-9e5ac7a7d9a5
        Bevilling	Bevillingspart	type	Person	c59f1523-1786-48c7-baff-466de1db3320
        Bevilling	Bevillingssag	rolle	Tilknyttet	31237487-787a-424f-8819-56aaedf00643
        Bevilling	Bevillingssag	type	Sag	f08a4a13-2567-41d0-bf8d-3af754b03464
        Bevilling	Sikkerhedsprofil	rolle	Adgang	4becdcec-c8bd-44a4-ac0b-5a0162986840
        Bevilling	Sikkerhedsprofil	type	Adgangsprofil	2b808769-8d09-4aa3-ac28-f8ac3526010f
        OekonomiskEffektuering	Aktoer	rolle	UdbetalendeEnhed	a1ff36be-b3fb-4e1f-aac0-9d3313070ecb
        OekonomiskEffektuering	Aktoer	rolle	Ejer	a91824c4-da1d-47f9-bce2-5d6597879415
        OekonomiskEffektuering	Aktoer	type	Organisation	c622654c-d87f-4ac7-9a42-d0580253b979
        OekonomiskEffektuering	ItSystem	rolle	Afsender	1b3c6a6d-e977-4491-9bf8-b41ee6999f39
        OekonomiskEffektuering	ItSystem	rolle	Master	251c24fd-57b0-4afc-9d73-b063d1957eb3
        OekonomiskEffektuering	ItSystem	type	IT-system	29fe1da2-897a-46cd-b635-b9be8e0bffd6
        OekonomiskEffektuering	OekonomiskEffektueringPart	rolle	Effektueringsmodtager	68d4b903-acae-4f2f-aafc-45bd999ed81f
        OekonomiskEffektuering	OekonomiskEffektueringPart	type	Person	480769fd-9744-4859-950f-95cbb5633d36
        OekonomiskEffektuering	OekonomiskYdelseEffektueringRelation	rolle	Linje	ccc9d91b-9a4c-4ada-9be4-795ca068e89d
        OekonomiskEffektuering	OekonomiskYdelseEffektueringRelation	type	Klasse	4fd9d6c1-2939-4bfe-b803-ab0b3904bd2f
        """
}
