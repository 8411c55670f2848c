// 1. The reader takes RFC 8259 and nothing else, and tells where it stopped.
// 2. Depth is bounded; escapes and surrogates are decoded; a name twice is refused in a tree.
// 3. What the writer writes is read back; control characters are escaped.
// 4. Base64 is read strictly and written as RFC 4648 has it.
// 5. What ends or breaks a string is found at every place and length, beside any byte.
// 6. A copy of an earlier object is passed over only when every byte is the same.

import Testing

@testable import IndexCore

@Suite struct JSONTests {
    private func value(_ text: String) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }

    @Test("A string ends at its quote, wherever it stands and whatever stands before it")
    func stringEnds() throws {
        for length in 0..<40 {
            for filler in ["a", " ", "!", "#", "[", "]", "}", "~", "\u{7F}"] {
                let text = String(repeating: filler, count: length)
                #expect(try value("\"\(text)\"") == .string(text))
                #expect(try value("\"\(text)\\n\(text)\"") == .string("\(text)\n\(text)"))
                #expect(throws: JSONError.self) { try value("\"\(text)") }
                for control in 0..<0x20 {
                    let broken = Array("\"\(text)".utf8) + [UInt8(control)] + Array("\"".utf8)
                    #expect(throws: JSONError.self) { try JSONValue(parsing: broken) }
                }
            }
            let danish = String(repeating: "ø", count: length)
            #expect(try value("\"\(danish)\"") == .string(danish))
        }
    }

    @Test("A copy is passed over, and anything else is left to be read")
    func copies() throws {
        let text = Array("[{\"a\":1} , {\"a\":1},{\"a\":2},{\"a\":1".utf8)
        try text.withUnsafeBufferPointer { buffer throws(JSONError) in
            var reader = try JSONReader(buffer)
            try reader.beginArray()
            _ = try reader.nextElement()
            let start = reader.position
            try reader.skip()
            let first = start..<reader.position
            _ = try reader.nextElement()
            let isCopy = reader.skipCopy(of: first)
            #expect(isCopy)
            _ = try reader.nextElement()
            let isOther = reader.skipCopy(of: first)
            #expect(!isOther)
            try reader.skip()
            _ = try reader.nextElement()
            let isCutShort = reader.skipCopy(of: first)
            #expect(!isCutShort)
        }
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}",
            "{\"a\":1,}",
            "{,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "01", "-", "-01", "1.", ".5", "1e",
            "1e+",
            "+1", "NaN", "Infinity", "nul", "tru", "True", "\"", "\"a", "\"\\\"", "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "\"\t\"",
            "[1]]", "1 1", "// a\n1", "/* */ 1", "\u{FEFF}1", "[1\u{A0}]", "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
        ])
    func refused(_ text: String) {
        #expect(throws: JSONError.self) { try value(text) }
    }

    @Test(
        "What is JSON is read",
        arguments: [
            ("null", JSONValue.null), (" true ", .boolean(true)), ("-0.5e+10", .number("-0.5e+10")),
            ("[]", .array([])), ("[[],{}]", .array([.array([]), .object([])])),
            ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")),
            ("\"\\u00e6\\uD83D\\ude00 å\"", .string("æ😀 å")), ("\"\\u0000\"", .string("\0")),
        ])
    func read(_ text: String, _ expected: JSONValue) throws {
        #expect(try value(text) == expected)
    }

    @Test("Depth 64 is read and 65 is refused")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try value(nested(64))
        #expect(throws: JSONError(reason: .tooDeep, byteOffset: 64)) { try value(nested(65)) }
    }

    @Test(
        "Bytes that are no UTF-8 are refused where they stand",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80],
        ] as [[UInt8]])
    func notUTF8(_ bad: [UInt8]) {
        let bytes = Array("\"12345678".utf8) + bad + Array("\"".utf8)
        #expect(throws: JSONError(reason: .notUTF8, byteOffset: 9)) {
            try JSONValue(parsing: bytes)
        }
    }

    @Test("Random changes to a text never trap")
    func mutations() {
        var seed = Seed(1)
        let text = Array(
            "{\"a\":[1,-2.5e3,true,null,\"\\u00e6\\ud83d\\ude00\"],\"b\":{\"c\":\"å\"}}".utf8)
        for _ in 0..<5000 {
            var bytes = text
            for _ in 0...seed.below(3) {
                bytes[seed.below(bytes.count)] = UInt8(truncatingIfNeeded: seed.next())
            }
            if seed.below(3) == 0 { bytes.removeLast(seed.below(bytes.count)) }
            _ = try? JSONValue(parsing: bytes)
        }
    }

    @Test("What is written is read back")
    func writing() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("tal", -5)
        writer.member("ja", true)
        writer.key("tekst")
        let text = "\"\\/\u{0}\u{1F}\n\r\t\u{8}\u{C} æøå 😀 \u{2028}"
        writer.string(text)
        writer.key("liste")
        writer.beginArray()
        writer.integer(1)
        writer.beginArray()
        writer.endArray()
        writer.raw("null")
        writer.endArray()
        writer.member("tid", Tidspunkt(microseconds: 1_500))
        writer.member("id", UUIDIdentifikator(high: 1, low: 2))
        writer.endObject()
        let tree = try JSONValue(parsing: writer.bytes)
        #expect(tree["tal"]?.integer == -5 && tree["ja"]?.boolean == true)
        #expect(tree["tekst"]?.string == text)
        #expect(tree["liste"] == .array([.number("1"), .array([]), .null]))
        #expect(tree["tid"]?.string == "1970-01-01T00:00:00.001500Z")
        #expect(tree["id"]?.string == "00000000-0000-0001-0000-000000000002")
        #expect(!writer.bytes.contains { $0 < 0x20 })
    }

    @Test("Base64 is written as RFC 4648 has it and read back")
    func base64() throws {
        let vectors = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==",
            "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
        ]
        for (plain, coded) in vectors {
            var output: [UInt8] = []
            Array(plain.utf8).withUnsafeBytes { Base64Text.append($0, to: &output) }
            #expect(String(decoding: output, as: UTF8.self) == coded)
            #expect(decoded(coded) == Array(plain.utf8))
        }
        #expect(decoded("Zm\r\n9v YmE=") == Array("fooba".utf8))
    }

    @Test(
        "Malformed base64 is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8=x", "Zm-_", "====", "=", "Z=g=",
        ])
    func badBase64(_ text: String) {
        #expect(decoded(text) == nil)
    }

    private func decoded(_ text: String) -> [UInt8]? {
        var copy = text
        return copy.withUTF8 { Base64Text.decode($0) }
    }
}
