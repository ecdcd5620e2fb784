import Foundation
import Ticketing

/// The calls of Toss Payments, each by a key of ours where it changes something. An answer that is not Toss's word on
/// the matter (too many requests, its own fault, something that is not JSON) throws.
struct TossAPI: Sendable {
    /// What an answer said.
    enum Reply: Sendable {
        case done(TossPayment)
        case refused(TossProblem)
        /// Toss has no such payment.
        case nowhere
    }

    private let client: ProviderClient
    private let keys: ProviderKeys
    private let settings: TossSettings

    init(client: ProviderClient, settings: TossSettings) {
        self.client = client
        self.settings = settings
        keys = ProviderKeys(settings.secretKeys)
    }

    /// Makes a payment's window: our payment id and the amount are fixed from here on. No money moves.
    func open(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws(ProviderFailure) -> Reply {
        let address = "\(settings.returnURL)\(charge.paymentID)/return"
        return try await post(
            "/v1/payments", purpose: "opening a payment", key: "\(charge.paymentID)",
            Window(
                method: "CARD", amount: charge.amount.amountMinor, orderId: "\(charge.paymentID)",
                orderName: settings.orderName, successUrl: address, failUrl: address),
            deadline: deadline)
    }

    /// Takes the money that the buyer agreed to.
    func confirm(_ paymentKey: String, of charge: ProviderCharge) async throws(ProviderFailure) -> Reply {
        try await post(
            "/v1/payments/confirm", purpose: "confirming a payment", key: "\(charge.paymentID)-confirm",
            Confirmation(
                paymentKey: paymentKey, orderId: "\(charge.paymentID)", amount: charge.amount.amountMinor))
    }

    /// The payment of ours.
    func payment(_ id: PaymentID) async throws(ProviderFailure) -> Reply {
        try await reply(
            to: ProviderRequest(
                purpose: "reading a payment", method: .get, url: "\(settings.apiURL)/v1/payments/orders/\(id)"))
    }

    /// Gives back all, or a part.
    func giveBack(_ refund: ProviderRefund, of paymentKey: String) async throws(ProviderFailure) -> Reply {
        try await post(
            "/v1/payments/\(paymentKey)/cancel", purpose: "making a refund", key: "\(refund.refundID)",
            Return(cancelReason: Self.mark(of: refund.refundID), cancelAmount: refund.amount.amountMinor))
    }

    /// The most lines of a page of transactions.
    static let transactionsPageItems = 1_000

    /// A page of all that was taken and given back in a time, in order.
    func transactions(
        from start: Timestamp, to end: Timestamp, after last: String?
    ) async throws(ProviderFailure) -> [TossTransaction] {
        var fields = [
            ("startDate", Self.local(start)), ("endDate", Self.local(end)), ("limit", "\(Self.transactionsPageItems)"),
        ]
        if let last { fields.append(("startingAfter", last)) }
        let request = ProviderRequest(
            purpose: "reading transactions", method: .get,
            url: "\(settings.apiURL)/v1/transactions?" + FormEncoding.text(fields))
        let reply = try await answer(to: request, deadline: nil)
        guard reply.isSuccess else { throw ProviderFailure("\(request.purpose): the status is \(reply.status)") }
        do {
            return try JSONDecoder().decode([TossTransaction].self, from: Data(reply.body))
        } catch {
            throw ProviderFailure("\(request.purpose): the answer can't be read")
        }
    }

    /// Korea's time, without an offset, as Toss wants it: `2022-01-01T00:00:00`.
    private static func local(_ time: Timestamp) -> String {
        let seconds = Timestamp(unixMicroseconds: time.unixMicroseconds / 1_000_000 * 1_000_000)
        return String(seconds.advanced(bySeconds: 9 * 3_600).description.dropLast())
    }

    /// By what a refund of ours is found again among a payment's.
    static func mark(of refund: RefundID) -> String { "refund \(refund)" }

    // MARK: The wire

    private struct Window: Encodable {
        let method: String
        let amount: Int64
        let orderId: String
        let orderName: String
        let successUrl: String
        let failUrl: String
    }

    private struct Confirmation: Encodable {
        let paymentKey: String
        let orderId: String
        let amount: Int64
    }

    private struct Return: Encodable {
        let cancelReason: String
        let cancelAmount: Int64
    }

    private func post(
        _ path: String, purpose: String, key: String, _ body: some Encodable,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(ProviderFailure) -> Reply {
        // Its members are camelCase, unlike ours.
        guard let data = try? JSONEncoder().encode(body) else {
            throw ProviderFailure("\(purpose): the request can't be written")
        }
        var request = ProviderRequest(purpose: purpose, method: .post, url: settings.apiURL + path)
        request.headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)]
        request.body = Array(data)
        return try await reply(to: request, deadline: deadline)
    }

    private func reply(
        to request: ProviderRequest, deadline: ContinuousClock.Instant? = nil
    ) async throws(ProviderFailure) -> Reply {
        let reply = try await answer(to: request, deadline: deadline)
        do {
            let body = Data(reply.body)
            if reply.isSuccess { return .done(try JSONDecoder().decode(TossPayment.self, from: body)) }
            // A card that is refused is a 403 here.
            if reply.isRefusal || reply.status == 403 {
                let problem = try JSONDecoder().decode(TossProblem.self, from: body)
                if problem.code == "NOT_FOUND_PAYMENT" { return .nowhere }
                if !problem.isTemporary { return .refused(problem) }
            }
        } catch {
            throw ProviderFailure("\(request.purpose): the answer with status \(reply.status) can't be read")
        }
        throw ProviderFailure("\(request.purpose): the status is \(reply.status)")
    }

    private func answer(
        to request: ProviderRequest, deadline: ContinuousClock.Instant?
    ) async throws(ProviderFailure) -> ProviderReply {
        try await keys.asking { key throws(ProviderFailure) in
            var request = request
            request.headers.append(("Authorization", "Basic \(Data("\(key):".utf8).base64EncodedString())"))
            return try await client.send(request, deadline: deadline)
        }
    }
}
