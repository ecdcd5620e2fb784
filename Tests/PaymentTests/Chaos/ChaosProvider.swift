import Ticketing
import Wire

@testable import Payment

/// A provider whose messages go through our hands: those that it has, and any that somebody might make up.
protocol ChaosProvider: Sendable {
    /// Ours, as the service has it.
    var provider: any PaymentProvider { get }

    /// The provider's word for a card.
    func token(of card: ChaosScript.Card) -> String

    /// The messages since the last time about these payments, in the order in which they happened.
    func messages(about payments: [PaymentID]) async throws -> [ChaosMessage]

    /// The buyer's word at the bank.
    func decide(_ payment: PaymentID, isApproved: Bool) async throws

    /// A body that says that a payment succeeded, whether it did or not.
    func claim(of payment: PaymentID) throws -> [UInt8]

    /// The header's value for a body, at a time in seconds since 1970, by the right secret or by a wrong one.
    func signature(of body: [UInt8], at seconds: Int64, isForged: Bool) -> String

    /// What it has of a payment: taken less given back.
    func kept(of payment: PaymentID) async throws -> Int64
}

/// One message of a provider.
struct ChaosMessage: Hashable, Sendable {
    let payment: PaymentID
    let body: [UInt8]
}
