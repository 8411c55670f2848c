import IndexCore
import Query

/// The schemas of `POST /v1/forklar`.
enum OpenAPIForklaring {
    private static func enumeration(_ names: [String]) -> String {
        names.map { "\"\($0)\"" }.joined(separator: ", ")
    }

    static let schemas = [
        (
            "Forklaringsforespoergsel",
            ##"""
            {
              "type": "object",
              "required": ["Objekttype", "UUIDIdentifikator"],
              "additionalProperties": false,
              "properties": {
                "Objekttype": {"type": "string", "enum": [\##(enumeration(ObjektKind.allCases.map(\.name)))], "description": "et notat følger sin sag"},
                "UUIDIdentifikator": {"$ref": "#/components/schemas/UnikId"}
              }
            }
            """##
        ),
        (
            "Forklaringssvar",
            ##"""
            {
              "type": "object",
              "description": "Objekt er der kun for den, der har driftsretten log, om objekter hos kaldets egen myndighed. For andre er det, der ikke må ses, og det, der ikke findes, ens.",
              "additionalProperties": false,
              "required": ["Objekttype", "UUIDIdentifikator", "Synlig", "Besked", "Egen", "Aabninger"],
              "properties": {
                "Objekttype": {"type": "string"},
                "UUIDIdentifikator": {"type": "string", "format": "uuid"},
                "Synlig": {"type": "boolean"},
                "Besked": {"type": "string"},
                "Egen": {
                  "type": "object",
                  "description": "kalderens egne rettigheder, skrevet som i aftaler og adgangsbeviser",
                  "additionalProperties": false,
                  "required": ["System", "Myndighed", "Aftaler", "Grunde"],
                  "properties": {
                    "System": {"type": "string", "format": "uuid"},
                    "Myndighed": {"type": "string"},
                    "Aftaler": {"type": "array", "items": {"$ref": "#/components/schemas/Aftale"}, "description": "systemets aftaler med myndigheden, også ophørte"},
                    "Bruger": {
                      "type": "object",
                      "additionalProperties": false,
                      "required": ["enheder", "rettigheder"],
                      "properties": {
                        "uuid": {"type": "string", "format": "uuid"},
                        "enheder": {"$ref": "#/components/schemas/Tekstliste"},
                        "rettigheder": {"type": "array", "items": {"$ref": "#/components/schemas/Rettighedsgruppe"}}
                      }
                    },
                    "Grunde": {
                      "type": "array",
                      "description": "hvad hos kalderen selv der skjuler alt",
                      "items": {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["Grund", "Besked"],
                        "properties": {
                          "Grund": {"type": "string", "enum": [\##(enumeration(Egengrund.allCases.map(\.rawValue)))]},
                          "Besked": {"type": "string"}
                        }
                      }
                    }
                  }
                },
                "Aabninger": {
                  "type": "array",
                  "description": "de grupper, som objektet ses ved; tom, når det ikke ses",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["System"],
                    "properties": {
                      "Klasse": {"type": "string"},
                      "System": {"$ref": "#/components/schemas/Gruppenavn"},
                      "Bruger": {"$ref": "#/components/schemas/Gruppenavn"},
                      "Gennem": {
                        "type": "object",
                        "description": "den sag eller bevilling, som det ses gennem",
                        "additionalProperties": false,
                        "required": ["Objekttype", "UUIDIdentifikator"],
                        "properties": {
                          "Objekttype": {"type": "string"},
                          "UUIDIdentifikator": {"type": "string", "format": "uuid"}
                        }
                      }
                    }
                  }
                },
                "Objekt": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["Kildesystemer", "Sikkerhedsprofil", "ProfilSlipperInd"],
                  "properties": {
                    \##(objektside),
                    "Gennem": {
                      "type": "array",
                      "description": "de sager, som et dokument er journaliseret på, eller de bevillinger, som en effektuering betaler: så er det dem, der afgør det, og objektets egne klasser kræver intet",
                      "items": {
                        "type": "object",
                        "description": "hos en anden myndighed er kun vist, om den ses",
                        "additionalProperties": false,
                        "required": ["Objekttype", "Synlig", "SlipperIgennem"],
                        "properties": {
                          "Objekttype": {"type": "string"},
                          "UUIDIdentifikator": {"type": "string", "format": "uuid"},
                          "Synlig": {"type": "boolean"},
                          "SlipperIgennem": {"type": "boolean", "description": "objektet ses gennem den, når dets egen profil slipper ind"},
                          \##(objektside),
                          "Linjer": {
                            "type": "object",
                            "description": "effektueringens linjer gennem denne bevilling",
                            "additionalProperties": false,
                            "required": ["Krav", "Proever"],
                            "properties": {
                              \##(krav)
                            }
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
            """##
        ),
        (
            "Proeve",
            ##"""
            {
              "type": "object",
              "description": "hvad én klasse kræver: én hel gruppe hos systemet og, når en bruger er påberåbt, én hos brugeren",
              "additionalProperties": false,
              "required": ["Opfyldt", "System"],
              "properties": {
                "Klasse": {"type": "string", "description": "mangler, når objektet ingen læselig klasse har; så dækker kun *"},
                "UkendtIPlanen": {"type": "boolean", "description": "nummeret er ikke i den indlæste plan; så dækker kun *"},
                "Foelsomhed": {"type": "string", "description": "mangler, når niveauet mangler; så ses objektet ikke"},
                "Opfyldt": {"type": "boolean"},
                "System": {"type": "array", "items": {"$ref": "#/components/schemas/Gruppenavn"}},
                "Bruger": {"type": "array", "items": {"$ref": "#/components/schemas/Gruppenavn"}}
              }
            }
            """##
        ),
        (
            "Gruppenavn",
            ##"""
            {
              "type": "object",
              "description": "en gruppe ved sin aftale (systemets) og sit nummer i den, eller ved sit nummer i brugerens rettigheder; fra 1",
              "additionalProperties": false,
              "required": ["Gruppe"],
              "properties": {
                "Aftale": {"type": "integer"},
                "Gruppe": {"type": "integer"},
                "Mangler": {
                  "type": "array",
                  "description": "hvad gruppen ikke dækker; tom, når den slipper ind",
                  "items": {"type": "string", "enum": [\##(enumeration(Mangel.allCases.map(\.rawValue)))]}
                }
              }
            }
            """##
        ),
        (
            "Aftale",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["id", "system", "cvr", "roller", "grupper", "fra", "gaelder"],
              "properties": {
                "id": {"type": "integer"},
                "system": {"type": "string", "format": "uuid"},
                "cvr": {"type": "string"},
                "roller": {"type": "array", "items": {"type": "string", "enum": ["Udstil", "Rediger"]}},
                "grupper": {"type": "array", "items": {"$ref": "#/components/schemas/Rettighedsgruppe"}},
                "fra": {"type": "string", "format": "date-time"},
                "til": {"type": "string", "format": "date-time"},
                "gaelder": {"type": "boolean", "description": "nu"}
              }
            }
            """##
        ),
        (
            "Rettighedsgruppe",
            ##"""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["cvr", "kle", "foelsomhed"],
              "properties": {
                "cvr": {"$ref": "#/components/schemas/Tekstliste"},
                "kle": {"$ref": "#/components/schemas/Tekstliste"},
                "foelsomhed": {"type": "integer", "minimum": 1, "maximum": 4},
                "systemer": {"$ref": "#/components/schemas/Tekstliste"},
                "enheder": {"$ref": "#/components/schemas/Tekstliste"}
              }
            }
            """##
        ),
    ]

    private static let krav = ##"""
        "Krav": {"type": "string", "enum": ["Alle", "MindstEn"], "description": "hvor mange af prøverne der skal være opfyldt"},
        "Proever": {"type": "array", "items": {"$ref": "#/components/schemas/Proeve"}}
        """##

    private static let objektside = ##"""
        "Myndighed": {"type": "string"},
        "Foelsomhed": {"type": "string"},
        "Kildesystemer": {"$ref": "#/components/schemas/Tekstliste"},
        "Ansvarlig": {"type": "string", "format": "uuid"},
        "Sikkerhedsprofil": {"type": "boolean", "description": "objektet har en"},
        "ProfilSlipperInd": {"type": "boolean", "description": "ingen profil, eller en, der nævner brugeren eller en af brugerens enheder; eller ingen bruger er påberåbt"},
        \##(krav)
        """##
}
