import LedgerStore
import Ticketing
import Wire

/// A provider for trying things out: its cards do what real ones do, and its book is as durable as a real one's.
struct SandboxProvider: PaymentProvider {
    /// How the sandbox behaves; each value with its default beside it.
    struct Settings: Sendable {
        /// How long after the caller gave up a late card is charged.
        var lateSeconds = 2.0
        /// How long it is away for a payment whose card finds it away.
        var outageSeconds = 10.0
        /// How late a very late webhook comes.
        var veryLateSeconds = 604_800.0
        /// The page on which the buyer gives the word; the payment's id is appended.
        var authorizePath = "/sandbox/authorize?payment_id="
    }

    let name = ProviderName.sandbox.rawValue
    let form = PaymentFormResource(provider: ProviderName.sandbox.rawValue)
    private let book: SandboxBookStore
    private let starts: SandboxStarts
    private let signature: WebhookSignature
    private let settings: Settings

    init(book: SandboxBookStore, signature: WebhookSignature, settings: Settings = Settings()) {
        self.book = book
        self.signature = signature
        self.settings = settings
        starts = SandboxStarts(book: book)
    }

    func accepts(token: String) -> Bool {
        SandboxToken(token: token) != nil
    }

    /// Each of the sandbox's cards is one card for everybody, unless the token names another: `sandbox_succeed:4242`.
    func instrument(of token: String, deadline: ContinuousClock.Instant) async throws -> String {
        SandboxToken.card(of: token)
    }

    func start(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws -> ProviderStatus {
        guard let token = SandboxToken(token: charge.token) else {
            throw ProviderFailure("the token is not one of the sandbox's")
        }
        if token == .outage, try await book.beginOutage(of: charge.paymentID, seconds: settings.outageSeconds) {
            throw SandboxFailure.away
        }
        let started = try await starts.start(
            SandboxChargeStart(
                paymentID: charge.paymentID, amount: charge.amount, token: token.rawValue, state: token.initialState,
                declineCode: token.declineCode,
                dueSeconds: token.initialState == .processing
                    ? seconds(until: deadline) + settings.lateSeconds : nil,
                webhooks: token.webhooks(veryLateSeconds: settings.veryLateSeconds)))
        guard !started.isMismatch else { throw ProviderFailure("the payment was started before with another amount") }
        switch token.reply {
        case .answer: return status(started, of: charge.paymentID)
        case .brokenConnection: throw ProviderFailure("the connection broke")
        case .silenceUntilDeadline:
            try await Task.sleep(until: deadline)
            throw ProviderFailure("no answer before the deadline")
        }
    }

    func status(of charge: ProviderCharge) async throws -> ProviderStatus {
        try await status(of: charge.paymentID)
    }

    func cancel(_ charge: ProviderCharge) async throws -> ProviderStatus {
        let state = try await book.cancel(charge.paymentID)
        if state == .cancelled { return .cancelled }
        return try await status(of: charge)
    }

    func refund(_ refund: ProviderRefund) async throws -> ProviderRefundStatus {
        Self.meaning(
            of: try await book.refund(
                refund.refundID, of: refund.charge.paymentID, amountMinor: refund.amount.amountMinor))
    }

    func status(of refund: ProviderRefund) async throws -> ProviderRefundStatus {
        let state = try await book.state(of: refund.refundID, of: refund.charge.paymentID)
        return state.map(Self.meaning) ?? .notKnown
    }

    func verifyWebhook(body: [UInt8], signature header: String, at time: Timestamp) throws -> ProviderNotice? {
        try signature.verify(header, of: body, at: time)
        guard let message = try? WireJSON.decode(SandboxMessage.self, from: body) else {
            throw WebhookRefusal.malformed
        }
        return ProviderNotice(paymentID: message.paymentId, event: message.type)
    }

    /// Takes the buyer's word on the sandbox's page; nil when there is no such charge.
    func authorize(_ payment: PaymentID, isApproved: Bool) async throws -> ProviderStatus? {
        guard try await book.authorize(payment, isApproved: isApproved) != nil else { return nil }
        return try await status(of: payment)
    }

    private func status(of payment: PaymentID) async throws -> ProviderStatus {
        guard let charge = try await book.status(of: payment) else { return .notKnown }
        return status(charge, of: payment)
    }

    private static func meaning(of state: SandboxRefundState) -> ProviderRefundStatus {
        switch state {
        case .made: .made
        case .refused(let code): .refused(code: code)
        }
    }

    private func status(_ charge: SandboxCharge, of payment: PaymentID) -> ProviderStatus {
        switch charge.state {
        case .processing: .processing
        case .requiresAction: .requiresAction(url: settings.authorizePath + payment.description, reference: nil)
        case .succeeded: .succeeded(reference: "sandbox-\(payment)")
        case .declined: .declined(code: charge.declineCode ?? "declined")
        case .cancelled: .cancelled
        }
    }

    private func seconds(until deadline: ContinuousClock.Instant) -> Double {
        let left = deadline - ContinuousClock.now
        return max(0, Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18)
    }
}
