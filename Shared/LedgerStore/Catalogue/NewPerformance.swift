public import Ticketing
public import Wire

/// One date of a show to be put on sale.
public struct NewPerformance: Sendable {
    public var performanceID: PerformanceID
    public var chartID: SeatingChartID
    public var startsAt: Timestamp
    public var onSaleAt: Timestamp
    public var saleEndsAt: Timestamp
    public var currency: String
    public var seatsPerCustomerMax: Int
    public var holdSeconds: Int
    public var paymentSeconds: Int
    /// One for each price level of the chart, in the chart's order.
    public var priceLevels: [NewPriceLevel]
    /// What may be refunded.
    public var refundRule: RefundRuleResource
    /// What happens after the opening; by default nothing that is not asked for.
    public var fairnessRule = FairnessRuleResource()
    /// How customers wait for their turn; nil where they need not.
    public var waitingRoom: WaitingRoomSettingsRequest?

    public init(
        performanceID: PerformanceID, chartID: SeatingChartID, startsAt: Timestamp, onSaleAt: Timestamp,
        saleEndsAt: Timestamp, currency: String, seatsPerCustomerMax: Int, holdSeconds: Int, paymentSeconds: Int,
        priceLevels: [NewPriceLevel],
        refundRule: RefundRuleResource = RefundRuleResource(
            selfServiceUntilSeconds: nil, includesServiceFee: false, refundedSeats: .available),
        waitingRoom: WaitingRoomSettingsRequest? = nil
    ) {
        self.performanceID = performanceID
        self.chartID = chartID
        self.startsAt = startsAt
        self.onSaleAt = onSaleAt
        self.saleEndsAt = saleEndsAt
        self.currency = currency
        self.seatsPerCustomerMax = seatsPerCustomerMax
        self.holdSeconds = holdSeconds
        self.paymentSeconds = paymentSeconds
        self.priceLevels = priceLevels
        self.refundRule = refundRule
        self.waitingRoom = waitingRoom
    }
}
