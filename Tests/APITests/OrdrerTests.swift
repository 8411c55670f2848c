// What is proved here:
//  1. When nobody has the directory, an order is carried out at once and leaves no folder.
//  2. While a server has it, an order is carried out in the running store, and nothing is left.
//  3. A classification is kept, known to the store, and handed to the application.
//  4. When nobody takes an order it is taken back: nothing is done later.
//  5. A malformed, expired, foreign or linked order is answered with an error and removed.
//  6. What a crash left half done is answered as such, and not carried out again.
//  7. Folder and files are the owner's alone.

import Foundation
import IndexCore
import Ingest
import Synchronization
import Testing

@testable import API

@Suite("Ordrer")
struct OrdrerTests {
    private static let system = UUIDIdentifikator(high: 0x5A9D_0000_0000_4000, low: 1)
    private static let tabel = Array(
        """
        nummer\ttitel\ttype\toverordnet\tstatus\terstattet_af
        85\tPrøveområde\thovedgruppe\t\taktiv\t

        """.utf8)

    /// A directory, and the store that has it.
    private struct Holder {
        let directory: String
        let store: Store
        var folder: String { directory + "/ordrer" }

        func receiver(
            _ onKlassifikation: @escaping @Sendable (Klassifikation) -> Void = { _ in }
        ) -> Ordremodtager {
            Ordremodtager(
                directory: directory, store: store, onKlassifikation: onKlassifikation)
        }

        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        }

        func write(_ text: String, _ name: String) throws {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }

        func answer(_ stem: String) throws -> JSONValue {
            let data = try Data(contentsOf: URL(filePath: "\(folder)/\(stem).svar"))
            return try JSONValue(parsing: [UInt8](data))
        }
    }

    private func withHolder(_ body: (Holder) throws -> Void) throws {
        let directory = Self.temporary()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory)
        defer { store.close() }
        try body(Holder(directory: directory, store: store))
    }

    private static func temporary() -> String {
        NSTemporaryDirectory() + "tvaerindeks-ordrer-\(SecureRandom.uuid())"
    }

    private func aftale() throws -> Aftale {
        let cvr = try #require(CVRNummer("99000001"))
        let kle = try #require(KLEPattern("27.*"))
        return Aftale(
            system: Self.system, myndighed: cvr, roller: [.udstil, .rediger],
            grupper: [
                RightsGroup(
                    myndigheder: [cvr], kle: [kle], foelsomhed: .foelsommePersonoplysninger)
            ], fra: Tidspunkt(microseconds: 1_700_000_000_000_000))
    }

    @Test("When nobody has the directory, an order is carried out at once")
    func alone() throws {
        let directory = Self.temporary()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let answer = try Ordrer.udfoer(.tilfoejAftale(try aftale()), directory: directory)
        #expect(try JSONValue(parsing: answer)["id"]?.integer == 1)
        #expect(!FileManager.default.fileExists(atPath: directory + "/ordrer"))
        let store = try Store(directory: directory)
        defer { store.close() }
        #expect(try store.aftaler.map(\.grupper) == [aftale().grupper])
    }

    @Test("While a server has the directory, an order is carried out in its store")
    func beside() throws {
        try withHolder { holder in
            let receiver = holder.receiver()
            try receiver.start()
            defer { receiver.stop() }
            let added = try Ordrer.udfoer(
                .tilfoejAftale(try aftale()), directory: holder.directory)
            #expect(try JSONValue(parsing: added)["system"]?.string == Self.system.description)
            let kept = try #require(holder.store.aftaler.first)
            #expect(try kept.grupper == aftale().grupper && kept.fra == aftale().fra)
            let ended = try Ordrer.udfoer(
                .afslutAftaler(system: kept.system, myndighed: kept.myndighed),
                directory: holder.directory)
            #expect(try JSONValue(parsing: ended)["Antal"]?.integer == 1)
            #expect(holder.store.aftaler.first?.til != nil)
            receiver.stop()
            #expect(try holder.names().isEmpty)
        }
    }

    @Test("A classification is kept, known, and handed to the application")
    func classification() throws {
        try withHolder { holder in
            let handed = Mutex<Klassifikation?>(nil)
            let receiver = holder.receiver { klassifikation in
                handed.withLock { $0 = klassifikation }
            }
            try receiver.start()
            defer { receiver.stop() }
            let answer = try Ordrer.udfoer(
                .klassifikation(Self.tabel), directory: holder.directory)
            #expect(try JSONValue(parsing: answer)["Tilfoejede"]?.integer == 1)
            #expect(try JSONValue(parsing: answer)["Fund"]?.array?.isEmpty == true)
            #expect(try handed.withLock { $0 } == Klasselager.load(holder.store))
            #expect(handed.withLock { $0?.places(noegle: "85").count } == 1)
            #expect(throws: OrdreFejl.self) {
                try Ordrer.udfoer(.klassifikation([1, 2]), directory: holder.directory)
            }
            receiver.stop()
            #expect(try holder.names().isEmpty)
        }
    }

    @Test("An order that nobody takes is taken back")
    func notTaken() throws {
        try withHolder { holder in
            #expect(throws: OrdreFejl.notTaken) {
                try Ordrer.udfoer(
                    .klassifikation(Self.tabel), directory: holder.directory,
                    within: .milliseconds(60))
            }
            let left = try holder.names()
            #expect(left.isEmpty)
            holder.receiver().takeAll()
            let kept = try Klasselager.load(holder.store)
            #expect(kept == nil)
        }
    }

    @Test("Folder and files are the owner's alone")
    func modes() throws {
        try withHolder { holder in
            try FileManager.default.createDirectory(
                atPath: holder.folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
            let receiver = holder.receiver()
            try receiver.start()
            receiver.stop()
            #expect(try mode(holder.folder) == 0o700)
            try SmallFile.write([1], to: holder.folder + "/x")
            #expect(try mode(holder.folder + "/x") == 0o600)
        }
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    private static let later = "\"udloeber\": \"2999-01-01T00:00:00Z\""

    @Test(
        "A malformed order is answered with an error and removed",
        arguments: [
            "", "[]", "{", "{\"id\": \"anden\", \(later), \"ordre\": \"klassifikation\"}",
            "{\"id\": \"x\", \"ordre\": \"klassifikation\"}", "{\"id\": \"x\", \(later)}",
            "{\"id\": \"x\", \(later), \"ordre\": \"slet-alt\"}",
            "{\"id\": \"x\", \(later), \"ordre\": \"klassifikation\"}",
            "{\"id\": \"x\", \(later), \"ordre\": \"aftale-slut\", \"cvr\": \"99000001\"}",
            "{\"id\": \"x\", \(later), \"ordre\": \"aftale-tilfoej\"}",
            """
            {"id": "x", \(later), "ordre": "aftale-tilfoej", "aftale": {"system":
            "5a9d0000-0000-4000-0000-000000000001", "cvr": "99000001", "roller": ["Udstil"],
            "grupper": [{"cvr": ["99000001"], "foelsomhed": 4}]}}
            """,
            """
            {"id": "x", "udloeber": "2001-01-01T00:00:00Z", "ordre": "aftale-slut", "system":
            "5a9d0000-0000-4000-0000-000000000001", "cvr": "99000001"}
            """,
        ])
    func malformed(text: String) throws {
        try withHolder { holder in
            try holder.write(text, "x.ordre")
            holder.receiver().takeAll()
            #expect(try holder.names() == ["x.svar"])
            let answer = try holder.answer("x")
            #expect(answer["StatusKode"]?.integer == 40)
            #expect(answer["FejlbeskedTekst"]?.string?.isEmpty == false)
            #expect(holder.store.aftaler.isEmpty)
            #expect(try Klasselager.load(holder.store) == nil)
        }
    }

    @Test("An order that is a link to another file is not followed")
    func linked() throws {
        try withHolder { holder in
            try holder.write("{}", "anden")
            try FileManager.default.createSymbolicLink(
                atPath: holder.folder + "/x.ordre", withDestinationPath: holder.folder + "/anden")
            holder.receiver().takeAll()
            #expect(try holder.answer("x")["StatusKode"]?.integer == 40)
            #expect(try holder.names() == ["anden", "x.svar"])
        }
    }

    @Test("What a crash left half done is answered, and not carried out again")
    func mended() throws {
        try withHolder { holder in
            let order = Ordre.tilfoejAftale(try aftale())
            let id = SecureRandom.uuid()
            let text = order.file(id: id, expires: Tidspunkt(microseconds: .max - 1))
            try holder.write(String(decoding: text, as: UTF8.self), "\(id).igang")
            try holder.write("", "ung.ny")
            holder.receiver().mend()
            #expect(try holder.answer(id.description)["StatusKode"]?.integer == 40)
            #expect(try holder.names() == ["\(id).svar", "ung.ny"])
            #expect(holder.store.aftaler.isEmpty)
        }
    }
}
