import IndexCore

extension ElementValue {
    func equals(_ text: StaticString) -> Bool {
        withBytes { $0.elementsEqual(text.bytes) }
    }

    /// A text with at least one byte, or anything that is not a text.
    var isFilled: Bool { type != .text || withBytes { !$0.isEmpty } }
}

extension StaticString {
    var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}

/// The forms of references, judged byte by byte.
///
/// Source: sag-dokument contract §1.1 and §1.7.
enum URNForm {
    /// Who a party's URN can stand for.
    enum Part: Sendable { case person, virksomhed, navn }

    private static let parts: [(prefix: StaticString, digits: Int, part: Part)] = [
        ("urn:oio:cpr-nr:", 10, .person), ("urn:oio:us:personid:", 7, .person),
        ("urn:oio:udk:borgerid:", 12, .person), ("urn:oio:us:borgerid:", 12, .person),
        ("urn:oio:cvr-nr:", 8, .virksomhed), ("urn:oio:pnr:", 10, .virksomhed),
    ]

    /// Nil when the text has none of a party's forms.
    static func part(_ text: UnsafeRawBufferPointer) -> Part? {
        if let name = tail(text, after: "urn:oio:fuldtnavn:") { return name.isEmpty ? nil : .navn }
        for form in parts {
            guard let number = tail(text, after: form.prefix) else { continue }
            return number.count == form.digits && isDigits(number) ? form.part : nil
        }
        return nil
    }

    /// False for a URN that is to end in a number of a person or a company, and does not.
    static func holdsItsNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        for form in parts {
            guard let number = tail(text, after: form.prefix) else { continue }
            return number.count == form.digits && isDigits(number)
        }
        return tail(text, after: "urn:oio:cvr:") == nil || isCVR(text)
    }

    /// `urn:oio:cvr-nr:` (or `urn:oio:cvr:`, which some senders write) and eight digits.
    static func isCVR(_ text: UnsafeRawBufferPointer) -> Bool {
        let number =
            tail(text, after: "urn:oio:cvr-nr:") ?? tail(text, after: "urn:oio:cvr:")
        guard let number else { return false }
        return number.count == 8 && isDigits(number)
    }

    /// Any `urn:<namespace>:<text>`; a property's number must have the right length.
    static func isURN(_ text: UnsafeRawBufferPointer) -> Bool {
        if let property = tail(text, after: "urn:oio:esr:ejendom:") { return isESR(property) }
        if let number = tail(text, after: "urn:oio:ejendom:bfe-nr:") {
            return number.count == 10 && isDigits(number)
        }
        guard let rest = tail(text, after: "urn:") else { return false }
        return filledParts(rest, atLeast: 2)
    }

    /// Who recorded something: `urn:oio:<org>:<idtype>:xxxx` or an it-system's UUID.
    static func isBruger(_ text: UnsafeRawBufferPointer) -> Bool {
        if let uuid = tail(text, after: "urn:oio:it-system-uuid:") {
            return UUIDIdentifikator(ascii: uuid.bindMemory(to: UInt8.self)) != nil
        }
        guard let rest = tail(text, after: "urn:oio:") else { return false }
        return filledParts(rest, atLeast: 3)
    }

    /// The same without `oio`, as one published example has it: `urn:kmd:sag:RACFID:xxxx`.
    static func isBrugerUdenOio(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let rest = tail(text, after: "urn:"), tail(text, after: "urn:oio:") == nil else {
            return false
        }
        return filledParts(rest, atLeast: 3)
    }

    /// `NN.NN.NN`.
    static func isKLE(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count == 8, text[2] == UInt8(ascii: "."), text[5] == UInt8(ascii: ".") else {
            return false
        }
        return isDigit(text[0]) && isDigit(text[1]) && isDigit(text[3]) && isDigit(text[4])
            && isDigit(text[6]) && isDigit(text[7])
    }

    /// What follows `prefix`, or nil when the text does not begin with it.
    static func tail(
        _ text: UnsafeRawBufferPointer, after prefix: StaticString
    ) -> UnsafeRawBufferPointer? {
        let head = prefix.bytes
        guard text.count >= head.count else { return nil }
        for index in 0..<head.count where text[index] != head[index] { return nil }
        return UnsafeRawBufferPointer(rebasing: text[head.count...])
    }

    /// Three digits, a hyphen, five or six digits: municipality and property.
    private static func isESR(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count == 9 || text.count == 10, text[3] == UInt8(ascii: "-") else {
            return false
        }
        return isDigits(UnsafeRawBufferPointer(rebasing: text[..<3]))
            && isDigits(UnsafeRawBufferPointer(rebasing: text[4...]))
    }

    /// So many parts between colons, the last of which may hold colons of its own.
    private static func filledParts(_ text: UnsafeRawBufferPointer, atLeast wanted: Int) -> Bool {
        var parts = 0
        var length = 0
        for byte in text {
            if byte == UInt8(ascii: ":"), parts < wanted - 1 {
                guard length > 0 else { return false }
                parts += 1
                length = 0
            } else {
                length += 1
            }
        }
        return parts == wanted - 1 && length > 0
    }

    private static func isDigits(_ text: UnsafeRawBufferPointer) -> Bool {
        text.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
