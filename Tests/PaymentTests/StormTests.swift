import LedgerStore
import Synchronization
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A storm` {
    private static let seatCount = 60

    private final class Tally: Sendable {
        let rounds = Atomic<Int>(0)
        let paid = Atomic<Int>(0)
        private let start = ContinuousClock.now

        /// At least five seconds, and until enough has happened on however slow a machine.
        var isOver: Bool {
            let elapsed = ContinuousClock.now - start
            let isEnough = rounds.load(ordering: .relaxed) > 50 && paid.load(ordering: .relaxed) > 0
            return elapsed > .seconds(5) && isEnough || elapsed > .seconds(90)
        }
    }

    @Test func `of holders, payers, sweepers and reconcilers leaves the books clean`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatCount: Self.seatCount, holdSeconds: 1, paymentSeconds: 1)
            try await stage.ledger("UPDATE price_level SET price_minor = 1000 WHERE number = 1")
            let tally = Tally()
            // Two replicas: the same ledger through two doors.
            try await stage.databases.withPool(stage.ledgerName) { secondPool in
                let second = stage.replica(on: secondPool)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<12 {
                        let replica = number % 2 == 0 ? stage : second
                        group.addTask {
                            try await Self.buy(replica, sale, seed: UInt64(number), tally)
                        }
                    }
                    for replica in [stage, second] {
                        group.addTask { try await Self.sweep(replica, sale, tally) }
                        group.addTask { await Self.reconcile(replica, tally) }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(tally.rounds.load(ordering: .relaxed) > 50)
            #expect(tally.paid.load(ordering: .relaxed) > 0)
            try await Self.settleEverything(stage, sale)
            #expect(try await stage.findings() == [])
            #expect(!stage.databases.server.log.contains("deadlock detected"))
        }
    }

    /// Buys again and again: holds, orders, pays with any card, repeats keys, gives up in the middle. Most cards fail,
    /// so that the seats are not gone at once.
    private static func buy(
        _ stage: Stage, _ sale: Sale, seed: UInt64, _ tally: Tally
    ) async throws {
        var random = SeededGenerator(seed: seed)
        while !tally.isOver {
            let customer = try await stage.makeCustomer()
            let first = SeatIndex.random(in: 0..<SeatIndex(seatCount - 3), using: &random)
            let seats = Array(first..<first + SeatIndex.random(in: 1...3, using: &random))
            guard let hold = try await stage.hold(seats, of: customer, in: sale) else { continue }
            let answer = try await stage.createOrder([hold], of: customer)
            guard answer.status == 201 else { continue }
            tally.rounds.add(1, ordering: .relaxed)
            let isPaid = try await buy(
                try answer.order, hold, of: customer, on: stage, chance: Int.random(in: 0..<60, using: &random))
            if isPaid { tally.paid.add(1, ordering: .relaxed) }
        }
    }

    private static func buy(
        _ order: OrderResource, _ hold: HoldID, of customer: CustomerID, on stage: Stage, chance: Int
    ) async throws -> Bool {
        switch chance {
        case 0: return try await stage.pay(order.orderId, of: customer).status == 201
        case 1:
            _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_decline")
            return try await stage.pay(order.orderId, of: customer).status == 201
        case 2: _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_lost_reply")
        case 3:
            // Killed after the provider was asked.
            guard let attempt = try await stage.begin(order, of: customer, leaseSeconds: 1).attempt else { break }
            _ = try await stage.sandbox.start(
                ProviderCharge(attempt),
                deadline: .now + .seconds(1))
        case 4...12: _ = try await stage.begin(order, of: customer, leaseSeconds: 1)
        case 13...20: _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_requires_action")
        case 21...30: _ = try await stage.door.release(hold, of: customer, in: order.performanceId)
        case 31...40:
            async let one = stage.pay(order.orderId, of: customer, by: "sandbox_decline", key: "tab")
            async let two = stage.pay(order.orderId, of: customer, by: "sandbox_decline", key: "tab")
            _ = try await (one, two)
        default: _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_decline")
        }
        return false
    }

    private static func reconcile(_ stage: Stage, _ tally: Tally) async {
        while !tally.isOver {
            _ = try? await stage.ledger(
                "UPDATE payment SET next_check_at = '-infinity' WHERE state IN ('unknown', 'requires_action', 'refunding')"
            )
            _ = await stage.reconciliation.pass()
        }
    }

    private static func sweep(_ stage: Stage, _ sale: Sale, _ tally: Tally) async throws {
        while !tally.isOver {
            let due = try await stage.ledger(
                "SELECT hold_id FROM hold WHERE state IN ('active', 'paying') AND expires_at <= clock_timestamp() LIMIT 50"
            )
            for hold in due.split(separator: "\n").compactMap({ HoldID($0) }) {
                _ = try await stage.door.expire(hold, in: sale.performanceID)
            }
        }
    }

    private static func settleEverything(_ stage: Stage, _ sale: Sale) async throws {
        try await stage.letHoldsLapse()
        try await eventually("every payment has its end") {
            try await stage.reconcileEverything()
            return try await stage.ledger(
                "SELECT count(*) FROM payment WHERE state IN ('pending', 'unknown', 'requires_action', 'refunding')")
                == "0"
        }
        let held = try await stage.ledger("SELECT hold_id FROM hold WHERE state IN ('active', 'paying')")
        for hold in held.split(separator: "\n").compactMap({ HoldID($0) }) {
            _ = try await stage.door.expire(hold, in: sale.performanceID)
        }
        #expect(try await stage.ledger("SELECT count(*) FROM seat WHERE state = 1") == "0")
    }
}

/// Numbers that a seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
