import Courier
import LedgerStore
import Synchronization
import TestSupport
import Testing
import Ticketing

@testable import Payment

@Suite struct `A delivery` {
    /// A stage on which so many orders were paid; the positions of what mail is told, in their order.
    private func withOrders(
        _ count: Int, _ body: @Sendable (Stage, [OrderID]) async throws -> Void
    ) async throws {
        try await Stage.with { stage in
            let sale = try await stage.makeSale(seatsPerCustomerMax: 60)
            let customer = try await stage.makeCustomer()
            var orders: [OrderID] = []
            for seat in 0..<count {
                orders.append(try await stage.paidOrder([SeatIndex(seat)], of: customer, in: sale))
            }
            try await body(stage, orders)
        }
    }

    @Test func `is made once by each of ten workers' ten, in all`() async throws {
        try await withOrders(20) { stage, orders in
            for order in orders.prefix(10) { try await stage.tellRefund(of: order) }
            let consumer = ScriptedConsumer()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { await stage.worker(consumer).run() } }
                group.addTask {
                    try? await eventually("everything is told") { consumer.deliveries.count >= 30 }
                }
                await group.next()
                group.cancelAll()
            }
            #expect(consumer.positions.count == 30)
            #expect(Set(consumer.positions).count == 30)
            #expect(
                try await stage.column(
                    "SELECT count(*) FROM delivery WHERE consumer = 'mail' AND finished_at IS NOT NULL AND attempts = 1"
                )
                    == ["30"])
            // Who was never asked has what it had.
            #expect(
                try await stage.column("SELECT DISTINCT attempts FROM delivery WHERE consumer = 'figures'") == ["0"])
        }
    }

    @Test func `of an order waits until the one before it has arrived, and only of that order`() async throws {
        try await withOrders(2) { stage, orders in
            for order in orders { try await stage.tellRefund(of: order) }
            let isBroken = Mutex(true)
            let consumer = ScriptedConsumer { delivery in
                if delivery.message.orderID == orders[0], isBroken.withLock({ $0 }) { throw ScriptedConsumer.Refusal() }
            }
            let worker = stage.worker(consumer)
            for _ in 0..<3 {
                _ = await worker.pass()
                try await stage.letPausesEnd()
            }
            #expect(consumer.deliveries.map(\.message.orderID) == [orders[1], orders[1]])
            #expect(consumer.deliveries.map(\.message.kind) == [.ticketsIssued, .refundMade])

            isBroken.withLock { $0 = false }
            // The second one is free as soon as the first has arrived, without a pause of its own.
            #expect(await worker.pass() == 1)
            #expect(await worker.pass() == 1)
            #expect(consumer.deliveries.suffix(2).map(\.message.kind) == [.ticketsIssued, .refundMade])
        }
    }

    @Test func `becomes a dead letter after its last attempt, holds its order's next, and is redriven`() async throws {
        try await withOrders(1) { stage, orders in
            try await stage.tellRefund(of: orders[0])
            let isBroken = Mutex(true)
            let consumer = ScriptedConsumer { _ in if isBroken.withLock({ $0 }) { throw ScriptedConsumer.Refusal() } }
            let worker = stage.worker(consumer)
            for attempt in 1...5 {
                #expect(await worker.pass() == 1, "attempt \(attempt)")
                try await stage.letPausesEnd()
            }
            #expect(await worker.pass() == 0)
            let dead = try #require(try await stage.messages.deadLetters(limit: 10).first)
            #expect(dead.consumer == "mail" && dead.attempts == 5 && dead.orderId == orders[0])
            #expect(dead.lastError?.contains("Refusal") == true)
            let story = try #require(
                try await stage.messages.stories(of: dead.position).first { $0.consumer == "mail" })
            #expect(story.story.map(\.attempt) == [1, 2, 3, 4, 5] && story.story.allSatisfy { !$0.succeeded })
            let next = try #require(
                try await stage.messages.stories(of: dead.position + 1).first { $0.consumer == "mail" })
            #expect(next.behind == dead.position)
            #expect(try await stage.deliveries.load()[.mail]?.dead == 1)

            isBroken.withLock { $0 = false }
            #expect(try await stage.messages.redrive(consumer: "figures", position: nil) == 0)
            #expect(try await stage.messages.redrive(consumer: nil, position: dead.position) == 1)
            #expect(await worker.pass() == 1)
            #expect(await worker.pass() == 1)
            #expect(consumer.deliveries.map(\.message.kind) == [.ticketsIssued, .refundMade])
            #expect(try await stage.messages.deadLetters(limit: 10) == [])
            #expect(await worker.pass() == 0)
        }
    }

    @Test func `that waits behind a dead letter is looked at by no claim, and is free when that is redriven`()
        async throws
    {
        try await withOrders(2) { stage, orders in
            for order in orders { try await stage.tellRefund(of: order) }
            try await stage.ledger(
                """
                UPDATE delivery SET dead_at = clock_timestamp(), attempts = 5
                WHERE consumer = 'mail' AND position = (
                    SELECT min(position) FROM delivery WHERE consumer = 'mail' AND order_id = '\(orders[0])')
                """)
            func waiting() async throws -> [String] {
                try await stage.column(
                    "SELECT order_id FROM delivery WHERE consumer = 'mail' AND dead_at IS NULL "
                        + "AND finished_at IS NULL AND next_attempt_at <= clock_timestamp() ORDER BY position")
            }
            #expect(try await waiting().count == 3)
            try await stage.deliveries.holdBack(limit: 10)
            #expect(try await waiting() == [orders[1].description, orders[1].description])
            // A day later the same.
            try await stage.letPausesEnd()
            try await stage.deliveries.holdBack(limit: 10)
            #expect(try await waiting().count == 2)

            #expect(try await stage.messages.redrive(consumer: "mail", position: nil) == 1)
            #expect(try await waiting().count == 4)
        }
    }

    @Test func `whose worker was killed comes back when its lease is over, and not before`() async throws {
        try await withOrders(1) { stage, _ in
            let lost = try await stage.deliveries.claim(
                .mail, limit: 10, perConsumer: 10, exceptOf: [], leaseSeconds: 3_600)
            #expect(lost.count == 1)
            let consumer = ScriptedConsumer()
            let worker = stage.worker(consumer)
            #expect(await worker.pass() == 0)
            try await stage.letPausesEnd()
            #expect(await worker.pass() == 1)
            #expect(consumer.deliveries.map(\.attempt) == [2])

            // Whoever was not killed after all, only slow, changes nothing any more.
            try await stage.deliveries.postpone(lost[0], bySeconds: 0, milliseconds: 1, detail: "late")
            try await stage.deliveries.finish(lost[0], milliseconds: 1, detail: "late")
            #expect(await worker.pass() == 0)
            #expect(
                try await stage.column("SELECT detail FROM delivery_attempt") == ["noted"])
        }
    }

    @Test func `that arrived is finished, also when the lease had ended`() async throws {
        try await withOrders(1) { stage, _ in
            let slow = try await stage.deliveries.claim(.mail, limit: 1, perConsumer: 1, exceptOf: [], leaseSeconds: 0)
            let quick = try await stage.deliveries.claim(
                .mail, limit: 1, perConsumer: 1, exceptOf: [], leaseSeconds: 60)
            #expect(quick.map(\.attempt) == [2])
            try await stage.deliveries.finish(slow[0], milliseconds: 1, detail: "arrived")
            // The second one's failure must not open it again.
            try await stage.deliveries.postpone(quick[0], bySeconds: 0, milliseconds: 1, detail: "failed")
            #expect(
                try await stage.column("SELECT finished_at IS NOT NULL FROM delivery WHERE consumer = 'mail'") == ["t"])
        }
    }

    @Test func `that kills its worker each time is given up`() async throws {
        try await withOrders(1) { stage, _ in
            for _ in 0..<3 {
                _ = try await stage.deliveries.claim(.mail, limit: 1, perConsumer: 1, exceptOf: [], leaseSeconds: 0)
            }
            #expect(try await stage.deliveries.bury(attemptsMax: 4) == 0)
            #expect(try await stage.deliveries.bury(attemptsMax: 3) == 1)
            let dead = try #require(try await stage.messages.deadLetters(limit: 10).first)
            #expect(dead.lastError == "whoever began it was lost, 3 times")
        }
    }

    @Test func `that was not begun is given back at once when the service stops`() async throws {
        try await withOrders(1) { stage, _ in
            let consumer = ScriptedConsumer { _ in throw await CourierFailure.stoppedForTests }
            #expect(await stage.worker(consumer).pass() == 1)
            let state = try await stage.column(
                "SELECT attempts || ' ' || (next_attempt_at <= clock_timestamp()) FROM delivery WHERE consumer = 'mail'"
            )
            #expect(state == ["0 true"])
        }
    }

    @Test func `under way is ended and written down when the worker is cancelled`() async throws {
        try await withOrders(1) { stage, _ in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let (ended, end) = AsyncStream.makeStream(of: Void.self)
            let consumer = ScriptedConsumer { _ in
                start.yield()
                await Task { for await _ in ended { return } }.value
            }
            let running = Task { await stage.worker(consumer).run() }
            for await _ in started { break }
            running.cancel()
            end.yield()
            await running.value
            let isFinished = try await stage.column(
                "SELECT finished_at IS NOT NULL FROM delivery WHERE consumer = 'mail'")
            #expect(isFinished == ["t"])
        }
    }

    @Test func `to one slow consumer leaves room for the others`() async throws {
        try await withOrders(6) { stage, _ in
            let sale = try #require(
                PerformanceID(try await stage.column("SELECT DISTINCT performance_id FROM message")[0]))
            let organizer = try await stage.column(
                "SELECT organizer_id FROM performance WHERE performance_id = '\(sale)'")[0]
            let names = [WebhookEndpointID(at: .now), WebhookEndpointID(at: .now)].map(WebhookEndpointName.name)
            for name in names {
                _ = try await stage.messages.addWebhook(
                    name, kinds: [.orderPaid], organizer: try #require(CustomerID(organizer)),
                    url: "https://example.org")
                _ = try await stage.messages.replay(name, from: 1)
            }
            let (held, release) = AsyncStream.makeStream(of: Void.self)
            let consumer = ScriptedConsumer(.webhook) { delivery in
                if delivery.consumer == names[0] { for await _ in held { return } }
            }
            var settings = DeliveryWorker.Settings.forTests
            settings.underWayMax = 4
            settings.perConsumerMax = 2
            let worker = stage.worker(consumer, settings: settings)
            let running = Task { await worker.run() }
            try await eventually("the other one is told everything") { consumer.deliveries.count == 6 }
            #expect(consumer.deliveries.allSatisfy { $0.consumer == names[1] })
            release.finish()
            try await eventually("so is the slow one") { consumer.deliveries.count == 12 }
            running.cancel()
            await running.value
        }
    }

    @Test func `is made again from any point for whoever asks, and to a consumer that came later`() async throws {
        try await withOrders(5) { stage, _ in
            let consumer = ScriptedConsumer()
            let worker = stage.worker(consumer)
            while await worker.pass() > 0 {}
            let told = consumer.positions.sorted()
            #expect(told.count == 5)
            #expect(try await stage.messages.replay("mail", from: told[3]) == 2)
            while await worker.pass() > 0 {}
            #expect(consumer.positions.suffix(2).sorted() == Array(told.suffix(2)))
            #expect(try await stage.messages.replay("mail", from: told[1], through: told[2]) == 2)
            #expect(try await stage.messages.replay("nobody", from: 1) == 0)
            let time = try #require(try await stage.messages.message(at: told[4])).createdAt
            #expect(try await stage.messages.position(at: time) == told[4] - 1)
            #expect(try await stage.messages.position(at: time.advanced(bySeconds: 60)) == nil)
        }
    }
}

extension CourierFailure {
    /// What a courier says of something that it had not begun.
    fileprivate static var stoppedForTests: CourierFailure {
        get async {
            let courier = Courier()
            let cancelled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await courier.post(
                    WebPost(url: "http://127.0.0.1:1", headerFields: [], body: [], allowsClearText: true) { _ in false
                    },
                    milliseconds: 1_000)
            }
            defer { Task { try? await courier.stop() } }
            do { try await cancelled.value } catch let failure as CourierFailure { return failure } catch {}
            preconditionFailure("it was begun")
        }
    }
}
