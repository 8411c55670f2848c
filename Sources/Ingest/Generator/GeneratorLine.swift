import IndexCore

/// One line of JSON while it is written: bytes at the end of a buffer, commas where they belong.
///
/// Text is written as it stands: everything the generator writes is free of quotation marks,
/// backslashes and control characters, or already escaped.
struct GeneratorLine {
    var bytes: [UInt8] = []

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func byte(_ scalar: Unicode.Scalar) { bytes.append(UInt8(ascii: scalar)) }

    /// A comma, unless the place is just inside an object or an array.
    mutating func comma() {
        guard let last = bytes.last else { return }
        if last != UInt8(ascii: "{") && last != UInt8(ascii: "[") { byte(",") }
    }

    mutating func key(_ name: String) {
        comma()
        byte("\"")
        raw(name)
        raw("\":")
    }

    mutating func beginObject() {
        comma()
        byte("{")
    }

    mutating func beginObject(_ name: String) {
        key(name)
        byte("{")
    }

    mutating func beginArray(_ name: String) {
        key(name)
        byte("[")
    }

    mutating func endObject() { byte("}") }

    mutating func endArray() { byte("]") }

    mutating func member(_ name: String, _ text: String) {
        key(name)
        byte("\"")
        raw(text)
        byte("\"")
    }

    mutating func member(_ name: String, bytes text: [UInt8]) {
        key(name)
        byte("\"")
        bytes.append(contentsOf: text)
        byte("\"")
    }

    mutating func member(_ name: String, _ uuid: UUIDIdentifikator) {
        key(name)
        byte("\"")
        self.uuid(uuid)
        byte("\"")
    }

    mutating func member(_ name: String, flag: Bool) {
        key(name)
        raw(flag ? "true" : "false")
    }

    mutating func member(_ name: String, number value: Int) {
        key(name)
        number(value)
    }

    /// A moment of local time, `"2024-02-15T09:30:00.000+01:00"`; midnight without a fraction.
    mutating func member(_ name: String, day: Int, second: Int = 0) {
        key(name)
        byte("\"")
        date(day)
        byte("T")
        number(second / 3600, digits: 2)
        byte(":")
        number(second / 60 % 60, digits: 2)
        byte(":")
        number(second % 60, digits: 2)
        let isSummer = GeneratorCalendar.isSummer(day: day, second: second)
        if second != 0 { raw(".000") }
        raw(isSummer ? "+02:00\"" : "+01:00\"")
    }

    /// `2024-02-15`, without quotation marks.
    mutating func date(_ day: Int) {
        let date = GeneratorCalendar.civil(day)
        number(date.year, digits: 4)
        byte("-")
        number(date.month, digits: 2)
        byte("-")
        number(date.day, digits: 2)
    }

    mutating func number(_ value: Int) {
        if value < 0 { byte("-") }
        let magnitude = value.magnitude
        var digits = 1
        var bound: UInt = 10
        while magnitude >= bound {
            digits += 1
            bound *= 10
        }
        number(Int(magnitude), digits: digits)
    }

    /// The last `digits` digits of a number that is not negative, zeros in front.
    mutating func number(_ value: Int, digits: Int) {
        let start = bytes.count
        var rest = value
        for _ in 0..<digits { bytes.append(48) }
        var index = start + digits
        while index > start {
            index -= 1
            bytes[index] = 48 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// An amount of money in hundredths, with decimals only when there are any: `6694`, `4819.68`.
    mutating func member(_ name: String, oere value: Int) {
        key(name)
        byte("\"")
        if value < 0 { byte("-") }
        let magnitude = Int(value.magnitude)
        number(magnitude / 100)
        if magnitude % 100 != 0 {
            byte(".")
            number(magnitude % 100, digits: 2)
        }
        byte("\"")
    }

    mutating func uuid(_ uuid: UUIDIdentifikator) {
        hexadecimal(uuid.high, 60, 32)
        byte("-")
        hexadecimal(uuid.high, 28, 16)
        byte("-")
        hexadecimal(uuid.high, 12, 0)
        byte("-")
        hexadecimal(uuid.low, 60, 48)
        byte("-")
        hexadecimal(uuid.low, 44, 0)
    }

    private mutating func hexadecimal(_ word: UInt64, _ from: UInt64, _ to: UInt64) {
        var shift = from + 4
        while shift > to {
            shift -= 4
            let nibble = UInt8(truncatingIfNeeded: word >> shift) & 15
            bytes.append(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
    }

    /// `text` in base64 with padding.
    mutating func base64(_ text: [UInt8]) {
        let alphabet = Self.alphabet
        var index = 0
        while index < text.count {
            let second = index + 1 < text.count ? text[index + 1] : 0
            let third = index + 2 < text.count ? text[index + 2] : 0
            let group = UInt32(text[index]) << 16 | UInt32(second) << 8 | UInt32(third)
            bytes.append(alphabet[Int(group >> 18)])
            bytes.append(alphabet[Int(group >> 12 & 63)])
            bytes.append(index + 1 < text.count ? alphabet[Int(group >> 6 & 63)] : 61)
            bytes.append(index + 2 < text.count ? alphabet[Int(group & 63)] : 61)
            index += 3
        }
    }

    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
