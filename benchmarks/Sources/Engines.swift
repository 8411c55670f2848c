import Glibc
import IndexCore

/// SQLite or tantivy in processes of their own, asked through compare/measure.py.
final class Engine: Rival {
    let name: String
    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private var pending: [UInt8] = []

    /// Starts it on an index that is loaded, with the callers and the questions that it will be asked.
    init(_ name: String, python: String, index: String, questions: String) throws {
        self.name = name
        var (toChild, fromChild): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw Failure("no pipe") }
        for descriptor in [toChild[1], fromChild[0]] {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        process = try Program(path: python).spawn(
            ["benchmarks/compare/measure.py", "ask", name, index, questions],
            output: fromChild[1], input: toChild[0])
        close(toChild[0])
        close(fromChild[1])
        (input, output) = (toChild[1], fromChild[0])
        _ = try line()
    }

    deinit {
        close(input)
        close(output)
        kill(process, SIGTERM)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    func ask(_ workload: Workload, seconds: Double) throws -> (latencies: Latencies, wall: Double) {
        let answer = try command(
            "{\"workload\": \"\(workload.name)\", \"seconds\": \(seconds)}\n")
        guard let wall = answer["wall"]?.double, let values = answer["latencies"]?.array else {
            throw Failure("\(name) gave no times for \(workload.name)")
        }
        var latencies = Latencies()
        for value in values { latencies.add(UInt64(value.double ?? 0)) }
        return (latencies, wall)
    }

    func counts(_ workload: Workload, first: Int) throws -> [Int?] {
        let answer = try command("{\"workload\": \"\(workload.name)\", \"answers\": \(first)}\n")
        return (answer.array ?? []).map { $0.integer }
    }

    private func command(_ text: String) throws -> JSONValue {
        var text = text
        let sent = text.withUTF8 { Glibc.write(input, $0.baseAddress, $0.count) }
        guard sent == text.utf8.count else { throw Failure("\(name) ended") }
        return try JSONValue(parsing: line())
    }

    private func line() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = Array(pending[..<end])
                pending.removeSubrange(...end)
                return line
            }
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { throw Failure("\(name) ended") }
            pending += buffer[..<count]
        }
    }
}
