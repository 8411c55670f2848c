// 1. dateTime is read as XML Schema has it, to the microsecond; anything else is refused.
// 2. Without a zone it is read as Denmark's clock, also at the edges of summer time since 1980.
// 3. What is written is read back; dates are those of the proleptic Gregorian calendar.

import Testing

@testable import IndexCore

@Suite struct TidspunktTests {
    private func utc(_ text: String) -> String? { Tidspunkt(reading: text)?.utcText }

    @Test(
        "What is a dateTime is read",
        arguments: [
            ("2024-03-01T09:15:30.125+01:00", "2024-03-01T08:15:30.125Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            ("2000-02-29T24:00:00Z", "2000-03-01T00:00:00Z"),
            ("2024-12-31T24:00:00.000Z", "2025-01-01T00:00:00Z"),
            ("2024-01-01T00:00:00.1234567Z", "2024-01-01T00:00:00.123456Z"),
            ("2024-01-01T00:00:00.1Z", "2024-01-01T00:00:00.100Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
            ("2024-01-01T00:00:00+14:00", "2023-12-31T10:00:00Z"),
            ("2024-01-01T00:00:00-14:00", "2024-01-01T14:00:00Z"),
            ("2024-07-01", "2024-06-30T22:00:00Z"),
        ])
    func read(_ text: String, _ expected: String) {
        #expect(utc(text) == expected)
    }

    @Test(
        "What is not is refused",
        arguments: [
            "", "2024", "2024-1-01T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z", "2024-04-31T00:00:00Z", "2024-01-00T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2024-01-01 00:00:00Z", "2024-01-01T00:00Z", "2024-01-01T25:00:00Z",
            "2024-01-01T24:00:01Z",
            "2024-01-01T24:00:00.1Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00,1Z", "2024-01-01T00:00:00z", "2024-01-01T00:00:00+1:00",
            "2024-01-01T00:00:00+0100",
            "2024-01-01T00:00:00+14:01", "2024-01-01T00:00:00+15:00", "2024-01-01T00:00:00+01:60",
            "2024-01-01T00:00:00Z ",
            "+2024-01-01T00:00:00Z", "-2024-01-01T00:00:00Z", "12024-01-01T00:00:00Z",
            "２024-01-01T00:00:00Z",
        ])
    func refused(_ text: String) {
        #expect(utc(text) == nil)
    }

    @Test(
        "Without a zone it is Denmark's clock",
        arguments: [
            ("2024-03-31T01:59:59", "2024-03-31T00:59:59Z"),
            ("2024-03-31T03:00:00", "2024-03-31T01:00:00Z"),
            ("2024-10-27T01:59:59", "2024-10-26T23:59:59Z"),
            // The repeated hour is read as summer time.
            ("2024-10-27T02:30:00", "2024-10-27T00:30:00Z"),
            ("2024-10-27T03:00:00", "2024-10-27T02:00:00Z"),
            ("1979-07-01T12:00:00", "1979-07-01T11:00:00Z"),
            ("1980-04-06T01:59:59", "1980-04-06T00:59:59Z"),
            ("1980-04-06T03:00:00", "1980-04-06T01:00:00Z"),
            ("1980-09-28T03:00:00", "1980-09-28T02:00:00Z"),
            ("1995-09-24T01:00:00", "1995-09-23T23:00:00Z"),
            ("1995-09-24T03:00:00", "1995-09-24T02:00:00Z"),
            ("1995-10-10T12:00:00", "1995-10-10T11:00:00Z"),
            ("1996-10-10T12:00:00", "1996-10-10T10:00:00Z"),
            ("1996-10-27T03:00:00", "1996-10-27T02:00:00Z"),
            ("1996-10-27T01:00:00", "1996-10-26T23:00:00Z"),
        ])
    func denmark(_ text: String, _ expected: String) {
        #expect(utc(text) == expected)
    }

    @Test("Every time written is read back", arguments: 0..<1)
    func roundTrip(_ number: Int) {
        var seed = Seed(UInt64(number))
        for _ in 0..<5000 {
            let time = Tidspunkt(
                microseconds: Int64(seed.next() % 250_000_000_000_000_000) - 60_000_000_000_000_000)
            #expect(Tidspunkt(reading: time.utcText) == time)
            var danish: [UInt8] = []
            time.writeDanish(to: &danish)
            #expect(Tidspunkt(reading: String(decoding: danish, as: UTF8.self)) == time)
            #expect(time.danishDate.danishMidnight <= time)
            #expect(Dato(day: time.danishDate.day + 1).danishMidnight > time)
        }
    }

    @Test("Days follow each other through leap years and centuries")
    func days() {
        var previous = Dato(year: 1599, month: 12, day: 31)
        for year in 1600...2400 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, days) in zip(
                1...12, [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
            {
                let first = Dato(year: year, month: month, day: 1)
                #expect(first.day == previous.day + 1)
                previous = Dato(year: year, month: month, day: days)
                #expect(previous.day == first.day + Int32(days) - 1)
                #expect(previous.calendar == (year, month, days))
            }
        }
        #expect(Dato(year: 1970, month: 1, day: 1).day == 0)
    }

    @Test("The infinities stay where they are")
    func infinities() {
        #expect(Tidspunkt.distantFuture.advanced(byMicroseconds: 5) == .distantFuture)
        #expect(Tidspunkt.distantPast.advanced(byMicroseconds: 5) == .distantPast)
        // Never written by a rule, but no trap either.
        #expect(Tidspunkt.distantPast.utcText.count >= 20)
        #expect(Tidspunkt.distantFuture.utcText.count >= 20)
        #expect(Tidspunkt.distantPast.isInfinite && Tidspunkt.distantFuture.isInfinite)
    }

    @Test("A business date at the end of the years is written as one that can be read")
    func lastYear() throws {
        for text in ["9999-12-31T23:59:59Z", "9999-12-31T23:00:00Z", "9999-12-31T22:59:59Z"] {
            let instant = try #require(Tidspunkt(reading: text))
            var bytes: [UInt8] = []
            instant.writeDanish(to: &bytes)
            #expect(
                Tidspunkt(reading: String(decoding: bytes, as: UTF8.self)) == instant, "\(text)")
        }
    }
}
