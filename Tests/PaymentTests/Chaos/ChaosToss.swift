import ProviderStandIns
import Ticketing
import Wire

@testable import Payment

/// The stand-in for Toss Payments and its own messages. Whoever knows the word of the webhook's address may say
/// anything at any time: no message can be stale, and one that was changed is only what somebody says.
struct ChaosToss: ChaosProvider {
    private static let word = "new-token"
    private static let strangeWords = ["", "new-toke", "new-token ", "NEW-TOKEN", "older-token"]

    let standIn: TossStandIn
    let provider: any PaymentProvider

    /// The same for all: the card is chosen in Toss's window.
    func token(of buyer: ChaosScript.Buyer) -> String {
        TossProvider.token
    }

    /// All take money back at once: the stand-in has no others.
    func bank(of buyer: ChaosScript.Buyer) -> ChaosScript.Bank {
        .takes
    }

    func messages(about payments: [PaymentID]) async throws -> [ChaosMessage] {
        await standIn.takeEvents(about: Set(payments.map(\.description))).compactMap { ChaosMessage($0) }
    }

    /// Every buyer is in Toss's window, and no bank asks more: a card that the bank approves is a good one. Whoever is
    /// refused at the bank leaves the window; a card that is declined is refused when we confirm. The answer that is
    /// lost is the one that the window is open.
    func decide(_ payment: PaymentID, by card: ChaosScript.Card) async throws {
        switch card {
        case .good, .lostReply, .approvedAtBank: await standIn.decide("\(payment)", isApproved: true)
        case .declined: await standIn.decide("\(payment)", isApproved: true, isRejectedLater: true)
        case .declinedAtBank: await standIn.decide("\(payment)", isApproved: false)
        case .leftAtBank: break
        }
    }

    /// Nothing: no bank takes its time.
    func letBankAct(_ bank: ChaosScript.Bank, on payment: PaymentID) async {}

    func body(_ claim: ChaosClaim, about payment: PaymentID) throws -> [UInt8] {
        let data =
            switch claim {
            case .paid: #""status":"DONE""#
            case .givenBack: #""status":"CANCELED","cancels":[{"cancelStatus":"DONE"}]"#
            case .notGivenBack: #""status":"DONE","cancels":[{"cancelStatus":"ABORTED"}]"#
            }
        return Array(#"{"eventType":"PAYMENT_STATUS_CHANGED","data":{"orderId":"\#(payment)",\#(data)}}"#.utf8)
    }

    func proof(of body: [UInt8], at seconds: Int64) -> String {
        Self.word
    }

    /// By another word, or broken off.
    func attack(by body: [UInt8], at seconds: Int64, using random: inout ChaosRandom) -> ChaosAttack {
        if random.isOne(in: 3) { return ChaosAttack(body: Array(body.dropLast()), proof: Self.word, status: 400) }
        let word = Self.strangeWords.randomElement(using: &random) ?? ""
        return ChaosAttack(body: body, proof: word, status: 403)
    }

    func kept(of payment: PaymentID) async throws -> Int64 {
        await standIn.kept(of: "\(payment)")
    }
}
