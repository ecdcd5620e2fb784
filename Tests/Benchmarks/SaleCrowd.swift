import Foundation
import HTTPTypes
import Ticketing
import Wire

/// Customers of one round, signed in before it begins.
struct SaleCrowd: Sendable {
    private let gateway: SaleGateway
    private let performance: PerformanceID
    private let tokens: [String]

    init(gateway: SaleGateway, performance: PerformanceID, count: Int) async throws {
        self.gateway = gateway
        self.performance = performance
        let round = UUID().uuidString.prefix(8)
        // Two at once: passwords are worked on for long, and shed where too many come.
        tokens = try await withThrowingTaskGroup(of: [String].self) { group in
            for half in 0..<2 {
                group.addTask {
                    var tokens: [String] = []
                    for number in stride(from: half, to: count, by: 2) {
                        tokens.append(try await gateway.signUp("customer-\(round)-\(number)"))
                    }
                    return tokens
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Each holds a seat of its own and gives it back, again and again; what is counted and timed is the hold.
    func hold(_ seats: [SeatIndex], seconds: Int) async throws -> Round {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await together { token, number in
            var latencies: [Double] = []
            while ContinuousClock.now < end {
                let (held, milliseconds) = try await timed {
                    try await hold(seats[number], token)
                }
                latencies.append(milliseconds)
                try await gateway.send(.delete, "/v1/holds/\(held.holdId)", token: token)
            }
            return latencies
        }
    }

    /// Each buys its share of the seats, one after the other; what is timed is hold, order and payment.
    func buy(_ seats: [SeatIndex]) async throws -> Round {
        try await together { token, number in
            var latencies: [Double] = []
            for seat in stride(from: number, to: seats.count, by: tokens.count) {
                let (_, milliseconds) = try await timed { try await buy(seats[seat], token) }
                latencies.append(milliseconds)
            }
            return latencies
        }
    }

    private func hold(_ seat: SeatIndex, _ token: String) async throws -> HoldResource {
        try await gateway.ask(
            HoldResource.self, .post, "/v1/performances/\(performance)/holds", HoldRequest(seatIndexes: [seat]),
            token: token)
    }

    private func buy(_ seat: SeatIndex, _ token: String) async throws {
        let hold = try await hold(seat, token)
        let order = try await gateway.ask(
            OrderResource.self, .post, "/v1/orders", OrderRequest(holdIds: [hold.holdId]), token: token)
        let card = PaymentRequest(paymentMethod: PaymentMethodRequest(type: "card", token: "sandbox_succeed"))
        let paid = try await gateway.ask(
            OrderResource.self, .post, "/v1/orders/\(order.orderId)/payments", card, token: token)
        guard paid.state == .paid, paid.tickets.count == 1 else { throw SaleFailure.notPaid }
    }

    private func together(_ visit: @escaping @Sendable (String, Int) async throws -> [Double]) async throws -> Round {
        let start = ContinuousClock.now
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for (number, token) in tokens.enumerated() {
                group.addTask { try await visit(token, number) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Round(latencies: latencies, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private func timed<Value>(_ work: () async throws -> Value) async throws -> (Value, milliseconds: Double) {
        let start = ContinuousClock.now
        let value = try await work()
        return (value, (ContinuousClock.now - start) / .milliseconds(1))
    }
}

enum SaleFailure: Error {
    case notPaid
}
