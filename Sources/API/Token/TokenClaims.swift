public import IndexCore

/// An operator right that a token may carry beside its reading rights.
///
/// Source: http-api §2, `drift`.
public enum DriftRet: String, Sendable, CaseIterable {
    case aftaler, log, drift, klassifikation
}

/// The user a system says it acts for.
public struct AssertedUser: Hashable, Sendable {
    /// The user; nil when the token carries a privilege list but names nobody.
    public let uuid: UUIDIdentifikator?
    /// The units the user belongs to.
    public let enheder: [UUIDIdentifikator]
    /// The user's groups, OR-ed and never flattened. Empty means that nothing is visible.
    public let rettigheder: [RightsGroup]

    /// A user with these units and groups.
    public init(
        uuid: UUIDIdentifikator?, enheder: [UUIDIdentifikator], rettigheder: [RightsGroup]
    ) {
        self.uuid = uuid
        self.enheder = enheder
        self.rettigheder = rettigheder
    }
}

/// What a verified token says about the caller.
///
/// Made by `TokenVerifier` from a token whose signature, times and bindings hold. The public
/// initialiser is for those who judge claims apart from tokens.
///
/// Source: http-api §2.
public struct TokenClaims: Hashable, Sendable {
    /// The issuer that signed.
    public let iss: String
    /// The calling system.
    public let system: UUIDIdentifikator
    /// The authority on whose behalf the system calls.
    public let cvr: CVRNummer
    /// The user behind the system; nil when none is asserted, so that the system's rights decide.
    public let bruger: AssertedUser?
    /// The purpose the caller gives, at most 1024 Unicode scalars; for the audit log.
    public let formaal: String?
    /// Operator rights; names that are not known are left out.
    public let drift: Set<DriftRet>
    /// When the token ceases to hold, in whole seconds since 1970.
    public let expires: Int

    /// Claims as they stand, not proved by any signature.
    public init(
        iss: String, system: UUIDIdentifikator, cvr: CVRNummer, bruger: AssertedUser?,
        formaal: String?, drift: Set<DriftRet>, expires: Int
    ) {
        self.iss = iss
        self.system = system
        self.cvr = cvr
        self.bruger = bruger
        self.formaal = formaal
        self.drift = drift
        self.expires = expires
    }
}
