import Testing

@testable import API
@testable import IndexCore
@testable import Ingest

// 1. The official plan loads into the store, and judges and names the classes of what comes after.
// 2. Published case titles, each made a strict case, are found by number and by words of the title.

@Suite(
    "All of KLE and published cases",
    .enabled(if: Reference.hasData, "the test data stands beside the checkout only"))
struct KlassifikationSagerTests {
    private struct Post {
        let uuid: String
        let nummer: String
        let titel: String
    }

    private func poster() throws -> [Post] {
        let text = String(decoding: try Reference.bytes("data/sager-greve.tsv"), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().enumerated().compactMap { index, line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count > 1, !fields[1].isEmpty else { return nil }
            return Post(
                uuid: Eksempel.uuid(index + 1), nummer: String(fields[0]),
                titel: String(fields[1]))
        }
    }

    /// Two words that one would remember a title by: its longest.
    private func ord(_ titel: String) -> String {
        let words = titel.split { !$0.isLetter }.filter { $0.count >= 3 }.map { String($0) }
        let longest: [String] = Array(words.sorted { $0.count > $1.count }[..<min(2, words.count)])
        return longest.joined(separator: " ")
    }

    @Test("Nine hundred published cases are found by number and by two words")
    func cases() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let loaded = try Klasselager.indlaes(
            Reference.bytes("data/kle-emneplan-2015-08-01.xml"), in: tjeneste.store)
        #expect(loaded.klassifikation.klasser.count > 2000)
        tjeneste.use(loaded.klassifikation)
        let poster = try poster()
        #expect(poster.count == 928)
        let body = poster.flatMap { post in
            Proevetjeneste.ndjson([
                (
                    "SagIndeks",
                    Eksempel.sag(post.uuid, nummer: post.nummer, titel: post.titel, kle: "00.01.00")
                )
            ])
        }
        let svar = try tjeneste.kald(
            "POST", "/v1/importer", body, token: tjeneste.token(),
            fields: [HTTPField("Content-Type", "application/x-ndjson")])
        let refused = svar.lines.filter { $0["StatusKode"] != 20 }
        #expect(refused.isEmpty, "\(refused.prefix(3).map(\.text))")
        var missing: [String] = []
        for post in poster {
            let byNumber = try tjeneste.soeg(["Tekst": .string(post.nummer), "Antal": 5])
            if byNumber != [post.uuid] { missing.append(post.nummer) }
            let words = ord(post.titel)
            guard !words.isEmpty else { continue }
            let byWords = try tjeneste.soeg(["Tekst": .string(words), "Antal": 1000])
            if !byWords.contains(post.uuid) { missing.append(words) }
        }
        #expect(missing.isEmpty, "\(missing.count): \(missing.prefix(10))")
    }

    @Test("A number that is in no plan is told of; the class's title is the plan's")
    func judged() throws {
        let tjeneste = try Proevetjeneste(aftaler: .direkte)
        let loaded = try Klasselager.indlaes(
            Reference.bytes("data/kle-emneplan-2015-08-01.xml"), in: tjeneste.store)
        tjeneste.use(loaded.klassifikation)
        let svar = try tjeneste.importer([
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(1), kle: "32.24.04")),
            ("SagIndeks", Eksempel.sag(Eksempel.uuid(2), kle: "99.99.99")),
            (
                "BevillingIndeks",
                Eksempel.bevilling(
                    Eksempel.uuid(3), ydelser: [Eksempel.bevilgetYdelse("1", kle: "99.99.99")])
            ),
        ])
        #expect(svar.koder == [20, 20, 20], "\(svar.text)")
        #expect(svar.advarsler[1].contains("K12"))
        #expect(svar.advarsler[2].contains("Y17"))
        let hits = try tjeneste.kald("POST", "/v1/soeg", ["Klasse": ["32.24.04"]])
        let klasse = hits.json?["Traef"]?.array?.first?["Klasse"]
        let number = try #require(loaded.klassifikation.places(noegle: "32.24.04").first)
        let titel = loaded.klassifikation.klasser[number].titel
        #expect(klasse?["Titel"]?.string == titel)
    }
}
