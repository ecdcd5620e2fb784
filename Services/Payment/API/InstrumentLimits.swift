import ActorTransport
import LedgerStore
import Synchronization
import Ticketing
import Wire

/// Keeps one card from paying for more seats of a performance than its organizer allows, whoever holds it.
///
/// Which card it is, the provider says; the ledger knows it by an HMAC alone, and decides under the performance's lock.
final class InstrumentLimits: Sendable {
    /// How long it is remembered whether a performance limits this: the ledger's own word counts behind it.
    static let ageMax: Duration = .seconds(1)
    /// Performances that are remembered.
    static let performancesMax = 1_024

    private struct Known {
        let isLimited: Bool
        let at: ContinuousClock.Instant
    }

    private let payments: PaymentsStore
    private let door: PerformanceDoor
    private let instruments: InstrumentKeys
    private let known = Mutex<[PerformanceID: Known]>([:])

    init(payments: PaymentsStore, door: PerformanceDoor, instruments: InstrumentKeys) {
        self.payments = payments
        self.door = door
        self.instruments = instruments
    }

    /// The refusal of a wish to pay, stored with its key; nil when its instrument may pay.
    func refusal(
        of command: PaymentCommand, by provider: any PaymentProvider, in performance: PerformanceID,
        deadline: ContinuousClock.Instant, requestID: String?
    ) async throws -> Answer? {
        guard let token = command.paymentMethod?.token, try await isLimited(performance) else { return nil }
        let key = try DoorItemKey(command.customerId, command.idempotencyKey, hexadecimal: command.fingerprint)
        let name: String
        do {
            name = try await provider.instrument(of: token, deadline: deadline)
        } catch {
            // A request of before may have charged: what became of it is told without the card.
            if try await payments.knows(key, deadline: CallContext.current.deadline) { return nil }
            // Nothing was begun, and nothing is charged by a card that nobody knows.
            throw CallFailure(.unavailable, detail: "the provider does not tell the card: \(error)")
        }
        let marks = instruments.marks(of: name, at: provider.name)
        let item = InstrumentBatch.Item(
            orderID: command.orderId, key: key, instrument: marks.newest, olderInstrument: marks.older,
            answer: { owned, max in
                try PaymentAnswer.answer(toInstrumentWith: owned, max: max, of: command.orderId, requestID: requestID)
            })
        let outcome = try await door.submit(
            item, to: InstrumentBatch.self, in: performance, deadline: CallContext.current.deadline)
        guard case .limitReached(let owned, let max) = outcome else { return nil }
        return try item.answer(owned, max)
    }

    private func isLimited(_ performance: PerformanceID) async throws -> Bool {
        let now = ContinuousClock.now
        if let known = known.withLock({ $0[performance] }), now - known.at <= Self.ageMax { return known.isLimited }
        let isLimited = try await payments.instrumentLimit(of: performance) != nil
        known.withLock { known in
            if known.count >= Self.performancesMax { known.removeAll(keepingCapacity: true) }
            known[performance] = Known(isLimited: isLimited, at: now)
        }
        return isLimited
    }
}
