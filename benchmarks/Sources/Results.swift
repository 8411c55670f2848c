import Glibc
import IndexCore

/// Where rounds are noted: one JSON object a line, so that several runs of this program add to it,
/// and a run that was cut short goes on after the last.
final class Results {
    let path: String
    /// Objects that were loaded when a round was measured.
    let size: Int
    private var done: Set<String> = []

    init(path: String, size: Int) throws {
        self.path = path
        self.size = size
        guard access(path, F_OK) == 0 else { return }
        for line in try readFile(path).split(separator: UInt8(ascii: "\n")) {
            // The last line may have been cut short.
            guard let round = try? JSONValue(parsing: Array(line)),
                let name = round["workload"]?.string, let number = round["round"]?.integer
            else { continue }
            done.insert(Self.key(name, number, round["size"]?.integer ?? 0))
        }
    }

    private static func key(_ workload: String, _ round: Int, _ size: Int) -> String {
        "\(workload) \(round) \(size)"
    }

    func has(_ workload: String, round: Int) -> Bool {
        done.contains(Self.key(workload, round, size))
    }

    func add(_ workload: String, round: Int, probe: Double, _ figures: Figures) throws {
        let values = figures.map { "\"\($0.name)\": \(Self.number($0.value))" }
        try note(
            workload, round,
            "\"probe_ms\": \(Self.number(probe)), \"figures\": {\(values.joined(separator: ", "))}")
        let shown = figures.filter { !Latencies.isQuantile($0.name) }
            .map { "\($0.name) \(Self.number($0.value))" }.joined(separator: ", ")
        Progress.clear()
        print("  \(workload) round \(round) (probe \(Self.number(probe)) ms): \(shown)")
        fflush(nil)
    }

    /// A workload that was not measured, and why.
    func skip(_ workload: String, _ why: String) throws {
        guard !has(workload, round: 0) else { return }
        try note(workload, 0, "\"skipped\": \(Question.quoted(why))")
        Progress.clear()
        print("  \(workload) is not measured: \(why)")
    }

    /// A figure with four digits that count.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let places: Double = abs(value) < 0.1 ? 1_000_000 : 1000
        let scaled = (value * places).rounded() / places
        return scaled == scaled.rounded() && abs(scaled) < 1e15
            ? String(Int(scaled)) : String(scaled)
    }

    private func note(_ workload: String, _ round: Int, _ rest: String) throws {
        let line =
            "{\"workload\": \"\(workload)\", \"round\": \(round), \"size\": \(size), \(rest)}\n"
        try write(line, to: path, adding: true)
        done.insert(Self.key(workload, round, size))
    }
}

/// A bar on the terminal, where there is one.
struct Progress {
    private let title: String
    private let total: Int
    private var done = 0

    init(_ title: String, total: Int) {
        self.title = title
        self.total = max(1, total)
        show()
    }

    mutating func step(_ what: String) {
        done += 1
        show(what)
    }

    private func show(_ what: String = "") {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let full = min(30, done * 30 / total)
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: 30 - full)
        Self.tell("\r\u{1B}[K\(title) [\(bar)] \(done)/\(total) \(what)")
    }

    static func clear() {
        if isatty(STDERR_FILENO) == 1 { tell("\r\u{1B}[K") }
    }

    private static func tell(_ text: String) {
        var text = text
        _ = text.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
