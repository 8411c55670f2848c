import API
import Glibc

extension Command {
    /// Carries the order out; tells on standard error when there was no index, and one was made for it.
    static func carryOut(_ ordre: Ordre, in directory: String) throws -> [UInt8] {
        let hadCatalogue = access(directory + "/katalog.sqlite", F_OK) == 0
        let answer = try Ordrer.udfoer(ordre, directory: directory)
        if !hadCatalogue {
            let hasFiles = holdsAuthorities(directory)
            Terminal.error(
                hasFiles
                    ? "katalog.sqlite was missing and has been made anew: earlier agreements and the classification are gone\n"
                    : "a new index was made in \(directory)\n")
        }
        return answer
    }

    private static func holdsAuthorities(_ directory: String) -> Bool {
        guard let folder = opendir(directory) else { return false }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("myndighed-"), name.hasSuffix(".sqlite") { return true }
        }
        return false
    }
}
