import Glibc

/// Cuts what a descriptor gives into lines; each is copied once, out of a large buffer.
struct LineReader {
    /// A longer line is cut here, so that memory stays bounded; it then is no JSON and is refused.
    static let maxLineBytes = 16 << 20
    private static let chunkBytes = 4 << 20

    private let file: Int32
    /// The beginning of a line whose end has not come yet.
    private var carried: [UInt8] = []

    init(_ file: Int32) { self.file = file }

    /// Calls `body` with every line, without its line feed; the last needs none.
    ///
    /// Throws the errno of a read that failed.
    mutating func eachLine(_ body: ([UInt8]) -> Void) throws(ReadFailure) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.chunkBytes, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = read(file, chunk.baseAddress, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ReadFailure(errno: errno) }
            guard count > 0 else { break }
            cut(UnsafeRawBufferPointer(rebasing: chunk[..<count]), body)
        }
        if !carried.isEmpty { body(takeCarried()) }
    }

    struct ReadFailure: Error {
        let errno: Int32
    }

    private mutating func cut(_ chunk: UnsafeRawBufferPointer, _ body: ([UInt8]) -> Void) {
        var rest = chunk
        while let end = Self.lineFeed(in: rest) {
            let line = UnsafeRawBufferPointer(rebasing: rest[..<end])
            if carried.isEmpty, line.count <= Self.maxLineBytes {
                body(Array(line))
            } else {
                carry(line)
                body(takeCarried())
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        carry(rest)
    }

    private mutating func carry(_ bytes: UnsafeRawBufferPointer) {
        let room = Self.maxLineBytes - carried.count
        carried.append(contentsOf: bytes.prefix(max(0, room)))
    }

    private mutating func takeCarried() -> [UInt8] {
        let line = carried
        carried = []
        return line
    }

    private static func lineFeed(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start, 10, bytes.count) else {
            return nil
        }
        return UnsafeRawPointer(found) - start
    }
}
