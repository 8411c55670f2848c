import Foundation

@testable import IndexCore

/// The contract's XML search messages in the JSON form: prefixes dropped, what may be repeated in an
/// array, numbers as numbers.
enum Soegemeddelelse {
    static func json(_ xml: String) throws -> JSONValue {
        var tokens = tokens(xml)[...]
        while let first = tokens.first, first.hasPrefix("<?") { tokens = tokens.dropFirst() }
        guard let root = element(&tokens) else { throw Proevefejl.argument }
        return root.value
    }

    private static func tokens(_ xml: String) -> [String] {
        var result: [String] = []
        var rest = Substring(xml)
        while let start = rest.firstIndex(of: "<") {
            let text = rest[..<start].trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { result.append(text) }
            guard let end = rest.firstIndex(of: ">") else { break }
            result.append(String(rest[start...end]))
            rest = rest[rest.index(after: end)...]
        }
        return result
    }

    private static func name(_ tag: String) -> String {
        let inner = tag.drop { $0 == "<" || $0 == "/" }.prefix { !" />".contains($0) }
        return String(inner.split(separator: ":").last ?? "")
    }

    private static func element(
        _ tokens: inout ArraySlice<String>
    ) -> (name: String, value: JSONValue)? {
        guard let tag = tokens.popFirst(), tag.hasPrefix("<"), !tag.hasPrefix("</") else {
            return nil
        }
        let name = name(tag)
        if tag.hasSuffix("/>") { return (name, [:]) }
        if let text = tokens.first, !text.hasPrefix("<") {
            tokens = tokens.dropFirst(2)
            return (name, leaf(name, text))
        }
        var children: [(String, [JSONValue])] = []
        while let next = tokens.first, !next.hasPrefix("</") {
            guard let child = element(&tokens) else { break }
            if let place = children.firstIndex(where: { $0.0 == child.name }) {
                children[place].1.append(child.value)
            } else {
                children.append((child.name, [child.value]))
            }
        }
        tokens = tokens.dropFirst()
        return (
            name,
            .object(
                children.map { name, values in
                    let isList = values.count > 1 || lister.contains(name)
                    return JSONValue.Member(
                        name: name, value: isList ? .array(values) : values[0])
                })
        )
    }

    private static func leaf(_ name: String, _ text: String) -> JSONValue {
        switch name {
        case "FoersteResultatReference", "MaksimalAntalKvantitet", "Prioritet": .number(text)
        case "GraenseIndikator": .boolean(text == "true")
        default: .string(text)
        }
    }

    private static let lister: Set<String> = [
        "SoegSag", "SoegDokument", "SoegSagsloeseDokumenter", "NOT", "SagUuid", "DokumentUuid",
        "SagVis", "DokumentVis", "SagInkluder", "SagSortering", "Egenskaber", "Fremdrift",
        "Sagspart", "Sagsklasse",
    ]
}
