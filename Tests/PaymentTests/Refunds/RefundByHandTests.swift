import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A refund that was given back by hand` {
    private static let price: Int64 = 50_000
    private static let fee: Int64 = 2_000
    private static let note = "by the dashboard, on Tuesday"

    /// Two seats whose refund the provider refuses.
    private func refused(
        _ stage: Stage
    ) async throws -> (sale: Sale, customer: CustomerID, order: OrderResource, refund: RefundResource) {
        let sale = try await stage.makeSale()
        let customer = try await stage.makeCustomer()
        let order = try await stage.boughtOrder([0, 1], of: customer, in: sale, by: "sandbox_refuse_refund")
        let refund = try await stage.refund(order.orderId, of: customer, as: .operator).refund
        try await stage.makeRefunds()
        #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.refused])
        return (sale, customer, order, refund)
    }

    private func desk(_ stage: Stage) -> RefundsByHand {
        RefundsByHand(door: stage.door, refunds: stage.refunds, books: [SandboxBook(store: stage.book)])
    }

    @Test func `is made once the provider's book shows it, and its note is kept`() async throws {
        try await Stage.with { stage in
            let (sale, customer, order, refund) = try await refused(stage)
            let (desk, id, payment) = (desk(stage), refund.refundId, order.payments[0].paymentId)
            let paid = 2 * (Self.price + Self.fee)
            #expect(
                try await desk.book(id, note: Self.note, isOutside: false)
                    == .notGivenBack(providerMinor: paid, clearingMinor: paid))
            #expect(try await stage.seatStates([0, 1], in: sale) == ["2", "2"])

            try await stage.sandboxBook(
                "INSERT INTO sandbox_refund (refund_id, payment_id, amount_minor) "
                    + "VALUES (gen_random_uuid(), '\(payment)', \(2 * Self.price))")
            #expect(
                try await desk.book(id, note: Self.note, isOutside: true)
                    == .givenBackThere(providerMinor: 2 * Self.fee, clearingMinor: paid))
            #expect(
                try await desk.book(id, note: Self.note, isOutside: false) == .book(.givenBack(note: Self.note)))
            #expect(try await desk.book(id, note: Self.note, isOutside: false) == .booked)
            #expect(try await desk.book(id, note: "another word", isOutside: false) == .made)

            // What the provider says of the refund that it refused is not about this.
            try await stage.givingBack.lookAfter(payment)
            let now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .refunded && now.refunds.map(\.state) == [.made])
            #expect(try await stage.seatStates([0, 1], in: sale) == ["0", "0"])
            #expect(try await stage.balance("refunds") == 0)
            #expect(try await stage.ledger("SELECT given_back_note FROM refund") == Self.note)
            #expect(try await stage.column("SELECT kind FROM message WHERE kind = 'refund_made'").count == 1)
            #expect(try await stage.refunds.refused(after: nil, limit: 10) == [])
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `past the provider leaves the provider's book as it is`() async throws {
        try await Stage.with { stage in
            let (sale, customer, order, refund) = try await refused(stage)
            #expect(
                try await desk(stage).book(refund.refundId, note: Self.note, isOutside: true)
                    == .book(.givenBackOutside(note: Self.note)))
            #expect(try await stage.told(order.orderId, of: customer).state == .refunded)
            #expect(try await stage.seatStates([0, 1], in: sale) == ["0", "0"])
            #expect(try await stage.balance("refunds") == 0)
            #expect(try await stage.balance("house_bank") == 2 * Self.price)
            #expect(try await stage.balance("provider_clearing") == 2 * (Self.price + Self.fee))
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `that nobody knows of is not booked`() async throws {
        try await Stage.with { stage in
            let outcome = try await desk(stage).book(RefundID(at: .now), note: Self.note, isOutside: false)
            #expect(outcome == .notFound)
        }
    }

    @Test func `is believed only by both books`() {
        func decision(
            _ state: RefundState, kept: Int64?, pending: Int64 = 0, note: String? = nil, isOutside: Bool = false
        ) -> RefundByHand {
            let now = Timestamp.now
            let refund = RefundInBooks(
                refundID: RefundID(at: now), state: state, amount: Money(amountMinor: 40, currency: "KRW"),
                paymentID: PaymentID(at: now), performanceID: PerformanceID(at: now), provider: "sandbox", paidAt: now,
                clearingMinor: 100, pendingMinor: pending, givenBackNote: note)
            return RefundByHand(of: refund, keptMinor: kept, note: "why", isOutside: isOutside)
        }
        #expect(decision(.refused, kept: 60) == .book(.givenBack(note: "why")))
        #expect(decision(.refused, kept: 0) == .book(.givenBack(note: "why")))
        #expect(decision(.refused, kept: 61) == .notGivenBack(providerMinor: 61, clearingMinor: 100))
        #expect(decision(.refused, kept: nil) == .notCharged)
        #expect(decision(.refused, kept: 60, pending: 1) == .onItsWay)
        #expect(decision(.pending, kept: 60) == .onItsWay)
        #expect(decision(.made, kept: 60) == .made)
        #expect(decision(.made, kept: 60, note: "another") == .made)
        #expect(decision(.made, kept: nil, note: "why") == .booked)
        #expect(decision(.refused, kept: 100, isOutside: true) == .book(.givenBackOutside(note: "why")))
        #expect(
            decision(.refused, kept: 60, isOutside: true) == .givenBackThere(providerMinor: 60, clearingMinor: 100))
        #expect(decision(.refused, kept: nil, isOutside: true) == .notCharged)
    }
}
