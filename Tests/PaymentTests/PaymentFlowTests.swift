import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `Paying an order` {
    @Test func `gives the seats, the tickets and the postings`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([3, 1, 2], of: customer, in: sale)
            #expect(order.state == .pending)
            #expect(order.total == Money(amountMinor: 156_000, currency: "KRW"))

            let answer = try await stage.pay(order.orderId, of: customer)

            #expect(answer.status == 201)
            let paid = try answer.order
            #expect(paid.state == .paid)
            #expect(paid.tickets.map(\.seatIndex) == [1, 2, 3])
            #expect(paid.tickets.map(\.seatLabel) == ["Row A, seat 2", "Row A, seat 3", "Row A, seat 4"])
            #expect(Set(paid.tickets.map(\.code)).count == 3)
            #expect(paid.tickets.allSatisfy { TicketCode.canonical($0.code) == $0.code })
            #expect(paid.payments.map(\.state) == [.succeeded])
            #expect(try await stage.ledger("SELECT state, count(*) FROM seat WHERE state = 2 GROUP BY 1") == "2|3")
            let report = try await stage.audit()
            #expect(report.findings == [])
            #expect(report.balances.map(\.debitMinor).reduce(0, +) == 156_000)
            #expect(report.balances.map(\.creditMinor).reduce(0, +) == 156_000)
        }
    }

    @Test func `of nothing asks no provider and books no line`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([50, 51], of: customer, in: sale)

            let answer = try await stage.pay(order.orderId, of: customer, by: nil)

            #expect(answer.status == 201)
            #expect(try answer.order.tickets.count == 2)
            #expect(try await stage.ledger("SELECT count(*) FROM transfer") == "0")
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_charge") == "0")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `with a free seat and one that costs leaves the empty lines out`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.ledger("UPDATE price_level SET service_fee_minor = 0")
            let order = try await stage.order([0, 50], of: customer, in: sale)

            #expect(try await stage.pay(order.orderId, of: customer).status == 201)

            #expect(try await stage.ledger("SELECT kind, amount_minor FROM transfer") == "sale|50000")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `that costs something needs a way to pay`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)

            let answer = try await stage.pay(order.orderId, of: customer, by: nil)

            #expect(answer.status == 422)
            #expect(try answer.problem.fields == [FieldProblem(path: "payment_method", code: "missing")])
            #expect(try await stage.pay(order.orderId, of: customer).status == 201)
        }
    }

    @Test func `by an unknown card begins nothing`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)

            let answer = try await stage.pay(order.orderId, of: customer, by: "4242")

            #expect(answer.status == 422)
            #expect(try answer.problem.code == .invalidRequest)
            #expect(try await stage.ledger("SELECT count(*) FROM payment") == "0")
        }
    }

    @Test func `that was paid is refused`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer)

            let again = try await stage.pay(order.orderId, of: customer)

            #expect(try again.problem.code == .orderNotPayable)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `declined goes on with another card, and gives a minute more once`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0, 1], of: customer, in: sale)
            let moreTime = "SELECT DISTINCT s.held_until - h.expires_at FROM seat s JOIN hold h USING (hold_id)"

            let declined = try await stage.pay(order.orderId, of: customer, by: "sandbox_decline")
            #expect(declined.status == 402)
            #expect(try declined.problem.code == .paymentDeclined)
            #expect(try await stage.ledger(moreTime) == "00:01:00")

            #expect(try await stage.pay(order.orderId, of: customer, by: "sandbox_decline").status == 402)
            #expect(try await stage.ledger(moreTime) == "00:01:00")
            #expect(try await stage.current(order).payments.map(\.declineCode) == ["card_declined", "card_declined"])

            #expect(try await stage.pay(order.orderId, of: customer).status == 201)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `freezes its seats for the payment, and never shortens the hold`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(holdSeconds: 600, paymentSeconds: 60)
            let short = try await stage.makeSale(holdSeconds: 10, paymentSeconds: 300)
            let customer = try await stage.makeCustomer()
            let early = try await stage.order([0], of: customer, in: sale)
            let late = try await stage.order([0], of: customer, in: short)

            _ = try await stage.begin(early, of: customer, key: "one")
            _ = try await stage.begin(late, of: customer, key: "two")

            let deadline = """
                SELECT s.held_until = h.expires_at, s.held_until - h.expires_at > interval '289 seconds'
                FROM seat s JOIN hold h USING (hold_id) WHERE h.performance_id =
                """
            #expect(try await stage.ledger("\(deadline) '\(sale.performanceID)'") == "t|f")
            #expect(try await stage.ledger("\(deadline) '\(short.performanceID)'") == "f|t")
        }
    }

    @Test func `from two tabs charges it once`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)

            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<20 { group.addTask { try await stage.pay(order.orderId, of: customer) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(answers.count { $0.status == 201 } == 1)
            for refused in answers where refused.status != 201 {
                #expect([.paymentInProgress, .orderNotPayable].contains(try refused.problem.code))
            }
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_charge") == "1")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `by another customer's session finds nothing`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let owner = try await stage.makeCustomer()
            let other = try await stage.makeCustomer()
            let order = try await stage.order([0], of: owner, in: sale)

            #expect(try await stage.pay(order.orderId, of: other).status == 404)
            let question = OrderQuestion(orderId: order.orderId, customerId: other)
            #expect(try await stage.reader.order(question, requestID: nil).status == 404)

            let paid = try await stage.pay(order.orderId, of: owner).order
            let ticket = TicketQuestion(ticketId: paid.tickets[0].ticketId, customerId: other)
            #expect(try await stage.reader.ticket(ticket, requestID: nil).status == 404)
            let own = TicketQuestion(ticketId: paid.tickets[0].ticketId, customerId: owner)
            #expect(try await stage.reader.ticket(own, requestID: nil).status == 200)
        }
    }
}
