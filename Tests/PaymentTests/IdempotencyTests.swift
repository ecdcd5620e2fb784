import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A key` {
    @Test func `used again brings the same bytes`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let hold = try #require(try await stage.hold([0], of: customer, in: sale))

            let ordered = try await stage.createOrder([hold], of: customer, key: "o")
            let order = try ordered.order
            let declined = try await stage.pay(order.orderId, of: customer, by: "sandbox_decline", key: "p1")
            let paid = try await stage.pay(order.orderId, of: customer, key: "p2")

            let replays = [
                try await stage.createOrder([hold], of: customer, key: "o"),
                try await stage.pay(order.orderId, of: customer, by: "sandbox_decline", key: "p1"),
                try await stage.pay(order.orderId, of: customer, key: "p2"),
            ]
            for (first, replay) in zip([ordered, declined, paid], replays) {
                #expect(replay.isReplay && !first.isReplay)
                #expect(replay.status == first.status)
                #expect(replay.body == first.body)
            }
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_charge") == "2")
        }
    }

    @Test func `used again after a refusal brings the refusal`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let hold = try #require(try await stage.hold([0], of: customer, in: sale))
            let order = try await stage.createOrder([hold], of: customer).order

            let first = try await stage.createOrder([hold], of: customer, key: "again")
            let replay = try await stage.createOrder([hold], of: customer, key: "again")
            #expect(replay.isReplay && replay.body == first.body && replay.status == 409)

            let missing = try await stage.pay(order.orderId, of: customer, by: nil, key: "none")
            let missingAgain = try await stage.pay(order.orderId, of: customer, by: nil, key: "none")
            #expect(missingAgain.isReplay && missingAgain.body == missing.body && missingAgain.status == 422)
        }
    }

    @Test(arguments: ["order", "pay", "hold"]) func `used for another request is refused`(used: String) async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let other = try #require(try await stage.hold([1], of: customer, in: sale))
            switch used {
            case "order": _ = try await stage.createOrder([other], of: customer, key: "k", fingerprint: "aa")
            case "pay":
                _ = try await stage.pay(
                    order.orderId, of: customer, by: "sandbox_decline", key: "k", fingerprint: "aa")
            default: try await stage.ledger("UPDATE hold SET idempotency_key = 'k' WHERE hold_id = '\(other)'")
            }

            let ordering = try await stage.createOrder([other], of: customer, key: "k", fingerprint: "bb")
            let paying = try await stage.pay(order.orderId, of: customer, key: "k", fingerprint: "cc")

            for answer in [ordering, paying] {
                #expect(answer.status == 422)
                #expect(try answer.problem.code == .idempotencyKeyReused)
            }
        }
    }

    @Test func `used a hundred times at once executes once`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)

            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<100 { group.addTask { try await stage.pay(order.orderId, of: customer, key: "same") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_charge") == "1")
            let paid = answers.filter { $0.status == 201 }
            #expect(paid.count >= 1)
            #expect(Set(paid.map(\.body)).count == 1)
            for waiting in answers where waiting.status != 201 {
                #expect(try waiting.problem.code == .idempotencyKeyInUse)
            }
            #expect(try await stage.pay(order.orderId, of: customer, key: "same").body == paid[0].body)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `met by two performances at once belongs to one of them`() async throws {
        try await Stage.with { stage in
            let sales = [try await stage.makeSale(), try await stage.makeSale()]
            let customer = try await stage.makeCustomer()
            for round in 0..<10 {
                var holds: [HoldID] = []
                for sale in sales {
                    holds.append(try #require(try await stage.hold([SeatIndex(round)], of: customer, in: sale)))
                    try await stage.ledger("UPDATE performance SET seats_per_customer_max = 60")
                }
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for (index, hold) in holds.enumerated() {
                        group.addTask {
                            try await stage.createOrder(
                                [hold], of: customer, key: "round \(round)", fingerprint: "0\(index)")
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.map(\.status).sorted() == [201, 422])
            }
        }
    }

    @Test func `of a killed process is finished by the next caller`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            _ = try await stage.begin(order, of: customer, key: "k")

            let tooSoon = try await stage.pay(order.orderId, of: customer, key: "k")
            #expect(try tooSoon.problem.code == .idempotencyKeyInUse)
            try await stage.ledger("UPDATE idempotency SET lease_until = clock_timestamp()")

            let finished = try await stage.pay(order.orderId, of: customer, key: "k")

            #expect(finished.status == 201 && !finished.isReplay)
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_charge") == "1")
            #expect(try await stage.findings() == [])
        }
    }
}
