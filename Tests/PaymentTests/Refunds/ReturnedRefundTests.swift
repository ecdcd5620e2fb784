import LedgerStore
import ProviderStandIns
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A refund whose money comes back` {
    private static let price: Int64 = 50_000
    private static let fee: Int64 = 2_000

    /// Two seats that were bought and given back; the first is somebody else's since.
    private func returned(
        _ stage: Stage, _ standIn: StripeStandIn
    ) async throws -> (sale: Sale, customer: CustomerID, order: OrderResource, refund: RefundResource) {
        let (sale, customer, order) = try await stage.orderOfSomebody([0, 1])
        _ = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa")
        let refund = try await stage.refund(order.orderId, of: customer, as: .operator).refund
        try await stage.makeRefunds()
        #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.made])
        let next = try await stage.makeCustomer()
        let sold = try await stage.order([0], of: next, in: sale)
        _ = try await stage.pay(sold.orderId, of: next, by: "pm_card_visa")
        _ = await standIn.takeEvents()
        await standIn.returnRefunds()
        let statuses = try await stage.receive(await standIn.takeEvents(), of: standIn)
        #expect(Set(statuses) == [204])
        return (sale, customer, order, refund)
    }

    private func messages(_ stage: Stage) async throws -> Int {
        try await stage.column("SELECT kind FROM message WHERE kind = 'refund_made'").count
    }

    @Test func `is owed again, and nothing but the money changes`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (sale, customer, order, refund) = try await returned(stage, standIn)

            let now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .refunded && now.refunds.map(\.state) == [.refused])
            #expect(now.refunds.map(\.madeAt) == [nil])
            #expect(now.tickets.map(\.state) == [.refunded, .refunded])
            #expect(now.payments.map(\.state) == [.succeeded])
            #expect(try await stage.seatStates([0, 1], in: sale) == ["2", "0"])
            #expect(try await stage.balance("refunds") == 2 * Self.price)
            #expect(try await stage.balance("provider_clearing") == 3 * (Self.price + Self.fee))
            let listed = try await stage.refunds.refused(after: nil, limit: 10)
            #expect(listed.map(\.refundId) == [refund.refundId])
            #expect(listed.map(\.refusalCode) == ["lost_or_stolen_card"])
            #expect(try await messages(stage) == 1)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `is made by another key when it is tried again, and counted once`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (sale, customer, order, refund) = try await returned(stage, standIn)
            let sequence = try await stage.ledger("SELECT sequence FROM performance")

            #expect(try await stage.refunds.retry(refund.refundId) == 1)
            try await stage.makeRefunds()

            let now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .refunded && now.refunds.map(\.state) == [.made])
            #expect(now.refunded.amountMinor == 2 * Self.price)
            #expect(try await stage.ledger("SELECT sequence FROM performance") == sequence)
            #expect(try await stage.seatStates([0, 1], in: sale) == ["2", "0"])
            #expect(try await stage.balance("refunds") == 0)
            let payment = try #require(now.payments.first).paymentId
            #expect(await standIn.kept(of: "\(payment)") == 2 * Self.fee)
            #expect(try await messages(stage) == 1)
            #expect(try await stage.findings() == [])

            // What is said of the first key again is old, and of the second one it may come back as well.
            try await stage.receive(await standIn.takeEvents(), of: standIn)
            #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.made])
            await standIn.returnRefunds()
            try await stage.receive(await standIn.takeEvents(), of: standIn)
            #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.refused])
            #expect(try await stage.balance("refunds") == 2 * Self.price)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `of money that came late is owed again while its payment stays given back`() async throws {
        try await ProviderScene.withStripe { stage, standIn, _ in
            let (sale, customer, order) = try await stage.orderOfSomebody()
            standIn.faults.plan(.loseReply, at: "POST /v1/payment_intents/{id}/confirm")
            _ = try await stage.pay(order.orderId, of: customer, by: "pm_card_visa")
            try await stage.letHoldsLapse()
            _ = try await stage.hold([0], of: try await stage.makeCustomer(), in: sale)
            try await stage.reconcileEverything()
            #expect(try await stage.current(order).payments.map(\.state) == [.refunded])

            _ = await standIn.takeEvents()
            await standIn.returnRefunds()
            try await stage.receive(await standIn.takeEvents(), of: standIn)

            let now = try await stage.told(order.orderId, of: customer)
            #expect(now.payments.map(\.state) == [.refunded] && now.refunds.map(\.state) == [.refused])
            #expect(try await stage.balance("refunds") == Self.price + Self.fee)
            #expect(try await stage.refunds.retry(nil) == 1)
            try await stage.makeRefunds()
            #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.made])
            #expect(try await stage.balance("provider_clearing") == 0)
            #expect(try await messages(stage) == 1)
            #expect(try await stage.findings() == [])
        }
    }
}
