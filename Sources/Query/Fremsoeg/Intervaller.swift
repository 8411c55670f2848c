import IndexCore

/// The intervals that a search may ask for, which no object itself holds.
///
/// Source: sag-dokument contract §3.2, ydelse contract §8.
struct Intervalgruppe: Sendable {
    /// What an interval is of.
    enum Maal: Sendable {
        /// The field at the end of the path inside the unit.
        case tid([Element])
        case beloeb([Element])
        /// When the newest registration was received.
        case senestAendret
        case bevillingstart
        case bevillingslut
    }

    let kind: ObjektKind
    /// The extension element.
    let navn: String
    let unit: Element
    let intervaller: [(navn: String, maal: Maal)]

    /// Both ends must be given.
    var kraeverBegge: Bool { kind == .bevilling || kind == .oekonomiskEffektuering }

    static func find(_ kind: ObjektKind, _ navn: String) -> Intervalgruppe? {
        alle.first { $0.kind == kind && $0.navn == navn }
    }

    static let alle: [Intervalgruppe] = [
        Intervalgruppe(
            kind: .sag, navn: "SoegEgenskaberLokalUdvidelse", unit: .sagIndeksEgenskaber,
            intervaller: [
                ("OprettetTidspunktInterval", .tid([.oprettetTidspunkt])),
                ("SenestAendretInterval", .senestAendret),
            ]),
        Intervalgruppe(
            kind: .dokument, navn: "SoegEgenskaberLokalUdvidelse", unit: .egenskaber,
            intervaller: [("BrevDatoInterval", .tid([.brevDato]))]),
        Intervalgruppe(
            kind: .bevilling, navn: "SoegEgenskaberLokalUdvidelse", unit: .egenskaber,
            intervaller: [
                ("BevillingStartDatoInterval", .bevillingstart),
                ("BevillingSlutDatoInterval", .bevillingslut),
            ]),
        Intervalgruppe(
            kind: .bevilling, navn: "SoegBevilgetYdelseLokalUdvidelse", unit: .bevilgetYdelse,
            intervaller: [
                ("BevilgetYdelseStartDatoInterval", .tid([.bevilgetYdelseStartdato])),
                ("BevilgetYdelseSlutDatoInterval", .tid([.bevilgetYdelseSlutdato])),
                (
                    "EffektueringsplanStartDatoInterval",
                    .tid([.oekonomiskEffektueringsplan, .effektueringsplanStartdato])
                ),
                (
                    "EffektueringsplanSlutDatoInterval",
                    .tid([.oekonomiskEffektueringsplan, .effektueringsplanSlutdato])
                ),
                (
                    "YdelseBeloebInterval",
                    .beloeb([.oekonomiskEffektueringsplan, .ydelsesbeloeb])
                ),
            ]),
        Intervalgruppe(
            kind: .oekonomiskEffektuering, navn: "SoegEgenskaberLokalUdvidelse",
            unit: .egenskaber,
            intervaller: [
                ("StartDatoInterval", .tid([.startdato])),
                ("SlutDatoInterval", .tid([.slutdato])),
                ("DispositionsDatoInterval", .tid([.dispositionsdato])),
                ("SamletBruttoBeloebInterval", .beloeb([.samletBruttobeloeb])),
                ("BeloebEfterSkatATPInterval", .beloeb([.beloebEfterSkatATP])),
                ("BeloebSendtTilUdbetalingInterval", .beloeb([.beloebSendtTilUdbetaling])),
                ("BeloebUdbetaltInterval", .beloeb([.beloebUdbetalt])),
            ]),
        Intervalgruppe(
            kind: .oekonomiskEffektuering,
            navn: "SoegOekonomiskYdelseEffektueringRelationLokalUdvidelse",
            unit: .oekonomiskYdelseEffektueringRelation,
            intervaller: [
                ("YdelsesperiodeStartDatoInterval", .tid([.ydelsesperiodeStartdato])),
                ("YdelsesperiodeSlutDatoInterval", .tid([.ydelsesperiodeSlutdato])),
                ("YdelsesBeloebInterval", .beloeb([.ydelsesbeloeb])),
            ]),
    ]
}
