import LedgerStore
import Synchronization
import Ticketing
import Wire

@testable import Payment

/// The sandbox, telling each change of its charges.
final class ChaosSandbox: ChaosProvider {
    private let stage: Stage
    private let told = Mutex<[PaymentID: SandboxChargeState]>([:])

    init(stage: Stage) {
        self.stage = stage
    }

    var provider: any PaymentProvider { stage.sandbox }

    func token(of card: ChaosScript.Card) -> String {
        switch card {
        case .good, .lostReply: SandboxToken.succeed.rawValue
        case .declined: SandboxToken.decline.rawValue
        case .approvedAtBank, .declinedAtBank, .leftAtBank: SandboxToken.requiresAction.rawValue
        }
    }

    func messages(about payments: [PaymentID]) async throws -> [ChaosMessage] {
        var messages: [ChaosMessage] = []
        for payment in payments {
            guard let state = try await stage.book.status(of: payment)?.state,
                told.withLock({ $0.updateValue(state, forKey: payment) }) != state
            else { continue }
            messages.append(ChaosMessage(payment: payment, body: try body("payment.\(state.rawValue)", payment)))
        }
        return messages
    }

    func decide(_ payment: PaymentID, isApproved: Bool) async throws {
        _ = try await stage.sandbox.authorize(payment, isApproved: isApproved)
    }

    func claim(of payment: PaymentID) throws -> [UInt8] {
        try body("payment.succeeded", payment)
    }

    func signature(of body: [UInt8], at seconds: Int64, isForged: Bool) -> String {
        let stranger = WebhookSignature(
            keys: [WebhookSignature.Key(id: "test", secret: [UInt8](repeating: 9, count: 32))])
        return (isForged ? stranger : stage.signature).sign(
            body, at: Timestamp(unixMicroseconds: seconds * 1_000_000))
    }

    func kept(of payment: PaymentID) async throws -> Int64 {
        try await stage.book.lines(after: PaymentID(high: payment.high, low: payment.low &- 1), limit: 1)
            .first { $0.paymentID == payment }?.keptMinor ?? 0
    }

    private func body(_ type: String, _ payment: PaymentID) throws -> [UInt8] {
        try WireJSON.encode(SandboxMessage(id: "m-\(payment)-\(type)", type: type, paymentId: payment))
    }
}
