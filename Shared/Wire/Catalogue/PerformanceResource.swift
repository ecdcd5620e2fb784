public import Ticketing

/// A performance: `GET /v1/performances/{performance_id}`.
public struct PerformanceResource: Codable, Hashable, Sendable {
    /// The performance's id.
    public var performanceId: PerformanceID
    /// Its event.
    public var eventId: EventID
    /// The event's title.
    public var eventTitle: String
    /// Where it is.
    public var venue: VenueResource
    /// When it begins.
    public var startsAt: Timestamp
    /// When seats can be held.
    public var onSaleAt: Timestamp
    /// Until when.
    public var saleEndsAt: Timestamp
    /// Whether it can be bought.
    public var saleState: SaleState
    /// Seats of its chart.
    public var seatCount: Int
    /// Where the chart is; what is there never changes.
    public var seatingChartUrl: String
    /// In the chart's order.
    public var priceLevels: [PriceLevelResource]
    /// Held and sold together.
    public var seatsPerCustomerMax: Int
    /// How long a hold lasts.
    public var holdSeconds: Int
    /// Absent when there is none.
    public var waitingRoom: WaitingRoomResource?
    /// How long seats that come back are offered to those who wait for some; absent when there is no waiting list.
    public var waitingListOfferSeconds: Int?

    /// All members.
    public init(
        performanceId: PerformanceID,
        eventId: EventID,
        eventTitle: String,
        venue: VenueResource,
        startsAt: Timestamp,
        onSaleAt: Timestamp,
        saleEndsAt: Timestamp,
        saleState: SaleState,
        seatCount: Int,
        seatingChartUrl: String,
        priceLevels: [PriceLevelResource],
        seatsPerCustomerMax: Int,
        holdSeconds: Int,
        waitingRoom: WaitingRoomResource? = nil,
        waitingListOfferSeconds: Int? = nil
    ) {
        self.performanceId = performanceId
        self.eventId = eventId
        self.eventTitle = eventTitle
        self.venue = venue
        self.startsAt = startsAt
        self.onSaleAt = onSaleAt
        self.saleEndsAt = saleEndsAt
        self.saleState = saleState
        self.seatCount = seatCount
        self.seatingChartUrl = seatingChartUrl
        self.priceLevels = priceLevels
        self.seatsPerCustomerMax = seatsPerCustomerMax
        self.holdSeconds = holdSeconds
        self.waitingRoom = waitingRoom
        self.waitingListOfferSeconds = waitingListOfferSeconds
    }
}
