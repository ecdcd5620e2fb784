import Foundation
import Wire

/// What the stand-in holds as Stripe does: intents, refunds, keys, and events that are still to be told.
struct StripeBook: Sendable {
    private(set) var intents: [String: StripeIntentObject] = [:]
    private(set) var refunds: [StripeRefundObject] = []
    private(set) var events: [StandInEvent] = []
    private var keys = StandInKeys()
    private var count = 0
    /// Where the buyer's bank is: the stand-in's own address.
    var bankURL = ""

    private static let answered = 200

    // MARK: Calls

    /// A call that changes something, once for each key.
    mutating func post(
        _ route: String, _ request: StandInRequest, doing work: (inout StripeBook) -> StandInAnswer
    ) -> StandInAnswer {
        var keys = keys
        let misused = Self.refusal(
            400,
            .init(
                type: "idempotency_error",
                message: "Keys for idempotent requests can only be used with the same parameters."))
        let answer = keys.answer(route, request, misused: misused) { work(&self) }
        self.keys = keys
        return answer
    }

    mutating func makeIntent(_ form: [String: String]) -> StandInAnswer {
        guard let amount = form["amount"].flatMap({ Int64($0) }), amount > 0, let currency = form["currency"] else {
            return Self.refusal(400, .init(code: "parameter_missing", param: "amount", message: "Missing amount."))
        }
        let card = form["payment_method"]
        if let card, StripeCard(rawValue: card) == nil {
            return Self.refusal(
                400,
                .init(code: "resource_missing", param: "payment_method", message: "No such PaymentMethod: '\(card)'"))
        }
        let intent = StripeIntentObject(
            id: newID("pi"), amount: amount, currency: currency, created: Self.now,
            status: card == nil ? "requires_payment_method" : "requires_confirmation", paymentMethod: card,
            metadata: Self.metadata(form))
        intents[intent.id] = intent
        tell("payment_intent.created", intent, of: intent.metadata)
        return Self.answer(intent)
    }

    mutating func confirm(_ id: String, _ form: [String: String]) -> StandInAnswer {
        guard var intent = intents[id] else { return Self.noSuchIntent(id) }
        guard intent.status == "requires_confirmation", let card = intent.paymentMethod.flatMap(StripeCard.init) else {
            return Self.unexpected(intent)
        }
        if card == .wantsAuthentication {
            guard let returnURL = form["return_url"] else {
                return Self.refusal(
                    400, .init(code: "parameter_missing", param: "return_url", message: "No return_url."))
            }
            intent.status = "requires_action"
            intent.nextAction = .init(redirectToUrl: .init(url: "\(bankURL)/3ds/\(id)", returnUrl: returnURL))
            intents[id] = intent
            tell("payment_intent.requires_action", intent, of: intent.metadata)
            return Self.answer(intent)
        }
        if let code = card.declineCode {
            fail(&intent, code: "card_declined", declineCode: code)
            return Self.refusal(
                402,
                .init(
                    type: "card_error", code: "card_declined", declineCode: code,
                    message: "Your card was declined.", paymentIntent: intent))
        }
        succeed(&intent)
        return Self.answer(intent)
    }

    mutating func cancel(_ id: String) -> StandInAnswer {
        guard var intent = intents[id] else { return Self.noSuchIntent(id) }
        let open = ["requires_payment_method", "requires_confirmation", "requires_action"]
        guard open.contains(intent.status) else { return Self.unexpected(intent) }
        intent.status = "canceled"
        intent.nextAction = nil
        intents[id] = intent
        tell("payment_intent.canceled", intent, of: intent.metadata)
        return Self.answer(intent)
    }

    func intent(_ id: String) -> StandInAnswer {
        intents[id].map { Self.answer($0) } ?? Self.noSuchIntent(id)
    }

    /// A test card's own PaymentMethod; those of one card have one fingerprint.
    func paymentMethod(_ id: String) -> StandInAnswer {
        guard StripeCard(rawValue: id) != nil else {
            return Self.refusal(404, .init(code: "resource_missing", message: "No such PaymentMethod: '\(id)'"))
        }
        return Self.answer(StripePaymentMethodObject(id: id, card: .init(fingerprint: "fingerprint-of-\(id)")))
    }

    /// The one form of search that somebody uses: `metadata['name']:'value'`.
    func search(_ query: String) -> StandInAnswer {
        guard let match = query.wholeMatch(of: /metadata\['(\w+)'\]:'([^']*)'/) else {
            return Self.refusal(400, .init(param: "query", message: "The query can't be read."))
        }
        let found = intents.values.filter { $0.metadata[String(match.1)] == String(match.2) }
        return Self.answer(StripeListObject(data: found.sorted { $0.id > $1.id }, hasMore: false))
    }

    mutating func makeRefund(_ form: [String: String]) -> StandInAnswer {
        let id = form["payment_intent"] ?? ""
        guard let intent = intents[id] else { return Self.noSuchIntent(id) }
        let left =
            intent.amountReceived
            - refunds.filter { $0.paymentIntent == id && $0.status != "failed" }.reduce(0) { $0 + $1.amount }
        let amount = form["amount"].flatMap { Int64($0) } ?? left
        if intent.status != "succeeded" || left == 0 {
            return Self.refusal(400, .init(code: "charge_already_refunded", message: "Nothing is left."))
        }
        guard amount > 0, amount <= left else {
            return Self.refusal(
                400, .init(param: "amount", message: "Refund amount is greater than unrefunded amount."))
        }
        let card = intent.paymentMethod.flatMap(StripeCard.init)
        let refund = StripeRefundObject(
            id: newID("re"), amount: amount, currency: intent.currency, created: Self.now, paymentIntent: id,
            status: card == .refundFails ? "failed" : card == .refundsLater ? "pending" : "succeeded",
            failureReason: card == .refundFails ? "expired_or_canceled_card" : nil, metadata: Self.metadata(form))
        refunds.append(refund)
        tell("refund.created", refund, of: refund.metadata)
        return Self.answer(refund)
    }

    /// The latest come first.
    func refunds(of intent: String, limit: Int, after: String?) -> StandInAnswer {
        var found = Array(refunds.filter { $0.paymentIntent == intent }.reversed())
        if let after, let place = found.firstIndex(where: { $0.id == after }) { found.removeFirst(place + 1) }
        return Self.answer(StripeListObject(data: Array(found.prefix(limit)), hasMore: found.count > limit))
    }

    /// A charge for each intent that succeeded, the latest first; it carries its intent's metadata.
    func charges(since start: Int64, limit: Int, after: String?) -> StandInAnswer {
        var found = intents.values.filter { $0.status == "succeeded" && $0.created >= start }.sorted { $0.id > $1.id }
            .map { intent in
                StripeChargeObject(
                    id: "ch_\(intent.id.dropFirst(3))", amount: intent.amount, amountCaptured: intent.amountReceived,
                    amountRefunded: refunds.filter { $0.paymentIntent == intent.id && $0.status != "failed" }
                        .reduce(0) { $0 + $1.amount },
                    currency: intent.currency, created: intent.created, paid: true, paymentIntent: intent.id,
                    metadata: intent.metadata)
            }
        if let after, let place = found.firstIndex(where: { $0.id == after }) { found.removeFirst(place + 1) }
        return Self.answer(StripeListObject(data: Array(found.prefix(limit)), hasMore: found.count > limit))
    }

    // MARK: What others do

    /// The buyer's word at the bank; where to go back to.
    mutating func authenticate(_ id: String, isApproved: Bool) -> String? {
        guard var intent = intents[id], intent.status == "requires_action",
            let back = intent.nextAction?.redirectToUrl.returnUrl
        else { return intents[id]?.nextAction?.redirectToUrl.returnUrl }
        intent.nextAction = nil
        if isApproved {
            succeed(&intent)
        } else {
            fail(&intent, code: "payment_intent_authentication_failure", declineCode: nil)
        }
        return "\(back)?payment_intent=\(id)"
    }

    /// Refunds that took their time are through; only those of a payment, or all.
    mutating func finishRefunds(of payment: String? = nil) {
        for index in refunds.indices where refunds[index].status == "pending" && refunds[index].isOne(of: payment) {
            refunds[index].status = "succeeded"
            tell("refund.updated", refunds[index], of: refunds[index].metadata)
        }
    }

    /// The cards' banks have nobody to give the money of refunds to, which were through already: it comes back. Only of
    /// a payment's, or of all.
    mutating func returnRefunds(of payment: String? = nil) {
        for index in refunds.indices where refunds[index].status == "succeeded" && refunds[index].isOne(of: payment) {
            refunds[index].status = "failed"
            refunds[index].failureReason = "lost_or_stolen_card"
            tell("charge.refund.updated", refunds[index], of: refunds[index].metadata)
            tell("refund.failed", refunds[index], of: refunds[index].metadata)
        }
    }

    /// As if a day had passed.
    mutating func forgetKeys() {
        keys.forget()
    }

    /// The events that nobody was told yet; only those about some payments, or all.
    mutating func takeEvents(about payments: Set<String>? = nil) -> [StandInEvent] {
        events.take(about: payments)
    }

    // MARK: Inside

    private mutating func succeed(_ intent: inout StripeIntentObject) {
        intent.status = "succeeded"
        intent.amountReceived = intent.amount
        intents[intent.id] = intent
        tell("payment_intent.succeeded", intent, of: intent.metadata)
    }

    private mutating func fail(_ intent: inout StripeIntentObject, code: String, declineCode: String?) {
        intent.status = "requires_payment_method"
        intent.lastPaymentError = .init(code: code, declineCode: declineCode, message: "It did not go through.")
        intent.paymentMethod = nil
        intents[intent.id] = intent
        tell("payment_intent.payment_failed", intent, of: intent.metadata)
    }

    private mutating func tell(
        _ type: String, _ subject: some Codable & Hashable & Sendable, of metadata: [String: String]
    ) {
        let event = StripeEventObject(
            id: newID("evt"), created: Self.now, type: type, data: .init(object: subject))
        guard let body = try? WireJSON.encode(event) else { return }
        events.append(StandInEvent(type: type, payment: metadata["payment_id"], body: body))
    }

    private mutating func newID(_ prefix: String) -> String {
        count += 1
        return "\(prefix)_standin\(String(count + 1_000_000).dropFirst())"
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    private static func metadata(_ form: [String: String]) -> [String: String] {
        form.reduce(into: [:]) { metadata, field in
            if let match = field.key.wholeMatch(of: /metadata\[(\w+)\]/) { metadata[String(match.1)] = field.value }
        }
    }

    private static func answer(_ value: some Encodable) -> StandInAnswer {
        StandInAnswer(status: answered, body: (try? WireJSON.encode(value)) ?? [])
    }

    private static func refusal(_ status: Int, _ details: StripeErrorObject.Details) -> StandInAnswer {
        StandInAnswer(status: status, body: (try? WireJSON.encode(StripeErrorObject(error: details))) ?? [])
    }

    private static func noSuchIntent(_ id: String) -> StandInAnswer {
        refusal(404, .init(code: "resource_missing", message: "No such payment_intent: '\(id)'"))
    }

    private static func unexpected(_ intent: StripeIntentObject) -> StandInAnswer {
        refusal(
            400,
            .init(
                code: "payment_intent_unexpected_state", message: "The intent's status is \(intent.status).",
                paymentIntent: intent))
    }
}
