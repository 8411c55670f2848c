import Glibc

/// One line of generated NDJSON: what it is of and the bytes themselves.
struct Line: Sendable {
    enum Kind: UInt8, Sendable { case sag, dokument, bevilling, effektuering }

    let kind: Kind
    let uuid: String
    /// The rank of the authority among the generator's, from 0; nil when none was found.
    let authority: Int?
    let bytes: [UInt8]
}

/// A file of generated objects, mapped into memory.
///
/// Looks at bytes and parses nothing: what it finds decides which requests are sent, so a miss
/// costs a request and never a wrong figure.
final class Corpus {
    private let base: UnsafeRawPointer
    private let size: Int

    init(_ path: String) throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw Failure("\(path) cannot be read") }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        size = Int(status.st_size)
        let map = mmap(nil, max(size, 1), PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let map, map != MAP_FAILED else { throw Failure("\(path) cannot be mapped") }
        base = UnsafeRawPointer(map)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: base), max(size, 1)) }

    /// Every `step`th line.
    func lines(every step: Int = 1) -> [Line] {
        var lines: [Line] = []
        eachLine(every: step) { if let line = Self.read($0) { lines.append(line) } }
        return lines
    }

    private func eachLine(every step: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        var start = 0
        var number = 0
        while start < size {
            let rest = size - start
            let end = memchr(base + start, 0x0A, rest).map { UnsafeRawPointer($0) - base } ?? size
            if number % step == 0 {
                body(UnsafeRawBufferPointer(start: base + start, count: end - start))
            }
            number += 1
            start = end + 1
        }
    }

    private static func read(_ line: UnsafeRawBufferPointer) -> Line? {
        let kinds: [(UInt8, Line.Kind)] = [
            (UInt8(ascii: "S"), .sag), (UInt8(ascii: "D"), .dokument),
            (UInt8(ascii: "B"), .bevilling), (UInt8(ascii: "O"), .effektuering),
        ]
        guard line.count > 2, let kind = kinds.first(where: { $0.0 == line[2] })?.1,
            let mark = line.place(of: "\"UUIDIdentifikator\":\"")
        else { return nil }
        let uuid = String(decoding: line[(mark + 21)..<(mark + 57)], as: UTF8.self)
        return Line(
            kind: kind, uuid: uuid, authority: authority(line), bytes: Array(line))
    }

    /// The generator's authorities are 90000001 to 90000098; the owner stands first.
    private static func authority(_ line: UnsafeRawBufferPointer) -> Int? {
        var from = 0
        while let place = line.place(of: "900000", from: from) {
            from = place + 1
            guard place + 8 < line.count, line[place + 8] == UInt8(ascii: "\""),
                [UInt8(ascii: "\""), UInt8(ascii: ":")].contains(line[place - 1])
            else { continue }
            let number = Int(line[place + 6] &- 48) * 10 + Int(line[place + 7] &- 48)
            return (1...98).contains(number) ? number - 1 : nil
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// Where `text` first stands, from a place on.
    func place(of text: StaticString, from: Int = 0) -> Int? {
        place(
            of: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount),
            from: from)
    }

    func place(of sought: UnsafeRawBufferPointer, from: Int = 0) -> Int? {
        guard let base = baseAddress, let wanted = sought.baseAddress else { return nil }
        var start = from
        while start + sought.count <= count {
            let found = memchr(base + start, Int32(sought[0]), count - sought.count - start + 1)
            guard let found else { return nil }
            if memcmp(found, wanted, sought.count) == 0 { return UnsafeRawPointer(found) - base }
            start = UnsafeRawPointer(found) - base + 1
        }
        return nil
    }
}

extension Line {
    /// What stands between the text and the next quotation mark.
    func value(after text: StaticString) -> String? {
        bytes.withUnsafeBytes { raw in
            guard let place = raw.place(of: text) else { return nil }
            let start = place + text.utf8CodeUnitCount
            guard let end = raw[start...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            return String(decoding: raw[start..<end], as: UTF8.self)
        }
    }

    var cpr: String? { value(after: "urn:oio:cpr-nr:") }

    var title: String? { value(after: "\"Titel\":\"") }

    /// Whether its one registration has a title that a change can be written into.
    var canChange: Bool {
        (kind == .sag || kind == .dokument) && title != nil
            && bytes.withUnsafeBytes { raw in
                guard let first = raw.place(of: "\"LivscyklusKode\"") else { return false }
                return raw.place(of: "\"LivscyklusKode\"", from: first + 1) == nil
            }
    }

    /// The object without the name of its kind around it.
    var object: ArraySlice<UInt8> {
        let start = bytes.firstIndex(of: UInt8(ascii: ":")) ?? 0
        return bytes[(start + 1)..<(bytes.count - 1)]
    }

    /// The object with `word` at the beginning of its titles, as PUT takes it.
    func changed(_ word: String) -> [UInt8] { Self.insert(word, in: object) }

    /// The same as an update: the whole content at a new Tidspunkt.
    func update(_ word: String, at time: String) -> [UInt8] {
        bytes.withUnsafeBytes { raw in
            let start = raw.place(of: "\"AttributListe\"") ?? 0
            let end = raw.lastIndex(of: UInt8(ascii: "]")) ?? raw.count
            let head = "{\"UUIDIdentifikator\":\"\(uuid)\",\"Tidspunkt\":\"\(time)\","
            return Array(head.utf8) + Self.insert(word, in: bytes[start..<end])
        }
    }

    private static func insert(_ word: String, in bytes: ArraySlice<UInt8>) -> [UInt8] {
        let mark = Array("\"Titel\":\"".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 64)
        var start = bytes.startIndex
        bytes.withUnsafeBytes { raw in
            var from = 0
            while let place = raw.place(of: "\"Titel\":\"", from: from) {
                let end = bytes.startIndex + place + mark.count
                result += bytes[start..<end]
                result += word.utf8
                result.append(0x20)
                start = end
                from = place + mark.count
            }
        }
        return result + bytes[start...]
    }

    /// The collection's name in a path.
    var collection: String {
        switch kind {
        case .sag: "sager"
        case .dokument: "dokumenter"
        case .bevilling: "bevillinger"
        case .effektuering: "effektueringer"
        }
    }

    var target: String { "/v1/\(collection)/\(uuid)" }

    private var name: String {
        switch kind {
        case .sag: "SagIndeks"
        case .dokument: "DokumentIndeks"
        case .bevilling: "BevillingIndeks"
        case .effektuering: "OekonomiskEffektueringIndeks"
        }
    }

    /// One message of objects, each list once.
    static func message(_ objects: [(line: Line, bytes: [UInt8])], prefix: String = "") -> [UInt8] {
        var lists: [(name: String, bytes: [UInt8])] = []
        for (line, bytes) in objects {
            let name = prefix + line.name
            if let place = lists.firstIndex(where: { $0.name == name }) {
                lists[place].bytes += [UInt8(ascii: ",")] + bytes
            } else {
                lists.append((name, bytes))
            }
        }
        var result = Array("{".utf8)
        for (index, list) in lists.enumerated() {
            result += Array("\(index == 0 ? "" : ",")\"\(list.name)\":[".utf8) + list.bytes + [0x5D]
        }
        return result + [0x7D]
    }
}
