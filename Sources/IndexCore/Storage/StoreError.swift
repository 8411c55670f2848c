/// What can go wrong between the index and its disk.
///
/// Holds file names and SQLite's numbers, never a stored value.
public enum StoreError: Error, Equatable, Sendable {
    // The world's: may be tried again.
    /// Another process has the data directory.
    case directoryInUse
    case busy
    /// The process, or the machine, has no more file handles or memory.
    case noHandles
    case full
    case readOnly
    case cannotOpen(file: String)
    /// A sync or write failed: nothing after it may be acknowledged, and the process ends.
    case ioFailure(code: Int32)
    // Ours, or a damaged disk's.
    /// The file is not a whole database, or an object's hash does not fit its bytes.
    case corrupt(file: String)
    /// The file was written by a newer version.
    case schemaTooNew(file: String, version: Int)
    /// The authority's file is set aside since it could not be opened or read.
    case setAside(file: String)
    case unexpected(code: Int32)
    /// A question took longer than one may.
    case tooSlow
    /// The store is being closed.
    case closing
}
