public import IndexCore

/// The contract's search over all four kinds of object.
///
/// What is counted, ordered and paged is what the caller sees, and conditions are judged on that alone.
public enum Fremsoeg {
    /// Counts, and the parts asked for of the objects on the page, as JSON.
    public static func json(body: [UInt8], syn: Syn) throws(QueryError) -> [UInt8] {
        let request = try FremsoegAnmodning(body)
        let udtryk = request.samlet
        let kombinationer = try Self.kombinationer(udtryk, request.uuider)
        let spoergerOmTid = udtryk.alle.contains {
            !$0.tider.erRegistreretNu || !$0.senestAendret.isEmpty
        }
        if spoergerOmTid { syn.afvent(syn.now) }
        return try reading { () throws(StoreError) in
            while true {
                let soegning = Fremsoegning(udtryk, kombinationer, syn, Standardtid())
                var svar = FremsoegSvar(request, udtryk, syn)
                var raekker: [(ObjektKind, Raekkefund)] = []
                try soegning.alle(laesAlle: svar.laesAlle) {
                    raekker.append(($0, $1))
                } _: {
                    proeve throws(StoreError) in
                    try svar.add(proeve)
                }
                for (kind, fund) in raekker { svar.add(kind, fund) }
                // Nil when something was written between finding and reading; each time one more
                // file is held as it is.
                if let json = try svar.json() { return json }
            }
        }
    }

    /// The ways in which the expression may hold, each limited to the objects named.
    static func kombinationer(
        _ udtryk: Udtryk, _ uuider: [ObjektKind: Set<UUIDIdentifikator>] = [:]
    ) throws(QueryError) -> [Kombination] {
        guard let found = Kombination.alle(udtryk) else {
            throw QueryError.brud(
                regel: "R13", sti: "SoegUdtryk",
                besked: "udtrykket har for mange måder at blande objekttyper på")
        }
        return found.map { kombination in
            var limited = kombination
            for (kind, named) in uuider where limited.krav[kind] != nil {
                var krav = Kriterium(kind: kind)
                krav.uuider = named
                limited.krav[kind]?.append(.led(krav))
            }
            return limited
        }
    }
}

extension FremsoegAnmodning {
    /// The expression with the objects that are named: those of kinds that it does not ask for
    /// itself, but under NOT, stand beside it, or alone when there is none.
    var samlet: Udtryk {
        let kinds = Set((udtryk?.positive ?? []).map(\.kind))
        let named = ObjektKind.allCases.compactMap { kind -> Udtryk? in
            guard !kinds.contains(kind), let uuider = uuider[kind] else { return nil }
            var krav = Kriterium(kind: kind)
            krav.uuider = uuider
            // There is nowhere to ask for a page of what is named.
            var side = Kriterium.Side()
            side.antal = max(side.antal, min(uuider.count, Kriterium.Side.mest))
            krav.side = side
            return .led(krav)
        }
        guard let udtryk else { return .eller(named) }
        return .og([udtryk] + named)
    }
}
