import ActorTransport
import LedgerStore
import Telemetry
import Wire

/// One wish of a call, with what would have come along had it been a call of its own.
struct AskedHold: Sendable {
    let command: HoldCommand
    /// Whose it is, and by which key.
    let key: DoorItemKey
    /// Finds the customer's request in the logs.
    let requestID: String
    /// When its customer stops waiting; nil where nobody said so.
    let deadline: ContinuousClock.Instant?

    /// A wish of the call that the current task works for. `callDeadline` is the call's.
    init(_ command: HoldCommand, callDeadline: ContinuousClock.Instant?) {
        self.command = command
        key = DoorItemKey(
            customerID: command.customerId, key: command.idempotencyKey, fingerprint: Array(command.fingerprint.utf8))
        let id = command.requestId.flatMap { RequestID(accepting: $0) } ?? RequestID.current
        requestID = id?.description ?? ""
        // Earlier than at once is at once.
        let earlier = Int64(max(0, min(command.earlierMilliseconds ?? 0, Int(InboundCalls.deadlineMillisecondsMax))))
        deadline = callDeadline.map { $0 - .milliseconds(earlier) }
    }
}
