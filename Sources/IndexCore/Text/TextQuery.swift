/// What a reader typed, as conditions on text; never malformed, whatever was typed.
///
/// All of `required` must hold and none of `excluded`.
public struct TextQuery: Equatable, Sendable {
    /// A run of words in order; one word is a run of one. The last may be the beginning of a word.
    public struct Term: Equatable, Sendable {
        public let tokens: [[UInt8]]
        public let isPrefix: Bool

        public init(tokens: [[UInt8]], isPrefix: Bool) {
            self.tokens = tokens
            self.isPrefix = isPrefix
        }
    }

    public var required: [Term]
    public var excluded: [Term]

    public init(required: [Term], excluded: [Term]) {
        self.required = required
        self.excluded = excluded
    }

    public var isEmpty: Bool { required.isEmpty && excluded.isEmpty }
}

extension TextQuery {
    /// The columns of the text index, in order.
    public enum Column: Int, CaseIterable, Sendable {
        case titel = 0
        case beskrivelse = 1
        case noter = 2
        case parter = 3
        case klasser = 4
        /// Texts that only some readers of the object may see: document titles on a case, granted
        /// benefits, lines. A hit here is checked against what the reader sees.
        case betinget = 5
        /// TitelAlternativTekst.
        case alternativ = 6

        var name: String { String(describing: self) }
    }

    /// The FTS5 expression for `required`, limited to `columns`; nil when nothing is required.
    ///
    /// Tokens hold letters and digits only, and are quoted all the same.
    func matchExpression(columns: [Column]) -> String? {
        guard !required.isEmpty else { return nil }
        let filter = "{" + columns.map(\.name).joined(separator: " ") + "} : "
        return filter + "(" + required.map(Self.expression).joined(separator: " AND ") + ")"
    }

    private static func expression(_ term: Term) -> String {
        let words = term.tokens.map { String(decoding: $0, as: UTF8.self) }
        return "\"" + words.joined(separator: " ") + "\"" + (term.isPrefix ? "*" : "")
    }

    /// Whether texts, one for each column that counts, hold what is asked.
    public func matches(_ texts: [[String]]) -> Bool {
        let columns = texts.map { texts in texts.map { Tokenizer.tokens($0).map(\.text) } }
        func holds(_ term: Term) -> Bool {
            columns.contains { column in column.contains { Self.contains($0, term) } }
        }
        return required.allSatisfy(holds) && !excluded.contains(where: holds)
    }

    static func contains(_ tokens: [[UInt8]], _ term: Term) -> Bool {
        let length = term.tokens.count
        guard length > 0, tokens.count >= length else { return false }
        return (0...(tokens.count - length)).contains { start in
            (0..<length).allSatisfy { offset in
                let token = tokens[start + offset]
                let asked = term.tokens[offset]
                let isLast = offset == length - 1
                return term.isPrefix && isLast ? token.starts(with: asked) : token == asked
            }
        }
    }
}
