import Contracts
import Ticketing
import Wire

extension RoundTrip {
    static func payments() throws -> [RoundTrip] {
        let order = OrderID(at: Samples.now)
        let page = CustomerListRequest(customerId: Samples.customer, limit: 20, cursor: "c")
        let firstPage = CustomerListRequest(customerId: Samples.customer, limit: 1)
        let payment = PaymentCommand(
            customerId: Samples.customer, orderId: order, idempotencyKey: "k", fingerprint: "00",
            paymentMethod: PaymentMethodRequest(type: "card", token: "sandbox_succeed"))
        var free = payment
        free.paymentMethod = nil
        return try [
            RoundTrip(
                .payments, "createOrder",
                sending: [
                    OrderCommand(
                        customerId: Samples.customer, idempotencyKey: "k", fingerprint: "00",
                        holdIds: [HoldID(at: Samples.now), HoldID(at: Samples.now)])
                ],
                answered: Samples.answers()
            ) { try await $0.payments("p").createOrder($1) },
            RoundTrip(
                .payments, "order", sending: [OrderQuestion(orderId: order, customerId: Samples.customer)],
                answered: Samples.answers()
            ) { try await $0.payments("p").order($1) },
            RoundTrip(.payments, "orders", sending: [page, firstPage], answered: Samples.answers()) {
                try await $0.payments("p").orders($1)
            },
            RoundTrip(.payments, "pay", sending: [payment, free], answered: Samples.answers()) {
                try await $0.payments("p").pay($1)
            },
            RoundTrip(
                .payments, "ticket",
                sending: [TicketQuestion(ticketId: TicketID(at: Samples.now), customerId: Samples.customer)],
                answered: Samples.answers()
            ) { try await $0.payments("p").ticket($1) },
            RoundTrip(
                .payments, "ticketProof",
                sending: [TicketQuestion(ticketId: TicketID(at: Samples.now), customerId: Samples.customer)],
                answered: Samples.answers()
            ) { try await $0.payments("p").ticketProof($1) },
            RoundTrip(
                .payments, "proofHead", sending: [ProofHeadRequest(performanceId: Samples.performance)],
                answered: Samples.answers()
            ) { try await $0.payments("p").proofHead($1) },
            RoundTrip(.payments, "proofKeys", sending: [ProofKeysRequest()], answered: Samples.answers()) {
                try await $0.payments("p").proofKeys($1)
            },
            RoundTrip(.payments, "tickets", sending: [page, firstPage], answered: Samples.answers()) {
                try await $0.payments("p").tickets($1)
            },
            RoundTrip(
                .payments, "checkIn",
                sending: [
                    CheckInCommand(
                        organizerId: Samples.customer, isAdmin: true, idempotencyKey: "k", fingerprint: "00",
                        ticketCode: Samples.text)
                ],
                answered: Samples.answers()
            ) { try await $0.payments("p").checkIn($1) },
            RoundTrip(
                .payments, "sales",
                sending: [
                    PerformanceSalesRequest(
                        performanceId: Samples.performance, organizerId: Samples.customer, isAdmin: false)
                ],
                answered: Samples.answers()
            ) { try await $0.payments("p").sales($1) },
            RoundTrip(
                .payments, "salesMinutes",
                sending: [
                    SalesMinutesRequest(
                        sales: PerformanceSalesRequest(
                            performanceId: Samples.performance, organizerId: Samples.customer, isAdmin: true),
                        from: Samples.now, to: nil, limit: 100)
                ],
                answered: Samples.answers()
            ) { try await $0.payments("p").salesMinutes($1) },
            RoundTrip(
                .payments, "webhook",
                sending: [WebhookCommand(provider: "sandbox", signature: "t=1,v1=00", body: "e30=")],
                answered: Samples.answers()
            ) { try await $0.payments("p").webhook($1) },
            RoundTrip(.payments, "paymentForm", sending: [PaymentFormQuestion()], answered: Samples.answers()) {
                try await $0.payments("p").paymentForm($1)
            },
            RoundTrip(
                .payments, "paymentReturn", sending: [PaymentReturnCommand(paymentId: PaymentID(at: Samples.now))],
                answered: Samples.answers()
            ) { try await $0.payments("p").paymentReturn($1) },
            RoundTrip(
                .payments, "authorizeSandbox",
                sending: [
                    SandboxAuthorizationCommand(paymentId: PaymentID(at: Samples.now), isApproved: true),
                    SandboxAuthorizationCommand(paymentId: PaymentID(at: Samples.now), isApproved: false),
                ],
                answered: Samples.answers()
            ) { try await $0.payments("p").authorizeSandbox($1) },
        ]
    }
}
