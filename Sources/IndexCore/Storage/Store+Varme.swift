import Dispatch
import Synchronization

extension Store {
    /// Reads into memory what searches are answered from, one file at a time, so that nobody's first
    /// search waits for it; before that its text index is merged. Returns when all is read or the store closes.
    ///
    /// Costs about 15 µs an object, and as much where there is much to merge; rests as long as it works, so that
    /// others have the machine.
    public func varmOp() {
        for myndighed in myndigheder {
            samlTekst(myndighed)
            let filer = state.withLock { $0.afMyndighed[myndighed] ?? [] }
            for del in filer {
                guard access == .exclusive, !isClosing else { return }
                let start = ContinuousClock.now
                // What cannot be read is told when it is asked for.
                try? read { reader throws(StoreError) in
                    guard let shard = try reader.shard(fil: del.id) else { return }
                    _ = try reader.kolonner([del], myndighed)
                    _ = try reader.laesOrd(shard)
                    _ = try reader.lager(of: del).titler(shard, at: reader.now)
                    // What it read is not asked for again.
                    shard.connection.releasePages()
                }
                giveBackMemory()
                rest(ContinuousClock.now - start)
            }
            guard filer.count > 1, !isClosing else { continue }
            // What leads from one of them to another.
            try? read { reader throws(StoreError) in
                _ = try reader.kolonner(filer, myndighed).map { lager.raekker($0, myndighed) }
            }
        }
        state.withLock { $0.erVarm = true }
    }

    /// Whether `varmOp` has read all.
    public var erVarm: Bool { state.withLock { $0.erVarm } }

    /// Merges an authority's text indexes, a little at a time, so that its writer serves others between.
    private func samlTekst(_ myndighed: CVRNummer) {
        // What cannot be written is told when it is written to.
        guard access == .exclusive, let writer = try? skriver(for: myndighed).writer else { return }
        var isMore = true
        while isMore, !isClosing {
            let start = ContinuousClock.now
            isMore =
                writer.outside { kontekst in
                    var isMore = false
                    for part in kontekst.dele.values {
                        if (try? part.mergeLidt()) ?? false {
                            isMore = true
                        } else {
                            part.connection.releasePages()
                        }
                    }
                    return isMore
                } ?? false
            if isMore { rest(ContinuousClock.now - start) }
        }
    }

    /// From now on, whenever nothing has been read or written for a while, merges text indexes and gives the system
    /// back what only the next request needs: pages after one pause, the lists of what has been asked after fifteen.
    /// The next request reads them again, at some microseconds a page and 40 a list.
    public func hvil(pauseSeconds pause: Int = 20) { hvil(pause, siden: brug, pauser: 0) }

    /// How much the store has been used.
    private var brug: UInt64 { UInt64(pool.laan) &+ lager.commits.antal }

    private func hvil(_ pause: Int, siden sidst: UInt64, pauser: Int) {
        maintenance.asyncAfter(deadline: .now() + .seconds(pause)) { [weak self] in
            guard let self, !self.isClosing else { return }
            let still = self.brug == sidst ? pauser + 1 : 0
            if still == 1 { self.rydOp() }
            if still == Self.pauserForLister {
                self.lager.forgetLister()
                giveBackMemory()
            }
            self.hvil(pause, siden: self.brug, pauser: still)
        }
    }

    private static let pauserForLister = 15

    /// Merges what has been written, and gives back pages: a hundred writers keep a megabyte and a half each of
    /// what they last wrote. Removals that come due meanwhile do not wait for it.
    private func rydOp() {
        DispatchQueue.global(qos: .utility).async {
            for myndighed in self.myndigheder where !self.isClosing { self.samlTekst(myndighed) }
            self.pool.shrink()
            giveBackMemory()
        }
    }

    private func rest(_ duration: Duration) {
        let until = ContinuousClock.now + duration
        while !isClosing, ContinuousClock.now < until { pauseThread(microseconds: 5000) }
    }
}
