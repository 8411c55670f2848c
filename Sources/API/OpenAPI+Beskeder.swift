import IndexCore
import Query

/// The schemas of messages and answers, by name.
enum OpenAPIBeskeder {
    static let schemas =
        skrevne + [
            ("Importbesked", besked(\.importName)), ("Importlinje", linje(\.importName)),
            ("Opdateringsbesked", besked(\.updateName)), ("Opdateringslinje", linje(\.updateName)),
        ]

    /// Many objects of each kind.
    private static func besked(_ navn: (ObjektSchema) -> String) -> String {
        objekter(navn, "") { #"{"type": "array", "items": \#($0)}"# }
    }

    /// One object of one kind.
    private static func linje(_ navn: (ObjektSchema) -> String) -> String {
        objekter(navn, #""description": "ét objekt", "minProperties": 1, "maxProperties": 1, "#) {
            $0
        }
    }

    private static func objekter(
        _ navn: (ObjektSchema) -> String, _ krav: String, _ vaerdi: (String) -> String
    ) -> String {
        let medlemmer = ObjektKind.allCases.map { kind in
            let navn = navn(ObjektSchema.of(kind))
            let reference = ##"{"$ref": "#/components/schemas/\##(navn)"}"##
            return "\"\(navn)\": \(vaerdi(reference))"
        }
        let properties = medlemmer.joined(separator: ", ")
        return
            #"{"type": "object", \#(krav)"additionalProperties": false, "properties": {\#(properties)}}"#
    }

    private static let visISoeg = FremsoegNavne.visISoeg.map { "\"\($0)\"" }.joined(separator: ", ")

    /// What is taken in place of a value: an object with one of these members.
    private static func langForm(_ medlemmer: String...) -> String {
        ##"""
        {
          "description": "den lange form; den korte er den, der svares med",
          "type": "object",
          "minProperties": 1,
          "maxProperties": 1,
          "additionalProperties": false,
          "properties": {\##(medlemmer.joined(separator: ", "))}
        }
        """##
    }

    private static let langUnikId = langForm(
        #""UUIDIdentifikator": {"type": "string", "format": "uuid"}"#,
        #""URNIdentifikator": {"type": "string", "maxLength": 255}"#)

    private static let langtTidspunkt = langForm(
        #""TidsstempelDatoTid": {"type": "string", "format": "date-time"}"#,
        #""GraenseIndikator": {"type": "boolean", "const": true}"#)

    private static let skrevne: [(name: String, schema: String)] = [
        (
            "UnikId",
            ##"""
            {
              "description": "UUID eller URN",
              "oneOf": [
                {"type": "string", "maxLength": 255},
                \##(langUnikId)
              ]
            }
            """##
        ),
        (
            "Virkning",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "FraTidspunkt": {"$ref": "#/components/schemas/TidspunktType"},
                "TilTidspunkt": {"$ref": "#/components/schemas/TidspunktType"},
                "AktoerRef": {"$ref": "#/components/schemas/UnikId"},
                "AktoerTypeKode": {
                  "type": "string",
                  "enum": [
                    "Organisation",
                    "OrganisationEnhed",
                    "OrganisationFunktion",
                    "Bruger",
                    "ItSystem",
                    "Interessefaellesskab"
                  ]
                },
                "NoteTekst": {"type": "string", "maxLength": 1024}
              }
            }
            """##
        ),
        (
            "TidspunktType",
            ##"""
            {
              "description": "Tidspunkt, eller true for uendelig",
              "oneOf": [
                {"type": "string", "format": "date-time"},
                {"type": "boolean", "const": true},
                \##(langtTidspunkt)
              ]
            }
            """##
        ),
        (
            "Fjernbesked",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "SagUuid": {"$ref": "#/components/schemas/UuidListe"},
                "DokumentUuid": {"$ref": "#/components/schemas/UuidListe"},
                "BevillingUuid": {"$ref": "#/components/schemas/UuidListe"},
                "OekonomiskEffektueringUuid": {"$ref": "#/components/schemas/UuidListe"},
                "SoegUdtryk": {
                  "description": "det, fremsoeg finder med udtrykket, og som kalderen må se og fjerne; højst 10.000 objekter; kræver et kriterium",
                  "allOf": [{"$ref": "#/components/schemas/SoegUdtryk"}]
                },
                "EfterladSagsloeseDokumenter": {"type": "boolean"},
                "FjernOgsaaYdelse": {"type": "boolean"}
              }
            }
            """##
        ),
        (
            "UuidListe",
            ##"""
            {"type": "array", "items": {"type": "string", "format": "uuid"}}
            """##
        ),
        (
            "Overblikforespoergsel",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["Part"],
              "properties": {
                "Part": {
                  "description": "en URN eller UUID, eller en liste af højst 100, som urn:oio:cpr-nr:, urn:oio:cvr-nr: eller urn:oio:pnr: med cifrene",
                  "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                },
                "Periode": {"$ref": "#/components/schemas/Interval", "description": "partens relationer tæller, når de gælder på et tidspunkt i den"},
                "Virkningstid": {"type": "string", "description": "objekterne vises, som de gjaldt da; uden Periode tæller de relationer, der gjaldt da"},
                "Antal": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 100, "description": "højst så mange på hver liste"},
                "Markoer": {"type": "string", "description": "fra svaret før: hver liste fortsætter, hvor den slap"}
              }
            }
            """##
        ),
        (
            "Interval",
            ##"""
            {
              "type": "object",
              "description": "fra og med Fra, til Til, som ikke er med: en dag er den dag til den næste. En dato er dens begyndelse i Danmark",
              "additionalProperties": false,
              "properties": {"Fra": {"type": "string"}, "Til": {"type": "string"}}
            }
            """##
        ),
        (
            "Tekstliste",
            ##"""
            {"type": "array", "maxItems": 1000, "items": {"type": "string"}}
            """##
        ),
        (
            "Soegeforespoergsel",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "Tekst": {"type": "string"},
                "Objekttyper": {
                  "type": "array",
                  "description": "udeladt: de fire slags objekter; Journalnotat skal nævnes, for en sag findes også ved sine notater",
                  "items": {
                    "type": "string",
                    "enum": [
                      "Sag",
                      "Dokument",
                      "Journalnotat",
                      "Bevilling",
                      "OekonomiskEffektuering"
                    ]
                  }
                },
                "Part": {"$ref": "#/components/schemas/Tekstliste"},
                "Myndighed": {"$ref": "#/components/schemas/Tekstliste"},
                "Klasse": {"$ref": "#/components/schemas/Tekstliste"},
                "Handlingsfacet": {"$ref": "#/components/schemas/Tekstliste"},
                "Fremdrift": {"$ref": "#/components/schemas/Tekstliste"},
                "Kildesystem": {"$ref": "#/components/schemas/Tekstliste"},
                "Ansvarlig": {"$ref": "#/components/schemas/Tekstliste"},
                "Behandler": {"$ref": "#/components/schemas/Tekstliste"},
                "Foelsomhed": {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {"Fra": {"type": "integer"}, "Til": {"type": "integer"}}
                },
                "Genstand": {"$ref": "#/components/schemas/Tekstliste"},
                "Oprettet": {"$ref": "#/components/schemas/Interval"},
                "Aendret": {"$ref": "#/components/schemas/Interval"},
                "Virkningstid": {"type": "string"},
                "Registreringstid": {
                  "type": "string",
                  "description": "hvad der var kendt da; som ved Virkningstid føjer klassers stikord ikke til, og stavning rettes ikke"
                },
                "SoegUdtryk": {"$ref": "#/components/schemas/SoegUdtryk"},
                "Facetter": {
                  "type": "array",
                  "description": "GaeldendeKlasse tæller en nedlagt klasse under den, der entydigt har afløst den",
                  "items": {
                    "enum": [
                      "Objekttype", "Fremdrift", "Foelsomhed", "Kildesystem", "Myndighed", "Aar",
                      "Klasse:1", "Klasse:2", "Klasse:3",
                      "GaeldendeKlasse:1", "GaeldendeKlasse:2", "GaeldendeKlasse:3"
                    ]
                  }
                },
                "Sortering": {
                  "type": "string",
                  "description": "er intet fundet med alle ord, nøjes Relevans, og kun den, og kun nu, med nogle af dem (nogleOrd i Forstaaet)",
                  "default": "Relevans",
                  "enum": ["Relevans", "Nyeste", "Aeldste", "Titel", "BrugervendtNoegle"]
                },
                "Antal": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 20},
                "Markoer": {
                  "type": "string",
                  "description": "fra forrige side; resten af spørgsmålet skal være det samme"
                },
                "Uddrag": {"type": "boolean"},
                "Vis": {
                  "type": "array", "description": "dele af objekterne, som de er registreret",
                  "items": {"enum": [\##(visISoeg)]}
                }
              }
            }
            """##
        ),
        (
            "Forslagsforespoergsel",
            ##"""
            {
              "type": "object",
              "required": ["Tekst"],
              "additionalProperties": false,
              "properties": {
                "Tekst": {"type": "string"},
                "Antal": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 10}
              }
            }
            """##
        ),
        (
            "Forslagssvar",
            ##"""
            {
              "type": "object",
              "required": ["Forslag", "Forstaaet"],
              "properties": {
                "Forslag": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": ["Tekst", "Som"],
                    "properties": {
                      "Tekst": {"type": "string"},
                      "Som": {"type": "string", "enum": ["ord", "kle"]},
                      "Antal": {"type": "integer", "description": "objekter, der har de øvrige ord og dette ord i titlen; dokumenter hos andre myndigheder er ikke talt med"},
                      "Titel": {"type": "string", "description": "klassens titel"}
                    }
                  }
                },
                "Forstaaet": {"$ref": "#/components/schemas/Forstaaet"}
              }
            }
            """##
        ),
        (
            "Klasseforespoergsel",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "Tekst": {"type": "string"},
                "Facet": {"type": "string", "enum": ["Emneplan", "Handlingsfacet"]},
                "Ejer": {"$ref": "#/components/schemas/Tekstliste"},
                "Virkningstid": {"type": "string"},
                "KunAktuelle": {"type": "boolean", "default": true},
                "Antal": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 20},
                "Markoer": {"type": "string", "description": "fra svaret før: fortsætter efter dets sidste klasse"}
              }
            }
            """##
        ),
        (
            "Klassesvar",
            ##"""
            {
              "type": "object",
              "required": ["Klasser", "Antal"],
              "properties": {
                "Klasser": {"type": "array", "items": {"$ref": "#/components/schemas/Klasse"}},
                "Antal": {
                  "type": "object",
                  "properties": {"Vaerdi": {"type": "integer"}, "Praecis": {"type": "boolean"}}
                },
                "Markoer": {"type": "string", "description": "der er flere; giver næste side"}
              }
            }
            """##
        ),
        (
            "Klasse",
            ##"""
            {
              "type": "object",
              "required": ["BrugervendtNoegle", "Titel", "Facet", "Aktuel"],
              "properties": {
                "UUIDIdentifikator": {"type": "string", "format": "uuid"},
                "BrugervendtNoegle": {"type": "string", "maxLength": 50},
                "Titel": {"type": "string"},
                "Facet": {"type": "string"},
                "Ejer": {"type": "string"},
                "Aktuel": {"type": "boolean"},
                "Gyldighed": {"type": "array", "items": {"$ref": "#/components/schemas/Periode"}},
                "Historisk": {
                  "type": "object",
                  "properties": {
                    "Art": {"type": "string", "enum": ["Udgaaet", "Flyttet"]},
                    "Dato": {"type": "string", "format": "date"}
                  }
                },
                "Overordnet": {"type": "string"},
                "GaeldendeNoegle": {"type": "string"},
                "Forgaengere": {
                  "type": "array", "items": {"$ref": "#/components/schemas/Klassehenvisning"}
                },
                "Efterfoelgere": {
                  "type": "array", "items": {"$ref": "#/components/schemas/Klassehenvisning"}
                },
                "TidligereTitler": {
                  "type": "array", "items": {"$ref": "#/components/schemas/Periode"}
                },
                "Stikord": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": {
                      "Tekst": {"type": "string"},
                      "Art": {"type": "string", "enum": ["Retskilde", "Udgaaet"]},
                      "Handlingsfacet": {"type": "string"}
                    }
                  }
                },
                "Bevaring": {"type": "string"},
                "Slettefrist": {"type": "string"}
              }
            }
            """##
        ),
        (
            "Klassehenvisning",
            ##"""
            {
              "type": "object",
              "properties": {
                "BrugervendtNoegle": {"type": "string"}, "Titel": {"type": "string"}
              }
            }
            """##
        ),
        (
            "Periode",
            ##"""
            {
              "type": "object",
              "properties": {
                "Titel": {"type": "string"},
                "Fra": {"type": "string", "format": "date"},
                "Til": {"type": "string", "format": "date"}
              }
            }
            """##
        ),
        (
            "UnikReturListe",
            ##"""
            {
              "type": "object",
              "properties": {
                "UnikRetur": {"type": "array", "items": {"$ref": "#/components/schemas/UnikRetur"}}
              }
            }
            """##
        ),
        (
            "UnikRetur",
            ##"""
            {
              "type": "object",
              "required": ["StatusKode"],
              "properties": {
                "Linje": {"type": "integer"},
                "Objekttype": {"type": "string"},
                "UUIDIdentifikator": {"type": "string", "format": "uuid"},
                "StatusKode": {"type": "integer", "enum": [20, 40, 43, 44, 49, 50]},
                "FejlbeskedTekst": {"type": "string"},
                "Fejl": {"$ref": "#/components/schemas/Fundliste"},
                "Advarsler": {"$ref": "#/components/schemas/Fundliste"},
                "StsTidspunkt": {"type": "string", "format": "date-time"}
              }
            }
            """##
        ),
        (
            "Fundliste",
            ##"""
            {
              "type": "array",
              "items": {
                "type": "object",
                "properties": {
                  "regel": {"type": "string"},
                  "sti": {"type": "string"},
                  "besked": {"type": "string"}
                }
              }
            }
            """##
        ),
        (
            "Problem",
            ##"""
            {
              "type": "object",
              "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "instance": {"type": "string"},
                "fejl": {"$ref": "#/components/schemas/Fundliste"}
              }
            }
            """##
        ),
        (
            "Svar",
            ##"""
            {"type": "object"}
            """##
        ),
        (
            "Tekst",
            ##"""
            {"type": "string"}
            """##
        ),
    ]
}
