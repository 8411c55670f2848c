import Glibc

/// The bulk load from the command line, as an operator runs it.
enum Bulk {
    /// Loads a file into a new directory. The figures include the process's own resources.
    static func run(_ program: Program, data: String, file: String) throws -> Figures {
        let ended = try program.run(["import", "--data", data, file, "--json"])
        guard let kept = number("Gemt", ended.output), let lines = number("Linjer", ended.output)
        else {
            throw Failure("import gave no summary (status \(ended.status))")
        }
        return [
            ("objects", kept), ("refused", lines - kept), ("seconds", ended.seconds),
            ("per_second", kept / ended.seconds), ("peak_mb", ended.peakMegabytes),
            ("cpu_seconds", ended.cpuSeconds),
            ("cpu_us_per_object", ended.cpuSeconds / kept * 1e6),
            ("disk_bytes", Double(diskBytes(data))),
            ("disk_bytes_per_object", Double(diskBytes(data)) / kept),
        ]
    }

    private static func number(_ name: String, _ text: String) -> Double? {
        text.split(separator: ",").first { $0.contains("\"\(name)\":") }
            .flatMap { $0.split(separator: ":").last }
            .flatMap { Double($0.filter(\.isNumber)) }
    }

    /// What the files of a directory take of the disk.
    static func diskBytes(_ directory: String) -> Int {
        var total = 0
        for name in filesIn(directory) {
            var status = stat()
            let isFile =
                stat(directory + "/" + name, &status) == 0
                && status.st_mode & S_IFMT == S_IFREG
            if isFile { total += Int(status.st_blocks) * 512 }
        }
        return total
    }
}
