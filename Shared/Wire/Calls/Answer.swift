/// What a service answers to a customer's call: the status and the body's bytes, as they go out.
///
/// A refusal is a value like any other: its body is a `Problem`. The gateway passes the bytes on unread, so that
/// a repeat is answered byte for byte as the first time.
public struct Answer: Codable, Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body as JSON; absent for 204.
    public var body: RawJSON?
    /// Whether this is the stored answer to an earlier use of the same key.
    public var isReplay: Bool

    /// An answer of known bytes.
    public init(status: Int, body: RawJSON?, isReplay: Bool = false) {
        self.status = status
        self.body = body
        self.isReplay = isReplay
    }

    /// A resource with its status.
    public init(_ resource: some Encodable, status: Int = 200) throws(WireJSONFailure) {
        self.init(status: status, body: try RawJSON(encoding: resource))
    }

    /// A refusal.
    public init(refusal problem: Problem) throws(WireJSONFailure) {
        self.init(status: problem.status, body: try RawJSON(encoding: problem))
    }

    /// Done, and there is nothing to tell.
    public static let noContent = Answer(status: 204, body: nil)

    /// Whether the body is a problem.
    public var isProblem: Bool { status >= 400 }
}
