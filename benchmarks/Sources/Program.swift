import Glibc

/// The program that is measured, as processes of its own.
struct Program {
    let path: String

    struct Ended {
        let status: Int32
        let output: String
        let seconds: Double
        let peakMegabytes: Double
        let cpuSeconds: Double
    }

    /// Runs a command to its end.
    func run(_ arguments: [String]) throws -> Ended {
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0 else { throw Failure("no pipe") }
        let start = nanoseconds()
        let process = try spawn(arguments, output: pipes[1])
        close(pipes[1])
        let output = readAll(pipes[0])
        close(pipes[0])
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(process, &status, 0, &usage) == process else { throw Failure("no child") }
        return Ended(
            status: status, output: output, seconds: seconds(since: start),
            peakMegabytes: Double(usage.ru_maxrss) / 1024,
            cpuSeconds: usage.ru_utime.seconds + usage.ru_stime.seconds)
    }

    /// Runs a command that must go well; its output without the last line break.
    func text(_ arguments: [String]) throws -> String {
        let ended = try run(arguments)
        guard ended.status == 0 else {
            throw Failure("\(arguments.first ?? "") ended with \(ended.status >> 8)")
        }
        return String(ended.output.prefix { $0 != "\n" })
    }

    /// `adding`: lines NAME=value of the environment besides those of this process.
    func spawn(
        _ arguments: [String], output: Int32, input: Int32? = nil, adding: [String] = []
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        var lines: [UnsafeMutablePointer<CChar>?] = adding.map { strdup($0) }
        defer { for text in words + lines { free(text) } }
        var inherited = environ
        while let line = inherited.pointee {
            lines.append(strdup(line))
            inherited += 1
        }
        lines.append(nil)
        var process = pid_t()
        guard posix_spawnp(&process, path, &actions, nil, words, lines) == 0 else {
            throw Failure("\(path) cannot be started")
        }
        return process
    }

    private func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

/// A server of the program, from its start to its end.
final class Server {
    let port: UInt16
    let process: pid_t
    /// Seconds from the start of the process to the first 200 from `/readyz`.
    private(set) var secondsToReady = 0.0
    private let started = nanoseconds()
    private var isRunning = true

    init(_ program: Program, data: String, port: UInt16, adding: [String] = []) throws {
        self.port = port
        let null = open("/dev/null", O_WRONLY)
        defer { close(null) }
        process = try program.spawn(
            ["serve", "--data", data, "--port", String(port)], output: null, adding: adding)
        try waitUntilReady()
    }

    private func waitUntilReady() throws {
        let request = Request.get("/readyz")
        while seconds(since: started) < 120 {
            if let client = try? Client(port: port), let answer = try? client.exchange(request),
                answer.status == 200
            {
                secondsToReady = seconds(since: started)
                return
            }
            usleep(5000)
        }
        kill(process, SIGKILL)
        throw Failure("the server was not ready within two minutes")
    }

    /// Waits until it has read into memory what searches are answered from; the seconds since the start of it.
    func waitUntilWarm() throws -> Double {
        let client = try Client(port: port)
        while seconds(since: started) < 3600 {
            let metrics = try client.fetch(Request.get("/metrics")).body
            if String(decoding: metrics, as: UTF8.self).contains("tvaerindeks_varm 1\n") {
                return seconds(since: started)
            }
            usleep(200_000)
        }
        throw Failure("the server was not warm within an hour")
    }

    func stop() { end(SIGTERM) }

    /// As a crash would end it.
    func crash() { end(SIGKILL) }

    private func end(_ signal: Int32) {
        guard isRunning else { return }
        isRunning = false
        kill(process, signal)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    deinit { end(SIGKILL) }

    /// A line of /proc/PID/status in megabytes, such as `VmRSS` or `RssAnon`.
    func megabytes(_ name: String) -> Double {
        let text = (try? readFile("/proc/\(process)/status")).map {
            String(decoding: $0, as: UTF8.self)
        }
        let line = (text ?? "").split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return (line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first)
            .flatMap { Double($0) }.map { $0 / 1024 } ?? .nan
    }
}

/// The whole of a small file.
func readFile(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be read") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return bytes }
        bytes += buffer[..<count]
    }
}

/// Writes or adds to a file.
func write(_ text: String, to path: String, adding: Bool = false) throws {
    let mode = adding ? O_APPEND : O_TRUNC
    let descriptor = open(path, O_WRONLY | O_CREAT | mode, 0o644)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be written") }
    defer { close(descriptor) }
    var text = text
    let written = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard written == text.utf8.count else { throw Failure("\(path) cannot be written") }
}

/// The files in a directory, by name.
func filesIn(_ directory: String) -> [String] {
    guard let handle = opendir(directory) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        names.append(
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            })
    }
    return names.filter { $0 != "." && $0 != ".." }
}

/// Removes a directory and all that is in it, if it is there.
func removeTree(_ directory: String) {
    for name in filesIn(directory) {
        let path = directory + "/" + name
        // A link is not followed: what it points at is not in the directory.
        if unlink(path) != 0 { removeTree(path) }
    }
    rmdir(directory)
}

/// Asks the kernel to forget what it keeps in memory of a directory's files, and of no others.
func dropFromCache(_ directory: String) {
    for name in filesIn(directory) {
        let file = open(directory + "/" + name, O_RDONLY)
        guard file >= 0 else { continue }
        fsync(file)
        posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        close(file)
    }
}
