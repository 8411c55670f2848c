/// How an unknown member's name stands in an answer.
public enum Medlemsnavn {
    /// The name when it can be one: letters and hyphens, sixty at most. What else a caller wrote there may be anything,
    /// a person's number among it, and is `?`.
    public static func vist(_ navn: some Collection<UInt8>) -> String {
        let isName = navn.allSatisfy {
            (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
        }
        guard isName, (1...60).contains(navn.count) else { return "?" }
        return String(decoding: navn, as: UTF8.self)
    }
}
