public import IndexCore

/// Why a description of agreements cannot be used: the place and what belongs there, never a value.
public struct AftalefilFejl: Error, Equatable, Sendable, CustomStringConvertible {
    /// From the root of the text, such as `[0].grupper[1].kle`; empty for the text itself.
    public let sti: String
    /// What was expected, in Danish.
    public let besked: String

    public init(sti: String, besked: String) {
        self.sti = sti
        self.besked = besked
    }

    public var description: String { sti.isEmpty ? besked : "\(sti): \(besked)" }
}

/// Reads and writes service agreements as JSON.
///
/// A file is a list of {"system", "cvr", "roller": ["Udstil", "Rediger"], "grupper": [{"cvr": [..],
/// "kle": [..], "foelsomhed": 1–4, "systemer"?: [..], "enheder"?: [..]}], "fra"?, "til"?}. Every
/// group names authorities, KLE and Foelsomhed: a group that lacks one is refused, never widened.
///
/// Source: http-api §2 and §6.
public enum Aftalefil {
    /// The agreements of a whole file. One that does not say `fra` begins at `now`.
    public static func read(
        _ bytes: [UInt8], now: Tidspunkt
    ) throws(AftalefilFejl) -> [Aftale] {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw AftalefilFejl(sti: "", besked: "Teksten er ikke JSON (byte \(error.byteOffset))")
        }
        let list = AftaleReader(value: value, sti: "")
        return try list.items().map { item throws(AftalefilFejl) in try item.aftale(now) }
    }

    /// One agreement, standing at `sti` in a larger text.
    public static func aftale(
        _ value: JSONValue, sti: String, now: Tidspunkt
    ) throws(AftalefilFejl) -> Aftale {
        try AftaleReader(value: value, sti: sti).aftale(now)
    }

    /// Adds those of the agreements that the store has never had; answers how many.
    ///
    /// One that was ended there stays ended, though the file still names it.
    public static func addMissing(_ aftaler: [Aftale], to store: Store) throws(StoreError) -> Int {
        var added = 0
        for aftale in aftaler where !store.aftaler.contains(where: { $0.isSame(as: aftale) }) {
            _ = try store.add(aftale)
            added += 1
        }
        return added
    }
}

extension Aftale {
    /// Whether the two say the same, whenever they hold.
    fileprivate func isSame(as other: Aftale) -> Bool {
        system == other.system && myndighed == other.myndighed && roller == other.roller
            && grupper == other.grupper
    }
}

/// A value and where it stands.
private struct AftaleReader {
    let value: JSONValue
    let sti: String

    func aftale(_ now: Tidspunkt) throws(AftalefilFejl) -> Aftale {
        try allow(["id", "system", "cvr", "roller", "grupper", "fra", "til"])
        let system = try required("system").uuid()
        let cvr = try required("cvr").cvr()
        let roller = try required("roller").roller()
        let grupper = try required("grupper").items()
            .map { item throws(AftalefilFejl) in try item.gruppe() }
        guard !grupper.isEmpty else {
            throw fault("grupper", "Mindst én gruppe; uden gruppe er intet tilladt")
        }
        let fra = try member("fra")?.time() ?? now
        let til = try member("til")?.time()
        if let til, til <= fra { throw fault("til", "Skal ligge efter fra") }
        return Aftale(
            system: system, myndighed: cvr, roller: roller, grupper: grupper, fra: fra, til: til)
    }

    private func gruppe() throws(AftalefilFejl) -> RightsGroup {
        try allow(["cvr", "kle", "foelsomhed", "systemer", "enheder"])
        let cvr = try required("cvr").nonEmpty()
            .map { item throws(AftalefilFejl) in try item.cvr() }
        let kle = try required("kle").nonEmpty()
            .map { item throws(AftalefilFejl) in try item.kle() }
        return RightsGroup(
            myndigheder: Set(cvr), kle: kle, foelsomhed: try required("foelsomhed").foelsomhed(),
            systemer: try member("systemer")?.uuids(), enheder: try member("enheder")?.uuids())
    }

    private func uuids() throws(AftalefilFejl) -> Set<UUIDIdentifikator> {
        Set(try nonEmpty().map { item throws(AftalefilFejl) in try item.uuid() })
    }

    private func uuid() throws(AftalefilFejl) -> UUIDIdentifikator {
        guard let uuid = value.string.flatMap({ UUIDIdentifikator($0) }) else {
            throw fault("UUID som tekst, 8-4-4-4-12 hexadecimale cifre")
        }
        return uuid
    }

    private func cvr() throws(AftalefilFejl) -> CVRNummer {
        guard let cvr = value.string.flatMap({ CVRNummer($0) }) else {
            throw fault("CVR-nummer som tekst på otte cifre")
        }
        return cvr
    }

    private func kle() throws(AftalefilFejl) -> KLEPattern {
        guard let kle = value.string.flatMap({ KLEPattern($0) }) else {
            throw fault("KLE som *, NN.*, NN.NN.*, NN.NN.NN eller to af disse med bindestreg")
        }
        return kle
    }

    private func foelsomhed() throws(AftalefilFejl) -> Foelsomhed {
        guard let raw = value.integer.flatMap({ UInt8(exactly: $0) }),
            let foelsomhed = Foelsomhed(rawValue: raw)
        else { throw fault("Et helt tal fra 1 til 4") }
        return foelsomhed
    }

    private func time() throws(AftalefilFejl) -> Tidspunkt {
        guard let time = value.string.flatMap({ Tidspunkt(reading: $0) }) else {
            throw fault("Dato eller tidspunkt efter RFC 3339")
        }
        return time
    }

    private func roller() throws(AftalefilFejl) -> Aftale.Roller {
        var roller: Aftale.Roller = []
        for item in try nonEmpty() {
            switch item.value {
            case .string("Udstil"): roller.insert(.udstil)
            case .string("Rediger"): roller.insert(.rediger)
            default: throw item.fault("Udstil eller Rediger")
            }
        }
        return roller
    }

    // MARK: Steps

    func items() throws(AftalefilFejl) -> [AftaleReader] {
        guard let values = value.array else { throw fault("En liste") }
        return values.enumerated().map { AftaleReader(value: $1, sti: "\(sti)[\($0)]") }
    }

    private func nonEmpty() throws(AftalefilFejl) -> [AftaleReader] {
        let items = try items()
        guard !items.isEmpty else { throw fault("En liste med mindst ét led") }
        return items
    }

    private func allow(_ names: Set<String>) throws(AftalefilFejl) {
        guard let members = value.members else { throw fault("Et objekt") }
        guard let place = members.firstIndex(where: { !names.contains($0.name) }) else { return }
        throw fault("Medlem nr. \(place + 1) er ukendt")
    }

    private func member(_ name: String) -> AftaleReader? {
        value[name].map { AftaleReader(value: $0, sti: path(name)) }
    }

    private func required(_ name: String) throws(AftalefilFejl) -> AftaleReader {
        guard let member = member(name) else { throw fault(name, "Mangler") }
        return member
    }

    private func path(_ name: String) -> String { sti.isEmpty ? name : "\(sti).\(name)" }

    private func fault(_ besked: String) -> AftalefilFejl {
        AftalefilFejl(sti: sti, besked: besked)
    }

    private func fault(_ name: String, _ besked: String) -> AftalefilFejl {
        AftalefilFejl(sti: path(name), besked: besked)
    }
}
