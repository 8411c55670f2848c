/// Danish civil time in whole numbers: a day is counted from 1970-01-01, without a clock.
///
/// Summer time from the last Sunday of March to the last Sunday of October, 01:00 UTC.
///
/// Source: directive 2000/84/EC, articles 2–4; Danish order on summer time.
enum GeneratorCalendar {
    /// The day number of a civil date (proleptic Gregorian).
    static func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Year, month and day of a day number.
    static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    /// Whether `second` of the local `day` is in summer time; the doubled hour counts as summer.
    static func isSummer(day: Int, second: Int) -> Bool {
        let date = civil(day)
        guard (3...10).contains(date.month) else { return false }
        guard date.month == 3 || date.month == 10 else { return true }
        let change = lastSunday(date.year, date.month)
        let isPastChange = day > change || day == change && second >= 3 * 3600
        return date.month == 3 ? isPastChange : !isPastChange
    }

    /// The first day of the month that follows the month of `day`.
    static func nextMonth(_ day: Int) -> Int {
        let date = civil(day)
        return date.month == 12
            ? self.day(date.year + 1, 1, 1) : self.day(date.year, date.month + 1, 1)
    }

    static let monthNames = [
        "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september",
        "oktober", "november", "december",
    ]

    private static func lastSunday(_ year: Int, _ month: Int) -> Int {
        let last = day(year, month, 31)
        // 1970-01-01 was a Thursday, so day 3 is a Sunday.
        return last - ((last - 3) % 7 + 7) % 7
    }
}
