public import IndexCore

/// What a half-typed search may become: the last word made whole, classes, and how the text is read.
///
/// Words are those of titles that the caller sees, each with how many objects have it and all that was
/// typed before it; most first. A class is offered by its number's beginning, or by a word.
public enum Forslag {
    public static func json(body: [UInt8], syn: Syn) throws(QueryError) -> [UInt8] {
        let request = try Anmodning(body, only: ["Tekst", "Antal"])
        guard let tekst = try request.string("Tekst") else {
            throw QueryError.mangler(sti: "Tekst")
        }
        let antal = try request.integer("Antal", in: 0...1000) ?? 10
        let halvt = Halvskrevet(tekst)
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.key("Forslag")
        writer.beginArray()
        let ord = try reading { () throws(StoreError) in try Self.ord(halvt, syn) }
        // Words stand first; of few places, half are theirs where there are so many.
        let pladser = max(antal - ord.count, antal / 2)
        let klasser = Self.klasser(halvt, syn).prefix(min(maxKlasser, pladser))
        for (ord, count) in ord.prefix(antal - klasser.count) {
            writer.beginObject()
            writer.member("Tekst", halvt.foran + ord)
            writer.member("Som", QueryParser.Laesning.ord.rawValue)
            writer.member("Antal", count)
            writer.endObject()
        }
        for klasse in klasser {
            writer.beginObject()
            writer.member("Tekst", halvt.uden + klasse.noegle)
            writer.member("Som", QueryParser.Laesning.kle.rawValue)
            writer.member("Titel", klasse.titel)
            writer.endObject()
        }
        writer.endArray()
        writer.key("Forstaaet")
        writer.beginArray()
        for part in QueryParser(tekst, kinds: alle, plan: syn.plan).forstaaet {
            let ogsaa = part.ogsaa.map(\.rawValue)
            Soegeside.write(
                part.tekst, part.som.rawValue, ogsaa.isEmpty ? [] : [("Ogsaa", ogsaa)],
                to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static let alle = Set(ObjektKind.allCases)
    private static let maxKlasser = 3
    /// Of fewer letters so many classes begin that none is worth showing.
    private static let kortest = 3

    private static func ord(
        _ halvt: Halvskrevet, _ syn: Syn
    ) throws(StoreError) -> [(ord: String, antal: Int)] {
        guard !halvt.praefiks.isEmpty, halvt.praefiks.allSatisfy({ !(0x30...0x39).contains($0) })
        else { return [] }
        var udvaelgelse = Udvaelgelse()
        let typed = halvt.sammen.isEmpty ? halvt.uden : halvt.foran
        let foran = QueryParser(typed, kinds: alle, plan: syn.plan)
        guard !foran.isNoise || typed.allSatisfy(\.isWhitespace) else { return [] }
        udvaelgelse.krav = foran.krav
        udvaelgelse.udeladt = foran.udeladt
        let found = ordnet(try syn.titelord(halvt.praefiks, udvaelgelse) ?? [:])
        guard !halvt.sammen.isEmpty else { return found }
        // What is written together is searched as a run of words, and counted so.
        var counts: [String: Int] = [:]
        for (ord, _) in found.prefix(flestSammen) {
            var run = udvaelgelse
            guard let term = TextQuery.Term(ord: halvt.sammen + ord) else { continue }
            run.krav.append(Krav(tekst: term))
            let count = try syn.find(run).count
            if count > 0 { counts[ord] = count }
        }
        return ordnet(counts)
    }

    private static let flestSammen = 20

    private static func ordnet(_ counts: [String: Int]) -> [(ord: String, antal: Int)] {
        counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            .map { ($0.key, $0.value) }
    }

    /// What `27.36.04` begins with, from its first stop on.
    private static func isHalfNumber(_ text: String) -> Bool {
        let stops = text.utf8.enumerated().allSatisfy { place, byte in
            place == 2 || place == 5
                ? byte == UInt8(ascii: ".") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return stops && (3...8).contains(text.utf8.count)
    }

    private static func klasser(_ halvt: Halvskrevet, _ syn: Syn) -> [Klasse] {
        let dag = syn.now.danishDate
        if Self.isHalfNumber(halvt.sidste) {
            return syn.klasser(begyndende: halvt.sidste).filter { $0.isInUse(at: dag) }
        }
        if let nummer = KLENummer.folding(halvt.sidste), halvt.sidste.contains("."),
            nummer.handlingsfacet == nil
        {
            return syn.klasser(begyndende: nummer.emnePraefiks).filter { $0.isInUse(at: dag) }
        }
        guard halvt.praefiks.count >= kortest else { return [] }
        let term = TextQuery.Term(tokens: [halvt.praefiks], isPrefix: true)
        return syn.klasser(medTekst: [term], uden: []).enumerated()
            .sorted { ($1.element.vaegt, $0.offset) < ($0.element.vaegt, $1.offset) }
            .lazy.map(\.element.klasse).filter { $0.isInUse(at: dag) }
    }
}

/// A text as far as it has been typed.
private struct Halvskrevet {
    /// All before the half word; all before what stands between blanks with it.
    let foran: String
    let uden: String
    /// What stands after the last blank.
    let sidste: String
    /// The words and signs that stand together with the half word, before it; empty for signs alone.
    let sammen: String
    /// The half word, folded; empty after a blank, and where none may be put in.
    let praefiks: [UInt8]

    /// Of a longer text nothing is suggested: each suggestion repeats it.
    private static let laengst = 1000

    init(_ text: String) {
        let start = text.lastIndex(where: \.isWhitespace).map(text.index(after:)) ?? text.startIndex
        uden = String(text[..<start])
        let sidste = String(text[start...])
        self.sidste = sidste
        // What is left out, a phrase and a beginning are as they are typed.
        let isOpenPhrase = text.count { $0 == "\"" } % 2 == 1
        guard text.utf8.count <= Self.laengst, let last = Tokenizer.tokens(sidste).last,
            !isOpenPhrase, !sidste.hasPrefix("-"),
            last.range.upperBound == sidste.utf8.count
        else {
            foran = text
            sammen = ""
            praefiks = []
            return
        }
        let before = String(decoding: Array(sidste.utf8)[..<last.range.lowerBound], as: UTF8.self)
        foran = uden + before
        sammen = Tokenizer.tokens(before).isEmpty ? "" : before
        praefiks = last.text
    }
}
