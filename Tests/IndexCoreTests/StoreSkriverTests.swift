// 1. Many callers share one commit; order is kept; a failing transaction fails exactly its group.
//    Short work has threads of its own.
// 2. The WAL stays bounded under steady writing beside readers.
// 3. Moves, writers and readers under load neither stand still nor lose anything.
// 4. An authority has one writer whoever asks first, and its first file is there whole or not at all.

import Dispatch
import Glibc
import Synchronization
import Testing

@testable import IndexCore

@Suite struct StoreSkriverTests {
    /// What happened, in order.
    private final class Log: Sendable {
        private let events = Mutex<[String]>([])
        func add(_ event: String) { events.withLock { $0.append(event) } }
        var all: [String] { events.withLock { $0 } }
    }

    private static func writer(
        _ log: Log, on threads: WriterThreads = WriterThreads(label: "proeve"),
        groupSize: Int = 256, failing: @escaping @Sendable () -> Bool = { false }
    ) -> GroupWriter<Log> {
        GroupWriter(
            on: threads, context: log, groupSize: groupSize,
            transaction: .init(
                begin: { $0.add("begin") },
                commit: { log throws(StoreError) in
                    if failing() { throw StoreError.full }
                    log.add("commit")
                },
                rollback: { $0.add("rollback") }))
    }

    @Test("Works that come while one runs share the next commit, in order")
    func sharing() throws {
        let log = Log()
        let writer = Self.writer(log)
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchGroup()
        done.enter()
        writer.submit(.init(run: { _ in gate.wait() }, finish: { _ in done.leave() }))
        for number in 0..<100 {
            done.enter()
            writer.submit(
                .init(
                    run: { $0.add("\(number)") },
                    finish: { error in
                        if error == nil { log.add("svar \(number)") }
                        done.leave()
                    }))
        }
        gate.signal()
        done.wait()
        #expect(log.all.filter { $0 == "commit" }.count <= 2)
        #expect(log.all.filter { Int($0) != nil } == (0..<100).map(String.init))
        #expect(log.all.filter { $0.hasPrefix("svar") } == (0..<100).map { "svar \($0)" })
    }

    @Test("No group is larger than it may be")
    func groupSize() throws {
        let log = Log()
        let writer = Self.writer(log, groupSize: 10)
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchGroup()
        for number in 0..<101 {
            done.enter()
            writer.submit(
                .init(
                    run: { log in if number == 0 { gate.wait() } else { log.add("\(number)") } },
                    finish: { _ in done.leave() }))
        }
        gate.signal()
        done.wait()
        #expect(log.all.filter { $0 == "commit" }.count == 11)
    }

    @Test("A failing work fails its group and no other")
    func failing() throws {
        let log = Log()
        let writer = Self.writer(log, groupSize: 5)
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchGroup()
        let failed = Mutex<[Int]>([])
        for number in 0..<21 {
            done.enter()
            writer.submit(
                .init(
                    run: { _ throws(StoreError) in
                        if number == 0 { gate.wait() }
                        if number == 8 { throw StoreError.busy }
                    },
                    finish: { error in
                        if error != nil { failed.withLock { $0.append(number) } }
                        done.leave()
                    }))
        }
        gate.signal()
        done.wait()
        let numbers = failed.withLock { $0 }
        #expect(numbers.contains(8) && numbers.count == 5)
        #expect(numbers == Array((numbers.first ?? 0)...(numbers.last ?? 0)))
        #expect(log.all.filter { $0 == "rollback" }.count == 1)
    }

    @Test("One change does not wait for the hundreds of others")
    func shortBesideLong() throws {
        let threads = WriterThreads(label: "proeve", short: 1, long: 1)
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchGroup()
        for _ in 0..<3 {
            done.enter()
            Self.writer(Log(), on: threads).submit(
                .init(
                    run: { _ in gate.wait() }, finish: { _ in done.leave() },
                    size: WriterThreads.few + 1))
        }
        let log = Log()
        let writer = Self.writer(log, on: threads)
        #expect(try writer.perform { _ throws(StoreError) in 1 } == 1)
        #expect(log.all == ["begin", "commit"])
        for _ in 0..<3 { gate.signal() }
        done.wait()
    }

    @Test(
        "Short and long work of one writer, and what is done outside, come in the order they came in"
    )
    func order() throws {
        let log = Log()
        let writer = Self.writer(log, on: WriterThreads(label: "proeve", short: 2, long: 2))
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchGroup()
        done.enter()
        let begun = DispatchSemaphore(value: 0)
        writer.submit(
            .init(
                run: { _ in
                    begun.signal()
                    gate.wait()
                }, finish: { _ in done.leave() }))
        begun.wait()
        let sizes = [1, 1, 100, 1, 1, 2_000, 1]
        for (number, size) in sizes.enumerated() {
            done.enter()
            writer.submit(
                .init(run: { $0.add("\(number)") }, finish: { _ in done.leave() }, size: size))
        }
        DispatchQueue.global().async(group: done) {
            writer.outside { $0.add("udenfor") }
        }
        while writer.waitingCount < sizes.count + 2 { usleep(100) }
        done.enter()
        writer.submit(.init(run: { $0.add("sidst") }, finish: { _ in done.leave() }))
        gate.signal()
        done.wait()
        #expect(
            log.all == [
                "begin", "commit",
                "begin", "0", "1", "commit",
                "begin", "2", "3", "4", "commit",
                "begin", "5", "commit",
                "begin", "6", "commit",
                "udenfor",
                "begin", "sidst", "commit",
            ])
    }

    @Test("When it is closed what it works with is gone, and whoever comes later is told")
    func closing() throws {
        final class Svag: Sendable {
            let log = Mutex<WeakLog>(WeakLog())
            struct WeakLog { weak var log: Log? }
        }
        let svag = Svag()
        let writer = {
            let log = Log()
            svag.log.withLock { $0.log = log }
            return Self.writer(log)
        }()
        #expect(svag.log.withLock { $0.log != nil })
        let seen = Mutex<[String]>([])
        #expect(try writer.perform { _ throws(StoreError) in 1 } == 1)
        writer.close { log in seen.withLock { $0 = log.all } }
        #expect(seen.withLock { $0 } == ["begin", "commit"])
        #expect(svag.log.withLock { $0.log == nil })
        #expect(throws: StoreError.closing) { try writer.perform { _ throws(StoreError) in 1 } }
        #expect(writer.outside { _ in 1 } == nil)
    }

    @Test("A commit that fails is told to everyone in it")
    func failingCommit() throws {
        let log = Log()
        let isFull = Mutex(true)
        let writer = Self.writer(log) { isFull.withLock { $0 } }
        #expect(throws: StoreError.full) { try writer.perform { _ throws(StoreError) in 1 } }
        isFull.withLock { $0 = false }
        #expect(try writer.perform { _ throws(StoreError) in 1 } == 1)
    }

    @Test("The WAL stays bounded under steady writing beside readers", .timeLimit(.minutes(5)))
    func walIsBounded() throws {
        let mappe = try Mappe()
        let store = try mappe.store()
        let stop = Mutex(false)
        let done = DispatchGroup()
        try store.gem(Byg.uuid(0), Byg.sag())
        for _ in 0..<2 {
            DispatchQueue.global().async(group: done) {
                while !stop.withLock({ $0 }) { _ = try? store.current(Byg.uuid(0)) }
            }
        }
        let text = String(repeating: "lang beskrivelse af sagen ", count: 400)
        var largest = 0
        for round in 0..<60 {
            let results = store.writeAndWait(
                (0..<40).map { Store.gem(Byg.uuid(round % 4 * 40 + $0), [Byg.sag(titel: text)]) })
            for result in results { _ = try result.get() }
            largest = max(largest, Int(fileSize(mappe.path + "/myndighed-11111111.sqlite-wal")))
        }
        stop.withLock { $0 = true }
        done.wait()
        #expect(largest < 48 << 20)
        #expect(fileSize(mappe.path + "/myndighed-11111111.sqlite") > 2 << 20)
    }

    @Test(
        "Moves, writers and readers under load go on, and nothing is lost", .timeLimit(.minutes(5)))
    func load() throws {
        let mappe = try Mappe()
        let ur = StilleUr()
        let store = try mappe.store(objekterPerFil: 40) { ur.now }
        let owners = [Byg.a, Byg.b, Byg.c]
        let stop = Mutex(false)
        let done = DispatchGroup()
        let stored = Mutex<[Int: Int]>([:])
        for thread in 0..<3 {
            DispatchQueue.global().async(group: done) {
                var seed = Seed(UInt64(thread))
                while !stop.withLock({ $0 }) {
                    ur.move(microseconds: 1000)
                    let skrivninger = (0..<4).map { _ in
                        let number = seed.below(60) * 3 + thread
                        let owner = seed.below(8) == 0 ? owners[seed.below(3)] : owners[number % 3]
                        // Segments that begin soon keep rows falling due.
                        let soon = ur.now.advanced(byMicroseconds: Int64(seed.below(20_000)))
                        return Store.gem(
                            Byg.uuid(number),
                            [Byg.sag(nummer: "\(number)", ejer: owner, [Byg.part("P", fra: soon)])],
                            owner)
                    }
                    for (skrivning, result) in zip(skrivninger, store.writeAndWait(skrivninger)) {
                        guard case .success(.stored) = result else { continue }
                        let number = Int(skrivning.command.uuid.low & 0xFFFF)
                        stored.withLock { $0[number, default: 0] += 1 }
                    }
                }
            }
            DispatchQueue.global().async(group: done) {
                var seed = Seed(UInt64(100 + thread))
                while !stop.withLock({ $0 }) { _ = try? store.current(Byg.uuid(seed.below(180))) }
            }
        }
        let end = currentInstant().advanced(byMicroseconds: 3_000_000)
        while currentInstant() < end { _ = try store.fundet("titel", owners[0]) }
        stop.withLock { $0 = true }
        done.wait()
        for (number, count) in stored.withLock({ $0 }) {
            try store.read { reader throws(StoreError) in
                guard let found = try reader.row(Byg.uuid(number), near: nil) else {
                    Issue.record("lost")
                    return
                }
                let all = try found.shard.historik(
                    of: found.row, from: .distantPast, to: .distantFuture)
                #expect(all.count == count)
            }
            #expect(store.reserved(Byg.uuid(number)) == nil)
        }
        #expect(try store.skader().isEmpty)
    }

    @Test("Threads that ask at once for an authority's writer get the same one")
    func oneWriter() throws {
        let mappe = try Mappe()
        for round in 0..<20 {
            let store = try Store(directory: mappe.path + "/\(round)")
            let got = Mutex<[ObjectIdentifier]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                guard let skriver = try? store.skriver(for: Byg.a) else { return }
                got.withLock { $0.append(ObjectIdentifier(skriver)) }
            }
            let all = got.withLock { $0 }
            #expect(all.count == 8)
            #expect(Set(all).count == 1)
            #expect(store.state.withLock { $0.afMyndighed[Byg.a]?.count } == 1)
        }
    }

    @Test("What a crash left of a file in the making is taken away, and the file is made anew")
    func unfinishedFile() throws {
        let mappe = try Mappe()
        let left = ["", "-wal", "-shm"].map { "myndighed-11111111.sqlite.ny" + $0 }
        do { try Store(directory: mappe.path).close() }
        for navn in left { Filbytes.write([1, 2, 3], to: mappe.path + "/" + navn) }
        let store = try mappe.store()
        #expect(store.tilside.isEmpty)
        for navn in left { #expect(!fileExists(mappe.path + "/" + navn)) }
        try store.gem(Byg.uuid(1), Byg.sag())
        #expect(try store.row(Byg.uuid(1)) != nil)
        #expect(try directoryNames(mappe.path).allSatisfy { !$0.contains(".ny") })
    }
}
