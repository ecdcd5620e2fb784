public import HTTPTypes
import Shedding

/// The header fields of a call.
public enum CallHeaders {
    /// Milliseconds that the caller still waits: a span, since two machines' clocks differ.
    static let deadline = HTTPField.Name("call-deadline-milliseconds")!
    /// The first caller's own key.
    static let idempotencyKey = HTTPField.Name("idempotency-key")!
    /// How much the first caller's request matters: a word of `RequestPriority`.
    static let priority = HTTPField.Name("call-priority")!
    /// W3C trace context.
    static let traceParent = HTTPField.Name("traceparent")!
    /// Finds the request in the logs.
    static let requestID = HTTPField.Name("request-id")!
    /// Who calls: see `ServiceCredential`.
    public static let credential = HTTPField.Name("service-credential")!

    /// The field of a priority, made once.
    static func field(of priority: RequestPriority) -> HTTPField { priorities[priority.rank] }

    // By rank.
    private static let priorities = RequestPriority.allCases.map { HTTPField(name: priority, value: $0.rawValue) }
}
