public import IndexCore

/// What became of one sent object: a `UnikRetur` of the contract.
public struct Kvittering: Sendable {
    public var objekttype: ObjektKind?
    public var uuid: UUIDIdentifikator?
    /// 20, 40, 43, 44, 49 or 50. A 20 is on the disk.
    public var statusKode: Int
    public var fejl: [Finding]
    public var advarsler: [Finding]
    /// When the index received the registration that is current now.
    public var stsTidspunkt: Tidspunkt?
    /// The object is new to the index.
    public var erNy: Bool

    init(
        _ objekttype: ObjektKind?, _ uuid: UUIDIdentifikator?, statusKode: Int,
        fejl: [Finding] = [], advarsler: [Finding] = [], stsTidspunkt: Tidspunkt? = nil,
        erNy: Bool = false
    ) {
        self.objekttype = objekttype
        self.uuid = uuid
        self.statusKode = statusKode
        self.fejl = fejl
        self.advarsler = advarsler
        self.stsTidspunkt = stsTidspunkt
        self.erNy = erNy
    }

    /// Refused for nothing but pointing at objects that are not there yet.
    public var venterPaaAndre: Bool { !fejl.isEmpty && fejl.allSatisfy(\.isDangling) }

    /// What the status says in words; nothing for a 20.
    public var fejlbeskedTekst: String? {
        switch statusKode {
        case 20: nil
        case 43: "Handlingen er ikke tilladt"
        case 44: "Objektet findes ikke"
        case 49: "Handlingen er i strid med det, der er registreret"
        case 50: "Indekset kunne ikke gemme objektet; prøv igen"
        default: "Objektet er afvist"
        }
    }
}

extension JSONWriter {
    /// `linje` is the line of an NDJSON stream that is answered, from 1.
    public mutating func kvittering(_ kvittering: Kvittering, linje: Int? = nil) {
        beginObject()
        if let linje { member("Linje", linje) }
        if let kind = kvittering.objekttype { member("Objekttype", kind.name) }
        if let uuid = kvittering.uuid { member("UUIDIdentifikator", uuid) }
        member("StatusKode", kvittering.statusKode)
        if let text = kvittering.fejlbeskedTekst { member("FejlbeskedTekst", text) }
        if !kvittering.fejl.isEmpty {
            key("Fejl")
            findings(kvittering.fejl)
        }
        if !kvittering.advarsler.isEmpty {
            key("Advarsler")
            findings(kvittering.advarsler)
        }
        if let time = kvittering.stsTidspunkt { member("StsTidspunkt", time) }
        endObject()
    }

    public mutating func findings(_ findings: [Finding]) {
        beginArray()
        for finding in findings {
            beginObject()
            member("regel", finding.rule.rawValue)
            member("sti", finding.sti)
            member("besked", finding.besked)
            endObject()
        }
        endArray()
    }
}
