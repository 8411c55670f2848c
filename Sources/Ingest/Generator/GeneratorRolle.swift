/// A role and a type of relation as the two class UUIDs that stand for them in one list.
///
/// Source: roller.tsv; the UUIDs 5a9d0000-… are placeholders for classes that are not public.
struct GeneratorRolle {
    let rolle: String
    let type: String

    private static func placeholder(_ number: Int) -> String {
        "5a9d0000-0000-4000-8000-0000000000" + (number < 10 ? "0" : "") + String(number)
    }

    private static func placeholders(_ rolle: Int, _ type: Int) -> GeneratorRolle {
        GeneratorRolle(rolle: placeholder(rolle), type: placeholder(type))
    }

    /// Relations of a Sag.
    enum Sag {
        private static let organisation = "bc6972cd-8f2b-4b9d-8d37-62916d6a71aa"
        private static let enhed = "c5fc3b3b-5197-49ee-92e6-ae6ba1957174"
        private static let bruger = "85d65133-4b00-460d-992e-3984857b5768"
        private static let klasse = "267235ea-526d-4a18-8001-f2a0e563eba1"
        private static let sag = "7f04a5f2-5437-4bf3-9605-46a5ba882bcc"
        private static let dokument = "198dd40f-88fe-49a3-8716-b6230544c23b"
        private static let primaer = "d839f26a-d4d1-4441-b2d6-3dbbb12a9404"
        private static let person = "c189ba35-de4b-4363-a8b7-67f1456cf56f"
        private static let ejendom = "4c3949ee-d086-4637-9348-365775e2b188"

        static let ejer = GeneratorRolle(
            rolle: "9e979b84-b846-4472-8622-58007dc63c7e", type: organisation)
        static let ansvarlig = GeneratorRolle(
            rolle: "a1263342-d348-44ba-a566-233f37c4cb67", type: enhed)
        static let primaerBehandler = GeneratorRolle(
            rolle: "bf1f93ed-9441-4af4-835b-baeb201f3076", type: bruger)
        static let andreBehandlere = GeneratorRolle(rolle: placeholder(1), type: bruger)
        static let bopaelskommune = GeneratorRolle(rolle: placeholder(3), type: organisation)
        static let primaerKlasse = GeneratorRolle(
            rolle: "a86c6581-ec85-412d-a655-31a1f1d5b14f", type: klasse)
        static let handlingsklasse = GeneratorRolle(
            rolle: "05ef7011-11a7-4e4c-a46b-3de6aa457fc3", type: klasse)
        static let ydelsesklasse = GeneratorRolle(rolle: placeholder(9), type: klasse)
        static let afgoerelsesklasse = GeneratorRolle(rolle: placeholder(12), type: klasse)
        static let primaerPerson = GeneratorRolle(rolle: primaer, type: person)
        static let primaerVirksomhed = GeneratorRolle(rolle: primaer, type: placeholder(15))
        static let sekundaerPerson = GeneratorRolle(rolle: placeholder(13), type: person)
        static let sekundaerVirksomhed = GeneratorRolle.placeholders(13, 15)
        static let ydelsesmodtager = GeneratorRolle(rolle: placeholder(14), type: person)
        static let oversag = GeneratorRolle(
            rolle: "d29c49f0-931e-4d42-8db4-a8fc67c8af58", type: sag)
        static let andreSager = GeneratorRolle(rolle: placeholder(17), type: sag)
        static let ejendomsskat = GeneratorRolle(rolle: placeholder(19), type: ejendom)
        static let byggeri = GeneratorRolle(rolle: placeholder(20), type: ejendom)
        static let tilakteret = GeneratorRolle(
            rolle: "69a0a697-0a77-4916-bea3-226594fa6627", type: dokument)
        static let vedlagt = GeneratorRolle(
            rolle: "b21faed9-c4a2-49d3-aa15-35f5181d7735", type: dokument)
        static let journalnotat = GeneratorRolle(
            rolle: "1281739d-93ea-486c-8950-607a4263bef0", type: dokument)
        static let adgangEnhed = GeneratorRolle.placeholders(33, 35)
        static let adgangBruger = GeneratorRolle.placeholders(33, 36)
    }

    /// Relations of a Dokument.
    enum Dokument {
        private static let parter = "808a219f-fb0d-4a54-9519-929f7841bbb6"
        private static let kopiparter = "ffe7ec2b-4928-47a8-9a73-d7a9931b5621"
        private static let person = "12e3cd0d-03bb-46cf-b8d8-95b3fe082478"
        private static let virksomhed = "d53c9233-f640-4641-8db8-15f45e2133d7"

        static let udgangspunkter = GeneratorRolle.placeholders(38, 43)
        static let bilag = GeneratorRolle.placeholders(41, 43)
        static let ejer = GeneratorRolle.placeholders(44, 49)
        static let ansvarlig = GeneratorRolle.placeholders(45, 50)
        static let primaerBehandler = GeneratorRolle.placeholders(46, 51)
        static let fordeltTil = GeneratorRolle.placeholders(48, 51)
        static let partPerson = GeneratorRolle(rolle: parter, type: person)
        static let partVirksomhed = GeneratorRolle(rolle: parter, type: virksomhed)
        static let kopipartPerson = GeneratorRolle(rolle: kopiparter, type: person)
        static let primaerKlasse = GeneratorRolle.placeholders(52, 55)
        static let master = GeneratorRolle.placeholders(56, 58)
        static let afsender = GeneratorRolle.placeholders(57, 58)
        static let adgangEnhed = GeneratorRolle.placeholders(59, 61)
        static let adgangBruger = GeneratorRolle.placeholders(59, 62)
    }

    /// Relations of a Bevilling.
    enum Bevilling {
        private static let person = "c59f1523-1786-48c7-baff-466de1db3320"

        static let ejer = GeneratorRolle(
            rolle: "abdf4d3e-f113-4282-b13e-6cd32a82621c",
            type: "45b7dafb-d90e-41da-b30e-ba007e577a8a")
        static let ansvarlig = GeneratorRolle(
            rolle: "fbe1016a-170a-4dea-8652-2813c1a566c0",
            type: "4546cca2-838e-4e0d-a5bd-83757d603362")
        static let bevillingsmodtager = GeneratorRolle(
            rolle: "3102fa7e-f56e-4510-b0d4-1650c590dc3b", type: person)
        static let ydelsesmodtager = GeneratorRolle(
            rolle: "93af57a7-7658-4fac-98da-9e5ac7a7d9a5", type: person)
        static let tilknyttet = GeneratorRolle(
            rolle: "31237487-787a-424f-8819-56aaedf00643",
            type: "f08a4a13-2567-41d0-bf8d-3af754b03464")
        static let adgang = GeneratorRolle(
            rolle: "4becdcec-c8bd-44a4-ac0b-5a0162986840",
            type: "2b808769-8d09-4aa3-ac28-f8ac3526010f")
        static let ydelse = GeneratorRolle(
            rolle: "6ebd938f-0bbf-4142-a65c-fefe15e9f192",
            type: "3aa45cbd-94c3-4601-84a6-66ce0f157dda")
        static let klassifikation = GeneratorRolle(
            rolle: "ea909030-c5fa-4544-9b22-a0010d08ebe1",
            type: "7c51b9a8-d388-4e83-8c8b-ee3a90458d0b")
    }

    /// Relations of an OekonomiskEffektuering.
    enum Effektuering {
        private static let organisation = "c622654c-d87f-4ac7-9a42-d0580253b979"

        static let linje = GeneratorRolle(
            rolle: "ccc9d91b-9a4c-4ada-9be4-795ca068e89d",
            type: "4fd9d6c1-2939-4bfe-b803-ab0b3904bd2f")
        static let ejer = GeneratorRolle(
            rolle: "a91824c4-da1d-47f9-bce2-5d6597879415", type: organisation)
        static let udbetalendeEnhed = GeneratorRolle(
            rolle: "a1ff36be-b3fb-4e1f-aac0-9d3313070ecb", type: organisation)
        static let modtager = GeneratorRolle(
            rolle: "68d4b903-acae-4f2f-aafc-45bd999ed81f",
            type: "480769fd-9744-4859-950f-95cbb5633d36")
    }

    /// The system that owns an object; the same classes for Sag, Bevilling and Effektuering.
    static let master = GeneratorRolle(
        rolle: "251c24fd-57b0-4afc-9d73-b063d1957eb3",
        type: "29fe1da2-897a-46cd-b635-b9be8e0bffd6")
    static let afsender = GeneratorRolle(
        rolle: "1b3c6a6d-e977-4491-9bf8-b41ee6999f39",
        type: "29fe1da2-897a-46cd-b635-b9be8e0bffd6")
}
