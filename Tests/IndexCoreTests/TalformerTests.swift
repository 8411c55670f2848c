// 1. A year and a number have one form however they are written.
// 2. Dates, person numbers, classes and plain numbers have none.
// 3. A letter behind the number is a part of it where it is asked for, and may be left out of it where it stands.

import Testing

@testable import IndexCore

@Suite struct TalformerTests {
    private func former(_ text: String, udenBogstav: Bool = false) -> [String] {
        var result: [String] = []
        var copy = text
        copy.withUTF8 { bytes in
            var tal = Talformer(udenBogstav: udenBogstav)
            Tokenizer.forEach(in: bytes) { token, range in
                if let form = tal.form(token, range, in: bytes) {
                    result.append(String(decoding: form, as: UTF8.self))
                }
                return true
            }
        }
        return result
    }

    @Test(
        "A case number has one form",
        arguments: [
            ("2024-000117", ["2024/117"]), ("2024/117", ["2024/117"]), ("24/117", ["2024/117"]),
            ("24-0117", ["2024/117"]), ("98/5", ["1998/5"]), ("1998-0005", ["1998/5"]),
            ("sag 2024-0, se 23/9.", ["2024/0", "2023/9"]), ("KMD-2024-117", ["2024/117"]),
        ])
    func forms(_ text: String, _ expected: [String]) {
        #expect(former(text) == expected)
    }

    @Test(
        "Other numbers have no form",
        arguments: [
            "117", "2024", "010203-1234", "27.36.04", "§ 101", "2024 117", "2024--117", "2024.117",
            "3024-117", "a24/117", "24/b117", "", "-", "24/123456789", "2024-",
        ])
    func none(_ text: String) {
        #expect(former(text) == [])
    }

    @Test("A letter behind the number")
    func letters() {
        #expect(former("18-008490K") == [])
        #expect(former("18-008490K", udenBogstav: true) == ["2018/8490"])
        #expect(former("18/8490k og 24/117", udenBogstav: true) == ["2018/8490", "2024/117"])
        for text in ["18-008490KA", "18-K", "18-0K490", "18-123456789K", "18 008490K", "18-8490Æ"] {
            #expect(former(text, udenBogstav: true) == [], "\(text)")
        }
    }
}
