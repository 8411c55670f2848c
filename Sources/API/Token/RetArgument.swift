public import IndexCore

/// A group of rights as the command line writes it: `cvr=29189846;kle=27.*,32.03.04;foelsomhed=2`.
///
/// Each name once, in any order; `systemer` and `enheder` may be left out, the others may not.
/// Values are comma lists; `foelsomhed` is 1–4.
///
/// Source: http-api §6, `token --ret`.
public enum RetArgument {
    /// What is wrong with the text; names the part at fault.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The part at this place (from 1) is not `navn=værdi` with a known name.
        case unknownPart(Int)
        /// The name stands twice.
        case repeated(String)
        /// The name is missing.
        case missing(String)
        /// The value cannot be read.
        case malformed(String)

        public var description: String {
            switch self {
            case .unknownPart(let place):
                "part \(place) is not cvr=, kle=, foelsomhed=, systemer= or enheder="
            case .repeated(let name): "\(name)= stands twice"
            case .missing(let name): "\(name)= is missing"
            case .malformed("cvr"): "cvr= must be eight-digit numbers separated by commas"
            case .malformed("kle"):
                "kle= must be a comma list of *, NN.*, NN.NN.*, NN.NN.NN or ranges of these"
            case .malformed("foelsomhed"): "foelsomhed= must be 1, 2, 3 or 4"
            case .malformed(let name): "\(name)= must be UUIDs separated by commas"
            }
        }
    }

    private static let names = ["cvr", "kle", "foelsomhed", "systemer", "enheder"]

    /// The group that `text` describes.
    public static func group(_ text: String) throws(Failure) -> RightsGroup {
        let values = try parts(of: text)
        func value<Value>(_ name: String, _ read: (String) -> Value?) throws(Failure) -> Value? {
            guard let text = values[name] else { return nil }
            guard let value = read(text) else { throw .malformed(name) }
            return value
        }
        guard let cvr = try value("cvr", { items($0) { CVRNummer($0) } }) else {
            throw .missing("cvr")
        }
        guard let kle = try value("kle", { KLEPattern.list($0) }) else { throw .missing("kle") }
        guard let foelsomhed = try value("foelsomhed", step) else { throw .missing("foelsomhed") }
        return RightsGroup(
            myndigheder: cvr, kle: kle, foelsomhed: foelsomhed,
            systemer: try value("systemer") { items($0) { UUIDIdentifikator($0) } },
            enheder: try value("enheder") { items($0) { UUIDIdentifikator($0) } })
    }

    private static func parts(of text: String) throws(Failure) -> [String: String] {
        var values: [String: String] = [:]
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = sides.first.map { String($0).trimmed } ?? ""
            guard sides.count == 2, names.contains(name) else { throw .unknownPart(index + 1) }
            guard values[name] == nil else { throw .repeated(name) }
            values[name] = String(sides[1]).trimmed
        }
        return values
    }

    private static func step(_ text: String) -> Foelsomhed? {
        guard text.utf8.count == 1, let raw = UInt8(text) else { return nil }
        return Foelsomhed(rawValue: raw)
    }

    private static func items<Item: Hashable>(
        _ text: String, _ read: (String) -> Item?
    ) -> Set<Item>? {
        var items: Set<Item> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let item = read(String(part).trimmed) else { return nil }
            items.insert(item)
        }
        return items
    }
}
