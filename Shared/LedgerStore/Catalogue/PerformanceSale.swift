public import Ticketing
public import Wire

/// What a service needs to know of a performance to sell it.
public struct PerformanceSale: Sendable, Hashable {
    public let performanceID: PerformanceID
    public let eventID: EventID
    public let organizerID: CustomerID
    public let chartID: SeatingChartID
    public let seatCount: Int
    /// Seats that are available or held.
    public let unsoldCount: Int
    public let currency: String
    public let startsAt: Timestamp
    public let onSaleAt: Timestamp
    public let saleEndsAt: Timestamp
    public let storedState: StoredSaleState
    public let seatsPerCustomerMax: Int
    public let holdSeconds: Int
    public let paymentSeconds: Int
    /// The database's time of the reading.
    public let readAt: Timestamp
    /// Where customers wait for their turn; nil where holds need no admission.
    public let waitingRoom: WaitingRoomResource?

    /// What people see at the time of the reading.
    public var saleState: SaleState {
        storedState.visible(onSaleAt: onSaleAt, saleEndsAt: saleEndsAt, unsoldCount: unsoldCount, at: readAt)
    }
}
