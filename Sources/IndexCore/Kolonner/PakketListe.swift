/// A list as memory keeps it: two bytes a row instead of six.
///
/// What comes out is what went in; costs about a nanosecond a row to unpack.
struct PakketListe: Sendable {
    /// How many different places (`Liste.steder`) there are, these, and for each row one number: how far it is
    /// from the row before, and which of the places it has. A number that has no room stands in the three words
    /// behind `udvidet`.
    private let ord: [UInt16]
    private let count: Int
    let gyldigTil: Int64

    private static let udvidet = UInt16.max

    /// With what it takes to find it again.
    var bytes: Int { 2 * ord.count + 200 }

    init(_ liste: Liste) {
        count = liste.count
        gyldigTil = liste.gyldigTil
        guard count > 0 else {
            ord = []
            return
        }
        let tabel = Stedtabel(liste.steder)
        var raa: [UInt16] = []
        raa.reserveCapacity(count + tabel.steder.count + 1)
        raa.append(UInt16(truncatingIfNeeded: tabel.steder.count - 1))
        raa += tabel.steder
        var last: UInt32 = 0
        liste.forEach { id, sted in
            let value = UInt64(id - last) << tabel.bits | UInt64(tabel.nummer(sted.rawValue))
            last = id
            if value < UInt64(Self.udvidet) { return raa.append(UInt16(value)) }
            raa.append(Self.udvidet)
            for word: UInt64 in 0..<3 {
                raa.append(UInt16(truncatingIfNeeded: value >> (16 * word)))
            }
        }
        // Without the room that was not used.
        ord = raa.withUnsafeBufferPointer { [UInt16]($0) }
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
        ord.withUnsafeBufferPointer { ord in
            let antal = Int(ord[0]) + 1
            let tabel = UnsafeBufferPointer(rebasing: ord[1...antal])
            let bits = Stedtabel.bits(antal)
            let mask = UInt64(1) << bits - 1
            var (place, id) = (antal + 1, UInt32(0))
            for row in 0..<count {
                var value = UInt64(ord[place])
                place += 1
                if value == UInt64(Self.udvidet) {
                    value = (0..<3).reduce(0) { $0 | UInt64(ord[place + $1]) &<< (16 * UInt64($1)) }
                    place += 3
                }
                id &+= UInt32(truncatingIfNeeded: value &>> bits)
                ids[row] = id
                steder[row] = tabel[Int(value & mask)]
            }
        }
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
