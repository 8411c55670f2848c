import API
import Glibc
import IndexCore
import Ingest
import Synchronization

extension Command {
    static let `import` = Command(
        name: "import", summary: "load NDJSON straight into the index",
        help: """
            Usage: tvaerindeks import --data DIR FILE… [--kontrol streng|lempelig] [--config FILE]
                     [--fund FILE] [--json]

            Loads objects, one a line as {"SagIndeks": {…}}, {"DokumentIndeks": {…}},
            {"BevillingIndeks": {…}} or {"OekonomiskEffektueringIndeks": {…}}. FILE - is standard
            input. An object that is known already is refused; the others are kept. The server
            must not be running: send to POST /v1/importer then.

              --data DIR       the data directory, made when it is not there
              --kontrol MODE   streng refuses what breaks a rule of guidance, lempelig keeps it;
                               default streng
              --config FILE    the server's configuration, for its Roller
              --fund FILE      where findings of lines that are refused, or kept with a warning,
                               go, one a line; default DIR/import-fund-<time>.ndjson, made only
                               when there are any
              --json           the summary as JSON

            Ends with status 1 when a line was refused.

            Example:
              tvaerindeks import --data data cases.ndjson

            """,
        options: [
            .value("data"), .value("kontrol"), .value("config"), .value("fund"), .flag("json"),
        ],
        run: { try Loading($0).run() })
}

/// One bulk load, from its files to its summary.
private struct Loading {
    private let arguments: Arguments
    private let directory: String
    private let kontrol: Kontrol
    private let findings: FindingsFile
    private let start = ContinuousClock.now

    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        directory = try arguments.directory()
        guard !arguments.positional.isEmpty else {
            throw CommandFailure.usage("name a file, or - for standard input")
        }
        guard let kontrol = Kontrol(rawValue: arguments.text("kontrol") ?? "streng") else {
            throw CommandFailure.usage("--kontrol must be streng or lempelig")
        }
        self.kontrol = kontrol
        let name = "import-fund-\(currentInstant().utcText.filter { $0.isLetter || $0.isNumber })"
        findings = FindingsFile(path: arguments.text("fund") ?? "\(directory)/\(name).ndjson")
    }

    func run() throws {
        let sources = try arguments.positional.map { try Source($0) }
        guard access(findings.path, F_OK) != 0 else {
            throw CommandFailure.failed("\(findings.path) exists already")
        }
        keepFreedMemory()
        let roller = try arguments.konfiguration().rolletabel()
        let store = try Store(directory: directory, configuration: .init(roller: roller))
        defer { store.close() }
        let load = Masseindlaesning(importer: try importer(store, roller)) { [findings] in
            findings.add($0)
        }
        try takeAll(sources, load)
        try report(load)
    }

    private func importer(_ store: Store, _ roller: RolleTabel) throws -> Importer {
        let kept = try Klasselager.load(store)
        let klassifikation = kept ?? Klasselager.medfoelgende
        store.use(Klasselager.klasseviden(klassifikation))
        store.ajourfoer()
        try store.foelgPlan()
        // Only a plan that was loaded can tell that a number is not in it.
        let erKendt: @Sendable (String) -> Bool = { number in
            kept.map { !$0.places(noegle: number).isEmpty } ?? true
        }
        let kontrol = kontrol
        return Importer(
            store: store, validator: Validator(roller: roller, erKendt: erKendt),
            normaliser: Normaliser(klassifikation: kept, roller: roller), kontrol: { _ in kontrol })
    }

    private func takeAll(_ sources: [Source], _ load: Masseindlaesning) throws {
        var progress = Progress(totalBytes: Source.totalBytes(sources))
        for source in sources {
            findings.begin(source.name, after: load.status.linjer)
            var reader = LineReader(source.file)
            do throws(LineReader.ReadFailure) {
                try reader.eachLine { line in
                    load.tag(line)
                    progress.draw(load)
                }
            } catch {
                _ = load.afslut()
                progress.clear()
                throw CommandFailure.failed(
                    "\(source.name) cannot be read further (errno \(error.errno)); "
                        + "\(load.status.gemt) objects are kept")
            }
        }
        _ = load.afslut()
        progress.clear()
    }

    private func report(_ load: Masseindlaesning) throws {
        let status = load.status
        let elapsed = ContinuousClock.now - start
        let seconds = max(0.001, elapsed / .seconds(1))
        let rate = Int(Double(status.gemt) / seconds)
        let hasFindings = status.afvist + status.bemaerket > 0
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("Linjer", status.linjer)
            writer.member("Gemt", status.gemt)
            writer.member("Afvist", status.afvist)
            writer.member("Bemaerket", status.bemaerket)
            writer.member("Bytes", status.bytes)
            writer.member("Millisekunder", Int(seconds * 1000))
            if hasFindings { writer.member("Fund", findings.path) }
            writer.endObject()
            writer.newline()
            Terminal.write(writer.bytes)
        } else {
            Terminal.print(
                "\(status.gemt) kept, \(status.afvist) refused of \(status.linjer) lines; "
                    + "\(rate) objects/s\n")
            if hasFindings { Terminal.print("findings: \(findings.path)\n") }
        }
        if let code = findings.failure {
            throw CommandFailure.failed("the findings cannot be written (errno \(code))")
        }
        guard status.afvist == 0 else { throw CommandFailure.incomplete }
    }
}

/// An input, opened before anything is loaded so that a wrong name is told at once.
private struct Source {
    let name: String
    let file: Int32
    /// Nil for a pipe.
    let bytes: Int?

    init(_ name: String) throws {
        self.name = name
        file = name == "-" ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard file >= 0, fstat(file, &status) == 0 else {
            throw CommandFailure.failed("\(name) cannot be read (errno \(errno))")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw CommandFailure.failed("\(name) is a directory")
        }
        bytes = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// Nil when one of them does not know.
    static func totalBytes(_ sources: [Source]) -> Int? {
        sources.reduce(0) { total, source in
            guard let total, let bytes = source.bytes else { return nil }
            return total + bytes
        }
    }
}

/// What was wrong with refused lines, one JSON object a line; made when the first is refused.
private final class FindingsFile: Sendable {
    let path: String
    private let state = Mutex(State())

    private struct State: Sendable {
        var file: Int32 = -1
        var failure: Int32?
        /// Each input with the number of lines before it.
        var inputs: [(name: String, before: Int)] = []
    }

    init(path: String) { self.path = path }

    deinit {
        let file = state.withLock { $0.file }
        if file >= 0 { close(file) }
    }

    var failure: Int32? { state.withLock { $0.failure } }

    func begin(_ name: String, after lines: Int) {
        state.withLock { $0.inputs.append((name, lines)) }
    }

    /// From any thread.
    func add(_ fund: Masseindlaesning.Linjefund) {
        state.withLock { state in
            let input = state.inputs.last { $0.before < fund.linje }
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("Fil", input?.name ?? "-")
            writer.member("Linje", fund.linje - (input?.before ?? 0))
            writer.key("Kvittering")
            writer.kvittering(fund.kvittering)
            writer.endObject()
            writer.newline()
            append(writer.bytes, &state)
        }
    }

    private func append(_ bytes: [UInt8], _ state: inout State) {
        guard state.failure == nil else { return }
        if state.file < 0 {
            state.file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        let isWritten = state.file >= 0 && Terminal.writeAll(bytes, to: state.file)
        if !isWritten { state.failure = errno }
    }
}

/// The line on standard error that tells how far it has come; nothing when that is no terminal.
private struct Progress {
    private let totalBytes: Int?
    private let start = ContinuousClock.now
    private var next = ContinuousClock.now
    private var linesUntilLook = 0
    private var isDrawn = false

    init(totalBytes: Int?) { self.totalBytes = totalBytes }

    /// Cheap: looks at the clock every hundredth line and draws five times a second.
    mutating func draw(_ load: Masseindlaesning) {
        linesUntilLook -= 1
        guard linesUntilLook <= 0 else { return }
        linesUntilLook = 100
        guard Terminal.isInteractive else { return }
        let now = ContinuousClock.now
        guard now >= next else { return }
        next = now + .milliseconds(200)
        isDrawn = true
        Terminal.error("\r\u{1B}[K" + text(load.status, seconds: (now - start) / .seconds(1)))
    }

    func clear() {
        if isDrawn { Terminal.error("\r\u{1B}[K") }
    }

    private func text(_ status: Masseindlaesning.Status, seconds: Double) -> String {
        let rate = Int(Double(status.gemt) / max(0.001, seconds))
        var text = "\(status.linjer) lines, \(status.afvist) refused, \(rate) objects/s"
        if let totalBytes, totalBytes > 0, status.bytes > 0 {
            let share = min(1, Double(status.bytes) / Double(totalBytes))
            let left = Int(seconds / share * (1 - share))
            let full = Int(share * 20)
            let bar = String(repeating: "#", count: full) + String(repeating: ".", count: 20 - full)
            text = "[\(bar)] \(Int(share * 100)) %  \(text), \(left / 60):\(pad(left % 60)) left"
        }
        return text
    }

    private func pad(_ seconds: Int) -> String { seconds < 10 ? "0\(seconds)" : "\(seconds)" }
}
