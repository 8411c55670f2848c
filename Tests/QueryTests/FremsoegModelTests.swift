// 1. Over random objects, rights and expressions, fremsoeg finds exactly what a literal reading of
//    the expression over what the caller may look up gives; in order, page by page.
// 2. soeg with the same expression finds the same objects.
// 3. Notes and benefits are counted of what is found and visible.

import Foundation
import IndexCore
import Query
import Testing

/// One object as the caller reads it: every registration, newest first.
private struct Laest {
    let kind: ObjektKind
    let uuid: UUIDIdentifikator
    /// With the time each was received.
    let registreringer: [JSONValue]
}

/// An expression as the model has it; `json` is the request's form of it.
private indirect enum Modeludtryk {
    case led(ObjektKind, JSONValue, sagsloest: Bool)
    case og([Modeludtryk])
    case eller([Modeludtryk])
    case ikke(Modeludtryk)

    var kinds: Set<ObjektKind> {
        switch self {
        case .led(let kind, _, _): [kind]
        case .og(let parts), .eller(let parts): parts.reduce(into: []) { $0.formUnion($1.kinds) }
        case .ikke(let inner): inner.kinds
        }
    }

    var positive: [(ObjektKind, JSONValue)] {
        switch self {
        case .led(let kind, let json, _): [(kind, json)]
        case .og(let parts), .eller(let parts): parts.flatMap(\.positive)
        case .ikke: []
        }
    }

    private static func member(_ name: String, _ value: JSONValue) -> JSONValue.Member {
        JSONValue.Member(name: name, value: value)
    }

    /// As one operand of a SoegUdtryk.
    private var operand: (String, JSONValue) {
        switch self {
        case .led(_, let json, sagsloest: true): ("SoegSagsloeseDokumenter", json)
        case .led(.sag, let json, _): ("SoegSag", json)
        case .led(.dokument, let json, _): ("SoegDokument", json)
        case .led(.bevilling, let json, _): ("SoegBevillingIndeks", json)
        case .led(.oekonomiskEffektuering, let json, _): ("SoegOekonomiskEffektueringIndeks", json)
        case .ikke(let inner): ("NOT", inner.json)
        case .og, .eller: ("SoegUdtryk", json)
        }
    }

    var json: JSONValue {
        switch self {
        case .og(let parts): Self.json("AND", parts)
        case .eller(let parts): Self.json("OR", parts)
        default: Self.json("AND", [self])
        }
    }

    private static func json(_ operation: String, _ parts: [Modeludtryk]) -> JSONValue {
        var members = [member("operation", .string(operation))]
        for (name, value) in parts.map(\.operand) {
            if let place = members.firstIndex(where: { $0.name == name }) {
                members[place] = member(name, .array((members[place].value.array ?? []) + [value]))
            } else {
                members.append(member(name, .array([value])))
            }
        }
        return .object(members)
    }

    /// The parts in the order in which the request's form has them.
    var ordnet: Modeludtryk {
        func order(_ parts: [Modeludtryk]) -> [Modeludtryk] {
            var names: [String] = []
            for part in parts where !names.contains(part.operand.0) { names.append(part.operand.0) }
            return names.flatMap { name in parts.filter { $0.operand.0 == name }.map(\.ordnet) }
        }
        switch self {
        case .led: return self
        case .og(let parts): return .og(order(parts))
        case .eller(let parts): return .eller(order(parts))
        case .ikke(let inner): return .ikke(inner.ordnet)
        }
    }
}

/// Reads an expression literally, object by object and combination by combination.
private struct Naiv {
    let objekter: [Laest]
    let now: Tidspunkt
    let udtryk: Modeludtryk

    // MARK: One criterion

    private func tid(_ value: JSONValue?, _ uendelig: Tidspunkt) -> Tidspunkt? {
        guard let value else { return nil }
        return value.boolean == true ? uendelig : value.string.flatMap { Tidspunkt(reading: $0) }
    }

    /// The registrations asked about.
    private func registreringer(_ objekt: Laest, _ led: JSONValue?) -> [JSONValue] {
        let fra = tid(led?["SoegStsFraTidspunkt"], .distantPast)
        let til = tid(led?["SoegStsTilTidspunkt"], .distantFuture)
        guard fra != nil || til != nil else { return Array(objekt.registreringer.prefix(1)) }
        func sts(_ registrering: JSONValue) -> Tidspunkt {
            tid(registrering["StsTidspunkt"], .distantFuture) ?? .distantFuture
        }
        return objekt.registreringer.enumerated().filter { index, registrering in
            let from = sts(registrering)
            let to = index == 0 ? .distantFuture : sts(objekt.registreringer[index - 1])
            return from < (til ?? .distantFuture) && to > (fra ?? .distantPast)
        }.map(\.element)
    }

    private func gaelder(_ segment: JSONValue, _ led: JSONValue?) -> Bool {
        let virkning = segment["Virkning"]
        let fra = tid(virkning?["FraTidspunkt"], .distantPast) ?? .distantPast
        let til = tid(virkning?["TilTidspunkt"], .distantFuture) ?? .distantFuture
        guard let asked = led?["SoegVirkning"] else { return fra <= now && now < til }
        let askedFra = tid(asked["FraTidspunkt"], .distantPast) ?? .distantPast
        let askedTil = tid(asked["TilTidspunkt"], .distantFuture) ?? .distantFuture
        return fra < askedTil && askedFra < til
    }

    private func holds(
        _ kind: ObjektKind, _ led: JSONValue, _ sagsloest: Bool, _ objekt: Laest
    ) -> Bool {
        guard objekt.kind == kind else { return false }
        if sagsloest {
            let filed = objekter.contains { sag in
                sag.kind == .sag && maal(sag, nil).contains(objekt.uuid)
            }
            if filed { return false }
        }
        return registreringer(objekt, led).contains { holds(led, $0) }
    }

    private func holds(_ led: JSONValue, _ registrering: JSONValue) -> Bool {
        var hasUnits = false
        for liste in ["AttributListe", "TilstandListe", "RelationListe"] {
            for (holder, found) in [
                (led[liste], registrering[liste]),
                (
                    led[liste]?["LokalUdvidelseListe"],
                    registrering[liste]?["LokalUdvidelseListe"]
                ),
            ] {
                for member in holder?.members ?? [] where member.name != "LokalUdvidelseListe" {
                    for krav in member.value.array ?? [] {
                        hasUnits = true
                        let segments = found?[member.name]?.array ?? []
                        guard segments.contains(where: { gaelder($0, led) && passer(krav, $0) })
                        else { return false }
                    }
                }
            }
        }
        guard led["SoegVirkning"] != nil, !hasUnits else { return true }
        return enheder(registrering).contains { gaelder($0, led) }
    }

    private func enheder(_ registrering: JSONValue) -> [JSONValue] {
        ["AttributListe", "TilstandListe", "RelationListe"].flatMap { liste -> [JSONValue] in
            let own = registrering[liste]?.members ?? []
            let inner = registrering[liste]?["LokalUdvidelseListe"]?.members ?? []
            return (own + inner).flatMap { $0.value.array ?? [] }
        }
    }

    private static let identiteter: Set<String> = [
        "Rolle", "Type", "ReferenceID", "AktoerRef", "UUIDIdentifikator",
    ]

    private func passer(_ krav: JSONValue, _ value: JSONValue, _ name: String = "") -> Bool {
        switch krav {
        case .object(let members):
            return members.allSatisfy { member in
                value[member.name].map { passer(member.value, $0, member.name) } ?? false
            }
        case .array(let wanted):
            let found = value.array ?? []
            return wanted.allSatisfy { one in found.contains { passer(one, $0, name) } }
        case .string(let text):
            guard let found = value.string else { return false }
            if name.hasSuffix("Tidspunkt") || name.hasSuffix("dato") {
                return Tidspunkt(reading: text) == Tidspunkt(reading: found)
            }
            if let amount = Decimal(string: text), name.contains("eloeb") {
                return amount == Decimal(string: found)
            }
            if Self.identiteter.contains(name) { return text.lowercased() == found.lowercased() }
            return stjernerPasser(
                Array(text.lowercased())[...], Array(found.lowercased())[...], stjerne: "*")
        default: return krav == value
        }
    }

    // MARK: Links

    private func led(_ kind: ObjektKind) -> JSONValue? {
        udtryk.positive.first { $0.0 == kind }?.1
    }

    private func maal(_ objekt: Laest, _ led: JSONValue?) -> Set<UUIDIdentifikator> {
        let (liste, path): (String, [String]) =
            switch objekt.kind {
            case .sag: ("Journalpost", ["ReferenceID"])
            case .bevilling: ("Bevillingssag", ["ReferenceID"])
            case .oekonomiskEffektuering:
                (
                    "OekonomiskYdelseEffektueringRelation",
                    ["BevilgetYdelseRef", "UUIDIdentifikator"]
                )
            case .dokument: ("", [])
            }
        var result: Set<UUIDIdentifikator> = []
        for registrering in registreringer(objekt, led) {
            for segment in registrering["RelationListe"]?[liste]?.array ?? []
            where gaelder(segment, led) {
                let text = path.reduce(segment as JSONValue?) { $0?[$1] }?.string
                if let uuid = text.flatMap({ UUIDIdentifikator($0) }) { result.insert(uuid) }
            }
        }
        return result
    }

    private static let kaede: [ObjektKind] = [.dokument, .sag, .bevilling, .oekonomiskEffektuering]

    private static func plads(_ kind: ObjektKind) -> Int { kaede.firstIndex(of: kind) ?? 0 }

    /// The higher in the chain points at the lower.
    private func linked(_ left: Laest, _ right: Laest) -> Bool {
        let (low, high) =
            Self.plads(left.kind) < Self.plads(right.kind) ? (left, right) : (right, left)
        let points = maal(high, led(high.kind))
        if Self.plads(low.kind) + 1 == Self.plads(high.kind) { return points.contains(low.uuid) }
        return objekter.contains { middle in
            Self.plads(middle.kind) + 1 == Self.plads(high.kind) && points.contains(middle.uuid)
                && linked(low, middle)
        }
    }

    // MARK: Expressions

    private func holds(_ udtryk: Modeludtryk, _ objekt: Laest) -> Bool {
        switch udtryk {
        case .led(let kind, let led, let sagsloest): holds(kind, led, sagsloest, objekt)
        case .og(let parts): parts.allSatisfy { holds($0, objekt) }
        case .eller(let parts): parts.contains { holds($0, objekt) }
        case .ikke(let inner): !holds(inner, objekt)
        }
    }

    private static func flad(_ udtryk: Modeludtryk) -> Modeludtryk {
        switch udtryk {
        case .led: return udtryk
        case .ikke(let inner):
            if case .ikke(let twice) = flad(inner) { return twice }
            return .ikke(flad(inner))
        case .og(let parts):
            var flat: [Modeludtryk] = []
            for part in parts.map(flad) {
                if case .og(let inner) = part { flat += inner } else { flat.append(part) }
            }
            return flat.count == 1 ? flat[0] : .og(flat)
        case .eller(let parts):
            var flat: [Modeludtryk] = []
            for part in parts.map(flad) {
                if case .eller(let inner) = part { flat += inner } else { flat.append(part) }
            }
            return flat.count == 1 ? flat[0] : .eller(flat)
        }
    }

    private typealias Paastand = (kind: ObjektKind, udtryk: Modeludtryk, gaelder: Bool)

    /// The conjunctions of statements about one kind each.
    private static func maader(_ udtryk: Modeludtryk, _ positiv: Bool) -> [[Paastand]] {
        if udtryk.kinds.count == 1, let kind = udtryk.kinds.first {
            switch udtryk {
            case .ikke(let inner): return [[(kind, inner, !positiv)]]
            case .og(let parts) where positiv:
                return [parts.flatMap { maader($0, true).flatMap { $0 } }]
            default: return [[(kind, udtryk, positiv)]]
            }
        }
        switch udtryk {
        case .led: return []
        case .ikke(let inner): return maader(inner, !positiv)
        case .og(let parts) where positiv, .eller(let parts) where !positiv:
            return parts.reduce([[]]) { ways, part in
                ways.flatMap { way in maader(part, positiv).map { way + $0 } }
            }
        case .og(let parts), .eller(let parts): return parts.flatMap { maader($0, positiv) }
        }
    }

    func fundne() -> [ObjektKind: Set<UUIDIdentifikator>] {
        var result: [ObjektKind: Set<UUIDIdentifikator>] = [:]
        for way in Self.maader(Self.flad(udtryk), true) {
            let positive = Set(way.filter(\.gaelder).map(\.kind))
            let choices: [Set<ObjektKind>] =
                positive.isEmpty ? Set(way.map(\.kind)).map { [$0] } : [positive]
            for bound in choices { collect(way, bound, &result) }
        }
        return result
    }

    private func collect(
        _ way: [Paastand], _ bound: Set<ObjektKind>,
        _ result: inout [ObjektKind: Set<UUIDIdentifikator>]
    ) {
        let chain = Self.kaede.filter(bound.contains)
        var rows: [[Laest]] = [[]]
        for kind in chain {
            let fitting = objekter.filter { objekt in
                objekt.kind == kind && fits(way, bound, objekt)
            }
            rows = rows.flatMap { row in
                fitting.filter { next in row.last.map { linked($0, next) } ?? true }
                    .map { row + [$0] }
            }
        }
        for row in rows {
            for objekt in row { result[objekt.kind, default: []].insert(objekt.uuid) }
        }
    }

    private func fits(_ way: [Paastand], _ bound: Set<ObjektKind>, _ objekt: Laest) -> Bool {
        way.allSatisfy { kind, udtryk, gaelder in
            if kind == objekt.kind { return holds(udtryk, objekt) == gaelder }
            guard !bound.contains(kind) else { return true }
            let distance = abs(Self.plads(kind) - Self.plads(objekt.kind))
            let nearest = bound.map { abs(Self.plads($0) - Self.plads(kind)) }.min()
            guard distance == nearest else { return true }
            return !objekter.contains { other in
                other.kind == kind && holds(udtryk, other) && linked(objekt, other)
            }
        }
    }

    func antal(_ fundne: [ObjektKind: Set<UUIDIdentifikator>]) -> (notater: Int, ydelser: Int) {
        var notater = 0
        var ydelser = 0
        let note = RolleTabel.standard.uuid(RolleListe(.sag, .journalpost), .journalnotat)
        for objekt in objekter where fundne[objekt.kind]?.contains(objekt.uuid) ?? false {
            let led = led(objekt.kind)
            let considered = registreringer(objekt, led)
            let fitting = led.map { led in considered.filter { holds(led, $0) } } ?? []
            // Those that fit the first element; else those asked about; else the newest.
            let shown =
                !fitting.isEmpty
                ? fitting
                : !considered.isEmpty ? considered : Array(objekt.registreringer.prefix(1))
            // What was changed on the way is counted once.
            let notes = shown.flatMap { $0["RelationListe"]?["Journalpost"]?.array ?? [] }.filter {
                gaelder($0, led) && $0["Rolle"]?.string == note?.description
            }
            notater += Set(notes.map { $0["Indeks"]?.string }).count
            let benefits = shown.flatMap { $0["AttributListe"]?["BevilgetYdelse"]?.array ?? [] }
                .filter { gaelder($0, led) }
            ydelser += Set(benefits.map { $0["Id"]?.string }).count
        }
        return (notater, ydelser)
    }
}

/// Makes expressions of what stands in some object, visible or not.
private struct Udtryksmager {
    let kilder: [Laest]
    let tider: [Tidspunkt]

    func udtryk(_ depth: Int, _ kinds: [ObjektKind], _ random: inout Tilfaeldig) -> Modeludtryk {
        guard depth > 0, random.chance(75) else { return led(kinds, &random) }
        if random.chance(20) { return .ikke(udtryk(depth - 1, kinds, &random)) }
        let parts = (0...random.below(3)).map { _ in udtryk(depth - 1, kinds, &random) }
        return random.chance(55) ? .og(parts) : .eller(parts)
    }

    private func led(_ kinds: [ObjektKind], _ random: inout Tilfaeldig) -> Modeludtryk {
        let kind = random.pick(kinds)
        var members: [JSONValue.Member] = []
        let objekt = random.pick(kilder.filter { $0.kind == kind })
        let registrering = random.pick(objekt.registreringer)
        var enheder: [(String, String, JSONValue)] = []
        for _ in 0..<random.below(3) {
            if let enhed = enhed(registrering, &random) { enheder.append(enhed) }
        }
        for liste in ["AttributListe", "TilstandListe", "RelationListe"] {
            members.append(.init(name: liste, value: Self.liste(liste, enheder)))
        }
        if random.chance(15) {
            let days = (1 + random.below(8), 1 + random.below(8))
            members.append(
                .init(
                    name: "SoegVirkning",
                    value: .object([
                        .init(
                            name: "FraTidspunkt",
                            value: random.chance(30)
                                ? .boolean(true) : .string("2024-0\(days.0)-01T00:00:00Z")),
                        .init(
                            name: "TilTidspunkt",
                            value: .string("2024-0\(min(9, days.0 + days.1))-02T00:00:00Z")),
                    ])))
        }
        if random.chance(15), kind == .sag {
            let time = random.pick(tider)
            if random.chance(70) {
                members.append(.init(name: "SoegStsFraTidspunkt", value: .string(time.utcText)))
            }
            members.append(
                .init(
                    name: "SoegStsTilTidspunkt",
                    value: .string(
                        time.advanced(
                            byMicroseconds: 1 + Int64(random.below(30)) * 1_000_000
                        ).utcText)))
        }
        return .led(kind, .object(members), sagsloest: kind == .dokument && random.chance(10))
    }

    private static func liste(
        _ name: String, _ enheder: [(String, String, JSONValue)]
    ) -> JSONValue {
        var result: [String: [JSONValue]] = [:]
        var own: [String: [JSONValue]] = [:]
        for (liste, unit, krav) in enheder where liste.hasPrefix(name) {
            if liste == name {
                result[unit, default: []].append(krav)
            } else {
                own[unit, default: []].append(krav)
            }
        }
        var members = result.sorted { $0.key < $1.key }.map {
            JSONValue.Member(name: $0.key, value: .array($0.value))
        }
        if !own.isEmpty {
            members.append(
                .init(
                    name: "LokalUdvidelseListe",
                    value: .object(
                        own.sorted { $0.key < $1.key }.map {
                            .init(name: $0.key, value: .array($0.value))
                        })))
        }
        return .object(members)
    }

    /// A part of the registration with some of its members, perhaps written otherwise.
    private func enhed(
        _ registrering: JSONValue, _ random: inout Tilfaeldig
    ) -> (String, String, JSONValue)? {
        var all: [(String, String, JSONValue)] = []
        for liste in ["AttributListe", "TilstandListe", "RelationListe"] {
            for member in registrering[liste]?.members ?? [] {
                for value in member.value.array ?? [] { all.append((liste, member.name, value)) }
                guard member.name == "LokalUdvidelseListe" else { continue }
                for inner in member.value.members ?? [] {
                    for value in inner.value.array ?? [] {
                        all.append((liste + "+", inner.name, value))
                    }
                }
            }
        }
        guard !all.isEmpty else { return nil }
        let (liste, unit, value) = random.pick(all)
        guard let krav = udsnit(value, "", &random), krav.members?.isEmpty == false else {
            return nil
        }
        return (liste, unit, krav)
    }

    private func udsnit(
        _ value: JSONValue, _ name: String, _ random: inout Tilfaeldig
    ) -> JSONValue? {
        switch value {
        case .object(let members):
            var kept: [JSONValue.Member] = []
            for member in members where random.chance(member.name == "Virkning" ? 10 : 40) {
                if let inner = udsnit(member.value, member.name, &random) {
                    kept.append(.init(name: member.name, value: inner))
                }
            }
            return kept.isEmpty ? nil : .object(kept)
        case .array(let values):
            guard let inner = udsnit(random.pick(values), name, &random) else { return nil }
            return .array([inner])
        case .string(let text):
            guard Self.tekster.contains(name), !text.isEmpty else { return value }
            switch random.below(5) {
            case 0: return .string(text.uppercased())
            case 1: return .string(String(text.prefix(1 + random.below(text.count))) + "*")
            case 2: return .string("*" + text.suffix(1 + random.below(text.count)))
            default: return value
            }
        default: return value
        }
    }

    private static let tekster: Set<String> = [
        "Titel", "BrugervendtNoegle", "Sagsnummer", "Dokumentnummer", "Navn", "FuldtNavn",
        "Begrundelse", "Udbetalingsafdeling", "Klassifikationsbeskrivelse", "Ydelsesnavn",
        "SystemNavn", "Indeks", "TitelAlternativTekst",
    ]
}

@Suite struct FremsoegModelTests {
    @Test(
        "Expressions find what they say, read literally over what the caller may look up",
        arguments: Froe.alle([UInt64(3), 20_241_124, 987_654_321]))
    func literal(_ seed: UInt64) throws {
        var random = Tilfaeldig(state: seed)
        let verden = Verden(&random)
        let indeks = try Indeks()
        let start = indeks.now
        try verden.store(in: indeks, &random)
        indeks.tick()
        let tider = (0..<60).map { start.advanced(byMicroseconds: Int64($0) * 1_000_000) }
        let mager = Udtryksmager(kilder: try laes(indeks, verden, .alt), tider: tider)
        var found = 0
        for round in 0..<14 {
            let scope = round == 0 ? .alt : Verden.scope(&random)
            let objekter = try laes(indeks, verden, scope)
            for number in 0..<120 {
                var kinds = ObjektKind.allCases
                if random.chance(60) { kinds = [random.pick(kinds)] }
                let udtryk = mager.udtryk(3, kinds, &random).ordnet
                let place = "seed \(seed), scope \(round), expression \(number)"
                let naiv = Naiv(objekter: objekter, now: indeks.now, udtryk: udtryk)
                let expected = naiv.fundne()
                found += expected.values.reduce(0) { $0 + $1.count }
                try expect(indeks, udtryk, naiv, expected, scope, place)
            }
        }
        // Otherwise the expressions say nothing.
        #expect(found > 2000)
    }

    @Test("A page of many is the same as of all, whichever way they are ordered")
    func many() throws {
        let indeks = try Indeks()
        let count = 2300
        try indeks.put(
            mange: (0..<count).map { number in
                var sag = Sag(uuid: Byg.uuid(1 + number))
                sag.titel = String((number * 7919) % count)
                sag.nummer = "N\(number)"
                return sag
            })
        func page(_ first: Int, _ most: Int, _ order: String) throws -> ([String], Int?) {
            let answer = try indeks.fremsoeg(
                try JSONValue(
                    parsing: Array(
                        """
                        {"SoegUdtryk":{"SoegSag":[{"FoersteResultatReference":\(first),\
                        "MaksimalAntalKvantitet":\(most),"AttributListe":{},"TilstandListe":{},\
                        "RelationListe":{}}]},"Filter":{"SagVis":[{"Vis":"egenskaber"}]}\(order)}
                        """.utf8)))
            let shown = (answer["SagFiltreretOejebliksbillede"]?.array ?? []).compactMap {
                $0["Registrering"]?.array?.first?["AttributListe"]?["Egenskaber"]?.array?.first?[
                    "Titel"]?.string
            }
            return (shown, answer["Antal"]?.array?.first?["Antal"]?.integer)
        }
        let falling =
            ",\"Sortering\":{\"SagSortering\":[{\"Element\":\"Titel\",\"Retning\":\"Faldende\"}]}"
        let byUUID = (0..<count).map { String(($0 * 7919) % count) }
        let byTitle = byUUID.sorted(by: >)
        for (first, most) in [(0, 3), (5, 1), (1190, 20), (count - 2, 10)] {
            let end = min(count, first + most)
            for (order, expected) in [("", byUUID), (falling, byTitle)] {
                let (shown, antal) = try page(first, most, order)
                #expect(shown == Array(expected[first..<end]) && antal == count)
            }
        }
    }

    /// What the caller may look up, every registration of it.
    private func laes(
        _ indeks: Indeks, _ verden: Verden, _ scope: AccessScope
    ) throws -> [Laest] {
        let alle: [(ObjektKind, UUIDIdentifikator)] =
            verden.sager.map { (.sag, $0.uuid) } + verden.dokumenter.map { (.dokument, $0.uuid) }
            + verden.bevillinger.map { (.bevilling, $0.uuid) }
            + verden.effektueringer.map { (.oekonomiskEffektuering, $0.uuid) }
        return try alle.compactMap { kind, uuid in
            let answer = try indeks.opslag(
                kind, uuid,
                [("virkning", "alle"), ("registreringFra", "2000-01-01")], as: scope)
            return answer.map {
                Laest(kind: kind, uuid: uuid, registreringer: $0["Registrering"]?.array ?? [])
            }
        }
    }

    private static let vis: JSONValue = .object(
        ObjektKind.allCases.map {
            .init(name: $0.name + "Vis", value: .array([.string("egenskaber")]))
        })

    private func expect(
        _ indeks: Indeks, _ udtryk: Modeludtryk, _ naiv: Naiv,
        _ expected: [ObjektKind: Set<UUIDIdentifikator>], _ scope: AccessScope, _ place: String
    ) throws {
        let told = String(decoding: udtryk.json.bytes, as: UTF8.self)
        let answer = try indeks.fremsoeg(
            .object([
                .init(name: "SoegUdtryk", value: udtryk.json),
                .init(name: "Filter", value: Self.vis),
            ]), as: scope)
        for kind in ObjektKind.allCases {
            let shown = (answer[kind.name + "FiltreretOejebliksbillede"]?.array ?? []).compactMap {
                $0["ObjektType"]?["UUIDIdentifikator"]?.string.flatMap { UUIDIdentifikator($0) }
            }
            #expect(shown == (expected[kind] ?? []).sorted(), "\(place): \(kind) \(told)")
        }
        var counts: [String: Int] = [:]
        for entry in answer["Antal"]?.array ?? [] {
            counts[entry["Element"]?.string ?? ""] = entry["Antal"]?.integer
        }
        let (notater, ydelser) = naiv.antal(expected)
        #expect(counts["journalnotater"] == notater, "\(place): \(told)")
        #expect(counts["ydelser"] == ydelser, "\(place): \(told)")
        let body = JSONValue.object([
            .init(name: "SoegUdtryk", value: udtryk.json),
            .init(name: "Antal", value: .number("1000")),
        ])
        let ranked = try indeks.soeg(String(decoding: body.bytes, as: UTF8.self), as: scope)
        let hits = Set(ranked["Traef"]?.uuider ?? [])
        #expect(
            hits == expected.values.reduce(into: []) { $0.formUnion($1) },
            "\(place): soeg \(told)")
    }
}
