import Ticketing
import Wire

/// Stripe's calls, each by a key of ours where it changes something. Stripe keeps the answer to a key for a day, a fault
/// of its own as well, and says when it repeats one: then the call goes on by the next key, in an order that is the same
/// for everybody. An answer that is not Stripe's word on the matter
/// (a rival with the same key, too many requests, its own fault, something that is not JSON) throws.
struct StripeAPI: Sendable {
    /// What an answer said.
    enum Reply<Value: Sendable>: Sendable {
        case done(Value)
        case refused(StripeProblem)
    }

    /// Our ids in Stripe's metadata.
    static let paymentField = "payment_id"
    static let refundField = "refund_id"

    private let client: ProviderClient
    private let keys: ProviderKeys
    private let settings: StripeSettings

    init(client: ProviderClient, settings: StripeSettings) {
        self.client = client
        self.settings = settings
        keys = ProviderKeys(settings.secretKeys)
    }

    // MARK: PaymentMethods

    /// Reads a way to pay.
    func paymentMethod(
        _ id: String, deadline: ContinuousClock.Instant
    ) async throws(ProviderFailure) -> Reply<StripePaymentMethod> {
        try await get("/v1/payment_methods/\(id)", purpose: "reading a payment method", [], deadline: deadline)
    }

    // MARK: PaymentIntents

    /// Makes the intent of a payment, or finds the one that was made by the same key. No money moves.
    func makeIntent(
        of charge: ProviderCharge, deadline: ContinuousClock.Instant? = nil
    ) async throws(ProviderFailure) -> Reply<StripeIntent> {
        try await post(
            "/v1/payment_intents", purpose: "making an intent", key: "\(charge.paymentID)",
            [
                ("amount", "\(charge.amount.amountMinor)"), ("currency", charge.amount.currency.lowercased()),
                ("payment_method", charge.token), ("payment_method_types[]", "card"),
                ("metadata[\(Self.paymentField)]", "\(charge.paymentID)"),
                ("metadata[order_id]", "\(charge.orderID)"),
            ], deadline: deadline)
    }

    /// Tells Stripe to take the money, once for each payment.
    func confirm(
        _ intent: String, of charge: ProviderCharge, deadline: ContinuousClock.Instant? = nil
    ) async throws(ProviderFailure) -> Reply<StripeIntent> {
        let fields = settings.returnURL.map { [("return_url", "\($0)\(charge.paymentID)/return")] } ?? []
        return try await post(
            "/v1/payment_intents/\(intent)/confirm", purpose: "confirming an intent",
            key: "\(charge.paymentID)-confirm", fields, deadline: deadline)
    }

    /// Reads an intent.
    func intent(_ id: String) async throws(ProviderFailure) -> Reply<StripeIntent> {
        try await get("/v1/payment_intents/\(id)", purpose: "reading an intent", [])
    }

    /// Ends an intent; it can't be confirmed any more.
    func cancel(_ intent: String, of charge: ProviderCharge) async throws(ProviderFailure) -> Reply<StripeIntent> {
        try await post(
            "/v1/payment_intents/\(intent)/cancel", purpose: "ending an intent", key: "\(charge.paymentID)-cancel", [])
    }

    /// The intents of a payment, however long ago they were made; what is younger than some minutes may be missing.
    func search(for payment: PaymentID) async throws(ProviderFailure) -> Reply<StripeList<StripeIntent>> {
        try await get(
            "/v1/payment_intents/search", purpose: "looking for an intent",
            [("query", "metadata['\(Self.paymentField)']:'\(payment)'")])
    }

    // MARK: Refunds

    /// Gives money back, once for each refund.
    func makeRefund(_ refund: ProviderRefund, of intent: String) async throws(ProviderFailure) -> Reply<StripeRefund> {
        try await post(
            "/v1/refunds", purpose: "making a refund", key: "\(refund.refundID)",
            [
                ("payment_intent", intent), ("amount", "\(refund.amount.amountMinor)"),
                ("metadata[\(Self.refundField)]", "\(refund.refundID)"),
                ("metadata[\(Self.paymentField)]", "\(refund.charge.paymentID)"),
            ],
            // Stripe may have made it before its fault.
            beforeNextKey: { () async throws(ProviderFailure) in try await self.refund(refund.refundID, of: intent) })
    }

    /// The refund of ours among an intent's; nil when there is none.
    func refund(_ id: RefundID, of intent: String) async throws(ProviderFailure) -> StripeRefund? {
        var after: String?
        for _ in 0..<(settings.refundsMax / Self.pageItems) {
            var fields = [("payment_intent", intent), ("limit", "\(Self.pageItems)")]
            if let after { fields.append(("starting_after", after)) }
            let reply: Reply<StripeList<StripeRefund>> = try await get(
                "/v1/refunds", purpose: "reading refunds", fields)
            guard case .done(let page) = reply else { throw ProviderFailure("the refunds of an intent can't be read") }
            if let found = page.data.first(where: { $0.metadata?[Self.refundField] == id.description }) { return found }
            guard page.hasMore == true, let last = page.data.last else { return nil }
            after = last.id
        }
        throw ProviderFailure("a payment has more than \(settings.refundsMax) refunds")
    }

    // MARK: The book

    /// A page of the charges that were made since, the latest first.
    func charges(since start: Timestamp, after last: String?) async throws(ProviderFailure) -> StripeList<StripeCharge>
    {
        var fields = [
            ("limit", "\(Self.pageItems)"), ("created[gte]", "\(start.unixMicroseconds / 1_000_000)"),
        ]
        if let last { fields.append(("starting_after", last)) }
        let reply: Reply<StripeList<StripeCharge>> = try await get("/v1/charges", purpose: "reading charges", fields)
        guard case .done(let page) = reply else { throw ProviderFailure("the charges can't be read") }
        return page
    }

    private static let pageItems = 100

    // MARK: The wire

    private func get<Value: Decodable>(
        _ path: String, purpose: String, _ fields: [(String, String)], deadline: ContinuousClock.Instant? = nil
    ) async throws(ProviderFailure) -> Reply<Value> {
        let query = fields.isEmpty ? "" : "?" + FormEncoding.text(fields)
        let request = ProviderRequest(purpose: purpose, method: .get, url: settings.apiURL + path + query)
        return try meaning(of: try await send(request, deadline: deadline), to: request)
    }

    private static let keysMax = 5

    /// `beforeNextKey` looks whether a call that ended with a fault did its work all the same.
    private func post<Value: Decodable & Sendable>(
        _ path: String, purpose: String, key: String, _ fields: [(String, String)],
        deadline: ContinuousClock.Instant? = nil,
        beforeNextKey: () async throws(ProviderFailure) -> Value? = { () async throws(ProviderFailure) in nil }
    ) async throws(ProviderFailure) -> Reply<Value> {
        var request = ProviderRequest(purpose: purpose, method: .post, url: settings.apiURL + path)
        request.body = Array(FormEncoding.text(fields).utf8)
        var number = 1
        while true {
            request.headers = [
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Idempotency-Key", number == 1 ? key : "\(key)-\(number)"),
            ]
            let reply = try await send(request, deadline: deadline)
            guard reply.isRepeatedFault, number < Self.keysMax else { return try meaning(of: reply, to: request) }
            if let made = try await beforeNextKey() { return .done(made) }
            number += 1
        }
    }

    private func send(
        _ request: ProviderRequest, deadline: ContinuousClock.Instant?
    ) async throws(ProviderFailure) -> ProviderReply {
        try await keys.asking { key throws(ProviderFailure) in
            var request = request
            request.headers.append(("Authorization", "Bearer \(key)"))
            return try await client.send(request, deadline: deadline)
        }
    }

    private func meaning<Value: Decodable>(
        of reply: ProviderReply, to request: ProviderRequest
    ) throws(ProviderFailure) -> Reply<Value> {
        do {
            if reply.isSuccess { return .done(try WireJSON.decode(Value.self, from: reply.body)) }
            if reply.isRefusal {
                let problem = try WireJSON.decode(StripeProblem.Envelope.self, from: reply.body).error
                if !problem.isKeyMisuse { return .refused(problem) }
            }
        } catch {
            throw ProviderFailure("\(request.purpose): the answer with status \(reply.status) can't be read")
        }
        throw ProviderFailure("\(request.purpose): the status is \(reply.status)")
    }
}
