public import HTTPTypes

/// A peer's whole answer to a call: what it says is in its body.
public struct ClientAnswer: Sendable {
    /// The status.
    public let status: HTTPResponse.Status
    /// The bytes of the body.
    public let body: [UInt8]
}
