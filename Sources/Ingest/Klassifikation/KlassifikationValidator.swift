import IndexCore

/// One class as a source spelled it, nothing judged.
struct RaaKlasse {
    var linje: Int
    /// The element or table that held it, for findings.
    var felt: String
    /// The levels its place allows.
    var niveauer: Set<KLENummer.Niveau>
    var nummer: String?
    var titel = ""
    var titelErForeloebig = false
    /// The number of the class it stands under; nil at the top.
    var overordnet: String?
    var oprettet: String?
    var rettet: [String] = []
    var gentaget = false
    var historik = RaaHistorik()
    var efterfoelgere: [String] = []
    var bevaring = ""
    var slettefrist = ""
    var uuid: String?
    /// Whether a class in force must bring a UUID.
    var kraeverUUID = false
    /// Words with their art and facet; already trimmed.
    var stikord: [Stikord] = []
}

/// How a class is said to have left the plan.
struct RaaHistorik {
    /// How many times the source opened the subject.
    var antal = 0
    var udgaaet: [String] = []
    var flyttet: [String] = []
    /// How many moves were told, dated or not.
    var flytninger = 0
    /// Successor entries that did not hold exactly one number.
    var skaeve = 0
    /// Retired according to a status without a date.
    var udenDato = false
}

/// Judges raw classes: every rule is run, every finding kept, and a class with a `fejl` left out.
///
/// Source: rules K01–K06, K09 and K11 of A8. A KLE parent is a prefix (K02), so no cycle (K09)
/// can pass `overordnetForkert`.
struct KlassifikationValidator {
    private(set) var fund: [KlassifikationFund] = []
    private var klasser: [Klasse] = []
    private var placesByKey: [String: [Int]] = [:]

    /// The classes that may be taken, and what was found, by line.
    static func judge(_ raw: [RaaKlasse]) -> (klasser: [Klasse], fund: [KlassifikationFund]) {
        var validator = KlassifikationValidator()
        let numbers = Set(raw.compactMap(\.nummer))
        for record in raw { validator.judge(record, among: numbers) }
        validator.leaveOutLoose(raw)
        return (validator.klasser, validator.fund.sorted { $0.linje < $1.linje })
    }

    /// What stands under a class that was left out is left out too (K02).
    private mutating func leaveOutLoose(_ raw: [RaaKlasse]) {
        var loose: Set<String> = []
        while true {
            let numbers = Set(klasser.map(\.noegle))
            let found = klasser.filter { klasse in
                klasse.overordnet.map { !numbers.contains($0) } ?? false
            }
            guard !found.isEmpty else { break }
            let keys = Set(found.map(\.noegle))
            loose.formUnion(keys)
            klasser.removeAll { keys.contains($0.noegle) }
        }
        for record in raw where record.nummer.map(loose.contains) ?? false {
            var judgement = Judgement(record)
            judgement.note(.overordnetMangler)
            fund += judgement.fund
        }
    }

    private mutating func judge(_ raw: RaaKlasse, among numbers: Set<String>) {
        var judgement = Judgement(raw)
        if let klasse = judgement.klasse(among: numbers) {
            let earlier = placesByKey[klasse.noegle] ?? []
            if earlier.contains(where: { klasser[$0].isInConflict(with: klasse) }) {
                judgement.note(.noegleGentaget)
            } else {
                placesByKey[klasse.noegle, default: []].append(klasser.count)
                klasser.append(klasse)
            }
        }
        fund += judgement.fund
    }
}

/// The judgement of one class.
private struct Judgement {
    private(set) var fund: [KlassifikationFund] = []
    private let raw: RaaKlasse
    private let nummer: KLENummer?

    init(_ raw: RaaKlasse) {
        self.raw = raw
        nummer = raw.nummer.flatMap { KLENummer(canonical: $0) }
    }

    mutating func note(_ aarsag: KlassifikationFund.Aarsag, felt: String? = nil) {
        let sted = felt ?? raw.felt
        fund.append(
            KlassifikationFund(aarsag: aarsag, linje: raw.linje, felt: sted, nummer: nummer))
    }

    /// The class, unless something keeps it out.
    mutating func klasse(among numbers: Set<String>) -> Klasse? {
        checkNumber(among: numbers)
        checkText()
        let uuid = readUUID()
        let dates = readDates()
        let historik = readHistorik()
        let gyldighed = readGyldighed(fra: dates.fra, til: historik.dato)
        let successors = readSuccessors(among: numbers)
        let bevaring = readBevaring()
        guard let nummer, fund.allSatisfy({ $0.alvor == .bemaerkning }) else { return nil }
        let isFacet = nummer.niveau == .handlingsfacet || nummer.niveau == .handlingsfacetkategori
        var klasse = Klasse(
            noegle: nummer.tekst,
            facet: isFacet ? Klasse.Facet.handlingsfacet : Klasse.Facet.emneplan,
            titel: raw.titel, uuid: uuid, gyldighed: gyldighed)
        klasse.titelFra = dates.titelFra
        klasse.titelErForeloebig = raw.titelErForeloebig
        klasse.overordnet = nummer.overordnet?.tekst
        klasse.historik = historik
        klasse.efterfoelgere = successors
        klasse.bevaring = bevaring
        klasse.slettefrist = raw.slettefrist.isEmpty ? nil : raw.slettefrist
        klasse.stikord = raw.stikord
        return klasse
    }

    private mutating func checkNumber(among numbers: Set<String>) {
        guard let nummer else { return note(.nummerMisdannet) }
        guard raw.niveauer.contains(nummer.niveau) else { return note(.niveauForkert) }
        guard let above = nummer.overordnet?.tekst else {
            if raw.overordnet != nil { note(.overordnetForkert) }
            return
        }
        guard raw.overordnet == above else { return note(.overordnetForkert) }
        if !numbers.contains(above) { note(.overordnetMangler) }
    }

    private mutating func checkText() {
        if raw.gentaget { note(.elementGentaget) }
        let scalars = raw.titel.unicodeScalars.count
        if scalars > Klassifikation.maxTitelScalars { note(.titelForLang) }
        if raw.titel.allSatisfy(\.isWhitespace) { note(.titelMangler) }
        let isDuration = raw.slettefrist.isEmpty || Varighed.isWellFormed(raw.slettefrist)
        if !isDuration { note(.slettefristMisdannet) }
    }

    private mutating func readUUID() -> UUIDIdentifikator? {
        guard let text = raw.uuid, !text.isEmpty else {
            let isNoted = Klasse.withoutNotes(raw.titel) != String(raw.titel.trimmed)
            let isInUse = raw.historik.antal == 0 && !raw.historik.udenDato && !isNoted
            if raw.kraeverUUID, isInUse { note(.uuidMangler) }
            return nil
        }
        guard let uuid = UUIDIdentifikator(text) else {
            note(.uuidMisdannet)
            return nil
        }
        return uuid
    }

    private mutating func readDates() -> (fra: Dato, titelFra: Dato) {
        let created = raw.oprettet.flatMap { readDate($0) } ?? .foerst
        let renamed = raw.rettet.compactMap { readDate($0) }.max() ?? .foerst
        return (created, max(created, renamed))
    }

    private mutating func readDate(_ text: String) -> Dato? {
        guard let dato = Dato(text) else {
            note(.datoMisdannet)
            return nil
        }
        return dato
    }

    private mutating func readHistorik() -> Historik {
        let told = raw.historik
        guard told.antal > 0 else {
            if !raw.efterfoelgere.isEmpty { note(.efterfoelgerUdenFlytning) }
            guard told.udenDato || raw.titel.contains("[udgået]") else { return .iBrug }
            note(.udgaaetUdenDato)
            return .udgaaet(nil)
        }
        let branches = told.udgaaet.count + told.flytninger
        guard told.antal == 1, branches == 1, told.flyttet.count <= told.flytninger,
            told.skaeve == 0
        else {
            note(.historiskUdenEnGren)
            return .iBrug
        }
        if let text = told.udgaaet.first {
            if !raw.efterfoelgere.isEmpty { note(.efterfoelgerUdenFlytning) }
            return .udgaaet(readDate(text))
        }
        guard let text = told.flyttet.first else {
            note(.udgaaetUdenDato)
            return .flyttet(nil)
        }
        return .flyttet(readDate(text))
    }

    /// A class said to end the day it began is one whose beginning nobody noted.
    private mutating func readGyldighed(fra: Dato, til: Dato?) -> [Gyldighed] {
        let end = til ?? .sidst
        if fra == .foerst, end == .sidst { return [] }
        if let gyldighed = Gyldighed(fra: fra, til: end) { return [gyldighed] }
        note(fra == end ? .periodeTom : .periodeBaglaens)
        return Gyldighed(fra: .foerst, til: end).map { [$0] } ?? []
    }

    private mutating func readSuccessors(among numbers: Set<String>) -> [String] {
        raw.efterfoelgere.compactMap { text in
            guard KLENummer(canonical: text) != nil else {
                note(.efterfoelgerMisdannet)
                return nil
            }
            if !numbers.contains(text) { note(.efterfoelgerUkendt) }
            return text
        }
    }

    private mutating func readBevaring() -> Bevaring? {
        if raw.bevaring.isEmpty || raw.bevaring == "tom" { return nil }
        guard let bevaring = Bevaring(rawValue: raw.bevaring) else {
            note(.bevaringUkendt)
            return nil
        }
        return bevaring
    }
}

/// The duration of XML Schema, as far as a retention period needs it.
enum Varighed {
    /// Whether the text is `P` and then numbers of years, months, weeks or days, in that order.
    static func isWellFormed(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "P"), !rest.isEmpty else { return false }
        var units = Array("YMWD".utf8)[...]
        while !rest.isEmpty {
            let digits = rest.prefix { (48...57).contains($0) }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, digits.count <= 6, let unit = rest.popFirst(),
                let index = units.firstIndex(of: unit)
            else { return false }
            units = units[(index + 1)...]
        }
        return true
    }
}
