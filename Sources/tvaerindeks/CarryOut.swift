import API
import Glibc
import IndexCore

extension Command {
    /// Carries the order out; tells on standard error when there was no index, and one was made for it.
    static func carryOut(_ ordre: Ordre, in directory: String) throws -> [UInt8] {
        let hadCatalogue = access(directory + "/katalog.sqlite", F_OK) == 0
        let answer = try Ordrer.udfoer(ordre, directory: directory)
        if !hadCatalogue {
            Terminal.error(
                Store.harMyndigheder(directory: directory)
                    ? "katalog.sqlite was missing and has been made anew: earlier agreements and the classification are gone\n"
                    : "a new index was made in \(directory)\n")
        }
        return answer
    }
}
