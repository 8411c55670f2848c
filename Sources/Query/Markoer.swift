import IndexCore

/// Seals the markers that callers carry between pages, so that a changed one cannot be opened.
public struct Markoersegl: Sendable {
    /// Bytes → the text that the caller gets.
    public let seal: @Sendable ([UInt8]) -> String
    /// The bytes again, or nil when the text is not one that was sealed here.
    public let open: @Sendable (String) -> [UInt8]?

    /// A pair that undo each other; `open` answers nil for what `seal` did not make.
    public init(
        seal: @escaping @Sendable ([UInt8]) -> String,
        open: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.seal = seal
        self.open = open
    }
}

/// Where a hit stands among all; no two hits stand at the same place.
struct Placering: Equatable {
    var vaegt = 0
    var tid: Int64 = 0
    var tekst = ""
    let uuid: UUIDIdentifikator
    /// Which of the case's notes it is; empty for an object.
    let notat: String

    var plads: Plads { Plads(vaegt: vaegt, tid: tid, uuid: uuid) }

    func precedes(_ other: Placering, _ sortering: SoegAnmodning.Sortering) -> Bool {
        switch sortering {
        case .relevans:
            if vaegt != other.vaegt { return vaegt > other.vaegt }
            if tid != other.tid { return tid > other.tid }
        case .nyeste: if tid != other.tid { return tid > other.tid }
        case .aeldste: if tid != other.tid { return tid < other.tid }
        case .titel, .brugervendtNoegle:
            if tekst != other.tekst { return tekst < other.tekst }
        }
        return (uuid, notat) < (other.uuid, other.notat)
    }
}

/// The place of a page's last hit, and which question and caller it belongs to.
struct Markoer: Equatable {
    let placering: Placering
    /// What was known when the first page was made; what changed later keeps the place it had then.
    let kendt: Kendt
    let aftryk: UInt64
    /// How the question was read on the first page.
    var maade = Laesemaade()

    var bytes: [UInt8] {
        var result: [UInt8] = [3]
        for tal in [
            aftryk, UInt64(bitPattern: Int64(placering.vaegt)), UInt64(bitPattern: placering.tid),
            placering.uuid.high, placering.uuid.low, UInt64(placering.tekst.utf8.count),
            UInt64(placering.notat.utf8.count),
        ] { result.append(tal: tal) }
        result += kendt.bytes
        return result + Array(placering.tekst.utf8) + Array(placering.notat.utf8) + maade.bytes
    }

    init(
        placering: Placering, kendt: Kendt, aftryk: UInt64, maade: Laesemaade = .init()
    ) {
        self.placering = placering
        self.kendt = kendt
        self.aftryk = aftryk
        self.maade = maade
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 57, bytes[0] == 3 else { return nil }
        let words = (0..<7).map { index in
            bytes[(1 + index * 8)..<(9 + index * 8)].tal
        }
        var rest = bytes[57...]
        guard let kendt = Kendt(&rest), words[5] <= UInt64(rest.count),
            words[6] <= UInt64(rest.count) - words[5]
        else { return nil }
        let length = Int(words[5])
        let notat = rest.dropFirst(length).prefix(Int(words[6]))
        guard let maade = Laesemaade(rest[notat.endIndex...]) else { return nil }
        self.maade = maade
        aftryk = words[0]
        self.kendt = kendt
        placering = Placering(
            vaegt: Int(truncatingIfNeeded: Int64(bitPattern: words[1])),
            tid: Int64(bitPattern: words[2]),
            tekst: String(decoding: rest.prefix(length), as: UTF8.self),
            uuid: UUIDIdentifikator(high: words[3], low: words[4]),
            notat: String(decoding: notat, as: UTF8.self))
    }

    /// A number for the question and the caller's rights; the seal is what keeps it safe.
    static func aftryk(_ request: [UInt8], _ scope: UInt64) -> UInt64 {
        var aftryk = Aftryk()
        aftryk.mix(request)
        aftryk.mix(scope)
        return aftryk.vaerdi
    }
}

extension Kendt {
    /// As a marker carries it.
    var bytes: [UInt8] {
        var result: [UInt8] = []
        result.append(tal: UInt64(bitPattern: instant.microseconds))
        result.append(tal: UInt64(tidligere.count))
        for (fil, tid) in tidligere.sorted(by: { $0.key < $1.key }) {
            result.append(tal: UInt64(bitPattern: fil))
            result.append(tal: UInt64(bitPattern: tid.microseconds))
        }
        return result
    }

    /// Takes its bytes from the front; nil for what `bytes` did not make.
    init?(_ rest: inout ArraySlice<UInt8>) {
        func tid() -> Tidspunkt? {
            rest.takeTal().map { Tidspunkt(microseconds: Int64(bitPattern: $0)) }
        }
        guard let instant = tid(), let antal = rest.takeTal(), antal <= UInt64(rest.count / 16)
        else {
            return nil
        }
        var tidligere: [Int64: Tidspunkt] = [:]
        for _ in 0..<antal {
            guard let fil = rest.takeTal(), let then = tid() else { return nil }
            tidligere[Int64(bitPattern: fil)] = then
        }
        self.init(instant, tidligere: tidligere)
    }
}

// A number in a marker: eight bytes, the highest first.

extension [UInt8] {
    mutating func append(tal: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: tal >> UInt64(shift)))
        }
    }
}

extension ArraySlice<UInt8> {
    /// What all of its bytes, eight at most, are as a number.
    var tal: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }

    /// Takes a number from the front; nil when there is none.
    mutating func takeTal() -> UInt64? {
        guard count >= 8 else { return nil }
        defer { self = dropFirst(8) }
        return prefix(8).tal
    }
}
