import Dispatch
import IndexCore
import Ingest
import Query

/// One request on its way, with what every answer must carry.
struct Kald: Sendable {
    let head: HTTPRequestHead
    let rute: Rute
    let navn: Rute.Stinavn
    let transaktion: String

    var uuid: UUIDIdentifikator? { navn.uuid }

    /// Every finding, and nothing stored.
    var kunKontrol: Bool { head.fields["Kontrol"] == "kun" }

    func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            fields: [
                HTTPField("Content-Type", "application/json; charset=utf-8"),
                HTTPField("x-TransaktionsId", transaktion),
                HTTPField("Cache-Control", "no-store"),
            ], body: .bytes(bytes))
    }
}

/// What each route does. Reading answers on the calling thread, but for what may take long; writing answers when the
/// disk has it.
struct Endpoints: Sendable {
    let store: Store
    let importer: @Sendable () -> Importer
    let segl: Markoersegl

    // MARK: Reading

    /// What passes over many objects is given up after so long.
    static let laengsteSpoergsmaal = Duration.seconds(60)

    /// Answers here, or of what may take long on a thread of `lane`.
    func read(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, lane: ReadLane, _ responder: HTTPResponder
    ) {
        guard kald.rute.kanTageTid(body) else { return responder.send(read(kald, body, caller)) }
        let frist = ContinuousClock.now + Self.laengsteSpoergsmaal
        let isTaken = lane.async(caller.spoerger) {
            // Who has waited so long is answered that there is too much to do.
            let isLate = ContinuousClock.now > frist
            responder.send(isLate ? self.overloaded(kald) : self.read(kald, body, caller, frist))
        }
        if !isTaken { responder.send(overloaded(kald)) }
    }

    private func overloaded(_ kald: Kald) -> HTTPResponse {
        Problem(503).response(transaktion: kald.transaktion)
    }

    func read(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, _ frist: ContinuousClock.Instant? = nil
    ) -> HTTPResponse {
        do throws(Problem) {
            return try answer(kald, body, caller, frist)
        } catch {
            return error.response(transaktion: kald.transaktion)
        }
    }

    private func answer(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, _ frist: ContinuousClock.Instant?
    ) throws(Problem) -> HTTPResponse {
        if kald.rute == .forklar { return kald.json(try forklar(body, caller)) }
        let bytes = try read(
            within: caller.scope, frist: frist,
            // What a page lacks, the next ones cannot make up for.
            kanUndvaereFiler: kald.rute.erSoegning
                && body.firstRange(of: "\"Markoer\"".utf8) == nil
        ) { syn throws(QueryError) in
            try self.query(kald, body, syn)
        }
        guard let bytes else { throw Problem(404) }
        return kald.json(bytes)
    }

    private func forklar(_ body: [UInt8], _ caller: Caller) throws(Problem) -> [UInt8] {
        let (scope, egen) = caller.forklarende
        return try read(within: scope) { syn throws(QueryError) in
            let spurgt = try Forklar.Forespoergsel(body: body)
            let svar = try Forklar.json(spurgt, syn: syn, egen: egen)
            guard let svar else { throw QueryError.store(.setAside(file: "")) }
            return svar
        }
    }

    /// What `body` makes of one snapshot, as far as the scope lets it see.
    ///
    /// A file that is found damaged is reported; with `kanUndvaereFiler` the question is put again without it, and the
    /// answer tells what it lacks.
    private func read<Svar>(
        within scope: AccessScope, frist: ContinuousClock.Instant? = nil,
        kanUndvaereFiler: @autoclosure () -> Bool = false, _ body: (Syn) throws(QueryError) -> Svar
    ) throws(Problem) -> Svar {
        var udenom: Set<Int64> = []
        let frist = frist ?? ContinuousClock.now + Self.laengsteSpoergsmaal
        while true {
            do throws(QueryError) {
                return try read(within: scope, udenom: udenom, frist: frist, body)
            } catch .store(.corrupt(let navn)) {
                guard let skade = report(skade: navn), kanUndvaereFiler(),
                    udenom.insert(skade).inserted
                else { throw Problem(StoreError.corrupt(file: navn)) }
            } catch {
                throw Problem(error)
            }
        }
    }

    private func read<Svar>(
        within scope: AccessScope, udenom: Set<Int64>, frist: ContinuousClock.Instant,
        _ body: (Syn) throws(QueryError) -> Svar
    ) throws(QueryError) -> Svar {
        let outcome: Result<Svar, QueryError>
        do throws(StoreError) {
            outcome = try store.read(udenom: udenom) { reader throws(StoreError) in
                let syn = Syn(reader, within: scope, frist: frist)
                do throws(QueryError) {
                    return .success(try body(syn))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw .store(error)
        }
        return try outcome.get()
    }

    /// The damaged file's number; told once on standard error.
    private func report(skade navn: String) -> Int64? {
        guard let skade = store.noteSkade(i: navn) else { return nil }
        if skade.erNy {
            Driftslog.skriv(
                "\(navn) er beskadiget; `check` fortæller hvor, og `check --repair` udbedrer, hvad der er afledt"
            )
        }
        return skade.fil
    }

    private func query(
        _ kald: Kald, _ body: [UInt8], _ syn: Syn
    ) throws(QueryError) -> [UInt8]? {
        let parameters = kald.head.queryItems.map { ($0.name, $0.value) }
        switch kald.rute {
        case .objekt(let kind):
            guard let uuid = kald.uuid else { return nil }
            return try Self.fundet(
                try Opslag.json(kind: kind, uuid: uuid, parameters: parameters, syn: syn),
                kind, syn)
        case .historik(let kind):
            guard let uuid = kald.uuid else { return nil }
            return try Self.fundet(try Historik.json(kind: kind, uuid: uuid, syn: syn), kind, syn)
        case .overblik: return try Overblik.json(body: body, syn: syn, segl: segl)
        case .fremsoeg: return try Fremsoeg.json(body: body, syn: syn)
        case .soeg: return try Soegning.json(body: body, syn: syn, segl: segl)
        case .klasse:
            guard let noegle = kald.navn.noegle else { return nil }
            return try Klasseopslag.json(noegle: noegle, parameters: parameters, syn: syn)
        case .klassesoegning: return try Klassesoegning.json(body: body, syn: syn, segl: segl)
        case .forslag: return try Forslag.json(body: body, syn: syn)
        default: return nil
        }
    }

    /// What is not found is said not to be there only where all that the caller may see was read; whether it is in a file
    /// that was not, is not told.
    private static func fundet(
        _ svar: [UInt8]?, _ kind: ObjektKind, _ syn: Syn
    ) throws(QueryError) -> [UInt8]? {
        guard svar == nil, syn.kanMangle(kind) else { return svar }
        throw .store(.setAside(file: ""))
    }

    // MARK: Writing

    /// Bytes of a body that is read and judged on the caller's thread at most, about a millisecond's work. Others
    /// would keep those waiting whose connections the thread serves too.
    private static let maxBytesInPlace = 64 << 10
    private static let large = DispatchQueue(
        label: "tvaerindeks.beskeder", attributes: .concurrent)

    func write(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, _ responder: HTTPResponder
    ) {
        // A trial, and a removal by an expression, wait for writers.
        let isLong = kald.kunKontrol || kald.rute == .fjern
        guard isLong || body.count > Self.maxBytesInPlace else {
            return writeInPlace(kald, body, caller, responder)
        }
        Self.large.async { self.writeInPlace(kald, body, caller, responder) }
    }

    private func writeInPlace(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, _ responder: HTTPResponder
    ) {
        do throws(Problem) {
            switch kald.rute {
            case .importer: try message(kald, body, caller, .importer, responder)
            case .opdater: try message(kald, body, caller, .opdater, responder)
            case .kasser: try message(kald, body, caller, .kasser, responder)
            case .fjern: try fjern(kald, body, caller, responder)
            default:
                if kald.head.method == "DELETE" {
                    try delete(kald, caller, responder)
                } else {
                    try put(kald, body, caller, responder)
                }
            }
        } catch {
            responder.send(error.response(transaktion: kald.transaktion))
        }
    }

    /// The most objects of one message that is answered as a whole.
    static let maxObjekter = 10_000

    private func message(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, _ form: IndsendtObjekt.Form,
        _ responder: HTTPResponder
    ) throws(Problem) {
        let objekter: [IndsendtObjekt]
        do throws(BeskedFejl) {
            objekter = try Besked.objekter(body, form: form)
        } catch {
            throw Problem(error)
        }
        guard objekter.count <= Self.maxObjekter else {
            throw Self.forMange
        }
        let importer = importer()
        let indsender = caller.indsender
        let prepared = objekter.map { importer.prepare($0, fra: indsender) }
        if kald.kunKontrol {
            let receipts = importer.proev(prepared, fra: indsender)
            return responder.send(kald.json(Self.unikRetur(receipts)))
        }
        importer.store(prepared, fra: indsender) { receipts in
            responder.send(kald.json(Self.unikRetur(receipts)))
        }
    }

    private func put(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, _ responder: HTTPResponder
    ) throws(Problem) {
        guard case .objekt(let kind) = kald.rute, let uuid = kald.uuid else { throw Problem(404) }
        let importer = importer()
        let indsender = caller.indsender
        let objekt = IndsendtObjekt(kind: kind, form: .erstat, bytes: body)
        let prepared = importer.prepare(objekt, fra: indsender)
        guard !prepared.erForDyb else {
            throw Problem(BeskedFejl(reason: .tooDeep, sti: "", byteOffset: 0))
        }
        guard prepared.uuid == nil || prepared.uuid == uuid else {
            throw Problem(
                400, detail: "Stiens UUID er ikke objektets",
                fejl: [
                    .init(
                        regel: "R1", sti: "UUIDIdentifikator",
                        besked: "Stiens UUID er ikke objektets")
                ])
        }
        if kald.kunKontrol {
            let receipts = importer.proev([prepared], fra: indsender)
            return responder.send(Self.single(kald, receipts.first))
        }
        importer.store([prepared], fra: indsender) { receipts in
            responder.send(Self.single(kald, receipts.first))
        }
    }

    private func delete(
        _ kald: Kald, _ caller: Caller, _ responder: HTTPResponder
    ) throws(Problem) {
        guard case .objekt(let kind) = kald.rute, let uuid = kald.uuid else { throw Problem(404) }
        let removal = Fjernelse(objekter: [(kind, uuid)])
        if kald.kunKontrol {
            let receipts = importer().proev(removal, fra: caller.indsender)
            return responder.send(Self.single(kald, receipts.first))
        }
        importer().fjern(removal, fra: caller.indsender) { receipts in
            responder.send(Self.single(kald, receipts.first))
        }
    }

    private func fjern(
        _ kald: Kald, _ body: [UInt8], _ caller: Caller, _ responder: HTTPResponder
    ) throws(Problem) {
        var (removal, udtryk) = try Fjernbesked.read(body)
        guard removal.objekter.count <= Self.maxObjekter else { throw Self.forMange }
        if let udtryk {
            let known = Set(removal.objekter.map(\.uuid))
            removal.objekter += try fundne(udtryk, caller).filter { !known.contains($0.uuid) }
        }
        if kald.kunKontrol {
            let receipts = importer().proev(removal, fra: caller.indsender)
            return responder.send(kald.json(Self.unikRetur(receipts)))
        }
        importer().fjern(removal, fra: caller.indsender) { receipts in
            responder.send(kald.json(Self.unikRetur(receipts)))
        }
    }

    private static let forMange = Problem(
        413, detail: "Højst \(maxObjekter) objekter i en besked")

    /// What an expression finds of that which the caller may see and may remove; of the rest nothing is told.
    private func fundne(
        _ udtryk: JSONValue, _ caller: Caller
    ) throws(Problem) -> [(kind: ObjektKind, uuid: UUIDIdentifikator)] {
        let fundne = try read(within: caller.scope) { syn throws(QueryError) in
            try Fjernudtryk(udtryk).fundne(syn, hoejst: Self.maxObjekter)
        }
        guard let fundne else { throw Self.forMange }
        let receipts = importer().proev(Fjernelse(objekter: fundne), fra: caller.indsender)
        return zip(fundne, receipts).filter { $1.statusKode == 20 }.map(\.0)
    }

    // MARK: Receipts

    private static func unikRetur(_ receipts: [Kvittering]) -> [UInt8] {
        var writer = JSONWriter(reserving: receipts.count * 160 + 64)
        writer.beginObject()
        writer.key("UnikRetur")
        writer.beginArray()
        for receipt in receipts { writer.kvittering(receipt) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// A single object's receipt, with the HTTP status that its own says.
    private static func single(_ kald: Kald, _ receipt: Kvittering?) -> HTTPResponse {
        guard let receipt, receipt.statusKode != 50 else {
            return Problem(503).response(transaktion: kald.transaktion)
        }
        guard receipt.statusKode != 20 else {
            var writer = JSONWriter()
            writer.kvittering(receipt)
            return kald.json(writer.bytes, status: receipt.erNy ? 201 : 200)
        }
        let status = [43: 403, 44: 404, 49: 409][receipt.statusKode] ?? 400
        // The object itself missing is answered as forbidden reading is: with nothing to tell them apart.
        let isMissing = receipt.fejl.allSatisfy { [.R19, .Y35].contains($0.rule) }
        let problem =
            status == 404 && isMissing
            ? Problem(404)
            : Problem(
                status, detail: receipt.fejlbeskedTekst,
                fejl: receipt.fejl.map { finding in
                    Problem.Fejl(
                        regel: finding.rule.rawValue, sti: finding.sti, besked: finding.besked)
                })
        return problem.response(transaktion: kald.transaktion)
    }
}

/// Reads the body of `POST /v1/fjern`. Pure.
enum Fjernbesked {
    /// What is named, and the expression that names more.
    static func read(_ body: [UInt8]) throws(Problem) -> (Fjernelse, udtryk: JSONValue?) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(body: body)
        } catch {
            throw Problem(BeskedFejl(error))
        }
        guard let members = value.members else { throw wrong("", "Et JSON-objekt ventes") }
        var removal = Fjernelse(objekter: [])
        var udtryk: JSONValue?
        for member in members {
            if let kind = ObjektKind.allCases.first(where: { $0.uuidMember == member.name }) {
                removal.objekter += try uuids(member).map { (kind, $0) }
                continue
            }
            switch member.name {
            case "EfterladSagsloeseDokumenter":
                removal.efterladSagsloeseDokumenter = try boolean(member)
            case "FjernOgsaaYdelse": removal.fjernOgsaaYdelse = try boolean(member)
            case "SoegUdtryk": udtryk = member.value
            default: throw wrong(Medlemsnavn.vist(member.name.utf8), "Ukendt medlem")
            }
        }
        return (removal, udtryk)
    }

    private static func uuids(_ member: JSONValue.Member) throws(Problem) -> [UUIDIdentifikator] {
        guard let values = member.value.array else {
            throw wrong(member.name, "En liste af UUID'er ventes")
        }
        var result: [UUIDIdentifikator] = []
        for (index, value) in values.enumerated() {
            let sti = "\(member.name)[\(index)]"
            guard let uuid = try unikId(value, sti).flatMap({ UUIDIdentifikator($0) }) else {
                throw wrong(sti, "UUID ventes", "R1")
            }
            result.append(uuid)
        }
        return result
    }

    /// The text itself, or the one member of its long form.
    private static func unikId(_ value: JSONValue, _ sti: String) throws(Problem) -> String? {
        guard let members = value.members else { return value.string }
        for member in members where !grene.contains(member.name) {
            throw wrong("\(sti).\(Medlemsnavn.vist(member.name.utf8))", "Ukendt medlem")
        }
        guard members.count == 1 else { throw wrong(sti, "Præcis én gren ventes") }
        return members.first?.value.string
    }

    private static let grene = ["UUIDIdentifikator", "URNIdentifikator"]

    private static func boolean(_ member: JSONValue.Member) throws(Problem) -> Bool {
        guard let value = member.value.boolean else {
            throw wrong(member.name, "true eller false ventes")
        }
        return value
    }

    private static func wrong(_ sti: String, _ besked: String, _ regel: String = "R8") -> Problem {
        Problem(400, detail: besked, fejl: [.init(regel: regel, sti: sti, besked: besked)])
    }
}
