import Foundation
import IndexCore
import Ingest
import Query
import Synchronization
import Testing

/// A store in a directory of its own, with a clock that the test moves.
final class Indeks {
    let store: Store
    private let clock: TestClock
    private let directory: String
    private var isOwner = true
    /// What searches by example have cost so far.
    private(set) var forbrug = Syn.Forbrug()

    /// `objekterPerFil` small lets an authority have several files.
    init(objekterPerFil: Int = 500_000) throws {
        directory = NSTemporaryDirectory() + "tvaerindeks-query-" + UUID().uuidString
        let clock = TestClock()
        self.clock = clock
        store = try Store(
            directory: directory,
            configuration: .init(objekterPerFil: objekterPerFil, clock: { clock.now }))
    }

    private init(beside other: Indeks) throws {
        directory = other.directory
        let clock = other.clock
        self.clock = clock
        store = try Store(
            directory: directory, access: .readOnly, configuration: .init(clock: { clock.now }))
        isOwner = false
    }

    deinit {
        store.close()
        guard isOwner else { return }
        try? FileManager.default.removeItem(atPath: directory)
    }

    var now: Tidspunkt { clock.now }

    func tick(seconds: Int64 = 1) { clock.tick(seconds) }

    /// Stores an object, or a further registration of it, and answers when it was received.
    @discardableResult
    func put(
        _ json: String, _ kind: ObjektKind, cvr: String, peger: [UUIDIdentifikator] = []
    ) throws -> Tidspunkt {
        tick()
        let record = try Array(json.utf8).withUnsafeBufferPointer {
            try RecordParser.parse($0, as: kind, .importer)
        }
        #expect(record.findings.isEmpty)
        let uuid = try #require(record.uuid)
        let registreringer = record.registreringer.map {
            Registrering(
                header: $0.header, stsTidspunkt: Tidspunkt(microseconds: 0), segments: $0.segments)
        }
        let command = WriteCommand(uuid: uuid, kind: kind) { stored, _ in
            stored == nil ? .insert(registreringer) : .append(registreringer)
        }
        let outcome = store.writeAndWait([
            Store.Skrivning(command: command, myndighed: CVRNummer(cvr), peger: peger)
        ])
        guard case .success(.stored(let instant)) = try #require(outcome.first) else {
            Issue.record("not stored: \(outcome)")
            return now
        }
        return instant
    }

    /// Many new cases of one authority in one batch.
    func put(mange sager: [Sag]) throws {
        tick()
        let writes = try sager.map { sag in
            let record = try Array(sag.json.utf8).withUnsafeBufferPointer {
                try RecordParser.parse($0, as: .sag, .importer)
            }
            let registreringer = record.registreringer.map {
                Registrering(
                    header: $0.header, stsTidspunkt: Tidspunkt(microseconds: 0),
                    segments: $0.segments)
            }
            return Store.Skrivning(
                command: WriteCommand(uuid: sag.uuid, kind: .sag) { _, _ in
                    .insert(registreringer)
                }, myndighed: CVRNummer(sag.cvr), peger: [])
        }
        for outcome in store.writeAndWait(writes) {
            guard case .success(.stored) = outcome else {
                Issue.record("not stored: \(outcome)")
                return
            }
        }
    }

    func put(_ sag: Sag) throws {
        try put(sag.json, .sag, cvr: sag.cvr, peger: sag.journal.compactMap(\.dokument))
    }

    func put(_ dokument: Dokument) throws {
        try put(dokument.json, .dokument, cvr: dokument.cvr)
    }

    func put(_ bevilling: Bevilling) throws {
        try put(bevilling.json, .bevilling, cvr: bevilling.cvr)
    }

    func put(_ effektuering: Effektuering) throws {
        try put(
            effektuering.json, .oekonomiskEffektuering, cvr: effektuering.cvr,
            peger: effektuering.linjer.map(\.bevilling))
    }

    /// Takes an object out, as a source's removal does.
    func fjern(_ uuid: UUIDIdentifikator, _ kind: ObjektKind, cvr: String) throws {
        tick()
        let command = WriteCommand(uuid: uuid, kind: kind) { _, _ in .remove }
        let outcome = store.writeAndWait([
            Store.Skrivning(command: command, myndighed: CVRNummer(cvr), peger: [])
        ])
        guard case .success(.removed) = try #require(outcome.first) else {
            Issue.record("not removed: \(outcome)")
            return
        }
    }

    var antalFiler: Int {
        (try? FileManager.default.subpathsOfDirectory(atPath: directory))?
            .count { $0.hasSuffix(".sqlite") } ?? 0
    }

    // MARK: Asking

    private func asking<Answer>(
        _ scope: AccessScope, _ body: (Syn) throws(QueryError) -> Answer
    ) throws -> Answer {
        let result = try store.read { reader throws(StoreError) -> Result<Answer, QueryError> in
            let syn = Syn(reader, within: scope)
            do throws(QueryError) {
                return .success(try body(syn))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func opslag(
        _ kind: ObjektKind, _ uuid: UUIDIdentifikator, _ parameters: [(String, String)] = [],
        as scope: AccessScope = .alt
    ) throws -> JSONValue? {
        let bytes = try asking(scope) { syn throws(QueryError) in
            try Opslag.json(kind: kind, uuid: uuid, parameters: parameters, syn: syn)
        }
        return try bytes.map { try JSONValue(parsing: $0) }
    }

    func historik(
        _ kind: ObjektKind, _ uuid: UUIDIdentifikator, as scope: AccessScope = .alt
    ) throws -> JSONValue? {
        let bytes = try asking(scope) { syn throws(QueryError) in
            try Historik.json(kind: kind, uuid: uuid, syn: syn)
        }
        return try bytes.map { try JSONValue(parsing: $0) }
    }

    func overblik(_ body: String, as scope: AccessScope = .alt) throws -> JSONValue {
        try JSONValue(
            parsing: try asking(scope) { syn throws(QueryError) in
                try Overblik.json(body: Array(body.utf8), syn: syn, segl: .proeve)
            })
    }

    func fremsoeg(_ body: JSONValue, as scope: AccessScope = .alt) throws -> JSONValue {
        try JSONValue(
            parsing: try asking(scope) { syn throws(QueryError) in
                let answer = try Fremsoeg.json(body: body.bytes, syn: syn)
                forbrug.raekker += syn.forbrug.raekker
                forbrug.par += syn.forbrug.par
                forbrug.laest += syn.forbrug.laest
                return answer
            })
    }

    /// The same directory as beside a running server, where memory is not used; as it is now.
    func udenHukommelse() throws -> Indeks { try Indeks(beside: self) }

    func soeg(_ body: String, as scope: AccessScope = .alt) throws -> JSONValue {
        try JSONValue(
            parsing: try asking(scope) { syn throws(QueryError) in
                try Soegning.json(body: Array(body.utf8), syn: syn, segl: .proeve)
            })
    }

    /// The answer in snapshots that were opened before `imens` wrote, while memory follows the writes.
    func soeg(
        _ body: String, as scope: AccessScope, imens: () throws -> Void
    ) throws -> JSONValue {
        let opens = #"{"Registreringstid":"2099-01-01T00:00:00Z","Antal":1}"#
        return try JSONValue(
            parsing: try asking(scope) { syn throws(QueryError) in
                _ = try Soegning.json(body: Array(opens.utf8), syn: syn, segl: .proeve)
                do {
                    try imens()
                    _ = try soeg("{\"Tekst\":\"fælles\"}", as: scope)
                } catch {
                    Issue.record("\(error)")
                }
                return try Soegning.json(body: Array(body.utf8), syn: syn, segl: .proeve)
            })
    }

    func forslag(_ body: String, as scope: AccessScope = .alt) throws -> JSONValue {
        try JSONValue(
            parsing: try asking(scope) { syn throws(QueryError) in
                try Forslag.json(body: Array(body.utf8), syn: syn)
            })
    }

    /// `log`: the authority that the caller has the right to the log of.
    func forklar(
        _ kind: ObjektKind, _ uuid: UUIDIdentifikator, as scope: AccessScope, log: CVRNummer? = nil
    ) throws -> JSONValue {
        let own = log ?? AccessScope.proevet[0]
        let aftale = Aftale(
            id: 7, system: scope.system, myndighed: own, roller: .udstil,
            grupper: scope.systemGrupper, fra: .distantPast)
        let egen = Egenside(
            myndighed: own, aftaler: [aftale], maaSeLog: log != nil, nu: store.now)
        let bytes = try asking(scope) { syn throws(QueryError) in
            let body = "{\"Objekttype\":\"\(kind.name)\",\"UUIDIdentifikator\":\"\(uuid)\"}"
            return try Forklar.json(.init(body: Array(body.utf8)), syn: syn, egen: egen)
        }
        return try JSONValue(parsing: bytes ?? Array("{}".utf8))
    }

    /// Every hit of a search, page by page.
    func alleSider(_ members: String, as scope: AccessScope, antal: Int) throws -> [JSONValue] {
        var hits: [JSONValue] = []
        var marker = ""
        for _ in 0..<200 {
            let separator = members.isEmpty ? "" : ","
            let answer = try soeg(
                "{\(members)\(separator)\"Antal\":\(antal)\(marker)}", as: scope)
            hits += answer["Traef"]?.array ?? []
            guard let next = answer["Markoer"]?.string else { return hits }
            marker = ",\"Markoer\":\"\(next)\""
        }
        Issue.record("the pages do not end")
        return hits
    }
}

final class TestClock: Sendable {
    /// 2024-06-01T12:00:00Z.
    private let instant = Mutex<Int64>(1_717_243_200_000_000)

    var now: Tidspunkt { instant.withLock { Tidspunkt(microseconds: $0) } }

    func tick(_ seconds: Int64) { instant.withLock { $0 += seconds * 1_000_000 } }
}

extension Markoersegl {
    /// Hexadecimal with a sum behind it: enough to tell a changed marker.
    static let proeve = Markoersegl(
        seal: { bytes in
            let sum = bytes.reduce(UInt8(7)) { $0 &* 31 &+ $1 }
            return (bytes + [sum]).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
                .joined()
        },
        open: { text in
            var bytes: [UInt8] = []
            var rest = Substring(text)
            while rest.count >= 2 {
                guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            }
            guard rest.isEmpty, let sum = bytes.popLast(),
                sum == bytes.reduce(UInt8(7), { $0 &* 31 &+ $1 })
            else { return nil }
            return bytes
        })
}

extension AccessScope {
    static let proevet = ["99000001", "99000002", "99000003"].compactMap { CVRNummer($0) }

    static func gruppe(
        cvr: [CVRNummer] = proevet, kle: String = "*", niveau: Int = 4,
        systemer: Set<UUIDIdentifikator>? = nil, enheder: Set<UUIDIdentifikator>? = nil
    ) -> RightsGroup {
        RightsGroup(
            myndigheder: Set(cvr), kle: KLEPattern.list(kle) ?? [],
            foelsomhed: Foelsomhed(rawValue: UInt8(niveau)) ?? .ikkeFortroligeData,
            systemer: systemer, enheder: enheder)
    }

    static func system(_ grupper: RightsGroup...) -> AccessScope {
        AccessScope(system: Byg.uuid(990), systemGrupper: grupper, bruger: nil)
    }

    /// Every authority, number and level in the tests, for a caseworker.
    static let alt = AccessScope(
        system: Byg.uuid(990), systemGrupper: [gruppe()],
        bruger: Bruger(uuid: Byg.uuid(991), enheder: [], grupper: [gruppe()]))
}

extension JSONValue {
    var bytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(text: member.name)
                member.value.write(to: &writer)
            }
            writer.endObject()
        case .array(let values):
            writer.beginArray()
            for value in values { value.write(to: &writer) }
            writer.endArray()
        case .string(let text): writer.string(text)
        case .number(let digits): writer.json(Array(digits.utf8))
        case .boolean(let flag): writer.boolean(flag)
        case .null: writer.raw("null")
        }
    }

    /// The UUIDs of a list of objects, in order.
    var uuider: [UUIDIdentifikator] {
        (array ?? []).compactMap {
            ($0["UUIDIdentifikator"] ?? $0["Sag"])?.string.flatMap { UUIDIdentifikator($0) }
        }
    }

    /// All text anywhere in the value.
    var alTekst: String {
        switch self {
        case .object(let members):
            members.map { $0.name + " " + $0.value.alTekst }.joined(separator: "\n")
        case .array(let values): values.map(\.alTekst).joined(separator: "\n")
        case .string(let text): text
        case .number(let digits): digits
        case .boolean, .null: ""
        }
    }
}
