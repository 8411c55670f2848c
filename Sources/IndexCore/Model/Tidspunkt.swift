/// An instant on either time axis, in microseconds since 1970-01-01T00:00:00Z.
///
/// `distantPast` and `distantFuture` stand for the two infinities of `TidspunktType`
/// (`GraenseIndikator`). Reading and writing cost some tens of nanoseconds.
public struct Tidspunkt: Hashable, Comparable, Sendable {
    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The effect axis has no beginning here: an infinite or missing `FraTidspunkt`.
    public static let distantPast = Tidspunkt(microseconds: .min)
    /// The effect axis has no end here: an infinite or missing `TilTidspunkt`.
    public static let distantFuture = Tidspunkt(microseconds: .max)

    public var isInfinite: Bool { self == .distantPast || self == .distantFuture }

    public static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The instant `microseconds` later; the infinities stay where they are.
    public func advanced(byMicroseconds microseconds: Int64) -> Tidspunkt {
        isInfinite ? self : Tidspunkt(microseconds: self.microseconds &+ microseconds)
    }
}

/// What reading a dateTime found.
public enum TidspunktReading: Sendable {
    case zoned(Tidspunkt)
    /// No zone was written: read as Europe/Copenhagen.
    case local(Tidspunkt)
    case malformed
}

extension Tidspunkt {
    /// Reads `YYYY-MM-DDThh:mm:ss[.f…][Z|±hh:mm]`; fractions beyond a microsecond are cut.
    ///
    /// Source: XML Schema dateTime, with the year limited to 0001–9999 (rule R06).
    public static func read(_ text: UnsafeBufferPointer<UInt8>) -> TidspunktReading {
        guard text.count >= 19, let date = Dato.read(UnsafeBufferPointer(rebasing: text[0..<10])),
            text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"),
            text[16] == UInt8(ascii: ":"),
            let hour = number(text, 11, 2), let minute = number(text, 14, 2),
            let second = number(text, 17, 2),
            minute < 60, second < 60, hour < 24 || (hour == 24 && minute == 0 && second == 0)
        else { return .malformed }
        var position = 19
        guard let fraction = readFraction(text, &position) else { return .malformed }
        if hour == 24 && fraction > 0 { return .malformed }
        let seconds = Int64(date.day) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        if position == text.count {
            let utc = seconds - Int64(DanishTime.offset(localSeconds: seconds))
            return within(utc, fraction).map { .local($0) } ?? .malformed
        }
        guard let offset = readZone(text, position) else { return .malformed }
        return within(seconds - Int64(offset), fraction).map { .zoned($0) } ?? .malformed
    }

    /// The instant, when its year in UTC is one that can be written, 0001–9999.
    private static func within(_ seconds: Int64, _ fraction: Int64) -> Tidspunkt? {
        guard (-62_135_596_800..<endOfYears).contains(seconds) else { return nil }
        return Tidspunkt(microseconds: seconds * 1_000_000 + fraction)
    }

    /// The first second of the year 10000 in UTC.
    private static let endOfYears: Int64 = 253_402_300_800

    /// Reads a dateTime, or a bare date as midnight in Denmark; nil when it is neither.
    public init?(reading text: String) {
        var copy = text
        let reading: TidspunktReading = copy.withUTF8 { bytes in
            if bytes.count == 10, let date = Dato.read(bytes) { return .zoned(date.danishMidnight) }
            return Tidspunkt.read(bytes)
        }
        switch reading {
        case .zoned(let instant), .local(let instant): self = instant
        case .malformed: return nil
        }
    }

    /// Appends `YYYY-MM-DDThh:mm:ss[.fff[fff]]Z`.
    public func writeUTC(to output: inout [UInt8]) {
        write(to: &output, offset: 0)
        output.append(UInt8(ascii: "Z"))
    }

    /// Appends the same with Denmark's offset at that instant, as business dates are shown; with none where
    /// Denmark's clock shows a year that cannot be written.
    public func writeDanish(to output: inout [UInt8]) {
        var offset = DanishTime.offset(utcSeconds: wholeSeconds)
        if wholeSeconds + Int64(offset) >= Self.endOfYears { offset = 0 }
        write(to: &output, offset: offset)
        output.append(UInt8(ascii: "+"))
        Self.append(offset / 3600, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        Self.append(offset / 60 % 60, digits: 2, to: &output)
    }

    /// The calendar day in Denmark at this instant.
    public var danishDate: Dato {
        let local = wholeSeconds + Int64(DanishTime.offset(utcSeconds: wholeSeconds))
        return Dato(day: Int32(clamping: local.floorDivided(by: 86_400)))
    }

    public var utcText: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        writeUTC(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private var wholeSeconds: Int64 { microseconds.floorDivided(by: 1_000_000) }

    private func write(to output: inout [UInt8], offset: Int) {
        let local = wholeSeconds + Int64(offset)
        let day = local.floorDivided(by: 86_400)
        let rest = Int(local - day * 86_400)
        Dato(day: Int32(clamping: day)).write(to: &output)
        output.append(UInt8(ascii: "T"))
        Self.append(rest / 3600, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        Self.append(rest / 60 % 60, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        Self.append(rest % 60, digits: 2, to: &output)
        let part = Int(microseconds % 1_000_000)
        let fraction = part < 0 ? part + 1_000_000 : part
        guard fraction > 0 else { return }
        output.append(UInt8(ascii: "."))
        if fraction % 1000 == 0 {
            Self.append(fraction / 1000, digits: 3, to: &output)
        } else {
            Self.append(fraction, digits: 6, to: &output)
        }
    }

    static func append(_ value: Int, digits: Int, to output: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            output.append(48 + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    static func number(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<(start + count) {
            guard (48...57).contains(text[index]) else { return nil }
            value = value * 10 + Int(text[index] - 48)
        }
        return value
    }

    private static func readFraction(
        _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) -> Int64? {
        guard position < text.count, text[position] == UInt8(ascii: ".") else { return 0 }
        position += 1
        var value: Int64 = 0
        var digits = 0
        while position < text.count, (48...57).contains(text[position]) {
            if digits < 6 { value = value * 10 + Int64(text[position] - 48) }
            digits += 1
            position += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 6)..<6 { value *= 10 }
        return value
    }

    /// Seconds east of UTC; nil for anything but `Z` or `±hh:mm` up to 14 hours.
    private static func readZone(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        if text[start] == UInt8(ascii: "Z") { return start + 1 == text.count ? 0 : nil }
        guard text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"),
            text.count == start + 6, text[start + 3] == UInt8(ascii: ":"),
            let hours = number(text, start + 1, 2), let minutes = number(text, start + 4, 2),
            minutes < 60, hours * 60 + minutes <= 14 * 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return text[start] == UInt8(ascii: "-") ? -seconds : seconds
    }
}

/// Denmark's offset from UTC, by rule from 1980 on and +01:00 before.
///
/// Source: Directive 2000/84/EC and its forerunners; 1980 had its own dates.
public enum DanishTime {
    /// Seconds east of UTC at an instant, given in seconds since 1970.
    public static func offset(utcSeconds seconds: Int64) -> Int {
        let year = Dato(day: Int32(clamping: seconds.floorDivided(by: 86_400))).calendar.year
        guard let summer = summer(of: year) else { return 3600 }
        return summer.contains(seconds) ? 7200 : 3600
    }

    /// Seconds east of UTC for a clock reading; the repeated hour is read as summer time.
    public static func offset(localSeconds seconds: Int64) -> Int {
        offset(utcSeconds: seconds - 7200) == 7200 ? 7200 : 3600
    }

    private static func summer(of year: Int) -> Range<Int64>? {
        guard year >= 1980 else { return nil }
        let start = year == 1980 ? Dato(year: 1980, month: 4, day: 6) : lastSunday(year, 3)
        let end = lastSunday(year, year < 1996 ? 9 : 10)
        return (Int64(start.day) * 86_400 + 3600)..<(Int64(end.day) * 86_400 + 3600)
    }

    private static func lastSunday(_ year: Int, _ month: Int) -> Dato {
        let last = Dato(year: year, month: month, day: month == 9 ? 30 : 31)
        let weekday = ((Int(last.day) + 4) % 7 + 7) % 7  // 1970-01-01 was a Thursday; Sunday = 0
        return Dato(day: last.day - Int32(weekday))
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
