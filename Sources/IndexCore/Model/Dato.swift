/// A calendar day, in days since 1970-01-01 (proleptic Gregorian).
public struct Dato: Hashable, Comparable, Sendable {
    /// Negative before 1970.
    public let day: Int32

    /// Before every date: "from the beginning" or unknown.
    public static let foerst = Dato(day: .min)
    /// After every date: "until further notice".
    public static let sidst = Dato(day: .max)

    public init(day: Int32) { self.day = day }

    /// The day with that calendar date; the date must exist.
    public init(year: Int, month: Int, day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.day = Int32(clamping: era * 146_097 + dayOfEra - 719_468)
    }

    /// Year, month 1–12 and day 1–31.
    public var calendar: (year: Int, month: Int, day: Int) {
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Reads exactly `YYYY-MM-DD`, a date that exists.
    public static func read(_ text: UnsafeBufferPointer<UInt8>) -> Dato? {
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = Tidspunkt.number(text, 0, 4), let month = Tidspunkt.number(text, 5, 2),
            let day = Tidspunkt.number(text, 8, 2), year > 0, (1...12).contains(month), day > 0
        else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        return Dato(year: year, month: month, day: day)
    }

    /// Reads exactly `YYYY-MM-DD` with a day that exists; anything else gives nil.
    public init?(_ text: some StringProtocol) {
        var copy = String(text)
        guard let date = copy.withUTF8({ Dato.read($0) }) else { return nil }
        self = date
    }

    /// The instant at which the day begins in Denmark.
    public var danishMidnight: Tidspunkt {
        let local = Int64(day) * 86_400
        return Tidspunkt(
            microseconds: (local - Int64(DanishTime.offset(localSeconds: local))) * 1_000_000)
    }

    /// Appends `YYYY-MM-DD`; a year outside 0–9999, which nothing that was read has, as the nearest.
    public func write(to output: inout [UInt8]) {
        let (year, month, day) = calendar
        Tidspunkt.append(min(max(year, 0), 9999), digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Tidspunkt.append(month, digits: 2, to: &output)
        output.append(UInt8(ascii: "-"))
        Tidspunkt.append(day, digits: 2, to: &output)
    }

    public static func < (left: Self, right: Self) -> Bool { left.day < right.day }
}

extension Dato: CustomStringConvertible {
    /// `YYYY-MM-DD`; empty for `foerst` and `sidst`.
    public var description: String {
        guard self != .foerst, self != .sidst else { return "" }
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
