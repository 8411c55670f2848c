import Glibc
import Synchronization

/// The three streams, written with plain system calls.
enum Terminal {
    private static let pending = Mutex(Pending())

    private struct Pending: Sendable {
        var bytes: [UInt8] = []
        var hasFailed = false
    }

    /// Whether progress may be drawn on standard error.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// A result: to standard output, held back until `flush` or some kilobytes have come.
    static func print(_ text: String) { write(Array(text.utf8)) }

    /// The same on one line, and without what would tell a terminal to do something.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
    }

    static func write(_ bytes: [UInt8]) {
        let isFull = pending.withLock { pending in
            pending.bytes += bytes
            return pending.bytes.count >= 1 << 16
        }
        if isFull { _ = flush() }
    }

    /// False when something has not reached standard output.
    static func flush() -> Bool {
        pending.withLock { pending in
            if !writeAll(pending.bytes, to: STDOUT_FILENO) { pending.hasFailed = true }
            pending.bytes.removeAll(keepingCapacity: true)
            return !pending.hasFailed
        }
    }

    static func error(_ text: String) { _ = writeAll(Array(text.utf8), to: STDERR_FILENO) }

    static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = Glibc.write(file, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}
