import Crypto
import Foundation
import Shedding
import Ticketing
import Wire

/// How often one source, one account and one means of payment may ask; nil where there is no limit.
struct EdgeLimits: Sendable {
    var sources: RateLimiter?
    /// Sign-ins and sign-ups of one source: each costs as much as hundreds of other requests.
    var signIns: RateLimiter?
    var accounts: RateLimiter?
    var instruments: RateLimiter?

    /// Whether it matters from where a request comes.
    var limitsSources: Bool { sources != nil || signIns != nil }

    /// Counts a request; the seconds after which the source may ask again if it is one too many.
    func request(from source: UInt64, isSignIn: Bool) -> Int? {
        guard let seconds = sources?.take(source) ?? (isSignIn ? signIns?.take(source) : nil) else { return nil }
        return Self.spread(seconds)
    }

    /// Counts a customer's request; throws when it is one too many.
    func request(of customer: CustomerID) throws(EdgeRefusal) {
        guard let seconds = accounts?.take(customer) else { return }
        throw Self.refusal(seconds, "This account asks too often. Try again in a moment.")
    }

    /// Counts a payment by its means; throws when it is one too many. The means is known by a hash alone, which is kept
    /// nowhere else.
    func payment(by token: String) throws(EdgeRefusal) {
        guard let instruments else { return }
        guard let seconds = instruments.take(SHA256.hash(data: Data(token.utf8))) else { return }
        throw Self.refusal(seconds, "This means of payment was used too often. Try again later, or use another one.")
    }

    private static func refusal(_ seconds: Int, _ detail: String) -> EdgeRefusal {
        EdgeRefusal(Problem(.rateLimited, detail: detail).with { $0.retryAfterSeconds = spread(seconds) })
    }

    /// A second more for some: those who wait for the same instant need not come in the same one.
    private static func spread(_ seconds: Int) -> Int { seconds + Int.random(in: 0...1) }
}
