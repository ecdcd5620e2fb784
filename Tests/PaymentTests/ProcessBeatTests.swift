import LedgerStore
import Postgres
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

/// What becomes of payments and refunds whose process was killed.
@Suite struct `Dead processes` {
    private let dead = PaymentProcessID(at: .now)
    private let living = PaymentProcessID(at: .now)

    /// A payment that a process begins over connections of its own.
    private func begun(by process: PaymentProcessID, on stage: Stage) async throws -> (OrderResource, CustomerID) {
        let sale = try await stage.makeSale()
        let customer = try await stage.makeCustomer()
        let order = try await stage.order([0], of: customer, in: sale)
        try await stage.databases.withPool(stage.ledgerName, of: process) { pool in
            let replica = stage.replica(on: pool)
            _ = try #require(try await replica.begin(order, of: customer).attempt)
            _ = try await PaymentProcessesStore(pool: pool).beat(process, silenceMilliseconds: 2_000)
        }
        return (order, customer)
    }

    private func beat(_ stage: Stage) async throws -> Int {
        try await PaymentProcessesStore(pool: stage.pool).beat(living, silenceMilliseconds: 2_000)
    }

    private func letTimePass(_ stage: Stage, for process: PaymentProcessID, seen: Int, since: Int) async throws {
        try await stage.ledger(
            """
            UPDATE payment_process SET seen_at = clock_timestamp() - interval '\(seen) seconds',
                since = clock_timestamp() - interval '\(since) seconds' WHERE process_id = '\(process)'
            """)
    }

    @Test func `leave their payments to the next caller, who pays at once`() async throws {
        try await Stage.with { stage in
            let (order, customer) = try await begun(by: dead, on: stage)
            #expect(try await stage.pay(order.orderId, of: customer, key: "pay-killed").status == 409)
            #expect(try await beat(stage) == 0)
            try await letTimePass(stage, for: dead, seen: 3, since: 60)
            try await letTimePass(stage, for: living, seen: 0, since: 60)

            #expect(try await beat(stage) == 1)

            #expect(try await stage.pay(order.orderId, of: customer, key: "pay-killed").status == 201)
            #expect(try await stage.current(order).state == .paid)
            #expect(try await beat(stage) == 0)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `leave their refunds to the next worker, who makes them at once`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            try await stage.offerRefunds(in: sale, withFee: true)
            let order = try await stage.boughtOrder([0], of: customer, in: sale)
            _ = try await stage.refund(order.orderId, of: customer)
            // Long enough for the lease to outlast the test.
            try await stage.databases.withPool(stage.ledgerName, of: dead) { pool in
                let taken = try await RefundsStore(pool: pool).claimDue(
                    limit: 1, leaseSeconds: 3_600, pauseSecondsMax: 3_600)
                #expect(taken.count == 1)
                _ = try await PaymentProcessesStore(pool: pool).beat(dead, silenceMilliseconds: 2_000)
            }
            #expect(try await beat(stage) == 0)
            try await letTimePass(stage, for: living, seen: 0, since: 60)
            #expect(try await beat(stage) == 0)
            #expect(await stage.refundWorker.pass() == 0)
            try await letTimePass(stage, for: dead, seen: 3, since: 60)

            #expect(try await beat(stage) == 1)

            #expect(await stage.refundWorker.pass() == 1)
            #expect(try await stage.told(order.orderId, of: customer).state == .refunded)
            try await letTimePass(stage, for: living, seen: 0, since: 60)
            #expect(try await beat(stage) == 0)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `are not judged by who did not watch all the time`() async throws {
        try await Stage.with { stage in
            _ = try await begun(by: dead, on: stage)
            _ = try await beat(stage)
            // An outage: nobody could say anything.
            try await letTimePass(stage, for: dead, seen: 30, since: 60)
            try await letTimePass(stage, for: living, seen: 30, since: 60)

            #expect(try await beat(stage) == 0)
            #expect(try await stage.ledger("SELECT count(*) FROM payment_process") == "2")
        }
    }

    @Test func `leave what has its outcome as it is`() async throws {
        try await Stage.with { stage in
            let (order, customer) = try await begun(by: dead, on: stage)
            try await stage.reconcileEverything()
            let answer = try await stage.pay(order.orderId, of: customer, key: "pay-killed")
            _ = try await beat(stage)
            try await letTimePass(stage, for: dead, seen: 3, since: 60)
            try await letTimePass(stage, for: living, seen: 0, since: 60)

            #expect(try await beat(stage) == 0)
            #expect(try await stage.pay(order.orderId, of: customer, key: "pay-killed").body == answer.body)
        }
    }

    @Test func `of which nobody knew how it ends, a key tells the end as soon as there is one`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let first = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply", key: "lost")
            #expect(first.status == 202)
            #expect(
                try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply", key: "lost").status == 202)

            try await stage.reconcileEverything()

            let again = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply", key: "lost")
            #expect(again.status == 201 && again.isReplay)
        }
    }
}
