/// Whether the text fits a pattern in which a star is any run, read literally.
func stjernerPasser<Tegn: Equatable>(
    _ pattern: ArraySlice<Tegn>, _ text: ArraySlice<Tegn>, stjerne: Tegn
) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == stjerne {
        return stjernerPasser(pattern.dropFirst(), text, stjerne: stjerne)
            || (!text.isEmpty && stjernerPasser(pattern, text.dropFirst(), stjerne: stjerne))
    }
    return text.first == first
        && stjernerPasser(pattern.dropFirst(), text.dropFirst(), stjerne: stjerne)
}
