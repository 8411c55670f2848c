/// Words whose inflections have other stems than they have themselves: a vowel that changes, a stem that the
/// algorithm leaves whole because the word is short, and a past tense in `-te`.
///
/// A question for one is a question for all of its forms; the index knows nothing of it.
enum Uregelmaessige {
    /// The other stems of a word with this stem, folded; most have none.
    static func stammer(_ stamme: [UInt8]) -> [[UInt8]] { tabel[stamme] ?? [] }

    private static let tabel: [[UInt8]: [[UInt8]]] = {
        var result: [[UInt8]: [[UInt8]]] = [:]
        for gruppe in grupper {
            var stammer: [[UInt8]] = []
            for ord in gruppe.split(separator: " ") {
                let stamme = stamme(ord)
                if !stammer.contains(stamme) { stammer.append(stamme) }
            }
            for own in stammer {
                let others = stammer.filter { $0 != own && !result[own, default: []].contains($0) }
                result[own, default: []] += others
            }
        }
        return result
    }()

    private static func stamme(_ ord: Substring) -> [UInt8] {
        var letters: [UInt8] = []
        let isKnown = Array(ord.utf8).withUnsafeBufferPointer {
            Bogstaver.append($0, to: &letters)
        }
        precondition(isKnown, "Danish letters alone")
        return Ordanalyse.stem(letters[...])
    }

    /// A line a word, in its forms of different stems.
    private static let grupper = [
        // Vowels that change.
        "barn børn", "mand mænd", "bog bøger", "fod fødder", "hånd hænder", "tand tænder",
        "nat nætter", "rod rødder", "klo kløer", "stang stænger", "tang tænger", "gås gæs",
        "far fader fædre", "mor moder mødre", "bror broder brødre", "datter døtre",
        "søster søstre", "bonde bønder", "øje øjne øjet", "kraft kræfter", "stad stæder",
        // Words too short for the algorithm.
        "by byen byer byens byerne byernes", "sø søen søer søerne", "ø øen øer øerne",
        "å åen åer åerne", "bro broen broer broerne",
        "sti stien stier stierne", "kø køen køer køerne", "ko koen køer køerne", "sko skoen skoene",
        "sky skyen skyer",
        "træ træet træer træerne", "knæ knæet knæer knæene", "æg ægget æggene",
        "tå tåen tæer tæerne",
        "øre ører ørerne", "bi bien bier bierne", "museum museet museer", "syg sygt", "ny nyt nye",
        "fri frit frie",
        // Words in -en that lose its e.
        "aften aftner aftnerne", "voksen voksne voksent", "åben åbne åbent", "moden modne",
        // Adjectives.
        "gammel gamle gammelt", "stor større størst", "lang længere længst", "ung yngre yngst",
        "lille små", "høj højere højest", "tung tungere tungest",
        // Verbs.
        "skrive skrev skrevet", "beskrive beskrev beskrevet", "foreskrive foreskrev",
        "give gav givet", "afgive afgav", "opgive opgav", "udgive udgav", "tilgive tilgav",
        "få fik fået", "gå gik gået", "stå stod stået", "slå slog slået", "blive blev blevet",
        "komme kom kommet", "finde fandt fundet", "binde bandt bundet", "vinde vandt vundet",
        "holde holdt", "overholde overholdt", "fastholde fastholdt", "hjælpe hjalp hjulpet",
        "bryde brød brudt", "byde bød budt", "drive drev drevet", "falde faldt",
        "frafalde frafaldt", "bortfalde bortfaldt", "ligge ligger ligget", "løbe løb løbet",
        "sove sov sovet", "træffe traf truffet", "trække trak trukket", "tvinge tvang tvunget",
        "stjæle stjal stjålet", "lyve løj løjet", "flyve fløj fløjet", "nyde nød nydt",
        "bringe bragte bragt", "spørge spurgte spurgt", "vælge valgte valgt",
        "lægge lagde lagt", "fremlægge fremlagde fremlagt", "sætte satte sat",
        "fastsætte fastsatte fastsat", "følge fulgte fulgt", "sige sagde sagt",
        "opsige opsagde opsagt", "sælge solgte solgt", "dø døde død", "være været",
        "søge søgte søgt", "ansøge ansøgte ansøgt", "undersøge undersøgte undersøgt",
        "besøge besøgte besøgt", "købe købte købt", "tilkøbe tilkøbte tilkøbt",
        "betale betalte betalt", "tilbagebetale tilbagebetalte tilbagebetalt",
        "udbetale udbetalte udbetalt", "tale talte talt", "vise viste vist",
        "afvise afviste afvist", "henvise henviste henvist", "anvise anviste anvist",
        "læse læste læst", "rejse rejste rejst", "kende kendte kendt",
        "godkende godkendte godkendt", "tilkende tilkendte tilkendt",
        "anerkende anerkendte anerkendt", "anvende anvendte anvendt", "høre hørte hørt",
        "føre førte ført", "udføre udførte udført", "gennemføre gennemførte gennemført",
        "overføre overførte overført", "køre kørte kørt", "lære lærte lært",
        "sende sendte sendt", "indsende indsendte indsendt", "fremsende fremsendte fremsendt",
        "bruge brugte brugt", "møde mødte mødt", "låne lånte lånt", "tjene tjente tjent",
        "begynde begyndte begyndt", "indkalde indkaldte indkaldt", "kræve krævede krævet",
        "svømme svømmede svømmet", "rense rensede renset",
    ]
}
