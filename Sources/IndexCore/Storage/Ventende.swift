/// Index rows that wait for the commit, so that they can be written in key order.
struct Ventende {
    struct Row {
        let henvisning: Henvisning
        let objekt: Int64
        let sts: Int64
    }

    private var rows: [Row] = []
    /// The objects that some row waits for.
    private(set) var objekter: Set<Int64> = []
    /// The case and document numbers among the keys.
    private(set) var numre: Set<Noegle> = []

    var isEmpty: Bool { rows.isEmpty }

    mutating func append(_ henvisning: Henvisning, of objekt: Int64, at sts: Int64) {
        rows.append(Row(henvisning: henvisning, objekt: objekt, sts: sts))
        objekter.insert(objekt)
        if henvisning.noegle.isBrugervendt { numre.insert(henvisning.noegle) }
    }

    /// Drops an object's rows; costs a walk only where there are some.
    mutating func remove(_ objekt: Int64) {
        guard objekter.remove(objekt) != nil else { return }
        rows.removeAll { $0.objekt == objekt }
    }

    mutating func removeAll() {
        rows.removeAll(keepingCapacity: true)
        objekter.removeAll(keepingCapacity: true)
        numre.removeAll(keepingCapacity: true)
    }

    /// In key order: B-trees take rows so much faster than at random.
    func sorted() -> [Row] {
        rows.sorted {
            $0.henvisning.noegle.bytes.lexicographicallyPrecedes($1.henvisning.noegle.bytes)
        }
    }
}

extension Noegle {
    /// Whether it is a case or document number.
    var isBrugervendt: Bool { bytes.first == Tag.brugervendtNoegle.rawValue }
}
