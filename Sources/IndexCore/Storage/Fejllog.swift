import Synchronization

/// Tells the operator on standard error why changes could not be kept.
///
/// The sender is told 50 and no more. A cause is told at most once a second with how many objects it
/// has met since, so a full disk fills no log as well.
final class Fejllog: Sendable {
    private struct Entry {
        var cause: StoreError
        var count: Int
        var told: Tidspunkt
    }

    private let entries = Mutex<[Entry]>([])
    private let clock: @Sendable () -> Tidspunkt
    private let tell: @Sendable (String) -> Void

    init(
        clock: @escaping @Sendable () -> Tidspunkt,
        tell: @escaping @Sendable (String) -> Void = { standardErrorText($0) }
    ) {
        self.clock = clock
        self.tell = tell
    }

    /// Notes that so many objects were not kept; what a store that closes refuses is no fault.
    func note(_ cause: StoreError, objekter count: Int) {
        guard cause != .closing else { return }
        let now = clock()
        let line = entries.withLock { entries -> String? in
            let place = entries.firstIndex { $0.cause == cause }
            let index = place ?? entries.endIndex
            if place == nil {
                entries.append(Entry(cause: cause, count: 0, told: .distantPast))
            }
            entries[index].count += count
            let isEarly =
                entries[index].told != .distantPast
                && now < entries[index].told.advanced(byMicroseconds: 1_000_000)
                // A clock that was set back does not silence it.
                && now >= entries[index].told
            guard !isEarly else { return nil }
            defer {
                entries[index].count = 0
                entries[index].told = now
            }
            return "tvaerindeks: \(entries[index].count) objekter blev ikke gemt: \(cause)\n"
        }
        if let line { tell(line) }
    }
}
