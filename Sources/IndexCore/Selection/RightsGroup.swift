/// A part of the classification that a right covers: everything, a prefix, one number or a range.
///
/// Written `*`, `27.*`, `27.36.*`, `27.36.04` or a range of two of these, `32.*-34.*`.
/// Numbers compare as text, as KLE sorts. Costs two comparisons to test.
public struct KLEPattern: Hashable, Sendable {
    /// The least number covered, inclusive, as ASCII text; empty for everything.
    public let lower: String
    /// The text that every covered number sorts at or below; `nil` for everything.
    ///
    /// A prefix ends in U+007F, which sorts after all digits and the full stop.
    public let upper: String?

    /// As it was written.
    public let text: String
    /// The packed numbers that it covers.
    let packed: ClosedRange<UInt64>

    public init?(_ text: some StringProtocol) {
        let trimmed = String(text).trimmed
        self.text = trimmed
        guard trimmed != "*" else {
            lower = ""
            upper = nil
            packed = 0...UInt64.max
            return
        }
        let ends = trimmed.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(ends.count),
            let first = Self.bounds(String(ends[0])),
            let last = Self.bounds(String(ends[ends.count - 1])),
            first.lower <= last.lower
        else { return nil }
        lower = first.lower
        upper = last.upper
        packed = Self.pack(first.lower, filling: 0)...Self.pack(last.upper, filling: 0x7F)
    }

    /// Reads a comma list; nil when any member is malformed or the list is empty.
    public static func list(_ text: String) -> [KLEPattern]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: true).map {
            KLEPattern(String($0).trimmed)
        }
        guard !parts.isEmpty, parts.allSatisfy({ $0 != nil }) else { return nil }
        return parts.compactMap { $0 }
    }

    public var coversEverything: Bool { upper == nil }

    /// Whether the eight-character number `kle` is covered; a missing number only by `*`.
    public func covers(_ kle: String?) -> Bool {
        guard let upper else { return true }
        guard let kle else { return false }
        return lower <= kle && kle <= upper
    }

    private static func bounds(_ raw: String) -> (lower: String, upper: String)? {
        let text = raw.trimmed
        let bytes = Array(text.utf8)
        guard bytes.last == UInt8(ascii: "*") else {
            return isNumber(bytes, levels: 3) ? (text, text) : nil
        }
        let prefix = bytes.dropLast()
        guard prefix.last == UInt8(ascii: "."),
            isNumber(Array(prefix.dropLast()), levels: 1)
                || isNumber(Array(prefix.dropLast()), levels: 2)
        else { return nil }
        let stem = String(decoding: prefix, as: UTF8.self)
        return (stem, stem + "\u{7F}")
    }

    private static func isNumber(_ bytes: [UInt8], levels: Int) -> Bool {
        guard bytes.count == levels * 3 - 1 else { return false }
        for (index, byte) in bytes.enumerated() {
            let isDot = index % 3 == 2
            guard isDot ? byte == UInt8(ascii: ".") : (48...57).contains(byte) else { return false }
        }
        return true
    }
}

/// One group of rights: authority AND classification AND sensitivity, and what else it names.
///
/// Groups are OR-ed and never flattened into separate lists (access rule O06): a holder of
/// ("27.*", level 3) and ("32.*", level 1) has no level 3 on 32.
public struct RightsGroup: Hashable, Sendable {
    public let myndigheder: Set<CVRNummer>
    public let kle: [KLEPattern]
    public let foelsomhed: Foelsomhed
    /// Master systems the group is limited to; nil for no such limit.
    public let systemer: Set<UUIDIdentifikator>?
    /// Responsible units the group is limited to; nil for no such limit.
    public let enheder: Set<UUIDIdentifikator>?

    public init(
        myndigheder: Set<CVRNummer>, kle: [KLEPattern], foelsomhed: Foelsomhed,
        systemer: Set<UUIDIdentifikator>? = nil, enheder: Set<UUIDIdentifikator>? = nil
    ) {
        self.myndigheder = myndigheder
        self.kle = kle
        self.foelsomhed = foelsomhed
        self.systemer = systemer
        self.enheder = enheder
    }
}
