import Ledger
import LedgerStore
import Ticketing
import Wire

@testable import Payment

extension Stage {
    /// Lets customers refund by themselves until so long before the start; it is a day away.
    func offerRefunds(
        in sale: Sale, untilSeconds: Int? = 3_600, withFee: Bool = false,
        seats: RefundRuleResource.Seats = .available
    ) async throws {
        let rule = RefundRuleResource(
            selfServiceUntilSeconds: untilSeconds, includesServiceFee: withFee, refundedSeats: seats)
        let answer = try await refundDesk.change(
            RefundRuleCommand(sales: sale.question(of: sale.organizerID), rule: rule), requestID: nil)
        guard answer.status == 200 else { throw StageFailure("no rule: \(answer.text)") }
    }

    /// An order that was paid, whole.
    func boughtOrder(
        _ seats: [SeatIndex], of customer: CustomerID, in sale: Sale, by token: String? = "sandbox_succeed"
    ) async throws -> OrderResource {
        let order = try await order(seats, of: customer, in: sale)
        let answer = try await pay(order.orderId, of: customer, by: token)
        guard answer.status == 201 else { throw StageFailure("not paid: \(answer.text)") }
        return try answer.order
    }

    /// Asks for a refund.
    func refund(
        _ order: OrderID, _ tickets: [TicketID]? = nil, of asker: CustomerID, as role: RefundAsker = .customer,
        key: String? = nil, fingerprint: String = "03", reason: String? = nil
    ) async throws -> Answer {
        try await refundDesk.ask(
            RefundCommand(
                askerId: asker, asker: role, orderId: order,
                idempotencyKey: key ?? "refund-\(RefundID(at: .now))", fingerprint: fingerprint, ticketIds: tickets,
                reason: reason))
    }

    /// Cancels the performance.
    func cancel(
        _ sale: Sale, by asker: CustomerID? = nil, as role: RefundAsker = .organizer, key: String? = nil
    ) async throws -> Answer {
        try await refundDesk.cancel(
            CancellationCommand(
                askerId: asker ?? sale.organizerID, asker: role, performanceId: sale.performanceID,
                idempotencyKey: key ?? "cancel-\(RefundID(at: .now))", fingerprint: "04", reason: "The singer is ill"))
    }

    /// Looks after a cancelled performance until all is done.
    func finishCancellation(_ sale: Sale) async throws -> CancellationResource {
        for _ in 0..<50 {
            try await ledger("UPDATE cancellation SET claimed_until = '-infinity'")
            await cancellationWorker.pass()
            try await reconcileEverything()
            guard let now = try await cancellations.cancellation(sale.question(of: sale.organizerID)) else { break }
            if now.state == .finished { return now }
        }
        throw StageFailure("the cancellation does not finish")
    }

    /// The order as its customer reads it.
    func told(_ order: OrderID, of customer: CustomerID) async throws -> OrderResource {
        try await reader.order(OrderQuestion(orderId: order, customerId: customer), requestID: nil).order
    }

    /// Lets somebody in by a ticket.
    func checkIn(_ ticket: TicketResource, in sale: Sale) async throws -> Answer {
        try await reader.checkIn(
            CheckInCommand(
                organizerId: sale.organizerID, isAdmin: false, idempotencyKey: "gate-\(RefundID(at: .now))",
                fingerprint: "05", ticketCode: ticket.code), fingerprint: [5], requestID: nil)
    }

    /// An account's balance now, on its own side, over all owners.
    func balance(_ account: String) async throws -> Int64 {
        try await BooksStore(pool: pool).balances(at: .now.advanced(bySeconds: 60))
            .filter { $0.account.rawValue == account }.reduce(0) { $0 + $1.balance.amountMinor }
    }

    /// States of some seats, as the rows say.
    func seatStates(_ seats: [SeatIndex], in sale: Sale) async throws -> [String] {
        try await column(
            "SELECT state FROM seat WHERE performance_id = '\(sale.performanceID)' AND seat_index IN "
                + "(\(seats.map(String.init).joined(separator: ","))) ORDER BY seat_index")
    }
}

extension Sale {
    func question(of organizer: CustomerID) -> PerformanceSalesRequest {
        PerformanceSalesRequest(performanceId: performanceID, organizerId: organizer, isAdmin: false)
    }
}

extension Answer {
    /// The body as a refund.
    var refund: RefundResource {
        get throws { try WireJSON.decode(RefundResource.self, from: body?.bytes ?? []) }
    }

    /// The body as a cancellation.
    var cancellation: CancellationResource {
        get throws { try WireJSON.decode(CancellationResource.self, from: body?.bytes ?? []) }
    }
}
