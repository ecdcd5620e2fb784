/// How a sign-in ended.
public enum SignInAnswer: Codable, Hashable, Sendable {
    /// The credentials fit.
    case signedIn(CustomerResource)
    /// They don't; which of both is wrong is not told.
    case wrongCredentials
    /// Too many sign-ins are being checked; come back later.
    case overloaded(retryAfterSeconds: Int)
}
