import Synchronization

/// How much lists may take, all files together, and which go when that is too much: a number of bytes, or
/// where memory holds many rows, so many for each.
final class Listeplads: Sendable {
    private struct State {
        var used = 0
        var raekker = 0
        var filer: [Svag] = []
    }

    private struct Svag {
        weak var fil: Fillager?
    }

    private let minBytes: Int
    private static let bytesPerRaekke = 48
    private let state = Mutex(State())
    private let ur = Atomic<UInt64>(0)
    /// One at a time makes room.
    private let ryddes = Mutex<Void>(())

    init(minBytes: Int) { self.minBytes = minBytes }

    /// So many rows more are held in memory, or fewer.
    func add(raekker: Int) { state.withLock { $0.raekker += raekker } }

    /// How many rows memory holds, all files together.
    var raekker: Int { state.withLock { $0.raekker } }

    private func most(_ state: State) -> Int {
        max(minBytes, state.raekker * Self.bytesPerRaekke)
    }

    /// Lists of the file are among those that may go.
    func add(_ fil: Fillager) {
        state.withLock { state in
            state.filer.removeAll { $0.fil == nil }
            state.filer.append(Svag(fil: fil))
        }
    }

    /// A later instant than any before, to tell what was used last.
    func tick() -> UInt64 { ur.wrappingAdd(1, ordering: .relaxed).newValue }

    /// True when it is too much, and `makeRoom` is to be called.
    func take(_ bytes: Int) -> Bool {
        state.withLock { state in
            state.used += bytes
            return state.used > most(state)
        }
    }

    func give(_ bytes: Int) { state.withLock { $0.used -= bytes } }

    /// What has been used longest ago goes, in whatever file, until a quarter is free.
    func makeRoom() {
        ryddes.withLockIfAvailable { _ in
            let (used, maxBytes, filer) = state.withLock {
                ($0.used, most($0), $0.filer.compactMap(\.fil))
            }
            guard used > maxBytes else { return }
            var left = used - maxBytes / 4 * 3
            let order = filer.flatMap(\.brug).sorted { $0.brugt < $1.brugt }
            var last: UInt64 = 0
            for one in order where left > 0 {
                left -= one.bytes
                last = one.brugt
            }
            for fil in filer { fil.forget(usedUntil: last) }
        }
    }
}
