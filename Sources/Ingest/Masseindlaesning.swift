import Dispatch
import IndexCore
import Synchronization

/// Loads NDJSON straight into the store: large durable batches, the pure stages on every core.
///
/// Lines that have been through the pure stages wait by authority (`Myndighedskoe`), so that one
/// commit writes many objects of one file. Memory is bounded by what waits and what is being
/// written, whatever the length of the input. An object that points at one further on in the
/// input, or at one that waits for another authority, is tried again when the input ends.
public final class Masseindlaesning {
    /// How far it has come.
    public struct Status: Sendable {
        public var linjer = 0
        public var gemt = 0
        public var afvist = 0
        /// Kept, with something to tell.
        public var bemaerket = 0
        public var bytes = 0
    }

    /// One line that there is something to tell of: its number from 1, and what.
    public struct Linjefund: Sendable {
        public let linje: Int
        public let kvittering: Kvittering
    }

    /// Bytes of input: how many are read before they are prepared, wait for their authority, and
    /// are written at a time.
    struct Graenser: Sendable {
        var laesning = 8 << 20
        var koe = 200 << 20
        var skrivning = 24 << 20

        /// What may wait where the files take so much: a sixteenth of it, for the larger they are, the more pages a
        /// commit changes. At most 1 GB and a sixteenth of the machine's memory; a third of it is what it takes.
        func koe(fylder bytes: Int64) -> Int {
            max(koe, min(Int(bytes / 16), 1 << 30, physicalMemory / 16))
        }
    }

    private let importer: Importer
    private let indsender: Indsender
    private let fund: @Sendable (Linjefund) -> Void
    private let graenser: Graenser
    private var laest: [(linje: Int, bytes: [UInt8])] = []
    private var laestBytes = 0
    private var koe = Myndighedskoe()
    private let state = Mutex(State())
    /// Batches that are being written; more would only take memory.
    private let plads = DispatchSemaphore(value: samtidige)
    private static let samtidige = 2

    private struct State: Sendable {
        var status = Status()
        var udskudt: [KlarLinje] = []
    }

    /// `fund` is called from several threads with every line that is refused or kept with a warning.
    public convenience init(
        importer: Importer, indsender: Indsender = .operatoer,
        fund: @escaping @Sendable (Linjefund) -> Void
    ) {
        self.init(
            importer: importer, indsender: indsender, graenser: Graenser(), fund: fund)
    }

    init(
        importer: Importer, indsender: Indsender = .operatoer, graenser: Graenser,
        fund: @escaping @Sendable (Linjefund) -> Void
    ) {
        self.importer = importer
        self.indsender = indsender
        self.graenser = graenser
        self.fund = fund
    }

    public var status: Status { state.withLock { $0.status } }

    /// Takes one line without its line break; blank lines are passed over.
    public func tag(_ line: [UInt8]) {
        let number = state.withLock { state in
            state.status.linjer += 1
            state.status.bytes += line.count + 1
            return state.status.linjer
        }
        guard line.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { return }
        laest.append((number, line))
        laestBytes += line.count
        if laestBytes >= graenser.laesning { forberedLaest() }
    }

    /// Writes what is left and waits until all is on the disk.
    public func afslut() -> Status {
        forberedLaest()
        skrivKoe()
        ventPaaAlt()
        // What pointed forward finds its target now; what is still dangling is refused.
        let udskudt = state.withLock { state in
            defer { state.udskudt = [] }
            return state.udskudt
        }
        skriv(udskudt, sidsteForsoeg: true)
        ventPaaAlt()
        return status
    }

    private func ventPaaAlt() {
        for _ in 0..<Self.samtidige { plads.wait() }
        for _ in 0..<Self.samtidige { plads.signal() }
    }

    // MARK: Preparing

    private func forberedLaest() {
        let lines = laest
        laest = []
        laestBytes = 0
        for line in forbered(lines) {
            switch line.udfald {
            case .afslag(let kvittering): afvis(line.linje, kvittering)
            case .klar(let objekt):
                let klar = KlarLinje(linje: line.linje, bytes: line.bytes, objekt: objekt)
                // Of two lines with one object the first is kept, whichever authority is first.
                if koe.venterUnderAnden(klar) { skrivKoe() }
                koe.tilfoej(klar)
            }
        }
        guard koe.bytes > graenser.koe else { return }
        let most = graenser.koe(fylder: importer.store.bytes)
        while koe.bytes > most {
            skriv(koe.tag(bytes: graenser.skrivning), sidsteForsoeg: false)
        }
    }

    /// The pure stages, in as many parts as there are cores.
    private func forbered(_ lines: [(linje: Int, bytes: [UInt8])]) -> [Forberedtlinje] {
        let parts = 4
        let results = Mutex([[Forberedtlinje]](repeating: [], count: parts))
        let size = (lines.count + parts - 1) / parts
        let importer = importer
        let indsender = indsender
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = min(part * size, lines.count)..<min((part + 1) * size, lines.count)
            let prepared = lines[range].map { line in
                Forberedtlinje(
                    linje: line.linje, bytes: line.bytes.count,
                    udfald: Self.forbered(line.bytes, importer, indsender))
            }
            results.withLock { $0[part] = prepared }
        }
        return results.withLock { $0.flatMap { $0 } }
    }

    private static func forbered(
        _ line: [UInt8], _ importer: Importer, _ indsender: Indsender
    ) -> Forberedtlinje.Udfald {
        let prepared: Forberedt
        do throws(BeskedFejl) {
            let objekt = try Besked.objekt(linje: line, form: .importer)
            prepared = importer.prepare(objekt, fra: indsender)
        } catch {
            prepared = Forberedt(ulaeselig: error)
        }
        return PakketForberedt(prepared).map { .klar($0) } ?? .afslag(prepared.afslag)
    }

    // MARK: Writing

    private func skrivKoe() {
        while koe.bytes > 0 { skriv(koe.tag(bytes: graenser.skrivning), sidsteForsoeg: false) }
    }

    private func skriv(_ lines: [KlarLinje], sidsteForsoeg: Bool) {
        guard !lines.isEmpty else { return }
        plads.wait()
        importer.store(lines.map { $0.objekt.pakketUd() }, fra: indsender) { receipts in
            self.opgoer(lines, receipts, sidsteForsoeg: sidsteForsoeg)
            self.plads.signal()
        }
    }

    private func opgoer(
        _ lines: [KlarLinje], _ receipts: [Kvittering], sidsteForsoeg: Bool
    ) {
        var gemt = 0
        for (line, receipt) in zip(lines, receipts) {
            if receipt.statusKode == 20 {
                gemt += 1
                if !receipt.advarsler.isEmpty { bemaerk(line.linje, receipt) }
            } else if !sidsteForsoeg, receipt.venterPaaAndre {
                state.withLock { $0.udskudt.append(line) }
            } else {
                afvis(line.linje, receipt)
            }
        }
        state.withLock { $0.status.gemt += gemt }
    }

    private func afvis(_ linje: Int, _ kvittering: Kvittering) {
        state.withLock { $0.status.afvist += 1 }
        fund(Linjefund(linje: linje, kvittering: kvittering))
    }

    private func bemaerk(_ linje: Int, _ kvittering: Kvittering) {
        state.withLock { $0.status.bemaerket += 1 }
        fund(Linjefund(linje: linje, kvittering: kvittering))
    }
}

extension Masseindlaesning: @unchecked Sendable {
    // `laest`, `laestBytes` and `koe` are used by the one thread that calls `tag` and `afslut`; all
    // that other threads touch is in `state`.
}

/// A line that has been through the pure stages.
private struct Forberedtlinje: Sendable {
    enum Udfald: Sendable {
        case afslag(Kvittering)
        case klar(PakketForberedt)
    }

    let linje: Int
    let bytes: Int
    let udfald: Udfald
}

/// A line that can be written.
struct KlarLinje: Sendable {
    let linje: Int
    /// The length of its text, as a measure of what it takes to keep and to write.
    let bytes: Int
    let objekt: PakketForberedt
}

/// Lines that wait to be written, by the authority whose file they go to.
///
/// Within an authority they keep their order, which decides whose number is the first.
struct Myndighedskoe {
    private struct Linjer {
        var linjer: [KlarLinje] = []
        var bytes = 0

        var foerste: Int { linjer.first?.linje ?? 0 }

        /// Takes out the first lines, until they are so many bytes or all.
        mutating func tag(bytes wanted: Int) -> ArraySlice<KlarLinje> {
            var (count, taken) = (0, 0)
            while count < linjer.count, taken < wanted {
                taken += linjer[count].bytes
                count += 1
            }
            let result = linjer[..<count]
            linjer = Array(linjer[count...])
            bytes -= taken
            return result
        }
    }

    private var koer: [CVRNummer?: Linjer] = [:]
    private var myndighedAf: [UUIDIdentifikator: CVRNummer?] = [:]
    private(set) var bytes = 0

    /// Whether the same object waits under another authority.
    func venterUnderAnden(_ line: KlarLinje) -> Bool {
        guard let uuid = line.objekt.uuid, let known = myndighedAf[uuid] else { return false }
        return known != line.objekt.myndighed
    }

    mutating func tilfoej(_ line: KlarLinje) {
        if let uuid = line.objekt.uuid { myndighedAf[uuid] = .some(line.objekt.myndighed) }
        koer[line.objekt.myndighed, default: Linjer()].linjer.append(line)
        koer[line.objekt.myndighed]?.bytes += line.bytes
        bytes += line.bytes
    }

    /// Takes out whole authorities, those that have waited longest first, until there is so much
    /// or nothing left; of one that has twice as much waiting only what came first.
    ///
    /// So a file is written as often as any other, whatever its size: a commit changes most pages
    /// of the file's index of keys, and the larger the file, the more objects it must bring.
    mutating func tag(bytes wanted: Int) -> [KlarLinje] {
        var result: [KlarLinje] = []
        var taken = 0
        for (myndighed, own) in koer.sorted(by: { $0.value.foerste < $1.value.foerste }) {
            guard taken < wanted else { break }
            var left = own
            result += left.tag(bytes: 2 * wanted)
            taken += own.bytes - left.bytes
            koer[myndighed] = left.linjer.isEmpty ? nil : left
        }
        for line in result { if let uuid = line.objekt.uuid { myndighedAf[uuid] = nil } }
        bytes -= taken
        return result
    }
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
