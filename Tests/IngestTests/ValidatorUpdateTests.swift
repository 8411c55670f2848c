// 1. An update's own segments are judged by the rules of a segment, never by what is left out.
// 2. A merge is judged on whole timelines, but only on those that the update touched.
// 3. Master never changes, of any kind; what is mandatory is replaced, never ended or removed.
// 4. Purging takes optional parts only, and only those that the object has.
// 5. The schema rules of an update: Tidspunkt, and nothing that was fixed at import.
// 6. Nothing that is sent in one update holds twice at one instant.

import IndexCore
import Testing

@testable import Ingest

@Suite struct ValidatorUpdateTests {
    /// An update of a Sag with the given lists.
    private func update(
        _ lists: [String: [String: Any]], tidspunkt: String? = "2024-06-01T08:00:00+02:00"
    ) -> JSONObjekt {
        var json = JSONObjekt("{}").setting("UUIDIdentifikator", uuid)
            .setting("Tidspunkt", tidspunkt)
        for (name, list) in lists { json = json.setting(name, list) }
        return json
    }

    private func segments(_ json: JSONObjekt, _ kind: ObjektKind) throws -> [Segment] {
        try #require(try Objekt.parse(json, kind).registreringer.first).segments
    }

    /// What is found when `json` is laid over the least object, changed by `stored`.
    private func merge(
        _ json: JSONObjekt, over kind: ObjektKind = .sag,
        _ stored: (JSONObjekt) -> JSONObjekt = { $0 }
    ) throws -> [Finding] {
        let before = try segments(stored(Objekt.mindste(kind)), kind)
        let sent = try #require(try Objekt.parse(json, kind, .opdater).registreringer.first)
        let after = Timeline.merge(before, with: sent.segments)
        return Validator().validateMerged(kind, before: before, after: after, sent: sent)
    }

    /// The same where each list that is sent takes the stored one's place.
    private func replace(
        _ json: JSONObjekt, _ kind: ObjektKind, over stored: JSONObjekt? = nil
    ) throws -> [Finding] {
        let before = try segments(stored ?? Objekt.mindste(kind), kind)
        let record = try Objekt.parse(json, kind, .opdater)
        let sent = try #require(record.registreringer.first)
        let kept = before.filter { segment in
            guard let unit = record.schema.unit(segment.unit) else { return true }
            return !sent.lists.contains(unit.container.flag)
        }
        return Validator().validateMerged(
            kind, before: before, after: kept + sent.segments, sent: sent)
    }

    private func rules(_ findings: [Finding]) -> Set<Rule> { Set(findings.map(\.rule)) }

    private func ansvarlig(_ fra: Any, _ til: Any) -> [String: Any] {
        Objekt.relation(
            .sag, .sagsaktoer, .ansvarlig, .orgEnhed,
            felter: ["FuldtNavn": "Enhed", "CVR-Nummer": "99000001"],
            virkning: Objekt.virkning(fra, til))
    }

    private func master(_ reference: String) -> [String: Any] {
        Objekt.relation(
            .sag, .sagsitsystemRelation, .master, .iTSystem, reference,
            egne: ["SystemNavn": "Eksempelfag"])
    }

    private func partOf(_ til: Any) -> [String: Any] {
        Objekt.relation(
            .sag, .sagspart, .primaerPart, .person, "urn:oio:cpr-nr:3113999901",
            felter: ["FuldtNavn": "Erling Eksempel"], virkning: Objekt.virkning(Objekt.fra, til))
    }

    // MARK: The sent segments

    @Test("What an update leaves out is not missing")
    func partial() throws {
        let json = update(["RelationListe": ["Sagspart": [partOf(later)]]])
        let record = try Objekt.parse(json, .sag, .opdater)
        #expect(record.findings == [])
        #expect(Validator().validateUpdate(record) == [])
    }

    @Test("Egenskaber in an update is sent with key, number and title", arguments: [true, false])
    func resent(_ isWhole: Bool) throws {
        var egenskaber: [String: Any] = [
            "Virkning": Objekt.virkning(later), "BrugervendtNoegle": "A", "Sagsnummer": "A",
        ]
        if isWhole { egenskaber["Titel"] = "Ny titel" }
        let json = update(["AttributListe": ["Egenskaber": [egenskaber]]])
        let found = Validator().validateUpdate(try Objekt.parse(json, .sag, .opdater))
        #expect(
            found
                == (isWhole
                    ? []
                    : [Finding(.R27, at: "AttributListe.Egenskaber[0].Titel", "Titel mangler")]))
    }

    @Test("A sent relation is judged as in an import")
    func relation() throws {
        var part = partOf(Objekt.fra)
        part["ReferenceID"] = uuid
        let json = update(["RelationListe": ["Sagspart": [part]]])
        let found = Validator().validateUpdate(try Objekt.parse(json, .sag, .opdater))
        #expect(found.map(\.rule) == [.R16, .R22])
        #expect(found.last?.sti == "RelationListe.Sagspart[0].ReferenceID")
    }

    @Test(
        "An update has Tidspunkt and nothing that was fixed at import",
        arguments: [ObjektKind.sag, .dokument, .bevilling, .oekonomiskEffektuering])
    func schema(_ kind: ObjektKind) throws {
        let isYdelse = kind == .bevilling || kind == .oekonomiskEffektuering
        let rule: Rule = isYdelse ? .Y10 : .R10
        #expect(try Objekt.parse(update([:]), kind, .opdater).findings == [])
        let without = try Objekt.parse(update([:], tidspunkt: nil), kind, .opdater)
        #expect(without.findings == [Finding(rule, at: "Tidspunkt")])
        for (name, value) in [("LivscyklusKode", "Importeret"), ("BrugerRef", uuid)] {
            let json = update([:]).setting(name, value)
            #expect(
                try Objekt.parse(json, kind, .opdater).findings == [Finding(rule, at: name)])
        }
        let sts = try Objekt.parse(update([:]).setting("StsTidspunkt", later), kind, .opdater)
        #expect(sts.findings.map(\.rule) == [.R8])
    }

    // MARK: What is sent, together

    private func sent(_ lists: [String: [String: Any]]) throws -> [Finding] {
        Validator().validateUpdate(try Objekt.parse(update(lists), .sag, .opdater))
    }

    private func sekundaer(_ fra: Any, _ til: Any, indeks: String = "1") -> [String: Any] {
        Objekt.relation(
            .sag, .sagspart, .sekundaerPart, .person, "urn:oio:fuldtnavn:Bo", indeks: indeks,
            felter: ["FuldtNavn": "Bo"], virkning: Objekt.virkning(fra, til))
    }

    @Test(
        "Two of one role at once are refused; one after the other is a change",
        arguments: [(later, true), (later, latest)] as [(String, any Sendable)])
    func relationsTogether(_ fra: String, _ til: any Sendable) throws {
        let list = { (one: [String: Any], two: [String: Any]) -> [String: [String: Any]] in
            ["RelationListe": ["Sagsaktoer": [one, two]]]
        }
        let both = try sent(list(ansvarlig(later, true), ansvarlig(fra, til)))
        #expect(
            both == [
                Finding(
                    .R31, at: "RelationListe.Sagsaktoer[1].Virkning",
                    "To afsnit gælder på samme tid")
            ])
        #expect(try sent(list(ansvarlig(Objekt.fra, later), ansvarlig(later, true))) == [])
    }

    @Test("One Indeks twice at once is refused; another Indeks, or another time, is not")
    func indeksTogether() throws {
        let list = { (one: [String: Any], two: [String: Any]) -> [String: [String: Any]] in
            ["RelationListe": ["Sagspart": [one, two]]]
        }
        let first = sekundaer(Objekt.fra, latest)
        let both = try sent(list(first, sekundaer(later, true)))
        #expect(both.map(\.rule) == [.R32])
        #expect(both.map(\.sti) == ["RelationListe.Sagspart[1].Indeks"])
        #expect(try sent(list(first, sekundaer(latest, true))) == [])
        #expect(try sent(list(first, sekundaer(later, true, indeks: "2"))) == [])
    }

    @Test("Two units at once are refused; one after the other is a change")
    func unitsTogether() throws {
        let titel = { (titel: String, fra: String, til: Any) -> [String: Any] in
            [
                "Virkning": Objekt.virkning(fra, til), "BrugervendtNoegle": "A",
                "Sagsnummer": "A", "Titel": titel,
            ]
        }
        let egenskaber = { (one: [String: Any], two: [String: Any]) -> [String: [String: Any]] in
            ["AttributListe": ["Egenskaber": [one, two]]]
        }
        let two = try sent(egenskaber(titel("En", later, true), titel("To", later, true)))
        #expect(two.map(\.rule) == [.R31])
        #expect(
            try sent(egenskaber(titel("En", later, latest), titel("To", latest, true))) == [])
        let kode = { (kode: String, fra: String) -> [String: Any] in
            ["Virkning": Objekt.virkning(fra), "FremdriftStatusKode": kode]
        }
        let states = ["Fremdrift": [kode("Oplyst", later), kode("Afgjort", later)]]
        #expect(try sent(["TilstandListe": states]).map(\.rule) == [.R29])
        #expect(try sent(["TilstandListe": ["Fremdrift": [kode("Oplyst", later)]]]) == [])
    }

    // MARK: The merged timelines

    @Test("An optional relation may end")
    func optionalEnds() throws {
        #expect(try merge(update(["RelationListe": ["Sagspart": [partOf(later)]]])) == [])
    }

    @Test("A mandatory relation may be replaced")
    func replaced() throws {
        let list = [ansvarlig(Objekt.fra, later), ansvarlig(later, true)]
        #expect(try merge(update(["RelationListe": ["Sagsaktoer": list]])) == [])
    }

    @Test("A mandatory relation may not end, and the sent segment is named")
    func mandatoryEnds() throws {
        let found = try merge(
            update(["RelationListe": ["Sagsaktoer": [ansvarlig(Objekt.fra, later)]]]))
        #expect(rules(found) == [.R31, .R43])
        #expect(
            found.allSatisfy { $0.sti == "RelationListe.Sagsaktoer[0].Virkning.TilTidspunkt" })
        #expect(found.allSatisfy { $0.statusKode == 40 })
    }

    @Test("A mandatory unit may not end")
    func unitEnds() throws {
        let egenskaber: [String: Any] = [
            "Virkning": Objekt.virkning(Objekt.fra, later), "BrugervendtNoegle": "2024-117",
            "Sagsnummer": "2024-117", "Titel": "Kontanthjælp",
        ]
        let json = update(["AttributListe": ["Egenskaber": [egenskaber]]])
        #expect(rules(try merge(json)) == [.R43])
    }

    @Test("A state that ends breaks the history; one that goes on does not")
    func fremdrift() throws {
        let state = { (til: Any) -> [String: Any] in
            ["Virkning": Objekt.virkning(later, til), "FremdriftStatusKode": "Afsluttet"]
        }
        let open = update(["TilstandListe": ["Fremdrift": [state(true)]]])
        #expect(try merge(open) == [])
        // The stored state goes on behind a finite one, so nothing ends.
        #expect(try merge(update(["TilstandListe": ["Fremdrift": [state(latest)]]])) == [])
        let first: [String: Any] = [
            "Virkning": Objekt.virkning(), "FremdriftStatusKode": "Oplyst",
        ]
        let rewritten = update(["TilstandListe": ["Fremdrift": [first]]])
        #expect(rules(try merge(rewritten)) == [.R29])
    }

    @Test("Foelsomhed may not get lost when its unit is replaced")
    func foelsomhed() throws {
        let unit: [String: Any] = ["Virkning": Objekt.virkning(later), "Lokation": "Arkiv"]
        let json = update(
            ["AttributListe": ["LokalUdvidelseListe": ["SagIndeksEgenskaber": [unit]]]])
        #expect(
            try merge(json) == [
                Finding(
                    .R43,
                    at: "AttributListe.LokalUdvidelseListe.SagIndeksEgenskaber[0].Foelsomhed",
                    "Foelsomhed må ikke fjernes")
            ])
    }

    @Test("Another Master is refused with 49, the same one accepted")
    func masterChanges() throws {
        let other = "0a000000-0000-4000-8000-000000000099"
        let lists = { (reference: String) in
            [
                "RelationListe":
                    ["LokalUdvidelseListe": ["SagsitsystemRelation": [master(reference)]]]
            ]
        }
        #expect(try merge(update(lists(uuid))) == [])
        let found = try merge(update(lists(other)))
        #expect(found.map(\.rule) == [.R20])
        #expect(found.map(\.statusKode) == [49])
        #expect(Validator().judge(found, .lempelig).refusals.count == 1)
    }

    @Test("A fault that was stored before is not held against an update beside it")
    func untouched() throws {
        let json = update(["RelationListe": ["Sagspart": [partOf(later)]]])
        let found = try merge(json) {
            $0.setting(Sti.aktoer + ".Ejer.Virkning.TilTidspunkt", later)
        }
        #expect(found == [])
    }

    @Test("A second person in a single role at one instant is found through another Indeks")
    func single() throws {
        var part = partOf(true)
        part["Indeks"] = "2"
        let found = try merge(update(["RelationListe": ["Sagspart": [part]]]))
        #expect(rules(found) == [.R31])
    }

    // MARK: Ydelse

    @Test(
        "A list that is sent without a mandatory part removes it",
        arguments: [
            (ObjektKind.bevilling, "AttributListe", Sti.attribut + "BevilgetYdelse"),
            (.bevilling, "AttributListe", Sti.attribut + "Egenskaber"),
            (.bevilling, "RelationListe", Sti.relation + "Bevillingsaktoer.Ejer"),
            (.bevilling, "RelationListe", Sti.relation + "Bevillingssag"),
            (.oekonomiskEffektuering, "RelationListe", Sti.relation + "OekonomiskEffektueringPart"),
            (.oekonomiskEffektuering, "AttributListe", Sti.attribut + "Egenskaber"),
            (.oekonomiskEffektuering, "RelationListe", Sti.relation + "Aktoer.Ejer"),
            (
                .oekonomiskEffektuering, "RelationListe",
                Sti.relation + "OekonomiskYdelseEffektueringRelation"
            ),
        ])
    func removed(_ kind: ObjektKind, _ list: String, _ path: String) throws {
        let whole = Objekt.mindste(kind)
        let kept = try #require(whole[Sti.reg + list] as? [String: Any])
        #expect(try replace(update([list: kept]), kind) == [])
        let less = try #require(whole.removing(path)[Sti.reg + list] as? [String: Any])
        let found = try replace(update([list: less]), kind)
        #expect(found.contains { $0.rule == .Y36 && $0.sti.hasPrefix(list) })
    }

    @Test(
        "A part that is sent again without a mandatory field has lost it",
        arguments: [
            (ObjektKind.bevilling, Sti.attribut + "BevilgetYdelse.0.ItSystem.1"),
            (.bevilling, Sti.relation + "Bevillingssag.0.FuldtNavn"),
            (.bevilling, Sti.relation + "Bevillingspart.0.FuldtNavn"),
            (.oekonomiskEffektuering, Sti.attribut + "Egenskaber.0.Udbetalingsafdeling"),
            (.oekonomiskEffektuering, Sti.attribut + "Egenskaber.0.BeloebEfterSkatATP"),
            (
                .oekonomiskEffektuering,
                Sti.relation
                    + "OekonomiskYdelseEffektueringRelation.0.Klassifikationsbeskrivelse"
            ),
            (
                .oekonomiskEffektuering,
                Sti.relation + "OekonomiskYdelseEffektueringRelation.0.BevilgetYdelseRef"
            ),
        ])
    func emptied(_ kind: ObjektKind, _ path: String) throws {
        let whole = Objekt.mindste(kind)
        let list = path.hasPrefix(Sti.attribut) ? "AttributListe" : "RelationListe"
        let less = try #require(whole.removing(path)[Sti.reg + list] as? [String: Any])
        let found = try replace(update([list: less]), kind)
        let member = try #require(path.split(separator: ".").last { Int($0) == nil })
        #expect(
            found.contains { $0.rule == .Y36 && $0.sti.hasSuffix("." + member) },
            "\(found.map { "\($0.rule) \($0.sti)" })")
    }

    @Test("What a part never had is not lost")
    func neverHad() throws {
        let bare = Objekt.bevilling.removing(Sti.relation + "Bevillingspart.0.FuldtNavn")
        let list = try #require(bare[Sti.reg + "RelationListe"] as? [String: Any])
        let found = try replace(update(["RelationListe": list]), .bevilling, over: bare)
        #expect(!rules(found).contains(.Y36))
    }

    @Test("The whole of a benefit is judged after an update")
    func ydelse() throws {
        let twice = Objekt.bevilling.successor(Sti.attribut + "BevilgetYdelse.0", latest, later)
        let list = try #require(twice[Sti.reg + "AttributListe"] as? [String: Any])
        #expect(rules(try replace(update(["AttributListe": list]), .bevilling)) == [.Y16])
        let gap = Objekt.bevilling.successor(
            Sti.relation + "Bevillingsaktoer.Ansvarlig", later, latest)
        let relations = try #require(gap[Sti.reg + "RelationListe"] as? [String: Any])
        #expect(rules(try replace(update(["RelationListe": relations]), .bevilling)) == [.Y22])
        let owners = Objekt.bevilling.successor(
            Sti.relation + "Bevillingsaktoer.Ejer", latest, later)
        let both = try #require(owners[Sti.reg + "RelationListe"] as? [String: Any])
        #expect(
            rules(try replace(update(["RelationListe": both]), .bevilling)) == [.Y13, .Y21])
    }

    @Test(
        "Another Master of a benefit is refused where it stands, the same and none at all",
        arguments: [
            (
                ObjektKind.bevilling, "AttributListe", Sti.bevilget + "ItSystem",
                "AttributListe.BevilgetYdelse[0].ItSystem[0].ReferenceID",
                "AttributListe.BevilgetYdelse"
            ),
            (
                .oekonomiskEffektuering, "RelationListe", Sti.relation + "ItSystem",
                "RelationListe.ItSystem[0].ReferenceID", "RelationListe.ItSystem"
            ),
        ])
    func masterOfYdelse(
        _ kind: ObjektKind, _ list: String, _ path: String, _ sti: String, _ liste: String
    ) throws {
        let other = "0a000000-0000-4000-8000-000000000099"
        let change = { (change: (JSONObjekt) -> JSONObjekt) throws -> [Finding] in
            let changed = change(Objekt.mindste(kind))
            let sent = try #require(changed[Sti.reg + list] as? [String: Any])
            return try self.replace(self.update([list: sent]), kind)
        }
        #expect(try change { $0 } == [])
        #expect(try change { $0.setting(path + ".Afsender.ReferenceID", other) } == [])
        let changed = try change { $0.setting(path + ".Master.ReferenceID", other) }
        #expect(changed == [Finding(.R20, at: sti)])
        let removed = try change { $0.removing(path + ".Master") }
        #expect(
            removed.filter { $0.rule == .R20 } == [
                Finding(.R20, at: liste, "Master må ikke fjernes")
            ])
    }

    // MARK: Purging

    /// The parts as the second registration of a message names them.
    private func sent(_ parts: [Segment]) -> ParsedRegistrering {
        ParsedRegistrering(
            index: 1, header: .empty, lists: .all, segments: parts,
            positions: parts.indices.map { place in
                parts[..<place].count { $0.unit == parts[place].unit }
            })
    }

    @Test("An optional part may be purged")
    func purge() throws {
        let stored = try segments(Objekt.sag, .sag)
        let parts = stored.filter { $0.unit == .sagspart }
        #expect(Validator().validateRemoval(.sag, sent: sent(parts), stored: stored) == [])
    }

    @Test(
        "A mandatory part may not be purged",
        arguments: [
            (Element.egenskaber, "AttributListe.Egenskaber[0]"),
            (.sagIndeksEgenskaber, "AttributListe.LokalUdvidelseListe.SagIndeksEgenskaber[0]"),
            (.fremdrift, "TilstandListe.Fremdrift[0]"),
            (.sagsaktoer, "RelationListe.Sagsaktoer[0]"),
            (.sagsklasse, "RelationListe.Sagsklasse[0]"),
            (
                .sagsitsystemRelation,
                "RelationListe.LokalUdvidelseListe.SagsitsystemRelation[0]"
            ),
        ])
    func purgeMandatory(_ unit: Element, _ sti: String) throws {
        let stored = try segments(Objekt.sag, .sag)
        let part = try #require(stored.first { $0.unit == unit })
        let found = Validator().validateRemoval(.sag, sent: sent([part]), stored: stored)
        // The Master is not to be missed, whoever the source is (R20).
        let mark: Rule.Mark = unit == .sagsitsystemRelation ? .refuses : .guidance
        #expect(found == [Finding(.R43, at: "Registrering[1]." + sti, mark: mark)])
    }

    @Test("A part that the object does not have is unknown")
    func purgeUnknown() throws {
        let stored = try segments(Objekt.sag, .sag)
        let other = stored.filter { $0.unit != .sagspart }
        let parts = stored.filter { $0.unit == .sagspart }
        let found = Validator().validateRemoval(.sag, sent: sent(parts), stored: other)
        #expect(found == [Finding(.R19, at: "Registrering[1].RelationListe.Sagspart[0]")])
        #expect(found.map(\.statusKode) == [44])
    }
}
