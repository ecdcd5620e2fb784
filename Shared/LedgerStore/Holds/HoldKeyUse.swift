/// What an idempotency key was used for before.
public enum HoldKeyUse: Sendable, Hashable {
    /// It made this hold, for the request of that fingerprint.
    case hold(MadeHold, fingerprint: [UInt8])
    /// It belongs to a call that is no hold.
    case another
}
