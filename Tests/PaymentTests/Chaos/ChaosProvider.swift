import Ticketing
import Wire

@testable import Payment

/// A provider whose messages go through our hands: those that it has, and any that somebody might make up.
protocol ChaosProvider: Sendable {
    /// Ours, as the service has it.
    var provider: any PaymentProvider { get }

    /// The provider's word for a buyer's card.
    func token(of buyer: ChaosScript.Buyer) -> String

    /// What the bank of a buyer's card does with money that goes back, as near to the script as this provider has it.
    func bank(of buyer: ChaosScript.Buyer) -> ChaosScript.Bank

    /// The messages since the last time about these payments, in the order in which they happened.
    func messages(about payments: [PaymentID]) async throws -> [ChaosMessage]

    /// The word that the buyer of a card gives to the provider, where it waits for one.
    func decide(_ payment: PaymentID, by card: ChaosScript.Card) async throws

    /// What a bank does with a payment's refunds some time after the provider answered.
    func letBankAct(_ bank: ChaosScript.Bank, on payment: PaymentID) async

    /// A body that says something of a payment, whether it is so or not.
    func body(_ claim: ChaosClaim, about payment: PaymentID) throws -> [UInt8]

    /// What proves a body, at a time in seconds since 1970.
    func proof(of body: [UInt8], at seconds: Int64) -> String

    /// A body that proves nothing, at a time in seconds since 1970.
    func attack(by body: [UInt8], at seconds: Int64, using random: inout ChaosRandom) -> ChaosAttack

    /// What it has of a payment: taken less given back.
    func kept(of payment: PaymentID) async throws -> Int64
}
