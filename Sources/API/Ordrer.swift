import Dispatch
import Glibc
public import IndexCore
public import Ingest
import Synchronization

/// A change to the catalogue, asked for at the machine itself.
public enum Ordre: Sendable, Equatable {
    /// An agreement, approved at once.
    case tilfoejAftale(Aftale)
    /// The end, now, of what is agreed between a system and an authority.
    case afslutAftaler(system: UUIDIdentifikator, myndighed: CVRNummer)
    /// A classification's source: the official XML or a table.
    case klassifikation([UInt8])
}

/// Why an order was not carried out, or may not have been.
public enum OrdreFejl: Error, Equatable, Sendable, CustomStringConvertible {
    case store(StoreError)
    /// The folder of orders cannot be used.
    case folder(errno: Int32)
    /// Refused by the one who has the directory, or malformed.
    case refused(String)
    /// Another process has the directory and took no order; nothing was done.
    case notTaken
    /// The order was taken, but no answer came: it may have been carried out.
    case notAnswered

    public var description: String {
        switch self {
        case .store(let error): "the index: \(error)"
        case .folder(let errno): "the folder of orders cannot be used (errno \(errno))"
        case .refused(let reason): reason
        case .notTaken:
            "another process has the data directory and took no order; nothing was done"
        case .notAnswered:
            "the server took the order but did not answer in time; see whether it was carried out"
        }
    }
}

/// Carries out orders, whoever has the data directory.
///
/// When nobody has it, the store is opened and the order carried out here. Otherwise the order is
/// left as a file in the folder `ordrer`, where the `Ordremodtager` of the server finds it:
///
///     <id>.ordre   {"id", "ordre", "udloeber", …}, in place whole
///     <id>.fil     the source of a classification, in place before its order
///     <id>.igang   the order once it is taken; only then may it have been carried out
///     <id>.svar    {"id", "StatusKode", "Svar"} or {"id", "StatusKode", "FejlbeskedTekst"}
///
/// The folder is the owner's alone (0700), the files too (0600).
public enum Ordrer {
    static let maxOrdreBytes = 1 << 20
    static let maxKildeBytes = KLEPlanReader.maxBytes

    /// Carries the order out and gives its answer as JSON; blocks for at most about twice `limit`.
    ///
    /// - Parameter limit: how long a running server gets to take the order, and then to answer.
    public static func udfoer(
        _ ordre: Ordre, directory: String, within limit: Duration = .seconds(30)
    ) throws(OrdreFejl) -> [UInt8] {
        let store: Store
        do throws(StoreError) {
            store = try Store(directory: directory)
        } catch .directoryInUse {
            do throws(OrdreFejl) {
                return try Ordreafsender(directory: directory, limit: limit).send(ordre)
            } catch .notTaken {
                // A load had it, which takes no orders, and may have ended.
                guard let own = try? Store(directory: directory) else { throw .notTaken }
                store = own
            }
        } catch {
            throw .store(error)
        }
        defer { store.close() }
        return try perform(ordre, in: store) { _ in }
    }

    /// Carries the order out in an open store; `onKlassifikation` gets a new classification.
    static func perform(
        _ ordre: Ordre, in store: Store, onKlassifikation: (Klassifikation) -> Void
    ) throws(OrdreFejl) -> [UInt8] {
        var writer = JSONWriter()
        switch ordre {
        case .tilfoejAftale(let aftale):
            writer.aftale(try inStore { () throws(StoreError) in try store.add(aftale) })
        case .afslutAftaler(let system, let myndighed):
            let count = try inStore { () throws(StoreError) in
                try store.endAftaler(system: system, myndighed: myndighed)
            }
            writer.beginObject()
            writer.member("Antal", count)
            writer.endObject()
        case .klassifikation(let source):
            let loaded = try load(source, in: store)
            store.use(Klasselager.klasseviden(loaded.klassifikation))
            onKlassifikation(loaded.klassifikation)
            try inStore { () throws(StoreError) in try store.foelgPlan() }
            writer.klasseindlaesning(loaded)
        }
        return writer.bytes
    }

    private static func inStore<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(OrdreFejl) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw .store(error)
        }
    }

    private static func load(
        _ source: [UInt8], in store: Store
    ) throws(OrdreFejl) -> Klasseindlaesning {
        do throws(KlasseindlaesningFejl) {
            return try Klasselager.indlaes(source, in: store)
        } catch {
            throw OrdreFejl(error)
        }
    }

    static func folder(in directory: String) -> String { directory + "/ordrer" }

    static func makeFolder(in directory: String) throws(OrdreFejl) -> String {
        let folder = folder(in: directory)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .folder(errno: errno) }
        return folder
    }
}

extension OrdreFejl {
    init(_ error: KlasseindlaesningFejl) {
        switch error {
        case .store(let error): self = .store(error)
        case .lager: self = .refused("the classification kept so far cannot be read")
        case .kilde(let error): self = .refused(error.reason)
        }
    }

    init(_ failure: SmallFile.Failure) {
        switch failure {
        case .tooLarge: self = .folder(errno: EFBIG)
        case .step(let errno): self = .folder(errno: errno)
        }
    }
}

extension KlassifikationReadError {
    fileprivate var reason: String {
        switch self {
        case .tooLarge(let maxBytes): "the source is larger than \(maxBytes >> 20) MB"
        case .notUTF8: "the source is not UTF-8"
        case .declaresDocumentType(let linje): "line \(linje): a document type is not allowed"
        case .tooDeep(let linje): "line \(linje): too many elements inside each other"
        case .malformed(let linje): "line \(linje): the source is malformed or cut off"
        case .unknownFormat: "the source is of no known kind: KLE XML, or a table with a header"
        }
    }
}

extension JSONWriter {
    /// What loading a classification did: counts, and every finding with its line.
    public mutating func klasseindlaesning(_ loaded: Klasseindlaesning) {
        beginObject()
        member("Navn", loaded.klassifikation.navn)
        member("Format", loaded.kilde.format.rawValue)
        if let dato = loaded.klassifikation.udgivelsesdato {
            member("Udgivelsesdato", dato.description)
        }
        member("Klasser", loaded.klassifikation.klasser.count)
        member("Tilfoejede", loaded.rapport.tilfoejede.count)
        member("Aendrede", loaded.rapport.aendrede.count)
        member("Uaendrede", loaded.rapport.uaendrede)
        member("Manglende", loaded.rapport.manglende.count)
        key("ManglendeNumre")
        beginArray()
        for noegle in loaded.rapport.manglende { string(noegle) }
        endArray()
        key("Afviste")
        beginArray()
        for afvist in loaded.rapport.afviste {
            beginObject()
            member("regel", afvist.regel.rawValue)
            member("noegle", afvist.noegle)
            endObject()
        }
        endArray()
        key("Fund")
        beginArray()
        for fund in loaded.kilde.fund { klassefund(fund) }
        endArray()
        endObject()
    }

    private mutating func klassefund(_ fund: KlassifikationFund) {
        beginObject()
        member("regel", fund.regel.rawValue)
        member("alvor", fund.alvor.rawValue)
        member("linje", fund.linje)
        member("felt", fund.felt)
        if let nummer = fund.nummer { member("nummer", nummer.tekst) }
        member("besked", fund.aarsag.tekst)
        endObject()
    }
}

// MARK: - The one who asks

/// Leaves an order for the process that has the directory, and waits for the answer.
struct Ordreafsender {
    let directory: String
    let limit: Duration
    /// Between two looks for the answer.
    private let pause: Duration = .milliseconds(50)

    func send(_ ordre: Ordre) throws(OrdreFejl) -> [UInt8] {
        let folder = try Ordrer.makeFolder(in: directory)
        let id = SecureRandom.uuid()
        let stem = "\(folder)/\(id)"
        defer {
            unlink(stem + ".fil")
            unlink(stem + ".svar")
        }
        do throws(SmallFile.Failure) {
            if case .klassifikation(let source) = ordre {
                try SmallFile.write(source, to: stem + ".fil")
            }
            let expires = currentInstant().advanced(byMicroseconds: limit.microseconds)
            try SmallFile.write(ordre.file(id: id, expires: expires), to: stem + ".ordre")
        } catch {
            throw OrdreFejl(error)
        }
        return try answer(to: stem)
    }

    /// An order that nobody has taken in time is taken back, and then cannot be carried out.
    private func answer(to stem: String) throws(OrdreFejl) -> [UInt8] {
        if let answer = try poll(stem) { return answer }
        guard unlink(stem + ".ordre") != 0 else { throw .notTaken }
        if let answer = try poll(stem) { return answer }
        throw .notAnswered
    }

    private func poll(_ stem: String) throws(OrdreFejl) -> [UInt8]? {
        let end = ContinuousClock.now + limit
        repeat {
            if let answer = try answer(stem + ".svar") { return answer }
            usleep(UInt32(clamping: pause.microseconds))
        } while ContinuousClock.now < end
        return nil
    }

    private func answer(_ path: String) throws(OrdreFejl) -> [UInt8]? {
        let bytes: [UInt8]
        do throws(SmallFile.Failure) {
            bytes = try SmallFile.readRegular(path, maxBytes: Ordrer.maxKildeBytes)
        } catch .step(ENOENT) {
            return nil
        } catch {
            throw OrdreFejl(error)
        }
        return try Ordresvar.read(bytes)
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}

// MARK: - Order and answer as files

extension Ordre {
    fileprivate var navn: String {
        switch self {
        case .tilfoejAftale: "aftale-tilfoej"
        case .afslutAftaler: "aftale-slut"
        case .klassifikation: "klassifikation"
        }
    }

    func file(id: UUIDIdentifikator, expires: Tidspunkt) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", id)
        writer.member("ordre", navn)
        writer.member("udloeber", expires)
        switch self {
        case .tilfoejAftale(let aftale):
            writer.key("aftale")
            writer.aftale(aftale)
        case .afslutAftaler(let system, let myndighed):
            writer.member("system", system)
            writer.member("cvr", myndighed.description)
        case .klassifikation: break
        }
        writer.endObject()
        return writer.bytes
    }

    /// The order that stands in a file; the source of a classification is read when it is needed.
    static func read(
        _ bytes: [UInt8], stem: String, now: Tidspunkt, source: () throws(OrdreFejl) -> [UInt8]
    ) throws(OrdreFejl) -> Ordre {
        guard let value = try? JSONValue(parsing: bytes), value.members != nil else {
            throw .refused("the order is not a JSON object")
        }
        guard value["id"]?.string == stem else {
            throw .refused("the order's id is not that of its file")
        }
        guard let expires = value["udloeber"]?.string.flatMap({ Tidspunkt(reading: $0) }) else {
            throw .refused("the order does not say when it expires")
        }
        guard now <= expires else { throw .refused("the order has expired") }
        switch value["ordre"]?.string {
        case "aftale-tilfoej": return try aftale(value["aftale"], now: now)
        case "aftale-slut":
            guard let system = value["system"]?.string.flatMap({ UUIDIdentifikator($0) }),
                let cvr = value["cvr"]?.string.flatMap({ CVRNummer($0) })
            else { throw .refused("the order does not name system and cvr") }
            return .afslutAftaler(system: system, myndighed: cvr)
        case "klassifikation": return .klassifikation(try source())
        default: throw .refused("the order is of no known kind")
        }
    }

    private static func aftale(_ value: JSONValue?, now: Tidspunkt) throws(OrdreFejl) -> Ordre {
        do throws(AftalefilFejl) {
            return .tilfoejAftale(try Aftalefil.aftale(value ?? .null, sti: "aftale", now: now))
        } catch {
            throw .refused(error.description)
        }
    }
}

/// What stands in a `.svar` file.
enum Ordresvar {
    static func write(_ stem: String, _ outcome: Result<[UInt8], OrdreFejl>) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", stem)
        switch outcome {
        case .success(let answer):
            writer.member("StatusKode", 20)
            writer.key("Svar")
            writer.json(answer)
        case .failure(let error):
            if case .refused = error {
                writer.member("StatusKode", 40)
            } else {
                writer.member("StatusKode", 50)
            }
            writer.member("FejlbeskedTekst", error.description)
        }
        writer.endObject()
        return writer.bytes
    }

    /// The answer itself as JSON.
    static func read(_ bytes: [UInt8]) throws(OrdreFejl) -> [UInt8] {
        guard let value = try? JSONValue(parsing: bytes) else {
            throw .refused("the answer is not JSON")
        }
        guard value["StatusKode"]?.integer == 20, let answer = value["Svar"] else {
            throw .refused(value["FejlbeskedTekst"]?.string ?? "the order was refused")
        }
        var writer = JSONWriter()
        writer.value(answer)
        return writer.bytes
    }
}

extension JSONWriter {
    /// A whole tree.
    mutating func value(_ value: JSONValue) {
        switch value {
        case .object(let members):
            beginObject()
            for member in members {
                key(text: member.name)
                self.value(member.value)
            }
            endObject()
        case .array(let values):
            beginArray()
            for value in values { self.value(value) }
            endArray()
        case .string(let text): string(text)
        case .number(let digits): json(Array(digits.utf8))
        case .boolean(let flag): boolean(flag)
        case .null: raw("null")
        }
    }
}

// MARK: - The one who carries out

/// Looks for orders beside a running server and carries them out in its store, one at a time.
///
/// Works on a queue of its own; `start` and `stop` from any thread.
public final class Ordremodtager: Sendable {
    private let directory: String
    private let store: Store
    private let onKlassifikation: @Sendable (Klassifikation) -> Void
    private let queue = DispatchQueue(label: "tvaerindeks.ordrer")
    private let isRunning = Mutex(false)
    private static let pause = DispatchTimeInterval.milliseconds(200)

    /// `onKlassifikation` is called on the receiver's queue when a new classification is kept and
    /// given to the store; the application then uses it for what comes after.
    public init(
        directory: String, store: Store,
        onKlassifikation: @escaping @Sendable (Klassifikation) -> Void
    ) {
        self.directory = directory
        self.store = store
        self.onKlassifikation = onKlassifikation
    }

    /// Makes the folder, answers what a crash left half done, and begins to look.
    public func start() throws(OrdreFejl) {
        let folder = try Ordrer.makeFolder(in: directory)
        guard chmod(folder, 0o700) == 0 else { throw .folder(errno: errno) }
        isRunning.withLock { $0 = true }
        queue.async { self.mend() }
        schedule(after: .milliseconds(0))
    }

    /// Returns when an order at work is finished; later ones are left standing.
    public func stop() {
        isRunning.withLock { $0 = false }
        queue.sync {}
    }

    private func schedule(after pause: DispatchTimeInterval) {
        queue.asyncAfter(deadline: .now() + pause) { [weak self] in
            guard let self, self.isRunning.withLock({ $0 }) else { return }
            self.takeAll()
            self.schedule(after: Self.pause)
        }
    }

    private var folder: String { Ordrer.folder(in: directory) }

    private func stems(_ suffix: String) -> [String] {
        let names = (try? SmallFile.names(in: folder)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
    }

    /// Orders that were taken and never answered: the asker must look for itself.
    func mend() {
        for stem in stems(".igang") {
            answer(stem, .failure(.refused("the server stopped while carrying the order out")))
        }
        for suffix in [".ny", ".fil", ".svar"] {
            for path in stems(suffix).map({ "\(folder)/\($0)\(suffix)" }) where isForgotten(path) {
                unlink(path)
            }
        }
    }

    /// Older than any asker waits.
    private func isForgotten(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        // A timespec begins with its seconds; by name they belong to another module's headers.
        let seconds = withUnsafeBytes(of: status.st_mtim) { $0.load(as: time_t.self) }
        return time(nil) - seconds > 600
    }

    /// Takes and answers every order there is now.
    func takeAll() {
        for stem in stems(".ordre") {
            let path = "\(folder)/\(stem)"
            // The asker may have taken it back.
            guard rename(path + ".ordre", path + ".igang") == 0 else { continue }
            answer(stem, carryOut(stem))
        }
    }

    private func carryOut(_ stem: String) -> Result<[UInt8], OrdreFejl> {
        do throws(OrdreFejl) {
            let bytes = try content("\(stem).igang", maxBytes: Ordrer.maxOrdreBytes)
            let ordre = try Ordre.read(bytes, stem: stem, now: currentInstant()) {
                () throws(OrdreFejl) in
                try content("\(stem).fil", maxBytes: Ordrer.maxKildeBytes)
            }
            return .success(
                try Ordrer.perform(ordre, in: store, onKlassifikation: onKlassifikation))
        } catch {
            return .failure(error)
        }
    }

    private func content(_ name: String, maxBytes: Int) throws(OrdreFejl) -> [UInt8] {
        do throws(SmallFile.Failure) {
            return try SmallFile.readRegular("\(folder)/\(name)", maxBytes: maxBytes)
        } catch {
            throw .refused("the order's file cannot be read")
        }
    }

    private func answer(_ stem: String, _ outcome: Result<[UInt8], OrdreFejl>) {
        let path = "\(folder)/\(stem)"
        try? SmallFile.write(Ordresvar.write(stem, outcome), to: path + ".svar")
        unlink(path + ".fil")
        unlink(path + ".igang")
    }
}
