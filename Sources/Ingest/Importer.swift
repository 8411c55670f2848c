public import IndexCore
import Synchronization

/// Who writes.
public struct Indsender: Sendable {
    /// The calling system; nil for the operator's own bulk load, which speaks for every source.
    public let system: UUIDIdentifikator?
    /// The groups that an approved agreement with the role Rediger gives for an authority.
    public let rediger: @Sendable (CVRNummer) -> [RightsGroup]
    /// The user that the system asserts: what is written must be the user's to see, before and after.
    public let bruger: AccessScope.Bruger?

    public init(
        system: UUIDIdentifikator, bruger: AccessScope.Bruger? = nil,
        rediger: @escaping @Sendable (CVRNummer) -> [RightsGroup]
    ) {
        self.system = system
        self.bruger = bruger
        self.rediger = rediger
    }

    private init() {
        system = nil
        bruger = nil
        rediger = { _ in [] }
    }

    /// The operator at the machine itself.
    public static let operatoer = Indsender()
}

/// One object of a message, as bytes, and what is to be done with it.
public struct IndsendtObjekt: Sendable {
    public enum Form: Sendable {
        case importer
        case opdater
        /// Import or replace: the same content again changes nothing.
        case erstat
        /// The parts to purge stand in the form of an import.
        case kasser
    }

    public let kind: ObjektKind
    public let form: Form
    public let bytes: [UInt8]

    public init(kind: ObjektKind, form: Form, bytes: [UInt8]) {
        self.kind = kind
        self.form = form
        self.bytes = bytes
    }

    /// What is left to know of it when it has been read.
    var withoutBytes: IndsendtObjekt { IndsendtObjekt(kind: kind, form: form, bytes: []) }
}

/// From bytes to the store: parse → validate → normalise → store.
///
/// Every stage but the last is pure. One bad object never stops the others.
public struct Importer: Sendable {
    let store: Store
    let validator: Validator
    let normaliser: Normaliser
    /// How strictly a system's objects are judged.
    let kontrol: @Sendable (UUIDIdentifikator?) -> Kontrol

    public init(
        store: Store, validator: Validator, normaliser: Normaliser,
        kontrol: @escaping @Sendable (UUIDIdentifikator?) -> Kontrol
    ) {
        self.store = store
        self.validator = validator
        self.normaliser = normaliser
        self.kontrol = kontrol
    }

    /// The first three stages for one object; on any thread, about 30 µs for 4 KB.
    public func prepare(_ objekt: IndsendtObjekt, fra indsender: Indsender) -> Forberedt {
        let form: IngestOperation = objekt.form == .opdater ? .opdater : .importer
        let record: ParsedRecord
        do throws(JSONError) {
            record = try read(objekt, form)
        } catch {
            let finding = Finding(.R8, at: "", Self.besked(error, objekt))
            var item = Forberedt(objekt, uuid: nil, refused: [finding], advarsler: [])
            item.erForDyb = error.reason == .tooDeep
            return item
        }
        return judge(record, objekt, indsender)
    }

    /// Of a line's object the bytes run to the line's end: a comma behind it begins another member.
    private static func besked(_ error: JSONError, _ objekt: IndsendtObjekt) -> String {
        if error.reason == .trailing, objekt.form != .erstat,
            objekt.bytes[error.byteOffset] == UInt8(ascii: ",")
        {
            return "Linjen har mere end ét objekt"
        }
        if error.reason == .tooDeep { return BeskedFejl(error).besked }
        return "Teksten er ikke JSON (byte \(error.byteOffset) af objektet)"
    }

    private func read(
        _ objekt: IndsendtObjekt, _ form: IngestOperation
    ) throws(JSONError) -> ParsedRecord {
        let outcome: Result<ParsedRecord, JSONError> = objekt.bytes.withUnsafeBufferPointer {
            bytes in
            do throws(JSONError) {
                return .success(try RecordParser.parse(bytes, as: objekt.kind, form))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private func judge(
        _ record: ParsedRecord, _ objekt: IndsendtObjekt, _ indsender: Indsender
    ) -> Forberedt {
        var findings = record.findings
        switch objekt.form {
        case .importer, .erstat: findings += validator.validate(record)
        case .opdater: findings += validator.validateUpdate(record)
        case .kasser: break
        }
        let normalised = normaliser.normalise(record)
        findings += normalised.findings
        let mode = kontrol(indsender.system)
        var judged = validator.judge(findings, mode)
        let owner = record.registreringer.last.flatMap { registrering in
            Ejer.cvr(
                of: registrering.segments, kind: record.kind, roller: validator.roller,
                at: store.now)
        }
        if objekt.form == .importer || objekt.form == .erstat, owner == nil,
            judged.refusals.isEmpty
        {
            // Without an authority there is no file to put it in, whatever the mode.
            let mangler = Finding(
                record.isYdelse ? .Y13 : .R30, at: record.ejerSti, statusKode: 40)
            judged.warnings.removeAll { $0.rule == mangler.rule && $0.sti == mangler.sti }
            judged.refusals.append(mangler)
        }
        guard judged.refusals.isEmpty, record.uuid != nil else {
            return Forberedt(
                objekt, afvist: record, refused: judged.refusals, advarsler: judged.warnings,
                myndighed: owner, mode: mode)
        }
        return Forberedt(
            objekt, record: record, myndighed: owner, advarsler: judged.warnings, mode: mode)
    }

    /// The last stage: carries out what was prepared and answers in the same order.
    ///
    /// `finish` is called on one of the store's threads when every 20 is on the disk. What points at
    /// another authority's object of the same message is written in a transaction after that one's,
    /// so that it never points at one that was refused. Of a circle some object comes first: a trial tells before
    /// which of it will be refused.
    public func store(
        _ prepared: [Forberedt], fra indsender: Indsender,
        finish: @escaping @Sendable ([Kvittering]) -> Void
    ) {
        let (domme, harKreds) = domme(prepared, indsender)
        if harKreds { forudse(Array(domme.joined()), prepared) }
        write(domme[...], prepared.map(\.afslag), finish)
    }

    /// Writes one wave after another; `receipts` are right for what has been judged.
    private func write(
        _ waves: ArraySlice<[Dom]>, _ receipts: [Kvittering],
        _ finish: @escaping @Sendable ([Kvittering]) -> Void
    ) {
        guard let wave = waves.first else { return finish(receipts) }
        store.write(wave.map(\.afgoerelse.skrivning)) { outcomes in
            var receipts = receipts
            for (dom, outcome) in zip(wave, outcomes) {
                receipts[dom.place] = dom.afgoerelse.kvittering(outcome)
            }
            self.write(waves.dropFirst(), receipts, finish)
        }
    }

    /// Judges all without storing, and then those that point at what is refused, so that the message knows of all that
    /// will be refused when the first is judged. Costs a judgement of each object, and one of each reference to a refused
    /// one.
    private func forudse(_ domme: [Dom], _ prepared: [Forberedt]) {
        var accepted = Proevebatch()
        var afviste: Set<Int> = []
        var left: [UUIDIdentifikator] = []
        func judge(_ place: Int, after batch: Proevebatch) -> Bool {
            let item = prepared[domme[place].place]
            guard domme[place].afgoerelse.proev(store, after: batch).statusKode != 20 else {
                return true
            }
            afviste.insert(place)
            item.uuid.map { left.append($0) }
            return false
        }
        for place in domme.indices {
            let item = prepared[domme[place].place]
            if judge(place, after: accepted), item.objekt.form == .importer { accepted.add(item) }
        }
        guard !left.isEmpty else { return }
        var pegende: [UUIDIdentifikator: [Int]] = [:]
        for (place, dom) in domme.enumerated() {
            for target in prepared[dom.place].record?.kraever ?? [] {
                pegende[target, default: []].append(place)
            }
        }
        while let refused = left.popLast() {
            for place in pegende.removeValue(forKey: refused) ?? [] where !afviste.contains(place) {
                _ = judge(place, after: Proevebatch())
            }
        }
    }

    /// The judgement of one object and its place in the message.
    private struct Dom {
        let place: Int
        let afgoerelse: Afgoerelse
    }

    /// The judgements of what is not refused already, in the order in which they are to be made, and whether some of them
    /// point at each other in a circle.
    private func domme(
        _ prepared: [Forberedt], _ indsender: Indsender, erProeve: Bool = false
    ) -> (domme: [[Dom]], harKreds: Bool) {
        let live = prepared.enumerated().compactMap { place, item in
            item.record.map { (place: place, item: item, record: $0) }
        }
        let meddelelse = Meddelelse(live.map(\.record))
        let (waves, harKreds) = Meddelelse.boelger(
            live.map { Meddelt(record: $0.record, myndighed: $0.item.myndighed) })
        let domme = waves.map { wave in
            wave.map { index in
                let (place, item, record) = live[index]
                return Dom(
                    place: place,
                    afgoerelse: Afgoerelse(
                        item, record, self, indsender, meddelelse, erProeve: erProeve))
            }
        }
        return (domme, harKreds)
    }

    /// Every finding, nothing stored: what storing now would answer.
    public func proev(_ prepared: [Forberedt], fra indsender: Indsender) -> [Kvittering] {
        var accepted = Proevebatch()
        var receipts = prepared.map(\.afslag)
        let (domme, harKreds) = domme(prepared, indsender, erProeve: true)
        if harKreds { forudse(Array(domme.joined()), prepared) }
        for dom in domme.joined() {
            let item = prepared[dom.place]
            let answer = dom.afgoerelse.proev(store, after: accepted)
            if answer.statusKode == 20, item.objekt.form == .importer { accepted.add(item) }
            receipts[dom.place] = answer
        }
        let meddelelse = Meddelelse(prepared.compactMap { $0.record ?? $0.afvist })
        for (place, item) in prepared.enumerated() {
            guard let record = item.afvist else { continue }
            let afgoerelse = Afgoerelse(
                item, record, self, indsender, meddelelse, erProeve: true)
            let more = afgoerelse.proev(store, after: accepted)
            receipts[place] = item.afslag(med: more.fejl.filter { $0.rule != .X1 })
        }
        return receipts
    }
}

/// An object that has been through the pure stages.
public struct Forberedt: Sendable {
    let objekt: IndsendtObjekt
    /// Nil when it is missing or malformed.
    public let uuid: UUIDIdentifikator?
    /// Nil when the object is refused already.
    let record: ParsedRecord?
    /// What could be read of one that is refused, where a trial can judge it further.
    let afvist: ParsedRecord?
    let myndighed: CVRNummer?
    let refused: [Finding]
    let advarsler: [Finding]
    let mode: Kontrol
    /// The kind is not known either.
    var erUlaeselig = false
    /// Its JSON is nested too deep.
    public internal(set) var erForDyb = false

    init(
        _ objekt: IndsendtObjekt, uuid: UUIDIdentifikator?, refused: [Finding],
        advarsler: [Finding]
    ) {
        self.objekt = objekt.withoutBytes
        self.uuid = uuid
        record = nil
        afvist = nil
        myndighed = nil
        self.refused = refused
        self.advarsler = advarsler
        mode = .streng
    }

    /// Refused by its own content.
    init(
        _ objekt: IndsendtObjekt, afvist record: ParsedRecord, refused: [Finding],
        advarsler: [Finding], myndighed: CVRNummer?, mode: Kontrol
    ) {
        self.objekt = objekt.withoutBytes
        uuid = record.uuid
        self.record = nil
        // Of what could not be read nobody can tell what it is to be among the others.
        let isRead = record.uuid != nil && record.findings.allSatisfy { $0.mark != .refuses }
        let goesWhereItIs = objekt.form == .opdater || objekt.form == .kasser
        afvist = isRead && (goesWhereItIs || myndighed != nil) ? record : nil
        self.myndighed = myndighed
        self.refused = refused
        self.advarsler = advarsler
        self.mode = mode
    }

    init(
        _ objekt: IndsendtObjekt, record: ParsedRecord, myndighed: CVRNummer?,
        advarsler: [Finding], mode: Kontrol
    ) {
        self.objekt = objekt.withoutBytes
        uuid = record.uuid
        self.record = record
        afvist = nil
        self.myndighed = myndighed
        refused = []
        self.advarsler = advarsler
        self.mode = mode
    }

    /// It points at what must be there before it.
    public var kanVente: Bool { !(record?.kraever.isEmpty ?? true) }

    var afslag: Kvittering { afslag(med: []) }

    /// The refusal, with what else is wrong with the object.
    func afslag(med andre: [Finding]) -> Kvittering {
        let fejl = refused + andre.filter { !refused.contains($0) }
        return Kvittering(
            erUlaeselig ? nil : objekt.kind, uuid,
            statusKode: Validator.statusKode(of: fejl) ?? 40, fejl: fejl, advarsler: advarsler)
    }
}

extension ParsedRecord {
    var isYdelse: Bool { kind == .bevilling || kind == .oekonomiskEffektuering }

    /// The list that Ejer stands in.
    var ejerliste: Element {
        switch kind {
        case .sag: .sagsaktoer
        case .dokument: .dokumentaktoer
        case .bevilling: .bevillingsaktoer
        case .oekonomiskEffektuering: .aktoer
        }
    }

    /// Of the last registration.
    var ejerSti: String {
        let sti = "RelationListe." + ejerliste.name
        return registreringer.last?.sti(sti) ?? sti
    }
}
