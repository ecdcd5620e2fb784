import Contracts
import Ticketing
import Wire

extension RoundTrip {
    /// What goes back, and what the books tell.
    static func refunds() throws -> [RoundTrip] {
        let order = OrderID(at: Samples.now)
        let whole = RefundCommand(
            askerId: Samples.customer, asker: .customer, orderId: order, idempotencyKey: "k", fingerprint: "00",
            ticketIds: nil, reason: Samples.text)
        var single = whole
        single.ticketIds = [TicketID(at: Samples.now)]
        single.reason = nil
        let sales = PerformanceSalesRequest(
            performanceId: Samples.performance, organizerId: Samples.customer, isAdmin: false)
        let rule = RefundRuleResource(selfServiceUntilSeconds: 3_600, includesServiceFee: true, refundedSeats: .blocked)
        let never = RefundRuleResource(
            selfServiceUntilSeconds: nil, includesServiceFee: false, refundedSeats: .available)
        let cancellation = CancellationCommand(
            askerId: Samples.customer, asker: .organizer, performanceId: Samples.performance, idempotencyKey: "k",
            fingerprint: "00", reason: Samples.text)
        return try [
            RoundTrip(.payments, "refund", sending: [whole, single], answered: Samples.answers()) {
                try await $0.payments("p").refund($1)
            },
            RoundTrip(.payments, "cancelPerformance", sending: [cancellation], answered: Samples.answers()) {
                try await $0.payments("p").cancelPerformance($1)
            },
            RoundTrip(.payments, "cancellation", sending: [sales], answered: Samples.answers()) {
                try await $0.payments("p").cancellation($1)
            },
            RoundTrip(.payments, "refundRule", sending: [sales], answered: Samples.answers()) {
                try await $0.payments("p").refundRule($1)
            },
            RoundTrip(
                .payments, "changeRefundRule",
                sending: [RefundRuleCommand(sales: sales, rule: rule), RefundRuleCommand(sales: sales, rule: never)],
                answered: Samples.answers()
            ) { try await $0.payments("p").changeRefundRule($1) },
            RoundTrip(
                .payments, "receipt", sending: [OrderQuestion(orderId: order, customerId: Samples.customer)],
                answered: Samples.answers()
            ) { try await $0.payments("p").receipt($1) },
            RoundTrip(.payments, "statement", sending: [sales], answered: Samples.answers()) {
                try await $0.payments("p").statement($1)
            },
            RoundTrip(
                .payments, "statementPage",
                sending: [
                    StatementPageRequest(sales: sales),
                    StatementPageRequest(sales: sales, asOf: Samples.now, cursor: order),
                ],
                answered: Samples.answers()
            ) { try await $0.payments("p").statementPage($1) },
        ]
    }
}
