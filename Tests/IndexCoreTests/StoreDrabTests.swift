// 1. A process killed at any moment loses nothing that it acknowledged, leaves nothing by halves and
//    no object in two files; the control finds nothing. Three authorities, links and moves.

import Glibc
import Testing

@testable import IndexCore

@Suite struct StoreDrabTests {
    /// The program beside the tests that writes until it is killed.
    private static var program: String? {
        let own = Filbytes.executable
        var directory = own.split(separator: "/").dropLast()
        while !directory.isEmpty {
            let path = "/" + directory.joined(separator: "/") + "/lagerproeve"
            if fileExists(path) { return path }
            directory = directory.dropLast()
        }
        return nil
    }

    @Test("Killed thirty times, the store holds all it acknowledged", .timeLimit(.minutes(10)))
    func killed() throws {
        let program = try #require(Self.program, "lagerproeve is not built")
        let mappe = try Mappe()
        var seed = Seed(20_260_101)
        var acknowledged: [UUIDIdentifikator: Int64] = [:]
        for round in 0..<30 {
            let child = try Barn(program, [mappe.path, "\(seed.next() >> 1)"])
            try #require(child.readLine() == "klar", "round \(round)")
            let deadline = currentInstant().advanced(
                byMicroseconds: 50_000 + Int64(seed.below(250_000)))
            // Reading goes on beside, for a full pipe would stop the child; a slow machine gets the
            // time it needs to acknowledge something.
            let lines = child.lines(until: deadline, atLeast: seed.below(12))
            for line in lines { note(line, &acknowledged) }
            child.kill()
            for line in child.rest() { note(line, &acknowledged) }
            if round % 6 == 5 { try control(mappe, acknowledged, round) }
        }
        #expect(acknowledged.count > 100)
    }

    private func note(_ line: Substring, _ acknowledged: inout [UUIDIdentifikator: Int64]) {
        let parts = line.split(separator: " ")
        guard parts.count == 2, let uuid = UUIDIdentifikator(parts[0]), let sts = Int64(parts[1])
        else { return }
        acknowledged[uuid] = max(acknowledged[uuid] ?? 0, sts)
    }

    private func control(
        _ mappe: Mappe, _ acknowledged: [UUIDIdentifikator: Int64], _ round: Int
    ) throws {
        let store = try mappe.store()
        #expect(store.tilside.isEmpty)
        var gone = 0
        var another = 0
        try store.read { reader throws(StoreError) in
            for (uuid, sts) in acknowledged {
                guard let found = try reader.row(uuid, near: nil) else {
                    gone += 1
                    continue
                }
                let at = Tidspunkt(microseconds: sts)
                let known = try found.shard.registrering(of: found.row, knownAt: at)
                if known?.stsTidspunkt != at { another += 1 }
            }
        }
        #expect(gone == 0, "round \(round): of \(acknowledged.count) acknowledged objects")
        #expect(another == 0, "round \(round): of \(acknowledged.count) acknowledged objects")
        #expect(try store.skader().isEmpty, "round \(round)")
        #expect(try doubles(store) == 0, "round \(round)")
        store.close()
    }

    private func doubles(_ store: Store) throws -> Int {
        try store.read { reader throws(StoreError) in
            var seen: Set<UUIDIdentifikator> = []
            var doubles = 0
            for myndighed in store.myndigheder {
                for shard in try reader.shards(of: myndighed) {
                    try shard.forEachRow { row in
                        if !seen.insert(row.uuid).inserted { doubles += 1 }
                        return true
                    }
                }
            }
            return doubles
        }
    }
}

/// A child process whose output is read line by line.
final class Barn {
    private let process: pid_t
    private let output: Int32
    private var buffer: [UInt8] = []

    init(_ program: String, _ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        var child: pid_t = 0
        let code = posix_spawn(&child, program, &actions, nil, words, environ)
        posix_spawn_file_actions_destroy(&actions)
        for word in words { free(word) }
        close(ends[1])
        try #require(code == 0)
        process = child
        output = ends[0]
    }

    deinit { close(output) }

    /// The next line, or nil at the end.
    func readLine() -> Substring? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line[...]
            }
            guard fill(waiting: -1) else { return nil }
        }
    }

    /// What is written until the deadline, or until there are so many lines when that is later; no
    /// more is waited for when nothing comes for ten seconds.
    func lines(until deadline: Tidspunkt, atLeast count: Int) -> [Substring] {
        while true {
            let left = (deadline.microseconds - currentInstant().microseconds) / 1000
            let isShort = buffer.count { $0 == 10 } < count
            guard left > 0 || isShort, fill(waiting: isShort ? 10_000 : Int32(left)) else {
                return takeLines()
            }
        }
    }

    func kill() {
        Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    func rest() -> [Substring] {
        while fill(waiting: 1000) {}
        return takeLines()
    }

    private func takeLines() -> [Substring] {
        guard let end = buffer.lastIndex(of: 10) else { return [] }
        let text = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 1)
        return text.split(separator: "\n")
    }

    private func fill(waiting milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return false }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(output, &chunk, chunk.count)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }
}
