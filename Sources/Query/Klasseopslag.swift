public import IndexCore

/// Looks up one class of the classification at a time.
///
/// Shared classes are seen by every caller; an authority's own by those with rights to it.
public enum Klasseopslag {
    /// The class as JSON; nil when there is none that the caller may see.
    ///
    /// `noegle`: its number, as it is or as `KLENummer.folding` reads it, or its UUID. `parameters`:
    /// `virkning`, RFC 3339 or a date, default now; `ejer`, the CVR number of the authority whose
    /// own class is preferred (K07).
    public static func json(
        noegle: String, parameters: [(String, String)], syn: Syn
    ) throws(QueryError) -> [UInt8]? {
        let (dag, ejer) = try read(parameters, syn)
        guard let klasse = klasse(noegle, ejer, dag, syn) else { return nil }
        var writer = JSONWriter(reserving: 2048)
        Klassebillede(klasse, syn, at: dag).write(to: &writer)
        return writer.bytes
    }

    private static func klasse(
        _ noegle: String, _ ejer: CVRNummer?, _ dag: Dato, _ syn: Syn
    ) -> Klasse? {
        if let uuid = UUIDIdentifikator(noegle) { return syn.klasse(uuid) }
        if let found = syn.klasse(noegle, ejer: ejer, at: dag) { return found }
        guard let read = KLENummer.folding(noegle) else { return nil }
        let folded = read.handlingsfacet?.tekst ?? read.emnePraefiks
        guard read.handlingsfacet == nil || read.emnePraefiks.isEmpty else { return nil }
        return syn.klasse(folded, ejer: ejer, at: dag)
    }

    private static func read(
        _ parameters: [(String, String)], _ syn: Syn
    ) throws(QueryError) -> (Dato, CVRNummer?) {
        var values: [String: String] = [:]
        for (name, value) in parameters {
            guard ["virkning", "ejer"].contains(name) else {
                throw QueryError(ukendt: name)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw QueryError.modstrid(sti: name)
            }
        }
        var dag = syn.now.danishDate
        if let text = values["virkning"] {
            guard let instant = Tidspunkt(parameter: text) else {
                throw QueryError.forkert(
                    sti: "virkning", forventet: "et tidspunkt (RFC 3339) eller en dato")
            }
            dag = instant.danishDate
        }
        guard let text = values["ejer"] else { return (dag, nil) }
        guard let ejer = CVRNummer(text) else {
            throw QueryError.forkert(sti: "ejer", forventet: "et CVR-nummer")
        }
        return (dag, ejer)
    }
}

/// Finds classes by number, title and keywords, in whatever Danish form.
public enum Klassesoegning {
    /// The classes that hold all that was typed, best first, as JSON.
    ///
    /// A number, whole or half, stands above words; a title that is what was typed above other titles, a word in the
    /// title above one among the keywords, and then exact above inflected above part of a compound; then the number
    /// decides. More than `Antal` go on behind the answer's `Markoer`, which a class that is gone makes void.
    public static func json(
        body: [UInt8], syn: Syn, segl: Markoersegl
    ) throws(QueryError) -> [UInt8] {
        let request = try Anmodning(
            body,
            only: ["Tekst", "Facet", "Ejer", "Virkningstid", "KunAktuelle", "Antal", "Markoer"])
        let skrevet = try request.string("Tekst")
        let tekst = skrevet.flatMap { text in
            text.contains { !$0.isWhitespace } ? QueryParser(text, kinds: []) : nil
        }
        let facet = try request.string("Facet")
        if let facet, !facetter.keys.contains(facet) {
            let names = facetter.keys.sorted().joined(separator: " eller ")
            throw QueryError.forkert(sti: "Facet", forventet: names)
        }
        let ejere = try request.list("Ejer", of: "et CVR-nummer") {
            $0.string.flatMap { CVRNummer($0) }
        }
        let dag = (try request.tidspunkt("Virkningstid") ?? syn.now).danishDate
        let kunAktuelle = try request.boolean("KunAktuelle") ?? true
        let antal = try request.integer("Antal", in: 0...1000) ?? 20
        let found = find(tekst, skrevet.flatMap(begyndelse), syn).filter { klasse, _ in
            (!kunAktuelle || klasse.isInUse(at: dag))
                && (facet.map { facetter[$0] == klasse.facet } ?? true)
                && (ejere.map { list in klasse.ejer.map(list.contains) ?? false } ?? true)
        }
        let order = found.enumerated().sorted {
            ($1.element.vaegt, $0.offset) < ($0.element.vaegt, $1.offset)
        }.map(\.element.klasse)
        // `soeg` makes markers of the same kind, and may be asked in the same words.
        let aftryk = Markoer.aftryk(request.aftryk + Array("klasser".utf8), syn.scopeAftryk)
        var start = 0
        if let text = try request.string("Markoer") {
            guard let opened = segl.open(text).flatMap(Markoer.init), opened.aftryk == aftryk,
                let last = order.firstIndex(where: { $0.uuid == opened.placering.uuid })
            else { throw QueryError.markoer }
            start = last + 1
        }
        let side = order[start...].prefix(antal)
        var writer = JSONWriter(reserving: 16_384)
        writer.beginObject()
        writer.key("Klasser")
        writer.beginArray()
        for klasse in side { Klassebillede(klasse, syn, at: dag).write(to: &writer) }
        writer.endArray()
        writer.key("Antal")
        writer.beginObject()
        writer.member("Vaerdi", found.count)
        writer.member("Praecis", true)
        writer.endObject()
        if let last = side.last, side.endIndex < order.count {
            let markoer = Markoer(
                placering: Placering(uuid: last.uuid, notat: ""), kendt: Kendt(syn.now),
                aftryk: aftryk)
            writer.member("Markoer", segl.seal(markoer.bytes))
        }
        writer.endObject()
        return writer.bytes
    }

    private static let facetter = [
        "Emneplan": Klasse.Facet.emneplan, "Handlingsfacet": Klasse.Facet.handlingsfacet,
    ]

    /// Above whatever words can weigh.
    private static let nummer = 10_000
    private static let helTitel = 5_000

    /// What two digits, or a facet's letter and one digit at most, begin: too little to be read as a class in a text.
    private static func begyndelse(_ tekst: String) -> String? {
        let text = tekst.uppercased().filter { !$0.isWhitespace && $0 != "." && $0 != "*" }
        let isMain = text.utf8.count == 2 && text.allSatisfy(Tyder.isDigit)
        let isFacet =
            text.count <= 2 && text.first.map { "APSØGKI".contains($0) } ?? false
            && text.dropFirst().allSatisfy(Tyder.isDigit)
        return isMain || isFacet ? text : nil
    }

    private static func find(
        _ tekst: QueryParser?, _ begyndelse: String?, _ syn: Syn
    ) -> [(klasse: Klasse, vaegt: Int)] {
        guard let tekst else { return syn.klasser(medTekst: [], uden: []) }
        if let begyndelse {
            let numbered = syn.klasser(begyndende: begyndelse)
            if !numbered.isEmpty {
                return numbered.map { ($0, $0.noegle == begyndelse ? nummer : 0) }
            }
        }
        if tekst.isNoise { return [] }
        let praefikser = Array(tekst.klassepraefikser.values)
        let ord = tekst.krav.enumerated().filter { tekst.klassepraefikser[$0.offset] == nil }
        let typed = ord.compactMap(\.element.tekst?.tokens).flatMap(\.self)
        return syn.klasser(
            medTekst: ord.compactMap(\.element.tekst), uden: tekst.udeladt.compactMap(\.tekst)
        )
        .compactMap { klasse, vaegt in
            guard praefikser.allSatisfy({ klasse.noegle.utf8.starts(with: $0.utf8) }) else {
                return nil
            }
            if praefikser.contains(klasse.noegle) { return (klasse, nummer) }
            let titel = Tokenizer.tokens(klasse.visningstitel).map(\.text)
            return (klasse, titel == typed ? vaegt + helTitel : vaegt)
        }
    }
}

/// One class as the answers show it.
private struct Klassebillede {
    private let klasse: Klasse
    private let plan: Klasseplan
    private let syn: Syn

    init(_ klasse: Klasse, _ syn: Syn, at dag: Dato) {
        self.klasse = klasse
        self.syn = syn
        plan = syn.plan(at: dag)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        // A derived UUID means nothing to other systems.
        if !klasse.uuidErAfledt { writer.member("UUIDIdentifikator", klasse.uuid) }
        writer.member("BrugervendtNoegle", klasse.noegle)
        writer.member("Titel", titel(klasse))
        writer.member("Facet", klasse.facet)
        if let ejer = klasse.ejer { writer.member("Ejer", ejer.description) }
        writer.member("Aktuel", klasse.isInUse(at: plan.dag))
        gyldighed(&writer)
        historik(&writer)
        if let above = klasse.overordnet { writer.member("Overordnet", above) }
        let gaeldende = plan.gaeldende(klasse.noegle)
        if gaeldende != klasse.noegle, plan.isInUse(gaeldende) {
            writer.member("GaeldendeNoegle", gaeldende)
        }
        andre("Forgaengere", plan.forrige(klasse.noegle), &writer)
        andre("Efterfoelgere", klasse.efterfoelgere, &writer)
        titler(&writer)
        stikord(&writer)
        if let bevaring = klasse.bevaring { writer.member("Bevaring", bevaring.rawValue) }
        if let frist = klasse.slettefrist { writer.member("Slettefrist", frist) }
        writer.endObject()
    }

    /// The title of the day, else the present one.
    private func titel(_ klasse: Klasse) -> String {
        let then = klasse.titel(at: plan.dag).map(Klasse.withoutNotes) ?? ""
        return then.isEmpty ? klasse.visningstitel : then
    }

    private func gyldighed(_ writer: inout JSONWriter) {
        guard !klasse.gyldighed.isEmpty else { return }
        writer.key("Gyldighed")
        writer.beginArray()
        for periode in klasse.gyldighed {
            writer.beginObject()
            Self.periode(periode, &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func periode(_ periode: Gyldighed, _ writer: inout JSONWriter) {
        if periode.fra != .foerst { writer.member("Fra", periode.fra.description) }
        if periode.til != .sidst { writer.member("Til", periode.til.description) }
    }

    private func historik(_ writer: inout JSONWriter) {
        let art: String
        switch klasse.historik {
        case .iBrug: return
        case .udgaaet: art = "Udgaaet"
        case .flyttet: art = "Flyttet"
        }
        writer.key("Historisk")
        writer.beginObject()
        writer.member("Art", art)
        if let dato = klasse.historik.dato { writer.member("Dato", dato.description) }
        writer.endObject()
    }

    private func andre(_ name: StaticString, _ noegler: [String], _ writer: inout JSONWriter) {
        guard !noegler.isEmpty else { return }
        writer.key(name)
        writer.beginArray()
        for noegle in noegler {
            writer.beginObject()
            writer.member("BrugervendtNoegle", noegle)
            if let other = syn.klasse(noegle, ejer: klasse.ejer, at: plan.dag) {
                writer.member("Titel", titel(other))
            }
            writer.endObject()
        }
        writer.endArray()
    }

    private func titler(_ writer: inout JSONWriter) {
        guard !klasse.tidligereTitler.isEmpty else { return }
        writer.key("TidligereTitler")
        writer.beginArray()
        for titel in klasse.tidligereTitler {
            writer.beginObject()
            writer.member("Titel", titel.tekst)
            Self.periode(titel.periode, &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private func stikord(_ writer: inout JSONWriter) {
        guard !klasse.stikord.isEmpty else { return }
        writer.key("Stikord")
        writer.beginArray()
        for stikord in klasse.stikord {
            writer.beginObject()
            writer.member("Tekst", stikord.tekst)
            switch stikord.art {
            case .ord: break
            case .retskilde: writer.member("Art", "Retskilde")
            case .udgaaet: writer.member("Art", "Udgaaet")
            }
            if let facet = stikord.handlingsfacet { writer.member("Handlingsfacet", facet.tekst) }
            writer.endObject()
        }
        writer.endArray()
    }
}
