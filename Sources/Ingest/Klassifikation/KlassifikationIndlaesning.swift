public import IndexCore

/// What one source of a classification said, read and checked, before anything is merged.
public struct KlassifikationIndlaesning: Sendable {
    /// Which kind of source it was, told by its content.
    public enum Format: String, Sendable, CaseIterable {
        /// The official exchange format 2.0.
        case kleXML = "KLE XML 2.0"
        /// The newer official format with UUIDs and keywords.
        case kleREST = "KLE REST"
        /// A table of subjects.
        case emnetabel
        /// A table of action facets.
        case facettabel
        /// A table of keywords: adds to classes already known.
        case stikordstabel
        /// The extract that comes with the program.
        case medfoelgende
    }

    /// The name of the classification.
    public let navn: String
    /// The kind of source.
    public let format: Format
    /// The day the source was published, when it says.
    public let udgivelsesdato: Dato?
    /// Whether the source is a whole plan.
    public var omfang: KlassifikationOmfang
    /// The classes that broke no rule, in the order read.
    public let klasser: [Klasse]
    /// Keywords for classes the source does not itself describe, by number.
    public let stikord: [String: [Stikord]]
    /// Everything found, in the order of the lines. A record with a `fejl` is not in `klasser`.
    public let fund: [KlassifikationFund]

    /// The findings that kept a record out.
    public var fejl: [KlassifikationFund] { fund.filter { $0.alvor == .fejl } }
}

extension Klassifikation {
    /// Takes in what a reader read; see `merging(_:udgivelsesdato:omfang:)`.
    public func merging(
        _ load: KlassifikationIndlaesning
    ) -> (klassifikation: Klassifikation, rapport: KlassifikationRapport) {
        guard !load.klasser.isEmpty else { return merging(stikord: load.stikord) }
        var (result, rapport) = merging(
            load.klasser, udgivelsesdato: load.udgivelsesdato, omfang: load.omfang)
        guard !load.stikord.isEmpty else { return (result, rapport) }
        let words = result.merging(stikord: load.stikord)
        result = words.klassifikation
        rapport.append(words.rapport)
        return (result, rapport)
    }
}

/// One thing a reader noticed: a broken rule, or something a person should know.
public struct KlassifikationFund: Hashable, Sendable {
    /// How grave it is.
    public enum Alvor: String, Sendable {
        /// The record is not taken.
        case fejl
        /// The record is taken.
        case bemaerkning
    }

    /// What is wrong.
    public let aarsag: Aarsag
    /// The line in the source, from 1.
    public let linje: Int
    /// The element or column.
    public let felt: String
    /// The number of the record, when it is canonical.
    public let nummer: KLENummer?

    /// The rule, as A8 numbers them.
    public var regel: KlassifikationRegel { aarsag.regel }
    /// Whether it kept the record out.
    public var alvor: Alvor { aarsag.alvor }

    /// What can be wrong with a record of a classification.
    public enum Aarsag: String, Hashable, Sendable, CaseIterable {
        case nummerMisdannet, niveauForkert
        case overordnetMangler, overordnetForkert
        case historiskUdenEnGren, efterfoelgerUdenFlytning, efterfoelgerMisdannet
        case efterfoelgerUkendt
        case periodeBaglaens, periodeTom
        case noegleGentaget
        case titelForLang, titelMangler, udgaaetUdenDato
        case datoMisdannet, uuidMisdannet, uuidMangler, bevaringUkendt, slettefristMisdannet
        case elementGentaget, kolonnerForkert, statusUkendt
        case stikordTomt, vaegtMisdannet, artUkendt
    }
}

extension KlassifikationFund.Aarsag {
    /// The rule that was broken.
    public var regel: KlassifikationRegel {
        switch self {
        case .nummerMisdannet, .niveauForkert: .k01
        case .overordnetMangler, .overordnetForkert: .k02
        case .historiskUdenEnGren, .efterfoelgerUdenFlytning, .efterfoelgerMisdannet,
            .efterfoelgerUkendt, .udgaaetUdenDato:
            .k03
        case .periodeBaglaens, .periodeTom: .k05
        case .noegleGentaget: .k06
        case .titelForLang: .k11
        case .titelMangler, .datoMisdannet, .uuidMisdannet, .uuidMangler, .bevaringUkendt,
            .slettefristMisdannet, .elementGentaget, .kolonnerForkert, .statusUkendt,
            .stikordTomt, .vaegtMisdannet, .artUkendt:
            .skema
        }
    }

    /// Whether the record is kept out.
    public var alvor: KlassifikationFund.Alvor {
        switch self {
        case .efterfoelgerUkendt, .periodeTom, .titelMangler, .udgaaetUdenDato, .uuidMangler:
            .bemaerkning
        default: .fejl
        }
    }

    /// A sentence for the person who mends the source; holds no value from it.
    public var tekst: String {
        switch self {
        case .nummerMisdannet: "Nummeret er ikke skrevet i planens form."
        case .niveauForkert: "Nummeret hører til et andet niveau."
        case .overordnetMangler: "Den overordnede klasse findes ikke i samme udgave."
        case .overordnetForkert: "Klassen står under et nummer, den ikke begynder med."
        case .historiskUdenEnGren: "En historisk klasse skal være enten udgået eller flyttet."
        case .efterfoelgerUdenFlytning: "Kun en flyttet klasse kan være afløst af en anden."
        case .efterfoelgerMisdannet: "Den klasse, der afløser, har ikke et gyldigt nummer."
        case .efterfoelgerUkendt: "Den klasse, der afløser, findes ikke i udgaven."
        case .periodeBaglaens: "Klassen ophører, før den begynder."
        case .periodeTom: "Klassen ophører den dag, den begynder; begyndelsen regnes for ukendt."
        case .noegleGentaget: "Nummeret er brugt før i udgaven i samme tidsrum."
        case .titelForLang: "Titlen er længere end 300 tegn."
        case .titelMangler: "Titlen mangler."
        case .udgaaetUdenDato: "Klassen er udgået, men datoen mangler."
        case .datoMisdannet: "Datoen er ikke en dag skrevet ÅÅÅÅ-MM-DD."
        case .uuidMisdannet: "UUID er ikke skrevet i formen 8-4-4-4-12."
        case .uuidMangler: "En gældende klasse mangler UUID."
        case .bevaringUkendt: "Bevaringskoden er ikke K, K5, K10, B eller tom."
        case .slettefristMisdannet: "Slettefristen er ikke en varighed."
        case .elementGentaget: "Et felt, der kun må stå én gang, er gentaget."
        case .kolonnerForkert: "Rækken har ikke lige så mange felter som overskriften."
        case .statusUkendt: "Status er hverken aktiv eller udgaaet."
        case .stikordTomt: "Stikordet mangler."
        case .vaegtMisdannet: "Vægten er ikke et helt tal fra 0."
        case .artUkendt: "Arten er hverken ord eller retskilde."
        }
    }
}

/// Why a source was not read at all.
public enum KlassifikationReadError: Error, Hashable, Sendable {
    /// More bytes than the reader takes.
    case tooLarge(maxBytes: Int)
    case notUTF8
    /// A document type or entity declaration: never needed, and a way to exhaust a reader.
    case declaresDocumentType(linje: Int)
    /// Elements inside elements beyond the limit.
    case tooDeep(linje: Int)
    /// Not well-formed, or cut off.
    case malformed(linje: Int)
    /// The root element or the header line is of no known kind.
    case unknownFormat
}
