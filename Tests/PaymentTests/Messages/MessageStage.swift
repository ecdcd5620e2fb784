import LedgerStore
import TestSupport
import Ticketing
import Wire

@testable import Payment

extension Stage {
    var deliveries: DeliveriesStore { DeliveriesStore(pool: pool) }
    var messages: MessagesStore { MessagesStore(pool: pool) }
    var figures: SalesFiguresStore { SalesFiguresStore(pool: pool) }

    /// An order that was paid.
    @discardableResult
    func paidOrder(_ seats: [SeatIndex], of customer: CustomerID, in sale: Sale) async throws -> OrderID {
        let order = try await order(seats, of: customer, in: sale)
        let answer = try await pay(order.orderId, of: customer)
        guard answer.status == 201 else { throw StageFailure("not paid: \(answer.text)") }
        return order.orderId
    }

    /// Refunds an order that had been paid, as far as messages are concerned.
    func tellRefund(of order: OrderID, amount: Int64 = 52_000) async throws {
        try await ledger(
            """
            SELECT FROM performance f JOIN "order" o ON o.performance_id = f.performance_id CROSS JOIN LATERAL
                messages_write('refund_made', f, ARRAY[o.order_id], ARRAY[gen_random_uuid()], ARRAY[\(amount)::bigint],
                    ARRAY[1], clock_timestamp())
            WHERE o.order_id = '\(order)'
            """)
    }

    /// Lets every pause and every lease be over.
    func letPausesEnd() async throws {
        try await ledger(
            "UPDATE delivery SET next_attempt_at = clock_timestamp() - interval '1 day' WHERE finished_at IS NULL")
    }

    /// One column of one query, line by line.
    func column(_ sql: String) async throws -> [String] {
        try await ledger(sql).split(separator: "\n").map(String.init)
    }

    /// A worker of this stage's for a consumer.
    func worker(
        _ consumer: any MessageConsumer, settings: DeliveryWorker.Settings = .forTests
    ) -> DeliveryWorker {
        DeliveryWorker(store: deliveries, consumer: consumer, settings: settings, logger: testLogger)
    }
}

extension DeliveryWorker.Settings {
    /// Short waits.
    static var forTests: DeliveryWorker.Settings {
        var settings = DeliveryWorker.Settings()
        settings.idleMilliseconds = 10
        settings.attemptMilliseconds = 5_000
        settings.backOff = DeliveryBackOff(secondsMin: 0.01, secondsMax: 0.05, attemptsMax: 5)
        return settings
    }
}
