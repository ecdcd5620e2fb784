import Postgres
public import Ticketing
public import Wire

/// A waiting room as the ledger has it.
public struct WaitingRoomReading: Sendable, Hashable {
    public let performanceID: PerformanceID
    public let settings: WaitingRoomSettingsRequest
    /// When its list is closed.
    public let opensAt: Timestamp
    /// What was committed to before anybody entered.
    public let seedHash: [UInt8]
    /// Numbers given so far.
    public let entryCount: Int64
    /// Some moments after the list was closed, with the time at which it was published.
    public let listHash: [UInt8]?
    /// From the opening on.
    public let listedCount: Int64?
    public let listedAt: Timestamp?
    /// Once it is published.
    public let seed: [UInt8]?
    public let seedPublishedAt: Timestamp?
    /// The last position that is called.
    public let front: Int64
    /// How many of those called were there.
    public let admittedCount: Int64
    /// The last step.
    public let stepSequence: Int64
    /// The database's time.
    public let readAt: Timestamp
    /// Whether seats can be held.
    public let isOnSale: Bool
    public let seatsPerCustomerMax: Int
    public let organizerID: CustomerID

    init(_ row: PostgresRow, of performance: PerformanceID) throws(PostgresFailure) {
        performanceID = performance
        settings = WaitingRoomSettingsRequest(
            isOn: try row.decode(at: 0), admissionsPerMinuteMax: try row.decode(at: 1),
            admissionSeconds: try row.decode(at: 2))
        opensAt = try row.decode(at: 3)
        seedHash = try row.decode(at: 4)
        entryCount = try row.decode(at: 5)
        listHash = try row.decode(at: 6)
        listedCount = try row.decode(at: 7)
        listedAt = try row.decode(at: 8)
        seed = try row.decode(at: 9)
        seedPublishedAt = try row.decode(at: 10)
        front = try row.decode(at: 11)
        admittedCount = try row.decode(at: 12)
        stepSequence = try row.decode(at: 13)
        readAt = try row.decode(at: 14)
        isOnSale = try row.decode(at: 15)
        seatsPerCustomerMax = try row.decode(at: 16)
        organizerID = try row.decode(at: 17)
    }

    /// Where it is in its life.
    public var state: WaitingRoomState {
        if seed != nil { return .open }
        // Closed already, or with the next look at it.
        return listedCount != nil || readAt >= opensAt ? .ranking : .gathering
    }
}
