/// Words and affixes of our own, for splitting compounds.
enum Ordforraad {
    /// First parts that municipal compounds often have, with their linking letter.
    static let forled = """
        adgangs aktivitets alderdoms anbringelses ankestyrelses ansøgnings barns beboer \
        behandlings bestyrelses bevillings bil bolig borger botilbuds budget by byggesags bygge \
        bygnings byråds børne cykel dagtilbuds data døgn drifts ejendoms elev energi \
        enkeltydelses erhvervs familie ferie fleks forældre forsørgelses forældremyndigheds \
        frivillig førtids genbrugs genoptrænings grundvands handicap helbreds hjælpe hjemme \
        hjemløse husleje høre høringsvar indkomst indkøbs indsats indskuds institutions \
        integrations jobcenter jord kirke klima kommune kontakt kontrol kræft kvalitets kultur \
        køre kørestols ledelses ledigheds leve lejer livs lokal læge lærer lønmodtager \
        madordnings magt medicin merudgifts miljø morgen musik nabo netværks normerings nød \
        omsorgs opholds ordblinde overgangs parkerings parts patient personale plads plan \
        plejefamilie pleje praktik privat projekt pædagog ramme regnskabs rehabiliterings \
        renovations respons ressource revisions rotte rådgivnings sags sagsbehandlings \
        samarbejds samværs senior service sikkerheds skatte skole skov social solcelle special spildevands sprog \
        stats stomi støtte stue støj svømme syge sygeplejerske søskende sociallov tabs takst tandlæge \
        tids tilflytter tilskuds tilsyns tolke trafik træ trænings tvangs uddannelses udbuds \
        udgifts udsatte udviklings ungdoms utilpassede vandløbs varme vederlags vej vejlednings \
        velfærds vindmølle virksomheds voksen værge værksteds ydelses ægtefælle ældre ændrings økonomi
        """

    /// Last parts that municipal compounds often have.
    static let efterled = """
        aftale afgift afgørelse aktivitet analyse anlæg anmodning ansøgning ansvar arbejde areal \
        attest bedømmelse befordring begrænsning behandling behov beregning beskyttelse \
        beslutning betaling bestyrelse bevilling bidrag bil bistand bolig brug budget bygning \
        børn center dagsorden dokument drift døgn ejendom ejer enhed erklæring erstatning \
        familie fond forbud forebyggelse forening forhold forløb formidling forsikring forsyning \
        forvaltning forvalter fradrag fremme gebyr godkendelse grad gruppe handling have hjem \
        hjælp hjælper hus høring indberetning indkomst indsats indsigt institution instruks \
        journal klage klasse klub kommune konto kontor kontrakt kontrol kort kursus kvalitet \
        køkken kørsel ledelse ledsagelse lejer leverandør liste lokale lov lån læge lærer løn \
        mand medarbejder middel midler mødet møde mølle mål netværk notat nævn omlægning område ophold \
        opgave opgørelse oplysning opsyn ordning overblik overslag pakke park parkering part pension \
        penge personale plads plan planlægning pleje plejer politik praksis pris profil program \
        projekt protokol prøve pulje påbud ramme rapport redegørelse refusion register regnskab \
        regulering rejse reparation ret rute råd rådgiver rådgivning sag samarbejde samtale \
        samtykke service sikring skat skema skole skov sted stol strategi støtte styrelse svar \
        system særtilskud takst tid tilbud tilladelse tillæg tilskud tilsyn træning transport \
        tvist tyveri udgift udgifter udbetaling udbud uddannelse udredning udsigt udstyr \
        udtalelse udvikling udvalg undersøgelse undervisning valg vand vedtægt vej vejledning \
        vejr verden vilkår virksomhed visitation vurdering værksted væsen ydelse ændring
        """

    /// Endings that nouns take; only used where no list has the forms.
    static let boejninger = "s e n t r en et er ne rne erne ns ts rs ens ets ers rnes ernes"

    /// What stands before verbs and their nouns, and is no part of its own there.
    static let forstavelser = """
        a ab ad af an at be gennem tværs imod bort fort hver omkring de dis ef eks en er et ex \
        for fore fra frem gen ge hen hid hos i igen im in ind inden inter kom kon med mis mod \
        ned om op per pre pro præ på re sam samme sammen sub sus tilbage til trans u ud uden und \
        ved van å anti ante hjem
        """

    /// What ends words without being a word there.
    static let endelser = """
        agtig ant bar bare bart ber de dele delser delsen delse dom dommen else elsen elser ende \
        ene ent er eren ere eri erier erne fuld fuldt ger hed hende hen henne igt heden heder \
        hederne heds hedens ig iger ing ingen ingens inger ingers ion ioner isk iske ist ister \
        itet itets ker ler lig lige ligt ling linger lighed ligheder ligheden ighed igheder \
        igheden løs løse løst mer mæssig mæssige mæssigt ner ning ninge ningen ninger or per rer \
        sion sioner skab skaber skabet skaberne skabs som somt ser ste ter tion tioner ver vis \
        værdig ydes rede ens sen sens ten tens den dens der ders ges tes les des ves ses res fes kes \
        nes pes bes len lens alt jer jers jere iver gere gers ske skes uren kede melse melsen melser \
        melserne det dets ters isters terne tier men set ren rens te let lets jens vens sel \
        tre svær digt digte dige ægges river rives rifter tarer heders aget etter sommere
        """

    /// Words that are not to be split, though their letters may be read so or they once were compounds: as they stand and
    /// in all inflections of the same stem, alone and as a part of nine letters or more.
    static let hele = """
        barnet barnets forelagt forelægge godkendelse godkendt opgradering programmel revision \
        administration afgøre aktie aktiver aktør allerede allonge almen almene almindelig \
        almindelighed anden angive antallet anvendelse arbejde arkivere arrangement bagefter \
        bassin beboer bedre beskrive bestyrelse betyde bidrag bidrage bidrager billede billet bistand \
        biograf blanket borger borgmester borgmestre boring central citation danmark dansk decentral dement \
        demens dialog dimission direktion direktør diskotek egnet ejendom ekspert endvidere \
        fastsat faktura fakta forening foretage forlænge formand formål formålet forskrift forslag forslå forsørge \
        forsørger frivillig fysisk fælles færdig fødsel godkende gør handel handle herefter herunder \
        hinanden hvordan hæve høring høringer identitet invitere isoleret kemisk \
        kommentar konklusion konkret konkurs koordinator koordinere koordinering kultur \
        kulturel kurator købe lagring ledelse ledig leverandør leverance licitation liste logistik \
        lokal længere læger lægge mangel manual margin melde mellem mental metal minister ministerium \
        ministre model modul myndighed mælke måned nationalitet nuværende nødig nødvendig \
        offentlighed opera opgave oplag oplagring orden ordentlig ordinær organ palle \
        pakke paragraf park parti pension pensionist permanent politik politiker politisk portal procent \
        produkt protokol rapport rapporten regel region registrere renovation \
        retten roskilde sejlads sekretariat sekretær signal skolen socialist socialistisk \
        standard statistik statistisk stoffer strategi styrelse svarende sygdom system således såkaldt \
        talent telefon tendens terrasse tidlig tildele tildeles toilet transport \
        turist turisme tyrkisk udvide universitet vedtage vejlede vejledende vejledning ven vende \
        venlig venstre vindue visitere visitation vækst yderlig yderligere økonomi økonomisk øvrig \
        øvrige årsag forstand istand istandsætte billet billedkunst billedskole deltager arbejdstager \
        overtage varetage fritage montage plantage ligeledes måltid global globale sukker rasmus
        """

    /// All of it, for the lexicon's mark.
    static var alt: String {
        [forled, efterled, boejninger, forstavelser, endelser, hele].joined(separator: ";")
    }
}
