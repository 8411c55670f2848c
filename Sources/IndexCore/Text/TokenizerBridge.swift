import CSQLite

/// Hands `Tokenizer` to FTS5 under the name `dansk`, and `kolonner`, which tells where a row matches.
///
/// A text's words are indexed as they are, and their forms at the same place; a question's words are
/// taken as they are, and marked forms in it are left alone.
enum TokenizerBridge {
    /// Must be called on every connection that touches a text table, with the store's own lexicon.
    static func register(on connection: Connection, _ leksikon: Leksikon) throws(StoreError) {
        guard let api = tv_fts5_api(connection.handle) else {
            throw StoreError.unexpected(code: SQLITE_ERROR)
        }
        var methods = fts5_tokenizer(
            xCreate: tokenizerCreate, xDelete: tokenizerDelete, xTokenize: tokenizerTokenize)
        let leksikon = Unmanaged.passRetained(leksikon).toOpaque()
        let code = api.pointee.xCreateTokenizer(
            api, "dansk", leksikon, &methods, tokenizerForget)
        guard code == SQLITE_OK else { throw connection.error(code) }
        let added = tv_fts5_add_kolonner(api)
        guard added == SQLITE_OK else { throw connection.error(added) }
    }
}

private func tokenizerCreate(
    _ leksikon: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _: Int32,
    _ output: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    // The lexicon, which the registration keeps.
    output?.pointee = OpaquePointer(leksikon)
    return SQLITE_OK
}

private func tokenizerDelete(_: OpaquePointer?) {}

private func tokenizerForget(_ leksikon: UnsafeMutableRawPointer?) {
    guard let leksikon else { return }
    Unmanaged<Leksikon>.fromOpaque(leksikon).release()
}

private func tokenizerTokenize(
    _ handle: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ flags: Int32,
    _ text: UnsafePointer<CChar>?, _ count: Int32,
    _ callback: tv_token_callback?
) -> Int32 {
    guard let text, let callback, let handle, count > 0 else { return SQLITE_OK }
    let raw = UnsafeRawBufferPointer(start: text, count: Int(count))
    return raw.withMemoryRebound(to: UInt8.self) { bytes in
        var output = TokenOutput(context: context, callback: callback)
        if flags & FTS5_TOKENIZE_QUERY == 0 {
            let leksikon = Unmanaged<Leksikon>.fromOpaque(UnsafeRawPointer(handle))
            leksikon.takeUnretainedValue().withAnalyse { output.index(bytes, $0) }
        } else if Ordanalyse.Maerke.isMarked(bytes[0]) {
            output.give(bytes, 0..<bytes.count, isColocated: false)
        } else {
            Tokenizer.forEach(in: bytes) { output.give($0, $1, isColocated: false) }
        }
        return output.code
    }
}

/// Tokens on their way to FTS5.
private struct TokenOutput {
    let context: UnsafeMutableRawPointer?
    let callback: tv_token_callback
    var code = SQLITE_OK

    init(context: UnsafeMutableRawPointer?, callback: @escaping tv_token_callback) {
        self.context = context
        self.callback = callback
    }

    /// True when FTS5 wants more.
    @discardableResult mutating func give(
        _ token: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isColocated: Bool
    ) -> Bool {
        code = token.withMemoryRebound(to: CChar.self) { token in
            callback(
                context, isColocated ? FTS5_TOKEN_COLOCATED : 0, token.baseAddress,
                Int32(token.count), Int32(range.lowerBound), Int32(range.upperBound))
        }
        return code == SQLITE_OK
    }

    private mutating func give(_ form: [UInt8], _ range: Range<Int>) {
        form.withUnsafeBufferPointer { _ = give($0, range, isColocated: true) }
    }

    /// The words of a text, each with its forms.
    mutating func index(_ text: UnsafeBufferPointer<UInt8>, _ analyse: Ordanalyse) {
        var tal = Talformer(udenBogstav: true)
        var bindestreg = Bindestreg()
        Tokenizer.forEach(in: text, medSkel: true) { token, range in
            guard give(token, range, isColocated: false) else { return false }
            if let form = tal.form(token, range, in: text) {
                give([Ordanalyse.Maerke.tal] + form, range)
            }
            bindestreg.add(token, range, in: text)
            if bindestreg.antal > 1 { bindestreg.former.forEach { give($0, range) } }
            let raw = UnsafeBufferPointer(rebasing: text[range])
            analyse.forEachForm(of: raw, token) { give($0, range, isColocated: true) }
            return code == SQLITE_OK
        }
    }
}
