/// One object's change, decided against what is stored, inside the writer's transaction.
public struct WriteCommand: Sendable {
    public let uuid: UUIDIdentifikator
    public let kind: ObjektKind
    /// Called once on the writer's queue; may be called again for an object that changes authority.
    public let decide:
        @Sendable (StoredObjekt?, any WriteContext) throws(StoreError) -> WriteDecision

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

/// What a decision may ask of the index, as it stands inside the transaction.
public protocol WriteContext {
    var now: Tidspunkt { get }
    /// The kind of an object anywhere in the index; nil when there is none.
    func kind(of uuid: UUIDIdentifikator) throws(StoreError) -> ObjektKind?
    /// Another object of the authority with that kind and number.
    func holder(
        of noegle: String, _ kind: ObjektKind, besides uuid: UUIDIdentifikator
    ) throws(StoreError) -> UUIDIdentifikator?
    /// Any object as it stands.
    func objekt(_ uuid: UUIDIdentifikator) throws(StoreError) -> StoredObjekt?
    /// Whether some case's current registration files the document.
    func erJournaliseret(_ uuid: UUIDIdentifikator) throws(StoreError) -> Bool
    /// All registrations of the object being decided on, oldest first.
    func historik(of stored: StoredObjekt) throws(StoreError) -> [Registrering]
}
