/// Every numbered rule that an object can break on its way in.
///
/// The number is the contract's: R of sag-dokument, Y of ydelse.
public enum Rule: String, Sendable, CaseIterable {
    case R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R14, R15, R16, R17, R18, R19, R20
    case R21, R22, R23, R24, R25, R26, R27, R28, R29, R30, R31, R32, R33, R34, R35, R36, R37
    case R38, R39, R40, R41, R42, R43, R44, R45, R46
    case Y01, Y02, Y03, Y04, Y05, Y06, Y07, Y08, Y09, Y10, Y11, Y12, Y13, Y14, Y15, Y16, Y17
    case Y18, Y19, Y20, Y21, Y22, Y23, Y24, Y25, Y26, Y27, Y28, Y29, Y30, Y31, Y32, Y33, Y34
    case Y35, Y36, Y37, Y38, Y39, Y40, Y41, Y42, Y43
    /// The access rule for writers: an approved agreement with the role Rediger.
    case X1
    /// The classification's: how a class was found (A5), and that it had retired (A6).
    case K12, K13

    /// What breaking the rule leads to.
    public enum Mark: Sendable {
        /// Refuses, whatever the source's mode: schema, index, terms and our own design rules.
        case refuses
        /// Guidance: refuses in strict mode, is told as a warning in lenient mode.
        case guidance
        /// Told as a warning in either mode.
        case warns
    }

    public var mark: Mark {
        switch self {
        case .R23, .R24, .R25, .R26, .R27, .R28, .R29, .R30, .R31, .R32, .R33, .R34, .R35, .R36,
            .R37, .R38, .R39, .R40, .R41, .R42, .R43:
            .guidance
        case .Y05, .Y14, .Y17, .Y18, .Y19, .Y22, .Y23, .Y24, .Y25, .Y26, .Y27, .Y28, .Y29, .Y30,
            .Y31, .Y32, .Y33, .K12, .K13:
            .warns
        default: .refuses
        }
    }

    /// The status an object gets when the rule refuses it.
    public var statusKode: Int {
        switch self {
        case .R18, .R20, .R23, .Y34, .Y37: 49
        case .R19, .R37, .Y35: 44
        case .R21, .X1: 43
        default: 40
        }
    }

    /// What the rule asks for, in Danish; used where a finding has nothing more exact to say.
    public var besked: String {
        switch self {
        case .R1, .Y01: "UUID skal være 8-4-4-4-12 hexadecimale cifre uden parenteser"
        case .R2: "URN må højst være 255 tegn"
        case .R3, .Y03: "Teksten er for kort eller for lang"
        case .R4, .Y06: "Værdien er ikke i den lovlige liste (store og små bogstaver tæller)"
        case .R5: "Værdien har ikke den lovlige form"
        case .R6: "Tidspunkt skal være ÅÅÅÅ-MM-DDTtt:mm:ss[.f][Z|±tt:mm]"
        case .R7: "GraenseIndikator kan kun være true"
        case .R8: "Ukendt eller gentaget element, null eller forkert type"
        case .R9, .Y09: "AttributListe, TilstandListe og RelationListe skal alle være der"
        case .R10: "Opdatering kræver Tidspunkt og må ikke have LivscyklusKode eller BrugerRef"
        case .R11: "Elementet findes ikke længere på denne plads"
        case .R12: "OffentlighedUndtaget kræver begge sine elementer"
        case .R14: "Der er intet at søge på"
        case .R15: "Fjernelse kræver udtrykkelige UUID'er eller kriterier"
        case .R16: "FraTidspunkt skal ligge før TilTidspunkt"
        case .R17: "Udvidelsen hører til en anden relation, eller der er flere"
        case .R18: "Objektet findes allerede"
        case .R19: "Objektet findes ikke"
        case .R20: "Master kan ikke ændres"
        case .R21: "Kun objektets kildesystem må ændre det"
        case .R22: "En part angives med URN, ikke UUID"
        case .R23: "BrugervendtNoegle bruges af et andet objekt af samme type hos myndigheden"
        case .R24:
            "Import kræver LivscyklusKode Importeret, BrugerRef og Tidspunkt, og StsTidspunkt må ikke sendes"
        case .R25: "Virkning skal have FraTidspunkt, TilTidspunkt, AktoerRef og AktoerTypeKode"
        case .R26: "Kontroltegn eller linjeskift er ikke tilladt her"
        case .R27: "Egenskaber kræver BrugervendtNoegle, nummer og Titel"
        case .R28: "Kassationskode skal være B eller K"
        case .R29: "Foelsomhed og en sammenhængende Fremdrift er obligatorisk"
        case .R30: "En obligatorisk relation mangler"
        case .R31: "Rollen tillader kun én ad gangen og skal gælde uden ophør"
        case .R32: "Indeks mangler, er overflødigt eller gentaget"
        case .R33: "Rolle, Type eller ReferenceID er ikke lovlig for denne relation"
        case .R34: "Partens URN har ikke en lovlig form"
        case .R35: "FuldtNavn, CVR eller BrugervendtNoegle passer ikke til relationen"
        case .R36: "Klassen mangler nummer eller titler"
        case .R37: "Det objekt, der henvises til, findes ikke eller har forkert type"
        case .R38: "Journalnotat er ikke udfyldt efter reglerne"
        case .R39: "Journalpost er ikke udfyldt efter reglerne"
        case .R40: "SystemNavn er obligatorisk, og SystemURI må ikke udfyldes"
        case .R41: "Sikkerhedsprofil peger på organisation, enhed eller bruger med UUID"
        case .R42: "Dokumentets type, brevdato og version passer ikke sammen"
        case .R43: "En obligatorisk del kan erstattes, men ikke ophøre eller kasseres"
        case .R44, .R45, .R46, .Y38, .Y40, .Y41, .Y42, .Y43: "Reglen er ikke overholdt"
        case .Y02: "Præcis én gren skal udfyldes, og GraenseIndikator kan kun være true"
        case .Y04: "Beløb skrives med cifre og eventuelt punktum som decimaltegn"
        case .Y05: "Tre decimaler ligner et tusindtalspunktum"
        case .Y07: "Højst to ItSystem på en BevilgetYdelse"
        case .Y08: "CVR-nr er otte cifre"
        case .Y10: "Opdatering kræver Tidspunkt og må ikke have LivscyklusKode eller BrugerRef"
        case .Y11: "BevilgetYdelseRef kræver både UUID og BevilgetYdelseId"
        case .Y12: "Egenskaber kræver BrugervendtNoegle og Foelsomhed"
        case .Y13: "Der skal være præcis én Ejer med CVR-nr på ethvert tidspunkt"
        case .Y14: "Ansvarlig, Bevillingssag, Bevillingsmodtager eller Ydelsesmodtager mangler"
        case .Y15: "BevilgetYdelse kræver Id, Navn, startdato, Ydelse og Klassifikation"
        case .Y16: "Kun én BevilgetYdelse med samme Id ad gangen"
        case .Y17: "KLE-nummeret er ukendt eller ikke NN.NN.NN"
        case .Y18: "Reference og kopieret tekst er uenige; referencen gælder"
        case .Y19: "Ukendt rolle eller type"
        case .Y20: "FraTidspunkt skal være endeligt og ligge før TilTidspunkt"
        case .Y21: "Samme relation må ikke overlappe sig selv"
        case .Y22: "Hul i en obligatorisk relation"
        case .Y23: "AktoerTypeKode bør være Bruger eller ItSystem"
        case .Y24: "Feltet udfyldes af indekset og er ikke brugt"
        case .Y25: "LivscyklusKode bør være Importeret"
        case .Y26: "Planen mangler et obligatorisk felt"
        case .Y27: "BevilgetYdelse ligger uden for bevillingens periode"
        case .Y28: "Effektueringen mangler et obligatorisk felt"
        case .Y29: "Beløbene kræver SendtTilUdbetalingTekst"
        case .Y30: "Beløbene kræver UdbetaltTekst"
        case .Y31: "SamletBruttobeloeb er ikke summen af linjerne"
        case .Y32: "Startdato eller Slutdato passer ikke med linjerne"
        case .Y33: "Den bevilgede ydelse, der henvises til, findes ikke endnu"
        case .Y34: "Objektet findes allerede"
        case .Y35: "Objektet findes ikke"
        case .Y36: "En obligatorisk del må ikke fjernes"
        case .Y37: "Tidspunkt er ældre end den seneste registrering"
        case .Y39: "Kontroltegn eller linjeskift er ikke tilladt her"
        case .K12: "Klassen er ikke fundet entydigt"
        case .K13: "Klassen var udgået"
        case .X1: "Systemet har ikke en aftale, der tillader skrivning for myndigheden"
        }
    }
}
