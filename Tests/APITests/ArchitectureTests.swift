// 1. Every import is one that the picture in ARCHITECTURE.md allows its target.
// 2. sqlite3_… stands in IndexCore/Storage and IndexCore/Text alone; MHD_… in HTTPServer files and
//    gnutls_… in Token files alone.
// 3. Every path that ARCHITECTURE.md names is there.
// 4. Only the two writers are opened for writing, and only they checkpoint.

import Foundation
import Testing

@Suite struct ArchitectureTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Foundation only where XML is read: its other conveniences cost too much.
    static let allowed: [String: Set<String>] = [
        "IndexCore": ["CSQLite", "Dispatch", "Glibc", "Synchronization"],
        "Ingest": ["IndexCore", "Dispatch", "Synchronization", "Glibc"],
        "Query": ["IndexCore"],
        "API": [
            "IndexCore", "Ingest", "Query", "CMicrohttpd", "CGnuTLS", "Dispatch", "Glibc",
            "Synchronization",
        ],
        "tvaerindeks": [
            "API", "Ingest", "Query", "IndexCore", "Dispatch", "Glibc", "Synchronization",
        ],
    ]
    static let xmlReaders: Set<String> = ["KLEPlanReader.swift", "PrivilegeList.swift"]

    struct Source {
        let name: String
        let folder: String
        let text: String
    }

    static func sources(of target: String) throws -> [Source] {
        let folder = root.appending(path: "Sources/\(target)")
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map {
            Source(
                name: $0.lastPathComponent,
                folder: $0.deletingLastPathComponent().lastPathComponent,
                text: try String(contentsOf: $0, encoding: .utf8))
        }
    }

    @Test("A target imports only what the picture allows", arguments: Self.allowed.keys.sorted())
    func imports(_ target: String) throws {
        let sources = try Self.sources(of: target)
        #expect(!sources.isEmpty)
        for source in sources {
            let lines = source.text.split(separator: "\n").filter { $0.first != " " }
            for line in lines.map({ $0.split(separator: " ") }) {
                guard let place = line.firstIndex(of: "import"), place <= 1, line.count > place + 1
                else { continue }
                let module = String(line[place + 1])
                if Self.xmlReaders.contains(source.name), module.hasPrefix("Foundation") {
                    continue
                }
                #expect(
                    Self.allowed[target]?.contains(module) == true,
                    "\(source.name) imports \(module)")
            }
        }
    }

    @Test("The C libraries are spoken to in their own rooms alone")
    func libraries() throws {
        for target in Self.allowed.keys {
            for source in try Self.sources(of: target) {
                let mayUseSQLite =
                    target == "IndexCore" && ["Storage", "Text"].contains(source.folder)
                #expect(
                    mayUseSQLite || !source.text.contains("sqlite3_"), "\(source.name): sqlite3_")
                #expect(
                    source.name.hasPrefix("HTTPServer") || !source.text.contains("MHD_"),
                    "\(source.name): MHD_")
                #expect(
                    source.folder == "Token" || source.name == "HTTPServer+TLS.swift"
                        || !source.text.contains("gnutls_"),
                    "\(source.name): gnutls_")
            }
        }
    }

    @Test("Every path that ARCHITECTURE.md names is there")
    func paths() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
        let named = text.split(separator: "`").filter {
            $0.hasPrefix("Sources/") || $0.hasPrefix("Tests/") || $0.hasPrefix("docs/")
        }
        #expect(named.count > 30)
        for path in named {
            let full = Self.root.appending(path: String(path)).path()
            #expect(FileManager.default.fileExists(atPath: full), "\(path)")
        }
    }

    @Test("Only the writers open for writing and checkpoint")
    func writers() throws {
        for source in try Self.sources(of: "IndexCore") where source.name != "Connection.swift" {
            let opens = source.text.contains("mode: .writer")
            let checkpoints = source.text.contains("sqlite3_wal_checkpoint")
            let isWriter = ["ShardWriter.swift", "Katalog.swift", "Store.swift"].contains(
                source.name)
            #expect(isWriter || (!opens && !checkpoints), "\(source.name)")
        }
    }
}
