import Testing

@testable import API

// 1. The vectors of RFC 4648 §10 are written and read in both alphabets.
// 2. Every spelling but the canonical one is refused.
// 3. Each alphabet reads its own two last characters and not the other's.

@Suite("Base64")
struct TokenBase64Tests {
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test("The vectors of RFC 4648 are read and written", arguments: vectors)
    func vector(plain: String, coded: String) {
        let bytes = Array(plain.utf8)
        let unpadded = String(coded.prefix { $0 != "=" })
        #expect(Base64.encodeStandard(bytes) == coded)
        #expect(Base64.encodeURL(bytes) == unpadded)
        #expect(Base64.decodeStandard(coded.utf8) == bytes)
        #expect(Base64.decodeURL(unpadded.utf8) == bytes)
    }

    @Test("Every byte comes back", arguments: 0...3)
    func everyByte(padding: Int) {
        let bytes = Array(repeating: 0xFF, count: padding) + Array(UInt8.min...UInt8.max)
        #expect(Base64.decodeURL(Base64.encodeURL(bytes).utf8) == bytes)
        #expect(Base64.decodeStandard(Base64.encodeStandard(bytes).utf8) == bytes)
    }

    @Test(
        "The standard form is read strictly",
        arguments: [
            "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm9v\n", "Zm 9", "Z-9v",
            "Zg==Zg==", "Zm9vYg", "Zæ==",
        ])
    func standardRefusals(text: String) {
        #expect(Base64.decodeStandard(text.utf8) == nil)
    }

    @Test(
        "The URL-safe form is read strictly",
        arguments: ["Zg==", "Z", "Zm9vY", "Zh", "Zm9", "Zm9v\n", " Zm9v", "Z+9v", "Z/9v", "Zæ"])
    func urlRefusals(text: String) {
        #expect(Base64.decodeURL(text.utf8) == nil)
    }

    @Test("Each alphabet has its own last characters")
    func alphabets() {
        #expect(Base64.decodeURL("-_-_".utf8) == [0xFB, 0xFF, 0xBF])
        #expect(Base64.decodeStandard("+/+/".utf8) == [0xFB, 0xFF, 0xBF])
        #expect(Base64.encodeURL([0xFB, 0xFF, 0xBF]) == "-_-_")
        #expect(Base64.encodeStandard([0xFB, 0xFF, 0xBF]) == "+/+/")
    }
}
