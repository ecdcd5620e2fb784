import LedgerStore
import Ticketing
import Wire

@testable import Payment

/// A performance that is on sale.
struct Sale: Sendable {
    let performanceID: PerformanceID
    let organizerID: CustomerID
}

extension Stage {
    /// Seats cost 50000 with a fee of 2000 at level 0, and nothing at level 1; the last ten seats are of level 1.
    func makeSale(
        seatCount: Int = 60, seatsPerCustomerMax: Int = 6, holdSeconds: Int = 600, paymentSeconds: Int = 60
    ) async throws -> Sale {
        let now = Timestamp.now
        let organizer = CustomerID(at: now)
        let chart = SeatingChartID(at: now)
        let performance = PerformanceID(at: now)
        _ = try await CustomerStore(pool: pool).register(
            organizer, role: .organizer, email: "\(organizer)@example.org", name: "Organizer", passwordHash: "none")
        try await CatalogueStore(pool: pool).insert(
            NewChart(
                chartID: chart, name: "Hall", document: Array("{}".utf8),
                seats: (0..<seatCount).map {
                    NewChart.Seat(priceLevel: $0 < seatCount - 10 ? 0 : 1, label: "Row A, seat \($0 + 1)")
                }))
        try await CatalogueStore(pool: pool).insert(
            NewEvent(
                eventID: EventID(at: now), organizerID: organizer, title: "A show", description: "About nothing",
                venue: .new(VenueID(at: now), name: "A hall"),
                performances: [
                    NewPerformance(
                        performanceID: performance, chartID: chart, startsAt: now.advanced(bySeconds: 86_400),
                        onSaleAt: now.advanced(bySeconds: -60), saleEndsAt: now.advanced(bySeconds: 3_600),
                        currency: "KRW", seatsPerCustomerMax: seatsPerCustomerMax, holdSeconds: holdSeconds,
                        paymentSeconds: paymentSeconds,
                        priceLevels: [
                            NewPriceLevel(
                                priceLevelID: "standard", name: "Standard", color: "#ffffff", priceMinor: 50_000,
                                serviceFeeMinor: 2_000),
                            NewPriceLevel(
                                priceLevelID: "free", name: "Free", color: "#eeeeee", priceMinor: 0,
                                serviceFeeMinor: 0),
                        ])
                ]))
        return Sale(performanceID: performance, organizerID: organizer)
    }

    /// A customer who exists.
    func makeCustomer() async throws -> CustomerID {
        let customer = CustomerID(at: .now)
        _ = try await CustomerStore(pool: pool).register(
            customer, role: .customer, email: "\(customer)@example.org", name: "Somebody", passwordHash: "none")
        return customer
    }

    /// Holds seats, or nil when they are taken.
    func hold(_ seats: [SeatIndex], of customer: CustomerID, in sale: Sale) async throws -> HoldID? {
        let id = HoldID(at: .now)
        let item = HoldItem(
            holdID: id, customerID: customer, idempotencyKey: "hold-\(id)", fingerprint: [1], requestID: "test",
            seatIndexes: seats)
        if case .held = try await door.submit(item, to: HoldBatch.self, in: sale.performanceID) { return id }
        return nil
    }

    /// Asks for an order of holds.
    func createOrder(
        _ holds: [HoldID], of customer: CustomerID, key: String? = nil, fingerprint: String = "01"
    ) async throws -> Answer {
        try await checkout.createOrder(
            OrderCommand(
                customerId: customer, idempotencyKey: key ?? "order-\(OrderID(at: .now))", fingerprint: fingerprint,
                holdIds: holds))
    }

    /// Holds seats and makes an order of them.
    func order(_ seats: [SeatIndex], of customer: CustomerID, in sale: Sale) async throws -> OrderResource {
        guard let hold = try await hold(seats, of: customer, in: sale) else {
            throw StageFailure("the seats are taken")
        }
        let answer = try await createOrder([hold], of: customer)
        guard answer.status == 201 else { throw StageFailure("no order: \(answer.text)") }
        return try answer.order
    }

    /// Pays an order by a card.
    func pay(
        _ order: OrderID, of customer: CustomerID, by token: String? = "sandbox_succeed", key: String? = nil,
        fingerprint: String = "02"
    ) async throws -> Answer {
        try await checkout.pay(
            PaymentCommand(
                customerId: customer, orderId: order, idempotencyKey: key ?? "pay-\(PaymentID(at: .now))",
                fingerprint: fingerprint, paymentMethod: token.map { PaymentMethodRequest(type: "card", token: $0) }))
    }

    /// Begins a payment and goes no further, as a process that is killed then.
    func begin(
        _ order: OrderResource, of customer: CustomerID, by token: String = "sandbox_succeed",
        key: String = "pay-killed", leaseSeconds: Int = 15
    ) async throws -> PaymentBeginDecision {
        let item = PaymentBeginBatch.Item(
            paymentID: PaymentID(at: .now), orderID: order.orderId,
            key: DoorItemKey(customerID: customer, key: key, fingerprint: [2]), methodType: "card", methodToken: token,
            provider: providers.chosen.name, leaseSeconds: leaseSeconds,
            answer: { try PaymentAnswer.answer(to: $0, of: order.orderId, requestID: nil) })
        return try await door.submit(item, to: PaymentBeginBatch.self, in: order.performanceId)
    }

    /// The order as it is now.
    func current(_ order: OrderResource) async throws -> OrderResource {
        guard let reading = try await orders.orders([order.orderId]).first else { throw StageFailure("no order") }
        return reading.resource
    }

    /// Makes the deadlines of everything that is held pass.
    func letHoldsLapse() async throws {
        try await ledger(
            """
            UPDATE hold SET created_at = created_at - interval '1 day', expires_at = clock_timestamp(),
                extended_until = least(extended_until, clock_timestamp()) WHERE state IN ('active', 'paying');
            UPDATE payment SET frozen_until = clock_timestamp() WHERE frozen_until > clock_timestamp();
            UPDATE seat SET held_until = clock_timestamp() WHERE state = 1
            """)
    }
}

/// A test's preparations did not go as they had to.
struct StageFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Answer {
    /// The body, for messages.
    var text: String { String(decoding: body?.bytes ?? [], as: UTF8.self) }

    /// The body as an order.
    var order: OrderResource {
        get throws { try WireJSON.decode(OrderResource.self, from: body?.bytes ?? []) }
    }

    /// The body as a problem.
    var problem: Problem {
        get throws { try WireJSON.decode(Problem.self, from: body?.bytes ?? []) }
    }
}

extension PaymentBeginDecision {
    /// The attempt that is the caller's to go on with.
    var attempt: PaymentAttempt? {
        switch self {
        case .begun(let attempt), .resumed(let attempt): attempt
        case .replayed, .inUse, .keyReused, .refused: nil
        }
    }
}
