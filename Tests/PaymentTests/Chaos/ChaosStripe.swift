import ProviderStandIns
import Ticketing
import Wire

@testable import Payment

/// Stripe's stand-in and its own messages.
struct ChaosStripe: ChaosSigner {
    let standIn: StripeStandIn
    let provider: any PaymentProvider

    func token(of buyer: ChaosScript.Buyer) -> String {
        switch buyer.card {
        case .good, .lostReply:
            switch bank(of: buyer) {
            case .takes, .sendsBack: "pm_card_visa"
            case .takesLater: "pm_card_pendingRefund"
            case .refuses: "pm_card_refundFail"
            }
        case .declined: "pm_card_visa_chargeDeclined"
        case .approvedAtBank, .declinedAtBank, .leftAtBank: "pm_card_threeDSecure2Required"
        }
    }

    /// Any; but the card that has the buyer asked at the bank neither refuses refunds nor takes its time.
    func bank(of buyer: ChaosScript.Buyer) -> ChaosScript.Bank {
        switch buyer.card {
        case .good, .lostReply, .declined: buyer.bank
        case .approvedAtBank, .declinedAtBank, .leftAtBank: buyer.bank == .sendsBack ? .sendsBack : .takes
        }
    }

    func messages(about payments: [PaymentID]) async throws -> [ChaosMessage] {
        await standIn.takeEvents(about: Set(payments.map(\.description))).compactMap { ChaosMessage($0) }
    }

    func decide(_ payment: PaymentID, by card: ChaosScript.Card) async throws {
        guard card == .approvedAtBank || card == .declinedAtBank else { return }
        for intent in await standIn.intents(of: "\(payment)") {
            await standIn.authenticate(intent.id, isApproved: card == .approvedAtBank)
        }
    }

    func letBankAct(_ bank: ChaosScript.Bank, on payment: PaymentID) async {
        switch bank {
        case .takesLater: await standIn.finishRefunds(of: "\(payment)")
        case .sendsBack: await standIn.returnRefunds(of: "\(payment)")
        case .takes, .refuses: break
        }
    }

    func body(_ claim: ChaosClaim, about payment: PaymentID) throws -> [UInt8] {
        let words: (type: String, object: String, status: String) =
            switch claim {
            case .paid: ("payment_intent.succeeded", "payment_intent", "succeeded")
            case .givenBack: ("charge.refunded", "charge", "succeeded")
            case .notGivenBack: ("refund.failed", "refund", "failed")
            }
        let subject =
            #"{"object":"\#(words.object)","status":"\#(words.status)","metadata":{"payment_id":"\#(payment)"}}"#
        return Array(#"{"id":"evt_1","object":"event","type":"\#(words.type)","data":{"object":\#(subject)}}"#.utf8)
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
