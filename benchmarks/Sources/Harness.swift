import Dispatch
import Glibc

/// A measurement that could not be made, and why.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Monotonic time in nanoseconds.
func nanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

/// Seconds since `start`.
func seconds(since start: UInt64) -> Double { Double(nanoseconds() - start) / 1e9 }

/// A fixed piece of arithmetic that touches no memory: milliseconds it takes now.
///
/// Run before each round. When it takes longer than in another round the machine was busy, and the
/// figures of the two are not to be compared.
func cpuProbe() -> Double {
    let start = nanoseconds()
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<40_000_000 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
    }
    let milliseconds = Double(nanoseconds() - start) / 1e6
    // Uses the value, so that the loop stays.
    return state == 0 ? 0 : milliseconds
}

/// Chance that is the same in every run.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(below bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state >> 11) % UInt64(max(1, bound)))
    }

    mutating func shuffle<Element>(_ values: inout [Element]) {
        for index in values.indices.dropFirst() {
            values.swapAt(index, next(below: index + 1))
        }
    }
}

/// Times of single requests, and what they amount to.
struct Latencies: Sendable {
    private(set) var values: [UInt64] = []

    mutating func add(_ nanoseconds: UInt64) { values.append(nanoseconds) }

    mutating func add(_ other: Latencies) { values += other.values }

    var count: Int { values.count }

    /// Milliseconds at each of the shares (0–1), which need not be sorted.
    func milliseconds(at shares: [Double]) -> [Double] {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return shares.map { _ in .nan } }
        return shares.map { share in
            let place = Int((Double(sorted.count) * share).rounded(.up)) - 1
            return Double(sorted[min(max(place, 0), sorted.count - 1)]) / 1e6
        }
    }
}

/// The middle one; the mean of the two in the middle when the count is even.
func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// One round of a workload: its figures by name.
typealias Figures = [(name: String, value: Double)]

extension Latencies {
    /// The distribution itself, for plots: milliseconds below which such a share of all was.
    private static let shares: [Double] = [
        0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1,
    ]

    private var quantiles: Figures {
        zip(Self.shares, milliseconds(at: Self.shares)).map { ("q\(Int($0 * 1000))", $1) }
    }

    static func isQuantile(_ name: String) -> Bool {
        name.first == "q" && name.dropFirst().allSatisfy(\.isNumber)
    }

    /// What a round of requests amounts to; `wall` in seconds.
    func figures(wall: Double) -> Figures {
        let at = milliseconds(at: [0, 0.5, 0.95, 0.99, 1])
        return [
            ("count", Double(count)), ("per_second", Double(count) / wall), ("min_ms", at[0]),
            ("p50_ms", at[1]), ("p95_ms", at[2]), ("p99_ms", at[3]), ("max_ms", at[4]),
        ] + quantiles
    }
}

/// Runs `body` on `count` threads of their own, and waits for all.
///
/// Real threads, because a client that waits for an answer must not take another's place.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failures = FailureList()
    var threads: [pthread_t] = []
    for index in 0..<count {
        let start = ThreadStart {
            do { try body(index) } catch { failures.add("\(error)") }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(start).toOpaque()
        guard pthread_create(&thread, nil, runThread, box) == 0 else {
            throw Failure("a thread cannot be made")
        }
        threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
    if let first = failures.first { throw Failure(first) }
}

private final class ThreadStart: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let box else { return nil }
    Unmanaged<ThreadStart>.fromOpaque(box).takeRetainedValue().body()
    return nil
}
