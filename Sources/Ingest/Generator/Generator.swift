import IndexCore

/// Synthetic but lifelike NDJSON of the four kinds, one object a line, the same for the same plan.
///
/// Households are made one after another: the documents of a case before the case, the case before
/// its benefits, the benefits before their payments. So every reference is to an earlier line.
/// People, companies and authorities do not exist: CPR numbers have a day of 61–91. Memory does not
/// grow with the number of objects.
///
/// Source: the rules R1–R46 and Y01–Y43 in strict mode.
public struct Generator: Sendable {
    private let plan: GeneratorPlan
    private var planner: GeneratorPlanner
    private var line = GeneratorLine()
    private var queue: [GeneratorWork] = []
    private var position = 0
    private var made = 0

    public init(_ plan: GeneratorPlan) {
        self.plan = plan
        planner = GeneratorPlanner(plan)
    }

    /// Appends one line with its line feed; false, and nothing appended, when all are made.
    ///
    /// A line is 3–8 KB, seldom more than 25 KB. A plan without authorities has no lines.
    public mutating func next(into output: inout [UInt8]) -> Bool {
        guard made < plan.objects, !plan.authorities.isEmpty else { return false }
        if position == queue.count { refill() }
        // The buffer is lent to the line and given back, never copied.
        swap(&output, &line.bytes)
        line.write(queue[position])
        line.byte("\n")
        swap(&output, &line.bytes)
        position += 1
        made += 1
        return true
    }

    private mutating func refill() {
        queue.removeAll(keepingCapacity: true)
        position = 0
        planner.planHousehold(into: &queue)
    }
}
