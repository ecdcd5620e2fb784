/// Every code that a problem can carry (clients switch on it), with its HTTP status.
public enum ProblemCode: String, Codable, Sendable, CaseIterable {
    case malformedRequest = "malformed_request"
    case notSignedIn = "not_signed_in"
    case sessionExpired = "session_expired"
    case wrongCredentials = "wrong_credentials"
    case paymentDeclined = "payment_declined"
    case forbidden
    case csrf
    case admissionRequired = "admission_required"
    case admissionInvalid = "admission_invalid"
    case challengeRequired = "challenge_required"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case requestTimeout = "request_timeout"
    case emailTaken = "email_taken"
    case seatTaken = "seat_taken"
    case seatBlocked = "seat_blocked"
    case seatLimitReached = "seat_limit_reached"
    case notEnoughSeats = "not_enough_seats"
    case notOnSale = "not_on_sale"
    case salePaused = "sale_paused"
    case saleEnded = "sale_ended"
    case holdExpired = "hold_expired"
    case holdReleased = "hold_released"
    case paymentInProgress = "payment_in_progress"
    case instrumentLimitReached = "instrument_limit_reached"
    case noWaitingList = "no_waiting_list"
    case orderExists = "order_exists"
    case orderNotPayable = "order_not_payable"
    case alreadyRefunded = "already_refunded"
    case refundNotOffered = "refund_not_offered"
    case orderNotRefundable = "order_not_refundable"
    case alreadyCheckedIn = "already_checked_in"
    case ticketNotValid = "ticket_not_valid"
    case idempotencyKeyInUse = "idempotency_key_in_use"
    case bodyTooLarge = "body_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case invalidRequest = "invalid_request"
    case unknownSeat = "unknown_seat"
    case idempotencyKeyMissing = "idempotency_key_missing"
    case idempotencyKeyReused = "idempotency_key_reused"
    case rateLimited = "rate_limited"
    case coolingDown = "cooling_down"
    case headersTooLarge = "headers_too_large"
    case internalError = "internal_error"
    case overloaded
    case ledgerUnavailable = "ledger_unavailable"
    case draining
    case outcomeUnknown = "outcome_unknown"

    /// The HTTP status that goes with it.
    public var status: Int {
        switch self {
        case .malformedRequest: 400
        case .notSignedIn, .sessionExpired, .wrongCredentials: 401
        case .paymentDeclined: 402
        case .forbidden, .csrf, .admissionRequired, .admissionInvalid, .challengeRequired: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .emailTaken, .seatTaken, .seatBlocked, .seatLimitReached, .notEnoughSeats, .notOnSale, .salePaused,
            .instrumentLimitReached, .noWaitingList,
            .saleEnded, .holdExpired, .holdReleased, .paymentInProgress, .orderExists, .orderNotPayable,
            .alreadyRefunded, .refundNotOffered, .orderNotRefundable, .alreadyCheckedIn, .ticketNotValid,
            .idempotencyKeyInUse:
            409
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .invalidRequest, .unknownSeat, .idempotencyKeyMissing, .idempotencyKeyReused: 422
        case .rateLimited, .coolingDown: 429
        case .headersTooLarge: 431
        case .internalError: 500
        case .overloaded, .ledgerUnavailable, .draining, .outcomeUnknown: 503
        }
    }

    /// One short sentence, the same each time (RFC 9457, section 3.1.3).
    public var title: String {
        switch self {
        case .malformedRequest: "The request can't be read"
        case .notSignedIn: "Not signed in"
        case .sessionExpired: "The session has ended"
        case .wrongCredentials: "E-mail or password is wrong"
        case .paymentDeclined: "The payment was declined"
        case .forbidden: "Not allowed"
        case .csrf: "The request did not come from our page"
        case .admissionRequired: "It is not your turn yet"
        case .admissionInvalid: "The admission is not valid"
        case .challengeRequired: "Very many ask: solve the challenge, or wait a little"
        case .notFound: "There is no such thing"
        case .methodNotAllowed: "This can't be done here"
        case .requestTimeout: "The request took too long to arrive"
        case .emailTaken: "There is an account with this e-mail"
        case .seatTaken: "A seat was taken by somebody else"
        case .seatBlocked: "A seat is not for sale"
        case .seatLimitReached: "The limit of seats for one customer is reached"
        case .notEnoughSeats: "There are not enough such seats"
        case .notOnSale: "The sale has not begun"
        case .salePaused: "The sale is paused"
        case .saleEnded: "The sale has ended"
        case .holdExpired: "The time for these seats is over"
        case .holdReleased: "These seats were given back"
        case .paymentInProgress: "A payment is under way"
        case .instrumentLimitReached: "The limit of seats for one card is reached"
        case .noWaitingList: "There is no waiting list"
        case .orderExists: "These seats are in an order already"
        case .orderNotPayable: "The order can't be paid"
        case .alreadyRefunded: "The money went back already"
        case .refundNotOffered: "These tickets can't be given back"
        case .orderNotRefundable: "There is nothing of the order to give back"
        case .alreadyCheckedIn: "The ticket was used already"
        case .ticketNotValid: "The ticket is not valid"
        case .idempotencyKeyInUse: "The same request is being worked on"
        case .bodyTooLarge: "The request's body is too large"
        case .unsupportedMediaType: "The request's body has to be JSON"
        case .invalidRequest: "The request is not valid"
        case .unknownSeat: "There is no such seat"
        case .idempotencyKeyMissing: "The Idempotency-Key is missing"
        case .idempotencyKeyReused: "The Idempotency-Key was used for another request"
        case .rateLimited: "Too many requests"
        case .coolingDown: "Others may choose first for a while"
        case .headersTooLarge: "The request's header is too large"
        case .internalError: "Something went wrong on our side"
        case .overloaded: "Too many people at once"
        case .ledgerUnavailable: "The books can't be reached"
        case .draining: "This server is about to stop"
        case .outcomeUnknown: "The outcome is not known yet"
        }
    }
}
