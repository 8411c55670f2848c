import Dispatch
import Synchronization

// MARK: - Another plan

extension Store {
    /// Derives anew, in every file, what hangs on which number a class has, when that was derived by another plan than
    /// the one in use; done when the call returns. Not for one of the writers' threads.
    ///
    /// Until it is done, what is told by the class alone is seen and found by the number that it had. A crash on the way
    /// leaves it to the next start. Costs nothing but a look at the catalogue when the plan is the same.
    public func foelgPlan() throws(StoreError) {
        guard let katalog, !isClosing else { return }
        let klasser = state.withLock { $0.klasser }
        let known = try katalog.perform { writer throws(StoreError) in try writer.planaftryk() }
        guard known != klasser.aftryk else { return }
        for myndighed in myndigheder {
            try skriver(for: myndighed).writer.perform { kontekst throws(StoreError) in
                for part in kontekst.dele.values {
                    try part.foelgPlan(now: self.now, klasser)
                }
            }
        }
        try katalog.perform { writer throws(StoreError) in
            try writer.note(planaftryk: klasser.aftryk)
        }
    }

    /// The same, some time from now.
    public func foelgPlanSiden() {
        maintenance.async { [weak self] in
            // What could not be done is tried at the next start, and by `check`.
            try? self?.foelgPlan()
        }
    }
}

extension KatalogWriter {
    fileprivate func planaftryk() throws(StoreError) -> Int64? {
        try connection.integer("SELECT vaerdi FROM meta WHERE navn='plan'")
    }

    fileprivate func note(planaftryk: Int64) throws(StoreError) {
        try ensureTransaction()
        let statement = try connection.prepare("INSERT OR REPLACE INTO meta VALUES('plan', ?1)")
        statement.bind(1, planaftryk)
        try statement.run()
    }
}
