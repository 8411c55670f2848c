public import IndexCore

/// Reads tables of KLE: subjects, action facets or keywords, told apart by their header line.
///
/// UTF-8, tabs between fields, no quoting, empty field = unknown, `|` inside a list. Columns are
/// found by name and may come in any order; extra ones are left unread. No subject table says when
/// it was published, so the caller may.
public enum KLETabelReader {
    /// The most bytes taken: sixteen times the largest known table.
    public static let maxBytes = 16 << 20

    /// Reads one table; cost is linear in its size.
    ///
    /// - Throws: when the bytes are not UTF-8, too many, or begin with no known header.
    public static func read(
        _ bytes: [UInt8], udgivelsesdato: Dato? = nil
    ) throws(KlassifikationReadError) -> KlassifikationIndlaesning {
        guard bytes.count <= maxBytes else { throw .tooLarge(maxBytes: maxBytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        var table = Tabel(text)
        if table.has(["nummer", "titel", "type", "overordnet", "status", "erstattet_af"]) {
            return table.load(.emnetabel, udgivelsesdato) { Self.emne($0) }
        }
        if table.has(["nummer", "titel", "titelkvalitet", "kategori"]) {
            return table.load(.facettabel, udgivelsesdato) { Self.facet($0) }
        }
        if table.has(["nummer", "stikord", "vaegt", "art"]) {
            return table.loadStikord(udgivelsesdato)
        }
        throw .unknownFormat
    }

    private static func emne(_ row: Tabel.Row) -> RaaKlasse? {
        let niveau: KLENummer.Niveau? =
            switch row["type"] {
            case "hovedgruppe": .hovedgruppe
            case "gruppe": .gruppe
            case "emne": .emne
            default: nil
            }
        var raw = row.klasse(niveauer: niveau.map { [$0] } ?? [])
        raw.overordnet = row["overordnet"].nonEmpty
        raw.rettet = row["rettet"].split(separator: "|").map(String.init)
        raw.slettefrist = row["slettefrist"]
        raw.efterfoelgere = row["erstattet_af"].split(separator: "|").map(String.init)
        guard row["status"] == "udgaaet" else { return row["status"] == "aktiv" ? raw : nil }
        let dates = row["udgaaet"].nonEmpty.map { [$0] } ?? []
        if row["flyttet"] == "ja" {
            raw.historik.antal = 1
            raw.historik.flytninger = 1
            raw.historik.flyttet = dates
        } else if dates.isEmpty {
            raw.historik.udenDato = true
        } else {
            raw.historik.antal = 1
            raw.historik.udgaaet = dates
        }
        return raw
    }

    private static func facet(_ row: Tabel.Row) -> RaaKlasse? {
        var raw = row.klasse(niveauer: [.handlingsfacetkategori, .handlingsfacet])
        raw.overordnet = row["kategori"].nonEmpty
        raw.historik.udenDato = row["titelkvalitet"] == "udgaaet"
        return raw
    }
}

/// A table split into rows, with what was wrong with them.
private struct Tabel {
    struct Row {
        let linje: Int
        let columns: [String: Int]
        let fields: [Substring]

        subscript(column: String) -> String {
            columns[column].map { String(fields[$0]) } ?? ""
        }

        func klasse(niveauer: Set<KLENummer.Niveau>) -> RaaKlasse {
            var raw = RaaKlasse(linje: linje, felt: "nummer", niveauer: niveauer)
            raw.nummer = self["nummer"]
            raw.titel = self["titel"]
            raw.oprettet = self["oprettet"].nonEmpty
            raw.bevaring = self["bevaring"]
            raw.uuid = self["uuid"].nonEmpty
            return raw
        }
    }

    private let columns: [String: Int]
    private var rows: [Row] = []
    private var fund: [KlassifikationFund] = []

    init(_ text: String) {
        var lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map { Substring($0.last == 13 ? $0.dropLast() : $0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        let header = (lines.first ?? "").drop { $0 == "\u{FEFF}" }.split(
            separator: "\t", omittingEmptySubsequences: false)
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() { columns[String(name)] = index }
        self.columns = columns
        for (index, line) in lines.enumerated().dropFirst() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            if fields.count == header.count {
                rows.append(Row(linje: index + 1, columns: columns, fields: fields))
            } else {
                note(.kolonnerForkert, line: index + 1, felt: "nummer", nil)
            }
        }
    }

    func has(_ names: [String]) -> Bool { names.allSatisfy { columns[$0] != nil } }

    mutating func load(
        _ format: KlassifikationIndlaesning.Format, _ dato: Dato?,
        _ read: (Row) -> RaaKlasse?
    ) -> KlassifikationIndlaesning {
        var raw: [RaaKlasse] = []
        for row in rows {
            if let klasse = read(row) {
                raw.append(klasse)
            } else {
                let nummer = KLENummer(canonical: row["nummer"])
                note(.statusUkendt, line: row.linje, felt: "status", nummer)
            }
        }
        let judged = KlassifikationValidator.judge(raw)
        return KlassifikationIndlaesning(
            navn: "KLE", format: format, udgivelsesdato: dato, omfang: .helPlan,
            klasser: judged.klasser, stikord: [:],
            fund: (fund + judged.fund).sorted { $0.linje < $1.linje })
    }

    mutating func loadStikord(_ dato: Dato?) -> KlassifikationIndlaesning {
        var words: [String: [Stikord]] = [:]
        for row in rows {
            guard let nummer = KLENummer(canonical: row["nummer"]) else {
                note(.nummerMisdannet, line: row.linje, felt: "nummer", nil)
                continue
            }
            if let word = stikord(row, nummer) { words[nummer.tekst, default: []].append(word) }
        }
        return KlassifikationIndlaesning(
            navn: "KLE", format: .stikordstabel, udgivelsesdato: dato, omfang: .uddrag,
            klasser: [], stikord: words, fund: fund)
    }

    private mutating func stikord(_ row: Row, _ nummer: KLENummer) -> Stikord? {
        let text = row["stikord"].trimmed
        let weight = Int32(row["vaegt"]).flatMap { $0 >= 0 ? $0 : nil }
        let arts: [String: Stikord.Art] = ["ord": .ord, "retskilde": .retskilde]
        let art = arts[row["art"]]
        if text.isEmpty { note(.stikordTomt, line: row.linje, felt: "stikord", nummer) }
        if weight == nil { note(.vaegtMisdannet, line: row.linje, felt: "vaegt", nummer) }
        if art == nil { note(.artUkendt, line: row.linje, felt: "art", nummer) }
        guard !text.isEmpty, let weight, let art else { return nil }
        return Stikord(tekst: text, vaegt: weight, art: art)
    }

    private mutating func note(
        _ aarsag: KlassifikationFund.Aarsag, line: Int, felt: String, _ nummer: KLENummer?
    ) {
        fund.append(KlassifikationFund(aarsag: aarsag, linje: line, felt: felt, nummer: nummer))
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
