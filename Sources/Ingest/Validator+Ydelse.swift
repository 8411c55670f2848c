import IndexCore

// MARK: - BevilgetYdelse by itself: Y14, Y15, Y17–Y19, Y26

extension Check {
    private static let bevilgetFelter: [Element] = [
        .id, .navn, .bevilgetYdelseStartdato, .ydelse,
    ]

    mutating func bevilgetYdelse(_ index: Int) {
        let body = segments[index].body
        for element in Self.bevilgetFelter where !(body[element]?.isFilled ?? false) {
            report(.Y15, index, element.name, besked: "\(element.name) mangler")
        }
        var systemer: [Rolle] = []
        var planer = 0
        for value in body {
            guard let group = value.group else { continue }
            switch value.element {
            case .ydelse: ydelse(index, group)
            case .itSystem:
                let sti = "ItSystem[\(systemer.count)]"
                systemer.append(indreRelation(index, group, .itSystem, sti))
            case .oekonomiskEffektueringsplan:
                plan(index, group, planer)
                planer += 1
            default: break
            }
        }
        for rolle in [Rolle.master, .afsender] where !systemer.contains(rolle) {
            report(.Y14, index, "ItSystem", besked: "\(rolle.navn) mangler")
        }
    }

    /// Tells an unknown Rolle or Type; answers the role.
    private mutating func indreRelation(
        _ index: Int, _ group: ElementGroup, _ element: Element, _ sti: @autoclosure () -> String
    ) -> Rolle {
        let liste = RolleListe(kind, element)
        let rolle = validator.roller.rolle(liste, group[.rolle]?.uuid)
        if rolle == .ukendt { report(.Y19, index, sti() + ".Rolle") }
        if validator.roller.type(liste, group[.type]?.uuid) == .ukendt {
            report(.Y19, index, sti() + ".Type")
        }
        return rolle
    }

    private mutating func ydelse(_ index: Int, _ group: ElementGroup) {
        _ = indreRelation(index, group, .ydelse, "Ydelse")
        guard let klasse = group.group(.klassifikation) else {
            return report(
                .Y15, index, "Ydelse.Klassifikation", besked: "Klassifikation mangler")
        }
        _ = indreRelation(index, klasse, .klassifikation, "Ydelse.Klassifikation")
        let sti = "Ydelse.Klassifikation.BrugervendtNoegle"
        guard let nummer = klasse[.brugervendtNoegle], nummer.isFilled else {
            return report(.Y15, index, sti, besked: "BrugervendtNoegle mangler")
        }
        ukendtKLE(index, nummer, sti)
        if let reference = klasse[.referenceID], !agrees(reference, kle: nummer) {
            report(.Y18, index, sti)
        }
    }

    private static let planFelter: [Element] = [
        .effektueringsplanStartdato, .effektueringsplanSlutdato, .beregningsfrekvens,
        .forudBagud, .dispositionsdag, .ydelsesbeloeb,
    ]

    private mutating func plan(_ index: Int, _ group: ElementGroup, _ plan: Int) {
        for element in Self.planFelter where !(group[element]?.isFilled ?? false) {
            report(
                .Y26, index, "OekonomiskEffektueringsplan[\(plan)].\(element.name)",
                besked: "\(element.name) mangler")
        }
    }
}

// MARK: - The whole object: Y13, Y22, Y27, Y31, Y32

extension Check {
    /// `entries` are sorted; `touched` is nil for an import, where everything is judged.
    mutating func ydelseSnapshot(touched: Touched?) {
        let period = Sweep(entries.filter { $0.unit == .egenskaber })
        for (row, rule) in rules.rows.enumerated() where rule.isVentet {
            if rule.rolle == .ejer {
                ejer(row, period)
            } else if touched?.units.contains(rule.liste) ?? true {
                huller(row, period)
            }
        }
        if kind == .bevilling {
            for entry in entries where entry.unit == .bevilgetYdelse { periode(entry, period) }
        } else {
            let linjer = linjer()
            for entry in entries where entry.unit == .egenskaber { linjesum(entry, linjer) }
        }
    }

    private func sorted(_ row: Int) -> [TimelineEntry] {
        entries.filter { $0.row == row }.sorted { $0.fra < $1.fra }
    }

    /// Exactly one Ejer with a CVR number at each instant of the object's period (Y13).
    private mutating func ejer(_ row: Int, _ period: Sweep) {
        let owners = sorted(row)
        for owner in owners where Ejer.cvr(of: segments[owner.index], kind: kind) == nil {
            report(.Y13, owner.index, "CVR-nr", besked: "CVR-nr mangler")
        }
        let sweep = Sweep(owners)
        for index in sweep.overlaps {
            report(.Y13, index, "Virkning", besked: "To ejere på samme tid")
        }
        guard let first = owners.first, period.last != nil else { return }
        // Whoever does not say when the object begins says no time without an Ejer.
        let isGiven = entries.contains { entry in
            entry.unit == .egenskaber && entry.fra == period.start
                && segments[entry.index].virkning.given.contains(.fra)
        }
        if isGiven, sweep.start > period.start {
            report(
                .Y13, first.index, "Virkning.FraTidspunkt",
                besked: "Ejer mangler til at begynde med")
        }
        if let index = sweep.brokenAfter(until: period.end) {
            report(.Y13, index, "Virkning.TilTidspunkt", besked: "Ejer mangler herefter")
        }
    }

    /// A mandatory role that is empty for a while (Y22).
    private mutating func huller(_ row: Int, _ period: Sweep) {
        let entries = sorted(row)
        let sweep = Sweep(entries)
        let limit = period.last == nil ? Tidspunkt.distantFuture : period.end
        if let first = entries.first, period.last != nil, sweep.start > period.start {
            report(.Y22, first.index, "Virkning.FraTidspunkt")
        }
        if let index = sweep.brokenAfter(until: limit) {
            report(.Y22, index, "Virkning.TilTidspunkt")
        }
    }

    /// A BevilgetYdelse holds, begins and ends within its bevilling's period (Y27).
    private mutating func periode(_ entry: TimelineEntry, _ period: Sweep) {
        guard period.last != nil else { return }
        let body = segments[entry.index].body
        if entry.fra < period.start || entry.til > period.end {
            report(.Y27, entry.index, "Virkning")
        }
        if let start = body[.bevilgetYdelseStartdato]?.time,
            start < period.start || start >= period.end
        {
            report(.Y27, entry.index, "BevilgetYdelseStartdato")
        }
        if let slut = body[.bevilgetYdelseSlutdato]?.time, slut > period.end {
            report(.Y27, entry.index, "BevilgetYdelseSlutdato")
        }
    }

    /// The lines in the order of their timelines, each read once.
    private func linjer() -> [Linje] {
        let rows = entries.filter { $0.unit == .oekonomiskYdelseEffektueringRelation }
        return rows.indices.map { place in
            let next = place + 1
            let isFollowed = next < rows.count && rows[next].isSameTimeline(as: rows[place])
            return Linje(
                rows[place], segments[rows[place].index].body,
                afloest: isFollowed ? rows[next].fra : .distantFuture)
        }
    }

    /// The sum and the span of the lines that hold together with an Egenskaber (Y31, Y32).
    private mutating func linjesum(_ egenskaber: TimelineEntry, _ linjer: [Linje]) {
        var total = Linjesum()
        for linje in linjer where linje.counts(in: egenskaber) { total.add(linje) }
        guard total.count > 0 else { return }
        let body = segments[egenskaber.index].body
        if let sum = total.sum, let brutto = body[.samletBruttobeloeb]?.beloeb, brutto != sum {
            report(.Y31, egenskaber.index, "SamletBruttobeloeb")
        }
        if let start = total.start, let told = body[.startdato]?.time, told != start {
            report(.Y32, egenskaber.index, "Startdato")
        }
        if let slut = total.slut, let told = body[.slutdato]?.time, told != slut {
            report(.Y32, egenskaber.index, "Slutdato")
        }
    }
}

/// One line of an effektuering.
private struct Linje {
    let fra: Tidspunkt
    let til: Tidspunkt
    /// When the next version of the same line begins.
    let afloest: Tidspunkt
    let beloeb: Beloeb?
    let start: Tidspunkt?
    let slut: Tidspunkt?

    init(_ entry: TimelineEntry, _ body: ElementGroup, afloest: Tidspunkt) {
        fra = entry.fra
        til = entry.til
        self.afloest = afloest
        beloeb = body[.ydelsesbeloeb]?.beloeb
        start = body[.ydelsesperiodeStartdato]?.time
        slut = body[.ydelsesperiodeSlutdato]?.time
    }

    /// Of a line that changes meanwhile, only the last version counts.
    func counts(in egenskaber: TimelineEntry) -> Bool {
        fra < egenskaber.til && egenskaber.fra < til && !(afloest < egenskaber.til)
    }
}

/// What the lines come to; nil where a line does not tell.
private struct Linjesum {
    var count = 0
    var sum: Beloeb? = .zero
    var start: Tidspunkt?
    var slut: Tidspunkt?

    mutating func add(_ linje: Linje) {
        let isFirst = count == 0
        count += 1
        sum = sum.flatMap { sum in linje.beloeb.map { sum + $0 } }
        start = Self.join(start, linje.start, isFirst, min)
        slut = Self.join(slut, linje.slut, isFirst, max)
    }

    private static func join(
        _ old: Tidspunkt?, _ new: Tidspunkt?, _ isFirst: Bool,
        _ choose: (Tidspunkt, Tidspunkt) -> Tidspunkt
    ) -> Tidspunkt? {
        guard !isFirst, let new else { return isFirst ? new : nil }
        return old.map { choose($0, new) }
    }
}
