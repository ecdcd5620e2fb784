public import Ticketing

/// A gateway asks where a line stands, and tells whom it has seen of it.
public struct LineQuestion: Codable, Hashable, Sendable {
    /// Which performance's.
    public var performanceId: PerformanceID
    /// Which gateway: another name for each process.
    public var gatewayId: String
    /// The last step that it knows; absent for all that still matter.
    public var stepsAfter: Int64?
    /// Whom it has seen lately.
    public var presence: PresenceReport?
    /// Holds and payments that it refused for want of room since it asked last.
    public var refused: Int?

    /// All members.
    public init(
        performanceId: PerformanceID, gatewayId: String, stepsAfter: Int64? = nil, presence: PresenceReport? = nil,
        refused: Int? = nil
    ) {
        self.performanceId = performanceId
        self.gatewayId = gatewayId
        self.stepsAfter = stepsAfter
        self.presence = presence
        self.refused = refused
    }
}
