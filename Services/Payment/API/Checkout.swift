import ActorTransport
import LedgerStore
import Logging
import Metrics
import Shedding
import Telemetry
import Ticketing
import Wire

/// Makes orders and has them paid: writes down, asks the provider outside of any transaction, settles.
struct Checkout: Sendable {
    /// Orders that this process is being asked to have paid at this moment.
    private static let inFlight = Meter(label: "orders_in_flight")

    private let door: PerformanceDoor
    private let orders: OrdersStore
    private let providers: PaymentProviders
    private let settlement: Settlement
    private let unfinished: UnfinishedPayments
    private let instruments: InstrumentLimits
    private let settings: CheckoutSettings
    private let logger: Logger

    init(
        door: PerformanceDoor, orders: OrdersStore, providers: PaymentProviders, settlement: Settlement,
        unfinished: UnfinishedPayments, instruments: InstrumentLimits, settings: CheckoutSettings, logger: Logger
    ) {
        self.door = door
        self.orders = orders
        self.providers = providers
        self.settlement = settlement
        self.unfinished = unfinished
        self.instruments = instruments
        self.settings = settings
        self.logger = logger
    }

    // MARK: Orders

    /// Makes an order of a customer's holds, all or none.
    func createOrder(_ command: OrderCommand) async throws -> Answer {
        let requestID = RequestID.current?.description
        if let problem = problem(with: command.holdIds) {
            return try Answer(refusal: problem, of: requestID)
        }
        guard let performance = try await orders.performance(ofHold: command.holdIds[0], of: command.customerId) else {
            return try OrderAnswer.answer(to: .notFound, requestID: requestID)
        }
        let item = OrderCreateBatch.Item(
            orderID: OrderID(at: .now),
            key: try DoorItemKey(command.customerId, command.idempotencyKey, hexadecimal: command.fingerprint),
            holdIDs: command.holdIds,
            answer: { try OrderAnswer.answer(to: $0, requestID: requestID) })
        let outcome = try await door.submit(
            item, to: OrderCreateBatch.self, in: performance, deadline: CallContext.current.deadline)
        var answer = try item.answer(outcome.decision)
        if outcome.isRepeat { answer.isReplay = true }
        return answer
    }

    private func problem(with holds: [HoldID]) -> Problem? {
        let code: String
        if holds.isEmpty {
            code = "missing"
        } else if holds.count > settings.holdsPerOrderMax {
            code = "out_of_range"
        } else if Set(holds).count < holds.count {
            code = "malformed"
        } else {
            return nil
        }
        return Problem(.invalidRequest, detail: "An order is for one or more different holds.").with {
            $0.fields = [FieldProblem(path: "hold_ids", code: code)]
        }
    }

    // MARK: Payments

    /// Pays an order, or says what stands in the way.
    func pay(_ command: PaymentCommand) async throws -> Answer {
        Self.inFlight.increment()
        defer { Self.inFlight.decrement() }
        let requestID = RequestID.current?.description
        if let method = command.paymentMethod {
            guard method.type == "card" else {
                return try PaymentAnswer.answer(toUnknownMethodAt: "payment_method.type", requestID: requestID)
            }
            guard providers.chosen.accepts(token: method.token) else {
                return try PaymentAnswer.answer(toUnknownMethodAt: "payment_method.token", requestID: requestID)
            }
        }
        guard let performance = try await orders.performance(ofOrder: command.orderId, of: command.customerId) else {
            return try PaymentAnswer.answer(to: .notFound, of: command.orderId, requestID: requestID)
        }
        if let refusal = try await instruments.refusal(
            of: command, by: providers.chosen, in: performance, deadline: providerDeadline, requestID: requestID)
        {
            return refusal
        }
        let item = PaymentBeginBatch.Item(
            paymentID: PaymentID(at: .now), orderID: command.orderId,
            key: try DoorItemKey(command.customerId, command.idempotencyKey, hexadecimal: command.fingerprint),
            methodType: command.paymentMethod?.type, methodToken: command.paymentMethod?.token,
            provider: providers.chosen.name, leaseSeconds: settings.leaseSeconds,
            answer: { try PaymentAnswer.answer(to: $0, of: command.orderId, requestID: requestID) })
        switch try await begin(item, in: performance) {
        case .begun(let attempt):
            return try await finish(attempt, requestID: requestID) { try await start(attempt) }
        case .resumed(let attempt):
            return try await finish(attempt, requestID: requestID) { try await resume(attempt) }
        case .replayed(let answer): return answer
        case .inUse: return try Answer(refusal: Problem(.idempotencyKeyInUse), of: requestID)
        case .keyReused:
            return try Answer(
                refusal: Problem(.idempotencyKeyReused, detail: "Use a new key for a new request."), of: requestID)
        case .refused(let refusal): return try item.answer(refusal)
        }
    }

    private func begin(
        _ item: PaymentBeginBatch.Item, in performance: PerformanceID
    ) async throws -> PaymentBeginDecision {
        do throws(DoorFailure) {
            return try await door.submit(
                item, to: PaymentBeginBatch.self, in: performance, deadline: CallContext.current.deadline)
        } catch {
            if case .outcomeUnknown = error { await unfinished.mayHaveBegun(item.paymentID) }
            throw error
        }
    }

    /// Goes on with a payment of this process that turned out to have begun.
    func goOn(with attempt: PaymentAttempt) async throws {
        _ = try await finish(attempt, requestID: nil) { try await resume(attempt) }
    }

    /// Asks the provider and settles. From here on money may have moved: no failure may say that nothing was done.
    private func finish(
        _ attempt: PaymentAttempt, requestID: String?, asking provider: () async throws -> ProviderStatus
    ) async throws -> Answer {
        let observation: PaymentObservation
        do {
            observation = try await IntakeSlot.elsewhere { try await provider().observation }
        } catch {
            logger.warning(
                "a payment's outcome is unknown",
                metadata: ["payment_id": "\(attempt.paymentID)", "cause": "\(error)"])
            observation = .unknown
        }
        do {
            let settled = try await settlement.settle(attempt, by: observation, requestID: requestID)
            if var stored = settled.storedAnswer {
                // Somebody else settled it meanwhile; for this caller it is the first answer all the same.
                stored.isReplay = false
                return stored
            }
            return try PaymentAnswer.answer(to: settled, requestID: requestID)
        } catch {
            await unfinished.notWritten(observation, of: attempt)
            throw CallFailure(.outcomeUnknown, detail: "\(error)")
        }
    }

    private func start(_ attempt: PaymentAttempt) async throws -> ProviderStatus {
        if attempt.provider == PaymentAttempt.noProvider { return .succeeded(reference: nil) }
        return try await providers.provider(thatBegan: attempt).start(
            ProviderCharge(attempt), deadline: providerDeadline)
    }

    /// Somebody else began it, and may have sent it: the provider is asked first.
    private func resume(_ attempt: PaymentAttempt) async throws -> ProviderStatus {
        if attempt.provider == PaymentAttempt.noProvider { return .succeeded(reference: nil) }
        let provider = try providers.provider(thatBegan: attempt)
        let status = try await provider.status(of: ProviderCharge(attempt))
        guard status == .notKnown else { return status }
        guard attempt.ageSeconds < CheckoutSettings.resendHoursMax * 3600 else {
            return try await provider.cancel(ProviderCharge(attempt))
        }
        return try await start(attempt)
    }

    private var providerDeadline: ContinuousClock.Instant {
        let own = ContinuousClock.now + .seconds(settings.providerSeconds)
        guard let callers = CallContext.current.deadline else { return own }
        return min(own, callers - .milliseconds(settings.settleMillisecondsReserved))
    }
}
