import API
import Glibc

extension Command {
    static let serve = Command(
        name: "serve", summary: "serve the HTTP API until told to stop",
        help: """
            Usage: tvaerindeks serve --data DIR [--port 8080] [--bind 127.0.0.1] [--config FILE]

            Serves the index in DIR, which is made when it is not there. SIGTERM or Ctrl-C lets
            running requests end and stops; SIGHUP reads Udstedere of the configuration
            and the issuers' keys again.

              --data DIR      the data directory; one server has it at a time
              --port PORT     0 lets the system choose; default 8080
              --bind ADDRESS  default 127.0.0.1, this machine alone
              --config FILE   JSON; every key may be left out:
                                {"Udstedere": [{"iss": "https://sts", "jwks": "sts.json"}],
                                 "Kilder": [{"system": "<uuid>", "Kontrol": "lempelig"}],
                                 "Aftaler": "aftaler.json", "Roller": "roller.tsv",
                                 "Graenser": {"body": 10485760, "connections": 1024,
                                   "connectionsPerAddress": 512, "requests": 512,
                                   "timeouts": {"idle": 15, "request": 30, "drain": 20}},
                                 "Tls": {"cert": "a.pem", "key": "a.key", "klientCA": "ca.pem"}}
                              Without Udstedere the directory's own key is trusted (see token).

            Example:
              tvaerindeks serve --data data --port 8080

            """,
        options: [.value("data"), .value("port"), .value("bind"), .value("config")],
        run: { try Serving($0).run() })
}

/// A service from its start to the signal that stops it.
private struct Serving {
    private let directory: String
    private let port: UInt16
    private let bind: String
    private let konfiguration: Konfiguration

    init(_ arguments: Arguments) throws {
        try arguments.noPositional()
        directory = try arguments.directory()
        bind = arguments.text("bind") ?? "127.0.0.1"
        guard let port = UInt16(arguments.text("port") ?? "8080") else {
            throw CommandFailure.usage("--port must be a number from 0 to 65535")
        }
        self.port = port
        konfiguration = try arguments.konfiguration()
    }

    func run() throws {
        // Blocked before the first thread is made, so that every thread inherits it and only
        // `sigwait` below receives them.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let tjeneste = try Tjeneste(
            directory: directory, konfiguration: konfiguration, port: port, bind: bind)
        let bound = try tjeneste.start()
        let host = bind.contains(":") ? "[\(bind)]" : bind
        let scheme = konfiguration.tls == nil ? "http" : "https"
        Terminal.print("serving \(scheme)://\(host):\(bound)\n")
        _ = Terminal.flush()
        waitForStop(signals, tjeneste)
        // A second signal ends the process at once.
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        Terminal.error("stopping\n")
        tjeneste.stop(within: .seconds(konfiguration.graenser.drainSeconds))
    }

    private func waitForStop(_ signals: sigset_t, _ tjeneste: Tjeneste) {
        var signals = signals
        var received: Int32 = 0
        while true {
            guard sigwait(&signals, &received) == 0 else { continue }
            guard received == SIGHUP else { return }
            tjeneste.genindlaes()
        }
    }
}

extension Arguments {
    /// What `--config` says, or the defaults.
    func konfiguration() throws -> Konfiguration {
        guard let file = text("config") else { return .standard }
        return try Konfiguration(file: file)
    }
}
