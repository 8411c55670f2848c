import CSQLite
import Glibc
import Synchronization

/// Writes to standard error, unbuffered.
func standardErrorText(_ text: String) {
    var copy = text
    copy.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Lets others run; the thread goes on after about that long.
func pauseThread(microseconds: UInt32) { usleep(microseconds) }

/// How many of the machine's processors run.
var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// Gives what has been freed back to the system; the allocator keeps it otherwise.
func giveBackMemory() { malloc_trim(0) }

/// Ends at once, running nothing of the process's own.
func exitAtOnce(_ code: Int32) -> Never { _exit(code) }

/// An advisory lock on a data directory, held until it is released or the value goes.
///
/// On the directory itself, and on a file in it as older versions have: a file can be deleted while it is held.
final class DirectoryLock: Sendable {
    private let descriptorer: Mutex<[Int32]>

    /// Throws `directoryInUse` when another process has it.
    init(directory: String) throws(StoreError) {
        let opened = open(directory + "/laas", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw errno == EROFS || errno == EACCES
                ? StoreError.readOnly : StoreError.cannotOpen(file: "laas")
        }
        // Some file systems lock no directories.
        let itself = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let isTaken = itself >= 0 && flock(itself, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
        let descriptorer = [opened, itself].filter { $0 >= 0 }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0, !isTaken else {
            for descriptor in descriptorer { close(descriptor) }
            throw StoreError.directoryInUse
        }
        self.descriptorer = Mutex(descriptorer)
    }

    deinit { release() }

    /// Lets another process have the directory.
    func release() {
        let held = descriptorer.withLock { descriptorer in
            defer { descriptorer = [] }
            return descriptorer
        }
        for descriptor in held { close(descriptor) }
    }
}

/// Makes the directory, and syncs its parent so that it stays.
func makeDirectory(_ path: String) throws(StoreError) {
    if mkdir(path, 0o700) == 0 { return syncParent(of: path) }
    guard errno == EEXIST else {
        throw errno == EROFS || errno == EACCES
            ? StoreError.readOnly : StoreError.cannotOpen(file: path.lastComponent)
    }
}

private func syncParent(of path: String) {
    let descriptor = open(path + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}

/// The names in a directory, sorted.
func directoryNames(_ path: String) throws(StoreError) -> [String] {
    guard let directory = opendir(path) else {
        throw StoreError.cannotOpen(file: path.lastComponent)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        names.append(name)
    }
    return names.sorted()
}

extension String {
    var lastComponent: String { split(separator: "/").last.map(String.init) ?? self }
}

/// A lock that many readers or one writer hold.
final class ReadWriteLock: @unchecked Sendable {
    // The pthread lock is its own synchronisation; the pointer never changes.
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>

    init() {
        lock = .allocate(capacity: 1)
        var attributes = pthread_rwlockattr_t()
        pthread_rwlockattr_init(&attributes)
        // A waiting writer goes before new readers, or a busy server would never let it in.
        pthread_rwlockattr_setkind_np(
            &attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
        pthread_rwlock_init(lock, &attributes)
    }

    deinit {
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    func shared<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_rwlock_rdlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        return try body()
    }

    func exclusive<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_rwlock_wrlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        return try body()
    }
}

/// The wall clock, in microseconds.
public func currentInstant() -> Tidspunkt {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Tidspunkt(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
}

/// Gives a file another name; when it returns the name is on the disk, and what had it is gone.
func renameDurably(_ path: String, to other: String, in directory: String) throws(StoreError) {
    let file = other.lastComponent
    guard rename(path, other) == 0 else { throw StoreError.cannotOpen(file: file) }
    let opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw StoreError.cannotOpen(file: file) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw StoreError.ioFailure(code: errno) }
}

/// Takes files away; one that is not there is none the worse.
func removeFiles(_ paths: [String]) {
    for path in paths { unlink(path) }
}

/// Bytes in the file; 0 when there is none.
func fileSize(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
}

/// Bytes of memory that the machine has.
public var physicalMemory: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// When a file was last changed, in nanoseconds since 1970; nil when it is not there.
public func fileModified(_ path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
}

/// Keeps freed memory, up to 192 MB, instead of giving it back and having it cleared again.
///
/// For a bulk load, where batches of tens of megabytes come and go.
public func keepFreedMemory() { tv_keep_freed_memory(192 << 20) }

/// ln.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
