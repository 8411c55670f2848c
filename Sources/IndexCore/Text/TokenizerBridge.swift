import CSQLite

/// Hands `Tokenizer` to FTS5 under the name `dansk`.
///
/// The tokenizer has no state, so that one instance serves every table.
enum TokenizerBridge {
    /// Must be called on every connection that touches a text table.
    static func register(on connection: Connection) throws(StoreError) {
        guard let api = tv_fts5_api(connection.handle) else {
            throw StoreError.unexpected(code: SQLITE_ERROR)
        }
        var methods = fts5_tokenizer(
            xCreate: tokenizerCreate, xDelete: tokenizerDelete, xTokenize: tokenizerTokenize)
        let code = api.pointee.xCreateTokenizer(api, "dansk", nil, &methods, nil)
        guard code == SQLITE_OK else { throw connection.error(code) }
    }
}

private func tokenizerCreate(
    _: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _: Int32,
    _ output: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    // FTS5 asks for a handle that is not null; nothing is ever read through it.
    output?.pointee = OpaquePointer(bitPattern: 1)
    return SQLITE_OK
}

private func tokenizerDelete(_: OpaquePointer?) {}

private func tokenizerTokenize(
    _: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _: Int32,
    _ text: UnsafePointer<CChar>?, _ count: Int32,
    _ callback: tv_token_callback?
) -> Int32 {
    guard let text, let callback, count > 0 else { return SQLITE_OK }
    let raw = UnsafeRawBufferPointer(start: text, count: Int(count))
    var code = SQLITE_OK
    raw.withMemoryRebound(to: UInt8.self) { bytes in
        Tokenizer.forEach(in: bytes) { token, range in
            token.withMemoryRebound(to: CChar.self) { folded in
                code = callback(
                    context, 0, folded.baseAddress, Int32(folded.count), Int32(range.lowerBound),
                    Int32(range.upperBound))
            }
            return code == SQLITE_OK
        }
    }
    return code
}
