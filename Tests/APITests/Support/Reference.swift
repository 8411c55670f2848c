import Foundation
import IndexCore

/// The reference material beside the checkout, which people outside do not have.
enum Reference {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")
    static var isPresent: Bool { exists("reference/ydelse.md") }
    static var hasData: Bool {
        exists("data/sager-greve.tsv") && exists("data/kle-emneplan-2015-08-01.xml")
    }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: path)))
    }

    static func example(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: bytes("reference/sag-dokument-eksempler/" + name))
    }

    /// The JSON blocks of a page, each whole.
    static func blocks(_ page: String) throws -> [JSONValue] {
        let text = String(decoding: try bytes("reference/" + page), as: UTF8.self)
        return try text.components(separatedBy: "```json\n").dropFirst().map { part in
            try JSONValue(parsing: Array((part.components(separatedBy: "```").first ?? "").utf8))
        }
    }
}
