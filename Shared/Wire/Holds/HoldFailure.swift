/// Why one of the wishes that travelled together got no answer; what a call of its own would have failed with.
public struct HoldFailure: Codable, Hashable, Sendable {
    /// A word of the calls' protocol: `overloaded`, `outcome_unknown`, ….
    public var code: String
    /// The cause, for logs; nothing secret.
    public var detail: String

    /// All members.
    public init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }
}
