import API
import Foundation
import Glibc
import IndexCore

/// The built server on a directory, as a process that can be killed.
final class DrabServer {
    let port: UInt16
    /// From the start of the process to the line that says it serves.
    let readyAfter: Duration
    private let process: Process

    enum Failure: Error {
        case notServing(String)
    }

    init(_ directory: String) throws {
        let process = Process()
        process.executableURL = Program.path
        process.arguments = ["serve", "--data", directory, "--port", "0"]
        let output = Pipe()
        process.standardOutput = output
        let log = directory + ".log"
        if !FileManager.default.fileExists(atPath: log) {
            try Data().write(to: URL(filePath: log))
        }
        let errors = FileHandle(forWritingAtPath: log)
        _ = try errors?.seekToEnd()
        process.standardError = errors
        let begin = ContinuousClock.now
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), let first = byte.first
        {
            if first == 10 { break }
            line.append(first)
        }
        readyAfter = ContinuousClock.now - begin
        let text = String(decoding: line, as: UTF8.self)
        guard let port = text.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            process.terminate()
            throw Failure.notServing(text)
        }
        self.port = port
        self.process = process
    }

    deinit { kill() }

    /// SIGKILL; returns when the process is gone.
    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM; gives the status it ended with.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The most memory it has had resident, in KB.
    var peakKilobytes: Int {
        let path = "/proc/\(process.processIdentifier)/status"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? Int.max
    }

    // MARK: Calls

    static func token(_ directory: String, system: UUIDIdentifikator, cvr: CVRNummer) throws
        -> String
    {
        let request = TokenRequest(system: system, cvr: cvr)
        return try DevelopmentKey(directory: directory).sign(request.claims(at: time(nil)))
    }
}

/// One connection that is kept; blocking, and gives up after twenty seconds.
final class DrabForbindelse {
    private let descriptor: Int32
    private let token: String
    private var buffered: [UInt8] = []

    struct Ended: Error {}

    init(_ port: UInt16, token: String) throws {
        self.token = token
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Ended() }
    }

    deinit { close(descriptor) }

    func head(_ method: String, _ path: String, _ fields: [String]) -> [UInt8] {
        let lines =
            ["\(method) \(path) HTTP/1.1", "Host: test", "Authorization: Bearer \(token)"] + fields
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// The status and the body; throws when the server goes away before both are there.
    func kald(_ method: String, _ path: String, _ body: [UInt8] = []) throws -> (Int, [UInt8]) {
        try send(head(method, path, ["Content-Length: \(body.count)"]) + body)
        return try answer()
    }

    func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let count = Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
                guard count > 0 else { throw Ended() }
                sent += count
            }
        }
    }

    func answer() throws -> (Int, [UInt8]) {
        let head = String(decoding: try line(endingWith: "\r\n\r\n"), as: UTF8.self).lowercased()
        guard let status = Int(head.dropFirst(9).prefix(3)) else { throw Ended() }
        if let field = head.split(separator: "\r\n").first(where: {
            $0.hasPrefix("content-length:")
        }) {
            let count = Int(field.dropFirst(15).filter { $0 != " " }) ?? 0
            return (status, try take(count))
        }
        var body: [UInt8] = []
        while true {
            let size = String(decoding: try line(endingWith: "\r\n").dropLast(2), as: UTF8.self)
            guard let count = Int(size, radix: 16) else { throw Ended() }
            body += try take(count)
            _ = try line(endingWith: "\r\n")
            if count == 0 { return (status, body) }
        }
    }

    private func line(endingWith end: String) throws -> [UInt8] {
        let end = Array(end.utf8)
        var index = 0
        while true {
            while index + end.count <= buffered.count {
                if buffered[index..<index + end.count].elementsEqual(end) {
                    return try take(index + end.count)
                }
                index += 1
            }
            try fill()
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while buffered.count < count { try fill() }
        let taken = Array(buffered[..<count])
        buffered.removeFirst(count)
        return taken
    }

    private func fill() throws {
        var block = [UInt8](repeating: 0, count: 64 << 10)
        let count = block.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { throw Ended() }
        buffered += block[..<count]
    }
}

/// Cases as text, small and valid.
enum DrabSag {
    static let system = "0f000000-0000-4000-8000-000000000001"
    static let a = "99000001"
    static let b = "99000002"
    private static let hvem = "0a000000-0000-4000-8000-000000000001"

    static func uuid(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "0b000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
            + digits
    }

    static let virkning = """
        "Virkning":{"FraTidspunkt":"2024-02-01T00:00:00+01:00","TilTidspunkt":true,\
        "AktoerRef":"\(hvem)","AktoerTypeKode":"Bruger"}
        """

    private static func relation(
        _ rolle: String, _ type: String, _ reference: String, _ rest: String
    ) -> String {
        #"{\#(virkning),"Rolle":"\#(rolle)","Type":"\#(type)","ReferenceID":"\#(reference)",\#(rest)}"#
    }

    static func egenskaber(_ number: Int, version: Int, cvr: String, tekst: String = "") -> String {
        let beskrivelse = tekst.isEmpty ? "" : #""Beskrivelse":"\#(tekst)","#
        return #"""
            "Egenskaber":[{\#(virkning),"BrugervendtNoegle":"N-\#(number)",\#(beskrivelse)\#
            "Sagsnummer":"N-\#(number)","Titel":"T-\#(version)-\#(cvr)"}]
            """#
    }

    static func ejer(_ cvr: String) -> String {
        relation(
            "9e979b84-b846-4472-8622-58007dc63c7e", "bc6972cd-8f2b-4b9d-8d37-62916d6a71aa",
            "0c000000-0000-4000-8000-0000" + cvr, aktoer(cvr))
    }

    private static func aktoer(_ cvr: String) -> String {
        #""LokalUdvidelseListe":{"SagsaktoerLokalUdvidelse":{"FuldtNavn":"Enhed","CVR-Nummer":"\#(cvr)"}}"#
    }

    private static func klasse(_ rolle: String, _ nummer: String) -> String {
        relation(
            rolle, "267235ea-526d-4a18-8001-f2a0e563eba1", hvem,
            #""LokalUdvidelseListe":{"SagsklasseLokalUdvidelse":{"BrugervendtNoegle":"\#(nummer)"}}"#
        )
    }

    private static func it(_ rolle: String) -> String {
        relation(
            rolle, "29fe1da2-897a-46cd-b635-b9be8e0bffd6", system, #""SystemNavn":"Fag""#)
    }

    /// `oversag` is another case that this one is under.
    static func ny(
        _ number: Int, cvr: String, tekst: String = "", oversag: Int? = nil
    ) -> String {
        let over = oversag.map { number in
            let relation = relation(
                "d29c49f0-931e-4d42-8db4-a8fc67c8af58", "7f04a5f2-5437-4bf3-9605-46a5ba882bcc",
                uuid(number), "")
            return #""Sagsrelation":[\#(relation.replacing(",}", with: "}"))],"#
        }
        let ansvarlig = relation(
            "a1263342-d348-44ba-a566-233f37c4cb67", "c5fc3b3b-5197-49ee-92e6-ae6ba1957174", hvem,
            aktoer(cvr))
        let klasser = [
            klasse("a86c6581-ec85-412d-a655-31a1f1d5b14f", "32.24.04"),
            klasse("05ef7011-11a7-4e4c-a46b-3de6aa457fc3", "G01"),
        ].joined(separator: ",")
        let systemer = [
            it("251c24fd-57b0-4afc-9d73-b063d1957eb3"), it("1b3c6a6d-e977-4491-9bf8-b41ee6999f39"),
        ].joined(separator: ",")
        return #"""
            {"UUIDIdentifikator":"\#(uuid(number))","Registrering":[{\#
            "Tidspunkt":"2024-03-01T09:15:30+01:00","LivscyklusKode":"Importeret",\#
            "BrugerRef":"\#(hvem)","AttributListe":{\#
            \#(egenskaber(number, version: 0, cvr: cvr, tekst: tekst)),\#
            "LokalUdvidelseListe":{"SagIndeksEgenskaber":[{\#(virkning),\#
            "Foelsomhed":"IKKE_FORTROLIGE_DATA"}]}},"TilstandListe":{"Fremdrift":[{\#(virkning),\#
            "FremdriftStatusKode":"Opstaaet"}]},"RelationListe":{"Sagsaktoer":[\#(ejer(cvr)),\#
            \#(ansvarlig)],"Sagsklasse":[\#(klasser)],\#(over ?? "")"LokalUdvidelseListe":{\#
            "SagsitsystemRelation":[\#(systemer)]}}}]}
            """#
    }

    /// The title names the version and the authority, so that a mixture of two would be seen.
    static func opdatering(_ number: Int, version: Int, cvr: String) -> String {
        #"""
        {"UUIDIdentifikator":"\#(uuid(number))","Tidspunkt":"2024-06-01T08:00:00+02:00",\#
        "AttributListe":{\#(egenskaber(number, version: version, cvr: cvr))},\#
        "RelationListe":{"Sagsaktoer":[\#(ejer(cvr))]}}
        """#
    }
}
