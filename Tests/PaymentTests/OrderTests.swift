import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Making an order` {
    @Test func `takes several holds of one performance, all or none`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let first = try #require(try await stage.hold([0, 1], of: customer, in: sale))
            let second = try #require(try await stage.hold([10], of: customer, in: sale))

            let answer = try await stage.createOrder([first, second], of: customer)

            #expect(answer.status == 201)
            let order = try answer.order
            #expect(Set(order.holdIds) == [first, second])
            #expect(order.total.amountMinor == 156_000)
            #expect(try await stage.pay(order.orderId, of: customer).order.tickets.map(\.seatIndex) == [0, 1, 10])
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `of a hold that is in one names it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let first = try #require(try await stage.hold([0], of: customer, in: sale))
            let second = try #require(try await stage.hold([1], of: customer, in: sale))
            let order = try await stage.createOrder([first], of: customer).order

            let refused = try await stage.createOrder([second, first], of: customer)

            #expect(refused.status == 409)
            #expect(try refused.problem.code == .orderExists)
            #expect(try refused.problem.orderId == order.orderId)
            #expect(try await stage.createOrder([second], of: customer).status == 201)
        }
    }

    @Test func `twice at once of one hold makes one order`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let hold = try #require(try await stage.hold([0], of: customer, in: sale))

            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<10 { group.addTask { try await stage.createOrder([hold], of: customer) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            let order = try #require(answers.first { $0.status == 201 }).order
            #expect(answers.count { $0.status == 201 } == 1)
            for refused in answers where refused.status != 201 {
                #expect(try refused.problem.orderId == order.orderId)
            }
        }
    }

    @Test func `of somebody else's hold finds nothing`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let owner = try await stage.makeCustomer()
            let other = try await stage.makeCustomer()
            let hers = try #require(try await stage.hold([0], of: owner, in: sale))
            let his = try #require(try await stage.hold([1], of: other, in: sale))

            #expect(try await stage.createOrder([hers], of: other).status == 404)
            #expect(try await stage.createOrder([his, hers], of: other).status == 404)
        }
    }

    @Test func `of holds of two performances is not valid`() async throws {
        try await Stage.with { stage in
            let customer = try await stage.makeCustomer()
            let one = try #require(try await stage.hold([0], of: customer, in: try await stage.makeSale()))
            let two = try #require(try await stage.hold([0], of: customer, in: try await stage.makeSale()))

            let refused = try await stage.createOrder([one, two], of: customer)

            #expect(refused.status == 422)
            #expect(try refused.problem.fields?.map(\.path) == ["hold_ids"])
        }
    }

    @Test func `without a hold, or with one twice, is not valid`() async throws {
        try await Stage.with { stage in
            let customer = try await stage.makeCustomer()
            let hold = HoldID(at: .now)
            #expect(try await stage.createOrder([], of: customer).problem.fields?.map(\.code) == ["missing"])
            #expect(
                try await stage.createOrder([hold, hold], of: customer).problem.fields?.map(\.code) == ["malformed"])
        }
    }

    @Test func `of a lapsed or released hold says so`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let released = try #require(try await stage.hold([0], of: customer, in: sale))
            let lapsed = try #require(try await stage.hold([1], of: customer, in: sale))
            _ = try await stage.door.release(released, of: customer, in: sale.performanceID)
            try await stage.letHoldsLapse()

            #expect(try await stage.createOrder([released], of: customer).problem.code == .holdReleased)
            #expect(try await stage.createOrder([lapsed], of: customer).problem.code == .holdExpired)
        }
    }

    @Test func `ends with its hold when nobody pays`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let lapsing = try await stage.order([0], of: customer, in: sale)
            let released = try await stage.order([1], of: customer, in: sale)
            _ = try await stage.door.release(released.holdIds[0], of: customer, in: sale.performanceID)
            try await stage.letHoldsLapse()
            _ = try await stage.door.expire(lapsing.holdIds[0], in: sale.performanceID)

            #expect(try await stage.current(lapsing).state == .expired)
            #expect(try await stage.current(released).state == .cancelled)
            #expect(try await stage.pay(lapsing.orderId, of: customer).problem.code == .holdExpired)
            #expect(try await stage.pay(released.orderId, of: customer).problem.code == .holdReleased)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `that its door forgot is ended by the worker`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            try await stage.ledger(
                """
                UPDATE hold SET state = 'expired', created_at = created_at - interval '1 hour',
                    expires_at = clock_timestamp() - interval '1 minute';
                UPDATE seat SET state = 0, hold_id = NULL, held_until = NULL
                """)
            let worker = LapsedOrdersWorker(
                orders: stage.orders, payments: stage.payments, door: stage.door,
                settings: LapsedOrdersWorker.Settings(), logger: testLogger)

            let servedUpTo = try await worker.pass(after: nil)

            #expect(servedUpTo != nil)
            #expect(try await stage.current(order).state == .expired)
        }
    }

    @Test func `is listed by pages, the latest first`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            var made: [OrderID] = []
            for seat in 0..<5 {
                made.append(try await stage.order([SeatIndex(seat)], of: customer, in: sale).orderId)
            }
            var listed: [OrderID] = []
            var cursor: String?
            repeat {
                let answer = try await stage.reader.orders(
                    CustomerListRequest(customerId: customer, limit: 2, cursor: cursor), requestID: nil)
                let page = try WireJSON.decode(ListResource<OrderResource>.self, from: answer.body?.bytes ?? [])
                listed += page.items.map(\.orderId)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(listed == made.reversed())
        }
    }
}
