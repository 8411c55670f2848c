// What is proved here, with the built executable:
//  1. Help is on standard output with an example and status 0, for every command.
//  2. What is called wrongly ends with status 2, says so on standard error and does nothing.
//  3. Generated data is deterministic, and importing it keeps every object.
//  4. A refused line ends with status 1, its finding stands in a file, and the others are kept.
//  5. A token is signed with the directory's key and says what was asked.
//  6. Agreements are added, listed and ended, with and without a server on the directory.
//  7. A classification is loaded while a server has the directory; import then says why it cannot.
//  8. SIGTERM stops the server with status 0.
//  9. An index is controlled; one that is damaged ends with status 1, and no index is made.

import API
import Foundation
import IndexCore
import Testing

@Suite("tvaerindeks")
struct KommandoTests {
    private static let system = "5b1d0000-0000-4000-8000-000000000001"
    private static let commands = [
        "serve", "import", "classification", "token", "agreement", "generate", "check",
    ]

    // MARK: Help and wrong usage

    @Test("Help is given with an example", arguments: commands)
    func help(command: String) throws {
        for word in ["--help", "-h"] {
            let outcome = try Program.run([command, word])
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            #expect(outcome.output.hasPrefix("Usage: tvaerindeks \(command)"))
            #expect(outcome.output.contains("Example:\n  tvaerindeks \(command)"))
        }
    }

    @Test("The list of commands names them all")
    func overview() throws {
        let outcome = try Program.run(["--help"])
        #expect(outcome.status == 0)
        for command in Self.commands { #expect(outcome.output.contains("\n  \(command) ")) }
        #expect(try Program.run([]).status == 2)
        #expect(try Program.run(["fly"]).status == 2)
    }

    @Test(
        "What is called wrongly ends with status 2 and does nothing",
        arguments: [
            "serve", "serve --data DIR --port 70000", "serve --data DIR --verbose",
            "serve --data DIR ord", "serve --data DIR --data DIR", "import --data DIR",
            "import --data DIR --kontrol blid -", "import -", "classification --data DIR",
            "classification --data DIR a b", "token --data DIR --system SYS",
            "token --data DIR --system x --cvr 99000001",
            "token --data DIR --system SYS --cvr 9900000",
            "token --data DIR --system SYS --cvr 99000001 --kle 27.*",
            "token --data DIR --system SYS --cvr 99000001 --kle 2 --foelsomhed 1",
            "token --data DIR --system SYS --cvr 99000001 --kle 27.* --foelsomhed 5",
            "token --data DIR --system SYS --cvr 99000001 --ttl 9h",
            "token --data DIR --system SYS --cvr 99000001 --ttl 0s",
            "token --data DIR --system SYS --cvr 99000001 --ttl 8",
            "token --data DIR --system SYS --cvr 99000001 --drift alt",
            "token --data DIR --system SYS --cvr 99000001 --ret kle=27.*",
            "token --data DIR --system SYS --cvr", "agreement --data DIR",
            "agreement --data DIR add --system SYS --cvr 99000001 --roller Udstil",
            "agreement --data DIR add --system SYS --cvr 99000001 --kle * --foelsomhed 1",
            "agreement --data DIR add --system SYS --cvr 99000001 --kle * --foelsomhed 1 --roller Alt",
            "agreement --data DIR end --system SYS", "agreement --data DIR list --json=ja",
            "generate", "generate --size ti", "generate --size -1", "generate --size 1g",
            "generate --size 1 --seed x", "generate --size 1 --plan stor", "generate 5",
            "check", "check --data DIR alt", "check --data DIR --repair=ja",
        ])
    func wrongUsage(line: String) throws {
        try Program.withFolder { folder in
            let words = line.split(separator: " ").map {
                $0 == "DIR" ? folder + "/d" : $0 == "SYS" ? Self.system : String($0)
            }
            let outcome = try Program.run(words)
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("Read more: tvaerindeks \(words[0]) --help"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/d"))
        }
    }

    // MARK: Generate and import

    @Test("Generated data is deterministic, and every object of it is kept")
    func roundTrip() throws {
        try Program.withFolder { folder in
            let made = try Program.run(["generate", "--size=300", "--seed", "7"])
            let again = try Program.run(
                ["generate", "--size", "300", "--seed", "7", "--out", folder + "/a.ndjson"])
            #expect(made.status == 0 && again.status == 0 && again.output.isEmpty)
            let kept = try String(contentsOfFile: folder + "/a.ndjson", encoding: .utf8)
            #expect(made.output == kept)
            #expect(made.output.utf8.count { $0 == 10 } == 300)
            let load = try Program.run(
                ["import", "--data", folder + "/d", "-", "--json"], input: Data(kept.utf8))
            #expect(load.status == 0)
            let summary = try JSONValue(parsing: Array(load.output.utf8))
            #expect(summary["Gemt"]?.integer == 300 && summary["Afvist"]?.integer == 0)
            #expect(load.errors.isEmpty)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/d")
            #expect(names.contains("katalog.sqlite"))
            #expect(!names.contains { $0.hasPrefix("import-fund") })
        }
    }

    @Test("What is kept with a warning is told in the file of findings")
    func findings() throws {
        try Program.withFolder { folder in
            let made = try Program.run(["generate", "--size=2", "--seed", "7"]).output
            let lines = made.split(separator: "\n")
            let first = try #require(lines.first)
            let time = try #require(first.firstMatch(of: /"Tidspunkt":"[^"]*?(Z|\+0[12]:00)"/))
            let input =
                first.replacing(time.1, with: "", maxReplacements: 1) + "\n" + lines[1] + "\n"
            let load = try Program.run(
                ["import", "--data", folder + "/d", "-", "--json", "--fund", folder + "/f"],
                input: Data(input.utf8))
            #expect(load.status == 0, "\(load.errors)")
            let summary = try JSONValue(parsing: Array(load.output.utf8))
            #expect(summary["Gemt"]?.integer == 2 && summary["Bemaerket"]?.integer == 1)
            let found = try String(contentsOfFile: folder + "/f", encoding: .utf8)
            #expect(found.utf8.count { $0 == 10 } == 1 && found.contains("\"R6\""), "\(found)")
        }
    }

    @Test("A file that is there already is not written over")
    func outExists() throws {
        try Program.withFolder { folder in
            try Data("x".utf8).write(to: URL(filePath: folder + "/a"))
            let outcome = try Program.run(["generate", "--size", "1", "--out", folder + "/a"])
            #expect(outcome.status == 1)
            #expect(try String(contentsOfFile: folder + "/a", encoding: .utf8) == "x")
        }
    }

    @Test("A directory without an index is told, and nothing is made there")
    func noIndex() throws {
        try Program.withFolder { folder in
            try Data("x".utf8).write(to: URL(filePath: folder + "/token"))
            let outcome = try Program.run(
                ["search", "--data", folder + "/d", "--token", folder + "/token", "ord"])
            #expect(outcome.status == 1)
            let ended = try Program.run([
                "agreement", "--data", folder + "/d", "end", "--system",
                "7a1c0000-0000-4000-8000-000000000001", "--cvr", "90000001",
            ])
            #expect(ended.status == 1)
            #expect(!FileManager.default.fileExists(atPath: folder + "/d"))
        }
    }

    @Test("Findings are not written over an input or any other file")
    func fundExists() throws {
        try Program.withFolder { folder in
            let made = try Program.run(["generate", "--size", "5"]).output + "{}\n"
            try made.write(toFile: folder + "/a", atomically: true, encoding: .utf8)
            let load = try Program.run(
                ["import", "--data", folder + "/d", "--fund", folder + "/a", folder + "/a"])
            #expect(load.status == 1)
            #expect(try String(contentsOfFile: folder + "/a", encoding: .utf8) == made)
        }
    }

    @Test("A refused line is told in a file by its input and number, and the others are kept")
    func refused() throws {
        try Program.withFolder { folder in
            let made = try Program.run(["generate", "--size", "40"]).output
            try made.write(toFile: folder + "/a", atomically: true, encoding: .utf8)
            // No line feed at the end, and the value may not be shown.
            try "\n\n{\"SagIndeks\": \"hemmelig\"}".write(
                toFile: folder + "/b", atomically: true, encoding: .utf8)
            let load = try Program.run(
                [
                    "import", "--data", folder + "/d", folder + "/a", folder + "/b",
                    "--fund", folder + "/fund",
                ])
            #expect(load.status == 1)
            #expect(load.output.hasPrefix("40 kept, 1 refused of 43 lines"))
            let fund = try String(contentsOfFile: folder + "/fund", encoding: .utf8)
            #expect(fund.utf8.count { $0 == 10 } == 1 && !fund.contains("hemmelig"))
            let finding = try JSONValue(parsing: Array(fund.utf8))
            #expect(finding["Fil"]?.string == folder + "/b")
            #expect(finding["Linje"]?.integer == 3)
            #expect(finding["Kvittering"]?["StatusKode"]?.integer == 40)
        }
    }

    @Test("An input that is not there is told before anything is made")
    func noInput() throws {
        try Program.withFolder { folder in
            let load = try Program.run(["import", "--data", folder + "/d", folder + "/ingen"])
            #expect(load.status == 1 && load.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder + "/d"))
        }
    }

    @Test("A configuration with an unknown key stops the server with its name")
    func configuration() throws {
        try Program.withFolder { folder in
            try "{\"Porte\": 1}".write(
                toFile: folder + "/k.json", atomically: true, encoding: .utf8)
            let outcome = try Program.run(
                ["serve", "--data", folder + "/d", "--config", folder + "/k.json"])
            #expect(outcome.status == 1)
            #expect(outcome.errors == "tvaerindeks serve: Porte is not a known key\n")
        }
    }

    // MARK: Tokens

    private func claims(_ arguments: [String], _ folder: String) throws -> TokenClaims {
        let outcome = try Program.run(
            ["token", "--data", folder, "--system", Self.system, "--cvr", "99000001"] + arguments)
        #expect(outcome.status == 0)
        let token = outcome.output.split(separator: "\n").first.map(String.init) ?? ""
        let verifier = TokenVerifier(
            issuers: [try DevelopmentKey(directory: folder).trustedIssuer])
        return try verifier.verify(token, at: time(nil), clientCertificateThumbprint: nil)
    }

    @Test("A token says what was asked and is signed with the directory's key")
    func token() throws {
        try Program.withFolder { folder in
            let plain = try claims([], folder)
            #expect(plain.system == UUIDIdentifikator(Self.system) && plain.bruger == nil)
            let full = try claims(
                [
                    "--bruger", Self.system, "--enhed", Self.system, "--kle", "27.*,32.03.04",
                    "--foelsomhed=2", "--ret", "cvr=99000002;kle=*;foelsomhed=1", "--ret",
                    "cvr=99000003;kle=01.*;foelsomhed=4", "--drift", "log,aftaler",
                    "--formaal", "Prøve", "--ttl", "30m",
                ], folder)
            #expect(full.bruger?.uuid == UUIDIdentifikator(Self.system))
            #expect(full.bruger?.rettigheder.count == 3 && full.bruger?.enheder.count == 1)
            #expect(full.drift == [.log, .aftaler] && full.formaal == "Prøve")
            #expect((1780...1800).contains(full.expires - time(nil)))
        }
    }

    @Test("Rights without a user are given to a new random one, so that they hold")
    func anonymousRights() throws {
        try Program.withFolder { folder in
            let arguments = ["--kle", "27.*", "--foelsomhed", "1"]
            let first = try #require(try claims(arguments, folder).bruger)
            let second = try #require(try claims(arguments, folder).bruger)
            #expect(first.rettigheder == second.rettigheder && first.rettigheder.count == 1)
            #expect(first.uuid != nil && first.uuid != second.uuid)
        }
    }

    // MARK: Agreements, classification and the running server

    private func agreement(_ directory: String, _ words: [String]) throws -> Program.Outcome {
        try Program.run(["agreement", "--data", directory] + words)
    }

    private static let whose = ["--system", system, "--cvr", "99000001"]

    /// Adds, lists and ends one, whoever has the directory.
    private func lifeOfAnAgreement(_ directory: String, isNew: Bool = false) throws {
        let terms = ["--roller", "Udstil,Rediger", "--kle", "27.*,32.03.04", "--foelsomhed", "3"]
        let added = try agreement(directory, ["add"] + Self.whose + terms + ["--json"])
        let told = isNew ? "a new index was made in \(directory)\n" : ""
        #expect(added.status == 0 && added.errors == told)
        let id = try #require(try JSONValue(parsing: Array(added.output.utf8))["id"]?.integer)
        let listed = try agreement(directory, ["list", "--json"])
        let last = try #require(try JSONValue(parsing: Array(listed.output.utf8)).array?.last)
        #expect(last["id"]?.integer == id && last["til"] == nil)
        #expect(last["roller"]?.array == [.string("Udstil"), .string("Rediger")])
        #expect(
            last["grupper"]?.array?.first?["kle"]?.array
                == [.string("27.*"), .string("32.03.04")])
        #expect(try agreement(directory, ["list"]).output.contains("\(id)\tin force\t"))
        let ended = try agreement(directory, ["end"] + Self.whose)
        #expect(ended.status == 0 && ended.output == "1 ended\n")
        #expect(try agreement(directory, ["end"] + Self.whose).status == 1)
        #expect(try agreement(directory, ["list"]).output.contains("\(id)\tended\t"))
    }

    @Test("Agreements are added, listed and ended when nobody has the directory")
    func agreementsAlone() throws {
        try Program.withFolder { folder in
            #expect(try agreement(folder + "/d", ["list"]).status == 1)
            try lifeOfAnAgreement(folder + "/d", isNew: true)
        }
    }

    @Test("Agreements and a classification are taken while a server has the directory")
    func besideServer() throws {
        try Program.withFolder { folder in
            let directory = folder + "/d"
            try
                "nummer\ttitel\ttype\toverordnet\tstatus\terstattet_af\n85\tPrøve\thovedgruppe\t\taktiv\t\n"
                .write(toFile: folder + "/kle.tsv", atomically: true, encoding: .utf8)
            let status = try Program.serving(directory) { line in
                #expect(line.hasPrefix("serving http://127.0.0.1:"))
                try lifeOfAnAgreement(directory)
                let load = ["classification", "--data", directory, folder + "/kle.tsv"]
                #expect(try Program.run(load).output.hasPrefix("emnetabel: 1 new"))
                #expect(try Program.run(load).output.hasPrefix("emnetabel: 0 new, 0 changed"))
                let other = try Program.run(
                    ["classification", "--data", directory, folder + "/d/laas"])
                #expect(other.status == 1 && other.errors.contains("no known kind"))
                let refused = try Program.run(["import", "--data", directory, "-"])
                #expect(refused.status == 1)
                #expect(refused.errors.contains("another process has the data directory"))
                let left = try FileManager.default.contentsOfDirectory(
                    atPath: directory + "/ordrer")
                #expect(left.isEmpty)
            }
            #expect(status == 0)
            // What was kept while serving is there afterwards.
            let again = try Program.run(
                ["classification", "--data", directory, folder + "/kle.tsv", "--json"])
            let answer = try JSONValue(parsing: Array(again.output.utf8))
            #expect(answer["Uaendrede"]?.integer == 1 && answer["Tilfoejede"]?.integer == 0)
        }
    }

    // MARK: Control

    @Test("An index is controlled, and one that is damaged is told")
    func check() throws {
        try Program.withFolder { folder in
            let directory = folder + "/d"
            #expect(try Program.run(["check", "--data", directory]).status == 1)
            #expect(!FileManager.default.fileExists(atPath: directory))
            let made = try Program.run(["generate", "--plan", "demonstration", "--size", "60"])
            _ = try Program.run(
                ["import", "--data", directory, "-"], input: Data(made.output.utf8))
            let whole = try Program.run(["check", "--data", directory])
            #expect(whole.status == 0 && whole.output.hasSuffix("the index is whole\n"))
            let files = try FileManager.default.contentsOfDirectory(atPath: directory)
            let file = try #require(files.first { $0.hasPrefix("myndighed-") })
            try Data("no database".utf8).write(to: URL(filePath: "\(directory)/\(file)"))
            let damaged = try Program.run(["check", "--data", directory, "--json"])
            #expect(damaged.status == 1)
            let findings = try JSONValue(parsing: Array(damaged.output.utf8)).array ?? []
            #expect(
                findings.contains { $0["Fil"] == .string(file) && $0["Skade"] == .boolean(true) })
        }
    }
}
