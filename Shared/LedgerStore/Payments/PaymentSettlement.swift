public import Ticketing
public import Wire

/// What the ledger made of an observation.
public struct PaymentSettlement: Hashable, Sendable {
    /// What was decided.
    public enum Decision: String, Hashable, Sendable, CaseIterable {
        /// The seats are the customer's, the tickets are issued.
        case sold
        /// The money came, but the seats are gone: it has to go back.
        case refundDue = "refund_due"
        /// Refused; another card may be tried while the seats are held.
        case declined
        /// Ended without a charge; the same.
        case cancelled
        /// Still open.
        case waiting
        /// It had its end before, or this was known; nothing was written.
        case settled
        /// There is no such payment.
        case notFound = "not_found"

        /// Whether this is when the money was first known to be taken: whatever was answered before is not so.
        var tellsOfCharge: Bool {
            switch self {
            case .sold, .refundDue: true
            case .declined, .cancelled, .waiting, .settled, .notFound: false
            }
        }
    }

    /// What was decided.
    public let decision: Decision
    /// Where the payment is now; nil when there is none.
    public let paymentState: PaymentState?
    /// The order as it is now; nil when there is no payment.
    public let order: OrderReading?
    /// The key by which the payment was asked for.
    public let idempotencyKey: String?
    /// Whether the key waits for its answer.
    public let needsAnswer: Bool
    /// The answer that the key has.
    public let storedAnswer: Answer?
    /// The refund that has to be made at the provider.
    public let pendingRefundID: RefundID?

    /// All members.
    public init(
        decision: Decision, paymentState: PaymentState?, order: OrderReading?, idempotencyKey: String?,
        needsAnswer: Bool, storedAnswer: Answer?, pendingRefundID: RefundID?
    ) {
        self.decision = decision
        self.paymentState = paymentState
        self.order = order
        self.idempotencyKey = idempotencyKey
        self.needsAnswer = needsAnswer
        self.storedAnswer = storedAnswer
        self.pendingRefundID = pendingRefundID
    }

    static let ofNothing = PaymentSettlement(
        decision: .notFound, paymentState: nil, order: nil, idempotencyKey: nil, needsAnswer: false,
        storedAnswer: nil, pendingRefundID: nil)
}
