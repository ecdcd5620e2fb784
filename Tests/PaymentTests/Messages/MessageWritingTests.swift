import LedgerStore
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `What others are to be told` {
    @Test func `is written with the sale, once for each consumer that hears of it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.paidOrder([0, 1], of: customer, in: sale)

            #expect(
                try await stage.column(
                    "SELECT kind || ' ' || amount_minor || ' ' || currency || ' ' || seat_count FROM message "
                        + "WHERE order_id = '\(order)' ORDER BY position")
                    == ["order_paid 104000 KRW 2", "tickets_issued 104000 KRW 2"])
            #expect(
                try await stage.column(
                    "SELECT d.consumer || ' ' || m.kind FROM delivery d JOIN message m USING (position) ORDER BY 1")
                    == ["figures order_paid", "mail tickets_issued"])
            let message = try #require(try await stage.messages.message(at: 1))
            #expect(message.performanceID == sale.performanceID && message.orderID == order)
            #expect(message.subjectID == (try await stage.column("SELECT payment_id FROM payment")).first)
        }
    }

    @Test func `is written for a total of nothing too, and for nothing that was not sold`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let free = try await stage.order([55], of: customer, in: sale)
            _ = try await stage.pay(free.orderId, of: customer, by: nil)
            let declined = try await stage.order([3], of: customer, in: sale)
            _ = try await stage.pay(declined.orderId, of: customer, by: "sandbox_decline")
            _ = try await stage.pay(free.orderId, of: customer, by: nil)

            #expect(
                try await stage.column("SELECT kind || ' ' || order_id || ' ' || amount_minor FROM message ORDER BY 1")
                    == ["order_paid \(free.orderId) 0", "tickets_issued \(free.orderId) 0"])
        }
    }

    @Test func `is written once for money that came too late and went back`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let rival = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer).attempt)
            _ = try await stage.sandbox.start(
                ProviderCharge(attempt), deadline: .now + .seconds(5))
            try await stage.letHoldsLapse()
            try await stage.paidOrder([0], of: rival, in: sale)

            for _ in 0..<3 { try await stage.reconcileEverything() }

            #expect(
                try await stage.column(
                    "SELECT m.kind || ' ' || m.amount_minor || ' ' || (m.subject_id = r.refund_id) FROM message m "
                        + "JOIN refund r ON r.order_id = m.order_id WHERE m.order_id = '\(order.orderId)'")
                    == ["refund_made 52000 true"])
            // It was no sale, and so it is none that went back.
            while try await stage.figures.count(limit: 100) > 0 {}
            #expect(try await stage.column("SELECT sum(orders) || ' ' || sum(refunds) FROM sales_minute") == ["1 0"])
        }
    }

    @Test func `of a cancelled performance reaches its organizer and each order with a ticket that was good`()
        async throws
    {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let one = try await stage.paidOrder([0, 1], of: customer, in: sale)
            let other = try await stage.paidOrder([2], of: customer, in: sale)
            let refunded = try await stage.paidOrder([3], of: customer, in: sale)
            _ = try await stage.order([4], of: customer, in: sale)
            try await stage.ledger(
                "UPDATE ticket SET live = false, state = 'refunded' WHERE order_id = '\(refunded)'")

            _ = try await stage.cancel(sale)

            #expect(
                try await stage.column(
                    "SELECT coalesce(order_id::text, 'all') || ' ' || seat_count FROM message "
                        + "WHERE kind = 'performance_cancelled' ORDER BY position")
                    == [
                        "all 0", "\(min(one, other)) \(one < other ? 2 : 1)",
                        "\(max(one, other)) \(one < other ? 1 : 2)",
                    ])
            #expect(
                try await stage.column(
                    "SELECT count(*) FROM delivery d JOIN message m USING (position) "
                        + "WHERE m.kind = 'performance_cancelled' AND d.consumer = 'mail'") == ["2"])
        }
    }

    @Test func `is not lost to a consumer that is added while a sale is being written`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let name = WebhookEndpointName.name(of: WebhookEndpointID(at: .now))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for seat in 0..<6 {
                    group.addTask { _ = try await stage.paidOrder([SeatIndex(seat)], of: customer, in: sale) }
                }
                group.addTask {
                    let addition = try await stage.messages.addWebhook(
                        name, kinds: MessageKind.allCases, organizer: sale.organizerID, url: "https://example.org/")
                    #expect(addition == .added)
                }
                try await group.waitForAll()
            }
            // What was before comes by a replay; together everything, and nothing twice.
            _ = try await stage.messages.replay(name, from: 1)
            #expect(
                try await stage.column(
                    "SELECT count(*) || ' ' || count(DISTINCT position) FROM delivery WHERE consumer = '\(name)'")
                    == ["12 12"])
        }
    }

    @Test func `of one organizer's sale reaches no other organizer`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let otherSale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let name = WebhookEndpointName.name(of: WebhookEndpointID(at: .now))
            _ = try await stage.messages.addWebhook(
                name, kinds: [.orderPaid], organizer: otherSale.organizerID, url: "https://example.org/")
            try await stage.paidOrder([0], of: customer, in: sale)
            try await stage.paidOrder([0], of: customer, in: otherSale)
            _ = try await stage.messages.replay(name, from: 1)
            #expect(
                try await stage.column(
                    "SELECT m.performance_id FROM delivery d JOIN message m USING (position) WHERE consumer = '\(name)'"
                )
                    == ["\(otherSale.performanceID)"])
        }
    }
}
