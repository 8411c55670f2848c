/// The words the generator writes with: common Danish names, streets, phrases and compounds.
///
/// A phrase has places in braces, filled by `PhraseWriter`: `{s}` what it is about, `{n}` a person,
/// `{k}` a compound word, `{d}` a date, `{a}` an address, `{u}` a unit, `{b}` an amount, `{c}` a
/// company, `{t}` a number; a capital letter in the braces makes the first letter a capital.
enum GeneratorVocabulary {
    static let systemNames = words(
        """
        Integrationsplatform,Sagsportalen ESDH,Journalia,Arkivbasen,Omsorgsnøglen,PlejePlan,\
        Hjælpemiddelbasen,MidlerNu,Voksenstøtte,Støttekompas,Børnefag,Ungelinjen,Pladsfag,\
        Dagtilbudsporten,Sundhedsfag,Træningsplan,Pensionsmotoren,Pensionsdialog,\
        Boligstøttefag,Huslejebasen,Ydelsesmotoren,Kontanthjælpsfag,Dagpengefag,\
        Refusionsbasen,Jobkompas,Indsatsplan,Elevbasen,Skolelinjen,Byggesagsfag,Byg og Grund,\
        Miljøtilsynsfag,Naturbasen,Vejfag,Parkeringsbasen,Affaldsfag,Spildevandsbasen,\
        Borgerfag,Opkrævningsfag,Foreningsfag,Kulturbasen
        """)

    static let maleNames = words(
        """
        Peter,Michael,Jens,Lars,Thomas,Henrik,Søren,Christian,Martin,Jan,Morten,Anders,Jesper,\
        Mads,Niels,Rasmus,Per,Hans,Jørgen,Ole,Mikkel,Kim,Frederik,Jakob,Nikolaj,Simon,Mathias,\
        Emil,Kasper,Jonas,Tobias,Oliver,Magnus,Lucas,William,Noah,Victor,Oscar,Carl,August,\
        Malthe,Alfred,Valdemar,Elias,Anton,Erik,Kurt,Poul,Svend,Knud,Bent,Finn,Leif,Flemming,\
        Torben,Claus,Bo,Carsten,Brian,Allan,Dennis,René,Ahmed,Mohammad,Ali,Omar,Åge,Bjørn,\
        Asger,Troels,Esben,Gustav,Villads,Storm,Kåre
        """)

    static let femaleNames = words(
        """
        Anne,Kirsten,Mette,Hanne,Anna,Helle,Susanne,Maria,Lene,Marianne,Camilla,Lone,Charlotte,\
        Inge,Pia,Tina,Bente,Louise,Karen,Jette,Ida,Julie,Sofie,Laura,Emma,Freja,Clara,Alma,\
        Olivia,Ella,Josefine,Mathilde,Caroline,Sara,Katrine,Line,Signe,Maja,Nanna,Rikke,Trine,\
        Heidi,Gitte,Birgitte,Annette,Ulla,Birthe,Inger,Grethe,Else,Lis,Ruth,Ellen,Aase,Tove,\
        Jytte,Vibeke,Dorte,Sanne,Pernille,Stine,Simone,Cecilie,Emilie,Agnes,Asta,Liv,Fatima,\
        Aisha,Zeynep,Åse,Ingrid,Bodil,Solveig,Tilde
        """)

    static let lastNames = words(
        """
        Nielsen,Jensen,Hansen,Andersen,Pedersen,Christensen,Larsen,Sørensen,Rasmussen,\
        Jørgensen,Petersen,Madsen,Kristensen,Olsen,Thomsen,Christiansen,Poulsen,Johansen,\
        Møller,Mortensen,Knudsen,Jakobsen,Jacobsen,Mikkelsen,Olesen,Frederiksen,Laursen,\
        Henriksen,Lund,Schmidt,Eriksen,Holm,Kristiansen,Clausen,Simonsen,Svendsen,Andreasen,\
        Iversen,Jeppesen,Vestergaard,Nissen,Jespersen,Mogensen,Jepsen,Frandsen,Kjær,Dahl,\
        Søndergaard,Jessen,Nygaard,Bech,Carlsen,Lauridsen,Bertelsen,Skov,Bang,Kjeldsen,Winther,\
        Steffensen,Ravn,Gregersen,Brandt,Krogh,Dam,Friis,Toft,Vinther,Schou,Bruun,Juhl,Kofoed,\
        Lassen,Mathiesen,Beck,Berg,Bonde,Bøgh,Damgaard,Egholm,Enevoldsen,Fischer,Gade,Hald,\
        Hedegaard,Hjorth,Højgaard,Johnsen,Justesen,Kirkegaard,Koch,Kruse,Lindberg,Mørch,\
        Nørgaard,Overgaard,Paulsen,Riis,Skovgaard,Stage,Thorsen,Thygesen,Udsen,Villadsen,\
        Wagner,Østergaard,Aagaard,Åkjær,Ægidius,Ahmed,Hussein,Ali,Yilmaz,Nguyen,Khan,Abdi,\
        Kowalski,Popescu,Haddad,Bjerregaard
        """)

    static let streets = words(
        """
        Æblevej,Møllegade,Skovbrynet,Søndergade,Nørregade,Kirkevej,Engvej,Birkevej,\
        Bøgevænget,Lærkevej,Solsikkevej,Åboulevarden,Strandvejen,Bakkegårdsvej,Rønnebærvej,\
        Havrevænget,Kornblomstvej,Toften,Østergade,Vestergade,Gartnervænget,Elmegade,\
        Hasselvej,Kløvermarken,Mejerivej,Stationsvej,Skolegade,Jernbanegade,Tværvej,Højskolevej,\
        Ahornvej,Fjordvej,Markskellet,Poppelvej,Rugvænget,Svinget,Teglværksvej,Ørnevej,Åsen,\
        Gl. Landevej
        """)

    static let companyStems = words(
        """
        Nordlys,Fjordens,Bakkens,Egeskov,Havblik,Lyngens,Møllebo,Solbakke,Østkystens,Ådalens,\
        Granlund,Kildens,Stenhøj,Vesterhav,Åbrink,Birkely
        """)

    static let companyTrades = words(
        """
        Auto ApS,Byg A/S,Landbrug I/S,Tømrer ApS,Restaurant ApS,Idrætsforening,Vaskeri ApS,\
        Ejendomme A/S,Transport ApS,VVS ApS,Bageri ApS,Musikforening,Entreprise A/S,Svineavl I/S
        """)

    static let compoundStems = words(
        """
        hjemmepleje,bolig,børne,familie,skole,handicap,sygedagpenge,kontanthjælps,bygge,\
        miljø,tilsyns,rehabiliterings,genoptrænings,pensions,ydelses,indkomst,forsørgelses,\
        fripladstilskuds,kørestols,hjælpemiddel,beskæftigelses,virksomheds,arbejdsevne,\
        helbreds,psykiatri,misbrugs,udrednings,netværks,forældre,opholds,ejendoms,spildevands,\
        parkerings,varmetillægs,merudgifts,ledsage,plejehjems,tandpleje,sprog,integrations
        """)

    static let compoundEndings = words(
        """
        ansøgning,afgørelse,vurdering,bevilling,opfølgning,aftale,plan,samtale,kontrol,notat,\
        udvalg,erklæring,oplysninger,beregning,møde,rapport,undersøgelse,attest,indsats,støtte
        """)

    static let caseTitles = words(
        """
        Ansøgning om {s},{S},{S} – afgørelse,Bevilling af {s},Genvurdering af {s},\
        Klage over afslag på {s},Opfølgning på {s},Revurdering af {s},{S} – partshøring,\
        Henvendelse om {s},Forlængelse af {s},{S} – {k},Ændring af {s},{S} – ophør
        """)

    static let buildingTitles = [
        "Byggetilladelse til {s}, {a}", "Byggetilladelse til {s}, {a}", "{S}, {a}",
        "Lovliggørelse af {s}, {a}", "Ansøgning om {s}, {a}", "Nabohøring om {s}, {a}",
    ]

    static let propertyTitles = [
        "Tilladelse til {s}, {a}", "{S}, {a}", "Anmeldelse af {s}, {a}",
        "Dispensation til {s}, {a}", "Forespørgsel om {s}, {a}", "Klage over {s}, {a}",
    ]

    static let companyTitles = [
        "{S} – {c}", "Tilsyn: {s}, {a}", "Ansøgning om {s}, {c}", "Påbud vedr. {s}, {a}",
        "{S}, {a}", "Indskærpelse om {s}, {c}",
    ]

    static let incomingTitles = words(
        """
        Ansøgning om {s},Lægeerklæring vedr. {s},Lønsedler,Partshøringssvar – {s},\
        Samtykkeerklæring,Supplerende oplysninger om {s},Mail fra {n},Klage over {s},\
        Oplysninger fra sygehuset,Statusattest,Kontoudtog,Lejekontrakt,Fuldmagt til {n},\
        Udtalelse fra børnehaven,Situationsplan,{K},Svar på brev af {d},Årsopgørelse fra Skat
        """)

    static let outgoingTitles = words(
        """
        Afgørelse om {s},Partshøring – {s},Kvittering for ansøgning om {s},Indkaldelse til samtale,\
        Bevillingsbrev – {s},Afslag på {s},Anmodning om oplysninger,Orientering om {s},\
        Svar på henvendelse om {s},Følgebrev til {k},Rykker for oplysninger,Høringsbrev – {s}
        """)

    static let noteTitles = words(
        """
        Telefonnotat,Mødereferat,Faglig vurdering af {s},{K},Notat om {s},Referat af hjemmebesøg,\
        Indstilling om {s},Funktionsvurdering,Socialfaglig vurdering,Tilsynsnotat,Beregning af {s}
        """)

    /// The types of document that are neither letters nor notes, each with its own titles.
    static let otherForms: [(type: String, titles: [String])] = [
        ("Rapport", ["Rapport om {s}", "Tilsynsrapport, {a}", "{S} – {k}, rapport"]),
        ("Faktura", ["Faktura nr. {t}", "Regning for {s}", "Kreditnota nr. {t}"]),
        ("Dagsorden", ["Dagsorden til møde {d}", "Dagsorden: {k}"]),
        ("Plan", ["Handleplan – {s}", "Indsatsplan – {k}", "Plan for {s}"]),
        ("Andet", ["Tegninger til {s}", "Overslag fra leverandør", "Fotos, {a}", "Fuldmagt"]),
    ]

    static let journalTitles = words(
        """
        Telefonsamtale med {n},Opringning,Hjemmebesøg,Møde med {u},Vurdering af {s},Beregning,\
        Mail til {n},Opfølgning på {s},Oplysninger indhentet,Aftale om {k},Partshøring sendt,\
        Borger mødt personligt,Drøftelse på {k},Frist udsat
        """)

    static let sentences = [
        "{N} ringer og spørger til {s}.", "Der er aftalt {k} den {d}.",
        "Modtaget {k} fra {n}.", "Sagen er oplyst, og {s} kan vurderes.",
        "Borgeren oplyser, at situationen er uændret siden {d}.",
        "{U} er orienteret om {s}.", "Der mangler fortsat {k} og {k}.",
        "Vi har bedt om {k} senest {d}.", "Beløbet er beregnet til {b} kr. om måneden.",
        "Pårørende {n} deltog i samtalen.", "{S} bevilges fra {d}.",
        "Der gives afslag på {s}, da betingelserne ikke er opfyldt.",
        "Afgørelsen er sendt med klagevejledning.", "Fristen for partshøring er {d}.",
        "Adressen er {a}.", "Egen læge har sendt {k}.",
        "Behovet er drøftet på {k} med {u}.", "Borgeren har givet samtykke til {k}.",
        "Tidligere bevilling på {b} kr. ophører {d}.", "Se også {k} af {d}.",
        "Der følges op på {s} om tre måneder.",
        "{N} er ikke truffet, besked lagt på telefonsvarer.",
        "Ansøgningen vedrører {s} og {k}.", "Oplysningerne er kontrolleret i indkomstregisteret.",
        "Sagen sendes til {u} med henblik på {k}.", "Kørsel og tolk er bestilt til {d}.",
        "Der er søgt om {s} af flere omgange.", "Regning på {b} kr. er godkendt.",
        "Nabohøring er sendt til ejerne af {a}.", "Klagen er modtaget {d} og genvurderes.",
        "Barnets skole og {u} er inddraget.", "Udgiften ligger over rammen og kræver {k}.",
    ]

    static let units = words(
        """
        Visitationen,Ydelsescenter,Familieafdelingen,Jobcentret,Borgerservice,Byggesagsteam,\
        Sundhedscentret,Handicap og Psykiatri,PPR,Udbetaling,Økonomiafdelingen,Sygeplejen
        """)

    static let statusTexts = words(
        """
        Under behandling,Afventer oplysninger,I høring,Under udbetaling,Afventer møde,\
        Tilladelse givet,Lukket,Klage modtaget
        """)

    static let outcomes = ["Imødekommet", "Delvist imødekommet", "Afslag"]

    private static func words(_ list: String) -> [String] {
        list.split(separator: ",").map(String.init)
    }
}

/// Who and what a phrase speaks of.
struct PhraseSubject {
    let noun: String
    let person: GeneratorPerson
    let property: GeneratorProperty
    let company: GeneratorCompany
    let day: Int
}

/// Fills the places of a phrase, drawing what the subject does not say from a source of chance.
struct PhraseWriter {
    let subject: PhraseSubject
    var random: GeneratorRandom

    /// One of `phrases`, filled, after what `line` holds.
    mutating func write(oneOf phrases: [String], to line: inout GeneratorLine) {
        guard let phrase = random.element(of: phrases) else { return }
        write(phrase, to: &line)
    }

    mutating func text(oneOf phrases: [String]) -> [UInt8] {
        var line = GeneratorLine()
        line.bytes.reserveCapacity(96)
        write(oneOf: phrases, to: &line)
        return line.bytes
    }

    /// `count` sentences with `separator` between them.
    mutating func write(sentences count: Int, separator: String, to line: inout GeneratorLine) {
        for index in 0..<count {
            if index > 0 { line.raw(separator) }
            write(oneOf: GeneratorVocabulary.sentences, to: &line)
        }
    }

    private mutating func write(_ phrase: String, to line: inout GeneratorLine) {
        var place: UInt8?
        var isInside = false
        for byte in phrase.utf8 {
            if byte == UInt8(ascii: "{") {
                isInside = true
            } else if byte == UInt8(ascii: "}") {
                if let place { fill(place, in: &line) }
                isInside = false
            } else if isInside {
                place = byte
            } else {
                line.bytes.append(byte)
            }
        }
    }

    private mutating func fill(_ place: UInt8, in line: inout GeneratorLine) {
        let start = line.bytes.count
        switch Unicode.Scalar(place | 0x20) {
        case "s": line.raw(subject.noun)
        case "n": line.name(subject.person)
        case "k": compound(in: &line)
        case "d": writtenDate(in: &line)
        case "a": line.address(subject.property)
        case "u": line.raw(random.element(of: GeneratorVocabulary.units) ?? "")
        case "b": line.number(random.between(2...240) * 125)
        case "c": line.name(subject.company)
        default: line.number(random.between(10_000...99_999))
        }
        if place & 0x20 == 0 { line.capitalise(at: start) }
    }

    private mutating func compound(in line: inout GeneratorLine) {
        line.raw(random.element(of: GeneratorVocabulary.compoundStems) ?? "")
        line.raw(random.element(of: GeneratorVocabulary.compoundEndings) ?? "")
    }

    private mutating func writtenDate(in line: inout GeneratorLine) {
        let date = GeneratorCalendar.civil(subject.day + random.between(-40...40))
        line.number(date.day)
        line.raw(". ")
        line.raw(GeneratorCalendar.monthNames[date.month - 1])
        line.byte(" ")
        line.number(date.year)
    }
}

extension GeneratorLine {
    mutating func name(_ person: GeneratorPerson) {
        let names =
            person.isMale ? GeneratorVocabulary.maleNames : GeneratorVocabulary.femaleNames
        raw(names[person.first % names.count])
        byte(" ")
        let last = GeneratorVocabulary.lastNames
        if person.middle >= 0 {
            raw(last[person.middle % last.count])
            byte(" ")
        }
        raw(last[person.last % last.count])
    }

    mutating func name(_ company: GeneratorCompany) {
        raw(GeneratorVocabulary.companyStems[company.stem])
        byte(" ")
        raw(GeneratorVocabulary.companyTrades[company.trade])
    }

    mutating func address(_ property: GeneratorProperty) {
        raw(GeneratorVocabulary.streets[property.street])
        byte(" ")
        number(property.number)
    }

    /// Makes the letter at `start` a capital; a–z, æ, ø and å.
    fileprivate mutating func capitalise(at start: Int) {
        guard start < bytes.count else { return }
        if (97...122).contains(bytes[start]) {
            bytes[start] -= 32
        } else if bytes[start] == 0xC3, start + 1 < bytes.count, bytes[start + 1] >= 0xA0 {
            bytes[start + 1] -= 32
        }
    }
}
