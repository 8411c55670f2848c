/// A list as memory keeps it: some two bytes a row instead of six.
///
/// What comes out is what went in; costs about two nanoseconds a row each way.
struct PakketListe: Sendable {
    /// How many different places (`Liste.steder`) there are, these, and for each row in one number how far it
    /// is from the row before, and which of the places it has.
    private let indhold: [UInt8]
    private let count: Int
    let gyldigTil: Int64

    /// With what it takes to find it again.
    var bytes: Int { indhold.count + 200 }

    init(_ liste: Liste) {
        count = liste.count
        gyldigTil = liste.gyldigTil
        guard count > 0 else {
            indhold = []
            return
        }
        let tabel = Stedtabel(liste.steder)
        var raa: [UInt8] = []
        raa.reserveCapacity(3 * (count + tabel.steder.count + 1))
        raa.append(tal: UInt64(tabel.steder.count))
        for sted in tabel.steder { raa.append(tal: UInt64(sted)) }
        var last: UInt32 = 0
        liste.forEach { id, sted in
            raa.append(tal: UInt64(id - last) << tabel.bits | UInt64(tabel.nummer(sted.rawValue)))
            last = id
        }
        // Without the room that was not used.
        indhold = raa.withUnsafeBufferPointer { [UInt8]($0) }
    }

    var liste: Liste {
        guard count > 0 else { return Liste(ids: [], steder: [], gyldigTil: gyldigTil) }
        var steder: [UInt16] = []
        let ids = [UInt32](unsafeUninitializedCapacity: count) { ids, filled in
            steder = [UInt16](unsafeUninitializedCapacity: count) { steder, also in
                read(into: ids, steder)
                also = count
            }
            filled = count
        }
        return Liste(ids: ids, steder: steder, gyldigTil: gyldigTil)
    }

    private func read(
        into ids: UnsafeMutableBufferPointer<UInt32>,
        _ steder: UnsafeMutableBufferPointer<UInt16>
    ) {
        indhold.withUnsafeBufferPointer { bytes in
            guard var place = bytes.baseAddress else { return }
            let tabel = (0..<Int(Self.next(&place))).map { _ in
                UInt16(truncatingIfNeeded: Self.next(&place))
            }
            let bits = Stedtabel.bits(tabel.count)
            let mask = UInt64(1) << bits - 1
            tabel.withUnsafeBufferPointer { tabel in
                var id: UInt32 = 0
                for row in 0..<count {
                    let value = Self.next(&place)
                    id &+= UInt32(truncatingIfNeeded: value &>> bits)
                    ids[row] = id
                    steder[row] = tabel[Int(value & mask)]
                }
            }
        }
    }

    /// The number that stands there, as `append(tal:)` put it.
    @inline(__always)
    private static func next(_ place: inout UnsafePointer<UInt8>) -> UInt64 {
        var byte = place.pointee
        place += 1
        var value = UInt64(byte & 0x7F)
        var shift: UInt64 = 7
        while byte >= 0x80 {
            byte = place.pointee
            place += 1
            value |= UInt64(byte & 0x7F) &<< shift
            shift &+= 7
        }
        return value
    }
}

/// The different places of a list, each with a number.
private struct Stedtabel {
    private(set) var steder: [UInt16] = []
    private var numre: [UInt16: UInt16] = [:]
    let bits: UInt64

    init(_ alle: [UInt16]) {
        // Neighbours are mostly found alike.
        var last: UInt16?
        for sted in alle where sted != last {
            last = sted
            guard numre[sted] == nil else { continue }
            numre[sted] = UInt16(steder.count)
            steder.append(sted)
        }
        bits = Self.bits(steder.count)
    }

    func nummer(_ sted: UInt16) -> UInt16 {
        if sted == steder[0] { return 0 }
        return numre[sted] ?? 0
    }

    /// How many bits a number takes.
    static func bits(_ count: Int) -> UInt64 {
        count <= 1 ? 0 : UInt64(UInt64.bitWidth - (count - 1).leadingZeroBitCount)
    }
}

extension [UInt8] {
    /// A number of any size; a small one takes one byte.
    fileprivate mutating func append(tal value: UInt64) {
        var left = value
        while left >= 0x80 {
            append(UInt8(truncatingIfNeeded: left) | 0x80)
            left >>= 7
        }
        append(UInt8(left))
    }
}
