import ActorTransport
import LedgerStore
import Postgres
import Telemetry
import Ticketing
import Wire

/// Takes wishes for refunds, and for the end of whole performances. What it writes down is made by the workers.
struct Refunds: Sendable {
    private let door: PerformanceDoor
    private let refunds: RefundsStore
    private let cancellations: CancellationsStore
    private let settings: RefundSettings

    init(
        door: PerformanceDoor, refunds: RefundsStore, cancellations: CancellationsStore, settings: RefundSettings
    ) {
        self.door = door
        self.refunds = refunds
        self.cancellations = cancellations
        self.settings = settings
    }

    /// For a job: wishes go through a door of its own.
    init(door: PerformanceDoor, on pool: PostgresPool) {
        self.init(
            door: door, refunds: RefundsStore(pool: pool), cancellations: CancellationsStore(pool: pool),
            settings: RefundSettings())
    }

    /// Refunds tickets of an order, or says what stands in the way.
    func ask(_ command: RefundCommand) async throws -> Answer {
        let requestID = RequestID.current?.description
        if let problem = problem(tickets: command.ticketIds, note: command.reason) {
            return try Answer(refusal: problem, of: requestID)
        }
        guard let performance = try await refunds.performance(ofOrder: command.orderId) else {
            return try RefundAnswer.answer(to: RefundDecision.notFound, requestID: requestID)
        }
        let item = RefundBeginBatch.Item(
            refundID: RefundID(at: .now), orderID: command.orderId,
            key: try DoorItemKey(command.askerId, command.idempotencyKey, hexadecimal: command.fingerprint),
            asker: command.asker, note: command.reason ?? "", ticketIDs: command.ticketIds ?? [],
            answer: { try RefundAnswer.answer(to: $0, requestID: requestID) })
        let outcome = try await door.submit(
            item, to: RefundBeginBatch.self, in: performance, deadline: CallContext.current.deadline)
        var answer = try item.answer(outcome.decision)
        if outcome.isRepeat { answer.isReplay = true }
        return answer
    }

    /// Ends a performance's sale for good; all its money goes back.
    func cancel(_ command: CancellationCommand) async throws -> Answer {
        let requestID = RequestID.current?.description
        if let problem = problem(tickets: nil, note: command.reason) {
            return try Answer(refusal: problem, of: requestID)
        }
        let item = CancellationBeginBatch.Item(
            key: try DoorItemKey(command.askerId, command.idempotencyKey, hexadecimal: command.fingerprint),
            asker: command.asker, reason: command.reason ?? "",
            answer: { try RefundAnswer.answer(to: $0, requestID: requestID) })
        let decision = try await door.submit(
            item, to: CancellationBeginBatch.self, in: command.performanceId, deadline: CallContext.current.deadline)
        return try item.answer(decision)
    }

    /// How far the refunds of a cancelled performance are.
    func cancellation(_ question: PerformanceSalesRequest, requestID: String?) async throws -> Answer {
        guard let found = try await cancellations.cancellation(question) else {
            return try Answer(
                refusal: Problem(.notFound, detail: "There is no such performance, or it is not cancelled."),
                of: requestID)
        }
        return try Answer(found)
    }

    /// The rule of a performance.
    func rule(_ question: PerformanceSalesRequest, requestID: String?) async throws -> Answer {
        try ruleAnswer(try await refunds.rule(question), requestID)
    }

    /// Changes the rule of a performance.
    func change(_ command: RefundRuleCommand, requestID: String?) async throws -> Answer {
        if let seconds = command.rule.selfServiceUntilSeconds, !(0...settings.selfServiceSecondsMax).contains(seconds) {
            return try Answer(
                refusal: Problem(.invalidRequest, detail: "Name a span before the start.").with {
                    $0.fields = [FieldProblem(path: "self_service_until_seconds", code: "out_of_range")]
                }, of: requestID)
        }
        return try ruleAnswer(try await refunds.change(command), requestID)
    }

    private func ruleAnswer(_ rule: RefundRuleResource?, _ requestID: String?) throws -> Answer {
        guard let rule else {
            return try Answer(refusal: Problem(.notFound, detail: "There is no such performance."), of: requestID)
        }
        return try Answer(rule)
    }

    private func problem(tickets: [TicketID]?, note: String?) -> Problem? {
        if let note, note.unicodeScalars.count > settings.noteCharactersMax {
            return Problem(.invalidRequest, detail: "Say it in fewer words.").with {
                $0.fields = [FieldProblem(path: "reason", code: "out_of_range")]
            }
        }
        guard let tickets else { return nil }
        let code: String
        if tickets.isEmpty {
            code = "missing"
        } else if tickets.count > settings.ticketsPerRefundMax {
            code = "out_of_range"
        } else if Set(tickets).count < tickets.count {
            code = "malformed"
        } else {
            return nil
        }
        return Problem(.invalidRequest, detail: "A refund is for one or more different tickets of the order.").with {
            $0.fields = [FieldProblem(path: "ticket_ids", code: code)]
        }
    }
}
