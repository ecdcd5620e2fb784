/// What the server sends on a connection with subscriptions.
enum RedisPush: Equatable {
    case subscribed(channel: String)
    case unsubscribed(channel: String)
    case message(channel: String, [UInt8])
    case pong

    /// `nil` for what does not belong on such a connection.
    init?(_ reply: RedisReply) {
        switch reply {
        case .text(let bytes) where bytes.elementsEqual("PONG".utf8): self = .pong
        case .array(let elements):
            guard case .text(let kindBytes)? = elements.first else { return nil }
            let kind = String(decoding: kindBytes, as: UTF8.self)
            if kind == "pong" {
                self = .pong
                return
            }
            guard elements.count == 3, case .text(let channelBytes) = elements[1] else { return nil }
            let channel = String(decoding: channelBytes, as: UTF8.self)
            switch (kind, elements[2]) {
            case ("message", .text(let payload)): self = .message(channel: channel, payload)
            case ("subscribe", .integer): self = .subscribed(channel: channel)
            case ("unsubscribe", .integer): self = .unsubscribed(channel: channel)
            default: return nil
            }
        case .text, .integer, .null, .error: return nil
        }
    }
}
