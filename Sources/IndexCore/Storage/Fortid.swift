/// What an object says, or has said, at other times than the text index does: by other effect times, and by earlier
/// registrations.
///
/// A search as of another time looks for words in the text index, and reads besides what may have had them. It is told by
/// hashes of forms: two forms may have the same, which costs a reading and never an answer. Some words a title, four bytes
/// a form; most objects have none.
struct Fortid: Equatable, Sendable {
    /// It had, or has at another effect time, another owner than it has.
    var andenEjer = false
    /// In order, each once.
    private(set) var former: [Raekkeaendring.Maerke] = []

    var isEmpty: Bool { !andenEjer && former.isEmpty }

    /// Adds every form that texts are found by.
    mutating func add(_ tekster: some Collection<[UInt8]>, _ leksikon: Leksikon) {
        guard !tekster.isEmpty else { return }
        var all = Set(former)
        leksikon.withAnalyse { analyse in
            for tekst in tekster {
                Ordtekst(String(decoding: tekst, as: UTF8.self)).forEachIndexed(analyse) {
                    form, _ in
                    all.insert(Raekkeaendring.maerke(form: form[...]))
                }
            }
        }
        former = all.sorted()
    }

    func union(_ other: Fortid) -> Fortid {
        var result = self
        result.andenEjer = andenEjer || other.andenEjer
        result.former = Set(former).union(other.former).sorted()
        return result
    }

    /// Whether all of the other is told here.
    func contains(_ other: Fortid) -> Bool {
        (andenEjer || !other.andenEjer) && Set(former).isSuperset(of: other.former)
    }

    /// Whether it may be found by the word.
    func mayHold(_ maerke: Listemaerke) -> Bool { maerke.mayStand(among: former) }

    // MARK: In a file

    /// What a file has of an object.
    enum Kendt {
        case ingen
        case hel(Fortid)
        case beskadiget
    }

    var bytes: [UInt8] {
        former.flatMap { form in (0..<4).map { UInt8(truncatingIfNeeded: form >> (8 * $0)) } }
    }

    private init(andenEjer: Bool, bytes: [UInt8]) {
        self.andenEjer = andenEjer
        former = stride(from: 0, to: bytes.count - 3, by: 4).map { place in
            (0..<4).reduce(0) { $0 | Raekkeaendring.Maerke(bytes[place + $1]) << (8 * $1) }
        }
    }

    init() {}

    /// The hash kept beside it.
    func kontrol(af objekt: Int64) -> Int64 {
        Checksum.xxh64(bytes, seed: UInt64(bitPattern: objekt << 1 | (andenEjer ? 1 : 0)))
    }

    /// Reads `objekt, ejer, former, kontrol`; nil when the hash does not fit.
    fileprivate init?(_ statement: borrowing Statement) {
        self.init(andenEjer: statement.integer(1) != 0, bytes: statement.blob(2))
        guard kontrol(af: statement.integer(0)) == statement.integer(3) else { return nil }
    }
}

extension Connection {
    /// Calls `body` with each object that has one; nil when it is damaged.
    func forEachFortid(_ body: (Int64, Fortid?) -> Void) throws(StoreError) {
        let statement = try prepare("SELECT objekt, ejer, former, kontrol FROM fortid")
        while try statement.step() { body(statement.integer(0), Fortid(statement)) }
    }

    func fortid(of objekt: Int64) throws(StoreError) -> Fortid.Kendt {
        let statement = try prepare(
            "SELECT objekt, ejer, former, kontrol FROM fortid WHERE objekt = ?1")
        statement.bind(1, objekt)
        guard try statement.step() else { return .ingen }
        return Fortid(statement).map { .hel($0) } ?? .beskadiget
    }
}
