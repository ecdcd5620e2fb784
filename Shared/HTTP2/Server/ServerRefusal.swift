public import HTTPTypes

/// What the server answers by itself, before or instead of a handler.
public enum ServerRefusal: Sendable, Equatable {
    /// The request makes no sense as HTTP.
    case malformed
    /// More header bytes or fields than the listener takes.
    case headersTooLarge
    /// The announced body is larger than the listener takes.
    case bodyTooLarge
    /// The request was not there in time.
    case requestTooSlow
    /// The handler did not answer in time; it was cancelled.
    case handlerTooSlow
    /// The listener has as many requests as it may; nothing was done.
    case overloaded

    /// The status that says so.
    public var status: HTTPResponse.Status {
        switch self {
        case .malformed: .badRequest
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .requestTooSlow: .requestTimeout
        case .handlerTooSlow, .overloaded: .serviceUnavailable
        }
    }
}
