import LedgerStore
import Postgres
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A refund at the provider` {
    @Test func `that is refused is owed, seen by an operator, and made by another key when it is tried again`()
        async throws
    {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale, by: "sandbox_refuse_refund")
            let refund = try await stage.refund(order.orderId, [order.tickets[0].ticketId], of: customer).refund
            try await stage.makeRefunds()

            var now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .paid && now.refunds.map(\.state) == [.refused])
            #expect(now.tickets.map(\.state) == [.refunding, .valid])
            #expect(try await stage.seatStates([0], in: sale) == ["2"])
            #expect(try await stage.balance("refunds") == 50_000)
            #expect(try await stage.findings() == [])
            let listed = try await stage.refunds.refused(after: nil, limit: 10)
            #expect(listed.map(\.refundId) == [refund.refundId])
            #expect(listed.map(\.refusalCode) == ["card_account_closed"])
            let behind = (refusedAt: listed[0].refusedAt, refundID: listed[0].refundId)
            #expect(try await stage.refunds.refused(after: behind, limit: 10) == [])

            // Tried again it is refused again; once the card is good, it is made, once.
            #expect(try await stage.refunds.retry(refund.refundId) == 1)
            try await stage.makeRefunds()
            #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.refused])
            try await stage.sandboxBook("UPDATE sandbox_charge SET token = 'sandbox_succeed'")
            #expect(try await stage.refunds.retry(nil) == 1)
            #expect(try await stage.refunds.retry(nil) == 0)
            try await stage.makeRefunds()
            now = try await stage.told(order.orderId, of: customer)
            #expect(now.state == .partlyRefunded && now.refunds.map(\.state) == [.made])
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "1")
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund_refusal") == "2")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `is asked for again when its answer was lost, and made once`() async throws {
        let loser = AnswerLosingProvider()
        try await Stage.with(providers: [loser]) { stage in
            loser.wrap(stage.sandbox)
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            _ = try await stage.refund(order.orderId, of: customer)
            loser.losesAnswers = true
            #expect(await stage.refundWorker.pass() == 1)
            #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.pending])
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "1")
            #expect(try await stage.findings() == [])
            loser.losesAnswers = false
            // It does not belong to the first asker longer than its pause.
            try await eventually("it is due again") { await stage.refundWorker.pass() == 1 }
            #expect(try await stage.told(order.orderId, of: customer).state == .refunded)
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "1")
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `of a killed process is made by others, once`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0, 1], of: customer, in: sale)
            let refund = try await stage.refund(order.orderId, of: customer).refund
            // Taken by somebody who got no further than the provider's answer.
            let taken = try #require(
                try await stage.refunds.claimDue(limit: 10, leaseSeconds: 600, pauseSecondsMax: 30).first)
            #expect(taken.refundID == refund.refundId && taken.key == refund.refundId)
            _ = try await stage.sandbox.refund(
                ProviderRefund(refundID: taken.key, charge: ProviderCharge(taken.payment), amount: taken.amount))
            #expect(await stage.refundWorker.pass() == 0)

            try await stage.databases.withPool(stage.ledgerName) { pool in
                let other = stage.replica(on: pool)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 { group.addTask { try await other.makeRefunds() } }
                    try await group.waitForAll()
                }
            }
            // The slow one comes back after all.
            #expect(try await stage.givingBack.make(taken) == .settled)
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_refund") == "1")
            #expect(try await stage.column("SELECT kind FROM message WHERE kind = 'refund_made'").count == 1)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `is settled by its webhooks, however often they come`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let order = try await stage.boughtOrder([0], of: customer, in: sale)
            let payment = order.payments[0].paymentId
            let body = try WireJSON.encode(SandboxMessage(id: "1", type: "refund.made", paymentId: payment))
            func knock() async throws {
                let command = WebhookCommand(
                    provider: "sandbox", signature: stage.signature.sign(body, at: .now), body: base64(body))
                #expect(try await stage.webhooks.receive(command, at: .now, requestID: nil).status == 204)
            }
            try await knock()
            let refund = try await stage.refund(order.orderId, of: customer).refund
            // The provider has not heard of it: a message changes nothing.
            try await knock()
            #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.pending])
            let taken = try #require(try await stage.refunds.claim(refund.refundId, leaseSeconds: 600))
            _ = try await stage.sandbox.refund(
                ProviderRefund(refundID: taken.key, charge: ProviderCharge(taken.payment), amount: taken.amount))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 { group.addTask { try await knock() } }
                try await group.waitForAll()
            }
            #expect(try await stage.told(order.orderId, of: customer).refunds.map(\.state) == [.made])
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `lives in the ledger as its rules say, for every state and event`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale)
            let observations: [RefundObservation] = [
                .made, .refused(code: "no"), .givenBack(note: "by the dashboard"), .givenBackOutside(note: "cash"),
            ]
            var seat: SeatIndex = 0
            for state in RefundState.allCases {
                for observation in observations {
                    for isRetried in [false, true] {
                        let order = try await stage.boughtOrder([seat], of: try await stage.makeCustomer(), in: sale)
                        let refund = try await stage.refund(
                            order.orderId, of: customer, as: .operator
                        ).refund
                        var machine = RefundStateMachine(state: state)
                        try await stage.ledger(
                            "UPDATE refund SET state = '\(state.rawValue)', refused_at = clock_timestamp(), "
                                + "made_at = CASE '\(state.rawValue)' WHEN 'made' THEN clock_timestamp() END "
                                + "WHERE refund_id = '\(refund.refundId)'")
                        if isRetried {
                            #expect(try await stage.refunds.retry(refund.refundId) == (machine.retried() ? 1 : 0))
                        }
                        let expected = machine.observed(observation)
                        let settled = try await stage.door.submit(
                            RefundSettleBatch.Item(
                                refundID: refund.refundId, key: refund.refundId, observation: observation),
                            to: RefundSettleBatch.self, in: sale.performanceID)
                        #expect(settled == expected, "\(state) \(observation) \(isRetried)")
                        #expect(
                            try await stage.ledger(
                                "SELECT state FROM refund WHERE refund_id = '\(refund.refundId)'")
                                == machine.state.rawValue, "\(state) \(observation) \(isRetried)")
                        seat += 1
                    }
                }
            }
        }
    }
}
