/// Ends a performance's sale for good: `POST /v1/organizer/performances/{performance_id}/cancellation`.
public struct CancellationRequest: Codable, Hashable, Sendable {
    /// In the organizer's own words.
    public var reason: String?

    /// All members.
    public init(reason: String? = nil) {
        self.reason = reason
    }
}
