/// What a word stands under in other forms than its own stem leads to.
struct AndreFormer {
    /// Stems, folded.
    var stammer: [[UInt8]] = []
    /// Whole words, folded: those whose stems other words have too.
    var ord: [[UInt8]] = []
}

/// Words that lose the `e` of their last syllable in some of their forms, and often one of two letters before it:
/// `middel` and `midler`, `cykel` and `cykler`, `sikker` and `sikre`, `center` and `centre`.
///
/// The algorithm gives the two different stems. As with `Uregelmaessige`, a question for one is a question for both, and
/// the index knows nothing of it: what is asked for besides is mostly a word that is nowhere. Words in `-en` are left
/// out, as `sagen` is no form of `sagn`.
enum Bortfald {
    /// Of a word in the letters of `Bogstaver`.
    static func former(of typed: ArraySlice<UInt8>) -> AndreFormer {
        var result = AndreFormer()
        let word = grundform(typed)
        if let own = udenE(word) { result.stammer.append(Bogstaver.folded(own[...])) }
        let stamme = DanskStamme.stamme(of: word)
        for own in medE(stamme) {
            if own.last == l {
                result.stammer.append(Ordanalyse.stem(own[...]))
            } else {
                // Words in `-er` have stems that other words have too.
                for ending in endelser { result.ord.append(Bogstaver.folded((own + ending)[...])) }
            }
        }
        return result
    }

    /// `kælderen`, `nummeret` and `middels` without their endings; other words as they are.
    private static func grundform(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if undtagne.contains(word) { return word }
        for ending in bestemte where word.count > ending.count + 4 {
            let base = word.dropLast(ending.count)
            if word.suffix(ending.count).elementsEqual(ending), base.dropLast().last == e,
                let last = base.last, last == l || last == r
            {
                return base
            }
        }
        return word
    }

    private static let bestemte = ["ens", "ets", "en", "et", "s"].map { Array($0.utf8) }
    /// Words that lose nothing, and are like others that do.
    private static let undtagne = Set(
        ["møder", "møders"].map { Bogstaver.letters($0)[...] })

    private static let (e, l, r) = (UInt8(ascii: "e"), UInt8(ascii: "l"), UInt8(ascii: "r"))
    private static let fordoblede = Set("bdfgklmnprst".utf8)
    /// Of nouns and adjectives in `-er`.
    private static let endelser = ["", "s", "et", "en", "t"].map { Array($0.utf8) }

    /// `middel` → `midl`, the stem of its other forms.
    private static func udenE(_ word: ArraySlice<UInt8>) -> [UInt8]? {
        guard let last = word.last, last == l || last == r, word.dropLast().last == e,
            !undtagne.contains(word)
        else { return nil }
        var head = word.dropLast(2)
        guard let before = head.last, !Bogstaver.isVowel(before),
            head.contains(where: Bogstaver.isVowel)
        else { return nil }
        if head.dropLast().last == before { head.removeLast() }
        return head + [last]
    }

    /// `midl` → `midel` and `middel`, one of which may be a word.
    private static func medE(_ stamme: ArraySlice<UInt8>) -> [[UInt8]] {
        guard let last = stamme.last, last == l || last == r, let before = stamme.dropLast().last,
            before != last, !Bogstaver.isVowel(before),
            stamme.dropLast(2).contains(where: Bogstaver.isVowel)
        else { return [] }
        let head = Array(stamme.dropLast())
        let isShort = stamme.dropLast(2).last.map(Bogstaver.isVowel) ?? false
        let mayDouble = isShort && fordoblede.contains(before)
        return [head + [e, last]] + (mayDouble ? [head + [before, e, last]] : [])
    }
}
