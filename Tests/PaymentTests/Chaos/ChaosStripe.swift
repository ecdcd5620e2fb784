import ProviderStandIns
import Ticketing
import Wire

@testable import Payment

/// Stripe's stand-in and its own messages.
struct ChaosStripe: ChaosProvider {
    let standIn: StripeStandIn
    let provider: any PaymentProvider

    func token(of card: ChaosScript.Card) -> String {
        switch card {
        case .good, .lostReply: "pm_card_visa"
        case .declined: "pm_card_visa_chargeDeclined"
        case .approvedAtBank, .declinedAtBank, .leftAtBank: "pm_card_threeDSecure2Required"
        }
    }

    func messages(about payments: [PaymentID]) async throws -> [ChaosMessage] {
        await standIn.takeEvents(about: Set(payments.map(\.description))).compactMap { event in
            event.payment.flatMap { PaymentID($0) }.map { ChaosMessage(payment: $0, body: event.body) }
        }
    }

    func decide(_ payment: PaymentID, isApproved: Bool) async throws {
        for intent in await standIn.intents(of: "\(payment)") {
            await standIn.authenticate(intent.id, isApproved: isApproved)
        }
    }

    func claim(of payment: PaymentID) throws -> [UInt8] {
        let claim =
            #"{"object":{"object":"payment_intent","status":"succeeded","metadata":{"payment_id":"\#(payment)"}}}"#
        return Array(#"{"id":"evt_1","object":"event","type":"payment_intent.succeeded","data":\#(claim)}"#.utf8)
    }

    func signature(of body: [UInt8], at seconds: Int64, isForged: Bool) -> String {
        isForged
            ? StripeStandIn.signature(of: body, at: seconds, by: "whsec_forged")
            : standIn.signature(of: body, at: seconds)
    }

    func kept(of payment: PaymentID) async throws -> Int64 {
        await standIn.kept(of: "\(payment)")
    }
}
