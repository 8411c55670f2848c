import Glibc

/// Where rounds are noted: one JSON object a line, so that several runs of this program add to it.
struct Results {
    let path: String

    func add(_ workload: String, round: Int, probe: Double, _ figures: Figures) throws {
        let values = figures.map { "\"\($0.name)\": \(Self.number($0.value))" }
        let line =
            "{\"workload\": \"\(workload)\", \"round\": \(round), "
            + "\"probe_ms\": \(Self.number(probe)), \"figures\": {\(values.joined(separator: ", "))}}\n"
        try write(line, to: path, adding: true)
        let shown = figures.map { "\($0.name) \(Self.number($0.value))" }.joined(separator: ", ")
        print("  \(workload) round \(round) (probe \(Self.number(probe)) ms): \(shown)")
        fflush(nil)
    }

    /// Three places at most.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let scaled = (value * 1000).rounded() / 1000
        return scaled == scaled.rounded() && abs(scaled) < 1e15
            ? String(Int(scaled)) : String(scaled)
    }
}
