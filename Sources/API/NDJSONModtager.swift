import Dispatch
import IndexCore
import Ingest
import Synchronization

/// Takes a stream of NDJSON of any length in constant memory and answers one line a line.
///
/// Lines gather into durable batches, one written at a time; the upload waits while more than two
/// are on their way. Objects that point at ones further on are tried again when the stream ends. Answers come in the
/// order of the lines, and each carries its `Linje`.
final class NDJSONModtager: HTTPBodySink {
    /// Bytes of one line at most (http-api §1).
    static let maxLineBytes = 1 << 20
    private static let batchLines = 500
    private static let batchBytes = 4 << 20
    /// Lines that point at each other in a circle must stand within so much of those set aside.
    private static let lastBatchBytes = 16 << 20

    private let importer: Importer
    private let indsender: Indsender
    private let form: IndsendtObjekt.Form
    private let kald: Kald
    private let spool = Spool()
    private let queue = DispatchQueue(label: "tvaerindeks.ndjson")
    private let state = Mutex(State())
    private let udskudt = Mutex(Linjelager())
    /// The lines set aside, by their object: what comes later of it waits for them.
    private let ventende = Mutex<[UUIDIdentifikator: Set<Int>]>([:])
    /// The places held among the answers for the lines set aside.
    private let pladser = Mutex<[Int: Int]>([:])

    private struct Linje: Sendable {
        let nummer: Int
        /// Nil for one that is too long.
        let bytes: [UInt8]?
    }

    private struct State {
        var partial: [UInt8] = []
        /// The rest of a line that is too long is passed over.
        var isTooLong = false
        var lines: [Linje] = []
        var lineBytes = 0
        var count = 0
        var underway = 0
        var paused: HTTPFlow?
        var isAborted = false
    }

    init(
        importer: Importer, indsender: Indsender, form: IndsendtObjekt.Form, kald: Kald
    ) {
        self.importer = importer
        self.indsender = indsender
        self.form = form
        self.kald = kald
    }

    func receive(_ bytes: UnsafeRawBufferPointer, flow: HTTPFlow) -> HTTPUpload {
        let (fits, batches, waits) = state.withLock { state -> (Bool, [[Linje]], Bool) in
            var batches: [[Linje]] = []
            guard Self.split(bytes, &state, &batches) else { return (false, batches, false) }
            state.underway += batches.count
            let waits = state.underway > 2
            if waits { state.paused = flow }
            return (true, batches, waits)
        }
        for batch in batches { send(batch) }
        guard fits else {
            return .refused(
                Problem(413, detail: "En linje må højst være 1 MB").response(
                    transaktion: kald.transaktion))
        }
        return waits ? .paused : .more
    }

    /// False when the first line is longer than a line may be. Any other is answered as one that is wrong: those
    /// before it are stored, and their receipts are owed.
    private static func split(
        _ bytes: UnsafeRawBufferPointer, _ state: inout State, _ batches: inout [[Linje]]
    ) -> Bool {
        var start = 0
        for index in 0..<bytes.count where bytes[index] == UInt8(ascii: "\n") {
            guard append(UnsafeRawBufferPointer(rebasing: bytes[start..<index]), &state) else {
                return false
            }
            endLine(&state, &batches)
            start = index + 1
        }
        return append(UnsafeRawBufferPointer(rebasing: bytes[start...]), &state)
    }

    private static func append(_ bytes: UnsafeRawBufferPointer, _ state: inout State) -> Bool {
        guard !state.isTooLong else { return true }
        state.isTooLong = state.partial.count + bytes.count > maxLineBytes
        if state.isTooLong { state.partial = [] } else { state.partial.append(contentsOf: bytes) }
        return !state.isTooLong || state.count > 0
    }

    private static func endLine(_ state: inout State, _ batches: inout [[Linje]]) {
        state.count += 1
        let (line, isTooLong) = (state.partial, state.isTooLong)
        state.partial = []
        state.isTooLong = false
        guard isTooLong || line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else {
            return
        }
        state.lines.append(Linje(nummer: state.count, bytes: isTooLong ? nil : line))
        state.lineBytes += line.count
        if state.lines.count >= batchLines || state.lineBytes >= batchBytes {
            batches.append(state.lines)
            state.lines = []
            state.lineBytes = 0
        }
    }

    func finish(_ responder: HTTPResponder) {
        let last = state.withLock { state -> [Linje] in
            var batches: [[Linje]] = []
            if !state.partial.isEmpty || state.isTooLong { Self.endLine(&state, &batches) }
            let rest = batches.flatMap { $0 } + state.lines
            state.lines = []
            return rest
        }
        responder.send(
            HTTPResponse(
                status: 200,
                fields: [
                    HTTPField("Content-Type", "application/x-ndjson"),
                    HTTPField("x-TransaktionsId", kald.transaktion),
                ], body: .stream(spool)))
        if !last.isEmpty { send(last) }
        queue.async {
            self.retry()
            self.spool.finish()
        }
    }

    func abort() {
        state.withLock { $0.isAborted = true }
        queue.async { self.spool.finish() }
    }

    // MARK: Batches, one at a time

    private func send(_ lines: [Linje]) {
        queue.async {
            let (answers, left) = self.process(lines, waiting: .setAside)
            self.answer(lines, answers)
            for line in left { self.setAside(line) }
            let flow = self.state.withLock { state -> HTTPFlow? in
                state.underway -= 1
                guard state.underway <= 2 else { return nil }
                defer { state.paused = nil }
                return state.paused
            }
            flow?.resume()
        }
    }

    private func setAside(_ line: Linje) {
        let isKept = udskudt.withLock { $0.append(line.bytes ?? [], nummer: line.nummer) }
        if !isKept { fill(process([line], waiting: .answered).answers) }
    }

    /// Lines that wait point further on, so the last are tried first; then, once, what is left.
    private func retry() {
        var left: [Linjelager.Plads] = []
        let waiting = udskudt.withLock { $0.pladser }
        for batch in Self.batches(waiting, maxBytes: Self.batchBytes).reversed() {
            let (answers, waiting) = process(load(batch), waiting: .setAside)
            fill(answers)
            let still = Set(waiting.map(\.nummer))
            left = batch.filter { still.contains($0.nummer) } + left
        }
        for batch in Self.batches(left, maxBytes: Self.lastBatchBytes) {
            fill(process(load(batch), waiting: .answered).answers)
        }
    }

    private func load(_ batch: [Linjelager.Plads]) -> [Linje] {
        udskudt.withLock { lager in
            batch.map { Linje(nummer: $0.nummer, bytes: lager.bytes(at: $0)) }
        }
    }

    private static func batches(
        _ pladser: [Linjelager.Plads], maxBytes: Int
    ) -> [[Linjelager.Plads]] {
        var result: [[Linjelager.Plads]] = []
        var bytes = 0
        for plads in pladser {
            if bytes == 0 || bytes + plads.count > maxBytes {
                result.append([])
                bytes = 0
            }
            result[result.count - 1].append(plads)
            bytes += plads.count
        }
        return result
    }

    private enum Waiting { case setAside, answered }

    /// Stores the lines, and gives their answers; when those that wait are to be set aside, they are left.
    private func process(
        _ lines: [Linje], waiting: Waiting
    ) -> (answers: [Int: Kvittering], left: [Linje]) {
        let prepared = lines.map { line -> Forberedt in
            do throws(BeskedFejl) {
                guard let bytes = line.bytes else {
                    throw BeskedFejl(reason: .tooLong, sti: "", byteOffset: Self.maxLineBytes)
                }
                let objekt = try Besked.objekt(linje: bytes, form: form)
                return importer.prepare(objekt, fra: indsender)
            } catch {
                return Forberedt(ulaeselig: error)
            }
        }
        guard waiting == .setAside, !kald.kunKontrol else {
            let receipts =
                kald.kunKontrol ? importer.proev(prepared, fra: indsender) : store(prepared)
            let numbered = zip(lines, receipts).map { ($0.nummer, $1) }
            return (Dictionary(uniqueKeysWithValues: numbered), [])
        }
        var answers: [Int: Kvittering] = [:]
        var left: [Linje] = []
        var rest = Array(zip(lines, prepared))
        // More than one round only where an object comes again behind a line that may have to wait.
        while !rest.isEmpty {
            var (now, later): ([(Linje, Forberedt)], [(Linje, Forberedt)]) = ([], [])
            var doubtful: Set<UUIDIdentifikator> = []
            for (line, item) in rest {
                if let uuid = item.uuid, doubtful.contains(uuid) {
                    later.append((line, item))
                } else if let uuid = item.uuid, mustWait(uuid, line.nummer) {
                    left.append(line)
                    wait(uuid, line.nummer)
                } else {
                    now.append((line, item))
                    if let uuid = item.uuid, item.kanVente { doubtful.insert(uuid) }
                }
            }
            for ((line, item), receipt) in zip(now, store(now.map(\.1))) {
                if receipt.statusKode != 20, receipt.venterPaaAndre {
                    left.append(line)
                    if let uuid = item.uuid { wait(uuid, line.nummer) }
                } else {
                    answers[line.nummer] = receipt
                    if let uuid = item.uuid { waitNoMore(uuid, line.nummer) }
                }
            }
            rest = later
        }
        return (answers, left)
    }

    /// Writes the answers of the lines, in order, and holds a place for each that has none yet.
    private func answer(_ lines: [Linje], _ answers: [Int: Kvittering]) {
        var writer = JSONWriter(reserving: answers.count * 160)
        for line in lines {
            if let kvittering = answers[line.nummer] {
                writer.kvittering(kvittering, linje: line.nummer)
                writer.newline()
                continue
            }
            spool.append(writer.bytes)
            writer = JSONWriter(reserving: 160)
            let plads = spool.hold()
            pladser.withLock { $0[line.nummer] = plads }
        }
        spool.append(writer.bytes)
    }

    private func fill(_ answers: [Int: Kvittering]) {
        for (linje, kvittering) in answers {
            guard let plads = pladser.withLock({ $0.removeValue(forKey: linje) }) else { continue }
            var writer = JSONWriter(reserving: 160)
            writer.kvittering(kvittering, linje: linje)
            writer.newline()
            spool.fill(plads, writer.bytes)
        }
    }

    /// Whether an earlier line of the object has been set aside.
    private func mustWait(_ uuid: UUIDIdentifikator, _ linje: Int) -> Bool {
        ventende.withLock { $0[uuid]?.contains { $0 < linje } ?? false }
    }

    private func wait(_ uuid: UUIDIdentifikator, _ linje: Int) {
        ventende.withLock { _ = $0[uuid, default: []].insert(linje) }
    }

    private func waitNoMore(_ uuid: UUIDIdentifikator, _ linje: Int) {
        ventende.withLock { ventende in
            ventende[uuid]?.remove(linje)
            if ventende[uuid]?.isEmpty ?? false { ventende[uuid] = nil }
        }
    }

    private func store(_ prepared: [Forberedt]) -> [Kvittering] {
        let outcome = Mutex<[Kvittering]>([])
        let done = DispatchSemaphore(value: 0)
        importer.store(prepared, fra: indsender) { receipts in
            outcome.withLock { $0 = receipts }
            done.signal()
        }
        done.wait()
        return outcome.withLock { $0 }
    }
}
