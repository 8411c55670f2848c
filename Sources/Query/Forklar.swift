public import IndexCore

/// Who asks, as the index knows the caller: what everybody may be told of themselves.
public struct Egenside: Sendable {
    let myndighed: CVRNummer
    /// Those of the system and the authority, of whatever role, ended ones too.
    let aftaler: [Aftale]
    let logret: Logret?
    /// When agreements are judged.
    let nu: Tidspunkt

    /// `maaSeLog`: whether the caller has the operator's right to the log.
    public init(myndighed: CVRNummer, aftaler: [Aftale], maaSeLog: Bool, nu: Tidspunkt) {
        self.myndighed = myndighed
        self.aftaler = aftaler
        self.nu = nu
        logret = maaSeLog ? Logret(hos: myndighed) : nil
    }

    private var laesende: [Aftale] {
        aftaler.filter { $0.giver(.udstil, at: nu) }
    }

    /// The groups that let the system read, as its scope is to have them.
    public var systemGrupper: [RightsGroup] { laesende.flatMap(\.grupper) }

    /// Which agreement each of them is of, and which of its groups, from 1.
    var gruppenavne: [(aftale: Int64?, gruppe: Int)] {
        laesende.flatMap { aftale in aftale.grupper.indices.map { (aftale.id, $0 + 1) } }
    }
}

/// Why the caller sees an object, or does not: agreement, group, number, level and profile, by name.
///
/// What the object asks for is told to who has the right to the log, of objects of the authority on whose behalf it
/// calls. Others are told of themselves, and of what they see through which of their groups: what is hidden from them
/// and what is missing look the same.
public enum Forklar {
    /// The object asked of, from the request's body.
    public struct Forespoergsel: Sendable {
        public let kind: ObjektKind
        let uuid: UUIDIdentifikator

        public init(body: [UInt8]) throws(QueryError) {
            let request = try Anmodning(body, only: ["Objekttype", "UUIDIdentifikator"])
            guard let type = try request.string("Objekttype") else {
                throw QueryError.mangler(sti: "Objekttype")
            }
            guard let kind = ObjektKind.allCases.first(where: { $0.name == type }) else {
                throw QueryError.forkert(
                    sti: "Objekttype",
                    forventet: ObjektKind.allCases.map(\.name).joined(separator: ", "))
            }
            guard let uuid = try request.uuid("UUIDIdentifikator") else {
                throw QueryError.mangler(sti: "UUIDIdentifikator")
            }
            self.kind = kind
            self.uuid = uuid
        }
    }

    /// Nil where the object is not seen and may be in a file that is not read: then nobody can tell.
    public static func json(
        _ spurgt: Forespoergsel, syn: Syn, egen: Egenside
    ) throws(QueryError) -> [UInt8]? {
        let fundet = try reading { () throws(StoreError) in
            try syn.forklar(spurgt.uuid, spurgt.kind, egen.logret)
        }
        guard fundet.erSynlig || fundet.objekt != nil || !syn.kanMangle(spurgt.kind) else {
            return nil
        }
        let grupper = egen.gruppenavne
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.member("Objekttype", spurgt.kind.name)
        writer.member("UUIDIdentifikator", spurgt.uuid)
        writer.member("Synlig", fundet.erSynlig)
        writer.member("Besked", besked(fundet))
        writer.key("Egen")
        writer.egen(egen, syn)
        writer.key("Aabninger")
        writer.array(fundet.aabninger) { $0.aabning($1, grupper) }
        if let objekt = fundet.objekt {
            writer.key("Objekt")
            writer.beginObject()
            writer.objektside(objekt, medKrav: fundet.veje.isEmpty, grupper)
            if !fundet.veje.isEmpty {
                writer.key("Gennem")
                writer.array(fundet.veje) { $0.vej($1, grupper) }
            }
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }

    private static func besked(_ fundet: Forklaring) -> String {
        if fundet.erSynlig { return "Objektet ses" }
        return fundet.objekt == nil
            ? "Objektet findes ikke, eller må ikke ses" : "Objektet er registreret, men må ikke ses"
    }
}

/// A group by its agreement, where it is of one, and its number there.
private typealias Gruppenavn = (aftale: Int64?, gruppe: Int)

// MARK: - The own side

/// What of the caller's own hides everything from it.
public enum Egengrund: String, CaseIterable, Sendable {
    case ingenAftale = "IngenAftale"
    case aftaleGaelderIkke = "AftaleGaelderIkke"
    case aftaleUdenUdstil = "AftaleUdenUdstil"
    case brugerUdenRettigheder = "BrugerUdenRettigheder"
    case ingenFaellesMyndighed = "IngenFaellesMyndighed"

    var besked: String {
        switch self {
        case .ingenAftale: "Systemet har ingen aftale med myndigheden"
        case .aftaleGaelderIkke: "Ingen af systemets aftaler med myndigheden gælder nu"
        case .aftaleUdenUdstil: "Aftalen giver ikke ret til at læse: rollen Udstil mangler"
        case .brugerUdenRettigheder: "Brugeren har ingen rettigheder"
        case .ingenFaellesMyndighed:
            "Systemets og brugerens rettigheder har ingen myndighed til fælles"
        }
    }

    fileprivate static func alle(_ egen: Egenside, _ syn: Syn) -> [Egengrund] {
        var result: [Egengrund] = []
        let gaeldende = egen.aftaler.filter { $0.isInForce(at: egen.nu) }
        if egen.aftaler.isEmpty {
            result.append(.ingenAftale)
        } else if gaeldende.isEmpty {
            result.append(.aftaleGaelderIkke)
        } else if !gaeldende.contains(where: { $0.roller.contains(.udstil) }) {
            result.append(.aftaleUdenUdstil)
        }
        if let bruger = syn.scope.bruger, bruger.grupper.isEmpty {
            result.append(.brugerUdenRettigheder)
        }
        if result.isEmpty, syn.scope.myndigheder.isEmpty { result.append(.ingenFaellesMyndighed) }
        return result
    }
}

extension JSONWriter {
    fileprivate mutating func egen(_ egen: Egenside, _ syn: Syn) {
        beginObject()
        member("System", syn.scope.system)
        member("Myndighed", egen.myndighed.description)
        key("Aftaler")
        array(egen.aftaler) { $0.aftale($1, gaelder: $1.isInForce(at: egen.nu)) }
        if let bruger = syn.scope.bruger {
            key("Bruger")
            beginObject()
            if let uuid = bruger.uuid { member("uuid", uuid) }
            key("enheder")
            texts(bruger.enheder.sorted().map(\.description))
            key("rettigheder")
            array(bruger.grupper) { $0.gruppe($1) }
            endObject()
        }
        key("Grunde")
        array(Egengrund.alle(egen, syn)) { writer, grund in
            writer.beginObject()
            writer.member("Grund", grund.rawValue)
            writer.member("Besked", grund.besked)
            writer.endObject()
        }
        endObject()
    }
}

// MARK: - The object's side

extension JSONWriter {
    fileprivate mutating func aabning(_ aabning: Forklaring.Aabning, _ grupper: [Gruppenavn]) {
        beginObject()
        if let klasse = aabning.klasse.text { member("Klasse", klasse) }
        key("System")
        gruppe(grupper[aabning.systemgruppe])
        if let bruger = aabning.brugergruppe {
            key("Bruger")
            gruppe((aftale: nil, gruppe: bruger + 1))
        }
        if let gennem = aabning.gennem {
            key("Gennem")
            beginObject()
            member("Objekttype", gennem.kind.name)
            member("UUIDIdentifikator", gennem.uuid)
            endObject()
        }
        endObject()
    }

    private mutating func gruppe(_ navn: Gruppenavn, mangler: [Mangel]? = nil) {
        beginObject()
        if let aftale = navn.aftale { member("Aftale", Int(aftale)) }
        member("Gruppe", navn.gruppe)
        if let mangler {
            key("Mangler")
            texts(mangler.map(\.rawValue))
        }
        endObject()
    }

    /// The members of an object's own side; `medKrav` where its own numbers decide.
    fileprivate mutating func objektside(
        _ vurdering: Vurdering, medKrav: Bool, _ grupper: [Gruppenavn]
    ) {
        let fakta = vurdering.fakta
        if let myndighed = fakta.myndighed { member("Myndighed", myndighed.description) }
        if let foelsomhed = fakta.foelsomhed { member("Foelsomhed", foelsomhed.text) }
        key("Kildesystemer")
        texts(fakta.mastere.map(\.description))
        if let ansvarlig = fakta.ansvarlig { member("Ansvarlig", ansvarlig) }
        member("Sikkerhedsprofil", fakta.harProfil)
        member("ProfilSlipperInd", vurdering.profilSlipperInd)
        if medKrav { krav(vurdering, grupper) }
    }

    private mutating func krav(_ vurdering: Vurdering, _ grupper: [Gruppenavn]) {
        member("Krav", vurdering.kraeverAlle ? "Alle" : "MindstEn")
        key("Proever")
        array(vurdering.proever) { $0.proeve($1, grupper) }
    }

    private mutating func proeve(_ proeve: Vurdering.Proeve, _ grupper: [Gruppenavn]) {
        beginObject()
        if let klasse = proeve.klasse.text { member("Klasse", klasse) }
        if proeve.erUkendt { member("UkendtIPlanen", true) }
        if let foelsomhed = proeve.foelsomhed { member("Foelsomhed", foelsomhed.text) }
        member("Opfyldt", proeve.erOpfyldt)
        key("System")
        mangler(proeve.system, grupper)
        if let bruger = proeve.bruger {
            key("Bruger")
            mangler(bruger, bruger.indices.map { (aftale: nil, gruppe: $0 + 1) })
        }
        endObject()
    }

    private mutating func mangler(_ mangler: [[Mangel]], _ navne: [Gruppenavn]) {
        array(zip(navne, mangler)) { $0.gruppe($1.0, mangler: $1.1) }
    }

    fileprivate mutating func vej(_ vej: Forklaring.Vej, _ grupper: [Gruppenavn]) {
        beginObject()
        member("Objekttype", vej.kind.name)
        if let uuid = vej.uuid { member("UUIDIdentifikator", uuid) }
        member("Synlig", vej.erSynlig)
        member("SlipperIgennem", vej.slipperIgennem)
        if let egen = vej.egen, let gennem = vej.gennem {
            let erBevilling = vej.kind == .bevilling
            objektside(egen, medKrav: erBevilling, grupper)
            if erBevilling {
                key("Linjer")
                beginObject()
            }
            krav(gennem, grupper)
            if erBevilling { endObject() }
        }
        endObject()
    }
}
