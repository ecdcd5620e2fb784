public import Ticketing

/// What came of a request, as far as a journey and the report are concerned.
public enum LoadReply: Sendable, Equatable {
    /// Done.
    case accepted(LoadFacts)
    /// The rules say no: a documented refusal.
    case refused(code: String, alternative: [SeatIndex]?)
    /// Come again: 429, or 503, with `Retry-After`.
    case shed(code: String, afterSeconds: Double)
    /// What nobody should ever be answered.
    case strange(status: Int)
    /// No answer.
    case lost(Loss)

    /// Why there is no answer.
    public enum Loss: String, Sendable, CaseIterable {
        /// It did not come in time.
        case late
        /// The connection broke, or could not be had.
        case broken
        /// The peer took the request back: it did not do anything.
        case reset
    }
}

/// What an answer says that somebody goes on with.
public struct LoadFacts: Sendable, Equatable {
    /// Of a hold.
    public var holdID: HoldID?
    public var seats: [SeatIndex] = []
    public var expiresAt: Timestamp?
    /// Of an order.
    public var orderID: OrderID?
    public var orderState: OrderState?
    /// Of a place in the queue.
    public var place: QueuePlace?

    /// Nothing of interest.
    public init() {}
}

/// A place in the queue, as it is told.
public struct QueuePlace: Sendable, Equatable {
    /// Names the place in the ranking that is published.
    public typealias EntryID = Identifier<QueuePlace>

    /// Which place it is.
    public var entryID: EntryID?
    /// Proves the place, so that asking for it needs no database; told once.
    public var entryToken: String?
    /// Those who stand before, and this one; nil where it is not known yet.
    public var position: Int?
    /// How long it will take, and how far that may be off.
    public var waitSeconds: Double?
    public var waitErrorSeconds: Double?
    /// When to ask again.
    public var pollAfterSeconds: Double
    /// The right to hold seats, once it is one's turn.
    public var admission: String?
    /// Until when.
    public var admittedUntil: Timestamp?
    /// Its turn will not come.
    public var isOver: Bool

    /// A place.
    public init(
        entryID: EntryID? = nil, entryToken: String? = nil, position: Int? = nil, waitSeconds: Double? = nil,
        waitErrorSeconds: Double? = nil,
        pollAfterSeconds: Double = 1, admission: String? = nil, admittedUntil: Timestamp? = nil, isOver: Bool = false
    ) {
        self.entryID = entryID
        self.entryToken = entryToken
        self.position = position
        self.waitSeconds = waitSeconds
        self.waitErrorSeconds = waitErrorSeconds
        self.pollAfterSeconds = pollAfterSeconds
        self.admission = admission
        self.admittedUntil = admittedUntil
        self.isOver = isOver
    }
}
