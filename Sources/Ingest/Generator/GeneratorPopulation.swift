import IndexCore

/// A citizen who does not exist. The name is held as places in the lists of names.
struct GeneratorPerson {
    /// Ten digits whose day is 61–91, as no true number has; unique in a run.
    let cpr: Int
    let first: Int
    /// A second last name, or -1.
    let middle: Int
    let last: Int
    let isMale: Bool
}

/// A company or an association that does not exist.
struct GeneratorCompany {
    let cvr: Int
    let pnr: Int
    let stem: Int
    let trade: Int
}

/// A plot of land with its address and its two numbers.
struct GeneratorProperty {
    let street: Int
    let number: Int
    let bfe: Int
    let municipality: Int
    let esr: Int
}

/// People who live together, their home and the company one of them has to do with.
struct GeneratorHousehold {
    let authority: Int
    let adults: [GeneratorPerson]
    let children: [GeneratorPerson]
    let property: GeneratorProperty
    let company: GeneratorCompany
}

/// Makes people, one household after another, and never the same number twice.
struct GeneratorPopulation {
    private var adults: NumberSequence
    private var children: NumberSequence
    private var companies: NumberSequence
    private var properties: NumberSequence

    init(seed: UInt64) {
        var random = GeneratorRandom(seed: seed ^ 0x706F_7075)
        adults = NumberSequence(count: Self.adultDays * 4000, random: &random)
        children = NumberSequence(count: Self.childDays * 6000, random: &random)
        companies = NumberSequence(count: 29_000_000, random: &random)
        properties = NumberSequence(count: 90_000_000, random: &random)
    }

    mutating func household(
        authority: Int, random: inout GeneratorRandom
    ) -> GeneratorHousehold {
        let last = random.below(120)
        let isCouple = random.percent(45)
        let childCount = random.weighted([55, 20, 18, 7])
        var grown = [adult(last: last, random: &random)]
        if isCouple {
            let own = random.percent(40) ? random.below(120) : last
            grown.append(adult(last: own, random: &random))
        }
        let young = (0..<childCount).map { _ in child(last: last, random: &random) }
        return GeneratorHousehold(
            authority: authority, adults: grown, children: young,
            property: property(authority: authority, random: &random),
            company: company(random: &random))
    }

    private mutating func adult(
        last: Int, random: inout GeneratorRandom
    ) -> GeneratorPerson {
        let index = adults.next()
        let cpr = Self.cpr(day: Self.firstAdult + index / 4000, serial: index % 4000)
        return person(cpr: cpr, last: last, random: &random)
    }

    private mutating func child(
        last: Int, random: inout GeneratorRandom
    ) -> GeneratorPerson {
        let index = children.next()
        let cpr = Self.cpr(day: Self.firstChild + index / 6000, serial: 4000 + index % 6000)
        return person(cpr: cpr, last: last, random: &random)
    }

    private func person(
        cpr: Int, last: Int, random: inout GeneratorRandom
    ) -> GeneratorPerson {
        GeneratorPerson(
            cpr: cpr, first: skewed(75, &random),
            middle: random.percent(18) ? random.below(120) : -1, last: last,
            isMale: cpr % 2 == 1)
    }

    private mutating func company(random: inout GeneratorRandom) -> GeneratorCompany {
        let index = companies.next()
        return GeneratorCompany(
            cvr: 60_000_000 + index, pnr: 1_900_000_000 + index,
            stem: random.below(GeneratorVocabulary.companyStems.count),
            trade: random.below(GeneratorVocabulary.companyTrades.count))
    }

    private mutating func property(
        authority: Int, random: inout GeneratorRandom
    ) -> GeneratorProperty {
        let index = properties.next()
        return GeneratorProperty(
            street: random.below(GeneratorVocabulary.streets.count),
            number: 1 + random.below(random.percent(80) ? 60 : 300), bfe: 900_000_000 + index,
            municipality: 901 + authority % 98, esr: index % 1_000_000)
    }

    /// A place in a list whose first entries are the most common.
    private func skewed(_ count: Int, _ random: inout GeneratorRandom) -> Int {
        min(random.below(count), random.below(count))
    }

    private static let firstAdult = GeneratorCalendar.day(1940, 1, 1)
    private static let firstChild = GeneratorCalendar.day(2000, 1, 1)
    private static let adultDays = firstChild - firstAdult
    private static let childDays = GeneratorCalendar.day(2024, 1, 1) - firstChild

    /// The seventh digit tells the century: 0–3 for the 1900s, 4–9 for births from 2000 on.
    private static func cpr(day: Int, serial: Int) -> Int {
        let birth = GeneratorCalendar.civil(day)
        let date = (birth.day + 60) * 10_000 + birth.month * 100 + birth.year % 100
        return date * 10_000 + serial
    }
}

/// The numbers from 0 up to a count in mixed order, each once before any comes again.
struct NumberSequence {
    private let count: Int
    private let step: Int
    private var value: Int

    init(count: Int, random: inout GeneratorRandom) {
        self.count = count
        var candidate = count / 2 + random.below(count / 3)
        while Self.greatestCommonDivisor(candidate, count) != 1 { candidate += 1 }
        step = candidate
        value = random.below(count)
    }

    mutating func next() -> Int {
        value = (value + step) % count
        return value
    }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        var (larger, smaller) = (first, second)
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }
}
