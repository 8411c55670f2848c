/// The Danish alphabet in single bytes: a–z as in ASCII, and æ, ø, å in the three places after z.
///
/// Stemming and splitting work on words written so. Byte order is then Danish alphabetical order.
enum Bogstaver {
    static let ae: UInt8 = 0x7B
    static let oe: UInt8 = 0x7C
    static let aa: UInt8 = 0x7D
    /// A letter that is none of the alphabet's: neither vowel nor consonant.
    static let fremmed: UInt8 = 0x7E

    static func isVowel(_ letter: UInt8) -> Bool {
        switch letter {
        case 0x61, 0x65, 0x69, 0x6F, 0x75, 0x79, ae, oe, aa: true
        default: false
        }
    }

    /// Appends the lower-case letters of a word as it was typed; false when it holds anything else
    /// than letters of the alphabet, marks on them left out.
    static func append(
        _ raw: UnsafeBufferPointer<UInt8>, to letters: inout [UInt8]
    ) -> Bool {
        var position = 0
        while position < raw.count {
            let byte = raw[position]
            switch byte {
            case 0x61...0x7A: letters.append(byte)
            case 0x41...0x5A: letters.append(byte + 32)
            case 0xC3 where position + 1 < raw.count:
                position += 1
                guard let letter = latin(raw[position]) else { return false }
                letters.append(letter)
            default: return false
            }
            position += 1
        }
        return true
    }

    /// The letter whose UTF-8 is 0xC3 and `second`.
    private static func latin(_ second: UInt8) -> UInt8? {
        switch second | 0x20 {
        case 0xA6, 0xA4: ae
        case 0xB8, 0xB6: oe
        case 0xA5: aa
        case 0xA0...0xA3: UInt8(ascii: "a")
        case 0xA7: UInt8(ascii: "c")
        case 0xA8...0xAB: UInt8(ascii: "e")
        case 0xAC...0xAF: UInt8(ascii: "i")
        case 0xB1: UInt8(ascii: "n")
        case 0xB2...0xB5: UInt8(ascii: "o")
        case 0xB9...0xBC: second == 0x9F || second == 0xBF ? nil : UInt8(ascii: "u")
        case 0xBD: UInt8(ascii: "y")
        default: nil
        }
    }

    /// The letters with `ae`, `oe` and `aa` read as æ, ø and å; nil when there are none.
    static func unfolded(_ letters: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var position = 0
        while position < letters.count {
            let next = position + 1 < letters.count ? letters[position + 1] : 0
            switch (letters[position], next) {
            case (0x61, 0x65): result.append(ae)
            case (0x6F, 0x65): result.append(oe)
            case (0x61, 0x61): result.append(aa)
            default:
                result.append(letters[position])
                position -= 1
            }
            position += 2
        }
        return result.count == letters.count ? nil : result
    }

    /// Appends the letters folded as the tokenizer folds them.
    static func fold(_ letters: ArraySlice<UInt8>, into folded: inout [UInt8]) {
        for letter in letters {
            switch letter {
            case ae: folded.append(contentsOf: [0x61, 0x65])
            case oe: folded.append(contentsOf: [0x6F, 0x65])
            case aa: folded.append(contentsOf: [0x61, 0x61])
            default: folded.append(letter)
            }
        }
    }

    static func folded(_ letters: ArraySlice<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        fold(letters, into: &folded)
        return folded
    }

    /// The letters of a word, in lower case; those outside the alphabet as `fremmed`.
    static func letters(_ word: String) -> [UInt8] {
        word.unicodeScalars.map { scalar in
            switch scalar {
            case "a"..."z": UInt8(scalar.value)
            case "æ": ae
            case "ø": oe
            case "å": aa
            default: fremmed
            }
        }
    }
}
