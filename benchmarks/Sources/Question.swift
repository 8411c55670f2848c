/// What is asked, in a form that every system can be asked in; see compare/engines.py.
struct Question: Sendable {
    var words: [String] = []
    var phrase: String?
    var part: String?
    var number: String?
    /// What held on this day.
    var day: String?
    var isNewestFirst = false
    var hasFacets = false
    var uuid: String?

    var json: String {
        var members: [String] = []
        if !words.isEmpty {
            members.append("\"ord\": [\(words.map(Self.quoted).joined(separator: ", "))]")
        }
        if let phrase { members.append("\"frase\": \(Self.quoted(phrase))") }
        if let part { members.append("\"part\": \(Self.quoted(part))") }
        if let number { members.append("\"noegle\": \(Self.quoted(number))") }
        if isNewestFirst { members.append("\"nyeste\": true") }
        if hasFacets { members.append("\"facetter\": true") }
        return "{\(members.joined(separator: ", "))}"
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            if character == "\"" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return result + "\""
    }
}

/// Whose rights a question is asked with.
enum Caller: String, Sendable, CaseIterable {
    /// One authority, eight subjects.
    case snaever
    /// The same subjects in all 98.
    case bred

    var authorities: [String] {
        switch self {
        case .snaever: [Callers.authority]
        case .bred: Callers.all
        }
    }

    var json: String {
        let numbers = authorities.map { "\"\($0)\"" }.joined(separator: ", ")
        let subjects = Callers.prefixes.map { "\"\($0)\"" }.joined(separator: ", ")
        return "{\"myndigheder\": [\(numbers)], \"kle\": [\(subjects)], \"niveau\": 3}"
    }
}

/// One workload: the same questions for this service and, where they can be asked them, the others.
struct Workload: Sendable {
    let name: String
    var caller = Caller.snaever
    var threads = 2
    /// For this service, over HTTP.
    let requests: [[UInt8]]
    /// For the others, in the same order; none when there is nothing like it.
    var questions: [Question] = []
    var systems: Set<String> = ["sqlite", "tantivy", "postgres"]
    /// What must be counted alike by all; asked for before anything is measured.
    var counted: [[UInt8]] = []
    /// Asked beforehand, one for each question: those not answered with 200 are of what the caller
    /// may not see, and left out.
    var visibility: [[UInt8]] = []
    /// The path and bodies, for asking in process.
    var path = ""
    var bodies: [[UInt8]] = []
}

/// A system that is asked the same as this service.
protocol Rival: AnyObject {
    var name: String { get }
    /// Asks a workload's questions over and over for a while.
    func ask(_ workload: Workload, seconds: Double) throws -> (latencies: Latencies, wall: Double)
    /// What each of the first so many questions counts; nil where the system does not count.
    func counts(_ workload: Workload, first: Int) throws -> [Int?]
}
