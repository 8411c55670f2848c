extension String {
    /// The text without blanks and tabs at either end.
    package var trimmed: String {
        let blanks: Set<Character> = [" ", "\t"]
        return String(
            drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
    }
}
