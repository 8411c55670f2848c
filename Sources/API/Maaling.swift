import IndexCore
import Synchronization

/// Counts and times of requests, by the table's routes and never by what was asked.
final class Maaling: Sendable {
    /// Upper bounds of the buckets, in microseconds.
    private static let graenser = [250, 500, 1000, 2500, 5000, 10_000, 25_000, 100_000, 1_000_000]

    private struct Rutetal {
        var antal = [Int](repeating: 0, count: 6)
        var spande = [Int](repeating: 0, count: Maaling.graenser.count + 1)
        var mikrosekunder = 0
    }

    private let tal = Mutex(
        [Rutetal](repeating: Rutetal(), count: Rute.tabel.count))

    func note(rute index: Int, status: Int, mikrosekunder: Int) {
        let bucket =
            Self.graenser.firstIndex { mikrosekunder <= $0 } ?? Self.graenser.count
        tal.withLock { tal in
            tal[index].antal[min(status / 100, 5)] += 1
            tal[index].spande[bucket] += 1
            tal[index].mikrosekunder += mikrosekunder
        }
    }

    /// Prometheus' text form.
    func tekst(server: HTTPServer.Counters, store: Store) -> String {
        var lines: [String] = []
        let tal = tal.withLock { $0 }
        lines.append("# TYPE tvaerindeks_kald_total counter")
        for (line, count) in zip(Rute.tabel, tal) {
            for (index, value) in count.antal.enumerated() where value > 0 {
                lines.append(
                    "tvaerindeks_kald_total{\(Self.label(line)),status=\"\(index)xx\"} \(value)")
            }
        }
        lines.append("# TYPE tvaerindeks_svartid_sekunder histogram")
        for (line, count) in zip(Rute.tabel, tal) where count.spande.contains(where: { $0 > 0 }) {
            lines += histogram(line, count)
        }
        lines.append("# TYPE tvaerindeks_forbindelser gauge")
        lines.append("tvaerindeks_forbindelser \(server.openConnections)")
        lines.append("# TYPE tvaerindeks_varm gauge")
        lines.append("tvaerindeks_varm \(store.erVarm ? 1 : 0)")
        lines.append("# TYPE tvaerindeks_filer_sat_til_side gauge")
        lines.append("tvaerindeks_filer_sat_til_side \(store.tilside.count)")
        lines.append("# TYPE tvaerindeks_filer_beskadigede gauge")
        lines.append("tvaerindeks_filer_beskadigede \(store.beskadigede.count)")
        lines.append("# TYPE tvaerindeks_sletninger_udestaar gauge")
        lines.append("tvaerindeks_sletninger_udestaar \(store.udestaaendeSletninger)")
        return lines.joined(separator: "\n") + "\n"
    }

    private func histogram(_ line: Rute.Linje, _ count: Rutetal) -> [String] {
        let label = Self.label(line)
        var lines: [String] = []
        var sum = 0
        for (bound, value) in zip(Self.graenser, count.spande) {
            sum += value
            let seconds = Double(bound) / 1_000_000
            lines.append(
                "tvaerindeks_svartid_sekunder_bucket{\(label),le=\"\(seconds)\"} \(sum)")
        }
        let total = count.spande.reduce(0, +)
        lines.append("tvaerindeks_svartid_sekunder_bucket{\(label),le=\"+Inf\"} \(total)")
        lines.append(
            "tvaerindeks_svartid_sekunder_sum{\(label)} \(Double(count.mikrosekunder) / 1_000_000)")
        lines.append("tvaerindeks_svartid_sekunder_count{\(label)} \(total)")
        return lines
    }

    private static func label(_ line: Rute.Linje) -> String {
        "metode=\"\(line.method)\",rute=\"\(line.path)\""
    }
}
