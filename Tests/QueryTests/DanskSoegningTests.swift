// 1. A word finds its inflections, and compounds that it is a part of; and says so in the snippet.
// 2. Letters and their substitutes find each other; a case number in any of its written forms.
// 3. Phrases, beginnings and what is left out are the words themselves.
// 4. Exact stands above inflected, and that above a part.
// 5. What a compound is made of is searched only in what the caller sees.

import Foundation
import IndexCore
import Query
import Testing

@Suite struct DanskSoegningTests {
    let indeks: Indeks

    private static let titler = [
        1: "Kørestolsbevilling", 2: "El-kørestol til borger", 3: "To kørestole på lån",
        4: "Hjælpemiddelansøgning", 5: "Færgen til Ærø", 6: "Færgen til AEROE",
        7: "Sag 24/117 om rampe", 8: "Klage over 2024-000117", 9: "Møde 2023/117",
        10: "Videoen fra kanoen", 11: "Barnets hverdag", 12: "Børn i byens skoler",
        13: "Plejebørn", 14: "En by på landet", 15: "Skrev breve til byerne",
        16: "Skoleprojekt 18-008490K", 17: "Skoleprojekt 18/8490",
    ]

    init() throws {
        indeks = try Indeks()
        for (number, titel) in Self.titler.sorted(by: { $0.key < $1.key }) {
            try indeks.put(
                Sag(uuid: Byg.uuid(number), titel: titel, nummer: "\(number)"))
        }
    }

    /// Those of cases with these titles, numbered from 1, that are found, in order.
    private static func fundne(
        _ text: String, blandt titler: [String]
    ) throws -> [UUIDIdentifikator] {
        let indeks = try Indeks()
        for (place, titel) in titler.enumerated() {
            try indeks.put(Sag(uuid: Byg.uuid(place + 1), titel: titel, nummer: "\(place + 1)"))
        }
        return try indeks.soeg("{\"Tekst\":\(Byg.quoted(text))}")["Traef"]?.uuider ?? []
    }

    private func hits(_ text: String, as scope: AccessScope = .alt) throws -> [Int] {
        let answer = try indeks.soeg(
            "{\"Tekst\":\(Byg.quoted(text)),\"Uddrag\":true}", as: scope)
        return (answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) }
    }

    @Test(
        "Inflections, parts of compounds and other spellings are found",
        arguments: [
            ("kørestol", [1, 2, 3]), ("kørestole", [1, 2, 3]), ("koerestolene", [1, 2, 3]),
            ("KØRESTOLS", [1, 2, 3]), ("bevillinger", [1]),
            ("barn", [11, 12, 13]), ("børnene", [11, 12, 13]), ("BOERN", [11, 12, 13]),
            ("by", [12, 14, 15]), ("byen", [12, 14, 15]), ("skrive", [15]),
            ("hjælpemiddel", [4]), ("ansøgningen", [4]), ("hjaelpemiddel", [4]),
            ("Ærø", [5, 6]), ("AERØ", [5, 6]), ("aeroe", [5, 6]), ("færge", [5, 6]),
            ("faerger", [5, 6]), ("video", [10]), ("videoer", [10]), ("kano", [10]),
            ("24/117", [7, 8]), ("2024-117", [7, 8]), ("2024/000117", [7, 8]), ("23/0117", [9]),
            ("18-008490K", [16]), ("18-008490", [16, 17]), ("2018/8490", [16, 17]),
            ("18-008490L", []),
        ])
    func found(_ text: String, _ expected: [Int]) throws {
        #expect(try hits(text).sorted() == expected)
    }

    @Test(
        "Forms that lose an e, or have the stem that the word loses, find each other",
        arguments: [
            ("hjælpemiddel", "hjælpemidler"), ("hjælpemiddel", "hjælpemidlet"),
            ("regel", "reglerne"),
            ("lønseddel", "lønsedler"), ("cykel", "cyklen"), ("artikel", "artikler"),
            ("kapitel", "kapitlet"), ("enkel", "enkle"), ("sikker", "sikre"),
            ("center", "centre"), ("teater", "teatre"), ("muskel", "muskler"),
            ("finger", "fingre"), ("vinter", "vintre"), ("onkel", "onkler"),
            ("himmel", "himlen"), ("aften", "aftner"), ("øre", "ører"), ("voksen", "voksne"),
            ("aktivitet", "aktiviteter"), ("budget", "budgetter"), ("handel", "handler"),
        ])
    func losesE(_ one: String, _ other: String) throws {
        let indeks = try Indeks()
        for (number, titel) in [one, other, "Sagn om egnen", "Ordet i bed og lag"].enumerated() {
            try indeks.put(
                Sag(uuid: Byg.uuid(number), titel: titel, nummer: "\(number)"))
        }
        for (typed, first) in [(one, 0), (other, 1)] {
            let answer = try indeks.soeg("{\"Tekst\":\(Byg.quoted(typed))}")
            let hits = (answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) }
            // What was typed stands first.
            #expect(hits == [first, 1 - first], "\(typed)")
        }
    }

    @Test(
        "Words with a likeness that is none do not find each other",
        arguments: [
            ("sagen", "sagn"), ("sagn", "sagen"), ("egen", "egnen"), ("egnen", "egen"),
            ("ordre", "ord"), ("bedre", "bed"), ("bed", "bedre"), ("lagre", "laget"),
            // Irregular forms whose stems other words have.
            ("vind", "vand"), ("vand", "vind"), ("mod", "mødre"), ("mor", "mod"), ("bog", "bøg"),
            ("bund", "binde"), ("binde", "bund"), ("sats", "sætte"), ("far", "fad"),
            ("bror", "brod"), ("bro", "bror"), ("nød", "nyde"), ("gav", "gavn"), ("gave", "givet"),
            ("bøde", "byde"), ("fare", "fædre"), ("more", "mødre"), ("unger", "yngre"),
            ("stade", "stæder"),
            ("brødet", "bryde"), ("fløjen", "flyve"), ("borgmestrene", "borger"),
            ("hund", "Hundige"), ("lejer", "lejlighed"), ("sats", "sat"), ("møder", "mødre"),
            ("mester", "mest"), ("dans", "dannet"), ("rødder", "røde"), ("allerede", "alle"),
            ("gratis", "grat"), ("nationalt", "nation"), ("metalt", "metode"),
            ("kvalitet", "kval"), ("anlægget's", "anlagt"),
            ("lejlighed", "leje"), ("leje", "lejlighed"), ("ledig", "leder"), ("bil", "billig"),
            ("tid", "tidlig"), ("far", "farlig"), ("plads", "plade"), ("gæld", "gældende"),
            ("ord", "orden"), ("vare", "varig"), ("læge", "lægge"), ("tal", "tale"),
            ("kunst", "kunstig"), ("stad", "stadig"), ("tand", "istandsætte"),
            ("billet", "billede"), ("billede", "billet"), ("hvede", "hvet"),
            // What only an ending makes of it is no part of a word.
            ("net", "dannet"), ("gen", "morgenen"), ("ring", "forklaring"), ("ret", "fejret"),
            ("tand", "forstand"), ("tid", "måltid"), ("sene", "husene"),
        ])
    func likeness(_ typed: String, _ other: String) throws {
        #expect(try Self.fundne(typed, blandt: [typed, other]) == [Byg.uuid(1)])
    }

    @Test(
        "Irregular forms find each other",
        arguments: [
            ("bog", "bøgerne"), ("bøger", "bogens"), ("mand", "mændene"), ("fod", "fødder"),
            ("vinde", "vandt"), ("vundet", "vinder"), ("moren", "mødre"), ("mødrene", "mor"),
            ("bryde", "brudt"), ("gå", "gik"), ("stod", "står"), ("broen", "broer"),
            ("godkendte", "godkender"), ("mødet", "mødte"), ("små", "lille"),
            ("inddrager", "inddrog"), ("ansætter", "ansatte"), ("planlægge", "planlagt"),
            ("iværksatte", "iværksætter"), ("rådgive", "rådgav"), ("afgøre", "afgjort"),
            ("udskyde", "udskudt"), ("social", "socialt"), ("digitalt", "digital"), ("sen", "sent"),
            ("behandlede", "behandles"), ("behandlende", "behandlede"), ("mulig", "mulighed"),
            ("dagplejebarn", "dagplejebørn"), ("tjenestemænd", "tjenestemand"),
            ("ledig", "ledighed"),
            ("klagede", "klage"), ("klager", "klagede"), ("bygge", "byggede"),
            ("bevilget", "bevilgede"),
            ("lejlighederne", "lejligheden"), ("lejlighed", "lejlighederne"), ("afslå", "afslog"),
            ("vedtog", "vedtage"), ("modtaget", "modtog"), ("forbudt", "forbyde"),
            ("ansat", "ansætte"),
            ("kommunalt", "Kommunale tilskud"), ("generelt", "Generelle retningslinjer"),
            ("byggeris", "Nyt byggeri"), ("byggeri", "Byggeris højde"),
            ("budgettet", "Budgetforlig"), ("virksomhederne", "Erhvervsvirksomhed"),
            ("virksomheders", "Erhvervsvirksomhed"), ("centret", "Plejecenter"),
            ("centrene", "Plejecenter"), ("aktiviteter", "Sommerferieaktivitet"),
            ("aktiviteten", "Sommerferieaktivitet"), ("indsatsen", "Kontrolindsats"),
            ("myndighederne", "Bygningsmyndighed"), ("processen", "Udviklingsproces"),
            ("dagsordenen", "Dagsorden"), ("socialt", "Sociale ydelser"),
            ("menus", "En menu"), ("miljø", "Miljøs bedste"),
            ("SFO'en", "Plads i SFO"), ("PPR\u{2019}s", "Brev til PPR"), ("KL's", "Møde i KL"),
            ("nedlagde", "nedlægge"), ("grøn", "grønt"), ("ungt", "ung"), ("ejer", "ejerne"),
            ("kælderen", "kældre"), ("nummeret", "numre"), ("natten", "nætter"),
            ("hjælpemiddels", "hjælpemidler"), ("budgets", "budgettet"),
            ("borgmesteren", "borgmestre"),
        ])
    func irregular(_ typed: String, _ other: String) throws {
        #expect(try Self.fundne(typed, blandt: [other]) == [Byg.uuid(1)])
    }

    @Test(
        "Names are found as they are written, and by no form of another name",
        arguments: [
            ("Hans Jensen", [1]), ("Jens Hansen", [2]), ("jensen", [1]), ("Anders", [3]),
            ("and", []), ("Müller", [4]), ("mulig", []), ("Andr*", [5]), ("aagaard", [5]),
            ("Hans", [1]), ("Hannsen", [2]), ("jensenn", [1]), ("aagard", [5]),
        ])
    func names(_ typed: String, _ expected: [Int]) throws {
        let indeks = try Indeks()
        let navne = ["Hans Jensen", "Jens Hansen", "Anders Bo", "Ole Müller", "Andreas Ågård"]
        for (place, navn) in navne.enumerated() {
            var sag = Sag(uuid: Byg.uuid(place + 1), titel: "Sag", nummer: "N\(place + 1)")
            sag.parter = [PartRelation(urn: "urn:oio:cpr-nr:311399990\(place)", navn: navn)]
            try indeks.put(sag)
        }
        let answer = try indeks.soeg("{\"Tekst\":\(Byg.quoted(typed)),\"Uddrag\":true}")
        let hits = (answer["Traef"]?.uuider ?? []).map { Int($0.low & 0xFFFF) }
        #expect(hits == expected)
        #expect(
            (answer["Traef"]?.array ?? []).allSatisfy {
                $0["Uddrag"]?["Felt"]?.string == "Part"
            })
    }

    @Test("A person's own cases stand before what mentions the number, with memory and without")
    func ownBeforeMentions() throws {
        let indeks = try Indeks()
        var egen = Sag(uuid: Byg.uuid(1), titel: "Enkeltydelse", nummer: "1")
        egen.parter = [PartRelation(urn: "urn:oio:cpr-nr:3113999901", til: nil)]
        try indeks.put(egen)
        indeks.tick()
        try indeks.put(
            Sag(uuid: Byg.uuid(2), titel: "Sag vedr. CPR 311399-9901", nummer: "2"))
        indeks.tick()
        var tidligere = Sag(uuid: Byg.uuid(3), titel: "Afsluttet", nummer: "3")
        tidligere.parter = [PartRelation(urn: "urn:oio:cpr-nr:3113999901", til: "2024-03-01")]
        try indeks.put(tidligere)
        for text in ["311399-9901", "3113999901"] {
            for one in [indeks, try indeks.udenHukommelse()] {
                let answer = try one.soeg("{\"Tekst\":\"\(text)\"}")
                #expect(
                    answer["Traef"]?.uuider == [Byg.uuid(1), Byg.uuid(2)], "\(answer.alTekst)")
            }
        }
    }

    @Test(
        "Words joined by a hyphen are one word, and inflected at their end",
        arguments: [
            ("elkørestol", "El-kørestol til borger"), ("elkørestolen", "Lån af el-kørestole"),
            ("el-kørestole", "Elkørestolen"), ("el-kørestolen", "El-kørestole"),
            ("it-systemer", "Nyt it-system"), ("itsystem", "IT-systemerne"),
            ("email", "Svar pr. e-mail"), ("e-mails", "Email"), ("A-kasserne", "akasse"),
            ("kørestols-bevilling", "Kørestolsbevillinger"), ("annemarie", "Sag om Anne-Marie"),
            ("tand-læge-vagt", "Tandlægevagten"), ("tandlægevagt", "Tand-læge-vagten"),
            ("aeldrepleje", "Ældre\u{2011}pleje"), ("gulspurv-systemer", "Gulspurv system"),
            ("gulspurv-system", "Gulspurv systemer"), ("tordyvel/systemer", "Tordyvel/system"),
            ("plan/barn", "Plan/børn"),
        ])
    func hyphens(_ typed: String, _ other: String) throws {
        let indeks = try Indeks()
        try indeks.put(Sag(uuid: Byg.uuid(1), titel: other, nummer: "1"))
        try indeks.put(Sag(uuid: Byg.uuid(2), titel: "Stol i kasse, el og mail", nummer: "2"))
        for one in [indeks, try indeks.udenHukommelse()] {
            let answer = try one.soeg("{\"Tekst\":\(Byg.quoted(typed)),\"Uddrag\":true}")
            #expect(answer["Traef"]?.uuider == [Byg.uuid(1)], "\(answer.alTekst)")
            #expect(answer["Forstaaet"]?.array?.count == 1)
            #expect(answer["Traef"]?.array?.first?["Uddrag"]?["Markeringer"]?.array?.count == 1)
        }
    }

    @Test(
        "What no hyphen joins is no word",
        arguments: [
            ("elkørestol", "El - kørestol"), ("elkørestol", "El, kørestol"),
            ("børneunge", "Børne- og unge"), ("bygsag", "BYG-2023 sag"), ("akasse", "A/kasse"),
            ("it-systemer", "System for it"), ("it-system", "It-systemisk"),
        ])
    func notJoined(_ typed: String, _ other: String) throws {
        #expect(try Self.fundne("\"\(typed)\"", blandt: [other]) == [])
        let answer = try Self.fundne(typed + " -findesikke", blandt: [other, typed])
        #expect(answer == [Byg.uuid(2)], "\(typed)")
    }

    @Test("Words together as typed stand above those that are inflected")
    func joinedOrder() throws {
        let titler = ["Tordyvel/system", "Tordyvel/systemer"]
        #expect(
            try Self.fundne("tordyvel/system", blandt: titler) == [Byg.uuid(1), Byg.uuid(2)])
        #expect(
            try Self.fundne("tordyvel/systemer", blandt: titler.reversed())
                == [Byg.uuid(1), Byg.uuid(2)])
    }

    @Test("A snippet shows a part by which some of the words were found")
    func partSnippet() throws {
        let answer = try indeks.soeg(
            "{\"Tekst\":\"kørestolsreparation fortrydelsesret\",\"Uddrag\":true}")
        let first = try #require(answer["Traef"]?.array?.first, "\(answer.alTekst)")
        #expect(first["Uddrag"]?["Felt"]?.string == "Titel", "\(answer.alTekst)")
        #expect(first["Uddrag"]?["Markeringer"]?.array?.isEmpty == false)
    }

    @Test("The object whose UUID is typed stands before what mentions it, with memory and without")
    func uuidFirst() throws {
        let uuid = "\(Byg.uuid(1))"
        try indeks.put(Sag(uuid: Byg.uuid(90), titel: "Om sag \(uuid)", nummer: "90"))
        for one in [indeks, try indeks.udenHukommelse()] {
            let answer = try one.soeg("{\"Tekst\":\"\(uuid)\"}")
            #expect(answer["Traef"]?.uuider == [Byg.uuid(1), Byg.uuid(90)], "\(answer.alTekst)")
        }
    }

    @Test("Short words find their own inflections")
    func shortWords() throws {
        let grupper = [
            ["uge", "ugen", "uger", "ugerne"], ["år", "året", "årene", "års"],
            ["stue", "stuen", "stuer", "stuerne"], ["kro", "kroen", "kroer"], ["is", "isen"],
            ["frø", "frøet", "frøer"], ["ur", "uret", "ure"],
            ["kriterium", "kriteriet", "kriterier"], ["gymnasium", "gymnasier"],
            ["forum", "fora"],
        ]
        for gruppe in grupper {
            for ord in gruppe {
                let fundne = try Self.fundne("zq " + ord, blandt: gruppe.map { "Zq \($0)" })
                #expect(fundne.count == gruppe.count, "\(ord)")
            }
        }
    }

    @Test("A surname is no form of a first name, nor a word of a name")
    func names() throws {
        let titler = [
            "Møde med Jens Hansen", "Møde med Hans Jensen", "Møde med Hanne Jens",
            "Møde med Mads Madsen", "Møde om mad", "Jensens ansøgning",
        ]
        for (text, expected) in [
            ("Jensen", [2, 6]), ("Jens", [1, 3]), ("Hans", [2]), ("Hansen", [1]), ("Mads", [4]),
            ("Madsen", [4]), ("Hans Jensen", [2]), ("Jensens", [2, 6]),
        ] {
            let fundne = try Self.fundne(text, blandt: titler)
            #expect(fundne.map { Int($0.low & 0xFFFF) }.sorted() == expected, "\(text)")
        }
    }

    @Test("Compounds that begin with special and their like are split")
    func special() throws {
        for (ord, titel) in [
            ("skole", "Specialskole"), ("undervisning", "Specialundervisning"),
            ("børnehave", "Specialbørnehave"), ("tandpleje", "Specialtandpleje"),
            ("hjælpemiddel", "Stomihjælpemidler"), ("vindmølle", "Vindmøllepark"),
            ("park", "Vindmøllepark"), ("klasse", "Specialklasse"),
        ] {
            #expect(try Self.fundne(ord, blandt: [titel]).count == 1, "\(ord), \(titel)")
        }
        for ord in ["list", "specialist", "special"] {
            #expect(
                try Self.fundne(ord, blandt: ["Specialist"]).count == (ord == "specialist" ? 1 : 0),
                "\(ord)")
        }
    }

    @Test("A number finds no class whose number has it") func classNumbers() throws {
        #expect(try indeks.soeg("{\"Tekst\":\"36\"}")["Antal"]?["Vaerdi"]?.integer == 0)
        #expect(try indeks.soeg("{\"Tekst\":\"§ 27\"}")["Antal"]?["Vaerdi"]?.integer == 0)
        #expect(
            try indeks.soeg("{\"Tekst\":\"27.36.04\"}")["Antal"]?["Vaerdi"]?.integer
                == Self.titler.count)
        // Half a number, and one without its zero.
        #expect(
            try indeks.soeg("{\"Tekst\":\"27.3\"}")["Antal"]?["Vaerdi"]?.integer
                == Self.titler.count)
    }

    @Test(
        "The whole title stands before what only begins or ends so, however it is found",
        arguments: ["Besøg på skolen", "besøg skolen på", "Besøg", "\"besøg på skolen\""])
    func wholeTitle(_ typed: String) throws {
        let indeks = try Indeks()
        let titles = [
            "Besøg på skolen", "Besøg", "Opfølgning på besøg på skolen", "Besøg på skolen og mere",
            "Besøg i dag",
        ]
        for (place, titel) in titles.enumerated() {
            try indeks.put(Sag(uuid: Byg.uuid(place + 1), titel: titel, nummer: "N\(place)"))
        }
        let expected = typed == "Besøg" ? 2 : 1
        for rest in ["", ",\"Virkningstid\":\"2024-06-01\"", ",\"Fremdrift\":[\"Opstaaet\"]"] {
            let answer = try indeks.soeg("{\"Tekst\":\(Byg.quoted(typed))\(rest)}")
            #expect(answer["Traef"]?.uuider.first == Byg.uuid(expected), "\(rest)")
        }
    }

    @Test("A soft hyphen and zero-width signs are no part of a word") func invisible() throws {
        let title = "Kø\u{AD}re\u{200B}stols\u{AD}rampe"
        for typed in ["kørestolsrampe", "rampe", "køre\u{200B}stolsrampe"] {
            #expect(try Self.fundne(typed, blandt: [title]) == [Byg.uuid(1)], "\(typed)")
        }
    }

    @Test("A compound of words that are there is not taken for a misspelt word")
    func notMisspelt() throws {
        #expect(
            try Self.fundne("grundsalg", blandt: ["Et grundlag", "Salg af grund"]).first
                == Byg.uuid(2))
        // One letter away from a word, and from the stem of another.
        #expect(try Self.fundne("ældrerad", blandt: ["Ældre", "Ældreråd"]) == [Byg.uuid(2)])
    }

    private static let hasList = FileManager.default.fileExists(atPath: Leksikon.installeretSti)

    @Test(
        "A word of the language is not mended, whatever is near it",
        .enabled(if: hasList, "no Danish word list here"))
    func rightWord() throws {
        #expect(try Self.fundne("uenighed", blandt: ["Enighed om plan"]) == [])
        #expect(try Self.fundne("uenigged", blandt: ["Uenighed om plan"]) == [Byg.uuid(1)])
    }

    @Test("Parts of a word are sought in texts, not among names") func partsAndNames() throws {
        let indeks = try Indeks()
        var sag = Sag(uuid: Byg.uuid(1), titel: "Sag", nummer: "1")
        sag.parter = [PartRelation(urn: "urn:oio:cpr-nr:3113999901", navn: "Sten Lund")]
        try indeks.put(sag)
        try indeks.put(Sag(uuid: Byg.uuid(2), titel: "Lund og sten", nummer: "2"))
        let answer = try indeks.soeg("{\"Tekst\":\"grustenlund haslund\"}")
        #expect((answer["Traef"]?.uuider ?? []).contains(Byg.uuid(1)) == false)
    }

    @Test("A class that is left out may end in a star") func leftOutStar() throws {
        for left in ["-27.36", "-27.36.*", "-27.*"] {
            let answer = try indeks.soeg("{\"Tekst\":\"kørestol \(left)\"}")
            #expect(answer["Antal"]?["Vaerdi"]?.integer == 0, "\(left)")
        }
        #expect(try indeks.soeg("{\"Tekst\":\"kørestol -32.*\"}")["Antal"]?["Vaerdi"]?.integer == 3)
    }

    @Test("A misspelt word is mended alike in what is judged by itself and what is not")
    func mendedAlike() throws {
        let indeks = try Indeks()
        var sag = Sag(uuid: Byg.uuid(1), titel: "Sag", nummer: "1")
        sag.journal = [
            JournalRelation(dokument: Byg.uuid(2), dokumenttitel: "Breve til borgere"),
            JournalRelation(dokument: Byg.uuid(3), dokumenttitel: "Andet"),
        ]
        try indeks.put(Dokument(uuid: Byg.uuid(2), titel: "Et"))
        var hidden = Dokument(uuid: Byg.uuid(3), titel: "To")
        hidden.niveau = 4
        try indeks.put(hidden)
        try indeks.put(sag)
        for scope in [AccessScope.alt, .system(AccessScope.gruppe(niveau: 2))] {
            for _ in 0..<2 {
                let answer = try indeks.soeg("{\"Tekst\":\"børgene\"}", as: scope)
                #expect(answer["Traef"]?.uuider == [Byg.uuid(1)])
                #expect(
                    answer["Forstaaet"]?.array?.last?["Til"]?.array?.map(\.string) == ["borgere"])
            }
        }
    }

    @Test(
        "A word that is no compound is found by none of what it looks like",
        arguments: [
            ("Forslag til budget", "lag"), ("Kultur og fritid", "tur"), ("Formanden", "and"),
            ("Antallet af sager", "let"), ("Mellem husene", "lem"), ("Billeder", "bil"),
            ("Ved kysten", "ten"), ("Leverandørens tilbud", "dør"), ("Statistikken", "tik"),
            ("Barnets net", "bar"), ("Godkendelse", "god"), ("Listen", "sten"),
            ("Vejledende", "vej"), ("Administrationens svar", "ens"),
        ])
    func noCompound(_ titel: String, _ part: String) throws {
        #expect(try Self.fundne(part, blandt: [titel, part]) == [Byg.uuid(2)])
    }

    @Test("A phrase stands in one text, and the snippet is of that text alone") func texts() throws
    {
        let indeks = try Indeks()
        try indeks.put(
            Sag(
                uuid: Byg.uuid(1), titel: "Hvidbjerg", nummer: "PH-1",
                parter: [
                    PartRelation(urn: "urn:oio:cpr-nr:1111110000", navn: "Anna Sortemose"),
                    PartRelation(urn: "urn:oio:cpr-nr:1111110001", navn: "Bo Hvidbjerg"),
                ]))
        func hits(_ text: String) throws -> Int {
            try indeks.soeg("{\"Tekst\":\(Byg.quoted(text)),\"Uddrag\":true}")["Antal"]?["Vaerdi"]?
                .integer ?? -1
        }
        #expect(try hits("\"hvidbjerg ph\"") == 0 && hits("hvidbjerg ph-1") == 1)
        #expect(try hits("hvidbjerg -\"hvidbjerg ph\"") == 1)
        #expect(try hits("\"sortemose bo\"") == 0 && hits("\"bo hvidbjerg\"") == 1)
        #expect(try hits("\"ph 1\"") == 1 && hits("\"anna sortemose\"") == 1)
        let answer = try indeks.soeg("{\"Tekst\":\"ph-1\",\"Uddrag\":true}")
        let snippet = answer["Traef"]?.array?.first?["Uddrag"]
        #expect(snippet?["Tekst"]?.string == "PH-1")
        #expect(snippet?["Felt"]?.string == "BrugervendtNoegle")
    }

    @Test(
        "Phrases, beginnings and what is left out are exact",
        arguments: [
            ("\"kørestol\"", [2]), ("\"kørestole på lån\"", [3]), ("\"kørestol på lån\"", []),
            ("kørestol*", [1, 2, 3]), ("bevilling*", []), ("kørestol -kørestole", [1, 2]),
            ("\"2024-117\"", []), ("\"24/117\"", [7]),
        ])
    func exact(_ text: String, _ expected: [Int]) throws {
        #expect(try hits(text).sorted() == expected)
    }

    @Test("Exact stands above inflected, and that above a part of a compound") func order() throws {
        #expect(try hits("kørestol") == [2, 3, 1])
        #expect(try hits("kørestole") == [3, 2, 1])
    }

    @Test(
        "The snippet marks the word that was found",
        arguments: [
            ("bevillinger", "Kørestolsbevilling"), ("ansøgninger", "Hjælpemiddelansøgning"),
            ("23-117", "2023/117"),
        ])
    func snippet(_ text: String, _ expected: String) throws {
        let answer = try indeks.soeg("{\"Tekst\":\(Byg.quoted(text)),\"Uddrag\":true}")
        let snippet = try #require(answer["Traef"]?.array?.first?["Uddrag"])
        let scalars = Array(try #require(snippet["Tekst"]?.string).unicodeScalars)
        let mark = try #require(snippet["Markeringer"]?.array?.first?.array).compactMap(\.integer)
        var marked = String.UnicodeScalarView()
        marked.append(contentsOf: scalars[mark[0]..<(mark[0] + mark[1])])
        #expect(String(marked) == expected)
    }

    @Test("Parts of hidden words find nothing") func hidden() throws {
        try indeks.put(
            Bevilling(
                uuid: Byg.uuid(20), begrundelse: "Bevilges",
                ydelser: [
                    Ydelse(id: "a", navn: "Folkepension", kle: "32.03.04"),
                    Ydelse(id: "b", navn: "Kørestolsbevilling", kle: "27.36.16"),
                ]))
        let scope = AccessScope.system(AccessScope.gruppe(kle: "32.*"))
        #expect(try hits("bevilling kørestol").contains(20))
        #expect(try !hits("bevilling kørestol", as: scope).contains(20))
        #expect(try hits("folkepensionen", as: scope) == [20])
    }
}
