public import Ticketing

/// All that the ledger has of one seat: what its history says, and who had a part in it.
public struct SeatStory: Sendable {
    /// A change of the seat.
    public struct Change: Sendable {
        /// Its place in the performance's history.
        public let sequence: Int64
        /// When it was committed.
        public let at: Timestamp
        /// What the seat became.
        public let state: SeatState
    }

    /// A hold that had it.
    public struct Hold: Sendable {
        /// Which.
        public let holdID: HoldID
        /// Whose.
        public let customerID: CustomerID
        /// Where it is in its life.
        public let state: HoldState
        /// When it was made.
        public let createdAt: Timestamp
        /// Its latest deadline.
        public let until: Timestamp
    }

    /// A ticket for it.
    public struct Ticket: Sendable {
        /// Which.
        public let ticketID: TicketID
        /// By which order.
        public let orderID: OrderID
        /// Whether it opens the gate.
        public let state: TicketState
        /// When it was issued.
        public let issuedAt: Timestamp
        /// When its bearer was let in; nil for never.
        public let checkedInAt: Timestamp?
        /// What it cost, with the fee.
        public let price: Money
    }

    /// An attempt at paying an order that it is in.
    public struct Payment: Sendable {
        /// Which.
        public let paymentID: PaymentID
        /// Of which order.
        public let orderID: OrderID
        /// Where it is in its life.
        public let state: PaymentState
        /// How much.
        public let amount: Money
        /// By whom.
        public let provider: String
        /// When it was begun.
        public let createdAt: Timestamp
        /// When it ended; nil while it is open.
        public let settledAt: Timestamp?
    }

    /// Money of such an order that goes back.
    public struct Refund: Sendable {
        /// Which.
        public let refundID: RefundID
        /// Of which payment.
        public let paymentID: PaymentID
        /// Of which order.
        public let orderID: OrderID
        /// Why.
        public let reason: String
        /// Where it is in its life.
        public let state: String
        /// How much.
        public let amount: Money
        /// When it was written down.
        public let createdAt: Timestamp
        /// When it was made; nil when it was not.
        public let madeAt: Timestamp?
    }

    /// By sequence.
    public let changes: [Change]
    /// By time.
    public let holds: [Hold]
    /// By time.
    public let tickets: [Ticket]
    /// By time.
    public let payments: [Payment]
    /// By time.
    public let refunds: [Refund]
}
