// 1. Exactly the contract's form is read; everything else is refused.
// 2. Equality and order are by value, with any number of decimals.
// 3. Sums and differences are exact.
// 4. The description is the shortest form, and reads back as the same amount.

import IndexCore
import Testing

@Suite struct BeloebTests {
    @Test("The contract's form is read", arguments: ["0", "-0", "007", "5.942", "-1234.50"])
    func reads(_ text: String) { #expect(Beloeb(text) != nil) }

    @Test(
        "Any other form is refused",
        arguments: ["", "-", "+5", "5.", ".5", "1.234,56", "1e3", " 5", "5 ", "1.2.3", "--1", "æ"])
    func refuses(_ text: String) { #expect(Beloeb(text) == nil) }

    @Test(
        "Equal amounts are equal however they are written",
        arguments: [
            ("100", "100.00"), ("-0", "0.000"), ("007", "7"), ("0.10", "0.1"), ("-5.0", "-5"),
        ])
    func equal(_ left: String, _ right: String) throws {
        let (left, right) = (try #require(Beloeb(left)), try #require(Beloeb(right)))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(!(left < right) && !(right < left))
    }

    @Test("Amounts stand in the order of their values")
    func order() throws {
        let texts = ["-10.5", "-10.05", "-9", "-0.001", "0", "0.001", "0.01", "9", "10", "10.01"]
        let amounts = try texts.map { try #require(Beloeb($0)) }
        for (place, amount) in amounts.enumerated() {
            for (other, right) in amounts.enumerated() {
                #expect((amount < right) == (place < other))
            }
        }
    }

    @Test(
        "A sum is exact",
        arguments: [
            ("0.1", "0.2", "0.3"), ("-0.1", "0.1", "0"), ("999.99", "0.01", "1000"),
            ("-5", "3.25", "-1.75"), ("3.25", "-5", "-1.75"), ("-1", "-2.5", "-3.5"),
            (
                "123456789012345678901234567890.1", "0.000000000000000000001",
                "123456789012345678901234567890.100000000000000000001"
            ),
        ])
    func sum(_ left: String, _ right: String, _ total: String) throws {
        let (left, right) = (try #require(Beloeb(left)), try #require(Beloeb(right)))
        let total = try #require(Beloeb(total))
        #expect(left + right == total)
        #expect(right + left == total)
        #expect(total - right == left)
    }

    @Test("Sums agree with whole numbers of øre")
    func model() throws {
        for left in stride(from: -210, through: 210, by: 7) {
            for right in stride(from: -105, through: 105, by: 11) {
                let sum = try #require(Beloeb(kroner(left))) + #require(Beloeb(kroner(right)))
                #expect(sum == Beloeb(kroner(left + right)))
            }
        }
    }

    private func kroner(_ oere: Int) -> String {
        let rest = oere.magnitude % 100
        return (oere < 0 ? "-" : "") + "\(oere.magnitude / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    @Test(
        "The description is the shortest form",
        arguments: [
            ("100.00", "100"), ("-0.50", "-0.5"), ("000", "0"), ("0.007", "0.007"),
            ("-12.30", "-12.3"),
        ])
    func description(_ text: String, _ shortest: String) throws {
        let amount = try #require(Beloeb(text))
        #expect(amount.description == shortest)
        #expect(Beloeb(shortest) == amount)
    }
}
