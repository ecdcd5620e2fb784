import LedgerStore
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

/// What a process does about payments that it lost sight of while the ledger did not answer.
@Suite struct `Unfinished payments` {
    private func worker(of stage: Stage, leaseSeconds: Int = 15) -> UnfinishedPaymentsWorker {
        UnfinishedPaymentsWorker(
            unfinished: stage.unfinished, payments: stage.payments, checkout: stage.checkout,
            settlement: stage.settlement, leaseSeconds: leaseSeconds, logger: testLogger)
    }

    @Test func `one that had begun after all is paid, and its key tells so`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer).attempt)
            await stage.unfinished.mayHaveBegun(attempt.paymentID)
            #expect(try await stage.pay(order.orderId, of: customer, key: "pay-killed").status == 409)

            await worker(of: stage).pass()

            #expect(try await stage.current(order).state == .paid)
            let again = try await stage.pay(order.orderId, of: customer, key: "pay-killed")
            #expect(again.status == 201 && again.isReplay)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `one that is not there yet is looked for again`() async throws {
        try await Stage.with { stage in
            let payment = PaymentID(at: .now)
            await stage.unfinished.mayHaveBegun(payment)
            await worker(of: stage).pass()
            #expect(await stage.unfinished.take().count == 1)
        }
    }

    @Test func `one whose lease is over is left to reconciliation`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer).attempt)
            await stage.unfinished.mayHaveBegun(attempt.paymentID)

            await worker(of: stage, leaseSeconds: 0).pass()

            #expect(try await stage.current(order).payments.map(\.state) == [.pending])
            #expect(await stage.unfinished.take().isEmpty)
        }
    }

    @Test func `what the provider said is written down when the ledger is back, once`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0, 1], of: customer, in: sale)
            let attempt = try #require(try await stage.begin(order, of: customer).attempt)
            let status = try await stage.sandbox.start(ProviderCharge(attempt), deadline: .now + .seconds(5))
            // Two tries were lost sight of: the first had been carried out.
            for _ in 0..<2 { await stage.unfinished.notWritten(status.observation, of: attempt) }

            await worker(of: stage).pass()

            #expect(try await stage.current(order).state == .paid)
            #expect(try await stage.ledger("SELECT count(*) FROM ticket") == "2")
            #expect(await stage.unfinished.take().isEmpty)
            #expect(try await stage.findings() == [])
        }
    }
}
