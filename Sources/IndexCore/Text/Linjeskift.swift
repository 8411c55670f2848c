/// Line breaks as they are stored, LF, and as they are sent and written, CRLF.
///
/// Source: sag-dokument contract §1.1, the row Text.
public enum Linjeskift {
    public static let lf = UInt8(ascii: "\n")
    public static let cr = UInt8(ascii: "\r")

    /// The text with LF for each CRLF and each CR alone, as a reader of XML has it.
    public static func stored(_ text: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var last: UInt8 = 0
        for byte in text {
            if byte != lf || last != cr { result.append(byte == cr ? lf : byte) }
            last = byte
        }
        return result
    }

    /// The text with CRLF for each LF that is not one already.
    public static func written(_ text: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 16)
        for byte in text {
            if byte == lf, result.last != cr { result.append(cr) }
            result.append(byte)
        }
        return result
    }
}

extension Element {
    /// Whether its text may have more lines than one; all other text is one line.
    ///
    /// Source: sag-dokument contract §1.1; the notes of ydelse contract Y39.
    public var isMultiline: Bool {
        self == .noteTekst || self == .beskrivelse || self == .begrundelse
    }
}
