extension OpenAPI {
    /// A body that works as it stands, for whoever has the agreements; nil for other routes.
    static func eksempel(_ rute: Rute) -> String? {
        switch rute {
        case .importer: sag
        case .opdater: opdatering
        case .fjern: #"{"SagUuid": ["6f1c0000-0000-4000-8000-000000000001"]}"#
        case .overblik: #"{"Part": "urn:oio:cpr-nr:3113999901"}"#
        case .soeg:
            #"{"Tekst": "kørestol", "Klasse": ["27.60.*"], "Facetter": ["Kildesystem", "Klasse:1"], "Antal": 5}"#
        case .fremsoeg: soegning
        case .klassesoegning: #"{"Tekst": "hjælpemidler", "Antal": 5}"#
        case .forslag: #"{"Tekst": "ansøgning om kør"}"#
        case .forklar:
            #"{"Objekttype": "Sag", "UUIDIdentifikator": "6f1c0000-0000-4000-8000-000000000001"}"#
        default: nil
        }
    }

    private static let virkning = #"""
        {"FraTidspunkt": "2026-01-15T09:30:00Z", "TilTidspunkt": true, "AktoerRef": "6f1c0000-0000-4000-8000-0000000000b1", "AktoerTypeKode": "Bruger"}
        """#

    /// A case with all that a strict source must send. The roles are, as they stand: Ejer, Ansvarlig, Primær behandler;
    /// Primær klasse, Handlingsklasse; Primær part; Master, Afsender.
    private static let sag = #"""
        {"SagIndeks": [{
          "UUIDIdentifikator": "6f1c0000-0000-4000-8000-000000000001",
          "Registrering": [{
            "Tidspunkt": "2026-01-15T09:30:00Z", "LivscyklusKode": "Importeret", "BrugerRef": "6f1c0000-0000-4000-8000-0000000000b1",
            "AttributListe": {
              "Egenskaber": [{
                "Virkning": \#(virkning),
                "BrugervendtNoegle": "PROEV-1", "Sagsnummer": "PROEV-1",
                "Titel": "Ansøgning om kørestol"
              }],
              "LokalUdvidelseListe": {"SagIndeksEgenskaber": [{
                "Virkning": \#(virkning),
                "Sagsstatus": "Modtaget", "Foelsomhed": "FORTROLIGE_PERSONOPLYSNINGER",
                "OprettetTidspunkt": "2026-01-15T09:30:00Z"
              }]}
            },
            "TilstandListe": {"Fremdrift": [{
              "Virkning": \#(virkning), "FremdriftStatusKode": "Opstaaet"
            }]},
            "RelationListe": {
              "Sagsaktoer": [
                {"Virkning": \#(virkning),
                 "Rolle": "9e979b84-b846-4472-8622-58007dc63c7e",
                 "Type": "bc6972cd-8f2b-4b9d-8d37-62916d6a71aa",
                 "ReferenceID": "5a9d0000-0000-4000-8000-00000000e001",
                 "LokalUdvidelseListe": {"SagsaktoerLokalUdvidelse":
                   {"FuldtNavn": "Eksempelby Kommune", "CVR-Nummer": "99000001"}}},
                {"Virkning": \#(virkning),
                 "Rolle": "a1263342-d348-44ba-a566-233f37c4cb67",
                 "Type": "c5fc3b3b-5197-49ee-92e6-ae6ba1957174",
                 "ReferenceID": "5a9d0000-0000-4000-8000-00000000e002",
                 "LokalUdvidelseListe": {"SagsaktoerLokalUdvidelse":
                   {"FuldtNavn": "Voksenrådgivningen", "CVR-Nummer": "99000001"}}},
                {"Virkning": \#(virkning),
                 "Rolle": "bf1f93ed-9441-4af4-835b-baeb201f3076",
                 "Type": "85d65133-4b00-460d-992e-3984857b5768",
                 "ReferenceID": "6f1c0000-0000-4000-8000-0000000000b1",
                 "LokalUdvidelseListe": {"SagsaktoerLokalUdvidelse":
                   {"FuldtNavn": "Prøve Sagsbehandler", "CVR-Nummer": "99000001"}}}
              ],
              "Sagsklasse": [
                {"Virkning": \#(virkning),
                 "Rolle": "a86c6581-ec85-412d-a655-31a1f1d5b14f",
                 "Type": "267235ea-526d-4a18-8001-f2a0e563eba1",
                 "ReferenceID": "5a9d0000-0000-4000-8000-00000000e003",
                 "LokalUdvidelseListe": {"SagsklasseLokalUdvidelse":
                   {"Klassetitel": "Mobilitetshjælpemidler", "BrugervendtNoegle": "27.60.08"}}},
                {"Virkning": \#(virkning),
                 "Rolle": "05ef7011-11a7-4e4c-a46b-3de6aa457fc3",
                 "Type": "267235ea-526d-4a18-8001-f2a0e563eba1",
                 "ReferenceID": "5a9d0000-0000-4000-8000-00000000e004",
                 "LokalUdvidelseListe": {"SagsklasseLokalUdvidelse": {"BrugervendtNoegle": "G01"}}}
              ],
              "Sagspart": [{
                "Virkning": \#(virkning),
                "Rolle": "d839f26a-d4d1-4441-b2d6-3dbbb12a9404",
                "Type": "c189ba35-de4b-4363-a8b7-67f1456cf56f",
                "ReferenceID": "urn:oio:cpr-nr:3113999901",
                "LokalUdvidelseListe": {"SagspartLokalUdvidelse": {"FuldtNavn": "Prøve Borger"}}
              }],
              "LokalUdvidelseListe": {"SagsitsystemRelation": [
                {"Virkning": \#(virkning),
                 "Rolle": "251c24fd-57b0-4afc-9d73-b063d1957eb3",
                 "Type": "29fe1da2-897a-46cd-b635-b9be8e0bffd6",
                 "ReferenceID": "6f1c0000-0000-4000-8000-0000000000f1", "SystemNavn": "Eksempelfag"},
                {"Virkning": \#(virkning),
                 "Rolle": "1b3c6a6d-e977-4491-9bf8-b41ee6999f39",
                 "Type": "29fe1da2-897a-46cd-b635-b9be8e0bffd6",
                 "ReferenceID": "6f1c0000-0000-4000-8000-0000000000f1", "SystemNavn": "Eksempelfag"}
              ]}
            }
          }]
        }]}
        """#

    private static let opdatering = #"""
        {"OpdaterSagIndeks": [{
          "UUIDIdentifikator": "6f1c0000-0000-4000-8000-000000000001",
          "Tidspunkt": "2026-02-01T10:00:00Z",
          "TilstandListe": {"Fremdrift": [{
            "Virkning": {"FraTidspunkt": "2026-02-01T10:00:00Z", "TilTidspunkt": true, "AktoerRef": "6f1c0000-0000-4000-8000-0000000000b1", "AktoerTypeKode": "Bruger"},
            "FremdriftStatusKode": "Oplyst"
          }]}
        }]}
        """#

    private static let soegning = #"""
        {"SoegUdtryk": {"operation": "AND", "SoegSag": [{
           "AttributListe": {"Egenskaber": [{"Titel": "*kørestol*"}]}, "TilstandListe": {}, "RelationListe": {}
         }]},
         "Filter": {"SagVis": ["egenskaber", "fremdrift"]}}
        """#
}
