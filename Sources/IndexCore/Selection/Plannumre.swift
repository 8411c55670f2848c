/// The subject numbers of a plan, among them those that are no longer used.
///
/// A number of a grant or payment that is not in it is seen through a right to everything alone (Y17). One plan
/// equals itself only: what was judged by an earlier one is judged anew. One hash look-up a question.
public final class Plannumre: Hashable, Sendable {
    private let numre: Set<PakketKLE>

    /// KLE has nearly 4,000, with those no longer used; an extract cannot tell that a number is not in the plan.
    static let fewest = 1_000

    public init(_ numre: Set<PakketKLE>) { self.numre = numre }

    /// Nil for an extract.
    convenience init?(_ klassifikation: Klassifikation) {
        let numre = Set(klassifikation.klasser.lazy.map { PakketKLE($0.noegle) })
        guard numre.count >= Self.fewest else { return nil }
        self.init(numre)
    }

    public func contains(_ nummer: PakketKLE) -> Bool { numre.contains(nummer) }

    public static func == (left: Plannumre, right: Plannumre) -> Bool { left === right }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
