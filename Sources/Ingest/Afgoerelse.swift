import IndexCore
import Synchronization

/// What a trial has accepted so far of one message; nothing of it is stored.
struct Proevebatch: Sendable {
    private struct Nummer: Hashable {
        let kind: ObjektKind
        let myndighed: CVRNummer?
        let noegle: String
    }

    private var kendte: Set<UUIDIdentifikator> = []
    private var numre: [Nummer: UUIDIdentifikator] = [:]

    /// Takes note of an object that would be stored.
    mutating func add(_ item: Forberedt) {
        guard let uuid = item.uuid, let sent = item.record?.registreringer.last else { return }
        kendte.insert(uuid)
        for segment in sent.segments where segment.unit == .egenskaber {
            guard let noegle = segment.body.text(.brugervendtNoegle) else { continue }
            let nummer = Nummer(
                kind: item.objekt.kind, myndighed: item.myndighed, noegle: noegle)
            if numre[nummer] == nil { numre[nummer] = uuid }
        }
    }

    func has(_ uuid: UUIDIdentifikator) -> Bool { kendte.contains(uuid) }

    func holder(of nummer: Nummerkrav, in myndighed: CVRNummer?) -> UUIDIdentifikator? {
        numre[
            Nummer(
                kind: nummer.kind, myndighed: nummer.myndighed ?? myndighed, noegle: nummer.noegle)]
    }
}

/// What is committed, with what the trial has accepted laid over it.
private struct Proevekontekst: WriteContext {
    let base: any WriteContext
    let batch: Proevebatch
    /// The authority of the object that is judged; nil for an update, which stays where it is.
    let myndighed: CVRNummer?

    var now: Tidspunkt { base.now }

    func kind(of uuid: UUIDIdentifikator) throws(StoreError) -> ObjektKind? {
        try base.kind(of: uuid)
    }

    func holder(of nummer: Nummerkrav) throws(StoreError) -> UUIDIdentifikator? {
        if let other = batch.holder(of: nummer, in: myndighed), other != nummer.uuid {
            return other
        }
        return try base.holder(of: nummer)
    }

    func objekt(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt? {
        try base.objekt(uuid)
    }

    func fakta(of stored: StoredObjekt) -> AdgangsFakta { base.fakta(of: stored) }

    func arkivering(of row: ObjektRow) throws(StoreError) -> [AdgangsFakta]? {
        try base.arkivering(of: row)
    }

    func erJournaliseret(_ uuid: UUIDIdentifikator) throws(StoreError) -> Bool {
        try base.erJournaliseret(uuid)
    }

    func historik(of stored: StoredObjekt) throws(StoreError) -> [Registrering] {
        try base.historik(of: stored)
    }
}

/// The judgement of one object against what is stored, made inside the writer's transaction.
///
/// The rules that ask about other objects or about the stored one: R18–R21, R23, R37, R39, R43,
/// Y33–Y37 and X1.
final class Afgoerelse: Sendable {
    private let item: Forberedt
    private let record: ParsedRecord
    private let importer: Importer
    private let indsender: Indsender
    /// What else the same message holds: a reference to it is no dangling one (R37).
    private let meddelelse: Meddelelse
    /// Every finding is wanted, and nothing is stored.
    private let erProeve: Bool
    private let result = Mutex(Result())

    private struct Result: Sendable {
        var findings: [Finding] = []
        var erNy = false
        var unchangedSince: Tidspunkt?
    }

    init(
        _ item: Forberedt, _ record: ParsedRecord, _ importer: Importer, _ indsender: Indsender,
        _ meddelelse: Meddelelse, erProeve: Bool = false
    ) {
        self.erProeve = erProeve
        self.item = item
        self.record = record
        self.importer = importer
        self.indsender = indsender
        self.meddelelse = meddelelse
    }

    private var uuid: UUIDIdentifikator {
        record.uuid ?? UUIDIdentifikator(high: 0, low: 0)
    }

    // MARK: To the store and back

    var skrivning: Store.Skrivning {
        let goesWhereItIs = item.objekt.form == .opdater || item.objekt.form == .kasser
        let command = WriteCommand(uuid: uuid, kind: record.kind) {
            stored, context throws(StoreError) in
            try self.decide(stored, context)
        }
        return Store.Skrivning(
            command: command, myndighed: goesWhereItIs ? nil : item.myndighed,
            peger: record.peger, noegleOptaget: noegleOptaget)
    }

    /// Notes that the object would move to where its number is another's (R23); whether it is to be done all the
    /// same, as for a lenient source.
    private func noegleOptaget() -> Bool {
        if !record.isYdelse, !result.withLock({ $0.findings.contains { $0.rule == .R23 } }) {
            report(.R23, record.registreringer.last?.sti("AttributListe.Egenskaber") ?? "")
        }
        return mayGoOn
    }

    func kvittering(_ outcome: Swift.Result<WriteOutcome, StoreError>) -> Kvittering {
        let result = result.withLock { $0 }
        switch outcome {
        case .failure: return kvittering(50, [], result)
        case .success(.damaged): return kvittering(50, [], result)
        default: break
        }
        let judged = importer.validator.judge(result.findings, item.mode)
        if let status = Validator.statusKode(of: judged.refusals) {
            return kvittering(status, judged.refusals, result)
        }
        var kvittering = kvittering(20, [], result)
        kvittering.advarsler += judged.warnings.filter { !item.advarsler.contains($0) }
        if case .success(.stored(let time)) = outcome {
            kvittering.stsTidspunkt = time
            kvittering.erNy = result.erNy
        } else {
            kvittering.stsTidspunkt = result.unchangedSince
        }
        return kvittering
    }

    private func kvittering(_ status: Int, _ fejl: [Finding], _ result: Result) -> Kvittering {
        Kvittering(
            record.kind, uuid, statusKode: status, fejl: fejl, advarsler: item.advarsler)
    }

    /// What storing would answer after `tidligere`, judged against what is committed.
    func proev(_ store: Store, after tidligere: Proevebatch) -> Kvittering {
        let outcome: Swift.Result<WriteOutcome, StoreError>
        do throws(StoreError) {
            try store.proev(uuid, in: item.myndighed) { stored, context throws(StoreError) in
                if self.item.objekt.form == .importer, tidligere.has(self.uuid) {
                    return _ = self.refuse(self.rule(.R18, .Y34))
                }
                let context = Proevekontekst(
                    base: context, batch: tidligere, myndighed: self.item.myndighed)
                _ = try self.decide(stored, context)
            }
            outcome = .success(.left)
        } catch {
            outcome = .failure(error)
        }
        var answer = kvittering(outcome)
        answer.stsTidspunkt = nil
        return answer
    }

    // MARK: Deciding

    private func decide(
        _ stored: StoredObjekt?, _ context: any WriteContext
    ) throws(StoreError) -> WriteDecision {
        result.withLock { $0 = Result() }
        let decision = try decision(stored, context)
        meddelelse.noter(uuid, afvist: !mayGoOn)
        return decision
    }

    private func decision(
        _ stored: StoredObjekt?, _ context: any WriteContext
    ) throws(StoreError) -> WriteDecision {
        switch item.objekt.form {
        case .importer, .erstat:
            guard mayBecome(record.registreringer.last?.segments ?? [], context.now) else {
                return .leave
            }
            guard let stored else { return try insert(context) }
            guard item.objekt.form == .erstat else {
                let refused = refuse(rule(.R18, .Y34))
                // A trial tells what else is wrong.
                return erProeve ? try insert(context) : refused
            }
            return try replace(stored, context)
        case .opdater:
            guard let stored, stored.row.kind == record.kind else {
                return refuse(rule(.R19, .Y35))
            }
            return try update(stored, context)
        case .kasser:
            guard let stored, stored.row.kind == record.kind else {
                return refuse(rule(.R19, .Y35))
            }
            return try purge(stored, context)
        }
    }

    private func insert(_ context: any WriteContext) throws(StoreError) -> WriteDecision {
        guard let last = record.registreringer.last else { return .leave }
        judgeMasters(record.registreringer[...], after: nil)
        for sent in record.registreringer { try judgeReferences(sent, sent.segments, context) }
        try judgeNoegle(last.segments, last, context)
        guard mayGoOn else { return .leave }
        result.withLock { $0.erNy = true }
        return .insert(record.registreringer.map { registrering($0) })
    }

    private func replace(
        _ stored: StoredObjekt, _ context: any WriteContext
    ) throws(StoreError) -> WriteDecision {
        guard stored.row.kind == record.kind else { return refuse(rule(.R18, .Y34)) }
        if let rule = try indsender.refusal(of: stored, hidden: rule(.R18, .Y34), context) {
            return refuse(rule)
        }
        // What the object says already, and what was before it, is not said again.
        // Most objects point at nothing: then it is not made.
        lazy var sidste = Dictionary(
            grouping: record.registreringer.last?.segments ?? [], by: \.key)
        let skjulte = try skjulte(stored.current, context) { own in
            !(sidste[own.key]?.contains(own) ?? false)
        }
        let all = record.registreringer.map { skjulte.lagtTil(registrering($0)) }
        let known = all.lastIndex { skjulte.erUaendret($0) }
        let new = (known.map { $0 + 1 } ?? 0)..<all.count
        guard let last = new.last else {
            result.withLock { $0.unchangedSince = stored.row.sts }
            return .leave
        }
        let sent = record.registreringer[last]
        guard goesOnAfterTime(stored, sent) else { return .leave }
        judgePladser(sent, skjulte)
        judgeMasters(record.registreringer[new], after: stored.current.segments)
        report(
            importer.validator.validateReplacement(
                record.kind, before: stored.current.segments, after: all[last].segments, sent: sent)
        )
        guard mayGoOn || erProeve else { return .leave }
        for sent in record.registreringer[new] {
            try judgeReferences(sent, sent.segments, context, stored: stored.current.segments)
        }
        try judgeNoegle(all[last].segments, record.registreringer[last], context)
        return mayGoOn ? .append(Array(all[new])) : .leave
    }

    /// Refuses a grant or payment as it was before the latest registration (Y37); a trial goes on, to tell what else is
    /// wrong.
    private func goesOnAfterTime(_ stored: StoredObjekt, _ sent: ParsedRegistrering) -> Bool {
        guard record.isYdelse, let time = sent.header[.tidspunkt]?.time,
            let last = stored.current.tidspunkt, time < last
        else { return true }
        report(.Y37, sent.sti("Tidspunkt"))
        return erProeve
    }

    /// Each registration has a Master that the one before it had (R20).
    private func judgeMasters(_ sent: ArraySlice<ParsedRegistrering>, after stored: [Segment]?) {
        var before = stored
        for registrering in sent {
            if let before {
                report(
                    importer.validator.validateMaster(
                        record.kind, before: before, sent: registrering))
            }
            before = registrering.segments
        }
    }

    private func update(
        _ stored: StoredObjekt, _ context: any WriteContext
    ) throws(StoreError) -> WriteDecision {
        if let rule = try indsender.refusal(of: stored, hidden: rule(.R19, .Y35), context) {
            return refuse(rule)
        }
        guard let sent = record.registreringer.first else { return .leave }
        guard goesOnAfterTime(stored, sent) else { return .leave }
        let before = stored.current.segments
        let sendte = Dictionary(grouping: sent.segments, by: \.key)
        let skjulte = try skjulte(stored.current, context) { own in
            sendte[own.key]?.contains { record.isYdelse ? own != $0 : own.viger(for: $0) } ?? false
        }
        judgePladser(sent, skjulte)
        let after =
            record.isYdelse
            ? replacing(before, sent, skjulte) : Timeline.merge(before, with: sent.segments)
        let findings = importer.validator.validateMerged(
            record.kind, before: before, after: after, sent: sent)
        report(findings)
        guard mayGoOn || erProeve, mayBecome(after, context.now) else { return .leave }
        try judgeReferences(sent, sent.segments, context, stored: before)
        try judgeNoegle(after, sent, context)
        guard mayGoOn else { return .leave }
        let header = updatedHeader(sent, over: stored.current.header)
        return .append([
            Registrering(header: header, stsTidspunkt: context.now, segments: after)
        ])
    }

    private func skjulte(
        _ registrering: Registrering, _ context: any WriteContext,
        spoergesOm: (Segment) -> Bool
    ) throws(StoreError) -> Skjulte {
        try Skjulte(registrering, record.schema, spoergesOm: spoergesOm) {
            target throws(StoreError) in try self.kender(target, context)
        }
    }

    /// Whether the sender may know of what a part points at; what is not in the index, its source does.
    private func kender(
        _ target: UUIDIdentifikator, _ context: any WriteContext
    ) throws(StoreError) -> Bool {
        guard indsender.system != nil, let stored = try context.objekt(target) else { return true }
        return try indsender.mayKnow(stored, context)
    }

    /// A journal entry may not take the place of one that the sender may not know of (R32).
    private func judgePladser(_ sent: ParsedRegistrering, _ skjulte: Skjulte) {
        for (index, segment) in sent.segments.enumerated() where skjulte.optager(segment) {
            report(
                Finding(
                    .R32, at: sent.sti(index, in: record.schema, "Indeks"),
                    "Indeks er brugt af en anden på samme tid", statusKode: 40, mark: .refuses))
        }
    }

    /// Benefits replace each of the three lists that was sent, whole (ydelse §8), but for what the sender may not know
    /// of.
    private func replacing(
        _ before: [Segment], _ sent: ParsedRegistrering, _ skjulte: Skjulte
    ) -> [Segment] {
        let schema = record.schema
        let kept = before.filter { segment in
            guard let unit = schema.unit(segment.unit) else { return true }
            return !sent.lists.contains(unit.container.flag)
        }
        return schema.ordnet(kept + skjulte.lagtTil(registrering(sent)).segments)
    }

    private func purge(
        _ stored: StoredObjekt, _ context: any WriteContext
    ) throws(StoreError) -> WriteDecision {
        if let rule = try indsender.refusal(of: stored, hidden: rule(.R19, .Y35), context) {
            return refuse(rule)
        }
        let parts = record.registreringer.flatMap(\.segments)
        let history = try context.historik(of: stored)
        let keys = Set(parts.map(\.key))
        var skjulte: [Skjulte] = []
        for registrering in history {
            skjulte.append(try self.skjulte(registrering, context) { keys.contains($0.key) })
        }
        // What the sender may not know of is answered as missing, and stays.
        let ever = zip(history, skjulte).flatMap { registrering, skjulte in
            registrering.segments.filter { !skjulte.hele.contains($0) }
        }
        for sent in record.registreringer {
            report(importer.validator.validateRemoval(record.kind, sent: sent, stored: ever))
        }
        let kept = zip(history, skjulte).map { registrering, skjulte in
            var kept = registrering
            kept.segments.removeAll { keys.contains($0.key) && !skjulte.hele.contains($0) }
            return kept
        }
        guard mayGoOn, mayBecome(kept.last?.segments ?? [], context.now) else { return .leave }
        return .rewrite(kept)
    }

    // MARK: Rules that ask about other objects

    private func judgeReferences(
        _ sent: ParsedRegistrering, _ segments: [Segment], _ context: any WriteContext,
        stored: [Segment] = []
    ) throws(StoreError) {
        let known = Dictionary(grouping: stored.filter { $0.pegepind != nil }, by: \.pegepind)
        for (index, segment) in segments.enumerated() {
            // What stands there already, and as long, points no further: its source may keep it, and end it.
            let own = segment.pegepind.flatMap { known[$0] } ?? []
            let isKept = own.contains { $0.virkning.daekker(segment.virkning) }
            switch segment.unit {
            case .sagsrelation where !isKept:
                try judgeTarget(.sag, index, segment, sent, context)
            case .dokumentrelation where !isKept:
                try judgeTarget(.dokument, index, segment, sent, context)
            case .journalpost:
                if !isKept { try judgeTarget(.dokument, index, segment, sent, context) }
                if !own.contains(where: { $0.undtaget == segment.undtaget }) {
                    try judgeUndtaget(index, segment, sent, context)
                }
            case .oekonomiskYdelseEffektueringRelation:
                try judgeBevilget(index, segment, sent, context)
            default: break
            }
        }
    }

    private func judgeTarget(
        _ kind: ObjektKind, _ index: Int, _ segment: Segment, _ sent: ParsedRegistrering,
        _ context: any WriteContext
    ) throws(StoreError) {
        guard let target = segment.body[.referenceID]?.uuid else { return }
        let sti = sent.sti(index, in: record.schema, "ReferenceID")
        if target == uuid {
            return report(
                Finding(
                    .R37, at: sti, "Objektet peger på sig selv", statusKode: 40, mark: .refuses))
        }
        if try mayPoint(at: target, kind, context) {
            // One that is being removed at this moment is as good as missing.
            if segment.unit == .journalpost, !context.mayFile(target) {
                report(Finding(.R37, at: sti))
            }
            return
        }
        // To file a document is to open it: one that the sender may not know of is refused whatever the mode.
        var mark: Rule.Mark?
        if segment.unit == .journalpost, indsender.system != nil,
            try context.objekt(target)?.row.kind == .dokument
        {
            mark = .refuses
        }
        report(Finding(.R37, at: sti, mark: mark))
    }

    /// Whether there is such an object, here or in the same message, that the sender may know of:
    /// its own, or one that its agreements cover. Any other is as good as missing.
    ///
    /// A document opens to those who see a case that files it, so that filing is no small thing.
    private func mayPoint(
        at target: UUIDIdentifikator, _ kind: ObjektKind, _ context: any WriteContext
    ) throws(StoreError) -> Bool {
        // What a message updates is there already, or is not to come.
        let kommer = item.objekt.form == .opdater ? nil : meddelelse[target]?.kind
        if indsender.system == nil, !meddelelse.erAfvist(target) {
            if let kommer { return kommer == kind }
            return try context.kind(of: target) == kind
        }
        if let stored = try context.objekt(target) {
            guard stored.row.kind == kind else { return false }
            return try indsender.mayKnow(stored, context)
        }
        return kommer == kind
    }

    /// A line points at a grant and at a benefit in it, either of which may come later (Y33).
    private func judgeBevilget(
        _ index: Int, _ segment: Segment, _ sent: ParsedRegistrering, _ context: any WriteContext
    ) throws(StoreError) {
        guard let reference = segment.body.group(.bevilgetYdelseRef),
            let grant = reference[.uuidIdentifikator]?.uuid
        else { return }
        let sti = sent.sti(index, in: record.schema, "BevilgetYdelseRef")
        guard try mayPoint(at: grant, .bevilling, context) else { return report(.Y33, sti) }
        guard let id = reference.text(.bevilgetYdelseId), try !holds(grant, ydelse: id, context)
        else { return }
        report(.Y33, sti + ".BevilgetYdelseId")
    }

    /// Whether a grant has the benefit, as far as the sender may know.
    private func holds(
        _ grant: UUIDIdentifikator, ydelse id: String, _ context: any WriteContext
    ) throws(StoreError) -> Bool {
        let sent = meddelelse[grant]?.registreringer.last?.segments ?? []
        if sent.contains(where: { $0.isYdelse(id) }) { return true }
        // What is neither stored nor in the message is being written by another at this moment.
        guard let stored = try context.objekt(grant) else { return meddelelse[grant] == nil }
        // Which benefits another's grant has is not for all to know who may point at it.
        return !indsender.isSource(of: stored, at: context.now)
            || stored.current.segments.contains { $0.isYdelse(id) }
    }

    /// A journal entry's own exemption is for documents that have none (R39).
    private func judgeUndtaget(
        _ index: Int, _ segment: Segment, _ sent: ParsedRegistrering, _ context: any WriteContext
    ) throws(StoreError) {
        guard segment.undtaget != nil,
            let target = segment.body[.referenceID]?.uuid,
            let document = try knownDocument(target, context),
            document.contains(where: {
                $0.unit == .egenskaber && $0.virkning.covers(context.now)
                    && $0.body.group(.offentlighedUndtaget) != nil
            })
        else { return }
        report(
            .R39,
            sent.sti(index, in: record.schema, "JournalpostEgenskaber.OffentlighedUndtaget"))
    }

    /// A document's parts; nil for one that the sender may not know of, and for what is no document.
    private func knownDocument(
        _ target: UUIDIdentifikator, _ context: any WriteContext
    ) throws(StoreError) -> [Segment]? {
        guard let stored = try context.objekt(target) else {
            guard let sent = meddelelse[target], sent.kind == .dokument else { return nil }
            return sent.registreringer.last?.segments
        }
        guard stored.row.kind == .dokument else { return nil }
        let isKnown = try indsender.mayKnow(stored, context)
        return isKnown ? stored.current.segments : nil
    }

    /// A number belongs to one object of its kind within an authority (R23).
    private func judgeNoegle(
        _ segments: [Segment], _ sent: ParsedRegistrering, _ context: any WriteContext
    ) throws(StoreError) {
        let numre = Nummerkrav.alle(
            segments, record.kind, uuid, at: context.now, ejer(segments, context.now))
        for nummer in numre where try context.holder(of: nummer) != nil {
            return report(.R23, sent.sti("AttributListe.Egenskaber"))
        }
    }

    /// Whether the sender has the rights to what the object becomes (X1).
    ///
    /// Told before anything that hangs on other objects: who may not write is not to learn which numbers and
    /// UUIDs are taken.
    private func mayBecome(_ segments: [Segment], _ now: Tidspunkt) -> Bool {
        let before = result.withLock { $0.findings.count }
        judgeAgreement(segments, now)
        let told = result.withLock { Array($0.findings[before...]) }
        return importer.validator.judge(told, item.mode).refusals.isEmpty
    }

    /// So many times at which it changes who may see it may lie ahead: each is judged by itself, while others wait.
    private static let mestKommende = 200

    private func judgeAgreement(_ alle: [Segment], _ now: Tidspunkt) {
        let segments = alle.filter(\.unit.afgoerAdgang)
        let instants = Set(segments.map(\.virkning.fra).filter { $0 > now && !$0.isInfinite })
        guard instants.count <= Self.mestKommende else {
            return report(
                Finding(
                    .X1, at: record.ejerSti,
                    "Højst \(Self.mestKommende) kommende tidspunkter kan ændre, hvem der må se objektet",
                    statusKode: 40))
        }
        judgeFutureOwner(segments, now)
        let isChange = item.objekt.form == .opdater || item.objekt.form == .kasser
        if isChange || item.mode == .lempelig, lacksEjer(segments, now) {
            // Nobody would see it, nor be able to change it, any more.
            return report(
                Finding(rule(.R43, .Y36), at: record.ejerSti, "Ejer mangler", mark: .refuses))
        }
        guard indsender.system != nil else { return }
        let current = Registrering(header: .empty, stsTidspunkt: now, segments: segments)
        // What begins later must be covered too, or waiting would open any door.
        for instant in [now] + instants {
            let fakta = importer.store.fakta(of: current, record.kind, at: instant)
            guard fakta.myndighed != nil else {
                return report(
                    Finding(
                        rule(.R30, .Y13), at: record.ejerSti, "Ejer mangler, når andet gælder",
                        statusKode: 40, mark: .refuses))
            }
            guard indsender.mayWrite(fakta) else { return report(.X1, record.ejerSti) }
        }
    }

    /// Now, or from some instant on. Some write the end of time as a year far ahead.
    private func lacksEjer(_ segments: [Segment], _ now: Tidspunkt) -> Bool {
        let registrering = Registrering(header: .empty, stsTidspunkt: now, segments: segments)
        var instants: Set<Tidspunkt> = [now]
        for segment in segments where [record.ejerliste, .egenskaber].contains(segment.unit) {
            instants.insert(segment.virkning.fra)
            instants.insert(segment.virkning.til)
        }
        let farAhead = now.advanced(byMicroseconds: 100 * 366 * 86_400 * 1_000_000)
        return instants.contains { instant in
            instant >= now && instant < farAhead
                && importer.store.ejer(of: registrering, record.kind, at: instant) == nil
        }
    }

    private func ejer(_ segments: [Segment], _ now: Tidspunkt) -> CVRNummer? {
        Ejer.cvr(of: segments, kind: record.kind, roller: importer.validator.roller, at: now)
    }

    /// An object moves to another authority's file when it is sent, not when a date comes.
    private func judgeFutureOwner(_ segments: [Segment], _ now: Tidspunkt) {
        let owners = segments.filter { segment in
            segment.unit == record.ejerliste && segment.virkning.til > now
                && importer.validator.roller.rolle(
                    RolleListe(record.kind, segment.unit), segment.body[.rolle]?.uuid) == .ejer
        }
        let numbers = Set(owners.map { Ejer.cvr(of: $0, kind: record.kind) })
        guard numbers.count > 1 else { return }
        report(
            Finding(
                .X1, at: record.ejerSti,
                "Ejer kan ikke skifte myndighed ud i fremtiden; send skiftet, når det gælder",
                statusKode: 40))
    }

    // MARK: Small parts

    private func registrering(_ parsed: ParsedRegistrering) -> Registrering {
        Registrering(
            header: stamped(parsed.header), stsTidspunkt: .distantPast, segments: parsed.segments)
    }

    /// The header with the system that sent it.
    private func stamped(_ header: ElementGroup) -> ElementGroup {
        guard let system = indsender.system else { return header }
        var writer = RecordWriter(reserving: 128)
        writer.copy(header)
        writer.uuid(.indsender, system)
        return ElementGroup(writer.bytes)
    }

    /// What the update says, with what is fixed from the import on, and the extensions of lists that it does not
    /// replace.
    private func updatedHeader(
        _ sent: ParsedRegistrering, over stored: ElementGroup
    ) -> ElementGroup {
        var fixed: Set<Element> = [.livscyklusKode, .brugerRef, .indsender]
        for container in UnitSchema.Container.allCases
        where !record.isYdelse || !sent.lists.contains(container.flag) {
            fixed.insert(container.listElement)
        }
        var values = Array(sent.header)
        for value in stored
        where fixed.contains(value.element)
            && !values.contains(where: { $0.element == value.element })
        {
            values.append(value)
        }
        var writer = RecordWriter(reserving: 128)
        for value in values.sorted(by: { $0.element.rawValue < $1.element.rawValue }) {
            writer.copy(value)
        }
        return ElementGroup(writer.bytes)
    }

    static func targets(_ segments: [Segment]) -> [UUIDIdentifikator] {
        var result: [UUIDIdentifikator] = []
        for segment in segments {
            switch segment.unit {
            case .journalpost, .sagsrelation, .dokumentrelation, .bevillingssag:
                if let uuid = segment.body[.referenceID]?.uuid { result.append(uuid) }
            case .oekonomiskYdelseEffektueringRelation:
                if let uuid = segment.body.group(.bevilgetYdelseRef)?[.uuidIdentifikator]?.uuid {
                    result.append(uuid)
                }
            default: break
            }
        }
        return result
    }

    private func rule(_ sagDokument: Rule, _ ydelse: Rule) -> Rule {
        record.isYdelse ? ydelse : sagDokument
    }

    private func refuse(_ rule: Rule, at sti: String = "UUIDIdentifikator") -> WriteDecision {
        report(rule, sti)
        return .leave
    }

    private func report(_ rule: Rule, _ sti: String) { report(Finding(rule, at: sti)) }

    private func report(_ finding: Finding) { report([finding]) }

    private func report(_ findings: [Finding]) {
        result.withLock { $0.findings += findings }
    }

    private var mayGoOn: Bool {
        let findings = result.withLock { $0.findings }
        return importer.validator.judge(findings, item.mode).refusals.isEmpty
    }
}

extension Virkning {
    fileprivate func daekker(_ other: Virkning) -> Bool { fra <= other.fra && other.til <= til }
}

extension Segment {
    fileprivate struct Pegepind: Hashable {
        let plads: TimelineKey
        let maal: UUIDIdentifikator
    }

    /// A journal entry's own exemption from openness.
    fileprivate var undtaget: ElementGroup? {
        body.group(.journalpostEgenskaber, .offentlighedUndtaget)
    }

    /// Where it stands and what it points at, of what must be there (R37).
    fileprivate var pegepind: Pegepind? {
        guard [.journalpost, .sagsrelation, .dokumentrelation].contains(unit) else { return nil }
        return body[.referenceID]?.uuid.map { Pegepind(plads: key, maal: $0) }
    }

    fileprivate func isYdelse(_ id: String) -> Bool {
        unit == .bevilgetYdelse && body.text(.id) == id
    }
}
