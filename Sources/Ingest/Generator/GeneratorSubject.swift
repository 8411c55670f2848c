import IndexCore

/// A field of work: who it concerns, how sensitive it is, and which systems and units do it.
struct GeneratorArea {
    /// Whose cases these are.
    enum Concern {
        case citizen
        case child
        case property
        case company
    }

    let name: String
    let concern: Concern
    let units: [String]
    /// How often each step of Foelsomhed is used, lowest first.
    let levels: [Int]
    let facets: [String]
    let hjemmel: String
    let kassation: String
}

/// A subject of the classification as the generator knows it, with its own words for it.
struct GeneratorSubject {
    /// The number, NN.NN.NN.
    let kle: String
    let title: String
    let area: Int
    let weight: Int
    /// What is asked for, in the form that follows "ansøgning om".
    let nouns: [String]
    let benefits: [GeneratorBenefit]
    let uuid: UUIDIdentifikator
}

/// A benefit that can be granted, with the monthly amount it lies between.
struct GeneratorBenefit {
    let name: String
    let kroner: ClosedRange<Int>
    let uuid: UUIDIdentifikator
}

extension GeneratorSubject {
    static let all: [GeneratorSubject] = {
        var area = -1
        var subjects: [GeneratorSubject] = []
        for row in table.split(separator: "\n") {
            guard row.first != "#" else {
                area += 1
                continue
            }
            guard let subject = GeneratorSubject(row: row, area: area, number: subjects.count)
            else { continue }
            subjects.append(subject)
        }
        return subjects
    }()

    static let weights = all.map(\.weight)

    /// The class of an action facet such as G01.
    static func facetUUID(_ facet: String) -> UUIDIdentifikator {
        .derived(.facet, facet.utf8.reduce(0) { $0 * 256 + Int($1) })
    }

    private init?(row: Substring, area: Int, number: Int) {
        let fields = row.split(separator: ";", omittingEmptySubsequences: false)
        guard fields.count >= 4, let weight = Int(fields[2]) else { return nil }
        kle = String(fields[0])
        title = String(fields[1])
        self.area = area
        self.weight = weight
        nouns = fields[3].split(separator: "|").map(String.init)
        let rest = fields.count > 4 ? fields[4].split(separator: "|") : []
        benefits = rest.enumerated().compactMap {
            GeneratorBenefit(field: $0.element, subject: number, number: $0.offset)
        }
        uuid = .derived(.klasse, Int(kle.filter { $0 != "." }) ?? 0)
    }

    /// One line a subject: number; title; weight; nouns; benefits with monthly kroner.
    ///
    /// A line that opens with # begins the next area of `GeneratorArea.all`.
    private static let table = """
        # Omsorg
        27.34.10;Helhedspleje til ældre;18;helhedspleje|pleje i eget hjem|et helhedsplejeforløb
        27.36.04;Personlig og praktisk hjælp;34;hjemmehjælp|rengøringshjælp|personlig pleje|\
        hjælp til bad|praktisk hjælp i hjemmet;Hjemmehjælp, praktisk hjælp=600-2400|\
        Hjemmehjælp, personlig pleje=1200-9800
        27.36.06;Rehabiliteringsforløb;9;rehabiliteringsforløb|hverdagsrehabilitering
        27.36.16;Vedligeholdelsestræning;9;vedligeholdelsestræning|genoptræning efter serviceloven
        27.36.20;Visitation til pleje;14;visitationsbesøg|aftenbesøg|nødkald|tryghedsopkald
        27.36.24;Madservice;13;madservice|madudbringning|diætkost;Madservice, tilskud=400-1500
        27.42.08;Plads på plejehjem;11;plejebolig|plejehjemsplads|ægtefællebolig på plejehjem
        27.42.24;Betaling for plejebolig;3;betaling for plejebolig|huslejeberegning i plejebolig
        27.45.04;Anvisning af ældrebolig;7;ældrebolig|handicapvenlig bolig|seniorbolig
        27.35.04;Forebyggende hjemmebesøg;6;forebyggende hjemmebesøg
        27.63.04;Pasning af nærtstående;3;orlov til pasning af nærtstående|pasningsorlov;\
        Løn ved pasning af nærtstående=9000-24000
        # Hjælpemidler
        27.60.04;Kropsbårne hjælpemidler;12;kompressionsstrømper|ortopædisk fodtøj|\
        stomihjælpemidler|arm- og benproteser|paryk;Kropsbårne hjælpemidler=200-3500
        27.60.08;Mobilitetshjælpemidler;16;kørestolsbevilling|el-kørestol|rollator|elscooter|\
        gangbuk|kørestolspude
        27.60.11;Genbrugshjælpemidler;8;plejeseng|badebænk|toiletforhøjer|personløfter
        27.60.14;Velfærdsteknologi;4;robotstøvsuger|spiserobot|skærmbesøg
        27.60.16;Forbrugsgoder;5;elevationsstol|trehjulet cykel|forbrugsgode;\
        Tilskud til forbrugsgode=100-900
        27.60.20;Støtte til bil;6;støtte til handicapbil|særlig indretning af bil|\
        udskiftning af bil;Støtte til bil, afdragsfrit lån=900-3200
        27.60.24;Boligindretning;9;dørtrinsrampe|ombygning af badeværelse|trappelift|boligindretning
        27.60.28;Individuel befordring;4;individuel befordring|handicapkørsel;\
        Tilskud til individuel befordring=300-2100
        # Voksne med særlige behov
        27.36.12;Socialpædagogisk bistand;8;socialpædagogisk støtte|hjælp til struktur i hverdagen
        27.36.14;Bostøtte;10;bostøtte|bostøtte i egen bolig|støttetimer;Bostøtte=1800-9200
        27.39.20;Borgerstyret personlig assistance;4;borgerstyret personlig assistance|\
        hjælperordning|respirationshjælp;Borgerstyret personlig assistance=22000-98000
        27.48.04;Ledsageordning;5;ledsageordning|ledsagetimer;\
        Ledsageordning, aktivitetstilskud=80-900
        27.48.08;Støtte- og kontaktperson;4;støtte- og kontaktperson|opsøgende kontaktperson
        27.51.04;Stofmisbrugsbehandling;6;stofmisbrugsbehandling|ambulant misbrugsbehandling|\
        døgnbehandling
        27.54.04;Beskyttet beskæftigelse;4;beskyttet beskæftigelse|værkstedsplads
        27.54.08;Aktivitets- og samværstilbud;5;aktivitets- og samværstilbud|daghjem|værested
        27.57.04;Midlertidigt botilbud;6;midlertidigt botilbud|aflastningsophold|opholdsbetaling
        27.57.08;Længerevarende botilbud;5;længerevarende botilbud|botilbudsplads|\
        flytning til andet botilbud
        27.57.12;Krisecenter;3;ophold på krisecenter|krisecenterophold
        27.66.08;Magtanvendelse over for voksne;3;magtanvendelse|personlig alarm
        32.18.08;Merudgiftsydelse til voksne;9;merudgiftsydelse|kompensationsydelse|\
        dækning af merudgifter;Merudgiftsydelse, voksne=1100-5400|Kompensationsydelse=900-2900
        # Børn, unge og familier
        34.10.10;Børnefaglig undersøgelse;13;børnefaglig undersøgelse|screening|\
        afdækning af støttebehov
        34.10.30;Underretninger;17;underretning|bekymringshenvendelse|mundtlig underretning
        34.15.05;Tidlig forebyggende indsats;9;familierådgivning|forebyggende indsats|netværksgruppe
        34.15.25;Støttende indsatser;12;familiebehandling|praktisk pædagogisk støtte|\
        fast kontaktperson|aflastning i plejefamilie
        34.25.00;Anbringelse af børn og unge;7;anbringelse|samvær under anbringelse|\
        tilsyn med anbragt barn|hjemgivelse
        34.30.15;Godkendelse af plejefamilie;3;godkendelse som plejefamilie|plejevederlag
        34.45.30;Merudgiftsydelse til barn;9;merudgiftsydelse til barn|dækning af diætudgifter|\
        merudgifter til medicin;Merudgiftsydelse, børn=1200-4800
        34.45.35;Tabt arbejdsfortjeneste;9;tabt arbejdsfortjeneste|\
        nedsat arbejdstid ved barns sygdom;Tabt arbejdsfortjeneste=2500-26000
        34.45.50;Aflastning af børn;4;aflastningsordning|aflastningsdøgn|weekendaflastning
        34.50.20;Ungestøtte;4;ungestøtte|efterværn|udslusning
        27.29.30;Ungefaglig undersøgelse;2;ungefaglig undersøgelse
        # Dagtilbud
        28.09.40;Optagelse i dagtilbud;22;vuggestueplads|børnehaveplads|dagplejeplads|\
        overflytning til anden børnehave
        28.18.04;Tilskud til privat pasning;4;tilskud til privat pasning|privat pasningsordning;\
        Tilskud til privat pasning=3200-7900
        28.77.04;Forældrebetaling;6;nedsat forældrebetaling|søskendetilskud;Søskendetilskud=900-3600
        28.77.08;Økonomisk friplads;14;økonomisk fripladstilskud|fripladsberegning|\
        efterregulering af friplads;Økonomisk fripladstilskud=300-3900
        28.77.12;Socialpædagogisk friplads;3;socialpædagogisk friplads;\
        Socialpædagogisk fripladstilskud=600-2900
        28.06.12;Støtte i dagtilbud;6;støttepædagog|støttetimer i børnehave|ressourcepædagog
        28.09.08;Sprogvurdering;5;sprogvurdering|sprogstimulering
        28.15.16;Optagelse i klub;4;klubplads|udmeldelse af fritidsklub
        # Sundhed
        29.12.04;Sundhedstjeneste i skolen;5;indskolingsundersøgelse|sundhedssamtale
        29.12.08;Sundhedspleje;6;barselsbesøg|sundhedsplejerskebesøg|amningsvejledning
        29.15.04;Børnetandpleje;6;tandregulering|bøjlebehandling|tandeftersyn
        29.15.12;Omsorgstandpleje;3;omsorgstandpleje
        29.18.00;Hjemmesygepleje;11;hjemmesygepleje|sårpleje|medicindosering|insulingivning
        29.21.04;Genoptræning efter sundhedsloven;13;genoptræningsplan|almen genoptræning|\
        knæoperation, genoptræning
        29.24.04;Alkoholbehandling;4;alkoholbehandling|anonym alkoholrådgivning
        29.03.12;Valg af læge;4;lægevalg|skift af sikringsgruppe
        # Pension
        32.03.04;Folkepension;8;folkepension|udsættelse af folkepension;\
        Folkepension, grundbeløb=6100-7200|Folkepension, pensionstillæg=1900-8100
        32.03.10;Varmetillæg;5;varmetillæg|årsopgørelse af varmetillæg;Varmetillæg=150-1200
        32.03.12;Personligt tillæg;11;personligt tillæg|helbredstillæg|briller, helbredstillæg|\
        tandprotese, helbredstillæg;Helbredstillæg=150-2600|Personligt tillæg=200-3100
        32.03.16;Førtidspension;10;førtidspension|tilkendelse af førtidspension|\
        rehabiliteringsteam;Førtidspension=16200-20100
        32.03.44;Seniorpension;5;seniorpension|vurdering af seniorpension;Seniorpension=16000-20100
        # Boligstøtte
        32.06.04;Boligydelse;8;boligydelse|boligydelseslån;Boligydelse=900-4600
        32.06.08;Boligsikring;8;boligsikring|ændring af boligsikring;Boligsikring=300-3400
        32.06.16;Beboerindskud;6;beboerindskudslån|indskud til almen bolig;Beboerindskudslån=200-900
        27.35.12;Husvild;3;husvildebolig|midlertidig genhusning|boligløshed
        # Kontante ydelser
        32.24.04;Kontanthjælp;22;kontanthjælp|uddannelseshjælp|engangshjælp|forsørgelseshjælp;\
        Kontanthjælp=6900-16300|Uddannelseshjælp=6300-12900
        32.24.06;Nedsættelse af kontanthjælp;5;sanktion|nedsat kontanthjælp|rådighedssanktion
        32.24.12;Ledighedsydelse;5;ledighedsydelse|overgang til ledighedsydelse;\
        Ledighedsydelse=12900-19300
        32.24.28;Ressourceforløbsydelse;6;ressourceforløbsydelse;Ressourceforløbsydelse=12700-17400
        32.21.12;Hjælp til enkeltudgifter;9;hjælp til enkeltudgifter|hjælp til flytteudgifter|\
        tandbehandling|briller;Hjælp til enkeltudgift=400-5900
        32.21.17;Tilskud til tandpleje;4;tilskud til tandpleje|tandlægeoverslag;\
        Tilskud til tandpleje=500-4900
        32.21.25;Hjælp til boligindskud;3;hjælp til boligindskud;Lån til boligindskud=300-1400
        32.42.08;Begravelseshjælp;3;begravelseshjælp;Begravelseshjælp=1000-12500
        32.45.10;Tilbagebetaling af sociale ydelser;6;tilbagebetaling af kontanthjælp|\
        tilbagebetalingskrav|afdragsordning
        # Sygedagpenge
        32.30.04;Sygedagpenge;20;sygedagpenge|forlængelse af sygedagpenge|sygemelding|\
        delvis raskmelding;Sygedagpenge=9800-20400
        32.30.06;Refusion ved kronisk sygdom;5;paragraf 56-aftale|arbejdsgiverrefusion
        32.30.12;Dagpenge ved alvorligt sygt barn;3;dagpenge ved alvorligt sygt barn|\
        indlagt barn, dagpenge;Dagpenge ved alvorligt sygt barn=9800-20400
        15.17.06;Sygedagpengeopfølgning;13;sygeopfølgning|opfølgningssamtale|lægeattest LÆ 285|\
        mulighedserklæring
        15.17.26;Jobafklaringsforløb;7;jobafklaringsforløb|rehabiliteringsplan;\
        Ressourceforløbsydelse under jobafklaring=12700-17400
        # Beskæftigelse
        15.17.12;Revalidering;4;revalidering|revalideringsydelse;Revalideringsydelse=13100-20400
        15.17.22;Ressourceforløb;6;ressourceforløb|indsatsplan
        15.20.01;Min Plan;9;jobplan|min plan|aktiveringstilbud
        15.20.20;Kontaktforløb;9;jobsamtale|kontaktforløb|cv-samtale
        15.20.24;Fleksjob;9;fleksjob|fastholdelsesfleksjob|vurdering af arbejdsevne
        32.27.10;Fleksløntilskud;6;fleksløntilskud|genberegning af fleksløntilskud;\
        Fleksløntilskud=6200-18400
        15.20.36;Mentorstøtte;4;mentorstøtte|mentortimer
        15.20.38;Befordringsgodtgørelse;4;befordringsgodtgørelse|buskort|kørselsgodtgørelse;\
        Befordringsgodtgørelse=150-1900
        15.40.10;Integrationsprogram;5;integrationsprogram|integrationskontrakt|danskuddannelse
        # Skole
        17.20.01;Skoleindskrivning;7;skoleindskrivning|skoleskift|indskrivning i børnehaveklasse
        17.20.03;Fravær i skolen;6;bekymrende skolefravær|ekstraordinær fri|ulovligt fravær
        17.20.04;Udsat skolestart;4;udsat skolestart|senere skolestart
        17.03.04;Pædagogisk-psykologisk vurdering;9;pædagogisk-psykologisk vurdering|\
        indstilling til PPR|læseudredning
        17.03.22;Specialklasse;5;specialklasse|visitation til specialskole
        17.03.07;Ordblindetest;3;ordblindetest
        17.21.03;Særlig elevbefordring;5;skolekørsel|taxakørsel til specialskole|sygebefordring
        17.13.10;Optagelse i SFO;5;SFO-plads|udmeldelse af skolefritidsordning
        54.18.05;Særligt tilrettelagt ungdomsuddannelse;4;STU-plads|målgruppevurdering til STU|\
        uddannelsesplan
        # Byggeri
        02.34.02;Byggetilladelse;26;carport|tilbygning|enfamiliehus|udestue|garage|lagerhal|\
        etageboliger|altan|halmlade
        02.34.24;Mindre byggearbejder;6;drivhus|skur|udhus|stalddør
        02.34.30;Nedrivning;7;nedrivning af enfamiliehus|nedrivning af stuehus|nedrivning af garage
        01.02.05;Lokalplan;3;dispensation fra lokalplan|lokalplanforslag
        01.03.03;Landzonetilladelse;6;bolig i landzone|ridebane|shelterplads|solcelleanlæg på terræn
        02.34.18;Byggemyndighedens kontrol;4;ulovligt byggeri|færdigmelding|ibrugtagningstilladelse
        # Miljø
        09.08.03;Olietanke;5;sløjfning af olietank|nedgravet olietank|villaolietank
        09.08.15;Jordflytning;6;jordflytning|bortskaffelse af forurenet jord
        09.08.06;Jordforurening;4;jordforurening|afværgepumpning|oprensning efter oliespild
        09.13.01;Rottebekæmpelse;10;rotteanmeldelse|rottespærre|privat rottebekæmpelse
        09.17.19;Husdyrgodkendelse;4;udvidelse af svinestald|minkfarm|kyllingehus|gyllebeholder
        09.20.02;Autoværksteder;3;miljøtilsyn på autoværksted|vaskehal|olieudskiller
        09.17.60;Tilsyn med husdyrbrug;3;landbrugstilsyn|tilsyn med møddingplads
        22.01.01;Alkoholbevilling;4;alkoholbevilling|natbevilling|bestyrergodkendelse
        # Vej og park
        05.09.02;Parkeringslicens;5;beboerlicens|parkeringslicens|erhvervslicens
        05.13.18;Kørselsdispensation;2;kørselsdispensation|særtransport
        05.14.00;Råden over vejareal;6;gravetilladelse|stillads på fortov|container på vej|\
        udeservering
        05.02.10;Overkørsel;3;ny overkørsel|udvidelse af overkørsel
        05.01.08;Vejvedligeholdelse;4;hul i vejen|defekt gadelygte|renovering af fortov
        # Forsyning og affald
        06.01.05;Private spildevandsanlæg;5;nedsivningsanlæg|minirensningsanlæg|septiktank
        06.01.15;Tilslutning af spildevand;4;kloaktilslutning|separatkloakering|\
        udtræden af kloakforsyning
        07.18.10;Storskrald;3;storskraldsordning|afhentning af storskrald
        07.18.06;Mad- og restaffald;4;ekstra affaldsbeholder|sommerhusrenovation|\
        fritagelse for madaffaldsordning
        13.02.01;Vandindvinding;2;vandindvinding|markvandingsboring|havevanding
        13.03.20;Tilslutning til varmeforsyning;2;fjernvarmetilslutning|\
        dispensation for tilslutningspligt
        # Borgerservice
        23.05.10;Flytteanmeldelse;9;flytteanmeldelse|adresseændring|indrejse
        23.05.08;Kontrol af bopæl;4;bopælskontrol|proformaadresse
        23.05.05;Navne- og adressebeskyttelse;3;adressebeskyttelse|ophør af adressebeskyttelse
        25.45.10;Opkrævning;8;betalingsaftale|henstand|rykker for daginstitution
        25.02.09;Lån til ejendomsskat;3;lån til ejendomsskat|indefrysning af grundskyld
        32.45.04;Kontrol med sociale ydelser;4;kontrolsag|enlig forsørger, kontrol|\
        helhedsorienteret kontrol
        # Kultur og fritid
        18.15.05;Tilskud til foreninger;4;foreningstilskud|aktivitetstilskud|medlemstilskud
        18.15.15;Lokaletilskud;2;lokaletilskud|tilskud til klubhus
        04.08.14;Lån af idrætsanlæg;2;banetid|lån af kunstgræsbane
        20.07.15;Optagelse på musikskole;2;musikskoleplads|undervisning i klaver
        20.10.04;Kulturarrangementer;2;tilskud til byfest|koncerttilskud|børneteater
        """
}

extension GeneratorBenefit {
    fileprivate init?(field: Substring, subject: Int, number: Int) {
        let parts = field.split(whereSeparator: { $0 == "=" || $0 == "-" })
        guard parts.count == 3, let low = Int(parts[1]), let high = Int(parts[2]), low <= high
        else { return nil }
        name = String(parts[0])
        kroner = low...high
        uuid = .derived(.ydelse, subject, number)
    }
}

extension GeneratorArea {
    /// In the order of the # lines of the subject table; area i has the systems 4 + 2i and 5 + 2i.
    static let all: [GeneratorArea] = [
        GeneratorArea(
            "Omsorg", .citizen, ["Visitationen", "Hjemmeplejen Nord", "Hjemmeplejen Syd"],
            levels: [4, 60, 35, 1], hjemmel: "Serviceloven § 83"),
        GeneratorArea(
            "Hjælpemidler", .citizen, ["Hjælpemiddelteamet", "Hjælpemiddeldepotet"],
            levels: [2, 55, 42, 1], hjemmel: "Serviceloven § 112"),
        GeneratorArea(
            "Voksne", .citizen, ["Handicap og Psykiatri", "Voksenrådgivningen", "Misbrugscentret"],
            levels: [1, 29, 69, 1], hjemmel: "Serviceloven § 85"),
        GeneratorArea(
            "Børn og Familie", .child, ["Familieafdelingen", "Modtagelsen", "Handicapteam Børn"],
            levels: [1, 24, 73, 2], hjemmel: "Barnets lov § 20"),
        GeneratorArea(
            "Dagtilbud", .child, ["Pladsanvisningen", "Dagtilbudsafdelingen"],
            levels: [15, 80, 5, 0], hjemmel: "Dagtilbudsloven § 23"),
        GeneratorArea(
            "Sundhed", .citizen, ["Sundhedscentret", "Sygeplejen", "Tandplejen"],
            levels: [2, 30, 67, 1], hjemmel: "Sundhedsloven § 140"),
        GeneratorArea(
            "Pension", .citizen, ["Pensionsteamet", "Borgerservice"],
            levels: [3, 72, 24, 1], hjemmel: "Lov om social pension § 14"),
        GeneratorArea(
            "Bolig", .citizen, ["Boligkontoret", "Borgerservice"],
            levels: [8, 84, 8, 0], hjemmel: "Boligstøtteloven § 1"),
        GeneratorArea(
            "Ydelser", .citizen, ["Ydelsescenter", "Ydelseskontoret", "Kontrolgruppen"],
            levels: [2, 74, 23, 1], hjemmel: "Lov om aktiv socialpolitik § 11"),
        GeneratorArea(
            "Sygedagpenge", .citizen, ["Sygedagpengeteamet", "Jobfastholdelse"],
            levels: [1, 39, 59, 1], hjemmel: "Sygedagpengeloven § 7"),
        GeneratorArea(
            "Beskæftigelse", .citizen, ["Jobcentret", "Ungeenheden", "Virksomhedsservice"],
            levels: [5, 74, 20, 1], hjemmel: "Lov om en aktiv beskæftigelsesindsats § 6"),
        GeneratorArea(
            "Skole", .child, ["Skoleafdelingen", "PPR", "Specialteamet"],
            levels: [12, 64, 24, 0], hjemmel: "Folkeskoleloven § 3"),
        GeneratorArea(
            "Byggeri", .property, ["Byg og Miljø", "Byggesagsteam", "Plan og Landzone"],
            levels: [70, 29, 1, 0], facets: ["P19", "P19", "P25", "G01", "K08"],
            hjemmel: "Byggeloven § 16", kassation: "B"),
        GeneratorArea(
            "Miljø", .company, ["Miljøtilsynet", "Natur og Landbrug"],
            levels: [66, 33, 1, 0], facets: ["P19", "K08", "K08", "G01"],
            hjemmel: "Miljøbeskyttelsesloven § 33", kassation: "B"),
        GeneratorArea(
            "Vej og Park", .property, ["Vejafdelingen", "Parkeringskontoret"],
            levels: [78, 22, 0, 0], facets: ["G01", "P19", "P25"], hjemmel: "Vejloven § 80"),
        GeneratorArea(
            "Forsyning", .property, ["Affaldskontoret", "Vand og Spildevand"],
            levels: [72, 28, 0, 0], facets: ["P19", "G01", "P25"],
            hjemmel: "Miljøbeskyttelsesloven § 28"),
        GeneratorArea(
            "Borgerservice", .citizen, ["Borgerservice", "Opkrævningen", "Folkeregistret"],
            levels: [18, 78, 3, 1], hjemmel: "CPR-loven § 12"),
        GeneratorArea(
            "Kultur og Fritid", .company, ["Kultur og Fritid", "Fritidskontoret"],
            levels: [85, 15, 0, 0], facets: ["Ø40", "Ø40", "G01"],
            hjemmel: "Folkeoplysningsloven § 15"),
    ]

    private init(
        _ name: String, _ concern: Concern, _ units: [String], levels: [Int],
        facets: [String] = ["G01", "G01", "G01", "G01", "G01", "K02", "A53"], hjemmel: String,
        kassation: String = "K"
    ) {
        self.name = name
        self.concern = concern
        self.units = units
        self.levels = levels
        self.facets = facets
        self.hjemmel = hjemmel
        self.kassation = kassation
    }
}
