import Synchronization

/// The parties of documents that cases of other authorities may file, so that an overview opens only
/// the files where there is something for it.
///
/// Filled by readers and emptied of what is written before the write is answered. Few objects, for
/// such links are rare.
final class FremmedeParter: Sendable {
    private struct State {
        var version: UInt64 = 0
        var kendte: [UUIDIdentifikator: Set<Noegle>] = [:]
    }

    private let state = Mutex(State())

    /// To be taken before a snapshot is; what is read in that snapshot is noted with it.
    var version: UInt64 { state.withLock { $0.version } }

    /// The keys that the document's parties stand under now; empty for what is no document or not
    /// there. Nil when nobody has looked.
    func parter(of uuid: UUIDIdentifikator) -> Set<Noegle>? { state.withLock { $0.kendte[uuid] } }

    /// Passed over when something has been written since `version`, for the snapshot may be older.
    func note(_ uuid: UUIDIdentifikator, _ parter: Set<Noegle>, since version: UInt64) {
        state.withLock { state in
            if state.version == version { state.kendte[uuid] = parter }
        }
    }

    /// These have been written, or come or gone.
    func forget(_ uuids: [UUIDIdentifikator]) {
        guard !uuids.isEmpty else { return }
        state.withLock { state in
            state.version += 1
            for uuid in uuids { state.kendte[uuid] = nil }
        }
    }
}
