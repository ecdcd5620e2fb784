/// Why a token of a waiting room proves nothing.
public enum TokenRefusal: Error, Hashable, Sendable {
    /// It is no token, or one of another kind.
    case malformed
    /// None of the keys made it.
    case forged
    /// Its time is over.
    case expired
}
