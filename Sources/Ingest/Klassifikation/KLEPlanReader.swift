import Foundation
import FoundationXML
import IndexCore

/// Reads KL's official plan: subjects or action facets, format 2.0 or the newer one with UUIDs.
///
/// The newer format is known by its UUIDs and keywords. Guidance, legal sources, filters and the
/// keywords' `Orden` are left unread. Only UTF-8, no document type, no entities but the five of XML
/// itself, at most `maxDepth` elements inside each other: a document beyond that is refused before
/// or while it is parsed, so nothing in it can grow. Holds the document about twice while reading.
///
/// Source: KLE-Emneplan-version-2-0.xsd; KLE-REST-Emneplan-fuld.xsd (2016-08).
public enum KLEPlanReader {
    /// The most bytes taken; the plan of 2015 with guidance is under 10 MB.
    public static let maxBytes = 64 << 20
    /// The most elements inside each other; the schemas need twelve.
    public static let maxDepth = 32

    /// Reads one document. A fault in a class is a finding; one in the document is thrown.
    public static func read(
        _ bytes: [UInt8]
    ) throws(KlassifikationReadError) -> KlassifikationIndlaesning {
        guard bytes.count <= maxBytes else { throw .tooLarge(maxBytes: maxBytes) }
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0),
            declaresUTF8(bytes)
        else { throw .notUTF8 }
        if let line = declarationLine(bytes) { throw .declaresDocumentType(linje: line) }
        let document = KLEPlanDocument(maxDepth: maxDepth)
        // As a stream: of more than 10 MB at once the parser beneath says that it is malformed.
        let parser = XMLParser(stream: InputStream(data: Data(bytes)))
        parser.shouldResolveExternalEntities = false
        parser.delegate = document
        let isComplete = parser.parse()
        if let fault = document.fault { throw fault }
        guard isComplete, document.isAtEnd else { throw .malformed(linje: parser.lineNumber) }
        return document.load()
    }

    /// The line of the first `<!` that begins neither a comment nor character data.
    private static func declarationLine(_ bytes: [UInt8]) -> Int? {
        var line = 1
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "!")
            else { continue }
            let rest = bytes[(index + 2)...]
            if !rest.starts(with: "--".utf8), !rest.starts(with: "[CDATA[".utf8) { return line }
        }
        return nil
    }

    /// Whether the XML declaration names UTF-8 or no encoding; another name would be believed.
    private static func declaresUTF8(_ bytes: [UInt8]) -> Bool {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard bytes[start...].starts(with: "<?xml".utf8) else { return true }
        let declaration = bytes[start...].prefix { $0 != UInt8(ascii: ">") }.prefix(400)
        let text = String(decoding: declaration, as: UTF8.self).lowercased()
        guard let name = text.range(of: "encoding") else { return true }
        let value = text[name.upperBound...].drop { " =\t\r\n\"'".contains($0) }
        return value.hasPrefix("utf-8\"") || value.hasPrefix("utf-8'")
    }
}

/// Follows the parser's events. Used by one thread, for one document.
private final class KLEPlanDocument: NSObject, XMLParserDelegate {
    private(set) var fault: KlassifikationReadError?
    /// Whether the root has been closed.
    private(set) var isAtEnd = false
    private let maxDepth: Int
    private var path: [String] = []
    /// The classes begun and not ended, outermost first, as places in `records`.
    private var open: [Int] = []
    private var records: [RaaKlasse] = []
    private var text: String?
    private var udgivelsesdato: Dato?
    private var isREST = false
    private var successorsHere = 0
    private var word = ""
    private var wordFacet: String?
    private var fund: [KlassifikationFund] = []

    /// The elements that are classes, with the levels their numbers may have.
    private static let levels: [String: KLENummer.Niveau] = [
        "Hovedgruppe": .hovedgruppe, "Gruppe": .gruppe, "Emne": .emne,
        "HandlingsfacetKategori": .handlingsfacetkategori, "Handlingsfacet": .handlingsfacet,
    ]
    private static let roots: Set<String> = ["KLE-Emneplan", "KLE-Handlingsfacetter"]
    /// Longer texts are guidance that stands where it should not; titles end at 300.
    private static let maxTextBytes = 8192

    init(maxDepth: Int) { self.maxDepth = maxDepth }

    func load() -> KlassifikationIndlaesning {
        for index in records.indices { records[index].kraeverUUID = isREST }
        let judged = KlassifikationValidator.judge(records)
        return KlassifikationIndlaesning(
            navn: "KLE", format: isREST ? .kleREST : .kleXML, udgivelsesdato: udgivelsesdato,
            omfang: .helPlan, klasser: judged.klasser, stikord: [:],
            fund: (fund + judged.fund).sorted { $0.linje < $1.linje })
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        guard fault == nil else { return }
        guard path.count < maxDepth else { return stop(parser, .tooDeep(linje: parser.lineNumber)) }
        if path.isEmpty, isAtEnd || !Self.roots.contains(name) {
            return stop(parser, .unknownFormat)
        }
        begin(name, under: path.last ?? "", line: parser.lineNumber)
        path.append(name)
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard let count = text?.utf8.count, count < Self.maxTextBytes else { return }
        text?.append(string)
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        guard fault == nil else { return }
        guard path.popLast() == name else {
            return stop(parser, .malformed(linje: parser.lineNumber))
        }
        end(name, under: path.last ?? "", text: text ?? "", line: parser.lineNumber)
        text = nil
        isAtEnd = path.isEmpty
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        if fault == nil { fault = .malformed(linje: parser.lineNumber) }
    }

    private func stop(_ parser: XMLParser, _ reason: KlassifikationReadError) {
        fault = reason
        parser.abortParsing()
    }
}

extension KLEPlanDocument {
    private func begin(_ name: String, under parent: String, line: Int) {
        if let niveau = Self.levels[name] {
            var record = RaaKlasse(linje: line, felt: name, niveauer: [niveau])
            record.overordnet = open.last.flatMap { records[$0].nummer }
            if let outer = open.last, records[outer].nummer == nil { record.overordnet = "" }
            open.append(records.count)
            records.append(record)
        } else if parent.hasSuffix("AdministrativInfo"), name == "Historisk" {
            edit { $0.historik.antal += 1 }
        } else if parent == "Historisk", name == "Flyttet" {
            edit { $0.historik.flytninger += 1 }
        } else if name == "AfloestAf" {
            successorsHere = 0
        } else if name.hasSuffix("Stikord") {
            isREST = true
            word = ""
            wordFacet = nil
        }
    }

    private func end(_ name: String, under parent: String, text raw: String, line: Int) {
        if Self.levels[name] != nil {
            open.removeLast()
        } else if Self.levels[parent] != nil {
            endField(name, of: parent, text: raw, line: line)
        } else if parent.hasSuffix("AdministrativInfo") || parent == "Historisk"
            || parent == "Flyttet" || parent == "AfloestAf"
        {
            endHistory(name, under: parent, text: raw.trimmedWhitespace)
        } else if parent.hasSuffix("Stikord") {
            if name == "Tekst" { word = raw.trimmedWhitespace }
            if name == "HandlingsfacetNr" { wordFacet = raw.trimmedWhitespace }
        } else if name == "UdgivelsesDato" {
            endPublication(raw.trimmedWhitespace, line: line)
        }
    }

    private func endField(_ name: String, of parent: String, text raw: String, line: Int) {
        let value = raw.trimmedWhitespace
        switch name {
        case parent + "Nr":
            edit {
                $0.gentaget = $0.gentaget || $0.nummer != nil
                $0.nummer = value
            }
        case parent + "Titel":
            edit {
                $0.gentaget = $0.gentaget || !$0.titel.isEmpty
                $0.titel = raw
            }
        case "BevaringJaevnfoerArkivloven": edit { $0.bevaring = value }
        case "SletningJaevnfoerPersondataloven": edit { $0.slettefrist = value }
        case "UUID":
            isREST = true
            edit { $0.uuid = value }
        case _ where name.hasSuffix("Stikord"): endWord(line: line)
        default: break
        }
    }

    private func endHistory(_ name: String, under parent: String, text: String) {
        switch name {
        case "OprettetDato":
            edit {
                $0.gentaget = $0.gentaget || $0.oprettet != nil
                $0.oprettet = text
            }
        case "RettetDato": edit { $0.rettet.append(text) }
        case "UdgaaetDato": edit { $0.historik.udgaaet.append(text) }
        case "FlyttetDato": edit { $0.historik.flyttet.append(text) }
        case "AfloestAf": if successorsHere != 1 { edit { $0.historik.skaeve += 1 } }
        case _ where parent == "AfloestAf":
            successorsHere += 1
            edit { $0.efterfoelgere.append(text) }
        default: break
        }
    }

    /// Keeps a keyword; the notes `[=Emne]` and `[udgået]` become what they mean.
    private func endWord(line: Int) {
        let place = open.last.flatMap { records[$0].nummer }.flatMap { KLENummer(canonical: $0) }
        let plain = Self.withoutNote(word)
        let facet = wordFacet.flatMap { KLENummer(canonical: $0) }
        let aarsag: KlassifikationFund.Aarsag? =
            plain.isEmpty ? .stikordTomt : wordFacet != nil && facet == nil ? .nummerMisdannet : nil
        if let aarsag {
            fund.append(
                KlassifikationFund(aarsag: aarsag, linje: line, felt: "Stikord", nummer: place))
            return
        }
        let art: Stikord.Art = word.hasSuffix("[udgået]") ? .udgaaet : .ord
        edit { $0.stikord.append(Stikord(tekst: plain, art: art, handlingsfacet: facet)) }
    }

    private func endPublication(_ text: String, line: Int) {
        udgivelsesdato = Dato(text)
        guard udgivelsesdato == nil else { return }
        fund.append(
            KlassifikationFund(
                aarsag: .datoMisdannet, linje: line, felt: "UdgivelsesDato", nummer: nil))
    }

    private func edit(_ change: (inout RaaKlasse) -> Void) {
        guard let place = open.last else { return }
        change(&records[place])
    }

    private static func withoutNote(_ word: String) -> String {
        guard word.last == "]", let start = word.lastIndex(of: "[") else { return word }
        let note = word[start...]
        guard note == "[udgået]" || note.hasPrefix("[=") else { return word }
        return String(word[..<start]).trimmedWhitespace
    }
}

extension String {
    fileprivate var trimmedWhitespace: String {
        trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
