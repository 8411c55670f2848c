import Dispatch
import Glibc
import IndexCore
import Ingest
import Query
import Synchronization

/// The service on one data directory: the store, the importer, the keys it trusts, and the server.
public final class Tjeneste: Sendable {
    private let store: Store
    private let anvendelse: Anvendelse
    private let server: HTTPServer
    private let ordrer: Ordremodtager
    /// As the server was started; its issuers as they stand now.
    private let konfiguration: Mutex<Konfiguration>
    private let directory: String
    private let filvagt = DispatchQueue(label: "tvaerindeks.filvagt")
    private let varme = DispatchQueue(label: "tvaerindeks.varme", qos: .background)
    /// When the configuration and the key files were changed, as far as they have been read.
    private let filtider = Mutex<[String: Int64?]>([:])
    /// The keys that the configured issuers have now.
    private let noegler: Mutex<[Konfiguration.Udsteder: TrustedIssuer]>
    private let isStopping = Atomic(false)

    /// Opens the directory; throws when another process has it or a configured file is of no use.
    ///
    /// Costs what a crash left to mend, and one look at each authority's file.
    public init(
        directory: String, konfiguration: Konfiguration, port: UInt16, bind: String
    ) throws {
        self.directory = directory
        self.konfiguration = Mutex(konfiguration)
        let store = try Store(
            directory: directory, configuration: .init(roller: konfiguration.rolletabel()))
        self.store = store
        _ = try Aftalefil.addMissing(
            try konfiguration.begyndendeAftaler(at: store.now), to: store)
        let issuers = try Self.issuers(konfiguration, directory)
        noegler = Mutex(
            Dictionary(
                zip(konfiguration.udstedere, issuers), uniquingKeysWith: { first, _ in first }))
        let verifier = TokenVerifier(issuers: issuers)
        let indlaest = try Klasselager.load(store)
        let anvendelse = Anvendelse(
            store: store, verifier: verifier, konfiguration: konfiguration,
            indlaest: indlaest)
        self.anvendelse = anvendelse
        var settings = HTTPServer.Configuration()
        settings.bindAddress = bind
        settings.port = port
        settings.limits = konfiguration.graenser.http
        settings.tls = try konfiguration.httpTLS()
        server = HTTPServer(configuration: settings, application: anvendelse)
        ordrer = Ordremodtager(directory: directory, store: store) { klassifikation in
            anvendelse.use(klassifikation)
        }
        anvendelse.attach(server)
    }

    /// Without configured issuers, and only then, the directory's own key is trusted.
    private static func issuers(
        _ konfiguration: Konfiguration, _ directory: String
    ) throws -> [TrustedIssuer] {
        if konfiguration.udstedere.isEmpty {
            return [try DevelopmentKey(directory: directory).trustedIssuer]
        }
        return try konfiguration.trustedIssuers()
    }

    /// Begins to serve; answers the port.
    public func start() throws -> UInt16 {
        store.foelgPlanSiden()
        if store.erNytKatalog, !store.myndigheder.isEmpty {
            Driftslog.skriv(
                "katalog.sqlite manglede og er lavet på ny efter filerne; aftaler og klassifikation er der ikke mere"
            )
        }
        for navn in store.forbigaaede {
            Driftslog.skriv(
                "\(navn) er ikke taget i brug: det meste af den står i en anden fil; flyt en af dem væk"
            )
        }
        for (navn, _) in store.tilside {
            Driftslog.skriv(
                "\(navn) er sat til side og læses ikke: den mangler eller kan ikke læses; `check` fortæller hvad, og `check --repair` glemmer en fil, der er slettet"
            )
        }
        try ordrer.start()
        let port = try server.start()
        noteFiles()
        watchFiles()
        varme.async { [store] in
            store.varmOp()
            store.hvil()
        }
        return port
    }

    /// Reads `Udstedere` of the configuration and the issuers' key files again; an issuer keeps the keys it has when its own
    /// is of no use, and all stay as they are when the configuration is. What else it says holds from the next start.
    public func genindlaes() { filvagt.sync { laesIgen() } }

    /// On `filvagt` alone, so that what was read last is what holds.
    private func laesIgen() {
        let forrige = konfiguration.withLock { $0 }
        noteFiles()
        let ny = genlaest(forrige)
        guard !ny.udstedere.isEmpty else { return }
        konfiguration.withLock { $0 = ny }
        noteNewFiles()
        let kendte = noegler.withLock { $0 }
        let nye = ny.trustedIssuers(or: kendte) { error in
            Driftslog.skriv("\(error); de gamle nøgler bruges stadig")
        }
        noegler.withLock { $0 = nye }
        anvendelse.verifier.replaceIssuers(ny.udstedere.compactMap { nye[$0] })
    }

    /// The issuers that are trusted now.
    var udstedere: [String] { anvendelse.verifier.issuers.map(\.iss) }

    /// The configuration with the issuers that its file has now.
    private func genlaest(_ forrige: Konfiguration) -> Konfiguration {
        guard let fil = forrige.fil else { return forrige }
        var ny = forrige
        do throws(KonfigurationError) {
            ny.udstedere = try Konfiguration(file: fil).udstedere
        } catch {
            Driftslog.skriv("\(error); den gamle konfiguration bruges stadig")
            return forrige
        }
        // Whom a directory's own key opens to is not decided by a line that is gone, nor while others are trusted.
        guard ny.udstedere.isEmpty == forrige.udstedere.isEmpty else {
            Driftslog.skriv(
                "Udstedere er kommet til eller væk som helhed: det gælder først efter en genstart")
            return forrige
        }
        return ny
    }

    /// Stops taking requests, lets those running end, and closes the store.
    public func stop(within limit: Duration) {
        isStopping.store(true, ordering: .relaxed)
        server.drain(within: limit)
        ordrer.stop()
        store.close()
    }

    /// A configuration or a key file that changes is read again within two seconds.
    private func watchFiles() {
        guard konfiguration.withLock({ !$0.udstedere.isEmpty }) else { return }
        filvagt.asyncAfter(deadline: .now() + 2) { [weak self] in
            guard let self, !self.isStopping.load(ordering: .relaxed) else { return }
            if self.filesChanged { self.laesIgen() }
            self.watchFiles()
        }
    }

    /// Notes when the files were changed, before they are read.
    private func noteFiles() {
        let times = fileTimes()
        filtider.withLock { $0 = times }
    }

    /// The same of those that have not been noted.
    private func noteNewFiles() {
        let times = fileTimes()
        filtider.withLock { known in known.merge(times) { known, _ in known } }
    }

    private func fileTimes() -> [String: Int64?] {
        let files = konfiguration.withLock { konfiguration in
            konfiguration.udstedere.map(\.jwks) + (konfiguration.fil.map { [$0] } ?? [])
        }
        return Dictionary(
            files.map { ($0, fileModified($0)) }, uniquingKeysWith: { first, _ in first })
    }

    private var filesChanged: Bool {
        filtider.withLock { $0 }.contains { fileModified($0.key) != $0.value }
    }
}

/// Lines about the service itself on standard error; never about whom or what was asked.
enum Driftslog {
    static func skriv(_ text: String) {
        var line = "tvaerindeks: " + text + "\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
