public import Ticketing

/// What an organizer sees of a waiting room: `GET /v1/organizer/performances/{performance_id}/waiting-room`.
public struct WaitingRoomFiguresResource: Codable, Hashable, Sendable {
    /// Whose.
    public var performanceId: PerformanceID
    /// Its settings.
    public var settings: WaitingRoomSettingsRequest
    /// Where it is in its life.
    public var state: WaitingRoomState
    /// When the list is ranked.
    public var opensAt: Timestamp
    /// Places given so far.
    public var entryCount: Int64
    /// Places that wait.
    public var waitingCount: Int64
    /// Those of them whose customers are there, as far as is known.
    public var presentCount: Int
    /// Customers called who were there to hear it.
    public var admittedCount: Int64
    /// Customers called in a minute, over some seconds: the pace by which those who wait are told their time.
    public var admissionsPerMinute: Int
    /// Free seats, less those that customers who were called lately are expected to take.
    public var seatsLeft: Int?
    /// Seats that a customer who was called takes, on the average.
    public var seatsPerAdmission: Double
    /// The ledger's time of the reading.
    public var readAt: Timestamp

    /// All members.
    public init(
        performanceId: PerformanceID, settings: WaitingRoomSettingsRequest, state: WaitingRoomState,
        opensAt: Timestamp, entryCount: Int64, waitingCount: Int64, presentCount: Int, admittedCount: Int64,
        admissionsPerMinute: Int, seatsLeft: Int?, seatsPerAdmission: Double, readAt: Timestamp
    ) {
        self.performanceId = performanceId
        self.settings = settings
        self.state = state
        self.opensAt = opensAt
        self.entryCount = entryCount
        self.waitingCount = waitingCount
        self.presentCount = presentCount
        self.admittedCount = admittedCount
        self.admissionsPerMinute = admissionsPerMinute
        self.seatsLeft = seatsLeft
        self.seatsPerAdmission = seatsPerAdmission
        self.readAt = readAt
    }
}
