import HTTPTypes

/// What the header fields of a received call say, read in one pass: asked for one by one, each would go through all of
/// them and put its value together anew.
struct CallFields {
    private(set) var credential: String?
    private(set) var deadline: String?
    private(set) var idempotencyKey: String?
    private(set) var priority: String?
    private(set) var traceParent: String?
    private(set) var requestID: String?

    init(_ fields: HTTPFields) {
        for field in fields {
            switch field.name {
            case CallHeaders.credential: Self.add(field.value, to: &credential)
            case CallHeaders.deadline: Self.add(field.value, to: &deadline)
            case CallHeaders.idempotencyKey: Self.add(field.value, to: &idempotencyKey)
            case CallHeaders.priority: Self.add(field.value, to: &priority)
            case CallHeaders.traceParent: Self.add(field.value, to: &traceParent)
            case CallHeaders.requestID: Self.add(field.value, to: &requestID)
            default: break
            }
        }
    }

    /// A field that comes more than once is one list (RFC 9110, section 5.3).
    private static func add(_ value: String, to known: inout String?) {
        known = known.map { "\($0), \(value)" } ?? value
    }
}
