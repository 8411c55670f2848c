import API
import IndexCore
import Ingest

/// One command: how it is called, what it says of itself, and what it does.
struct Command: Sendable {
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// What `--help` prints.
    let help: String
    let options: [Option]
    let run: @Sendable (Arguments) throws -> Void
}

/// Why a command ends with another status than 0.
enum CommandFailure: Error {
    /// Called wrongly: status 2, and where to read how.
    case usage(String)
    /// Could not do what was asked: status 1.
    case failed(String)
    /// Did what could be done, and has said what could not: status 1.
    case incomplete
}

/// Finds the command, runs it, and turns what happens into an exit status.
enum CommandLineTool {
    static let commands: [Command] = [
        .serve, .import, .classification, .search, .token, .agreement, .generate, .check,
    ]

    static func run(_ raw: [String]) -> Int32 {
        guard let name = raw.first else {
            Terminal.error(overview)
            return 2
        }
        if ["--help", "-h", "help"].contains(name) {
            Terminal.print(overview)
            return Terminal.flush() ? 0 : 1
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            Terminal.error("tvaerindeks: unknown command\n\n" + overview)
            return 2
        }
        return run(command, Array(raw.dropFirst()))
    }

    private static func run(_ command: Command, _ raw: [String]) -> Int32 {
        do {
            let arguments = try Arguments(raw, options: command.options)
            if arguments.has("help") {
                Terminal.print(command.help)
            } else {
                try command.run(arguments)
            }
            return Terminal.flush() ? 0 : 1
        } catch CommandFailure.usage(let text) {
            Terminal.error(
                "tvaerindeks \(command.name): \(text)\n"
                    + "Read more: tvaerindeks \(command.name) --help\n")
            return 2
        } catch CommandFailure.incomplete {
            _ = Terminal.flush()
            return 1
        } catch {
            _ = Terminal.flush()
            Terminal.error("tvaerindeks \(command.name): \(FailureText.of(error))\n")
            return 1
        }
    }

    private static var overview: String {
        let width = commands.map(\.name.count).max() ?? 0
        let rows = commands.map { command in
            let gap = String(repeating: " ", count: width - command.name.count + 3)
            return "  " + command.name + gap + command.summary
        }
        return """
            Usage: tvaerindeks <command> [options]

            An index of municipal cases, documents and benefits.

            \(rows.joined(separator: "\n"))

            Read about one: tvaerindeks <command> --help
            Exit status: 0 done, 1 failed, 2 called wrongly.

            """
    }
}

/// What a person at the terminal is told of an error; never a stored value.
enum FailureText {
    static func of(_ error: any Error) -> String {
        switch error {
        case CommandFailure.failed(let text): text
        case let error as StoreError: text(error)
        case let error as HTTPServerError: text(error)
        case OrdreFejl.store(let error): text(error)
        case let error as any CustomStringConvertible: error.description
        default: "an unexpected error: \(error)"
        }
    }

    private static func text(_ error: StoreError) -> String {
        switch error {
        case .directoryInUse: "another process has the data directory"
        case .busy: "the index is busy; try again"
        case .noHandles:
            "the process has no more file handles (ulimit -n): an authority's file takes six, a connection one"
        case .full: "the disk is full"
        case .readOnly: "the data directory cannot be written to"
        case .cannotOpen(let file): "\(file) cannot be opened"
        case .ioFailure(let code): "the disk failed (\(code))"
        case .corrupt(let file): "\(file) is damaged"
        case .schemaTooNew(let file, let version):
            "\(file) was written by a newer version (schema \(version))"
        case .setAside(let file): "\(file) is set aside since it cannot be read"
        case .unexpected(let code): "the index failed (\(code))"
        case .tooSlow: "the question takes too long; ask for less"
        case .closing: "the index is being closed"
        }
    }

    private static func text(_ error: HTTPServerError) -> String {
        switch error {
        case .addressNotUsable: "--bind is not an address of this machine"
        case .portInUse: "another process has the port; choose one with --port"
        case .portNotPermitted: "this user may not use the port; choose one with --port"
        case .noSocket: "the system has no more sockets or memory"
        case .tlsMaterialNotUsable: "Tls: certificate and key are not PEM or do not belong together"
        case .libraryNotStarted: "the HTTP library did not start"
        case .alreadyStarted: "the server has been started already"
        }
    }
}
