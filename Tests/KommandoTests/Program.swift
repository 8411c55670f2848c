import Foundation
import Testing

/// The built executable, run as a process.
enum Program {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// It stands beside the tests' own bundle.
    static let path: URL = {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = own.deletingLastPathComponent().appending(path: "tvaerindeks")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".build/debug/tvaerindeks")
    }()

    /// Runs it to its end; what it writes goes by way of files, so that no pipe fills.
    static func run(_ arguments: [String], input: Data = Data()) throws -> Outcome {
        try withFolder { folder in
            let names = ["in", "out", "err"].map { folder + "/" + $0 }
            for name in names { try Data().write(to: URL(filePath: name)) }
            try input.write(to: URL(filePath: names[0]))
            let process = process(arguments)
            process.standardInput = FileHandle(forReadingAtPath: names[0])
            process.standardOutput = FileHandle(forWritingAtPath: names[1])
            process.standardError = FileHandle(forWritingAtPath: names[2])
            try process.run()
            process.waitUntilExit()
            return Outcome(
                status: process.terminationStatus,
                output: try String(contentsOfFile: names[1], encoding: .utf8),
                errors: try String(contentsOfFile: names[2], encoding: .utf8))
        }
    }

    /// Begins to serve a directory, calls `body` with the first line it prints, and stops it.
    ///
    /// Gives the status it ended with.
    static func serving(
        _ directory: String, _ body: (String) throws -> Void
    ) throws -> Int32 {
        let process = process(["serve", "--data", directory, "--port", "0"])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { process.terminate() }
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            if byte[byte.startIndex] == 10 { break }
            line.append(byte)
        }
        try body(String(decoding: line, as: UTF8.self))
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = path
        process.arguments = arguments
        return process
    }

    static func withFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
        let folder = NSTemporaryDirectory() + "tvaerindeks-kommando-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }
}
