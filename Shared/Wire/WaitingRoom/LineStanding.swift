public import Ticketing

/// Where a line stands, as the gateways follow it: small, the same for all who wait.
public struct LineStanding: Codable, Hashable, Sendable {
    /// What everybody may read of it.
    public var published: PublishedWaitingRoomResource
    /// Whether holds need an admission; else nobody enters and nobody is called.
    public var isOn: Bool
    /// How many entries there are.
    public var entryCount: Int64
    /// The last position that is called.
    public var front: Int64
    /// How many of those called were there to hear it.
    public var admittedCount: Int64
    /// How long an admission lasts.
    public var admissionSeconds: Int
    /// How long it takes, and whether there will be seats.
    public var forecast: LineForecast
    /// The ledger's time of the reading.
    public var readAt: Timestamp

    /// All members.
    public init(
        published: PublishedWaitingRoomResource, isOn: Bool = true, entryCount: Int64, front: Int64,
        admittedCount: Int64, admissionSeconds: Int, forecast: LineForecast, readAt: Timestamp
    ) {
        self.published = published
        self.isOn = isOn
        self.entryCount = entryCount
        self.front = front
        self.admittedCount = admittedCount
        self.admissionSeconds = admissionSeconds
        self.forecast = forecast
        self.readAt = readAt
    }
}
