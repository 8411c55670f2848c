import Dispatch
import IndexCore
import Synchronization

/// Loads NDJSON straight into the store: large durable batches, the pure stages on every core.
///
/// Memory is bounded by the batch, whatever the length of the input. An object that points at one
/// further on in the input is tried again when the input ends.
public final class Masseindlaesning {
    /// How far it has come.
    public struct Status: Sendable {
        public var linjer = 0
        public var gemt = 0
        public var afvist = 0
        public var bytes = 0
    }

    /// One refused line: its number from 1 and what is wrong.
    public struct Afvist: Sendable {
        public let linje: Int
        public let kvittering: Kvittering
    }

    private let importer: Importer
    private let indsender: Indsender
    private let afvist: @Sendable (Afvist) -> Void
    private let batchBytes: Int
    private var venter: [(linje: Int, bytes: [UInt8])] = []
    private var venterBytes = 0
    private let state = Mutex(State())
    /// Batches that are being written; more would only take memory.
    private let plads = DispatchSemaphore(value: 2)

    private struct State: Sendable {
        var status = Status()
        var udskudt: [(linje: Int, bytes: [UInt8])] = []
    }

    /// `afvist` is called from several threads with every line that is refused.
    public init(
        importer: Importer, indsender: Indsender = .operatoer, batchBytes: Int = 32 << 20,
        afvist: @escaping @Sendable (Afvist) -> Void
    ) {
        self.importer = importer
        self.indsender = indsender
        self.batchBytes = batchBytes
        self.afvist = afvist
    }

    public var status: Status { state.withLock { $0.status } }

    /// Takes one line without its line break; blank lines are passed over.
    public func tag(_ line: [UInt8]) {
        state.withLock { state in
            state.status.linjer += 1
            state.status.bytes += line.count + 1
        }
        guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { return }
        let number = state.withLock { $0.status.linjer }
        venter.append((number, line))
        venterBytes += line.count
        if venterBytes >= batchBytes { skriv(sidsteForsoeg: false) }
    }

    /// Writes what is left and waits until all is on the disk.
    public func afslut() -> Status {
        skriv(sidsteForsoeg: false)
        ventPaaAlt()
        // What pointed forward finds its target now; what is still dangling is refused.
        venter = state.withLock { state in
            defer { state.udskudt = [] }
            return state.udskudt
        }
        skriv(sidsteForsoeg: true)
        ventPaaAlt()
        return status
    }

    private func ventPaaAlt() {
        plads.wait()
        plads.wait()
        plads.signal()
        plads.signal()
    }

    private func skriv(sidsteForsoeg: Bool) {
        guard !venter.isEmpty else { return }
        let lines = venter
        venter = []
        venterBytes = 0
        let prepared = forbered(lines)
        plads.wait()
        importer.store(prepared, fra: indsender) { receipts in
            self.opgoer(lines, receipts, sidsteForsoeg: sidsteForsoeg)
            self.plads.signal()
        }
    }

    /// The pure stages, in as many parts as there are cores.
    private func forbered(_ lines: [(linje: Int, bytes: [UInt8])]) -> [Forberedt] {
        let parts = 4
        let results = Mutex([[Forberedt]](repeating: [], count: parts))
        let size = (lines.count + parts - 1) / parts
        let importer = importer
        let indsender = indsender
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = min(part * size, lines.count)..<min((part + 1) * size, lines.count)
            let prepared = lines[range].map { line in
                Self.forbered(line.bytes, importer, indsender)
            }
            results.withLock { $0[part] = prepared }
        }
        return results.withLock { $0.flatMap { $0 } }
    }

    private static func forbered(
        _ line: [UInt8], _ importer: Importer, _ indsender: Indsender
    ) -> Forberedt {
        do throws(BeskedFejl) {
            let objekt = try Besked.objekt(linje: line, form: .importer)
            return importer.prepare(objekt, fra: indsender)
        } catch {
            return Forberedt(ulaeselig: error)
        }
    }

    private func opgoer(
        _ lines: [(linje: Int, bytes: [UInt8])], _ receipts: [Kvittering], sidsteForsoeg: Bool
    ) {
        for (line, receipt) in zip(lines, receipts) {
            if receipt.statusKode == 20 {
                state.withLock { $0.status.gemt += 1 }
            } else if !sidsteForsoeg, receipt.venterPaaAndre {
                state.withLock { $0.udskudt.append(line) }
            } else {
                state.withLock { $0.status.afvist += 1 }
                afvist(Afvist(linje: line.linje, kvittering: receipt))
            }
        }
    }
}

extension Masseindlaesning: @unchecked Sendable {
    // `venter` and `venterBytes` are used by the one thread that calls `tag` and `afslut`; all that
    // other threads touch is in `state`.
}

extension Finding {
    /// The target may yet come.
    var isDangling: Bool { rule == .R37 && statusKode == 44 }
}

extension Forberedt {
    /// A line that is no object at all.
    public init(ulaeselig fejl: BeskedFejl) {
        let nothing = IndsendtObjekt(kind: .sag, form: .importer, bytes: [])
        self.init(
            nothing, uuid: nil, refused: [Finding(.R8, at: fejl.sti, fejl.besked)], advarsler: [])
        erUlaeselig = true
    }
}
