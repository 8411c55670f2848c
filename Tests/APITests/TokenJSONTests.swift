import Testing

@testable import API

// 1. Strict JSON is read to its value.
// 2. Text with two readings (duplicates, half surrogates, broken UTF-8, trailers) is refused.
// 3. Depth and member count are bounded.

@Suite("JSON of tokens")
struct TokenJSONTests {
    private func read(_ text: String) -> TokenJSON? { TokenJSON(Array(text.utf8)) }

    @Test("Values are read")
    func values() {
        #expect(
            read(" [1, -0, 2.5, 1e3, true, false, null] ")
                == .array([
                    .integer(1), .integer(0), .number(2.5), .number(1000), .bool(true),
                    .bool(false), .null,
                ]))
        #expect(
            read(#"{"a":{},"b":[]}"#)
                == .object([
                    .init(name: "a", value: .object([])), .init(name: "b", value: .array([])),
                ]))
        #expect(read(#""æ\u00E6\ud83d\ude00\n\"\/""#) == .text("ææ😀\n\"/"))
        #expect(read("9223372036854775808") == .number(9_223_372_036_854_775_808))
    }

    @Test(
        "Malformed text is refused",
        arguments: [
            "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "01", "-", "1.", ".5",
            "1e",
            "+1", "tru", "nul", "[1] 2", "{} {}", "\"", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"",
            "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "1e999", "NaN", "[1 2]", "//\n1",
        ])
    func malformed(text: String) {
        #expect(read(text) == nil)
    }

    @Test("A member named twice is refused, also when one spelling is escaped")
    func duplicates() {
        #expect(read(#"{"a":1,"b":1}"#) != nil)
        #expect(read(#"{"a":1,"a":1}"#) == nil)
        #expect(read(#"{"a":1,"\u0061":2}"#) == nil)
        #expect(read(#"[{"b":{"a":1,"a":1}}]"#) == nil)
    }

    @Test("A name that only looks alike is another name")
    func exactNames() {
        let value = read("{\"\u{212A}\":1}")
        #expect(value?["\u{212A}"] == .integer(1))
        #expect(value?["K"] == nil)
    }

    @Test("Bytes that are not UTF-8 are refused")
    func utf8() {
        #expect(TokenJSON([0x22, 0xC3, 0xA6, 0x22]) == .text("æ"))
        #expect(TokenJSON([0x22, 0xC3, 0x22]) == nil)
        #expect(TokenJSON([0x22, 0xED, 0xA0, 0x80, 0x22]) == nil)
        #expect(TokenJSON([0xEF, 0xBB, 0xBF, 0x31]) == nil)
    }

    @Test("Depth 16 is read and 17 is not")
    func depth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(read(nested(16)) != nil)
        #expect(read(nested(17)) == nil)
        #expect(read(String(repeating: "{\"a\":", count: 100_000)) == nil)
    }

    @Test("128 members are read and 129 are not")
    func memberCount() {
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(read(object(128)) != nil)
        #expect(read(object(129)) == nil)
    }
}
