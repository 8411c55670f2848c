import IndexCore

// MARK: - Egenskaber: R27, R28, R42, Y12, Y28–Y30

extension Check {
    mutating func egenskaber(_ index: Int) {
        switch kind {
        case .sag: sagEgenskaber(index)
        case .dokument: dokumentEgenskaber(index)
        case .bevilling: bevillingEgenskaber(index)
        case .oekonomiskEffektuering: effektueringEgenskaber(index)
        }
    }

    private mutating func sagEgenskaber(_ index: Int) {
        var noegle: ElementValue?
        var nummer: ElementValue?
        var hasTitel = false
        for value in segments[index].body {
            switch value.element {
            case .brugervendtNoegle: noegle = value
            case .sagsnummer: nummer = value
            case .titel: hasTitel = value.isFilled
            case .kassationskode: kassationskode(index, value)
            default: break
            }
        }
        navne(index, noegle, nummer, .sagsnummer, hasTitel: hasTitel)
    }

    private mutating func dokumentEgenskaber(_ index: Int) {
        var noegle: ElementValue?
        var nummer: ElementValue?
        var type: ElementValue?
        var hasTitel = false
        var hasBrevDato = false
        var versions = (hasFirst: false, hasSecond: false)
        for value in segments[index].body {
            switch value.element {
            case .brugervendtNoegle: noegle = value
            case .dokumentnummer: nummer = value
            case .titel: hasTitel = value.isFilled
            case .type: type = value
            case .brevDato: hasBrevDato = true
            case .versionIdentifikator: versions.hasFirst = true
            case .underversionIdentifikator: versions.hasSecond = true
            case .kassationskode: kassationskode(index, value)
            default: break
            }
        }
        navne(index, noegle, nummer, .dokumentnummer, hasTitel: hasTitel)
        if let type {
            brev(index, type, hasBrevDato: hasBrevDato)
        } else {
            report(.R27, index, "Type", besked: "Type mangler")
        }
        if versions.hasFirst != versions.hasSecond {
            let missing: Element =
                versions.hasFirst ? .underversionIdentifikator : .versionIdentifikator
            report(.R42, index, missing.name, besked: "\(missing.name) mangler")
        }
    }

    private mutating func navne(
        _ index: Int, _ noegle: ElementValue?, _ nummer: ElementValue?, _ element: Element,
        hasTitel: Bool
    ) {
        let hasNoegle = noegle?.isFilled ?? false
        if !hasNoegle {
            report(.R27, index, "BrugervendtNoegle", besked: "BrugervendtNoegle mangler")
        }
        if nummer == nil { report(.R27, index, element.name, besked: "\(element.name) mangler") }
        if !hasTitel { report(.R27, index, "Titel", besked: "Titel mangler") }
        guard hasNoegle, let noegle, let nummer, !same(noegle, nummer) else { return }
        report(
            .R27, index, "BrugervendtNoegle",
            besked: "BrugervendtNoegle skal være den samme tekst som \(element.name)")
    }

    private func same(_ left: ElementValue, _ right: ElementValue) -> Bool {
        left.withBytes { mine in right.withBytes { mine.elementsEqual($0) } }
    }

    private mutating func kassationskode(_ index: Int, _ value: ElementValue) {
        if !value.equals("B"), !value.equals("K") { report(.R28, index, "Kassationskode") }
    }

    private mutating func brev(_ index: Int, _ type: ElementValue, hasBrevDato: Bool) {
        if type.equals("Brev") {
            report(.R42, index, "Type", besked: "Brev skal være indgaaende eller udgaaende")
        }
        if type.equals("Brev, indgaaende"), !hasBrevDato {
            report(.R42, index, "BrevDato", besked: "BrevDato mangler")
        }
    }

    // MARK: Ydelse

    private mutating func bevillingEgenskaber(_ index: Int) {
        var hasNoegle = false
        var hasFoelsomhed = false
        for value in segments[index].body {
            switch value.element {
            case .brugervendtNoegle: hasNoegle = value.isFilled
            case .foelsomhed: hasFoelsomhed = true
            default: break
            }
        }
        if !hasNoegle {
            report(.Y12, index, "BrugervendtNoegle", besked: "BrugervendtNoegle mangler")
        }
        if !hasFoelsomhed { report(.Y12, index, "Foelsomhed", besked: "Foelsomhed mangler") }
    }

    /// Those that a payment's Egenskaber always have (M in ydelse contract §5).
    static let effektueringFelter: [Element] = [
        .startdato, .slutdato, .beloebEfterSkatATP, .beloebSendtTilUdbetaling,
        .udbetalingsafdeling,
    ]

    private mutating func effektueringEgenskaber(_ index: Int) {
        let body = segments[index].body
        for element in Self.effektueringFelter where body[element] == nil {
            report(.Y28, index, element.name, besked: "\(element.name) mangler")
        }
        let efterSkat = body[.beloebEfterSkatATP]
        let sendt = body[.beloebSendtTilUdbetaling]
        if differ(efterSkat, sendt), !(body[.sendtTilUdbetalingTekst]?.isFilled ?? false) {
            report(.Y29, index, "SendtTilUdbetalingTekst")
        }
        if differ(sendt, body[.beloebUdbetalt]), !(body[.udbetaltTekst]?.isFilled ?? false) {
            report(.Y30, index, "UdbetaltTekst")
        }
    }

    /// Whether both amounts are there and are not the same number.
    private func differ(_ left: ElementValue?, _ right: ElementValue?) -> Bool {
        guard let left = left?.beloeb, let right = right?.beloeb else { return false }
        return left != right
    }
}

extension ElementValue {
    var beloeb: Beloeb? { type == .text ? withBytes { Beloeb(ascii: $0) } : nil }
}
