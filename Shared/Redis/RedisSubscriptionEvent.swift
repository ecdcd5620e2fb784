/// What a subscriber of a channel learns.
public enum RedisSubscriptionEvent: Sendable, Equatable {
    /// From here on messages arrive: what happened before is to be read elsewhere.
    case subscribed
    /// A message, in the order of the server.
    case message([UInt8])
    /// Messages may be missing from here on, until `subscribed` comes again: the connection was lost, or the
    /// subscriber was too slow.
    case interrupted
}
