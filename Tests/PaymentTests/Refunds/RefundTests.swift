import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A refund of tickets` {
    @Test func `takes them out of use at once, and frees their seats when the money is back`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([3, 4], of: customer, in: sale)

            let answer = try await stage.refund(order.orderId, [order.tickets[0].ticketId], of: customer)
            #expect(answer.status == 201)
            let refund = try answer.refund
            #expect(refund.state == .pending && refund.reason == .customer)
            #expect(refund.amount == Money(amountMinor: 50_000, currency: "KRW"))
            #expect(refund.ticketIds == [order.tickets[0].ticketId])
            var now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .paid)
            #expect(now.tickets.map(\.state) == [.refunding, .valid])
            #expect(now.refunds == [refund])
            #expect(try await stage.seatStates([3, 4], in: sale) == ["2", "2"])
            #expect(try await stage.checkIn(now.tickets[0], in: sale).problem.code == .ticketNotValid)
            #expect(try await stage.findings() == [])

            try await stage.makeRefunds()

            now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .partlyRefunded)
            #expect(now.refunded == refund.amount)
            #expect(now.tickets.map(\.state) == [.refunded, .valid])
            #expect(now.refunds.map(\.state) == [.made] && now.refunds[0].madeAt != nil)
            #expect(try await stage.seatStates([3, 4], in: sale) == ["0", "2"])
            #expect(try await stage.hold([3], of: try await stage.makeCustomer(), in: sale) != nil)
            #expect(try await stage.column("SELECT kind FROM message WHERE kind = 'refund_made'").count == 1)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `of a whole order gives back all that is left of it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale, withFee: true)
            let order = try await stage.boughtOrder([3, 4, 5], of: customer, in: sale)
            _ = try await stage.refund(order.orderId, [order.tickets[1].ticketId], of: customer)

            let rest = try await stage.refund(order.orderId, of: customer).refund
            #expect(rest.amount.amountMinor == 104_000)
            #expect(rest.ticketIds == [order.tickets[0].ticketId, order.tickets[2].ticketId])
            try await stage.makeRefunds()

            let now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .refunded && now.refunded == order.total && now.refundOffer == nil)
            for account in ["provider_clearing", "organizer_payable", "service_fee_revenue", "refunds"] {
                #expect(try await stage.balance(account) == 0, "\(account)")
            }
            #expect(try await stage.findings() == [])
            let again = try await stage.refund(order.orderId, of: customer)
            #expect(try again.problem.code == .alreadyRefunded)
        }
    }

    @Test func `is offered as the organizer's rule says`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.boughtOrder([0, 1, 2], of: customer, in: sale)
            let ticket = order.tickets[0].ticketId
            #expect(try await stage.told(order.orderId, of: customer).refundOffer == nil)
            #expect(try await stage.refund(order.orderId, [ticket], of: customer).problem.code == .refundNotOffered)

            try await stage.offerRefunds(in: sale, untilSeconds: 90_000)
            #expect(try await stage.told(order.orderId, of: customer).refundOffer == nil)
            #expect(try await stage.refund(order.orderId, [ticket], of: customer).problem.code == .refundNotOffered)

            try await stage.offerRefunds(in: sale, untilSeconds: 80_000, withFee: true, seats: .blocked)
            #expect(try await stage.told(order.orderId, of: customer).refundOffer?.includesServiceFee == true)
            #expect(try await stage.refund(order.orderId, [ticket], of: customer).refund.amount.amountMinor == 52_000)

            // An organizer may always, of their own sales alone, and the fee follows the same rule.
            try await stage.offerRefunds(in: sale, untilSeconds: nil, seats: .blocked)
            let stranger = try await stage.makeSale().organizerID
            let second = [order.tickets[1].ticketId]
            let third = [order.tickets[2].ticketId]
            #expect(try await stage.refund(order.orderId, second, of: stranger, as: .organizer).status == 404)
            let byOrganizer = try await stage.refund(order.orderId, second, of: sale.organizerID, as: .organizer)
            #expect(try byOrganizer.refund.reason == .organizer)
            #expect(try byOrganizer.refund.amount.amountMinor == 50_000)
            #expect(try await stage.refund(order.orderId, third, of: stranger, as: .operator).status == 201)
            try await stage.makeRefunds()
            #expect(try await stage.seatStates([0, 1, 2], in: sale) == ["3", "3", "3"])
            #expect(try await stage.balance("service_fee_revenue") == 4_000)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `is refused with what stands in the way`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let other = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            let others = try await stage.boughtOrder([2], of: other, in: sale)
            let unpaid = try await stage.order([5], of: customer, in: sale)
            #expect(try await stage.checkIn(order.tickets[0], in: sale).status == 200)

            let entered = try await stage.refund(order.orderId, of: customer)
            #expect(try entered.problem.code == .alreadyCheckedIn)
            #expect(try entered.problem.ticketIds == [order.tickets[0].ticketId])
            #expect(try await stage.refund(order.orderId, of: other).status == 404)
            #expect(try await stage.refund(OrderID(at: .now), of: customer).status == 404)
            #expect(try await stage.refund(unpaid.orderId, of: customer).problem.code == .orderNotRefundable)
            let wrong = try await stage.refund(
                order.orderId, [order.tickets[1].ticketId, others.tickets[0].ticketId], of: customer)
            #expect(try wrong.problem.fields == [FieldProblem(path: "ticket_ids", code: "unknown")])
            #expect(try await stage.refund(order.orderId, [], of: customer).status == 422)
            let twice = [order.tickets[1].ticketId, order.tickets[1].ticketId]
            #expect(try await stage.refund(order.orderId, twice, of: customer).status == 422)
            let long = String(repeating: "x", count: 501)
            #expect(try await stage.refund(order.orderId, of: customer, reason: long).status == 422)
            #expect(try await stage.ledger("SELECT count(*) FROM refund") == "0")
            #expect(try await stage.refund(order.orderId, [order.tickets[1].ticketId], of: customer).status == 201)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `of what cost nothing asks no provider`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([55, 56], of: customer, in: sale, by: nil)

            #expect(try await stage.refund(order.orderId, of: customer).refund.amount.amountMinor == 0)
            try await stage.makeRefunds()

            #expect(try await stage.told(order.orderId, of: customer).state == .refunded)
            #expect(try await stage.seatStates([55, 56], in: sale) == ["0", "0"])
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "0")
            #expect(try await stage.ledger("SELECT count(*) FROM transfer") == "0")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `is one for each key, however often it is asked for`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            let ticket = [order.tickets[0].ticketId]
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await stage.refund(order.orderId, ticket, of: customer, key: "one") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.text)).count == 1 && answers.allSatisfy { $0.status == 201 })
            #expect(answers.count { !$0.isReplay } == 1)
            try await stage.makeRefunds()
            #expect(
                try await stage.refund(order.orderId, ticket, of: customer, key: "one").text == answers[0].text)
            let reused = try await stage.refund(order.orderId, of: customer, key: "one", fingerprint: "99")
            #expect(try reused.problem.code == .idempotencyKeyReused)
            #expect(try await stage.ledger("SELECT count(*) FROM refund") == "1")
        }
    }
}
