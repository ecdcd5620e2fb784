import Crypto
import Foundation
import Ticketing
import Wire

/// Toss Payments.
///
/// Our payment id and the amount are fixed when the window is opened; the buyer agrees there (30 minutes), and the money
/// is taken only when we confirm (10 minutes), by the amount of our ledger, never by what the browser brings back.
/// Toss can't end a payment that waits. One that waits for the buyer may be ended here all the same: nobody confirms a
/// payment that has ended. One that waits for us may be confirmed by somebody slow at this moment: it stays open until
/// Toss lets it expire.
struct TossProvider: PaymentProvider {
    /// The way to pay: all else is chosen in Toss's window.
    static let token = "toss_window"
    /// The window is told no currency, and takes the amount for won.
    private static let currency = "KRW"

    let name = ProviderName.toss.rawValue
    let form = PaymentFormResource(provider: ProviderName.toss.rawValue)
    private let api: TossAPI
    private let webhookTokens: [String]

    init(client: ProviderClient, settings: TossSettings) {
        precondition(!settings.webhookTokens.isEmpty, "webhooks need a token")
        api = TossAPI(client: client, settings: settings)
        webhookTokens = settings.webhookTokens
    }

    func accepts(token: String) -> Bool {
        token == Self.token
    }

    // MARK: Payments

    func start(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws -> ProviderStatus {
        guard charge.amount.currency == Self.currency else { return .declined(code: "currency_not_supported") }
        switch try await api.open(charge, deadline: deadline) {
        case .done(let payment): return payment.meaning
        // It may be that our id was used already: then it is somewhere in its life.
        case .refused(let problem):
            let known = try await status(of: charge)
            return known == .notKnown ? .declined(code: problem.code.lowercased()) : known
        case .nowhere: throw ProviderFailure("a payment that was opened is not there")
        }
    }

    func status(of charge: ProviderCharge) async throws -> ProviderStatus {
        try await payment(of: charge)?.meaning ?? .notKnown
    }

    func take(_ charge: ProviderCharge) async throws -> ProviderStatus {
        guard let payment = try await payment(of: charge) else { return .notKnown }
        guard payment.meaning == .authorized else { return payment.meaning }
        switch try await api.confirm(payment.paymentKey, of: charge) {
        case .done(let confirmed): return confirmed.meaning
        // What a refusal means, the payment itself tells: taken by somebody before us, refused for good, or still open.
        case .refused, .nowhere: return try await status(of: charge)
        }
    }

    func cancel(_ charge: ProviderCharge) async throws -> ProviderStatus {
        switch try await status(of: charge) {
        case .notKnown, .requiresAction: .cancelled
        case .authorized: .processing
        case .processing: .processing
        case .succeeded(let reference): .succeeded(reference: reference)
        case .declined(let code): .declined(code: code)
        case .cancelled: .cancelled
        }
    }

    private func payment(of charge: ProviderCharge) async throws -> TossPayment? {
        switch try await api.payment(charge.paymentID) {
        case .done(let payment): return payment
        case .nowhere: return nil
        case .refused(let problem): throw ProviderFailure("a payment can't be read: \(problem.code)")
        }
    }

    // MARK: Refunds

    func refund(_ refund: ProviderRefund) async throws -> ProviderRefundStatus {
        guard let payment = try await payment(of: refund.charge) else {
            throw ProviderFailure("the charge to be given back can't be found")
        }
        let mark = TossAPI.mark(of: refund.refundID)
        if let made = payment.meaning(ofRefundMarked: mark) { return made }
        switch try await api.giveBack(refund, of: payment.paymentKey) {
        case .done(let now): return now.meaning(ofRefundMarked: mark) ?? .pending
        case .refused(let problem):
            let now = try await status(of: refund)
            return now == .notKnown ? .refused(code: problem.code.lowercased()) : now
        case .nowhere: throw ProviderFailure("the charge to be given back can't be found")
        }
    }

    func status(of refund: ProviderRefund) async throws -> ProviderRefundStatus {
        try await payment(of: refund.charge)?.meaning(ofRefundMarked: TossAPI.mark(of: refund.refundID)) ?? .notKnown
    }

    // MARK: Webhooks

    /// Toss signs no messages about payments: what proves them is the word in the address that only Toss was told.
    func verifyWebhook(body: [UInt8], signature token: String, at time: Timestamp) throws -> ProviderNotice? {
        let given = SHA256.hash(data: Array(token.utf8))
        // Digests are compared in a time that does not depend on where they differ.
        guard webhookTokens.contains(where: { SHA256.hash(data: Array($0.utf8)) == given }) else {
            throw WebhookRefusal.forged
        }
        guard let event = try? JSONDecoder().decode(TossEvent.self, from: Data(body)) else {
            throw WebhookRefusal.malformed
        }
        return event.notice
    }
}
