import Glibc

/// Files small enough to be held whole.
public enum SmallFile {
    /// Why a file was not read or written; names no file.
    public enum Failure: Error, Equatable, Sendable {
        case tooLarge
        /// A step failed with this errno.
        case step(errno: Int32)
    }

    /// The whole content of a file of at most `maxBytes`.
    public static func read(_ path: String, maxBytes: Int) throws(Failure) -> [UInt8] {
        try read(path, maxBytes: maxBytes, flags: 0)
    }

    /// The same, but only of a regular file that is no symbolic link.
    static func readRegular(_ path: String, maxBytes: Int) throws(Failure) -> [UInt8] {
        try read(path, maxBytes: maxBytes, flags: O_NOFOLLOW | O_NONBLOCK)
    }

    private static func read(
        _ path: String, maxBytes: Int, flags: Int32
    ) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard file >= 0 else { throw .step(errno: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .step(errno: errno) }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        guard isRegular || flags & O_NOFOLLOW == 0 else { throw .step(errno: EINVAL) }
        guard status.st_size <= maxBytes else { throw .tooLarge }
        return try readAll(file, maxBytes: maxBytes)
    }

    private static func readAll(_ file: Int32, maxBytes: Int) throws(Failure) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .step(errno: errno) }
            guard count > 0 else { return content }
            content.append(contentsOf: chunk[..<count])
            guard content.count <= maxBytes else { throw .tooLarge }
        }
    }

    /// Puts a file of mode 0600 in place, whole or not at all, also after a power failure.
    static func write(_ content: [UInt8], to path: String) throws(Failure) {
        let draft = "\(path).ny"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .step(errno: errno) }
        let code = writeAll(content, to: file)
        close(file)
        guard code == 0, rename(draft, path) == 0 else {
            let failed = code == 0 ? errno : code
            unlink(draft)
            throw .step(errno: failed)
        }
        try syncFolder(of: path)
    }

    /// 0, or the errno of the step that failed.
    private static func writeAll(_ content: [UInt8], to file: Int32) -> Int32 {
        content.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = Glibc.write(file, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return errno }
                written += count
            }
            return fsync(file) == 0 ? 0 : errno
        }
    }

    private static func syncFolder(of path: String) throws(Failure) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .step(errno: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .step(errno: errno) }
    }

    /// The names in a folder, sorted.
    static func names(in folder: String) throws(Failure) -> [String] {
        guard let handle = opendir(folder) else { throw .step(errno: errno) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
