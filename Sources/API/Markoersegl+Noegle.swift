import Query

extension Markoersegl {
    /// Seals with a key made now: markers live as long as the process does.
    ///
    /// The seal is HMAC-SHA-256 (RFC 2104), so that a changed marker is known as one.
    static func withFreshKey() -> Markoersegl {
        let key = SecureRandom.bytes(64)
        return Markoersegl(
            seal: { content in Base64.encodeURL(content + tag(content, key)) },
            open: { text in
                guard let sealed = Base64.decodeURL(text.utf8), sealed.count > 32 else {
                    return nil
                }
                let content = Array(sealed.dropLast(32))
                let given = sealed.suffix(32)
                let difference = zip(tag(content, key), given).reduce(UInt8(0)) {
                    $0 | ($1.0 ^ $1.1)
                }
                return difference == 0 ? content : nil
            })
    }

    private static func tag(_ content: [UInt8], _ key: [UInt8]) -> [UInt8] {
        let inner = SHA256.hash(key.map { $0 ^ 0x36 } + content)
        return SHA256.hash(key.map { $0 ^ 0x5C } + inner)
    }
}
