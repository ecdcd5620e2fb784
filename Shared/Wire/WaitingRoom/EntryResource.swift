public import Ticketing

/// A customer's place: `GET /v1/performances/{performance_id}/waiting-room/entries/current`.
public struct EntryResource: Codable, Hashable, Sendable {
    /// The place's id, as it stands in the published ranking.
    public var entryId: EntryID
    /// Of which performance.
    public var performanceId: PerformanceID
    /// Where it is in its life.
    public var state: EntryState
    /// When the list is ranked.
    public var opensAt: Timestamp
    /// Places up to this one, itself included; absent unless it waits.
    public var position: Int64?
    /// Places that wait in all.
    public var waitingCount: Int64
    /// How long it still takes; absent when nobody can tell.
    public var estimatedWaitSeconds: Int?
    /// By how much that may be wrong.
    public var estimatedWaitErrorSeconds: Int?
    /// Whether there will be seats.
    public var seatOutlook: SeatOutlook
    /// When to ask again; whoever does not for longer than `away_after_seconds` is taken for gone.
    public var pollAfterSeconds: Double
    /// After how long without a question a customer is skipped.
    public var awayAfterSeconds: Int
    /// Proves the place to any gateway: sent as `Entry-Token`, or by the cookie.
    public var entryToken: String?
    /// Sent with holds as `Admission-Token`.
    public var admissionToken: String?
    /// Until when holds are taken.
    public var admittedUntil: Timestamp?
    /// The ledger's clock.
    public var serverTime: Timestamp

    /// All members.
    public init(
        entryId: EntryID, performanceId: PerformanceID, state: EntryState, opensAt: Timestamp, position: Int64? = nil,
        waitingCount: Int64, estimatedWaitSeconds: Int? = nil, estimatedWaitErrorSeconds: Int? = nil,
        seatOutlook: SeatOutlook, pollAfterSeconds: Double, awayAfterSeconds: Int, entryToken: String? = nil,
        admissionToken: String? = nil, admittedUntil: Timestamp? = nil, serverTime: Timestamp
    ) {
        self.entryId = entryId
        self.performanceId = performanceId
        self.state = state
        self.opensAt = opensAt
        self.position = position
        self.waitingCount = waitingCount
        self.estimatedWaitSeconds = estimatedWaitSeconds
        self.estimatedWaitErrorSeconds = estimatedWaitErrorSeconds
        self.seatOutlook = seatOutlook
        self.pollAfterSeconds = pollAfterSeconds
        self.awayAfterSeconds = awayAfterSeconds
        self.entryToken = entryToken
        self.admissionToken = admissionToken
        self.admittedUntil = admittedUntil
        self.serverTime = serverTime
    }
}
