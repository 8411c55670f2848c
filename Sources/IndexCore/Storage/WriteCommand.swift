/// One object's change, decided against what is stored, inside the writer's transaction.
public struct WriteCommand: Sendable {
    public let uuid: UUIDIdentifikator
    public let kind: ObjektKind
    /// Called once on the writer's queue; may be called again for an object that changes authority.
    public let decide:
        @Sendable (StoredObjekt?, any WriteContext) throws(StoreError) -> WriteDecision
    /// What it files and removes while it is under way.
    let maerke = Bortgangsmaerke()

    public init(
        uuid: UUIDIdentifikator, kind: ObjektKind,
        decide:
            @escaping @Sendable (StoredObjekt?, any WriteContext) throws(StoreError) ->
            WriteDecision
    ) {
        self.uuid = uuid
        self.kind = kind
        self.decide = decide
    }
}

/// What is to be done with an object. Registrations are oldest first; the store sets StsTidspunkt.
public enum WriteDecision: Sendable {
    case insert([Registrering])
    case append([Registrering])
    /// Puts these in place of all there was, for physical removal of parts; times are kept.
    case rewrite([Registrering])
    case remove
    /// Nothing is to be changed.
    case leave
}

public enum WriteOutcome: Sendable, Equatable {
    /// The registration is on the disk.
    case stored(Tidspunkt)
    case left
    case removed
    /// The change gives the object another authority: it must be moved.
    case moves(to: CVRNummer)
    /// What is stored is damaged and cannot be changed.
    case damaged
}

/// A number that an object is to have, and that no other of its kind and authority may (R23).
public struct Nummerkrav: Sendable {
    public let noegle: String
    public let kind: ObjektKind
    /// The object itself.
    public let uuid: UUIDIdentifikator
    /// While it has the number, from now on.
    public let gaelder: Range<Tidspunkt>
    /// The object's authority; nil for the one where it is judged.
    public let myndighed: CVRNummer?

    /// Those of `segments`, as they stand; of an object that is over, the last.
    public static func alle(
        _ segments: [Segment], _ kind: ObjektKind, _ uuid: UUIDIdentifikator, at now: Tidspunkt,
        _ myndighed: CVRNummer?
    ) -> [Nummerkrav] {
        // Benefits' numbers have no such rule.
        guard !kind.isYdelse else { return [] }
        let egenskaber = segments.filter { $0.unit == .egenskaber }
        let levende = egenskaber.filter { $0.virkning.til > now }
        return (levende.isEmpty ? egenskaber.suffix(1) : levende).compactMap { segment in
            guard let noegle = segment.body.text(.brugervendtNoegle), !noegle.isEmpty else {
                return nil
            }
            let fra = max(now, segment.virkning.fra)
            return Nummerkrav(
                noegle: noegle, kind: kind, uuid: uuid,
                gaelder: fra..<max(fra, segment.virkning.til),
                myndighed: myndighed)
        }
    }
}

/// What a decision may ask of the index, as it stands inside the transaction.
public protocol WriteContext {
    var now: Tidspunkt { get }
    /// The kind of an object anywhere in the index; nil when there is none.
    func kind(of uuid: UUIDIdentifikator) throws(StoreError) -> ObjektKind?
    /// Another object with that number.
    func holder(of nummer: Nummerkrav) throws(StoreError) -> UUIDIdentifikator?
    /// Any object as it stands.
    func objekt(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt?
    /// What decides access of the object now; its row may be of a while ago.
    func fakta(of stored: StoredObjekt) -> AdgangsFakta
    /// What decides access of each case that files the document now, of any authority; nil when a file that may hold
    /// one cannot be read.
    func arkivering(of row: ObjektRow) throws(StoreError) -> [AdgangsFakta]?
    /// Whether some case's current registration files the document.
    func erJournaliseret(_ uuid: UUIDIdentifikator) throws(StoreError) -> Bool
    /// Whether no change under way files the document, so that it may go for want of such; from then on it counts
    /// as gone, until `stays` is told or the change is done.
    func mayRemove(_ uuid: UUIDIdentifikator) -> Bool
    func stays(_ uuid: UUIDIdentifikator)
    /// Whether the document is not being removed; from then on it does not go until the change is done.
    func mayFile(_ uuid: UUIDIdentifikator) -> Bool
    /// All registrations of the object being decided on, oldest first.
    func historik(of stored: StoredObjekt) throws(StoreError) -> [Registrering]
}

/// Where nothing is carried out, nothing is under way.
extension WriteContext {
    public func mayRemove(_ uuid: UUIDIdentifikator) -> Bool { true }

    public func stays(_ uuid: UUIDIdentifikator) {}

    public func mayFile(_ uuid: UUIDIdentifikator) -> Bool { true }
}
