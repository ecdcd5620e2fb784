import Crypto
import HTTP2
import HTTPTypes
public import Logging

/// A provider that answers as Stripe documents it, keeps keys as Stripe does, and goes wrong when told to.
public actor StripeStandIn {
    /// The secret keys that it takes.
    public private(set) var secretKeys: [String]
    /// What goes wrong.
    public nonisolated let faults = StandInFaults()
    private let webhookSecret: String
    private var book = StripeBook()

    /// A stand-in that signs its webhooks with a secret.
    public init(secretKeys: [String] = ["sk_test_standin"], webhookSecret: String = "whsec_standin") {
        self.secretKeys = secretKeys
        self.webhookSecret = webhookSecret
    }

    // MARK: For tests

    /// Where the buyer's bank is, once the stand-in listens.
    public func listens(at address: String) { book.bankURL = address }
    /// Where it listens.
    public var address: String { book.bankURL }
    /// From now on it takes these keys.
    public func takeKeys(_ keys: [String]) { secretKeys = keys }
    /// The buyer's word at the bank; where to go back to.
    @discardableResult
    public func authenticate(_ intent: String, isApproved: Bool) -> String? {
        book.authenticate(intent, isApproved: isApproved)
    }
    /// Refunds that took their time are through; only those of a payment, or all.
    public func finishRefunds(of payment: String? = nil) { book.finishRefunds(of: payment) }
    /// Refunds that were through fail after all: their money comes back; only those of a payment, or all.
    public func returnRefunds(of payment: String? = nil) { book.returnRefunds(of: payment) }
    /// As if a day had passed.
    public func forgetKeys() { book.forgetKeys() }
    /// The messages that nobody was told yet; only those about some payments, or all.
    public func takeEvents(about payments: Set<String>? = nil) -> [StandInEvent] { book.takeEvents(about: payments) }
    /// Each intent's id and status, by the payment id in its metadata.
    public func intents(of payment: String) -> [(id: String, status: String)] {
        book.intents.values.filter { $0.metadata["payment_id"] == payment }.map { ($0.id, $0.status) }
    }
    /// What it has of a payment: taken less given back.
    public func kept(of payment: String) -> Int64 {
        book.intents.values.filter { $0.metadata["payment_id"] == payment }.reduce(0) { sum, intent in
            let back = book.refunds.filter { $0.paymentIntent == intent.id && $0.status != "failed" }
            return sum + intent.amountReceived - back.reduce(0) { $0 + $1.amount }
        }
    }
    /// How many refunds it made or began.
    public var refundCount: Int { book.refunds.count }

    /// The header that proves a message, signed at a time in seconds since 1970.
    public nonisolated func signature(of body: [UInt8], at seconds: Int64) -> String {
        Self.signature(of: body, at: seconds, by: webhookSecret)
    }

    /// The same, by any secret.
    public static func signature(of body: [UInt8], at seconds: Int64, by secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(seconds).".utf8) + body, using: SymmetricKey(data: Array(secret.utf8)))
        let digits = Array("0123456789abcdef".utf8)
        let text = String(decoding: code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        return "t=\(seconds),v1=\(text)"
    }

    // MARK: The wire

    /// A listener for it.
    public nonisolated func server(logger: Logger) -> StandInServer {
        StandInServer(routes: routes(), logger: logger)
    }

    private nonisolated func routes() -> RouteTable {
        var routes = RouteTable()
        add(.post, "/v1/payment_intents", to: &routes) { $0.makeIntent($1.form) }
        add(.get, "/v1/payment_intents/search", to: &routes) { $0.search($1.query["query"] ?? "") }
        add(.get, "/v1/payment_intents/{id}", to: &routes) { $0.intent($1.path["id"] ?? "") }
        add(.post, "/v1/payment_intents/{id}/confirm", to: &routes) { $0.confirm($1.path["id"] ?? "", $1.form) }
        add(.post, "/v1/payment_intents/{id}/cancel", to: &routes) { $0.cancel($1.path["id"] ?? "") }
        add(.get, "/v1/payment_methods/{id}", to: &routes) { $0.paymentMethod($1.path["id"] ?? "") }
        add(.post, "/v1/refunds", to: &routes) { $0.makeRefund($1.form) }
        add(.get, "/v1/refunds", to: &routes) {
            $0.refunds(
                of: $1.query["payment_intent"] ?? "", limit: Int($1.query["limit"] ?? "") ?? 10,
                after: $1.query["starting_after"])
        }
        add(.get, "/v1/charges", to: &routes) {
            $0.charges(
                since: Int64($1.query["created[gte]"] ?? "") ?? 0, limit: Int($1.query["limit"] ?? "") ?? 10,
                after: $1.query["starting_after"])
        }
        StripePages(standIn: self).register(in: &routes)
        return routes
    }

    private nonisolated func add(
        _ method: HTTPRequest.Method, _ template: String, to routes: inout RouteTable,
        _ call: @escaping @Sendable (inout StripeBook, StandInRequest) -> StandInAnswer
    ) {
        let route = "\(method.rawValue) \(template)"
        routes.on(
            method, template,
            faults.around(route) { [self] request in
                guard let read = await StandInRequest(request) else { return ServerResponse(status: .badRequest) }
                return await answer(route, read, isChange: method == .post, call).response
            })
    }

    private func answer(
        _ route: String, _ request: StandInRequest, isChange: Bool,
        _ call: @Sendable (inout StripeBook, StandInRequest) -> StandInAnswer
    ) -> StandInAnswer {
        guard secretKeys.contains(where: { request.credential == "Bearer \($0)" }) else {
            return StandInAnswer(status: 401, body: Array(#"{"error":{"type":"invalid_request_error"}}"#.utf8))
        }
        guard isChange else { return call(&book, request) }
        return book.post("\(route) \(request.path["id"] ?? "")", request) { call(&$0, request) }
    }
}
