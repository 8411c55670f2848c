import Dispatch
import Synchronization

extension Store {
    /// Reads into memory what searches are answered from, one file at a time, so that nobody's first
    /// search waits for it. Returns when all is read or the store closes.
    ///
    /// Costs about 15 µs an object; rests as long as it works, so that others have the machine.
    public func varmOp() {
        for myndighed in myndigheder {
            for del in state.withLock({ $0.afMyndighed[myndighed] ?? [] }) {
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
        }
    }

    /// From now on, gives the system back what only the next reading needs, whenever nothing has been
    /// read for a while: pages after one pause, the lists of what has been asked after fifteen. The next
    /// question reads them again, at some microseconds a page and 40 a list.
    public func hvil(pauseSeconds pause: Int = 20) { hvil(pause, siden: pool.laan, pauser: 0) }

    private func hvil(_ pause: Int, siden laan: Int, pauser: Int) {
        maintenance.asyncAfter(deadline: .now() + .seconds(pause)) { [weak self] in
            guard let self, !self.isClosing else { return }
            let still = self.pool.laan == laan ? pauser + 1 : 0
            if still == 1 { self.pool.shrink() }
            if still == Self.pauserForLister { self.lager.forgetLister() }
            if still == 1 || still == Self.pauserForLister { giveBackMemory() }
            self.hvil(pause, siden: self.pool.laan, pauser: still)
        }
    }

    private static let pauserForLister = 15

    private func rest(_ duration: Duration) {
        let until = ContinuousClock.now + duration
        while !isClosing, ContinuousClock.now < until { pauseThread(microseconds: 5000) }
    }
}
