/// Words whose inflections have other stems than they have themselves: a vowel that changes, a stem that the
/// algorithm leaves whole because the word is short, and a past tense in `-te`.
///
/// A question for one is a question for all of its forms; the index knows nothing of it.
enum Uregelmaessige {
    /// Of a word in the letters of `Bogstaver`; most have none. Only the forms that are listed, with an ending at
    /// most, are the word: `vind` is no form of `vinde`.
    static func former(of word: ArraySlice<UInt8>) -> AndreFormer {
        var result = AndreFormer()
        var seen: Set<Int> = []
        for length in stride(
            from: word.count, through: max(1, word.count - laengsteEndelse), by: -1)
        {
            let form = word.prefix(length)
            guard let grupper = tabel[Array(form)],
                length == word.count
                    || mayGoOn(form) && endelser.contains(word.dropFirst(length))
                        && !undtagne.contains(word)
            else { continue }
            for gruppe in grupper where seen.insert(gruppe).inserted {
                result.add(alle[gruppe], except: word)
            }
        }
        for forstavelse in forstavelser where word.starts(with: forstavelse) {
            let rest = Array(word.dropFirst(forstavelse.count))
            // In the present and the passive too.
            let isInflected =
                rest.count > 3 && [UInt8(ascii: "r"), UInt8(ascii: "s")].contains(rest.last)
            for gruppe in tabelBag[rest] ?? (isInflected ? tabelBag[rest.dropLast()] : nil) ?? [] {
                result.add(
                    AndreFormer(
                        stammer: bag[gruppe].map { form in
                            Ordanalyse.stem((forstavelse + form)[...])
                        }), except: word)
            }
        }
        for ord in datid(word) + flertal(word) + intetkoen(word) + ejefald(word) + sidsteled(word)
        where !result.ord.contains(ord) {
            result.ord.append(ord)
        }
        if let stamme = grundform(word).map({ Ordanalyse.stem($0) }),
            !result.stammer.contains(stamme)
        {
            result.stammer.append(stamme)
        }
        return result
    }

    /// The words that alone are this one, folded, where the algorithm takes others for it; nil for nearly all.
    static func alene(_ word: ArraySlice<UInt8>) -> [[UInt8]]? {
        egneTabel[word].map { egneFormer[$0] }
    }

    private static let egneTabel: [ArraySlice<UInt8>: Int] = {
        var result: [ArraySlice<UInt8>: Int] = [:]
        for (number, gruppe) in egne.enumerated() {
            for ord in gruppe where result[ord] == nil { result[ord] = number }
        }
        return result
    }()

    private static let egneFormer: [[[UInt8]]] = egne.map { gruppe in
        gruppe.map { Bogstaver.folded($0) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Names of which one has the other's stem: `Jensen` is no form of `Jens`, nor `Mads` of `mad`.
    private static let navne =
        "anders andersen christian christiansen christensen claus clausen daniel danielsen frederik frederiksen "
        + "gregers gregersen hanne hans hansen henrik henriksen iversen jakob jakobsen jens jensen jeppesen "
        + "jesper jespersen johan johansen jørgen jørgensen karlsen carlsen klaus kristian kristiansen "
        + "kristensen knud knudsen lars larsen laurids lauridsen laursen mads madsen mathias mathiasen "
        + "mathiesen mikkel mikkelsen mogens mogensen morten mortensen niels nielsen nissen olesen olsen "
        + "paulsen peder pedersen peter petersen poul poulsen rasmus rasmussen simon simonsen steffen "
        + "steffensen søren sørensen thomas thomassen thomsen villads villadsen"

    private static let egne: [Set<ArraySlice<UInt8>>] =
        [
            "plads pladser pladsen pladserne pladsens pladsernes",
            "plade plader pladen pladerne pladens",
            "gæld gælden gældens gælds", "ord ordet ordene ords ordets ordenes",
            "orden ordenen ordens",
            "vare varer varen varerne varens varernes",
            "side sider siden siderne sidens sidernes sides",
            "sidde sidder siddet sad siddende", "hav havet havets have haver haven haverne havens",
            "tal tallet tallene tallets tallenes tals", "tag taget tage tagene tagets tagenes",
            "stad staden stads stadens stæder stæderne",
            "indsende indsender indsendt indsendte indsendes",
            "læge læger lægen lægerne lægens lægernes læges",
            "hund hunde hunden hundene hundens hundenes hunds hundes",
            "lejer lejere lejeren lejerne lejerens lejernes lejers lejeres",
            "sats satser satsen satserne satsens satsernes satsers",
            "dans danse danser dansede danset dansen dansene dansens",
            "mester mestre mesteren mestrene mesterens mestrenes mesters mestres",
            "rod roden rødder rødderne rods rodens røddernes", "allerede",
            "møder mødet møderne møde mødes mødernes mødets mødte mødt",
        ].map { letters(alle: $0) }
        + navne.split(separator: " ").map { letters(alle: "\($0) \($0)s") }

    /// A past tense in `-ede`, which the algorithm leaves a letter of: of `klage`, `klager`, `klaget` the word
    /// `klagede`, and of `klagede` those and more.
    private static func datid(_ word: ArraySlice<UInt8>) -> [[UInt8]] {
        let e = UInt8(ascii: "e")
        if word.count >= 6, word.suffix(3).elementsEqual(Array("ede".utf8)),
            !ingenDatid.contains(word)
        {
            let root = Array(word.dropLast(2))
            return ["", "r", "t", "s", "nde"].map {
                Bogstaver.folded((root + Array($0.utf8))[...])
            }
        }
        guard word.count >= 4, let last = word.last else { return [] }
        let root: ArraySlice<UInt8>
        switch last {
        case e where word.suffix(4).elementsEqual(Array("ende".utf8)): root = word.dropLast(3)
        case e: root = word
        case UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "s"): root = word.dropLast()
        default: return []
        }
        guard root.count >= 4, root.last == e, let before = root.dropLast().last,
            !Bogstaver.isVowel(before)
        else { return [] }
        let form = root + Array("de".utf8)
        return ingenDatid.contains(form[...]) ? [] : [Bogstaver.folded(form[...])]
    }

    /// Words in `-ede` that are no past tense.
    private static let ingenDatid = letters(
        alle: "allerede berede billede fristede hvede skede udlede vejlede")

    /// What the algorithm takes more of than of the word: `virksomhed` of `virksomhederne`, `aktivitet` of
    /// `aktiviteten`, `kommunal` of `kommunalt`, `byggeri` of `byggeris`. The parts of compounds have its stem.
    private static func grundform(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        for (base, endings) in [(hed, hedEndelser), (tet, tetEndelser)] {
            for ending in endings
            where word.count > base.count + ending.count + 2
                && word.suffix(base.count + ending.count).elementsEqual(base + ending)
            { return word.dropLast(ending.count) }
        }
        if let last = word.dropLast().last, word.last == UInt8(ascii: "s"), word.count > 4,
            ejefaldsvokaler.contains(last)
        {
            return word.dropLast()
        }
        return word.last == UInt8(ascii: "t") && tabesT(word.dropLast()) ? word.dropLast() : nil
    }

    private static let hed = Array("hed".utf8)
    private static let tet = Array("tet".utf8)
    private static let hedEndelser = ["ernes", "erne", "ers", "ens"].map { Array($0.utf8) }
    private static let tetEndelser = ["ernes", "erne", "ers", "ens", "er", "en"].map {
        Array($0.utf8)
    }
    /// The vowels that the algorithm takes no genitive's s behind.
    private static let ejefaldsvokaler: Set<UInt8> = [
        UInt8(ascii: "i"), UInt8(ascii: "u"), Bogstaver.ae, Bogstaver.oe,
    ]

    /// The genitive of a word in a vowel.
    private static func ejefald(_ word: ArraySlice<UInt8>) -> [[UInt8]] {
        guard word.count > 3, let last = word.last, ejefaldsvokaler.contains(last) else {
            return []
        }
        return [Bogstaver.folded(word + [UInt8(ascii: "s")])]
    }

    /// Adjectives with and without their `-t`: those that end so; others are listed.
    private static func intetkoen(_ word: ArraySlice<UInt8>) -> [[UInt8]] {
        let t = UInt8(ascii: "t")
        let base = word.last == t ? word.dropLast() : word
        return tabesT(base) ? [Bogstaver.folded(word.last == t ? base : base + [t])] : []
    }

    private static func tabesT(_ base: ArraySlice<UInt8>) -> Bool {
        base.count >= 5
            && ["al", "el", "iv", "il"].contains { base.suffix(2).elementsEqual(Array($0.utf8)) }
    }

    /// Nouns that change their vowel, as the last part of a compound: `dagplejebarn` and `dagplejebørn`.
    private static func sidsteled(_ word: ArraySlice<UInt8>) -> [[UInt8]] {
        for gruppe in skiftende {
            for form in gruppe
            where word.count > form.count + 2 && word.suffix(form.count).elementsEqual(form) {
                let head = word.dropLast(form.count)
                return gruppe.filter { $0 != form }.map { Bogstaver.folded((head + $0)[...]) }
            }
        }
        return []
    }

    private static let skiftende: [[[UInt8]]] = [
        "børnenes børnene børns børn barnets barnet barns barn",
        "mændenes mændene mænds mænd mandens manden mands mand", "stæderne stæder staden stad",
        "bøgerne bøger bogen bog", "tænderne tænder tanden tand",
    ].map { $0.split(separator: " ").map { letters($0) } }

    /// All of several in `-hederne`, which the algorithm does not know.
    private static func flertal(_ word: ArraySlice<UInt8>) -> [[UInt8]] {
        let endings = ["hedernes", "hederne", "hedens", "heders", "heden", "heder", "heds", "hed"]
            .map { Array($0.utf8) }
        for ending in endings where word.count > ending.count + 2 {
            guard word.suffix(ending.count).elementsEqual(ending) else { continue }
            let root = Array(word.dropLast(ending.count))
            return endings.filter { $0 != ending }.map { Bogstaver.folded((root + $0)[...]) }
        }
        return []
    }

    /// What verbs begin with; the verb behind it changes as it does alone.
    private static let forstavelser: [[UInt8]] = [
        "af", "an", "be", "bi", "bort", "del", "efter", "fast", "for", "fore", "fort", "forud",
        "fra", "frem", "gen", "god", "hen", "hjem", "ind", "inde", "istand", "iværk", "med", "mod",
        "ned", "om", "op", "over", "part", "plan", "på", "råd", "sam", "til", "tilbage",
        "tilrette", "ud", "und", "under", "ved",
    ].map { Bogstaver.letters($0) }

    /// Groups that stand behind those: the verbs below, and some whose forms alone are other words too.
    private static let bag: [[[UInt8]]] =
        (verber + [
            "tage tager tog taget", "bære bar båret", "se så set", "bede bad bedt",
            "drage drog draget",
            "skære skar skåret", "byde byder bød budt",
            "skyde skød skudt", "gribe greb grebet", "skride skred skredet", "lyse lyste lyst",
            "befale befalte befalt", "stemme stemte stemt", "dømme dømte dømt",
            "rive rev revet", "fryse frøs frosset", "nå nåede nået",
        ]).map { $0.split(separator: " ").map { letters($0) } }

    private static let tabelBag: [[UInt8]: [Int]] = {
        var result: [[UInt8]: [Int]] = [:]
        for (number, gruppe) in bag.enumerated() {
            for form in gruppe { result[form, default: []].append(number) }
        }
        return result
    }()

    /// Of short words in a vowel all forms are listed: `bror` is no form of `bro`. A past tense takes no ending: `gave` is
    /// no form of `gav`.
    private static func mayGoOn(_ form: ArraySlice<UInt8>) -> Bool {
        let isShort =
            form.count < 3 || form.count == 3 && (form.last.map(Bogstaver.isVowel) ?? true)
        return !isShort && !udenEndelser.contains(form)
    }

    /// The groups that a listed form is in.
    private static let tabel: [[UInt8]: [Int]] = {
        var result: [[UInt8]: [Int]] = [:]
        for (number, gruppe) in grupper.enumerated() {
            for ord in gruppe.split(separator: " ") {
                result[letters(ord), default: []].append(number)
            }
        }
        return result
    }()

    /// By group; whole words where another word has the stem, as `vand` has that of `vandt`.
    private static let alle: [AndreFormer] = grupper.map { gruppe in
        var result = AndreFormer()
        for ord in gruppe.split(separator: " ") {
            let form = letters(ord)
            let stamme = Ordanalyse.stem(form[...])
            if andresStammer.contains(stamme) {
                result.ord.append(Bogstaver.folded(form[...]))
            } else if !result.stammer.contains(stamme) {
                result.stammer.append(stamme)
            }
        }
        return result
    }

    private static func letters(_ ord: Substring) -> [UInt8] { Bogstaver.letters(String(ord)) }

    private static func letters(alle text: String) -> Set<ArraySlice<UInt8>> {
        Set(text.split(separator: " ").map { letters($0)[...] })
    }

    /// What a listed form may go on with.
    private static let endelser = letters(
        alle: "s en ens et ets er ers erne ernes e es ene enes ne nes n ns t ts r rs rne rnes nde")
    private static let laengsteEndelse = 5

    /// Listed forms that go on with nothing.
    private static let udenEndelser = letters(
        alle:
            "afgav bandt beskrev blev brød bød drev fandt far fik fløj foreskrev gav gik hjalp kom løj mor opgav "
            + "sat skrev slog sov stad stjal stod tilgav traf trak tvang udgav vandt")

    /// Words that end so and are others.
    private static let undtagne = letters(
        alle:
            "foder foders langs moderne roder rodes rodet tange tangen unger ungers ungerne vinden vindens"
    )

    /// Stems of listed forms that other words have too, folded.
    private static let andresStammer: Set<[UInt8]> = Set(
        letters(alle: "band bod brod brød bund bøg fad mod nød rod rød sat vand vind").map(
            Bogstaver.folded)
    )

    /// A line a word, in its forms of different stems.
    private static let grupper = andreEndVerber + verber

    private static let andreEndVerber = [
        // Vowels that change.
        "barn børn", "mand mænd", "bog bøger bøgers bøgerne bøgernes", "fod fødder", "hånd hænder",
        "tand tænder",
        "nat natten nattens nætter nætterne", "klo kloen kløer kløerne", "stang stænger",
        "tang tænger",
        "gås gæs",
        "far fars fader faderen faders faderens fædre",
        "mor mors moren morens moder moderen moders moderens mødre mødrene",
        "bror broder broderen broders broderens brødre", "datter døtre",
        "søster søstre", "bonde bønder", "øje øjne øjet", "kraft kræfter",
        "stad staden stads stadens stæder",
        // Words too short for the algorithm.
        "by byen byer byens byerne byernes", "sø søen søer søerne", "ø øen øer øerne",
        "å åen åer åerne", "bro broen broer broerne",
        "sti stien stier stierne", "kø køen køer køerne", "ko koen køer køerne", "sko skoen skoene",
        "sky skyen skyer",
        "træ træet træer træerne", "knæ knæet knæer knæene", "æg ægget æggene",
        "tå tåen tæer tæerne",
        "øre ører ørerne", "bi bien bier bierne", "museum museet museer", "syg sygt", "ny nyt nye",
        "fri frit frie",
        "uge ugen uger ugerne ugens ugers ugernes", "år året årene års årets årenes",
        "stue stuen stuer stuerne", "due duen duer duerne", "bue buen buer buerne",
        "kro kroen kroer kroerne", "ske skeen skeer skeerne", "frø frøet frøene frøer",
        "is isen isens", "ur uret ure urene",
        // Words in -um that lose it.
        "kriterium kriteriet kriterier kriterierne", "gymnasium gymnasiet gymnasier gymnasierne",
        "studium studiet studier studierne", "kollegium kollegiet kollegier kollegierne",
        "ministerium ministeriet ministerier ministerierne",
        "laboratorium laboratoriet laboratorier laboratorierne", "medium mediet medier medierne",
        "stadium stadiet stadier stadierne", "forum forummet fora",
        // Words whose stem the algorithm takes more of.
        "budget budgettet budgetter budgetterne", "toilet toilettet toiletter toiletterne",
        "proces processen processer processerne", "kongres kongressen kongresser",
        "regres regressen", "indsats indsatsen indsatser indsatserne",
        "dagsorden dagsordenen dagsordener dagsordenerne", "social socialt sociale",
        "center centret centre centrene centerets", "teater teatret teatre teatrene",
        "register registret registre registrene", "semester semestret semestre",
        "nummer nummeret numre numrene", "filter filtret filtre",
        // Words in -en that lose its e.
        "aften aftner aftnerne", "voksen voksne voksent", "åben åbne åbent", "moden modne",
        // Adjectives.
        "gammel gamle gammelt", "stor stort større størst", "lang langt længere længst",
        "ung ungt yngre yngst", "lille små", "høj højt højere højest", "tung tungt tungere tungest",
        "grøn grønt", "god godt bedre bedst", "langsom langsomt", "blå blåt", "grå gråt",
        "lav lavt", "kold koldt", "varm varmt",
        "hel helt", "fuld fuldt", "bred bredt", "smal smalt", "rød rødt", "hvid hvidt", "gul gult",
        "brun brunt", "løs løst", "lys lyst", "sen sent", "svag svagt", "blød blødt",
        "sikker sikkert",
        "almen alment", "simpel simpelt", "fleksibel fleksibelt", "sund sundt", "svær svært",
        "nem nemt", "tynd tyndt", "vild vildt",
        "våd vådt",
        "blind blindt", "døv døvt", "mild mildt", "fin fint", "pæn pænt", "grov groft grove",
        "dyb dybt", "skæv skævt", "tom tomt", "klog klogt",
        "ejer ejere ejeren ejerne ejers ejernes ejerens",
    ]

    private static let verber = [
        "skrive skrev skrevet", "beskrive beskrev beskrevet", "foreskrive foreskrev",
        "give gav givet", "afgive afgav", "opgive opgav", "udgive udgav", "tilgive tilgav",
        "få fik fået", "gå går gik gået", "stå står stod stået", "slå slår slog slået",
        "blive blev blevet",
        "komme kom kommet", "finde fandt fundet", "binde bandt bundet bundne",
        "vinde vinder vandt vundet vundne",
        "holde holdt", "overholde overholdt", "fastholde fastholdt", "hjælpe hjalp hjulpet",
        "bryde brød brudt", "byde bød budt", "drive drev drevet", "falde faldt",
        "frafalde frafaldt", "bortfalde bortfaldt", "ligge ligger ligget", "løbe løb løbet",
        "sove sov sovet", "træffe traf truffet", "trække trak trukket", "tvinge tvang tvunget",
        "stjæle stjal stjålet", "lyve løj løjet", "flyve fløj fløjet", "nyde nydt",
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
        "gøre gør gjorde gjort", "løse løste løst", "oplyse oplyste oplyst",
        "belyse belyste belyst",
        "anbefale anbefalte anbefalt", "bestemme bestemte bestemt", "bedømme bedømte bedømt",
        "nævne nævnte nævnt", "svømme svømmede svømmet", "rense rensede renset",
    ]
}

extension AndreFormer {
    /// Without what the word itself stands under.
    fileprivate mutating func add(_ other: Self, except word: ArraySlice<UInt8>) {
        let own = Ordanalyse.stem(word)
        stammer += other.stammer.filter { $0 != own && !stammer.contains($0) }
        ord += other.ord.filter { !ord.contains($0) }
    }
}
