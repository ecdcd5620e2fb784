import LedgerStore
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Sales figures` {
    private func minutes(_ stage: Stage, _ sale: Sale) async throws -> [SalesMinuteResource] {
        try await stage.figures.minutes(
            of: sale.performanceID, currency: "KRW", from: Timestamp(unixMicroseconds: 0),
            until: Timestamp.now.advanced(bySeconds: 60), limit: 100)
    }

    @Test func `are exact however many count, and again after a replay`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 60)
            let customer = try await stage.makeCustomer()
            var orders: [OrderID] = []
            for seat in 0..<12 { orders.append(try await stage.paidOrder([SeatIndex(seat)], of: customer, in: sale)) }
            try await stage.tellRefund(of: orders[0], amount: 50_000)
            _ = try await stage.hold([40], of: customer, in: sale)

            for _ in 0..<2 {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            var counted = 0
                            while true {
                                let count = try await stage.figures.count(limit: 2)
                                if count == 0 { return counted }
                                counted += count
                            }
                        }
                    }
                    let counted = try await group.reduce(0, +)
                    #expect(counted == 13)
                }
                let minutes = try await minutes(stage, sale)
                #expect(minutes.reduce(0) { $0 + $1.orderCount } == 12)
                #expect(minutes.reduce(0) { $0 + $1.seatCount } == 12)
                #expect(minutes.reduce(0) { $0 + $1.gross.amountMinor } == 624_000)
                #expect(minutes.reduce(0) { $0 + $1.refunded.amountMinor } == 50_000)
                #expect(minutes.reduce(0) { $0 + $1.refundCount } == 1)
                #expect(minutes.reduce(0) { $0 + $1.holdCount } == 13)
                #expect(minutes.reduce(0) { $0 + $1.boughtCount } == 12)
                #expect(try await stage.messages.replay("figures", from: 1) == 13)
            }
        }
    }

    @Test func `are read page by page by their organizer, and by nobody else`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            try await stage.paidOrder([1, 2], of: customer, in: sale)
            try await stage.ledger(
                "UPDATE message SET created_at = created_at - interval '5 minutes' WHERE position < 3; "
                    + "UPDATE hold SET created_at = created_at - interval '5 minutes' WHERE cardinality(seat_indexes) = 1"
            )
            #expect(try await stage.figures.count(limit: 100) == 2)

            let reader = SalesReader(orders: stage.orders, figures: stage.figures, settings: .forTests)
            func page(of organizer: CustomerID, before: Timestamp? = nil, isAdmin: Bool = false) async throws -> Answer
            {
                try await reader.minutes(
                    SalesMinutesRequest(
                        sales: PerformanceSalesRequest(
                            performanceId: sale.performanceID, organizerId: organizer, isAdmin: isAdmin),
                        from: nil, to: before, limit: 1), requestID: nil)
            }
            let first = try WireJSON.decode(
                ListResource<SalesMinuteResource>.self, from: try await page(of: sale.organizerID).body?.bytes ?? [])
            #expect(first.items.map(\.seatCount) == [2] && first.items.map(\.boughtCount) == [1])
            let cursor = try #require(first.nextCursor.flatMap { Timestamp($0) })
            let second = try WireJSON.decode(
                ListResource<SalesMinuteResource>.self,
                from: try await page(of: customer, before: cursor, isAdmin: true).body?.bytes ?? [])
            #expect(second.items.map(\.seatCount) == [1] && second.nextCursor == nil)
            #expect(try await page(of: customer).problem.code == .notFound)
        }
    }

    @Test func `of a count that was cut off are as before it, and counted by the next`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.paidOrder([0], of: customer, in: sale)
            try await stage.ledger("BEGIN; SELECT sales_figures_count(10); ROLLBACK")
            #expect(try await stage.column("SELECT count(*) FROM sales_minute") == ["0"])
            #expect(try await stage.figures.count(limit: 10) == 1)
            #expect(try await minutes(stage, sale).map(\.orderCount) == [1])
        }
    }
}
