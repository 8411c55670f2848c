import Glibc
import IndexCore

/// What the figures were measured on, in one line.
enum Machine {
    static func described(disk directory: String) throws -> String {
        let cpu = value("model name", in: "/proc/cpuinfo") ?? "unknown processor"
        let kilobytes = value("MemTotal", in: "/proc/meminfo").flatMap { text in
            Double(text.prefix { $0.isNumber })
        }
        let memory = kilobytes.map { Results.number(($0 / 1_048_576).rounded()) } ?? "?"
        let kernel = try String(decoding: readFile("/proc/sys/kernel/osrelease"), as: UTF8.self)
            .filter { $0 != "\n" }
        let sync = Results.number((try syncMilliseconds(directory) * 1000).rounded() / 1000)
        return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, \(cpu), \(memory) GB memory, "
            + "Linux \(kernel), SQLite \(Taeller.sqliteVersion), disk sync \(sync) ms "
            + "(median of 100 writes of 4 KB)"
    }

    private static func value(_ name: String, in path: String) -> String? {
        let text = (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: ":", maxSplits: 1).last.map { part in
            String(part.drop { $0 == " " || $0 == "\t" })
        }
    }

    private static func syncMilliseconds(_ directory: String) throws -> Double {
        let path = directory + "/sync"
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        guard file >= 0 else { throw Failure("\(path) cannot be made") }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 7, count: 4096)
        return median(
            (0..<100).map { number in
                let before = nanoseconds()
                pwrite(file, page, page.count, off_t(number * 4096))
                fdatasync(file)
                return Double(nanoseconds() - before) / 1e6
            })
    }
}
