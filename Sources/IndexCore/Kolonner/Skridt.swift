/// Which rows of each file the last steps from commit to commit may have given another judgement.
///
/// `Udgave` tells what a step goes from. So many steps are kept, of so many rows together; what is older is not known.
struct Skridt<Udgave: Equatable & Sendable>: Sendable {
    /// The latest last.
    private var alle: [(fra: Udgave, beroerte: [Set<Int>])] = []

    static var flest: Int { 64 }
    static var flestRaekker: Int { 4_000 }

    /// The rows of each file; nil when it is not known.
    func beroerte(since old: Udgave) -> [Set<Int>]? {
        guard let first = alle.lastIndex(where: { $0.fra == old }) else { return nil }
        return alle[(first + 1)...].reduce(alle[first].beroerte) { known, step in
            zip(known, step.beroerte).map { $0.union($1) }
        }
    }

    /// The same with a step more.
    func and(fra: Udgave, _ beroerte: [Set<Int>]) -> Skridt {
        var (kept, count) = ([(fra: fra, beroerte: beroerte)], Self.antal(beroerte))
        for one in alle.reversed() {
            count += Self.antal(one.beroerte)
            if kept.count == Self.flest || count > Self.flestRaekker { break }
            kept.append(one)
        }
        var next = Skridt()
        next.alle = kept.reversed()
        return next
    }

    static func antal(_ beroerte: [Set<Int>]) -> Int { beroerte.reduce(0) { $0 + $1.count } }
}
