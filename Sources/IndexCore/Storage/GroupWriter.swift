import Dispatch
import Synchronization

/// Runs work on one thread at a time and commits what has gathered in one transaction.
///
/// Work that comes while a commit syncs waits for the next, so that many callers share one sync.
/// `Context` is touched only on the writer's own queue.
final class GroupWriter<Context>: @unchecked Sendable {
    // The context is used on `queue` alone; `waiting` has its own lock.

    /// One caller's work: what to do inside the transaction, and what to say after the commit.
    struct Work: Sendable {
        let run: @Sendable (Context) throws(StoreError) -> Void
        let finish: @Sendable (StoreError?) -> Void
    }

    /// The transaction that the works share.
    struct Transaction: Sendable {
        let begin: @Sendable (Context) throws(StoreError) -> Void
        let commit: @Sendable (Context) throws(StoreError) -> Void
        let rollback: @Sendable (Context) -> Void
    }

    private let queue: DispatchQueue
    private let context: Context
    private let transaction: Transaction
    private let waiting = Mutex<[Work]>([])
    /// Works of one commit; more wait for the next.
    private let groupSize: Int
    /// How many works the next commit is likely to have; used on `queue` alone.
    private var expected = 1
    /// How long the last commit took; used on `queue` alone.
    private var commitMicroseconds = 0
    private static var gatherMicroseconds: Int { 50 }

    init(
        label: String, on root: DispatchQueue? = nil, context: sending Context,
        groupSize: Int = 256, transaction: Transaction
    ) {
        queue = DispatchQueue(label: label, target: root)
        self.context = context
        self.groupSize = groupSize
        self.transaction = transaction
    }

    func submit(_ work: Work) {
        let isFirst = waiting.withLock { works in
            works.append(work)
            return works.count == 1
        }
        if isFirst { queue.async { self.drain() } }
    }

    /// Submits and waits; not to be called on a writer's queue.
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

    /// Runs `body` on the queue outside any transaction, after what was submitted before it.
    func outside<Result: Sendable>(_ body: @Sendable (Context) -> Result) -> Result {
        queue.sync { body(context) }
    }

    private func drain() {
        while true {
            gather()
            let group = waiting.withLock { Array($0.prefix(groupSize)) }
            guard !group.isEmpty else { return }
            let failure = runGroup(group)
            expected = max(group.count, expected / 2)
            let more = waiting.withLock { works in
                works.removeFirst(group.count)
                return !works.isEmpty
            }
            for work in group { work.finish(failure) }
            if !more { return }
        }
    }

    /// Waits a little for those who shared the last commits and have just been answered.
    ///
    /// Without it the first of them to come back has a sync to itself while the others queue. Waits a
    /// quarter of what a commit takes at most: a disk that syncs fast is not worth waiting for.
    private func gather() {
        guard expected > 1 else { return }
        for _ in 0..<min(20, commitMicroseconds / (4 * Self.gatherMicroseconds)) {
            guard waiting.withLock({ $0.count }) < expected else { return }
            pauseThread(microseconds: UInt32(Self.gatherMicroseconds))
        }
    }

    private func runGroup(_ group: [Work]) -> StoreError? {
        do throws(StoreError) {
            try transaction.begin(context)
            for work in group { try work.run(context) }
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
/// No writer may wait for another, since the two may share a thread.
enum WriterThreads {
    private static let roots = (0..<4).map { DispatchQueue(label: "tvaerindeks.skriver.\($0)") }

    static func root(for myndighed: CVRNummer) -> DispatchQueue {
        roots[Int(myndighed.number) % roots.count]
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
