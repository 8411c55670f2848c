import Glibc
import Synchronization
import Testing

@testable import IndexCore

/// Builders with defaults, so that a test shows only what matters to it.
enum Byg {
    static let start = Tidspunkt(microseconds: 1_700_000_000_000_000)
    static let foer = Tidspunkt(microseconds: 1_600_000_000_000_000)
    static let a = CVRNummer(unsafe: 11_111_111)
    static let b = CVRNummer(unsafe: 22_222_222)
    static let c = CVRNummer(unsafe: 33_333_333)

    static func uuid(_ number: Int) -> UUIDIdentifikator {
        UUIDIdentifikator(
            high: 0x0a00_0000_0000_4000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    static func group(_ body: (inout RecordWriter) -> Void) -> ElementGroup {
        var writer = RecordWriter()
        body(&writer)
        return ElementGroup(writer.bytes)
    }

    static func segment(
        _ unit: Element, fra: Tidspunkt = foer, til: Tidspunkt = .distantFuture,
        _ body: (inout RecordWriter) -> Void
    ) -> Segment {
        Segment(
            unit: unit, virkning: Virkning(fra: fra, til: til, aktoer: .empty), body: group(body))
    }

    static func egenskaber(
        titel: String = "Titel", nummer: String = "2024-1", fra: Tidspunkt = foer,
        til: Tidspunkt = .distantFuture
    ) -> Segment {
        segment(.egenskaber, fra: fra, til: til) {
            $0.text(.brugervendtNoegle, nummer)
            $0.text(.titel, titel)
        }
    }

    static func foelsomhed(
        _ level: Foelsomhed, fra: Tidspunkt = foer, til: Tidspunkt = .distantFuture
    ) -> Segment {
        segment(.sagIndeksEgenskaber, fra: fra, til: til) { $0.text(.foelsomhed, level.text) }
    }

    static func relation(
        _ unit: Element, _ rolle: Rolle, _ kind: ObjektKind = .sag, indeks: String? = nil,
        fra: Tidspunkt = foer, til: Tidspunkt = .distantFuture,
        _ more: (inout RecordWriter) -> Void
    ) -> Segment {
        segment(unit, fra: fra, til: til) { writer in
            if let uuid = RolleTabel.standard.uuid(RolleListe(kind, unit), rolle) {
                writer.uuid(.rolle, uuid)
            }
            if let indeks { writer.text(.indeks, indeks) }
            more(&writer)
        }
    }

    static func ejer(
        _ myndighed: CVRNummer, fra: Tidspunkt = foer, _ kind: ObjektKind = .sag
    ) -> Segment {
        relation(kind == .sag ? .sagsaktoer : .dokumentaktoer, .ejer, kind, fra: fra) {
            $0.text(.referenceID, "urn:oio:cvr-nr:\(myndighed)")
        }
    }

    static func part(
        _ navn: String, cpr: String = "3113999901", indeks: String = "1", fra: Tidspunkt = foer,
        til: Tidspunkt = .distantFuture
    ) -> Segment {
        relation(.sagspart, .sekundaerPart, indeks: indeks, fra: fra, til: til) { writer in
            writer.text(.referenceID, "urn:oio:cpr-nr:\(cpr)")
            let list = writer.begin(.lokalUdvidelseListe)
            let own = writer.begin(.sagspartLokalUdvidelse)
            writer.text(.fuldtNavn, navn)
            writer.end(own)
            writer.end(list)
        }
    }

    static func note(_ text: String, indeks: String = "n") -> Segment {
        relation(.journalpost, .journalnotat, indeks: indeks) { writer in
            writer.text(.referenceID, "URN:Empty")
            let own = writer.begin(.journalpostEgenskaber)
            let note = writer.begin(.journalnotatEgenskaber)
            writer.text(.titel, "Notat")
            Array(text.utf8).withUnsafeBufferPointer { writer.text(.notat, $0, as: .base64) }
            writer.end(note)
            writer.end(own)
        }
    }

    static func tilakteret(_ dokument: UUIDIdentifikator, indeks: String = "1") -> Segment {
        relation(.journalpost, .tilakteret, indeks: indeks) { $0.uuid(.referenceID, dokument) }
    }

    static func klasse(
        _ nummer: String, fra: Tidspunkt = foer, til: Tidspunkt = .distantFuture
    ) -> Segment {
        relation(.sagsklasse, .primaerKlasse, fra: fra, til: til) { writer in
            writer.uuid(.referenceID, uuid(900_001))
            let list = writer.begin(.lokalUdvidelseListe)
            let own = writer.begin(.sagsklasseLokalUdvidelse)
            writer.text(.brugervendtNoegle, nummer)
            writer.end(own)
            writer.end(list)
        }
    }

    /// A case's number, from now on.
    static func nummer(
        _ noegle: String, besides uuid: UUIDIdentifikator, at now: Tidspunkt
    ) -> Nummerkrav {
        Nummerkrav(
            noegle: noegle, kind: .sag, uuid: uuid, gaelder: now..<Tidspunkt.distantFuture,
            myndighed: nil)
    }

    static func registrering(_ segments: [Segment]) -> Registrering {
        Registrering(header: .empty, stsTidspunkt: .distantPast, segments: segments)
    }

    static func sag(
        titel: String = "Titel", nummer: String = "2024-1", ejer: CVRNummer = a,
        _ more: [Segment] = []
    ) -> Registrering {
        registrering(
            [
                egenskaber(titel: titel, nummer: nummer), foelsomhed(.ikkeFortroligeData),
                Byg.ejer(ejer),
            ] + more)
    }

    static func dokument(
        titel: String = "Brev", nummer: String = "D-1", ejer: CVRNummer = a
    ) -> Registrering {
        registrering([
            segment(.egenskaber) {
                $0.text(.brugervendtNoegle, nummer)
                $0.text(.titel, titel)
                $0.text(.foelsomhed, Foelsomhed.ikkeFortroligeData.text)
            }, Byg.ejer(ejer, .dokument),
        ])
    }
}

extension CVRNummer {
    init(unsafe number: UInt32) {
        guard let made = CVRNummer(number: number) else { preconditionFailure("not a CVR number") }
        self = made
    }
}

/// A clock that stands still until it is moved.
final class StilleUr: Sendable {
    private let time: Mutex<Tidspunkt>

    init(_ start: Tidspunkt = Byg.start) { time = Mutex(start) }

    var now: Tidspunkt { time.withLock { $0 } }
    func move(microseconds: Int64) {
        time.withLock { $0 = $0.advanced(byMicroseconds: microseconds) }
    }
    func set(_ instant: Tidspunkt) { time.withLock { $0 = instant } }
}

/// A directory of its own, gone with the value.
final class Mappe: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/tvaerindeks-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        path = try #require(made)
    }

    deinit { Self.remove(path) }

    static func remove(_ path: String) {
        for name in (try? directoryNames(path)) ?? [] where name != "." && name != ".." {
            let inner = path + "/" + name
            if unlink(inner) != 0 { remove(inner) }
        }
        rmdir(path)
    }

    /// Opens the store; a purge that is just ending may hold the last one for a moment.
    func store(
        objekterPerFil: Int = 500_000, access: Store.Access = .exclusive,
        clock: @escaping @Sendable () -> Tidspunkt = { currentInstant() }
    ) throws -> Store {
        let deadline = currentInstant().advanced(byMicroseconds: 5_000_000)
        while true {
            do {
                return try Store(
                    directory: path, access: access,
                    configuration: .init(objekterPerFil: objekterPerFil, clock: clock))
            } catch {
                guard error == .directoryInUse, currentInstant() < deadline else { throw error }
                sched_yield()
            }
        }
    }

    var files: [String] {
        ((try? directoryNames(path)) ?? []).filter { $0 != "." && $0 != ".." }
    }

    func bytes(_ name: String) -> [UInt8] { Filbytes.read(path + "/" + name) }

    /// The files whose bytes hold `marker`.
    func files(holding marker: String) -> [String] {
        files.filter { Filbytes.contains(bytes($0), Array(marker.utf8)) }
    }
}

enum Filbytes {
    static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return result }
            result.append(contentsOf: chunk[..<count])
        }
    }

    /// The path of the running program.
    static var executable: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/exe", $0, 4096) } ?? 0
            }
        }
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "wb") else { return }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
    }

    static func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { hay in
            needle.withUnsafeBytes { wanted in
                guard let start = hay.baseAddress, let first = wanted.baseAddress else {
                    return false
                }
                var position = 0
                while position + wanted.count <= hay.count,
                    let hit = memchr(
                        start + position, Int32(wanted[0]), hay.count - wanted.count - position + 1)
                {
                    if memcmp(hit, first, wanted.count) == 0 { return true }
                    position = UnsafeRawPointer(hit) - start + 1
                }
                return false
            }
        }
    }
}

extension Store {
    /// Puts in, or lays over what is stored.
    static func gem(
        _ uuid: UUIDIdentifikator, _ registreringer: [Registrering],
        _ myndighed: CVRNummer? = Byg.a,
        kind: ObjektKind = .sag, peger: [UUIDIdentifikator] = []
    ) -> Skrivning {
        Skrivning(
            command: WriteCommand(uuid: uuid, kind: kind) { stored, _ in
                stored == nil ? .insert(registreringer) : .append(registreringer)
            }, myndighed: myndighed, peger: peger)
    }

    static func fjern(_ uuid: UUIDIdentifikator, kind: ObjektKind = .sag) -> Skrivning {
        Skrivning(
            command: WriteCommand(uuid: uuid, kind: kind) { stored, _ in
                stored == nil ? .leave : .remove
            }, myndighed: nil, peger: [])
    }

    @discardableResult
    func gem(
        _ uuid: UUIDIdentifikator, _ registrering: Registrering, _ myndighed: CVRNummer? = Byg.a,
        kind: ObjektKind = .sag, peger: [UUIDIdentifikator] = []
    ) throws -> WriteOutcome {
        let skrivning = Self.gem(uuid, [registrering], myndighed, kind: kind, peger: peger)
        return try #require(writeAndWait([skrivning]).first).get()
    }

    @discardableResult
    func fjern(_ uuid: UUIDIdentifikator) throws -> WriteOutcome {
        try #require(writeAndWait([Self.fjern(uuid)]).first).get()
    }

    func current(_ uuid: UUIDIdentifikator) throws -> Registrering? {
        try read { reader throws(StoreError) in
            guard let found = try reader.row(uuid, near: nil) else { return nil }
            return try found.shard.current(of: found.row)
        }
    }

    func row(_ uuid: UUIDIdentifikator) throws -> ObjektRow? {
        try read { reader throws(StoreError) in try reader.row(uuid, near: nil)?.row }
    }

    /// Waits until what was removed is gone.
    func ventPaaSletning() throws {
        let deadline = currentInstant().advanced(byMicroseconds: 15_000_000)
        while udestaaendeSletninger > 0 {
            try #require(currentInstant() < deadline, "removed bytes are still there")
            sched_yield()
        }
    }

    func skader() throws -> [KontrolFund] {
        try kontrol(reparer: false) { _ in }.filter(\.erSkade)
    }

    /// Objects whose current text matches the word.
    func fundet(_ ord: String, _ myndighed: CVRNummer = Byg.a) throws -> Int {
        try read { reader throws(StoreError) in
            var count = 0
            for shard in try reader.shards(of: myndighed) {
                try shard.forEachMatch("\"\(ord)\"") { _ in
                    count += 1
                    return true
                }
            }
            return count
        }
    }
}

/// Random numbers that a printed seed gives again (SplitMix64).
struct Seed: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
