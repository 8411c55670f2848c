import IndexCore
import Ingest
import Query

/// The same questions without HTTP and tokens: what the engine alone takes.
///
/// On a copy of the directory, which it has alone, since a store beside a running one cannot keep
/// what it has in memory up to date by itself.
final class InProcess: Rival {
    let name = "inproces"
    private let store: Store
    private let copy: String
    private let segl = Markoersegl(seal: { _ in "" }, open: { _ in nil })

    /// Copies files that nobody writes.
    static func copy(_ data: String) throws -> String {
        let copy = data + "-inproces"
        removeTree(copy)
        let ended = try Program(path: "cp").run(["-r", "--reflink=auto", data, copy])
        guard ended.status == 0 else { throw Failure("\(data) cannot be copied") }
        return copy
    }

    init(copy: String) throws {
        self.copy = copy
        store = try Store(directory: copy)
        // As the server does: keywords find objects too.
        store.use(Klasselager.klasseviden(try Klasselager.gaeldende(store)))
        store.varmOp()
    }

    deinit {
        store.close()
        removeTree(copy)
    }

    private static func scope(_ caller: Caller) throws -> AccessScope {
        guard let level = Foelsomhed(rawValue: 3), let kle = KLEPattern.list(Callers.subjects),
            let all = KLEPattern.list("*"), let system = UUIDIdentifikator(Callers.readingSystem),
            let user = UUIDIdentifikator(Callers.user), let highest = Foelsomhed(rawValue: 4)
        else { throw Failure("the caller's rights cannot be read") }
        let own = Set(caller.authorities.compactMap { CVRNummer($0) })
        let every = Set(Callers.all.compactMap { CVRNummer($0) })
        return AccessScope(
            system: system,
            systemGrupper: [
                RightsGroup(
                    myndigheder: every, kle: all, foelsomhed: highest, systemer: nil, enheder: nil)
            ],
            bruger: .init(
                uuid: user, enheder: [],
                grupper: [
                    RightsGroup(
                        myndigheder: own, kle: kle, foelsomhed: level, systemer: nil, enheder: nil)
                ]))
    }

    func ask(_ workload: Workload, seconds limit: Double) throws
        -> (latencies: Latencies, wall: Double)
    {
        let scope = try Self.scope(workload.caller)
        let (store, segl) = (store, segl)
        let total = Shared(Latencies())
        let start = nanoseconds()
        try onThreads(workload.threads) { thread in
            var latencies = Latencies()
            var place = workload.bodies.count * thread / workload.threads
            while seconds(since: start) < limit {
                let before = nanoseconds()
                _ = try Self.answer(workload.path, workload.bodies[place], store, scope, segl)
                latencies.add(nanoseconds() - before)
                place = (place + 1) % workload.bodies.count
            }
            let done = latencies
            total.change { $0.add(done) }
        }
        return (total.now, seconds(since: start))
    }

    func counts(_ workload: Workload, first: Int) -> [Int?] { [] }

    /// What the answers to the first so many questions count, whatever the form.
    func antal(_ workload: Workload, first: Int) throws -> [JSONValue?] {
        let scope = try Self.scope(workload.caller)
        return try workload.bodies.prefix(first).map { body in
            let answer = try Self.answer(workload.path, body, store, scope, segl)
            return try JSONValue(parsing: answer)["Antal"]
        }
    }

    private static func answer(
        _ path: String, _ body: [UInt8], _ store: Store, _ scope: AccessScope,
        _ segl: Markoersegl
    ) throws -> [UInt8] {
        let outcome = try store.read {
            reader throws(StoreError) -> Result<[UInt8], QueryError> in
            let syn = Syn(reader, within: scope)
            do throws(QueryError) {
                switch path {
                case "/v1/overblik":
                    return .success(try Overblik.json(body: body, syn: syn, segl: segl))
                case "/v1/fremsoeg": return .success(try Fremsoeg.json(body: body, syn: syn))
                default: return .success(try Soegning.json(body: body, syn: syn, segl: segl))
                }
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
