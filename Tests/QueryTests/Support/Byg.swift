import IndexCore

/// Builders of small objects as JSON, with defaults, so that a test shows only what matters to it.
enum Byg {
    static func uuid(_ number: Int) -> UUIDIdentifikator {
        UUIDIdentifikator(high: 0x0A00_0000_0000_4000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    static func virkning(_ fra: String, _ til: String?) -> String {
        let end = til.map { "\"\($0)T00:00:00Z\"" } ?? "true"
        return """
            "Virkning":{"FraTidspunkt":"\(fra)T00:00:00Z","TilTidspunkt":\(end),\
            "AktoerRef":"urn:oio:efag:bruger:AB","AktoerTypeKode":"Bruger"}
            """
    }

    /// Rolle of one list as a member.
    static func rolle(_ kind: ObjektKind, _ liste: Element, _ rolle: Rolle) -> String {
        let uuid = RolleTabel.standard.uuid(RolleListe(kind, liste), rolle)
        return "\"Rolle\":\"\(uuid?.description ?? "")\""
    }

    static func objekt(
        _ uuid: UUIDIdentifikator, attributter: String, tilstand: String = "",
        relationer: [String], tidspunkt: String = "2024-01-05T10:00:00Z"
    ) -> String {
        """
        {"UUIDIdentifikator":"\(uuid)","Registrering":[{"Tidspunkt":"\(tidspunkt)",\
        "LivscyklusKode":"Importeret","BrugerRef":"urn:oio:efag:bruger:AB",\
        "AttributListe":{\(attributter)},"TilstandListe":{\(tilstand)},\
        "RelationListe":{\(relationer.filter { !$0.isEmpty }.joined(separator: ","))}}]}
        """
    }

    static func profil(_ kind: ObjektKind, _ who: [UUIDIdentifikator]) -> String {
        guard !who.isEmpty else { return "" }
        let entries = who.enumerated().map { index, uuid in
            """
            {\(virkning("2024-01-01", nil)),\(rolle(kind, .sikkerhedsprofil, .adgang)),\
            "Indeks":"\(index + 1)","ReferenceID":"\(uuid)"}
            """
        }
        return "\"Sikkerhedsprofil\":[" + entries.joined(separator: ",") + "]"
    }
}

struct PartRelation {
    var urn: String
    var navn = "Erling Eksempel"
    var fra = "2024-01-01"
    var til: String?
}

/// A link from a case to a document, or a note.
struct JournalRelation {
    var dokument: UUIDIdentifikator?
    var dokumenttitel: String?
    var notat: (titel: String, tekst: String)?
    var fra = "2024-01-01"
    var til: String?
    var alternativ: String?
    /// Nil for the one that fits.
    var rolle: Rolle?

    func json(_ indeks: Int) -> String {
        var egenskaber: [String] = []
        if let dokumenttitel { egenskaber.append("\"Dokumenttitel\":\(Byg.quoted(dokumenttitel))") }
        if let alternativ {
            egenskaber.append(
                """
                "OffentlighedUndtaget":{"TitelAlternativTekst":\(Byg.quoted(alternativ)),\
                "OffentlighedUndtagetHjemmelTekst":"§ 30"}
                """)
        }
        if let notat {
            var encoded: [UInt8] = []
            Array(notat.tekst.utf8).withUnsafeBytes { Base64Text.append($0, to: &encoded) }
            egenskaber.append(
                """
                "JournalnotatEgenskaber":{"Titel":\(Byg.quoted(notat.titel)),\
                "Notat":"\(String(decoding: encoded, as: UTF8.self))","Format":"tekst"}
                """)
        }
        let rolle = self.rolle ?? (dokument == nil ? .journalnotat : .tilakteret)
        let extra =
            egenskaber.isEmpty
            ? "" : ",\"JournalpostEgenskaber\":{" + egenskaber.joined(separator: ",") + "}"
        return """
            {\(Byg.virkning(fra, til)),\(Byg.rolle(.sag, .journalpost, rolle)),\
            "Indeks":"\(indeks)","ReferenceID":"\(dokument?.description ?? "URN:Empty")"\(extra)}
            """
    }
}

struct Sag {
    var uuid: UUIDIdentifikator
    var cvr = "99000001"
    var kle = "27.36.04"
    var niveau = 1
    var titel = "Ansøgning om hjælp"
    var beskrivelse: String?
    var nummer: String?
    var alternativ: String?
    var master = Byg.uuid(900)
    var ansvarlig = Byg.uuid(800)
    var profil: [UUIDIdentifikator] = []
    var parter: [PartRelation] = []
    var journal: [JournalRelation] = []
    var genstand: String?
    var facet = "G01"
    var fremdrift: [(String, String, String?)] = [("Opstaaet", "2024-01-01", nil)]
    var fra = "2024-01-01"
    /// OprettetTidspunkt; nil for none.
    var oprettet: String? = "2024-01-02T08:00:00Z"
    /// Earlier titles: (title, from, to).
    var tidligereTitler: [(String, String, String)] = []

    var json: String {
        let number = Byg.quoted(nummer ?? "S-\(uuid.low & 0xFFFF)")
        var titles = tidligereTitler.map { egenskaber($0.0, $0.1, $0.2, number) }
        titles.append(egenskaber(titel, fra, nil, number))
        let states = fremdrift.map {
            "{\(Byg.virkning($0.1, $0.2)),\"FremdriftStatusKode\":\"\($0.0)\"}"
        }
        let level = Foelsomhed(rawValue: UInt8(niveau))?.text ?? ""
        return Byg.objekt(
            uuid,
            attributter: """
                "Egenskaber":[\(titles.joined(separator: ","))],"LokalUdvidelseListe":\
                {"SagIndeksEgenskaber":[{\(Byg.virkning("2023-01-01", nil)),"Foelsomhed":"\(level)"\
                \(oprettet.map { ",\"OprettetTidspunkt\":\"\($0)\"" } ?? "")}]}
                """,
            tilstand: "\"Fremdrift\":[\(states.joined(separator: ","))]", relationer: relationer)
    }

    private func egenskaber(
        _ titel: String, _ fra: String, _ til: String?, _ number: String
    ) -> String {
        let hidden =
            alternativ.map {
                """
                ,"OffentlighedUndtaget":{"TitelAlternativTekst":\(Byg.quoted($0)),\
                "OffentlighedUndtagetHjemmelTekst":"§ 30"}
                """
            } ?? ""
        let text = beskrivelse.map { ",\"Beskrivelse\":\(Byg.quoted($0))" } ?? ""
        return """
            {\(Byg.virkning(fra, til)),"BrugervendtNoegle":\(number),"Sagsnummer":\(number),\
            "Titel":\(Byg.quoted(titel))\(hidden)\(text)}
            """
    }

    private var relationer: [String] {
        let part = RolleTabel.standard.uuid(RolleListe(.sag, .sagspart), .sekundaerPart)
        let parties = parter.enumerated().map { index, party in
            """
            {\(Byg.virkning(party.fra, party.til)),"Rolle":"\(part?.description ?? "")",\
            "Indeks":"\(index)","ReferenceID":"\(party.urn)","LokalUdvidelseListe":\
            {"SagspartLokalUdvidelse":{"FuldtNavn":\(Byg.quoted(party.navn))}}}
            """
        }
        let posts = journal.enumerated().map { $1.json($0) }
        var profile = Byg.profil(.sag, profil)
        if !profile.isEmpty { profile += "," }
        let v = Byg.virkning("2023-01-01", nil)
        return [
            """
            "Sagsaktoer":[{\(v),\(Byg.rolle(.sag, .sagsaktoer, .ejer)),\
            "ReferenceID":"urn:oio:cvr-nr:\(cvr)"},\
            {\(v),\(Byg.rolle(.sag, .sagsaktoer, .ansvarlig)),"ReferenceID":"\(ansvarlig)"}]
            """,
            """
            "Sagsklasse":[{\(v),\(Byg.rolle(.sag, .sagsklasse, .primaerKlasse)),\
            "ReferenceID":"\(Byg.uuid(700))","LokalUdvidelseListe":{"SagsklasseLokalUdvidelse":\
            {"BrugervendtNoegle":"\(kle)"}}},\
            {\(v),\(Byg.rolle(.sag, .sagsklasse, .handlingsklasse)),\
            "ReferenceID":"\(Byg.uuid(701))","LokalUdvidelseListe":{"SagsklasseLokalUdvidelse":\
            {"BrugervendtNoegle":"\(facet)"}}}]
            """,
            "\"Sagspart\":[\(parties.joined(separator: ","))]",
            genstand.map {
                """
                "Sagsgenstande":[{\(v),\(Byg.rolle(.sag, .sagsgenstande, .byggeri)),\
                "Indeks":"1","ReferenceID":"\($0)"}]
                """
            } ?? "",
            "\"Journalpost\":[\(posts.joined(separator: ","))]",
            """
            "LokalUdvidelseListe":{\(profile)"SagsitsystemRelation":[{\(v),\
            \(Byg.rolle(.sag, .sagsitsystemRelation, .master)),"ReferenceID":"\(master)",\
            "SystemNavn":"Fagsystem"}]}
            """,
        ]
    }
}

struct Dokument {
    var uuid: UUIDIdentifikator
    var cvr = "99000001"
    var kle = "27.36.04"
    var niveau = 1
    var titel = "Brev"
    var master = Byg.uuid(900)
    var ansvarlig = Byg.uuid(800)
    var profil: [UUIDIdentifikator] = []
    var parter: [PartRelation] = []

    var json: String {
        let level = Foelsomhed(rawValue: UInt8(niveau))?.text ?? ""
        let number = "D-\(uuid.low & 0xFFFF)"
        let v = Byg.virkning("2024-01-01", nil)
        let parties = parter.enumerated().map { index, party in
            """
            {\(Byg.virkning(party.fra, party.til)),\
            \(Byg.rolle(.dokument, .dokumentpart, .parter)),"Indeks":"\(index)",\
            "ReferenceID":"\(party.urn)","LokalUdvidelseListe":\
            {"DokumentpartLokalUdvidelse":{"FuldtNavn":\(Byg.quoted(party.navn))}}}
            """
        }
        var profile = Byg.profil(.dokument, profil)
        if !profile.isEmpty { profile += "," }
        return Byg.objekt(
            uuid,
            attributter: """
                "Egenskaber":[{\(v),"BrugervendtNoegle":"\(number)","Dokumentnummer":"\(number)",\
                "Titel":\(Byg.quoted(titel)),"Foelsomhed":"\(level)","Type":"Rapport"}]
                """,
            relationer: [
                """
                "Dokumentaktoer":[{\(v),\(Byg.rolle(.dokument, .dokumentaktoer, .ejer)),\
                "ReferenceID":"urn:oio:cvr-nr:\(cvr)"},\
                {\(v),\(Byg.rolle(.dokument, .dokumentaktoer, .ansvarlig)),\
                "ReferenceID":"\(ansvarlig)"}]
                """,
                "\"Dokumentpart\":[\(parties.joined(separator: ","))]",
                """
                "Dokumentklasse":[{\(v),\(Byg.rolle(.dokument, .dokumentklasse, .primaerKlasse)),\
                "ReferenceID":"\(Byg.uuid(700))","LokalUdvidelseListe":\
                {"DokumentklasseLokalUdvidelse":{"BrugervendtNoegle":"\(kle)"}}}]
                """,
                """
                "LokalUdvidelseListe":{\(profile)"DokumentitsystemRelation":[{\(v),\
                \(Byg.rolle(.dokument, .dokumentitsystemRelation, .master)),\
                "ReferenceID":"\(master)","SystemNavn":"Fagsystem"}]}
                """,
            ])
    }
}

struct Ydelse {
    var id: String
    var navn: String
    var kle: String
    var master = Byg.uuid(900)
    var fra = "2024-01-01"
    var til: String?

    var json: String {
        """
        {\(Byg.virkning(fra, til)),"Id":"\(id)","Navn":\(Byg.quoted(navn)),\
        "BevilgetYdelseStartdato":"2024-02-01T00:00:00+01:00",\
        "ItSystem":[{\(Byg.rolle(.bevilling, .itSystem, .master)),"ReferenceID":"\(master)"}],\
        "Ydelse":{\(Byg.rolle(.bevilling, .ydelse, .ydelse)),"ReferenceID":"\(Byg.uuid(600))",\
        "Ydelsesnavn":\(Byg.quoted(navn)),"Klassifikation":{\
        \(Byg.rolle(.bevilling, .klassifikation, .primaerKlasse)),\
        "ReferenceID":"\(Byg.uuid(601))","BrugervendtNoegle":"\(kle)"}},\
        "OekonomiskEffektueringsplan":[{"Id":"1","EffektueringsplanStartdato":\
        "2024-02-01T00:00:00+01:00","EffektueringsplanSlutdato":"2030-01-01T00:00:00+01:00",\
        "Ydelsesbeloeb":"6694"}]}
        """
    }
}

struct Bevilling {
    var uuid: UUIDIdentifikator
    var cvr = "99000001"
    var niveau = 1
    var begrundelse = "Begrundet"
    var ydelser: [Ydelse]
    var ansvarlig = Byg.uuid(800)
    var profil: [UUIDIdentifikator] = []
    var parter: [PartRelation] = []
    var sag: (uuid: UUIDIdentifikator, navn: String)?
    /// When the grant itself is over.
    var til: String?

    var json: String {
        let level = Foelsomhed(rawValue: UInt8(niveau))?.text ?? ""
        let v = Byg.virkning("2024-01-01", nil)
        let parties = parter.enumerated().map { index, party in
            """
            {\(Byg.virkning(party.fra, party.til)),\
            \(Byg.rolle(.bevilling, .bevillingspart, .ydelsesmodtager)),"Indeks":"\(index)",\
            "ReferenceID":"\(party.urn)","FuldtNavn":\(Byg.quoted(party.navn))}
            """
        }
        return Byg.objekt(
            uuid,
            attributter: """
                "Egenskaber":[{\(Byg.virkning("2024-01-01", til)),"BrugervendtNoegle":"B-\(uuid.low & 0xFFFF)",\
                "Begrundelse":\(Byg.quoted(begrundelse)),"Foelsomhed":"\(level)"}],\
                "BevilgetYdelse":[\(ydelser.map(\.json).joined(separator: ","))]
                """,
            relationer: [
                "\"Bevillingspart\":[\(parties.joined(separator: ","))]",
                sag.map { sag in
                    """
                    "Bevillingssag":[{\(v),\(Byg.rolle(.bevilling, .bevillingssag, .tilknyttet)),\
                    "ReferenceID":"\(sag.uuid)","FuldtNavn":\(Byg.quoted(sag.navn))}]
                    """
                } ?? "",
                """
                "Bevillingsaktoer":[{\(v),\(Byg.rolle(.bevilling, .bevillingsaktoer, .ejer)),\
                "ReferenceID":"\(Byg.uuid(500))","CVR-nr":"\(cvr)"},\
                {\(v),\(Byg.rolle(.bevilling, .bevillingsaktoer, .ansvarlig)),"Indeks":"1",\
                "ReferenceID":"\(ansvarlig)"}]
                """,
                Byg.profil(.bevilling, profil),
            ])
    }
}

struct Effektuering {
    struct Linje {
        var kle: String
        var bevilling: UUIDIdentifikator
        var ydelse = "1"
        var fra = "2024-01-01"
        var til: String?
    }

    var uuid: UUIDIdentifikator
    var cvr = "99000001"
    var afdeling = "Ydelseskontoret"
    var linjer: [Linje]
    var master = Byg.uuid(900)
    var parter: [PartRelation] = []
    var beloeb = "4319.68"
    /// When the payment itself is over.
    var til: String?

    var json: String {
        let v = Byg.virkning("2024-01-01", nil)
        let lines = linjer.enumerated().map { index, line in
            """
            {\(Byg.virkning(line.fra, line.til)),\
            \(Byg.rolle(.oekonomiskEffektuering, .oekonomiskYdelseEffektueringRelation, .linje)),\
            "Indeks":"\(index + 1)","ReferenceID":"\(Byg.uuid(601))",\
            "YdelsesperiodeStartdato":"2024-02-01T00:00:00+01:00","Ydelsesbeloeb":"100",\
            "Klassifikationsbeskrivelse":"\(line.kle)","BevilgetYdelseRef":\
            {"UUIDIdentifikator":"\(line.bevilling)","BevilgetYdelseId":"\(line.ydelse)"}}
            """
        }
        let parties = parter.enumerated().map { index, party in
            """
            {\(Byg.virkning(party.fra, party.til)),\
            \(Byg.rolle(.oekonomiskEffektuering, .oekonomiskEffektueringPart, .effektueringsmodtager)),\
            "Indeks":"\(index)","ReferenceID":"\(party.urn)","FuldtNavn":\(Byg.quoted(party.navn))}
            """
        }
        return Byg.objekt(
            uuid,
            attributter: """
                "Egenskaber":[{\(Byg.virkning("2024-01-01", til)),"BrugervendtNoegle":"U-\(uuid.low & 0xFFFF)",\
                "Startdato":"2024-02-01T00:00:00+01:00","Slutdato":"2024-03-01T00:00:00+01:00",\
                "SamletBruttobeloeb":"100","Dispositionsdato":"2024-02-29T00:00:00+01:00",\
                "BeloebUdbetalt":"\(beloeb)","Udbetalingsafdeling":\(Byg.quoted(afdeling))}]
                """,
            relationer: [
                "\"OekonomiskYdelseEffektueringRelation\":[\(lines.joined(separator: ","))]",
                """
                "Aktoer":[{\(v),\(Byg.rolle(.oekonomiskEffektuering, .aktoer, .ejer)),\
                "ReferenceID":"\(Byg.uuid(500))","CVR-nr":"\(cvr)"}]
                """,
                """
                "ItSystem":[{\(v),\(Byg.rolle(.oekonomiskEffektuering, .itSystem, .master)),\
                "ReferenceID":"\(master)","SystemNavn":"Fagsystem"}]
                """,
                "\"OekonomiskEffektueringPart\":[\(parties.joined(separator: ","))]",
            ])
    }
}
