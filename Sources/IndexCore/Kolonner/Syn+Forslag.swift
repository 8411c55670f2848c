// What a half-typed word may become: words of titles that the caller sees, counted.

extension Syn {
    /// The words of visible titles that begin with `praefiks`, and in how many objects that meet the
    /// conditions each stands.
    ///
    /// Folded letters are the same; `praefiks` must not be empty. Costs a look at each row that such a
    /// word stands in. Nil where memory has no titles, as beside a running server.
    public func titelord(
        _ praefiks: [UInt8], _ udvaelgelse: Udvaelgelse
    ) throws(StoreError) -> [String: Int]? {
        guard reader.mayUseMemory, udvaelgelse.isOfColumns, !praefiks.isEmpty else { return nil }
        try reader.seeToForeign()
        let opslag = Kravopslag(udvaelgelse, self)
        var result: [String: Int] = [:]
        var wanted = scope.myndigheder
        if let only = udvaelgelse.myndigheder { wanted.formIntersection(only) }
        for myndighed in wanted.sorted() {
            let found = try iHukommelse(myndighed) { sted throws(StoreError) in
                try titelord(praefiks, udvaelgelse, opslag, sted)
            }
            guard let found else { return nil }
            for counts in found { result.merge(counts, uniquingKeysWith: +) }
        }
        return result
    }

    private func titelord(
        _ praefiks: [UInt8], _ udvaelgelse: Udvaelgelse, _ opslag: Kravopslag, _ sted: Filsted
    ) throws(StoreError) -> [String: Int]? {
        guard let titler = try reader.titler(sted),
            let lister = try lister(opslag, sted)
        else { return nil }
        let maaling = Kolonnesoegning(opslag.kolonner, sted)
        let takesAll = udvaelgelse.krav.isEmpty && udvaelgelse.udeladt.isEmpty
        var sikre = Bitset(count: takesAll ? 0 : sted.kolonner.rows.slots)
        var tvivl = sikre
        if !takesAll {
            maaling.run(lister.krav, lister.udeladt)
            for id in maaling.ids { sikre.insert(Int(id)) }
            for id in maaling.tvivl { tvivl.insert(Int(id)) }
        }
        func bedoem(_ id: UInt32) -> Kolonnesoegning.Bedoemmelse {
            if takesAll { return maaling.bedoem(id) }
            return sikre.contains(Int(id)) ? .sikker : tvivl.contains(Int(id)) ? .tvivl : .nej
        }
        var judged: [UInt32: Bool] = [:]
        var result: [String: Int] = [:]
        var run: (ord: String, antal: Int) = ("", 0)
        var needsFile = false
        try titler.forEach(beginning: praefiks) { ord, id throws(StoreError) in
            switch bedoem(id) {
            case .nej: return
            case .sikker: break
            case .tvivl:
                guard sted.maaLaeses else { return needsFile = true }
                if judged[id] == nil { judged[id] = try meets(udvaelgelse, id, sted) }
                guard judged[id] == true else { return }
            }
            if ord != run.ord {
                if run.antal > 0 { result[run.ord, default: 0] += run.antal }
                run = (ord, 0)
            }
            run.antal += 1
        }
        if run.antal > 0 { result[run.ord, default: 0] += run.antal }
        return needsFile ? nil : result
    }

    /// Judges one row by itself.
    private func meets(
        _ udvaelgelse: Udvaelgelse, _ id: UInt32, _ sted: Filsted
    ) throws(StoreError) -> Bool {
        guard let shard = try reader.shard(fil: sted.fil.id),
            let row = try shard.row(id: Int64(id))
        else { return false }
        var walk = Gennemgang(syn: self, shard: shard, udvaelgelse: udvaelgelse)
        try walk.consider(row, isSure: false, nil)
        return !walk.fund.isEmpty
    }
}
