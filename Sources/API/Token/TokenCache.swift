/// Tokens whose signature has been checked, found again by all of their bytes.
///
/// Bounded both in number and in bytes; the token that has gone longest unasked for gives way
/// (clock algorithm). Finding costs one hash of the token; making room is constant on average.
struct TokenCache: Sendable {
    /// A token's bytes; hashed in one go, equal only when every byte is.
    struct Key: Hashable, Sendable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    private struct Slot {
        let key: Key
        let token: SignedClaims
        var isWanted = false
    }

    private let maxCount: Int
    private let maxBytes: Int
    private var index: [Key: Int] = [:]
    private var slots: [Slot] = []
    private var hand = 0
    private(set) var byteCount = 0

    init(maxCount: Int, maxBytes: Int) {
        self.maxCount = maxCount
        self.maxBytes = maxBytes
    }

    var count: Int { slots.count }

    mutating func token(for key: Key) -> SignedClaims? {
        guard let place = index[key] else { return nil }
        slots[place].isWanted = true
        return slots[place].token
    }

    mutating func insert(_ token: SignedClaims, for key: Key) {
        guard index[key] == nil, maxCount > 0, key.bytes.count <= maxBytes else { return }
        while slots.count >= maxCount || byteCount + key.bytes.count > maxBytes { evictOne() }
        index[key] = slots.count
        slots.append(Slot(key: key, token: token))
        byteCount += key.bytes.count
    }

    mutating func removeAll() {
        index = [:]
        slots = []
        hand = 0
        byteCount = 0
    }

    private mutating func evictOne() {
        while slots[hand].isWanted {
            slots[hand].isWanted = false
            hand = (hand + 1) % slots.count
        }
        let evicted = slots[hand]
        index[evicted.key] = nil
        byteCount -= evicted.key.bytes.count
        let last = slots.removeLast()
        if hand < slots.count {
            slots[hand] = last
            index[last.key] = hand
        }
        hand = slots.isEmpty ? 0 : (hand + 1) % slots.count
    }
}
