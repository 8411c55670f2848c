public import IndexCore

/// Why a whole message cannot be read; its objects are not looked at.
public struct BeskedFejl: Error, Equatable, Sendable {
    public enum Reason: Sendable {
        case notJSON, notObject, tooDeep, tooLong, wrongType, unknownMember, repeatedMember,
            emptyLine
    }
    public let reason: Reason
    /// The member, or nothing for the message itself.
    public let sti: String
    /// Bytes from the start of the message or the line.
    public let byteOffset: Int

    public init(reason: Reason, sti: String, byteOffset: Int) {
        self.reason = reason
        self.sti = sti
        self.byteOffset = byteOffset
    }

    public init(_ error: JSONError) {
        self.init(
            reason: error.reason == .tooDeep ? .tooDeep : .notJSON, sti: "",
            byteOffset: error.byteOffset)
    }

    public var besked: String {
        switch reason {
        case .notJSON: "Teksten er ikke JSON (byte \(byteOffset))"
        case .notObject: "Et JSON-objekt ventes"
        case .tooDeep: "Teksten er dybere end \(JSONReader.maxDepth) niveauer"
        case .wrongType: "Medlemmet har forkert type"
        case .unknownMember: "Ukendt medlem"
        case .repeatedMember: "Medlemmet står to gange"
        case .emptyLine: "Linjen er tom"
        case .tooLong: "En linje må højst være 1 MB"
        }
    }
}

/// The outer form of what is sent: which objects of which kind, as bytes. Pure.
public enum Besked {
    /// The objects of one JSON message such as {"SagIndeks": […], "DokumentIndeks": […]}.
    ///
    /// In the order of the text. `form` decides the members' names: `OpdaterSagIndeks` for updates.
    public static func objekter(
        _ text: [UInt8], form: IndsendtObjekt.Form
    ) throws(BeskedFejl) -> [IndsendtObjekt] {
        try read(text) { reader, buffer throws(JSONError) in
            var result: [IndsendtObjekt] = []
            var seen: Set<ObjektKind> = []
            guard try reader.peek() == .object else { return .failure(.init(.notObject)) }
            try reader.beginObject()
            while let (kind, name) = try reader.nextKey({ (kind(named: $0, form), shown($0)) }) {
                guard let kind else { return .failure(.init(.unknownMember, at: name)) }
                guard seen.insert(kind).inserted else {
                    return .failure(.init(.repeatedMember, at: name))
                }
                guard try reader.peek() == .array else {
                    return .failure(.init(.wrongType, at: name))
                }
                try reader.beginArray()
                while try reader.nextElement() {
                    let bytes = try slice(&reader, buffer)
                    result.append(IndsendtObjekt(kind: kind, form: form, bytes: bytes))
                }
            }
            return .success(result)
        }
    }

    /// The object of one NDJSON line {"SagIndeks": {…}}.
    ///
    /// The object's own bytes are cut out, not read: whoever reads them finds what is wrong there.
    public static func objekt(
        linje text: [UInt8], form: IndsendtObjekt.Form
    ) throws(BeskedFejl) -> IndsendtObjekt {
        try read(text) { reader, buffer throws(JSONError) in
            guard try reader.peek() == .object else { return .failure(.init(.notObject)) }
            try reader.beginObject()
            guard let (kind, name) = try reader.nextKey({ (kind(named: $0, form), shown($0)) })
            else { return .failure(.init(.emptyLine)) }
            guard let kind else { return .failure(.init(.unknownMember, at: name)) }
            guard try reader.peek() == .object else {
                return .failure(.init(.wrongType, at: name))
            }
            guard let end = buffer.lastIndex(where: { $0 > 0x20 }), end > reader.position,
                buffer[end] == UInt8(ascii: "}")
            else { return .failure(.init(.notJSON)) }
            let bytes = Array(buffer[reader.position..<end])
            return .success(IndsendtObjekt(kind: kind, form: form, bytes: bytes))
        } finish: { _ in
        }
    }

    private static func read<Value>(
        _ text: [UInt8],
        _ body: (inout JSONReader, UnsafeBufferPointer<UInt8>) throws(JSONError) -> Result<
            Value, BeskedFejl.Wrapped
        >,
        finish: (inout JSONReader) throws(JSONError) -> Void = { reader throws(JSONError) in
            try reader.finish()
        }
    ) throws(BeskedFejl) -> Value {
        let outcome: Result<Value, BeskedFejl> = text.withUnsafeBufferPointer { whole in
            // A byte order mark, as some programs begin their files with, is no part of it (RFC 8259 §8.1).
            let hasMark = whole.starts(with: [0xEF, 0xBB, 0xBF])
            let buffer = UnsafeBufferPointer(rebasing: whole[(hasMark ? 3 : 0)...])
            do throws(JSONError) {
                var reader = try JSONReader(buffer)
                let value = try body(&reader, buffer)
                switch value {
                case .success(let value):
                    try finish(&reader)
                    return .success(value)
                case .failure(let wrapped):
                    return .failure(
                        BeskedFejl(
                            reason: wrapped.reason, sti: wrapped.sti,
                            byteOffset: reader.position))
                }
            } catch {
                return .failure(BeskedFejl(error))
            }
        }
        return try outcome.get()
    }

    /// A member's name when it can be one; what else a sender wrote there may be anything.
    private static func shown(_ name: UnsafeBufferPointer<UInt8>) -> String {
        let letters = name.allSatisfy { (65...90).contains($0) || (97...122).contains($0) }
        return letters && (1...40).contains(name.count)
            ? String(decoding: name, as: UTF8.self) : "?"
    }

    private static func slice(
        _ reader: inout JSONReader, _ buffer: UnsafeBufferPointer<UInt8>
    ) throws(JSONError) -> [UInt8] {
        _ = try reader.peek()
        let start = reader.position
        try reader.skip()
        return Array(buffer[start..<reader.position])
    }

    private static func kind(
        named name: UnsafeBufferPointer<UInt8>, _ form: IndsendtObjekt.Form
    ) -> ObjektKind? {
        ObjektKind.allCases.first { kind in
            let schema = ObjektSchema.of(kind)
            let expected = form == .opdater ? schema.updateName : schema.importName
            return expected.utf8.elementsEqual(name)
        }
    }
}

extension BeskedFejl {
    /// A reason on its way out of the reader, which knows the place.
    struct Wrapped: Error {
        let reason: Reason
        let sti: String

        init(_ reason: Reason, at sti: String = "") {
            self.reason = reason
            self.sti = sti
        }
    }
}
