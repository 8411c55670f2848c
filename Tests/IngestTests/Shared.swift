import Foundation
import IndexCore

/// The reference material beside the checkout, which people outside do not have.
enum Shared {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared")
    static let examples = root.appending(path: "reference/sag-dokument-eksempler")
    static var isPresent: Bool { FileManager.default.fileExists(atPath: examples.path()) }

    /// The tree with every dateTime as its instant, so that zones do not count as differences.
    static func normalised(_ value: [String: Any]) -> [String: Any] {
        value.mapValues(normalisedValue)
    }

    private static func normalisedValue(_ value: Any) -> Any {
        switch value {
        case let object as [String: Any]: return normalised(object)
        case let array as [Any]: return array.map(normalisedValue)
        case let text as String where text.count >= 19 && text.dropFirst(10).first == "T":
            return Tidspunkt(reading: text).map { $0.utcText } ?? text
        default: return value
        }
    }
}
