import Dispatch
import Synchronization

/// Runs work one at a time and commits what has gathered in one transaction.
///
/// Work that comes while a commit syncs waits for the next, so that many callers share one sync.
/// `Context` is touched by one thread at a time, of those that the writers share.
final class GroupWriter<Context>: @unchecked Sendable {
    // `context`, `expected` and `commitMicroseconds` are used by whoever runs the next group, of whom
    // there is never more than one (`State.isUnderway`); what waits has its own lock.

    /// One caller's work: what to do inside the transaction, and what to say after the commit.
    struct Work: Sendable {
        let run: @Sendable (Context) throws(StoreError) -> Void
        let finish: @Sendable (StoreError?) -> Void
        /// How many objects it is about.
        var size = 1
    }

    /// The transaction that the works share.
    struct Transaction: Sendable {
        let begin: @Sendable (Context) throws(StoreError) -> Void
        let commit: @Sendable (Context) throws(StoreError) -> Void
        let rollback: @Sendable (Context) -> Void
    }

    private enum Task {
        case work(Work)
        case outside(@Sendable (inout Context?) -> Void)

        /// What is done outside transactions goes through whole files.
        var isLong: Bool {
            switch self {
            case .work(let work): work.size > WriterThreads.few
            case .outside: true
            }
        }
    }

    private struct State {
        var waiting: [Task] = []
        /// A thread has been asked to run what waits, or is doing so.
        var isUnderway = false
    }

    /// What is run together.
    private enum Group {
        case works([Work])
        case outside(@Sendable (inout Context?) -> Void)

        var count: Int {
            switch self {
            case .works(let works): works.count
            case .outside: 1
            }
        }
    }

    private let threads: WriterThreads
    /// Nil when it is closed.
    private var context: Context?
    private let transaction: Transaction
    private let state = Mutex(State())
    /// Works of one commit, and objects of them together; more wait for the next.
    private let groupSize: Int
    private static var groupObjects: Int { 1_000 }
    /// How many works the next commit is likely to have.
    private var expected = 1
    /// How long the last commit took.
    private var commitMicroseconds = 0
    private static var gatherMicroseconds: Int { 50 }

    init(
        on threads: WriterThreads, context: sending Context, groupSize: Int = 256,
        transaction: Transaction
    ) {
        self.threads = threads
        self.context = context
        self.groupSize = groupSize
        self.transaction = transaction
    }

    func submit(_ work: Work) { add(.work(work)) }

    /// Submits and waits; not to be called on a writer's thread.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Context) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let outcome = Mutex<Result?>(nil)
        let failure = Mutex<StoreError?>(nil)
        let done = DispatchSemaphore(value: 0)
        submit(
            Work(
                run: { context throws(StoreError) in
                    let value = try body(context)
                    outcome.withLock { $0 = value }
                },
                finish: { error in
                    failure.withLock { $0 = error }
                    done.signal()
                }))
        done.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        guard let value = outcome.withLock({ $0 }) else { throw StoreError.closing }
        return value
    }

    /// Runs `body` outside any transaction, after what was submitted before it, and waits; nil when the
    /// writer is closed. Not to be called on a writer's thread.
    func outside<Result: Sendable>(_ body: @escaping @Sendable (Context) -> Result) -> Result? {
        let outcome = Mutex<Result?>(nil)
        wait { context in
            let value = context.map(body)
            outcome.withLock { $0 = value }
        }
        return outcome.withLock { $0 }
    }

    /// The same without waiting; `finish` is told on a writer's thread.
    func outside<Result: Sendable>(
        _ body: @escaping @Sendable (Context) -> Result,
        finish: @escaping @Sendable (Result?) -> Void
    ) {
        add(.outside { context in finish(context.map(body)) })
    }

    /// The same for the last time: the context is gone when it is done, and what comes later fails.
    func close(_ body: @escaping @Sendable (Context) -> Void) {
        wait { context in
            if let context { body(context) }
            context = nil
        }
    }

    private func wait(_ body: @escaping @Sendable (inout Context?) -> Void) {
        let done = DispatchSemaphore(value: 0)
        add(
            .outside { context in
                body(&context)
                done.signal()
            })
        done.wait()
    }

    // MARK: What waits

    /// How much waits, what is being done among it.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func add(_ task: Task) {
        let isFirst = state.withLock { state in
            state.waiting.append(task)
            defer { state.isUnderway = true }
            return !state.isUnderway
        }
        if isFirst { schedule() }
    }

    private func schedule() {
        let isLong = state.withLock { $0.waiting.first?.isLong ?? false }
        threads.run(isLong: isLong) { self.runNext(isLong: isLong) }
    }

    private func runNext(isLong: Bool) {
        gather()
        let next = state.withLock { group(of: $0.waiting, isLong: isLong) }
        var failure: StoreError?
        switch next {
        case .works(let works): failure = run(works)
        case .outside(let body): body(&context)
        }
        expected = max(next.count, expected / 2)
        let more = state.withLock { state in
            state.waiting.removeFirst(next.count)
            state.isUnderway = !state.waiting.isEmpty
            return state.isUnderway
        }
        if case .works(let works) = next { for work in works { work.finish(failure) } }
        if more { schedule() }
    }

    /// What is first, and what may go with it; nothing long among short.
    private func group(of waiting: [Task], isLong: Bool) -> Group {
        var works: [Work] = []
        var objects = 0
        for task in waiting {
            switch task {
            case .outside(let body):
                return works.isEmpty ? .outside(body) : .works(works)
            case .work(let work):
                objects += work.size
                let isEnough =
                    works.count == groupSize || objects > Self.groupObjects
                    || (task.isLong && !isLong)
                if isEnough, !works.isEmpty { return .works(works) }
                works.append(work)
            }
        }
        return .works(works)
    }

    /// Waits a little for those who shared the last commits and have just been answered.
    ///
    /// Without it the first of them to come back has a sync to itself while the others queue. Waits a
    /// quarter of what a commit takes at most: a disk that syncs fast is not worth waiting for.
    private func gather() {
        guard expected > 1 else { return }
        for _ in 0..<min(20, commitMicroseconds / (4 * Self.gatherMicroseconds)) {
            guard state.withLock({ $0.waiting.count }) < expected else { return }
            pauseThread(microseconds: UInt32(Self.gatherMicroseconds))
        }
    }

    private func run(_ works: [Work]) -> StoreError? {
        guard let context else { return .closing }
        do throws(StoreError) {
            try transaction.begin(context)
            for work in works { try work.run(context) }
            let start = currentInstant()
            try transaction.commit(context)
            commitMicroseconds = Int(
                currentInstant().microseconds - start.microseconds)
            return nil
        } catch {
            transaction.rollback(context)
            return error
        }
    }
}

/// The few threads that writers share: a hundred authorities must not be a hundred threads.
///
/// Short work has threads of its own, so that one change never waits for the hundreds of another
/// authority. No writer may wait for another, since the two may share a thread.
final class WriterThreads: Sendable {
    /// Those of the authorities.
    static let shared = WriterThreads(
        label: "tvaerindeks.skriver", short: 4, long: max(3, min(8, processorCount)))

    /// Work of so many objects at most is short.
    static let few = 8

    private let short: Threads
    private let long: Threads

    init(label: String, short: Int, long: Int) {
        self.short = Threads(label: label, count: short)
        self.long = Threads(label: label + ".lang", count: long)
    }

    /// One thread for all.
    init(label: String) {
        short = Threads(label: label, count: 1)
        long = short
    }

    /// Runs it when a thread is free, in the order in which it was asked for.
    func run(isLong: Bool, _ body: @escaping @Sendable () -> Void) {
        (isLong ? long : short).run(body)
    }

    private final class Threads: Sendable {
        private struct State {
            var free: [DispatchQueue]
            var waiting: [@Sendable () -> Void] = []
        }

        private let state: Mutex<State>

        init(label: String, count: Int) {
            let queues = (0..<count).map { DispatchQueue(label: "\(label).\($0)") }
            state = Mutex(State(free: queues))
        }

        func run(_ body: @escaping @Sendable () -> Void) {
            let queue = state.withLock { state -> DispatchQueue? in
                let free = state.free.popLast()
                if free == nil { state.waiting.append(body) }
                return free
            }
            guard let queue else { return }
            queue.async { self.work(queue, body) }
        }

        private func work(_ queue: DispatchQueue, _ first: @Sendable () -> Void) {
            first()
            while let next = next(or: queue) { next() }
        }

        /// Without more to do the thread is free.
        private func next(or queue: DispatchQueue) -> (@Sendable () -> Void)? {
            state.withLock { state in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                state.free.append(queue)
                return nil
            }
        }
    }
}

/// Ends the process when what was promised to be durable may not be.
///
/// After a failed sync the kernel may have dropped the very pages, and a second sync would say
/// success; so nothing is retried and nobody is told a success.
enum SyncFailure {
    static func endProcess(code: Int32) -> Never {
        standardErrorText(
            "tvaerindeks: skrivning til disken fejlede (SQLite \(code)); processen afsluttes\n")
        exitAtOnce(74)
    }
}
