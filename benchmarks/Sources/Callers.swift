/// Who calls: one reader who may see little, and one system that writes everywhere.
struct Callers {
    /// A caseworker at one authority with a handful of subjects, up to level 3.
    let reader: String
    /// The same caseworker with rights in all 98 authorities.
    let bred: String
    /// A system with the right to write at every authority, without a user.
    let writer: String

    static let readingSystem = "7a1c0000-0000-4000-8000-00000000000a"
    private static let writingSystem = "7a1c0000-0000-4000-8000-00000000000b"
    static let user = "7a1c0000-0000-4000-8000-00000000000c"
    /// The largest authority, which has a ninth of all objects.
    static let authority = "90000001"
    static let prefixes = [
        "27.36.", "27.42.", "27.60.", "27.39.", "32.", "34.10.", "34.15.", "29.",
    ]
    static let subjects = prefixes.map { $0 + "*" }.joined(separator: ",")
    static let all = (1...98).map { String(90_000_000 + $0) }

    func token(_ caller: Caller) -> String { caller == .snaever ? reader : bred }

    /// Makes the agreements and the tokens; before the server starts or while it runs.
    init(_ program: Program, data: String) throws {
        let all = Self.all.joined(separator: ",")
        _ = try program.text([
            "agreement", "--data", data, "add", "--system", Self.readingSystem, "--cvr",
            Self.authority, "--roller", "Udstil", "--ret", "cvr=\(all);kle=*;foelsomhed=4",
        ])
        _ = try program.text([
            "agreement", "--data", data, "add", "--system", Self.writingSystem, "--cvr",
            Self.authority, "--roller", "Udstil,Rediger", "--ret", "cvr=\(all);kle=*;foelsomhed=4",
        ])
        reader = try program.text([
            "token", "--data", data, "--system", Self.readingSystem, "--cvr", Self.authority,
            "--bruger", Self.user, "--kle", Self.subjects, "--foelsomhed", "3",
        ])
        bred = try program.text([
            "token", "--data", data, "--system", Self.readingSystem, "--cvr", Self.authority,
            "--bruger", Self.user, "--ret", "cvr=\(all);kle=\(Self.subjects);foelsomhed=3",
        ])
        writer = try program.text([
            "token", "--data", data, "--system", Self.writingSystem, "--cvr", Self.authority,
        ])
    }
}
