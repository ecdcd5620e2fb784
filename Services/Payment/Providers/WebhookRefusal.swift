/// Why a message is not taken for the provider's.
enum WebhookRefusal: Error, Hashable, Sendable {
    /// The signature is missing, unreadable or not made with a key of ours.
    case forged
    /// It is older, or newer, than the tolerance.
    case stale
    /// It is signed, but makes no sense.
    case malformed
}
