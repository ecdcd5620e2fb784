import ActorTransport
import LedgerStore
import Testing
import Ticketing
import Wire

@testable import Payment

@Suite struct `A card` {
    @Test func `pays for so many seats as its organizer allows, whoever holds it`() async throws {
        try await Stage.with { stage in
            let sale = try await limited(stage, to: 3)
            let (first, second) = (try await stage.makeCustomer(), try await stage.makeCustomer())
            let two = try await stage.order([0, 1], of: first, in: sale)
            #expect(try await stage.pay(two.orderId, of: first, by: "sandbox_succeed:1").status == 201)
            let more = try await stage.order([2, 3], of: second, in: sale)
            let refused = try await stage.pay(more.orderId, of: second, by: "sandbox_succeed:1", key: "k")
            let problem = try refused.problem
            #expect(refused.status == 409 && problem.code == .instrumentLimitReached)
            #expect(problem.seatsOwned == 2 && problem.seatsMax == 3 && problem.orderId == more.orderId)
            #expect(try await stage.sandboxBook("SELECT count(*) FROM sandbox_charge") == "1")

            let again = try await stage.pay(more.orderId, of: second, by: "sandbox_succeed:1", key: "k")
            #expect(again.isReplay && again.body == refused.body)
            #expect(try await stage.pay(more.orderId, of: second, by: "sandbox_succeed:2").status == 201)
            let one = try await stage.order([4], of: second, in: sale)
            #expect(try await stage.pay(one.orderId, of: second, by: "sandbox_succeed:1").status == 201)
            #expect(try await stage.findings() == [])
        }
    }

    @Test func `of ten orders at once pays for no more than the limit`() async throws {
        try await Stage.with { stage in
            let sale = try await limited(stage, to: 4)
            var orders: [(CustomerID, OrderResource)] = []
            for seat in 0..<10 {
                let customer = try await stage.makeCustomer()
                orders.append((customer, try await stage.order([SeatIndex(seat)], of: customer, in: sale)))
            }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (customer, order) in orders {
                    group.addTask {
                        try await stage.pay(order.orderId, of: customer, by: "sandbox_succeed:7").status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 4)
            #expect(statuses.count { $0 == 409 } == 6)
        }
    }

    @Test func `that was declined, or whose order lapsed, has paid for nothing`() async throws {
        try await Stage.with { stage in
            let sale = try await limited(stage, to: 1)
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            #expect(try await stage.pay(order.orderId, of: customer, by: "sandbox_decline:1").status == 402)
            // The order goes on with another card, and counts as that one's.
            #expect(try await stage.pay(order.orderId, of: customer, by: "sandbox_succeed:2").status == 201)
            let next = try await stage.order([1], of: customer, in: sale)
            #expect(try await stage.pay(next.orderId, of: customer, by: "sandbox_succeed:2").status == 409)
            #expect(try await stage.pay(next.orderId, of: customer, by: "sandbox_decline:1").status == 402)
            _ = try await stage.ledger("UPDATE \"order\" SET state = 'expired' WHERE order_id = '\(next.orderId)'")
            let last = try await stage.order([2], of: customer, in: sale)
            #expect(try await stage.pay(last.orderId, of: customer, by: "sandbox_succeed:1").status == 201)
        }
    }

    @Test func `is counted also where another one was named for the same order at the same moment`() async throws {
        try await Stage.with { stage in
            let sale = try await limited(stage, to: 2)
            let customer = try await stage.makeCustomer()
            for seats in [[0, 1], [2, 3], [4, 5]] as [[SeatIndex]] {
                let order = try await stage.order(seats, of: customer, in: sale)
                let statuses = try await withThrowingTaskGroup(of: (String, Int).self) { group in
                    for card in ["sandbox_succeed:1", "sandbox_decline:2"] {
                        group.addTask { (card, try await stage.pay(order.orderId, of: customer, by: card).status) }
                    }
                    return try await group.reduce(into: [String: Int]()) { $0[$1.0] = $1.1 }
                }
                #expect(statuses["sandbox_decline:2"] != 201)
            }
            // Whatever became of the one that declines, the other one paid for no more than it may.
            let paid = try await stage.ledger("SELECT count(*) FROM ticket WHERE live")
            #expect(["0", "2"].contains(paid))
        }
    }

    @Test func `named for an order that another one pays has paid for nothing`() async throws {
        try await Stage.with { stage in
            let sale = try await limited(stage, to: 2)
            let customer = try await stage.makeCustomer()
            let first = try await stage.order([0, 1], of: customer, in: sale)
            let second = try await stage.order([2, 3], of: customer, in: sale)
            // Both were asked about before either began.
            #expect(try await ask(stage, first, of: customer, card: "1", key: "one", in: sale) == .passed)
            #expect(try await ask(stage, first, of: customer, card: "2", key: "two", in: sale) == .passed)
            #expect(try await stage.pay(first.orderId, of: customer, by: "sandbox_succeed:1", key: "one").status == 201)
            #expect(
                try await ask(stage, second, of: customer, card: "1", key: "three", in: sale)
                    == .limitReached(seatsOwned: 2, seatsMax: 2))
            #expect(
                try await ask(stage, second, of: customer, card: "2", key: "four", in: sale) == .passed,
                "it paid for nothing")
        }
    }

    @Test func `that was named twice with one key counts, whichever of the two pays`() async throws {
        try await Stage.with { stage in
            let sale = try await limited(stage, to: 2)
            let customer = try await stage.makeCustomer()
            let first = try await stage.order([0, 1], of: customer, in: sale)
            let second = try await stage.order([2, 3], of: customer, in: sale)
            #expect(try await ask(stage, first, of: customer, card: "1", key: "one", in: sale) == .passed)
            #expect(try await ask(stage, first, of: customer, card: "2", key: "one", in: sale) == .passed)
            #expect(try await stage.pay(first.orderId, of: customer, by: "sandbox_succeed:1", key: "one").status == 201)
            #expect(
                try await ask(stage, second, of: customer, card: "1", key: "two", in: sale)
                    == .limitReached(seatsOwned: 2, seatsMax: 2))
        }
    }

    @Test func `that its provider does not name hides no payment that was made`() async throws {
        let provider = SilentProvider()
        try await Stage.with(providers: [provider]) { stage in
            let sale = try await limited(stage, to: 2)
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            let paid = try await stage.pay(order.orderId, of: customer, by: "card", key: "k")
            #expect(paid.status == 201)
            provider.isSilent = true
            let again = try await stage.pay(order.orderId, of: customer, by: "card", key: "k")
            #expect(again.isReplay && again.body == paid.body)
            // Who asks for something new is told that nothing was done.
            let next = try await stage.order([1], of: customer, in: sale)
            await #expect(throws: CallFailure.self) {
                _ = try await stage.pay(next.orderId, of: customer, by: "card", key: "new")
            }
            #expect(try await stage.ledger("SELECT count(*) FROM payment") == "1")
            #expect(try await stage.ledger("SELECT count(*) FROM idempotency WHERE key = 'new'") == "0")
        }
    }

    @Test func `whose key another performance met at the same moment is left to the payment`() {
        let item = InstrumentBatch.Item(
            orderID: OrderID(at: .now),
            key: DoorItemKey(customerID: CustomerID(at: .now), key: "k", fingerprint: [1]),
            instrument: [UInt8](repeating: 1, count: 32), olderInstrument: nil,
            answer: { _, _ in Answer.noContent })
        #expect(InstrumentBatch.outcome(ofConstraint: "idempotency_pkey", for: item) == .passed)
        #expect(InstrumentBatch.outcome(ofConstraint: "instrument_use_pkey", for: item) == nil)
    }

    @Test func `is not asked for where nobody limits it`() async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale()
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            #expect(try await stage.pay(order.orderId, of: customer).status == 201)
            #expect(try await stage.ledger("SELECT count(*) FROM instrument_use") == "0")
        }
    }

    @Test func `stands nowhere in the ledger's count, but for its mark`() async throws {
        try await Stage.with { stage in
            let sale = try await limited(stage, to: 1)
            let customer = try await stage.makeCustomer()
            let order = try await stage.order([0], of: customer, in: sale)
            _ = try await stage.pay(order.orderId, of: customer, by: "sandbox_succeed:4242")
            let keys = InstrumentKeys(secrets: [[UInt8](repeating: 5, count: 32)])
            let mark = keys.marks(of: "4242", at: "sandbox").newest
            let stored = try await stage.ledger("SELECT encode(instrument, 'hex') FROM instrument_use")
            #expect(stored == mark.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }
    }

    @Test func `keeps its mark while one key takes another's place`() {
        let (old, new) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        let before = InstrumentKeys(secrets: [old]).marks(of: "4242", at: "sandbox")
        let meanwhile = InstrumentKeys(secrets: [new, old]).marks(of: "4242", at: "sandbox")
        #expect(before.older == nil)
        #expect(meanwhile.older == before.newest && meanwhile.newest != before.newest)
        #expect(InstrumentKeys(secrets: [old]).marks(of: "4242", at: "stripe").newest != before.newest)
    }

    @Test func `of Stripe is told by its fingerprint`() async throws {
        try await ProviderScene.withStripe { _, _, provider in
            let deadline = ContinuousClock.now + .seconds(5)
            let name = try await provider.instrument(of: "pm_card_visa", deadline: deadline)
            #expect(name == "fingerprint-of-pm_card_visa")
            #expect(try await provider.instrument(of: "pm_nobody", deadline: deadline) == "pm_nobody")
        }
    }

    @Test func `of the sandbox may be named behind what it does`() {
        #expect(SandboxToken(token: "sandbox_succeed:4242") == .succeed)
        #expect(SandboxToken(token: "sandbox_succeed") == .succeed)
        #expect(SandboxToken(token: "sandbox_succeed:") == nil)
        #expect(SandboxToken(token: "sandbox_nothing:1") == nil)
        #expect(SandboxToken.card(of: "sandbox_decline:4242") == "4242")
        #expect(SandboxToken.card(of: "sandbox_decline") == "sandbox_decline")
    }

    /// Asks whether a card may pay, and goes no further.
    private func ask(
        _ stage: Stage, _ order: OrderResource, of customer: CustomerID, card: String, key: String, in sale: Sale
    ) async throws -> InstrumentBatch.Outcome {
        let keys = InstrumentKeys(secrets: [[UInt8](repeating: 5, count: 32)])
        let item = InstrumentBatch.Item(
            orderID: order.orderId, key: DoorItemKey(customerID: customer, key: key, fingerprint: Array(card.utf8)),
            instrument: keys.marks(of: card, at: "sandbox").newest, olderInstrument: nil,
            answer: { owned, max in
                try PaymentAnswer.answer(toInstrumentWith: owned, max: max, of: order.orderId, requestID: nil)
            })
        return try await stage.door.submit(item, to: InstrumentBatch.self, in: order.performanceId)
    }

    private func limited(_ stage: Stage, to seats: Int) async throws -> Sale {
        let sale = try await stage.makeSale()
        _ = try await stage.ledger("UPDATE performance SET seats_per_instrument_max = \(seats)")
        return sale
    }
}
