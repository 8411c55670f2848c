import Glibc

/// Lines set aside until what they point at has come, in a nameless temporary file.
struct Linjelager: ~Copyable, Sendable {
    /// A line's place in the stream and in the file.
    struct Plads: Sendable {
        let nummer: Int
        let offset: Int
        let count: Int
    }

    /// In the order they were set aside.
    private(set) var pladser: [Plads] = []
    private var descriptor: Int32 = -1
    private var written = 0

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// False when the disk does not take it.
    mutating func append(_ bytes: [UInt8], nummer: Int) -> Bool {
        if descriptor < 0 {
            descriptor = openNamelessFile()
            guard descriptor >= 0 else { return false }
        }
        let count = bytes.withUnsafeBytes {
            pwrite(descriptor, $0.baseAddress, $0.count, off_t(written))
        }
        guard count == bytes.count else { return false }
        pladser.append(Plads(nummer: nummer, offset: written, count: count))
        written += count
        return true
    }

    /// The line's bytes; none when the file cannot be read.
    borrowing func bytes(at plads: Plads) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: plads.count) { buffer, count in
            let read = pread(descriptor, buffer.baseAddress, plads.count, off_t(plads.offset))
            count = max(0, read)
        }
    }
}
