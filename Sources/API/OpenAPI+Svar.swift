/// The schemas of what searches, overviews and histories answer, by name.
enum OpenAPISvar {
    /// The members that every list has of an object (`Objektbillede.write`).
    private static let faelles = ##"""
        "Objekttype": {"$ref": "#/components/schemas/Objekttype"},
        "UUIDIdentifikator": {"type": "string", "format": "uuid"},
        "Titel": {"type": "string"},
        "BrugervendtNoegle": {"type": "string"},
        "Klasse": {"$ref": "#/components/schemas/Klassebillede"},
        "Fremdrift": {"type": "string"},
        "Foelsomhed": {"type": "string"},
        "Kildesystem": {"$ref": "#/components/schemas/Kildesystem"},
        "Myndighed": {"type": "string", "description": "CVR-nummer"},
        "Ansvarlig": {"$ref": "#/components/schemas/Ansvarlig"},
        "Oprettet": {"type": "string", "format": "date-time"},
        "Aendret": {"type": "string", "format": "date-time"}
        """##

    static let schemas: [(name: String, schema: String)] = [
        (
            "Soegesvar",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["Traef", "Antal"],
              "properties": {
                "Traef": {"type": "array", "items": {"$ref": "#/components/schemas/Traef"}},
                "Antal": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["Vaerdi", "Praecis"],
                  "properties": {"Vaerdi": {"type": "integer"}, "Praecis": {"type": "boolean"}}
                },
                "Facetter": {
                  "type": "object",
                  "description": "for hver facet, der blev bedt om, værdierne med de fleste først",
                  "additionalProperties": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "required": ["Vaerdi", "Antal"],
                      "properties": {"Vaerdi": {"type": "string"}, "Antal": {"type": "integer"}}
                    }
                  }
                },
                "Forstaaet": {"$ref": "#/components/schemas/Forstaaet"},
                "ForstaaetAfkortet": {
                  "type": "boolean", "description": "teksten har flere ord, end der søges efter"
                },
                "Markoer": {"type": "string", "description": "der er flere træf; giver næste side"},
                "Utilgaengelige": {"$ref": "#/components/schemas/Utilgaengelige"}
              }
            }
            """##
        ),
        (
            "Forstaaet",
            ##"""
            {
              "type": "array",
              "description": "hvordan teksten blev læst, og hvad der blev gjort for at finde noget",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["Tekst", "Som"],
                "properties": {
                  "Tekst": {"type": "string"},
                  "Som": {
                    "type": "string",
                    "enum": [
                      "ord", "frase", "udeladt", "cpr", "cvr", "pnummer", "kle", "nummer", "uuid",
                      "praefiks", "dato", "maaned", "aar", "paragraf", "ejendom", "smaaord",
                      "rettet", "stikord", "nogleOrd", "forgaengere", "delte", "efterfoelgere"
                    ]
                  },
                  "Ogsaa": {"$ref": "#/components/schemas/Tekstliste"},
                  "Til": {"$ref": "#/components/schemas/Tekstliste"},
                  "Klasser": {"$ref": "#/components/schemas/Tekstliste"}
                }
              }
            }
            """##
        ),
        (
            "Traef",
            ##"""
            {
              "type": "object",
              "description": "et objekt, eller et notat med det, det har fra sin sag",
              "additionalProperties": false,
              "required": ["Objekttype", "UUIDIdentifikator", "Aendret"],
              "properties": {
                \##(faelles),
                "Sag": {"type": "string", "format": "uuid", "description": "et notats sag"},
                "Indeks": {"type": "string"},
                "Tekst": {"type": "string"},
                "Virkning": {"$ref": "#/components/schemas/Virkning"},
                "Uddrag": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["Felt", "Tekst", "Markeringer"],
                  "properties": {
                    "Felt": {"type": "string"},
                    "Tekst": {"type": "string"},
                    "Markeringer": {
                      "type": "array",
                      "description": "begyndelse og længde i Unicode-tegn",
                      "items": {"type": "array", "items": {"type": "integer"}}
                    }
                  }
                },
                "Registrering": {"type": "object", "description": "de dele, som Vis nævner"}
              }
            }
            """##
        ),
        (
            "Objekttype",
            ##"""
            {
              "type": "string",
              "enum": ["Sag", "Dokument", "Journalnotat", "Bevilling", "OekonomiskEffektuering"]
            }
            """##
        ),
        (
            "Klassebillede",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["Noegle"],
              "properties": {"Noegle": {"type": "string"}, "Titel": {"type": "string"}}
            }
            """##
        ),
        (
            "Kildesystem",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["UUIDIdentifikator"],
              "properties": {
                "UUIDIdentifikator": {"type": "string", "format": "uuid"},
                "Navn": {"type": "string"}
              }
            }
            """##
        ),
        (
            "Ansvarlig",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["ReferenceID"],
              "properties": {"ReferenceID": {"type": "string"}, "FuldtNavn": {"type": "string"}}
            }
            """##
        ),
        (
            "Utilgaengelige",
            ##"""
            {
              "type": "array",
              "description": "CVR-numre på myndigheder, hvis fil ikke kan læses",
              "items": {"type": "string"}
            }
            """##
        ),
        (
            "Overbliksvar",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": [
                "Sager", "Dokumenter", "Bevillinger", "OekonomiskeEffektueringer",
                "Journalnotater", "Tidslinje", "Antal", "Afgraenset"
              ],
              "properties": {
                "Sager": {"$ref": "#/components/schemas/Overblikliste"},
                "Dokumenter": {"$ref": "#/components/schemas/Overblikliste"},
                "Bevillinger": {"$ref": "#/components/schemas/Overblikliste"},
                "OekonomiskeEffektueringer": {"$ref": "#/components/schemas/Overblikliste"},
                "Journalnotater": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["Objekttype", "Sag", "Virkning"],
                    "properties": {
                      "Objekttype": {"$ref": "#/components/schemas/Objekttype"},
                      "Sag": {"type": "string", "format": "uuid"},
                      "Indeks": {"type": "string"},
                      "Titel": {"type": "string"},
                      "Tekst": {"type": "string"},
                      "Virkning": {"$ref": "#/components/schemas/Virkning"}
                    }
                  }
                },
                "Tidslinje": {
                  "type": "array",
                  "description": "nyeste først",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["Tidspunkt", "Slags", "Objekttype", "UUIDIdentifikator"],
                    "properties": {
                      "Tidspunkt": {"type": "string"},
                      "Slags": {
                        "type": "string",
                        "enum": [
                          "Oprettet", "Fremdrift", "Dokument", "Journalnotat", "YdelseStart",
                          "YdelseSlut", "Udbetaling"
                        ]
                      },
                      "Objekttype": {"$ref": "#/components/schemas/Objekttype"},
                      "UUIDIdentifikator": {"type": "string", "format": "uuid"},
                      "Titel": {"type": "string"},
                      "Fremdrift": {"type": "string"}
                    }
                  }
                },
                "Antal": {
                  "type": "object",
                  "description": "alle på hver liste, også dem, der ikke vises",
                  "additionalProperties": {"type": "integer"}
                },
                "Afgraenset": {
                  "type": "array",
                  "description": "de lister, der har flere end dem, der er vist",
                  "items": {"type": "string"}
                },
                "Markoer": {"type": "string", "description": "der er flere på en liste; giver næste side"},
                "Utilgaengelige": {"$ref": "#/components/schemas/Utilgaengelige"}
              }
            }
            """##
        ),
        (
            "Overblikliste",
            ##"""
            {
              "type": "array",
              "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["Objekttype", "UUIDIdentifikator", "Aendret", "Roller"],
                "properties": {
                  \##(faelles),
                  "Roller": {
                    "type": "array",
                    "description": "partens roller i objektet",
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "required": ["Virkning"],
                      "properties": {
                        "Rolle": {"type": "string"},
                        "ReferenceID": {"type": "string"},
                        "FuldtNavn": {"type": "string"},
                        "Virkning": {"$ref": "#/components/schemas/Virkning"}
                      }
                    }
                  },
                  "Sager": {
                    "type": "array",
                    "description": "synlige sager, som dokumentet ligger på",
                    "items": {"type": "string", "format": "uuid"}
                  },
                  "BevilgetYdelse": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "Id": {"type": "string"},
                        "Navn": {"type": "string"},
                        "KLE": {"type": "string"},
                        "BevilgetYdelseStartdato": {"type": "string"},
                        "BevilgetYdelseSlutdato": {"type": "string"},
                        "Ydelsesbeloeb": {"type": "string"}
                      }
                    }
                  },
                  "Dispositionsdato": {"type": "string"},
                  "BeloebUdbetalt": {"type": "string"},
                  "OekonomiskYdelseEffektueringRelation": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "Indeks": {"type": "string"},
                        "KLE": {"type": "string"},
                        "YdelsesperiodeStartdato": {"type": "string"},
                        "YdelsesperiodeSlutdato": {"type": "string"},
                        "Ydelsesbeloeb": {"type": "string"},
                        "Bevilling": {"type": "string", "format": "uuid"},
                        "BevilgetYdelseId": {"type": "string"}
                      }
                    }
                  }
                }
              }
            }
            """##
        ),
        (
            "Historiksvar",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["UUIDIdentifikator", "Objekttype", "Historik"],
              "properties": {
                "UUIDIdentifikator": {"type": "string", "format": "uuid"},
                "Objekttype": {"$ref": "#/components/schemas/Objekttype"},
                "Historik": {
                  "type": "array",
                  "description": "nyeste først",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["StsTidspunkt", "Aendringer", "Registrering"],
                    "properties": {
                      "StsTidspunkt": {"type": "string", "format": "date-time"},
                      "Tidspunkt": {"type": "string", "format": "date-time"},
                      "BrugerRef": {"type": "string"},
                      "NoteTekst": {"type": "string"},
                      "Aendringer": {
                        "type": "array",
                        "items": {
                          "type": "object",
                          "additionalProperties": false,
                          "required": ["Sti", "Handling"],
                          "properties": {
                            "Sti": {"type": "string"},
                            "Rolle": {"type": "string"},
                            "Indeks": {"type": "string"},
                            "Handling": {
                              "type": "string", "enum": ["tilfoejet", "aendret", "ophoert"]
                            }
                          }
                        }
                      },
                      "Registrering": {"type": "object"}
                    }
                  }
                }
              }
            }
            """##
        ),
        (
            "Status",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["status"],
              "properties": {
                "status": {"type": "string", "enum": ["ok", "klar", "klar, men ikke hel"]},
                "TilSide": {
                  "type": "array",
                  "description": "filer, der er sat til side",
                  "items": {"type": "string"}
                },
                "Beskadigede": {
                  "type": "array",
                  "description": "filer, hvori noget er fundet beskadiget siden starten; resten af dem svarer",
                  "items": {"type": "string"}
                }
              }
            }
            """##
        ),
    ]
}
