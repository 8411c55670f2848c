import IndexCore

/// A small extract of KLE that comes with the program, so that it can be tried without the plan.
///
/// Numbers and short subject names are facts; longer titles and all keywords are in our own words.
/// It has no dates, no retention and no UUIDs, and is not a whole plan. Its titles are stand-ins:
/// the plan's own replace them, whichever is read first, and the keywords stay. One line a class: `number|title|keyword;keyword`.
public enum MedfoelgendeUddrag {
    /// The extract as a reader gives it. Parsing takes a few milliseconds.
    public static func read() -> KlassifikationIndlaesning {
        let lines = tabel.split(separator: "\n")
        let raw = lines.enumerated().compactMap { klasse($1, line: $0 + 1) }
        let judged = KlassifikationValidator.judge(raw)
        return KlassifikationIndlaesning(
            navn: "KLE", format: .medfoelgende, udgivelsesdato: nil, omfang: .uddrag,
            klasser: judged.klasser, stikord: [:], fund: judged.fund)
    }

    private static func klasse(_ text: Substring, line: Int) -> RaaKlasse? {
        let fields = text.split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        var raw = RaaKlasse(linje: line, felt: "uddrag", niveauer: Set(KLENummer.Niveau.allCases))
        raw.nummer = String(fields[0])
        raw.titel = String(fields[1])
        raw.titelErForeloebig = true
        raw.overordnet = KLENummer(canonical: fields[0])?.overordnet?.tekst
        raw.stikord = fields[2].split(separator: ";").map { Stikord(tekst: String($0)) }
        return raw
    }

    private static let tabel = """
        00|Kommunens styrelse|
        00.01|Kommunens styrelse|
        00.01.00|Kommunens styrelse i almindelighed|kommunestyre;rådhus
        00.01.10|Opgaver på tværs af hovedgrupper|tværgående sag
        00.22|Kommunalbestyrelse og udvalg|
        00.22.02|Kommunalbestyrelsen|byråd;byrådet;borgmester
        00.22.04|Udvalg og bestyrelser|udvalgsmøde;stående udvalg
        00.32|Regnskab|
        00.32.10|Årsregnskaber|regnskab;revision
        01|Fysisk planlægning og naturbeskyttelse|
        01.02|Kommuneplanlægning og lokalplanlægning|
        01.02.03|Kommuneplanlægning|kommuneplan
        01.02.05|Lokalplanlægning|lokalplan;plangrundlag
        01.02.15|Tillæg til kommuneplanen|kommuneplantillæg
        02|Byggeri|
        02.00|Byggeri|
        02.00.00|Byggeri i almindelighed|byggesag
        02.34|Byggetilladelse og anmeldelse af byggeri|
        02.34.02|Byggetilladelse|byggesag;tilbygning;garage;carport;nybyggeri;ombygning
        02.34.24|Byggeri uden byggetilladelse|skur;udhus;drivhus
        02.34.30|Nedrivning af bebyggelse|nedrivningstilladelse;riv ned
        05|Veje og trafik|
        05.01|Offentlige veje|
        05.01.01|Vejnavne og husnumre|adresse;vejnavn;husnummer
        05.01.08|Vejvedligeholdelse|hul i vejen;asfalt;fortov
        05.01.12|Belysning, veje|gadelys;lygtepæl
        05.09|Parkering|
        05.09.04|Parkeringskontrol|p-afgift;parkeringsbøde
        05.13|Færdselsregulering og trafiksikkerhed|
        05.13.01|Færdsels- og vejafmærkninger|vejskilt;fartbump;trafikskilt
        05.14|Råden over vejareal|
        05.14.04|Containere og materiel på vej|container på vejen;stillads
        06|Spildevand og vandløb|
        06.01|Kloakker og private spildevandsanlæg|
        06.01.15|Tilslutning af spildevand|kloak;kloakering
        07|Affald og genanvendelse|
        07.18|Affald fra husholdninger|
        07.18.06|Madaffald og restaffald|skraldespand;renovation;dagrenovation
        07.18.08|Haveaffald|grene;kompost
        07.18.10|Storskrald|gamle møbler
        09|Miljøbeskyttelse|
        09.02|Godkendelsespligtige listevirksomheder|
        09.02.00|Listevirksomheder i almindelighed|miljøgodkendelse
        09.08|Beskyttelse af jord og grundvand|
        09.08.06|Undersøgelse og afværgning, jordforurening|forurenet jord
        09.08.15|Bortskaffelse og anvendelse af jord|jordflytning
        09.17|Husdyrbrug|
        09.17.60|Tilsyn med husdyrbrug|landbrug;staldtilsyn
        15|Arbejdsmarked og beskæftigelsesindsats|
        15.17|Opfølgning og revalidering|
        15.17.06|Sygedagpengeopfølgning|sygemeldt;opfølgningssamtale
        15.17.22|Ressourceforløb|rehabiliteringsteam
        15.17.26|Jobafklaringsforløb|langvarigt syg
        15.20|Beskæftigelsesindsats|
        15.20.20|Kontaktforløb|jobsamtale;jobcenter
        15.20.24|Fleksjob|nedsat arbejdsevne;fleksbevis
        15.20.36|Mentorstøtte|mentor
        17|Folkeskoleundervisning|
        17.01|Styrelsen af skolevæsenet|
        17.01.04|Skolestruktur|skolelukning;skoledistrikt
        17.02|Skoleårets planlægning|
        17.02.04|Klassedannelser og elevtal|klassekvotient
        17.03|Specialundervisning|
        17.03.04|Pædagogisk-psykologisk vurdering|PPV;PPR;psykolog i skolen
        17.03.22|Specialklasser|specialklasse
        17.15|Undervisning af tosprogede elever|
        17.15.04|Modersmålsundervisning|modersmål
        18|Folkeoplysning og ungdomsskoler|
        18.15|Folkeoplysning|
        18.15.12|Anvisning af lokaler, folkeoplysning|lån af hal;foreningslokale
        21|Biblioteker|
        21.01|Udlånsvirksomhed|
        21.01.10|Udlån og udlånskontrol|lånerkort;bøger
        23|Borgerlige forhold|
        23.01|Vielse|
        23.01.02|Vielse|bryllup;borgerlig vielse;gift
        23.05|Folkeregistrering|
        23.05.01|Registrering i CPR|folkeregister;cpr
        23.05.05|Navne- og adressebeskyttelse|hemmelig adresse;beskyttet adresse
        23.05.10|Flytteanmeldelse|flytning;ny adresse;adresseændring
        23.09|Legitimation til borgere|
        23.09.02|Pas|nyt pas;pasfoto
        23.09.04|Kørekort|kørekortfornyelse
        27|Social service|
        27.35|Almene tilbud|
        27.35.04|Forebyggende hjemmebesøg|ældrebesøg
        27.36|Personlig hjælp, omsorg og pleje|
        27.36.04|Personlig og praktisk hjælp|hjemmehjælp;rengøring;hjemmepleje
        27.36.14|Bostøtte|støtte i egen bolig
        27.36.16|Genoptræning og vedligeholdelsestræning|træning
        27.36.24|Madservice|madordning;mad udefra
        27.42|Plejeboliger og plejehjem|
        27.42.08|Plejebolig, visitation og anvisning|plejehjem;plejehjemsplads
        27.60|Hjælpemidler og boligindretning|
        27.60.04|Kropsbårne hjælpemidler|protese;kompressionsstrømper
        27.60.08|Mobilitetshjælpemidler|kørestol;rollator;elscooter
        27.60.16|Forbrugsgoder|elcykel
        27.60.20|Støtte til bil|handicapbil;invalidebil
        27.60.24|Boligindretning|boligændring;rampe;handicapvenlig bolig
        27.69|Retssikkerhed|
        27.69.40|Ældreråd|seniorråd
        27.69.48|Handicapråd|
        28|Dagtilbud|
        28.09|Dagtilbud til børn indtil skolestart|
        28.09.08|Sprogvurdering og sprogstimulering|sprogtest
        28.09.40|Optagelse i dagtilbud|børnehave;vuggestue;dagpleje;pladsanvisning
        29|Sundhed|
        29.03|Sygesikring|
        29.03.04|Udstedelse af sundhedskort|sygesikringskort;sygesikringsbevis
        29.03.12|Valg af læge|skift læge;lægevalg
        29.09|Forebyggelse og sundhedsfremme|
        29.09.04|Borgerrettet forebyggelse|rygestop;sund livsstil
        29.15|Kommunal tandpleje|
        29.15.12|Omsorgstandpleje|tandlæge;ældretandpleje
        29.18|Sygepleje|
        29.18.00|Kommunal sygepleje i almindelighed|hjemmesygeplejerske
        29.21|Genoptræning og fysioterapi|
        29.21.04|Genoptræning efter sundhedsloven|genoptræningsplan
        29.30|Samarbejde på sundhedsområdet|
        29.30.08|Sundhedsaftaler|samarbejde med regionen
        29.30.10|Sundhedsberedskab|epidemi
        32|Kontante ydelser|
        32.03|Sociale pensioner|
        32.03.04|Folkepension|pension;alderspension
        32.03.10|Varmetillæg|varmehjælp;fyring
        32.03.12|Personligt tillæg og helbredstillæg|briller;medicintilskud
        32.03.16|Førtidspension|varigt nedsat arbejdsevne
        32.06|Boligstøtte|
        32.06.04|Boligydelse|boligstøtte til pensionister
        32.06.08|Boligsikring|huslejehjælp;boligstøtte
        32.24|Ydelser efter lov om aktiv socialpolitik|
        32.24.04|Hjælp til forsørgelse|kontanthjælp;bistandshjælp;uddannelseshjælp
        32.24.07|Ophør af kontanthjælp|stop af kontanthjælp
        32.30|Dagpenge ved sygdom og barsel|
        32.30.04|Udbetaling af sygedagpenge|sygedagpenge;sygemelding
        32.30.08|Dagpenge ved barsel|barselsdagpenge;barsel
        34|Hjælp og støtte efter barnets lov|
        34.10|Undersøgelse og afdækning|
        34.10.30|Underretninger|underretning;bekymring for et barn
        34.30|Anbringelsessteder|
        34.30.15|Plejefamilier, godkendelse|plejefamilie
        54|Uddannelse|
        54.15|Danskuddannelse til voksne udlændinge|
        54.15.00|Danskuddannelse i almindelighed|sprogskole;danskkursus
        54.18|Særligt tilrettelagt ungdomsuddannelse|
        54.18.05|Indstilling og optagelse, STU|STU;ungdomsuddannelse for unge med særlige behov
        81|Kommunens personale|
        81.00|Kommunens personale|
        81.00.00|Kommunens personale i almindelighed|ansatte;medarbejdere
        A|Organisering mv.|
        P|Planlægning, regler og principper|
        S|Overordnet økonomi|
        Ø|Økonomi efter fastlagte rammer|
        G|Efter faste regler|
        K|Kontrol og klager|
        I|Modtaget informativt materiale|
        A00|Organisering i almindelighed|
        A26|Procedurer og sagsgange|arbejdsgang
        A30|Udpegning af medlemmer|repræsentant
        A50|Udarbejdelse af information|pjece;hjemmeside
        A53|Anmodning om aktindsigt|aktindsigt
        G01|Generelle sager|konkret sag
        G10|Salg|
        G20|Kurser|
        I00|Materiale uden sagsbehandling|til orientering
        K02|Klage over en afgørelse|klage
        K04|Indsigelser og høring|høringssvar
        K08|Kommunens eget tilsyn|tilsyn;påbud
        K09|Tilsyn med institutioner|
        P15|Planer for hele kommunen|strategi
        P19|Godkendelser|tilladelse
        P21|Regler og principielle afgørelser|retningslinjer
        P22|Politik|
        P25|Dispensation|
        P27|Aftaler og overenskomster|
        P35|Møder|dagsorden;referat
        S29|Gebyr og takst|takstblad
        Ø02|Budgetudkast|budget
        Ø40|Tilskud fra kommunen|støtte;pulje
        Ø54|Kontrakter, leasing og leje|lejekontrakt
        """
}
