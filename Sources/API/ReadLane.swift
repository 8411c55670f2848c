import Dispatch
import Synchronization

/// Questions that may take long, beside the threads that serve connections: few at a time, and of one caller not all
/// of those, so that neither other callers nor short questions wait for them.
final class ReadLane: Sendable {
    /// Who asks: questions of one wait for each other before they wait for others'.
    struct Spoerger: Hashable {
        let system: String
        let cvr: String
    }

    private struct Ventende: Sendable {
        let spoerger: Spoerger
        let arbejde: @Sendable () -> Void
    }

    private struct State {
        var ventende: [Ventende] = []
        var igang: [Spoerger: Int] = [:]
        /// Those that nothing runs on.
        var frie: [DispatchQueue]
    }

    private let bredde: Int
    private let state: Mutex<State>
    /// Of one caller, and in all; more are answered 503.
    static let mestVentende = (afEn: 64, iAlt: 1024)

    /// At most `bredde` at a time, and one less of one caller.
    ///
    /// A serial queue each: those have threads of their own, where a concurrent one shares the machine's few with
    /// all that writes.
    init(bredde: Int = 3) {
        let bredde = max(2, bredde)
        self.bredde = bredde
        state = Mutex(
            State(frie: (0..<bredde).map { DispatchQueue(label: "tvaerindeks.laesning.\($0)") }))
    }

    /// Runs `arbejde` on a thread of the lane; false when too many wait already. One whose turn it is waits for nobody.
    func async(_ spoerger: Spoerger, _ arbejde: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, next) = state.withLock { state -> (Bool, [(Ventende, DispatchQueue)]) in
            let mayStart = !state.frie.isEmpty && mayStart(spoerger, state)
            guard
                mayStart
                    || state.ventende.count < Self.mestVentende.iAlt
                        && state.ventende.count(where: { $0.spoerger == spoerger })
                            < Self.mestVentende.afEn
            else { return (false, []) }
            state.ventende.append(Ventende(spoerger: spoerger, arbejde: arbejde))
            return (true, start(&state))
        }
        run(next)
        return isTaken
    }

    /// Those that may begin, the first that came first.
    private func start(_ state: inout State) -> [(Ventende, DispatchQueue)] {
        var result: [(Ventende, DispatchQueue)] = []
        while !state.frie.isEmpty,
            let place = state.ventende.firstIndex(where: { mayStart($0.spoerger, state) })
        {
            let one = state.ventende.remove(at: place)
            state.igang[one.spoerger, default: 0] += 1
            result.append((one, state.frie.removeLast()))
        }
        return result
    }

    private func mayStart(_ spoerger: Spoerger, _ state: State) -> Bool {
        state.igang[spoerger, default: 0] < bredde - 1
    }

    private func run(_ next: [(Ventende, DispatchQueue)]) {
        for (one, queue) in next {
            queue.async {
                one.arbejde()
                self.run(self.state.withLock { self.end(one.spoerger, queue, &$0) })
            }
        }
    }

    private func end(
        _ spoerger: Spoerger, _ queue: DispatchQueue, _ state: inout State
    ) -> [(Ventende, DispatchQueue)] {
        state.frie.append(queue)
        let left = state.igang[spoerger, default: 1] - 1
        state.igang[spoerger] = left == 0 ? nil : left
        return start(&state)
    }
}
