public import IndexCore
import Ingest
public import Query

/// Why a search from a terminal gave nothing.
public enum TerminalsoegningFejl: Error, Sendable {
    case intetIndeks
    case store(StoreError)
    case noegle(DevelopmentKeyError)
    case token(TokenError)
    case spoergsmaal(QueryError)

    /// What is wrong, for the one who typed it.
    public var beskrivelse: String {
        switch self {
        case .intetIndeks: "the directory holds no index"
        case .store: "the directory cannot be read"
        case .noegle: "the directory has no usable development key"
        case .token(let error): "the token does not hold: \(error.beskrivelse)"
        case .spoergsmaal(let error): "the question cannot be answered: \(error.besked)"
        }
    }
}

/// The server's own search, asked from a terminal, with a token and its limits.
public enum Terminalsoegning {
    /// The answer of `POST /v1/soeg` to `tekst`, as JSON; works also beside a running server.
    public static func soeg(
        directory: String, token: String, tekst: String, antal: Int
    ) throws(TerminalsoegningFejl) -> [UInt8] {
        guard Store.isThere(directory) else { throw .intetIndeks }
        let store = try open(directory)
        defer { store.close() }
        // Without a readable plan classes are asked for by their numbers alone, as the server would.
        if let plan = try? Klasselager.gaeldende(store) { store.use(Klasselager.klasseviden(plan)) }
        let caller = Caller(try claims(token, directory, store.now), store: store)
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("Tekst", tekst)
        writer.member("Antal", antal)
        writer.endObject()
        let body = writer.bytes
        let outcome: Result<[UInt8], QueryError>
        do throws(StoreError) {
            outcome = try store.read { reader throws(StoreError) in
                let syn = Syn(reader, within: caller.scope)
                do throws(QueryError) {
                    return .success(
                        try Soegning.json(body: body, syn: syn, segl: .withFreshKey()))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw .store(error)
        }
        switch outcome {
        case .success(let bytes): return bytes
        case .failure(let error): throw .spoergsmaal(error)
        }
    }

    private static func open(_ directory: String) throws(TerminalsoegningFejl) -> Store {
        do throws(StoreError) {
            do throws(StoreError) {
                return try Store(directory: directory)
            } catch .directoryInUse {
                return try Store(directory: directory, access: .readOnly)
            }
        } catch {
            throw .store(error)
        }
    }

    private static func claims(
        _ token: String, _ directory: String, _ now: Tidspunkt
    ) throws(TerminalsoegningFejl) -> TokenClaims {
        let issuer: TrustedIssuer
        do throws(DevelopmentKeyError) {
            issuer = try DevelopmentKey(directory: directory).trustedIssuer
        } catch {
            throw .noegle(error)
        }
        do throws(TokenError) {
            return try TokenVerifier(issuers: [issuer]).verify(
                token, at: Int(now.microseconds / 1_000_000), clientCertificateThumbprint: nil)
        } catch {
            throw .token(error)
        }
    }
}
