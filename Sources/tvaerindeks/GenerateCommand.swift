import Glibc
import Ingest

extension Command {
    static let generate = Command(
        name: "generate", summary: "make synthetic but lifelike objects as NDJSON",
        help: """
            Usage: tvaerindeks generate --size N [--seed S] [--plan standard|demonstration]
                     [--out FILE]

            Prints N objects, one a line, cases, documents, grants and payments mixed as in real
            life. The same plan, size and seed give the same bytes. No person or company exists.

              --size N     how many; 100k and 1m are understood. The demonstration has 10,000
              --seed S     a whole number; default 1
              --plan NAME  standard: 98 authorities over eight years (the default);
                           demonstration: two authorities, three years
              --out FILE   to a file, which must not be there yet; default standard output

            Example:
              tvaerindeks generate --size 100k --seed 7 | tvaerindeks import --data data -

            """,
        options: [.value("size"), .value("seed"), .value("plan"), .value("out")],
        run: { arguments in
            try arguments.noPositional()
            try write(try plan(arguments), to: arguments.text("out"))
        })

    private static func plan(_ arguments: Arguments) throws -> GeneratorPlan {
        guard let seed = UInt64(arguments.text("seed") ?? "1") else {
            throw CommandFailure.usage("--seed must be a whole number")
        }
        switch arguments.text("plan") ?? "standard" {
        case "standard":
            return GeneratorPlan(objects: try size(try arguments.required("size")), seed: seed)
        case "demonstration":
            var plan = GeneratorPlan.demonstration(seed: seed)
            if let text = arguments.text("size") { plan.objects = try size(text) }
            return plan
        default: throw CommandFailure.usage("--plan must be standard or demonstration")
        }
    }

    private static func size(_ text: String) throws -> Int {
        let units: [Character: Int] = ["k": 1000, "m": 1_000_000]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard let count = Int(digits), (0...1_000_000_000).contains(count),
            count * (unit ?? 1) <= 1_000_000_000
        else {
            throw CommandFailure.usage("--size must be a whole number, such as 5000, 100k or 1m")
        }
        return count * (unit ?? 1)
    }

    private static func write(_ plan: GeneratorPlan, to path: String?) throws {
        var file = STDOUT_FILENO
        if let path {
            file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else {
                throw CommandFailure.failed("--out: the file cannot be made (errno \(errno))")
            }
        }
        defer { if path != nil { close(file) } }
        var generator = Generator(plan)
        var buffer: [UInt8] = []
        buffer.reserveCapacity(2 << 20)
        var isMore = true
        while isMore {
            isMore = generator.next(into: &buffer)
            guard buffer.count >= 1 << 20 || !isMore else { continue }
            guard Terminal.writeAll(buffer, to: file) else {
                throw CommandFailure.failed("the output cannot be written (errno \(errno))")
            }
            buffer.removeAll(keepingCapacity: true)
        }
    }
}
