import LedgerStore
import Synchronization
import Ticketing
import Wire

@testable import Payment

/// The sandbox, telling each change of its charges, and of what went back of them.
final class ChaosSandbox: ChaosSigner {
    private struct Told {
        let state: SandboxChargeState
        let refundedMinor: Int64
    }

    private let stage: Stage
    private let told = Mutex<[PaymentID: Told]>([:])

    init(stage: Stage) {
        self.stage = stage
    }

    var provider: any PaymentProvider { stage.sandbox }

    func token(of buyer: ChaosScript.Buyer) -> String {
        let token: SandboxToken =
            switch buyer.card {
            case .good, .lostReply: bank(of: buyer) == .refuses ? .refuseRefund : .succeed
            case .declined: .decline
            case .approvedAtBank, .declinedAtBank, .leftAtBank: .requiresAction
            }
        return token.rawValue
    }

    /// One card takes no refund, of which it tells nothing; all others take money back at once, for good.
    func bank(of buyer: ChaosScript.Buyer) -> ChaosScript.Bank {
        switch buyer.card {
        case .good, .lostReply: buyer.bank == .refuses ? .refuses : .takes
        case .declined, .approvedAtBank, .declinedAtBank, .leftAtBank: .takes
        }
    }

    func messages(about payments: [PaymentID]) async throws -> [ChaosMessage] {
        var messages: [ChaosMessage] = []
        for payment in payments {
            guard let state = try await stage.book.status(of: payment)?.state else { continue }
            let now = Told(state: state, refundedMinor: try await line(of: payment)?.refundedMinor ?? 0)
            let before = told.withLock { $0.updateValue(now, forKey: payment) }
            var types: [String] = []
            if before?.state != state { types.append("payment.\(state.rawValue)") }
            if now.refundedMinor > before?.refundedMinor ?? 0 { types.append("refund.made") }
            for type in types { messages.append(ChaosMessage(payment: payment, body: try body(type, payment))) }
        }
        return messages
    }

    func decide(_ payment: PaymentID, by card: ChaosScript.Card) async throws {
        guard card == .approvedAtBank || card == .declinedAtBank else { return }
        _ = try await stage.sandbox.authorize(payment, isApproved: card == .approvedAtBank)
    }

    /// Nothing: no bank takes its time.
    func letBankAct(_ bank: ChaosScript.Bank, on payment: PaymentID) async {}

    func body(_ claim: ChaosClaim, about payment: PaymentID) throws -> [UInt8] {
        switch claim {
        case .paid: try body("payment.succeeded", payment)
        case .givenBack: try body("refund.made", payment)
        case .notGivenBack: try body("refund.refused", payment)
        }
    }

    func signature(of body: [UInt8], at seconds: Int64, isForged: Bool) -> String {
        let stranger = WebhookSignature(
            keys: [WebhookSignature.Key(id: "test", secret: [UInt8](repeating: 9, count: 32))])
        return (isForged ? stranger : stage.signature).sign(
            body, at: Timestamp(unixMicroseconds: seconds * 1_000_000))
    }

    func kept(of payment: PaymentID) async throws -> Int64 {
        try await line(of: payment)?.keptMinor ?? 0
    }

    private func line(of payment: PaymentID) async throws -> SandboxBookLine? {
        try await stage.book.lines(after: PaymentID(high: payment.high, low: payment.low &- 1), limit: 1)
            .first { $0.paymentID == payment }
    }

    private func body(_ type: String, _ payment: PaymentID) throws -> [UInt8] {
        try WireJSON.encode(SandboxMessage(id: "m-\(payment)-\(type)", type: type, paymentId: payment))
    }
}
