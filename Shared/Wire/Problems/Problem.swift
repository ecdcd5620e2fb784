public import Ticketing

/// Why a request was not carried out: `application/problem+json` (RFC 9457), with what is at fault.
public struct Problem: Codable, Hashable, Sendable {
    /// A stable address for the code.
    public var type: String
    /// One short sentence, the same for each code.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// What clients switch on.
    public var code: ProblemCode
    /// What to do next, for a person.
    public var detail: String?
    /// Finds the request in the logs.
    public var requestId: String?
    /// The members at fault.
    public var fields: [FieldProblem]?
    /// The seats at fault.
    public var seatIndexes: [SeatIndex]?
    /// Up to three lists of as many free seats, the nearest first.
    public var alternatives: [[SeatIndex]]?
    /// The most seats that the same wish would get; side by side, where it asks for that.
    public var largestGroup: Int?
    /// The limit of seats for one customer.
    public var seatsMax: Int?
    /// Seats that the customer holds or owns.
    public var seatsOwned: Int?
    /// When the sale begins.
    public var onSaleAt: Timestamp?
    /// The tickets at fault.
    public var ticketIds: [TicketID]?
    /// The order that is in the way.
    public var orderId: OrderID?
    /// When the ticket was first used.
    public var checkedInAt: Timestamp?
    /// When to try again, in seconds; the same as the header `Retry-After`.
    public var retryAfterSeconds: Int?
    /// What has to be done before the same request is taken.
    public var challenge: ChallengeResource?

    /// A problem of a code; what is at fault is set afterwards.
    public init(_ code: ProblemCode, detail: String? = nil) {
        type = "urn:box-office:problem:\(code.rawValue)"
        title = code.title
        status = code.status
        self.code = code
        self.detail = detail
        switch code {
        case .rateLimited, .overloaded, .ledgerUnavailable, .draining, .outcomeUnknown, .idempotencyKeyInUse:
            retryAfterSeconds = 1
        default: break
        }
    }

    /// The same problem with its details filled in.
    public func with(_ fill: (inout Problem) -> Void) -> Problem {
        var filled = self
        fill(&filled)
        return filled
    }
}
