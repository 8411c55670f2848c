import IndexCore

/// A value of a request and its place; reads strictly, and tells the rule that is broken.
struct Laesning {
    let value: JSONValue
    let sti: String
    /// Its rules are those of the benefits.
    var erYdelse = false

    func brud(_ sagDokument: String, _ ydelse: String? = nil, _ besked: String) -> QueryError {
        .brud(regel: erYdelse ? ydelse ?? sagDokument : sagDokument, sti: sti, besked: besked)
    }

    func forkertType(_ forventet: String) -> QueryError { brud("R8", nil, forventet + " ventes") }

    private func inner(_ value: JSONValue, _ sti: String) -> Laesning {
        Laesning(value: value, sti: sti, erYdelse: erYdelse)
    }

    // MARK: Objects and lists

    func medlemmer() throws(QueryError) -> [(navn: String, laesning: Laesning)] {
        guard let members = value.members else { throw forkertType("et objekt") }
        return members.map { ($0.name, inner($0.value, place($0.name))) }
    }

    /// A member's place; a name that is none of the schemas' may be anything and is not shown.
    private func place(_ name: String) -> String {
        let shown = Medlemsnavn.vist(name.utf8)
        return sti.isEmpty ? shown : sti + "." + shown
    }

    func ukendt() -> QueryError { brud("R8", nil, "ukendt medlem") }

    func liste() throws(QueryError) -> [Laesning] {
        switch value {
        case .array(let values):
            return values.enumerated().map { inner($1, "\(sti)[\($0)]") }
        case .object, .string: return [self]
        default: throw forkertType("en liste")
        }
    }

    // MARK: Single values

    func tekst() throws(QueryError) -> String {
        guard let text = value.string else { throw forkertType("en tekst") }
        return text
    }

    /// A larger number is `hoejst`.
    func heltal(hoejst: Int = .max) throws(QueryError) -> Int {
        guard case .number(let digits) = value else { throw brud("R8", nil, "et helt tal ventes") }
        if let number = Int(digits) { return min(number, hoejst) }
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw brud("R8", nil, "et helt tal ventes")
        }
        return hoejst
    }

    func uuid(_ regel: String) throws(QueryError) -> UUIDIdentifikator {
        guard let uuid = Anmodning.uuid(value) else { throw brud(regel, nil, "en UUID ventes") }
        return uuid
    }

    func valg(_ koder: [String]) throws(QueryError) -> String {
        let text = try tekst()
        guard koder.contains(text) else {
            throw brud("R4", "Y06", "en af: " + koder.joined(separator: "; "))
        }
        return text
    }

    func tid() throws(QueryError) -> Tidspunkt {
        guard var text = value.string ?? long("TidsstempelDatoTid")?.string else {
            throw forkertType("et tidspunkt")
        }
        switch text.withUTF8({ Tidspunkt.read($0) }) {
        case .zoned(let time), .local(let time): return time
        case .malformed: throw brud("R6", nil, "et tidspunkt (RFC 3339) ventes")
        }
    }

    /// TidspunktType; infinity is `uendelig`.
    func tidspunkt(uendelig: Tidspunkt) throws(QueryError) -> Tidspunkt {
        if let flag = value.boolean ?? long("GraenseIndikator")?.boolean {
            guard flag else { throw brud("R7", "Y02", "true er den eneste GraenseIndikator") }
            return uendelig
        }
        return try tid()
    }

    func unikId() throws(QueryError) -> Noegle {
        let branches = ["UUIDIdentifikator", "URNIdentifikator"]
        let isLong = value.members.map { $0.count == 1 && branches.contains($0[0].name) }
        guard let text = value.string ?? (isLong == true ? value.members?[0].value.string : nil)
        else { throw brud("R8", "Y02", "én UUID eller én URN ventes") }
        if value["UUIDIdentifikator"] != nil, UUIDIdentifikator(text) == nil {
            throw brud("R1", "Y01", "en UUID ventes")
        }
        guard text.unicodeScalars.count <= 255 else { throw brud("R2", "Y03", "højst 255 tegn") }
        return Noegle(unikId: text)
    }

    func beloeb() throws(QueryError) -> Beloeb {
        guard let amount = Beloeb(try tekst()) else {
            throw brud("Y04", nil, "et beløb med punktum og uden tusindtegn ventes")
        }
        return amount
    }

    private func long(_ name: String) -> JSONValue? {
        value.members?.count == 1 ? value[name] : nil
    }

    // MARK: Intervals

    /// {FraTidspunkt, TilTidspunkt}; an end that is left out or infinite is open, and without any it asks for nothing.
    func interval(kraeverBegge: Bool = false) throws(QueryError) -> Range<Tidspunkt>? {
        var fra: Tidspunkt?
        var til: Tidspunkt?
        for (name, laesning) in try medlemmer() {
            switch name {
            case "FraTidspunkt": fra = try laesning.tidspunkt(uendelig: .distantPast)
            case "TilTidspunkt": til = try laesning.tidspunkt(uendelig: .distantFuture)
            default: throw laesning.ukendt()
            }
        }
        if kraeverBegge, fra == nil || til == nil {
            throw brud("R13", nil, "FraTidspunkt og TilTidspunkt ventes begge")
        }
        return fra == nil && til == nil ? nil : try range(fra, til)
    }

    /// [fra, til), an end that is missing being open.
    func range(_ fra: Tidspunkt?, _ til: Tidspunkt?) throws(QueryError) -> Range<Tidspunkt> {
        let (start, end) = (fra ?? .distantPast, til ?? .distantFuture)
        guard start < end else { throw brud("R16", nil, "Fra skal være før Til") }
        return start..<end
    }

    /// {FraBeloeb, TilBeloeb}, both inside and both given.
    func beloebsrum() throws(QueryError) -> Feltkrav {
        var fra: Beloeb?
        var til: Beloeb?
        for (name, laesning) in try medlemmer() {
            switch name {
            case "FraBeloeb", "Fra": fra = try laesning.beloeb()
            case "TilBeloeb", "Til": til = try laesning.beloeb()
            default: throw laesning.ukendt()
            }
        }
        guard let fra, let til else {
            throw brud("R13", nil, "FraBeloeb og TilBeloeb ventes begge")
        }
        guard fra <= til else { throw brud("R16", nil, "FraBeloeb må ikke være over TilBeloeb") }
        return .beloebsrum(fra: fra, til: til)
    }
}
