import Foundation

/// A payment as Toss Payments has it on the wire, as far as somebody reads it.
struct TossPaymentObject: Codable, Hashable, Sendable {
    struct Checkout: Codable, Hashable, Sendable {
        var url: String
    }

    struct Failure: Codable, Hashable, Sendable {
        var code: String
        var message: String
    }

    struct Cancel: Codable, Hashable, Sendable {
        var transactionKey: String
        var cancelReason: String
        var cancelAmount: Int64
        var cancelStatus = "DONE"
    }

    var paymentKey: String
    var orderId: String
    var orderName: String
    var status = "READY"
    var currency = "KRW"
    var totalAmount: Int64
    var balanceAmount: Int64
    var checkout: Checkout
    var failure: Failure?
    var cancels: [Cancel]?
}

/// Money that was taken, or that went back.
struct TossTransactionObject: Codable, Hashable, Sendable {
    var mId = "standin"
    var transactionKey: String
    var paymentKey: String
    var orderId: String
    var method = "카드"
    var status: String
    var transactionAt: String
    var currency = "KRW"
    var amount: Int64
}

/// What the stand-in holds as Toss Payments does: payments, keys, and messages that are still to be told.
struct TossBook: Sendable {
    /// What happens when the merchant confirms.
    enum Card: String, CaseIterable, Sendable {
        case good
        /// The card's company says no.
        case rejected
    }

    private struct Window: Codable {
        let method: String
        let amount: Int64
        let orderId: String
        let orderName: String
        let successUrl: String
        let failUrl: String
    }

    private struct Confirmation: Codable {
        let paymentKey: String
        let orderId: String
        let amount: Int64
    }

    private struct Return: Codable {
        let cancelReason: String
        let cancelAmount: Int64?
    }

    private struct Event: Codable {
        let eventType: String
        let createdAt: String
        let data: TossPaymentObject
    }

    private(set) var payments: [String: TossPaymentObject] = [:]
    private(set) var transactions: [TossTransactionObject] = []
    private var windows: [String: Window] = [:]
    private var cards: [String: Card] = [:]
    private var events: [StandInEvent] = []
    private var keys = StandInKeys()
    private var count = 0
    /// Where Toss's window is: the stand-in's own address.
    var windowURL = ""

    // MARK: Calls

    /// A call that changes something, once for each key.
    mutating func post(
        _ route: String, _ request: StandInRequest, doing work: (inout TossBook) -> StandInAnswer
    ) -> StandInAnswer {
        var keys = keys
        let misused = Self.refusal(400, "INVALID_IDEMPOTENCY_KEY")
        let answer = keys.answer(route, request, misused: misused) { work(&self) }
        self.keys = keys
        return answer
    }

    mutating func open(_ body: [UInt8]) -> StandInAnswer {
        guard let window = try? JSONDecoder().decode(Window.self, from: Data(body)), window.amount > 0 else {
            return Self.refusal(400, "INVALID_REQUEST")
        }
        guard payments[window.orderId] == nil else { return Self.refusal(400, "DUPLICATED_ORDER_ID") }
        count += 1
        let key = "tosskey\(String(count + 1_000_000).dropFirst())"
        let payment = TossPaymentObject(
            paymentKey: key, orderId: window.orderId, orderName: window.orderName, totalAmount: window.amount,
            balanceAmount: window.amount, checkout: .init(url: "\(windowURL)/window/\(window.orderId)"))
        payments[window.orderId] = payment
        windows[window.orderId] = window
        return Self.answer(payment)
    }

    mutating func confirm(_ body: [UInt8]) -> StandInAnswer {
        guard let asked = try? JSONDecoder().decode(Confirmation.self, from: Data(body)) else {
            return Self.refusal(400, "INVALID_REQUEST")
        }
        guard var payment = payments[asked.orderId], payment.paymentKey == asked.paymentKey else {
            return Self.refusal(404, "NOT_FOUND_PAYMENT")
        }
        guard payment.status == "IN_PROGRESS" else {
            return payment.status == "READY" || payment.status == "EXPIRED"
                ? Self.refusal(404, "NOT_FOUND_PAYMENT_SESSION") : Self.refusal(400, "ALREADY_PROCESSED_PAYMENT")
        }
        guard payment.totalAmount == asked.amount else { return Self.refusal(400, "INVALID_REQUEST") }
        if cards[asked.orderId] == .rejected {
            payment.status = "ABORTED"
            payment.failure = .init(code: "REJECT_CARD_PAYMENT", message: "The card was refused.")
            change(payment)
            return Self.refusal(403, "REJECT_CARD_PAYMENT")
        }
        payment.status = "DONE"
        count += 1
        note("transaction\(count)", payment, amount: payment.totalAmount)
        change(payment)
        return Self.answer(payment)
    }

    func payment(ofOrder id: String) -> StandInAnswer {
        payments[id].map { Self.answer($0) } ?? Self.refusal(404, "NOT_FOUND_PAYMENT")
    }

    mutating func giveBack(_ key: String, _ body: [UInt8]) -> StandInAnswer {
        guard let asked = try? JSONDecoder().decode(Return.self, from: Data(body)) else {
            return Self.refusal(400, "INVALID_REQUEST")
        }
        guard var payment = payments.values.first(where: { $0.paymentKey == key }) else {
            return Self.refusal(404, "NOT_FOUND_PAYMENT")
        }
        guard ["DONE", "PARTIAL_CANCELED"].contains(payment.status) else {
            return payment.status == "CANCELED"
                ? Self.refusal(400, "ALREADY_CANCELED_PAYMENT") : Self.refusal(403, "NOT_CANCELABLE_PAYMENT")
        }
        let amount = asked.cancelAmount ?? payment.balanceAmount
        guard amount > 0, amount <= payment.balanceAmount else { return Self.refusal(403, "NOT_CANCELABLE_AMOUNT") }
        count += 1
        payment.balanceAmount -= amount
        payment.status = payment.balanceAmount == 0 ? "CANCELED" : "PARTIAL_CANCELED"
        payment.cancels =
            (payment.cancels ?? []) + [
                .init(transactionKey: "transaction\(count)", cancelReason: asked.cancelReason, cancelAmount: amount)
            ]
        note("transaction\(count)", payment, amount: amount)
        change(payment)
        return Self.answer(payment)
    }

    /// What was taken and given back between two times, in order; `2022-01-01T00:00:00` in Korea.
    func transactions(from start: String, to end: String, limit: Int, after: String?) -> StandInAnswer {
        guard start.count == 19, end.count == 19, start <= end, (1...5_000).contains(limit) else {
            return Self.refusal(400, "INVALID_REQUEST")
        }
        var found = transactions.filter { start <= $0.transactionAt.prefix(19) && $0.transactionAt.prefix(19) <= end }
        if let after, let place = found.firstIndex(where: { $0.transactionKey == after }) {
            found.removeFirst(place + 1)
        }
        return Self.answer(Array(found.prefix(limit)))
    }

    private mutating func note(_ key: String, _ payment: TossPaymentObject, amount: Int64) {
        let now = Date().addingTimeInterval(9 * 3_600).formatted(.iso8601).dropLast()
        transactions.append(
            TossTransactionObject(
                transactionKey: key, paymentKey: payment.paymentKey, orderId: payment.orderId, status: payment.status,
                transactionAt: "\(now)+09:00", amount: amount))
    }

    // MARK: What others do

    /// The buyer agrees in Toss's window, or goes away; where the browser goes next.
    mutating func decide(_ order: String, isApproved: Bool, card: Card) -> String? {
        guard var payment = payments[order], let window = windows[order] else { return nil }
        if payment.status == "READY" {
            cards[order] = card
            payment.status = isApproved ? "IN_PROGRESS" : "ABORTED"
            if !isApproved { payment.failure = .init(code: "PAY_PROCESS_CANCELED", message: "The buyer went away.") }
            change(payment)
        }
        return isApproved
            ? "\(window.successUrl)?paymentKey=\(payment.paymentKey)&orderId=\(order)&amount=\(payment.totalAmount)"
            : "\(window.failUrl)?code=PAY_PROCESS_CANCELED&orderId=\(order)"
    }

    /// As if the time to agree, or to confirm, had passed.
    mutating func expire(_ order: String) {
        guard var payment = payments[order], ["READY", "IN_PROGRESS"].contains(payment.status) else { return }
        payment.status = "EXPIRED"
        change(payment)
    }

    mutating func forgetKeys() {
        keys.forget()
    }

    /// The messages that nobody was told yet; only those about some payments, or all.
    mutating func takeEvents(about payments: Set<String>? = nil) -> [StandInEvent] {
        events.take(about: payments)
    }

    // MARK: Inside

    private mutating func change(_ payment: TossPaymentObject) {
        payments[payment.orderId] = payment
        let event = Event(eventType: "PAYMENT_STATUS_CHANGED", createdAt: "2026-01-01T00:00:00.000000", data: payment)
        if let body = try? JSONEncoder().encode(event) {
            events.append(StandInEvent(type: payment.status, payment: payment.orderId, body: Array(body)))
        }
    }

    private static func answer(_ value: some Encodable) -> StandInAnswer {
        StandInAnswer(status: 200, body: (try? Array(JSONEncoder().encode(value))) ?? [])
    }

    private static func refusal(_ status: Int, _ code: String) -> StandInAnswer {
        answer(TossPaymentObject.Failure(code: code, message: "It was refused.")).with(status: status)
    }
}

extension StandInAnswer {
    /// The same body with another status.
    func with(status: Int) -> StandInAnswer {
        StandInAnswer(status: status, body: body)
    }
}
