import Glibc
import IndexCore

/// The reading workloads: drawn from the loaded file, the same for every system.
struct Reads {
    private let callers: Callers
    private var chance = Chance(seed: 7)
    /// Of the largest authority; every tenth line at most.
    private let lines: [Line]
    /// The words of titles as people type them, with how often each stands there.
    private let titles: [[String]]
    private static let facets = "\"Facetter\": [\"Kildesystem\", \"Klasse:1\", \"Fremdrift\"]"
    /// As the others count: notes are no objects of theirs.
    private static let kinds =
        "\"Objekttyper\": [\"Sag\", \"Dokument\", \"Bevilling\", \"OekonomiskEffektuering\"]"

    init(callers: Callers, corpus: Corpus, size: Int) {
        self.callers = callers
        var lines = corpus.lines(every: max(1, size / 200_000)).filter { $0.authority == 0 }
        chance.shuffle(&lines)
        self.lines = lines
        titles = lines.prefix(20_000).compactMap(\.title).map { title in
            title.split { !$0.isLetter }.filter { $0.count > 3 }.map { $0.lowercased() }
        }
    }

    /// All of them, in the order in which they take turns.
    mutating func all() -> [Workload] {
        let citizens = self.citizens
        return [
            overblik("overblik", citizens, .snaever), overblik("overblik-bred", citizens, .bred),
            overblikDa(citizens), get(), nummer(),
            soeg("soeg", .snaever), soeg("soeg-alle", .bred),
            soeg("soeg-facetter", .snaever, facets: true),
            soeg("soeg-alle-facetter", .bred, facets: true),
            facetter("facetter", .snaever), facetter("facetter-alle", .bred),
            almindeligt("almindeligt", "Relevans"), almindeligt("almindeligt-nyeste", "Nyeste"),
            frase(), fremsoeg(citizens), forslag(),
        ]
    }

    /// Citizens drawn evenly from those the authority knows.
    private var citizens: [String] {
        Set(lines.prefix(20_000).compactMap(\.cpr)).sorted().prefix(4000)
            .map { "urn:oio:cpr-nr:\($0)" }
    }

    private func workload(
        _ name: String, _ caller: Caller, _ path: String, _ bodies: [String],
        _ questions: [Question] = [], counted: [String] = [], threads: Int = 2
    ) -> Workload {
        let token = callers.token(caller)
        let all = bodies.map { Array($0.utf8) }
        return Workload(
            name: name, caller: caller, threads: threads,
            requests: all.map { Request.body("POST", path, token: token, $0) },
            questions: questions,
            counted: counted.map {
                Request.body("POST", "/v1/soeg", token: token, Array($0.utf8))
            }, path: path, bodies: all)
    }

    /// Cases, documents, notes, grants, payments and a timeline; the others list objects alone.
    private func overblik(_ name: String, _ citizens: [String], _ caller: Caller) -> Workload {
        workload(
            name, caller, "/v1/overblik", citizens.map { "{\"Part\": \"\($0)\"}" },
            citizens.map { Question(part: $0) },
            counted: citizens.map { "{\"Part\": [\"\($0)\"], \(Self.kinds), \"Antal\": 1}" })
    }

    private func overblikDa(_ citizens: [String]) -> Workload {
        let days = ["2021-06-01", "2023-01-15", "2024-09-30", "2026-02-01"]
        let dated = citizens.enumerated().map { ($1, days[$0 % days.count]) }
        var result = workload(
            "overblik-da", .snaever, "/v1/overblik",
            dated.map { "{\"Part\": \"\($0)\", \"Virkningstid\": \"\($1)\"}" },
            dated.map { Question(part: $0, day: $1) })
        result.systems = ["postgres"]
        return result
    }

    /// One object as it is now; those of the subjects that the caller may see are found by asking.
    private func get() -> Workload {
        let some = lines.prefix(4000)
        let requests = some.map { Request.get($0.target, token: callers.reader) }
        return Workload(
            name: "get-now", threads: 1, requests: requests,
            questions: some.map { Question(uuid: $0.uuid) }, systems: ["postgres"],
            visibility: requests)
    }

    private func nummer() -> Workload {
        // Those that are a subject's number in front are read as that too, and find more.
        let numbered = lines.filter { $0.kind == .sag }.compactMap { line in
            line.value(after: "\"BrugervendtNoegle\":\"").map { (line: line, number: $0) }
        }.filter { $0.number.contains("-") && !$0.number.contains(".") }.prefix(4000)
        let numbers = numbered.map(\.number)
        let bodies = numbers.map { "{\"Tekst\": \(Question.quoted($0)), \"Antal\": 20}" }
        var result = workload(
            "nummer", .snaever, "/v1/soeg", bodies, numbers.map { Question(number: $0) },
            counted: numbers.map {
                "{\"Tekst\": \(Question.quoted($0)), \(Self.kinds), \"Antal\": 1}"
            })
        // A number that is not found is answered with what is like it.
        result.visibility = numbered.map { Request.get($0.line.target, token: callers.reader) }
        return result
    }

    /// One or two words from titles.
    private mutating func soeg(
        _ name: String, _ caller: Caller, facets: Bool = false
    ) -> Workload {
        let words = titles.prefix(1000).filter { !$0.isEmpty }.map { title in
            Array(title.prefix(1 + chance.next(below: 2)))
        }
        let tail = facets ? ", " + Self.facets : ""
        return workload(
            name, caller, "/v1/soeg",
            words.map { "{\"Tekst\": \"\($0.joined(separator: " "))\", \"Antal\": 20\(tail)}" },
            words.map { Question(words: $0, hasFacets: facets) })
    }

    /// All that the caller may see, counted by three facets.
    private func facetter(_ name: String, _ caller: Caller) -> Workload {
        let body = "{\"Antal\": 0, \(Self.kinds), \(Self.facets)}"
        return workload(
            name, caller, "/v1/soeg", [body], [Question(hasFacets: true)], counted: [body])
    }

    /// The word that stands in most titles, in every authority.
    private func almindeligt(_ name: String, _ order: String) -> Workload {
        var often: [String: Int] = [:]
        for word in titles.flatMap({ $0 }) { often[word, default: 0] += 1 }
        let word = often.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "sag"
        return workload(
            name, .bred, "/v1/soeg",
            ["{\"Tekst\": \"\(word)\", \"Antal\": 20, \"Sortering\": \"\(order)\"}"],
            [Question(words: [word], isNewestFirst: order == "Nyeste")])
    }

    /// One word exactly as it stands. PostgreSQL's `danish` has stems alone and is not asked.
    private func frase() -> Workload {
        let words = Set(titles.prefix(1000).compactMap { $0.first { $0.count > 6 } }).sorted()
        var result = workload(
            "frase", .snaever, "/v1/soeg",
            words.map { "{\"Tekst\": \"\\\"\($0)\\\"\", \"Antal\": 20}" },
            words.map { Question(phrase: $0) },
            counted: words.map { "{\"Tekst\": \"\\\"\($0)\\\"\", \(Self.kinds), \"Antal\": 1}" })
        result.systems = ["sqlite", "tantivy"]
        return result
    }

    /// Two levels and four criteria: a citizen's cases, or cases with a word that are not begun,
    /// or documents with it.
    private func fremsoeg(_ citizens: [String]) -> Workload {
        func led(_ attribut: String, _ tilstand: String, _ relation: String) -> String {
            "[{\"AttributListe\": {\(attribut)}, \"TilstandListe\": {\(tilstand)}, "
                + "\"RelationListe\": {\(relation)}}]"
        }
        let begun = led("", "\"Fremdrift\": [{\"FremdriftStatusKode\": \"Opstaaet\"}]", "")
        let words = titles.compactMap { $0.first { $0.count > 6 } }
        let bodies = zip(citizens, words).prefix(1000).map { citizen, word in
            let titel = led("\"Egenskaber\": [{\"Titel\": \"*\(word)*\"}]", "", "")
            let part = led("", "", "\"Sagspart\": [{\"ReferenceID\": \"\(citizen)\"}]")
            return "{\"SoegUdtryk\": {\"operation\": \"OR\", \"SoegSag\": \(part), "
                + "\"SoegDokument\": \(titel), \"SoegUdtryk\": [{\"operation\": \"AND\", "
                + "\"SoegSag\": \(titel), \"NOT\": [{\"SoegSag\": \(begun)}]}]}, "
                + "\"Filter\": {\"SagVis\": [\"egenskaber\"], \"DokumentVis\": [\"egenskaber\"]}}"
        }
        return workload("fremsoeg", .snaever, "/v1/fremsoeg", Array(bodies))
    }

    /// Words that are half typed: the first three to six letters.
    private func forslag() -> Workload {
        let words = titles.prefix(1000).compactMap { $0.first { $0.count > 6 } }
        return workload(
            "forslag", .snaever, "/v1/forslag",
            words.enumerated().map { place, word in
                "{\"Tekst\": \"\(word.prefix(3 + place % 4))\", \"Antal\": 10}"
            })
    }

    // MARK: Asking

    /// Why a workload cannot be asked of this server; nil when it can. A refusal is fast, so a
    /// workload whose first question is refused for any other reason stops the run.
    static func obstacle(_ workload: Workload, port: UInt16) throws -> String? {
        guard let first = workload.requests.first else { return "nothing to ask about" }
        let answer = try Client(port: port).fetch(first)
        if answer.status == 200 { return nil }
        let isAbsent = answer.status == 501 || workload.name == "forslag" && answer.status == 404
        let text = String(decoding: answer.body.prefix(300), as: UTF8.self)
        guard isAbsent else {
            throw Failure("\(workload.name) is answered with \(answer.status): \(text)")
        }
        return "the server answers \(answer.status): it does not have it"
    }

    /// Leaves out what the caller may not see, where each question is of one object.
    static func onlyVisible(_ workload: Workload, port: UInt16) throws -> Workload {
        guard !workload.visibility.isEmpty else { return workload }
        let client = try Client(port: port)
        let seen = try workload.visibility.indices.filter {
            try client.exchange(workload.visibility[$0]).status == 200
        }
        func some<Value>(_ values: [Value]) -> [Value] {
            values.isEmpty ? [] : seen.map { values[$0] }
        }
        return Workload(
            name: workload.name, caller: workload.caller, threads: workload.threads,
            requests: some(workload.requests), questions: some(workload.questions),
            systems: workload.systems, counted: some(workload.counted), path: workload.path,
            bodies: some(workload.bodies))
    }

    /// What this service counts for each of the first so many questions.
    static func counts(_ workload: Workload, port: UInt16, first: Int) throws -> [Int?] {
        try antal(workload.counted.prefix(first), port: port).map { $0?["Vaerdi"]?.integer }
    }

    /// What the answers to the requests count, whatever the form.
    static func antal(_ requests: ArraySlice<[UInt8]>, port: UInt16) throws -> [JSONValue?] {
        let client = try Client(port: port)
        return try requests.map { try JSONValue(parsing: client.fetch($0).body)["Antal"] }
    }

    /// Sends the requests over and over for a while, each thread from its own place.
    static func run(_ workload: Workload, port: UInt16, seconds limit: Double) throws -> Figures {
        let total = Shared((latencies: Latencies(), bytes: 0, others: 0))
        let start = nanoseconds()
        try onThreads(workload.threads) { thread in
            let client = try Client(port: port)
            var place = workload.requests.count * thread / workload.threads
            var latencies = Latencies()
            var (bytes, others) = (0, 0)
            while seconds(since: start) < limit {
                let before = nanoseconds()
                let answer = try client.exchange(workload.requests[place])
                latencies.add(nanoseconds() - before)
                bytes += answer.bodyBytes
                if answer.status != 200 { others += 1 }
                place = (place + 1) % workload.requests.count
            }
            let (done, read, wrong) = (latencies, bytes, others)
            total.change { total in
                total.latencies.add(done)
                total.bytes += read
                total.others += wrong
            }
        }
        let wall = seconds(since: start)
        let all = total.now
        return all.latencies.figures(wall: wall) + [
            ("mean_bytes", Double(all.bytes) / Double(max(1, all.latencies.count))),
            ("not_200", Double(all.others)),
        ]
    }
}
